"""The page "The loop in time": bills unpaid by rule and vintage, what decides, and a back-test."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, replace
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from SALib.analyze import sobol as analyze
from SALib.sample import sobol as sample
from scipy.stats import qmc

from capital_loop.chapters import study
from capital_loop.chapters.study import number, part
from capital_loop.models.dynamics import (
    INSTRUMENTS,
    ROWS,
    SECTORS,
    YEAR,
    Inputs,
    Run,
    growth_that_pays,
    simulate,
)
from capital_loop.models.sampling import batch_error, together, two_halves
from capital_loop.record import Fact, RecordError
from capital_loop.record.rows import DocumentRow
from capital_loop.record.tables import Period
from capital_loop.record.trace import unread
from capital_loop.show.words import fill, headed, read_words

words = read_words(__file__)

Floats = NDArray[np.float64]

PREFIX = "dynamics-"
FIELDS = {
    field: field.removeprefix("capacity_").replace("_", "-")
    for field in (
        "revenue", "growth", "fade", "other_costs", "cash", "capacity", "capacity_target", "ramp", "delay",
        "price", "capex", "chip_share", "running_cost", "funding", "vendor_share", "interest", "loan_years",
        "chip_margin", "life",
    )
}  # fmt: skip
"""The model's inputs and the assumptions they are, without the prefix."""
MOVERS = words.table("inputs") | words.table("movers")
"""What moves the answer, as it is called: the inputs, and the two rules."""
TOGETHER = {"growth": 1, "funding": 1, "capacity_target": 1, "delay": -1}
"""Inputs that a good or bad year moves together, and in which direction."""
RULES = ("kept", "standing")
"""The two rules, each no (0) or yes (1): funding that is kept, unpaid bills that stand."""


@dataclass(frozen=True)
class Vintage:
    """What was known by a ``day`` (``None``: all that the record knows), run from the quarter ``start``.

    To the end of the ``last`` year of the plans that the inputs rest on; ``first`` is the first of them.
    """

    key: str
    day: dt.date | None
    start: pd.Period
    first: int
    last: int

    @property
    def prefix(self) -> str:
        """How the vintage's own assumptions begin."""
        return f"{PREFIX}{self.key}-" if self.day else PREFIX

    @property
    def quarters(self) -> int:
        """Quarters of the run: from the start to the last of the horizon, both included."""
        return self.place(self.last, YEAR) + 1

    def place(self, year: int, quarter: int) -> int:
        """The place of a quarter in the run."""
        return (pd.Period(f"{year}Q{quarter}", freq="Q") - self.start).n


REPLICATES, DRAWS, SEED = 16, 2**12, 11
"""Independent sets of Sobol draws, the draws of each (a power of two), and the seed of the first."""
BASE = 4096
"""Base sample of the sensitivity indices; the model runs BASE x (inputs + 2) times."""
PERCENTILES = (5, 25, 50, 75, 95)
NINETY = (5, 50, 95)
"""The ends of nine tenths of the draws and their median."""
NOTHING = 1e6
"""Unpaid bills of less than this in USD are none."""
BILLION = 1e9
NOW = "now"
SHOWN = 10
"""How many inputs the pictures and tables of sensitivity show."""


@dataclass(frozen=True)
class Outcome:
    """What is unpaid over the draws of inputs, under one pair of rules.

    ``years``: by year end percentiles, Monte Carlo errors of the median (``error``) and of the 95th
    percentile (``upper_error``), medians of OpenAI's ``cash`` and of the cloud's ``debt`` and ``worth``;
    ``paid``: the share of draws with no bill unpaid at the end, and its ``error``; ``late``: by quarter, the
    share with some bill unpaid until then; ``burn``: the median of what OpenAI is billed and spends beyond
    its revenue over the whole run.
    """

    years: pd.DataFrame
    paid: float
    error: float
    late: Floats
    burn: float


class Study(study.Study):
    """What the page shows, USD; ``changed`` fixes an input, range and all."""

    chapter = "loop-in-time"
    models = ("dynamics",)

    @part
    def runs(self) -> dict[str, Vintage]:
        """The days on which the model is run: the report's, the middle of the year after, and today.

        Each run begins with the last quarter that had ended by its day, today's with that of its revenue.
        """
        with unread():
            years = [int(f.as_of) for f in self.listed("plan-revenue").values()]
            ends = {c.key: Period.parse(c["quarter"].as_of).end for c in self.choices("vintage")}
            report = self.record.keyed(DocumentRow)["report"].day.date()
        quarters = {k: pd.Period(end, freq="Q") for k, end in ends.items()}
        before = pd.Period(report, freq="Q") - 1
        return {
            "2025": Vintage("2025", report, before, years[0], years[-1]),
            "2026": Vintage("2026", ends["2026"], quarters["2026"], years[0], years[-1]),
            NOW: Vintage(NOW, None, quarters[NOW], years[0], years[-1]),
        }

    @part
    def now(self) -> Vintage:
        """All that the record knows."""
        return self.runs[NOW]

    @part
    def starts(self) -> dict[str, str]:
        """In words, the first quarter of each run: ``s0`` to ``s2``; a year is told once."""
        found, told = {}, None
        for n, v in enumerate(self.runs.values()):
            said = words.listed("start")[v.start.year == told]
            quarter = words.listed("quarters")[v.start.quarter - 1]
            found[f"s{n}"], told = fill(said, quarter=quarter, year=v.start.year), v.start.year
        return found

    def _table(self, vintage: Vintage) -> pd.DataFrame:
        """A vintage's inputs with ranges by field, each resting only on what was public by its day.

        An input that has no row of the vintage's own has one row for all. Raises ``RecordError`` for one that
        rests on a fact published later.
        """
        known = self.record.table("assumptions").set_index("assumption_id")["fact_id"]
        basis = {c.key: c for c in self.choices("basis")}
        rows = {}
        for name, tail in FIELDS.items():
            own = f"{vintage.prefix}{tail}"
            found = self.fixed(own if own in known.index else PREFIX + tail)
            fact_id, more = known[found.assumption_id], basis.get(found.assumption_id)
            rests = [self.record.fact(fact_id)] if fact_id else []
            rests += [more[role] for role in more.ids] if more else []
            for fact in rests:
                _public(fact, vintage, found.assumption_id, own)
            rows[name] = {**asdict(found), "input": words.table("inputs")[name], "facts": len(rests)}
        return pd.DataFrame.from_dict(rows, orient="index")

    @part
    def inputs_2025(self) -> pd.DataFrame:
        """The inputs as known on the day of the report, by field."""
        return self._table(self.runs["2025"])

    @part
    def inputs_2026(self) -> pd.DataFrame:
        """The inputs as known in the middle of the year after, by field."""
        return self._table(self.runs["2026"])

    @part
    def inputs(self) -> pd.DataFrame:
        """The inputs in use today, by field."""
        return self._table(self.now)

    @part
    def outcomes_2025(self) -> dict[tuple[int, int], Outcome]:
        """Outcomes by (kept, standing) as of the day of the report."""
        return _outcomes(self.inputs_2025, self.runs["2025"])

    @part
    def outcomes_2026(self) -> dict[tuple[int, int], Outcome]:
        """Outcomes by (kept, standing) as of the middle of the year after."""
        return _outcomes(self.inputs_2026, self.runs["2026"])

    @part
    def outcomes(self) -> dict[tuple[int, int], Outcome]:
        """Outcomes by (kept, standing) with today's inputs."""
        return _outcomes(self.inputs, self.now)

    @part
    def vintages(self) -> pd.DataFrame:
        """The share of draws with all bills paid by vintage.

        If funding lapses (``low``) and if it is kept (``high``); bills stand.
        """
        by = {"2025": self.outcomes_2025, "2026": self.outcomes_2026, "now": self.outcomes}
        return pd.DataFrame([{"key": k, "low": o[0, 1].paid, "high": o[1, 1].paid} for k, o in by.items()])

    @part
    def lapsing(self) -> Outcome:
        """Today, if funding lapses and bills stand."""
        return self.outcomes[0, 1]

    @part
    def kept(self) -> Outcome:
        """Today, if funding is kept and bills stand."""
        return self.outcomes[1, 1]

    @part
    def calm(self) -> int:
        """The last year at whose end nothing is unpaid in 19 of 20 draws, even if funding lapses."""
        quiet = self.lapsing.years["p95"] <= NOTHING
        return int(self.lapsing.years.loc[quiet, "year"].max())

    @part
    def moved(self) -> dict[str, float]:
        """By how much each rule moves the share of draws paid in full.

        The other rule as it is (``kept``: standing).
        """
        paid = {rules: o.paid for rules, o in self.outcomes.items()}
        by_bills = max(abs(paid[kept, 1] - paid[kept, 0]) for kept in (0, 1))
        return {"kept": paid[1, 1] - paid[0, 1], "standing": by_bills}

    @part
    def revenue(self) -> tuple[float, float, float]:
        """Revenue of the last year: the ends of nine tenths of the draws and their median, USD."""
        sets = [_values(self.inputs, n) for n in range(REPLICATES // 4)]
        earned = [simulate(Inputs(**x), self.now.quarters).revenue[-YEAR:].sum(axis=0) for x in sets]
        low, middle, high = np.percentile(np.concatenate(earned), NINETY)
        return float(low), float(middle), float(high)

    @part
    def error(self) -> float:
        """The largest Monte Carlo error of a median of today's runs, over all years and rules, USD."""
        return float(max(o.years["error"].max() for o in self.outcomes.values()))

    @part
    def upper_error(self) -> float:
        """The largest Monte Carlo error of a 95th percentile of today's runs, USD."""
        return float(max(o.years["upper_error"].max() for o in self.outcomes.values()))

    @part
    def late(self) -> dict[int, float]:
        """Share of the report's draws with a bill unpaid by the next run: funding lapses (0), is kept (1)."""
        place = (self.runs["2026"].start - self.runs["2025"].start).n
        return {kept: float(self.outcomes_2025[kept, 1].late[place]) for kept in (0, 1)}

    @part
    def share_error(self) -> float:
        """The largest Monte Carlo error of a share of draws, over all vintages and rules."""
        every = [*self.outcomes_2025.values(), *self.outcomes_2026.values(), *self.outcomes.values()]
        return max(o.error for o in every)

    @part
    def plan_left(self) -> float:
        """The plan's cash use less what is known to be used of it, USD: with the quarter before the run."""
        return self.chosen("named", "burn-plan").value - self.chosen("named", "burn-known").value

    @part
    def central_burn(self) -> float:
        """What bills and other costs exceed revenue by in the central run, USD."""
        return float(self.central.burn.sum())

    @part
    def plan_costs(self) -> float:
        """Other costs, as a part of revenue, at which the central run would use what is left of the plan."""
        run = self.central
        return float(1 - (run.due.sum() - self.plan_left) / run.revenue.sum())

    @part
    def plan_costs_own(self) -> float:
        """Other costs, as a part of revenue, at which the company's own plans agree.

        Its plans for cash, for computing and for revenue are of different months.
        """
        revenue = sum(f.value for f in self.listed("plan-revenue").values())
        compute = self.chosen("calibration", "compute-now").value
        return 1 - (compute - self.chosen("named", "burn-plan").value) / revenue

    @part
    def together(self) -> dict[int, float]:
        """Share of draws that pay all if good years come together: funding lapses (0), is kept (1)."""
        rank = self.assumed(f"{PREFIX}together").high
        sets = [_values(self.inputs, n, rank) for n in range(REPLICATES)]
        unpaid = {
            kept: [simulate(Inputs(**drawn, kept=kept), self.now.quarters).unpaid[-1] for drawn in sets]
            for kept in (0, 1)
        }
        return {kept: float((np.concatenate(found) <= NOTHING).mean()) for kept, found in unpaid.items()}

    @part
    def swings(self) -> pd.DataFrame:
        """The share of draws paid in full in the ``lower`` and ``upper`` half of each input, widest first.

        Rules are drawn too, each half the time: that share over all draws is the ``centre``.
        """
        return _swings(self.inputs, self.now.quarters)

    @part
    def indices(self) -> pd.DataFrame:
        """Sobol indices by ``field``, rules among them.

        Of whether all is paid at the end, and of how much is not.

        ``whether`` and ``amount`` hold interactions, with their errors; ``whether_alone`` and
        ``amount_alone`` do not.
        """
        return _indices(self.inputs, self.now.quarters)

    @part
    def paying_growth(self) -> dict[int, float]:
        """The growth over four quarters at which half of the draws pay all.

        Funding lapses (0), is kept (1).
        """
        sets = [_values(self.inputs, n) for n in range(REPLICATES // 4)]
        values = {f: np.concatenate([drawn[f] for drawn in sets]) for f in FIELDS} | {"growth": np.zeros(1)}
        return {
            kept: growth_that_pays(
                Inputs(**values, kept=kept), self.now.quarters, least=0.5, tolerance=NOTHING
            )
            for kept in (0, 1)
        }

    @part
    def assumed_growth(self) -> float:
        """The central growth over the first four quarters."""
        return number(self.inputs, "growth", "central")

    @part
    def central(self) -> Run:
        """One run at central values, funding kept and bills standing: for the tables of accounts only."""
        return simulate(central_inputs(self.inputs), self.now.quarters)

    @part
    def calculated(self) -> float:
        """What the central run leaves unpaid if funding lapses, USD: where the calculator starts."""
        run = simulate(replace(central_inputs(self.inputs), kept=0.0), self.now.quarters)
        return float(run.unpaid[-1, 0])

    @part
    def backtest_2025(self) -> pd.DataFrame:
        """What the inputs of the report's day said (``low``, ``middle``, ``high``), and what ``happened``."""
        return self._backtest("2025", self.inputs_2025)

    @part
    def backtest_2026(self) -> pd.DataFrame:
        """The same for the inputs of the year after."""
        return self._backtest("2026", self.inputs_2026)

    def _backtest(self, key: str, table: pd.DataFrame) -> pd.DataFrame:
        vintage, sets = self.runs[key], [_values(table, n) for n in range(REPLICATES // 4)]
        runs = {kept: [simulate(Inputs(**x, kept=kept), vintage.quarters) for x in sets] for kept in (0, 1)}
        rows = []
        for tested in self.choices(f"backtest-{key}"):
            fact = tested["fact"]
            scale = 1.0 if fact.unit == "GW" else BILLION
            for kept in (0, 1) if fact.metric == "cash_held" else (1,):
                said = np.concatenate([_said(run, vintage, fact) for run in runs[kept]]) / scale
                low, middle, high = (float(np.percentile(said, p)) for p in NINETY)
                real = fact.value / scale
                rows.append({
                    "key": tested.key, "kept": kept, "what": _tested(tested.key, fact, kept), "low": low,
                    "middle": middle, "high": high, "happened": real, "inside": low <= real <= high,
                })  # fmt: skip
        found = pd.DataFrame(rows)
        ratios = {f"{end}_ratio": found[end] / found["happened"] for end in ("low", "middle", "high")}
        return found.assign(**ratios)

    def tried(self, key: str) -> tuple[int, int]:
        """How many figures of a vintage came within the range under either rule, of how many tested."""
        frame = self.backtest_2025 if key == "2025" else self.backtest_2026
        own = frame[~frame["key"].isin([c.key for c in self.choices(f"given-{key}")])]
        inside = own.groupby("key", sort=False)["inside"].any()
        return int(inside.sum()), len(inside)

    @part
    def pace(self) -> tuple[float, float]:
        """Gigawatts a quarter that the central capacity asks for, and that came in the year before."""
        table = self.inputs["central"].astype(float)
        asked = (table["capacity_target"] - table["capacity"]) / table["ramp"]
        came = self.chosen("backtest-2025", "capacity").value - self.chosen("named", "earlier-capacity").value
        return float(asked), came / YEAR


def _public(fact: Fact, vintage: Vintage, assumption_id: str, own: str) -> None:
    """Raises ``RecordError`` if a fact became public after the vintage's day."""
    if vintage.day and fact.published > vintage.day:
        raise RecordError([
            f"data/assumptions.csv: '{assumption_id}' rests on {fact.fact_id}, "
            f"published {fact.published}, after {vintage.day}; "
            f"give '{own}' a row of what was public by then"
        ])  # fmt: skip


def central_inputs(table: pd.DataFrame) -> Inputs:
    """The central values as inputs of the model, funding kept and bills standing."""
    return Inputs(**{f: number(table, f, "central") for f in FIELDS})


@cache
def _unit(dimensions: int, replicate: int) -> Floats:
    return np.asarray(qmc.Sobol(dimensions, seed=SEED + replicate).random(DRAWS))


def _values(table: pd.DataFrame, replicate: int, rank: float = 0.0) -> dict[str, Floats]:
    """One set of draws of all inputs; those of ``TOGETHER`` with a rank correlation (by a normal copula)."""
    ends = [table[c].to_numpy(float) for c in ("low", "central", "high")]
    unit = _unit(len(FIELDS), replicate)
    if rank:
        unit = together(unit, [TOGETHER.get(f, 0) for f in FIELDS], rank)
    return dict(zip(FIELDS, two_halves(unit, *ends).T, strict=True))


def _outcomes(table: pd.DataFrame, vintage: Vintage) -> dict[tuple[int, int], Outcome]:
    """Outcomes by (kept, standing), all from the same draws."""
    return {
        (kept, standing): _outcome(table, vintage, kept, standing) for kept in (0, 1) for standing in (0, 1)
    }


def _outcome(table: pd.DataFrame, vintage: Vintage, kept: int, standing: int) -> Outcome:
    """Unpaid bills over all draws; an error is that of the mean over independent sets of draws."""
    ends = {y: vintage.place(y, 4) for y in range(vintage.first, vintage.last + 1)}
    at = list(ends.values())
    unpaid, late, stocks, burn = [], [], [], []
    for n in range(REPLICATES):
        run = simulate(Inputs(**_values(table, n), kept=kept, standing=standing), vintage.quarters)
        unpaid.append(run.unpaid[at])
        late.append((run.unpaid > NOTHING).mean(axis=1))
        stocks.append(np.stack([run.cash, run.debt, run.worth])[:, at])
        burn.append(run.burn.sum(axis=0))
    sets, every = np.stack(unpaid), np.concatenate(unpaid, axis=1)  # replicates, years, draws; years, draws
    cash, debt, worth = np.median(np.concatenate(stocks, axis=2), axis=2)
    shares = (sets[:, -1] <= NOTHING).mean(axis=1)
    years = pd.DataFrame({
        "year": list(ends), **{f"p{p}": np.percentile(every, p, axis=1) for p in PERCENTILES},
        "error": batch_error(np.median(sets, axis=2)),
        "upper_error": batch_error(np.percentile(sets, PERCENTILES[-1], axis=2)),
        "cash": cash, "debt": debt, "worth": worth,
    })  # fmt: skip
    burned = float(np.median(np.concatenate(burn)))
    return Outcome(years, float(shares.mean()), float(batch_error(shares)), np.mean(late, axis=0), burned)


def _mixed(table: pd.DataFrame, replicate: int, quarters: int) -> tuple[Floats, Run]:
    """Draws of inputs and rules (shape draws by fields and rules, 0 to 1), and the run over them."""
    unit = _unit(len(FIELDS) + len(RULES), replicate)
    ends = [table[c].to_numpy(float) for c in ("low", "central", "high")]
    values = two_halves(unit[:, : len(FIELDS)], *ends)
    rules = (unit[:, len(FIELDS) :] >= 0.5).astype(float)
    columns = dict(zip((*FIELDS, *RULES), np.hstack([values, rules]).T, strict=True))
    return unit, simulate(Inputs(**columns), quarters)


def _swings(table: pd.DataFrame, quarters: int) -> pd.DataFrame:
    drawn = [_mixed(table, n, quarters) for n in range(REPLICATES)]
    unit = np.concatenate([u for u, _ in drawn])
    paid = np.concatenate([run.unpaid[-1] <= NOTHING for _, run in drawn])
    rows = [
        {"field": name, "lower": paid[~upper].mean(), "upper": paid[upper].mean(), "centre": paid.mean()}
        for name, upper in zip((*FIELDS, *RULES), unit.T >= 0.5, strict=True)
    ]
    found = pd.DataFrame(rows)
    found["width"] = (found["upper"] - found["lower"]).abs()
    return found.sort_values("width", ascending=False, ignore_index=True)


def _indices(table: pd.DataFrame, quarters: int) -> pd.DataFrame:
    """Sobol indices of the end of the run, largest of ``whether`` first."""
    names = [*table.index[table["low"] < table["high"]], *RULES]
    problem = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    unit = sample.sample(problem, BASE, calc_second_order=False, seed=SEED)
    columns = {f: np.full(len(unit), number(table, f, "central")) for f in FIELDS}
    for k, name in enumerate(names):
        if name in RULES:
            columns[name] = (unit[:, k] >= 0.5).astype(float)
        else:
            low, central, high = ([number(table, name, c)] for c in ("low", "central", "high"))
            columns[name] = two_halves(unit[:, [k]], low, central, high)[:, 0]
    unpaid = simulate(Inputs(**columns), quarters).unpaid[-1]
    frame = pd.DataFrame({"field": names})
    for what, values in (("whether", (unpaid <= NOTHING).astype(float)), ("amount", unpaid)):
        found = analyze.analyze(problem, values, calc_second_order=False, seed=SEED)
        frame[[f"{what}_alone", what, f"{what}_error"]] = np.stack(
            [found["S1"], found["ST"], found["ST_conf"]], axis=1
        )
    return frame.sort_values("whether", ascending=False, ignore_index=True)


def _said(run: Run, vintage: Vintage, fact: Fact) -> Floats:
    """What a run says of what a fact measures, in the fact's unit, by path."""
    end = pd.Timestamp(Period.parse(fact.as_of).end)
    last = (pd.Period(end, freq="Q") - vintage.start).n
    if fact.metric == "capacity_operating":  # the run has that of a quarter: the end is the next one's
        return np.asarray(run.capacity[last + 1])
    if fact.metric == "cash_held":
        return np.asarray(run.cash[last])
    if fact.metric == "annual_revenue":  # a month's rate: between the middles of two quarters
        months = (end.month - 1) % 3 - 1
        one, two, share = (last - 1, last, 2 / 3) if months < 0 else (last, last + 1, months / 3)
        return np.asarray(YEAR * run.revenue[one] ** (1 - share) * run.revenue[two] ** share)
    first = (pd.Period(fact.period_start, freq="Q") - vintage.start).n if fact.period_start else last
    flow = run.burn if fact.metric == "cash_burn" else run.revenue
    return np.asarray(flow[first : last + 1].sum(axis=0))


def _tested(key: str, fact: Fact, kept: int) -> str:
    """The name of a tested figure, with its rule where the rule matters."""
    end = Period.parse(fact.as_of).end
    period = {"start": fact.period_start[:7], "end": f"{end:%Y-%m}", "year": end.year}
    name = fill(words.table("tested")[key], **period, quarter=words.listed("quarters")[(end.month - 1) // 3])
    return fill(words.listed("tested_rule")[kept], what=name) if fact.metric == "cash_held" else name


def indices_table(study: Study) -> pd.DataFrame:
    """The Sobol indices, percent."""
    shown, heads = study.indices.head(SHOWN), words.table("indices")
    shown = shown.assign(field=shown["field"].map(MOVERS))
    return headed(shown, heads, percent=[c for c in heads if c != "field"]).round(0)


def flows_table(study: Study, year: int) -> pd.DataFrame:
    """The transactions-flow matrix of the first quarter of a year in the central run, USD billion."""
    return _matrix(study.central.flows[study.now.place(year, 1)], ROWS, words.table("accounts")["flow"])


def balance_table(study: Study) -> pd.DataFrame:
    """The balance sheet at the end of the central run, USD billion."""
    sheet, told = study.central.balances[-1], words.table("accounts")
    worth = sheet.sum(axis=0, keepdims=True)
    head = fill(told["held"], end=study.now.last)
    return _matrix(np.vstack([sheet, worth]), (*INSTRUMENTS, told["worth"]), head)


def _matrix(values: Floats, rows: tuple[str, ...], head: str) -> pd.DataFrame:
    """A matrix of accounts with the sum of each row."""
    names = [words.table("sectors")[s] for s in SECTORS]
    frame = pd.DataFrame(values / BILLION, columns=names).round(1) + 0.0
    frame.insert(0, head, [r[0].upper() + r[1:] for r in rows])
    frame[words.table("accounts")["sum"]] = (values.sum(axis=1) / BILLION).round(1) + 0.0
    return frame
