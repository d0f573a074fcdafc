"""The specification of ``models.events``: known jumps in simulated data, hand computations, size of the
tests."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from capital_loop.models import events

DAYS = pd.bdate_range("2025-01-01", periods=200)


def simulated(
    jump: float, seed: int = 1, beta: float = 1.5, sigma: float = 0.01
) -> tuple[pd.Series, pd.Series, pd.Timestamp]:
    """A share with a known beta and a jump on day 150."""
    rng = np.random.default_rng(seed)
    market = pd.Series(rng.normal(0.0005, 0.01, len(DAYS)), DAYS)
    share = 0.0002 + beta * market + rng.normal(0, sigma, len(DAYS))
    share.iloc[150] += jump
    return share, market, DAYS[150]


class TestMarketModel:
    def test_a_known_jump_is_found(self) -> None:
        share, market, day = simulated(0.2)
        model = events.fit(share, market, day)
        found = events.car(model, 0, 0)
        assert found.value == pytest.approx(0.2, abs=3 * found.error)
        assert found.p_value < 1e-6
        assert model.beta == pytest.approx(1.5, abs=0.3)
        assert model.length == 120

    def test_without_noise_the_jump_is_exact(self) -> None:
        share, market, day = simulated(0.1, sigma=1e-12)
        model = events.fit(share, market, day)
        assert events.car(model, 0, 0).value == pytest.approx(0.1, abs=1e-9)
        assert events.car(model, -5, 20).value == pytest.approx(0.1, abs=1e-9)

    def test_the_regression_agrees_with_numpy(self) -> None:
        share, market, day = simulated(0.2)
        model = events.fit(share, market, day)
        sample = slice(150 - 130, 150 - 10)
        slope, intercept = np.polyfit(market.to_numpy()[sample], share.to_numpy()[sample], 1)
        assert (model.beta, model.alpha) == (pytest.approx(slope), pytest.approx(intercept))

    def test_the_error_of_one_day_by_hand(self) -> None:
        """MacKinlay (1997), eq. 8: s² (1 + 1/L + (M0 - mean)² / SS)."""
        share, market, day = simulated(0.2)
        model = events.fit(share, market, day)
        m0 = market.loc[day]
        by_hand = model.sigma**2 * (1 + 1 / 120 + (m0 - model.market_mean) ** 2 / model.market_ss)
        assert events.car(model, 0, 0).error ** 2 == pytest.approx(by_hand)

    def test_standardised_abnormal_returns_have_the_stated_spread(self) -> None:
        """Over many simulated shares without a jump, CAR over its error has mean 0 and sd about 1."""
        z = [events.car(events.fit(*simulated(0.0, seed=s)), 0, 4).standardised for s in range(300)]
        assert np.mean(z) == pytest.approx(0, abs=0.15)
        assert np.std(z) == pytest.approx(1, abs=0.12)

    def test_bad_input_is_refused(self) -> None:
        share, market, day = simulated(0.0)
        with pytest.raises(ValueError, match="trading days before"):
            events.fit(share.iloc[100:], market, day)
        with pytest.raises(ValueError, match="no trading day"):
            events.fit(share, market, pd.Timestamp("2025-07-26"))
        with pytest.raises(ValueError, match="outside the days"):
            events.car(events.fit(share, market, day), 0, 200)
        with pytest.raises(ValueError, match=r"closes\[1\] is 0: it must be above 0"):
            events.returns(pd.Series([1.0, 0.0], DAYS[:2]))
        with pytest.raises(ValueError, match="share in the window is flat"):
            events.fit(0 * share, market, day)
        with pytest.raises(ValueError, match=r"market\[0\] is"):
            events.fit(share, market - 2, day)


class TestCalendar:
    def test_a_weekend_answers_on_monday_and_an_evening_on_the_next_day(self) -> None:
        monday = pd.Timestamp("2025-07-28")
        assert events.trading_day(DAYS, pd.Timestamp("2025-07-26")) == monday
        assert events.trading_day(DAYS, monday) == monday
        assert events.trading_day(DAYS, monday, after_close=True) == pd.Timestamp("2025-07-29")
        with pytest.raises(ValueError, match="last trading day"):
            events.trading_day(DAYS, pd.Timestamp("2030-01-01"))


class TestDuration:
    def test_a_gain_given_back_on_the_third_day(self) -> None:
        share, market, day = simulated(0.1, sigma=1e-12, beta=1.0)
        share.iloc[153] -= 0.11
        assert events.days_kept(events.fit(share, market, day)) == 3

    def test_a_gain_that_stays(self) -> None:
        share, market, day = simulated(0.1, sigma=1e-12, beta=1.0)
        assert events.days_kept(events.fit(share, market, day)) is None


class TestAcrossEvents:
    def test_bmp_is_a_t_test_of_the_scaled_values(self) -> None:
        from scipy.stats import ttest_1samp

        cars, errors = [0.1, 0.05, 0.2, -0.01], [0.02, 0.02, 0.03, 0.02]
        expected = ttest_1samp(np.divide(cars, errors), 0)
        assert events.standardised_test(cars, errors) == (
            pytest.approx(expected.statistic),
            pytest.approx(expected.pvalue),
        )

    def test_the_rank_test_holds_its_size_and_has_power(self) -> None:
        quiet = [
            events.rank_test([events.fit(*simulated(0.0, seed=100 * k + s)) for s in range(8)])[1]
            for k in range(100)
        ]
        assert np.mean(np.array(quiet) < 0.05) <= 0.12
        loud = [events.fit(*simulated(0.05, seed=s)) for s in range(8)]
        assert events.rank_test(loud)[1] < 0.01

    def test_the_studentised_bootstrap_rejects_as_often_as_it_says(self) -> None:
        """Five and fifteen values with fat tails: the percentile bootstrap rejects ten to sixteen percent
        here."""
        rng = np.random.default_rng(3)
        for size in (5, 15):
            p = [
                events.bootstrap_mean(rng.standard_t(4, size), draws=200, seed=k, level=0.95).p_value
                for k in range(400)
            ]
            assert np.mean(np.array(p) < 0.05) < 0.075

    def test_the_bootstrap_covers_the_mean_and_repeats(self) -> None:
        a = events.bootstrap_mean([1, 2, 3, 4], draws=10_000, seed=1, level=0.95)
        assert a == events.bootstrap_mean([1, 2, 3, 4], draws=10_000, seed=1, level=0.95)
        assert a.low < a.mean == 2.5 < a.high
        assert a.mean - a.low == pytest.approx(a.high - a.mean)

    def test_too_few_events_are_refused(self) -> None:
        with pytest.raises(ValueError, match="at least 3"):
            events.standardised_test([1.0], [1.0])
        with pytest.raises(ValueError, match=r"^models must be a list of at least 3"):
            events.rank_test([])
        with pytest.raises(ValueError, match="draws is 7"):
            events.bootstrap_mean([1.0, 2.0, 3.0], draws=7, seed=1, level=0.9)


class TestPlacebos:
    def test_days_left_out_move_the_window_back(self) -> None:
        share, market, day = simulated(0.2)
        share.iloc[100] += 0.5
        clean = events.fit(share, market, day, excluded=[DAYS[100]])
        assert len(clean.sample) == clean.length == 120
        assert 100 not in clean.sample
        assert clean.sample[0] == 150 - 131
        assert clean.sigma < events.fit(share, market, day).sigma / 2

    def test_every_other_day_with_a_whole_window_is_a_placebo(self) -> None:
        share, market, day = simulated(0.2)
        found = events.placebos(share, market, [day])
        assert [m.event for m in found] == [k for k in range(130, 200) if k != 150]
        # From day 161 on the window would hold the event: it reaches one day further back.
        assert found[-1].sample[0] == 199 - 131
        by_hand = events.fit(share, market, DAYS[140], excluded=[day])
        assert found[10].beta == by_hand.beta

    def test_calibrated_p_counts_what_is_as_large(self) -> None:
        assert events.calibrated(2.0, [0.5, -2.0, 3.0, 1.0]) == pytest.approx(3 / 5)
        assert events.calibrated(-9.0, [0.5, -2.0, 3.0, 1.0]) == pytest.approx(1 / 5)
        with pytest.raises(ValueError, match="statistic is nan"):
            events.calibrated(float("nan"), [1.0])

    def test_groups_keep_shares_of_one_day_together(self) -> None:
        """Two shares that move as one: the mean of a group swings as one share does, not as two."""
        share, market, day = simulated(0.0, seed=5)
        rng = np.random.default_rng(6)
        alike = {t: share + rng.normal(0, 0.001, len(share)) for t in ("A", "B", "C")}
        found = {t: events.placebos(moves, market, [day]) for t, moves in alike.items()}
        names = {"groups": 300, "draws": 50, "seed": 1}
        one_day = events.placebo_groups(found, [("A", day), ("B", day), ("C", day)], **names)
        others = [("A", day), ("B", DAYS[151]), ("C", DAYS[152])]
        apart = events.placebo_groups(found, others, **names)
        assert np.std(one_day.mean) > 1.4 * np.std(apart.mean)
        assert one_day.sizes.shape == (300, 3)
        assert one_day.sizes.min() >= 0
        with pytest.raises(ValueError, match="at least three"):
            events.placebo_groups(found, [("A", day)], **names)

    def test_a_market_overnight_is_compounded_up_to_the_eve(self) -> None:
        market = pd.Series(
            [0.1, 0.2, -0.5, 0.3], pd.to_datetime(["2026-01-05", "2026-01-06", "2026-01-07", "2026-01-08"])
        )
        sessions = pd.DatetimeIndex(["2026-01-05", "2026-01-06", "2026-01-08", "2026-01-09", "2026-01-12"])
        found = events.overnight(market, sessions)
        assert found.to_list() == pytest.approx([0.1, 1.2 * 0.5 - 1, 0.3, 0.0])
        assert list(found.index) == list(sessions[1:])
