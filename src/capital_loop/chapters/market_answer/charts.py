"""Charts of the chapter "The market's answer"."""

from __future__ import annotations

import altair as alt
import pandas as pd

from capital_loop.chapters.market_answer.study import LATER, Study
from capital_loop.record.tables import Record
from capital_loop.show.figure import (
    AMBER,
    BLUE,
    GREEN,
    GREY,
    INK,
    MUTED,
    NARROW,
    ORANGE,
    PAPER,
    PURPLE,
    SKY,
    Figure,
)
from capital_loop.show.words import put

CHANCE = 0.01
"""Two-sided p below which a move is called clear of chance."""
_SIDE = {True: "The side that is to be paid", False: "The side that is to pay"}


def jumps(results: Study) -> Figure:
    """Abnormal return of the day for every announcement, with its interval."""
    clear = results.significant(CHANCE)
    data = pd.DataFrame([
        {
            "row": e.label, "value": 100 * e.jump.value, "low": 100 * (e.jump.value - 1.96 * e.jump.error),
            "high": 100 * (e.jump.value + 1.96 * e.jump.error), "side": _SIDE[e.seller],
        }
        for e in results.events
    ])  # fmt: skip
    order = list(data["row"])

    def chart(width: int) -> alt.TopLevelMixin:
        y = alt.Y("row:N", sort=order, axis=None)
        x = alt.X(
            "low:Q",
            title="Abnormal return of the day, percent",
            axis=alt.Axis(tickCount=5 if width == NARROW else 9),
        )
        base = alt.Chart(data)
        zero = alt.Chart(pd.DataFrame({"x": [0]})).mark_rule(color=MUTED).encode(x="x:Q")
        spans = base.mark_rule(strokeWidth=2, color=GREY, yOffset=7).encode(x=x, x2="high:Q", y=y)
        dots = base.mark_point(size=75, opacity=1, yOffset=7).encode(
            x="value:Q", y=y,
            color=alt.Color("side:N", title=None, scale=alt.Scale(domain=list(_SIDE.values()), range=[BLUE, ORANGE]),
                            legend=alt.Legend(columns=1 if width == NARROW else 2)),
            shape=alt.Shape("side:N", title=None, scale=alt.Scale(domain=list(_SIDE.values()), range=["circle", "square"])),
        )  # fmt: skip
        names = base.mark_text(align="left", dy=-8, color=INK, fontSize=11).encode(
            x=alt.value(0), y=y, text="row:N"
        )
        return (zero + spans + dots + names).properties(width=width, height=30 * len(order))

    who = ", ".join(e.label for e in clear)
    return Figure(
        name="market-jumps",
        title=(
            f"Of {len(results.events)} announcements, {len(clear)} moved the share of a party beyond chance, "
            "and each time it was the side that is to be paid"
            if all(e.seller for e in clear)
            else f"Of {len(results.events)} announcements, {len(clear)} moved the share of a party beyond chance"
        ),
        unit="Abnormal return of the day against the S&P fund, percent; lines: about two standard errors either way",
        description=f"Dots with lines, one row an announcement, in order of time. Clear of chance: {who}. "
        + "; ".join(f"{r.row}: {r.value:.1f} percent" for r in data.itertuples()) + ".",
        chart=chart,
        rows=data[["row", "side", "value", "low", "high"]].round(2).rename(
            columns={"row": "Share and day", "side": "Side", "value": "Abnormal return, %", "low": "Low, %", "high": "High, %"}
        ),
        facts=results.sources,
        note=f"Beyond chance: a two-sided p under {CHANCE:.0%} in the market model. With so many announcements one in a hundred is "
        "expected by luck.",
    )  # fmt: skip


def oracle_day(record: Record) -> Figure:
    """Which reading of Oracle's day gives which figure of the documents."""
    readings = [
        ("ORCL-275", "After hours, the evening before"),
        ("ORCL-D02", "Highest trade of the day"),
        ("ORCL-274", "One reading in the session"),
        ("ORCL-D01", "Close"),
    ]
    facts = [record.fact(i) for i, _ in readings]
    claims = record.claims.set_index("claim_id")["value"]
    said = {"Two documents": float(claims["T-07"]), "two others": float(claims["R-30"])}
    data = pd.DataFrame({"row": [n for _, n in readings], "value": [f.value for f in facts]})
    data["label"] = [put(v, "pct1") for v in data["value"]]
    marks = pd.DataFrame(
        {"x": list(said.values()), "words": [f"{w}: {v:.0f} %" for w, v in said.items()]}
    ).sort_values("x")
    order = list(data["row"])

    def chart(width: int) -> alt.TopLevelMixin:
        y = alt.Y("row:N", sort=order, axis=None)
        x = alt.X(
            "value:Q",
            title="Rise against the close before, percent",
            scale=alt.Scale(domain=[0, 64 if width == NARROW else 54], nice=False),
            axis=alt.Axis(tickCount=6),
        )
        base = alt.Chart(data)
        bars = base.mark_bar(height=14, yOffset=8, color=BLUE).encode(x=x, y=y)
        names = base.mark_text(align="left", dy=-9, color=INK).encode(x=alt.value(0), y=y, text="row:N")
        numbers = base.mark_text(align="right", dx=-5, dy=8, color=PAPER, fontWeight="bold").encode(
            x=x, y=y, text="label:N"
        )
        lines = alt.Chart(marks).mark_rule(strokeDash=[4, 3], color=ORANGE, strokeWidth=1.6).encode(x="x:Q")
        words = [
            alt.Chart(marks.iloc[[i]]).mark_text(
                align=align, baseline="bottom", dx=dx, dy=-4, color=ORANGE, fontSize=11, fontWeight="bold"
            ).encode(x="x:Q", y=alt.value(0), text="words:N")
            for i, align, dx in ((0, "right", -4), (1, "left", 4))
        ]  # fmt: skip
        return alt.layer(bars, names, numbers, lines, *words).properties(width=width, height=42 * len(order))

    return Figure(
        name="market-oracle-day",
        title=(
            f"Oracle closed {put(record.fact('ORCL-D01').value, 'pct1')} higher; the {said['two others']:.0f} % that two documents print "
            "is a reading from the session"
        ),
        unit=f"Rise of the share on {put(record.fact('ORCL-D01').as_of, 'date')} against the close before, percent",
        description="Bars: " + "; ".join(f"{r.row} {r.label}" for r in data.itertuples())
        + ". Lines: " + "; ".join(marks["words"]) + ".",
        chart=chart,
        rows=data[["row", "value"]].rename(columns={"row": "Reading", "value": "Rise, %"}),
        facts=tuple(facts),
    )  # fmt: skip


def paths(results: Study) -> Figure:
    """The four shares against the market for the year after their day."""
    colours = dict(
        zip([a.event.name for a in results.amplification], [ORANGE, GREEN, BLUE, PURPLE], strict=True)
    )
    dashes = dict(zip(colours, [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3]], strict=True))
    rows = []
    for a in results.amplification:
        run = a.event.path.iloc[: LATER["year"]]
        rows += [{"share": a.event.name, "day": int(d), "value": 100 * v} for d, v in run.items()]
    data = pd.DataFrame(rows)
    ends = data.groupby("share").tail(1).copy()
    ends["label"] = [f"{r.share} {r.value:+.0f} %".replace("-", "−") for r in ends.itertuples()]
    back = {a.event.name: a.event.kept for a in results.amplification}
    gone = [n for n, k in back.items() if k is not None]

    def chart(width: int) -> alt.TopLevelMixin:
        narrow = width == NARROW
        last = int(data["day"].max())
        x = alt.X("day:Q", title="Trading days since the announcement", scale=alt.Scale(domain=[0, last * (1.32 if narrow else 1.18)], nice=False),
                  axis=alt.Axis(values=[0, 63, 126, 189, 252], grid=False))  # fmt: skip
        y = alt.Y("value:Q", title="Against the market, percent", axis=alt.Axis(tickCount=6))
        lines = alt.Chart(data).mark_line(strokeWidth=1.8).encode(
            x=x, y=y,
            color=alt.Color("share:N", legend=None, scale=alt.Scale(domain=list(colours), range=list(colours.values()))),
            strokeDash=alt.StrokeDash("share:N", legend=None, scale=alt.Scale(domain=list(dashes), range=list(dashes.values()))),
        )  # fmt: skip
        zero = alt.Chart(pd.DataFrame({"y": [0]})).mark_rule(color=MUTED).encode(y="y:Q")
        names = alt.Chart(ends).mark_text(align="left", dx=5, fontSize=11, fontWeight="bold").encode(
            x=x, y=y, text="label:N", color=alt.Color("share:N", legend=None, scale=alt.Scale(domain=list(colours), range=list(colours.values())))
        )  # fmt: skip
        return (zero + lines + names).properties(width=width, height=300)

    return Figure(
        name="market-paths",
        title=(
            f"The gain of the day was gone against the market within {min(back[n] or 0 for n in gone)} to "
            f"{max(back[n] or 0 for n in gone)} trading days at {' and '.join([', '.join(gone[:-1]), gone[-1]]) if len(gone) > 1 else gone[0]}; "
            f"{', '.join(n for n in back if n not in gone)} kept its own"
        ),
        unit="Share against the S&P fund since the eve of the announcement, percent",
        description="Four lines over trading days. At the end of each: " + "; ".join(ends["label"])
        + ". Gain first given back after: " + "; ".join(f"{n}: {k if k is not None else 'never so far'}" for n, k in back.items()) + " trading days.",
        chart=chart,
        rows=data[data["day"].isin([0, *LATER.values()]) | data.index.isin(ends.index)].round(1).rename(
            columns={"share": "Share", "day": "Trading day", "value": "Against the market, %"}
        ),
        facts=results.sources,
        note="Later news moved the shares as well: the lines show how long the gain stood, not what the announcement alone was worth.",
    )  # fmt: skip


def amplification(results: Study) -> Figure:
    """Market value added beside the deal's stated amount."""
    kinds = {
        "amount": "Stated amount of the deal, a promise",
        "day": "Market value added on the day",
        "quarter": "Left of it after a quarter",
    }
    rows = []
    for a in results.amplification:
        for key, value in (("amount", a.amount.value), ("day", a.on_day), ("quarter", a.later("quarter"))):
            rows.append({"share": a.event.name, "kind": kinds[key], "value": value / 1e9})
    data = pd.DataFrame(rows)
    data["label"] = [put(v * 1e9, "usd0") for v in data["value"]]
    data["row"] = data["share"] + data["kind"]
    first = data.groupby("share", sort=False).head(1).assign(row=lambda d: d["share"])
    order = [r for share, part in data.groupby("share", sort=False) for r in (share, *part["row"])]

    def chart(width: int) -> alt.TopLevelMixin:
        y = alt.Y("row:N", sort=order, axis=None, scale=alt.Scale(domain=order))
        low, high = data["value"].min(), data["value"].max()
        x = alt.X(
            "value:Q",
            title="USD billion",
            scale=alt.Scale(domain=[low * 1.25, high * 1.2], nice=False),
            axis=alt.Axis(tickCount=5),
        )
        base = alt.Chart(data)
        bars = base.mark_bar(height=13).encode(
            x=x, y=y,
            color=alt.Color("kind:N", title=None, sort=list(kinds.values()), scale=alt.Scale(domain=list(kinds.values()), range=[SKY, BLUE, AMBER]),
                            legend=alt.Legend(columns=1, labelLimit=320)),
        )  # fmt: skip
        text = {"fontWeight": "bold", "fontSize": 11}
        right = (
            base.transform_filter("datum.value >= 0")
            .mark_text(align="left", dx=4, **text)
            .encode(x=x, y=y, text="label:N")
        )
        left = (
            base.transform_filter("datum.value < 0")
            .mark_text(align="right", dx=-4, **text)
            .encode(x=x, y=y, text="label:N")
        )
        names = (
            alt.Chart(first)
            .mark_text(align="left", color=INK, fontWeight="bold")
            .encode(x=alt.value(0), y=y, text="share:N")
        )
        return (bars + right + left + names).properties(width=width, height=21 * len(order))

    per = [a.per_dollar for a in results.amplification]
    return Figure(
        name="market-amplification",
        title=(
            f"Each promised dollar added {min(per):.2f} to {max(per):.2f} dollars of market value on the day; "
            f"after a quarter {put(sum(a.later('quarter') for a in results.amplification), 'usd0')} of "
            f"{put(sum(a.on_day for a in results.amplification), 'usd0')} was left"
        ),
        unit="USD billion; a promise, a change of market value and money paid are different things",
        description="Three bars for each share. "
        + "; ".join(f"{r.share}, {r.kind.lower()}: {r.label}" for r in data.itertuples()) + ".",
        chart=chart,
        rows=data[["share", "kind", "value"]].round(1).rename(columns={"share": "Share", "kind": "What", "value": "USD billion"}),
        facts=tuple(f for a in results.amplification for f in a.facts),
        note="Market value added: abnormal return of the day times the value before. After a quarter: the share against the market over "
        f"{LATER['quarter']} trading days times the same value.",
    )  # fmt: skip
