"""Valuation in reverse: what a price takes for granted.

A price that somebody paid is read backwards. Instead of asking what a company is worth, the model
asks which revenue, margin, multiple or yearly return makes the price come out even.

**Equations**
Two stages. Until the horizon of ``H`` years nothing is paid out and losses are met by selling new
shares; after it the company earns the margin ``m`` and is priced at ``k`` times its earnings:

* value today ``V = (1 - d)^H * k * m * R_H * (1 + n) / (1 + r)^H``
* revenue at the horizon ``R_H = R_0 * (1 + g)^H``
* multiple of a company that grows for ever at ``n`` and pays out the share ``q`` of its earnings
  (Gordon): ``k = q / (s - n)`` on the earnings of the coming year, with ``s > n``

with ``r`` the yearly return that buyers ask, ``d`` the share of the company that each year's new shares take,
``R_0`` the revenue of today and ``n`` the growth of revenue in the year after the horizon: a multiple of the
coming year's earnings, as the market's is quoted, belongs to that year. All rates are shares of one, money
is in USD, times in years. Each unknown has one solution, because ``V`` rises in ``R_H``, ``m`` and ``k`` and
falls in ``r`` and ``d``; :func:`solve` finds it with Brent's method.

Sources: W. A. Sahlman and R. M. Willis, *The Basic Venture Capital Formula*, Harvard Business School
note 9-804-042 (2009), for the first stage and its dilution; M. J. Gordon, "Dividends, Earnings, and
Stock Prices", *Review of Economics and Statistics* 41 (1959) 99-105, for the second.

Errors: bad input raises ``ValueError`` with a sentence that says what to mend.

Example::

    >>> from capital_loop.models.valuation import Venture, value
    >>> round(value(Venture(revenue=100.0, margin=0.25, multiple=20.0, rate=0.1, dilution=0.0, years=5)), 1)
    310.5
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from capital_loop.models import guard
from capital_loop.models.sampling import Estimate, extremes, one_at_a_time

__all__ = [
    "Venture", "fair_retention", "payback_years", "present_value", "required_revenue_range",
    "return_range", "reverse_table", "sensitivity", "solve", "value", "years_of_earnings",
]  # fmt: skip

RATE_FLOOR, RATE_CEILING = -0.99, 100.0
"""Yearly rates outside these are no answer: everything lost within a year, or a hundredfold a year."""
SHARE_CEILING = 1 - 1e-9
"""Margins and dilution stay below one."""
SPAN = 1e12
"""Revenue and multiples are sought up to this factor around the given value."""
TOLERANCE = 1e-12
"""Relative width at which the search stops: far below any rounding of the inputs."""


@dataclass(frozen=True, slots=True)
class Venture:
    """One price's assumptions.

    ``revenue``: at the horizon, USD a year. ``margin``: net profit as a share of revenue from then
    on. ``multiple``: price over the earnings of the coming year. ``rate``: yearly return that buyers
    ask. ``dilution``: share of the company that new shares take each year. ``years``: to the
    horizon. ``growth``: of revenue in the year after it, nothing where the multiple is on the last year's
    earnings.
    """

    revenue: float
    margin: float
    multiple: float
    rate: float
    dilution: float
    years: float
    growth: float = 0.0

    def __post_init__(self) -> None:
        guard.positive("revenue", self.revenue)
        guard.finite("margin", _margin(self.margin), below=1.0)
        guard.positive("multiple", self.multiple)
        _rate(self.rate)
        guard.finite("dilution", guard.share("dilution", self.dilution), below=1.0)
        guard.finite("years", self.years, low=0.0)
        guard.rate("growth", guard.finite("growth", self.growth, above=-1.0), low=-1.0)


def value(v: Venture) -> float:
    """Value today, USD, by the two-stage equation of the module."""
    guard.kind("v", v, Venture)
    return _value(asdict(v))


def _value(v: Mapping[str, float]) -> float:
    terminal = v["multiple"] * v["margin"] * v["revenue"] * (1 + v["growth"])
    return terminal * float(((1 - v["dilution"]) / (1 + v["rate"])) ** v["years"])


def solve(v: Venture, unknown: str, price: float) -> float:
    """The value of one field of ``v`` at which the price (USD) comes out even.

    ``unknown``: ``revenue``, ``margin``, ``multiple``, ``rate`` or ``dilution``. Raises
    ``ValueError`` for another name, for a price that is not positive, and where no value within the
    bounds of the field gives the price.
    """
    price, given = guard.positive("price", price), asdict(guard.kind("v", v, Venture))
    bounds = {
        "revenue": (v.revenue / SPAN, v.revenue * SPAN),
        "multiple": (v.multiple / SPAN, v.multiple * SPAN),
        "margin": (1 / SPAN, SHARE_CEILING),
        "rate": (RATE_FLOOR + TOLERANCE, RATE_CEILING),
        "dilution": (0.0, SHARE_CEILING),
    }
    guard.word("unknown", unknown, bounds)
    if unknown in ("rate", "dilution") and v.years == 0:
        raise ValueError(f"With a horizon of zero years the {unknown} has no effect; give a later horizon.")

    def gap(x: float) -> float:
        return math.log(_value({**given, unknown: x}) / price)

    low, high = bounds[unknown]
    if gap(low) * gap(high) > 0:
        raise ValueError(f"No {unknown} between {low:g} and {high:g} gives this price; change the others.")
    return float(brentq(gap, low, high, xtol=TOLERANCE, rtol=TOLERANCE))


def required_revenue_range(v: Venture, price: float, ranges: Mapping[str, tuple[float, float]]) -> Estimate:
    """Revenue needed at the horizon: central, and over all corners of the inputs' ranges.

    ``ranges``: field to ``(low, high)``. The revenue is monotone in each field, so its extremes over
    the box lie in corners: the range holds every combination, not a likely one.
    """
    return _over_corners(v, "revenue", price, ranges)


def return_range(v: Venture, price: float, ranges: Mapping[str, tuple[float, float]]) -> Estimate:
    """Yearly return that the price leaves if the revenue is reached: central, and over all corners."""
    return _over_corners(v, "rate", price, ranges)


def sensitivity(v: Venture, price: float, ranges: Mapping[str, tuple[float, float]]) -> pd.DataFrame:
    """Revenue needed with one input at a time at its low and high end.

    Columns ``input, low, high, revenue_low, revenue_high, swing`` (USD a year; ``revenue_low`` belongs
    to the input's ``low``), widest swing first.
    """
    central = guard.kind("v", v, Venture)
    found = one_at_a_time(lambda x: solve(x, "revenue", price), central, _ranges(ranges))
    return found.rename(columns={"at_low": "revenue_low", "at_high": "revenue_high"})


def reverse_table(
    prices: pd.DataFrame, v: Venture, ranges: Mapping[str, tuple[float, float]]
) -> pd.DataFrame:
    """Read several prices backwards.

    ``prices``: columns ``price`` (USD), ``revenue_now`` (USD a year, may be missing), ``plan`` (USD a
    year at the horizon, may be missing) and ``years`` (to the horizon). ``v`` gives the other inputs.
    Returns the frame with ``needed, needed_low, needed_high`` (USD a year), ``growth`` (a year, from
    today's revenue to the one needed), ``multiple_of_revenue`` (price over revenue) and
    ``returned, returned_low, returned_high`` (yearly return if the plan is met).
    """
    guard.kind("v", v, Venture)
    guard.kind("prices", prices, pd.DataFrame)
    if prices.empty or not prices.columns.is_unique:
        raise ValueError("prices must hold a row, and each column once")
    missing = {"price", "revenue_now", "plan", "years"} - set(prices.columns)
    if missing:
        raise ValueError(f"The table of prices lacks {', '.join(sorted(missing))}.")
    for column in ("price", "years"):
        guard.numbers(column, prices[column].to_numpy(), above=0.0)
    for column in ("revenue_now", "plan"):
        guard.numbers(column, prices[column].dropna().to_numpy(), above=0.0)
    rows = []
    columns = (prices[c].astype(float) for c in ("price", "revenue_now", "plan", "years"))
    for price, revenue_now, plan, years in zip(*columns, strict=True):
        case = replace(v, years=years)
        needed = required_revenue_range(case, price, ranges)
        growth = (needed.central / revenue_now) ** (1 / years) - 1
        back = (math.nan,) * 3
        if not math.isnan(plan):
            planned = replace(case, revenue=plan)
            kept = {name: ends for name, ends in ranges.items() if name != "rate"}
            found = return_range(planned, price, kept)
            back = (found.central, found.low, found.high)
        rows.append((needed.central, needed.low, needed.high, growth, price / revenue_now, *back))
    names = ["needed", "needed_low", "needed_high", "growth", "multiple_of_revenue"]
    out = pd.DataFrame(rows, columns=[*names, "returned", "returned_low", "returned_high"])
    return pd.concat([prices.reset_index(drop=True), out], axis=1)


def years_of_earnings(price: float, revenue: float, margin: float) -> float:
    """Years of one year's earnings that a price equals: ``V / (m R)``."""
    return guard.positive("price", price) / (_margin(margin) * guard.positive("revenue", revenue))


def payback_years(price: float, revenues: Sequence[float], margin: float, growth_after: float) -> float:
    """Years until earnings along a path add up to the price, not discounted.

    ``revenues``: USD a year for the coming years in order; after the last one revenue grows by
    ``growth_after`` a year. Within a year earnings flow evenly. Returns ``inf`` where the sum never
    reaches the price (shrinking revenue). Raises ``ValueError`` for an empty path or revenue or
    margin that is not positive.
    """
    path = guard.numbers("revenues", revenues, above=0.0, least=1, axes=1).tolist()
    left, margin = guard.positive("price", price), _margin(margin)
    growth_after = guard.rate(
        "growth_after", guard.finite("growth_after", growth_after, above=-1.0), low=-1.0
    )
    for year, revenue in enumerate(path):
        earned = margin * revenue
        if earned >= left:
            return year + left / earned
        left -= earned
    first = margin * path[-1] * (1 + growth_after)
    if growth_after == 0:
        return len(path) + left / first
    ratio = 1 + left * growth_after / first
    if ratio <= 0:
        return math.inf
    whole = max(math.floor(math.log(ratio) / math.log1p(growth_after)), 0)
    earned = first * math.expm1(whole * math.log1p(growth_after)) / growth_after
    return len(path) + whole + (left - earned) / (first * (1 + growth_after) ** whole)


def present_value(flows: Sequence[float], rate: float) -> float:
    """Value today of flows at the ends of years one, two, … (USD): ``sum of C_t / (1 + r)^t``."""
    paid, rate = guard.numbers("flows", flows, axes=1), _rate(rate)
    return float(np.sum(paid / (1 + rate) ** np.arange(1, paid.size + 1)))


def fair_retention(price: float, needs: Sequence[float], rate: float) -> float:
    """Share that today's owners keep if coming needs of cash are met by fairly priced new shares.

    ``price``: value of today's owners' shares (USD). ``needs``: cash raised at the ends of years one,
    two, … (USD, not negative). New buyers get the return ``rate`` like everybody else, so their part
    of the final value is worth what they pay: ``V / (V + PV(needs))``. With this the model counts the
    losses once, as new shares, and not again as outflows.
    """
    price = guard.positive("price", price)
    return price / (price + present_value(guard.numbers("needs", needs, low=0.0, axes=1).tolist(), rate))


def _margin(margin: float) -> float:
    return guard.finite("margin", guard.share("margin", margin), above=0.0)


def _rate(rate: float) -> float:
    return guard.rate("rate", guard.finite("rate", rate, above=RATE_FLOOR), low=RATE_FLOOR)


def _ranges(given: Mapping[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    return guard.ranges("ranges", given, {f.name for f in fields(Venture)})


def _over_corners(
    v: Venture, unknown: str, price: float, ranges: Mapping[str, tuple[float, float]]
) -> Estimate:
    guard.kind("v", v, Venture)
    ranges = _ranges(ranges)
    if unknown in ranges:
        raise ValueError(f"The {unknown} is what is sought; leave it out of the ranges.")
    return extremes(lambda x: solve(x, unknown, price), v, ranges)
