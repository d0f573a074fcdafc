"""The network of the front page: every deal once, true to the record, on the sheet."""

from __future__ import annotations

import re
from typing import Any

import pytest

from capital_loop.chapters.front.charts import PLACES, amount, network, weight
from capital_loop.chapters.front.study import Study
from capital_loop.record.tables import Record
from capital_loop.show import figure as base
from capital_loop.show.figure import Figure


@pytest.fixture(scope="module")
def figure(record: Record) -> Figure:
    return network(Study(record))


def test_complete_and_only_the_themes_colours(figure: Figure) -> None:
    assert len(figure.description) > 80
    allowed = {base.INK, base.MUTED, base.GRID, base.PAPER, *base.SERIES, base.GREY}
    assert set(re.findall(r'(?:fill|stroke)="(#[0-9a-f]{6})"', figure.svg())) <= allowed


def test_the_network_names_what_it_draws_and_nothing_else(record: Record, figure: Figure) -> None:
    drawn = {f.fact_id for a in Study(record).between(PLACES) for f in a.facts}
    assert {f.fact_id for f in figure.facts} == drawn
    meta = {f.fact_id for a in Study(record).arrows if a.payer == "meta" for f in a.facts}
    assert meta - drawn


def test_the_network_draws_each_deal_once_and_counts_it(figure: Figure) -> None:
    assert int(figure.title.split()[0]) == len(figure.rows)
    counts = [int(n) for n in re.findall(r"\d+", figure.title)]
    assert counts[0] == sum(counts[1:])


def test_every_arrow_carries_stage_and_day_and_stays_on_the_sheet(figure: Figure) -> None:
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
    for arrow in Study(record).arrows:
        reached = stages.get(arrow.deal_id, set())
        assert (arrow.firmness == "moving") == bool(reached & {"paid", "delivered"})
        if arrow.firmness == "promised":
            assert not reached & {"signed", "binding", "paid", "delivered"}


def test_what_no_party_stated_is_marked_and_what_was_cut_is_struck(record: Record, figure: Figure) -> None:
    rows = figure.rows.set_index(["From", "To", "Gives"])["Amount"]
    goods = "money for goods or capacity"
    assert rows["OpenAI", "Broadcom", goods] == "~$175bn"
    assert rows["OpenAI", "AMD", goods] == "~$105bn"
    assert rows["OpenAI", "Nvidia", goods] == "~$350bn, cut since"
    assert rows["OpenAI", "Amazon (AWS)", goods] == "$138bn"
    kinds = record.deals.set_index("deal_id")["amount_kind"]
    for a in Study(record).between(PLACES):
        assert (amount(a)[0] == "~") == (kinds[a.deal_id] in ("estimate", "outside"))
    assert figure.svg().count('text-decoration="line-through"') == 2 * sum(
        a.shrunk for a in Study(record).between(PLACES)
    )  # the words and their halo
    assert "Stargate" not in figure.description


def test_a_thicker_line_is_a_larger_amount(record: Record) -> None:
    drawn = [(a.stated.value, weight(a)) for a in Study(record).between(PLACES) if a.stated]
    widths = [w for _, w in sorted(drawn)]
    assert widths == sorted(widths)
    assert len(set(widths)) == 3
