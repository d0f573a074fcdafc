"""Provenance by construction: a figure's sources are what was read for it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from capital_loop.chapters.study import Study, latest, part
from capital_loop.record import Record, RecordError, load
from capital_loop.record.rows import AssumptionRow
from capital_loop.record.series import choices, facts_of, periods_of, series
from capital_loop.record.trace import reading
from capital_loop.show.figure import Figure, drawn
from capital_loop.show.words import human_period


class Two(Study):
    """Two parts, one on top of the other."""

    chapter = "oracle-margin"

    @part
    def margin(self) -> float:
        """The leaked margin."""
        return self.chosen("leak", "margin").value

    @part
    def half(self) -> float:
        """Half of it."""
        return self.margin / 2


@drawn
def picture(study: Two) -> Figure:
    """A figure that draws the upper part only."""
    return Figure(
        "x", "A title", "a unit", "a description", lambda width: None, pd.DataFrame({"x": [study.half]})
    )  # type: ignore[arg-type,return-value]


def test_a_part_carries_the_facts_of_the_parts_below_it_however_often_it_is_read(record: Record) -> None:
    study = Two(record)
    study.half  # noqa: B018 (computed before the figure asks)
    for _ in range(2):
        assert [f.fact_id for f in picture(study).facts] == [study.chosen("leak", "margin").fact_id]


def test_an_assumption_is_told_with_the_fact_that_it_rests_on(record: Record) -> None:
    row = next(a for a in record.rows(AssumptionRow) if a.fact_id)
    with reading() as found:
        made = record.assumption(row.assumption_id)
    assert found.assumptions == {row.assumption_id: made}
    assert set(found.facts) == {row.fact_id}


def test_a_planted_fact_reaches_the_source_line(record: Record) -> None:
    class Planted(Two):
        @part
        def margin(self) -> float:
            return latest(self.record, "openai", "annual_revenue").value

    before, after = picture(Two(record)), picture(Planted(record))
    assert before.source_line() != after.source_line()
    assert {f.subject for f in after.facts} == {"openai"}


def test_prices_that_are_drawn_date_the_source_line(record: Record) -> None:
    class Priced(Two):
        @part
        def margin(self) -> float:
            return super().margin + float(self.closes_of("oracle").iloc[-1])

    plain, priced = picture(Two(record)), picture(Priced(record))
    last = record.return_closes.loc[record.return_closes["ticker"] == "ORCL", "date"].max()
    assert last > max(pd.Timestamp(f.published) for f in plain.facts)
    assert human_period(f"{last:%Y-%m-%d}") in priced.source_line()
    assert human_period(f"{last:%Y-%m-%d}") not in plain.source_line()


def test_a_figure_drawn_from_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="figure 'x' was drawn from no fact"):
        drawn(lambda: Figure("x", "t", "u", "d", lambda width: None, pd.DataFrame()))()  # type: ignore[arg-type,return-value]


def test_what_a_series_passes_over_does_not_count_as_read(record: Record) -> None:
    with reading() as read:
        frame = series(record, "oracle", "remaining_performance_obligations")
    assert list(read.facts) == list(frame["fact_id"])


def test_of_a_series_the_periods_that_are_asked_for_count_as_read(record: Record) -> None:
    asked = ("oracle", "cash_capex", "quarter")
    with reading() as read:
        known = periods_of(record, *asked)
    assert not read.facts, "periods are looked up, to choose among"
    assert known == [f.as_of for f in facts_of(record, *asked)]
    with reading() as read:
        chosen = series(record, *asked, among=known[1:3])
    assert list(chosen["as_of"]) == known[1:3]
    assert list(read.facts) == list(chosen["fact_id"])
    with pytest.raises(KeyError, match="no facts for oracle, cash_capex, quarter"):
        series(record, *asked, among=["2001"])


def test_the_newest_close_brings_no_older_source_along(record: Record) -> None:
    study, closes = Two(record), record.return_closes
    own = closes[closes["ticker"] == "ORCL"].sort_values(["date", "frequency"])
    assert own["source_id"].nunique() > 1
    with reading() as read:
        assert study.last_close("oracle") == own["date"].iloc[-1]
    assert len(read.sources) == 1
    with reading() as read:
        study.market_value("nvidia")
    assert len(read.sources) <= 2


def test_an_unknown_list_or_assumption_is_one_clear_line(record: Record) -> None:
    with pytest.raises(
        RecordError, match=r"^data/choices\.csv: the chapter 'triangle' has no list 'x'; add its rows$"
    ):
        choices(record, "triangle", "x")
    with pytest.raises(RecordError, match=r"^data/assumptions\.csv: no assumption named x; see its ids$"):
        Two(record, {"x": 1.0})


def test_the_span_of_a_series_can_be_asked_for(record: Record) -> None:
    quarters = facts_of(record, "oracle", "cash_capex", "quarter")
    assert len(quarters) > 3
    assert all(f.period_start for f in quarters)


def test_the_first_fact_that_is_read_brings_no_others_along(root: Path) -> None:
    """Derived facts are computed from prices on first use; those prices are not what the reader read."""
    fresh = load(root / "data")
    with reading() as read:
        fresh.fact(fresh.table("facts")["fact_id"].iloc[0])
    assert len(read.facts) == 1
    assert not read.sources
