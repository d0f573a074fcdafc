"""The loop in time: each vintage knows only what was public, the reasons of inputs hold, the lead says what
decides."""

from __future__ import annotations

import math
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from capital_loop.chapters.loop_in_time import charts
from capital_loop.chapters.loop_in_time.calculator import calculator
from capital_loop.chapters.loop_in_time.study import (
    FIELDS,
    NOTHING,
    TOGETHER,
    Study,
    _values,
    central_inputs,
)
from capital_loop.models.dynamics import SECTORS, Inputs, simulate
from capital_loop.models.sampling import two_halves
from capital_loop.record import RecordError, default_root
from capital_loop.record.tables import Record, load
from tests import plant
from tests.conftest import Shared


@pytest.fixture(scope="module")
def study(shared: Shared) -> Study:
    return shared.study(Study)


@pytest.mark.parametrize("key", ["2025", "2026"])
def test_a_vintage_knows_only_what_was_public_on_its_day(study: Study, record: Record, key: str) -> None:
    rests_on = record.table("assumptions").set_index("assumption_id")["fact_id"]
    table = {"2025": study.inputs_2025, "2026": study.inputs_2026}[key]
    day = study.runs[key].day
    assert day
    for assumption_id in table["assumption_id"]:
        if rests_on[assumption_id]:
            assert record.fact(rests_on[assumption_id]).published <= day, assumption_id


def test_a_later_fact_in_an_older_vintage_stops_the_run(record: Record, tmp_path: Path) -> None:
    """Planted: the price of computing, one row for all vintages, rests on a report of summer 2026."""
    data = shutil.copytree(
        default_root() / "data", tmp_path / "data", ignore=shutil.ignore_patterns("editions")
    )
    plant.text(data / "assumptions.csv", "USD/GW-year,ORCL-001,", "USD/GW-year,OAI-048,", -1)
    planted = Study(load(data))
    assert len(planted.inputs) == len(FIELDS)
    with pytest.raises(
        RecordError, match=r"'dynamics-price' rests on OAI-048, published 2026-08-13, after 2026-06-30; "
    ):
        planted.inputs_2026  # noqa: B018
    with pytest.raises(RecordError, match="after 2025-10-16; give 'dynamics-2025-price' a row"):
        planted.inputs_2025  # noqa: B018


def test_runs_begin_with_the_last_quarter_that_had_ended(study: Study) -> None:
    """The days and years that the record gives, and how they are told."""
    assert [(str(v.day), str(v.start), v.first, v.last) for v in study.runs.values()] == [
        ("2025-10-16", "2025Q3", 2026, 2030), ("2026-06-30", "2026Q2", 2026, 2030),
        ("None", "2026Q3", 2026, 2030),
    ]  # fmt: skip
    assert [v.quarters for v in study.runs.values()] == [22, 19, 18]
    assert study.starts == {
        "s0": "the third quarter of 2025", "s1": "the second quarter of 2026", "s2": "the third of that year",
    }  # fmt: skip


def test_an_input_without_a_fact_cannot_move_the_answer(study: Study) -> None:
    index = study.indices.set_index("field")
    for table in (study.inputs, study.inputs_2025, study.inputs_2026):
        for field in table.index[table["facts"] == 0]:
            assert index.loc[field, ["whether", "amount"]].abs().max() < 1e-9, field


def test_the_reasons_of_growth_and_capacity_are_true(study: Study) -> None:
    """What data/assumptions.csv says the central values bring about, they do, within three percent."""
    inputs = {"2025": study.inputs_2025, "2026": study.inputs_2026, "now": study.inputs}
    for chosen in study.choices("calibration"):
        what, key = chosen.key.split("-")
        vintage, fact = study.runs[key], chosen["fact"]
        assert vintage.day is None or fact.published <= vintage.day
        run = simulate(central_inputs(inputs[key]), vintage.quarters)
        earlier = -vintage.place(vintage.first, 1) * run.due[0, 0]  # of the plan's first year, before the run
        found = run.revenue[-4:].sum() if what == "plan" else run.due.sum() + earlier
        assert found == pytest.approx(fact.value, rel=0.03), chosen.key
    revenue = study.central.revenue[:, 0]
    next_year = study.now.place(2027, 1)
    ahead = (
        study.backtest_2025.set_index("key").loc[["first-quarter", "second-quarter"], "happened"].sum() * 1e9
        + revenue[:2].sum()
    ) / 30e9
    assert revenue[next_year : next_year + 4].sum() == pytest.approx(ahead * 62e9, rel=0.1)


def test_the_lead_says_what_decides(study: Study) -> None:
    """The lead's rule stands among the three that move the share most, and moves it almost as much as
    growth."""
    top = study.swings.head(3)
    assert set(top["field"]) == {"capacity_target", "growth", "kept"}
    assert study.swings.set_index("field")["width"]["kept"] > 0.8 * top["width"].max()
    assert study.swings["width"].iloc[3] < 0.75 * top["width"].min()
    assert study.moved["standing"] < 0.03
    assert study.together[1] - study.together[0] > study.moved["kept"]
    index = study.indices.set_index("field")
    assert set(index["whether"].head(3).index) == set(top["field"])
    assert index.loc["kept", "amount"] < index.loc["kept", "whether"]
    assert index.loc[["capex", "interest", "loan_years"], "amount"].abs().max() < 1e-9


def test_draws_that_move_together_keep_their_ranges_and_have_the_rank_correlation(study: Study) -> None:
    apart, together = (_values(study.inputs, 0, rank) for rank in (0.0, 0.7))
    for field in FIELDS:
        low, central, high = study.inputs.loc[field, ["low", "central", "high"]].astype(float)
        assert low <= together[field].min() <= together[field].max() <= high
        assert np.median(together[field]) == pytest.approx(central, rel=0.02)
        if field not in TOGETHER:
            assert together[field] == pytest.approx(apart[field], rel=1e-9)
    ranks = pd.DataFrame({f: together[f] for f in TOGETHER}).corr("spearman")
    assert ranks.loc["growth", ["funding", "capacity_target"]].to_list() == pytest.approx(
        [0.7, 0.7], abs=0.02
    )
    assert ranks.loc["growth", "delay"] == pytest.approx(-0.7, abs=0.02)


def test_shares_are_stable_to_the_precision_that_is_printed(study: Study) -> None:
    assert study.share_error < 0.002
    assert study.upper_error < 2e9
    for outcomes in (study.outcomes_2025, study.outcomes_2026, study.outcomes):
        for o in outcomes.values():
            assert (o.years[["p5", "p25", "p50", "p75", "p95"]].diff(axis=1).iloc[:, 1:] >= 0).all().all()
            assert (o.years[["error", "upper_error"]] >= 0).all().all()
    assert list(study.lapsing.years["year"]) == [2026, 2027, 2028, 2029, 2030]


def test_the_rules_stand_in_order(study: Study) -> None:
    paid = {rules: o.paid for rules, o in study.outcomes.items()}
    assert paid[1, 1] >= paid[1, 0] >= paid[0, 0]
    assert paid[1, 1] >= paid[0, 1] >= paid[0, 0]


def _path(x: pd.Series, kept: bool, standing: bool, quarters: int) -> float:
    """What is unpaid at the end, told from the equations of the page for one draw: nothing of the model is
    used."""
    revenue, cash, owed, lost = x["revenue"], x["cash"], 0.0, 0.0
    for t in range(quarters):
        if t:
            revenue *= (1 + x["growth"] * x["fade"] ** ((t - 1) // 4)) ** 0.25
        built = min(1.0, max(0.0, (t - x["delay"]) / x["ramp"]))
        owed += x["price"] / 4 * (x["capacity"] + (x["capacity_target"] - x["capacity"]) * built)
        free = (1 - x["other_costs"]) * revenue
        raised = x["funding"] / 4 if kept else min(x["funding"] / 4, max(0.0, owed - free - cash))
        paid = min(owed, cash + free + raised)
        cash, owed = cash + free + raised - paid, owed - paid
        if not standing:
            lost, owed = lost + owed, 0.0
    return owed + lost


@pytest.mark.parametrize("key", ["2025", "2026", "now"])
def test_a_small_independent_recomputation_gives_the_shares(study: Study, key: str) -> None:
    """Other random numbers, plain loops, the page's equations: the shares of the table within four of their
    errors."""
    table = {"2025": study.inputs_2025, "2026": study.inputs_2026, "now": study.inputs}[key]
    outcomes = {"2025": study.outcomes_2025, "2026": study.outcomes_2026, "now": study.outcomes}[key]
    rng, draws = np.random.default_rng(5), 3000
    low, central, high = (table[c].astype(float) for c in ("low", "central", "high"))
    paid = dict.fromkeys(outcomes, 0)
    for _ in range(draws):
        u = rng.random(len(table))
        x = pd.Series(
            np.where(u < 0.5, low + 2 * u * (central - low), central + (2 * u - 1) * (high - central)),
            table.index,
        ).to_dict()
        for kept, standing in paid:
            paid[kept, standing] += _path(x, bool(kept), bool(standing), study.runs[key].quarters) <= NOTHING
    for rules, count in paid.items():
        share = outcomes[rules].paid
        assert count / draws == pytest.approx(share, abs=4 * math.sqrt(share * (1 - share) / draws)), rules


def test_changing_an_input_moves_the_answer(record: Record, study: Study) -> None:
    more = Study(record, {"dynamics-growth": 3.0})
    assert set(more.inputs.loc["growth", ["low", "central", "high"]]) == {3.0}
    assert more.lapsing.paid > study.lapsing.paid + 0.1
    with pytest.raises(RecordError, match="no assumption named mood"):
        Study(record, {"mood": 1.0})


def test_growth_that_pays_does(study: Study) -> None:
    assert study.paying_growth[1] < study.paying_growth[0]
    table = study.inputs.copy()
    table.loc["growth", ["low", "central", "high"]] = study.paying_growth[0]
    rng = np.random.default_rng(2)
    ends = [table[c].to_numpy(float) for c in ("low", "central", "high")]
    values = dict(zip(FIELDS, two_halves(rng.random((20_000, len(FIELDS))), *ends).T, strict=True))
    unpaid = simulate(Inputs(**values, kept=0), study.now.quarters).unpaid[-1]
    assert (unpaid <= NOTHING).mean() == pytest.approx(0.5, abs=0.02)


def test_the_back_test_is_held_against_what_was_reported(study: Study) -> None:
    found = study.backtest_2025.drop_duplicates("key").set_index("key")["happened"]
    assert found.to_dict() == {
        "capacity": 1.9, "first-quarter": 5.7, "second-quarter": 6.7, "july": 40.0, "september": 50.0,
        "burn": 9.2, "cash": 73.0,
    }  # fmt: skip
    assert list(study.backtest_2026["happened"]) == [6.7, 40.0, 50.0]
    assert (study.tried("2025"), study.tried("2026")) == (
        (2, 6),
        (0, 2),
    )  # without what an input of the day stated
    assert {f.fact_id for f in charts.backtest(study).facts} >= {
        c["fact"].fact_id for c in study.choices("backtest-2025")
    }


def test_a_months_rate_lies_between_its_quarters(study: Study) -> None:
    """July stands a third of a quarter before the middle of the third quarter, September a third after it."""
    rows = study.backtest_2026.set_index("key")["middle"]
    run = simulate(central_inputs(study.inputs_2026), study.runs["2026"].quarters)
    second, third, fourth = 4 * run.revenue[:3, 0] / 1e9
    assert second < rows["july"] < third < rows["september"] < fourth


def test_the_tables_of_accounts_are_those_of_the_central_run(study: Study) -> None:
    sheet = study.central.balances[-1]
    assert sheet[:-1].sum(axis=1) == pytest.approx(0, abs=1)
    assert sheet[:, SECTORS.index("openai")][0] == pytest.approx(study.central.cash[-1, 0])
    assert study.central.residual < 1e-9


def test_the_plans_three_sums_agree_at_the_cost_that_is_told(study: Study) -> None:
    """Seen to fail: the page set the middle of the runs beside the plan and left out the run that repeats
    it."""
    assert study.plan_left == pytest.approx(278e9 - 3.7e9)
    assert study.central_burn == pytest.approx(379.8e9, rel=1e-3)
    run = simulate(replace(central_inputs(study.inputs), other_costs=study.plan_costs), 18)
    assert float(run.burn.sum()) == pytest.approx(study.plan_left)
    assert study.plan_costs < study.inputs.at["other_costs", "central"]
    assert study.plan_costs_own == pytest.approx((278 - 750 + 30 + 62 + 113 + 184 + 280) / 669)
    assert study.plan_costs_own < study.inputs.at["other_costs", "low"]


def test_the_cash_at_the_start_is_what_its_reason_adds_up(study: Study, record: Record) -> None:
    """March, SoftBank's ten and Amazon's 13.7 billion, less once to twice the first quarter's burn.

    Seen to fail: 88 billion.
    """
    burn = record.fact("OAI-040").value
    held = 73e9 + 10e9 + 13.7e9
    assert held - 2 * burn < study.inputs.at["cash", "central"] < held - burn


def test_the_reason_of_the_time_to_build_is_true(study: Study) -> None:
    """Low: fourteen quarters from the middle of 2026 to the end of 2029; central: to the middle of 2031."""
    row, delay = study.inputs.loc["ramp"], study.inputs.at["delay", "central"]
    assert row["low"] == 4 * (2029 - 2026) + 2
    assert row["central"] == row["low"] + 4
    assert study.now.place(2031, 3) == delay + row["central"]


def test_the_calculator_starts_from_the_central_run(study: Study) -> None:
    found = calculator(study)
    lapsing, kept, revenue = found.computed({})
    assert lapsing == pytest.approx(study.calculated)
    assert kept == pytest.approx(study.central.unpaid[-1, 0])
    assert revenue == pytest.approx(study.central.revenue[-4:, 0].sum())
    assert found.computed({"growth": 0.5})[1] > kept
