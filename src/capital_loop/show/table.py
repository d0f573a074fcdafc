"""Tables as data: what a notebook and the site show in rows, with one rule for how numbers are written."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP
from typing import Any

import jinja2
import pandas as pd

from capital_loop.claims.rules import SCALE
from capital_loop.show.words import fixed, significant

TABLE = "application/vnd.capital-loop.table+json"
"""The type of a table in a notebook."""
YEARS = (1900, 2100)
SPREAD = 1000
"""Numbers of a column that differ by more than this factor get decimals one by one."""
FIRST, MORE = 12, "... and {count} more rows"
"""Rows of a table as plain text, for viewers that show no other."""
_DAY = re.compile(r"\d{4}-\d{2}(-\d{2})?")

_PLAIN = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(
    """<table>
<caption>{{ caption }}</caption>
<thead><tr>
{%- for c in columns %}<th scope="col" style="text-align:{{ side[c.kind] }}">{{ c.title }}</th>{% endfor -%}
</tr></thead>
<tbody>
{% for row in rows %}
<tr>
{%- for cell in row -%}
<td style="text-align:{{ side[columns[loop.index0].kind] }}">{{ cell }}</td>
{%- endfor -%}
</tr>
{% endfor %}
</tbody>
</table>
{% if source %}<p><small>{{ source }}</small></p>{% endif %}"""
)


@dataclass(frozen=True)
class Column:
    """A heading and what its cells are.

    Text, number, day, claim, fact, verdict (a key) or printed (as in a document).
    """

    title: str
    kind: str = "text"


@dataclass(frozen=True)
class Table:
    """A table of words. ``label`` names it; ``caption`` stands above it.

    ``fold`` is what a reader clicks to open it.
    """

    label: str
    columns: tuple[Column, ...]
    rows: list[list[str]]
    caption: str = ""
    fold: str = ""
    source: str = ""

    def payload(self) -> dict[str, Any]:
        """The table as JSON, for the site."""
        return {
            "label": self.label, "caption": self.caption, "fold": self.fold, "source": self.source,
            "columns": [vars(c) for c in self.columns], "rows": self.rows,
        }  # fmt: skip

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        kinds = [c.kind for c in self.columns]
        said = [
            [SCALE[v] if kind == "verdict" else v for v, kind in zip(row, kinds, strict=True)]
            for row in self.rows
        ]
        html = _PLAIN.render(
            columns=self.columns,
            side={kind: "right" if kind == "number" else "left" for kind in kinds},
            rows=said,
            caption=self.caption or self.fold or self.label,
            source=self.source,
        )
        left = len(self.rows) - FIRST
        more = [MORE.format(count=left)] if left > 0 else []
        return {
            TABLE: self.payload(),
            "text/html": html,
            "text/plain": "\n".join([*map(" ".join, self.rows[:FIRST]), *more]),
        }


def from_frame(frame: pd.DataFrame, label: str, caption: str = "") -> Table:
    """A frame as a table; the numbers of a column are aligned, grouped and have the same decimals.

    Years are not grouped: whole numbers of :data:`YEARS` in a column that is called so.
    """
    columns, cells = [], []
    mixed = any(str(c).lower() == "unit" for c in frame.columns)  # then each row is a quantity of its own
    for name in frame.columns:
        numeric = pd.api.types.is_numeric_dtype(frame[name])
        decimals = _decimals(frame[name]) if numeric and not mixed else None
        years = numeric and "year" in str(name).lower() and frame[name].between(*YEARS).all()
        said = [f"{v:.0f}" if years else _cell(v, decimals) for v in frame[name]]
        day = bool(said) and all(_DAY.fullmatch(v) for v in said)
        columns.append(Column(str(name), "number" if numeric else "day" if day else "text"))
        cells.append(said)
    return Table(label, tuple(columns), [list(row) for row in zip(*cells, strict=True)], caption)


def rounded(frame: pd.DataFrame, most: int) -> pd.DataFrame:
    """Numbers rounded once, half up, to the decimals that a table shows, and to ``most`` of them.

    Rounded to tenths first and to units by the table, 15.45 would stand as 16 under a label that says 15.
    """
    found = frame.copy()
    for name in frame.columns:
        column = frame[name]
        if not pd.api.types.is_float_dtype(column):
            continue
        decimals = _decimals(column.round(most))
        found[name] = [v if v != v else _once(v, most, decimals) for v in column]
    return found


def values(frame: pd.DataFrame) -> dict[str, Any]:
    """A frame as JSON: its columns, and rows of plain values."""
    rows = [[_value(v) for v in row] for row in frame.itertuples(index=False, name=None)]
    return {"columns": [str(c) for c in frame.columns], "rows": rows}


def to_frame(payload: dict[str, Any]) -> pd.DataFrame:
    """The frame that ``values`` wrote."""
    return pd.DataFrame(payload["rows"], columns=payload["columns"])


def _value(value: Any) -> Any:
    if isinstance(value, dt.date):  # a timestamp is one
        return f"{value:%Y-%m-%d}"
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        return None if value != value else float(f"{value:.6g}")
    return value if isinstance(value, int | bool) or value is None else str(value)


def _decimals(column: pd.Series) -> int | None:
    """Enough decimals for three figures of the largest value, none for whole numbers.

    ``None`` where values lie too far apart.
    """
    found = column.dropna().abs()
    if found.empty or (found % 1 == 0).all():
        return 0
    if found.max() > SPREAD * found[found > 0].min():
        return None
    return next((d for d, size in enumerate((100, 10, 1)) if found.max() >= size), 3)


def _cell(value: Any, decimals: int | None = None) -> str:
    if value is None or value != value:
        return "–"
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    if not isinstance(value, float | int) or isinstance(value, bool):
        return str(value)
    return ("−" if value < 0 else "") + _said(abs(value), decimals)


def _said(size: float, decimals: int | None) -> str:
    if float(size).is_integer():
        return f"{size:,.{decimals or 0}f}"
    if decimals is None and size < SPREAD:
        return significant(size, 4, ROUND_HALF_UP)
    return f"{fixed(size, decimals or 0, ROUND_HALF_UP):,f}"


def _once(value: float, most: int, decimals: int | None) -> float:
    """A number with as many decimals as its cell shows, and no more than ``most``."""
    size = abs(value)
    shown = decimals if decimals is not None else 0 if size >= SPREAD else most
    if decimals is None and 0 < size < SPREAD:
        shown = min(most, 3 - math.floor(math.log10(size)))
    said = float(fixed(size, min(most, shown), ROUND_HALF_UP))
    return -said if value < 0 else said
