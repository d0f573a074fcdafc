"""How likely a default is, read from the price of insurance and from the price of shares.

**Insurance** (credit default swap, CDS). For a spread ``s`` a year and a recovery ``R`` the credit triangle
gives a flat hazard ``h = s / (1 - R)`` a year and the probability of a default within ``t`` years ``1 -
exp(-h t)``. Exactly, the spread makes both legs worth the same: premiums, paid each quarter and up to the day
of a default, against the loss ``1 - R`` on that day (Hull, *Options, Futures, and Other Derivatives*, chapter
on credit default swaps)::

    s * [sum_i D e^(-(r+h) t_i) + int (t - t_i-1) h e^(-(r+h) t) dt]  =  (1 - R) int h e^(-(r+h) t) dt

with a flat rate ``r``. Both are probabilities under the pricing measure: they hold a premium for risk and for
illiquid trading, so they lie above the frequency that a lender should expect.

**Shares** (Merton, "On the Pricing of Corporate Debt", Journal of Finance 29(2), 1974). Equity ``E`` is a
call on the assets ``V`` struck at the debt ``D`` due in ``T`` years::

    E = V N(d1) - D e^(-rT) N(d2),   s_E E = N(d1) s_V V
    d1 = [ln(V/D) + (r + s_V^2/2) T] / (s_V sqrt(T)),   d2 = d1 - s_V sqrt(T)

Asset value and volatility solve both equations. ``N(-d2)`` is the probability of default at ``T``; the debt
is worth ``V - E``, and its yield over ``r`` is the spread. One date of payment, no payments before it, prices
that do not jump: short horizons come out too safe.

Spreads in basis points a year, rates, recoveries and volatilities as shares, amounts in one unit of money.
Bad input raises ``ValueError``.

Example::

    >>> from capital_loop.models.credit import default_probability
    >>> round(default_probability(spread=203, recovery=0.4, years=5), 3)
    0.156
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr

from capital_loop.models import guard

__all__ = [
    "Merton", "default_probability", "expected_loss", "hazard", "implied_hazard", "merton", "par_spread",
]  # fmt: skip

BASIS_POINT = 1e-4
QUARTERS = 4
"""Premiums a year."""
FULL = 0.99
"""The greatest recovery that leaves something to insure."""
ROUNDING = 1e-9
"""Slack of a bound that rounding must not miss."""
CERTAIN = 100.0
"""A hazard above it means a default within days: no spread that is quoted asks for more."""


def hazard(spread: float, recovery: float) -> float:
    """The flat hazard a year by the credit triangle, from a spread in basis points."""
    s = guard.finite("spread", spread, low=0.0, high=10_000.0, unit="basis points") * BASIS_POINT
    return s / (1.0 - guard.share("recovery", recovery, high=FULL))


def default_probability(spread: float, recovery: float, years: float) -> float:
    """The probability of a default within ``years``, by the credit triangle."""
    return -math.expm1(-hazard(spread, recovery) * guard.finite("years", years, low=0.0))


def expected_loss(amount: float, spread: float, recovery: float, years: float) -> float:
    """What the price of insurance says a lender of an ``amount`` loses by defaults within ``years``."""
    lost = guard.finite("amount", amount, low=0.0) * (1.0 - guard.share("recovery", recovery, high=FULL))
    return lost * default_probability(spread, recovery, years)


def par_spread(hazard: float, recovery: float, years: float, rate: float) -> float:
    """The spread (basis points) of a swap over ``years``, hazard and rate flat and continuous."""
    h = guard.finite("hazard", hazard, low=0.0)
    loss = 1.0 - guard.share("recovery", recovery, high=FULL)
    r = guard.rate("rate", rate, low=-0.1)
    count = guard.count("quarters", guard.positive("years", years) * QUARTERS, low=1)
    if h == 0:
        return 0.0
    both, step = h + r, 1.0 / QUARTERS
    at = np.arange(1, count + 1) * step
    protection = loss * h * _annuity(both, years)
    # Premium accrued within a quarter: int_0^D u h e^(-both u) du, brought to today from the quarter's start.
    accrued = h * _moment(both, step) * np.exp(-both * (at - step)).sum()
    premium = step * np.exp(-both * at).sum() + accrued
    return float(protection / premium / BASIS_POINT)


def implied_hazard(spread: float, recovery: float, years: float, rate: float) -> float:
    """The flat hazard a year that makes a quoted spread fair: what :func:`par_spread` inverts."""
    s = guard.finite("spread", spread, low=0.0, high=10_000.0, unit="basis points")
    if s == 0:
        return 0.0
    return float(brentq(lambda h: par_spread(h, recovery, years, rate) - s, 0.0, CERTAIN, xtol=1e-14))


def _annuity(rate: float, years: float) -> float:
    """``int_0^years e^(-rate t) dt``."""
    return years if rate == 0 else -math.expm1(-rate * years) / rate


def _moment(rate: float, years: float) -> float:
    """``int_0^years t e^(-rate t) dt``."""
    if abs(rate) * years < 1e-6:
        return years**2 / 2
    return (_annuity(rate, years) - years * math.exp(-rate * years)) / rate


@dataclass(frozen=True)
class Merton:
    """What shares say of debt.

    ``volatility`` of the assets, ``probability`` of default at the horizon, ``spread`` in basis points.
    """

    volatility: float
    probability: float
    spread: float


def merton(equity: float, volatility: float, debt: float, rate: float, years: float) -> Merton:
    """Default from the value and volatility of the equity; ``debt`` is the promise due in ``years``."""
    e, d = guard.positive("equity", equity), guard.positive("debt", debt)
    s, t = guard.volatility("volatility", volatility), guard.positive("years", years)
    r = guard.rate("rate", rate, low=-0.1)
    guard.positive("volatility", s)
    safe = d * math.exp(-r * t)

    def assets(own: float) -> float:
        """The asset value whose call is worth the equity: between the equity and the equity with all debt."""
        most, width = (e + safe) * (1 + ROUNDING), 1e-12 * (e + safe)
        return float(brentq(lambda v: _call(v, own, safe, t)[0] - e, e, most, xtol=width))

    def miss(own: float) -> float:
        v = assets(own)
        return ndtr(_call(v, own, safe, t)[1]) * own * v / e - s

    own = float(brentq(miss, 1e-6 * s, s, xtol=1e-13))
    v = assets(own)
    kept = (v - e) / safe
    return Merton(own, float(ndtr(-_call(v, own, safe, t)[2])), -math.log(min(kept, 1.0)) / t / BASIS_POINT)


def _call(value: float, volatility: float, safe: float, years: float) -> tuple[float, float, float]:
    """A call on ``value`` struck at a promise worth ``safe`` today: its price, ``d1`` and ``d2``."""
    width = volatility * math.sqrt(years)
    d1 = math.log(value / safe) / width + width / 2
    d2 = d1 - width
    return float(value * ndtr(d1) - safe * ndtr(d2)), d1, d2
