"""The specification of ``models.credit``: a textbook's example, QuantLib, the paper's limits, bad input."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import fsolve
from scipy.stats import norm

from capital_loop.models import credit

spreads, recoveries = st.floats(1, 2000), st.floats(0, 0.8)


class TestInsurance:
    @pytest.mark.parametrize(
        ("spread", "one", "five"), [(203, 0.033, 0.156), (881, 0.137, 0.520)], ids=["oracle", "coreweave"]
    )
    def test_the_triangle_by_hand(self, spread: float, one: float, five: float) -> None:
        """203 over 60 percent is a hazard of 3.38 percent: 1 - exp(-0.0338) and 1 - exp(-0.169)."""
        assert credit.default_probability(spread, 0.4, 1) == pytest.approx(one, abs=5e-4)
        assert credit.default_probability(spread, 0.4, 5) == pytest.approx(five, abs=5e-4)

    @pytest.mark.parametrize("spread", [36, 203, 452, 881])
    @pytest.mark.parametrize("recovery", [0.2, 0.4, 0.6])
    def test_quantlib_finds_the_same_hazard(self, spread: float, recovery: float) -> None:
        """QuantLib's implied flat hazard with the same flat rate; its day counts differ by a thousandth."""
        ql = pytest.importorskip("QuantLib")
        today, rate = ql.Date(15, 6, 2026), 0.04
        ql.Settings.instance().evaluationDate = today
        days = ql.Actual365Fixed()
        curve = ql.YieldTermStructureHandle(ql.FlatForward(today, rate, days, ql.Continuous))
        schedule = ql.Schedule(
            today, ql.Date(15, 6, 2031), ql.Period(ql.Quarterly), ql.NullCalendar(), ql.Unadjusted,
            ql.Unadjusted, ql.DateGeneration.Backward, False,
        )  # fmt: skip
        swap = ql.CreditDefaultSwap(ql.Protection.Buyer, 1.0, spread * 1e-4, schedule, ql.Unadjusted, days)
        theirs = swap.impliedHazardRate(0.0, curve, days, recovery)
        assert credit.implied_hazard(spread, recovery, 5, rate) == pytest.approx(theirs, rel=2e-3)

    @given(spreads, recoveries, st.floats(-0.02, 0.1))
    def test_the_exact_hazard_gives_the_spread_back_and_lies_near_the_triangle(
        self, spread: float, recovery: float, rate: float
    ) -> None:
        h = credit.implied_hazard(spread, recovery, 5, rate)
        assert credit.par_spread(h, recovery, 5, rate) == pytest.approx(spread, rel=1e-9)
        assert h == pytest.approx(credit.hazard(spread, recovery), rel=0.02 + 2 * abs(h) / 4)

    def test_the_legs_by_numerical_integration(self) -> None:
        h, recovery, rate = 0.12, 0.35, 0.045
        t = (np.arange(500_000) + 0.5) / 100_000
        density = h * np.exp(-(h + rate) * t) / 100_000
        protection = (1 - recovery) * density.sum()
        accrued = ((t % 0.25) * density).sum()
        quarters = np.arange(1, 21) / 4
        premium = 0.25 * np.exp(-(h + rate) * quarters).sum() + accrued
        assert credit.par_spread(h, recovery, 5, rate) == pytest.approx(1e4 * protection / premium, rel=1e-6)

    @given(spreads, recoveries)
    def test_dearer_insurance_and_a_higher_recovery_mean_a_likelier_default(
        self, spread: float, recovery: float
    ) -> None:
        here = credit.default_probability(spread, recovery, 5)
        assert credit.default_probability(spread * 1.1, recovery, 5) > here
        assert credit.default_probability(spread, recovery + 0.1, 5) > here
        assert 0 < here < 1

    def test_no_spread_no_hazard(self) -> None:
        assert credit.implied_hazard(0, 0.4, 5, 0.04) == credit.par_spread(0, 0.4, 5, 0.04) == 0
        assert credit.par_spread(0.02, 0.4, 5, -0.02) == pytest.approx(120, rel=0.01)


class TestShares:
    def test_hulls_example(self) -> None:
        """Hull, chapter on credit risk: equity 3, volatility 80 percent, 10 due in a year, rate 5 percent."""
        found = credit.merton(3, 0.8, 10, 0.05, 1)
        assert found.volatility == pytest.approx(0.2123, abs=5e-5)
        assert found.probability == pytest.approx(norm.cdf(-1.1408), abs=1e-4)
        assert 10 * math.exp(-0.05 - found.spread * 1e-4) == pytest.approx(9.40, abs=0.005)

    @pytest.mark.parametrize(
        ("equity", "volatility", "debt", "rate", "years"),
        [(430e9, 0.55, 170e9, 0.04, 5.0), (45e9, 0.9, 36e9, 0.04, 5.0), (1.0, 0.3, 0.5, 0.0, 2.0)],
    )
    def test_an_independent_solver_agrees(
        self, equity: float, volatility: float, debt: float, rate: float, years: float
    ) -> None:
        def both(x: np.ndarray) -> list[float]:
            v, s = x[0] * equity, x[1]
            d1 = (math.log(v / debt) + (rate + s * s / 2) * years) / s / math.sqrt(years)
            d2 = d1 - s * math.sqrt(years)
            price = v * norm.cdf(d1) - debt * math.exp(-rate * years) * norm.cdf(d2)
            return [price / equity - 1, norm.cdf(d1) * s * v / equity - volatility]

        x = fsolve(both, [1 + debt / equity, volatility / 2], xtol=1e-13)
        found = credit.merton(equity, volatility, debt, rate, years)
        worth = debt * math.exp(-(rate + found.spread * 1e-4) * years)
        assert equity + worth == pytest.approx(x[0] * equity, rel=1e-8)
        assert found.volatility == pytest.approx(x[1], rel=1e-8)

    @given(st.floats(0.1, 10), st.floats(0.1, 1.5), st.floats(0, 0.1), st.floats(0.5, 10))
    def test_value_is_shared_and_the_spread_is_the_expected_loss(
        self, leverage: float, volatility: float, rate: float, years: float
    ) -> None:
        """The debt is worth the promise less what default takes, and wilder shares are never safer."""
        found = credit.merton(1.0, volatility, leverage, rate, years)
        kept, safe = math.exp(-found.spread * 1e-4 * years), leverage * math.exp(-rate * years)
        assets, width = 1 + kept * safe, found.volatility * math.sqrt(years)
        in_default = assets / safe * norm.cdf(norm.ppf(found.probability) - width)  # put-call parity
        assert kept == pytest.approx(1 - found.probability + in_default, abs=1e-6)
        assert 0 <= found.volatility <= volatility
        assert credit.merton(1.0, volatility * 1.2, leverage, rate, years).spread >= found.spread - 1e-6


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: credit.hazard(math.nan, 0.4), "spread is nan"),
        (lambda: credit.hazard(-5, 0.4), "spread is -5"),
        (lambda: credit.hazard(203, 40), "recovery is 40: it looks like percent"),
        (lambda: credit.hazard(203, 1.0), "recovery is 1"),
        (lambda: credit.default_probability(203, 0.4, -1), "years is -1"),
        (lambda: credit.par_spread(0.1, 0.4, 5.1, 0.04), "quarters is 20.4"),
        (lambda: credit.par_spread(0.1, 0.4, 5, 4), "rate is 4: it looks like percent"),
        (lambda: credit.par_spread(-0.1, 0.4, 5, 0.04), "hazard is -0.1"),
        (lambda: credit.implied_hazard(20_000, 0.4, 5, 0.04), "spread is 20000"),
        (lambda: credit.merton(0, 0.5, 1, 0.04, 5), "equity is 0"),
        (lambda: credit.merton(1, 51, 1, 0.04, 5), "volatility is 51: it looks like percent"),
        (lambda: credit.merton(1, 0, 1, 0.04, 5), "volatility is 0"),
        (lambda: credit.merton(1, 0.5, -1, 0.04, 5), "debt is -1"),
        (lambda: credit.merton(1, 0.5, 1, 0.04, 0), "years is 0"),
    ],
)
def test_bad_input_is_refused(call: Callable[[], object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()


def test_an_expected_loss_is_the_part_not_recovered_times_the_chance() -> None:
    """At 40 percent back 600 basis points are a hazard of a tenth: over five years 1 - e^-0.5 of 60."""
    assert credit.expected_loss(100.0, 600.0, 0.4, 5.0) == pytest.approx(60 * (1 - math.exp(-0.5)))
