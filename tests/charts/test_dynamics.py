"""Charts of "The loop in time"."""

from __future__ import annotations

import pytest

from capital_loop.chapters.loop_in_time import charts as dynamics
from capital_loop.chapters.loop_in_time import study as loop_in_time
from capital_loop.record import tables
from capital_loop.show.figure import NARROW, WIDE, Figure

RECORD = tables.load()
FOUND = loop_in_time.study(RECORD)
FIGURES = [
    dynamics.gaps(FOUND), dynamics.stocks(FOUND), dynamics.closing(FOUND), dynamics.indices(FOUND), dynamics.backtest(RECORD, FOUND),
]  # fmt: skip


@pytest.mark.parametrize("figure", FIGURES, ids=lambda f: f.name)
def test_it_draws_at_both_widths_and_says_what_it_shows(figure: Figure) -> None:
    for width in (WIDE, NARROW):
        assert "<svg" in figure.svg(width)
    assert len(figure.description) > 60
    assert figure.source_line().startswith("Sources: ")
