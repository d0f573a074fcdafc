"""Chapter "Google's tokens": from the record to the growth model's inputs, and its results."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise, product

import pandas as pd

from capital_loop.chapters import study as chapters
from capital_loop.chapters.study import facts_of, latest, of_period, part, periods_of
from capital_loop.models import growth
from capital_loop.models.growth import DatedLevel, TokenPrices
from capital_loop.models.intervals import Interval, implied_interval
from capital_loop.models.sampling import Estimate
from capital_loop.record import Fact
from capital_loop.record.trace import unread

PRICE = "growth-price-input-"
"""How assumptions of input prices begin; the year of the set of prices follows."""
STATED = "report"
"""The document whose figures the charts set against Google's."""
READINGS = {"month": (0, False), "before": (1, False), "any": (0, True), "any_before": (1, True)}
"""Readings of the date of a figure: months before the announcement, and whether any day of them."""


@dataclass(frozen=True)
class Pace:
    """Stretches between points under one reading of months and wording, and the changes of pace."""

    stretches: pd.DataFrame
    changes: list[growth.Verdict]
    first_year_to_latest: growth.Verdict


@dataclass(frozen=True)
class Revenue:
    """Tokens times price in one period against the cloud business it belongs to (USD a year)."""

    tokens_per_month: Estimate
    revenue: Estimate
    cloud: Fact
    cloud_per_year: float
    share_percent: Estimate


class Study(chapters.Study):
    """Results of the chapter."""

    chapter = "google-tokens"
    models = ("growth",)

    @part
    def steps(self) -> float:
        """How many rounding steps a figure with "over" may lie above it."""
        return self.assumed("growth-over-steps").central

    @part
    def api_step(self) -> float:
        """The rounding step of the API's count."""
        return self.assumed("growth-api-step").central

    @part
    def points(self) -> tuple[Fact, ...]:
        """Every all-surface count that is stamped with the month in which such counts are announced."""
        with unread():
            counts = facts_of(self.record, "google", "tokens_per_month")
        chosen = [f for f in counts if f.as_of[5:7] == f"{f.published:%m}"]
        return tuple(self.record.fact(f.fact_id) for f in chosen)

    @part
    def api_points(self) -> tuple[Fact, ...]:
        """Every count of the direct API."""
        return tuple(facts_of(self.record, "google", "tokens_per_minute"))

    @part
    def api_ends(self) -> tuple[Fact, Fact]:
        """The first and the newest count of the direct API."""
        known = periods_of(self.record, "google", "tokens_per_minute")
        first, last = (
            of_period(self.record, "google", "tokens_per_minute", x) for x in (known[0], known[-1])
        )
        return first, last

    @part
    def roughly(self) -> frozenset[str]:
        """Counts that were said with "roughly" or "approximately"."""
        with unread():
            return frozenset(c["fact"].fact_id for c in self.choices("roughly"))

    def api_stated(self, fact: Fact) -> Interval:
        """What the wording of a count of the direct API allows."""
        return stated(fact, self.steps, self.api_step, about=fact.fact_id in self.roughly)

    @part
    def claims(self) -> pd.DataFrame:
        """The counts that the documents print, earlier before later."""
        own = self.own_claims[self.own_claims["value"].notna()]
        return own.sort_values("as_of", kind="stable")

    def claim(self, document: str, position: int, metric: str = "tokens_per_month") -> pd.Series:
        """A document's earlier (0) or later (-1) count, or its factor."""
        mine = self.claims[(self.claims["document_id"] == document) & (self.claims["metric"] == metric)]
        return mine.iloc[position]

    @part
    def printed(self) -> dict[str, float]:
        """The later count as each document prints it."""
        return {d: float(self.claim(d, -1)["value"]) for d in ("report", "article")}

    @part
    def printed_month(self) -> str:
        """The month for which the documents print it."""
        return str(self.claim(STATED, -1)["as_of"])

    @part
    def printed_factor(self) -> float:
        """The growth that the report prints."""
        return float(self.claim(STATED, -1, "token_growth_factor")["value"])

    @part
    def autumn(self) -> Fact:
        """What Google stated for the month of the documents."""
        return of_period(self.record, "google", "tokens_per_month", self.printed_month)

    @part
    def start(self) -> Fact:
        """What Google stated for the month from which the documents start."""
        return of_period(self.record, "google", "tokens_per_month", str(self.claim(STATED, 0)["as_of"]))

    @part
    def newest(self) -> Fact:
        """The newest count."""
        return latest(self.record, "google", "tokens_per_month")

    @part
    def factor(self) -> float:
        """Growth from the start to the month of the documents."""
        return self.autumn.value / self.start.value

    @part
    def levels(self) -> tuple[DatedLevel, ...]:
        """The counts with the months that they may belong to."""
        doubt = int(self.estimate("growth-month-doubt").central)
        return tuple(_dated(self.points, self.steps, doubt, any_day=False))

    @part
    def level_dates(self) -> pd.DataFrame:
        """Start, middle and end of the days that each count may belong to."""
        ends = [(pd.Timestamp(x.earliest), pd.Timestamp(x.latest)) for x in self.levels]
        frame = pd.DataFrame(ends, columns=["start", "end"])
        frame.insert(0, "date", frame["start"] + (frame["end"] - frame["start"]) / 2)
        return frame

    @part
    def pace(self) -> Pace:
        """Stretches between the counts."""
        return _pace(self.levels)

    @part
    def stretch(self) -> dict[str, pd.Series]:
        """The first stretch, the two that lead to the documents, and the newest."""
        found, here = self.pace.stretches, self.autumn_at
        at = {"first": 0, "spring": here - 2, "summer": here - 1, "since": -1}
        return {key: found.iloc[k] for key, k in at.items()}

    @part
    def autumn_at(self) -> int:
        """Position of the documents' month among the points."""
        return [f.fact_id for f in self.points].index(self.autumn.fact_id)

    @part
    def api_whole(self) -> pd.DataFrame:
        """The stretch from the first to the newest count of the API."""
        return growth.growth_table([
            growth.level_in_month(f.fact_id, self.api_stated(f), f.as_of) for f in self.api_ends
        ])  # fmt: skip

    @part
    def doubling(self) -> pd.DataFrame:
        """Doubling times of every stretch of both counts, with its ends."""
        months = {f.fact_id: f.as_of for f in (*self.points, *self.api_ends)}
        both = {"all": self.pace.stretches, "api": self.api_whole}
        return pd.DataFrame([
            {
                "series": key, "start": months[str(r.start)], "end": months[str(r.end)],
                "low": r.doubling_months_low, "high": r.doubling_months_high,
            }
            for key, table in both.items() for r in table.itertuples()
        ])  # fmt: skip

    @part
    def readings(self) -> pd.DataFrame:
        """The verdicts under every reading of the months and of the word "over"."""
        over, here = self.estimate("growth-over-steps"), self.autumn_at
        rows = []
        for (key, (doubt, any_day)), steps in product(READINGS.items(), (over.central, over.high)):
            pace = _pace(tuple(_dated(self.points, steps, doubt, any_day)))
            rows.append((key, steps, *pace.changes[here - 2 : here], pace.first_year_to_latest))
        return pd.DataFrame(rows, columns=["reading", "steps", "summer", "since", "whole"])

    @part
    def gaps(self) -> dict[str, int | None]:
        """By how many powers of ten each document's count misses what Google stated."""
        reference = stated(self.autumn, self.steps)
        return {d: growth.power_of_ten_gap(_claimed(self.claim(d, -1)), reference) for d in self.printed}

    @part
    def times_too_low(self) -> float:
        """The report's gap as a factor."""
        return 10.0 ** (self.gaps[STATED] or 0)

    @part
    def implied(self) -> dict[str, float]:
        """The growth that each document's two counts come to."""
        return {
            d: _claimed(self.claim(d, -1)).middle / _claimed(self.claim(d, 0)).middle for d in self.printed
        }

    @part
    def growth_to_documents(self) -> Interval:
        """Growth to the month of the documents, with rounding counted."""
        return stated(self.autumn, self.steps) / stated(self.start, self.steps)

    @part
    def fall_percent(self) -> float:
        """The fall against the spring that the report's count would have been."""
        spring = stated(self.points[self.autumn_at - 2], self.steps)
        return 100 * (1 - _claimed(self.claim(STATED, -1)).middle / spring.middle)

    @part
    def shares(self) -> pd.DataFrame:
        """The API's share of all tokens (percent) in the months for which both were stated."""
        month, rows = growth.per_minute_to_per_month(1.0), []
        with unread():
            wholes, stated_api = ({f.as_of: f.fact_id for f in fs} for fs in (self.points, self.api_points))
        for as_of in (x for x in stated_api if x in wholes):
            api, whole = self.record.fact(stated_api[as_of]), self.record.fact(wholes[as_of])
            share = self.api_stated(api) * month / stated(whole, self.steps) * 100.0
            through = api.value * month
            rows.append({
                "as_of": whole.as_of, "all": whole.value, "api": through, "own": whole.value - through,
                "share": through / whole.value * 100, "share_low": share.low, "share_high": share.high,
            })  # fmt: skip
        return pd.DataFrame(rows)

    @part
    def periods(self) -> list[str]:
        """The years of the sets of list prices, oldest first."""
        known = self.record.table("assumptions")["assumption_id"]
        return sorted(i.removeprefix(PRICE) for i in known if i.startswith(PRICE))

    @part
    def revenue(self) -> tuple[Revenue, Revenue]:
        """Tokens times price at the first and at the newest count of the API."""
        first, newest = self.api_ends
        return self._revenue(first, self.periods[0]), self._revenue(newest, self.periods[-1])

    @part
    def break_even_price(self) -> float:
        """The price of a million tokens at which all of the documents' month make the cloud's revenue."""
        return growth.break_even_price(self.revenue[0].cloud_per_year, self.autumn.value)

    def _revenue(self, api: Fact, period: str) -> Revenue:
        with unread():
            quarters = facts_of(self.record, "google", "segment_quarter_revenue", "quarter")
        cloud = self.record.fact([f for f in quarters if f.as_of < api.as_of][-1].fact_id)
        month = growth.per_minute_to_per_month(1.0)
        said = self.api_stated(api) * month
        tokens = Estimate(said.low, api.value * month, said.high)
        shares = {f"{k}_share": self.estimate(f"growth-{k}-share") for k in ("input", "paid", "billed")}
        listed = {f"{k}_price": self.estimate(f"growth-price-{k}-{period}") for k in ("input", "output")}
        prices = TokenPrices(**shares, **listed)
        revenue, cloud_per_year = growth.revenue_range(tokens, prices), cloud.value * 4
        share = Estimate(*(100 * r / cloud_per_year for r in (revenue.low, revenue.central, revenue.high)))
        return Revenue(tokens, revenue, cloud, cloud_per_year, share)


def stated(fact: Fact, over_steps: float, step: float | None = None, *, about: bool = False) -> Interval:
    """What a fact's wording allows.

    A stated lower bound means "over", no bound a rounded figure, with "about" or not.

    A growth rate needs an upper end as well: a speaker would have used the next round figure once it was
    passed, so an "over" reaches ``over_steps`` rounding steps up.
    """
    step = step or growth.last_place(fact.value)
    worded_over = fact.low == fact.value
    said = implied_interval(fact.value, step, "over" if worded_over else "about" if about else "exact")
    return said.capped(fact.value + over_steps * step)


def _dated(points: Iterable[Fact], steps: float, doubt: int, any_day: bool) -> Iterable[DatedLevel]:
    for fact in points:
        yield growth.level_in_month(
            fact.fact_id, stated(fact, steps), fact.as_of, doubt_months=doubt, any_day=any_day
        )


def _pace(levels: tuple[DatedLevel, ...]) -> Pace:
    rates = [growth.monthly_log_growth(a, b) for a, b in pairwise(levels)]
    changes = [growth.compare_rates(a, b) for a, b in pairwise(rates)]
    return Pace(growth.growth_table(levels), changes, growth.compare_rates(rates[0], rates[-1]))


def _claimed(claim: pd.Series) -> Interval:
    return implied_interval(claim["value"], claim["step"])
