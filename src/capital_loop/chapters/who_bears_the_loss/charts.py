"""Charts of the page "Who bears the loss"."""

from __future__ import annotations

import numpy as np

from capital_loop.chapters.who_bears_the_loss.study import (
    GROUPS,
    HOLDERS,
    OPENAI_OWNERS,
    REPRICED,
    SLOW,
    STALL,
    Study,
)
from capital_loop.show import marks
from capital_loop.show.figure import AMBER, BLUE, GREEN, ORANGE, PURPLE, SKY, Figure, drawn
from capital_loop.show.table import rounded
from capital_loop.show.words import read_words

words = read_words(__file__)

COLOURS = dict(zip(GROUPS, (PURPLE, GREEN, BLUE, SKY, ORANGE, AMBER), strict=True))


@drawn
def groups(study: Study) -> Figure:
    """Who bears how much of each shock."""
    say = words.chart("groups_drawn")
    found = study.groups
    data = found.assign(
        head=found["shock"].map(words.table("shocks")), name=("short-" + found["group"]).map(say.labels),
        share=marks.percent(found["share"]), billion=marks.billions(found["usd"]),
    )  # fmt: skip
    data["label"] = say.by_row("value", data)
    return Figure.worded(
        "loss-groups", say, lambda width: marks.grouped(
            data, width, group="shock", head="head", value="share", label="label", axis="",
            colour=marks.own_colour("group", COLOURS), room=2.6 if marks.on_phone(width) else 1.7,
        ), rounded(data.assign(billion=data["billion"].round()), 1),
        n=len(study.shocks), least=study.floor, own=1 - study.creditors_near,
        day=study.days[1], stalls=study.shocks[STALL].total, slows=study.shocks[SLOW].total,
        falls=study.shocks[REPRICED].total, rows=say.each("row", data),
    )  # fmt: skip


@drawn
def cushions(study: Study) -> Figure:
    """How much of its assets each firm must lose before its creditors lose."""
    say, found = words.chart("cushions"), study.cushions
    data = found.assign(
        name=(found["firm"] + "-" + found["rank"].astype(str)).map(say.labels),
        percent=marks.percent(found["cushion"]), billion=marks.billions(found["held"])
    )  # fmt: skip
    data["label"] = say.by_row("value", data)
    return Figure.worded(
        "loss-cushions", say, lambda width: marks.bars(
            data, width, name="name", value="percent", label="label", axis="", colours=(SKY, BLUE),
            room=2.03 if marks.on_phone(width) else 1.43,
        ), rounded(data, 1), low=100 * study.cushion("oracle-suppliers"), next=study.thinnest,
        rows=say.each("row", data),
    )  # fmt: skip


@drawn
def owners(study: Study) -> Figure:
    """OpenAI's owners: price and money paid in."""
    say, found = words.chart("owners"), study.owners
    data = found.assign(
        name=found["holder"].map(HOLDERS), billion=marks.billions(found["price"]),
        money=marks.billions(found["paid"])
    )  # fmt: skip
    data["label"] = say.by_row(np.where(data["holder"] == OPENAI_OWNERS, "alone", "both"), data)
    return Figure.worded(
        "loss-owners", say, lambda width: marks.bars(
            data.assign(money=data["money"].fillna(0)), width, name="name", value="billion", label="label",
            axis=say.label("axis"),
            inner="money", colours=(SKY, BLUE), room=2.1 if marks.on_phone(width) else 1.6,
        ), rounded(data, 1), price=study.named_price, paid=study.paid_in, rows=say.each("row", data),
    )  # fmt: skip
