"""Pictures that stand for a page's link: a chapter with its chart, a claim with its verdicts.

Letters come from the book's own font files and are laid out by Pillow itself, whatever else a machine has:
the same page gives the same bytes.
"""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import PIL
from PIL import Image, ImageDraw, ImageFont

from capital_loop.claims.rules import SCALE
from capital_loop.publish.site import templating
from capital_loop.publish.site.figures import kept
from capital_loop.publish.site.templating import typographic
from capital_loop.publish.site.view import View
from capital_loop.show import drawing, palette
from capital_loop.show.palette import GROUND, LIGHT, PAGE, VERDICT
from capital_loop.show.words import CARD, CLAIM, human_period

WIDTH, HEIGHT, EDGE = 1200, 630, 64
"""Size of a card, the one that networks ask for, and the room left free on each side."""
FOOT = HEIGHT - 40
"""Where the last line stands."""
CHART, LEAST = 530, 0.95
"""Width of the chart on a chapter's card, and the least scale at which it can be read."""
MARK, GAP, DOWN = 20, 6, 19
"""Side of a mark on the front page's card, the room between two, the rows that stand above the last line."""


@cache
def _font(weight: int, size: int) -> ImageFont.FreeTypeFont:
    name = f"source-sans-3-{'bold' if weight > 500 else 'regular'}.ttf"
    path = Path(drawing.__file__).parent / "fonts" / name
    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)


def length(text: str, size: int, weight: int) -> float:
    """Pixels that a text takes."""
    return _font(weight, size).getlength(text)


def wrapped(text: str, size: int, weight: int, room: int) -> list[str]:
    """A text in lines that are at most so many pixels wide."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and length(longer, size, weight) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def fitted(text: str, sizes: tuple[int, ...], weight: int, room: int, height: int) -> tuple[list[str], int]:
    """A text at the largest size at which it fits; in whole sentences, cut only where one is too long."""
    for said in _shorter(text):
        for size in sizes:
            lines = wrapped(said, size, weight, room)
            if len(lines) * size * LEADING <= height:
                return lines, size
    raise ValueError(f"no room for '{text}'")


LEADING = 1.25
"""Height of a line over its letters."""


def _shorter(text: str) -> Iterator[str]:
    """A text, then without its last sentences, then with fewer and fewer words of the first."""
    sentences = re.split(r"(?<=[.!?]) (?=[A-Z“])", text)
    for count in range(len(sentences), 0, -1):
        yield " ".join(sentences[:count])
    words = sentences[0].split()
    for count in range(len(words) - 1, 0, -1):
        yield " ".join(words[:count]).rstrip(",;:") + " …"


def _span(x: float, y: float, size: int, weight: int, fill: str, words: str) -> dict[str, Any]:
    return {"x": x, "y": y, "size": size, "weight": weight, "fill": fill, "words": words}


def _lines(
    text: str, y: float, sizes: tuple[int, ...], weight: int, room: int, height: int, fill: str
) -> list[dict[str, Any]]:
    lines, size = fitted(text, sizes, weight, room, height)
    return [
        _span(EDGE, y + size + n * size * LEADING, size, weight, fill, words)
        for n, words in enumerate(lines)
    ]  # fmt: skip


def _card(root: Path, edition: str, layout: Callable[..., dict[str, Any]], *said: Any) -> bytes:
    """A card as bytes, from what it says; laid out and drawn only where it was not before."""

    def make() -> bytes:
        parts = layout(*said)
        foot = _span(EDGE, FOOT, 24, 400, LIGHT["muted"], f"{CARD['brand']} · {edition}")
        return drawing.small(_drawn(**parts | {"texts": [*parts["texts"], foot]}))

    return kept(root, (layout.__name__, said, edition, CARD["brand"], _drawer()), make)


@cache
def _drawer() -> str:
    """What lays out and draws a card."""
    code = (
        Path(str(module)).read_text(encoding="utf-8")
        for module in (__file__, palette.__file__, templating.__file__)
    )
    return PIL.__version__ + "".join(code)


def _drawn(
    *, texts: list[dict[str, Any]], stripe: str = LIGHT["blue"], boxes: Sequence[dict[str, Any]] = (),
    chart: tuple[str, float, float, float] | None = None,
) -> Image.Image:  # fmt: skip
    card = Image.new("RGB", (WIDTH, HEIGHT), GROUND)
    pen = ImageDraw.Draw(card)
    for b in ({"x": 0, "y": 0, "width": 20, "height": HEIGHT, "fill": stripe}, *boxes):
        corners = (b["x"], b["y"], b["x"] + b["width"] - 1, b["y"] + b["height"] - 1)
        pen.rounded_rectangle(corners, b.get("round", 0), fill=b["fill"])
    for t in texts:
        place, font = (t["x"], round(t["y"])), _font(t["weight"], t["size"])
        pen.text(place, typographic(t["words"]), t["fill"], font, anchor="ls")
    if chart:
        svg, x, y, scale = chart
        card.paste(Image.open(io.BytesIO(drawing.png(svg, scale))).convert("RGB"), (round(x), round(y)))
    return card


def page(root: Path, edition: str, title: str, text: str, charts: Sequence[str]) -> bytes:
    """The card of a page: title, finding, and the first of its charts that can be read at this size."""
    return _card(root, edition, _page, title, text, list(charts))


def _page(title: str, text: str, charts: Sequence[str]) -> dict[str, Any]:
    chart = next((placed for svg in charts if (placed := _placed(svg))), None)
    room = WIDTH - 2 * EDGE - (CHART + 30 if chart else 0)
    head = _lines(title, 44, (52, 46, 40, 34), 700, room, 150, LIGHT["ink"])
    top = head[-1]["y"] + 26
    sizes = (34, 31, 28) if chart else (44, 38, 34, 30)
    texts = head + _lines(text, top, sizes, 400, room, int(FOOT - 50 - top), LIGHT["ink"])
    return {"texts": texts, "chart": chart}


def _placed(svg: str) -> tuple[str, float, float, float] | None:
    """A drawing, its place on the right of the card, and its scale; none if it would be too small to read."""
    size = ET.fromstring(svg).attrib
    wide, high = float(size["width"]), float(size["height"])
    scale = min(CHART / wide, (HEIGHT - 110) / high)
    if scale < LEAST:
        return None
    x, y = WIDTH - 44 - CHART + (CHART - wide * scale) / 2, 44 + (HEIGHT - 150 - high * scale) / 2
    return svg, x, max(y, 30), scale


def front(root: Path, edition: str, title: str, text: str, view: View) -> bytes:
    """The card of the front page: every claim as a mark in the colour of its verdict."""
    order = list(SCALE)
    found = sorted((a.now.verdict for a in view.assessments.values()), key=order.index)
    return _card(root, edition, _front, title, text, found)


def _front(title: str, text: str, found: list[str]) -> dict[str, Any]:
    step, across = MARK + GAP, -(-len(found) // DOWN)
    left = WIDTH - EDGE - across * step
    marks = [
        {"x": left + n % across * step, "y": 52 + n // across * step, "width": MARK, "height": MARK,
         "round": 3, "fill": VERDICT[v].mark}
        for n, v in enumerate(found)
    ]  # fmt: skip
    room = left - EDGE - 40
    head = _lines(title, 44, (56, 50, 44), 700, room, 260, LIGHT["ink"])
    top = head[-1]["y"] + 26
    texts = head + _lines(text, top, (32, 29, 26), 400, room, int(FOOT - 50 - top), LIGHT["ink"])
    return {"texts": texts, "boxes": marks}


def claim(root: Path, edition: str, view: View, row: Any) -> bytes:
    """The card of a claim: who said what when, and both verdicts in words and colour."""
    found, document = view.assessments[row.claim_id], view.documents[row.document_id]
    day = human_period(f"{document.day:%Y-%m-%d}")
    said = CARD["claim"].format(claim=row.claim_id, publisher=document.publisher, day=day)
    end = human_period(view.record.reaches.isoformat())
    heads = (CLAIM["on_day"].format(day=day), CLAIM["now"].format(day=end))
    verdicts = [(v.verdict, SCALE[v.verdict]) for v in (found.on_day, found.now)]
    return _card(root, edition, _claim, said, row.paraphrase, heads, verdicts)


def _claim(
    said: str, paraphrase: str, heads: Sequence[str], verdicts: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    texts = _lines(said, 44, (28, 24, 20), 400, WIDTH - 2 * EDGE, 40, LIGHT["muted"])
    texts += _lines(paraphrase, 96, (50, 44, 38, 33, 29), 700, WIDTH - 2 * EDGE, 270, LIGHT["ink"])
    boxes: list[dict[str, Any]] = []
    wide = (WIDTH - 2 * EDGE - 30) // 2
    for n, (head, (verdict, words)) in enumerate(zip(heads, verdicts, strict=True)):
        x, tone = EDGE + n * (wide + 30), VERDICT[verdict]
        ink = PAGE[tone.name][0]
        size = fitted(words, (46, 40, 34), 700, wide - 50, 60)[1]
        box = {"x": x, "y": 396, "width": wide, "height": 136, "fill": PAGE[f"{tone.name}-bg"][0]}
        boxes += [box, {**box, "width": 12, "fill": tone.mark}]
        texts += [_span(x + 34, 440, 26, 400, ink, head), _span(x + 34, 500, size, 700, ink, words)]
    return {"texts": texts, "boxes": boxes, "stripe": VERDICT[verdicts[1][0]].mark}
