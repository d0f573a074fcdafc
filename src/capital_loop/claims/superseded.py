"""Stale inputs: what speaks of today must rest on the newest figures of the record.

A figure supersedes another of the same subject, metric, deal and unit if it is of a later day,
no plan or estimate, and says something else. A computed figure must use the newest figures of its
own day; one of the last months that is the newest of its kind speaks of today and must use the
newest of all. The same holds for what editors chose in the roles of ``CURRENT``. A computed figure
that means an older input says so in its note, in the words of ``ON_PURPOSE``.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator

from capital_loop.record import Period, Record
from capital_loop.record.rows import ChoiceRow, DerivedRow, FactRow
from capital_loop.record.tables import listed

FRESH = dt.timedelta(days=130)
"""Computed figures of the last months before the end of the search speak of today."""
CURRENT = ("paid", "since", "used", "so_far", "instalment", "now", "newest")
"""How the roles begin that speak of what is so today."""
NO_FIGURES = {"rumour", "guidance", "estimate"}
"""Stages that supersede nothing."""
EVENTS = {"funding_round", "close_change_1d"}
"""Metrics of single events, which no later event supersedes."""
ON_PURPOSE = "older on purpose"

Key = tuple[str, str, str, str, bool]


def superseded(record: Record) -> Iterator[str]:
    """Computed figures and editors' choices that rest on older inputs than the record has for their day."""
    book = _Book(record)
    for rule in record.rows(DerivedRow):
        used = {i for i in listed(rule.inputs) if i in book.facts}
        for old in sorted(used):
            new = book.newer(old, book.horizon(rule.fact_id), used | {rule.fact_id})
            if new and ON_PURPOSE not in rule.note:
                yield (
                    f"{rule.cell('inputs')}: {old} is superseded by {new.fact_id} of {new.as_of}; "
                    f"compute with it, or say in the note why the input is {ON_PURPOSE}"
                )
    lists: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in record.rows(ChoiceRow):
        lists[row.chapter, row.choice].add(row.fact_id)
    for row in record.rows(ChoiceRow):
        new = book.newer(row.fact_id, book.end, lists[row.chapter, row.choice])
        if new and row.role.startswith(CURRENT):
            yield (
                f"{row.cell('fact_id')}: superseded by {new.fact_id} of {new.as_of}, and the role "
                f"'{row.role}' speaks of today; choose that, or add it to the list"
            )


class _Book:
    """The facts by what they measure."""

    def __init__(self, record: Record):
        self.end = record.searched
        self.facts = record.keyed(FactRow)
        self.values = record.facts["value"].to_dict()
        self.rests = {r.fact_id: set(listed(r.inputs)) for r in record.rows(DerivedRow)}
        self.alike: dict[Key, list[FactRow]] = defaultdict(list)
        for fact in self.facts.values():
            if fact.stage not in NO_FIGURES and _day(fact) <= self.end:
                self.alike[_key(fact)].append(fact)

    def horizon(self, fact_id: str) -> dt.date:
        """The day up to which a computed figure must know the record."""
        own = self.facts[fact_id]
        newest = not any(_day(f) > _day(own) for f in self.alike[_key(own)])
        return self.end if newest and _day(own) >= self.end - FRESH else _day(own)

    def newer(self, fact_id: str, until: dt.date, used: Iterable[str]) -> FactRow | None:
        """The newest figure up to a day that supersedes another; ``None`` if none does or it is used too."""
        old, used = self.facts[fact_id], set(used)
        known = used.union(*(self.rests.get(i, ()) for i in used))
        later = [
            f
            for f in self.alike[_key(old)]
            if _day(old) < _day(f) <= until and fact_id not in self.rests.get(f.fact_id, ())
        ]
        if old.metric in EVENTS or not later:
            return None
        last = max(later, key=_day)
        inside = self.rests.get(last.fact_id, {last.fact_id}) <= known | {last.fact_id}
        again = last.stage != "paid" and self.values[last.fact_id] == self.values[fact_id]
        return None if last.fact_id in known or (inside and last.fact_id in self.rests) or again else last


def _key(fact: FactRow) -> Key:
    return fact.subject, fact.metric, fact.deal, fact.unit, bool(fact.period_start)


def _day(fact: FactRow) -> dt.date:
    return Period.parse(fact.as_of).end
