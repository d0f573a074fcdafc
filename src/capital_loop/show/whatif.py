"""What-if calculators: the inputs that a reader may move, and the answers at the recorded state.

On the site ``whatif.js`` puts sliders in where scripts run; other viewers get the answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import jinja2

from capital_loop.show.words import formatted

CALCULATOR = "application/vnd.capital-loop.whatif+json"
"""The type of a calculator in a notebook."""
_PLAIN = jinja2.Environment(autoescape=True).from_string(
    "<p><strong>{{ title }}</strong></p>{% for a in answers %}<p>{{ a.name }}: {{ a.said }}</p>{% endfor %}"
    "<ul>{% for i in inputs %}<li>{{ i.name }}: {{ i.said }}</li>{% endfor %}</ul>"
)


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
    """A calculator. ``answers`` are words and format of what ``formula`` gives.

    ``constants`` go to the formula unchanged.
    """

    kind: str
    title: str
    sliders: tuple[Slider, ...]
    answers: tuple[tuple[str, str], ...]
    constants: Mapping[str, Any] = field(default_factory=dict)
    formula: Callable[[Mapping[str, Any]], Sequence[float]] = field(kw_only=True)
    """The models' own formula of sliders and constants: what the page's formulas are compared with."""

    def computed(self, moved: Mapping[str, float]) -> list[float]:
        """The answers by the models, with some sliders moved from the recorded state."""
        at = {**self.constants, **{s.key: s.value for s in self.sliders}, **moved}
        return list(self.formula(at))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        found = zip(self.answers, self.computed({}), strict=True)
        answers = [{"name": name, "said": formatted(value, form)} for (name, form), value in found]
        payload = {
            "kind": self.kind, "title": self.title, "answers": answers,
            "inputs": [{"name": s.name, "said": formatted(s.value, s.form)} for s in self.sliders],
            "spec": {
                "kind": self.kind, "sliders": [vars(s) for s in self.sliders],
                "answers": [list(a) for a in self.answers], "constants": dict(self.constants),
            },
        }  # fmt: skip
        said = "; ".join(f"{a['name']}: {a['said']}" for a in answers)
        return {
            CALCULATOR: payload,
            "text/html": _PLAIN.render(**payload),
            "text/plain": f"{self.title} {said}",
        }
