"""Charts of the chapter "Bubble, or how growth is financed?"."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from capital_loop.chapters.bubble_or_growth.study import BASE, DAILY, GROUPS, STRICT, Episode, Study
from capital_loop.show import marks
from capital_loop.show.figure import BLUE, GREEN, GREY, INK, ORANGE, Figure, drawn
from capital_loop.show.table import rounded
from capital_loop.show.words import Words, join, read_words

words = read_words(__file__)

LARGE = 10
"""From here on percentages are given without a decimal."""


def _bars(data: pd.DataFrame, said: Words, colours: dict[str, str], width: int) -> alt.LayerChart:
    """Bars in the colours of their kind."""
    kinds = {k: said.label(k) for k in colours}
    colour = marks.by_key("kind", kinds, list(colours.values()), width, len(kinds))
    axis = said.label("axis")
    return marks.bars(
        data, width, name="name", value="value", label="label", axis=axis, room=1.2, colour=colour
    )


@drawn
def output(study: Study) -> Figure:
    """Investment as a share of output, then and now."""
    said, found = words.chart("output"), study.output
    data = found.assign(name=said.by_row(found["key"], found), label=said.by_row("point", found))
    counts, year = study.counts
    return Figure.worded(
        "bubble-output", said, lambda width: _bars(data, said, {"then": GREY, "now": BLUE}, width), data,
        low=min(counts), high=max(counts), year=year, telecom=study.value("output", "telecom"),
        rail=study.value("output", "rail"), rows=said.each("row", data),
    )  # fmt: skip


@drawn
def vendors(study: Study) -> Figure:
    """Financing of customers by makers over a year's revenue."""
    said, found = words.chart("vendors"), study.vendors
    labels = said.by_row(np.where(found["value"] >= LARGE, "large", "small"), found)
    data = found.assign(name=said.by_row(found["key"], found), label=labels)
    return Figure.worded(
        "bubble-vendors", said,
        lambda width: _bars(data, said, {"then": GREY, "letter": GREEN, "binding": BLUE}, width),
        rounded(data, 1), day=study.value("vendors", "nvidia-day"), now=study.value("vendors", "nvidia-now"),
        lucent=study.value("vendors", "lucent"), rent=study.rent_back.value, until=study.rent_back.as_of,
        rows=said.each("row", data),
    )  # fmt: skip


def _spans(episodes: list[Episode]) -> str:
    """The rising episodes of a share in words."""
    said = words.chart("explosive")
    spans = (said.label("span-open" if e.lasting else "span", start=e.start, end=e.end) for e in episodes)
    return "; ".join(spans) or said.label("never")


@drawn
def explosive(study: Study) -> Figure:
    """The test for explosive prices, share by share, against both critical values."""
    said, found, strict = words.chart("explosive"), study.asked(BASE), study.asked(STRICT)
    data = found.drop(columns="episodes").assign(
        name=found["ticker"].map(words.table("firms")), kind=found["group"].map(said.labels),
        wild=list(strict["line"]), wild_p=list(strict["p"]), wild_together=list(strict["together"]),
        spans=list(map(_spans, found["episodes"])),
        way=[said.label("up" if r else "down") for r in found["rose"]],
    )  # fmt: skip
    data = data.sort_values("gsadf", ascending=False)
    line = float(found["line"].iloc[0])
    passed = {"always": study.always, "some": study.sometimes, "robust": study.robust}
    names = {k: join(words.table("firms")[t] for t in tickers) for k, tickers in passed.items()}
    calls = [k for k in ("always", "some") if names[k]]
    finding = "both" if len(calls) == 2 else calls[0] if calls else "none"

    def chart(width: int) -> alt.TopLevelMixin:
        y = alt.Y("name:N", sort=list(data["name"]), title=None)
        least, most = data["gsadf"].min(), data[["gsadf", "wild"]].max().max()
        scale = alt.Scale(domain=[min(0.0, float(least)) - 0.2, float(most) * 1.08], nice=False)
        ticks = alt.Axis(values=list(range(10)))
        x = alt.X("gsadf:Q", title=said.label("axis"), scale=scale, axis=ticks)
        colour = marks.by_key("group", {g: said.label(g) for g in GROUPS}, [BLUE, ORANGE, GREEN], width, 3)
        shape = marks.shaped("group", dict(zip(GROUPS, ("circle", "square", "diamond"), strict=True)))
        dots = alt.Chart(data).mark_point(size=110, opacity=1)
        dots = dots.encode(x=x, y=y, color=colour, shape=shape)
        own = alt.Chart(data).mark_tick(color=INK, thickness=2, size=16).encode(x=alt.X("wild:Q"), y=y)
        critical = said.label("critical", line=line)
        name = marks.upright(line, critical, colour=GREY, dx=-6, baseline="bottom", y=-3)
        return (name + own + dots).properties(width=width, height=26 * len(data))

    return Figure.worded(
        "bubble-explosive", said, chart, rounded(data, 3), finding=said.label(finding, **names),
        together=said.label("together-some" if names["robust"] else "together-none", **names),
        weeks=len(study.closes[BASE.frequency]), until=study.last[BASE.frequency],
        daily=study.last[DAILY.frequency], level=study.level, rows=said.each("row", data),
    )  # fmt: skip
