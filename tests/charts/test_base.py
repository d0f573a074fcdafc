"""The renderer: same bytes each time, nothing loaded, text alternative, sources from the facts."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import io
import json
import math
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd
import pytest
from fontTools.ttLib import TTFont
from markupsafe import escape
from PIL import Image

from capital_loop.publish.site import templating
from capital_loop.publish.site.citing import Citing
from capital_loop.publish.site.figures import Figures
from capital_loop.record.tables import Fact, Record, Source
from capital_loop.record.trace import Reading, reading
from capital_loop.show import drawing, marks, palette, prose, table
from capital_loop.show import figure as base
from tests.conftest import ROOT

SOURCE = Source("s", "Title", "A <Publisher>", "2025-10", "https://example.org/", "press", "", "page 1")
FACT = Fact(
    "X-001",
    "amd",
    "",
    "m",
    1.0,
    math.nan,
    math.nan,
    "USD",
    "2025-10-06",
    dt.date(2025, 10, 6),
    "reported",
    "secondary_single",
    "",
    (SOURCE,),
)
ROWS = pd.DataFrame({"Year": [2024, 2025, 2026], "Value": [1.0, 2.5, 2.0], "Who": ["a", "b", "a"]})


def composite(width: int) -> alt.TopLevelMixin:
    """Every mark that the theme styles, in one chart."""
    plain = alt.Chart(ROWS).encode(x="Year:O", y="Value:Q", color="Who:N")
    layers = [
        plain.mark_bar(),
        plain.mark_line(),
        plain.mark_point(),
        plain.mark_rule(),
        plain.mark_text().encode(text="Value:Q"),
        plain.mark_area(),
    ]
    return alt.layer(*layers).properties(width=width, height=200)


FONTS = Path(drawing.__file__).parent / "fonts"
FIGURE = base.Figure(
    "composite", "A finding <b>", "USD", "What it shows", composite, ROWS, read=Reading({FACT.fact_id: FACT})
)


def bundle(figure: base.Figure = FIGURE) -> dict[str, Any]:
    return figure._repr_mimebundle_()


def test_two_renderings_are_the_same_bytes() -> None:
    assert bundle() == bundle(dataclasses.replace(FIGURE))


def test_a_notebook_gets_a_picture_the_books_own_type_and_words() -> None:
    found = bundle()
    assert set(found) == {base.FIGURE, "image/png", "text/plain"}
    picture = Image.open(io.BytesIO(base64.b64decode(found["image/png"]))).convert("RGB")
    assert picture.width == base.WIDE * base.SCALE
    assert picture.getpixel((picture.width - 1, 0)) == (255, 255, 255)
    assert found["text/plain"] == "A finding <b>\nWhat it shows"
    json.dumps(found[base.FIGURE], allow_nan=False)


def test_the_site_draws_from_the_notebook_what_the_figure_draws() -> None:
    held = json.loads(json.dumps(FIGURE.payload(), sort_keys=True))
    assert len(json.dumps(held["narrow"])) < len(json.dumps(held["wide"])) / 2
    payload = base.whole(held)
    for key, width in (("wide", base.WIDE), ("narrow", base.NARROW)):
        raw = drawing.draw({**payload[key], **payload["shared"]})
        assert drawing.svg(raw, FIGURE.name, FIGURE.description, width) == FIGURE.svg(width)
    pd.testing.assert_frame_equal(table.to_frame(payload), ROWS)


def test_sources_beyond_the_source_line_are_found_again_on_the_site(record: Record, tmp_path: Path) -> None:
    with reading() as read:
        for fact_id in list(record.facts.index)[:12]:
            record.fact(fact_id)
        record.price("ORCL", "2025-09-10")
    payload = dataclasses.replace(FIGURE, read=read).payload()
    html = Figures(Citing(Path(__file__).parents[2], record), tmp_path).render(
        payload, "notebooks/01-triangle", "1.1", None
    )
    more = base.ranked(read.facts.values(), read.sources.values())[base.SHOWN :]
    assert more
    assert "; ".join(str(escape(m)) for m in more) in html


def test_letters_come_from_the_books_own_files() -> None:
    families = {TTFont(p)["name"].getDebugName(1) for p in FONTS.iterdir() if p.suffix in (".ttf", ".otf")}
    named = [f.strip(" '") for f in base.FONT.split(",")]
    assert set(named[: len(families)]) == families
    own = TTFont(FONTS / "source-sans-3-regular.ttf").getBestCmap()
    served = TTFont(ROOT / "book" / "_static" / "fonts" / "source-sans-3.woff2").getBestCmap()
    signs = TTFont(ROOT / "book" / "_static" / "fonts" / "source-signs.woff2").getBestCmap()
    assert set(own) - set(served) <= set(signs)
    assert set(served) <= set(own)


DAYS = pd.DataFrame(
    {"Day": pd.to_datetime(["2025-01-01", "2025-03-09", "2025-11-02"]), "Close": [1.0, 2.0, 3.0]}
)


def over_time(width: int) -> alt.TopLevelMixin:
    line = alt.Chart(DAYS).encode(
        x=alt.X("Day:T", scale=alt.Scale(domain=["2025-01-01", "2025-12-31"])), y="Close:Q"
    )
    return alt.layer(
        line.mark_line(), line.mark_text().encode(text=alt.Text("Day:T", format="%d %b"))
    ).properties(width=width, height=100)


DATED = base.Figure("dated", "A finding", "USD", "A line", over_time, DAYS)


@pytest.mark.slow
def test_no_time_zone_moves_a_chart() -> None:
    """The same bytes in three zones, each in a process of its own, as the zone is read once."""
    zones = ("UTC", "America/New_York", "Pacific/Auckland")
    code = (
        "import hashlib, os, time; from tests.charts.test_base import DATED\n"
        f"for os.environ['TZ'] in {zones}:\n"
        "    if os.fork() == 0:\n"
        "        time.tzset()\n"
        "        drawn = hashlib.sha256((DATED.svg(720) + DATED.svg(340)).encode()).hexdigest()\n"
        "        print(*time.tzname, drawn, flush=True)\n"
        "        os._exit(0)\n"
        "    assert os.wait()[1] == 0"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    names, drawn = zip(*(line.rsplit(" ", 1) for line in said.splitlines()), strict=True)
    assert names == ("UTC UTC", "EST EDT", "NZST NZDT")
    assert len(set(drawn)) == 1


def test_a_mark_explains_itself_in_named_fields_only() -> None:
    rows = ROWS.assign(order=[1, 2, 3], Day=DAYS["Day"])
    plain = (
        alt.Chart(rows)
        .mark_point()
        .encode(x="Day:T", y=alt.Y("Value:Q", title="Price, USD"), color="Who:N", order="order:Q")
    )
    figure = dataclasses.replace(FIGURE, chart=lambda width: plain, rows=rows)
    ((unit, _),) = drawing._tables(drawing.settled(figure.spec(), {"Value": "Value"}), {}, {})
    said = {t["field"]: t["title"] for t in unit["encoding"]["tooltip"]}
    assert said == {"Day": "Day", "Value": "Price, USD"}, "a bare key is no name"


def test_a_mark_says_its_name_and_what_the_chart_writes_beside_it() -> None:
    rows = pd.DataFrame(
        {"key": ["a", "b"], "Value": [1.0, 2.0], "label": ["$1bn", "$2bn"], "last": ["", "x"]}
    )
    named = alt.Color("key:N", legend=alt.Legend(labelExpr="{'a':'It\\'s A','b':'B'}[datum.value]"))
    bars = alt.Chart(rows).mark_bar().encode(y="key:N", x=alt.X("Value:Q", title=None), color=named)

    def tips(text: str) -> dict[str, str]:
        made = bars + alt.Chart(rows).mark_text().encode(text=f"{text}:N")
        figure = dataclasses.replace(
            FIGURE, chart=lambda width: made, rows=rows, unit="USD billion; not added"
        )
        spec = drawing.settled(figure.spec(), {}, figure.unit)
        assert spec["usermeta"] == {"names": {"a": "It's A", "b": "B"}}
        unit = next(u for u, _ in drawing._tables(spec, {}, {}) if "tooltip" in u["encoding"])
        return {t["field"]: t["title"] for t in unit["encoding"]["tooltip"]}

    assert tips("label") == {"key": "title", "label": "·"}
    assert tips("last") == {"key": "title", "Value": "USD billion"}, (
        "words beside some marks do not give the others' numbers"
    )


def test_words_beside_a_mark_are_never_taken_for_a_key() -> None:
    """A name above a mark and a number behind it: the tooltip says both, as the chart does."""
    rows = pd.DataFrame({"name": ["The first", "The last"], "Value": [7.0, 14.0], "label": ["7 %", "14 %"]})
    base_ = alt.Chart(rows).encode(y="name:N", x="Value:Q")
    made = (
        base_.mark_point()
        + base_.mark_text().encode(text="name:N")
        + base_.mark_text().encode(text="label:N")
    )
    figure = dataclasses.replace(FIGURE, chart=lambda width: made, rows=rows)
    names = drawing.settled(figure.spec(), {}, figure.unit).get("usermeta", {}).get("names", {})
    assert not {"7 %", "14 %"} & set(names), names


def test_the_source_line_does_not_depend_on_the_order_of_facts() -> None:
    facts = [
        dataclasses.replace(
            FACT, fact_id=f"X-{n:03}", sources=(dataclasses.replace(SOURCE, publisher=f"P{n}"),)
        )
        for n in range(12)
    ]
    line = base.source_line(facts)
    assert line == base.source_line(reversed(facts))
    assert "P0, October 2025; P1" in line
    assert "and 9 more." in line


@pytest.mark.parametrize("width", [base.WIDE, base.NARROW])
def test_the_chart_is_as_wide_as_asked(width: int) -> None:
    found = re.search(r'viewBox="0 0 ([\d.]+) ', FIGURE.svg(width))
    assert found
    assert float(found[1]) == pytest.approx(width, abs=2)


def test_text_is_escaped_and_the_alternative_is_there() -> None:
    assert 'role="img" aria-label="What it shows"' in FIGURE.svg()
    html = templating.render(
        "figure",
        "notebooks/x",
        {
            "f": FIGURE.payload(),
            "number": "1.1",
            "wide": "",
            "narrow": "",
            "cited": {"APA": "", "BibTeX": ""},
            "made": "",
            "live": True,
            "here": "notebooks/x.html",
            "frame": "",
            "address": "",
            "wider": False,
            "tall": False,
            "table": table.from_frame(ROWS, FIGURE.title).payload(),
        },
    )
    assert "A finding &lt;b&gt;" in html
    assert "A &lt;Publisher&gt;, October 2025" in html
    assert "Weakest input: one secondary source" in html


def test_ids_of_two_charts_on_a_page_do_not_clash() -> None:
    other = dataclasses.replace(FIGURE, name="other")
    ids = [set(re.findall(r'\bid="([^"]+)"', f.svg())) for f in (FIGURE, other)]
    assert not ids[0] & ids[1]


def test_every_colour_of_the_theme_has_its_dark_counterpart() -> None:
    css = palette.css()
    for colour in [base.INK, base.MUTED, base.GRID, base.PAPER, *base.SERIES, base.GREY]:
        assert f'[fill="{colour}"]' in css
        assert f'[stroke="{colour}"]' in css


def test_a_chart_uses_the_themes_colours_only() -> None:
    allowed = {
        base.INK,
        base.MUTED,
        base.GRID,
        base.PAPER,
        *base.SERIES,
        base.GREY,
        "#000",
        "#000000",
        "#fff",
    }
    assert set(re.findall(r"#[0-9a-f]{3,6}\b", FIGURE.svg().lower())) <= allowed


@pytest.mark.parametrize("part", ["title", "unit", "description"])
def test_a_chart_without_its_words_is_refused(part: str) -> None:
    with pytest.raises(ValueError, match=f"has no {part}"):
        dataclasses.replace(FIGURE, **{part: " "})


def test_a_page_keeps_a_folded_figure_and_table_closed_under_their_line(
    record: Record, tmp_path: Path
) -> None:
    figures = Figures(Citing(Path(__file__).parents[2], record), tmp_path)
    figure = dataclasses.replace(FIGURE, read=Reading({"AMD-D11": record.fact("AMD-D11")}))
    for shown, closed in ((figure, False), (prose.folded(figure, "One <line>"), True)):
        html = figures.render(shown.payload(), "notebooks/01-triangle", "1.1", None)
        assert (
            html.startswith('<details class="cl-fold"><summary>One &lt;line&gt;</summary><figure') == closed
        )
        assert html.count("<details") == html.count("</details>") == 2 + closed
    assert prose.folded(table.from_frame(ROWS, "x", "x"), "A line").payload()["fold"] == "A line"


def test_a_columns_numbers_have_the_same_decimals_a_true_minus_and_plain_years() -> None:
    frame = pd.DataFrame(
        {
            "Margin, %": [12.25, -3.0, float("nan")],
            "Chips": [2025, 2026, 2027],
            "For the year": [2025, 2026, 2027],
        }
    )
    found = table.from_frame(frame, "x")
    assert found.rows == [["12.3", "2,025", "2025"], ["−3.0", "2,026", "2026"], ["–", "2,027", "2027"]]
    assert [c.kind for c in found.columns] == ["number", "number", "number"]


def test_rows_with_units_of_their_own_keep_their_decimals() -> None:
    frame = pd.DataFrame(
        {
            "Input": ["price", "server", "power"],
            "Central": [2.8, 55000.0, 0.068],
            "Unit": ["USD", "USD", "USD/kWh"],
        }
    )
    assert [row[1] for row in table.from_frame(frame, "x").rows] == ["2.8", "55,000", "0.068"]


def test_a_drawing_to_take_along_brings_its_own_ground() -> None:
    """In a dark viewer the ink of a drawing without one would hardly be seen."""
    first = ET.fromstring(drawing.framed(FIGURE.svg(), head=["A finding"]))[0]
    assert first.tag.endswith("}rect")
    assert (first.get("width"), first.get("height"), first.get("fill")) == ("100%", "100%", drawing.GROUND)
    assert "opacity" not in "".join(first.attrib)


def test_each_bar_of_a_balance_has_its_label_at_its_end_and_one_only() -> None:
    """Nothing is left out near zero: what is at least zero is labelled to the right, the rest to the left."""
    rows = pd.DataFrame({"name": list("abcd"), "value": [2.0, 0.5, 0.0, -0.5]})
    rows["label"] = rows["value"].map("{:+.1f}".format)
    chart = marks.balance(
        rows, 400, name="name", value="value", label="label", axis="USD", room=(1.2, 1.2)
    ).to_dict()
    told = [layer for layer in chart["layer"] if layer["encoding"].get("text", {}).get("field") == "label"]
    sides = {
        layer["mark"]["align"]: [row["label"] for row in chart["datasets"][layer["data"]["name"]]]
        for layer in told
    }
    assert sides == {"left": ["+2.0", "+0.5", "+0.0"], "right": ["-0.5"]}
