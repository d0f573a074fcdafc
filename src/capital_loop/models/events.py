"""Event study by the market model: how far a share moved beyond what the market explains, and for how long.

Over an estimation window of L trading days before the event the share's simple returns are regressed on
the market's (ordinary least squares, statsmodels)::

    R_t = a + b M_t + u_t ,      s² = sum u_t² / (L - 2)

On an event day the abnormal return is ``AR_t = R_t - a - b M_t``; over a window of n days the cumulative one is
``CAR = sum AR_t``. Because a and b are estimated, their error is part of the variance (Patell, Journal of
Accounting Research 14(2), 1976; MacKinlay, "Event Studies in Economics and Finance", Journal of Economic
Literature 35(1), 1997, eq. 8)::

    Var(CAR) = s² [ n + n²/L + (sum M_t - n mean(M))² / sum (M - mean(M))² ]

Across N events of one kind:

* standardised cross-sectional test (Boehmer, Musumeci and Poulsen, Journal of Financial Economics 30(2), 1991):
  ``t = mean(S) / (sd(S) / sqrt(N))`` with ``S_i = CAR_i / sd(CAR_i)``. It allows for more variance on event days.
* rank test (Corrado, Journal of Financial Economics 23(2), 1989; ranks scaled as in Corrado and Zivney 1992):
  ``K_it`` is the rank of ``AR_it`` among the L + 1 days of estimation and event, ``U = K / (L + 2)``, and
  ``t = (mean_i U_i0 - 1/2) / S`` with ``S² = mean_t (mean_i U_it - 1/2)²``. It needs no normal returns.
* bootstrap of the mean over events, with the error that a finite number of draws leaves in its bounds.

Returns are fractions a trading day, indexed by date. Raises ``ValueError`` for bad input.

Example::

    >>> import pandas as pd
    >>> from capital_loop.models.events import returns
    >>> returns(pd.Series([100.0, 110.0, 99.0])).round(2).tolist()
    [0.1, -0.1]
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import statsmodels.api as sm
from numpy.typing import ArrayLike, NDArray
from scipy import stats

__all__ = [
    "ESTIMATION", "Bootstrap", "Car", "MarketModel", "bootstrap_mean", "car", "days_kept", "fit", "rank_test",
    "relative_path", "returns", "standardised_test", "trading_day",
]  # fmt: skip

Floats = NDArray[np.float64]

ESTIMATION = (-130, -11)
"""First and last trading day of the estimation window, counted from the event: the project's standard."""


@dataclass(frozen=True)
class MarketModel:
    """A fitted market model. ``event`` is the position of day 0 in ``days``; returns are aligned to ``days``."""

    alpha: float
    beta: float
    sigma: float
    length: int
    market_mean: float
    market_ss: float
    days: pd.DatetimeIndex
    event: int
    abnormal: Floats
    market: Floats
    share: Floats
    window: tuple[int, int]


@dataclass(frozen=True)
class Car:
    """A cumulative abnormal return over days ``first`` to ``last`` with its standard error and two-sided p."""

    first: int
    last: int
    value: float
    error: float
    p_value: float

    @property
    def standardised(self) -> float:
        """The value over its standard error."""
        return self.value / self.error


@dataclass(frozen=True)
class Bootstrap:
    """Mean over events with percentile bounds; ``error`` is the Monte Carlo error of the bounds."""

    mean: float
    low: float
    high: float
    error: float
    draws: int


def returns(closes: pd.Series) -> pd.Series:
    """Simple returns of adjusted closes (index: dates, in order). Raises ``ValueError`` for gaps or values <= 0."""
    if not closes.index.is_monotonic_increasing or closes.index.has_duplicates:
        raise ValueError("closes must be in date order, each day once")
    if closes.isna().any() or (closes <= 0).any():
        raise ValueError("closes must be positive and complete")
    return closes.pct_change().iloc[1:]


def trading_day(calendar: pd.DatetimeIndex, day: pd.Timestamp, *, after_close: bool = False) -> pd.Timestamp:
    """The first trading day on which the market can answer: ``day`` itself if it traded, else the next one.

    ``after_close``: news after the close answers on the next trading day. Raises ``ValueError`` past the end.
    """
    found = int(calendar.searchsorted(day, side="right" if after_close else "left"))
    if found >= len(calendar):
        raise ValueError(f"{day:%Y-%m-%d} lies after the last trading day held, {calendar[-1]:%Y-%m-%d}")
    return pd.Timestamp(calendar[found])


def fit(
    share: pd.Series, market: pd.Series, event: pd.Timestamp, window: tuple[int, int] = ESTIMATION
) -> MarketModel:
    """Fits the market model before ``event`` and gives abnormal returns for all days held.

    ``share`` and ``market`` are returns by date. Raises ``ValueError`` if the event is no trading day of both,
    or if fewer days precede it than the window needs.
    """
    both = pd.concat({"share": share, "market": market}, axis=1, join="inner").dropna()
    if event not in both.index:
        raise ValueError(f"{event:%Y-%m-%d} is no trading day of both series; map it with trading_day first")
    day0 = int(both.index.get_indexer(pd.Index([event]))[0])
    first, last = day0 + window[0], day0 + window[1]
    if first < 0 or window[0] >= window[1] or window[1] >= 0:
        raise ValueError(
            f"the estimation window needs {-window[0]} trading days before {event:%Y-%m-%d}; there are {day0}"
        )
    m, r = both["market"].to_numpy(), both["share"].to_numpy()
    sample = slice(first, last + 1)
    result = sm.OLS(r[sample], sm.add_constant(m[sample])).fit()
    alpha, beta = (float(x) for x in result.params)
    centred = m[sample] - m[sample].mean()
    return MarketModel(
        alpha, beta, float(np.sqrt(result.mse_resid)), last - first + 1, float(m[sample].mean()), float(centred @ centred),
        pd.DatetimeIndex(both.index), day0, r - alpha - beta * m, m, r, window,
    )  # fmt: skip


def car(model: MarketModel, first: int, last: int) -> Car:
    """The cumulative abnormal return from day ``first`` to ``last`` around the event, both included.

    Raises ``ValueError`` if the days reach into the estimation window or past the data.
    """
    start, end = model.event + first, model.event + last
    if first > last or first <= model.window[1] or end >= len(model.abnormal):
        raise ValueError(
            f"days {first} to {last} lie outside the days after the estimation window and within the data"
        )
    n = last - first + 1
    value = float(model.abnormal[start : end + 1].sum())
    drift = float(model.market[start : end + 1].sum() - n * model.market_mean)
    error = model.sigma * float(np.sqrt(n + n**2 / model.length + drift**2 / model.market_ss))
    p_value = float(2 * stats.t.sf(abs(value / error), model.length - 2))
    return Car(first, last, value, error, p_value)


def relative_path(model: MarketModel) -> pd.Series:
    """The share against the market since the eve of the event: ``prod (1 + R) / (1 + M) - 1``, by day number.

    For long spans: summing abnormal returns would carry the drift ``a`` of the estimation window, often a
    rally before the news, far into the future.
    """
    share, market = model.share[model.event :], model.market[model.event :]
    return pd.Series(np.cumprod((1 + share) / (1 + market)) - 1)


def days_kept(model: MarketModel) -> int | None:
    """Trading days until day 0's gain (or loss) against the market was first given back in full; ``None``: never yet."""
    run = relative_path(model).to_numpy()
    back = np.flatnonzero(run * np.sign(run[0]) <= 0)
    return int(back[0]) if back.size else None


def standardised_test(cars: ArrayLike, errors: ArrayLike) -> tuple[float, float]:
    """Boehmer-Musumeci-Poulsen ``(t, two-sided p)`` over events; raises ``ValueError`` for fewer than three."""
    scaled = np.asarray(cars, dtype=np.float64) / np.asarray(errors, dtype=np.float64)
    if scaled.size < 3:
        raise ValueError("a test across events needs at least three of them")
    t = float(scaled.mean() / (scaled.std(ddof=1) / np.sqrt(scaled.size)))
    return t, float(2 * stats.t.sf(abs(t), scaled.size - 1))


def rank_test(models: list[MarketModel]) -> tuple[float, float]:
    """Corrado's rank test of day 0 over events, ``(t, two-sided p)``; raises ``ValueError`` for fewer than three.

    All models must have estimation windows of one length.
    """
    if len(models) < 3 or len({m.length for m in models}) != 1:
        raise ValueError("the rank test needs at least three events with estimation windows of one length")
    rows = []
    for m in models:
        estimation = m.abnormal[m.event + m.window[0] : m.event + m.window[1] + 1]
        days = np.append(estimation, m.abnormal[m.event])
        rows.append(stats.rankdata(days) / (days.size + 1))
    mean = np.mean(rows, axis=0) - 0.5
    t = float(mean[-1] / np.sqrt(np.mean(mean**2)))
    return t, float(2 * stats.norm.sf(abs(t)))


def bootstrap_mean(values: ArrayLike, *, draws: int, seed: int, level: float) -> Bootstrap:
    """Percentile interval of the mean over events, resampling events with replacement.

    The bounds' Monte Carlo error is the standard deviation of a bound over ten blocks of draws, over sqrt(10).
    Raises ``ValueError`` for no values, a level outside 0 to 1, or draws that ten does not divide.
    """
    x = np.asarray(values, dtype=np.float64)
    if x.size == 0 or not 0 < level < 1 or draws % 10:
        raise ValueError("give values, a level between 0 and 1, and a number of draws that ten divides")
    rng = np.random.default_rng(seed)
    means = x[rng.integers(0, x.size, (draws, x.size))].mean(axis=1)
    tails = [(1 - level) / 2, (1 + level) / 2]
    low, high = (float(q) for q in np.quantile(means, tails))
    blocks = np.quantile(means.reshape(10, -1), tails, axis=1)
    error = float(blocks.std(axis=1, ddof=1).max() / np.sqrt(10))
    return Bootstrap(float(x.mean()), low, high, error, draws)
