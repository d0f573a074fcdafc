"""Charts of the chapter "Oracle's margin"."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from capital_loop.chapters.oracle_margin import charts as oracle
from capital_loop.chapters.oracle_margin import study as oracle_margin


def test_titles_follow_the_data(study):
    ladder = oracle.margin_ladder(study)
    assert f"{study.shown:.0f} %" in ladder.title
    assert f"{100 * study.full_depreciation:.0f} %" in ladder.title
    assert f"{100 * study.needed_at(5, 'free-half'):.0f} %" in oracle.debt_map(study).title


def test_titles_change_with_the_assumptions(record):
    changed = oracle_margin.Study(record, {"rental-interest": 0.1})
    before = oracle.debt_map(oracle_margin.Study(record))
    after = oracle.debt_map(changed)
    assert before.title != after.title


def test_the_bars_of_a_dollar_fill_it(study):
    rows = oracle.cents_of_a_dollar(study).rows
    assert rows.groupby("State")["Cents"].sum().tolist() == pytest.approx([100, 100])


def test_ranges_hold_their_points(study):
    rows = oracle.margin_ladder(study).rows
    assert (rows["Low"] <= rows["Gross margin, percent"]).all()
    assert (rows["Gross margin, percent"] <= rows["High"]).all()


def test_a_figure_names_what_it_was_computed_from(study):
    facts = oracle.margin_from_the_accounts(study).facts
    read = {(f.metric, f.as_of) for f in facts if f.subject == "oracle"}
    for end in study.accounts["as_of"]:
        assert {(m, end) for m in ("oci_revenue", "cloud_revenue", "cloud_software_cost")} <= read


def test_no_figure_is_typed_into_the_charts():
    said = re.findall(r'"([A-Z][^"]*\s[^"]*)"', Path(oracle.__file__).read_text(encoding="utf-8"))
    assert not [w for w in said if re.search(r"\d", re.sub(r"\{[^}]*\}", "", w))]


def test_a_margin_of_the_map_has_one_rounding(study):
    rows = oracle.debt_map(study).rows["Margin needed, percent"]
    assert list(rows) == [float(f"{m:.0%}"[:-1]) for m in study.map["margin"]]
