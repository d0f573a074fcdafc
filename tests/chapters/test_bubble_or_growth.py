"""Bubble or growth: ratios by hand, levels that cover every chapter, tests that repeat."""

from __future__ import annotations

import pytest

from capital_loop.chapters.bubble_or_growth import study as chapter
from capital_loop.record import tables
from capital_loop.show.words import CHAPTER


@pytest.fixture(scope="module")
def found() -> chapter.Study:
    return chapter.study(tables.load())


def test_the_reports_levels_and_this_chapter_cover_the_book() -> None:
    named = [c for _, chapters in chapter.LEVELS for c in chapters]
    assert sorted([*named, "bubble-or-growth"]) == sorted(CHAPTER)


def test_vendor_ratios_by_hand(found: chapter.Study) -> None:
    """8.1 over 37.92, 105 over 215.938, 6.3 over 130.497 billion dollars."""
    by = found.vendors.set_index("fact_id")["value"]
    assert by["BUB-D01"] == pytest.approx(100 * 8.1 / 37.92)
    assert by["BUB-D02"] == pytest.approx(100 * 105 / 215.938)
    assert by["BUB-D03"] == pytest.approx(100 * 6.3 / 130.497)


def test_every_share_is_tested_and_the_market_is_calm(found: chapter.Study) -> None:
    assert len(found.tests) == sum(map(len, chapter.GROUPS.values()))
    assert not found.test("SPY").explosive
    assert found.weeks > 130


def test_repeated_runs_agree(found: chapter.Study) -> None:
    assert chapter.tests_table(chapter.study(tables.load())).equals(chapter.tests_table(found))
