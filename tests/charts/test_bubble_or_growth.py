"""Charts of "Bubble, or how growth is financed?"."""

from __future__ import annotations

from capital_loop.chapters.bubble_or_growth.study import BASE, GROUPS, Study
from capital_loop.show.figure import Figure


def test_a_figure_carries_the_facts_of_its_quantities_and_no_others(
    figures: dict[str, Figure], study: Study
) -> None:
    assert {f.metric for f in figures["output"].facts} == {"investment_share_of_output"}
    assert {f.metric for f in figures["vendors"].facts} == {"vendor_financing_share", "rent_back_commitments"}
    prices = study.record.return_closes
    assert not figures["explosive"].facts
    held = set(prices.loc[prices["ticker"].isin([t for g in GROUPS.values() for t in g]), "source_id"])
    assert {s.source_id for s in figures["explosive"].sources} == held


def test_the_title_says_who_passes_and_what_is_left(figures: dict[str, Figure]) -> None:
    title = figures["explosive"].title
    assert title.startswith("Micron, Intel and AMD rose explosively by some versions of the test; ")
    assert title.endswith("by the strictest, with changing swings and all shares asked together, none did")


def test_no_day_is_told_to_which_the_closes_do_not_reach(figures: dict[str, Figure], study: Study) -> None:
    """Seen to fail: weekly closes to September said "Data to 9 October", and an episode ended with them."""
    assert "weekly log closes to 18 September 2026" in figures["explosive"].unit
    assert "Data to 6 October 2026" in figures["explosive"].source_line()  # daily closes that all have
    spans = study.asked(BASE).set_index("ticker")["episodes"]
    assert [e.lasting for e in spans["MU"]][-1]
