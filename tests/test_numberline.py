"""The line that shows a claim beside its evidence: every end stands in order, open ends reach the border."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from capital_loop.claims.intervals import claim_interval, fact_interval, on_axis
from capital_loop.claims.rules import assess, compare
from capital_loop.publish.site.numberline import MARGIN, number_line
from capital_loop.record.rows import ClaimRow
from capital_loop.record.tables import Record


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
    assert len(found) > 80
    for claim, line in found:
        figures = [(on_axis(claim.value, claim.unit), line.point)]
        figures += [(on_axis(r.fact.value, r.fact.unit), r.point) for r in line.rows]
        assert [p for _, p in sorted(figures)] == sorted(p for _, p in figures), claim.claim_id
        for _, place in figures:
            assert 100 * MARGIN - 0.01 <= place <= 100 * (1 - MARGIN) + 0.01, claim.claim_id
        for left, width in [(line.left, line.width), *((r.left, r.width) for r in line.rows)]:
            assert 0 <= left <= left + width <= 100.01, claim.claim_id


def test_a_point_inside_the_band_is_drawn_inside_and_only_such_a_one_is_called_so(record: Record) -> None:
    for claim, line in lines(record):
        for row in line.rows:
            drawn = line.left - 0.02 <= row.point <= line.left + line.width + 0.02
            assert drawn or not row.inside, claim.claim_id
            verdict, rule = compare(
                claim_interval(claim),
                fact_interval(row.fact),
                on_axis(row.fact.value, row.fact.unit),
                claim.unit,
            )
            scaled = rule == "R7"  # a bound passed tenfold is wrong by its size
            assert not row.inside or verdict != "contradicted" or scaled, claim.claim_id


def test_an_open_end_reaches_the_border_and_yes_or_no_has_no_line(record: Record) -> None:
    claim, line = next((c, n) for c, n in lines(record) if c.qualifier == "over")
    assert line.left + line.width == pytest.approx(100)
    facts = [r.fact for r in line.rows]
    boolean = replace(claim, unit="boolean")
    assert number_line(boolean, claim_interval(claim), facts) is None
    assert number_line(claim, claim_interval(claim), [replace(facts[0], value=math.nan)]) is None
