"""What holds for every chart of the book: drawn whole at both widths, told in words, with rows and
sources."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import altair as alt
import pandas as pd
import pytest

from capital_loop.publish.site.figures import SPARE, WIDTHS, draw
from capital_loop.show import figure as base
from capital_loop.show.figure import WIDE, Figure, whole
from tests.charts.conftest import NAMES
from tests.charts.geometry import faults
from tests.conftest import ROOT, Shared

WIDER = {"loop"}
"""Panels side by side, and the sheet of the loop: they get more room than the text."""
THEME = {base.INK, base.MUTED, base.GRID, base.PAPER, *base.SERIES, base.GREY}


def views(spec: dict[str, Any], above: dict[str, Any]) -> Iterator[list[dict[str, Any]]]:
    """The units that share their axes, each with its data and its whole encoding."""
    mine = {
        "data": spec.get("data", above.get("data")),
        "encoding": {**above.get("encoding", {}), **spec.get("encoding", {})},
    }
    for part in [
        *(spec[k] for k in ("spec",) if k in spec),
        *(p for k in ("concat", "hconcat", "vconcat") for p in spec.get(k, ())),
    ]:
        yield from views(part, mine)
    if "layer" in spec:
        yield [unit for part in spec["layer"] for view in views(part, mine) for unit in view]
    elif "mark" in spec:
        yield [mine]


def outside(spec: dict[str, Any]) -> Iterator[str]:
    """Values that a specification draws beyond the ends that it gives an axis."""
    for view in views(spec, {}):
        for axis in ("x", "y"):
            drawn, domain = [], []
            for unit in view:
                encoding = unit["encoding"]
                for channel in (c for c in (encoding.get(axis), encoding.get(f"{axis}2")) if c):
                    if channel.get("type") in ("nominal", "ordinal"):
                        continue
                    domain += (channel.get("scale") or {}).get("domain", [])
                    if "datum" in channel:
                        drawn.append(channel["datum"])
                    if "field" in channel:
                        rows = pd.DataFrame(spec["datasets"][unit["data"]["name"]])
                        values = rows[channel["field"]]
                        if channel.get("stack"):
                            other = encoding["x" if axis == "y" else "y"]["field"]
                            values = values.groupby(rows[other]).sum()
                        drawn += list(values.dropna())
            if domain:
                if isinstance(domain[0], str):
                    domain, drawn = (
                        list(pd.to_datetime(domain)),
                        list(pd.to_datetime(drawn, format="ISO8601")),
                    )
                yield from (f"{axis}: {v}" for v in drawn if not min(domain) <= v <= max(domain))


def test_a_value_beyond_the_end_of_its_axis_is_found() -> None:
    rows = pd.DataFrame({"day": pd.to_datetime(["2026-01-01", "2026-06-01"]), "usd": [1, 50], "one": "a"})
    y = alt.Y("usd:Q", scale=alt.Scale(domain=[0, 44]))
    x = alt.X("day:T", scale=alt.Scale(domain=["2025-12-01", "2026-05-01"]))
    line = alt.Chart(rows).mark_line().encode(x="day:T", y="usd:Q")
    assert list(outside(line.to_dict())) == []
    assert list(outside((line + alt.Chart(rows).mark_point().encode(x=x, y=y)).to_dict())) == [
        *["x: 2026-06-01 00:00:00"] * 2, *["y: 50"] * 2,
    ]  # fmt: skip
    x = alt.X("usd:Q", stack="zero", scale=alt.Scale(domain=[0, 50]))
    stacked = alt.Chart(rows).mark_bar().encode(x=x, y="one:N")
    assert list(outside(alt.hconcat(stacked, line).to_dict())) == ["x: 51"]


@pytest.fixture(params=NAMES, ids=".".join)
def figure(request: pytest.FixtureRequest, shared: Shared) -> Figure:
    return shared.figure(*request.param)


def test_it_is_drawn_whole_and_fits_and_its_words_have_room(figure: Figure) -> None:
    payload = whole(
        json.loads(json.dumps(figure.payload()))
    )  # as a notebook holds it, and the build draws it
    moves = "svg" not in payload and over_time(payload["wide"])
    for key, svg in draw(ROOT, payload).items():
        width = WIDTHS[key]
        assert not faults(svg, on_lines=figure.name in ON_LINES, moves=moves)
        assert svg.startswith("<svg")
        assert not re.search("NaN|undefined", svg)
        assert svg.count("<path") + svg.count("<text") > 5
        box = re.search(r'viewBox="0 0 ([\d.]+) ', svg)
        assert box
        assert float(box[1]) <= width + SPARE or figure.name in WIDER
        assert set(re.findall(r'(?:fill|stroke)="(#[0-9a-f]{6})"', svg)) <= THEME
        assert not re.findall(r"[^>]*…(?=</)", svg), "words that have no room"
        if not isinstance(figure.chart(width), str):
            spec = figure.spec(width)
            assert spec["$schema"].startswith("https://vega.github.io/schema/vega-lite/")
            assert not list(outside(spec))


ON_LINES = {"loop"}
"""Where words stand on lines on purpose: the amounts of the front page stand on their own arrows, each on a
ground of paper four pixels wider than its letters."""


def over_time(spec: dict[str, Any]) -> bool:
    """Whether readers can move a chart: `zoomable` in figures.js."""
    units = [unit for unit in spec.get("layer", [spec]) if "layer" not in unit]
    across = [unit.get("encoding", {}).get("x", {}).get("type") for unit in units]
    return "temporal" in across and not {"concat", "hconcat", "vconcat", "facet"} & set(spec)


def test_a_word_beyond_a_plot_that_moves_is_found() -> None:
    days = pd.DataFrame({"day": pd.to_datetime(["2026-01-01", "2026-06-01"]), "usd": [0, 50]})

    def drawn(top: int) -> str:
        y = alt.Y("usd:Q", scale=alt.Scale(domain=[0, top]), axis=alt.Axis(values=[]))
        chart = alt.Chart(days).encode(x=alt.X("day:T", scale=alt.Scale(padding=30)), y=y)
        words = chart.transform_filter("datum.usd > 0").mark_text(dy=-9).encode(text="usd:Q")
        layers = (chart.mark_line() + words).properties(width=WIDE, height=100)
        made = Figure("moved", "A finding", "USD", "A line", lambda width: layers, days)
        assert over_time(made.spec(WIDE))
        return made.svg(WIDE)

    assert faults(drawn(80), moves=True) == []
    assert faults(drawn(50), moves=True) == ["“50” passes the plot"]


WORD = '<text transform="translate(20,20)" font-size="12px" fill="#1f2328">Some words</text>'
HALO = WORD.replace(">", ' stroke="#fefefe" stroke-width="3">', 1)
GRIDLINE = '<line transform="translate(0.5,17)" x2="100" y2="0" stroke="#d9dde2"/>'
AXIS = '<line transform="translate(0.5,17)" x2="100" y2="0" stroke="#5b6470"/>'
COVER = '<path d="M10,5h80v20h-80Z" fill="{}" opacity="{}"/>'


@pytest.mark.parametrize(
    ("inside", "fault"),
    [
        (WORD.replace("(20,", "(70,"), "passes the edge by 32.0 px"),
        (WORD.replace("(20,20)", "(96,70) rotate(-90)") + WORD, ""),
        (WORD.replace("(20,20)", "(96,20) rotate(-90)"), "passes the edge by 42.0 px"),
        (WORD.replace("(20,20)", "(30,24)") + WORD, "share"),
        (WORD.replace("(20,20)", "(30,34)") + WORD, ""),
        (AXIS + WORD, "a line 1 px wide in #5b6470"),
        (AXIS.replace("17", "21") + WORD, ""),
        (AXIS + HALO, "a line 1 px wide in #5b6470"),
        (AXIS.replace("/>", ' stroke-dasharray="5,4"/>') + HALO, "a line 1 px wide in #5b6470"),
        (GRIDLINE + WORD, "a line 1 px wide in #d9dde2"),
        (GRIDLINE + HALO.replace('"3"', '"1"'), "a line 1 px wide in #d9dde2"),
        (GRIDLINE + HALO, ""),
        ('<path d="M0,0L40,16L90,30" stroke="#0a6ebd" stroke-width="2" fill="none"/>' + HALO, "2 px wide"),
        ('<path d="M0,0L10,30L90,38" stroke="#0a6ebd" stroke-width="2" fill="none"/>' + HALO, ""),
        ('<path transform="translate(78,17)" d="M5,0A5,5,0,1,1,-5,0A5,5,0,1,1,5,0" fill="#0a6ebd"/>' + HALO,
         "the edge of an area in #0a6ebd"),
        (COVER.format("#0a6ebd", 1).replace("h80", "h30").replace("h-80", "h-30") + HALO, "edge of an area"),
        (COVER.format("#0a6ebd", 0.2).replace("h80", "h30").replace("h-80", "h-30") + HALO, ""),
        (COVER.format("#0a6ebd", 1) + WORD, ""),
        (AXIS + COVER.format("#0a6ebd", 1) + WORD, ""),
        (COVER.format("#0a6ebd", 1) + AXIS + WORD, "a line 1 px wide"),
    ],
)  # fmt: skip
def test_a_word_without_room_is_found(inside: str, fault: str) -> None:
    drawn = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">{inside}</svg>'
    found = faults(drawn)
    assert len(found) == bool(fault), found
    assert fault in "".join(found)


def test_words_that_stand_on_their_own_lines_need_their_ground() -> None:
    drawn = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">{}</svg>'
    ground = HALO.replace("#1f2328", "#fefefe")
    assert faults(drawn.format(AXIS + ground + WORD), on_lines=True) == []
    assert faults(drawn.format(AXIS + ground + WORD))
    assert faults(drawn.format(AXIS + WORD), on_lines=True)


def test_it_says_what_it_shows_and_from_where(figure: Figure) -> None:
    assert len(figure.description) > 60
    assert not re.search(r"\bnan\b|None", f"{figure.title} {figure.description} {figure.note}")
    assert len(figure.rows)
    assert not figure.rows.columns.str.contains("_").any()
    assert figure.source_line().startswith("Sources: ")


def test_no_two_charts_of_the_notebooks_have_one_name() -> None:
    shown = [
        output["data"][base.FIGURE]["name"]
        for path in (ROOT / "notebooks").glob("*.ipynb")
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        for output in cell.get("outputs", ())
        if base.FIGURE in output.get("data", ())
    ]
    assert len(shown) > len({chapter for chapter, _ in NAMES})
    assert len(set(shown)) == len(shown)


@pytest.mark.slow  # draws every chart of every chapter in one process
def test_no_two_charts_have_one_name(shared: Shared) -> None:
    names = [shared.figure(*one).name for one in NAMES]
    assert len(names) > len({chapter for chapter, _ in NAMES})
    assert len(set(names)) == len(names)
