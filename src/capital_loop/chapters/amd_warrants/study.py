"""Chapter "AMD's warrants": from the record to the inputs of the warrant model, and its results.

Money in USD, rates and shares of something as fractions.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from capital_loop.chapters import study as chapters
from capital_loop.chapters.study import DAYS, MONTHS, facts_of, latest, of_period, part, periods_of
from capital_loop.models import warrants
from capital_loop.models.warrants import Plan, Simulation, Valuation
from capital_loop.record import Assumption, Fact, Record
from capital_loop.record.trace import unread

TICKER = "AMD"
MEAN_DAYS = 20
"""Sessions of the mean close that is set against the last target."""
MEANS = (5, 20, 60)
"""Closes that a mean may be taken of: the filing does not say how the price is measured."""
RULES_OF_CLOSES = (1, *MEANS)
"""What the draws choose from, each as likely: one close, or a mean of several."""
ENDS = (0.05, 0.95)
"""Quantiles between which nine tenths of the draws lie."""
PREFIX = "warrants-"
HURDLES = "hurdles"
"""The targets between the first and the last, which move together."""
VARIED = (
    "volatility", "rate", HURDLES, "tilt", "first_delivery", "pace", "first_chance", "next_chance",
    "revenue_per_gw", "premium", "correlation", "closes", "after_delivery",
)  # fmt: skip
"""The assumptions that are varied, in the order of the draws; the last three say how the terms are read."""
_NAMES = {"tilt": "size-tilt", "pace": "delivery-pace", "premium": "purchase-premium"}
"""The rest of their id, of those whose name it is not."""
_PERCENT = {"volatility", "rate", "first_chance", "next_chance", "premium"}


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
        return (self.expires - dt.date.fromisoformat(day)).days / DAYS


@dataclass(frozen=True)
class Session:
    """One close: the day (ISO) and the price."""

    day: str
    close: float


@dataclass(frozen=True)
class Rule:
    """One reading of what is not public (``days``: of a mean), and what the warrant is worth under it."""

    key: str
    found: Simulation
    days: int = 0


@dataclass(frozen=True)
class Copy:
    """One customer's warrant at its own grant: the same model, its own price and dates."""

    customer: str
    day: str
    spot: float
    valuation: Valuation
    shares: float


@dataclass(frozen=True)
class Draws:
    """Random positions of all assumptions: a row a draw, and the range of value per gigawatt."""

    table: pd.DataFrame
    per_gw: pd.DataFrame

    def quantile(self, column: str, q: float) -> float:
        """A quantile; ``column`` is total, sure_total (USD), discount or sure_discount."""
        return float(self.table[column].quantile(q))

    def ends(self, column: str) -> tuple[float, float]:
        """What nine tenths of the draws lie between."""
        return self.quantile(column, ENDS[0]), self.quantile(column, ENDS[1])


class Study(chapters.Study):
    """Results of the chapter; the same for the same ``seed``."""

    chapter = "amd-warrants"
    models = ("warrants",)

    def __init__(
        self,
        record: Record,
        changed: Mapping[str, float] | None = None,
        *,
        paths: int = 40_000,
        draws: int = 1_000,
        seed: int = 6,
    ):
        super().__init__(record, changed)
        self.paths, self.count, self.seed = paths, draws, seed

    @part
    def terms(self) -> Terms:
        """The filed terms of OpenAI's warrant."""
        shares, strike, capacity = (
            float(self.chosen("terms", key)) for key in ("shares", "strike", "capacity")
        )
        expires = _day(self.chosen("terms", "expires"))
        return Terms(shares, strike, capacity, self.last_target, self.issued, expires)

    @part
    def last_target(self) -> float:
        """The price of the share that the last part of OpenAI's warrant asks for."""
        return float(self.chosen("terms", "last_target"))

    @part
    def issued(self) -> dt.date:
        """The day on which it was issued."""
        return _day(self.chosen("days", "openai", "issued"))

    @part
    def assumptions(self) -> dict[str, Assumption]:
        """The model's assumptions by the rest of their id."""
        ids = self.record.table("assumptions")["assumption_id"]
        return {i.removeprefix(PREFIX): self.assumed(i) for i in ids if i.startswith(PREFIX)}

    def plan_at(self, position: Mapping[str, float]) -> Plan:
        """The plan with some of ``VARIED`` moved from central (0) to low (-1) or high (1)."""
        return _plan(self.assumptions, self.last_target, position)

    @part
    def plan(self) -> Plan:
        """The central assumptions."""
        return self.plan_at({})

    @property
    def _held(self) -> pd.DataFrame:
        """AMD's prices by day, to choose among: none counts as read."""
        prices = self.record.prices
        return prices[prices["ticker"] == TICKER].sort_values("date")

    def _prior(self, customer: str) -> pd.DataFrame:
        """Those before the news of a customer's warrant."""
        return self._held[self._held["date"] < pd.Timestamp(_day(self.chosen("days", customer, "news")))]

    def _since(self) -> pd.DataFrame:
        """Those since the news of OpenAI's."""
        return self._held.drop(self._prior("openai").index)

    def _closes(self, chosen: pd.DataFrame) -> pd.Series:
        """The closes of chosen days, which count as read."""
        return self.cited(chosen).set_index("date")["close"]

    @part
    def closes(self) -> pd.Series:
        """AMD's closes by day."""
        return self._closes(self._held)

    @part
    def prior(self) -> pd.Series:
        """The closes before the news."""
        return self._closes(self._prior("openai"))

    @part
    def since(self) -> pd.Series:
        """The closes since the news."""
        return self._closes(self._since())

    @part
    def session_before(self) -> Session:
        """The last session before the news."""
        return _session(self._closes(self._prior("openai").tail(1)))

    @part
    def session_after(self) -> Session:
        """The first session after the news."""
        return _session(self._closes(self._since().head(1)))

    @part
    def session_last(self) -> Session:
        """The last session of the price table."""
        return _session(self._closes(self._held.tail(1)))

    @part
    def years(self) -> float:
        """Years from issue to expiry."""
        return self.terms.years(self.terms.issued.isoformat())

    @part
    def outstanding(self) -> Fact:
        """AMD's shares before the news."""
        return of_period(self.record, "amd", "shares_outstanding", self.session_before.day)

    def value(self, plan: Plan, spot: float | None = None, years: float | None = None) -> Valuation:
        """The warrant under a plan, at issue if nothing else is said.

        Without a ``spot`` at the close before the news, less what the warrant takes from each share.
        """
        price = self.undiluted(plan) if spot is None else spot
        return self._valued(plan, price, self.years if years is None else years)

    def undiluted(self, plan: Plan) -> float:
        """The share on the eve of the news once the warrant is counted that its close did not hold."""
        return float(
            warrants.undiluted_price(
                lambda price: self._valued(plan, float(price), self.years).total,
                self.session_before.close,
                float(self.outstanding),
            )
        )

    def _valued(self, plan: Plan, price: float, years: float) -> Valuation:
        terms = self.terms
        return warrants.value_plan(plan, terms.shares, terms.capacity, price, years, terms.strike)

    @part
    def price_before(self) -> float:
        """The share on the eve of the news with the central warrant counted."""
        return self.undiluted(self.plan)

    @part
    def before(self) -> Valuation:
        """The value at the close before the news."""
        return self.value(self.plan)

    @part
    def sure_before(self) -> Valuation:
        """The same with all deliveries certain."""
        return self.value(self.plan.certain(self.years))

    @part
    def sure_each(self) -> Valuation:
        """All deliveries certain, at the share that the central warrant leaves."""
        return self.value(self.plan.certain(self.years), self.price_before)

    @part
    def after(self) -> Valuation:
        """The value at the first close after the news."""
        return self.value(self.plan, self.session_after.close)

    @part
    def now(self) -> Valuation:
        """The value at the last close, deliveries certain."""
        last = self.session_last
        years = self.terms.years(last.day)
        return self.value(self._later(self.plan, years).certain(years), last.close, years)

    def _later(self, plan: Plan, years: float) -> Plan:
        """The plan when ``years`` are left to expiry: the first delivery is nearer."""
        return replace(plan, first_delivery=max(plan.first_delivery - (self.years - years), 0.0))

    @part
    def least(self) -> float:
        """The smallest share of the purchase, as billed, that price targets alone can give.

        Every share behind the last target, lowest volatility, dearest gigawatts, the longest mean of closes.
        """
        mildest = self.plan_at({"volatility": -1, "rate": -1, "revenue_per_gw": 1, "closes": 1})
        harshest = replace(mildest, hurdles=(self.terms.last_hurdle,) * len(self.plan.hurdles))
        found = self.value(harshest.certain(self.years))
        return found.total / found.purchase

    @part
    def remark(self) -> Fact:
        """What AMD's finance chief is reported to have said of the cost against revenue."""
        return self.chosen("bargain", "remark")

    @part
    def per_gw(self) -> Fact:
        """What AMD takes for a gigawatt."""
        return self.chosen("bargain", "per_gw")

    def simulate(self, **options: Any) -> Simulation:
        """The warrant by simulation, at the eve's price with the warrant counted."""
        plan, terms = self.plan, self.terms
        cut = plan.tranches(terms.shares, terms.capacity)
        market = (self.price_before, plan.volatility, plan.rate, self.years, terms.strike)
        return warrants.simulate(cut, *market, paths=self.paths, seed=self.seed, **options)

    @part
    def simulated(self) -> Simulation:
        """The central plan by simulation."""
        return self.simulate(**self._daily)

    @property
    def _daily(self) -> dict[str, Any]:
        return {"steps": round(self.years * warrants.TRADING_DAYS)}

    @part
    def rules(self) -> tuple[Rule, ...]:
        """Readings of the terms that the formula cannot take, on daily closes."""
        daily = self._daily
        given = (self.assumptions[name] for name in ("first-delivery", "delivery-pace"))
        timing = warrants.Timing(*((a.low, a.central, a.high) for a in given))
        late = daily | {"after_delivery": True}
        return (
            Rule("any", self.simulated),
            *(Rule("mean", self.simulate(**daily, average=n), n) for n in MEANS),
            Rule("late", self.simulate(**late)),
            Rule("late_uncertain", self.simulate(**late, timing=timing)),
            Rule("together", self.simulate(**daily, correlation=self.assumptions["correlation"].high)),
        )

    @part
    def volatilities(self) -> pd.DataFrame:
        """Readings of the share's volatility, and what the warrant was worth by each (USD, fractions)."""
        days = dict.fromkeys(("quarter", "year"), self.session_before.day)
        days |= dict.fromkeys(("since", "last"), self.session_last.day)
        read = {key: (self.realised[key], day) for key, day in days.items()}
        read |= {key: (f.value / 100, f.as_of) for key, f in self.listed("volatility").items()}
        rows = []
        for key, (volatility, day) in read.items():
            got = self.value(replace(self.plan, volatility=volatility))
            rows.append(
                {"key": key, "day": day, "volatility": volatility, "value": got.total, "rebate": got.discount}
            )
        return pd.DataFrame(rows)

    @part
    def copies(self) -> tuple[Copy, Copy]:
        """Both customers' warrants; Meta's with schedule, chances and span as in OpenAI's plan."""
        one = Copy("OpenAI", self.session_before.day, self.price_before, self.before, self.terms.shares)
        grant = _session(self._closes(self._prior("meta").tail(1)))
        shares, last = float(self.chosen("copy", "shares")), float(self.chosen("copy", "last_target"))
        hurdles = self.plan.hurdles
        scaled = replace(self.plan, hurdles=tuple(last * h / hurdles[-1] for h in hurdles))
        capacity, count = float(self.chosen("copy", "capacity")), float(self.chosen("outstanding", "meta"))

        def at(price: float) -> Valuation:
            return warrants.value_plan(scaled, shares, capacity, price, self.years, self.terms.strike)

        price = float(warrants.undiluted_price(lambda p: at(float(p)).total, grant.close, count))
        return one, Copy("Meta", grant.day, price, at(price), shares)

    @part
    def sensitivity(self) -> pd.DataFrame:
        """The discount with one assumption moved at a time, the widest range first."""
        rows = [(key, *(self.value(self.plan_at({key: end})).discount for end in (-1, 1))) for key in VARIED]
        found = pd.DataFrame(rows, columns=["name", "low", "high"])
        widest = (found["high"] - found["low"]).abs().sort_values(ascending=False, kind="stable")
        return found.loc[widest.index].reset_index(drop=True)

    @part
    def draws(self) -> Draws:
        """Everything that is not public moved at once, at random; the readings of the terms evenly."""
        rng = np.random.default_rng(self.seed)
        table = pd.DataFrame(rng.triangular(-1, 0, 1, size=(self.count, len(VARIED))), columns=list(VARIED))
        table["correlation"] = rng.random(self.count)
        longest = self.assumptions["closes"].high - self.assumptions["closes"].central
        chosen = rng.choice(RULES_OF_CLOSES, self.count) - self.assumptions["closes"].central
        table["closes"] = chosen / longest
        table["after_delivery"] = rng.integers(0, 2, self.count).astype(float)
        plans = [self.plan_at({str(k): float(v) for k, v in row.items()}) for row in table.to_dict("records")]
        values, present = self._all(plans)
        sure, sure_present = self._all([p.certain(self.years) for p in plans])
        totals, sure_totals = values.sum(axis=1), sure.sum(axis=1)
        rows = {
            "total": totals, "discount": totals / present, "present": present, "sure_total": sure_totals,
            "sure_discount": sure_totals / sure_present,
        }  # fmt: skip
        steps = self.terms.capacity / len(self.plan.hurdles)
        low, high = np.quantile(sure / steps, ENDS, axis=0)
        return Draws(pd.DataFrame(rows), pd.DataFrame({"low": low, "high": high}))

    def _all(self, plans: list[Plan]) -> tuple[warrants.Floats, warrants.Floats]:
        """Values by tranche and present purchases of many plans, each at its own undiluted price."""
        terms = self.terms

        def at(price: Any) -> tuple[warrants.Floats, warrants.Floats]:
            return warrants.value_plans(plans, terms.shares, terms.capacity, price, self.years, terms.strike)

        spot, count = self.session_before.close, float(self.outstanding)
        return at(warrants.undiluted_price(lambda price: at(price)[0].sum(axis=1), spot, count))

    @part
    def realised(self) -> dict[str, float]:
        """Realised volatility: a year and a quarter before the news, since, the year to the last close."""
        year = warrants.TRADING_DAYS
        return {
            "year": warrants.realised_volatility(self.prior.iloc[-year - 1 :]),
            "quarter": warrants.realised_volatility(self.prior.iloc[-year // 4 - 1 :]),
            "since": warrants.realised_volatility(self.since),
            "last": warrants.realised_volatility(self.closes.iloc[-year - 1 :]),
        }

    @part
    def mean_close(self) -> float:
        """The mean of the last closes."""
        return float(self.closes.iloc[-MEAN_DAYS:].mean())

    @part
    def passed_by_mean(self) -> int:
        """How many of the assumed targets a mean of so many closes since the news has reached."""
        highest = self.since.rolling(MEAN_DAYS).mean().max()
        return sum(h <= highest for h in self.plan.hurdles)

    @part
    def lowest_close(self) -> float:
        """The lowest close since the news."""
        return float(self.since.min())

    @part
    def above(self) -> pd.Series:
        """The closes at or above the last target."""
        return self.since[self.since >= self.last_target]

    @part
    def first_above(self) -> dt.date:
        """The first day of a close at or above the last target."""
        return self.above.index[0].date()

    @part
    def months_to_last_target(self) -> float:
        """From issue to that day."""
        return (self.first_above - self.issued).days / (DAYS / MONTHS)

    @part
    def month_ends(self) -> pd.Series:
        """The closes at the last session of each month."""
        return self.closes.groupby(pd.DatetimeIndex(self.closes.index).to_period("M")).tail(1)

    @part
    def news(self) -> pd.DataFrame:
        """The days of both customers' news."""
        days = {c.key: _day(c["news"]) for c in self.choices("days")}
        return pd.DataFrame({"customer": list(days), "date": [pd.Timestamp(d) for d in days.values()]})

    @part
    def rises(self) -> dict[str, Fact]:
        """The change of the close since the last one before the news, by trading days."""
        return self.listed("rise")

    @part
    def highest_trade(self) -> Fact:
        """The highest trade of the first two days against the last close before the news."""
        return latest(self.record, "amd", "intraday_high_change")

    @part
    def said_rise(self) -> float:
        """What the documents say of two days, percent."""
        return float(self._claimed(self.rises["two"].metric).min())

    @part
    def printed_value(self) -> float:
        """The value that a document prints for the warrant."""
        return float(self._claimed("warrant_value").min())

    @part
    def face(self) -> dict[str, Fact]:
        """All shares times the price ``before`` and ``after`` the news."""
        return self.listed("face")

    @part
    def added_to_shares(self) -> float:
        """Market value that the first day added over all the warrant's shares at the new price."""
        found = self.listed("first-day")
        return found["added"].value / found["shares"].value

    @part
    def vested(self) -> Fact:
        """The shares that had vested by the newest report."""
        return latest(self.record, "amd", "warrant_shares_vested")

    @part
    def days_of_news(self) -> tuple[str, str]:
        """The last session before the news and the first after it; no price of theirs counts as read."""
        with unread():
            return self.session_before.day, self.session_after.day

    @part
    def short_and_traded(self) -> list[Fact]:
        """Short positions, the volume on the day of the news and its mean before, in time order."""
        before, after = self.days_of_news
        facts = [
            *facts_of(self.record, "amd", "short_interest"),
            of_period(self.record, "amd", "trading_volume_mean", before),
            of_period(self.record, "amd", "trading_volume", after),
        ]
        return sorted(facts, key=lambda f: f.as_of)

    @part
    def turnover(self) -> Fact:
        """The volume of the day of the news over the whole short position."""
        return of_period(self.record, "amd", "volume_to_short_interest", self.days_of_news[1])

    @part
    def short_share(self) -> Fact:
        """The short position before the news as a share of the company."""
        known = periods_of(self.record, "amd", "short_interest")
        before = [day for day in known if day < self.days_of_news[1]]
        return of_period(self.record, "amd", "short_interest_share", before[-1])

    def _claimed(self, metric: str) -> pd.Series:
        return self.own_claims.loc[self.own_claims["metric"] == metric, "value"]


def _plan(assumptions: Mapping[str, Assumption], last_hurdle: float, position: Mapping[str, float]) -> Plan:
    def read(name: str, key: str) -> float:
        a, where = assumptions[name], position.get(key, 0.0)
        return float(a.central + abs(where) * ((a.high if where > 0 else a.low) - a.central))

    values: dict[str, Any] = {
        field: read(_NAMES.get(field, field.replace("_", "-")), field) / (100 if field in _PERCENT else 1)
        for field in VARIED if field != HURDLES
    }  # fmt: skip
    values["rate"] = 2 * math.log(1 + values["rate"] / 2)
    values["closes"] = round(values["closes"])
    values["after_delivery"] = values["after_delivery"] >= 0.5
    between = sorted(name for name in assumptions if name.startswith("hurdle-"))
    return Plan(hurdles=(*(read(name, HURDLES) for name in between), last_hurdle), **values)


def _session(closes: pd.Series) -> Session:
    """The session of the one close."""
    return Session(closes.index[0].date().isoformat(), float(closes.iloc[0]))


def _day(fact: Fact) -> dt.date:
    return dt.datetime.strptime(f"{fact.value:.0f}", "%Y%m%d").date()
