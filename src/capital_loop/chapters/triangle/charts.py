"""Charts of the chapter "The triangle"."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from capital_loop.chapters.triangle import study as triangle
from capital_loop.chapters.triangle.study import CLASS, Study
from capital_loop.record.tables import Fact, Record
from capital_loop.show.figure import (
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
_KIND = {
    "joke": "In the joke",
    "promised": "Promised or reported, not binding",
    "binding": "Signed",
    "paid": "Paid",
}
_KIND_COLOUR = {"joke": GREY, "promised": SKY, "binding": BLUE, "paid": ORANGE}
_ESTIMATE_BY = {
    "NVDA-022": "Nvidia, chief executive",
    "NVDA-024": "Given with the letter",
    "ORCL-401": "Barclays",
    "OAI-208": "OpenAI, in the FT",
    "ORCL-398": "Bernstein",
    "ORCL-390": "Epoch AI",
    "ORCL-403": "Nvidia, future centres",
}


def _usd(amount: float) -> str:
    """Dollars in billions, one decimal only where it says something."""
    return put(amount, "usd1" if amount % BILLION and amount < 100 * BILLION else "usd0")


def _short(day: Any) -> str:
    """A date as month and year, for labels."""
    return pd.Timestamp(day).strftime("%b %Y")


def sides(record: Record, study: Study) -> Figure:
    """Each side of the triangle: what the joke tells, what was promised, signed and paid."""
    party = triangle.names(record)
    rows: list[dict[str, Any]] = []
    for (payer, payee), group in study.sides.groupby(["payer", "payee"], sort=False):
        rows.append(
            {"head": f"{party[payer]} → {party[payee]}", "kind": "", "amount": 0.0, "label": "", "value": ""}
        )
        for r in group.itertuples():
            bound = f", {r.bound}" if r.bound else ""
            rows.append(
                {
                    "head": "",
                    "kind": r.kind,
                    "amount": r.amount / BILLION,
                    "label": f"{_KIND[r.kind]}{bound}",
                    "value": _usd(r.amount),
                }
            )
    data = pd.DataFrame(rows)
    data["order"] = range(len(data))
    facts = tuple(record.fact(i) for i in study.sides["fact_id"] if i)
    top = float(data["amount"].max())

    def chart(width: int) -> alt.TopLevelMixin:
        x = alt.X(
            "amount:Q",
            title="USD billion",
            scale=alt.Scale(domain=[0, top * (1.25 if width == NARROW else 1.12)], nice=False),
            axis=alt.Axis(tickCount=3 if width == NARROW else 6, grid=True),
        )
        y = alt.Y("order:O", axis=None)
        base = alt.Chart(data)
        bars = (
            base.transform_filter("datum.kind != ''")
            .mark_bar(height=11, yOffset=7)
            .encode(
                x=x,
                y=y,
                color=alt.Color(
                    "kind:N",
                    legend=None,
                    scale=alt.Scale(domain=list(_KIND_COLOUR), range=list(_KIND_COLOUR.values())),
                ),
            )
        )
        values = (
            base.transform_filter("datum.kind != ''")
            .mark_text(align="left", dx=5, dy=7, color=INK, fontWeight="bold")
            .encode(x=x, y=y, text="value:N")
        )
        labels = (
            base.transform_filter("datum.kind != ''")
            .mark_text(align="left", dy=-7, color=MUTED)
            .encode(x=alt.value(0), y=y, text="label:N")
        )
        heads = (
            base.transform_filter("datum.kind == ''")
            .mark_text(align="left", dy=5, color=INK, fontWeight="bold", fontSize=14)
            .encode(x=alt.value(0), y=y, text="head:N")
        )
        return (bars + values + labels + heads).properties(width=width, height=34 * len(data))

    spoken = data[data["kind"] != ""].assign(side=data["head"].where(data["head"] != "").ffill())
    return Figure(
        name="triangle-sides",
        title=(
            f"The joke puts {put(study.joke[0].amount, 'usd')} on each side of the triangle; at most "
            f"{_usd(study.account.ring)} can have gone once round it in a year"
        ),
        unit="USD billion; promises, contracts and payments are different things and are not added up",
        description=(
            "Bars in three groups, one for each side of the triangle. "
            + " ".join(
                f"{side}: " + "; ".join(f"{r.label.lower()} {r.value}" for r in group.itertuples()) + "."
                for side, group in spoken.groupby("side", sort=False)
            )
        ),
        chart=chart,
        rows=spoken[["side", "label", "amount"]].rename(
            columns={"side": "Side", "label": "What", "amount": "USD billion"}
        ),
        facts=facts,
        note=(
            "Paid by OpenAI to Oracle: no customer reached a tenth of Oracle's revenue in its fiscal year, so its use was "
            "below that. Paid by Oracle to Nvidia is not published; its whole capital spending of the year is the ceiling."
        ),
    )


def history(record: Record, study: Study) -> Figure:
    """Nvidia's purchase of shares and its guarantee, as they changed."""
    end = pd.Timestamp(record.evidence_end)
    found = study.history.set_index("fact_id")
    letter, signed, guarantee = (record.fact(i) for i in ("NVDA-002", "NVDA-034", "NVDA-044"))
    early, paid, rumour = (record.fact(i) for i in ("NVDA-096", "NVDA-041", "NVDA-043"))
    replaced = found.loc["NVDA-034", "date"].min()
    begun = found.loc["NVDA-044", "date"]
    lines = pd.DataFrame(
        [
            ("Letter of intent, up to", found.loc["NVDA-002", "date"], replaced, letter.value),
            ("Shares, signed", replaced, end, signed.value),
            ("Guarantee, paid only on default", begun, end, guarantee.value),
        ],
        columns=["what", "start", "end", "value"],
    )
    points = pd.DataFrame(
        [
            ("Paid, at most by then", pd.Timestamp(early.as_of), early.value),
            ("Paid, by the press", pd.Timestamp(paid.as_of), paid.value),
            ("Guarantee in talks", pd.Timestamp(rumour.as_of), rumour.value),
        ],
        columns=["what", "date", "value"],
    )
    for frame in (lines, points):
        frame["bn"] = frame["value"] / BILLION
        frame["label"] = [_usd(v) for v in frame["value"]]
    colours = {
        "Letter of intent, up to": SKY,
        "Shares, signed": BLUE,
        "Guarantee, paid only on default": PURPLE,
        "Paid, at most by then": ORANGE,
        "Paid, by the press": ORANGE,
        "Guarantee in talks": GREY,
    }
    shapes = {
        "Paid, at most by then": "triangle-down",
        "Paid, by the press": "circle",
        "Guarantee in talks": "cross",
    }

    palette = alt.Color(
        "what:N", legend=None, scale=alt.Scale(domain=list(colours), range=list(colours.values()))
    )

    def chart(width: int) -> alt.TopLevelMixin:
        phone = width == NARROW
        x = alt.X(
            "start:T", title=None, axis=alt.Axis(format="%b %Y", tickCount=3 if phone else 7, grid=False)
        )
        y = alt.Y(
            "bn:Q",
            title="USD billion",
            scale=alt.Scale(domain=[0, rumour.value / BILLION * 1.1]),
            axis=alt.Axis(tickCount=5),
        )
        rules = (
            alt.Chart(lines)
            .mark_rule(strokeWidth=4, opacity=1)
            .encode(
                x=x,
                x2="end:T",
                y=y,
                color=palette,
                strokeDash=alt.StrokeDash(
                    "what:N",
                    legend=None,
                    scale=alt.Scale(domain=list(lines["what"]), range=[[6, 3], [1, 0], [2, 2]]),
                ),
            )
        )
        marks = (
            alt.Chart(points)
            .mark_point(filled=True, size=110, opacity=1)
            .encode(
                x="date:T",
                y=y,
                color=palette,
                shape=alt.Shape(
                    "what:N", legend=None, scale=alt.Scale(domain=list(shapes), range=list(shapes.values()))
                ),
            )
        )
        layers: list[Any] = [rules, marks]
        spots = [
            (lines, 0, "start", "left", 0, -10),
            (lines, 1, "start", "left", 0, -10),
            (lines, 2, "end", "right", 0, -10),
            (points, 0, "date", "right", -10, 4),
            (points, 1, "date", "center", 0, 18),
            (points, 2, "date", "right", -10, 4),
        ]
        for frame, row, column, align, dx, dy in spots:
            r = frame.iloc[row]
            words = [f"{r['what']} {r['label']}"]
            if phone and "," in words[0]:
                words = [part.strip() for part in words[0].split(",")]
            shift = 14 * (len(words) - 1)
            lift = shift if dy < 0 else shift / 2 if dx else 0
            layers.append(
                alt.Chart(pd.DataFrame([{"at": r[column], "bn": r["bn"], "text": "|".join(words)}]))
                .mark_text(
                    align=align, dx=dx, dy=dy - lift, color=INK, lineBreak="|", fontSize=11 if phone else 12
                )
                .encode(x="at:T", y=y, text="text:N")
            )
        return alt.layer(*layers).properties(width=width, height=340)

    return Figure(
        name="triangle-history",
        title=(
            f"A letter of {put(letter.value, 'usd')} ({_short(letter.as_of)}) became shares for {put(signed.value, 'usd')} "
            f"({_short(signed.as_of)}) and a guarantee of up to {put(guarantee.value, 'usd')} ({_short(guarantee.as_of)})"
        ),
        unit="USD billion, by date; a guarantee is no payment",
        description=(
            f"Three lines over time. A dashed line stands at {put(letter.value, 'usd')} from "
            f"{human_period(letter.as_of)} to {human_period(signed.as_of)}, the letter of intent. From then a solid line "
            f"stands at {put(signed.value, 'usd')}, the shares signed for. From {human_period(guarantee.as_of)} a dotted line "
            f"stands at {put(guarantee.value, 'usd')}, the guarantee. Points mark that at most {put(early.value, 'usd1')} "
            f"can have been paid by {human_period(early.as_of)}, that the press gives {put(paid.value, 'usd')} as paid on "
            f"{human_period(paid.as_of)}, and that a guarantee of {put(rumour.value, 'usd')} was in talks on {human_period(rumour.as_of)}."
        ),
        chart=chart,
        rows=pd.concat(
            [
                lines.assign(date=lines["start"].dt.strftime("%Y-%m-%d"))[["date", "what", "bn"]],
                points.assign(date=points["date"].dt.strftime("%Y-%m-%d"))[["date", "what", "bn"]],
            ]
        )
        .sort_values("date")
        .rename(columns={"date": "From", "what": "What", "bn": "USD billion"}),
        facts=(letter, signed, early, rumour, guarantee, paid),
        note=(
            "The most that can have been paid by spring is what Nvidia spent on all unlisted companies in the quarter. "
            "The accounts seen give no later figure for OpenAI alone."
        ),
    )


def payers(record: Record, study: Study) -> Figure:
    """Who put money in and who ended with it, over twelve months."""
    party = triangle.names(record)
    net = study.account.net
    data = pd.DataFrame(
        {
            "party": [party[p] for p in net.index],
            "bn": net["central"] / BILLION,
            "low": net["low"] / BILLION,
            "high": net["high"] / BILLION,
        }
    ).reset_index(drop=True)
    data["side"] = ["Put in" if v < 0 else "Kept or received" for v in data["bn"]]
    data["order"] = range(len(data))
    data["label"] = [f"${put(abs(v), 'num0' if abs(v) >= 1 else 'num1')}bn" for v in data["bn"]]
    data["anchor"] = [min(r.bn, r.low) if r.bn < 0 else max(r.bn, r.high) for r in data.itertuples()]
    facts = _account_facts(record)
    low, total, high = study.account.outside
    first, second = study.account.payers.iloc[0], study.account.payers.iloc[1]
    reach = float(data["anchor"].abs().max())

    def chart(width: int) -> alt.TopLevelMixin:
        phone = width == NARROW
        x = alt.X(
            "bn:Q",
            title="USD billion: put in (left), kept or received (right)",
            scale=alt.Scale(
                domain=[-reach * (0.85 if phone else 0.7), reach * (1.3 if phone else 1.12)], nice=False
            ),
            axis=alt.Axis(tickCount=4 if phone else 7, labelExpr="abs(datum.value)"),
        )
        y = alt.Y("order:O", axis=None)
        colour = alt.Color(
            "side:N",
            legend=None,
            scale=alt.Scale(domain=["Put in", "Kept or received"], range=[BLUE, GREEN]),
        )
        base = alt.Chart(data)
        bars = base.mark_bar(height=13, yOffset=7).encode(x=x, y=y, color=colour)
        ranges = (
            base.transform_filter("datum.low != datum.high")
            .mark_rule(strokeWidth=1.6, color=INK, yOffset=7)
            .encode(x=alt.X("low:Q"), x2="high:Q", y=y)
        )
        put_in = (
            base.transform_filter("datum.bn < 0")
            .mark_text(align="right", dx=-6, dy=7, color=INK, fontWeight="bold")
            .encode(x="anchor:Q", y=y, text="label:N")
        )
        kept = (
            base.transform_filter("datum.bn >= 0")
            .mark_text(align="left", dx=6, dy=7, color=INK, fontWeight="bold")
            .encode(x="anchor:Q", y=y, text="label:N")
        )
        names = base.mark_text(align="left", dy=-8, color=MUTED).encode(x=alt.value(0), y=y, text="party:N")
        return (bars + ranges + put_in + kept + names).properties(width=width, height=36 * len(data))

    return Figure(
        name="triangle-payers",
        title=(
            f"Of about {put(total, 'usd0')} that came from outside in twelve months, "
            f"{party[str(first.name)].lower()} put in {put(first.share * 100, 'pct0')} and "
            f"{party[str(second.name)]} at most {put(second.share_high * 100, 'pct0')}"
        ),
        unit=f"Receipts less payments of each party, {_window(record)}, USD billion; thin lines are ranges",
        description=(
            "Bars to the left for parties that put money in, to the right for parties that received or kept it. "
            + "; ".join(
                f"{r.party} {'put in' if r.bn < 0 else 'kept or received'} {r.label}"
                for r in data.itertuples()
            )
            + f". The sum put in is {put(total, 'usd0')}, between {put(low, 'usd0')} and {put(high, 'usd0')} over the ranges."
        ),
        chart=chart,
        rows=data[["party", "bn", "low", "high"]].rename(
            columns={
                "party": "Party",
                "bn": "Receipts less payments, USD billion",
                "low": "Low",
                "high": "High",
            }
        ),
        facts=facts,
        note=(
            "Payments that nobody published are missing, so the account is a floor. What OpenAI kept also holds what it paid "
            "to parties outside the table. Company years differ by a month. Positions say who holds the money, not who gained."
        ),
    )


def _window(record: Record) -> str:
    """The twelve months of the account in words."""
    start = record.table("facts").set_index("fact_id").at["TRI-D15", "period_start"]
    return f"{human_period(start[:7])} to {human_period(record.fact('TRI-D15').as_of[:7])}"


def _account_facts(record: Record) -> tuple[Fact, ...]:
    """The facts behind the lines of the account."""
    rows = record.assumptions
    own = rows[rows["assumption_id"].str.startswith("account.") & (rows["fact_id"] != "")]
    return tuple(record.fact(i) for i in dict.fromkeys(own["fact_id"]))


def gigawatt(record: Record, study: Study) -> Figure:
    """What a gigawatt costs, and the part that Nvidia named as its own."""
    data = study.costs.assign(
        label=[f"{_ESTIMATE_BY[r.fact_id]}, {_short(r.published)}" for r in study.costs.itertuples()],
        low=study.costs["low"] / BILLION,
        central=study.costs["central"] / BILLION,
        high=study.costs["high"] / BILLION,
    )
    data["order"] = range(len(data))
    data["text"] = [
        put(r.central * BILLION, "usd")
        if r.low == r.high
        else f"{put(r.low * BILLION, 'usd').removesuffix('bn')}–{put(r.high, 'int')}bn"
        for r in data.itertuples()
    ]
    part, ohio = record.fact("NVDA-023"), record.fact("TRI-D07")
    mark = pd.DataFrame([{"bn": part.value / BILLION}])
    low, high = data["low"].min() * BILLION, data["high"].max() * BILLION

    def chart(width: int) -> alt.TopLevelMixin:
        phone = width == NARROW
        x = alt.X(
            "low:Q",
            title="USD billion a gigawatt",
            scale=alt.Scale(domain=[0, data["high"].max() * 1.15], nice=False),
            axis=alt.Axis(tickCount=4 if phone else 6),
        )
        y = alt.Y("order:O", axis=None)
        base = alt.Chart(data)
        lines = base.mark_rule(strokeWidth=5, color=SKY, opacity=1, yOffset=8).encode(x=x, x2="high:Q", y=y)
        dots = base.mark_point(filled=True, size=90, color=BLUE, opacity=1, yOffset=8).encode(
            x="central:Q", y=y
        )
        values = base.mark_text(align="left", dx=9, dy=8, color=INK, fontWeight="bold").encode(
            x="high:Q", y=y, text="text:N"
        )
        names = base.mark_text(align="left", dy=-8, color=MUTED).encode(x=alt.value(0), y=y, text="label:N")
        share = alt.Chart(mark).mark_rule(strokeWidth=1.6, strokeDash=[5, 3], color=ORANGE).encode(x="bn:Q")
        return (share + lines + dots + values + names).properties(width=width, height=38 * len(data))

    return Figure(
        name="triangle-gigawatt",
        title=(
            f"A gigawatt is put at {put(low, 'usd').removesuffix('bn')} to {put(high, 'usd')}; Nvidia names "
            f"{put(part.value, 'usd')} of it as its own sales"
        ),
        unit=(
            "Capital cost of one gigawatt, USD billion; bars are stated ranges, the dashed line is the part that Nvidia "
            "names as its own"
        ),
        description=(
            "Estimates in order of date: "
            + "; ".join(f"{r.label}: {r.text}" for r in data.itertuples())
            + f". A vertical line marks Nvidia's own part, {put(part.value, 'usd')} by its chief executive in "
            f"{human_period(part.as_of[:7])}; its figures for the Ohio site give {put(ohio.value, 'usd1')}."
        ),
        chart=chart,
        rows=data[["label", "low", "central", "high"]].rename(
            columns={
                "label": "Who and when",
                "low": "Low, USD billion",
                "central": "Value, USD billion",
                "high": "High, USD billion",
            }
        ),
        facts=(*(record.fact(i) for i in data["fact_id"]), part, ohio),
        note="The estimates count different things: computing load or power of the whole site, this generation of chips or the next.",
    )


def stages(record: Record, study: Study) -> Figure:
    """The dated stages of every deal around the triangle."""
    data = study.stages.drop_duplicates(["deal_id", "date", "class"]).assign(
        what=lambda f: f["class"].map(CLASS), day=lambda f: f["date"].dt.strftime("%Y-%m-%d")
    )
    order = {d: n for n, d in enumerate(dict.fromkeys(data["deal_id"]))}
    data = data.assign(order=data["deal_id"].map(order))
    heads = data.drop_duplicates("deal_id")[["deal_id", "title", "order"]]
    kinds = list(CLASS.values())
    colours = dict(zip(kinds, [SKY, BLUE, ORANGE, GREY, PURPLE], strict=True))
    shapes = dict(zip(kinds, ["circle", "square", "diamond", "triangle-up", "cross"], strict=True))
    reached = data.groupby("deal_id")["class"].agg(set)
    paid = sum("paid" in c for c in reached)
    signed = sum(bool({"binding", "paid"} & c) for c in reached)
    facts = tuple(record.fact(i) for i in dict.fromkeys(data["fact_id"]))
    start = pd.Timestamp(data["date"].min()) - pd.Timedelta(days=15)

    def chart(width: int) -> alt.TopLevelMixin:
        phone = width == NARROW
        x = alt.X(
            "date:T",
            title=None,
            scale=alt.Scale(domain=[f"{start:%Y-%m-%d}", f"{record.evidence_end:%Y-%m-%d}"]),
            axis=alt.Axis(format="%b %Y", tickCount=4 if phone else 8),
        )
        y = alt.Y("order:O", axis=None)
        legend = alt.Legend(
            title=None, orient="top", columns=2 if phone else 5, labelFontSize=11 if phone else 12
        )
        points = (
            alt.Chart(data.sort_values("class", key=lambda c: c != "lapsed", kind="stable"))
            .mark_point(filled=True, opacity=1, yOffset=9)
            .encode(
                x=x,
                y=y,
                size=alt.Size(
                    "what:N", legend=None, scale=alt.Scale(domain=kinds, range=[90, 80, 90, 60, 260])
                ),
                color=alt.Color(
                    "what:N", legend=legend, scale=alt.Scale(domain=kinds, range=list(colours.values()))
                ),
                shape=alt.Shape(
                    "what:N", legend=legend, scale=alt.Scale(domain=kinds, range=list(shapes.values()))
                ),
            )
        )
        names = (
            alt.Chart(heads)
            .mark_text(align="left", dy=-8, color=MUTED)
            .encode(x=alt.value(0), y=y, text="title:N")
        )
        return (points + names).properties(width=width, height=36 * len(heads))

    return Figure(
        name="triangle-stages",
        title=(
            f"Of {put(len(reached), 'int')} deals around the triangle {put(signed, 'int')} were signed or begun; for "
            f"{put(paid, 'int')} it is known that money or goods moved"
        ),
        unit="Every dated stage in the record; shape and colour say what kind",
        description=(
            "Rows for deals, marks for dated stages. "
            + " ".join(
                f"{title}: "
                + "; ".join(f"{r.what.lower()} {human_period(r.day)}" for r in group.itertuples())
                + "."
                for title, group in data.groupby("title", sort=False)
            )
        ),
        chart=chart,
        rows=data[["title", "day", "what", "note"]].rename(
            columns={"title": "Deal", "day": "Date", "what": "Kind of stage", "note": "What it was"}
        ),
        facts=facts,
    )
