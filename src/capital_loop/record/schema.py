"""The shape of the record: ``data/datapackage.json`` is the only schema; this reads it, checks it, stamps it.

Nothing here needs pandas, so that a command with nothing to compute answers at once.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NotRequired, TypedDict, cast

TABLES = {
    "assumptions", "changes", "choices", "claim_evidence", "claims", "conditions", "corrections",
    "deal_stages", "deals",
    "derived", "differences", "documents", "editions", "editorial", "entities", "fact_sources", "feeds",
    "facts",
    "gaps", "identities", "implied", "lessons", "metrics", "prices", "publishers", "readings",
    "return_closes", "sources", "watchlist",
}  # fmt: skip
"""Tables that the book reads."""


class Field(TypedDict):
    """A column: its name, type, sense and what its cells may hold."""

    name: str
    type: str
    description: NotRequired[str]
    constraints: NotRequired[dict[str, object]]


class Reference(TypedDict):
    """The columns of another table that a key points to."""

    resource: str
    fields: list[str]


class ForeignKey(TypedDict):
    """Columns whose cells must stand in another table."""

    fields: list[str]
    reference: Reference


class Schema(TypedDict):
    """The columns and keys of a table."""

    fields: list[Field]
    primaryKey: list[str]
    foreignKeys: NotRequired[list[ForeignKey]]
    missingValues: NotRequired[list[str]]


class Resource(TypedDict):
    """A table: its file and what it holds."""

    name: str
    path: str
    schema: Schema
    profile: NotRequired[str]
    title: NotRequired[str]
    description: NotRequired[str]
    sources: NotRequired[list[dict[str, str]]]
    licenses: NotRequired[list[dict[str, str]]]
    hash: NotRequired[str]
    bytes: NotRequired[int]
    may_be_empty: NotRequired[bool]


class Descriptor(TypedDict):
    """``datapackage.json`` as far as the book reads it."""

    name: str
    version: str
    closed: str
    resources: list[Resource]
    title: NotRequired[str]
    description: NotRequired[str]
    created: NotRequired[str]
    licenses: NotRequired[list[dict[str, str]]]


class RecordError(Exception):
    """Bad input. ``problems`` holds one line each; ``str`` joins them."""

    def __init__(self, problems: list[str]):
        self.problems = problems
        super().__init__("\n".join(problems))


def default_root() -> Path:
    """The folder that holds ``data/``: ``CAPITAL_LOOP_ROOT``, the checkout, or else the installed package."""
    named = os.environ.get("CAPITAL_LOOP_ROOT")
    package = Path(__file__).resolve().parents[1]
    return Path(named) if named else package if (package / "data").is_dir() else package.parents[1]


Shape = dict[str, object]


def _object(required: str, **properties: object) -> Shape:
    return {
        "type": "object", "required": required.split(), "properties": properties,
        "additionalProperties": False
    }  # fmt: skip


def _some(items: Shape) -> Shape:
    return {"type": "array", "minItems": 1, "items": items}


_TEXT: Shape = {"type": "string"}
_FLAG: Shape = {"type": "boolean"}
_NAME: Shape = {"type": "string", "pattern": "^[a-z][a-z0-9_]*\\Z"}
_NOTES: Shape = {"type": "array", "items": {"type": "object", "additionalProperties": _TEXT}}
_FIELD = _object(
    "name type", name=_NAME, type={"enum": ["string", "number", "integer", "date"]},
    description=_TEXT,
    constraints={
        "type": "object", "additionalProperties": False,
        "properties": {
            "required": _FLAG, "unique": _FLAG, "pattern": {"type": "string", "format": "regex"},
            "minimum": {"type": "number"}, "enum": {"type": "array", "minItems": 1},
        },
    },
)  # fmt: skip
_OPEN: Shape = {"additionalProperties": True}
_REFERENCE = _object("resource fields", resource=_NAME, fields=_some(_NAME)) | _OPEN
_KEY = _object("fields reference", fields=_some(_NAME), reference=_REFERENCE) | _OPEN
_COLUMNS = _object(
    "fields primaryKey",
    missingValues={"const": [""]}, primaryKey=_some(_NAME), fields=_some(_FIELD),
    foreignKeys={"type": "array", "items": _KEY},
)  # fmt: skip
_RESOURCE = _object(
    "name path schema",
    name=_NAME, path={"type": "string", "pattern": r"^[a-z0-9-]+\.csv\Z"}, schema=_COLUMNS,
    type={"const": "table"}, profile={"const": "tabular-data-resource"}, mediatype={"const": "text/csv"},
    scheme={"const": "file"}, format={"const": "csv"}, encoding={"const": "utf-8"},
    title=_TEXT, description=_TEXT, licenses=_NOTES, sources=_NOTES,
    hash=_TEXT, bytes={"type": "integer"}, may_be_empty=_FLAG,
)  # fmt: skip
DESCRIPTOR = _object(
    "name version closed resources",
    name=_TEXT, version=_TEXT, closed={"type": "string", "pattern": r"^\d{4}-\d\d-\d\d\Z"},
    resources=_some(_RESOURCE), title=_TEXT, description=_TEXT, created=_TEXT, licenses=_NOTES,
    **{"$schema": {"const": "https://datapackage.org/profiles/1.0/datapackage.json"}},
)  # fmt: skip
"""What the book needs of ``datapackage.json``, as a JSON Schema: tables in this folder, CSV, of known
types."""
LARGEST = 20_000_000
"""Bytes that a table or the descriptor may have: a damaged file must not fill the memory."""


def read_descriptor(data: Path) -> Descriptor:
    """``datapackage.json``; raises ``RecordError`` for none, no JSON, or what the book cannot read."""
    path = data / "datapackage.json"
    try:
        if path.stat().st_size > LARGEST:
            raise RecordError([f"{path}: larger than {LARGEST} bytes; restore it with git checkout"])
        descriptor: object = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        if not data.is_dir():
            advice = "run this in the project's folder, or set CAPITAL_LOOP_ROOT to it"
            raise RecordError([f"{data.parent} has no folder data/: {advice}"]) from None
        if isinstance(error, FileNotFoundError):
            raise RecordError([f"{path}: file is missing; restore it with git checkout"]) from None
        problem = f"{path}: cannot be read ({error.strerror}); restore it with git checkout"
        raise RecordError([problem]) from None
    except (ValueError, RecursionError) as error:
        raise RecordError([f"{path}: not valid JSON ({one_line(error)}); mend the file"]) from None
    if not isinstance(descriptor, dict) or not isinstance(descriptor.get("resources"), list):
        raise RecordError([f"{path}: 'resources' is not a list; mend the file"])
    problems = [f"{path}: {problem}; mend the file" for problem in _misshapen(descriptor)]
    if problems:
        raise RecordError(problems)
    return cast(Descriptor, descriptor)


def _misshapen(descriptor: dict[str, object]) -> Iterator[str]:
    """Where the descriptor is not what the book can read: its shape, then names that must exist once."""
    from jsonschema import Draft202012Validator

    found = Draft202012Validator(DESCRIPTOR).iter_errors(descriptor)
    faults = sorted(found, key=lambda e: [str(x) for x in e.path])
    for fault in faults:
        yield f"{'/'.join(map(str, fault.path)) or 'the whole'}: {one_line(fault.message)}"
    if faults:
        return
    whole = cast(Descriptor, descriptor)
    try:
        dt.date.fromisoformat(whole["closed"])
    except ValueError:
        yield f"closed: {whole['closed']} is no date"
    resources = whole["resources"]
    columns = {r["name"]: [f["name"] for f in r["schema"]["fields"]] for r in resources}
    for missing in sorted(TABLES - columns.keys()):
        yield f"resources: the table '{missing}' is not described"
    for key, values in (("name", [r["name"] for r in resources]), ("path", [r["path"] for r in resources])):
        for twice in sorted({v for v in values if values.count(v) > 1}):
            yield f"resources: {key} '{twice}' stands twice"
    for r in resources:
        mine = columns[r["name"]]
        links = r["schema"].get("foreignKeys", [])
        named = [*r["schema"]["primaryKey"], *(c for k in links for c in k["fields"])]
        for column in sorted({c for c in named if c not in mine} | {c for c in mine if mine.count(c) > 1}):
            yield f"table '{r['name']}': column '{column}' is not described once"
        for k in links:
            to, there = k["reference"]["resource"], k["reference"]["fields"]
            if not set(there) <= set(columns.get(to, [])) or len(there) != len(k["fields"]):
                yield f"table '{r['name']}': its key points to '{to}' {there}, which is not described"
        for f in r["schema"]["fields"]:
            try:
                re.compile(str(f.get("constraints", {}).get("pattern", "")))
            except (re.error, RecursionError, OverflowError):
                yield f"table '{r['name']}': the pattern of column '{f['name']}' is no regular expression"


def one_line(error: object) -> str:
    """A message on one line, cut where it is long."""
    text = " ".join(str(error).split())
    return text if len(text) < 160 else text[:157] + "..."


def replace_file(path: Path, content: str | bytes) -> None:
    """Writes a file so that a reader sees the old or the new content, never a part; leaves no other."""
    side = path.with_name(f".{path.name}.new")
    try:
        side.unlink(missing_ok=True)  # of a run that was killed, and perhaps of another user
        side.write_bytes(content.encode() if isinstance(content, str) else content)
        side.replace(path)
    finally:
        side.unlink(missing_ok=True)


def csv_text(rows: list[dict[str, str]], columns: list[str]) -> str:
    """Rows as CSV, as the record is filed: one kind of line end, every column."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _points(path: Path, resource: Resource) -> None:
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    except (UnicodeDecodeError, csv.Error):
        return  # the check says what is wrong with the file
    columns = [f["name"] for f in resource["schema"]["fields"] if f["type"] == "number"]
    late = False
    for column in columns:
        filled = [row for row in rows if row.get(column)]
        whole = [row[column].lstrip("-").isdigit() for row in filled]
        if filled and filled[0][column].isdigit() and not all(whole):
            filled[0][column] += ".0"
            late = True
    if late:
        replace_file(path, csv_text(rows, list(rows[0])))


def fingerprint(body: bytes) -> str:
    """The hash of a table's file, as the descriptor writes it."""
    return "sha256:" + hashlib.sha256(body).hexdigest()


def stamp(data: Path) -> list[str]:
    """Writes each table's hash and size into the descriptor; returns the names that changed.

    A column with fractions begins with a decimal point ("2025.0"): readers that guess a column's type from
    its first rows, such as Polars, guess right then.
    """
    descriptor = read_descriptor(data)
    changed = []
    for resource in descriptor["resources"]:
        _points(data / resource["path"], resource)
        resource.setdefault("profile", "tabular-data-resource")  # frictionless for R asks for it
        body = (data / resource["path"]).read_bytes()
        if (resource.get("hash"), resource.get("bytes")) != (found := (fingerprint(body), len(body))):
            resource["hash"], resource["bytes"] = found
            changed.append(resource["name"])
    replace_file(data / "datapackage.json", json.dumps(descriptor, indent=1, ensure_ascii=False) + "\n")
    return changed
