"""The book's emblem: the network of deals, drawn."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import altair as alt
import pandas as pd

from capital_loop.chapters.loop import Arrow, arrows
from capital_loop.charts.base import BLUE, GREEN, INK, MUTED, NARROW, ORANGE, PAPER, PURPLE, Figure
from capital_loop.tables import Record
from capital_loop.words import put

_PLACES = {
    "nvidia": (50, 96, 46, 98), "coreweave": (9, 86, 5, 88), "oracle": (88, 88, 93, 88), "openai": (50, 47, 50, 50),
    "amd": (1, 50, 0, 56), "broadcom": (10, 12, 8, 20), "softbank": (37, 1, 30, 1), "microsoft": (67, 1, 72, 1),
    "amazon": (94, 20, 94, 20), "sb-energy": (98, 58, 93, 60), "meta": (5, 92, 4, 99),
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
SMALL = 1e10
"""Amounts below this, in dollars, are left to the table on a phone."""
_DASH = {"promised": [3, 3], "signed": [1, 0], "moving": [1, 0]}
_WEIGHT = {"promised": 1.4, "signed": 1.6, "moving": 3.4}
_WORDS = {
    "unit": "Stated amounts, not payments. Line: dotted promised, thin signed, thick begun to move. A second figure is what it shrank to",
    "note": "Only the deals of this book's record; the page of deals lists conditions and every dated stage.",
}


def network(record: Record) -> Figure:
    """Who gives what to whom around OpenAI and Nvidia, by instrument, amount and stage."""
    drawn = [
        a
        for a in arrows(record)
        if a.payer in _PLACES and a.payee in _PLACES and "meta" not in (a.payer, a.payee)
    ]
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
    return Figure(
        "loop",
        title,
        _WORDS["unit"],
        description,
        lambda w: _draw(drawn, names, w),
        rows,
        facts,
        _WORDS["note"],
    )


def _label(a: Arrow) -> str:
    if a.stated is None:
        return "amount not stated"
    text = _usd(a.stated.value)
    return f"{text} → {_usd(a.now.value)}" if a.now is not None and a.now.value != a.stated.value else text


def _usd(amount: float) -> str:
    """Dollars to two digits or to the billion."""
    return put(amount, "usd1" if 1e9 < amount < SMALL else "usd0")


def _draw(drawn: list[Arrow], names: dict[str, str], width: int) -> alt.TopLevelMixin:
    narrow = width == NARROW
    height = 470 if narrow else 480
    xy = {k: ((p[2], p[3]) if narrow else (p[0], p[1])) for k, p in _PLACES.items()}
    lines, heads, labels = [], [], []
    seen: Counter[frozenset[str]] = Counter()
    pairs = Counter(frozenset((a.payer, a.payee)) for a in drawn)
    for a in drawn:
        pair = frozenset((a.payer, a.payee))
        lane = seen[pair] - (pairs[pair] - 1) / 2
        seen[pair] += 1
        (x1, y1), (x2, y2) = (_pixels(xy[k], width, height) for k in (a.payer, a.payee))
        first, second = sorted(pair)
        ax, ay = _pixels(xy[first], width, height)
        bx, by = _pixels(xy[second], width, height)
        length = math.hypot(bx - ax, by - ay)
        nx, ny = -(by - ay) / length, (bx - ax) / length
        shift = lane * (17 if narrow else 22)
        reach = 25 if narrow else 34
        ux, uy = (x2 - x1) / length, (y2 - y1) / length
        start = (x1 + nx * shift + ux * reach, y1 + ny * shift + uy * reach * 0.7)
        end = (x2 + nx * shift - ux * reach, y2 + ny * shift - uy * reach * 0.7)
        style = {"colour": _COLOUR[a.instrument], "dash": _DASH[a.firmness], "weight": _WEIGHT[a.firmness]}
        lines.append({"x": start[0], "y": start[1], "x2": end[0], "y2": end[1], **style})
        heads.append({"x": end[0], "y": end[1], "angle": math.degrees(math.atan2(ux, uy)), **style})
        steep = abs(uy) > 2 * abs(ux)
        along = 0.5 + lane * (0.56 if steep else 0.3) / max(pairs[pair] - 1, 1)
        along = along if a.payer == first else 1 - along
        small = narrow and a.stated is not None and a.stated.value < SMALL
        text = _label(a) if a.stated and not small else ""
        labels.append(
            {
                "x": start[0] + (end[0] - start[0]) * along,
                "y": start[1] + (end[1] - start[1]) * along,
                "text": text,
                **style,
            }
        )
    places = [
        {
            "x": _pixels(xy[k], width, height)[0],
            "y": _pixels(xy[k], width, height)[1],
            "name": names[k].split(" (")[0].replace(" Group", ""),
        }
        for k in {p for a in drawn for p in (a.payer, a.payee)}
    ]
    places.sort(key=lambda p: str(p["name"]))
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, width], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[-46, height], nice=False))
    colour = alt.Color("colour:N", scale=None)
    layers: list[Any] = []
    for firmness in ("promised", "signed", "moving"):
        chosen = pd.DataFrame([r for r, a in zip(lines, drawn, strict=True) if a.firmness == firmness])
        if len(chosen):
            mark = {"strokeWidth": _WEIGHT[firmness], "strokeDash": _DASH[firmness]}
            layers.append(
                alt.Chart(chosen).mark_rule(**mark).encode(x=x, y=y, x2="x2:Q", y2="y2:Q", color=colour)
            )
    arrowheads = pd.DataFrame(heads)
    layers.append(
        alt.Chart(arrowheads)
        .mark_point(shape="triangle-up", size=90, opacity=1)
        .encode(x=x, y=y, angle=alt.Angle("angle:Q", scale=None), color=colour)
    )
    amounts = alt.Chart(pd.DataFrame([r for r in labels if r["text"]])).encode(x=x, y=y, text="text:N")
    size = 10 if narrow else 12
    layers.append(
        amounts.mark_text(
            fontSize=size, fontWeight="bold", stroke=PAPER, strokeWidth=5, strokeJoin="round", color=PAPER
        )
    )
    layers.append(amounts.mark_text(fontSize=size, fontWeight="bold").encode(color=colour))
    nodes = alt.Chart(pd.DataFrame(places)).encode(x=x, y=y)
    layers.append(
        nodes.mark_text(
            fontSize=11 if narrow else 15,
            fontWeight="bold",
            stroke=PAPER,
            strokeWidth=6,
            strokeJoin="round",
            color=PAPER,
        ).encode(text="name:N")
    )
    layers.append(
        nodes.mark_text(fontSize=11 if narrow else 15, fontWeight="bold", color=INK).encode(text="name:N")
    )
    key = _key(width, height)
    return alt.layer(*layers, *key).properties(width=width - 12, height=height + 46)


def _key(width: int, height: int) -> list[Any]:
    """What the colours mean, under the picture."""
    gives = [
        ("money for goods", BLUE),
        ("money for shares", GREEN),
        ("shares for orders", ORANGE),
        ("guarantee", PURPLE),
    ]
    per_row = 2 if width == NARROW else 4
    rows = [
        {
            "x": 10 + (i % per_row) * (width - 20) / per_row,
            "y": -14.0 - 20 * (i // per_row),
            "text": text,
            "colour": colour,
        }
        for i, (text, colour) in enumerate(gives)
    ]
    data = pd.DataFrame(rows)
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, width], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[-46, height], nice=False))
    return [
        alt.Chart(data)
        .mark_point(shape="square", size=80, opacity=1)
        .encode(x=x, y=y, color=alt.Color("colour:N", scale=None)),
        alt.Chart(data).mark_text(align="left", dx=10, color=MUTED).encode(x=x, y=y, text="text:N"),
    ]


def _pixels(place: tuple[int, int], width: int, height: int) -> tuple[float, float]:
    margin = 32 if width == NARROW else 46
    return margin + place[0] / 100 * (width - 2 * margin), 22 + place[1] / 100 * (height - 44)
