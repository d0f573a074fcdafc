"""Charts of the chapter "Leverage on leverage"."""

from __future__ import annotations

import altair as alt
import numpy as np

from capital_loop.chapters.leverage.study import Study
from capital_loop.show import marks
from capital_loop.show.figure import AMBER, BLUE, GREEN, MUTED, ORANGE, PURPLE, SKY, Figure, drawn
from capital_loop.show.marks import billions, on_phone
from capital_loop.show.table import rounded
from capital_loop.show.words import join, read_words

words = read_words(__file__)

SMALL = 10e9
"""Below this loans are given with a decimal."""


@drawn
def positions(study: Study) -> Figure:
    """Cash less debt of each listed party by its newest balance sheet."""
    said, found = words.chart("positions"), study.positions
    data = found.assign(firm=found["key"].map(words.table("firms")), label=said.by_row("amount", found))
    data = data.assign(**{f"{c}_bn": billions(found[c]) for c in ("cash", "debt", "net")})
    return Figure.worded(
        "leverage-positions", said, lambda width: marks.balance(
            data, width, name="firm", value="net_bn", label="label", axis=words.text("axis"), room=(1.45, 1.5)
        ), rounded(data, 1), first=min(data["as_of"]), last=max(data["as_of"]),
        rich=join(words.table("firms")[k] for k in study.rich), owed=-study.position("oracle"),
        rows=said.each("row", data),
    )  # fmt: skip


@drawn
def debts(study: Study) -> Figure:
    """Debt of the two borrowers of the story over time."""
    said, found = words.chart("debts"), study.debts
    data = found.assign(
        usd=billions(found["value"]), firm=found["key"].map(words.table("firms")),
        borrower=found["key"].map(said.labels)
    )  # fmt: skip
    data = marks.ended(data, said.by_row("end", data))

    def chart(width: int) -> alt.TopLevelMixin:
        x = marks.when("date", marks.reach(data["date"], 0.06, 0.42 if on_phone(width) else 0.17), width)
        y = alt.Y("usd:Q", title=words.text("axis"), axis=alt.Axis(tickCount=6))
        drawing = marks.history(data, width, x=x, y=y, colours={"oracle": ORANGE, "coreweave": PURPLE})
        return marks.upright(study.documents_day, words.text("day")) + drawing

    peak = study.oracle_peak
    return Figure.worded(
        "leverage-debts", said, chart, rounded(data, 1), before=study.oracle_before.value,
        peak=peak.value, when=peak.as_of, rows=said.each("row", data),
    )  # fmt: skip


@drawn
def spreads(study: Study) -> Figure:
    """What insurance against default cost a year."""
    said, found, top = words.chart("spreads"), study.spreads, study.dearest
    marked = [i for _, g in found.groupby("key") for i in (g.index[0], g["value"].idxmax(), g.index[-1])]
    data = found.assign(firm=found["key"].map(words.table("firms")), label=said.by_row("reading", found))
    data["label"] = data["label"].where(data.index.isin(marked), "")
    names = {who: words.table("firms")[who] for who in top}

    def chart(width: int) -> alt.TopLevelMixin:
        drawing = marks.history(
            data, width, x=marks.when("date", 30, width),
            y=marks.up("value", said.label("axis"), 0, data["value"].max() * 1.1, tickCount=5),
            colours={"coreweave": PURPLE, "oracle": ORANGE}, names=names, height=250,
        )  # fmt: skip
        return marks.upright(study.documents_day, words.text("day")) + drawing

    return Figure.worded(
        "leverage-spreads", said, chart, data,
        o=said.label("span", low=top["oracle"].value, high=top["oracle"].high), o_when=top["oracle"].as_of,
        c=top["coreweave"].value, c_when=top["coreweave"].as_of, press=study.disputed.value,
        press_when=study.disputed.as_of, rows=said.each("row", data),
    )  # fmt: skip


@drawn
def loans(study: Study) -> Figure:
    """What loans for the sites and chips stand on."""
    said, found = words.chart("loans"), study.loans
    data = found.assign(usd_bn=billions(found["usd"]), secured=found["ground"].map(words.table("ground")))
    data["label"] = said.by_row(np.where(data["usd"] < SMALL, "small", "large"), data)
    data["name"] = said.by_row("name", data)
    grounds = {k: v for k, v in words.table("ground").items() if k in set(data["ground"])}
    colours = dict(zip(words.table("ground"), (BLUE, GREEN, PURPLE, AMBER, SKY, MUTED), strict=True))
    n = study.on_letters
    return Figure.worded(
        "leverage-loans", said, lambda width: marks.bars(
            data, width, name="name", value="usd_bn", label="label", axis=words.text("axis"), room=1.15,
            step=36, colour=marks.by_key("ground", grounds, [colours[k] for k in grounds], width, 3),
        ), data, count=len(data), offered=study.offered,
        letters=said.label("none" if n == 0 else "one" if n == 1 else "some", n=n), leases=study.on_leases,
        oracle=study.let_to_oracle, when=study.leases_until, rows=said.each("row", data),
    )  # fmt: skip


@drawn
def oracle_cover(study: Study) -> Figure:
    """How much of Oracle's spending its own cash paid."""
    said, found = words.chart("cover"), study.oracle
    data = found.assign(
        percent=marks.percent(found["own_share"]), spent=billions(found["capex"]), key="oracle"
    )
    data["label"] = said.by_row("point", data)
    first, last = data.iloc[0], data.iloc[-1]

    def chart(width: int) -> alt.TopLevelMixin:
        y = marks.up("percent", said.label("axis"), 0, max(100, data["percent"].max()) * 1.12, tickCount=5)
        x = marks.when("date", 30, width, ticks=7)
        drawing = marks.history(data, width, x=x, y=y, colours={"oracle": ORANGE}, height=240)
        return marks.upright(study.documents_day, words.text("day")) + drawing

    return Figure.worded(
        "leverage-oracle-own-share", said, chart, rounded(data.drop(columns="date"), 1), a=first["own_share"],
        a_when=first["as_of"],
        b=last["own_share"], b_when=last["as_of"], c=study.without_prepaid, rows=said.each("row", data),
    )  # fmt: skip
