"""From a specification to a picture: settled Vega-Lite, SVG and PNG.

Letters come from the font files beside this module, never from the machine; dates are read and written in UTC.
The same figure gives the same bytes on every machine.
"""

from __future__ import annotations

import copy
import hashlib
import io
import json
import re
import textwrap
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import altair as alt
import vl_convert as vlc
from PIL import Image

from capital_loop.show.words import TOOLTIP

FONT = "'Source Sans 3', 'Noto Sans CJK SC', 'Liberation Sans', Arial, Helvetica, sans-serif"
"""The first two are the book's own."""
WIDE, NARROW = 720, 340
COLOURS = 32
"""Size of the palette of a picture in a notebook."""
GROUND = "#ffffff"
"""What a picture stands on where the page behind it is unknown."""

_SVG = "http://www.w3.org/2000/svg"
_VEGA_LITE = ".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])
_LONG_NUMBER = re.compile(r"-?\d+(?:\.\d+)?e-\d+|-?\d+\.\d{4,}")
_MIDNIGHT = re.compile(r"(\d{4}-\d{2}-\d{2})T00:00:00(?:\.0+)?")
_PARTS = ("layer", "vconcat", "hconcat", "concat")

vlc.register_font_directory(str(Path(__file__).parent / "fonts"))
ET.register_namespace("", _SVG)


def settled(spec: Mapping[str, Any], titles: Mapping[str, str]) -> dict[str, Any]:
    """A specification that draws the same everywhere and explains its marks.

    Numbers are rounded, tables are named in order, dates are in UTC, and each mark without a tooltip of its own
    gets one from the fields that have a title: in the chart, in ``titles``, or in ``words.TOOLTIP``.
    """
    made: dict[str, Any] = _rounded(copy.deepcopy(dict(spec)))
    units = list(_units(made))
    named: dict[str, str] = {**TOOLTIP["fields"], **titles}
    for _, channel in _channels(units):
        named |= {channel["field"]: title} if (title := _title(channel)) and "field" in channel else {}
    for unit in units:
        _explain(unit, named)
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
    """A drawing as an SVG element that scales down, with ids that no other drawing has."""
    root = ET.fromstring(raw)
    key = hashlib.sha256(f"{name}/{width}".encode()).hexdigest()[:6]
    for element in root.iter():
        for attribute, value in list(element.attrib.items()):
            spare = attribute in ("role", "pointer-events") or attribute.startswith("aria-")
            if spare or (attribute == "class" and value != "edge"):
                del element.attrib[attribute]
            else:
                value = f"{key}-{value}" if attribute == "id" else value.replace("url(#", f"url(#{key}-")
                if attribute.endswith("href") and value.startswith("#"):
                    value = f"#{key}-{value[1:]}"
                element.set(attribute, _LONG_NUMBER.sub(_shorter, value))
    _, _, across, down = root.attrib["viewBox"].split()
    root.attrib.clear()
    root.attrib |= {
        "viewBox": f"0 0 {across} {down}", "width": across, "height": down, "role": "img", "aria-label": label,
        "class": "cl-wide" if width == WIDE else "cl-narrow",
    }  # fmt: skip
    return ET.tostring(root, encoding="unicode")


def draw(spec: Mapping[str, Any]) -> str:
    """The raw SVG of a settled specification; drawn once in a process."""
    return _draw(json.dumps(spec, ensure_ascii=False, sort_keys=True))


@lru_cache(maxsize=64)
def _draw(spec: str) -> str:
    return str(vlc.vegalite_to_svg(spec, vl_version=_VEGA_LITE))


def png(drawing: str, scale: float, *, head: Sequence[str] = (), unit: str = "", foot: str = "") -> bytes:
    """An SVG as a picture; see :func:`framed`."""
    return bytes(vlc.svg_to_png(framed(drawing, head=head, unit=unit, foot=foot), scale=scale))


def framed(drawing: str, *, head: Sequence[str] = (), unit: str = "", foot: str = "") -> str:
    """An SVG on white, with a finding above and its sources below where they are given; a line break begins a line."""
    root = ET.fromstring(drawing)
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    inner = ET.Element(f"{{{_SVG}}}g", {"font-family": FONT})
    inner.extend(list(root))
    above = [(line, *_HEAD) for text in head for line in textwrap.wrap(text, int(width / _HEAD[0] * 2.05))]
    above += [(line, *_SMALL) for line in textwrap.wrap(unit, int(width / _SMALL[0] * 2.2))]
    below = [
        (line, *_SMALL)
        for text in foot.split("\n")
        for line in textwrap.wrap(text, int(width / _SMALL[0] * 2.2))
    ]
    top, bottom = (sum(step for *_, step in part) + (10 if part else 0) for part in (above, below))
    whole = ET.Element(
        f"{{{_SVG}}}svg", viewBox=f"0 0 {width} {height + top + bottom}", width=str(width), height=str(height + top + bottom)
    )  # fmt: skip
    ET.SubElement(whole, f"{{{_SVG}}}rect", width="100%", height="100%", fill=GROUND)
    inner.set("transform", f"translate(0 {top})")
    whole.append(inner)
    y = 0.0
    for line, size, weight, colour, step in above:
        y += step
        _write(whole, line, y, size, weight, colour)
    y = height + top
    for line, size, weight, colour, step in below:
        y += step
        _write(whole, line, y, size, weight, colour)
    return ET.tostring(whole, encoding="unicode")


_HEAD, _SMALL = (16, "700", "#1f2328", 21), (12, "400", "#5b6470", 16)
"""Size, weight, colour and height of a line above and below a picture."""


def _write(parent: ET.Element, text: str, y: float, size: int, weight: str, colour: str) -> None:
    attributes = {
        "x": "4",
        "y": str(y),
        "font-size": str(size),
        "font-weight": weight,
        "fill": colour,
        "font-family": FONT,
    }
    ET.SubElement(parent, f"{{{_SVG}}}text", attributes).text = text


def small(picture: bytes) -> bytes:
    """A picture with a palette of its own: a third of the bytes, and no eye sees a difference in a chart."""
    out = io.BytesIO()
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLOURS).save(out, "PNG", optimize=True)
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


def _units(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every view of a chart that holds an encoding, inner ones too."""
    if "encoding" in spec:
        yield spec
    for part in [p for key in _PARTS for p in spec.get(key, [])]:
        yield from _units(part)
    if isinstance(spec.get("spec"), dict):
        yield from _units(spec["spec"])


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


def _hidden(channel: dict[str, Any]) -> bool:
    """Whether a field is a key or a matter of style, which says nothing to a reader."""
    frames = (channel.get(k) for k in ("legend", "axis", "header"))
    renamed = any("labelExpr" in f for f in frames if isinstance(f, dict))
    return renamed or channel["field"] in TOOLTIP["hidden"]


def _explain(unit: dict[str, Any], named: Mapping[str, str]) -> None:
    """Gives a mark a tooltip of its named fields: the first name as its heading, then numbers and days in words."""
    mark = unit.get("mark")
    kind = mark.get("type") if isinstance(mark, dict) else mark
    encoding = unit["encoding"]
    if kind in (None, "text") or "tooltip" in encoding:
        return
    shown: dict[str, dict[str, Any]] = {}
    heading = False
    for name, channel in encoding.items():
        field = channel.get("field") if isinstance(channel, dict) else None
        if not field or field in shown or channel.get("aggregate") or channel.get("bin"):
            continue
        kind = channel.get("type", encoding.get(name.rstrip("2"), {}).get("type"))
        if kind == "temporal":
            shown[field] = {
                "field": field, "type": "temporal", "timeUnit": "utcyearmonthdate", "format": TOOLTIP["day"],
                "title": named.get(field, TOOLTIP["date"]),
            }  # fmt: skip
        elif kind == "quantitative" and field in named:
            form = TOOLTIP["year"] if "year" in field.lower() else TOOLTIP["number"]
            shown[field] = {"field": field, "type": kind, "format": form, "title": named[field]}
        elif kind in ("nominal", "ordinal") and not heading and not _hidden(channel):
            heading = True  # vega-tooltip sets a field called "title" as a heading without a name
            shown[field] = {"field": field, "type": "nominal", "title": "title"}
    if shown:
        encoding["tooltip"] = list(shown.values())
