"""A quantity that several pages tell is one number: what OpenAI was paid, loans for Oracle's sites, OpenAI's
rate.

Seen to fail: one page had Amazon's payments at 15, others at 28.7 and 50; sites let to Oracle were 56 and 65;
a stake was a part of a market value of June on one page and of October on another; landlords lost 16 in a
figure, 15 in a table."""

from __future__ import annotations

import math
import re
from collections import defaultdict

import pytest

from capital_loop.chapters.contagion import study as contagion
from capital_loop.chapters.demand import study as demand
from capital_loop.chapters.front import study as front
from capital_loop.chapters.leverage import study as leverage
from capital_loop.chapters.revenue_promises import study as revenue_promises
from capital_loop.chapters.russian_doll import study as russian_doll
from capital_loop.chapters.watchlist import study as watchlist
from capital_loop.chapters.who_bears_the_loss import charts as losses_drawn
from capital_loop.chapters.who_bears_the_loss import study as bears
from capital_loop.chapters.who_owes_whom import study as owes
from capital_loop.record import Record
from capital_loop.show.prose import table
from tests.conftest import Shared

OPENAI = "openai"


def test_openai_is_paid_the_same_on_every_page(shared: Shared, record: Record) -> None:
    """USD by payer, as the page of who owes whom has it line by line; where a page tells of a part, that
    part."""
    lines = shared.study(owes.Study).lines
    by_deal = {x.key: x.paid for x in lines if x.payee == OPENAI and x.paid is not None}
    payer = {x.key: x.payer for x in lines}
    by_payer: dict[str, float] = defaultdict(float)
    for deal, paid in by_deal.items():
        by_payer[payer[deal]] += paid
    owners = shared.study(bears.Study).listed("owners", "paid")
    for party in ("microsoft", "amazon", "nvidia"):
        assert owners[party].value == pytest.approx(by_payer[party]), party
    assert owners["softbank"].value >= by_payer["softbank"]  # with what it bought in other rounds
    last = record.closed
    arrows = {f.deal_id: f.at(last) for f in shared.study(front.Study).flows}
    for deal, paid in by_deal.items():
        assert getattr(arrows[deal], "paid", None) == pytest.approx(paid), deal
    doll = shared.study(russian_doll.Study).arrows.set_index("key")["now"]
    assert doll["softbank-openai"] == pytest.approx(by_deal["softbank-openai-equity"])
    assert doll["softbank-openai-again"] == pytest.approx(by_deal["softbank-openai-follow-on"])
    assert doll["nvidia-openai"] == pytest.approx(by_payer["nvidia"])


def test_loans_for_sites_let_to_oracle_are_one_sum(shared: Shared) -> None:
    here = shared.study(leverage.Study).let_to_oracle
    assert shared.study(bears.Study).debts["oracle-suppliers"]["loans"] == pytest.approx(here)
    lines = shared.study(owes.Study).lines
    assert sum(x.promised for x in lines if x.payer == "oracle-suppliers") == pytest.approx(here)


def test_openais_rate_is_one_number(shared: Shared) -> None:
    rate = shared.study(revenue_promises.Study).run_rates[-1]
    labs = shared.study(demand.Study).labs
    assert labs.loc[labs["key"] == OPENAI, "value"].iloc[-1] == rate.value
    indicators = {i.row.indicator_id: i for i in shared.study(watchlist.Study).indicators}
    assert indicators["openai-run-rate"].value == rate.value


def test_a_stake_in_openai_is_one_part_of_its_holder(shared: Shared) -> None:
    gone, study = shared.study(contagion.Study).gone["central"], shared.study(bears.Study)
    held = study.owners.set_index("holder")["price"]
    for party in ("microsoft", "nvidia"):
        assert gone[party] == pytest.approx(held[party] / study.market[party]), party


def test_a_loss_is_one_number_in_a_figure_a_table_and_the_ledger(shared: Shared) -> None:
    """As a reader sees it, in billions: each group's loss in each shock."""
    study = shared.study(bears.Study)
    said = {
        (shock, group): re.sub(r" \(.*", "", row[3 + k])
        for row, group in zip(table(bears.groups_table(study), "x").rows, bears.GROUPS, strict=True)
        for k, shock in enumerate(bears.NAMES)
    }
    bars = study.groups
    shown = table(losses_drawn.groups(study).rows, "x").rows
    for shock, group, row in zip(bars["shock"], bars["group"], shown, strict=True):
        assert row[2] == said[shock, group], (shock, group)
    final = study.ledger[~study.ledger["holder"].isin([*study.ledger["debtor"], "nvidia-guarantee"])]
    by_group = final.groupby(final["holder"].map(bears.KIND).fillna("owners"))
    for shock in bears.NAMES:
        for group, lost in by_group[shock]:
            assert math.fsum(lost) == pytest.approx(study.shocks[shock].groups[str(group)]), (shock, group)
