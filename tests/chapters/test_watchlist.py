"""The watchlist: series from the record, thresholds that only later figures judge."""

from __future__ import annotations

import datetime as dt

import pytest

from capital_loop.chapters.watchlist import charts
from capital_loop.chapters.watchlist import study as watchlist
from capital_loop.chapters.watchlist.study import Study
from capital_loop.record import tables


@pytest.fixture(scope="module")
def indicators(record: tables.Record) -> list[watchlist.Indicator]:
    return Study(record).indicators


def test_every_indicator_has_a_series_a_threshold_and_a_next_day(
    indicators: list[watchlist.Indicator],
) -> None:
    assert len(indicators) >= 10
    for i in indicators:
        assert len(i.series) >= 2, f"{i.indicator_id}: one figure is no series"
        assert i.series["date"].is_monotonic_increasing
        assert i.next_release > i.series["date"].iloc[-1].date(), i.indicator_id
        assert len(i.reason) > 40


def test_only_later_figures_judge_a_threshold(indicators: list[watchlist.Indicator]) -> None:
    for i in indicators:
        assert i.judged == (i.series["date"].iloc[-1].date() > i.fixed_on)


def test_the_side_of_strain_follows_from_the_threshold(indicators: list[watchlist.Indicator]) -> None:
    for i in indicators:
        assert i.strained == (i.value < i.threshold if i.strain == "below" else i.value > i.threshold)


def test_oracles_free_cash_flow_over_four_quarters(indicators: list[watchlist.Indicator]) -> None:
    """The sum of the four newest filed quarters, by hand from the facts."""
    record = tables.load()
    i = next(i for i in indicators if i.indicator_id == "oracle-free-cash-flow")
    assert i.value == pytest.approx(sum(record.fact(f).value for f in i.series["fact_id"].tail(4)))
    assert i.operation == "sum_of_four"


def test_an_indicator_without_figures_is_refused(record: tables.Record) -> None:
    row = {str(k): str(v) for k, v in record.watchlist.iloc[0].items()}
    with pytest.raises(ValueError, match="add facts, or drop the row"):
        watchlist._indicator(record, row | {"subject": "nobody"})


def test_a_span_keeps_quarters_and_months_apart(record: tables.Record) -> None:
    """Run rates are months, from December 2024; the plain year 2025 of the same metric is none. Losses are quarters."""
    study = Study(record)
    assert list(study.indicator("openai-run-rate").series["as_of"]) == [
        "2024-12", "2025-06", "2025-07", "2025-10", "2025-12", "2026-02", "2026-07",
    ]  # fmt: skip
    assert list(study.indicator("openai-loss").series["as_of"]) == ["2026-03-31", "2026-06-30"]


def test_a_figures_facts_are_those_of_its_series(record: tables.Record) -> None:
    study = Study(record)
    for i in study.indicators[:3]:
        drawn = charts.series(study, i.indicator_id)
        assert [f.fact_id for f in drawn.facts] == list(i.series["fact_id"]) or i.operation != "level"
        assert all(f.sources for f in drawn.facts)


def test_what_is_due_is_listed_soonest_first() -> None:
    lines = watchlist.due_lines(tables.load())
    days = [dt.date.fromisoformat(line[:10]) for line in lines]
    assert days == sorted(days)
