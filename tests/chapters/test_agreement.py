"""A quantity that several pages tell is one number: what OpenAI was paid, loans for Oracle's sites, OpenAI's rate.

Seen to fail: one page had Amazon's payments at 15, others at 28.7 and 50; sites let to Oracle were 56 and 65.
"""

from __future__ import annotations

from collections import defaultdict

import pytest

from capital_loop.chapters.demand import study as demand
from capital_loop.chapters.front import study as front
from capital_loop.chapters.leverage import study as leverage
from capital_loop.chapters.revenue_promises import study as revenue_promises
from capital_loop.chapters.russian_doll import study as russian_doll
from capital_loop.chapters.watchlist import study as watchlist
from capital_loop.chapters.who_bears_the_loss import study as bears
from capital_loop.chapters.who_owes_whom import study as owes
from capital_loop.record import Record

OPENAI = "openai"


def test_openai_is_paid_the_same_on_every_page(record: Record) -> None:
    """USD by payer, as the page of who owes whom has it line by line; where a page tells of a part, that part."""
    lines = owes.Study(record).lines
    by_deal = {x.key: x.paid for x in lines if x.payee == OPENAI and x.paid is not None}
    payer = {x.key: x.payer for x in lines}
    by_payer: dict[str, float] = defaultdict(float)
    for deal, paid in by_deal.items():
        by_payer[payer[deal]] += paid
    owners = bears.Study(record).listed("owners", "paid")
    for party in ("microsoft", "amazon", "nvidia"):
        assert owners[party].value == pytest.approx(by_payer[party]), party
    assert owners["softbank"].value >= by_payer["softbank"]  # with what it bought in other rounds
    last = record.evidence_end
    arrows = {f.deal_id: f.at(last) for f in front.Study(record).flows}
    for deal, paid in by_deal.items():
        assert getattr(arrows[deal], "paid", None) == pytest.approx(paid), deal
    doll = russian_doll.Study(record).arrows.set_index("key")["now"]
    assert doll["softbank-openai"] == pytest.approx(by_deal["softbank-openai-equity"])
    assert doll["softbank-openai-again"] == pytest.approx(by_deal["softbank-openai-follow-on"])
    assert doll["nvidia-openai"] == pytest.approx(by_payer["nvidia"])


def test_loans_for_sites_let_to_oracle_are_one_sum(record: Record) -> None:
    here = leverage.Study(record).let_to_oracle
    assert bears.Study(record).debts["oracle-suppliers"]["loans"] == pytest.approx(here)
    lines = owes.Study(record).lines
    assert sum(x.promised for x in lines if x.payer == "oracle-suppliers") == pytest.approx(here)


def test_openais_rate_is_one_number(record: Record) -> None:
    rate = revenue_promises.Study(record).run_rates[-1]
    labs = demand.Study(record).labs
    assert labs.loc[labs["key"] == OPENAI, "value"].iloc[-1] == rate.value
    assert watchlist.Study(record).indicator("openai-run-rate").value == rate.value
