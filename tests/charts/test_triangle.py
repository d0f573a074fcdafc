"""The charts of the triangle and the drawn network: valid, drawn at both widths, true to the record."""

from __future__ import annotations

import re
from typing import Any

import pytest

from capital_loop.chapters.front import charts as loop
from capital_loop.chapters.front import study as loop_chapter
from capital_loop.chapters.triangle import charts as triangle
from capital_loop.chapters.triangle.study import Study
from capital_loop.record.tables import Record
from capital_loop.show import figure as base
from capital_loop.show.figure import Figure

CHARTS = ["sides", "gigawatt", "payers", "history", "stages"]


@pytest.fixture(scope="module")
def study(record: Record) -> Study:
    return Study(record)


@pytest.fixture(scope="module", params=[*CHARTS, "network"])
def figure(request: pytest.FixtureRequest, record: Record, study: Study) -> Figure:
    if request.param == "network":
        return loop.network(record)
    drawn: Figure = getattr(triangle, request.param)(study)
    return drawn


@pytest.mark.parametrize("width", [base.WIDE, base.NARROW])
def test_valid_and_drawn(figure: Figure, width: int) -> None:
    if not isinstance(figure, base.Drawing):
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


def test_the_finding_of_the_sides_is_the_limit_of_the_ring(study: Study) -> None:
    assert f"${study.ring / 1e9:.1f}bn" in triangle.sides(study).title


def test_a_figure_names_what_it_draws(record: Record, study: Study) -> None:
    read = {f.fact_id for f in triangle.payers(study).facts}
    rows = record.assumptions
    lines = rows[rows["assumption_id"].str.startswith("account.") & (rows["fact_id"] != "")]
    assert set(lines["fact_id"]) == read
    named = {f.fact_id for f in triangle.gigawatt(study).facts}
    assert {c["cost"].fact_id for c in study.choices("costs")} | {"NVDA-023", "TRI-D07"} == named


def test_the_network_draws_each_deal_once_and_counts_it(record: Record) -> None:
    figure = loop.network(record)
    assert int(figure.title.split()[0]) == len(figure.rows)
    counts = [int(n) for n in re.findall(r"\d+", figure.title)]
    assert counts[0] == sum(counts[1:])


def test_every_arrow_carries_stage_and_day_and_stays_on_the_sheet(record: Record) -> None:
    figure = loop.network(record)
    for width in (base.WIDE, base.NARROW):
        svg = figure.svg(width)
        lines = re.findall(r'<g class="edge" data-stage="(\w+)" data-date="([\d-]+)"><title>', svg)
        assert len(lines) == len(figure.rows)
        assert sorted(d for _, d in lines) == sorted(figure.rows["Announced"])
        for path in re.findall(r'<path d="M([^"]+)"', svg):
            points = [tuple(map(float, p.split())) for p in path.split(" L")]
            assert all(0 <= x <= width and y >= 0 for x, y in points)


def test_a_deal_that_only_was_announced_is_never_drawn_as_money_that_moves(record: Record) -> None:
    stages: dict[str, set[Any]] = record.deal_stages.groupby("deal_id")["stage"].agg(set).to_dict()
    for arrow in loop_chapter.arrows(record):
        reached = stages.get(arrow.deal_id, set())
        assert (arrow.firmness == "moving") == bool(reached & {"paid", "delivered"})
        if arrow.firmness == "promised":
            assert not reached & {"signed", "binding", "paid", "delivered"}
