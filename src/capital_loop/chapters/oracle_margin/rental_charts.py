"""Charts of "Oracle's margin" about one server and about the contract's debt: grids and paths."""

from __future__ import annotations

import altair as alt
import pandas as pd

from capital_loop.chapters.oracle_margin.charts import INPUT_FACTS
from capital_loop.chapters.oracle_margin.study import Results
from capital_loop.record.tables import Record
from capital_loop.show.figure import (
    AMBER,
    BLUE,
    GREEN,
    INK,
    MUTED,
    NARROW,
    ORANGE,
    SKY,
    Figure,
)
from capital_loop.show.words import put

BILLION = 1e9


def _grid(
    data: pd.DataFrame, y: str, y_words: dict[float, str], title: str, classes: dict[str, str], width: int
) -> alt.TopLevelMixin:
    """Cells with their figure: the words of the class carry the meaning, colour helps."""
    plot = data.assign(
        price=[put(v, "usd2") for v in data["price_per_gpu_hour"]], row=[y_words[v] for v in data[y]]
    )
    prices, rows = list(dict.fromkeys(plot["price"])), list(dict.fromkeys(plot["row"]))
    narrow = width == NARROW
    x = alt.X(
        "price:N", sort=prices, title="Price of a GPU-hour, USD", axis=alt.Axis(labelAngle=-90 if narrow else 0, orient="bottom")
    )  # fmt: skip
    ys = alt.Y("row:N", sort=rows[::-1], title=title, axis=alt.Axis(grid=False))
    colour = alt.Color(
        "kind:N", title=None, sort=list(classes), scale=alt.Scale(domain=list(classes), range=list(classes.values())),
        legend=alt.Legend(columns=1 if narrow else 2, symbolType="square", labelLimit=300, symbolOpacity=0.45),
    )  # fmt: skip
    cells = (
        alt.Chart(plot).mark_rect(opacity=0.38, stroke=MUTED, strokeWidth=0.4).encode(x=x, y=ys, color=colour)
    )
    words = (
        alt.Chart(plot)
        .mark_text(color=INK, fontSize=10 if narrow else 12, fontWeight="bold")
        .encode(x=x, y=ys, text="label:N")
    )
    return (cells + words).properties(width=width, height=44 * len(rows))


def margins(record: Record, results: Results) -> Figure:
    """Gross margin over the price of an hour and the years of writing off."""
    needed, promised = results.debt.carry.gross_margin, record.fact("ORCL-311").low / 100
    names = [
        "a loss",
        "less than the contract’s debt needs",
        "enough for the debt, less than promised",
        "as promised, or more",
    ]
    data = results.unit.margins.copy()
    data["kind"] = [
        names[0 if m < 0 else 1 if m < needed else 2 if m < promised else 3] for m in data["margin"]
    ]
    data["label"] = [put(100 * m, "pct0") for m in data["margin"]]
    worst, best = data["margin"].min(), data["margin"].max()
    years = {v: put(v, "years") for v in data["depreciation_years"].unique()}
    from_price = data[data["margin"] >= promised].groupby("depreciation_years")["price_per_gpu_hour"].min()
    usual, short = results.inputs.depreciation_years, float(data["depreciation_years"].min())
    return Figure(
        name="oracle-margin-grid",
        title=f"Written off over {put(usual, 'years')} a running server earns what Oracle promises from {put(from_price[usual], 'usd2')} an hour; over {put(short, 'years')} only from {put(from_price[short], 'usd2')}",
        unit="Gross margin of a running server by price and by the years over which it is written off",
        description=f"Grid of margins from {put(100 * worst, 'pct0')} to {put(100 * best, 'pct0')}. "
        + "; ".join(
            f"{years[y]}: " + ", ".join(f"{put(r.price_per_gpu_hour, 'usd2')} {r.label}" for r in part.itertuples())
            for y, part in data.groupby("depreciation_years")
        )
        + ".",
        chart=lambda width: _grid(
            data, "depreciation_years", years, "Written off over", dict(zip(names, [ORANGE, AMBER, SKY, GREEN], strict=True)), width
        ),
        rows=pd.DataFrame(
            {"Price, USD": data["price_per_gpu_hour"].round(2), "Life, years": data["depreciation_years"], "Margin, %": (100 * data["margin"]).round(1), "Which is": data["kind"]}
        ),
        facts=tuple(record.fact(i) for i in (*INPUT_FACTS, "ORCL-311")),
        note="Oracle speaks of a contract’s whole life, with its start: a running server must earn somewhat more.",
    )  # fmt: skip


def returns(record: Record, results: Results) -> Figure:
    """Return on a server over the price of an hour and the billed share of hours."""
    rate = results.debt.contract.rate
    names = ["loses money", "less than the interest", "up to three times the interest", "more than that"]
    data = results.unit.returns.copy()
    data["kind"] = [names[0 if r < 0 else 1 if r < rate else 2 if r < 3 * rate else 3] for r in data["irr"]]
    data["label"] = [put(100 * r, "pct0") for r in data["irr"]]
    use = {v: put(100 * v, "pct0") for v in data["utilisation"].unique()}
    return Figure(
        name="oracle-return-grid",
        title=f"At the central price a server must be let {put(100 * results.unit.even_utilisation, 'pct0')} of all hours to earn its interest",
        unit="Return on a server’s price over its life, a year, before interest and tax, by price and billed share of hours",
        description="Grid of returns. "
        + "; ".join(
            f"{use[y]} of hours: " + ", ".join(f"{put(r.price_per_gpu_hour, 'usd2')} {r.label}" for r in part.itertuples())
            for y, part in data.groupby("utilisation")
        )
        + ".",
        chart=lambda width: _grid(
            data, "utilisation", use, "Billed", dict(zip(names, [ORANGE, AMBER, SKY, GREEN], strict=True)), width
        ),
        rows=pd.DataFrame(
            {"Price, USD": data["price_per_gpu_hour"].round(2), "Billed, %": 100 * data["utilisation"], "Return, %": (100 * data["irr"]).round(1), "Which": data["kind"]}
        ),
        facts=tuple(record.fact(i) for i in INPUT_FACTS),
        note=f"Nothing is left of the server at the end. At {put(results.unit.even_price, 'usd2')} an hour and the central billed share the return equals the interest of {put(100 * rate, 'pct0')}.",
    )  # fmt: skip


def debt_path(record: Record, results: Results) -> Figure:
    """The contract's debt, year by year, at the leaked margin and at the ends of the promised range."""
    p = results.debt.paths
    labels = {m: f"margin of {put(m, 'pct0')}" for m in p["margin"].unique()}
    data = p.assign(kind=p["margin"].map(labels), usd=p["debt"] / BILLION)
    kinds = list(labels.values())
    ends = data.groupby("kind", sort=False).tail(1)
    left = {r.kind: r.usd for r in ends.itertuples()}
    first = data[data["year"] == 1]["cover"].iloc[0]

    def chart(width: int) -> alt.TopLevelMixin:
        x = alt.X("year:O", title="Year of the contract", axis=alt.Axis(labelAngle=0, grid=False))
        y = alt.Y("usd:Q", title="Debt at the end of the year, USD billion", axis=alt.Axis(tickCount=5))
        colour = alt.Color(
            "kind:N", title=None, sort=kinds, scale=alt.Scale(domain=kinds, range=[ORANGE, SKY, BLUE]),
            legend=alt.Legend(columns=1 if width == NARROW else 3),
        )  # fmt: skip
        shape = alt.Shape(
            "kind:N",
            sort=kinds,
            title=None,
            scale=alt.Scale(domain=kinds, range=["circle", "square", "diamond"]),
        )
        base = alt.Chart(data)
        lines = base.mark_line(strokeWidth=2.4).encode(x=x, y=y, color=colour)
        dots = base.mark_point(size=70, opacity=1).encode(x=x, y=y, color=colour, shape=shape)
        return (lines + dots).properties(width=width, height=270)

    worst, rest = kinds[0], BILLION * max(left[k] for k in kinds[1:])
    return Figure(
        name="oracle-debt-path",
        title=f"At the leaked margin {put(left[worst] * BILLION, 'usd0')} of debt would be left when the contract ends; at the promised ones {'none' if rest < BILLION else put(rest, 'usd0')}",
        unit="USD billion; all cash of the contract goes to the lenders",
        description="Three lines. "
        + "; ".join(
            f"{k}: " + ", ".join(f"year {r.year} {r.usd:.0f}" for r in data[data["kind"] == k].itertuples()) for k in kinds
        )
        + f". At the leaked margin gross profit is {first:.1f} times the interest of the first year.",
        chart=chart,
        rows=data[["kind", "year", "usd", "cover"]].round(2).rename(columns={"kind": "Margin", "year": "Year", "usd": "Debt, USD bn", "cover": "Gross profit over interest"}),
        facts=tuple(record.fact(i) for i in ("ORCL-001", "ORCL-002", "ORCL-016", "ORCL-375", "ORCL-311", "ORCL-D11")),
        note="Equipment only: the rent of the buildings is in the margin. The years of building up are an assumption.",
    )  # fmt: skip
