"""Reasons of editorial verdicts: that for the day may only rest on what was public by then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from capital_loop.claims.reasons import later_times, reasons, unwritten
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
    return [p for p in reasons(record, assess(record)) if column in p]


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
    assert set(told) <= set(reasons(record, assess(record)))


TESTS: dict[str, tuple[str, Callable[[Callable[[str], float]], bool]]] = {
    "T-15": ("contradicted", lambda v: max(v(f"MKT-D{n}") for n in range(21, 26)) < 0),
    "T-28": ("contradicted", lambda v: v("TRI-N17") != 5),
    "T-43": (
        "contradicted",
        lambda v: v("TRI-D12") < v("ORCL-242") / 2 and v("ORCL-357") < v("ORCL-222") / 2,
    ),
    "T-51": ("outdated", lambda v: v("MKT-D03") < 0),
    "T-62": ("supported_imprecise", lambda v: 0 < v("TRI-D23") < v("TRI-D14") + v("OAI-039")),
    "T-64": ("supported", lambda v: max(v("TRI-D18"), v("TRI-D13")) < 50),
    "R-15": ("outdated", lambda v: v("ORCL-243") < v("ORCL-D27") < 0),
    "R-23": ("contradicted", lambda v: v("AMD-084") == 0 and v("AMD-090") > v("AMD-089")),
    "R-26": ("supported_imprecise", lambda v: v("AMD-N06") > 0.8 * v("AMD-122")),
}
"""What the editors say would change a verdict, where the record can answer it: the verdict that stands while this holds."""


@pytest.mark.parametrize("claim", TESTS)
def test_what_would_change_a_verdict_is_computed_and_obeyed(record: Record, claim: str) -> None:
    verdict, holds = TESTS[claim]
    assert (assess(record)[claim].now.verdict == verdict) == holds(lambda fact_id: record.fact(fact_id).value)
