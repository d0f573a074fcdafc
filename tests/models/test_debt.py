"""The specification of ``models.debt``: hand computations, properties, bad input."""

from __future__ import annotations

import numpy as np
import numpy_financial as npf
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capital_loop.models.debt import annuity, interest_cover, loan_to_cost, own_share, trailing

money = st.floats(-1e6, 1e6)
positive = st.floats(1, 1e6)


def test_by_hand() -> None:
    assert own_share([50, 150, -10], [100, 100, 100]) == pytest.approx([0.5, 1.0, 0.0])
    assert interest_cover([300], [100]) == pytest.approx([3.0])
    assert loan_to_cost(27.3, 2.5) == pytest.approx(0.916, abs=5e-4)


def test_oracle_in_a_quarter() -> None:
    """FY2027 Q1: operating income 6,728 and interest 1,428 million dollars: 4.7 times."""
    assert interest_cover([6728], [1428]) == pytest.approx([4.71], abs=0.005)


@given(st.lists(positive, min_size=4, max_size=30))
def test_trailing_sums_are_pandas(values: list[float]) -> None:
    assert trailing(values, 4) == pytest.approx(pd.Series(values).rolling(4).sum().dropna().to_numpy())


@given(money, positive, st.floats(0, 1e5))
def test_more_cash_never_lowers_the_own_share(ocf: float, capex: float, more: float) -> None:
    assert own_share(ocf + more, capex) >= own_share(ocf, capex)
    assert 0 <= float(own_share(ocf, capex)) <= 1


def test_annuities_by_hand() -> None:
    # 100 at 10 % in two years: 100 x 0.1 / (1 - 1.1**-2) = 57.619
    assert annuity(100, 0.10, 2) == pytest.approx(57.6190476)
    assert annuity(100, 0.0, 4) == pytest.approx(25)
    assert annuity(100, 1e-300, 4) == pytest.approx(25)
    assert annuity(3, 1.0, 2) == pytest.approx(4)
    assert annuity(100, 0.1, 1) == pytest.approx(110)


@given(st.floats(1, 1e12), st.floats(1e-4, 0.5), st.floats(1, 40))
def test_the_annuity_is_numpy_financials(principal: float, rate: float, years: float) -> None:
    assert annuity(principal, rate, years) == pytest.approx(-npf.pmt(rate, years, principal), rel=1e-9)


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="capex is 0"):
        own_share(1, 0)
    with pytest.raises(ValueError, match="interest"):
        interest_cover(np.array([1.0]), np.array([0.0]))
    with pytest.raises(ValueError, match="debt and equity is 0"):
        loan_to_cost(0, 0)
    with pytest.raises(ValueError, match="values has 1 members"):
        trailing([1.0], 4)
    with pytest.raises(ValueError, match="years is 0"):
        annuity(1, 0.1, 0)
    with pytest.raises(ValueError, match="rate is 6: it looks like percent"):
        annuity(1, 6, 5)
    with pytest.raises(ValueError, match=r"operating_cash is nan"):
        own_share(float("nan"), 1)
