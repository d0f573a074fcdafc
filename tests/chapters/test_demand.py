"""Demand: series and requirement from the record."""

from __future__ import annotations

import pytest

from capital_loop.chapters.demand import study as demand
from capital_loop.record import tables
from capital_loop.record.series import series


@pytest.fixture(scope="module")
def record() -> tables.Record:
    return tables.load()


def test_four_buyers_before_the_documents_by_hand(record: tables.Record) -> None:
    """23.95 + 35.10 + 18.83 + 19.39 billion dollars."""
    assert demand.quarter_total(record, "2025-09-30") == pytest.approx(97.27e9)
    with pytest.raises(ValueError, match="only"):
        demand.quarter_total(record, "2026-06-30")


def test_series_are_in_time_order_and_keep_one_figure_a_period(record: tables.Record) -> None:
    found = series(record, "openai", "weekly_users")
    assert found["date"].is_monotonic_increasing
    assert not found["as_of"].duplicated().any()
    with pytest.raises(KeyError, match="no facts"):
        series(record, "openai", "nothing")


def test_definitions_of_spending_are_not_mixed(record: tables.Record) -> None:
    cash, leased = demand.capex(record)
    assert not set(cash["fact_id"]) & set(leased["fact_id"])


def test_the_requirement_answers_to_its_inputs(record: tables.Record) -> None:
    base = demand.results(record)
    assert base.low < base.required < base.high
    dearer = demand.results(record, {"required_return": 0.2})
    assert dearer.required > base.required
    assert base.labs_now == pytest.approx(105e9)
