"""The calculator of the chapter: the growth that a price takes for granted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from capital_loop.chapters.revenue_promises.study import Study
from capital_loop.models import valuation
from capital_loop.show.whatif import Slider, WhatIf
from capital_loop.show.words import read_words

words = read_words(__file__)
GROWTH = words.table("growth")


def formula(x: Mapping[str, Any]) -> tuple[float, float]:
    """Revenue needed at the horizon (USD a year) and the growth a year to it."""
    one = valuation.Venture(1.0, x["margin"], x["multiple"], x["rate"], x["dilution"], x["years"], x["after"])
    needed = x["price"] / valuation.value(one)
    return needed, (needed / x["revenue"]) ** (1 / x["years"]) - 1


def calculator(study: Study) -> WhatIf:
    """What growth a price takes for granted, from the price of the day."""
    v, price = study.inputs, study.day.price.value
    low, high = study.ranges["multiple"]
    sliders = tuple(
        Slider(key, GROWTH[key], least, value, most, form)
        for key, least, value, most, form in (
            ("price", 100e9, price, 1.5e12, "usd0"),
            ("margin", 0.05, v.margin, 0.4, "share"),
            ("multiple", low, v.multiple, high, "int"),
            ("rate", 0.0, v.rate, 0.4, "share"),
            ("dilution", 0.0, v.dilution, 0.2, "share"),
            ("years", 2, v.years, 12, "years1"),
        )
    )
    constants = {"revenue": study.day_revenue.value, "after": v.growth}
    answers = ((GROWTH["needed"], "usd0"), (GROWTH["growth"], "share"))
    return WhatIf("growth", GROWTH["title"], sliders, answers, constants, formula=formula)
