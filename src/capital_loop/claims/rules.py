"""Claims against evidence: intervals, verdict rules, contradictions.

The rules are written out in ``RULES`` (the book prints them from here). Figures, dates, events and
rankings are decided by comparing the interval that the claim's wording implies with the interval of
the best evidence, in the same unit. Causes, judgements and forecasts are decided by editors
(``data/editorial.csv``) and marked so. Every claim gets two verdicts: on its document's day, with
what was public then, and at the end of the evidence.
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from capital_loop.record.tables import OPERATIONS, Fact, Period, Record, rank, weakest

ABOUT = 0.05
"""How far, as a share, a figure with "about" may lie from the value and still be what was said."""
NEARLY = 0.10
"""How far below the value a figure with "nearly" may lie."""
NEAR_MISS = 0.05
"""A figure outside the claim's interval by at most this share of the evidence is imprecise, not wrong."""
LOOSE_BOUND = 2.0
"""A bound ("over 10") that the evidence exceeds by this factor is true but says little."""
NEAR_DAYS = 1
"""A date off by at most this many days is imprecise (time zones: Beijing is a day ahead of New York)."""

SCALE = {
    "supported": "Supported",
    "supported_imprecise": "Supported but imprecise",
    "contradicted": "Contradicted",
    "outdated": "Outdated",
    "unverifiable": "Unverifiable",
    "judgement": "Judgement",
    "open": "Open",
}
"""The verdict scale: key in the data, words on the page."""

MEANING = {
    "supported": "The best evidence lies inside what the wording implies.",
    "supported_imprecise": "Right in substance, but outside the rounding, only loosely bounded, or the evidence itself disagrees.",
    "contradicted": "The best evidence lies outside what the wording implies.",
    "outdated": "It fitted the evidence of its day; newer figures no longer do.",
    "unverifiable": "Nothing found measures it. The page says what was looked for.",
    "judgement": "An opinion or a metaphor. It is not rated; reasons for and against are given.",
    "open": "A forecast that is not yet due.",
}

RULES = {
    "R1": "The evidence lies inside the claim's interval.",
    "R2": "The evidence is itself a range that overlaps the claim's interval without lying inside it.",
    "R3": f"The evidence lies outside the claim's interval by at most {NEAR_MISS:.0%} of itself (dates: {NEAR_DAYS} day).",
    "R4": f"A one-sided claim holds, but the evidence exceeds the bound by more than {LOOSE_BOUND:g} times.",
    "R5": "Evidence of equal rank disagrees: some of it fits the claim and some does not.",
    "R6": "The evidence lies outside the claim's interval.",
    "O1": "It fitted the evidence about its day; the newest figure for the same quantity does not fit any more.",
    "U1": "No fact in the record measures it.",
    "U2": "What measures it became public only after the document's day.",
    "F1": "A forecast, not due yet on this date.",
    "J1": "A judgement; judgements are not rated.",
    "E1": "Editorial verdict, with reasons.",
}
"""What fired, in words. R: by interval. O: by newer figures. U, F, J: by kind. E: by an editor."""

_GOOD, _BAD = {"supported", "supported_imprecise"}, {"contradicted", "outdated"}
LESSON_RULE: dict[str, Callable[[str, str], bool]] = {
    "right_not_obvious": lambda on_day, now: now in _GOOD,
    "wrong_that_mattered": lambda on_day, now: now == "contradicted",
    "unknowable": lambda on_day, now: on_day != "contradicted" and now in _BAD,
}
"""Which pair of verdicts (on the day, now) a claim needs before an editor may file it as a lesson."""


@dataclass(frozen=True)
class Interval:
    """A closed interval; infinite ends stand for no bound. ``point`` is the best single value in it."""

    low: float
    high: float
    point: float

    def __post_init__(self) -> None:
        if not self.low <= self.high:
            raise ValueError(f"the interval's low {self.low:g} is above its high {self.high:g}")

    def contains(self, other: Interval) -> bool:
        """Whether ``other`` lies wholly inside."""
        return self.low <= other.low and other.high <= self.high

    def overlaps(self, other: Interval) -> bool:
        """Whether the two share a value."""
        return self.low <= other.high and other.low <= self.high

    def gap(self, x: float) -> float:
        """Distance from ``x`` to the interval; zero inside."""
        return max(self.low - x, x - self.high, 0.0)


def implied_interval(value: float, step: float, qualifier: str) -> tuple[float, float]:
    """What a printed figure implies: ``(low, high)`` in the figure's unit, ends may be infinite.

    ``step`` is the rounding step of the printed figure (3000亿 printed to one digit: 1e11). ``exact``
    gives half a step either side; ``about`` at least ``ABOUT`` of the value; ``nearly`` reaches
    ``NEARLY`` below it; ``over`` and ``at_least`` are open above, ``at_most`` below. A ``range`` has
    no rule: its ends are typed in. Raises ``ValueError`` for it and for unknown qualifiers.
    """
    half = step / 2
    if qualifier == "exact":
        return value - half, value + half
    if qualifier == "about":
        reach = max(half, ABOUT * abs(value))
        return value - reach, value + reach
    if qualifier == "nearly":
        return value - max(half, NEARLY * abs(value)), value + half
    if qualifier in ("over", "at_least"):
        return value, math.inf
    if qualifier == "at_most":
        return -math.inf, value
    raise ValueError(f"the qualifier '{qualifier}' implies no interval; use range and type low and high")


@dataclass(frozen=True)
class Verdict:
    """One verdict with its reason.

    ``facts`` are the ids that decided; ``confidence`` and ``stage`` the weakest among them (blank
    where no fact decided). ``because`` says it in a sentence. ``overrides`` holds the verdict that
    the rules gave where an editor decided otherwise.
    """

    verdict: str
    rule: str
    facts: tuple[str, ...] = ()
    confidence: str = ""
    stage: str = ""
    because: str = ""
    editorial: bool = False
    overrides: str = ""


@dataclass(frozen=True)
class Assessment:
    """Both verdicts of a claim."""

    claim_id: str
    on_day: Verdict
    now: Verdict


def assess(record: Record) -> dict[str, Assessment]:
    """Both verdicts of every claim, by claim id."""
    days = {d.document_id: d.day.date() for d in record.documents.itertuples()}
    editorial = {e.claim_id: e for e in record.editorial.itertuples()}
    links: dict[str, list[tuple[str, Fact]]] = {}
    for link in record.claim_evidence.itertuples():
        links.setdefault(link.claim_id, []).append((link.role, record.fact(link.fact_id)))
    out = {}
    for claim in record.claims.itertuples():
        evidence, editor = links.get(claim.claim_id, []), editorial.get(claim.claim_id)
        out[claim.claim_id] = Assessment(
            claim.claim_id,
            _verdict(claim, evidence, editor, days[claim.document_id], record.evidence_end, now=False),
            _verdict(claim, evidence, editor, days[claim.document_id], record.evidence_end, now=True),
        )
    return out


def verdict_table(record: Record) -> pd.DataFrame:
    """One row a claim: the claims table joined with both verdicts, rules and bases."""
    rows = []
    for claim_id, a in assess(record).items():
        rows.append({
            "claim_id": claim_id, "on_day": a.on_day.verdict, "rule_on_day": a.on_day.rule,
            "now": a.now.verdict, "rule_now": a.now.rule, "because": a.now.because,
            "editorial": a.now.editorial, "confidence": a.now.confidence, "stage": a.now.stage,
        })  # fmt: skip
    return record.claims.merge(pd.DataFrame(rows), on="claim_id", validate="one_to_one")


def claim_interval(claim: Any) -> Interval:
    """The interval of a claims row; blank ends are open; date units become day ordinals."""
    low = -math.inf if math.isnan(claim.low) else claim.low
    high = math.inf if math.isnan(claim.high) else claim.high
    return _interval(low, high, claim.value, claim.unit)


def fact_interval(fact: Fact) -> Interval:
    """The interval of a fact: its own range; a single stated end is a bound, open on the other side."""
    low, high = fact.low, fact.high
    if math.isnan(low) and math.isnan(high):
        low = high = fact.value
    low = -math.inf if math.isnan(low) else low
    high = math.inf if math.isnan(high) else high
    return _interval(low, high, fact.value, fact.unit)


def day_number(yyyymmdd: float) -> float:
    """The ordinal of a date written as the number YYYYMMDD; raises ``ValueError`` for no such day."""
    n = int(yyyymmdd)
    return float(dt.date(n // 10000, n // 100 % 100, n % 100).toordinal())


def _interval(low: float, high: float, point: float, unit: str) -> Interval:
    if unit == "date":
        low, high, point = (day_number(x) if math.isfinite(x) else x for x in (low, high, point))
    return Interval(low, high, point)


def compare(claim: Interval, evidence: Interval, unit: str) -> tuple[str, str]:
    """``(verdict, rule)`` of one claim interval against one evidence interval in the same unit."""
    point = evidence.point
    one_sided = math.isinf(claim.high) and math.isfinite(claim.low)
    if claim.gap(point) == 0 or claim.contains(evidence):
        if one_sided and unit != "date" and claim.low > 0 and point > LOOSE_BOUND * claim.low:
            return "supported_imprecise", "R4"
        return "supported", "R1"
    if unit in ("boolean", "year"):
        return "contradicted", "R6"
    if claim.overlaps(evidence):
        return "supported_imprecise", "R2"
    near = NEAR_DAYS if unit == "date" else NEAR_MISS * abs(point)
    if claim.gap(point) <= near:
        return "supported_imprecise", "R3"
    return "contradicted", "R6"


def _verdict(
    claim: Any, evidence: list[tuple[str, Fact]], editor: Any, day: dt.date, end: dt.date, *, now: bool
) -> Verdict:
    by_rule = _by_rule(claim, evidence, day, end, now=now)
    if editor is None:
        return by_rule
    chosen = editor.now if now else editor.on_day
    decided = by_rule.rule[0] in "RO"
    if by_rule.rule == "J1" and chosen == "judgement":
        return replace(by_rule, because=editor.reasons, editorial=True)
    if chosen == by_rule.verdict and decided:
        return by_rule
    return Verdict(
        chosen, "E1", by_rule.facts, by_rule.confidence, by_rule.stage, editor.reasons,
        editorial=True, overrides=by_rule.verdict if decided else "",
    )  # fmt: skip


def _by_rule(
    claim: Any, evidence: list[tuple[str, Fact]], day: dt.date, end: dt.date, *, now: bool
) -> Verdict:
    if claim.kind == "judgement":
        return Verdict("judgement", "J1", because=RULES["J1"])
    cutoff = end if now else day
    if claim.tense == "forecast" and (not now or claim.due.date() > end):
        return Verdict("open", "F1", because=RULES["F1"])
    measures = [f for role, f in evidence if role == "measures"]
    known = [f for f in measures if f.published <= cutoff]
    if not known or not claim.unit or math.isnan(claim.value):
        rule = "U2" if measures and not now else "U1"
        return Verdict("unverifiable", rule, because=RULES[rule])
    said = claim_interval(claim)
    first = _decide(said, claim, _best(known, claim.tense))
    if not now or claim.tense != "current" or first.verdict == "contradicted":
        return first
    updates = [f for role, f in evidence if role == "update" and f.published <= cutoff]
    if not updates:
        return first
    newest = max(updates, key=lambda f: (Period.parse(f.as_of).end, rank(f)))
    later = _decide(said, claim, [newest])
    if later.verdict == "contradicted":
        return replace(later, verdict="outdated", rule="O1")
    return first


def _best(facts: list[Fact], tense: str) -> list[Fact]:
    """The evidence of highest rank; for a current state, the newest of it."""
    top = max(map(rank, facts))
    best = [f for f in facts if rank(f) == top]
    if tense == "current":
        newest = max(Period.parse(f.as_of).end for f in best)
        best = [f for f in best if Period.parse(f.as_of).end == newest]
    return best


def _decide(said: Interval, claim: Any, facts: list[Fact]) -> Verdict:
    outcomes = [compare(said, fact_interval(f), claim.unit) for f in facts]
    if len({v for v, _ in outcomes}) > 1 and any(v == "contradicted" for v, _ in outcomes):
        verdict, rule = "supported_imprecise", "R5"
    else:
        verdict, rule = max(outcomes, key=lambda o: list(SCALE).index(o[0]))
    return Verdict(
        verdict, rule, tuple(f.fact_id for f in facts), weakest([f.confidence for f in facts]),
        min(facts, key=rank).stage, RULES[rule],
    )  # fmt: skip


@dataclass(frozen=True)
class Contradiction:
    """Claims of different documents about the same quantity.

    ``kind`` is ``conflict`` (their intervals share no value) or ``shared_error`` (they agree, and the
    record contradicts them). ``claims`` are ids; an id in ``implied`` form (``A-12/A-11``) is a ratio
    of two claims of one document.
    """

    key: tuple[str, str]
    kind: str
    claims: tuple[str, ...]


def contradictions(record: Record) -> list[Contradiction]:
    """Conflicts among the documents, and errors that they share, found by key and interval alone.

    Two claims speak of the same quantity when deal (or, without a deal, subject), metric and as-of
    period agree. Ratios that a document implies by giving both terms (``implied.csv``) count as its
    claims.
    """
    stated = [
        (c.claim_id, c.document_id, (c.deal or c.subject, c.metric), c.as_of, claim_interval(c))
        for c in record.claims.itertuples()
        if c.metric and c.as_of and not math.isnan(c.value)
    ] + _implied(record)
    verdicts = assess(record)
    found: list[Contradiction] = []
    by_key: dict[tuple[str, str], list[Any]] = {}
    for item in stated:
        by_key.setdefault(item[2], []).append(item)
    for key, items in sorted(by_key.items()):
        conflicting: set[str] = set()
        for a, b in itertools.combinations(items, 2):
            same_time = Period.parse(a[3]).overlaps(Period.parse(b[3]))
            if a[1] != b[1] and same_time and not a[4].overlaps(b[4]):
                conflicting |= {a[0], b[0]}
        if conflicting:
            found.append(Contradiction(key, "conflict", tuple(sorted(conflicting))))
        wrong = [
            i
            for i in items
            if i[0] in verdicts and verdicts[i[0]].now.verdict == "contradicted" and i[0] not in conflicting
        ]
        if len({i[1] for i in wrong}) > 1:
            found.append(Contradiction(key, "shared_error", tuple(sorted(i[0] for i in wrong))))
    return found


def _implied(record: Record) -> list[Any]:
    claims = record.claims.set_index("claim_id", drop=False)
    out = []
    for row in record.implied.itertuples():
        top, bottom = (claims.loc[i] for i in (row.numerator, row.denominator))
        a, b = claim_interval(top), claim_interval(bottom)
        ratio = OPERATIONS["ratio"]
        interval = Interval(ratio([a.low, b.high]), ratio([a.high, b.low]), ratio([a.point, b.point]))
        name = f"{row.numerator}/{row.denominator}"
        out.append((name, top.document_id, (top.deal or top.subject, row.metric), top.as_of, interval))
    return out
