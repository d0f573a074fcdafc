"""Bad input at scale: whatever is done to the record, people get lines of text, never a traceback, a hang or
a half result.

Examples are few and fixed every day, more in ``make test-all``; ``make fuzz`` tries many and is guided by
what code they reach.
"""

from __future__ import annotations

import copy as copies
import json
import os
import resource
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from capital_loop.claims.checks import validate
from capital_loop.publish.cli import main
from capital_loop.record import RecordError, load, stamp
from capital_loop.record.schema import LARGEST
from tests.small import small

SECONDS = 60
"""A check of the small record that takes longer hangs."""
TRIES = settings(
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", settings().max_examples // 8)),
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def record_folder(root: Path, tmp_path_factory: pytest.TempPathFactory, checked_once: None) -> Path:
    return small(root / "data", tmp_path_factory.mktemp("small") / "data")


@contextmanager
def within(seconds: int) -> Iterator[None]:
    def late(*_: Any) -> None:
        raise TimeoutError(f"no answer within {seconds} s")

    signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)


def outcome(data: Path) -> str:
    """The valid record's line, or the problems'; anything else is a fault of ours."""
    before = state(data)
    with within(SECONDS):
        problems: list[str] | None = None
        try:
            said = validate(data)
        except RecordError as error:
            problems, said = error.problems, str(error)
    assert problems != [], "refused without a reason"
    for line in problems or []:
        assert line.strip(), "an empty line"
        assert "\n" not in line, line
        assert len(line) < 2000, f"a line of {len(line)} characters"
        assert "Traceback" not in line, line
    assert state(data) == before, "validation wrote something"
    return said


def state(data: Path) -> dict[str, tuple[int, int]]:
    return {p.name: (p.stat().st_size, p.stat().st_mtime_ns) for p in data.iterdir()}


def restored(record_folder: Path, to: Path) -> Path:
    shutil.rmtree(to, ignore_errors=True)
    return Path(shutil.copytree(record_folder, to))


NASTY = [
    b'"', b'""', b"\x00", b"\r", b"\n\n", b",", b",,,,", b"\xff\xfe", b"\xef\xbb\xbf", b"\xe2\x80\xae",
    b"<script>", b"=1+1", b"1e999", b"-",
    b"nan", b"inf", b"9" * 400, b"A" * 5000, b"2025-02-30", b"0000-00-00", b"99999-01-01", b"/", b";", b":",
    b"price:X:2025-01-01:close",
    "\u0661".encode(), "−1".encode(),
]  # fmt: skip
slips = st.tuples(
    st.floats(0, 1), st.integers(0, 40), st.one_of(st.sampled_from(NASTY), st.binary(max_size=8))
)
"""Where in the file, how many bytes go, and what comes in their place."""
FILES = [
    "claims",
    "facts",
    "sources",
    "fact-sources",
    "claim-evidence",
    "derived",
    "deals",
    "editorial",
    "identities",
    "prices",
    "watchlist",
    "metrics",
    "return-closes",
    "changes",
    "editions",
    "documents",
    "implied",
]


@TRIES
@given(name=st.sampled_from(FILES), edits=st.lists(slips, min_size=1, max_size=3), stamped=st.booleans())
def test_any_bytes_in_a_table(
    record_folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
    name: str,
    edits: list[tuple[float, int, bytes]],
    stamped: bool,
) -> None:
    data = restored(record_folder, tmp_path_factory.getbasetemp() / "fuzz")
    path = data / f"{name}.csv"
    body = path.read_bytes()
    for where, length, new in edits:
        at = int(where * len(body))
        body = body[:at] + new + body[at + length :]
    path.write_bytes(body)
    if stamped:
        stamp(data)
    outcome(data)


cells = st.one_of(
    st.text(max_size=20), st.sampled_from([n.decode("utf-8", "replace") for n in NASTY]),
    st.floats().map(str), st.integers().map(str),
    st.dates().map(str),
)  # fmt: skip


@TRIES
@given(name=st.sampled_from(FILES), where=st.tuples(st.floats(0, 0.999), st.floats(0, 0.999)), value=cells)
def test_any_text_in_a_cell(
    record_folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
    name: str,
    where: tuple[float, float],
    value: str,
) -> None:
    import csv
    import io

    data = restored(record_folder, tmp_path_factory.getbasetemp() / "fuzz")
    path = data / f"{name}.csv"
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    row = rows[min(1 + int(where[0] * (len(rows) - 1)), len(rows) - 1)]
    row[int(where[1] * len(row))] = value.encode("utf-8", "replace").decode()
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8", newline="")
    stamp(data)
    outcome(data)


junk = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False),
        st.text(max_size=12),
        st.sampled_from(
            [
                "facts",
                "../../etc/passwd",
                "/etc/passwd",
                "http://127.0.0.1:9/x.csv",
                "number",
                "(",
                "(a+)+$",
                "latin-1",
                "2026-13-45",
            ]
        ),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


def paths(value: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value."""
    if here:
        yield here
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from paths(inner, (*here, key))


@TRIES
@given(data_=st.data(), what=st.sampled_from(["replace", "drop", "twice"]), new=junk)
def test_any_change_of_the_descriptor(
    record_folder: Path, tmp_path_factory: pytest.TempPathFactory, data_: st.DataObject, what: str, new: Any
) -> None:
    data = restored(record_folder, tmp_path_factory.getbasetemp() / "fuzz")
    path = data / "datapackage.json"
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    *way, last = data_.draw(st.sampled_from(list(paths(descriptor))))
    parent = descriptor
    for step in way:
        parent = parent[step]
    if what == "replace":
        parent[last] = new
    elif what == "drop":
        del parent[last]
    elif isinstance(parent, list):
        parent.append(copies.deepcopy(parent[last]))
    path.write_text(json.dumps(descriptor), encoding="utf-8")
    outcome(data)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[" * 100_000, "not valid JSON"),
        ('{"resources": ' + "9" * 5000 + "}", "not valid JSON"),
        ("\ufeff{}", "not valid JSON"),
        ("", "not valid JSON"),
        ("{}", "'resources' is not a list"),
        ('{"resources": []}', "'name' is a required property"),
    ],
)
def test_a_descriptor_that_is_none(record_folder: Path, tmp_path: Path, text: str, words: str) -> None:
    data = restored(record_folder, tmp_path / "data")
    (data / "datapackage.json").write_text(text, encoding="utf-8")
    assert words in outcome(data)


@pytest.mark.parametrize(
    "path", ["../facts.csv", "/etc/passwd", "http://127.0.0.1:9/facts.csv", "facts.csv\n"]
)
def test_a_table_outside_the_folder_is_refused(record_folder: Path, tmp_path: Path, path: str) -> None:
    data = restored(record_folder, tmp_path / "data")
    descriptor = json.loads((data / "datapackage.json").read_text(encoding="utf-8"))
    descriptor["resources"][0]["path"] = path
    (data / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    assert "does not match" in outcome(data)


@pytest.mark.parametrize("name", ["facts.csv", "datapackage.json"])
def test_a_huge_file_is_refused_before_it_is_read(record_folder: Path, tmp_path: Path, name: str) -> None:
    data = restored(record_folder, tmp_path / "data")
    with (data / name).open("ab") as out:
        out.truncate(50 * LARGEST)  # a hole: no bytes on the disk
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert f"larger than {LARGEST} bytes" in outcome(data)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    assert grown < 10 * LARGEST


def test_the_command_never_shows_a_traceback(
    record_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = restored(record_folder, tmp_path / "data")
    monkeypatch.setenv("CAPITAL_LOOP_ROOT", str(tmp_path))
    (data / "facts.csv").write_bytes(b"\xff\x00")
    for command in (["validate"], ["stamp"], ["due"], ["trace", "A-001"], ["audit"], ["edition", "x"]):
        status = main(command)
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err, command
        assert status in (0, 1), command


def test_a_folder_in_place_of_a_table(record_folder: Path, tmp_path: Path) -> None:
    data = restored(record_folder, tmp_path / "data")
    (data / "facts.csv").unlink()
    (data / "facts.csv").mkdir()
    with pytest.raises(RecordError):
        validate(data)
    with pytest.raises(RecordError):
        _ = load(data).facts
