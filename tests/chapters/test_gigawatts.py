"""Gigawatts: conversions of the record, each by hand once."""

from __future__ import annotations

import pytest

from capital_loop.chapters.gigawatts import study as gigawatts
from capital_loop.record import tables


@pytest.fixture(scope="module")
def found() -> gigawatts.Results:
    return gigawatts.results(tables.load())


def test_homes_by_hand(found: gigawatts.Results) -> None:
    """4.5 GW times 8,760 hours over 10,715 kWh: 3.68 million at full load."""
    assert found.conversion("T-26").high == pytest.approx(4.5e6 * 8760 / 10715)


def test_reactors_by_hand(found: gigawatts.Results) -> None:
    c = found.conversion("A-007")
    assert c.central == pytest.approx(20 / (95.55 / 93))
    assert c.low < c.central < c.high
    assert c.holds


def test_the_chief_executives_count_is_in_the_middle(found: gigawatts.Results) -> None:
    assert found.conversion("T-40").central == pytest.approx(4.5e6)


def test_ohio_implies_more_power_for_each_chip_than_the_letter(found: gigawatts.Results) -> None:
    by = {s.who: s for s in found.statements}
    assert (
        by["Nvidia, for the Ohio campus"].kilowatt[1] > by["Nvidia’s chief executive, for ten GW"].kilowatt[1]
    )


def test_a_researcher_can_change_an_input(found: gigawatts.Results) -> None:
    record = tables.load()
    lean = gigawatts.results(record, {"physical-pue": 1.05})
    assert lean.built_up[0].per_gw[1] > found.built_up[0].per_gw[1]
    with pytest.raises(ValueError, match="no assumption named"):
        gigawatts.results(record, {"pue": 1.0})
