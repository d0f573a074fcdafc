"""The chapter "The watchlist": indicators with thresholds fixed beforehand, and where each stands."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from capital_loop.record.series import facts_of
from capital_loop.record.tables import Fact, Period, Record
from capital_loop.show.words import CHAPTER, CHAPTER_PAGE

QUARTERS = 4
"""Quarters in a sum over a year."""


@dataclass(frozen=True)
class Indicator:
    """One indicator of the watchlist.

    ``series`` has a row a figure, oldest first: ``date`` (last day of its period), ``as_of``, ``value``
    (after ``operation``), ``strained`` and ``fact_id``. ``judged`` says whether the newest figure is
    about a time after the threshold was fixed; until then the state describes, and judges nothing.
    ``overdue``: the next figure should be out by the end of the evidence, and is not in the record.
    """

    indicator_id: str
    title: str
    question: str
    chapter: str
    page: str
    unit: str
    scope: str
    operation: str
    strain: str
    threshold: float
    reason: str
    fixed_on: dt.date
    next_release: dt.date
    release: str
    series: pd.DataFrame
    facts: tuple[Fact, ...]
    judged: bool
    overdue: bool

    @property
    def value(self) -> float:
        """The newest value."""
        return float(self.series["value"].iloc[-1])

    @property
    def as_of(self) -> str:
        """What the newest value is about."""
        return str(self.series["as_of"].iloc[-1])

    @property
    def strained(self) -> bool:
        """Whether the newest value lies on the side of strain."""
        return bool(self.series["strained"].iloc[-1])

    @property
    def nearer(self) -> bool | None:
        """Whether the newest step went towards strain; ``None`` with a single figure or no change."""
        if len(self.series) < 2:
            return None
        step = float(self.series["value"].iloc[-1] - self.series["value"].iloc[-2])
        return None if step == 0 else (step > 0) == (self.strain == "above")


def watchlist(record: Record) -> list[Indicator]:
    """Every indicator, in the order of the table. Raises ``ValueError`` for one without a figure."""
    return [_indicator(record, row) for row in record.watchlist.itertuples()]


def _indicator(record: Record, row: object) -> Indicator:
    w: dict[str, str] = row._asdict()  # type: ignore[attr-defined]
    chosen = [i for i in w["facts"].split(";") if i]
    facts = [record.fact(i) for i in chosen] or facts_of(record, w["subject"], w["metric"])
    values = pd.DataFrame({
        "date": [pd.Timestamp(Period.parse(f.as_of).end) for f in facts], "as_of": [f.as_of for f in facts],
        "value": [f.value for f in facts], "fact_id": [f.fact_id for f in facts],
    })  # fmt: skip
    if w["operation"] == "growth":
        values["value"] = values["value"].pct_change() * 100
    elif w["operation"] == "sum_of_four":
        values["value"] = values["value"].rolling(QUARTERS).sum()
    values = values.dropna(subset="value").reset_index(drop=True)
    if values.empty:
        raise ValueError(
            f"data/watchlist.csv: {w['indicator_id']} has no figure for {w['subject']}, {w['metric']}; add facts, or drop the row"
        )
    threshold = float(w["threshold"])
    values["strained"] = (
        values["value"] < threshold if w["strain"] == "below" else values["value"] > threshold
    )
    fixed, due = pd.Timestamp(w["fixed_on"]).date(), pd.Timestamp(w["next_release"]).date()
    unit = "percent change" if w["operation"] == "growth" else str(facts[0].unit)
    return Indicator(
        w["indicator_id"], w["title"], w["question"], CHAPTER[w["chapter"]], CHAPTER_PAGE[w["chapter"]], unit, w["scope"],
        w["operation"], w["strain"], threshold, w["reason"], fixed, due, w["release"], values, tuple(facts),
        judged=values["date"].iloc[-1].date() > fixed, overdue=due <= record.evidence_end,
    )  # fmt: skip


def state(indicator: Indicator) -> str:
    """The present state in words."""
    side = "on the side of strain" if indicator.strained else "clear of strain"
    toward = {
        True: ", moving towards it" if not indicator.strained else ", deeper",
        False: ", easing" if indicator.strained else ", moving away",
        None: "",
    }
    return side + toward[indicator.nearer]  # fmt: skip


def due_table(indicators: list[Indicator]) -> pd.DataFrame:
    """What falls due when, soonest first."""
    rows = sorted(indicators, key=lambda i: i.next_release)
    return pd.DataFrame({
        "Next figure": [i.next_release.isoformat() for i in rows],
        "Indicator": [i.title for i in rows],
        "Which release": [i.release for i in rows],
        "In the record": ["not yet, though due" if i.overdue else "not due yet" for i in rows],
    })  # fmt: skip


def due_lines(record: Record) -> list[str]:
    """One line an indicator, soonest first, for ``capital-loop due``."""
    today = dt.date.today()
    out = []
    for i in sorted(watchlist(record), key=lambda i: i.next_release):
        late = (today - i.next_release).days
        mark = f"overdue by {late} days" if late > 0 else "due"
        out.append(f"{i.next_release.isoformat()}  {mark:<20}  {i.title}: {i.release}")
    return out
