"""Whether the tables' files can be read at all: one line for a fault, before its cells count."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from capital_loop.record.schema import LARGEST, Descriptor, Resource, fingerprint

AGAIN = "restore it with git checkout"
SAVE = "save it as UTF-8 text with commas"
SHOWN = 5
"""Rows of one file that are named; more have the same cause."""


def unreadable(descriptor: Descriptor, data: Path) -> Iterator[str]:
    """What keeps a table from being read: its file, encoding, line endings, header, length of rows."""
    windows: list[str] = []
    for resource in descriptor["resources"]:
        path = data / resource["path"]
        if not path.is_file():
            yield f"data/{resource['path']}: file is missing; {AGAIN}"
        elif path.stat().st_size > LARGEST:
            yield f"data/{resource['path']}: larger than {LARGEST} bytes; {AGAIN}"
        elif (body := path.read_bytes()) and b"\r\n" in body and b"\0" not in body:
            windows.append(resource["path"])
        else:
            yield from (f"data/{resource['path']}{fault}" for fault in _faults(resource, body))
    if windows:
        yield (
            f"data/: {len(windows)} tables have Windows line endings (CRLF), {windows[0]} for one; "
            "run git config core.autocrlf false, then git checkout data"
        )


def changed(descriptor: Descriptor, data: Path) -> Iterator[str]:
    """Tables that are not what the descriptor says they are."""
    for resource in descriptor["resources"]:
        body = (data / resource["path"]).read_bytes()
        if not resource.get("hash"):
            yield f"data/datapackage.json: table '{resource['name']}' has no hash; run make stamp"
        elif (resource["hash"], resource.get("bytes")) != (fingerprint(body), len(body)):
            yield (
                f"data/{resource['path']}: was edited (its hash is not the one in datapackage.json); "
                "restore the file; if the edit is meant, run make stamp"
            )


def _faults(resource: Resource, body: bytes) -> Iterator[str]:
    if body.startswith(b"\xef\xbb\xbf"):
        yield f": begins with a byte-order mark; {SAVE}, without one"
        return
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        line = body[: error.start].count(b"\n") + 1
        yield f": is not UTF-8 from byte {error.start} (line {line}) on; {SAVE}"
        return
    if "\0" in text:
        yield f": holds a zero byte in line {text[: text.index(chr(0))].count(chr(10)) + 1}; {SAVE}"
        return
    columns = [f["name"] for f in resource["schema"]["fields"]]
    if not text:
        yield f": the table has no rows, nor a header; {AGAIN}"
    elif text.split("\n", 1)[0] != ",".join(columns):
        yield f": the header is not '{','.join(columns)}'; restore the header row, with commas"
    else:
        yield from _rows(text, len(columns), resource.get("may_be_empty", False))


def _rows(text: str, width: int, may_be_empty: bool) -> Iterator[str]:
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        yield f": {error}; close each quotation mark, and double those inside a cell"
        return
    if len(rows) < 2 and not may_be_empty:
        yield f": the table has no rows; {AGAIN}"
    wrong = [(n, len(row)) for n, row in enumerate(rows, start=1) if len(row) != width]
    for number, cells in wrong[:SHOWN]:
        advice = f"quote commas, give each of the {width} columns a cell" if cells else "delete the empty row"
        yield f" row {number}: {cells} cells, the header has {width}; {advice}"
    if len(wrong) > SHOWN:
        yield f": {len(wrong) - SHOWN} more rows have another number of cells; mend them alike"
