"""What revenue capital spending must bring, a year, to be earned back with a return.

Spending ``K`` of one year is split into a part ``w`` that wears out in ``n1`` years (servers, network) and
the rest in ``n2`` years (buildings, power). Earning each part back with a return ``r`` takes level yearly
amounts (annuities ``A(K, r, n)``, paid at the end of each year; :func:`.debt.annuity`).

With running costs of a share ``c`` of revenue, the revenue that one year's spending must bring in each year
of the servers' life is

    R = [A(w K, r, n1) + A((1 - w) K, r, n2)] / (1 - c)

Amounts in USD (a year), lives in years, ``w``, ``r``, ``c`` as fractions. Raises ``ValueError`` for bad
input.

Example::

    >>> from capital_loop.models.required_revenue import Inputs, required_revenue
    >>> required_revenue(Inputs(100e9, 1.0, 5, 20, required_return=0.0, cash_cost=0.5))
    40000000000.0
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import pandas as pd

from capital_loop.models import guard
from capital_loop.models.debt import annuity
from capital_loop.models.sampling import Estimate, extremes, one_at_a_time

__all__ = ["Inputs", "required_range", "required_revenue", "tornado"]


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


def required_range(inputs: Inputs, ranges: Mapping[str, tuple[float, float]]) -> Estimate:
    """The requirement, and its ends over all corners of the ranges, by field name of ``Inputs``."""
    return extremes(required_revenue, guard.kind("inputs", inputs, Inputs), _known(ranges))


def tornado(inputs: Inputs, ranges: Mapping[str, tuple[float, float]]) -> pd.DataFrame:
    """The requirement with one input at a time at its ends, as :func:`.sampling.one_at_a_time` gives it."""
    return one_at_a_time(required_revenue, guard.kind("inputs", inputs, Inputs), _known(ranges))


def _known(ranges: Mapping[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    return guard.ranges("ranges", ranges, {f.name for f in fields(Inputs)})
