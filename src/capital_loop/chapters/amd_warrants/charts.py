"""Charts of the chapter "AMD's warrants"."""

from __future__ import annotations

from collections.abc import Callable

import altair as alt
import pandas as pd

from capital_loop.chapters.amd_warrants.study import CHAPTER, Study
from capital_loop.record.tables import Fact, Record
from capital_loop.show import figure as base
from capital_loop.show.figure import (
    BLUE,
    GREEN,
    GREY,
    INK,
    MUTED,
    ORANGE,
    PURPLE,
    Figure,
)
from capital_loop.show.words import human_period, put

BILLION = 1e9
MILLION = 1e6
PERCENT = 100


def two_days(record: Record) -> Figure:
    """The rise after one to five trading days against what the documents say of two."""
    days = [record.fact(i) for i in ("AMD-D10", "AMD-D11", "AMD-D12", "AMD-D14")]
    high = record.fact("AMD-D13")
    claims = record.claims[
        (record.claims["chapter"] == CHAPTER) & (record.claims["metric"] == days[1].metric)
    ]
    said = float(claims["value"].min())
    names = ["one", "two", "three", "five"]
    rows = pd.DataFrame(
        {
            "Trading days": names,
            "To the close of": [human_period(f.as_of) for f in days],
            "Rise of the close, %": [f.value for f in days],
        }
    )
    plot = rows.assign(
        rise=rows["Rise of the close, %"],
        label=[put(f, "pct1") for f in days],
        colour=[ORANGE if name == "two" else BLUE for name in names],
    )
    two, three = days[1], days[2]

    def chart(width: int) -> alt.LayerChart:
        x = alt.X("Trading days:N", sort=names, title="trading days since the last close before the news")
        x = x.axis(labelAngle=0)
        y = alt.Y("rise:Q", title="%", scale=alt.Scale(domain=[0, plot["rise"].max() * 1.15]))
        bars = alt.Chart(plot).mark_bar(size=width / 9).encode(x, y, color=alt.Color("colour:N", scale=None))
        labels = alt.Chart(plot).mark_text(dy=-9, fontWeight="bold").encode(x, y, text="label:N")
        line = pd.DataFrame({"rise": [said], "label": [f"said of two days: {put(said, 'pct')}"]})
        rule = alt.Chart(line).mark_rule(strokeDash=[6, 4], color=INK, strokeWidth=1.5).encode(y="rise:Q")
        note = (
            alt.Chart(line)
            .mark_text(align="left", dy=-8, color=INK)
            .encode(x=alt.value(4), y="rise:Q", text="label:N")
        )
        return alt.layer(bars, rule, labels, note).properties(width=width, height=270)

    return Figure(
        name="amd-two-days",
        title=f"AMD's share rose {put(two, 'pct1')} in two trading days; it took three to pass {put(said, 'pct')}",
        unit="Change of the closing price since the last close before the announcement, per cent",
        description=(
            f"Bars of the rise since {human_period(_start(record))}: "
            + "; ".join(f"to the close of {human_period(f.as_of)} {put(f, 'pct1')}" for f in days)
            + f". A dashed line marks the {put(said, 'pct')} that the documents give for two days. The highest "
            f"trade of the first two days stood {put(high, 'pct1')} above the last close before the news."
        ),
        chart=chart,
        rows=rows,
        facts=(*days, high),
        note=f"Three days gave {put(three, 'pct1')}; the highest trade of the first day was {put(high, 'pct1')} up.",
    )


def price_and_targets(record: Record, results: Study) -> Figure:
    """The share since a year before the deal, against the one public price target."""
    closes = record.prices[record.prices["ticker"] == "AMD"][["date", "close"]].sort_values("date")
    target, deal, meta = (record.fact(i) for i in ("AMD-009", "AMD-005", "AMD-101"))
    first = results.first_above
    last = closes.iloc[-1]
    events = pd.DataFrame(
        {
            "date": [_stamp(deal), _stamp(meta)],
            "label": ["OpenAI deal", "Meta deal"],
            "short": ["OpenAI", "Meta"],
            "top": [target.value * 0.85] * 2,
        }
    )
    rise = record.fact("AMD-D15")

    def chart(width: int) -> alt.LayerChart:
        x = alt.X(
            "date:T", title=None, axis=alt.Axis(format="%b %Y", tickCount=4 if width < base.WIDE else 8)
        )
        y = alt.Y("close:Q", title="USD")
        line = alt.Chart(closes).mark_line(strokeWidth=1.8).encode(x, y)
        level = pd.DataFrame(
            {"close": [target.value], "label": [f"target of the last tranche: {put(target, 'usd')}"]}
        )
        rule = alt.Chart(level).mark_rule(strokeDash=[6, 4], color=ORANGE, strokeWidth=2).encode(y="close:Q")
        text = (
            alt.Chart(level)
            .mark_text(align="left", dy=-9)
            .encode(x=alt.value(4), y="close:Q", text="label:N")
        )
        marks = alt.Chart(events).mark_rule(color=MUTED, strokeDash=[2, 2]).encode(x="date:T")
        names = (
            alt.Chart(events)
            .mark_text(align="right", dx=-5, color=MUTED)
            .encode(x="date:T", y=alt.Y("top:Q"), text="short:N" if width < base.WIDE else "label:N")
        )
        end = closes.tail(1).assign(label=[put(last["close"], "usd")])
        dot = alt.Chart(end).mark_point(size=55, color=BLUE, filled=True).encode(x="date:T", y="close:Q")
        return alt.layer(marks, names, rule, text, line, dot).properties(width=width, height=300)

    weeks = closes.groupby(closes["date"].dt.to_period("M")).tail(1)
    rows = pd.DataFrame({"Last session of the month": weeks["date"], "Close, USD": weeks["close"]})
    return Figure(
        name="amd-price-and-targets",
        title=(
            f"The last target was passed on {human_period(first.isoformat())}, "
            f"{put((first - results.terms.issued).days / 30.4375, 'num0')} months after the warrant was issued"
        ),
        unit="AMD, daily closing price, USD",
        description=(
            f"Line of AMD's close from {closes['date'].iloc[0]:%B %Y} to {human_period(results.day_last)}. It stood at "
            f"{put(record.price('AMD', results.day_before), 'usd')} on the last day before the announcement, fell as low "
            f"as {put(results.lowest_close, 'usd')} afterwards, closed above {put(target, 'usd')} for the first time on "
            f"{human_period(first.isoformat())} and ended at {put(last['close'], 'usd')}. The closes at or above the "
            f"target number {results.closes_above}."
        ),
        chart=chart,
        rows=rows,
        facts=(target, deal, meta, rise),
        note="How the filing measures the price (a close, or a mean over days) is not public.",
    )


def by_volatility(record: Record, results: Study) -> Figure:
    """Value on the day over volatilities, beside what was printed and what AMD's remark implies."""
    found = results.by_volatility
    said = float(record.claims.set_index("claim_id").at["L-43", "value"]) / BILLION
    remark = record.fact("AMD-078")
    bound = remark.value / PERCENT * record.fact("AMD-D24").value / BILLION
    kinds = {"certain": "all deliveries certain", "expected": "with chances of delivery"}
    plot = found.melt("volatility", list(kinds), "kind", "usd")
    plot["usd"] /= BILLION
    plot["kind"] = plot["kind"].map(kinds)
    plot["percent"] = plot["volatility"] * PERCENT
    levels = pd.DataFrame(
        {
            "usd": [said, bound],
            "words": [f"printed: over {put(said * BILLION, 'usd')}", f"AMD’s remark: under {put(bound * BILLION, 'usd1')}"],
        }
    )  # fmt: skip
    central = results.plan.volatility

    def chart(width: int) -> alt.LayerChart:
        x = alt.X(
            "percent:Q", title="Volatility a year, percent", scale=alt.Scale(zero=False, nice=False), axis=alt.Axis(tickCount=6)
        )  # fmt: skip
        y = alt.Y("usd:Q", title="USD billion", scale=alt.Scale(domain=[0, said * 1.15], nice=False))
        colour = alt.Color(
            "kind:N", title=None, sort=list(kinds.values()), scale=alt.Scale(domain=list(kinds.values()), range=[GREEN, BLUE]),
            legend=alt.Legend(columns=1 if width < base.WIDE else 2),
        )  # fmt: skip
        dash = alt.StrokeDash("kind:N", legend=None, scale=alt.Scale(domain=list(kinds.values()), range=[[6, 3], [1, 0]]))  # fmt: skip
        lines = alt.Chart(plot).mark_line(strokeWidth=2.4).encode(x, y, color=colour, strokeDash=dash)
        rules = alt.Chart(levels).mark_rule(strokeDash=[5, 4], color=ORANGE).encode(y="usd:Q")
        words = (
            alt.Chart(levels)
            .mark_text(align="left", dx=4, dy=-8, color=ORANGE, fontWeight="bold")
            .encode(x=alt.value(0), y="usd:Q", text="words:N")
        )
        here = pd.DataFrame({"percent": [central * PERCENT]})
        mark = alt.Chart(here).mark_rule(color=MUTED, strokeDash=[2, 2]).encode(x="percent:Q")
        return alt.layer(mark, rules, lines, words).properties(width=width, height=290)

    low, high = found["expected"].iloc[0], found["expected"].iloc[-1]
    rows = pd.DataFrame(
        {
            "Volatility, %": found["volatility"] * PERCENT, "Deliveries certain, USD bn": found["certain"] / BILLION,
            "With chances, USD bn": found["expected"] / BILLION, "Rebate, %": found["discount"] * PERCENT,
        }
    )  # fmt: skip
    return Figure(
        name="amd-by-volatility",
        title=f"At the price before the news no volatility makes the warrant worth what was printed: it is {put(low, 'usd1')} to {put(high, 'usd1')} on the day, with chances of delivery",
        unit="Value at the close before the news; vertical line: the volatility in use",
        description="Two rising lines. "
        + "; ".join(f"at {put(v * PERCENT, 'pct')} {put(e, 'usd1')}, certain {put(c, 'usd1')}" for v, e, c in zip(found["volatility"], found["expected"], found["certain"], strict=True))
        + f". Levels: {levels['words'].iloc[0]}; {levels['words'].iloc[1]}.",
        chart=chart,
        rows=rows,
        facts=(remark, record.fact("AMD-D24"), record.fact("AMD-001"), record.fact("AMD-009")),
        note="The remark is relayed and may speak of the first gigawatt only; it is set against all six here. What was printed is shares times the price after the news.",
    )  # fmt: skip


def value_over_time(record: Record, results: Study) -> Figure:
    """The warrant's value at each close since the news."""
    found = results.over_time
    kinds = {
        "face": "shares times price",
        "certain": "all deliveries certain",
        "expected": "with chances of delivery",
    }
    plot = found.melt("date", list(kinds), "kind", "usd")
    plot["usd"] /= BILLION
    plot["kind"] = plot["kind"].map(kinds)
    steps = found[found["passed"].diff() > 0].assign(usd=lambda d: d["certain"] / BILLION)
    last = found.iloc[-1]

    def chart(width: int) -> alt.LayerChart:
        narrow = width < base.WIDE
        x = alt.X(
            "date:T", title=None, axis=alt.Axis(format="%b %y", tickCount=4 if narrow else 8, grid=False)
        )
        y = alt.Y("usd:Q", title="USD billion", scale=alt.Scale(zero=True))
        names = list(kinds.values())
        colour = alt.Color(
            "kind:N", title=None, sort=names, scale=alt.Scale(domain=names, range=[GREY, GREEN, BLUE]),
            legend=alt.Legend(columns=1 if narrow else 3),
        )  # fmt: skip
        dash = alt.StrokeDash(
            "kind:N", legend=None, scale=alt.Scale(domain=names, range=[[2, 2], [6, 3], [1, 0]])
        )
        lines = alt.Chart(plot).mark_line(strokeWidth=2).encode(x, y, color=colour, strokeDash=dash)
        dots = alt.Chart(steps).mark_point(size=70, shape="diamond", color=ORANGE, opacity=1).encode(x="date:T", y="usd:Q")  # fmt: skip
        return alt.layer(lines, dots).properties(width=width, height=290)

    months = found.groupby(found["date"].dt.to_period("M")).tail(1)
    rows = pd.DataFrame(
        {
            "Last session of the month": months["date"], "Shares times price, USD bn": months["face"] / BILLION,
            "Deliveries certain, USD bn": months["certain"] / BILLION, "With chances, USD bn": months["expected"] / BILLION,
            "Targets passed": months["passed"],
        }
    )  # fmt: skip
    return Figure(
        name="amd-value-over-time",
        title=f"If a close counts, every target was passed by {human_period(results.day_last)}: with deliveries certain the warrant came to {put(last['certain'] / last['face'] * PERCENT, 'pct0')} of shares times price",
        unit="USD billion at each close; orange diamonds: another assumed target is passed",
        description=f"Three lines from {human_period(results.day_after)} to {human_period(results.day_last)}. At the end: shares times price "
        f"{put(last['face'], 'usd1')}, all deliveries certain {put(last['certain'], 'usd1')}, with chances {put(last['expected'], 'usd1')}.",
        chart=chart,
        rows=rows,
        facts=(record.fact("AMD-001"), record.fact("AMD-009"), record.fact("AMD-D15")),
        note="Targets between the first and the last are assumed; a close is taken as enough. No share had vested by the newest report of the record.",
    )  # fmt: skip


def from_face_to_value(record: Record, results: Study) -> Figure:
    """Shares times price, and what the conditions leave of it."""
    after, before = record.fact("AMD-D21"), record.fact("AMD-D20")
    sure, full = results.sure_before.total, results.before.total
    low, high = (results.quantile("sure_total", q) for q in _ENDS)
    low_full, high_full = (results.quantile("total", q) for q in _ENDS)
    rows = pd.DataFrame(
        {
            "Step": [
                "All shares at the price after the news",
                "All shares at the price before the news",
                "… if only the price targets stand in the way",
                "… and deliveries may not come",
            ],
            "Value, USD bn": [v / BILLION for v in (after.value, before.value, sure, full)],
            "Low, USD bn": [None, None, low / BILLION, low_full / BILLION],
            "High, USD bn": [None, None, high / BILLION, high_full / BILLION],
        }
    )
    return Figure(
        name="amd-from-face-to-value",
        title=f"{put(after, 'usd1')} of shares on paper, about {put(full, 'usd0')} of value on the day before the news",
        unit="Value of OpenAI's warrant, USD billion",
        description=(
            f"Four bars. All shares at the price after the news: {put(after, 'usd1')}. At the price before it: "
            f"{put(before, 'usd1')}. With the price targets of the central plan, all deliveries certain: {put(sure, 'usd1')} "
            f"(range {put(low, 'usd1')} to {put(high, 'usd1')}). With the chance of each delivery: {put(full, 'usd1')} "
            f"(range {put(low_full, 'usd1')} to {put(high_full, 'usd1')})."
        ),
        chart=_bars(
            rows, "Step", "Value, USD bn", [GREY, GREY, BLUE, GREEN], "Low, USD bn", "High, USD bn", "usd"
        ),
        rows=rows,
        facts=(after, before, record.fact("AMD-009"), record.fact("AMD-145")),
        note=(
            "Grey: counted. Coloured: our model; the thin line spans nine tenths of the results when all undisclosed "
            "inputs move within their ranges."
        ),
    )


def value_per_gw(record: Record, results: Study) -> Figure:
    """What each gigawatt earns OpenAI in shares, against what it pays AMD for it."""
    revenue = record.fact("AMD-065")
    day, now = results.sure_before.per_gw, results.now.per_gw
    rows = pd.DataFrame(
        {
            "Gigawatt": range(1, len(day) + 1),
            "Value on the day before the news, USD bn": day / BILLION,
            "Low, USD bn": results.per_gw_range["low"] / BILLION,
            "High, USD bn": results.per_gw_range["high"] / BILLION,
            "Value at the last close, USD bn": now / BILLION,
        }
    )
    plot = rows.set_axis(["gw", "day", "low", "high", "now"], axis=1)
    before, last = human_period(results.day_before), human_period(results.day_last)

    def chart(width: int) -> alt.LayerChart:
        x = alt.X("gw:O", title="gigawatt delivered", axis=alt.Axis(labelAngle=0))
        y = alt.Y(
            "value:Q",
            title="USD billion per gigawatt",
            scale=alt.Scale(domain=[0, revenue.high / BILLION * 1.1]),
        )
        names = {"day": f"value on {before}", "now": f"value at the close of {last}"}
        long = plot.melt("gw", ["day", "now"], "when", "value").replace({"when": names})
        series = alt.Scale(domain=list(names.values()), range=[BLUE, ORANGE])
        legend = alt.Legend(title=None, columns=1 if width < base.WIDE else 2)
        points = (
            alt.Chart(long)
            .mark_point(size=110, filled=True, opacity=1)
            .encode(
                x,
                y,
                color=alt.Color("when:N", scale=series, legend=legend),
                shape=alt.Shape(
                    "when:N", scale=alt.Scale(domain=list(names.values()), range=["circle", "diamond"])
                ),
            )
        )
        spans = alt.Chart(plot).mark_rule(color=BLUE, strokeWidth=2).encode(x, y=alt.Y("low:Q"), y2="high:Q")
        paid = pd.DataFrame(
            {
                "value": [revenue.value / BILLION],
                "low": [revenue.low / BILLION],
                "high": [revenue.high / BILLION],
            }
        )
        band = alt.Chart(paid).mark_rect(color=GREY, opacity=0.25).encode(y="low:Q", y2="high:Q")
        rule = alt.Chart(paid).mark_rule(color=INK, strokeDash=[6, 4]).encode(y="value:Q")
        text = (
            alt.Chart(paid.assign(label=f"AMD's revenue per gigawatt: {put(revenue, 'usd')}"))
            .mark_text(align="left", dy=-9)
            .encode(x=alt.value(6), y="value:Q", text="label:N")
        )
        return alt.layer(band, rule, text, spans, points).properties(width=width, height=330)

    return Figure(
        name="amd-value-per-gw",
        title=(
            f"A gigawatt delivered was worth {put(day.max(), 'usd1')} to {put(day.min(), 'usd1')} of AMD shares to OpenAI on the day; "
            f"at the last close it would be {put(now[0], 'usd1')}"
        ),
        unit="Value of the shares that each delivered gigawatt brings, USD billion; six equal tranches assumed",
        description=(
            f"For each gigawatt, one to {put(len(day), 'int')}: model value on {before} falling from "
            f"{put(day.max(), 'usd1')} to {put(day.min(), 'usd1')} as the price target rises; at the close of {last} "
            f"{put(now[0], 'usd1')} each, since the share stood above every target. A grey band marks AMD's revenue per "
            f"gigawatt, {put(revenue.low, 'usd')} to {put(revenue.high, 'usd')}."
        ),
        chart=chart,
        rows=rows,
        facts=(
            record.fact("AMD-001"),
            record.fact("AMD-008"),
            record.fact("AMD-009"),
            revenue,
            record.fact("AMD-D22"),
        ),
        note=(
            "Deliveries taken as certain. Blue lines: nine tenths of the results when sizes, targets, volatility and rate "
            "move within their ranges."
        ),
    )


def discount_sensitivity(record: Record, results: Study) -> Figure:
    """The discount on the purchase, one assumption moved at a time."""
    frame = results.sensitivity
    said, central = record.fact("AMD-078"), results.before.discount * PERCENT
    lowest, highest = (
        x * PERCENT for x in (frame[["low", "high"]].min().min(), frame[["low", "high"]].max().max())
    )
    rows = pd.DataFrame(
        {
            "Assumption": frame["label"],
            "Discount at its low end, %": frame["low"] * PERCENT,
            "Discount at its high end, %": frame["high"] * PERCENT,
        }
    )
    plot = rows.set_axis(["name", "low", "high"], axis=1)
    own = f"AMD, as a bank reports: below {put(said, 'pct')}"
    order = [*plot["name"], own]
    words = ["low end of the range", "high end of the range"]

    def chart(width: int) -> alt.LayerChart:
        y = alt.Y("name:N", sort=order, axis=None)
        top = plot[["low", "high"]].max().max() * 1.2
        x = alt.X("value:Q", title="discount on the purchase, %", scale=alt.Scale(domain=[0, top]))
        line = alt.Chart(plot).mark_rule(strokeWidth=3, color=GREY).encode(y=y, x="low:Q", x2="high:Q")
        ends = plot.melt("name", ["low", "high"], "end", "value")
        ends["end"] = ends["end"].map(dict(zip(["low", "high"], words, strict=True)))
        legend = alt.Legend(title=None)
        dots = (
            alt.Chart(ends)
            .mark_point(size=90, filled=True, opacity=1)
            .encode(
                y=y,
                x=x,
                color=alt.Color("end:N", scale=alt.Scale(domain=words, range=[PURPLE, BLUE]), legend=legend),
                shape=alt.Shape("end:N", scale=alt.Scale(domain=words, range=["circle", "diamond"])),
            )
        )
        bound = pd.DataFrame({"name": [own], "value": [said.value], "from": [0.0]})
        bar = alt.Chart(bound).mark_bar(size=8, color=ORANGE).encode(y=y, x=alt.X("from:Q"), x2="value:Q")
        names = alt.Chart(pd.DataFrame({"name": order})).mark_text(align="left", dy=-13)
        names = names.encode(y=y, x=alt.value(2), text="name:N")
        middle = pd.DataFrame({"value": [central], "label": [f"central {put(central, 'pct1')}"]})
        rule = alt.Chart(middle).mark_rule(color=INK, strokeDash=[6, 4]).encode(x="value:Q")
        tip = alt.Chart(middle).mark_text(align="left", dx=4, color=MUTED)
        tip = tip.encode(x="value:Q", y=alt.value(-7), text="label:N")
        return alt.layer(rule, tip, line, bar, dots, names).properties(width=width, height=36 * len(order))

    widest = frame.iloc[0]
    return Figure(
        name="amd-discount-sensitivity",
        title=(
            f"The discount was near {put(central, 'pct0')}: between {put(lowest, 'pct0')} and {put(highest, 'pct0')} "
            f"whichever one assumption is moved"
        ),
        unit="Model value of the warrant as a share of the purchase expected with it, per cent",
        description=(
            f"Each assumption moved alone from the low to the high end of its range. Central {put(central, 'pct1')}. "
            + "; ".join(
                f"{r.label}: {put(r.low * PERCENT, 'pct1')} to {put(r.high * PERCENT, 'pct1')}"
                for r in frame.itertuples()
            )
            + f". The widest is: {widest['label']}. AMD's own figure, as a bank reports it, is below {put(said, 'pct')}."
        ),
        chart=chart,
        rows=rows,
        facts=(said, record.fact("AMD-065"), record.fact("AMD-009"), record.fact("AMD-145")),
    )


def stakes(record: Record) -> Figure:
    """One and two warrants, over the old and over the enlarged share count."""
    facts = [record.fact(i) for i in ("AMD-D02", "AMD-D04", "AMD-D06", "AMD-D08")]
    rows = pd.DataFrame(
        {
            "Measure": [
                "OpenAI, over the shares that existed",
                "OpenAI, over the enlarged company",
                "OpenAI and Meta, over the shares that existed",
                "OpenAI and Meta, over the enlarged company",
            ],
            "Share, %": [f.value for f in facts],
        }
    )
    return Figure(
        name="amd-stakes",
        title=(
            f"One warrant is {put(facts[0], 'pct1')} of the old share count and {put(facts[1], 'pct1')} of the new; "
            f"with Meta's it is {put(facts[3], 'pct1')}"
        ),
        unit="Warrant shares, all issued, per cent",
        description="Bars: "
        + "; ".join(f"{m}: {put(f, 'pct1')}" for m, f in zip(rows["Measure"], facts, strict=True))
        + ".",
        chart=_bars(rows, "Measure", "Share, %", [GREY, BLUE, GREY, BLUE], unit="pct"),
        rows=rows,
        facts=tuple(facts),
        note="Blue is what a holder before the deal would give up if every share were issued.",
    )


def shorts(record: Record) -> Figure:
    """The short position against one day's trading."""
    facts = [record.fact(i) for i in ("AMD-122", "AMD-N08", "AMD-N07", "AMD-N06", "AMD-125")]
    words = [
        "sold short",
        "traded a day, mean of the sessions before",
        "traded on the day of the news",
        "sold short",
        "sold short",
    ]
    rows = pd.DataFrame(
        {
            "What": [
                f"{human_period(f.as_of)}: {w}" for f, w in zip(facts, words, strict=True)
            ],
            "Shares, million": [f.value / MILLION for f in facts],
        }
    )  # fmt: skip
    ratio, share = record.fact("AMD-D32"), record.fact("AMD-D30")
    return Figure(
        name="amd-shorts",
        title=f"On the day of the news {put(ratio, 'times1')} the whole short position changed hands",
        unit="Shares, million",
        description=(
            "Bars: "
            + "; ".join(f"{w} {put(f, 'shares')} shares" for w, f in zip(rows["What"], facts, strict=True))
            + f". The short position before the news was {put(share, 'pct1')} of all shares."
        ),
        chart=_bars(rows, "What", "Shares, million", [ORANGE, GREY, BLUE, ORANGE, ORANGE], unit="num"),
        rows=rows,
        facts=(*facts, ratio, share),
        note="Orange: shares sold short on a settlement day. Blue and grey: shares traded in a day.",
    )


_ENDS = (0.05, 0.95)


def _bars(
    rows: pd.DataFrame,
    name: str,
    value: str,
    colours: list[str],
    low: str = "",
    high: str = "",
    unit: str = "num",
) -> Callable[[int], alt.LayerChart]:
    """Horizontal bars with the name above each and the figure at its end; optional range lines."""
    scale = {"usd": BILLION, "num": MILLION, "pct": 1.0}[unit]
    plot = pd.DataFrame(
        {
            "name": rows[name],
            "value": rows[value],
            "label": [put(v * scale, f"{unit}1" if unit != "num" else "shares") for v in rows[value]],
            "colour": colours,
            "low": rows[low] if low else rows[value],
            "high": rows[high] if high else rows[value],
        }
    )
    plot["high"], plot["low"] = plot["high"].fillna(plot["value"]), plot["low"].fillna(plot["value"])
    plot["end"] = plot[["value", "high"]].max(axis=1)

    def chart(width: int) -> alt.LayerChart:
        y = alt.Y("name:N", sort=plot["name"].tolist(), axis=None)
        top = float(plot["end"].max()) * (1.3 if width < base.WIDE else 1.12)
        x = alt.X("value:Q", title=None, axis=None, scale=alt.Scale(domain=[0, top]))
        bars = (
            alt.Chart(plot)
            .mark_bar(size=18, yOffset=9)
            .encode(y=y, x=x, color=alt.Color("colour:N", scale=None))
        )
        names = alt.Chart(plot).mark_text(align="left", dy=-10).encode(y=y, x=alt.value(0), text="name:N")
        span = alt.Chart(plot[plot["high"] > plot["low"]])
        ranges = span.mark_rule(strokeWidth=2, color=INK, yOffset=9).encode(
            y=y, x=alt.X("low:Q"), x2="high:Q"
        )
        ends = (
            alt.Chart(plot)
            .mark_text(align="left", dx=6, dy=9, fontWeight="bold")
            .encode(y=y, x="end:Q", text="label:N")
        )
        return alt.layer(bars, ranges, names, ends).properties(width=width, height=52 * len(plot))

    return chart


def _stamp(fact: Fact) -> pd.Timestamp:
    return pd.Timestamp(str(int(fact.value)))


def _start(record: Record) -> str:
    fact = record.fact("AMD-D10")
    return fact.derived_from[0].split(":")[2]
