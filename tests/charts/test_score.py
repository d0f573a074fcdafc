"""Charts of the score."""

from __future__ import annotations

from capital_loop.chapters.score.study import Study
from capital_loop.show.figure import Figure


def test_the_finding_of_the_first_chart_is_computed(figures: dict[str, Figure], study: Study) -> None:
    best = max(s.value for s in study.shares.values())
    assert f"{100 * best:.0f} %" in figures["by_document"].title


def test_a_row_of_a_document_carries_its_share_and_interval(figures: dict[str, Figure], study: Study) -> None:
    """What a folded table of its own once said; on the day and now each of the claims rated then."""
    rows = figures["by_document"].rows.set_index("Document")
    for document, share in study.shares.items():
        now = rows.loc[f"{document}, now"]
        assert list(now[["Rated claims", "Held", "Low, %", "High, %"]]) == [
            share.rated, share.held, 100 * share.low, 100 * share.high,
        ]  # fmt: skip
    early = rows[rows.index.str.endswith("on its day")]
    assert early["Held"].sum() == study.total_on_day.held
    assert early["Rated claims"].sum() == study.total_on_day.rated
