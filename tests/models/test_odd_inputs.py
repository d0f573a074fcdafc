"""Odd inputs, by the hundred: each number of each public function of each model is made wrong in turn.

``VALID`` holds an example of every public function and of every structure that a user builds. The cases are
made from it: what is a number becomes NaN, infinite, ``None``, a word; what is a share becomes a percent;
what cannot be below nothing falls below it; what is a series gets a hole, is emptied or cut short. Then the
kinds: digits as text, truth values, complex numbers, days, masked and nullable arrays, an axis more, days
that repeat, run backwards, have a zone or are text, frames without rows, names that are none. Each must raise
a ``ValueError`` whose message names the input. A public function without an example fails the test."""

from __future__ import annotations

import importlib
import inspect
import math
import pkgutil
import re
from collections.abc import Callable, Iterator
from dataclasses import is_dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest

from capital_loop import models
from capital_loop.models import (
    circulation,
    events,
    exuberance,
    flows,
    gpu_rental,
    growth,
    losses,
    options,
    physical,
    providers,
    required_revenue,
    sampling,
    score,
    valuation,
    warrants,
)
from capital_loop.models.intervals import Interval
from tests.models.loop import LOOP

WALK = np.cumsum(np.random.default_rng(1).standard_normal(60))
DAYS = pd.bdate_range("2025-01-01", periods=60)
VENTURE = valuation.Venture(100.0, 0.2, 20.0, 0.1, 0.02, 4.0, 0.05)
NEED = required_revenue.Inputs(100.0, 0.6, 5.0, 20.0, 0.1, 0.4)
EDGE = circulation.Edge("x", "a", "b", "equity", 1.0)
FLOW = flows.Flow("a", "b", "equity", 1.0, "paid")


def span(low: float, high: float, unit: str) -> physical.Range:
    return physical.Range.of(low, (low + high) / 2, high, unit)


def dated(level: float, month: str) -> growth.DatedLevel:
    return growth.level_in_month("p", Interval(level, level), month)


ONE, HALF = span(0.9, 1.0, "dimensionless"), span(0.4, 0.6, "dimensionless")
POWER = span(1.0, 2.0, "GW")
TOKENS = sampling.Estimate(1.0, 2.0, 3.0)
SHARES = sampling.Estimate(0.1, 0.5, 0.9)
PRICES = growth.TokenPrices(SHARES, TOKENS, TOKENS, SHARES, SHARES)
RENTAL = gpu_rental.RentalInputs(3.0, 0.7, 40_000.0, 5.0, 1.4, 1.3, 0.07, 130.0, 2_000.0, -0.1)
CONTRACT = gpu_rental.FinancedContract(300e9, 5, 180e9, 6.0, 0.06, 0.8)
RENTED = providers.Market(*np.array([[0.8], [0.5], [0.5], [0.2], [0.6]]))
PROVIDED: dict[str, Any] = {
    "bills": [10.0], "operating_income": [8.0], "spending": [5.0], "customer_share": [0.3], "backstop": [2.0],
    "interest": [1.0], "rent": [4.0], "begun": [2028.0], "upkeep": [0.5], "repayments": [3.0, 4.0],
    "length": [1.0, 1.0],
}  # fmt: skip
PROVIDER = providers.Provider(**{k: np.array(v) for k, v in PROVIDED.items()}, debt=20.0)
HURDLE = {"spot": 160.0, "hurdle": 200.0, "volatility": 0.5, "years": 5.0, "monitoring": 0.004}
MARKET = options.Market(1.0, 0.3, 0.1, 0.04)
STEP = warrants.Tranche(1e6, 200.0, 1.0, 1.0, 0.9)
PLAN = warrants.Plan(0.5, 0.04, (200.0, 600.0), 0.0, 1.0, 0.5, 0.9, 0.9, 1e10)
CLOSES = pd.Series(100 * np.exp(WALK / 50), index=DAYS)
MARKET_RETURNS = pd.Series(
    np.random.default_rng(2).standard_normal(200) / 100, index=pd.bdate_range("2025-01-01", periods=200)
)
SHARE_RETURNS = 0.5 * MARKET_RETURNS + pd.Series(
    np.random.default_rng(3).standard_normal(200) / 100, index=MARKET_RETURNS.index
)
EVENT = MARKET_RETURNS.index[150]
FITTED = events.fit(SHARE_RETURNS, MARKET_RETURNS, EVENT)
PLACEBOS = events.placebos(SHARE_RETURNS, MARKET_RETURNS, [])[:9]

VALID: dict[str, dict[str, Any]] = {
    "circulation.Edge": {"deal": "x", "giver": "a", "receiver": "b", "kind": "equity", "amount": 1.0},
    "circulation.circulation": {"edges": [EDGE]},
    "circulation.cycles": {"edges": [EDGE], "definition": "money"},
    "credit.default_probability": {"spread": 200.0, "recovery": 0.4, "years": 5.0},
    "credit.expected_loss": {"amount": 100.0, "spread": 200.0, "recovery": 0.4, "years": 5.0},
    "credit.hazard": {"spread": 200.0, "recovery": 0.4},
    "credit.implied_hazard": {"spread": 200.0, "recovery": 0.4, "years": 5.0, "rate": 0.04},
    "credit.merton": {"equity": 100.0, "volatility": 0.4, "debt": 50.0, "rate": 0.04, "years": 1.0},
    "credit.par_spread": {"hazard": 0.02, "recovery": 0.4, "years": 5.0, "rate": 0.04},
    "exuberance.critical_values": {"n": 40, "draws": 20, "seed": 1},
    "exuberance.wild_bootstrap": {"y": WALK, "draws": 20, "seed": 1},
    "exuberance.statistics": {"y": WALK},
    "exuberance.episodes": {
        "found": exuberance.statistics(WALK),
        "critical": np.ones(len(exuberance.statistics(WALK).bsadf)),
        "y": WALK,
    },
    "exuberance.step_down": {"found": [1.0, 2.0], "draws": np.ones((10, 2))},
    "exuberance.minimum_window": {"n": 60},
    "flows.Flow": {"payer": "a", "payee": "b", "instrument": "equity", "amount": 1.0, "stage": "paid"},
    "flows.stage_class": {"stage": "paid"},
    "flows.transactions_matrix": {"flows": [FLOW]},
    "flows.net_positions": {"flows": [FLOW]},
    "flows.net_payers": {"flows": [FLOW]},
    "flows.ring_limit": {"flows": [FLOW], "ring": ["a", "b"]},
    "flows.supplier_sales": {"gigawatts": 1.0, "supplier_usd_per_gw": 2.0},
    "flows.vendor_financed_share": {"investment": 1.0, "sales": 2.0},
    "growth.DatedLevel": {
        "name": "p",
        "level": Interval(1, 1),
        "earliest": DAYS[0].date(),
        "latest": DAYS[1].date(),
    },
    "growth.TokenPrices": {
        "input_share": SHARES,
        "input_price": TOKENS,
        "output_price": TOKENS,
        "paid_share": SHARES,
        "billed_share": SHARES,
    },
    "growth.blended_price": {"input_share": 0.9, "input_price": 1.0, "output_price": 2.0},
    "growth.break_even_price": {"revenue_per_year": 1.0, "tokens_per_month": 1.0},
    "growth.compare_rates": {"earlier": Interval(1, 2), "later": Interval(1, 2)},
    "growth.doubling_time": {"first": dated(1, "2025-01"), "second": dated(2, "2025-03")},
    "growth.elapsed_months": {"first": dated(1, "2025-01"), "second": dated(2, "2025-03")},
    "growth.growth_factor": {"first": dated(1, "2025-01"), "second": dated(2, "2025-03")},
    "growth.monthly_growth_rate": {"first": dated(1, "2025-01"), "second": dated(2, "2025-03")},
    "growth.monthly_log_growth": {"first": dated(1, "2025-01"), "second": dated(2, "2025-03")},
    "growth.growth_table": {"points": [dated(1, "2025-01"), dated(2, "2025-03")]},
    "growth.last_place": {"value": 1.3},
    "growth.level_in_month": {"name": "p", "level": Interval(1, 1), "month": "2025-01", "doubt_months": 1},
    "growth.per_minute_to_per_month": {"per_minute": 1.0},
    "growth.power_of_ten_gap": {"printed": Interval(1, 1), "stated": Interval(10, 10)},
    "growth.revenue_range": {"tokens_per_month": TOKENS, "prices": PRICES},
    "growth.token_revenue": {"tokens_per_month": 1.0, "price": 1.0, "billed_share": 0.8, "paid_share": 0.6},
    "intervals.implied_interval": {"value": 300.0, "step": 10.0},
    "intervals.Interval": {"low": 1.0, "high": 2.0},
    "lookthrough.origin_bounds": {"paid": 10.0, "origins": {"a": 8.0, "b": 5.0}, "other": 1.0},
    "lookthrough.passed_on": {
        "received": 5.0,
        "to_recipient": 2.0,
        "other_inflow": 1.0,
        "cash_before": 1.0,
        "cash_after": 3.0,
    },
    "physical.Range": {
        "low": physical.quantity(1, "GW"),
        "central": physical.quantity(2, "GW"),
        "high": physical.quantity(3, "GW"),
    },
    "physical.quantity": {"value": 1.0, "unit": "GW"},
    "physical.homes": {"power": POWER, "load": HALF, "use": span(9, 11, "MWh / home")},
    "physical.power_each": {"power": POWER, "count": span(1e5, 2e5, "accelerator")},
    "physical.reactors": {
        "power": POWER,
        "capacity": span(0.9, 1.1, "GW / reactor"),
        "load": HALF,
        "factor": ONE,
    },
    "required_revenue.Inputs": vars(NEED),
    "required_revenue.required_revenue": {"inputs": NEED},
    "required_revenue.required_range": {"inputs": NEED, "ranges": {"fast_share": (0.5, 0.7)}},
    "required_revenue.tornado": {"inputs": NEED, "ranges": {"fast_share": (0.5, 0.7)}},
    "sampling.Estimate": {"low": 1.0, "central": 2.0, "high": 3.0},
    "sampling.together": {"unit": [[0.2, 0.8]], "ways": [1.0, -1.0], "rank_share": 0.5},
    "sampling.two_halves": {
        "unit": [[0.2, 0.8]],
        "low": [1.0, 2.0],
        "central": [2.0, 3.0],
        "high": [4.0, 5.0],
    },
    "sampling.sobol": {"low": [0.0, 1.0], "high": [1.0, 3.0], "draws": 8, "seed": 1},
    "sampling.strongest": {"inputs": {"a": [1.0, 2.0, 3.0]}, "outcome": [1.0, 3.0, 4.0]},
    "sampling.batch_error": {"values": [1.0, 2.0, 4.0]},
    "score.share": {"held": 1, "rated": 2},
    "score.compare": {"a": score.share(1, 2), "b": score.share(1, 3)},
    "valuation.Venture": {
        "revenue": 100.0,
        "margin": 0.2,
        "multiple": 20.0,
        "rate": 0.1,
        "dilution": 0.02,
        "years": 4.0,
        "growth": 0.05,
    },
    "valuation.fair_retention": {"price": 10.0, "needs": [1.0, 2.0], "rate": 0.1},
    "valuation.payback_years": {"price": 10.0, "revenues": [10.0, 12.0], "margin": 0.2, "growth_after": 0.05},
    "valuation.present_value": {"flows": [1.0, 2.0], "rate": 0.1},
    "valuation.required_revenue_range": {"v": VENTURE, "price": 100.0, "ranges": {"margin": (0.1, 0.3)}},
    "providers.Market": vars(RENTED),
    "providers.Provider": vars(PROVIDER),
    "providers.account": {
        "provider": PROVIDER,
        "market": RENTED,
        "middles": [2026.5, 2027.5],
        "start": 2026.0,
        "paid": 0.5,
        "building": True,
    },
    "providers.maker_income": {"income": [9.0], "sold": [3.0], "margin": [0.7], "building": False},
    "providers.ramp": {"at": [2026.5, 2027.5], "start": 2026.0, "end": [2028.0, 2029.0]},
    "providers.served": {"margin": [0.8, 0.7], "relet": [0.5, 0.5], "paid": 0.5},
    "shocks.due_within": {"amount": 300.0, "term": 5.0, "years": 3.0},
    "shocks.half_growth": {"first": 30.0, "last": 280.0, "years": 4},
    "shocks.paid_share": {"years": 5.0, "revenue": 20.0, "cost_share": 0.4, "cash": 9.0, "bills": 100.0},
    "shocks.repriced": {
        "fall": {"a": 0.5, "b": 0.5},
        "worth": {"a": 10.0, "b": 20.0},
        "claims": [losses.Claim("a", "b", 0, 10.0)],
        "first": ["a"],
    },
    "shocks.sunk_cost": {"due": 9.0, "sunk_share": 0.5, "margin": 0.8, "relet_share": 0.3},
    "valuation.return_range": {"v": VENTURE, "price": 100.0, "ranges": {"margin": (0.1, 0.3)}},
    "valuation.sensitivity": {"v": VENTURE, "price": 100.0, "ranges": {"margin": (0.1, 0.3)}},
    "valuation.reverse_table": {
        "prices": pd.DataFrame({"price": [1.0], "revenue_now": [1.0], "plan": [2.0], "years": [3.0]}),
        "v": VENTURE,
        "ranges": {"margin": (0.1, 0.3)},
    },
    "valuation.solve": {"v": VENTURE, "unknown": "margin", "price": 100.0},
    "valuation.value": {"v": VENTURE},
    "valuation.years_of_earnings": {"price": 10.0, "revenue": 10.0, "margin": 0.2},
    "contagion.clear": {
        "liabilities": [[0.0, 5.0], [1.0, 0.0]],
        "outside_assets": [3.0, 2.0],
        "outside_debts": [1.0, 1.0],
    },
    "contagion.clear_years": {
        "liabilities": [[[[0.0, 5.0], [1.0, 0.0]]]],
        "income": [[[3.0, 2.0]]],
        "outside_debts": [[[1.0, 1.0]]],
        "cash": [[1.0, 1.0]],
    },
    "contagion.assured": {
        "liabilities": [[[[0.0, 5.0], [1.0, 0.0]]]],
        "income": [[[3.0, 2.0]]],
        "outside_debts": [[[1.0, 1.0]]],
        "paid_share": [0.5, 1.0],
    },
    "contagion.funding_need": {"cash": [1.0, 1.0], "income": [[3.0], [2.0]], "debts": [[1.0], [1.0]]},
    "debt.annuity": {"principal": 100.0, "rate": 0.06, "years": 5.0},
    "debt.interest_cover": {"operating_income": [3.0, 2.0], "interest": [1.0, 1.0]},
    "debt.loan_to_cost": {"debt": 60.0, "equity": 40.0},
    "debt.own_share": {"operating_cash": [3.0, 2.0], "capex": [4.0, 4.0]},
    "debt.trailing": {"values": [1.0, 2.0, 3.0], "periods": 2},
    "dynamics.Inputs": vars(LOOP),
    "dynamics.growth_that_pays": {"inputs": LOOP, "quarters": 4, "least": 0.5, "tolerance": 0.01},
    "dynamics.simulate": {"inputs": LOOP, "quarters": 4},
    "events.bootstrap_mean": {"values": [1.0, 2.0, 4.0], "draws": 50, "seed": 1, "level": 0.9},
    "events.calibrated": {"statistic": 1.0, "under_chance": [0.5, 1.5]},
    "events.car": {"model": FITTED, "first": 0, "last": 2},
    "events.days_kept": {"model": FITTED},
    "events.fit": {"share": SHARE_RETURNS, "market": MARKET_RETURNS, "event": EVENT},
    "events.overnight": {"market": CLOSES, "sessions": DAYS},
    "events.placebo_groups": {
        "models": {"a": PLACEBOS},
        "events": [("a", m.days[m.event]) for m in PLACEBOS[:3]],
        "groups": 3,
        "draws": 20,
        "seed": 1,
    },
    "events.placebos": {"share": SHARE_RETURNS, "market": MARKET_RETURNS, "excluded": [EVENT]},
    "events.rank_test": {"models": [FITTED] * 3},
    "events.relative_path": {"model": FITTED},
    "events.returns": {"closes": CLOSES},
    "events.standardised_test": {"cars": [0.1, 0.2, 0.05], "errors": [0.1, 0.1, 0.1]},
    "events.trading_day": {"calendar": DAYS, "day": DAYS[3]},
    "gpu_rental.FinancedContract": vars(CONTRACT),
    "gpu_rental.Ramp": {"growth_factor": 1.5, "gap_years": 0.5},
    "gpu_rental.RentalInputs": vars(RENTAL),
    "gpu_rental.break_even": {"inputs": RENTAL, "name": "price_per_gpu_hour", "required_return": 0.1},
    "gpu_rental.contract_life_margin": {
        "annual_revenue": 10.0,
        "annual_cost": 6.0,
        "upfront_cost": 5.0,
        "years": 5.0,
    },
    "gpu_rental.debt_coverage": {"contract": CONTRACT, "gross_margin": 0.3},
    "gpu_rental.debt_path": {"contract": CONTRACT, "gross_margin": 0.3, "build_years": 1},
    "gpu_rental.gap_for_margin": {
        "steady_margin": 0.35,
        "shown_margin": 0.15,
        "growth_factor": 2.0,
    },
    "gpu_rental.gpus_per_gigawatt": {"power_kw": 1.4, "pue": 1.3},
    "gpu_rental.implied_price": {"annual_payment": 1e9, "gpus": 1e4},
    "gpu_rental.needed_margin": {
        "contract": CONTRACT,
        "repay_years": 6,
        "price_change": -0.1,
        "fixed_years": 5,
    },
    "gpu_rental.price_factor": {"inputs": RENTAL},
    "gpu_rental.project_irr": {"contract": CONTRACT, "gross_margin": 0.3},
    "gpu_rental.ramp_margin": {"steady_margin": 0.35, "ramp": gpu_rental.Ramp(2.0, 0.5)},
    "gpu_rental.remaining_incremental_margin": {
        "added_revenue": 10.0,
        "added_cost": 6.0,
        "other_added_revenue": 2.0,
        "other_margin": 0.7,
    },
    "gpu_rental.renewal_price": {"inputs": RENTAL},
    "gpu_rental.sensitivity": {"inputs": RENTAL, "ranges": {"utilisation": (0.5, 0.9)}},
    "gpu_rental.solve_for_margin": {"inputs": RENTAL, "name": "price_per_gpu_hour", "target": 0.2},
    "gpu_rental.uncovered_lease": {"annual_lease": 1e9, "lease_years": 15.0, "contract_years": 5.0},
    "gpu_rental.unit_economics": {"inputs": RENTAL},
    "gpu_rental.unit_return": {"inputs": RENTAL},
    "gpu_rental.upfront_drag": {"annual_revenue": 10.0, "upfront_cost": 3.0, "growth_factor": 1.5},
    "losses.Claim": {"debtor": "a", "holder": "b", "rank": 1, "amount": 5.0},
    "losses.Guarantee": {"guarantor": "c", "debtor": "a", "holder": "b", "cap": 2.0},
    "losses.cushion": {"layers": [1.0, 2.0]},
    "losses.spread": {
        "direct": {"a": 3.0},
        "claims": [losses.Claim("a", "b", 1, 5.0)],
        "guarantees": [losses.Guarantee("c", "a", "b", 2.0)],
    },
    "losses.waterfall": {"loss": 1.0, "layers": [1.0, 2.0]},
    "options.Market": vars(MARKET),
    "options.annual": {"yearly": 0.05, "years": 5.0},
    "options.black": {"asset": 1.0, "strike": 1.0, "deviation": 0.3},
    "options.cancellation": {"market": MARKET, "term": 5.0, "days": [2.0, 3.0], "fee": 0.2},
    "options.delay": {"market": MARKET, "term": 5.0, "at": 1.0, "by": 1.0},
    "options.leaving": {"market": MARKET, "term": 5.0, "at": 2.0, "fee": 0.2},
    "options.renewal": {"market": MARKET, "term": 5.0, "more": 3.0},
    "warrants.Tranche": vars(STEP),
    "warrants.Plan": vars(PLAN),
    "warrants.Timing": {"first": (0.5, 1.0, 2.0), "pace": (0.1, 0.2, 0.4)},
    "warrants.touch_probability": {**HURDLE, "drift": 0.04},
    "warrants.hurdle_call": {**HURDLE, "rate": 0.04, "strike": 0.01},
    "warrants.reading_value": {
        **HURDLE,
        "rate": 0.04,
        "strike": 0.01,
        "chance": 0.9,
        "correlation": 0.3,
        "delivery": 1.0,
    },
    "warrants.watched_every": {"closes": 20},
    "warrants.sizes": {"shares": 1e6, "count": 6, "tilt": 0.5},
    "warrants.value_plan": {
        "plan": PLAN,
        "shares": 1e6,
        "capacity": 6.0,
        "spot": 160.0,
        "years": 5.0,
        "strike": 0.01,
    },
    "warrants.value_plans": {
        "plans": [PLAN],
        "shares": 1e6,
        "capacity": 6.0,
        "spot": [160.0],
        "years": 5.0,
        "strike": 0.01,
    },
    "warrants.simulate": {
        "tranches": [STEP],
        "spot": 160.0,
        "volatility": 0.5,
        "rate": 0.04,
        "years": 5.0,
        "strike": 0.01,
        "paths": 50,
        "seed": 1,
        "steps": 10,
        "average": 2,
        "correlation": 0.2,
    },
    "warrants.hurdle_at_end": {"spot": 160.0, "level": 0.9, "volatility": 0.5, "rate": 0.04, "years": 5.0},
    "warrants.realised_volatility": {"closes": [100.0, 101.0, 99.0, 100.0]},
    "warrants.undiluted_price": {"worth": lambda s: 0 * s, "spot": 160.0, "outstanding": 1e9},
}

RESULTS = {
    "circulation.Circulation", "contagion.Clearing", "contagion.Years", "providers.Account",
    "shocks.HalfGrowth",
    "credit.Merton",
    "dynamics.AccountsError", "dynamics.Books", "dynamics.Flows", "dynamics.Run", "events.Bootstrap",
    "events.Car",
    "events.MarketModel", "events.Placebos", "exuberance.Critical", "exuberance.Episode",
    "exuberance.Statistics",
    "gpu_rental.UnitEconomics", "losses.Losses",
    "score.Share",
    "warrants.Simulation", "warrants.Valuation",
}  # fmt: skip
"""What models give back; nobody builds it by hand."""
ELSEWHERE = {
    "dynamics.check", "dynamics.sweep", "physical.combine", "physical.UNITS", "growth.Verdict",
    "flows.StageClass",
    "intervals.exact", "sampling.extremes", "sampling.one_at_a_time", "events.TooShortError",
}  # fmt: skip
"""Takes no number of its own: a result of the model, or a function; names of types, and an error."""
OPEN = {("intervals.Interval", "low"), ("intervals.Interval", "high"), ("warrants.hurdle_at_end", "level")}
"""Infinite is allowed: no bound, or a level that is never reached."""
MAY_BE_MISSING = {
    ("circulation.Edge", "amount"), ("contagion.clear", "outside_debts"),
}  # fmt: skip
BROADCAST = {"warrants"}
"""Closed forms that take a number or an array of them."""
ANY_SHAPE = {
    ("sampling.batch_error", "values"), ("warrants.value_plans", "spot"), ("debt.interest_cover", "interest"),
    ("debt.own_share", "capex"), ("contagion.funding_need", "cash"), ("providers.ramp", "at"),
    ("providers.ramp", "end"),
}  # fmt: skip
"""Inputs of any shape; of two that must be of one shape the message names the other."""
SHARE = re.compile(
    r"share|margin|recovery|dilution|cash_cost|utilisation|gross_margin|least|discount|correlation"
)
SIGNED = re.compile(
    r"rate|growth|growth_after|value|low|central|high|flows|y|critical|found|draws|price_change|change|required_return"
    r"|middles|start|at|ways|tilt|log|gross_margin|other_margin|steady_margin|shown_margin|target|income|operating_income|operating_cash|cars"
    r"|values|assets|first|last|statistic|under_chance|fall|yearly|drift|correlation|xs|ys|outcome"
)
"""Names of inputs that may be below nothing."""


def public() -> Iterator[tuple[str, Callable[..., Any]]]:
    for found in pkgutil.iter_modules(models.__path__):
        if found.name == "guard":
            continue
        module = importlib.import_module(f"capital_loop.models.{found.name}")
        own = [
            n
            for n, o in vars(module).items()
            if not n.startswith("_") and getattr(o, "__module__", "") == module.__name__
        ]
        for name in getattr(module, "__all__", own):
            if callable(getattr(module, name)):
                yield f"{found.name}.{name}", getattr(module, name)


PUBLIC = dict(public())


def is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_series(value: object) -> bool:
    return isinstance(value, np.ndarray) or (
        isinstance(value, (list, tuple))
        and bool(value)
        and all(map(is_number, np.ravel(np.asarray(value, dtype=object))))
    )


def spoiled(value: Any, name: str, where: str) -> Iterator[tuple[str, Any]]:
    """What is made of an input."""
    if is_number(value):
        yield from (("nan", math.nan), ("word", "seven"))
        if (where, name) not in MAY_BE_MISSING:
            yield "none", None
        if (where, name) not in OPEN:
            yield "infinite", math.inf
        if SHARE.fullmatch(name) or name.endswith("_share"):
            yield "percent", 40.0
        if not SIGNED.fullmatch(name):
            yield "negative", -1.0
    elif is_series(value):
        holed = np.array(value, dtype=float)
        holed[(0,) * holed.ndim] = math.nan
        if (where, name) not in MAY_BE_MISSING:
            yield "none", None
        yield from (("hole", holed), ("words", np.full(holed.shape, "seven", dtype=object)))
        if not SIGNED.fullmatch(name):
            yield "negative", -np.abs(np.array(value, dtype=float)) - 1
        if name == "y":
            yield from (
                ("flat", np.ones(60)),
                ("empty", np.array([])),
                ("two-dimensional", np.ones((2, 30)) * np.arange(30)),
            )
    elif isinstance(value, dict):
        yield "none", None
        key = next(iter(value))
        yield "nan inside", {**value, key: (math.nan, 1.0) if isinstance(value[key], tuple) else math.nan}
        if isinstance(value[key], tuple):
            yield from (("turned round", {**value, key: value[key][::-1]}), ("unknown", {"moon": (0.0, 1.0)}))
        else:
            yield "negative inside", {**value, key: -1.0}
    elif isinstance(value, list):
        yield from (("none", None), ("words", ["seven"]))
    elif isinstance(value, pd.DataFrame):
        yield from (("none", None), ("hole", value.assign(price=math.nan)))
    elif is_dataclass(value) and not isinstance(value, (Interval, growth.DatedLevel)):
        yield from (("none", None), ("word", "seven"))


def of_other_kinds(value: Any, name: str, where: str) -> Iterator[tuple[str, Any]]:
    """What is of another kind than the input."""
    day = np.datetime64("2025-01-01")
    if is_number(value):
        yield from (("digits", "1"), ("bytes", b"1"), ("numpy text", np.str_("1")), ("truth", np.bool_(True)))
        yield from (("complex", np.complex128(1 + 1j)), ("NA", pd.NA), ("NaT", pd.NaT), ("day", day))
        yield from (("span", np.timedelta64(1, "D")), ("timestamp", pd.Timestamp(day)))
        if where.split(".")[0] not in BROADCAST and where != "dynamics.Inputs":
            yield from (("row", [1.0]), ("array", np.array([1.0])), ("frame", pd.DataFrame({"a": [1.0]})))
    elif is_series(value):
        a = np.array(value, dtype=float)
        yield from (("digits", a.astype(str)), ("object digits", a.astype(str).astype(object)))
        yield from (("truths", np.ones(a.shape, bool)), ("a truth", [True, *np.ravel(a)[1:]]))
        yield from (("complex", a.astype(complex)), ("days", np.full(a.shape, day)), ("text", "123"))
        yield from (("spans", np.full(a.shape, np.timedelta64(1, "D"))), ("set", {1.0, 2.0}))
        yield from (("masked", np.ma.masked_array(a, mask=np.ones(a.shape, bool))), ("mapping", {"a": 1.0}))
        yield from (("nullable", pd.array([None] * len(a), dtype="Float64")), ("generator", iter([1.0, 2.0])))
        if (where, name) not in ANY_SHAPE:
            yield from (("scalar", 1.0), ("axis", a[..., None]))
    elif isinstance(value, pd.Series):
        yield from (("array", value.to_numpy()), ("frame", value.to_frame()), ("none", None))
        yield from (("repeats", pd.concat([value, value.iloc[:1]])), ("backwards", value.iloc[::-1]))
        yield from (("places", value.reset_index(drop=True)), ("zone", value.tz_localize("UTC")))
        yield from (("text days", value.set_axis(value.index.strftime("%Y-%m-%d"))), ("truths", value > 0))
        yield from (("periods", value.set_axis(value.index.to_period("D"))), ("empty", value.iloc[:0]))
        yield from (
            ("objects", value.astype(str).astype(object)),
            ("hole", value.where(value.index != value.index[9])),
        )
        yield "day missing", value.set_axis(pd.DatetimeIndex([pd.NaT, *value.index[1:]]))
    elif isinstance(value, pd.DatetimeIndex):
        yield from (
            ("backwards", value[::-1]),
            ("repeats", value.append(value)),
            ("empty", value[:0]),
            ("none", None),
        )
        yield from (("text", value.strftime("%Y-%m-%d")), ("zone", value.tz_localize("UTC")), ("list", [1.0]))
        yield "day missing", value[:-1].append(pd.DatetimeIndex([pd.NaT]))
    elif isinstance(value, pd.Timestamp):
        yield from (
            ("text", f"{value:%Y-%m-%d}"),
            ("zone", value.tz_localize("UTC")),
            ("NaT", pd.NaT),
            ("number", 5),
        )
        yield "none", None
    elif isinstance(value, pd.DataFrame):
        yield from (("empty", value.iloc[:0]), ("objects", value.astype(str)), ("array", value.to_numpy()))
        yield from (
            ("columns twice", pd.concat([value, value], axis=1)),
            ("column missing", value.iloc[:, 1:]),
        )
    elif isinstance(value, str):
        yield from (
            ("number", 1.0),
            ("none", None),
            ("bytes", value.encode()),
            ("empty", ""),
            ("list", [value]),
        )
    elif isinstance(value, list):
        yield from (
            ("alone", value[0]),
            ("mapping", {"a": value[0]}),
            ("number", 1.0),
            ("mixed", [value[0], 1.0]),
        )
    elif isinstance(value, dict):
        yield from (
            ("list", list(value.values())),
            ("digits", dict.fromkeys(value, "1")),
            ("pairs", list(value.items())),
        )
    elif is_dataclass(value):
        yield from (("number", 1.0), ("none", None), ("type", type(value)))


def cases(where: str, name: str) -> Iterator[tuple[str, Any]]:
    """What is wrong with an input, in a word, and the input."""
    for make in (spoiled, of_other_kinds):
        yield from make(VALID[where][name], name, where)


INPUTS = [(where, name) for where, example in VALID.items() for name in example]


def test_every_public_function_has_an_example() -> None:
    known = VALID.keys() | RESULTS | ELSEWHERE
    assert not PUBLIC.keys() - known, (
        "add an example to VALID, or say in RESULTS or ELSEWHERE why there is none"
    )
    assert not known - PUBLIC.keys(), "there is no such public name"


def test_there_are_thousands_of_cases() -> None:
    assert sum(1 for one in INPUTS for _ in cases(*one)) > 7000


@pytest.mark.parametrize("where", VALID)
def test_the_example_is_valid(where: str) -> None:
    PUBLIC[where](**VALID[where])
    parameters = inspect.signature(PUBLIC[where]).parameters
    assert VALID[where].keys() <= parameters.keys()


@pytest.mark.parametrize(("where", "name"), INPUTS)
def test_an_odd_input_raises_one_clear_error_that_names_it(where: str, name: str) -> None:
    parts = name.split("_")
    words = (name, *parts, parts[0].rstrip("s"))
    wrong = []
    for kind, odd in cases(where, name):
        try:
            PUBLIC[where](**{**VALID[where], name: odd})
        except ValueError as error:
            if not any(w in str(error).lower() for w in words):
                wrong.append(f"{kind} does not name it: {error}")
        except Exception as error:
            wrong.append(f"{kind}: {error!r}")
        else:
            wrong.append(f"{kind} is taken")
    assert not wrong
