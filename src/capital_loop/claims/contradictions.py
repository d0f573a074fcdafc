"""Contradictions: claims of several documents about one quantity that cannot all be right, found by code."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import NamedTuple

from capital_loop.claims.intervals import claim_interval
from capital_loop.claims.rules import assess, deals_of
from capital_loop.models.intervals import Interval
from capital_loop.record import Period, Record
from capital_loop.record.rows import ClaimRow, ImpliedRow


class _Stated(NamedTuple):
    """A figure that a document states or implies."""

    claim_id: str
    document_id: str
    key: tuple[str, str]
    period: Period
    interval: Interval


LETTER = "letter_of_intent"
STAGE = "said_stage"
"""In the place of a metric: how firm a deal is said to be."""


@dataclass(frozen=True)
class Contradiction:
    """Claims of different documents about the same quantity.

    ``kind`` is ``conflict`` (their intervals share no value), ``stage`` (one calls a contract or a payment
    what another calls a letter of intent) or ``shared_error`` (they agree, and the record contradicts
    them). ``claims`` are ids; an id in ``implied`` form (``A-12/A-11``) is a ratio
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
        _Stated(
            c.claim_id,
            c.document_id,
            (c.deal or c.subject, c.metric),
            Period.parse(c.as_of),
            claim_interval(c),
        )
        for c in record.rows(ClaimRow)
        if c.metric and c.as_of and not math.isnan(c.value)
    ] + _implied(record)
    verdicts = assess(record)
    found: list[Contradiction] = []
    by_key: dict[tuple[str, str], list[_Stated]] = {}
    for item in stated:
        by_key.setdefault(item.key, []).append(item)
    for key, items in sorted(by_key.items()):
        conflicting: set[str] = set()
        for a, b in itertools.combinations(items, 2):
            same_time = a.document_id != b.document_id and a.period.overlaps(b.period)
            if same_time and not a.interval.overlaps(b.interval):
                conflicting |= {a.claim_id, b.claim_id}
        if conflicting:
            found.append(Contradiction(key, "conflict", tuple(sorted(conflicting))))
        others = [i for i in items if i.claim_id in verdicts and i.claim_id not in conflicting]
        wrong = [i for i in others if verdicts[i.claim_id].now.verdict == "contradicted"]
        if len({i.document_id for i in wrong}) > 1:
            found.append(Contradiction(key, "shared_error", tuple(sorted(i.claim_id for i in wrong))))
    return found + _stages(record)


def _stages(record: Record) -> list[Contradiction]:
    """Deals that one document calls a letter of intent and another a contract or a payment."""
    said: dict[str, list[ClaimRow]] = {}
    for c in record.rows(ClaimRow):
        if c.said_stage:
            for deal in deals_of(c):
                said.setdefault(deal, []).append(c)
    found = []
    for deal, claims in sorted(said.items()):
        apart = {
            c.claim_id
            for a, b in itertools.permutations(claims, 2)
            if a.document_id != b.document_id and a.said_stage == LETTER != b.said_stage
            for c in (a, b)
        }
        if apart:
            found.append(Contradiction((deal, STAGE), "stage", tuple(sorted(apart))))
    return found


def _implied(record: Record) -> list[_Stated]:
    claims = record.keyed(ClaimRow)
    out = []
    for row in record.rows(ImpliedRow):
        top, bottom = claims[row.numerator], claims[row.denominator]
        key, ratio = (top.deal or top.subject, row.metric), claim_interval(top) / claim_interval(bottom)
        name = f"{row.numerator}/{row.denominator}"
        out.append(_Stated(name, top.document_id, key, Period.parse(top.as_of), ratio))
    return out
