"""The network of the front page: every deal once, true to the record on each day, on the sheet."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from typing import Any

import numpy as np
import pytest

from capital_loop.chapters.front import layout
from capital_loop.chapters.front.charts import amount, moving, picture, words
from capital_loop.chapters.front.layout import PLACES, Sheet
from capital_loop.chapters.front.study import FIRMNESS, LEVELS, MONEY, Study
from capital_loop.record.tables import Record
from capital_loop.show.figure import NARROW, WIDE, Figure
from capital_loop.show.words import formatted


@pytest.fixture(scope="module")
def figure(figures: dict[str, Figure]) -> Figure:
    return figures["network"]


def test_every_deal_is_an_arrow_and_its_facts_are_the_figures(
    record: Record, study: Study, figure: Figure
) -> None:
    assert len(figure.rows) == len(record.deals)
    assert {p for f in study.flows for p in (f.payer, f.payee)} == set(PLACES)
    read = {f.fact_id for f in figure.facts}
    assert {i for i in record.deals["amount_fact"] if i} <= read
    for width in (WIDE, NARROW):
        assert picture(study, width, record.reaches).count('class="edge"') == len(record.deals)


def test_the_picture_ends_where_the_search_ended(record: Record, study: Study, figure: Figure) -> None:
    """Not on the day on which the record was closed: what happened between them could not be searched."""
    assert record.searched == record.reaches < record.closed
    assert formatted(record.reaches, "date") in figure.title
    assert moving(study)["last"] == record.reaches.isoformat()
    assert study.days[-1].day <= record.reaches


def test_firmness_is_that_of_the_dated_stages(record: Record, study: Study) -> None:
    stages: dict[str, set[Any]] = record.deal_stages.groupby("deal_id")["stage"].agg(set).to_dict()
    for arrow in study.arrows:
        reached = stages.get(arrow.deal_id, set())
        assert arrow.firmness in FIRMNESS
        assert (arrow.firmness == "moving") == bool(reached & {"paid", "delivered", "running", "completed"})
        if arrow.firmness == "promised":
            assert not reached & {"signed", "binding", "paid", "delivered"}


def test_no_deal_is_firmer_than_its_stages_of_the_day_allow(record: Record, study: Study) -> None:
    """The furthest level that a day's rows allow, by a rule of its own."""
    rows = record.deal_stages
    firm = {
        "signed": {"signed", "binding"},
        "moving": {"paid", "delivered", "running"},
        "done": {"completed"},
    }
    for flow in study.flows:
        for state in flow.states:
            past = set(rows[(rows["deal_id"] == flow.deal_id) & (rows["date"].dt.date <= state.day)]["stage"])
            over = bool(past & {"replaced", "lapsed", "cancelled"})
            assert (state.level == "ended") == over, flow.deal_id
            for level, needed in firm.items():
                if not over and LEVELS.index(state.level) >= LEVELS.index(level):
                    later = {
                        s
                        for n, found in firm.items()
                        if LEVELS.index(n) >= LEVELS.index(level)
                        for s in found
                    }
                    assert past & (needed | later), (flow.deal_id, state.day)


def test_what_is_paid_is_never_more_than_what_was_promised_and_never_falls(study: Study) -> None:
    for flow in study.flows:
        for state in flow.states:
            assert not state.paid or state.level in ("moving", "done", "ended"), flow.deal_id
            assert not (state.paid and state.stated) or state.paid <= state.stated, flow.deal_id
        paid = [s.paid for s in flow.states]
        assert paid == sorted(paid), flow.deal_id
    follow_on = next(f for f in study.flows if f.deal_id == "softbank-openai-follow-on")
    assert [s.paid for s in follow_on.states] == [0, 1e10, 2e10, 3e10]


def test_a_sum_stands_from_the_day_it_was_known(study: Study) -> None:
    at = {f.deal_id: f for f in study.flows}
    oracle = at["openai-oracle-cloud"]
    before, after = oracle.at(dt.date(2025, 9, 9)), oracle.at(dt.date(2025, 9, 10))
    assert before and after and (before.stated, after.stated) == (None, 3e11)  # noqa: PT018
    assert before.level == "moving", "its first site was in use that summer"
    grown = [s.stated for s in at["openai-coreweave"].states]
    assert grown == sorted(grown) and len(set(grown)) == 3  # type: ignore[type-var]  # noqa: PT018
    rumour = at["nvidia-openai-guarantee"].at(dt.date(2026, 8, 1))
    assert rumour and (rumour.level, rumour.whose) == ("talk", "outside")  # noqa: PT018
    assert amount(rumour) == "~$250bn"


def test_a_day_adds_stated_money_only(study: Study) -> None:
    for day in study.days:
        alive = [(f, s) for f in study.flows if (s := f.at(day.day)) and s.level != "ended"]
        money = sum(s.stated or 0 for f, s in alive if f.instrument in MONEY and s.whose == "stated")
        assert day.promised == pytest.approx(money)
        assert sum(x.arrows for x in day.levels) == len(alive) + next(
            x.arrows for x in day.levels if x.level == "ended"
        )
        assert sum(x.paid for x in day.levels) == pytest.approx(day.paid)


def test_what_a_contract_leaves_open_counts_as_announced(study: Study) -> None:
    """One gigawatt of six binds: a sixth of the sum is signed, and drawn as a line of its own."""
    at = {f.deal_id: f.at(dt.date(2026, 8, 1)) for f in study.flows}
    for deal in ("openai-amd-purchase", "meta-amd-purchase"):
        state = at[deal]
        assert state and state.stated  # noqa: PT018
        (own, binds), (rest, left) = state.parts()
        assert (own, rest, binds, left) == ("signed", "announced", pytest.approx(state.stated / 6),
                                            pytest.approx(state.stated * 5 / 6))  # fmt: skip
        assert "binding" in amount(state)
    told = {x.level: x.estimated for x in study.on(dt.date(2026, 8, 1)).levels}
    assert told["signed"] == pytest.approx(205e9 / 6)
    assert told["announced"] == pytest.approx(175e9 + 205e9 * 5 / 6)


def test_the_note_tells_every_sum_that_the_table_leaves_out(study: Study) -> None:
    """Also that of a pledge that is over: its arrow stands in the table."""
    last = moving(study)["days"][-1]
    assert "$500bn" in last["apart"]
    assert "guarantees to CoreWeave and SB Energy ($111bn)" in last["apart"]


def test_estimates_are_hollow_and_unknown_sums_are_dots(study: Study) -> None:
    found = moving(study)["wide"]
    for flow in study.flows:
        group = found[found.index(f'data-deal="{flow.deal_id}"') :]
        group = group[: group.index("</a>")]
        for state, drawn in zip(flow.states, re.findall(r'<g data-n="\d+".*?</g>', group), strict=True):
            assert ('stroke-dasharray="0.1 5"' in drawn) == (state.stated is None), flow.deal_id
            assert ("~" in drawn) <= (state.whose != "stated")
            if state.whose in ("estimate", "outside"):
                assert 'fill-opacity="0.2"' not in drawn


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_arrows_stay_on_the_sheet_and_amounts_touch_nothing(study: Study, width: int) -> None:
    sheet = Sheet(width, study.short | words.table("plates"))
    along = layout.ways(study.flows, sheet)
    for way in along:
        path = np.array([way.at(t) for t in np.linspace(0, 1, 50)])
        assert np.all(path > way.width / 2)
        assert np.all(path[:, 0] < sheet.width - way.width / 2)
        assert np.all(path[:, 1] < sheet.body)
    plates = [sheet.plate(p) for p in PLACES]
    for one, two in itertools.combinations(plates, 2):
        assert one[2] < two[0] or two[2] < one[0] or one[3] < two[1] or two[3] < one[1]
    svg = moving(study)["wide" if width == WIDE else "narrow"]
    assert len(set(re.findall(r">(~?\$[\d.]+(?:tn|bn|m))</text>", svg))) > 5


def test_a_thicker_arrow_is_a_larger_sum(study: Study) -> None:
    sheet = Sheet(WIDE, study.short)
    usd = sorted({s.stated for f in study.flows for s in f.states if s.stated})
    widths = [sheet.thick(x) for x in usd]
    assert widths == sorted(widths)
    large = [(x, w) for x, w in zip(usd, widths, strict=True) if w > layout.LEAST]
    assert {round(w / x * 1e9, 6) for x, w in large} == {round(1e9 / layout.PER_PIXEL[False], 6)}, (
        "in proportion"
    )


def test_a_deal_stands_at_a_level_since_it_reached_it(study: Study) -> None:
    """A sum that becomes known later, or a further payment, is no new stage."""
    at = {f.deal_id: f for f in study.flows}
    for deal, day in {
        "microsoft-openai-equity": dt.date(2025, 9, 30), "nvidia-coreweave-stake": dt.date(2025, 3, 28),
        "openai-broadcom": dt.date(2025, 10, 13), "amd-openai-warrant": dt.date(2025, 10, 5),
    }.items():  # fmt: skip
        assert at[deal].since(at[deal].states[-1]) == day < at[deal].states[-1].day, deal
    assert at["openai-nvidia-systems"].states[-1].level == "ended"


def test_all_that_the_title_calls_paid_is_for_shares(study: Study) -> None:
    assert {f.instrument for f in study.flows for s in f.states if s.paid} == {"equity"}
