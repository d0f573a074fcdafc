"""The one theme and the one renderer of every chart.

A chart function returns a :class:`Figure`. In a notebook it becomes a ``<figure>`` that holds the
chart as SVG twice (wide, and narrow for phones), its finding as the title, its text alternative, the
plotted rows as a table, and a source line derived from the facts that were plotted. Nothing is loaded
from anywhere and two runs give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import wraps
from html import escape
from typing import Any, ParamSpec

import altair as alt
import pandas as pd
import vl_convert as vlc

from capital_loop.record.tables import Fact, Period, Source, weakest
from capital_loop.record.trace import reading
from capital_loop.show.words import CONFIDENCE, STAGE, human_period, tie

INK, MUTED, GRID, PAPER = "#1f2328", "#5b6470", "#d9dde2", "#fefefe"
BLUE, ORANGE, GREEN, PURPLE, SKY, AMBER, GREY = (
    "#0a6ebd",
    "#c8500a",
    "#0b8a65",
    "#a44a86",
    "#5aaee0",
    "#c98a00",
    "#8a929c",
)
"""Colours that stay apart for colour-blind readers (after Okabe and Ito); site.css maps each to its
dark-mode counterpart by its hex value, so charts use these names and no other colours."""
SERIES = [BLUE, ORANGE, GREEN, PURPLE, SKY, AMBER]

_VEGA_LITE = ".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])
SOFT = ("rumour", "estimate", "guidance", "letter_of_intent", "announced")
"""Stages that bind nobody or measure nothing, softest first: a figure that rests on one says so."""
SPREAD = 1000
"""Numbers of a column that differ by more than this factor get decimals one by one."""
_DAY = re.compile(r"\d{4}-\d{2}(-\d{2})?")
_LONG_NUMBER = re.compile(r"-?\d+(?:\.\d+)?e-\d+|-?\d+\.\d{4,}")
WIDE, NARROW = 720, 340
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"


def theme() -> dict[str, Any]:
    """The Vega-Lite configuration shared by all charts."""
    text = {"labelColor": INK, "titleColor": MUTED, "labelFontSize": 12, "titleFontSize": 12}
    return {
        "font": FONT,
        "background": None,
        "padding": {"left": 4, "right": 8, "top": 6, "bottom": 4},
        "view": {"stroke": None},
        "axis": {
            **text, "titleFontWeight": "normal", "gridColor": GRID, "domainColor": MUTED, "tickColor": MUTED,
            "labelLimit": 240, "titlePadding": 8,
        },
        "axisY": {"domain": False, "ticks": False},
        "legend": {**text, "titleFontWeight": "normal", "orient": "top", "labelLimit": 300, "symbolSize": 90},
        "header": {**text, "labelFontWeight": "bold"},
        "range": {"category": SERIES, "ramp": [SKY, BLUE], "heatmap": [SKY, BLUE]},
        "line": {"strokeWidth": 2.2, "color": BLUE},
        "bar": {"color": BLUE},
        "rule": {"color": MUTED},
        "point": {"color": BLUE, "filled": True, "size": 60},
        "text": {"color": INK, "fontSize": 12},
        "aria": False,
    }  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """A chart that answers one question.

    ``name`` is a slug, unique on the site. ``title`` states the finding; ``unit`` says what is on the
    axes; ``description`` is the text alternative: what a reader who cannot see the chart needs.
    ``chart`` builds the Altair chart for a width in pixels (``WIDE`` or ``NARROW``). ``rows`` are the
    plotted rows, shown as a table (column names are its headings). ``facts`` are what was plotted or
    computed from: the source line comes from them. ``note`` is for definitions and breaks.
    """

    name: str
    title: str
    unit: str
    description: str
    chart: Callable[[int], alt.TopLevelMixin]
    rows: pd.DataFrame
    facts: tuple[Fact, ...] = ()
    note: str = ""
    sources: tuple[Source, ...] = field(default=())

    def __post_init__(self) -> None:
        for part in ("title", "unit", "description"):
            if not getattr(self, part).strip():
                raise ValueError(f"figure '{self.name}' has no {part}")

    def spec(self, width: int = WIDE) -> dict[str, Any]:
        """The Vega-Lite specification, themed; altair raises if it is not valid against the schema."""
        spec: dict[str, Any] = self.chart(width).to_dict()
        spec["config"] = {
            **theme(),
            **{k: v for k, v in spec.get("config", {}).items() if k not in theme() and k != "view"},
        }
        if not {"hconcat", "vconcat", "concat", "facet"} & set(spec):
            spec["autosize"] = {"type": "fit-x", "contains": "padding"}
        return spec

    def _raw(self, width: int) -> str:
        return str(vlc.vegalite_to_svg(self.spec(width), vl_version=_VEGA_LITE))

    def svg(self, width: int = WIDE) -> str:
        """The chart as an SVG element that scales down, with ids made unique to this figure."""
        raw = self._raw(width)
        key = hashlib.sha256(f"{self.name}/{width}".encode()).hexdigest()[:6]
        raw = re.sub(r' (?:role|class(?!="edge)|aria-[a-z]+|pointer-events)="[^"]*"', "", raw)
        # Three decimals are a thousandth of a pixel; more would carry floating-point noise onto the page.
        raw = _LONG_NUMBER.sub(lambda m: f"{round(float(m[0]), 3) + 0.0:.3f}".rstrip("0").rstrip("."), raw)
        raw = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{key}-", raw)
        box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', raw)
        assert box, "vl-convert wrote an SVG without a viewBox"
        label = escape(self.description, quote=True)
        opening = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {box[1]} {box[2]}" width="{box[1]}" '
            f'height="{box[2]}" role="img" aria-label="{label}" class="cl-{"wide" if width == WIDE else "narrow"}">'
        )
        return re.sub(r"^<svg[^>]*>", opening, raw.strip(), count=1)

    def source_line(self) -> str:
        """Publishers and dates of everything plotted, the newest as-of date, the weakest confidence and stage."""
        return source_line(self.facts, self.sources)

    def html(self) -> str:
        """The whole figure."""
        note = f'<p class="cl-note">{tie(escape(self.note))}</p>' if self.note else ""
        return (
            f'<figure class="cl-figure" id="fig-{self.name}" aria-labelledby="fig-{self.name}-title">'
            f'<figcaption><p class="cl-title" id="fig-{self.name}-title">{tie(escape(self.title))}</p>'
            f'<p class="cl-unit">{escape(self.unit)}</p></figcaption>'
            f"{self.svg(WIDE)}{self.svg(NARROW)}{note}"
            f'<p class="cl-source">{self.source_line()}</p>'
            f'<details class="cl-data"><summary>The figures as a table</summary>{table_html(self.rows, self.title)}</details>'
            f"{self._block()}</figure>"
        )

    def _specs(self) -> dict[str, Any]:
        return {"wide": _settled(self.spec(WIDE)), "narrow": _settled(self.spec(NARROW))}

    def _block(self) -> str:
        """What the site makes files of: the specifications and the rows, as JSON."""
        payload = {
            "title": self.title,
            "csv": self.rows.to_csv(index=False, lineterminator="\n", float_format="%.6g"),
            **self._specs(),
        }
        text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), default=str)
        return (
            f'<script type="application/json" class="cl-spec">{text.replace("<", chr(92) + "u003c")}</script>'
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {
            "text/html": self.html(),
            "image/svg+xml": self.svg(WIDE),
            "text/plain": f"{self.title}\n{self.description}",
        }


P = ParamSpec("P")


def drawn(draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """A chart function whose figure carries what was read while it was drawn.

    Parts of a study that the function uses bring their facts along (``record.trace``). Raises ``ValueError``
    if nothing was read: the source line would be empty.
    """

    @wraps(draw)
    def traced(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with reading() as read:
            made = draw(*args, **kwargs)
        made = replace(made, facts=tuple(read.facts.values()), sources=tuple(read.sources.values()))
        if not made.facts and not made.sources:
            raise ValueError(f"figure '{made.name}' was drawn from no fact: its source line would be empty")
        return made

    return traced


@dataclass(frozen=True)
class Drawing(Figure):
    """A figure that is drawn by hand: ``draw`` gives its SVG for a width; ``chart`` is not used."""

    draw: Callable[[int], str] = field(default=lambda width: "")

    def _raw(self, width: int) -> str:
        return self.draw(width)

    def _specs(self) -> dict[str, Any]:
        return {"wide": None, "narrow": None}


def _settled(spec: dict[str, Any]) -> dict[str, Any]:
    """A specification with rounded numbers; its tables are named in order, not by a hash of what was rounded away."""
    spec = _rounded(spec)
    names = {old: f"data-{n}" for n, old in enumerate(spec.get("datasets", {}))}
    text = json.dumps(spec, ensure_ascii=False)
    for old, new in names.items():
        text = text.replace(f'"{old}"', f'"{new}"')
    return dict(json.loads(text))


def _rounded(value: Any) -> Any:
    """Six figures of every number: more would carry floating-point noise into the notebooks."""
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, dict):
        return {k: _rounded(v) for k, v in value.items()}
    return [_rounded(v) for v in value] if isinstance(value, list) else value


def source_line(facts: Iterable[Fact], extra: Iterable[Source] = ()) -> str:
    """HTML: the sources behind some facts, shortened to eight, each once."""
    facts = tuple(facts)
    seen: dict[str, str] = {}
    for source in [s for f in facts for s in f.sources] + list(extra):
        year = f", {human_period(source.published)}" if source.published else ""
        seen.setdefault(f"{source.publisher}{year}", f"{escape(source.publisher)}{escape(year)}")
    shown = list(seen.values())
    more = f" and {len(shown) - 8} more" if len(shown) > 8 else ""
    line = "Sources: " + "; ".join(shown[:8]) + more + "."
    if facts:
        happened = [f.as_of for f in facts if Period.parse(f.as_of).start <= f.published]  # plans lie ahead
        worst = weakest([f.confidence for f in facts])
        line += f" Data to {human_period(max(happened))}." if happened else ""
        softest = next((stage for stage in SOFT if any(f.stage == stage for f in facts)), "")
        line += f" Weakest input: {CONFIDENCE[worst]}{f'; softest: {STAGE[softest]}' if softest else ''}."
    return line


def table_html(rows: pd.DataFrame, caption: str) -> str:
    """A plain accessible table; the numbers of a column are aligned, grouped and have the same decimals."""
    mixed = any(str(c).lower() == "unit" for c in rows.columns)  # then each row is a quantity of its own
    numeric = {
        c: None if mixed else _decimals(rows[c])
        for c in rows.columns
        if pd.api.types.is_numeric_dtype(rows[c])
    }
    head = "".join(
        f'<th scope="col"{" class=num" if c in numeric else ""}>{escape(str(c))}</th>' for c in rows.columns
    )
    body = "".join(
        "<tr>" + "".join(_cell(v, numeric.get(c)) for c, v in zip(rows.columns, row, strict=True)) + "</tr>"
        for row in rows.itertuples(index=False, name=None)
    )
    return (
        f'<div class="cl-scroll" tabindex="0" role="region" aria-label="{escape(caption, quote=True)}"><table class="cl-table">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _decimals(column: pd.Series) -> int | None:
    """Enough decimals for three figures of the largest value, none for whole numbers; ``None`` where values lie too far apart."""
    values = column.dropna().abs()
    if values.empty or (values % 1 == 0).all():
        return 0
    if values.max() > SPREAD * values[values > 0].min():
        return None
    return next((d for d, size in enumerate((100, 10, 1)) if values.max() >= size), 3)


def _cell(value: Any, decimals: int | None = None) -> str:
    if isinstance(value, float | int) and not isinstance(value, bool):
        if value != value:
            return '<td class="num">–</td>'
        whole = float(value).is_integer() or abs(value) >= SPREAD
        text = (
            f"{value:,.{decimals}f}"
            if decimals is not None
            else f"{value:,.0f}"
            if whole
            else f"{value:,.4g}"
        )
        text = text.replace("-", "−")
        return f'<td class="num">{text}</td>'
    if isinstance(value, pd.Timestamp):
        return f'<td class="day">{value:%Y-%m-%d}</td>'
    text = escape(str(value))
    return f'<td class="day">{text}</td>' if _DAY.fullmatch(text) else f"<td>{text}</td>"
