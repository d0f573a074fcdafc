"""The record with its verdicts, computed once for all pages and files."""

from __future__ import annotations

import itertools
from functools import cached_property
from typing import Any

from capital_loop.claims.editions import Edition, editions, moved, verdict_rows, why_moved
from capital_loop.claims.rules import Assessment, assess
from capital_loop.publish.lineage import Lineage
from capital_loop.publish.site.citing import Citing
from capital_loop.publish.site.glossary import Glossary
from capital_loop.publish.site.registers import Registers
from capital_loop.publish.site.told import Told
from capital_loop.record.rows import ChangeRow, ClaimRow, DealStageRow, DocumentRow, EvidenceRow, ReadingRow
from capital_loop.record.tables import Fact, Record
from capital_loop.show.words import ROLE


class View:
    """The record with its verdicts, computed once for all pages."""

    def __init__(self, record: Record):
        self.record = record

    @cached_property
    def assessments(self) -> dict[str, Assessment]:
        """Both verdicts of every claim."""
        return assess(self.record)

    @cached_property
    def editions(self) -> list[Edition]:
        """Published editions, oldest first."""
        return editions(self.record)

    @cached_property
    def steps(self) -> list[dict[str, Any]]:
        """What moved from each edition to the next, newest step first; the last edition is this one.

        A step's ``claims`` has the moves of each claim by date (``on_day``, ``now``), ``why`` the reasons of
        each. A verdict's own reason is that of today: an older step has it only where the verdict still is
        what the step made it.
        """
        states = [(e.name, e.verdicts) for e in self.editions]
        today = {r["claim_id"]: r for r in verdict_rows(self.record)}
        if not states or self.record.version != states[-1][0]:
            states.append((self.record.version, today))
        steps = []
        for (old, before), (new, after) in reversed(list(itertools.pairwise(states))):
            by_claim: dict[str, dict[str, Any]] = {}
            for m in moved(before, after):
                by_claim.setdefault(m.claim_id, {})[m.when] = m
            why = {
                c: why_moved(self.record, old, self.assessments[c], moves, stands=after[c] == today[c])
                for c, moves in by_claim.items()
            }
            steps.append({"old": old, "new": new, "claims": by_claim, "all": len(before), "why": why})
        return steps

    @cached_property
    def glossary(self) -> Glossary:
        """The terms of the book."""
        return Glossary(self.record.data.parent)

    @cached_property
    def told(self) -> Told:
        """What changed, in words."""
        return Told(self.record)

    @cached_property
    def registers(self) -> Registers:
        """The long tables, and on which page each of their rows stands."""
        return Registers(self)

    @cached_property
    def citing(self) -> Citing:
        """How the book and its parts are cited."""
        return Citing(self.record.data.parent, self.record)

    @property
    def claims(self) -> dict[str, ClaimRow]:
        """Claims by id, in the record's order."""
        return self.record.keyed(ClaimRow)

    @property
    def documents(self) -> dict[str, DocumentRow]:
        """Documents by id."""
        return self.record.keyed(DocumentRow)

    @property
    def readings(self) -> dict[str, ReadingRow]:
        """Second readings by claim."""
        return self.record.keyed(ReadingRow)

    @cached_property
    def lineage(self) -> Lineage:
        """What rests on what, with the cells of the notebooks."""
        return Lineage(self.record.data.parent, self.record)

    @cached_property
    def links(self) -> dict[str, list[EvidenceRow]]:
        """Evidence by claim, what decides first."""
        order = list(ROLE)
        links = self.record.grouped(EvidenceRow, "claim_id")
        return {claim: sorted(rows, key=lambda r: order.index(r.role)) for claim, rows in links.items()}

    @cached_property
    def changes(self) -> dict[str, list[ChangeRow]]:
        """Declared changes by the claim or fact that they are of, in the record's order."""
        out: dict[str, list[ChangeRow]] = {}
        for row in self.record.rows(ChangeRow):
            out.setdefault(row.key.split("/")[0], []).append(row)
        return out

    @cached_property
    def facts(self) -> list[Fact]:
        """Every fact, in the record's order."""
        return [self.record.fact(i) for i in self.record.facts.index]

    @cached_property
    def stages(self) -> dict[str, list[DealStageRow]]:
        """The stages of each deal, in time order."""
        stages = self.record.grouped(DealStageRow, "deal_id")
        return {deal: sorted(rows, key=lambda r: r.date) for deal, rows in stages.items()}
