"""Valuation in reverse: published examples, an independent oracle, properties, bad input."""

from __future__ import annotations

import math

import numpy_financial as npf
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from capital_loop.models import valuation
from capital_loop.models.valuation import Venture

CASE = Venture(revenue=200e9, margin=0.2, multiple=23.0, rate=0.15, dilution=0.05, years=5)
RANGES = {"margin": (0.13, 0.28), "multiple": (16.0, 32.0), "rate": (0.12, 0.3), "dilution": (0.0, 0.14)}

ventures = st.builds(
    Venture,
    revenue=st.floats(1e9, 1e12),
    margin=st.floats(0.02, 0.6),
    multiple=st.floats(3, 80),
    rate=st.floats(0.01, 0.6),
    dilution=st.floats(0, 0.4),
    years=st.floats(0.5, 12),
)


def test_sahlmans_example_without_dilution():
    # HBS 9-804-042: 3.5m invested, 2.5m earned in year five, price-earnings ratio 15. At 50 % a year the
    # investment must become 26.6m of 37.5m, so the investor needs 70.9 % of the company.
    whole = valuation.value(Venture(10e6, 0.25, 15, 0.5, 0, 5))
    assert whole * 1.5**5 == pytest.approx(37.5e6)
    assert 3.5e6 / whole == pytest.approx(0.709, abs=0.0005)


def test_dilution_scales_the_stake_needed():
    # Same note: with a retention of two thirds the stake bought today must be half as large again.
    plain = valuation.value(Venture(10e6, 0.25, 15, 0.5, 0, 5))
    kept = 1 - (2 / 3) ** (1 / 5)
    diluted = valuation.value(Venture(10e6, 0.25, 15, 0.5, kept, 5))
    assert (3.5e6 / diluted) / (3.5e6 / plain) == pytest.approx(1.5)


def test_present_value_agrees_with_numpy_financial():
    flows = [-17e9, -35e9, -45e9, 12e9, 90e9]
    assert valuation.present_value(flows, 0.15) == pytest.approx(npf.npv(0.15, [0, *flows]))


def test_a_multiple_of_the_coming_years_earnings_belongs_to_that_year():
    """What the market pays for the year after the horizon: that year's earnings, priced at its start."""
    ahead = valuation.replace(CASE, growth=0.05)
    coming = CASE.multiple * CASE.margin * CASE.revenue * 1.05
    assert valuation.value(ahead) == pytest.approx(coming * 0.95**5 / 1.15**5)
    last, coming_year = (valuation.solve(v, "rate", 500e9) for v in (CASE, ahead))
    assert (1 + coming_year) == pytest.approx((1 + last) * 1.05 ** (1 / 5))


def test_value_agrees_with_numpy_financial():
    sale = (1 - CASE.dilution) ** 5 * CASE.multiple * CASE.margin * CASE.revenue
    assert valuation.value(CASE) == pytest.approx(npf.npv(CASE.rate, [0, 0, 0, 0, 0, sale]))


def test_the_return_found_is_the_internal_rate_of_return():
    price = 500e9
    sale = (1 - CASE.dilution) ** 5 * CASE.multiple * CASE.margin * CASE.revenue
    assert valuation.solve(CASE, "rate", price) == pytest.approx(
        npf.irr([-price, 0, 0, 0, 0, sale]), abs=1e-9
    )


@given(ventures, st.sampled_from(["revenue", "margin", "multiple", "rate", "dilution"]))
def test_solving_gives_back_what_was_put_in(v, unknown):
    assert valuation.solve(v, unknown, valuation.value(v)) == pytest.approx(
        getattr(v, unknown), rel=1e-6, abs=1e-9
    )


@given(ventures, st.floats(1.01, 1.5))
def test_value_rises_and_falls_as_it_should(v, factor):
    base = valuation.value(v)
    for name in ("revenue", "margin", "multiple"):
        assert valuation.value(valuation.replace(v, **{name: getattr(v, name) * factor})) > base
    assert valuation.value(valuation.replace(v, rate=v.rate * factor)) < base
    assert valuation.value(valuation.replace(v, dilution=v.dilution + 0.01)) < base


@given(ventures, st.floats(1.1, 5))
def test_revenue_needed_is_proportional_to_the_price(v, factor):
    one = valuation.solve(v, "revenue", 100e9)
    assert valuation.solve(v, "revenue", 100e9 * factor) == pytest.approx(factor * one, rel=1e-9)


@given(st.tuples(*(st.floats(0, 1) for _ in RANGES)))
def test_the_range_holds_every_point_of_the_box(weights):
    inside = {n: lo + w * (hi - lo) for (n, (lo, hi)), w in zip(RANGES.items(), weights, strict=True)}
    found = valuation.required_revenue_range(CASE, 500e9, RANGES)
    needed = valuation.solve(valuation.replace(CASE, **inside), "revenue", 500e9)
    assert found.low * (1 - 1e-9) <= needed <= found.high * (1 + 1e-9)


def test_fair_retention_round_by_round():
    # Sell shares at the fair price each year and follow the first owners: they keep the same part.
    price, rate, needs = 500e9, 0.2, [17e9, 35e9, 45e9]
    worth, share = price, 1.0
    for need in needs:
        worth *= 1 + rate
        share *= worth / (worth + need)
        worth += need
    assert share == pytest.approx(valuation.fair_retention(price, needs, rate))
    # and their part of the final value, discounted, is the price they paid
    assert share * worth / (1 + rate) ** 3 == pytest.approx(price)


def test_years_of_earnings():
    assert valuation.years_of_earnings(500e9, 125e9, 0.2) == pytest.approx(20)
    assert valuation.years_of_earnings(500e9, 13e9, 0.2) == pytest.approx(192.3, abs=0.05)


def test_payback_on_a_flat_path_is_the_years_of_earnings():
    assert valuation.payback_years(500e9, [125e9], 0.2, 0) == pytest.approx(20)


@given(st.floats(-0.2, 0.3), st.floats(1e9, 1e12))
def test_payback_against_a_plain_count(growth, price):
    path = [13e9, 30e9, 60e9]
    left = (price - 0.2 * sum(path)) / (0.2 * path[-1] * (1 + growth))
    assume(
        left <= 0 or abs(1 + left * growth) > 1e-6
    )  # else the sum of all years is the price: finite by rounding
    years = valuation.payback_years(price, path, 0.2, growth)
    left, year, revenue = price, 0, 0.0
    while left > 1e-3 and year < 5000:
        revenue = path[year] if year < len(path) else revenue * (1 + growth)
        part = min(1.0, left / (0.2 * revenue)) if revenue > 1e-6 else 0.0
        left -= part * 0.2 * revenue
        year += 1
        if part < 1:
            break
    if math.isinf(years):
        assert left > 1
    else:
        assert years == pytest.approx(year - 1 + part, rel=1e-6, abs=1e-6)


def test_sensitivity_is_sorted_and_signed():
    table = valuation.sensitivity(CASE, 500e9, RANGES).set_index("input")
    assert table["swing"].is_monotonic_decreasing
    assert table.at["rate", "revenue_low"] < table.at["rate", "revenue_high"]
    assert table.at["margin", "revenue_low"] > table.at["margin", "revenue_high"]


def test_the_table_of_prices():
    prices = pd.DataFrame(
        {
            "price": [157e9, 500e9],
            "revenue_now": [3.7e9, math.nan],
            "plan": [100e9, math.nan],
            "years": [5.0, 5.0],
        }
    )
    table = valuation.reverse_table(prices, CASE, RANGES)
    assert table["needed"].iloc[0] == pytest.approx(valuation.solve(CASE, "revenue", 157e9))
    assert table["returned_low"].iloc[0] < table["returned"].iloc[0] < table["returned_high"].iloc[0]
    assert table[["growth", "returned"]].iloc[1].isna().all()
    pd.testing.assert_frame_equal(table, valuation.reverse_table(prices, CASE, RANGES))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"margin": 20}, "margin is 20: it looks like percent"),
        ({"margin": -0.1}, "margin is -0.1: it must be at least 0"),
        ({"rate": -1}, "above"),
        ({"dilution": 1}, "dilution is 1: it must be below 1"),
        ({"years": -1}, "years is -1: it must be at least 0"),
        ({"revenue": math.nan}, "finite"),
    ],
)
def test_bad_assumptions(change, words):
    with pytest.raises(ValueError, match=words):
        valuation.replace(CASE, **change)


def test_bad_questions():
    with pytest.raises(ValueError, match="unknown is 'years': there is no such one"):
        valuation.solve(CASE, "years", 1e9)
    with pytest.raises(ValueError, match="price is 0: it must be above 0"):
        valuation.solve(CASE, "rate", 0)
    with pytest.raises(ValueError, match="No margin between"):
        valuation.solve(CASE, "margin", 1e16)
    with pytest.raises(ValueError, match="no effect"):
        valuation.solve(valuation.replace(CASE, years=0), "rate", 1e9)
    with pytest.raises(ValueError, match="leave it out"):
        valuation.required_revenue_range(CASE, 1e9, {"revenue": (1, 2)})
    with pytest.raises(ValueError, match="lacks plan"):
        valuation.reverse_table(pd.DataFrame({"price": [1], "years": [1], "revenue_now": [1]}), CASE, RANGES)
    with pytest.raises(ValueError, match="revenues has 0 members"):
        valuation.payback_years(1e9, [], 0.2, 0)
    with pytest.raises(ValueError, match="growth_after is -1: it must be above -1"):
        valuation.payback_years(1e9, [1e9], 0.2, -1)
    with pytest.raises(ValueError, match="revenue is 0: it must be above 0"):
        valuation.years_of_earnings(1, 0, 0.2)
    with pytest.raises(ValueError, match=r"needs\[0\] is -1"):
        valuation.fair_retention(1e9, [-1], 0.1)
    with pytest.raises(ValueError, match="rate is -1: it must be above"):
        valuation.present_value([1], -1)
