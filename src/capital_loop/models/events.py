"""Event study by the market model: how far a share moved beyond what the market explains, and for how long.

Over an estimation window of L trading days before the event the share's simple returns are regressed on
the market's (ordinary least squares)::

    R_t = a + b M_t + u_t ,      s² = sum u_t² / (L - 2)

On an event day the abnormal return is ``AR_t = R_t - a - b M_t``; over a window of n days the cumulative one
is ``CAR = sum AR_t``. Because a and b are estimated, their error is part of the variance (Patell, Journal of
Accounting Research 14(2), 1976; MacKinlay, "Event Studies in Economics and Finance", Journal of Economic
Literature 35(1), 1997, eq. 8)::

    Var(CAR) = s² [ n + n²/L + (sum M_t - n mean(M))² / sum (M - mean(M))² ]

Other news of the same share inside the window would swell s, so such days can be left out (``excluded``): the
window then reaches as many days further back.

Across N events of one kind:

* standardised cross-sectional test (Boehmer, Musumeci and Poulsen, Journal of Financial Economics 30(2),
  1991): ``t = mean(S) / (sd(S) / sqrt(N))`` with ``S_i = CAR_i / sd(CAR_i)``. It allows for more variance on
  event days.
* rank test (Corrado, Journal of Financial Economics 23(2), 1989; ranks scaled as in Corrado and Zivney 1992):
  ``K_it`` is the rank of ``AR_it`` among the L + 1 days of estimation and event, ``U = K / (L + 2)``, and
  ``t = (mean_i U_i0 - 1/2) / S`` with ``S² = mean_t (mean_i U_it - 1/2)²``. It needs no normal returns.
* bootstrap of the studentised mean (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, section
  12.5): events are drawn with replacement and ``|mean* - mean| / error*`` gives the quantile for ``mean ± q
  error``. The percentile bootstrap, which rejects too often for few events, is not used.

Daily returns have fat tails, so nominal p-values are too small. :func:`placebos` runs the same model on every
other day of a share; :func:`calibrated` reads a p-value off them, and :func:`placebo_groups` draws groups of
such days in the make-up of the events (the same shares, together on one day where the events were), on which
every test is run.

A share of another time zone: :func:`overnight` gives the market returns that its sessions could first answer.

Returns are fractions a trading day, indexed by date. Raises ``ValueError`` for bad input.

Example::

    >>> import pandas as pd
    >>> from capital_loop.models.events import returns
    >>> days = pd.bdate_range("2026-10-05", periods=3)
    >>> returns(pd.Series([100.0, 110.0, 99.0], index=days)).round(2).tolist()
    [0.1, -0.1]
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from capital_loop.models import guard

__all__ = [
    "ESTIMATION", "Bootstrap", "Car", "MarketModel", "Placebos", "TooShortError", "bootstrap_mean",
    "calibrated", "car", "days_kept", "fit", "overnight", "placebo_groups", "placebos", "rank_test",
    "relative_path", "returns", "standardised_test", "trading_day",
]  # fmt: skip

Floats = NDArray[np.float64]

ESTIMATION = (-130, -11)
"""First and last trading day of the estimation window, counted from the event: the project's standard."""


FAR = 1e6
"""Where a resample without any spread is put: past every quantile, and finite."""


class TooShortError(ValueError):
    """Fewer days precede an event than its estimation window needs."""


@dataclass(frozen=True)
class MarketModel:
    """A fitted market model. ``event`` is the position of day 0 in ``days``; returns are aligned to ``days``.

    ``sample`` holds the positions of the estimation window.
    """

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
    sample: NDArray[np.intp]


@dataclass(frozen=True)
class Car:
    """A cumulative abnormal return over days ``first`` to ``last``, its standard error and two-sided p."""

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
    """Mean over events with studentised bounds and two-sided p; ``error``: Monte Carlo error of a bound."""

    mean: float
    low: float
    high: float
    error: float
    p_value: float
    draws: int


def returns(closes: pd.Series) -> pd.Series:
    """Simple returns of adjusted closes by date, in order; raises ``ValueError`` for gaps or values <= 0."""
    guard.by_day("closes", closes, above=0.0, least=2)
    return closes.pct_change().iloc[1:]


def trading_day(calendar: pd.DatetimeIndex, day: pd.Timestamp, *, after_close: bool = False) -> pd.Timestamp:
    """The first trading day on which the market can answer: ``day`` itself if it traded, else the next one.

    ``after_close``: news after the close answers on the next trading day. Raises ``ValueError`` past the end.
    """
    guard.days("calendar", calendar), guard.day("day", day)
    found = int(calendar.searchsorted(day, side="right" if after_close else "left"))
    if found >= len(calendar):
        raise ValueError(f"{day:%Y-%m-%d} lies after the last trading day held, {calendar[-1]:%Y-%m-%d}")
    return pd.Timestamp(calendar[found])


def overnight(market: pd.Series, sessions: pd.DatetimeIndex) -> pd.Series:
    """For each session of an exchange further east, the market's return since the session before it.

    ``market`` are returns by date; all from the day of the last session up to the eve of this one are
    compounded, since a market that closes later on a day is answered on the next. A session without any has
    the return 0.
    """
    guard.by_day("market", market), guard.days("sessions", sessions)
    place = sessions.searchsorted(market.index, side="right")
    kept = place < len(sessions)
    grown = (1 + market[kept]).groupby(sessions[place[kept]]).prod() - 1
    return grown.reindex(sessions[1:], fill_value=0.0)


def fit(
    share: pd.Series, market: pd.Series, event: pd.Timestamp, window: tuple[int, int] = ESTIMATION,
    excluded: Sequence[pd.Timestamp] = (),
) -> MarketModel:  # fmt: skip
    """Fits the market model before ``event`` and gives abnormal returns for all days held.

    ``share`` and ``market`` are returns by date; days ``excluded`` do not count for the window, which then
    reaches further back. Raises ``ValueError`` if the event is no trading day of both, ``TooShortError`` if
    fewer days precede it than the window needs.
    """
    both = _both(share, market)
    guard.day("event", event)
    if event not in both.index:
        raise ValueError(f"{event:%Y-%m-%d} is no trading day of both series; map it with trading_day first")
    day0 = int(both.index.get_indexer(pd.Index([event]))[0])
    return _fitted(both, day0, window, _clean(both, excluded))


def _clean(both: pd.DataFrame, excluded: Sequence[pd.Timestamp]) -> NDArray[np.bool_]:
    """Which days are not excluded."""
    return ~both.index.isin(pd.DatetimeIndex(guard.several("excluded", excluded, datetime.date, least=0)))


def _both(share: pd.Series, market: pd.Series) -> pd.DataFrame:
    for name, returns_ in (("share", share), ("market", market)):
        guard.by_day(name, returns_, above=-1.0)
    return pd.concat({"share": share, "market": market}, axis=1, join="inner")


def _fitted(both: pd.DataFrame, day0: int, window: tuple[int, int], clean: NDArray[np.bool_]) -> MarketModel:
    """The model around one position; ``clean`` marks the days that may count for the window."""
    length = window[1] - window[0] + 1
    if length < 4 or window[1] >= 0:
        raise ValueError(
            "the estimation window needs four days and an end before the event, "
            f"not {window[0]} to {window[1]}"
        )
    sample = np.flatnonzero(clean[: max(day0 + window[1] + 1, 0)])[-length:]
    if len(sample) < length:
        raise TooShortError(
            f"the estimation window needs {-window[0]} trading days before {both.index[day0]:%Y-%m-%d}; "
            f"there are {day0}"
        )
    m, r = both["market"].to_numpy(), both["share"].to_numpy()
    x = guard.moving("the market in the window", m[sample])
    y = guard.moving("the share in the window", r[sample])
    centred = x - x.mean()
    square = float(centred @ centred)
    beta = float(centred @ y) / square
    alpha = float(y.mean() - beta * x.mean())
    abnormal = r - alpha - beta * m
    sigma = float(np.sqrt((abnormal[sample] ** 2).sum() / (length - 2)))
    return MarketModel(
        alpha, beta, sigma, length, float(x.mean()), square, pd.DatetimeIndex(both.index), day0, abnormal,
        m, r, window, sample,
    )  # fmt: skip


def car(model: MarketModel, first: int, last: int) -> Car:
    """The cumulative abnormal return from day ``first`` to ``last`` around the event, both included.

    Raises ``ValueError`` if the days reach into the estimation window or past the data.
    """
    guard.kind("model", model, MarketModel)
    start, end = (
        model.event + guard.count(k, d, low=-model.event) for k, d in (("first", first), ("last", last))
    )
    if first > last or first <= model.window[1] or end >= len(model.abnormal):
        raise ValueError(
            f"days {first} to {last} lie outside the days after the estimation window and within the data"
        )
    value, error = _sum(model, start, end)
    p_value = float(2 * stats.t.sf(abs(value / error), model.length - 2))
    return Car(first, last, value, error, p_value)


def _sum(model: MarketModel, start: int, end: int) -> tuple[float, float]:
    """Abnormal return between two positions and its standard error."""
    n = end - start + 1
    value = float(model.abnormal[start : end + 1].sum())
    drift = float(model.market[start : end + 1].sum() - n * model.market_mean)
    return value, model.sigma * float(np.sqrt(n + n**2 / model.length + drift**2 / model.market_ss))


def relative_path(model: MarketModel) -> pd.Series:
    """The share against the market since the eve of the event: ``prod (1 + R) / (1 + M) - 1``, by day number.

    For long spans: summing abnormal returns would carry the drift ``a`` of the estimation window, often a
    rally before the news, far into the future.
    """
    guard.kind("model", model, MarketModel)
    share, market = model.share[model.event :], model.market[model.event :]
    return pd.Series(np.cumprod((1 + share) / (1 + market)) - 1)


def days_kept(model: MarketModel) -> int | None:
    """Trading days until day 0's gain (or loss) against the market was given back; ``None``: not yet."""
    run = relative_path(model).to_numpy()
    back = np.flatnonzero(run * np.sign(run[0]) <= 0)
    return int(back[0]) if back.size else None


def standardised_test(cars: ArrayLike, errors: ArrayLike) -> tuple[float, float]:
    """Boehmer, Musumeci and Poulsen's ``(t, two-sided p)``; raises ``ValueError`` for under three events."""
    values = guard.numbers("cars", cars, least=3, axes=1)
    own = guard.numbers("errors", errors, above=0.0, shape=values.shape)
    scaled = guard.moving("scaled returns", values / own)
    t = float(scaled.mean() / (scaled.std(ddof=1) / np.sqrt(scaled.size)))
    return t, float(2 * stats.t.sf(abs(t), scaled.size - 1))


def rank_test(models: Sequence[MarketModel]) -> tuple[float, float]:
    """Corrado's rank test of day 0, ``(t, two-sided p)``; raises ``ValueError`` for fewer than three events.

    All models must have estimation windows of one length.
    """
    if len({m.length for m in guard.several("models", models, MarketModel, least=3)}) != 1:
        raise ValueError("models must have estimation windows of one length")
    t = float(_rank_t(np.array([[_ranks(m) for m in models]]))[0])
    return t, float(2 * stats.norm.sf(abs(t)))


def _ranks(m: MarketModel) -> Floats:
    """Scaled ranks of the estimation window and, last, of day 0."""
    days = np.append(m.abnormal[m.sample], m.abnormal[m.event])
    return np.asarray(stats.rankdata(days) / (days.size + 1))


def _rank_t(rows: Floats) -> Floats:
    """The rank statistic of groups (groups by events by days)."""
    mean = rows.mean(axis=1) - 0.5
    return np.asarray(mean[:, -1] / np.sqrt((mean**2).mean(axis=1)))


def bootstrap_mean(values: ArrayLike, *, draws: int, seed: int, level: float) -> Bootstrap:
    """Studentised interval of the mean over events, resampling events with replacement.

    The bounds' Monte Carlo error is the standard deviation of a bound over ten blocks of draws, over
    sqrt(10). Raises ``ValueError`` for fewer than three values, a level outside 0 to 1, or draws that ten
    does not divide.
    """
    x = guard.moving("values", values, least=3)
    guard.count("seed", seed)
    guard.finite("level", level, above=0.0, below=1.0)
    if guard.count("draws", draws, low=10) % 10:
        raise ValueError(f"draws is {draws}: it must be divided by ten")
    size = _studentised(x, draws, np.random.default_rng(seed))
    mean, error = float(x.mean()), float(x.std(ddof=1) / np.sqrt(x.size))
    reach = float(np.quantile(size, level)) * error
    blocks = np.quantile(size.reshape(10, -1), level, axis=1) * error
    p_value = (1 + int((size >= abs(mean) / error).sum())) / (1 + draws)
    return Bootstrap(
        mean, mean - reach, mean + reach, float(blocks.std(ddof=1) / np.sqrt(10)), p_value, draws
    )


def _studentised(x: Floats, draws: int, rng: np.random.Generator) -> Floats:
    """``|mean* - mean| / error*`` of resamples; one of equal values has no error and counts as far away."""
    drawn = x[rng.integers(0, x.size, (draws, x.size))]
    error = drawn.std(axis=1, ddof=1) / np.sqrt(x.size)
    far = np.abs(drawn.mean(axis=1) - x.mean())
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(error > 0, far / error, FAR)


def placebos(
    share: pd.Series,
    market: pd.Series,
    excluded: Sequence[pd.Timestamp],
    window: tuple[int, int] = ESTIMATION,
) -> list[MarketModel]:
    """The model on every day of a share that is not ``excluded`` and has a window of such days before."""
    both = _both(share, market)
    clean = _clean(both, excluded)
    least = window[1] - window[0] + 1
    enough = np.cumsum(clean)
    return [
        _fitted(both, int(day), window, clean)
        for day in np.flatnonzero(clean)
        if day + window[1] >= 0 and enough[day + window[1]] >= least
    ]


def calibrated(statistic: float, under_chance: ArrayLike) -> float:
    """Two-sided p of a statistic from those of placebo days or groups: ``(1 + as large) / (1 + all)``."""
    guard.finite("statistic", statistic)
    found = guard.numbers("statistics under chance", under_chance, least=1, axes=1)
    return (1 + int((np.abs(found) >= abs(statistic)).sum())) / (1 + found.size)


@dataclass(frozen=True)
class Placebos:
    """Tests of groups of placebo days: mean, t and p of each test, one a group.

    ``sizes`` is the size of each of a group's days in standard errors, a row a group.
    """

    mean: Floats
    bmp: Floats
    bmp_p: Floats
    rank: Floats
    rank_p: Floats
    bootstrap_p: Floats
    sizes: Floats


def placebo_groups(
    models: dict[str, list[MarketModel]], events: Sequence[tuple[str, pd.Timestamp]], *, groups: int,
    draws: int, seed: int,
) -> Placebos:  # fmt: skip
    """Groups of placebo days in the make-up of ``events`` (share and day), each put to every test.

    Events of one day stay together on one random day of all their shares. ``draws`` are those of the
    bootstrap. Raises ``ValueError`` for fewer than three events or shares that share no placebo day.
    """
    for name, number, least in (("groups", groups, 1), ("draws", draws, 1), ("seed", seed, 0)):
        guard.count(name, number, low=least)
    if not guard.kind("models", models, dict):
        raise ValueError("models holds no share")
    for ticker, own in models.items():
        guard.several(f"models[{ticker}]", own, MarketModel)
    if len(guard.several("events", events, tuple)) < 3:
        raise ValueError("a test across events needs at least three of them")
    wanted = {guard.word("ticker of events", ticker, models) for ticker, _ in events}
    by_day = {t: {m.days[m.event]: m for m in found} for t, found in models.items() if t in wanted}
    together: dict[pd.Timestamp, list[str]] = {}
    for ticker, day in events:
        together.setdefault(day, []).append(ticker)
    rng = np.random.default_rng(seed)
    measured = {t: {d: (*_sum(m, m.event, m.event), _ranks(m)) for d, m in by_day[t].items()} for t in by_day}
    columns: list[tuple[Floats, Floats, Floats]] = []
    for tickers in together.values():
        days = sorted(set.intersection(*(set(by_day[t]) for t in tickers)))
        if not days:
            raise ValueError(f"{', '.join(tickers)} have no placebo day in common")
        chosen = rng.integers(0, len(days), groups)
        for ticker in tickers:
            found = [measured[ticker][d] for d in days]
            value, error = (np.array([f[k] for f in found]) for k in (0, 1))
            ranks = np.array([f[2] for f in found])
            columns.append((value[chosen], (value / error)[chosen], ranks[chosen]))
    values, scaled = (np.stack([c[k] for c in columns], axis=1) for k in (0, 1))
    n = len(columns)
    bmp = scaled.mean(axis=1) / (scaled.std(axis=1, ddof=1) / np.sqrt(n))
    rank = _rank_t(np.stack([c[2] for c in columns], axis=1))
    errors = values.std(axis=1, ddof=1) / np.sqrt(n)
    far = np.abs(values.mean(axis=1)) / errors
    reached = [(_studentised(x, draws, rng) >= t).sum() for x, t in zip(values, far, strict=True)]
    boot = np.array([(1 + n) / (1 + draws) for n in reached])
    return Placebos(
        values.mean(axis=1), bmp, 2 * stats.t.sf(np.abs(bmp), n - 1), rank, 2 * stats.norm.sf(np.abs(rank)),
        boot, np.abs(scaled),
    )  # fmt: skip
