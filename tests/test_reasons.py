"""Reasons of editorial verdicts: that for the day may only rest on what was public by then."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from capital_loop.claims.reasons import later_times
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
