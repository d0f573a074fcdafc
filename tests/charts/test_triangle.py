"""The charts of the triangle: true to the record."""

from __future__ import annotations

import math

from capital_loop.chapters.triangle import charts as triangle
from capital_loop.chapters.triangle.study import Study
from capital_loop.record.tables import Record


def test_a_rumour_is_told_and_not_drawn(study: Study) -> None:
    figure = triangle.history(study)
    assert "$250bn" in figure.note
    assert "$250bn" not in figure.description
    assert study.talks.value / 1e9 not in set(figure.rows["USD billion"])


def test_the_finding_of_the_sides_is_the_limit_of_the_ring(study: Study) -> None:
    assert f"at most ${math.ceil(study.ring / 1e8) / 10:.1f}bn" in triangle.sides(study).title


def test_a_figure_names_what_it_draws(record: Record, study: Study) -> None:
    read = {f.fact_id for f in triangle.payers(study).facts}
    rows = record.assumptions
    lines = rows[rows["assumption_id"].str.startswith("account.") & (rows["fact_id"] != "")]
    assert set(lines["fact_id"]) == read
    named = {f.fact_id for f in triangle.gigawatt(study).facts}
    assert {i for c in study.choices("costs") for i in c.ids.values()} == named
