"""The specification of ``models.dynamics``: accounts that add up, a hand-written oracle, properties, bad input."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capital_loop.models.dynamics import (
    SECTORS,
    Inputs,
    gap,
    growth_that_closes,
    simulate,
    sweep,
)

BASE = Inputs(
    revenue=3e9, growth=1.0, fade=0.7, other_costs=0.6, cash=17e9, capacity=1.0, capacity_target=10.0, ramp=16.0, delay=2.0,
    price=12e9, capex=45e9, chip_share=0.6, running_cost=1e9, funding=40e9, vendor_share=0.2, interest=0.06, loan_years=5.0, chip_margin=0.7,
)  # fmt: skip

sets = st.builds(
    Inputs,
    revenue=st.floats(1e8, 1e10), growth=st.floats(-0.3, 3), fade=st.floats(0.3, 1), other_costs=st.floats(0, 1.5),
    cash=st.floats(0, 1e11), capacity=st.floats(0, 3), capacity_target=st.floats(3, 30), ramp=st.floats(1, 30), delay=st.floats(0, 8),
    price=st.floats(0, 3e10), capex=st.floats(0, 1e11), chip_share=st.floats(0, 1), running_cost=st.floats(0, 3e9),
    funding=st.floats(0, 1e11), vendor_share=st.floats(0, 1), interest=st.floats(0, 0.3), loan_years=st.floats(1, 10), chip_margin=st.floats(0, 1),
)  # fmt: skip


def by_hand(i: Inputs, quarters: int) -> list[dict[str, float]]:
    """The same story told for one path in plain arithmetic, with separate accounts of each firm."""
    cash, cloud, chips, debt, revenue = float(i.cash), 0.0, 0.0, 0.0, float(i.revenue)
    rows = []

    def capacity(t: int) -> float:
        part = min(max((t - i.delay) / i.ramp, 0.0), 1.0)
        return float(i.capacity + part * (i.capacity_target - i.capacity))

    for t in range(quarters):
        if t > 0:
            yearly = i.growth * i.fade ** (t / 4)
            revenue *= (1 + yearly) ** 0.25
        g = capacity(t)
        due = i.price * g / 4
        costs = i.other_costs * revenue
        raised = min(i.funding / 4, max(0.0, due + costs - revenue - cash))
        from_chips = min(raised * i.vendor_share, chips)
        costs = min(costs, cash + revenue + raised)
        paid = min(due, cash + revenue + raised - costs)
        cash = cash + revenue + raised - costs - paid
        building = i.capex * (capacity(t + 1) - g)
        spending = building + i.running_cost * g / 4 + debt * i.interest / 4 + debt / 4 / i.loan_years
        borrowed = max(0.0, spending - paid - cloud)
        cloud = cloud + paid + borrowed - spending
        debt = debt + borrowed - debt / 4 / i.loan_years
        chips += building * i.chip_share * i.chip_margin - from_chips
        rows.append({"gap": due - paid, "cash": cash, "debt": debt, "chips": chips, "revenue": revenue})
    return rows


@given(sets)
def test_a_plain_account_of_each_firm_agrees(i: Inputs) -> None:
    run, hand = simulate(i, 33), by_hand(i, 33)
    for t in (0, 1, 8, 32):
        scale = max(1e6, abs(run.money[t]).max())
        assert run.gap[t, 0] == pytest.approx(hand[t]["gap"], abs=1e-7 * scale)
        assert run.cash[t, 0] == pytest.approx(hand[t]["cash"], abs=1e-7 * scale)
        assert run.debt[t, 0] == pytest.approx(hand[t]["debt"], abs=1e-7 * scale)
        assert run.money[t, 0, SECTORS.index("chips")] == pytest.approx(hand[t]["chips"], abs=1e-7 * scale)


@given(sets)
def test_accounts_add_up_in_every_quarter(i: Inputs) -> None:
    """Rows sum to zero, the sum of all money never changes, and no firm holds less than nothing."""
    run = simulate(i, 33)
    assert run.residual < 1e-9
    scale = np.abs(run.flows).max() + 1
    assert np.abs(run.flows.sum(axis=2)).max() < 1e-9 * scale
    change = np.diff(np.concatenate([[_start(i)], run.money[:, 0, :]]), axis=0)
    assert np.abs(change - run.flows.sum(axis=1)).max() < 1e-6 * scale
    for firm in ("openai", "cloud", "chips"):
        assert (run.money[:, :, SECTORS.index(firm)] >= 0).all()


def _start(i: Inputs) -> list[float]:
    return [0.0, float(i.cash), 0.0, 0.0, -float(i.cash), 0.0]


@given(sets, st.floats(1.05, 2))
def test_more_growth_or_funding_never_widens_the_gap(i: Inputs, k: float) -> None:
    base = gap(simulate(i, 20), 0, 19)[0]
    slack = 1e-6 * (1 + base) + 1e-12 * i.revenue  # sums of billions are exact to a part in a trillion
    if i.other_costs <= 1:
        assert (
            gap(simulate(replace(i, growth=abs(i.growth) * k + i.growth + 0.1), 20), 0, 19)[0] <= base + slack
        )
    assert gap(simulate(replace(i, funding=i.funding * k), 20), 0, 19)[0] <= base + slack
    assert gap(simulate(replace(i, price=i.price * k), 20), 0, 19)[0] >= base - slack


def test_growth_is_solved_not_scanned() -> None:
    growth = growth_that_closes(BASE, 33, 16, 19, 1e6)
    assert gap(simulate(replace(BASE, growth=growth), 33), 16, 19)[0] <= 1.1e6
    assert gap(simulate(replace(BASE, growth=growth - 0.01), 33), 16, 19)[0] > 1e6


def test_paths_are_independent() -> None:
    many = simulate(replace(BASE, growth=np.array([0.5, 1.0, 1.5])), 33)
    for k, g in enumerate((0.5, 1.0, 1.5)):
        assert many.gap[:, k] == pytest.approx(simulate(replace(BASE, growth=g), 33).gap[:, 0])


def test_a_sweep_runs_the_same_on_a_dask_cluster() -> None:
    """A local cluster in this process; the same call, the same order, the same numbers."""
    from distributed import Client, LocalCluster
    from joblib import parallel_backend

    inputs = [replace(BASE, growth=g) for g in (0.2, 0.6, 1.0)]
    here = sweep(total_gap, inputs)
    with (
        LocalCluster(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None) as cluster,
        Client(cluster),
        parallel_backend("dask"),
    ):
        there = sweep(total_gap, inputs)
    assert here == there
    assert here == sorted(here, reverse=True)


def total_gap(i: Inputs) -> float:
    return float(gap(simulate(i, 33), 0, 32)[0])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"cash": -1.0}, "cash"),
        ({"chip_share": 1.5}, "share"),
        ({"ramp": 0.0}, "ramp"),
        ({"fade": 1.1}, "negative"),
        ({"growth": -1.1}, "negative"),
        ({"capacity_target": 0.5}, "target"),
    ],
)
def test_bad_input_is_refused(change: dict[str, float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        replace(BASE, **change)
    with pytest.raises(ValueError, match="quarter"):
        simulate(BASE, 0)
    with pytest.raises(ValueError, match="one for each path"):
        simulate(replace(BASE, growth=np.zeros(3), fade=np.ones(2)), 4)
    with pytest.raises(ValueError, match="outside"):
        gap(simulate(BASE, 4), 2, 9)
