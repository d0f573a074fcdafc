"""What every chapter's study is.

The record, the reader's changes of assumptions, and parts computed on first use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

import pandas as pd

from capital_loop.models.sampling import Estimate
from capital_loop.record import Assumption, Fact, Record, RecordError
from capital_loop.record.rows import EntityRow
from capital_loop.record.series import (
    Choice,
    choice,
    choices,
    facts_of,
    frame_of,
    latest,
    of_period,
    periods_of,
    series,
)
from capital_loop.record.trace import part

__all__ = [
    "DAYS", "MONTHS", "QUARTERS", "Study", "facts_of", "frame_of", "latest", "number", "of_period", "part",
    "periods_of", "series",
]  # fmt: skip

DAYS, MONTHS, QUARTERS = 365.25, 12, 4
"""How many make a year."""


def number(frame: pd.DataFrame, row: Any, column: str) -> float:
    """One number of a frame, by its label and column; ``KeyError`` where there is none."""
    value: Any = frame.at[row, column]
    return float(value)


class Study:
    """A chapter's results; subclasses compute them as :class:`~capital_loop.record.trace.part`.

    ``changed`` replaces central values of assumptions by id; an unknown id raises ``RecordError``.
    """

    chapter: ClassVar[str]
    """The slug: how ``data/choices.csv`` names the chapter."""
    models: ClassVar[tuple[str, ...]] = ()
    """Whose assumptions a reader may change, as ``model`` of ``data/assumptions.csv``."""
    further: ClassVar[tuple[str, ...]] = ()
    """Assumptions that it takes from models of other chapters, by id."""

    def __init__(self, record: Record, changed: Mapping[str, float] | None = None):
        self.record, self.changed = record, dict(changed or {})
        unknown = set(self.changed) - set(record.table("assumptions")["assumption_id"])
        if unknown:
            raise RecordError(
                [f"data/assumptions.csv: no assumption named {', '.join(sorted(unknown))}; see its ids"]
            )

    @property
    def inputs_to_change(self) -> pd.DataFrame:
        """Each input that a reader may change, by id: its name, unit, the value in use, and its range."""
        table = self.record.table("assumptions")
        own = table[table["model"].isin(self.models) | table["assumption_id"].isin(self.further)]
        own = own.set_index("assumption_id")
        in_use = pd.Series(self.changed, dtype=float).reindex(own.index).fillna(own["central"])
        return own[["title", "unit"]].assign(in_use=in_use, low=own["low"], high=own["high"])

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

    def estimate(self, assumption_id: str) -> Estimate:
        """An assumption as a range that is wide enough for the reader's central value."""
        a = self.assumed(assumption_id)
        return Estimate(min(a.low, a.central), a.central, max(a.high, a.central))

    def inputs_of(self, ids: Mapping[str, str]) -> pd.DataFrame:
        """Fixed assumptions with ranges and reasons, a row each.

        Its name is the key, its id the value of ``ids``.
        """
        return pd.DataFrame([vars(self.fixed(i)) for i in ids.values()], index=pd.Index(list(ids)))

    def choices(self, name: str) -> list[Choice]:
        """The members of one of the chapter's lists."""
        return choices(self.record, self.chapter, name)

    def chosen(self, name: str, key: str, role: str = "fact") -> Fact:
        """The fact of one member of a list."""
        return choice(self.record, self.chapter, name, key)[role]

    def listed(self, name: str, role: str = "fact") -> dict[str, Fact]:
        """The facts of all members of a list in one role, by key."""
        return {c.key: c[role] for c in self.choices(name)}

    def ids(self, name: str) -> list[str]:
        """The ids of the facts of a list, for a table of them."""
        return [f.fact_id for f in self.listed(name).values()]

    def facts(self, name: str, key: str) -> dict[str, Fact]:
        """All facts of one member of a list, by role."""
        found = choice(self.record, self.chapter, name, key)
        return {role: found[role] for role in found.ids}

    def series_by(self, keys: Mapping[str, tuple[str, ...]]) -> pd.DataFrame:
        """Several series (subject, metric and span by ``key``) under each other."""
        found = [series(self.record, *asked).assign(key=key) for key, asked in keys.items()]
        return pd.concat(found, ignore_index=True)

    def newest_like(self, fact_id: str) -> Fact:
        """The newest figure of the series that a fact belongs to."""
        named = self.record.facts.loc[fact_id]
        return latest(self.record, str(named["subject"]), str(named["metric"]))

    @property
    def own_claims(self) -> pd.DataFrame:
        """The chapter's claims, as filed."""
        return self.record.claims[self.record.claims["chapter"] == self.chapter]

    @part
    def documents_day(self) -> pd.Timestamp:
        """The last day of the documents."""
        return pd.Timestamp(self.record.documents["day"].max())

    def cited(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Rows of a table of prices: each of their sources counts as read, up to its newest row."""
        for source, day in rows.groupby("source_id", sort=False)["date"].max().items():
            self.record.cite(str(source), day.date())
        return rows

    def _close_rows(self, party: str, frequency: str = "") -> pd.DataFrame:
        """The rows of ``closes_of``, to choose among: none counts as read."""
        ticker = self.record.keyed(EntityRow)[party].ticker
        table = self.record.return_closes
        own = table[(table["ticker"] == ticker) & table["frequency"].str.startswith(frequency)]
        return own.sort_values(["date", "frequency"]).drop_duplicates("date")

    def closes_of(self, party: str, frequency: str = "") -> pd.Series:
        """Closes of a listed party with dividends put back, by day.

        Of every ``frequency`` if none is named.
        """
        return self.cited(self._close_rows(party, frequency)).set_index("date")["adj_close"]

    def last_close(self, party: str) -> pd.Timestamp:
        """The day of the newest close of a listed party."""
        return pd.Timestamp(self.cited(self._close_rows(party).tail(1))["date"].iloc[0])

    def price_of(self, party: str) -> float:
        """The newest close of a listed party as traded, without dividends put back."""
        ticker = self.record.keyed(EntityRow)[party].ticker
        own = self.record.prices[self.record.prices["ticker"] == ticker].sort_values("date")
        newest = self._close_rows(party)["date"].iloc[-1]
        if own.empty or own["date"].iloc[-1] != newest:
            raise ValueError(f"data/prices.csv has no close of {ticker} on {newest:%Y-%m-%d}")
        return float(self.cited(own.tail(1))["close"].iloc[0])

    def market_value(self, party: str) -> float:
        """A party's newest market value on the record, USD, moved on to the last close.

        By its closes with dividends put back, as the close without them is not held for every day.
        """
        known, closes = latest(self.record, party, "market_cap"), self._close_rows(party)
        then = closes[closes["date"] <= pd.Timestamp(known.as_of)].tail(1)
        before, now = self.cited(pd.concat([then, closes.tail(1)]))["adj_close"]
        return float(known.value * now / before)
