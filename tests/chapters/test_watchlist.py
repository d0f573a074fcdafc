"""The watchlist: series from the record, thresholds that only later figures judge."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from capital_loop.chapters.watchlist import charts
from capital_loop.chapters.watchlist import study as watchlist
from capital_loop.chapters.watchlist.study import Study
from capital_loop.claims.checks import linked
from capital_loop.record import tables
from capital_loop.record.rows import IndicatorRow
from capital_loop.record.series import latest
from tests import plant
from tests.conftest import Shared


@pytest.fixture(scope="module")
def indicators(shared: Shared) -> list[watchlist.Indicator]:
    return shared.study(Study).indicators


def _row(record: tables.Record, indicator_id: str, **changed: Any) -> IndicatorRow:
    return replace(record.keyed(IndicatorRow)[indicator_id], **changed)


def _of(study: Study, indicator_id: str) -> watchlist.Indicator:
    return next(i for i in study.indicators if i.row.indicator_id == indicator_id)


def test_every_indicator_has_a_series_a_threshold_and_a_next_day(
    indicators: list[watchlist.Indicator], record: tables.Record
) -> None:
    assert {i.row.indicator_id for i in indicators} == set(record.watchlist["indicator_id"])
    for i in indicators:
        assert len(i.series) >= 2, f"{i.row.indicator_id}: one figure is no series"
        assert i.series["date"].is_monotonic_increasing
        assert i.next_release > i.series["date"].iloc[-1].date(), i.row.indicator_id
        assert i.fixed_on > dt.date(2026, 1, 1)
        assert len(i.row.reason) > 40


def test_only_later_figures_judge_a_threshold(indicators: list[watchlist.Indicator]) -> None:
    for i in indicators:
        assert i.judged == (i.series["date"].iloc[-1].date() > i.fixed_on)


def test_the_side_of_strain_follows_from_the_threshold(indicators: list[watchlist.Indicator]) -> None:
    for i in indicators:
        beyond = i.value < i.row.threshold if i.row.strain == "below" else i.value > i.row.threshold
        assert i.strained == beyond
        assert (i.side == "at") == (i.value == i.row.threshold)


def test_a_figure_at_its_threshold_is_not_clear_of_strain(shared: Shared, record: tables.Record) -> None:
    loss = _of(shared.study(Study), "openai-loss")
    at = watchlist._indicator(record, _row(record, "openai-loss", threshold=loss.series["value"].iloc[0]))
    assert (at.series["side"].iloc[0], watchlist.state(loss).split(",")[0]) == ("at", "at its threshold")


def test_a_threshold_that_a_fact_states_is_of_the_same_quantity(
    record: tables.Record, tmp_path: Path
) -> None:
    """Seen to fail: the plan for a year's booked revenue as the threshold of a run rate."""
    data = shutil.copytree(record.data, tmp_path / "data")
    assert not [p for p in linked(record) if "threshold_fact" in p]
    plant.text(data / "watchlist.csv", ",OAI-048,", ",OAI-091,")
    assert [p for p in linked(tables.Record(data)) if "threshold_fact" in p]


def test_rent_back_is_held_against_its_own_kind(shared: Shared, record: tables.Record) -> None:
    """Seen to fail: both kinds of undertaking against the highest figure of one of them."""
    i = _of(shared.study(Study), "nvidia-rent-back")
    assert i.value == latest(record, "nvidia", "rent_back_commitments").value
    assert i.row.threshold == max(i.series["value"][i.series["as_of"] < i.as_of])


def test_a_threshold_that_repeats_a_figure_must_name_it(record: tables.Record, tmp_path: Path) -> None:
    """Seen to fail: thirty billion, a figure of cloud services, against a total of two kinds, with no fact
    named."""
    for new, says in ((",,", "repeats"), (",NVDA-041,", "not the threshold")):
        data = shutil.copytree(record.data, tmp_path / says)
        plant.text(data / "watchlist.csv", ",NVDA-108,", new)
        assert [p for p in linked(tables.Record(data)) if "threshold_fact" in p and says in p]


def test_what_is_overdue_is_due_and_what_could_not_be_had_is_told(
    shared: Shared, record: tables.Record
) -> None:
    study = shared.study(Study)
    assert all(i.next_release <= record.closed for i in study.overdue)
    assert len(watchlist.gaps_table(record)) == len(record.table("gaps"))
    assert record.searched < record.closed


def test_oracles_free_cash_flow_over_four_quarters(indicators: list[watchlist.Indicator]) -> None:
    """The sum of the four newest filed quarters, by hand from the facts."""
    record = tables.load()
    i = next(i for i in indicators if i.row.indicator_id == "oracle-free-cash-flow")
    assert i.value == pytest.approx(sum(record.fact(f).value for f in i.series["fact_id"].tail(4)))


def test_a_step_between_two_methods_is_no_step(record: tables.Record) -> None:
    """Seen to fail: every step told, and the share of firms that pay "moving away" across its new method."""
    study = Study(record)
    for name in ("openai-run-rate", "paying-firms", "google-cloud-backlog", "openai-price"):
        assert _of(study, name).nearer is None, name
        assert "not comparable" in watchlist.state(_of(study, name))
    free = watchlist._indicator(record, _row(record, "paying-firms", same_since=""))
    assert free.nearer is False
    assert "not comparable" not in watchlist.state(free)


def test_what_is_overdue_came_before_its_threshold(record: tables.Record) -> None:
    """Seen to fail: a price that changes daily among the overdue."""
    study = Study(record)
    assert not study.may_judge
    assert all("daily" not in i.row.release for i in study.overdue)


def test_an_indicator_without_figures_is_refused(record: tables.Record) -> None:
    with pytest.raises(ValueError, match="add facts, or drop the row"):
        watchlist._indicator(record, _row(record, "openai-run-rate", subject="nobody"))


def test_a_span_keeps_quarters_and_months_apart(shared: Shared) -> None:
    """Run rates are months, from December 2024; the plain year 2025 of the same metric is none. Losses are
    quarters."""
    study = shared.study(Study)
    assert list(_of(study, "openai-run-rate").series["as_of"]) == [
        "2024-12", "2025-06", "2025-07", "2025-10", "2025-12", "2026-02", "2026-07", "2026-09",
    ]  # fmt: skip
    assert list(_of(study, "openai-loss").series["as_of"]) == ["2026-03-31", "2026-06-30"]


def test_a_figures_facts_are_those_of_its_series(shared: Shared) -> None:
    study = shared.study(Study)
    drawn = {f.fact_id for f in charts.series(study).facts}
    assert {i for indicator in study.indicators for i in indicator.series["fact_id"]} <= drawn


def test_what_is_due_is_listed_soonest_first() -> None:
    lines = watchlist.due_lines(tables.load())
    days = [dt.date.fromisoformat(line[:10]) for line in lines]
    assert days == sorted(days)
