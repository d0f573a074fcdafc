"""Evidence that a verdict passes over, and verdicts that differ where claims or evidence are the same.

:func:`passed_over` lists facts of the quantity that decides a claim which are newer than what decides, or
speak of the same time, and are neither used nor set aside. :func:`unlike` lists pairs of claims that share
their quantity or their deciding facts and got different verdicts; ``differences.csv`` says of each why.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pandas as pd

from capital_loop.claims.intervals import claim_interval
from capital_loop.claims.rules import HELD, MISSED, Assessment, Verdict, deals_of
from capital_loop.models.intervals import exact
from capital_loop.record import Period, Record
from capital_loop.record.rows import ClaimRow, DealRow, DealStageRow, DifferenceRow, EvidenceRow, FactRow
from capital_loop.record.tables import listed

ANY = {"event_happened", "ranking_holds"}
"""Metrics that name no quantity: what happened, and which order holds, is another thing in each fact."""
STAGED: dict[tuple[str, float], set[str]] = {
    ("legally_binding", 0): {"letter_of_intent"}, ("legally_binding", 1): {"binding", "paid"},
    ("firm_order", 1): {"binding"},
}  # fmt: skip
"""Claims that say by metric and value how firm a deal is, and the stages that they may be filed under."""
AGES = {"current", "plan"}
"""Tenses that newer figures may overtake."""
TENSE_WORDS = {"dated": "of a fixed time", "forecast": "of a time to come"}
USED = {"measures", "update"}


def consistency_faults(record: Record, verdicts: dict[str, Assessment]) -> Iterator[str]:
    """One line for each fact passed over, difference without a reason, and reason without a difference."""
    yield from _tenses(record, verdicts)
    for claim, fact, why in passed_over(record):
        yield (
            f"{claim.cell('claim_id')}: {fact.fact_id} (of {fact.as_of}) {why}; link it as what measures or "
            "updates the claim, or set it aside (role aside) with a note that says why"
        )
    for link in record.rows(EvidenceRow):
        if link.role == "aside" and not link.note:
            yield f"{link.cell('note')}: set aside without a reason; say why"
    told = {frozenset((row.claim, row.other)): row for row in record.rows(DifferenceRow)}
    found = set(unlike(record, verdicts))
    for a, b in sorted(tuple(sorted(pair)) for pair in found - told.keys()):
        yield (
            f"data/differences.csv: {a} ({_said(verdicts[a])}) and {b} ({_said(verdicts[b])}) share their "
            "quantity or their deciding facts and differ; mend the one or the other, or give the pair a row "
            "with the reason"
        )
    for pair in told.keys() - found:
        a, b = pair
        if any(v.verdict != w.verdict for v, w in _dates(verdicts[a], verdicts[b])):
            continue  # Editors may explain more pairs than the check can find.
        yield f"{told[pair].cell('claim')}: the two do not differ any more; drop the row"


def _tenses(record: Record, verdicts: dict[str, Assessment]) -> Iterator[str]:
    """Plans without a deal, unknown deals, forecasts that end before they begin, misplaced verdicts."""
    deals = record.keyed(DealRow)
    for claim in record.rows(ClaimRow):
        for deal in listed(claim.rests_on):
            if deal not in deals:
                yield f"{claim.cell('rests_on')}: no deal {deal}; mend the id"
        if claim.tense == "plan" and not deals_of(claim):
            yield f"{claim.cell('tense')}: a plan follows the stages of a deal; name it in deal or rests_on"
        if not pd.isna(claim.begins) and not (claim.tense == "forecast" and claim.begins < claim.due):
            yield (
                f"{claim.cell('begins')}: only a forecast can be answered before it is due; mend the day, or "
                "drop it"
            )
        if claim.said_stage and not deals_of(claim):
            yield (
                f"{claim.cell('said_stage')}: how firm is which deal? name it in deal or rests_on, so that "
                "others can be held against it"
            )
        stages = STAGED.get((claim.metric, claim.value))
        if stages and claim.said_stage not in stages:
            yield (
                f"{claim.cell('said_stage')}: {claim.metric} {exact(claim.value)} says how firm the deal is; "
                f"write {' or '.join(sorted(stages))}"
            )
        both = verdicts[claim.claim_id]
        if both.now.verdict == "borne_out" and both.on_day.verdict not in MISSED:
            yield (
                f"{claim.cell('claim_id')}: borne out later, and the evidence of its day had not missed it; "
                "mend the editor's verdict"
            )
        if both.now.verdict == "outdated":
            yield from _overtaken(claim, both)


def _overtaken(claim: ClaimRow, both: Assessment) -> Iterator[str]:
    """What was never right cannot be overtaken, nor can what is said of a fixed time."""
    if claim.tense not in AGES:
        yield (
            f"{claim.cell('tense')}: outdated, and a claim {TENSE_WORDS[claim.tense]} does not age; mend the "
            "tense, or the verdict"
        )
    day = both.on_day.verdict
    if day == "contradicted" or (both.now.editorial and day not in HELD):
        yield (
            f"{claim.cell('claim_id')}: outdated, and it did not hold on its day ({day}); "
            "call it contradicted, or say in the reason for the day what held"
        )


def passed_over(record: Record) -> Iterator[tuple[ClaimRow, FactRow, str]]:
    """``(claim, fact, why)`` for each fact of a claim's quantity that is neither used nor set aside.

    The quantity is that of the facts that measure or update the claim: subject, deal, metric. Of a passing
    state or a plan each newer fact counts, but what is expected of a time after the evidence's end and what
    shows a stage of the plan's own deals, which decides by itself; of a fixed time each fact about that time.
    """
    stages, links = record.grouped(DealStageRow, "deal_id"), record.grouped(EvidenceRow, "claim_id")
    facts = record.keyed(FactRow)
    same: dict[tuple[str, str, str], list[FactRow]] = {}
    for f in facts.values():
        same.setdefault((f.subject, f.deal, f.metric), []).append(f)
    for claim in record.rows(ClaimRow):
        roles = {link.fact_id: link.role for link in links.get(claim.claim_id, [])}
        used = [facts[i] for i, role in roles.items() if role in USED]
        if not used or claim.tense == "forecast":
            continue
        deals = deals_of(claim) if claim.tense == "plan" else []
        own = {stage.fact_id for deal in deals for stage in stages.get(deal, [])}
        newest = max(Period.parse(f.as_of).end for f in used)
        for key in dict.fromkeys((f.subject, f.deal, f.metric) for f in used):
            if key[2] in ANY:
                continue
            for fact in same[key]:
                if roles.get(fact.fact_id) in (*USED, "aside") or fact.fact_id in own:
                    continue
                time = Period.parse(fact.as_of)
                if claim.tense in AGES and newest < time.end <= record.closed:
                    yield claim, fact, "is newer than what decides"
                elif claim.tense == "dated" and claim.as_of and time.overlaps(Period.parse(claim.as_of)):
                    yield claim, fact, "is the same quantity at the same time"


def unlike(record: Record, verdicts: dict[str, Assessment]) -> Iterator[frozenset[str]]:
    """Pairs of claims that share what they claim, or what decides them, and whose verdicts do not agree.

    They share what they claim where subject, deal and metric are the same, their times overlap, and so do
    their values; yes and no of one metric are opposites, which cannot both hold. They share what decides them
    where the same facts do. Where the rules decide both and their figures differ, the figures explain the
    difference.
    """
    for a, b in itertools.combinations(record.rows(ClaimRow), 2):
        mine, other = verdicts[a.claim_id], verdicts[b.claim_id]
        edited = mine.now.editorial or mine.on_day.editorial or other.now.editorial or other.on_day.editorial
        if _quantity(a, b) and a.unit == "boolean" and a.value != b.value:
            if any(v.verdict in HELD and w.verdict in HELD for v, w in _dates(mine, other)):
                yield frozenset((a.claim_id, b.claim_id))
        elif all(v.verdict == w.verdict for v, w in _dates(mine, other)) or not (
            _quantity(a, b) or any(_deciders(v, w) for v, w in _dates(mine, other))
        ):
            continue
        elif a.value == b.value or (edited and (_alike(a, b) or not _quantity(a, b))):
            yield frozenset((a.claim_id, b.claim_id))


def _dates(a: Assessment, b: Assessment) -> list[tuple[Verdict, Verdict]]:
    return [(a.on_day, b.on_day), (a.now, b.now)]


def _quantity(a: ClaimRow, b: ClaimRow) -> bool:
    if not a.metric or a.metric in ANY or (a.subject, a.deal, a.metric) != (b.subject, b.deal, b.metric):
        return False
    return not a.as_of or not b.as_of or Period.parse(a.as_of).overlaps(Period.parse(b.as_of))


def _alike(a: ClaimRow, b: ClaimRow) -> bool:
    return bool(a.metric and a.unit == b.unit and claim_interval(a).overlaps(claim_interval(b)))


def _deciders(v: Verdict, w: Verdict) -> bool:
    """Whether the same facts decide both; the end of a deal decides each plan on it, whatever that says."""
    return bool(v.facts) and set(v.facts) == set(w.facts) and "P" not in (v.rule[0], w.rule[0])


def _said(a: Assessment) -> str:
    return f"{a.on_day.verdict}, now {a.now.verdict}"
