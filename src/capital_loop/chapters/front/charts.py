"""The book's emblem: the network of deals, drawn by hand. Arrows carry date and stage, to be filtered by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from capital_loop.chapters.front import words
from capital_loop.chapters.front.study import FIRMNESS, Arrow, Study
from capital_loop.show.figure import (
    BLUE,
    FONT,
    GREEN,
    GRID,
    INK,
    MUTED,
    NARROW,
    ORANGE,
    PAPER,
    PURPLE,
    Drawing,
    drawn,
)  # fmt: skip
from capital_loop.show.words import put

CENTRE = "openai"
PLACES = {
    "openai": (50, 52, 50, 50), "nvidia": (50, 5, 50, 4), "oracle": (86, 17, 84, 17),
    "sb-energy": (92, 47, 85, 37), "amazon": (90, 75, 87, 61), "microsoft": (70, 95, 86, 80),
    "softbank": (40, 96, 38, 97), "broadcom": (12, 82, 14, 76),
    "amd": (7, 53, 12, 55), "coreweave": (13, 20, 15, 20),
}  # fmt: skip
"""Where each party stands, in percent of width and height: wide x, y, then narrow x, y."""
COLOUR = {
    "purchase": BLUE, "lease": BLUE, "equity": GREEN, "warrant": ORANGE, "guarantee": PURPLE, "loan": PURPLE,
}  # fmt: skip
DASHES = {"promised": "1 6", "signed": "9 5", "moving": ""}
"""Dashes by stage."""
SMALL, LARGE = 1e10, 1e11
"""Dollars: lines are thin below the first, where a phone shows no words, and thick from the second on."""
WIDTHS = {"small": 1.5, "middle": 2.8, "large": 5.0}
Points = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Sheet:
    """One drawing: its sizes in pixels, and what it calls the parties."""

    width: int
    names: dict[str, str]

    @property
    def narrow(self) -> bool:
        """Whether it is for a phone."""
        return self.width == NARROW

    @property
    def size(self) -> Points:
        """Width and height."""
        return np.array([self.width, 580 if self.narrow else 656])

    @property
    def font(self) -> float:
        """Size of the words on arrows."""
        return 10.5 if self.narrow else 12.5

    @property
    def foot(self) -> float:
        """Room for the legend."""
        return 88 if self.narrow else 66

    def at(self, party: str) -> Points:
        """Where a party stands."""
        place = PLACES[party][2:] if self.narrow else PLACES[party][:2]
        margin = np.array([30, 22] if self.narrow else [40, 26])
        return margin + np.array(place) / 100 * (self.size - 2 * margin - np.array([0, self.foot]))

    def half(self, party: str) -> Points:
        """Half the width and height of a party's plate."""
        long = len(self.names[party]) * self.font * 0.33
        return np.array([long + 9, 11] if self.narrow else [long + 15, 17]) * (1.25 if party == CENTRE else 1)

    def curve(self, a: Arrow, lane: float) -> Points:
        """The way of an arrow from plate to plate; those that do not touch the centre bend away from it."""
        first, second = sorted((a.payer, a.payee))
        ends = self.at(first), self.at(second)
        across = ends[1] - ends[0]
        normal, middle, away = np.array([-across[1], across[0]]) / np.hypot(*across), sum(ends) / 2, 0.0
        if CENTRE not in (first, second):
            away = 26.0 if normal @ (middle - self.at(CENTRE)) > 0 else -26.0
        if self.narrow and "sb-energy" in (first, second):
            away = -away / 2  # Oracle stands in the way
        bent = middle + 1.6 * normal * (lane * (30 if self.narrow else 46) + away)
        start, end = ends if a.payer == first else ends[::-1]
        t = np.linspace(0, 1, 201)[:, None]
        way = (1 - t) ** 2 * start + 2 * t * (1 - t) * bent + t**2 * end
        free = [np.any(np.abs(way - self.at(p)) > self.half(p) + 3, axis=1) for p in (a.payer, a.payee)]
        return np.asarray(way[free[0] & free[1]][:-2])


@drawn
def network(study: Study) -> Drawing:
    """Who gives what to whom around OpenAI and Nvidia, by instrument, amount, stage and date."""
    say, arrows, names = words.NETWORK, study.between(PLACES), study.names
    rows = pd.DataFrame([
        {"payer": names[a.payer], "payee": names[a.payee], "gives": words.GIVES[a.instrument], 
         "stated": say.label("shrunk", said=amount(a)) if a.shrunk else amount(a),
         "reached": words.STAGE[a.firmness], "day": a.announced.isoformat(), "whose": words.WHOSE[a.whose]}
        for a in arrows
    ])  # fmt: skip
    count = {stage: sum(a.firmness == stage for a in arrows) for stage in FIRMNESS}
    said = say.by_row("arrow", rows)
    left, apart = study.beyond(PLACES)
    return Drawing(
        "loop",
        **say.frame(
            count=len(arrows), **count, left=left, apart=", ".join(apart), rows=say.each("row", rows, ". "),
        ), chart=lambda w: alt.Chart(),
        rows=say.table(rows),
        draw=lambda w: _draw(arrows, said, Sheet(w, study.short)),
    )  # fmt: skip


def amount(a: Arrow) -> str:
    """The amount of an arrow, marked where no party stated it."""
    if a.stated is None:
        return words.NETWORK.label("none")
    said = put(a.stated.value, "usd1" if 1e9 < a.stated.value < SMALL else "usd0")
    return said if a.whose == "stated" else words.NETWORK.label("about", stated=said)


def weight(a: Arrow) -> float:
    """The width of an arrow's line, by its amount."""
    usd = a.stated.value if a.stated else 0.0
    return WIDTHS["small" if usd < SMALL else "middle" if usd < LARGE else "large"]


def _tag(name: str, *inside: str, **attributes: object) -> str:
    """An element; numbers are rounded, ``_`` stands for ``-`` in names and is dropped at their end."""
    said = ""
    for key, value in attributes.items():
        if value != "":
            shown = f"{value:.1f}" if isinstance(value, float) else str(value)
            said += f' {key.rstrip("_").replace("_", "-")}="{escape(shown, quote=True)}"'
    return f"<{name}{said}>{''.join(inside)}</{name}>"


def _stroke(colour: str, thick: float, dash: str) -> dict[str, object]:
    ends = {"stroke_dasharray": dash, "stroke_linecap": "round"} if dash else {}
    return {"stroke": colour, "stroke_width": thick, **ends}


def _draw(arrows: list[Arrow], said: list[str], sheet: Sheet) -> str:
    """All lines under all words, thick lines under thin."""
    order = sorted(range(len(arrows)), key=lambda i: -weight(arrows[i]))
    lanes = _lanes(arrows)
    lines, texts = zip(*(_edge(arrows[i], lanes[i], said[i], sheet) for i in order), strict=True)
    parties = {p for a in arrows for p in (a.payer, a.payee)}
    nodes = [_node(p, sheet) for p in PLACES if p in parties]
    inside = _tag("g", *lines, *nodes, *texts, *_legend(sheet), font_family=FONT)
    box = f"0 0 {sheet.width} {sheet.size[1]:.0f}"
    return _tag("svg", inside, xmlns="http://www.w3.org/2000/svg", viewBox=box)


def _lanes(arrows: list[Arrow]) -> list[float]:
    """The place of each arrow among those of its pair: …, −1, 0, 1, … from one side to the other."""
    of = [frozenset((a.payer, a.payee)) for a in arrows]
    return [of[:i].count(pair) - (of.count(pair) - 1) / 2 for i, pair in enumerate(of)]


def _edge(a: Arrow, lane: float, said: str, sheet: Sheet) -> tuple[str, str]:
    """The line of an arrow with its head, and its words."""
    way, thick, dash, colour = sheet.curve(a, lane), weight(a), DASHES[a.firmness], COLOUR[a.instrument]
    head, tip = (5.0 if sheet.narrow else 6.5) + thick * 0.8, way[-1]
    along = (tip - way[-7]) / np.hypot(*(tip - way[-7]))
    neck, side = tip - along * head * 1.5, np.array([-along[1], along[0]]) * head * 0.75
    shaft = [*(p for p in way[::8] if np.hypot(*(p - tip)) > head * 1.4), neck]
    path = "M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in shaft)
    corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in (tip, neck + side, neck - side))
    line = _tag(
        "path", d=path, fill="none", **_stroke(colour, thick, dash),
    )  # fmt: skip
    data = {"class_": "edge", "data_stage": a.firmness, "data_date": a.announced.isoformat()}
    arrow = _tag("g", _tag("title", escape(said)), line, _tag("polygon", points=corners, fill=colour), **data)
    if a.stated is None or (sheet.narrow and a.stated.value < SMALL):
        return arrow, ""
    place = 0.5 + lane * (0.2 if a.payer < a.payee else -0.2)
    if sheet.narrow and CENTRE not in (a.payer, a.payee):
        place += 0.22  # aside from the words on the arrows of the centre
    x, y = way[round((len(way) - 1) * place)]
    return arrow, _tag("g", *_words(a, x, y, colour, sheet), **data)


def _middle(said: str, x: float, y: float, size: float, **style: object) -> str:
    return _tag("text", escape(said), x=x, y=y, font_size=size, text_anchor="middle", **style)


def _words(a: Arrow, x: float, y: float, colour: str, sheet: Sheet) -> Iterator[str]:
    """The amount, and on wide sheets the month, on a halo of paper."""
    texts = [(amount(a), y, sheet.font, 700, colour, "line-through" if a.shrunk else "")]
    if not sheet.narrow:
        texts.append((f"{a.announced:%b %y}", y + sheet.font - 0.5, sheet.font - 2.5, 400, MUTED, ""))
    halo = {"stroke": PAPER, "stroke_width": 5, "stroke_linejoin": "round"}
    for under in (True, False):
        for text, at, size, bold, fill, struck in texts:
            style = {"fill": PAPER, **halo} if under else {"fill": fill}
            yield _middle(text, x, at, size, font_weight=bold, text_decoration=struck, **style)


def _node(party: str, sheet: Sheet) -> str:
    (x, y), (w, h) = sheet.at(party), sheet.half(party)
    size = sheet.font * (1.3 if party == CENTRE else 1.1)
    plate = {"fill": INK} if party == CENTRE else {"fill": PAPER, "stroke": GRID, "stroke_width": 1.5}
    fill = PAPER if party == CENTRE else INK
    name = _middle(sheet.names[party], x, y + size * 0.35, size, font_weight=700, fill=fill)
    return _tag("rect", x=x - w, y=y - h, width=2 * w, height=2 * h, rx=h, **plate) + name


def _legend(sheet: Sheet) -> Iterator[str]:
    """What colours and lines mean, under the picture."""
    text = {"font_size": sheet.font - 1, "fill": MUTED}
    per_row, top = 2 if sheet.narrow else 4, float(sheet.size[1]) - sheet.foot + 22
    for i, (instrument, name) in enumerate(words.KEY.items()):
        x, y = 12 + (i % per_row) * (sheet.width - 20) / per_row, top + 17 * (i // per_row)
        yield _tag("rect", x=x, y=y - 8, width=16, height=8, rx=2, fill=COLOUR[instrument])
        yield _tag("text", name, x=x + 22, y=y, **text)
    lines = [
        *((name, WIDTHS["middle"], DASHES[stage]) for stage, name in words.LINES.items()),
        *((name, WIDTHS[size], "") for size, name in words.SIZES.items()),
    ]
    for i, (name, thick, dash) in enumerate(lines):
        x, y = 12 + (i % 3) * (sheet.width - 20) / 3, top + 17 * (len(words.KEY) // per_row + i // 3)
        yield _tag(
            "line", x1=x, y1=y - 4, x2=x + 26, y2=y - 4, **_stroke(MUTED, thick, dash)
        )  # fmt: skip
        yield _tag("text", name, x=x + 32, y=y, **text)
