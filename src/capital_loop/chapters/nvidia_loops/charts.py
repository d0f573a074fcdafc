"""Charts of the chapter "The other Nvidia loops"."""

from __future__ import annotations

import numpy as np

from capital_loop.chapters.nvidia_loops.study import Study
from capital_loop.show import marks
from capital_loop.show.figure import BLUE, GREEN, ORANGE, SKY, Figure, drawn
from capital_loop.show.marks import billions
from capital_loop.show.table import rounded
from capital_loop.show.words import read_words

words = read_words(__file__)

BILLION, SMALL, TRILLION = 1e9, 10e9, 1e12
"""Where a sum's unit or its decimals change."""


@drawn
def support(study: Study) -> Figure:
    """What Nvidia has put into or stands behind its customers, by kind."""
    said, found = words.chart("support"), study.support
    data = found.assign(
        b=billions(found["usd"]), standing=found["kind"].map(said.labels),
        name=said.by_row(found["key"], found),
        label=said.by_row(np.where(found["usd"] < SMALL, "small", "large"), found),
    )  # fmt: skip
    kinds = {k: said.label(k) for k in ("paid", "committed", "guaranteed")}
    least, most = study.owed_later
    return Figure.worded(
        "loops-support", said, lambda width: marks.bars(
            data, width, name="name", value="b", label="label", axis=words.text("axis"), room=1.18,
            colour=marks.by_key("kind", kinds, [BLUE, ORANGE, SKY], width, 3),
        ), data, paid=study.supported("paid").sum(), ohio=study.supported("guaranteed").max(),
        least=least, most=most, rows=said.each("row", data),
    )  # fmt: skip


@drawn
def coreweave(study: Study) -> Figure:
    """What Nvidia put into CoreWeave beside what CoreWeave spends, and what the stake was worth."""
    said, found = words.chart("coreweave"), study.coreweave
    data = found.assign(
        b=billions(found["usd"]), name=found["key"].map(said.labels),
        label=said.by_row(np.where(found["usd"] < BILLION, "small", "large"), found),
    )  # fmt: skip
    return Figure.worded(
        "loops-coreweave", said, lambda width: marks.bars(
            data, width, name="name", value="b", label="label", axis=words.text("axis"), room=1.18,
            colours=(GREEN, GREEN)
        ), rounded(data, 2), spent=found["usd"].iloc[-1], times=study.times_spent,
        rows=said.each("row", data),
    )  # fmt: skip


@drawn
def counts(study: Study) -> Figure:
    """How many circles there are, by definition and by stage."""
    said, found = words.chart("counts"), study.counts
    data = found.assign(what=found["definition"].map(said.labels), deals=found["stage"].map(said.labels))
    data = data.assign(name=said.by_row("name", data), label=said.by_row("circles", data))
    stages = {k: said.label(k) for k in ("promised", "signed", "moving")}
    return Figure.worded(
        "loops-counts", said, lambda width: marks.bars(
            data, width, name="name", value="circles", label="label", axis="", room=1.15, step=34,
            colour=marks.by_key("stage", stages, [SKY, BLUE, ORANGE], width, 3),
        ), data, promised=study.count("value", "promised"), moving=study.count("value", "moving"),
        rows=said.each("row", data),
    )  # fmt: skip


@drawn
def returns(study: Study) -> Figure:
    """How much of the gross value can go round, at most."""
    said, found = words.chart("returns"), study.returns
    data = found.assign(
        name=found["key"].map(said.labels), can=billions(found["total"]),
        all=billions(found["gross"]), percent=np.ceil(1000 * found["share"]) / 10,
        label=said.by_row(np.where(found["gross"] < TRILLION, "small", "large"), found),
    )  # fmt: skip
    return Figure.worded(
        "loops-returns", said, lambda width: marks.bars(
            data, width, name="name", value="all", label="label", axis=words.text("axis"), room=1.3,
            inner="can",
            colours=(SKY, ORANGE)
        ), rounded(data, 1), promised=study.promised.share, paid=study.paid.share, pledged=study.pledged,
        rows=said.each("row", data),
    )  # fmt: skip
