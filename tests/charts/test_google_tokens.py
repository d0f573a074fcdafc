"""The token charts: in agreement with the data."""

import pytest

from capital_loop.chapters.google_tokens import charts as tokens


def test_the_finding_of_the_count_agrees_with_the_record(record, study):
    title = tokens.count_over_time(study).title
    factor = record.fact("DEM-005").value / record.fact("DEM-001").value
    assert f"{factor:.0f} times" in title
    assert "10 times too low" in title


def test_the_finding_of_the_doubling_times_agrees_with_the_model(record, study):
    figure = tokens.doubling_ranges(study)
    for row in study.pace.stretches.iloc[[0, 2, 3]].itertuples():
        assert f"{row.doubling_months_low:.1f} to {row.doubling_months_high:.1f} months" in figure.title
    assert list(figure.rows["Shortest (months)"])[:4] == list(study.pace.stretches["doubling_months_low"])


def test_the_parts_of_the_count_add_up(record, study):
    rows = tokens.api_share(study).rows
    total = rows.groupby("Month", sort=False)["Trillion tokens a month"].sum()
    assert list(total) == pytest.approx([record.fact(i).value / 1e12 for i in ("DEM-005", "DEM-006")])


def test_the_price_chart_shows_its_whole_range(record, study):
    rows = tokens.tokens_times_price(study).rows.dropna()
    assert list(rows["High ($bn a year)"]) == pytest.approx([r.revenue.high / 1e9 for r in study.revenue])


def test_each_figure_carries_the_facts_of_its_quantities_and_no_others(study):
    count, price = tokens.count_over_time(study), tokens.tokens_times_price(study)
    assert {f.metric for f in count.facts} == {"tokens_per_month"}
    assert {f.as_of for f in study.points} <= {f.as_of for f in count.facts}
    assert {"tokens_per_minute", "segment_quarter_revenue", "list_price_input"} <= {
        f.metric for f in price.facts
    }


def test_a_count_stands_with_both_its_months_and_its_last_digit(study):
    rows = tokens.count_over_time(study).rows
    assert list(rows.iloc[0]) == ["April 2024 or May 2024", "Google", "9.7"]
    assert list(rows["Trillion tokens a month"])[-1] == "130"
