"""Charts of "Gigawatts, reactors, homes, chips"."""

from __future__ import annotations

import pytest

from capital_loop.chapters.gigawatts import charts
from capital_loop.chapters.gigawatts.study import Study
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
        (
            "promised_and_running",
            {"deals_capacity", "deployment_start", "capacity_contracted", "capacity_operating", "capacity_planned", "capacity_delivered"},
        ),
        ("power_per_chip", {"capacity", "capacity_delivered", "gpu_count", "gpus_per_gw", "server_power", "rack_power", "pue"}),
    ],
)  # fmt: skip
def test_a_figure_carries_the_facts_of_its_quantities_and_no_others(name: str, metrics: set[str]) -> None:
    assert {f.metric for f in FIGURES[name].facts} == metrics


def test_the_title_counts_what_holds_as_printed() -> None:
    assert FIGURES["conversions"].title.startswith("In 3 of 4 conversions")
    assert FIGURES["conversions"].title.endswith("one misses it even as a round figure")
