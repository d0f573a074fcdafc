"""The specification of ``models.options``: QuantLib, quadrature, limits, parity, bad input."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from capital_loop.models import options as op
from capital_loop.models.sampling import extremes

CENTRE = op.Market(rent=1.0, volatility=0.35, fall=0.1, rate=0.06)
markets = st.builds(
    op.Market, rent=st.floats(0.5, 2), volatility=st.floats(0.05, 0.8), fall=st.floats(-0.04, 0.3),
    rate=st.floats(0.005, 0.1)
)  # fmt: skip
terms = st.floats(1, 10)


@pytest.mark.parametrize("put", [False, True])
@pytest.mark.parametrize(("rent", "fall"), [(0.8, 0.1), (1.0, 0.0), (1.5, 0.2)])
def test_it_is_quantlibs_european_option(put: bool, rent: float, fall: float) -> None:
    """The renewal's asset, as a share that pays a dividend of the payout, by QuantLib's analytic engine."""
    ql = pytest.importorskip("QuantLib")
    m, years, more = replace(CENTRE, rent=rent, fall=fall), 5, 3.0
    today = ql.Date(1, 1, 2026)
    ql.Settings.instance().evaluationDate = today
    count = ql.Actual365Fixed()
    curve = lambda r: ql.YieldTermStructureHandle(ql.FlatForward(today, r, count))  # noqa: E731
    vol = ql.BlackVolTermStructureHandle(ql.BlackConstantVol(today, ql.NullCalendar(), m.volatility, count))
    spot = ql.QuoteHandle(ql.SimpleQuote(m.rent * op.annual(m.payout, more)))
    process = ql.BlackScholesMertonProcess(spot, curve(m.payout), curve(m.rate), vol)
    kind = ql.Option.Put if put else ql.Option.Call
    option = ql.VanillaOption(
        ql.PlainVanillaPayoff(kind, op.annual(m.rate, more)), ql.EuropeanExercise(today + 365 * years)
    )
    option.setPricingEngine(ql.AnalyticEuropeanEngine(process))
    asset = m.rent * math.exp(-m.payout * years) * op.annual(m.payout, more)
    strike = math.exp(-m.rate * years) * op.annual(m.rate, more)
    found = op.black(asset, strike, m.volatility * math.sqrt(years), put=put)
    assert found == pytest.approx(option.NPV(), rel=1e-9)
    if not put:
        assert op.renewal(m, years, more) == pytest.approx(found)


def test_an_exchange_of_two_rents_is_margrabes() -> None:
    """With a strike that is itself a rent, the formula in forwards is Margrabe's exchange option."""
    a, b, v = 3.0, 2.5, 0.6
    d1 = (math.log(a / b) + v**2 / 2) / v
    assert op.black(a, b, v) == pytest.approx(a * norm.cdf(d1) - b * norm.cdf(d1 - v))


@given(st.floats(0.01, 10), st.floats(0.01, 10), st.floats(0.001, 3))
def test_calls_and_puts_differ_by_the_forward(asset: float, strike: float, deviation: float) -> None:
    call, put = op.black(asset, strike, deviation), op.black(asset, strike, deviation, put=True)
    assert call - put == pytest.approx(asset - strike, abs=1e-9)
    assert call >= max(asset - strike, 0) - 1e-12
    assert put >= max(strike - asset, 0) - 1e-12


@given(markets, terms)
def test_leaving_at_once_for_nothing_is_the_forward_or_nothing(m: op.Market, term: float) -> None:
    worth = op.annual(m.rate, term) - m.rent * op.annual(m.payout, term)
    assert op.leaving(m, term, 0.0, 0.0) == pytest.approx(max(worth, 0.0), abs=1e-9)


@given(markets, terms, st.floats(0, 1))
def test_a_fee_of_all_that_is_left_makes_the_right_worthless(m: op.Market, term: float, part: float) -> None:
    assert op.leaving(m, term, part * term, 1.0) == 0.0
    assert op.leaving(m, term, part * term, 0.5) <= op.leaving(m, term, part * term, 0.0) + 1e-12


def quadrature(m: op.Market, term: float, days: tuple[float, float], fee: float) -> float:
    """Leaving on one of two days, by integration over the lognormal rent at both (no tree)."""
    one, two = days
    z = np.linspace(-8, 8, 4001)
    weight = norm.pdf(z) * (z[1] - z[0])

    def later(rent: np.ndarray, years: float) -> np.ndarray:
        spread = m.volatility * math.sqrt(years)
        return rent[:, None] * np.exp(-m.fall * years - spread**2 / 2 + spread * z)

    def gain(rent: np.ndarray, at: float) -> np.ndarray:
        return (1 - fee) * op.annual(m.rate, term - at) - rent * op.annual(m.payout, term - at)

    at_one = later(np.array([m.rent]), one)[0]
    held = np.maximum(gain(later(at_one, two - one), two), 0) @ weight * math.exp(-m.rate * (two - one))
    return float(np.maximum(held, gain(at_one, one)) @ weight * math.exp(-m.rate * one))


@pytest.mark.parametrize("fee", [0.0, 0.25])
@pytest.mark.parametrize("rent", [0.8, 1.0, 1.6])
def test_the_tree_is_the_integral_over_two_days(rent: float, fee: float) -> None:
    m = replace(CENTRE, rent=rent)
    found = op.cancellation(m, 5.0, (1.0, 3.0), fee)
    assert found == pytest.approx(quadrature(m, 5.0, (1.0, 3.0), fee), rel=5e-3)


@pytest.mark.parametrize("at", [1.0, 2.5, 4.0])
def test_with_one_day_the_tree_is_the_formula(at: float) -> None:
    assert op.cancellation(CENTRE, 5.0, [at], 0.1) == pytest.approx(
        op.leaving(CENTRE, 5.0, at, 0.1), rel=5e-3
    )


def test_more_days_are_never_worth_less_and_no_more_than_all_of_them() -> None:
    days = (1.0, 2.0, 3.0, 4.0)
    single = [op.leaving(CENTRE, 5.0, d, 0.0) for d in days]
    found = op.cancellation(CENTRE, 5.0, days, 0.0)
    assert max(single) <= found * (1 + 5e-3)
    assert found <= sum(single)


@given(markets, terms, st.floats(0.01, 2), st.floats(0.01, 0.3))
def test_a_less_certain_rent_makes_each_right_dearer(
    m: op.Market, term: float, by: float, more: float
) -> None:
    wild = replace(m, volatility=m.volatility + more)
    assert op.renewal(wild, term, by) >= op.renewal(m, term, by) - 1e-9
    assert op.delay(wild, term, 1.0, by) >= op.delay(m, term, 1.0, by) - 1e-9
    assert op.leaving(wild, term, term / 2, 0.1) >= op.leaving(m, term, term / 2, 0.1) - 1e-9


def test_a_certain_rent_leaves_the_forwards() -> None:
    """Rent 1, rate and fall 0 but for the rate: nothing to choose, by hand."""
    still = op.Market(rent=1.0, volatility=0.0, fall=0.0, rate=0.05)
    assert op.renewal(still, 5.0, 2.0) == pytest.approx(0.0, abs=1e-12)
    assert op.delay(still, 5.0, 1.0, 1.0) == pytest.approx(0.0, abs=1e-12)
    dear = replace(still, rent=2.0)
    assert op.renewal(dear, 5.0, 2.0) == pytest.approx(math.exp(-0.25) * op.annual(0.05, 2.0))
    cheap = replace(still, rent=0.5)
    assert op.cancellation(cheap, 5.0, (1.0, 2.0), 0.0) == pytest.approx(
        0.5 * math.exp(-0.05) * op.annual(0.05, 4.0)
    )
    # shifted by a year: half a rent is saved in the first year and half of one is lost in the sixth
    year = op.annual(0.05, 1.0)
    assert op.delay(cheap, 5.0, 0.0, 1.0) == pytest.approx(0.5 * year * (1 - math.exp(-0.25)))
    assert op.delay(replace(still, fall=-0.2), 5.0, 0.0, 1.0) > 0


def test_corners_hold_the_centre() -> None:
    value = lambda m: op.renewal(m, 5.0, 3.0)  # noqa: E731
    found = extremes(value, CENTRE, {"volatility": (0.2, 0.6), "rent": (0.8, 2.0)})
    assert found.central == value(CENTRE)
    assert found.low == value(replace(CENTRE, volatility=0.2, rent=0.8))
    assert found.high == value(replace(CENTRE, volatility=0.6, rent=2.0))


REFUSED: dict[str, Callable[[], object]] = {
    "rent is 0": lambda: replace(CENTRE, rent=0),
    "volatility is 35": lambda: replace(CENTRE, volatility=35),
    "fall is 10: it looks like percent": lambda: replace(CENTRE, fall=10),
    "rate is nan": lambda: replace(CENTRE, rate=math.nan),
    "years is -1": lambda: op.annual(0.1, -1),
    "asset is inf": lambda: op.black(math.inf, 1, 1),
    "deviation is -1": lambda: op.black(1, 1, -1),
    "at is -1": lambda: op.leaving(CENTRE, 1, 2, 0),
    "fee is 50: it looks like percent": lambda: op.cancellation(CENTRE, 5, [1], 50),
    "days has 0 members": lambda: op.cancellation(CENTRE, 5, [], 0),
    "days\\[0\\] is 6": lambda: op.cancellation(CENTRE, 5, [6], 0),
    "by is -1": lambda: op.delay(CENTRE, 5, 1, -1),
    "too fast": lambda: op.cancellation(replace(CENTRE, volatility=0.01, fall=0.3), 5, [1], 0),
    "rent is 2, 1": lambda: extremes(lambda m: m.rent, CENTRE, {"rent": (2, 1)}),
}


@pytest.mark.parametrize("words", REFUSED)
def test_bad_input_is_named(words: str) -> None:
    with pytest.raises(ValueError, match=words):
        REFUSED[words]()
