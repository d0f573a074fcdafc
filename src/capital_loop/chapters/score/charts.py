"""Charts of the chapter "The score"."""

from __future__ import annotations

import altair as alt
import pandas as pd

from capital_loop.chapters.score.study import (
    ASSERTION,
    FAILED,
    QUALIFIER,
    RATED,
    Score,
    share_table,
)
from capital_loop.claims.rules import SCALE
from capital_loop.show.figure import (
    AMBER,
    BLUE,
    GREY,
    INK,
    MUTED,
    NARROW,
    ORANGE,
    PAPER,
    SKY,
    Figure,
)
from capital_loop.show.words import CHAPTER, put

_BAND = {
    "supported": "Supported",
    "supported_imprecise": "Imprecise",
    "outdated": "Outdated",
    "contradicted": "Contradicted",
    "unrated": "Not rated",
}
_COLOUR = dict(zip(_BAND, [BLUE, SKY, AMBER, ORANGE, GREY], strict=True))
_WHEN = {"on_day": "on its day", "now": "now"}
_KIND = {
    "figure": "Figures", "date": "Dates", "event": "Events", "ranking": "Rankings", "causal": "Causes",
    "forecast": "Forecasts", "judgement": "Judgements",
}  # fmt: skip


def _bands(counts: pd.DataFrame) -> pd.DataFrame:
    """Counts with the verdicts that rate nothing put together, in the order of the bands."""
    band = counts["verdict"].where(counts["verdict"].isin(RATED), "unrated")
    out = counts.assign(band=band).groupby(["group", "when", "band"], as_index=False)["claims"].sum()
    out["rank"] = out["band"].map(list(_BAND).index)
    out = out.sort_values(["group", "when", "rank"], ignore_index=True)
    out["end"] = out.groupby(["group", "when"])["claims"].cumsum()
    out["start"] = out["end"] - out["claims"]
    out["mid"] = (out["start"] + out["end"]) / 2
    out["Verdict"] = out["band"].map(_BAND)
    return out


def _stacks(data: pd.DataFrame, order: list[str], width: int, step: int) -> alt.TopLevelMixin:
    """Rows of stacked counts; the row's name stands above its bar, so that phones keep the room."""
    top = float(data["end"].max())
    data = data.assign(
        shown=data["claims"].where(data["claims"] >= top * (0.045 if width == NARROW else 0.022))
    )
    y = alt.Y("row:N", sort=order, axis=None)
    x = alt.X(
        "start:Q",
        title="Claims",
        scale=alt.Scale(domain=[0, top * 1.02], nice=False),
        axis=alt.Axis(tickCount=5),
    )
    base = alt.Chart(data)
    bars = base.mark_bar(height=16, yOffset=8, stroke=PAPER, strokeWidth=1).encode(
        x=x, x2="end:Q", y=y,
        color=alt.Color(
            "Verdict:N", title=None, sort=list(_BAND.values()),
            scale=alt.Scale(domain=list(_BAND.values()), range=list(_COLOUR.values())),
            legend=alt.Legend(columns=3 if width == NARROW else 5, orient="top"),
        ),
    )  # fmt: skip
    # One ink on light bands, paper on dark ones: both stay readable in dark mode, where the bands change too.
    numbers = base.transform_filter("isValid(datum.shown)").mark_text(dy=8.5, fontSize=11, fontWeight="bold").encode(
        x=alt.X("mid:Q", title="Claims"), y=y, text="shown:Q",
        color=alt.condition(alt.FieldOneOfPredicate("band", ["supported", "contradicted"]), alt.value(PAPER), alt.value(INK)),
    )  # fmt: skip
    names = alt.Chart(data.drop_duplicates("row")).mark_text(align="left", dy=-8, color=MUTED).encode(
        x=alt.value(0), y=y, text="row:N"
    )  # fmt: skip
    return (bars + numbers + names).properties(width=width, height=step * len(order))


def _told(data: pd.DataFrame, order: list[str]) -> str:
    parts = []
    for row in order:
        mine = data[data["row"] == row]
        parts.append(f"{row}: " + ", ".join(f"{r.Verdict.lower()} {r.claims}" for r in mine.itertuples()))
    return "; ".join(parts) + "."


def _rows(data: pd.DataFrame, order: list[str], head: str) -> pd.DataFrame:
    wide = data.pivot_table(index="row", columns="Verdict", values="claims", aggfunc="sum", fill_value=0)
    wide = wide.reindex(index=order, columns=[v for v in _BAND.values() if v in wide]).reset_index()
    return wide.rename(columns={"row": head})


def by_document(score: Score) -> Figure:
    """How each document's claims fared, on its day and now."""
    data = _bands(score.documents)
    data["row"] = data["group"] + ", " + data["when"].map(_WHEN)
    order = [f"{d}, {w}" for d in score.shares for w in _WHEN.values()]
    best = max(score.shares, key=lambda d: score.shares[d].value)
    worst = min(score.shares, key=lambda d: score.shares[d].value)
    return Figure(
        name="score-documents",
        title=(
            f"Of the claims that evidence can decide, {put(100 * score.shares[best].value, 'pct0')} hold in the best "
            f"document ({best}) and {put(100 * score.shares[worst].value, 'pct0')} in the worst ({worst})"
        ),
        unit="Number of claims by verdict; not rated: judgements, open forecasts and what nothing measures",
        description="Stacked bars, two for each document. " + _told(data, order),
        chart=lambda width: _stacks(data, order, width, 38),
        rows=_rows(data, order, "Document"),
        facts=(),
        sources=score.sources,
    )


def by_chapter(score: Score) -> Figure:
    """How the claims of each theme fare now."""
    data = _bands(score.chapters[score.chapters["when"] == "now"])
    data["row"] = data["group"].map(CHAPTER)
    order = [CHAPTER[c] for c in CHAPTER]
    failed = score.ledger[score.ledger["now"].isin(FAILED)].groupby("chapter").size()
    most = CHAPTER[str(failed.idxmax())]
    return Figure(
        name="score-chapters",
        title=(
            f"“{most}” has more claims that failed than any other chapter: {int(failed.max())} of the {int(failed.sum())} that are contradicted or outdated"
        ),
        unit="Number of claims by present verdict",
        description="Stacked bars, one for each chapter. " + _told(data, order),
        chart=lambda width: _stacks(data, order, width, 38),
        rows=_rows(data, order, "Chapter"),
        facts=(),
        sources=score.sources,
    )


def by_kind(score: Score) -> Figure:
    """How the kinds of claims fare now."""
    data = _bands(score.kinds[score.kinds["when"] == "now"])
    data["row"] = data["group"].map(_KIND)
    order = [v for k, v in _KIND.items() if k in set(data["group"])]
    causal = data[(data["group"] == "causal")]
    clean = int(causal.loc[causal["band"] == "supported", "claims"].sum())
    figures = data[data["group"] == "figure"]
    plain = int(figures.loc[figures["band"] == "supported", "claims"].sum())
    return Figure(
        name="score-kinds",
        title=(
            f"Figures mostly hold ({plain} of {int(figures['claims'].sum())} without reserve); "
            f"of the {int(causal['claims'].sum())} causes that the documents give, {clean} do"
        ),
        unit="Number of claims by present verdict",
        description="Stacked bars, one for each kind of claim. " + _told(data, order),
        chart=lambda width: _stacks(data, order, width, 38),
        rows=_rows(data, order, "Kind"),
        facts=(),
        sources=score.sources,
    )


def moves(score: Score) -> Figure:
    """From the verdict on the day to the verdict now."""
    order = list(SCALE)
    data = score.moves.assign(
        **{"On its day": score.moves["on_day"].map(SCALE), "Now": score.moves["now"].map(SCALE)},
        same=score.moves["on_day"] == score.moves["now"],
    )
    moved = int(data.loc[~data["same"], "claims"].sum())
    rows = data.sort_values(["on_day", "now"], key=lambda s: s.map(order.index))
    labels = [SCALE[k] for k in order]

    def chart(width: int) -> alt.TopLevelMixin:
        narrow = width == NARROW
        axis = alt.Axis(orient="top", labelAngle=-40, grid=False, labelLimit=150, title="Now")
        x = alt.X("Now:N", sort=labels, scale=alt.Scale(domain=labels), axis=axis)
        y = alt.Y(
            "On its day:N", sort=labels, scale=alt.Scale(domain=labels),
            axis=alt.Axis(labelLimit=90 if narrow else 170, title=None if narrow else "On its day", labelFontSize=10 if narrow else 12),
        )  # fmt: skip
        base = alt.Chart(data)
        dots = base.mark_circle(opacity=1).encode(
            x=x, y=y, size=alt.Size("claims:Q", scale=alt.Scale(range=[30, 500 if narrow else 1100]), legend=None),
            color=alt.condition("datum.same", alt.value(SKY), alt.value(ORANGE)),
        )  # fmt: skip
        numbers = base.mark_text(
            dx=10 if narrow else 16, dy=-9, align="center", fontSize=11, color=INK
        ).encode(x=x, y=y, text="claims:Q")
        return (dots + numbers).properties(width=width, height=300 if narrow else 330)

    return Figure(
        name="score-moves",
        title=f"{moved} of {len(score.ledger)} verdicts differ between the document’s day and now",
        unit="Number of claims; on the diagonal (light) the verdict stayed",
        description="Grid of verdicts on the day against verdicts now. "
        + "; ".join(f"{r['On its day']} to {r['Now']}: {r['claims']}" for _, r in rows.iterrows()) + ".",
        chart=chart,
        rows=rows[["On its day", "Now", "claims"]].rename(columns={"claims": "Claims"}),
        facts=(),
        sources=score.sources,
    )  # fmt: skip


def calibration(score: Score) -> Figure:
    """Did claims hold more often when they were put with reserve?"""
    parts = [
        ("How it is said", ASSERTION, score.assertion),
        ("How the figure is put", QUALIFIER, score.qualifier),
    ]
    rows = []
    for head, names, shares in parts:
        for key, s in shares.items():
            if s.rated:
                rows.append(
                    {"head": head, "row": f"{names[key]} ({s.held} of {s.rated})", "share": 100 * s.value,
                     "low": 100 * s.low, "high": 100 * s.high}
                )  # fmt: skip
    data = pd.DataFrame(rows)
    order = list(data["row"])

    def chart(width: int) -> alt.TopLevelMixin:
        y = alt.Y("row:N", sort=order, axis=None)
        x = alt.X(
            "low:Q",
            title="Share of rated claims that hold, %",
            scale=alt.Scale(domain=[0, 103], nice=False),
            axis=alt.Axis(values=[0, 25, 50, 75, 100]),
        )
        base = alt.Chart(data)
        spans = base.mark_rule(color=BLUE, strokeWidth=3, yOffset=7).encode(x=x, x2="high:Q", y=y)
        dots = base.mark_point(color=BLUE, size=90, yOffset=7, opacity=1).encode(x="share:Q", y=y)
        names = base.mark_text(align="left", dy=-9, color=INK).encode(x=alt.value(0), y=y, text="row:N")
        return (spans + dots + names).properties(width=width, height=44 * len(order))

    stated = score.assertion["stated"]
    return Figure(
        name="score-calibration",
        title=(
            f"The documents hedge {score.hedged} of {len(score.ledger)} claims; stated outright, "
            f"{put(100 * stated.value, 'pct0')} of the rated ones hold"
        ),
        unit="Share of rated claims that hold; line: Wilson interval at the ninety-five percent level",
        description="Dots with intervals. "
        + "; ".join(f"{r['row']}: {r['share']:.0f} percent, {r['low']:.0f} to {r['high']:.0f}" for r in rows) + ".",
        chart=chart,
        rows=pd.concat([share_table(s, n, "How it is put") for _, n, s in parts], ignore_index=True),
        facts=(),
        sources=score.sources,
    )  # fmt: skip
