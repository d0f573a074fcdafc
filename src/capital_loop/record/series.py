"""Choosing facts: a series by subject, metric and span; the newest; the one of a period; editors' choices.

No fact id stands in code: what a quantity's next figure must move is chosen here by what it measures, and
what editors chose (members of a list, readings of a note) is a row of ``data/choices.csv``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import pandas as pd

from capital_loop.record import Fact, Period, Record, RecordError
from capital_loop.record.rows import ChoiceRow
from capital_loop.record.tables import rank
from capital_loop.record.trace import Reading, note, unread

NO_FIGURES = ("rumour", "guidance")
"""Stages that are no figures of what happened."""
SPANS = {"day": (0, 27), "month": (27, 31), "quarter": (80, 100), "half": (150, 200), "year": (300, 380)}
"""Days between the ends of a period, both bounds inside."""


def _days(f: Fact) -> int:
    period = Period.parse(f.as_of)
    start = Period.parse(f.period_start).start if f.period_start else period.start
    return (period.end - start).days


def facts_of(
    record: Record, subject: str, metric: str, span: str = "", among: Collection[str] | None = None
) -> list[Fact]:
    """The facts of a series in time order: one a period, the firmest, of the ``span``, or else the shortest.

    Rumours and plans are left out. Of the periods ``among`` which one asks, as ``as_of``, where they are
    given: the others do not count as read. Empty if there is none; ``KeyError`` for an unknown span.
    """
    best: dict[str, tuple[int, Fact]] = {}
    frame = record.facts
    with unread():
        found = [
            record.fact(i) for i in frame.index[(frame["subject"] == subject) & (frame["metric"] == metric)]
        ]
    low, high = SPANS[span] if span else (0, 10**6)
    for f in found:
        days = _days(f)
        if f.stage in NO_FIGURES or not low <= days <= high:
            continue
        known = best.get(f.as_of)
        if known is None or (-days, rank(f)) > (-known[0], rank(known[1])):
            best[f.as_of] = (days, f)
    chosen = sorted((f for _, f in best.values()), key=lambda f: Period.parse(f.as_of).end)
    return [record.fact(f.fact_id) for f in chosen if among is None or f.as_of in among]


def series(
    record: Record, subject: str, metric: str, span: str = "", among: Collection[str] | None = None
) -> pd.DataFrame:
    """``date`` (the period's end), ``value``, ``as_of``, ``fact_id``; raises ``KeyError`` without any."""
    return frame_of(_some(record, subject, metric, span, among))


def periods_of(record: Record, subject: str, metric: str, span: str = "") -> list[str]:
    """The periods of a series in time order, as ``as_of``, to choose among: no fact counts as read."""
    with unread():
        return [f.as_of for f in facts_of(record, subject, metric, span)]


def _some(
    record: Record, subject: str, metric: str, span: str, among: Collection[str] | None = None
) -> list[Fact]:
    if not (facts := facts_of(record, subject, metric, span, among)):
        raise KeyError(f"no facts for {subject}, {metric}{f', {span}' if span else ''}")
    return facts


def frame_of(facts: Sequence[Fact]) -> pd.DataFrame:
    """Facts as rows: ``date`` (the period's end), ``value``, ``as_of``, ``fact_id``."""
    return pd.DataFrame({
        "date": [pd.Timestamp(Period.parse(f.as_of).end) for f in facts], "value": [f.value for f in facts],
        "as_of": [f.as_of for f in facts], "fact_id": [f.fact_id for f in facts],
    })  # fmt: skip


def latest(record: Record, subject: str, metric: str, span: str = "") -> Fact:
    """The newest fact of a series; raises ``KeyError`` if there is none."""
    with unread():
        newest = _some(record, subject, metric, span)[-1]
    return record.fact(newest.fact_id)


def of_period(record: Record, subject: str, metric: str, as_of: str) -> Fact:
    """The fact of a series whose ``as_of`` is the one given; raises ``KeyError`` if there is none."""
    with unread():
        found = [f for f in facts_of(record, subject, metric) if f.as_of == as_of]
    if not found:
        raise KeyError(f"no fact for {subject}, {metric}, {as_of}")
    return record.fact(found[0].fact_id)


@dataclass(frozen=True)
class Choice:
    """One member of an editors' list: ``choice["role"]`` is its fact in that role."""

    record: Record
    key: str
    label: str
    ids: dict[str, str]

    def __getitem__(self, role: str) -> Fact:
        if role not in self.ids:
            raise KeyError(f"data/choices.csv: '{self.key}' has no fact in the role '{role}'")
        return self.record.fact(self.ids[role])

    def get(self, role: str) -> Fact | None:
        """The fact in a role, or ``None``."""
        return self[role] if role in self.ids else None


def choices(record: Record, chapter: str, name: str) -> list[Choice]:
    """The members of a chapter's list in the order filed; raises ``RecordError`` for an unknown list."""
    found: dict[str, list[ChoiceRow]] = {}
    for row in record.grouped(ChoiceRow, "chapter").get(chapter, []):
        if row.choice == name:
            found.setdefault(row.key, []).append(row)
    if not found:
        raise RecordError([f"data/choices.csv: the chapter '{chapter}' has no list '{name}'; add its rows"])
    note(Reading(choices={(chapter, name): tuple(found)}))
    return [
        Choice(record, key, next((r.label for r in rows if r.label), ""), {r.role: r.fact_id for r in rows})
        for key, rows in found.items()
    ]


def choice(record: Record, chapter: str, name: str, key: str) -> Choice:
    """One member of a chapter's list by its key; raises ``KeyError`` if there is none."""
    found = next((c for c in choices(record, chapter, name) if c.key == key), None)
    if found is None:
        raise KeyError(f"data/choices.csv: no '{key}' in '{name}' of '{chapter}'")
    return found
