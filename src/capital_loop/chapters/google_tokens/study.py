"""Chapter "Google's tokens": from the record to the growth model's inputs, and its results."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise, product

import pandas as pd

from capital_loop.models import growth
from capital_loop.models.growth import DatedLevel, Estimate, TokenPrices
from capital_loop.models.intervals import Interval, implied_interval
from capital_loop.record.tables import Fact, Record
from capital_loop.show.words import human_period

ALL_SURFACES = ("DEM-N09", "DEM-N10", "DEM-003", "DEM-005", "DEM-006")
"""Every all-surface point, stamped with the month of its announcement (the first: a year before)."""
API = ("DEM-019", "DEM-020", "DEM-021", "DEM-022", "DEM-023")
"""Every point of the direct API."""
SHARES = (("DEM-019", "DEM-005"), ("DEM-022", "DEM-006"))
"""API and all-surface points of the same month."""
CLOUD = {"2025": "DEM-229", "2026": "DEM-235"}
"""Google Cloud's revenue in the quarter that goes with each set of prices."""
REPORT, REPORT_START, ARTICLE, ARTICLE_START = "R-43", "R-42", "A-091", "A-090"
"""The claims that give the later and the earlier count, in the report and in the article."""


@dataclass(frozen=True)
class Pace:
    """Stretches between points under one reading of months and wording, and the changes of pace."""

    reading: str
    stretches: pd.DataFrame
    changes: pd.DataFrame
    first_year_to_latest: growth.Verdict


@dataclass(frozen=True)
class Revenue:
    """Tokens times price in one period against the cloud business it belongs to (USD a year)."""

    period: str
    tokens_per_month: Estimate
    price: float
    revenue: Estimate
    cloud: Fact
    cloud_per_year: float
    share_percent: Estimate
    break_even_price: float


@dataclass(frozen=True)
class Results:
    """Everything that the chapter shows."""

    points: tuple[Fact, ...]
    api_points: tuple[Fact, ...]
    levels: tuple[DatedLevel, ...]
    pace: Pace
    sharp: Pace
    api_stretches: pd.DataFrame
    api_whole: pd.DataFrame
    readings: pd.DataFrame
    gaps: dict[str, int | None]
    plain_trillions: float
    printed: dict[str, float]
    implied: dict[str, float]
    growth_to_documents: Interval
    fall_percent: float
    shares: pd.DataFrame
    revenue: tuple[Revenue, ...]


def results(
    record: Record, *, over_steps: float | None = None, doubt_months: int | None = None, any_day: bool = False
) -> Results:
    """Compute the chapter; the options replace the assumptions of the same name.

    ``over_steps``: how many rounding steps a figure with "over" may lie above it. ``doubt_months``:
    how many months before its announcement a figure may belong. ``any_day``: let it describe any day
    of its months instead of their middle.
    """
    assumed = assumptions(record)
    steps = assumed["growth-over-steps"].central if over_steps is None else over_steps
    doubt = int(assumed["growth-month-doubt"].central) if doubt_months is None else doubt_months
    points = tuple(record.fact(i) for i in ALL_SURFACES)
    api_points = tuple(record.fact(i) for i in API)
    api_step = assumed["growth-api-step"].central
    levels = tuple(_dated(points, steps, doubt, any_day))
    api_levels = [growth.level_in_month(f.fact_id, stated(f, steps, api_step), f.as_of) for f in api_points]
    pace = _pace("chosen", levels)
    claimed = {i: _claimed(record, i) for i in (REPORT, REPORT_START, ARTICLE, ARTICLE_START)}
    by_id = {f.fact_id: stated(f, steps) for f in points}
    reference, start = by_id["DEM-005"], by_id["DEM-N09"]
    return Results(
        points=points,
        api_points=api_points,
        levels=levels,
        pace=pace,
        sharp=_pace("sharp", tuple(_dated(points, steps, 0, False))),
        api_stretches=growth.growth_table(api_levels),
        api_whole=growth.growth_table([api_levels[0], api_levels[-1]]),
        readings=_readings(points, assumed),
        gaps={i: growth.power_of_ten_gap(claimed[i], reference) for i in (REPORT, ARTICLE)},
        plain_trillions=record.fact("DEM-005").value / 1e12,
        printed={i: float(value) for i, value in _values(record).items()},
        implied={
            REPORT: claimed[REPORT].middle / claimed[REPORT_START].middle,
            ARTICLE: claimed[ARTICLE].middle / claimed[ARTICLE_START].middle,
        },
        growth_to_documents=reference / start,
        fall_percent=100 * (1 - claimed[REPORT].middle / by_id["DEM-N10"].middle),
        shares=_shares(record, steps, api_step),
        revenue=tuple(_revenue(record, assumed, period, steps, api_step) for period in CLOUD),
    )


def stretches(record: Record, results: Results) -> pd.DataFrame:
    """The stretches between points as a table to print."""
    table = results.pace.stretches
    return pd.DataFrame(
        {
            "From": [human_period(record.fact(i).as_of) for i in table["start"]],
            "To": [human_period(record.fact(i).as_of) for i in table["end"]],
            "Shortest doubling time (months)": table["doubling_months_low"],
            "Longest (months)": table["doubling_months_high"],
        }
    )


def assumptions(record: Record) -> dict[str, Estimate]:
    """The growth model's assumptions by id."""
    table = record.assumptions
    own = table[table["model"] == "growth"]
    return {a.assumption_id: Estimate(a.low, a.central, a.high) for a in own.itertuples()}


def stated(fact: Fact, over_steps: float, step: float | None = None) -> Interval:
    """What a fact's wording allows: a stated lower bound means "over", no bound a rounded figure.

    A growth rate needs an upper end as well: a speaker would have used the next round figure once it was passed,
    so an "over" reaches ``over_steps`` rounding steps up.
    """
    step = step or growth.last_place(fact.value)
    worded_over = fact.low == fact.value
    said = implied_interval(fact.value, step, "over" if worded_over else "exact")
    return said.capped(fact.value + over_steps * step)


def _dated(points: Iterable[Fact], steps: float, doubt: int, any_day: bool) -> Iterable[DatedLevel]:
    for fact in points:
        yield growth.level_in_month(
            fact.fact_id, stated(fact, steps), fact.as_of, doubt_months=doubt, any_day=any_day
        )


def _pace(reading: str, levels: tuple[DatedLevel, ...]) -> Pace:
    rates = [growth.monthly_log_growth(a, b) for a, b in pairwise(levels)]
    return Pace(
        reading,
        growth.growth_table(levels),
        growth.slowdown_table(levels),
        growth.compare_rates(rates[0], rates[-1]),
    )


def _readings(points: tuple[Fact, ...], assumed: dict[str, Estimate]) -> pd.DataFrame:
    """The verdicts under every reading of the months and of the word "over"."""
    dates = {
        "middle of the month of announcement": (0, False),
        "middle of that month or of the month before": (1, False),
        "any day of the month of announcement": (0, True),
        "any day of that month or of the month before": (1, True),
    }
    over = assumed["growth-over-steps"]
    rows = []
    for (name, (doubt, any_day)), steps in product(dates.items(), (over.central, over.high)):
        pace = _pace(name, tuple(_dated(points, steps, doubt, any_day)))
        verdicts = list(pace.changes["verdict"])
        rows.append(
            {
                "The figure describes": name,
                "“Over” reaches up to (steps)": steps,
                "Summer to autumn against spring": verdicts[1],
                "Since then against summer to autumn": verdicts[2],
                "Since then against the first year": pace.first_year_to_latest,
            }
        )
    return pd.DataFrame(rows)


def _values(record: Record) -> pd.Series[float]:
    own = record.claims[(record.claims["chapter"] == "google-tokens") & record.claims["value"].notna()]
    return own.set_index("claim_id")["value"]


def _claimed(record: Record, claim_id: str) -> Interval:
    row = record.claims.set_index("claim_id").loc[claim_id]
    return implied_interval(row["value"], row["step"])


def _shares(record: Record, steps: float, api_step: float) -> pd.DataFrame:
    """The API's share of all tokens in the months for which both were stated (percent)."""
    rows = []
    for api_id, all_id in SHARES:
        api, whole = record.fact(api_id), record.fact(all_id)
        month = growth.per_minute_to_per_month(1.0)
        tokens = stated(api, steps, api_step) * month
        share = tokens / stated(whole, steps) * 100.0
        rows.append(
            {
                "as_of": whole.as_of,
                "all": whole.value,
                "api": api.value * month,
                "own": whole.value - api.value * month,
                "share": api.value * month / whole.value * 100,
                "share_low": share.low,
                "share_high": share.high,
            }
        )
    return pd.DataFrame(rows)


def _revenue(
    record: Record, assumed: dict[str, Estimate], period: str, steps: float, api_step: float
) -> Revenue:
    api = record.fact(API[0] if period == "2025" else API[-1])
    cloud = record.fact(CLOUD[period])
    month = growth.per_minute_to_per_month(1.0)
    said = stated(api, steps, api_step) * month
    tokens = Estimate(said.low, api.value * month, said.high)
    prices = TokenPrices(
        input_share=assumed["growth-input-share"],
        input_price=assumed[f"growth-price-input-{period}"],
        output_price=assumed[f"growth-price-output-{period}"],
        paid_share=assumed["growth-paid-share"],
        billed_share=assumed["growth-billed-share"],
    )
    revenue = growth.revenue_range(tokens, prices)
    cloud_per_year = cloud.value * 4
    whole = record.fact("DEM-005" if period == "2025" else "DEM-006").value
    return Revenue(
        period,
        tokens,
        growth.blended_price(
            prices.input_share.central, prices.input_price.central, prices.output_price.central
        ),
        revenue,
        cloud,
        cloud_per_year,
        Estimate(*(100 * r / cloud_per_year for r in (revenue.low, revenue.central, revenue.high))),
        growth.break_even_price(cloud_per_year, whole),
    )
