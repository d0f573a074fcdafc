"""What the chapter on the triangle computes, against figures worked out from the record by hand."""

from __future__ import annotations

import pytest

from capital_loop.chapters.triangle.study import Study, matrix_table, payers_table, vendor_table
from capital_loop.models import flows
from capital_loop.record import RecordError
from capital_loop.record.tables import Record
from tests.conftest import Shared


@pytest.fixture(scope="module")
def study(shared: Shared) -> Study:
    return shared.study(Study)


def test_the_joke_leaves_everybody_where_he_was(study: Study) -> None:
    assert {f.amount for f in study.joke} == {100e9}
    assert not flows.net_positions(study.joke).any()


def test_positions_of_the_account_sum_to_zero_to_the_cent(study: Study) -> None:
    assert study.net["central"].sum() == pytest.approx(0, abs=0.01)
    assert not matrix_table(study, study.matrix).set_index("Party")["Sum"].any()


def test_the_account_holds_payments_only(study: Study) -> None:
    assert {f.stage for f in study.paid} == {"paid"}
    assert study.window == ("2025-07", "2026-06")


def test_a_position_lies_within_its_range(study: Study) -> None:
    net = study.net
    assert ((net["low"] <= net["central"]) & (net["central"] <= net["high"])).all()
    assert len(study.corners) == 2**7  # seven lines of the account have a range


def test_what_came_from_outside_leaves_out_the_ring(study: Study) -> None:
    assert not {"nvidia", "openai", "oracle"} & set(study.outside.index)
    payers = study.payers["paid"]
    assert study.outside["all"].sum() == pytest.approx(payers.drop(["nvidia", "oracle"]).sum())
    assert study.payers["share"].sum() == pytest.approx(1)
    assert study.outside.loc["lenders"].to_list() == [
        43e9 + 10e9,
        10e9,
    ]  # bonds of Oracle, the loan for OpenAI
    assert study.outside_share.sum().to_list() == pytest.approx([1, 1])


def test_most_came_from_outside_at_every_corner(study: Study) -> None:
    """The lead says so in words."""
    for positions in (study.corners, study._positions(oracle=False)):
        put_in = (-positions).clip(lower=0)
        inside = put_in.reindex(columns=["nvidia", "oracle", "openai"], fill_value=0).sum(axis="columns")
        assert (inside / put_in.sum(axis="columns")).max() < 0.5
    assert study.payers.at["nvidia", "share_high"] <= study.nvidia_share < 0.5


def test_lenders_give_least_if_oracles_own_cash_is_spent_first(record: Record, study: Study) -> None:
    """What its business and new shares leave open of its spending is all that needs bonds."""
    free, shares = record.fact("ORCL-243").value, record.fact("ORCL-346").value
    assert record.assumption("account.lenders.oracle.loans").low == pytest.approx(-free - shares)
    assert study.own_cash == pytest.approx(record.fact("ORCL-242").value + free)
    assert study.own_first["lenders"] == pytest.approx(-free - shares + 10e9)
    assert study.own_first.drop("lenders").to_dict() == study.outside["all"].drop("lenders").to_dict()
    assert study.own_first.sum() < study.outside["all"].sum()


def test_amazon_inside_takes_from_what_came_from_outside(study: Study) -> None:
    least, most = study.outside_at_all_corners("amazon")
    assert 0 < least < most < study.outside_at_all_corners()[1]


def test_the_ring_is_no_wider_than_its_narrowest_side(record: Record, study: Study) -> None:
    ceiling = record.fact("TRI-D12").value  # a tenth of Oracle's revenue in its fiscal year
    assert study.ring == pytest.approx(ceiling, rel=1e-4)


def test_a_changed_assumption_moves_the_answer_and_has_no_range(record: Record, study: Study) -> None:
    line = "account.nvidia.openai.equity"
    other = Study(record, {line: record.assumption(line).low})
    assert other.payers.at["nvidia", "paid"] == record.assumption(line).low
    assert other.payers.at["nvidia", "paid_high"] == other.payers.at["nvidia", "paid_low"]
    assert len(other.corners) == len(study.corners) / 2
    assert "Nvidia" in set(payers_table(other)["Party"])


def test_a_change_of_nothing_known_is_refused(record: Record) -> None:
    with pytest.raises(RecordError, match=r"no assumption named account\.nobody"):
        Study(record, {"account.nobody": 1.0})


def test_deals_stand_around_the_triangle_and_amd_apart(record: Record, study: Study) -> None:
    parties = record.deals.set_index("deal_id").loc[study.stages["deal_id"].unique(), ["payer", "payee"]]
    assert "amd" not in set(parties.to_numpy().ravel())
    assert {"nvidia-openai-investment", "openai-oracle-cloud", "oracle-nvidia-gpus"} <= set(parties.index)
    standing = study.standing
    assert standing.paid <= standing.signed <= standing.deals == study.stages["deal_id"].nunique()
    used = study.stages[study.stages["stage"] == "running"]
    assert set(used["kind"]) == {"paid"}, "in use: delivered, as the front page says it"


def test_nvidias_money_against_its_own_sales(study: Study) -> None:
    table = vendor_table(study).set_index("Instrument")["Money to sales, %"]
    assert table.to_list() == [round(100 / 350 * 100, 1), round(30 / 175 * 100, 1), round(105 / 175 * 100, 1)]


def test_the_letter_ends_where_the_purchase_begins(study: Study) -> None:
    history = study.history.set_index("key")
    assert history.at["letter", "until"] == history.at["signed", "date"]
    assert history["value"].to_dict() == {
        "letter": 100e9, "signed": 30e9, "guarantee": 105e9, "paid": 30e9, "early": 18.6e9,
    }  # fmt: skip
    assert study.talks.value > history["value"].max()  # a rumour, which would set the scale
