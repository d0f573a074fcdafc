"""Charts of the chapter "Oracle's margin"."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from capital_loop.chapters.oracle_margin.study import ASSUMED, Results, account_facts, assumptions
from capital_loop.record.tables import Fact, Record
from capital_loop.show.figure import (
    AMBER,
    BLUE,
    GREEN,
    GREY,
    INK,
    MUTED,
    NARROW,
    ORANGE,
    PAPER,
    PURPLE,
    SKY,
    Figure,
)
from capital_loop.show.words import human_period, put

KINDS = {
    "Leaked papers": ORANGE,
    "Said by Oracle": BLUE,
    "From the accounts": GREEN,
    "Model": PURPLE,
    "Analyst": GREY,
}
SHAPES = ["circle", "square", "diamond", "triangle-up", "cross"]
LINES = {
    "depreciation": ("Servers (depreciation)", BLUE),
    "lease": ("Data-centre rent", PURPLE),
    "power": ("Electricity", AMBER),
    "other": ("Staff and upkeep", GREY),
    "waiting": ("Capacity waiting for its first payment", ORANGE),
    "gross_profit": ("Gross profit", GREEN),
}
INPUT_FACTS = ("ORCL-N21", "ORCL-375", "ORCL-D16", "ORCL-388", "ORCL-D18", "ORCL-391", "ORCL-N15", "ORCL-405", "ORCL-406")  # fmt: skip
"""The facts behind the rental model's assumptions."""


def _pct(share: float, digits: int = 0) -> str:
    return put(100 * share, f"pct{digits}")


def _facts(record: Record, *ids: str) -> tuple[Fact, ...]:
    return tuple(record.fact(i) for i in ids)


def _height(width: int, wide: int, narrow: int) -> int:
    return narrow if width == NARROW else wide


def _ladder(record: Record, results: Results) -> pd.DataFrame:
    guided, delivered, average, broker = _facts(record, "ORCL-311", "ORCL-323", "ORCL-306", "ORCL-327")
    leak, debt = results.leak, results.debt
    price = results.sensitivity.set_index("input").loc["price_per_gpu_hour"]
    first, last = results.accounts.iloc[0], results.accounts.iloc[-1]
    shown = leak.margin.value
    quarter = human_period(leak.revenue.as_of)
    running = 100 * results.running.gross_margin
    needed = 100 * debt.carry.gross_margin
    full, without = 100 * leak.full_depreciation, 100 * leak.without_loss
    rows: list[tuple[str, str, float, float, float]] = [
        ("Leaked quarter, all depreciation charged", "Leaked papers", full, full, full),
        (f"Leaked quarter to {quarter}, as printed", "Leaked papers", shown, shown, shown),
        ("Leaked average of about a year", "Leaked papers", average.value, average.low, average.high),
        ("Leaked quarter without the Blackwell loss", "Leaked papers", without, without, without),
        (f"Added revenue, year to {human_period(first.quarter_end[:7])}", "From the accounts", 100 * first.infrastructure, 100 * first.at_high, 100 * first.at_low),
        (f"Added revenue, year to {human_period(last.quarter_end[:7])}", "From the accounts", 100 * last.infrastructure, 100 * last.at_high, 100 * last.at_low),
        ("Needed to repay the equipment debt", "Model", needed, 100 * debt.low, 100 * debt.high),
        ("Capacity that is running", "Model", running, 100 * price.margin_low, 100 * price.margin_high),
        ("Over a contract’s life", "Said by Oracle", guided.value, guided.low, guided.high),
        (f"Delivered capacity, {human_period(delivered.as_of[:7])}", "Said by Oracle", delivered.value, delivered.value, delivered.value),
        ("Broker, a month before the leak", "Analyst", broker.value, broker.value, broker.value),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["measure", "kind", "margin", "low", "high"])
    return table.assign(order=range(len(table)), label=[put(v, "pct0") for v in table["margin"]])


def margin_ladder(record: Record, results: Results) -> Figure:
    """Which margin is which: every published and computed margin on one scale."""
    table = _ladder(record, results)
    leak, guided = results.leak, record.fact("ORCL-311")

    def chart(width: int) -> alt.TopLevelMixin:
        phone = width == NARROW
        order = list(table["measure"])
        y = alt.Y(
            "measure:N",
            sort=order,
            title=None,
            axis=None if phone else alt.Axis(labelLimit=300, labelPadding=8, grid=False),
        )
        x = alt.X(
            "low:Q",
            title=None,
            scale=alt.Scale(domain=[0, 60]),
            axis=alt.Axis(values=[0, 10, 20, 30, 40, 50], format=".0f"),
        )
        colours = alt.Scale(domain=list(KINDS), range=list(KINDS.values()))
        shapes = alt.Scale(domain=list(KINDS), range=SHAPES)
        legend = alt.Legend(title=None, columns=2 if phone else 5, symbolOpacity=1)
        base = alt.Chart(table)
        bars = base.mark_rule(strokeWidth=7, opacity=0.35).encode(
            x=x, x2="high:Q", y=y, color=alt.Color("kind:N", scale=colours, legend=legend)
        )
        points = base.mark_point(filled=True, size=90, opacity=1).encode(
            x="margin:Q",
            y=y,
            color=alt.Color("kind:N", scale=colours, legend=legend),
            shape=alt.Shape("kind:N", scale=shapes, legend=legend),
        )
        labels = base.mark_text(align="left", dx=10, fontWeight="bold").encode(
            x="high:Q", y=y, text="label:N"
        )
        layers: list[alt.Chart] = [bars, points, labels]
        if phone:
            layers.append(
                base.mark_text(align="left", dy=-15, fontSize=11, color=MUTED).encode(
                    x=alt.datum(0), y=y, text="measure:N"
                )
            )
        return alt.layer(*layers).properties(width=width, height=_height(width, 360, 500))

    low, high = put(guided.low, "num0"), put(guided.high, "pct0")
    return Figure(
        name="oracle-margins",
        title=(
            f"The leaked {put(leak.margin.value, 'pct0')} and the promised {low} to {high} measure different things; "
            f"the debt on the equipment needs about {_pct(results.debt.carry.gross_margin)}"
        ),
        unit="Gross margin on rented AI capacity, percent of revenue; pale bars are ranges",
        description=f"{len(table)} margins on one scale: "
        + "; ".join(f"{r.measure} ({r.kind.lower()}): {r.label}" for r in table.itertuples())
        + ".",
        chart=chart,
        rows=table[["measure", "kind", "margin", "low", "high"]].rename(
            columns={
                "measure": "What is measured",
                "kind": "Where it comes from",
                "margin": "Gross margin, percent",
                "low": "Low",
                "high": "High",
            }
        ),
        facts=_facts(
            record,
            "ORCL-303",
            "ORCL-304",
            "ORCL-306",
            "ORCL-307",
            "ORCL-308",
            "ORCL-311",
            "ORCL-323",
            "ORCL-327",
            "ORCL-001",
            "ORCL-016",
        ),
        note=(
            "Added revenue: cost added over infrastructure revenue added within a year, after taking out applications "
            "at an assumed margin; it holds ordinary cloud customers too. Delivered capacity leaves out what is still "
            "under construction. The model’s ranges move the rental price, and capital and interest."
        ),
    )


def cents_of_a_dollar(record: Record, results: Results) -> Figure:
    """The same business twice: running, and being built up."""
    names = {"running": "All capacity running", "build_up": "Fast build-up"}
    table = (
        results.cents.rename(columns=names)
        .reset_index(names="line")
        .melt("line", var_name="state", value_name="cents")
        .dropna()
    )
    table["what"] = table["line"].map({k: v[0] for k, v in LINES.items()})
    table["rank"] = table["line"].map({k: i for i, k in enumerate(LINES)})
    table = table.sort_values(["state", "rank"])
    table["to"] = table.groupby("state")["cents"].cumsum()
    table["from"] = table["to"] - table["cents"]
    table["middle"] = (table["from"] + table["to"]) / 2
    table["label"] = [put(v, "num0") if v >= 4 else "" for v in table["cents"]]
    growth = put(results.leak.growth.value, "num0")
    running = results.running.gross_margin

    def chart(width: int) -> alt.TopLevelMixin:
        phone = width == NARROW
        order = list(names.values())
        base = alt.Chart(table)
        y = alt.Y(
            "state:N",
            sort=order,
            title=None,
            axis=alt.Axis(
                labelLimit=160, labelExpr="split(datum.label, ' ')" if phone else "datum.label", grid=False
            ),
        )
        bars = base.mark_bar(stroke=PAPER, strokeWidth=1.5, height=40).encode(
            y=y,
            x=alt.X(
                "from:Q",
                title=None,
                scale=alt.Scale(domain=[0, 100]),
                axis=alt.Axis(format=".0f", tickCount=5),
            ),
            x2="to:Q",
            color=alt.Color(
                "what:N",
                scale=alt.Scale(domain=[v[0] for v in LINES.values()], range=[v[1] for v in LINES.values()]),
                legend=alt.Legend(title=None, columns=1 if phone else 3),
            ),
        )
        labels = base.mark_text(fontWeight="bold", fontSize=12, dy=-30).encode(
            y=y, x="middle:Q", text="label:N"
        )
        return (bars + labels).properties(width=width, height=_height(width, 170, 170))

    return Figure(
        name="oracle-cents",
        title=(
            f"A business that earns {_pct(running)} on running capacity shows {put(results.leak.margin.value, 'pct0')} "
            f"if it grows {growth}-fold a year and new capacity waits {put(results.gap_months, 'months1')} for its first payment"
        ),
        unit="Cents of each dollar of revenue",
        description="Two bars of one dollar each. "
        + " ".join(
            f"{state}: "
            + ", ".join(
                f"{r.what.lower()} {put(r.cents, 'num0')}"
                for r in table[table["state"] == state].itertuples()
            )
            + "."
            for state in names.values()
        ),
        chart=chart,
        rows=table[["state", "what", "cents"]].rename(
            columns={"state": "State", "what": "Where the dollar goes", "cents": "Cents"}
        ),
        facts=_facts(record, "ORCL-303", "ORCL-304", "ORCL-309", *INPUT_FACTS),
        note="The wait is solved for: it is what would explain the leaked margin if nothing else did.",
    )


def which_input_moves_it(record: Record, results: Results) -> Figure:
    """One input at a time, and the leaked margin for comparison."""
    table = results.sensitivity.copy()
    shown = results.leak.margin.value
    centre = 100 * results.running.gross_margin
    short = {
        "price_per_gpu_hour": "Price of a GPU-hour",
        "depreciation_years": "Years of depreciation",
        "server_cost": "Cost of the server",
        "utilisation": "Share of hours billed",
        "lease_per_kw_month": "Data-centre rent",
        "other_per_year": "Staff and upkeep",
        "power_kw": "Power per GPU",
        "power_price": "Price of electricity",
        "pue": "Electricity for cooling",
    }
    table["name"] = table["input"].map(short)
    long = pd.concat(
        [
            table.assign(end=side, value=table[side], margin=100 * table[f"margin_{side}"])
            for side in ("low", "high")
        ]
    )
    long["label"] = [_amount(v, u) for v, u in zip(long["value"], long["unit"], strict=True)]
    long["right"] = long["margin"] > centre
    widest, second = table.iloc[0], table.iloc[1]

    def chart(width: int) -> alt.TopLevelMixin:
        phone = width == NARROW
        base = alt.Chart(long)
        y = alt.Y(
            "name:N",
            sort=list(table["name"]),
            title=None,
            axis=None if phone else alt.Axis(labelLimit=200, labelPadding=8, grid=False),
        )
        x = alt.X(
            "margin:Q",
            title=None,
            scale=alt.Scale(domain=[0, 60]),
            axis=alt.Axis(values=[0, 10, 20, 30, 40, 50, 60], format=".0f"),
        )
        bars = base.mark_bar(height=12).encode(
            y=y,
            x=x,
            x2=alt.datum(centre),
            color=alt.Color(
                "end:N",
                scale=alt.Scale(domain=["low", "high"], range=[GREY, BLUE]),
                legend=alt.Legend(
                    title=None,
                    labelExpr="datum.label == 'low' ? 'Input at its low value' : 'Input at its high value'",
                    columns=1 if phone else 2,
                ),
            ),
        )
        marks: list[alt.Chart] = [bars]
        for right, align, shift in ((True, "left", 5), (False, "right", -5)):
            marks.append(
                base.transform_filter(alt.datum.right == right)
                .mark_text(align=align, dx=shift, fontSize=11)
                .encode(y=y, x="margin:Q", text="label:N")
            )
        leak = pd.DataFrame({"margin": [shown], "text": [f"Leaked: {put(shown, 'pct0')}"]})
        marks.append(
            alt.Chart(leak).mark_rule(color=ORANGE, strokeDash=[5, 4], strokeWidth=2).encode(x="margin:Q")
        )
        marks.append(
            alt.Chart(leak)
            .mark_text(color=ORANGE, align="left", dx=5, baseline="bottom", fontWeight="bold")
            .encode(x="margin:Q", y=alt.value(_height(width, 292, 402)), text="text:N")
        )
        if phone:
            marks.append(
                alt.Chart(table)
                .mark_text(align="right", dy=-16, fontSize=11, color=MUTED)
                .encode(x=alt.datum(60), y=y, text="name:N")
            )
        return alt.layer(*marks).properties(width=width, height=_height(width, 300, 410))

    rows = table[["title", "low", "high", "unit", "margin_low", "margin_high"]].copy()
    rows[["margin_low", "margin_high"]] *= 100
    return Figure(
        name="oracle-inputs",
        title=(
            f"Price and write-off time move the margin most, by about {put(50 * (widest.swing + second.swing), 'num0')} "
            f"points each; no input alone, within its range, explains {put(shown, 'pct0')}"
        ),
        unit="Gross margin in percent when one input goes to its low or high value, the others at the centre",
        description=f"Bars from the central margin of {put(centre, 'pct0')}. "
        + "; ".join(
            f"{r.name}: from {_pct(min(r.margin_low, r.margin_high))} to {_pct(max(r.margin_low, r.margin_high))}"
            for r in table.itertuples()
        )
        + f". A dashed line marks the leaked {put(shown, 'pct0')}, left of every bar.",
        chart=chart,
        rows=rows.rename(
            columns={
                "title": "Input",
                "low": "Low",
                "high": "High",
                "unit": "Unit",
                "margin_low": "Margin at low, percent",
                "margin_high": "Margin at high, percent",
            }
        ),
        facts=_facts(record, "ORCL-304", "ORCL-303", *INPUT_FACTS),
        note="Ranges and reasons are in the table of assumptions; they are judged, not measured.",
    )


def waiting_and_growth(record: Record, results: Results) -> Figure:
    """What growth and waiting do to the margin shown."""
    table = results.curves.assign(percent=lambda t: 100 * t["margin"])
    names = {g: f"{put(g, 'num1')} times a year" for g in sorted(table["growth"].unique())}
    table["speed"] = table["growth"].map(names)
    shown = results.leak.margin.value
    growth = put(results.leak.growth.value, "num0")
    slide_months = results.slide.upfront_months
    ends = table[table["months"] == table["months"].max()]
    colours = [SKY, BLUE, PURPLE]
    points = pd.DataFrame(
        {
            "months": [results.gap_months, slide_months],
            "percent": [shown, _at(table, slide_months)],
            "text": ["The leaked margin", "Oracle’s example"],
        }
    )

    def chart(width: int) -> alt.TopLevelMixin:
        phone = width == NARROW
        x = alt.X("months:Q", title="Months of full cost before the first payment", axis=alt.Axis(grid=False, tickCount=6, format=".0f"))  # fmt: skip
        y = alt.Y("percent:Q", title=None, axis=alt.Axis(format=".0f", values=[-20, 0, 20, 40]), scale=alt.Scale(domain=[-20, 42]))  # fmt: skip
        colour = alt.Color(
            "speed:N",
            sort=list(names.values()),
            scale=alt.Scale(domain=list(names.values()), range=colours),
            legend=alt.Legend(title="Revenue grows", columns=1 if phone else 3),
        )
        dash = alt.StrokeDash(
            "speed:N",
            scale=alt.Scale(domain=list(names.values()), range=[[2, 2], [6, 3], [1, 0]]),
            legend=None,
        )
        lines = alt.Chart(table).mark_line().encode(x=x, y=y, color=colour, strokeDash=dash)
        dots = alt.Chart(points).mark_point(filled=True, color=ORANGE, size=90, opacity=1).encode(x=x, y=y)
        text = (
            alt.Chart(points)
            .mark_text(
                align="right", dx=-8, dy=13, color=ORANGE, fontWeight="bold", fontSize=11 if phone else 12
            )
            .encode(x=x, y=y, text="text:N")
        )
        return (lines + dots + text).properties(width=width, height=_height(width, 280, 280))

    return Figure(
        name="oracle-waiting",
        title=(
            f"At {growth}-fold growth each month of waiting costs about {put(_per_month(table), 'num0')} points; Oracle’s example has "
            f"{put(slide_months, 'months1')} of it, the leaked margin would need {put(results.gap_months, 'months1')}"
        ),
        unit="Gross margin shown during the build-up, percent",
        description=f"{len(names)} falling lines from {_pct(results.running.gross_margin)} without waiting. "
        + "; ".join(
            f"growth {names[r.growth]}: {_pct(r.margin)} after {put(r.months, 'months')}"
            for r in ends.itertuples()
        )
        + f". One mark for Oracle’s example at {put(slide_months, 'months1')}, one for the leaked "
        f"{put(shown, 'pct0')} at {put(results.gap_months, 'months1')}.",
        chart=chart,
        rows=table[table["months"] % 1 == 0][["speed", "months", "percent"]].rename(
            columns={"speed": "Revenue grows", "months": "Months", "percent": "Margin shown, percent"}
        ),
        facts=_facts(record, "ORCL-304", "ORCL-303", "ORCL-309", "ORCL-316", "ORCL-317", *INPUT_FACTS),
        note="Months of full cost: a longer wait at part of the cost comes to the same.",
    )


def margin_from_the_accounts(record: Record, results: Results) -> Figure:
    """Gross margin on added revenue, quarter by quarter, from the statements."""
    table = results.accounts.copy()
    for column in ("all_cloud", "infrastructure", "at_low", "at_high"):
        table[column] *= 100
    table["date"] = pd.to_datetime(table["quarter_end"])
    table["label"] = [put(v, "pct0") for v in table["infrastructure"]]
    table["when"] = [human_period(q[:7]) for q in table["quarter_end"]]
    first, last = table.iloc[0], table.iloc[-1]
    delivered, shown = record.fact("ORCL-323"), results.leak.margin.value
    marks = pd.DataFrame(
        {
            "when": [first["when"], human_period(delivered.as_of[:7])],
            "value": [shown, delivered.value],
            "text": [f"Leaked: {put(shown, 'pct0')}", f"Delivered: {put(delivered.value, 'pct0')}"],
            "above": [False, True],
        }
    )
    bounds = record.assumptions.set_index("assumption_id").loc["rental-saas-margin"]

    def chart(width: int) -> alt.TopLevelMixin:
        x = alt.X(
            "when:N",
            sort=list(table["when"]),
            title=None,
            axis=alt.Axis(labelAngle=0, grid=False, labelExpr="split(datum.label, ' ')"),
            scale=alt.Scale(padding=0.35),
        )
        y = alt.Y("infrastructure:Q", title=None, scale=alt.Scale(domain=[0, 50]), axis=alt.Axis(format=".0f", tickCount=5))  # fmt: skip
        base = alt.Chart(table)
        band = base.mark_rule(color=GREEN, strokeWidth=9, opacity=0.3).encode(
            x=x, y=alt.Y("at_low:Q", title=None), y2="at_high:Q"
        )
        line = base.mark_line(color=GREEN, point=alt.OverlayMarkDef(filled=True, size=70, color=GREEN)).encode(x=x, y=y)  # fmt: skip
        labels = base.mark_text(dy=-18, color=GREEN, fontWeight="bold").encode(x=x, y=alt.Y("at_low:Q"), text="label:N")  # fmt: skip
        others = alt.Chart(marks)
        dots = others.mark_point(color=ORANGE, shape="diamond", filled=True, size=90, opacity=1).encode(x=x, y="value:Q")  # fmt: skip
        text = [
            others.transform_filter(alt.datum.above == above)
            .mark_text(color=ORANGE, dy=shift, fontSize=11, fontWeight="bold")
            .encode(x=x, y="value:Q", text="text:N")
            for above, shift in ((True, -13), (False, 16))
        ]
        return alt.layer(band, line, labels, dots, *text).properties(
            width=width, height=_height(width, 280, 280)
        )

    return Figure(
        name="oracle-accounts",
        title=(
            f"The accounts tell the same story without a leak: about {put(first['infrastructure'], 'pct0')} on infrastructure revenue "
            f"added in the year to {first['when']}, {put(last['infrastructure'], 'pct0')} in the year to {last['when']}"
        ),
        unit="Gross margin on infrastructure revenue added within a year, percent, by end of quarter",
        description="A line with one point a quarter: "
        + "; ".join(f"{r.when} {r.label}" for r in table.itertuples())
        + f". For comparison the leaked {put(shown, 'pct0')} and the {put(delivered.value, 'pct0')} that Oracle stated for "
        "delivered capacity.",
        chart=chart,
        rows=table[["quarter_end", "all_cloud", "infrastructure", "at_high", "at_low"]].rename(
            columns={
                "quarter_end": "Quarter ended",
                "all_cloud": "All added cloud revenue, percent",
                "infrastructure": "Added infrastructure revenue, percent",
                "at_high": "If applications earn more",
                "at_low": "If applications earn less",
            }
        ),
        facts=(*account_facts(record), delivered, results.leak.margin),
        note=(
            "One less added cost of cloud and software over added revenue, applications taken out at an assumed margin of "
            f"{_pct(bounds['central'])} (bars: {_pct(bounds['low'])} to {_pct(bounds['high'])}). Ordinary cloud customers, who bring "
            "more, are in it, and so is cost of capacity under construction; cost of software support is taken as unchanged."
        ),
    )


def margin_and_debt(record: Record, results: Results) -> Figure:
    """Return on the contract's equipment against gross margin."""
    debt = results.debt
    table = debt.curve.assign(margin=lambda t: 100 * t["margin"], percent=lambda t: 100 * t["return"])
    rate = 100 * debt.contract.rate
    guided = record.fact("ORCL-311")
    needed = 100 * debt.carry.gross_margin
    shown = debt.table.iloc[0]
    middle = debt.table.iloc[2]
    points = pd.DataFrame(
        {
            "margin": [100 * shown["margin"], needed, 100 * middle["margin"]],
            "percent": [100 * shown["return"], rate, 100 * middle["return"]],
            "text": ["The leaked margin", "Debt just repaid", "Oracle’s promise"],
            "colour": [ORANGE, PURPLE, BLUE],
            "left": [False, False, True],
        }
    )
    band = pd.DataFrame({"from": [guided.low], "to": [guided.high]})

    def chart(width: int) -> alt.TopLevelMixin:
        phone = width == NARROW
        x = alt.X("margin:Q", title="Gross margin over the contract, percent", scale=alt.Scale(domain=[0, 45]), axis=alt.Axis(format=".0f", grid=False, tickCount=5))  # fmt: skip
        y = alt.Y("percent:Q", title=None, axis=alt.Axis(format=".0f", tickCount=5), scale=alt.Scale(domain=[-6, 22]))  # fmt: skip
        promise = (
            alt.Chart(band)
            .mark_rect(color=BLUE, opacity=0.12)
            .encode(x=alt.X("from:Q", title="Gross margin over the contract, percent"), x2="to:Q")
        )
        line = alt.Chart(table).mark_line(color=INK).encode(x=x, y=y)
        interest = (
            alt.Chart(pd.DataFrame({"y": [rate]}))
            .mark_rule(color=PURPLE, strokeDash=[5, 4], strokeWidth=1.6)
            .encode(y="y:Q")
        )
        dots = alt.Chart(points).mark_point(filled=True, size=100, opacity=1).encode(x=x, y=y, color=alt.Color("colour:N", scale=None))  # fmt: skip
        text = [
            alt.Chart(points[points["left"] == left])
            .mark_text(align=align, dx=shift, dy=drop, fontWeight="bold", fontSize=11 if phone else 12)
            .encode(x=x, y=y, text="text:N", color=alt.Color("colour:N", scale=None))
            for left, align, shift, drop in ((False, "left", 9, 12), (True, "right", -9, -10))
        ]
        cost = (
            alt.Chart(pd.DataFrame({"y": [rate], "t": [f"Interest: {put(rate, 'pct0')}"]}))
            .mark_text(align="left", dx=4, dy=-8, color=PURPLE, fontSize=11)
            .encode(x=alt.value(0), y="y:Q", text="t:N")
        )
        return alt.layer(promise, line, interest, dots, *text, cost).properties(
            width=width, height=_height(width, 290, 290)
        )

    return Figure(
        name="oracle-debt",
        title=(
            f"The contract carries its equipment debt from a gross margin of about {put(needed, 'pct0')}; at "
            f"{put(100 * shown['margin'], 'pct0')} it would return {_pct(shown['return'])} a year, at {put(guided.value, 'pct0')}, "
            f"{_pct(middle['return'])}"
        ),
        unit="Yearly return on the equipment, percent, before interest and tax, nothing left at the end",
        description=f"A rising line: at a gross margin of {put(100 * shown['margin'], 'pct0')} the equipment returns "
        f"{_pct(shown['return'])} a year, at {put(needed, 'pct0')} as much as the interest of {put(rate, 'pct0')}, at "
        f"{put(guided.value, 'pct0')} {_pct(middle['return'])}. Oracle’s promised range is shaded.",
        chart=chart,
        rows=debt.curve.iloc[::5]
        .assign(margin=lambda t: 100 * t["margin"], **{"return": lambda t: 100 * t["return"]})
        .rename(
            columns={
                "margin": "Gross margin, percent",
                "return": "Return a year, percent",
                "coverage": "Cash over debt service",
            }
        ),
        facts=_facts(
            record,
            "ORCL-001",
            "ORCL-002",
            "ORCL-016",
            "ORCL-375",
            "ORCL-N17",
            "ORCL-N18",
            "ORCL-311",
            "ORCL-304",
        ),
        note=(
            f"{put(debt.contract.capex, 'usd')} of equipment, {_pct(debt.contract.debt_share)} borrowed at {put(rate, 'pct0')} and repaid "
            f"in {put(debt.contract.years, 'years')}. Varying capital and interest moves the margin needed from {_pct(debt.low)} to "
            f"{_pct(debt.high)}."
        ),
    )


def shares_since(record: Record, results: Results) -> Figure:
    """Oracle's share price: the day of the jump, the days of the margin, and a year later."""
    frame = record.prices[record.prices["ticker"] == "ORCL"].sort_values("date")
    change, report, answer, after, back, fall = _facts(
        record, "ORCL-D01", "ORCL-D04", "ORCL-D05", "ORCL-D06", "ORCL-D08", "ORCL-D10"
    )
    record_day, report_day, meeting = change.as_of, report.as_of, answer.as_of
    peak = record.price("ORCL", record_day)
    before = frame.loc[frame["date"] < record_day, "close"].iloc[-1]
    last = frame.iloc[-1]
    low = frame.loc[frame.loc[frame["date"] > record_day, "close"].idxmin()]
    marks = pd.DataFrame(
        {
            "date": pd.to_datetime([record_day, report_day, str(low["date"].date())]),
            "close": [peak, record.price("ORCL", report_day), low["close"]],
            "text": ["Record close", "Margin report", "Lowest close"],
            "above": [True, False, False],
        }
    )

    def chart(width: int) -> alt.TopLevelMixin:
        phone = width == NARROW
        x = alt.X("date:T", title=None, axis=alt.Axis(format="%b %Y", tickCount=4 if phone else 8, grid=False))  # fmt: skip
        y = alt.Y("close:Q", title=None, scale=alt.Scale(domain=[0, 380]), axis=alt.Axis(format="$.0f", tickCount=5))  # fmt: skip
        line = alt.Chart(frame).mark_line(color=BLUE, interpolate="linear").encode(x=x, y=y)
        floor = alt.Chart(
            pd.DataFrame({"y": [before], "t": [f"Close before the jump: {put(before, 'usd0')}"]})
        )
        rule = floor.mark_rule(color=MUTED, strokeDash=[4, 4]).encode(y="y:Q")
        rule_text = floor.mark_text(align="right", dx=-4, dy=-7, color=MUTED, fontSize=11).encode(
            x=alt.value("width"), y="y:Q", text="t:N"
        )
        dots = alt.Chart(marks).mark_point(filled=True, color=ORANGE, size=80, opacity=1).encode(x=x, y=y)
        text = [
            alt.Chart(marks[marks["above"] == above])
            .mark_text(align=align, dx=shift, dy=drop, color=ORANGE, fontWeight="bold", fontSize=11)
            .encode(x=x, y=y, text="text:N")
            for above, align, shift, drop in ((True, "left", 9, -8), (False, "left", -2, 17))
        ]
        return alt.layer(line, rule, rule_text, dots, *text).properties(
            width=width, height=_height(width, 280, 260)
        )

    return Figure(
        name="oracle-shares",
        title=(
            f"Oracle’s shares rose {put(change.value, 'pct0')} on {human_period(record_day)}, were back where they started on "
            f"{human_period(back.as_of)}, and stood {put(abs(fall.value), 'pct0')} under the record a year later"
        ),
        unit="Oracle’s closing price in dollars, daily until the autumn of the documents, then mainly month-ends",
        description=(
            f"A line that jumps from {put(before, 'usd0')} to {put(peak, 'usd0')} on {human_period(record_day)}, stands at "
            f"{put(record.price('ORCL', report_day), 'usd0')} on {human_period(report_day)} ({put(report.value, 'pct1')} that day), "
            f"reaches its lowest close of {put(low['close'], 'usd0')} on {human_period(str(low['date'].date()))} and ends at "
            f"{put(last['close'], 'usd0')} on {human_period(str(last['date'].date()))}."
        ),
        chart=chart,
        rows=frame[["date", "close", "high"]].rename(
            columns={"date": "Day", "close": "Close, dollars", "high": "High of the day, dollars"}
        ),
        facts=(change, report, answer, after, back, fall),
        note=(
            f"Margin report: {put(report.value, 'pct1')} on the day. Analyst meeting on {human_period(meeting)}: "
            f"{put(answer.value, 'pct1')}, and {put(after.value, 'pct1')} the day after."
        ),
    )


def assumption_table(record: Record, results: Results) -> pd.DataFrame:
    """The inputs with their ranges, sources and reasons, as a table for the page."""
    table = assumptions(record).loc[list(ASSUMED.values())]
    needed = results.explained_by.set_index("input")["needed"]
    return pd.DataFrame(
        {
            "Input": table["title"],
            "Central": table["central"],
            "Low": table["low"],
            "High": table["high"],
            "Unit": table["unit"],
            "Alone gives the leaked margin at": table["title"].map(needed),
            "Why": table["why"],
        }
    )


def spending_table(results: Results) -> pd.DataFrame:
    """Revenue, spending and backlog since the leaked quarter, in billions of dollars."""
    table = results.spending.copy()
    columns = ["infrastructure", "capex", "free_cash_flow", "backlog"]
    table[columns] /= 1e9
    return table.rename(
        columns={
            "quarter_end": "Quarter ended",
            "infrastructure": "Infrastructure revenue, $bn",
            "capex": "Capital spending, $bn",
            "free_cash_flow": "Free cash flow, $bn",
            "backlog": "Backlog, $bn",
        }
    )


def _amount(value: float, unit: str) -> str:
    if unit.startswith("USD"):
        return put(value, "usd")
    if unit == "share":
        return _pct(value)
    if unit == "years":
        return f"{put(value, 'num0')} y"
    if unit.startswith("kW"):
        return put(value, "kw1")
    return put(value, "num1")


def _at(table: pd.DataFrame, months: float) -> float:
    """Margin (percent) of the fastest growth at a number of months, between plotted points."""
    fastest = table[table["growth"] == table["growth"].max()].sort_values("months")
    below = fastest[fastest["months"] <= months].iloc[-1]
    above = fastest[fastest["months"] >= months].iloc[0]
    if above["months"] == below["months"]:
        return float(below["percent"])
    share: Any = (months - below["months"]) / (above["months"] - below["months"])
    return float(below["percent"] + share * (above["percent"] - below["percent"]))


def _per_month(table: pd.DataFrame) -> float:
    """Points of margin that the first month of waiting costs at the fastest growth."""
    fastest = table[table["growth"] == table["growth"].max()].set_index("months")["percent"]
    return float(fastest.loc[0.0] - fastest.loc[1.0])
