"""What the chapter on the triangle computes, against figures worked out from the record by hand."""

from __future__ import annotations

import pytest

from capital_loop.chapters.triangle import study as triangle
from capital_loop.record.tables import Record


@pytest.fixture(scope="module")
def study(record: Record) -> triangle.Study:
    return triangle.study(record)


def test_the_joke_leaves_everybody_where_he_was(study: triangle.Study) -> None:
    assert {f.amount for f in study.joke} == {100e9}
    sums = study.joke_matrix.to_numpy(dtype=float).sum()
    assert sums == pytest.approx(0, abs=0.01)


def test_positions_of_the_account_sum_to_zero_to_the_cent(study: triangle.Study) -> None:
    assert study.account.net["central"].sum() == pytest.approx(0, abs=0.01)


def test_the_account_holds_payments_only(study: triangle.Study) -> None:
    assert {f.stage for f in study.account.flows} == {"paid"}


def test_outside_money_is_what_net_payers_put_in(study: triangle.Study) -> None:
    account = study.account
    low, central, high = account.outside
    assert low <= central <= high
    assert account.payers["paid"].sum() == pytest.approx(central)
    assert account.payers["share"].sum() == pytest.approx(1)


def test_the_ring_is_no_wider_than_its_narrowest_side(record: Record, study: triangle.Study) -> None:
    ceiling = record.fact("TRI-D12").value  # a tenth of Oracle's revenue in its fiscal year
    assert study.account.ring <= ceiling * 1.0001


def test_a_changed_assumption_moves_the_answer(record: Record, study: triangle.Study) -> None:
    line = "account.nvidia.openai.equity"
    least = record.assumptions.set_index("assumption_id").at[line, "low"]
    other = triangle.study(record, changes={line: least}).account
    assert other.payers.at["nvidia", "paid"] < study.account.payers.at["nvidia", "paid"]


def test_a_change_of_nothing_known_is_refused(record: Record) -> None:
    with pytest.raises(KeyError, match="no such assumption"):
        triangle.study(record, changes={"account.nobody": 1.0})
