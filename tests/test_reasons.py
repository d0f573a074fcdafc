"""Reasons of editorial verdicts: that for the day may only rest on what was public by then."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from capital_loop.claims.reasons import later_times, reason_faults, unwritten
from capital_loop.claims.rules import assess
from capital_loop.record import Record
from capital_loop.record.rows import ClaimRow, FactRow

DAY = dt.date(2025, 10, 16)


@pytest.fixture(scope="module")
def here(root: Path) -> Record:
    """A record of its own, whose tables a test may spoil."""
    return Record(root / "data")


def a_claim(record: Record) -> ClaimRow:
    return next(c for c in record.rows(ClaimRow) if c.claim_id == "R-09")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Reported in 2026.", ["2026"]),
        ("It was signed in November.", ["in November"]),
        ("It was signed on 5 December 2025.", ["5 December 2025"]),
        ("The money has since been paid.", ["has since"]),
        ("Five months later it was signed.", ["Five months later"]),
        ("It was signed in September 2025, and in May 2024 the accounts said so.", []),
        ("It may be signed; a march of orders.", []),
    ],
)
def test_a_later_time_is_told(here: Record, text: str, found: list[str]) -> None:
    assert list(later_times(text, DAY, a_claim(here), [])) == found


def test_a_fact_that_speaks_of_the_time_allows_it(here: Record) -> None:
    told = next(f for f in here.rows(FactRow) if f.as_of.startswith("2026"))
    assert list(later_times("It is due in 2026.", DAY, a_claim(here), [told])) == []


def spoilt(root: Path, column: str, value: str) -> list[str]:
    record = Record(root / "data")
    frame = record.table("editorial")
    frame.loc[frame["claim_id"] == "R-09", column] = value
    return [p for p in reason_faults(record, assess(record)) if column in p]


def test_planted_faults_are_found(root: Path) -> None:
    late = next(
        f.fact_id for f in Record(root / "data").rows(FactRow) if f.published > pd.Timestamp("2026-01-01")
    )
    assert "after the document's day" in spoilt(root, "cites_on_day", late)[0]
    assert "no fact XX-999" in spoilt(root, "cites_now", "XX-999")[0]
    assert "is later than the document's day" in spoilt(root, "reason_on_day", "By 2026 it was.")[0]


def test_what_is_not_written_is_told(root: Path) -> None:
    record = Record(root / "data")
    frame = record.table("editorial")
    frame.loc[frame["claim_id"] == "R-09", ["reason_on_day", "cites_now"]] = ""
    told = [p for p in unwritten(record, assess(record)) if "R-09" in p]
    assert len(told) == 2
    assert set(told) <= set(reason_faults(record, assess(record)))
