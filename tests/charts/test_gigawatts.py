"""Charts of "Gigawatts, reactors, homes, chips"."""

from __future__ import annotations

import pytest

from capital_loop.chapters.gigawatts import charts as charts
from capital_loop.chapters.gigawatts import study as gigawatts
from capital_loop.record import tables
from capital_loop.show.figure import NARROW, WIDE, Figure

FOUND = gigawatts.results(tables.load())
FIGURES = [chart(FOUND) for chart in (charts.conversions, charts.power_per_chip, charts.promised_and_running)]


@pytest.mark.parametrize("figure", FIGURES, ids=lambda f: f.name)
def test_it_draws_at_both_widths_and_says_what_it_shows(figure: Figure) -> None:
    for width in (WIDE, NARROW):
        assert "<svg" in figure.svg(width)
    assert len(figure.description) > 60
    assert figure.source_line().startswith("Sources: ")
