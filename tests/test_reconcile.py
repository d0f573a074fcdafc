"""Figures that must fit one another: every check with a pair that fits and one that does not."""

from __future__ import annotations

import pytest

from capital_loop.claims.reconcile import readings
from capital_loop.record.tables import OPERATIONS


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1300万亿", 1.3e15),
        ("130兆", 1.3e14),
        ("3000亿美元", 3e11),
        ("$300B", 3e11),
        ("$1T", 1e12),
        ("约一万亿美元", 1e12),
        ("上萬億", 1e12),
        ("400 萬到500 萬塊", 4e6),
        ("2到3亿", 2e8),
        ("五個州", 5.0),
        ("36%", 36.0),
        ("1,377.5", 1377.5),
    ],
)
def test_a_printed_numeral_stands_for_its_value(text: str, value: float) -> None:
    assert value in readings(text)


def test_several_is_at_least_two_of_a_place() -> None:
    assert readings("數百億美元") == {2e10, 1e11}


@pytest.mark.parametrize(
    ("kind", "parts", "result"),
    [("sum", [1, 2, 3], 6), ("product", [2, 3], 6), ("difference", [5, 2], 3), ("ratio", [6, 3], 2),
     ("quotient_percent", [1, 4], 25), ("pct_change", [4, 5], 25), ("equal", [7], 7)],
)  # fmt: skip
def test_identities(kind: str, parts: list[float], result: float) -> None:
    assert OPERATIONS[kind](parts) == pytest.approx(result)
