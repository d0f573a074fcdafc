"""Charts of the watchlist: valid at both widths, told in words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from capital_loop.chapters.watchlist import charts
from capital_loop.chapters.watchlist.study import Study
from capital_loop.record import tables
from capital_loop.show.figure import NARROW, WIDE, Figure


def figures() -> Iterator[Figure]:
    study = Study(tables.load())
    yield charts.states(study)
    yield from (charts.series(study, i.indicator_id) for i in study.indicators)


@pytest.mark.parametrize("figure", figures(), ids=lambda f: f.name)
def test_it_draws_at_both_widths_and_says_what_it_shows(figure: Figure) -> None:
    for width in (WIDE, NARROW):
        assert "<svg" in figure.svg(width)
    assert len(figure.description) > 60
    assert len(figure.rows)
    assert figure.source_line().startswith("Sources: ")
