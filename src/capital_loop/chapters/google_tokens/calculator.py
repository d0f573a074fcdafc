"""The calculator of the chapter: what the API's tokens would bring in at list prices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from capital_loop.chapters.google_tokens.study import Study
from capital_loop.models.growth import blended_price, token_revenue
from capital_loop.show.whatif import Slider, WhatIf
from capital_loop.show.words import read_words

words = read_words(__file__)
CALCULATOR = words.table("calculator")

ASSUMED = {
    "billed_share": ("growth-billed-share", "share"), "paid_share": ("growth-paid-share", "share"),
    "input_share": ("growth-input-share", "share"),
    "input_price": ("growth-price-input-{period}", "usd2"),
    "output_price": ("growth-price-output-{period}", "usd2"),
}  # fmt: skip
"""The assumption behind each input, of the newest prices, and how it is written."""


def formula(x: Mapping[str, Any]) -> tuple[float, float]:
    """Revenue of the API's tokens (USD a year), and its part of Google Cloud's."""
    price = blended_price(x["input_share"], x["input_price"], x["output_price"])
    revenue = token_revenue(x["tokens"], price, billed_share=x["billed_share"], paid_share=x["paid_share"])
    return revenue, revenue / x["cloud"]


def calculator(study: Study) -> WhatIf:
    """What the newest count of the API would bring in, between the ends of the assumptions."""
    late = study.revenue[-1]
    newest = study.periods[-1]
    found = {k: (study.estimate(name.format(period=newest)), form) for k, (name, form) in ASSUMED.items()}
    ranges = {"tokens": (late.tokens_per_month, "num2"), **found}
    sliders = tuple(
        Slider(key, CALCULATOR[key], e.low, e.central, e.high, form) for key, (e, form) in ranges.items()
    )
    answers = ((CALCULATOR["revenue"], "usd1"), (CALCULATOR["share"], "share1"))
    constants = {"cloud": late.cloud_per_year}
    return WhatIf("tokens", CALCULATOR["title"], sliders, answers, constants, formula=formula)
