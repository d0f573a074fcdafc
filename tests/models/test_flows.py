"""Specification of the flow accounts: what a circle of payments can and cannot do."""

import math
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capital_loop.models import flows as model
from capital_loop.models.flows import OWN_MONEY, Flow

PARTIES = ["chip maker", "model maker", "cloud", "lender", "user"]
KINDS = ["equity", "services", "chips", "loans"]

amounts = st.integers(min_value=0, max_value=10**14).map(lambda cents: cents / 100)
"""Up to a trillion dollars: the sum of 25 is known to the cent in a float, which has whole numbers up to
2**53."""


def cents(dollars: float) -> int:
    """Whole cents, in which sums are exact whatever the sizes; a sum of floats is not."""
    return round(Fraction(float(dollars)) * 100)


@st.composite
def paid_flows(draw, max_size=25):
    """Lists of payments among five parties, from nothing to a trillion dollars each."""
    listed = []
    for _ in range(draw(st.integers(min_value=0, max_value=max_size))):
        payer, payee = draw(st.permutations(PARTIES))[:2]
        listed.append(Flow(payer, payee, draw(st.sampled_from(KINDS)), draw(amounts), "paid"))
    return listed


class TestMatrix:
    def test_a_payment_is_a_use_for_the_payer_and_a_source_for_the_payee(self):
        matrix = model.transactions_matrix([Flow("model maker", "cloud", "services", 60.0, "paid")])
        assert matrix.loc["model maker", "services"] == -60
        assert matrix.loc["cloud", "services"] == 60

    def test_the_last_column_says_what_each_party_drew_from_its_own_money(self):
        matrix = model.transactions_matrix([Flow("user", "model maker", "sales", 20.0, "paid")])
        assert list(matrix.columns) == ["sales", OWN_MONEY]
        assert matrix.loc["user", OWN_MONEY] == 20
        assert matrix.loc["model maker", OWN_MONEY] == -20

    @given(paid_flows())
    def test_every_row_and_every_column_sums_to_zero_to_the_cent(self, listed):
        matrix = model.transactions_matrix(listed).map(cents).astype(object)
        assert not matrix.sum(axis="columns").any()
        assert not matrix.sum(axis="index").any()

    @given(paid_flows())
    def test_the_order_of_the_flows_does_not_matter(self, listed):
        forward = model.transactions_matrix(listed)
        backward = model.transactions_matrix(listed[::-1])
        pd.testing.assert_frame_equal(forward, backward, check_like=True)

    def test_no_flows_give_an_empty_matrix_with_its_closing_column(self):
        assert list(model.transactions_matrix([]).columns) == [OWN_MONEY]

    def test_amounts_are_rounded_to_the_cent_once(self):
        listed = [Flow("user", "cloud", "sales", 0.004, "paid")] * 100
        assert not model.net_positions(listed).any()


class TestNetPositions:
    @given(paid_flows())
    def test_they_sum_to_zero(self, listed):
        assert sum(map(cents, model.net_positions(listed))) == 0

    @given(paid_flows())
    def test_net_payers_put_in_what_the_net_receivers_keep(self, listed):
        net = model.net_positions(listed)
        assert sum(map(cents, model.net_payers(listed))) == sum(map(cents, net[net > 0]))

    @given(paid_flows())
    def test_net_payers_never_put_in_more_than_the_headline_sum(self, listed):
        assert 0 <= sum(map(cents, model.net_payers(listed))) <= sum(flow.cents for flow in listed)

    def test_net_payers_come_largest_first(self):
        listed = [Flow("user", "cloud", "sales", 1.0, "paid"), Flow("lender", "cloud", "loans", 3.0, "paid")]
        assert model.net_payers(listed).to_dict() == {"lender": 3.0, "user": 1.0}

    def test_a_chain_counts_its_money_twice_in_the_headline_and_once_outside(self):
        chain = [
            Flow("lender", "cloud", "loans", 5.0, "paid"),
            Flow("cloud", "chip maker", "chips", 5.0, "paid"),
        ]
        assert model.net_payers(chain).to_dict() == {"lender": 5.0}


def closed_ring(parties, amount, instruments, stage):
    """Each party pays the same amount to the next, and the last to the first."""
    payees = [*parties[1:], parties[0]]
    return [Flow(*side, amount, stage) for side in zip(parties, payees, instruments, strict=True)]


class TestTheRiddle:
    RING = ("model maker", "cloud", "chip maker")
    KINDS = ("services", "chips", "equity")

    @given(amounts)
    def test_a_closed_ring_leaves_every_party_where_it_was(self, amount):
        ring = closed_ring(self.RING, amount, self.KINDS, "promised")
        assert (model.net_positions(ring) == 0).all()
        assert model.net_payers(ring).empty

    @given(paid_flows(), amounts)
    def test_adding_a_ring_changes_nobodys_position(self, listed, amount):
        ring = closed_ring(self.RING, amount, self.KINDS, "paid")
        before, after = model.net_positions(listed), model.net_positions(listed + ring)
        for party in after.index:
            assert after[party] == before.get(party, 0.0)

    def test_a_ring_with_one_side_left_out_needs_somebody_to_pay(self):
        open_ring = closed_ring(self.RING, 100.0, self.KINDS, "promised")[:-1]
        assert model.net_payers(open_ring).to_dict() == {"model maker": 100.0}

    @pytest.mark.parametrize("parties", [["a"], ["a", "b", "a"]])
    def test_a_ring_has_two_or_more_different_parties(self, parties):
        with pytest.raises(ValueError, match="two or more different"):
            model.ring_limit([], parties)


class TestRingLimit:
    def test_the_smallest_side_is_the_limit(self):
        listed = [
            Flow("a", "b", "equity", 30.0, "paid"),
            Flow("b", "c", "services", 4.0, "paid"),
            Flow("b", "c", "services", 2.0, "paid"),
            Flow("c", "a", "chips", 50.0, "paid"),
        ]
        assert model.ring_limit(listed, ["a", "b", "c"]) == 6

    def test_a_missing_side_means_that_nothing_went_round(self):
        assert model.ring_limit([Flow("a", "b", "equity", 30.0, "paid")], ["a", "b", "c"]) == 0

    def test_flows_off_the_ring_do_not_count_not_even_for_their_stage(self):
        listed = [
            *closed_ring(["a", "b"], 5.0, ["x", "y"], "paid"),
            Flow("a", "d", "x", 9.0, "promised"),
        ]
        assert model.ring_limit(listed, ["a", "b"]) == 5

    @given(paid_flows(), st.permutations(PARTIES), st.integers(min_value=0, max_value=4))
    def test_it_does_not_matter_where_the_ring_starts(self, listed, ring, turn):
        turned = ring[turn:] + ring[:turn]
        assert model.ring_limit(listed, ring) == model.ring_limit(listed, turned)

    @given(paid_flows(), st.permutations(PARTIES))
    def test_it_is_at_most_a_fair_share_of_the_headline_sum(self, listed, ring):
        assert cents(model.ring_limit(listed, ring)) * len(ring) <= sum(flow.cents for flow in listed)


class TestStages:
    MIXED = (
        Flow("chip maker", "model maker", "equity", 100.0, "promised"),
        Flow("model maker", "cloud", "services", 6.0, "paid"),
    )

    @pytest.mark.parametrize(
        "function",
        [
            model.transactions_matrix,
            model.net_positions,
            model.net_payers,
            lambda listed: model.ring_limit(listed, ["chip maker", "model maker", "cloud"]),
        ],
    )
    def test_promises_and_payments_are_not_added_up(self, function):
        with pytest.raises(ValueError, match="paid, promised"):
            function(self.MIXED)

    @pytest.mark.parametrize(
        ("stage", "kind"),
        [
            ("rumour", "promised"),
            ("estimate", "promised"),
            ("guidance", "promised"),
            ("announced", "promised"),
            ("letter_of_intent", "promised"),
            ("signed", "binding"),
            ("binding", "binding"),
            ("paid", "paid"),
            ("reported", "paid"),
        ],
    )
    def test_stages_of_the_record_fall_into_three_classes(self, stage, kind):
        assert model.stage_class(stage) == kind

    @pytest.mark.parametrize(
        "stage", ["delivered", "market_price", "computed", "shrunk", "cancelled", "hoped"]
    )
    def test_other_stages_are_no_flow_of_money(self, stage):
        with pytest.raises(ValueError, match="no flow of money"):
            model.stage_class(stage)


class TestFlow:
    @pytest.mark.parametrize("amount", [-1.0, math.nan, math.inf])
    def test_an_amount_is_zero_or_more_and_finite(self, amount):
        with pytest.raises(ValueError, match=r"^amount is "):
            Flow("a", "b", "equity", amount, "paid")

    def test_nobody_pays_itself(self):
        with pytest.raises(ValueError, match="cannot pay itself"):
            Flow("a", "a", "equity", 1.0, "paid")

    def test_a_stage_is_one_of_three(self):
        with pytest.raises(ValueError, match="unknown stage"):
            Flow("a", "b", "equity", 1.0, "signed")

    def test_the_closing_column_has_its_name_for_itself(self):
        with pytest.raises(ValueError, match="closing column"):
            Flow("a", "b", OWN_MONEY, 1.0, "paid")


class TestPerGigawatt:
    def test_sales_grow_with_the_gigawatts(self):
        assert model.supplier_sales(10, 35.0) == 350

    def test_what_a_supplier_pays_of_its_own_sales(self):
        assert model.vendor_financed_share(100.0, 350.0) == pytest.approx(2 / 7)
        assert model.vendor_financed_share(0.0, 350.0) == 0
        with pytest.raises(ValueError, match="investment"):
            model.vendor_financed_share(-1.0, 350.0)

    @pytest.mark.parametrize("bad", [0.0, -1.0, math.nan, math.inf])
    def test_arguments_must_be_above_zero(self, bad):
        for call in (
            lambda: model.supplier_sales(bad, 1),
            lambda: model.vendor_financed_share(1, bad),
        ):
            with pytest.raises(ValueError, match=r"^(gigawatts|sales) is "):
                call()
