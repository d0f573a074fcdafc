"""The specification of ``models.required_revenue``: published arithmetic, a library's annuity, properties."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy_financial as npf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capital_loop.models.required_revenue import (
    Inputs,
    required_range,
    required_revenue,
    tornado,
)

BASE = Inputs(100e9, 0.6, 5, 20, 0.1, 0.4)
inputs = st.builds(
    Inputs,
    st.floats(1, 1e12),
    st.floats(0, 1),
    st.floats(1, 15),
    st.floats(1, 40),
    st.one_of(st.just(0.0), st.floats(0.001, 0.5)),
    st.floats(0, 0.9),
)


def test_one_asset_without_return_or_cost_is_straight_line() -> None:
    assert required_revenue(Inputs(100, 1, 5, 20, 0, 0)) == pytest.approx(20)


@given(inputs)
def test_present_value_of_what_is_earned_repays_the_spending(i: Inputs) -> None:
    """With equal lives, revenue less cost discounted at the return is the spending."""
    i = replace(i, slow_life=i.fast_life)
    net = required_revenue(i) * (1 - i.cash_cost)
    with np.errstate(
        invalid="ignore"
    ):  # at a return of zero the library divides zero by it, and takes the other branch
        worth = float(-npf.pv(i.required_return, i.fast_life, net))
    assert worth == pytest.approx(i.spending, rel=1e-6)


@given(inputs, st.floats(1.01, 3))
def test_more_return_more_cost_shorter_lives_ask_for_more(i: Inputs, k: float) -> None:
    r = required_revenue(i)
    dearer = min(i.required_return * k + 0.001, 1.0)  # more than all is taken for percent
    assert required_revenue(replace(i, required_return=dearer)) >= r * (1 - 1e-12)
    assert required_revenue(replace(i, cash_cost=1 - (1 - i.cash_cost) / k)) >= r
    assert required_revenue(replace(i, fast_life=i.fast_life / k, slow_life=i.slow_life / k)) >= r * (
        1 - 1e-12
    )
    assert required_revenue(replace(i, spending=i.spending * k)) == pytest.approx(k * r)


def test_ranges_hold_every_single_change() -> None:
    ranges = {"fast_life": (4.0, 6.0), "required_return": (0.08, 0.15), "cash_cost": (0.25, 0.5)}
    found = required_range(BASE, ranges)
    for a, b in tornado(BASE, ranges)[["at_low", "at_high"]].to_numpy():
        assert found.low <= min(a, b) <= max(a, b) <= found.high


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"spending": -1.0}, "spending is -1: it must be at least 0"),
        ({"fast_share": 2.0}, "fast_share is 2: it looks like percent"),
        ({"cash_cost": 1.0}, "cash_cost is 1: it must be below 1"),
        ({"fast_life": 0.0}, "fast_life is 0: it must be above 0"),
        ({"required_return": -1.0}, "required_return is -1: it must be above -1"),
    ],
)
def test_bad_input_is_refused(change: dict[str, float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        replace(BASE, **change)
    with pytest.raises(ValueError, match="no input has that name"):
        tornado(BASE, {"life": (1.0, 2.0)})
