"""The book's emblem: the network of deals, drawn by hand. Every arrow carries its date and stage, so that it can be filtered."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from html import escape

import altair as alt
import pandas as pd

from capital_loop.chapters.front.study import Arrow, arrows
from capital_loop.record.tables import Record
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
)
from capital_loop.show.words import human_period, put

_PLACES = {
    "openai": (50, 52, 50, 50), "nvidia": (50, 5, 50, 4), "oracle": (86, 17, 84, 17), "sb-energy": (92, 47, 85, 37),
    "amazon": (90, 75, 87, 61), "microsoft": (70, 95, 86, 80), "softbank": (40, 96, 38, 97), "broadcom": (12, 82, 14, 76),
    "amd": (7, 53, 12, 55), "coreweave": (13, 20, 15, 20),
}  # fmt: skip
"""Where each party stands, in percent of width and height: wide x, y, then narrow x, y."""
_COLOUR = {
    "purchase": BLUE,
    "lease": BLUE,
    "equity": GREEN,
    "warrant": ORANGE,
    "guarantee": PURPLE,
    "loan": PURPLE,
}
_GIVES = {
    "purchase": "money for goods or capacity", "lease": "money for goods or capacity", "equity": "money for shares",
    "warrant": "shares against orders", "guarantee": "a guarantee", "loan": "a loan",
}  # fmt: skip
_STAGE = {
    "promised": "promised, not binding",
    "signed": "signed",
    "moving": "money or goods have begun to move",
}
_KEY = (
    ("money for goods", BLUE),
    ("money for shares", GREEN),
    ("shares for orders", ORANGE),
    ("guarantee", PURPLE),
)
_LINES = {
    "promised": ("promised", 1.6, "2 5"),
    "signed": ("signed", 1.8, ""),
    "moving": ("has begun to move", 4.2, ""),
}
SMALL = 1e10
"""Amounts below this, in dollars, are left to the table on a phone."""
_WORDS = {
    "unit": "Stated amounts, not payments; a second figure is what it shrank to. Under each amount the month in which it was announced",
    "note": "Only the deals of this book's record; the page of deals lists conditions and every dated stage.",
    "until": "Announced up to",
}


@dataclass(frozen=True)
class _Sheet:
    """Sizes of one drawing, in pixels."""

    width: int
    height: int
    font: float
    gap: float
    """Between two arrows of the same pair, in the middle."""

    def at(self, party: str) -> tuple[float, float]:
        x, y = _PLACES[party][2:] if self.narrow else _PLACES[party][:2]
        side, top = (30, 22) if self.narrow else (40, 26)
        return side + x / 100 * (self.width - 2 * side), top + y / 100 * (self.height - 2 * top - self.foot)

    @property
    def narrow(self) -> bool:
        return self.width == NARROW

    @property
    def foot(self) -> float:
        return 74 if self.narrow else 50


def network(record: Record) -> Drawing:
    """Who gives what to whom around OpenAI and Nvidia, by instrument, amount, stage and date."""
    drawn = [a for a in arrows(record) if a.payer in _PLACES and a.payee in _PLACES]
    names = record.entities.set_index("entity_id")["name"].to_dict()
    count = Counter(a.firmness for a in drawn)
    rows = pd.DataFrame(
        {
            "From": [names[a.payer] for a in drawn],
            "To": [names[a.payee] for a in drawn],
            "Gives": [_GIVES[a.instrument] for a in drawn],
            "Stated": [_label(a) for a in drawn],
            "Reached": [_STAGE[a.firmness] + (", shrunk" if a.shrunk else "") for a in drawn],
            "Announced": [a.announced.isoformat() for a in drawn],
        }
    )
    title = (
        f"{len(drawn)} arrows tie the parties together: {count['moving']} carry money or goods, "
        f"{count['signed']} are signed, {count['promised']} are promises"
    )
    description = "The network of deals. " + " ".join(
        f"{names[a.payer]} gives {names[a.payee]} {_GIVES[a.instrument]}, {_label(a)}, {_STAGE[a.firmness]}."
        for a in drawn
    )
    facts = tuple({f.fact_id: f for a in drawn for f in a.facts}.values())
    return Drawing(
        "loop", title, _WORDS["unit"], description, lambda w: alt.Chart(), rows, facts, _WORDS["note"],
        draw=lambda w: _draw(drawn, {k: _short(names[k]) for k in _PLACES}, w),
    )  # fmt: skip


def _short(name: str) -> str:
    return name.split(" (")[0].replace(" Group", "")


def _label(a: Arrow) -> str:
    if a.stated is None:
        return "amount not stated"
    text = _usd(a.stated.value)
    return f"{text} → {_usd(a.now.value)}" if a.now is not None and a.now.value != a.stated.value else text


def _usd(amount: float) -> str:
    """Dollars to two digits or to the billion."""
    return put(amount, "usd1" if 1e9 < amount < SMALL else "usd0")


def _draw(drawn: list[Arrow], names: dict[str, str], width: int) -> str:
    narrow = width == NARROW
    sheet = _Sheet(width, 560 if narrow else 640, 10.5 if narrow else 12.5, 30 if narrow else 46)
    lanes = _lanes(drawn)
    # Thick under thin, all lines under all words.
    order = sorted(range(len(drawn)), key=lambda i: -_LINES[drawn[i].firmness][1])
    lines, words = "", ""
    for i in order:
        line, word = _edge(drawn[i], lanes[i], sheet, names)
        lines, words = lines + line, words + word
    nodes = "".join(
        _node(party, names[party], sheet)
        for party in _PLACES
        if any(party in (a.payer, a.payee) for a in drawn)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {sheet.height}"><g font-family="{escape(FONT, quote=True)}">'
        f"{lines}{nodes}{words}{_legend(sheet)}</g></svg>"
    )


def _lanes(drawn: list[Arrow]) -> list[float]:
    """For every arrow its place among those of the same pair: …, −1, 0, 1, … from one side to the other."""
    pairs = Counter(frozenset((a.payer, a.payee)) for a in drawn)
    seen: Counter[frozenset[str]] = Counter()
    out = []
    for a in drawn:
        pair = frozenset((a.payer, a.payee))
        out.append(seen[pair] - (pairs[pair] - 1) / 2)
        seen[pair] += 1
    return out


def _half(name: str, sheet: _Sheet, party: str) -> tuple[float, float]:
    """Half the width and height of a party's plate."""
    big = 1.25 if party == "openai" else 1.0
    return (len(name) * sheet.font * 0.33 + (9 if sheet.narrow else 15)) * big, (
        11 if sheet.narrow else 17
    ) * big


def _edge(a: Arrow, lane: float, sheet: _Sheet, names: dict[str, str]) -> tuple[str, str]:
    first, second = sorted((a.payer, a.payee))
    (x1, y1), (x2, y2) = sheet.at(first), sheet.at(second)
    length = math.hypot(x2 - x1, y2 - y1)
    nx, ny = -(y2 - y1) / length, (x2 - x1) / length
    # Arrows that do not touch the centre bend away from it.
    cx, cy = sheet.at("openai")
    away = 0.0
    if "openai" not in (first, second):
        away = 26.0 if (nx * ((x1 + x2) / 2 - cx) + ny * ((y1 + y2) / 2 - cy)) > 0 else -26.0
    if sheet.narrow and "sb-energy" in (first, second):
        away = -away / 2  # Oracle stands in the way
    bend = lane * sheet.gap + away
    mx, my = (x1 + x2) / 2 + 2 * nx * bend * 0.8, (y1 + y2) / 2 + 2 * ny * bend * 0.8
    start, end = (x1, y1), (x2, y2)
    if a.payer != first:
        start, end = end, start

    def point(t: float) -> tuple[float, float]:
        u = 1 - t
        return u * u * start[0] + 2 * u * t * mx + t * t * end[0], u * u * start[
            1
        ] + 2 * u * t * my + t * t * end[1]

    def outside(t: float, party: str) -> bool:
        (px, py), (ox, oy), (w, h) = point(t), sheet.at(party), _half(names[party], sheet, party)
        return abs(px - ox) > w + 3 or abs(py - oy) > h + 3

    steps = [k / 200 for k in range(201)]
    t0 = next(t for t in steps if outside(t, a.payer))
    t1 = next(t for t in reversed(steps) if outside(t, a.payee)) - 0.01
    _, weight, dash = _LINES[a.firmness]
    colour, head = _COLOUR[a.instrument], (5.0 if sheet.narrow else 6.5) + weight * 0.8
    ex, ey = point(t1)
    bx, by = point(max(t1 - 0.03, 0))
    size = math.hypot(ex - bx, ey - by) or 1.0
    ux, uy = (ex - bx) / size, (ey - by) / size
    sx, sy = ex - ux * head * 1.5, ey - uy * head * 1.5
    curve = [point(t0 + (t1 - t0) * k / 24) for k in range(24)]
    path = "M" + " L".join(
        f"{x:.1f} {y:.1f}"
        for x, y in [p for p in curve if math.hypot(p[0] - ex, p[1] - ey) > head * 1.4] + [(sx, sy)]
    )
    tip = f"{ex:.1f},{ey:.1f} {sx - uy * head * 0.75:.1f},{sy + ux * head * 0.75:.1f} {sx + uy * head * 0.75:.1f},{sy - ux * head * 0.75:.1f}"
    data = f'class="edge" data-stage="{a.firmness}" data-date="{a.announced.isoformat()}"'
    said = f"{names[a.payer]} → {names[a.payee]}: {_GIVES[a.instrument]}, {_label(a)}, {_STAGE[a.firmness]}, {human_period(a.announced.isoformat())}"
    dashes = f' stroke-dasharray="{dash}" stroke-linecap="round"' if dash else ""
    line = (
        f'<g {data}><title>{escape(said)}</title><path d="{path}" fill="none" stroke="{colour}" stroke-width="{weight}"{dashes}/>'
        f'<polygon points="{tip}" fill="{colour}"/></g>'
    )
    return line, _amount(a, point, t0, t1, lane, colour, data, sheet)


def _amount(
    a: Arrow, point: object, t0: float, t1: float, lane: float, colour: str, data: str, sheet: _Sheet
) -> str:
    if a.stated is None or (sheet.narrow and a.stated.value < SMALL):
        return ""
    first = sorted((a.payer, a.payee))[0]
    along = 0.5 + lane * (0.2 if a.payer == first else -0.2)
    x, y = point(t0 + (t1 - t0) * along)  # type: ignore[operator]
    text, day = escape(_label(a)), f"{a.announced:%b %y}"
    halo = f'stroke="{PAPER}" stroke-width="5" stroke-linejoin="round" fill="{PAPER}"'
    size, small = sheet.font, sheet.font - 2.5
    both = [
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" font-weight="700" text-anchor="middle" {{}}>{text}</text>'
    ]
    if not sheet.narrow:
        both.append(
            f'<text x="{x:.1f}" y="{y + small + 2:.1f}" font-size="{small}" text-anchor="middle" {{}}>{day}</text>'
        )
    fills = [f'fill="{colour}"', f'fill="{MUTED}"']
    return (
        f"<g {data}>"
        + "".join(t.format(halo) for t in both)
        + "".join(t.format(f) for t, f in zip(both, fills, strict=False))
        + "</g>"
    )


def _node(party: str, name: str, sheet: _Sheet) -> str:
    (x, y), (w, h) = sheet.at(party), _half(name, sheet, party)
    centre = party == "openai"
    size = sheet.font * (1.3 if centre else 1.1)
    plate = f'fill="{INK}"' if centre else f'fill="{PAPER}" stroke="{GRID}" stroke-width="1.5"'
    words = PAPER if centre else INK
    return (
        f'<rect x="{x - w:.1f}" y="{y - h:.1f}" width="{2 * w:.1f}" height="{2 * h:.1f}" rx="{h:.1f}" {plate}/>'
        f'<text x="{x:.1f}" y="{y + size * 0.35:.1f}" font-size="{size:.1f}" font-weight="700" text-anchor="middle" fill="{words}">{escape(name)}</text>'
    )


def _legend(sheet: _Sheet) -> str:
    """What colours and lines mean, under the picture."""
    per_row = 2 if sheet.narrow else 4
    step, top = (sheet.width - 20) / per_row, sheet.height - sheet.foot + 22
    out = ""
    for i, (words, colour) in enumerate(_KEY):
        x, y = 12 + (i % per_row) * step, top + 17 * (i // per_row)
        out += f'<rect x="{x:.1f}" y="{y - 8:.1f}" width="16" height="8" rx="2" fill="{colour}"/><text x="{x + 22:.1f}" y="{y:.1f}" font-size="{sheet.font - 1}" fill="{MUTED}">{words}</text>'
    below = top + 17 * math.ceil(len(_KEY) / per_row) + 3
    third = (sheet.width - 20) / len(_LINES)
    for i, (words, weight, dash) in enumerate(_LINES.values()):
        x = 12 + i * third
        dashes = f' stroke-dasharray="{dash}" stroke-linecap="round"' if dash else ""
        out += f'<line x1="{x:.1f}" y1="{below - 4:.1f}" x2="{x + 26:.1f}" y2="{below - 4:.1f}" stroke="{MUTED}" stroke-width="{weight}"{dashes}/><text x="{x + 32:.1f}" y="{below:.1f}" font-size="{sheet.font - 1}" fill="{MUTED}">{words}</text>'
    return out
