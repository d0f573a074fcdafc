"""Charts of the chapter "Oracle's margin"."""

from __future__ import annotations

import altair as alt
import pandas as pd

from capital_loop.chapters.oracle_margin import words
from capital_loop.chapters.oracle_margin.study import BILLION, Study
from capital_loop.show import marks
from capital_loop.show.figure import (
    AMBER,
    BLUE,
    GREEN,
    GREY,
    INK,
    MUTED,
    ORANGE,
    PAPER,
    PURPLE,
    SKY,
    Figure,
    drawn,
)
from capital_loop.show.words import Words, fill, put

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
    say, found, years = words.LADDER, study.ladder, study.contract.years
    data = found.assign(
        name=[
            say.label(m, when=a[:7], years=years)
            for m, a in zip(found["measure"], found["as_of"], strict=True)
        ],
        label=[say.label("value", margin=m) for m in found["margin"]],
    )
    rows = data.assign(measure=data["name"], kind=data["kind"].map(words.KINDS))
    told = rows.assign(kind=rows["kind"].str.lower())
    return Figure.worded(
        "oracle-margins", say, lambda width: marks.ladder(
            data, width, name="name", kinds=words.KINDS, colours=KIND_COLOURS, shapes=SHAPES, value="margin", label="label",
            top=60, ticks=[0, 10, 20, 30, 40, 50], columns=5,
        ), rows, leaked=study.shown, low=study.guided.low, high=study.guided.high,
        full=study.leak.full_depreciation, count=len(data),
        rows=say.each("row", told),
    )  # fmt: skip


@drawn
def cents_of_a_dollar(study: Study) -> Figure:
    """The same business twice: running, and being built up."""
    say = words.CENTS
    data = study.cents.T.rename_axis("state").reset_index().melt("state", var_name="line", value_name="cents")
    data = data.dropna().assign(rank=lambda d: d["line"].map({k: i for i, k in enumerate(words.LINES)}))
    data = data.assign(
        name=data["state"].map(words.STATES), what=data["line"].map(words.LINES),
        label=[say.label("cents", cents=c) if c >= 4 else "" for c in data["cents"]],
    ).sort_values(["state", "rank"], ascending=[False, True])  # fmt: skip

    def chart(width: int) -> alt.TopLevelMixin:
        split = "split(datum.label, ' ')" if marks.on_phone(width) else "datum.label"
        axis = alt.Axis(labelLimit=160, labelExpr=split, grid=False)
        base = alt.Chart(data).encode(
            y=alt.Y("name:N", sort=list(words.STATES.values()), title=None, axis=axis)
        )
        scale, ticks = alt.Scale(domain=[0, 100]), alt.Axis(format=".0f", tickCount=5)
        bars = base.mark_bar(stroke=PAPER, strokeWidth=1.5, height=40).encode(
            x=alt.X("cents:Q", stack="zero", title=None, scale=scale, axis=ticks), order="rank:Q",
            color=marks.by_key("line", words.LINES, LINE_COLOURS, width, 3),
        )  # fmt: skip
        text = base.mark_text(fontWeight="bold", fontSize=12, dy=-30).encode(
            x=alt.X("cents:Q", stack="zero", bandPosition=0.5, title=None),
            order="rank:Q",
            detail="line:N",
            text="label:N",
        )
        return (bars + text).properties(width=width, height=170)

    told = data.assign(name=data["what"].str.lower())
    lines = [
        {"state": name, "lines": say.each("row", told[told["state"] == key].to_dict("records"), ", ")}
        for key, name in words.STATES.items()
    ]
    return Figure.worded(
        "oracle-cents", say, chart, data.assign(state=data["name"]), running=study.running.gross_margin,
        leaked=study.shown, growth=study.leak_growth, gap=study.gap_months,
        rows=say.each("state", lines, ". "),
    )  # fmt: skip


@drawn
def which_input_moves_it(study: Study) -> Figure:
    """One input at a time, and the leaked margin for comparison."""
    say, leaked, centre = words.SENSITIVITY, study.shown, 100 * study.running.gross_margin
    table = study.sensitivity
    table = table.assign(
        name=table["input"].map(words.INPUTS), margin_low=100 * table["margin_low"], margin_high=100 * table["margin_high"],
    )  # fmt: skip
    data = pd.concat(
        table.assign(
            end=end, margin=table[f"margin_{end}"],
            label=[fill(words.AMOUNTS[i], value=v) for i, v in zip(table["input"], table[end], strict=True)],
        )
        for end in ("low", "high")
    )  # fmt: skip
    ends = table[["margin_low", "margin_high"]]
    told = table.assign(least=ends.min(axis=1), most=ends.max(axis=1))
    return Figure.worded(
        "oracle-inputs", say, lambda width: marks.swings(
            data, width, name="name", value="margin", label="label", centre=centre, top=60,
            ends={end: say.label(end) for end in ("low", "high")}, colours=[GREY, BLUE], ticks=[0, 10, 20, 30, 40, 50, 60],
        ) + marks.level(leaked, say.label("leaked", leaked=leaked), across=False), table,
        first=table["name"].iloc[0], second=table["name"].iloc[1][:1].lower() + table["name"].iloc[1][1:],
        swing=100 * study.widest, alone=say.label("some" if study.explained_by["within"].any() else "none"),
        leaked=leaked, centre=centre, rows=say.each("row", told),
    )  # fmt: skip


@drawn
def waiting_and_growth(study: Study) -> Figure:
    """What growth and waiting do to the margin shown."""
    say, slide, leaked, gap = words.WAITING, study.slide.upfront_months, study.shown, study.gap_months
    speeds = {f"{g:g}": say.label("speed", growth=g) for g in sorted(study.curves["growth"].unique())}
    data = study.curves.assign(
        key=[f"{g:g}" for g in study.curves["growth"]], percent=100 * study.curves["margin"]
    )
    data = data.assign(speed=data["key"].map(speeds))
    points = _points(
        (gap, leaked, say.label("leaked"), "under-left", ORANGE),
        (slide, 100 * study.margin_after(slide, study.growth), say.label("slide"), "foot", ORANGE),
    )

    def chart(width: int) -> alt.TopLevelMixin:
        axis = alt.Axis(grid=False, tickCount=6, format=".0f")
        x = alt.X("months:Q", title=say.label("axis"), axis=axis)
        y = alt.Y(
            "percent:Q",
            title=None,
            axis=alt.Axis(format=".0f", values=[-20, 0, 20, 40]),
            scale=alt.Scale(domain=[-20, 42]),
        )
        lines = (
            alt.Chart(data)
            .mark_line()
            .encode(
                x=x,
                y=y,
                color=marks.by_key("key", speeds, [SKY, BLUE, PURPLE], width, 3),
                strokeDash=marks.dashed("key", dict(zip(speeds, ([2, 2], [6, 3], [1, 0]), strict=False))),
            )
        )
        return (lines + marks.noted(points, "x:Q", "y:Q")).properties(width=width, height=280)  # fmt: skip

    ends = data[data["months"] == data["months"].max()]
    return Figure.worded(
        "oracle-waiting", say, chart, data[data["months"] % 1 == 0], growth=study.leak_growth,
        month=100 * study.first_month, slide=slide, gap=gap, count=len(speeds),
        running=study.running.gross_margin, leaked=leaked,
        rows=say.each("row", ends),
    )  # fmt: skip


@drawn
def margin_from_the_accounts(study: Study) -> Figure:
    """Gross margin on added revenue, quarter by quarter, from the statements."""
    say, leaked, delivered = words.ACCOUNTS, study.shown, study.delivered
    assumed, table = study.assumed("rental-saas-margin"), study.accounts
    shares = ["all_cloud", "infrastructure", "at_low", "at_high"]
    data = table.assign(**{c: 100 * table[c] for c in shares})
    data = data.assign(
        when=[say.label("when", month=a[:7]) for a in data["as_of"]],
        label=[say.label("value", infrastructure=v) for v in data["infrastructure"]],
    )
    first, last = study.added_then, study.added_now
    points = _points(
        (say.label("when", month=first["as_of"][:7]), leaked, say.label("leaked", value=leaked), "under", ORANGE),
        (say.label("when", month=delivered.as_of[:7]), delivered.value, say.label("delivered", value=delivered.value), "above", ORANGE),
    ).rename(columns={"x": "when", "y": "infrastructure"})  # fmt: skip

    def chart(width: int) -> alt.TopLevelMixin:
        axis = alt.Axis(labelAngle=0, grid=False, labelExpr="split(datum.label, ' ')")
        x = alt.X("when:N", sort=list(data["when"]), title=None, axis=axis, scale=alt.Scale(padding=0.35))
        ticks = alt.Axis(format=".0f", tickCount=5)
        y = alt.Y("infrastructure:Q", title=None, scale=alt.Scale(domain=[0, 50]), axis=ticks)
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
        "oracle-accounts", say, chart, data, first=first["infrastructure"],
        last=last["infrastructure"], start=first["as_of"][:7], end=last["as_of"][:7], leaked=leaked,
        delivered=delivered.value, rows=say.each("row", data),
        central=assumed.central, low=assumed.low, high=assumed.high,
    )  # fmt: skip


@drawn
def debt_map(study: Study) -> Figure:
    """The margin that the contract's debt needs, by years of repayment and path of rents."""
    say, contract, found, short = words.MAP, study.contract, study.map, study.terms[0]
    data = found.assign(
        percent=100 * found["margin"], name=[say.label("name", years=n) for n in found["years"]],
        road=[fill(words.PATHS_OF_RENT[k], change=c) for k, c in zip(found["path"], found["change"], strict=True)],
    )  # fmt: skip
    data = data.assign(label=say.by_row("value", data))
    return Figure.worded(
        "oracle-debt-map", say, lambda width: marks.grid(
            data, width, x="road", y="name", titles=(say.label("path"), say.label("axis")), kinds=words.MAP_CLASSES,
            colours=CLASS_COLOURS[::-1],
        ), data.assign(kind=data["kind"].map(words.MAP_CLASSES)).round(1), short=short,
        level=study.needed_at(short, "level"), free=study.needed_at(short, "free-half"),
        fall=-study.price_change / 2, capex=contract.capex, share=contract.debt_share,
        rate=contract.rate, life=contract.life_years, term=contract.years,
        full=study.leak.full_depreciation, low=study.guided.low, high=study.guided.high,
        rows=_cells(data, say),
    )  # fmt: skip


@drawn
def margins(study: Study) -> Figure:
    """Gross margin over the price of an hour and the years of writing off."""
    say, found = words.MARGINS, study.margins
    data = _grid(
        found, 100 * found["margin"], [say.label("name", value=y) for y in found["depreciation_years"]]
    )
    usual, short = study.inputs.depreciation_years, float(found["depreciation_years"].min())
    start = {
        y: say.label("from", price=study.promised_from[y]) if y in study.promised_from else say.label("never")
        for y in (usual, short)
    }
    table = data.assign(kind=data["kind"].map(words.MARGIN_CLASSES), price=data["price"].round(2))
    return Figure.worded(
        "oracle-margin-grid", say, lambda width: marks.grid(
            data, width, x="at", y="name", titles=(say.label("price"), say.label("axis")), kinds=words.MARGIN_CLASSES, colours=[ORANGE, SKY, GREEN]
        ), table, usual=usual, short=short, usual_from=start[usual], short_from=start[short],
        worst=data["percent"].min(), best=data["percent"].max(), rows=_cells(data, say),
    )  # fmt: skip


@drawn
def returns(study: Study) -> Figure:
    """Return on a server over the price of an hour and the billed share of hours."""
    say, found = words.RETURNS, study.returns
    data = _grid(
        found, 100 * found["irr"], [say.label("name", percent=100 * u) for u in found["utilisation"]]
    )
    table = data.assign(
        kind=data["kind"].map(words.RETURN_CLASSES),
        price=data["price"].round(2),
        used=100 * data["utilisation"],
    )
    return Figure.worded(
        "oracle-return-grid", say, lambda width: marks.grid(
            data, width, x="at", y="name", titles=(say.label("price"), say.label("axis")), kinds=words.RETURN_CLASSES, colours=CLASS_COLOURS
        ), table, use=study.even_utilisation, price=study.even_price, rate=study.interest_rate,
        rows=_cells(data, say),
    )  # fmt: skip


def _grid(found: pd.DataFrame, percent: pd.Series, names: list[str]) -> pd.DataFrame:
    price = found["price_per_gpu_hour"]
    return found.assign(
        price=price, at=[put(p, "usd2") for p in price], percent=percent.round(1), label=[put(p, "pct0") for p in percent], name=names,
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
    say, left = words.PATH, study.left
    data = study.paths.assign(usd=study.paths["debt"] / BILLION)
    names = {c: say.label("case", margin=m) for c, m in zip(data["case"], data["margin"], strict=True)}
    data = data.assign(name=data["case"].map(names))

    def chart(width: int) -> alt.TopLevelMixin:
        x = alt.X("year:O", title=say.label("x"), axis=alt.Axis(labelAngle=0, grid=False))
        y = alt.Y("usd:Q", title=say.label("y"), axis=alt.Axis(tickCount=5))
        colour = marks.by_key("case", names, [ORANGE, SKY, BLUE], width, 3)
        kinds = alt.Scale(domain=list(names), range=["circle", "square", "diamond"])
        base = alt.Chart(data).encode(x=x, y=y, color=colour)
        dots = base.mark_point(size=70, opacity=1).encode(shape=alt.Shape("case:N", scale=kinds, legend=None))
        return (base.mark_line(strokeWidth=2.4) + dots).properties(width=width, height=270)

    rest = left.drop("leaked").max()
    lines = [
        {"name": name, "years": say.each("year", data[data["case"] == case].to_dict("records"), ", ")}
        for case, name in names.items()
    ]
    return Figure.worded(
        "oracle-debt-path", say, chart, data.round(4), full=study.leak.full_depreciation,
        leaked=left["leaked"],
        promised=say.label("some", left=rest) if rest >= BILLION else say.label("none"),
        rows=say.each("row", lines), cover=study.first_cover,
    )  # fmt: skip


@drawn
def shares_since(study: Study) -> Figure:
    """Oracle's share price: the day of the jump, the days of the margin, and a year later."""
    say, shares = words.SHARES, study.shares
    day = {k: study.chosen("shares", k) for k in ("jump", "report", "meeting", "day_after", "back", "year")}
    points = _points(
        (pd.Timestamp(day["jump"].as_of), shares.peak, say.label("peak"), "after", ORANGE),
        (pd.Timestamp(day["report"].as_of), shares.at_report, say.label("report"), "far", ORANGE),
        (pd.Timestamp(shares.low_day), shares.low, say.label("low"), "below", ORANGE),
    )

    days = shares.closes["date"]
    middle = pd.DataFrame(
        {
            "x": [days.min() + (days.max() - days.min()) / 2],
            "y": [shares.before],
            "text": [say.label("before", before=shares.before)],
        }
    )

    def chart(width: int) -> alt.TopLevelMixin:
        ticks = 4 if marks.on_phone(width) else 8
        x = alt.X("date:T", title=None, axis=alt.Axis(format="%b %Y", tickCount=ticks, grid=False))
        scale, dollars = alt.Scale(domain=[0, 380]), alt.Axis(format="$.0f", tickCount=5)
        y = alt.Y("close:Q", title=None, scale=scale, axis=dollars)
        line = alt.Chart(shares.closes).mark_line(color=BLUE, interpolate="linear").encode(x=x, y=y)
        start = marks.level(shares.before, "", colour=MUTED)
        said = alt.Chart(middle).mark_text(dy=-8, color=INK).encode(x="x:T", y="y:Q", text="text:N")
        noted = marks.noted(points, "x:T", "y:Q", size=80)
        return alt.layer(line, start, said, noted).properties(width=width, height=280)

    return Figure.worded(
        "oracle-shares", say, chart, shares.closes,
        moved=say.label("rose" if day["jump"].value > 0 else "fell"), jump=abs(day["jump"].value),
        fall=abs(day["year"].value), side=say.label("under" if day["year"].value < 0 else "over"),
        before=shares.before, peak=shares.peak, at_report=shares.at_report, low=shares.low,
        low_day=shares.low_day, last=shares.last, last_day=shares.last_day,
        **{f"{k}_day": f.as_of for k, f in day.items() if k != "day_after"},
        **{k: day[k].value for k in ("report", "meeting", "day_after")},
    )  # fmt: skip
