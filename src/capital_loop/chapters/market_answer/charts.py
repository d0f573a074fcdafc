"""Charts and tables of the chapter "The market's answer"."""

from __future__ import annotations

import altair as alt
import pandas as pd

from capital_loop.chapters.market_answer.study import (
    CHANCE,
    GROUPS_DRAWN,
    LATER,
    LEVEL,
    LOOSE,
    SIDES,
    SOON,
    Event,
    Study,
)
from capital_loop.show import marks
from capital_loop.show.figure import BLUE, GREEN, GREY, MUTED, ORANGE, PURPLE, SKY, Figure, drawn
from capital_loop.show.marks import billions
from capital_loop.show.table import rounded
from capital_loop.show.words import Words, fill, headed, read_words, records

words = read_words(__file__)

_STYLES = (ORANGE, GREEN, BLUE, PURPLE)


def name_of(event: Event) -> str:
    """Share and day of an event."""
    return fill(words.text("event"), name=event.name, day=event.day)


@drawn
def jumps(study: Study) -> Figure:
    """Abnormal return of the day for every announcement, with its interval."""
    w, clear, plot = words.chart("jumps"), study.clear, study.jumps
    rows = [fill(words.text("event"), **r) for r in records(plot)]
    plot = plot.assign(row=rows, side_name=plot["side"].map(w.labels))

    def chart(width: int) -> alt.LayerChart:
        phone, names = marks.on_phone(width), {k: w.labels[k] for k in SIDES}
        x = alt.X("low:Q", title=w.labels["axis"], axis=alt.Axis(tickCount=5 if phone else 9, grid=not phone))
        beside = alt.Axis(title=None, labelLimit=220, grid=False, ticks=False, domain=False)
        y = marks.rows_of(plot, "row") if phone else alt.Y("row:N", sort=list(plot["row"]), axis=beside)
        low = 7 if phone else 0
        base = alt.Chart(plot)
        zero = alt.Chart(pd.DataFrame({"x": [0]})).mark_rule(color=MUTED).encode(x="x:Q")
        if phone:
            zero = marks.notched(plot, y, 0, size=14, offset=low)
        spans = base.mark_rule(strokeWidth=2, color=GREY, yOffset=low).encode(x=x, x2="high:Q", y=y)
        shape = marks.shaped("side", dict(zip(names, ("circle", "diamond", "square"), strict=True)))
        colour = marks.by_key("side", names, [BLUE, GREEN, ORANGE], width, 2)
        dots = base.mark_point(size=75, opacity=1, yOffset=low)
        dots = dots.encode(x="value:Q", y=y, color=colour, shape=shape)
        drawn_rows = zero + spans + dots
        if phone:
            drawn_rows += marks.named(plot, "row", dy=-8, fontSize=11)
        return drawn_rows.properties(width=width, height=(30 if phone else 17) * len(plot))

    return Figure.worded(
        "market-jumps", w, chart, rounded(plot, 2), count=len(plot), days=study.days, clear=len(clear),
        who="; ".join(map(name_of, clear)), chance=CHANCE, placebos=len(study.placebo_sizes),
        luck=study.groups[0].by_luck, loose=LOOSE, more=len(study.loosely.events),
        more_luck=study.loosely.by_luck, each=w.each("each", plot),
    )  # fmt: skip


@drawn
def paths(study: Study) -> Figure:
    """The named shares against the market for the year after their day."""
    w, plot = words.chart("paths"), study.paths
    ends = plot.groupby("share", sort=False).tail(1)
    ends = ends.assign(label=w.by_row("end", ends))
    named = list(study.named.values())
    kept_by = {
        e.name: w.label("never" if e.kept is None else "kept", name=e.name, days=e.kept or 0) for e in named
    }

    def chart(width: int) -> alt.TopLevelMixin:
        columns = 1 if marks.on_phone(width) else 2
        each = width // columns - 74
        cells = [
            _path(plot[plot["share"] == e.name], w, kept_by[e.name], each, c)
            for e, c in zip(named, _STYLES, strict=True)
        ]
        return alt.concat(*cells, columns=columns).resolve_scale(x="independent", y="independent")

    shown = rounded(plot[plot["day"].isin([0, *LATER.values()]) | plot.index.isin(ends.index)], 1)
    return Figure.worded(
        "market-paths", w, chart, shown, kept="; ".join(kept_by.values()),
        back=sum(e.kept is not None for e in named), all=len(named), each=w.each("each", ends),
    )  # fmt: skip


def _path(plot: pd.DataFrame, w: Words, title: str, width: int, colour: str) -> alt.LayerChart:
    """One share's line, under the words that say how long its gain stood."""
    quarters = [k * LATER["quarter"] for k in range(5)]
    x = marks.amount("day", w.labels["x"], float(LATER["year"]), [float(q) for q in quarters])
    y = alt.Y("value:Q", title=w.labels["y"], axis=alt.Axis(tickCount=5, minExtent=34, maxExtent=34))
    line = alt.Chart(plot).mark_line(strokeWidth=1.8, color=colour).encode(x=x, y=y)
    zero = alt.Chart(pd.DataFrame({"y": [0]})).mark_rule(color=MUTED).encode(y="y:Q")
    head = alt.TitleParams(title, fontSize=12, anchor="start")
    return (zero + line).properties(width=width, height=150, title=head)


@drawn
def amplification(study: Study) -> Figure:
    """Market value added beside the deal's stated amount."""
    w, found = words.chart("amplification"), study.added
    plot = found.assign(value=billions(found["usd"]), what=found["kind"].map(w.labels))
    plot["label"] = w.by_row("tip", found)
    names = {k: w.labels[k] for k in ("amount", "day")}
    two, other = next((a, a.other) for a in study.amplification if a.other)
    beside = {"name": two.event.name, "first": two.amount, "other": other, "gives": two.by_other}
    per = [a.per_dollar for a in study.amplification if a.amount]
    return Figure.worded(
        "market-amplification", w, lambda width: marks.grouped(
            plot, width, group="share", head="share", value="value", label="label", axis=w.labels["axis"],
            colour=marks.by_key("kind", names, [SKY, BLUE], width, 1), room=1.2,
        ), rounded(plot, 1), least=min(per), most=max(per),
        missing=", ".join(a.event.name for a in study.amplification if not a.amount), **beside,
        told=other.as_of,
        each=w.each("each", plot),
    )  # fmt: skip


def events_table(study: Study) -> pd.DataFrame:
    """Every event with its windows, in percent, and how long the day's move lasted."""
    rows = pd.DataFrame([
        {
            "day": e.day.isoformat(), "share": e.name,
            "side": words.table("side")[e.side], "jump": e.jump.value,
            "error": e.jump.error, "p": _chance(e.jump.p_value), "chance": _chance(e.chance),
            "second": e.second.value if e.second else None, "week": e.windows["week"].value,
            "kept": e.kept, "mixed": words.table("mixed")[e.mixed_with],
        }
        for e in study.events
    ])  # fmt: skip
    return rounded(headed(rows, words.table("events"), percent=["jump", "error", "second", "week"]), 2)


def without_news_table(study: Study) -> pd.DataFrame:
    """The days left out for a share's own news, and how many are left."""
    found = study.without_news
    days = [" ".join(f"{d:%Y-%m-%d}" for d in days) for days in found["left_out"]]
    return headed(found.assign(days=days), words.table("without_news"))


LEAST = 1e-4
"""A p-value below it is told as a bound."""


def _chance(p: float) -> str:
    """A p-value for a table: no false zero."""
    return f"{p:.4f}" if p >= LEAST else fill(words.text("no_chance"), least=f"{LEAST:.4f}")


def groups_table(study: Study) -> pd.DataFrame:
    """The tests across events."""
    rows = pd.DataFrame([
        {"name": words.table("group")[g.key], "count": g.count, "mean": g.mean.mean}
        | {"low": g.mean.low, "high": g.mean.high, "rest": g.rest}
        | {k: _chance(t.placebo) for k, t in g.tests.items()}
        for g in study.groups
    ])  # fmt: skip
    return headed(rows, words.table("groups"), percent=["mean", "low", "high", "rest"])


def groups_caption(study: Study) -> str:
    """What the table of groups holds, with how often each test rejects ordinary days."""
    sizes = {key: test.size for key, test in study.groups[0].tests.items()}
    return fill(words.text("groups"), level=1 - LEVEL, groups=GROUPS_DRAWN, **sizes)


def raised_table(study: Study) -> pd.DataFrame:
    """Money raised after announcements, beside what any day would show."""
    heads = {k: fill(v, soon=SOON) for k, v in words.table("raised").items()}
    return headed(study.raised, heads, percent=["of_days"])
