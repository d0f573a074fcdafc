"""Charts of the chapter "Leverage on leverage"."""

from __future__ import annotations

import altair as alt
import pandas as pd

from capital_loop.chapters.leverage.study import GROUND, Study
from capital_loop.record.tables import Record
from capital_loop.show.figure import (
    AMBER,
    BLUE,
    GREEN,
    INK,
    MUTED,
    NARROW,
    ORANGE,
    PURPLE,
    SKY,
    Figure,
)
from capital_loop.show.words import human_period, put

BILLION = 1e9


def _documents(record: Record) -> alt.LayerChart:
    frame = pd.DataFrame({"date": [pd.Timestamp(record.documents["day"].max())], "words": ["documents"]})
    rule = alt.Chart(frame).mark_rule(strokeDash=[3, 3], color=MUTED).encode(x="date:T")
    name = alt.Chart(frame).mark_text(align="right", baseline="top", dx=-3, color=MUTED, fontSize=11).encode(
        x="date:T", y=alt.value(0), text="words:N"
    )  # fmt: skip
    return rule + name


def positions(record: Record, found: Study) -> Figure:
    """Cash less debt of each listed party in the autumn of the documents."""
    data = found.positions.assign(usd=found.positions["net"] / BILLION)
    data["label"] = [put(v, "usd0") for v in data["net"]]
    order = list(data["firm"])
    rich = [r.firm for r in data.itertuples() if r.net > 0]

    def chart(width: int) -> alt.TopLevelMixin:
        y = alt.Y("firm:N", sort=order, axis=None)
        low, high = float(data["usd"].min()), float(data["usd"].max())
        x = alt.X(
            "usd:Q",
            title="USD billion",
            scale=alt.Scale(domain=[low * 1.28, high * 1.5], nice=False),
            axis=alt.Axis(tickCount=5),
        )
        base = alt.Chart(data)
        bars = base.mark_bar(height=14, yOffset=8).encode(
            x=x, y=y, color=alt.condition("datum.usd > 0", alt.value(BLUE), alt.value(ORANGE))
        )
        right = (
            base.transform_filter("datum.usd >= 0")
            .mark_text(align="left", dx=4, dy=8, fontWeight="bold")
            .encode(x=x, y=y, text="label:N")
        )
        left = (
            base.transform_filter("datum.usd < 0")
            .mark_text(align="right", dx=-4, dy=8, fontWeight="bold")
            .encode(x=x, y=y, text="label:N")
        )
        names = base.mark_text(align="left", dy=-8, color=INK).encode(x=alt.value(0), y=y, text="firm:N")
        return (bars + right + left + names).properties(width=width, height=36 * len(order))

    return Figure(
        name="leverage-positions",
        title=f"In the autumn of the documents {', '.join(rich[:-1])} and {rich[-1]} had more cash than debt; Oracle owed {put(-found.position('Oracle'), 'usd0')} more than it had",
        unit="Cash and short-term investments less debt and recorded leases, USD billion, at each firm’s balance-sheet date",
        description="Bars to the right (more cash) and left (more debt). " + "; ".join(f"{r.firm}: {r.label}" for r in data.itertuples()) + ".",
        chart=chart,
        rows=pd.DataFrame({"Firm": data["firm"], "As of": data["as_of"], "Cash, USD billion": data["cash"] / BILLION, "Debt with leases, USD billion": data["debt"] / BILLION, "Difference": data["usd"]}).round(1),
        facts=tuple(record.fact(i) for i in [*found.positions["cash_id"], *found.positions["debt_id"]]),
        note="Long-term securities are left out, which understates Alphabet and Amazon. Leases signed but not begun are in no balance sheet. OpenAI and CoreWeave file no comparable figures of that date.",
    )  # fmt: skip


def debts(record: Record, found: Study) -> Figure:
    """Debt of the two borrowers of the story over time."""
    data = found.debt.assign(usd=found.debt["value"] / BILLION)
    names = list(data["firm"].unique())
    ends = data.groupby("firm").tail(1).copy()
    ends["label"] = [f"{r.firm.split(',')[0]} {put(r.value, 'usd0')}" for r in ends.itertuples()]
    oracle = data[data["firm"] == names[0]]
    then = float(oracle.loc[oracle["as_of"] == "2025-08-31", "value"].iloc[0])
    peak = oracle.loc[oracle["value"].idxmax()]

    def chart(width: int) -> alt.TopLevelMixin:
        narrow = width == NARROW
        x = alt.X(
            "date:T",
            title=None,
            scale=alt.Scale(domain=["2024-04-15", "2027-04-01" if narrow else "2027-01-15"]),
            axis=alt.Axis(format="%b %y", tickCount=4 if narrow else 8, grid=False),
        )
        y = alt.Y("usd:Q", title="USD billion", axis=alt.Axis(tickCount=6))
        colour = alt.Color("firm:N", legend=None, scale=alt.Scale(domain=names, range=[ORANGE, PURPLE]))
        base = alt.Chart(data)
        lines = base.mark_line(strokeWidth=2).encode(x=x, y=y, color=colour)
        dots = base.mark_point(size=45, opacity=1).encode(x=x, y=y, color=colour)
        words = (
            alt.Chart(ends)
            .mark_text(align="left", dx=6, fontWeight="bold", fontSize=11)
            .encode(x=x, y=y, text="label:N", color=colour)
        )
        return (_documents(record) + lines + dots + words).properties(width=width, height=260)

    return Figure(
        name="leverage-debts",
        title=f"Oracle’s notes and loans rose from {put(then, 'usd0')} before the documents to {put(peak['value'], 'usd0')} half a year later",
        unit="USD billion; Oracle: notes and loans without leases; CoreWeave: all debt. Leases not begun are in neither",
        description="Two lines. " + "; ".join(f"{r.firm}, {human_period(r.as_of)}: {put(r.value, 'usd0')}" for r in data.itertuples()) + ".",
        chart=chart,
        rows=data[["firm", "as_of", "usd"]].round(1).rename(columns={"firm": "Borrower and scope", "as_of": "As of", "usd": "USD billion"}),
        facts=tuple(record.fact(i) for i in data["fact_id"]),
    )  # fmt: skip


def spreads(record: Record, found: Study) -> Figure:
    """What insurance against default cost a year."""
    data = found.spreads
    names = ["CoreWeave", "Oracle"]
    top = {n: data.loc[data.loc[data["firm"] == n, "value"].idxmax()] for n in names}

    def chart(width: int) -> alt.TopLevelMixin:
        narrow = width == NARROW
        x = alt.X(
            "date:T",
            title=None,
            scale=alt.Scale(padding=30),
            axis=alt.Axis(format="%b %y", tickCount=4 if narrow else 8, grid=False),
        )
        y = alt.Y("value:Q", title="Basis points a year", axis=alt.Axis(tickCount=5))
        colour = alt.Color(
            "firm:N", title=None, sort=names, scale=alt.Scale(domain=names, range=[PURPLE, ORANGE])
        )
        base = alt.Chart(data)
        lines = base.mark_line(strokeWidth=1.8).encode(x=x, y=y, color=colour)
        dots = base.mark_point(size=60, opacity=1).encode(x=x, y=y, color=colour)
        marked = pd.concat(
            [g.loc[[g.index[0], g["value"].idxmax(), g.index[-1]]] for _, g in data.groupby("firm")]
        )
        labels = alt.Chart(marked.drop_duplicates()).mark_text(dy=-11, fontSize=11, color=INK).encode(
            x=x, y=y, text=alt.Text("value:Q", format=".0f")
        )  # fmt: skip
        return (_documents(record) + lines + dots + labels).properties(width=width, height=250)

    return Figure(
        name="leverage-spreads",
        title=(
            f"Insuring Oracle’s debt cost {top['Oracle']['value']:.0f} basis points a year at its dearest ({human_period(top['Oracle']['as_of'])}), "
            f"CoreWeave’s {top['CoreWeave']['value']:.0f} ({human_period(top['CoreWeave']['as_of'])})"
        ),
        unit="Five-year credit default swaps, basis points a year; single readings, not a daily series",
        description="Two lines. " + "; ".join(f"{r.firm}, {human_period(r.as_of)}: {r.value:.0f}" for r in data.itertuples()) + ".",
        chart=chart,
        rows=data[["firm", "as_of", "value"]].rename(columns={"firm": "Borrower", "as_of": "As of", "value": "Basis points"}),
        facts=tuple(record.fact(i) for i in data["fact_id"]),
    )  # fmt: skip


def loans(record: Record, found: Study) -> Figure:
    """What loans for the sites and chips stand on."""
    data = found.loans.assign(b=found.loans["usd"] / BILLION)
    data["label"] = [put(v, "usd1" if v < 10 * BILLION else "usd0") for v in data["usd"]]
    data["row"] = [f"{r.loan} ({human_period(r.as_of)})" for r in data.itertuples()]
    order = list(data["row"])
    grounds = list(GROUND.values())
    on_lease = data.loc[data["ground"] == GROUND["lease"], "usd"].sum()

    def chart(width: int) -> alt.TopLevelMixin:
        y = alt.Y("row:N", sort=order, axis=None)
        x = alt.X(
            "b:Q",
            title="USD billion",
            scale=alt.Scale(domain=[0, float(data["b"].max()) * 1.15], nice=False),
            axis=alt.Axis(tickCount=5),
        )
        base = alt.Chart(data)
        bars = base.mark_bar(height=13, yOffset=8).encode(
            x=x, y=y,
            color=alt.Color("ground:N", title=None, sort=grounds, scale=alt.Scale(domain=grounds, range=[BLUE, GREEN, PURPLE, AMBER, SKY]),
                            legend=alt.Legend(columns=1 if width == NARROW else 3)),
        )  # fmt: skip
        labels = base.mark_text(align="left", dx=4, dy=8, fontWeight="bold", color=INK).encode(
            x=x, y=y, text="label:N"
        )
        names = base.mark_text(align="left", dy=-8, color=INK, fontSize=11).encode(
            x=alt.value(0), y=y, text="row:N"
        )
        return (bars + labels + names).properties(width=width, height=36 * len(order))

    return Figure(
        name="leverage-loans",
        title=f"Of {len(data)} loans on the record none stands on a letter of intent; {put(on_lease, 'usd0')} stand on signed leases",
        unit="USD billion; signed amounts, drawn as sites are built; the last one was offered and not closed",
        description="Bars in order of date. " + "; ".join(f"{r.row}: {r.label}, on {r.ground.lower()}" for r in data.itertuples()) + ".",
        chart=chart,
        rows=data[["row", "b", "ground"]].rename(columns={"row": "Loan", "b": "USD billion", "ground": "Stands on"}),
        facts=tuple(record.fact(i) for i in data["fact_id"]),
        note="A selection of what was found, not all loans. What secures each is our reading of the reports.",
    )  # fmt: skip


def oracle_cover(record: Record, found: Study) -> Figure:
    """How much of Oracle's spending its own cash paid."""
    data = found.oracle.assign(percent=100 * found.oracle["own_share"])
    first, last = data.iloc[0], data.iloc[-1]

    def chart(width: int) -> alt.TopLevelMixin:
        narrow = width == NARROW
        x = alt.X(
            "date:T",
            title=None,
            scale=alt.Scale(padding=24),
            axis=alt.Axis(format="%b %y", tickCount=4 if narrow else 7, grid=False),
        )
        y = alt.Y(
            "percent:Q",
            title="Percent of capital spending",
            scale=alt.Scale(domain=[0, 112]),
            axis=alt.Axis(values=[0, 25, 50, 75, 100]),
        )
        base = alt.Chart(data)
        line = base.mark_line(color=ORANGE, strokeWidth=2).encode(x=x, y=y)
        dots = base.mark_point(color=ORANGE, size=55, opacity=1).encode(x=x, y=y)
        labels = base.mark_text(dy=-11, fontSize=11, color=INK).encode(
            x=x, y=y, text=alt.Text("percent:Q", format=".0f")
        )
        return (_documents(record) + line + dots + labels).properties(width=width, height=240)

    ids = record.facts[
        (record.facts["subject"] == "oracle")
        & (record.facts["metric"].isin(["free_cash_flow", "cash_capex"]))
    ].index
    return Figure(
        name="leverage-oracle-own-share",
        title=f"Oracle’s own cash paid {first['percent']:.0f} % of its spending in the year to {human_period(first['as_of'])} and {last['percent']:.0f} % in the year to {human_period(last['as_of'])}",
        unit="Operating cash flow over capital spending, four quarters, percent",
        description="A line. " + "; ".join(f"{human_period(r.as_of)}: {r.percent:.0f} percent" for r in data.itertuples()) + ".",
        chart=chart,
        rows=pd.DataFrame({"Year to": data["as_of"], "Own share, %": data["percent"].round(1), "Spending, USD billion": (data["capex"] / BILLION).round(1), "Interest cover of the quarter, times": data["cover"].round(1)}),
        facts=tuple(record.fact(i) for i in ids),
    )  # fmt: skip
