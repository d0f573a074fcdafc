"""What-if calculators: the inputs that a reader may move, and the recorded state they start from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Slider:
    """One input: ``form`` is a format name of ``words.formatted``; ``value`` the recorded one."""

    key: str
    name: str
    low: float
    value: float
    high: float
    form: str

    def __post_init__(self) -> None:
        if not self.low <= self.value <= self.high:
            raise ValueError(f"slider {self.key}: {self.value:g} lies outside {self.low:g} to {self.high:g}")


@dataclass(frozen=True)
class WhatIf:
    """A calculator. ``answers`` are (words, format, recorded value).

    ``constants`` go to the formula unchanged.
    """

    kind: str
    title: str
    sliders: tuple[Slider, ...]
    answers: tuple[tuple[str, str, float], ...]
    constants: Mapping[str, Any] = field(default_factory=dict)
    formula: Callable[[Mapping[str, Any]], Sequence[float]] = field(kw_only=True)
    """The models' own formula of sliders and constants: what the page's formulas are compared with."""

    def recompute(self, moved: Mapping[str, float]) -> list[float]:
        """The answers by the models in Python, for sliders moved."""
        return list(self.formula({**self.constants, **{s.key: s.value for s in self.sliders}, **moved}))
