"""Charts of the chapter "The watchlist"."""

from __future__ import annotations

from textwrap import wrap

import altair as alt
import pandas as pd

from capital_loop.chapters.watchlist.study import Indicator, Study, state
from capital_loop.show import marks
from capital_loop.show.figure import BLUE, GREEN, INK, MUTED, ORANGE, PURPLE, Figure, drawn
from capital_loop.show.words import quantity, read_words

words = read_words(__file__)

COLOUR = {"clear": GREEN, "at": PURPLE, "strained": ORANGE}
SHAPE = {"clear": "circle", "at": "diamond", "strained": "triangle-up"}
SCALE = {"USD": 1e9, "USD/year": 1e9}
"""How large a unit is drawn; others as they are."""
ACROSS, DOWN, LEFT, SIDES = 4, 18, 40, 50
"""Pixels between small charts, across and down; for figures at the left of each; beside its plot in all."""


@drawn
def series(study: Study) -> Figure:
    """Every indicator against its threshold, in one grid of small charts."""
    say, indicators = words.chart("series"), study.indicators
    names = "; ".join(i.row.title for i in study.strained)
    rows = "; ".join(
        say.label("row", title=i.row.title, value=quantity(i.value, i.unit), as_of=i.as_of, state=state(i))
        for i in indicators
    )  # fmt: skip

    def chart(width: int) -> alt.TopLevelMixin:
        columns = 2 if marks.on_phone(width) else 3
        each = width // columns - SIDES
        heads = [_head(i, 20 if marks.on_phone(width) else 32) for i in indicators]
        cells = [_cell(i, each, head) for i, head in zip(indicators, heads, strict=True)]
        return alt.concat(*cells, columns=columns, spacing={"column": ACROSS, "row": DOWN}).resolve_scale(
            x="independent", y="independent"
        )

    data = pd.concat([_drawn(i) for i in indicators], ignore_index=True)
    newest = ~data.duplicated("title", keep="last")
    data["side"] = data["side"].map(words.table("side")).where(newest, words.text("earlier"))
    return Figure.worded(
        "watchlist-series", say, chart, data,
        title=say.label("some" if names else "none", n=len(study.strained), total=len(indicators)),
        names=names or words.text("none"), rows=rows,
        other=(new := study.chosen("beside", "rent-back")), day=new.as_of,
    )  # fmt: skip


def _drawn(i: Indicator) -> pd.DataFrame:
    """The series as it is drawn: the figures in the size of the axis, with their unit in words."""
    unit = words.table("units").get(i.unit, i.unit)
    return i.series.assign(title=i.row.title, shown=i.series["value"] / SCALE.get(i.unit, 1), unit=unit)


def _head(i: Indicator, room: int) -> tuple[list[str], list[str]]:
    """Name and newest figure over a small chart, in lines of ``room`` signs."""
    said = words.table("figures").get(i.unit, "{value}")
    return wrap(i.row.title, room), wrap(said.format(value=quantity(i.value, i.unit)), room)


def _cell(i: Indicator, width: int, head: tuple[list[str], list[str]]) -> alt.LayerChart:
    """One small chart: the line, its newest point by side of the threshold, and the threshold."""
    data, line = _drawn(i), i.row.threshold / SCALE.get(i.unit, 1)
    low, high = min(0.0, data["shown"].min(), line), max(0.0, data["shown"].max(), line)
    air = 0.14 * (high - low)
    scale = alt.Scale(domain=[low - (air if low < 0 else 0), high + air], nice=False)
    years = alt.Axis(format="%Y", tickCount={"interval": "year", "step": 1}, grid=False, title=None)
    x = alt.X("date:T", axis=years, scale=alt.Scale(padding=10))
    y = alt.Y("shown:Q", title=None, scale=scale, axis=alt.Axis(tickCount=3, minExtent=LEFT))
    path = alt.Chart(data).mark_line(color=BLUE, strokeWidth=1.4).encode(x=x, y=y)
    dots = alt.Chart(data).mark_point(size=16, color=BLUE, opacity=1).encode(x=x, y=y)
    last = alt.Chart(data.tail(1))
    last = last.mark_point(size=90, opacity=1, color=COLOUR[i.side], shape=SHAPE[i.side])
    level = alt.Chart(pd.DataFrame({"shown": [line]})).mark_rule(color=MUTED, strokeDash=[4, 3]).encode(y=y)
    title = alt.TitleParams(
        head[0], subtitle=head[1], anchor="start", frame="group", dx=-LEFT,
        fontSize=12, subtitleFontSize=11, color=INK, subtitleColor=MUTED,
    )  # fmt: skip
    return (level + path + dots + last.encode(x=x, y=y)).properties(width=width, height=96, title=title)
