"""Claims and facts as intervals: the ends as filed, blank ends open, dates as day ordinals."""

from __future__ import annotations

import datetime as dt
import math

from capital_loop.models.intervals import Interval
from capital_loop.record import Fact
from capital_loop.record.rows import ClaimRow

__all__ = ["claim_interval", "day_number", "fact_interval", "on_axis"]


def claim_interval(claim: ClaimRow) -> Interval:
    """The interval of a claims row; blank ends are open; date units become day ordinals."""
    return _between(claim.low, claim.high, claim.unit)


def fact_interval(fact: Fact) -> Interval:
    """The interval of a fact: its own range; a single stated end is a bound, open on the other side."""
    low, high = fact.low, fact.high
    if math.isnan(low) and math.isnan(high):
        low = high = fact.value
    return _between(low, high, fact.unit)


def _between(low: float, high: float, unit: str) -> Interval:
    low = -math.inf if math.isnan(low) else low
    high = math.inf if math.isnan(high) else high
    return Interval(on_axis(low, unit), on_axis(high, unit))


def on_axis(value: float, unit: str) -> float:
    """Where a value stands in its interval: a date as its day's ordinal, any other as it is."""
    return day_number(value) if unit == "date" and math.isfinite(value) else value


def day_number(yyyymmdd: float) -> float:
    """The ordinal of a date written as the number YYYYMMDD; raises ``ValueError`` for no such day."""
    n = int(yyyymmdd)
    return float(dt.date(n // 10000, n // 100 % 100, n % 100).toordinal())
