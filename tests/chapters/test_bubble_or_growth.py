"""Bubble or growth: ratios by hand, what the text says of the tests, tests that repeat."""

from __future__ import annotations

import pytest

from capital_loop.chapters.bubble_or_growth import study as chapter
from capital_loop.chapters.bubble_or_growth.study import BASE, CHOICES, DAILY, GROUPS, Study
from capital_loop.record import Record
from tests.conftest import Shared


@pytest.fixture(scope="module")
def found(shared: Shared) -> Study:
    return shared.study(Study)


def test_vendor_ratios_by_hand(found: Study) -> None:
    """8.1 over 37.92, 105 over 215.938, 6.3 over 130.497 billion dollars."""
    assert found.value("vendors", "lucent") == pytest.approx(100 * 8.1 / 37.92)
    assert found.value("vendors", "nvidia-now") == pytest.approx(100 * 105 / 215.938)
    assert found.value("vendors", "nvidia-day") == pytest.approx(100 * 6.3 / 130.497)


def test_every_share_is_tested_in_every_way_that_is_held(found: Study) -> None:
    assert len(found.asked(BASE)) == sum(map(len, GROUPS.values()))
    assert len(found.asked(DAILY)) >= 7
    assert len(found.closes["weekly"]) > 130
    assert len(found.closes["daily"]) > 400
    assert set(zip(found.tests["frequency"], found.tests["null"], found.tests["lags"], strict=True)) == {
        (c.frequency, c.null, c.lags) for c in CHOICES
    }


def test_who_passes_depends_on_the_choice(found: Study) -> None:
    assert found.rising(BASE) == ["MU", "INTC"]
    assert found.rising(BASE, standing="at") == ["AMD"]  # 2.00 against 2.01
    assert "SPY" not in found.always + found.sometimes
    assert found.always == found.robust == []
    assert {"MU", "INTC", "AMD"} == set(found.sometimes)


def test_correcting_for_many_shares_never_helps(found: Study) -> None:
    wild = found.tests[found.tests["null"] == "wild"]
    assert (wild["together"] >= wild["p"]).all()
    assert found.tests.loc[found.tests["null"] == "walk", "together"].isna().all()


def test_an_episode_stands_only_where_the_test_rejects_and_the_price_rose(found: Study) -> None:
    """Microsoft's closes fell by a fifth and more until February 2026; Micron's rose."""
    t = found.tests
    assert t.loc[(t["standing"] != "above") | ~t["rose"], "episodes"].map(len).eq(0).all()
    by = found.asked(BASE).set_index("ticker")
    assert by.at["MU", "episodes"]
    assert not by.at["MSFT", "rose"]
    assert not by.at["AMD", "episodes"]


def test_what_ties_a_called_share_to_the_deals_is_said(found: Study) -> None:
    assert "Intel, of which Nvidia holds shares ($5bn)" in found.said()["called"]
    assert "Micron, which stands in none of the deals here" in found.said()["called"]


def test_the_table_of_choices_has_a_row_a_choice(found: Study) -> None:
    table = chapter.choices_table(found)
    assert len(table) == 6
    left_out = "not of Micron, Intel and Alphabet; nor of CoreWeave and SoftBank"
    assert list(table)[2] == f"Daily closes from 3 February 2025 ({left_out})"
    assert table.iloc[0]["Weekly closes"] == "Micron and Intel; at the line: AMD"
    assert list(table.iloc[-1])[1:] == ["nobody", "nobody"]


def test_the_text_follows_the_values(found: Study) -> None:
    said = found.said()
    assert said["robust"] == "no price tested passes"
    assert said["daily"].endswith("record for Micron, Intel and Alphabet, AMD, a party of the deals")
    flagged = "in its usual form it flags Micron and Intel, by daily closes also AMD. No flag"
    assert said["weak"].startswith(flagged)
    assert found.moved("oracle").startswith("fell by")
    assert found.moved("nvidia").startswith("rose by")


def test_signs_alone_call_more_shares_by_themselves_and_none_together(found: Study) -> None:
    """The other usual weights: one step is kept or turned round."""
    said = found.said()
    assert said["signs"].endswith("also Micron")
    by = found.signed.set_index("ticker")
    assert by.at["INTC", "p"] < found.asked(chapter.STRICT).set_index("ticker").at["INTC", "p"]
    assert by["together"].min() > 0.1


def test_repeated_runs_agree(found: Study, record: Record) -> None:
    again = Study(record)._asked(BASE)
    assert again["gsadf"].equals(found.asked(BASE)["gsadf"].reset_index(drop=True))
    assert again["p"].equals(found.asked(BASE)["p"].reset_index(drop=True))
