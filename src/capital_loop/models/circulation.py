"""Loops in a network of deals, under stated definitions, and how much of the value can go round.

A deal is a directed edge from who gives to who receives, with a kind and an amount. Three definitions of a
circle, each a set of edges in which simple cycles (Johnson, SIAM Journal on Computing 4(1), 1975; by
networkx) are counted between parties:

* money: payments of every kind (purchase, lease, equity, loan, pledge): money can come back to its payer
* value: payments, and besides them shares and guarantees given: something of value comes back
* ownership: the cycles of "value" in which at least one edge is a stake or a right to one, or a guarantee:
  buyer and seller are tied by more than trade

How much can return: the greatest circulation, a linear programme over the flow f_e on each edge

    max sum f_e   s.t.   inflow = outflow at every party,  0 <= f_e <= amount_e

Its optimum over the gross sum is the share of the value that *can* be the same money going round; the rest
must come from outside these deals. It bounds the table that is given and not the world: a purchase or a stake
that the table leaves out carries nothing. The dual (prices of parties, rents of edges) must have the same
optimum, which ``circulation`` checks. It is an upper bound: it takes for granted that every recipient passes
on all that it gets.

Amounts in USD, not negative. Raises ``ValueError`` for bad input.

Example::

    >>> from capital_loop.models.circulation import Edge, circulation, cycles
    >>> deals = [Edge("letter", "a", "b", "equity", 10.0), Edge("lease", "b", "c", "lease", 30.0)]
    >>> deals.append(Edge("chips", "c", "a", "purchase", 20.0))
    >>> cycles(deals, "money")
    [('a', 'b', 'c')]
    >>> round(circulation(deals).total)
    30
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np
from scipy.optimize import linprog

from capital_loop.models import guard

__all__ = ["DEFINITIONS", "Circulation", "Edge", "circulation", "cycles"]

PAYMENT = frozenset({"purchase", "lease", "equity", "loan", "pledge"})
OTHER = frozenset({"warrant", "guarantee"})
TIES = frozenset({"equity", "warrant", "guarantee"})
DEFINITIONS = ("money", "value", "ownership")
"""From the narrowest question (does money come back?) to the tie between buyer and seller."""
GAP = 1e-6
"""Relative difference between primal and dual that counts as rounding."""


@dataclass(frozen=True)
class Edge:
    """One deal: ``giver`` gives ``kind`` to ``receiver``; ``amount`` in USD, ``None`` if none is stated."""

    deal: str
    giver: str
    receiver: str
    kind: str
    amount: float | None

    def __post_init__(self) -> None:
        for name in ("deal", "giver", "receiver", "kind"):
            guard.word(name, getattr(self, name))
        if self.giver == self.receiver:
            raise ValueError(f"{self.deal}: nobody deals with himself")
        if self.kind not in PAYMENT | OTHER:
            raise ValueError(f"{self.deal}: unknown kind '{self.kind}'")
        if self.amount is not None:
            guard.finite(f"amount of {self.deal}", self.amount, low=0.0)


@dataclass(frozen=True)
class Circulation:
    """The greatest circulation: ``flows`` by deal, their ``total``, and the ``gross`` sum (USD)."""

    flows: dict[str, float]
    total: float
    gross: float

    @property
    def share(self) -> float:
        """The part of the gross sum that can go round, from 0 to 1."""
        return self.total / self.gross if self.gross else 0.0


def cycles(edges: Iterable[Edge], definition: str) -> list[tuple[str, ...]]:
    """Simple cycles of parties under a definition, each from its alphabetically first party on, sorted.

    Two deals between the same two parties in the same direction make one connection. Raises ``ValueError``
    for an unknown definition.
    """
    if definition not in DEFINITIONS:
        raise ValueError(f"no definition named '{definition}'; there are {', '.join(DEFINITIONS)}")
    kinds = PAYMENT if definition == "money" else PAYMENT | OTHER
    graph = nx.DiGraph()
    ties: set[tuple[str, str]] = set()
    for e in _edges(edges):
        if e.kind in kinds:
            graph.add_edge(e.giver, e.receiver)
            if e.kind in TIES:
                ties.add((e.giver, e.receiver))
    found = []
    for cycle in nx.simple_cycles(graph):
        start = cycle.index(min(cycle))
        ring = (*cycle[start:], *cycle[:start])
        steps = set(zip(ring, (*ring[1:], ring[0]), strict=True))
        if definition != "ownership" or steps & ties:
            found.append(ring)
    return sorted(found, key=lambda r: (len(r), r))


def circulation(edges: Sequence[Edge]) -> Circulation:
    """The greatest circulation over payments with an amount among ``edges``; primal and dual must agree."""
    used = [e for e in _edges(edges) if e.kind in PAYMENT and e.amount]
    gross = float(sum(e.amount or 0.0 for e in used))
    if not used:
        return Circulation({}, 0.0, 0.0)
    parties = sorted({p for e in used for p in (e.giver, e.receiver)})
    row = {p: i for i, p in enumerate(parties)}
    balance = np.zeros((len(parties), len(used)))
    for j, e in enumerate(used):
        balance[row[e.giver], j] -= 1
        balance[row[e.receiver], j] += 1
    # Solver tolerances are absolute: work in units of the largest deal.
    scale = max(e.amount or 0.0 for e in used)
    upper = np.array([(e.amount or 0.0) / scale for e in used])
    primal = linprog(
        -np.ones(len(used)),
        A_eq=balance,
        b_eq=np.zeros(len(parties)),
        bounds=[(0.0, float(u)) for u in upper],
    )
    # Dual: min upper'w  s.t.  balance'y + w >= 1, w >= 0, y free.
    n, m = len(parties), len(used)
    dual = linprog(
        np.concatenate([np.zeros(n), upper]), A_ub=-np.hstack([balance.T, np.eye(m)]), b_ub=-np.ones(m),
        bounds=[(None, None)] * n + [(0, None)] * m,
    )  # fmt: skip
    best, bound = -float(primal.fun or 0.0), float(dual.fun or 0.0)
    if not (primal.success and dual.success) or abs(best - bound) > GAP * max(1.0, bound):
        raise ValueError("primal and dual of the circulation differ: the amounts span too many powers of ten")
    flows = {e.deal: float(x) * scale for e, x in zip(used, np.asarray(primal.x), strict=True)}
    return Circulation(flows, best * scale, gross)


def _edges(edges: object) -> list[Edge]:
    return [guard.kind("edges", e, Edge) for e in guard.kind("edges", edges, Iterable)]  # type: ignore[type-abstract]
