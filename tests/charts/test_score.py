"""Charts of the score."""

from __future__ import annotations

from capital_loop.chapters.score.study import Study
from capital_loop.show.figure import Figure


def test_the_finding_of_the_first_chart_is_computed(figures: dict[str, Figure], study: Study) -> None:
    best = max(s.value for s in study.shares.values())
    assert f"{100 * best:.0f} %" in figures["by_document"].title
