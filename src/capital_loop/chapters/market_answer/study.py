"""The chapter "The market's answer": every deal announcement of a listed party as an event."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from capital_loop.chapters import study as chapters
from capital_loop.chapters.study import part
from capital_loop.claims.rules import ENDED
from capital_loop.models import events
from capital_loop.models.events import Bootstrap, Car, MarketModel
from capital_loop.record import Fact, Record

MARKET, SECOND = "SPY", "QQQ"
"""The benchmark, and a second one against which every result is computed again."""
WINDOWS = {"day": (0, 0), "week": (0, 4)}
"""Windows of cumulative abnormal returns in trading days, counted from the event."""
LATER = {"week": 5, "month": 21, "quarter": 63, "year": 252}
"""Trading days after which the share is compared with the market: a week, a month, a quarter, a year."""
ANNOUNCING = ("announced", "letter_of_intent", "signed", "binding", *ENDED)
"""Stages whose date is news of a deal."""
NEAR = 4
"""Calendar days within which two pieces of news of one company are one event."""
DRAWS, SEED, LEVEL = 20_000, 5, 0.95


@dataclass(frozen=True)
class Event:
    """One share on one day of news. ``windows`` has a return for each of ``WINDOWS`` that the data reach."""

    ticker: str
    name: str
    day: dt.date
    deals: tuple[str, ...]
    seller: bool
    mixed_with: str
    model: MarketModel
    windows: dict[str, Car]
    second: Car
    path: pd.Series
    kept: int | None

    @property
    def jump(self) -> Car:
        """The abnormal return of the day."""
        return self.windows["day"]

    def later(self, span: str) -> float:
        """The share against the market after a span of ``LATER``; ``nan`` where the data end."""
        day = LATER[span]
        return float(self.path.iloc[day]) if day < len(self.path) else float("nan")


@dataclass(frozen=True)
class Group:
    """Tests over several events: mean abnormal return of the day with its bootstrap, and two tests."""

    key: str
    count: int
    mean: Bootstrap
    bmp: tuple[float, float]
    rank: tuple[float, float]


@dataclass(frozen=True)
class Amplification:
    """Market value that a deal's day added, beside the deal's stated amount; USD."""

    event: Event
    amount: Fact
    value_before: float

    @property
    def on_day(self) -> float:
        """Abnormal return of the day times the market value before; USD."""
        return self.event.jump.value * self.value_before

    def later(self, span: str) -> float:
        """Value against the market after a span of ``LATER``; USD."""
        return self.event.later(span) * self.value_before

    @property
    def per_dollar(self) -> float:
        """Market value added on the day per dollar of the deal's stated amount."""
        return self.on_day / self.amount.value


CHANCE = 0.01
"""Two-sided p below which a move is called clear of chance."""
WIDTH = 1.96
"""Standard errors either way that nineteen of twenty moves by chance stay within."""


class Study(chapters.Study):
    """Results of the chapter; ``window`` is the estimation window in trading days."""

    chapter = "market-answer"

    def __init__(
        self,
        record: Record,
        changed: Mapping[str, float] | None = None,
        *,
        window: tuple[int, int] = events.ESTIMATION,
    ):
        super().__init__(record, changed)
        self.window = window

    @part
    def moves(self) -> dict[str, pd.Series]:
        """Daily returns by ticker."""
        closes = self.record.return_closes[self.record.return_closes["frequency"] == "daily"]
        for source in closes["source_id"].unique():
            self.record.cite(source)
        wide = closes.pivot(index="date", columns="ticker", values="adj_close")
        return {t: events.returns(wide[t].dropna()) for t in wide.columns}

    @part
    def fitted(self) -> tuple[tuple[Event, ...], tuple[tuple[str, str], ...]]:
        """The events that the record allows, in order of time; what could not be studied, and why."""
        found: list[Event] = []
        skipped: list[tuple[str, str]] = []
        market = self.moves[MARKET]
        for ticker, name, day, deals, seller in _news(self.record):
            if ticker not in self.moves:
                skipped.append((f"{name}, {day}", "listed in Tokyo, against another market and calendar"))
                continue
            if day > market.index[-1].date():
                continue
            when = events.trading_day(pd.DatetimeIndex(market.index), pd.Timestamp(day))
            try:
                model = events.fit(self.moves[ticker], market, when, self.window)
                second = events.car(
                    events.fit(self.moves[ticker], self.moves[SECOND], when, self.window), 0, 0
                )
            except ValueError:
                skipped.append((f"{name}, {day}", "not listed long enough before for the estimation window"))
                continue
            windows = {
                k: events.car(model, *w)
                for k, w in WINDOWS.items()
                if model.event + w[1] < len(model.abnormal)
            }
            found.append(
                Event(
                    ticker,
                    name,
                    when.date(),
                    deals,
                    seller,
                    _mixed(self.record, name, when.date()),
                    model,
                    windows,
                    second,
                    events.relative_path(model),
                    events.days_kept(model),
                )
            )
        return tuple(sorted(found, key=lambda e: (e.day, e.ticker))), tuple(skipped)

    @part
    def events(self) -> tuple[Event, ...]:
        """Every event, in order of time."""
        return self.fitted[0]

    @part
    def skipped(self) -> tuple[tuple[str, str], ...]:
        """Which announcements could not be studied, and why."""
        return self.fitted[1]

    @part
    def clear(self) -> tuple[Event, ...]:
        """Events whose day is clear of chance."""
        return tuple(e for e in self.events if e.jump.p_value < CHANCE)

    @part
    def jumps(self) -> pd.DataFrame:
        """The abnormal return of each event's day with its interval, percent."""
        return pd.DataFrame(
            [
                {
                    "name": e.name,
                    "day": e.day.isoformat(),
                    "side": "paid" if e.seller else "pays",
                    "value": 100 * e.jump.value,
                    "low": 100 * (e.jump.value - WIDTH * e.jump.error),
                    "high": 100 * (e.jump.value + WIDTH * e.jump.error),
                }
                for e in self.events
            ]
        )

    @part
    def groups(self) -> tuple[Group, Group, Group]:
        """Tests across all events, across those of the side to be paid, and of the side to pay."""
        return (
            _group("all", list(self.events)),
            _group("paid", [e for e in self.events if e.seller]),
            _group("pays", [e for e in self.events if not e.seller]),
        )

    @part
    def amplification(self) -> tuple[Amplification, ...]:
        """The days that the documents tell of: the deal's stated amount beside the market value added."""
        tickers = self.record.entities.set_index("entity_id")["ticker"]
        out = []
        for c in self.choices("named"):
            amount, known, move = c["amount"], c["value"], c["move"]
            change = move.value / 100
            # The value added on the day, or that at the close: either gives the value before by the move.
            before = (
                known.value / change if known.metric == "market_cap_added" else known.value / (1 + change)
            )
            out.append(Amplification(self.event(str(tickers[c.key]), move.as_of), amount, before))
        return tuple(out)

    @part
    def added(self) -> pd.DataFrame:
        """Stated amount, value added on the day and what a quarter left of it, USD."""
        rows = [
            {"share": a.event.name, "kind": kind, "usd": usd}
            for a in self.amplification
            for kind, usd in (("amount", a.amount.value), ("day", a.on_day), ("quarter", a.later("quarter")))
        ]
        return pd.DataFrame(rows)

    @part
    def added_total(self) -> dict[str, float]:
        """The sums by kind."""
        return {str(k): float(v) for k, v in self.added.groupby("kind")["usd"].sum().items()}

    @part
    def paths(self) -> pd.DataFrame:
        """The named shares against the market for a year from their day, percent."""
        return pd.DataFrame(
            [
                {"share": a.event.name, "day": int(d), "value": 100 * v}
                for a in self.amplification
                for d, v in a.event.path.iloc[: LATER["year"]].items()
            ]
        )

    @part
    def oracle_readings(self) -> dict[str, Fact]:
        """Readings of Oracle's rise on its day."""
        return {c.key: c["fact"] for c in self.choices("readings")}

    @part
    def oracle_said(self) -> pd.DataFrame:
        """The rises that documents print for that day, and how many print each."""
        day, claims = self.oracle_readings["close"], self.record.claims
        mine = claims[
            (claims["chapter"] == self.chapter)
            & (claims["metric"] == day.metric)
            & (claims["subject"] == day.subject)
        ]
        return mine.groupby("value").size().rename("documents").reset_index()

    @part
    def back_under(self) -> Fact:
        """The first close of Oracle under the price of the evening before its jump."""
        return self.chosen("since", "back_under")

    @part
    def changes(self) -> dict[str, Fact]:
        """Price changes of the named shares from the eve of their day to the end of the table."""
        return {c.key: c["fact"] for c in self.choices("changes")}

    def event(self, ticker: str, day: str) -> Event:
        """The event of a ticker on a day; raises ``KeyError`` if there is none."""
        for e in self.events:
            if e.ticker == ticker and e.day.isoformat() == day:
                return e
        raise KeyError(f"no event of {ticker} on {day}")


def _news(record: Record) -> list[tuple[str, str, dt.date, tuple[str, ...], bool]]:
    """``(ticker, name, day, deal ids, is to be paid)``: one row a listed party and piece of news."""
    listed = record.entities[record.entities["ticker"] != ""].set_index("entity_id")
    stages = record.deal_stages[record.deal_stages["stage"].isin(ANNOUNCING)]
    rows: dict[tuple[str, dt.date], tuple[set[str], bool]] = {}
    for deal in record.deals.itertuples():
        mine = stages[stages["deal_id"] == deal.deal_id]
        days = {deal.announced.date()} | {d.date() for d in mine["date"]}
        if {deal.payer, deal.payee} & set(listed.index):
            for fact_id in filter(None, mine["fact_id"]):
                record.fact(fact_id)
        sells = {"payer": deal.instrument == "warrant", "payee": deal.instrument != "warrant"}
        for side in ("payer", "payee"):
            party = getattr(deal, side)
            if party in listed.index:
                for day in days:
                    deals, seller = rows.get((party, day), (set(), False))
                    rows[(party, day)] = (deals | {deal.deal_id}, seller or sells[side])
    merged: list[tuple[str, str, dt.date, tuple[str, ...], bool]] = []
    for (party, day), (deals, seller) in sorted(rows.items()):
        ticker, name = str(listed.at[party, "ticker"]), str(listed.at[party, "name"])
        if merged and merged[-1][0] == ticker and (day - merged[-1][2]).days <= NEAR:
            last = merged[-1]
            merged[-1] = (*last[:3], tuple(sorted({*last[3], *deals})), last[4] or seller)
        else:
            merged.append((ticker, name, day, tuple(sorted(deals)), seller))
    return merged


def _mixed(record: Record, name: str, day: dt.date) -> str:
    """Other news of the company on the same day or the evening before, as far as the record knows."""
    who = record.entities.set_index("name").at[name, "entity_id"]
    results = record.facts[(record.facts["metric"] == "results_date") & (record.facts["subject"] == who)]
    for row in results.itertuples():
        if 0 <= (day - dt.date.fromisoformat(row.as_of)).days <= 1:
            record.fact(row.fact_id)
            return "results"
    return ""


def _group(key: str, group: list[Event]) -> Group:
    jumps = [e.jump for e in group]
    return Group(
        key,
        len(group),
        events.bootstrap_mean([j.value for j in jumps], draws=DRAWS, seed=SEED, level=LEVEL),
        events.standardised_test([j.value for j in jumps], [j.error for j in jumps]),
        events.rank_test([e.model for e in group]),
    )
