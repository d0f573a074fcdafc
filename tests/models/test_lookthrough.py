"""The specification of ``models.lookthrough``: hand computations, a linear-programming oracle, bad input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from capital_loop.models.lookthrough import origin_bounds, passed_on

money = st.floats(0, 1000)


def test_by_hand() -> None:
    """Paid 30 out of 8.5, 5.8 and 12.7 with 10 of other money: the largest gave at least 5.7."""
    found = origin_bounds(30, {"bridge": 8.5, "nvidia": 5.8, "tmobile": 12.7}, 10)
    assert found["tmobile"] == pytest.approx((5.7, 12.7))
    assert found["nvidia"] == pytest.approx((0, 5.8))
    assert passed_on(10, 8, other_inflow=4, cash_before=0, cash_after=12) == pytest.approx((0, 2))


@given(st.lists(money, min_size=1, max_size=5), money, st.floats(0, 1))
def test_a_linear_programme_gives_the_same_bounds(values: list[float], other: float, share: float) -> None:
    origins = {str(i): v for i, v in enumerate(values)}
    paid = share * (sum(values) + other)
    found = origin_bounds(paid, origins, other)
    n = len(values)
    for i in range(n):
        c = np.zeros(n + 1)
        c[i] = 1
        bounds = [(0, v) for v in [*values, other]]
        for sign, end in ((1, 0), (-1, 1)):
            best = linprog(sign * c, A_eq=np.ones((1, n + 1)), b_eq=[paid], bounds=bounds)
            assert found[str(i)][end] == pytest.approx(sign * best.fun, abs=1e-5)


@given(money, money, money, money, st.floats(0, 1))
def test_nobody_passes_on_more_than_he_got_or_spent(
    got: float, to: float, other: float, before: float, kept: float
) -> None:
    after = kept * (before + got + other)  # summed as the model sums: all kept is not a cent more
    low, high = passed_on(got, to, other_inflow=other, cash_before=before, cash_after=after)
    assert 0 <= low <= high <= min(got, to) + 1e-9


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="missing"):
        origin_bounds(10, {"a": 1}, 1)
    with pytest.raises(ValueError, match="paid is -1"):
        origin_bounds(-1, {}, 0)
    with pytest.raises(ValueError, match="kept"):
        passed_on(1, 1, other_inflow=0, cash_before=0, cash_after=5)
    with pytest.raises(ValueError, match="to_recipient is -1"):
        passed_on(1, -1, other_inflow=0, cash_before=0, cash_after=0)
