"""Draws over ranges of inputs, and which inputs move an outcome most.

Draws are scrambled Sobol points (A. Owen, "Scrambling Sobol' and Niederreiter-Xing Points", Journal of
Complexity 14, 1998; by scipy), which fill a box more evenly than random ones. An input's weight is Spearman's
rank correlation with the outcome. Inputs and outcomes in any unit. Raises ``ValueError`` for bad input.

Example::

    >>> from capital_loop.models.sampling import batch_error
    >>> float(batch_error([1.0, 2.0, 3.0]).round(3))
    0.577
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import qmc, rankdata

from capital_loop.models import guard

__all__ = ["batch_error", "sobol", "strongest"]

Floats = NDArray[np.float64]


def sobol(low: ArrayLike, high: ArrayLike, draws: int, seed: int) -> Floats:
    """Scrambled Sobol draws between the ends of inputs, (draws, inputs); balanced for a power of two."""
    least = guard.numbers("low", low, least=1)
    most = guard.numbers("high", high, shape=least.shape)
    if (most < least).any():
        raise ValueError("low is above high for at least one input")
    engine = qmc.Sobol(least.size, seed=guard.count("seed", seed))
    points = engine.random(guard.count("draws", draws, low=1))
    return np.asarray(least + points * (most - least))


def strongest(inputs: Mapping[str, Floats], outcome: Floats, count: int = 3) -> dict[str, float]:
    """The inputs of greatest rank correlation with an outcome, greatest first; without a range, none."""
    ranks = rankdata(guard.moving("outcome", outcome))
    held = {
        name: guard.numbers(f"inputs[{name}]", values, shape=ranks.shape)
        for name, values in guard.kind("inputs", inputs, Mapping).items()  # type: ignore[type-abstract]
    }
    moves = {n: float(np.corrcoef(rankdata(x), ranks)[0, 1]) for n, x in held.items() if np.ptp(x) > 0}
    return {
        name: moves[name]
        for name in sorted(moves, key=lambda n: -abs(moves[n]))[: guard.count("count", count)]
    }


def batch_error(values: ArrayLike) -> Floats:
    """The standard error of a figure that independent batches of draws (first axis) each give."""
    found = guard.numbers("values", values, least=2)
    return np.asarray(found.std(axis=0, ddof=1) / np.sqrt(len(found)))
