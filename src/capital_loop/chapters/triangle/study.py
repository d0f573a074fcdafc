"""Chapter "The triangle": from the record to flows between parties, and what the accounts say.

``study`` reads the deals, their dated stages and the assumptions of the model ``flows`` and returns
everything that the notebook and its charts show. Money in USD, capacity in GW, shares as fractions.

Assumption ids name a flow: ``joke.PAYER.PAYEE.KIND`` is a side of the joke, ``account.PAYER.PAYEE.KIND``
a line of the twelve-month account; parties are entity ids.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from capital_loop.models import flows
from capital_loop.models.flows import Flow
from capital_loop.record.tables import Fact, Record

CHAPTER = "triangle"
RING = ("nvidia", "openai", "oracle")
"""The triangle in the order in which money is said to go round."""
LETTER, SYSTEMS, CLOUD, CHIPS, GUARANTEE = (
    "nvidia-openai-investment",
    "openai-nvidia-systems",
    "openai-oracle-cloud",
    "oracle-nvidia-gpus",
    "nvidia-openai-guarantee",
)
DEALS = (
    LETTER,
    SYSTEMS,
    GUARANTEE,
    "openai-sb-energy-lease",
    CLOUD,
    CHIPS,
    "stargate",
    "openai-broadcom",
    "openai-coreweave",
    "coreweave-openai-stock",
    "openai-microsoft-azure",
    "openai-aws",
    "amazon-openai-equity",
    "softbank-openai-equity",
    "softbank-openai-follow-on",
)
"""The deals of this chapter, in the order of the table."""
COSTS = ("NVDA-022", "NVDA-024", "ORCL-401", "OAI-208", "ORCL-398", "ORCL-390", "ORCL-403")
"""Estimates of the capital cost of a gigawatt."""
CHIP_COUNTS = ("TRI-D02", "ORCL-402", "TRI-D06")
"""Statements of how many chips a gigawatt serves."""
CLASS = {
    "promised": "Promised",
    "binding": "Signed",
    "paid": "Paid or delivered",
    "report": "Report on the state",
    "lapsed": "Shrunk or dropped",
}
"""What a dated stage says, in the words of the charts."""
_CLASS_OF = {"delivered": "paid", "reported": "report", "shrunk": "lapsed", "cancelled": "lapsed"}


@dataclass(frozen=True)
class Account:
    """The twelve-month account of payments.

    ``flows`` hold the central amounts. ``matrix`` is their transactions matrix. ``net`` has one row a
    party: receipts less payments at the central amounts and over every corner of the ranges.
    ``payers`` has one row a net payer: what it put in and its share of all that was put in, the same way.
    ``outside`` is that sum: low, central, high. ``ring`` is the most that can have gone once round.
    """

    flows: tuple[Flow, ...]
    matrix: pd.DataFrame
    net: pd.DataFrame
    payers: pd.DataFrame
    outside: tuple[float, float, float]
    gross: float
    ring: float


@dataclass(frozen=True)
class Study:
    """Results of the chapter.

    ``joke`` is the riddle's own ring with its matrix ``joke_matrix``. ``sides`` has one row for each
    side of the triangle and class of amount. ``history`` holds the dated amounts of Nvidia's share
    purchase and guarantee. ``deals`` has one row a deal: amounts by class, first and last stage.
    ``stages`` has one row a dated stage. ``costs`` and ``chips`` are the figures per gigawatt.
    ``vendor`` says which part of its own sales Nvidia would pay for under three instruments.
    """

    joke: tuple[Flow, ...]
    joke_matrix: pd.DataFrame
    account: Account
    sides: pd.DataFrame
    history: pd.DataFrame
    deals: pd.DataFrame
    stages: pd.DataFrame
    costs: pd.DataFrame
    chips: pd.DataFrame
    vendor: pd.DataFrame


def study(record: Record, *, changes: dict[str, float] | None = None) -> Study:
    """Compute the chapter.

    Args:
        record: the record.
        changes: central amounts to use instead of the assumptions' own, by assumption id, USD.

    Raises:
        KeyError: for a change that names no assumption.
    """
    joke = tuple(flow for _, flow in _assumed(record, "joke", "promised", "central", {}))
    return Study(
        joke=joke,
        joke_matrix=flows.transactions_matrix(joke, parties=RING),
        account=account(record, changes or {}),
        sides=_sides(record, joke),
        history=_history(record),
        deals=_deals(record),
        stages=_stages(record),
        costs=_costs(record),
        chips=_chips(record),
        vendor=_vendor(record),
    )


def names(record: Record) -> dict[str, str]:
    """Names of the parties by entity id."""
    return {e.entity_id: e.name for e in record.entities.itertuples()}


def matrix_table(record: Record, matrix: pd.DataFrame) -> pd.DataFrame:
    """A transactions matrix for readers: names, USD billion, and the sums that must be zero."""
    frame = (matrix / 1e9).rename(index=names(record), columns=str.capitalize)
    frame["Sum"] = frame.sum(axis="columns")
    frame.loc["Sum"] = frame.sum(axis="index")
    return frame.round(6).add(0.0).rename_axis("Party").reset_index()


def payers_table(record: Record, result: Account) -> pd.DataFrame:
    """Net payers for readers: USD billion and per cent, central with the range over all corners."""
    p = result.payers
    return pd.DataFrame(
        {
            "Party": [names(record)[str(i)] for i in p.index],
            "Put in, USD bn": p["paid"] / 1e9,
            "Low": p["paid_low"] / 1e9,
            "High": p["paid_high"] / 1e9,
            "Share, %": p["share"] * 100,
            "Lowest share": p["share_low"] * 100,
            "Highest share": p["share_high"] * 100,
        }
    ).round(1)


def deal_table(study: Study) -> pd.DataFrame:
    """The deals for readers: amounts by class in USD billion, and where each stood last."""
    d = study.deals
    return pd.DataFrame(
        {
            "Deal": d["title"],
            "Promised at most": d["promised"] / 1e9,
            "Signed": d["signed"] / 1e9,
            "Paid": d["paid"] / 1e9,
            "Latest": d["last"].dt.strftime("%Y-%m-%d"),
            "What it was": d["last_note"],
        }
    )


def vendor_table(study: Study) -> pd.DataFrame:
    """Nvidia's money against its own sales, for readers."""
    words = {
        "letter": "Letter of intent, all of it",
        "purchase": "Shares signed for, against the capacity named with them",
        "guarantee": "Guarantee in Ohio, if all of it were called",
    }
    v = study.vendor
    return pd.DataFrame(
        {
            "Instrument": v["instrument"].map(words),
            "Nvidia's money, USD bn": v["amount"] / 1e9,
            "Nvidia's sales, USD bn": v["sales"] / 1e9,
            "Money to sales, %": v["share"] * 100,
        }
    ).round(1)


def account(record: Record, changes: dict[str, float]) -> Account:
    """The twelve-month account, its central case and its range over every corner of the assumptions."""
    if unknown := sorted(set(changes) - set(record.assumptions["assumption_id"])):
        raise KeyError(f"no such assumption: {', '.join(unknown)}")
    central = tuple(flow for _, flow in _assumed(record, "account", "paid", "central", changes))
    corners = list(_corners(record, changes))
    net = flows.net_positions(central).rename("central").to_frame()
    every = pd.DataFrame([flows.net_positions(c) for c in corners])
    net["low"], net["high"] = every.min(), every.max()
    paid = flows.net_payers(central)
    total = flows.outside_money(central)
    put_in = (-every).clip(lower=0)
    share = put_in.div(put_in.sum(axis="columns"), axis="index")
    payers = pd.DataFrame(
        {
            "paid": paid,
            "paid_low": put_in.min()[paid.index],
            "paid_high": put_in.max()[paid.index],
            "share": paid / total,
            "share_low": share.min()[paid.index],
            "share_high": share.max()[paid.index],
        }
    )
    sums = put_in.sum(axis="columns")
    ring_flows = [f for f in central if f.payer != "oracle"]
    ring_flows += [
        Flow("oracle", "nvidia", f.instrument, f.amount, f.stage) for f in central if f.payer == "oracle"
    ]
    return Account(
        flows=central,
        matrix=flows.transactions_matrix(central),
        net=net.sort_values("central"),
        payers=payers,
        outside=(float(sums.min()), total, float(sums.max())),
        gross=flows.gross_payments(central),
        ring=flows.ring_limit(ring_flows, RING),
    )


def _assumed(
    record: Record, prefix: str, stage: flows.StageClass, column: str, changes: dict[str, float]
) -> Iterator[tuple[Any, Flow]]:
    """The assumptions of one prefix as flows, with their rows."""
    for row in record.assumptions.itertuples():
        if row.model != "flows" or not row.assumption_id.startswith(prefix + "."):
            continue
        _, payer, payee, kind = row.assumption_id.split(".")
        amount = changes.get(row.assumption_id, getattr(row, column))
        yield row, Flow(payer, payee, kind, float(amount), stage)


def _corners(record: Record, changes: dict[str, float]) -> Iterator[list[Flow]]:
    """Every combination of low and high amounts of the account."""
    low = [flow for _, flow in _assumed(record, "account", "paid", "low", changes)]
    high = [flow for _, flow in _assumed(record, "account", "paid", "high", changes)]
    for choice in itertools.product(*({a, b} if a != b else {a} for a, b in zip(low, high, strict=True))):
        yield list(choice)


def _sides(record: Record, joke: tuple[Flow, ...]) -> pd.DataFrame:
    """What each side of the triangle amounts to: in the joke, promised, signed, paid."""
    told = {(f.payer, f.payee): f.amount for f in joke}
    rows: list[dict[str, Any]] = []

    def row(payer: str, payee: str, kind: str, amount: float, fact_id: str, bound: str = "") -> None:
        rows.append(
            {
                "payer": payer,
                "payee": payee,
                "kind": kind,
                "amount": amount,
                "bound": bound,
                "fact_id": fact_id,
            }
        )

    sides = (
        (LETTER, "NVDA-002", "NVDA-034", "NVDA-041", "at most"),
        (CLOUD, "", "ORCL-001", "TRI-D12", "at most"),
        (CHIPS, "NVDA-208", "", "ORCL-242", "at most, all suppliers"),
    )
    for deal, promised, signed, paid, bound in sides:
        d = record.deals.set_index("deal_id").loc[deal]
        row(d["payer"], d["payee"], "joke", told[d["payer"], d["payee"]], "")
        for kind, fact_id in (("promised", promised), ("binding", signed), ("paid", paid)):
            if fact_id:
                value = record.fact(fact_id).value
                row(d["payer"], d["payee"], kind, value, fact_id, bound if kind == "paid" else "")
    return pd.DataFrame(rows)


def _class_of(stage: str) -> str:
    """Class of a dated stage; a report on the state of a deal is not taken for a payment."""
    return _CLASS_OF.get(stage) or flows.stage_class(stage)


def _stages(record: Record) -> pd.DataFrame:
    """Every dated stage of the chapter's deals."""
    titles = record.deals.set_index("deal_id")["title"]
    frame = record.deal_stages[record.deal_stages["deal_id"].isin(DEALS)].copy()
    frame["class"] = [_class_of(s) for s in frame["stage"]]
    frame["title"] = frame["deal_id"].map(titles)
    frame["order"] = frame["deal_id"].map({d: n for n, d in enumerate(DEALS)})
    frame["unit"] = [record.fact(i).unit for i in frame["fact_id"]]
    frame["value"] = [record.fact(i).value for i in frame["fact_id"]]
    return frame.sort_values(["order", "date"], ignore_index=True)


def _history(record: Record) -> pd.DataFrame:
    """Dated amounts of Nvidia's purchase of shares and of its guarantee, USD, by class."""
    frame = _stages(record)
    frame = frame[frame["deal_id"].isin((LETTER, GUARANTEE)) & (frame["unit"] == "USD")]
    return frame[["deal_id", "date", "stage", "class", "value", "fact_id"]].reset_index(drop=True)


def _deals(record: Record) -> pd.DataFrame:
    """One row a deal: the largest promise, the sums signed and paid (never added together), first and last stage."""
    stages = _stages(record)
    deals = record.deals.set_index("deal_id")
    rows = []
    for deal in DEALS:
        own = stages[stages["deal_id"] == deal]
        money = own[own["unit"] == "USD"]
        promised = money.loc[money["class"] == "promised", "value"]
        rows.append(
            {
                "deal_id": deal,
                "title": deals.at[deal, "title"],
                "instrument": deals.at[deal, "instrument"],
                "promised": float(promised.max()) if len(promised) else float("nan"),
                "signed": float(money.loc[money["class"] == "binding", "value"].sum()) or float("nan"),
                "paid": float(money.loc[money["class"] == "paid", "value"].sum()) or float("nan"),
                "first": own["date"].iloc[0],
                "last": own["date"].iloc[-1],
                "last_stage": own["stage"].iloc[-1],
                "last_note": own["note"].iloc[-1],
            }
        )
    return pd.DataFrame(rows)


def _range(fact: Fact) -> tuple[float, float]:
    """Low and high of a fact; the value itself where no range is stated."""
    low = fact.value if pd.isna(fact.low) else fact.low
    high = fact.value if pd.isna(fact.high) else fact.high
    return low, high


def _costs(record: Record) -> pd.DataFrame:
    """Estimates of the capital cost of a gigawatt, oldest first."""
    rows = []
    for fact_id in COSTS:
        fact = record.fact(fact_id)
        low, high = _range(fact)
        rows.append(
            {
                "fact_id": fact_id,
                "published": pd.Timestamp(fact.published),
                "low": low,
                "central": fact.value,
                "high": high,
                "note": fact.note,
            }
        )
    return pd.DataFrame(rows).sort_values("published", kind="stable", ignore_index=True)


def _chips(record: Record) -> pd.DataFrame:
    """Chips a gigawatt serves, and the power each one takes with all that serves it."""
    rows = []
    for fact_id in CHIP_COUNTS:
        fact = record.fact(fact_id)
        rows.append({"fact_id": fact_id, "as_of": fact.as_of, "per_gw": fact.value,
                     "watts": flows.watts_per_unit(fact.value, 1.0)})  # fmt: skip
    return pd.DataFrame(rows)


def _vendor(record: Record) -> pd.DataFrame:
    """Nvidia's money against its own sales under the letter, the purchase and the guarantee."""
    per_gw = record.fact("NVDA-023").value
    rows = [
        ("letter", record.fact("NVDA-002"), flows.supplier_sales(record.fact("NVDA-001").value, per_gw)),
        ("purchase", record.fact("NVDA-034"), flows.supplier_sales(record.fact("OAI-166").value, per_gw)),
        ("guarantee", record.fact("NVDA-044"), record.fact("NVDA-051").value),
    ]
    return pd.DataFrame(
        [
            {
                "instrument": name,
                "amount": fact.value,
                "sales": sales,
                "share": flows.vendor_financed_share(fact.value, sales),
            }
            for name, fact, sales in rows
        ]
    )
