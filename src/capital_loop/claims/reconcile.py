"""Reconciliation: figures of the record that must fit one another, so that a wrong cell cannot stand alone.

Each check reads two places that say the same thing: a sum and its parts (``identities.csv``), a claim's value
and the figure as it is printed, a fact and the dates and kinds of its sources, a computed value and its
inputs, the two tables of prices and the calendar that they share. One line a problem, as in ``checks``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import pandas as pd

from capital_loop.claims.sources import confidence
from capital_loop.models.intervals import exact
from capital_loop.record import Period, Record
from capital_loop.record.rows import (
    ClaimRow,
    DealRow,
    DealStageRow,
    DerivedRow,
    EvidenceRow,
    FactRow,
    FactSourceRow,
    IdentityRow,
    SourceRow,
)
from capital_loop.record.tables import OPERATIONS, PARTS, listed

CENT = 0.01
"""How far two tables of the same price may differ: both are printed to the cent, one after an adjustment."""
STEPS = {"signed", "binding", "paid", "delivered", "running", "completed"}
"""Stages that a deal itself takes: what shows them is of no other deal."""
HAPPENED = {"reported", "market_price", "delivered", "paid"}
"""Stages of what has been: it cannot have been public before its time began."""
INDEX = "SPY"
"""The series whose days are the exchange's calendar."""


def reconcile(record: Record) -> Iterator[str]:
    """Every place where two parts of the record disagree."""
    for check in (identities, printed, originals, standing, links, closes):
        yield from check(record)


def identities(record: Record) -> Iterator[str]:
    """Sums, products and ratios that the facts must keep: a change of one cell breaks them."""
    for row in record.rows(IdentityRow):
        ids = listed(row.parts)
        missing = [i for i in ids if i not in record.facts.index]
        if missing:
            yield f"{row.cell('parts')}: no fact {', '.join(missing)}; mend the id"
            continue
        if len(ids) != PARTS.get(row.kind, len(ids)):
            yield f"{row.cell('parts')}: {row.kind} takes {PARTS[row.kind]} parts; mend the one or the other"
            continue
        wanted = OPERATIONS[row.kind]([record.fact(i).value for i in ids])
        found = record.fact(row.result).value
        if abs(found - wanted) > row.tolerance * abs(wanted) + 1e-9 * abs(wanted):
            yield (
                f"{row.cell('result')}: {row.result} says {exact(found)}, but "
                f"{row.kind.replace('_', ' ')} of {', '.join(ids)} gives "
                f"{exact(wanted)}; mend the wrong fact, or the identity"
            )


_DIGITS = dict(zip("一二三四五六七八九十", range(1, 11), strict=True)) | {"两": 2, "兩": 2}
_SCALES = {
    "万亿": 1e12, "萬億": 1e12, "千万": 1e7, "千萬": 1e7, "百万": 1e6, "百萬": 1e6,
    "百亿": 1e10, "百億": 1e10, "亿": 1e8, "億": 1e8, "兆": 1e12,
    "万": 1e4, "萬": 1e4, "千": 1e3, "百": 1e2, "T": 1e12, "B": 1e9, "M": 1e6,
}  # fmt: skip
_SEVERAL = (2.0, 10.0)
"""What 数, several, stands for: at least two, fewer than ten of the next place."""
_SCALE = "|".join(sorted(_SCALES, key=len, reverse=True))
_FIGURE = re.compile(rf"(\d[\d,]*(?:\.\d+)?|[{''.join(_DIGITS)}]|[数數]|上)?\s*({_SCALE})?")
_DATE = re.compile(r"(?:(\d{4})\s*年)?\s*(?:(\d{1,2}|[一二三四五六七八九十])\s*月)?\s*(?:(\d{1,2})\s*日)?")


def readings(text: str) -> set[float]:
    """Figures that a printed numeral can stand for: ``1300万亿`` is 1.3e15, ``数百亿`` 2e10 or 1e11."""
    out: set[float] = set()
    found = [(n, s) for n, s in _FIGURE.findall(text) if n or s]
    for number, scale in found:
        factor = _SCALES.get(scale, 1.0)
        if number in ("数", "數"):
            out |= {x * factor for x in _SEVERAL}
        elif number in ("", "上"):
            out.add(factor)
        elif number in _DIGITS:
            out.add(_DIGITS[number] * factor)
        else:
            value = float(number.replace(",", ""))
            # In "2 to 3 hundred million" the scale is printed once.
            out |= {value * factor, *(value * _SCALES[s] for _, s in found if s)}
    return out


def printed(record: Record) -> Iterator[str]:
    """A claim's value must be one that its printed figure can stand for."""
    for row in record.rows(ClaimRow):
        if not row.printed or math.isnan(row.value) or row.unit == "boolean":
            continue
        if row.unit == "date":
            fits = _date_fits(row.printed, row)
        else:
            read = readings(row.printed)
            fits = not read or any(_near(x, row.value) for x in read) or (
                any(_near(x, row.low) for x in read) and any(_near(x, row.high) for x in read)
            )  # fmt: skip
        if not fits:
            yield (
                f'{row.cell("value")}: the document prints "{row.printed}", which does not stand for it; '
                "mend the one or the other"
            )


def _date_fits(text: str, row: ClaimRow) -> bool:
    """Year, month and day, as far as they are printed, against the day that the claim begins with."""
    match = next((m for m in _DATE.finditer(text) if m[0].strip()), None)
    if match is None or "前" in text:
        return True
    year, month, day = match.groups()
    n = int(row.low)
    number = _DIGITS.get(month) or int(month) if month else None
    return (
        (year is None or int(year) == n // 10000)
        and (number is None or number == n // 100 % 100)
        and (day is None or (int(day) == n % 100 and row.low == row.high))
    )


def _near(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=1e-9)


def originals(record: Record) -> Iterator[str]:
    """A copy names the original itself, so that two copies of one original are found to be one source."""
    sources = record.keyed(SourceRow)
    for row in sources.values():
        if row.original == row.source_id or (row.original in sources and sources[row.original].original):
            yield (
                f"{row.cell('original')}: names itself or another copy; name the original, or leave it blank"
            )


def standing(record: Record) -> Iterator[str]:
    """Confidence, stage and day of a fact against its sources; of a computed one against its inputs."""
    sources, derived = record.keyed(SourceRow), record.keyed(DerivedRow)
    links = record.grouped(FactSourceRow, "fact_id")
    for row in record.rows(FactRow):
        period = Period.parse(row.as_of)
        if row.period_start and Period.parse(row.period_start).start > period.end:
            yield (
                f"{row.cell('period_start')}: the period begins after it ends ({row.as_of}); mend one of them"
            )
        measured = row.stage in HAPPENED or (row.stage == "announced" and row.unit != "boolean")
        if measured and period.start > row.published.date():
            yield (
                f"{row.cell('published')}: {row.stage} before its time ({row.as_of}) had come; "
                "mend the day, or the stage"
            )
        rule = confidence(record, row.fact_id)
        if row.confidence != rule:
            yield f"{row.cell('confidence')}: its sources make it {rule}; write that, or add a source"
        if row.fact_id in derived:
            continue
        mine = [sources[link.source_id] for link in links[row.fact_id]]
        dates = {s.source_id: Period.parse(s.published).end for s in mine if s.published}
        if dates and row.published.date() > max(dates.values()):
            yield (
                f"{row.cell('published')}: later than each of its sources (the newest: "
                f"{max(dates.values())}); mend the day, or add the source"
            )
        # A source from before the time that a fact is about can state a part of it only.
        whole = {day: s for s, day in dates.items() if day >= period.start}
        if whole and row.published.date() > min(whole):
            yield (
                f"{row.cell('published')}: {whole[min(whole)]} said it by {min(whole)}; "
                "mend the day, or the as-of day where that source states a part only"
            )


def links(record: Record) -> Iterator[str]:
    """What measures a claim is the claim's quantity; a stage of a deal is of it, and of its fact's time."""
    claims, facts = record.keyed(ClaimRow), record.keyed(FactRow)
    for link in record.rows(EvidenceRow):
        said, found = claims[link.claim_id].metric, facts[link.fact_id].metric
        if link.role != "context" and said != found and not link.note:
            yield (
                f"{link.cell('fact_id')}: measures {found}, the claim is about {said}; "
                "link another, or say in the note why it fits"
            )
    for row in record.rows(DealStageRow):
        if not row.fact_id:
            continue
        fact = facts[row.fact_id]
        if row.stage in STEPS and fact.deal not in ("", row.deal_id):
            yield f"{row.cell('fact_id')}: {row.fact_id} is of {fact.deal}; mend the deal of one of them"
        day, period = row.date.date(), Period.parse(fact.as_of)
        if not (period.start <= day <= period.end or day == fact.published.date() or row.note):
            yield (
                f"{row.cell('date')}: its fact {row.fact_id} is of {fact.as_of}; "
                "mend the day, or say in the note why it differs"
            )
    for deal in record.rows(DealRow):
        start, end = deal.period_start, deal.period_end
        if start and end and Period.parse(start).start > Period.parse(end).end:
            yield f"{deal.cell('period_start')}: {deal.deal_id} ends before it begins; mend one of them"


def closes(record: Record) -> Iterator[str]:
    """The two tables of prices agree, and all shares traded on the days on which the exchange was open."""
    every = record.return_closes
    for frequency, frame in every.groupby("frequency"):
        days = set(frame.loc[frame["ticker"] == INDEX, "date"])
        for ticker, mine in frame.groupby("ticker"):
            if "." in str(ticker):  # another exchange, another calendar
                continue
            have = set(mine["date"])
            first, last = min(have), max(have)
            want = {d for d in days if first <= d <= last}
            for day in sorted(have ^ want):
                what = "missing" if day in want else "not a day on which the exchange was open"
                yield (
                    f"data/return-closes.csv: {ticker} {frequency} {day:%Y-%m-%d} is {what}; "
                    "mend the row's date, or restore it"
                )
    daily, weekly = (every[every["frequency"] == f] for f in ("daily", "weekly"))
    yield from _apart(record.prices, daily, "data/prices.csv")
    yield from _apart(weekly, daily, "data/return-closes.csv, weekly")


def _apart(closes: pd.DataFrame, daily: pd.DataFrame, where: str) -> Iterator[str]:
    both = closes.merge(daily, on=["ticker", "date"], suffixes=("", "_returns"))
    apart = both[(both["adj_close"] - both["adj_close_returns"]).abs() > CENT]
    columns = (apart[c] for c in ("ticker", "date", "adj_close", "adj_close_returns"))
    for ticker, date, close, other in zip(*columns, strict=True):
        yield (
            f"{where}: {ticker} {date:%Y-%m-%d} closes at {exact(close)}, the daily series "
            f"says {exact(other)}; mend the wrong one"
        )
