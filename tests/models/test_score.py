"""The specification of ``models.score``: published intervals, properties, bad input."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from capital_loop.models.score import compare, share


@pytest.mark.parametrize(
    ("held", "rated", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_newcombes_examples(held: int, rated: int, low: float, high: float) -> None:
    """Newcombe (1998), Table I, method 3."""
    s = share(held, rated)
    assert (s.low, s.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


counts = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts)
def test_another_library_agrees_and_the_share_lies_inside(kn: tuple[int, int]) -> None:
    k, n = kn
    s = share(k, n)
    low, high = proportion_confint(k, n, method="wilson")
    assert (s.low, s.high) == (pytest.approx(low, abs=1e-9), pytest.approx(high, abs=1e-9))
    assert 0 <= s.low <= s.value + 1e-9 <= s.high + 2e-9 <= 1 + 3e-9


@given(counts)
def test_what_fails_mirrors_what_holds(kn: tuple[int, int]) -> None:
    k, n = kn
    a, b = share(k, n), share(n - k, n)
    assert a.low == pytest.approx(1 - b.high, abs=1e-12)


def test_fishers_tea() -> None:
    """Fisher (1935), the lady tasting tea: three of four right gives p = 0.486 two-sided."""
    assert compare(share(3, 4), share(1, 4)) == pytest.approx(0.4857, abs=5e-5)


def test_no_claims_give_no_share() -> None:
    assert math.isnan(share(0, 0).value)
    assert math.isnan(compare(share(0, 0), share(1, 2)))


@pytest.mark.parametrize(("held", "rated"), [(3, 2), (-1, 2)])
def test_impossible_counts_are_refused(held: int, rated: int) -> None:
    with pytest.raises(ValueError, match="held is"):
        share(held, rated)
