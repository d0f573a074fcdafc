"""Lineage: from a claim down to its sources, from a fact up to all it touches, and the pack for a reviewer.

Where a fact is shown is read from the committed notebooks: a figure in the prose is a link to its fact, a
result is computed by the cell (see `making`). Nothing here decides anything; it only follows keys.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from functools import cached_property
from pathlib import Path

from capital_loop.claims.conditions import Condition, answered
from capital_loop.claims.readings import differ
from capital_loop.claims.rules import RULES, SCALE, Verdict, assess
from capital_loop.publish.making import Cell, cells, told
from capital_loop.record.rows import (
    AssumptionRow,
    ChoiceRow,
    ClaimRow,
    DealRow,
    DealStageRow,
    DerivedRow,
    DocumentRow,
    EditorialRow,
    EvidenceRow,
    ReadingRow,
)
from capital_loop.record.schema import csv_text
from capital_loop.record.tables import R, Record, listed
from capital_loop.show.words import CHAPTER_PAGE, GRADE, ROLE, SETTLED, TENSE, TESTED, WHEN

_NUMBER = re.compile(r"[−$]?\d[\d,.]*(?:\s?(?:%|bn|tn|m|GW|times|cents|years|months|days|kW))?")


class Lineage:
    """The record with everything that refers to it."""

    def __init__(self, root: Path, record: Record):
        self.root, self.record = root, record

    @cached_property
    def places(self) -> list[Cell]:
        """Every code cell of every committed notebook."""
        return [cell for some in cells(self.root).values() for cell in some]

    @cached_property
    def shown(self) -> list[tuple[Cell, frozenset[str]]]:
        """Those cells with the facts to which each leads."""
        return [(cell, frozenset(i for i, _ in cell.linked)) for cell in self.places]

    @cached_property
    def conditions(self) -> dict[tuple[str, str], list[Condition]]:
        """Tests that editors set, with their answers, by claim and date."""
        return answered(self.record)

    def _along(self, kind: type[R], column: str, keys: Iterable[str]) -> list[R]:
        """The rows of a table that have one of the keys, in the table's order."""
        rows = self.record.grouped(kind, column)
        found = {row.Index: row for key in keys for row in rows.get(key, [])}
        return [found[index] for index in sorted(found)]

    @cached_property
    def used_by(self) -> dict[str, list[str]]:
        """Derived facts by the facts that they are computed from."""
        out: dict[str, list[str]] = {}
        for row in self.record.rows(DerivedRow):
            for part in listed(row.inputs):
                out.setdefault(part, []).append(row.fact_id)
        return out

    def claim(self, claim_id: str) -> list[str]:
        """The whole way of a claim, one line a step. Raises ``KeyError`` for an unknown claim."""
        c = self.record.keyed(ClaimRow).get(claim_id)
        if c is None:
            raise KeyError(f"no claim {claim_id}; they are listed in data/claims.csv")
        d, a = self.record.keyed(DocumentRow)[c.document_id], assess(self.record)[claim_id]
        lines = [
            f"{claim_id}: {c.paraphrase}",
            f"  document   {c.document_id} ({d.publisher}, {d.day:%Y-%m-%d}), paragraph {c.paragraph}, "
            f"character {c.offset}, printed: {c.printed or 'no figure'}",
            f"  speaks     {TENSE[c.tense]}",
            f"  on the day {_decided(a.on_day)}",
            f"  now        {_decided(a.now)}",
        ]
        lines += [_twice(r) for r in self._along(ReadingRow, "claim_id", [claim_id])]
        links = self._along(EvidenceRow, "claim_id", [claim_id])
        for link in links:
            lines.append(f"  evidence   {ROLE[link.role]}")
            lines += [f"    {line}" for line in self._fact_down(link.fact_id)]
        for editor in self._along(EditorialRow, "claim_id", [claim_id]):
            lines.append(f"  editorial  what would change it: {editor.would_change}")
        lines += [_tested(t) for when in ("on_day", "now") for t in self.conditions.get((claim_id, when), [])]
        lines.append(f"  answered   {CHAPTER_PAGE[c.chapter]}.ipynb, table of verdicts")
        rests = {link.fact_id for link in links}
        reach = {i for fact_id in rests for i in self._upward(fact_id)}
        for row in self._along(AssumptionRow, "fact_id", reach):
            lines.append(f"  model      {row.model}, input {row.assumption_id} (rests on {row.fact_id})")
        return [*lines, *self._cells(rests, claim_id)]

    def fact(self, fact_id: str) -> list[str]:
        """Everything that a change of a fact would touch. Raises ``KeyError`` for an unknown fact."""
        if fact_id not in self.record.facts.index:
            raise KeyError(f"no fact {fact_id}; they are listed in data/facts.csv")
        lines = [*self._fact_down(fact_id), "  a change would touch"]
        touched = list(dict.fromkeys(self._upward(fact_id)))
        lines += [f"  derived    {i}" for i in touched[1:]]
        for row in self._along(AssumptionRow, "fact_id", touched):
            lines.append(f"  assumption {row.assumption_id} (model {row.model})")
        for deal in self.record.rows(DealRow):
            if {deal.amount_fact, deal.gw_fact} & {*touched}:
                lines.append(f"  deal       {deal.deal_id}")
        for stage in self._along(DealStageRow, "fact_id", touched):
            lines.append(f"  stage      {stage.deal_id}, {stage.stage}, {stage.date:%Y-%m-%d}")
        for link in self._along(EvidenceRow, "fact_id", touched):
            now = SCALE[assess(self.record)[link.claim_id].now.verdict].lower()
            lines.append(f"  verdict    {link.claim_id} ({ROLE[link.role]}), now {now}")
        lines += self._cells({*touched})
        for c in self._along(ChoiceRow, "fact_id", touched):
            lines.append(f"  choice     {c.chapter}, {c.choice}, {c.key} as {c.role} ({c.fact_id})")
        return lines

    def _cells(self, facts: set[str], claim_id: str = "") -> Iterator[str]:
        """The cells that show one of the facts, or name one of them or the claim."""
        wanted = {claim_id, *facts}
        for p, linked in self.shown:
            if hit := (linked & facts) | (p.named & wanted):
                yield f"  cell       {p} ({', '.join(sorted(hit))})"

    def _upward(self, fact_id: str) -> Iterator[str]:
        yield fact_id
        for derived in self.used_by.get(fact_id, []):
            yield from self._upward(derived)

    def _fact_down(self, fact_id: str) -> list[str]:
        f = self.record.fact(fact_id)
        lines = [told(f)]
        if f.derived_from:
            operation = self.record.keyed(DerivedRow)[fact_id].operation
            of = f"{operation} of {', '.join(f.derived_from)}"
            lines.append(f"  computed   {of} (data/derived.csv; OPERATIONS of record/tables.py)")
            for part in f.derived_from:
                if part in self.record.facts.index:
                    lines += [f"    {line}" for line in self._fact_down(part)]
        else:
            lines += [
                f"  source     {s.publisher}, {s.published or 'no date'}: {s.title}; {s.locator}; "
                f"grade {GRADE[s.grade]}; {s.url or s.quoted_in}"
                for s in f.sources
            ]
        return lines

    def numbers(self) -> Iterator[dict[str, str]]:
        """Every number in the notebooks' prose with its origin: the fact it is, or the cell that made it."""
        for p in self.places:
            said, found = p.prose, []
            for fact_id, words in p.linked if said else ():
                found.append((words, "fact", fact_id))
                said = said.replace(words, " ", 1)
            own = f"{p.notebook}.ipynb, cell {p.number}"
            found += [(m[0].strip(), "computed by the cell", own) for m in _NUMBER.finditer(said)]
            for number, origin, where in found:
                yield {
                    "notebook": p.notebook, "cell": str(p.number), "number": number, "origin": origin,
                    "from": where,
                }  # fmt: skip


def pack(root: Path, record: Record, folder: Path) -> list[Path]:
    """Writes the audit pack: numbers, assumptions, editorial verdicts and the lineage of every claim."""
    lineage = Lineage(root, record)
    folder.mkdir(parents=True, exist_ok=True)  # a folder of the reader's may hold other things
    editorial = []
    for row in record.rows(EditorialRow):
        a = assess(record)[row.claim_id]
        given = {"on_day": a.on_day.verdict, "now": a.now.verdict, "rules_alone": a.now.overrides}
        why = {k: v for k, v in asdict(row).items() if k not in ("Index", *given)}
        editorial.append({"claim_id": row.claim_id, **given, **why})
    tables = {
        "numbers": list(lineage.numbers()), "editorial": editorial,
        "assumptions": [
            {k: str(v) for k, v in asdict(row).items() if k != "Index"} for row in record.rows(AssumptionRow)
        ],
    }  # fmt: skip
    ways = {
        "claims.txt": map(lineage.claim, record.keyed(ClaimRow)),
        "facts.txt": map(lineage.fact, record.facts.index),
    }
    # The old pack stays whole until the new one is, and nothing else is left.
    with tempfile.TemporaryDirectory(prefix=".pack-", dir=folder) as scratch:
        side = Path(scratch)
        for name, rows in tables.items():
            (side / f"{name}.csv").write_bytes(csv_text(rows, list(rows[0]) if rows else []).encode())
        for name, found in ways.items():
            (side / name).write_text("\n\n".join(map("\n".join, found)) + "\n", encoding="utf-8")
        return [path.replace(folder / path.name) for path in sorted(side.iterdir())]


def _decided(v: Verdict) -> str:
    cites = f" ({', '.join(v.cites or v.facts)})" if v.cites or v.facts else ""
    return (
        f"{SCALE[v.verdict]}{' so far' if v.so_far else ''} by {v.rule} of claims/rules.py{cites}: "
        f"{v.because or RULES[v.rule]}"
        + (f" Weakest grade: {GRADE[v.grade]}." if v.grade else "")
        + (" It rests on weak sources alone." if v.weak else "")
    )


def _tested(t: Condition) -> str:
    return TESTED["holds" if t.holds else "fails"].format(
        when=WHEN[t.row.when], says=t.row.says, facts=", ".join(t.facts)
    )


def _twice(r: ReadingRow) -> str:
    said = f"  read twice second reading: {SCALE[r.on_day]}, now {SCALE[r.now]}"
    if not differ(r):
        since = f" with the record then. {SETTLED[r.settled]}: {r.reason}" if r.settled else ""
        return f"{said}; it agreed{since}"
    first = f"{SCALE[r.first_on_day]}, now {SCALE[r.first_now]}"
    return f"{said}; the record then said {first}. {SETTLED[r.settled]}: {r.reason}"
