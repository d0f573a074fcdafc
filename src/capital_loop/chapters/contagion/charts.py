"""Charts of the page "Contagion"."""

from __future__ import annotations

import altair as alt

from capital_loop.chapters.contagion import words
from capital_loop.chapters.contagion.study import Study
from capital_loop.show import marks
from capital_loop.show.figure import BLUE, GREY, ORANGE, SKY, Figure, drawn

RANGE = ["low", "central", "high"]
LINES = ("oracle-stops", "oracle-builds", "coreweave-stops", "coreweave-builds")


@drawn
def holders(study: Study) -> Figure:
    """What each holder loses if OpenAI loses all of its value."""
    say, found = words.HOLDERS, 100 * study.gone[RANGE]
    first = found.iloc[0]
    data = found.assign(party=found.index.map(words.PARTIES))
    data["label"] = [
        say.label("large" if r["high"] >= 2 else "small", low=r["low"], high=r["high"])
        for r in found.to_dict("records")
    ]
    return Figure(
        name="contagion-holders",
        **say.frame(
            first=data["party"].iloc[0],
            low=first["low"],
            high=first["high"],
            other=found["high"].iloc[1:].max(),
            rows=say.each("row", data.to_dict("records")),
        ),
        chart=lambda width: marks.ranges(
            data,
            width,
            name="party",
            axis=say.label("axis"),
            top=float(data["high"].max()) * 1.35,
            label="label",
        ),
        rows=data[list(say.columns)].round(2).rename(columns=say.columns),
    )


@drawn
def payments(study: Study) -> Figure:
    """How often a party cannot pay, by what OpenAI pays, with and without building."""
    say, found = words.PAYMENTS, study.payments
    key = found["party"] + found["building"].map({True: "-builds", False: "-stops"})
    data = found.assign(key=key, percent=100 * found["fails"], x=100 * found["paid"])
    data = data[data["key"].isin(LINES)].drop(columns=["building"])
    names = {line: say.label(line) for line in LINES}
    told = data.assign(row=data["key"].map(names))

    def chart(width: int) -> alt.TopLevelMixin:
        quarters = alt.Axis(values=[0, 25, 50, 75, 100])
        x = alt.X("x:Q", title=say.label("x"), scale=alt.Scale(domain=[0, 100], reverse=True), axis=quarters)
        y = alt.Y(
            "percent:Q", title=say.label("y"), scale=alt.Scale(domain=[-3, 106], nice=False), axis=quarters
        )
        colour = marks.by_key("key", names, [BLUE, SKY, ORANGE, GREY], width, 2)
        dash = marks.dashed("key", dict(zip(LINES, [[1, 0], [6, 3]] * 2, strict=True)))
        lines = alt.Chart(data).mark_line(strokeWidth=2.2).encode(x=x, y=y, color=colour, strokeDash=dash)
        dots = alt.Chart(data).mark_point(size=50, opacity=1).encode(x=x, y=y, color=colour)
        return (lines + dots).properties(width=width, height=260)

    return Figure(
        name="contagion-payments",
        **say.frame(
            coreweave=study.fails("coreweave", 1.0, False), oracle=study.fails("oracle", 0.0, False),
            error=100 * study.error, rows=say.each("row", told.to_dict("records")),
        ),
        chart=chart,
        rows=told[list(say.columns)].round(1).rename(columns=say.columns),
    )  # fmt: skip


@drawn
def rollover(study: Study) -> Figure:
    """What lenders must renew within a year."""
    say, found = words.ROLLOVER, study.rollover.sort_values("central", ascending=False)
    data = (found / 1e9).assign(party=found.index.map(words.PARTIES), usd=found["central"])
    data["label"] = [
        say.label("range" if high else "nothing", low=low, high=high)
        for low, high in zip(found["low"], found["high"], strict=True)
    ]
    return Figure(
        name="contagion-rollover",
        **say.frame(
            low=found.at["coreweave", "low"],
            high=found.at["coreweave", "high"],
            most=found.at["softbank", "high"],
            rows=say.each("row", data.to_dict("records")),
        ),
        chart=lambda width: marks.ranges(
            data,
            width,
            name="party",
            axis=say.label("axis"),
            top=float(data["high"].max()) * 1.35,
            label="label",
        ),
        rows=data[list(say.columns)].round(2).rename(columns=say.columns),
    )


@drawn
def loan_to_value(study: Study) -> Figure:
    """SoftBank's loan to value as OpenAI's value falls."""
    say, ceiling = words.LOAN_TO_VALUE, study.ceiling.value
    data = (100 * study.loan_to_value).rename(columns={"fall": "x"})
    last = data.iloc[-1]
    side = "under" if last["high"] < ceiling else "around" if last["low"].round() <= ceiling else "over"

    def chart(width: int) -> alt.TopLevelMixin:
        x = alt.X(
            "x:Q", title=say.label("x"), scale=alt.Scale(domain=[20, 105], nice=False),
            axis=alt.Axis(values=list(data["x"])),
        )  # fmt: skip
        y = alt.Y("low:Q", title=say.label("y"), scale=alt.Scale(domain=[0, 45]))
        band = alt.Chart(data).mark_rule(strokeWidth=9, color=SKY).encode(x=x, y=y, y2="high:Q")
        dots = alt.Chart(data).mark_point(size=95, color=BLUE, opacity=1).encode(x=x, y="central:Q")
        line = marks.level(ceiling, say.label("ceiling", ceiling=ceiling))
        return (line + band + dots).properties(width=width, height=230)

    return Figure(
        name="contagion-loan-to-value",
        **say.frame(
            low=last["low"], high=last["high"], ceiling=ceiling, side=say.label(side),
            rows=say.each("row", data.to_dict("records")),
        ),
        chart=chart,
        rows=data[list(say.columns)].round(1).rename(columns=say.columns),
    )  # fmt: skip
