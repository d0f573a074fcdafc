"""The chapter's figures, from the record."""

import math
from dataclasses import replace

import pytest

from capital_loop.chapters.amd_warrants import calculator, charts
from capital_loop.chapters.amd_warrants.study import VARIED, Study


@pytest.fixture(scope="module")
def results(shared):
    return shared.study(Study)


def test_terms_are_the_filed_ones(results):
    terms = results.terms
    assert (terms.shares, terms.strike, terms.capacity, terms.last_hurdle) == (160e6, 0.01, 6.0, 600.0)
    assert terms.years("2025-10-05") == pytest.approx(5, abs=0.01)


def test_assumptions_become_a_plan(results):
    plan = results.plan
    assert plan.hurdles[-1] == 600
    assert list(plan.hurdles) == sorted(plan.hurdles)
    assert plan.volatility == pytest.approx(0.51)
    assert plan.rate == pytest.approx(2 * math.log(1 + 0.0372 / 2))
    for key in VARIED:
        low, high = results.plan_at({key: -1}), results.plan_at({key: 1})
        assert low != high
        assert 0 <= low.closes <= high.closes
        assert results.plan_at({key: 0}) == plan
        assert list(low.hurdles) == sorted(low.hurdles)


def test_volatility_assumption_is_what_the_closes_gave(record, results):
    assert results.plan.volatility == pytest.approx(results.realised["year"], abs=0.01)
    row = record.assumptions.set_index("assumption_id").loc["warrants-volatility"]
    assert row["low"] <= results.realised["quarter"] * 100 <= row["high"]
    for key in ("since", "last"):
        assert results.realised[key] * 100 == pytest.approx(row["high"], abs=3)


def test_days_come_from_the_record(results):
    assert (results.session_before.day, results.session_after.day, results.session_last.day) == (
        "2025-10-03",
        "2025-10-06",
        "2026-10-09",
    )
    assert results.first_above.isoformat() == "2026-09-21"
    assert len(results.above) == 15
    assert results.above.index.equals(results.since.index[-15:])  # the page says that it stayed there
    assert results.vested.value == 0
    assert results.mean_close < results.terms.last_hurdle


def test_a_mean_of_a_month_passed_every_target_but_the_last(results):
    """By hand: 200 on 21 October 2025, 520 on 7 July 2026; the last mean is 598."""
    assert results.passed_by_mean == len(results.plan.hurdles) - 1
    assert results.plan.hurdles[0] <= results.mean_close, "the first gigawatt brings the same"


def test_golden_values(results):
    assert results.before.total / 1e9 == pytest.approx(10.91, abs=0.01)
    assert results.price_before == pytest.approx(157.95, abs=0.01)
    assert results.sure_before.total / 1e9 == pytest.approx(16.60, abs=0.01)
    assert results.before.expected_purchase / 1e9 == pytest.approx(61.33, abs=0.01)
    assert results.before.present_purchase / 1e9 == pytest.approx(55.21, abs=0.01)
    assert results.before.discount == pytest.approx(0.1975, abs=0.0005)
    assert results.sure_before.discount == pytest.approx(0.1781, abs=0.0005)
    assert results.now.total / 1e9 == pytest.approx(97.29, abs=0.01)
    assert results.least == pytest.approx(0.0557, abs=0.0005)


def test_the_eves_price_and_the_warrants_part_of_it_add_up(results):
    part = results.before.total / float(results.outstanding)
    assert results.price_before + part == pytest.approx(results.session_before.close, rel=1e-6)


def test_readings_of_the_volatility_order_the_values(results):
    found = results.volatilities.sort_values("volatility")
    assert found["value"].is_monotonic_increasing
    assert set(found["key"]) == {"quarter", "year", "since", "last", "implied_before", "implied_year"}


def test_the_range_moves_how_the_terms_are_read(record):
    """Without the tie between deliveries and price the range is lower and narrower."""
    alone, both = Study(record, draws=200), Study(record, draws=200)
    tied = alone.assumptions["correlation"]
    alone.assumptions["correlation"] = replace(tied, high=0.0)
    assert alone.draws.quantile("total", 0.95) < both.draws.quantile("total", 0.95)
    assert alone.draws.quantile("total", 0.5) < both.draws.quantile("total", 0.5)


def test_simulation_agrees_with_the_closed_form(results):
    gap = abs(results.simulated.total - results.before.total)
    assert gap < 4 * results.simulated.standard_error + 1e-3 * results.before.total


@pytest.mark.slow
def test_every_reading_of_the_terms_is_valued_to_a_fifth_of_a_percent(results):
    for rule in results.rules:
        assert rule.found.standard_error < 0.002 * rule.found.total, rule.name


def test_stricter_readings_are_worth_less_and_only_common_luck_adds(results):
    daily, *means, later, late_and_uncertain, together = (r.found.total for r in results.rules)
    assert daily > means[0] > means[1] > means[2]
    assert daily > later > late_and_uncertain
    assert together > daily


def test_both_customers_warrants_are_valued_at_their_own_grant(results):
    openai, meta = results.copies
    assert openai.valuation is results.before
    assert meta.day == "2026-02-23"
    assert meta.valuation.total > openai.valuation.total  # the price stood higher


def test_price_targets_alone_cannot_give_the_companys_figure(record, results):
    """The harshest ladder that the filed terms allow still leaves more than the bound."""
    assert results.least * 100 > record.fact("AMD-078").high


def test_draws_lie_around_the_central_result(results):
    assert (
        results.draws.quantile("sure_discount", 0.05)
        < results.sure_before.discount
        < results.draws.quantile("sure_discount", 0.95)
    )
    assert (
        results.draws.quantile("total", 0.05) < results.before.total < results.draws.quantile("total", 0.95)
    )


def test_tranche_table_adds_up(results):
    table = charts.tranche_table(results)
    assert table["Shares, m"].sum() == pytest.approx(160)
    assert table["Value, USD bn"].sum() == pytest.approx(results.before.total / 1e9)
    product = table["Delivered, %"] / 100 * table["If delivered, USD bn"]
    assert table["Value, USD bn"].to_list() == pytest.approx(product.to_list()), "chance times value"


def test_a_reader_may_change_an_assumption(record, results):
    moved = Study(record, {"warrants-volatility": 40.0}, draws=20)
    assert moved.plan.volatility == pytest.approx(0.40)
    assert moved.before.total < results.before.total


def test_one_trade_of_the_first_days_stands_highest(record, results):
    own = record.facts[
        (record.facts["subject"] == "amd") & (record.facts["metric"] == "intraday_high_change")
    ]
    assert list(own.index) == [results.highest_trade.fact_id]


def test_the_calculator_starts_from_the_record_and_moves_with_the_price(results):
    found = calculator.calculator(results)
    assert found.computed({}) == pytest.approx([results.before.total, results.before.of_face])
    assert found.computed({"spot": 300.0})[0] > results.before.total
