"""Charts of the chapter "Gigawatts, reactors, homes, chips"."""

from __future__ import annotations

import altair as alt

from capital_loop.chapters.gigawatts.study import Study
from capital_loop.show import marks
from capital_loop.show.figure import BLUE, GREEN, GREY, ORANGE, SKY, Figure, drawn
from capital_loop.show.table import rounded
from capital_loop.show.words import read_words

words = read_words(__file__)


@drawn
def conversions(study: Study) -> Figure:
    """Each conversion as computed, as a multiple of what the document prints."""
    said, found = words.chart("conversions"), study.conversions
    data = study.over_printed.assign(row=[
        said.label("over" if c.open_ended else c.metric, gw=c.power, **c.in_words)
        for c in found.values()
    ])  # fmt: skip
    # A reading without an upper bound is drawn to the end of the axis.
    widest = data[["high", "said_high"]].max().max() * 1.1
    band = data.assign(said_high=data["said_high"].fillna(widest))
    holds, missed = study.hold, study.missed

    def chart(width: int) -> alt.TopLevelMixin:
        ranges = marks.ranges(data, width, name="row", axis=said.label("axis"), top=widest)
        read = alt.Chart(band).mark_rule(strokeWidth=16, color=GREY, opacity=0.35, yOffset=9)
        y = marks.rows_of(band, "row")
        one = marks.notched(band, y, 1, colour=ORANGE, size=24, offset=9)
        return read.encode(x="said_low:Q", x2="said_high:Q", y=y) + one + ranges

    rest = {0: "none", 1: "one"}.get(len(data) - holds, "rounded")
    rest = {0: rest, 1: "missed-one"}.get(missed, "missed")
    return Figure.worded(
        "gigawatts-conversions", said, chart, rounded(data, 2), holds=holds, all=len(data),
        rest=said.label(rest, missed=missed), rows="; ".join(data["row"]),
    )  # fmt: skip


@drawn
def power_per_chip(study: Study) -> Figure:
    """Kilowatts behind one accelerator, by whoever stated a count."""
    said, found = words.chart("power"), study.counts
    data = found.assign(
        name=found["key"].map(said.labels), how=found["kind"].map(said.labels),
        label=said.by_row("point", found)
    )  # fmt: skip
    ends = data.sort_values("central").iloc[[0, -1]]
    kinds = {k: said.label(k) for k in ("built", "stated")}
    return Figure.worded(
        "gigawatts-power-per-chip", said, lambda width: marks.ladder(
            data, width, name="name", kinds=kinds, colours=[GREEN, BLUE], shapes=["square", "circle"],
            value="central",
            label="label", top=float(data["high"].max()) * 1.3, ticks=5, columns=2,
        ), data.round({"per_gw": -4}),
        low=ends["central"].iloc[0], high=ends["central"].iloc[1], many=ends["per_gw"].iloc[0],
        few=ends["per_gw"].iloc[1], rows=said.each("row", data),
    )  # fmt: skip


@drawn
def promised_and_running(study: Study) -> Figure:
    """Gigawatts announced, contracted, planned and running."""
    said, found = words.chart("running"), study.milestones
    data = found.assign(
        name=said.by_row(found["key"], found), label=said.by_row("amount", found),
        standing=found["kind"].map(said.labels),
    )  # fmt: skip
    kinds = {k: said.label(k) for k in ("promise", "contract", "runs")}
    return Figure.worded(
        "gigawatts-promised-running", said, lambda width: marks.bars(
            data, width, name="name", value="gw", label="label", axis=said.label("axis"), room=1.2,
            colour=marks.by_key("kind", kinds, [SKY, BLUE, ORANGE], width, 3),
        ), data, planned=study.planned, run=study.delivered, when=study.delivered.as_of,
        rows=said.each("row", data),
    )  # fmt: skip
