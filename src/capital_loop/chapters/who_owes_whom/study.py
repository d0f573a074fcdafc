"""The page "Who owes whom": every sum promised, what of it binds, and what has been paid."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from capital_loop.chapters import study
from capital_loop.chapters.study import DAYS, MONTHS, part
from capital_loop.models import flows
from capital_loop.record import Fact, Period
from capital_loop.record.rows import DealRow
from capital_loop.record.series import Choice
from capital_loop.show.table import rounded
from capital_loop.show.words import (
    CONFIDENCE,
    GRADE,
    STAGE,
    fill,
    formatted,
    headed,
    human_period,
    join,
    read_words,
)

words = read_words(__file__)
BOOKS = words.table("books")
DUE = words.table("due")
HOW = words.table("how")
KINDS = words.table("kinds")
LINES = words.table("lines")
PARTIES = words.table("parties")
SECURED = words.table("secured")
SUMS = words.table("sums")

LISTS = ("money", "rent", "service", "goods", "shares", "loan", "guarantee")
"""Kinds of debt, firmest first: money borrowed; rent, computing and goods owed as they come; purchases of
shares promised; loans promised; guarantees."""
FIRM = ("signed", "binding", "paid", "reported", "computed")
"""Stages of an amount that stands in a contract or on a balance sheet."""
GROUPS = {
    "lenders": "lenders", "landlords": "landlords", "sb-energy": "landlords", "oracle": "clouds",
    "amazon": "clouds",
    "microsoft": "clouds", "coreweave": "clouds", "cerebras": "clouds", "clouds": "clouds",
    "other-clouds": "clouds", "suppliers": "makers", "amd": "makers",
    "broadcom": "makers", "openai": "labs", "anthropic": "labs", "companies": "labs",
}  # fmt: skip
"""The creditors, in groups that a phone has room for."""
COLUMNS = ("lenders", "landlords", "clouds", "makers", "labs", "guaranteed")
APART = {"inside", "most"}
"""Roles of a line that no sum counts: it stands inside another, or is a ceiling for several parties."""
TERMS = dict.fromkeys(LISTS, "later") | {"money": "now", "guarantee": "failing"}
"""When each kind is owed: money is there already; against something still to come; only if another fails."""


@dataclass(frozen=True)
class Line:
    """One sum that ``payer`` has promised ``payee``, USD.

    ``promised`` as stated, ``binding`` the part that stands in a contract or on a balance sheet, ``paid`` the
    most that is known to have been paid or, for computing, booked (``None``: nothing is known), ``left`` what
    binds and is not known to be paid. ``stage`` is that of the fact which binds. ``how`` says how the amount
    is meant; ``inside`` that another line holds the sum already; ``moved`` is the newest day of what was paid
    on the line, or spent from what is owed net of cash, blank where none is later than the amount's.
    """

    key: str
    kind: str
    payer: str
    payee: str
    amount: Fact
    promised: float
    binding: float
    paid: float | None
    how: str
    stage: str
    inside: bool
    moved: str

    @property
    def left(self) -> float:
        """What binds and is not known to be paid."""
        return max(self.binding - (self.paid or 0.0), 0.0)


class Study(study.Study):
    """Who owes whom, USD; sums are made within a kind and never across kinds."""

    chapter = "who-owes-whom"

    @part
    def lines(self) -> list[Line]:
        """Every line of the account, by kind."""
        return [x for kind in LISTS for x in (self.services if kind == "service" else self._of(kind))]

    @part
    def services(self) -> list[Line]:
        """The contracts for computing."""
        return self._of("service")

    def _of(self, kind: str, without: Collection[str] = ()) -> list[Line]:
        """The lines of a kind; none that has one of the roles ``without``."""
        return [self._line(kind, c) for c in self.choices(kind) if not c.ids.keys() & set(without)]

    @part
    def ended(self) -> list[Line]:
        """Sums that were promised and were replaced or given up."""
        return self._of("ended")

    def _line(self, kind: str, c: Choice) -> Line:
        deal = self._deal(c)
        payer, payee = (deal.payer, deal.payee) if deal else c.key.split(".")[:2]
        amount = self._newest(c) or c.get("amount") or c["most"]
        rate = c["yen"].value / c["dollars"].value if c.get("yen") else 1.0
        spent = [f for role in ("since", "since-second") if (f := c.get(role))]
        since = sum(f.value for f in spent)  # what left the cash of a debt that is net of it
        moves = [f for role in ("paid", "paid-second", "paid-third") if (f := c.get(role))]
        paid = [f.value for f in moves]
        binding = c.get("binding")
        firm = amount.value if amount.stage in FIRM and self._measured(amount) else 0.0
        if "left" in c.ids:  # what is bound is what was paid and what may still be drawn
            firm = sum(paid) + c["left"].value
        return Line(
            c.key, kind, payer, payee, amount, amount.value / rate + since,
            (binding.value if binding else max(firm, sum(paid))) / rate + since, sum(paid) if paid else None,
            _how(c, amount, self._measured(amount)),
            (binding or c.get("left") or amount).stage, "inside" in c.ids, _moved(amount, [*spent, *moves]),
        )  # fmt: skip

    def _newest(self, c: Choice) -> Fact | None:
        """The newest figure of the series whose member a line names in the role ``newest``."""
        return self.newest_like(c.ids["newest"]) if "newest" in c.ids else None

    def _measured(self, amount: Fact) -> bool:
        """Whether a computed amount rests on contracts or accounts alone, not on an estimate."""
        return all(self.record.fact(i).stage in FIRM for i in amount.derived_from)

    def _deal(self, c: Choice) -> DealRow | None:
        """The deal that a line is named by; ``None`` where its key names its parties."""
        return self.record.keyed(DealRow).get(c.key)

    @part
    def falls_due(self) -> dict[str, str]:
        """When each line falls due, in words, by its key."""
        return {c.key: self._due(c) for kind in LISTS for c in self.choices(kind)}

    def _due(self, c: Choice) -> str:
        term, until, deal = c.get("term"), c.get("until"), self._deal(c)
        if term:
            return fill(DUE["term"], low=term.low, high=term.high)
        if until:
            return DUE["until"].format(day=human_period(until.as_of))
        if deal and deal.period_end:
            return DUE["to"].format(day=human_period(deal.period_end))
        return DUE["unknown"]

    @part
    def table(self) -> pd.DataFrame:
        """The lines as a frame: keys, sums in USD, and whether a line counts in the sums."""
        return _frame(self.lines)

    @part
    def counted(self) -> pd.DataFrame:
        """The lines that the sums count.

        None that stands inside another or is a ceiling for several parties.
        """
        return _frame([x for kind in LISTS for x in self._of(kind, without=APART)])

    @part
    def kinds(self) -> pd.DataFrame:
        """Sums by kind: ``promised, binding, paid`` as far as known, ``left, lines, told``."""
        groups = self.counted.groupby("kind", sort=False)
        found = groups[["promised", "binding", "paid", "left"]].sum()
        return found.assign(lines=groups.size(), told=groups["paid"].count())

    @part
    def books(self) -> dict[str, pd.DataFrame]:
        """For each kind the matrix of parties whose rows and columns sum to zero (``models.flows``).

        What one owes is owed.
        """
        found = {}
        for kind, rows in self.counted.groupby("kind", sort=False):
            owed = rows[rows["left"] > 0]
            moves = [
                flows.Flow(payer, payee, str(kind), left, "binding")
                for payer, payee, left in zip(owed["payer"], owed["payee"], owed["left"], strict=True)
            ]
            found[str(kind)] = flows.transactions_matrix(moves)
        return found

    @part
    def parties(self) -> pd.DataFrame:
        """By party and kind what it owes, USD, open and binding, largest debtor first."""
        owes = self.counted.pivot_table(
            index="payer", columns="kind", values="left", aggfunc="sum", sort=False
        )
        every = owes.reindex(columns=list(LISTS)).fillna(0.0)
        order = every[list(LISTS[:-1])].max(axis=1).sort_values(ascending=False, kind="stable").index
        return every.loc[order].rename_axis("party")

    @part
    def cells(self) -> pd.DataFrame:
        """The picture: ``payer`` by group of creditors, ``left`` in USD, ``term`` when it is owed.

        Open sums of a billion and more.
        """
        f = self.counted
        pairs = f[["kind", "payee"]].itertuples(index=False)
        group = ["guaranteed" if kind == "guarantee" else GROUPS[payee] for kind, payee in pairs]
        f = f.assign(group=group, term=f["kind"].map(TERMS))
        found = f.groupby(["payer", "group", "term"], sort=False)["left"].sum().reset_index()
        return found[found["left"] >= 1e9]

    @part
    def contracts(self) -> pd.DataFrame:
        """The contracts for computing.

        What was promised and the most that can have been paid, largest first.
        """
        return _frame(self.services).sort_values("promised", ascending=False, kind="stable")

    @part
    def computing(self) -> dict[str, float]:
        """OpenAI's contracts for computing.

        Their sum, how many, for how many payments are known, and how much at most.
        """
        own = self.contracts[self.contracts["payer"] == "openai"]
        told = own["paid"].dropna()
        sums = {"sum": float(own["binding"].sum()), "paid": float(told.sum())}
        return sums | {"count": len(own), "told": len(told)}

    @part
    def signed_with(self) -> dict[str, str]:
        """The names of OpenAI's sellers of computing, largest contract first: ``all``, and who ``booked``."""
        own = self.contracts[self.contracts["payer"] == "openai"]
        told = {"all": own, "booked": own.dropna(subset="paid")}
        return {k: join(PARTIES[p] for p in f["payee"].unique()) for k, f in told.items()}

    @part
    def drawn(self) -> float:
        """What is known to be drawn of SoftBank's bridge loan, USD."""
        return sum(map(float, self.listed("drawn").values()))

    @part
    def due(self) -> pd.DataFrame:
        """Repayments of money borrowed, by ``party`` and ``year``; Oracle’s year ends in the next May."""
        return pd.DataFrame([
            {"party": party, "year": int(c.key), "usd": c["fact"].value, "fact_id": c["fact"].fact_id}
            for party in ("oracle", "coreweave") for c in self.choices(f"due-{party}")
        ])  # fmt: skip

    @part
    def known_until(self) -> int:
        """The year in which the periods end for which payments on contracts for computing are known."""
        ends = {Period.parse(c["paid"].as_of).end.year for c in self.choices("service") if c.get("paid")}
        return max(ends)

    @part
    def named(self) -> float:
        """What part of Anthropic's own promises the lines name."""
        lines = sum(x.promised for x in self.services if x.payer == "anthropic")
        return lines / self.chosen("limits", "anthropic", "commitments").value

    @part
    def borrower(self) -> tuple[str, float]:
        """Who owes lenders most, and how much, USD."""
        found = self.parties["money"]
        return str(found.idxmax()), float(found.max())

    @part
    def repaid(self) -> dict[str, float]:
        """What each borrower repays in the years of the record, USD, by party."""
        return {str(k): float(v) for k, v in self.due.groupby("party")["usd"].sum().items()}

    @part
    def months(self) -> int:
        """How many months lie between the oldest and the newest day of an amount."""
        first, last = (pd.Timestamp(day) for day in self.span)
        return round((last - first).days / (DAYS / MONTHS))

    @part
    def later(self) -> float:
        """What of CoreWeave's debt falls due after those years, USD."""
        return next(c for c in self.choices("money") if c.key.startswith("coreweave."))["until"].value

    @part
    def dated(self) -> float:
        """Part of what OpenAI has signed whose last year is published."""
        own = [x for x in self.services if x.payer == "openai"]
        told = sum(x.binding for x in own if self.falls_due[x.key] != DUE["unknown"])
        return told / sum(x.binding for x in own)

    @part
    def sellers(self) -> pd.DataFrame:
        """Each promise against the seller’s own books.

        ``promised`` by the buyer, ``booked`` room in the seller’s orders, USD.

        The orders of all customers are the room; where an analyst or a step in the orders says more, that
        part of them.
        """
        amounts = {x.key: x.promised for x in self.services}
        rows = []
        for c in self.choices("books"):
            share, before = c.get("share"), c.get("before")
            whole = c["whole"].value
            way = "share" if share else "step" if before else "whole"
            booked = whole * share.value / 100 if share else whole - before.value if before else whole
            rows.append({
                "key": c.key, "promised": amounts[c.key], "booked": booked, "way": way,
                "fits": amounts[c.key] <= booked, "as_of": c["whole"].as_of,
            })  # fmt: skip
        return pd.DataFrame(rows)

    @part
    def abilene(self) -> float:
        """Two loans for sites let to Oracle, USD; they may stand in the sum for all sites too."""
        sites = [c for c in self.choices("money") if c.key.startswith("oracle-suppliers.lenders.abilene")]
        return sum(self._line("money", c).promised for c in sites)

    @part
    def untold(self) -> list[str]:
        """Titles of the deals between parties of the record that never had a sum."""
        deals = self.record.deals
        return sorted(deals.loc[deals["amount_fact"] == "", "title"])

    @part
    def span(self) -> tuple[str, str]:
        """The oldest and the newest day of an amount that counts."""
        used = set(self.counted["key"])
        days = sorted(Period.parse(x.amount.as_of).end.isoformat() for x in self.lines if x.key in used)
        return days[0], days[-1]


def _frame(lines: list[Line]) -> pd.DataFrame:
    columns = ("key", "kind", "payer", "payee", "promised", "binding", "paid", "left")
    return pd.DataFrame([
        {c: getattr(x, c) for c in columns} | {"counted": not x.inside and x.how != "most", "how": x.how}
        for x in lines
    ])  # fmt: skip


def _moved(amount: Fact, moves: list[Fact]) -> str:
    """The newest day of what moved on a line; blank where it is not later than that of the amount."""
    days = {Period.parse(f.as_of).end: f.as_of for f in moves}
    return days[max(days)] if days and max(days) > Period.parse(amount.as_of).end else ""


def _how(c: Choice, amount: Fact, measured: bool) -> str:
    """How an amount is meant: at most, more than, an estimate, computed, or as stated."""
    if "most" in c.ids:
        return "most"
    if amount.stage in ("estimate", "rumour") or not measured:
        return "estimate"
    if amount.low == amount.value and amount.high != amount.value:
        return "over"
    return "upto" if amount.high == amount.value and amount.low != amount.value else "stated"


def _money(value: float | None, way: str = "") -> str:
    """A sum for the page; ``way`` as in :func:`formatted`."""
    if value is None:
        return "–"
    return formatted(value, ("usd0" if value >= 1e11 or value == 0 else "usd1") + way)


def _day(x: Line) -> str:
    """The day of an amount, and to which day payments on it are counted where that is later."""
    day = human_period(x.amount.as_of)
    return HOW["moved"].format(day=day, to=human_period(x.moved)) if x.moved else day


def lines_table(study: Study) -> pd.DataFrame:
    """All lines for the page."""
    shown = study.lines
    return pd.DataFrame({
        LINES["payer"]: [PARTIES[x.payer] for x in shown], LINES["payee"]: [PARTIES[x.payee] for x in shown],
        LINES["kind"]: [KINDS[x.kind] for x in shown],
        LINES["promised"]: [
            fill(HOW["inside" if x.inside else x.how], usd=_money(x.promised, "+" if x.how == "most" else ""))
            for x in shown
        ],
        LINES["binding"]: [
            fill(HOW["all" if x.how == "most" else "plain"], usd=_money(x.binding)) for x in shown
        ],
        LINES["paid"]: [_money(x.paid, "+") for x in shown],
        LINES["due"]: [study.falls_due[x.key] for x in shown],
        LINES["secured"]: [SECURED[x.key] for x in shown],
        LINES["as_of"]: [_day(x) for x in shown],
        LINES["stage"]: [STAGE[x.stage] for x in shown],
        LINES["grade"]: [f"{GRADE[x.amount.grade]}; {CONFIDENCE[x.amount.confidence]}" for x in shown],
    })  # fmt: skip


def sums_table(study: Study) -> pd.DataFrame:
    """What each party owes, by kind, for the page: USD billion, open and binding."""
    f = study.parties
    shown = f[(f[list(LISTS)] >= 1e9).any(axis=1)].rename(index=PARTIES).reset_index()
    return rounded(headed(shown, SUMS, billions=LISTS), 0)


def sellers_table(study: Study) -> pd.DataFrame:
    """Promises against the sellers' books, for the page."""
    f = study.sellers
    payees = {x.key: x.payee for x in study.services}
    shown = f.assign(
        seller=[PARTIES[payees[k]] for k in f["key"]], way=f["way"].map(BOOKS),
        fits=[BOOKS["yes" if x else "no"] for x in f["fits"]],
    )  # fmt: skip
    heads = {c: BOOKS[c] for c in ("seller", "promised", "booked", "way", "as_of", "fits")}
    return rounded(headed(shown, heads, billions=["promised", "booked"]), 1)
