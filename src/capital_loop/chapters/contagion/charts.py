"""Charts of the page "Contagion"."""

from __future__ import annotations

import altair as alt
import numpy as np

from capital_loop.chapters.contagion.study import ENDS, Study
from capital_loop.show import marks
from capital_loop.show.figure import BLUE, GREY, ORANGE, Figure, drawn
from capital_loop.show.table import rounded
from capital_loop.show.words import read_words

words = read_words(__file__)

COLOURS = {"oracle": BLUE, "coreweave": ORANGE}


@drawn
def needs(study: Study) -> Figure:
    """What each cloud must raise until the last year, by building and by OpenAI's money."""
    say = words.chart("needs")
    found = study.needs.sort_values(["party", "building", "paid"], ascending=[False, True, False])
    data = found.assign(
        name=found["key"].map(say.labels), **{end: marks.billions(found[end]) for end in ENDS}
    )
    data["label"] = say.by_row(np.where(data["high"] >= 0.5, "range", "nothing"), data)
    return Figure.worded(
        "contagion-needs", say, lambda width: marks.ranges(
            data, width, name="name", axis=say.label("axis"), top=float(data["high"].max()) * 1.4,
            label="label", step=42
        ), rounded(data, 1), first=study.calendar[0], last=study.calendar[-1], 
        built=study.together[True, 1.0][1], stopped=study.together[False, 0.0][1], rows=say.each("row", data),
    )  # fmt: skip


@drawn
def insurance(study: Study) -> Figure:
    """What the price of insurance implies, over the record's days."""
    say, found = words.chart("insurance"), study.insurance
    data = found.assign(
        name=found["party"].map(words.table("parties")), **{end: marks.percent(found[end]) for end in ENDS}
    )
    data = marks.ended(data, say.by_row("end", data), "party")
    low, central, high = study.recoveries

    def chart(width: int) -> alt.TopLevelMixin:
        ends = marks.reach(data["date"], 0.04, 0.5 if marks.on_phone(width) else 0.18)
        x = marks.when("date", ends, width, form="%b %Y")
        y = marks.up("central", say.label("y"), 0, data["high"].max() * 1.12)
        colour = marks.own_colour("party", COLOURS)
        span = alt.Chart(data).mark_rule(strokeWidth=6, opacity=0.3)
        span = span.encode(x=x, y="low:Q", y2="high:Q", color=colour)
        return span + marks.history(data, width, x=x, y=y, key="party", colours=COLOURS)

    newest = {name: marks.percent(study.insured(name)["central"]) for name in COLOURS}
    return Figure.worded(
        "contagion-insurance", say, chart, rounded(data.assign(date=data["date"].dt.strftime("%Y-%m-%d")), 1),
        **newest, recovery=central, least=marks.percent(low), most=high, rows=say.each("row", data),
    )  # fmt: skip


@drawn
def beside(study: Study) -> Figure:
    """Default by the price of insurance, by the price of shares, and failure in our draws."""
    say, found = words.chart("beside"), study.beside
    data = found.assign(name=(found["party"] + "-" + found["way"]).map(say.labels))
    data["label"] = say.by_row("range", data)
    return Figure.worded(
        "contagion-beside", say, lambda width: marks.ranges(
            data, width, name="name", axis=say.label("axis"), top=125, label="label",
            ticks=[0, 25, 50, 75, 100]
        ), rounded(data, 0), last=study.calendar[-1], **study.readings,
        side=say.label("apart" if study.draws_stand_outside else "else"), rows=say.each("row", data),
    )  # fmt: skip


@drawn
def softbank(study: Study) -> Figure:
    """SoftBank's loan to value as its other holdings fall, with OpenAI at its value and worth nothing."""
    say, ceiling = words.chart("softbank"), study.ceiling
    wide = study.loan_to_value.assign(x=marks.percent(study.loan_to_value["fall"]))
    data = wide.melt("x", ["stands", "gone"], "key", "value")
    now, room = wide["gone"].iloc[0], study.headroom["ceiling"]
    limits = {"ceiling": ceiling.value, "emergency": study.emergency}

    def chart(width: int) -> alt.TopLevelMixin:
        ends = alt.Scale(domain=[0, data["x"].max()])
        x = alt.X("x:Q", title=say.label("x"), scale=ends, axis=alt.Axis(grid=False))
        y = marks.up("value", say.label("y"), 0, max(data["value"].max(), *limits.values()) * 1.07)
        names = {key: say.label(key) for key in ("stands", "gone")}
        styles = {"stands": (BLUE, [1, 0]), "gone": (ORANGE, [6, 3])}
        drawing = marks.lines(data, width, x, y, key="key", names=names, styles=styles)
        levels = [marks.level(v, say.label(k, limit=v), colour=GREY) for k, v in limits.items()]
        return alt.layer(*levels, drawing).properties(width=width, height=270)

    return Figure.worded(
        "contagion-softbank", say, chart, rounded(wide, 1), now=now, ceiling=ceiling.value,
        side=say.label("below" if now < ceiling.value else "over"),
        how=say.label("falls" if room > 0 else "reached", fall=room), arm=study.arm, day=study.account_day,
        rows=say.each("row", wide),
    )  # fmt: skip
