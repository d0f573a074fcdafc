"""Charts of "The other Nvidia loops"."""

from __future__ import annotations

from capital_loop.chapters.nvidia_loops.study import Study
from capital_loop.show.figure import Figure


def test_a_figure_carries_the_facts_of_its_quantities_and_no_others(
    figures: dict[str, Figure], study: Study
) -> None:
    assert {f.fact_id for f in figures["support"].facts} == {
        c[r].fact_id for c in study.choices("support") for r in c.ids
    }
    assert {f.fact_id for f in figures["coreweave"].facts} == {
        c["sum"].fact_id for c in study.choices("coreweave")
    }
    deals = {f.fact_id for a in study.deals for f in a.facts}
    assert {f.fact_id for f in figures["counts"].facts} == deals
    assert deals < {f.fact_id for f in figures["returns"].facts}
