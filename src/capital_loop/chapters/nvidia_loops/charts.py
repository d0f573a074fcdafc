"""Charts of the chapter "The other Nvidia loops"."""

from __future__ import annotations

import altair as alt
import pandas as pd

from capital_loop.chapters.nvidia_loops.study import DEFINITION, STAGE, Study
from capital_loop.record.tables import Record
from capital_loop.show.figure import (
    BLUE,
    GREEN,
    INK,
    NARROW,
    ORANGE,
    SKY,
    Figure,
)
from capital_loop.show.words import human_period, put

BILLION = 1e9
_KIND = {"paid": "Paid", "committed": "Bound to pay, later", "guaranteed": "Pays only if others do not"}


def support(found: Study) -> Figure:
    """What Nvidia has put into or stands behind its customers, by kind."""
    data = found.support.assign(
        b=found.support["usd"] / BILLION, kind=found.support["kind"].map(_KIND)
    ).sort_values("usd", ascending=False)
    data["row"] = [f"{r.what} ({human_period(r.as_of)})" for r in data.itertuples()]
    data["label"] = [put(v, "usd1" if v < 10 * BILLION else "usd0") for v in data["usd"]]
    order = list(data["row"])
    sums = data.groupby("kind")["usd"].sum()

    def chart(width: int) -> alt.TopLevelMixin:
        kinds = list(_KIND.values())
        y = alt.Y("row:N", sort=order, axis=None)
        x = alt.X(
            "b:Q",
            title="USD billion",
            scale=alt.Scale(domain=[0, float(data["b"].max()) * 1.18], nice=False),
            axis=alt.Axis(tickCount=5),
        )
        base = alt.Chart(data)
        bars = base.mark_bar(height=14, yOffset=8).encode(
            x=x, y=y,
            color=alt.Color("kind:N", title=None, sort=kinds, scale=alt.Scale(domain=kinds, range=[BLUE, ORANGE, SKY]), legend=alt.Legend(columns=1 if width == NARROW else 3)),
        )  # fmt: skip
        labels = base.mark_text(align="left", dx=4, dy=8, fontWeight="bold", color=INK).encode(
            x=x, y=y, text="label:N"
        )
        names = base.mark_text(
            align="left", dy=-8, color=INK, fontSize=10.5 if width == NARROW else 12
        ).encode(x=alt.value(0), y=y, text="row:N")
        return (bars + labels + names).properties(width=width, height=40 * len(order))

    return Figure(
        name="loops-support",
        title=f"Nvidia has paid {put(sums[_KIND['paid']], 'usd0')} for shares, is bound to pay {put(sums[_KIND['committed']], 'usd0')} more and stands behind {put(sums[_KIND['guaranteed']], 'usd0')} of others’ payments",
        unit="USD billion by kind; payments, commitments and guarantees are different things; sums are within a kind, and commitments overlap in parts",
        description="Bars. " + "; ".join(f"{r.row}: {r.label}, {r.kind.lower()}" for r in data.itertuples()) + ".",
        chart=chart,
        rows=data[["what", "as_of", "kind", "b"]].rename(columns={"what": "What", "as_of": "As of", "kind": "Kind", "b": "USD billion"}),
        facts=found.facts,
    )  # fmt: skip


def coreweave(record: Record) -> Figure:
    """What Nvidia put into CoreWeave beside what CoreWeave spends, and what the stake was worth."""
    parts = [
        ("Nvidia’s money in CoreWeave by the listing", "NVDA-140"), ("and added in January of the next year", "NVDA-141"),
        ("Value of the stake on the document’s day", "NVDA-D91"), ("Chips “bought to date”, as printed", "NVDA-147"),
        ("CoreWeave’s capital spending in the year", "NVDA-149"),
    ]  # fmt: skip
    data = pd.DataFrame([{"row": n, "usd": record.fact(i).value / BILLION, "fact_id": i} for n, i in parts])
    data["label"] = [put(v * BILLION, "usd1") for v in data["usd"]]
    order = list(data["row"])
    times = record.fact("NVDA-149").value / record.fact("NVDA-140").value

    def chart(width: int) -> alt.TopLevelMixin:
        y = alt.Y("row:N", sort=order, axis=None)
        x = alt.X(
            "usd:Q",
            title="USD billion",
            scale=alt.Scale(domain=[0, float(data["usd"].max()) * 1.18], nice=False),
            axis=alt.Axis(tickCount=5),
        )
        base = alt.Chart(data)
        bars = base.mark_bar(height=14, yOffset=8, color=GREEN).encode(x=x, y=y)
        labels = base.mark_text(align="left", dx=4, dy=8, fontWeight="bold", color=INK).encode(
            x=x, y=y, text="label:N"
        )
        names = base.mark_text(align="left", dy=-8, color=INK).encode(x=alt.value(0), y=y, text="row:N")
        return (bars + labels + names).properties(width=width, height=38 * len(order))

    return Figure(
        name="loops-coreweave",
        title=f"CoreWeave spent {put(times, 'int')} times in a year what Nvidia had put in by its listing: most of that money came from lenders and from Microsoft",
        unit="USD billion; money paid, market value and spending are different things",
        description="Bars. " + "; ".join(f"{r.row}: {r.label}" for r in data.itertuples()) + ".",
        chart=chart,
        rows=data[["row", "usd"]].round(2).rename(columns={"row": "What", "usd": "USD billion"}),
        facts=tuple(record.fact(i) for i in data["fact_id"]),
        note="The printed value of chips fits a list price for the number of chips that were in use at the end of the year before; it was not disclosed by anybody.",
    )  # fmt: skip


def counts(found: Study) -> Figure:
    """How many circles there are, by definition and by stage."""
    data = found.counts.assign(
        what=found.counts["definition"].map(DEFINITION), deals=found.counts["stage"].map(STAGE)
    )
    stages = list(STAGE.values())

    def chart(width: int) -> alt.TopLevelMixin:
        narrow = width == NARROW
        x = alt.X(
            "circles:Q",
            title="Circles of parties",
            axis=alt.Axis(tickMinStep=1, tickCount=5),
            scale=alt.Scale(domain=[0, float(data["circles"].max()) * 1.15], nice=False),
        )
        y = alt.Y("deals:N", sort=stages, title=None, axis=None if narrow else alt.Axis(labelLimit=170))
        base = alt.Chart(data)
        bars = base.mark_bar(height=13).encode(
            x=x,
            y=y,
            color=alt.Color(
                "deals:N",
                title=None,
                sort=stages,
                scale=alt.Scale(domain=stages, range=[SKY, BLUE, ORANGE]),
                legend=alt.Legend(columns=1 if narrow else 3),
            ),
        )
        labels = base.mark_text(align="left", dx=4, fontWeight="bold", color=INK).encode(
            x=x, y=y, text="circles:Q"
        )
        return (bars + labels).properties(width=width - (8 if narrow else 180), height=62).facet(
            row=alt.Row("what:N", sort=list(DEFINITION.values()), title=None, header=alt.Header(labelOrient="top", labelAnchor="start", labelFontWeight="bold")), spacing=6,
        )  # fmt: skip

    return Figure(
        name="loops-counts",
        title=f"Counted by promises there are {found.count('value', 'promised')} circles; counted by what moves there {'is' if found.count('value', 'moving') == 1 else 'are'} {found.count('value', 'moving')}",
        unit="Number of circles of parties, by what may come back and by how firm the deals are",
        description="Bars in three groups. " + "; ".join(f"{r.what}, {r.deals.lower()}: {r.circles}" for r in data.itertuples()) + ".",
        chart=chart,
        rows=data[["what", "deals", "circles"]].rename(columns={"what": "What may come back", "deals": "Deals counted", "circles": "Circles"}),
        facts=found.deal_facts,
    )  # fmt: skip


def returns(found: Study) -> Figure:
    """How much of the gross value can go round, at most."""
    parts = [
        ("Stated amounts, promises too", found.promised),
        ("Signed, at present amounts", found.signed),
        ("Paid within a year", found.paid),
    ]
    rows = []
    for name, c in parts:
        rows += [
            {"row": name, "kind": "Can go round, at most", "start": 0.0, "end": c.total / BILLION, "label": f"{put(100 * c.share, 'pct0')} of {put(c.gross, 'usd0')}", "at": c.gross / BILLION},
            {"row": name, "kind": "Must come from outside", "start": c.total / BILLION, "end": c.gross / BILLION, "label": "", "at": c.gross / BILLION},
        ]  # fmt: skip
    data = pd.DataFrame(rows)
    order = [n for n, _ in parts]

    def chart(width: int) -> alt.TopLevelMixin:
        kinds = ["Can go round, at most", "Must come from outside"]
        y = alt.Y("row:N", sort=order, axis=None)
        x = alt.X(
            "start:Q",
            title="USD billion",
            scale=alt.Scale(domain=[0, float(data["end"].max()) * 1.3], nice=False),
            axis=alt.Axis(tickCount=5),
        )
        base = alt.Chart(data)
        bars = base.mark_bar(height=16, yOffset=9).encode(
            x=x,
            x2="end:Q",
            y=y,
            color=alt.Color(
                "kind:N", title=None, sort=kinds, scale=alt.Scale(domain=kinds, range=[ORANGE, SKY])
            ),
        )
        labels = (
            base.transform_filter("datum.label != ''")
            .mark_text(align="left", dx=5, dy=9, fontWeight="bold", color=INK)
            .encode(x="at:Q", y=y, text="label:N")
        )
        names = (
            base.transform_filter("datum.label != ''")
            .mark_text(align="left", dy=-9, color=INK)
            .encode(x=alt.value(0), y=y, text="row:N")
        )
        return (bars + labels + names).properties(width=width, height=46 * len(order))

    return Figure(
        name="loops-returns",
        title=f"At most {put(100 * found.promised.share, 'pct0')} of the promised value can be the same money going round; the rest needs money from outside",
        unit="USD billion; sums of several years (promised, signed) and of one year (paid) stand on rows of their own",
        description="Three bars. " + "; ".join(f"{n}: {put(c.total, 'usd0')} of {put(c.gross, 'usd0')} can go round" for n, c in parts) + ".",
        chart=chart,
        rows=pd.DataFrame([{"Amounts": n, "Can go round, USD billion": c.total / BILLION, "Gross, USD billion": c.gross / BILLION, "Share, %": 100 * c.share} for n, c in parts]).round(1),
        facts=found.deal_facts,
        note="Greatest circulation by linear programming, checked by its dual. It takes for granted that everybody passes on all that comes in; the true share is smaller and not known.",
    )  # fmt: skip
