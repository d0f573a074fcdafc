"""Charts of "Gigawatts, reactors, homes, chips"."""

from __future__ import annotations

import pytest

from capital_loop.show.figure import Figure


@pytest.mark.parametrize(
    ("name", "metrics"),
    [
        (
            "promised_and_running",
            {
                "deals_capacity",
                "capacity_contracted",
                "capacity_operating",
                "capacity_planned",
                "capacity_delivered",
            },
        ),
        (
            "power_per_chip",
            {
                "capacity",
                "capacity_delivered",
                "gpu_count",
                "gpus_per_gw",
                "server_power",
                "rack_power",
                "pue",
            },
        ),
    ],
)
def test_a_figure_carries_the_facts_of_its_quantities_and_no_others(
    figures: dict[str, Figure], name: str, metrics: set[str]
) -> None:
    assert {f.metric for f in figures[name].facts} == metrics


def test_the_title_counts_what_holds_as_printed(figures: dict[str, Figure]) -> None:
    assert figures["conversions"].title.startswith("In 3 of 4 conversions")
    assert figures["conversions"].title.endswith("one misses it even as a round figure")
