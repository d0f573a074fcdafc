"""Charts of the chapter "Google's tokens"."""

from __future__ import annotations

import altair as alt
import pandas as pd

from capital_loop.chapters.google_tokens.study import REPORT, SHARES, Results
from capital_loop.models.growth import DatedLevel
from capital_loop.record.tables import Fact, Record
from capital_loop.show.figure import (
    BLUE,
    INK,
    NARROW,
    ORANGE,
    SKY,
    Figure,
)
from capital_loop.show.words import human_period, put

TRILLION = 1e12


def _height(width: int, wide: int, narrow: int) -> int:
    return narrow if width == NARROW else wide


def _short(period: str) -> str:
    """``2025-10`` as ``Oct 2025``, for narrow charts."""
    return pd.Timestamp(period).strftime("%b %Y")


def _middle(level: DatedLevel) -> pd.Timestamp:
    earliest = pd.Timestamp(level.earliest)
    return earliest + (pd.Timestamp(level.latest) - earliest) / 2


def _dollars(value: float) -> str:
    """Round as a scenario deserves: two or three digits."""
    return put(value, "usd1" if 1e9 <= value < 1e10 else "usd0")


def count_over_time(record: Record, results: Results) -> Figure:
    """What Google stated, and what the research report printed for the autumn of the documents."""
    claims = record.claims.set_index("claim_id")
    printed = claims.loc[REPORT]
    stated = pd.DataFrame(
        {
            "date": [_middle(level) for level in results.levels],
            "start": [pd.Timestamp(level.earliest) for level in results.levels],
            "end": [pd.Timestamp(level.latest) for level in results.levels],
            "tokens": [f.value / TRILLION for f in results.points],
        }
    )
    stated["label"] = [put(t, "int" if t > 100 else "num1") for t in stated["tokens"]]
    factor = results.points[3].value / results.points[0].value
    misprint = pd.DataFrame({"date": [stated["date"][3]], "tokens": [printed["value"] / TRILLION]})
    misprint["label"] = f"{put(misprint['tokens'][0], 'int')} in the report"
    margin = pd.Timedelta(days=120)
    span = [f"{stated['date'].min() - margin:%Y-%m-%d}", f"{stated['date'].max() + margin:%Y-%m-%d}"]

    def chart(width: int) -> alt.TopLevelMixin:
        phone = width == NARROW
        axis = alt.Axis(format="%b %Y", tickCount=4 if phone else 8, grid=False)
        time = alt.Scale(domain=span)
        x = alt.X("date:T", title=None, axis=axis, scale=time)
        y = alt.Y(
            "tokens:Q",
            title=None,
            scale=alt.Scale(type="log", domain=[5, 6000]),
            axis=alt.Axis(values=[10, 100, 1000], format=",.0f"),
        )
        base, slip = alt.Chart(stated), alt.Chart(misprint)
        line = base.mark_line(color=BLUE, strokeDash=[2, 3], strokeWidth=1.4).encode(x=x, y=y)
        months = base.mark_rule(color=BLUE, strokeWidth=3).encode(
            x=alt.X("start:T", title=None, axis=axis, scale=time), x2="end:T", y=y
        )
        dots = base.mark_point(color=BLUE, filled=True, size=80, opacity=1).encode(x=x, y=y)
        labels = base.mark_text(align="right", dx=-12, dy=-7, color=BLUE, fontWeight="bold").encode(
            x=x, y=y, text="label:N"
        )
        wrong = slip.mark_point(color=ORANGE, filled=True, shape="diamond", size=110, opacity=1).encode(
            x=x, y=y
        )
        place = {"align": "center", "dy": 17} if phone else {"align": "left", "dx": 11}
        wrong_label = slip.mark_text(color=ORANGE, fontWeight="bold", **place).encode(
            x=x, y=y, text="label:N"
        )
        return (line + months + dots + labels + wrong + wrong_label).properties(
            width=width, height=_height(width, 320, 300)
        )

    rows = pd.DataFrame(
        {
            "Announced": [human_period(f.as_of) for f in results.points] + [human_period(printed["as_of"])],
            "Who": ["Google"] * len(results.points) + ["The research report"],
            "Trillion tokens a month": [*stated["tokens"], *misprint["tokens"]],
        }
    )
    return Figure(
        name="tokens-count",
        title=(
            f"Google's count grew about {put(factor, 'int')}-fold from {human_period(record.fact('DEM-001').as_of)} to "
            f"{human_period(results.points[3].as_of)}; the research report's “over {put(claims.loc['R-45']['value'], 'int')}” "
            f"rests on a figure {put(10.0 ** (results.gaps[REPORT] or 0), 'int')} times too low"
        ),
        unit="Trillion tokens a month, all products and APIs, logarithmic scale",
        description=(
            "Points for the monthly token counts that Google stated: "
            + "; ".join(
                f"{put(f.value / TRILLION, 'num')} trillion ({human_period(f.as_of)})" for f in results.points
            )
            + f". A diamond marks the {put(misprint['tokens'][0], 'int')} trillion that the research report printed for "
            f"{human_period(printed['as_of'])}, which lies below what Google had stated for the spring before. "
            f"It implies growth of {put(results.implied[REPORT], 'times1')} instead of about {put(factor, 'int')}."
        ),
        chart=chart,
        rows=rows,
        facts=results.points,
        note=(
            "The short bar at each point spans the two months that it may belong to: the month of its announcement and the "
            "one before (the first count was stated a year later). The dashed line only joins the points."
        ),
    )


def doubling_ranges(record: Record, results: Results) -> Figure:
    """The range of doubling times that each pair of statements allows."""
    by_id = {f.fact_id: f for f in (*results.points, *results.api_points)}

    def rows_of(frame: pd.DataFrame, series: str) -> list[dict[str, object]]:
        return [
            {
                "stretch": f"{_short(by_id[s.start].as_of)} – {_short(by_id[s.end].as_of)}",
                "series": series,
                "low": s.doubling_months_low,
                "high": s.doubling_months_high,
            }
            for s in frame.itertuples()
        ]

    data = pd.DataFrame(
        rows_of(results.pace.stretches, "All products and APIs")
        + rows_of(results.api_whole, "Direct API only")
    )
    data["label"] = [f"{put(r.low, 'num1')} to {put(r.high, 'num1')}" for r in data.itertuples()]
    data["order"] = range(len(data))
    steps = results.pace.stretches
    summer, since = steps.iloc[2], steps.iloc[3]

    def chart(width: int) -> alt.TopLevelMixin:
        phone = width == NARROW
        y = alt.Y(
            "row:N",
            title=None,
            sort=alt.EncodingSortField("order"),
            axis=alt.Axis(
                domain=False,
                ticks=False,
                labelExpr="split(datum.label, '|')",
                labelLimit=230,
                labelFontSize=11 if phone else 12,
            ),
        )
        frame = data.assign(
            row=[
                f"{r.stretch}|{r.series}"
                if not phone
                else f"{r.stretch.replace(' – ', ' –|')}|{'API' if 'API only' in r.series else 'all'}"
                for r in data.itertuples()
            ]
        )
        x = alt.X(
            "low:Q",
            title="Months to double",
            scale=alt.Scale(domain=[0, 15 if phone else 12]),
            axis=alt.Axis(tickCount=4 if phone else 7),
        )
        colour = alt.Color(
            "series:N",
            scale=alt.Scale(domain=["All products and APIs", "Direct API only"], range=[BLUE, ORANGE]),
            legend=None,
        )
        bars = (
            alt.Chart(frame).mark_bar(height=12, cornerRadius=2).encode(x=x, x2="high:Q", y=y, color=colour)
        )
        labels = (
            alt.Chart(frame)
            .mark_text(align="left", dx=6, color=INK)
            .encode(x=alt.X("high:Q", title="Months to double"), y=y, text="label:N")
        )
        return (bars + labels).properties(width=width, height=_height(width, 250, 300))

    return Figure(
        name="tokens-doubling",
        title=(
            f"Doubling took {put(steps.iloc[0].doubling_months_low, 'num1')} to {put(steps.iloc[0].doubling_months_high, 'months1')} "
            f"in the first year, {put(summer.doubling_months_low, 'num1')} to {put(summer.doubling_months_high, 'months1')} "
            f"in the stretch before the documents, {put(since.doubling_months_low, 'num1')} to {put(since.doubling_months_high, 'months1')} since"
        ),
        unit="Months in which the count doubled: the range that rounding and doubtful months leave",
        description=(
            "Horizontal bars, one for each stretch between two statements: "
            + "; ".join(f"{r.stretch}, {r.series}: {r.label} months" for r in data.itertuples())
            + "."
        ),
        chart=chart,
        rows=data[["stretch", "series", "low", "high"]].rename(
            columns={
                "stretch": "Stretch",
                "series": "Count",
                "low": "Shortest (months)",
                "high": "Longest (months)",
            }
        ),
        facts=(*results.points, results.api_points[0], results.api_points[-1]),
        note=(
            "“Over” is read as less than one more rounding step; each all-surface figure may belong to the month of its "
            "announcement or to the month before. The API figures are dated by their announcement alone."
        ),
    )


def api_share(record: Record, results: Results) -> Figure:
    """How much of the count comes through the API."""
    shares = results.shares
    long = pd.DataFrame(
        [
            {"month": human_period(s.as_of), "part": part, "tokens": value / TRILLION, "order": n}
            for s in shares.itertuples()
            for n, (part, value) in enumerate((("Direct API", s.api), ("Google's own products", s.own)))
        ]
    )
    ids = [i for pair in SHARES for i in pair]
    first, last = shares.iloc[0], shares.iloc[-1]

    def chart(width: int) -> alt.TopLevelMixin:
        phone = width == NARROW
        y = alt.Y("month:N", title=None, sort=None, axis=alt.Axis(domain=False, ticks=False))
        colour = alt.Color(
            "part:N",
            sort=None,
            scale=alt.Scale(domain=["Direct API", "Google's own products"], range=[ORANGE, SKY]),
            legend=alt.Legend(title=None),
        )
        bars = (
            alt.Chart(long)
            .mark_bar(height=30)
            .encode(
                x=alt.X(
                    "tokens:Q",
                    title="Trillion tokens a month",
                    stack="zero",
                    scale=alt.Scale(domain=[0, 1.25 * shares["all"].max() / TRILLION]),
                    axis=alt.Axis(tickCount=3 if phone else 7, format=",.0f"),
                ),
                y=y,
                color=colour,
                order="order:Q",
            )
        )
        text = (
            alt.Chart(
                pd.DataFrame(
                    {
                        "month": [human_period(s.as_of) for s in shares.itertuples()],
                        "tokens": [s.all / TRILLION for s in shares.itertuples()],
                        "label": [f"API: {put(s.share, 'pct0')}" for s in shares.itertuples()],
                    }
                )
            )
            .mark_text(align="left", dx=6, color=INK)
            .encode(x="tokens:Q", y=y, text="label:N")
        )
        return (bars + text).properties(width=width, height=_height(width, 130, 130))

    return Figure(
        name="tokens-api-share",
        title=(
            f"The API carried {put(first.share_low, 'num0')} to {put(first.share_high, 'pct0')} of the tokens in "
            f"{human_period(first.as_of)} and {put(last.share_low, 'num0')} to {put(last.share_high, 'pct0')} in "
            f"{human_period(last.as_of)}; the rest served Google's own products"
        ),
        unit="Trillion tokens a month; the label gives the API's share",
        description="; ".join(
            f"{human_period(s.as_of)}: {put(s.api / TRILLION, 'int')} trillion of {put(s.all / TRILLION, 'int')} trillion "
            f"tokens came through the direct API, {put(s.share, 'pct0')}"
            for s in shares.itertuples()
        )
        + ". The rest was Google's own products.",
        chart=chart,
        rows=long[["month", "part", "tokens"]].rename(
            columns={"month": "Month", "part": "Part", "tokens": "Trillion tokens a month"}
        ),
        facts=tuple(record.fact(i) for i in ids),
        note="The API is stated a minute; a month of average length is used. The rest is a difference, not a statement.",
    )


def tokens_times_price(record: Record, results: Results) -> Figure:
    """What API tokens could bring in at list prices, against Google Cloud's revenue."""
    data = pd.DataFrame(
        [
            {
                "period": human_period(r.cloud.as_of[:7]),
                "row": "API tokens × price",
                "low": r.revenue.low / 1e9,
                "central": r.revenue.central / 1e9,
                "high": r.revenue.high / 1e9,
            }
            for r in results.revenue
        ]
        + [
            {
                "period": human_period(r.cloud.as_of[:7]),
                "row": "Google Cloud revenue",
                "low": None,
                "central": r.cloud_per_year / 1e9,
                "high": None,
            }
            for r in results.revenue
        ]
    )
    data["label"] = [_dollars(c * 1e9) for c in data["central"]]
    early, late = results.revenue
    facts: tuple[Fact, ...] = (
        results.api_points[0],
        results.api_points[-1],
        early.cloud,
        late.cloud,
        *(record.fact(i) for i in ("DEM-125", "DEM-126", "DEM-127", "DEM-128")),
    )

    def chart(width: int) -> alt.TopLevelMixin:
        phone = width == NARROW
        frame = data.assign(
            y=[
                f"{r.row}|{r.period}"
                if not phone
                else f"{'API × price' if '×' in r.row else 'Cloud revenue'}|{r.period}"
                for r in data.itertuples()
            ],
            order=[0, 2, 1, 3],
        )
        y = alt.Y(
            "y:N",
            title=None,
            sort=alt.EncodingSortField("order"),
            axis=alt.Axis(domain=False, ticks=False, labelExpr="split(datum.label, '|')", labelLimit=200),
        )
        scale = alt.Scale(type="log", domain=[0.03, 400])
        axis = alt.Axis(values=[0.1, 1, 10, 100], format="~g")
        x = alt.X("central:Q", title="Billion dollars a year", scale=scale, axis=axis)
        ranges = (
            alt.Chart(frame.dropna(subset=["low"]))
            .mark_bar(height=10, color=ORANGE, opacity=0.45)
            .encode(
                x=alt.X("low:Q", title="Billion dollars a year", scale=scale, axis=axis), x2="high:Q", y=y
            )
        )
        dots = (
            alt.Chart(frame)
            .mark_point(filled=True, size=90, opacity=1)
            .encode(
                x=x,
                y=y,
                color=alt.Color(
                    "row:N",
                    scale=alt.Scale(
                        domain=["API tokens × price", "Google Cloud revenue"], range=[ORANGE, BLUE]
                    ),
                    legend=None,
                ),
                shape=alt.Shape(
                    "row:N",
                    scale=alt.Scale(
                        domain=["API tokens × price", "Google Cloud revenue"], range=["circle", "square"]
                    ),
                    legend=None,
                ),
            )
        )
        labels = alt.Chart(frame).mark_text(dy=-13, color=INK).encode(x=x, y=y, text="label:N")
        return (ranges + dots + labels).properties(width=width, height=_height(width, 230, 260))

    return Figure(
        name="tokens-price",
        title=(
            f"Tokens times price: the API's would bring {put(early.share_percent.low, 'num1')} to "
            f"{put(early.share_percent.high, 'pct0')} of Google Cloud's revenue in the quarter to "
            f"{human_period(early.cloud.as_of[:7])}, {put(late.share_percent.low, 'num1')} to "
            f"{put(late.share_percent.high, 'pct0')} in the quarter to {human_period(late.cloud.as_of[:7])}"
        ),
        unit="Billion dollars a year, logarithmic scale; bars span the low and the high scenario",
        description="; ".join(
            f"{human_period(r.cloud.as_of[:7])}: tokens times price {_dollars(r.revenue.low)} to {_dollars(r.revenue.high)}, "
            f"central {_dollars(r.revenue.central)}; Google Cloud revenue {_dollars(r.cloud_per_year)} a year"
            for r in results.revenue
        )
        + ".",
        chart=chart,
        rows=data[["period", "row", "low", "central", "high"]].rename(
            columns={
                "period": "Quarter to",
                "row": "What",
                "low": "Low ($bn a year)",
                "central": "Central ($bn a year)",
                "high": "High ($bn a year)",
            }
        ),
        facts=facts,
        note=(
            "A scenario, not a measurement: the mix of models, discounts and free use are assumptions. Cloud revenue is the "
            "quarter times four and holds far more than model use."
        ),
    )
