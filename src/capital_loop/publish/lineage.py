"""Lineage: from a claim down to its sources, from a fact up to all that it touches; and the pack for a reviewer.

Where a fact is shown is read from the committed notebooks: a figure in the prose is a link to its fact, a result is
computed by the cell. Nothing here decides anything; it only follows keys.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from capital_loop.claims.readings import differ
from capital_loop.claims.rules import RULES, SCALE, Assessment, Verdict, assess
from capital_loop.record.tables import Fact, Record
from capital_loop.show.figure import FIGURE
from capital_loop.show.prose import PROSE
from capital_loop.show.table import TABLE
from capital_loop.show.words import CHAPTER_PAGE, CONFIDENCE, GRADE, ROLE, SETTLED, STAGE, TENSE, figure

_WAYS = {
    "assumptions": ("fact_id",), "choices": ("fact_id",), "claim_evidence": ("claim_id", "fact_id"), "claims": ("claim_id",),
    "deal_stages": ("fact_id",), "deals": ("amount_fact", "gw_fact"), "derived": ("fact_id",), "documents": ("document_id",),
    "editorial": ("claim_id",), "readings": ("claim_id",),
}  # fmt: skip
"""The tables that a way goes through, and the keys by which it enters them."""
_NUMBER = re.compile(r"[−$]?\d[\d,.]*(?:\s?(?:%|bn|tn|m|GW|times|cents|years|months|days|kW))?")


@dataclass(frozen=True)
class Place:
    """One cell of a notebook: its number from the top, its output, and what it names."""

    notebook: str
    cell: int
    facts: tuple[tuple[str, str], ...]
    named: frozenset[str]
    figures: tuple[str, ...]
    text: str


class Lineage:
    """The record with everything that refers to it."""

    def __init__(self, root: Path, record: Record):
        self.root, self.record = root, record

    @cached_property
    def places(self) -> list[Place]:
        """Every code cell of every committed notebook."""
        out = []
        for path in sorted((self.root / "notebooks").glob("*.ipynb")):
            for number, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"], start=1):
                if cell["cell_type"] == "code":
                    out.append(_place(path.stem, number, cell))
        return out

    @cached_property
    def verdicts(self) -> dict[str, Assessment]:
        """Both verdicts of every claim."""
        return assess(self.record)

    @cached_property
    def _rows(self) -> dict[tuple[str, str, Any], list[Any]]:
        """Rows by table, column and key, for the columns that the ways go along."""
        out: dict[tuple[str, str, Any], list[Any]] = {}
        for table, columns in _WAYS.items():
            for row in self.record.table(table).itertuples():
                for column in columns:
                    out.setdefault((table, column, getattr(row, column)), []).append(row)
        return out

    def _along(self, table: str, column: str, keys: Iterable[str]) -> list[Any]:
        """The rows of a table that have one of the keys, in the table's order."""
        found = {row.Index: row for key in keys for row in self._rows.get((table, column, key), [])}
        return [found[index] for index in sorted(found)]

    @cached_property
    def used_by(self) -> dict[str, list[str]]:
        """Derived facts by the facts that they are computed from."""
        out: dict[str, list[str]] = {}
        for row in self.record.derived.itertuples():
            for part in (p.strip() for p in row.inputs.split(";")):
                out.setdefault(part, []).append(row.fact_id)
        return out

    def claim(self, claim_id: str) -> list[str]:
        """The whole way of a claim, one line a step. Raises ``KeyError`` for an unknown claim."""
        found = self._along("claims", "claim_id", [claim_id])
        if not found:
            raise KeyError(f"no claim {claim_id}; they are listed in data/claims.csv")
        c = found[0]
        [document] = self._along("documents", "document_id", [c.document_id])
        a = self.verdicts[claim_id]
        lines = [
            f"{claim_id}: {c.paraphrase}",
            f"  document   {c.document_id} ({document.publisher}, {document.day:%Y-%m-%d}), paragraph {c.paragraph}, character {c.offset}, printed: {c.printed or 'no figure'}",
            f"  speaks     {TENSE[c.tense]}",
            f"  on the day {_decided(a.on_day)}",
            f"  now        {_decided(a.now)}",
        ]
        lines += [_twice(r) for r in self._along("readings", "claim_id", [claim_id])]
        links = self._along("claim_evidence", "claim_id", [claim_id])
        for link in links:
            lines.append(f"  evidence   {ROLE[link.role]}")
            lines += [f"    {line}" for line in self._fact_down(link.fact_id)]
        for editor in self._along("editorial", "claim_id", [claim_id]):
            lines.append(f"  editorial  what would change it: {editor.would_change}")
        lines.append(f"  answered   {CHAPTER_PAGE[c.chapter]}.ipynb, table of verdicts")
        rests = {link.fact_id for link in links}
        reach = {i for fact_id in rests for i in self._upward(fact_id)}
        for row in self._along("assumptions", "fact_id", reach):
            lines.append(f"  model      {row.model}, input {row.assumption_id} (rests on {row.fact_id})")
        for p in self.places:
            hit = {i for i, _ in p.facts if i in rests} | (p.named & {claim_id, *rests})
            if hit:
                lines.append(
                    f"  cell       {p.notebook}, cell {p.cell}{_drawn(p)} ({', '.join(sorted(hit))})"
                )
        return lines

    def fact(self, fact_id: str) -> list[str]:
        """Everything that a change of a fact would touch. Raises ``KeyError`` for an unknown fact."""
        if fact_id not in self.record.facts.index:
            raise KeyError(f"no fact {fact_id}; they are listed in data/facts.csv")
        lines = [*self._fact_down(fact_id), "  a change would touch"]
        touched = list(dict.fromkeys(self._upward(fact_id)))
        lines += [f"  derived    {i}" for i in touched[1:]]
        for row in self._along("assumptions", "fact_id", touched):
            lines.append(f"  assumption {row.assumption_id} (model {row.model})")
        deals = [*self._along("deals", "amount_fact", touched), *self._along("deals", "gw_fact", touched)]
        for deal_id in dict.fromkeys(row.deal_id for row in sorted(deals, key=lambda row: row.Index)):
            lines.append(f"  deal       {deal_id}")
        for row in self._along("deal_stages", "fact_id", touched):
            lines.append(f"  stage      {row.deal_id}, {row.stage}, {row.date:%Y-%m-%d}")
        for row in self._along("claim_evidence", "fact_id", touched):
            lines.append(
                f"  verdict    {row.claim_id} ({ROLE[row.role]}), now {SCALE[self.verdicts[row.claim_id].now.verdict].lower()}"
            )
        for p in self.places:
            hit = sorted({i for i, _ in p.facts if i in touched} | (p.named & set(touched)))
            if hit:
                lines.append(f"  cell       {p.notebook}, cell {p.cell}{_drawn(p)} ({', '.join(hit)})")
        for row in self._along("choices", "fact_id", touched):
            lines.append(f"  choice     {row.chapter}, {row.choice}, {row.key} as {row.role} ({row.fact_id})")
        return lines

    def _upward(self, fact_id: str) -> Iterator[str]:
        yield fact_id
        for derived in self.used_by.get(fact_id, []):
            yield from self._upward(derived)

    def _fact_down(self, fact_id: str) -> list[str]:
        f: Fact = self.record.fact(fact_id)
        lines = [
            f"{fact_id}: {f.subject}, {f.metric} = {figure(f.value, f.unit)}, as of {f.as_of}, public {f.published}, {STAGE[f.stage]}, {CONFIDENCE[f.confidence]}"
        ]
        if f.derived_from:
            [how] = self._along("derived", "fact_id", [fact_id])
            lines.append(f"  computed   {how.operation} of {', '.join(f.derived_from)}")
            for part in f.derived_from:
                if part in self.record.facts.index:
                    lines += [f"    {line}" for line in self._fact_down(part)]
        else:
            lines += [
                f"  source     {s.publisher}, {s.published or 'no date'}: {s.title}; {s.locator}; grade {GRADE[s.grade]}; {s.url or s.quoted_in}"
                for s in f.sources
            ]
        return lines

    def numbers(self) -> Iterator[dict[str, str]]:
        """Every number in the prose of the notebooks with its origin: the fact that it is, or the cell that computed it."""
        for p in self.places:
            if not p.text:
                continue
            for fact_id, words in p.facts:
                yield {
                    "notebook": p.notebook,
                    "cell": str(p.cell),
                    "number": words,
                    "origin": "fact",
                    "from": fact_id,
                }
            said = p.text
            for _, words in p.facts:
                said = said.replace(words, " ", 1)
            for found in _NUMBER.finditer(said):
                yield {
                    "notebook": p.notebook,
                    "cell": str(p.cell),
                    "number": found[0].strip(),
                    "origin": "computed by the cell",
                    "from": f"{p.notebook}.ipynb, cell {p.cell}",
                }


def pack(root: Path, record: Record, folder: Path) -> list[Path]:
    """Writes the audit pack: numbers, assumptions, editorial verdicts and the lineage of every claim."""
    lineage = Lineage(root, record)
    side = folder.with_name(f".{folder.name}.new")  # the old pack stays whole until the new one is
    shutil.rmtree(side, ignore_errors=True)
    side.mkdir(parents=True)
    _csv(side / "numbers.csv", list(lineage.numbers()))
    assumptions = [
        {k: str(v) for k, v in row._asdict().items() if k != "Index"}
        for row in record.assumptions.itertuples()
    ]
    _csv(side / "assumptions.csv", assumptions)
    editorial = []
    for row in record.editorial.itertuples():
        a = lineage.verdicts[row.claim_id]
        editorial.append({
            "claim_id": row.claim_id, "on_day": a.on_day.verdict, "now": a.now.verdict, "rules_alone": a.now.overrides,
            "reason_on_day": row.reason_on_day, "cites_on_day": row.cites_on_day,
            "reason_now": row.reason_now, "cites_now": row.cites_now, "would_change": row.would_change, "looked_for": row.looked_for,
        })  # fmt: skip
    _csv(side / "editorial.csv", editorial)
    claims = side / "claims.txt"
    claims.write_text(
        "\n\n".join("\n".join(lineage.claim(c)) for c in record.claims["claim_id"]) + "\n", encoding="utf-8"
    )
    facts = side / "facts.txt"
    facts.write_text(
        "\n\n".join("\n".join(lineage.fact(i)) for i in record.facts.index) + "\n", encoding="utf-8"
    )
    folder.mkdir(parents=True, exist_ok=True)  # a folder of the reader's may hold other things
    made = [path.replace(folder / path.name) for path in sorted(side.iterdir())]
    side.rmdir()
    return made


def _csv(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]) if rows else [], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _place(notebook: str, number: int, cell: dict[str, Any]) -> Place:
    bundles = [o["data"] for o in cell.get("outputs", []) if "data" in o]
    prose = [b[PROSE] for b in bundles if PROSE in b]
    figures = [b[FIGURE] for b in bundles if FIGURE in b]
    facts = [(fact_id, said) for p in prose for fact_id, said in p["facts"]]
    for table in (b[TABLE] for b in bundles if TABLE in b):
        at = [i for i, c in enumerate(table["columns"]) if c["kind"] == "fact"]
        facts += [(row[i], row[i]) for row in table["rows"] for i in at]
    named = {*re.findall(r"\b[A-Z]{1,5}-[A-Z]?\d{2,3}\b", "".join(cell["source"]))}
    named |= {i for f in figures for i in f["facts"]}
    text = "\n".join("".join(b["text/plain"]) for b in bundles if PROSE in b)
    return Place(notebook, number, tuple(facts), frozenset(named), tuple(f["name"] for f in figures), text)


def _decided(v: Verdict) -> str:
    cites = f" ({', '.join(v.cites or v.facts)})" if v.cites or v.facts else ""
    return (
        f"{SCALE[v.verdict]}{' so far' if v.so_far else ''} by {v.rule}{cites}: {v.because or RULES[v.rule]}"
        + (f" Weakest grade: {GRADE[v.grade]}." if v.grade else "")
        + (" It rests on weak sources alone." if v.weak else "")
    )


def _twice(r: Any) -> str:
    said = f"  read twice second reading: {SCALE[r.on_day]}, now {SCALE[r.now]}"
    if not differ(r):
        return f"{said}; it agreed"
    first = f"{SCALE[r.first_on_day]}, now {SCALE[r.first_now]}"
    return f"{said}; the record then said {first}. {SETTLED[r.settled]}: {r.reason}"


def _drawn(place: Place) -> str:
    return f", figure {', '.join(place.figures)}" if place.figures else ""
