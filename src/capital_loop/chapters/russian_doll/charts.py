"""Charts of the chapter "The Russian doll"."""

from __future__ import annotations

import altair as alt
import pandas as pd

from capital_loop.chapters.russian_doll.study import STATUS, Study
from capital_loop.record.series import series
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
from capital_loop.show.words import human_period, put

BILLION = 1e9
_LAYER = {1: "First layer", 2: "Second layer", 3: "Third layer", 4: "Fourth layer"}


def layers(record: Record, found: Study) -> Figure:
    """The four layers arrow by arrow: as told, paid by the day, paid since."""
    kinds = ["As told, a promise or an estimate", "Paid by the document’s day", "Paid since"]
    rows = []
    for i, a in enumerate(found.arrows.itertuples()):
        rows.append(
            {
                "row": i,
                "arrow": f"{_LAYER[a.layer]}: {a.arrow}",
                "status": a.status,
                "kind": "",
                "usd": 0.0,
                "label": "",
            }
        )
        for kind, value in zip(kinds, (a.told, a.by_day, a.now), strict=True):
            if value == value and (value > 0 or kind != kinds[0]):
                rows.append(
                    {
                        "row": i,
                        "arrow": "",
                        "status": "",
                        "kind": kind,
                        "usd": value / BILLION,
                        "label": put(value, "usd0") if value else "none found",
                    }
                )
    data = pd.DataFrame(rows)
    data["order"] = range(len(data))
    heads, bars_data = data[data["kind"] == ""], data[data["kind"] != ""]
    counts = found.arrows["status"].value_counts()
    absent = int(counts.get(STATUS["absent"], 0))
    untraced = int(counts.get(STATUS["untraced"], 0))

    def chart(width: int) -> alt.TopLevelMixin:
        y = alt.Y("order:O", axis=None)
        top = float(bars_data["usd"].max())
        x = alt.X(
            "usd:Q",
            title="USD billion",
            scale=alt.Scale(domain=[0, top * 1.18], nice=False),
            axis=alt.Axis(tickCount=5),
        )
        bars = alt.Chart(bars_data).mark_bar(height=11).encode(
            x=x, y=y,
            color=alt.Color("kind:N", title=None, sort=kinds, scale=alt.Scale(domain=kinds, range=[SKY, ORANGE, BLUE]), legend=alt.Legend(columns=1 if width == NARROW else 3)),
        )  # fmt: skip
        labels = (
            alt.Chart(bars_data)
            .mark_text(align="left", dx=4, fontSize=11, color=INK)
            .encode(x=x, y=y, text="label:N")
        )
        names = (
            alt.Chart(heads)
            .mark_text(
                align="left", dy=3, color=INK, fontWeight="bold", fontSize=11 if width == NARROW else 12
            )
            .encode(x=alt.value(0), y=y, text="arrow:N")
        )
        marks = alt.Chart(heads).mark_text(align="right", dy=3, fontSize=11).encode(
            x=alt.value(width - 70 if width == NARROW else width - 20), y=y, text="status:N",
            color=alt.value(INK),
        )  # fmt: skip
        parts = [bars, labels, names] + ([] if width == NARROW else [marks])
        return (
            alt.layer(*parts)
            .resolve_scale(color="independent")
            .properties(width=width, height=19 * len(data))
        )

    return Figure(
        name="doll-layers",
        title=f"Of the {len(found.arrows)} arrows of the doll {absent} are against the record and {untraced} cannot be traced; the others carried less, or later",
        unit="USD billion; told sums are promises or estimates, the others payments; they are not added",
        description="Groups of bars, one group an arrow. "
        + "; ".join(
            f"{_LAYER[a.layer]}, {a.arrow}: told {put(a.told, 'usd0') if a.told == a.told else 'without a sum'}, paid by the day {put(a.by_day, 'usd0')}, since {put(a.now, 'usd0')}, {a.status.lower()}"
            for a in found.arrows.itertuples()
        ) + ".",
        chart=chart,
        rows=pd.DataFrame({"Layer": found.arrows["layer"], "Arrow": found.arrows["arrow"], "Told, USD billion": found.arrows["told"] / BILLION, "Paid by the day": found.arrows["by_day"] / BILLION, "Paid since, in all": found.arrows["now"] / BILLION, "Standing": found.arrows["status"]}),
        facts=tuple(record.fact(i) for i in sorted({i for ids in found.arrows["facts"] for i in ids})),
        note="OpenAI to Oracle: the most that can have been used and paid for in a year, since no customer reached a tenth of Oracle’s revenue.",
    )  # fmt: skip


def origins(record: Record, found: Study) -> Figure:
    """Where SoftBank's money for OpenAI can have come from."""
    data = pd.DataFrame(
        [
            {"row": k, "usd": high / BILLION, "label": f"at most {put(high, 'usd1')}"}
            for k, (_, high) in found.origins.items()
        ]
    )
    gulf = pd.DataFrame(
        [
            {
                "row": "Gulf funds, through the fund that bought",
                "usd": 0.0,
                "label": "none: no outside partners",
            }
        ]
    )
    data = pd.concat([data.sort_values("usd", ascending=False), gulf], ignore_index=True)
    order = list(data["row"])

    def chart(width: int) -> alt.TopLevelMixin:
        y = alt.Y("row:N", sort=order, axis=None)
        x = alt.X(
            "usd:Q",
            title="USD billion",
            scale=alt.Scale(domain=[0, float(data["usd"].max()) * 1.5], nice=False),
            axis=alt.Axis(tickCount=5),
        )
        base = alt.Chart(data)
        bars = base.mark_bar(height=14, yOffset=8, color=GREY).encode(x=x, y=y)
        labels = base.mark_text(align="left", dx=5, dy=8, fontWeight="bold", color=INK).encode(
            x=x, y=y, text="label:N"
        )
        names = base.mark_text(align="left", dy=-9, color=INK).encode(x=alt.value(0), y=y, text="row:N")
        return (bars + labels + names).properties(width=width, height=40 * len(order))

    return Figure(
        name="doll-origins",
        title=f"SoftBank’s {put(found.paid, 'usd0')} for OpenAI can have come from loans and sold shares; nothing of it from Gulf partners of the fund that bought",
        unit="USD billion: the most that each origin can have given; the least is nothing for each, since money carries no marks",
        description="Bars. " + "; ".join(f"{r.row}: {r.label}" for r in data.itertuples()) + ".",
        chart=chart,
        rows=data[["row", "usd"]].rename(columns={"row": "Origin", "usd": "At most, USD billion"}),
        facts=(*found.origin_facts, record.fact("LEV-Z30")),
        note="SoftBank also had cash and bonds of its own, so no origin can be called necessary.",
    )  # fmt: skip


def loan_to_value(record: Record) -> Figure:
    """SoftBank's own measure of its leverage against its own ceiling."""
    data = series(record, "softbank", "loan_to_value")
    ceiling = record.fact("LEV-092")
    last = data.iloc[-1]

    def chart(width: int) -> alt.TopLevelMixin:
        x = alt.X("as_of:N", title=None, axis=alt.Axis(labelAngle=0), sort=list(data["as_of"]))
        y = alt.Y("value:Q", title="Percent", scale=alt.Scale(domain=[0, 30]))
        base = alt.Chart(data)
        bars = base.mark_bar(size=34, color=BLUE).encode(x=x, y=y)
        labels = base.mark_text(dy=-8, fontWeight="bold").encode(
            x=x, y=y, text=alt.Text("value:Q", format=".1f")
        )
        level = pd.DataFrame({"value": [ceiling.value], "words": [f"own ceiling {ceiling.value:.0f}"]})
        rule = alt.Chart(level).mark_rule(strokeDash=[5, 4], color=ORANGE).encode(y="value:Q")
        name = (
            alt.Chart(level)
            .mark_text(align="left", dx=3, dy=-7, color=MUTED)
            .encode(x=alt.value(0), y="value:Q", text="words:N")
        )
        return (bars + labels + rule + name).properties(width=width, height=220)

    return Figure(
        name="doll-loan-to-value",
        title=f"SoftBank’s loan to value rose to {put(last['value'], 'pct1')} by {human_period(str(last['as_of']))}, under its own ceiling of {put(ceiling.value, 'pct0')}",
        unit="Net debt over value of holdings, percent, by the company’s own definition",
        description="Bars. " + "; ".join(f"{human_period(r.as_of)}: {r.value:.1f} percent" for r in data.itertuples()) + f". Ceiling {ceiling.value:.0f} percent.",
        chart=chart,
        rows=data[["as_of", "value"]].rename(columns={"as_of": "As of", "value": "Percent"}),
        facts=(*(record.fact(i) for i in data["fact_id"]), ceiling),
        note="The value of holdings includes the stake in OpenAI at the price of the newest round.",
    )  # fmt: skip
