"""Charts of "The market's answer": valid at both widths, told in words, findings computed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from capital_loop.chapters.market_answer import charts as market
from capital_loop.chapters.market_answer.study import Study
from capital_loop.record import load
from capital_loop.show.figure import NARROW, WIDE, Figure

STUDY = Study(load())


def figures() -> Iterator[Figure]:
    for chart in (market.oracle_day, market.jumps, market.paths, market.amplification):
        yield chart(STUDY)


@pytest.mark.parametrize("figure", figures(), ids=lambda f: f.name)
def test_it_draws_at_both_widths_and_says_what_it_shows(figure: Figure) -> None:
    for width in (WIDE, NARROW):
        assert "<svg" in figure.svg(width)
    assert len(figure.description) > 60
    assert len(figure.rows)
    assert figure.source_line().startswith("Sources: ")


def test_each_figure_carries_the_facts_of_its_quantities_and_no_others() -> None:
    day, added = market.oracle_day(STUDY), market.amplification(STUDY)
    assert {f.fact_id for f in day.facts} == {f.fact_id for f in STUDY.oracle_readings.values()}
    assert {a.amount.fact_id for a in STUDY.amplification if a.amount} <= {f.fact_id for f in added.facts}
    assert any(s.publisher.startswith("Yahoo Finance") for s in added.sources)
