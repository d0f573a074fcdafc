"""Draws over ranges of inputs, and which inputs move an outcome most."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import qmc, rankdata

Floats = NDArray[np.float64]


def sobol(low: ArrayLike, high: ArrayLike, draws: int, seed: int) -> Floats:
    """Scrambled Sobol draws between the ends of inputs: shape (draws, inputs). A power of two keeps them balanced."""
    least, most = np.asarray(low, float), np.asarray(high, float)
    return np.asarray(least + qmc.Sobol(len(least), seed=seed).random(draws) * (most - least))


def strongest(inputs: Mapping[str, Floats], outcome: Floats, count: int = 3) -> dict[str, float]:
    """The inputs with the greatest rank correlations with an outcome, greatest first; one without a range moves nothing."""
    ranks = rankdata(outcome)
    moves = {
        name: float(np.corrcoef(rankdata(values), ranks)[0, 1])
        for name, values in inputs.items() if np.ptp(values) > 0
    }  # fmt: skip
    return {name: moves[name] for name in sorted(moves, key=lambda n: -abs(moves[n]))[:count]}


def batch_error(values: ArrayLike) -> Floats:
    """The standard error of a figure that independent batches of draws (first axis) each give."""
    found = np.asarray(values, float)
    return np.asarray(found.std(axis=0, ddof=1) / np.sqrt(len(found)))
