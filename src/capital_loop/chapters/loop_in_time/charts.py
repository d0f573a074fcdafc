"""Charts of the page "The loop in time"."""

from __future__ import annotations

import altair as alt

from capital_loop.chapters.loop_in_time import words
from capital_loop.chapters.loop_in_time.study import BILLION, KNOWN, PERCENTILES, QUARTERS, SPAN, Study
from capital_loop.show import marks
from capital_loop.show.figure import BLUE, GREY, ORANGE, SKY, Figure, drawn

SHOWN = 9
"""How many inputs the chart of indices shows."""


@drawn
def gaps(study: Study) -> Figure:
    """The funding gap by year over the ranges of the inputs."""
    say, found = words.GAPS, study.spread.gaps
    ends = [f"p{p}" for p in PERCENTILES]
    data = (found[ends] / BILLION).assign(year=found["year"].astype(str))

    def chart(width: int) -> alt.TopLevelMixin:
        size, tick = (18, 24) if marks.on_phone(width) else (34, 44)
        x = alt.X("year:N", title=None, axis=alt.Axis(labelAngle=0))
        y = alt.Y("p5:Q", title=say.label("axis"))
        base = alt.Chart(data)
        wide = base.mark_bar(size=size, color=SKY).encode(x=x, y=y, y2="p95:Q")
        inner = base.mark_bar(size=size, color=BLUE).encode(x=x, y="p25:Q", y2="p75:Q")
        middle = base.mark_tick(size=tick, thickness=3, color=ORANGE).encode(x=x, y="p50:Q")
        return (wide + inner + middle).properties(width=width, height=270)

    return Figure(
        name="loop-in-time-gaps",
        **say.frame(
            worst=study.worst["year"],
            middle=study.worst["p50"],
            upper=study.highest["p95"],
            highest=study.highest["year"],
            error=study.spread.error,
            rows=say.each("row", data.to_dict("records")),
        ),
        chart=chart,
        rows=data[list(say.columns)].round(1).rename(columns=say.columns),
    )


@drawn
def closing(study: Study) -> Figure:
    """The growth in the first year that would close each year's gap."""
    say, assumed = words.CLOSING, study.assumed_growth
    data = study.closing.assign(
        percent=100 * study.closing["growth"].clip(lower=0), year=study.closing["year"].astype(str)
    )
    data["label"] = [say.label("value", percent=v) for v in data["percent"]]
    top = 1.15 * max(float(data["percent"].max()), 100 * assumed)
    return Figure(
        name="loop-in-time-closing",
        **say.frame(
            year=study.hardest["year"],
            growth=study.hardest["growth"],
            assumed=assumed,
            percent=100 * assumed,
            rows=say.each("row", data.to_dict("records")),
        ),
        chart=lambda width: (
            marks.columns(
                data, width, at="year", value="percent", label="label", axis=say.label("axis"), top=top
            )
            + marks.level(100 * assumed, say.label("assumed", assumed=assumed))
        ),
        rows=data[list(say.columns)].round(0).rename(columns=say.columns),
    )


@drawn
def indices(study: Study) -> Figure:
    """Which inputs matter."""
    say = words.INDICES
    data = study.indices.head(SHOWN)
    data = data.assign(
        input=data["field"].map(words.INPUTS), label=[say.label("value", total=t) for t in data["total"]]
    )
    first, second = data.iloc[0], data.iloc[1]
    return Figure(
        name="loop-in-time-indices",
        **say.frame(
            first=first["input"],
            second=second["input"],
            first_index=first["total"],
            second_index=second["total"],
            start=SPAN[0],
            end=SPAN[1],
            rows=say.each("row", data.to_dict("records")),
        ),
        chart=lambda width: marks.bars(
            data,
            width,
            name="input",
            value="total",
            label="label",
            axis=say.label("axis"),
            inner="first",
            top=1.0,
            colours=(SKY, BLUE),
            step=36,
        ),
        rows=data[list(say.columns)].round(3).rename(columns=say.columns),
    )


@drawn
def backtest(study: Study) -> Figure:
    """What the inputs of the day said, against what happened."""
    say, data = words.BACKTEST, study.backtest
    top = 1.15 * float(data[["high", "happened"]].max().max())
    return Figure(
        name="loop-in-time-backtest",
        **say.frame(
            day=KNOWN,
            inside=data["inside"].sum(),
            count=len(data),
            rows=say.each("row", data.to_dict("records")),
        ),
        chart=lambda width: marks.ranges(
            data,
            width,
            name="what",
            axis=say.label("axis"),
            top=top,
            central="middle",
            happened="happened",
            step=48,
        ),
        rows=data[list(say.columns)].round(2).rename(columns=say.columns),
    )


@drawn
def stocks(study: Study) -> Figure:
    """The cloud's debt and OpenAI's revenue against its dues in the central run."""
    say = words.STOCKS
    data = study.stocks.assign(usd=study.stocks["usd"] / BILLION)
    told = data.assign(name=data["key"].map(words.LINES))
    ends = told.groupby("key", sort=False).tail(1)
    table = told[told["date"].dt.month == 12]
    table = table.assign(date=table["date"].dt.strftime("%Y-%m-%d"), usd=table["usd"].round(1))

    def chart(width: int) -> alt.TopLevelMixin:
        years = alt.Axis(format="%Y", tickCount=5 if marks.on_phone(width) else 9, grid=False)
        dashes = {key: [6, 3] if key == "debt" else [1, 0] for key in words.LINES}
        lines = alt.Chart(data).mark_line(strokeWidth=2.2).encode(
            x=alt.X("date:T", title=None, axis=years),
            y=alt.Y("usd:Q", title=say.label("axis"), axis=alt.Axis(tickCount=6)),
            color=marks.by_key("key", words.LINES, [BLUE, ORANGE, GREY], width, 3),
            strokeDash=marks.dashed("key", dashes),
        )  # fmt: skip
        return lines.properties(width=width, height=270)

    return Figure(
        name="loop-in-time-stocks",
        **say.frame(
            peak=study.peak, short=study.short_quarters, count=QUARTERS, billions=study.peak / BILLION,
            rows=say.each("row", ends.to_dict("records")),
        ),
        chart=chart,
        rows=table[list(say.columns)].rename(columns=say.columns),
    )  # fmt: skip
