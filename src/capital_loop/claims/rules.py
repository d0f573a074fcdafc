"""Claims against evidence: the verdict rules.

The rules are written out in ``RULES`` (the book prints them from here). Figures, dates, events and
rankings are decided by comparing the interval that the claim's wording implies with the interval of
the best evidence, in the same unit. Causes, judgements and forecasts are decided by editors
(``data/editorial.csv``) and marked so. Every claim gets two verdicts: on its document's day, with
what was public then, and at the end of the evidence.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

import pandas as pd

from capital_loop.claims.intervals import claim_interval, fact_interval, on_axis
from capital_loop.claims.sources import weak_alone, weakest_grade
from capital_loop.models.intervals import Interval
from capital_loop.record import Fact, Period, Record, weakest
from capital_loop.record.rows import ClaimRow, DealStageRow, DocumentRow, EditorialRow, EvidenceRow
from capital_loop.record.tables import listed, rank
from capital_loop.record.trace import unread

NEAR_MISS = 0.05
"""A figure outside the claim's interval by at most this share of the evidence is imprecise, not wrong."""
LOOSE_BOUND = 2.0
"""A bound ("over 10") that the evidence exceeds by this factor is true but says little."""
WRONG_SIZE = 10.0
"""A bound that the evidence exceeds by this factor gives a wrong size, whatever its words."""
NEW_YORK = ZoneInfo("America/New_York")
"""Where the days of filings and closing prices begin and end."""
NEAR_DAYS = 1
"""A date off by at most this many days is imprecise (time zones: Beijing is a day ahead of New York)."""

SCALE = {
    "supported": "Supported",
    "supported_imprecise": "Supported but imprecise",
    "borne_out": "Borne out later",
    "contradicted": "Contradicted",
    "outdated": "Outdated",
    "unverifiable": "Unverifiable",
    "judgement": "Judgement",
    "open": "Open",
}
"""The verdict scale: key in the data, words on the page."""

MEANING = {
    "supported": "The best evidence lies inside what the wording implies.",
    "supported_imprecise": "Right in substance: what the sentence is about holds, but a figure lies outside its rounding, a bound is loose, a part or a degree goes too far, or the evidence itself disagrees.",
    "borne_out": "The evidence of its day refuted it or could not measure it; later evidence bears it out.",
    "contradicted": "The best evidence lies outside what the wording implies, or what the sentence is about does not hold. Against each, all, only, none or never one clear case is enough.",
    "outdated": "It held on its day, in full or in substance; newer figures, or the end of the plan, no longer fit. What was never right cannot be overtaken: that stays contradicted.",
    "unverifiable": "A statement of fact or cause that evidence could settle, and none found does; a cause whose part cannot be told from others is one. The page says what was looked for.",
    "judgement": "An opinion, a metaphor, or a condition that nothing has tested: no evidence could settle it. It is not rated; reasons for and against are given.",
    "open": "A forecast that is not yet due, or has no answer so far.",
}

RULES = {
    "R1": "The evidence, or the best single value of its range, lies inside the claim's interval.",
    "R2": "The evidence is itself a range that overlaps the claim's interval; its best single value lies outside.",
    "R3": f"The evidence lies outside the claim's interval by at most {NEAR_MISS:.0%} of itself (dates: {NEAR_DAYS} day).",
    "R4": f"A one-sided claim holds, but the evidence exceeds the bound by more than {LOOSE_BOUND:g} times.",
    "R5": "Evidence of equal rank disagrees: some of it fits the claim and some does not.",
    "R6": "The evidence lies outside the claim's interval.",
    "R7": f"A one-sided claim is exceeded {WRONG_SIZE:g} times or more: its bound gives a wrong size.",
    "O1": "It fitted the evidence about its day; the newest figure for the same quantity does not fit any more.",
    "P1": "It fitted the evidence of its day, and the plan has been performed in full.",
    "P2": "It fitted the evidence of its day, and the plan stands: no later stage of the deal cuts or ends it.",
    "P3": "The plan has been cut back.",
    "P4": "Another agreement has taken the plan's place.",
    "P5": "The plan has lapsed or been called off.",
    "B1": "The evidence of its day refuted it; later evidence bears it out.",
    "B2": "Nothing public on its day measured it; later evidence bears it out.",
    "U1": "No fact in the record measures it.",
    "U2": "What measures it became public only after the document's day.",
    "F1": "A forecast, not due yet on this date.",
    "F2": "A forecast whose time has begun and is not over, answered so far.",
    "J1": "A judgement; judgements are not rated.",
    "E1": "Editorial verdict, with reasons.",
}
"""What fired, in words. R: by interval. O: by newer figures. P: by the end of a plan. B: by what came to
light. U, F, J: by kind. E: by an editor."""

ENDED = {"shrunk": "P3", "replaced": "P4", "lapsed": "P5", "cancelled": "P5"}
"""Stages that end or cut a plan, and the rule that each fires."""
HELD = ("supported", "supported_imprecise", "borne_out")
"""Verdicts that say that a claim holds."""
FAILED = ("outdated", "contradicted")
"""Verdicts that say that it does not, or no longer."""
RATED = HELD + FAILED
"""Verdicts that rate a claim; the others say why it is not rated."""
MISSED = ("contradicted", "unverifiable")
"""Verdicts on the day after which one that holds now means that the claim was borne out later."""
LESSON_RULE: dict[str, Callable[[str, str], bool]] = {
    "right_not_obvious": lambda on_day, now: now in HELD,
    "wrong_that_mattered": lambda on_day, now: (
        on_day == "contradicted" and now in ("contradicted", "borne_out")
    ),
    "unknowable": lambda on_day, now: on_day != "contradicted" and now in FAILED,
}
"""Which pair of verdicts (on the day, now) a claim needs before an editor may file it as a lesson."""


@dataclass(frozen=True)
class Verdict:
    """One verdict with its reason.

    ``facts`` are the ids that decided; ``confidence`` and ``stage`` the weakest among them (blank
    where no fact decided). ``because`` says it in a sentence. ``overrides`` holds the verdict that
    the rules gave where an editor decided otherwise. ``so_far`` marks the answer to a forecast that
    is not over. ``cites`` are the facts that an editor's reason names. ``weak``: what it rests on has weak
    sources alone. ``grade`` is the weakest of the best grades of the facts that it rests on.
    """

    verdict: str
    rule: str
    because: str
    facts: tuple[str, ...] = ()
    confidence: str = ""
    stage: str = ""
    editorial: bool = False
    overrides: str = ""
    so_far: bool = False
    cites: tuple[str, ...] = ()
    weak: bool = False
    grade: str = ""

    @property
    def basis(self) -> tuple[str, ...]:
        """The facts that the verdict rests on: those that decided, or else those that an editor names."""
        return self.facts or self.cites


@dataclass(frozen=True)
class Assessment:
    """Both verdicts of a claim."""

    claim_id: str
    on_day: Verdict
    now: Verdict


_OPEN = Verdict("open", "F1", RULES["F1"])
_ASSESSED: WeakKeyDictionary[Record, dict[str, Assessment]] = WeakKeyDictionary()


def assess(record: Record) -> dict[str, Assessment]:
    """Both verdicts of every claim, by claim id: found once a record; what decides does not count as read."""
    if record not in _ASSESSED:
        with unread():
            _ASSESSED[record] = _assessed(record)
    return _ASSESSED[record]


def _assessed(record: Record) -> dict[str, Assessment]:
    documents, editorial = record.keyed(DocumentRow), record.keyed(EditorialRow)
    links, stages = record.grouped(EvidenceRow, "claim_id"), record.grouped(DealStageRow, "deal_id")
    end, out = record.closed, {}
    for claim in record.rows(ClaimRow):
        editor, document = editorial.get(claim.claim_id), documents[claim.document_id]
        day, known = document.day.date(), known_until(document)
        evidence = [(link.role, record.fact(link.fact_id)) for link in links.get(claim.claim_id, [])]
        on_day = _verdict(claim, evidence, editor, known, end, now=False)
        now = _verdict(claim, evidence, editor, known, end, now=True)
        if claim.tense == "plan" and now.verdict in HELD:
            later = [s for deal in deals_of(claim) for s in stages.get(deal, []) if s.date.date() > day]
            reached = [(s, record.fact(s.fact_id)) for s in later]
            now = aged(now, set(deals_of(claim)), [(s, f) for s, f in reached if f.published <= end])
        if now.verdict in HELD and on_day.verdict in MISSED:
            rule = "B1" if on_day.verdict == "contradicted" else "B2"
            because = now.because if now.editorial else f"{RULES[rule]} {now.because}"
            now = replace(now, verdict="borne_out", rule="E1" if now.editorial else rule, because=because)
        on_day, now = (
            replace(v, weak=weak_alone(record, v.basis), grade=weakest_grade(record, v.basis))
            for v in (on_day, now)
        )
        out[claim.claim_id] = Assessment(claim.claim_id, on_day, now)
    return out


def known_until(document: DocumentRow) -> dt.date:
    """The last day whose news and closing prices a document can know.

    That is its own day; where it prints its hour, the last day that had ended in New York by then.
    """
    day = document.day.date()
    if not document.hour:
        return day
    printed = dt.datetime.combine(day, dt.time.fromisoformat(document.hour), ZoneInfo(document.zone))
    return printed.astimezone(NEW_YORK).date() - dt.timedelta(days=1)


def deals_of(claim: ClaimRow) -> list[str]:
    """The deals on which a plan rests: those named, or else the claim's own."""
    return listed(claim.rests_on) or listed(claim.deal)


def aged(first: Verdict, deals: set[str], later: list[tuple[DealStageRow, Fact]]) -> Verdict:
    """A plan's verdict by what became of its deals; ``later``: stages reached after the document's day.

    The newest stage that cuts or ends one of them decides. Where none does, the verdict stays: the plan has
    been performed if each deal has, and else it stands.
    """
    ends = [(s, f) for s, f in later if s.stage in ENDED]
    if ends:
        stage, fact = max(ends, key=lambda e: e[0].date)
        rule = ENDED[stage.stage]
        because = f"{RULES[rule]} {stage.note}".strip()
        return Verdict("outdated", rule, because, (fact.fact_id,), fact.confidence, fact.stage)
    done = {s.deal_id for s, _ in later if s.stage == "completed"}
    rule = "P1" if deals and deals == done else "P2"
    if first.editorial:
        return first
    because = f"{first.because} {RULES[rule]}"
    return replace(first, rule=rule if first.rule == "R1" else first.rule, because=because)


def verdict_table(record: Record) -> pd.DataFrame:
    """One row a claim: the claims table joined with both verdicts, rules and bases."""
    rows = [
        {
            "claim_id": claim_id, "on_day": a.on_day.verdict, "rule_on_day": a.on_day.rule,
            "now": a.now.verdict, "rule_now": a.now.rule, "because": a.now.because, "so_far": a.now.so_far,
            "editorial_on_day": a.on_day.editorial, "editorial": a.now.editorial,
            "confidence": a.now.confidence, "stage": a.now.stage,
        }
        for claim_id, a in assess(record).items()
    ]  # fmt: skip
    return record.claims.merge(pd.DataFrame(rows), on="claim_id", validate="one_to_one")


def accepted(claim: Interval, unit: str) -> Interval:
    """What the rules take for right: the claim's interval, an open end closed where the size is wrong."""
    if unit == "date" or not 0 < claim.low < math.inf:
        return claim
    return claim.capped(math.nextafter(WRONG_SIZE * claim.low, 0.0))


def compare(claim: Interval, evidence: Interval, point: float, unit: str) -> tuple[str, str]:
    """``(verdict, rule)`` of one claim interval against one evidence interval in the same unit.

    ``point`` is the evidence's best single value.
    """
    right = accepted(claim, unit)
    if claim.gap(point) == 0 or claim.contains(evidence):
        if point > right.high:
            return "contradicted", "R7"
        loose = right != claim and point > LOOSE_BOUND * claim.low
        return ("supported_imprecise", "R4") if loose else ("supported", "R1")
    if unit in ("boolean", "year"):
        return "contradicted", "R6"
    if claim.overlaps(evidence):
        return "supported_imprecise", "R2"
    near = NEAR_DAYS if unit == "date" else NEAR_MISS * abs(point)
    if claim.gap(point) <= near:
        return "supported_imprecise", "R3"
    return "contradicted", "R6"


def _verdict(
    claim: ClaimRow, evidence: list[tuple[str, Fact]], editor: EditorialRow | None, day: dt.date,
    end: dt.date,
    *, now: bool,
) -> Verdict:  # fmt: skip
    by_rule = _by_rule(claim, evidence, day, end, now=now)
    if editor is None:
        return by_rule
    chosen, reason = (editor.now, editor.reason_now) if now else (editor.on_day, editor.reason_on_day)
    cites = tuple(listed(editor.cites_now if now else editor.cites_on_day))
    decided = by_rule.rule[0] in "RO" or by_rule.so_far
    if by_rule.rule == "J1" and chosen == "judgement":
        return replace(by_rule, because=reason, editorial=True, cites=cites)
    if chosen == by_rule.verdict and (decided or by_rule.rule == "F1"):
        return by_rule
    return Verdict(
        chosen, "E1", reason, by_rule.facts, by_rule.confidence, by_rule.stage,
        editorial=True, overrides=by_rule.verdict if decided else "",
        so_far=now and _begun(claim, end) and chosen != "open", cites=cites,
    )  # fmt: skip


def _by_rule(
    claim: ClaimRow, evidence: list[tuple[str, Fact]], day: dt.date, end: dt.date, *, now: bool
) -> Verdict:
    if claim.kind == "judgement":
        return Verdict("judgement", "J1", RULES["J1"])
    cutoff = end if now else day
    if claim.tense == "forecast" and (not now or claim.due.date() > end):
        return _so_far(claim, evidence, end) if now else _OPEN
    measures = [f for role, f in evidence if role == "measures"]
    known = [f for f in measures if f.published <= cutoff]
    if not known or not claim.unit or math.isnan(claim.value):
        rule = "U2" if measures and not now else "U1"
        return Verdict("unverifiable", rule, RULES[rule])
    said = claim_interval(claim)
    first = _decide(said, claim, _best(known, claim.tense))
    updates = [f for role, f in evidence if role == "update" and f.published <= cutoff]
    if not now or claim.tense not in ("current", "plan") or not updates:
        return first
    newest = max(updates, key=lambda f: (Period.parse(f.as_of).end, rank(f)))
    later = _decide(said, claim, [newest])
    if first.verdict == "contradicted":
        if claim.tense != "current" or later.verdict in HELD:
            return later if claim.tense == "current" else first
    elif later.verdict == "contradicted":
        return replace(later, verdict="outdated", rule="O1", because=RULES["O1"])
    # What still holds, or still does not, does so by its newest evidence too.
    both = tuple(dict.fromkeys((*first.facts, *later.facts)))
    return replace(first, facts=both, confidence=weakest([first.confidence, later.confidence]))


def _begun(claim: ClaimRow, end: dt.date) -> bool:
    """Whether a forecast's time has begun and is not over."""
    if claim.tense != "forecast" or pd.isna(claim.begins):
        return False
    return bool(claim.begins.date() <= end < claim.due.date())


def _so_far(claim: ClaimRow, evidence: list[tuple[str, Fact]], end: dt.date) -> Verdict:
    """The answer so far to a forecast whose time has begun, from the newest evidence of it; else open."""
    if not _begun(claim, end):
        return _OPEN
    known = [f for role, f in evidence if role in ("measures", "update") and f.published <= end]
    found = [f for f in known if Period.parse(f.as_of).end >= claim.begins.date()]
    if not found or not claim.unit or math.isnan(claim.value):
        return _OPEN
    answer = _decide(claim_interval(claim), claim, _best(found, "current"))
    return replace(answer, rule="F2", because=f"{RULES['F2']} {answer.because}", so_far=True)


def _best(facts: list[Fact], tense: str) -> list[Fact]:
    """The evidence of highest rank; for a current state, the newest of it."""
    top = max(map(rank, facts))
    best = [f for f in facts if rank(f) == top]
    if tense == "current":
        newest = max(Period.parse(f.as_of).end for f in best)
        best = [f for f in best if Period.parse(f.as_of).end == newest]
    return best


def _decide(said: Interval, claim: ClaimRow, facts: list[Fact]) -> Verdict:
    outcomes = [compare(said, fact_interval(f), on_axis(f.value, f.unit), claim.unit) for f in facts]
    if len({v for v, _ in outcomes}) > 1 and any(v == "contradicted" for v, _ in outcomes):
        verdict, rule = "supported_imprecise", "R5"
    else:
        verdict, rule = max(outcomes, key=lambda o: list(SCALE).index(o[0]))
    return Verdict(
        verdict, rule, RULES[rule], tuple(f.fact_id for f in facts), weakest([f.confidence for f in facts]),
        min(facts, key=rank).stage,
    )  # fmt: skip
