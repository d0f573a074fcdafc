"""The specification of ``models.exuberance``: another package, the papers' values, power and size, bad
input."""

from __future__ import annotations

import exuber
import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.stats.multitest import multipletests

from capital_loop.models.exuberance import (
    critical_values,
    episodes,
    minimum_window,
    statistics,
    step_down,
    wild_bootstrap,
)  # fmt: skip


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


@pytest.mark.parametrize("lags", [0, 1, 2, 4])
@pytest.mark.parametrize("seed", range(5))
def test_another_package_agrees(seed: int, lags: int) -> None:
    """pyexuber, the port of the R package exuber (Vasilopoulos, Pavlidis and Martinez-Garcia, 2022)."""
    y = walk(160, seed)
    mine = statistics(y, lags=lags)
    theirs = exuber.radf(y, minw=mine.window, lag=lags)
    assert mine.bsadf == pytest.approx(np.ravel(theirs.bsadf), abs=1e-6)
    assert mine.gsadf == pytest.approx(float(np.ravel(theirs.gsadf)[0]), abs=1e-6)


@pytest.mark.parametrize("lags", [0, 2])
def test_each_window_is_an_ordinary_regression(lags: int) -> None:
    y = walk(60, 3)
    step = np.diff(y)
    lagged = [step[lags - i : step.size - i] for i in range(1, lags + 1)]
    design, moved = sm.add_constant(np.column_stack([y[lags:-1], *lagged])), step[lags:]
    found = statistics(y, lags=lags)
    for ends in (found.window, moved.size):
        t = [sm.OLS(moved[a:ends], design[a:ends]).fit().tvalues[1] for a in range(ends - found.window + 1)]
        assert found.bsadf[ends - found.window] == pytest.approx(max(t))


def test_published_critical_values() -> None:
    """Phillips, Shi and Yu (2015), Table 1, T = 100: 95 percent, GSADF 2.00 (r0 = 0.190)."""
    found = critical_values(100, draws=2000, seed=1)
    assert found.gsadf[1] == pytest.approx(2.00, abs=0.2)
    assert (found.gsadf_error < 0.1).all()
    theirs = exuber.radf_mc_cv(100, nrep=1000, seed=1)
    assert found.gsadf == pytest.approx(np.ravel(theirs.gsadf_cv), abs=0.25)


def test_an_explosive_stretch_is_found_and_dated() -> None:
    y = explosive(160, 80, 110, 2)
    found = statistics(y)
    critical = critical_values(160, draws=300, seed=1)
    assert found.gsadf > critical.gsadf[2]
    runs = episodes(found, critical.bsadf[1], y)
    assert any(80 <= r.start <= 100 and r.end >= 100 and r.rose for r in runs)
    assert found.rose


def test_a_fall_is_told_from_a_rise() -> None:
    """The same series upside down has the same statistics and fell."""
    y = explosive(160, 80, 110, 2)
    up, down = statistics(y), statistics(-y)
    assert down.bsadf == pytest.approx(up.bsadf)
    assert (up.rose, down.rose) == (True, False)
    line = critical_values(160, draws=300, seed=1).bsadf[1]
    assert [(e.start, e.end, not e.rose) for e in episodes(down, line, -y)] == [
        (e.start, e.end, e.rose) for e in episodes(up, line, y)
    ]


def test_the_wild_bootstrap_against_another_package() -> None:
    """pyexuber, after Harvey, Leybourne, Sollis and Taylor (2016); within the noise of both simulations."""
    rough = np.repeat([1.0, 4.0], 60) * np.random.default_rng(3).standard_normal(120)
    y = np.cumsum(rough)
    mine = wild_bootstrap(y, draws=999, seed=1)
    theirs = exuber.radf_wb_cv(y, minw=minimum_window(120), nboot=999, seed=1)
    assert mine.gsadf[:2] == pytest.approx(np.ravel(theirs.gsadf_cv)[:2], abs=0.3)
    assert mine.gsadf[1] > critical_values(120, draws=999, seed=1).gsadf[1] + 0.5


def test_the_wild_bootstrap_keeps_its_size_where_swings_change() -> None:
    """Random walks whose swings grow fourfold: simulated walks call far too many of them, own steps do
    not."""
    usual = critical_values(80, draws=400, seed=1).gsadf[1]
    calls = np.zeros(2)
    for s in range(100):
        y = np.cumsum(np.repeat([1.0, 4.0], 40) * np.random.default_rng(500 + s).standard_normal(80))
        found = statistics(y).gsadf
        calls += found > usual, wild_bootstrap(y, draws=199, seed=1).p(found) <= 0.05
    assert calls[0] >= 15
    assert calls[1] <= 11


def test_asking_many_series_together() -> None:
    """Romano and Wolf's steps lie between no correction and Holm's, and see that twins are one series."""
    rng = np.random.default_rng(5)
    draws = rng.standard_normal((999, 4))
    found = np.array([3.0, 2.2, 2.0, 0.1])
    alone = (1 + (draws >= found).sum(axis=0)) / 1000
    mine = step_down(found, draws)
    assert (mine >= alone).all()
    assert mine == pytest.approx(multipletests(alone, method="holm")[1], abs=0.02)
    twins = step_down([2.0, 2.0], np.repeat(draws[:, :1], 2, axis=1))
    assert twins == pytest.approx([(1 + (draws[:, 0] >= 2).sum()) / 1000] * 2)
    assert step_down(found[::-1], draws[:, ::-1]) == pytest.approx(mine[::-1])


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
    with pytest.raises(ValueError, match=r"y\[1\] is nan"):
        statistics([1.0, np.nan] * 40)
    with pytest.raises(ValueError, match="lags is 40"):
        statistics(walk(50, 1), lags=40)
    with pytest.raises(ValueError, match="critical has 3 values"):
        episodes(statistics(walk(60, 1)), np.zeros(3), walk(60, 1))
    with pytest.raises(ValueError, match="found has the shape"):
        step_down([1.0], np.zeros((10, 2)))
