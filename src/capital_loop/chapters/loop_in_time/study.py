"""The page "The loop in time": funding gaps, the growth that closes them, what matters, and a back-test."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from SALib.analyze import sobol as analyze
from SALib.sample import sobol as sample
from scipy.stats import qmc

from capital_loop.models.dynamics import Inputs, Run, gap, growth_that_closes, simulate
from capital_loop.record.tables import Fact, Record
from capital_loop.show.prose import ranges_table

PREFIX, THEN = "dynamics-", "2025-"
KNOWN = dt.date(2025, 10, 16)
"""The day of the back-test: only facts that were public by then feed the older set of inputs."""
QUARTERS = 33
"""From the third quarter of 2025 to the third of 2033."""
FIELDS = {
    "revenue": "revenue", "growth": "growth", "fade": "fade", "other_costs": "other-costs", "cash": "cash", "capacity": "capacity",
    "capacity_target": "target", "ramp": "ramp", "delay": "delay", "price": "price", "capex": "capex", "chip_share": "chip-share",
    "running_cost": "running-cost", "funding": "funding", "vendor_share": "vendor-share", "interest": "interest",
    "loan_years": "loan-years", "chip_margin": "chip-margin",
}  # fmt: skip
NAMES = {
    "revenue": "Revenue at the start", "growth": "Growth in the first year", "fade": "How fast growth fades", "other_costs": "Other costs",
    "cash": "Cash at the start", "capacity": "Capacity at the start", "capacity_target": "Capacity promised", "ramp": "Time to build",
    "delay": "Delay", "price": "Price of computing", "capex": "Cost of a gigawatt", "chip_share": "Chips’ part of it",
    "running_cost": "Running cost", "funding": "Money from investors", "vendor_share": "The chip maker’s part of it", "interest": "Interest",
    "loan_years": "Years of loans", "chip_margin": "Margin of chips",
}  # fmt: skip
DRAWS, SEED = 2**17, 11
"""Sobol draws over the ranges (a power of two above 100,000) and their seed."""
BASE = 1024
"""Base sample of the sensitivity indices; the model runs BASE x (inputs + 2) times."""
YEARS = {
    2026: (2, 5),
    2027: (6, 9),
    2028: (10, 13),
    2029: (14, 17),
    2030: (18, 21),
    2031: (22, 25),
    2032: (26, 29),
}
"""Whole calendar years as quarters of the run, the first quarter being the third of 2025."""
PERCENTILES = (5, 25, 50, 75, 95)


@dataclass(frozen=True)
class Study:
    """What the page shows; USD.

    ``table`` the inputs in use; ``central`` the run at central values; ``gaps`` percentiles of the funding gap by year;
    ``closing`` the first-year growth that closes each year's gap at central values; ``indices`` Sobol indices of the gap
    of five years; ``backtest`` what the inputs of October 2025 said of 2026 against what happened; ``draw_error`` the
    largest Monte Carlo error of the medians.
    """

    table: pd.DataFrame
    central: Run
    gaps: pd.DataFrame
    closing: pd.DataFrame
    indices: pd.DataFrame
    backtest: pd.DataFrame
    no_gap: float
    draw_error: float
    facts: tuple[Fact, ...]


def inputs_table(record: Record, *, then: bool, changed: Mapping[str, float] | None = None) -> pd.DataFrame:
    """The inputs with ranges by field: those of October 2025 (``then``) or of today.

    An input that did not change has one row for both. ``changed`` fixes fields. Raises ``ValueError`` for unknown fields.
    """
    rows = record.assumptions.set_index("assumption_id")
    out = []
    for field, name in FIELDS.items():
        key = f"{PREFIX}{THEN}{name}" if then and f"{PREFIX}{THEN}{name}" in rows.index else PREFIX + name
        r = rows.loc[key]
        out.append(
            {
                "field": field,
                "input": NAMES[field],
                "low": r["low"],
                "central": r["central"],
                "high": r["high"],
                "unit": r["unit"],
                "fact_id": r["fact_id"],
                "why": r["why"],
            }
        )
    table = pd.DataFrame(out).set_index("field", drop=False)
    for field, value in (changed or {}).items():
        if field not in table.index:
            raise ValueError(f"no input named {field}; there are {', '.join(table.index)}")
        table.loc[field, ["low", "central", "high"]] = value
    return table


def study(record: Record, changed: Mapping[str, float] | None = None) -> Study:
    """The whole page. ``changed`` fixes inputs by field name, for example ``{"growth": 0.5}``."""
    table = inputs_table(record, then=False, changed=changed)
    central = simulate(central_inputs(table), QUARTERS)
    run = _draws(table)
    years = {y: gap(run, *q) for y, q in YEARS.items()}
    gaps = pd.DataFrame(
        [
            {"year": y, **{f"p{p}": round(float(np.percentile(g, p)), -6) for p in PERCENTILES}}
            for y, g in years.items()
        ]
    )
    blocks = [np.median(b) for b in np.array_split(years[2029], 16)]
    total = gap(run, YEARS[2026][0], YEARS[2030][1])
    closing = pd.DataFrame([
        {"year": y, "growth": growth_that_closes(central_inputs(table), QUARTERS, *q, tolerance=1e6)} for y, q in YEARS.items()
    ])  # fmt: skip
    return Study(
        table, central, gaps, closing, _indices(table), _backtest(record), float((total <= 1e6).mean()),
        float(np.std(blocks, ddof=1) / np.sqrt(len(blocks))), tuple(record.fact(i) for i in dict.fromkeys(table["fact_id"]) if i),
    )  # fmt: skip


def central_inputs(table: pd.DataFrame) -> Inputs:
    """The central values as inputs of the model."""
    return Inputs(**{f: float(table.at[f, "central"]) for f in FIELDS})


def _draws(table: pd.DataFrame, draws: int = DRAWS) -> Run:
    """Runs over the ranges, evenly spread."""
    unit = qmc.Sobol(len(table), seed=SEED).random(draws)
    low, high = table["low"].to_numpy(float), table["high"].to_numpy(float)
    values = low + unit * (high - low)
    return simulate(Inputs(**dict(zip(FIELDS, values.T, strict=True))), QUARTERS)


def _indices(table: pd.DataFrame) -> pd.DataFrame:
    """First-order and total Sobol indices of the gap from 2026 to 2030, largest total first."""
    free = table[table["low"] < table["high"]]
    problem = {
        "num_vars": len(free),
        "names": list(free["field"]),
        "bounds": free[["low", "high"]].astype(float).to_numpy().tolist(),
    }
    values = sample.sample(problem, BASE, calc_second_order=False, seed=SEED)
    columns = {f: np.full(len(values), float(table.at[f, "central"])) for f in FIELDS}
    columns |= dict(zip(free["field"], values.T, strict=True))
    run = simulate(Inputs(**columns), QUARTERS)
    found = analyze.analyze(
        problem, gap(run, YEARS[2026][0], YEARS[2030][1]), calc_second_order=False, seed=SEED
    )
    frame = pd.DataFrame({
        "input": list(free["input"]), "first": found["S1"], "total": found["ST"], "error": found["ST_conf"],
    })  # fmt: skip
    return frame.sort_values("total", ascending=False, ignore_index=True)


def _backtest(record: Record) -> pd.DataFrame:
    """What the inputs of October 2025 gave for what has been reported since."""
    run = _draws(inputs_table(record, then=True), 2**14)
    rows = []
    for name, values, fact_id, unit in (
        ("Capacity in use at the end of 2025, GW", run.capacity[2], "OAI-072", 1.0),
        ("Revenue of the first quarter of 2026, USD billion", run.revenue[2], "OAI-039", 1e9),
        ("Revenue of the second quarter of 2026, USD billion", run.revenue[3], "OAI-045", 1e9),
    ):
        low, middle, high = (float(np.percentile(values, p)) / unit for p in (5, 50, 95))
        happened = record.fact(fact_id).value / unit if fact_id else float("nan")
        rows.append(
            {
                "what": name,
                "low": low,
                "middle": middle,
                "high": high,
                "happened": happened,
                "inside": low <= happened <= high,
                "fact_id": fact_id,
            }
        )
    return pd.DataFrame(rows)


def inputs_view(found: Study) -> pd.DataFrame:
    """The inputs for the page."""
    return ranges_table(found.table)


def backtest_view(found: Study) -> pd.DataFrame:
    """The back-test for the page."""
    b = found.backtest
    return pd.DataFrame({
        "What": b["what"], "Said, low": b["low"], "middle": b["middle"], "high": b["high"], "Happened": b["happened"],
        "Within": b["inside"].map({True: "yes", False: "no"}),
    })  # fmt: skip


def flows_view(found: Study, quarter: int) -> pd.DataFrame:
    """The transactions-flow matrix of one quarter of the central run, USD billion; rows and columns sum to zero with money."""
    from capital_loop.models.dynamics import SECTORS

    frame = pd.DataFrame(found.central.flows[quarter] / 1e9, columns=[s.capitalize() for s in SECTORS]).round(
        2
    )
    frame.insert(0, "Flow", [r.capitalize() for r in found.central.rows])
    frame["Sum"] = frame.iloc[:, 1:].sum(axis=1).round(2) + 0.0
    return frame
