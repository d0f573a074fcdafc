"""What changed in the record, told in words: columns, values and rows without their keys."""

from __future__ import annotations

import math
import re
from functools import cached_property

from capital_loop.chapters.front import charts as front
from capital_loop.claims.rules import SCALE
from capital_loop.record.rows import AssumptionRow, ChangeRow, ClaimRow, IndicatorRow
from capital_loop.record.tables import Record
from capital_loop.show.words import (
    CHAPTER,
    CONFIDENCE,
    ROLE,
    SETTLED,
    STAGE,
    TENSE,
    human_period,
    quantity,
    read_words,
)

words = read_words(__file__)
COLUMN = words.table("column")
ROW = words.table("row")
PIECE = words.table("piece")
DOES = words.table("does")
REFS = words.table("refs")
CHANGES = words.table("changes")
NOWHERE = words.table("nowhere")
NUMBERS = ("value", "low", "central", "high", "threshold")
"""Columns whose numbers have the unit of their row."""
_DAY = re.compile(r"20\d\d(-\d\d(-\d\d)?)?")
_SETTLED = {key: said[0].lower() + said[1:] for key, said in SETTLED.items()}
_KEYS = {
    "confidence": CONFIDENCE, "tense": TENSE, "role": ROLE, "settled": _SETTLED,
    "instrument": front.words.table("gives"),
    **dict.fromkeys(("stage", "said_stage"), STAGE), **dict.fromkeys(("now", "on_day", "verdict"), SCALE),
}  # fmt: skip


class Told:
    """Changes of one record in words."""

    def __init__(self, record: Record):
        self.record = record

    @cached_property
    def _names(self) -> dict[str, str]:
        """Names of deals, parties and metrics, which columns hold as keys."""
        r = self.record
        tables = ((r.deals, "deal_id", "title"), (r.entities, "entity_id", "name"))
        names = {k: v for t, key, name in tables for k, v in zip(t[key], t[name], strict=True)}
        return names | {k: v.lower() for k, v in zip(r.metrics["metric_id"], r.metrics["title"], strict=True)}

    @cached_property
    def _units(self) -> dict[tuple[str, str], str]:
        """The unit of a row's numbers, by table and key."""
        r = self.record
        units = {("facts", str(k)): str(unit) for k, unit in r.facts["unit"].items()}
        units |= {("claims", c.claim_id): c.unit for c in r.rows(ClaimRow)}
        metric = dict(zip(r.metrics["metric_id"], r.metrics["unit"], strict=True))
        units |= {
            ("watchlist", w.indicator_id): "percent" if w.operation == "growth" else metric[w.metric]
            for w in r.rows(IndicatorRow)
        }
        return units | {("assumptions", a.assumption_id): a.unit for a in r.rows(AssumptionRow)}

    def change(self, c: ChangeRow) -> str:
        """A cell's column with what it said and says."""
        column = COLUMN.get(c.column, _spaced(c.column))
        return PIECE["change"].format(column=column, was=self._value(c, c.was), now=self._value(c, c.now))

    def _value(self, c: ChangeRow, text: str) -> str:
        if not text:
            return PIECE["nothing"]
        if c.column in NUMBERS and (unit := self._units.get((c.table, c.key))):
            return _number(text, unit)
        return PIECE["between"].join(self._piece(c.column, piece) for piece in text.split(";"))

    def _piece(self, column: str, text: str) -> str:
        if text in (known := _KEYS.get(column, {})):
            return known[text]
        if text.startswith("price:"):
            _, ticker, day, kind = text.split(":")
            return PIECE["price"].format(ticker=ticker, kind=kind, day=human_period(day))
        if _DAY.fullmatch(text):
            return human_period(text)
        return self._names.get(text, _spaced(text))

    def row(self, c: ChangeRow) -> str:
        """A row that has no page of its own."""
        key, *rest = c.key.split("/")
        if c.table == "choices":
            name = PIECE["between"].join((CHAPTER.get(key, key), *rest)).replace("-", " ")
        else:
            name = self._titles.get((c.table, key), self._names.get(key, key))
        return ROW.get(c.table, ROW["other"]).format(name=name, table=_spaced(c.table))

    @cached_property
    def _titles(self) -> dict[tuple[str, str], str]:
        r = self.record
        found = {("assumptions", a.assumption_id): a.title for a in r.rows(AssumptionRow)}
        return found | {("watchlist", w.indicator_id): w.title for w in r.rows(IndicatorRow)}


def _spaced(key: str) -> str:
    """A key as words; of most keys that is what they say."""
    return key.replace("_", " ")


def _number(text: str, unit: str) -> str:
    try:
        value = float(text)
    except ValueError:
        return text
    return PIECE["nothing"] if math.isnan(value) else quantity(value, unit)
