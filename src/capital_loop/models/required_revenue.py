"""What revenue capital spending must bring, a year, to be earned back with a return.

Spending ``K`` of one year is split into a part ``w`` that wears out in ``n1`` years (servers, network) and
the rest in ``n2`` years (buildings, power). Earning each part back with a return ``r`` takes level yearly
amounts (annuities ``A(K, r, n)``, paid at the end of each year; :func:`.debt.annuity`).

With running costs of a share ``c`` of revenue, the revenue that one year's spending must bring in each year
of the servers' life is

    R = [A(w K, r, n1) + A((1 - w) K, r, n2)] / (1 - c)

If spending of that size goes on, a cohort is added each year and the requirement grows to ``n1`` cohorts'.
The rule of thumb of the field (D. Cahn, "AI's $600B Question", Sequoia Capital, 2024) is a special case: data
centres cost twice the chips, and revenue must be twice the data centres: ``R = 4 x`` the yearly chip bill.

Amounts in USD (a year), lives in years, ``w``, ``r``, ``c`` as fractions. Raises ``ValueError`` for bad
input.

Example::

    >>> from capital_loop.models.required_revenue import rule_of_thumb
    >>> rule_of_thumb(chips_a_year=100e9)
    400000000000.0
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from capital_loop.models import guard
from capital_loop.models.debt import annuity
from capital_loop.models.sampling import extremes, one_at_a_time

__all__ = ["Inputs", "cohorts", "required_range", "required_revenue", "rule_of_thumb", "tornado"]


@dataclass(frozen=True)
class Inputs:
    """One set of inputs; see the module's text. Raises ``ValueError`` outside the possible."""

    spending: float
    fast_share: float
    fast_life: float
    slow_life: float
    required_return: float
    cash_cost: float

    def __post_init__(self) -> None:
        guard.finite("spending", self.spending, low=0.0)
        guard.positive("fast_life", self.fast_life)
        guard.positive("slow_life", self.slow_life)
        guard.share("fast_share", self.fast_share)
        guard.rate(
            "required_return", guard.finite("required_return", self.required_return, above=-1.0), low=-1.0
        )
        guard.finite("cash_cost", guard.share("cash_cost", self.cash_cost), below=1.0)


def required_revenue(inputs: Inputs) -> float:
    """Revenue a year that one year's spending must bring while its servers last."""
    guard.kind("inputs", inputs, Inputs)
    fast = annuity(inputs.spending * inputs.fast_share, inputs.required_return, inputs.fast_life)
    slow = annuity(inputs.spending * (1 - inputs.fast_share), inputs.required_return, inputs.slow_life)
    return (fast + slow) / (1 - inputs.cash_cost)


def cohorts(inputs: Inputs) -> float:
    """Revenue a year once spending of the same size has gone on for the servers' whole life."""
    return required_revenue(inputs) * inputs.fast_life


def required_range(inputs: Inputs, ranges: Mapping[str, tuple[float, float]]) -> tuple[float, float]:
    """Lowest and highest requirement over all corners of the ranges, by field name of ``Inputs``."""
    return extremes(required_revenue, guard.kind("inputs", inputs, Inputs), _known(ranges))[1:]


def tornado(inputs: Inputs, ranges: Mapping[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    """Requirement at the low and at the high end of each input, the others central; widest first."""
    found = one_at_a_time(required_revenue, guard.kind("inputs", inputs, Inputs), _known(ranges))
    return dict(zip(found["input"], zip(found["at_low"], found["at_high"], strict=True), strict=True))


def rule_of_thumb(chips_a_year: float, site_over_chips: float = 2.0, revenue_over_site: float = 2.0) -> float:
    """Cahn's rule: revenue for a yearly chip bill, doubled for the site, and again for a margin of a half."""
    chips = guard.finite("chips_a_year", chips_a_year, low=0.0)
    factors = (
        guard.positive("site_over_chips", site_over_chips),
        guard.positive("revenue_over_site", revenue_over_site),
    )
    return chips * factors[0] * factors[1]


def _known(ranges: Mapping[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    return guard.ranges("ranges", ranges, {f.name for f in fields(Inputs)})
