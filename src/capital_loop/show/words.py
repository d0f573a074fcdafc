"""Words that a reader sees, read from data, and how figures, days and lists are put into them.

What a chapter says stands in ``words.en.toml`` beside its code; what every page says, beside this module.
Another language is a second file of each, such as ``words.zh.toml``, with the same keys and fields, and the
functions here that write numbers, days and lists.

Format names for prose are those of :data:`FORMATS`, such as ``usd``, ``pct``, and ``share`` (of one, told in
percent); a digit behind one sets its decimals (``pct1``). Halves are rounded away from zero. A ``+`` behind a
format rounds up and a ``-`` down, for bounds; what stands right behind "at most" is rounded up, and what
stands right behind "at least" down, without being asked.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import string
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any, TypedDict, TypeVar

import pandas as pd

_ANSWERING = (
    "triangle", "amd-warrants", "oracle-margin", "google-tokens", "market-answer", "nvidia-loops",
    "russian-doll", "leverage", "revenue-promises", "gigawatts", "demand", "bubble-or-growth",
)  # fmt: skip
CHAPTER_PAGE = {slug: f"notebooks/{n:02d}-{slug}" for n, slug in enumerate(_ANSWERING, start=1)}
"""The notebook in which the claims of a chapter are answered, by the chapter's slug."""


_SCALES = [(1e12, "tn"), (1e9, "bn"), (1e6, "m")]
_LONG = [(1e15, " quadrillion"), (1e12, " trillion"), (1e9, " billion"), (1e6, " million")]


def join(names: Iterable[str], *, long: bool = False) -> str:
    """Names in a sentence: a, b and c; ``long`` ones, which hold commas: a, and b, and c."""
    if long:
        return ", and ".join(names)
    *first, last = [*names] or [""]
    return " and ".join(filter(None, (", ".join(first), last)))


def human_period(text: str) -> str:
    """``2025-10-06`` as ``6 October 2025``, ``2025-10`` as ``October 2025``."""
    parts = [int(p) for p in text.split("-")]
    if len(parts) == 1:
        return text
    month = dt.date(parts[0], parts[1], 1).strftime("%B %Y")
    return month if len(parts) == 2 else f"{parts[2]} {month}"


_UNITS = {
    "pct": " %", "times": " times", "gw": " GW", "cents": " cents", "years": " years", "months": " months",
    "days": " days", "pp": " percentage points", "kw": " kW",
}  # fmt: skip
SINGULAR = ("years", "months", "days")
"""Units that lose their last letter behind a one."""
FORMATS = ("text", "date", "share", "usd", "num", "shares", "year", "int", "about", *_UNITS)
"""What :func:`formatted` can be asked for."""


_WAYS = {None: ROUND_HALF_UP, "+": ROUND_CEILING, "-": ROUND_FLOOR}
_UNROUNDED = ("text", "date", "year")
_BOUND = re.compile(r"\b(at most|(at least))\s+$", re.IGNORECASE)


def _format(how: str) -> tuple[str, int | None, str]:
    """A format's name, its decimals and its way of rounding. Raises ``ValueError`` for unknown names."""
    match = re.fullmatch(r"([a-z]+)(\d)?([+-])?", how)
    if not match or match[1] not in FORMATS:
        raise ValueError(
            f"unknown format '{how}'; there are {', '.join(FORMATS)}, with the number of decimals behind"
        )
    return match[1], int(match[2]) if match[2] else None, _WAYS[match[3]]


def formatted(value: Any, how: str) -> str:
    """A value in words; ``how`` is a format name. Raises ``ValueError`` for unknown names."""
    name, digits, way = _format(how)
    if name == "text":
        return str(value)
    if name == "date":
        return _date(value)
    x = float(value)
    if math.isnan(x):
        raise ValueError(f"a missing number cannot be put into words (format '{how}')")
    if name == "year":
        return f"{x if x < 10000 else x // 10000:.0f}"  # a year, or the year of a date YYYYMMDD
    sign, x = ("−" if x < 0 else ""), abs(x)
    if sign and way != ROUND_HALF_UP:
        way = ROUND_FLOOR if way == ROUND_CEILING else ROUND_CEILING
    if name == "share":
        return f"{sign}{_plain(100 * x, digits or 0, way)} %"
    if name == "usd":
        return f"{sign}${_scaled(x, digits, _SCALES, way)}"
    if name in ("num", "shares"):
        return sign + _scaled(x, digits, _LONG, way)
    if name == "int":
        return f"{sign}{_plain(x, 0, way)}"
    if name == "about":  # two significant figures, for what is not known to the unit
        return f"{sign}{float(significant(x, 2, way)):,.0f}"
    said, unit = _plain(x, digits, way), _UNITS[name]
    return f"{sign}{said}{unit[:-1] if said == '1' and name in SINGULAR else unit}"


class Bounds(string.Formatter):
    """Rounds bounds to the safe side: up behind "at most", down behind "at least"."""

    def parse(self, format_string: Any) -> Any:
        """The parts of a template, with the way of rounding behind the formats of bounds."""
        for literal, name, spec, conversion in super().parse(format_string):
            bound = _BOUND.search(literal)
            if bound and spec and spec.rstrip("0123456789") in FORMATS and spec not in _UNROUNDED:
                spec += "-" if bound[2] else "+"
            yield literal, name, spec, conversion


class _Filler(Bounds):
    def format_field(self, value: Any, format_spec: str) -> str:
        return value if isinstance(value, str) and not format_spec else formatted(value, format_spec)


def fill(template: str, /, **values: Any) -> str:
    """A template with its ``{name:format}`` fields filled; ``KeyError`` for a field without a value."""
    return _Filler().format(template, **values)


class Around(TypedDict):
    """The words around a chart: keyword arguments of ``Figure``."""

    title: str
    unit: str
    description: str
    note: str


@dataclass(frozen=True)
class Words:
    """What a chart says, as whole templates: ``labels`` stand on marks, ``columns`` head the rows."""

    title: str
    unit: str
    description: str
    note: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)

    def frame(self, **values: Any) -> Around:
        """The words around a chart, filled."""
        return Around(
            title=fill(self.title, **values), unit=fill(self.unit, **values),
            description=fill(self.description, **values), note=fill(self.note, **values),
        )  # fmt: skip

    def label(self, key: str, /, **values: Any) -> str:
        """One label, filled."""
        return fill(self.labels[key], **values)

    def by_row(self, key: str | Iterable[str], rows: pd.DataFrame | Iterable[Mapping[str, Any]]) -> list[str]:
        """One label filled by each row, or the label of each row's own key."""
        found = records(rows) if isinstance(rows, pd.DataFrame) else list(rows)
        keys = [key] * len(found) if isinstance(key, str) else key
        return [fill(self.labels[k], **row) for k, row in zip(keys, found, strict=True)]

    def each(self, key: str, rows: pd.DataFrame | Iterable[Mapping[str, Any]], between: str = "; ") -> str:
        """One label filled by each row, as a list in one line."""
        return between.join(self.by_row(key, rows))

    def table(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The columns that have a heading, under it, in the order of the headings."""
        return headed(frame, self.columns)


class WordsError(ValueError):
    """Words that cannot be used; the message names the file, the key and the rule."""


LANGUAGE = "en"
"""The language of the book. Its words stand in ``words.LANGUAGE.toml`` beside the code that shows them."""
_FRAME = ("title", "unit", "description")
_PARTS = ("texts", "lists", "tables", "charts")
_T = TypeVar("_T")


@dataclass(frozen=True)
class Wording:
    """The words of a chapter in one language: its file's ``texts``, ``lists``, ``tables`` and ``charts``."""

    file: str
    texts: Mapping[str, str]
    lists: Mapping[str, list[str]]
    tables: Mapping[str, dict[str, str]]
    charts: Mapping[str, Words]

    def text(self, name: str) -> str:
        """A text or template that stands alone."""
        return self._named("texts", self.texts, name)

    def listed(self, name: str) -> list[str]:
        """Texts in an order, such as the headings of a table."""
        return self._named("lists", self.lists, name)

    def table(self, name: str) -> dict[str, str]:
        """Texts by key, such as the names of parties."""
        return self._named("tables", self.tables, name)

    def chart(self, name: str) -> Words:
        """All that a chart says."""
        return self._named("charts", self.charts, name)

    def _named(self, part: str, found: Mapping[str, _T], name: str) -> _T:
        if name not in found:
            raise WordsError(f"{self.file}: {part}.{name}: the code asks for it and it is not there")
        return found[name]


def read_words(module: str, language: str = LANGUAGE) -> Wording:
    """The words beside a module, which gives its ``__file__``. Raises `WordsError`."""
    return _wording(Path(module).with_name(f"words.{language}.toml"))


@cache
def _wording(path: Path) -> Wording:
    file = f"{path.parent.name}/{path.name}"
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise WordsError(f"{file}: {error}") from None
    _only(file, found, _PARTS)
    texts, lists, tables, charts = (_group(f"{file}: {part}", found.get(part, {})) for part in _PARTS)
    return Wording(
        file,
        {k: _template(f"{file}: texts.{k}", v) for k, v in texts.items()},
        {k: _templates(f"{file}: lists.{k}", v) for k, v in lists.items()},
        {k: _table(f"{file}: tables.{k}", v) for k, v in tables.items()},
        {k: _chart(f"{file}: charts.{k}", v) for k, v in charts.items()},
    )


def _group(where: str, value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise WordsError(f"{where}: must be a table of keys")
    return value


def _only(where: str, found: Mapping[str, object], known: Iterable[str]) -> None:
    for key in found:
        if key not in known:
            raise WordsError(f"{where}: unknown key '{key}'; there are {', '.join(known)}")


def _chart(where: str, value: object) -> Words:
    found = _group(where, value)
    _only(where, found, (*_FRAME, "note", "labels", "columns"))
    for key in _FRAME:
        if key not in found:
            raise WordsError(f"{where}.{key}: a chart needs it and it is not there")
    said = {key: _template(f"{where}.{key}", found.get(key, "")) for key in (*_FRAME, "note")}
    labels, columns = (_table(f"{where}.{key}", found.get(key, {})) for key in ("labels", "columns"))
    return Words(**said, labels=labels, columns=columns)


def _table(where: str, value: object) -> dict[str, str]:
    return {key: _template(f"{where}.{key}", said) for key, said in _group(where, value).items()}


def _templates(where: str, value: object) -> list[str]:
    if not isinstance(value, list):
        raise WordsError(f"{where}: must be a list of texts")
    return [_template(f"{where}[{n}]", said) for n, said in enumerate(value)]


def _template(where: str, value: object) -> str:
    """A text that :func:`fill` can fill."""
    if not isinstance(value, str):
        raise WordsError(f"{where}: must be a text")
    try:
        for _, name, how, conversion in string.Formatter().parse(value):
            if name is not None and (not name.isidentifier() or conversion):
                raise ValueError(f"'{name}' is no name of a field; a brace that is meant is doubled")
            if how:
                _format(how)
    except ValueError as error:
        raise WordsError(f"{where}: {error}") from None
    return value


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame by column, to fill templates with."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def headed(
    frame: pd.DataFrame, heads: Mapping[str, str], billions: Iterable[str] = (), percent: Iterable[str] = ()
) -> pd.DataFrame:
    """The columns that have a heading, under it, in order; some in billions, shares in percent."""
    scaled = {c: frame[c] / 1e9 for c in billions} | {c: 100 * frame[c] for c in percent}
    return frame.assign(**scaled)[list(heads)].rename(columns=dict(heads))


_FORMAT = {"date": "date", "USD": "usd", "percent": "pct"}


def quantity(value: float, unit: str) -> str:
    """A value of the record with its unit, for tables."""
    if value != value:
        return "–"
    if unit == "boolean":
        return "yes" if value else "no"
    if unit == "year":
        return f"{value:.0f}"
    if unit in _FORMAT:
        return formatted(value, _FORMAT[unit])
    if unit == "share":
        return formatted(100 * value, "pct")
    if unit == "percent change":
        return ("+" if value > 0 else "") + formatted(value, "pct1")
    if unit.startswith("USD/"):
        return f"{formatted(value, 'usd')} / {unit[4:]}"
    return f"{formatted(value, 'num')} {'' if unit in ('count', 'ratio') else unit}".strip()


def unbroken(text: str) -> str:
    """The text with no-break spaces between figures and what they count, for the page."""
    return re.sub(r"(?<=\d) (?=%|GW\b|times\b|cents\b|billion\b|trillion\b|million\b)", "\u00a0", text)


def fixed(x: float, digits: int, way: str) -> Decimal:
    """Rounded to decimals; ten figures count, so that what a computer leaves behind a half does not."""
    return Decimal(f"{x:.10g}").quantize(Decimal(1).scaleb(-digits), way)


def significant(x: float, figures: int, way: str) -> str:
    """Rounded to significant figures, without zeros behind."""
    said = f"{fixed(x, figures - 1 - (math.floor(math.log10(x)) if x else 0), way):f}"
    return said.rstrip("0").rstrip(".") if "." in said else said


def _plain(x: float, digits: int | None, way: str) -> str:
    if digits is not None:
        return f"{fixed(x, digits, way):,f}"
    return f"{fixed(x, 0, way):,f}" if x >= 100 or x == round(x) else significant(x, 3, way)


def _scaled(x: float, digits: int | None, scales: list[tuple[float, str]], way: str) -> str:
    for size, name in scales:
        if x >= size * 0.9995:
            said = _plain(x / size, digits, way) if digits is not None else significant(x / size, 4, way)
            return said + name
    if digits is not None or x >= 100 or x == round(x):
        return _plain(x, digits, way)
    # What costs less than a dime is told to a tenth of a cent.
    price = scales is _SCALES and 0.001 <= x < 0.1 and fixed(x, 3, way) != fixed(x, 2, way)
    return _plain(x, 3 if price else 2, way)


def _date(value: Any) -> str:
    if isinstance(value, str):
        return human_period(value)
    if isinstance(value, dt.date):
        return human_period(value.strftime("%Y-%m-%d"))
    n = int(float(value))
    return human_period(f"{n // 10000}-{n // 100 % 100:02d}-{n % 100:02d}")


words = read_words(__file__)
CONFIDENCE = words.table("confidence")
GRADE = words.table("grade")
STAGE = words.table("stage")
AMOUNT = words.table("amount")
ROLE = words.table("role")
FIRMNESS = words.text("firmness")
TENSE = words.table("tense")
CHAPTER = words.table("chapter")
FRAME = words.table("frame")
FILTER = words.table("filter")
CLAIM = words.table("claim")
WHEN = words.table("when")
TESTED = words.table("tested")
SETTLED = words.table("settled")
OPENING = words.table("opening")
CARD_HEAD = words.table("card_head")
CARD_SAID = words.table("card_said")
CARD_LINK = words.table("card_link")
CITE = words.table("cite")
TOOLTIP = words.table("tooltip")
SOURCE = words.table("source")
TABLE = words.table("table")
STANDING = words.table("standing")
WHATIF = words.table("whatif")
PAPER = words.table("paper")
PAPER_RULES = words.listed("paper_rules")
EDITIONS = words.table("editions")
FEED = words.table("feed")
TRACE = words.table("trace")
CARD = words.table("card")
REGISTER: dict[str, dict[str, Any]] = {
    "claims": {
        **words.table("claims_register"),
        "heads": words.listed("claims_heads"),
        "filters": words.table("claims_filters"),
    },
    "deals": {
        **words.table("deals_register"),
        "heads": words.listed("deals_heads"),
        "filters": words.table("deals_filters"),
    },
    "facts": {
        **words.table("facts_register"),
        "heads": words.listed("facts_heads"),
        "filters": words.table("facts_filters"),
    },
    "sources": {
        **words.table("sources_register"),
        "heads": words.listed("sources_heads"),
        "filters": words.table("sources_filters"),
    },
}
