"""Planted faults: what somebody could change in good faith, in a copy of the record."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from capital_loop.record import stamp


def text(path: Path, old: str, new: str, count: int = 1) -> None:
    """Other words at the first place, or as many as said, where a file has these; it must have them."""
    found = path.read_text(encoding="utf-8")
    assert old in found, f"{old!r} is not in {path.name}"
    path.write_text(found.replace(old, new, count), encoding="utf-8")


def cells(data: Path, table: str, where: dict[str, str] | int, **new: str) -> None:
    """Sets cells of the rows with these values, or of the row of that number; without cells the rows go.

    The table is stamped, as by somebody who means the edit.
    """
    path = data / f"{table}.csv"
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    rows = pd.Series(frame.index == where, index=frame.index)
    if isinstance(where, dict):
        rows = (frame[list(where)] == pd.Series(where)).all(axis=1)
    assert rows.any(), f"no such row in {table}: {where}"
    if not new:
        frame = frame[~rows]
    for column, value in new.items():
        assert (frame.loc[rows, column] != value).any(), f"{column} is {value} already"
        frame.loc[rows, column] = value
    frame.to_csv(path, index=False, lineterminator="\n")
    stamp(data)
