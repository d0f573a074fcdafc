"""How often claims held, with the uncertainty that small counts leave.

**Equations**
With ``k`` of ``n`` rated claims holding, the share is ``k / n``. Its interval is Wilson's score
interval, which keeps its coverage for small ``n`` and shares near 0 and 1:

``(k + z²/2 ± z sqrt(k (n - k) / n + z²/4)) / (n + z²)``

with ``z`` the normal quantile of the level. Two groups are compared by Fisher's exact test (two-sided).
The claims are no random sample of anything: the interval says how much a handful of claims can tell,
not how a wider world of claims would do.

Sources: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", JASA
22 (1927), 209-212; R. G. Newcombe, "Two-sided confidence intervals for the single proportion",
Statistics in Medicine 17 (1998), 857-872 (method 3). Computation: scipy.stats.

Example::

    >>> from capital_loop.models.score import share
    >>> mine = share(held=82, rated=100)
    >>> round(mine.low, 3), round(mine.high, 3)
    (0.733, 0.883)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy

from capital_loop.models import guard

__all__ = ["LEVEL", "Share", "compare", "share"]

LEVEL = 0.95
"""Confidence level of the intervals: the convention of the field."""


@dataclass(frozen=True)
class Share:
    """``held`` of ``rated`` claims; ``value``, ``low``, ``high`` are shares from 0 to 1, ``nan`` of none."""

    held: int
    rated: int
    value: float
    low: float
    high: float


def share(held: int, rated: int) -> Share:
    """The share that held with its Wilson interval. Raises ``ValueError`` unless 0 <= held <= rated."""
    rated = guard.count("rated", rated)
    held = guard.count("held", held, high=rated)
    if rated == 0:
        nan = float("nan")
        return Share(0, 0, nan, nan, nan)
    interval = scipy.stats.binomtest(held, rated).proportion_ci(confidence_level=LEVEL, method="wilson")
    return Share(held, rated, held / rated, float(interval.low), float(interval.high))


def compare(a: Share, b: Share) -> float:
    """Two-sided p of Fisher's exact test that two groups hold equally often; ``nan`` if one is empty."""
    guard.kind("a", a, Share), guard.kind("b", b, Share)
    if not a.rated or not b.rated:
        return float("nan")
    table = np.array([[a.held, a.rated - a.held], [b.held, b.rated - b.held]])
    return float(scipy.stats.fisher_exact(table).pvalue)
