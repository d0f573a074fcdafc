"""Contagion: the three shocks on the record, by hand at the central values."""

from __future__ import annotations

import pytest

from capital_loop.chapters.contagion import study as contagion
from capital_loop.record import tables


@pytest.fixture(scope="module")
def found() -> contagion.Study:
    return contagion.study(tables.load())


def test_less_from_openai_never_helps(found: contagion.Study) -> None:
    for party in contagion.PARTIES[1:]:
        for building in (False, True):
            parts = [found.fails(party, paid, building) for paid in contagion.PAID]
            assert parts == sorted(parts)


def test_building_on_never_helps(found: contagion.Study) -> None:
    for party in contagion.PARTIES[1:]:
        for paid in contagion.PAID:
            assert found.fails(party, paid, True) >= found.fails(party, paid, False)


def test_coreweaves_renewal_by_hand(found: contagion.Study) -> None:
    """6.708 due, 3.1 of cash, 3.35 earned less 1.552 of interest: 1.81 billion dollars must be renewed."""
    row = found.rollover.set_index("party").loc["CoreWeave"]
    assert row["central"] == pytest.approx(6.708e9 - 3.1e9 - (3.35e9 - 1.552e9))
    assert row["low"] <= row["central"] <= row["high"]


def test_softbanks_loss_by_hand(found: contagion.Study) -> None:
    """Eleven percent of 500 over 198 billion dollars."""
    row = found.losses[(found.losses["party"] == "SoftBank") & (found.losses["fall"] == 1.0)].iloc[0]
    assert row["central"] == pytest.approx(0.11 * 500 / 198, rel=1e-6)


def test_debt_rank_agrees_where_nobody_holds_the_holders(found: contagion.Study) -> None:
    table = contagion.distress(tables.load()).set_index("Holder")["Loss of value, %"]
    full = found.losses[found.losses["fall"] == 1.0].set_index("party")["central"]
    for name in ("SoftBank", "Microsoft", "Nvidia"):
        assert table[name] == pytest.approx(100 * full[name], rel=1e-6)


def test_an_unknown_input_is_refused() -> None:
    with pytest.raises(ValueError, match="no input named"):
        contagion.study(tables.load(), {"mood": 1.0})
