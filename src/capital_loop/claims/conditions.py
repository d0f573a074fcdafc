"""Tests that editors set: under which conditions a verdict of theirs stands, where the record can answer it.

``conditions.csv`` says it in facts. While all conditions of a claim and a date hold, the verdict is the one
that stands beside them, and only then: a figure that crosses its bound calls for the verdict to be looked at
again.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from capital_loop.claims.rules import Assessment, known_until
from capital_loop.record import Record
from capital_loop.record.rows import ClaimRow, ConditionRow, DocumentRow
from capital_loop.record.tables import OPERATIONS, PARTS, listed

LEFT: dict[str, Callable[[Sequence[float]], float]] = {
    **{k: OPERATIONS[k] for k in ("equal", "sum", "difference", "product", "ratio")}, "least": min,
    "most": max,
}  # fmt: skip
"""How the left side is computed from its facts."""
RELATIONS: dict[str, Callable[[float, float], bool]] = {
    "below": operator.lt, "at_most": operator.le, "equal": operator.eq, "not_equal": operator.ne,
    "at_least": operator.ge, "above": operator.gt,
}  # fmt: skip
"""How the left side must stand to the right one."""


@dataclass(frozen=True)
class Condition:
    """A condition with its answer: ``found`` against ``bound``, both in the unit of the facts named."""

    row: ConditionRow
    found: float
    bound: float

    @property
    def holds(self) -> bool:
        """Whether the record meets it."""
        return RELATIONS[self.row.relation](self.found, self.bound)

    @property
    def facts(self) -> list[str]:
        """The facts that answer it."""
        return [*listed(self.row.inputs), *listed(self.row.than)]


def answered(record: Record) -> dict[tuple[str, str], list[Condition]]:
    """The conditions by claim and date (``on_day``, ``now``); ``KeyError`` for a fact that is not there."""
    out: dict[tuple[str, str], list[Condition]] = {}
    for row in record.rows(ConditionRow):
        found = LEFT[row.operation]([record.fact(i).value for i in listed(row.inputs)])
        than = [record.fact(i).value for i in listed(row.than)]
        bound = row.bound * math.fsum(than) if than else row.bound
        out.setdefault((row.claim_id, row.when), []).append(Condition(row, found, bound))
    return out


def obeyed(record: Record, verdicts: dict[str, Assessment]) -> Iterator[str]:
    """One line for each condition without an answer, and each verdict that does not follow its conditions."""
    broken = list(_unanswerable(record))
    yield from broken
    if broken:
        return
    for (claim_id, when), conditions in answered(record).items():
        row, verdict = conditions[0].row, getattr(verdicts[claim_id], when).verdict
        failed = [c.row.says for c in conditions if not c.holds]
        if failed and verdict == row.verdict:
            yield (
                f"{row.cell('verdict')}: {claim_id} ({when}) stands only while this holds, and it does not: "
                f"{' '.join(failed)} Change the verdict, or set another test"
            )
        elif not failed and verdict != row.verdict:
            yield (
                f"{row.cell('verdict')}: {claim_id} ({when}) is {verdict}, and by the test that its editors "
                "set it is this; change the one or the other"
            )


def _unanswerable(record: Record) -> Iterator[str]:
    """Conditions with unknown facts, too few or too many, two verdicts, or facts from after the day."""
    documents, claims = record.keyed(DocumentRow), record.keyed(ClaimRow)
    said: dict[tuple[str, str], str] = {}
    for row in record.rows(ConditionRow):
        day = known_until(documents[claims[row.claim_id].document_id])
        for column in ("inputs", "than"):
            for fact_id in listed(getattr(row, column)):
                if fact_id not in record.facts.index:
                    yield f"{row.cell(column)}: no fact {fact_id}; mend the id"
                elif row.when == "on_day" and record.fact(fact_id).published > day:
                    yield (
                        f"{row.cell(column)}: {fact_id} became public after the document's day {day}; test "
                        "it now, or by another fact"
                    )
        parts = len(listed(row.inputs))
        if parts != PARTS.get(row.operation, parts):
            yield (
                f"{row.cell('inputs')}: {row.operation} takes {PARTS[row.operation]} facts; mend the one or "
                "the other"
            )
        if said.setdefault((row.claim_id, row.when), row.verdict) != row.verdict:
            yield (
                f"{row.cell('verdict')}: another condition of the claim and date has another verdict; write "
                "one"
            )
