"""Charts of the page "The loop in time"."""

from __future__ import annotations

import altair as alt
import pandas as pd

from capital_loop.chapters.loop_in_time.study import KNOWN, Study
from capital_loop.record.tables import Record
from capital_loop.show.figure import (
    BLUE,
    GREY,
    INK,
    NARROW,
    ORANGE,
    SKY,
    Figure,
)
from capital_loop.show.words import put

BILLION = 1e9


def gaps(found: Study) -> Figure:
    """The funding gap by year over the ranges of the inputs."""
    data = found.gaps.assign(**{c: found.gaps[c] / BILLION for c in found.gaps.columns if c != "year"})
    data["year"] = data["year"].astype(str)
    worst = data.loc[data["p50"].idxmax()]
    top = data.loc[data["p95"].idxmax()]

    def chart(width: int) -> alt.TopLevelMixin:
        x = alt.X("year:N", title=None, axis=alt.Axis(labelAngle=0))
        y = alt.Y("p5:Q", title="USD billion a year")
        base = alt.Chart(data)
        wide = base.mark_bar(size=18 if width == NARROW else 34, color=SKY).encode(x=x, y=y, y2="p95:Q")
        inner = base.mark_bar(size=18 if width == NARROW else 34, color=BLUE).encode(
            x=x, y="p25:Q", y2="p75:Q"
        )
        middle = base.mark_tick(size=24 if width == NARROW else 44, thickness=3, color=ORANGE).encode(
            x=x, y="p50:Q"
        )
        return (wide + inner + middle).properties(width=width, height=270)

    return Figure(
        name="dynamics-gaps",
        title=f"The year in which most money is missing is {worst['year']} in the middle of the ranges ({put(worst['p50'] * BILLION, 'usd0')}); the upper end reaches {put(top['p95'] * BILLION, 'usd0')} in {top['year']}",
        unit="Computing that OpenAI owes and cannot pay after all money raised, USD billion a year; light: nine tenths of the draws, dark: half, line: median",
        description="Bars of ranges by year. " + "; ".join(f"{r.year}: median {r.p50:.0f}, half between {r.p25:.0f} and {r.p75:.0f}, nine tenths between {r.p5:.0f} and {r.p95:.0f} billion" for r in data.itertuples()) + ".",
        chart=chart,
        rows=data.round(1).rename(columns={"year": "Year", **{f"p{p}": f"{p}th percentile, USD billion" for p in (5, 25, 50, 75, 95)}}),
        facts=found.facts,
        note="Draws spread evenly over the ranges of the inputs: they show what the ranges imply and are no probabilities. "
        f"The Monte Carlo error of a median is at most {put(found.draw_error, 'usd1')}.",
    )  # fmt: skip


def closing(found: Study) -> Figure:
    """The growth in the first year that would close each year's gap."""
    data = found.closing.assign(percent=100 * found.closing["growth"].clip(lower=0))
    data["year"] = data["year"].astype(str)
    data["label"] = [put(v, "pct0") for v in data["percent"]]
    assumed = 100 * float(found.table.at["growth", "central"])
    hardest = data.loc[data["percent"].idxmax()]

    def chart(width: int) -> alt.TopLevelMixin:
        x = alt.X("year:N", title=None, axis=alt.Axis(labelAngle=0))
        y = alt.Y(
            "percent:Q",
            title="Percent in the first year",
            scale=alt.Scale(domain=[0, float(max(data["percent"].max(), assumed)) * 1.15], nice=False),
        )
        base = alt.Chart(data)
        bars = base.mark_bar(size=18 if width == NARROW else 34, color=BLUE).encode(x=x, y=y)
        labels = base.mark_text(
            dy=-8, fontWeight="bold", fontSize=10 if width == NARROW else 12, color=INK
        ).encode(x=x, y=y, text="label:N")
        level = pd.DataFrame({"v": [assumed], "words": [f"assumed {assumed:.0f} %"]})
        rule = alt.Chart(level).mark_rule(strokeDash=[5, 4], color=ORANGE).encode(y="v:Q")
        name = (
            alt.Chart(level)
            .mark_text(align="left", dx=4, dy=-7, color=ORANGE, fontWeight="bold")
            .encode(x=alt.value(0), y="v:Q", text="words:N")
        )
        return (bars + rule + labels + name).properties(width=width, height=240)

    return Figure(
        name="dynamics-closing",
        title=f"To pay all that it owes in {hardest['year']} OpenAI’s revenue would have to grow by {hardest['label']} in the first year, against {assumed:.0f} % assumed",
        unit="Growth of revenue in the first year that leaves no gap in the year shown, other inputs central, percent",
        description="Bars. " + "; ".join(f"{r.year}: {r.label}" for r in data.itertuples()) + f". Assumed: {assumed:.0f} percent.",
        chart=chart,
        rows=data[["year", "percent"]].round(0).rename(columns={"year": "Year without a gap", "percent": "Growth needed, %"}),
        facts=found.facts,
        note="Solved, not scanned. Growth fades by the same factor a year in every case.",
    )  # fmt: skip


def indices(found: Study) -> Figure:
    """Which inputs matter."""
    data = found.indices.head(9).copy()
    order = list(data["input"])
    two = data["input"].iloc[:2].tolist()

    def chart(width: int) -> alt.TopLevelMixin:
        y = alt.Y("input:N", sort=order, axis=None)
        x = alt.X("total:Q", title="Sobol index", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(tickCount=5))
        base = alt.Chart(data)
        total = base.mark_bar(height=14, yOffset=8, color=SKY).encode(x=x, y=y)
        first = base.mark_bar(height=6, yOffset=8, color=BLUE).encode(x="first:Q", y=y)
        labels = base.mark_text(align="left", dx=5, dy=8, fontWeight="bold", color=INK).encode(
            x=x, y=y, text=alt.Text("total:Q", format=".2f")
        )
        names = base.mark_text(align="left", dy=-8, color=INK).encode(x=alt.value(0), y=y, text="input:N")
        return (total + first + labels + names).properties(width=width, height=36 * len(order))

    return Figure(
        name="dynamics-indices",
        title=f"“{two[0]}” and “{two[1]}” decide most of how large the gap is",
        unit=f"Sobol indices of the gap from {found.gaps['year'].iloc[0]} to {found.gaps['year'].iloc[4]}: light, with interactions; dark, alone",
        description="Bars. " + "; ".join(f"{r.input}: total {r.total:.2f} (error {r.error:.2f}), alone {r.first:.2f}" for r in data.itertuples()) + ".",
        chart=chart,
        rows=data.round(3).rename(columns={"input": "Input", "first": "Alone", "total": "With interactions", "error": "Error of it"}),
        facts=found.facts,
    )  # fmt: skip


def backtest(record: Record, found: Study) -> Figure:
    """What the inputs of the day said, against what happened."""
    data = found.backtest.copy()
    order = list(data["what"])
    hit = int(data["inside"].sum())

    def chart(width: int) -> alt.TopLevelMixin:
        y = alt.Y("what:N", sort=order, axis=None)
        x = alt.X(
            "low:Q",
            title="GW, or USD billion",
            scale=alt.Scale(domain=[0, float(data[["high", "happened"]].max().max()) * 1.15], nice=False),
            axis=alt.Axis(tickCount=6),
        )
        base = alt.Chart(data)
        spans = base.mark_rule(strokeWidth=6, color=SKY, yOffset=9).encode(x=x, x2="high:Q", y=y)
        said = base.mark_point(size=80, color=BLUE, opacity=1, yOffset=9).encode(x="middle:Q", y=y)
        real = base.mark_point(size=110, shape="diamond", color=ORANGE, opacity=1, yOffset=9).encode(
            x="happened:Q", y=y
        )
        names = base.mark_text(align="left", dy=-9, color=INK, fontSize=11).encode(
            x=alt.value(0), y=y, text="what:N"
        )
        return (spans + said + real + names).properties(width=width, height=48 * len(order))

    return Figure(
        name="dynamics-backtest",
        title=f"Fed only with what was public on {put(KNOWN, 'date')}, the model had {hit} of {len(data)} figures of the next year within its range",
        unit="Blue: said, median and nine tenths of the draws; orange diamond: what happened",
        description="Ranges with a diamond. " + "; ".join(f"{r.what}: said {r.low:.1f} to {r.high:.1f}, happened {r.happened:.1f}" for r in data.itertuples()) + ".",
        chart=chart,
        rows=data[["what", "low", "middle", "high", "happened"]].round(2).rename(columns={"what": "What", "low": "Low", "middle": "Middle", "high": "High", "happened": "Happened"}),
        facts=tuple(record.fact(i) for i in data["fact_id"]),
    )  # fmt: skip


def stocks(found: Study) -> Figure:
    """The cloud's debt and OpenAI's revenue against its dues in the central run."""
    c = found.central
    quarters = pd.period_range("2025Q3", periods=len(c.debt), freq="Q").to_timestamp(how="end").normalize()
    data = pd.concat([
        pd.DataFrame({"date": quarters, "usd": 4 * c.revenue[:, 0] / BILLION, "row": "Revenue of OpenAI, a year"}),
        pd.DataFrame({"date": quarters, "usd": 4 * c.due[:, 0] / BILLION, "row": "Owed for computing, a year"}),
        pd.DataFrame({"date": quarters, "usd": c.debt[:, 0] / BILLION, "row": "Debt of the cloud, a stock"}),
    ], ignore_index=True)  # fmt: skip
    rows = list(data["row"].unique())
    ends = data.groupby("row").tail(1)

    def chart(width: int) -> alt.TopLevelMixin:
        x = alt.X(
            "date:T",
            title=None,
            axis=alt.Axis(format="%Y", tickCount=5 if width == NARROW else 9, grid=False),
        )
        y = alt.Y("usd:Q", title="USD billion", axis=alt.Axis(tickCount=6))
        colour = alt.Color(
            "row:N",
            title=None,
            sort=rows,
            scale=alt.Scale(domain=rows, range=[BLUE, ORANGE, GREY]),
            legend=alt.Legend(columns=1 if width == NARROW else 3),
        )
        lines = (
            alt.Chart(data)
            .mark_line(strokeWidth=2.2)
            .encode(
                x=x,
                y=y,
                color=colour,
                strokeDash=alt.StrokeDash(
                    "row:N", legend=None, scale=alt.Scale(domain=rows, range=[[1, 0], [1, 0], [6, 3]])
                ),
            )
        )
        return lines.properties(width=width, height=270)

    peak = float(c.debt[:, 0].max())
    return Figure(
        name="dynamics-stocks",
        title=f"At central values the cloud’s debt rises to {put(peak, 'usd0')} while OpenAI owes more than it earns for years",
        unit="USD billion; two flows at a yearly rate and one stock, which are not added",
        description="Three lines. At the end: " + "; ".join(f"{r.row}: {r.usd:.0f} billion" for r in ends.itertuples()) + f". Highest debt: {peak / BILLION:.0f} billion.",
        chart=chart,
        rows=data[data["date"].dt.month == 12].assign(date=lambda d: d["date"].dt.strftime("%Y-%m-%d"), usd=lambda d: d["usd"].round(1)).rename(columns={"date": "Quarter to", "usd": "USD billion", "row": "What"}),
        facts=found.facts,
    )  # fmt: skip
