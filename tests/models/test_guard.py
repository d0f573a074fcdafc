"""The specification of ``models.guard``: what passes unchanged, and the one clear message for what does
not."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capital_loop.models import guard

REFUSED: list[tuple[Callable[[], object], str]] = [
    (lambda: guard.finite("debt", math.nan), "debt is nan: it must be a finite number"),
    (lambda: guard.finite("debt", np.float64("nan")), "debt is nan: it must be a finite number"),
    (lambda: guard.finite("debt", math.inf), "debt is inf: it must be a finite number"),
    (lambda: guard.finite("debt", None), "debt is None: it must be a finite number"),
    (lambda: guard.finite("debt", "12"), "debt is '12': it must be a finite number"),
    (lambda: guard.finite("debt", True), "debt is True: it must be a finite number"),
    (lambda: guard.finite("debt", [1, 2]), "debt is [1, 2]: it must be a finite number"),
    (lambda: guard.finite("debt", -1, low=0, unit="USD"), "debt is -1: it must be at least 0, in USD"),
    (lambda: guard.finite("x", 3, low=0, high=2), "x is 3: it must be at least 0 and at most 2"),
    (lambda: guard.finite("x", 2, above=0, below=2), "x is 2: it must be above 0 and below 2"),
    (lambda: guard.positive("revenue", 0), "revenue is 0: it must be above 0"),
    (lambda: guard.share("stake", 51), "stake is 51: it looks like percent; give 51 percent as 0.51"),
    (lambda: guard.share("stake", -0.1), "stake is -0.1: it must be at least 0 and at most 1"),
    (lambda: guard.share("stake", 200), "stake is 200: it must be at least 0 and at most 1"),
    (lambda: guard.rate("rate", 6), "rate is 6: it looks like percent; give 6 percent as 0.06"),
    (lambda: guard.rate("rate", -0.1), "rate is -0.1: it must be at least 0 and at most 1"),
    (
        lambda: guard.volatility("volatility", 51),
        "volatility is 51: it looks like percent; give 51 percent as 0.51",
    ),
    (lambda: guard.volatility("volatility", -0.2), "volatility is -0.2: it must be at least 0"),
    (lambda: guard.count("draws", 2.5), "draws is 2.5: it must be a whole number"),
    (lambda: guard.count("draws", 0, low=1), "draws is 0: it must be at least 1"),
    (lambda: guard.numbers("debts", [1, math.nan]), "debts[1] is nan: it must be a finite number"),
    (lambda: guard.numbers("debts", [[1, 2], [3, -4]], low=0), "debts[1, 1] is -4: it must be at least 0"),
    (lambda: guard.numbers("debts", [1, 2], shape=(3,)), "debts has the shape (2,): it must be (3,)"),
    (lambda: guard.numbers("debts", [], least=1), "debts has 0 members: it needs at least 1"),
    (
        lambda: guard.numbers("debts", ["1"]),
        "debts must be numbers, all rows of one length, and not of the type <U1",
    ),
    (lambda: guard.numbers("debts", [1, None]), "debts[1] is None: it must be a finite number"),
    (lambda: guard.numbers("debts", [[1, 2]], axes=1), "debts has the shape (1, 2): it must be one row"),
    (lambda: guard.word("payer", ""), "payer is '': it must be a word"),
    (
        lambda: guard.word("stage", "moon", ("paid", "due")),
        "stage is 'moon': there is no such one; there are paid, due",
    ),
    (
        lambda: guard.day("day", "2026-10-06"),
        "day is '2026-10-06': it must be a day, such as a pandas.Timestamp",
    ),
    (lambda: guard.numbers("debts", [[1], [1, 2]]), "debts must be numbers, all rows of one length"),
    (
        lambda: guard.shares("stakes", [0.1, 13]),
        "stakes holds 13: it looks like percent; give 13 percent as 0.13",
    ),
    (lambda: guard.shares("stakes", [-0.1]), "stakes[0] is -0.1: it must be at least 0 and at most 1"),
    (lambda: guard.moving("closes", [3, 3, 3]), "closes is flat: all 3 values are 3"),
    (lambda: guard.moving("closes", [0, 0]), "closes is flat: all 2 values are 0"),
    (lambda: guard.moving("closes", [3]), "closes has 1 members: it needs at least 2"),
    (lambda: guard.ordered("cash", [2, 1, 3]), "cash is 2, 1, 3: none may be smaller than the one before it"),
]


@pytest.mark.parametrize(("call", "words"), REFUSED, ids=[w for _, w in REFUSED])
def test_it_refuses_in_these_words(call: Callable[[], object], words: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        call()


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_finite_number_passes_as_it_is(x: float) -> None:
    assert guard.finite("x", x) == x
    assert guard.numbers("x", [x])[0] == x


@given(st.floats(0, 1))
def test_a_share_passes_as_it_is(x: float) -> None:
    assert guard.share("x", x) == guard.rate("x", x) == guard.volatility("x", x) == x
    assert guard.shares("x", [x])[0] == x


def test_bounds_are_allowed_where_they_say_so() -> None:
    assert guard.finite("x", 2, low=2, high=2) == 2
    assert guard.finite("x", Decimal("1.5")) == 1.5
    assert guard.finite("x", np.int64(3)) == 3
    assert guard.rate("growth", 2.6, low=-1, high=5) == 2.6
    assert guard.count("n", 3.0) == 3
    assert guard.ordered("r", [1, 1, 2]) == (1, 1, 2)
    assert list(guard.moving("closes", [1, 1, 1.001])) == [1, 1, 1.001]
    assert guard.numbers("m", np.eye(2), shape=(2, 2)).shape == (2, 2)
