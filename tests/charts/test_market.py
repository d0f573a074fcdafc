"""Charts of "The market's answer": valid at both widths, told in words, findings computed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from capital_loop.chapters.market_answer import charts as market
from capital_loop.chapters.market_answer import study as market_answer
from capital_loop.record import tables
from capital_loop.show.figure import NARROW, WIDE, Figure


def figures() -> Iterator[Figure]:
    record = tables.load()
    results = market_answer.study(record)
    yield market.oracle_day(record)
    for chart in (market.jumps, market.paths, market.amplification):
        yield chart(results)


@pytest.mark.parametrize("figure", figures(), ids=lambda f: f.name)
def test_it_draws_at_both_widths_and_says_what_it_shows(figure: Figure) -> None:
    for width in (WIDE, NARROW):
        assert "<svg" in figure.svg(width)
    assert len(figure.description) > 60
    assert len(figure.rows)
    assert figure.source_line().startswith("Sources: ")
