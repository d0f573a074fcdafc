"""The chapter "The market's answer": every deal announcement of a listed party as an event."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from capital_loop.chapters import study as chapters
from capital_loop.chapters.study import part
from capital_loop.claims.rules import ENDED, assess
from capital_loop.models import events
from capital_loop.models.events import Bootstrap, Car, MarketModel, Placebos
from capital_loop.record import Fact, Record
from capital_loop.record.rows import DealRow, DealStageRow, EntityRow

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
AFTER = (0, 1)
"""Trading days around other news of a share that its estimation windows and placebo days leave out."""
DRAWS, SEED, LEVEL = 20_000, 5, 0.95
GROUPS_DRAWN, DRAWS_EACH = 500, 400
"""Groups of placebo days, and resamples of each by the bootstrap."""
SOON = 90
"""Calendar days within which money raised counts as raised after an announcement."""
ROLES = {
    **{i: {"payer": "buys", "payee": "sells"} for i in ("purchase", "lease")},
    **{i: {"payer": "gives", "payee": "gets"} for i in ("equity", "loan", "pledge", "guarantee", "warrant")},
}  # fmt: skip
"""What each instrument makes of its two parties; giving is money, a guarantee or shares."""
SIDES = ("seller", "both", "other")
"""A share's part in the day's deals: it only sells, it sells and gives, or it does not sell."""


@dataclass(frozen=True)
class Event:
    """One share on one day of news. ``windows`` has a return for each of ``WINDOWS`` that the data reach."""

    ticker: str
    name: str
    day: dt.date
    deals: tuple[str, ...]
    side: str
    mixed_with: str
    model: MarketModel
    windows: dict[str, Car]
    second: Car | None
    path: pd.Series
    kept: int | None
    chance: float = float("nan")
    """Two-sided p of the day by placebo days."""

    @property
    def jump(self) -> Car:
        """The abnormal return of the day."""
        return self.windows["day"]


@dataclass(frozen=True)
class Test:
    """One test across events: its p by placebo groups, and how often it rejects those."""

    placebo: float
    size: float


@dataclass(frozen=True)
class Group:
    """Tests over several events: mean abnormal return of the day with its interval, and three tests."""

    key: str
    count: int
    mean: Bootstrap
    tests: dict[str, Test]
    by_luck: float
    """How many days clear of chance a group of placebo days of this make-up has, on average."""
    rest: float
    """Mean abnormal return without the days that are clear of chance."""


@dataclass(frozen=True)
class Beyond:
    """Events beyond a looser bar, how many of ordinary days would be, and how often as many are."""

    events: tuple[Event, ...]
    by_luck: float
    as_many: float


@dataclass(frozen=True)
class Amplification:
    """Market value that a deal's day added, beside the sales that estimates of that week put on it; USD."""

    event: Event
    amount: Fact | None
    other: Fact | None
    """Another estimate of that week."""
    value_before: float

    @property
    def on_day(self) -> float:
        """Abnormal return of the day times the market value before; USD."""
        return self.event.jump.value * self.value_before

    @property
    def per_dollar(self) -> float:
        """Market value added on the day per dollar of estimated sales.

        ``nan`` without an estimate of that week.
        """
        return self.on_day / self.amount.value if self.amount else float("nan")

    @property
    def by_other(self) -> float:
        """The same by the other estimate; ``nan`` without one."""
        return self.on_day / self.other.value if self.other else float("nan")


CHANCE, LOOSE = 0.01, 0.05
"""Two-sided p, by placebo days, below which a move is called clear of chance; a looser bar beside it."""


class Study(chapters.Study):
    """Results of the chapter."""

    chapter = "market-answer"
    window = events.ESTIMATION
    """The estimation window in trading days."""

    @part
    def moves(self) -> dict[str, pd.Series]:
        """Daily returns by ticker."""
        closes = self.cited(self.record.return_closes[self.record.return_closes["frequency"] == "daily"])
        wide = closes.pivot(index="date", columns="ticker", values="adj_close")
        return {t: events.returns(wide[t].dropna()) for t in wide.columns}

    def market(self, ticker: str, index: str = MARKET) -> pd.Series:
        """The index that a share is measured against; for Tokyo as its sessions could first answer it."""
        found = self.moves[index]
        return events.overnight(found, _days(self.moves[ticker])) if _abroad(ticker) else found

    @part
    def answers(self) -> tuple[tuple[News, pd.Timestamp | None], ...]:
        """All news, with the session that could first answer it, if prices are held for one."""
        out: list[tuple[News, pd.Timestamp | None]] = []
        for news in _news(self.record):
            held, day = self.moves.get(news.ticker), None
            if held is not None and news.day <= held.index[-1].date():
                late = _abroad(news.ticker)
                day = events.trading_day(_days(held), pd.Timestamp(news.day), after_close=late)
            out.append((news, day))
        return tuple(out)

    @part
    def nvidia_part(self) -> float:
        """Nvidia's part of the value that the index gained on the day of the letter."""
        found = self.listed("letter-day")
        return found["nvidia"].value / found["index"].value

    @part
    def contradicted(self) -> int:
        """How many claims of the chapter are contradicted now."""
        found = assess(self.record)
        return sum(found[c].now.verdict == "contradicted" for c in self.own_claims["claim_id"])

    @part
    def causes(self) -> pd.Series:
        """The verdict now on each claim of the chapter that names a cause, by its id."""
        found, own = assess(self.record), self.own_claims
        return pd.Series({c: found[c].now.verdict for c in own.loc[own["kind"] == "causal", "claim_id"]})

    def left_out(self, ticker: str) -> list[pd.Timestamp]:
        """Days of other news of a share, and those after them."""
        held = _days(self.moves[ticker])
        own = [
            int(held.searchsorted(day))
            for news, day in self.answers
            if news.ticker == ticker and day is not None
        ]
        return [held[k + step] for k in own for step in AFTER if k + step < len(held)]

    @part
    def placebos(self) -> dict[str, list[MarketModel]]:
        """By ticker, the model on every day without news."""
        tickers = sorted({news.ticker for news, day in self.answers if day is not None})
        return {
            t: events.placebos(self.moves[t], self.market(t), self.left_out(t), self.window) for t in tickers
        }

    @part
    def without_news(self) -> pd.DataFrame:
        """By share: the days left out for its news, in order, and how many days without news are left."""
        names = {news.ticker: news.name for news, day in self.answers if day is not None}
        return pd.DataFrame([
            {"share": names[t], "left_out": sorted(set(self.left_out(t))), "count": len(found)}
            for t, found in self.placebos.items()
        ])  # fmt: skip

    @part
    def placebo_sizes(self) -> pd.Series:
        """The move of every placebo day in standard errors."""
        return pd.Series(
            [events.car(m, 0, 0).standardised for found in self.placebos.values() for m in found]
        )

    @part
    def fitted(self) -> tuple[tuple[Event, ...], tuple[tuple[str, str], ...]]:
        """The events that the record allows, in order of time; what could not be studied, and why."""
        found: list[Event] = []
        skipped: list[tuple[str, str]] = []
        for news, when in self.answers:
            if when is None:
                skipped.append((f"{news.name}, {news.day}", "no_prices"))
                continue
            share, out = self.moves[news.ticker], self.left_out(news.ticker)
            try:
                model = events.fit(share, self.market(news.ticker), when, self.window, out)
            except events.TooShortError:
                skipped.append((f"{news.name}, {news.day}", "too_short"))
                continue
            other, second = self.market(news.ticker, SECOND), None
            if when in other.index:  # the second index is not held to the last day
                second = events.car(events.fit(share, other, when, self.window, out), 0, 0)
            reached = len(model.abnormal) - model.event
            windows = {k: events.car(model, *w) for k, w in WINDOWS.items() if w[1] < reached}
            found.append(
                Event(
                    news.ticker, news.name, when.date(), news.deals, news.side,
                    _mixed(self.record, news.name, when.date()), model, windows, second,
                    events.relative_path(model), events.days_kept(model),
                    events.calibrated(windows["day"].standardised, self.placebo_sizes),
                )
            )  # fmt: skip
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
        return tuple(e for e in self.events if e.chance < CHANCE)

    @part
    def loosely(self) -> Beyond:
        """Events beyond the looser bar, against groups of placebo days made up like all events."""
        found = tuple(e for e in self.events if e.chance < LOOSE)
        luck = self._beyond(self._luck(list(self.events)), LOOSE)
        as_many = (1 + int((luck >= len(found)).sum())) / (1 + GROUPS_DRAWN)
        return Beyond(found, float(luck.mean()), as_many)

    @part
    def days(self) -> int:
        """On how many days the events lie."""
        return len({e.day for e in self.events})

    @part
    def all_sell_by_luck(self) -> float:
        """The chance that as many shares, picked blindly from all events, would all be sellers' shares."""
        picked = len(self.clear)
        return math.comb(len(self.sellers), picked) / math.comb(len(self.events), picked)

    @part
    def sellers(self) -> tuple[Event, ...]:
        """Events of shares that sell under one of the day's deals."""
        return tuple(e for e in self.events if e.side != "other")

    @part
    def fell(self) -> tuple[Event, ...]:
        """Sellers' shares that moved less than the market explains on their day."""
        return tuple(e for e in self.sellers if e.jump.value < 0)

    @part
    def jumps(self) -> pd.DataFrame:
        """The abnormal return of each event's day with its interval, percent, the largest first.

        The interval is as wide as all but one in a hundred placebo days need, the bar of what is clear.
        """
        ends = {"low": -self.reach, "high": self.reach}
        frame = pd.DataFrame([
            {"name": e.name, "day": e.day.isoformat(), "side": e.side, "value": 100 * e.jump.value}
            | {end: 100 * (e.jump.value + reach * e.jump.error) for end, reach in ends.items()}
            for e in self.events
        ])  # fmt: skip
        return frame.sort_values("value", ascending=False, kind="stable").reset_index(drop=True)

    @part
    def reach(self) -> float:
        """Standard errors either way that all but the share ``CHANCE`` of placebo days stay within."""
        return self._size_at(CHANCE)

    def _size_at(self, bar: float) -> float:
        """The size, in standard errors, that this share of all placebo days reaches."""
        return float(self.placebo_sizes.abs().quantile(1 - bar))

    def _beyond(self, luck: Placebos, bar: float) -> pd.Series:
        """How many days of each group of placebo days are beyond a bar."""
        return pd.Series((luck.sizes >= self._size_at(bar)).sum(axis=1))

    def _luck(self, group: list[Event]) -> Placebos:
        """Groups of placebo days made up like a group of events."""
        return events.placebo_groups(
            self.placebos, [(e.ticker, pd.Timestamp(e.day)) for e in group], groups=GROUPS_DRAWN,
            draws=DRAWS_EACH, seed=SEED,
        )  # fmt: skip

    @part
    def groups(self) -> tuple[Group, ...]:
        """Tests across all events, and across those of each side, each calibrated to placebo groups."""
        every = {"all": list(self.events)} | {k: [e for e in self.events if e.side == k] for k in SIDES}
        return tuple(self._group(key, found) for key, found in every.items())

    def _group(self, key: str, group: list[Event]) -> Group:
        jumps = [e.jump for e in group]
        mean = events.bootstrap_mean([j.value for j in jumps], draws=DRAWS, seed=SEED, level=LEVEL)
        bmp = events.standardised_test([j.value for j in jumps], [j.error for j in jumps])
        rank = events.rank_test([e.model for e in group])
        luck = self._luck(group)
        alpha = 1 - LEVEL
        tests = {
            "bmp": Test(events.calibrated(bmp[0], luck.bmp), float((luck.bmp_p < alpha).mean())),
            "rank": Test(events.calibrated(rank[0], luck.rank), float((luck.rank_p < alpha).mean())),
            "bootstrap": Test(
                (1 + int((luck.bootstrap_p <= mean.p_value).sum())) / (1 + GROUPS_DRAWN),
                float((luck.bootstrap_p < alpha).mean()),
            ),
        }  # fmt: skip
        rest = [e.jump.value for e in group if e.chance >= CHANCE]
        return Group(
            key, len(group), mean, tests, float(self._beyond(luck, CHANCE).mean()), sum(rest) / len(rest)
        )

    @part
    def raised(self) -> pd.DataFrame:
        """By party: how many announcements, and of all days, had money raised within ``SOON`` days.

        Columns party, announcements, followed, of_days (a share); only trades count as announcements, since
        the raising of money is what is asked about.
        """
        money: dict[str, list[dt.date]] = {}
        for c in self.choices("raised"):
            party = c.key.split("-")[0]  # who gets the money; the fact may be told of who gives it
            money.setdefault(party, []).append(_date(c["fact"].as_of))
        deals = self.record.deals[self.record.deals["instrument"].isin(["purchase", "lease", "warrant"])]
        stages = self.record.deal_stages[self.record.deal_stages["stage"].isin(ANNOUNCING)]
        end = self.moves[MARKET].index[-1].date() - dt.timedelta(days=SOON)
        rows = []
        for party, days in money.items():
            mine = deals[(deals["payer"] == party) | (deals["payee"] == party)]
            told = {d.date() for d in mine["announced"]}
            told |= {d.date() for d in stages.loc[stages["deal_id"].isin(mine["deal_id"]), "date"]}
            told = {d for d in told if d <= end}
            span = pd.date_range(min(told), end)
            rows.append({
                "party": self.record.keyed(EntityRow)[party].name, "announcements": len(told),
                "followed": sum(_followed(d, days) for d in told),
                "of_days": sum(_followed(d.date(), days) for d in span) / len(span),
            })  # fmt: skip
        return pd.DataFrame(rows)

    @part
    def named(self) -> dict[str, Event]:
        """The days that the documents tell of, by the company."""
        tickers = self.record.entities.set_index("entity_id")["ticker"]
        moves = self.listed("named", "move")
        return {company: self.event(str(tickers[company]), move.as_of) for company, move in moves.items()}

    @part
    def amplification(self) -> tuple[Amplification, ...]:
        """Those days with the deal's stated amount beside the market value added."""
        out = []
        for c in self.choices("named"):
            amount, known, move = c.get("amount"), c["value"], c["move"]
            change = move.value / 100
            # The value added on the day, or that at the close: either gives the value before by the move.
            before = known.value / (change if known.metric == "market_cap_added" else 1 + change)
            out.append(Amplification(self.named[c.key], amount, c.get("other"), before))
        return tuple(out)

    @part
    def added(self) -> pd.DataFrame:
        """Estimated sales under the deal and value added on the day, USD, where an estimate is held."""
        rows = [
            {"share": a.event.name, "kind": kind, "usd": usd}
            for a in self.amplification
            if a.amount
            for kind, usd in (("amount", a.amount.value), ("day", a.on_day))
        ]
        return pd.DataFrame(rows)

    @part
    def paths(self) -> pd.DataFrame:
        """The named shares against the market for a year from their day, percent."""
        return pd.DataFrame([
            {"share": event.name, "day": d, "value": 100 * v}
            for event in self.named.values() for d, v in enumerate(event.path.iloc[: LATER["year"]])
        ])  # fmt: skip

    @part
    def oracle_readings(self) -> dict[str, Fact]:
        """Readings of Oracle's rise on its day."""
        return self.listed("readings")

    @part
    def oracle_said(self) -> pd.DataFrame:
        """The rises that documents print for that day, and how many print each."""
        day, claims = self.oracle_readings["close"], self.own_claims
        mine = claims[(claims["metric"] == day.metric) & (claims["subject"] == day.subject)]
        return mine.groupby("value").size().rename("documents").reset_index()

    @part
    def oracle_part(self) -> float:
        """The contract at the sum told on Oracle's day, as a share of the backlog that was told before it."""
        return self.chosen("backlog", "contract").value / self.chosen("backlog", "all").value

    @part
    def back_under(self) -> Fact:
        """The first close of Oracle under the price of the evening before its jump."""
        return self.chosen("since", "back_under")

    @part
    def changes(self) -> dict[str, Fact]:
        """Price changes of the named shares from the eve of their day to the end of the table."""
        return self.listed("changes")

    def event(self, ticker: str, day: str) -> Event:
        """The event of a ticker on a day; raises ``KeyError`` if there is none."""
        for e in self.events:
            if e.ticker == ticker and e.day.isoformat() == day:
                return e
        raise KeyError(f"no event of {ticker} on {day}")


@dataclass(frozen=True)
class News:
    """One piece of news of a listed party: its deals, and what the party does in them."""

    ticker: str
    name: str
    day: dt.date
    deals: tuple[str, ...]
    roles: frozenset[str]

    @property
    def side(self) -> str:
        """One of ``SIDES``."""
        if "sells" not in self.roles:
            return "other"
        return "both" if "gives" in self.roles else "seller"


def _news(record: Record) -> list[News]:
    """One row a listed party and piece of news.

    What accounts say of a quarter's end when they come out is none.
    """
    listed = record.entities[record.entities["ticker"] != ""].set_index("entity_id")
    stages = record.grouped(DealStageRow, "deal_id")
    rows: dict[tuple[str, dt.date], tuple[set[str], set[str]]] = {}
    for deal in record.rows(DealRow):
        days = {deal.announced.date()}
        listed_here = {deal.payer, deal.payee} & set(listed.index)
        for stage in stages.get(deal.deal_id, ()) if listed_here else ():
            if stage.stage not in ANNOUNCING:
                continue
            day = stage.date.date()
            told = _date(record.fact(stage.fact_id).published) if stage.fact_id else day
            if told <= day or not stage.date.is_quarter_end:
                days.add(day)
        for side in ("payer", "payee"):
            party = str(getattr(deal, side))
            if party in listed.index:
                for day in days:
                    deals, roles = rows.setdefault((party, day), (set(), set()))
                    deals.add(str(deal.deal_id))
                    roles.add(ROLES[deal.instrument][side])
    merged: list[News] = []
    for (party, day), (deals, roles) in sorted(rows.items()):
        ticker, name = str(listed.at[party, "ticker"]), str(listed.at[party, "name"])
        if merged and merged[-1].ticker == ticker and (day - merged[-1].day).days <= NEAR:
            last = merged[-1]
            merged[-1] = replace(last, deals=tuple(sorted({*last.deals, *deals})), roles=last.roles | roles)
        else:
            merged.append(News(ticker, name, day, tuple(sorted(deals)), frozenset(roles)))
    return merged


def _date(day: Any) -> dt.date:
    found: dt.date = pd.Timestamp(day).date()
    return found


def _abroad(ticker: str) -> bool:
    """Whether a share is listed on an exchange further east."""
    return "." in ticker


def _days(moves: pd.Series) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(moves.index)


def _followed(day: dt.date, money: list[dt.date]) -> bool:
    """Whether money came later than the day: on it, the raising itself may be what was told."""
    return any(0 < (m - day).days <= SOON for m in money)


def _mixed(record: Record, name: str, day: dt.date) -> str:
    """Other news of the company on the same day or the evening before, as far as the record knows."""
    who = record.entities.set_index("name").at[name, "entity_id"]
    results = record.facts[(record.facts["metric"] == "results_date") & (record.facts["subject"] == who)]
    for fact, told in zip(results["fact_id"], results["as_of"], strict=True):
        if 0 <= (day - dt.date.fromisoformat(told)).days <= 1:
            record.fact(fact)
            return "results"
    return ""
