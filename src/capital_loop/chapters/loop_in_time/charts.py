"""Charts of the page "The loop in time"."""

from __future__ import annotations

import altair as alt
import pandas as pd

from capital_loop.chapters.loop_in_time.study import MOVERS, PERCENTILES, SHOWN, Study
from capital_loop.show import marks
from capital_loop.show.figure import AMBER, BLUE, INK, ORANGE, SKY, Figure, drawn
from capital_loop.show.table import rounded
from capital_loop.show.words import fill, read_words

words = read_words(__file__)


@drawn
def vintages(study: Study) -> Figure:
    """The share of draws with all bills paid, by what was known when and by the rule for funding."""
    say, found = words.chart("vintages"), study.vintages
    told = words.table("vintage")
    data = found.assign(name=[fill(told["then" if v.day else "now"], day=v.day) for v in study.runs.values()])
    data[["low", "high"]] = marks.percent(data[["low", "high"]])
    data = data.assign(
        **{f"{end}_label": [say.label("value", value=v) for v in data[end]] for end in words.table("rule")}
    )
    last = found.iloc[-1]

    def chart(width: int) -> alt.TopLevelMixin:
        axis, order = say.label("axis"), list(data["name"])
        drawn = marks.ends(
            data, width, name="name", axis=axis, top=100, names=words.table("rule"), colours=(ORANGE, BLUE),
            shapes=("diamond", "circle"), order=order, step=54,
        )  # fmt: skip
        y = marks.rows_of(data, "name")
        for end, align, dx in (("low", "right", -9), ("high", "left", 9)):
            x = alt.X(f"{end}:Q", title=axis)
            drawn += marks.texts(data, x, y, f"{end}_label", align=align, dx=dx, fontWeight="bold")
        return drawn + marks.named(data, "name", dy=-16)

    return Figure.worded(
        "loop-in-time-vintages", say, chart, rounded(data, 0), low=last["low"], high=last["high"],
        error=marks.percent(study.share_error), end=study.now.last, rows=say.each("row", data),
    )  # fmt: skip


@drawn
def unpaid(study: Study) -> Figure:
    """Unpaid bills by year end, with funding that lapses beside funding that is kept."""
    say = words.chart("unpaid")
    ends = [f"p{p}" for p in PERCENTILES]
    data = pd.concat(
        [study.lapsing.years.assign(rule="low"), study.kept.years.assign(rule="high")], ignore_index=True
    )
    stocks = ["cash", "debt", "worth"]
    data[[*ends, *stocks]] = marks.billions(data[[*ends, *stocks]])
    data = data.assign(name=data["rule"].map(words.table("rule")), year=data["year"].astype(str))

    def chart(width: int) -> alt.TopLevelMixin:
        size = 10 if marks.on_phone(width) else 24
        x = alt.X("year:N", title=None, axis=alt.Axis(labelAngle=0))
        side = alt.XOffset("rule:N", sort=list(words.table("rule")))
        y = alt.Y("p5:Q", title=say.label("axis"))
        pale = marks.own_colour("rule", dict(zip(words.table("rule"), (AMBER, SKY), strict=True)))
        strong = marks.by_key("rule", words.table("rule"), (ORANGE, BLUE), width, 2)
        base = alt.Chart(data).encode(x=x, xOffset=side)
        wide = base.mark_bar(size=size).encode(y=y, y2="p95:Q", color=pale)
        inner = base.mark_bar(size=size).encode(y="p25:Q", y2="p75:Q", color=strong)
        middle = base.mark_tick(size=size + 4, thickness=3, color=INK).encode(y="p50:Q")
        drawn = alt.layer(wide, inner, middle).resolve_scale(color="independent")
        return drawn.properties(width=width, height=270)

    return Figure.worded(
        "loop-in-time-unpaid", say, chart, rounded(data, 1), lapsing=study.lapsing.years.iloc[-1]["p95"],
        kept=study.kept.years.iloc[-1]["p95"], error=study.error, upper=study.upper_error, end=study.now.last,
        rows=say.each("row", data),
    )  # fmt: skip


@drawn
def swings(study: Study) -> Figure:
    """Which input or rule decides."""
    say, found = words.chart("swings"), study.swings.head(SHOWN)
    data = found.assign(name=found["field"].map(MOVERS))
    data[["lower", "upper", "centre"]] = marks.percent(data[["lower", "upper", "centre"]])
    long = data.melt(["name"], ["lower", "upper"], "end", "value")
    long = long.assign(label=say.by_row("value", long))
    first, second, third = (words.table("short").get(f, MOVERS[f]) for f in found["field"].head(3))
    return Figure.worded(
        "loop-in-time-swings", say, lambda width: marks.swings(
            long, width, name="name", value="value", label="label",
            centre=float(data["centre"].iloc[0]), top=100, ends=words.table("ends"),
            colours=(SKY, BLUE), ticks=[0, 25, 50, 75, 100],
        ), rounded(data, 1), first=first, second=second, third=third,
        **dict(zip("abc", marks.percent(found["width"].head(3)), strict=True)),
        centre=found["centre"].iloc[0], end=study.now.last, rows=say.each("row", data),
    )  # fmt: skip


@drawn
def backtest(study: Study) -> Figure:
    """What the inputs of the report's day said, against what happened."""
    say, found = words.chart("backtest"), study.backtest_2025
    inside, count = study.tried("2025")
    ratios = {end: found[f"{end}_ratio"] for end in ("low", "high", "middle")}
    data = found.assign(**ratios, happened=1.0)
    return Figure.worded(
        "loop-in-time-backtest", say, lambda width: marks.ranges(
            data, width, name="what", axis=say.label("axis"), top=1.1 * float(data["high"].max()),
            central="middle", happened="happened", step=44,
        ), rounded(found, 2), day=study.runs["2025"].day, inside=inside, count=count,
        rows=say.each("row", found),
    )  # fmt: skip
