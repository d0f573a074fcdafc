"""What holds for every chart of the book: drawn whole at both widths, told in words, with rows and
sources."""

from __future__ import annotations

import json
import re

import pytest

from capital_loop.publish.site.figures import SPARE
from capital_loop.show import figure as base
from capital_loop.show.figure import NARROW, WIDE, Drawing, Figure
from tests.charts.conftest import NAMES
from tests.conftest import ROOT, Shared

WIDER = {"loop"}
"""Panels side by side, and the sheet of the loop: they get more room than the text."""
THEME = {base.INK, base.MUTED, base.GRID, base.PAPER, *base.SERIES, base.GREY}


@pytest.fixture(params=NAMES, ids=".".join)
def figure(request: pytest.FixtureRequest, shared: Shared) -> Figure:
    return shared.figure(*request.param)


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_it_is_drawn_whole_and_fits(figure: Figure, width: int) -> None:
    svg = figure.svg(width)
    assert svg.startswith("<svg")
    assert not re.search("NaN|undefined", svg)
    assert svg.count("<path") + svg.count("<text") > 5
    box = re.search(r'viewBox="0 0 ([\d.]+) ', svg)
    assert box
    assert float(box[1]) <= width + SPARE or figure.name in WIDER
    assert set(re.findall(r'(?:fill|stroke)="(#[0-9a-f]{6})"', svg)) <= THEME
    if not isinstance(figure, Drawing):
        assert figure.spec(width)["$schema"].startswith("https://vega.github.io/schema/vega-lite/")


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
