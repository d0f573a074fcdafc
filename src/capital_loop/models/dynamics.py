"""The loop in time: a stock-flow-consistent model of users, OpenAI, a cloud, a chip maker, investors and lenders.

Method: W. Godley and M. Lavoie, *Monetary Economics*, Palgrave, 2007: every flow comes from somewhere and goes
somewhere, every stock changes by flows only, and all accounts are checked in every period. Periods are quarters.

Behaviour, with ``h`` a quarter of a year:

    revenue       R_t = R_(t-1) (1 + g_t)^h,   g_t = g_0 f^(t h)             (growth a year fades by f a year)
    capacity      G_t rises in a straight line from G_0 to G_max, late by D quarters
    due           C_t = price h G_t                                        (OpenAI to the cloud)
    other costs   k R_t                                                    (OpenAI to the outside)
    raised        F_t = min(limit h, need), by investors and, for a part, by the chip maker
    paid          min(C_t, money in hand after other costs); the rest is the funding gap of the quarter
    building      capex (G_(t+1) - G_t); a part s of it for chips, the rest for halls
    cloud         runs at a cost a GW, repays debt over n years, pays interest; what it lacks it borrows

Money never goes below zero for the three firms: OpenAI's want of money shows as a gap, the cloud's as debt. The
outside (users and suppliers), investors and lenders hold what the firms do not, so that all money adds up to what
it was. Investors' shares are carried at cost.

Everything is vectorised over paths: each input is a number or an array of length ``paths``. USD, GW, quarters.
Raises ``ValueError`` for bad input.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

__all__ = ["SECTORS", "Inputs", "Run", "gap", "growth_that_closes", "simulate", "sweep"]

Floats = NDArray[np.float64]

SECTORS = ("outside", "openai", "cloud", "chips", "investors", "lenders")
QUARTER = 0.25
"""A quarter of a year."""
TOLERANCE = 1e-9
"""Relative size of an accounting difference that counts as rounding."""
SEARCH = (-0.5, 10.0)
"""Growth a year within which the closing growth is sought: from halving to elevenfold."""


@dataclass(frozen=True)
class Inputs:
    """One set of inputs, each a float or an array over paths.

    ``revenue`` (USD/quarter at the start), ``growth`` (first year), ``fade`` (factor a year), ``other_costs`` (share of
    revenue), ``cash`` (USD), ``capacity`` and ``capacity_target`` (GW), ``ramp`` and ``delay`` (quarters), ``price``
    (USD/GW-year), ``capex`` (USD/GW), ``chip_share``, ``running_cost`` (USD/GW-year), ``funding`` (USD/year at most),
    ``vendor_share`` (part of it by the chip maker), ``interest`` (a year), ``loan_years``, ``chip_margin``.
    """

    revenue: Any
    growth: Any
    fade: Any
    other_costs: Any
    cash: Any
    capacity: Any
    capacity_target: Any
    ramp: Any
    delay: Any
    price: Any
    capex: Any
    chip_share: Any
    running_cost: Any
    funding: Any
    vendor_share: Any
    interest: Any
    loan_years: Any
    chip_margin: Any

    def __post_init__(self) -> None:
        for name in (
            "revenue",
            "cash",
            "capacity",
            "price",
            "capex",
            "running_cost",
            "funding",
            "interest",
            "delay",
        ):
            if (np.asarray(getattr(self, name)) < 0).any():
                raise ValueError(f"{name} must not be negative")
        for name in ("other_costs", "chip_share", "vendor_share", "chip_margin"):
            x = np.asarray(getattr(self, name))
            if (x < 0).any() or (name != "other_costs" and (x > 1).any()):
                raise ValueError(f"{name} is a share and must lie between 0 and 1")
        for name in ("ramp", "loan_years", "fade"):
            if (np.asarray(getattr(self, name)) <= 0).any():
                raise ValueError(f"{name} must be positive")
        if (np.asarray(self.fade) > 1).any() or (np.asarray(self.growth) < -1).any():
            raise ValueError("fade must not be over 1, nor growth under -1: revenue would turn negative")
        if (np.asarray(self.capacity_target) < np.asarray(self.capacity)).any():
            raise ValueError("the capacity target must not be under the capacity at the start")


@dataclass(frozen=True)
class Run:
    """A simulation: arrays of shape ``(quarters, paths)``.

    ``money`` has a third axis for ``SECTORS``; ``flows`` (quarters, rows, sectors) is the transactions-flow matrix of the
    first path, its rows named by ``rows``. ``residual`` is the largest accounting difference over everything, relative
    to the flows of the period.
    """

    revenue: Floats
    due: Floats
    paid: Floats
    gap: Floats
    raised: Floats
    cash: Floats
    debt: Floats
    capacity: Floats
    chip_sales: Floats
    money: Floats
    flows: Floats
    rows: tuple[str, ...]
    residual: float


ROWS = (
    "revenue", "other costs", "shares by investors", "shares by the chip maker", "computing", "chips", "halls",
    "running the cloud", "interest", "loans, net", "making chips",
)  # fmt: skip


def simulate(inputs: Inputs, quarters: int) -> Run:
    """Runs the model; the accounts are checked in every quarter (``AssertionError`` would be a fault of the model)."""
    if quarters < 1:
        raise ValueError("at least one quarter is needed")
    values = {
        f.name: np.atleast_1d(np.asarray(getattr(inputs, f.name), dtype=np.float64)) for f in fields(inputs)
    }
    paths = max(v.size for v in values.values())
    if any(v.size not in (1, paths) for v in values.values()):
        raise ValueError("every input needs one value or one for each path")
    v = {k: np.broadcast_to(x, paths) for k, x in values.items()}
    shape = (quarters, paths)
    out = {
        k: np.zeros(shape)
        for k in ("revenue", "due", "paid", "gap", "raised", "cash", "debt", "capacity", "chips")
    }
    money = np.zeros((quarters, paths, len(SECTORS)))
    flows = np.zeros((quarters, len(ROWS), len(SECTORS)))
    held = np.zeros((paths, len(SECTORS)))
    held[:, 1] = v["cash"]
    held[:, 4] = -v["cash"]  # whoever gave OpenAI its first money has that much less
    total = held.sum(axis=1)
    debt = np.zeros(paths)
    revenue = v["revenue"].copy()
    residual = 0.0
    outside, openai, cloud, chips, investors, lenders = range(len(SECTORS))
    built = _capacity(v, 0)
    for t in range(quarters):
        if t:
            revenue = revenue * (1 + v["growth"] * v["fade"] ** (t * QUARTER)) ** QUARTER
        now, later = built, _capacity(v, t + 1)
        built = later
        due = v["price"] * QUARTER * now
        costs = v["other_costs"] * revenue
        need = np.maximum(0.0, due + costs - revenue - held[:, openai])
        raised = np.minimum(v["funding"] * QUARTER, need)
        vendor = np.minimum(raised * v["vendor_share"], np.maximum(held[:, chips], 0.0))
        hand = held[:, openai] + revenue + raised
        costs = np.minimum(costs, hand)
        paid = np.minimum(due, hand - costs)
        building = v["capex"] * np.maximum(0.0, later - now)
        chip_sales = building * v["chip_share"]
        run_cost = v["running_cost"] * QUARTER * now
        interest = debt * v["interest"] * QUARTER
        repay = debt * QUARTER / v["loan_years"]
        want = building + run_cost + interest + repay - paid - held[:, cloud]
        borrow = np.maximum(0.0, want)
        loans = borrow - repay
        making = chip_sales * (1 - v["chip_margin"])
        moved = (
            (outside, openai, revenue), (openai, outside, costs), (investors, openai, raised - vendor), (chips, openai, vendor),
            (openai, cloud, paid), (cloud, chips, chip_sales), (cloud, outside, building - chip_sales),
            (cloud, outside, run_cost), (cloud, lenders, interest), (lenders, cloud, loans), (chips, outside, making),
        )  # fmt: skip
        for row, (giver, taker, amount) in enumerate(moved):
            held[:, giver] -= amount
            held[:, taker] += amount
            flows[t, row, giver] -= amount[0]
            flows[t, row, taker] += amount[0]
        debt = debt + loans
        scale = np.maximum(np.abs(held).max(axis=1), revenue + costs + due + building + 1.0)
        residual = max(
            residual,
            float((np.abs(held.sum(axis=1) - total) / scale).max()),
            float(np.abs(flows[t].sum(axis=1)).max() / scale[0]),
        )
        low = held[:, [openai, cloud, chips]].min(axis=1)
        assert (low > -TOLERANCE * scale).all(), "a firm spent money that it did not have"
        held[:, [openai, cloud, chips]] = np.maximum(held[:, [openai, cloud, chips]], 0.0)
        for key, value in (
            ("revenue", revenue), ("due", due), ("paid", paid), ("gap", due - paid), ("raised", raised),
            ("cash", held[:, openai]), ("debt", debt), ("capacity", now), ("chips", chip_sales),
        ):  # fmt: skip
            out[key][t] = value
        money[t] = held
    assert residual < TOLERANCE, "the accounts do not add up"
    return Run(
        out["revenue"], out["due"], out["paid"], out["gap"], out["raised"], out["cash"], out["debt"], out["capacity"],
        out["chips"], money, flows, ROWS, residual,
    )  # fmt: skip


def _capacity(v: Mapping[str, Floats], t: int) -> Floats:
    """Capacity at the start of quarter ``t``."""
    share = np.clip((t - v["delay"]) / v["ramp"], 0.0, 1.0)
    return v["capacity"] + (v["capacity_target"] - v["capacity"]) * share


def gap(run: Run, first: int, last: int) -> Floats:
    """Funding gap over quarters ``first`` to ``last`` (both included), by path."""
    if not 0 <= first <= last < len(run.gap):
        raise ValueError(f"quarters {first} to {last} lie outside the {len(run.gap)} simulated")
    return np.asarray(run.gap[first : last + 1].sum(axis=0))


def growth_that_closes(inputs: Inputs, quarters: int, first: int, last: int, tolerance: float) -> float:
    """The first-year growth at which the gap over some quarters is at most ``tolerance`` USD, for a single path.

    Solved by Brent's method (the gap falls as growth rises). ``nan`` if no growth within ``SEARCH`` does it, the lower
    end of ``SEARCH`` if even that growth leaves no gap.
    """

    def excess(growth: float) -> float:
        return float(gap(simulate(replace(inputs, growth=growth), quarters), first, last)[0]) - tolerance

    low, high = SEARCH
    if excess(low) <= 0:
        return low
    if excess(high) > 0:
        return float("nan")
    return float(brentq(excess, low, high, xtol=1e-6))


def sweep(
    task: Callable[[Inputs], Any], inputs: Iterable[Inputs], *, jobs: int = 1, progress: bool = False
) -> list[Any]:  # fmt: skip
    """Applies ``task`` to many sets of inputs through joblib, in order; on a Dask cluster unchanged.

    Inside ``joblib.parallel_backend("dask")`` the same call runs on the cluster. ``progress`` shows a bar on stderr.
    """
    from joblib import Parallel, delayed
    from tqdm import tqdm

    listed = list(inputs)
    work = tqdm(listed, disable=not progress, desc="sweep")
    return list(Parallel(n_jobs=jobs)(delayed(task)(i) for i in work))
