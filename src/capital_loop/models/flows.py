"""Who pays whom: flows of money between parties, in accounts that must sum to zero.

The bookkeeping is the transactions-flow matrix of Godley and Lavoie, *Monetary Economics* (2nd ed. 2012,
chapter 2): every payment has a payer and a payee, so each kind of flow sums to zero over all parties; and
every party's receipts less its payments equal the change of its own money, so each party sums to zero over
all kinds once that change is written down. What a circle of payments cannot do is seen at once: it moves
money round and leaves every party where it was. The money that a set of payments needs from outside is what
its net payers put in.

Units: amounts are US dollars; they are rounded to the cent once, on the way in, and all sums are exact.
Signs: a receipt is positive, a payment negative (sources and uses, as in the book).
Stages: a promise, a binding contract and a payment are three different things; no function adds them up.

Everything is a pure function of its arguments; no figure of the world stands in this file.

Example::

    >>> from capital_loop.models.flows import Flow, net_positions
    >>> net_positions([Flow("a", "b", "equity", 5.0, "paid")]).to_dict()
    {'a': -5.0, 'b': 5.0}
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from capital_loop.models import guard

__all__ = [
    "OWN_MONEY", "Flow", "StageClass", "net_payers", "net_positions", "ring_limit", "stage_class",
    "supplier_sales", "transactions_matrix", "vendor_financed_share",
]  # fmt: skip

StageClass = Literal["promised", "binding", "paid"]
_STAGES: dict[StageClass, tuple[str, ...]] = {
    "promised": ("rumour", "estimate", "guidance", "announced", "letter_of_intent"),
    "binding": ("signed", "binding"),
    "paid": ("paid", "reported"),
}
"""Stages of the record by what kind of thing the amount is. Stages that state no flow of money are absent."""
OWN_MONEY = "own money"
"""The closing column of a matrix: money drawn from (+) or added to (-) a party's own stock."""


def stage_class(stage: str) -> StageClass:
    """Whether a stage of the record is a promise, a binding contract or a payment.

    Raises ``ValueError`` for a stage that is no flow of money (a price, a delivery, a cancellation).
    """
    for kind, stages in _STAGES.items():
        if stage in stages:
            return kind
    raise ValueError(f"the stage {stage!r} states no flow of money")


@dataclass(frozen=True, slots=True)
class Flow:
    """One flow of money (US dollars, zero or more, rounded to the cent by every function that sums).

    ``instrument`` is the kind of flow (equity, services, chips, loans ...), a column of the matrix; ``stage``
    is ``promised``, ``binding`` or ``paid``. Raises ``ValueError`` for a negative or unbounded amount, a
    party that pays itself, or an unknown stage.
    """

    payer: str
    payee: str
    instrument: str
    amount: float
    stage: StageClass

    def __post_init__(self) -> None:
        for name in ("payer", "payee", "instrument", "stage"):
            guard.word(name, getattr(self, name))
        guard.finite("amount", self.amount, low=0.0, unit="US dollars")
        if self.payer == self.payee:
            raise ValueError(f"{self.payer!r} cannot pay itself")
        if self.stage not in _STAGES:
            raise ValueError(f"unknown stage {self.stage!r}: use promised, binding or paid")
        if self.instrument == OWN_MONEY:
            raise ValueError(f"{OWN_MONEY!r} is the name of the closing column")

    @property
    def cents(self) -> int:
        """The amount in whole cents."""
        return round(self.amount * 100)


def _checked(flows: Iterable[Flow]) -> list[Flow]:
    return [guard.kind("flows", f, Flow) for f in guard.kind("flows", flows, Iterable)]  # type: ignore[type-abstract]


def _one_stage(flows: list[Flow]) -> list[Flow]:
    """The flows; a mixture of stages is refused."""
    stages = sorted({flow.stage for flow in flows})
    if len(stages) > 1:
        raise ValueError(f"flows of different stages are not added up: {', '.join(stages)}")
    return flows


def _net_cents(flows: list[Flow]) -> dict[str, int]:
    """Receipts less payments of every party, in cents, in order of appearance."""
    net: dict[str, int] = {}
    for flow in _one_stage(flows):
        net[flow.payer] = net.get(flow.payer, 0) - flow.cents
        net[flow.payee] = net.get(flow.payee, 0) + flow.cents
    return net


def transactions_matrix(flows: Iterable[Flow]) -> pd.DataFrame:
    """Flows of one stage as a matrix of parties by kinds of flow whose rows and columns all sum to zero.

    US dollars, exact to the cent; index ``party``, in order of appearance, a column for each instrument and
    last ``own money``: what a party drew from its own stock (+) or added to it (-). Raises ``ValueError`` for
    mixed stages.
    """
    listed = _checked(flows)
    net = _net_cents(listed)
    kinds = list(dict.fromkeys(flow.instrument for flow in listed))
    cents: dict[str, dict[str, int]] = {kind: dict.fromkeys(net, 0) for kind in kinds}
    for flow in listed:
        cents[flow.instrument][flow.payer] -= flow.cents
        cents[flow.instrument][flow.payee] += flow.cents
    cents[OWN_MONEY] = {party: -amount for party, amount in net.items()}
    assert all(sum(column.values()) == 0 for column in cents.values())
    assert all(sum(column[party] for column in cents.values()) == 0 for party in net)
    columns = {kind: [column[party] / 100 for party in net] for kind, column in cents.items()}
    return pd.DataFrame(columns, index=pd.Index(list(net), name="party"), dtype="float64")


def net_positions(flows: Iterable[Flow]) -> pd.Series:
    """Receipts less payments of every party, US dollars, in order of appearance; they sum to zero.

    They say who ends with more or less money than before, not who gained: a buyer of shares or chips has the
    shares or the chips. Raises ``ValueError`` for mixed stages.
    """
    net = _net_cents(_checked(flows))
    index = pd.Index(list(net), name="party", dtype="object")
    return pd.Series([cents / 100 for cents in net.values()], index=index, name="net", dtype="float64")


def net_payers(flows: Iterable[Flow]) -> pd.Series:
    """What each net payer finally puts in, US dollars, largest first: the answer to "who paid".

    Their sum is the money that the flows need from the parties' own stocks; a closed ring needs none. Raises
    ``ValueError`` for mixed stages.
    """
    net = net_positions(flows)
    return (-net[net < 0]).sort_values(ascending=False, kind="stable").rename("paid")


def ring_limit(flows: Iterable[Flow], ring: Sequence[str]) -> float:
    """The most that can have gone once fully round a ring of parties (the last pays the first), US dollars.

    A dollar completes the round only if it passes every side, so the smallest side is the limit. It is an
    upper bound: it holds even if each recipient passed on the very dollars it received. Whether it did cannot
    be told, since money carries no marks. Raises ``ValueError`` for a ring of fewer than two parties or with
    a party twice, or for mixed stages on the ring.
    """
    ring = guard.several("ring", ring, str)
    if len(ring) < 2 or len(set(ring)) != len(ring):
        raise ValueError("a ring needs two or more different parties")
    sides = dict.fromkeys(zip(ring, [*ring[1:], ring[0]], strict=True), 0)
    for flow in _one_stage([f for f in _checked(flows) if (f.payer, f.payee) in sides]):
        sides[flow.payer, flow.payee] += flow.cents
    return min(sides.values()) / 100


def supplier_sales(gigawatts: float, supplier_usd_per_gw: float) -> float:
    """What a supplier sells for some gigawatts, US dollars; both arguments must be above zero."""
    return guard.positive("gigawatts", gigawatts) * guard.positive("supplier_usd_per_gw", supplier_usd_per_gw)


def vendor_financed_share(investment: float, sales: float) -> float:
    """The part of its own sales (US dollars) that a supplier pays for by investing in the buyer, a fraction.

    Above one, the supplier puts in more than it sells. Raises ``ValueError`` for sales that are not above
    zero or a negative investment.
    """
    return guard.finite("investment", investment, low=0.0) / guard.positive("sales", sales)
