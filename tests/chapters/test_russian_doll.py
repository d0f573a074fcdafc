"""The Russian doll: the arrows and what can be traced."""

from __future__ import annotations

import pytest

from capital_loop.chapters.russian_doll import study as russian_doll
from capital_loop.record import tables


@pytest.fixture(scope="module")
def found() -> russian_doll.Study:
    return russian_doll.study(tables.load())


def test_three_quarters_of_softbanks_money_came_after_the_document(found: russian_doll.Study) -> None:
    assert found.paid == pytest.approx(30e9)
    assert found.paid_by_day / found.paid == pytest.approx(0.25)


def test_no_origin_is_necessary_and_none_gives_more_than_it_had(found: russian_doll.Study) -> None:
    for low, high in found.origins.values():
        assert low == 0
        assert 0 < high <= found.paid


def test_every_layer_has_an_arrow_and_every_arrow_a_claim(found: russian_doll.Study) -> None:
    assert set(found.arrows["layer"]) == {1, 2, 3, 4}
    assert set(found.arrows["claim"]) <= set(tables.load().claims["claim_id"])


def test_what_can_have_reached_nvidia_is_bounded_by_what_was_spent(found: russian_doll.Study) -> None:
    assert found.to_nvidia[1] == pytest.approx(2.5e9)
