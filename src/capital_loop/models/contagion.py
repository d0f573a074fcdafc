"""Who cannot pay when somebody else does not: clearing, cross-holdings, and the spread of distress.

Clearing (Eisenberg and Noe, "Systemic Risk in Financial Systems", Management Science 47(2), 2001; with
costs of default: Rogers and Veraart, "Failure and Rescue in an Interbank Network", Management Science
59(4), 2013). ``L[i, j]`` is what i owes j, ``b[i]`` what i owes outside, of equal rank; ``e[i]`` are i's
outside assets. Total debt is ``d_i = sum_j L_ij + b_i`` and ``Pi_ij = L_ij / d_i``. A clearing vector p
pays

    p_i = d_i                                            if e_i + sum_j Pi_ji p_j >= d_i
    p_i = alpha e_i + beta sum_j Pi_ji p_j               otherwise

with recoveries ``alpha`` on outside assets and ``beta`` on claims. With alpha = beta = 1 this is
Eisenberg and Noe. The greatest such p is found by fictitious default: start with nobody in default, solve
the linear system of those in default, add those that fail now, and repeat, at most n times.

Cross-holdings (Elliott, Golub and Jackson, "Financial Networks and Contagion", American Economic Review
104(10), 2014). ``C[i, j]`` is the share of j that i holds; ``D p`` the value of what each owns outside.
``c_hat_i = 1 - sum_j C_ji`` belongs to outside owners. Market values are

    v = C_hat (I - C)^-1 (D p - b(v))

where ``b_i(v)`` is a failure cost, paid when ``v_i`` falls below a threshold. The best equilibrium is found
by the paper's algorithm: begin with no failure, add those below their threshold, repeat.

DebtRank (Battiston, Puliga, Kaushik, Tasca and Caldarelli, Scientific Reports 2:541, 2012; linear form with
repeated rounds: Bardoscia, Battiston, Caccioli and Caldarelli, PLoS ONE 10(6), 2015). ``W[i, j]`` is i's
exposure to j over i's equity. Losses of equity ``h`` (0 to 1) spread by

    h_i(t+1) = min(1, h_i(t) + sum_j W_ij (h_j(t) - h_j(t-1)))

in the 2015 form; in the 2012 form a node passes its distress on once only.

All amounts are in one unit of money; vectors have length n, matrices n by n, dense or scipy.sparse.
Bad input raises ``ValueError``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.sparse.linalg import bicgstab, spsolve

__all__ = ["Clearing", "CrossHoldings", "clear", "cross_holdings", "debt_rank", "dependency"]

Floats = NDArray[np.float64]

TOLERANCE = 1e-9
"""Relative slack below which a debt counts as paid in full: rounding, not default."""


DIRECT = 100
"""Systems smaller than this go to the direct solver, which is faster there."""
SOLVER_TOLERANCE = 1e-12
"""Relative residual of the iterative solver: well below ``TOLERANCE``."""


@dataclass(frozen=True)
class Clearing:
    """A clearing vector and what follows from it.

    ``payments`` and ``debts`` are total payments and debts of each party; ``defaults`` marks who pays less
    than it owes; ``equity`` is what remains for owners (zero in default); ``received`` what each gets from
    the others; ``lost`` is value destroyed by default costs; ``rounds`` the rounds of fictitious default.
    """

    payments: Floats
    debts: Floats
    defaults: NDArray[np.bool_]
    equity: Floats
    received: Floats
    lost: float
    rounds: int

    @property
    def shortfall(self) -> Floats:
        """What each party leaves unpaid."""
        return self.debts - self.payments

    @property
    def recovery(self) -> Floats:
        """Paid share of each party's debts; one where there is no debt."""
        return np.divide(self.payments, self.debts, out=np.ones_like(self.debts), where=self.debts > 0)


def clear(
    liabilities: ArrayLike | sparse.sparray, outside_assets: ArrayLike, outside_debts: ArrayLike | None = None,
    *, alpha: float = 1.0, beta: float = 1.0,
) -> Clearing:  # fmt: skip
    """The greatest clearing vector; see the module's text for symbols.

    Raises ``ValueError`` for negative entries, debts to oneself, wrong shapes, or recoveries outside 0 to 1.
    """
    matrix = sparse.csr_array(liabilities, dtype=np.float64)  # type: ignore[arg-type]  # stubs know no mixture
    e = np.asarray(outside_assets, dtype=np.float64)
    n = e.size
    b = np.zeros(n) if outside_debts is None else np.asarray(outside_debts, dtype=np.float64)
    _check(matrix, e, b, alpha, beta)
    debts = np.asarray(matrix.sum(axis=1)).ravel() + b
    scale = np.divide(1.0, debts, out=np.zeros(n), where=debts > np.finfo(float).tiny)
    shares = sparse.diags_array(scale) @ matrix  # Pi, row-stochastic up to what is owed outside
    claims = sparse.csr_array(shares.T)  # row i: what i receives of each one's payments
    slack = TOLERANCE * np.maximum(debts, 1.0)
    failed = np.zeros(n, dtype=bool)
    payments = debts.copy()
    rounds = 0
    while True:
        rounds += 1
        value = e + claims @ payments
        now = failed | (value < debts - slack)
        if np.array_equal(now, failed) or rounds > n + 1:
            break
        failed = now
        payments = _solve(claims, e, debts, failed, alpha, beta)
    received = claims @ payments
    equity = np.where(failed, 0.0, np.maximum(e + received - debts, 0.0))
    destroyed = float(((e + received - payments) * failed).sum())
    return Clearing(payments, debts, failed, equity, received, max(destroyed, 0.0), rounds)


def _solve(
    claims: Any, e: Floats, debts: Floats, failed: NDArray[np.bool_], alpha: float, beta: float
) -> Floats:
    """Payments when exactly ``failed`` are in default."""
    payments = np.where(failed, 0.0, debts)
    index = np.flatnonzero(failed)
    known = alpha * e[index] + beta * (claims @ payments)[index]
    inner = claims[index][:, index] * beta
    if inner.nnz:
        solved = _linear(sparse.eye_array(index.size, format="csr") - inner, known, debts[index])
    else:
        solved = known
    payments[index] = np.clip(solved, 0.0, debts[index])
    return payments


def _linear(system: Any, known: Floats, start: Floats) -> Floats:
    """Solves the payments in default. Large systems by BiCGSTAB, whose cost grows with the exposures;
    a direct solver fills its factors in. Where the iteration does not reach the tolerance, the direct one."""
    if known.size >= DIRECT:
        solved, failure = bicgstab(system, known, x0=start, rtol=SOLVER_TOLERANCE, atol=0.0)
        if not failure:
            return np.asarray(solved)
    return np.atleast_1d(spsolve(sparse.csc_array(system), known))


def _check(matrix: Any, e: Floats, b: Floats, alpha: float, beta: float) -> None:
    n = e.size
    if matrix.shape != (n, n) or b.shape != (n,) or e.ndim != 1:
        raise ValueError(
            f"liabilities must be {n} by {n} and debts outside a vector of {n}, as the assets are"
        )
    if (matrix.data < 0).any() or (e < 0).any() or (b < 0).any():
        raise ValueError("debts and assets must not be negative; enter a negative asset as a debt outside")
    if not (np.isfinite(matrix.data).all() and np.isfinite(e).all() and np.isfinite(b).all()):
        raise ValueError("debts and assets must be finite numbers")
    if matrix.diagonal().any():
        raise ValueError("nobody can owe himself: clear the diagonal of the liabilities")
    for name, share in (("alpha", alpha), ("beta", beta)):
        if not 0 <= share <= 1:
            raise ValueError(f"the recovery {name} is {share}; it must lie between 0 and 1")


@dataclass(frozen=True)
class CrossHoldings:
    """Market values after failures; ``waves[i]`` is the round in which i failed, 0 if it stands."""

    values: Floats
    failed: NDArray[np.bool_]
    waves: NDArray[np.int64]


def dependency(holdings: ArrayLike) -> Floats:
    """``A = C_hat (I - C)^-1``: what each one's value depends on, per unit of outside assets; columns sum to one.

    Raises ``ValueError`` unless ``holdings`` is square, not negative, and leaves outside owners a share of each.
    """
    c = np.asarray(holdings, dtype=np.float64)
    if c.ndim != 2 or c.shape[0] != c.shape[1]:
        raise ValueError("holdings must be a square matrix: row i holds these shares of column j")
    if (c < 0).any() or np.diag(c).any():
        raise ValueError("shares held must not be negative, and nobody holds itself")
    outside = 1 - c.sum(axis=0)
    if (outside <= 0).any():
        raise ValueError("the others hold all of at least one party; outside owners must keep a share")
    return np.asarray(np.diag(outside) @ np.linalg.inv(np.eye(len(c)) - c))


def cross_holdings(
    holdings: ArrayLike, assets: ArrayLike, thresholds: ArrayLike, failure_costs: ArrayLike
) -> CrossHoldings:
    """The best equilibrium of values under cross-holdings with failure costs; vectors of n, in money.

    A party fails when its market value is below its threshold; it then loses its failure cost. Raises
    ``ValueError`` for negative costs.
    """
    a = dependency(holdings)
    base = np.asarray(assets, dtype=np.float64)
    floor, cost = (np.asarray(x, dtype=np.float64) for x in (thresholds, failure_costs))
    if (cost < 0).any():
        raise ValueError("failure costs must not be negative")
    waves = np.zeros(base.size, dtype=np.int64)
    wave = 0
    while True:
        values = a @ (base - cost * (waves > 0))
        new = (waves == 0) & (values < floor - TOLERANCE * np.maximum(np.abs(floor), 1.0))
        if not new.any():
            return CrossHoldings(values, waves > 0, waves)
        wave += 1
        waves[new] = wave


def debt_rank(
    exposures: ArrayLike, equity: ArrayLike, shock: ArrayLike, *, once: bool = False, rounds: int = 10_000
) -> Floats:
    """Final relative losses of equity ``h`` (0 to 1) after an initial relative loss ``shock``.

    ``exposures[i, j]`` is the amount that i stands to lose if j's equity is wiped out. ``once``: each passes
    its distress on one time only (2012); otherwise every further loss is passed on (2015). Raises
    ``ValueError`` for shocks outside 0 to 1 or equity that is not positive.
    """
    own = np.asarray(equity, dtype=np.float64)
    start = np.asarray(shock, dtype=np.float64)
    if (own <= 0).any():
        raise ValueError("equity must be positive: who has none has failed already")
    if ((start < 0) | (start > 1)).any():
        raise ValueError("the shock is a share of equity and must lie between 0 and 1")
    weights = np.asarray(exposures, dtype=np.float64) / own[:, None]
    if once:
        weights = np.minimum(weights, 1.0)
    h, passed = start.copy(), start.copy()
    done = np.zeros(own.size, dtype=bool)
    for _ in range(rounds):
        after = np.minimum(1.0, h + weights @ passed)
        if once:
            done |= passed > 0
            passed = np.where(done, 0.0, after)
        else:
            passed = after - h
        h = after
        if not (passed > TOLERANCE).any():
            break
    return h
