"""Contagion: the three shocks on the record, by hand at the central values."""

from __future__ import annotations

import pytest

from capital_loop.chapters.contagion import charts
from capital_loop.chapters.contagion import study as contagion
from capital_loop.chapters.contagion.study import Study
from capital_loop.record.tables import Record, RecordError


@pytest.fixture(scope="module")
def found(record: Record) -> Study:
    return Study(record)


def test_less_from_openai_never_helps(found: Study) -> None:
    for party in contagion.PAYERS[1:]:
        for building in (False, True):
            parts = [found.fails(party, paid, building) for paid in contagion.PAID]
            assert parts == sorted(parts)


def test_building_on_never_helps(found: Study) -> None:
    for party in contagion.PAYERS[1:]:
        for paid in contagion.PAID:
            assert found.fails(party, paid, True) >= found.fails(party, paid, False)


def test_coreweaves_renewal_by_hand(found: Study) -> None:
    """6.708 due, 3.1 of cash, 3.35 earned less 1.552 of interest: 1.81 billion dollars must be renewed."""
    row = found.rollover.loc["coreweave"]
    assert row["central"] == pytest.approx(6.708e9 - 3.1e9 - (3.35e9 - 1.552e9))
    assert row["low"] <= row["central"] <= row["high"]


def test_softbanks_loss_by_hand(found: Study) -> None:
    """Eleven percent of 500 over 198 billion dollars."""
    row = found.gone.loc["softbank"]
    assert row["central"] == pytest.approx(0.11 * 500 / 198, rel=1e-6)


def test_debt_rank_agrees_where_nobody_holds_the_holders(found: Study) -> None:
    table = found.distress.set_index("party")["loss"]
    for name in ("softbank", "microsoft", "nvidia"):
        assert table[name] == pytest.approx(100 * found.gone.at[name, "central"], rel=1e-6)


def test_an_input_that_is_fixed_has_no_range_and_an_unknown_one_is_refused(record: Record) -> None:
    fixed = Study(record, {"contagion-coreweave-due": 5e9})
    assert set(fixed.inputs.loc["coreweave-due", ["low", "central", "high"]]) == {5e9}
    assert fixed.rollover.at["coreweave", "central"] == pytest.approx(5e9 - 3.1e9 - (3.35e9 - 1.552e9))
    with pytest.raises(RecordError, match="no assumption named mood"):
        Study(record, {"mood": 1.0})


def test_a_figures_facts_are_those_of_the_inputs_it_uses(found: Study, record: Record) -> None:
    rests_on = record.table("assumptions").set_index("assumption_id")["fact_id"]
    due = {i.fact_id for i in charts.rollover(found).facts}
    assert due == set(rests_on[[f"contagion-{n}" for n in (
        "coreweave-due", "coreweave-cash", "coreweave-operating", "coreweave-interest",
        "oracle-due", "oracle-cash", "oracle-operating", "softbank-due", "softbank-cash",
    )]])  # fmt: skip
    assert found.ceiling.fact_id in {f.fact_id for f in charts.loan_to_value(found).facts}
