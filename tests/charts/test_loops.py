"""Charts of "The other Nvidia loops"."""

from __future__ import annotations

import pytest

from capital_loop.chapters.nvidia_loops import charts as loops
from capital_loop.chapters.nvidia_loops import study as nvidia_loops
from capital_loop.record import tables
from capital_loop.show.figure import NARROW, WIDE, Figure

RECORD = tables.load()
FOUND = nvidia_loops.study(RECORD)
FIGURES = [loops.support(FOUND), loops.coreweave(RECORD), loops.counts(FOUND), loops.returns(FOUND)]


@pytest.mark.parametrize("figure", FIGURES, ids=lambda f: f.name)
def test_it_draws_at_both_widths_and_says_what_it_shows(figure: Figure) -> None:
    for width in (WIDE, NARROW):
        assert "<svg" in figure.svg(width)
    assert len(figure.description) > 60
    assert figure.source_line().startswith("Sources: ")
