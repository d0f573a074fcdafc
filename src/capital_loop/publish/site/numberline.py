"""A claim beside its evidence on one line: the band that the rules accept, each deciding fact on it.

The band is what the wording implies; that of a bound ends where the bound would give a wrong size, so that
picture and verdict agree. A fact is a point or a range. Positions are percent of the width, so that the line
fits any screen; the labels stand above, as text.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from capital_loop.claims.intervals import fact_interval, on_axis
from capital_loop.claims.rules import accepted
from capital_loop.models.intervals import Interval
from capital_loop.record.rows import ClaimRow
from capital_loop.record.tables import Fact

WIDE = 30.0
"""Positive ends that differ by more than this factor stand on a logarithmic line."""
MARGIN = 0.08
"""Room left and right of the outermost ends, as a share of the line."""


@dataclass(frozen=True)
class Row:
    """One fact: ``left`` and ``width`` of its range, its ``point`` (percent); ``inside`` the band or not."""

    fact: Fact
    left: float
    width: float
    point: float
    inside: bool


@dataclass(frozen=True)
class Line:
    """The band that holds (percent of the line), and the facts.

    ``log`` is how the line is scaled; ``sized`` says that an open band ends on it, by its size.
    """

    left: float
    width: float
    point: float
    rows: tuple[Row, ...]
    log: bool
    sized: bool


def number_line(claim: ClaimRow, said: Interval, facts: list[Fact]) -> Line | None:
    """The line of a claim with its deciding facts; ``None`` where nothing numeric is to be compared."""
    same = [f for f in facts if f.unit == claim.unit and math.isfinite(f.value)]
    if not same or claim.unit in ("", "boolean") or math.isnan(claim.value):
        return None
    value, band = on_axis(claim.value, claim.unit), accepted(said, claim.unit)
    ranges = [fact_interval(f) for f in same]
    points = [on_axis(f.value, f.unit) for f in same]
    ends = [x for i in (said, *ranges) for x in (i.low, i.high) if math.isfinite(x)] + [value, *points]
    low, high = min(ends), max(ends)
    if low == high:
        low, high = low - max(abs(low), 1) / 2, high + max(abs(high), 1) / 2
    log = low > 0 and high / low > WIDE
    scale = math.log if log else float
    first, last = scale(low), scale(high)

    def at(x: float) -> float:
        if not math.isfinite(x):
            return 0.0 if x < 0 else 100.0
        share = (scale(x) - first) / (last - first)
        return round(min(100 * (MARGIN + (1 - 2 * MARGIN) * share), 100.0), 2)

    def span(i: Interval) -> tuple[float, float]:
        return at(i.low), round(at(i.high) - at(i.low), 2)

    rows = tuple(
        Row(f, *span(i), at(p), band.gap(p) == 0)
        for f, i, p in zip(same, ranges, points, strict=True)
    )  # fmt: skip
    return Line(*span(band), at(value), rows, log, band != said and at(band.high) < 100)
