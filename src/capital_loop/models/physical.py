"""Conversions between power, energy, homes, reactors and accelerators, with units carried by the code.

Every quantity is a pint quantity, so that power cannot be taken for energy nor a site for its chips. Each
input is a range (low, central, high); results are ranges over the corners of the inputs, which is exact for
functions that rise or fall in each input (all of these do).

    homes                  n = P x load x 1 year / (use of a home a year)
    reactors, nameplate    n = P / (capacity of a reactor)
    reactors, energy       n = P x load / (capacity x capacity factor)
    power per accelerator  p = P / n

``P`` is the power of the whole site. A year has 8,760 hours (the convention of power statistics). Raises
``ValueError`` for wrong dimensions and impossible inputs. Units: https://pint.readthedocs.io; energy
statistics: US EIA, Glossary, "capacity factor".

Example::

    >>> from capital_loop.models.physical import Range, power_each, quantity
    >>> power = Range(*[quantity(x, "GW") for x in (1, 1, 1)])
    >>> chips = Range(*[quantity(x, "accelerator") for x in (4e5, 5e5, 6e5)])
    >>> power_each(power, chips).central.to("kW / accelerator").magnitude
    2.0
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Any

import pint

from capital_loop.models import guard
from capital_loop.models.sampling import Estimate

__all__ = ["UNITS", "Range", "combine", "homes", "power_each", "quantity", "reactors"]

UNITS: Any = pint.UnitRegistry(cache_folder=None)
UNITS.define("accelerator = [accelerators]")
UNITS.define("home = [homes]")
UNITS.define("reactor = [reactors]")

_YEAR: Any = 8760 * UNITS.hour
"""Hours of a common year, as power statistics count it."""


def quantity(value: float, unit: str) -> Any:
    """A pint quantity of the model's registry."""
    guard.finite(f"value in {guard.word('unit', unit)}", value)
    try:
        return UNITS.Quantity(float(value), unit)
    except AttributeError as error:  # what pint raises for a unit it does not know
        raise ValueError(f"unit is {unit!r}: {error}") from None


@dataclass(frozen=True)
class Range:
    """A quantity between ``low`` and ``high``, in one unit; raises ``ValueError`` if out of order."""

    low: Any
    central: Any
    high: Any

    def __post_init__(self) -> None:
        for name in ("low", "central", "high"):
            value = getattr(self, name)
            guard.finite(name, getattr(value, "magnitude", None))
        if not self.low <= self.central <= self.high:
            raise ValueError(
                f"a range needs low <= central <= high, not {self.low}, {self.central}, {self.high}"
            )

    @classmethod
    def of(cls, low: float, central: float, high: float, unit: str) -> Range:
        """A range from plain numbers."""
        return cls(quantity(low, unit), quantity(central, unit), quantity(high, unit))

    @classmethod
    def exactly(cls, value: float, unit: str) -> Range:
        """A single value as a range."""
        return cls.of(value, value, value, unit)

    def to(self, unit: str) -> Estimate:
        """Plain numbers in a unit; raises ``ValueError`` for a wrong dimension."""
        try:
            return Estimate(*(float(q.to(unit).magnitude) for q in (self.low, self.central, self.high)))
        except pint.DimensionalityError as error:
            raise ValueError(f"cannot express {self.central.units} in {unit}: {error}") from None


def combine(function: Callable[..., Any], *inputs: Range) -> Range:
    """The range of a function that is monotone in each input, over all corners of the inputs."""
    corners = [function(*c) for c in product(*((r.low, r.high) for r in inputs))]
    return Range(min(corners), function(*(r.central for r in inputs)), max(corners))


def homes(power: Range, load: Range, use: Range) -> Range:
    """Homes that use as much electricity in a year; ``use`` is energy per home."""
    _all(power=power, load=load, use=use)
    _share("load", load)
    return combine(lambda p, s, u: (p * s * _YEAR / u).to("home"), power, load, use)


def reactors(
    power: Range, capacity: Range, *, load: Range | None = None, factor: Range | None = None
) -> Range:
    """Reactors of the same nameplate capacity; with ``load`` and ``factor``, of the same energy in a year."""
    _all(power=power, capacity=capacity)
    if (load is None) != (factor is None):
        raise ValueError(
            "give both load and capacity factor to compare energy, or neither to compare nameplates"
        )
    if load is None or factor is None:
        return combine(lambda p, c: (p / c).to("reactor"), power, capacity)
    _share("load", load)
    _share("capacity factor", factor)
    return combine(lambda p, c, s, f: (p * s / (c * f)).to("reactor"), power, capacity, load, factor)


def power_each(power: Range, count: Range) -> Range:
    """Power per accelerator that a stated power and a stated count imply."""
    _all(power=power, count=count)
    return combine(lambda p, n: (p / n).to("kilowatt / accelerator"), power, count)


def _share(name: str, r: Range) -> None:
    for q in (guard.kind(name, r, Range).low, r.high):
        share = q.to("dimensionless").magnitude
        guard.finite(name, guard.share(name, share), above=0.0)


def _all(**ranges: Range) -> None:
    """Every input is a range, none of it below nothing."""
    for name, r in ranges.items():
        guard.finite(name, guard.kind(name, r, Range).low.magnitude, low=0.0)
