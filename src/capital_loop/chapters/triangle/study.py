"""The chapter "The triangle": its sides as told, signed and paid, and what a year's accounts say.

Assumptions name a flow: ``joke.PAYER.PAYEE.KIND`` is a side of the joke, ``account.PAYER.PAYEE.KIND`` a line
of the twelve-month account; parties are entity ids. Money in USD, capacity in GW, shares as fractions.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection
from dataclasses import dataclass, replace

import pandas as pd

from capital_loop.chapters import study as chapters
from capital_loop.chapters.front.study import Study as Front
from capital_loop.chapters.study import part
from capital_loop.claims.rules import ENDED, assess
from capital_loop.models import flows
from capital_loop.models.flows import Flow
from capital_loop.record.rows import AssumptionRow
from capital_loop.record.tables import Fact
from capital_loop.show.table import rounded
from capital_loop.show.words import headed, read_words

words = read_words(__file__)

RING = ("nvidia", "openai", "oracle")
"""The triangle in the order in which money is said to go round."""
TENANTS = ("openai", "oracle")
"""Their deals, and those of the same packages, stand around the triangle; AMD's have their own chapter."""
APART = "amd"
HISTORY = {
    "letter": ("openai", "letter_of_intent"), "signed": ("openai", "signed"), "paid": ("openai", "paid"),
    "guarantee": ("sb-energy", "binding"),
}  # fmt: skip
"""Steps of Nvidia's support of OpenAI by the payee of the deal and the stage."""
WINDOW = "account.users.openai.sales"
"""The line whose twelve months are those of the account; the companies' own years differ by a month."""
BONDS = "account.lenders.oracle.loans"
"""The line whose low end spends Oracle's own cash first."""
SUPPLIERS = "oracle-suppliers"
OF_STAGE = {
    **dict.fromkeys(("delivered", "completed", "running"), "paid"), "reported": "report",
    **dict.fromkeys(ENDED, "lapsed"),
}  # fmt: skip
"""Classes of stages beside those of the model: a report on the state of a deal is not taken for a payment."""


@dataclass(frozen=True)
class Standing:
    """How many deals there are, how many were signed or begun, for how many money or goods moved."""

    deals: int
    signed: int
    paid: int


class Study(chapters.Study):
    """What the chapter shows; a line of the account that a reader changes has no range."""

    chapter = "triangle"
    models = ("flows",)

    @part
    def names(self) -> dict[str, str]:
        """Names of the parties by entity id."""
        return Front(self.record).names

    def _flows(
        self, prefix: str, stage: flows.StageClass, end: str = "central", among: Collection[str] = ()
    ) -> tuple[Flow, ...]:
        """The lines of a prefix at one end of their ranges; those between the parties ``among`` if given."""
        found = []
        for key in self.record.table("assumptions")["assumption_id"]:
            if key.startswith(f"{prefix}."):
                _, payer, payee, kind = key.split(".")
                if not among or {payer, payee} <= set(among):
                    found.append(Flow(payer, payee, kind, getattr(self.fixed(key), end), stage))
        return tuple(found)

    @part
    def joke(self) -> tuple[Flow, ...]:
        """The ring of the joke."""
        return self._flows("joke", "promised")

    @part
    def told(self) -> float:
        """What the joke puts on a side."""
        return self.joke[0].amount

    @part
    def paid(self) -> tuple[Flow, ...]:
        """The lines of the account at their central amounts."""
        return self._flows("account", "paid")

    @part
    def matrix(self) -> pd.DataFrame:
        """The account as a transactions matrix."""
        return flows.transactions_matrix(self.paid)

    @part
    def window(self) -> tuple[str, str]:
        """First and last month of the account."""
        fact = self.record.fact(self.record.keyed(AssumptionRow)[WINDOW].fact_id)
        return fact.period_start[:7], fact.as_of[:7]

    def _positions(self, *, oracle: bool = True) -> pd.DataFrame:
        """Positions of the parties at every corner of the ranges, with or without the lines of Oracle."""
        ends = zip(*(self._flows("account", "paid", end) for end in ("low", "high")), strict=True)
        lines = [
            dict.fromkeys(pair) for pair in ends if oracle or "oracle" not in (pair[0].payer, pair[0].payee)
        ]
        return pd.DataFrame([flows.net_positions(c) for c in itertools.product(*lines)])

    @part
    def corners(self) -> pd.DataFrame:
        """Positions of the parties at every corner of the ranges, a row a corner."""
        return self._positions()

    @part
    def net(self) -> pd.DataFrame:
        """Receipts less payments by party: ``central``, and ``low`` to ``high`` over the corners."""
        found = flows.net_positions(self.paid).rename("central").to_frame()
        return found.assign(low=self.corners.min(), high=self.corners.max()).sort_values("central")

    @part
    def payers(self) -> pd.DataFrame:
        """What each net payer put in (``paid``) and its ``share`` of all; both with ``_low``, ``_high``."""
        paid, put_in = flows.net_payers(self.paid), (-self.corners).clip(lower=0)
        shares = put_in.div(put_in.sum(axis="columns"), axis="index")
        frames = (
            pd.DataFrame({kind: central, f"{kind}_low": ends.min(), f"{kind}_high": ends.max()})
            for kind, central, ends in (("paid", paid, put_in), ("share", paid / paid.sum(), shares))
        )
        return pd.concat([f.loc[paid.index] for f in frames], axis="columns")

    @part
    def outside(self) -> pd.DataFrame:
        """What net payers outside the ring put in (``all``), and without Oracle's lines (``openai``).

        Oracle's spending and loans serve all its customers; how much of it serves OpenAI is not known.
        """
        own = [f for f in self.paid if "oracle" not in (f.payer, f.payee)]
        found = pd.DataFrame({"all": flows.net_payers(self.paid), "openai": flows.net_payers(own)})
        return found.drop(list(RING), errors="ignore").fillna(0).sort_values("all", ascending=False)

    @part
    def outside_share(self) -> pd.DataFrame:
        """Each one's part of what came from outside, both ways."""
        return self.outside / self.outside.sum()

    @part
    def own_cash(self) -> float:
        """What Oracle's business brought in over its fiscal year before it spent on equipment."""
        return sum(f.value for f in self.facts("oracle", "year").values())

    @part
    def own_first(self) -> pd.Series:
        """``outside`` if Oracle's own cash pays for its equipment before its bonds do."""
        line = self.record.assumption(BONDS)
        return Study(self.record, dict(self.changed) | {BONDS: line.low}).outside["all"]

    @part
    def _put_in(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """What net payers put in at every corner, as a part of all, with and without Oracle's lines."""
        both = [(-p).clip(lower=0) for p in (self.corners, self._positions(oracle=False))]
        with_oracle, without = (p.div(p.sum(axis="columns"), axis="index") for p in both)
        return with_oracle, without

    def outside_at_all_corners(self, *inside: str) -> tuple[float, float]:
        """The least and the most that came from outside the ring and other parties counted ``inside``."""
        found = [p.drop(columns=[*RING, *inside], errors="ignore").sum(axis="columns") for p in self._put_in]
        return min(float(f.min()) for f in found), max(float(f.max()) for f in found)

    @part
    def nvidia_share(self) -> float:
        """The largest part of all that Nvidia can have put in, with or without Oracle's lines."""
        return max(float(p["nvidia"].max()) for p in self._put_in)

    @part
    def microsoft_shares(self) -> float:
        """What Microsoft paid for shares of OpenAI about the months of the account, which leaves it out."""
        paid = self.facts("microsoft", "shares")
        return paid["after"].value - paid["before"].value

    @part
    def ring(self) -> float:
        """The most that can have gone once round, Oracle's suppliers taken for Nvidia in full."""
        inside = self._flows("account", "paid", among=(*RING, SUPPLIERS))
        whole = [replace(f, payee="nvidia") if f.payee == SUPPLIERS else f for f in inside]
        return flows.ring_limit(whole, RING)

    @part
    def equity(self) -> float:
        """What others than Nvidia paid for shares of OpenAI."""
        into = [f for f in self.paid if (f.payee, f.instrument) == ("openai", "equity")]
        return sum(f.amount for f in into if f.payer != "nvidia")

    @part
    def sides(self) -> pd.DataFrame:
        """Each side of the triangle: ``payer, payee, kind, amount``, what the joke tells first."""
        told = {(f.payer, f.payee): f.amount for f in self.joke}
        deals = self.record.deals.set_index("deal_id")[["payer", "payee"]]
        rows = []
        for side in self.choices("sides"):
            ends = tuple(deals.loc[side.key])
            rows += [(*ends, "joke", told[ends]), *((*ends, kind, side[kind].value) for kind in side.ids)]
        return pd.DataFrame(rows, columns=["payer", "payee", "kind", "amount"])

    @part
    def stages(self) -> pd.DataFrame:
        """Dated stages of the deals around the triangle from the documents' year on.

        With their ``kind``, ``value`` and ``unit``.
        """
        deals = self.record.deals
        deals = deals[(deals["payer"] != APART) & (deals["payee"] != APART)]
        own = deals[deals["payer"].isin(TENANTS) | deals["payee"].isin(TENANTS)]
        deals = deals[deals["package"].isin(own["package"])].sort_values("announced", kind="stable")
        found = deals[["deal_id", "title"]].merge(self.record.deal_stages, on="deal_id")
        found = found[found["date"] >= str(self.documents_day.year)]
        facts = [self.record.fact(i) for i in found["fact_id"]]
        return found.assign(
            kind=[OF_STAGE.get(s) or flows.stage_class(s) for s in found["stage"]],
            value=[f.value for f in facts], unit=[f.unit for f in facts],
        )  # fmt: skip

    @part
    def standing(self) -> Standing:
        """How far the deals have come."""
        reached = list(self.stages.groupby("deal_id")["kind"].agg(set))
        signed, paid = sum(bool(k & {"binding", "paid"}) for k in reached), sum("paid" in k for k in reached)
        return Standing(len(reached), signed, paid)

    @part
    def history(self) -> pd.DataFrame:
        """Nvidia's letter, purchase and guarantee: ``key, date, until, value``; payments are points."""
        deals = self.record.deals
        own = deals[(deals["payer"] == "nvidia") & deals["instrument"].isin(("equity", "guarantee"))]
        stages = own[["deal_id", "payee"]].merge(self.record.deal_stages, on="deal_id").sort_values("date")
        rows = []
        for key, (payee, stage) in HISTORY.items():
            first = stages[(stages["payee"] == payee) & (stages["stage"] == stage)].iloc[0]
            rows.append({"key": key, "date": first["date"], "fact": first["fact_id"]})
        found = pd.DataFrame(rows)
        bound = self.chosen("history", "early")
        found.loc[len(found)] = {"key": "early", "date": pd.Timestamp(bound.as_of), "fact": bound.fact_id}
        end = pd.Timestamp(self.record.closed)
        until = {"letter": found["date"][found["key"] == "signed"].iloc[0], "signed": end, "guarantee": end}
        return found.assign(
            until=found["key"].map(until), value=[self.record.fact(i).value for i in found["fact"]]
        )

    @part
    def rents_from(self) -> str:
        """The year from which the guaranteed rents are due."""
        deals, landlord = self.record.deals, HISTORY["guarantee"][0]
        own = deals[(deals["instrument"] == "guarantee") & (deals["payee"] == landlord)]
        return str(own["period_start"].iloc[0])

    @part
    def talks(self) -> Fact:
        """The larger guarantee that the press spoke of."""
        return self.chosen("history", "talks")

    @part
    def nvidia_part(self) -> Fact:
        """What Nvidia's chief executive named as its own sales of a gigawatt."""
        return self.chosen("costs", "nvidia-named", "part")

    @part
    def overtaken(self) -> int:
        """How many claims were supported on their day, plainly or nearly, and are not now."""
        claims, found = self.record.claims, assess(self.record)
        mine = [found[i] for i in claims.loc[claims["chapter"] == self.chapter, "claim_id"]]
        return sum("supported" in a.on_day.verdict and "supported" not in a.now.verdict for a in mine)

    @part
    def costs(self) -> pd.DataFrame:
        """The cost of a ``whole`` gigawatt and Nvidia's ``part``, oldest first.

        ``kind, who, day, low, central, high``.
        """
        found = [(kind, c.label, c[kind]) for c in self.choices("costs") for kind in list(c.ids)[:1]]
        rows = [(k, who, f"{f.published:%Y-%m}", f.ends[0], f.value, f.ends[1]) for k, who, f in found]
        table = pd.DataFrame(rows, columns=["kind", "who", "day", "low", "central", "high"])
        return table.sort_values("day", kind="stable", ignore_index=True)

    @part
    def vendor(self) -> pd.DataFrame:
        """Nvidia's money against its own sales under three instruments: ``key, amount, sales, share``."""
        per_gw, rows = self.nvidia_part.value, []
        for c in self.choices("vendor"):
            capacity = c.get("capacity")
            sales = flows.supplier_sales(capacity.value, per_gw) if capacity else c["sales"].value
            amount = c["money"].value
            rows.append((c.key, amount, sales, flows.vendor_financed_share(amount, sales)))
        return pd.DataFrame(rows, columns=["key", "amount", "sales", "share"])


def matrix_table(study: Study, matrix: pd.DataFrame) -> pd.DataFrame:
    """A transactions matrix for readers: names, USD billion, and the sums that must be zero."""
    frame = (matrix / 1e9).rename(index=study.names, columns=str.capitalize)
    frame[words.text("sum")] = frame.sum(axis="columns")
    frame.loc[words.text("sum")] = frame.sum(axis="index")
    return frame.round(6).add(0.0).rename_axis(words.text("party")).reset_index()


def payers_table(study: Study) -> pd.DataFrame:
    """Net payers for readers: USD billion and percent, with the range over all corners."""
    found = study.payers.rename(index=study.names).rename_axis("party").reset_index()
    paid, shares = ([f"{kind}{end}" for end in ("", "_low", "_high")] for kind in ("paid", "share"))
    return headed(found, words.table("payers_table"), billions=paid, percent=shares).round(1)


def vendor_table(study: Study) -> pd.DataFrame:
    """Nvidia's money against its own sales, for readers."""
    shown = study.vendor.assign(key=study.vendor["key"].map(words.table("instrument")))
    return rounded(headed(shown, words.table("vendor"), billions=["amount", "sales"], percent=["share"]), 1)
