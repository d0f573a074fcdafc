"""A right-tailed unit-root test for explosive prices: GSADF, robust critical values, dated episodes.

For a series ``y`` the Dickey-Fuller regression with a constant and ``p`` lags on observations r1 to r2 is

    dy_t = a + b y_{t-1} + c_1 dy_{t-1} + ... + c_p dy_{t-p} + u_t

and ``ADF(r1, r2)`` is the t-statistic of b. With a smallest window r0 (Phillips, Shi and Yu, "Testing for
Multiple Bubbles", International Economic Review 56(4), 2015)::

    BSADF(r2) = max over r1 of ADF(r1, r2)      GSADF = max over r2 of BSADF(r2)
    r0 = floor(n (0.01 + 1.8 / sqrt(n)))

Critical values come from simulated random walks with a drift of 1/n, the null of the paper, or from the
series itself: :func:`wild_bootstrap` gives each step of the series a random weight of mean nought and
variance one, so that calm and rough months stay where they are (Harvey, Leybourne, Sollis and Taylor, "Tests
for Explosive Financial Bubbles in the Presence of Non-stationary Volatility", Journal of Empirical Finance
38, 2016). Series of the same days share their weights, so that what they have in common stays as well;
:func:`step_down` then corrects for having asked of many series (Romano and Wolf, "Stepwise Multiple Testing
as Formalized Data Snooping", Econometrica 73(4), 2005, on p-values as in Westfall and Young,
*Resampling-Based Multiple Testing*, 1993).

An episode is a run of BSADF above its critical sequence that lasts at least ln(n) observations. The test is
blind to the sign: :class:`Episode` says whether the series ``rose`` over the window in which the statistic
was greatest. All windows are computed at once from cumulative sums, so the cost is of the order of n squared.
A rejection says that the series moved faster than a random walk can explain; it does not say why, nor that
the price was wrong.

``y`` are log prices, equally spaced in time. Raises ``ValueError`` for bad input.

Example::

    >>> from capital_loop.models.exuberance import minimum_window
    >>> minimum_window(100)
    19
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from capital_loop.models import guard

__all__ = [
    "Critical", "Episode", "Statistics", "critical_values", "episodes", "minimum_window", "statistics",
    "step_down", "wild_bootstrap",
]  # fmt: skip

Floats = NDArray[np.float64]

LEVELS = (0.9, 0.95, 0.99)
"""Levels of the critical values: the convention of the field."""
BATCH = 100
"""Series drawn at once."""
CELLS = 50_000
"""Windows worked on at once: enough to spare the loop, few enough to stay in the processor's cache."""
WINDOW_SHARE, WINDOW_SLOPE = 0.01, 1.8
"""The rule of Phillips, Shi and Yu (2015) for the smallest window: n (0.01 + 1.8 / sqrt(n))."""
BATCHES = 10
"""Batches of draws whose spread gives the Monte Carlo error."""
SHORTEST = 4
"""Observations without which a regression with a constant and a slope has no error."""
MOST_LAGS = 12
"""More lags than this leave nothing of a short window."""


@dataclass(frozen=True)
class Statistics:
    """Test statistics of one series.

    ``bsadf`` has a value for each observation from the end of the first window; ``rose``: whether the series
    rose over the window that gives GSADF.
    """

    gsadf: float
    bsadf: Floats
    window: int
    lags: int
    rose: bool


@dataclass(frozen=True)
class Critical:
    """Critical values at :data:`LEVELS`; ``bsadf`` has a row a level.

    ``gsadf_error`` is their Monte Carlo standard error, by batches; ``draws`` holds every simulated GSADF.
    """

    gsadf: Floats
    bsadf: Floats
    gsadf_error: Floats
    draws: Floats

    def p(self, gsadf: float) -> float:
        """How often a draw reaches a statistic, the statistic counted as one of them: never nought."""
        reached = int((self.draws >= guard.finite("gsadf", gsadf)).sum())
        return (1 + reached) / (1 + self.draws.size)


@dataclass(frozen=True)
class Episode:
    """A run above the critical sequence, by the positions of its first and last observation in the series.

    ``rose``: whether the series rose over the window in which the run's statistic was greatest.
    """

    start: int
    end: int
    rose: bool


def minimum_window(n: int) -> int:
    """The smallest window for ``n`` observations; raises ``ValueError`` for too few."""
    size = guard.count("n", n)
    window = int(size * (WINDOW_SHARE + WINDOW_SLOPE / np.sqrt(size))) if size else 0
    if window < SHORTEST or size - window < 2:
        raise ValueError(f"n is {size}: so few observations are too few for a recursive test")
    return window


def statistics(y: ArrayLike, *, lags: int = 0) -> Statistics:
    """All statistics of one series of log prices."""
    x, size, lags = _series(y, lags)
    ends = _sup(x[None, :], size, lags)[0]
    top = int(np.argmax(ends))
    return Statistics(float(ends[top]), ends, size, lags, _rose(x, top + x.size - ends.size, size, lags))


def critical_values(n: int, *, draws: int, seed: int, lags: int = 0) -> Critical:
    """Critical values for ``n`` observations by simulation under the null; the same seed, the same values."""
    size = minimum_window(n)
    draws, lags = guard.count("draws", draws, low=BATCHES), _lags(lags, size)
    rng = np.random.default_rng(guard.count("seed", seed))
    drawn = (
        np.cumsum(rng.standard_normal((min(BATCH, draws - start), n)) + 1.0 / n, axis=1)
        for start in range(0, draws, BATCH)
    )
    return _critical(drawn, size, lags)


def wild_bootstrap(
    y: ArrayLike, *, draws: int, seed: int, lags: int = 0, signs: bool = False
) -> Critical:  # fmt: skip
    """Critical values of one series from its own steps, each times a standard normal weight, or a sign.

    Two series of one length and one ``seed`` get the same weights on the same day: what they share is kept
    for :func:`step_down`.
    """
    x, size, lags = _series(y, lags)
    draws = guard.count("draws", draws, low=BATCHES)
    rng = np.random.default_rng(guard.count("seed", seed))
    steps = np.diff(x)

    def drawn() -> Iterator[Floats]:
        for start in range(0, draws, BATCH):
            shape = (min(BATCH, draws - start), steps.size)
            weights = 2.0 * rng.integers(0, 2, shape) - 1.0 if signs else rng.standard_normal(shape)
            yield np.cumsum(np.pad(weights * steps, ((0, 0), (1, 0))), axis=1)

    return _critical(drawn(), size, lags)


def step_down(found: ArrayLike, draws: ArrayLike) -> Floats:
    """P-values of many series that hold for all of them together, by Romano and Wolf's steps.

    ``found``: a statistic a series; ``draws``: their joint draws under the null, a row a draw, a column a
    series. Each column is put on the scale of its own p-values first, so that no series outweighs another.
    Takes the series from the smallest p-value on; each is compared with the smallest p-value a draw gives
    over those not yet taken.
    """
    held = guard.numbers("draws", draws, least=1)
    if held.ndim != 2:
        raise ValueError(f"draws has {held.ndim} dimensions: it must have a row a draw and a column a series")
    stats = guard.numbers("found", found, shape=(held.shape[1],))
    count = len(held)
    ranked = np.sort(held, axis=0)
    better = [count - np.searchsorted(ranked[:, j], held[:, j], "left") for j in range(held.shape[1])]
    own = (np.column_stack(better) + (held < stats)) / (count + 1.0)  # the statistic is one of the draws
    mine = (1 + (held >= stats).sum(axis=0)) / (count + 1.0)
    order = np.argsort(mine, kind="stable")
    least = np.minimum.accumulate(own[:, order][:, ::-1], axis=1)[:, ::-1]
    raised = np.maximum.accumulate((1 + (least <= mine[order]).sum(axis=0)) / (count + 1.0))
    out = np.empty(stats.size)
    out[order] = np.maximum(raised, mine[order])
    return out


def episodes(found: Statistics, critical: Floats, y: ArrayLike) -> list[Episode]:
    """Runs of at least ln(n) values of BSADF above ``critical``, a value for each; ``y`` is the series."""
    guard.kind("found", found, Statistics)
    x = _series(y, found.lags)[0]
    line = guard.numbers("critical", critical)
    if line.shape != found.bsadf.shape:
        raise ValueError(f"critical has {line.size} values: there are {len(found.bsadf)} statistics")
    least = int(np.log(x.size))
    above = np.concatenate([[False], found.bsadf > line, [False]])
    edges = np.flatnonzero(np.diff(above.astype(int)))
    offset = x.size - len(found.bsadf)
    return [
        Episode(
            int(a) + offset, int(b) - 1 + offset,
            _rose(x, int(a + np.argmax(found.bsadf[a:b])) + offset, found.window, found.lags),
        )
        for a, b in zip(edges[::2], edges[1::2], strict=True)
        if b - a >= least
    ]  # fmt: skip


def _rose(x: Floats, peak: int, window: int, lags: int) -> bool:
    """Whether the series rose over the window, of all that end at ``peak``, with the greatest statistic."""
    last = peak - lags
    starts = np.arange(last - window + 1)
    t = _t(_moments(x[None, : peak + 1], lags), np.array([last]), starts, window, lags)[0, 0]
    return bool(x[peak] > x[int(np.argmax(t))])


def _series(y: ArrayLike, lags: int) -> tuple[Floats, int, int]:
    x = guard.moving("y", y)
    size = minimum_window(x.size)
    return x, size, _lags(lags, size)


def _lags(lags: int, window: int) -> int:
    return guard.count("lags", lags, high=max(0, min(MOST_LAGS, window - SHORTEST)))


def _critical(drawn: Iterable[Floats], size: int, lags: int) -> Critical:
    """Critical values of series drawn under the null, batch by batch."""
    sup = np.concatenate([_sup(series, size, lags) for series in drawn])
    gsadf = sup.max(axis=1)
    blocks = np.array_split(gsadf, BATCHES)
    error = np.std([np.quantile(b, LEVELS) for b in blocks], axis=0, ddof=1) / np.sqrt(len(blocks))
    return Critical(np.quantile(gsadf, LEVELS), np.quantile(sup, LEVELS, axis=0), np.asarray(error), gsadf)


@dataclass(frozen=True)
class _Moments:
    """Cumulative sums of each column and of each product of two, from nought; columns: lags, level, step."""

    single: list[Floats]
    double: dict[tuple[int, int], Floats]
    rows: int


def _moments(series: Floats, lags: int) -> _Moments:
    y = series - series.mean(axis=1, keepdims=True)  # a constant changes nothing and costs digits
    step = np.diff(y, axis=1)
    columns = [step[:, lags - i : step.shape[1] - i] for i in range(1, lags + 1)]
    columns += [y[:, lags:-1], step[:, lags:]]
    zero = np.zeros((len(y), 1))

    def summed(v: Floats) -> Floats:
        return np.concatenate([zero, np.cumsum(v, axis=1)], axis=1)

    pairs = {
        (i, j): summed(columns[i] * columns[j]) for i in range(len(columns)) for j in range(i, len(columns))
    }
    return _Moments([summed(c) for c in columns], pairs, step.shape[1] - lags)


def _t(data: _Moments, ends: NDArray[np.intp], starts: NDArray[np.intp], least: int, lags: int) -> Floats:
    """The t-statistics, by series, end and start; windows shorter than ``least`` get minus infinity."""
    n = (ends[:, None] - starts[None, :]).astype(np.float64)
    short = n < least
    n[short] = least  # windows that are too short are masked below; any size keeps the arithmetic finite

    def over(sums: Floats) -> Floats:
        return sums[:, ends][:, :, None] - sums[:, starts][:, None, :]

    single, inverse = [over(s) for s in data.single], 1.0 / n
    mean = [s * inverse for s in single]
    cross = {}
    for (i, j), sums in data.double.items():
        cross[i, j] = over(sums)
        cross[i, j] -= mean[i] * single[j]
    with np.errstate(divide="ignore", invalid="ignore"):
        for k in range(lags):  # sweep out one lagged step after another (Frisch, Waugh and Lovell)
            for i in range(k + 1, lags + 2):
                slope = cross[k, i] / cross[k, k]
                for j in range(i, lags + 2):
                    cross[i, j] = cross[i, j] - slope * cross[k, j]
        sxx, sxz, szz = cross[lags, lags], cross[lags, lags + 1], cross[lags + 1, lags + 1]
        # t = slope / se, written with one root: cov sqrt((n - 2 - lags) / (vx vz - cov^2))
        sxx *= szz
        sxx -= sxz * sxz
        t: Floats = sxz * np.sqrt((n - 2 - lags) / sxx)
    t[~np.isfinite(t)] = -np.inf
    t[:, short] = -np.inf
    return t


def _sup(series: Floats, window: int, lags: int) -> Floats:
    """For many series (rows): the sup of ADF over starts for each end."""
    data = _moments(series, lags)
    ends = np.arange(window, data.rows + 1)  # rows of the regression, as in the R package exuber
    starts = np.arange(data.rows - window + 1)
    sup = np.empty((len(series), ends.size))
    block = max(1, CELLS // (len(series) * starts.size))
    for low in range(0, ends.size, block):
        mine = ends[low : low + block]
        t = _t(data, mine, starts[: mine[-1] - window + 1], window, lags)
        sup[:, low : low + block] = t.max(axis=2)
    return sup
