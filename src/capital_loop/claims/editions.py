"""Editions: what was published, kept whole, so that no figure can change afterwards without saying so.

``data/editions/NAME.zip`` holds the tables of an edition as they were filed, and both verdicts of every claim
as its rules gave them. :func:`undeclared` compares the record with the newest edition: whatever says
something else there needs a row in ``data/changes.csv`` with its reason. :func:`moved` lists what a reader of
the older edition must know.
"""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, astuple, dataclass
from functools import cached_property
from operator import itemgetter
from pathlib import Path

from capital_loop.claims.rules import Assessment, assess
from capital_loop.record import Record, RecordError
from capital_loop.record.rows import ChangeRow, EditionRow
from capital_loop.record.schema import LARGEST, Resource, csv_text, replace_file

OWN = ("editions", "changes")
"""Tables about editions; they are not part of one."""
VERDICTS = "verdicts.csv"

Rows = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Change:
    """One cell that differs between two states of a table; a whole row where ``column`` is empty."""

    table: str
    key: str
    column: str
    was: str
    now: str


@dataclass(frozen=True)
class Moved:
    """A claim whose verdict is another one in the newer edition."""

    claim_id: str
    when: str
    was: str
    now: str


class Edition:
    """The tables of one published edition, each read from its archive when first asked for."""

    def __init__(self, data: Path, name: str, file: str, sha256: str):
        self.name, self.path, self.sha256 = name, data / file, sha256

    def _spoilt(self, how: str) -> RecordError:
        return RecordError([f"{self.path}: {how}; restore it with git checkout"])

    @cached_property
    def files(self) -> dict[str, str]:
        """Each file in the archive. Raises ``RecordError`` for a missing, changed or damaged one."""
        try:
            body = self.path.read_bytes()
        except OSError:
            raise self._spoilt("cannot be read, and editions.csv lists it") from None
        if hashlib.sha256(body).hexdigest() != self.sha256:
            raise self._spoilt(f"not the archive of edition {self.name} (sha256)")
        try:
            with zipfile.ZipFile(io.BytesIO(body)) as archive:
                if any(i.file_size > LARGEST for i in archive.infolist()):
                    raise ValueError("a table in it is too large")
                return {i: archive.read(i).decode("utf-8") for i in archive.namelist()}
        except (zipfile.BadZipFile, ValueError) as error:
            raise self._spoilt(f"damaged ({error})") from None

    def table(self, file: str, key: list[str]) -> Rows:
        """The rows of one table by key; empty where the edition had no such table."""
        try:
            return _keyed(_rows(self.files.get(file, "")), key)
        except csv.Error as error:
            raise self._spoilt(f"its {file} is damaged ({error})") from None

    @cached_property
    def verdicts(self) -> Rows:
        """Verdicts of every claim as this edition gave them."""
        return self.table(VERDICTS, ["claim_id"])


def editions(record: Record) -> list[Edition]:
    """Every edition, oldest first."""
    filed = sorted(record.rows(EditionRow), key=lambda e: e.date)
    return [Edition(record.data, e.edition_id, e.file, e.sha256) for e in filed]


def guarded(resource: Resource) -> list[str]:
    """Columns that state something: numbers, dates, keys, and words from a list; not prose."""
    keys = {c for k in resource["schema"].get("foreignKeys", []) for c in k["fields"]}
    keys |= set(resource["schema"]["primaryKey"])
    return [
        f["name"] for f in resource["schema"]["fields"]
        if f["type"] != "string" or f["name"] in keys or {"enum", "pattern"} & set(f.get("constraints", {}))
    ]  # fmt: skip


def differences(old: Rows, new: Rows, table: str, columns: list[str]) -> Iterator[Change]:
    """Cells that changed and rows that went; rows that came are no change of what was said."""
    for key, before in old.items():
        after = new.get(key)
        if after is None:
            yield Change(table, key, "", "in the table", "gone")
            continue
        for column in columns:
            if column in before and column in after and not _same(before[column], after[column]):
                yield Change(table, key, column, before[column], after[column])


def _same(was: str, now: str) -> bool:
    """Whether two cells say the same: the same text, or one number written in two ways."""
    if was == now:
        return True
    try:
        return float(was) == float(now)
    except ValueError:
        return False


def since(record: Record, edition: Edition) -> Iterator[Change]:
    """What the record says otherwise than an edition."""
    for resource, old, new in _beside(record, edition):
        yield from differences(old, new, resource["name"], guarded(resource))


def _beside(record: Record, edition: Edition) -> Iterator[tuple[Resource, Rows, Rows]]:
    """Each table that is no longer what the edition has, as it was and as it stands now, by key."""
    for resource in record.descriptor["resources"]:
        now = (record.data / resource["path"]).read_text(encoding="utf-8")
        if resource["name"] not in OWN and now != edition.files.get(resource["path"]):
            key = resource["schema"]["primaryKey"]
            yield resource, edition.table(resource["path"], key), _keyed(_rows(now), key)


def undeclared(record: Record) -> Iterator[str]:
    """One line for each thing that the newest edition says otherwise and ``changes.csv`` does not explain."""
    known = editions(record)
    if not known:
        return
    for edition in known:
        _ = edition.files  # an archive that is missing or damaged says so
    newest = known[-1]
    told: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    for row in record.rows(ChangeRow):
        if row.edition == newest.name:
            told.setdefault((row.table, row.key, row.column), []).append((row.was, row.now))
    files = {r["name"]: r["path"] for r in record.descriptor["resources"]}
    for c in since(record, newest):
        explained = told.get((c.table, c.key, c.column), [])
        if not any(_same(was, c.was) and _same(now, c.now) for was, now in explained):
            what = f'column {c.column} value "{c.now[:80]}"' if c.column else "is gone"
            yield (
                f'data/{files[c.table]} row "{c.key}" {what}: edition {newest.name} says "{c.was[:80]}"; '
                "restore it, or give the change and its reason a row in data/changes.csv"
            )
    for resource, old, new in _beside(record, newest):
        before, after = [k for k in old if k in new], [k for k in new if k in old]
        for was, now in zip(before, after, strict=True):
            if was != now:
                yield (
                    f'data/{resource["path"]}: row "{now}" stands where edition {newest.name} has row '
                    f'"{was}"; '
                    "put the rows back in their order"
                )
                break


def declare(
    record: Record, reason: str, date: str, kind: str = "update", table: str = "", key: str = ""
) -> int:
    """Gives every change that ``changes.csv`` does not explain a row with ``reason``; returns how many.

    ``table`` and ``key`` narrow it. A row that told of the same cell before makes way: it is about another
    value. A row's id comes from what it says, so that two people who declare at once never use the same.
    """
    known = editions(record)
    if not known:
        return 0
    newest = known[-1]
    _after_the_last(record, date)
    path = record.data / "changes.csv"
    rows = _rows(path.read_text(encoding="utf-8"))
    cell = itemgetter("edition", "table", "key", "column")
    told = {(*cell(r), r["was"], r["now"]) for r in rows}
    new = {
        (newest.name, c.table, c.key, c.column): c
        for c in since(record, newest)
        if table in ("", c.table) and key in ("", c.key) and (newest.name, *astuple(c)) not in told
    }
    rows = [r for r in rows if cell(r) not in new]
    for c in new.values():
        mark = hashlib.sha256("\0".join((newest.name, *astuple(c))).encode()).hexdigest()[:10]
        rows.append({
            "change_id": f"C-{mark}", "date": date, "edition": newest.name, "kind": kind,
            **asdict(c), "reason": reason,
        })  # fmt: skip
    replace_file(path, csv_text(rows, list(rows[0])))
    return len(new)


def _after_the_last(record: Record, date: str) -> None:
    """Raises ``RecordError`` for a day before the newest edition: it would then not be the newest."""
    last = max((f"{e.date:%Y-%m-%d}" for e in record.rows(EditionRow)), default="")
    if date < last:
        advice = "set the machine's clock, or give the day with --date"
        raise RecordError([f"{date} is before {last}, the day of the newest edition; {advice}"])


def moved(old: Rows, new: Rows) -> list[Moved]:
    """Claims that both editions judge, and judge differently."""
    return [
        Moved(claim, when, before[when], new[claim][when])
        for claim, before in old.items()
        if claim in new
        for when in ("on_day", "now")
        if before[when] != new[claim][when]
    ]


def unexplained(record: Record) -> Iterator[str]:
    """One line for each verdict that is not the newest edition's, for no reason that a reader could see."""
    known = editions(record)
    if not known:
        return
    found = assess(record)
    for m in moved(known[-1].verdicts, {r["claim_id"]: r for r in verdict_rows(record)}):
        if not why_moved(record, known[-1].name, found[m.claim_id]):
            yield (
                f"data/claims.csv: {m.claim_id} is {m.now} ({m.when}), edition {known[-1].name} says "
                f"{m.was}, and nothing says why; write the editor's reason, or declare the change"
            )


def why_moved(
    record: Record, older: str, verdict: Assessment, whens: Iterable[str] = ("now",), *, stands: bool = True
) -> list[str]:
    """Why a claim got another verdict than in an older edition, each reason once.

    First what was changed of the claim, of its evidence or of its editorial verdict; where none of these, the
    reason of the verdict itself, and for one that the rules give by interval the changes of the facts that
    decide it. Of a verdict that moved for its day and for now
    (``whens``) the reason for the day counts. One that has moved again since (``stands`` is false) has no
    reason of its own to give.
    """
    mine: list[str] = []
    evidence: list[str] = []
    basis = {*verdict.on_day.basis, *verdict.now.basis}
    for c in record.rows(ChangeRow):
        if c.edition != older:
            continue
        if c.table in ("claims", "claim_evidence", "editorial") and c.key.split("/")[0] == verdict.claim_id:
            mine.append(c.reason)
        elif c.table in ("facts", "derived") and c.key in basis:
            evidence.append(c.reason)
    both = [verdict.on_day, verdict.now] if "on_day" in whens else [verdict.now, verdict.on_day]
    said = [v.because for v in both if v.editorial and v.because] or [v.because for v in both if v.because]
    by_interval = verdict.now.rule[0] == "R" and not any(v.editorial for v in both)
    return list(
        dict.fromkeys(mine or (evidence if by_interval else []) or (said[:1] if stands else []) or evidence)
    )


def verdict_rows(record: Record) -> list[dict[str, str]]:
    """Both verdicts of every claim, as an edition keeps them."""
    return [
        {
            "claim_id": i, "on_day": a.on_day.verdict, "on_day_rule": a.on_day.rule,
            "now": a.now.verdict, "now_rule": a.now.rule,
        }
        for i, a in assess(record).items()
    ]  # fmt: skip


def publish(record: Record, name: str, date: str, note: str) -> Path:
    """Files the record as an edition and returns the archive; refuses a name that was used.

    The caller validates first. ``editions.csv`` is written last, so that an interrupted run leaves no
    edition.
    """
    if name in set(record.editions["edition_id"]):
        where = "data/datapackage.json, CITATION.cff and pyproject.toml"
        raise RecordError([f"edition {name} has been published; raise the version in {where}"])
    _after_the_last(record, date)
    out = record.data / "editions" / f"{name}.zip"
    out.parent.mkdir(exist_ok=True)
    tables = {
        r["path"]: (record.data / r["path"]).read_bytes()
        for r in record.descriptor["resources"] if r["name"] not in OWN
    }  # fmt: skip
    body = archive(tables, verdict_rows(record), date)
    replace_file(out, body)
    listing = record.data / "editions.csv"
    rows = _rows(listing.read_text(encoding="utf-8"))
    digest = hashlib.sha256(body).hexdigest()
    row = {"edition_id": name, "date": date, "file": f"editions/{out.name}", "sha256": digest, "note": note}
    replace_file(listing, csv_text([*rows, row], list(row)))
    return out


def archive(tables: dict[str, bytes], verdicts: Iterable[dict[str, str]], date: str) -> bytes:
    """The bytes of an edition: the same for the same tables and date."""
    out = io.BytesIO()
    rows = list(verdicts)
    year, month, day = map(int, date.split("-"))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for path, content in sorted({**tables, VERDICTS: csv_text(rows, list(rows[0])).encode()}.items()):
            entry = zipfile.ZipInfo(path, (year, month, day, 0, 0, 0))
            packed.writestr(entry, content, zipfile.ZIP_DEFLATED, 9)
    return out.getvalue()


def _rows(text: str) -> list[dict[str, str]]:
    read = csv.DictReader(io.StringIO(text, newline=""))
    return [{k: v or "" for k, v in row.items() if k} for row in read]


def _keyed(rows: list[dict[str, str]], key: list[str]) -> Rows:
    return {"/".join(row.get(k, "") for k in key): row for row in rows}
