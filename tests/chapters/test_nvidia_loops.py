"""The other Nvidia loops: counts and circulations of the record."""

from __future__ import annotations

import pytest

from capital_loop.chapters.nvidia_loops import study as nvidia_loops
from capital_loop.models.circulation import DEFINITIONS
from capital_loop.record import tables


@pytest.fixture(scope="module")
def found() -> nvidia_loops.Study:
    return nvidia_loops.study(tables.load())


def test_firmer_deals_make_fewer_circles(found: nvidia_loops.Study) -> None:
    for definition in DEFINITIONS:
        counts = [found.count(definition, s) for s in ("promised", "signed", "moving")]
        assert counts == sorted(counts, reverse=True)


def test_the_triangle_is_among_the_signed_circles_of_money(found: nvidia_loops.Study) -> None:
    assert ("nvidia", "openai", "oracle") in found.rings["money/signed"]


def test_amds_circle_is_one_of_value_and_not_of_money(found: nvidia_loops.Study) -> None:
    assert ("amd", "openai") in found.rings["value/promised"]
    assert ("amd", "openai") not in found.rings["money/promised"]


def test_what_is_paid_cannot_all_go_round(found: nvidia_loops.Study) -> None:
    for c in (found.promised, found.signed, found.paid):
        assert 0 <= c.share < 0.25
    assert found.paid.total == pytest.approx(
        3 * found.loop_money
    )  # a triangle: the same money on three sides


def test_spending_of_the_large_buyers_by_hand(found: nvidia_loops.Study) -> None:
    """Alphabet 109.92, Amazon 151.00, Meta 75.75, Microsoft 97.23 billion dollars in the four quarters to March 2026."""
    assert found.capex == pytest.approx((109.92 + 151.00 + 75.75 + 97.23) * 1e9, rel=1e-3)
