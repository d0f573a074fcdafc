"""Charts of the score: valid at both widths, told in words, their findings computed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from capital_loop.chapters.score import charts
from capital_loop.chapters.score.study import Study
from capital_loop.record import tables
from capital_loop.show.figure import NARROW, WIDE, Figure


def figures() -> Iterator[Figure]:
    record = tables.load()
    results = Study(record)
    for chart in (charts.by_document, charts.by_chapter, charts.by_kind, charts.moves, charts.calibration):
        yield chart(results)


@pytest.mark.parametrize("figure", figures(), ids=lambda f: f.name)
def test_it_draws_at_both_widths_and_says_what_it_shows(figure: Figure) -> None:
    for width in (WIDE, NARROW):
        assert "<svg" in figure.svg(width)
    assert len(figure.description) > 60
    assert len(figure.rows)
    assert figure.source_line().startswith("Sources: ")


def test_the_finding_of_the_first_chart_is_computed() -> None:
    results = Study(tables.load())
    best = max(s.value for s in results.shares.values())
    assert f"{100 * best:.0f} %" in charts.by_document(results).title
