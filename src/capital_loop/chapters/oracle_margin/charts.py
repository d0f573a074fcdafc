"""Charts of the chapter "Oracle's margin"."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from capital_loop.chapters.oracle_margin.study import BILLION, Study
from capital_loop.show import marks
from capital_loop.show.figure import (
    AMBER,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PAPER,
    PURPLE,
    SKY,
    Figure,
    drawn,
)
from capital_loop.show.marks import billions, percent
from capital_loop.show.table import rounded
from capital_loop.show.words import Words, fill, read_words

words = read_words(__file__)

KIND_COLOURS = [ORANGE, BLUE, GREEN, PURPLE, GREY]
SHAPES = ["circle", "square", "diamond", "triangle-up", "cross"]
LINE_COLOURS = [BLUE, PURPLE, AMBER, GREY, ORANGE, GREEN]
CLASS_COLOURS = [ORANGE, AMBER, SKY, GREEN]


def _points(*rows: tuple[float | pd.Timestamp | str, float, str, str, str]) -> pd.DataFrame:
    """Points to be noted: where, how high, words, side, colour."""
    return pd.DataFrame(rows, columns=["x", "y", "text", "side", "colour"])


@drawn
def margin_ladder(study: Study) -> Figure:
    """Which margin is which: every published and computed margin on one scale."""
    say, found, years = words.chart("ladder"), study.ladder, study.contract.years
    data = found.assign(when=found["as_of"].str[:7], years=years)
    data = data.assign(name=say.by_row(found["measure"], data), label=say.by_row("value", found))
    rows = data.assign(measure=data["name"], kind=data["kind"].map(words.table("kinds")))
    told = rows.assign(kind=rows["kind"].str.lower())
    return Figure.worded(
        "oracle-margins", say, lambda width: marks.ladder(
            data, width, name="name", kinds=words.table("kinds"), colours=KIND_COLOURS, shapes=SHAPES,
            value="margin", label="label", top=data["high"].max() * 1.2, ticks=6, columns=5,
        ), rows, leaked=study.shown, low=study.guided.low, high=study.guided.high,
        full=study.full_depreciation, count=len(data), rows=say.each("row", told),
    )  # fmt: skip


@drawn
def cents_of_a_dollar(study: Study) -> Figure:
    """The same business twice: running, and being built up."""
    say = words.chart("cents")
    data = study.cents.T.rename_axis("state").reset_index().melt("state", var_name="line", value_name="cents")
    data = data.dropna()
    data = data.assign(
        rank=data["line"].map({k: i for i, k in enumerate(words.table("lines"))}),
        name=data["state"].map(words.table("states")), what=data["line"].map(words.table("lines")),
        label=np.where(data["cents"] >= 4, say.by_row("cents", data), ""),
    ).sort_values(["state", "rank"], ascending=[False, True])  # fmt: skip

    def chart(width: int) -> alt.TopLevelMixin:
        split = "split(datum.label, ' ')" if marks.on_phone(width) else "datum.label"
        axis = alt.Axis(labelLimit=160, labelExpr=split, grid=False)
        y = alt.Y("name:N", sort=list(words.table("states").values()), title=None, axis=axis)
        base = alt.Chart(data).encode(y=y)
        scale, ticks = alt.Scale(domain=[0, 100]), alt.Axis(format=".0f", tickCount=5, grid=False)
        bars = base.mark_bar(stroke=PAPER, strokeWidth=1.5, height=40).encode(
            x=alt.X("cents:Q", stack="zero", title=None, scale=scale, axis=ticks), order="rank:Q",
            color=marks.by_key("line", words.table("lines"), LINE_COLOURS, width, 3),
        )  # fmt: skip
        middle = alt.X("cents:Q", stack="zero", bandPosition=0.5, title=None)
        text = base.mark_text(fontWeight="bold", fontSize=12, dy=-30)
        text = text.encode(x=middle, order="rank:Q", detail="line:N", text="label:N")
        return (bars + text).properties(width=width, height=170)

    told = data.assign(name=data["what"].str.lower())
    lines = [
        {"state": name, "lines": say.each("row", told[told["state"] == key], ", ")}
        for key, name in words.table("states").items()
    ]
    return Figure.worded(
        "oracle-cents", say, chart, data.assign(state=data["name"]), running=study.running.gross_margin,
        leaked=study.shown, growth=study.leak_growth, gap=study.gap_months,
        rows=say.each("state", lines, ". "),
    )  # fmt: skip


@drawn
def which_input_moves_it(study: Study) -> Figure:
    """One input at a time, and the leaked margin for comparison."""
    say, leaked, centre = words.chart("sensitivity"), study.shown, percent(study.running.gross_margin)
    sides = ["margin_low", "margin_high"]
    table = study.sensitivity.assign(name=lambda f: f["input"].map(words.table("inputs")))
    table[sides] = percent(table[sides])
    data = pd.concat(
        table.assign(
            end=end, margin=table[f"margin_{end}"],
            label=[
                fill(words.table("amounts")[i], value=v)
                for i, v in zip(table["input"], table[end], strict=True)
            ],
        )
        for end in ("low", "high")
    )  # fmt: skip
    told = table.assign(least=table[sides].min(axis=1), most=table[sides].max(axis=1))
    return Figure.worded(
        "oracle-inputs", say, lambda width: marks.swings(
            data, width, name="name", value="margin", label="label", centre=centre,
            top=data["margin"].max() * 1.2, ends={end: say.label(end) for end in ("low", "high")},
            colours=[GREY, BLUE], ticks=7,
        ) + marks.notched(
            table, marks.rows_of(data, "name"), leaked, say.label("leaked", leaked=leaked), colour=ORANGE
        ), table,
        first=table["name"].iloc[0], second=table["name"].iloc[1][:1].lower() + table["name"].iloc[1][1:],
        swing=100 * study.widest, alone=say.label("some" if study.explained_by["within"].any() else "none"),
        leaked=leaked, centre=centre, rows=say.each("row", told),
    )  # fmt: skip


@drawn
def waiting_and_growth(study: Study) -> Figure:
    """What growth and waiting do to the margin shown."""
    say, slide = words.chart("waiting"), study.upfront_months
    leaked, gap = study.shown, study.gap_months
    speeds = {f"{g:g}": say.label("speed", growth=g) for g in sorted(study.curves["growth"].unique())}
    data = study.curves
    data = data.assign(key=data["growth"].map("{:g}".format), percent=percent(data["margin"]))
    data["speed"] = data["key"].map(speeds)
    styles = dict(zip(speeds, ((SKY, [2, 2]), (BLUE, [6, 3]), (PURPLE, [1, 0])), strict=False))
    points = _points(
        (gap, leaked, say.label("leaked"), "under-left", ORANGE),
        (slide, percent(study.margin_after(slide, study.growth)), say.label("slide"), "foot", ORANGE),
    )

    def chart(width: int) -> alt.TopLevelMixin:
        axis = alt.Axis(grid=False, tickCount=6, format=".0f")
        x = alt.X("months:Q", title=say.label("axis"), axis=axis)
        domain = marks.reach(pd.concat([data["percent"], points["y"]]), 0.25, 0.1)
        y = marks.up("percent", None, *domain, format=".0f", tickCount=4)
        lines = marks.lines(data, width, x, y, key="key", names=speeds, styles=styles)
        return lines + marks.noted(points, "x:Q", "y:Q")

    ends = data[data["months"] == data["months"].max()]
    return Figure.worded(
        "oracle-waiting", say, chart, data[data["months"] % 1 == 0], growth=study.leak_growth,
        month=100 * study.first_month, slide=slide, gap=gap, count=len(speeds),
        running=study.running.gross_margin, leaked=leaked, rows=say.each("row", ends),
    )  # fmt: skip


@drawn
def margin_from_the_accounts(study: Study) -> Figure:
    """Gross margin on added revenue, quarter by quarter, from the statements."""
    say, leaked, delivered = words.chart("accounts"), study.shown, study.delivered
    assumed, table = study.assumed("rental-saas-margin"), study.accounts
    shares = ["all_cloud", "infrastructure", "at_low", "at_high"]
    data = table.assign(month=table["as_of"].str[:7], **{c: percent(table[c]) for c in shares})
    data = data.assign(when=say.by_row("when", data), label=say.by_row("value", data))
    first = study.added_then

    def at(day: str) -> str:
        return say.label("when", month=day[:7])

    points = _points(
        (at(first["as_of"]), leaked, say.label("leaked", value=leaked), "under", ORANGE),
        (at(delivered.as_of), delivered.value, say.label("delivered", value=delivered), "above", ORANGE),
    ).rename(columns={"x": "when", "y": "infrastructure"})  # fmt: skip

    def chart(width: int) -> alt.TopLevelMixin:
        axis = alt.Axis(labelAngle=0, grid=False, labelExpr="split(datum.label, ' ')")
        x = alt.X("when:N", sort=list(data["when"]), title=None, axis=axis, scale=alt.Scale(padding=0.35))
        top = max(data["at_high"].max(), points["infrastructure"].max()) * 1.34
        y = marks.up("infrastructure", None, 0, top, format=".0f", tickCount=5)
        base = alt.Chart(data).encode(x=x)
        band = base.mark_rule(color=GREEN, strokeWidth=9, opacity=0.3)
        line = base.mark_line(color=GREEN, point=alt.OverlayMarkDef(size=70, color=GREEN))
        text = base.mark_text(dy=-18, color=GREEN, fontWeight="bold")
        return alt.layer(
            band.encode(y=alt.Y("at_low:Q", title=None), y2="at_high:Q"),
            line.encode(y=y),
            text.encode(y="at_low:Q", text="label:N"),
            marks.noted(points, x, y, shape="diamond"),
        ).properties(width=width, height=280)

    return Figure.worded(
        "oracle-accounts", say, chart, data, least=table["infrastructure"].min(),
        most=table["infrastructure"].max(), leaked=leaked,
        delivered=delivered.value, rows=say.each("row", data),
        central=assumed.central, low=assumed.low, high=assumed.high,
    )  # fmt: skip


@drawn
def debt_map(study: Study) -> Figure:
    """The margin that the contract's debt needs, by years of repayment and path of rents."""
    say, contract, found, short = words.chart("map"), study.contract, study.map, study.terms[0]
    data = found.assign(
        percent=percent(found["margin"]), name=say.by_row("name", found),
        road=[fill(words.table("paths_of_rent")[p], change=c)
            for p, c in zip(found["path"], found["change"], strict=True)],
    )  # fmt: skip
    data = data.assign(label=say.by_row("value", data))
    return Figure.worded(
        "oracle-debt-map", say, lambda width: marks.grid(
            data, width, x="road", y="name", titles=(say.label("path"), say.label("axis")),
            kinds=words.table("map_classes"), colours=CLASS_COLOURS[::-1],
        ), rounded(data.assign(kind=data["kind"].map(words.table("map_classes"))), 0), short=short,
        level=study.needed_at(short, "level"), free=study.needed_at(short, "free-half"),
        fall=-study.price_change / 2, life=contract.life_years, term=contract.years,
        rows=_cells(data, say),
    )  # fmt: skip


def _cells(data: pd.DataFrame, say: Words) -> str:
    rows = [
        {"name": name, "cells": say.each("cell", part, ", ")}
        for name, part in data.groupby("name", sort=False)
    ]
    return say.each("row", rows)


@drawn
def debt_path(study: Study) -> Figure:
    """The contract's debt, year by year, at the leaked margin and at the ends of the promised range."""
    say, left = words.chart("path"), study.left
    data = study.paths.assign(usd=billions(study.paths["debt"]))
    names = {c: say.label("case", margin=m) for c, m in zip(data["case"], data["margin"], strict=True)}
    data = data.assign(name=data["case"].map(names))

    def chart(width: int) -> alt.TopLevelMixin:
        x = alt.X("year:O", title=say.label("x"), axis=alt.Axis(labelAngle=0, grid=False))
        y = alt.Y("usd:Q", title=say.label("y"), axis=alt.Axis(tickCount=5))
        return marks.history(
            data, width, x=x, y=y, key="case", names=names, columns=3,
            colours=dict(zip(names, (ORANGE, SKY, BLUE), strict=True)),
            shapes=dict(zip(names, ("circle", "square", "diamond"), strict=True)),
        )  # fmt: skip

    rest = left.drop("leaked").max()
    lines = [
        {"name": name, "years": say.each("year", data[data["case"] == case], ", ")}
        for case, name in names.items()
    ]
    return Figure.worded(
        "oracle-debt-path", say, chart, rounded(data, 4), full=study.full_depreciation,
        leaked=left["leaked"],
        promised=say.label("some", left=rest) if rest >= BILLION else say.label("none"),
        rows=say.each("row", lines), cover=study.first_cover,
    )  # fmt: skip
