"""Charts of "Bubble, or how growth is financed?"."""

from __future__ import annotations

import pytest

from capital_loop.chapters.bubble_or_growth import charts
from capital_loop.chapters.bubble_or_growth.study import BASE, GROUPS, Study
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
    assert {f.metric for f in FIGURES["output"].facts} == {"investment_share_of_output"}
    assert {f.metric for f in FIGURES["vendors"].facts} == {"vendor_financing_share", "rent_back_commitments"}
    prices = STUDY.record.return_closes
    assert not FIGURES["explosive"].facts
    held = set(prices.loc[prices["ticker"].isin([t for g in GROUPS.values() for t in g]), "source_id"])
    assert {s.source_id for s in FIGURES["explosive"].sources} == held


def test_the_title_says_who_passes_and_what_is_left() -> None:
    title = FIGURES["explosive"].title
    assert title.startswith("Micron, Intel and AMD rose explosively by some versions of the test; ")
    assert title.endswith("by the strictest, with changing swings and all shares asked together, none did")


def test_no_day_is_told_to_which_the_closes_do_not_reach() -> None:
    """Seen to fail: a figure of weekly closes to September said "Data to 9 October", and an episode ended with them."""
    assert "weekly log closes to 18 September 2026" in FIGURES["explosive"].unit
    assert "Data to 6 October 2026" in FIGURES["explosive"].source_line()  # daily closes that all have
    spans = STUDY.asked(BASE).set_index("ticker")["episodes"]
    assert [e.lasting for e in spans["MU"]][-1]
