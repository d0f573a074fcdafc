"""The chapter "The Russian doll": four layers as told and as recorded, and what can be traced."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from capital_loop.models.lookthrough import origin_bounds, passed_on
from capital_loop.record.tables import Fact, Record

STATUS = {
    "found": "On the record", "smaller": "On the record, smaller or later", "untraced": "Nothing traced", "absent": "Against the record",
}  # fmt: skip
"""How an arrow of the document stands; the reading of each is ours and stands in ``ARROWS``."""
ARROWS = [
    (1, "Gulf funds to SoftBank’s fund", None, None, None, "absent", "D-30", ("LEV-Z30",)),
    (
        1,
        "SoftBank to OpenAI",
        "OAI-Z60",
        "OAI-117",
        "paid",
        "smaller",
        "D-26",
        ("OAI-Z60", "OAI-117", "OAI-118"),
    ),
    (2, "OpenAI to Nvidia, first purchase", "DOLL-105", None, None, "untraced", "D-35", ("DOLL-105",)),
    (3, "Nvidia to OpenAI", "NVDA-002", None, "NVDA-041", "smaller", "D-40", ("NVDA-002", "NVDA-041")),
    (4, "OpenAI to Oracle, for computing", None, None, "TRI-D12", "found", "D-42", ("DOLL-102", "TRI-D12")),
    (4, "Oracle’s gains to a Vision Fund", None, None, None, "absent", "D-46", ("LEV-Z46", "LEV-107")),
    (4, "SoftBank to OpenAI again", None, None, "follow-on", "found", "D-46", ("LEV-244", "TRI-N11")),
]
"""Layer, arrow, fact of the told amount, paid by the document's day, paid since (fact or key), status, claim, facts."""


@dataclass(frozen=True)
class Study:
    """What the chapter shows. Amounts in USD; ``origins`` are bounds of what each can have given to SoftBank's payments."""

    arrows: pd.DataFrame
    paid: float
    paid_by_day: float
    origins: dict[str, tuple[float, float]]
    origin_facts: tuple[Fact, ...]
    to_nvidia: tuple[float, float]
    layers: pd.DataFrame


def study(record: Record) -> Study:
    """Everything of the chapter from the record."""
    fact = record.fact
    first, second = fact("OAI-117"), fact("OAI-118")
    paid = first.value + second.value
    follow = fact("LEV-244").value + fact("TRI-N11").value
    rows = []
    for layer, name, told, by_day, since, status, claim, ids in ARROWS:
        later = (
            paid
            if since == "paid"
            else follow
            if since == "follow-on"
            else fact(since).value
            if since
            else float("nan")
        )
        rows.append({
            "layer": layer, "arrow": name, "told": fact(told).value if told else float("nan"),
            "by_day": fact(by_day).value if by_day else 0.0, "now": later if later == later else 0.0,
            "status": STATUS[status], "claim": claim, "facts": ids,
        })  # fmt: skip
    arrows = pd.DataFrame(rows)
    named = {
        "A bank bridge loan": "OAI-125",
        "Its Nvidia shares": "LEV-104",
        "Its T-Mobile shares": "LEV-102",
        "Room on Arm shares": "OAI-126",
    }
    origins = origin_bounds(paid, {k: fact(i).value for k, i in named.items()}, paid)
    # By mid-2025 OpenAI had received the first closing and held more than it in cash; all its cash use is the ceiling.
    to_nvidia = passed_on(
        first.value,
        fact("OAI-009").value,
        other_inflow=fact("OAI-013").value,
        cash_before=0.0,
        cash_after=fact("OAI-013").value,
    )
    counts = arrows.groupby(["layer", "status"]).size().rename("arrows").reset_index()
    return Study(
        arrows, paid, first.value, origins, tuple(fact(i) for i in named.values()), to_nvidia, counts,
    )  # fmt: skip


def arrows_table(found: Study) -> pd.DataFrame:
    """The arrows with told and recorded amounts, USD billion."""
    a = found.arrows
    return pd.DataFrame({
        "Layer": a["layer"], "Arrow": a["arrow"], "As told, USD billion": a["told"] / 1e9,
        "Paid by the document’s day": a["by_day"] / 1e9, "Paid since, in all": a["now"] / 1e9, "Standing": a["status"], "Claim": a["claim"],
    })  # fmt: skip


def origins_table(found: Study) -> pd.DataFrame:
    """What each origin can have given to SoftBank's payments, USD billion."""
    return pd.DataFrame([
        {"Origin": k, "At least": low / 1e9, "At most": high / 1e9, "At most, % of what was paid": 100 * high / found.paid}
        for k, (low, high) in found.origins.items()
    ])  # fmt: skip
