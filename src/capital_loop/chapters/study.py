"""What every chapter's study is: the record, the reader's changes of assumptions, and parts computed on first use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from capital_loop.record import Assumption, Fact, Record, RecordError
from capital_loop.record.series import Choice, choice, choices, facts_of, latest, of_period, series
from capital_loop.record.trace import part

__all__ = ["Study", "facts_of", "latest", "of_period", "part", "series"]


class Study:
    """A chapter's results; subclasses compute them as :class:`~capital_loop.record.trace.part`.

    ``changed`` replaces central values of assumptions by id; an unknown id raises ``RecordError``.
    """

    chapter: ClassVar[str]
    """The slug: how ``data/choices.csv`` names the chapter."""

    def __init__(self, record: Record, changed: Mapping[str, float] | None = None):
        self.record, self.changed = record, dict(changed or {})
        unknown = set(self.changed) - set(record.table("assumptions")["assumption_id"])
        if unknown:
            raise RecordError([f"data/assumptions.csv: no assumption named {', '.join(sorted(unknown))}"])

    def assumed(self, assumption_id: str) -> Assumption:
        """An assumption, with the reader's central value where one was given."""
        found = self.record.assumption(assumption_id)
        if assumption_id in self.changed:
            found = replace(found, central=self.changed[assumption_id])
        return found

    def fixed(self, assumption_id: str) -> Assumption:
        """An assumption whose whole range is the reader's value where one was given."""
        found = self.assumed(assumption_id)
        if assumption_id in self.changed:
            found = replace(found, low=found.central, high=found.central)
        return found

    def choices(self, name: str) -> list[Choice]:
        """The members of one of the chapter's lists."""
        return choices(self.record, self.chapter, name)

    def chosen(self, name: str, key: str, role: str = "fact") -> Fact:
        """The fact of one member of a list."""
        return choice(self.record, self.chapter, name, key)[role]
