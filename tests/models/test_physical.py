"""The specification of ``models.physical``: published conversions, units that cannot be mixed, properties."""

from __future__ import annotations

import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capital_loop.models.physical import (
    Range,
    combine,
    homes,
    power_each,
    quantity,
    reactors,
)

ONE = Range.exactly(1, "dimensionless")
positive = st.floats(0.01, 1e6)


def test_press_convention_of_homes_per_gigawatt() -> None:
    """876,000 homes a gigawatt: full load, 10,000 kWh a home."""
    n = homes(Range.exactly(1, "GW"), ONE, Range.exactly(10_000, "kWh / home"))
    assert n.to("home").central == pytest.approx(876_000)


def test_twenty_gigawatts_in_reactors() -> None:
    """95.55 GW in 93 reactors: 20 GW are 19.5 of them by nameplate, 21 by energy at 92.7 percent."""
    each = Range.exactly(95.55 / 93, "GW / reactor")
    assert reactors(Range.exactly(20, "GW"), each).to("reactor").central == pytest.approx(19.47, abs=0.01)
    by_energy = reactors(
        Range.exactly(20, "GW"), each, load=ONE, factor=Range.exactly(0.927, "dimensionless")
    )
    assert by_energy.to("reactor").central == pytest.approx(21.0, abs=0.01)


@given(positive, positive)
def test_power_each_undoes_the_count(power: float, count: float) -> None:
    each = power_each(Range.exactly(power, "MW"), Range.exactly(count, "accelerator"))
    assert each.to("MW / accelerator").central * count == pytest.approx(power, rel=1e-9)


@given(
    st.tuples(positive, positive, positive).map(sorted), st.tuples(positive, positive, positive).map(sorted)
)
def test_every_combination_inside_the_ranges_gives_a_result_inside(a: list[float], b: list[float]) -> None:
    result = combine(lambda x, y: x / y, Range.of(*a, "kW"), Range.of(*b, "accelerator"))
    low, central, high = vars(result.to("kW / accelerator")).values()
    assert low <= central * (1 + 1e-12)
    assert central <= high * (1 + 1e-12)
    assert low * (1 - 1e-9) <= a[1] / b[0] <= high * (1 + 1e-9)


def test_power_is_not_energy() -> None:
    with pytest.raises(ValueError, match="cannot express"):
        Range.exactly(1, "GW").to("kWh")
    with pytest.raises(pint.DimensionalityError):
        homes(Range.exactly(1, "GWh"), ONE, Range.exactly(10_000, "kWh / home"))


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="low <= central <= high"):
        Range.of(3, 2, 1, "kW")
    with pytest.raises(ValueError, match=r"load is 1\.2"):
        homes(Range.exactly(1, "kW"), Range.exactly(1.2, "dimensionless"), Range.exactly(1, "kWh / home"))
    with pytest.raises(ValueError, match="both"):
        reactors(Range.exactly(1, "GW"), Range.exactly(1, "GW / reactor"), load=ONE)
    assert quantity(1, "GW").to("MW").magnitude == 1000
