"""Charts of the chapter "The score"."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from capital_loop.chapters.score.study import Study, bands, share_table
from capital_loop.claims.rules import SCALE
from capital_loop.models.score import Share
from capital_loop.show import marks
from capital_loop.show.figure import BLUE, GREY, ORANGE, PAPER, SKY, Figure, drawn
from capital_loop.show.palette import VERDICT
from capital_loop.show.words import CHAPTER, Words, fill, read_words

words = read_words(__file__)

SHORT = words.table("band") | words.table("short")
COLOURS = [VERDICT[band].mark if band in VERDICT else GREY for band in words.table("band")]


def _stacks(data: pd.DataFrame, width: int, axis: str) -> alt.TopLevelMixin:
    """Rows of stacked counts; the row's name stands above its bar, so that phones keep the room."""
    top = float(data["end"].max())
    least = top * (0.045 if marks.on_phone(width) else 0.022)
    y = marks.rows_of(data, "row")
    colour = marks.by_key("band", words.table("band"), COLOURS, width, 6, 3)
    bars = alt.Chart(data).mark_bar(height=16, yOffset=8, stroke=PAPER, strokeWidth=1).encode(
        x=marks.amount("start", axis, top * 1.02), x2="end:Q", y=y, color=colour
    )  # fmt: skip
    # Black on light bands, paper on dark ones: both stay readable where dark mode turns dark bands light.
    light = alt.FieldOneOfPredicate("band", ["supported_imprecise", "unrated"])
    ink = alt.condition(light, alt.value("#000"), alt.value(PAPER))
    numbers = alt.Chart(data[data["claims"] >= least])
    numbers = numbers.mark_text(dy=8.5, fontSize=11, fontWeight="bold", stroke=None)
    numbers = numbers.encode(x=alt.X("mid:Q", title=axis), y=y, text="claims:Q", color=ink)
    drawn = bars + numbers + marks.named(data, "row", dy=-8)
    return drawn.properties(width=width, height=38 * data["row"].nunique())


def _stacked(
    name: str, say: Words, data: pd.DataFrame, order: list[str], beside: dict[str, Share] | None = None,
    **values: object,
) -> Figure:  # fmt: skip
    """A figure of stacked counts whose rows stand in an order; ``beside`` gives rows their held share."""
    data = data.assign(name=data["band"].map(words.table("band")), place=data["row"].map(order.index))
    data = data.sort_values(["place", "rank"], ignore_index=True)
    told = data.assign(name=data["name"].str.lower())
    rows = [
        {"row": row, "told": say.each("band", mine, ", ")} for row, mine in told.groupby("row", sort=False)
    ]
    wide = data.pivot_table(index="row", columns="name", values="claims", aggfunc="sum", fill_value=0)
    wide = wide.reindex(index=order, columns=[v for v in words.table("band").values() if v in wide])
    table = wide.reset_index().rename(columns=say.columns)
    if beside:
        head = say.columns["row"]
        table = table.merge(share_table(beside, {}, head), on=head, validate="one_to_one")
    return Figure(
        name=name,
        **say.frame(rows=say.each("row", rows), **values),
        chart=lambda width: _stacks(data, width, say.label("axis")),
        rows=table,
    )


@drawn
def by_document(study: Study) -> Figure:
    """How each document's claims fared, on its day and now."""
    data = bands(study.documents)
    named = {(d, w): fill(text, document=d) for d in study.shares for w, text in words.table("when").items()}
    data["row"] = [named[d, w] for d, w in zip(data["group"], data["when"], strict=True)]
    return _stacked(
        "score-documents", words.chart("documents"), data, list(named.values()),
        {named[key]: held for key, held in study.then_and_now.items()}, strict=study.readings["all"][0].value,
        held=study.total.value, low=study.span[0], high=study.span[1],
    )  # fmt: skip


@drawn
def by_chapter(study: Study) -> Figure:
    """How the claims of each theme fare now."""
    data = bands(study.chapters)
    data["row"] = data["group"].map(CHAPTER)
    failed = study.failed
    order = [CHAPTER[str(c)] for c in failed.index]
    order += [name for name in CHAPTER.values() if name not in order]
    return _stacked(
        "score-chapters", words.chart("chapters"), data, order, most=CHAPTER[str(failed.index[0])],
        count=failed.iloc[0], all=failed.sum(),
    )  # fmt: skip


@drawn
def by_kind(study: Study) -> Figure:
    """How the kinds of claims fare now."""
    data = bands(study.kinds)
    data["row"] = data["group"].map(words.table("kind"))
    order = [v for k, v in words.table("kind").items() if k in set(data["group"])]
    sums = data.groupby("group")["claims"].sum()
    whole = data[data["band"] == "supported"].groupby("group")["claims"].sum()
    return _stacked(
        "score-kinds", words.chart("kinds"), data, order, figures=sums["figure"],
        plain=whole.get("figure", 0), causes=sums["causal"], clean=whole.get("causal", 0),
        soft=study.cause_verdicts["supported_imprecise"],
    )  # fmt: skip


@drawn
def moves(study: Study) -> Figure:
    """From the verdict on the day to the verdict now."""
    say, order, names = words.chart("moves"), list(SCALE), [SHORT[v] for v in SCALE]
    data = study.moves.sort_values(["on_day", "now"], key=lambda s: s.map(order.index))
    data = data.assign(
        day_name=data["on_day"].map(SHORT), now_name=data["now"].map(SHORT),
        kind=np.where(data["on_day"] == data["now"], "stayed", "moved"), label=data["claims"].astype(str),
    )  # fmt: skip

    return Figure.worded(
        "score-moves", say, lambda width: marks.cells(
            data, width, x="now_name", y="day_name", across=names, down=names,
            kinds=words.table("moved"), colours=(SKY, ORANGE), step=38,
        ), data, moved=study.moved, all=len(study.ledger), rows=say.each("row", data),
    )  # fmt: skip


@drawn
def calibration(study: Study) -> Figure:
    """Did claims hold more often when they were put with reserve?"""
    say = words.chart("calibration")
    parts = [(words.table("assertion"), study.assertion), (words.table("qualifier"), study.qualifier)]
    data = pd.DataFrame([
        {
            "row": say.label("name", name=names[key], held=s.held, rated=s.rated), "share": 100 * s.value,
            "low": 100 * s.low, "high": 100 * s.high,
        }
        for names, shares in parts for key, s in shares.items() if s.rated
    ])  # fmt: skip
    table = pd.concat([share_table(s, n, say.label("head")) for n, s in parts], ignore_index=True)
    return Figure(
        name="score-calibration", rows=table, chart=lambda width: marks.ranges(
            data, width, name="row", axis=say.label("axis"), top=103, central="share",
            ticks=[0, 25, 50, 75, 100], step=44, thick=3, colour=BLUE,
        ), **say.frame(
            hedged=study.hedged, all=len(study.ledger), stated=study.assertion["stated"].value,
            rows=say.each("row", data),
        ),
    )  # fmt: skip
