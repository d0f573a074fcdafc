"""Bad input: one clear line each, naming file, row, column, value and what to do; never a traceback."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import get_type_hints

import pandas as pd
import pytest

from capital_loop.claims.checks import validate
from capital_loop.publish.cli import main
from capital_loop.record import RecordError, load, read_descriptor, stamp
from capital_loop.record.rows import ClaimRow, Row
from tests import plant


def test_the_record_is_valid(root: Path) -> None:
    assert "is valid" in validate(root / "data")


def cell(data: Path, table: str, column: str, value: str, row: int = 0) -> None:
    plant.cells(data, table, row, **{column: value})


def truncate(data: Path) -> None:
    path = data / "facts.csv"
    path.write_bytes(path.read_bytes()[:-300])


def duplicate(data: Path) -> None:
    lines = (data / "sources.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (data / "sources.csv").write_text("".join([*lines, lines[1]]), encoding="utf-8")
    stamp(data)


def encode(data: Path) -> None:
    path = data / "claims.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("utf-16"))
    stamp(data)


def empty(data: Path) -> None:
    path = data / "deal-stages.csv"
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    stamp(data)


def header(data: Path) -> None:
    plant.text(data / "facts.csv", "as_of", "asof")
    stamp(data)


def broken_json(data: Path) -> None:
    plant.text(data / "datapackage.json", "{", "[", 1)


CASES: dict[str, tuple[Callable[[Path], None], str]] = {
    "missing file": (lambda d: (d / "facts.csv").unlink(), r"facts\.csv.*missing.*restore"),
    "truncated file": (
        truncate,
        r"facts\.csv( row \d+: \d+ cells, the header has 14|: was edited|: unexpected end of data)",
    ),
    "hash that does not match": (
        lambda d: plant.text(d / "prices.csv", "2025", "2024"),
        r"prices\.csv: was edited.*make stamp",
    ),
    "wrong encoding": (encode, r"claims\.csv.*UTF-8"),
    "duplicate id": (duplicate, r"sources\.csv row \d+.*the same as in the row at position 2"),
    "dangling key": (
        lambda d: cell(d, "facts", "subject", "nobody"),
        r"facts\.csv row 2.*foreign-key.*nobody",
    ),
    "text in a number column": (
        lambda d: cell(d, "facts", "value", "many"),
        r"facts\.csv row 2 column value value \"many\".*type-error",
    ),
    "unit outside the list": (
        lambda d: cell(d, "facts", "unit", "bananas"),
        r"facts\.csv row 2 column unit value \"bananas\"",
    ),
    "impossible date": (
        lambda d: cell(d, "facts", "published", "2025-02-30"),
        r"facts\.csv row 2 column published value \"2025-02-30\"",
    ),
    "impossible month": (
        lambda d: cell(d, "facts", "as_of", "2025-13"),
        r"facts\.csv row 2 column as_of value \"2025-13\".*no such date",
    ),
    "figure that breaks an identity": (
        lambda d: plant.cells(d, "facts", {"fact_id": "ORCL-177"}, value="12133000000"),
        r"identities\.csv row \d+ column result .* mend the wrong fact, or the identity",
    ),
    "NaN": (lambda d: cell(d, "prices", "close", "NaN"), r"prices\.csv row 2 column close value \"NaN\""),
    "changed header": (header, r"facts\.csv: the header is not 'fact_id,.*restore the header"),
    "empty table": (empty, r"deal-stages\.csv.*no rows"),
    "descriptor that is no JSON": (broken_json, r"datapackage\.json.*not valid JSON"),
    "descriptor that no tool would read": (
        lambda d: plant.text(d / "datapackage.json", '"name": "', '"name": "Our '),
        r"^data/datapackage\.json: \[package-error\] The data package has an error: .*'Our [a-z-]+' does not "
        r"match .*; mend the descriptor$",
    ),
}


def test_every_field_says_what_it_means(root: Path) -> None:
    """In five words at least; where the values come from a short list, each of them is named and
    explained."""
    fields = [
        (f"{r['name']}.{f['name']}", f.get("description", ""), f.get("constraints", {}).get("enum", []))
        for r in read_descriptor(root / "data")["resources"]
        for f in r["schema"]["fields"]
    ]
    assert [name for name, said, _ in fields if len(said.split()) < 5] == []
    chosen = [
        (name, said, values) for name, said, values in fields if values and name.split(".")[1] not in LISTED
    ]
    assert [(name, v) for name, said, values in chosen for v in values if v not in said] == []


def test_rows_are_typed_as_the_descriptor_says(root: Path) -> None:
    kinds = {"string": str, "number": float, "integer": int, "date": pd.Timestamp}
    said = {
        r["name"]: {f["name"]: kinds[f["type"]] for f in r["schema"]["fields"]}
        for r in read_descriptor(root / "data")["resources"]
    }
    for kind in Row.kinds:
        typed = {f.name: get_type_hints(kind)[f.name] for f in fields(kind)}
        assert typed == {"Index": int} | said[kind.table_name], kind.table_name
    assert len({kind.table_name for kind in Row.kinds}) == len(Row.kinds) > 20
    record = load(root / "data")
    first = record.rows(ClaimRow)[0]
    assert (first.Index, first.claim_id, len(record.rows(ClaimRow))) == (
        0,
        record.claims["claim_id"][0],
        len(record.claims),
    )


LISTED = ("unit", "chapter", "model", "table")
"""Columns whose values are listed elsewhere: units, chapters, models, the tables themselves."""


@pytest.mark.parametrize("case", CASES)
def test_bad_input_gives_one_clear_line(case: str, copy: Path) -> None:
    spoil, expected = CASES[case]
    spoil(copy)
    with pytest.raises(RecordError) as caught:
        validate(copy)
    assert any(re.search(expected, line) for line in caught.value.problems), "\n".join(
        caught.value.problems[:5]
    )
    assert all("\n" not in line and "Traceback" not in line for line in caught.value.problems)


SPOILT: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "as Excel saves it": (
        lambda b: b"\xef\xbb\xbf" + b,
        r"deals\.csv: begins with a byte-order mark; save it",
    ),
    "for a comma in decimals": (
        lambda b: b.replace(b",", b";"),
        r"deals\.csv: the header is not 'deal_id,.*with commas",
    ),
    "as Windows text": (
        lambda b: b.replace(b"\n", b"\r\n"),
        r"1 tables have Windows line endings .* deals\.csv",
    ),
    "in UTF-16": (lambda b: b.decode().encode("utf-16"), r"deals\.csv: is not UTF-8 from byte 0 \(line 1\)"),
    "in Latin-1": (
        lambda b: b + b"caf\xe9",
        r"deals\.csv: is not UTF-8 from byte \d+ \(line \d+\) on; save it",
    ),
    "with a zero byte": (lambda b: b[:-2] + b"\0\n", r"deals\.csv: holds a zero byte in line \d+; save it"),
    "with an open quotation": (lambda b: b + b'"open,x\n', r"deals\.csv: unexpected end of data; close each"),
    "with a row of one cell": (
        lambda b: b + b"x\n",
        r"deals\.csv row \d+: 1 cells, the header has \d+; quote",
    ),
    "with an empty row": (lambda b: b + b"\n", r"deals\.csv row \d+: 0 cells, .*; delete the empty row"),
    "with nothing in it": (lambda b: b"", r"deals\.csv: the table has no rows, nor a header; restore"),
    "with its header alone": (
        lambda b: b.split(b"\n")[0] + b"\n",
        r"deals\.csv: the table has no rows; restore",
    ),
    "with a row twice": (
        lambda b: b + b.split(b"\n")[1] + b"\n",
        r"deals\.csv row \d+ .*unique-error: the same as in",
    ),
}
"""A table that another program saved, or that was cut: what is done to its bytes, and the one line about
it."""


@pytest.mark.parametrize("how", SPOILT)
def test_one_spoilt_file_is_one_line(how: str, copy: Path) -> None:
    spoil, expected = SPOILT[how]
    path = copy / "deals.csv"
    path.write_bytes(spoil(path.read_bytes()))
    with contextlib.suppress(UnicodeDecodeError, RecordError):
        stamp(copy)  # meant or not
    with pytest.raises(RecordError) as caught:
        validate(copy)
    (line,) = [p for p in caught.value.problems if "was edited" not in p]
    assert re.search(expected, line), line


def test_many_rows_of_another_length_are_counted(copy: Path) -> None:
    path = copy / "deals.csv"
    path.write_bytes(path.read_bytes().replace(b"\n", b",\n").replace(b",\n", b"\n", 1))
    with pytest.raises(RecordError) as caught:
        validate(copy)
    *named, last = caught.value.problems
    assert len(named) == 5
    assert re.search(r"deals\.csv: \d+ more rows have another number of cells", last)


def test_the_command_prints_the_lines_and_fails(
    copy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (copy / "facts.csv").unlink()
    monkeypatch.setenv("CAPITAL_LOOP_ROOT", str(copy.parent))
    assert main(["validate"]) == 1
    err = capsys.readouterr().err
    assert "facts.csv" in err
    assert "Traceback" not in err


def test_stamp_is_idempotent(copy: Path) -> None:
    stamp(copy)
    before = (copy / "datapackage.json").read_bytes()
    assert stamp(copy) == []
    assert (copy / "datapackage.json").read_bytes() == before
    assert json.loads(before)["resources"]


def correct(data: Path, expect: str) -> str:
    """Declares a correction of the first sourced fact with a value in dollars; returns its id."""
    facts = pd.read_csv(data / "facts.csv", dtype=str, keep_default_na=False)
    row = facts[
        (facts["unit"] == "USD") & (facts["value"] != "") & (facts["low"] == "") & (facts["high"] == "")
    ].iloc[0]
    source = pd.read_csv(data / "sources.csv", dtype=str).iloc[0]["source_id"]
    line = f"{row['fact_id']},value,{expect or row['value']},12345,a misprint,{source},2026-11-20\n"
    with (data / "corrections.csv").open("a", encoding="utf-8") as out:
        out.write(line)
    stamp(data)
    return str(row["fact_id"])


def test_a_declared_correction_is_used_and_the_filed_figure_stays(copy: Path) -> None:
    fact_id = correct(copy, "")
    validate(copy)
    record = load(copy)
    assert record.fact(fact_id).value == 12345
    assert record.table("facts").set_index("fact_id").at[fact_id, "value"] != 12345


def test_windows_line_endings_are_one_line(copy: Path) -> None:
    for path in copy.glob("*.csv"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    with pytest.raises(RecordError) as caught:
        validate(copy)
    assert re.fullmatch(
        r"data/: \d+ tables have Windows line endings \(CRLF\), \S+\.csv for one; run git config .*, then "
        r"git checkout data",
        str(caught.value),
    )
