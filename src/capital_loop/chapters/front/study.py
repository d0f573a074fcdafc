"""The network of deals as it stands: one arrow a deal, with its stated amount and the stage it reached."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from capital_loop.chapters import study as chapters
from capital_loop.chapters.study import part
from capital_loop.claims.rules import ENDED
from capital_loop.record.tables import Fact

FIRMNESS = ("promised", "signed", "moving")
"""Promised: said, not binding. Signed: binding. Moving: money or goods have begun to change hands."""
_REACHED = {"signed": 1, "binding": 1, "delivered": 2, "paid": 2}
"""How firm a dated stage is, as a place in ``FIRMNESS``; all other stages are promises."""


@dataclass(frozen=True)
class Arrow:
    """Who gives what to whom. ``whose`` figure ``stated`` is says ``amount_kind`` of the deals (blank: none).

    ``now`` is the smaller amount where the deal shrank, else ``None``.
    """

    deal_id: str
    title: str
    payer: str
    payee: str
    instrument: str
    stated: Fact | None
    whose: str
    now: Fact | None
    firmness: str
    shrunk: bool
    announced: dt.date
    facts: tuple[Fact, ...]


class Study(chapters.Study):
    """The arrows of the network."""

    chapter = "front"

    @part
    def names(self) -> dict[str, str]:
        """Names of the parties by entity id."""
        return dict(self.record.table("entities")[["entity_id", "name"]].itertuples(index=False, name=None))

    @part
    def short(self) -> dict[str, str]:
        """The same without brackets, as inside a sentence: groups begin with a small letter."""
        kinds = self.record.table("entities").set_index("entity_id")["kind"]
        told = {k: n.split(" (")[0].removesuffix(" Group") for k, n in self.names.items()}
        return {k: n[0].lower() + n[1:] if kinds[k] == "group" else n for k, n in told.items()}

    @part
    def arrows(self) -> list[Arrow]:
        """One arrow a deal, in order of announcement; the stage is the furthest it reached."""
        return self.between(self.names)

    def between(self, parties: Collection[str]) -> list[Arrow]:
        """The arrows that begin and end at one of these parties."""
        stages, out = self.record.deal_stages.sort_values("date"), []
        for deal in self.record.deals.sort_values("announced", kind="stable").itertuples():
            if deal.payer not in parties or deal.payee not in parties:
                continue
            own = stages[stages["deal_id"] == deal.deal_id]
            facts = {i: self.record.fact(i) for i in own["fact_id"]}
            shrinking = own[own["stage"].isin(ENDED)]
            smaller = [facts[i] for i in shrinking["fact_id"] if facts[i].unit == "USD"]
            stated = self.record.fact(deal.amount_fact) if deal.amount_fact else None
            out.append(
                Arrow(
                    deal.deal_id, deal.title, deal.payer, deal.payee, deal.instrument, stated,
                    deal.amount_kind,
                    smaller[-1] if smaller else None,
                    FIRMNESS[max((_REACHED.get(s, 0) for s in own["stage"]), default=0)], len(shrinking) > 0,
                    deal.announced.date(), (*facts.values(), *([stated] if stated else [])),
                )
            )  # fmt: skip
        return out

    def beyond(self, parties: Collection[str]) -> tuple[int, list[str]]:
        """How many deals have a party that is not one of these, and the names of all such parties."""
        ends = self.record.deals[["payer", "payee"]]
        apart = {str(p) for p in ends.to_numpy().ravel()} - set(parties)
        return int(ends.isin(apart).any(axis="columns").sum()), sorted(self.names[p] for p in apart)
