"""The token charts: valid, drawn at both widths, described, and in agreement with the data."""

import re

import pytest

from capital_loop.chapters.google_tokens import charts as tokens
from capital_loop.chapters.google_tokens import study as google_tokens
from capital_loop.show import figure as base

CHARTS = [tokens.count_over_time, tokens.doubling_ranges, tokens.api_share, tokens.tokens_times_price]


@pytest.fixture(scope="module")
def results(record):
    return google_tokens.results(record)


@pytest.fixture(scope="module", params=CHARTS, ids=lambda f: f.__name__)
def figure(request, record, results):
    return request.param(record, results)


@pytest.mark.parametrize("width", [base.WIDE, base.NARROW])
def test_valid_and_drawn(figure, width):
    assert figure.spec(width)["$schema"].startswith("https://vega.github.io/schema/vega-lite/")
    svg = figure.svg(width)
    assert svg.startswith("<svg")
    assert float(re.search(r'viewBox="0 0 ([\d.]+)', svg)[1]) <= width + 1


def test_complete(figure):
    assert len(figure.description) > 80
    assert figure.facts
    assert len(figure.rows) >= 2
    assert not figure.rows.columns.str.contains("_").any()


def test_same_bytes_twice(figure):
    assert figure.html() == figure.html()


def test_the_finding_of_the_count_agrees_with_the_record(record, results):
    title = tokens.count_over_time(record, results).title
    factor = record.fact("DEM-005").value / record.fact("DEM-001").value
    assert f"{factor:.0f}-fold" in title
    assert "10 times too low" in title


def test_the_finding_of_the_doubling_times_agrees_with_the_model(record, results):
    figure = tokens.doubling_ranges(record, results)
    for row in results.pace.stretches.iloc[[0, 2, 3]].itertuples():
        assert f"{row.doubling_months_low:.1f} to {row.doubling_months_high:.1f} months" in figure.title
    assert list(figure.rows["Shortest (months)"])[:4] == list(results.pace.stretches["doubling_months_low"])


def test_the_parts_of_the_count_add_up(record, results):
    rows = tokens.api_share(record, results).rows
    total = rows.groupby("Month", sort=False)["Trillion tokens a month"].sum()
    assert list(total) == pytest.approx([record.fact(i).value / 1e12 for i in ("DEM-005", "DEM-006")])


def test_the_price_chart_shows_its_whole_range(record, results):
    rows = tokens.tokens_times_price(record, results).rows.dropna()
    assert list(rows["High ($bn a year)"]) == pytest.approx([r.revenue.high / 1e9 for r in results.revenue])
