"""The warrant charts: valid at both widths, drawn, and saying what the data say."""

import re

import pytest

from capital_loop.chapters.amd_warrants import charts as warrants
from capital_loop.chapters.amd_warrants.study import Study
from capital_loop.show import figure as base

NAMES = ["two_days", "price", "face", "per_gw", "sensitivity", "stakes", "shorts", "volatility", "over_time"]


@pytest.fixture(scope="module")
def study(record):
    return Study(record, paths=2_000, draws=60)


@pytest.fixture(scope="module")
def figures(study):
    made = [
        warrants.two_days, warrants.price_and_targets, warrants.from_face_to_value, warrants.value_per_gw,
        warrants.discount_sensitivity, warrants.stakes, warrants.shorts, warrants.by_volatility,
        warrants.value_over_time,
    ]  # fmt: skip
    return {name: draw(study) for name, draw in zip(NAMES, made, strict=True)}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [base.WIDE, base.NARROW])
def test_chart_is_valid_and_drawn(figures, name, width):
    figure = figures[name]
    assert figure.spec(width)["$schema"]
    svg = figure.svg(width)
    assert svg.startswith("<svg")
    assert svg.count("<path") > 3
    assert figure.svg(width) == svg


@pytest.mark.parametrize("name", NAMES)
def test_chart_has_words_rows_and_sources(figures, name):
    figure = figures[name]
    assert len(figure.description) > 80
    assert len(figure.rows) >= 4
    assert figure.source_line().startswith("Sources: ")
    assert not re.search(r"nan|None", figure.title + figure.description)


def test_names_are_unique(figures):
    assert len({f.name for f in figures.values()}) == len(figures)


def test_two_days_title_follows_the_closes(record, figures):
    rise = (record.price("AMD", "2025-10-07") / record.price("AMD", "2025-10-03") - 1) * 100
    assert f"{rise:.1f} %" in figures["two_days"].title
    assert rise < 40 < record.fact("AMD-D12").value


def test_face_value_is_shares_times_price(record, figures):
    rows = figures["face"].rows["Value, USD bn"]
    assert rows[0] == pytest.approx(160e6 * record.price("AMD", "2025-10-06") / 1e9)
    assert rows[1] == pytest.approx(160e6 * record.price("AMD", "2025-10-03") / 1e9)
    assert rows.is_monotonic_decreasing


def test_per_gigawatt_values_fall_and_lie_in_their_range(figures):
    rows = figures["per_gw"].rows
    day = rows["Value on the day before the news, USD bn"]
    assert day.is_monotonic_decreasing
    assert ((rows["Low, USD bn"] < day) & (day < rows["High, USD bn"])).all()


def test_sensitivity_is_ordered_by_width(figures):
    rows = figures["sensitivity"].rows
    width = (rows.iloc[:, 1] - rows.iloc[:, 2]).abs()
    assert width.is_monotonic_decreasing


def test_stakes_follow_the_share_counts(record, figures):
    before, after = figures["stakes"].rows["Share, %"][:2]
    count = record.fact("AMD-050").value / record.price("AMD", "2025-10-03")
    assert before == pytest.approx(160e6 / count * 100)
    assert after == pytest.approx(160e6 / (count + 160e6) * 100)


def test_short_position_is_small_against_the_day(figures):
    rows = figures["shorts"].rows["Shares, million"]
    assert rows[2] / rows[0] == pytest.approx(6.566, abs=0.01)


def test_each_figure_carries_the_facts_of_its_quantities_and_no_others(figures):
    held = {name: {f.metric for f in figure.facts} for name, figure in figures.items()}
    assert held["stakes"] == {"warrant_stake", "dilution_ceiling"}
    assert {"short_interest", "trading_volume", "trading_volume_mean"} <= held["shorts"]
    assert {"warrant_shares_ceiling", "final_price_hurdle", "supplier_revenue_per_gw"} <= held["per_gw"]
    assert "supplier_revenue_per_gw" in held["sensitivity"]
    assert "short_interest" not in held["sensitivity"] | held["price"]
    assert any(s.publisher.startswith("Yahoo Finance") for s in figures["price"].sources)
