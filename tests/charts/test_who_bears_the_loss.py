"""Charts of "Who bears the loss"."""

from __future__ import annotations

import pytest

from capital_loop.chapters.who_bears_the_loss import charts
from capital_loop.chapters.who_bears_the_loss.study import Study
from capital_loop.record import tables
from capital_loop.show.figure import NARROW, WIDE, Figure

STUDY = Study(tables.load())
FIGURES = [charts.groups(STUDY), charts.cushions(STUDY), charts.owners(STUDY), charts.ranges(STUDY)]


@pytest.mark.parametrize("figure", FIGURES, ids=lambda f: f.name)
def test_it_draws_at_both_widths_and_says_what_it_shows(figure: Figure) -> None:
    for width in (WIDE, NARROW):
        assert "<svg" in figure.svg(width)
    assert len(figure.description) > 60
    assert figure.source_line().startswith("Sources: ")
