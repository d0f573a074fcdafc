"""The chapter "Demand": the indicators that the documents name, and the revenue that spending asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from capital_loop.models.required_revenue import (
    Inputs,
    required_range,
    required_revenue,
    tornado,
)
from capital_loop.record.series import series
from capital_loop.record.tables import Fact, Period, Record

FIELDS = {
    "spending": "revenue-capex-year", "fast_share": "revenue-chip-share", "fast_life": "revenue-chip-life",
    "slow_life": "revenue-shell-life", "required_return": "revenue-return", "cash_cost": "revenue-cash-cost",
}  # fmt: skip
"""Fields of the model and the assumptions they come from."""
INPUT = {
    "spending": "Spending of the year", "fast_share": "Part that wears out fast", "fast_life": "Life of servers",
    "slow_life": "Life of buildings", "required_return": "Return asked", "cash_cost": "Running costs",
}  # fmt: skip
OPENAI_RUN_RATE = ["OAI-004", "OAI-016", "OAI-017", "OAI-018", "OAI-019", "OAI-037", "OAI-048"]
ANTHROPIC_RUN_RATE = ["DEM-282", "DEM-283", "DEM-284", "DEM-286", "DEM-287", "DEM-288"]
ESTIMATES = {
    "DEM-343": "Sequoia, June 2024",
    "DEM-344": "Sequoia, October 2025",
    "DEM-341": "JPMorgan, for 2030",
    "DEM-339": "Bain, for 2030",
}
BUYERS = {"amazon": "Amazon", "google": "Alphabet", "microsoft": "Microsoft", "meta": "Meta"}


@dataclass(frozen=True)
class Results:
    """What the chapter shows. ``required`` is USD a year (central), ``low`` and ``high`` its range."""

    inputs: Inputs
    required: float
    low: float
    high: float
    moved_by: dict[str, tuple[float, float]]
    estimates: tuple[tuple[str, Fact], ...]
    labs: tuple[tuple[str, Fact], ...]
    spending_fact: Fact

    @property
    def labs_now(self) -> float:
        """The newest run rates of the two laboratories together, USD a year."""
        newest: dict[str, Fact] = {}
        for who, f in self.labs:
            if who not in newest or Period.parse(f.as_of).end >= Period.parse(newest[who].as_of).end:
                newest[who] = f
        return sum(f.value for f in newest.values())


def results(record: Record, changed: Mapping[str, float] | None = None) -> Results:
    """The requirement from the record's assumptions; ``changed`` replaces inputs by field name of ``Inputs``."""
    table = record.assumptions.set_index("assumption_id")
    central = Inputs(**{f: float(table.at[a, "central"]) for f, a in FIELDS.items()})
    ranges = {f: (float(table.at[a, "low"]), float(table.at[a, "high"])) for f, a in FIELDS.items()}
    if changed:
        central = replace(central, **changed)
        ranges = {f: r for f, r in ranges.items() if f not in changed}
    low, high = required_range(central, ranges)
    have = set(record.facts.index)
    labs = [("OpenAI", record.fact(i)) for i in OPENAI_RUN_RATE if i in have] + [
        ("Anthropic", record.fact(i)) for i in ANTHROPIC_RUN_RATE
    ]
    return Results(
        central, required_revenue(central), low, high, tornado(central, ranges),
        tuple((n, record.fact(i)) for i, n in ESTIMATES.items()), tuple(labs), record.fact("DEM-220"),
    )  # fmt: skip


def capex(record: Record) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Quarterly capital spending ``(cash, with finance leases)`` of the large buyers; columns as ``series`` and ``buyer``."""
    cash = [series(record, b, "quarter_capex").assign(buyer=n) for b, n in BUYERS.items()]
    leased = [
        series(record, b, "quarter_capex_with_leases").assign(buyer=BUYERS[b]) for b in ("microsoft", "meta")
    ]
    return pd.concat(cash, ignore_index=True), pd.concat(leased, ignore_index=True)


def quarter_total(record: Record, as_of: str) -> float:
    """Cash spending of the four buyers in the quarter ending on a day; raises ``ValueError`` if one is missing."""
    cash, _ = capex(record)
    found = cash[cash["as_of"] == as_of]
    if len(found) != len(BUYERS):
        raise ValueError(f"for the quarter to {as_of} there are figures of {', '.join(found['buyer'])} only")
    return float(found["value"].sum())


def requirement_table(found: Results) -> pd.DataFrame:
    """How the requirement moves with each input."""
    return pd.DataFrame([
        {"Input": INPUT[k], "At its low end, USD billion a year": a / 1e9, "At its high end, USD billion a year": b / 1e9}
        for k, (a, b) in found.moved_by.items()
    ]).round(0)  # fmt: skip
