"""Charts of "The other Nvidia loops"."""

from __future__ import annotations

import pytest

from capital_loop.chapters.nvidia_loops import charts
from capital_loop.chapters.nvidia_loops.study import Study
from capital_loop.record import load
from capital_loop.show.figure import NARROW, WIDE, Figure

STUDY = Study(load())
FIGURES = {chart.__name__: chart(STUDY) for chart in charts.CHARTS}


@pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES)
def test_it_draws_at_both_widths_and_says_what_it_shows(figure: Figure) -> None:
    for width in (WIDE, NARROW):
        assert "<svg" in figure.svg(width)
    assert len(figure.description) > 60
    assert figure.source_line().startswith("Sources: ")


def test_a_figure_carries_the_facts_of_its_quantities_and_no_others() -> None:
    assert {f.fact_id for f in FIGURES["support"].facts} == {
        c[r].fact_id for c in STUDY.choices("support") for r in c.ids
    }
    assert {f.fact_id for f in FIGURES["coreweave"].facts} == {
        c["sum"].fact_id for c in STUDY.choices("coreweave")
    }
    deals = {f.fact_id for a in STUDY.deals for f in a.facts}
    assert {f.fact_id for f in FIGURES["counts"].facts} == deals
    assert deals < {f.fact_id for f in FIGURES["returns"].facts}
