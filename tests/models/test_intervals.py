"""Intervals: what a wording stands for, worked by hand, and arithmetic that holds every result."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capital_loop.models.intervals import Interval, implied_interval

numbers = st.floats(-1e6, 1e6, allow_nan=False)
positive = st.floats(1e-3, 1e6)
shares = st.floats(0, 1)


@st.composite
def ranges(draw, elements=numbers):
    """A range and one member of it."""
    low, high = sorted((draw(elements), draw(elements)))
    member = min(max(low + draw(shares) * (high - low), low), high)
    return Interval(low, high), member


class TestIntervalArithmetic:
    def test_worked_by_hand(self):
        a, b = Interval(1, 2), Interval(3, 5)
        assert a + b == Interval(4, 7)
        assert a - b == Interval(-4, -1)
        assert a * b == Interval(3, 10)
        assert a / b == Interval(1 / 5, 2 / 3)
        assert Interval(-1, 2) * Interval(-3, 4) == Interval(-6, 8)
        assert a * 2 == Interval(2, 4)

    @pytest.mark.parametrize("operator", ["__add__", "__sub__", "__mul__"])
    @given(first=ranges(), second=ranges())
    def test_holds_every_pointwise_result(self, operator, first, second):
        (a, x), (b, y) = first, second
        result = getattr(a, operator)(b)
        value = getattr(x, operator)(y)
        assert result.low - abs(result.low) * 1e-12 <= value <= result.high + abs(result.high) * 1e-12

    @given(first=ranges(), second=ranges(positive))
    def test_quotient_holds_every_pointwise_result(self, first, second):
        (a, x), (b, y) = first, second
        result = a / b
        assert result.low - 1e-9 * abs(result.low) <= x / y <= result.high + 1e-9 * abs(result.high)

    @given(ranges(positive))
    def test_logarithm_holds_every_pointwise_result(self, pair):
        a, x = pair
        assert a.log().low <= math.log(x) <= a.log().high

    @given(ranges(), ranges())
    def test_below_and_overlap_exclude_each_other(self, first, second):
        a, b = first[0], second[0]
        assert sum([a.is_below(b), b.is_below(a), a.overlaps(b)]) == 1

    def test_refuses_nonsense(self):
        with pytest.raises(ValueError, match="above its high"):
            Interval(2, 1)
        with pytest.raises(ValueError, match="nan"):
            Interval(math.nan, 1)
        with pytest.raises(ValueError, match="must not hold zero"):
            Interval(1, 2) / Interval(-1, 1)
        with pytest.raises(ValueError, match="positive"):
            Interval(0, 1).log()

    def test_open_ends(self):
        over = Interval(2, math.inf)
        assert over / Interval(4, 8) == Interval(0.25, math.inf)
        assert Interval(4, 8) / over == Interval(0, 4)
        assert over / over == Interval(0, math.inf)
        assert over * Interval(0, 1) == Interval(0, math.inf)
        assert over.gap(1) == 1
        assert over.gap(1e300) == 0


class TestWordsBecomeIntervals:
    @pytest.mark.parametrize(
        ("value", "step", "qualifier", "expected"),
        [
            (36, 1, "exact", (35.5, 36.5)),
            (3e11, 1e10, "about", (2.85e11, 3.15e11)),
            (4.5, 1, "about", (4.05, 4.95)),
            (1e11, 1e11, "exact", (0.95e11, 1.05e11)),
            (3e9, 1e9, "about", (2.7e9, 3.3e9)),
            (4, 1, "nearly", (3.6, 4.2)),
            (40, 10, "over", (40, math.inf)),
            (250_000, 1, "at_least", (250_000, math.inf)),
            (10, 1, "nearly", (9.0, 10.5)),
            (5, 1, "at_most", (-math.inf, 5)),
        ],
    )
    def test_by_rule(self, value: float, step: float, qualifier: str, expected: tuple[float, float]) -> None:
        said = implied_interval(value, step, qualifier)
        assert (said.low, said.high) == pytest.approx(expected)

    def test_printed_digits_alone_may_bound_a_figure(self) -> None:
        assert implied_interval(1, 1, "about", digits_alone=True) == Interval(0.5, 1.5)

    def test_a_range_has_no_rule(self) -> None:
        with pytest.raises(ValueError, match="type low and high"):
            implied_interval(1, 1, "range")

    @given(
        st.floats(0.1, 1e15),
        st.floats(0, 1e12),
        st.sampled_from(["exact", "about", "over", "at_least", "nearly"]),
    )
    def test_the_figure_itself_lies_inside(self, value: float, step: float, qualifier: str) -> None:
        assert implied_interval(value, step, qualifier).contains(value)

    def test_an_open_end_is_closed_where_the_reader_says(self) -> None:
        assert implied_interval(480, 10, "over").capped(500) == Interval(480, 500)
        assert implied_interval(480, 10, "exact").capped(500) == Interval(475, 485)
        with pytest.raises(ValueError, match="above its high"):
            implied_interval(480, 10, "over").capped(470)

    def test_a_step_below_nothing_is_refused(self) -> None:
        with pytest.raises(ValueError, match="step is -1: it must be at least 0"):
            implied_interval(1, -1)
