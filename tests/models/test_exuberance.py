"""The specification of ``models.exuberance``: another package, the papers' values, power and size, bad input."""

from __future__ import annotations

import exuber
import numpy as np
import pytest
import statsmodels.api as sm

from capital_loop.models.exuberance import critical_values, episodes, minimum_window, statistics


def walk(n: int, seed: int) -> np.ndarray:
    return np.cumsum(np.random.default_rng(seed).standard_normal(n))


def explosive(n: int, start: int, end: int, seed: int, growth: float = 1.06) -> np.ndarray:
    """A random walk that grows by a factor a step between two dates and then falls back."""
    rng = np.random.default_rng(seed)
    y = np.empty(n)
    y[0] = 100
    for t in range(1, n):
        y[t] = (growth if start <= t < end else 1.0) * y[t - 1] + rng.standard_normal()
        if t == end:
            y[t] = y[start]
    return y


def test_the_window_of_the_paper() -> None:
    """Phillips, Shi and Yu (2015): 36 of the first 1,680 months would be 0.01 + 1.8/sqrt(T): 90."""
    assert minimum_window(1680) == 90
    assert minimum_window(100) == 19


@pytest.mark.parametrize("seed", range(5))
def test_another_package_agrees(seed: int) -> None:
    """pyexuber, the port of the R package exuber (Vasilopoulos, Pavlidis and Martinez-Garcia, 2022)."""
    y = walk(160, seed)
    mine = statistics(y)
    theirs = exuber.radf(y, minw=mine.window, lag=0)
    assert mine.adf == pytest.approx(float(np.ravel(theirs.adf)[0]), abs=1e-6)
    assert mine.sadf == pytest.approx(float(np.ravel(theirs.sadf)[0]), abs=1e-6)
    assert mine.gsadf == pytest.approx(float(np.ravel(theirs.gsadf)[0]), abs=1e-6)


def test_one_window_is_an_ordinary_regression() -> None:
    y = walk(60, 3)
    fit = sm.OLS(np.diff(y), sm.add_constant(y[:-1])).fit()
    assert statistics(y, window=59).adf == pytest.approx(fit.tvalues[1])


def test_published_critical_values() -> None:
    """Phillips, Shi and Yu (2015), Table 1, T = 100: 95 percent, SADF 1.30 and GSADF 2.00 (r0 = 0.190)."""
    found = critical_values(100, draws=2000, seed=1)
    assert found.sadf[1] == pytest.approx(1.30, abs=0.2)
    assert found.gsadf[1] == pytest.approx(2.00, abs=0.2)
    assert (found.gsadf_error < 0.1).all()
    theirs = exuber.radf_mc_cv(100, nrep=1000, seed=1)
    assert found.gsadf == pytest.approx(np.ravel(theirs.gsadf_cv), abs=0.25)


def test_an_explosive_stretch_is_found_and_dated() -> None:
    y = explosive(160, 80, 110, 2)
    found = statistics(y)
    critical = critical_values(160, draws=300, seed=1)
    assert found.gsadf > critical.gsadf[2]
    runs = episodes(found, critical.bsadf[1], 160)
    assert any(80 <= r.start <= 100 and r.end >= 100 for r in runs)


def test_random_walks_are_seldom_called_explosive() -> None:
    critical = critical_values(120, draws=1000, seed=1)
    called = np.mean([statistics(walk(120, 1000 + s)).gsadf > critical.gsadf[1] for s in range(200)])
    assert called < 0.11


def test_level_and_scale_do_not_matter_and_seeds_repeat() -> None:
    y = walk(120, 7)
    assert statistics(5 + 3 * y).gsadf == pytest.approx(statistics(y).gsadf)
    a, b = (critical_values(60, draws=50, seed=3).gsadf for _ in range(2))
    assert (a == b).all()


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="too few"):
        minimum_window(5)
    with pytest.raises(ValueError, match="complete"):
        statistics([1.0, np.nan] * 40)
    with pytest.raises(ValueError, match="does not fit"):
        statistics(walk(50, 1), window=60)
    with pytest.raises(ValueError, match="critical values"):
        episodes(statistics(walk(60, 1)), np.zeros(3), 60)
