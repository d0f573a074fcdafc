"""Intervals: what a printed figure can stand for, and arithmetic with it.

The one reading of a wording in this book, used by the verdicts and by the model of growth. The module imports
nothing of the book but the guard of inputs, so that both may use it.

Source: R. E. Moore, R. B. Kearfott and M. J. Cloud, *Introduction to Interval Analysis*, SIAM, 2009. Outward
rounding of the last binary digit is left out: it is smaller than any rounding step met here by many powers of
ten.

Example::

    >>> from capital_loop.models.intervals import implied_interval
    >>> implied_interval(300.0, step=10.0, qualifier="about")
    Interval(low=285.0, high=315.0)
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

from capital_loop.models import guard

__all__ = ["ABOUT", "LOOSELY", "PLAIN", "Interval", "exact", "implied_interval"]

PLAIN = 0.05
"""How far, as a share, a plain figure may at most lie from the value, however few digits are printed."""
ABOUT = 0.05
"""How far, as a share, a figure with "about" may at least lie from the value and still be what was said."""
LOOSELY = 0.10
"""How far, as a share, a figure with "about" or "nearly" may at most lie from the value."""


def exact(value: float) -> str:
    """A number with all the digits that comparing it looks at: ``300``, ``0.1``, ``1234567.25``."""
    return repr(float(value)).removesuffix(".0")


@dataclass(frozen=True, slots=True)
class Interval:
    """A closed range of real numbers, ``low <= x <= high``; an infinite end stands for no bound.

    Sums, differences, products and quotients hold every result that members of the two ranges can
    give. A plain number may stand on the right of an operator.
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        for name, end in (("low", self.low), ("high", self.high)):
            if not (isinstance(end, (int, float)) and math.isinf(end)):
                guard.finite(name, end)
        if not self.low <= self.high:
            raise ValueError(f"the interval's low {exact(self.low)} is above its high {exact(self.high)}")

    @classmethod
    def exactly(cls, value: float) -> Interval:
        """The range that holds one number only."""
        return cls(value, value)

    @property
    def middle(self) -> float:
        """Half-way between the bounds."""
        return self.low + (self.high - self.low) / 2

    def contains(self, other: Interval | float) -> bool:
        """Say whether a number, or every number of another range, lies in this one."""
        that = _as_interval(other)
        return self.low <= that.low and that.high <= self.high

    def overlaps(self, other: Interval) -> bool:
        """Say whether the two ranges share a number."""
        return self.low <= other.high and other.low <= self.high

    def is_below(self, other: Interval) -> bool:
        """Say whether every number here is smaller than every number there."""
        return self.high < other.low

    def gap(self, x: float) -> float:
        """The distance from ``x`` to the range; zero inside."""
        return max(self.low - x, x - self.high, 0.0)

    def capped(self, top: float) -> Interval:
        """The range with an open upper end closed at ``top``; unchanged where it has an end."""
        return Interval(self.low, top) if math.isinf(self.high) else self

    def __add__(self, other: Interval | float) -> Interval:
        that = _as_interval(other)
        return Interval(self.low + that.low, self.high + that.high)

    def __sub__(self, other: Interval | float) -> Interval:
        that = _as_interval(other)
        return Interval(self.low - that.high, self.high - that.low)

    def __mul__(self, other: Interval | float) -> Interval:
        that = _as_interval(other)
        # Nothing times no bound is nothing.
        corners = [
            a * b if a and b else 0.0 for a, b in product((self.low, self.high), (that.low, that.high))
        ]
        return Interval(min(corners), max(corners))

    def __truediv__(self, other: Interval | float) -> Interval:
        that = _as_interval(other)
        if that.contains(0.0):
            raise ValueError(f"divisor is {exact(that.low)} to {exact(that.high)}: it must not hold zero")
        # What is divided by ever more comes to nothing.
        corners = [
            0.0 if math.isinf(b) else a / b for a, b in product((self.low, self.high), (that.low, that.high))
        ]
        return Interval(min(corners), max(corners))

    def log(self) -> Interval:
        """The natural logarithm of a range of positive numbers."""
        if self.low <= 0:
            raise ValueError(f"The logarithm needs positive numbers; the range starts at {self.low}.")
        return Interval(math.log(self.low), math.log(self.high))

    def increasing(self, function: Callable[[float], float]) -> Interval:
        """The image of the range under a function that never falls."""
        return Interval(function(self.low), function(self.high))


def _as_interval(value: Interval | float) -> Interval:
    return value if isinstance(value, Interval) else Interval.exactly(float(value))


def implied_interval(
    value: float, step: float, qualifier: str = "exact", *, digits_alone: bool = False
) -> Interval:
    """What a printed figure implies, in the figure's unit.

    ``step`` is the rounding step of the printed figure (3000亿 printed to one digit: 1e11). ``exact`` gives
    half a step either side, at most ``PLAIN`` of the value; ``about`` half a step, at least ``ABOUT`` and at
    most ``LOOSELY``; ``nearly`` reaches ``LOOSELY`` below the value and as far above as ``exact``; ``over``
    and ``at_least`` are open above, ``at_most`` below. A ``range`` has no rule: its ends are typed in.
    ``digits_alone`` lifts the shares: the printed digits bound the figure, half a step. Raises ``ValueError``
    for it and for unknown qualifiers.
    """
    value, step = guard.finite("value", value), guard.finite("step", step, low=0.0)
    size = abs(value)
    half = step / 2 if digits_alone else min(step / 2, PLAIN * size)
    if qualifier == "exact" or (digits_alone and qualifier == "about"):
        return Interval(value - half, value + half)
    if qualifier == "about":
        reach = min(max(step / 2, ABOUT * size), LOOSELY * size)
        return Interval(value - reach, value + reach)
    if qualifier == "nearly":
        return Interval(value - LOOSELY * size, value + half)
    if qualifier in ("over", "at_least"):
        return Interval(value, math.inf)
    if qualifier == "at_most":
        return Interval(-math.inf, value)
    raise ValueError(f"the qualifier '{qualifier}' implies no interval; use range and type low and high")
