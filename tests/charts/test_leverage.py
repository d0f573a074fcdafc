"""Charts of "Leverage on leverage"."""

from __future__ import annotations

import pytest

from capital_loop.chapters.leverage import charts
from capital_loop.chapters.leverage.study import Study
from capital_loop.record import load
from capital_loop.show.figure import NARROW, WIDE, Figure

STUDY = Study(load())
FIGURES = {chart.__name__: chart(STUDY) for chart in charts.CHARTS}


@pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES)
def test_it_draws_at_both_widths_and_says_what_it_shows(figure: Figure) -> None:
    for width in (WIDE, NARROW):
        assert "<svg" in figure.svg(width)
    assert len(figure.description) > 60
    assert figure.source_line().startswith("Sources: ")


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
def test_a_figure_carries_the_facts_of_its_quantities_and_no_others(name: str, metrics: set[str]) -> None:
    assert {f.metric for f in FIGURES[name].facts} == metrics


def test_every_loan_is_a_fact_of_the_figure() -> None:
    assert len(FIGURES["loans"].facts) == len(STUDY.loans)
