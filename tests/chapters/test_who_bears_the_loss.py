"""Who bears the loss: accounts that sum to the shock, the central run by hand, and the facts behind the
page's words."""

from __future__ import annotations

import math

import pytest

from capital_loop.chapters.who_bears_the_loss import charts
from capital_loop.chapters.who_bears_the_loss import study as bears
from capital_loop.chapters.who_bears_the_loss.study import (
    GROUPS,
    HOLDERS,
    NAMES,
    REPRICED,
    SLOW,
    STALL,
    Study,
    words,
)
from capital_loop.record import Record, RecordError
from tests.conftest import Shared


@pytest.fixture(scope="module")
def found(shared: Shared) -> Study:
    return shared.study(Study)


def test_losses_sum_to_each_shock_in_every_draw(found: Study) -> None:
    assert found.gap < 1e-12
    for shock in found.shocks.values():
        assert math.fsum(shock.groups.values()) == pytest.approx(shock.total, rel=1e-12)


def test_nobody_loses_more_than_he_holds_and_ranks_hold(found: Study) -> None:
    for shock in found.shocks.values():
        for claim, loss in zip(shock.claims, shock.found.claims, strict=True):
            assert 0 <= loss <= claim.amount * (1 + 1e-9)
            if claim.rank > 0 and loss > 1:
                below = [
                    (c.amount, x)
                    for c, x in zip(shock.claims, shock.found.claims, strict=True)
                    if c.debtor == claim.debtor and c.rank < claim.rank
                ]
                assert all(x == pytest.approx(a) for a, x in below)


def test_the_claims_on_a_firm_are_worth_its_shares_and_debts(found: Study) -> None:
    worth: dict[str, float] = {}
    for c in found.shocks[STALL].claims:
        if c.rank == 0:
            worth[c.debtor] = worth.get(c.debtor, 0.0) + c.amount
    assert worth["openai"] == pytest.approx(852e9)
    for firm, value in found.market.items():
        assert worth[firm] == pytest.approx(value)
    assert worth["coreweave"] == pytest.approx(530e6 * found.prices["coreweave"])


def test_a_stall_by_hand(found: Study) -> None:
    """Contracts by their own years, and three years of rent in Ohio; five times 22.5 and 91 are there."""
    due = 300 + 250 * 5 / 7 + 38 * 5 / 7 + 100 * 5 / 8 + 22.4 * 5 / 6.25
    paid = (5 * 22.5 + 91) / (due + 5.25 * 3)
    sunk = due * 0.5 * 0.85 * 0.7 + 5.25 * 3 * 0.5
    assert found.paid(found.central) == pytest.approx(paid)
    assert found.shocks[STALL].total == pytest.approx((852 + (1 - paid) * sunk) * 1e9)
    assert found.shocks[STALL].found.paid[0] == pytest.approx((1 - paid) * 5.25e9 * 3 * 0.5)


def test_half_the_growth_by_hand(found: Study) -> None:
    growth = (280 / 30) ** 0.25 - 1
    idle = 1 - (1 + growth / 2) / (1 + growth)
    reached = 30 * (1 + growth / 2) ** 4 / 280
    assert found.plan["reached"] == pytest.approx(reached)
    built = sum(found.building.values()) / 1e9 + 65 + 30 + 279
    assert found.shocks[SLOW].total == pytest.approx((852 * (1 - reached) + built * idle * 0.75) * 1e9)


def test_a_repricing_by_hand(found: Study) -> None:
    """Every firm's assets fall by 74 percent, sites by a quarter; what is lost through stakes is not
    added."""
    shock, fall = found.shocks[REPRICED], 0.74
    large = math.fsum(found.market.values()) * fall
    oracle = 2983e6 * found.prices["oracle"] + 125.337e9 + found.debts["oracle"]["leases"]
    cloud = 530e6 * found.prices["coreweave"] + 35.551e9
    bank = found.softbank["equity"] + found.softbank["debt"]
    stakes = fall * (852e9 * (0.25 + 0.13 + 0.035) + 50e9) + found.stake * found.prices["coreweave"]
    whole = large + fall * (oracle + cloud + bank + 852e9) + 0.25 * (56 + 2.3 + 7.1) * 1e9 / 0.85 - stakes
    assert shock.total == pytest.approx(whole)
    lost = fall * oracle - 2983e6 * found.prices["oracle"]
    bonds = lost * 125.337e9 / (125.337e9 + found.debts["oracle"]["leases"])
    ledger = found.ledger.set_index("holder")[REPRICED]
    assert ledger["oracle-bonds"] == pytest.approx(bonds)
    notes, secured = ledger["coreweave-notes"], ledger["coreweave-secured"]
    assert notes + secured == pytest.approx(fall * cloud - 530e6 * found.prices["coreweave"])
    assert notes == pytest.approx(0.3 * 35.551e9)


def test_the_cushions_are_shares_over_shares_and_debts(found: Study) -> None:
    equity = 530e6 * found.prices["coreweave"]
    assert found.cushion("coreweave") == pytest.approx(equity / (equity + 35.551e9))
    assert found.cushion("oracle-suppliers") == pytest.approx(0.15)
    assert found.halved["coreweave"] == pytest.approx(equity / 2 / (equity / 2 + 35.551e9))
    assert found.notes == pytest.approx(3.75 / 35.551)
    assert found.with_leases["cushion"] == pytest.approx(equity / (equity + 41e9))
    assert found.with_leases["cushion"] < found.cushion("coreweave")
    assert found.with_leases["leases"] == pytest.approx(41e9 - 35.551e9)
    assert found.inputs.at["notes", "low"] <= found.notes


def test_insurance_by_hand(found: Study) -> None:
    """At 40 percent back a spread s means 1 - exp(-5 s / 0.6)."""
    for party, held in (("oracle", 125.337e9), ("coreweave", 35.551e9)):
        row = found.insured.loc[party]
        assert row["central"] == pytest.approx(held * 0.6 * (1 - math.exp(-5 * row["spread"] / 1e4 / 0.6)))
        assert row["low"] < row["central"] < row["high"]


def test_the_gain_from_amds_warrant_is_a_transfer(found: Study) -> None:
    shares, given, price, before = 1632475042, 160e6, 608.11, 164.67
    assert found.gain["rise"] == pytest.approx((price - before) * shares, rel=2e-3)
    part = given / (shares + given)
    assert found.gain["warrant"] == pytest.approx(part * price * shares, rel=2e-3)
    assert found.gain["part"] == pytest.approx(found.gain["warrant"] / found.gain["rise"])


def test_the_sentences_of_the_page_hold(found: Study) -> None:
    """Words of the prose that no field carries: if one fails, the page must say something else."""
    for name in (STALL, SLOW):
        frame = found.drawn[name]
        assert (frame[["lenders", "landlords"]].to_numpy() == 0).all()
    assert found.floor == 0.99
    assert found.cushions["firm"].iloc[0] == "oracle-suppliers"
    assert found.cushions["firm"].iloc[1] == "coreweave"
    ledger = found.ledger.set_index("holder")
    assert ledger.at["coreweave-notes", REPRICED] == pytest.approx(ledger.at["coreweave-notes", "amount"])
    for holder in ("coreweave-secured", "oracle-bonds", "site-lenders"):
        assert 0 < ledger.at[holder, REPRICED] < ledger.at[holder, "amount"]
    assert ledger.at["softbank-lenders", REPRICED] == 0
    assert 0.18 < found.plan["idle"] < 0.23
    assert 0.19 < found.houses / 24.3e9 < 0.23
    owners = found.owners.set_index("holder")
    assert owners.at["microsoft", "paid"] < 0.1 * owners.at["microsoft", "price"]
    first = found.drivers.groupby("shock", sort=False).head(1).set_index("shock")["title"]
    assert first[STALL] == found.inputs.at["sunk", "title"]
    crash = found.drivers[found.drivers["shock"] == REPRICED].groupby("of")["title"]
    moved = {of: set(titles.head(2)) for of, titles in crash}
    both = {found.inputs.at[n, "title"] for n in ("sites", "repricing")}
    assert moved == {"total": both - {found.inputs.at["sites", "title"]}, "creditors": both}
    assert set(found.drivers.loc[found.drivers["shock"] != REPRICED, "of"]) == {"total"}


def test_the_middle_lies_inside_the_ranges(found: Study) -> None:
    f = found.ranges
    assert ((f["low"] <= f["central"] * (1 + 1e-9)) & (f["central"] <= f["high"] * (1 + 1e-9))).all()
    assert found.error < 0.05


def test_every_claim_has_its_words(found: Study) -> None:
    assert set(found.ledger["holder"]) <= set(HOLDERS)
    assert set(found.ledger["debtor"]) <= set(words.table("firms"))
    assert set(found.ledger["rank"]) <= set(range(len(words.listed("ranks"))))
    assert set(found.groups["group"]) <= set(GROUPS)
    assert bears.groups_table(found).shape == (len(GROUPS), len(NAMES) + 4)
    assert len(bears.ledger_table(found)) == len(found.ledger)


def test_an_input_that_is_fixed_has_no_range_and_an_unknown_one_is_refused(record: Record) -> None:
    fixed = Study(record, {"losses-sunk": 1.0})
    assert set(fixed.inputs.loc["sunk", ["low", "central", "high"]]) == {1.0}
    assert fixed.shocks[STALL].total > Study(record).shocks[STALL].total
    with pytest.raises(RecordError, match="no assumption named mood"):
        Study(record, {"mood": 1.0})


def test_a_figures_facts_are_those_of_the_claims_it_draws(found: Study) -> None:
    used = {f.fact_id for f in charts.groups(found).facts}
    needed = {
        c[role].fact_id
        for name in ("debts", "contracts", "plan", "capex")
        for c in found.choices(name)
        for role in c.ids
    }
    assert needed <= used
    paid = {found.chosen("owners", k, "paid").fact_id for k in ("microsoft", "softbank", "nvidia", "amazon")}
    assert paid <= {f.fact_id for f in charts.owners(found).facts}
    plan = {found.chosen("plan", key).fact_id for key in ("start", "end")}
    for figure in (charts.owners(found), charts.cushions(found)):  # they take few inputs and no shock
        assert not plan & {f.fact_id for f in figure.facts}
