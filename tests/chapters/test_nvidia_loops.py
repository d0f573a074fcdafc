"""The other Nvidia loops: counts and circulations of the record."""

from __future__ import annotations

import pytest

from capital_loop.chapters.front.study import FIRMNESS
from capital_loop.chapters.nvidia_loops.study import Study
from capital_loop.models.circulation import DEFINITIONS, PAYMENT
from tests.conftest import Shared


@pytest.fixture(scope="module")
def found(shared: Shared) -> Study:
    return shared.study(Study)


def test_firmer_deals_make_fewer_circles(found: Study) -> None:
    for definition in DEFINITIONS:
        counts = [found.count(definition, s) for s in FIRMNESS]
        assert counts == sorted(counts, reverse=True)


def test_the_triangle_is_among_the_signed_circles_of_money(found: Study) -> None:
    assert ("nvidia", "openai", "oracle") in found.rings["money", "signed"]


def test_amds_circle_is_one_of_value_and_not_of_money(found: Study) -> None:
    assert ("amd", "openai") in found.rings["value", "promised"]
    assert ("amd", "openai") not in found.rings["money", "promised"]


def test_shares_given_for_a_contract_are_no_payment(found: Study) -> None:
    """CoreWeave gave OpenAI shares with its first contract, as AMD gave a warrant: of value, no money
    back."""
    assert ("coreweave", "openai") in found.rings["value", "signed"]
    assert ("coreweave", "openai") not in found.rings["money", "promised"]
    assert "coreweave-openai-stock" not in found.signed.flows


def test_of_signed_sales_only_what_binds_goes_round(found: Study) -> None:
    """One gigawatt of each of AMD's sales: 1,136 billion of payments, of which 317 can go round."""
    assert found.signed.gross == pytest.approx(1136e9, rel=1e-3)
    assert found.signed.share == pytest.approx(0.279, abs=1e-3)


def test_a_circle_of_value_is_tied(found: Study) -> None:
    """The page says that the last two definitions count the same."""
    assert all(found.rings["value", s] == found.rings["ownership", s] for s in FIRMNESS)


def test_what_is_paid_cannot_all_go_round(found: Study) -> None:
    for c in (found.promised, found.signed, found.paid):
        assert 0 <= c.share < 0.5
    assert found.paid.total == pytest.approx(3 * found.loop_money)  # the same money on three sides


def test_nothing_is_counted_twice(found: Study) -> None:
    """Stargate's pledges are filled by other deals; the letter's hundred billion hold the thirty that
    replaced them."""
    assert found.pledged == 500e9
    assert "stargate" not in {a.deal_id for a in found.deals}
    stated = sum(a.stated.value for a in found.deals if a.stated and a.instrument in PAYMENT)
    assert found.promised.gross == pytest.approx(stated - 30e9)
    assert {"nvidia-openai-investment"} == {d for d in found.promised.flows if d.startswith("nvidia-openai")}
    assert {"nvidia-openai-purchase"} == {d for d in found.signed.flows if d.startswith("nvidia-openai")}


def test_commitments_that_may_overlap_are_a_range(found: Study) -> None:
    assert found.owed_later == pytest.approx((29e9 + 25e9, 90e9))  # two lines of one table; 36 may hold both


def test_spending_of_the_large_buyers_by_hand(found: Study) -> None:
    """Alphabet 109.92, Amazon 151.00, Meta 75.75, Microsoft 97.23 billion dollars in the four quarters to
    March 2026."""
    if found.year[0] == "2026-03-31":
        assert found.year[1] == pytest.approx((109.92 + 151.00 + 75.75 + 97.23) * 1e9, rel=1e-3)
