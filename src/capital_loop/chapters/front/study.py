"""The network of deals through time.

What each deal had reached on a day, what was stated and what was paid.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from capital_loop.chapters import study as chapters
from capital_loop.chapters.study import part
from capital_loop.claims.rules import ENDED
from capital_loop.record.rows import DealRow, DealStageRow
from capital_loop.record.tables import Fact

FIRMNESS = ("promised", "signed", "moving")
"""Promised: said, not binding. Signed: binding. Moving: money or goods have begun to change hands."""
_REACHED = {"signed": 1, "binding": 1, **dict.fromkeys(("delivered", "paid", "running", "completed"), 2)}
"""How firm a dated stage is, as a place in ``FIRMNESS``; all other stages are promises."""
LEVELS = ("talk", "announced", "letter", "signed", "moving", "done", "ended")
"""How far a deal had come on a day, in order: told by unnamed sources; said in public; a letter of intent;
signed; money or goods move; performed in full; over (replaced, lapsed or called off)."""
_LEVEL = {
    "rumour": "talk", "announced": "announced", "letter_of_intent": "letter", "signed": "signed",
    "binding": "signed",
    "delivered": "moving", "paid": "moving", "running": "moving", "completed": "done",
    "replaced": "ended", "lapsed": "ended", "cancelled": "ended",
}  # fmt: skip
"""The level that a dated stage lifts a deal to; all other stages (such as ``reported``) move none."""
MONEY = ("purchase", "lease", "equity", "loan")
"""Instruments whose amounts are money promised; guarantees, warrants and pledges are counted apart."""


@dataclass(frozen=True)
class Arrow:
    """Who gives what to whom.

    ``now`` is the smaller amount where the deal shrank, else ``None``; ``binds`` as in ``State``.
    """

    deal_id: str
    title: str
    payer: str
    payee: str
    instrument: str
    stated: Fact | None
    now: Fact | None
    firmness: str
    facts: tuple[Fact, ...]
    binds: float = 1.0


@dataclass(frozen=True)
class State:
    """A deal from ``day`` on until its next state. Amounts in USD.

    ``stated`` is ``None`` where no sum was known on that day; ``whose`` figure it is as in the deals.
    ``paid`` is what the record shows as paid by then, ``cut`` whether the deal had shrunk; ``note`` is the
    newest stage's. ``binds`` is the part of the sum that the level holds for: what a contract leaves open is
    announced, no more.
    """

    day: dt.date
    level: str
    stated: float | None
    whose: str
    paid: float
    cut: bool
    note: str
    binds: float = 1.0

    def parts(self) -> tuple[tuple[str, float], ...]:
        """The sum by level: what binds at the deal's own, the rest as announced."""
        sum_, rest = self.stated or 0.0, (self.stated or 0.0) * (1 - self.binds)
        return ((self.level, sum_ - rest), *([("announced", rest)] if rest else []))


@dataclass(frozen=True)
class Flow:
    """One arrow through time; ``chapter`` is the one whose claims speak of the deal most (blank: none)."""

    deal_id: str
    title: str
    payer: str
    payee: str
    instrument: str
    chapter: str
    states: tuple[State, ...]

    def at(self, day: dt.date) -> State | None:
        """The state on a day; ``None`` before the first."""
        place = bisect_right([s.day for s in self.states], day)
        return self.states[place - 1] if place else None

    def since(self, state: State) -> dt.date:
        """The day on which the deal reached the level of a state; its sum can have changed later."""
        return next(s.day for s in self.states if s.level == state.level)


@dataclass(frozen=True)
class Level:
    """What stands at one level on one day: arrows, and sums in USD.

    ``stated`` and ``estimated`` are money promised.
    """

    level: str
    arrows: int
    stated: float
    estimated: float
    paid: float


@dataclass(frozen=True)
class Day:
    """The network on a day. ``promised`` leaves out what is over.

    ``guaranteed``, ``pledged`` and ``warrants`` are in no sum, also once they are over.
    """

    day: dt.date
    levels: tuple[Level, ...]
    arrows: int
    promised: float
    paid: float
    guaranteed: float
    pledged: float
    warrants: int
    changed: tuple[tuple[Flow, State], ...]


class Study(chapters.Study):
    """The arrows of the network."""

    chapter = "front"

    @part
    def names(self) -> dict[str, str]:
        """Names of the parties by entity id."""
        return dict(self.record.table("entities")[["entity_id", "name"]].itertuples(index=False, name=None))

    @part
    def short(self) -> dict[str, str]:
        """The same without brackets, as inside a sentence: groups begin with a small letter."""
        kinds = self.record.table("entities").set_index("entity_id")["kind"]
        told = {k: n.split(" (")[0].removesuffix(" Group") for k, n in self.names.items()}
        return {k: n[0].lower() + n[1:] if kinds[k] == "group" else n for k, n in told.items()}

    @part
    def arrows(self) -> list[Arrow]:
        """One arrow a deal, in order of announcement; the stage is the furthest it reached."""
        stages, out = self.record.deal_stages.sort_values("date"), []
        for deal in sorted(self.record.rows(DealRow), key=lambda d: d.announced):
            own = stages[stages["deal_id"] == deal.deal_id]
            facts = {i: self.record.fact(i) for i in own["fact_id"]}
            shrinking = own[own["stage"].isin(ENDED)]
            smaller = [facts[i] for i in shrinking["fact_id"] if facts[i].unit == "USD"]
            stated = self.record.fact(deal.amount_fact) if deal.amount_fact else None
            out.append(
                Arrow(
                    deal.deal_id, deal.title, deal.payer, deal.payee, deal.instrument, stated,
                    smaller[-1] if smaller else None,
                    FIRMNESS[max((_REACHED.get(s, 0) for s in own["stage"]), default=0)],
                    (*facts.values(), *([stated] if stated else [])), self._binds(deal),
                )
            )  # fmt: skip
        return out

    @part
    def flows(self) -> list[Flow]:
        """Every deal through time, in the order of their first days."""
        chapter = self._chapters
        found = [
            Flow(
                d.deal_id, d.title, d.payer, d.payee, d.instrument, chapter.get(d.deal_id, ""),
                self._states(d),
            )
            for d in self.record.rows(DealRow)
        ]  # fmt: skip
        return sorted(found, key=lambda f: f.states[0].day)

    @part
    def days(self) -> list[Day]:
        """The network as the documents' year begins, and on each day of a change that the record reaches."""
        first = dt.date(self.documents_day.year, 1, 1)
        changes = {s.day for f in self.flows for s in f.states if s.day > first}
        return [self.on(day) for day in sorted({first, *changes}) if day <= self.record.reaches]

    def on(self, day: dt.date) -> Day:
        """The network on a day."""
        standing = [(f, s) for f in self.flows if (s := f.at(day))]
        alive = [(f, s) for f, s in standing if s.level != "ended"]
        money = [(f, s) for f, s in alive if f.instrument in MONEY]

        def told(pairs: list[tuple[Flow, State]]) -> float:
            return sum(s.stated for _, s in pairs if s.stated is not None and s.whose == "stated")

        def level(name: str) -> Level:
            here = [s for _, s in standing if s.level == name]
            parts = [
                (s.whose == "stated", usd)
                for f, s in standing if f.instrument in MONEY
                for at, usd in s.parts() if at == name
            ]  # fmt: skip
            return Level(
                name, len(here), sum(usd for stated, usd in parts if stated),
                sum(usd for stated, usd in parts if not stated), sum(s.paid for s in here)
            )  # fmt: skip

        return Day(
            day, tuple(map(level, LEVELS)), len(alive), told(money), sum(s.paid for _, s in standing),
            told([(f, s) for f, s in standing if f.instrument == "guarantee"]),
            told([(f, s) for f, s in standing if f.instrument == "pledge"]),
            sum(f.instrument == "warrant" for f, _ in standing),
            tuple((f, s) for f, s in standing if s.day == day),
        )  # fmt: skip

    @part
    def _chapters(self) -> dict[str, str]:
        """The chapter that most claims about a deal, or decided by its facts, belong to."""
        claims, facts = self.record.claims, self.record.facts
        links = self.record.claim_evidence.merge(
            facts[["fact_id", "deal"]].reset_index(drop=True), on="fact_id"
        )
        about = links.merge(claims[["claim_id", "chapter"]], on="claim_id")[["deal", "chapter"]]
        votes: dict[str, Counter[str]] = {}
        for deal, chapter in [
            *about.itertuples(index=False),
            *claims[["deal", "chapter"]].itertuples(index=False),
        ]:
            votes.setdefault(deal, Counter())[chapter] += 1
        return {deal: max(sorted(found), key=lambda c: found[c]) for deal, found in votes.items() if deal}

    @part
    def _told(self) -> dict[str, dict[str, list[tuple[dt.date, str, Fact]]]]:
        """The editors' lists of amounts before the last and of payments.

        By list and deal (day, role, fact).
        """
        out: dict[str, dict[str, list[tuple[dt.date, str, Fact]]]] = {"amount": {}, "paid": {}}
        for name, found in out.items():
            for one in self.choices(name):
                deal, _, day = one.key.partition("/")
                role = next(iter(one.ids))
                found.setdefault(deal, []).append((dt.date.fromisoformat(day), role, one[role]))
        return out

    def _amounts(self, deal: DealRow) -> list[tuple[dt.date, float, str]]:
        """What the sum of a deal was held to be, from which day on, and whose figure that is."""
        own = sorted(self.record.grouped(DealStageRow, "deal_id").get(deal.deal_id, []), key=lambda r: r.date)
        listed = self._told["amount"].get(deal.deal_id, [])
        out = [(day, f.value, "outside" if f.stage == "rumour" else deal.amount_kind) for day, _, f in listed]
        if deal.amount_fact:
            whole = self.record.fact(deal.amount_fact)
            began: dict[str, dt.date] = {}
            for row in own:
                began.setdefault(row.fact_id, row.date.date())
            parts = {i: self.record.fact(i).value for i in began if i in whole.derived_from}
            if parts and sum(parts.values()) == whole.value:  # contracts and their additions
                sums = accumulate(parts.values())
                out += [(began[i], total, deal.amount_kind) for i, total in zip(parts, sums, strict=True)]
            else:
                day = began.get(deal.amount_fact, whole.published)
                out.append((day, whole.value, deal.amount_kind))
        return sorted(out)

    def _binds(self, deal: DealRow) -> float:
        """The part of a signed deal's sum that its contract binds: the gigawatts that do, of all."""
        binding = self.listed("binding").get(deal.deal_id)
        return binding.value / self.record.fact(deal.gw_fact).value if binding else 1.0

    def _states(self, deal: DealRow) -> tuple[State, ...]:
        """A deal's states: a new one on each day on which its level, sum, payments or size changed."""
        own = self.record.grouped(DealStageRow, "deal_id").get(deal.deal_id, [])
        rows = [(r.date.date(), r.stage, r.note) for r in sorted(own, key=lambda r: r.date)]
        amounts, payments = self._amounts(deal), self._told["paid"].get(deal.deal_id, [])
        days = sorted({deal.announced.date(), *(d for d, *_ in (*rows, *amounts, *payments))})
        binds = self._binds(deal)
        found: list[State] = []
        for day in days:
            past = [r for r in rows if r[0] <= day]
            reached = [LEVELS.index(_LEVEL[s]) for _, s, _ in past if s in _LEVEL]
            known = [a for a in amounts if a[0] <= day]
            level, paid = LEVELS[max(reached, default=LEVELS.index("announced"))], 0.0
            for when, role, fact in payments:
                if when <= day:
                    paid = fact.value if role == "so_far" else paid + fact.value
            found.append(
                State(
                    day, level, known[-1][1] if known else None,
                    known[-1][2] if known else "", paid, any(s == "shrunk" for _, s, _ in past),
                    past[-1][2] if past else "", binds if level in ("signed", "moving") else 1.0,
                )
            )  # fmt: skip
        return (found[0], *(new for old, new in pairwise(found) if _apart(old, new)))


def _apart(old: State, new: State) -> bool:
    """Whether a reader would see the two as different."""
    return replace(old, day=new.day, note=new.note, whose=new.whose) != new
