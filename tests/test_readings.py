"""The second reading: agreement as the literature computes it, and no claim or disagreement left out."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import jsonschema
import lxml.html
import pandas as pd
import pytest

from capital_loop.chapters.score.study import Study, agreement_table, disagreements_table
from capital_loop.claims.contradictions import contradictions
from capital_loop.claims.readings import alpha, in_degree, waiting
from capital_loop.claims.rules import RULES, SCALE
from capital_loop.publish.lineage import Lineage
from capital_loop.publish.site.downloads import SCHEMAS, claim_review, claims_json
from capital_loop.publish.site.pages import _same, block, claim_body
from capital_loop.publish.site.told import DOES
from capital_loop.publish.site.view import View
from capital_loop.record import Record
from capital_loop.record.rows import ClaimRow, EditorialRow, ReadingRow
from capital_loop.show.words import CLAIM, GRADE, ROLE, SETTLED, STAGE, TENSE
from tests.conftest import Shared
from tools.second_reading import instruction, packet


@pytest.fixture
def here(root: Path) -> Record:
    """A record of its own, whose tables a test may spoil."""
    return Record(root / "data")


def by_hand(first: list[str], second: list[str]) -> float:
    """Alpha from its coincidences: each unit gives both ordered pairs."""
    n = 2 * len(first)
    total = Counter([*first, *second])
    seen = 2 * sum(a != b for a, b in zip(first, second, strict=True)) / n
    chance = sum(total[a] * total[b] for a in total for b in total if a != b) / (n * (n - 1))
    return 1 - seen / chance


@pytest.mark.parametrize(
    ("first", "second", "published"),
    [("0100000010", "1110010000", 0.095), ("aabbdcccedda", "babbbccceddd", 0.692)],
)
def test_alpha_is_that_of_the_published_examples(first: str, second: str, published: float) -> None:
    """Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), examples A and B."""
    assert alpha(first, second) == pytest.approx(published, abs=5e-4)
    assert alpha(first, second) == pytest.approx(by_hand(list(first), list(second)))


def test_alpha_of_one_verdict_only_is_not_defined() -> None:
    assert math.isnan(alpha("aaa", "aaa"))
    assert alpha("ab", "ab") == 1
    for wrong in (("a", "ab"), ("", "")):
        with pytest.raises(ValueError, match="same units"):
            alpha(*wrong)


def test_the_agreement_follows_from_the_table(root: Path, record: Record, shared: Shared) -> None:
    study = shared.study(Study)
    raw = pd.read_csv(root / "data" / "readings.csv", keep_default_na=False)
    for when in ("on_day", "now"):
        mine = study.agreement["all"][when]
        assert mine.claims == len(raw) == len(record.claims)
        assert mine.agreed == (raw[f"first_{when}"] == raw[when]).sum()
        assert mine.alpha == pytest.approx(by_hand(list(raw[f"first_{when}"]), list(raw[when])))
        groups = study.agreement
        assert groups["rule"][when].claims + groups["editor"][when].claims == groups["weighed"][when].claims
        kinds = [a[when].claims for k, a in groups.items() if k not in ("all", "weighed", "rule", "editor")]
        assert sum(kinds) == len(raw)
    assert len(agreement_table(study)) == len(groups)


def test_every_disagreement_is_shown_with_its_settlement(record: Record, shared: Shared) -> None:
    study = shared.study(Study)
    shown = disagreements_table(study)
    apart = [r for r in record.rows(ReadingRow) if (r.first_on_day, r.first_now) != (r.on_day, r.now)]
    assert list(shown["Claim"]) == [r.claim_id for r in apart]
    assert (shown[["Settled", "Why"]] != "").all(axis=None)
    assert sum(study.settled.values()) == len(apart)
    assert study.settled["waiting"] == waiting(record)
    degree = {r.claim_id for r in apart if in_degree(r)}
    assert set(study.disagreements.loc[study.disagreements["degree"], "claim_id"]) == degree
    assert degree < {r.claim_id for r in apart}


def test_the_packet_holds_every_claim_and_opens_no_verdict(here: Record) -> None:
    text = "\n".join([*instruction(), *packet(here)])
    assert not {"editorial", "differences", "lessons", "readings"} & here._frames.keys()
    assert all(f"## {c.claim_id} |" in text for c in here.rows(ClaimRow))
    assert all(meaning in text for meaning in [*SCALE, *RULES.values()])
    assert not any(e.reason_now and e.reason_now in text for e in here.rows(EditorialRow))
    one = "\n".join(packet(here, "T-", 11, 1))
    assert one.startswith("## T-12")
    assert one.index("public by then") < one.index("NVDA-002") < one.index("later") < one.index("NVDA-034")


@pytest.fixture(scope="module")
def view(record: Record) -> View:
    return View(record)


def told_of(view: View, claim_id: str, text: str) -> None:
    """Tense, both verdicts with their reasons, grade and both readings of a claim stand in a text."""
    claim, verdict, second = view.claims[claim_id], view.assessments[claim_id], view.readings[claim_id]
    assert TENSE[claim.tense] in text
    for v in (verdict.on_day, verdict.now):
        assert SCALE[v.verdict].lower() in text.lower()
        assert v.because.split("’")[0][:60] in text
        assert not v.grade or GRADE[v.grade] in text
    assert SCALE[second.on_day].lower() in text.lower()
    assert SCALE[second.now].lower() in text.lower()
    if second.settled:
        assert SETTLED[second.settled] in text
        assert second.reason.split("’")[0][:60] in text


def conditions_of(view: View, claim_id: str) -> list[dict[str, str]]:
    return next(c["tests"] for c in claims_json(view)["claims"] if c["claim_id"] == claim_id)  # type: ignore[no-any-return]


READ = ["R-03", "A-022", "T-28", "L-24", "D-46", "R-48", "A-015", "T-04"]
"""Claims of each kind and tense, some read differently."""


@pytest.mark.parametrize("claim_id", READ)
def test_a_claim_s_page_and_its_trace_show_both_reasons_and_both_readings(
    view: View, root: Path, claim_id: str
) -> None:
    page = claim_body(view, f"claims/{claim_id.lower()}", view.claims[claim_id]).striptags()
    told_of(view, claim_id, page)
    assert all(t["says"] in page for t in conditions_of(view, claim_id))
    told_of(view, claim_id, "\n".join(Lineage(root, view.record).claim(claim_id)))


def test_the_file_for_machines_holds_both_readings_and_fits_its_schema(view: View) -> None:
    payload = claims_json(view)
    jsonschema.validate({"$schema": "claims.schema.json", **payload}, SCHEMAS["claims"])
    for claim in payload["claims"]:
        second, row = claim["second_reading"], view.readings[claim["claim_id"]]
        assert (second["on_day"], second["now"], second["settled"] or "") == (
            row.on_day,
            row.now,
            row.settled,
        )
        assert second["agrees"] == (not row.settled or row.settled == "since")
        for when in ("on_day", "now"):
            basis = claim[when]["facts"] or claim[when]["cites"]
            assert bool(basis) == bool(claim[when]["weakest_grade"])
    text = claim_review(view, view.claims["T-28"])["reviewBody"]
    assert all(v.because in text for v in (view.assessments["T-28"].on_day, view.assessments["T-28"].now))
    assert "A second reader gave" in text


def test_a_fact_that_is_filed_as_context_and_decides_is_said_to_decide(view: View) -> None:
    """What takes a plan's place is no measure of it."""
    (claim,) = (c for c in view.claims.values() if c.claim_id == "R-12")
    page = lxml.html.fromstring(claim_body(view, "claims/r-12", claim))
    table = page.xpath("//h2[text()='Evidence']/following::tbody[1]/tr")
    said = {row[0].text_content(): row[1].text_content() for row in table}
    assert list(said) == [link.fact_id for link in view.links["R-12"]]
    assert said["OAI-166"].startswith(DOES["decides"])
    assert said["NVDA-001"].startswith(ROLE["measures"])


@pytest.mark.parametrize(
    ("verdict", "so_far", "rating"),
    [
        ("contradicted", False, {"alternateName": "Contradicted", "ratingValue": 1}),
        ("outdated", True, {"alternateName": "Outdated, so far", "ratingValue": 2}),
        ("borne_out", False, {"alternateName": "Borne out later", "ratingValue": 3}),
        ("supported", False, {"alternateName": "Supported", "ratingValue": 4}),
        ("open", False, {"alternateName": "Open"}),
    ],
)
def test_search_engines_get_a_rating_where_a_verdict_rates_something(
    record: Record, monkeypatch: pytest.MonkeyPatch, verdict: str, so_far: bool, rating: dict[str, object]
) -> None:
    here = View(record)
    claim = here.claims["R-03"]
    found = here.assessments["R-03"]
    now = replace(found.now, verdict=verdict, so_far=so_far, grade="", because="")
    vars(here)["assessments"] = {"R-03": replace(found, now=now)}
    monkeypatch.delenv("CAPITAL_LOOP_URL", raising=False)
    review = claim_review(here, claim)
    ends = {"bestRating": 4, "worstRating": 1} if "ratingValue" in rating else {}
    assert review["reviewRating"] == {"@type": "Rating", **rating, **ends}
    assert review["url"] == "r-03.html"
    assert f"{SCALE[verdict].lower()}. {RULES[now.rule]}" in review["reviewBody"]
    monkeypatch.setenv("CAPITAL_LOOP_URL", "https://example.org")
    assert claim_review(here, claim)["url"] == "https://example.org/claims/r-03.html"


def test_the_table_of_claims_shows_where_the_second_reader_differed(view: View) -> None:
    table = str(block(view, "claims", "book/claims"))
    agreed = sum(not r.settled for r in view.readings.values())
    since = sum(r.settled == "since" for r in view.readings.values())
    assert table.count('<td data-label="Second reading">The same</td>') == agreed
    assert table.count(f'<td data-label="Second reading">{CLAIM["since"]}</td>') == since > 0


def test_documents_that_differ_on_how_firm_a_deal_was_are_shown_with_the_stage_that_each_gives(
    view: View,
) -> None:
    text = block(view, "contradictions", "book/contradictions").striptags()
    told = {ref for c in contradictions(view.record) if c.kind == "stage" for ref in c.claims}
    assert told
    for claim in (view.claims[ref] for ref in told):
        assert re.search(rf"{re.escape(STAGE[claim.said_stage])}\W.{{0,80}}\b{claim.claim_id}\b", text)


def test_the_same_quantity_is_no_mere_event(view: View) -> None:
    assert _same(view, view.claims["A-014"]) == []
    assert {c.claim_id for c, _, _ in _same(view, view.claims["L-35"])} >= {"D-13", "D-63"}
