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
from capital_loop.record.rows import ReadingRow
from capital_loop.record.tables import Record
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

        A step's ``claims`` has the moves of each claim by date (``on_day``, ``now``), ``why`` the reasons of each; an
        older step has none, as the reasons are those of the verdicts that stand now.
        """
        states = [(e.name, e.verdicts) for e in self.editions]
        if not states or self.record.version != states[-1][0]:
            states.append((self.record.version, {r["claim_id"]: r for r in verdict_rows(self.record)}))
        steps = []
        for (old, before), (new, after) in reversed(list(itertools.pairwise(states))):
            by_claim: dict[str, dict[str, Any]] = {}
            for m in moved(before, after):
                by_claim.setdefault(m.claim_id, {})[m.when] = m
            newest = new == self.record.version
            why = {c: why_moved(self.record, old, self.assessments[c]) for c in by_claim if newest}
            steps.append({"old": old, "new": new, "claims": by_claim, "all": len(before), "why": why})
        return steps

    @cached_property
    def glossary(self) -> Glossary:
        """The terms of the book."""
        return Glossary(self.record.data.parent)

    @cached_property
    def citing(self) -> Citing:
        """How the book and its parts are cited."""
        return Citing(self.record.data.parent, self.record)

    @cached_property
    def claims(self) -> dict[str, Any]:
        """Claims by id, in the record's order."""
        return {c.claim_id: c for c in self.record.claims.itertuples()}

    @cached_property
    def order(self) -> list[str]:
        """Ids of the claims, in the record's order."""
        return list(self.claims)

    @cached_property
    def lineage(self) -> Lineage:
        """What rests on what, with the cells of the notebooks."""
        return Lineage(self.record.data.parent, self.record)

    @cached_property
    def links(self) -> dict[str, list[Any]]:
        """Rows of ``claim_evidence`` by claim."""
        out: dict[str, list[Any]] = {}
        for row in self.record.claim_evidence.itertuples():
            out.setdefault(row.claim_id, []).append(row)
        return {claim: sorted(rows, key=lambda r: list(ROLE).index(r.role)) for claim, rows in out.items()}

    @cached_property
    def served(self) -> dict[str, list[str]]:
        """The facts that each source serves."""
        out: dict[str, list[str]] = {}
        for link in self.record.fact_sources.itertuples():
            out.setdefault(link.source_id, []).append(link.fact_id)
        return out

    @cached_property
    def changes(self) -> list[Any]:
        """Declared changes, in their order."""
        return list(self.record.changes.itertuples())

    @cached_property
    def editors(self) -> dict[str, Any]:
        """Editorial notes by claim."""
        return {e.claim_id: e for e in self.record.editorial.itertuples()}

    @cached_property
    def readings(self) -> dict[str, ReadingRow]:
        """Second readings by claim."""
        return {r.claim_id: r for r in self.record.rows(ReadingRow)}

    @cached_property
    def documents(self) -> dict[str, Any]:
        """Documents by id."""
        return {d.document_id: d for d in self.record.documents.itertuples()}
