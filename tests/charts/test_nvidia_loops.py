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


def test_a_bound_is_rounded_up_in_the_table_as_in_the_figure(
    figures: dict[str, Figure], study: Study
) -> None:
    rows = figures["returns"].rows
    for share, said, drawn in zip(
        study.returns["share"], rows["Share, %"], figures["returns"].description.split("; "), strict=True
    ):
        assert said >= 100 * share
        assert f"{said:.1f} %" in drawn
