"""What the growth model promises, worked by hand and then for all inputs."""

import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capital_loop.models import growth as g
from capital_loop.models.growth import DatedLevel
from capital_loop.models.intervals import Interval, implied_interval
from capital_loop.models.sampling import Estimate
from tests.models.test_intervals import positive, ranges, shares


@st.composite
def points(draw, first_day):
    """A dated level whose dates start in a window of 60 days, with one true level and day."""
    level, true_level = draw(ranges(positive))
    start = first_day + draw(st.integers(0, 30))
    end = start + draw(st.integers(0, 30))
    true_day = draw(st.integers(start, end))
    point = DatedLevel("point", level, date.fromordinal(start), date.fromordinal(end))
    return point, true_level, true_day


def dated(level_low, level_high, earliest, latest=None, name="point"):
    return DatedLevel(name, Interval(level_low, level_high), earliest, latest or earliest)


class TestStatements:
    @pytest.mark.parametrize(
        ("value", "place"),
        [(9.7e12, 1e11), (4.8e14, 1e13), (1.3e15, 1e14), (1e10, 1e10), (0.25, 0.01), (-30, 10)],
    )
    def test_the_last_digit_sets_the_step(self, value, place):
        assert g.last_place(value) == pytest.approx(place)

    def test_refuses_nonsense(self):
        with pytest.raises(ValueError, match="other than zero"):
            g.last_place(0)
        with pytest.raises(ValueError, match="open above"):
            DatedLevel("p", implied_interval(480, 10, "over"), date(2025, 1, 1), date(2025, 1, 1))

    def test_a_slip_of_one_power_of_ten_is_seen(self):
        stated = implied_interval(1300, 100, "over").capped(1400)
        assert g.power_of_ten_gap(implied_interval(130, 10), stated) == 1
        assert g.power_of_ten_gap(implied_interval(13000, 1000), stated) == -1
        assert g.power_of_ten_gap(stated, stated) == 0
        assert g.power_of_ten_gap(implied_interval(300, 10), stated) is None


class TestDates:
    def test_a_month_stands_for_its_middle(self):
        point = g.level_in_month("p", Interval(1, 1), "2024-04")
        assert (point.earliest, point.latest) == (date(2024, 4, 15), date(2024, 4, 15))

    def test_doubt_reaches_into_the_months_before(self):
        point = g.level_in_month("p", Interval(1, 1), "2025-01", doubt_months=2)
        assert (point.earliest, point.latest) == (date(2024, 11, 15), date(2025, 1, 16))

    def test_any_day_opens_the_whole_month(self):
        point = g.level_in_month("p", Interval(1, 1), "2024-02", any_day=True)
        assert (point.earliest, point.latest) == (date(2024, 2, 1), date(2024, 2, 29))

    def test_twelve_months_are_a_year(self):
        first, second = dated(1, 1, date(2000, 1, 1)), dated(1, 1, date(2400, 1, 1))
        assert g.elapsed_months(first, second).middle == pytest.approx(400 * 12)

    @pytest.mark.parametrize(
        "stamp", ["2025", "2025-1", "25-10", "2025-10-01", "abcd-ef", "2025-13", "2025-00"]
    )
    def test_refuses_a_bad_stamp(self, stamp):
        with pytest.raises(ValueError, match="month"):
            g.level_in_month("p", Interval(1, 1), stamp)

    def test_refuses_other_nonsense(self):
        with pytest.raises(ValueError, match="doubt_months is -1"):
            g.level_in_month("p", Interval(1, 1), "2025-10", doubt_months=-1)
        with pytest.raises(ValueError, match="run backwards"):
            dated(1, 1, date(2025, 2, 1), date(2025, 1, 1))
        with pytest.raises(ValueError, match="is 0: it must be above 0"):
            dated(0, 1, date(2025, 1, 1))
        with pytest.raises(ValueError, match="under every reading"):
            g.elapsed_months(dated(1, 1, date(2025, 1, 1)), dated(1, 1, date(2025, 1, 1)))


class TestGrowth:
    def test_four_times_in_a_year_doubles_every_six_months(self):
        first = dated(1, 1, date(2001, 1, 1))
        second = dated(4, 4, date(2401, 1, 1))  # 400 years: no calendar remainder
        assert g.growth_factor(first, second) == Interval(4, 4)
        assert g.doubling_time(first, second).middle == pytest.approx(200 * 12)
        assert g.monthly_growth_rate(first, second).middle == pytest.approx(4 ** (1 / 4800) - 1)

    def test_rounding_and_dates_both_widen_the_range(self):
        first = dated(10, 11, date(2025, 1, 1), date(2025, 1, 31))
        second = dated(20, 22, date(2025, 4, 1), date(2025, 5, 1))
        assert g.growth_factor(first, second) == Interval(20 / 11, 2.2)
        days = g.elapsed_months(first, second) * g.DAYS_PER_MONTH
        assert (days.low, days.high) == pytest.approx((60, 120))
        rate = g.monthly_log_growth(first, second)
        assert rate.low == pytest.approx(math.log(20 / 11) / 120 * g.DAYS_PER_MONTH)
        assert rate.high == pytest.approx(math.log(2.2) / 60 * g.DAYS_PER_MONTH)

    @given(points(730_000), points(730_100))
    def test_holds_every_pair_of_true_values(self, one, two):
        (first, l1, t1), (second, l2, t2) = one, two
        true = math.log(l2 / l1) / (t2 - t1) * g.DAYS_PER_MONTH
        rate = g.monthly_log_growth(first, second)
        assert rate.low - 1e-9 <= true <= rate.high + 1e-9
        if rate.low > 1e-6:
            doubling = g.doubling_time(first, second)
            assert doubling.low * (1 - 1e-6) <= math.log(2) / true <= doubling.high * (1 + 1e-6)

    def test_no_doubling_time_where_nothing_need_have_grown(self):
        with pytest.raises(ValueError, match="no doubling time"):
            g.doubling_time(dated(10, 12, date(2025, 1, 1)), dated(11, 13, date(2025, 2, 1)))

    def test_table_has_a_row_for_each_stretch(self):
        series = [
            dated(10, 12, date(2025, 1, 1), name="a"),
            dated(11, 13, date(2025, 2, 1), name="b"),
            dated(30, 30, date(2025, 3, 1), name="c"),
        ]
        table = g.growth_table(series)
        measures = ("months", "factor", "log_growth", "monthly_growth", "doubling_months")
        assert list(table) == ["start", "end", *(f"{m}_{end}" for m in measures for end in ("low", "high"))]
        assert list(table["start"]) == ["a", "b"]
        assert table["doubling_months_low"].isna().tolist() == [True, False]
        with pytest.raises(ValueError, match="two points"):
            g.growth_table(series[:1])


class TestChangeOfPace:
    YEAR = (date(2024, 1, 15), date(2024, 7, 15), date(2025, 1, 15))

    def exact(self, *levels):
        return [dated(v, v, day, name=str(v)) for v, day in zip(levels, self.YEAR, strict=True)]

    def change(self, first, middle, last):
        return g.compare_rates(g.monthly_log_growth(first, middle), g.monthly_log_growth(middle, last))

    def test_clear_cases(self):
        assert self.change(*self.exact(1, 8, 16)) == "slower for certain"
        assert self.change(*self.exact(1, 2, 16)) == "faster for certain"

    def test_rounding_can_hide_a_change(self):
        a, b, c = (
            dated(1, 1.5, self.YEAR[0]),
            dated(2, 3, self.YEAR[1]),
            dated(4, 5, self.YEAR[2]),
        )
        assert self.change(a, b, c) == "not separable"

    def test_doubt_about_dates_can_hide_a_change(self):
        sharp = self.exact(1, 3, 6)
        assert self.change(*sharp) == "slower for certain"
        vague = [dated(1, 1, date(2024, 1, 15)), dated(3, 3, date(2024, 4, 15), date(2024, 9, 15)), sharp[2]]
        assert self.change(*vague) == "not separable"

    @given(points(730_000), points(730_100), points(730_200))
    def test_the_verdict_holds_for_every_true_difference(self, one, two, three):
        (a, l1, t1), (b, l2, t2), (c, l3, t3) = one, two, three
        true = (math.log(l3 / l2) / (t3 - t2) - math.log(l2 / l1) / (t2 - t1)) * g.DAYS_PER_MONTH
        verdict = self.change(a, b, c)
        if verdict == "slower for certain":
            assert true < 1e-9
        if verdict == "faster for certain":
            assert true > -1e-9

    def test_independent_rates(self):
        assert g.compare_rates(Interval(2, 3), Interval(0, 1)) == "slower for certain"
        assert g.compare_rates(Interval(0, 1), Interval(2, 3)) == "faster for certain"
        assert g.compare_rates(Interval(0, 2), Interval(2, 3)) == "not separable"


class TestTokensAndMoney:
    PRICES = g.TokenPrices(
        input_share=Estimate(0.5, 0.75, 0.9),
        input_price=Estimate(1, 1, 2),
        output_price=Estimate(4, 5, 8),
        paid_share=Estimate(0.5, 0.8, 1),
        billed_share=Estimate(0.25, 0.5, 1),
    )

    def test_worked_by_hand(self):
        assert g.blended_price(0.75, 1, 5) == pytest.approx(2)
        assert g.token_revenue(1e12, 2) == pytest.approx(24e6)  # a million millions, 12 months, 2 USD
        assert g.token_revenue(1e12, 2, billed_share=0.5, paid_share=0.5) == pytest.approx(6e6)
        assert g.break_even_price(24e6, 1e12) == pytest.approx(2)
        assert g.per_minute_to_per_month(1) == pytest.approx(43_829.1)

    def test_range_by_hand(self):
        result = g.revenue_range(Estimate(1e12, 1e12, 1e12), self.PRICES)
        assert result.central == pytest.approx(24e6 * 0.4)
        assert result.low == pytest.approx(12e6 * 1.3 * 0.125)  # most input, lowest prices and shares
        assert result.high == pytest.approx(12e6 * 5)  # least input, highest prices and shares

    @given(st.tuples(*[shares] * 6))
    def test_no_choice_inside_the_ranges_leaves_the_result(self, weights):
        tokens = Estimate(1e12, 2e12, 5e12)
        p = self.PRICES
        chosen = [
            e.low + w * (e.high - e.low)
            for e, w in zip(
                (tokens, p.input_share, p.input_price, p.output_price, p.paid_share, p.billed_share),
                weights,
                strict=True,
            )
        ]
        value = g.token_revenue(
            chosen[0],
            g.blended_price(*chosen[1:4]),
            paid_share=min(chosen[4], 1.0),
            billed_share=min(chosen[5], 1.0),
        )
        result = g.revenue_range(tokens, p)
        assert result.low * (1 - 1e-9) <= value <= result.high * (1 + 1e-9)

    @given(positive, positive)
    def test_price_and_revenue_undo_each_other(self, tokens, price):
        assert g.break_even_price(g.token_revenue(tokens, price), tokens) == pytest.approx(price)

    def test_refuses_nonsense(self):
        with pytest.raises(ValueError, match="low, central, high is 1, 3, 2"):
            Estimate(1, 3, 2)
        with pytest.raises(ValueError, match=r"input_share is 1\.2: it looks like percent"):
            g.blended_price(1.2, 1, 1)
        with pytest.raises(ValueError, match="price is -1: it must be at least 0"):
            g.token_revenue(1, -1)
        with pytest.raises(ValueError, match="tokens_per_month is -1"):
            g.token_revenue(-1, 1)
        with pytest.raises(ValueError, match="revenue_per_year is 0: it must be above 0"):
            g.break_even_price(0, 1)
        with pytest.raises(ValueError, match="tokens_per_month is 0"):
            g.break_even_price(1, 0)
        with pytest.raises(ValueError, match="paid_share is 2"):
            g.TokenPrices(*[Estimate(0, 0.5, 1)] * 3, Estimate(0, 1, 2), Estimate(0, 0.5, 1))
