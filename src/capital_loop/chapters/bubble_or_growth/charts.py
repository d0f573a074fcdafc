"""Charts of the chapter "Bubble, or how growth is financed?"."""

from __future__ import annotations

import altair as alt
import pandas as pd

from capital_loop.chapters.bubble_or_growth.study import GROUPS, Study
from capital_loop.record.tables import Record
from capital_loop.show.figure import (
    BLUE,
    GREEN,
    GREY,
    INK,
    MUTED,
    NARROW,
    ORANGE,
    Figure,
)
from capital_loop.show.words import put


def _bars(
    data: pd.DataFrame, title: str, colours: dict[str, str], width: int, step: int = 40
) -> alt.TopLevelMixin:
    order = list(data["row"])
    y = alt.Y("row:N", sort=order, axis=None)
    x = alt.X(
        "value:Q",
        title=title,
        scale=alt.Scale(domain=[0, float(data["value"].max()) * 1.2], nice=False),
        axis=alt.Axis(tickCount=5),
    )
    base = alt.Chart(data)
    bars = base.mark_bar(height=15, yOffset=8).encode(
        x=x, y=y, color=alt.Color("kind:N", title=None, scale=alt.Scale(domain=list(colours), range=list(colours.values())), legend=alt.Legend(columns=1 if width == NARROW else 3))
    )  # fmt: skip
    labels = base.mark_text(align="left", dx=5, dy=8, fontWeight="bold", color=INK).encode(
        x=x, y=y, text="label:N"
    )
    names = base.mark_text(align="left", dy=-9, color=INK).encode(x=alt.value(0), y=y, text="row:N")
    return (bars + labels + names).properties(width=width, height=step * len(order))


def output(record: Record, found: Study) -> Figure:
    """Investment as a share of output, then and now."""
    data = found.output.assign(kind=["Then", "Then", "Now", "Now", "Now"])
    data["label"] = [put(v, "pct1") for v in data["value"]]
    telecom, now = float(data["value"].iloc[1]), float(data["value"].iloc[-1])
    return Figure(
        name="bubble-output",
        title=f"AI took {put(now, 'pct1')} of US output in its latest full year: more than the telecoms at their peak ({put(telecom, 'pct1')}), a third of the railways",
        unit="Investment as a share of gross domestic product, percent; estimates of different makers",
        description="Bars. " + "; ".join(f"{r.row}: {r.label}" for r in data.itertuples()) + ".",
        chart=lambda width: _bars(data, "Percent of output", {"Then": GREY, "Now": BLUE}, width),
        rows=data[["row", "value"]].rename(columns={"row": "Episode", "value": "Percent of output"}),
        facts=tuple(record.fact(i) for i in data["fact_id"]),
        note="AI: all capital spending of the large firms, of which a quarter or more is outside the United States and not all is for AI. Other counts of the same year differ by a few tenths.",
    )  # fmt: skip


def vendors(record: Record, found: Study) -> Figure:
    """Financing of customers by makers over a year's revenue."""
    data = found.vendors.assign(
        kind=["Then", "Then", "Then", "Promised, never binding", "Binding now", "Binding now"]
    )
    data["label"] = [put(v, "pct0" if v >= 10 else "pct1") for v in data["value"]]
    lucent, day, last = (
        float(data.set_index("fact_id").at[i, "value"]) for i in ("BUB-D01", "BUB-D03", "BUB-D02")
    )
    return Figure(
        name="bubble-vendors",
        title=f"What bound Nvidia on the day was {put(day, 'pct1')} of a year’s revenue; its guarantee a year later is {put(last, 'pct0')}, against Lucent’s {put(lucent, 'pct0')}, the highest of the three makers",
        unit="Financing of customers over the maker’s revenue of a year, percent; loans, an undertaking and a guarantee are different things",
        description="Bars. " + "; ".join(f"{r.row}: {r.label}" for r in data.itertuples()) + ".",
        chart=lambda width: _bars(data, "Percent of a year’s revenue", {"Then": GREY, "Promised, never binding": GREEN, "Binding now": BLUE}, width),
        rows=data[["row", "value"]].round(1).rename(columns={"row": "Maker", "value": "Percent of revenue"}),
        facts=tuple(record.fact(i) for i in data["fact_id"]),
        note="A loan is money out of the door; a guarantee is paid only if the customer fails. The sums of the three were promised, not all of them drawn.",
    )  # fmt: skip


def explosive(found: Study) -> Figure:
    """The test for explosive prices, share by share, against its critical value."""
    data = pd.DataFrame([{"row": t.ticker, "kind": t.group, "value": t.gsadf} for t in found.tests])
    order = list(data["row"])
    critical = found.tests[0].critical
    called = [t.ticker for t in found.tests if t.explosive]
    kinds = list(GROUPS)

    def chart(width: int) -> alt.TopLevelMixin:
        y = alt.Y("row:N", sort=order, title=None)
        low = min(0.0, float(data["value"].min()))
        x = alt.X(
            "value:Q",
            title="GSADF statistic",
            scale=alt.Scale(domain=[low - 0.2, float(data["value"].max()) * 1.12], nice=False),
            axis=alt.Axis(tickCount=6),
        )
        base = alt.Chart(data)
        level = pd.DataFrame({"x": [critical], "words": [f"critical {critical:.2f}"]})
        rule = alt.Chart(level).mark_rule(strokeDash=[5, 4], color=MUTED).encode(x="x:Q")
        name = (
            alt.Chart(level)
            .mark_text(align="left", dx=4, baseline="bottom", dy=-3, color=MUTED, fontSize=11)
            .encode(x="x:Q", y=alt.value(0), text="words:N")
        )
        dots = base.mark_point(size=110, opacity=1).encode(
            x=x, y=y,
            color=alt.Color("kind:N", title=None, sort=kinds, scale=alt.Scale(domain=kinds, range=[BLUE, ORANGE, GREEN]), legend=alt.Legend(columns=1 if width == NARROW else 3)),
            shape=alt.Shape("kind:N", title=None, sort=kinds, scale=alt.Scale(domain=kinds, range=["circle", "square", "diamond"])),
        )  # fmt: skip
        return (rule + name + dots).properties(width=width, height=26 * len(order))

    return Figure(
        name="bubble-explosive",
        title=(f"Prices grew faster than a random walk can explain for {', '.join(called)}" if called else "No share’s price grew faster than a random walk can explain")
        + f" in {found.weeks} weeks of closes",
        unit="GSADF statistic of weekly log closes; right of the dashed line: explosive at the level of ninety-five percent",
        description="Dots by share. " + "; ".join(f"{t.ticker}: {t.gsadf:.2f}, p {t.p_value:.2f}" for t in found.tests) + f". Critical value {critical:.2f}.",
        chart=chart,
        rows=pd.DataFrame([{"Share": t.ticker, "Group": t.group, "GSADF": round(t.gsadf, 2), "p (simulated)": t.p_value} for t in found.tests]),
        facts=found.price_facts,
        note=f"Critical value from simulated random walks; its Monte Carlo error is {found.error:.2f}. The test says nothing about why a price rose, nor whether it was too high.",
    )  # fmt: skip
