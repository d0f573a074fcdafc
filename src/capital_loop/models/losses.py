"""Who bears a loss: through ranks at each firm, and from firm to firm, down to those who pass nothing on.

A firm's assets are worth what its claims are worth: shares and debts. If the assets lose ``L``, the claims of
the lowest rank lose first, up to all that they are worth, then those of the next rank; claims of one rank
lose in proportion (absolute priority). With ``A_r`` the claims of rank ``r`` and ``B_r`` those of all lower
ranks,

    loss of rank r = min(A_r, max(L - B_r, 0))

A guarantee takes over what one holder loses on its claims on one firm, up to a cap; the guarantor's own
assets lose it. A holder that is itself a firm with claims on it passes its loss on in the same way. Firms are
taken in an order in which each one's losses are known before they are passed on, which exists if nobody
holds, through others, a claim on itself. Then no money is made or lost on the way:

    sum over firms of direct losses  =  sum over final holders of losses borne

The ranking is that of the law of insolvency in a list without exceptions (Merton, "On the Pricing of
Corporate Debt", Journal of Finance 29(2), 1974, has the same order of payments at one date). Costs of
insolvency are a direct loss.

Amounts in one unit of money. Bad input raises ``ValueError``.

Example::

    >>> from capital_loop.models.losses import waterfall
    >>> waterfall(30.0, layers=[20.0, 50.0])
    (20.0, 10.0)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import accumulate

from capital_loop.models import guard

__all__ = ["Claim", "Guarantee", "Losses", "cushion", "spread", "waterfall"]

ROUNDING = 1e-9
"""Relative slack within which a loss counts as no more than the claims."""


@dataclass(frozen=True)
class Claim:
    """What ``holder`` holds of ``debtor``; the lower the ``rank``, the earlier it loses."""

    debtor: str
    holder: str
    rank: int
    amount: float

    def __post_init__(self) -> None:
        for name in ("debtor", "holder"):
            guard.word(name, getattr(self, name))
        guard.finite(f"amount of the claim of {self.holder} on {self.debtor}", self.amount, low=0.0)
        guard.count(f"rank of the claim of {self.holder} on {self.debtor}", self.rank)


@dataclass(frozen=True)
class Guarantee:
    """``guarantor`` takes over what ``holder`` loses on its claims on ``debtor``, up to ``cap``."""

    guarantor: str
    debtor: str
    holder: str
    cap: float

    def __post_init__(self) -> None:
        for name in ("guarantor", "debtor", "holder"):
            guard.word(name, getattr(self, name))
        guard.finite(f"cap of {self.guarantor}'s guarantee", self.cap, low=0.0)


@dataclass(frozen=True)
class Losses:
    """Where losses end, ``claims`` and ``paid`` in the order given.

    They are the loss that stays with each claim, and what each guarantee pays. ``total`` is the loss of each
    firm's assets, direct or through what it holds and guarantees; ``borne`` that of each final holder, on
    whom nobody else has a claim.
    """

    claims: tuple[float, ...]
    paid: tuple[float, ...]
    total: Mapping[str, float]
    borne: Mapping[str, float]


def waterfall(loss: float, layers: Sequence[float]) -> tuple[float, ...]:
    """The loss of each layer, first to lose first; raises ``ValueError`` if they cannot hold the loss."""
    held = guard.numbers("layers", layers, low=0.0, axes=1)
    left = guard.finite("loss", loss, low=0.0)
    if left > float(held.sum()) * (1 + ROUNDING):
        raise ValueError(f"loss is {left:g}: the layers hold only {float(held.sum()):g}")
    found = []
    for layer in held.tolist():
        taken = min(layer, left)
        found.append(taken)
        left -= taken
    return tuple(found)


def cushion(layers: Sequence[float]) -> tuple[float, ...]:
    """The part of the assets that must be lost before each layer loses anything, first to lose first."""
    held = guard.numbers("layers", layers, low=0.0, least=1, axes=1)
    whole = guard.positive("sum of the layers", float(held.sum()))
    return tuple(below / whole for below in accumulate(held.tolist()[:-1], initial=0.0))


def spread(
    direct: Mapping[str, float], claims: Sequence[Claim], guarantees: Sequence[Guarantee] = ()
) -> Losses:
    """Passes the ``direct`` losses of firms on to the final holders.

    Raises ``ValueError`` for a loss that exceeds the claims on a firm, for somebody who holds a claim on
    himself or guarantees his own debts, also through others, and for a guarantee of claims that do not exist.
    """
    _check(direct, claims, guarantees)
    on: dict[str, list[int]] = defaultdict(list)
    for i, c in enumerate(claims):
        on[c.debtor].append(i)
    total: dict[str, float] = defaultdict(float, {k: float(v) for k, v in direct.items()})
    lost, paid = [0.0] * len(claims), [0.0] * len(guarantees)
    for firm in _order(direct, claims, guarantees):
        if firm not in on or total[firm] == 0:
            continue
        ranks = sorted({claims[i].rank for i in on[firm]})
        layers = [sum(claims[i].amount for i in on[firm] if claims[i].rank == r) for r in ranks]
        try:
            fallen = waterfall(total[firm], layers)
        except ValueError as error:
            raise ValueError(f"{firm}: {error}") from None
        for rank, layer, loss in zip(ranks, layers, fallen, strict=True):
            for i in (i for i in on[firm] if claims[i].rank == rank and layer > 0):
                own = loss * claims[i].amount / layer
                lost[i] = _guaranteed(claims[i], own, guarantees, paid, total)
                total[claims[i].holder] += lost[i]
    return Losses(tuple(lost), tuple(paid), dict(total), {k: v for k, v in total.items() if k not in on})


def _guaranteed(
    claim: Claim, loss: float, guarantees: Sequence[Guarantee], paid: list[float], total: dict[str, float]
) -> float:
    """What is left of a claim's loss once its guarantors have paid, in the order given."""
    for k, g in enumerate(guarantees):
        if (g.debtor, g.holder) == (claim.debtor, claim.holder):
            pays = min(g.cap - paid[k], loss)
            paid[k] += pays
            total[g.guarantor] += pays
            loss -= pays
    return loss


def _order(
    direct: Mapping[str, float], claims: Sequence[Claim], guarantees: Sequence[Guarantee]
) -> list[str]:
    """Everybody, each after all whose losses he takes a part of."""
    before: dict[str, list[str]] = {k: [] for k in direct}
    for c in claims:
        before.setdefault(c.holder, []).append(c.debtor)
    for g in guarantees:
        before.setdefault(g.guarantor, []).append(g.debtor)
    try:
        return list(TopologicalSorter(before).static_order())
    except CycleError as error:
        ring = " holds ".join(error.args[1][::-1])
        raise ValueError(f"claims run in a ring, so that no order is the first: {ring}") from None


def _check(direct: Mapping[str, float], claims: Sequence[Claim], guarantees: Sequence[Guarantee]) -> None:
    guard.named("direct", direct, low=0.0)
    held = {(c.debtor, c.holder) for c in guard.several("claims", claims, Claim, least=0)}
    for g in guard.several("guarantees", guarantees, Guarantee, least=0):
        if (g.debtor, g.holder) not in held:
            raise ValueError(f"{g.guarantor} guarantees claims of {g.holder} on {g.debtor}: there are none")
