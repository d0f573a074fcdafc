"""Leverage: golden figures of the record."""

from __future__ import annotations

import pytest

from capital_loop.chapters.leverage.charts import words
from capital_loop.chapters.leverage.study import Study
from tests.conftest import Shared


@pytest.fixture(scope="module")
def study(shared: Shared) -> Study:
    return shared.study(Study)


def test_cash_less_debt_by_hand(study: Study) -> None:
    """Nvidia 60.608 less 10.481, Oracle 19.766 less 124.386 billion dollars."""
    assert study.position("nvidia") == pytest.approx(50.127e9)
    assert study.position("oracle") == pytest.approx(-104.62e9)
    assert study.rich == ["google", "nvidia", "microsoft", "amd"]


def test_the_vehicle_for_meta(study: Study) -> None:
    """27.3 of debt beside 2.5 of equity: 92 percent, as the press has it."""
    assert study.hyperion == pytest.approx(0.92, abs=0.005)


def test_oracles_own_share_in_fiscal_2026(study: Study) -> None:
    """Capital spending 55.663 and free cash flow -23.686: operating cash paid 57 percent."""
    row = study.oracle.set_index("as_of").loc["2026-05-31"]
    assert row["capex"] == pytest.approx(55.663e9, rel=1e-3)
    assert row["own_share"] == pytest.approx((55.663 - 23.686) / 55.663, abs=0.002)


def test_what_customers_paid_ahead_is_taken_off(study: Study) -> None:
    """Of 75.66 spent in the year to August 2026 own cash paid 62 percent, 11.363 of it paid ahead."""
    last = study.own.iloc[-1]
    assert last["own_share"] - study.without_prepaid == pytest.approx(11.363e9 / last["capex"])
    assert study.without_prepaid == pytest.approx(0.47, abs=0.005)


def test_sovereign_funds_against_the_cash_of_the_large_buyers_by_hand(study: Study) -> None:
    """66 over Alphabet 91.4, Amazon 131.8, Meta 69.7 and Microsoft 83.1 billion dollars in 2025."""
    funds, part = study.sovereign
    assert part == pytest.approx(66 / (91.4 + 131.8 + 69.7 + 83.1), rel=2e-3)
    assert funds.as_of == "2025-12-31"


def test_a_disputed_reading_of_default_insurance_is_marked(study: Study) -> None:
    press, trades = study.disputed, study.chosen("spread", "coreweave-summer", "trades")
    assert {press.fact_id, trades.fact_id} <= set(study.spreads["fact_id"])
    assert press.value < trades.low


def test_a_loan_that_was_not_closed_is_told_apart(study: Study) -> None:
    assert study.offered == 1
    assert study.leases_until == "2026-03"


def test_oracles_debt_before_the_documents_and_at_its_highest(study: Study) -> None:
    assert (study.oracle_before.as_of, study.oracle_before.value) == ("2025-08-31", 91.315e9)
    assert (study.oracle_peak.as_of, study.oracle_peak.value) == ("2026-02-28", 134.605e9)


def test_no_loan_stands_on_a_letter(study: Study) -> None:
    assert set(study.loans["ground"]) <= set(words.table("ground"))
    assert len(study.loans) == len(study.choices("loans")) == 11
    assert study.on_letters == 0
    assert study.let_to_oracle == pytest.approx((2.3 + 7.1 + 56) * 1e9)
    assert study.let_to_oracle < study.on_leases
    assert study.on_leases == pytest.approx((2.3 + 7.1 + 27.3 + 56) * 1e9, rel=0.01)


def test_what_the_large_buyers_earn_over_what_they_spend_by_hand(study: Study) -> None:
    """Amazon: four quarters to June 2026; Alphabet: the half year; Meta: 2025; Microsoft: fiscal 2025, the
    last quarter of 2026 being unknown."""
    spent = {"amazon": 35.095 + 39.522 + 44.203 + 54.208, "google": 35.674 + 44.924}
    share = study.own_means["share"]
    assert share["amazon"] == pytest.approx(161.403 / spent["amazon"])
    assert share["google"] == pytest.approx(84.859 / spent["google"])
    fiscal_2025 = 14.923 + 15.804 + 16.745 + 17.079
    assert share["microsoft"] == pytest.approx(136.162 / fiscal_2025)
    assert set(share.index) == {"amazon", "google", "microsoft", "meta"}
    assert list(share.index[share < 1]) == ["amazon"]
    days = study.own_means[["since", "until"]].agg(tuple, axis=1).to_dict()
    assert days == {
        "amazon": ("2025-07-01", "2026-06-30"), "google": ("2026-01-01", "2026-06-30"),
        "microsoft": ("2024-07-01", "2025-06-30"), "meta": ("2025-01-01", "2025-12-31"),
    }  # fmt: skip
