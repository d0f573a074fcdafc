"""Charts of "Bubble, or how growth is financed?"."""

from __future__ import annotations

import pytest

from capital_loop.chapters.bubble_or_growth import charts as bubble
from capital_loop.chapters.bubble_or_growth import study as bubble_or_growth
from capital_loop.record import tables
from capital_loop.show.figure import NARROW, WIDE, Figure

RECORD = tables.load()
FOUND = bubble_or_growth.study(RECORD)
FIGURES = [bubble.output(RECORD, FOUND), bubble.vendors(RECORD, FOUND), bubble.explosive(FOUND)]


@pytest.mark.parametrize("figure", FIGURES, ids=lambda f: f.name)
def test_it_draws_at_both_widths_and_says_what_it_shows(figure: Figure) -> None:
    for width in (WIDE, NARROW):
        assert "<svg" in figure.svg(width)
    assert len(figure.description) > 60
    assert figure.source_line().startswith("Sources: ")
