"""The specification of ``models.dynamics``: a check that can fail, a hand-written oracle, properties, bad
input."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capital_loop.models import dynamics
from capital_loop.models.dynamics import (
    INSTRUMENTS,
    ROWS,
    SECTORS,
    AccountsError,
    Books,
    Flows,
    Inputs,
    check,
    growth_that_pays,
    simulate,
    sweep,
)
from tests.models.loop import LOOP as BASE

RULES = [(kept, standing) for kept in (0, 1) for standing in (0, 1)]

sets = st.builds(
    Inputs,
    revenue=st.floats(1e8, 1e10), growth=st.floats(-0.3, 3), fade=st.floats(0.3, 1),
    other_costs=st.floats(0, 1.5),
    cash=st.floats(0, 1e11), capacity=st.floats(0, 3), capacity_target=st.floats(3, 30),
    ramp=st.floats(1, 30), delay=st.floats(0, 8),
    price=st.floats(0, 3e10), capex=st.floats(0, 1e11), chip_share=st.floats(0, 1),
    running_cost=st.floats(0, 3e9),
    funding=st.floats(0, 1e11), vendor_share=st.floats(0, 1), interest=st.floats(0, 0.3),
    loan_years=st.floats(1, 10),
    chip_margin=st.floats(0, 1), life=st.floats(1, 30), kept=st.integers(0, 1), standing=st.integers(0, 1),
)  # fmt: skip


def by_hand(i: Inputs, quarters: int) -> list[dict[str, float]]:
    """The same story told for one path in plain arithmetic, from the equations of the page, without any
    account."""
    cash, cloud, chips, debt, revenue, standing, lost = (
        float(i.cash),
        0.0,
        0.0,
        0.0,
        float(i.revenue),
        0.0,
        0.0,
    )
    capital = i.capex * i.capacity
    rows = []

    def capacity(t: int) -> float:
        part = min(max((t - i.delay) / i.ramp, 0.0), 1.0)
        return float(i.capacity + part * (i.capacity_target - i.capacity))

    for t in range(quarters):
        if t > 0:
            whole_years = (t - 1) // 4
            revenue *= (1 + i.growth * i.fade**whole_years) ** 0.25
        g = capacity(t)
        bill = i.price * g / 4
        owed, costs = bill + standing, i.other_costs * revenue
        raised = i.funding / 4 if i.kept else min(i.funding / 4, max(0.0, owed + costs - revenue - cash))
        from_chips = min(raised * i.vendor_share, chips)
        costs = min(costs, cash + revenue + raised)
        paid = min(owed, cash + revenue + raised - costs)
        cash = cash + revenue + raised - costs - paid
        standing = owed - paid if i.standing else 0.0
        lost += 0.0 if i.standing else owed - paid
        building = i.capex * (capacity(t + 1) - g)
        spending = building + i.running_cost * g / 4 + debt * i.interest / 4 + debt / 4 / i.loan_years
        borrowed = max(0.0, spending - paid - cloud)
        cloud = cloud + paid + borrowed - spending
        debt = debt + borrowed - debt / 4 / i.loan_years
        capital = capital + building - capital / 4 / i.life
        chips += building * i.chip_share * i.chip_margin - from_chips
        worth = cloud + standing + capital - debt
        rows.append({
            "unpaid": standing + lost, "cash": cash, "debt": debt, "revenue": revenue, "worth": worth,
            "due": bill, "computing": paid, "burn": bill + costs - revenue, "capacity": g,
            "shares by investors": raised - from_chips, "shares by the chip maker": from_chips,
            "chips": building * i.chip_share,
        })  # fmt: skip
    return rows


@given(sets)
def test_a_plain_account_of_each_firm_agrees(i: Inputs) -> None:
    run, hand = simulate(i, 33), by_hand(i, 33)
    scale = max(1e6, float(np.abs(run.balances).max()))
    for t in (0, 1, 4, 5, 8, 32):
        for key, value in hand[t].items():
            found = run.flows[t, ROWS.index(key)].max() if key in ROWS else getattr(run, key)[t, 0]
            assert found == pytest.approx(value, abs=1e-7 * scale), key


@given(sets)
def test_balance_sheets_and_flows_agree_in_every_quarter(i: Inputs) -> None:
    """Held against the matrices alone: claims cancel, rows of flows cancel, money changes by flows and
    nothing else."""
    run = simulate(i, 33)
    scale = float(np.abs(run.balances).max() + np.abs(run.flows).sum()) + 1
    assert run.residual < dynamics.TOLERANCE
    assert np.abs(run.balances[:, :-1].sum(axis=2)).max() < 1e-9 * scale  # all rows but fixed capital
    assert np.abs(run.flows.sum(axis=2)).max() < 1e-9 * scale
    money = np.diff(run.balances[:, INSTRUMENTS.index("money")], axis=0)
    assert np.abs(money - run.flows.sum(axis=1)).max() < 1e-9 * scale
    assert run.balances.sum(axis=(1, 2)) == pytest.approx(run.balances[:, -1].sum(axis=1), abs=1e-9 * scale)
    firms = [SECTORS.index(s) for s in ("openai", "cloud", "chips")]
    assert (run.balances[:, 0, firms] >= -1e-9 * scale).all()


@pytest.mark.parametrize(("kept", "standing"), RULES)
def test_the_matrices_hold_what_the_run_says(kept: int, standing: int) -> None:
    """Row by row, in a year in which bills stay unpaid: who pays whom what, and who owes whom what."""
    i = replace(BASE, kept=kept, standing=standing, funding=8e9)
    run, t = simulate(i, 24), 20
    assert run.unpaid[t, 0] > 1e9
    sheet, before = run.balances[t + 1], run.balances[t]
    place = {name: SECTORS.index(name) for name in SECTORS}
    held = lambda row, sector: sheet[INSTRUMENTS.index(row), place[sector]]  # noqa: E731
    debt_before = before[INSTRUMENTS.index("loans"), place["lenders"]]
    hand = by_hand(i, 24)
    paid, chips = hand[t]["computing"], hand[t]["chips"]
    raised = [h["shares by investors"] + h["shares by the chip maker"] for h in hand]
    wanted = {
        "revenue": ("outside", "openai", run.revenue[t, 0]),
        "other costs": ("openai", "outside", i.other_costs * run.revenue[t, 0]),
        "shares by investors": ("investors", "openai", raised[t] * (1 - i.vendor_share)),
        "shares by the chip maker": ("chips", "openai", raised[t] * i.vendor_share),
        "computing": ("openai", "cloud", paid),
        "chips": ("cloud", "chips", chips),
        "halls": ("cloud", "outside", chips / i.chip_share - chips),
        "running the cloud": ("cloud", "outside", i.running_cost * run.capacity[t, 0] / 4),
        "interest": ("cloud", "lenders", debt_before * i.interest / 4),
        "loans, net": ("lenders", "cloud", run.debt[t, 0] - debt_before),
        "making chips": ("chips", "outside", chips * (1 - i.chip_margin)),
    }
    assert tuple(wanted) == ROWS
    for row, (payer, taker, amount) in wanted.items():
        line = np.zeros(len(SECTORS))
        line[place[payer]], line[place[taker]] = -amount, amount
        assert run.flows[t, ROWS.index(row)] == pytest.approx(line, rel=1e-9, abs=1), row
    assert held("money", "openai") == pytest.approx(run.cash[t, 0])
    assert held("loans", "lenders") == -held("loans", "cloud") == pytest.approx(run.debt[t, 0])
    owed = run.unpaid[t, 0] if standing else 0.0
    assert held("unpaid bills", "cloud") == -held("unpaid bills", "openai") == pytest.approx(owed)
    paid_in = i.cash + sum(raised[: t + 1])
    assert -held("OpenAI’s shares", "openai") == pytest.approx(paid_in)
    assert held("OpenAI’s shares", "chips") == pytest.approx(
        -run.flows[: t + 1, ROWS.index("shares by the chip maker"), place["chips"]].sum()
    )
    assert held("the cloud’s shares", "investors") == pytest.approx(i.capex * i.capacity)
    worth = held("money", "cloud") + owed + held("fixed capital", "cloud") - run.debt[t, 0]
    assert run.worth[t, 0] == pytest.approx(worth)


def test_growth_is_what_its_name_says() -> None:
    """The first four quarters grow by ``growth``, the next four by ``growth`` times ``fade``."""
    revenue = simulate(BASE, 13).revenue[:, 0]
    assert revenue[4] / revenue[0] == pytest.approx(1 + BASE.growth)
    assert revenue[8] / revenue[4] == pytest.approx(1 + BASE.growth * BASE.fade)
    assert revenue[12] / revenue[8] == pytest.approx(1 + BASE.growth * BASE.fade**2)


FAULTS: dict[str, Callable[[Flows], Any]] = {
    "costs": lambda f: replace(f, costs=f.costs * 1.001),
    "raised": lambda f: replace(f, raised=f.raised * 1.001),
    "borrow": lambda f: replace(f, borrow=f.borrow * 1.001),
    "written": lambda f: replace(f, written=f.written + 1e6),
    "wear": lambda f: replace(f, wear=f.wear * 1.001),
}


@pytest.mark.parametrize("sector", SECTORS)
def test_a_fault_in_a_sectors_money_is_found(sector: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousandth of a percent of the largest balance lost on the way: the accounts refuse."""
    honest = Books.post

    def lossy(self: Books, f: Flows) -> None:
        honest(self, f)
        self.money[sector] = self.money[sector] + 1e-5 * self.capital

    monkeypatch.setattr(Books, "post", lossy)
    with pytest.raises(AccountsError, match=r"^all money is off by [0-9.e-]+ of all balances and turnover$"):
        simulate(BASE, 4)


def test_rounding_is_no_fault() -> None:
    """Much turned over on hardly any balance: differences of a cent in a hundred million a quarter."""
    flow = {"other_costs": 1.0, "price": 0.0, "capex": 0.0, "funding": 0.0, "cash": 1.9210954187965648}
    assert simulate(replace(BASE, revenue=1e8, **flow), 33).residual < dynamics.TOLERANCE / 100


@pytest.mark.parametrize(
    ("stock", "sector"), [("loans", "cloud"), ("bills", "openai"), ("capital", "cloud"), ("sites", "cloud")]
)  # fmt: skip
def test_a_stock_that_changes_without_a_flow_is_found(
    stock: str, sector: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = Books.post

    def growing(self: Books, f: Flows) -> None:
        honest(self, f)
        setattr(self, stock, getattr(self, stock) + 1e-5 * self.capital)

    monkeypatch.setattr(Books, "post", growing)
    with pytest.raises(AccountsError, match=rf"^the worth of {sector} is off by"):
        simulate(BASE, 4)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_flow_that_one_side_books_and_the_other_does_not_is_found(
    fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The payer's and the payee's books see different amounts of one flow: each is booked by its own
    equation."""
    honest = Books.post

    def two_truths(self: Books, f: Flows) -> None:
        before, results = dict(self.money), dict(self.results)
        honest(self, f)
        other = Books(
            before, self.loans, self.bills, dict(self.shares), self.sites, self.capital,
        )  # fmt: skip
        other.results = results
        honest(other, FAULTS[fault](f))
        self.money["openai"], self.results["cloud"] = other.money["openai"], other.results["cloud"]
        self.money["cloud"] = other.money["cloud"]

    run = replace(BASE, kept=0, standing=0, funding=4e9, cash=0.0)
    simulate(run, 12)
    monkeypatch.setattr(Books, "post", two_truths)
    with pytest.raises(AccountsError):
        simulate(run, 12)


def test_a_firm_that_spends_what_it_has_not_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = dynamics._behaviour

    def generous(*args: Any) -> Flows:
        f = honest(*args)
        return replace(f, paid=f.paid + f.revenue + f.raised)

    monkeypatch.setattr(dynamics, "_behaviour", generous)
    with pytest.raises(AccountsError, match="the money of openai"):
        simulate(replace(BASE, cash=0.0), 4)


def test_the_scale_of_the_check_is_what_was_turned_over() -> None:
    one = np.ones(1)
    money = dict.fromkeys(SECTORS, 0 * one)
    books = Books(dict(money), 0 * one, 0 * one, {"investors": 0 * one, "chips": 0 * one}, 0 * one, 0 * one)
    books.post(Flows(**{f.name: one for f in fields(Flows)}))
    assert books.turnover == pytest.approx(5)  # revenue, bill, shares, building, loan
    quiet = Books(
        money | {"outside": 4e-8 * one},
        *[0 * one] * 2,
        {"investors": 0 * one, "chips": 0 * one},
        *[0 * one] * 2,
    )
    quiet.turnover = 399 * one
    assert check(quiet) == pytest.approx(1e-10)


def test_what_a_sector_is_worth_is_its_column_of_the_balance_sheet() -> None:
    amounts = iter(
        np.array([x]) for x in (3.0, 5.0, 7.0, 11.0, 13.0, 17.0, 19.0, 23.0, 29.0, 31.0, 37.0, 41.0)
    )
    money = {s: next(amounts) for s in SECTORS}
    books = Books(
        money,
        next(amounts),
        next(amounts),
        {"investors": next(amounts), "chips": next(amounts)},
        next(amounts),
        next(amounts),
    )
    columns = dict(zip(SECTORS, books.matrix().sum(axis=0), strict=True))
    assert {s: float(w[0]) for s, w in books.worth().items()} == columns


def test_the_check_holds_every_path_not_only_the_first() -> None:
    zero = np.zeros(3)
    money = dict.fromkeys(SECTORS, zero)
    books = Books(money, zero, zero, {"investors": zero, "chips": zero}, zero, zero)
    assert check(books) == 0
    books.money = money | {"openai": np.array([0.0, 0.0, 1.0])}
    with pytest.raises(AccountsError, match="all money"):
        check(books)


@given(sets, st.floats(1.05, 2))
def test_more_growth_or_funding_never_leaves_more_unpaid(i: Inputs, k: float) -> None:
    unpaid = lambda x: float(simulate(x, 20).unpaid[-1, 0])  # noqa: E731
    base = unpaid(i)
    slack = 1e-6 * (1 + base) + 1e-12 * i.revenue  # sums of billions are exact to a part in a trillion
    if i.other_costs <= 1:
        assert unpaid(replace(i, growth=min(abs(i.growth) * k + i.growth + 0.1, 10.0))) <= base + slack
    assert unpaid(replace(i, funding=i.funding * k)) <= base + slack
    assert unpaid(replace(i, price=i.price * k)) >= base - slack


@given(sets)
def test_the_rules_are_in_order(i: Inputs) -> None:
    """Money that is kept never leaves more unpaid than money that lapses; bills that stand never leave more
    than lost ones."""
    unpaid = {r: float(simulate(replace(i, kept=r[0], standing=r[1]), 24).unpaid[-1, 0]) for r in RULES}
    slack = 1e-9 * (1 + max(unpaid.values())) + 1
    for standing in (0, 1):
        assert unpaid[1, standing] <= unpaid[0, standing] + slack
    for kept in (0, 1):
        assert unpaid[kept, 1] <= unpaid[kept, 0] + slack


def test_growth_is_solved_not_scanned() -> None:
    growth = growth_that_pays(BASE, 22, least=1.0, tolerance=1e6)
    assert simulate(replace(BASE, growth=growth), 22).unpaid[-1, 0] <= 1e6
    assert simulate(replace(BASE, growth=growth - 0.001), 22).unpaid[-1, 0] > 1e6
    assert growth_that_pays(replace(BASE, price=0.0), 22, least=1.0, tolerance=0.0) == dynamics.SEARCH[0]
    assert np.isnan(
        growth_that_pays(replace(BASE, other_costs=1.0, funding=0.0), 22, least=1.0, tolerance=0.0)
    )


def test_half_of_the_paths_is_half_of_the_paths() -> None:
    spread = replace(BASE, price=np.linspace(8e9, 16e9, 101))
    growth = growth_that_pays(spread, 22, least=0.5, tolerance=1e6)
    paid = simulate(replace(spread, growth=growth), 22).unpaid[-1] <= 1e6
    assert paid.sum() == 51


def test_paths_are_independent() -> None:
    many = simulate(replace(BASE, growth=np.array([0.5, 1.0, 1.5]), kept=np.array([0, 1, 0])), 33)
    for k, (g, kept) in enumerate(((0.5, 0), (1.0, 1), (1.5, 0))):
        one = simulate(replace(BASE, growth=g, kept=kept), 33)
        assert many.unpaid[:, k] == pytest.approx(one.unpaid[:, 0])


def test_a_sweep_runs_the_same_on_a_dask_cluster() -> None:
    """A local cluster in this process; the same call, the same order, the same numbers."""
    from distributed import Client, LocalCluster
    from joblib import parallel_backend

    inputs = [replace(BASE, growth=g) for g in (0.2, 0.6, 1.0)]
    here = sweep(unpaid_in_all, inputs)
    with (
        LocalCluster(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None) as cluster,
        Client(cluster),
        parallel_backend("dask"),
    ):
        there = sweep(unpaid_in_all, inputs)
    assert here == there
    assert here == sorted(here, reverse=True)


def unpaid_in_all(i: Inputs) -> float:
    return float(simulate(i, 33).unpaid[-1, 0])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"cash": -1.0}, r"^cash is -1: it must be at least 0$"),
        ({"chip_share": 60}, r"^chip_share holds 60: it looks like percent; give 60 percent as 0\.6$"),
        ({"vendor_share": 1.5}, "^vendor_share holds 1.5"),
        ({"chip_margin": float("nan")}, "^chip_margin is nan"),
        ({"ramp": 0.0}, "^ramp is 0: it must be above 0"),
        ({"life": 0.0}, "^life is 0: it must be above 0"),
        ({"loan_years": -5.0}, "^loan_years is -5"),
        ({"revenue": 0.0}, "^revenue is 0: it must be above 0"),
        ({"fade": 1.1}, "^fade is 1.1: it must be above 0 and at most 1"),
        ({"growth": -1.0}, "^growth is -1: it must be above -1 and at most 10"),
        ({"growth": 100.0}, "^growth is 100: it must be above -1 and at most 10"),
        ({"interest": 6.0}, "^interest is 6: it must be at least 0 and at most 1"),
        ({"other_costs": 60.0}, "^other_costs is 60"),
        ({"funding": float("inf")}, "^funding is inf"),
        ({"price": np.array([1e9, np.nan])}, r"^price\[1\] is nan: it must be a finite number$"),
        ({"kept": 0.5}, "^kept must be 0 or 1$"),
        ({"capacity_target": 0.5}, "^capacity_target must not be under capacity$"),
        ({"delay": "late"}, "^delay must be numbers"),
    ],
)
def test_bad_input_is_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        replace(BASE, **change)


def test_bad_calls_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^quarters is 0"):
        simulate(BASE, 0)
    with pytest.raises(ValueError, match=r"^fade needs one value or one for each of the 3 paths$"):
        simulate(replace(BASE, growth=np.zeros(3), fade=np.ones(2)), 4)
    with pytest.raises(ValueError, match=r"^least is 50: it looks like percent"):
        growth_that_pays(BASE, 4, least=50, tolerance=0.0)


ODD: list[Any] = [
    float("nan"),
    float("inf"),
    -float("inf"),
    None,
    "much",
    -1e9,
    [0.5, float("nan")],
    [[1.0], [1.0, 2.0]],
]


@pytest.mark.parametrize("name", [f.name for f in fields(Inputs)])
def test_every_odd_input_raises_one_clear_error_that_names_it(name: str) -> None:
    """Eight odd values for each of the inputs: more than a hundred and fifty."""
    for odd in ODD:
        with pytest.raises(ValueError, match=rf"^{name}\b") as raised:
            replace(BASE, **{name: odd})
        assert "\n" not in str(raised.value)
