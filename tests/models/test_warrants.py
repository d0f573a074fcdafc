"""The warrant model against QuantLib, against its limits, and against its own Monte Carlo."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr, ndtri

from capital_loop.models import warrants as w

SPOT, VOL, RATE, YEARS, STRIKE = 160.0, 0.5, 0.037, 5.0, 0.01

prices = st.floats(10, 1000)
vols = st.floats(0.05, 1.5)
rates = st.floats(-0.02, 0.12)
times = st.floats(0.05, 10)


def quantlib_process(ql, spot, rate, vol):
    """Black and Scholes with flat rate and volatility, valued on the day of the warrant's news."""
    today = ql.Date(6, 10, 2025)
    ql.Settings.instance().evaluationDate = today
    clock = ql.Actual365Fixed()
    return today, ql.BlackScholesProcess(
        ql.QuoteHandle(ql.SimpleQuote(spot)),
        ql.YieldTermStructureHandle(ql.FlatForward(today, rate, clock)),
        ql.BlackVolTermStructureHandle(ql.BlackConstantVol(today, ql.NullCalendar(), vol, clock)),
    )


def quantlib_up_and_in(spot, hurdle, vol, rate, days, strike):
    ql = pytest.importorskip("QuantLib")
    today, process = quantlib_process(ql, spot, rate, vol)
    option = ql.BarrierOption(
        ql.Barrier.UpIn, hurdle, 0.0, ql.PlainVanillaPayoff(ql.Option.Call, strike),
        ql.EuropeanExercise(today + days)
    )  # fmt: skip
    option.setPricingEngine(ql.AnalyticBarrierEngine(process))
    return option.NPV()


@pytest.mark.parametrize("hurdle", [165, 200, 280, 400, 600, 1500])
@pytest.mark.parametrize(("vol", "days"), [(0.25, 365), (0.5, 1826), (0.8, 3650)])
@pytest.mark.parametrize("strike", [0.01, 22.98, 120.0, 160.0])
def test_closed_form_agrees_with_quantlib(hurdle, vol, days, strike):
    ours = w.hurdle_call(SPOT, hurdle, vol, RATE, days / 365, strike)
    assert float(ours) == pytest.approx(
        quantlib_up_and_in(SPOT, hurdle, vol, RATE, days, strike), rel=1e-3, abs=1e-9
    )


def test_penny_strike_agrees_with_quantlib_far_more_closely_than_asked():
    theirs = [quantlib_up_and_in(SPOT, h, VOL, RATE, 1826, STRIKE) for h in (200, 400, 600)]
    ours = w.hurdle_call(SPOT, [200, 400, 600], VOL, RATE, 1826 / 365, STRIKE)
    np.testing.assert_allclose(ours, theirs, rtol=1e-9)


def test_one_touch_agrees_with_quantlib():
    ql = pytest.importorskip("QuantLib")
    today, process = quantlib_process(ql, SPOT, RATE, VOL)
    exercise = ql.AmericanExercise(today, today + 1826, True)
    asset = ql.VanillaOption(ql.AssetOrNothingPayoff(ql.Option.Call, 600.0), exercise)
    cash = ql.VanillaOption(ql.CashOrNothingPayoff(ql.Option.Call, 600.0, 1.0), exercise)
    for option in (asset, cash):
        option.setPricingEngine(ql.AnalyticDigitalAmericanEngine(process))
    years = 1826 / 365
    assert float(w.hurdle_call(SPOT, 600, VOL, RATE, years)) == pytest.approx(asset.NPV(), rel=1e-6)
    touch = w.touch_probability(SPOT, 600, VOL, RATE, years)
    assert float(touch) * math.exp(-RATE * years) == pytest.approx(cash.NPV(), rel=1e-6)


@given(prices, st.floats(0.1, 1.0), vols, rates, times, st.floats(0, 0.05))
def test_a_hurdle_already_reached_leaves_the_share_less_the_discounted_strike(
    spot, part, vol, rate, years, strike
):
    got = float(w.hurdle_call(spot, spot * part, vol, rate, years, strike))
    paid = strike * math.exp(-rate * years)
    assert spot - paid - 1e-9 * spot <= got <= spot + 1e-9 * spot
    if vol <= 0.6 and years <= 5 and spot >= 100 and strike <= 0.01:
        assert got == pytest.approx(spot - paid, rel=1e-7)
    assert float(w.touch_probability(spot, spot * part, vol, rate, years)) == 1.0


def test_without_volatility_growth_alone_reaches_the_hurdle_or_not():
    assert float(w.hurdle_call(100, 120, 0.0, 0.04, 5, 0.01)) == pytest.approx(100 - 0.01 * math.exp(-0.2))
    assert float(w.hurdle_call(100, 130, 0.0, 0.04, 5, 0.01)) == 0.0
    assert w.touch_probability(100, [120, 130], 0.0, 0.04, 5).tolist() == [1.0, 0.0]


@given(prices, st.floats(1.05, 5), rates, times)
def test_small_volatility_approaches_the_limit(spot, factor, rate, years):
    grown = rate * years - math.log(factor)
    if abs(grown) > 0.05:
        got = float(w.hurdle_call(spot, spot * factor, 1e-3, rate, years, 0.01))
        wanted = spot - 0.01 * math.exp(-rate * years) if grown > 0 else 0.0
        assert got == pytest.approx(wanted, abs=spot * 1e-6)


@given(prices, st.floats(0.5, 6), st.floats(1.001, 3), vols, rates, times)
def test_a_higher_hurdle_is_never_worth_more_and_no_share_exceeds_its_price(
    spot, factor, more, vol, rate, years
):
    low, high = w.hurdle_call(spot, [spot * factor, spot * factor * more], vol, rate, years, 0.01)
    assert high <= low + 1e-9 * spot
    assert 0 <= high <= spot
    assert low <= spot


@given(prices, st.floats(0.5, 6), vols, rates, times, st.floats(0.01, 5))
def test_more_time_is_never_worth_less(spot, factor, vol, rate, years, more):
    short, long = w.hurdle_call(spot, spot * factor, vol, rate, [years, years + more])
    assert long >= short - 1e-9 * spot


@given(prices, st.floats(1.0, 6), vols, rates, times)
def test_one_touch_is_the_limit_of_the_penny_call(spot, factor, vol, rate, years):
    free, penny = w.hurdle_call(spot, spot * factor, vol, rate, years, [0.0, 0.01])
    assert free - 0.01 * math.exp(max(-rate * years, 0)) - 1e-9 * spot <= penny <= free + 1e-9 * spot


@given(prices, st.floats(1.01, 6), vols, rates, times)
def test_touching_is_likelier_in_the_shares_own_measure(spot, factor, vol, rate, years):
    """Growth r + s² instead of r: the identity behind the closed form."""
    own = float(w.touch_probability(spot, spot * factor, vol, rate + vol**2, years))
    assert float(w.hurdle_call(spot, spot * factor, vol, rate, years)) == pytest.approx(
        spot * own, rel=1e-9, abs=1e-12 * spot
    )


def test_watching_less_often_is_worth_less_and_daily_watching_little_less():
    seen = [float(w.hurdle_call(SPOT, 600, VOL, RATE, YEARS, monitoring=m)) for m in (0.0, 1 / 252, 1 / 12)]
    assert seen[0] > seen[1] > seen[2]
    assert seen[1] > 0.98 * seen[0]


def test_golden_value():
    assert float(w.hurdle_call(164.67, 600, 0.51, math.log(1.0372), 5, 0.01)) == pytest.approx(83.4, abs=0.5)


def plan(**changes):
    base = {
        "volatility": VOL, "rate": RATE, "hurdles": (200.0, 280.0, 360.0, 440.0, 520.0, 600.0), "tilt": 0.0,
        "first_delivery": 1.75, "pace": 0.6, "first_chance": 0.95, "next_chance": 0.8,
        "revenue_per_gw": 17.5e9,
    }  # fmt: skip
    return w.Plan(**{**base, **changes})


def test_tranches_keep_all_shares_and_capacity():
    for tilt in (-0.6, 0.0, 0.6):
        cut = plan(tilt=tilt).tranches(160e6, 6)
        assert sum(t.shares for t in cut) == pytest.approx(160e6)
        assert sum(t.capacity for t in cut) == pytest.approx(6)
    assert plan(tilt=-0.6).tranches(160e6, 6)[0].shares == pytest.approx(
        4 * plan(tilt=-0.6).tranches(160e6, 6)[-1].shares
    )
    assert [t.chance for t in cut][:2] == pytest.approx([0.95, 0.76])
    assert w.sizes(10, 1, 0.6).tolist() == [10]


def test_value_is_the_sum_of_one_hurdle_values_times_chances():
    cut = plan().tranches(160e6, 6)
    got = w.value_plan(plan(), 160e6, 6, SPOT, YEARS, STRIKE)
    by_hand = sum(
        t.shares * t.chance * float(w.hurdle_call(SPOT, t.hurdle, VOL, RATE, YEARS, STRIKE)) for t in cut
    )
    assert got.total == pytest.approx(by_hand)
    assert got.face == pytest.approx(160e6 * SPOT)
    assert 0 < got.of_face < 1
    assert got.purchase == pytest.approx(105e9)
    assert got.expected_purchase == pytest.approx(17.5e9 * sum(t.chance for t in cut))
    present = sum(17.5e9 * t.chance * math.exp(-RATE * t.delivery) for t in cut)
    assert got.discount == pytest.approx(got.total / present)
    dearer = w.value_plan(plan(premium=0.06), 160e6, 6, SPOT, YEARS, STRIKE)
    assert dearer.total == got.total
    assert dearer.discount > got.discount
    assert (np.diff(got.per_gw) < 0).all()
    assert (np.diff(got.touches) < 0).all()


def test_a_delivery_after_expiry_is_worth_nothing():
    late = w.value_plan(plan(pace=1.0), 160e6, 6, SPOT, YEARS, STRIKE)
    assert (late.values[:4] > 0).all()
    assert late.values[4:].tolist() == [0.0, 0.0]
    assert late.expected_purchase < late.purchase


def test_certain_deliveries_leave_only_the_price_targets():
    sure = w.value_plan(plan().certain(YEARS), 160e6, 6, SPOT, YEARS, STRIKE)
    assert sure.chances.tolist() == [1.0] * 6
    assert sure.expected_purchase == sure.purchase
    assert sure.total > w.value_plan(plan(), 160e6, 6, SPOT, YEARS, STRIKE).total


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_monte_carlo_lies_within_four_standard_errors_of_the_closed_form(seed):
    cut = plan().tranches(160e6, 6)
    exact = w.value_plan(plan(closes=1), 160e6, 6, SPOT, YEARS, STRIKE)
    run = w.simulate(cut, SPOT, VOL, RATE, YEARS, STRIKE, paths=20_000, seed=seed, steps=1260)
    assert abs(run.total - exact.total) < 4 * run.standard_error
    assert run.standard_error < 0.02 * exact.total


def test_discrete_watching_agrees_with_the_continuity_correction():
    cut = (w.Tranche(1, 300.0, 1, 0, 1),)
    run = w.simulate(cut, SPOT, VOL, RATE, 2.0, 0, paths=60_000, seed=9, steps=100)
    corrected = float(w.hurdle_call(SPOT, 300, VOL, RATE, 2.0, monitoring=2.0 / 100))
    assert abs(run.total - corrected) < 4 * run.standard_error
    assert run.total < float(w.hurdle_call(SPOT, 300, VOL, RATE, 2.0))


@pytest.mark.parametrize(
    "reading",
    [
        {},
        {"average": 20},
        {"after_delivery": True},
        {"after_delivery": True, "timing": w.Timing((1.25, 1.75, 2.5), (0.35, 0.6, 1.0))},
        {"correlation": 0.7},
    ],
)
def test_forty_thousand_paths_give_a_standard_error_under_a_fifth_of_a_percent(reading):
    run = w.simulate(plan().tranches(160e6, 6), SPOT, VOL, RATE, YEARS, STRIKE, paths=40_000, seed=1,
                     steps=1260, **reading)  # fmt: skip
    assert run.standard_error < 0.002 * run.total


def test_mirrored_paths_and_controls_take_away_most_of_the_error():
    """Against plain Monte Carlo of the same number of paths, written out here."""
    cut = (w.Tranche(1, 300.0, 1, 0, 1),)
    rng, steps, paths = np.random.default_rng(4), 50, 20_000
    moves = (RATE - VOL**2 / 2) * 2 / steps + VOL * math.sqrt(2 / steps) * rng.standard_normal((paths, steps))
    price = SPOT * np.exp(np.cumsum(moves, axis=1))
    paid = np.where(price.max(axis=1) >= 300, price[:, -1], 0) * math.exp(-RATE * 2)
    plain = paid.std(ddof=1) / math.sqrt(paths)
    run = w.simulate(cut, SPOT, VOL, RATE, 2.0, 0, paths=paths, seed=4, steps=steps)
    assert abs(run.total - paid.mean()) < 4 * plain
    assert run.standard_error < plain / 2


def test_reported_errors_are_what_repetition_shows():
    cut = plan().tranches(160e6, 6)
    runs = [w.simulate(cut, SPOT, VOL, RATE, YEARS, STRIKE, paths=2_000, seed=s, steps=20) for s in range(40)]
    spread = np.std([r.total for r in runs], ddof=1)
    assert spread == pytest.approx(np.mean([r.standard_error for r in runs]), rel=0.4)


def test_a_mean_of_closes_is_a_stricter_test_than_a_close():
    cut = plan().tranches(160e6, 6)
    kw = {"paths": 10_000, "seed": 2, "steps": 252}
    totals = [w.simulate(cut, SPOT, VOL, RATE, YEARS, STRIKE, average=n, **kw).total for n in (1, 2, 10, 60)]
    assert totals == sorted(totals, reverse=True)


def test_dates_without_spread_are_the_tranches_own():
    cut = plan().tranches(160e6, 6)
    kw = {"paths": 4_000, "seed": 2, "steps": 60, "after_delivery": True}
    fixed = w.Timing((1.75, 1.75, 1.75), (0.6, 0.6, 0.6))
    own = w.simulate(cut, SPOT, VOL, RATE, YEARS, STRIKE, **kw)
    drawn = w.simulate(cut, SPOT, VOL, RATE, YEARS, STRIKE, timing=fixed, **kw)
    assert drawn.total == pytest.approx(own.total)


def test_share_above_a_level_at_expiry_agrees_with_quantlib():
    ql = pytest.importorskip("QuantLib")
    today, process = quantlib_process(ql, SPOT, RATE, VOL)
    option = ql.VanillaOption(
        ql.AssetOrNothingPayoff(ql.Option.Call, 400.0), ql.EuropeanExercise(today + 1826)
    )
    option.setPricingEngine(ql.AnalyticEuropeanEngine(process))
    assert float(w.hurdle_at_end(SPOT, 400.0, VOL, RATE, 1826 / 365)) == pytest.approx(option.NPV(), rel=1e-9)
    assert w.hurdle_at_end(100.0, [99.0, 101.0], 0.0, 0.0, 1.0).tolist() == [100.0, 0.0]


def test_the_same_seed_gives_the_same_figures_across_chunks():
    cut = plan().tranches(160e6, 6)
    first, again, other = (
        w.simulate(cut, SPOT, VOL, RATE, YEARS, STRIKE, paths=25_000, seed=s, steps=6) for s in (7, 7, 8)
    )
    assert first.total == again.total
    assert first.total != other.total


def test_deliveries_that_follow_the_price_are_worth_more_and_touches_after_delivery_less():
    cut = plan().tranches(160e6, 6)
    kw = {"paths": 40_000, "seed": 3, "steps": 30}
    alone = w.simulate(cut, SPOT, VOL, RATE, YEARS, STRIKE, **kw)
    together = w.simulate(cut, SPOT, VOL, RATE, YEARS, STRIKE, correlation=0.7, **kw)
    later = w.simulate(cut, SPOT, VOL, RATE, YEARS, STRIKE, after_delivery=True, **kw)
    assert together.total > alone.total + 4 * alone.standard_error
    assert together.all_vest > alone.all_vest
    assert later.total < alone.total
    assert 0 < alone.none_vest < 1


def test_simulation_without_volatility():
    cut = (w.Tranche(1, 110.0, 1, 0, 1), w.Tranche(1, 130.0, 1, 0, 1))
    run = w.simulate(cut, 100, 0.0, 0.04, 5, 0, paths=10, seed=1, steps=5)
    assert run.total == pytest.approx(100)


def test_realised_volatility_of_known_series():
    steps = np.tile([0.02, -0.02], 100)
    closes = 100 * np.exp(np.concatenate([[0], np.cumsum(steps)]))
    assert w.realised_volatility(closes) == pytest.approx(0.02 * math.sqrt(252) * math.sqrt(200 / 199))
    with pytest.raises(ValueError, match="closes has 2 members: it needs at least 3"):
        w.realised_volatility([1, 2])


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (lambda: w.hurdle_call(-1, 100, 0.5, 0.03, 1), "spot is -1: it must be above 0"),
        (lambda: w.hurdle_call(100, 0, 0.5, 0.03, 1), "hurdle is 0: it must be above 0"),
        (lambda: w.hurdle_call(100, 100, -0.5, 0.03, 1), "volatility is -0.5: it must be at least 0"),
        (lambda: w.hurdle_call(100, 100, 51, 0.03, 1), "volatility is 51: it must"),
        (lambda: w.hurdle_call(100, 100, 0.5, 3.7, 1), "rate is 3.7: it must"),
        (lambda: w.hurdle_call(100, 100, 0.5, 0.03, -1), "years is -1: it must be at least 0"),
        (lambda: w.hurdle_call(100, 100, 0.5, 0.03, 1, strike=-1), "strike is -1: it must be at least 0"),
        (lambda: w.touch_probability(100, 120, 0.5, math.nan, 1), "drift is nan: it must be a finite number"),
        (lambda: w.touch_probability(100, 120, 0.5, 0, 1, monitoring=-1), "monitoring is -1"),
        (lambda: w.reading_value(100, 120, 0, 0.03, 1, 0, 1, 0), "volatility is 0: it must be above 0"),
        (lambda: w.reading_value(100, 120, 0.5, 0.03, 0, 0, 1, 0), "years is 0: it must be above 0"),
        (lambda: w.reading_value(100, 120, 0.5, 0.03, 1, 0, 95, 0), "chance holds 95: it looks like percent"),
        (lambda: w.reading_value(100, 120, 0.5, 0.03, 1, 0, 1, 1), "correlation is 1: it must be above -1"),
        (lambda: w.reading_value(100, 120, 0.5, 0.03, 1, 0, 1, 0, -1), "delivery is -1"),
        (lambda: w.watched_every(-1), "closes is -1"),
        (lambda: w.value_plan(plan(), 1, 1, 0, YEARS, STRIKE), "spot is 0"),
        (lambda: w.value_plan(plan(), 1, 1, SPOT, YEARS, -1), "strike is -1"),
        (lambda: w.value_plan(plan(), 1, 1, SPOT, -1, STRIKE), "years is -1"),
        (lambda: plan(premium=6), "premium is 6: it looks like percent"),
        (lambda: w.Tranche(1, 1, 0, 1, 1), "capacity is 0: it must be above 0"),
        (lambda: w.Tranche(1, 1, 1, 1, 1.5), "chance is 1.5: it looks like percent"),
        (lambda: w.Tranche(math.nan, 1, 1, 1, 1), "shares is nan"),
        (lambda: plan(volatility=51), "volatility is 51: it looks like percent; give 51 percent as 0.51"),
        (lambda: plan(rate=3.7), "rate is 3.7: it looks like percent"),
        (lambda: plan(hurdles=()), "hurdles has 0 members"),
        (lambda: plan(hurdles=(200.0, math.inf)), "hurdles[1] is inf"),
        (lambda: plan(tilt=1.5), "tilt is 1.5"),
        (lambda: plan(pace=-0.1), "pace is -0.1: it must be at least 0, in years"),
        (lambda: plan(first_chance=95), "first_chance is 95: it looks like percent"),
        (lambda: plan(revenue_per_gw=0), "revenue_per_gw is 0"),
        (lambda: plan(correlation=-1), "correlation is -1"),
        (lambda: plan(closes=1.5), "closes is 1.5: it must be a whole number"),
        (lambda: w.sizes(-1, 1, 0), "shares is -1"),
        (lambda: w.sizes(1, 0, 0), "count is 0: it must be at least 1"),
        (lambda: w.sizes(1, 3, 2), "tilt is 2: it must be at least -1 and at most 1"),
        (
            lambda: w.simulate((), SPOT, VOL, RATE, YEARS, STRIKE, paths=10, seed=1, steps=9),
            "tranches must be a list of at least 1 of the type Tranche",
        ),
        (
            lambda: w.simulate(
                plan().tranches(1, 1), SPOT, VOL, RATE, YEARS, STRIKE, paths=1, seed=1, steps=9
            ),
            "paths is 1",
        ),
        (
            lambda: w.simulate(
                plan().tranches(1, 1), SPOT, 51, RATE, YEARS, STRIKE, paths=9, seed=1, steps=9
            ),
            "volatility is 51",
        ),
        (lambda: w.undiluted_price(lambda s: 0 * s, 0, 1), "spot is 0"),
        (lambda: w.undiluted_price(lambda s: 0 * s, 1, 0), "outstanding is 0"),
        (lambda: w.undiluted_price(lambda s: 2 * s, 1.0, 1.0), "not small beside the company"),
        (lambda: w.realised_volatility([1, -2, 3]), "closes[1] is -2: it must be above 0"),
    ],
)
def test_the_impossible_is_refused(bad, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        bad()


@given(st.integers(1, 8), st.floats(-1, 1))
def test_sizes_add_up(count, tilt):
    cut = w.sizes(160e6, count, tilt)
    assert cut.sum() == pytest.approx(160e6)
    assert (cut >= -1e-6).all()


def test_the_integral_is_the_closed_form_where_deliveries_go_their_own_way():
    cut = plan().tranches(160e6, 6)
    hurdles, chances = [t.hurdle for t in cut], np.array([t.chance for t in cut])
    exact = w.hurdle_call(SPOT, hurdles, VOL, RATE, YEARS, STRIKE) * chances
    np.testing.assert_allclose(
        w.reading_value(SPOT, hurdles, VOL, RATE, YEARS, STRIKE, chances, 0.0), exact, rtol=1e-9
    )
    np.testing.assert_allclose(
        w.reading_value(SPOT, hurdles, VOL, RATE, YEARS, STRIKE, 1.0, 0.7), exact / chances, rtol=1e-9
    )


def test_a_reached_hurdle_with_correlation_is_a_probability_of_two_normals():
    """Without a target the value is S P(D) under the share's own measure: N((b + rho s sqrt T)), b =
    N^-1(p)."""
    got = float(w.reading_value(SPOT, SPOT / 2, VOL, RATE, YEARS, 0.0, 0.6, 0.5))
    assert got == pytest.approx(SPOT * ndtr(ndtri(0.6) + 0.5 * VOL * math.sqrt(YEARS)), rel=1e-9)


def test_a_delivery_at_expiry_leaves_the_share_above_the_target_at_the_end():
    got = float(w.reading_value(SPOT, 300.0, VOL, RATE, YEARS, 0.0, 1.0, 0.0, YEARS))
    assert got == pytest.approx(float(w.hurdle_at_end(SPOT, 300.0, VOL, RATE, YEARS)), rel=1e-9)
    assert float(w.reading_value(SPOT, 300.0, VOL, RATE, YEARS, 0.0, 1.0, 0.0, YEARS + 0.1)) == 0.0


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("correlation", [-0.5, 0.0, 0.7])
def test_the_integral_agrees_with_the_simulation(correlation, after):
    moved = plan(correlation=correlation, after_delivery=after)
    cut = moved.tranches(160e6, 6)
    got = w.value_plan(replace(moved, closes=1), 160e6, 6, SPOT, YEARS, STRIKE)
    run = w.simulate(cut, SPOT, VOL, RATE, YEARS, STRIKE, paths=20_000, seed=11, steps=1260,
                     correlation=correlation, after_delivery=after)  # fmt: skip
    assert abs(run.total - got.total) < 4 * run.standard_error + 1e-4 * got.total


@pytest.mark.parametrize("closes", [1, 5, 20, 60])
def test_a_mean_of_closes_moves_the_hurdle_as_the_simulation_finds(closes):
    got = w.value_plan(plan(closes=closes), 160e6, 6, SPOT, YEARS, STRIKE)
    run = w.simulate(plan().tranches(160e6, 6), SPOT, VOL, RATE, YEARS, STRIKE, paths=20_000, seed=12,
                     steps=1260, average=closes)  # fmt: skip
    assert run.total == pytest.approx(got.total, rel=0.006)


def test_many_plans_at_once_are_the_single_ones():
    plans = [
        plan(),
        plan(correlation=0.4, closes=20),
        plan(after_delivery=True, pace=1.0),
        plan(volatility=0.7),
    ]
    values, present = w.value_plans(plans, 160e6, 6, SPOT, YEARS, STRIKE)
    for k, one in enumerate(plans):
        alone = w.value_plan(one, 160e6, 6, SPOT, YEARS, STRIKE)
        np.testing.assert_allclose(values[k], alone.values, rtol=1e-9, atol=1e-3)
        assert present[k] == pytest.approx(alone.present_purchase)


def test_the_price_that_holds_the_warrant_adds_up():
    def worth(price):
        return w.value_plan(plan(), 160e6, 6, float(price), YEARS, STRIKE).total

    price = float(w.undiluted_price(worth, SPOT, 1.6e9))
    assert price + worth(price) / 1.6e9 == pytest.approx(SPOT, rel=1e-6)
    assert float(w.undiluted_price(lambda s: 0 * s, SPOT, 1.6e9)) == SPOT
    assert float(w.undiluted_price(lambda s: 0.1 * s, 110.0, 1.0)) == pytest.approx(100.0, rel=1e-6)
