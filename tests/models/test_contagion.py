"""The specification of ``models.contagion``: papers' examples, independent oracles, properties, bad input."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import linprog

from capital_loop.models.contagion import clear, cross_holdings, debt_rank, dependency


@st.composite
def systems(draw: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Amounts are nothing or between 1 and 100: what leaks out of a ring each round is no rounding error."""
    n = draw(st.integers(2, 7))
    amount = st.one_of(st.just(0.0), st.floats(1, 100))
    some = st.lists(amount, min_size=n, max_size=n)
    matrix = np.array(draw(st.lists(some, min_size=n, max_size=n)))
    np.fill_diagonal(matrix, 0)
    return matrix, np.array(draw(some)), np.array(draw(some))


def shares(matrix: np.ndarray, debts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    total = matrix.sum(axis=1) + debts
    return total, np.divide(matrix, total[:, None], out=np.zeros_like(matrix), where=total[:, None] > 0)


SHARP = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
"""The least slack that the solver allows: in a ring with a small leak the default one is worth dollars."""


class TestClearing:
    def test_a_chain_by_hand(self) -> None:
        """A owes B 10 and has 4; B owes C 8 and has 2: A pays 4, B pays 6, C receives 6."""
        result = clear([[0, 10, 0], [0, 0, 8], [0, 0, 0]], [4, 2, 0])
        assert result.payments == pytest.approx([4, 6, 0])
        assert list(result.defaults) == [True, True, False]
        assert result.equity == pytest.approx([0, 0, 6])

    def test_a_ring_pays_in_full_with_little_money(self) -> None:
        """Three parties owe one another 100 in a ring: all clears without any outside money (netting)."""
        result = clear([[0, 100, 0], [0, 0, 100], [100, 0, 0]], [0, 0, 0])
        assert result.payments == pytest.approx([100, 100, 100])
        assert not result.defaults.any()

    def test_default_costs_by_hand(self) -> None:
        """Half of everything is lost in default: A pays 2 of its 4, B then pays half of 2 + 2."""
        result = clear([[0, 10, 0], [0, 0, 8], [0, 0, 0]], [4, 2, 0], alpha=0.5, beta=0.5)
        assert result.payments == pytest.approx([2, 2, 0])
        assert result.lost == pytest.approx(4)

    @given(systems())
    def test_the_linear_programme_agrees(self, system: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
        """Eisenberg and Noe, Lemma 4: a clearing vector maximises any strictly increasing function of p."""
        matrix, assets, debts = system
        total, pi = shares(matrix, debts)
        n = len(assets)
        found = linprog(
            -np.ones(n), A_ub=np.eye(n) - pi.T, b_ub=assets, bounds=[(0, t) for t in total], options=SHARP
        )
        assert clear(matrix, assets, debts).payments == pytest.approx(found.x, abs=1e-5)

    @given(systems(), st.floats(0, 1), st.floats(0, 1))
    def test_the_greatest_of_all_clearing_vectors_is_found(
        self, system: tuple[np.ndarray, np.ndarray, np.ndarray], alpha: float, beta: float
    ) -> None:
        """Rogers and Veraart, Theorem 3.1: there is a greatest one. Here every set of defaults is tried and solved."""
        matrix, assets, debts = system
        total, pi = shares(matrix, debts)
        best = np.zeros(len(assets))
        for set_ in itertools.product([False, True], repeat=len(assets)):
            failed = np.array(set_)
            lost, kept = np.flatnonzero(failed), np.flatnonzero(~failed)
            p = total.copy()
            known = alpha * assets[lost] + beta * pi.T[np.ix_(lost, kept)] @ total[kept]
            inner = np.eye(len(lost)) - beta * pi.T[np.ix_(lost, lost)]
            if (
                np.linalg.det(inner) < 1e-12
            ):  # a ring without a leak: its greatest vector has a member that pays in full
                continue
            p[lost] = np.linalg.solve(inner, known)
            short = assets + pi.T @ p < total - 1e-9 * np.maximum(total, 1)
            if (short == failed).all():
                best = np.maximum(best, p)
        assert clear(matrix, assets, debts, alpha=alpha, beta=beta).payments == pytest.approx(best, abs=1e-5)

    @given(systems(), st.floats(0, 1), st.floats(0, 1))
    def test_liability_is_limited_and_debts_come_first(
        self, system: tuple[np.ndarray, np.ndarray, np.ndarray], alpha: float, beta: float
    ) -> None:
        matrix, assets, debts = system
        result = clear(matrix, assets, debts, alpha=alpha, beta=beta)
        assert (result.payments <= assets + result.received + 1e-6).all()
        assert (result.payments <= result.debts + 1e-9).all()
        assert (result.equity[result.defaults] == 0).all()
        assert (np.abs(result.shortfall[~result.defaults]) <= 1e-6).all()

    @given(systems(), st.floats(0, 1), st.floats(0, 1))
    def test_value_is_conserved(
        self, system: tuple[np.ndarray, np.ndarray, np.ndarray], alpha: float, beta: float
    ) -> None:
        """Outside assets end as equity, as payments outside, or as costs of default."""
        matrix, assets, debts = system
        result = clear(matrix, assets, debts, alpha=alpha, beta=beta)
        outside = float((result.payments - result.recovery * matrix.sum(axis=1)).sum())
        assert assets.sum() == pytest.approx(result.equity.sum() + outside + result.lost, abs=1e-5)

    @given(systems(), st.floats(0.1, 50))
    def test_more_assets_never_hurt_anybody(
        self, system: tuple[np.ndarray, np.ndarray, np.ndarray], more: float
    ) -> None:
        matrix, assets, debts = system
        richer = assets.copy()
        richer[0] += more
        assert (clear(matrix, richer, debts).payments >= clear(matrix, assets, debts).payments - 1e-6).all()

    def test_sparse_and_dense_agree(self) -> None:
        rng = np.random.default_rng(3)
        matrix = rng.random((50, 50)) * (rng.random((50, 50)) < 0.1)
        np.fill_diagonal(matrix, 0)
        assets = rng.random(50)
        dense, thin = clear(matrix, assets), clear(sparse.coo_array(matrix), assets)
        assert dense.payments == pytest.approx(thin.payments)

    @pytest.mark.parametrize(
        ("matrix", "assets", "more", "words"),
        [
            ([[0, -1], [0, 0]], [1, 1], {}, "negative"),
            ([[1, 0], [0, 0]], [1, 1], {}, "owe himself"),
            ([[0, 1]], [1, 1], {}, "2 by 2"),
            ([[0, 1], [0, 0]], [1, np.inf], {}, "finite"),
            ([[0, 1], [0, 0]], [1, 1], {"alpha": 1.5}, "alpha"),
        ],
    )
    def test_bad_input_is_refused(self, matrix: Any, assets: Any, more: Any, words: str) -> None:
        with pytest.raises(ValueError, match=words):
            clear(matrix, assets, **more)


class TestCrossHoldings:
    def test_two_organisations_of_the_paper(self) -> None:
        """Elliott, Golub and Jackson (2014), section I: each holds half of the other."""
        assert dependency([[0, 0.5], [0.5, 0]]) == pytest.approx(np.array([[2 / 3, 1 / 3], [1 / 3, 2 / 3]]))

    @given(st.integers(2, 6), st.integers(0, 10_000))
    def test_values_add_up_to_outside_assets(self, n: int, seed: int) -> None:
        rng = np.random.default_rng(seed)
        c = rng.random((n, n))
        np.fill_diagonal(c, 0)
        c *= 0.8 / c.sum(axis=0).max()
        assets = rng.random(n)
        none = cross_holdings(c, assets, np.zeros(n), np.zeros(n))
        assert none.values.sum() == pytest.approx(assets.sum())
        assert not none.failed.any()

    def test_a_failure_pulls_the_other_down_by_hand(self) -> None:
        """Values 2/3 x 10 + 1/3 x 1 = 7 and 4; the second fails at 4.5 and loses 3: the first falls to 6 and fails at 6.5."""
        result = cross_holdings([[0, 0.5], [0.5, 0]], [10, 1], [6.5, 4.5], [0.6, 3])
        assert list(result.waves) == [2, 1]
        assert result.values == pytest.approx([7 - 1 - 0.4, 4 - 2 - 0.2])

    def test_bad_holdings_are_refused(self) -> None:
        for c, words in (
            ([[0, 1.0], [0, 0]], "outside owners"),
            ([[0.1, 0], [0, 0]], "itself"),
            ([[0, 1]], "square"),
        ):
            with pytest.raises(ValueError, match=words):
                dependency(c)
        with pytest.raises(ValueError, match="costs"):
            cross_holdings([[0, 0.5], [0.5, 0]], [1, 1], [0, 0], [-1, 0])


class TestDebtRank:
    def test_a_chain_by_hand(self) -> None:
        """B loses half its equity with A, C a fifth with B: 1, 0.5, 0.1."""
        exposures = [[0, 0, 0], [5, 0, 0], [0, 2, 0]]
        for once in (True, False):
            assert debt_rank(exposures, [10, 10, 10], [1, 0, 0], once=once) == pytest.approx([1, 0.5, 0.1])

    def test_a_ring_amplifies_only_where_losses_are_passed_on_again(self) -> None:
        """Two parties, exposure half of equity, shock 0.2: once gives 0.2 + 0.05; again and again 0.2/(1 - 0.25)."""
        exposures, own, shock = [[0, 5], [5, 0]], [10, 10], [0.2, 0]
        assert debt_rank(exposures, own, shock, once=True) == pytest.approx([0.2 + 0.05, 0.1])
        assert debt_rank(exposures, own, shock) == pytest.approx([0.2 / 0.75, 0.1 / 0.75], rel=1e-6)

    @given(st.integers(0, 10_000))
    def test_losses_grow_with_the_shock_and_stay_within_equity(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        exposures = rng.random((5, 5))
        np.fill_diagonal(exposures, 0)
        own, shock = rng.random(5) + 0.5, rng.random(5) / 2
        small, large = debt_rank(exposures, own, shock), debt_rank(exposures, own, np.minimum(1, 1.5 * shock))
        assert (small <= large + 1e-9).all()
        assert (small >= shock).all()
        assert (large <= 1).all()

    def test_bad_input_is_refused(self) -> None:
        with pytest.raises(ValueError, match="equity"):
            debt_rank([[0]], [0], [0])
        with pytest.raises(ValueError, match="shock"):
            debt_rank([[0]], [1], [2])
