"""The score: its counts come from the ledger and nothing is counted twice."""

from __future__ import annotations

import pandas as pd
import pytest

from capital_loop.chapters.score import charts
from capital_loop.chapters.score import study as score
from capital_loop.chapters.score.study import Study
from capital_loop.claims.rules import SCALE, assess
from capital_loop.claims.sources import weak_alone
from capital_loop.record import tables
from tests.conftest import Shared


@pytest.fixture(scope="module")
def results(shared: Shared) -> Study:
    return shared.study(Study)


@pytest.mark.parametrize("name", ["documents", "chapters", "kinds"])
def test_every_claim_is_counted_once_each_time(results: Study, name: str) -> None:
    counts: pd.DataFrame = getattr(results, name)
    assert set(counts.groupby("when")["claims"].sum()) == {len(results.ledger)}


def test_the_moves_add_up_to_the_verdicts(results: Study, record: tables.Record) -> None:
    verdicts = assess(record).values()
    for key in SCALE:
        assert results.moves.loc[results.moves["now"] == key, "claims"].sum() == sum(
            a.now.verdict == key for a in verdicts
        )
        assert results.count(key, "on_day") == sum(a.on_day.verdict == key for a in verdicts)


def test_documents_make_up_the_total(results: Study) -> None:
    assert sum(s.rated for s in results.shares.values()) == results.total.rated
    assert sum(s.held for s in results.shares.values()) == results.total.held
    assert sum(s.rated for s in results.assertion.values()) == results.total.rated


def test_each_forecast_is_either_judged_or_open(results: Study) -> None:
    tables_ = [score.forecasts_table(results, judged=j) for j in (True, False)]
    assert sorted(pd.concat(tables_)["Claim"]) == sorted(results.forecasts["claim_id"])


def test_each_lesson_has_examples(results: Study) -> None:
    for lesson in ("right_not_obvious", "wrong_that_mattered", "unknowable"):
        assert len(score.lessons_table(results, lesson)) >= 3, lesson


def test_a_figure_carries_the_facts_that_decided_the_claims_it_counts(
    results: Study, record: tables.Record
) -> None:
    decided = {i for a in assess(record).values() for i in a.now.basis}
    assert {f.fact_id for f in charts.by_kind(results).facts} == decided
    rated = {f.fact_id for f in charts.calibration(results).facts}
    assert rated == {i for c in results.rated["claim_id"] for i in assess(record)[c].now.basis}
    assert {s.source_id for s in charts.moves(results).sources} == set(record.documents["document_id"])
    told = charts.moves(results).payload()["sources"]  # the site finds each of them again by its id
    assert set(told) <= {*score.documents_read(record), *record.sources["source_id"]}


def test_the_documents_are_ranked_only_where_their_intervals_share_no_value(results: Study) -> None:
    low = max(results.shares.values(), key=lambda s: s.value).low
    high = min(results.shares.values(), key=lambda s: s.value).high
    assert (results.apart is None) == (low <= high)


def test_the_readings_leave_out_what_they_say(results: Study) -> None:
    rated, found = results.rated, results.readings
    assert found["all"][1] == results.total
    assert found["measured"][1].rated == int((~rated["editorial"]).sum())
    assert found["sourced"][1].rated == int((~rated["weak"]).sum())
    assert found["firm"][1].rated <= min(s.rated for _, s in found.values())
    for strict, held in found.values():
        assert strict.rated == held.rated
        assert strict.held <= held.held


def test_verdicts_that_changed_after_the_readings_are_counted(results: Study, record: tables.Record) -> None:
    """Seen to fail: the page told what came of disagreements and not that both readers had been overruled
    since."""
    agreed = results.changed_since
    assert agreed == (record.readings["settled"] == "since").sum() > 0
    now = results.ledger.set_index("claim_id")[["on_day", "now"]]
    rows = record.readings.fillna("").set_index("claim_id")
    both = rows.index[(rows["on_day"] == rows["first_on_day"]) & (rows["now"] == rows["first_now"])]
    assert agreed == sum(tuple(now.loc[c]) != tuple(rows.loc[c, ["on_day", "now"]]) for c in both)
    for when, share in results.printed_agreement.items():
        assert share == pytest.approx((now[when] == rows[when].reindex(now.index)).mean())


def test_weak_is_what_rests_on_weak_sources_alone(results: Study, record: tables.Record) -> None:
    verdicts, weak = assess(record), results.ledger.set_index("claim_id")["weak"]
    assert weak.any()
    assert all(weak[c] == weak_alone(record, a.now.basis) for c, a in verdicts.items())


def test_the_second_readers_shares_and_the_causes_are_counted_from_the_tables(results: Study) -> None:
    given = list(results.record.readings["now"])
    rated = [
        v for v in given if v in ("supported", "supported_imprecise", "borne_out", "contradicted", "outdated")
    ]
    strict, held = results.second
    assert strict.value == given.count("supported") / len(rated)
    assert held.value == 1 - (given.count("contradicted") + given.count("outdated")) / len(rated)
    assert sum(results.cause_verdicts.values()) == results.causes[1]
    assert results.cause_verdicts["supported"] == results.causes[0]
