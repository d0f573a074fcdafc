"""Leverage: golden figures of the record."""

from __future__ import annotations

import pytest

from capital_loop.chapters.leverage import study as leverage
from capital_loop.record import tables


@pytest.fixture(scope="module")
def found() -> leverage.Study:
    return leverage.study(tables.load())


def test_cash_less_debt_by_hand(found: leverage.Study) -> None:
    """Nvidia 60.608 less 10.481, Oracle 19.766 less 124.386 billion dollars."""
    assert found.position("Nvidia") == pytest.approx(50.127e9)
    assert found.position("Oracle") == pytest.approx(-104.62e9)


def test_the_vehicle_for_meta(found: leverage.Study) -> None:
    """27.3 of debt beside 2.5 of equity: 92 percent, as the press has it."""
    assert found.hyperion == pytest.approx(0.92, abs=0.005)


def test_oracles_own_share_in_fiscal_2026(found: leverage.Study) -> None:
    """Capital spending 55.663 and free cash flow -23.686: operating cash paid 57 percent."""
    row = found.oracle.set_index("as_of").loc["2026-05-31"]
    assert row["capex"] == pytest.approx(55.663e9, rel=1e-3)
    assert row["own_share"] == pytest.approx((55.663 - 23.686) / 55.663, abs=0.002)


def test_no_loan_stands_on_a_letter(found: leverage.Study) -> None:
    assert set(found.loans["ground"]) <= set(leverage.GROUND.values())
    assert len(found.loans) == len(leverage.LOANS)
