"""The calculator of AMD's warrant: its value over price, volatility, time and the targets already reached.

The page's formulas are the models' own; ``formula`` is what a test compares them with.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from capital_loop.chapters.amd_warrants.study import Study
from capital_loop.models import warrants
from capital_loop.show.whatif import Slider, WhatIf
from capital_loop.show.words import read_words

words = read_words(__file__)
WHATIF = words.table("whatif")


def calculator(study: Study) -> WhatIf:
    """The inputs that a reader may move, at the recorded state."""
    plan, terms, years = study.plan, study.terms, study.years
    cut = plan.tranches(terms.shares, terms.capacity)
    ranges: dict[str, tuple[float, float, float, str]] = {
        "spot": (80, study.price_before, 700, "usd"),
        "volatility": (0.2, plan.volatility, 0.9, "share"),
        "years": (0.25, years, years, "years1"),
        "passed": (0, 0, len(cut), "int"),
        "first_chance": (0.0, plan.first_chance, 1.0, "share"),
        "next_chance": (0.0, plan.next_chance, 1.0, "share"),
    }
    return WhatIf(
        "warrant", WHATIF["title"], tuple(Slider(key, WHATIF[key], *given) for key, given in ranges.items()),
        ((WHATIF["value"], "usd1"), (WHATIF["of_face"], "share")),
        {"rate": plan.rate, "strike": terms.strike, "hurdles": list(plan.hurdles),
         "shares": [t.shares for t in cut],
         "shift": warrants.CONTINUITY * math.sqrt(warrants.watched_every(plan.closes))},
        formula=formula,
    )  # fmt: skip


def formula(x: Mapping[str, Any]) -> tuple[float, float]:
    """The warrant's value, USD, and its part of the face value."""
    hurdles = [min(h, x["spot"]) if k < x["passed"] else h for k, h in enumerate(x["hurdles"])]
    hurdles = [h * math.exp(x["shift"] * x["volatility"]) if h > x["spot"] else h for h in hurdles]
    each = warrants.hurdle_call(x["spot"], hurdles, x["volatility"], x["rate"], x["years"], x["strike"])
    chances = [x["first_chance"] * x["next_chance"] ** k for k in range(len(hurdles))]
    total = sum(float(v) * n * p for v, n, p in zip(each, x["shares"], chances, strict=True))
    return total, total / (sum(x["shares"]) * x["spot"])
