"""Figures that must fit one another: every check with a pair that fits and one that does not."""

from __future__ import annotations

import pytest

from capital_loop.claims.reconcile import readings
from capital_loop.record.tables import OPERATIONS

SCALES = {
    "千": 1e3, "万": 1e4, "萬": 1e4, "百万": 1e6, "百萬": 1e6, "千万": 1e7, "千萬": 1e7, "亿": 1e8, "億": 1e8,
    "百亿": 1e10, "百億": 1e10, "万亿": 1e12, "萬億": 1e12, "兆": 1e12,
    "百": 1e2, "M": 1e6, "B": 1e9, "T": 1e12,
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "values"),
    [
        *((f"3{scale}", {3 * factor}) for scale, factor in SCALES.items()),
        *((f"{digit}個州", {n}) for n, digit in enumerate("一二三四五六七八九十", start=1)),
        ("两个", {2}),
        ("兩億", {2e8}),
        ("1300万亿", {1.3e15}),
        ("$300 B", {3e11}),
        ("约一万亿美元", {1e12}),
        ("上萬億", {1e12}),
        ("数百万块", {2e6, 1e7}),
        ("400 萬到500 萬塊", {4e6, 5e6}),
        ("2到3亿", {2, 2e8, 3e8}),
        ("36%", {36}),
        ("1,377.5", {1377.5}),
        ("none", set()),
    ],
)
def test_a_printed_numeral_stands_for_its_values_and_no_others(text: str, values: set[float]) -> None:
    assert readings(text) == values


def test_several_is_at_least_two_of_a_place() -> None:
    assert readings("數百億美元") == {2e10, 1e11}


@pytest.mark.parametrize(
    ("kind", "parts", "result"),
    [("sum", [1, 2, 3], 6), ("product", [2, 3], 6), ("difference", [5, 2], 3), ("ratio", [6, 3], 2),
     ("quotient_percent", [1, 4], 25), ("pct_change", [4, 5], 25), ("equal", [7], 7)],
)  # fmt: skip
def test_identities(kind: str, parts: list[float], result: float) -> None:
    assert OPERATIONS[kind](parts) == pytest.approx(result)
