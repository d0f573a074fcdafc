"""The warrant charts: saying what the data say."""

import pytest


def test_two_days_title_follows_the_closes(record, figures):
    rise = (record.price("AMD", "2025-10-07") / record.price("AMD", "2025-10-03") - 1) * 100
    assert f"{rise:.1f} %" in figures["two_days"].title
    assert rise < 40 < record.fact("AMD-D12").value


def test_face_value_is_shares_times_price(record, figures):
    rows = figures["from_face_to_value"].rows["Value, USD bn"]
    assert rows[0] == pytest.approx(160e6 * record.price("AMD", "2025-10-06") / 1e9)
    assert rows[1] == pytest.approx(160e6 * record.price("AMD", "2025-10-03") / 1e9)
    assert rows.is_monotonic_decreasing


def test_per_gigawatt_values_fall_and_lie_in_their_range(figures):
    rows = figures["value_per_gw"].rows
    day = rows["Value on the day before the news, USD bn"]
    assert day.is_monotonic_decreasing
    assert ((rows["Low, USD bn"] < day) & (day < rows["High, USD bn"])).all()


def test_sensitivity_is_ordered_by_width(figures):
    rows = figures["discount_sensitivity"].rows
    width = (rows.iloc[:, 1] - rows.iloc[:, 2]).abs()
    assert width.is_monotonic_decreasing


def test_short_position_is_small_against_the_day(figures):
    rows = figures["shorts"].rows["Shares, million"]
    assert rows[2] / rows[0] == pytest.approx(6.566, abs=0.01)


def test_each_figure_carries_the_facts_of_its_quantities_and_no_others(figures):
    held = {name: {f.metric for f in figure.facts} for name, figure in figures.items()}
    assert {"short_interest", "trading_volume", "trading_volume_mean"} <= held["shorts"]
    assert {"warrant_shares_ceiling", "final_price_hurdle", "supplier_revenue_per_gw"} <= held["value_per_gw"]
    assert "supplier_revenue_per_gw" in held["discount_sensitivity"]
    assert "short_interest" not in held["discount_sensitivity"] | held["price_and_targets"]
    assert any(s.publisher.startswith("Yahoo Finance") for s in figures["price_and_targets"].sources)
