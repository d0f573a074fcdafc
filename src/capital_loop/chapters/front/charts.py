"""The book's emblem: the network of deals, drawn by hand for every state that a deal was in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from capital_loop.chapters.front import layout
from capital_loop.chapters.front.layout import BAND, HUBS, LEAST, PER_PIXEL, Points, Sheet, Way
from capital_loop.chapters.front.study import LEVELS, Day, Flow, State, Study
from capital_loop.show.figure import (
    AMBER,
    BLUE,
    FONT,
    GREEN,
    GREY,
    INK,
    MUTED,
    NARROW,
    ORANGE,
    PAPER,
    PURPLE,
    WIDE,
    Figure,
    drawn,
)  # fmt: skip
from capital_loop.show.words import CHAPTER, CHAPTER_PAGE, formatted, join, read_words

words = read_words(__file__)
SAY = words.chart("network")

COLOUR = {
    "purchase": BLUE, "lease": BLUE, "equity": GREEN, "warrant": ORANGE, "guarantee": PURPLE, "loan": PURPLE,
    "pledge": AMBER,
}  # fmt: skip
DASHES = {"talk": "1.5 7", "announced": "4 4", "letter": "12 6"}
"""Outlines by level; other levels are drawn through."""
FILLS = {"signed": 0.2, "moving": 0.2, "done": 0.9}
"""How opaque the inside of a band is by level; before a signature it stays empty."""
PALE = 0.45
"""How opaque a line is whose money is promised; what is paid of it stands in full colour upon it."""
UNKNOWN = "0.1 5"
"""The dots of an arrow without a sum."""
SIZES = (3e10, 1e11, 3e11)
"""Dollars of the widths that the legend shows."""
LABELLED = {True: 9e10, False: 9e9}
"""Dollars from which on an arrow carries its amount, on narrow and wide sheets; tooltips and the table say
all."""
DAY = "{day}"
"""Stands in a title for the day that a reader chose."""
MADE = "charts.network(study)"
"""How the menu of the figure says that it was made; there is no notebook of the front page."""
UP = "@up/"
"""Stands in links for the way from a page to the top of the site."""
UNCOUNTED = ("purchase", "lease", "warrant")
"""What is not paid in money, or paid as it is used: nobody adds up what was paid for it."""
LAST_CHAPTER = "nvidia-loops"
"""The chapter that counts every deal: where an arrow leads that no claim speaks of."""


@drawn
def network(study: Study) -> Figure:
    """Who had given or promised what to whom, on the last day that the record reaches."""
    today = study.on(study.record.reaches)
    standing = [(f, s) for f in study.flows if (s := f.at(today.day))]
    rows = pd.DataFrame([
        {
            "payer": study.names[f.payer], "payee": study.names[f.payee],
            "gives": words.table("gives")[f.instrument], "stated": amount(s),
            "whose": words.table("whose")[s.whose], "reached": words.table("stage")[s.level],
            "paid": paid(f, s), "since": f.since(s).isoformat(),
        }
        for f, s in standing
    ])  # fmt: skip
    return Figure(
        "loop",
        **SAY.frame(
            title=title(today), day=today.day, rows=SAY.each("row", rows, ". "),
            least=LEAST * PER_PIXEL[False],
        ), chart=lambda w: picture(study, w, today.day), rows=SAY.table(rows),
    )  # fmt: skip


def moving(study: Study) -> dict[str, Any]:
    """What the page needs to show every day.

    Drawings of every state, and all words as they stand on each day.
    """
    days, flows, end = study.days, study.flows, study.record.reaches
    label = SAY.label("drawing")
    return {
        "wide": picture(study, WIDE, label=label), "narrow": picture(study, NARROW, label=label),
        "words": words.table("moving"),
        "first": days[0].day.isoformat(), "last": end.isoformat(), "today": formatted(end, "date"),
        "levels": [(level, words.table("stage")[level]) for level in LEVELS],
        "instruments": list(words.table("key").items()),
        "parties": sorted(((p, study.names[p]) for p in layout.PLACES), key=lambda pair: pair[1]),
        "days": [_day(d, study) for d in days], "flows": [_told(f, study) for f in flows],
    }  # fmt: skip


def _day(day: Day, study: Study) -> dict[str, Any]:
    """A day in words: title, rows of the table by level, what stands apart, what happened."""
    parts = [
        *([_guaranteed(day, study)] if day.guaranteed else []),
        *([SAY.label("pledged", sum=money(day.pledged))] if day.pledged else []),
        *([SAY.label("warrants", count=day.warrants)] if day.warrants else []),
    ]  # fmt: skip
    events = [
        SAY.label(
            "event", payer=study.short[f.payer], payee=study.short[f.payee],
            gives=words.table("gives")[f.instrument], stated=amount(s), reached=words.table("stage")[s.level],
        )
        for f, s in day.changed
    ]  # fmt: skip
    return {
        "day": day.day.isoformat(), "title": title(day, DAY),
        "rows": [
            [
                formatted(x.arrows, "int"),
                *(money(v) if v else SAY.label("dash") for v in (x.stated, x.estimated, x.paid)),
            ]
            for x in day.levels
        ],
        "apart": SAY.label("apart", parts=", ".join(parts)) if parts else "",
        "events": ". ".join(events),
    }  # fmt: skip


def _guaranteed(day: Day, study: Study) -> str:
    """The sum of the guarantees that parties had stated by a day, and to whom they go."""
    given = [(f, s) for f in study.flows if f.instrument == "guarantee" and (s := f.at(day.day))]
    whom = join(sorted(study.short[f.payee] for f, s in given if s.stated and s.whose == "stated"))
    return SAY.label("guaranteed", whom=whom, sum=money(day.guaranteed))


def _told(f: Flow, study: Study) -> dict[str, Any]:
    """A deal in words: its arrow, its chapter, and its states."""
    chapter = f.chapter or LAST_CHAPTER
    states = [
        {
            "day": s.day.isoformat(), "level": s.level, "stage": words.table("stage")[s.level],
            "amount": amount(s), "whose": words.table("whose")[s.whose], "paid": paid(f, s),
            "since": formatted(f.since(s), "date"), "said": said(f, s),
        }
        for s in f.states
    ]  # fmt: skip
    key = next(k for k in words.table("key") if COLOUR[k] == COLOUR[f.instrument])
    return {
        "id": f.deal_id, "title": f.title, "parties": [f.payer, f.payee], "key": key,
        "gives": words.table("gives")[f.instrument],
        "chapter": CHAPTER[chapter], "page": CHAPTER_PAGE[chapter], "states": states,
    }  # fmt: skip


def said(f: Flow, s: State | None) -> str:
    """A deal on a day in one sentence: what a tooltip says."""
    if s is None:
        return f.title
    return SAY.label(
        "tip" if s.stated is not None else "tip_unknown", title=f.title, amount=amount(s),
        whose=words.table("whose")[s.whose],
        stage=words.table("stage")[s.level], day=f.since(s), paid=paid(f, s),
    )  # fmt: skip


def title(day: Day, when: str | None = None) -> str:
    """The finding of a day; ``when`` stands for the day where a page puts it in."""
    return SAY.label(
        "title" if day.paid else "title_unpaid",
        day=formatted(day.day, "date") if when is None else when,
        promised=money(day.promised), **({"paid": money(day.paid)} if day.paid else {}),
    )  # fmt: skip


def money(usd: float) -> str:
    """A sum: whole billions, with a decimal where it tells below ten and from a trillion on."""
    if not usd:
        return words.text("nothing")
    tells = usd >= 1e12 or (1e9 <= usd < 9.95e9 and usd % 1e9 >= 5e7)
    return formatted(usd, "usd1" if tells else "usd0")


def _stated(s: State, usd: float) -> str:
    """A sum of a state, marked where no party stated it."""
    return money(usd) if s.whose == "stated" else SAY.label("about", stated=money(usd))


def amount(s: State) -> str:
    """The sum of a state, marked where no party stated it."""
    if s.stated is None:
        return SAY.label("none")
    said = _stated(s, s.stated)
    if s.binds < 1:
        part = SAY.label("about", stated=money(s.stated * s.binds))
        said = SAY.label("partly", said=said, part=part)
    return SAY.label("shrunk", said=said) if s.cut else said


def paid(f: Flow, s: State) -> str:
    """What of a state is known to be paid; payments for goods and capacity are not counted."""
    if s.paid:
        return money(s.paid)
    return words.text("uncounted") if f.instrument in UNCOUNTED else words.text("unknown")


def _tag(name: str, *inside: str, **attributes: object) -> str:
    """An element; numbers are rounded, ``_`` stands for ``-`` in names and is dropped at their end."""
    said = ""
    for key, value in attributes.items():
        if value != "":
            shown = f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)
            said += f' {key.rstrip("_").replace("_", "-")}="{escape(shown, quote=True)}"'
    return f"<{name}{said}>{''.join(inside)}</{name}>"


def picture(study: Study, key: int, day: dt.date | None = None, label: str = "") -> str:
    """The network as SVG: on one day, or (no day) every state of every arrow, each in its own group."""
    sheet = Sheet(key, study.short | words.table("plates"))
    along = layout.ways(study.flows, sheet)
    shown = [max((_label(f, s, sheet) for s in f.states), key=len) for f in study.flows]
    places = layout.labels(study.flows, shown, along, sheet)
    arrows = [_Arrow(f, w, p, sheet) for f, w, p in zip(study.flows, along, places, strict=True)]
    if day:
        arrows = [a for a in arrows if a.flow.at(day)]
    arrows.sort(key=lambda a: -a.way.width)
    edges = [a.group(day or study.record.reaches, every=not day) for a in arrows]
    parties = {p for a in arrows for p in (a.flow.payer, a.flow.payee)}
    legend = list(_legend(sheet))
    inside = _tag(
        "g", *edges, *(_node(p, sheet) for p in layout.PLACES if p in parties), *(tag for _, tag in legend),
        font_family=FONT
    )  # fmt: skip
    width, height = f"{sheet.width:.0f}", f"{sheet.body + 18 + legend[-1][0]:.0f}"
    more = {} if day else {
        "width": width, "height": height, "role": "group", "aria_label": label,
        "class_": "cl-narrow" if sheet.narrow else "cl-wide",
    }  # fmt: skip
    return _tag("svg", inside, xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {width} {height}", **more)


def _label(f: Flow, s: State, sheet: Sheet) -> str:
    """What stands on an arrow."""
    if s.stated is None or s.stated < LABELLED[sheet.narrow]:
        return ""
    return _stated(s, s.stated)


@dataclass(frozen=True)
class _Arrow:
    """An arrow on a sheet: its way as wide as it ever gets, and the middle of its amount."""

    flow: Flow
    way: Way
    place: Points | None
    sheet: Sheet

    def group(self, day: dt.date, *, every: bool) -> str:
        """The arrow on a day; with ``every`` a link that holds all its states, those of other days hidden."""
        now = self.flow.at(day)
        if not every:
            return _tag("g", *self._state(now), class_="edge") if now else ""
        states = [
            _tag("g", self._reach(s), *self._state(s), data_n=n, style="" if s is now else "display:none")
            for n, s in enumerate(self.flow.states)
        ]
        link = {"href": f"{UP}book/deals.html#{self.flow.deal_id}", "aria_label": said(self.flow, now)}
        return _tag("a", *states, class_="edge", data_deal=self.flow.deal_id, **link)

    def _reach(self, s: State) -> str:
        """What a pointer meets: the way, as wide as a finger needs it."""
        thick = max(12.0, self.sheet.thick(s.stated) + 4)
        return _drawn(self.way, INK, stroke_opacity=0, stroke_width=thick, class_="reach")

    def _state(self, s: State) -> Iterator[str]:
        """One state: the arrow, what of it is paid, its amount."""
        colour = GREY if s.level == "ended" else COLOUR[self.flow.instrument]
        thick = self.sheet.thick(s.stated)
        if s.binds < 1:
            yield from self._partly(s, thick, colour)
        elif thick >= BAND:
            yield self._band(s, thick, colour)
            if s.paid and s.stated and s.level != "done":
                yield self._core(s.paid / s.stated, thick, colour)
        else:
            yield from self._line(s, thick, colour)
        text = _label(self.flow, s, self.sheet)
        if text and self.place is not None:
            struck = "line-through" if s.cut or s.level == "ended" else ""
            style = {"font_weight": 700, "text_decoration": struck}
            x, y = float(self.place[0]), float(self.place[1]) + self.sheet.font * 0.35
            halo = {"stroke_width": 4, "stroke_linejoin": "round", "stroke_opacity": 0.85}
            yield _middle(text, x, y, self.sheet.font, font_weight=700, fill=PAPER, stroke=PAPER, **halo)
            yield _middle(text, x, y, self.sheet.font, fill=MUTED if s.level == "ended" else colour, **style)

    def _partly(self, s: State, thick: float, colour: str) -> Iterator[str]:
        """What is announced, and on it a line as wide as the part that binds."""
        told = replace(s, level="announced", binds=1.0)
        if thick >= BAND:
            yield self._band(told, thick, colour)
        else:
            yield from self._line(told, thick, colour)
        yield self._core(s.binds, thick, colour)

    def _core(self, part: float, thick: float, colour: str) -> str:
        """A line on a band, as wide as a part of it."""
        return _drawn(self.way.cut(0, self._neck(thick)), colour, stroke_width=max(LEAST, thick * part))

    def _head(self, thick: float) -> tuple[float, float]:
        """Half the width and the length of a head."""
        half = thick / 2 + (3.4 if self.sheet.narrow else 5)
        return half, min(half * 1.25, self.way.length * 0.45)

    def _neck(self, thick: float) -> float:
        """Where the shaft ends."""
        return 1 - self._head(thick)[1] / self.way.length

    def _band(self, s: State, thick: float, colour: str) -> str:
        half, neck = self._head(thick)[0], self._neck(thick)
        shaft = self.way.cut(0, neck)
        h = thick / 2
        left, right = (_beside(shaft, sign * h) for sign in (-1, 1))
        wings = [shaft.points[2] + sign * half * shaft.normal(1) for sign in (-1, 1)]
        tip = self.way.points[2]
        d = (
            f"M{_xy(left[0])}Q{_xy(left[1])} {_xy(left[2])}"
            f"L{_xy(wings[0])} {_xy(tip)} {_xy(wings[1])} {_xy(right[2])}"
            f"Q{_xy(right[1])} {_xy(right[0])}Z"
        )
        stated = s.whose == "stated"
        full = stated and s.level in FILLS
        fill = {"fill": colour if full else PAPER, "fill_opacity": FILLS[s.level] if full else 0.6}
        faint = {"stroke_opacity": PALE} if s.level == "ended" else {}
        return _tag(
            "path", d=d, **fill, **faint, stroke=colour, stroke_width=1.4,
            stroke_dasharray=DASHES.get(s.level, ""), stroke_linejoin="round",
        )  # fmt: skip

    def _line(self, s: State, thick: float, colour: str) -> Iterator[str]:
        half, neck = self._head(thick)[0], self._neck(thick)
        shaft = self.way.cut(0, neck)
        dash = UNKNOWN if s.stated is None else DASHES.get(s.level, "")
        pale = PALE if s.stated and s.level in ("signed", "moving", "ended") else ""
        yield _drawn(
            shaft, colour, stroke_width=thick + 0.6 * (s.stated is None), stroke_opacity=pale,
            stroke_dasharray=dash, stroke_linecap="round" if s.stated is None else "",
        )  # fmt: skip
        if pale and s.paid and s.stated:
            yield _drawn(shaft, colour, stroke_width=max(0.8, thick * s.paid / s.stated))
        wings = [shaft.points[2] + sign * half * shaft.normal(1) for sign in (-1, 1)]
        solid = s.whose == "stated" and s.level in FILLS
        yield _tag(
            "path", d=f"M{_xy(wings[0])}L{_xy(self.way.points[2])} {_xy(wings[1])}Z",
            fill=colour if solid else PAPER,
            stroke=colour, stroke_width=1.2, stroke_linejoin="round",
        )  # fmt: skip


def _xy(point: Points) -> str:
    return " ".join(f"{v:.1f}".removesuffix(".0") for v in point)


def _drawn(way: Way, colour: str, **style: object) -> str:
    """A line along a way."""
    a, b, c = way.points
    return _tag("path", d=f"M{_xy(a)}Q{_xy(b)} {_xy(c)}", fill="none", stroke=colour, **style)


def _beside(way: Way, off: float) -> list[Points]:
    """The curve ``off`` to the side of another."""
    normals = (way.normal(0), way.normal(0.5), way.normal(1))
    return [np.asarray(p + off * n) for p, n in zip(way.points, normals, strict=True)]


def _middle(said: str, x: float, y: float, size: float, **style: object) -> str:
    return _tag("text", escape(said), x=x, y=y, font_size=size, text_anchor="middle", **style)


def _node(party: str, sheet: Sheet) -> str:
    (x, y), (w, h), hub = sheet.at(party), sheet.half(party), party in HUBS
    size = sheet.font * (1.2 if hub else 1.0)
    plate = {"fill": INK} if hub else {"fill": PAPER, "stroke": MUTED, "stroke_width": 1.2}
    name = _middle(sheet.names[party], x, y + size * 0.35, size, font_weight=700, fill=PAPER if hub else INK)
    shape = _tag("rect", x=x - w, y=y - h, width=2 * w, height=2 * h, rx=5, **plate)
    return _tag("g", shape, name, class_="party", data_party=party)


def _legend(sheet: Sheet) -> Iterator[tuple[float, str]]:
    """What colours, outlines and widths mean, under the picture.

    The lower edge of each entry below the body, and it.
    """
    columns = 2 if sheet.narrow else 5
    step = (sheet.width - 8) / columns
    size, down = (12.5, -8.0) if sheet.narrow else (13.5, 12.0)
    y = sheet.body + down
    for group in (_colours(), _outlines(), _sizes(sheet)):
        y += 4
        for i, (marks, said) in enumerate(group):
            x = 8 + (i % columns) * step
            y += 19 * (i % columns == 0)
            moved = _tag("g", *marks, transform=f"translate({x:.0f} {y - 5:.0f})")
            yield y + 8 - sheet.body, moved + _tag("text", said, x=x + 40, y=y, font_size=size, fill=MUTED)


def _plate(high: float, **style: object) -> str:
    """A mark of the legend."""
    return _tag("rect", x=0, y=-high / 2, width=32, height=high, **style)


def _colours() -> Iterator[tuple[list[str], str]]:
    for instrument, said in words.table("key").items():
        yield [_plate(10, rx=2, fill=COLOUR[instrument])], said


def _sample(level: str, **more: object) -> str:
    look: dict[str, object] = {"fill": MUTED if level in FILLS else "none"}
    look |= {"fill_opacity": FILLS.get(level, ""), "stroke_opacity": PALE if level == "ended" else ""}
    dashes = DASHES.get(level, "")
    return _plate(10, stroke=MUTED, stroke_width=1.4, stroke_dasharray=dashes, **(look | more))


def _outlines() -> Iterator[tuple[list[str], str]]:
    for level, said in words.table("lines").items():
        yield [_sample(level), *([_plate(4, fill=MUTED)] if level == "moving" else [])], said
    yield [_sample("signed", fill="none")], SAY.label("hollow")
    line = {"y1": 0, "x2": 32, "y2": 0, "stroke": MUTED}
    yield [_sample("announced"), _tag("line", x1=0, **line, stroke_width=LEAST)], SAY.label("inner")
    dots = {"stroke_width": 2.4, "stroke_dasharray": UNKNOWN, "stroke_linecap": "round"}
    yield [_tag("line", x1=1, **line, **dots)], SAY.label("dotted")


def _sizes(sheet: Sheet) -> Iterator[tuple[list[str], str]]:
    for usd in SIZES:
        yield [_plate(sheet.thick(usd), fill=MUTED)], money(usd)
