"""Charts and tables of the chapter "AMD's warrants"."""

from __future__ import annotations

import altair as alt
import pandas as pd

from capital_loop.chapters.amd_warrants.study import Study
from capital_loop.show import marks
from capital_loop.show.figure import BLUE, GREEN, GREY, INK, MUTED, ORANGE, PURPLE, Figure, drawn
from capital_loop.show.marks import billions, millions
from capital_loop.show.words import fill, headed, read_words

words = read_words(__file__)


@drawn
def two_days(study: Study) -> Figure:
    """The rise after one to five trading days against what the documents say of two."""
    w, rises, said = words.chart("two_days"), study.rises, study.said_rise
    plot = pd.DataFrame([
        {"key": k, "days": w.labels[k], "rise": f.value, "as_of": f.as_of}
        | {"to": w.label("day", as_of=f.as_of)}
        for k, f in rises.items()
    ])  # fmt: skip
    plot["label"] = w.by_row("bar", plot)
    colour = marks.own_colour("key", {k: ORANGE if k == "two" else BLUE for k in rises})

    def chart(width: int) -> alt.LayerChart:
        x = alt.X("days:N", sort=list(plot["days"]), title=w.labels["axis"], axis=alt.Axis(labelAngle=0))
        y = marks.up("rise", w.labels["percent"], 0, max(said, plot["rise"].max()) * 1.15)
        bars = alt.Chart(plot).mark_bar(size=width / 9).encode(x, y, color=colour)
        labels = alt.Chart(plot).mark_text(dy=-9, fontWeight="bold").encode(x, y, text="label:N")
        rule = marks.level(said, w.label("said", said=said), colour=INK)
        return (bars + labels + rule).properties(width=width, height=270)

    return Figure.worded(
        "amd-two-days", w, chart, plot, two=rises["two"], three=rises["three"], said=said,
        start=rises["two"].period_start, each=w.each("each", plot), high=study.highest_trade,
    )  # fmt: skip


@drawn
def price_and_targets(study: Study) -> Figure:
    """The share since a year before the deal, against the one public price target."""
    w, target, last = words.chart("price"), study.last_target, study.session_last
    plot = study.closes.rename_axis("date").reset_index()
    news = study.news.assign(label=[w.labels[c] for c in study.news["customer"]])
    news["top"] = [target * (0.85 - 0.13 * n) for n in reversed(range(len(news)))]  # each over those before

    def chart(width: int) -> alt.LayerChart:
        x, y = marks.by_date(width), marks.up("close", w.labels["axis"])
        line = alt.Chart(plot).mark_line(strokeWidth=1.8).encode(x, y)
        days = alt.Chart(news).mark_rule(color=MUTED, strokeDash=[2, 2])
        layers: alt.LayerChart = line + days.encode(x="date:T", y="top:Q", y2=alt.datum(0))
        layers += marks.texts(news, "date:T", "top:Q", align="right", dx=3, dy=-9, color=MUTED)
        dot = alt.Chart(plot.tail(1)).mark_point(size=55, color=BLUE, filled=True)
        level = marks.level(target, w.label("target", target=target))
        layers += level + dot.encode(x="date:T", y="close:Q")
        return layers.properties(width=width, height=300)

    return Figure.worded(
        "amd-price-and-targets", w, chart, study.month_ends.rename_axis("date").reset_index(),
        first=study.first_above, months=study.months_to_last_target, start=plot["date"].iloc[0].date(),
        end=last.day,
        before=study.session_before.close, lowest=study.lowest_close, target=target, last=last.close,
        above=len(study.above),
    )  # fmt: skip


def _bars(
    plot: pd.DataFrame, width: int, name: str, value: str, colours: dict[str, str],
    ends: tuple[str, str] = ("", "")
) -> alt.LayerChart:  # fmt: skip
    """Bars in the colours of their keys, without an axis."""
    return marks.bars(
        plot, width, name=name, value=value, label="end", axis="", colour=marks.own_colour("key", colours),
        step=52, low=ends[0], high=ends[1],
    )  # fmt: skip


@drawn
def from_face_to_value(study: Study) -> Figure:
    """Shares times price, and what the conditions leave of it."""
    w, face, draws = words.chart("face"), study.face, study.draws
    values = {"after": face["after"].value, "before": face["before"].value}
    values |= {"sure": study.sure_before.total, "full": study.before.total}
    ranges = {"sure": draws.ends("sure_total"), "full": draws.ends("total")}
    plot = pd.DataFrame([
        {"key": k, "step": w.labels[k], "value": billions(v), "end": w.label("end", usd=v)} for k,
        v in values.items()
    ])  # fmt: skip
    for column, at in (("low", 0), ("high", 1)):
        plot[column] = [billions(ranges[k][at]) if k in ranges else None for k in values]
    colours = {"after": GREY, "before": GREY, "sure": BLUE, "full": GREEN}
    return Figure.worded(
        "amd-from-face-to-value", w,
        lambda width: _bars(plot, width, "step", "value", colours, ("low", "high")), plot, **values,
        **{f"{k}_low": low for k, (low, _) in ranges.items()},
        **{f"{k}_high": high for k, (_, high) in ranges.items()},
        count=study.count,
    )  # fmt: skip


@drawn
def value_per_gw(study: Study) -> Figure:
    """What each gigawatt earns OpenAI in shares, against what it pays AMD for it."""
    w, paid = words.chart("per_gw"), study.per_gw
    day, now, spread = study.sure_before.per_gw, study.now.per_gw, study.draws.per_gw
    dates = {"before": study.session_before.day, "end": study.session_last.day}
    plot = billions(pd.DataFrame({"day": day, "low": spread["low"], "high": spread["high"], "now": now}))
    plot.insert(0, "gw", range(1, len(plot) + 1))
    band = pd.DataFrame({"low": [billions(paid.low)], "high": [billions(paid.high)]})

    def chart(width: int) -> alt.LayerChart:
        x = alt.X("gw:O", title=w.labels["x"], axis=alt.Axis(labelAngle=0))
        y = marks.up("value", w.labels["y"], 0, billions(paid.high) * 1.1, tickCount=5)
        names = {k: w.label(k, **dates) for k in ("day", "now")}
        colour = marks.by_key("when", names, [BLUE, ORANGE], width, 2)
        shape = marks.shaped("when", {"day": "circle", "now": "diamond"})
        points = alt.Chart(plot.melt("gw", list(names), "when", "value"))
        points = points.mark_point(size=110, filled=True, opacity=1).encode(x, y, color=colour, shape=shape)
        spans = alt.Chart(plot).mark_rule(color=BLUE, strokeWidth=2).encode(x, y=alt.Y("low:Q"), y2="high:Q")
        area = alt.Chart(band).mark_rect(color=GREY, opacity=0.25).encode(y="low:Q", y2="high:Q")
        level = marks.level(billions(paid.value), w.label("paid", paid=paid), colour=INK, stroke=None)
        return alt.layer(area, level, spans, points).properties(width=width, height=330)

    return Figure.worded(
        "amd-value-per-gw", w, chart, plot, most=day.max(), least=day.min(), now=now[0], count=len(day),
        first=day[0], last=day[-1], paid_low=paid.low, paid_high=paid.high, **dates,
    )  # fmt: skip


@drawn
def discount_sensitivity(study: Study) -> Figure:
    """The discount on the purchase, one assumption moved at a time."""
    w, found, said = words.chart("sensitivity"), study.sensitivity, study.remark
    central = study.before.discount
    plot = marks.percent(found[["low", "high"]]).assign(name=[w.labels[k] for k in found["name"]])
    own = pd.DataFrame({"name": [w.label("own", said=said)], "value": [said.value]})
    order = [*plot["name"], *own["name"]]
    lowest, highest = found[["low", "high"]].min().min(), found[["low", "high"]].max().max()

    def chart(width: int) -> alt.LayerChart:
        spans = marks.ends(
            plot[["name", "low", "high"]], width, name="name", axis=w.labels["axis"],
            top=marks.percent(highest) * 1.2,
            names={k: w.labels[k] for k in ("low", "high")}, colours=[PURPLE, BLUE],
            shapes=["circle", "diamond"], order=order,
        )  # fmt: skip
        y = alt.Y("name:N", sort=order, axis=None)
        bar = alt.Chart(own).mark_bar(size=8, color=ORANGE).encode(y=y, x="value:Q")
        names = alt.Chart(pd.DataFrame({"name": order})).mark_text(align="left", dy=-13)
        said_central = w.label("central", central=central)
        level = marks.notched(plot, y, marks.percent(central), said_central, colour=INK, offset=0)
        return spans + level + bar + names.encode(y=y, x=alt.value(2), text="name:N")

    return Figure.worded(
        "amd-discount-sensitivity", w, chart, plot, central=central, lowest=lowest, highest=highest,
        said=said, widest=plot["name"].iloc[0], each=w.each("each", plot),
    )  # fmt: skip


@drawn
def shorts(study: Study) -> Figure:
    """The short position against one day's trading."""
    w = words.chart("shorts")
    plot = pd.DataFrame([
        {"key": f.metric, "what": w.label(f.metric, as_of=f.as_of)}
        | {"shares": f.value, "million": millions(f.value)}
        for f in study.short_and_traded
    ])  # fmt: skip
    plot["end"] = w.by_row("end", plot)
    colours = {"short_interest": ORANGE, "trading_volume_mean": GREY, "trading_volume": BLUE}
    return Figure.worded(
        "amd-shorts", w, lambda width: _bars(plot, width, "what", "million", colours), plot,
        ratio=study.turnover, share=study.short_share, each=w.each("each", plot),
    )  # fmt: skip


def tranche_table(study: Study) -> pd.DataFrame:
    """The central plan, one row a tranche, in the units of its column names."""
    cut, before = study.plan.tranches(study.terms.shares, study.terms.capacity), study.before
    rows = pd.DataFrame({
        "tranche": range(1, len(cut) + 1), "shares": [millions(t.shares) for t in cut],
        "target": [t.hurdle for t in cut],
        "reached": before.touches, "delivered": before.chances, "value": before.values,
        "sure": study.sure_each.values,
    })  # fmt: skip
    return headed(rows, words.table("tranches"), billions=["value", "sure"], percent=["reached", "delivered"])


def rules_table(study: Study) -> pd.DataFrame:
    """The readings of the terms with their values and Monte Carlo errors."""
    base = study.rules[0].found.total
    rows = pd.DataFrame([
        {
            "reading": fill(words.table("readings")[r.key], days=r.days), "value": r.found.total,
            "error": r.found.standard_error,
            "against": r.found.total / base - 1, "all": r.found.all_vest, "none": r.found.none_vest,
        }
        for r in study.rules
    ])  # fmt: skip
    return headed(rows, words.table("rules"), billions=["value", "error"], percent=["against", "all", "none"])


def copies_table(study: Study) -> pd.DataFrame:
    """Both customers' warrants at their grants."""
    rows = pd.DataFrame([
        {
            "customer": c.customer, "day": c.day, "price": c.spot, "shares": millions(c.shares),
            "face": c.valuation.face, "value": c.valuation.total, "rebate": c.valuation.discount,
        }
        for c in study.copies
    ])  # fmt: skip
    return headed(rows, words.table("copies"), billions=["face", "value"], percent=["rebate"])


def volatility_table(study: Study) -> pd.DataFrame:
    """Readings of the volatility, with the value and the rebate that each gives."""
    named = study.volatilities.replace({"key": words.table("swings")})
    return headed(named, words.table("volatilities"), billions=["value"], percent=["volatility", "rebate"])
