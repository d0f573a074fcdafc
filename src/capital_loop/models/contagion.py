"""Who cannot pay when somebody else does not: clearing of one year and of several.

Clearing (Eisenberg and Noe, "Systemic Risk in Financial Systems", Management Science 47(2), 2001).
``L[i, j]`` is what i owes j, ``b[i]`` what i owes outside, of equal rank; ``e[i]`` are i's outside assets.
Total debt is ``d_i = sum_j L_ij + b_i`` and ``Pi_ij = L_ij / d_i``. A clearing vector p pays

    p_i = min(d_i, e_i + sum_j Pi_ji p_j)

The greatest such p is found by fictitious default: start with nobody in default, solve the linear system of
those in default, add those that fail now, and repeat, at most n times.

Year after year: what remains after a year's clearing is the cash of the next; who fails once has failed, and
pays what it has from then on. Draws are independent networks, so all of them clear at once as blocks of one
matrix.

All amounts are in one unit of money; vectors have length n, matrices n by n, dense or scipy.sparse.
Bad input raises ``ValueError``.

Example::

    >>> from capital_loop.models.contagion import clear
    >>> clear([[0, 10], [0, 0]], outside_assets=[6, 3]).payments.tolist()
    [6.0, 0.0]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.sparse.linalg import bicgstab, spsolve

from capital_loop.models import guard

__all__ = ["Clearing", "Years", "assured", "clear", "clear_years", "funding_need"]

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
    than it owes; ``equity`` is what remains for owners (zero in default).
    """

    payments: Floats
    debts: Floats
    defaults: NDArray[np.bool_]
    equity: Floats

    @property
    def shortfall(self) -> Floats:
        """What each party leaves unpaid."""
        return self.debts - self.payments

    @property
    def recovery(self) -> Floats:
        """Paid share of each party's debts; one where there is no debt."""
        return np.divide(self.payments, self.debts, out=np.ones_like(self.debts), where=self.debts > 0)


def clear(
    liabilities: ArrayLike | sparse.sparray, outside_assets: ArrayLike,
    outside_debts: ArrayLike | None = None,
) -> Clearing:  # fmt: skip
    """The greatest clearing vector; see the module's text for symbols.

    Raises ``ValueError`` for negative entries, debts to oneself, or wrong shapes.
    """
    given = liabilities
    if not sparse.issparse(given):
        given = guard.numbers("liabilities", given, axes=2)  # type: ignore[arg-type]
    matrix = sparse.csr_array(given, dtype=np.float64)  # type: ignore[arg-type]  # stubs know no mixture
    e = guard.numbers("outside assets", outside_assets, low=0.0)
    n = e.size
    none = np.zeros(n) if outside_debts is None else outside_debts
    b = guard.numbers("outside debts", none, low=0.0, shape=(n,))
    _check(matrix, e)
    debts = np.asarray(matrix.sum(axis=1)).ravel() + b
    scale = np.divide(1.0, debts, out=np.zeros(n), where=debts > np.finfo(float).tiny)
    shares = sparse.diags_array(scale) @ matrix  # Pi, row-stochastic up to what is owed outside
    claims = sparse.csr_array(shares.T)  # row i: what i receives of each one's payments
    slack = TOLERANCE * np.maximum(debts, 1.0)
    failed = np.zeros(n, dtype=bool)
    payments = debts.copy()
    while True:
        value = e + claims @ payments
        now = failed | (value < debts - slack)
        if np.array_equal(now, failed):
            break
        failed = now
        payments = _solve(claims, e, debts, failed)
    equity = np.where(failed, 0.0, np.maximum(e + claims @ payments - debts, 0.0))
    return Clearing(payments, debts, failed, equity)


def _solve(claims: Any, e: Floats, debts: Floats, failed: NDArray[np.bool_]) -> Floats:
    """Payments when exactly ``failed`` are in default."""
    payments = np.where(failed, 0.0, debts)
    index = np.flatnonzero(failed)
    known = e[index] + (claims @ payments)[index]
    inner = claims[index][:, index]
    if inner.nnz:
        solved = _linear(sparse.eye_array(index.size, format="csr") - inner, known, debts[index])
    else:
        solved = known
    payments[index] = np.clip(solved, 0.0, debts[index])
    return payments


def _linear(system: Any, known: Floats, start: Floats) -> Floats:
    """Solves the payments in default.

    Large systems by BiCGSTAB, whose cost grows with the exposures; a direct solver fills its factors in, and
    is used where the iteration does not reach the tolerance.
    """
    if known.size >= DIRECT:
        solved, failure = bicgstab(system, known, x0=start, rtol=SOLVER_TOLERANCE, atol=0.0)
        if not failure:
            return np.asarray(solved)
    return np.atleast_1d(spsolve(sparse.csc_array(system), known))


def _check(matrix: Any, e: Floats) -> None:
    n = e.size
    guard.numbers("outside assets", e, shape=(n,))
    if matrix.shape != (n, n):
        raise ValueError(
            f"liabilities have the shape {matrix.shape}: they must be {n} by {n}, as the assets are"
        )
    guard.numbers("liabilities", matrix.data, low=0.0)
    if matrix.diagonal().any():
        raise ValueError("liabilities: nobody can owe himself; clear the diagonal")


@dataclass(frozen=True)
class Years:
    """Clearing year after year, each array by draw, year and party.

    ``failed`` from the year of the first failure on; ``cash`` after the year's payments; ``due`` and
    ``unpaid`` of each debtor, inside and outside; ``missed`` what each creditor inside does not get from
    others inside.
    """

    failed: NDArray[np.bool_]
    cash: Floats
    due: Floats
    unpaid: Floats
    missed: Floats


def clear_years(
    liabilities: ArrayLike, income: ArrayLike, outside_debts: ArrayLike, cash: ArrayLike
) -> Years:
    """Clears the years in turn, for all draws.

    ``liabilities`` has the shape (draws, years, parties, parties), ``income`` and ``outside_debts`` (draws,
    years, parties), ``cash`` (draws, parties). ``income`` is what a party has in the year before all debts,
    and may be negative: costs that exceed it are debts outside of equal rank. Raises ``ValueError`` as
    :func:`clear` does.
    """
    own = guard.numbers("cash", cash, low=0.0)
    if own.ndim != 2:
        raise ValueError(f"cash has the shape {own.shape}: it must be draws by parties")
    draws, n = own.shape
    means = guard.numbers("income", income)
    if means.ndim != 3 or means.shape != (draws, means.shape[1], n):
        raise ValueError(
            f"income has the shape {means.shape}: it must be {draws} draws by years by {n} parties"
        )
    owed = guard.numbers("liabilities", liabilities, low=0.0, shape=(*means.shape, n))
    outside = guard.numbers("outside debts", outside_debts, low=0.0, shape=means.shape)
    gone = np.zeros((draws, n), dtype=bool)
    found: dict[str, list[NDArray[Any]]] = {k: [] for k in ("failed", "cash", "due", "unpaid", "missed")}
    for t in range(means.shape[1]):
        have = own + means[:, t]
        debts = outside[:, t] + np.maximum(-have, 0.0)
        result = clear(_blocks(owed[:, t]), np.maximum(have, 0.0).ravel(), debts.ravel())
        gone = gone | result.defaults.reshape(draws, n)
        own = result.equity.reshape(draws, n)
        kept = result.recovery.reshape(draws, n)
        now = {
            "failed": gone, "cash": own, "due": result.debts.reshape(draws, n),
            "unpaid": result.shortfall.reshape(draws, n),
            "missed": np.einsum("dij,di->dj", owed[:, t], 1.0 - kept),
        }  # fmt: skip
        for name, value in now.items():
            found[name].append(value)
    return Years(**{name: np.stack(values, axis=1) for name, values in found.items()})


def _blocks(owed: Floats) -> sparse.csr_array:
    """The networks of all draws as blocks of one."""
    draws, n, _ = owed.shape
    draw, debtor, creditor = np.nonzero(owed)
    at = (draw * n + debtor, draw * n + creditor)
    return sparse.csr_array((owed[draw, debtor, creditor], at), shape=(draws * n, draws * n))


def assured(
    liabilities: ArrayLike, income: ArrayLike, outside_debts: ArrayLike, paid_share: ArrayLike
) -> tuple[Floats, Floats]:
    """Means and debts of each party, (draws, years, parties), if each debtor pays a stated part inside.

    ``paid_share`` is that part by party; the other arrays are those of :func:`clear_years`. What is not paid
    is no debt any more. Raises ``ValueError`` for bad input.
    """
    means = guard.numbers("income", income, axes=3)
    owed = guard.numbers("liabilities", liabilities, low=0.0, shape=(*means.shape, means.shape[-1]))
    outside = guard.numbers("outside debts", outside_debts, low=0.0, shape=means.shape)
    parts = guard.numbers("paid_share", guard.shares("paid_share", paid_share), shape=means.shape[-1:])
    sure = parts[:, None] * owed
    return means + sure.sum(axis=-2), outside + sure.sum(axis=-1)


def funding_need(cash: ArrayLike, income: ArrayLike, debts: ArrayLike) -> Floats:
    """The least to be raised from outside so that all is paid in every year: the deepest hole of the cash.

    ``cash`` has any shape, ``income`` and ``debts`` one axis of years more, last. Nothing if the cash never
    runs out.
    """
    have = guard.numbers("cash", cash, low=0.0)
    means, owed = guard.numbers("income", income, axes=have.ndim + 1), guard.numbers("debts", debts, low=0.0)
    guard.numbers("cash", have, shape=means.shape[:-1])
    guard.numbers("debts", owed, shape=means.shape)
    hole = np.cumsum(owed - means, axis=-1).max(axis=-1) - have
    return np.maximum(hole, 0.0)
