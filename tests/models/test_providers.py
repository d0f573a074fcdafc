"""The specification of ``models.providers``: a provider dollar by dollar, properties, and refusals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capital_loop.models.providers import Market, Provider, account, maker_income, ramp, served

YEARS, START = (2026, 2027, 2028), 2026.5
MARKET = Market(*np.array([[0.8], [0.25], [0.5], [0.2], [0.6]]))
PROVIDER = Provider(
    bills=np.array([100.0]), operating_income=np.array([90.0]), spending=np.array([50.0]),
    customer_share=np.array([0.4]), backstop=np.array([30.0]), interest=np.array([6.0]),
    rent=np.array([12.0]), begun=np.array([2028.0]), upkeep=np.array([5.0]),
    repayments=np.array([10.0, 20.0, 40.0]), length=np.array([0.5, 1.0, 1.0]), debt=100.0,
)  # fmt: skip
MIDDLES = np.array(YEARS) + 0.5


def test_a_bill_is_paid_let_again_or_lost() -> None:
    """Of a dollar 60 cents are paid and served at 12; of 40 unpaid 10 are let again, and leave 8."""
    assert served([0.8], [0.25], 0.6) == pytest.approx([0.08 - 0.12])
    assert served([0.8], [0.25], 1.0) == pytest.approx([-0.2])
    assert served([0.8], [0.25], 0.0) == pytest.approx([0.2])


def by_dollar(paid: float, building: bool) -> list[tuple[float, float, float, float, float]]:
    """The account of ``PROVIDER`` with plain numbers: due, taken, income, orders, outside."""
    rows, built, left = [], 0.0, 100.0
    for year, length, repay in zip(YEARS, (0.5, 1.0, 1.0), (10.0, 20.0, 40.0), strict=True):
        spent = 50.0 * length if building else 0.0
        bill = 100.0 * length + 0.4 * 0.2 * built / 0.8
        backed = min(30.0 * length, bill)
        others = (90.0 - 0.8 * 100.0) * length + 0.6 * 0.2 * built
        # Each unpaid dollar is either taken by the maker, who is served in full, or partly let again.
        serving = 0.2 * (paid * bill + (1 - paid) * backed)
        let = 0.25 * (1 - paid) * (bill - backed) * 0.8
        begun = min(1.0, (year + 0.5 - 2026.5) / (2029 - 2026.5))
        rent = 12.0 * (1.0 if building else 0.5) * begun * length
        out = repay + 6.0 * left / 100.0 * length + rent + (0.0 if building else 5.0 * length) + 0.4 * spent
        rows.append((bill, (1 - paid) * backed, others + let - serving, 0.6 * spent, out))
        built, left = built + spent, left - repay
    return rows


@pytest.mark.parametrize("building", [True, False])
@pytest.mark.parametrize("paid", [0.0, 0.3, 1.0])
def test_an_account_dollar_by_dollar(paid: float, building: bool) -> None:
    found = account(PROVIDER, MARKET, MIDDLES, START, paid, building)
    columns = (found.due, found.taken, found.income, found.orders, found.outside)
    assert np.stack([c[0] for c in columns], axis=1) == pytest.approx(np.array(by_dollar(paid, building)))


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_customer_that_pays_more_leaves_no_provider_worse_off(one: float, two: float) -> None:
    """With what the customer and the maker pay, whatever the provider builds."""

    def means(paid: float) -> np.ndarray:
        found = account(PROVIDER, MARKET, MIDDLES, START, paid, building=True)
        return found.income + found.taken + paid * found.due

    assert (means(max(one, two)) >= means(min(one, two)) - 1e-9).all()


def test_what_begins_evenly() -> None:
    assert ramp([2025, 2026, 2027, 2028, 2030], 2026.0, 2028.0).tolist() == [0, 0, 0.5, 1, 1]
    assert ramp([2027], 2026.0, [[2028.0], [2030.0]]).tolist() == [[0.5], [0.25]]
    with pytest.raises(ValueError, match=r"^end is 2026: it must be above 2026"):
        ramp([2026.5], 2026.0, 2026.0)


def test_orders_that_stop_cost_the_maker_their_margin() -> None:
    """100 of income has 40 of orders in it: 60 beside the network, or 100 less 70 percent of 40."""
    assert maker_income([100.0], [40.0], [0.7], building=True).tolist() == [60.0]
    assert maker_income([100.0], [40.0], [0.7], building=False) == pytest.approx([72.0])


def test_inputs_of_unlike_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^rent has the shape \(2,\): it must be \(1,\)"):
        replace(PROVIDER, rent=np.array([1.0, 2.0]))
    with pytest.raises(ValueError, match=r"^repayments has the shape \(1,\): it must be \(3,\)"):
        replace(PROVIDER, repayments=np.array([1.0]))
    with pytest.raises(ValueError, match=r"^relet_share has the shape \(2,\): it must be \(1,\)"):
        replace(MARKET, relet_share=np.array([0.1, 0.2]))
    with pytest.raises(ValueError, match=r"^middles has the shape \(2,\): it must be \(3,\)"):
        account(PROVIDER, MARKET, [2026.5, 2027.5], START, 0.5, True)
    two = Market(*np.array([[0.8, 0.8], [0.25, 0.25], [0.5, 0.5], [0.2, 0.2], [0.6, 0.6]]))
    with pytest.raises(ValueError, match=r"^margin of the market has 2 draws, the provider 1$"):
        account(PROVIDER, two, MIDDLES, START, 0.5, True)
