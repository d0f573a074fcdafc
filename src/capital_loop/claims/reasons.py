"""Reasons of editorial verdicts: one for the document's day, from what was public by then, and one for now.

What a reason rests on stands beside it as ids of facts. Code holds the reason for the day to its day: each
fact cited there was public by then, and the text names no later time unless the claim itself or a fact cited
speaks of it.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator

from capital_loop.claims.rules import ENDED, RATED, Assessment, known_until
from capital_loop.record import Record
from capital_loop.record.rows import ClaimRow, DocumentRow, EditorialRow, FactRow
from capital_loop.record.tables import Fact, PriceRef, Source, listed

_MONTHS = {name: n for n, name in enumerate(calendar.month_name) if name}
_NAMES = "|".join(_MONTHS)
_YEAR = re.compile(r"\b(20\d\d)\b")
_MONTH = re.compile(
    rf"\b(?:\d{{1,2}} )?({_NAMES})(?: \d{{1,2}},)? (20\d\d)\b"
    rf"|\b(?:(?:in|by|since|until|from|of|to|on|early|late|\d{{1,2}}) |mid-)({_NAMES})\b"
    r"(?!(?: \d{1,2},)? 20\d\d)"
)
_SINCE = re.compile(
    r"\b(since then|has since|have since|had since|in hindsight|turned out"
    r"|\w+ (?:year|quarter|month)s? later)\b",
    re.IGNORECASE,
)


def reason_faults(record: Record, verdicts: dict[str, Assessment]) -> Iterator[str]:
    """Every fault of a reason, and every reason that is missing."""
    days = {d.document_id: known_until(d) for d in record.rows(DocumentRow)}
    claims, facts = record.keyed(ClaimRow), record.keyed(FactRow)
    for row in record.rows(EditorialRow):
        claim = claims[row.claim_id]
        day = days[claim.document_id]
        for column in ("cites_on_day", "cites_now"):
            for fact_id in listed(getattr(row, column)):
                if fact_id not in facts:
                    yield f"{row.cell(column)}: no fact {fact_id}; mend the id"
                elif column == "cites_on_day" and facts[fact_id].published.date() > day:
                    yield (
                        f"{row.cell(column)}: {fact_id} became public on "
                        f"{facts[fact_id].published:%Y-%m-%d}, "
                        f"after the document's day {day}; cite it for now, or say in the reason what was "
                        "known"
                    )
        cited = [facts[i] for i in listed(row.cites_on_day) if i in facts]
        for said in later_times(row.reason_on_day, day, claim, cited):
            yield (
                f'{row.cell("reason_on_day")}: "{said}" is later than the document\'s day {day}, and neither '
                "the claim nor a fact cited for the day speaks of it; say it in the reason for now, or cite "
                "the fact"
            )
    yield from unwritten(record, verdicts)
    yield from overruled(record, verdicts)
    yield from shown_later(record, verdicts)


def later_times(text: str, day: dt.date, claim: ClaimRow, cited: list[FactRow]) -> Iterator[str]:
    """Times after a day that a text names and that neither the claim nor a fact cited speaks of."""
    spoken = " ".join(
        f"{x.as_of} {x.period_start} {x.value:.0f} {x.low:.0f} {x.high:.0f} {x.note}" for x in cited
    )
    due = "" if claim.due != claim.due else f"{claim.due:%Y}"
    spoken += f" {claim.paraphrase} {claim.printed} {claim.as_of} {due} {claim.value:.0f}"
    for year in dict.fromkeys(_YEAR.findall(text)):
        if int(year) > day.year and year not in spoken:
            yield year
    for match in _MONTH.finditer(text):
        name, year = match[1] or match[3], match[2]
        if int(year or day.year) == day.year and _MONTHS[name] > day.month:
            told = f"{day.year}-{_MONTHS[name]:02d}"
            if told not in spoken and told.replace("-", "") not in spoken and name not in spoken:
                yield match[0]
    for match in _SINCE.finditer(text):
        yield match[0]


def unwritten(record: Record, verdicts: dict[str, Assessment]) -> Iterator[str]:
    """Editorial verdicts without a reason for their date, and rated ones whose reason cites no fact."""
    for row in record.rows(EditorialRow):
        both = verdicts[row.claim_id]
        for when, verdict in (("on_day", both.on_day), ("now", both.now)):
            if not verdict.editorial:
                continue
            reason, cites = f"reason_{when}", f"cites_{when}"
            if not getattr(row, reason):
                yield f"{row.cell(reason)}: {row.claim_id} has no reason for its verdict; write it"
            elif verdict.verdict in RATED and verdict.weak and not row.looked_for:
                yield (
                    f"{row.cell('looked_for')}: {row.claim_id} is rated on weak sources alone; say what was "
                    "looked for instead, or cite a firmer fact"
                )
            elif verdict.verdict in RATED and not listed(getattr(row, cites)):
                yield (
                    f"{row.cell(cites)}: {row.claim_id} is rated and its reason cites no fact; cite what it "
                    "rests on"
                )


def overruled(record: Record, verdicts: dict[str, Assessment]) -> Iterator[str]:
    """Editors' verdicts that the page does not show, though no end of a plan overtakes them."""
    for row in record.rows(EditorialRow):
        shown = verdicts[row.claim_id].now
        if shown.verdict != row.now and shown.rule not in ENDED.values():
            yield (
                f"{row.cell('now')}: the page of {row.claim_id} shows {shown.verdict}, by rule {shown.rule}; "
                "write that, or mend what the rule sees"
            )


def shown_later(record: Record, verdicts: dict[str, Assessment]) -> Iterator[str]:
    """Facts that a verdict for a day rests on and that each listed source shows only later."""
    documents = record.keyed(DocumentRow)
    editorial = record.keyed(EditorialRow)
    for claim in record.rows(ClaimRow):
        day = documents[claim.document_id].day.date()
        on_day, row = verdicts[claim.claim_id].on_day, editorial.get(claim.claim_id)
        named = [*on_day.facts, *on_day.cites, *(listed(row.cites_on_day) if row else [])]
        for fact_id in dict.fromkeys(i for i in named if i in record.facts.index):
            for fact in _read(record, fact_id):
                if not any(_archive(s) or _first_day(s) <= day for s in fact.sources):
                    yield (
                        f"{claim.cell('claim_id')}: the verdict for {day} rests on {fact.fact_id}, and each "
                        "source listed for it is later; add one of its day, or rest the verdict on another "
                        "fact"
                    )


def _read(record: Record, fact_id: str) -> Iterator[Fact]:
    """The facts with sources behind one: itself, or the inputs that it is computed from."""
    fact = record.fact(fact_id)
    if not fact.derived_from:
        yield fact
    for i in fact.derived_from:
        if not PriceRef.parse(i):
            yield from _read(record, i)


def _archive(source: Source) -> bool:
    """Whether a source is a table that keeps the day of each entry: prices, filed figures."""
    return source.kind == "data" and "digest" not in source.quoted_in


def _first_day(source: Source) -> dt.date:
    """The first day on which a source can have appeared, where it gives its month or year only."""
    year, month, day = [*map(int, source.published.split("-")), 1, 1][:3]
    return dt.date(year, month, day)
