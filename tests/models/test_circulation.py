"""The specification of ``models.circulation``: small graphs by hand, another solver, properties, bad
input."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capital_loop.models.circulation import Edge, circulation, cycles


def pay(giver: str, receiver: str, amount: float | None = 1.0, kind: str = "purchase") -> Edge:
    return Edge(f"{giver}-{receiver}-{kind}", giver, receiver, kind, amount)


RING = [pay("a", "b", 100), pay("b", "c", 60), pay("c", "a", 80)]


def test_a_ring_carries_its_smallest_side() -> None:
    found = circulation(RING)
    assert found.total == pytest.approx(180)
    assert found.share == pytest.approx(180 / 240)
    assert list(found.flows.values()) == pytest.approx([60, 60, 60])


def test_two_rings_share_a_side() -> None:
    """a-b feeds two ways back of 40 and 30; the common side of 100 carries both: 2 x 40 + 3 x 30."""
    edges = [pay("a", "b", 100), pay("b", "a", 40), pay("b", "c", 30), pay("c", "a", 50)]
    assert circulation(edges).total == pytest.approx(2 * 40 + 3 * 30)


def test_no_ring_no_circulation() -> None:
    assert circulation([pay("a", "b"), pay("b", "c"), pay("a", "c")]).total == pytest.approx(0, abs=1e-9)
    assert circulation([]).share == 0


def test_definitions_by_hand() -> None:
    """A sells to B and B pays; A gives B a warrant: no circle of money, one of value, tied by ownership."""
    edges = [pay("b", "a"), pay("a", "b", kind="warrant")]
    assert cycles(edges, "money") == []
    assert cycles(edges, "value") == [("a", "b")]
    assert cycles(edges, "ownership") == [("a", "b")]
    trade = [pay("a", "b"), pay("b", "a", kind="lease")]
    assert cycles(trade, "money") == [("a", "b")]
    assert cycles(trade, "ownership") == []


graphs = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(1, 50)).filter(lambda t: t[0] != t[1]),
    min_size=1,
    max_size=14,
)


@given(graphs)
def test_network_simplex_agrees(rows: list[tuple[int, int, int]]) -> None:
    """The same optimum as a minimum-cost flow with reward one on every edge."""
    edges = [Edge(f"{i}", str(a), str(b), "purchase", float(c)) for i, (a, b, c) in enumerate(rows)]
    graph = nx.MultiDiGraph()
    for a, b, c in rows:
        graph.add_edge(a, b, capacity=c, weight=-1)
    plain = nx.DiGraph()
    for a, b, c in rows:
        before = plain.get_edge_data(a, b, {"capacity": 0})["capacity"]
        plain.add_edge(a, b, capacity=before + c, weight=-1)
    cost, _ = nx.network_simplex(plain)
    assert circulation(edges).total == pytest.approx(-cost, abs=1e-5)


@given(graphs, st.floats(0.01, 1e9))
def test_money_is_conserved_and_units_do_not_matter(rows: list[tuple[int, int, int]], k: float) -> None:
    edges = [Edge(f"{i}", str(a), str(b), "purchase", float(c)) for i, (a, b, c) in enumerate(rows)]
    found = circulation(edges)
    net: dict[str, float] = {}
    for e in edges:
        net[e.giver] = net.get(e.giver, 0) - found.flows[e.deal]
        net[e.receiver] = net.get(e.receiver, 0) + found.flows[e.deal]
    assert all(abs(v) < 1e-5 for v in net.values())
    assert 0 <= found.share <= 1 + 1e-9
    bigger = circulation([Edge(e.deal, e.giver, e.receiver, e.kind, (e.amount or 0) * k) for e in edges])
    assert bigger.share == pytest.approx(found.share, abs=1e-6)
    assert bool(cycles(edges, "money")) == (found.total > 1e-6)


@given(graphs)
def test_wider_definitions_hold_more_circles(rows: list[tuple[int, int, int]]) -> None:
    kinds = ["purchase", "equity", "warrant", "guarantee", "lease"]
    edges = [Edge(f"{i}", str(a), str(b), kinds[c % 5], 1.0) for i, (a, b, c) in enumerate(rows)]
    assert set(cycles(edges, "money")) <= set(cycles(edges, "value"))
    assert set(cycles(edges, "ownership")) <= set(cycles(edges, "value"))


def test_bad_input_is_refused() -> None:
    for bad in (lambda: pay("a", "a"), lambda: pay("a", "b", -1.0), lambda: pay("a", "b", kind="gift")):
        with pytest.raises(
            ValueError, match=r"himself|amount of .* is -1: it must be at least 0|unknown kind"
        ):
            bad()
    with pytest.raises(ValueError, match="no definition"):
        cycles([], "round")
