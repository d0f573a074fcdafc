"""Charts of "The market's answer"."""

from __future__ import annotations

from capital_loop.chapters.market_answer.study import Study
from capital_loop.show.figure import Figure


def test_each_figure_carries_the_facts_of_its_quantities_and_no_others(
    figures: dict[str, Figure], study: Study
) -> None:
    added = figures["amplification"]
    assert {a.amount.fact_id for a in study.amplification if a.amount} <= {f.fact_id for f in added.facts}
    assert any(s.publisher.startswith("Yahoo Finance") for s in added.sources)
