"""The specification of ``models.losses``: an example by hand, an independent solution, properties, bad
input."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from capital_loop.models.losses import Claim, Guarantee, Losses, cushion, spread, waterfall


def test_a_firm_by_hand() -> None:
    """Shares 50, notes 30, secured loans 20: a loss of 65 takes all shares and half of the notes."""
    assert waterfall(65, [50, 30, 20]) == (50, 15, 0)
    assert cushion([50, 30, 20]) == (0.0, 0.5, 0.8)


def hand() -> tuple[dict[str, float], list[Claim], list[Guarantee]]:
    """A lab owes a cloud and a landlord; a maker holds the lab's shares and guarantees the landlord."""
    claims = [
        Claim("lab", "maker", 0, 40), Claim("lab", "fund", 0, 60), Claim("lab", "cloud", 1, 30),
        Claim("lab", "landlord", 2, 20),
        Claim("cloud", "owners", 0, 10), Claim("cloud", "bank", 1, 50), Claim("maker", "savers", 0, 200),
    ]  # fmt: skip
    return {"lab": 145.0, "cloud": 5.0}, claims, [Guarantee("maker", "lab", "landlord", 10)]


def test_a_chain_by_hand() -> None:
    """Lab: shares 100, cloud 30, landlord 15 of 20, of which the maker pays 10. Cloud: 5 and 30, owners 10,
    bank 25."""
    found = spread(*hand())
    assert found.claims == pytest.approx((40, 60, 30, 5, 10, 25, 50))
    assert found.paid == pytest.approx((10,))
    assert found.borne == pytest.approx({"fund": 60, "landlord": 5, "owners": 10, "bank": 25, "savers": 50})
    assert found.total["maker"] == pytest.approx(50)


def gap(found: Losses, direct: dict[str, float]) -> float:
    return math.fsum(found.borne.values()) - math.fsum(direct.values())


amounts = st.floats(0, 1e12)


@st.composite
def networks(draw: st.DrawFn) -> tuple[dict[str, float], list[Claim], list[Guarantee]]:
    """Firms f0 to f3 in an order; each holds and guarantees only those before it; final holders h0 to h2."""
    firms = ["f0", "f1", "f2", "f3"]
    claims = [Claim(f, "h0", 0, draw(st.floats(1, 1e12))) for f in firms]
    guarantees = []
    for n, f in enumerate(firms):
        for holder in (*firms[n + 1 :], "h1", "h2"):
            if draw(st.booleans()):
                claims.append(Claim(f, holder, draw(st.integers(0, 3)), draw(amounts)))
        if n < 3 and draw(st.booleans()):
            guarantees.append(Guarantee(firms[n + 1], f, "h0", draw(amounts)))
    worth = {f: math.fsum(c.amount for c in claims if c.debtor == f) for f in firms}
    # Only the first firm's loss is free: what reaches the others must fit, so they stand behind a large last
    # claim.
    claims += [Claim(f, "h2", 9, 1e15) for f in firms[1:]]
    direct = {
        "f0": draw(st.floats(0, 1)) * worth["f0"],
        **{f: draw(st.floats(0, 1)) * worth[f] for f in firms[1:]},
    }
    return direct, claims, guarantees


@given(networks())
def test_losses_sum_to_the_shock_and_nobody_loses_more_than_he_holds(
    net: tuple[dict[str, float], list[Claim], list[Guarantee]],
) -> None:
    direct, claims, guarantees = net
    found = spread(direct, claims, guarantees)
    assert abs(gap(found, direct)) <= 1e-9 * max(math.fsum(direct.values()), 1)
    for c, loss in zip(claims, found.claims, strict=True):
        assert 0 <= loss <= c.amount * (1 + 1e-9)
    for g, paid in zip(guarantees, found.paid, strict=True):
        assert 0 <= paid <= g.cap


@given(networks())
def test_a_higher_rank_loses_only_when_all_below_it_is_gone(
    net: tuple[dict[str, float], list[Claim], list[Guarantee]],
) -> None:
    """Without guarantees, which pay a lower rank from outside."""
    direct, claims, _ = net
    found = spread(direct, claims)
    for c, loss in zip(claims, found.claims, strict=True):
        if loss > 1e-6 * c.amount and loss > 1e-3:
            below = [
                (d.amount, x)
                for d, x in zip(claims, found.claims, strict=True)
                if d.debtor == c.debtor and d.rank < c.rank
            ]
            assert all(x == pytest.approx(a, rel=1e-9, abs=1e-6) for a, x in below)


@given(networks(), st.floats(0, 1))
def test_a_smaller_shock_costs_no_final_holder_more(
    net: tuple[dict[str, float], list[Claim], list[Guarantee]], part: float
) -> None:
    direct, claims, guarantees = net
    more = spread(direct, claims, guarantees).borne
    less = spread({k: part * v for k, v in direct.items()}, claims, guarantees).borne
    assert all(less.get(k, 0) <= v * (1 + 1e-9) + 1e-6 for k, v in more.items())


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=6), st.floats(0, 1))
def test_the_waterfall_is_the_cheapest_way_to_spare_high_ranks(layers: list[float], part: float) -> None:
    """A linear programme that prices losses by rank finds the same (an independent solution)."""
    loss = part * math.fsum(layers)
    ours = waterfall(loss, layers)
    best = linprog(
        np.arange(1.0, len(layers) + 1), A_eq=[[1.0] * len(layers)], b_eq=[loss],
        bounds=[(0, x) for x in layers]
    )  # fmt: skip
    assert best.success
    assert ours == pytest.approx(best.x, rel=1e-6, abs=1e-3)


def test_a_loss_of_everything_takes_everything_and_none_takes_nothing() -> None:
    _direct, claims, _ = hand()
    nothing = spread({"lab": 0.0}, claims)
    assert not any(nothing.claims)
    everything = spread({"lab": 150.0, "cloud": 0.0}, claims)
    assert everything.claims[:4] == pytest.approx((40, 60, 30, 20))


@pytest.mark.parametrize(
    ("direct", "claims", "guarantees", "message"),
    [
        ({"a": 5.0}, [Claim("a", "b", 0, 4)], [], "a: loss is 5: the layers hold only 4"),
        ({"a": 1.0}, [Claim("a", "b", 0, 4), Claim("b", "a", 0, 4)], [], "claims run in a ring"),
        ({"a": 1.0}, [Claim("a", "a", 0, 4)], [], "claims run in a ring"),
        ({"a": -1.0}, [Claim("a", "b", 0, 4)], [], r"direct\[a\] is -1: it must be at least 0"),
        ({"a": math.nan}, [Claim("a", "b", 0, 4)], [], r"direct\[a\] is nan"),
        (
            {"a": 1.0},
            [Claim("a", "b", 0, 4)],
            [Guarantee("c", "a", "d", 4)],
            "guarantees claims of d on a: there are none",
        ),
        ({"a": 1.0}, [Claim("a", "b", 0, 4)], [Guarantee("a", "a", "b", 1)], "claims run in a ring"),
    ],
)
def test_bad_input_is_refused_by_name(
    direct: dict[str, float], claims: list[Claim], guarantees: list[Guarantee], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        spread(direct, claims, guarantees)


@pytest.mark.parametrize("layers", [[-1.0], [math.nan], [[1.0]], ["x"], [math.inf]])
def test_bad_layers_are_refused(layers: list[float]) -> None:
    with pytest.raises(ValueError, match="layers"):
        waterfall(0.0, layers)


def test_bad_losses_are_refused() -> None:
    for loss, message in ((-1.0, "at least 0"), (math.nan, "finite"), (11.0, "hold only 10")):
        with pytest.raises(ValueError, match=message):
            waterfall(loss, [10.0])
    with pytest.raises(ValueError, match="members"):
        cushion([])
    with pytest.raises(ValueError, match="sum of the layers"):
        cushion([0.0, 0.0])


def test_a_claim_and_a_guarantee_refuse_what_cannot_be() -> None:
    with pytest.raises(ValueError, match=r"^amount of the claim of b on a is -4: it must be at least 0$"):
        Claim("a", "b", 0, -4)
    with pytest.raises(ValueError, match=r"^rank of the claim of b on a is -1"):
        Claim("a", "b", -1, 4)
    with pytest.raises(ValueError, match=r"^cap of c's guarantee is -1"):
        Guarantee("c", "a", "b", -1)
