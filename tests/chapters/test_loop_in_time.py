"""The loop in time: inputs of the day are of the day, results repeat and answer to their inputs."""

from __future__ import annotations

import pytest

from capital_loop.chapters.loop_in_time import study as loop_in_time
from capital_loop.record import tables


@pytest.fixture(scope="module")
def record() -> tables.Record:
    return tables.load()


@pytest.fixture(scope="module")
def found(record: tables.Record) -> loop_in_time.Study:
    return loop_in_time.study(record)


def test_the_back_test_knows_only_what_was_public_on_the_day(record: tables.Record) -> None:
    table = loop_in_time.inputs_table(record, then=True)
    for row in table.itertuples():
        if row.fact_id:
            assert record.fact(row.fact_id).published <= loop_in_time.KNOWN, (row.field, row.fact_id)


def test_percentiles_are_in_order_and_the_accounts_add_up(found: loop_in_time.Study) -> None:
    assert (found.gaps[["p5", "p25", "p50", "p75", "p95"]].diff(axis=1).iloc[:, 1:] >= 0).all().all()
    assert found.central.residual < 1e-9


def test_more_growth_closes_more(record: tables.Record, found: loop_in_time.Study) -> None:
    more = loop_in_time.study(record, {"growth": 3.0})
    assert (more.gaps["p50"] <= found.gaps["p50"]).all()
    with pytest.raises(ValueError, match="no input named"):
        loop_in_time.study(record, {"mood": 1.0})


def test_the_cost_of_a_gigawatt_is_the_clouds_affair(found: loop_in_time.Study) -> None:
    by = found.indices.set_index("input")["total"]
    assert by["Cost of a gigawatt"] == pytest.approx(0, abs=1e-6)
    assert by.iloc[0] > 0.3


def test_indices_are_shares(found: loop_in_time.Study) -> None:
    assert (found.indices["total"] >= found.indices["first"] - 3 * found.indices["error"] - 0.02).all()
    assert found.indices["first"].sum() <= 1.05
