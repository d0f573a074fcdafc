"""Renting out GPU servers: from the price of an hour to the margin that a contract must earn.

A cloud provider buys servers, rents the building they stand in, pays for electricity and people,
and sells GPU-hours. This module turns those inputs into a gross margin, finds the input that
would explain a margin somebody has printed, and shows which input moves it most. A second part
puts the same business into a build-up: fresh capacity costs money before it is paid for, so a
fast-growing business shows a lower margin than the contracts it consists of. A third part asks
what a contract must earn to repay the money borrowed for it.

**Equations**
One GPU, one year (``H`` = 8,760 hours):

* revenue ``R = p * u * H`` with price ``p`` (USD per GPU-hour) and billed share ``u``
* depreciation ``K / L`` with server cost ``K`` (USD) and life ``L`` (years), straight line
* power ``w * e * H * c`` with draw ``w`` (kW), power usage effectiveness ``e``, price ``c`` (USD/kWh)
* lease ``w * l * 12`` with rent ``l`` (USD per kW of equipment and month)
* gross margin ``m = 1 - (K/L + power + lease + other) / R``
* price path: the hour costs ``p (1 + g)**k`` in year ``k`` of the server's life (``g`` below zero where rents
  fall); ``R`` is then the average year's, ``R_0 * f`` with ``f`` the mean of ``(1 + g)**k`` over the life
* return ``i``: ``K = sum_k w_k max(0, R_k - cash cost) / (1 + i)**t_k`` with ``t_k`` the year's end and
  ``w_k`` its length (the last one may be a part of a year); a year whose price does not pay its running cost
  is not run

Build-up: if billed capacity grows by the factor ``G`` a year and capacity carries its cost for ``g``
years before it is billed, then for each unit billed there are ``G**g - 1`` units waiting and

* margin in the build-up ``m_b = 1 - (1 - m) * G**g``

Debt: a contract of value ``V`` over ``T`` years for which ``C`` of equipment is bought, the share
``d`` of it with debt at rate ``r``:

* debt service in ``T`` level payments ``A = d * C * r / (1 - (1 + r)**-T)``
* with depreciation ``C/L`` and rents that move: ``R_t = (V/T) (1 + g)**t`` from the year after the ``F``
  years of a fixed price, running cost level; the first year's gross margin that repays ``d * C`` by year
  ``N`` is ``1 - [sum_t R_t v**t - d C] / [(V/T) sum_t v**t] - (C/L) / (V/T)`` with ``v = 1 / (1 + r)``

Units: USD, years, kW, hours; margins and rates are shares (0.14 is 14 percent).
Shapes: scalars in, scalars out; ``sensitivity`` and ``debt_path`` return one row per input or
period.
Errors: bad input raises ``ValueError`` with a sentence that says what to mend.

Sources: textbook cost accounting and annuities (R. Brealey, S. Myers and F. Allen, *Principles of
Corporate Finance*, McGraw-Hill, chapters 2 and 6); root finding by Brent's method (SciPy); internal
rate of return by numpy-financial. Tax, subsidies, residual value of servers and working capital
are left out.

Example::

    >>> from capital_loop.models.gpu_rental import FinancedContract, debt_coverage
    >>> contract = FinancedContract(value=100.0, years=5, capex=60.0, life_years=6, rate=0.06)
    >>> debt_coverage(contract, gross_margin=0.2)
    0.9828848832986666
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy_financial as npf
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import brentq

from capital_loop.models import guard
from capital_loop.models.debt import LOSS, annuity
from capital_loop.models.sampling import one_at_a_time

__all__ = [
    "COST_LINES", "HOURS_PER_YEAR", "FinancedContract", "Ramp", "RentalInputs", "UnitEconomics", "break_even",
    "contract_life_margin", "debt_coverage", "debt_path", "gap_for_margin", "gpus_per_gigawatt",
    "implied_price", "needed_margin", "price_factor", "project_irr", "ramp_margin",
    "remaining_incremental_margin", "renewal_price", "sensitivity", "solve_for_margin", "uncovered_lease",
    "unit_economics", "unit_return", "upfront_drag",
]  # fmt: skip

Floats = NDArray[np.float64]

HOURS_PER_YEAR = 8760.0
"""Hours in a year of 365 days."""

COST_LINES = ("depreciation", "lease", "power", "other")
"""The cost lines of one GPU, in the order in which they are shown."""

_RETURNS = (LOSS, 1e3)
"""Yearly returns between which one is looked for."""
_SEARCH: dict[str, tuple[float, float]] = {
    "price_per_gpu_hour": (1e-6, 1e4),
    "utilisation": (1e-6, 1.0),
    "server_cost": (0.0, 1e8),
    "depreciation_years": (1e-2, 1e3),
    "power_kw": (0.0, 1e4),
    "pue": (1.0, 1e3),
    "power_price": (0.0, 1e3),
    "lease_per_kw_month": (0.0, 1e6),
    "other_per_year": (0.0, 1e8),
    "price_change": (LOSS, 1.0),
}


@dataclass(frozen=True)
class RentalInputs:
    """What it takes to rent out one GPU for a year.

    Attributes:
        price_per_gpu_hour: price paid for a billed GPU-hour, USD.
        utilisation: share of all hours that are billed, above 0 and at most 1.
        server_cost: purchase price of the server, network and storage for one GPU, USD.
        depreciation_years: years over which that price is written off.
        power_kw: electric draw of the equipment for one GPU, kW.
        pue: electricity of the site over electricity of the equipment, at least 1.
        power_price: price of electricity, USD per kWh.
        lease_per_kw_month: rent of the data centre, USD per kW of equipment and month.
        other_per_year: staff, upkeep, spares and software for one GPU, USD a year.
        price_change: by which share the price moves from one year of the server's life to the next.
    """

    price_per_gpu_hour: float
    utilisation: float
    server_cost: float
    depreciation_years: float
    power_kw: float
    pue: float
    power_price: float
    lease_per_kw_month: float
    other_per_year: float
    price_change: float = 0.0

    def __post_init__(self) -> None:
        for name in ("price_per_gpu_hour", "depreciation_years"):
            guard.positive(name, getattr(self, name))
        for name in ("server_cost", "power_kw", "power_price", "lease_per_kw_month", "other_per_year"):
            guard.finite(name, getattr(self, name), low=0.0)
        if guard.share("utilisation", self.utilisation) == 0:
            raise ValueError("utilisation is 0: it must be above 0")
        guard.finite("pue", self.pue, low=1.0)
        guard.rate("price_change", self.price_change, low=LOSS)


@dataclass(frozen=True)
class UnitEconomics:
    """Revenue and cost of one GPU in one year, USD."""

    revenue: float
    depreciation: float
    lease: float
    power: float
    other: float

    @property
    def total_cost(self) -> float:
        """All cost lines together."""
        return self.depreciation + self.lease + self.power + self.other

    @property
    def cash_cost(self) -> float:
        """Cost that is paid in the year: everything but depreciation."""
        return self.lease + self.power + self.other

    @property
    def gross_profit(self) -> float:
        """Revenue less all cost lines."""
        return self.revenue - self.total_cost

    @property
    def gross_margin(self) -> float:
        """Gross profit as a share of revenue."""
        return self.gross_profit / self.revenue

    def cents_per_dollar(self) -> pd.Series:
        """Where one dollar of revenue goes: the cost lines and what is left, in cents."""
        parts = {line: getattr(self, line) for line in COST_LINES} | {"gross_profit": self.gross_profit}
        return pd.Series({name: 100 * value / self.revenue for name, value in parts.items()}, name="cents")


def _years(inputs: RentalInputs) -> tuple[Floats, Floats, Floats]:
    """Of each year of a server's life: its length, when it ends, and its price over the first year's."""
    life = inputs.depreciation_years
    begin = np.arange(math.ceil(life), dtype=np.float64)
    end = np.minimum(begin + 1.0, life)
    return end - begin, end, (1.0 + inputs.price_change) ** begin


def price_factor(inputs: RentalInputs) -> float:
    """The mean price of an hour over a server's life, over the first year's."""
    length, _, price = _years(guard.kind("inputs", inputs, RentalInputs))
    return float((length * price).sum() / inputs.depreciation_years)


def unit_economics(inputs: RentalInputs) -> UnitEconomics:
    """Revenue and cost lines of one GPU in an average year of its life."""
    guard.kind("inputs", inputs, RentalInputs)
    return UnitEconomics(
        revenue=inputs.price_per_gpu_hour * price_factor(inputs) * inputs.utilisation * HOURS_PER_YEAR,
        depreciation=inputs.server_cost / inputs.depreciation_years,
        lease=inputs.power_kw * inputs.lease_per_kw_month * 12,
        power=inputs.power_kw * inputs.pue * HOURS_PER_YEAR * inputs.power_price,
        other=inputs.other_per_year,
    )


def solve_for_margin(inputs: RentalInputs, name: str, target: float) -> float:
    """The value of one input at which the gross margin is ``target``, the others as they are.

    Raises ``ValueError`` if no value within the sensible range does.
    """
    _margin("target", target)
    return _found(inputs, name, lambda i: unit_economics(i).gross_margin - target, lambda low, high: (
        f"gives a margin of {target:.1%}: the margin runs from {low + target:.1%} to {high + target:.1%}"
    ))  # fmt: skip


def _found(
    inputs: RentalInputs, name: str, gap: Callable[[RentalInputs], float],
    missing: Callable[[float, float], str],
) -> float:  # fmt: skip
    """The value of one input that closes a gap; ``missing`` says by the gaps at its ends what none does."""
    low, high = _SEARCH[guard.word("name", name, _SEARCH)]
    guard.kind("inputs", inputs, RentalInputs)

    def at(value: float) -> float:
        return gap(replace(inputs, **{name: value}))

    ends = at(low), at(high)
    if ends[0] * ends[1] > 0:
        raise ValueError(f"No {name} between {low:g} and {high:g} {missing(*ends)}.")
    return float(brentq(at, low, high, xtol=1e-12, rtol=1e-12, maxiter=1000))


def implied_price(annual_payment: float, gpus: float) -> float:
    """Price of a GPU-hour (USD) implied by a yearly payment (USD) for a number of GPUs."""
    guard.positive("gpus", gpus)
    return guard.positive("annual_payment", annual_payment) / (gpus * HOURS_PER_YEAR)


def sensitivity(inputs: RentalInputs, ranges: Mapping[str, tuple[float, float]]) -> pd.DataFrame:
    """The gross margin with one input at a time at its low and its high value, the others at the centre.

    One row an input, the widest swing first: ``input``, ``low``, ``high``, ``margin_low``, ``margin_high``,
    ``swing``.
    """
    guard.kind("inputs", inputs, RentalInputs)
    ranges = guard.ranges("ranges", ranges, _SEARCH)
    found = one_at_a_time(lambda i: unit_economics(i).gross_margin, inputs, ranges)
    return found.rename(columns={"at_low": "margin_low", "at_high": "margin_high"})


def gpus_per_gigawatt(power_kw: float, pue: float) -> float:
    """GPUs that a gigawatt of site electricity carries."""
    return 1e6 / (guard.positive("power_kw", power_kw) * guard.finite("pue", pue, low=1.0))


def _worth(inputs: RentalInputs, rate: float) -> float:
    """What a server's cash is worth on the first day, discounted at ``rate``, less its price."""
    length, end, price = _years(guard.kind("inputs", inputs, RentalInputs))
    first = inputs.price_per_gpu_hour * inputs.utilisation * HOURS_PER_YEAR
    cash = length * np.maximum(0.0, first * price - unit_economics(inputs).cash_cost)
    return float((cash * (1.0 + rate) ** -end).sum()) - inputs.server_cost


def unit_return(inputs: RentalInputs) -> float:
    """Yearly return on a server's price over its life, before interest and tax, nothing left at the end.

    By bracketing (Newton's method can land on a root without a meaning); -1 where the server brings in next
    to no cash.
    """
    if _worth(inputs, _RETURNS[0]) <= 0:
        return -1.0
    if inputs.server_cost == 0:
        return math.inf
    return float(brentq(lambda rate: _worth(inputs, rate), *_RETURNS, xtol=1e-12))


def break_even(inputs: RentalInputs, name: str, required_return: float) -> float:
    """The value of one input at which a server returns ``required_return``, the others as they are.

    Raises ``ValueError`` if no value within the sensible range does.
    """
    asked = guard.rate("required_return", required_return)
    return _found(inputs, name, lambda i: _worth(i, asked), lambda *_: f"returns {required_return:.1%}")


def renewal_price(inputs: RentalInputs) -> float:
    """Price of a GPU-hour (USD) at which a server that is written off still pays rent, power and people."""
    return unit_economics(inputs).cash_cost / (inputs.utilisation * HOURS_PER_YEAR)


# ---- build-up -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ramp:
    """How fast a business is built up and how long new capacity waits for its first payment.

    Attributes:
        growth_factor: billed capacity of a year over that of the year before, at least 1.
        gap_years: years between the first cost of capacity and its first revenue.
    """

    growth_factor: float
    gap_years: float

    def __post_init__(self) -> None:
        guard.finite("growth_factor", self.growth_factor, low=1.0)
        guard.finite("gap_years", self.gap_years, low=0.0)

    @property
    def waiting(self) -> float:
        """Units that wait for their first payment, per unit that is billed."""
        return float(self.growth_factor**self.gap_years - 1)


def ramp_margin(steady_margin: float, ramp: Ramp) -> float:
    """Gross margin shown during the build-up by a business whose running contracts earn ``steady_margin``."""
    _margin("steady_margin", steady_margin)
    guard.kind("ramp", ramp, Ramp)
    return 1 - (1 - steady_margin) * (1 + ramp.waiting)


def gap_for_margin(steady_margin: float, shown_margin: float, growth_factor: float) -> float:
    """Years between first cost and first revenue that turn the steady margin into the one shown."""
    _margin("steady_margin", steady_margin)
    _margin("shown_margin", shown_margin)
    if shown_margin > steady_margin:
        raise ValueError("The margin shown during a build-up cannot lie above the steady margin.")
    guard.finite("growth_factor", growth_factor, above=1.0)
    waiting = (1 - shown_margin) / (1 - steady_margin) - 1
    return math.log1p(waiting) / math.log(growth_factor)


def contract_life_margin(
    annual_revenue: float, annual_cost: float, upfront_cost: float, years: float
) -> float:
    """Gross margin of one contract over its life, the cost before its start included."""
    guard.positive("annual_revenue", annual_revenue)
    guard.positive("years", years)
    guard.finite("annual_cost", annual_cost, low=0.0)
    guard.finite("upfront_cost", upfront_cost, low=0.0)
    return 1 - (annual_cost * years + upfront_cost) / (annual_revenue * years)


def upfront_drag(annual_revenue: float, upfront_cost: float, growth_factor: float) -> float:
    """Points of margin (as a share) that cost before the start takes from a growing set of contracts.

    If revenue grows continuously by ``growth_factor`` a year, new yearly revenue arrives at the
    rate ``ln(growth_factor)`` times revenue, and each dollar of it costs
    ``upfront_cost / annual_revenue`` before it starts.
    """
    guard.positive("annual_revenue", annual_revenue)
    guard.finite("upfront_cost", upfront_cost, low=0.0)
    guard.finite("growth_factor", growth_factor, low=1.0)
    return math.log(growth_factor) * upfront_cost / annual_revenue


# ---- margins from published accounts ------------------------------------------------------------


def remaining_incremental_margin(
    added_revenue: float, added_cost: float, other_added_revenue: float, other_margin: float
) -> float:
    """Margin on the rest of the added revenue when one part of it has a known margin.

    Args:
        added_revenue: revenue added in all, USD.
        added_cost: cost added in all, USD.
        other_added_revenue: the part of the added revenue whose margin is known or assumed, USD.
        other_margin: gross margin on that part, a share.
    """
    _margin("other_margin", other_margin)
    guard.positive("added_revenue", added_revenue)
    guard.finite("added_cost", added_cost, low=0.0)
    guard.finite("other_added_revenue", other_added_revenue, low=0.0)
    rest = added_revenue - other_added_revenue
    if rest <= 0:
        raise ValueError("The known part must be smaller than the whole of the added revenue.")
    return 1 - (added_cost - other_added_revenue * (1 - other_margin)) / rest


# ---- debt ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FinancedContract:
    """A customer contract and the borrowed money that buys the equipment for it.

    Attributes:
        value: contract value over the whole term, USD.
        years: whole years of the contract.
        capex: equipment bought for it, USD.
        life_years: years over which the equipment is written off.
        rate: yearly interest on the debt, a share.
        debt_share: share of the equipment bought with debt, 0 to 1.
    """

    value: float
    years: int
    capex: float
    life_years: float
    rate: float
    debt_share: float = 1.0

    def __post_init__(self) -> None:
        for name in ("value", "capex", "life_years"):
            guard.positive(name, getattr(self, name))
        guard.count("years", self.years, low=1)
        guard.rate("rate", self.rate)
        guard.share("debt_share", self.debt_share)

    @property
    def annual_revenue(self) -> float:
        """Average revenue a year, USD."""
        return self.value / self.years

    @property
    def depreciation(self) -> float:
        """Straight-line depreciation a year, USD."""
        return self.capex / self.life_years

    @property
    def debt_service(self) -> float:
        """Level yearly payment that repays the debt within the contract's term, USD."""
        return annuity(self.debt_share * self.capex, self.rate, self.years)


def needed_margin(
    contract: FinancedContract, repay_years: int, price_change: float = 0.0, fixed_years: int = 0
) -> float:
    """The first year's gross margin at which the cash of ``repay_years`` repays the debt, if rents move.

    The contract's yearly revenue holds for the first ``fixed_years`` and for the first year in any case; in
    year ``t`` after them the price has moved ``t - 1`` times by ``price_change`` (so a price that was fixed
    for long catches up with the market at once). Running cost stays; years after the contract are let at that
    price. A margin below zero means that the debt is repaid although the accounts show a gross loss, because
    it is repaid slower than the equipment is written off.
    """
    guard.kind("contract", contract, FinancedContract)
    n = guard.count("repay_years", repay_years, low=1)
    fixed = guard.count("fixed_years", fixed_years)
    change = guard.rate("price_change", price_change, low=LOSS)
    year = np.arange(n, dtype=np.float64)
    price = np.where(year < fixed, 1.0, (1.0 + change) ** year)
    discount = (1.0 + contract.rate) ** -(year + 1)
    debt = contract.debt_share * contract.capex / contract.annual_revenue
    running = float((price @ discount - debt) / discount.sum())
    return 1.0 - running - contract.depreciation / contract.annual_revenue


def debt_path(contract: FinancedContract, gross_margin: float, build_years: int = 1) -> pd.DataFrame:
    """The contract by year: equipment bought in equal parts over ``build_years``, all cash to the lenders.

    Revenue follows the part that is installed and adds up to the contract's value. Cash is gross profit plus
    depreciation; what interest does not take repays debt, and interest that cash does not cover is added to
    it.

    Returns:
        One row a year: ``year``, ``revenue``, ``gross_profit``, ``cash``, ``interest``, ``repaid``
        (negative if debt grew), ``debt`` at the end (USD) and ``cover`` (gross profit over interest, missing
        without debt).
    """
    _margin("gross_margin", gross_margin)
    guard.kind("contract", contract, FinancedContract)
    guard.count("build_years", build_years, low=1, high=contract.years)
    installed = np.minimum(np.arange(1, contract.years + 1) / build_years, 1.0)
    full = contract.value / installed.sum()
    debt, rows = 0.0, []
    for year, part in enumerate(installed, start=1):
        debt += contract.debt_share * contract.capex / build_years if year <= build_years else 0.0
        interest = contract.rate * debt
        profit = gross_margin * full * part
        cash = profit + contract.capex * part / contract.life_years
        repaid = min(debt, cash - interest)
        debt -= repaid
        cover = profit / interest if interest else math.nan
        rows.append((year, full * part, profit, cash, interest, repaid, debt, cover))
    return pd.DataFrame(
        rows, columns=["year", "revenue", "gross_profit", "cash", "interest", "repaid", "debt", "cover"]
    )


def debt_coverage(contract: FinancedContract, gross_margin: float) -> float:
    """How many times the yearly cash of the contract covers its debt service at a gross margin."""
    _margin("gross_margin", gross_margin)
    guard.kind("contract", contract, FinancedContract)
    if contract.debt_service == 0:
        raise ValueError("Without debt there is nothing to cover.")
    return (gross_margin * contract.annual_revenue + contract.depreciation) / contract.debt_service


def project_irr(contract: FinancedContract, gross_margin: float) -> float:
    """Yearly return on all the capital of a contract, before interest and tax.

    Equipment is paid at the start and worth nothing at the end; each year brings gross profit plus
    depreciation.
    """
    _margin("gross_margin", gross_margin)
    guard.kind("contract", contract, FinancedContract)
    cash = gross_margin * contract.annual_revenue + contract.depreciation
    rate = float(npf.irr([-contract.capex, *[cash] * contract.years]))
    if math.isnan(rate):
        raise ValueError("there is no return: the contract brings back none of its capital")
    return rate


def uncovered_lease(annual_lease: float, lease_years: float, contract_years: float) -> float:
    """Rent still owed for the years after the customer's contract has ended, undiscounted USD."""
    guard.finite("annual_lease", annual_lease, low=0.0)
    guard.finite("lease_years", lease_years, low=0.0)
    guard.finite("contract_years", contract_years, low=0.0)
    return annual_lease * max(lease_years - contract_years, 0.0)


def _margin(name: str, value: object) -> float:
    """A gross margin: a share below 1, which may be negative; a percent is refused as such."""
    return guard.finite(name, guard.rate(name, value, low=-1e6), below=1.0)
