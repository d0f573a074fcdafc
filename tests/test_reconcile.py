"""Figures that must fit one another: every check with a pair that fits and one that does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from capital_loop.claims.reconcile import readings, reconcile
from capital_loop.record.tables import OPERATIONS, Record, load
from tests.test_checks import cell


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


def test_the_record_is_reconciled(root: Path) -> None:
    assert list(reconcile(load(root / "data"))) == []


def found(data: Path) -> str:
    return "\n".join(reconcile(load(data)))


def row_of(record: Record, table: str, **wanted: str) -> int:
    frame = record.table(table)
    for column, value in wanted.items():
        frame = frame[frame[column].astype(str) == value]
    return int(frame.index[0])


SLIPS = {
    "a value ten times too large": (
        "claims",
        {"printed": "9.7万亿"},
        "value",
        "9.7e13",
        "which does not stand for it",
    ),
    "a day off": ("claims", {"printed": "10月6日"}, "low", "20251007", "which does not stand for it"),
    "one quarter of a year": ("facts", {"fact_id": "ORCL-177"}, "value", "1", "sum of ORCL-162"),
    "a payment under the letter that it replaced": (
        "facts",
        {"fact_id": "NVDA-041"},
        "deal",
        "nvidia-openai-investment",
        "NVDA-041 is of nvidia-openai-investment",
    ),
    "firmer than its input": (
        "facts",
        {"fact_id": "ORCL-D11"},
        "confidence",
        "primary",
        "its sources make it",
    ),
    "primary without a filing": (
        "facts",
        {"fact_id": "AMD-013"},
        "confidence",
        "primary",
        "its sources make it secondary_single",
    ),
    "several sources where one is": (
        "facts",
        {"fact_id": "AMD-013"},
        "confidence",
        "secondary_multiple",
        "its sources make it secondary_single",
    ),
    "a publisher without standing": (
        "publishers",
        {"publisher": "SEC"},
        "host",
        "example.org",
        "its sources make it",
    ),
    "two copies of one report": (
        "sources",
        {"source_id": "REVS6"},
        "original",
        "bloomberg-2025-10-02",
        "its sources make it secondary_single",
    ),
    "a copy of a copy": (
        "sources",
        {"source_id": "REVS5"},
        "original",
        "REVS6",
        "names itself or another copy",
    ),
    "public before it happened": (
        "facts",
        {"fact_id": "ORCL-242"},
        "published",
        "2025-01-01",
        "before its time",
    ),
    "public after its sources": (
        "facts",
        {"fact_id": "OAI-250"},
        "published",
        "2026-11-01",
        "later than each of its sources",
    ),
    "public after its earliest source": (
        "facts",
        {"fact_id": "AMD-150"},
        "published",
        "2025-10-09",
        "said it by 2025-10-06",
    ),
    "another quantity": (
        "claim_evidence",
        {"claim_id": "A-001"},
        "fact_id",
        "ORCL-162",
        "; link another, or say in the note why it fits",
    ),
    "a holiday": (
        "return_closes",
        {"ticker": "ORCL", "frequency": "daily"},
        "date",
        "2025-12-25",
        "not a day on which",
    ),
    "a close that two tables print": (
        "prices",
        {"ticker": "ORCL"},
        "adj_close",
        "1",
        "the daily series says",
    ),
    "an identity with a part too many": (
        "identities",
        {"kind": "equal"},
        "parts",
        "AMD-001;AMD-100",
        "takes 1 parts",
    ),
    "a period that ends before it begins": (
        "deals",
        {"deal_id": "amazon-openai-equity"},
        "period_start",
        "2030-01",
        "ends before it begins",
    ),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_named(copy: Path, record: Record, slip: str) -> None:
    table, wanted, column, now, words = SLIPS[slip]
    path_name = table.replace("_", "-")
    cell(copy, path_name, column, now, row_of(record, table, **wanted))
    assert words in found(copy)


@pytest.mark.parametrize(
    ("kind", "parts", "result"),
    [("sum", [1, 2, 3], 6), ("product", [2, 3], 6), ("difference", [5, 2], 3), ("ratio", [6, 3], 2),
     ("quotient_percent", [1, 4], 25), ("pct_change", [4, 5], 25), ("equal", [7], 7)],
)  # fmt: skip
def test_identities(kind: str, parts: list[float], result: float) -> None:
    assert OPERATIONS[kind](parts) == pytest.approx(result)
