"""Charts of the chapter "Revenue against promises"."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from capital_loop.chapters.revenue_promises import charts as revenue
from capital_loop.chapters.revenue_promises.study import TALLY, Study
from capital_loop.record import default_root, tables
from capital_loop.show.figure import WIDE
from capital_loop.show.words import formatted


def test_titles_follow_the_data(study):
    assert formatted(study.tally.signed_then, "usd0") in revenue.trillion(study).title
    kinds = revenue.revenue_by_kind(study)
    assert formatted(study.booked_years[-1].value, "usd1") in kinds.title
    needed = revenue.what_moves_it(study)
    assert formatted(study.needed.central, "usd0") in needed.title


def test_titles_change_with_the_assumptions(study):
    changed = Study(study.record, {"valuation-margin": 0.3})
    for chart in (revenue.return_left, revenue.what_moves_it):
        assert chart(changed).title != chart(study).title


def test_the_newspapers_sum_and_contracts_stand_in_panels_of_their_own(study):
    made = revenue.trillion(study)
    assert made.spec(WIDE)["facet"]["column"]["field"] == "part"
    assert len(TALLY) == 2
    assert made.rows["Contracts of that day, $bn"].sum() * 1e9 == study.tally.signed_then


def test_ranges_hold_their_points(study):
    rows = revenue.return_left(study).rows
    assert (rows["Low"] <= rows["Return a year, percent"]).all()
    assert (rows["Return a year, percent"] <= rows["High"]).all()


def test_the_money_adds_up(study):
    table = revenue.money_table(study)
    assert table["Stated as paid, $bn"].iloc[:-1].sum() == pytest.approx(
        table["Stated as paid, $bn"].iloc[-1]
    )


def test_no_figure_is_typed_into_the_charts():
    found = re.findall(r'"([A-Z][^"]*\s[^"]*)"', Path(revenue.__file__).read_text(encoding="utf-8"))
    assert not [w for w in found if re.search(r"\d", re.sub(r"\{[^}]*\}", "", w))]


def test_a_figure_carries_what_its_quantities_were_read_from(study):
    rates = {f.fact_id for f in study.run_rates + study.booked_years}
    drawn = {f.fact_id for f in revenue.revenue_by_kind(study).facts}
    assert rates < drawn == set(study.revenue["source"]) - set(study.said["source"])
    assert {f.metric for f in revenue.valuations(study).facts} == {"valuation"}
    needed = {f.fact_id for f in revenue.what_moves_it(study).facts}
    assert {study.day.price.fact_id, study.day.plan.fact_id} < needed
    assert not rates & needed


def test_a_newer_run_rate_moves_the_chart(study, tmp_path):
    data = tmp_path / "data"
    shutil.copytree(default_root() / "data", data)
    facts = pd.read_csv(data / "facts.csv", dtype=str, keep_default_na=False)
    row = facts[facts["fact_id"] == study.run_rates[-1].fact_id].assign(
        fact_id="OAI-999", value="55000000000", low="", as_of="2026-10"
    )
    pd.concat([facts, row]).to_csv(data / "facts.csv", index=False)
    newer = revenue.revenue_by_kind(Study(tables.load(data)))
    assert "by October 2026 the rate was $55bn" in newer.title
    assert "OAI-999" in {f.fact_id for f in newer.facts}
