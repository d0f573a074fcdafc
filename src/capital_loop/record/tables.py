"""The record: typed frames of the Data Package in ``data/``, and its facts with their sources.

``load`` gives a :class:`Record` whose attributes are pandas frames typed by the descriptor
(``record.claims``, ``record.facts`` ...). What a schema cannot say is checked in ``claims.checks``.
"""

from __future__ import annotations

import calendar
import datetime as dt
import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import pandas as pd

from capital_loop.record.grades import ORDER, Houses, grade
from capital_loop.record.rows import (
    AssumptionRow,
    CorrectionRow,
    DerivedRow,
    FactRow,
    FactSourceRow,
    PriceRow,
    PublisherRow,
    Row,
    SourceRow,
)
from capital_loop.record.schema import LARGEST, RecordError, Resource, default_root, one_line, read_descriptor
from capital_loop.record.trace import Reading, note

R = TypeVar("R", bound=Row)
DAILY = "daily table"
"""Where in a source of prices a price stands."""
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
        year, *rest = (int(p) for p in text.split("-"))
        start, month = dt.date(year, *[*rest, 1, 1][:2]), rest[0] if rest else 12
        last = start.day if len(rest) == 2 else calendar.monthrange(year, month)[1]
        return cls(start, dt.date(year, month, last))

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
    grade: str = "weak"
    original: str = ""


class PriceRef(NamedTuple):
    """A price as an input of a computed fact, filed as ``price:TICKER:DAY:COLUMN``."""

    ticker: str
    day: str
    column: str

    @classmethod
    def parse(cls, item: str) -> PriceRef | None:
        """The price that an input names; ``None`` where it names a fact."""
        kind, *parts = item.split(":")
        return cls(*parts) if kind == "price" and len(parts) == 3 else None


@dataclass(frozen=True)
class Fact:
    """One figure of the record with its scope and standing; sources by value.

    ``low`` and ``high`` are the source's own range or bound (``nan``: none stated; an open bound is
    infinite). ``derived_from`` names the inputs when code computed the value. ``grade`` is the best among its
    sources; of a computed fact its weakest input's.
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
    grade: str = "weak"

    def __float__(self) -> float:
        return self.value

    def __neg__(self) -> Fact:
        """The same fact told the other way round: a change of −4 % as a fall of 4 %."""
        return replace(self, value=-self.value, low=-self.high, high=-self.low)

    @property
    def ends(self) -> tuple[float, float]:
        """``low`` and ``high``, the value itself where the source gives no end."""
        low, high = (self.value if math.isnan(end) else end for end in (self.low, self.high))
        return low, high


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


_AHEAD: dict[Path, Record] = {}


def load(data: Path | str | None = None) -> Record:
    """The record in ``data`` (default: the checkout's). Tables are read when first asked for."""
    place = Path(data) if data else default_root() / "data"
    return _AHEAD.pop(place, None) or Record(place)


def read_ahead(data: Path) -> Record:
    """Reads the facts before a process is forked: the first :func:`load` in it is given what was read."""
    record = _AHEAD[data] = Record(data)
    _ = record._facts
    return record


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
        self._rows: dict[type, list[Any]] = {}
        self._keyed: dict[type, dict[str, Any]] = {}
        self._groups: dict[tuple[type, str], dict[str, list[Any]]] = {}

    def table(self, name: str) -> pd.DataFrame:
        """The table as filed, typed by the descriptor; raises ``RecordError`` for an unknown name."""
        if name not in self._frames:
            resource = next((r for r in self.descriptor["resources"] if r["name"] == name), None)
            if resource is None:
                raise RecordError([f"data/datapackage.json: no table named '{name}'; see its resources"])
            self._frames[name] = _read(self.data, resource)
        return self._frames[name]

    def rows(self, kind: type[R]) -> list[R]:
        """The rows of a table as filed, typed: ``record.rows(ClaimRow)``."""
        if kind not in self._rows:
            self._rows[kind] = kind.from_frame(self.table(kind.table_name))
        return self._rows[kind]

    def grouped(self, kind: type[R], column: str) -> dict[str, list[R]]:
        """The rows of a table by the text in a column: ``record.grouped(EvidenceRow, "claim_id")``."""
        if (kind, column) not in self._groups:
            found: dict[str, list[Any]] = defaultdict(list)
            for row in self.rows(kind):
                found[getattr(row, column)].append(row)
            self._groups[kind, column] = dict(found)
        return self._groups[kind, column]

    def keyed(self, kind: type[R]) -> dict[str, R]:
        """The rows of a table by their first column, which must be its key: ``record.keyed(ClaimRow)``."""
        if kind not in self._keyed:
            self._keyed[kind] = {getattr(row, fields(kind)[1].name): row for row in self.rows(kind)}
        return self._keyed[kind]

    def __getattr__(self, name: str) -> pd.DataFrame:
        known = "descriptor" in self.__dict__ and not name.startswith("_")
        if known and any(r["name"] == name for r in self.descriptor["resources"]):
            return self.table(name)
        raise AttributeError(name)

    @property
    def closed(self) -> dt.date:
        """The day on which the record was closed; :attr:`reaches` says to which day its evidence goes."""
        return dt.date.fromisoformat(self.descriptor["closed"])

    @property
    def searched(self) -> dt.date:
        """The last day that could be searched by hand: what was published later is missing."""
        return max(day.date() for day in self.table("gaps")["searched"])

    @cached_property
    def reaches(self) -> dt.date:
        """The end of the search by hand, or the day of a feed's newest figure if that is later."""
        return max(self.searched, *(day.date() for day in self.facts["published"]))

    @property
    def version(self) -> str:
        """The version of the record."""
        return str(self.descriptor["version"])

    @cached_property
    def facts(self) -> pd.DataFrame:
        """All facts, indexed by ``fact_id``, corrections applied, derived values filled in."""
        frame = self.table("facts").set_index("fact_id", drop=False).rename_axis(None)
        for row in self.rows(CorrectionRow):
            if row.column in ("value", "low", "high"):
                frame.loc[row.fact_id, row.column] = float(row.value)
            else:
                is_day = row.column == "published"
                frame.loc[row.fact_id, row.column] = pd.Timestamp(row.value) if is_day else row.value
        inputs = self._derivations
        try:
            order = [
                *TopologicalSorter({i: inputs.keys() & parts for i, parts in inputs.items()}).static_order()
            ]
        except CycleError as error:
            ring = ", ".join(error.args[1])
            raise RecordError([f"data/derived.csv: {ring} depend on each other; mend their inputs"]) from None
        values = dict(zip(frame["fact_id"], frame["value"], strict=True))

        def value(item: str) -> float:
            return self._price(*price) if (price := PriceRef.parse(item)) else values[item]

        for fact_id in order:
            operation = OPERATIONS[self.keyed(DerivedRow)[fact_id].operation]
            values[fact_id] = operation([value(i) for i in inputs[fact_id]])
        frame["value"] = list(values.values())
        return frame

    def fact(self, fact_id: str) -> Fact:
        """One fact with its sources (a derived fact: those of its inputs); ``KeyError`` if unknown."""
        found = self._facts[fact_id]
        note(found)
        return found

    @cached_property
    def _facts(self) -> dict[str, Fact]:
        out: dict[str, Fact] = {}
        for row in FactRow.from_frame(self.facts.reset_index(drop=True)):
            leaves = [self._cited(leaf) for leaf in self._leaves(row.fact_id)]
            seen = {s.source_id: s for sources in leaves for s in sources}
            best = [min((s.grade for s in x), key=ORDER.__getitem__, default="weak") for x in leaves]
            out[row.fact_id] = Fact(
                row.fact_id, row.subject, row.deal, row.metric, row.value, row.low, row.high, row.unit,
                row.as_of,
                row.published.date(), row.stage, row.confidence, row.note, tuple(seen.values()),
                self._derivations.get(row.fact_id, ()), row.period_start,
                max(best, key=ORDER.__getitem__),
            )  # fmt: skip
        return out

    def _cited(self, leaf: str) -> list[Source]:
        """The sources of a fact as filed, or of a price."""
        if price := PriceRef.parse(leaf):
            return [self._source(self._prices[price.ticker, price.day].source_id, DAILY)]
        links = self.grouped(FactSourceRow, "fact_id").get(leaf, [])
        return [self._source(link.source_id, link.locator) for link in links]

    @cached_property
    def weak(self) -> frozenset[str]:
        """Facts that rest on weak sources alone; a computed one if an input does. Asking reads no fact."""
        return frozenset(i for i, f in self._facts.items() if f.grade == "weak")

    @cached_property
    def _derivations(self) -> dict[str, tuple[str, ...]]:
        """The inputs of each computed fact."""
        return {r.fact_id: tuple(listed(r.inputs)) for r in self.rows(DerivedRow)}

    def _source(self, source_id: str, locator: str) -> Source:
        s = self.keyed(SourceRow)[source_id]
        return Source(
            source_id, s.title, s.publisher, s.published, s.url, s.kind, s.quoted_in, locator,
            grade(s, self._houses), s.original,
        )  # fmt: skip

    def source(self, source_id: str) -> Source:
        """One source with its grade, without a place in it; ``KeyError`` if unknown."""
        return self._source(source_id, "")

    @cached_property
    def _houses(self) -> Houses:
        return Houses(self.rows(PublisherRow))

    @cached_property
    def _prices(self) -> dict[tuple[str, str], PriceRow]:
        return {(p.ticker, f"{p.date:%Y-%m-%d}"): p for p in self.rows(PriceRow)}

    def _leaves(self, item: str) -> Iterator[str]:
        """What a fact is computed from in the end; itself if it is filed."""
        inputs = self._derivations.get(item)
        for part in inputs or ():
            yield from self._leaves(part)
        if inputs is None:
            yield item

    def price(self, ticker: str, day: str, column: str = "close") -> float:
        """One price; raises ``KeyError`` naming the missing row."""
        self.cite(self._prices[ticker, day].source_id, dt.date.fromisoformat(day))
        return self._price(ticker, day, column)

    def _price(self, ticker: str, day: str, column: str) -> float:
        """A price that computes a fact: its source is the fact's and is not told here."""
        return float(getattr(self._prices[ticker, day], column))

    def cite(self, source_id: str, day: dt.date | None = None) -> Source:
        """One source, told to every open reading: what is read from a table that names it, up to a day."""
        found = self._source(source_id, DAILY)
        note(Reading(sources={source_id: found}, priced=day))
        return found

    def assumption(self, assumption_id: str) -> Assumption:
        """One assumption; the fact that it rests on counts as read. ``KeyError`` if unknown."""
        row = self.keyed(AssumptionRow)[assumption_id]
        if row.fact_id:
            self.fact(row.fact_id)
        made = Assumption(assumption_id, row.title, row.low, row.central, row.high, row.unit, row.why)
        note(Reading(assumptions={assumption_id: made}))
        return made


OPERATIONS: dict[str, Callable[[Sequence[float]], float]] = {
    "sum": math.fsum,
    "difference": lambda v: v[0] - v[1],
    "product": math.prod,
    "ratio": lambda v: v[0] / v[1],
    "quotient_percent": lambda v: v[0] / v[1] * 100,
    "pct_change": lambda v: (v[1] / v[0] - 1) * 100,
    "equal": lambda v: v[0],
}
"""How ``derived.csv`` computes a figure and ``identities.csv`` holds figures together, from the values in
order."""
PARTS = {"difference": 2, "ratio": 2, "quotient_percent": 2, "pct_change": 2, "equal": 1}
"""How many values an operation takes; sums and products take any number."""


_SOFT_STAGES = {"rumour", "estimate", "guidance"}


def rank(fact: Fact) -> tuple[int, int]:
    """How firm a fact is: first its stage (soft ones last), then its confidence; greater is firmer."""
    return (0 if fact.stage in _SOFT_STAGES else 1, FIRMNESS[fact.confidence])


def weakest(confidences: list[str]) -> str:
    """The weakest of some confidences: what a result that rests on all of them may claim."""
    return min(confidences, key=FIRMNESS.__getitem__)


def listed(cell: str) -> list[str]:
    """The ids in a cell that joins them by semicolons."""
    return [i.strip() for i in cell.split(";") if i.strip()]


def _read(data: Path, resource: Resource) -> pd.DataFrame:
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
