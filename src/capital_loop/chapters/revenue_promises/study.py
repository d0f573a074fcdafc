"""Chapter "Revenue against promises": from the record to the reverse valuation, and its results."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from capital_loop.chapters import study as chapters
from capital_loop.chapters.study import DAYS, facts_of, part
from capital_loop.claims.rules import HELD, assess
from capital_loop.models import valuation
from capital_loop.models.sampling import Estimate
from capital_loop.models.valuation import Venture
from capital_loop.record import Assumption, Fact, Period
from capital_loop.record.trace import unread

GROWTH_AFTER = "valuation-growth-after"
"""Growth after the plans end: of the year that the multiple is on, and of the path beyond the last plan."""
ASSUMED = {name: f"valuation-{name}" for name in ("margin", "multiple", "rate", "dilution")}
ASSUMED["growth"] = GROWTH_AFTER
"""Which assumption fills which input of the model."""
BOOKED_PARTS = {"half": ("half_year_revenue", 2), "quarter": ("segment_quarter_revenue", 4)}
"""Revenue of parts of a year: the span, its metric, and how many of them make a year."""
TALLY = ("tally", "signed")
"""What a supplier has in the newspaper's sum, and the sum of its contract of that day."""


@dataclass(frozen=True)
class Tally:
    """The trillion: the newspaper's sum by supplier, and what of it was signed (USD)."""

    table: pd.DataFrame
    stated: Fact
    signed_then: float
    letter: float
    printed: float


@dataclass(frozen=True)
class Twenty:
    """The claim of twenty years of earnings.

    ``revenue``: what it takes for granted (USD a year). ``along_plan``: years until earnings at the
    claimed margin add up to the price if the newest plan is met, not discounted.
    """

    margin: float
    years: float
    revenue: float
    table: pd.DataFrame
    along_plan: float
    along_plan_low: float
    along_plan_high: float


@dataclass(frozen=True)
class Day:
    """The price of the documents' month and the plan shown to buyers."""

    price: Fact
    plan: Fact


def years_to(plan: Fact, price: Fact) -> float:
    """Years from the day of a price to the end of the year that a plan speaks of."""
    days = (Period.parse(plan.as_of).end - Period.parse(price.as_of).start).days
    return days / DAYS


def span(fact: Fact) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First and last day of what a fact counts."""
    period = Period.parse(fact.as_of)
    start = Period.parse(fact.period_start).start if fact.period_start else period.start
    return pd.Timestamp(start), pd.Timestamp(period.end)


class Study(chapters.Study):
    """Revenue, plans, promises and prices of OpenAI, and what the prices take for granted."""

    chapter = "revenue-promises"
    models = ("valuation",)

    @part
    def tally(self) -> Tally:
        """What the newspaper's sum consists of, by supplier and by firmness."""
        table = pd.DataFrame([
            {"key": c.key, "who": c.label, **{role: getattr(c.get(role), "value", None) for role in TALLY}}
            for c in self.choices("tally")
        ]).astype(dict.fromkeys(TALLY, float))  # fmt: skip
        signed, printed = float(table["signed"].sum()), float(table["tally"].sum())
        stated, letter = self.chosen("stated", "newspaper", "sum"), self.chosen("tally", "nvidia", "tally")
        return Tally(table, stated, signed, letter.value, printed)

    @part
    def run_rates(self) -> list[Fact]:
        """One month times twelve, as stated, in order of the month."""
        return facts_of(self.record, "openai", "annual_revenue", "month")

    @part
    def payment_to_rate(self) -> float:
        """The average yearly payment of Oracle's contract over the newest run rate."""
        return self.chosen("payment", "oracle").value / self.run_rates[-1].value

    @part
    def booked_years(self) -> list[Fact]:
        """Revenue of whole years."""
        return facts_of(self.record, "openai", "annual_revenue", "year")

    @part
    def rate_at_year_end(self) -> Fact:
        """The last run rate inside the newest booked year."""
        end = span(self.booked_years[-1])[1]
        return [f for f in self.run_rates if span(f)[1] <= end][-1]

    @part
    def said(self) -> pd.DataFrame:
        """What the documents give as a year's revenue: ``source, start, end, value``, one row a claim."""
        mine = self.own_claims[self.own_claims["metric"] == "annual_revenue"]
        days = mine["document_id"].map(self.record.documents.set_index("document_id")["day"])
        return pd.DataFrame({
            "source": mine["claim_id"], "start": pd.to_datetime(days), "end": pd.to_datetime(days),
            "value": mine["value"],
        })  # fmt: skip

    @part
    def revenue(self) -> pd.DataFrame:
        """Revenue by kind of statement (``run_rate``, ``year``, ``part``, ``document``), all as USD a year.

        Parts of a year are those that somebody stated, times two or four; ``middle`` is the middle of the
        time.
        """
        found = [("run_rate", f, 1) for f in self.run_rates] + [("year", f, 1) for f in self.booked_years]
        for length, (metric, times) in BOOKED_PARTS.items():
            with unread():
                stated = [f for f in facts_of(self.record, "openai", metric, length) if f.stage == "reported"]
            found += [("part", self.record.fact(f.fact_id), times) for f in stated]
        rows = [(kind, f.fact_id, *span(f), times * f.value) for kind, f, times in found]
        frame = pd.DataFrame(rows, columns=["kind", "source", "start", "end", "value"])
        frame = pd.concat([frame, self.said.assign(kind="document")], ignore_index=True)
        return frame.assign(middle=frame["start"] + (frame["end"] - frame["start"]) / 2)

    @part
    def said_together(self) -> pd.DataFrame:
        """Figures of the documents, one row a day and value, with the claims that hold it."""
        return self.said.groupby(["start", "value"], as_index=False).agg({"source": ", ".join})

    @part
    def plans(self) -> pd.DataFrame:
        """OpenAI's own plans (``key, vintage, year, value``): revenue in USD a year, each vintage by year."""
        rows = [
            (c.key, c.label, int(c[year].as_of[:4]), c[year].value)
            for c in self.choices("plans") for year in sorted(c.ids)
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=["key", "vintage", "year", "value"])

    @part
    def plan_ends(self) -> pd.DataFrame:
        """The last year of each plan."""
        return self.plans.groupby("key", sort=False).last().reset_index()

    @part
    def first_plan(self) -> tuple[Fact, float]:
        """The newest booked year, and what the first plan for it had said."""
        year = self.booked_years[-1]
        mine = self.plans[self.plans["year"] == int(year.as_of[:4])]
        return year, float(mine["value"].iloc[0])

    @part
    def plans_rise(self) -> bool:
        """Whether no plan gave less for a year ahead than a plan before it."""
        return bool(self._ahead.groupby("year")["value"].agg(lambda v: v.is_monotonic_increasing).all())

    @property
    def _ahead(self) -> pd.DataFrame:
        """The plans for years that are not booked yet."""
        return self.plans[self.plans["year"] > int(self.booked_years[-1].as_of[:4])]

    @part
    def plan_moves(self) -> pd.DataFrame:
        """What the first and the newest plan gave for each of the last two years that several name.

        ``year, first, newest``.
        """
        told = self._ahead.groupby("year")["value"].agg(["first", "last", "count"])
        several = told[told["count"] > 1].tail(2).rename(columns={"last": "newest"})
        return several.drop(columns="count").reset_index()

    @part
    def money(self) -> pd.DataFrame:
        """Who put money in: promised and paid, USD, and whether the investor sells to OpenAI."""
        suppliers = {c.key for name in ("tally", "sellers") for c in self.choices(name)}
        rows = [
            (c.label, c["promised"].value, sum(f.value for f in paid), c.key in suppliers)
            for c in self.choices("money") for paid in [[c[r] for r in c.ids if r.startswith("paid")]]
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=["who", "promised", "paid", "supplier"])

    @part
    def money_sums(self) -> dict[str, float]:
        """All that was promised and paid, and what suppliers paid of it."""
        sums = self.money[["promised", "paid"]].sum()
        return {**sums, "suppliers": self.money.loc[self.money["supplier"], "paid"].sum()}

    @part
    def money_over(self) -> float:
        """What was paid beyond the sums promised, row by row, USD."""
        return float((self.money["paid"] - self.money["promised"]).clip(lower=0).sum())

    @part
    def valuations(self) -> pd.DataFrame:
        """What OpenAI was priced at (``fact_id, as_of, date, price``), in order of time."""
        found = facts_of(self.record, "openai", "valuation")
        return pd.DataFrame({
            "fact_id": [f.fact_id for f in found], "as_of": [f.as_of for f in found],
            "date": [span(f)[0] for f in found], "price": [f.value for f in found],
        })  # fmt: skip

    @part
    def chronology(self) -> pd.DataFrame:
        """The list of prices of one document: ``claim, date, year, value``, the first claim for each time."""
        mine = self.own_claims[self.own_claims["metric"] == "valuation"]
        mine = mine[mine["document_id"] == mine["document_id"].iloc[0]].drop_duplicates("as_of")
        dates = [pd.Timestamp(Period.parse(str(a)).start) for a in mine["as_of"]]
        return pd.DataFrame({
            "claim": list(mine["claim_id"]), "date": dates, "year": [str(d.year) for d in dates],
            "value": list(mine["value"]),
        })  # fmt: skip

    @part
    def years_late(self) -> int:
        """Calendar years between the first price of the document's list and the first on the record."""
        return int(self.valuations["date"].iloc[0].year - self.chronology["date"].iloc[0].year)

    @part
    def later_steps_hold(self) -> bool:
        """Whether the verdicts on the document's list, after its first step, hold or come close."""
        found = assess(self.record)
        return all(found[c].now.verdict in HELD for c in self.chronology["claim"].iloc[1:])

    @part
    def sales(self) -> list[Fact]:
        """Prices in sales of existing shares."""
        return [c["price"] for c in self.choices("sales")]

    @part
    def day(self) -> Day:
        """What was known on the documents' days."""
        return Day(*(self.chosen("price", "day", role) for role in ("price", "plan")))

    @part
    def day_revenue(self) -> Fact:
        """The run rate known on the documents' days."""
        return self.chosen("price", "day", "revenue")

    @part
    def assumptions(self) -> dict[str, Assumption]:
        """The model's inputs by field, with what the reader changed."""
        return {name: self.assumed(key) for name, key in ASSUMED.items()}

    @part
    def bounds(self) -> dict[tuple[str, str], Fact]:
        """The facts that ends of ranges rest on, by assumption and end (``low``, ``high``)."""
        return {(c.key, end): c[end] for c in self.choices("bounds") for end in c.ids}

    @part
    def ranges(self) -> dict[str, tuple[float, float]]:
        """Low and high ends of the inputs; what they rest on counts as read."""
        self.bounds  # noqa: B018
        return {name: (e.low, e.high) for name, key in ASSUMED.items() for e in [self.estimate(key)]}

    @part
    def inputs(self) -> Venture:
        """The plan of the day with the central assumptions."""
        central = {name: a.central for name, a in self.assumptions.items()}
        return Venture(revenue=self.day.plan.value, years=years_to(self.day.plan, self.day.price), **central)

    @part
    def prices(self) -> pd.DataFrame:
        """Every price read backwards, by ``key``, with the revenue and the buyers' plan where known."""
        return self._backwards()

    @part
    def returns(self) -> pd.DataFrame:
        """The yearly return that each price with a known plan left, by ``key``."""
        return self._backwards(planned=True).set_index("key", drop=False)

    def _backwards(self, *, planned: bool = False) -> pd.DataFrame:
        """Every price read backwards, or those alone whose buyers' plan is known."""
        read = {c.ids["price"]: c for c in self.choices("price") if not planned or "plan" in c.ids}
        with unread():
            every = [f.fact_id for f in facts_of(self.record, "openai", "valuation")]
        rows = []
        for price in map(self.record.fact, (i for i in every if not planned or i in read)):
            known = read.get(price.fact_id)
            plan, revenue = (known.get("plan"), known.get("revenue")) if known else (None, None)
            rows.append({
                "key": known.key if known else price.fact_id, "fact_id": price.fact_id, "as_of": price.as_of,
                "price": price.value, "revenue_now": revenue.value if revenue else float("nan"),
                "plan": plan.value if plan else float("nan"),
                "years": years_to(plan, price) if plan else self.inputs.years,
            })  # fmt: skip
        return valuation.reverse_table(pd.DataFrame(rows), self.inputs, self.ranges)

    @part
    def read_sooner(self) -> float:
        """The yearly return that the newest round's price leaves if read to the first plan's last year."""
        price = self.chosen("price", "round-2026", "price")
        plan = self.choices("plans")[-1][str(self.plan_ends["year"].min())]
        case = replace(self.inputs, revenue=plan.value, years=years_to(plan, price))
        return valuation.solve(case, "rate", price.value)

    @part
    def shares_return(self) -> Fact:
        """The long-run yearly return of American shares, percent."""
        return self.chosen("return", "american-shares", "long-run")

    @part
    def needed(self) -> Estimate:
        """Revenue that the price of the day needs at the horizon."""
        return valuation.required_revenue_range(self.inputs, self.day.price.value, self.ranges)

    @part
    def returned(self) -> Estimate:
        """Yearly return that the price of the day leaves on the plan."""
        kept = {name: ends for name, ends in self.ranges.items() if name != "rate"}
        return valuation.return_range(self.inputs, self.day.price.value, kept)

    @part
    def margin_needed(self) -> float:
        """Margin at which the plan is worth the price of the day."""
        return valuation.solve(self.inputs, "margin", self.day.price.value)

    @part
    def sensitivity(self) -> pd.DataFrame:
        """Revenue needed with one input at a time at its ends, with the input's title and unit.

        ``least`` and ``most`` are the ends of the revenue, ``at_least`` and ``at_most`` the inputs there.
        """
        frame = valuation.sensitivity(self.inputs, self.day.price.value, self.ranges)
        rises = frame["revenue_low"] <= frame["revenue_high"]
        given = [self.assumptions[i] for i in frame["input"]]
        return frame.assign(
            title=[a.title for a in given], unit=[a.unit for a in given],
            least=frame[["revenue_low", "revenue_high"]].min(axis=1),
            most=frame[["revenue_low", "revenue_high"]].max(axis=1),
            at_least=frame["low"].where(rises, frame["high"]),
            at_most=frame["high"].where(rises, frame["low"]),
        )  # fmt: skip

    @part
    def twenty(self) -> Twenty:
        """The claim of twenty years of earnings, by the revenue that may be meant."""
        said, price = self.own_claims.set_index("metric")["value"], self.day.price.value
        margin, years = said["profit_margin"] / 100, said["payback_years"]
        rows = [(c.key, c.label, c["revenue"].value) for c in self.choices("twenty")]
        table = pd.DataFrame(rows, columns=["key", "basis", "revenue"])
        table["years"] = [valuation.years_of_earnings(price, usd, margin) for usd in table["revenue"]]
        path = list(self.plans.loc[self.plans["key"] == self.plan_ends["key"].iloc[-1], "value"])
        growth = self.estimate(GROWTH_AFTER)
        along, low, high = (
            valuation.payback_years(price, path, margin, g) for g in (growth.central, growth.high, growth.low)
        )
        return Twenty(margin, years, price / (margin * years), table, along, low, high)

    @part
    def burn(self) -> tuple[Fact, int]:
        """The cash use planned in that autumn, and the whole years that were left of its plan."""
        planned = self.chosen("burn", "autumn-2025", "plan")
        return planned, round(years_to(planned, self.day.price))

    @part
    def kept_by_plan(self) -> float:
        """Part that today's owners keep if the planned cash use is met by fairly priced shares.

        In equal parts, each at the end of a year.
        """
        planned, left = self.burn
        return valuation.fair_retention(self.day.price.value, [planned.value / left] * left, self.inputs.rate)

    @part
    def kept_by_rate(self) -> float:
        """Part that today's owners keep by the assumed share of new shares a year."""
        return float((1 - self.inputs.dilution) ** self.inputs.years)
