"""The chapter "Oracle's margin": golden numbers from the record."""

from __future__ import annotations

import pytest

from capital_loop.chapters.oracle_margin import study as oracle_margin
from capital_loop.record import RecordError, tables


@pytest.fixture(scope="module")
def record():
    return tables.load()


@pytest.fixture(scope="module")
def results(record):
    return oracle_margin.results(record)


def test_the_leaked_margin_is_profit_over_revenue(results):
    leak = results.leak
    assert leak.margin.value == pytest.approx(100 * leak.gross_profit.value / leak.revenue.value)
    assert leak.margin.value == pytest.approx(13.9, abs=0.02)
    assert leak.full_depreciation == pytest.approx(0.069, abs=0.001)
    assert leak.without_loss == pytest.approx(0.25)


def test_the_running_margin_lies_in_what_oracle_promised(record, results):
    promised = record.fact("ORCL-311")
    assert promised.low <= 100 * results.running.gross_margin <= promised.high


def test_both_margins_are_states_of_one_model(results):
    assert results.build_up["gross_profit"] == pytest.approx(results.leak.margin.value)
    assert results.build_up.sum() == pytest.approx(100)
    assert results.cents["running"].sum() == pytest.approx(100)
    assert results.gap_months == pytest.approx(3.54, abs=0.01)


def test_no_single_input_within_its_range_gives_the_leaked_margin(results):
    assert not results.explained_by["within"].any()


def test_oracles_slide_agrees_with_itself_and_explains_a_part(results):
    assert results.slide.life == pytest.approx(0.3505, abs=1e-4)
    assert results.slide.running == pytest.approx(0.36)
    assert results.slide.explains == pytest.approx(0.283, abs=0.001)
    assert results.slide.loss_explains == pytest.approx(0.50, abs=0.01)


def test_margins_from_the_accounts_by_hand(results):
    # year to August 2025: cloud 7,186 - 5,623, of it infrastructure 3,347 - 2,200; cost 3,607 - 2,597 (millions)
    first = results.accounts.iloc[0]
    assert first["all_cloud"] == pytest.approx(1 - 1_010 / 1_563)
    assert first["infrastructure"] == pytest.approx(1 - (1_010 - 416 * 0.25) / 1_147)
    assert results.accounts["infrastructure"].iloc[-1] == pytest.approx(0.332, abs=0.001)
    assert (results.accounts["at_high"] <= results.accounts["infrastructure"]).all()
    assert (results.accounts["at_low"] >= results.accounts["infrastructure"]).all()


def test_the_debt_margin(results):
    debt = results.debt
    assert debt.carry.annual_revenue == pytest.approx(60e9)
    assert debt.carry.gross_margin == pytest.approx(0.184, abs=0.001)
    assert debt.low < debt.carry.gross_margin < debt.high
    covered = debt.table.set_index("margin")["coverage"]
    assert covered.iloc[0] < 1 < covered.iloc[1]
    assert debt.lease_after == pytest.approx(12 * debt.lease_a_year)


def test_the_contract_price_brackets_the_market_price(record, results):
    low, high = results.implied_prices
    table = oracle_margin.assumptions(record).loc["rental-price"]
    assert low == pytest.approx(table["low"], abs=0.01)
    assert high == pytest.approx(table["high"], abs=0.01)
    assert low < table["central"] < high


def test_the_rent_follows_from_the_lease_commitments(record):
    per_gw_year = record.fact("ORCL-D18").value / record.fact("ORCL-N20").value
    per_kw_month = per_gw_year / 1e6 / 12
    assert per_kw_month == pytest.approx(
        oracle_margin.assumptions(record).at["rental-lease", "central"], rel=0.02
    )


def test_the_server_cost_lies_between_its_sources(record):
    table = oracle_margin.assumptions(record).loc["rental-server-cost"]
    cowen, superchip, rack = (record.fact(i).value for i in ("ORCL-D16", "ORCL-D17", "ORCL-N22"))
    assert all(table["low"] <= cost <= table["high"] for cost in (cowen, superchip / 2, rack / 72))


def test_changing_an_assumption(record, results):
    shorter = oracle_margin.results(record, {"rental-life": 4})
    assert shorter.running.gross_margin < results.running.gross_margin
    assert results.inputs.depreciation_years == 6
    with pytest.raises(RecordError, match="no assumption named rental-moon"):
        oracle_margin.results(record, {"rental-moon": 1})
