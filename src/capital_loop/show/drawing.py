"""From a specification to a picture: settled Vega-Lite, SVG and PNG.

Letters come from the font files beside this module, never from the machine; dates are read and written in
UTC. The same figure gives the same bytes on every machine.
"""

from __future__ import annotations

import copy
import hashlib
import io
import json
import re
import textwrap
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import altair as alt
import vl_convert as vlc
from PIL import Image

from capital_loop.show.palette import GROUND, INK, MUTED
from capital_loop.show.words import TOOLTIP

FONT = "'Source Sans 3', 'Noto Sans CJK SC', 'Liberation Sans', Arial, Helvetica, sans-serif"
"""The first two are the book's own."""
MEASURED = "Liberation Sans"
"""Letters that the drawing program knows the widths of: it brings them along, and guesses for all others that
each letter is as wide as an m. They are a little wider than the book's own, so words have the room laid out
for them."""
WIDE, NARROW = 720, 340
COLOURS = 256
"""Size of the palette of a picture: as many colours as a byte tells apart."""
MANY = 1 << 13
"""More colours than a picture has, and few enough that counting them takes little memory."""
NEAR = 246
"""From here on no eye tells a colour from white, and the program that puts a palette to use might take it for
the ground."""

_SVG = "http://www.w3.org/2000/svg"
_VEGA_LITE = ".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])
_LONG_NUMBER = re.compile(r"-?\d+(?:\.\d+)?e-\d+|-?\d+\.\d{4,}")
_MIDNIGHT = re.compile(r"(\d{4}-\d{2}-\d{2})T00:00:00(?:\.0+)?")
_ID, _USE = re.compile(r'(?<= id=")[^"]+'), re.compile(r'(?<= id=")[^"]+|(?<=url\(#)[^)]+|(?<=href="#)[^"]+')
_PARTS = ("layer", "vconcat", "hconcat", "concat")

vlc.register_font_directory(str(Path(__file__).parent / "fonts"))
ET.register_namespace("", _SVG)


def settled(spec: Mapping[str, Any], titles: Mapping[str, str], unit: str = "") -> dict[str, Any]:
    """A specification that draws the same everywhere and explains its marks.

    Numbers are rounded, tables are named in order, dates are in UTC, and each mark without a tooltip of its
    own gets one: its name, what the chart writes beside it, and else its numbers, each with the words of its
    axis, of its column (``titles``) or of the figure's ``unit``. Names for keys stand in ``usermeta``.
    """
    made: dict[str, Any] = _rounded(copy.deepcopy(dict(spec)))
    tables = list(_tables(made, {}, made.get("datasets", {})))
    units = [unit for unit, _ in tables]
    named: dict[str, str] = dict(titles)
    names: dict[str, str] = {}
    for _, channel in _channels(units):
        named |= {channel["field"]: title} if (title := _title(channel)) and "field" in channel else {}
        names |= _keys(channel)
    texts = [u for u in units if _kind(u) == "text"]
    said = list(dict.fromkeys(c["field"] for n, c in _channels(texts) if n == "text" and "field" in c))
    for one, table in tables:
        names = _ends(table, one, said) | names
        _explain(one, table, named, names, said, _clause(unit))
    if names:
        made["usermeta"] = {"names": names}
    for name, channel in _channels(units):
        if channel.get("type") == "temporal" and name in ("x", "y", "x2", "y2"):
            channel["scale"] = {**(channel.get("scale") or {}), "type": "utc"}
        elif channel.get("type") == "temporal" and "field" in channel:
            channel.setdefault("timeUnit", "utcyearmonthdate")
    names = {old: f"data-{n}" for n, old in enumerate(made.get("datasets", {}))}
    text = json.dumps(made, ensure_ascii=False, sort_keys=True)
    for old, new in names.items():
        text = text.replace(f'"{old}"', f'"{new}"')
    return dict(json.loads(text))


def svg(raw: str, name: str, label: str, width: int) -> str:
    """A drawing as an SVG element that scales down, its font said once, with ids of its own."""
    root = ET.fromstring(raw)
    key = hashlib.sha256(f"{name}/{width}".encode()).hexdigest()[:6]
    for parent in list(root.iter()):
        for element in [e for e in parent if e.get("display") == "none"]:
            parent.remove(element)
    for element in root.iter():
        for attribute, value in list(element.attrib.items()):
            spare = attribute in ("role", "pointer-events") or attribute.startswith("aria-")
            spare = spare or (attribute == "font-family" and value in (FONT, MEASURED))  # the root's for all
            if spare or (attribute == "class" and value != "edge"):
                del element.attrib[attribute]
            else:
                value = f"{key}-{value}" if attribute == "id" else value.replace("url(#", f"url(#{key}-")
                if attribute.endswith("href") and value.startswith("#"):
                    value = f"#{key}-{value[1:]}"
                element.set(attribute, _LONG_NUMBER.sub(_shorter, value))
        if element.tag == f"{{{_SVG}}}text" and "stroke" in element.attrib:
            element.set("paint-order", "stroke")
    _, _, across, down = root.attrib["viewBox"].split()
    root.attrib.clear()
    root.attrib |= {
        "viewBox": f"0 0 {across} {down}", "width": across, "height": down, "role": "img",
        "aria-label": label, "class": "cl-wide" if width == WIDE else "cl-narrow", "font-family": FONT,
    }  # fmt: skip
    return ET.tostring(root, encoding="unicode")


def draw(spec: Mapping[str, Any]) -> str:
    """The raw SVG of a settled specification; drawn once in a process."""
    laid = {**spec, "config": {**spec.get("config", {}), "font": MEASURED}}
    return _draw(json.dumps(laid, ensure_ascii=False, sort_keys=True))


def from_vega(spec: str) -> str:
    """The raw SVG of a specification as JSON; the first takes half a second more.

    Its ids are counted anew: the program counts on from drawing to drawing.
    """
    raw = str(vlc.vegalite_to_svg(spec, vl_version=_VEGA_LITE))
    ids = {old: f"id{n}" for n, old in enumerate(dict.fromkeys(_ID.findall(raw)))}
    return _USE.sub(lambda use: ids.get(use[0], use[0]), raw) if ids else raw


drawer: Callable[[str], str] = from_vega
"""What draws; a process of a build asks the one that draws for all."""


@lru_cache(maxsize=64)
def _draw(spec: str) -> str:
    return drawer(spec)


def png(drawing: str, scale: float, *, head: Sequence[str] = (), unit: str = "", foot: str = "") -> bytes:
    """An SVG as a picture; see :func:`framed`."""
    return bytes(vlc.svg_to_png(framed(drawing, head=head, unit=unit, foot=foot), scale=scale))


def framed(drawing: str, *, head: Sequence[str] = (), unit: str = "", foot: str = "") -> str:
    """An SVG on white, with a finding above and its sources below where they are given.

    A line break begins a line.
    """
    root = ET.fromstring(drawing)
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    inner = ET.Element(f"{{{_SVG}}}g", {"font-family": FONT})
    inner.extend(list(root))
    heads = [line for text in head for line in textwrap.wrap(text, int(width / _HEAD[0] * 2.05))]
    units, feet = (
        [line for text in said.split("\n") for line in textwrap.wrap(text, int(width / _SMALL[0] * 2.2))]
        for said in (unit, foot)
    )
    above = [(line, *_HEAD) for line in heads] + [(line, *_SMALL) for line in units]
    below = [(line, *_SMALL) for line in feet]
    top, bottom = (sum(step for *_, step in part) + (10 if part else 0) for part in (above, below))
    whole = ET.Element(
        f"{{{_SVG}}}svg", viewBox=f"0 0 {width} {height + top + bottom}", width=str(width),
        height=str(height + top + bottom)
    )  # fmt: skip
    ET.SubElement(whole, f"{{{_SVG}}}rect", width="100%", height="100%", fill=GROUND)
    inner.set("transform", f"translate(0 {top})")
    whole.append(inner)
    for y, part in ((0.0, above), (height + top, below)):
        for line, size, weight, colour, step in part:
            y += step
            ET.SubElement(whole, f"{{{_SVG}}}text", {
                "x": "4", "y": str(y), "font-size": str(size), "font-weight": weight, "fill": colour,
                "font-family": FONT,
            }).text = line  # fmt: skip
    return ET.tostring(whole, encoding="unicode")


_HEAD, _SMALL = (16, "700", INK, 21), (12, "400", MUTED, 16)
"""Size, weight, colour and height of a line above and below a picture."""


def small(picture: bytes | Image.Image) -> bytes:
    """A PNG with a palette of its own, its most frequent colours: half of the bytes, alike to the eye."""
    image = Image.open(io.BytesIO(picture)).convert("RGB") if isinstance(picture, bytes) else picture
    counted = image.getcolors(MANY) or image.getcolors(image.width * image.height)
    found = cast("list[tuple[int, tuple[int, ...]]]", counted)
    palette = Image.new("P", (1, 1))
    apart = [colour for _, colour in sorted(found, reverse=True) if not NEAR <= min(colour) < 255]
    palette.putpalette([part for colour in apart[:COLOURS] for part in colour])
    out = io.BytesIO()
    image.quantize(palette=palette, dither=Image.Dither.NONE).save(out, "PNG")
    return out.getvalue()


def _shorter(number: re.Match[str]) -> str:
    """Three decimals are a thousandth of a pixel; more would carry floating-point noise onto the page."""
    return f"{round(float(number[0]), 3) + 0.0:.3f}".rstrip("0").rstrip(".")


def _rounded(value: Any) -> Any:
    """Six figures of every number, days without a clock time: JavaScript reads a bare day as UTC."""
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, str):
        return found[1] if (found := _MIDNIGHT.fullmatch(value)) else value
    if isinstance(value, dict):
        return {k: _rounded(v) for k, v in value.items()}
    return [_rounded(v) for v in value] if isinstance(value, list) else value


def _channels(units: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for unit in units:
        for name, channel in unit["encoding"].items():
            if isinstance(channel, dict):
                yield name, channel


def _title(channel: dict[str, Any]) -> str:
    """What a chart calls the field of a channel; blank if it does not."""
    frames = [channel.get("axis"), channel.get("legend"), channel]
    found = next((f["title"] for f in frames if isinstance(f, dict) and f.get("title")), "")
    return found if isinstance(found, str) else " ".join(found)


def _kind(unit: dict[str, Any]) -> str:
    """The type of a mark."""
    mark = unit.get("mark", "")
    return str(mark.get("type") if isinstance(mark, dict) else mark)


def _tables(
    spec: dict[str, Any], data: dict[str, Any], tables: dict[str, Any]
) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Every view that holds an encoding, inner ones too, with the rows that it draws."""
    data = spec.get("data") or data
    if "encoding" in spec:
        yield spec, tables.get(data.get("name", ""), data.get("values", []))
    inner = [spec["spec"]] if isinstance(spec.get("spec"), dict) else []
    for part in [*(p for key in _PARTS for p in spec.get(key, [])), *inner]:
        yield from _tables(part, data, tables)


_PAIR = re.compile(r"'((?:[^'\\]|\\.)*)':'((?:[^'\\]|\\.)*)'")


def _keys(channel: dict[str, Any]) -> dict[str, str]:
    """The names that a channel's legend or axis puts in the place of keys."""
    frames = [f for k in ("legend", "axis", "header") if isinstance(f := channel.get(k), dict)]
    found = [m for f in frames for m in _PAIR.findall(f.get("labelExpr", ""))]
    return {key: name.replace("\\'", "'") for key, name in found}


def _clause(unit: str) -> str:
    """What a figure's line of its unit says first."""
    first = re.split(r"[;:]", unit)[0].strip()
    return first if len(first) <= LONGEST else TOOLTIP["value"]


LONGEST = 100
"""Signs of a label in a tooltip."""
HIDDEN = ("colour", "color", "order", "side", "row", "dash", "style")
"""Fields that a tooltip leaves out."""
NAMES = ("name", "row", "head")
"""Fields that say what a mark is."""
YEAR, NUMBER = "d", ",.4~r"
"""How a tooltip writes them."""


def _explain(
    unit: dict[str, Any], rows: list[dict[str, Any]], named: Mapping[str, str], names: Mapping[str, str],
    said: Sequence[str], measure: str,
) -> None:  # fmt: skip
    """Gives a mark its tooltip; entries without a label are headed by dots, which the page leaves out."""
    encoding = unit["encoding"]
    if _kind(unit) in ("", "text", "None") or "tooltip" in encoding:
        return
    beside = [f for f in said if rows and f in rows[0] and f not in NAMES]
    shown: dict[str, dict[str, Any]] = {}
    more: list[str] = []
    for name, channel in encoding.items():
        field = channel.get("field") if isinstance(channel, dict) else None
        kind = channel.get("type", encoding.get(name.rstrip("2"), {}).get("type")) if field else None
        if not field or field in shown or field in HIDDEN or channel.get("aggregate") or channel.get("bin"):
            continue
        if kind in ("nominal", "ordinal") and any(c["title"] == "title" for c in shown.values()):
            more += [field] * all(_worded(row.get(field), names) for row in rows)
        elif kind in ("nominal", "ordinal"):
            head = next((f for f in NAMES if f in said and rows and f in rows[0]), field)
            if all(_worded(row.get(head), names) or head in said for row in rows):
                shown[head] = {"field": head, "type": "nominal", "title": "title"}
            if head != field and all(_worded(row.get(field), names) for row in rows):
                more.append(field)
        elif kind == "temporal":
            shown[field] = {
                "field": field, "type": "temporal", "timeUnit": "utcyearmonthdate", "format": TOOLTIP["day"],
                "title": named.get(field, TOOLTIP["date"]),
            }  # fmt: skip
        elif kind == "quantitative":
            axis, end = _axis(encoding, name)
            year = "year" in field.lower()
            label = _title(axis) or named.get(field) or (TOOLTIP["of_year"] if year else measure)
            shown[field] = {
                "field": field, "type": kind, "format": YEAR if year else NUMBER,
                "title": TOOLTIP[end].format(label=label),
            }  # fmt: skip
    counts = [f for f in beside if f not in shown and all(isinstance(row.get(f), int) for row in rows)]
    if counts:  # a part of a stack is as long as the number on it, not where it begins and ends
        shown = {k: v for k, v in shown.items() if v["type"] != "quantitative"}
        shown[counts[0]] = {
            "field": counts[0], "type": "quantitative", "format": NUMBER,
            "title": _title(_axis(encoding, "x")[0]) or measure,
        }  # fmt: skip
    # Words beside each mark give its number; those beside a few, such as the last of a line, do not.
    words = [
        f
        for f in beside
        if f not in (*shown, *more) and all(_SAYS.search(str(row.get(f) or "")) for row in rows)
    ]
    if words and any(c["title"] == "title" for c in shown.values()):
        shown = {k: v for k, v in shown.items() if v["type"] != "quantitative"}
    words = more + sorted(words, key=lambda f: not str(rows[0][f])[:1].isalpha())
    for n, field in enumerate((f for f in words if f not in shown), start=1):
        shown[field] = {"field": field, "type": "nominal", "title": "·" * n}
    if shown:
        encoding["tooltip"] = sorted(
            shown.values(), key=lambda c: (c["title"] != "title", not c["title"].startswith("·"))
        )


_SAYS = re.compile(r"[^\d\s.,−-]")
"""What a bare number lacks."""


def _ends(rows: list[dict[str, Any]], unit: dict[str, Any], beside: Sequence[str]) -> dict[str, str]:
    """Names for keys from what the chart writes at the end of a line: the words of ``Amazon, 24 %``.

    What the chart writes itself is no key.
    """
    named = (c for _, c in _channels([unit]) if c.get("type") == "nominal" and "field" in c)
    keys = [c["field"] for c in named if c["field"] not in beside]
    found: dict[str, str] = {}
    for row, key, text in ((r, k, t) for r in rows for k in keys for t in beside if k != t):
        name = re.match(r"[^\d$%<>−]*", str(row.get(text) or ""))
        if isinstance(row.get(key), str) and name and name[0].strip(" ,:("):
            found.setdefault(row[key], name[0].strip(" ,:("))
    return found


def _worded(value: Any, names: Mapping[str, str]) -> bool:
    """Whether a reader understands a value: a name, not a key that stands for one."""
    return value in names or (isinstance(value, str) and (" " in value or value[:1].isupper()))


def _axis(encoding: dict[str, Any], name: str) -> tuple[dict[str, Any], str]:
    """The channel whose axis measures another one, and whether that is an end of a range."""
    main = name.rstrip("2")
    ranged = isinstance(encoding.get(f"{main}2"), dict) and "field" in encoding[f"{main}2"]
    return encoding.get(main, {}), ("high" if name != main else "low") if ranged else "plain"
