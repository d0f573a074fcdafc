"""Chapter "AMD's warrants": from the record to the inputs of the warrant model, and its results.

``study`` reads the filed terms, the assumptions and the closes, and returns everything that the
notebook and its charts show. Money in USD, rates and shares of something as fractions.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from capital_loop.models import warrants
from capital_loop.models.warrants import Plan, Simulation, Valuation
from capital_loop.record.tables import Fact, Record

CHAPTER = "amd-warrants"
TICKER = "AMD"
MEAN_DAYS = 20
"""Sessions of the mean close that is set against the last target."""
MEANS = (5, 20, 60)
"""Closes that a mean may be taken of: the filing does not say how the price is measured."""
VOLATILITIES = tuple(round(0.3 + 0.05 * k, 2) for k in range(11))
PREFIX = "warrants-"
LABELS = {
    "volatility": "Volatility of the share",
    "rate": "Risk-free rate",
    "hurdles": "Price targets between",
    "tilt": "Sizes of the tranches",
    "first_delivery": "First gigawatt, when",
    "pace": "Pace of the others",
    "first_chance": "First gigawatt, chance",
    "next_chance": "Each further one, chance",
    "revenue_per_gw": "AMD revenue per gigawatt",
}
"""The assumptions that are varied, with the words the charts use."""
_COLUMNS = {
    "volatility": "volatility",
    "rate": "rate",
    "tilt": "size-tilt",
    "first_delivery": "first-delivery",
    "pace": "delivery-pace",
    "first_chance": "first-chance",
    "next_chance": "next-chance",
    "revenue_per_gw": "revenue-per-gw",
}
_PERCENT = {"volatility", "rate", "first_chance", "next_chance"}


@dataclass(frozen=True)
class Terms:
    """The public terms of the warrant."""

    shares: float
    strike: float
    capacity: float
    last_hurdle: float
    issued: dt.date
    expires: dt.date

    def years(self, day: str) -> float:
        """Years from ``day`` (ISO) to expiry."""
        return (self.expires - dt.date.fromisoformat(day)).days / 365.25


@dataclass(frozen=True)
class Rule:
    """One reading of what is not public, and what the warrant is worth under it (daily closes, Monte Carlo)."""

    name: str
    found: Simulation


@dataclass(frozen=True)
class Copy:
    """One customer's warrant at its own grant: the same model, its own price and dates."""

    customer: str
    day: str
    spot: float
    valuation: Valuation
    shares: float


@dataclass(frozen=True)
class Study:
    """Results of the chapter.

    ``day_before``, ``day_after`` and ``day_last`` are the last session before the news, the first after it
    and the last of the price table. ``terms`` are the filed ones, ``plan`` the central assumptions. ``before`` and ``after`` value the
    warrant at the close before the news and at the first close after it; ``sure_before`` and
    ``sure_after`` with all deliveries certain; ``now`` at the last close, deliveries certain. ``least``
    is the smallest share of the purchase that price targets alone can give: every share behind the
    last target, lowest volatility, dearest gigawatts. ``first_tranche`` is how many shares the first
    tranche would hold if the company's figure for the cost against revenue were about the first
    gigawatt. ``draws`` has one row a draw of the assumptions, ``per_gw_range`` the range of the value of
    each tranche per gigawatt over them. ``sensitivity`` is about the discount.
    """

    day_before: str
    day_after: str
    day_last: str
    terms: Terms
    plan: Plan
    before: Valuation
    sure_before: Valuation
    after: Valuation
    sure_after: Valuation
    now: Valuation
    least: float
    first_tranche: float
    closed_form: float
    simulated: Simulation
    rules: tuple[Rule, ...]
    by_volatility: pd.DataFrame
    over_time: pd.DataFrame
    copies: tuple[Copy, ...]
    sensitivity: pd.DataFrame
    draws: pd.DataFrame
    per_gw_range: pd.DataFrame
    past_year: float
    past_quarter: float
    year_after: float
    mean_close: float
    lowest_close: float
    first_above: dt.date
    closes_above: int
    highest_close: float

    def quantile(self, column: str, q: float) -> float:
        """A quantile of the draws; ``column`` is total, sure_total (USD), discount or sure_discount."""
        return float(self.draws[column].quantile(q))


def terms(record: Record) -> Terms:
    """The filed terms of OpenAI's warrant."""
    return Terms(
        shares=float(record.fact("AMD-001")),
        strike=float(record.fact("AMD-002")),
        capacity=float(record.fact("AMD-008")),
        last_hurdle=float(record.fact("AMD-009")),
        issued=_day(record.fact("AMD-003")),
        expires=_day(record.fact("AMD-006")),
    )


def plan(record: Record, position: dict[str, float] | None = None) -> Plan:
    """The assumptions as a plan; ``position`` moves some from central (0) to low (−1) or high (1).

    Keys of ``position`` are those of ``LABELS``; the targets between the first and the last move
    together. Raises ``KeyError`` for a missing assumption.
    """
    frame = record.assumptions.set_index("assumption_id")
    at = position or {}

    def read(name: str, key: str) -> float:
        row = frame.loc[PREFIX + name]
        where = at.get(key, 0.0)
        end = row["high"] if where > 0 else row["low"]
        return float(row["central"] + abs(where) * (end - row["central"]))

    values: dict[str, Any] = {
        field: read(name, field) / (100 if field in _PERCENT else 1) for field, name in _COLUMNS.items()
    }
    values["rate"] = 2 * math.log(1 + values["rate"] / 2)
    between = sorted(i for i in frame.index if i.startswith(f"{PREFIX}hurdle-"))
    hurdles = tuple(read(i.removeprefix(PREFIX), "hurdles") for i in between)
    return Plan(hurdles=(*hurdles, float(record.fact("AMD-009"))), **values)


def study(record: Record, *, paths: int = 40_000, draws: int = 2_000, seed: int = 6) -> Study:
    """All results of the chapter; the same for the same ``seed``."""
    t, central = terms(record), plan(record)
    closes = record.prices[record.prices["ticker"] == TICKER].set_index("date")["close"].sort_index()
    news = pd.Timestamp(_day(record.fact("AMD-005")))
    prior, since = closes[closes.index < news], closes[news:]
    spot_before, spot_after, spot_last = (float(x.iloc[i]) for x, i in ((prior, -1), (since, 0), (since, -1)))
    day_before, day_after, day_last = (
        x.index[i].date().isoformat() for x, i in ((prior, -1), (since, 0), (since, -1))
    )
    years = t.years(t.issued.isoformat())
    before = _value(central, t, spot_before, years)

    mildest = plan(record, {"volatility": -1, "rate": -1, "revenue_per_gw": 1})
    harshest = replace(mildest, hurdles=(t.last_hurdle,) * len(central.hurdles))
    unit = before.values[0] / before.shares[0] / before.chances[0]
    rebate = float(record.fact("AMD-078")) / 100

    cut = central.tranches(t.shares, t.capacity)
    correlation = float(record.assumptions.set_index("assumption_id").at[f"{PREFIX}correlation", "high"])

    def simulate(**kwargs: Any) -> Simulation:
        market = (spot_before, central.volatility, central.rate, years, t.strike)
        return warrants.simulate(cut, *market, paths=paths, seed=seed, **kwargs)

    daily = {"steps": round(years * warrants.TRADING_DAYS), "continuous": False}
    timing = warrants.Timing(*(_triple(record, name) for name in ("first-delivery", "delivery-pace")))
    rules = (
        Rule("Any daily close counts", simulate(**daily)),
        *(Rule(f"The mean of {n} closes counts", simulate(**daily, average=n)) for n in MEANS),
        Rule("Only closes after the delivery count", simulate(**daily, after_delivery=True)),
        Rule("The same, dates of delivery uncertain", simulate(**daily, after_delivery=True, timing=timing)),
        Rule("Deliveries and price rise together", simulate(**daily, correlation=correlation)),
    )

    ranges = {key: (plan(record, {key: -1}), plan(record, {key: 1})) for key in LABELS}
    sensitivity = warrants.one_at_a_time(
        lambda p: _value(p, t, spot_before, years).discount,
        central,
        {key: (vars(low), vars(high)) for key, (low, high) in ranges.items()},
    )
    sensitivity["label"] = sensitivity["name"].map(LABELS)
    table, steps = _draws(record, t, spot_before, years, draws, seed)
    above = since[since >= t.last_hurdle]
    year = warrants.TRADING_DAYS
    return Study(
        day_before=day_before,
        day_after=day_after,
        day_last=day_last,
        terms=t,
        plan=central,
        before=before,
        sure_before=_value(central.certain(), t, spot_before, years),
        after=_value(central, t, spot_after, years),
        sure_after=_value(central.certain(), t, spot_after, years),
        now=_value(central.certain(), t, spot_last, t.years(day_last)),
        least=_value(harshest.certain(), t, spot_before, years).discount,
        first_tranche=warrants.shares_at_discount(rebate, central.revenue_per_gw, unit),
        closed_form=before.total,
        simulated=simulate(),
        rules=rules,
        by_volatility=_by_volatility(central, t, spot_before, years),
        over_time=_over_time(central, t, since),
        copies=(Copy("OpenAI", day_before, spot_before, before, t.shares), _meta(record, central, closes)),
        sensitivity=sensitivity,
        draws=table,
        per_gw_range=steps,
        past_year=warrants.realised_volatility(prior.iloc[-year - 1 :]),
        past_quarter=warrants.realised_volatility(prior.iloc[-year // 4 - 1 :]),
        year_after=warrants.realised_volatility(closes.iloc[-year - 1 :]),
        mean_close=float(closes.iloc[-MEAN_DAYS:].mean()),
        lowest_close=float(since.min()),
        first_above=above.index[0].date(),
        closes_above=len(above),
        highest_close=float(since.max()),
    )


def tranche_table(results: Study) -> pd.DataFrame:
    """The central plan, one row a tranche, in the units of its column names."""
    cut = results.plan.tranches(results.terms.shares, results.terms.capacity)
    return pd.DataFrame(
        {
            "Tranche": [k + 1 for k in range(len(cut))],
            "Shares, m": [t.shares / 1e6 for t in cut],
            "Target, USD": [t.hurdle for t in cut],
            "Reached, %": results.before.touches * 100,
            "Delivered, %": results.before.chances * 100,
            "Value, USD bn": results.before.values / 1e9,
            "If delivered, USD bn": results.sure_before.values / 1e9,
        }
    )


def rules_table(results: Study) -> pd.DataFrame:
    """The readings of the terms with their values and Monte Carlo errors."""
    base = results.rules[0].found.total
    return pd.DataFrame(
        {
            "Reading of the terms": [r.name for r in results.rules],
            "Value, USD bn": [r.found.total / 1e9 for r in results.rules],
            "Standard error, USD bn": [r.found.standard_error / 1e9 for r in results.rules],
            "Against the first, %": [100 * (r.found.total / base - 1) for r in results.rules],
            "All vests, %": [100 * r.found.all_vest for r in results.rules],
            "Nothing vests, %": [100 * r.found.none_vest for r in results.rules],
        }
    )


def copies_table(results: Study) -> pd.DataFrame:
    """Both customers' warrants at their grants, and their sum."""
    rows = [
        {
            "Customer": c.customer, "Valued at the close of": c.day, "Price, USD": c.spot, "Shares, m": c.shares / 1e6,
            "Shares times price, USD bn": c.valuation.face / 1e9, "Value, USD bn": c.valuation.total / 1e9,
            "Rebate on what is bought, %": 100 * c.valuation.discount,
        }
        for c in results.copies
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _by_volatility(p: Plan, t: Terms, spot: float, years: float) -> pd.DataFrame:
    """Value over a range of volatilities, with chances of delivery and with all deliveries certain."""
    rows = []
    for vol in VOLATILITIES:
        moved = replace(p, volatility=vol)
        rows.append(
            {
                "volatility": vol,
                "expected": _value(moved, t, spot, years).total,
                "certain": _value(moved.certain(), t, spot, years).total,
                "discount": _value(moved, t, spot, years).discount,
            }
        )
    return pd.DataFrame(rows)


def _over_time(p: Plan, t: Terms, closes: pd.Series) -> pd.DataFrame:
    """Value at each close since the news: targets that a close has passed stay passed."""
    rows, top = [], 0.0
    for day, close in closes.items():
        top, years = max(top, float(close)), t.years(day.date().isoformat())
        passed = replace(p, hurdles=tuple(min(h, float(close)) if h <= top else h for h in p.hurdles))
        elapsed = t.years(t.issued.isoformat()) - years
        sooner = replace(passed, first_delivery=max(p.first_delivery - elapsed, 0.0))
        rows.append(
            {
                "date": day,
                "face": t.shares * float(close),
                "certain": _value(passed.certain(), t, float(close), years).total,
                "expected": _value(sooner, t, float(close), years).total,
                "passed": sum(h <= top for h in p.hurdles),
            }
        )
    return pd.DataFrame(rows)


def _meta(record: Record, p: Plan, closes: pd.Series) -> Copy:
    """Meta's copy at the close before its own news; schedule, chances and span as in OpenAI's plan."""
    day = pd.Timestamp(_day(record.fact("AMD-101")))
    prior = closes[closes.index < day]
    spot, shares = float(prior.iloc[-1]), float(record.fact("AMD-100"))
    last = float(record.fact("AMD-N04"))
    scaled = replace(p, hurdles=tuple(last * h / p.hurdles[-1] for h in p.hurdles))
    t = terms(record)
    found = warrants.value_plan(
        scaled, shares, float(record.fact("AMD-N05")), spot, t.years(t.issued.isoformat()), t.strike
    )
    return Copy("Meta", prior.index[-1].date().isoformat(), spot, found, shares)


def _triple(record: Record, name: str) -> tuple[float, float, float]:
    row = record.assumptions.set_index("assumption_id").loc[PREFIX + name]
    return float(row["low"]), float(row["central"]), float(row["high"])


def _value(p: Plan, t: Terms, spot: float, years: float) -> Valuation:
    return warrants.value_plan(p, t.shares, t.capacity, spot, years, t.strike)


def _draws(
    record: Record, t: Terms, spot: float, years: float, count: int, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Total and discount for random positions of all assumptions; quantiles of value per gigawatt."""
    rng = np.random.default_rng(seed)
    positions = rng.triangular(-1, 0, 1, size=(count, len(LABELS)))
    rows, per_gw = [], []
    for row in positions:
        p = plan(record, dict(zip(LABELS, map(float, row), strict=True)))
        got, sure = _value(p, t, spot, years), _value(p.certain(), t, spot, years)
        rows.append({
            "total": got.total, "discount": got.discount,
            "sure_total": sure.total, "sure_discount": sure.discount,
        })  # fmt: skip
        per_gw.append(sure.per_gw)
    low, high = np.quantile(np.array(per_gw), [0.05, 0.95], axis=0)
    return pd.DataFrame(rows), pd.DataFrame({"low": low, "high": high})


def _day(fact: Fact) -> dt.date:
    n = int(fact.value)
    return dt.date(n // 10000, n // 100 % 100, n % 100)
