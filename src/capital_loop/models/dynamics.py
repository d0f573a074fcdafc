"""The loop in time: a stock-flow-consistent model of users, OpenAI, a cloud, a chip maker and their funders.

Method: W. Godley and M. Lavoie, *Monetary Economics*, Palgrave, 2007: every flow comes from somewhere and
goes somewhere, every stock changes by flows only, every sector has a balance sheet. Periods are quarters,
``h`` is 1/4.

Behaviour::

    revenue     R_t = R_(t-1) (1 + g f^n)^h,  n = whole years since the start: growth over the first four
                quarters is g, over each four quarters after that f times that of the four before
    capacity    G_t rises in a straight line from G_0 to G_max within some quarters, late by D quarters
    bill        C_t = price h G_t                                          (OpenAI to the cloud)
    other costs k R_t                                                      (OpenAI to the outside)
    owed        B_t = C_t + A_(t-1), with A the unpaid bills that still stand
    raised      kept: F h every quarter, what is not needed stays as cash;
                lapsing: min(F h, what is missing), the rest of the quarter's limit is lost
    paid        min(B_t, money in hand after other costs)
    unpaid      standing: A_t = B_t - paid;  vanishing: A_t = 0 and the cloud writes B_t - paid off
    building    capex (G_(t+1) - G_t); a part s of it for chips, the rest for halls
    wear        h/life of the capital a quarter
    cloud       runs at a cost a GW, repays debt over n years, pays interest; what it lacks it borrows

Money never goes below zero for the three firms. The outside, investors and lenders hold what the firms do
not, so that all money adds up to nothing. Shares are carried at cost. OpenAI's balance sheet begins with its
cash, paid in by investors; the cloud's with its sites at cost, paid in by investors: what came before is left
out.

**The check.** Each sector's money is booked by its own payments, each stock by its own law, and each sector's
result by its own income. Nothing is booked as "the rest", so two things must come out that nothing forces:
all money adds up to nothing, and what a sector is worth is what it was worth plus its results. Every quarter
and path is held to that within ``TOLERANCE`` of the largest balance, or of all that was turned over if that
is more; a difference raises :class:`AccountsError`, which names the account.

Everything is vectorised over paths: each input is a number or an array of length ``paths``. USD, GW,
quarters. Raises ``ValueError`` for bad input.

Example, a buyer whose funding covers its bills for two years::

    >>> from capital_loop.models.dynamics import Inputs, simulate
    >>> run = simulate(Inputs(
    ...     revenue=10e9, growth=2.0, fade=0.5, other_costs=0.8, cash=40e9, capacity=2, capacity_target=8,
    ...     ramp=8, delay=2, price=12e9, capex=40e9, chip_share=0.6, running_cost=2e9, funding=60e9,
    ...     vendor_share=0.2, interest=0.06, loan_years=5, chip_margin=0.7, life=6,
    ... ), quarters=8)
    >>> float(run.unpaid[-1, 0]), run.residual < 1e-12
    (0.0, True)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from capital_loop.models import guard

__all__ = [
    "INSTRUMENTS", "ROWS", "SECTORS", "YEAR", "AccountsError", "Books", "Flows", "Inputs", "Run",
    "check", "growth_that_pays", "simulate", "sweep",
]  # fmt: skip

Floats = NDArray[np.float64]
Quantity = float | Floats
"""One value, or one a path."""

SECTORS = ("outside", "openai", "cloud", "chips", "investors", "lenders")
INSTRUMENTS = ("money", "loans", "unpaid bills", "OpenAI’s shares", "the cloud’s shares", "fixed capital")
"""Rows of the balance sheet: each but the last is somebody's asset and somebody's debt."""
ROWS = (
    "revenue", "other costs", "shares by investors", "shares by the chip maker", "computing", "chips",
    "halls", "running the cloud", "interest", "loans, net", "making chips",
)  # fmt: skip
"""Rows of the transactions-flow matrix."""
QUARTER = 0.25
"""A quarter of a year."""
YEAR = 4
"""Quarters in a year."""
TOLERANCE = 1e-9
"""Accounting difference, relative to the largest balance or to all that was turned over, that counts as
rounding."""
SEARCH = (-0.5, 10.0)
"""Growth a year within which the paying growth is sought: from halving to elevenfold."""
STEPS = 20
"""Halvings of that interval: to less than a hundred-thousandth."""
CEILINGS = {"growth": 10.0, "other_costs": 5.0, "interest": 1.0}
"""Rates above these are refused: they were given in percent."""


class AccountsError(ArithmeticError):
    """Accounts that do not add up: a fault of the model, never of its inputs."""


@dataclass(frozen=True)
class Inputs:
    """One set of inputs, each a float or an array over paths.

    ``revenue`` (USD/quarter at the start), ``growth`` (over the first four quarters), ``fade`` (of growth, a
    year), ``other_costs`` (share of revenue), ``cash`` (USD), ``capacity`` and ``capacity_target`` (GW),
    ``ramp`` and ``delay`` (quarters), ``price`` (USD/GW-year), ``capex`` (USD/GW), ``chip_share``,
    ``running_cost`` (USD/GW-year), ``funding`` (USD/year at most), ``vendor_share`` (part of it by the chip
    maker), ``interest`` (a year), ``loan_years``, ``chip_margin``, ``life`` (years over which capital wears),
    ``kept`` (1: funding is kept, 0: it lapses), ``standing`` (1: unpaid bills stand, 0: they vanish).
    """

    revenue: Quantity
    growth: Quantity
    fade: Quantity
    other_costs: Quantity
    cash: Quantity
    capacity: Quantity
    capacity_target: Quantity
    ramp: Quantity
    delay: Quantity
    price: Quantity
    capex: Quantity
    chip_share: Quantity
    running_cost: Quantity
    funding: Quantity
    vendor_share: Quantity
    interest: Quantity
    loan_years: Quantity
    chip_margin: Quantity
    life: Quantity
    kept: Quantity = 1.0
    standing: Quantity = 1.0

    def __post_init__(self) -> None:
        get = self.__dict__.__getitem__
        for name in ("cash", "capacity", "price", "capex", "running_cost", "funding", "delay"):
            guard.numbers(name, get(name), low=0.0)
        for name in ("revenue", "capacity_target", "ramp", "loan_years", "life"):
            guard.numbers(name, get(name), above=0.0)
        for name in ("chip_share", "vendor_share", "chip_margin", "kept", "standing"):
            guard.shares(name, get(name))
        guard.numbers("fade", get("fade"), above=0.0, high=1.0)
        guard.numbers("growth", get("growth"), above=-1.0, high=CEILINGS["growth"])
        for name in ("other_costs", "interest"):
            guard.numbers(name, get(name), low=0.0, high=CEILINGS[name])
        for name in ("kept", "standing"):
            if (np.asarray(get(name)) % 1 != 0).any():
                raise ValueError(f"{name} must be 0 or 1")
        if (np.asarray(self.capacity_target) < np.asarray(self.capacity)).any():
            raise ValueError("capacity_target must not be under capacity")


@dataclass(frozen=True)
class Run:
    """A simulation: arrays of shape ``(quarters, paths)``, USD and GW, flows a quarter, stocks at its end.

    ``burn`` is what OpenAI spends and is billed for, less revenue; ``unpaid`` is all that was billed since
    the start and never paid: bills that stand, or were written off. ``capacity`` is that of the quarter.
    ``worth`` is the cloud's book equity. ``balances`` (quarters + 1, ``INSTRUMENTS``, ``SECTORS``, from the
    start on) and ``flows`` (quarters, ``ROWS``, ``SECTORS``) are the matrices of the first path. ``residual``
    is the largest accounting difference over all accounts, quarters and paths, relative as in :func:`check`.
    """

    revenue: Floats
    due: Floats
    burn: Floats
    unpaid: Floats
    cash: Floats
    debt: Floats
    capacity: Floats
    worth: Floats
    balances: Floats
    flows: Floats
    residual: float


@dataclass
class Flows:
    """The flows of a quarter over paths, USD; see the module. ``wear`` and ``written`` move no money."""

    revenue: Floats
    costs: Floats
    raised: Floats
    vendor: Floats
    due: Floats
    paid: Floats
    written: Floats
    building: Floats
    chip_sales: Floats
    run_cost: Floats
    interest: Floats
    borrow: Floats
    repay: Floats
    making: Floats
    wear: Floats

    def matrix(self) -> Floats:
        """The transactions-flow matrix of the first path, ``ROWS`` by ``SECTORS``; paid is negative."""
        outside, openai, cloud, chips, investors, lenders = range(len(SECTORS))
        moved = (
            (outside, openai, self.revenue), (openai, outside, self.costs),
            (investors, openai, self.raised - self.vendor), (chips, openai, self.vendor),
            (openai, cloud, self.paid), (cloud, chips, self.chip_sales),
            (cloud, outside, self.building - self.chip_sales), (cloud, outside, self.run_cost),
            (cloud, lenders, self.interest), (lenders, cloud, self.borrow - self.repay),
            (chips, outside, self.making),
        )  # fmt: skip
        out = np.zeros((len(ROWS), len(SECTORS)))
        for row, (payer, taker, amount) in enumerate(moved):
            out[row, payer] -= amount[0]
            out[row, taker] += amount[0]
        return out


@dataclass
class Books:
    """The accounts of all sectors over paths, USD; ``results`` is what each has earned since the start.

    ``money`` and ``results`` are by sector; ``shares`` are OpenAI's, at cost, by holder; ``sites`` are the
    cloud's shares; ``turnover`` is the sum of all that was billed, paid in, built and borrowed since the
    start.
    """

    money: dict[str, Floats]
    loans: Floats
    bills: Floats
    shares: dict[str, Floats]
    sites: Floats
    capital: Floats
    start: dict[str, Floats] = field(default_factory=dict)
    results: dict[str, Floats] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.start = self.worth()
        self.results = {sector: np.zeros_like(self.loans) for sector in SECTORS}
        self.turnover = np.zeros_like(self.loans)

    def worth(self) -> dict[str, Floats]:
        """Assets less debts by sector; OpenAI's and the cloud's shares count as their debts, as is usual."""
        return {
            "outside": self.money["outside"],
            "openai": self.money["openai"] - self.bills - self.shares["investors"] - self.shares["chips"],
            "cloud": self.money["cloud"] + self.bills + self.capital - self.loans - self.sites,
            "chips": self.money["chips"] + self.shares["chips"],
            "investors": self.money["investors"] + self.shares["investors"] + self.sites,
            "lenders": self.money["lenders"] + self.loans,
        }

    def matrix(self) -> Floats:
        """The balance sheet of the first path: ``INSTRUMENTS`` by ``SECTORS``; debts are negative."""
        held = {
            "money": self.money,
            "loans": {"cloud": -self.loans, "lenders": self.loans},
            "unpaid bills": {"openai": -self.bills, "cloud": self.bills},
            "OpenAI’s shares": {"openai": -self.shares["investors"] - self.shares["chips"], **self.shares},
            "the cloud’s shares": {"cloud": -self.sites, "investors": self.sites},
            "fixed capital": {"cloud": self.capital},
        }
        out = np.zeros((len(INSTRUMENTS), len(SECTORS)))
        for i, instrument in enumerate(INSTRUMENTS):
            for sector, amount in held[instrument].items():
                out[i, SECTORS.index(sector)] = amount[0]
        return out

    def post(self, f: Flows) -> None:
        """Books a quarter: payments on money, laws on stocks, income on results; none is the rest."""
        m, r = self.money, self.results
        halls = f.building - f.chip_sales
        m["openai"] = m["openai"] + f.revenue + f.raised - f.costs - f.paid
        m["cloud"] = m["cloud"] + f.paid + f.borrow - f.repay - f.interest - f.building - f.run_cost
        m["chips"] = m["chips"] + f.chip_sales - f.making - f.vendor
        m["investors"] = m["investors"] - (f.raised - f.vendor)
        m["lenders"] = m["lenders"] + f.interest + f.repay - f.borrow
        m["outside"] = m["outside"] + f.costs + halls + f.run_cost + f.making - f.revenue
        self.turnover = self.turnover + f.revenue + f.due + f.raised + f.building + f.borrow
        self.loans = self.loans + f.borrow - f.repay
        self.bills = self.bills + f.due - f.paid - f.written
        self.shares["investors"] = self.shares["investors"] + f.raised - f.vendor
        self.shares["chips"] = self.shares["chips"] + f.vendor
        self.capital = self.capital + f.building - f.wear
        r["openai"] = r["openai"] + (f.revenue - f.costs - f.due + f.written)
        r["cloud"] = r["cloud"] + (f.due - f.written - f.run_cost - f.interest - f.wear)
        r["chips"] = r["chips"] + (f.chip_sales - f.making)
        r["lenders"] = r["lenders"] + f.interest
        r["outside"] = r["outside"] + (f.costs + halls + f.run_cost + f.making - f.revenue)


def check(books: Books) -> float:
    """The largest accounting difference over accounts and paths, relative to the path's balance or turnover.

    Raises :class:`AccountsError` above ``TOLERANCE``, naming the account: all money must add up to nothing,
    each sector's worth must be its worth at the start plus its results, and no firm may hold less money than
    nothing.
    """
    firms = ("openai", "cloud", "chips")
    balances = [books.capital, books.loans, *(np.abs(x) for x in books.money.values())]
    scale = np.maximum.reduce([1.0 + books.turnover, *balances])
    worth = books.worth()
    differences = {"all money": np.asarray(sum(books.money.values()))}
    differences |= {f"the worth of {s}": worth[s] - books.start[s] - books.results[s] for s in SECTORS}
    differences |= {f"the money of {s}": np.minimum(books.money[s], 0.0) for s in firms}
    largest = 0.0
    for account, difference in differences.items():
        size = float((np.abs(difference) / scale).max())
        if not size < TOLERANCE:
            raise AccountsError(f"{account} is off by {size:g} of all balances and turnover")
        largest = max(largest, size)
    return largest


def simulate(inputs: Inputs, quarters: int) -> Run:
    """Runs the model; every quarter's accounts are checked (:class:`AccountsError`: a fault of the model)."""
    quarters = guard.count("quarters", quarters, low=1)
    guard.kind("inputs", inputs, Inputs)
    v = _paths(inputs)
    paths = len(v["revenue"])
    out = {
        f.name: np.empty((quarters, paths))
        for f in fields(Run)
        if f.name not in ("balances", "flows", "residual")
    }
    zero = np.zeros(paths)
    sites = v["capex"] * v["capacity"]
    books = Books(
        money=dict.fromkeys(SECTORS, zero) | {"openai": v["cash"], "investors": -v["cash"]},
        loans=zero, bills=zero, shares={"investors": v["cash"], "chips": zero}, sites=sites, capital=sites,
    )  # fmt: skip
    balances, flows = [books.matrix()], []
    kept, vanishing = v["kept"] > 0, v["standing"] < 1
    revenue, now, unpaid, step, residual = v["revenue"], _capacity(v, 0), zero, zero, 0.0
    for t in range(quarters):
        if t:
            if (t - 1) % YEAR == 0:
                step = (1 + v["growth"] * v["fade"] ** ((t - 1) // YEAR)) ** QUARTER
            revenue = revenue * step
        later = _capacity(v, t + 1)
        flow = _behaviour(v, books, revenue, now, later, kept, vanishing)
        books.post(flow)
        residual = max(residual, check(books))
        unpaid = unpaid + flow.due - flow.paid
        for key, value in (
            ("revenue", revenue), ("due", flow.due), ("unpaid", unpaid),
            ("burn", flow.due + flow.costs - revenue),
            ("cash", books.money["openai"]), ("debt", books.loans), ("capacity", now),
            ("worth", books.worth()["cloud"] + books.sites),
        ):  # fmt: skip
            out[key][t] = value
        balances.append(books.matrix())
        flows.append(flow.matrix())
        now = later
    return Run(**out, balances=np.array(balances), flows=np.array(flows), residual=residual)


def _behaviour(
    v: Mapping[str, Floats], books: Books, revenue: Floats, now: Floats, later: Floats,
    kept: NDArray[np.bool_], vanishing: NDArray[np.bool_],
) -> Flows:  # fmt: skip
    """What each sector does in a quarter, given the books at its start."""
    due = v["price"] * QUARTER * now
    owed = due + books.bills
    costs = v["other_costs"] * revenue
    limit = v["funding"] * QUARTER
    missing = np.maximum(0.0, owed + costs - revenue - books.money["openai"])
    raised = np.where(kept, limit, np.minimum(limit, missing))
    vendor = np.minimum(raised * v["vendor_share"], books.money["chips"])
    hand = books.money["openai"] + revenue + raised
    costs = np.minimum(costs, hand)
    paid = np.minimum(owed, hand - costs)
    building = v["capex"] * np.maximum(0.0, later - now)
    chip_sales = building * v["chip_share"]
    run_cost = v["running_cost"] * QUARTER * now
    interest = books.loans * v["interest"] * QUARTER
    repay = books.loans * np.minimum(1.0, QUARTER / v["loan_years"])
    want = building + run_cost + interest + repay - paid - books.money["cloud"]
    return Flows(
        revenue=revenue, costs=costs, raised=raised, vendor=vendor, due=due, paid=paid,
        written=np.where(vanishing, owed - paid, 0.0), building=building, chip_sales=chip_sales,
        run_cost=run_cost, interest=interest, borrow=np.maximum(0.0, want), repay=repay,
        making=chip_sales * (1 - v["chip_margin"]),
        wear=books.capital * np.minimum(1.0, QUARTER / v["life"]),
    )  # fmt: skip


def _paths(inputs: Inputs) -> dict[str, Floats]:
    """The inputs as arrays of one length."""
    values = {
        f.name: np.atleast_1d(np.asarray(getattr(inputs, f.name), dtype=np.float64)) for f in fields(inputs)
    }
    paths = max(x.size for x in values.values())
    wrong = [name for name, x in values.items() if x.shape not in ((1,), (paths,))]
    if wrong:
        raise ValueError(f"{wrong[0]} needs one value or one for each of the {paths} paths")
    return {name: np.broadcast_to(x, (paths,)) for name, x in values.items()}


def _capacity(v: Mapping[str, Floats], t: int) -> Floats:
    """Capacity in quarter ``t``, GW."""
    share = np.clip((t - v["delay"]) / v["ramp"], 0.0, 1.0)
    return v["capacity"] + (v["capacity_target"] - v["capacity"]) * share


def growth_that_pays(inputs: Inputs, quarters: int, *, least: float, tolerance: float) -> float:
    """The growth over the first year at which the share ``least`` of the paths ends with all bills paid.

    A bill counts as paid below ``tolerance`` USD in all. Found by halving (more growth never leaves more
    unpaid while other costs are below revenue). ``nan`` if no growth within ``SEARCH`` does it, its lower end
    if even that does.
    """
    guard.kind("inputs", inputs, Inputs)
    guard.share("least", least)
    guard.finite("tolerance", tolerance, low=0.0)

    def paid(growth: float) -> bool:
        left = simulate(replace(inputs, growth=growth), quarters).unpaid[-1]
        return bool((left <= tolerance).mean() >= least)

    low, high = SEARCH
    if paid(low):
        return low
    if not paid(high):
        return float("nan")
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if paid(middle) else (middle, high)
    return high


def sweep(
    task: Callable[[Inputs], Any], inputs: Iterable[Inputs], *, jobs: int = 1, progress: bool = False
) -> list[Any]:  # fmt: skip
    """Applies ``task`` to many sets of inputs through joblib, in order; on a Dask cluster unchanged.

    Inside ``joblib.parallel_backend("dask")`` the same call runs on the cluster. ``progress`` shows a bar on
    stderr.
    """
    from joblib import Parallel, delayed
    from tqdm import tqdm

    listed = list(inputs)
    work = tqdm(listed, disable=not progress, desc="sweep")
    return list(Parallel(n_jobs=jobs)(delayed(task)(i) for i in work))
