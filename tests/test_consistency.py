"""Evidence that is passed over, verdicts that differ without a reason, and papers of different kinds."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from capital_loop.claims.consistency import consistency_faults, passed_over, unlike
from capital_loop.claims.contradictions import contradictions
from capital_loop.claims.editions import editions, moved, unexplained, verdict_rows
from capital_loop.claims.rules import assess
from capital_loop.record import Record


@pytest.fixture
def here(root: Path) -> Record:
    """A record of its own, whose tables a test may spoil."""
    return Record(root / "data")


def rows(record: Record) -> dict[str, dict[str, str]]:
    return {r["claim_id"]: r for r in verdict_rows(record)}


def told(record: Record) -> list[str]:
    return list(consistency_faults(record, assess(record)))


def test_the_record_passes_nothing_over(here: Record) -> None:
    assert told(here) == []


def test_a_newer_figure_filed_as_context_is_found(here: Record) -> None:
    links = here.table("claim_evidence")
    update = (links["claim_id"] == "A-095") & (links["fact_id"] == "DEM-N25")
    links.loc[update, "role"] = "context"
    assert [(c.claim_id, f.fact_id) for c, f, _ in passed_over(here)] == [("A-095", "DEM-N25")]


def test_a_figure_of_the_same_time_that_nobody_linked_is_found(here: Record) -> None:
    links = here.table("claim_evidence")
    gone = (links["claim_id"] == "R-20") & (links["fact_id"] == "AMD-150")
    here._frames["claim_evidence"] = links[~gone].reset_index(drop=True)
    assert [(c.claim_id, f.fact_id) for c, f, _ in passed_over(here)] == [("R-20", "AMD-150")]


def test_what_is_set_aside_needs_its_reason(here: Record) -> None:
    links = here.table("claim_evidence")
    links.loc[links["role"] == "aside", "note"] = ""
    assert all("set aside without a reason" in line for line in told(here))
    assert told(here)


def test_a_difference_without_a_reason_is_found(here: Record) -> None:
    editorial = here.table("editorial")
    editorial.loc[editorial["claim_id"] == "A-055", ["on_day", "now"]] = "supported"
    editorial.loc[editorial["claim_id"] == "R-03", ["on_day", "now"]] = "supported"
    (line,) = [x for x in told(here) if "A-004" in x and "R-03" in x]
    assert line.endswith(
        "share their quantity or their deciding facts and differ; mend the one or the other, or give the "
        "pair a row with the reason"
    )


@pytest.mark.parametrize(
    ("claim", "verdicts", "tense", "said"),
    [
        ("R-23", {"now": "outdated"}, "current", "it did not hold on its day (contradicted)"),
        ("L-02", {"now": "outdated"}, "current", "it did not hold on its day (unverifiable)"),
        ("T-15", {"on_day": "supported", "now": "outdated"}, "dated", "of a fixed time does not age"),
    ],
)
def test_what_was_never_right_cannot_be_overtaken(
    here: Record, claim: str, verdicts: dict[str, str], tense: str, said: str
) -> None:
    editorial, claims = here.table("editorial"), here.table("claims")
    assert claims.loc[claims["claim_id"] == claim, "tense"].item() == tense
    for column, verdict in verdicts.items():
        editorial.loc[editorial["claim_id"] == claim, column] = verdict
    assert any(said in line for line in told(here))


def test_two_opposites_cannot_both_hold(here: Record) -> None:
    editorial = here.table("editorial")
    editorial.loc[editorial["claim_id"] == "D-23", "now"] = "supported"
    here._frames["differences"] = here.table("differences").iloc[:0]
    assert any("D-23" in line and "T-03" in line for line in told(here))


def test_a_reason_for_no_difference_is_found(here: Record) -> None:
    extra = pd.DataFrame([{"claim": "A-001", "other": "A-003", "reason": "None."}])
    here._frames["differences"] = pd.concat([here.table("differences"), extra], ignore_index=True)
    assert [line for line in told(here) if "do not differ" in line]
    assert frozenset(("A-001", "A-003")) not in set(unlike(here, assess(here)))


def test_a_contract_is_held_against_a_letter(here: Record) -> None:
    found = {c.key[0]: c.claims for c in contradictions(here) if c.kind == "stage"}
    assert {"T-04", "L-15"} <= set(found["nvidia-openai-investment"])
    claims = here.table("claims")
    claims.loc[claims["claim_id"].isin(["L-15", "A-083", "A-084", "D-55"]), "said_stage"] = ""
    here._rows.clear()
    assert not [c for c in contradictions(here) if c.kind == "stage"]


def test_a_verdict_that_moved_without_a_reason_is_found(here: Record) -> None:
    assert list(unexplained(here)) == []
    moved_claims = {m.claim_id for m in moved(editions(here)[-1].verdicts, rows(here))}
    if not moved_claims:
        pytest.skip("nothing moved since the newest edition")
    here._frames["changes"] = here.table("changes").iloc[:0]
    editorial = here.table("editorial")
    editorial[["reason_on_day", "reason_now"]] = ""
    for read in (here._rows, here._keyed, here._groups):
        read.clear()
    assert {line.split()[1] for line in unexplained(here)} <= moved_claims
    assert list(unexplained(here))


@pytest.mark.parametrize(
    ("claim", "column", "value", "said"),
    [
        ("R-12", "deal", "", "a plan follows the stages of a deal"),
        ("T-04", "rests_on", "no-such-deal", "no deal no-such-deal"),
        ("R-48", "begins", pd.Timestamp("2027-06-01"), "only a forecast can be answered before"),
        ("A-001", "begins", pd.Timestamp("2026-01-01"), "only a forecast can be answered before"),
    ],
)
def test_a_misplaced_time_is_found(here: Record, claim: str, column: str, value: object, said: str) -> None:
    claims = here.table("claims")
    claims.loc[claims["claim_id"] == claim, column] = value
    assert any(said in line for line in told(here))


def test_an_editor_cannot_bear_out_what_was_not_missed(here: Record) -> None:
    editorial = here.table("editorial")
    editorial.loc[editorial["claim_id"] == "R-09", "now"] = "borne_out"
    assert any("had not missed it" in line for line in told(here))
