"""Who pays for the build-out from own cash, who borrows, and how well interest and repayments are covered.

* own share of capital spending: ``min(1, max(0, OCF) / capex)`` with ``OCF`` operating cash flow; the rest is
  the gap that cash in hand, lenders or shareholders fill
* interest cover: operating income over interest expense (before cash taxes and capital spending)
* loan to cost: debt over debt and equity of a vehicle
* annuity: ``A = K r / (1 - (1 + r)^-n)``, the level amount at the end of each of ``n`` years that repays
  ``K`` at the rate ``r``; ``K / n`` for ``r = 0``

Amounts in USD over one period. Raises ``ValueError`` for bad input. Definitions: C. Mellen and F. Evans,
*Valuation for M&A*, ch. on credit ratios; Standard & Poor's, *Corporate Methodology: Ratios and Adjustments*,
2019.

Example::

    >>> from capital_loop.models.debt import annuity
    >>> round(annuity(principal=100, rate=0.06, years=5), 2)
    23.74
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from capital_loop.models import guard

__all__ = ["annuity", "interest_cover", "loan_to_cost", "own_share", "trailing"]

Floats = NDArray[np.float64]

LOSS = -0.99
"""The lowest rate: nearly everything is lost within a year."""
NO_RATE = 1e-12
"""Rates nearer to nothing than this: the product of principal and rate loses digits."""


def annuity(principal: float, rate: float, years: float) -> float:
    """The level yearly amount (USD) that repays ``principal`` at ``rate`` (a share) in ``years``."""
    guard.finite("principal", principal, low=0.0)
    guard.rate("rate", rate, low=LOSS)
    guard.positive("years", years)
    if abs(rate) < NO_RATE:
        return principal / years
    return principal * rate / -math.expm1(-years * math.log1p(rate))


def own_share(operating_cash: ArrayLike, capex: ArrayLike) -> Floats:
    """Share of capital spending that operating cash flow pays, from 0 to 1; spending must be positive."""
    spent = guard.numbers("capex", capex, above=0.0)
    return np.clip(guard.numbers("operating_cash", operating_cash, shape=spent.shape) / spent, 0.0, 1.0)


def interest_cover(operating_income: ArrayLike, interest: ArrayLike) -> Floats:
    """Operating income over interest expense, in times; interest must be positive."""
    cost = guard.numbers("interest", interest, above=0.0)
    return guard.numbers("operating_income", operating_income, shape=cost.shape) / cost


def loan_to_cost(debt: float, equity: float) -> float:
    """Debt over debt and equity, from 0 to 1."""
    owed = guard.finite("debt", debt, low=0.0)
    return owed / guard.positive("debt and equity", owed + guard.finite("equity", equity, low=0.0))


def trailing(values: ArrayLike, periods: int) -> Floats:
    """Sums over the last ``periods`` values, one for each value that has enough before it."""
    x = guard.numbers("values", values, axes=1, least=guard.count("periods", periods, low=1))
    return np.convolve(x, np.ones(periods), "valid")
