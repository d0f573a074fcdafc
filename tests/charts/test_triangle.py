"""The charts of the triangle: valid, drawn at both widths, true to the record."""

from __future__ import annotations

import math
import re

import pytest

from capital_loop.chapters.triangle import charts as triangle
from capital_loop.chapters.triangle.study import Study
from capital_loop.record.tables import Record
from capital_loop.show import figure as base
from capital_loop.show.figure import Figure

CHARTS = ["sides", "gigawatt", "payers", "history", "stages"]


@pytest.fixture(scope="module")
def study(record: Record) -> Study:
    return Study(record)


@pytest.fixture(scope="module", params=CHARTS)
def figure(request: pytest.FixtureRequest, study: Study) -> Figure:
    drawn: Figure = getattr(triangle, request.param)(study)
    return drawn


@pytest.mark.parametrize("width", [base.WIDE, base.NARROW])
def test_valid_and_drawn(figure: Figure, width: int) -> None:
    assert figure.spec(width)["$schema"].startswith("https://vega.github.io/schema/vega-lite/")
    box = re.search(r'viewBox="0 0 ([\d.]+) ', figure.svg(width))
    assert box
    assert float(box[1]) <= width + 2


def test_complete(figure: Figure) -> None:
    assert len(figure.description) > 80
    assert figure.facts
    assert len(figure.rows) >= 2


def test_only_the_themes_colours(figure: Figure) -> None:
    allowed = {base.INK, base.MUTED, base.GRID, base.PAPER, *base.SERIES, base.GREY}
    assert set(re.findall(r'(?:fill|stroke)="(#[0-9a-f]{6})"', figure.svg())) <= allowed


def test_a_rumour_is_told_and_not_drawn(study: Study) -> None:
    figure = triangle.history(study)
    assert "$250bn" in figure.note
    assert "$250bn" not in figure.description
    assert study.talks.value / 1e9 not in set(figure.rows["USD billion"])


def test_the_finding_of_the_sides_is_the_limit_of_the_ring(study: Study) -> None:
    assert f"at most ${math.ceil(study.ring / 1e8) / 10:.1f}bn" in triangle.sides(study).title


def test_a_figure_names_what_it_draws(record: Record, study: Study) -> None:
    read = {f.fact_id for f in triangle.payers(study).facts}
    rows = record.assumptions
    lines = rows[rows["assumption_id"].str.startswith("account.") & (rows["fact_id"] != "")]
    assert set(lines["fact_id"]) == read
    named = {f.fact_id for f in triangle.gigawatt(study).facts}
    assert {i for c in study.choices("costs") for i in c.ids.values()} == named
