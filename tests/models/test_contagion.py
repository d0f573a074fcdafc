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

from capital_loop.models.contagion import assured, clear, clear_years, funding_need


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

    @given(systems())
    def test_the_greatest_of_all_clearing_vectors_is_found(
        self, system: tuple[np.ndarray, np.ndarray, np.ndarray]
    ) -> None:
        """Eisenberg and Noe, Theorem 1: there is a greatest one. Here every set of defaults is tried and
        solved."""
        matrix, assets, debts = system
        total, pi = shares(matrix, debts)
        best = np.zeros(len(assets))
        for set_ in itertools.product([False, True], repeat=len(assets)):
            failed = np.array(set_)
            lost, kept = np.flatnonzero(failed), np.flatnonzero(~failed)
            p = total.copy()
            known = assets[lost] + pi.T[np.ix_(lost, kept)] @ total[kept]
            inner = np.eye(len(lost)) - pi.T[np.ix_(lost, lost)]
            if (
                np.linalg.det(inner) < 1e-12
            ):  # a ring without a leak: its greatest vector has a member that pays in full
                continue
            p[lost] = np.linalg.solve(inner, known)
            short = assets + pi.T @ p < total - 1e-9 * np.maximum(total, 1)
            if (short == failed).all():
                best = np.maximum(best, p)
        assert clear(matrix, assets, debts).payments == pytest.approx(best, abs=1e-5)

    @given(systems())
    def test_liability_is_limited_and_debts_come_first(
        self, system: tuple[np.ndarray, np.ndarray, np.ndarray]
    ) -> None:
        matrix, assets, debts = system
        result = clear(matrix, assets, debts)
        assert (result.payments <= assets + result.recovery @ matrix + 1e-6).all()
        assert (result.payments <= result.debts + 1e-9).all()
        assert (result.equity[result.defaults] == 0).all()
        assert (np.abs(result.shortfall[~result.defaults]) <= 1e-6).all()

    @given(systems())
    def test_value_is_conserved(self, system: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
        """Outside assets end as equity or as payments outside."""
        matrix, assets, debts = system
        result = clear(matrix, assets, debts)
        outside = float((result.payments - result.recovery * matrix.sum(axis=1)).sum())
        assert assets.sum() == pytest.approx(result.equity.sum() + outside, abs=1e-5)

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
        ("matrix", "assets", "words"),
        [
            ([[0, -1], [0, 0]], [1, 1], r"liabilities\[0\] is -1"),
            ([[1, 0], [0, 0]], [1, 1], "owe himself"),
            ([[0, 1]], [1, 1], "2 by 2"),
            ([[0, 1], [0, 0]], [1, np.inf], r"outside assets\[1\] is inf"),
            ([[0, np.nan], [0, 0]], [1, 1], r"liabilities\[0, 1\] is nan"),
        ],
    )
    def test_bad_input_is_refused(self, matrix: Any, assets: Any, words: str) -> None:
        with pytest.raises(ValueError, match=words):
            clear(matrix, assets)


class TestYears:
    def test_two_years_by_hand(self) -> None:
        """A owes B 4 and the lenders 2 each year and earns 5 with 1 of cash; B owes the lenders 3 and earns
        nothing.

        First year: A has 6 and pays all, B keeps 1. Second: A has 5 of 6, pays 5/6 of each; B has 1 + 10/3
        and pays."""
        owed = np.zeros((1, 2, 2, 2))
        owed[..., 0, 1] = 4
        found = clear_years(owed, [[[5, 0], [5, 0]]], [[[2, 3], [2, 3]]], [[1, 0]])
        assert found.failed[0].tolist() == [[False, False], [True, False]]
        assert found.cash[0] == pytest.approx(np.array([[0, 1], [0, 4 / 3]]))
        assert found.unpaid[0] == pytest.approx(np.array([[0, 0], [1, 0]]))
        assert found.missed[0] == pytest.approx(np.array([[0, 0], [0, 2 / 3]]))

    def test_who_fails_stays_failed_and_costs_above_income_are_debts(self) -> None:
        found = clear_years(np.zeros((1, 3, 1, 1)), [[[-2], [9], [9]]], [[[0], [1], [1]]], [[1]])
        assert found.failed[0].ravel().tolist() == [True, True, True]
        assert found.unpaid[0].ravel() == pytest.approx([1, 0, 0])
        assert found.cash[0].ravel() == pytest.approx([0, 8, 16])

    @given(st.integers(0, 10_000))
    def test_each_draw_and_year_is_the_clearing_of_its_own(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        draws, years, n = 4, 3, 5
        owed = rng.random((draws, years, n, n)) * (rng.random((draws, years, n, n)) < 0.4)
        owed[..., np.arange(n), np.arange(n)] = 0
        income, debts = rng.random((draws, years, n)), rng.random((draws, years, n))
        cash = rng.random((draws, n))
        found = clear_years(owed, income, debts, cash)
        for d in range(draws):
            own = cash[d]
            for t in range(years):
                alone = clear(owed[d, t], own + income[d, t], debts[d, t])
                assert found.unpaid[d, t] == pytest.approx(alone.shortfall, abs=1e-8)
                own = alone.equity
                assert found.cash[d, t] == pytest.approx(own, abs=1e-8)
        inside = 1 - np.divide(found.unpaid, found.due, out=np.zeros_like(found.due), where=found.due > 0)
        assert found.missed == pytest.approx(np.einsum("dtij,dti->dtj", owed, 1 - inside), abs=1e-8)

    @given(st.integers(0, 10_000))
    def test_money_is_conserved_over_the_years(self, seed: int) -> None:
        """Cash at the start and income end as cash, as payments outside, or not at all."""
        rng = np.random.default_rng(seed)
        owed = rng.random((2, 4, 3, 3))
        owed[..., np.arange(3), np.arange(3)] = 0
        income, debts, cash = rng.random((2, 4, 3)), rng.random((2, 4, 3)), rng.random((2, 3))
        found = clear_years(owed, income, debts, cash)
        inside = owed.sum(axis=(1, 2, 3)) - found.missed.sum(axis=(1, 2))
        outside = (found.due - found.unpaid).sum(axis=(1, 2)) - inside
        ends = found.cash[:, -1].sum(axis=1) + outside
        assert cash.sum(axis=1) + income.sum(axis=(1, 2)) == pytest.approx(ends, abs=1e-8)

    def test_the_need_is_the_deepest_hole(self) -> None:
        """Cash 3; years of -5, +1, -4: holes of 2, 1, 5."""
        assert funding_need([3.0], [[0.0, 1.0, 0.0]], [[5.0, 0.0, 4.0]]) == pytest.approx([5.0])
        assert funding_need([30.0], [[0.0, 1.0, 0.0]], [[5.0, 0.0, 4.0]]) == pytest.approx([0.0])

    @given(st.integers(0, 10_000))
    def test_who_raises_the_need_pays_all_and_a_cent_less_does_not_do(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        income, debts, cash = rng.random((1, 4, 1)), 2 * rng.random((1, 4, 1)), rng.random((1, 1))
        need = funding_need(cash, np.swapaxes(income, 1, 2), np.swapaxes(debts, 1, 2))
        none = np.zeros((1, 4, 1, 1))
        assert not clear_years(none, income, debts, cash + need).failed.any()
        if need.max() > 1e-3:
            assert clear_years(none, income, debts, cash + need * 0.999).failed.any()

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"cash": [[np.nan]]}, r"cash\[0, 0\] is nan"),
            ({"cash": [[-1]]}, r"cash\[0, 0\] is -1"),
            ({"cash": [1]}, "draws by parties"),
            ({"income": [[1]]}, "years by 1 parties"),
            ({"income": [[[np.inf]]]}, "income.* is inf"),
            ({"debts": [[[-1]]]}, "outside debts.* is -1"),
            ({"owed": [[[[-1]]]]}, "liabilities.* is -1"),
            ({"owed": [[[[1]]]]}, "owe himself"),
            ({"owed": [[[1]]]}, "liabilities has the shape"),
        ],
    )
    def test_bad_input_is_refused(self, change: dict[str, Any], words: str) -> None:
        given_ = {"owed": [[[[0]]]], "income": [[[1]]], "debts": [[[1]]], "cash": [[1]]} | change
        with pytest.raises(ValueError, match=words):
            clear_years(given_["owed"], given_["income"], given_["debts"], given_["cash"])


def test_debts_that_are_paid_for_sure_are_means_of_those_who_hold_them() -> None:
    """A pays half of 10 to B, B all of 4 to A, and B owes 3 outside."""
    means, debts = assured([[[[0, 10], [4, 0]]]], [[[1, 2]]], [[[0, 3]]], [0.5, 1.0])
    assert means.tolist() == [[[1 + 4, 2 + 5]]]
    assert debts.tolist() == [[[5, 4 + 3]]]
