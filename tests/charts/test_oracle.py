"""Charts of the chapter "Oracle's margin"."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from capital_loop.chapters.oracle_margin import charts as oracle
from capital_loop.chapters.oracle_margin import rental_charts as rental
from capital_loop.chapters.oracle_margin import study as oracle_margin
from capital_loop.record import tables
from capital_loop.show.figure import NARROW, WIDE

CHARTS = [
    oracle.margin_ladder,
    oracle.cents_of_a_dollar,
    oracle.which_input_moves_it,
    oracle.waiting_and_growth,
    oracle.margin_from_the_accounts,
    oracle.margin_and_debt,
    oracle.shares_since,
    rental.margins,
    rental.returns,
    rental.debt_path,
]


@pytest.fixture(scope="module")
def record():
    return tables.load()


@pytest.fixture(scope="module")
def results(record):
    return oracle_margin.results(record)


@pytest.fixture(scope="module", params=CHARTS, ids=lambda chart: chart.__name__)
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
    assert figure.facts
    assert "Sources:" in figure.source_line()
    assert len(figure.rows) > 1


def test_drawing_twice_gives_the_same(figure):
    assert figure.svg(WIDE) == figure.svg(WIDE)


def test_names_are_unique(record, results):
    names = [chart(record, results).name for chart in CHARTS]
    assert len(set(names)) == len(names)


def test_titles_follow_the_data(record, results):
    ladder = oracle.margin_ladder(record, results)
    assert f"{results.leak.margin.value:.0f} %" in ladder.title
    assert f"{100 * results.debt.carry.gross_margin:.0f} %" in ladder.title
    shares = oracle.shares_since(record, results)
    assert f"{record.fact('ORCL-D01').value:.0f} %" in shares.title


def test_titles_change_with_the_assumptions(record):
    changed = oracle_margin.results(record, {"rental-interest": 0.1})
    before = oracle.margin_and_debt(record, oracle_margin.results(record))
    after = oracle.margin_and_debt(record, changed)
    assert before.title != after.title


def test_the_bars_of_a_dollar_fill_it(record, results):
    rows = oracle.cents_of_a_dollar(record, results).rows
    assert rows.groupby("State")["Cents"].sum().tolist() == pytest.approx([100, 100])


def test_ranges_hold_their_points(record, results):
    rows = oracle.margin_ladder(record, results).rows
    assert (rows["Low"] <= rows["Gross margin, percent"]).all()
    assert (rows["Gross margin, percent"] <= rows["High"]).all()


def test_no_figure_is_typed_into_the_words_of_the_charts():
    source = Path(oracle.__file__).read_text(encoding="utf-8")
    words = re.findall(r'"([A-Z][^"{}]*\s[^"{}]*)"', source)
    assert words
    assert not [w for w in words if re.search(r"\d", w)]
