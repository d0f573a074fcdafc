"""Stale inputs: what speaks of today rests on the newest figures of the record."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from capital_loop.claims.superseded import ON_PURPOSE, superseded
from capital_loop.record import Record
from tests import plant

FAULTS = {
    "a payment left out of what was paid so far": (
        "choices.csv",
        "revenue-promises,money,amazon,paid,PRM-150,",
        "revenue-promises,money,amazon,paid,OAI-138,",
        "superseded by PRM-150",
    ),
    "an older count of what was paid": (
        "choices.csv",
        "revenue-promises,money,microsoft,paid,AUT-064,",
        "revenue-promises,money,microsoft,paid,LEV-320,",
        "by AUT-064",
    ),
    "an instalment left out of a sum": (
        "choices.csv",
        "russian-doll,layer-4,softbank-openai-again,since_3,NEW-08,SoftBank to OpenAI again\n",
        "",
        "superseded by NEW-08",
    ),
    "an older input of a computed sum": (
        "derived.csv",
        ";PRM-150;",
        ";OAI-138;",
        "OAI-138 is superseded by PRM-150",
    ),
    "a payment left out of a computed sum": ("derived.csv", ";NEW-08;", ";", "superseded by NEW-08"),
    "an older rate": (
        "derived.csv",
        "TRI-D01;NEW-01,",
        "TRI-D01;OAI-048,",
        "OAI-048 is superseded by NEW-01",
    ),
    "an older input whose reason is gone": (
        "derived.csv",
        ON_PURPOSE,
        "old",
        "NVDA-136 is superseded by NEW-13",
    ),
}
"""Which table, what of it is replaced by what, and what the check must say."""


def test_nothing_rests_on_what_the_record_supersedes(record: Record) -> None:
    assert not list(superseded(record))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_stale_input_is_named(fault: str, record: Record, tmp_path: Path) -> None:
    """Seen to fail: what OpenAI's investors had paid was summed from figures of March, with newer ones on the
    record."""
    table, was, now, says = FAULTS[fault]
    data = shutil.copytree(record.data, tmp_path / "data")
    plant.text(data / table, was, now, -1)
    assert [line for line in superseded(Record(data)) if says in line]
