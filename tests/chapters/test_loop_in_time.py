"""The loop in time: inputs of the day are of the day, results repeat and answer to their inputs."""

from __future__ import annotations

import pytest

from capital_loop.chapters.loop_in_time import charts
from capital_loop.chapters.loop_in_time.study import KNOWN, Study
from capital_loop.record.tables import Record, RecordError


@pytest.fixture(scope="module")
def study(record: Record) -> Study:
    return Study(record)


def test_the_back_test_knows_only_what_was_public_on_the_day(study: Study, record: Record) -> None:
    rests_on = record.table("assumptions").set_index("assumption_id")["fact_id"]
    for assumption_id in study.inputs_then["assumption_id"]:
        if rests_on[assumption_id]:
            assert record.fact(rests_on[assumption_id]).published <= KNOWN, assumption_id


def test_percentiles_are_in_order_and_the_accounts_add_up(study: Study) -> None:
    assert (study.spread.gaps[["p5", "p25", "p50", "p75", "p95"]].diff(axis=1).iloc[:, 1:] >= 0).all().all()
    assert study.central.residual < 1e-9


def test_more_growth_closes_more(record: Record, study: Study) -> None:
    more = Study(record, {"dynamics-growth": 3.0})
    assert set(more.inputs.loc["growth", ["low", "central", "high"]]) == {3.0}
    assert (more.spread.gaps["p50"] <= study.spread.gaps["p50"]).all()
    with pytest.raises(RecordError, match="no assumption named mood"):
        Study(record, {"mood": 1.0})


def test_the_cost_of_a_gigawatt_is_the_clouds_affair(study: Study) -> None:
    by = study.indices.set_index("field")["total"]
    assert by["capex"] == pytest.approx(0, abs=1e-6)
    assert by.iloc[0] > 0.3


def test_indices_are_shares(study: Study) -> None:
    assert (study.indices["total"] >= study.indices["first"] - 3 * study.indices["error"] - 0.02).all()
    assert study.indices["first"].sum() <= 1.05


def test_the_back_test_is_held_against_the_quarter_that_was_reported(study: Study) -> None:
    """Reported 1.9 GW, 5.7 and 6.7 billion; said before the data moved into choices: 0.86, 1.36, 3.17 GW."""
    assert list(study.backtest["happened"]) == [1.9, 5.7, 6.7]
    assert tuple(study.backtest.loc[0, ["low", "middle", "high"]].astype(float).round(2)) == (
        0.86,
        1.36,
        3.17,
    )
    assert {f.fact_id for f in charts.backtest(study).facts} >= {
        c["fact"].fact_id for c in study.choices("backtest")
    }


def test_the_stocks_are_those_of_the_central_run(study: Study) -> None:
    ends = study.stocks.groupby("key").last()["usd"]
    assert ends["debt"] == pytest.approx(study.central.debt[-1, 0])
    assert ends["revenue"] == pytest.approx(4 * study.central.revenue[-1, 0])
    assert str(study.stocks["date"].iloc[0].date()) == "2025-09-30"
