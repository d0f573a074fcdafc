"""Charts of the chapter "Revenue against promises"."""

from __future__ import annotations

import altair as alt
import pandas as pd

from capital_loop.chapters.revenue_promises.study import (
    PLANS,
    PRICE_CLAIMS,
    PRICES,
    RUN_RATES,
    THE_DAY,
    YEARS_BOOKED,
    Results,
    assumptions,
    facts,
    price_facts,
    tally_facts,
)
from capital_loop.record.tables import Period, Record
from capital_loop.show.figure import (
    BLUE,
    GREEN,
    GREY,
    INK,
    MUTED,
    NARROW,
    ORANGE,
    PAPER,
    PURPLE,
    Figure,
)
from capital_loop.show.words import human_period, put

PANELS = {
    "tally": ("The newspaper’s sum", GREY),
    "signed": ("Published contracts", BLUE),
    "used": ("Used in one year, at most", GREEN),
}
BLANK = {"tally": "not counted", "signed": "no contract sum", "used": "not published"}
SHORT = {
    "rate": "Return asked",
    "dilution": "New shares a year",
    "margin": "Net profit margin",
    "multiple": "Price over earnings",
}
BILLION = 1e9


def _usd(value: float) -> str:
    return put(value, "usd0")


def _pct(share: float, digits: int = 0) -> str:
    return put(100 * share, f"pct{digits}")


def _start(as_of: str) -> pd.Timestamp:
    return pd.Timestamp(Period.parse(as_of).start)


def promised_signed_used(record: Record, results: Results) -> Figure:
    """What does the trillion consist of, by supplier and by firmness?"""
    tally = results.tally
    rows = tally.table.melt(["who", "kind"], list(PANELS), "part", "value")
    rows["panel"] = rows["part"].map({k: v[0] for k, v in PANELS.items()})
    rows["billions"] = rows["value"] / BILLION
    rows["shown"] = rows["billions"].fillna(0)
    bound = {("Oracle", "used"): "≤ "}
    rows["label"] = [
        BLANK[r.part] if pd.isna(r.value) else bound.get((r.who, r.part), "") + _usd(r.value)
        for r in rows.itertuples()
    ]
    rows["known"] = rows["value"].notna()
    order = list(tally.table["who"])

    def chart(width: int) -> alt.TopLevelMixin:
        phone = width == NARROW
        y = alt.Y("who:N", sort=order, title=None, axis=alt.Axis(grid=False))
        x = alt.X(
            "shown:Q",
            title=None,
            scale=alt.Scale(domain=[0, 640]),
            axis=alt.Axis(values=[0, 250, 500], format=".0f"),
        )
        base = alt.Chart(rows)
        colour = alt.Color(
            "panel:N",
            scale=alt.Scale(domain=[v[0] for v in PANELS.values()], range=[v[1] for v in PANELS.values()]),
            legend=None,
        )
        bars = base.mark_bar(height=15).encode(x=x, y=y, color=colour)
        known = (
            base.transform_filter("datum.known")
            .mark_text(align="left", dx=4, fontWeight="bold")
            .encode(x=x, y=y, text="label:N")
        )
        blank = (
            base.transform_filter("!datum.known")
            .mark_text(align="left", dx=4, color=MUTED, fontSize=11)
            .encode(x=x, y=y, text="label:N")
        )
        cell = (bars + known + blank).properties(width=245 if phone else 190, height=165)
        panel = [v[0] for v in PANELS.values()]
        header = alt.Header(title=None, labelOrient="top", labelAnchor="start", labelPadding=6)
        if phone:
            return cell.facet(row=alt.Row("panel:N", sort=panel, header=header), spacing=18)
        return cell.facet(column=alt.Column("panel:N", sort=panel, header=header), spacing=16)

    return Figure(
        name="revenue-trillion",
        title=(
            f"Of the {_usd(tally.stated)} of {human_period(record.fact('OAI-205').as_of)}, {_usd(tally.signed_then)} were contracts and "
            f"{_usd(tally.letter)} a letter of intent; a year on, contracts of {_usd(tally.signed_now)} are published and at most "
            f"{_usd(tally.used)} of a year’s use is known"
        ),
        unit="Billions of dollars, the same scale in each panel; each panel is another kind of money and they are not added",
        description=(
            "Three panels by supplier. "
            + " ".join(
                f"{PANELS[part][0]}: "
                + "; ".join(f"{r.who} {r.label}" for r in rows[rows["part"] == part].itertuples())
                + "."
                for part in PANELS
            )
        ),
        chart=chart,
        rows=tally.table.rename(
            columns={
                "who": "Supplier",
                "tally": "In the newspaper’s sum, dollars",
                "signed": "Published contracts, dollars",
                "used": "Used in one year, at most, dollars",
                "kind": "Kind of the promise",
            }
        ),
        facts=tally_facts(record),
        note=(
            f"The newspaper’s sum prices gigawatts over about a decade; its parts as printed add up to {put(tally.table['tally'].sum(), 'usd2')}, several of them worded as up to. Contracts run over different terms and are ceilings in part; "
            f"Microsoft’s, Amazon’s and Cerebras’s came after {human_period(record.fact('OAI-205').as_of)}. "
            "Use is Microsoft’s revenue from OpenAI and the most that Oracle can have earned, each in its last fiscal year."
        ),
    )


def revenue_by_kind(record: Record, results: Results) -> Figure:
    """What is meant by a year's revenue?"""
    table = results.revenue.assign(billions=results.revenue["value"] / BILLION)
    names = {
        "run rate": "A month times twelve, as stated",
        "year": "Booked in a whole year",
        "part": "Booked in a half-year or quarter, at a yearly rate",
        "document": "In the documents",
    }
    table["what"] = table["kind"].map(names)
    table["middle"] = table["start"] + (table["end"] - table["start"]) / 2
    said = (
        table[table["kind"] == "document"]
        .groupby(["start", "billions"], as_index=False)["source"]
        .agg(", ".join)
    )
    said["label"] = [f"{r.source}: {_usd(r.billions * BILLION)}" for r in said.itertuples()]
    ends = table[(table["kind"] == "run rate") & table["source"].isin([RUN_RATES[-1], RUN_RATES[-3]])]
    booked = table[table["kind"].isin(["year", "part"])]
    year, run, last = record.fact(YEARS_BOOKED[-1]), record.fact("OAI-019"), record.fact(RUN_RATES[-1])

    def chart(width: int) -> alt.TopLevelMixin:
        phone = width == NARROW
        axis = alt.Axis(format="%b %Y", tickCount=4 if phone else 8, grid=False)
        scale = alt.Scale(domain=["2023-10-01", "2026-10-15"])
        x, x_start = (
            alt.X(f"{column}:T", title=None, axis=axis, scale=scale) for column in ("middle", "start")
        )
        y = alt.Y("billions:Q", title=None, scale=alt.Scale(domain=[0, 44]), axis=alt.Axis(tickCount=5))
        domain = [names["run rate"], names["year"], names["part"], names["document"]]
        colour = alt.Color(
            "what:N",
            scale=alt.Scale(domain=domain, range=[BLUE, GREEN, PURPLE, ORANGE]),
            legend=alt.Legend(title=None, columns=1 if phone else 2, labelLimit=330),
        )
        runs = alt.Chart(table[table["kind"] == "run rate"])
        line = runs.mark_line(strokeDash=[3, 3], strokeWidth=1.4).encode(x=x, y=y, color=colour)
        dots = runs.mark_point(filled=True, size=60, opacity=1).encode(x=x, y=y, color=colour)
        spans = [
            alt.Chart(booked[booked["kind"] == kind])
            .mark_rule(strokeWidth=thick, opacity=1)
            .encode(x=x_start, x2="end:T", y=y, color=colour)
            for kind, thick in (("year", 7), ("part", 3.5))
        ]
        marks = (
            alt.Chart(table[table["kind"] == "document"])
            .mark_point(filled=True, size=110, shape="diamond", opacity=1, stroke=PAPER)
            .encode(x=x, y=y, color=colour)
        )
        text = (
            alt.Chart(said)
            .mark_text(align="left", dx=10, dy=8, color=ORANGE, fontWeight="bold", fontSize=11)
            .encode(x="start:T", y=y, text="label:N")
        )
        end_text = (
            alt.Chart(ends.assign(label=[_usd(v) for v in ends["value"]]))
            .mark_text(align="right", dx=-8, dy=-4, color=BLUE, fontWeight="bold")
            .encode(x=x, y=y, text="label:N")
        )
        return alt.layer(line, *spans, dots, marks, text, end_text).properties(
            width=width, height=300 if phone else 320
        )

    return Figure(
        name="revenue-kinds",
        title=(
            f"OpenAI booked {put(year.value, 'usd1')} in {year.as_of[:4]} and left the year at a rate above {_usd(run.value)}; "
            f"by {human_period(last.as_of)} the rate was over {_usd(last.value)}"
        ),
        unit="Revenue in billions of dollars a year, by kind of statement",
        description="Run rates: "
        + "; ".join(
            f"{human_period(record.fact(r.source).as_of)} {put(r.value, 'usd1')}"
            for r in table[table["kind"] == "run rate"].itertuples()
        )
        + ". Booked, at a yearly rate: "
        + "; ".join(f"{r.start:%b %Y} to {r.end:%b %Y} {put(r.value, 'usd1')}" for r in booked.itertuples())
        + ". Documents: "
        + "; ".join(said["label"])
        + ".",
        chart=chart,
        rows=table[["what", "source", "start", "end", "billions"]].rename(
            columns={
                "what": "Kind",
                "source": "Fact or claim",
                "start": "From",
                "end": "To",
                "billions": "Billions of dollars a year",
            }
        ),
        facts=facts(record, *[s for s in table["source"] if s in set(record.facts.index)]),
        note=(
            "A run rate says what a year would bring if each month were like the last; it leads the booked year while revenue grows. "
            "Whether Microsoft’s share is taken off is not said in each case."
        ),
    )


def plans_by_vintage(record: Record, results: Results) -> Figure:
    """How did OpenAI's own plans move, and did the years that have passed meet them?"""
    table = results.plans.assign(billions=results.plans["value"] / BILLION)
    last = table.groupby("vintage", sort=False).last()
    names = {
        v: f"{v}: {_usd(r.value)} for {r.year}" for v, r in zip(last.index, last.itertuples(), strict=True)
    }
    table["name"] = table["vintage"].map(names)
    years = [record.fact(i) for i in YEARS_BOOKED]
    actual = pd.DataFrame(
        [(int(f.as_of[:4]), f.value / BILLION, put(f.value, "usd1")) for f in years],
        columns=["year", "billions", "label"],
    )
    first, newest = last.iloc[0], last.iloc[-1]

    def chart(width: int) -> alt.TopLevelMixin:
        phone = width == NARROW
        x = alt.X(
            "year:Q",
            title=None,
            scale=alt.Scale(domain=[2023.6, 2030.4], nice=False),
            axis=alt.Axis(values=list(range(2024, 2031)), format=".0f", grid=False),
        )
        y = alt.Y(
            "billions:Q",
            title=None,
            scale=alt.Scale(type="log", domain=[3, 400]),
            axis=alt.Axis(values=[3, 10, 30, 100, 300], format=".0f"),
        )
        order = list(names.values())
        colours = alt.Scale(domain=order, range=[GREY, PURPLE, BLUE, ORANGE])
        legend = alt.Legend(
            title=None,
            columns=1 if phone else 2,
            symbolType="stroke",
            symbolSize=260,
            symbolStrokeWidth=2,
            labelLimit=330,
        )
        base = alt.Chart(table)
        line = base.mark_line(strokeWidth=2).encode(
            x=x,
            y=y,
            color=alt.Color("name:N", scale=colours, legend=legend),
            strokeDash=alt.StrokeDash(
                "name:N",
                scale=alt.Scale(domain=order, range=[[2, 3], [8, 3], [5, 2, 1, 2], [1, 0]]),
                legend=legend,
            ),
        )
        dots = base.mark_point(filled=True, size=45, opacity=1).encode(
            x=x, y=y, color=alt.Color("name:N", scale=colours, legend=legend)
        )
        done = alt.Chart(actual)
        marks = done.mark_point(filled=True, size=130, shape="diamond", color=GREEN, opacity=1).encode(
            x=x, y=y
        )
        text = done.mark_text(align="right", dx=-9, dy=-9, color=GREEN, fontWeight="bold").encode(
            x=x, y=y, text="label:N"
        )
        return alt.layer(line, dots, marks, text).properties(width=width, height=300)

    return Figure(
        name="revenue-plans",
        title=(
            f"OpenAI’s plans rose with each telling, from {_usd(first.value)} for {first.year} to {_usd(newest.value)} for {newest.year}; "
            f"the one year that has passed came in at {put(years[-1].value, 'usd1')}, above its first plan of {put(table['value'].iloc[0], 'usd1')}"
        ),
        unit="Planned revenue in billions of dollars a year, by the time of the plan; green diamonds: revenue booked; logarithmic scale",
        description="; ".join(
            f"{v}: "
            + ", ".join(f"{_usd(r.value)} for {r.year}" for r in table[table["vintage"] == v].itertuples())
            for v in PLANS
        )
        + ". Booked: "
        + ", ".join(f"{r.label} in {r.year}" for r in actual.itertuples())
        + ".",
        chart=chart,
        rows=table[["vintage", "year", "billions"]].rename(
            columns={"vintage": "Plan of", "year": "For the year", "billions": "Billions of dollars"}
        ),
        facts=(*facts(record, *table["fact_id"]), *years),
        note="The lines join the years that became known; between them nothing was published. The accounts come from the press.",
    )


def valuations(record: Record, results: Results) -> Figure:
    """What was OpenAI priced at, and what does one document's chronology say?"""
    table = results.prices[["fact_id", "as_of", "price"]].copy()
    table["date"] = [_start(a) for a in table["as_of"]]
    table["billions"] = table["price"] / BILLION
    table["label"] = [_usd(v) for v in table["price"]]
    claims = record.claims.set_index("claim_id").loc[list(PRICE_CLAIMS)]
    said = pd.DataFrame(
        {
            "claim": claims.index,
            "date": [_start(str(a)) for a in claims["as_of"]],
            "billions": claims["value"].to_numpy() / BILLION,
        }
    )
    said["label"] = [f"{r.claim}: {_usd(r.billions * BILLION)}" for r in said.itertuples()]
    first = table.iloc[0]
    shown = table.drop_duplicates("billions")

    def chart(width: int) -> alt.TopLevelMixin:
        phone = width == NARROW
        x = alt.X(
            "date:T",
            title=None,
            axis=alt.Axis(format="%Y", tickCount="year", grid=False),
            scale=alt.Scale(domain=["2019-09-01", "2028-02-01" if phone else "2027-03-01"]),
        )
        y = alt.Y(
            "billions:Q",
            title=None,
            scale=alt.Scale(type="log", domain=[18, 1300]),
            axis=alt.Axis(values=[20, 50, 100, 200, 500, 1000], format=".0f"),
        )
        base = alt.Chart(table)
        line = base.mark_line(interpolate="step-after", color=BLUE).encode(x=x, y=y)
        dots = base.mark_point(filled=True, size=70, color=BLUE, opacity=1).encode(x=x, y=y)
        inside = shown["fact_id"] == list(PRICES)[1]
        text = [
            alt.Chart(shown[inside == low])
            .mark_text(
                align="left" if low else "right",
                dx=9 if low else -8,
                dy=14 if low else -8,
                color=BLUE,
                fontWeight="bold",
            )
            .encode(x=x, y=y, text="label:N")
            for low in (False, True)
        ]
        marks = (
            alt.Chart(said)
            .mark_point(filled=True, size=110, shape="diamond", color=ORANGE, opacity=1)
            .encode(x=x, y=y)
        )
        layers: list[alt.Chart] = [line, dots, marks, *text]
        below = said["billions"] > float(claims["value"].iloc[1]) / BILLION
        for under in (False, True):
            layers.append(
                alt.Chart(said[below == under])
                .mark_text(
                    align="left" if under else "right",
                    dx=8 if under else (14 if phone else 10),
                    dy=14 if under else -17,
                    color=ORANGE,
                    fontWeight="bold",
                    fontSize=11,
                )
                .encode(x=x, y=y, text="label:N")
            )
        return alt.layer(*layers).properties(width=width, height=320 if not phone else 300)

    early = said.iloc[0]
    return Figure(
        name="revenue-valuations",
        title=(
            f"OpenAI was priced at {_usd(first['price'])} in {human_period(str(first['as_of']))}, three years later than the "
            f"{_usd(early.billions * BILLION)} of one document; the later steps of its list hold or come close"
        ),
        unit="Valuation in billions of dollars, logarithmic scale; orange diamonds: the list of one document",
        description="Prices: "
        + "; ".join(f"{human_period(str(r.as_of))} {r.label}" for r in table.itertuples())
        + ". The document’s list: "
        + "; ".join(f"{r.date:%Y} {r.label}" for r in said.itertuples())
        + ".",
        chart=chart,
        rows=pd.concat(
            [
                table[["as_of", "billions"]].assign(what="Record"),
                said[["date", "billions"]].assign(what="Document").rename(columns={"date": "as_of"}),
            ]
        ).rename(columns={"as_of": "When", "billions": "Billions of dollars", "what": "From"}),
        facts=facts(record, *PRICES),
        note=(
            "Rounds after the money, and sales of existing shares, which bring the company nothing. "
            "The first, second, fifth and last are such sales."
        ),
    )


def return_left(record: Record, results: Results) -> Figure:
    """What yearly return did each price leave, if the plan shown to buyers is met?"""
    table = results.prices.dropna(subset=["plan"]).copy()
    table["name"] = [f"{_usd(r.price)}, {human_period(str(r.as_of)[:7])}" for r in table.itertuples()]
    for column in ("returned", "returned_low", "returned_high"):
        table[f"{column}_pct"] = 100 * table[column]
    table["label"] = [_pct(v) for v in table["returned"]]
    shares, asked = record.fact("REV-153").value, 100 * results.inputs.rate
    lines = pd.DataFrame({"x": [shares, asked], "t": ["Shares", "Asked"], "align": ["right", "left"]})
    day = table[table["fact_id"] == THE_DAY].iloc[0]
    first, last = table.iloc[0], table.iloc[-2]

    def chart(width: int) -> alt.TopLevelMixin:
        phone = width == NARROW
        order = list(table["name"])
        y = alt.Y(
            "name:N",
            sort=order,
            title=None,
            scale=alt.Scale(paddingOuter=0.9 if phone else 0.7),
            axis=None if phone else alt.Axis(labelLimit=220, labelPadding=8, grid=False),
        )
        x = alt.X(
            "returned_low_pct:Q",
            title=None,
            scale=alt.Scale(domain=[-24, 44]),
            axis=alt.Axis(values=[-20, -10, 0, 10, 20, 30, 40], format=".0f"),
        )
        base = alt.Chart(table)
        bars = base.mark_rule(strokeWidth=8, opacity=0.35, color=BLUE).encode(
            x=x, x2="returned_high_pct:Q", y=y
        )
        dots = base.mark_point(filled=True, size=100, color=BLUE, opacity=1).encode(x="returned_pct:Q", y=y)
        text = base.mark_text(dy=-13, fontWeight="bold", color=BLUE).encode(
            x="returned_pct:Q", y=y, text="label:N"
        )
        rules = alt.Chart(lines).mark_rule(color=MUTED, strokeDash=[4, 4]).encode(x="x:Q")
        names = [
            alt.Chart(lines[lines["align"] == align])
            .mark_text(align=align, dx=dx, color=MUTED, fontSize=11, baseline="top")
            .encode(x="x:Q", y=alt.value(0), text="t:N")
            for align, dx in (("right", -4), ("left", 4))
        ]
        layers: list[alt.Chart] = [rules, bars, dots, text, *names]
        if phone:
            layers.append(
                base.mark_text(align="left", dy=-28, fontSize=11, color=MUTED).encode(
                    x=alt.datum(-24), y=y, text="name:N"
                )
            )
        return alt.layer(*layers).properties(width=width, height=360 if phone else 270)

    return Figure(
        name="revenue-return",
        title=(
            f"If the plan of its time is met, the price of {human_period(str(first.as_of)[:7])} leaves {_pct(first.returned)} a year, "
            f"that of {human_period(str(day.as_of)[:7])} {_pct(day.returned)} and that of {human_period(str(last.as_of)[:7])} {_pct(last.returned)}"
        ),
        unit="Yearly return to a buyer at each price, percent; pale bars: every combination of the assumptions’ ranges",
        description="; ".join(
            f"{r.name}: {r.label}, range {_pct(r.returned_low)} to {_pct(r.returned_high)}"
            for r in table.itertuples()
        )
        + f". Long-run return of American shares: {put(shares, 'pct1')}; asked in the model: {put(asked, 'pct')}.",
        chart=chart,
        rows=table[["name", "plan", "years", "returned_pct", "returned_low_pct", "returned_high_pct"]].rename(
            columns={
                "name": "Price",
                "plan": "Revenue planned, dollars a year",
                "years": "Years to it",
                "returned_pct": "Return a year, percent",
                "returned_low_pct": "Low",
                "returned_high_pct": "High",
            }
        ),
        facts=(*price_facts(record), *facts(record, *set(assumptions(record)["fact_id"]), "REV-153")),
        note=(
            f"Central case: {_pct(results.inputs.margin)} of revenue as net profit, {put(results.inputs.multiple, 'num1')} times earnings, "
            f"{_pct(results.inputs.dilution)} new shares a year. Shares: their long-run yearly return. Asked: the rate for a venture that succeeds."
        ),
    )


def what_moves_it(record: Record, results: Results) -> Figure:
    """Which assumption moves the revenue that the price of the documents' month needs?"""
    table = results.sensitivity.copy()
    for column in ("revenue_low", "revenue_high"):
        table[f"{column}_bn"] = table[column] / BILLION

    def end(row: pd.Series, side: str) -> str:
        value = row[side]
        return put(value, "num1") if row["unit"] == "ratio" else _pct(value)

    table["from"] = table[["revenue_low_bn", "revenue_high_bn"]].min(axis=1)
    table["to"] = table[["revenue_low_bn", "revenue_high_bn"]].max(axis=1)
    falls = table["revenue_low"] > table["revenue_high"]
    table["left"] = [
        end(r, "high" if f else "low") for (_, r), f in zip(table.iterrows(), falls, strict=True)
    ]
    table["right"] = [
        end(r, "low" if f else "high") for (_, r), f in zip(table.iterrows(), falls, strict=True)
    ]
    table["short"] = table["input"].map(SHORT)
    day, plan = record.fact(THE_DAY), record.fact(PRICES[THE_DAY][1] or "")
    needed = results.needed.central
    lines = pd.DataFrame(
        {
            "x": [plan.value / BILLION, needed / BILLION],
            "t": [f"Plan {_usd(plan.value)}", f"Needed {_usd(needed)}"],
        }
    )
    top = table.iloc[0]

    def chart(width: int) -> alt.TopLevelMixin:
        phone = width == NARROW
        y = alt.Y(
            "title:N",
            sort=list(table["title"]),
            title=None,
            axis=None
            if phone
            else alt.Axis(
                labelLimit=230, labelPadding=8, grid=False, labelExpr="split(datum.label, ' that ')"
            ),
        )
        x = alt.X(
            "from:Q", title=None, scale=alt.Scale(domain=[120, 640]), axis=alt.Axis(tickCount=5, format=".0f")
        )
        base = alt.Chart(table)
        bars = base.mark_bar(height=18, color=PURPLE).encode(x=x, x2="to:Q", y=y)
        low = base.mark_text(align="left", dx=5, fontSize=11, fontWeight="bold", color=PAPER).encode(
            x="from:Q", y=y, text="left:N"
        )
        high = base.mark_text(align="left", dx=5, fontSize=11).encode(x="to:Q", y=y, text="right:N")
        rules = alt.Chart(lines).mark_rule(color=INK, strokeDash=[4, 4]).encode(x="x:Q")
        names = [
            alt.Chart(lines.iloc[[i]])
            .mark_text(align=align, dx=dx, color=INK, fontSize=11, baseline="bottom")
            .encode(x="x:Q", y=alt.value(-3), text="t:N")
            for i, align, dx in ((0, "right", 2), (1, "left", -2))
        ]
        layers: list[alt.Chart] = [bars, rules, low, high, *names]
        if phone:
            layers.append(
                base.mark_text(align="left", dy=-19, fontSize=11, color=MUTED).encode(
                    x=alt.datum(needed / BILLION + 8), y=y, text="short:N"
                )
            )
        return alt.layer(*layers).properties(width=width, height=250 if phone else 220)

    return Figure(
        name="revenue-needed",
        title=(
            f"At {_usd(day.value)} a buyer who asks {_pct(results.inputs.rate)} a year needs about {_usd(needed)} of revenue in {plan.as_of[:4]}, "
            f"against a plan of {_usd(plan.value)}; the return asked moves this most, from {_usd(top['from'] * BILLION)} to {_usd(top['to'] * BILLION)}"
        ),
        unit=f"Revenue needed in {plan.as_of[:4]}, billions of dollars a year, with one assumption at a time at the ends of its range",
        description=f"Centre {_usd(needed)}, plan {_usd(plan.value)}. "
        + "; ".join(
            f"{r.title}: {_usd(r.revenue_low)} at {end(pd.Series(r._asdict()), 'low')}, {_usd(r.revenue_high)} at {end(pd.Series(r._asdict()), 'high')}"
            for r in table.itertuples()
        )
        + ".",
        chart=chart,
        rows=table[["title", "low", "high", "revenue_low_bn", "revenue_high_bn"]].rename(
            columns={
                "title": "Assumption",
                "low": "Low end",
                "high": "High end",
                "revenue_low_bn": "Revenue needed at the low end, billions",
                "revenue_high_bn": "Revenue needed at the high end, billions",
            }
        ),
        facts=(day, plan, *facts(record, *set(assumptions(record)["fact_id"]))),
        note=(
            f"All four at their worst or best ends together give {_usd(results.needed.low)} to {_usd(results.needed.high)}: "
            "the price alone says little about what buyers believe."
        ),
    )


def assumption_table(record: Record) -> pd.DataFrame:
    """The model's inputs with ranges and reasons, as a table for the page."""
    table = assumptions(record)
    return pd.DataFrame(
        {
            "Id": table.index,
            "Input": table["title"],
            "Central": table["central"],
            "Low": table["low"],
            "High": table["high"],
            "Unit": table["unit"],
            "Why": table["why"],
        }
    )


def money_table(results: Results) -> pd.DataFrame:
    """Who put money in, in billions of dollars."""
    table = results.money[["who", "promised", "paid"]]
    total = pd.DataFrame([("All of these", *table[["promised", "paid"]].sum())], columns=table.columns)
    table = pd.concat([table, total], ignore_index=True)
    table[["promised", "paid"]] /= BILLION
    return table.rename(columns={"who": "Who", "promised": "Promised, $bn", "paid": "Stated as paid, $bn"})


def price_table(results: Results) -> pd.DataFrame:
    """Every price read backwards."""
    table = results.prices.copy()
    return pd.DataFrame(
        {
            "When": [human_period(str(a)) for a in table["as_of"]],
            "Price, $bn": table["price"] / BILLION,
            "Revenue then, $bn": table["revenue_now"] / BILLION,
            "Price over revenue": table["multiple_of_revenue"].round(1),
            "Revenue needed, $bn": (table["needed"] / BILLION).round(0),
            "Low": (table["needed_low"] / BILLION).round(0),
            "High": (table["needed_high"] / BILLION).round(0),
            "Plan for it, $bn": table["plan"] / BILLION,
            "Growth a year to it, %": (100 * table["growth"]).round(0),
        }
    )


def twenty_table(results: Results) -> pd.DataFrame:
    """Years of earnings at the claimed margin, by the revenue meant."""
    table = results.twenty.table
    return pd.DataFrame(
        {
            "Revenue meant": table["basis"],
            "Billions of dollars a year": table["revenue"] / BILLION,
            "Years of earnings in the price": table["years"].round(1),
        }
    )


CHARTS = (promised_signed_used, revenue_by_kind, plans_by_vintage, valuations, return_left, what_moves_it)
"""Every chart of the chapter, in order."""
