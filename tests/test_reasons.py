"""Reasons of editorial verdicts: that for the day may only rest on what was public by then."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
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


BEFORE = ["in", "by", "since", "until", "from", "of", "to", "on", "early", "late", "3"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Reported in 2026, and again in 2026 and 2027.", ["2026", "2027"]),
        *((f"It was signed {word} November.", [f"{word} November"]) for word in BEFORE),
        ("It was signed in mid-November.", ["mid-November"]),
        ("It was signed on 5 December 2025.", ["5 December 2025"]),
        ("It was signed on December 15, 2025.", ["December 15, 2025"]),
        ("November 2025 was the month.", ["November 2025"]),
        ("The money has since been paid.", ["has since"]),
        ("They have since been paid; it Had Since been known.", ["have since", "Had Since"]),
        ("Since then it was paid.", ["Since then"]),
        ("It turned out so, in hindsight.", ["turned out", "in hindsight"]),
        ("Five months later it was signed.", ["Five months later"]),
        ("A quarter later, two years later.", ["A quarter later", "two years later"]),
        ("It was signed in September 2025, and in May 2024 the accounts said so.", []),
        ("Signed in November 2024, on December 15, 2024, in October, on 31 October 2025.", []),
        ("It may be signed; a march of orders, sooner or later. The Decembers of 12025.", []),
    ],
)
def test_a_later_time_is_told(here: Record, text: str, found: list[str]) -> None:
    assert list(later_times(text, DAY, a_claim(here), [])) == found


NOTHING = {"as_of": "", "period_start": "", "note": "", "value": 0.0, "low": 0.0, "high": 0.0}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("It is due in 2026.", {"as_of": "2026-02"}),
        ("It is due in 2026.", {"period_start": "2026-02"}),
        ("It is due in 2026.", {"value": 2026.0}),
        ("It is due in 2026.", {"low": 20260201.0}),
        ("It is due in 2026.", {"high": 20260201.0}),
        ("It is due in 2026.", {"note": "Planned for 2026."}),
        ("It is due in December.", {"as_of": "2025-12"}),
        ("It is due in December.", {"value": 20251205.0}),
        ("It is due in December.", {"note": "Planned for December."}),
    ],
)
def test_a_fact_cited_that_speaks_of_the_time_allows_it(
    here: Record, text: str, said: dict[str, Any]
) -> None:
    silent = replace(here.rows(FactRow)[0], **NOTHING)
    assert len(list(later_times(text, DAY, a_claim(here), [silent]))) == 1
    assert list(later_times(text, DAY, a_claim(here), [silent, replace(silent, **said)])) == []


@pytest.mark.parametrize(
    "said",
    [
        {"paraphrase": "By 2026."},
        {"printed": "2026年"},
        {"as_of": "2026"},
        {"due": pd.Timestamp("2026-01-31")},
        {"value": 20260131.0},
    ],
)
def test_a_claim_that_speaks_of_the_time_allows_it(here: Record, said: dict[str, Any]) -> None:
    claim = a_claim(here)
    assert list(later_times("It is due in 2026.", DAY, claim, [])) == ["2026"]
    assert list(later_times("It is due in 2026.", DAY, replace(claim, **said), [])) == []
