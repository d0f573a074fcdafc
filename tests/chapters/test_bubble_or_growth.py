"""Bubble or growth: ratios by hand, levels that cover every chapter, tests that repeat."""

from __future__ import annotations

import pytest

from capital_loop.chapters.bubble_or_growth import study as chapter
from capital_loop.chapters.bubble_or_growth.study import GROUPS, Study
from capital_loop.record import Record
from capital_loop.show.words import CHAPTER


@pytest.fixture(scope="module")
def found(record: Record) -> Study:
    return Study(record)


def test_the_reports_levels_and_this_chapter_cover_the_book() -> None:
    named = [c for chapters in chapter.LEVELS.values() for c in chapters]
    assert sorted([*named, "bubble-or-growth"]) == sorted(CHAPTER)


def test_vendor_ratios_by_hand(found: Study) -> None:
    """8.1 over 37.92, 105 over 215.938, 6.3 over 130.497 billion dollars."""
    assert found.value("vendors", "lucent") == pytest.approx(100 * 8.1 / 37.92)
    assert found.value("vendors", "nvidia-now") == pytest.approx(100 * 105 / 215.938)
    assert found.value("vendors", "nvidia-day") == pytest.approx(100 * 6.3 / 130.497)


def test_every_share_is_tested_and_the_market_is_calm(found: Study) -> None:
    assert len(found.tests) == sum(map(len, GROUPS.values()))
    assert found.tests.set_index("ticker").at["SPY", "standing"] == "below"
    assert len(found.closes) > 130


def test_what_lies_within_two_errors_of_the_line_is_not_called(found: Study) -> None:
    over = (found.tests["gsadf"] - found.line) / found.error
    assert (found.tests.loc[over.abs() <= 2, "standing"] == "at").all()
    assert (found.tests.loc[over > 2, "standing"] == "above").all()
    assert "AMD" in found.standing("at", "parties")  # 2.00 against 2.01


def test_an_episode_says_whether_the_price_rose_or_fell(found: Study) -> None:
    """Microsoft's closes fell by a fifth and more until February 2026; Micron's rose."""
    by = found.tests.set_index("ticker")["episodes"]
    assert [e.rose for e in by["MSFT"]] == [False]
    assert all(e.rose for e in by["MU"])


def test_what_ties_a_called_share_to_the_deals_is_said(found: Study) -> None:
    assert "Intel, of which Nvidia holds shares ($5bn)" in found.said()["called"]
    assert "Micron, which stands in none of the deals here" in found.said()["called"]


def test_the_text_follows_the_values(found: Study) -> None:
    said = found.said()
    assert said["peak"].startswith("more than")
    assert said["count"] == "none"
    assert "AMD" in said["near"]
    assert found.moved("oracle").startswith("fell by")
    assert found.moved("nvidia").startswith("rose by")


def test_repeated_runs_agree(found: Study, record: Record) -> None:
    assert Study(record).tests.equals(found.tests)
