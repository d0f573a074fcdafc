"""The chapter "The other Nvidia loops": CoreWeave, guarantees, rent-backs, and the loops counted."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from capital_loop.chapters.demand.study import BUYERS
from capital_loop.chapters.front.study import FIRMNESS
from capital_loop.chapters.front.study import Study as Front
from capital_loop.chapters.triangle.study import Study as Triangle
from capital_loop.models.circulation import DEFINITIONS, Circulation, Edge, circulation, cycles
from capital_loop.record.series import series
from capital_loop.record.tables import Fact, Record

DEFINITION = {
    "money": "Money only", "value": "Money, shares or guarantees", "ownership": "Tied by shares or a guarantee",
}  # fmt: skip
STAGE = {"promised": "All, promises too", "signed": "Signed or further", "moving": "Money or goods move"}
SUPPORT = [
    ("NVDA-097", "Shares bought in customers and partners, in all", "paid"),
    ("NVDA-044", "Guarantee of OpenAI’s leases in Ohio, at most", "guaranteed"),
    ("NVDA-110", "To rent capacity back from AI clouds", "committed"),
    ("NVDA-109", "To rent cloud services of its customers", "committed"),
    ("NVDA-098", "Shares still to be paid", "committed"),
    ("NVDA-143", "To take CoreWeave’s unsold capacity", "guaranteed"),
    ("NVDA-115", "Guarantees of partners’ leases", "guaranteed"),
]  # fmt: skip
"""Nvidia's support of its customers by fact, name and class, as filed or stated; they overlap in parts."""
SUPPLIERS = {"oracle-suppliers": "nvidia"}
"""Parties of the account that may be Nvidia in part and are taken for it in full."""
CAPEX_YEAR = ("2025-06-30", "2025-09-30", "2025-12-31", "2026-03-31")
"""Four quarters for which all four buyers' cash spending is on the record."""


@dataclass(frozen=True)
class Study:
    """What the chapter shows. ``counts`` has a row a definition and stage; ``promised``, ``signed``, ``paid`` are circulations."""

    support: pd.DataFrame
    counts: pd.DataFrame
    rings: dict[str, list[tuple[str, ...]]]
    promised: Circulation
    signed: Circulation
    paid: Circulation
    loop_money: float
    capex: float
    names: dict[str, str]
    facts: tuple[Fact, ...]
    deal_facts: tuple[Fact, ...]

    @property
    def share_of_capex(self) -> float:
        """Money that can have gone round over the large buyers' spending of a year."""
        return self.loop_money / self.capex

    def count(self, definition: str, stage: str) -> int:
        """Number of circles."""
        found = self.counts[(self.counts["definition"] == definition) & (self.counts["stage"] == stage)]
        return int(found["circles"].iloc[0])


def study(record: Record) -> Study:
    """Everything of the chapter from the deals and the triangle's account."""
    deals = Front(record).arrows
    triangle = Triangle(record)
    rows, rings = [], {}
    for i, stage in enumerate(FIRMNESS):
        edges = [_edge(a) for a in deals if FIRMNESS.index(a.firmness) >= i]
        for definition in DEFINITIONS:
            found = cycles(edges, definition)
            rings[f"{definition}/{stage}"] = found
            rows.append({
                "definition": definition, "stage": stage, "circles": len(found),
                "with_nvidia": sum("nvidia" in r for r in found), "with_openai": sum("openai" in r for r in found),
            })  # fmt: skip
    # The account knows what Oracle paid to all suppliers; taking all of it for Nvidia keeps the result an upper bound.
    paid = circulation([
        Edge(f"{f.payer}-{f.payee}-{i}", f.payer, SUPPLIERS.get(f.payee, f.payee), "purchase", float(f.cents) / 100)
        for i, f in enumerate(triangle.paid)
    ])  # fmt: skip
    signed = [_edge(a, now=True) for a in deals if FIRMNESS.index(a.firmness) >= 1]
    capex = 0.0
    for buyer in BUYERS:
        spent = series(record, buyer, "quarter_capex").set_index("as_of")["value"]
        capex += float(sum(spent[q] for q in CAPEX_YEAR))
    support = pd.DataFrame([
        {"what": name, "usd": record.fact(i).value, "kind": kind, "as_of": record.fact(i).as_of, "stage": record.fact(i).stage, "fact_id": i}
        for i, name, kind in SUPPORT
    ])  # fmt: skip
    facts = tuple(record.fact(i) for i, *_ in SUPPORT)
    deal_facts = tuple({f.fact_id: f for a in deals for f in a.facts}.values())
    return Study(
        support, pd.DataFrame(rows), rings, circulation([_edge(a) for a in deals]), circulation(signed), paid,
        triangle.ring, capex, triangle.names, facts, deal_facts,
    )  # fmt: skip


def _edge(arrow: object, *, now: bool = False) -> Edge:
    """A deal as an edge; ``now`` takes the smaller amount where the deal shrank."""
    fact = (getattr(arrow, "now") or getattr(arrow, "stated")) if now else getattr(arrow, "stated")  # noqa: B009
    amount = fact.value if fact is not None and fact.unit == "USD" else None
    return Edge(arrow.deal_id, arrow.payer, arrow.payee, arrow.instrument, amount)  # type: ignore[attr-defined]


def counts_table(found: Study) -> pd.DataFrame:
    """Circles by definition and stage, and how many run through Nvidia and OpenAI."""
    c = found.counts
    return pd.DataFrame({
        "What may come back": c["definition"].map(DEFINITION), "Deals counted": c["stage"].map(STAGE), "Circles": c["circles"],
        "through Nvidia": c["with_nvidia"], "through OpenAI": c["with_openai"],
    })  # fmt: skip


def rings_table(found: Study, definition: str, stage: str) -> pd.DataFrame:
    """The circles under a definition and stage, in words."""
    return pd.DataFrame({
        "Circle": [" → ".join(found.names.get(p, p) for p in (*r, r[0])) for r in found.rings[f"{definition}/{stage}"]]
    })  # fmt: skip


def circulation_table(found: Study) -> pd.DataFrame:
    """Gross sums and the most that can go round, USD billion."""
    rows = [
        ("Stated amounts, promises too", found.promised),
        ("Signed, at their present amounts", found.signed),
        ("Paid within a year", found.paid),
    ]
    return pd.DataFrame([
        {"Amounts": n, "Gross, USD billion": c.gross / 1e9, "Can go round, at most": c.total / 1e9, "Share, %": 100 * c.share}
        for n, c in rows
    ])  # fmt: skip
