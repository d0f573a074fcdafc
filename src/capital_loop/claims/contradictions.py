"""Contradictions: claims of different documents about one quantity that cannot all be right, found by code."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Any

from capital_loop.claims.intervals import claim_interval
from capital_loop.claims.rules import assess
from capital_loop.record import Period, Record

__all__ = ["Contradiction", "contradictions"]


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
        name = f"{row.numerator}/{row.denominator}"
        out.append((name, top.document_id, (top.deal or top.subject, row.metric), top.as_of, a / b))
    return out
