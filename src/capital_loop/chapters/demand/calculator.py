"""The calculator of the chapter: the revenue that a year's spending asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from capital_loop.chapters.demand.study import Study
from capital_loop.models.required_revenue import Inputs, required_revenue
from capital_loop.show.whatif import Slider, WhatIf
from capital_loop.show.words import read_words

words = read_words(__file__)
CALCULATOR = words.table("calculator")

FORMS = {
    "spending": "usd0", "fast_share": "share", "fast_life": "years1", "slow_life": "years1",
    "required_return": "share", "cash_cost": "share",
}  # fmt: skip


def formula(x: Mapping[str, Any]) -> tuple[float]:
    """The revenue needed, USD a year."""
    return (required_revenue(Inputs(**x)),)


def calculator(study: Study) -> WhatIf:
    """What revenue the spending would need, between the ends of the assumptions."""
    sliders = tuple(
        Slider(field, CALCULATOR[field], float(a.low), float(a.central), float(a.high), FORMS[field])
        for field, a in study.assumptions.items()
    )
    return WhatIf(
        "required", CALCULATOR["title"], sliders, ((CALCULATOR["answer"], "usd0"),), formula=formula
    )
