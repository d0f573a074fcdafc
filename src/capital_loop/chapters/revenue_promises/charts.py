"""Charts and tables of the chapter "Revenue against promises"."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from capital_loop.chapters.revenue_promises.study import TALLY, Study
from capital_loop.record import Fact
from capital_loop.show import marks
from capital_loop.show.figure import BLUE, GREEN, GREY, INK, MUTED, ORANGE, PAPER, PURPLE, Figure, drawn
from capital_loop.show.marks import billions, on_phone
from capital_loop.show.words import headed, human_period, read_words

words = read_words(__file__)

LEFT: dict[str, Any] = {"align": "left", "fontWeight": "bold", "fontSize": 11}


@drawn
def trillion(study: Study) -> Figure:
    """What does the trillion consist of, by supplier, and what of it was under contract?"""
    tally, said = study.tally, words.chart("trillion")
    rows = tally.table.melt(["key", "who"], list(TALLY), "part", "value")
    kinds = ["exact" if known else "none" for known in rows["value"].notna()]
    rows = rows.assign(shown=billions(rows["value"].fillna(0)), label=said.by_row(kinds, rows))
    parts = {part: said.each("row", rows[rows["part"] == part]) for part in TALLY}

    def chart(width: int) -> alt.TopLevelMixin:
        phone = on_phone(width)
        y = alt.Y("who:N", sort=list(tally.table["who"]), title=None, axis=alt.Axis(grid=False))
        scale = alt.Scale(domain=[0, rows["shown"].max() * 1.28])
        axis = alt.Axis(tickCount=3, format=".0f", grid=False)
        x = alt.X("shown:Q", title=None, scale=scale, axis=axis)
        colour = marks.own_colour("part", dict(zip(TALLY, (GREY, BLUE), strict=True)))
        cell = alt.Chart(rows).mark_bar(height=15).encode(x=x, y=y, color=colour)
        cell += marks.texts(rows, x, y, dx=4, fontWeight="bold")
        cell = cell.properties(width=260 if phone else 312, height=110)
        names = marks.names_of({k: said.label(k) for k in TALLY})
        header = alt.Header(
            title=None, labelOrient="top", labelAnchor="start", labelPadding=6, labelExpr=names
        )
        place = {"sort": list(TALLY), "header": header}
        if phone:
            return cell.facet(row=alt.Row("part:N", **place), spacing=18)
        return cell.facet(column=alt.Column("part:N", **place), spacing=16)

    table = tally.table.assign(kind=tally.table["key"].map(words.table("promise")))
    return Figure.worded(
        "revenue-trillion", said, chart, table.assign(**{k: billions(table[k]) for k in TALLY}),
        stated=tally.stated.value, when=tally.stated.as_of, signed_then=tally.signed_then,
        letter=tally.letter, tally=parts["tally"], signed=parts["signed"], printed=tally.printed,
    )  # fmt: skip


def _rate(fact: Fact) -> str:
    """A run rate as it was worded."""
    return words.chart("kinds").label("over" if fact.low == fact.value else "stated", value=fact.value)


@drawn
def revenue_by_kind(study: Study) -> Figure:
    """What is meant by a year's revenue?"""
    said = words.chart("kinds")
    kinds = {k: said.label(k) for k in ("run_rate", "year", "part", "document")}
    table = study.revenue.assign(billions=billions(study.revenue["value"]))
    runs, documents = (table[table["kind"] == k] for k in ("run_rate", "document"))
    booked = table[table["kind"].isin(["year", "part"])]
    together = study.said_together.assign(billions=billions(study.said_together["value"]))
    together["label"] = said.by_row("claim", together)
    ends = runs.iloc[[-3, -1]].assign(label=said.by_row("amount", runs.iloc[[-3, -1]]))
    months = booked.assign(**{c: booked[c].dt.strftime("%Y-%m") for c in ("start", "end")})
    year, newest = study.booked_years[-1], study.run_rates[-1]

    def chart(width: int) -> alt.TopLevelMixin:
        domain = marks.reach(pd.concat([table["middle"], table["start"]]), 0.07, 0.03)
        x, start = (marks.when(c, domain, width, form="%b %Y") for c in ("middle", "start"))
        y = marks.up("billions", None, 0, table["billions"].max() * 1.1, tickCount=5)
        colour = marks.by_key("kind", kinds, [BLUE, GREEN, PURPLE, ORANGE], width, 2)
        place = {"x": x, "y": y, "color": colour}
        layers = [alt.Chart(runs).mark_line(strokeDash=[3, 3], strokeWidth=1.4).encode(**place)]
        for kind, thick in (("year", 7), ("part", 3.5)):
            span = alt.Chart(booked[booked["kind"] == kind]).mark_rule(strokeWidth=thick, opacity=1)
            layers.append(span.encode(x=start, x2="end:T", y=y, color=colour))
        dot, diamond = alt.Chart(runs), alt.Chart(documents)
        dot = dot.mark_point(filled=True, size=60, opacity=1)
        diamond = diamond.mark_point(filled=True, size=110, shape="diamond", opacity=1, stroke=PAPER)
        layers += [
            dot.encode(**place),
            diamond.encode(**place),
            marks.texts(together, start, y, dx=10, dy=8, color=ORANGE, **LEFT),
            marks.texts(ends, x, y, align="right", dx=-8, dy=-4, color=BLUE, fontWeight="bold"),
        ]
        return alt.layer(*layers).properties(width=width, height=300 if on_phone(width) else 320)

    return Figure.worded(
        "revenue-kinds", said, chart, table.assign(what=table["kind"].map(kinds)), booked=year.value,
        year=year.as_of[:4], rate=_rate(study.rate_at_year_end), newest=newest.as_of, now=_rate(newest),
        rates=said.each("rate", [vars(f) for f in study.run_rates]),
        parts=said.each("booked", months), said="; ".join(together["label"]),
    )  # fmt: skip


@drawn
def plans_by_vintage(study: Study) -> Figure:
    """How did OpenAI's own plans move, and did the years that have passed meet them?"""
    said = words.chart("plans")
    table, ends = (f.assign(billions=billions(f["value"])) for f in (study.plans, study.plan_ends))
    names = dict(zip(ends["key"], said.by_row("line", ends), strict=True))
    actual = pd.DataFrame([{"year": int(f.as_of[:4]), "value": f.value} for f in study.booked_years])
    actual = actual.assign(billions=billions(actual["value"]), label=said.by_row("amount", actual))
    year, planned = study.first_plan

    def chart(width: int) -> alt.TopLevelMixin:
        years = pd.concat([table["year"], actual["year"]])
        scale = alt.Scale(domain=marks.reach(years, 0.07, 0.07))
        axis = alt.Axis(values=sorted({*years}), format=".0f", grid=False)
        x = alt.X("year:Q", title=None, scale=scale, axis=axis)
        sums = pd.concat([table["billions"], actual["billions"]])
        y = alt.Y("billions:Q", title=None, **marks.magnitudes(sums, 0.05, 0.08, 1, 3, form=".0f"))
        colour = marks.by_key("key", names, [GREY, PURPLE, BLUE, ORANGE], width, 2)
        dashes = dict(zip(names, ([2, 3], [8, 3], [5, 2, 1, 2], [1, 0]), strict=True))
        base = alt.Chart(table.assign(dash=table["key"]))
        base, done = base.encode(x=x, y=y, color=colour), alt.Chart(actual).encode(x=x, y=y)
        return alt.layer(
            base.mark_line(strokeWidth=2).encode(strokeDash=marks.dashed("dash", dashes)),
            base.mark_point(filled=True, size=45, opacity=1),
            done.mark_point(filled=True, size=130, shape="diamond", color=GREEN, opacity=1),
            marks.texts(actual, x, y, align="right", dx=-9, dy=-9, color=GREEN, fontWeight="bold"),
        ).properties(width=width, height=300)

    def told(key: str) -> str:
        mine = table[table["key"] == key]
        return said.label("plan", vintage=mine["vintage"].iloc[0], years=said.each("point", mine, ", "))

    return Figure.worded(
        "revenue-plans", said, chart, table,
        moved=said.label(
            "rose" if study.plans_rise else "moved", moves=said.each("move", study.plan_moves, ", ")
        ),
        year=year.as_of[:4], came=year.value, first=planned,
        against=said.label("above" if year.value > planned else "below"), plans="; ".join(map(told, names)),
        booked=said.each("booked", actual, ", "),
    )  # fmt: skip


@drawn
def valuations(study: Study) -> Figure:
    """What was OpenAI priced at, and what does one document's chronology say?"""
    said = words.chart("valuations")
    table = study.valuations.assign(
        billions=billions(study.valuations["price"]), label=said.by_row("amount", study.valuations)
    )
    listed = study.chronology.assign(
        billions=billions(study.chronology["value"]), label=said.by_row("claim", study.chronology)
    )
    shown = table.drop_duplicates("billions")
    below = shown.index.isin([1, 2])  # over these there is no room

    def chart(width: int) -> alt.TopLevelMixin:
        days, sums = (pd.concat([table[c], listed[c]]) for c in ("date", "billions"))
        domain = marks.reach(days, *((0.25, 0.3) if on_phone(width) else (0.08, 0.08)))
        x = marks.when("date", domain, width, ticks="year", form="%Y")
        y = alt.Y("billions:Q", title=None, **marks.magnitudes(sums, 0.03, 0.11, 1, 2, 5, form=".0f"))
        base, points = (alt.Chart(f).encode(x=x, y=y) for f in (table, listed))
        low: dict[str, Any] = {"align": "left", "dx": 9, "dy": 14}
        up: dict[str, Any] = {"align": "right", "dx": -8, "dy": -8}
        left: dict[str, Any] = {"align": "right", "dx": 14 if on_phone(width) else 10, "dy": -17}
        right: dict[str, Any] = {"align": "left", "dx": 8, "dy": 14}
        return alt.layer(
            base.mark_line(interpolate="step-after", color=BLUE),
            base.mark_point(filled=True, size=70, color=BLUE, opacity=1),
            points.mark_point(filled=True, size=110, shape="diamond", color=ORANGE, opacity=1),
            *(marks.texts(shown[below == inside], x, y, color=BLUE, fontWeight="bold", **style)
              for inside, style in ((False, up), (True, low))),
            *(marks.texts(f, x, y, color=ORANGE, **(LEFT | style))
              for f, style in ((listed.iloc[:2], left), (listed.iloc[2:], right))),
        ).properties(width=width, height=300 if on_phone(width) else 320)  # fmt: skip

    first = table.iloc[0]
    rows = [
        table[["as_of", "billions"]].assign(what=said.label("record")),
        listed[["date", "billions"]].assign(what=said.label("document")).rename(columns={"date": "as_of"}),
    ]
    return Figure.worded(
        "revenue-valuations", said, chart, pd.concat(rows), first=first["price"], when=first["as_of"],
        late=study.years_late, early=listed["value"].iloc[0],
        steps=said.label("hold" if study.later_steps_hold else "fail"), prices=said.each("price", table),
        listed=said.each("listed", listed), sales=", ".join(human_period(f.as_of[:7]) for f in study.sales),
    )  # fmt: skip


@drawn
def return_left(study: Study) -> Figure:
    """What yearly return did each price leave, if the plan shown to buyers is met?"""
    said, shares, asked = words.chart("return"), study.shares_return.value, study.inputs.rate
    table = study.returns.assign(month=study.returns["as_of"].str[:7])
    table["name"], table["label"] = said.by_row("name", table), said.by_row("left", table)
    for new, old in (("central", "returned"), ("low", "returned_low"), ("high", "returned_high")):
        table[new] = marks.percent(table[old])
    for column in ("plan", "revenue_now", "needed"):
        table[column] = billions(table[column])
    table = table.round({"multiple_of_revenue": 1, "needed": 0})
    first, day, last = table.iloc[0], table.loc["day"], table.iloc[-2]
    ends = pd.concat([table["low"], table["high"], pd.Series([shares, marks.percent(asked)])])

    def chart(width: int) -> alt.TopLevelMixin:
        phone = on_phone(width)
        air = alt.Scale(paddingOuter=0.9 if phone else 0.7)
        names = None if phone else alt.Axis(labelLimit=220, labelPadding=8, grid=False)
        y = alt.Y("name:N", sort=list(table["name"]), title=None, scale=air, axis=names)
        scale = alt.Scale(domain=marks.reach(ends, 0.05, 0.04))
        x = alt.X("low:Q", title=None, scale=scale, axis=alt.Axis(tickCount=7, format=".0f", grid=not phone))
        base = alt.Chart(table).encode(y=y)
        beside: dict[str, Any] = {"size": 18, "offset": 0}
        layers = [
            base.mark_rule(strokeWidth=8, opacity=0.35, color=BLUE).encode(x=x, x2="high:Q"),
            marks.notched(table, y, shares, said.label("shares"), align="right", **beside),
            marks.notched(table, y, marks.percent(asked), said.label("asked"), align="left", **beside),
            base.mark_point(filled=True, size=100, color=BLUE, opacity=1).encode(x="central:Q"),
            base.mark_text(dy=-13, fontWeight="bold", color=BLUE).encode(x="central:Q", text="label:N"),
        ]
        if phone:
            name = base.mark_text(align="left", dy=-28, fontSize=11, color=MUTED)
            layers.append(name.encode(x=alt.value(0), text="name:N"))
        return alt.layer(*layers).properties(width=width, height=360 if phone else 270)

    return Figure.worded(
        "revenue-return", said, chart, table, first=first["month"], first_left=first["returned"],
        day=day["month"], day_left=day["returned"], last=last["month"], last_left=last["returned"],
        rows=said.each("row", table), shares=shares, asked=asked, margin=study.inputs.margin,
        multiple=study.inputs.multiple, dilution=study.inputs.dilution,
    )  # fmt: skip


@drawn
def what_moves_it(study: Study) -> Figure:
    """Which assumption moves the revenue that the price of the documents' month needs?"""
    said, needed, day = words.chart("needed"), study.needed, study.day
    table = study.sensitivity.copy()
    for end in ("low", "high", "at_least", "at_most"):
        table[f"{end}_said"] = said.by_row(table["unit"], table.assign(value=table[end]))
    drawn = {"from": "least", "to": "most", "low_billions": "revenue_low", "high_billions": "revenue_high"}
    table = table.assign(**{new: billions(table[old]) for new, old in drawn.items()})
    table["short"], table["label"] = table["input"].map(said.labels), said.by_row("moved", table)
    centre, plan = billions(needed.central), billions(day.plan.value)

    def chart(width: int) -> alt.TopLevelMixin:
        phone = on_phone(width)
        names = alt.Axis(labelLimit=230, labelPadding=8, grid=False)
        y = alt.Y("short:N", sort=list(table["short"]), title=None, axis=None if phone else names)
        domain = marks.reach(pd.concat([table["from"], table["to"], pd.Series([plan])]), 0.24, 0.32)
        axis = alt.Axis(tickCount=5, format=".0f", grid=False)
        x = alt.X("from:Q", title=None, scale=alt.Scale(domain=domain), axis=axis)
        base = alt.Chart(table).encode(y=y)
        plan_line = said.label("plan", value=day.plan.value)
        need_line = said.label("needed", value=needed.central)
        over: dict[str, Any] = {"colour": INK, "baseline": "bottom", "y": -3}
        layers = [
            base.mark_bar(height=18, color=PURPLE).encode(x=x, x2="to:Q"),
            marks.upright(plan, plan_line, align="right", dx=2, **over),
            marks.upright(centre, need_line, align="left", dx=-2, **over),
            base.mark_text(align="left", dx=5, fontSize=11).encode(x="to:Q", text="label:N"),
        ]
        if phone:
            name = base.mark_text(align="left", dy=-19, dx=8, fontSize=11, color=MUTED)
            layers.append(name.encode(x=alt.datum(centre), text="short:N"))
        return alt.layer(*layers).properties(width=width, height=250 if phone else 220)

    top = table.iloc[0]
    return Figure.worded(
        "revenue-needed", said, chart, table, price=day.price.value, rate=study.inputs.rate,
        needed=needed.central, year=day.plan.as_of[:4], plan=day.plan.value, what=said.label(top["input"]),
        least=top["least"], most=top["most"], rows=said.each("row", table), low=needed.low, high=needed.high,
    )  # fmt: skip


def assumption_table(study: Study) -> pd.DataFrame:
    """The model's inputs with ranges and reasons, as a table for the page."""
    frame = pd.DataFrame([vars(a) | {"id": a.assumption_id} for a in study.assumptions.values()])
    return headed(frame, words.table("assumptions"))


def money_table(study: Study) -> pd.DataFrame:
    """Who put money in, in billions of dollars."""
    total = {"who": words.text("all_of_these"), **study.money_sums}
    rows = pd.concat([study.money, pd.DataFrame([total])], ignore_index=True)
    return headed(rows, words.table("money"), billions=["promised", "paid"])


def twenty_table(study: Study) -> pd.DataFrame:
    """Years of earnings at the claimed margin, by the revenue meant."""
    return headed(study.twenty.table, words.table("twenty"), billions=["revenue"]).round(
        {words.table("twenty")["years"]: 1}
    )
