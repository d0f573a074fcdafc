"""The chapter "The watchlist": indicators with thresholds fixed beforehand, and where each stands."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

import pandas as pd

from capital_loop.chapters import study
from capital_loop.chapters.study import QUARTERS, facts_of, frame_of, part
from capital_loop.record.rows import IndicatorRow
from capital_loop.record.tables import Record
from capital_loop.record.trace import unread
from capital_loop.show.words import human_period, join, quantity, read_words

words = read_words(__file__)


@dataclass(frozen=True)
class Indicator:
    """One indicator: its ``row`` of the watchlist, and where it stands.

    ``series`` has a row a figure, oldest first: ``date`` (last day of its period), ``as_of``, ``value``
    (after the operation), ``side`` (clear of strain, at the threshold, strained) and ``fact_id``. ``judged``
    says whether the newest figure is about a time after the threshold was fixed; until then the state
    describes, and judges nothing. ``compares``: whether the last two figures are of one method, basis and
    kind, so that the step between them says anything. ``overdue``: the next figure should be out by the end
    of the evidence, and is not in the record.
    """

    row: IndicatorRow
    unit: str
    series: pd.DataFrame
    judged: bool
    compares: bool
    overdue: bool

    @property
    def fixed_on(self) -> dt.date:
        """The day on which the threshold was fixed."""
        return self.row.fixed_on.date()

    @property
    def next_release(self) -> dt.date:
        """The day by which the next figure is due."""
        return self.row.next_release.date()

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
        return None if step == 0 else (step > 0) == (self.row.strain == "above")


class Study(study.Study):
    """The watchlist; ``ValueError``: an indicator without a figure."""

    chapter = "watchlist"

    @part
    def indicators(self) -> list[Indicator]:
        """Every indicator, by theme and then in the order of the table."""
        found = [_indicator(self.record, row) for row in self.record.rows(IndicatorRow)]
        return sorted(found, key=lambda i: list(words.table("theme")).index(i.row.theme))

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
        met = {i.row.theme for i in self.strained}
        themes = [name for theme, name in words.table("theme").items() if theme in met]
        key = "several" if len(themes) > 1 else "one"
        return words.table("where")[key].format(themes=join(themes)) if themes else ""

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


def _indicator(record: Record, row: IndicatorRow) -> Indicator:
    with unread():
        found = [f for f in facts_of(record, row.subject, row.metric, row.span) if f.as_of >= row.since]
    facts = [record.fact(f.fact_id) for f in found]
    values = frame_of(facts)
    if row.operation == "growth":
        values["value"] = values["value"].pct_change() * 100
    elif row.operation == "sum_of_four":
        values["value"] = values["value"].rolling(QUARTERS).sum()
    values = values.dropna(subset="value").reset_index(drop=True)
    if values.empty:
        raise ValueError(
            f"data/watchlist.csv: {row.indicator_id} has no figure for {row.subject}, {row.metric}; "
            "add facts, or drop the row"
        )
    if row.threshold_fact:
        record.fact(row.threshold_fact)  # the figure that draws the threshold rests on it
    beyond = (values["value"] - row.threshold) * (1 if row.strain == "above" else -1)
    values["side"] = ["strained" if b > 0 else "clear" if b < 0 else "at" for b in beyond]
    return Indicator(
        row,
        unit="percent change" if row.operation == "growth" else str(facts[0].unit),
        series=values,
        judged=values["date"].iloc[-1] > row.fixed_on,
        compares=not row.same_since or bool((values["as_of"].tail(2) >= row.same_since).all()),
        overdue=row.next_release.date() <= record.closed,
    )


def state(indicator: Indicator) -> str:
    """The present state in words."""
    way = {True: "-towards", False: "-away", None: ""}[indicator.nearer]
    said = words.table("state")[indicator.side + way]
    return said if indicator.compares else words.text("apart").format(state=said)


def due_table(indicators: list[Indicator]) -> pd.DataFrame:
    """What falls due when, soonest first."""
    rows = sorted(indicators, key=lambda i: i.next_release)
    told = words.table("in_the_record")
    said = [
        (i.next_release.isoformat(), i.row.title, i.row.release, told["overdue" if i.overdue else "later"])
        for i in rows
    ]
    return pd.DataFrame(said, columns=words.listed("due"))


def standing_table(indicators: list[Indicator]) -> pd.DataFrame:
    """Where each indicator stands: newest figure, threshold with the day on which it was fixed, state."""
    rows = [
        (i.row.title, quantity(i.value, i.unit), human_period(i.as_of), i.row.strain, threshold(i),
         human_period(i.fixed_on.isoformat()), state(i))
        for i in indicators
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=words.listed("standing"))


def threshold(indicator: Indicator) -> str:
    """A threshold in words; of a growth as plain percent."""
    return quantity(indicator.row.threshold, indicator.unit.removesuffix(" change"))


def reasons_table(indicators: list[Indicator]) -> pd.DataFrame:
    """What each indicator counts, and why its threshold is where it is."""
    rows = [(i.row.title, i.row.scope, i.row.reason) for i in indicators]
    return pd.DataFrame(rows, columns=words.listed("reasons"))


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
        out.append(f"{i.next_release.isoformat()}  {mark:<20}  {i.row.title}: {i.row.release}")
    return out
