"""Charts of the chapter "Demand"."""

from __future__ import annotations

import altair as alt
import pandas as pd

from capital_loop.chapters.demand import study as demand
from capital_loop.chapters.demand.study import Results
from capital_loop.record.series import series
from capital_loop.record.tables import Fact, Period, Record
from capital_loop.show.figure import (
    AMBER,
    BLUE,
    GREEN,
    GREY,
    INK,
    MUTED,
    NARROW,
    ORANGE,
    PURPLE,
    SKY,
    Figure,
)
from capital_loop.show.words import human_period, put

BILLION = 1e9


def _facts(record: Record, frame: pd.DataFrame) -> tuple[Fact, ...]:
    return tuple(record.fact(i) for i in frame["fact_id"])


def _day_rule(day: pd.Timestamp, words: str) -> alt.LayerChart:
    """The day of the documents as a dashed line with its name on top."""
    frame = pd.DataFrame({"date": [day], "words": [words]})
    rule = alt.Chart(frame).mark_rule(strokeDash=[3, 3], color=MUTED).encode(x="date:T")
    name = (
        alt.Chart(frame)
        .mark_text(align="right", baseline="top", dx=-3, color=MUTED, fontSize=11)
        .encode(x="date:T", y=alt.value(0), text="words:N")
    )
    return rule + name


def _day(record: Record) -> pd.Timestamp:
    return pd.Timestamp(record.documents["day"].max())


def required(record: Record, found: Results) -> Figure:
    """What spending asks for, what others said it asks for, and what the two laboratories take."""
    rows = [{
        "row": "One year’s spending of four buyers, earned back", "low": found.low, "value": found.required, "high": found.high,
        "kind": "Computed here",
    }]  # fmt: skip
    rows += [
        {"row": n, "low": f.value, "value": f.value, "high": f.value, "kind": "Published estimate"}
        for n, f in found.estimates
    ]
    rows.append({
        "row": "OpenAI and Anthropic, run rates of summer", "low": found.labs_now, "value": found.labs_now, "high": found.labs_now, "kind": "Revenue",
    })  # fmt: skip
    data = pd.DataFrame(rows)
    for c in ("low", "value", "high"):
        data[c] /= BILLION
    data["label"] = [put(v * BILLION, "usd0") for v in data["value"]]
    order = list(data["row"])
    kinds = ["Computed here", "Published estimate", "Revenue"]

    def chart(width: int) -> alt.TopLevelMixin:
        y = alt.Y("row:N", sort=order, axis=None)
        x = alt.X(
            "low:Q",
            title="USD billion a year",
            scale=alt.Scale(domain=[0, float(data["high"].max()) * 1.14], nice=False),
            axis=alt.Axis(tickCount=5),
        )
        base = alt.Chart(data)
        spans = base.mark_rule(strokeWidth=5, color=SKY, yOffset=9).encode(x=x, x2="high:Q", y=y)
        dots = base.mark_point(size=95, opacity=1, yOffset=9).encode(
            x="value:Q", y=y,
            color=alt.Color("kind:N", title=None, scale=alt.Scale(domain=kinds, range=[BLUE, GREY, ORANGE])),
            shape=alt.Shape("kind:N", title=None, scale=alt.Scale(domain=kinds, range=["circle", "diamond", "square"])),
        )  # fmt: skip
        labels = base.mark_text(align="left", dx=9, dy=9, fontWeight="bold", color=INK).encode(
            x="high:Q", y=y, text="label:N"
        )
        names = base.mark_text(align="left", dy=-8, color=INK).encode(x=alt.value(0), y=y, text="row:N")
        return (spans + dots + labels + names).properties(width=width, height=42 * len(order))

    return Figure(
        name="demand-required",
        title=(
            f"One year’s spending of four buyers asks for {put(found.low, 'usd0')} to {put(found.high, 'usd0')} of revenue a year; "
            f"the two largest laboratories ran at {put(found.labs_now, 'usd0')}"
        ),
        unit="USD billion a year; estimates of others are for other spending and other years",
        description="Points, the first with its range. "
        + "; ".join(f"{r.row}: {r.label}" for r in data.itertuples())
        + f". Range of the first: {put(found.low, 'usd0')} to {put(found.high, 'usd0')}.",
        chart=chart,
        rows=data[["row", "kind", "low", "value", "high"]].round(0).rename(
            columns={"row": "What", "kind": "Kind", "low": "Low", "value": "USD billion a year", "high": "High"}
        ),
        facts=(found.spending_fact, *(f for _, f in found.estimates), *(f for _, f in found.labs)),
        note="Not all of the spending is for artificial intelligence, and the laboratories are not the only ones who sell it: clouds, advertising and "
        "software of the buyers earn from it as well and are not in the last row. A run rate is the newest month times twelve.",
    )  # fmt: skip


def spending(record: Record) -> Figure:
    """Quarterly capital spending of the four large buyers, cash and with finance leases told apart."""
    cash, leased = demand.capex(record)
    colours = dict(zip(demand.BUYERS.values(), [ORANGE, BLUE, GREEN, PURPLE], strict=True))
    both = pd.concat([cash.assign(kind="Cash"), leased.assign(kind="With finance leases")], ignore_index=True)
    both["usd"] = both["value"] / BILLION
    ends = cash.groupby("buyer").tail(1).assign(usd=lambda d: d["value"] / BILLION)
    before, after = demand.quarter_total(record, "2025-09-30"), demand.quarter_total(record, "2026-03-31")

    def chart(width: int) -> alt.TopLevelMixin:
        narrow = width == NARROW
        colour = alt.Color(
            "buyer:N", legend=None, scale=alt.Scale(domain=list(colours), range=list(colours.values()))
        )
        x = alt.X(
            "date:T",
            title=None,
            scale=alt.Scale(domain=["2024-01-01", "2027-02-01" if narrow else "2026-11-15"]),
            axis=alt.Axis(format="%b %y", tickCount=4 if narrow else 8, grid=False),
        )
        y = alt.Y("usd:Q", title="USD billion a quarter", axis=alt.Axis(tickCount=6))
        base = alt.Chart(both)
        lines = (
            base.transform_filter("datum.kind == 'Cash'")
            .mark_line(strokeWidth=2)
            .encode(x=x, y=y, color=colour)
        )
        dots = (
            base.transform_filter("datum.kind == 'Cash'")
            .mark_point(size=28, opacity=1)
            .encode(x=x, y=y, color=colour)
        )
        open_dots = (
            base.transform_filter("datum.kind != 'Cash'")
            .mark_point(size=60, filled=False, opacity=1, shape="square")
            .encode(x=x, y=y, color=colour)
        )
        names = (
            alt.Chart(ends)
            .mark_text(align="left", dx=6, fontWeight="bold", fontSize=11)
            .encode(x=x, y=y, text="buyer:N", color=colour)
        )
        return (_day_rule(_day(record), "documents") + lines + dots + open_dots + names).properties(
            width=width, height=300
        )

    newest = "; ".join(
        f"{r.buyer} {put(r.value, 'usd1')} ({human_period(r.as_of)})" for r in ends.itertuples()
    )
    return Figure(
        name="demand-spending",
        title=f"Four buyers spent {put(before, 'usd0')} in the quarter before the documents and {put(after, 'usd0')} two quarters later",
        unit="USD billion a quarter, cash; hollow squares: with finance leases, another definition that is not joined to the line",
        description=f"Four lines of quarterly cash spending. Newest: {newest}.",
        chart=chart,
        rows=both[["buyer", "as_of", "kind", "usd"]].rename(columns={"buyer": "Buyer", "as_of": "Quarter to", "kind": "Definition", "usd": "USD billion"}),
        facts=_facts(record, both),
        note="Amazon’s figure is the whole group’s, with warehouses. Microsoft and Meta speak of spending with finance leases, which is higher; comparing one "
        "definition with the other has been taken for a fall.",
    )  # fmt: skip


def rents(record: Record) -> Figure:
    """What an hour of a chip cost, by chip and by kind of price."""
    newer = series(record, "nvidia", "gpu_rental_price")
    index = newer["fact_id"] == "DEM-306"
    parts = [
        ("H100, cheapest offers", series(record, "h100", "gpu_rental_price"), BLUE, [1, 0], "circle"),
        (
            "H100, contract of a year",
            series(record, "h100", "gpu_rental_contract"),
            ORANGE,
            [6, 3],
            "square",
        ),
        ("H100, index", series(record, "h100", "gpu_rental_index"), GREEN, [2, 2], "diamond"),
        ("B200, cheapest offers", newer[~index], PURPLE, [8, 3, 2, 3], "triangle-up"),
        ("B200, index", newer[index], AMBER, [1, 0], "triangle-down"),
    ]
    data = pd.concat([f.assign(row=n) for n, f, *_ in parts], ignore_index=True)
    names = [n for n, *_ in parts]
    contract = parts[1][1]
    change = record.fact("DMD-D02").value

    def chart(width: int) -> alt.TopLevelMixin:
        narrow = width == NARROW
        x = alt.X(
            "date:T",
            title=None,
            scale=alt.Scale(padding=12),
            axis=alt.Axis(format="%b %y", tickCount=4 if narrow else 8, grid=False),
        )
        y = alt.Y("value:Q", title="USD for one GPU-hour", scale=alt.Scale(domain=[0, 8.8]))
        colour = alt.Color(
            "row:N",
            title=None,
            sort=names,
            scale=alt.Scale(domain=names, range=[p[2] for p in parts]),
            legend=alt.Legend(columns=1 if narrow else 2),
        )
        base = alt.Chart(data)
        lines = base.mark_line(strokeWidth=2).encode(
            x=x, y=y, color=colour, strokeDash=alt.StrokeDash("row:N", legend=None, scale=alt.Scale(domain=names, range=[p[3] for p in parts]))
        )  # fmt: skip
        dots = base.mark_point(size=70, opacity=1).encode(
            x=x, y=y, color=colour, shape=alt.Shape("row:N", title=None, sort=names, scale=alt.Scale(domain=names, range=[p[4] for p in parts]))
        )  # fmt: skip
        return (_day_rule(_day(record), "documents") + lines + dots).properties(width=width, height=280)

    return Figure(
        name="demand-rents",
        title=(
            f"Rents of older chips fell until the documents appeared and rose afterwards: a year of H100 cost {contract['value'].iloc[0]:.2f} dollars an hour "
            f"in {human_period(contract['as_of'].iloc[0])} and {put(change, 'pct0')} more in {human_period(contract['as_of'].iloc[-1])}"
        ),
        unit="USD for one GPU-hour; offers, contracts and indices are different prices and are not joined",
        description="Points joined within each kind of price. "
        + "; ".join(f"{r.row}, {human_period(r.as_of)}: {r.value:.2f}" for r in data.itertuples()) + ".",
        chart=chart,
        rows=data[["row", "as_of", "value"]].rename(columns={"row": "Price", "as_of": "As of", "value": "USD for one GPU-hour"}),
        facts=_facts(record, data),
        note="Indices of the same chip differ by as much as two dollars.",
    )  # fmt: skip


def users(record: Record) -> Figure:
    """Weekly users of ChatGPT and those who pay."""
    weekly = series(record, "openai", "weekly_users")
    paying = series(record, "openai", "paying_subscribers")
    data = pd.concat(
        [weekly.assign(row="Users a week"), paying.assign(row="Paying subscribers")], ignore_index=True
    )
    data["million"] = data["value"] / 1e6
    share = record.fact("DMD-D01").value

    def chart(width: int) -> alt.TopLevelMixin:
        narrow = width == NARROW
        x = alt.X(
            "date:T",
            title=None,
            scale=alt.Scale(padding=26),
            axis=alt.Axis(format="%b %y", tickCount=4 if narrow else 7, grid=False),
        )
        y = alt.Y("million:Q", title="Million", axis=alt.Axis(tickCount=5))
        rows = ["Users a week", "Paying subscribers"]
        colour = alt.Color("row:N", title=None, sort=rows, scale=alt.Scale(domain=rows, range=[BLUE, ORANGE]))
        base = alt.Chart(data)
        lines = base.mark_line(strokeWidth=2).encode(x=x, y=y, color=colour)
        dots = base.mark_point(size=60, opacity=1).encode(
            x=x, y=y, color=colour, shape=alt.Shape("row:N", legend=None)
        )
        labels = base.mark_text(dy=-11, fontSize=11, color=INK).encode(
            x=x, y=y, text=alt.Text("million:Q", format=",.0f")
        )
        return (_day_rule(_day(record), "documents") + lines + dots + labels).properties(
            width=width, height=260
        )

    return Figure(
        name="demand-users",
        title=f"ChatGPT counts its users by the week, not by the day; {put(share, 'pct1')} of them paid at the last count",
        unit="Million people, as stated by OpenAI; “over” where it said so",
        description="Two lines. " + "; ".join(f"{r.row}, {human_period(r.as_of)}: {r.million:.0f} million" for r in data.itertuples()) + ".",
        chart=chart,
        rows=data[["row", "as_of", "million"]].rename(columns={"row": "What", "as_of": "As of", "million": "Million"}),
        facts=(*_facts(record, data), record.fact("DMD-D01")),
    )  # fmt: skip


def clouds(record: Record) -> Figure:
    """Growth of the three clouds on the year before."""
    parts = [
        ("Google Cloud", "google", ORANGE, [1, 0]),
        ("Azure", "microsoft", BLUE, [6, 3]),
        ("AWS", "amazon", GREEN, [2, 2]),
    ]
    data = pd.concat(
        [series(record, s, "cloud_growth").assign(row=n) for n, s, *_ in parts], ignore_index=True
    )
    ends = data.groupby("row").tail(1).copy()
    ends["label"] = [f"{r.row} {r.value:.0f} %" for r in ends.itertuples()]
    then = {r.row: r.value for r in data[data["as_of"] == "2025-09-30"].itertuples()}

    def chart(width: int) -> alt.TopLevelMixin:
        narrow = width == NARROW
        x = alt.X(
            "date:T",
            title=None,
            scale=alt.Scale(domain=["2025-02-15", "2026-12-31" if narrow else "2026-10-15"]),
            axis=alt.Axis(format="%b %y", tickCount=4 if narrow else 7, grid=False),
        )
        y = alt.Y("value:Q", title="Percent on the year before", scale=alt.Scale(domain=[0, 90]))
        names = [p[0] for p in parts]
        colour = alt.Color("row:N", legend=None, scale=alt.Scale(domain=names, range=[p[2] for p in parts]))
        base = alt.Chart(data)
        lines = base.mark_line(strokeWidth=2).encode(
            x=x, y=y, color=colour, strokeDash=alt.StrokeDash("row:N", legend=None, scale=alt.Scale(domain=names, range=[p[3] for p in parts]))
        )  # fmt: skip
        dots = base.mark_point(size=45, opacity=1).encode(x=x, y=y, color=colour)
        words = (
            alt.Chart(ends)
            .mark_text(align="left", dx=6, fontWeight="bold", fontSize=11)
            .encode(x=x, y=y, text="label:N", color=colour)
        )
        return (_day_rule(_day(record), "documents") + lines + dots + words).properties(
            width=width, height=260
        )

    return Figure(
        name="demand-clouds",
        title="All three clouds grew faster after the documents than before: "
        + ", ".join(f"{r.row} from {then[r.row]:.0f} to {r.value:.0f} %" for r in ends.itertuples()),
        unit="Growth of revenue on the same quarter of the year before, percent, as each company defines its cloud",
        description="Three lines. " + "; ".join(f"{r.row}, quarter to {human_period(r.as_of)}: {r.value:.0f} percent" for r in data.itertuples()) + ".",
        chart=chart,
        rows=data[["row", "as_of", "value"]].rename(columns={"row": "Cloud", "as_of": "Quarter to", "value": "Growth, %"}),
        facts=_facts(record, data),
        note="Part of this revenue comes from the model laboratories, which pay with money that investors, the clouds among them, put in.",
    )  # fmt: skip


def labs(record: Record, found: Results) -> Figure:
    """Run rates of the two largest laboratories."""
    data = pd.DataFrame([
        {"row": who, "date": pd.Timestamp(Period.parse(f.as_of).end), "as_of": f.as_of, "usd": f.value / BILLION} for who, f in found.labs
    ])  # fmt: skip
    ends = data.sort_values("date").groupby("row").tail(1).copy()
    ends["label"] = [f"{r.row} {put(r.usd * BILLION, 'usd0')}" for r in ends.itertuples()]

    def chart(width: int) -> alt.TopLevelMixin:
        narrow = width == NARROW
        x = alt.X(
            "date:T",
            title=None,
            scale=alt.Scale(domain=["2024-11-15", "2027-04-01" if narrow else "2027-01-01"]),
            axis=alt.Axis(format="%b %y", tickCount=4 if narrow else 8, grid=False),
        )
        y = alt.Y("usd:Q", title="USD billion a year", axis=alt.Axis(tickCount=6))
        names = ["OpenAI", "Anthropic"]
        colour = alt.Color("row:N", legend=None, scale=alt.Scale(domain=names, range=[BLUE, AMBER]))
        base = alt.Chart(data)
        lines = base.mark_line(strokeWidth=2).encode(x=x, y=y, color=colour)
        dots = base.mark_point(size=55, opacity=1).encode(
            x=x, y=y, color=colour, shape=alt.Shape("row:N", legend=None)
        )
        words = (
            alt.Chart(ends)
            .mark_text(align="left", dx=7, fontWeight="bold", fontSize=11, color=INK)
            .encode(x=x, y=y, text="label:N")
        )
        return (_day_rule(_day(record), "documents") + lines + dots + words).properties(
            width=width, height=260
        )

    return Figure(
        name="demand-labs",
        title=f"The two largest laboratories stated run rates of {put(found.labs_now, 'usd0')} together by the summer of the year after",
        unit="USD billion a year: the newest month times twelve, as stated; not revenue of a year",
        description="Two lines. " + "; ".join(f"{r.row}, {human_period(r.as_of)}: {r.usd:.0f} billion" for r in data.itertuples()) + ".",
        chart=chart,
        rows=data[["row", "as_of", "usd"]].rename(columns={"row": "Laboratory", "as_of": "As of", "usd": "USD billion a year"}),
        facts=tuple(f for _, f in found.labs),
        note="The laboratories count differently: one books sales through cloud partners in full, the other its own part. Part of it is paid on to the clouds and stands in their growth too.",
    )  # fmt: skip
