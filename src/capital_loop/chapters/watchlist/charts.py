"""Charts of the chapter "The watchlist"."""

from __future__ import annotations

import altair as alt
import pandas as pd

from capital_loop.chapters.watchlist import words
from capital_loop.chapters.watchlist.study import Study, state
from capital_loop.show import marks
from capital_loop.show.figure import BLUE, GREEN, INK, MUTED, ORANGE, Figure, drawn
from capital_loop.show.words import figure, fill

KEY = {True: "strained", False: "clear"}


def _points(data: pd.DataFrame, width: int, size: int, **offset: float) -> alt.Chart:
    """Marks that say by colour and by shape on which side of its threshold a figure lies."""
    colour = marks.by_key("side", words.SIDE, [GREEN, ORANGE], width, 2, 2)
    shape = alt.Scale(domain=list(words.SIDE), range=["circle", "triangle-up"])
    return alt.Chart(data).mark_point(size=size, opacity=1, **offset).encode(
        color=colour, shape=alt.Shape("side:N", title=None, scale=shape, legend=colour["legend"])
    )  # fmt: skip


@drawn
def states(study: Study) -> Figure:
    """On which side of its threshold each indicator stood at each figure."""
    say, indicators = words.STATES, study.indicators
    data = pd.concat(
        [i.series.assign(row=i.title, side=i.series["strained"].map(KEY)) for i in indicators],
        ignore_index=True,
    )
    rows = pd.DataFrame(
        [
            {
                "title": i.title,
                "value": figure(i.value, i.unit),
                "as_of": i.as_of,
                "threshold": figure(i.threshold, i.unit),
                "strain": i.strain,
                "state": state(i),
            }
            for i in indicators
        ]
    )
    names = "; ".join(i.title for i in study.strained)

    def chart(width: int) -> alt.TopLevelMixin:
        months = alt.Axis(
            format="%b %y", tickCount=4 if marks.on_phone(width) else 8, labelAngle=0, orient="top"
        )
        points = _points(data, width, 70, yOffset=8).encode(
            x=alt.X("date:T", title=None, axis=months), y=marks.rows_of(data, "row")
        )
        return (points + marks.named(data, "row", dy=-8)).properties(width=width, height=38 * len(indicators))

    return Figure(
        name="watchlist-states",
        **say.frame(
            title=say.label("some" if names else "none", names=names),
            rows=say.each("row", rows.to_dict("records")),
        ),
        chart=chart,
        rows=rows.rename(columns=say.columns),
    )


@drawn
def series(study: Study, indicator_id: str) -> Figure:
    """The series of one indicator against its threshold."""
    say, i = words.SERIES, study.indicator(indicator_id)
    size, axis = words.UNITS.get(i.unit, (1, i.unit))
    data = i.series.assign(shown=i.series["value"] / size, side=i.series["strained"].map(KEY))
    data["label"] = [figure(v, i.unit) for v in i.series["value"]]
    line, threshold = i.threshold / size, figure(i.threshold, i.unit)
    low, high = min(data["shown"].min(), line), max(data["shown"].max(), line)
    room = 0.18 * ((high - low) or abs(high) or 1)

    def chart(width: int) -> alt.TopLevelMixin:
        scale = alt.Scale(domain=[low - room, high + room], nice=False)
        months = alt.Axis(
            format="%b %y", tickCount=3 if marks.on_phone(width) else 7, labelAngle=0, grid=False
        )
        x = alt.X("date:T", title=None, scale=alt.Scale(padding=34), axis=months)
        y = alt.Y("shown:Q", title=axis, scale=scale, axis=alt.Axis(tickCount=4))
        path = alt.Chart(data).mark_line(color=BLUE, strokeWidth=1.6).encode(x=x, y=y)
        last = alt.Chart(data.tail(1)).mark_text(dy=-13, fontWeight="bold", color=INK)
        level = marks.level(line, say.label("threshold", threshold=threshold), colour=MUTED)
        drawn = (
            level + path + _points(data, width, 80).encode(x=x, y=y) + last.encode(x=x, y=y, text="label:N")
        )
        return drawn.properties(width=width, height=170)

    heads = {column: fill(head, axis=axis) for column, head in say.columns.items()}
    table = data.assign(side=data["side"].map(words.SIDE))
    return Figure(
        name=f"watchlist-{i.indicator_id}",
        **say.frame(
            title=i.title,
            as_of=i.as_of,
            state=state(i),
            axis=axis,
            strain=i.strain,
            scope=i.scope,
            threshold=threshold,
            value=say.label(
                "growth" if i.unit == "percent change" else "level", value=figure(i.value, i.unit)
            ),
            question=i.question,
            reason=i.reason,
            next=i.next_release,
            release=i.release,
            rows=say.each("row", data.to_dict("records")),
        ),
        chart=chart,
        rows=table[list(heads)].rename(columns=heads),
    )
