"""Ranges of inputs: corners, one input at a time, even draws, and which inputs move an outcome most.

Draws are scrambled Sobol points (A. Owen, "Scrambling Sobol' and Niederreiter-Xing Points", Journal of
Complexity 14, 1998; by scipy), which fill a box more evenly than random ones. Draws of inputs that move
together come from a normal copula: normals with the correlation ``2 sin(pi/6 c)`` have the rank correlation
``c`` (W. Kruskal, "Ordinal Measures of Association", JASA 53, 1958). An input's weight is Spearman's rank
correlation with the outcome. Inputs and outcomes in any unit. Raises ``ValueError`` for bad input.

Example::

    >>> from capital_loop.models.sampling import batch_error
    >>> float(batch_error([1.0, 2.0, 3.0]).round(3))
    0.577
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

import numpy as np
import pandas as pd
import scipy
from numpy.typing import ArrayLike, NDArray

from capital_loop.models import guard

__all__ = [
    "Estimate", "batch_error", "extremes", "one_at_a_time", "sobol", "strongest", "together", "two_halves",
]  # fmt: skip

Floats = NDArray[np.float64]
T = TypeVar("T")
SIXTH = 6
"""The divisor of pi between the correlation of normals and that of their ranks."""


@dataclass(frozen=True)
class Estimate:
    """A central value between the least and the most that it may be."""

    low: float
    central: float
    high: float

    def __post_init__(self) -> None:
        guard.ordered("low, central, high", (self.low, self.central, self.high))


def sobol(low: ArrayLike, high: ArrayLike, draws: int, seed: int) -> Floats:
    """Scrambled Sobol draws between the ends of inputs, (draws, inputs); balanced for a power of two."""
    least = guard.numbers("low", low, least=1, axes=1)
    most = guard.numbers("high", high, shape=least.shape)
    if (most < least).any():
        raise ValueError("low is above high for at least one input")
    engine = scipy.stats.qmc.Sobol(least.size, seed=guard.count("seed", seed))
    points = engine.random(guard.count("draws", draws, low=1))
    return np.asarray(least + points * (most - least))


def two_halves(unit: ArrayLike, low: ArrayLike, central: ArrayLike, high: ArrayLike) -> Floats:
    """Draws on 0 to 1 as values: half evenly from low to central, half evenly from central to high.

    ``unit`` is (draws, inputs), the ends have one value an input, in any unit.
    """
    u = guard.numbers("unit", guard.shares("unit", unit), axes=2)
    least, middle, most = (
        guard.numbers(name, ends, shape=u.shape[1:])
        for name, ends in (("low", low), ("central", central), ("high", high))
    )
    if (middle < least).any() or (most < middle).any():
        raise ValueError("low, central and high are not in order for at least one input")
    below = least + (middle - least) * 2 * u
    return np.asarray(np.where(u < 0.5, below, middle + (most - middle) * (2 * u - 1)))


def together(unit: ArrayLike, ways: ArrayLike, rank_share: float) -> Floats:
    """Draws on 0 to 1, (draws, inputs), with a rank correlation ``rank_share`` where ``ways`` say so.

    Of each input ``ways`` is 1 or -1, with or against the others, or 0: it moves alone.
    """
    u = guard.numbers("unit", guard.shares("unit", unit), axes=2)
    signs = guard.numbers("ways", ways, low=-1.0, high=1.0, shape=u.shape[1:])
    normal = 2 * np.sin(np.pi / SIXTH * guard.share("rank_share", rank_share))
    root = np.linalg.cholesky(np.eye(signs.size) + normal * (np.outer(signs, signs) - np.diag(signs**2)))
    tiny = np.finfo(float).eps
    return np.asarray(scipy.stats.norm.cdf(scipy.stats.norm.ppf(np.clip(u, tiny, 1 - tiny)) @ root.T))


def extremes(value: Callable[[T], float], centre: T, ranges: Mapping[str, tuple[float, float]]) -> Estimate:
    """``value`` of a dataclass at its ``centre``, between its least and greatest over corners of ``ranges``.

    ``ranges`` are those of fields: the extremes of the whole box, where ``value`` rises or falls in each.
    """
    for name, ends in ranges.items():
        guard.ordered(name, ends)
    corners = (dict(zip(ranges, corner, strict=True)) for corner in itertools.product(*ranges.values()))
    found = [value(centre), *(value(replace(cast(Any, centre), **corner)) for corner in corners)]
    return Estimate(min(found), found[0], max(found))


def one_at_a_time(
    value: Callable[[T], float], centre: T, ranges: Mapping[str, tuple[float, float]]
) -> pd.DataFrame:
    """``value`` of a dataclass with one field at a time at its low and its high end, the others central.

    One row a field, the widest swing first: ``input``, ``low``, ``high``, ``at_low``, ``at_high``, ``swing``.
    """
    rows = []
    for name, ends in ranges.items():
        low, high = (value(replace(cast(Any, centre), **{name: x})) for x in guard.ordered(name, ends))
        rows.append((name, *ends, low, high, abs(high - low)))
    table = pd.DataFrame(rows, columns=["input", "low", "high", "at_low", "at_high", "swing"])
    return table.sort_values("swing", ascending=False, kind="stable", ignore_index=True)


def strongest(inputs: Mapping[str, Floats], outcome: Floats) -> dict[str, float]:
    """The three inputs of greatest rank correlation with an outcome, greatest first; none without a range."""
    ranks = scipy.stats.rankdata(guard.moving("outcome", outcome))
    held = {
        name: guard.numbers(f"inputs[{name}]", values, shape=ranks.shape)
        for name, values in guard.kind("inputs", inputs, Mapping).items()  # type: ignore[type-abstract]
    }
    moves = {
        n: float(np.corrcoef(scipy.stats.rankdata(x), ranks)[0, 1]) for n, x in held.items() if np.ptp(x) > 0
    }
    return {name: moves[name] for name in sorted(moves, key=lambda n: -abs(moves[n]))[:3]}


def batch_error(values: ArrayLike) -> Floats:
    """The standard error of a figure that independent batches of draws (first axis) each give."""
    found = guard.numbers("values", values, least=2)
    return np.asarray(found.std(axis=0, ddof=1) / np.sqrt(len(found)))
