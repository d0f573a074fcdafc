"""The token charts: valid, drawn at both widths, described, and in agreement with the data."""

import re

import pytest

from capital_loop.chapters.google_tokens import charts as tokens
from capital_loop.chapters.google_tokens.study import Study
from capital_loop.show import figure as base

CHARTS = [tokens.count_over_time, tokens.doubling_ranges, tokens.api_share, tokens.tokens_times_price]


@pytest.fixture(scope="module")
def results(record):
    return Study(record)


@pytest.fixture(scope="module", params=CHARTS, ids=lambda f: f.__name__)
def figure(request, results):
    return request.param(results)


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


def test_the_finding_of_the_count_agrees_with_the_record(record, results):
    title = tokens.count_over_time(results).title
    factor = record.fact("DEM-005").value / record.fact("DEM-001").value
    assert f"{factor:.0f} times" in title
    assert "10 times too low" in title


def test_the_finding_of_the_doubling_times_agrees_with_the_model(record, results):
    figure = tokens.doubling_ranges(results)
    for row in results.pace.stretches.iloc[[0, 2, 3]].itertuples():
        assert f"{row.doubling_months_low:.1f} to {row.doubling_months_high:.1f} months" in figure.title
    assert list(figure.rows["Shortest (months)"])[:4] == list(results.pace.stretches["doubling_months_low"])


def test_the_parts_of_the_count_add_up(record, results):
    rows = tokens.api_share(results).rows
    total = rows.groupby("Month", sort=False)["Trillion tokens a month"].sum()
    assert list(total) == pytest.approx([record.fact(i).value / 1e12 for i in ("DEM-005", "DEM-006")])


def test_the_price_chart_shows_its_whole_range(record, results):
    rows = tokens.tokens_times_price(results).rows.dropna()
    assert list(rows["High ($bn a year)"]) == pytest.approx([r.revenue.high / 1e9 for r in results.revenue])


def test_each_figure_carries_the_facts_of_its_quantities_and_no_others(results):
    count, price = tokens.count_over_time(results), tokens.tokens_times_price(results)
    assert {f.metric for f in count.facts} == {"tokens_per_month"}
    assert {f.as_of for f in results.points} <= {f.as_of for f in count.facts}
    assert {"tokens_per_minute", "segment_quarter_revenue", "list_price_input"} <= {
        f.metric for f in price.facts
    }
