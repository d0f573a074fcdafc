"""How wording becomes an interval, how intervals become verdicts, how contradictions are found."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capital_loop.claims.contradictions import contradictions
from capital_loop.claims.intervals import fact_interval
from capital_loop.claims.rules import (
    HELD,
    MISSED,
    RULES,
    SCALE,
    Verdict,
    _verdict,
    aged,
    assess,
    compare,
    known_until,
    verdict_table,
)
from capital_loop.models.intervals import Interval
from capital_loop.record import Fact, Record
from capital_loop.record.rows import ClaimRow, DocumentRow, EditorialRow

DAY, END = dt.date(2025, 10, 16), dt.date(2026, 11, 20)
NAN = math.nan


def fact(
    value: float,
    *,
    low: float = NAN,
    high: float = NAN,
    unit: str = "percent",
    as_of: str = "2025-09-10",
    published: str = "2025-09-10",
    stage: str = "reported",
    confidence: str = "primary",
    fact_id: str = "X-001",
) -> Fact:
    day = dt.date.fromisoformat(published)
    return Fact(fact_id, "oracle", "", "m", value, low, high, unit, as_of, day, stage, confidence, "", ())


def claim(value: float, low: float, high: float, **more: Any) -> SimpleNamespace:
    base = {
        "kind": "figure",
        "tense": "dated",
        "unit": "percent",
        "due": pd.NaT,
        "begins": pd.NaT,
        "chapter": "triangle",
    }
    return SimpleNamespace(value=value, low=low, high=high, **{**base, **more})


def verdict(
    said: SimpleNamespace, evidence: list[tuple[str, Fact]], *, now: bool = True, editor: Any = None
) -> Any:
    return _verdict(said, evidence, editor, DAY, END, now=now)


class TestHour:
    def document(self, hour: str, zone: str) -> Any:
        return SimpleNamespace(day=dt.datetime(2025, 9, 23), hour=hour, zone=zone)

    def test_a_document_without_an_hour_knows_its_day(self) -> None:
        assert known_until(self.document("", "")) == dt.date(2025, 9, 23)

    def test_an_afternoon_in_beijing_does_not_know_the_day_in_new_york(self) -> None:
        assert known_until(self.document("13:00", "Asia/Shanghai")) == dt.date(2025, 9, 22)

    def test_a_morning_in_beijing_is_still_the_day_before_in_new_york(self) -> None:
        assert known_until(self.document("11:00", "Asia/Shanghai")) == dt.date(2025, 9, 21)

    def test_no_verdict_of_the_day_rests_on_what_came_later(self, record: Record) -> None:
        known = {d.document_id: known_until(d) for d in record.rows(DocumentRow)}
        where = {c.claim_id: c.document_id for c in record.rows(ClaimRow)}
        for claim_id, a in assess(record).items():
            for fact_id in a.on_day.facts:
                assert record.fact(fact_id).published <= known[where[claim_id]], (claim_id, fact_id)


class TestRules:
    @pytest.mark.parametrize(
        ("said", "found", "expected"),
        [
            ((35.5, 36.5), (35.95, 35.95, 35.95), ("supported", "R1")),
            ((38.5, 39.5), (35.95, 35.95, 35.95), ("contradicted", "R6")),
            ((10, 12), (8, 11, 9.5), ("supported_imprecise", "R2")),
            ((34.5, 35.5), (35.95, 35.95, 35.95), ("supported_imprecise", "R3")),
            ((10, math.inf), (15, 15, 15), ("supported", "R1")),
            ((10, math.inf), (21, 21, 21), ("supported_imprecise", "R4")),
            ((10, math.inf), (100, 100, 100), ("contradicted", "R7")),
            ((10, math.inf), (99, 99, 99), ("supported_imprecise", "R4")),
        ],
    )
    def test_figures(
        self, said: tuple[float, float], found: tuple[float, float, float], expected: tuple[str, str]
    ) -> None:
        low, high, point = found
        assert compare(Interval(*said), Interval(low, high), point, "percent") == expected

    def test_events_have_no_near_miss(self) -> None:
        assert compare(Interval.exactly(1), Interval.exactly(0), 0, "boolean") == ("contradicted", "R6")

    def test_a_date_one_day_off_is_imprecise_two_days_off_is_wrong(self) -> None:
        day = dt.date(2025, 9, 11).toordinal()
        said = Interval.exactly(day)
        assert compare(said, Interval.exactly(day - 1), day - 1, "date")[0] == "supported_imprecise"
        assert compare(said, Interval.exactly(day - 2), day - 2, "date")[0] == "contradicted"

    def test_a_single_stated_end_is_a_bound(self) -> None:
        assert fact_interval(fact(20, low=20)) == Interval(20, math.inf)

    @given(st.floats(-1e6, 1e6), st.floats(0, 1e3), st.floats(-1e6, 1e6))
    def test_what_lies_inside_is_never_contradicted(self, low: float, width: float, point: float) -> None:
        outcome, _ = compare(Interval(low, low + width), Interval.exactly(point), point, "percent")
        if low <= point <= low + width:
            assert outcome == "supported"
        assert outcome in SCALE


class TestEvidence:
    def test_better_evidence_goes_first(self) -> None:
        weak = ("measures", fact(39, confidence="secondary_single"))
        strong = ("measures", fact(35.95, confidence="primary", fact_id="X-002"))
        v = verdict(claim(39, 38.5, 39.5), [weak, strong])
        assert (v.verdict, v.facts, v.confidence) == ("contradicted", ("X-002",), "primary")

    def test_a_rumour_yields_to_a_report(self) -> None:
        rumour = ("measures", fact(39, stage="rumour"))
        report = ("measures", fact(36, confidence="secondary_single"))
        assert verdict(claim(36, 35.5, 36.5), [rumour, report]).verdict == "supported"

    def test_equal_evidence_that_disagrees_makes_it_imprecise(self) -> None:
        both = [("measures", fact(36)), ("measures", fact(50, fact_id="X-002"))]
        v = verdict(claim(36, 35.5, 36.5), both)
        assert (v.verdict, v.rule) == ("supported_imprecise", "R5")

    def test_on_the_day_only_what_was_public_counts(self) -> None:
        late = [("measures", fact(36, published="2026-01-05"))]
        assert verdict(claim(36, 35.5, 36.5), late, now=False).rule == "U2"
        assert verdict(claim(36, 35.5, 36.5), late, now=True).verdict == "supported"

    def test_a_passing_state_can_become_outdated_a_dated_one_cannot(self) -> None:
        evidence = [
            ("measures", fact(12)),
            ("update", fact(30, as_of="2026-06", published="2026-07-01", fact_id="X-002")),
        ]
        current = claim(12, 11.5, 12.5, tense="current")
        assert verdict(current, evidence, now=False).verdict == "supported"
        v = verdict(current, evidence)
        assert (v.verdict, v.rule, v.facts) == ("outdated", "O1", ("X-002",))
        assert verdict(claim(12, 11.5, 12.5), evidence).verdict == "supported"

    def test_what_still_holds_does_so_by_its_newest_evidence_too(self) -> None:
        evidence = [
            ("measures", fact(12)),
            (
                "update",
                fact(
                    12,
                    as_of="2026-06",
                    published="2026-07-01",
                    fact_id="X-002",
                    confidence="secondary_single",
                ),
            ),
        ]
        current = claim(12, 11.5, 12.5, tense="current")
        v = verdict(current, evidence)
        assert (v.verdict, v.rule, v.facts, v.confidence) == (
            "supported",
            "R1",
            ("X-001", "X-002"),
            "secondary_single",
        )
        assert verdict(current, evidence, now=False).facts == ("X-001",)

    def test_context_never_decides(self) -> None:
        assert verdict(claim(36, 35.5, 36.5), [("context", fact(36))]).verdict == "unverifiable"

    def test_forecasts_are_open_until_due(self) -> None:
        said = claim(10, 9, 11, kind="forecast", tense="forecast", due=dt.datetime(2027, 1, 1))
        assert verdict(said, [("measures", fact(10))]).rule == "F1"
        due = claim(10, 9, 11, kind="forecast", tense="forecast", due=dt.datetime(2026, 6, 30))
        assert verdict(due, [("measures", fact(10, published="2026-07-01"))], now=False).verdict == "open"
        assert verdict(due, [("measures", fact(10, published="2026-07-01"))]).verdict == "supported"

    def test_an_editor_who_overrides_a_rule_is_shown_to(self) -> None:
        editor = SimpleNamespace(
            on_day="supported",
            now="supported",
            reason_on_day="because",
            reason_now="because",
            cites_on_day="",
            cites_now="X-001",
        )
        v = verdict(claim(39, 38.5, 39.5), [("measures", fact(36))], editor=editor)
        assert (v.verdict, v.editorial, v.overrides) == ("supported", True, "contradicted")

    def test_judgements_are_not_rated(self) -> None:
        assert verdict(claim(NAN, NAN, NAN, kind="judgement"), []).verdict == "judgement"


def reached(stage: str, day: str, deal: str = "d", fact_id: str = "X-009") -> tuple[Any, Fact]:
    row = SimpleNamespace(deal_id=deal, stage=stage, date=pd.Timestamp(day), note="Told.")
    return row, fact(1, fact_id=fact_id, stage="signed", published=day)


class TestPlans:
    FIRST = Verdict("supported", "R1", RULES["R1"], ("X-001",), "primary", "announced")

    @pytest.mark.parametrize(
        ("stage", "expected"),
        [
            ("shrunk", ("outdated", "P3")),
            ("replaced", ("outdated", "P4")),
            ("lapsed", ("outdated", "P5")),
            ("cancelled", ("outdated", "P5")),
            ("completed", ("supported", "P1")),
            ("running", ("supported", "P2")),
            ("paid", ("supported", "P2")),
        ],
    )
    def test_the_newest_stage_decides(self, stage: str, expected: tuple[str, str]) -> None:
        now = aged(self.FIRST, {"d"}, [reached("reported", "2026-01-01"), reached(stage, "2026-02-01")])
        assert (now.verdict, now.rule) == expected

    def test_an_end_names_its_fact_and_stays_an_end(self) -> None:
        now = aged(self.FIRST, {"d"}, [reached("replaced", "2026-02-01"), reached("paid", "2026-03-01")])
        assert (now.rule, now.facts) == ("P4", ("X-009",))

    def test_a_sum_ages_with_one_of_its_deals(self) -> None:
        later = [reached("completed", "2026-01-01", "a"), reached("shrunk", "2026-02-01", "b")]
        assert aged(self.FIRST, {"a", "b"}, later).rule == "P3"
        assert aged(self.FIRST, {"a", "b"}, later[:1]).rule == "P2", "the other is not performed yet"

    def test_an_editor_cannot_keep_an_ended_plan_alive(self) -> None:
        kept = Verdict("supported_imprecise", "E1", "Right in substance.", editorial=True)
        assert aged(kept, {"d"}, [reached("replaced", "2026-02-01")]).verdict == "outdated"
        assert aged(kept, {"d"}, []) == kept


class TestLater:
    def test_a_state_that_came_true_is_told_from_one_that_always_was(self) -> None:
        evidence = [
            ("measures", fact(0, unit="boolean")),
            ("update", fact(1, unit="boolean", as_of="2026-03", published="2026-03-31", fact_id="X-002")),
        ]
        said = claim(1, 1, 1, tense="current", unit="boolean")
        assert verdict(said, evidence, now=False).verdict == "contradicted"
        assert verdict(said, evidence).verdict == "supported", "which assess() calls borne out"

    def test_a_forecast_whose_time_runs_is_answered_so_far(self) -> None:
        said = claim(
            1,
            1,
            1,
            kind="forecast",
            tense="forecast",
            unit="boolean",
            due=dt.datetime(2026, 12, 31),
            begins=pd.Timestamp("2026-01-01"),
        )
        early = ("measures", fact(1, unit="boolean", as_of="2025-12", published="2025-12-31"))
        late = ("measures", fact(1, unit="boolean", as_of="2026-06", published="2026-07-01"))
        assert verdict(said, [early]).rule == "F1"
        v = verdict(said, [late])
        assert (v.verdict, v.rule, v.so_far) == ("supported", "F2", True)
        assert verdict(said, [late], now=False).rule == "F1"


class TestTheLedger:
    def test_the_letter_ages_and_what_was_said_of_it_stays(self, record: Record) -> None:
        """Plans of the letter are overtaken; a claim that it was announced, or what kind of paper it was, is
        not."""
        found = assess(record)
        rules = {c.claim_id: found[c.claim_id].now.rule for c in record.rows(ClaimRow) if c.tense == "plan"}
        assert {rules[i] for i in ("A-022", "T-12", "D-39", "R-12", "D-33")} == {"P4"}
        assert {found[i].now.verdict for i in ("D-20", "D-55", "L-15", "L-18", "L-19")} == {"supported"}

    def test_what_was_missed_on_its_day_and_holds_now_was_borne_out(self, record: Record) -> None:
        found = assess(record).values()
        assert {a.now.verdict for a in found if a.on_day.verdict in MISSED} & set(HELD) == {"borne_out"}
        assert all(a.on_day.verdict in MISSED for a in found if a.now.verdict == "borne_out")

    def test_a_judgement_is_not_rated_and_carries_the_editors_reasons(self, record: Record) -> None:
        editors, results = record.keyed(EditorialRow), assess(record)
        judged = [c.claim_id for c in record.rows(ClaimRow) if c.kind == "judgement"]
        for claim_id in judged:
            e, a = editors.get(claim_id), results[claim_id]
            for v, chosen, reason, cites in (
                (a.on_day, e and e.on_day, e and e.reason_on_day, e and e.cites_on_day),
                (a.now, e and e.now, e and e.reason_now, e and e.cites_now),
            ):
                if chosen in (None, "judgement"):
                    assert (v.verdict, v.rule, v.overrides) == ("judgement", "J1", ""), claim_id
                    assert v.because == (reason or RULES["J1"])
                    assert list(v.cites) == (cites.split(";") if cites else [])
                else:
                    assert (v.verdict, v.rule, v.because) == (chosen, "E1", reason), claim_id
        assert judged

    def test_every_claim_has_two_verdicts_and_a_known_rule(self, record: Record) -> None:
        results = assess(record)
        assert set(results) == set(record.claims["claim_id"])
        for a in results.values():
            for v in (a.on_day, a.now):
                assert v.verdict in SCALE
                assert v.rule in RULES

    def test_the_table_has_one_row_a_claim_with_all_that_was_found(self, record: Record) -> None:
        table = verdict_table(record)
        assert list(table["claim_id"]) == list(record.claims["claim_id"])
        for row, a in zip(table.itertuples(), assess(record).values(), strict=True):
            assert row.claim_id == a.claim_id
            assert (row.on_day, row.rule_on_day) == (a.on_day.verdict, a.on_day.rule)
            assert (row.now, row.rule_now, row.because) == (a.now.verdict, a.now.rule, a.now.because)
            assert (row.editorial_on_day, row.editorial) == (a.on_day.editorial, a.now.editorial)
            assert (row.so_far, row.confidence, row.stage) == (a.now.so_far, a.now.confidence, a.now.stage)
        assert {*table["editorial"]} == {*table["editorial_on_day"]} == {True, False}

    def test_a_result_is_never_firmer_than_its_weakest_input(self, record: Record) -> None:
        for a in assess(record).values():
            for fact_id in a.now.facts:
                if a.now.confidence == "primary":
                    assert record.fact(fact_id).confidence == "primary"

    def test_on_the_day_no_later_fact_decides(self, record: Record) -> None:
        days = record.documents.set_index("document_id")["day"]
        documents = record.claims.set_index("claim_id")["document_id"]
        for a in assess(record).values():
            for fact_id in a.on_day.facts:
                assert record.fact(fact_id).published <= days[documents[a.claim_id]].date()

    @pytest.mark.parametrize(
        ("who", "metric"),
        [
            ("oracle", "close_change_1d"),
            ("google", "tokens_per_month"),
            ("google", "token_growth_factor"),
            ("openai", "annual_revenue"),
        ],
    )
    def test_the_known_contradictions_come_out_of_the_table(
        self, record: Record, who: str, metric: str
    ) -> None:
        found = {c.key for c in contradictions(record) if c.kind == "conflict"}
        assert (who, metric) in found

    def test_documents_can_share_an_error(self, record: Record) -> None:
        shared = {c.key: c for c in contradictions(record) if c.kind == "shared_error"}
        assert ("amd", "heavily_shorted") in shared
        assert len({i[0] for i in shared[("amd", "heavily_shorted")].claims}) > 1


def test_a_verdict_has_a_confidence_and_a_stage_where_facts_decided_and_a_grade_where_it_rests_on_any(
    record: Record,
) -> None:
    for a in assess(record).values():
        for v in (a.on_day, a.now):
            assert [bool(v.confidence), bool(v.stage), bool(v.grade)] == [
                bool(v.facts), bool(v.facts), bool(v.basis),
            ], a.claim_id  # fmt: skip


def test_a_contract_is_held_against_a_letter(root: Path) -> None:
    here = Record(root / "data")  # of its own: the table is spoilt
    found = {c.key[0]: c.claims for c in contradictions(here) if c.kind == "stage"}
    assert {"T-04", "L-15"} <= set(found["nvidia-openai-investment"])
    claims = here.table("claims")
    claims.loc[claims["claim_id"].isin(["L-15", "A-083", "A-084", "D-55"]), "said_stage"] = ""
    here._rows.clear()
    assert not [c for c in contradictions(here) if c.kind == "stage"]
