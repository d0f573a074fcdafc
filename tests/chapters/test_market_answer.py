"""The market's answer: events follow from the deals, golden figures from closing prices."""

from __future__ import annotations

import numpy as np
import pytest

from capital_loop.chapters.market_answer import charts
from capital_loop.chapters.market_answer.study import LEVEL, MARKET, SECOND, SEED, Study
from capital_loop.claims.rules import HELD, assess
from capital_loop.models.events import bootstrap_mean
from capital_loop.record import tables


@pytest.fixture(scope="module")
def record() -> tables.Record:
    return tables.load()


@pytest.fixture(scope="module")
def results(record: tables.Record) -> Study:
    return Study(record)


def test_every_listed_party_of_every_deal_is_an_event_or_is_skipped_with_a_reason(
    record: tables.Record, results: Study
) -> None:
    listed = record.entities[record.entities["ticker"] != ""].set_index("entity_id")["name"]
    seen = {(e.name, d) for e in results.events for d in e.deals}
    skipped = {label.rsplit(", ", 1)[0] for label, reason in results.skipped if reason}
    for deal in record.deals.itertuples():
        for party in {deal.payer, deal.payee} & set(listed.index):
            assert (listed[party], deal.deal_id) in seen or listed[party] in skipped, (party, deal.deal_id)


def test_oracles_jump_is_its_return_less_the_markets_share(results: Study, record: tables.Record) -> None:
    e = results.event("ORCL", "2025-09-10")
    daily = record.return_closes[record.return_closes["frequency"] == "daily"]
    closes = daily.pivot(index="date", columns="ticker", values="adj_close")
    raw = closes["ORCL"].pct_change().loc["2025-09-10"]
    assert 100 * raw == pytest.approx(35.95, abs=0.02)  # as the press printed it
    market = closes["SPY"].pct_change().loc["2025-09-10"]
    assert e.jump.value == pytest.approx(raw - e.model.alpha - e.model.beta * market)
    assert e.mixed_with == "results"


def test_weekend_news_answers_on_monday(results: Study) -> None:
    """The warrant was issued on a Sunday."""
    assert "amd-openai-warrant" in results.event("AMD", "2025-10-06").deals


def test_the_day_of_amd_is_beyond_chance_and_that_of_metas_payment_is_not(
    results: Study,
) -> None:
    assert results.event("AMD", "2025-10-06").jump.p_value < 1e-6
    assert results.event("META", "2026-02-24").jump.p_value > 0.5


def test_the_second_benchmark_tells_the_same_story(results: Study) -> None:
    first = np.array([e.jump.value for e in results.events])
    second = np.array([e.second.value for e in results.events])
    assert np.corrcoef(first, second)[0, 1] > 0.99


def test_value_before_the_day_by_hand(results: Study) -> None:
    """Oracle: about 678 billion dollars on the evening before, as the press had it."""
    assert results.amplification[0].value_before == pytest.approx(678e9, rel=0.005)


def test_repeated_runs_agree(record: tables.Record, results: Study) -> None:
    assert charts.groups_table(Study(record)).equals(charts.groups_table(results))


def test_what_documents_print_of_oracles_day_is_counted(results: Study) -> None:
    assert results.oracle_said.to_dict("list") == {"value": [36.0, 39.0], "documents": [2, 2]}


def test_sums_of_the_named_days(results: Study) -> None:
    assert results.added_total["day"] == pytest.approx(sum(a.on_day for a in results.amplification))
    assert list(results.added["share"].unique()) == [a.event.name for a in results.amplification]


def test_what_the_editors_set_as_a_test_is_computed_and_obeyed(results: Study, record: tables.Record) -> None:
    """Each deal lifts, each adds trillions, shares rise together or with the deals: the events say how far, the verdicts obey."""
    found = assess(record)
    day = record.documents.set_index("document_id").loc["article", "day"].date()
    early = [e.jump.value for e in results.events if e.day <= day]
    assert (found["A-087"].on_day.verdict == "contradicted") == (min(early) < 0)
    added = [a.on_day for a in results.amplification]
    assert (found["T-05"].on_day.verdict == "contradicted") == (max(added) < 1e12)
    both = {
        e.day: [results.moves[t].loc[e.day.isoformat()] for t in ("NVDA", "ORCL")]
        for e in results.events
        if {"openai-oracle-cloud", "nvidia-openai-investment", "oracle-nvidia-gpus"} & set(e.deals)
    }
    fell = [d for d, moves in both.items() if max(moves) < 0]
    assert (found["T-49"].now.verdict == "contradicted") == bool(fell)
    nvidia = [e.jump.value for e in results.events if e.ticker == "NVDA"]
    chance = bootstrap_mean(nvidia, draws=2000, seed=SEED, level=LEVEL)
    assert (found["L-30"].now.verdict == "supported") == (chance.low > 0)
    plan = {"2025-09-22": 1, "2026-02-27": -1, "2026-08-17": 1}
    moved = {d: results.event("NVDA", d).jump.value * sign for d, sign in plan.items()}
    assert (found["D-69"].now.verdict in HELD) == (min(moved.values()) > 0)
    day = [m.loc["2025-09-22"] for t, m in results.moves.items() if t not in (MARKET, SECOND)]
    assert (found["D-21"].now.verdict == "supported") == (min(day) > 0)
