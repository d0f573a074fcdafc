"""Charts of the chapter "Gigawatts, reactors, homes, chips"."""

from __future__ import annotations

import altair as alt
import pandas as pd

from capital_loop.chapters.gigawatts.study import Results
from capital_loop.show.figure import (
    BLUE,
    GREEN,
    GREY,
    INK,
    MUTED,
    NARROW,
    ORANGE,
    SKY,
    Figure,
)
from capital_loop.show.words import human_period, put

_STAGES = {"promise": "Promised or planned", "contract": "Under contract", "runs": "Running or delivered"}


def _count(x: float) -> str:
    return put(x, "int") if x < 1000 else put(x, "num1")


def conversions(found: Results) -> Figure:
    """Each conversion as computed, in units of what the document says."""
    rows = []
    for c in found.conversions:
        said = c.claimed[0] if c.claimed[1] == float("inf") else (c.claimed[0] + c.claimed[1]) / 2
        rows.append({
            "row": f"{c.name} ({c.claim_id})", "low": c.low / said, "central": c.central / said, "high": c.high / said,
            "words": f"{_count(c.low)} to {_count(c.high)}; printed {'over ' if c.claimed[1] == float('inf') else ''}{_count(said)}",
        })  # fmt: skip
    data = pd.DataFrame(rows)
    order = list(data["row"])

    def chart(width: int) -> alt.TopLevelMixin:
        y = alt.Y("row:N", sort=order, axis=None)
        x = alt.X(
            "low:Q",
            title="Computed, as a multiple of what is printed",
            scale=alt.Scale(domain=[0.5, 1.6]),
            axis=alt.Axis(tickCount=6),
        )
        base = alt.Chart(data)
        one = (
            alt.Chart(pd.DataFrame({"x": [1]}))
            .mark_rule(color=ORANGE, strokeDash=[5, 3], strokeWidth=1.6)
            .encode(x="x:Q")
        )
        spans = base.mark_rule(strokeWidth=5, color=SKY, yOffset=14).encode(x=x, x2="high:Q", y=y)
        dots = base.mark_point(size=90, opacity=1, color=BLUE, yOffset=14).encode(x="central:Q", y=y)
        names = base.mark_text(align="left", dy=-16, color=INK, fontWeight="bold").encode(
            x=alt.value(0), y=y, text="row:N"
        )
        words = base.mark_text(align="left", dy=-1, color=MUTED).encode(x=alt.value(0), y=y, text="words:N")
        return (one + spans + dots + names + words).properties(width=width, height=64 * len(order))

    good = sum(c.holds for c in found.conversions)
    return Figure(
        name="gigawatts-conversions",
        title=f"{good} of {len(found.conversions)} conversions can be right; none is exact, because each depends on a choice that the text does not name",
        unit="Computed range over printed figure; dashed: exactly what is printed",
        description="Bars with a point, one row a conversion. " + "; ".join(f"{r.row}: {r.words}" for r in data.itertuples()) + ".",
        chart=chart,
        rows=data[["row", "words", "low", "central", "high"]].round(2).rename(
            columns={"row": "Conversion", "words": "Computed and printed", "low": "Low over printed", "central": "Central over printed", "high": "High over printed"}
        ),
        facts=tuple(f for c in found.conversions for f in c.facts),
    )  # fmt: skip


def power_per_chip(found: Results) -> Figure:
    """Kilowatts behind one accelerator, by whoever stated a count."""
    data = pd.DataFrame([
        {"row": s.who, "low": s.kilowatt[0], "central": s.kilowatt[1], "high": s.kilowatt[2], "kind": kind,
         "label": put(s.kilowatt[1], "num2") + " kW"}
        for kind, group in (("Added up from the equipment", found.built_up), ("Implied by a stated count", found.statements))
        for s in group
    ])  # fmt: skip
    order = list(data["row"])
    low, high = data["central"].min(), data["central"].max()

    def chart(width: int) -> alt.TopLevelMixin:
        y = alt.Y("row:N", sort=order, axis=None)
        x = alt.X(
            "low:Q",
            title="Kilowatts of the whole site for one chip",
            scale=alt.Scale(domain=[0, 3.9]),
            axis=alt.Axis(tickCount=5),
        )
        colour = alt.Color("kind:N", title=None, sort=None, scale=alt.Scale(domain=["Added up from the equipment", "Implied by a stated count"], range=[GREEN, BLUE]),
                           legend=alt.Legend(columns=1 if width == NARROW else 2))  # fmt: skip
        base = alt.Chart(data)
        spans = base.mark_rule(strokeWidth=3, color=GREY, yOffset=9).encode(x=x, x2="high:Q", y=y)
        dots = base.mark_point(size=90, opacity=1, yOffset=9).encode(
            x="central:Q", y=y, color=colour, shape=alt.Shape("kind:N", legend=None)
        )
        labels = base.mark_text(align="left", dx=8, dy=9, fontWeight="bold", color=INK).encode(
            x="high:Q", y=y, text="label:N"
        )
        names = base.mark_text(align="left", dy=-9, color=INK).encode(x=alt.value(0), y=y, text="row:N")
        return (spans + dots + labels + names).properties(width=width, height=42 * len(order))

    return Figure(
        name="gigawatts-power-per-chip",
        title=f"One chip stands for {put(low, 'num2')} to {put(high, 'num2')} kW of a site, by generation and by speaker: the same gigawatt holds {put(1e6 / high, 'int')} or {put(1e6 / low, 'int')} of them",
        unit="Kilowatts per accelerator, site power over chips; lines: range of the statement or of the inputs",
        description="Points with lines. " + "; ".join(f"{r.row}: {r.label}" for r in data.itertuples()) + ".",
        chart=chart,
        rows=data[["row", "kind", "low", "central", "high"]].round(2).rename(
            columns={"row": "By", "kind": "How", "low": "Low, kW", "central": "Central, kW", "high": "High, kW"}
        ),
        facts=tuple(f for s in (*found.built_up, *found.statements) for f in s.facts),
        note="The Ohio count is for equipment power without cooling; the others are for the site or do not say. A stated “over” makes the chip’s share smaller.",
    )  # fmt: skip


def promised_and_running(found: Results) -> Figure:
    """Gigawatts announced, contracted, planned and running."""
    kind = {
        "OAI-209": "promise",
        "OAI-217": "contract",
        "ORCL-026": "promise",
        "OAI-072": "runs",
        "ORCL-027": "runs",
    }
    data = found.milestones.assign(
        kind=[_STAGES[kind[f.fact_id]] for f in found.milestone_facts],
        row=[
            f"{s} ({human_period(a)})"
            for s, a in zip(found.milestones["step"], found.milestones["as_of"], strict=True)
        ],
        label=[put(v, "gw") for v in found.milestones["gw"]],
    )
    order = list(data["row"])
    first, last = data.iloc[0], data.iloc[-1]

    def chart(width: int) -> alt.TopLevelMixin:
        y = alt.Y("row:N", sort=order, axis=None)
        x = alt.X(
            "gw:Q",
            title="GW",
            scale=alt.Scale(domain=[0, float(data["gw"].max()) * 1.2], nice=False),
            axis=alt.Axis(tickCount=5),
        )
        base = alt.Chart(data)
        bars = base.mark_bar(height=15, yOffset=9).encode(
            x=x, y=y,
            color=alt.Color("kind:N", title=None, sort=list(_STAGES.values()), scale=alt.Scale(domain=list(_STAGES.values()), range=[SKY, BLUE, ORANGE]),
                            legend=alt.Legend(columns=1 if width == NARROW else 3)),
        )  # fmt: skip
        labels = base.mark_text(align="left", dx=5, dy=9, fontWeight="bold", color=INK).encode(
            x=x, y=y, text="label:N"
        )
        names = base.mark_text(align="left", dy=-9, color=INK).encode(x=alt.value(0), y=y, text="row:N")
        return (bars + labels + names).properties(width=width, height=44 * len(order))

    return Figure(
        name="gigawatts-promised-running",
        title=f"{first.label} were announced in one autumn; a year later {last.label} ran at Oracle’s sites for OpenAI",
        unit="GW; promises, contracts and running sites are different things and overlap, so they are not added",
        description="Bars. " + "; ".join(f"{r.row}: {r.label}, {r.kind.lower()}" for r in data.itertuples()) + ".",
        chart=chart,
        rows=data[["step", "as_of", "kind", "gw"]].rename(columns={"step": "What", "as_of": "As of", "kind": "Standing", "gw": "GW"}),
        facts=found.milestone_facts,
    )  # fmt: skip
