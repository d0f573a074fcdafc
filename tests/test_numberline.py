"""The line that shows a claim beside its evidence: every end stands in order, open ends reach the border."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from capital_loop.claims.intervals import claim_interval, fact_interval, on_axis
from capital_loop.claims.rules import WRONG_SIZE, assess, compare
from capital_loop.publish.site import pages
from capital_loop.publish.site.numberline import MARGIN, Line, number_line
from capital_loop.publish.site.view import View
from capital_loop.record.rows import ClaimRow
from capital_loop.record.tables import Record
from capital_loop.show.words import CLAIM, quantity


def lines(record: Record):  # type: ignore[no-untyped-def]
    assessments = assess(record)
    for claim in record.rows(ClaimRow):
        facts = [record.fact(i) for i in assessments[claim.claim_id].now.facts]
        if claim.unit and not math.isnan(claim.value):
            line = number_line(claim, claim_interval(claim), facts)
            if line:
                yield claim, line


def test_positions_keep_the_order_of_the_figures_and_stay_on_the_line(record: Record) -> None:
    found = list(lines(record))
    drawn = {claim.claim_id for claim, _ in found}
    for claim_id, verdicts in assess(record).items():
        claim = record.keyed(ClaimRow)[claim_id]
        decided = verdicts.now.rule[0] == "R" and claim.unit != "boolean"
        assert claim_id in drawn or not decided, f"{claim_id} is decided by its figure and has no line"
    for claim, line in found:
        figures = [(on_axis(claim.value, claim.unit), line.point)]
        figures += [(on_axis(r.fact.value, r.fact.unit), r.point) for r in line.rows]
        assert [p for _, p in sorted(figures)] == sorted(p for _, p in figures), claim.claim_id
        for _, place in figures:
            assert 100 * MARGIN - 0.01 <= place <= 100 * (1 - MARGIN) + 0.01, claim.claim_id
        for left, width in [(line.left, line.width), *((r.left, r.width) for r in line.rows)]:
            assert 0 <= left <= left + width <= 100.01, claim.claim_id


def test_evidence_lies_in_the_band_where_the_rules_find_it_inside_and_nowhere_else(record: Record) -> None:
    for claim, line in lines(record):
        for row in line.rows:
            said, range_ = claim_interval(claim), fact_interval(row.fact)
            point = on_axis(row.fact.value, row.fact.unit)
            verdict, rule = compare(said, range_, point, claim.unit)
            assert row.inside == (rule in ("R1", "R4")), (claim.claim_id, rule)
            assert not (row.inside and verdict == "contradicted"), claim.claim_id
            if not row.inside and verdict != "contradicted":  # beside the band: touched, or nearly
                assert rule in ("R2", "R3"), claim.claim_id
            drawn = line.left - 0.02 <= row.point <= line.left + line.width + 0.02
            near = min(abs(row.point - line.left), abs(row.point - line.left - line.width)) < 0.5
            assert drawn == row.inside or near, claim.claim_id


def test_a_verdict_by_the_rules_agrees_with_its_picture(record: Record) -> None:
    """Whoever looks at the line alone is not misled: green where the claim holds, red where it does not."""
    verdicts, seen = assess(record), set()
    for claim, line in lines(record):
        now = verdicts[claim.claim_id].now
        if not now.editorial and now.rule in ("R1", "R4", "R6", "R7"):
            assert {r.inside for r in line.rows} == {now.verdict != "contradicted"}, claim.claim_id
            seen.add(now.rule)
    assert {"R1", "R6", "R7"} <= seen


def test_the_band_of_a_bound_ends_where_its_size_is_wrong_and_the_page_says_so(record: Record) -> None:
    """Ten times "over 13" is no longer what it said; nine times is."""
    claim, line = next((c, n) for c, n in lines(record) if c.claim_id == "R-45")
    fact, said = line.rows[0].fact, claim_interval(claim)
    assert line.sized
    assert line.left + line.width < line.rows[0].point
    for times, inside in ((1.0, True), (5.0, True), (WRONG_SIZE, False), (20.0, False)):
        moved = replace(fact, value=times * said.low, low=math.nan, high=math.nan)
        found = number_line(claim, said, [moved])
        assert found is not None
        assert (found.rows[0].inside, found.sized) == (inside, not inside), times
    view = View(record)
    page = str(pages.claim_body(view, "claims/r-45", claim))
    size = quantity(WRONG_SIZE * said.low, claim.unit)
    assert CLAIM["sized"].format(low=quantity(said.low, claim.unit), size=size) in page


def test_an_open_end_reaches_the_border_and_yes_or_no_has_no_line(record: Record) -> None:
    claim, line = next((c, n) for c, n in lines(record) if c.qualifier == "over" and not n.sized)
    assert line.left + line.width == pytest.approx(100)
    facts = [r.fact for r in line.rows]
    boolean = replace(claim, unit="boolean")
    assert number_line(boolean, claim_interval(claim), facts) is None
    assert number_line(claim, claim_interval(claim), [replace(facts[0], value=math.nan)]) is None


def test_figures_far_apart_stand_on_a_line_of_steps_and_a_figure_alone_in_its_middle(record: Record) -> None:
    claim = next(c for c, _ in lines(record) if c.unit == "USD")
    one = replace(claim, value=1.0, low=0.9, high=1.1)
    fact = next(r.fact for c, n in lines(record) for r in n.rows if r.fact.unit == "USD")

    def drawn(said: float, found: float) -> Line:
        near = replace(one, value=said, low=said, high=said)
        line = number_line(
            near, claim_interval(near), [replace(fact, value=found, low=math.nan, high=math.nan)]
        )
        assert line is not None
        return line

    left, right = 100 * MARGIN, 100 * (1 - MARGIN)
    for far, log in ((30.0, False), (31.0, True)):
        line = drawn(1.0, far)
        assert (line.log, line.point, line.rows[0].point) == (log, left, right), far
    assert drawn(1.0, 1000.0).log
    assert not drawn(0.0, 1000.0).log, "nothing has no place on such a line"
    for value in (5.0, 0.0):
        assert drawn(value, value).point == 50.0
