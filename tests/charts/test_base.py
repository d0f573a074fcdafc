"""The renderer: same bytes each time, nothing loaded, text alternative, sources from the facts."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import re
from pathlib import Path

import altair as alt
import pandas as pd
import pytest

from capital_loop.record.tables import Fact, Source
from capital_loop.show import figure as base

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


FIGURE = base.Figure("composite", "A finding <b>", "USD", "What it shows", composite, ROWS, (FACT,))


def test_two_renderings_are_the_same_bytes() -> None:
    assert FIGURE.html() == FIGURE.html()


def test_nothing_is_loaded_from_anywhere() -> None:
    assert not re.search(r'(?:src|href)="(?!#)', FIGURE.html())
    assert set(re.findall(r"<script[^>]*>", FIGURE.html())) == {
        '<script type="application/json" class="cl-spec">'
    }  # data, not code


@pytest.mark.parametrize("width", [base.WIDE, base.NARROW])
def test_the_chart_is_as_wide_as_asked(width: int) -> None:
    found = re.search(r'viewBox="0 0 ([\d.]+) ', FIGURE.svg(width))
    assert found
    assert float(found[1]) == pytest.approx(width, abs=2)


def test_text_is_escaped_and_the_alternative_is_there() -> None:
    html = FIGURE.html()
    assert "A finding &lt;b&gt;" in html
    assert 'role="img" aria-label="What it shows"' in html
    assert "A &lt;Publisher&gt;, October 2025" in html
    assert "Weakest input: one secondary source" in html


def test_ids_of_two_charts_on_a_page_do_not_clash() -> None:
    other = dataclasses.replace(FIGURE, name="other")
    ids = [set(re.findall(r'\bid="([^"]+)"', f.html())) for f in (FIGURE, other)]
    assert not ids[0] & ids[1]


def test_every_colour_of_the_theme_has_its_dark_counterpart() -> None:
    css = (Path(__file__).resolve().parents[2] / "book" / "_static" / "site.css").read_text(encoding="utf-8")
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


def test_a_columns_numbers_have_the_same_decimals_and_a_true_minus() -> None:
    html = base.table_html(
        pd.DataFrame({"Margin, %": [12.25, -3.0, float("nan")], "Year": [2025, 2026, 2027]}), "x"
    )
    assert re.findall(r'<td class="num">([^<]*)</td>', html) == [
        "12.2",
        "2,025",
        "−3.0",
        "2,026",
        "–",
        "2,027",
    ]


def test_rows_with_units_of_their_own_keep_their_decimals() -> None:
    frame = pd.DataFrame(
        {
            "Input": ["price", "server", "power"],
            "Central": [2.8, 55000.0, 0.068],
            "Unit": ["USD", "USD", "USD/kWh"],
        }
    )
    assert re.findall(r'<td class="num">([^<]*)</td>', base.table_html(frame, "x")) == [
        "2.8",
        "55,000",
        "0.068",
    ]
