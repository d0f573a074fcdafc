"""Where a drawing puts its words, lines and areas, and which of them stand in each other's way.

Everything comes from the SVG: letters are measured by the font files that draw them, as the box that their
ink fills, and lines by their strokes. What is painted over, cut off or no more than a tint does not count.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import numpy as np
from fontTools.pens.recordingPen import RecordingPen
from fontTools.svgLib.path import parse_path
from numpy.typing import NDArray
from PIL import ImageFont

from capital_loop.show import drawing
from capital_loop.show.palette import GRID, PAPER

Array = NDArray[np.float64]
Box = tuple[float, float, float, float]
FONTS = Path(drawing.__file__).parent / "fonts"
EM = 1000
"""Letters are measured at this size: no rounding to pixels."""
EDGE = 0.5
"""So many pixels ink may pass the edge of a drawing: half of one is lost in the smoothing of letters."""
TOUCH = 1.0
"""So many pixels of its ink a word may share: at one, two shapes touch but do not cross."""
FAINT = 0.3
"""What covers less than this of its ground is a tint under a word, such as a band, and no ink."""
HALO = 2.5
"""A stroke of paper around letters, from which on it clears them of a pale line by more than a pixel."""
STEPS = 12
"""Straight pieces of a curve."""
SVG = f"{{{drawing._SVG}}}"


@dataclass
class Word:
    """A line of text: its ink's box in its own directions, the matrix that places it, its turn among what is
    painted, and whether paper is painted around its letters."""

    text: str
    box: Box
    matrix: Array
    at: int
    halo: bool

    def corners(self) -> Array:
        """The four corners on the drawing."""
        left, top, right, bottom = self.box
        return placed(np.array([[left, top], [right, top], [right, bottom], [left, bottom]]), self.matrix)


@dataclass
class Mark:
    """A line or the outline of an area: straight pieces (``n`` by two ends by two) on the drawing."""

    pieces: Array
    colour: str
    width: float
    filled: bool
    at: int

    @property
    def box(self) -> Box:
        """What it fills, its line's width included."""
        ends, half = self.pieces.reshape(-1, 2), self.width / 2
        return (*(ends.min(axis=0) - half), *(ends.max(axis=0) + half))


@dataclass
class Drawing:
    """What is painted."""

    width: float
    height: float
    words: list[Word] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)


@dataclass
class Style:
    """What an element takes over from those around it."""

    matrix: Array = field(default_factory=lambda: np.eye(3))
    said: dict[str, str] = field(default_factory=lambda: {"fill": "#000000", "font-size": "16"})
    opacity: float = 1.0
    clip: Box | None = None


HELD = ("fill", "stroke", "stroke-width", "font-size", "font-weight", "text-anchor")
HIDDEN = ("clipPath", "defs", "title", "desc", "style")


def read(svg: str) -> Drawing:
    """A drawing's words and marks. Raises ``ValueError`` for an element or a transform that it does not
    know."""
    root = ET.fromstring(svg)
    made = Drawing(*(float(x) for x in root.attrib["viewBox"].split()[2:]))
    clips = {f"url(#{e.get('id')})": e for e in root.iter(f"{SVG}clipPath")}
    _walk(root, Style(), clips, made)
    return made


def _walk(parent: ET.Element, above: Style, clips: dict[str, ET.Element], made: Drawing) -> None:
    ground = ""
    for element in parent:
        tag = element.tag.removeprefix(SVG)
        if tag in HIDDEN:
            continue
        style = replace(
            above,
            matrix=above.matrix @ _matrix(element.get("transform", "")),
            said=above.said | {k: element.attrib[k] for k in HELD if k in element.attrib},
            opacity=above.opacity * float(element.get("opacity", 1)),
        )
        if (cut := clips.get(element.get("clip-path", ""))) is not None:
            inside = Drawing(0, 0)
            _walk(cut, replace(style, said={"fill": "#000000"}, opacity=1), clips, inside)
            style.clip = inside.marks[0].box
        if tag in ("g", "svg", "a"):
            _walk(element, style, clips, made)
        elif tag == "text":
            said = style.said
            if said["fill"] == said.get("stroke") == PAPER:  # the ground of the same words, painted next
                ground = "".join(element.itertext())
                continue
            halo = ground == "".join(element.itertext()) or (
                said.get("stroke") == PAPER and _number(said.get("stroke-width")) >= HALO
            )
            made.words += _lines(element, style, len(made.words) + len(made.marks), halo)
            ground = ""
        else:
            made.marks += _marks(_outline(tag, element), style, element, len(made.words) + len(made.marks))


def _matrix(transform: str) -> Array:
    made = np.eye(3)
    for kind, said in re.findall(r"(\w+)\(([^)]*)\)", transform):
        x, y = ([float(n) for n in re.split(r"[ ,]+", said.strip())] + [0.0])[:2]
        if kind == "translate":
            one = np.array([[1, 0, x], [0, 1, y], [0, 0, 1]])
        elif kind == "rotate" and y == 0:
            c, s = np.cos(np.radians(x)), np.sin(np.radians(x))
            one = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
        else:
            raise ValueError(f"a drawing with {kind}({said})")
        made = made @ one
    return made


def placed(points: Array, matrix: Array) -> Array:
    """Points under a matrix."""
    return np.asarray(points @ matrix[:2, :2].T + matrix[:2, 2])


def _number(text: str | None, default: float = 0) -> float:
    return float((text or "").removesuffix("px") or default)


def _outline(tag: str, element: ET.Element) -> Array:
    if tag == "path":
        return _pieces(element.get("d", ""))
    if tag == "line":
        ends = [[_number(element.get(f"{axis}{n}")) for axis in "xy"] for n in (1, 2)]
        return np.array([ends])
    if tag == "rect" and element.get("width") != "100%":
        x, y, w, h = (_number(element.get(k)) for k in ("x", "y", "width", "height"))
        return _pieces(f"M{x},{y}h{w}v{h}h{-w}Z")
    raise ValueError(f"a drawing with <{tag}>")


@cache
def _pieces(d: str) -> Array:
    """A path as straight pieces."""
    if re.fullmatch(r"M[^a-zA-Z]*(L[^a-zA-Z]*)+", d):  # a plotted line, with hundreds of them
        way = np.array(re.split(r"[ ,ML]+", d.strip("M ")), dtype=float).reshape(-1, 2)
        return np.stack([way[:-1], way[1:]], axis=1)
    pen = RecordingPen()
    parse_path(d, pen)
    found: list[tuple[Array, Array]] = []
    here = start = np.zeros(2)
    t = np.linspace(0, 1, STEPS + 1)[1:, None]
    for verb, points in pen.value:
        ends = [np.array(p, dtype=float) for p in points]
        if verb == "moveTo":
            here = start = ends[0]
            continue
        if verb == "curveTo":
            a, b, c = ends
            ends = list((1 - t) ** 3 * here + 3 * (1 - t) ** 2 * t * a + 3 * (1 - t) * t**2 * b + t**3 * c)
        elif verb == "qCurveTo":
            a, c = ends
            ends = list((1 - t) ** 2 * here + 2 * (1 - t) * t * a + t**2 * c)
        elif verb == "closePath":
            ends = [start]
        for end in ends:
            found.append((here, end))
            here = end
    return np.array(found).reshape(-1, 2, 2)


def _marks(pieces: Array, style: Style, element: ET.Element, at: int) -> Iterator[Mark]:
    ends = placed(pieces.reshape(-1, 2), style.matrix)
    if not len(ends) or np.ptp(ends, axis=0).max() == 0:
        return
    pieces = ends.reshape(-1, 2, 2)
    if style.clip is not None:
        pieces = within(pieces, style.clip)
    parts = {"fill": 0.0, "stroke": _number(style.said.get("stroke-width"), 1)}
    for part, width in parts.items():
        colour, filled = style.said.get(part, "none"), part == "fill"
        seen = style.opacity * float(element.get(f"{part}-opacity", 1))
        drawn = element.tag != f"{SVG}line" if filled else width > 0
        if drawn and colour not in ("none", "transparent") and seen > FAINT and len(pieces):
            yield Mark(pieces, colour, width, filled, at)


@cache
def _font(bold: bool) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / f"source-sans-3-{'bold' if bold else 'regular'}.ttf", EM)


@cache
def ink(text: str, bold: bool) -> Array:
    """The box of a text's ink around the start of its line, and how far the line goes; in ems."""
    font = _font(bold)
    return np.array([*font.getbbox(text, anchor="ls"), font.getlength(text)]) / EM


def _lines(element: ET.Element, style: Style, at: int, halo: bool) -> Iterator[Word]:
    x, y, size = _number(element.get("x")), _number(element.get("y")), _number(style.said["font-size"])
    bold = style.said.get("font-weight") in ("bold", "700")
    shift = {"middle": 0.5, "end": 1.0}.get(style.said.get("text-anchor", ""), 0.0)
    for line in list(element) or [element]:
        x, y = _number(line.get("x"), x), y + _number(line.get("dy"))
        text = line.text or ""
        if text.strip() and style.opacity > 0:
            *box, length = ink(text, bold) * size
            left, top, right, bottom = np.array(box) + [x - shift * length, y] * 2
            yield Word(text, (left, top, right, bottom), style.matrix, at, halo)


def within(pieces: Array, box: Box) -> Array:
    """The parts of straight pieces that lie in a box, after Liang and Barsky."""
    start, way = pieces[:, 0], pieces[:, 1] - pieces[:, 0]
    enter, leave = np.zeros(len(pieces)), np.ones(len(pieces))
    for axis in (0, 1):
        for sign, end in ((-1, box[axis]), (1, box[axis + 2])):
            p, q = sign * way[:, axis], sign * (end - start[:, axis])
            at = q / np.where(p == 0, 1, p)
            enter = np.where(p < 0, np.maximum(enter, at), enter)
            leave = np.where(p > 0, np.minimum(leave, at), np.where((p == 0) & (q < 0), -1, leave))
    ends = np.stack([start + enter[:, None] * way, start + leave[:, None] * way], axis=1)
    return np.asarray(ends[enter < leave])


def faults(svg: str, *, on_lines: bool = False, moves: bool = False) -> list[str]:
    """What stands in the way of words: the edge of the drawing, other words, lines and the edges of areas.

    A line of the grid may pass behind a word with a halo: it is paler than any letter, and ends before them.
    ``on_lines`` allows any line behind such a word. A drawing that ``moves`` once a reader touches it ends at
    its plot.
    """
    found = read(svg)
    cut = _cut(svg, found) if moves else ()
    return [*_over(found), *cut, *_upon(found), *_crossed(found, on_lines)]


def _cut(svg: str, found: Drawing) -> Iterator[str]:
    """Words of marks, which have a halo, beyond the plot; others stand around it."""
    plot = re.search(r'<g fill="none"[^>]*translate\(([\d.]+),([\d.]+)\).*?d="M0,0h([\d.]+)v([\d.]+)h-', svg)
    assert plot
    left, top, width, height = (float(x) for x in plot.groups())
    for word in (w for w in found.words if w.halo):
        points = word.corners()
        if (
            max(*([left, top] - points.min(axis=0)), *(points.max(axis=0) - [left + width, top + height]))
            > TOUCH
        ):
            yield f"“{word.text}” passes the plot"


def _over(found: Drawing) -> Iterator[str]:
    for word in found.words:
        points = word.corners()
        over = max(-points.min(), *(points.max(axis=0) - [found.width, found.height]))
        if over > EDGE:
            yield f"“{word.text}” passes the edge by {over:.1f} px"


def _upon(found: Drawing) -> Iterator[str]:
    boxes = np.array([(*c.min(axis=0), *c.max(axis=0)) for c in (w.corners() for w in found.words)])
    for n, one in enumerate(found.words):
        rest = boxes[n + 1 :]
        across = np.minimum(rest[:, 2], boxes[n, 2]) - np.maximum(rest[:, 0], boxes[n, 0])
        down = np.minimum(rest[:, 3], boxes[n, 3]) - np.maximum(rest[:, 1], boxes[n, 1])
        for k in np.flatnonzero(np.minimum(across, down) > TOUCH):
            other = found.words[n + 1 + k]
            yield f"“{one.text}” and “{other.text}” share {across[k]:.0f} by {down[k]:.0f} px"


def _crossed(found: Drawing, on_lines: bool) -> Iterator[str]:
    if not found.marks:
        return
    boxes = np.array([m.box for m in found.marks])
    for word in found.words:
        points = word.corners()
        near = (boxes[:, :2] < points.max(axis=0)).all(axis=1) & (boxes[:, 2:] > points.min(axis=0)).all(
            axis=1
        )
        for n in np.flatnonzero(near):
            mark = found.marks[n]
            if word.halo and (on_lines or mark.colour == GRID):
                continue
            own = placed(mark.pieces.reshape(-1, 2), np.linalg.inv(word.matrix)).reshape(-1, 2, 2)
            left, top, right, bottom = word.box
            room = TOUCH - mark.width / 2
            hit = within(own, (left + room, top + room, right - room, bottom - room))
            if len(hit) and not _hidden(placed(hit.reshape(-1, 2), word.matrix), mark, word, found, boxes):
                kind = "the edge of an area" if mark.filled else f"a line {mark.width:g} px wide"
                yield f"“{word.text}” stands on {kind} in {mark.colour}"


def _hidden(points: Array, mark: Mark, word: Word, found: Drawing, boxes: Array) -> bool:
    """Whether something painted later, but before the word, covers all of these points."""
    return any(
        cover.filled and mark.at < cover.at < word.at
        and bool(((points >= box[:2] - 0.1) & (points <= box[2:] + 0.1)).all())
        for cover, box in zip(found.marks, boxes, strict=True)
    )  # fmt: skip
