"""Charts of "Demand"."""

from __future__ import annotations

import pytest

from capital_loop.chapters.demand import charts as charts
from capital_loop.chapters.demand import study as demand
from capital_loop.record import tables
from capital_loop.show.figure import NARROW, WIDE, Figure

RECORD = tables.load()
FOUND = demand.results(RECORD)
FIGURES = [
    charts.required(RECORD, FOUND), charts.spending(RECORD), charts.rents(RECORD), charts.users(RECORD), charts.clouds(RECORD), charts.labs(RECORD, FOUND),
]  # fmt: skip


@pytest.mark.parametrize("figure", FIGURES, ids=lambda f: f.name)
def test_it_draws_at_both_widths_and_says_what_it_shows(figure: Figure) -> None:
    for width in (WIDE, NARROW):
        assert "<svg" in figure.svg(width)
    assert len(figure.description) > 60
    assert figure.source_line().startswith("Sources: ")
