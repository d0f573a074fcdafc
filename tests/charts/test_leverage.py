"""Charts of "Leverage on leverage"."""

from __future__ import annotations

import pytest

from capital_loop.chapters.leverage.study import Study
from capital_loop.show.figure import Figure


@pytest.mark.parametrize(
    ("name", "metrics"),
    [
        ("positions", {"cash_short_term", "debt_with_leases"}),
        ("debts", {"notes_payable", "debt_principal"}),
        ("spreads", {"cds_spread"}),
        ("loans", {"loan_amount"}),
        (
            "oracle_cover",
            {"free_cash_flow", "cash_capex", "operating_income", "interest_expense", "customer_prepayments"},
        ),
    ],
)
def test_a_figure_carries_the_facts_of_its_quantities_and_no_others(
    figures: dict[str, Figure], name: str, metrics: set[str]
) -> None:
    assert {f.metric for f in figures[name].facts} == metrics


def test_every_loan_is_a_fact_of_the_figure(figures: dict[str, Figure], study: Study) -> None:
    assert len(figures["loans"].facts) == len(study.loans)


def test_the_dearest_reading_is_told_with_the_other_readers(figures: dict[str, Figure], study: Study) -> None:
    dearest = study.dearest["oracle"]
    assert f"{dearest.value:.0f} to {dearest.high:.0f} basis points" in figures["spreads"].title
