"""Charts of the chapter "Revenue against promises"."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from capital_loop.chapters.revenue_promises import charts as revenue
from capital_loop.chapters.revenue_promises import study as revenue_promises
from capital_loop.record import tables
from capital_loop.show.figure import NARROW, WIDE
from capital_loop.show.words import put


@pytest.fixture(scope="module")
def record():
    return tables.load()


@pytest.fixture(scope="module")
def results(record):
    return revenue_promises.results(record)


@pytest.fixture(scope="module", params=revenue.CHARTS, ids=lambda chart: chart.__name__)
def figure(request, record, results):
    return request.param(record, results)


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_valid_and_drawn_at_both_widths(figure, width):
    figure.spec(width)
    svg = figure.svg(width)
    assert "NaN" not in svg
    assert "undefined" not in svg
    assert svg.count("<path") + svg.count("<text") > 5


def test_has_a_text_alternative_and_sources(figure):
    assert len(figure.description) > 80
    assert "nan" not in figure.description
    assert "Sources:" in figure.source_line()
    assert len(figure.rows) > 1


def test_drawing_twice_gives_the_same(figure):
    assert figure.svg(WIDE) == figure.svg(WIDE)


def test_names_are_unique(record, results):
    names = [chart(record, results).name for chart in revenue.CHARTS]
    assert len(set(names)) == len(names)


def test_titles_follow_the_data(record, results):
    tally = revenue.promised_signed_used(record, results)
    assert put(results.tally.signed_then, "usd0") in tally.title
    assert put(results.tally.signed_now, "usd0") in tally.title
    kinds = revenue.revenue_by_kind(record, results)
    assert put(record.fact("OAI-020").value, "usd1") in kinds.title
    needed = revenue.what_moves_it(record, results)
    assert put(results.needed.central, "usd0") in needed.title


def test_titles_change_with_the_assumptions(record, results):
    changed = revenue_promises.results(record, {"valuation-margin": 0.3})
    for chart in (revenue.return_left, revenue.what_moves_it):
        assert chart(record, changed).title != chart(record, results).title


def test_promised_signed_and_used_money_stand_in_panels_of_their_own(record, results):
    spec = revenue.promised_signed_used(record, results).spec(WIDE)
    assert spec["facet"]["column"]["field"] == "panel"
    assert len(revenue.PANELS) == 3


def test_ranges_hold_their_points(record, results):
    rows = revenue.return_left(record, results).rows
    assert (rows["Low"] <= rows["Return a year, percent"]).all()
    assert (rows["Return a year, percent"] <= rows["High"]).all()


def test_the_money_adds_up(results):
    table = revenue.money_table(results)
    assert table["Stated as paid, $bn"].iloc[:-1].sum() == pytest.approx(
        table["Stated as paid, $bn"].iloc[-1]
    )


def test_no_figure_is_typed_into_the_words_of_the_charts():
    source = Path(revenue.__file__).read_text(encoding="utf-8")
    words = re.findall(r'"([A-Z][^"{}]*\s[^"{}]*)"', source)
    assert words
    assert not [w for w in words if re.search(r"\d", w)]
