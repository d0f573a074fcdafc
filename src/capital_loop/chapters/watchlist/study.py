"""The chapter "The watchlist": indicators with thresholds fixed beforehand, and where each stands."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

import pandas as pd

from capital_loop.chapters import study
from capital_loop.chapters.study import facts_of, frame_of, part
from capital_loop.record.tables import Fact, Record
from capital_loop.record.trace import unread
from capital_loop.show.words import CHAPTER, CHAPTER_PAGE, human_period, join, quantity, read_words

words = read_words(__file__)

QUARTERS = 4
"""Quarters in a sum over a year."""


@dataclass(frozen=True)
class Indicator:
    """One indicator of the watchlist.

    ``series`` has a row a figure, oldest first: ``date`` (last day of its period), ``as_of``, ``value``
    (after the operation), ``side`` (clear of strain, at the threshold, strained) and ``fact_id``. ``judged``
    says whether the newest figure is about a time after the threshold was fixed; until then the state
    describes, and judges nothing. ``compares``: whether the last two figures are of one method, basis and
    kind, so that the step between them says anything. ``overdue``: the next figure should be out by the end
    of the evidence, and is not in the record.
    """

    indicator_id: str
    title: str
    question: str
    theme: str
    chapter: str
    page: str
    unit: str
    scope: str
    strain: str
    threshold: float
    reason: str
    fixed_on: dt.date
    next_release: dt.date
    release: str
    series: pd.DataFrame
    judged: bool
    compares: bool
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
    def side(self) -> str:
        """Where the newest value lies: ``clear`` of strain, ``at`` the threshold, or ``strained``."""
        return str(self.series["side"].iloc[-1])

    @property
    def strained(self) -> bool:
        """Whether the newest value lies on the side of strain."""
        return self.side == "strained"

    @property
    def nearer(self) -> bool | None:
        """Whether the newest step went towards strain; ``None`` where nothing can be said.

        Nothing can be said of a single figure, of no change, and of two that do not compare.
        """
        if len(self.series) < 2 or not self.compares:
            return None
        step = float(self.series["value"].iloc[-1] - self.series["value"].iloc[-2])
        return None if step == 0 else (step > 0) == (self.strain == "above")


class Study(study.Study):
    """The watchlist.

    ``ValueError``: an indicator without a figure; ``KeyError``: an unknown one.
    """

    chapter = "watchlist"

    @part
    def indicators(self) -> list[Indicator]:
        """Every indicator, by theme and then in the order of the table."""
        found = [self.indicator(str(i)) for i in self.record.watchlist["indicator_id"]]
        return sorted(found, key=lambda i: list(words.table("theme")).index(i.theme))

    @part
    def strained(self) -> list[Indicator]:
        """Those on the side of strain at their newest figures."""
        return [i for i in self.indicators if i.strained]

    @part
    def judged(self) -> list[Indicator]:
        """Those whose newest figure is about a time after their threshold was fixed."""
        return [i for i in self.indicators if i.judged]

    @part
    def tested(self) -> str:
        """Whether any threshold has met a later figure, in words."""
        return words.table("tested")["some" if self.judged else "none"].format(n=len(self.judged))

    @part
    def known(self) -> str:
        """How many of the thresholds that are passed were set with the figure in hand, in words."""
        n, every = sum(not i.judged for i in self.strained), len(self.strained)
        return words.table("known")["all" if n == every else "some"].format(n=n, all=every)

    @part
    def where(self) -> str:
        """What the strained ones are about, in words."""
        themes = [
            words.table("theme")[t] for t in words.table("theme") if any(i.theme == t for i in self.strained)
        ]
        return (
            words.table("where")["several" if len(themes) > 1 else "one"].format(themes=join(themes))
            if themes
            else ""
        )

    @part
    def fixed_days(self) -> str:
        """How many thresholds were fixed on which day, in words."""
        days = sorted(Counter(i.fixed_on for i in self.indicators).items())
        return join(words.text("fixed").format(n=n, day=human_period(day.isoformat())) for day, n in days)

    @part
    def overdue(self) -> list[Indicator]:
        """Those whose next figure should be out and is not in the record."""
        return [i for i in self.indicators if i.overdue]

    @part
    def may_judge(self) -> list[Indicator]:
        """Those overdue whose figure was due after their threshold was fixed."""
        return [i for i in self.overdue if i.next_release > i.fixed_on]

    def indicator(self, indicator_id: str) -> Indicator:
        """One indicator."""
        row = self.record.watchlist.set_index("indicator_id", drop=False).loc[indicator_id]
        return _indicator(self.record, {str(k): str(v) for k, v in row.items()})


def _facts(record: Record, w: dict[str, str]) -> list[Fact]:
    with unread():
        found = [f for f in facts_of(record, w["subject"], w["metric"], w["span"]) if f.as_of >= w["since"]]
    return [record.fact(f.fact_id) for f in found]


def _indicator(record: Record, w: dict[str, str]) -> Indicator:
    facts = _facts(record, w)
    values = frame_of(facts)
    if w["operation"] == "growth":
        values["value"] = values["value"].pct_change() * 100
    elif w["operation"] == "sum_of_four":
        values["value"] = values["value"].rolling(QUARTERS).sum()
    values = values.dropna(subset="value").reset_index(drop=True)
    if values.empty:
        raise ValueError(
            f"data/watchlist.csv: {w['indicator_id']} has no figure for {w['subject']}, {w['metric']}; "
            "add facts, or drop the row"
        )
    threshold = float(w["threshold"])
    if w["threshold_fact"]:
        record.fact(w["threshold_fact"])  # the figure that draws the threshold rests on it
    beyond = (values["value"] - threshold) * (1 if w["strain"] == "above" else -1)
    values["side"] = ["strained" if b > 0 else "clear" if b < 0 else "at" for b in beyond]
    fixed, due = pd.Timestamp(w["fixed_on"]).date(), pd.Timestamp(w["next_release"]).date()
    unit = "percent change" if w["operation"] == "growth" else str(facts[0].unit)
    return Indicator(
        w["indicator_id"],
        w["title"],
        w["question"],
        w["theme"],
        CHAPTER[w["chapter"]],
        CHAPTER_PAGE[w["chapter"]],
        unit,
        w["scope"],
        w["strain"],
        threshold,
        w["reason"],
        fixed,
        due,
        w["release"],
        values,
        judged=values["date"].iloc[-1].date() > fixed,
        compares=_compares(w, values),
        overdue=due <= record.closed,
    )


def _compares(w: dict[str, str], values: pd.DataFrame) -> bool:
    """Whether the figure before the newest is of the same method, basis and kind."""
    return not w["same_since"] or bool((values["as_of"].tail(2) >= w["same_since"]).all())


def state(indicator: Indicator) -> str:
    """The present state in words."""
    way = {True: "-towards", False: "-away", None: ""}[indicator.nearer]
    said = words.table("state")[indicator.side + way]
    return said if indicator.compares else words.text("apart").format(state=said)


def due_table(indicators: list[Indicator]) -> pd.DataFrame:
    """What falls due when, soonest first."""
    rows = sorted(indicators, key=lambda i: i.next_release)
    said = [
        (
            i.next_release.isoformat(),
            i.title,
            i.release,
            words.table("in_the_record")["overdue" if i.overdue else "later"],
        )
        for i in rows
    ]
    return pd.DataFrame(said, columns=words.listed("due"))


def standing_table(indicators: list[Indicator]) -> pd.DataFrame:
    """Where each indicator stands: newest figure, threshold with the day on which it was fixed, state."""
    rows = [
        (i.title, quantity(i.value, i.unit), human_period(i.as_of), i.strain, threshold(i),
         human_period(i.fixed_on.isoformat()), state(i))
        for i in indicators
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=words.listed("standing"))


def threshold(indicator: Indicator) -> str:
    """A threshold in words; of a growth as plain percent."""
    return quantity(indicator.threshold, indicator.unit.removesuffix(" change"))


def reasons_table(indicators: list[Indicator]) -> pd.DataFrame:
    """What each indicator counts, and why its threshold is where it is."""
    return pd.DataFrame([(i.title, i.scope, i.reason) for i in indicators], columns=words.listed("reasons"))


def gaps_table(record: Record) -> pd.DataFrame:
    """What should be out, or was never published, and could not be had."""
    gaps = record.table("gaps")
    expected, searched = (
        [human_period(f"{d:%Y-%m-%d}") if pd.notna(d) else "" for d in gaps[column]]
        for column in ("expected", "searched")
    )
    rows = zip(gaps["what"], expected, gaps["basis"], gaps["looked"], searched, strict=True)
    return pd.DataFrame(list(rows), columns=words.listed("gaps"))


def due_lines(record: Record) -> list[str]:
    """One line an indicator, soonest first, for ``capital-loop due``."""
    today = dt.date.today()
    out = []
    for i in sorted(Study(record).indicators, key=lambda i: i.next_release):
        late = (today - i.next_release).days
        mark = f"overdue by {late} days" if late > 0 else "due"
        out.append(f"{i.next_release.isoformat()}  {mark:<20}  {i.title}: {i.release}")
    return out
