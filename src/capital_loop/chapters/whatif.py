"""What-if calculators: which inputs a reader may move, and the recorded state they start from.

The formulas run in the page (``book/_static/whatif.js``) and are the models' own; a test moves every slider and
compares each answer with the model in Python.
"""

from __future__ import annotations

from collections.abc import Mapping

from capital_loop.chapters.amd_warrants import calculator as amd_warrants
from capital_loop.models import gpu_rental
from capital_loop.record.tables import Record
from capital_loop.show.whatif import Slider, WhatIf


def gigawatt(record: Record) -> WhatIf:
    """Gigawatts: how many GPUs a gigawatt of site power carries and what it costs, from one server upwards."""
    table = record.assumptions.set_index("assumption_id")
    rows = {
        "power_kw": ("rental-power-draw", "Power of equipment for one GPU, kW", "num2"),
        "pue": ("rental-pue", "Site electricity over equipment electricity", "num2"),
        "server_cost": ("rental-server-cost", "Server, network and storage for one GPU", "usd"),
        "server_share": ("dynamics-chip-share", "Their part of the cost of the whole site", "share"),
    }
    sliders = tuple(
        Slider(
            key,
            name,
            float(table.at[a, "low"]),
            float(table.at[a, "central"]),
            float(table.at[a, "high"]),
            form,
        )
        for key, (a, name, form) in rows.items()
    )
    start = WhatIf("gigawatt", "What does a gigawatt cost?", sliders, ())
    answers = zip(
        ("GPUs in a gigawatt", "Cost of a gigawatt"), ("int", "usd1"), recompute(start, {}), strict=True
    )
    return WhatIf(start.kind, start.title, sliders, tuple(answers))


def recompute(found: WhatIf, moved: Mapping[str, float]) -> list[float]:
    """The answers of a calculator by the models in Python, for sliders moved: the oracle of the page's formulas."""
    if found.formula:
        return found.recompute(moved)
    x = {s.key: s.value for s in found.sliders} | dict(moved)
    c = found.constants
    if found.kind == "rental":
        inputs = gpu_rental.RentalInputs(**{k: float(v) for k, v in {**c, **x}.items() if k != "hours"})
        return [gpu_rental.unit_economics(inputs).gross_margin, gpu_rental.unit_return(inputs)]
    if found.kind == "gigawatt":
        gpus = gpu_rental.gpus_per_gigawatt(x["power_kw"], x["pue"])
        return [gpus, gpus * x["server_cost"] / x["server_share"]]
    return amd_warrants.recompute(found, moved)
