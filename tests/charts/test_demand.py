"""Charts of "Demand"."""

from __future__ import annotations

import pytest

from capital_loop.chapters.demand.study import Study
from capital_loop.show.figure import Figure


@pytest.mark.parametrize(
    ("name", "metrics"),
    [
        ("spending", {"quarter_capex", "quarter_capex_with_leases"}),
        ("rents", {"gpu_rental_price", "gpu_rental_contract", "gpu_rental_index"}),
        ("users", {"weekly_users", "paying_subscribers", "paying_share"}),
        ("clouds", {"cloud_growth"}),
        ("labs", {"annual_revenue", "run_rate_gross"}),
    ],
)
def test_a_figure_carries_the_facts_of_its_quantities_and_no_others(
    figures: dict[str, Figure], name: str, metrics: set[str]
) -> None:
    assert {f.metric for f in figures[name].facts} == metrics


def test_the_requirement_rests_on_the_buyers_plans_the_estimates_and_the_run_rates(
    figures: dict[str, Figure],
) -> None:
    found = {f.metric for f in figures["required"].facts}
    assert {"capex_plan", "annual_revenue_needed", "annual_revenue"} <= found


def test_the_title_counts_the_clouds_that_grew_faster(figures: dict[str, Figure]) -> None:
    assert figures["clouds"].title.startswith("2 of 3 clouds")  # Azure moved by no more than rounding


def test_what_is_passed_over_is_no_source_of_the_figure(figures: dict[str, Figure], study: Study) -> None:
    counted = [f for f in figures["labs"].facts if f.metric == "annual_revenue"]
    assert len(counted) == len(study.labs)
    assert not any(f.period_start for f in figures["labs"].facts)
