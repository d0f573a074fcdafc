"""The chapter "The market's answer": every deal announcement of a listed party as an event."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from capital_loop.models import events
from capital_loop.models.events import Bootstrap, Car, MarketModel
from capital_loop.record.tables import Fact, Record

MARKET, SECOND = "SPY", "QQQ"
"""The benchmark, and a second one against which every result is computed again."""
WINDOWS = {"day": (0, 0), "week": (0, 4)}
"""Windows of cumulative abnormal returns in trading days, counted from the event."""
LATER = {"week": 5, "month": 21, "quarter": 63, "year": 252}
"""Trading days after which the share is compared with the market: a week, a month, a quarter, a year."""
ANNOUNCING = ("announced", "letter_of_intent", "signed", "binding", "shrunk")
"""Stages whose date is news of a deal."""
NEAR = 4
"""Calendar days within which two pieces of news of one company are one event."""
DRAWS, SEED, LEVEL = 20_000, 5, 0.95


@dataclass(frozen=True)
class Event:
    """One share on one day of news. ``windows`` maps the names of ``WINDOWS`` to returns (missing where the data end)."""

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

    @property
    def label(self) -> str:
        """Name and day, for charts."""
        return f"{self.name}, {self.day.day} {self.day:%b %Y}"


@dataclass(frozen=True)
class Group:
    """Tests over several events: mean abnormal return of the day with its bootstrap, and two tests."""

    name: str
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
    facts: tuple[Fact, ...]

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


@dataclass(frozen=True)
class Study:
    """What the chapter shows. ``skipped`` says which announcements could not be studied, and why."""

    events: tuple[Event, ...]
    groups: tuple[Group, ...]
    amplification: tuple[Amplification, ...]
    skipped: tuple[tuple[str, str], ...]
    sources: tuple[Fact, ...]

    def event(self, ticker: str, day: str) -> Event:
        """The event of a ticker on a day; raises ``KeyError`` if there is none."""
        for e in self.events:
            if e.ticker == ticker and e.day.isoformat() == day:
                return e
        raise KeyError(f"no event of {ticker} on {day}")

    def significant(self, level: float) -> tuple[Event, ...]:
        """Events whose day is unlikely by chance at that level."""
        return tuple(e for e in self.events if e.jump.p_value < level)


def study(record: Record, window: tuple[int, int] = events.ESTIMATION) -> Study:
    """Fits every event that the record allows; ``window`` is the estimation window in trading days."""
    closes = record.return_closes[record.return_closes["frequency"] == "daily"]
    wide = closes.pivot(index="date", columns="ticker", values="adj_close")
    moves = {t: events.returns(wide[t].dropna()) for t in wide.columns}
    found: list[Event] = []
    skipped: list[tuple[str, str]] = []
    for ticker, name, day, deals, seller in _news(record):
        if ticker not in moves:
            skipped.append((f"{name}, {day}", "listed in Tokyo, against another market and calendar"))
            continue
        if day > moves[MARKET].index[-1].date():
            continue
        calendar = pd.DatetimeIndex(moves[MARKET].index)
        when = events.trading_day(calendar, pd.Timestamp(day))
        try:
            model = events.fit(moves[ticker], moves[MARKET], when, window)
            second = events.car(events.fit(moves[ticker], moves[SECOND], when, window), 0, 0)
        except ValueError:
            skipped.append((f"{name}, {day}", "not listed long enough before for the estimation window"))
            continue
        windows = {
            k: events.car(model, *w) for k, w in WINDOWS.items() if model.event + w[1] < len(model.abnormal)
        }
        found.append(
            Event(ticker, name, when.date(), deals, seller, _mixed(record, name, when.date()), model, windows, second,
                  events.relative_path(model), events.days_kept(model))
        )  # fmt: skip
    found.sort(key=lambda e: (e.day, e.ticker))
    groups = [("All announcements", found), ("The side that is to be paid", [e for e in found if e.seller]),
              ("The side that is to pay", [e for e in found if not e.seller])]  # fmt: skip
    return Study(
        tuple(found), tuple(_group(n, g) for n, g in groups), tuple(_amplify(record, found)), tuple(skipped),
        tuple(record.fact(i) for i in ("ORCL-D01", "ORCL-D30", "AMD-D10", "ORCL-D38")),
    )  # fmt: skip


def _news(record: Record) -> list[tuple[str, str, dt.date, tuple[str, ...], bool]]:
    """``(ticker, name, day, deal ids, is to be paid)``: one row a listed party and piece of news."""
    listed = record.entities[record.entities["ticker"] != ""].set_index("entity_id")
    stages = record.deal_stages[record.deal_stages["stage"].isin(ANNOUNCING)]
    rows: dict[tuple[str, dt.date], tuple[set[str], bool]] = {}
    for deal in record.deals.itertuples():
        days = {deal.announced.date()} | {
            d.date() for d in stages.loc[stages["deal_id"] == deal.deal_id, "date"]
        }
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
            return "quarterly results"
    return ""


def _group(name: str, group: list[Event]) -> Group:
    jumps = [e.jump for e in group]
    return Group(
        name, len(group),
        events.bootstrap_mean([j.value for j in jumps], draws=DRAWS, seed=SEED, level=LEVEL),
        events.standardised_test([j.value for j in jumps], [j.error for j in jumps]),
        events.rank_test([e.model for e in group]),
    )  # fmt: skip


_NAMED = [
    ("ORCL", "2025-09-10", "ORCL-001", ("ORCL-280", "ORCL-D01")),
    ("NVDA", "2025-09-22", "NVDA-002", ("NVDA-018", "ORCL-D30")),
    ("AMD", "2025-10-06", "AMD-D24", ("AMD-051", "AMD-D10")),
    ("AVGO", "2025-10-13", "OAI-171", ("OAI-233", "ORCL-D38")),
]
"""The four days that the documents tell of: ticker, day, stated amount, market value and move of the day."""


def _amplify(record: Record, found: list[Event]) -> list[Amplification]:
    out = []
    for ticker, day, amount, (value, move) in _NAMED:
        event = next((e for e in found if e.ticker == ticker and e.day.isoformat() == day), None)
        if event is None:
            continue
        known, change = record.fact(value), record.fact(move).value / 100
        # A value added on the day, or the value at the close: either gives the value before by the day's move.
        before = known.value / change if known.metric == "market_cap_added" else known.value / (1 + change)
        out.append(
            Amplification(event, record.fact(amount), before, (record.fact(amount), known, record.fact(move)))
        )
    return out


def events_table(results: Study) -> pd.DataFrame:
    """Every event with its windows, in percent, and how long the day's move lasted."""
    return pd.DataFrame([
        {
            "Day": e.day.isoformat(), "Share": e.name, "Side": "is to be paid" if e.seller else "is to pay",
            "Abnormal return of the day, %": 100 * e.jump.value, "Standard error, %": 100 * e.jump.error, "p": _chance(e.jump.p_value),
            "Against the second index, %": 100 * e.second.value, "Five days, %": 100 * e.windows["week"].value,
            "Against the market after a quarter, %": 100 * e.later("quarter"),
            "Given back after, trading days": float("nan") if e.kept is None else e.kept,
            "Mixed with": e.mixed_with or "–",
        }
        for e in results.events
    ])  # fmt: skip


def _chance(p: float) -> str:
    """A p-value for a table: no false zero."""
    return f"{p:.4f}" if p >= 1e-4 else "< 0.0001"


def groups_table(results: Study) -> pd.DataFrame:
    """The tests across events."""
    return pd.DataFrame([
        {
            "Announcements": g.name, "Events": g.count, "Mean abnormal return, %": 100 * g.mean.mean,
            "Low, %": 100 * g.mean.low, "High, %": 100 * g.mean.high, "Monte Carlo error, %": 100 * g.mean.error,
            "Cross-sectional t": g.bmp[0], "its p": g.bmp[1], "Rank t": g.rank[0], "p of the rank test": g.rank[1],
        }
        for g in results.groups
    ])  # fmt: skip
