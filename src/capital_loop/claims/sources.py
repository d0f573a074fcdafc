"""What a fact's sources are worth together: its confidence by rule; whether it rests on weak ones alone."""

from __future__ import annotations

from collections.abc import Iterable

from capital_loop.record import Record, weakest
from capital_loop.record.grades import FIRST_HAND, ORDER
from capital_loop.record.tables import PriceRef, Source
from capital_loop.record.trace import unread

CLOSES = "secondary_multiple"
"""The confidence of a closing price: a check holds two tables of different origin together."""
WEAK_LIMIT = 15
"""So many facts that decide a verdict may rest on weak sources alone."""
LOOKED_FOR = "Looked for:"
"""How the note of such a fact begins to say what was looked for instead."""


def confidence(record: Record, fact_id: str) -> str:
    """The confidence that follows from a fact's sources, or from the inputs that it is computed from.

    One first-hand source makes it primary. Two sources that are not weak, and not copies of one original,
    make it ``secondary_multiple``. All else is ``secondary_single``, weak sources in any number included.
    """
    fact = record.fact(fact_id)
    if fact.derived_from:
        return weakest([CLOSES if PriceRef.parse(i) else confidence(record, i) for i in fact.derived_from])
    if any(s.grade in FIRST_HAND for s in fact.sources):
        return "primary"
    return "secondary_multiple" if len(independent(fact.sources)) > 1 else "secondary_single"


def weakest_grade(record: Record, fact_ids: Iterable[str]) -> str:
    """The weakest of the grades of some facts; blank for none, or for no fact. Asking reads none."""
    with unread():
        return max(
            (record.fact(i).grade for i in fact_ids if i in record.facts.index),
            key=ORDER.__getitem__,
            default="",
        )


def independent(sources: Iterable[Source]) -> set[str]:
    """The originals behind some sources, weak ones left out: copies of one original are one."""
    return {s.original or s.source_id for s in sources if s.grade != "weak"}


def weak_alone(record: Record, fact_ids: Iterable[str]) -> bool:
    """Whether all of some facts rest on weak sources alone (a computed one: an input); False for none."""
    ids = tuple(fact_ids)
    return bool(ids) and record.weak.issuperset(ids)


def weak_deciders(record: Record, verdicts: Iterable[Iterable[str]]) -> list[str]:
    """Deciding facts that rest on weak sources alone, in order of their ids."""
    return sorted(record.weak & {i for facts in verdicts for i in facts})
