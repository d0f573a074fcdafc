"""What a provider of computing owes and has by year, if its largest customer pays a part of its bills.

A customer owes ``q`` a year, of which the part ``p`` is paid. Serving a dollar costs ``1 - m``, with ``m``
the contribution. Of the capacity that is not paid a part ``r`` is let again. Per dollar owed, the provider
has, beside what the customer pays,

    s = r (1 - p) m - (1 - m) p

What it builds, ``c`` a year, earns ``y c`` a year from the next year on, a part ``n`` of it from the same
customer. A maker of chips, who gets a part of what is spent, takes over what the customer leaves unpaid, up
to a backstop. Out of this go repayments ``R_t`` as filed, interest on what is left of the debt, rent of
leases as they begin, and the spending on building; without building a part of the leases is sublet, and
upkeep goes on.

Leases and other things that begin evenly between two moments have begun, at a moment ``x``, to the part

    ramp = min(max((x - start) / (end - start), 0), 1)

Units: money in one unit, years in years, parts as shares. Draws are the first axis of an array, years the
second; inputs of a provider have one value a draw. Bad input raises ``ValueError``. The account is an
identity of cash in a year; that the margin is the same for every customer and that leases begin evenly is
assumed. The contribution is that of any textbook of cost accounting; no other source is used.

Example::

    >>> from capital_loop.models.providers import served
    >>> served(margin=[0.8], relet=[0.5], paid=0.25).round(3).tolist()
    [0.25]
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from capital_loop.models import guard

__all__ = ["Account", "Market", "Provider", "account", "maker_income", "ramp", "served"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Market:
    """What holds for every provider, by draw.

    ``margin`` is the contribution of a dollar of bills, ``relet_share`` the part of lost capacity that is let
    again, ``sublet_share`` the part of leases that others take over, ``build_yield`` what a dollar built
    contributes a year, ``chip_share`` the part of spending that goes to the maker of chips.
    """

    margin: Floats
    relet_share: Floats
    sublet_share: Floats
    build_yield: Floats
    chip_share: Floats

    def __post_init__(self) -> None:
        size = (guard.numbers("margin", guard.shares("margin", self.margin), axes=1).size,)
        for name in ("relet_share", "sublet_share", "chip_share"):
            guard.numbers(name, guard.shares(name, getattr(self, name)), shape=size)
        guard.numbers("build_yield", self.build_yield, low=0.0, shape=size)


@dataclass(frozen=True)
class Provider:
    """One provider: amounts a year by draw, and by year what it must repay.

    ``bills`` of the customer, ``operating_income`` before interest with the customer in it, ``spending`` if
    it builds, ``customer_share`` of what it builds, ``backstop`` of the maker, ``interest``, ``rent`` of
    leases not yet begun and the year by whose end all of them have (``begun``), ``upkeep`` if it does not
    build; ``repayments`` and ``length`` (of each period, in years) by year, and the ``debt`` at the start.
    """

    bills: Floats
    operating_income: Floats
    spending: Floats
    customer_share: Floats
    backstop: Floats
    interest: Floats
    rent: Floats
    begun: Floats
    upkeep: Floats
    repayments: Floats
    length: Floats
    debt: float

    def __post_init__(self) -> None:
        guard.positive("debt", self.debt)
        years = (guard.numbers("length", self.length, low=0.0, least=1, axes=1).size,)
        guard.numbers("repayments", self.repayments, low=0.0, shape=years)
        guard.shares("customer_share", self.customer_share)
        draws = (guard.numbers("bills", self.bills, low=0.0, axes=1).size,)
        guard.numbers("operating_income", self.operating_income, shape=draws)
        for name in ("spending", "customer_share", "backstop", "interest", "rent", "begun", "upkeep"):
            guard.numbers(name, getattr(self, name), low=0.0, shape=draws)


@dataclass(frozen=True)
class Account:
    """A provider's years, (draws, years): what the customer owes, what the maker has ``taken`` of it.

    ``income`` is what the provider has before the customer pays and before all debts; ``orders`` is what it
    owes the maker, ``outside`` all others.
    """

    due: Floats
    taken: Floats
    income: Floats
    orders: Floats
    outside: Floats


def ramp(at: ArrayLike, start: float, end: ArrayLike) -> Floats:
    """The part that has begun ``at`` moments of what begins evenly from ``start`` to ``end``, all in years.

    ``at`` and ``end`` may have any shapes that numpy broadcasts. Raises ``ValueError`` for an end that is not
    after the start.
    """
    last = guard.numbers("end", end, above=guard.finite("start", start))
    return np.clip((guard.numbers("at", at) - start) / (last - start), 0, 1)


def served(margin: ArrayLike, relet: ArrayLike, paid: float) -> Floats:
    """What a provider has per dollar of bills beside what the customer pays, by draw; a cost is negative."""
    m = guard.numbers("margin", guard.shares("margin", margin), axes=1)
    r = guard.numbers("relet", guard.shares("relet", relet), shape=m.shape)
    return r * (1 - guard.share("paid", paid)) * m - (1 - m) * paid


def account(
    provider: Provider, market: Market, middles: ArrayLike, start: float, paid: float, building: bool
) -> Account:
    """A provider's years.

    ``middles`` are the moments at which the leases of each year are counted, ``start`` the one at which they
    start to begin. ``paid`` is the part of its bills that the customer pays, ``building`` whether the
    provider goes on to build.
    """
    p, m = guard.kind("provider", provider, Provider), guard.kind("market", market, Market)
    share, year = guard.share("paid", paid), p.length
    moments = guard.numbers("middles", middles, shape=year.shape)
    if len(m.margin) != len(p.bills):
        raise ValueError(f"margin of the market has {len(m.margin)} draws, the provider {len(p.bills)}")
    none = np.zeros_like(p.spending)
    spent = np.outer(p.spending if building else none, year)
    # What is built earns from the next year on.
    new = m.build_yield[:, None] * (np.cumsum(spent, axis=1) - spent)
    own, margin = p.customer_share[:, None], m.margin[:, None]
    due = np.outer(p.bills, year) + own * new / margin
    taken = np.minimum(np.outer(p.backstop, year), due)
    income = np.outer(p.operating_income - m.margin * p.bills, year) + (1 - own) * new
    income = income + due * served(m.margin, m.relet_share, share)[:, None]
    # What the maker takes is paid by him and let to nobody else, but it must be served.
    income -= (1 - share) * taken * (m.relet_share * m.margin + 1 - m.margin)[:, None]
    left = 1 - (np.cumsum(p.repayments) - p.repayments) / p.debt
    begun = ramp(moments, start, p.begun[:, None] + 1)
    rent = (p.rent * (1 - (none if building else m.sublet_share)))[:, None] * begun * year
    stopped = none if building else p.upkeep
    bills = p.repayments + np.outer(p.interest, left * year) + rent + np.outer(stopped, year)
    return Account(
        due=due, taken=(1 - share) * taken, income=income, orders=m.chip_share[:, None] * spent,
        outside=bills + (1 - m.chip_share[:, None]) * spent,
    )  # fmt: skip


def maker_income(income: ArrayLike, sold: ArrayLike, margin: ArrayLike, building: bool) -> Floats:
    """The maker's cash a year without the providers' orders, which reach him through the network.

    ``income`` of today has ``sold`` to them in it; if they stop building, only the ``margin`` of it is lost.
    """
    have = guard.numbers("income", income, axes=1)
    orders = guard.numbers("sold", sold, low=0.0, shape=have.shape)
    kept = guard.numbers("margin", guard.shares("margin", margin), shape=have.shape)
    return have - (orders if building else orders * kept)
