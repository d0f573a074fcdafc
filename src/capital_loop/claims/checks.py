"""Validation of the record: the schema's rules by frictionless, and those a schema cannot say."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd

from capital_loop.claims.conditions import obeyed
from capital_loop.claims.consistency import consistency_faults
from capital_loop.claims.editions import undeclared, unexplained
from capital_loop.claims.files import changed, unreadable
from capital_loop.claims.intervals import claim_interval, day_number
from capital_loop.claims.readings import reading_faults, waiting
from capital_loop.claims.reasons import reason_faults
from capital_loop.claims.reconcile import HAPPENED, reconcile
from capital_loop.claims.rules import LESSON_RULE, Assessment, assess
from capital_loop.claims.sources import LOOKED_FOR, WEAK_LIMIT, weak_deciders
from capital_loop.claims.superseded import superseded
from capital_loop.models.intervals import exact, implied_interval
from capital_loop.record import Period, Record, RecordError, read_descriptor
from capital_loop.record.rows import (
    AssumptionRow,
    ChoiceRow,
    ClaimRow,
    CorrectionRow,
    DealRow,
    DerivedRow,
    DocumentRow,
    EditorialRow,
    EvidenceRow,
    FactRow,
    FactSourceRow,
    FeedRow,
    IndicatorRow,
    LessonRow,
    PriceRow,
    Row,
    SourceRow,
    shown,
)
from capital_loop.record.schema import one_line
from capital_loop.record.series import facts_of
from capital_loop.record.tables import PriceRef, listed

_ADVICE = {
    "type-error": "write a value of that type",
    "constraint-error": "use an allowed value (see the field in data/datapackage.json)",
    "foreign-key": "add the row it points to, or mend the key",
    "primary-key": "give the row a key of its own",
    "unique-error": "give the row a value of its own",
}
STAMPED = ("byte-count", "hash-count")
"""What ``changed`` says in words."""


def validate(data: Path) -> str:
    """Checks the whole record; returns a line for people, raises ``RecordError`` listing each problem."""
    problems = list(schema(data)) or list(meaning(Record(data)))
    if problems:
        raise RecordError(problems)
    record = Record(data)
    disputed = waiting(record)
    return (
        f"data/ is valid: {len(record.claims)} claims, {len(record.facts)} facts, {len(record.sources)} "
        f"sources, {len(record.identities)} identities, {len(record.editions)} editions"
        + (f"; {disputed} disagreements of the two readings are with the editors" if disputed else "")
    )


def schema(data: Path, tables: set[str] | None = None) -> Iterator[str]:
    """What the descriptor says of every table (or of some): types, constraints, keys, sizes and hashes."""
    from frictionless import Package, system

    descriptor = read_descriptor(data)
    if tables is not None:
        descriptor["resources"] = [r for r in descriptor["resources"] if r["name"] in tables]
    if broken := list(unreadable(descriptor, data)):
        yield from broken
        return
    yield from changed(descriptor, data)
    try:
        with system.use_context(trusted=True):
            report = Package.from_descriptor(descriptor, basepath=str(data)).validate()
    except Exception as error:  # whatever somebody wrote into the descriptor: a line, no traceback
        yield f"data/datapackage.json: {one_line(error)}; mend the descriptor"
        return
    if report.errors:
        for fault in report.errors:
            yield f"data/datapackage.json: {fault.note}; mend the descriptor"
    for task in report.tasks:
        seen: set[object] = set()
        for fault in task.errors:
            detail = fault.to_descriptor()
            row = detail.get("rowNumber")
            if fault.type in STAMPED or (fault.type == "primary-key" and row in seen):
                continue
            seen.add(row)
            place = f"data/{task.place}"
            if row is not None:
                place += f" row {row}"
            if detail.get("fieldName"):
                place += f" column {detail['fieldName']}"
            if "cell" in detail:
                place += f" value {json.dumps(str(detail['cell'])[:80], ensure_ascii=False)}"
            yield f"{place}: {fault.type}: {one_line(fault.note)}; {_ADVICE.get(fault.type, 'mend the row')}"


def meaning(record: Record) -> Iterator[str]:
    """What a schema cannot say: units, intervals, derived values, reachable verdicts, what must fit."""
    try:
        broken = list(sound(record))
        # The others read derived values, which must be sound first.
        yield from broken or [
            *linked(record),
            *reconcile(record),
            *superseded(record),
            *undeclared(record),
            *unexplained(record),
        ]
    except RecordError as error:
        yield from error.problems


def sound(record: Record) -> Iterator[str]:
    """Numbers, periods, units and derived values, each by itself."""
    for check in (_numbers, _periods, _units, _derived, _choices):
        yield from check(record)


def _choices(record: Record) -> Iterator[str]:
    """Rows of a chapter, its list and a member stand together: one out of place names the wrong owner."""
    table = record.table("choices")
    for depth, column in enumerate(("chapter", "choice", "key"), start=1):
        names = table[["chapter", "choice", "key"][:depth]].agg("/".join, axis=1)
        began = names != names.shift()
        for row in ChoiceRow.from_frame(table[began & names.duplicated()]):
            yield f"{row.cell(column)}: its others stand elsewhere; put the rows together or mend it"


def _numbers(record: Record) -> Iterator[str]:
    for resource in record.descriptor["resources"]:
        numeric = [f["name"] for f in resource["schema"]["fields"] if f["type"] == "number"]
        raw = (record.data / resource["path"]).read_text(encoding="utf-8").lower()
        if not numeric or not ("nan" in raw or "inf" in raw):
            continue
        cells = pd.read_csv(record.data / resource["path"], dtype=str, keep_default_na=False)
        for column in numeric:
            texts = cells[column]
            bad = texts.str.lower().str.strip("+-").isin({"nan", "inf", "infinity"})
            for index in texts.index[bad]:
                yield (
                    f'data/{resource["path"]} row {index + 2} column {column} value "{texts.at[index]!s}": '
                    "not a number; leave the cell blank where the value is unknown"
                )


def _periods(record: Record) -> Iterator[str]:
    columns: dict[type[Row], list[str]] = {
        FactRow: ["as_of", "period_start"], ClaimRow: ["as_of"], SourceRow: ["published"],
        DealRow: ["period_start", "period_end"],
    }  # fmt: skip
    broken = False
    for kind, names in columns.items():
        for row, name in itertools.product(record.rows(kind), names):
            try:
                _ = getattr(row, name) and Period.parse(getattr(row, name))
            except ValueError:
                yield f"{row.cell(name)}: no such date; write YYYY, YYYY-MM or YYYY-MM-DD"
                broken = True
    if not broken:  # it reads the same dates
        yield from _after_the_search(record)


def _after_the_search(record: Record) -> Iterator[str]:
    """What is dated after the last day that could be searched by hand; feeds bring newer figures."""
    last = record.searched
    late = f"after {last}, the last day that could be searched; mend the date"
    feeds = {(f.subject, f.metric) for f in record.rows(FeedRow)}
    fed = {f.fact_id for f in record.rows(FactRow) if (f.subject, f.metric) in feeds}
    brought = {s.source_id for s in record.rows(FactSourceRow) if s.fact_id in fed}
    brought |= {*record.prices["source_id"], *record.return_closes["source_id"]}
    for fact in (f for f in record.rows(FactRow) if f.fact_id not in fed):
        if fact.published.date() > last:
            yield f"{fact.cell('published')}: {late}"
        if fact.stage in HAPPENED and Period.parse(fact.as_of).start > last:
            yield f"{fact.cell('as_of')}: {late} or the stage"
    for source in (s for s in record.rows(SourceRow) if s.source_id not in brought):
        if source.published and Period.parse(source.published).start > last:
            yield f"{source.cell('published')}: {late}"


def _units(record: Record) -> Iterator[str]:
    unit_of = dict(zip(record.metrics["metric_id"], record.metrics["unit"], strict=True))
    stated: list[FactRow | ClaimRow] = [*record.rows(FactRow), *record.rows(ClaimRow)]
    for row in stated:
        if not row.metric:
            continue
        if row.unit != unit_of[row.metric]:
            yield (
                f"{row.cell('unit')}: the metric {row.metric} is in {unit_of[row.metric]}; convert the value"
            )
            continue
        for name in ("value", "low", "high"):
            value = getattr(row, name)
            if row.unit == "date" and not math.isnan(value):
                try:
                    day_number(value)
                except ValueError:
                    yield f"{row.cell(name)}: no date; write YYYYMMDD"
            if row.unit == "boolean" and not math.isnan(value) and value not in (0, 1):
                yield f"{row.cell(name)}: boolean; write 1 or 0"
        if row.low > row.value or row.value > row.high:
            yield (
                f"{row.cell('value')}: outside its own low {exact(row.low)} and high {exact(row.high)}; "
                "mend one of them"
            )
    yield from _claims(record)
    for a in record.rows(AssumptionRow):
        if not a.low <= a.central <= a.high:
            ends = f"low {exact(a.low)} and high {exact(a.high)}"
            yield f"{a.cell('central')}: outside its {ends}; mend one of them"
    for price in record.rows(PriceRow):
        if price.high < price.close:
            yield f"{price.cell('high')}: below the close {exact(price.close)}; mend one of them"


def _claims(record: Record) -> Iterator[str]:
    """What a claim must have, and that its interval is the one that its wording implies."""
    documents = record.keyed(DocumentRow)
    for claim in record.rows(ClaimRow):
        prefix = documents[claim.document_id].prefix
        if claim.metric and math.isnan(claim.value):
            yield f"{claim.cell('value')}: a claim with a metric needs a value"
        if not claim.metric and claim.kind in ("figure", "date", "event", "ranking"):
            yield f"{claim.cell('metric')}: a claim of the kind {claim.kind} needs a metric, value and unit"
        if claim.tense == "forecast" and pd.isna(claim.due):
            yield f"{claim.cell('due')}: a forecast needs a due date (9999-12-31 if open-ended)"
        if not claim.claim_id.startswith(f"{prefix}-"):
            yield f"{claim.cell('claim_id')}: claims of {claim.document_id} begin with {prefix}-"
        if claim.qualifier and claim.qualifier != "range" and claim.unit not in ("boolean", "date", "year"):
            step = 0.0 if math.isnan(claim.step) else claim.step
            said = implied_interval(claim.value, step, claim.qualifier, digits_alone=bool(claim.width_reason))
            filed = claim_interval(claim)
            if not (_same(said.low, filed.low) and _same(said.high, filed.high)):
                yield (
                    f"{claim.cell('low')}: value, step and qualifier imply {exact(said.low)} to "
                    f"{exact(said.high)}, filed are {exact(filed.low)} to {exact(filed.high)}; "
                    "mend the odd one out"
                )


def _same(a: float, b: float) -> bool:
    return a == b or math.isclose(a, b, rel_tol=1e-9)


def _derived(record: Record) -> Iterator[str]:
    filed = record.keyed(FactRow)
    derived, sourced = record.keyed(DerivedRow), record.grouped(FactSourceRow, "fact_id")
    prices = {(p.ticker, f"{p.date:%Y-%m-%d}") for p in record.rows(PriceRow)}
    broken = False
    for row in record.rows(FactRow):
        is_derived = row.fact_id in derived
        if math.isnan(row.value) != is_derived:
            computed, blank = (
                "is computed (derived.csv): leave it blank",
                "is blank and derived.csv does not compute it",
            )
            yield f"{row.cell('value')}: the value {computed if is_derived else blank}"
            broken = True
        if not is_derived and row.fact_id not in sourced:
            yield f"{row.cell('fact_id')}: no source; add a row to data/fact-sources.csv"
    for rule in derived.values():
        for ref in listed(rule.inputs):
            price = PriceRef.parse(ref)
            if ref not in filed if price is None else price[:2] not in prices:
                yield f"{rule.cell('inputs')}: '{ref}' is neither a fact nor a price row; mend the reference"
                broken = True
    for mended in record.rows(CorrectionRow):
        found = getattr(filed[mended.fact_id], mended.column)
        number = isinstance(found, float)
        if not (_same(float(mended.expect), found) if number else shown(found) == mended.expect):
            yield f"{mended.cell('expect')}: the fact now says {shown(found)}; drop or renew the correction"
    if not broken:
        for fact_id, value in zip(record.facts["fact_id"], record.facts["value"], strict=True):
            if not math.isfinite(value):
                yield f"data/facts.csv column value: {fact_id} computes to {value}; mend its inputs"


def _weakly_decided(record: Record, verdicts: list[tuple[str, ...]]) -> Iterator[str]:
    """Few deciding facts rest on weak sources alone, and each says what was looked for instead."""
    weak = weak_deciders(record, verdicts)
    if len(weak) > WEAK_LIMIT:
        yield (
            f"data/facts.csv: {len(weak)} facts that decide verdicts rest on weak sources alone, at most "
            f"{WEAK_LIMIT} may; add better sources for some of {', '.join(weak)}"
        )
    rows = record.keyed(FactRow)
    for fact_id in weak:
        if LOOKED_FOR not in rows[fact_id].note:
            yield (
                f"{rows[fact_id].cell('note')}: {fact_id} decides a verdict on weak sources alone; "
                "say in the note what was looked for"
            )


def linked(record: Record) -> Iterator[str]:
    """Claims, evidence, lessons and the watchlist against one another."""
    yield from _evidence(record)
    results = assess(record)
    yield from _weakly_decided(record, [v.facts for a in results.values() for v in (a.on_day, a.now)])
    for check in (reason_faults, obeyed, consistency_faults, reading_faults, _judged, _lessons):
        yield from check(record, results)
    yield from _watched(record)


def _evidence(record: Record) -> Iterator[str]:
    """What is linked to a claim is in its unit, and an update is of a later time."""
    claims, facts, documents = record.keyed(ClaimRow), record.keyed(FactRow), record.keyed(DocumentRow)
    for link in record.rows(EvidenceRow):
        claim, fact = claims[link.claim_id], facts[link.fact_id]
        if link.role != "context" and claim.unit != fact.unit:
            yield (
                f"{link.cell('fact_id')}: {fact.fact_id} is in {fact.unit}, the claim {claim.claim_id} "
                f"in {claim.unit or 'no unit'}; link a fact in the same unit, or make it context"
            )
        if link.role == "update" and Period.parse(fact.as_of).end < documents[claim.document_id].day.date():
            yield f"{link.cell('role')}: an update must be about a time after the document's day"


def _judged(record: Record, results: dict[str, Assessment]) -> Iterator[str]:
    """Claims that an editor must judge, or for which nothing says what was looked for."""
    editorial = record.keyed(EditorialRow)
    for claim in record.rows(ClaimRow):
        judged = editorial.get(claim.claim_id)
        if claim.kind in ("judgement", "causal") and judged is None:
            yield f"{claim.cell('claim_id')}: of the kind {claim.kind}; add reasons to data/editorial.csv"
        unverifiable = results[claim.claim_id].now.verdict == "unverifiable"
        if unverifiable and not (judged and judged.looked_for):
            yield (
                f"{claim.cell('claim_id')}: unverifiable, and nothing says what was looked for; "
                "link a fact that measures it, or fill looked_for in data/editorial.csv"
            )


def _lessons(record: Record, results: dict[str, Assessment]) -> Iterator[str]:
    """Lessons that the verdicts of their claims do not bear."""
    for lesson in record.rows(LessonRow):
        verdict = results[lesson.claim_id]
        if not LESSON_RULE[lesson.lesson](verdict.on_day.verdict, verdict.now.verdict):
            yield (
                f"{lesson.cell('lesson')}: {lesson.claim_id} is {verdict.on_day.verdict} on its day and "
                f"{verdict.now.verdict} now, which does not fit this lesson; choose another, or drop the row"
            )


def _watched(record: Record) -> Iterator[str]:
    """Indicators without figures, and thresholds that are not what they are called."""
    facts = record.keyed(FactRow)
    series = {(f.subject, f.metric) for f in facts.values()}
    for watched in record.rows(IndicatorRow):
        subject, metric = watched.subject, watched.metric
        if (subject, metric) not in series:
            yield f"{watched.cell('metric')}: no fact has this subject and metric; add facts, or drop the row"
        elif not any(f.as_of >= watched.since for f in facts_of(record, subject, metric, watched.span)):
            yield (
                f"{watched.cell('span')}: no fact of this subject and metric has this span since then; mend "
                "the row"
            )
        yield from _threshold(record, watched, facts)


def _threshold(record: Record, watched: IndicatorRow, facts: Mapping[str, FactRow]) -> Iterator[str]:
    """A threshold that the record states names its fact: of the same quantity and span, or its bound."""
    subject, metric = watched.subject, watched.metric
    if watched.threshold_fact:
        named = facts.get(watched.threshold_fact)
        alike = {f.fact_id for f in facts_of(record, subject, metric, watched.span)}
        bounds = [(subject, f"{metric}_{bound}") for bound in ("ceiling", "record")]
        same = named is not None and (named.fact_id in alike or (named.subject, named.metric) in bounds)
        if not same or record.fact(watched.threshold_fact).value != watched.threshold:
            yield (
                f"{watched.cell('threshold_fact')}: not the threshold {exact(watched.threshold)} of "
                f"{metric}; name the fact of the same quantity, or leave it blank"
            )
    elif watched.threshold:
        units = {f.unit for f in facts.values() if f.metric == metric}
        stated = [
            f
            for f in facts.values()
            if f.subject == subject and f.unit in units and f.value == watched.threshold
        ]
        if stated:
            ids = ", ".join(f.fact_id for f in stated)
            yield (
                f"{watched.cell('threshold_fact')}: the threshold repeats {ids}; "
                "name the fact that it is, so that like is held against like"
            )
