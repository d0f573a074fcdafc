"""Growth between rounded, dated statements: what they prove and what they do not.

A company says that it processes "over 1.3 quadrillion tokens a month". The sentence gives no number but a
range (:mod:`.intervals`), and the month that it belongs to is doubtful as well. This module carries both
doubts through every step, so that a growth rate comes out as a range and a comparison of two rates says
"slower", "faster" or "not separable", never more than the statements allow.

**Equations**
Two points with levels ``L1``, ``L2`` at times ``t1 < t2`` (months):

* growth factor ``F = L2 / L1``
* monthly log growth ``g = ln(F) / (t2 - t1)``, monthly growth rate ``exp(g) - 1``
* doubling time ``T = ln(2) / g`` (months)

Tokens and money:

* blended price ``p = s * p_in + (1 - s) * p_out`` with ``s`` the share of input tokens
* revenue a year ``R = 12 * N / 1e6 * b * p * d`` with ``N`` tokens a month, ``b`` the share that
  is billed and ``d`` the share of list price that is paid

Units: levels in any unit, but one unit for all points; times as dates; prices in USD per million
tokens; revenue in USD a year. A month is a twelfth of a Gregorian year (30.436875 days).

Errors: bad input raises ``ValueError`` with a sentence that says what to mend.

Example::

    >>> from capital_loop.models.growth import break_even_price
    >>> break_even_price(revenue_per_year=12e9, tokens_per_month=1e15)
    1.0
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise, product
from typing import Literal

import pandas as pd

from capital_loop.models import guard
from capital_loop.models.intervals import Interval
from capital_loop.models.sampling import Estimate

__all__ = [
    "DAYS_PER_MONTH", "DatedLevel", "TokenPrices", "Verdict", "blended_price", "break_even_price",
    "compare_rates", "doubling_time", "elapsed_months", "growth_factor", "growth_table", "last_place",
    "level_in_month", "monthly_growth_rate", "monthly_log_growth", "per_minute_to_per_month",
    "power_of_ten_gap", "revenue_range", "token_revenue",
]  # fmt: skip

DAYS_PER_MONTH = 365.2425 / 12
"""Days in an average month of the Gregorian calendar."""

TOKENS_PER_PRICE_UNIT = 1e6
"""List prices are quoted for a million tokens."""

Verdict = Literal["slower for certain", "faster for certain", "not separable"]
"""What two growth rates allow to be said of the later one."""


def last_place(value: float) -> float:
    """The place of the last significant digit: 1.3 quadrillion gives 0.1 quadrillion.

    Raises ``ValueError`` for zero and for what is not finite.
    """
    if guard.finite("value", value) == 0:
        raise ValueError("value is 0: only a figure other than zero has a last digit")
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return float(Decimal(1).scaleb(int(exponent)))


@dataclass(frozen=True, slots=True)
class DatedLevel:
    """A level known as a range, at a time known as a range of days."""

    name: str
    level: Interval
    earliest: date
    latest: date

    def __post_init__(self) -> None:
        guard.word("name", self.name)
        guard.kind(f"level of {self.name!r}", self.level, Interval)
        guard.positive(f"level of {self.name!r}", self.level.low)
        if math.isinf(self.level.high):
            raise ValueError(f"The level of {self.name!r} is open above; say how far it may reach.")
        if self.earliest > self.latest:
            raise ValueError(f"The dates of {self.name!r} run backwards: {self.earliest} to {self.latest}.")


def level_in_month(
    name: str, level: Interval, month: str, *, doubt_months: int = 0, any_day: bool = False
) -> DatedLevel:
    """Place a monthly figure in time from a stamp such as ``2025-10``.

    A total over a calendar month belongs to the middle of that month. ``doubt_months`` lets the
    figure belong to a month up to that much earlier. ``any_day`` gives up even the middle of the
    month: the figure may describe any day from the first of the earliest month to the last of the
    stamped one (a running rate instead of a calendar month's total).

    Raises ``ValueError`` for a stamp that is not ``YYYY-MM`` and for negative doubt.
    """
    doubt_months = guard.count("doubt_months", doubt_months)
    if not re.fullmatch(r"\d{4}-\d\d", guard.kind("month", month, str)):
        raise ValueError(f"month is {month!r}: a month is written YYYY-MM")
    if not 1 <= int(month.partition("-")[2]) <= 12:
        raise ValueError(f"month is {month!r}: there is no such month")
    last = pd.Period(month, "M")
    first = last - doubt_months
    early = 1 if any_day else (first.days_in_month + 1) // 2
    late = last.days_in_month if any_day else (last.days_in_month + 1) // 2
    return DatedLevel(name, level, date(first.year, first.month, early), date(last.year, last.month, late))


def elapsed_months(first: DatedLevel, second: DatedLevel) -> Interval:
    """The months between two points, from the shortest to the longest reading.

    Raises ``ValueError`` if the second point may be as early as the first.
    """
    guard.kind("first", first, DatedLevel), guard.kind("second", second, DatedLevel)
    shortest = (second.earliest - first.latest).days
    longest = (second.latest - first.earliest).days
    if shortest <= 0:
        raise ValueError(
            f"{second.name!r} must lie after {first.name!r} under every reading of the dates; "
            f"the shortest gap is {shortest} days."
        )
    return Interval(shortest / DAYS_PER_MONTH, longest / DAYS_PER_MONTH)


def growth_factor(first: DatedLevel, second: DatedLevel) -> Interval:
    """The factor ``L2 / L1``."""
    guard.kind("first", first, DatedLevel), guard.kind("second", second, DatedLevel)
    return second.level / first.level


def monthly_log_growth(first: DatedLevel, second: DatedLevel) -> Interval:
    """The growth ``ln(L2 / L1) / (t2 - t1)`` per month.

    Each of the four inputs enters once, so the range is exact and not merely an outer bound.
    """
    return growth_factor(first, second).log() / elapsed_months(first, second)


def monthly_growth_rate(first: DatedLevel, second: DatedLevel) -> Interval:
    """Growth a month as a share (0.1 is ten percent)."""
    return monthly_log_growth(first, second).increasing(math.expm1)


def doubling_time(first: DatedLevel, second: DatedLevel) -> Interval:
    """The months in which the level doubled at the pace between two points.

    Raises ``ValueError`` if the statements allow for no growth: then no doubling time exists.
    """
    growth = monthly_log_growth(first, second)
    if growth.low <= 0:
        raise ValueError(
            f"From {first.name!r} to {second.name!r} the statements allow for no growth at all, "
            "so no doubling time can be given."
        )
    return Interval(math.log(2) / growth.high, math.log(2) / growth.low)


def compare_rates(earlier: Interval, later: Interval) -> Verdict:
    """Compare two ranges of growth rates; they are separable only if they do not touch."""
    guard.kind("earlier", earlier, Interval), guard.kind("later", later, Interval)
    if later.is_below(earlier):
        return "slower for certain"
    if earlier.is_below(later):
        return "faster for certain"
    return "not separable"


def growth_table(points: Sequence[DatedLevel]) -> pd.DataFrame:
    """One row for each stretch between neighbouring points.

    Columns: ``start``, ``end`` and the low and high bound of ``months``, ``factor``,
    ``log_growth``, ``monthly_growth`` and ``doubling_months`` (blank where the statements allow
    for no growth). Raises ``ValueError`` for fewer than two points.
    """
    points = guard.several("points", points, DatedLevel, least=0)
    if len(points) < 2:
        raise ValueError(f"Growth needs two points at least; {len(points)} given.")
    rows: list[dict[str, str | float]] = []
    for pair in pairwise(points):
        log_growth = monthly_log_growth(*pair)
        measures = {
            "months": elapsed_months(*pair), "factor": growth_factor(*pair), "log_growth": log_growth,
            "monthly_growth": monthly_growth_rate(*pair),
            "doubling_months": doubling_time(*pair) if log_growth.low > 0 else None,
        }  # fmt: skip
        ends = {f"{n}_{e}": getattr(m, e, math.nan) for n, m in measures.items() for e in ("low", "high")}
        rows.append({"start": pair[0].name, "end": pair[1].name, **ends})
    return pd.DataFrame(rows)


def power_of_ten_gap(printed: Interval, stated: Interval) -> int | None:
    """The powers of ten by which a printed figure misses a stated one.

    1 means ten times too low, -1 ten times too high, 0 agreement, ``None`` that the two differ by
    something else than a power of ten. Raises ``ValueError`` for figures that are not positive.
    """
    guard.kind("printed", printed, Interval), guard.kind("stated", stated, Interval)
    gap = (stated.log() - printed.log()) / math.log(10)
    nearest = round(gap.middle)
    return nearest if gap.contains(nearest) else None


def per_minute_to_per_month(per_minute: float) -> float:
    """Tokens a month from tokens a minute, for a month of average length."""
    return guard.finite("per_minute", per_minute, low=0.0) * 60 * 24 * DAYS_PER_MONTH


@dataclass(frozen=True, slots=True)
class TokenPrices:
    """What a million tokens costs and how much of it is paid."""

    input_share: Estimate
    input_price: Estimate
    output_price: Estimate
    paid_share: Estimate
    billed_share: Estimate

    def __post_init__(self) -> None:
        for name in ("input_share", "paid_share", "billed_share"):
            estimate = guard.kind(name, getattr(self, name), Estimate)
            guard.share(name, estimate.low)
            guard.share(name, estimate.high)
        for name in ("input_price", "output_price"):
            guard.finite(name, guard.kind(name, getattr(self, name), Estimate).low, low=0.0)


def blended_price(input_share: float, input_price: float, output_price: float) -> float:
    """The price of a million tokens of which ``input_share`` is input (USD)."""
    share = guard.share("input_share", input_share)
    read = guard.finite("input_price", input_price, low=0.0)
    return share * read + (1 - share) * guard.finite("output_price", output_price, low=0.0)


def token_revenue(
    tokens_per_month: float, price: float, *, billed_share: float = 1.0, paid_share: float = 1.0
) -> float:
    """Revenue a year (USD) of a monthly flow of tokens at a price a million."""
    tokens = guard.finite("tokens_per_month", tokens_per_month, low=0.0)
    price = guard.finite("price", price, low=0.0)
    billed, paid = guard.share("billed_share", billed_share), guard.share("paid_share", paid_share)
    return 12 * tokens / TOKENS_PER_PRICE_UNIT * billed * price * paid


def revenue_range(tokens_per_month: Estimate, prices: TokenPrices) -> Estimate:
    """Revenue a year (USD): central at the central values, low and high over all corners.

    Revenue is linear in each input, so its extremes over the box of inputs lie at the corners.
    """
    guard.kind("tokens_per_month", tokens_per_month, Estimate)
    guard.kind("prices", prices, TokenPrices)

    def revenue(tokens: float, share: float, read: float, wrote: float, paid: float, billed: float) -> float:
        price = blended_price(share, read, wrote)
        return token_revenue(tokens, price, billed_share=billed, paid_share=paid)

    inputs = (
        tokens_per_month, prices.input_share, prices.input_price, prices.output_price, prices.paid_share,
        prices.billed_share,
    )  # fmt: skip
    corners = [revenue(*corner) for corner in product(*((e.low, e.high) for e in inputs))]
    central = revenue(*(e.central for e in inputs))
    return Estimate(min(*corners, central), central, max(*corners, central))


def break_even_price(revenue_per_year: float, tokens_per_month: float) -> float:
    """The price a million tokens (USD) at which a flow of tokens brings a given revenue.

    Raises ``ValueError`` unless both inputs are positive.
    """
    tokens = guard.positive("tokens_per_month", tokens_per_month)
    return guard.positive("revenue_per_year", revenue_per_year) / (12 * tokens / TOKENS_PER_PRICE_UNIT)
