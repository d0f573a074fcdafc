"""The chapter "Demand": the indicators that the documents name, and the revenue that spending asks for."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping

import pandas as pd

from capital_loop.chapters import study as chapters
from capital_loop.chapters.study import DAYS, MONTHS, facts_of, latest, number, part, series
from capital_loop.models.required_revenue import Inputs, required_range, tornado
from capital_loop.models.sampling import Estimate
from capital_loop.record import Assumption, Fact, RecordError
from capital_loop.record.tables import Period
from capital_loop.record.trace import unread
from capital_loop.show.words import read_words

words = read_words(__file__)

FIELDS = {
    "spending": "revenue-capex-year", "fast_share": "revenue-chip-share", "fast_life": "revenue-chip-life",
    "slow_life": "revenue-shell-life", "required_return": "revenue-return", "cash_cost": "revenue-cash-cost",
}  # fmt: skip
"""Fields of the model and the assumptions they come from."""
ROUNDING = 1.0
"""Growth is told in whole percent: a smaller difference may be rounding."""
LABS = ("openai", "anthropic")
BUYERS = ("amazon", "google", "microsoft", "meta")
WITH_LEASES = ("microsoft", "meta")
"""Buyers that also speak of spending with finance leases."""
CLOUDS = ("google", "microsoft", "amazon")


def ends(fact: Fact) -> pd.Timestamp:
    """The last day of what a fact counts."""
    return pd.Timestamp(Period.parse(fact.as_of).end)


class Study(chapters.Study):
    """Spending, rents, users, clouds and laboratories; and what the spending asks for."""

    chapter = "demand"
    models = ("required_revenue",)

    @part
    def assumptions(self) -> dict[str, Assumption]:
        """The model's inputs by field, with what the reader changed."""
        return {field: self.assumed(key) for field, key in FIELDS.items()}

    @part
    def inputs(self) -> Inputs:
        """The central inputs."""
        return Inputs(**{field: float(a.central) for field, a in self.assumptions.items()})

    @part
    def ranges(self) -> dict[str, tuple[float, float]]:
        """Ends of the inputs that the reader did not set."""
        return {
            field: (float(a.low), float(a.high))
            for field, a in self.assumptions.items()
            if FIELDS[field] not in self.changed
        }

    @part
    def required(self) -> Estimate:
        """What the buyers' planned spending asks for, USD a year, over the ranges of all other inputs."""
        others = {field: ends for field, ends in self.ranges.items() if field != "spending"}
        return required_range(self.inputs, others)

    @part
    def moved_by(self) -> pd.DataFrame:
        """The requirement with one input at a time at its ends: ``field, low, high``, USD a year."""
        found = tornado(self.inputs, self.ranges)[["input", "at_low", "at_high"]]
        return found.set_axis(["field", "low", "high"], axis=1)

    @part
    def estimates(self) -> pd.DataFrame:
        """What others said that spending asks for (``key, label, value``), USD a year."""
        return pd.DataFrame([
            {"key": c.key, "label": c.label, "value": c["estimate"].value} for c in self.choices("estimates")
        ])  # fmt: skip

    @part
    def plans(self) -> Fact:
        """The newest plans of the four buyers for a year's spending, on which the requirement rests."""
        plan = self.chosen("spending", "four-buyers", "plan")
        if plan.metric != "capex_plan":
            wrong = f"data/choices.csv: {plan.fact_id} is no plan of spending; choose another fact"
            raise RecordError([wrong])
        return plan

    @part
    def labs(self) -> pd.DataFrame:
        """Run rates of the two laboratories by time: ``key, date, as_of, value``, USD a year.

        A run rate is stated for a day or a month; OpenAI's booked years are left out, and what was told of
        one laboratory before the first month of the other.
        """
        stated = self._run_rates()
        since = max(facts[0].as_of[: len("YYYY-MM")] for facts in stated.values())
        return self._rates({who: [f for f in facts if f.as_of >= since] for who, facts in stated.items()})

    @part
    def labs_newest(self) -> pd.DataFrame:
        """The newest run rate of each laboratory, as ``labs``."""
        return self._rates({who: facts[-1:] for who, facts in self._run_rates().items()})

    def _run_rates(self) -> dict[str, list[Fact]]:
        """The run rates of each laboratory, to choose among: none counts as read."""
        with unread():
            every = {who: facts_of(self.record, who, "annual_revenue") for who in LABS}
        return {who: [f for f in facts if not f.period_start] for who, facts in every.items()}

    def _rates(self, chosen: Mapping[str, Iterable[Fact]]) -> pd.DataFrame:
        """Chosen run rates as rows; they count as read."""
        found = [(who, self.record.fact(f.fact_id)) for who, facts in chosen.items() for f in facts]
        return pd.DataFrame([
            {"key": who, "date": ends(f), "as_of": f.as_of, "value": f.value} for who, f in found
        ])  # fmt: skip

    @part
    def labs_now(self) -> float:
        """The newest run rates of the two laboratories together, USD a year."""
        return float(self.labs_newest["value"].sum())

    @part
    def labs_alike(self) -> tuple[float, float]:
        """The same with OpenAI's rate counted as Anthropic counts: low and high, USD a year."""
        gross = latest(self.record, LABS[0], "run_rate_gross")
        other = number(self.labs_newest.set_index("key"), LABS[1], "value")
        return gross.low + other, gross.high + other

    @part
    def labs_together(self) -> float:
        """The middle of the two, USD a year."""
        return sum(self.labs_alike) / 2

    @part
    def labs_told(self) -> str:
        """Whose rate is of when, in words."""
        rows = self.labs_newest.assign(name=self.labs_newest["key"].map(words.table("names")))
        return words.chart("required").each("of", rows, ", ")

    @part
    def labs_until(self) -> str:
        """When the newest of these run rates was counted."""
        return str(self.labs_newest.sort_values("date")["as_of"].iloc[-1])

    @part
    def oracles_use(self) -> Fact:
        """What Oracle states of the use of its chips, percent."""
        return latest(self.record, "oracle", "gpu_utilisation")

    @part
    def token_prices(self) -> list[Fact]:
        """What firms in a card company's sample paid for a million tokens on average, by time."""
        return facts_of(self.record, "ai-models", "effective_token_price")

    @part
    def tokens_fell(self) -> float:
        """By what part those prices fell."""
        return 1 - self.token_prices[-1].value / self.token_prices[0].value

    @part
    def backlog(self) -> Fact:
        """The newest contracts of Google's cloud not yet served."""
        return latest(self.record, CLOUDS[0], "cloud_backlog")

    @part
    def cash(self) -> pd.DataFrame:
        """Quarterly cash spending of the large buyers, as ``series`` with ``key``."""
        return self.series_by({b: (b, "quarter_capex", "quarter") for b in BUYERS})

    @part
    def leased(self) -> pd.DataFrame:
        """The same with finance leases, another definition, of those who state it."""
        return self.series_by({b: (b, "quarter_capex_with_leases") for b in WITH_LEASES})

    def quarter_total(self, as_of: str) -> float:
        """Cash spending of the four buyers in a quarter; raises ``ValueError`` if one is missing."""
        found = self.cash[self.cash["as_of"] == as_of]
        if len(found) != len(BUYERS):
            only = ", ".join(found["key"])
            raise ValueError(f"for the quarter to {as_of} there are figures of {only} only")
        return float(found["value"].sum())

    @part
    def whole_quarters(self) -> list[str]:
        """Quarters for which all four buyers are on the record, oldest first."""
        counted = self.cash.groupby("as_of")["key"].nunique()
        return sorted(counted[counted == len(BUYERS)].index)

    @part
    def quarter_before(self) -> str:
        """The last whole quarter that ended before the last document."""
        return [q for q in self.whole_quarters if pd.Timestamp(q) < self.documents_day][-1]

    @part
    def spent_before(self) -> float:
        """What the four spent in the quarter before the documents."""
        return self.quarter_total(self.quarter_before)

    @part
    def spent_now(self) -> float:
        """What the four spent in the newest quarter that is known of all."""
        return self.quarter_total(self.whole_quarters[-1])

    @part
    def rents(self) -> pd.DataFrame:
        """What an hour of a chip cost, by kind of price (``key``), as ``series``."""
        newer = series(self.record, "nvidia", "gpu_rental_price")
        index = newer["fact_id"].isin([c["price"].fact_id for c in self.choices("b200-index")])
        metrics = {"offers": "price", "contract": "contract", "index": "index"}
        parts = {f"h100-{k}": series(self.record, "h100", f"gpu_rental_{m}") for k, m in metrics.items()}
        parts |= {"b200-offers": newer[~index], "b200-index": newer[index]}
        return pd.concat([f.assign(key=k) for k, f in parts.items()], ignore_index=True)

    @part
    def contract_ends(self) -> tuple[Fact, Fact]:
        """The first and the newest price of a year's contract of H100."""
        found = facts_of(self.record, "h100", "gpu_rental_contract")
        return found[0], found[-1]

    @part
    def contract_change(self) -> float:
        """The newest price of that contract over the first, less one."""
        first, newest = self.contract_ends
        return newest.value / first.value - 1

    @part
    def users(self) -> pd.DataFrame:
        """Weekly users of ChatGPT and paying subscribers (``key``), as ``series``."""
        return self.series_by(
            {"weekly": ("openai", "weekly_users"), "paying": ("openai", "paying_subscribers")}
        )

    @part
    def paying(self) -> Fact:
        """Part of the users who paid at the last count, percent."""
        return latest(self.record, "openai", "paying_share")

    @part
    def clouds(self) -> pd.DataFrame:
        """Growth of the three clouds on the year before, percent, as ``series`` with ``key``."""
        return self.series_by({c: (c, "cloud_growth") for c in CLOUDS})

    @part
    def cloud_moves(self) -> pd.DataFrame:
        """Each cloud's growth before the last document (``then``) and in the newest quarter that all state.

        ``now`` is of the quarter to ``until``; ``faster``: whether by more than rounding; ``newest``: its own
        newest, of the quarter to ``day``.
        """
        early = self.clouds[self.clouds["date"] < self.documents_day]
        own = self.clouds.groupby("key").last()
        shared = self.clouds[self.clouds["date"] <= own["date"].min()].groupby("key").last()
        moves = pd.DataFrame({
            "then": early.groupby("key")["value"].last(), "now": shared["value"], "until": shared["as_of"],
            "newest": own["value"], "day": own["as_of"],
        })  # fmt: skip
        moves["faster"] = moves["now"] - moves["then"] > ROUNDING
        return moves.loc[list(CLOUDS)].reset_index()

    @part
    def faster(self) -> int:
        """How many clouds grow faster now than then by more than rounding."""
        return int(self.cloud_moves["faster"].sum())

    @part
    def user_steps(self) -> dict[str, float]:
        """How weekly users rose over the last four steps: shares ``u1, ...`` in months ``w1, ...``."""
        weekly = self.users[self.users["key"] == "weekly"].tail(5)
        steps: dict[str, float] = {}
        known = [self.record.fact(i) for i in weekly["fact_id"]]
        for i, (before, after) in enumerate(itertools.pairwise(known), start=1):
            months = (_told(after) - _told(before)).days / (DAYS / MONTHS)
            steps |= {f"u{i}": after.value / before.value - 1, f"w{i}": round(months)}
        return steps

    @part
    def users_newest(self) -> Fact:
        """The newest count of weekly users."""
        return latest(self.record, "openai", "weekly_users")

    @part
    def firms_newest(self) -> Fact:
        """Part of the firms in a card company's sample that pay for AI, newest, percent."""
        return latest(self.record, "us-businesses", "share_paying_for_ai")


def _told(fact: Fact) -> pd.Timestamp:
    """The day a count speaks of; of one known by its month, the day it was told if in it, else the middle."""
    if len(fact.as_of) > len("2025-10"):
        return pd.Timestamp(fact.as_of)
    told = pd.Timestamp(fact.published)
    return told if f"{told:%Y-%m}" == fact.as_of else pd.Timestamp(f"{fact.as_of}-15")
