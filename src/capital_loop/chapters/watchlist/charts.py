"""Charts of the chapter "The watchlist"."""

from __future__ import annotations

import altair as alt
import pandas as pd

from capital_loop.chapters.watchlist.study import Indicator, state
from capital_loop.show.figure import (
    BLUE,
    GREEN,
    INK,
    MUTED,
    NARROW,
    ORANGE,
    Figure,
)
from capital_loop.show.words import figure, human_period

_SIDE = {True: "On the side of strain", False: "Clear of strain"}
_SCALE = alt.Scale(domain=[_SIDE[False], _SIDE[True]], range=[GREEN, ORANGE])
_SHAPE = alt.Scale(domain=[_SIDE[False], _SIDE[True]], range=["circle", "triangle-up"])
_UNITS = {
    "USD": (1e9, "USD billion"),
    "percent": (1, "percent"),
    "tokens/month": (1e12, "trillion tokens a month"),
}


def states(indicators: list[Indicator]) -> Figure:
    """On which side of its threshold each indicator stood at each figure."""
    data = pd.concat(
        [i.series.assign(row=i.title, side=i.series["strained"].map(_SIDE)) for i in indicators], ignore_index=True
    )  # fmt: skip
    order = [i.title for i in indicators]
    strained = [i.title for i in indicators if i.strained]

    def chart(width: int) -> alt.TopLevelMixin:
        y = alt.Y("row:N", sort=order, axis=None)
        x = alt.X(
            "date:T",
            title=None,
            axis=alt.Axis(format="%b %y", tickCount=4 if width == NARROW else 8, labelAngle=0, orient="top"),
        )
        base = alt.Chart(data)
        marks = base.mark_point(size=70, opacity=1, yOffset=8).encode(
            x=x, y=y,
            color=alt.Color("side:N", title=None, scale=_SCALE, legend=alt.Legend(orient="top")),
            shape=alt.Shape("side:N", title=None, scale=_SHAPE),
        )  # fmt: skip
        names = alt.Chart(data.drop_duplicates("row")).mark_text(align="left", dy=-8, color=INK).encode(
            x=alt.value(0), y=y, text="row:N"
        )  # fmt: skip
        return (marks + names).properties(width=width, height=38 * len(order))

    now = "; ".join(
        f"{i.title}: {state(i)}, {figure(i.value, i.unit)} ({human_period(i.as_of)})" for i in indicators
    )
    return Figure(
        name="watchlist-states",
        title=(
            "On the side of strain at their newest figures: " + "; ".join(strained)
            if strained else "No indicator is on the side of strain at its newest figure"
        ),
        unit="Each mark is one published figure, on the side of its threshold on which it lies; earlier ones in hindsight",
        description="One row an indicator, one mark a figure. " + now + ".",
        chart=chart,
        rows=pd.DataFrame({
            "Indicator": order, "Newest figure": [figure(i.value, i.unit) for i in indicators],
            "As of": [i.as_of for i in indicators], "Threshold": [figure(i.threshold, i.unit) for i in indicators],
            "Strain is": [i.strain for i in indicators], "State": [state(i) for i in indicators],
        }),
        facts=tuple(f for i in indicators for f in i.facts),
    )  # fmt: skip


def series(i: Indicator) -> Figure:
    """The series of one indicator against its threshold."""
    size, unit = _UNITS.get(i.unit, (1, i.unit))
    data = i.series.assign(shown=i.series["value"] / size, side=i.series["strained"].map(_SIDE))
    data["label"] = [figure(v, i.unit) for v in i.series["value"]]
    line = i.threshold / size
    words = "Threshold " + figure(i.threshold, i.unit)
    low, high = min(data["shown"].min(), line), max(data["shown"].max(), line)
    room = 0.18 * ((high - low) or abs(high) or 1)

    def chart(width: int) -> alt.TopLevelMixin:
        narrow = width == NARROW
        y = alt.Y(
            "shown:Q",
            title=unit,
            scale=alt.Scale(domain=[low - room, high + room], nice=False),
            axis=alt.Axis(tickCount=4),
        )
        x = alt.X(
            "date:T",
            title=None,
            scale=alt.Scale(padding=34),
            axis=alt.Axis(format="%b %y", tickCount=3 if narrow else 7, labelAngle=0, grid=False),
        )
        base = alt.Chart(data)
        path = base.mark_line(color=BLUE, strokeWidth=1.6).encode(x=x, y=y)
        dots = base.mark_point(size=80, opacity=1).encode(
            x=x, y=y, color=alt.Color("side:N", title=None, scale=_SCALE), shape=alt.Shape("side:N", title=None, scale=_SHAPE)
        )  # fmt: skip
        last = (
            alt.Chart(data.tail(1))
            .mark_text(dy=-13, fontWeight="bold", color=INK)
            .encode(x=x, y=y, text="label:N")
        )
        level = pd.DataFrame({"shown": [line], "words": [words]})
        rule = alt.Chart(level).mark_rule(strokeDash=[5, 4], color=MUTED).encode(y=y)
        named = (
            alt.Chart(level)
            .mark_text(align="left", dy=-7, dx=4, color=MUTED)
            .encode(x=alt.value(0), y=y, text="words:N")
        )
        return (rule + named + path + dots + last).properties(width=width, height=170)

    return Figure(
        name=f"watchlist-{i.indicator_id}",
        title=f"{i.title}: {figure(i.value, i.unit)}{' on the figure before' if i.unit == 'percent change' else ''} ({human_period(i.as_of)}), {state(i)}",
        unit=f"{unit}; strain is {i.strain} the threshold. {i.scope}",
        description=f"Line with a threshold at {figure(i.threshold, i.unit)}. "
        + "; ".join(f"{human_period(r.as_of)}: {r.label}" for r in data.itertuples()) + ".",
        chart=chart,
        rows=pd.DataFrame({"As of": data["as_of"], unit: data["shown"], "State": data["side"], "Fact": data["fact_id"]}),
        facts=i.facts,
        note=f"{i.question} Threshold: {i.reason} Next figure: {human_period(i.next_release.isoformat())}, {i.release}.",
    )  # fmt: skip
