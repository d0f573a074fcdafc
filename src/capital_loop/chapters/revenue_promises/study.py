"""Chapter "Revenue against promises": from the record to the reverse valuation, and its results."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from capital_loop.models import valuation
from capital_loop.models.valuation import Bracket, Venture
from capital_loop.record import Fact, Period, Record, RecordError

ASSUMED = {
    "margin": "valuation-margin",
    "multiple": "valuation-multiple",
    "rate": "valuation-rate",
    "dilution": "valuation-dilution",
}
"""Which assumption fills which input of the model."""

RUN_RATES = ("OAI-002", "OAI-004", "OAI-016", "OAI-017", "OAI-018", "OAI-019", "OAI-037", "OAI-048")
"""One month times twelve, as stated, in order of the month."""
YEARS_BOOKED = ("OAI-003", "OAI-020")
"""Revenue of whole years."""
PARTS_BOOKED = {"OAI-005": 2, "OAI-039": 4, "OAI-045": 4}
"""Revenue of a half-year or a quarter, and how many of them make a year."""
SAID = ("T-57", "R-05", "A-008")
"""What the documents give as a year's revenue."""

PLANS = {
    "Autumn 2024": ("OAI-083", "OAI-080"),
    "Spring 2025": ("OAI-084", "OAI-085"),
    "Autumn 2025": ("OAI-014", "REV-101", "OAI-089"),
    "February 2026": ("OAI-091", "REV-102", "REV-103", "REV-104", "OAI-092"),
}
"""OpenAI's own plans: when told, and the revenue of each year that became known."""

TALLY = {
    "Nvidia": ("REV-111", None, None, "letter of intent, replaced"),
    "AMD": ("REV-112", None, None, "one of six gigawatts binding, no price"),
    "Oracle": ("REV-113", "ORCL-001", "TRI-D12", "signed, as reported"),
    "CoreWeave": ("REV-114", "TRI-D10", None, "binding, up to"),
    "Microsoft": (None, "OAI-174", "OAI-177", "binding"),
    "Amazon": (None, "REV-D45", None, "signed"),
    "Cerebras": (None, "OAI-187", None, "binding, at least"),
}
"""Supplier: part of the newspaper's sum, published contract sums, use in one year, kind of the promise."""

ON_THE_DAY = ("ORCL-001", "TRI-D10")
"""Contract sums inside the newspaper's sum that were signed on the day."""

MONEY = {
    "Microsoft, since 2019": (("OAI-130",), ("LEV-320",)),
    "Round of October 2024": (("OAI-108",), ("OAI-108",)),
    "Round of 2025, led by SoftBank": (("OAI-Z60",), ("TRI-D19",)),
    "Round of 2026: Amazon": (("OAI-137",), ("OAI-138",)),
    "Round of 2026: SoftBank": (("OAI-141",), ("LEV-244", "TRI-N11")),
    "Round of 2026: Nvidia": (("NVDA-034",), ("NVDA-041",)),
}
"""Who put money in: facts of what was promised, facts of what is stated as paid."""

SUPPLIERS = ("Microsoft", "Amazon", "Nvidia")
"""Investors that sell OpenAI computing power or chips."""

PRICES = {
    "OAI-104": (None, None),
    "OAI-106": ("OAI-002", None),
    "OAI-109": ("OAI-003", "OAI-080"),
    "OAI-111": ("OAI-004", "OAI-085"),
    "OAI-128": ("OAI-018", "OAI-089"),
    "OAI-136": ("OAI-037", "OAI-092"),
    "REV-105": ("OAI-048", "OAI-092"),
}
"""Price: the revenue known then (run rate, or the year where none was stated) and the plan shown to buyers."""

PRICE_CLAIMS = ("D-08", "D-09", "D-11", "D-13")
"""The chronology of one document."""

THE_DAY = "OAI-128"
"""The price of the documents' month, which the model takes apart."""

TWENTY = {
    "Run rate of the day": "OAI-018",
    "Plan for 2028": "REV-101",
    "Plan for 2029": "OAI-085",
    "Plan for 2030": "OAI-089",
}
"""Revenue on which twenty years of earnings could be meant."""

DAYS_IN_YEAR = 365.25
"""Mean days of a year, leap years counted."""


@dataclass(frozen=True)
class Tally:
    """The trillion: the newspaper's sum, what was signed of it, and what came later (USD)."""

    table: pd.DataFrame
    stated: float
    signed_then: float
    letter: float
    signed_now: float
    used: float


@dataclass(frozen=True)
class Twenty:
    """The claim of twenty years of earnings.

    ``revenue``: what it takes for granted (USD a year).  ``along_plan``: years until earnings at the
    claimed margin add up to the price if the plan of 2026 is met, not discounted.
    """

    margin: float
    years: float
    revenue: float
    table: pd.DataFrame
    along_plan: float
    along_plan_low: float
    along_plan_high: float


@dataclass(frozen=True)
class Results:
    """Everything that the chapter shows."""

    inputs: Venture
    ranges: dict[str, tuple[float, float]]
    revenue: pd.DataFrame
    plans: pd.DataFrame
    tally: Tally
    money: pd.DataFrame
    prices: pd.DataFrame
    needed: Bracket
    returned: Bracket
    margin_needed: float
    sensitivity: pd.DataFrame
    twenty: Twenty
    kept_by_plan: float


def assumptions(record: Record) -> pd.DataFrame:
    """The valuation model's assumptions, indexed by id."""
    table = record.assumptions
    return table[table["model"] == "valuation"].set_index("assumption_id", drop=False)


def results(record: Record, changed: Mapping[str, float] | None = None) -> Results:
    """Compute the chapter.

    ``changed`` replaces central values by assumption id, for instance ``{"valuation-margin": 0.3}``
    (ranges widen to hold them); an unknown id raises ``RecordError``.
    """
    table = assumptions(record)
    unknown = set(changed or {}) - set(table.index)
    if unknown:
        raise RecordError([f"no assumption named {', '.join(sorted(unknown))} in the valuation model"])
    central = table["central"].to_dict() | dict(changed or {})
    ranges = {
        name: (min(table.at[key, "low"], central[key]), max(table.at[key, "high"], central[key]))
        for name, key in ASSUMED.items()
    }
    day, plan = record.fact(THE_DAY), record.fact(PRICES[THE_DAY][1] or "")
    inputs = Venture(
        revenue=plan.value,
        years=years_to(plan, day),
        **{name: central[key] for name, key in ASSUMED.items()},
    )
    kept = {name: ends for name, ends in ranges.items() if name != "rate"}
    return Results(
        inputs=inputs,
        ranges=ranges,
        revenue=revenue(record),
        plans=plans(record),
        tally=_tally(record),
        money=money(record),
        prices=_prices(record, inputs, ranges),
        needed=valuation.required_revenue_range(inputs, day.value, ranges),
        returned=valuation.return_range(inputs, day.value, kept),
        margin_needed=valuation.solve(inputs, "margin", day.value),
        sensitivity=_sensitivity(inputs, day.value, ranges, table),
        twenty=_twenty(record, day.value, central["valuation-growth-after"], table),
        kept_by_plan=_kept_by_plan(record, day, inputs),
    )


def years_to(plan: Fact, price: Fact) -> float:
    """Years from the day of a price to the end of the year that a plan speaks of."""
    days = (Period.parse(plan.as_of).end - Period.parse(price.as_of).start).days
    return days / DAYS_IN_YEAR


def revenue(record: Record) -> pd.DataFrame:
    """Revenue by kind of statement, all as USD a year.

    ``kind``: ``run rate`` (a month times twelve), ``year`` (booked), ``part`` (a half-year or quarter
    times two or four), ``document`` (what a document gives, at its day).
    """
    rows = [("run rate", i, *_span(record, i), record.fact(i).value) for i in RUN_RATES]
    rows += [("year", i, *_span(record, i), record.fact(i).value) for i in YEARS_BOOKED]
    rows += [("part", i, *_span(record, i), n * record.fact(i).value) for i, n in PARTS_BOOKED.items()]
    claims = record.claims.set_index("claim_id")
    days = record.documents.set_index("document_id")["day"]
    for claim_id in SAID:
        day = days[claims.at[claim_id, "document_id"]].date()
        rows.append(("document", claim_id, day, day, float(claims.at[claim_id, "value"])))
    frame = pd.DataFrame(rows, columns=["kind", "source", "start", "end", "value"])
    return frame.assign(start=pd.to_datetime(frame["start"]), end=pd.to_datetime(frame["end"]))


def plans(record: Record) -> pd.DataFrame:
    """Revenue planned (``vintage, fact_id, year, value``) in USD a year, each vintage by year."""
    rows = [
        (vintage, i, int(record.fact(i).as_of[:4]), record.fact(i).value)
        for vintage, ids in PLANS.items()
        for i in ids
    ]
    return pd.DataFrame(rows, columns=["vintage", "fact_id", "year", "value"])


def money(record: Record) -> pd.DataFrame:
    """Who put money in: promised and paid, USD, and whether the investor is a supplier."""
    rows = [
        (who, *(sum(record.fact(i).value for i in ids) for ids in sides), any(s in who for s in SUPPLIERS))
        for who, sides in MONEY.items()
    ]
    return pd.DataFrame(rows, columns=["who", "promised", "paid", "supplier"])


def facts(record: Record, *ids: str | None) -> tuple[Fact, ...]:
    """The facts with these ids, blanks left out, each once."""
    return tuple(record.fact(i) for i in dict.fromkeys(ids) if i)


def tally_facts(record: Record) -> tuple[Fact, ...]:
    """The facts behind the tally."""
    return facts(record, "OAI-205", *(i for row in TALLY.values() for i in row[:3]))


def price_facts(record: Record) -> tuple[Fact, ...]:
    """The facts behind the prices read backwards."""
    return facts(record, *(i for price, rest in PRICES.items() for i in (price, *rest)))


def _span(record: Record, fact_id: str) -> tuple[dt.date, dt.date]:
    period = Period.parse(record.fact(fact_id).as_of)
    started = str(record.facts.at[fact_id, "period_start"])
    return Period.parse(started).start if started[:1].isdigit() else period.start, period.end


def _tally(record: Record) -> Tally:
    def at(fact_id: str | None) -> float:
        return record.fact(fact_id).value if fact_id else float("nan")

    rows = [(who, at(a), at(b), at(c), kind) for who, (a, b, c, kind) in TALLY.items()]
    table = pd.DataFrame(rows, columns=["who", "tally", "signed", "used", "kind"])
    return Tally(
        table=table,
        stated=record.fact("OAI-205").value,
        signed_then=sum(record.fact(i).value for i in ON_THE_DAY),
        letter=record.fact("REV-111").value,
        signed_now=float(table["signed"].sum()),
        used=float(table["used"].sum()),
    )


def _prices(record: Record, inputs: Venture, ranges: Mapping[str, tuple[float, float]]) -> pd.DataFrame:
    rows = []
    for price_id, (revenue_id, plan_id) in PRICES.items():
        price = record.fact(price_id)
        plan = record.fact(plan_id) if plan_id else None
        rows.append((
            price_id, price.as_of, price.value,
            record.fact(revenue_id).value if revenue_id else float("nan"),
            plan.value if plan else float("nan"),
            years_to(plan, price) if plan else inputs.years,
        ))  # fmt: skip
    columns = ["fact_id", "as_of", "price", "revenue_now", "plan", "years"]
    return valuation.reverse_table(pd.DataFrame(rows, columns=columns), inputs, ranges)


def _sensitivity(
    inputs: Venture, price: float, ranges: Mapping[str, tuple[float, float]], table: pd.DataFrame
) -> pd.DataFrame:
    frame = valuation.sensitivity(inputs, price, ranges)
    keys = frame["input"].map(ASSUMED)
    return frame.assign(title=keys.map(table["title"]), unit=keys.map(table["unit"]))


def _twenty(record: Record, price: float, growth: float, table: pd.DataFrame) -> Twenty:
    claims = record.claims.set_index("claim_id")
    margin, years = claims.at["D-65", "value"] / 100, claims.at["D-66", "value"]
    rows = [
        (label, i, record.fact(i).value, valuation.years_of_earnings(price, record.fact(i).value, margin))
        for label, i in TWENTY.items()
    ]
    path = [record.fact(i).value for i in PLANS["February 2026"]]
    after = table.loc["valuation-growth-after"]
    low, high = min(after["low"], growth), max(after["high"], growth)
    return Twenty(
        margin=margin,
        years=years,
        revenue=price / (margin * years),
        table=pd.DataFrame(rows, columns=["basis", "fact_id", "revenue", "years"]),
        along_plan=valuation.payback_years(price, path, margin, growth),
        along_plan_low=valuation.payback_years(price, path, margin, high),
        along_plan_high=valuation.payback_years(price, path, margin, low),
    )


def _kept_by_plan(record: Record, day: Fact, inputs: Venture) -> float:
    """Part that today's owners keep if the planned cash use is met by fairly priced shares."""
    burn = record.fact("OAI-087")
    left = round(years_to(burn, day))
    return valuation.fair_retention(day.value, [burn.value / left] * left, inputs.rate)
