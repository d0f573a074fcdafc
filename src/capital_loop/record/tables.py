"""The record: typed frames of the Data Package in ``data/``, and its facts with their sources.

``load`` gives a :class:`Record` whose attributes are pandas frames typed by the descriptor
(``record.claims``, ``record.facts`` ...). What a schema cannot say is checked in ``claims.checks``.
"""

from __future__ import annotations

import calendar
import datetime as dt
import json
import math
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from capital_loop.record.schema import LARGEST, RecordError, default_root, one_line, read_descriptor
from capital_loop.record.trace import Reading, note

FIRMNESS = {"primary": 2, "secondary_multiple": 1, "secondary_single": 0}
"""Confidence of a fact, ranked: a result is never firmer than its weakest input."""


_PERIOD = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")


@dataclass(frozen=True)
class Period:
    """The days that a date, month or year stands for, both ends included."""

    start: dt.date
    end: dt.date

    @classmethod
    def parse(cls, text: str) -> Period:
        """``2025``, ``2025-10`` or ``2025-10-06``; raises ``ValueError`` for an impossible date."""
        if not _PERIOD.fullmatch(text):
            raise ValueError(f"'{text[:20]}' is not a year, month or day")
        parts = [int(p) for p in text.split("-")]
        if len(parts) == 1:
            return cls(dt.date(parts[0], 1, 1), dt.date(parts[0], 12, 31))
        if len(parts) == 2:
            last = calendar.monthrange(parts[0], parts[1])[1]
            return cls(dt.date(parts[0], parts[1], 1), dt.date(parts[0], parts[1], last))
        day = dt.date(*parts)
        return cls(day, day)

    def overlaps(self, other: Period) -> bool:
        """Whether the two share a day."""
        return self.start <= other.end and other.start <= self.end


@dataclass(frozen=True)
class Source:
    """Where a fact comes from, citable by a reader; ``locator`` says where in it."""

    source_id: str
    title: str
    publisher: str
    published: str
    url: str
    kind: str
    quoted_in: str
    locator: str


@dataclass(frozen=True)
class Fact:
    """One figure of the record with its scope and standing; sources by value.

    ``low`` and ``high`` are the source's own range or bound (``nan``: none stated; an open bound is
    infinite). ``derived_from`` names the inputs when code computed the value.
    """

    fact_id: str
    subject: str
    deal: str
    metric: str
    value: float
    low: float
    high: float
    unit: str
    as_of: str
    published: dt.date
    stage: str
    confidence: str
    note: str
    sources: tuple[Source, ...]
    derived_from: tuple[str, ...] = ()
    period_start: str = ""

    def __float__(self) -> float:
        return self.value


@dataclass(frozen=True)
class Assumption:
    """An input that no fact states: a range with its reason."""

    assumption_id: str
    title: str
    low: float
    central: float
    high: float
    unit: str
    why: str


def load(data: Path | None = None) -> Record:
    """The record in ``data`` (default: the checkout's). Tables are read when first asked for."""
    return Record(data or default_root() / "data")


class Record:
    """Typed frames of the record, each read once, on first use.

    Dates are ``datetime64``; periods (``YYYY[-MM[-DD]]``) and other text are ``str`` with ``""`` for
    missing; numbers are ``float64`` with ``nan`` for missing. ``facts`` has corrections applied and
    derived values computed; ``sources``, ``derived`` and the rest are as filed.
    """

    def __init__(self, data: Path):
        self.data = data
        self.descriptor = read_descriptor(data)
        self._frames: dict[str, pd.DataFrame] = {}

    def table(self, name: str) -> pd.DataFrame:
        """The table as filed, typed by the descriptor; raises ``RecordError`` for an unknown name."""
        if name not in self._frames:
            resource = next((r for r in self.descriptor["resources"] if r["name"] == name), None)
            if resource is None:
                raise RecordError([f"data/datapackage.json: no table named '{name}'"])
            _trace(name)
            self._frames[name] = _read(self.data, resource)
        return self._frames[name]

    def __getattr__(self, name: str) -> pd.DataFrame:
        if name.startswith("_") or "descriptor" not in self.__dict__:
            raise AttributeError(name)
        if not any(r["name"] == name for r in self.descriptor["resources"]):
            raise AttributeError(name)
        return self.table(name)

    @property
    def evidence_end(self) -> dt.date:
        """The day the evidence was closed."""
        return dt.date.fromisoformat(self.descriptor["evidence_end"])

    @property
    def version(self) -> str:
        """The version of the record."""
        return str(self.descriptor["version"])

    @cached_property
    def facts(self) -> pd.DataFrame:
        """All facts, indexed by ``fact_id``, corrections applied, derived values filled in."""
        frame = self.table("facts").set_index("fact_id", drop=False).rename_axis(None)
        for row in self.table("corrections").itertuples():
            is_number = row.column in ("value", "low", "high")
            frame.loc[row.fact_id, row.column] = (
                float(row.value)
                if is_number
                else pd.Timestamp(row.value)
                if row.column == "published"
                else row.value
            )
        pending = self.table("derived").set_index("fact_id")
        while len(pending):
            ready = [
                i
                for i in pending.index
                if not set(self._inputs(pending.at[i, "inputs"])) & set(pending.index)
            ]
            if not ready:
                raise RecordError([f"data/derived.csv: {', '.join(pending.index)} depend on each other"])
            for fact_id in ready:
                values = [self._value(i, frame) for i in self._inputs(pending.at[fact_id, "inputs"])]
                frame.loc[fact_id, "value"] = OPERATIONS[pending.at[fact_id, "operation"]](values)
            pending = pending.drop(ready)
        return frame

    def fact(self, fact_id: str) -> Fact:
        """One fact with its sources (a derived fact: those of its inputs); ``KeyError`` if unknown."""
        found = self._facts[fact_id]
        note(found)
        return found

    @cached_property
    def _facts(self) -> dict[str, Fact]:
        sources = self.table("sources").set_index("source_id")
        cited: dict[str, list[Source]] = {}
        for link in self.table("fact_sources").itertuples():
            s = sources.loc[link.source_id]
            cited.setdefault(link.fact_id, []).append(_source(link.source_id, s, link.locator))
        derived = self.table("derived").set_index("fact_id")
        prices = self._price_sources
        out: dict[str, Fact] = {}
        for row in self.facts.itertuples():
            inputs: tuple[str, ...] = ()
            refs = cited.get(row.fact_id, [])
            if row.fact_id in derived.index:
                inputs = tuple(self._inputs(derived.at[row.fact_id, "inputs"]))
                seen: dict[str, Source] = {}
                for leaf in self._leaves(inputs, derived):
                    if leaf.startswith("price:"):
                        sid = prices[(leaf.split(":")[1], leaf.split(":")[2])]
                        seen[sid] = _source(sid, sources.loc[sid], "daily table")
                    else:
                        seen.update({s.source_id: s for s in cited.get(leaf, [])})
                refs = list(seen.values())
            out[row.fact_id] = Fact(
                row.fact_id, row.subject, row.deal, row.metric, row.value, row.low, row.high, row.unit, row.as_of,
                row.published.date(), row.stage, row.confidence, row.note, tuple(refs), inputs, row.period_start,
            )  # fmt: skip
        return out

    @cached_property
    def _price_sources(self) -> dict[tuple[str, str], str]:
        prices = self.table("prices")
        days = prices["date"].dt.strftime("%Y-%m-%d")
        return dict(zip(zip(prices["ticker"], days, strict=True), prices["source_id"], strict=True))

    def _leaves(self, inputs: tuple[str, ...], derived: pd.DataFrame) -> Iterator[str]:
        for item in inputs:
            if item in derived.index:
                yield from self._leaves(tuple(self._inputs(derived.at[item, "inputs"])), derived)
            else:
                yield item

    @staticmethod
    def _inputs(text: str) -> list[str]:
        return [part.strip() for part in text.split(";")]

    def _value(self, ref: str, facts: pd.DataFrame) -> float:
        if ref.startswith("price:"):
            _, ticker, day, column = ref.split(":")
            return self.price(ticker, day, column)
        return float(facts.at[ref, "value"])

    def price(self, ticker: str, day: str, column: str = "close") -> float:
        """One price; raises ``KeyError`` naming the missing row."""
        value = float(self._prices.at[(ticker, pd.Timestamp(day)), column])
        self.cite(self._price_sources[ticker, day])
        return value

    def cite(self, source_id: str) -> Source:
        """One source, told to every open reading: what is read from a table that names it."""
        row = self.table("sources").set_index("source_id").loc[source_id]
        found = _source(source_id, row, "daily table")
        note(Reading(sources={source_id: found}))
        return found

    def assumption(self, assumption_id: str) -> Assumption:
        """One assumption; the fact that it rests on counts as read. ``KeyError`` if unknown."""
        row = self._assumptions.loc[assumption_id]
        if row["fact_id"]:
            self.fact(row["fact_id"])
        return Assumption(
            assumption_id, row["title"], row["low"], row["central"], row["high"], row["unit"], row["why"]
        )

    @cached_property
    def _assumptions(self) -> pd.DataFrame:
        return self.table("assumptions").set_index("assumption_id")

    @cached_property
    def _prices(self) -> pd.DataFrame:
        return self.table("prices").set_index(["ticker", "date"])


OPERATIONS: dict[str, Callable[[Sequence[float]], float]] = {
    "sum": math.fsum,
    "difference": lambda v: v[0] - v[1],
    "product": math.prod,
    "ratio": lambda v: v[0] / v[1],
    "quotient_percent": lambda v: v[0] / v[1] * 100,
    "pct_change": lambda v: (v[1] / v[0] - 1) * 100,
    "equal": lambda v: v[0],
}
"""How ``derived.csv`` computes a figure and ``identities.csv`` holds figures together, from the values in order."""
PARTS = {"difference": 2, "ratio": 2, "quotient_percent": 2, "pct_change": 2, "equal": 1}
"""How many values an operation takes; sums and products take any number."""


_SOFT_STAGES = {"rumour", "estimate", "guidance"}


def rank(fact: Fact) -> tuple[int, int]:
    """How firm a fact is: first its stage (soft ones last), then its confidence; greater is firmer."""
    return (0 if fact.stage in _SOFT_STAGES else 1, FIRMNESS[fact.confidence])


def weakest(confidences: list[str]) -> str:
    """The weakest of some confidences: what a result that rests on all of them may claim."""
    return min(confidences, key=FIRMNESS.__getitem__)


def cell_name(table: str, row: Any, column: str) -> str:
    """Where a cell stands and what it says, as every message about one begins."""
    value = getattr(row, column)
    return f"data/{table.replace('_', '-')}.csv row {row.Index + 2} column {column} value {json.dumps(str(value), ensure_ascii=False)}"


def _source(source_id: str, row: Any, locator: str) -> Source:
    return Source(source_id, row["title"], row["publisher"], row["published"], row["url"], row["kind"], row["quoted_in"], locator)  # fmt: skip


def _trace(table: str) -> None:
    """Tells the build which tables a notebook reads."""
    target = os.environ.get("CAPITAL_LOOP_TRACE")
    if target:
        with open(target, "a", encoding="utf-8") as out:
            out.write(f"table {table}\n")


def _read(data: Path, resource: dict[str, Any]) -> pd.DataFrame:
    types = {f["name"]: f["type"] for f in resource["schema"]["fields"]}
    path = data / resource["path"]
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError(f"larger than {LARGEST} bytes")
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
        for column, kind in types.items():
            if kind == "number":
                frame[column] = pd.to_numeric(frame[column].where(frame[column] != "")).astype("float64")
            elif kind == "integer":
                frame[column] = pd.to_numeric(frame[column]).astype("int64")
            elif kind == "date":
                frame[column] = pd.to_datetime(frame[column].where(frame[column] != ""), format="%Y-%m-%d")
    except (OSError, ValueError, KeyError, OverflowError, TypeError) as error:
        raise RecordError([f"{path}: cannot be read ({one_line(error)}); run make validate"]) from None
    return frame
