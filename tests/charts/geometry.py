"""Where a drawing puts its words, lines and areas, and which of them stand in each other's way.

Everything comes from the SVG: letters are measured by the font files that draw them, as the box that their
ink fills, and lines by their strokes. What is painted over does not count.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.svgLib.path import parse_path
from numpy.typing import NDArray
from PIL import ImageFont

from capital_loop.show import drawing

Array = NDArray[np.float64]
FONTS = Path(drawing.__file__).parent / "fonts"
EM = 1000
"""Letters are measured at this size: no rounding to pixels."""
EDGE = 0.5
"""So many pixels ink may pass the edge of a drawing: half of one, which anti-aliasing takes anyway."""
TOUCH = 1.0
"""So many pixels of a word's ink another mark may take: at one, two shapes touch but do not cross."""
FAINT = 0.3
"""What is painted more thinly than this is ground under a word, such as a band: no ink against ink."""
STEPS = 16
"""Straight pieces of a curve."""


@dataclass
class Word:
    """A line of text: its ink's box in its own directions, and the matrix that puts it on the drawing."""

    text: str
    box: tuple[float, float, float, float]
    matrix: Array
    at: int
    ink: bool = True

    def corners(self) -> Array:
        """The four corners on the drawing."""
        left, top, right, bottom = self.box
        points = np.array([[left, top], [right, top], [right, bottom], [left, bottom]])
        return _placed(points, self.matrix)


@dataclass
class Mark:
    """A stroked or filled path: straight pieces (``n`` by two ends by two) on the drawing."""

    pieces: Array
    colour: str
    width: float
    at: int
    filled: bool
    solid: bool
    clip: tuple[float, float, float, float] | None = None


@dataclass
class Drawing:
    """What is painted, in order."""

    width: float
    height: float
    words: list[Word] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)


@cache
def _font(bold: bool) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / f"source-sans-3-{'bold' if bold else 'regular'}.ttf", EM)


@cache
def ink(text: str, bold: bool) -> tuple[float, float, float, float, float]:
    """The box of a text's ink around the start of its line, and how far the line goes; in ems."""
    font = _font(bold)
    left, top, right, bottom = font.getbbox(text, anchor="ls")
    return left / EM, top / EM, right / EM, bottom / EM, font.getlength(text) / EM


@cache
def _pieces(d: str) -> Array:
    """A path as straight pieces."""
    pen = DecomposingRecordingPen({})
    parse_path(d, pen)
    found: list[tuple[Array, Array]] = []
    here = start = np.zeros(2)
    steps = np.linspace(0, 1, STEPS + 1)[1:, None]
    for verb, points in pen.value:
        ends = [np.array(p, dtype=float) for p in points]
        if verb == "moveTo":
            here = start = ends[0]
            continue
        if verb in ("closePath", "endPath"):
            way = [start] if verb == "closePath" else []
        elif verb == "lineTo":
            way = ends
        elif verb == "curveTo":
            a, b, c = ends
            t = steps
            way = list((1 - t) ** 3 * here + 3 * (1 - t) ** 2 * t * a + 3 * (1 - t) * t**2 * b + t**3 * c)
        else:
            a, c = ends
            way = list((1 - steps) ** 2 * here + 2 * (1 - steps) * steps * a + steps**2 * c)
        for end in way:
            found.append((here, end))
            here = end
    return np.array(found) if found else np.zeros((0, 2, 2))


def _matrix(transform: str) -> Array:
    """The matrix of a transform."""
    made = np.eye(3)
    for kind, said in re.findall(r"(\w+)\(([^)]*)\)", transform):
        n = [float(x) for x in re.split(r"[ ,]+", said.strip())]
        if kind == "translate":
            one = np.array([[1, 0, n[0]], [0, 1, n[1] if len(n) > 1 else 0], [0, 0, 1]])
        elif kind == "rotate":
            c, s = np.cos(np.radians(n[0])), np.sin(np.radians(n[0]))
            one = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
            if len(n) == 3:
                to = np.array([[1, 0, n[1]], [0, 1, n[2]], [0, 0, 1]])
                one = to @ one @ np.linalg.inv(to)
        elif kind == "scale":
            one = np.diag([n[0], n[-1], 1])
        else:
            raise ValueError(f"a drawing with the transform {kind}")
        made = made @ one
    return made


def _placed(points: Array, matrix: Array) -> Array:
    return points @ matrix[:2, :2].T + matrix[:2, 2]


def _number(text: str | None, default: float = 0) -> float:
    found = re.match(r"-?[\d.]+(e-?\d+)?", text or "")
    return float(found[0]) if found else default


def read(svg: str) -> Drawing:
    """A drawing's words and marks. Raises ``ValueError`` for an element that it does not know."""
    root = ET.fromstring(svg)
    made = Drawing(*(float(x) for x in root.attrib["viewBox"].split()[2:]))
    clips = {}
    for one in root.iter(f"{{{drawing._SVG}}}clipPath"):
        clips[f"url(#{one.get('id')})"] = one
    _walk(root, np.eye(3), {"fill": "#000000", "opacity": "1", "font-size": "16"}, None, clips, made)
    return made


PASSED_ON = ("fill", "stroke", "stroke-width", "font-size", "font-weight", "text-anchor")


def _walk(
    parent: ET.Element, matrix: Array, style: dict[str, str], clip: tuple[float, float, float, float] | None,
    clips: dict[str, ET.Element], made: Drawing,
) -> None:  # fmt: skip
    for element in parent:
        tag = element.tag.rpartition("}")[2]
        if tag in ("clipPath", "defs", "title", "desc", "style", "linearGradient", "marker"):
            continue
        mine = style | {k: element.attrib[k] for k in PASSED_ON if k in element.attrib}
        mine["opacity"] = str(float(style["opacity"]) * _number(element.get("opacity"), 1))
        here = matrix @ _matrix(element.get("transform", ""))
        inside = clip
        if element.get("clip-path") in clips:
            held = Drawing(0, 0)
            _walk(clips[element.attrib["clip-path"]], here, {**mine, "fill": "#000000"}, None, clips, held)
            ends = held.marks[0].pieces.reshape(-1, 2)
            inside = (*ends.min(axis=0), *ends.max(axis=0))
        if tag in ("g", "svg", "a"):
            _walk(element, here, mine, inside, clips, made)
        elif tag == "text":
            made.words += _words(element, here, mine, len(made.words) + len(made.marks))
        elif (pieces := _outline(tag, element)) is not None:
            made.marks += _marks(pieces, here, mine, element, inside, len(made.words) + len(made.marks))
        else:
            raise ValueError(f"a drawing with <{tag}>")


def _outline(tag: str, element: ET.Element) -> Array | None:
    n = {k: _number(v) for k, v in element.attrib.items() if re.match(r"-?\d", v)}
    if tag == "path":
        return _pieces(element.get("d", ""))
    if tag == "line":
        ends = [[n.get("x1", 0), n.get("y1", 0)], [n.get("x2", 0), n.get("y2", 0)]]
        return np.array([ends], dtype=float)
    if tag == "rect":
        x, y, w, h = n.get("x", 0), n.get("y", 0), n["width"], n["height"]
        return _pieces(f"M{x},{y}h{w}v{h}h{-w}Z")
    if tag == "circle":
        r = n["r"]
        x, y = n.get("cx", 0), n.get("cy", 0)
        return _pieces(f"M{x + r},{y}A{r},{r},0,1,1,{x - r},{y}A{r},{r},0,1,1,{x + r},{y}")
    return None


def _marks(
    pieces: Array, matrix: Array, style: dict[str, str], element: ET.Element,
    clip: tuple[float, float, float, float] | None, at: int,
) -> Iterator[Mark]:  # fmt: skip
    if not len(pieces) or np.ptp(pieces.reshape(-1, 2), axis=0).max() == 0:
        return
    placed = _placed(pieces.reshape(-1, 2), matrix).reshape(-1, 2, 2)
    seen = float(style["opacity"])
    fill, stroke = style.get("fill", "none"), style.get("stroke", "none")
    deep = seen * _number(element.get("fill-opacity"), 1)
    if fill not in ("none", "transparent") and element.tag.rpartition("}")[2] != "line" and deep > 0:
        yield Mark(placed, fill, 0, at, True, deep > FAINT, clip)
    deep = seen * _number(element.get("stroke-opacity"), 1)
    if stroke not in ("none", "transparent") and deep > FAINT:
        width = _number(style.get("stroke-width"), 1)
        yield Mark(placed, stroke, width, at, False, True, clip)


def _words(element: ET.Element, matrix: Array, style: dict[str, str], at: int) -> Iterator[Word]:
    lines: list[tuple[float, float, str]] = []
    x, y = _number(element.get("x")), _number(element.get("y"))
    spans = list(element)
    if not spans:
        lines.append((x, y, element.text or ""))
    for span in spans:
        x = _number(span.get("x"), x)
        y += _number(span.get("dy"))
        lines.append((x, y, span.text or ""))
    size = _number(style["font-size"])
    bold = style.get("font-weight", "normal") in ("bold", "600", "700")
    shift = {"middle": 0.5, "end": 1.0}.get(style.get("text-anchor", "start"), 0.0)
    hollow = style.get("fill") == "none"
    for x, y, text in lines:
        if text.strip() and float(style["opacity"]) > 0:
            left, top, right, bottom, length = ink(text, bold)
            x -= shift * length * size
            box = (x + left * size, y + top * size, x + right * size, y + bottom * size)
            yield Word(text, box, matrix, at, not hollow)


def beyond(found: Drawing) -> Iterator[str]:
    """Words that cross the edge of the drawing."""
    for word in found.words:
        points = word.corners()
        over = max(-points.min(), *(points.max(axis=0) - [found.width, found.height]))
        if over > EDGE:
            yield f"“{word.text}” passes the edge by {over:.0f} px"


def upon(found: Drawing) -> Iterator[str]:
    """Words on words."""
    for n, one in enumerate(found.words):
        for other in found.words[n + 1 :]:
            points = _placed(other.corners(), np.linalg.inv(one.matrix))
            left, top, right, bottom = one.box
            low, high = points.min(axis=0), points.max(axis=0)
            across = min(right, high[0]) - max(left, low[0])
            down = min(bottom, high[1]) - max(top, low[1])
            if min(across, down) > TOUCH:
                yield f"“{one.text}” and “{other.text}” share {across:.0f} × {down:.0f} px"


def _within(pieces: Array, box: tuple[float, float, float, float]) -> Array:
    """The parts of pieces that lie in a box, by Liang and Barsky."""
    start, way = pieces[:, 0], pieces[:, 1] - pieces[:, 0]
    enter, leave = np.zeros(len(pieces)), np.ones(len(pieces))
    for axis in (0, 1):
        for sign, end in ((-1, box[axis]), (1, box[axis + 2])):
            p, q = sign * way[:, axis], sign * (end - start[:, axis])
            with np.errstate(divide="ignore", invalid="ignore"):
                r = q / p
            enter = np.where(p < 0, np.maximum(enter, r), enter)
            leave = np.where(p > 0, np.minimum(leave, r), leave)
            leave = np.where((p == 0) & (q < 0), -1, leave)
    keep = enter <= leave
    ends = [start + enter[:, None] * way, start + leave[:, None] * way]
    return np.stack(ends, axis=1)[keep]


def crossed(found: Drawing) -> Iterator[tuple[Word, Mark]]:
    """Words with a line, or the edge of an area, through them that nothing hides."""
    boxes = [
        (*m.pieces.reshape(-1, 2).min(axis=0), *m.pieces.reshape(-1, 2).max(axis=0)) for m in found.marks
    ]
    for word in found.words:
        points = word.corners()
        low, high = points.min(axis=0), points.max(axis=0)
        inner = np.linalg.inv(word.matrix)
        for mark, box in zip(found.marks, boxes, strict=True):
            reach = mark.width / 2
            if (
                box[0] - reach > high[0]
                or box[2] + reach < low[0]
                or box[1] - reach > high[1]
                or box[3] + reach < low[1]
                or not mark.solid
            ):
                continue
            pieces = mark.pieces if mark.clip is None else _within(mark.pieces, mark.clip)
            mine = _placed(pieces.reshape(-1, 2), inner).reshape(-1, 2, 2)
            by = TOUCH - reach
            left, top, right, bottom = word.box
            hit = _within(mine, (left + by, top + by, right - by, bottom - by))
            if not len(hit):
                continue
            there = _placed(hit.reshape(-1, 2), word.matrix)
            covers = [
                b
                for m, b in zip(found.marks, boxes, strict=True)
                if m.filled and m.solid and mark.at < m.at < word.at
            ]
            hidden = any(
                np.all((there >= np.array(b[:2]) - 0.1) & (there <= np.array(b[2:]) + 0.1)) for b in covers
            )
            if not hidden:
                yield word, mark
