"""Contagion: the payments by hand at fixed inputs, what prices say, and the facts that the page's sentences
rest on."""

from __future__ import annotations

import numpy as np
import pytest

from capital_loop.chapters.contagion import charts
from capital_loop.chapters.contagion import study as contagion
from capital_loop.chapters.contagion.study import Study
from capital_loop.chapters.study import latest
from capital_loop.record.rows import AssumptionRow
from capital_loop.record.tables import Record, RecordError
from tests.conftest import Shared


@pytest.fixture(scope="module")
def found(shared: Shared) -> Study:
    return shared.study(Study)


@pytest.fixture(scope="module")
def central(record: Record) -> Study:
    """All inputs at their central values: every draw is the same."""
    table = record.assumptions
    mine = table[table["model"].isin(["contagion", "credit"])]
    return Study(record, dict(zip(mine["assumption_id"], mine["central"], strict=True)))


def test_less_from_openai_never_helps_and_building_on_never_does(found: Study) -> None:
    for party in contagion.NODES[1:]:
        for building in (False, True):
            parts = [found.fails(party, paid, building) for paid in contagion.PAID]
            assert parts == sorted(parts)
        for paid in contagion.PAID:
            assert found.fails(party, paid, True) >= found.fails(party, paid, False)


def test_who_has_failed_stays_failed(found: Study) -> None:
    for party in contagion.CLOUDS:
        parts = [found.fails(party, 0.5, False, year) for year in found.calendar]
        assert parts == sorted(parts)


def _coreweave(study: Study, paid: float) -> float:
    """What CoreWeave must raise if it stops building, from the record's own figures, period by period."""
    at = study.inputs["central"]
    due = [f.value for f in study.due["coreweave"]]
    length = [184 / 365, 1, 1, 1, 1]
    left, cash, deepest = study.debt["coreweave"].value, at["coreweave-cash"], 0.0
    for t, year in enumerate(length):
        owed = at["openai-coreweave"] * year
        taken = (1 - paid) * min(at["coreweave-backstop"] * year, owed)
        others = (at["coreweave-operating"] - at["margin"] * at["openai-coreweave"]) * year
        let = at["relet"] * (owed * (1 - paid) - taken)
        kept = at["margin"] * (paid * owed + let) + taken * at["margin"]
        begun = min(1.0, (2026 + t + 0.5 - 2026.5) / (at["coreweave-begun"] + 1 - 2026.5))
        rent = at["coreweave-rent"] * (1 - at["sublet"]) * begun * year
        interest = at["coreweave-interest"] * left / study.debt["coreweave"].value * year
        cash += others + kept - due[t] - interest - rent - at["coreweave-upkeep"] * year
        left -= due[t]
        deepest = min(deepest, cash)
    return -deepest


@pytest.mark.parametrize("paid", [1.0, 0.0])
def test_coreweaves_need_by_hand(central: Study, paid: float) -> None:
    """A lost customer costs his contribution less what Nvidia takes and others rent, and no cash is made
    up."""
    assert central.need("coreweave", False, paid)["central"] == pytest.approx(_coreweave(central, paid))


def test_a_lost_payment_costs_no_more_than_its_contribution(central: Study) -> None:
    """Over the years and parties: the need rises by at most the margin of all that OpenAI would have paid."""
    at = central.inputs["central"]
    for party in contagion.CLOUDS:
        more = central.need(party, False, 0.0)["central"] - central.need(party, False, 1.0)["central"]
        most = at["margin"] * at[f"openai-{party}"] * central.lengths[party].sum()
        assert 0 <= more <= most * (1 - at["relet"]) + 1


def test_the_sentences_of_the_page_hold(found: Study) -> None:
    """Words of the prose that no field carries: if one fails, the page must say something else."""
    assert found.chained == 0
    assert found.stays_inside[False] == pytest.approx(0, abs=1e-9)
    assert found.stays_inside[True] > 0.1
    first, last = found.calendar[0], found.calendar[-1]
    assert all(found.fails("coreweave", paid, False, first) == 0 for paid in contagion.PAID)
    assert found.fails("coreweave", 1.0, False, last) > 0.5
    assert found.fails("oracle", 0.0, False, last) < 0.5
    assert all(found.fails(party, 1.0, True, last) == 1 for party in contagion.CLOUDS)
    for party in ("microsoft", "nvidia", "softbank"):
        assert all(found.fails(party, paid, b, last) == 0 for paid in contagion.PAID for b in (False, True))
    assert found.order_holds["both"] > 0.9
    assert found.order_holds["oracle"] < found.order_holds["both"]
    assert found.draws_stand_outside
    assert abs(found.readings["oracle_insurance"] - found.readings["oracle_shares"]) < 5
    assert found.readings["coreweave_shares"] > found.readings["coreweave_insurance"]
    assert found.loan_to_value["gone"].iloc[0] < found.ceiling.value
    assert found.gone.at["softbank", "central"] < found.before
    assert found.gone.at["nvidia", "high"] < 0.01
    assert found.arm > 0.5
    assert set(found.drivers["title"]) >= {
        "Contribution a year per dollar built", "Capital spending of CoreWeave, a year",
        "Operating profit before depreciation of CoreWeave, a year",
    }  # fmt: skip


def test_insurance_by_the_reviewers_figures(found: Study) -> None:
    """At a recovery of 40 percent 203 basis points mean 3.3 and 15.6 percent, 881 mean 14 and 52."""
    rows = found.insurance.set_index(["party", "spread"])
    for key, one, five in ((("oracle", 203.0), 0.033, 0.156), (("coreweave", 881.0), 0.14, 0.52)):
        assert rows.loc[key, "one"] == pytest.approx(one, abs=5e-3)
        assert rows.loc[key, "central"] == pytest.approx(five, abs=5e-3)
    assert found.exact < 0.005


def test_more_debt_and_wilder_shares_make_default_likelier(found: Study) -> None:
    for party in contagion.CLOUDS:
        row = found.shares.loc[party]
        assert row["low"] <= row["central"] <= row["high"]


def test_softbanks_figures_are_of_one_day(found: Study) -> None:
    """14.55 of 72.3 trillion yen; net debt of 10.81 and two payments of ten billion dollars over the rest."""
    assert found.gone.at["softbank", "central"] == pytest.approx(14.55 / 72.3)
    yen = 14.55e12 / 89.6e9
    assert found.loan_to_value["gone"].iloc[0] == pytest.approx(
        100 * (10.81e12 + 20e9 * yen) / (83.11e12 - 14.55e12)
    )
    assert found.softbank["debt"] / found.softbank["holdings"] == pytest.approx(0.13, abs=5e-4)


def test_the_errors_are_those_of_the_draws(record: Record, found: Study) -> None:
    assert found.error <= 0.5 / np.sqrt(contagion.DRAWS) + 1e-12
    assert found.need_error < 0.1 * found.need("oracle", True, 1.0)["central"]


def test_an_input_that_is_fixed_has_no_range_and_an_unknown_one_is_refused(record: Record) -> None:
    fixed = Study(record, {"contagion-margin": 0.7})
    assert set(fixed.inputs.loc["margin", ["low", "central", "high"]]) == {0.7}
    assert set(fixed.draws["margin"]) == {0.7}
    with pytest.raises(RecordError, match="no assumption named mood"):
        Study(record, {"mood": 1.0})


def test_a_percent_for_a_share_is_refused(record: Record) -> None:
    with pytest.raises(ValueError, match="recovery is 40: it looks like percent"):
        _ = Study(record, {"credit-recovery": 40}).insurance


def test_a_figures_facts_are_those_of_the_inputs_it_uses(found: Study) -> None:
    used = {f.fact_id for f in charts.needs(found).facts}
    assert {f.fact_id for facts in found.due.values() for f in facts} <= used
    assert {f.fact_id for f in found.debt.values()} <= used
    for name in ("microsoft-cash", "nvidia-operating", "softbank-cash", "openai-value"):  # of others' money
        assert found.record.keyed(AssumptionRow)[f"contagion-{name}"].fact_id not in used
    newest = {latest(found.record, name, "cds_spread").fact_id for name in contagion.CLOUDS}
    beside = {f.fact_id for f in charts.beside(found).facts}
    assert beside & set(found.insurance["fact_id"]) == newest
    assert set(found.insurance["fact_id"]) <= {f.fact_id for f in charts.insurance(found).facts}
    assert found.ceiling.fact_id in {f.fact_id for f in charts.softbank(found).facts}


def test_a_stop_is_weighed_against_openai_one_step_at_a_time(found: Study) -> None:
    """From where the clouds stand: they build and are paid in full."""
    now, stopped, unpaid = (found.must_raise[k] for k in ((True, 1.0), (False, 1.0), (True, 0.0)))
    more = [sum(a) - sum(b) > sum(c) - sum(a) for a, b, c in zip(now, stopped, unpaid, strict=True)]
    assert found.order_holds["both"] == pytest.approx(np.mean(more))
    assert found.order_holds["oracle"] < found.order_holds["both"] < 1


def test_what_is_built_is_owed_in_full(found: Study) -> None:
    table = found.network.set_index(["debtor", "creditor"])
    owed = table["usd"]
    assert owed["openai", "softbank"] == owed["nvidia", "softbank"], "a bill, and its guarantee"
    assert set(table.index[table["failing"]]) == {("nvidia", "coreweave"), ("nvidia", "softbank")}
    for cloud in contagion.CLOUDS:
        whole = owed[cloud, "nvidia"] + owed[cloud, "makers"]
        assert whole == pytest.approx(found.inputs.at[f"{cloud}-spending", "central"])


def test_swings_are_those_of_a_years_returns(found: Study) -> None:
    moves = np.diff(np.log(found.closes_of("oracle", "daily").to_numpy()))
    for end, days in (("central", 252), ("high", 126)):
        yearly = moves[-days:].std(ddof=1) * np.sqrt(252)
        assert found.shares.at["oracle", f"volatility_{end}"] == pytest.approx(yearly)
    assert found.a_day_later < found.shares.at["oracle", "high"]


def test_openais_part_of_softbank_is_at_the_rates_of_its_days(found: Study) -> None:
    assert found.before == pytest.approx(54.4e9 * 156.6 / 30.9e12)
