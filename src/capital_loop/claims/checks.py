"""Validation of the record: the schema's rules by frictionless, and those a schema cannot say."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path

from capital_loop.claims.editions import undeclared
from capital_loop.claims.intervals import claim_interval, day_number, fact_interval
from capital_loop.claims.reconcile import reconcile
from capital_loop.claims.rules import LESSON_RULE, assess
from capital_loop.models.intervals import implied_interval
from capital_loop.record import Period, Record, RecordError, read_descriptor
from capital_loop.record.schema import LARGEST, one_line
from capital_loop.record.series import facts_of
from capital_loop.record.tables import cell_name

_ADVICE = {
    "type-error": "write a value of that type",
    "constraint-error": "use an allowed value (see the field in data/datapackage.json)",
    "foreign-key": "add the row it points to, or mend the key",
    "primary-key": "give the row a key of its own",
    "unique-error": "give the row a value of its own",
    "byte-count": "restore the file; if the edit is meant, run make stamp",
    "hash-count": "restore the file; if the edit is meant, run make stamp",
    "scheme-error": "restore the file with git checkout",
    "encoding-error": "save the file as UTF-8",
    "source-error": "save the file as UTF-8 text with commas, not truncated",
    "missing-cell": "give the row as many cells as the header",
    "extra-cell": "quote commas, or drop the extra cell",
    "blank-row": "delete the empty row",
    "blank-header": "restore the header row",
    "missing-label": "restore the header row",
    "extra-label": "restore the header row",
    "incorrect-label": "restore the header row",
    "blank-label": "restore the header row",
    "duplicate-label": "restore the header row",
}


def validate(data: Path) -> str:
    """Checks the whole record; returns a line for people, raises ``RecordError`` listing each problem."""
    problems = list(schema(data)) or list(meaning(Record(data)))
    if problems:
        raise RecordError(problems)
    record = Record(data)
    return (
        f"data/ is valid: {len(record.claims)} claims, {len(record.facts)} facts, {len(record.sources)} sources, "
        f"{len(record.identities)} identities, {len(record.editions)} editions"
    )


def schema(data: Path, tables: set[str] | None = None) -> Iterator[str]:
    """What the descriptor says of every table (or of some): types, constraints, keys, sizes and hashes."""
    from frictionless import Package, system

    descriptor = read_descriptor(data)
    if tables is not None:
        descriptor["resources"] = [r for r in descriptor["resources"] if r["name"] in tables]
    for resource in descriptor["resources"]:
        if not (data / resource["path"]).is_file():
            yield f"data/{resource['path']}: file is missing; restore it with git checkout"
            return
        if (data / resource["path"]).stat().st_size > LARGEST:
            yield f"data/{resource['path']}: larger than {LARGEST} bytes; restore it with git checkout"
            return
        if not resource.get("hash"):
            yield f"data/datapackage.json: table '{resource['name']}' has no hash; run make stamp"
    crlf = [r["path"] for r in descriptor["resources"] if b"\r\n" in (data / r["path"]).read_bytes()]
    if crlf:
        yield (
            f"data/: {len(crlf)} tables have Windows line endings (CRLF), {crlf[0]} for one; "
            "run git config core.autocrlf false, then git checkout data"
        )
        return
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
        for fault in task.errors:
            detail = fault.to_descriptor()
            place = f"data/{task.place}"
            if "rowNumber" in detail:
                place += f" row {detail['rowNumber']}"
            if detail.get("fieldName"):
                place += f" column {detail['fieldName']}"
            if "cell" in detail:
                place += f" value {json.dumps(str(detail['cell'])[:80], ensure_ascii=False)}"
            yield f"{place}: {fault.type}: {one_line(fault.note)}; {_ADVICE.get(fault.type, 'mend the row')}"
    for resource in descriptor["resources"]:
        lines = (data / resource["path"]).read_bytes().count(b"\n")
        if lines < 2 and not resource.get("may_be_empty"):
            yield f"data/{resource['path']}: the table has no rows; restore it with git checkout"


def meaning(record: Record) -> Iterator[str]:
    """What a schema cannot say: units, intervals, derived values, reachable verdicts, figures that must fit."""
    try:
        broken = list(sound(record))
        # The others read derived values, which must be sound first.
        yield from broken or [*linked(record), *reconcile(record), *undeclared(record)]
    except RecordError as error:
        yield from error.problems


def sound(record: Record) -> Iterator[str]:
    """Numbers, periods, units and derived values, each by itself."""
    for check in (_numbers, _periods, _units, _derived):
        yield from check(record)


def _numbers(record: Record) -> Iterator[str]:
    for resource in record.descriptor["resources"]:
        numeric = [f["name"] for f in resource["schema"]["fields"] if f["type"] == "number"]
        raw = (record.data / resource["path"]).read_text(encoding="utf-8").lower()
        if not numeric or not ("nan" in raw or "inf" in raw):
            continue
        import pandas as pd

        cells = pd.read_csv(record.data / resource["path"], dtype=str, keep_default_na=False)
        for column in numeric:
            bad = cells[column].str.lower().str.strip("+-").isin({"nan", "inf", "infinity"})
            for index in cells.index[bad]:
                yield (
                    f'data/{resource["path"]} row {index + 2} column {column} value "{cells.at[index, column]}": '
                    "not a number; leave the cell blank where the value is unknown"
                )


def _periods(record: Record) -> Iterator[str]:
    columns = {
        "facts": ["as_of", "period_start"], "claims": ["as_of"], "sources": ["published"],
        "deals": ["period_start", "period_end"],
    }  # fmt: skip
    for table, names in columns.items():
        for row in record.table(table).itertuples():
            for name in names:
                text = getattr(row, name)
                if text:
                    try:
                        Period.parse(text)
                    except ValueError:
                        yield f"{cell_name(table, row, name)}: no such date; write YYYY, YYYY-MM or YYYY-MM-DD"
    for row in record.table("facts").itertuples():
        if row.published.date() > record.evidence_end:
            yield f"{cell_name('facts', row, 'published')}: after the evidence's end {record.evidence_end}; mend the date"


def _units(record: Record) -> Iterator[str]:
    unit_of = record.metrics.set_index("metric_id")["unit"]
    for table in ("facts", "claims"):
        for row in record.table(table).itertuples():
            if not row.metric:
                continue
            if row.unit != unit_of[row.metric]:
                yield f"{cell_name(table, row, 'unit')}: the metric {row.metric} is in {unit_of[row.metric]}; convert the value"
                continue
            for value in (row.value, row.low, row.high):
                if math.isnan(value):
                    continue
                if row.unit == "date":
                    try:
                        day_number(value)
                    except ValueError:
                        yield f"{cell_name(table, row, 'value')}: {value:.0f} is no date; write YYYYMMDD"
                if row.unit == "boolean" and value not in (0, 1):
                    yield f"{cell_name(table, row, 'value')}: boolean; write 1 or 0"
            if row.low > row.value or row.value > row.high:
                yield f"{cell_name(table, row, 'value')}: outside its own low {row.low:g} and high {row.high:g}; mend one of them"
    for row in record.claims.itertuples():
        if row.metric and math.isnan(row.value):
            yield f"{cell_name('claims', row, 'value')}: a claim with a metric needs a value"
        if not row.metric and row.kind in ("figure", "date", "event", "ranking"):
            yield f"{cell_name('claims', row, 'metric')}: a {row.kind} needs a metric, value and unit"
        if row.tense == "forecast" and row.due != row.due:
            yield f"{cell_name('claims', row, 'due')}: a forecast needs a due date (9999-12-31 if open-ended)"
        prefix = record.documents.set_index("document_id").at[row.document_id, "prefix"]
        if not row.claim_id.startswith(prefix + "-"):
            yield f"{cell_name('claims', row, 'claim_id')}: claims of {row.document_id} begin with {prefix}-"
        if row.qualifier and row.qualifier != "range" and row.unit not in ("boolean", "date", "year"):
            said = implied_interval(row.value, 0 if math.isnan(row.step) else row.step, row.qualifier)
            filed = claim_interval(row)
            if not (_same(said.low, filed.low) and _same(said.high, filed.high)):
                yield (
                    f"{cell_name('claims', row, 'low')}: value, step and qualifier imply {said.low:g} to {said.high:g}, "
                    f"filed are {filed.low:g} to {filed.high:g}; mend the odd one out"
                )
    for row in record.assumptions.itertuples():
        if not row.low <= row.central <= row.high:
            yield f"{cell_name('assumptions', row, 'central')}: outside its low {row.low:g} and high {row.high:g}; mend one of them"
    for row in record.prices.itertuples():
        if row.high < row.close:
            yield f"{cell_name('prices', row, 'high')}: below the close {row.close:g}; mend one of them"


def _same(a: float, b: float) -> bool:
    return a == b or math.isclose(a, b, rel_tol=1e-9)


def _derived(record: Record) -> Iterator[str]:
    filed = record.table("facts").set_index("fact_id")
    derived = record.derived.set_index("fact_id")
    sourced = set(record.fact_sources["fact_id"])
    prices = set(zip(record.prices["ticker"], record.prices["date"].dt.strftime("%Y-%m-%d"), strict=True))
    broken = False
    for row in record.table("facts").itertuples():
        is_derived = row.fact_id in derived.index
        if math.isnan(row.value) != is_derived:
            what = (
                "is computed (derived.csv): leave it blank"
                if is_derived
                else "is blank and derived.csv does not compute it"
            )
            yield f"{cell_name('facts', row, 'value')}: the value {what}"
            broken = True
        if not is_derived and row.fact_id not in sourced:
            yield f"{cell_name('facts', row, 'fact_id')}: no source; add a row to data/fact-sources.csv"
    for row in record.derived.itertuples():
        for ref in row.inputs.split(";"):
            ref = ref.strip()
            parts = ref.split(":")
            known = (
                len(parts) == 4 and (parts[1], parts[2]) in prices and parts[3] in ("close", "high", "adj_close")
                if ref.startswith("price:")
                else ref in filed.index
            )  # fmt: skip
            if not known:
                yield f"{cell_name('derived', row, 'inputs')}: '{ref}' is neither a fact nor a price row; mend the reference"
                broken = True
    for row in record.corrections.itertuples():
        found = filed.at[row.fact_id, row.column]
        same = (
            _same(float(row.expect), float(found))
            if row.column in ("value", "low", "high")
            else str(found)[:10] == row.expect
        )
        if not same:
            yield f"{cell_name('corrections', row, 'expect')}: the fact now says {found}; drop or renew the correction"
    if not broken:
        for row in record.facts.reset_index(drop=True).itertuples():
            if not math.isfinite(row.value):
                yield f"data/facts.csv column value: {row.fact_id} computes to {row.value}; mend its inputs"


def linked(record: Record) -> Iterator[str]:
    """Claims, evidence, lessons and the watchlist against one another."""
    claims = record.claims.set_index("claim_id")
    facts = record.table("facts").set_index("fact_id")
    days = record.documents.set_index("document_id")["day"]
    for row in record.claim_evidence.itertuples():
        claim, fact = claims.loc[row.claim_id], facts.loc[row.fact_id]
        if row.role != "context" and claim["unit"] != fact["unit"]:
            yield (
                f"{cell_name('claim_evidence', row, 'fact_id')}: {row.fact_id} is in {fact['unit']}, the claim {row.claim_id} "
                f"in {claim['unit'] or 'no unit'}; link a fact in the same unit, or make it context"
            )
        if row.role == "update" and Period.parse(fact["as_of"]).end < days[claim["document_id"]].date():
            yield f"{cell_name('claim_evidence', row, 'role')}: an update must be about a time after the document's day"
    needing = record.claims[record.claims["kind"].isin(["judgement", "causal"])]
    for row in needing.itertuples():
        if row.claim_id not in set(record.editorial["claim_id"]):
            yield f"{cell_name('claims', row, 'claim_id')}: a {row.kind} needs reasons; add a row to data/editorial.csv"
    for row in record.claims.itertuples():
        claim_interval(row) if row.metric and row.unit else None
    searched = set(record.editorial.loc[record.editorial["looked_for"] != "", "claim_id"])
    results = assess(record)
    for row in record.claims.itertuples():
        if results[row.claim_id].now.verdict == "unverifiable" and row.claim_id not in searched:
            yield (
                f"{cell_name('claims', row, 'claim_id')}: unverifiable, and nothing says what was looked for; "
                "link a fact that measures it, or fill looked_for in data/editorial.csv"
            )
    for row in record.lessons.itertuples():
        verdict = results[row.claim_id]
        if not LESSON_RULE[row.lesson](verdict.on_day.verdict, verdict.now.verdict):
            yield (
                f"{cell_name('lessons', row, 'lesson')}: {row.claim_id} is {verdict.on_day.verdict} on its day and "
                f"{verdict.now.verdict} now, which does not fit this lesson; choose another, or drop the row"
            )
    series = set(zip(record.facts["subject"], record.facts["metric"], strict=True))
    for row in record.watchlist.itertuples():
        if (row.subject, row.metric) not in series:
            yield f"{cell_name('watchlist', row, 'metric')}: no fact has this subject and metric; add facts, or drop the row"
        elif not any(f.as_of >= row.since for f in facts_of(record, row.subject, row.metric, row.span)):
            yield f"{cell_name('watchlist', row, 'span')}: no fact of this subject and metric has this span since then; mend the row"
    for fact_id in record.facts.index:
        fact = record.fact(fact_id)
        if math.isfinite(fact.value):
            fact_interval(fact)
