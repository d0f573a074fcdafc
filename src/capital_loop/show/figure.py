"""The one theme of every chart, and what a chart hands on.

A chart function returns a :class:`Figure`. Its output in a notebook holds a picture that any viewer shows,
and the book's own type (``FIGURE``) from which the site draws it: words, plotted rows, and the specification
for two widths. Nothing is loaded from anywhere and two runs give the same bytes.
"""

from __future__ import annotations

import base64
import copy
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, wraps
from typing import Any, ParamSpec, Self, cast

import altair as alt
import pandas as pd

from capital_loop.record.grades import ORDER
from capital_loop.record.tables import Fact, Period, Source, weakest
from capital_loop.record.trace import Reading, reading
from capital_loop.show import drawing
from capital_loop.show.drawing import FONT, NARROW, WIDE
from capital_loop.show.palette import AMBER, BLUE, GREEN, GREY, GRID, INK, MUTED, ORANGE, PAPER, PURPLE, SKY
from capital_loop.show.table import values
from capital_loop.show.words import CONFIDENCE, SOURCE, STAGE, Words, human_period, unbroken

__all__ = [
    "AMBER", "BLUE", "FONT", "GREEN", "GREY", "GRID", "INK", "MUTED", "NARROW", "ORANGE", "PAPER", "PURPLE",
    "SKY", "WIDE", "Figure", "drawn", "source_line", "theme", "whole",
]  # fmt: skip

FIGURE = "application/vnd.capital-loop.figure+json"
"""The type of a figure in a notebook."""
SCALE = 1
"""Pixels of a notebook's picture for one of the drawing."""
SHOWN = 3
"""So many sources, the best by grade, stand in a source line; the site folds the rest."""
SERIES = [BLUE, ORANGE, GREEN, PURPLE, SKY, AMBER]

ROOM: dict[str, Any] = {"stroke": PAPER, "strokeWidth": 3, "strokeJoin": "round"}
"""Around the words of a chart, under their letters (``drawing.svg``): a line of the grid ends before them."""

SOFT = ("rumour", "estimate", "guidance", "letter_of_intent", "announced")
"""Stages that bind nobody or measure nothing, softest first: a figure that rests on one says so."""


def theme() -> dict[str, Any]:
    """The Vega-Lite configuration shared by all charts."""
    text = {"labelColor": INK, "titleColor": MUTED, "labelFontSize": 12, "titleFontSize": 12}
    return {
        "font": FONT, "background": None, "padding": {"left": 4, "right": 8, "top": 6, "bottom": 4},
        "view": {"stroke": None},
        "axis": {
            **text, "titleFontWeight": "normal", "gridColor": GRID, "domainColor": MUTED, "tickColor": MUTED,
            "labelLimit": 240, "titlePadding": 8,
        },
        "axisY": {"domain": False, "ticks": False},
        "legend": {**text, "titleFontWeight": "normal", "orient": "top", "labelLimit": 300, "symbolSize": 90},
        "header": {**text, "labelFontWeight": "bold"},
        "range": {"category": SERIES, "ramp": [SKY, BLUE], "heatmap": [SKY, BLUE]},
        "line": {"strokeWidth": 2.2, "color": BLUE}, "bar": {"color": BLUE},
        "rule": {"color": MUTED}, "point": {"color": BLUE, "filled": True, "size": 60},
        "text": {"color": INK, "fontSize": 12, **ROOM}, "aria": False,
    }  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """A chart that answers one question.

    ``name`` is a slug, unique on the site. ``title`` states the finding; ``unit`` says what is on the axes;
    ``description`` is the text alternative: what a reader who cannot see the chart needs. ``chart`` builds
    the Altair chart for a width in pixels (``WIDE`` or ``NARROW``), or gives an SVG. ``rows`` are the plotted
    rows, shown as a table (column names are its headings). ``note`` is for definitions and breaks. ``fold``
    is what a reader clicks to open a figure that a page keeps closed. ``read`` is what the figure was drawn
    from, which :func:`drawn` fills in: the source line comes from it.
    """

    name: str
    title: str
    unit: str
    description: str
    chart: Callable[[int], alt.TopLevelMixin | str]
    rows: pd.DataFrame
    note: str = ""
    fold: str = ""
    read: Reading = field(default_factory=Reading, repr=False, compare=False, kw_only=True)

    @classmethod
    def worded(
        cls,
        name: str,
        words: Words,
        chart: Callable[[int], alt.TopLevelMixin | str],
        rows: pd.DataFrame,
        /,
        **values: Any,
    ) -> Self:
        """A figure around which stand the words of its chart, filled by ``values``.

        ``rows`` get their headings.
        """
        return cls(name=name, chart=chart, rows=words.table(rows), **words.frame(**values))

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The facts that it was drawn from."""
        return tuple(self.read.facts.values())

    @property
    def sources(self) -> tuple[Source, ...]:
        """Further sources that it was drawn from, such as those of prices."""
        return tuple(self.read.sources.values())

    def __post_init__(self) -> None:
        for part in ("title", "unit", "description"):
            if not getattr(self, part).strip():
                raise ValueError(f"figure '{self.name}' has no {part}")

    @cached_property
    def _charts(self) -> dict[int, alt.TopLevelMixin | str]:
        return {width: self.chart(width) for width in (WIDE, NARROW)}

    def spec(self, width: int = WIDE) -> dict[str, Any]:
        """The Vega-Lite specification, themed; altair raises if it is not valid against the schema."""
        with alt.utils.schemapi.debug_mode(False):  # the whole is checked, not each part on its way
            spec: dict[str, Any] = cast(alt.TopLevelMixin, self._charts[width]).to_dict()
        spec["config"] = {
            **theme(),
            **{k: v for k, v in spec.get("config", {}).items() if k not in theme() and k != "view"},
        }
        if not {"hconcat", "vconcat", "concat", "facet"} & set(spec):
            spec["autosize"] = {"type": "fit-x", "contains": "padding"}
        return spec

    @cached_property
    def _specs(self) -> dict[int, dict[str, Any]]:
        titles = {str(c): str(c) for c in self.rows.columns}
        return {width: drawing.settled(self.spec(width), titles, self.unit) for width in (WIDE, NARROW)}

    def _raw(self, width: int) -> str:
        if isinstance(by_hand := self._charts[width], str):
            return by_hand
        made = self._drawn()
        return drawing.draw({**made["wide" if width == WIDE else "narrow"], **made["shared"]})

    def svg(self, width: int = WIDE) -> str:
        """The chart as an SVG element that scales down, with ids made unique to this figure."""
        return drawing.svg(self._raw(width), self.name, self.description, width)

    def source_line(self) -> str:
        """Publishers and dates of all plotted, the newest as-of date, weakest confidence and stage."""
        return source_line(self.facts, self.sources, self.read.priced)

    def payload(self) -> dict[str, Any]:
        """All that the site needs to show the figure, as JSON; :func:`whole` gives what can be drawn."""
        return {
            "name": self.name, "title": unbroken(self.title), "unit": self.unit,
            "description": self.description, "note": unbroken(self.note),
            "fold": self.fold, "source_line": self.source_line(),
            "facts": list(self.read.facts), "sources": list(self.read.sources),
            **values(self.rows), **_short(self._drawn()),
        }  # fmt: skip

    def _drawn(self) -> dict[str, Any]:
        """Both specifications, with the tables and the theme that they share once beside; or both SVGs."""
        if isinstance(self._charts[WIDE], str):
            return {"svg": {"wide": self._charts[WIDE], "narrow": self._charts[NARROW]}}
        tables: list[Any] = []
        out: dict[str, Any] = {}
        for key, width in (("wide", WIDE), ("narrow", NARROW)):
            spec = dict(self._specs[width])
            own = spec.pop("datasets", {})
            for rows in own.values():
                if rows not in tables:
                    tables.append(rows)
            config = spec.pop("config")
            out[key] = _renamed(spec, {name: f"table-{tables.index(rows)}" for name, rows in own.items()})
        shared = {"config": config, "datasets": {f"table-{n}": rows for n, rows in enumerate(tables)}}
        return {**out, "shared": shared}

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        picture = drawing.png(
            self.svg(WIDE), SCALE, head=[self.title], unit=self.unit, foot=f"{self.note} {self.source_line()}"
        )
        return {
            FIGURE: self.payload(),
            "image/png": base64.b64encode(drawing.small(picture)).decode(),
            "text/plain": f"{self.title}\n{self.description}",
        }


def whole(payload: dict[str, Any]) -> dict[str, Any]:
    """What a notebook holds of a figure, with the narrow specification and the theme in full."""
    if "shared" not in payload:
        return payload
    shared = {**payload["shared"], "config": {**theme(), **payload["shared"]["config"]}}
    return {**payload, "narrow": _changed(payload["wide"], payload["narrow"]), "shared": shared}


def _short(made: dict[str, Any]) -> dict[str, Any]:
    """Specifications as a notebook holds them: the narrow one as changes, the theme left out."""
    if "shared" not in made:
        return made
    own = {k: v for k, v in made["shared"]["config"].items() if theme().get(k, ...) != v}
    changes = list(_changes(made["wide"], made["narrow"]))
    return {**made, "narrow": changes, "shared": {**made["shared"], "config": own}}


def _changes(one: Any, other: Any, path: tuple[str | int, ...] = ()) -> Iterator[list[Any]]:
    """What makes one value the other: a path with the value that stands there, or alone if none does."""
    if isinstance(one, dict) and isinstance(other, dict):
        yield from ([[*path, key]] for key in sorted(one.keys() - other.keys()))
        yield from ([[*path, key], other[key]] for key in sorted(other.keys() - one.keys()))
        pairs: Iterable[tuple[str | int, Any, Any]] = (
            (k, one[k], other[k]) for k in sorted(one.keys() & other.keys())
        )
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = ((n, *pair) for n, pair in enumerate(zip(one, other, strict=True)))
    else:
        pairs = ()
        if one != other or type(one) is not type(other):
            yield [list(path), other]
    for key, mine, theirs in pairs:
        yield from _changes(mine, theirs, (*path, key))


def _changed(one: Any, changes: list[list[Any]]) -> Any:
    """The other value of :func:`_changes`."""
    made = copy.deepcopy(one)
    for path, *value in changes:
        if not path:
            return value[0]
        place = made
        for key in path[:-1]:
            place = place[key]
        if value:
            place[path[-1]] = value[0]
        else:
            del place[path[-1]]
    return made


def _renamed(value: Any, names: dict[str, str]) -> Any:
    """A specification whose tables have other names."""
    if isinstance(value, dict):
        return {
            k: {**v, "name": names[v["name"]]}
            if k == "data" and isinstance(v, dict) and v.get("name") in names else _renamed(v, names)
            for k, v in value.items()
        }  # fmt: skip
    return [_renamed(v, names) for v in value] if isinstance(value, list) else value


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
        made.read.add(read)
        if not made.facts and not made.sources:
            raise ValueError(f"figure '{made.name}' was drawn from no fact: its source line would be empty")
        return made

    return traced


def source_line(facts: Iterable[Fact], extra: Iterable[Source] = (), priced: date | None = None) -> str:
    """The best sources behind some facts, the number of the others, and how firm the weakest input is.

    "Data to" is the newest day of what happened, prices read up to ``priced`` among it.
    """
    facts = list(facts)
    seen = ranked(facts, extra)
    shown, more = "; ".join(seen[:SHOWN]), len(seen) - SHOWN
    line = [SOURCE["more" if more > 0 else "line"].format(sources=shown, more=more)]
    happened = [f.as_of for f in facts if Period.parse(f.as_of).start <= f.published]  # plans lie ahead
    if happened or priced:
        day = max([*happened, *([priced.isoformat()] if priced else [])])
        line.append(SOURCE["until"].format(day=human_period(day)))
    if facts:
        softest = next((stage for stage in SOFT if any(f.stage == stage for f in facts)), "")
        line.append(
            SOURCE["softest" if softest else "weakest"].format(
                confidence=CONFIDENCE[weakest([f.confidence for f in facts])], stage=STAGE.get(softest, "")
            )
        )
    return " ".join(line)


def ranked(facts: Iterable[Fact], extra: Iterable[Source] = ()) -> list[str]:
    """Every source behind some facts once.

    The best grade first, within a grade those that serve most facts.
    """
    every = [*(s for f in facts for s in f.sources), *extra]
    name = {source: _named(source) for source in dict.fromkeys(every)}
    serve = Counter(name[source] for source in every)
    best: dict[str, int] = {}
    for source, named in name.items():
        best[named] = min(best.get(named, len(ORDER)), ORDER[source.grade])
    return sorted(serve, key=lambda named: (best[named], -serve[named], named))


def _named(source: Source) -> str:
    return source.publisher + (f", {human_period(source.published)}" if source.published else "")
