"""Chapter "Oracle's margin": from the record to the rental model's inputs, and its results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from capital_loop.models import gpu_rental
from capital_loop.models.gpu_rental import (
    DebtCarry,
    FinancedContract,
    Gigawatt,
    Ramp,
    RentalInputs,
    UnitEconomics,
)
from capital_loop.record import Fact, Record, RecordError

ASSUMED = {
    "price_per_gpu_hour": "rental-price",
    "utilisation": "rental-utilisation",
    "server_cost": "rental-server-cost",
    "depreciation_years": "rental-life",
    "power_kw": "rental-power-draw",
    "pue": "rental-pue",
    "power_price": "rental-power-price",
    "lease_per_kw_month": "rental-lease",
    "other_per_year": "rental-other",
}
"""Which assumption fills which input of the model."""

QUARTERS = {
    "2024-08-31": ("ORCL-099", "ORCL-098", "ORCL-103"),
    "2024-11-30": ("ORCL-113", "ORCL-112", "ORCL-117"),
    "2025-02-28": ("ORCL-127", "ORCL-126", "ORCL-131"),
    "2025-05-31": ("ORCL-141", "ORCL-140", "ORCL-145"),
    "2025-08-31": ("ORCL-156", "ORCL-155", "ORCL-160"),
    "2025-11-30": ("ORCL-171", "ORCL-170", "ORCL-175"),
    "2026-02-28": ("ORCL-186", "ORCL-185", "ORCL-190"),
    "2026-05-31": ("ORCL-201", "ORCL-200", "ORCL-205"),
    "2026-08-31": ("ORCL-216", "ORCL-215", "ORCL-220"),
}
"""End of the quarter: infrastructure revenue, cloud revenue, cost of cloud and software."""

SPENDING = {
    "2025-08-31": ("ORCL-162", "ORCL-163", "ORCL-164"),
    "2025-11-30": ("ORCL-177", "ORCL-178", "ORCL-179"),
    "2026-02-28": ("ORCL-192", "ORCL-193", "ORCL-194"),
    "2026-05-31": ("ORCL-207", "ORCL-208", "ORCL-209"),
    "2026-08-31": ("ORCL-222", "ORCL-223", "ORCL-224"),
}
"""End of the quarter: capital spending, free cash flow, backlog."""

BILLION = 1e9
GRID = 7
"""Prices in the grids of margins and returns."""
USE = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
"""Billed shares in the grid of returns: wider than the assumption, to show where it breaks."""
YEAR = 4
"""Quarters in a year: each is compared with the same quarter a year before."""


@dataclass(frozen=True)
class Leak:
    """The leaked quarter: what was reported and what follows from it (margins as shares)."""

    revenue: Fact
    gross_profit: Fact
    margin: Fact
    loss: Fact
    growth: Fact
    full_depreciation: float
    without_loss: float


@dataclass(frozen=True)
class Slide:
    """Oracle's example contract (margins as shares).

    ``explains``: share of the distance between its running margin and the leaked one that its cost
    before the start explains at the leaked growth; ``loss_explains``: the share that the whole
    reported loss on new chips would explain.
    """

    running: float
    life: float
    upfront_months: float
    drag: float
    in_build_up: float
    explains: float
    loss_explains: float


@dataclass(frozen=True)
class Debt:
    """The OpenAI contract and the money borrowed for its equipment."""

    contract: FinancedContract
    carry: DebtCarry
    low: float
    high: float
    table: pd.DataFrame
    curve: pd.DataFrame
    paths: pd.DataFrame
    lease_a_year: float
    lease_after: float

    @property
    def left(self) -> dict[float, float]:
        """Debt when the contract ends, USD, by gross margin in percent."""
        ends = self.paths.groupby("margin", sort=False).tail(1)
        return dict(zip(ends["margin"], ends["debt"], strict=True))


@dataclass(frozen=True)
class Unit:
    """A gigawatt, and what must be true of one server for it to pay (shares and USD).

    ``margins`` over price and life, ``returns`` over price and billed share; the break-even values are for a
    return equal to the interest; ``renewal`` is the price that keeps a written-off server running.
    """

    gigawatt: Gigawatt
    irr: float
    margins: pd.DataFrame
    returns: pd.DataFrame
    even_price: float
    even_utilisation: float
    renewal: float


@dataclass(frozen=True)
class Results:
    """Everything that the chapter shows."""

    leak: Leak
    inputs: RentalInputs
    running: UnitEconomics
    sensitivity: pd.DataFrame
    explained_by: pd.DataFrame
    interest: float
    gap_months: float
    build_up: pd.Series
    cents: pd.DataFrame
    curves: pd.DataFrame
    slide: Slide
    accounts: pd.DataFrame
    unit: Unit
    debt: Debt
    spending: pd.DataFrame
    implied_prices: tuple[float, float]


def assumptions(record: Record) -> pd.DataFrame:
    """The rental model's assumptions, indexed by id."""
    table = record.assumptions
    return table[table["model"] == "gpu_rental"].set_index("assumption_id", drop=False)


def results(record: Record, changed: Mapping[str, float] | None = None) -> Results:
    """Compute the chapter.

    ``changed`` replaces central values by assumption id, for instance ``{"rental-life": 5}``; an
    unknown id raises ``RecordError``.
    """
    table = assumptions(record)
    unknown = set(changed or {}) - set(table.index)
    if unknown:
        raise RecordError([f"no assumption named {', '.join(sorted(unknown))} in the rental model"])
    central = table["central"].to_dict() | dict(changed or {})
    inputs = RentalInputs(**{name: central[key] for name, key in ASSUMED.items()})
    running = gpu_rental.unit_economics(inputs)
    leak = _leak(record)
    shown = leak.margin.value / 100
    growth = central["rental-growth"]
    gap = gpu_rental.gap_for_margin(running.gross_margin, shown, growth)
    build_up = _build_up(running, Ramp(growth, gap))
    payment = record.fact("ORCL-D14").value
    return Results(
        leak=leak,
        inputs=inputs,
        running=running,
        sensitivity=_sensitivity(inputs, table),
        explained_by=_explained_by(inputs, table, shown),
        interest=gpu_rental.interest_share(inputs, central["rental-interest"]),
        gap_months=gap * 12,
        build_up=build_up,
        cents=_cents(running, build_up),
        curves=_curves(running.gross_margin, table.loc["rental-growth"]),
        slide=_slide(record, growth, leak),
        accounts=accounts(record, central["rental-saas-margin"], table.loc["rental-saas-margin"]),
        unit=_unit(inputs, central["rental-interest"], table),
        debt=_debt(record, central, table),
        spending=_spending(record),
        implied_prices=(
            gpu_rental.implied_price(payment, record.fact("ORCL-015").value),
            gpu_rental.implied_price(payment, record.fact("ORCL-014").value),
        ),
    )


def accounts(record: Record, other_margin: float, bounds: pd.Series) -> pd.DataFrame:
    """Gross margin on revenue added within a year, quarter by quarter, from the published accounts.

    ``all_cloud``: all added cloud revenue. ``infrastructure``: after added applications revenue is
    taken out at ``other_margin``; ``at_low`` and ``at_high``: at the bounds of that assumption.
    """
    ends = list(QUARTERS)
    values = {end: [record.fact(i).value for i in QUARTERS[end]] for end in ends}
    rows = []
    for before, after in zip(ends, ends[YEAR:], strict=False):
        infra, cloud, cost = (b - a for a, b in zip(values[before], values[after], strict=True))
        margins = [
            gpu_rental.remaining_incremental_margin(cloud, cost, cloud - infra, m)
            for m in (other_margin, bounds["low"], bounds["high"])
        ]
        rows.append((after, 1 - cost / cloud, *margins))
    columns = ["quarter_end", "all_cloud", "infrastructure", "at_low", "at_high"]
    return pd.DataFrame(rows, columns=columns)


def account_facts(record: Record) -> tuple[Fact, ...]:
    """The facts behind :func:`accounts`."""
    return tuple(record.fact(i) for ids in QUARTERS.values() for i in ids)


def _leak(record: Record) -> Leak:
    revenue, profit, margin, loss, points, growth = (
        record.fact(i) for i in ("ORCL-303", "ORCL-304", "ORCL-D11", "ORCL-308", "ORCL-307", "ORCL-309")
    )
    return Leak(
        revenue=revenue,
        gross_profit=profit,
        margin=margin,
        loss=loss,
        growth=growth,
        full_depreciation=(margin.value - points.value) / 100,
        without_loss=(profit.value + loss.value) / revenue.value,
    )


def _sensitivity(inputs: RentalInputs, table: pd.DataFrame) -> pd.DataFrame:
    ranges = {name: (table.at[key, "low"], table.at[key, "high"]) for name, key in ASSUMED.items()}
    frame = gpu_rental.sensitivity(inputs, ranges)
    keys = frame["input"].map(ASSUMED)
    return frame.assign(title=keys.map(table["title"]), unit=keys.map(table["unit"]))


def _explained_by(inputs: RentalInputs, table: pd.DataFrame, target: float) -> pd.DataFrame:
    """For each input: the value that alone would give the margin shown, and whether its range holds it."""
    rows = []
    for name, key in ASSUMED.items():
        needed = gpu_rental.solve_for_margin(inputs, name, target)
        low, high = table.at[key, "low"], table.at[key, "high"]
        row = (table.at[key, "title"], getattr(inputs, name), needed, low, high, table.at[key, "unit"])
        rows.append((*row, bool(low <= needed <= high)))
    return pd.DataFrame(rows, columns=["input", "central", "needed", "low", "high", "unit", "within"])


def _build_up(running: UnitEconomics, ramp: Ramp) -> pd.Series:
    cents = running.cents_per_dollar()
    waiting = ramp.cost_share * ramp.waiting * 100 * running.total_cost / running.revenue
    shown = 100 * gpu_rental.ramp_margin(running.gross_margin, ramp)
    return pd.concat([cents.drop("gross_profit"), pd.Series({"waiting": waiting, "gross_profit": shown})])


def _cents(running: UnitEconomics, build_up: pd.Series) -> pd.DataFrame:
    return pd.DataFrame({"running": running.cents_per_dollar(), "build_up": build_up}).loc[
        [*gpu_rental.COST_LINES, "waiting", "gross_profit"]
    ]


def _curves(margin: float, growth: pd.Series) -> pd.DataFrame:
    """Margin shown against months of waiting, for the low, a middle and the central growth factor."""
    factors = sorted({growth["low"], (growth["low"] * growth["central"]) ** 0.5, growth["central"]})
    rows = [
        (factor, month, gpu_rental.ramp_margin(margin, Ramp(factor, month / 12)))
        for factor in factors
        for month in np.arange(0, 6.01, 0.25)
    ]
    return pd.DataFrame(rows, columns=["growth", "months", "margin"])


def _slide(record: Record, growth: float, leak: Leak) -> Slide:
    revenue, cost, upfront, years = (
        record.fact(i).value for i in ("ORCL-315", "ORCL-316", "ORCL-317", "ORCL-314")
    )
    running = 1 - cost / revenue
    drag = gpu_rental.upfront_drag(revenue, upfront, growth)
    shown = leak.margin.value / 100
    return Slide(
        running=running,
        life=gpu_rental.contract_life_margin(revenue, cost, upfront, years),
        upfront_months=12 * upfront / cost,
        drag=drag,
        in_build_up=running - drag,
        explains=drag / (running - shown),
        loss_explains=(leak.without_loss - shown) / (running - shown),
    )


def _unit(inputs: RentalInputs, rate: float, table: pd.DataFrame) -> Unit:
    def grid(name: str, points: int) -> list[float]:
        row = table.loc[ASSUMED[name]]
        return [float(v) for v in np.linspace(row["low"], row["high"], points)]

    prices = grid("price_per_gpu_hour", GRID)
    low, high = (table.at[ASSUMED["depreciation_years"], end] for end in ("low", "high"))
    years = [float(v) for v in np.arange(low, high + 0.5)]
    return Unit(
        gigawatt=gpu_rental.per_gigawatt(inputs),
        irr=gpu_rental.unit_return(inputs),
        margins=gpu_rental.surface(inputs, "price_per_gpu_hour", prices, "depreciation_years", years),
        returns=gpu_rental.surface(inputs, "price_per_gpu_hour", prices, "utilisation", USE),
        even_price=gpu_rental.break_even(inputs, "price_per_gpu_hour", rate),
        even_utilisation=gpu_rental.break_even(inputs, "utilisation", rate),
        renewal=gpu_rental.renewal_price(inputs),
    )


def paths_table(found: Results) -> pd.DataFrame:
    """The contract's debt and cover year by year for three margins."""
    p = found.debt.paths
    return pd.DataFrame({
        "Gross margin, %": p["margin"], "Year": p["year"], "Revenue, USD bn": p["revenue"] / BILLION,
        "Cash before interest, USD bn": p["cash"] / BILLION, "Interest, USD bn": p["interest"] / BILLION,
        "Debt at the end, USD bn": p["debt"] / BILLION, "Gross profit over interest": p["cover"],
    })  # fmt: skip


def gigawatt_table(found: Results) -> pd.DataFrame:
    """A gigawatt of site power in its two states: running, and in the build-up of the leaked quarter."""
    g, cents = found.unit.gigawatt, found.cents
    lines = {"depreciation": "Servers, written off", "lease": "Rent", "power": "Electricity", "other": "Staff and upkeep",
             "waiting": "Capacity that waits", "gross_profit": "Gross profit"}  # fmt: skip
    return pd.DataFrame({
        "A gigawatt, a year": ["Revenue", *lines.values()],
        "Running, USD bn": [g.economics.revenue / BILLION, *(cents.at[k, "running"] / 100 * g.economics.revenue / BILLION for k in lines)],
        "In the build-up, USD bn": [g.economics.revenue / BILLION, *(cents.at[k, "build_up"] / 100 * g.economics.revenue / BILLION for k in lines)],
    }).fillna(0.0)  # fmt: skip


def _debt(record: Record, central: Mapping[str, float], table: pd.DataFrame) -> Debt:
    term = record.fact("ORCL-002").value
    contract = FinancedContract(
        value=record.fact("ORCL-001").value,
        years=int(term),
        capex=central["rental-contract-capex"],
        life_years=central["rental-life"],
        rate=central["rental-interest"],
        debt_share=central["rental-debt-share"],
    )
    spread = [
        gpu_rental.debt_carry(
            replace(
                contract, capex=table.at["rental-contract-capex", end], rate=table.at["rental-interest", end]
            )
        ).gross_margin
        for end in ("low", "high")
    ]
    guided = record.fact("ORCL-311")
    leak = record.fact("ORCL-D11").value
    points = [leak, guided.low, guided.value, guided.high]
    lease_per_gw, lease_years = record.fact("ORCL-D18").value, record.fact("ORCL-N20").value
    lease_a_year = lease_per_gw / lease_years * record.fact("ORCL-004").value
    return Debt(
        contract=contract,
        carry=gpu_rental.debt_carry(contract),
        low=spread[0],
        high=spread[1],
        table=_returns(contract, [p / 100 for p in points]),
        curve=_returns(contract, list(np.arange(0.0, 0.451, 0.01))),
        paths=pd.concat(
            [
                gpu_rental.debt_path(contract, m / 100, int(central["rental-build-years"])).assign(margin=m)
                for m in (leak, guided.low, guided.high)
            ],
            ignore_index=True,
        ),
        lease_a_year=lease_a_year,
        lease_after=gpu_rental.uncovered_lease(lease_a_year, lease_years, term),
    )


def _returns(contract: FinancedContract, margins: list[float]) -> pd.DataFrame:
    rows = [(m, gpu_rental.project_irr(contract, m), gpu_rental.debt_coverage(contract, m)) for m in margins]
    return pd.DataFrame(rows, columns=["margin", "return", "coverage"])


def _spending(record: Record) -> pd.DataFrame:
    rows = [
        (end, record.fact(QUARTERS[end][0]).value, *(record.fact(i).value for i in ids))
        for end, ids in SPENDING.items()
    ]
    return pd.DataFrame(rows, columns=["quarter_end", "infrastructure", "capex", "free_cash_flow", "backlog"])
