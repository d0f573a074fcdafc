"""Charts and tables of the chapter "AMD's warrants"."""

from __future__ import annotations

import altair as alt
import pandas as pd

from capital_loop.chapters.amd_warrants import words
from capital_loop.chapters.amd_warrants.study import Study
from capital_loop.show import marks
from capital_loop.show.figure import BLUE, GREEN, GREY, INK, MUTED, ORANGE, PURPLE, Figure, drawn
from capital_loop.show.words import fill

BILLION, MILLION, PERCENT = 1e9, 1e6, 100


@drawn
def two_days(study: Study) -> Figure:
    """The rise after one to five trading days against what the documents say of two."""
    w, rises, said = words.TWO_DAYS, study.rises, study.said_rise
    plot = pd.DataFrame(
        {
            "key": list(rises),
            "days": [w.labels[k] for k in rises],
            "rise": [f.value for f in rises.values()],
            "as_of": [f.as_of for f in rises.values()],
            "to": [w.label("day", as_of=f.as_of) for f in rises.values()],
            "label": [w.label("bar", rise=f) for f in rises.values()],
        }
    )
    colour = marks.own_colour("key", {k: ORANGE if k == "two" else BLUE for k in rises})

    def chart(width: int) -> alt.LayerChart:
        x = alt.X("days:N", sort=list(plot["days"]), title=w.labels["axis"], axis=alt.Axis(labelAngle=0))
        y = alt.Y(
            "rise:Q",
            title=w.labels["percent"],
            scale=alt.Scale(domain=[0, max(said, plot["rise"].max()) * 1.15]),
        )
        bars = alt.Chart(plot).mark_bar(size=width / 9).encode(x, y, color=colour)
        labels = alt.Chart(plot).mark_text(dy=-9, fontWeight="bold").encode(x, y, text="label:N")
        rule = marks.level(said, w.label("said", said=said), colour=INK)
        return (bars + labels + rule).properties(width=width, height=270)

    start = rises["two"].period_start
    each = w.each("each", plot.to_dict("records"))
    return Figure(
        name="amd-two-days",
        chart=chart,
        rows=plot[list(w.columns)].rename(columns=w.columns),
        **w.frame(
            two=rises["two"],
            three=rises["three"],
            said=said,
            start=start,
            each=each,
            high=study.highest_trade,
        ),
    )


@drawn
def price_and_targets(study: Study) -> Figure:
    """The share since a year before the deal, against the one public price target."""
    w, closes, target = words.PRICE, study.closes, study.terms.last_hurdle
    plot = closes.rename_axis("date").reset_index()
    last = study.session_last
    news = study.news.assign(label=[w.labels[c] for c in study.news["customer"]], top=target * 0.85)

    def chart(width: int) -> alt.LayerChart:
        x, y = marks.by_date(width), alt.Y("close:Q", title=w.labels["axis"])
        line = alt.Chart(plot).mark_line(strokeWidth=1.8).encode(x, y)
        days = alt.Chart(news).mark_rule(color=MUTED, strokeDash=[2, 2]).encode(x="date:T")
        names = alt.Chart(news).mark_text(align="right", dx=-5, color=MUTED)
        names = names.encode(x="date:T", y="top:Q", text="label:N")
        dot = (
            alt.Chart(plot.tail(1))
            .mark_point(size=55, color=BLUE, filled=True)
            .encode(x="date:T", y="close:Q")
        )
        level = marks.level(target, w.label("target", target=target))
        return (line + days + names + level + dot).properties(width=width, height=300)

    return Figure(
        name="amd-price-and-targets",
        chart=chart,
        rows=study.month_ends.rename_axis("date").reset_index()[list(w.columns)].rename(columns=w.columns),
        **w.frame(
            first=study.first_above,
            months=study.months_to_last_target,
            start=plot["date"].iloc[0].date(),
            end=last.day,
            before=study.session_before.close,
            lowest=study.lowest_close,
            target=target,
            last=last.close,
            above=len(study.above),
        ),
    )


@drawn
def by_volatility(study: Study) -> Figure:
    """Value on the day over volatilities, beside what was printed and what AMD's remark implies."""
    w, said, bound = words.VOLATILITY, study.printed_value, study.bound
    found = study.by_volatility
    plot = pd.DataFrame(
        {
            "percent": found["volatility"] * PERCENT,
            "expected": found["expected"],
            "certain": found["certain"],
            "expected_b": found["expected"] / BILLION,
            "certain_b": found["certain"] / BILLION,
            "rebate": found["discount"] * PERCENT,
        }
    )
    names = {"certain_b": w.labels["certain"], "expected_b": w.labels["expected"]}
    long = plot.melt("percent", list(names), "kind", "usd")
    printed, remark = w.label("printed", said=said), w.label("remark", bound=bound)

    def chart(width: int) -> alt.LayerChart:
        x = alt.X(
            "percent:Q",
            title=w.labels["x"],
            scale=alt.Scale(zero=False, nice=False),
            axis=alt.Axis(tickCount=6),
        )
        top = max(said / BILLION, long["usd"].max()) * 1.15
        y = alt.Y("usd:Q", title=w.labels["y"], scale=alt.Scale(domain=[0, top], nice=False))
        styles = {"certain_b": (GREEN, [6, 3]), "expected_b": (BLUE, [1, 0])}
        drawn_lines = marks.lines(long, width, x, y, key="kind", names=names, styles=styles)
        here = pd.DataFrame({"percent": [study.plan.volatility * PERCENT]})
        used = alt.Chart(here).mark_rule(color=MUTED, strokeDash=[2, 2]).encode(x="percent:Q")
        return (
            used + drawn_lines + marks.level(said / BILLION, printed) + marks.level(bound / BILLION, remark)
        )

    return Figure(
        name="amd-by-volatility",
        chart=chart,
        rows=plot[list(w.columns)].rename(columns=w.columns),
        **w.frame(
            low=plot["expected"].min(),
            high=plot["expected"].max(),
            said=said,
            printed=printed,
            remark=remark,
            each=w.each("each", plot.to_dict("records")),
        ),
    )


@drawn
def value_over_time(study: Study) -> Figure:
    """The warrant's value at each close since the news."""
    w, found, last = words.OVER_TIME, study.over_time, study.over_time.iloc[-1]
    kinds = ("face", "certain", "expected")
    long = found.melt("date", list(kinds), "kind", "usd").assign(usd=lambda d: d["usd"] / BILLION)
    steps = study.passings.assign(usd=lambda d: d["certain"] / BILLION)
    months = study.months.assign(**{f"{k}_b": study.months[k] / BILLION for k in kinds})

    def chart(width: int) -> alt.LayerChart:
        x, y = marks.by_date(width, form="%b %y", grid=False), alt.Y("usd:Q", title=w.labels["y"])
        names = {k: w.labels[k] for k in kinds}
        styles = {"face": (GREY, [2, 2]), "certain": (GREEN, [6, 3]), "expected": (BLUE, [1, 0])}
        dots = alt.Chart(steps).mark_point(size=70, shape="diamond", color=ORANGE, opacity=1)
        return marks.lines(long, width, x, y, key="kind", names=names, styles=styles) + dots.encode(
            x="date:T", y="usd:Q"
        )

    return Figure(
        name="amd-value-over-time",
        chart=chart,
        rows=months[list(w.columns)].rename(columns=w.columns),
        **w.frame(
            passed=last["passed"],
            targets=len(study.plan.hurdles),
            start=study.session_after.day,
            end=study.session_last.day,
            of_face=study.of_face_last,
            face=last["face"],
            certain=last["certain"],
            expected=last["expected"],
            vested=study.vested,
            report=study.vested.as_of,
        ),
    )


@drawn
def from_face_to_value(study: Study) -> Figure:
    """Shares times price, and what the conditions leave of it."""
    w, face = words.FACE, study.face
    values = {
        "after": face["after"].value,
        "before": face["before"].value,
        "sure": study.sure_before.total,
        "full": study.before.total,
    }
    ranges = {"sure": study.draws.ends("sure_total"), "full": study.draws.ends("total")}
    plot = pd.DataFrame(
        {
            "key": list(values),
            "step": [w.labels[k] for k in values],
            "value": [v / BILLION for v in values.values()],
            "low": [ranges[k][0] / BILLION if k in ranges else None for k in values],
            "high": [ranges[k][1] / BILLION if k in ranges else None for k in values],
            "end": [w.label("end", usd=v) for v in values.values()],
        }
    )
    colour = marks.own_colour("key", {"after": GREY, "before": GREY, "sure": BLUE, "full": GREEN})

    def chart(width: int) -> alt.LayerChart:
        return marks.bars(
            plot,
            width,
            name="step",
            value="value",
            label="end",
            axis="",
            low="low",
            high="high",
            colour=colour,
            step=52,
        )

    return Figure(
        name="amd-from-face-to-value",
        chart=chart,
        rows=plot[list(w.columns)].rename(columns=w.columns),
        **w.frame(
            **values,
            **{f"{k}_low": low for k, (low, _) in ranges.items()},
            **{f"{k}_high": high for k, (_, high) in ranges.items()},
            count=study.count,
            middle=study.draws.quantile("total", 0.5),
        ),
    )


@drawn
def value_per_gw(study: Study) -> Figure:
    """What each gigawatt earns OpenAI in shares, against what it pays AMD for it."""
    w, paid = words.PER_GW, study.per_gw
    day, now, spread = study.sure_before.per_gw, study.now.per_gw, study.draws.per_gw
    dates = {"before": study.session_before.day, "end": study.session_last.day}
    plot = pd.DataFrame(
        {
            "gw": range(1, len(day) + 1),
            "day": day / BILLION,
            "low": spread["low"] / BILLION,
            "high": spread["high"] / BILLION,
            "now": now / BILLION,
        }
    )
    band = pd.DataFrame({"low": [paid.low / BILLION], "high": [paid.high / BILLION]})

    def chart(width: int) -> alt.LayerChart:
        x = alt.X("gw:O", title=w.labels["x"], axis=alt.Axis(labelAngle=0))
        y = alt.Y("value:Q", title=w.labels["y"], scale=alt.Scale(domain=[0, paid.high / BILLION * 1.1]))
        names = {k: w.label(k, **dates) for k in ("day", "now")}
        shape = alt.Shape(
            "when:N", legend=None, scale=alt.Scale(domain=list(names), range=["circle", "diamond"])
        )
        colour = marks.by_key("when", names, [BLUE, ORANGE], width, 2)
        long = plot.melt("gw", list(names), "when", "value")
        points = alt.Chart(long).mark_point(size=110, filled=True, opacity=1)
        spans = alt.Chart(plot).mark_rule(color=BLUE, strokeWidth=2).encode(x, y=alt.Y("low:Q"), y2="high:Q")
        area = alt.Chart(band).mark_rect(color=GREY, opacity=0.25).encode(y="low:Q", y2="high:Q")
        level = marks.level(paid.value / BILLION, w.label("paid", paid=paid), colour=INK)
        drawn_points = points.encode(x, y, color=colour, shape=shape)
        return alt.layer(area, level, spans, drawn_points).properties(width=width, height=330)

    return Figure(
        name="amd-value-per-gw",
        chart=chart,
        rows=plot[list(w.columns)].rename(columns=w.columns),
        **w.frame(
            most=day.max(),
            least=day.min(),
            now=now[0],
            count=len(day),
            first=day[0],
            last=day[-1],
            paid_low=paid.low,
            paid_high=paid.high,
            **dates,
        ),
    )


@drawn
def discount_sensitivity(study: Study) -> Figure:
    """The discount on the purchase, one assumption moved at a time."""
    w, found, said, central = words.SENSITIVITY, study.sensitivity, study.remark, study.before.discount
    plot = pd.DataFrame(
        {
            "name": [w.labels[k] for k in found["name"]],
            "low": found["low"] * PERCENT,
            "high": found["high"] * PERCENT,
        }
    )
    own = pd.DataFrame({"name": [w.label("own", said=said)], "value": [said.value]})
    order = [*plot["name"], *own["name"]]
    lowest, highest = found[["low", "high"]].min().min(), found[["low", "high"]].max().max()

    def chart(width: int) -> alt.LayerChart:
        names = {k: w.labels[k] for k in ("low", "high")}
        spans = marks.ends(
            plot,
            width,
            name="name",
            axis=w.labels["axis"],
            top=highest * PERCENT * 1.2,
            names=names,
            colours=[PURPLE, BLUE],
            shapes=["circle", "diamond"],
            order=order,
        )
        y = alt.Y("name:N", sort=order, axis=None)
        bar = alt.Chart(own).mark_bar(size=8, color=ORANGE).encode(y=y, x="value:Q")
        said_of = alt.Chart(pd.DataFrame({"name": order})).mark_text(align="left", dy=-13)
        level = marks.level(central * PERCENT, w.label("central", central=central), colour=INK, across=False)
        return level + spans + bar + said_of.encode(y=y, x=alt.value(2), text="name:N")

    return Figure(
        name="amd-discount-sensitivity",
        chart=chart,
        rows=plot[list(w.columns)].rename(columns=w.columns),
        **w.frame(
            central=central,
            lowest=lowest,
            highest=highest,
            said=said,
            widest=plot["name"].iloc[0],
            each=w.each("each", plot.to_dict("records")),
        ),
    )


@drawn
def stakes(study: Study) -> Figure:
    """One and two warrants, over the old and over the enlarged share count."""
    w, facts = words.STAKES, study.stakes
    plot = pd.DataFrame(
        {
            "key": list(facts),
            "measure": [w.labels[k] for k in facts],
            "share": [f.value for f in facts.values()],
            "end": [w.label("end", share=f) for f in facts.values()],
        }
    )
    colour = marks.own_colour("key", {k: BLUE if k.endswith("_new") else GREY for k in facts})

    def chart(width: int) -> alt.LayerChart:
        return marks.bars(
            plot, width, name="measure", value="share", label="end", axis="", colour=colour, step=52
        )

    return Figure(
        name="amd-stakes",
        chart=chart,
        rows=plot[list(w.columns)].rename(columns=w.columns),
        **w.frame(**facts, each=w.each("each", plot.to_dict("records"))),
    )


@drawn
def shorts(study: Study) -> Figure:
    """The short position against one day's trading."""
    w, facts = words.SHORTS, study.short_and_traded
    plot = pd.DataFrame(
        {
            "key": [f.metric for f in facts],
            "what": [w.label(f.metric, as_of=f.as_of) for f in facts],
            "shares": [f.value for f in facts],
            "million": [f.value / MILLION for f in facts],
            "end": [w.label("end", shares=f) for f in facts],
        }
    )
    colour = marks.own_colour(
        "key", {"short_interest": ORANGE, "trading_volume_mean": GREY, "trading_volume": BLUE}
    )

    def chart(width: int) -> alt.LayerChart:
        return marks.bars(
            plot, width, name="what", value="million", label="end", axis="", colour=colour, step=52
        )

    return Figure(
        name="amd-shorts",
        chart=chart,
        rows=plot[list(w.columns)].rename(columns=w.columns),
        **w.frame(
            ratio=study.turnover, share=study.short_share, each=w.each("each", plot.to_dict("records"))
        ),
    )


def tranche_table(study: Study) -> pd.DataFrame:
    """The central plan, one row a tranche, in the units of its column names."""
    cut = study.plan.tranches(study.terms.shares, study.terms.capacity)
    rows = {
        "tranche": [k + 1 for k in range(len(cut))],
        "shares": [t.shares / MILLION for t in cut],
        "target": [t.hurdle for t in cut],
        "reached": study.before.touches * PERCENT,
        "delivered": study.before.chances * PERCENT,
        "value": study.before.values / BILLION,
        "sure": study.sure_before.values / BILLION,
    }
    return pd.DataFrame(rows).rename(columns=words.TRANCHES)


def rules_table(study: Study) -> pd.DataFrame:
    """The readings of the terms with their values and Monte Carlo errors."""
    base = study.rules[0].found.total
    rows = [
        {
            "reading": fill(words.READINGS[r.key], days=r.days),
            "value": r.found.total / BILLION,
            "error": r.found.standard_error / BILLION,
            "against": PERCENT * (r.found.total / base - 1),
            "all": PERCENT * r.found.all_vest,
            "none": PERCENT * r.found.none_vest,
        }
        for r in study.rules
    ]
    return pd.DataFrame(rows).rename(columns=words.RULES)


def copies_table(study: Study) -> pd.DataFrame:
    """Both customers' warrants at their grants."""
    rows = [
        {
            "customer": c.customer,
            "day": c.day,
            "price": c.spot,
            "shares": c.shares / MILLION,
            "face": c.valuation.face / BILLION,
            "value": c.valuation.total / BILLION,
            "rebate": PERCENT * c.valuation.discount,
        }
        for c in study.copies
    ]
    return pd.DataFrame(rows).rename(columns=words.COPIES)


def volatility_table(study: Study) -> pd.DataFrame:
    """Readings of the volatility, with the value and the rebate that each gives."""
    found = study.volatilities
    rows = found.assign(
        key=found["key"].map(words.SWINGS), volatility=found["volatility"] * PERCENT,
        value=found["value"] / BILLION, rebate=found["rebate"] * PERCENT,
    )  # fmt: skip
    return rows.rename(columns=words.VOLATILITIES)
