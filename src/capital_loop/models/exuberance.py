"""Right-tailed unit-root tests for explosive prices: SADF, GSADF and the dating of episodes.

For a series ``y`` the Dickey-Fuller regression with a constant on observations r1 to r2 is

    dy_t = a + b y_{t-1} + u_t

and ``ADF(r1, r2)`` is the t-statistic of b. With a smallest window r0 (Phillips, Shi and Yu, "Testing for Multiple
Bubbles", International Economic Review 56(4), 2015; Phillips, Wu and Yu, International Economic Review 52(1), 2011)::

    SADF = max over r2 of ADF(0, r2)            BSADF(r2) = max over r1 of ADF(r1, r2)
    GSADF = max over r2 of BSADF(r2)            r0 = floor(n (0.01 + 1.8 / sqrt(n)))

Critical values come from simulated random walks with a drift of 1/n, the null of the paper. An episode is a run of
BSADF above its critical sequence that lasts at least ln(n) observations. All windows are computed at once from
cumulative sums, so the cost is of the order of n squared. A rejection says that the series grew faster than a random
walk can explain; it does not say why, nor that the price was wrong.

``y`` are log prices, equally spaced in time. Raises ``ValueError`` for bad input.

Example::

    >>> from capital_loop.models.exuberance import minimum_window
    >>> minimum_window(100)
    19
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Critical", "Episode", "Statistics", "critical_values", "episodes", "minimum_window", "statistics"]

Floats = NDArray[np.float64]

LEVELS = (0.9, 0.95, 0.99)
"""Levels of the critical values: the convention of the field."""
CELLS = 50_000
"""Windows worked on at once: enough to spare the loop, few enough to stay in the processor's cache."""
WINDOW_SHARE, WINDOW_SLOPE = 0.01, 1.8
"""The rule of Phillips, Shi and Yu (2015) for the smallest window: n (0.01 + 1.8 / sqrt(n))."""


@dataclass(frozen=True)
class Statistics:
    """Test statistics of one series; ``bsadf`` has a value for each observation from the end of the first window."""

    adf: float
    sadf: float
    gsadf: float
    bsadf: Floats
    window: int


@dataclass(frozen=True)
class Critical:
    """Critical values at ``levels`` (for example 0.95); ``bsadf`` has a row a level. ``gsadf_error`` is their Monte
    Carlo standard error, by batches."""

    levels: tuple[float, ...]
    sadf: Floats
    gsadf: Floats
    bsadf: Floats
    gsadf_error: Floats
    draws: Floats


@dataclass(frozen=True)
class Episode:
    """A run above the critical sequence: positions of the first and last observation in the series."""

    start: int
    end: int


def minimum_window(n: int) -> int:
    """The smallest window for ``n`` observations; raises ``ValueError`` for too few."""
    window = int(n * (WINDOW_SHARE + WINDOW_SLOPE / np.sqrt(n)))
    if window < 4 or n - window < 2:
        raise ValueError(f"{n} observations are too few for a recursive test")
    return window


def statistics(y: ArrayLike, window: int | None = None) -> Statistics:
    """All statistics of one series of log prices; ``window`` defaults to the rule of the paper."""
    x = np.asarray(y, dtype=np.float64)
    if x.ndim != 1 or not np.isfinite(x).all():
        raise ValueError("the series must be one-dimensional and complete")
    size = minimum_window(x.size) if window is None else window
    if not 4 <= size < x.size:
        raise ValueError(f"the window of {size} does not fit {x.size} observations")
    ends, first = _sup(x[None, :], size)
    return Statistics(float(first[0, -1]), float(first[0].max()), float(ends[0].max()), ends[0], size)


def critical_values(
    n: int, *, draws: int, seed: int, levels: tuple[float, ...] = LEVELS, window: int | None = None, batch: int = 100
) -> Critical:  # fmt: skip
    """Critical values for ``n`` observations by simulation under the null; the same seed gives the same values."""
    size = minimum_window(n) if window is None else window
    rng = np.random.default_rng(seed)
    ends, sadf = [], []
    for start in range(0, draws, batch):
        shocks = rng.standard_normal((min(batch, draws - start), n))
        walks = np.cumsum(shocks + 1.0 / n, axis=1)
        sup, first = _sup(walks, size)
        ends.append(sup)
        sadf.append(first.max(axis=1))
    sup = np.concatenate(ends)
    gsadf = sup.max(axis=1)
    blocks = np.array_split(gsadf, 10)
    error = np.std([np.quantile(b, levels) for b in blocks], axis=0, ddof=1) / np.sqrt(len(blocks))
    return Critical(
        levels, np.quantile(np.concatenate(sadf), levels), np.quantile(gsadf, levels), np.quantile(sup, levels, axis=0),
        np.asarray(error), gsadf,
    )  # fmt: skip


def episodes(found: Statistics, critical: Floats, n: int, minimum: int | None = None) -> list[Episode]:
    """Runs of BSADF above ``critical`` (a value for each) of at least ``minimum`` observations, default ln(n)."""
    if len(critical) != len(found.bsadf):
        raise ValueError(f"there are {len(found.bsadf)} statistics and {len(critical)} critical values")
    least = int(np.log(n)) if minimum is None else minimum
    above = np.concatenate([[False], found.bsadf > critical, [False]])
    edges = np.flatnonzero(np.diff(above.astype(int)))
    offset = n - len(found.bsadf)
    return [
        Episode(int(a) + offset, int(b) - 1 + offset)
        for a, b in zip(edges[::2], edges[1::2], strict=True)
        if b - a >= least
    ]


def _sup(series: Floats, window: int) -> tuple[Floats, Floats]:
    """For many series (rows): the sup of ADF over starts for each end, and ADF from the first observation."""
    y = series - series.mean(axis=1, keepdims=True)  # a constant changes nothing and costs digits
    lag, step = y[:, :-1], np.diff(y, axis=1)
    zero = np.zeros((len(y), 1))
    sums = [
        np.concatenate([zero, np.cumsum(v, axis=1)], axis=1)
        for v in (lag, step, lag * lag, lag * step, step * step)
    ]
    m = lag.shape[1]
    least = window  # rows of the regression, as in the R package exuber
    ends = np.arange(least, m + 1)
    starts = np.arange(m - least + 1)
    sup = np.full((len(y), ends.size), -np.inf)
    first = np.empty((len(y), ends.size))
    step_size = max(1, CELLS // (len(y) * starts.size))
    for low in range(0, ends.size, step_size):
        block = ends[low : low + step_size]
        use = starts[: block[-1] - least + 1]
        n = (block[:, None] - use[None, :]).astype(np.float64)
        short = n < least
        n[short] = least  # windows that are too short are masked below; any size keeps the arithmetic finite
        sx, sz, sxx, sxz, szz = (s[:, block][:, :, None] - s[:, use][:, None, :] for s in sums)
        sxx -= sx * sx / n
        sxz -= sx * sz / n
        szz -= sz * sz / n
        # t = slope / se, written with one root: cov sqrt((n - 2) / (vx vz - cov^2))
        sxx *= szz
        sxx -= sxz * sxz
        with np.errstate(divide="ignore", invalid="ignore"):
            t = sxz * np.sqrt((n - 2) / sxx)
        t[~np.isfinite(t)] = -np.inf
        t[:, short] = -np.inf
        sup[:, low : low + step_size] = t.max(axis=2)
        first[:, low : low + step_size] = t[:, :, 0]
    return sup, first
