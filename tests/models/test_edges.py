"""Edges: what is just allowed and what just is not, each refusal in full, and results that other tests see in
part.

Written against the survivors of ``make mutate``: lines that could be changed without a test noticing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from capital_loop.models import circulation as ci
from capital_loop.models import debt, events, exuberance, flows, growth, sampling
from capital_loop.models import gpu_rental as gr
from capital_loop.models import valuation as va
from tests.models.test_gpu_rental import BASE

CONTRACT = gr.FinancedContract(value=100.0, years=4, capex=50.0, life_years=5, rate=0.1)
VENTURE = va.Venture(revenue=100.0, margin=0.2, multiple=20.0, rate=0.1, dilution=0.02, years=4.0)

REFUSALS: dict[str, tuple[Callable[[], object], str]] = {
    "debt share": (
        lambda: replace(CONTRACT, debt_share=1.5),
        "debt_share is 1.5: it looks like percent; give 1.5 percent as 0.015",
    ),
    "no revenue": (lambda: gr.contract_life_margin(0, 1, 1, 1), "annual_revenue is 0: it must be above 0"),
    "no years": (lambda: gr.contract_life_margin(1, 1, 1, 0), "years is 0: it must be above 0"),
    "cost below nothing": (
        lambda: gr.contract_life_margin(1, -1, 0, 1),
        "annual_cost is -1: it must be at least 0",
    ),
    "start below nothing": (
        lambda: gr.contract_life_margin(1, 0, -1, 1),
        "upfront_cost is -1: it must be at least 0",
    ),
    "drag without revenue": (lambda: gr.upfront_drag(0, 1, 2), "annual_revenue is 0: it must be above 0"),
    "drag below nothing": (lambda: gr.upfront_drag(1, -1, 2), "upfront_cost is -1: it must be at least 0"),
    "nothing back": (
        lambda: gr.project_irr(CONTRACT, -5),
        "there is no return: the contract brings back none of its capital",
    ),
    "built before the start": (
        lambda: gr.debt_path(CONTRACT, 0.3, 0),
        "build_years is 0: it must be at least 1 and at most 4",
    ),
    "built after the end": (
        lambda: gr.debt_path(CONTRACT, 0.3, 5),
        "build_years is 5: it must be at least 1 and at most 4",
    ),
    "lease": (lambda: gr.uncovered_lease(-1, 1, 1), "annual_lease is -1: it must be at least 0"),
    "lease years": (lambda: gr.uncovered_lease(1, -1, 1), "lease_years is -1: it must be at least 0"),
    "contract years": (lambda: gr.uncovered_lease(1, 1, -1), "contract_years is -1: it must be at least 0"),
    "growth shown": (
        lambda: gr.gap_for_margin(0.3, 0.4, 2),
        "The margin shown during a build-up cannot lie above the steady margin.",
    ),
    "growth none": (lambda: gr.gap_for_margin(0.3, 0.2, 1), "growth_factor is 1: it must be above 1"),
    "payment": (lambda: gr.implied_price(0, 1), "annual_payment is 0: it must be above 0"),
    "percent for a share": (
        lambda: replace(CONTRACT, rate=1.5),
        "rate is 1.5: it looks like percent; give 1.5 percent as 0.015",
    ),
    "rate that is none": (
        lambda: replace(CONTRACT, rate=math.inf),
        "rate is inf: it must be a finite number",
    ),
    "known part": (
        lambda: gr.remaining_incremental_margin(2, 1, 2, 0.5),
        "The known part must be smaller than the whole of the added revenue.",
    ),
    "bracket of nothing": (
        lambda: gr.solve_for_margin(BASE, "server_cost", 0.99),
        "No server_cost between 0 and 1e+08 gives a margin of 99.0%: the margin runs from 72.8% to "
        "-190185.9%.",
    ),
    "venture's margin": (lambda: replace(VENTURE, margin=1.0), "margin is 1: it must be below 1"),
    "venture's revenue": (lambda: replace(VENTURE, revenue=0.0), "revenue is 0: it must be above 0"),
    "venture's rate": (lambda: replace(VENTURE, rate=va.RATE_FLOOR), "rate is -0.99: it must be above -0.99"),
    "venture's horizon": (lambda: replace(VENTURE, years=-2.0), "years is -2: it must be at least 0"),
    "shrinking": (lambda: va.payback_years(1, [1], 0.1, -1.5), "growth_after is -1.5: it must be above -1"),
    "no path": (lambda: va.payback_years(1, [], 0.1, 0), "revenues has 0 members: it needs at least 1"),
    "path of nothing": (lambda: va.payback_years(1, [0.0], 0.1, 0), "revenues[0] is 0: it must be above 0"),
    "path without margin": (lambda: va.payback_years(1, [1.0], 0, 0), "margin is 0: it must be above 0"),
    "path without price": (lambda: va.payback_years(0, [1.0], 0.1, 0), "price is 0: it must be above 0"),
    "years of earnings": (lambda: va.years_of_earnings(0, 1, 1), "price is 0: it must be above 0"),
    "years without margin": (lambda: va.years_of_earnings(1, 1, 0), "margin is 0: it must be above 0"),
    "retention": (lambda: va.fair_retention(0, [], 0.1), "price is 0: it must be above 0"),
    "retention's needs": (
        lambda: va.fair_retention(1, [-0.5], 0.1),
        "needs[0] is -0.5: it must be at least 0",
    ),
    "table of prices": (
        lambda: va.reverse_table(pd.DataFrame({"price": [1.0]}), VENTURE, {}),
        "The table of prices lacks plan, revenue_now, years.",
    ),
    "price sought": (lambda: va.solve(VENTURE, "revenue", 0), "price is 0: it must be above 0"),
    "closes in disorder": (
        lambda: events.returns(pd.Series([1.0, 2.0], index=pd.to_datetime(["2026-01-02", "2026-01-01"]))),
        "days of closes must be in order, each day once and none missing",
    ),
    "closes twice": (
        lambda: events.returns(pd.Series([1.0, 2.0], index=pd.to_datetime(["2026-01-02", "2026-01-02"]))),
        "days of closes must be in order, each day once and none missing",
    ),
    "closes with a hole": (
        lambda: events.returns(
            pd.Series([1.0, math.nan], index=pd.to_datetime(["2026-01-01", "2026-01-02"]))
        ),
        "closes[1] is nan: it must be a finite number",
    ),
    "closes of nothing": (
        lambda: events.returns(pd.Series([1.0, 0.0], index=pd.to_datetime(["2026-01-01", "2026-01-02"]))),
        "closes[1] is 0: it must be above 0",
    ),
    "past the end": (
        lambda: events.trading_day(
            pd.DatetimeIndex(["2026-01-01", "2026-01-05"]), pd.Timestamp("2026-01-06")
        ),
        "2026-01-06 lies after the last trading day held, 2026-01-05",
    ),
    "two events": (
        lambda: events.standardised_test([1.0, 2.0], [1.0, 1.0]),
        "cars has 2 members: it needs at least 3",
    ),
    "no values": (
        lambda: events.bootstrap_mean([], draws=10, seed=1, level=0.9),
        "values has 0 members: it needs at least 3",
    ),
    "level one": (
        lambda: events.bootstrap_mean([1.0, 2.0, 4.0], draws=10, seed=1, level=1.0),
        "level is 1: it must be above 0 and below 1",
    ),
    "level nought": (
        lambda: events.bootstrap_mean([1.0, 2.0, 4.0], draws=10, seed=1, level=0.0),
        "level is 0: it must be above 0 and below 1",
    ),
    "eleven draws": (
        lambda: events.bootstrap_mean([1.0, 2.0, 4.0], draws=11, seed=1, level=0.5),
        "draws is 11: it must be divided by ten",
    ),
    "owed nothing": (lambda: debt.loan_to_cost(0, 0), "debt and equity is 0: it must be above 0"),
    "debt below nothing": (lambda: debt.loan_to_cost(-1, 2), "debt is -1: it must be at least 0"),
    "equity below nothing": (lambda: debt.loan_to_cost(2, -1), "equity is -1: it must be at least 0"),
    "one period of none": (lambda: debt.trailing([1.0], 0), "periods is 0: it must be at least 1"),
    "two periods of one": (lambda: debt.trailing([1.0], 2), "values has 1 members: it needs at least 2"),
    "input_price is -1: it must be at least 0": (
        lambda: growth.blended_price(0.5, -1, 1),
        "input_price is -1: it must be at least 0",
    ),
    "output_price is -1: it must be at least 0": (
        lambda: growth.blended_price(0.5, 1, -1),
        "output_price is -1: it must be at least 0",
    ),
    "input share": (
        lambda: growth.blended_price(1.5, 1, 1),
        "input_share is 1.5: it looks like percent; give 1.5 percent as 0.015",
    ),
    "himself": (lambda: ci.Edge("x", "a", "a", "equity", 1.0), "x: nobody deals with himself"),
    "unknown kind": (lambda: ci.Edge("x", "a", "b", "gift", 1.0), "x: unknown kind 'gift'"),
    "negative amount": (
        lambda: ci.Edge("x", "a", "b", next(iter(ci.PAYMENT)), -1.0),
        "amount of x is -1: it must be at least 0",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_refusal_says_why_in_full(case: str) -> None:
    refused, words = REFUSALS[case]
    exact = re.escape(words) + "$" if words.endswith((".", "missing", "complete")) else re.escape(words)
    with pytest.raises(ValueError, match=exact):
        refused()


ALLOWED: dict[str, tuple[Callable[[], float], float]] = {
    "an edge of nothing": (
        lambda: float(ci.Edge("x", "a", "b", next(iter(ci.PAYMENT)), 0.0).amount or 0.0),
        0.0,
    ),
    "a cent of revenue": (lambda: gr.contract_life_margin(0.5, 0.1, 0.05, 0.5), 1 - (0.05 + 0.05) / 0.25),
    "no cost at all": (lambda: gr.contract_life_margin(2, 0, 0, 1), 1.0),
    "a small cost": (lambda: gr.contract_life_margin(2, 0.5, 0, 1), 0.75),
    "no cost before the start": (lambda: gr.upfront_drag(2, 0, 3), 0.0),
    "no growth, no drag": (lambda: gr.upfront_drag(2, 1, 1), 0.0),
    "a ramp that does not grow": (lambda: gr.Ramp(growth_factor=1, gap_years=0).growth_factor, 1.0),
    "half a GPU for half a dollar": (lambda: gr.implied_price(0.5, 0.5), 1 / gr.HOURS_PER_YEAR),
    "no rent": (lambda: gr.uncovered_lease(0, 2, 1), 0.0),
    "half a rent": (lambda: gr.uncovered_lease(0.5, 2, 1), 0.5),
    "half a year": (lambda: gr.uncovered_lease(2, 0.5, 0), 1.0),
    "no lease": (lambda: gr.uncovered_lease(2, 0, 0.5), 0.0),
    "a rest of a half": (lambda: gr.remaining_incremental_margin(1.5, 0.75, 1.0, 0.5), 0.5),
    "a small contract of a year": (
        lambda: gr.FinancedContract(0.5, 1, 0.5, 0.5, 0.0, 1.0).debt_service,
        0.5,
    ),
    "the same margin": (lambda: gr.gap_for_margin(0.3, 0.3, 2), 0.0),
    "a margin that waits in full": (
        lambda: gr.gap_for_margin(0.5, 0.0, math.e),
        gr.gap_for_margin(0.5, 0.0, math.e),
    ),
    "a price of a half": (lambda: va.years_of_earnings(0.5, 0.5, 1.0), 1.0),
    "paid back to the day": (lambda: va.payback_years(2.0, [1.0, 1.0], 1.0, 0.0), 2.0),
    "paid back in the first of many": (lambda: va.payback_years(0.5, [1.0, 1.0], 1.0, 0.0), 0.5),
    "paid back in the first grown year": (lambda: va.payback_years(2.0, [1.0], 1.0, 1.0), 1.5),
    "paid back in small money": (lambda: va.payback_years(0.4, [0.5], 0.8, 0.0), 1.0),
    "never, by a hair": (lambda: va.payback_years(2.0, [1.0], 1.0, -0.5), math.inf),
    "keep all": (lambda: va.fair_retention(0.5, [], 0.1), 1.0),
    "need nothing": (lambda: va.fair_retention(0.5, [0.0], 0.1), 1.0),
    "need a half": (lambda: va.fair_retention(0.5, [0.55], 0.1), 0.5),
    "whole numbers": (lambda: va.present_value([11, 121], 0.1), 110.0),
    "an estimate of one value": (lambda: sampling.Estimate(1.0, 1.0, 1.0).central, 1.0),
    "all debt": (lambda: debt.loan_to_cost(1, 0), 1.0),
    "no debt": (lambda: debt.loan_to_cost(0, 1), 0.0),
    "half a debt": (lambda: debt.loan_to_cost(0.5, 0.5), 0.5),
    "equal parts": (lambda: debt.loan_to_cost(2, 2), 0.5),
    "one period": (lambda: float(debt.trailing([3], 1)[0]), 3.0),
    "interest under one": (lambda: float(np.asarray(debt.interest_cover([1], [0.5]))[0]), 2.0),
    "price of a half": (lambda: va.value(replace(VENTURE, revenue=va.solve(VENTURE, "revenue", 0.5))), 0.5),
}


@pytest.mark.parametrize("case", ALLOWED)
def test_what_is_just_allowed_has_its_value(case: str) -> None:
    found, wanted = ALLOWED[case]
    assert found() == pytest.approx(wanted)


# --- Events -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def days() -> pd.DatetimeIndex:
    return pd.bdate_range("2025-01-01", periods=60)


def model(
    days: pd.DatetimeIndex, seed: int, event: int = 40, window: tuple[int, int] = (-30, -6)
) -> events.MarketModel:
    rng = np.random.default_rng(seed)
    market = pd.Series(rng.normal(0.001, 0.01, len(days)), days)
    share = 0.002 + 1.3 * market + pd.Series(rng.normal(0, 0.02, len(days)), days)
    return events.fit(share, market, days[event], window)


def test_a_cumulative_abnormal_return_in_every_part(days: pd.DatetimeIndex) -> None:
    m = model(days, 3)
    found = events.car(m, -1, 3)
    assert (found.first, found.last) == (-1, 3)
    assert found.value == pytest.approx(sum(m.abnormal[i] for i in (39, 40, 41, 42, 43)))
    # The forecast error of a sum of five days, from the covariance of the estimated line (Patell).
    design = sm.add_constant(m.market[10:35])
    new = np.array([5.0, m.market[39:44].sum()])
    covariance = m.sigma**2 * np.linalg.inv(design.T @ design)
    assert found.error == pytest.approx(math.sqrt(5 * m.sigma**2 + new @ covariance @ new))
    t = abs(found.value) / found.error
    assert found.p_value == pytest.approx(1 - (stats.t.cdf(t, 23) - stats.t.cdf(-t, 23)))
    assert list(m.days) == list(days)
    assert m.market_ss == pytest.approx(25 * np.var(m.market[10:35]))


def test_the_days_of_a_car_end_with_the_data_and_begin_after_the_window(days: pd.DatetimeIndex) -> None:
    m = model(days, 3)
    assert events.car(m, -5, 19).last == 19
    assert events.car(m, 2, 2).first == 2
    for first, last in ((-6, 0), (0, 20), (3, 2)):
        with pytest.raises(ValueError, match=f"days {first} to {last} lie outside"):
            events.car(m, first, last)


def test_the_window_may_begin_with_the_first_day_held(days: pd.DatetimeIndex) -> None:
    assert model(days, 3, event=30).length == 25
    assert model(days, 3, event=31).length == 25
    with pytest.raises(
        ValueError, match=re.escape(f"needs 30 trading days before {days[29]:%Y-%m-%d}; there are 29")
    ):
        model(days, 3, event=29)
    for window in ((-6, -6), (-6, -30), (-30, 0)):
        with pytest.raises(ValueError, match="the estimation window needs"):
            model(days, 3, window=window)


def test_days_that_one_series_lacks_are_left_out(days: pd.DatetimeIndex) -> None:
    rng = np.random.default_rng(1)
    market, share = (pd.Series(rng.normal(0, 0.01, len(days)), days) for _ in range(2))
    m = events.fit(share.drop(days[5]), market.drop(days[50]), days[40], (-30, -6))
    assert len(m.days) == len(days) - 2
    assert m.event == 39


def test_the_path_against_the_market_and_the_day_it_was_given_back(days: pd.DatetimeIndex) -> None:
    m = model(days, 3)
    share = np.array([0.10, 0.05, -0.20, 0.01])
    market = np.array([0.02, 0.01, 0.03, 0.00])
    m = replace(m, event=0, share=share, market=market)
    wealth = np.cumprod(1 + share) / np.cumprod(1 + market) - 1
    assert events.relative_path(m).to_list() == pytest.approx(wealth.tolist())
    assert events.days_kept(m) == 2
    flat = replace(m, share=np.array([0.1, 1 / 1.1 - 1]), market=np.zeros(2))
    assert events.days_kept(replace(flat, share=np.array([0.25, -0.2]))) == 1  # exactly back where it was
    assert events.days_kept(replace(flat, share=np.array([-0.1, 0.05, 0.2]), market=np.zeros(3))) == 2
    assert events.days_kept(replace(flat, share=np.array([0.1, -0.05]))) is None


def test_the_rank_test_against_its_formula(days: pd.DatetimeIndex) -> None:
    models = [model(days, seed) for seed in (1, 2, 3)]
    ranks = []
    for m in models:
        held = [*m.abnormal[10:35], m.abnormal[40]]
        ranks.append([sorted(held).index(x) + 1 for x in held])
    u = np.mean(ranks, axis=0) / 27 - 0.5
    t = u[-1] / math.sqrt(sum(u**2) / 26)
    found, p = events.rank_test(models)
    assert found == pytest.approx(t)
    assert p == pytest.approx(math.erfc(abs(t) / math.sqrt(2)))
    for wrong in (models[:2], [*models[:2], model(days, 3, window=(-29, -6))]):
        with pytest.raises(
            ValueError, match=r"^models must (be a list of at least 3|have estimation windows of one length)"
        ):
            events.rank_test(wrong)


def test_three_events_are_enough_for_the_standardised_test() -> None:
    t, p = events.standardised_test([1, 2, 4], [1, 1, 2])
    x = np.array([1.0, 2.0, 2.0])
    wanted = stats.ttest_1samp(x, 0)
    assert (t, p) == (pytest.approx(wanted.statistic), pytest.approx(wanted.pvalue))


def test_a_studentised_bootstrap_against_its_definition_and_its_own_blocks() -> None:
    values = np.random.default_rng(8).normal(2, 3, 25)
    found = events.bootstrap_mean(values, draws=20_000, seed=5, level=0.9)
    rng = np.random.default_rng(99)
    drawn = rng.choice(values, (20_000, 25))
    size = abs(drawn.mean(axis=1) - values.mean()) / stats.sem(drawn, axis=1)
    assert found.high - found.mean == pytest.approx(np.quantile(size, 0.9) * stats.sem(values), rel=0.02)
    assert found.p_value == pytest.approx(
        np.mean(np.array(size) >= values.mean() / stats.sem(values)), abs=0.005
    )
    assert (found.mean, found.draws) == (np.mean(values), 20_000)
    spread = [events.bootstrap_mean(values, draws=20_000, seed=s, level=0.9).high for s in range(30)]
    errors = [events.bootstrap_mean(values, draws=20_000, seed=s, level=0.9).error for s in range(30)]
    assert np.mean(errors) == pytest.approx(np.std(spread, ddof=1), rel=0.35)


def test_the_first_return_is_that_of_the_second_day() -> None:
    closes = pd.Series([0.5, 0.75, 0.6], index=pd.to_datetime(["2026-01-01", "2026-01-02", "2026-01-05"]))
    assert events.returns(closes).to_list() == pytest.approx([0.5, -0.2])


# --- Tables in full -----------------------------------------------------------------------------------------


def test_a_debt_that_is_built_up_year_by_year() -> None:
    table = gr.debt_path(
        gr.FinancedContract(value=70.0, years=4, capex=40.0, life_years=4, rate=0.1), 0.25, build_years=2
    )
    # A half installed in the first year: 0.5 + 1 + 1 + 1 = 3.5 full years, 20 a full year.
    assert table["revenue"].to_list() == pytest.approx([10, 20, 20, 20])
    assert table["gross_profit"].to_list() == pytest.approx([2.5, 5, 5, 5])
    assert table["cash"].to_list() == pytest.approx([7.5, 15, 15, 15])
    debt_now, rows = 0.0, []
    for bought, cash in zip((20, 20, 0, 0), (7.5, 15, 15, 15), strict=True):
        debt_now += bought
        interest = debt_now * 0.1
        paid = min(debt_now, cash - interest)
        debt_now -= paid
        rows.append((interest, paid, debt_now))
    assert table[["interest", "repaid", "debt"]].to_numpy().tolist() == [pytest.approx(r) for r in rows]
    free = gr.debt_path(gr.FinancedContract(value=70.0, years=2, capex=10.0, life_years=2, rate=0.1), 0.5)
    assert math.isnan(free["cover"].iloc[-1])


def test_a_server_that_costs_or_brings_nothing() -> None:
    assert gr.unit_return(replace(BASE, server_cost=0)) == math.inf
    assert gr.unit_return(replace(BASE, price_per_gpu_hour=1e-6)) == -1.0
    assert gr.unit_return(replace(BASE, price_per_gpu_hour=1e-6, server_cost=0)) == -1.0
    small = replace(
        BASE, server_cost=1.0, lease_per_kw_month=0, power_price=0, other_per_year=8759.5
    )  # 50 cents a year
    assert gr.unit_return(small) == pytest.approx(sp_irr(0.5, 1.0, 6))


def sp_irr(cash: float, cost: float, years: int) -> float:
    from scipy.optimize import brentq

    return float(brentq(lambda r: sum(cash / (1 + r) ** t for t in range(1, years + 1)) - cost, 1e-6, 10))


def test_the_widest_swing_comes_first_with_fresh_numbers() -> None:
    table = gr.sensitivity(
        BASE, {"pue": (1.2, 1.3), "utilisation": (0.4, 0.6), "server_cost": (6_000, 18_000)}
    )
    assert table.index.to_list() == [0, 1, 2]
    assert table["swing"].is_monotonic_decreasing
    assert table.iloc[-1, 0] == "pue"
    revenue = va.sensitivity(
        VENTURE, 50.0, {"dilution": (0.0, 0.05), "margin": (0.1, 0.3), "multiple": (15.0, 25.0)}
    )
    assert revenue.index.to_list() == [0, 1, 2]
    assert revenue["swing"].to_list() == pytest.approx(
        (revenue["revenue_high"] - revenue["revenue_low"]).abs().to_list()
    )
    assert revenue["input"].to_list()[0] == "margin"
    cents = gr.unit_economics(BASE).cents_per_dollar()
    assert cents.name == "cents"
    assert cents.sum() == pytest.approx(100)


def test_prices_read_backwards_row_by_row() -> None:
    prices = pd.DataFrame(
        {"price": [50.0, 80.0], "revenue_now": [10.0, 20.0], "plan": [90.0, math.nan], "years": [3.0, 6.0]},
        index=[7, 9],
    )
    table = va.reverse_table(prices, VENTURE, {"margin": (0.1, 0.3)})
    assert table.index.to_list() == [0, 1]
    for row in table.itertuples():
        kept = (0.98 / 1.1) ** row.years
        assert row.needed == pytest.approx(row.price / (20 * 0.2 * kept))
        assert row.needed_low == pytest.approx(row.price / (20 * 0.3 * kept))
        assert row.needed_high == pytest.approx(row.price / (20 * 0.1 * kept))
        assert row.revenue_now * (1 + row.growth) ** row.years == pytest.approx(row.needed)
        assert row.multiple_of_revenue == pytest.approx(row.price / row.revenue_now)
    first = table.iloc[0]
    assert 20 * 0.2 * 90 * (0.98 / (1 + first["returned"])) ** 3 == pytest.approx(50)
    assert first["returned_low"] < first["returned"] < first["returned_high"]
    assert table.iloc[1][["returned", "returned_low", "returned_high"]].isna().all()


# --- Rings and flows ----------------------------------------------------------------------------------------


def pay(deal: str, giver: str, receiver: str, amount: float | None) -> ci.Edge:
    return ci.Edge(deal, giver, receiver, sorted(ci.PAYMENT)[0], amount)


def test_a_circulation_by_hand_with_two_payers_into_one() -> None:
    edges = [
        pay("ab", "a", "b", 5.0),
        pay("cb", "c", "b", 3.0),
        pay("ba", "b", "a", 4.0),
        pay("bc", "b", "c", 9.0),
        pay("none", "a", "c", None),
    ]
    found = ci.circulation(edges)
    assert found.flows == pytest.approx({"ab": 4.0, "cb": 3.0, "ba": 4.0, "bc": 3.0})
    assert (found.total, found.gross) == (pytest.approx(14.0), 21.0)
    other = next(iter(ci.OTHER))
    empty = ci.circulation([ci.Edge("x", "a", "b", other, 5.0), pay("y", "a", "b", 0.0)])
    assert (empty.flows, empty.total, empty.gross, empty.share) == ({}, 0.0, 0.0, 0.0)


def test_rings_are_sorted_by_length_and_need_the_step_back_to_the_first() -> None:
    tie = next(iter(ci.TIES))
    edges = [
        pay("1", "b", "c", 1.0),
        pay("2", "c", "d", 1.0),
        pay("3", "d", "b", 1.0),
        pay("4", "a", "z", 1.0),
        pay("5", "z", "a", 1.0),
        pay("6", "a", "b", 1.0),
        pay("7", "b", "a", 1.0),
    ]
    rings = ci.cycles(edges, "money")
    assert rings[:2] == [("a", "b"), ("a", "z")]
    assert rings[2] == ("b", "c", "d")
    closing = [pay("1", "a", "b", 1.0), pay("2", "b", "c", 1.0), ci.Edge("3", "c", "a", tie, None)]
    assert ci.cycles(closing, "ownership") == [("a", "b", "c")]  # the tie is the step back to the first


def test_positions_are_named_and_sorted() -> None:
    ring = [
        flows.Flow("a", "b", "cash", 5.0, "paid"),
        flows.Flow("c", "b", "cash", 8.0, "paid"),
        flows.Flow("b", "d", "cash", 0.5, "paid"),
    ]
    net = flows.net_positions(ring)
    assert (net.name, net.index.name, net.dtype) == ("net", "party", np.float64)
    payers = flows.net_payers(ring)
    assert payers.name == "paid"
    assert payers.to_dict() == {"c": 8.0, "a": 5.0}
    assert list(payers.index) == ["c", "a"]
    matrix = flows.transactions_matrix(ring)
    assert matrix.index.name == "party"
    assert (matrix.dtypes == np.float64).all()


def test_episodes_count_from_the_first_observation() -> None:
    bsadf = np.array([0.0, 2.0, 2.0, 1.0, 0.0, 2.0, 0.0, 2.0])
    found = exuberance.Statistics(0.0, bsadf, 4, 0, True)
    at, y = np.ones(8), np.cumsum(np.random.default_rng(1).standard_normal(12))
    assert [(r.start, r.end) for r in exuberance.episodes(found, at, y)] == [(5, 6)]  # ln 12 = 2.48
