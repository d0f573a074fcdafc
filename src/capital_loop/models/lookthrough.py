"""What can be said of whose money it was, when money has no marks: bounds, not paths.

A payer paid ``P`` and in the same time raised amounts ``o_k`` from several origins, beside other money ``m``
that it had. Nothing says which dollar went where. So the part of ``P`` that came from origin k lies between

    low_k  = max(0, P - m - sum of the other origins)
    high_k = min(P, o_k)

and these bounds are sharp: every value in between is possible. A receiver that got ``G``, had other inflows
``x`` and cash ``c0`` at the start, and kept ``c1`` at the end, can have passed on of ``G`` to one recipient
at most

    high = min(G, c0 + G + x - c1, r)       low = max(0, r - c0 - x)

with ``r`` the greatest payments to that recipient. The argument is that of tracing in the law of mixed funds
(Re Hallett's Estate, 1880, and its successors): without a rule, a claim on mixed money has bounds only.

All amounts in one unit of money, not negative. Raises ``ValueError`` for bad input.

Example::

    >>> from capital_loop.models.lookthrough import origin_bounds
    >>> origin_bounds(10.0, {"lender": 8.0, "owner": 5.0}, other=1.0)
    {'lender': (4.0, 8.0), 'owner': (1.0, 5.0)}
"""

from __future__ import annotations

from collections.abc import Mapping

from capital_loop.models import guard

__all__ = ["origin_bounds", "passed_on"]


def origin_bounds(paid: float, origins: Mapping[str, float], other: float) -> dict[str, tuple[float, float]]:
    """Bounds ``(low, high)`` of what each origin can have contributed to ``paid``.

    Raises ``ValueError`` for negative amounts, or if all money together is less than what was paid.
    """
    paid, other = guard.finite("paid", paid, low=0.0), guard.finite("other", other, low=0.0)
    origins = guard.named("origins", origins, low=0.0)
    total = sum(origins.values())
    if total + other < paid:
        raise ValueError(f"paid is {paid:g}: {total + other:g} of money cannot pay it; an origin is missing")
    return {k: (max(0.0, paid - other - (total - v)), min(paid, v)) for k, v in origins.items()}


def passed_on(
    received: float, to_recipient: float, *, other_inflow: float, cash_before: float, cash_after: float
) -> tuple[float, float]:
    """Bounds of what of ``received`` can have gone on to one recipient, who got at most ``to_recipient``.

    Raises ``ValueError`` for negative amounts, or if the cash kept exceeds all money there was.
    """
    received = guard.finite("received", received, low=0.0)
    to_recipient = guard.finite("to_recipient", to_recipient, low=0.0)
    other_inflow = guard.finite("other_inflow", other_inflow, low=0.0)
    cash_before = guard.finite("cash_before", cash_before, low=0.0)
    cash_after = guard.finite("cash_after", cash_after, low=0.0)
    spent = cash_before + received + other_inflow - cash_after
    if spent < 0:
        raise ValueError(
            f"cash_after is {cash_after:g}: more cash was kept than there was; an inflow is missing"
        )
    high = min(received, spent, to_recipient)
    low = max(0.0, min(to_recipient, spent) - cash_before - other_inflow)
    return min(low, high), high
