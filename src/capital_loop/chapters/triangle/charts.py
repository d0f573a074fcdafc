"""Charts of the chapter "The triangle"."""

from __future__ import annotations

import altair as alt
import numpy as np

from capital_loop.chapters.triangle.study import RING, Study
from capital_loop.show import marks
from capital_loop.show.figure import BLUE, GREY, ORANGE, PURPLE, SKY, Figure, drawn
from capital_loop.show.marks import billions
from capital_loop.show.words import fill, read_words

words = read_words(__file__)


@drawn
def sides(study: Study) -> Figure:
    """Each side of the triangle: what the joke tells, what was promised, signed and paid."""
    say, found = words.chart("sides"), study.sides.assign(usd=billions(study.sides["amount"]))
    parties = found[["payer", "payee"]].replace(study.names)
    data = found.assign(head=say.by_row("head", parties), label=say.by_row(found["kind"], found))
    data["side"] = data["payer"]
    colours = {"joke": GREY, "promised": SKY, "reported": SKY, "binding": BLUE}
    colours |= dict.fromkeys(("paid", "used", "spent"), ORANGE)
    return Figure.worded(
        "triangle-sides", say, lambda width: marks.grouped(
            data, width, group="side", head="head", value="usd", label="label", axis=say.label("axis"),
            colour=marks.own_colour("kind", colours),
        ), data, told=study.told, ring=study.ring, rows=say.each("row", data),
    )  # fmt: skip


@drawn
def history(study: Study) -> Figure:
    """Nvidia's purchase of shares and its guarantee, as they changed."""
    say, found = words.chart("history"), study.history
    style = {
        "letter": (SKY, "below"), "signed": (BLUE, "after"), "guarantee": (PURPLE, "left"),
        "early": (ORANGE, "under"), "paid": (ORANGE, "under-left"),
    }  # fmt: skip
    data = found.assign(
        usd=billions(found["value"]), day=found["date"].dt.strftime("%Y-%m-%d"),
        text=say.by_row(found["key"], found),
        colour=[style[k][0] for k in found["key"]], side=[style[k][1] for k in found["key"]],
    )  # fmt: skip
    spans = data.dropna(subset=["until"])

    def chart(width: int) -> alt.TopLevelMixin:
        x = marks.when("date", 14, width)
        y = marks.up("usd", say.label("axis"), 0, data["usd"].max() * 1.1, tickCount=5)
        lines = alt.Chart(spans).mark_rule(strokeWidth=4, opacity=1)
        lines = lines.encode(x=x, x2="until:T", y=y, color=alt.Color("colour:N", scale=None))
        return (lines + marks.noted(data, x, y)).properties(width=width, height=280)

    at = found.set_index("key")
    days = {f"{k}_day": f"{d:%Y-%m}" for k, d in at["date"].items() if k in set(spans["key"])}
    return Figure.worded(
        "triangle-history", say, chart, data.sort_values("date"), **at["value"], **days,
        talks=study.talks.value, talks_day=study.talks.as_of[:7], rows=say.each("row", data),
    )  # fmt: skip


@drawn
def payers(study: Study) -> Figure:
    """Who put money in and who ended with it, over twelve months."""
    say, net = words.chart("payers"), billions(study.net)
    names = study.names | {p: fill(words.text("inside"), party=study.names[p]) for p in RING}
    party = [names[p] for p in net.index]
    data = net.assign(bn=net["central"], party=party, size=study.net["central"].abs())
    data["label"] = say.by_row(np.where(data["bn"] < 0, "in", "kept"), data)
    return Figure.worded(
        "triangle-payers", say, lambda width: marks.balance(
            data, width, name="party", value="bn", label="label", axis=say.label("axis"),
            room=(2.4 if marks.on_phone(width) else 1.75, 1.3), low="low", high="high",
        ), data, **study.outside.sum(), start=study.window[0], end=study.window[1],
        rows=say.each("row", data),
    )  # fmt: skip


@drawn
def gigawatt(study: Study) -> Figure:
    """What a gigawatt costs, and the part that Nvidia named as its own."""
    say, found, part = words.chart("gigawatt"), study.costs, study.nvidia_part
    whole, ohio = found[found["kind"] == "whole"], found[found["kind"] == "part"].iloc[-1]
    kinds = np.where(found["low"] < found["high"], "range", "one")
    data = found.assign(name=say.by_row("name", found), text=say.by_row(kinds, found))
    data[["low", "central", "high"]] = billions(found[["low", "central", "high"]])
    return Figure.worded(
        "triangle-gigawatt", say, lambda width: marks.ladder(
            data, width, name="name", kinds={k: say.label(k) for k in ("whole", "part")},
            colours=[BLUE, ORANGE], shapes=["circle", "diamond"], value="central", label="text",
            top=float(data["high"].max()) * 1.3, ticks=[0, 25, 50, 75, 100], columns=2,
        ), data, low=whole["low"].min(), high=whole["high"].max(), part=part.value,
        part_day=part.as_of[:4], ohio=ohio["central"], ohio_day=ohio["day"][:4],
        rows=say.each("row", data),
    )  # fmt: skip


@drawn
def stages(study: Study) -> Figure:
    """The dated stages of every deal around the triangle."""
    say, found = words.chart("stages"), study.stages.drop_duplicates(["deal_id", "date", "kind"])
    data = found.assign(
        day=found["date"].dt.strftime("%Y-%m-%d"), said=found["kind"].map(words.table("kind"))
    )
    s = study.standing
    return Figure.worded(
        "triangle-stages", say, lambda width: marks.timeline(
            data, width, key="deal_id", name="title", kinds=words.table("kind"),
            colours=[SKY, BLUE, ORANGE, GREY, PURPLE],
            shapes=["circle", "square", "diamond", "triangle-up", "cross"], sizes=[90, 80, 90, 60, 260],
        ), data, deals=s.deals, signed=s.signed, paid=s.paid, start=data["day"].min()[:7],
        rows=say.each("row", data),
    )  # fmt: skip
