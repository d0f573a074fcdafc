"""The chapter "The other Nvidia loops": CoreWeave, guarantees, rent-backs, and the loops counted."""

from __future__ import annotations

import pandas as pd

from capital_loop.chapters import study
from capital_loop.chapters.demand.study import Study as Demand
from capital_loop.chapters.front.study import FIRMNESS, Arrow
from capital_loop.chapters.front.study import Study as Front
from capital_loop.chapters.study import QUARTERS, part
from capital_loop.chapters.triangle.study import SUPPLIERS
from capital_loop.chapters.triangle.study import Study as Triangle
from capital_loop.models.circulation import DEFINITIONS, Circulation, Edge, circulation, cycles
from capital_loop.record.rows import DealRow
from capital_loop.record.trace import unread
from capital_loop.show.words import read_words

words = read_words(__file__)

PLEDGE = "pledge"
"""The instrument of a deal that is a plan and no payment."""


class Study(study.Study):
    """Nvidia's support of its customers, circles by definition and stage, and how much can go round; USD."""

    chapter = "nvidia-loops"

    @part
    def support(self) -> pd.DataFrame:
        """Nvidia's support of its customers, largest first: ``key``, ``kind``, ``usd``, ``as_of``.

        They overlap in parts.
        """
        rows = [
            (c.key, role, c[role].value, c[role].as_of) for c in self.choices("support") for role in c.ids
        ]
        found = pd.DataFrame(rows, columns=["key", "kind", "usd", "as_of"])
        return found.sort_values("usd", ascending=False, ignore_index=True)

    def supported(self, kind: str) -> pd.Series:
        """The sums of one kind, by key."""
        return self.support.loc[self.support["kind"] == kind].set_index("key")["usd"]

    @part
    def guaranteed_to_cash(self) -> float:
        """The guarantee for Ohio over a fiscal year's free cash flow."""
        return self.chosen("support", "ohio", "guaranteed").value / self.chosen("year", "cash-flow").value

    @part
    def owed_later(self) -> tuple[float, float]:
        """The least and the most that Nvidia is bound to pay later, USD.

        Overlaps are unknown but for lines of one table of its filing, which have none: these together, or the
        largest of the others, are the least; the sum of all is the most.
        """
        later, apart = self.supported("committed"), list(self.listed("apart"))
        return max(float(later[apart].sum()), float(later.drop(apart).max())), float(later.sum())

    @part
    def coreweave(self) -> pd.DataFrame:
        """Nvidia's money in CoreWeave, its stake, and CoreWeave's chips and spending: ``key``, ``usd``."""
        return pd.DataFrame([{"key": c.key, "usd": c["sum"].value} for c in self.choices("coreweave")])

    @part
    def times_spent(self) -> float:
        """What CoreWeave spent in a year over what Nvidia had put in by its listing."""
        usd = self.coreweave.set_index("key")["usd"]
        return float(usd["spending"] / usd["listing"])

    @part
    def deals(self) -> list[Arrow]:
        """The deals of the record without pledges, which other deals fill."""
        with unread():
            found = [a for a in Front(self.record).arrows if a.instrument != PLEDGE]
        for deal in found:
            for fact in deal.facts:
                self.record.fact(fact.fact_id)
        return found

    def _firm(self, stage: str) -> list[Arrow]:
        least = FIRMNESS.index(stage)
        return [a for a in self.deals if FIRMNESS.index(a.firmness) >= least]

    @part
    def rings(self) -> dict[tuple[str, str], list[tuple[str, ...]]]:
        """Circles of parties by definition and by the least stage of the deals."""
        return {
            (definition, stage): cycles([_edge(a) for a in self._firm(stage)], definition)
            for definition in DEFINITIONS for stage in FIRMNESS
        }  # fmt: skip

    @part
    def counts(self) -> pd.DataFrame:
        """How many circles there are.

        ``definition``, ``stage``, ``circles``, of them ``with_nvidia`` and ``with_openai``.
        """
        return pd.DataFrame([
            {
                "definition": definition, "stage": stage, "circles": len(found),
                "with_nvidia": sum("nvidia" in r for r in found),
                "with_openai": sum("openai" in r for r in found),
            }
            for (definition, stage), found in self.rings.items()
        ])  # fmt: skip

    def count(self, definition: str, stage: str) -> int:
        """Number of circles."""
        return len(self.rings[definition, stage])

    def circles(self, definition: str, stage: str) -> list[str]:
        """The circles in words."""
        names = Front(self.record).names
        return [" → ".join(names.get(p, p) for p in (*r, r[0])) for r in self.rings[definition, stage]]

    @part
    def pledged(self) -> float:
        """Plans that other deals fill.

        They are no payments, and a circulation that counted them would count twice.
        """
        pledges = [d for d in self.record.rows(DealRow) if d.instrument == PLEDGE and d.amount_fact]
        return sum(self.record.fact(d.amount_fact).value for d in pledges)

    @part
    def promised(self) -> Circulation:
        """What can go round of the stated amounts, promises too.

        What replaced a promise is in the promise.
        """
        smaller = {a.now.fact_id for a in self.deals if a.now}
        return circulation([_edge(a) for a in self.deals if not a.stated or a.stated.fact_id not in smaller])

    @part
    def signed(self) -> Circulation:
        """What can go round of what is signed, as far as it binds, at present amounts."""
        return circulation([_edge(a, now=True) for a in self._firm("signed")])

    @part
    def paid(self) -> Circulation:
        """What can have gone round of a year's payments.

        Oracle's suppliers are taken for Nvidia, for an upper bound.
        """
        payee = {SUPPLIERS: "nvidia"}
        return circulation([
            Edge(f"{f.payer}-{f.payee}-{i}", f.payer, payee.get(f.payee, f.payee), "purchase", f.amount)
            for i, f in enumerate(Triangle(self.record).paid)
        ])  # fmt: skip

    @part
    def returns(self) -> pd.DataFrame:
        """The three circulations: ``key``, ``gross``, ``total`` (USD), ``share``."""
        found = {"promised": self.promised, "signed": self.signed, "paid": self.paid}
        return pd.DataFrame([
            {"key": k, "gross": c.gross, "total": c.total, "share": c.share} for k, c in found.items()
        ])  # fmt: skip

    @part
    def loop_money(self) -> float:
        """The most that can have gone once round the triangle in a year."""
        return Triangle(self.record).ring

    @part
    def year(self) -> tuple[str, float]:
        """The last four quarters known of all large buyers: their end and what the buyers spent in cash."""
        demand = Demand(self.record)
        quarters = demand.whole_quarters[-QUARTERS:]
        return quarters[-1], sum(map(demand.quarter_total, quarters))


def _edge(arrow: Arrow, *, now: bool = False) -> Edge:
    """A deal as an edge; ``now`` takes the smaller amount where the deal shrank, and of it what binds."""
    fact = (arrow.now or arrow.stated) if now else arrow.stated
    binds = arrow.binds if now else 1.0
    amount = binds * fact.value if fact is not None and fact.unit == "USD" else None
    return Edge(arrow.deal_id, arrow.payer, arrow.payee, arrow.instrument, amount)


def rings_table(study: Study, definition: str, stage: str) -> pd.DataFrame:
    """The circles under a definition and stage, in words."""
    return pd.DataFrame({words.text("circle"): study.circles(definition, stage)})
