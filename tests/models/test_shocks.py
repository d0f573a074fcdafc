"""The specification of ``models.shocks``: each shock by hand, as a fold over years, and refusals."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capital_loop.models.losses import Claim, spread
from capital_loop.models.shocks import due_within, half_growth, paid_share, repriced, sunk_cost


def test_a_contract_falls_due_evenly_and_never_more_than_whole() -> None:
    assert due_within(300.0, 6.0, 5.0) == pytest.approx(250.0)
    assert due_within(300.0, 6.0, 9.0) == 300.0


def test_a_stall_by_hand() -> None:
    """Five years at 20, 40 percent of it spent elsewhere, and 15 in cash: 75 of bills of 150."""
    assert paid_share(5.0, 20.0, 0.4, 15.0, 150.0) == pytest.approx(0.5)
    assert paid_share(5.0, 20.0, 0.4, 15.0, 60.0) == 1.0
    assert sunk_cost(100.0, 0.5, 0.8, 0.25) == pytest.approx(30.0)


@given(st.floats(1, 100), st.floats(1, 3), st.integers(1, 8))
def test_half_the_growth_year_by_year(first: float, factor: float, years: int) -> None:
    """A plan and its half beside each other, each grown by multiplying."""
    found = half_growth(first, first * factor**years, years)
    plan = slow = first
    for _ in range(years):
        plan, slow = plan * factor, slow * (1 + (factor - 1) / 2)
    assert found.growth == pytest.approx(factor - 1)
    assert found.reached == pytest.approx(slow / plan)
    assert found.idle == pytest.approx(1 - (1 + (factor - 1) / 2) / factor)


CLAIMS = [
    Claim("lab", "maker", 0, 40), Claim("lab", "fund", 0, 60), Claim("cloud", "maker", 0, 20),
    Claim("cloud", "bank", 1, 30), Claim("maker", "savers", 0, 200), Claim("site", "builder", 0, 10),
]  # fmt: skip
WORTH = {"lab": 100.0, "cloud": 50.0, "maker": 200.0, "site": 10.0}


def test_a_repricing_by_hand() -> None:
    """All fall by half, the site by a fifth: the maker loses 20 and 20 of its 100 through its stakes."""
    fall = dict.fromkeys(WORTH, 0.5) | {"site": 0.2}
    found = repriced(fall, WORTH, CLAIMS, ("lab", "cloud"))
    assert found == pytest.approx({"lab": 50.0, "cloud": 25.0, "maker": 100.0 - 20.0 - 20.0, "site": 2.0})
    assert spread(found, CLAIMS).total["maker"] == pytest.approx(100.0), "its whole fall, counted once"


def test_stakes_that_lose_more_than_the_holders_own_fall_leave_nothing_to_add() -> None:
    found = repriced({"lab": 1.0, "maker": 0.1}, {"lab": 100.0, "maker": 200.0}, CLAIMS, ("lab",))
    assert found == {"lab": 100.0, "maker": 0.0}


def test_a_firm_without_a_fall_or_worth_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^fall names no part of cloud: it needs one"):
        repriced({"lab": 0.5, "maker": 0.5, "site": 0.5}, WORTH, CLAIMS, ("lab",))
    with pytest.raises(ValueError, match=r"^first is 'moon'"):
        repriced(dict.fromkeys(WORTH, 0.5), WORTH, CLAIMS, ("moon",))
    with pytest.raises(ValueError, match=r"^fall\[lab\] is 50: it looks like percent"):
        repriced(dict.fromkeys(WORTH, 50.0), WORTH, CLAIMS, ("lab",))
