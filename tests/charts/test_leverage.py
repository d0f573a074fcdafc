"""Charts of "Leverage on leverage"."""

from __future__ import annotations

import pytest

from capital_loop.chapters.leverage import charts as charts
from capital_loop.chapters.leverage import study as leverage
from capital_loop.record import tables
from capital_loop.show.figure import NARROW, WIDE, Figure

RECORD = tables.load()
FOUND = leverage.study(RECORD)
FIGURES = [
    chart(RECORD, FOUND)
    for chart in (charts.positions, charts.debts, charts.spreads, charts.loans, charts.oracle_cover)
]


@pytest.mark.parametrize("figure", FIGURES, ids=lambda f: f.name)
def test_it_draws_at_both_widths_and_says_what_it_shows(figure: Figure) -> None:
    for width in (WIDE, NARROW):
        assert "<svg" in figure.svg(width)
    assert len(figure.description) > 60
    assert figure.source_line().startswith("Sources: ")
