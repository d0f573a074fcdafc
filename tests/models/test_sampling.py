"""Draws over ranges, and the inputs that move an outcome."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from capital_loop.models.sampling import batch_error, sobol, strongest, together, two_halves


def test_draws_fill_the_ranges_evenly() -> None:
    drawn = sobol([0, 10], [1, 30], 64, seed=1)
    assert drawn.shape == (64, 2)
    assert ((drawn >= [0, 10]) & (drawn <= [1, 30])).all()
    counted = np.histogram(drawn[:, 1], bins=4, range=(10, 30))[0]
    assert list(counted) == [16, 16, 16, 16]
    assert (sobol([0, 10], [1, 30], 64, seed=1) == drawn).all()
    assert (sobol([0, 10], [1, 30], 64, seed=2) != drawn).any()


def test_the_strongest_inputs_come_first_whatever_their_sign() -> None:
    rng = np.random.default_rng(3)
    up, down, noise = rng.random((3, 500))
    inputs = {"noise": noise, "up": up, "down": down, "fixed": np.ones(500)}
    found = strongest(inputs, up - 3 * down)
    assert list(found) == ["down", "up", "noise"]
    assert found["down"] < -0.8 < 0 < found["up"]
    assert "fixed" not in strongest(inputs, up)


def test_the_error_of_batches_is_that_of_their_mean() -> None:
    assert batch_error([1.0, 3.0, 5.0]) == pytest.approx(2 / np.sqrt(3))
    assert batch_error([[1.0, 0.0], [3.0, 0.0]]) == pytest.approx([1.0, 0.0])


def test_central_values_are_the_middles_of_two_halves() -> None:
    drawn = two_halves(np.linspace(0, 1, 1001)[:, None], [1.0], [2.0], [9.0])[:, 0]
    assert np.median(drawn) == 2
    assert (drawn.min(), drawn.max()) == (1, 9)
    assert (np.diff(drawn) > 0).all()
    evenly = np.r_[np.linspace(1, 2, 501), np.linspace(2, 9, 501)[1:]]
    assert drawn == pytest.approx(evenly, rel=1e-12), "on each side"
    for central in (0.5, 2.5):
        with pytest.raises(ValueError, match=r"^low, central and high are not in order"):
            two_halves([[0.5]], [1.0], [central], [2.0])


def test_ranks_move_together_as_asked_and_what_moves_alone_stays() -> None:
    unit = sobol([0.0] * 3, [1.0] * 3, 4096, 7)
    found = together(unit, [1, -1, 0], 0.7)
    ranks = pd.DataFrame(found).corr("spearman").to_numpy()
    assert ranks[0, 1] == pytest.approx(-0.7, abs=0.02)
    assert ranks[0, 2] == pytest.approx(0, abs=0.02)
    assert found[:, 2] == pytest.approx(unit[:, 2])
