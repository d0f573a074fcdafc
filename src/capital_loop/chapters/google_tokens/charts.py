"""Charts and tables of the chapter "Google's tokens"."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from capital_loop.chapters.google_tokens.study import STATED, Study
from capital_loop.show import marks
from capital_loop.show.figure import BLUE, INK, ORANGE, SKY, Figure, drawn
from capital_loop.show.marks import billions
from capital_loop.show.words import formatted, read_words

words = read_words(__file__)

TRILLION, BILLION = 1e12, 1e9


@drawn
def count_over_time(study: Study) -> Figure:
    """What Google stated, and what the research report printed for the autumn of the documents."""
    w, found = words.chart("count"), study.level_dates
    tokens = [f.value / TRILLION for f in study.points]
    days = zip(found["start"], found["end"], strict=True)
    stated = found.assign(
        tokens=tokens, who=w.labels["google"],
        month=[w.label("month", first=f"{a:%Y-%m}", last=f"{b:%Y-%m}") for a, b in days],
        label=[w.label("large" if t > 100 else "small", tokens=t) for t in tokens],
    )  # fmt: skip
    printed = study.printed[STATED] / TRILLION
    slip = stated.iloc[[study.autumn_at]].assign(
        tokens=printed, label=w.label("report", printed=printed), who=w.labels["research"],
        month=w.label("printed", as_of=study.printed_month),
    )  # fmt: skip
    margin = pd.Timedelta(days=120)
    span = [f"{d:%Y-%m-%d}" for d in (stated["date"].min() - margin, stated["date"].max() + margin)]

    def chart(width: int) -> alt.LayerChart:
        x, start = (marks.when(field, span, width, form="%b %Y") for field in ("date", "start"))
        counts = pd.concat([stated["tokens"], slip["tokens"]])
        y = alt.Y("tokens:Q", title=None, **marks.magnitudes(counts, 0.11, 0.11, 1, form=",.0f"))
        base = alt.Chart(stated)
        line = base.mark_line(color=BLUE, strokeDash=[2, 3], strokeWidth=1.4).encode(x=x, y=y)
        months = base.mark_rule(color=BLUE, strokeWidth=3).encode(x=start, x2="end:T", y=y)
        dots = base.mark_point(color=BLUE, filled=True, size=80, opacity=1).encode(x=x, y=y)
        said = marks.texts(stated, x, y, align="right", dx=-12, dy=-7, color=BLUE, fontWeight="bold")
        wrong = alt.Chart(slip).mark_point(color=ORANGE, filled=True, shape="diamond", size=110, opacity=1)
        place = {"align": "center", "dy": 17} if marks.on_phone(width) else {"dx": 11}
        name = marks.texts(slip, x, y, color=ORANGE, fontWeight="bold", **place)
        drawing = line + months + dots + said + wrong.encode(x=x, y=y) + name
        return drawing.properties(width=width, height=310)

    rows = pd.concat([stated, slip.assign(label=w.label("large", tokens=printed))])
    return Figure.worded(
        "tokens-count", w, chart, rows.assign(tokens=rows["label"]), start=study.start.as_of,
        autumn=study.autumn.as_of, factor=study.factor, said=study.printed_factor, low=study.times_too_low,
        printed=printed, printed_month=study.printed_month, implied=study.implied[STATED],
        each=w.each("each", stated),
    )  # fmt: skip


@drawn
def doubling_ranges(study: Study) -> Figure:
    """The range of doubling times that each pair of statements allows."""
    w, stretch = words.chart("doubling"), study.stretch
    plot = study.doubling.assign(count=[w.labels[k] for k in study.doubling["series"]])
    for column, key in (("name", "name"), ("stretch", "stretch"), ("label", "range")):
        plot[column] = w.by_row(key, plot)

    def chart(width: int) -> alt.LayerChart:
        y = marks.rows_of(plot, "name")
        x = marks.amount("low", w.labels["axis"], plot["high"].max() * 1.25)
        colour = marks.own_colour("series", {"all": BLUE, "api": ORANGE})
        bars = alt.Chart(plot).mark_bar(height=12, cornerRadius=2, yOffset=8)
        drawing = bars.encode(x=x, x2="high:Q", y=y, color=colour)
        drawing += marks.texts(plot, "high:Q", y, dx=6, dy=8, color=INK)
        return (drawing + marks.named(plot, "name")).properties(width=width, height=44 * len(plot))

    ends = ("low", "high")
    values = {f"{k}_{end}": s[f"doubling_months_{end}"] for k, s in stretch.items() for end in ends}
    return Figure.worded("tokens-doubling", w, chart, plot, **values, each=w.each("each", plot))


@drawn
def api_share(study: Study) -> Figure:
    """How much of the count comes through the API."""
    w = words.chart("share")
    shares = study.shares.assign(**{k: study.shares[k] / TRILLION for k in ("all", "api", "own")})
    shares["month"], shares["tip"] = w.by_row("month", shares), w.by_row("tip", shares)
    long = shares.melt(["month", "as_of"], ["api", "own"], "key", "tokens")
    long = long.sort_values(["as_of", "key"], kind="stable")
    long["part"] = long["key"].map(w.labels)
    first, last = shares.iloc[0], shares.iloc[-1]

    def chart(width: int) -> alt.LayerChart:
        y = alt.Y("month:N", title=None, sort=None, axis=alt.Axis(domain=False, ticks=False))
        names = {k: w.labels[k] for k in ("api", "own")}
        x = marks.amount("tokens", w.labels["axis"], 1.25 * shares["all"].max()).stack("zero")
        bars = alt.Chart(long).mark_bar(height=30)
        bars = bars.encode(x=x, y=y, order="key:N", color=marks.by_key("key", names, [ORANGE, SKY], width, 2))
        tips = alt.Chart(shares).mark_text(align="left", dx=6, color=INK).encode(x="all:Q", y=y, text="tip:N")
        return (bars + tips).properties(width=width, height=130)

    return Figure.worded(
        "tokens-api-share", w, chart, long, first=first["as_of"], first_low=first["share_low"],
        first_high=first["share_high"], last=last["as_of"], last_low=last["share_low"],
        last_high=last["share_high"], each=w.each("each", shares),
    )  # fmt: skip


@drawn
def tokens_times_price(study: Study) -> Figure:
    """What API tokens could bring in at list prices, against Google Cloud's revenue."""
    w = words.chart("price")
    found = [{"month": r.cloud.as_of[:7], "cloud": r.cloud_per_year} | vars(r.revenue) for r in study.revenue]
    parts = [{**f, "key": "tokens"} for f in found]
    parts += [{"month": f["month"], "central": f["cloud"], "key": "cloud"} for f in found]
    plot = pd.DataFrame(parts)
    plot["what"], plot["period"] = plot["key"].map(w.labels), w.by_row("period", plot)
    plot["row"], plot["tip"] = w.by_row("row", plot), plot["central"].map(_round)
    plot = plot.sort_values("month", kind="stable")
    plot[["low", "central", "high"]] = billions(plot[["low", "central", "high"]])

    def chart(width: int) -> alt.LayerChart:
        y, ends = marks.rows_of(plot, "row"), pd.concat([plot[c] for c in ("low", "central", "high")])
        place = marks.magnitudes(ends.dropna(), 0.06, 0.18, 1, form="~g")
        place["axis"]["grid"] = False
        x = alt.X("central:Q", title=w.labels["axis"], **place)
        base = alt.Chart(plot)
        spans = alt.Chart(plot.dropna(subset=["low"]))
        spans = spans.mark_bar(height=10, color=ORANGE, opacity=0.45, yOffset=9)
        shape = marks.shaped("key", {"tokens": "circle", "cloud": "square"})
        colour = marks.own_colour("key", {"tokens": ORANGE, "cloud": BLUE})
        dots = base.mark_point(filled=True, size=90, opacity=1, yOffset=9)
        dots = dots.encode(x=x, y=y, color=colour, shape=shape)
        tips = base.mark_text(dy=23, color=INK, fontWeight="bold").encode(x=x, y=y, text="tip:N")
        drawing = spans.encode(x=alt.X("low:Q", **place), x2="high:Q", y=y) + dots + tips
        return (drawing + marks.named(plot, "row")).properties(width=width, height=60 * len(plot))

    early, late = study.revenue
    return Figure.worded(
        "tokens-price", w, chart, plot, early=early.cloud.as_of[:7], early_low=early.share_percent.low,
        early_high=early.share_percent.high, late=late.cloud.as_of[:7], late_low=late.share_percent.low,
        late_high=late.share_percent.high,
        each=w.each("each", [{k: v if k == "month" else _round(v) for k, v in f.items()} for f in found]),
    )  # fmt: skip


def _round(usd: Any) -> str:
    """A sum as round as a scenario deserves: two or three digits."""
    return formatted(usd, "usd1" if BILLION <= usd < 10 * BILLION else "usd0")


def readings_table(study: Study) -> pd.DataFrame:
    """The verdicts on the change of pace under every reading."""
    found = study.readings.assign(reading=study.readings["reading"].map(words.table("reading")))
    return found.rename(columns=words.table("readings"))
