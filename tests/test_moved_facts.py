"""A figure names the facts that it shows: it moves with each of them, and with no other."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from typing import Any

import pytest

from capital_loop.chapters.study import Study
from capital_loop.record.rows import AssumptionRow
from capital_loop.record.tables import Record
from capital_loop.show.figure import Figure, drawn
from tests.conftest import Shared, drawers

SAMPLE = {
    "amd_warrants": "two_days",
    "bubble_or_growth": "output",
    "contagion": "insurance",
    "demand": "required",
    "gigawatts": "promised_and_running",
    "google_tokens": "api_share",
    "leverage": "positions",
    "nvidia_loops": "coreweave",
    "oracle_margin": "debt_path",
    "revenue_promises": "plans_by_vintage",
    "russian_doll": "loan_to_value",
    "triangle": "gigawatt",
    "who_bears_the_loss": "owners",
    "who_owes_whom": "dues",
}
"""The quickest figure of a chapter of those that draw a number of each of their facts.

Others name facts that decide what is drawn and are no number on it: the stage of a deal, the verdict on a
claim, the end of a range that another fact sets today.
"""
MORE, LESS = 1.31, 0.6
"""Enough to be seen through the rounding of every figure of the sample, one way or the other."""
NO_SUMS = ("date", "boolean", "year")
"""Units of figures that cannot be a little more."""
SOURCES = {"source_line", "facts", "sources"}
"""What a figure says of its sources; all else is what it shows."""


def changed(record: Record, facts: Collection[str], by: float = MORE) -> Record:
    """The record with other values of some facts, and of the assumptions that rest on them."""
    new = Record(record.data)
    new._frames |= record._frames | {"assumptions": record.assumptions.copy()}
    ends = ["central", "low", "high"]
    new.assumptions.loc[new.assumptions["fact_id"].isin(facts), ends] *= by
    new.facts = record.facts.copy()
    new.facts.loc[list(facts), ["value", "low", "high"]] *= by
    moved = {
        i: replace(f, value=f.value * by, low=f.low * by, high=f.high * by)
        for i in facts for f in [record._facts[i]]
    }  # fmt: skip
    new.__dict__["_facts"] = record._facts | moved
    return new


def told(figure: Figure) -> tuple[str, ...]:
    """Its words and rows: what most changes move, and is quick to make."""
    return figure.title, figure.description, figure.note, figure.rows.to_csv()


def same(one: Figure, other: Figure) -> bool:
    """Whether two figures show the same, whatever they say of their sources."""
    return told(one) == told(other) and all(
        value == other.payload()[key] for key, value in one.payload().items() if key not in SOURCES
    )


def idle(figure: Figure, draw: Callable[[Any], Figure], study: Study) -> Iterator[str]:
    """The facts of a figure that it does not move with."""
    for fact in figure.facts:
        other = (type(study)(changed(study.record, [fact.fact_id], by)) for by in (MORE, LESS))
        if all(same(figure, draw(found)) for found in other):
            yield fact.fact_id


def others(figure: Figure, record: Record) -> set[str]:
    """All facts that a figure does not name and that can be a little more."""
    sums = record.facts.loc[~record.facts["unit"].isin(NO_SUMS), "fact_id"]
    return {*sums} - {f.fact_id for f in figure.facts}


@pytest.mark.slow
@pytest.mark.parametrize(("slug", "name"), SAMPLE.items())
def test_a_figure_moves_with_each_of_its_facts_and_with_no_other(
    slug: str, name: str, shared: Shared
) -> None:
    figure, draw, study = shared.figure(slug, name), drawers(slug)[name], shared.study_of(slug)
    assert not list(idle(figure, draw, study)), "named, and never looked at"
    elsewhere = changed(study.record, others(figure, study.record))
    assert same(figure, draw(type(study)(elsewhere))), "moved by a fact that it does not name"


def test_a_fact_too_many_and_one_too_few_are_found(shared: Shared) -> None:
    study = shared.study_of("russian_doll")
    draw = drawers("russian_doll")["loan_to_value"]

    @drawn
    def wide(study: Any) -> Figure:
        study.record.fact("ORCL-001")
        return draw(study)

    assert list(idle(wide(study), wide, study)) == ["ORCL-001"]

    @drawn
    def narrow(study: Any) -> Figure:
        unread = study.record._facts["ORCL-001"].value
        return replace(draw(study), note=f"{unread:.0f}")

    figure = narrow(study)
    assert not list(idle(figure, narrow, study))
    assert not same(figure, narrow(type(study)(changed(study.record, others(figure, study.record)))))


def test_an_assumption_moves_with_its_fact(record: Record) -> None:
    row = next(r for r in record.rows(AssumptionRow) if r.fact_id)
    new = changed(record, [row.fact_id])
    assert new.assumption(row.assumption_id).central == pytest.approx(MORE * row.central)
    assert new.fact(row.fact_id).value == pytest.approx(MORE * record.fact(row.fact_id).value)
    assert record.assumption(row.assumption_id).central == row.central, "the record itself stays"
