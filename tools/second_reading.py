"""What a second, blind reader of the claims needs, and no verdict: `python -m tools.second_reading --packet`.

The packet never opens the tables that hold a verdict or its reason (``editorial``, ``differences``,
``lessons``). Notes of the links between claims and evidence are left out, for some of them give the verdict
away. What the reader decides goes by hand into ``data/readings.csv``.
"""

from __future__ import annotations

import argparse
import datetime as dt
import math
from collections.abc import Iterable, Iterator

from capital_loop.claims.rules import MEANING, RULES, SCALE, deals_of, known_until
from capital_loop.record import Fact, Record, load
from capital_loop.record.rows import ClaimRow, DealStageRow, DocumentRow, EvidenceRow


def instruction() -> Iterator[str]:
    """The scale and the rules, as the reader is to apply them."""
    yield "Scale"
    yield from (f"  {key}: {MEANING[key]}" for key in SCALE)
    yield "Rules"
    yield from (f"  {key}: {text}" for key, text in RULES.items())


def packet(record: Record, prefix: str = "", start: int = 0, count: int | None = None) -> Iterator[str]:
    """Lines of text on the claims of one document (by the prefix of its claims; all where blank).

    Of each claim: what it says, in our words, with the interval that its wording implies; then the stages of
    its deals and its evidence, in two parts: what was public by the document's day, and what came later.
    """
    documents = record.keyed(DocumentRow)
    links, stages = record.grouped(EvidenceRow, "claim_id"), record.grouped(DealStageRow, "deal_id")
    claims = [c for c in record.rows(ClaimRow) if c.claim_id.startswith(prefix)]
    for claim in claims[start : None if count is None else start + count]:
        document = documents[claim.document_id]
        known, end = known_until(document), record.closed
        yield from _said(claim, document, known)
        reached = (s for deal in deals_of(claim) for s in stages.get(deal, []))
        told = [
            *((s.fact_id, f"stage {s.deal_id} {s.date:%Y-%m-%d} {s.stage} ({s.note})") for s in reached),
            *(
                (link.fact_id, f"{link.role} {_fact(record.fact(link.fact_id), record)}")
                for link in links.get(claim.claim_id, [])
            ),
        ]
        dated = ((record.fact(i).published, text) for i, text in told)
        lines = [(day, text) for day, text in dated if day <= end]
        yield from _part("public by then", (text for day, text in lines if day <= known))
        yield from _part("later", (text for day, text in lines if day > known))
        yield ""


def _said(claim: ClaimRow, document: DocumentRow, known: dt.date) -> Iterator[str]:
    who = f"{claim.assertion} by {claim.speaker}" if claim.speaker else claim.assertion
    yield (
        f"## {claim.claim_id} | {claim.kind} | {claim.tense} | {who} | day {document.day:%Y-%m-%d}, knows "
        f"{known}"
    )
    yield claim.paraphrase
    if claim.unit:
        width = f" (width: {claim.width_reason})" if claim.width_reason else ""
        yield (
            f"  printed {claim.printed!r}; {claim.subject} {claim.metric} as of {claim.as_of} "
            f"{claim.said_stage}: {claim.qualifier} {_number(claim.value)} {claim.unit}, implies "
            f"{_range(claim.low, claim.high)}{width}"
        )
    if claim.tense in ("plan", "forecast"):
        yield (
            f"  rests on {claim.rests_on or claim.deal or '-'}; begins {_day(claim.begins)}, due "
            f"{_day(claim.due)}"
        )


def _fact(fact: Fact, record: Record) -> str:
    bounds = "" if math.isnan(fact.low) and math.isnan(fact.high) else f" {_range(fact.low, fact.high)}"
    grades = ",".join(sorted({s.grade for s in fact.sources}))
    weak = " WEAK" if fact.fact_id in record.weak else ""
    scope = fact.subject + (f"/{fact.deal}" if fact.deal else "")
    return (
        f"{fact.fact_id}: {scope} {fact.metric} = {_number(fact.value)} {fact.unit}{bounds}, as of "
        f"{fact.as_of}, public {fact.published}, {fact.stage}, {fact.confidence} ({grades}){weak}. "
        f"{fact.note}"
    )


def _part(title: str, lines: Iterable[str]) -> Iterator[str]:
    for n, line in enumerate(lines):
        if not n:
            yield f"  {title}:"
        yield f"    - {line}"


def _number(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.10g}"


def _range(low: float, high: float) -> str:
    return f"[{_number(low)}, {_number(high)}]"


def _day(value: dt.datetime) -> str:
    return "-" if value != value else f"{value:%Y-%m-%d}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--packet", action="store_true", required=True, help="print what the reader needs")
    parser.add_argument("--prefix", default="", help="only claims whose id begins so")
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--count", type=int)
    chosen = parser.parse_args()
    print("\n".join([*instruction(), "", *packet(load(), chosen.prefix, chosen.start, chosen.count)]))
