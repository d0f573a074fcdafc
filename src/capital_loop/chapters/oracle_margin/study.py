"""Chapter "Oracle's margin": what the leak, the accounts, the rental model and the contract's debt say."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from capital_loop.chapters import study
from capital_loop.chapters.study import DAYS, MONTHS, facts_of, latest, number, part, periods_of, series
from capital_loop.models import gpu_rental, options
from capital_loop.models.gpu_rental import FinancedContract, Ramp, RentalInputs, UnitEconomics
from capital_loop.models.options import Market
from capital_loop.models.sampling import extremes
from capital_loop.record import Fact
from capital_loop.record.tables import Period
from capital_loop.record.trace import unread
from capital_loop.show.table import rounded
from capital_loop.show.whatif import Slider, WhatIf
from capital_loop.show.words import headed, read_words

words = read_words(__file__)

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
SLIDERS = {
    "price_per_gpu_hour": "usd2",
    "utilisation": "share",
    "server_cost": "usd",
    "depreciation_years": "years1",
    "power_price": "usd3",
    "price_change": "share",
}
"""The inputs that a reader may move, and how each is written."""
ACCOUNTS = {"infra": "oci_revenue", "cloud": "cloud_revenue", "cost": "cloud_software_cost"}
SPENDING = {
    "infrastructure": "oci_revenue",
    "capex": "cash_capex",
    "free_cash_flow": "free_cash_flow",
    "backlog": "remaining_performance_obligations",
}
"""Metrics of Oracle's quarters, by the names that the tables use."""
BILLION = 1e9
PATHS = 5
"""Paths of rents that are tried."""
MARKET = {"rent": "option-rent", "volatility": "option-volatility", "fall": "option-fall"}
"""Which assumption fills which field of the market for the contract's capacity."""
DECIDED = 1.0
"""Years from signing to the start, when a customer says whether it starts later."""


@dataclass(frozen=True)
class Leak:
    """The leaked quarter: what was reported."""

    revenue: Fact
    gross_profit: Fact
    margin: Fact
    loss: Fact
    growth: Fact


@dataclass(frozen=True)
class Slide:
    """Oracle's example contract (margins as shares).

    ``loss_explains``: share of the distance between its running margin and the leaked one that the whole
    reported loss on new chips would explain.
    """

    running: float
    life: float
    drag: float
    in_build_up: float
    loss_explains: float


class Study(study.Study):
    """Everything that the chapter shows; money in USD, margins and rates as shares."""

    chapter = "oracle-margin"
    models = ("gpu_rental", "options")

    # The leak, and what Oracle said

    @part
    def leak(self) -> Leak:
        """The leaked quarter."""
        names = ("revenue", "gross_profit", "margin", "loss", "growth")
        return Leak(*(self.chosen("leak", k) for k in names))

    @part
    def leaked_quarter(self) -> str:
        """When the leaked quarter was."""
        return self.chosen("leak", "revenue").as_of

    @part
    def full_depreciation(self) -> float:
        """The leaked margin with all depreciation charged, a share: the comparable one."""
        return (self.shown - self.chosen("leak", "points").value) / 100

    @part
    def without_loss(self) -> float:
        """What the leaked margin would have been without the loss on new chips, a share."""
        profit, loss, revenue = (self.chosen("leak", k).value for k in ("gross_profit", "loss", "revenue"))
        return (profit + loss) / revenue

    @part
    def shown(self) -> float:
        """The leaked margin, percent."""
        return self.chosen("leak", "margin").value

    @part
    def leak_growth(self) -> float:
        """How many times as large the leaked business became in a year."""
        return self.chosen("leak", "growth").value

    @part
    def guided(self) -> Fact:
        """The margin that Oracle promised over a contract's life, percent."""
        return self.chosen("said", "guided")

    @part
    def delivered(self) -> Fact:
        """The newest margin that Oracle stated for delivered capacity, percent."""
        return latest(self.record, "oracle", "gross_margin_delivered")

    @part
    def slide(self) -> Slide:
        """Oracle's example contract."""
        revenue, cost, upfront, years = (
            self.chosen("slide", k).value for k in ("revenue", "cost", "upfront", "years")
        )
        running = 1 - cost / revenue
        drag = gpu_rental.upfront_drag(revenue, upfront, self.growth)
        away = running - self.shown / 100
        return Slide(
            running=running, life=gpu_rental.contract_life_margin(revenue, cost, upfront, years),
            drag=drag, in_build_up=running - drag,
            loss_explains=(self.without_loss - self.shown / 100) / away,
        )  # fmt: skip

    @part
    def upfront_months(self) -> float:
        """Months of running cost that the contract on the slide costs before its start."""
        return MONTHS * self.chosen("slide", "upfront").value / self.chosen("slide", "cost").value

    # One running server

    @part
    def growth(self) -> float:
        """Growth factor of the business in a year."""
        return self.assumed("rental-growth").central

    @part
    def interest_rate(self) -> float:
        """Yearly interest on borrowed money."""
        return self.assumed("rental-interest").central

    @part
    def inputs(self) -> RentalInputs:
        """The model's inputs."""
        return RentalInputs(**{name: self.assumed(key).central for name, key in ASSUMED.items()})

    @part
    def running(self) -> UnitEconomics:
        """A year of one running server's GPU."""
        return gpu_rental.unit_economics(self.inputs)

    @part
    def sensitivity(self) -> pd.DataFrame:
        """Margin at the low and the high value of each input, the widest first, with title and unit."""
        assumed = {name: self.assumed(key) for name, key in ASSUMED.items()}
        frame = gpu_rental.sensitivity(self.inputs, {n: (a.low, a.high) for n, a in assumed.items()})
        return frame.assign(
            title=[assumed[n].title for n in frame["input"]], unit=[assumed[n].unit for n in frame["input"]]
        )

    @part
    def short_lived(self) -> float:
        """Margin of the running server if it is written off over the fewest years of the range."""
        return number(self.sensitivity.set_index("input"), "depreciation_years", "margin_low")

    @part
    def widest(self) -> float:
        """By how much each of the two strongest inputs moves the margin over its range, on average."""
        return float(self.sensitivity["swing"].head(2).mean())

    @part
    def explained_by(self) -> pd.DataFrame:
        """For each input: the value that alone gives the margin shown, and whether its range holds it."""
        found = pd.DataFrame([vars(self.assumed(key)) for key in ASSUMED.values()], index=list(ASSUMED))
        leaked = self.shown / 100
        found["needed"] = [gpu_rental.solve_for_margin(self.inputs, name, leaked) for name in ASSUMED]
        return found.assign(within=found["needed"].between(found["low"], found["high"]))

    @part
    def implied_prices(self) -> tuple[float, float]:
        """Prices of a GPU-hour that the OpenAI contract implies, at more and at fewer chips."""
        payment, *chips = (self.chosen("contract", k).value for k in ("payment", "more_chips", "fewer_chips"))
        more, fewer = (gpu_rental.implied_price(payment, n) for n in chips)
        return more, fewer

    # The build-up

    @part
    def gap_months(self) -> float:
        """Months of waiting that alone would explain the leaked margin."""
        shown = self.shown / 100
        return gpu_rental.gap_for_margin(self.running.gross_margin, shown, self.growth) * MONTHS

    @part
    def build_up(self) -> pd.Series:
        """Cents of each dollar in the build-up that gives the leaked margin."""
        running, ramp = self.running, Ramp(self.growth, self.gap_months / MONTHS)
        waiting = ramp.waiting * 100 * running.total_cost / running.revenue
        shown = 100 * gpu_rental.ramp_margin(running.gross_margin, ramp)
        ends = pd.Series({"waiting": waiting, "gross_profit": shown})
        return pd.concat([running.cents_per_dollar().drop("gross_profit"), ends])

    @part
    def cents(self) -> pd.DataFrame:
        """Cents of each dollar: running, and in the build-up."""
        both = pd.DataFrame({"running": self.running.cents_per_dollar(), "build_up": self.build_up})
        return both.loc[[*gpu_rental.COST_LINES, "waiting", "gross_profit"]]

    @part
    def curves(self) -> pd.DataFrame:
        """Margin shown against months of waiting, for the low, a middle and the central growth factor."""
        growth = self.assumed("rental-growth")
        factors = sorted({growth.low, (growth.low * growth.central) ** 0.5, growth.central})
        rows = [(f, float(m), self.margin_after(m, f)) for f in factors for m in np.arange(0, 6.01, 0.25)]
        return pd.DataFrame(rows, columns=["growth", "months", "margin"])

    def margin_after(self, months: float, growth: float) -> float:
        """The margin shown if capacity waits so many months at a growth factor."""
        return gpu_rental.ramp_margin(self.running.gross_margin, Ramp(growth, months / MONTHS))

    @part
    def first_month(self) -> float:
        """What the first month of waiting costs at the central growth."""
        return self.running.gross_margin - self.margin_after(1, self.growth)

    # A gigawatt, and what must be true of a server for it to pay

    @part
    def unit_return(self) -> float:
        """Return on a server's price a year."""
        return gpu_rental.unit_return(self.inputs)

    @part
    def promised_from(self) -> float:
        """The price of an hour at which a running server earns the least that Oracle promises, USD."""
        return gpu_rental.solve_for_margin(self.inputs, "price_per_gpu_hour", self.guided.low / 100)

    @part
    def even(self) -> dict[str, float]:
        """The billed share, and the change of rents a year, at which the return equals the interest."""
        moved = ("utilisation", "price_change")
        return {name: gpu_rental.break_even(self.inputs, name, self.interest_rate) for name in moved}

    @part
    def renewal(self) -> float:
        """Price that keeps a written-off server running."""
        return gpu_rental.renewal_price(self.inputs)

    @part
    def price_change(self) -> float:
        """The fastest fall of rents a year that is tried, a share below zero."""
        return self.assumed("rental-price-change").low

    @part
    def falling(self) -> pd.DataFrame:
        """Margin over a server's life and return, by how its rent moves a year (``change``)."""
        changes = np.linspace(0.0, self.price_change, PATHS)
        moved = [replace(self.inputs, price_change=float(c)) for c in changes]
        margins = [gpu_rental.unit_economics(i).gross_margin for i in moved]
        return pd.DataFrame(
            {"change": changes, "margin": margins, "return": [gpu_rental.unit_return(i) for i in moved]}
        )

    @part
    def half_fall(self) -> pd.Series:
        """The row of ``falling`` half way to the fastest fall."""
        return self.falling.iloc[PATHS // 2]

    @part
    def h100(self) -> tuple[Fact, Fact]:
        """The first rent of an H100 on the record and the newest index, USD an hour."""
        first = facts_of(self.record, "h100", "gpu_rental_price")[0]
        return first, latest(self.record, "h100", "gpu_rental_index")

    @part
    def h100_changes(self) -> tuple[float, float, float]:
        """Change of an H100's rent a year, from the low, the central and the high first figure, shares."""
        first, newest = self.h100
        middle = [p.start + (p.end - p.start) / 2 for p in (Period.parse(f.as_of) for f in (first, newest))]
        years = (middle[1] - middle[0]).days / DAYS
        before = (first.low, first.value, first.high)
        slow, central, fast = ((newest.value / v) ** (1 / years) - 1 for v in before)
        return slow, central, fast

    # The accounts

    @part
    def accounts(self) -> pd.DataFrame:
        """Gross margin on revenue added within a year, quarter by quarter, from the published accounts.

        ``all_cloud``: all added cloud revenue. ``infrastructure``: after added applications revenue is taken
        out at the assumed margin; ``at_low`` and ``at_high``: at the bounds of that assumption.
        """
        return pd.DataFrame(map(self._added, self._compared))

    @part
    def _compared(self) -> list[pd.Period]:
        """Months in which quarters end of which the accounts and those of a year before are known."""
        with unread():
            known = self._quarters(ACCOUNTS).index
        return list(known.intersection(known + MONTHS))

    def _added(self, month: pd.Period) -> dict[str, str | float]:
        """The row of a quarter in the accounts."""
        now, other = self._quarters(ACCOUNTS, (month - MONTHS, month)), self.assumed("rental-saas-margin")
        added = now[list(ACCOUNTS)].diff().iloc[-1]
        found = (added["cloud"], added["cost"], added["cloud"] - added["infra"])
        ends = {"infrastructure": other.central, "at_low": other.low, "at_high": other.high}
        margins = {k: gpu_rental.remaining_incremental_margin(*found, m) for k, m in ends.items()}
        return {"as_of": now["as_of"].iloc[-1], "all_cloud": 1 - added["cost"] / added["cloud"], **margins}

    @part
    def added_then(self) -> pd.Series:
        """The row of the leaked quarter in the accounts."""
        return pd.Series(self._added(pd.Period(Period.parse(self.leaked_quarter).end, "M")))

    @part
    def added_now(self) -> pd.Series:
        """The row of the newest quarter in the accounts."""
        return pd.Series(self._added(self._compared[-1]))

    def added_margin(self, as_of: str) -> float:
        """Margin on infrastructure revenue added in the year to a quarter's end."""
        return number(self.accounts.set_index("as_of"), as_of, "infrastructure")

    @part
    def spending(self) -> pd.DataFrame:
        """Revenue, spending and backlog from the leaked quarter on."""
        found = self._quarters(SPENDING)
        start = pd.Period(Period.parse(self.leaked_quarter).end, "M")
        return found[found.index >= start].reset_index(drop=True)

    def _quarters(self, metrics: dict[str, str], months: Collection[pd.Period] = ()) -> pd.DataFrame:
        """Oracle's quarters that have all of some metrics, by month of the end.

        If ``months`` are given, theirs alone are read.
        """
        columns = {}
        for name, metric in metrics.items():
            asked = ("oracle", metric, "" if name == "backlog" else "quarter")
            among = {x for x in periods_of(self.record, *asked) if not months or pd.Period(x, "M") in months}
            found = series(self.record, *asked, among=among)
            columns[name] = found.set_index(pd.PeriodIndex(found["date"], freq="M"))[["value", "as_of"]]
        table = pd.concat({n: c["value"] for n, c in columns.items()}, axis=1, join="inner")
        return table.assign(as_of=columns[next(iter(metrics))]["as_of"]).sort_index()

    # The contract and its debt

    @part
    def contract(self) -> FinancedContract:
        """The OpenAI contract and the money borrowed for its equipment."""
        return FinancedContract(
            value=self.chosen("contract", "value").value,
            years=int(self.chosen("contract", "years").value),
            capex=self.assumed("rental-contract-capex").central,
            life_years=self.assumed(ASSUMED["depreciation_years"]).central,
            rate=self.interest_rate,
            debt_share=self.assumed("rental-debt-share").central,
        )

    @part
    def carry(self) -> float:
        """The gross margin at which the contract repays its debt within its term, rents level."""
        return gpu_rental.needed_margin(self.contract, self.contract.years)

    @part
    def needed(self) -> tuple[float, float]:
        """The gross margin needed at the low and at the high end of capital and interest."""
        capex, rate = self.assumed("rental-contract-capex"), self.assumed("rental-interest")
        low = replace(self.contract, capex=capex.low, rate=rate.low)
        high = replace(self.contract, capex=capex.high, rate=rate.high)
        return gpu_rental.needed_margin(low, low.years), gpu_rental.needed_margin(high, high.years)

    @part
    def cases(self) -> pd.DataFrame:
        """Return and cover at the comparable leaked margin and along the promised range, five level years."""
        c, said = self.contract, self.guided
        margins = [self.full_depreciation, *(m / 100 for m in (said.low, said.value, said.high))]
        found = {
            "return": [gpu_rental.project_irr(c, m) for m in margins],
            "coverage": [gpu_rental.debt_coverage(c, m) for m in margins],
        }
        return pd.DataFrame({"margin": margins, **found}, index=["leaked", "low", "middle", "high"])

    @part
    def terms(self) -> list[int]:
        """Years of repayment that are tried."""
        term = self.assumed("rental-repay-years")
        return list(range(int(term.low), int(term.high) + 1))

    @part
    def map(self) -> pd.DataFrame:
        """The margin that the debt needs, by years of repayment and path of rents (``path``), with its class.

        ``fixed``: the contract's price holds for its term, and rents have moved meanwhile; ``free``: they
        move from the second year on. ``half`` and ``full`` stand for half and all of the fastest fall that is
        tried.
        """
        c, full = self.contract, self.price_change
        paths = {
            "level": (0.0, 0), "fixed-half": (full / 2, c.years), "fixed-full": (full, c.years),
            "free-half": (full / 2, 0), "free-full": (full, 0),
        }  # fmt: skip
        rows = [
            (n, key, change, gpu_rental.needed_margin(c, n, change, fixed))
            for n in self.terms for key, (change, fixed) in paths.items()
        ]  # fmt: skip
        found = pd.DataFrame(rows, columns=["years", "path", "change", "margin"])
        steps = (self.full_depreciation, self.guided.low / 100, self.guided.high / 100)
        return found.assign(kind=_classes(found["margin"], steps, words.table("map_classes")))

    def needed_at(self, years: int, path: str) -> float:
        """One cell of ``map``."""
        return number(self.map.set_index(["years", "path"]), (years, path), "margin")

    @part
    def build_years(self) -> float:
        """Years until all equipment is installed."""
        return self.assumed("rental-build-years").central

    @part
    def paths(self) -> pd.DataFrame:
        """The debt by year at the comparable leaked margin (``leaked``) and the promised range's ends."""
        full, years = 100 * self.full_depreciation, int(self.build_years)
        margins = {"leaked": full, "low": self.guided.low, "high": self.guided.high}
        found = [
            gpu_rental.debt_path(self.contract, m / 100, years).assign(case=case, margin=m)
            for case, m in margins.items()
        ]
        return pd.concat(found, ignore_index=True)

    @part
    def left(self) -> pd.Series:
        """Debt when the contract ends, by case."""
        return self.paths.groupby("case", sort=False)["debt"].last()

    @part
    def first_cover(self) -> float:
        """Gross profit over interest in the first year at the leaked margin."""
        return float(self.paths["cover"].iloc[0])

    @part
    def lease_a_year(self) -> float:
        """Rent a year of the contract's buildings, at Oracle's average."""
        per_gw = latest(self.record, "oracle", "lease_per_gw").value
        return per_gw / self.lease_term.value * self.chosen("contract", "capacity").value

    @part
    def lease_term(self) -> Fact:
        """For how long Oracle leases its buildings."""
        return latest(self.record, "oracle", "lease_term")

    @part
    def lease_after(self) -> float:
        """Rent that falls due after the contract."""
        term = self.chosen("contract", "years").value
        return gpu_rental.uncovered_lease(self.lease_a_year, self.lease_term.value, term)

    @part
    def idle_year(self) -> float:
        """What a year in which nothing is paid costs Oracle.

        Rent of the buildings, and interest on the equipment.
        """
        return self.lease_a_year + self.contract.rate * self.contract.debt_share * self.contract.capex

    @part
    def b200(self) -> Fact:
        """The newest rent of a B200, USD per GPU-hour."""
        return latest(self.record, "nvidia", "gpu_rental_price")

    @part
    def dear(self) -> float:
        """The margin of the running server if its hour fetched the newest rent."""
        dear = replace(self.inputs, price_per_gpu_hour=self.b200.value)
        return gpu_rental.unit_economics(dear).gross_margin

    # The rights in the contract

    @part
    def market(self) -> Market:
        """The market for the contract's capacity, at the centre."""
        central = {n: self.assumed(key).central for n, key in MARKET.items()}
        return Market(**central, rate=math.log1p(self.interest_rate))

    @part
    def rights(self) -> pd.DataFrame:
        """What each right would be worth to its holder, USD.

        ``value``, ``low`` and ``high`` over every corner of the ranges.

        ``right`` is a key; what differs between the rights beside the market is moved over its own range too.
        """
        term = float(self.contract.years)
        days = [float(t) for t in range(1, self.contract.years)]
        rights: dict[str, tuple[str, Callable[[Market, float], float]]] = {
            "renew": ("option-renewal", lambda m, more: options.renewal(m, term, more)),
            "cancel": ("option-fee", lambda m, fee: options.cancellation(m, term, days, fee)),
            "delay": ("option-delay", lambda m, by: options.delay(m, term, DECIDED, by)),
        }  # fmt: skip
        spans = {n: self.assumed(key) for n, key in MARKET.items()}
        ranges = {n: (a.low, a.high) for n, a in spans.items()}
        rows = []
        for right, (key, value) in rights.items():
            own = self.assumed(key)
            own_range = (own.low, own.central, own.high)
            found = [extremes(partial(_at, value, x), self.market, ranges) for x in own_range]
            ends = found[1].central, min(f.low for f in found), max(f.high for f in found)
            rows.append((right, *(self.contract.annual_revenue * v for v in ends)))
        return pd.DataFrame(rows, columns=["right", "value", "low", "high"])

    def right(self, name: str) -> pd.Series:
        """One row of ``rights``."""
        return self.rights[self.rights["right"] == name].iloc[0]

    # All margins on one scale, and the share

    @part
    def ladder(self) -> pd.DataFrame:
        """Every published and computed margin, percent.

        ``measure`` and ``kind`` are keys, ``as_of`` where it has one.
        """
        guided, delivered = self.guided, self.delivered
        average, broker = self.chosen("said", "average"), self.chosen("said", "broker")
        price = self.sensitivity.set_index("input").loc["price_per_gpu_hour"]
        full, without, running = (
            100 * m for m in (self.full_depreciation, self.without_loss, self.running.gross_margin)
        )
        columns, both = ["infrastructure", "at_high", "at_low"], (self.added_then, self.added_now)
        added = [("added", "accounts", *(100 * a[columns]), a["as_of"]) for a in both]
        rows = [
            ("full", "leak", full, full, full, ""),
            ("printed", "leak", self.shown, self.shown, self.shown, self.leaked_quarter),
            ("average", "leak", average.value, average.low, average.high, ""),
            ("without", "leak", without, without, without, ""), *added,
            ("debt", "model", 100 * self.carry, *(100 * n for n in self.needed), ""),
            ("running", "model", running, *(100 * price[["margin_low", "margin_high"]]), ""),
            ("life", "oracle", guided.value, guided.low, guided.high, ""),
            ("delivered", "oracle", delivered.value, delivered.value, delivered.value, delivered.as_of),
            ("broker", "analyst", broker.value, broker.value, broker.value, ""),
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=["measure", "kind", "margin", "low", "high", "as_of"])

    @part
    def before_report(self) -> pd.Series:
        """Oracle's daily closes before the report on its margins, dividends put back."""
        report = pd.Timestamp(self.chosen("shares", "report").as_of)
        closes = self.closes_of("oracle", "daily")
        return closes[closes.index < report]

    def as_large(self, change: Fact) -> float:
        """The share of those days on which the price moved at least as much, up or down, as by ``change``."""
        moves = 100 * self.before_report.pct_change().dropna().abs()
        return float((moves >= abs(change.value)).mean())


def _classes(values: pd.Series, steps: tuple[float, ...], names: dict[str, str]) -> list[str]:
    keys = list(names)
    return [keys[sum(v >= s for s in steps)] for v in values]


def _at(value: Callable[[Market, float], float], x: float, market: Market) -> float:
    return value(market, x)


def assumption_table(study: Study) -> pd.DataFrame:
    """The inputs with their ranges and reasons, and what each alone would have to be."""
    return headed(study.explained_by.reset_index(drop=True), words.table("assumptions"))


def spending_table(study: Study) -> pd.DataFrame:
    """Revenue, spending and backlog since the leaked quarter, in billions of dollars."""
    return headed(study.spending, words.table("spending"), billions=SPENDING)


def rights_table(study: Study) -> pd.DataFrame:
    """The rights in the contract: who would hold each, who would pay for it, and what it would be worth."""
    right, named = study.rights["right"], words.table("rights_named")
    holder, writer = words.table("rights_holder"), words.table("rights_writer")
    shown = study.rights.assign(name=right.map(named), holder=right.map(holder), writer=right.map(writer))
    return rounded(headed(shown, words.table("rights"), billions=["value", "low", "high"]), 1)


def calculator(study: Study) -> WhatIf:
    """What a running server earns, to be moved by the reader."""
    inputs, said = vars(study.inputs), words.table("calculator")
    ids = ASSUMED | {"price_change": "rental-price-change"}
    assumed = {name: study.assumed(ids[name]) for name in SLIDERS}
    ends = {name: (a.low, a.high) for name, a in assumed.items()} | {"utilisation": (0.3, 1.0)}
    sliders = tuple(
        Slider(n, a.title, ends[n][0], inputs[n], ends[n][1], SLIDERS[n]) for n, a in assumed.items()
    )
    constants = {n: inputs[n] for n in ASSUMED if n not in SLIDERS} | {"hours": gpu_rental.HOURS_PER_YEAR}
    answers = ((said["margin"], "share"), (said["return"], "share"))
    return WhatIf("rental", said["title"], sliders, answers, constants, formula=rental)


def rental(x: Mapping[str, Any]) -> tuple[float, float]:
    """The calculator's answers by the model: gross margin and return of a server."""
    inputs = gpu_rental.RentalInputs(**{k: float(v) for k, v in x.items() if k != "hours"})
    return gpu_rental.unit_economics(inputs).gross_margin, gpu_rental.unit_return(inputs)
