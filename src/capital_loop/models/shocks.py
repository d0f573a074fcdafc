"""The losses of assets that a shock begins with, before they pass through ranks: see the module ``losses``.

**A customer stalls.** Of a contract over ``T`` years the part ``min(t / T, 1)`` falls due in the ``t`` years
looked at. The customer pays what its revenue and cash allow, other costs first:

    paid = min(1, (t q (1 - k) + cash) / bills)

with revenue ``q`` and other costs ``k`` of it. A seller that is not paid loses what it has spent for the
customer and cannot get elsewhere: of each dollar due the part ``s m (1 - r)``, with ``s`` spent before it
turns out, contribution ``m`` and ``r`` let again.

**Growth halves.** A plan grows by ``g`` a year over ``n`` years, and comes true at half of it:

    reached = ((1 + g/2) / (1 + g))^n,   idle = 1 - (1 + g/2) / (1 + g)

``idle`` is the part of a year's additions that stands idle for want of growth in that year.

**All assets are repriced.** The assets of every firm, worth what its claims are worth, fall by a stated part.
What falls through a stake in another firm is within that fall, so it is not lost a second time.

Units: money in one unit, years in years, parts and growth as shares. Bad input raises ``ValueError``. The
shocks are stated, none is a forecast; the equations are accounts and need no other source.

Example::

    >>> from capital_loop.models.shocks import half_growth
    >>> round(half_growth(first=100.0, last=144.0, years=2).reached, 4)
    0.8403
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from capital_loop.models import guard
from capital_loop.models.losses import Claim, spread

__all__ = ["HalfGrowth", "due_within", "half_growth", "paid_share", "repriced", "sunk_cost"]


@dataclass(frozen=True)
class HalfGrowth:
    """A plan's ``growth`` a year; at half of it, the part of its end ``reached`` and the part ``idle``."""

    growth: float
    reached: float
    idle: float


def due_within(amount: float, term: float, years: float) -> float:
    """What falls due within ``years`` of a contract of an ``amount`` that runs evenly over its ``term``."""
    whole = guard.finite("amount", amount, low=0.0)
    return whole * min(guard.finite("years", years, low=0.0) / guard.positive("term", term), 1.0)


def paid_share(years: float, revenue: float, cost_share: float, cash: float, bills: float) -> float:
    """The part of ``bills`` over ``years`` that ``revenue`` a year and ``cash`` pay, other costs first."""
    earned = guard.finite("years", years, low=0.0) * guard.finite("revenue", revenue, low=0.0)
    means = earned * (1 - guard.share("cost_share", cost_share)) + guard.finite("cash", cash, low=0.0)
    return min(1.0, means / guard.positive("bills", bills))


def sunk_cost(due: float, sunk_share: float, margin: float, relet_share: float) -> float:
    """What a seller has spent on what is ``due``, and gets from nobody else, if nothing of it is paid."""
    kept = guard.share("sunk_share", sunk_share) * guard.share("margin", margin)
    return guard.finite("due", due, low=0.0) * (kept * (1 - guard.share("relet_share", relet_share)))


def half_growth(first: float, last: float, years: int) -> HalfGrowth:
    """A plan from ``first`` to ``last`` over ``years`` that comes true at half its growth."""
    over = guard.count("years", years, low=1)
    growth = (guard.positive("last", last) / guard.positive("first", first)) ** (1 / over) - 1
    slower = (1 + growth / 2) / (1 + growth)
    return HalfGrowth(growth, slower**over, 1 - slower)


def repriced(
    fall: Mapping[str, float], worth: Mapping[str, float], claims: Sequence[Claim], first: Sequence[str]
) -> dict[str, float]:
    """The own loss of each firm if the assets of all fall: by the part ``fall`` of what they are ``worth``.

    ``first`` are the firms that others hold stakes in: their losses pass through ``claims``, and what another
    firm loses so is taken off its own. Raises ``ValueError`` for a firm without a fall.
    """
    held = guard.named("worth", worth, low=0.0)
    parts = guard.named("fall", fall, low=0.0)
    if missing := sorted(held.keys() - parts.keys()):
        raise ValueError(f"fall names no part of {missing[0]}: it needs one of every firm in worth")
    own = {k: v * guard.share(f"fall[{k}]", parts[k]) for k, v in held.items()}
    names = guard.several("first", guard.kind("first", first, Sequence), str)  # type: ignore[type-abstract]
    struck = {k: own[guard.word("first", k, held)] for k in names}
    through = spread(struck, claims).total
    holders = {c.holder for c in claims if c.debtor in struck}
    return {
        k: v if k in struck or k not in holders else max(v - through.get(k, 0.0), 0.0) for k, v in own.items()
    }
