"""Tests that editors set: computed from the record, and obeyed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from capital_loop.claims.checks import linked
from capital_loop.claims.conditions import LEFT, RELATIONS, answered, obeyed
from capital_loop.claims.rules import assess
from capital_loop.record import Record
from capital_loop.record.rows import ConditionRow


@pytest.fixture
def here(root: Path) -> Record:
    """A record of its own, whose tables a test may spoil."""
    return Record(root / "data")


def told(record: Record) -> list[str]:
    return list(obeyed(record, assess(record)))


def test_every_condition_is_answered_and_obeyed(record: Record) -> None:
    conditions = answered(record)
    assert sum(map(len, conditions.values())) == len(record.rows(ConditionRow))
    assert all(c.holds for group in conditions.values() for c in group)
    assert told(record) == []


def test_a_condition_is_computed_from_its_facts(record: Record) -> None:
    """By hand: Oracle's revenue from OpenAI at most, against half of a year's capital spending."""
    [first, second] = answered(record)["T-43", "now"]
    assert first.found == record.fact("TRI-D12").value
    assert first.bound == record.fact("ORCL-242").value / 2
    assert second.facts == ["ORCL-357", "ORCL-222"]
    [fallen] = answered(record)["T-15", "now"]
    assert fallen.found == max(record.fact(f"MKT-D{n}").value for n in range(21, 26))
    assert fallen.bound == 0


@pytest.mark.parametrize(
    ("relation", "met"),
    [
        ("below", [True, False, False]), ("at_most", [True, True, False]), ("equal", [False, True, False]),
        ("not_equal", [True, False, True]), ("at_least", [False, True, True]),
        ("above", [False, False, True]),
    ],
)  # fmt: skip
def test_relations(relation: str, met: list[bool]) -> None:
    assert [RELATIONS[relation](x, 1) for x in (0, 1, 2)] == met


def test_operations() -> None:
    values = {k: LEFT[k]([2, 4]) for k in LEFT}
    assert values == {
        "equal": 2,
        "sum": 6,
        "difference": -2,
        "product": 8,
        "ratio": 0.5,
        "least": 2,
        "most": 4,
    }


def test_a_figure_that_crosses_its_bound_calls_for_the_verdict(here: Record) -> None:
    """By the check of the whole record, as somebody would meet it."""
    facts = here.table("facts")
    facts.loc[facts["fact_id"] == "AMD-084", "value"] = 1e9
    lines = [x for x in linked(here) if "conditions.csv" in x]
    assert [re.findall(r"\b[A-Z]-\d+(?= \(now\))", x) for x in lines] == [["A-051"], ["R-23"]]
    assert all("Change the verdict, or set another test" in x for x in lines)


def test_a_verdict_that_its_editors_move_against_their_test_is_found(here: Record) -> None:
    editorial = here.table("editorial")
    editorial.loc[editorial["claim_id"] == "T-43", "now"] = "supported"
    [line] = told(here)
    assert "T-43 (now) is" in line
    assert "by the test that its editors set" in line


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("inputs", "XX-999", "no fact XX-999"),
        ("than", "XX-999", "no fact XX-999"),
        ("inputs", "NVDA-034", "became public after the document's day"),
        ("inputs", "NVDA-002;NVDA-003", "equal takes 1 facts"),
        ("verdict", "open", "another condition of the claim and date has another verdict"),
    ],
)
def test_a_condition_that_cannot_be_answered_is_found(
    here: Record, column: str, value: str, said: str
) -> None:
    conditions = here.table("conditions")
    first = (
        (conditions["claim_id"] == "R-03") & (conditions["when"] == "on_day") & (conditions["number"] == 1)
    )
    conditions.loc[first, column] = value
    assert any(said in line for line in told(here))
