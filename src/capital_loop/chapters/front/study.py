"""The network of deals as it stands: one arrow a deal, with its stated amount and the stage it reached."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from capital_loop.record.tables import Fact, Record

_REACHED = {
    "rumour": 0, "estimate": 0, "announced": 0, "letter_of_intent": 0, "guidance": 0,
    "signed": 1, "binding": 1, "delivered": 2, "paid": 2,
}  # fmt: skip
FIRMNESS = ("promised", "signed", "moving")
"""Promised: said, not binding. Signed: binding. Moving: money or goods have begun to change hands."""


@dataclass(frozen=True)
class Arrow:
    """Who gives what to whom. ``now`` is the smaller amount where the deal shrank, else ``None``."""

    deal_id: str
    title: str
    payer: str
    payee: str
    instrument: str
    stated: Fact | None
    now: Fact | None
    firmness: str
    shrunk: bool
    announced: dt.date
    facts: tuple[Fact, ...]


def arrows(record: Record) -> list[Arrow]:
    """One arrow a deal, in order of announcement; the stage is the furthest it reached."""
    stages = {k: g.sort_values("date") for k, g in record.deal_stages.groupby("deal_id")}
    out = []
    for deal in record.deals.sort_values("announced").itertuples():
        steps = list(stages[deal.deal_id].itertuples()) if deal.deal_id in stages else []
        reached = max((_REACHED.get(s.stage, 0) for s in steps), default=0)
        shrinking = [s for s in steps if s.stage in ("shrunk", "cancelled")]
        smaller = [record.fact(s.fact_id) for s in shrinking if record.fact(s.fact_id).unit == "USD"]
        stated = record.fact(deal.amount_fact) if deal.amount_fact else None
        facts = [record.fact(s.fact_id) for s in steps] + ([stated] if stated else [])
        out.append(
            Arrow(
                deal.deal_id, deal.title, deal.payer, deal.payee, deal.instrument, stated,
                smaller[-1] if smaller else None, FIRMNESS[reached], bool(shrinking), deal.announced.date(), tuple(facts),
            )
        )  # fmt: skip
    return out
