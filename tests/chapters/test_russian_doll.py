"""The Russian doll: the arrows and what can be traced."""

from __future__ import annotations

import pytest

from capital_loop.chapters.russian_doll import charts
from capital_loop.chapters.russian_doll.study import Study
from capital_loop.record.tables import Record
from tests.conftest import Shared


@pytest.fixture(scope="module")
def study(shared: Shared) -> Study:
    return shared.study(Study)


def test_three_quarters_of_softbanks_money_came_after_the_document(study: Study) -> None:
    assert study.paid == pytest.approx(30e9)
    assert study.paid_by_day / study.paid == pytest.approx(0.25)


def test_no_origin_is_necessary_and_none_gives_more_than_it_had(study: Study) -> None:
    assert (study.origins["low"] == 0).all()
    assert study.origins["high"].between(1, study.paid).all()


def test_room_that_was_not_drawn_is_not_counted_as_raised(study: Study) -> None:
    """A bridge of 8.5, Nvidia shares for 5.83 and T-Mobile shares for 12.73; 6.5 of room was not drawn."""
    assert study.raised == pytest.approx((8.5 + 5.83 + 12.73) * 1e9)
    assert study.raised < study.paid
    assert study.raised - study.raised_first == pytest.approx((8.5 - 7.5) * 1e9)


def test_every_layer_has_an_arrow_and_every_arrow_a_claim(study: Study, record: Record) -> None:
    assert set(study.arrows["layer"]) == {1, 2, 3, 4}
    assert set(study.arrows["claim"]) <= set(record.claims["claim_id"])


def test_what_was_agreed_after_the_document_came_later_than_told(study: Study) -> None:
    """SoftBank's second payments were agreed in February 2026: only Oracle's arrow stood on the day."""
    found = study.arrows.set_index("key")["status"]
    assert found["softbank-openai-again"] == "smaller"
    assert dict(study.standing) == {"found": 1, "smaller": 3, "untraced": 2, "absent": 1}


def test_the_arrows_carry_what_the_facts_say(study: Study) -> None:
    """SoftBank told 40, paid 7.5 and in all 30; again three times 10; Nvidia 30; in billions of dollars."""
    by = study.arrows.set_index("key")
    assert tuple(by.loc["softbank-openai", ["told", "by_day", "now"]] / 1e9) == (40, 7.5, 30)
    assert by.at["softbank-openai-again", "now"] == pytest.approx(30e9)
    assert by.at["nvidia-openai", "now"] == pytest.approx(30e9)


def test_what_can_have_reached_nvidia_is_bounded_by_what_was_spent(study: Study) -> None:
    """Revenue of 4.3 and 2.5 of cash used up beyond it, in billions of dollars; the payment was 7.5."""
    assert study.spent == pytest.approx(6.8e9)
    assert study.to_nvidia == (0, pytest.approx(6.8e9))


def test_a_ceiling_and_a_sum_not_found_are_not_shown_as_paid(study: Study) -> None:
    rows = charts.layers(study).rows.set_index("Arrow")["Paid since, in all"]
    assert rows["OpenAI to Oracle, for computing"] == "at most 6.8"
    told = charts.layers(study).rows.set_index("Arrow")["Told, USD billion"]
    assert [arrow for arrow, told in told.items() if isinstance(told, str)] == [
        "OpenAI to Nvidia, first purchase"
    ]
    assert study.arrows.set_index("key").loc["gulf-softbank", ["by_day", "now"]].isna().all()
    assert "paid by the day none found" in charts.layers(study).description


def test_a_figures_facts_are_those_of_its_quantities(study: Study) -> None:
    drawn = {f.fact_id for f in charts.origins(study).facts}
    assert drawn >= {c[role].fact_id for c in study.choices("origins") for role in c.ids} | {
        study.gulf.fact_id
    }
    assert study.ceiling.fact_id not in drawn
    assert {f.fact_id for f in charts.loan_to_value(study).facts} >= {*study.loan_to_value["fact_id"]}
