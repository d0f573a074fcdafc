"""The chapter "Oracle's margin": golden numbers from the record."""

from __future__ import annotations

from dataclasses import replace

import pytest

from capital_loop.chapters.oracle_margin import study as oracle_margin
from capital_loop.models.gpu_rental import unit_economics
from capital_loop.record import RecordError


@pytest.fixture(scope="module")
def study(shared):
    return shared.study(oracle_margin.Study)


def test_the_leaked_margin_is_profit_over_revenue(study):
    leak = study.leak
    assert leak.margin.value == pytest.approx(100 * leak.gross_profit.value / leak.revenue.value)
    assert leak.margin.value == pytest.approx(13.9, abs=0.02)
    assert study.full_depreciation == pytest.approx(0.069, abs=0.001)
    assert study.without_loss == pytest.approx(0.25)


def test_the_running_margin_lies_in_what_oracle_promised(record, study):
    promised = record.fact("ORCL-311")
    assert promised.low <= 100 * study.running.gross_margin <= promised.high


def test_both_margins_are_states_of_one_model(study):
    assert study.build_up["gross_profit"] == pytest.approx(study.leak.margin.value)
    assert study.build_up.sum() == pytest.approx(100)
    assert study.cents["running"].sum() == pytest.approx(100)
    assert study.gap_months == pytest.approx(3.54, abs=0.01)


def test_no_single_input_within_its_range_gives_the_leaked_margin(study):
    assert not study.explained_by["within"].any()


def test_oracles_slide_agrees_with_itself_and_explains_a_part(study):
    assert study.slide.life == pytest.approx(0.3505, abs=1e-4)
    assert study.slide.running == pytest.approx(0.36)
    assert study.slide.loss_explains == pytest.approx(0.50, abs=0.01)


def test_margins_from_the_accounts_by_hand(study):
    # year to August 2025: cloud 7,186 - 5,623, of it infrastructure 3,347 - 2,200; cost 3,607 - 2,597
    # (millions)
    first = study.accounts.iloc[0]
    assert first["all_cloud"] == pytest.approx(1 - 1_010 / 1_563)
    assert first["infrastructure"] == pytest.approx(1 - (1_010 - 416 * 0.25) / 1_147)
    assert study.accounts["infrastructure"].iloc[-1] == pytest.approx(0.332, abs=0.001)
    assert (study.accounts["at_high"] <= study.accounts["infrastructure"]).all()
    assert (study.accounts["at_low"] >= study.accounts["infrastructure"]).all()


def test_the_debt_margin(study):
    assert study.carry == pytest.approx(0.184, abs=0.001)
    assert study.needed[0] < study.carry < study.needed[1]
    assert study.cases.at["leaked", "coverage"] < 1 < study.cases.at["low", "coverage"]
    assert study.lease_after == pytest.approx(12 * study.lease_a_year)


def test_the_contract_price_brackets_the_market_price(record, study):
    low, high = study.implied_prices
    table = record.assumption("rental-price")
    assert low == pytest.approx(table.low, abs=0.01)
    assert high == pytest.approx(table.high, abs=0.01)
    assert low < table.central < high


def test_the_rent_follows_from_the_lease_commitments(record):
    per_gw_year = record.fact("ORCL-D18").value / record.fact("ORCL-N20").value
    per_kw_month = per_gw_year / 1e6 / 12
    assert per_kw_month == pytest.approx(record.assumption("rental-lease").central, rel=0.02)


def test_the_server_cost_lies_between_its_sources(record):
    table = record.assumption("rental-server-cost")
    cowen, superchip, rack = (record.fact(i).value for i in ("ORCL-D16", "ORCL-D17", "ORCL-N22"))
    assert all(table.low <= cost <= table.high for cost in (cowen, superchip / 2, rack / 72))


def test_changing_an_assumption(record, study):
    shorter = oracle_margin.Study(record, {"rental-life": 4})
    assert shorter.running.gross_margin < study.running.gross_margin
    assert study.inputs.depreciation_years == 6
    with pytest.raises(RecordError, match="no assumption named rental-moon"):
        oracle_margin.Study(record, {"rental-moon": 1})


def test_what_happened_since_is_counted_from_the_leaked_quarter(study):
    assert study.spending["as_of"].iloc[0] == "2025-08-31"
    assert study.spending["infrastructure"].is_monotonic_increasing
    assert study.added_then["as_of"] == "2025-08-31"
    assert study.added_margin(study.delivered.as_of) == pytest.approx(0.197, abs=0.002)


def test_at_the_price_that_the_page_gives_a_server_earns_the_least_that_is_promised(study):
    """Also by hand: cost a year over the hours that are billed, 30 cents of each dollar kept."""
    price, inputs = study.promised_from, study.inputs
    margin = unit_economics(replace(inputs, price_per_gpu_hour=price)).gross_margin
    assert margin == pytest.approx(study.guided.low / 100)
    by_hand = (study.running.cash_cost + inputs.server_cost / inputs.depreciation_years) / 0.7
    assert price * inputs.utilisation * 8760 == pytest.approx(by_hand)


def test_over_fewer_years_the_same_server_leaves_the_promised_range(study):
    """By hand: a larger part of the server is written off each year, at the same price."""
    inputs = study.inputs
    cost = study.running.cash_cost + inputs.server_cost / 4
    by_hand = 1 - cost / (inputs.price_per_gpu_hour * inputs.utilisation * 8760)
    assert study.short_lived == pytest.approx(by_hand)
    assert study.short_lived < study.guided.low / 100


def test_the_contract_at_the_comparable_leaked_margin(study):
    """All depreciation charged: 6.9 %, cover 0.81, $50bn left, -1 % a year, as a replication found."""
    leaked = study.cases.loc["leaked"]
    assert leaked["margin"] == study.full_depreciation
    assert leaked["coverage"] == pytest.approx(0.81, abs=0.005)
    assert leaked["return"] == pytest.approx(-0.011, abs=0.001)
    assert study.left["leaked"] == pytest.approx(49.7e9, rel=0.005)


def test_falling_rents(study):
    """-10 % a year: the server's return falls from 23 to 12 %, its margin from 38 to 20 %, as a replication
    found."""
    assert study.half_fall["change"] == pytest.approx(-0.1)
    assert study.half_fall["margin"] == pytest.approx(0.202, abs=0.001)
    assert study.half_fall["return"] == pytest.approx(0.123, abs=0.001)
    assert study.falling["return"].is_monotonic_decreasing
    slow, middle, fast = study.h100_changes
    assert fast < middle < slow < 0
    assert study.price_change <= slow


def test_the_map_of_needed_margins(study):
    """Level rents in 5, 6 and 7 years: 18.4, 9.5 and 3.2 %, as a replication found."""
    assert [study.needed_at(n, "level") for n in (5, 6, 7)] == pytest.approx([0.184, 0.095, 0.032], abs=0.001)
    assert study.needed_at(study.contract.years, "level") == study.carry
    assert study.needed_at(5, "fixed-full") == pytest.approx(study.carry)
    for n in study.terms:
        row = [study.needed_at(n, p) for p in ("level", "fixed-half", "free-half", "free-full")]
        assert row == sorted(row)
    kept = study.map[study.map["kind"] == "promised"]["margin"]
    assert kept.between(study.guided.low / 100, study.guided.high / 100).all()


def test_the_rights_hold_their_centres(study):
    rights = study.rights.set_index("right")
    assert list(rights.index) == ["renew", "cancel", "delay"]
    assert (rights["low"] <= rights["value"]).all()
    assert (rights["value"] <= rights["high"]).all()
    assert rights.at["cancel", "low"] == 0
    assert rights["high"].max() < study.contract.value


def test_the_calculator_moves_the_rent(study):
    found = oracle_margin.calculator(study)
    margin, back = found.computed({"price_change": study.half_fall["change"]})
    assert (margin, back) == pytest.approx((study.half_fall["margin"], study.half_fall["return"]))
