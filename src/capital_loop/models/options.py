"""What rights to delay, cancel or renew a contract for computing power are worth, and to whom.

A contract lets capacity for ``years`` at ``rent`` a year (1 unless given). The market would let the same
capacity at ``S`` a year, a lognormal price with volatility ``s`` whose expected value falls by ``fall`` a
year. Rents are paid continuously and discounted at the rate ``r``. With ``a(y, n) = (1 - exp(-y n)) / y``:

* ``n`` years of contract rent from now are worth ``rent * a(r, n)``, of market rent ``S * a(r + fall, n)``:
  a market rent is an asset that pays out ``q = r + fall`` a year
* **Renewal**: at ``T`` the customer may rent ``n`` years more at the old rent: a call on the market's years,
  ``S exp(-q T) a(q, n)``, struck at ``rent * a(r, n)``
* **Cancellation**: at ``t`` the customer may leave and rent the rest ``m = T - t`` in the market, paying the
  share ``fee`` of the rents left: a put on ``S exp(-q t) a(q, m)`` struck at ``(1 - fee) rent * a(r, m)``; on
  any of several days it is worth what a binomial tree finds (:func:`cancellation`)
* **Delay**: at ``t``, when the years begin, the customer may shift them all by ``d``: it saves the contract's
  rents of the first ``d`` years and adds as many at the end. A put on ``S exp(-q t) a(q, T) (1 - exp(-q d))``
  struck at ``rent * a(r, T) (1 - exp(-r d))``

Each is the Black formula (F. Black, "The pricing of commodity contracts", Journal of Financial Economics 3,
1976) with the forward ``F`` of the market's side and the discounted strike ``X``. What the holder gains the
writer loses. The reading as real options: A. Dixit and R. Pindyck, *Investment under Uncertainty*, 1994; the
tree: J. Cox, S. Ross and M. Rubinstein, Journal of Financial Economics 7, 1979.

Values are in years of the contract's rent (times the yearly rent they are USD). The price is taken to be that
of a traded asset: a capacity that cannot be sold forward is worth less to a holder who dislikes risk. Bad
input raises ``ValueError`` that names the input.

Example::

    >>> from capital_loop.models.options import Market, renewal
    >>> round(renewal(Market(rent=1.0, volatility=0.3, fall=0.1, rate=0.05), term=5, more=5), 3)
    0.109
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from capital_loop.models import guard

__all__ = ["Market", "annual", "black", "cancellation", "delay", "leaving", "renewal"]

Floats = NDArray[np.float64]
STEPS = 120
"""Steps of the tree in a year."""
FLAT = 1e-9
"""Yields nearer to nothing than this are nothing."""


@dataclass(frozen=True)
class Market:
    """The market for the same capacity.

    Attributes:
        rent: what it would cost a year today, over the contract's rent.
        volatility: of that rent, a share a year.
        fall: by which share a year the expected rent falls (negative: rises), continuous.
        rate: yearly interest, continuous.
    """

    rent: float
    volatility: float
    fall: float
    rate: float

    def __post_init__(self) -> None:
        guard.positive("rent", self.rent)
        guard.volatility("volatility", self.volatility)
        guard.rate("fall", self.fall, low=-1.0)
        guard.rate("rate", self.rate)

    @property
    def payout(self) -> float:
        """What a market rent pays out a year: interest and fall."""
        return self.rate + self.fall


def annual(yearly: float, years: float) -> float:
    """A rent of 1 a year for some years, discounted continuously at a yearly yield that may be negative."""
    y, n = guard.rate("yearly", yearly, low=-2.0, high=2.0), guard.finite("years", years, low=0.0)
    return n if abs(y) < FLAT else -math.expm1(-y * n) / y


def black(asset: float, strike: float, deviation: float, *, put: bool = False) -> float:
    """An option on an asset, both sides today; ``deviation``: volatility times the root of the years."""
    s = guard.finite("asset", asset, low=0.0)
    x, v = guard.finite("strike", strike, low=0.0), guard.finite("deviation", deviation, low=0.0)
    sign = -1.0 if put else 1.0
    if v == 0 or s == 0 or x == 0:
        return max(sign * (s - x), 0.0)
    d = math.log(s / x) / v + v / 2
    return sign * (s * float(ndtr(sign * d)) - x * float(ndtr(sign * (d - v))))


def _asked(market: object, term: object) -> None:
    guard.kind("market", market, Market)
    guard.finite("term", term, low=0.0)


def _deviation(market: Market, years: float) -> float:
    return market.volatility * math.sqrt(guard.finite("years", years, low=0.0))


def renewal(market: Market, term: float, more: float) -> float:
    """The customer's right to rent ``more`` years after ``term`` at the old rent."""
    _asked(market, term)
    guard.finite("more", more, low=0.0)
    asset = market.rent * math.exp(-market.payout * term) * annual(market.payout, more)
    strike = math.exp(-market.rate * term) * annual(market.rate, more)
    return black(asset, strike, _deviation(market, term))


def leaving(market: Market, term: float, at: float, fee: float) -> float:
    """The customer's right to leave ``at`` years after the start for a ``fee`` (share of the rents left)."""
    _asked(market, term)
    left = guard.finite("at", term - guard.finite("at", at, low=0.0), low=0.0)
    asset = market.rent * math.exp(-market.payout * at) * annual(market.payout, left)
    strike = (1.0 - guard.share("fee", fee)) * math.exp(-market.rate * at) * annual(market.rate, left)
    return black(asset, strike, _deviation(market, at), put=True)


def cancellation(market: Market, term: float, days: Sequence[float], fee: float) -> float:
    """The customer's right to leave on any one of several ``days`` (years after the start, before ``term``).

    A recombining tree of ``STEPS`` steps a year; each day is moved to the nearest step.
    """
    _asked(market, term)
    when = guard.numbers("days", days, low=0.0, high=term, least=1, axes=1)
    guard.share("fee", fee)
    last = math.ceil(float(when.max()) * STEPS)
    if last == 0 or market.volatility == 0:
        return max(leaving(market, term, float(t), fee) for t in when)
    step = float(when.max()) / last
    up = math.exp(market.volatility * math.sqrt(step))
    chance = (math.exp(-market.fall * step) - 1 / up) / (up - 1 / up)
    if not 0 < chance < 1:
        raise ValueError(f"fall is {market.fall:g}: it is too fast for a volatility of {market.volatility:g}")
    stops = {round(float(t) / step) for t in when}
    value: Floats = np.zeros(last + 1)
    for i in range(last, -1, -1):
        if i < last:
            value = math.exp(-market.rate * step) * (chance * value[1:] + (1 - chance) * value[:-1])
        if i in stops:
            left = term - i * step
            rents = market.rent * up ** (2.0 * np.arange(i + 1) - i) * annual(market.payout, left)
            value = np.maximum(value, (1.0 - fee) * annual(market.rate, left) - rents)
    return float(value[0])


def delay(market: Market, term: float, at: float, by: float) -> float:
    """The customer's right, ``at`` years from now, before the start, to shift the contract ``by`` years."""
    _asked(market, term)
    guard.finite("by", by, low=0.0)
    later, q, r = guard.finite("at", at, low=0.0), market.payout, market.rate
    asset = market.rent * math.exp(-q * later) * annual(q, term) * -math.expm1(-q * by)
    strike = math.exp(-r * later) * annual(r, term) * -math.expm1(-r * by)
    if asset < 0:  # rents rise faster than interest: shifting gains on both sides
        return strike - asset
    return black(asset, strike, _deviation(market, later), put=True)
