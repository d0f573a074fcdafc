"""Where the network's parties stand, the way of each arrow between them, and room for its amount.

Sizes in pixels.

An arrow's way is a quadratic curve from plate to plate; arrows of one pair run side by side. Amounts get the
first place on their way where they touch no plate and no other amount, so that none collides on any day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from capital_loop.chapters.front.study import Flow
from capital_loop.show.figure import NARROW

Points = np.ndarray[Any, np.dtype[np.float64]]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""
HUBS = ("openai", "anthropic")
PLACES = {
    "nvidia": (33, 6, 13, 33), "coreweave": (18, 30, 13, 9), "oracle": (54, 17, 47, 5),
    "openai": (36, 54, 55, 30),
    "sb-energy": (8, 64, 13, 54), "softbank": (13, 93, 86, 20), "stargate-partners": (40, 96, 84, 6),
    "amd": (70, 25, 13, 71), "broadcom": (66, 45, 58, 60), "microsoft": (66, 64, 87, 43),
    "amazon": (64, 85, 86, 66),
    "anthropic": (91, 55, 55, 85), "google": (92, 91, 88, 88), "meta": (91, 9, 13, 89),
}  # fmt: skip
"""Where each party stands, in percent of width and height: wide x, y, then narrow x, y."""
BENDS = {
    ("nvidia", "sb-energy"): (0.3, 0.04),
    ("anthropic", "nvidia"): (0.23, 0.0),
    ("amd", "anthropic"): (0.08, 0.04),
}
"""How far the ways of a pair leave the straight line, in parts of its length: wide, narrow; positive is to
the right of one who walks from the first by name to the second. Others bend a little."""
LEAST, PER_PIXEL = 1.6, {True: 24e9, False: 11e9}
"""Pixels of the thinnest arrow; dollars for which one is a pixel wider, on narrow and wide sheets."""
BAND = 4.4
"""From so many pixels on, an arrow is a band with an outline; below, a line."""


@dataclass(frozen=True)
class Way:
    """One arrow's curve by its three points, from the edge of a plate to its tip before the next."""

    points: Points
    width: float

    def at(self, t: float) -> Points:
        """The point at ``t`` between 0 and 1."""
        a, b, c = self.points
        return np.asarray((1 - t) ** 2 * a + 2 * t * (1 - t) * b + t**2 * c)

    def normal(self, t: float) -> Points:
        """The unit vector to the right of the way at ``t``."""
        a, b, c = self.points
        along = 2 * (1 - t) * (b - a) + 2 * t * (c - b)
        return np.array([-along[1], along[0]]) / max(float(np.hypot(*along)), 1e-9)

    def cut(self, start: float, end: float) -> Way:
        """The part from ``start`` to ``end``."""
        a, b, c = self.points
        mid = (1 - start) * (1 - end) * a + (start * (1 - end) + end * (1 - start)) * b + start * end * c
        return Way(np.array([self.at(start), mid, self.at(end)]), self.width)

    @cached_property
    def length(self) -> float:
        """Its length."""
        path = np.array([self.at(t) for t in np.linspace(0, 1, 33)])
        return float(np.hypot(*np.diff(path, axis=0).T).sum())


@dataclass(frozen=True)
class Sheet:
    """One drawing: its width, and what it calls the parties."""

    key: int
    names: Mapping[str, str]

    @property
    def narrow(self) -> bool:
        """Whether it is for a phone."""
        return self.key == NARROW

    @property
    def width(self) -> float:
        """Width in pixels of its own."""
        return 340 if self.narrow else 960

    @property
    def body(self) -> float:
        """Height of the picture without its legend."""
        return 540 if self.narrow else 660

    @property
    def font(self) -> float:
        """Size of amounts."""
        return 13.0 if self.narrow else 14.0

    def at(self, party: str) -> Points:
        """Where a party stands."""
        x, y = PLACES[party][2:] if self.narrow else PLACES[party][:2]
        return np.array([x / 100 * self.width, y / 100 * self.body])

    def half(self, party: str) -> Points:
        """Half the width and height of a party's plate."""
        if party in HUBS:
            return np.array([46.0, 19.0] if self.narrow else [78.0, 36.0])
        return np.array([
            len(self.names[party]) * self.font * 0.28 + (6 if self.narrow else 13), self.font * 1.1
        ])  # fmt: skip

    def plate(self, party: str) -> Box:
        """A party's plate."""
        (x, y), (w, h) = self.at(party), self.half(party)
        return x - w, y - h, x + w, y + h

    def thick(self, usd: float | None) -> float:
        """The width of an arrow: by its sum, but never below the least."""
        return max(LEAST, (usd or 0.0) / PER_PIXEL[self.narrow])

    def way(self, flow: Flow, shift: float, width: float) -> Way:
        """An arrow's way, ``shift`` to the side of the middle between its parties."""
        first, second = sorted((flow.payer, flow.payee))
        start, end = self.at(first), self.at(second)
        across = end - start
        right = np.array([-across[1], across[0]]) / np.hypot(*across)
        bend = BENDS.get((first, second), (0.04, 0.04))[self.narrow]
        middle = (start + end) / 2 + right * (2 * bend * float(np.hypot(*across)))
        side = right * shift
        ends = [p + right * self._kept(shift, right, party) for p, party in ((start, first), (end, second))]
        points = np.array([ends[0], middle + side * 1.6, ends[1]])
        return self._between(Way(points if flow.payer == first else points[::-1], width), flow)

    def _kept(self, shift: float, right: Points, party: str) -> float:
        """As much of a shift to the side as still meets a party's plate."""
        reach = float(np.min(self.half(party) / np.maximum(np.abs(right), 1e-9)))
        return float(np.clip(shift, -0.85 * reach, 0.85 * reach))

    def _between(self, way: Way, flow: Flow) -> Way:
        """The part of a way outside the plates it joins."""
        t = np.linspace(0, 1, 301)
        path = np.array([way.at(x) for x in t])
        free = [
            np.any(np.abs(path - self.at(p)) > self.half(p) + 3, axis=1) for p in (flow.payer, flow.payee)
        ]
        outside = t[free[0] & free[1]]
        return way.cut(float(outside[0]), float(outside[-1]))


def ways(flows: Sequence[Flow], sheet: Sheet) -> list[Way]:
    """The way of each arrow; the arrows of a pair side by side, as wide as they ever get.

    Raises ``ValueError`` for a party that has no place on the sheet.
    """
    if strange := {p for f in flows for p in (f.payer, f.payee)} - set(PLACES):
        raise ValueError(f"{', '.join(sorted(strange))}: give it a place in PLACES of {__name__}")
    widest = [max(sheet.thick(s.stated) for s in f.states) for f in flows]
    pairs: dict[frozenset[str], list[int]] = {}
    for i, f in enumerate(flows):
        pairs.setdefault(frozenset((f.payer, f.payee)), []).append(i)
    gap = 9 if sheet.narrow else 15
    out: dict[int, Way] = {}
    for members in pairs.values():
        whole = sum(widest[i] for i in members) + gap * (len(members) - 1)
        left = -whole / 2
        for i in members:
            out[i] = sheet.way(flows[i], left + widest[i] / 2, widest[i])
            left += widest[i] + gap
    return [out[i] for i in range(len(flows))]


def labels(
    flows: Sequence[Flow], said: Sequence[str], along: Sequence[Way], sheet: Sheet
) -> list[Points | None]:
    """The middle of each arrow's amount; ``None`` where there is nothing to say or no room.

    ``said`` is the longest that an arrow ever says. Larger amounts choose first.
    """
    taken = [sheet.plate(p) for p in {p for f in flows for p in (f.payer, f.payee)}]
    paths = [np.array([w.at(t) for t in np.linspace(0.02, 0.98, 25)]) for w in along]
    out: list[Points | None] = [None] * len(flows)
    for i in sorted(range(len(flows)), key=lambda i: -along[i].width):
        if not said[i]:
            continue
        half = np.array([len(said[i]) * sheet.font * 0.29 + 2, sheet.font * 0.62])
        others = np.concatenate([p for j, p in enumerate(paths) if j != i])
        best: tuple[float, Points, Box] | None = None
        for cost, place in _candidates(along[i], half):
            box = (*(place - half), *(place + half))
            inside = min(box[:2]) >= 1 and box[2] <= sheet.width - 1 and box[3] <= sheet.body
            if not inside or any(_meet(box, b) for b in taken):
                continue
            crossed = int(np.all(np.abs(others - place) < half + 1, axis=1).sum())
            if best is None or cost + crossed < best[0]:
                best = cost + crossed, place, box
        if best:
            out[i] = best[1]
            taken.append(best[2])
    return out


def _candidates(way: Way, half: Points) -> Iterator[tuple[float, Points]]:
    """Places for an amount with their costs: on the way, best in its middle, or beside it."""
    for t in np.linspace(0.12, 0.88, 39):
        off = abs(float(t) - 0.5) * 4
        yield off, way.at(t)
        right = way.normal(t)
        for sign in (-1, 1):
            reach = way.width / 2 + 2 + float(np.abs(right) @ half)
            yield off + 2.5, way.at(t) + sign * reach * right


def _meet(one: Sequence[float], two: Sequence[float]) -> bool:
    """Whether two boxes stand less than two units apart."""
    return all(a[k] < b[k + 2] + 2 for a, b in ((one, two), (two, one)) for k in (0, 1))
