"""Charts of the page "Contagion"."""

from __future__ import annotations

import altair as alt
import pandas as pd

from capital_loop.chapters.contagion.study import Study
from capital_loop.record.tables import Record
from capital_loop.show.figure import (
    BLUE,
    GREY,
    INK,
    MUTED,
    NARROW,
    ORANGE,
    SKY,
    Figure,
)
from capital_loop.show.words import put


def holders(found: Study) -> Figure:
    """What each holder loses if OpenAI loses all of its value."""
    data = found.losses[found.losses["fall"] == 1.0].copy()
    for c in ("low", "central", "high"):
        data[c] *= 100
    data["label"] = [
        f"{r.low:.0f} to {r.high:.0f} %" if r.high >= 2 else f"{r.low:.1f} to {r.high:.1f} %"
        for r in data.itertuples()
    ]
    data = data.sort_values("central", ascending=False)
    order = list(data["party"])
    top = data.iloc[0]

    def chart(width: int) -> alt.TopLevelMixin:
        y = alt.Y("party:N", sort=order, axis=None)
        x = alt.X(
            "low:Q",
            title="Percent of the holder’s own value",
            scale=alt.Scale(domain=[0, float(data["high"].max()) * 1.35], nice=False),
            axis=alt.Axis(tickCount=6),
        )
        base = alt.Chart(data)
        spans = base.mark_rule(strokeWidth=6, color=SKY, yOffset=9).encode(x=x, x2="high:Q", y=y)
        dots = base.mark_point(size=95, color=BLUE, opacity=1, yOffset=9).encode(x="central:Q", y=y)
        labels = base.mark_text(align="left", dx=7, dy=9, fontWeight="bold", color=INK).encode(
            x="high:Q", y=y, text="label:N"
        )
        names = base.mark_text(align="left", dy=-9, color=INK).encode(x=alt.value(0), y=y, text="party:N")
        return (spans + dots + labels + names).properties(width=width, height=46 * len(order))

    return Figure(
        name="contagion-holders",
        title=f"If OpenAI lost its whole value, {top['party']} would lose {top['low']:.0f} to {top['high']:.0f} % of its own; the other holders would hardly notice",
        unit="Loss as a share of the holder’s own value, percent: market value, for SoftBank net asset value",
        description="Ranges with a central point. " + "; ".join(f"{r.party}: {r.label}, central {r.central:.1f} percent" for r in data.itertuples()) + ".",
        chart=chart,
        rows=data[["party", "low", "central", "high"]].round(2).rename(columns={"party": "Holder", "low": "Low, %", "central": "Central, %", "high": "High, %"}),
        facts=found.facts,
        note="Ranges over the shares held, OpenAI’s value and the holders’ own values. Losses of sales or of mood are not in it.",
    )  # fmt: skip


def payments(found: Study) -> Figure:
    """How often a party cannot pay, by what OpenAI pays, with and without building."""
    data = found.payments[found.payments["party"].isin(["Oracle", "CoreWeave"])].copy()
    data["percent"], data["x"] = 100 * data["fails"], 100 * data["paid"]
    data["row"] = data["party"] + data["building"].map(
        {True: ", goes on building", False: ", stops building"}
    )
    rows = [
        "Oracle, stops building",
        "Oracle, goes on building",
        "CoreWeave, stops building",
        "CoreWeave, goes on building",
    ]

    def chart(width: int) -> alt.TopLevelMixin:
        x = alt.X(
            "x:Q",
            title="OpenAI pays, percent of what it owes",
            scale=alt.Scale(domain=[0, 100], reverse=True),
            axis=alt.Axis(values=[0, 25, 50, 75, 100]),
        )
        y = alt.Y(
            "percent:Q",
            title="Cannot pay, percent of draws",
            scale=alt.Scale(domain=[-3, 106], nice=False),
            axis=alt.Axis(values=[0, 25, 50, 75, 100]),
        )
        colour = alt.Color(
            "row:N",
            title=None,
            sort=rows,
            scale=alt.Scale(domain=rows, range=[BLUE, SKY, ORANGE, GREY]),
            legend=alt.Legend(columns=1 if width == NARROW else 2),
        )
        base = alt.Chart(data)
        lines = base.mark_line(strokeWidth=2.2).encode(
            x=x,
            y=y,
            color=colour,
            strokeDash=alt.StrokeDash(
                "row:N", legend=None, scale=alt.Scale(domain=rows, range=[[1, 0], [6, 3], [1, 0], [6, 3]])
            ),
        )
        dots = base.mark_point(size=50, opacity=1).encode(x=x, y=y, color=colour)
        return (lines + dots).properties(width=width, height=260)

    return Figure(
        name="contagion-payments",
        title="If lenders renew nothing, CoreWeave can hardly pay even with all of OpenAI’s money; Oracle can pay without any of it, as long as it stops building",
        unit="Part of the draws in which a party cannot pay what falls due within a year, percent",
        description="Lines. " + "; ".join(f"{r.row}, OpenAI pays {r.x:.0f} percent: {r.percent:.0f} percent of draws" for r in data.itertuples()) + ".",
        chart=chart,
        rows=data[["row", "x", "percent"]].round(1).rename(columns={"row": "Party", "x": "OpenAI pays, %", "percent": "Cannot pay, % of draws"}),
        facts=found.facts,
        note=f"Draws over the ranges of all inputs; the standard error of a part is at most {100 * found.error:.1f} points. Parts of draws are not probabilities: nobody knows how likely the inputs are.",
    )  # fmt: skip


def rollover(found: Study) -> Figure:
    """What lenders must renew within a year."""
    data = found.rollover.assign(
        lo=found.rollover["low"] / 1e9, mid=found.rollover["central"] / 1e9, hi=found.rollover["high"] / 1e9
    )
    data["label"] = [
        f"{put(r.low, 'usd1')} to {put(r.high, 'usd1')}" if r.high else "nothing" for r in data.itertuples()
    ]
    order = list(data.sort_values("mid", ascending=False)["party"])
    top = data.sort_values("mid").iloc[-1]

    def chart(width: int) -> alt.TopLevelMixin:
        y = alt.Y("party:N", sort=order, axis=None)
        x = alt.X(
            "lo:Q",
            title="USD billion",
            scale=alt.Scale(domain=[0, float(data["hi"].max()) * 1.35], nice=False),
            axis=alt.Axis(tickCount=5),
        )
        base = alt.Chart(data)
        spans = base.mark_rule(strokeWidth=6, color=SKY, yOffset=9).encode(x=x, x2="hi:Q", y=y)
        dots = base.mark_point(size=95, color=BLUE, opacity=1, yOffset=9).encode(x="mid:Q", y=y)
        labels = base.mark_text(align="left", dx=7, dy=9, fontWeight="bold", color=INK).encode(
            x="hi:Q", y=y, text="label:N"
        )
        names = base.mark_text(align="left", dy=-9, color=INK).encode(x=alt.value(0), y=y, text="party:N")
        return (spans + dots + labels + names).properties(width=width, height=46 * len(order))

    return Figure(
        name="contagion-rollover",
        title=f"Even if nobody builds any more, lenders must renew for CoreWeave, and up to {put(top['high'], 'usd0')} for {top['party']}, which could sell listed shares instead",
        unit="Debt due within a year less cash and a year’s own money, USD billion",
        description="Ranges with a central point. " + "; ".join(f"{r.party}: {r.label}, central {put(r.central, 'usd1')}" for r in data.itertuples()) + ".",
        chart=chart,
        rows=data[["party", "lo", "mid", "hi"]].round(2).rename(columns={"party": "Borrower", "lo": "Low, USD billion", "mid": "Central", "hi": "High"}),
        facts=found.facts,
    )  # fmt: skip


def loan_to_value(record: Record, found: Study) -> Figure:
    """SoftBank's loan to value as OpenAI's value falls."""
    data = found.loan_to_value.assign(
        **{c: 100 * found.loan_to_value[c] for c in ("low", "central", "high")},
        x=100 * found.loan_to_value["fall"],
    )
    ceiling = record.fact("LEV-092")
    last = data.iloc[-1]

    def chart(width: int) -> alt.TopLevelMixin:
        x = alt.X(
            "x:Q",
            title="OpenAI loses, percent of its value",
            scale=alt.Scale(domain=[20, 105], nice=False),
            axis=alt.Axis(values=[25, 50, 75, 100]),
        )
        y = alt.Y("low:Q", title="Loan to value, percent", scale=alt.Scale(domain=[0, 45]))
        base = alt.Chart(data)
        band = base.mark_rule(strokeWidth=9, color=SKY).encode(x=x, y=y, y2="high:Q")
        dots = base.mark_point(size=95, color=BLUE, opacity=1).encode(x=x, y="central:Q")
        level = pd.DataFrame({"v": [ceiling.value], "words": [f"own ceiling {ceiling.value:.0f}"]})
        rule = alt.Chart(level).mark_rule(strokeDash=[5, 4], color=ORANGE).encode(y="v:Q")
        name = (
            alt.Chart(level)
            .mark_text(align="left", dx=3, dy=-7, color=MUTED)
            .encode(x=alt.value(0), y="v:Q", text="words:N")
        )
        return (rule + name + band + dots).properties(width=width, height=230)

    return Figure(
        name="contagion-loan-to-value",
        title=f"OpenAI’s whole value gone, SoftBank’s loan to value would stand at {last['low']:.0f} to {last['high']:.0f} %, around or above its own ceiling of {ceiling.value:.0f} %",
        unit="Net debt over value of holdings after the fall, percent, with other holdings unchanged",
        description="Ranges with central points. " + "; ".join(f"fall of {r.x:.0f} percent: {r.low:.0f} to {r.high:.0f}, central {r.central:.0f}" for r in data.itertuples()) + ".",
        chart=chart,
        rows=data[["x", "low", "central", "high"]].round(1).rename(columns={"x": "OpenAI loses, %", "low": "Low, %", "central": "Central, %", "high": "High, %"}),
        facts=(*found.facts, record.fact("LEV-095"), ceiling),
    )  # fmt: skip
