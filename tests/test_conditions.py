"""Tests that editors set: computed from the record, and obeyed."""

from __future__ import annotations

import pytest

from capital_loop.claims.conditions import LEFT, RELATIONS, answered
from capital_loop.record import Record
from capital_loop.record.rows import ConditionRow


def test_every_condition_is_answered_and_obeyed(record: Record) -> None:
    conditions = answered(record)
    assert sum(map(len, conditions.values())) == len(record.rows(ConditionRow))
    assert all(c.holds for group in conditions.values() for c in group)


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
