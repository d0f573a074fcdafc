"""The page "The loop in time": funding gaps, the growth that closes them, what matters, and a back-test."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from SALib.analyze import sobol as analyze
from SALib.sample import sobol as sample
from scipy.stats import qmc

from capital_loop.chapters import study
from capital_loop.chapters.loop_in_time.words import BACKTEST_TABLE, FLOWS, INPUTS, INSIDE, TESTED
from capital_loop.chapters.study import part
from capital_loop.models.dynamics import SECTORS, Inputs, Run, gap, growth_that_closes, simulate
from capital_loop.show.prose import ranges_table

PREFIX, THEN = "dynamics-", "2025-"
KNOWN = dt.date(2025, 10, 16)
"""The day of the back-test: only facts that were public by then feed the older set of inputs."""
START, QUARTERS = "2025Q3", 33
"""The first quarter of the run, and how many there are: to the third of 2033."""
FIELDS = {
    "revenue": "revenue",
    "growth": "growth",
    "fade": "fade",
    "other_costs": "other-costs",
    "cash": "cash",
    "capacity": "capacity",
    "capacity_target": "target",
    "ramp": "ramp",
    "delay": "delay",
    "price": "price",
    "capex": "capex",
    "chip_share": "chip-share",
    "running_cost": "running-cost",
    "funding": "funding",
    "vendor_share": "vendor-share",
    "interest": "interest",
    "loan_years": "loan-years",
    "chip_margin": "chip-margin",
}
"""The model's inputs and the assumptions they are, without the prefix."""
DRAWS, SEED = 2**17, 11
"""Sobol draws over the ranges (a power of two above 100,000) and their seed."""
BASE = 1024
"""Base sample of the sensitivity indices; the model runs BASE x (inputs + 2) times."""
YEARS = {year: (2 + 4 * n, 5 + 4 * n) for n, year in enumerate(range(2026, 2033))}
"""Whole calendar years as quarters of the run, the first quarter being the third of 2025."""
SPAN = (2026, 2030)
"""First and last year of the span over which the gap is added up."""
SPAN_QUARTERS = (YEARS[SPAN[0]][0], YEARS[SPAN[1]][1])
ERROR_YEAR = 2029
"""The year of the widest spread: its median has the largest Monte Carlo error."""
PERCENTILES = (5, 25, 50, 75, 95)
NOTHING = 1e6
"""A gap of less than this in USD is none."""
BILLION = 1e9


@dataclass(frozen=True)
class Spread:
    """Results over the draws: percentiles of the ``gaps`` by year, the part of draws with ``none``, the ``error`` of medians."""

    gaps: pd.DataFrame
    none: float
    error: float


class Study(study.Study):
    """What the page shows, USD; ``changed`` fixes an input, range and all."""

    chapter = "loop-in-time"

    def _table(self, *, then: bool) -> pd.DataFrame:
        """The inputs with ranges by field; one that did not change since October 2025 has one row for both."""
        known = set(self.record.table("assumptions")["assumption_id"])
        rows = {}
        for field, name in FIELDS.items():
            older = f"{PREFIX}{THEN}{name}"
            found = self.fixed(older if then and older in known else PREFIX + name)
            rows[field] = {**asdict(found), "input": INPUTS[field]}
        return pd.DataFrame.from_dict(rows, orient="index")

    @part
    def inputs(self) -> pd.DataFrame:
        """The inputs in use today, by field."""
        return self._table(then=False)

    @part
    def inputs_then(self) -> pd.DataFrame:
        """The inputs of the day of the back-test, by field."""
        return self._table(then=True)

    @part
    def central(self) -> Run:
        """The run at central values."""
        return simulate(central_inputs(self.inputs), QUARTERS)

    @part
    def stocks(self) -> pd.DataFrame:
        """Revenue and dues at yearly rates and the cloud's debt in the central run: ``date``, ``key``, ``usd``."""
        run = self.central
        lines = {"revenue": 4 * run.revenue[:, 0], "due": 4 * run.due[:, 0], "debt": run.debt[:, 0]}
        dates = pd.period_range(START, periods=QUARTERS, freq="Q").to_timestamp(how="end").normalize()
        return pd.DataFrame(lines, index=pd.Index(dates, name="date")).reset_index().melt(
            "date", var_name="key", value_name="usd"
        )  # fmt: skip

    @part
    def peak(self) -> float:
        """The highest debt of the cloud in the central run."""
        return float(self.central.debt[:, 0].max())

    @part
    def short_quarters(self) -> int:
        """Quarters of the central run in which OpenAI owes more for computing than it earns."""
        return int((self.central.due[:, 0] > self.central.revenue[:, 0]).sum())

    @part
    def spread(self) -> Spread:
        """The funding gap over the ranges of the inputs."""
        run = _draws(self.inputs)
        years = {year: gap(run, *quarters) for year, quarters in YEARS.items()}
        gaps = pd.DataFrame(
            [
                {"year": y, **{f"p{p}": round(float(np.percentile(g, p)), -6) for p in PERCENTILES}}
                for y, g in years.items()
            ]
        )
        blocks = [np.median(b) for b in np.array_split(years[ERROR_YEAR], 16)]
        none = float((gap(run, *SPAN_QUARTERS) <= NOTHING).mean())
        return Spread(gaps, none, float(np.std(blocks, ddof=1) / np.sqrt(len(blocks))))

    @part
    def worst(self) -> pd.Series:
        """The year with the highest median gap, with its percentiles."""
        return self.spread.gaps.loc[self.spread.gaps["p50"].idxmax()]

    @part
    def highest(self) -> pd.Series:
        """The year in which the upper end of the gap is highest."""
        return self.spread.gaps.loc[self.spread.gaps["p95"].idxmax()]

    @part
    def closing(self) -> pd.DataFrame:
        """The first-year growth that closes each year's gap at central values: ``year``, ``growth``."""
        central = central_inputs(self.inputs)
        return pd.DataFrame(
            [
                {"year": y, "growth": growth_that_closes(central, QUARTERS, *q, tolerance=NOTHING)}
                for y, q in YEARS.items()
            ]
        )

    @part
    def hardest(self) -> pd.Series:
        """The year whose gap asks for most growth."""
        return self.closing.loc[self.closing["growth"].idxmax()]

    @part
    def assumed_growth(self) -> float:
        """The central growth of the first year."""
        return float(self.inputs.at["growth", "central"])

    @part
    def indices(self) -> pd.DataFrame:
        """Sobol indices of the gap of the span by ``field``: alone (``first``), with interactions (``total``), ``error``."""
        return _indices(self.inputs)

    @part
    def backtest(self) -> pd.DataFrame:
        """What the inputs of the day said of the next year (``low``, ``middle``, ``high``), and what ``happened``."""
        run = _draws(self.inputs_then, 2**14)
        rows = []
        for tested in self.choices("backtest"):
            fact = tested["fact"]
            quarter = (pd.Period(fact.as_of, freq="Q") - pd.Period(START, freq="Q")).n
            stock = (
                fact.unit == "GW"
            )  # the run has capacity at the start of a quarter: the end is that of the next
            values = run.capacity[quarter + 1] if stock else run.revenue[quarter] / BILLION
            low, middle, high = (float(np.percentile(values, p)) for p in (5, 50, 95))
            real = fact.value if stock else fact.value / BILLION
            rows.append(
                {
                    "key": tested.key,
                    "what": TESTED[tested.key],
                    "low": low,
                    "middle": middle,
                    "high": high,
                    "happened": real,
                    "inside": low <= real <= high,
                }
            )
        return pd.DataFrame(rows)


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
    """First-order and total Sobol indices of the gap of the span, largest total first."""
    free = table[table["low"] < table["high"]]
    problem = {
        "num_vars": len(free),
        "names": list(free.index),
        "bounds": free[["low", "high"]].astype(float).to_numpy().tolist(),
    }
    values = sample.sample(problem, BASE, calc_second_order=False, seed=SEED)
    columns = {f: np.full(len(values), float(table.at[f, "central"])) for f in FIELDS}
    columns |= dict(zip(free.index, values.T, strict=True))
    run = simulate(Inputs(**columns), QUARTERS)
    found = analyze.analyze(problem, gap(run, *SPAN_QUARTERS), calc_second_order=False, seed=SEED)
    frame = pd.DataFrame({
        "field": list(free.index), "first": found["S1"], "total": found["ST"], "error": found["ST_conf"],
    })  # fmt: skip
    return frame.sort_values("total", ascending=False, ignore_index=True)


def inputs_view(study: Study) -> pd.DataFrame:
    """The inputs for the page."""
    return ranges_table(study.inputs)


def backtest_view(study: Study) -> pd.DataFrame:
    """The back-test for the page."""
    shown = study.backtest.assign(inside=study.backtest["inside"].map(INSIDE))
    return shown[list(BACKTEST_TABLE)].rename(columns=BACKTEST_TABLE)


def flows_view(study: Study, quarter: int) -> pd.DataFrame:
    """The transactions-flow matrix of one quarter of the central run, USD billion; rows and columns sum to zero with money."""
    run = study.central
    frame = pd.DataFrame(run.flows[quarter] / BILLION, columns=[s.capitalize() for s in SECTORS]).round(2)
    frame.insert(0, FLOWS["flow"], [r.capitalize() for r in run.rows])
    frame[FLOWS["sum"]] = frame.iloc[:, 1:].sum(axis=1).round(2) + 0.0
    return frame
