"""The calculator of the chapter: one run with the reader's inputs, under both rules for unused funding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from capital_loop.chapters.loop_in_time.study import FIELDS, Study
from capital_loop.chapters.study import number
from capital_loop.models.dynamics import YEAR, Inputs, simulate
from capital_loop.show.whatif import Slider, WhatIf
from capital_loop.show.words import fill, read_words

words = read_words(__file__)
CALCULATOR = words.table("calculator")

MOVED = {
    "growth": "share", "fade": "share", "other_costs": "share", "capacity_target": "num1", "delay": "num1",
    "price": "usd1", "funding": "usd0",
}  # fmt: skip
"""The inputs that a reader may move, and how each is written."""


def formula(x: Mapping[str, Any]) -> tuple[float, float, float]:
    """What is unpaid at the end if unused funding lapses, and if it is kept (USD).

    Revenue of the last year (USD).
    """
    runs = [simulate(Inputs(**{f: x[f] for f in FIELDS}, kept=kept), int(x["quarters"])) for kept in (0, 1)]
    unpaid = [float(run.unpaid[-1, 0]) for run in runs]
    return unpaid[0], unpaid[1], float(runs[0].revenue[-YEAR:, 0].sum())


def calculator(study: Study) -> WhatIf:
    """One run at central values; bills stand."""
    table = study.inputs
    sliders = tuple(
        Slider(key, CALCULATOR[key], low, central, high, form)
        for key, form in MOVED.items()
        for low, central, high in [[number(table, key, end) for end in ("low", "central", "high")]]
    )
    constants = {f: number(table, f, "central") for f in FIELDS if f not in MOVED} | {
        "quarters": study.now.quarters
    }
    answers = tuple(
        (fill(CALCULATOR[key], end=study.now.last), "usd0") for key in ("lapsing", "kept", "revenue")
    )
    return WhatIf("loop", CALCULATOR["title"], sliders, answers, constants, formula=formula)
