"""Time series from facts: one figure a period, the firmest, of the shortest span."""

from __future__ import annotations

import pandas as pd

from capital_loop.claims.rules import rank
from capital_loop.record.tables import Fact, Period, Record
from capital_loop.show.words import figure

NO_FIGURES = ("rumour", "guidance")
"""Stages that are no figures of what happened."""


def facts_of(record: Record, subject: str, metric: str) -> list[Fact]:
    """The facts of a series in time order.

    Where a quarter and a year end on one day the quarter stands; where several facts are about one period the
    firmest does. Rumours and plans are left out. Empty if there is none.
    """
    frame = record.facts
    best: dict[str, tuple[int, Fact]] = {}
    mine = frame[(frame["subject"] == subject) & (frame["metric"] == metric)]
    for row in mine.itertuples():
        f = record.fact(row.fact_id)
        if f.stage in NO_FIGURES:
            continue
        period = Period.parse(f.as_of)
        start = Period.parse(row.period_start).start if row.period_start else period.start
        days = (period.end - start).days
        known = best.get(f.as_of)
        if known is None or (-days, rank(f)) > (-known[0], rank(known[1])):
            best[f.as_of] = (days, f)
    return sorted((f for _, f in best.values()), key=lambda f: Period.parse(f.as_of).end)


def ranges_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Inputs with their ranges in words; ``rows`` has a name (``input`` or ``title``), low, central, high, unit."""
    said = {
        end.capitalize(): [figure(v, u) for v, u in zip(rows[end], rows["unit"], strict=True)]
        for end in ("low", "central", "high")
    }
    name = "input" if "input" in rows else "title"
    return pd.DataFrame(
        {"Input": list(rows[name]), **said} | ({"Why": list(rows["why"])} if "why" in rows else {})
    )


def series(record: Record, subject: str, metric: str) -> pd.DataFrame:
    """``date`` (last day of the period), ``value``, ``as_of``, ``fact_id``; raises ``KeyError`` if there is none."""
    facts = facts_of(record, subject, metric)
    if not facts:
        raise KeyError(f"no facts for {subject}, {metric}")
    return pd.DataFrame({
        "date": [pd.Timestamp(Period.parse(f.as_of).end) for f in facts], "value": [f.value for f in facts],
        "as_of": [f.as_of for f in facts], "fact_id": [f.fact_id for f in facts],
    })  # fmt: skip
