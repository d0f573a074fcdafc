"""Draws over ranges, and the inputs that move an outcome."""

from __future__ import annotations

import numpy as np
import pytest

from capital_loop.models.sampling import batch_error, sobol, strongest


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
