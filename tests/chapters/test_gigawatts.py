"""Gigawatts: conversions of the record, each by hand once."""

from __future__ import annotations

import pytest

from capital_loop.chapters.gigawatts.calculator import calculator
from capital_loop.chapters.gigawatts.study import Study, per_gw
from capital_loop.record import Record, RecordError
from tests.conftest import Shared


@pytest.fixture(scope="module")
def found(shared: Shared) -> Study:
    return shared.study(Study)


def test_homes_by_hand(found: Study) -> None:
    """4.5 GW times 8,760 hours over 10,715 kWh: 3.68 million at full load, 0.92 of the four million
    printed."""
    c = found.conversions["T-26"]
    assert c.high == pytest.approx(4.5e6 * 8760 / 10715)
    assert not c.meets  # read as 3.8 to 4.2
    assert not c.holds
    assert found.over_printed.set_index("claim").at["T-26", "high"] == pytest.approx(0.92, abs=0.005)


def test_reactors_by_hand(found: Study) -> None:
    c = found.conversions["A-007"]
    assert c.central == pytest.approx(20 / (95.55 / 93))
    assert c.low < c.central < c.high
    assert c.holds
    assert found.all_reactors == pytest.approx(26 / (95.55 / 93))


def test_a_lower_bound_is_held_by_all_above_it(found: Study) -> None:
    c = found.conversions["T-31"]
    assert c.open_ended
    assert c.holds
    assert (found.hold, found.missed) == (3, 1)


def test_the_chief_executives_count_is_in_the_middle(found: Study) -> None:
    assert found.conversions["T-40"].central == pytest.approx(4.5e6)


def test_ohio_implies_more_power_for_each_chip_than_the_letter(found: Study) -> None:
    assert found.stated["ohio"].central == pytest.approx(4.25e6 / 1.5e6)
    assert found.stated["ohio"].central > found.stated["nvidia"].central


def test_a_researcher_can_change_an_input(found: Study, record: Record) -> None:
    lean = Study(record, {"physical-pue": 1.05})
    assert per_gw(lean.built["h100"]).central > per_gw(found.built["h100"]).central
    with pytest.raises(RecordError, match="no assumption named pue"):
        Study(record, {"pue": 1.0})


def test_the_calculator_by_hand(found: Study) -> None:
    """A million kilowatts over 1.8 kW times 1.2."""
    asked = calculator(found)
    assert asked.computed({"power_kw": 1.8, "pue": 1.2})[0] == pytest.approx(1e6 / 2.16)
