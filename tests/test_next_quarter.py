"""Oracle's next quarter in the tables moves every series, chart and "newest" that shows its quantities."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from capital_loop import chapters
from capital_loop.chapters.oracle_margin import study as oracle_margin
from capital_loop.chapters.study import Study, facts_of, latest
from capital_loop.record import Record, tables
from capital_loop.show.figure import WIDE, Figure
from tests.charts.test_every import outside
from tests.conftest import Shared, drawers
from tools.refresh import grown

START, END, PUBLISHED = "2026-09-01", "2026-11-30", "2026-12-14"
QUARTER = {
    "oci_revenue": 8.4e9, "cloud_revenue": 12.7e9, "cloud_software_cost": 7.1e9, "cash_capex": 30e9,
    "free_cash_flow": -7e9,
    "operating_income": 7e9, "interest_expense": 1.6e9, "depreciation_expense": 3.6e9,
}  # fmt: skip
DAY = {"remaining_performance_obligations": 700e9, "notes_payable": 131e9}
"""A quarter's figures as a refresh would write them, and those of its last day; the sizes are made up."""
NEW = {metric: f"ORCL-NEXT-{n}" for n, metric in enumerate(QUARTER | DAY, start=1)}


def rows() -> dict[str, list[dict[str, str]]]:
    facts = [
        {
            "fact_id": NEW[metric], "subject": "oracle", "metric": metric, "value": f"{value:.0f}",
            "unit": "USD", "as_of": END,
            "period_start": START if metric in QUARTER else "", "published": PUBLISHED, "stage": "reported",
            "confidence": "primary",
        }
        for metric, value in (QUARTER | DAY).items()
    ]  # fmt: skip
    source = {
        "source_id": "ORCL-NEXT", "title": "Form 10-Q", "publisher": "Oracle, in EDGAR",
        "published": PUBLISHED,
        "url": "https://www.sec.gov/cgi-bin/browse-edgar?action=getcompany&CIK=1341439", "kind": "filing",
    }  # fmt: skip
    links = [{"fact_id": f, "source_id": "ORCL-NEXT", "locator": ""} for f in NEW.values()]
    return {"facts": facts, "sources": [source], "fact_sources": links}


@pytest.fixture(scope="module")
def later(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Record:
    place = tmp_path_factory.mktemp("next")
    return tables.load(grown(root / "data", rows(), place / "data", PUBLISHED))


DATED = {
    "contagion": "balance sheets of one day, an input of the model: an editor moves them together",
    "score": "the evidence of verdicts, which an editor links",
}
"""Chapters that show a figure of its day and no newest one, and why."""


def studies() -> Iterator[tuple[str, type[Study]]]:
    """The chapters, each with its class of study."""
    for found in pkgutil.iter_modules(chapters.__path__):
        if found.ispkg:
            kind = getattr(importlib.import_module(f"{chapters.__name__}.{found.name}.study"), "Study", None)
            if isinstance(kind, type) and issubclass(kind, Study):
                yield found.name, kind


STUDIES = dict(studies())


def figures(slug: str, record: Record) -> dict[str, Figure]:
    """Every figure of a chapter."""
    study = STUDIES[slug](record)
    return {name: draw(study) for name, draw in drawers(slug).items()}


@pytest.mark.parametrize("metric", sorted(QUARTER | DAY))
def test_the_newest_of_a_series_and_its_last_row_move(metric: str, record: Record, later: Record) -> None:
    span = "quarter" if metric in QUARTER else ""
    before, after = (facts_of(r, "oracle", metric, span) for r in (record, later))
    assert [f.fact_id for f in after] == [*(f.fact_id for f in before), NEW[metric]]
    assert latest(later, "oracle", metric, span).value == (QUARTER | DAY)[metric]


@pytest.mark.parametrize("slug", sorted(STUDIES.keys() - DATED))
def test_a_figure_that_shows_a_newest_figure_shows_the_next_one(
    slug: str, record: Record, later: Record, shared: Shared
) -> None:
    newest = {
        latest(record, "oracle", m, "quarter" if m in QUARTER else "").fact_id: m for m in QUARTER | DAY
    }
    study = STUDIES[slug](later)
    for name, draw in drawers(slug).items():
        was = shared.figure(slug, name)
        moved = {newest[f.fact_id] for f in was.facts if f.fact_id in newest}
        if moved:  # the others are not drawn again: what they rest on stays
            new = draw(study)
            missing = {NEW[m] for m in moved} - {f.fact_id for f in new.facts}
            assert not missing, f"{slug}.{name} stays at the old {sorted(moved)}"
            assert not new.rows.equals(was.rows), f"{slug}.{name} draws the old rows"
            assert new.source_line() != was.source_line(), f"{slug}.{name} names the old sources"


@pytest.mark.slow
@pytest.mark.parametrize("slug", sorted(STUDIES))
def test_every_figure_can_be_drawn_from_the_next_quarter(slug: str, later: Record) -> None:
    for figure in figures(slug, later).values():
        assert len(figure.rows)
        assert isinstance(figure.chart(WIDE), str) or not list(outside(figure.spec())), figure.name


def test_what_the_margin_chapter_says_of_the_newest_quarter_moves(record: Record, later: Record) -> None:
    was, now = oracle_margin.Study(record), oracle_margin.Study(later)
    assert list(now.accounts["as_of"]) == [*was.accounts["as_of"], END]
    assert list(now.spending["as_of"]) == [*was.spending["as_of"], END]
    assert now.spending["backlog"].iloc[-1] == DAY["remaining_performance_obligations"]
    # by hand: cloud 12.7 - 7.977, of it infrastructure 8.4 - 4.08, cost 7.1 - 3.99 (billions)
    assert now.added_now["infrastructure"] == pytest.approx(1 - (3.11 - (4.723 - 4.32) * 0.25) / 4.32)
    assert now.added_then.equals(was.added_then)
    moved = {
        n
        for n, f in figures("oracle_margin", later).items()
        if NEW["oci_revenue"] in {x.fact_id for x in f.facts}
    }
    assert moved == {"margin_ladder", "margin_from_the_accounts"}
    assert "November 2026" in figures("oracle_margin", later)["margin_from_the_accounts"].description
