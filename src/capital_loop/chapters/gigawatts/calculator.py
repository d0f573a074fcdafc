"""The calculator of the chapter: how many GPUs a gigawatt of site power carries and what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from capital_loop.chapters.gigawatts.study import Study
from capital_loop.models.gpu_rental import gpus_per_gigawatt
from capital_loop.show.whatif import Slider, WhatIf
from capital_loop.show.words import read_words

words = read_words(__file__)
CALCULATOR = words.table("calculator")

ASSUMED = {
    "power_kw": ("rental-power-draw", "num2"), "pue": ("rental-pue", "num2"),
    "server_cost": ("rental-server-cost", "usd"), "server_share": ("dynamics-chip-share", "share"),
}  # fmt: skip
"""The assumption behind each input and how it is written."""


def formula(x: Mapping[str, Any]) -> tuple[float, float]:
    """GPUs in a gigawatt and its cost, USD."""
    gpus = gpus_per_gigawatt(x["power_kw"], x["pue"])
    return gpus, gpus * x["server_cost"] / x["server_share"]


def calculator(study: Study) -> WhatIf:
    """What a gigawatt costs, between the ends of the assumptions."""
    found = {key: study.assumed(name) for key, (name, _) in ASSUMED.items()}
    sliders = tuple(
        Slider(key, CALCULATOR[key], a.low, a.central, a.high, ASSUMED[key][1]) for key, a in found.items()
    )
    answers = ((CALCULATOR["gpus"], "about"), (CALCULATOR["cost"], "usd1"))
    return WhatIf("gigawatt", CALCULATOR["title"], sliders, answers, formula=formula)
