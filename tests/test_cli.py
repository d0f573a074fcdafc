"""The command line, on a small book: what each command prints, returns and leaves behind."""

from __future__ import annotations

import argparse
import contextlib
import errno
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_regressions.file_regression import FileRegressionFixture

from capital_loop.claims import checks, editions
from capital_loop.publish import cli, serving
from capital_loop.publish.engine import BuildError, refused
from capital_loop.publish.engine import build as builder
from capital_loop.record.tables import Record, load
from tests.small import small
from tests.test_small_book import KEPT, write

FEW = 3
"""So many lines of a kind, or of a table, are held."""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("small-book")
    write(root)
    return root


@pytest.fixture(autouse=True)
def _here(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, book: Path) -> None:
    monkeypatch.setenv("CAPITAL_LOOP_ROOT", str(book))


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders that the check was asked about; the small record is whole and not sound."""
    asked: list[Path] = []
    monkeypatch.setattr(checks, "validate", lambda data: asked.append(data) or "all is well")
    return asked


def said(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    """What a command prints; on stderr, in one line, where it fails."""
    assert cli.main(list(words)) == code
    out, err = capsys.readouterr()
    assert (out == "") == bool(code)
    assert err.count("\n") == bool(code)
    return err or out


def test_every_command_and_option_says_what_it_is_for(
    capsys: pytest.CaptureFixture[str], file_regression: FileRegressionFixture
) -> None:
    helps = []
    for words in ([], *([name] for name in cli.COMMANDS)):
        with pytest.raises(SystemExit) as done:
            cli.main([*words, "--help"])
        assert done.value.code == 0
        helps.append(" ".join(capsys.readouterr().out.split()))
    file_regression.check("\n\n".join(helps) + "\n", fullpath=KEPT / "help.txt")
    for words in ([], ["edition"], ["declare"], ["trace"]):
        with pytest.raises(SystemExit) as done:
            cli.main(words)
        assert done.value.code == 2
        assert "required" in capsys.readouterr().err


def shortened(text: str, csv: bool) -> Iterator[str]:
    """The first rows of a table; of a list of ways those that have a kind of line that none before had."""
    if csv:
        yield from text.splitlines()[:FEW]
        return
    seen: set[str] = set()
    for block in text.split("\n\n"):
        head, *lines = block.splitlines()
        kinds = [
            re.sub(r"(\w+-\w+:|\w+).*", lambda m: "fact" if m[1].endswith(":") else m[1], line)
            for line in lines
        ]
        if not set(kinds) <= seen:
            found = [line for n, line in enumerate(lines) if kinds[:n].count(kinds[n]) < FEW]
            yield "\n".join([head, *found, f"{len(lines)} lines"])
        seen |= set(kinds)


def test_the_pack_of_a_small_book_is_what_it_was(
    book: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    file_regression: FileRegressionFixture,
    checked: list[Path],
) -> None:
    """Of each kind of text enough to see every line of the code that writes it."""
    pack = book / "_build" / "audit"
    pack.mkdir(parents=True)
    (pack / "mine.txt").write_text("of the reader")
    names = ["assumptions.csv", "claims.txt", "editorial.csv", "facts.txt", "numbers.csv"]
    assert said(capsys, "audit").splitlines() == [str(pack / n) for n in names]
    assert checked == [book / "data"]
    assert sorted(p.name for p in pack.iterdir()) == sorted([*names, "mine.txt"])
    assert [p.name for p in (book / "_build").iterdir()] == ["audit"]
    texts = {name: (pack / name).read_text(encoding="utf-8") for name in names}
    parts = [f"== {name}\n" + "\n".join(shortened(text, csv=".csv" in name)) for name, text in texts.items()]
    file_regression.check("\n\n".join(parts) + "\n", fullpath=KEPT / "audit.txt")
    assert said(capsys, "audit", "--to", str(tmp_path / "a" / "b")).startswith(str(tmp_path / "a" / "b"))
    for name in names:
        assert (tmp_path / "a" / "b" / name).read_bytes() == (pack / name).read_bytes()


def test_a_trace_is_the_way_that_the_pack_has(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = load(book / "data")
    claim, fact = record.claims["claim_id"].iloc[0], record.facts.index[0]
    for key in (claim, fact):
        shown = said(capsys, "trace", key.lower())
        assert shown.startswith(f"{key}: " if key == claim else f"{key}: {record.facts.at[key, 'subject']}")
        assert shown == said(capsys, "trace", key)
    assert said(capsys, "trace", "x-99", code=1) == (
        "'x-99' is neither a claim nor a fact (data/claims.csv, data/facts.csv)\n"
    )
    assert said(capsys, "trace", "nobody wrote this", code=1) == (
        "'nobody wrote this' is no claim, fact, figure or part such as contagion.together, and no chapter "
        "shows these words; copy some from one paragraph or one cell of a table\n"
    )
    assert said(capsys, "trace", "x.y", code=1).startswith("no chapter x; there are amd_warrants, ")
    assert "no part y in chapters/russian_doll/study.py; there are " in said(
        capsys, "trace", "russian-doll.y", code=1
    )


def test_a_stamp_names_the_tables_that_changed(
    tmp_path: Path, book: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    small(book / "data", tmp_path / "data")
    monkeypatch.setenv("CAPITAL_LOOP_ROOT", str(tmp_path))
    assert said(capsys, "stamp") == "stamped: nothing changed\n"
    with (tmp_path / "data" / "metrics.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    assert said(capsys, "stamp") == "stamped: metrics\n"
    assert said(capsys, "stamp") == "stamped: nothing changed\n"


def test_what_the_check_says_is_printed(
    book: Path, capsys: pytest.CaptureFixture[str], checked: list[Path]
) -> None:
    assert said(capsys, "validate") == "all is well\n"
    assert checked == [book / "data"]


def test_due_lists_the_watchlist(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(capsys, "due").splitlines()
    assert len(lines) >= len(load(book / "data").watchlist)


def test_an_edition_and_its_reasons_are_handed_on(
    book: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, checked: list[Path]
) -> None:
    """With the day of today where none is named; a stamp follows, and what changed nothing is said."""
    asked: list[tuple[object, ...]] = []
    stamped: list[Path] = []
    count = 2

    def declare(record: Record, *rest: object) -> int:
        asked.append(rest)
        return count

    def publish(record: Record, *rest: object) -> str:
        assert len(stamped) == len(asked), "an edition is stamped when it is filed"
        asked.append(rest)
        return "published"

    monkeypatch.setattr(cli, "_today", lambda: "2026-05-06")
    monkeypatch.setattr(editions, "declare", declare)
    monkeypatch.setattr(editions, "publish", publish)
    monkeypatch.setattr("capital_loop.record.stamp", stamped.append)
    version = load(book / "data").version
    assert (
        said(capsys, "edition", "New.")
        == said(capsys, "edition", "New.", "--date", "2026-01-02")
        == "published\n"
    )
    assert asked == [(version, "2026-05-06", "New."), (version, "2026-01-02", "New.")]
    assert checked == stamped == [book / "data"] * 2
    asked.clear()
    some = ("--error", "--date", "2026-01-02", "--table", "facts", "--key", "X-1")
    assert (
        said(capsys, "declare", "Why.") == said(capsys, "declare", "Why.", *some) == "declared: 2 changes\n"
    )
    assert asked == [
        ("Why.", "2026-05-06", "update", "", ""),
        ("Why.", "2026-01-02", "error", "facts", "X-1"),
    ]
    assert stamped == [book / "data"] * 4
    count = 0
    end = ": no edition says otherwise, or each change has its reason; see `validate`\n"
    for words, where in (((), "the record"), (some[3:5], "facts"), (some[3:], "facts X-1")):
        assert said(capsys, "declare", "Why.", *words, code=1) == f"nothing to declare in {where}{end}"


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("edition", " "), "argument note: it is blank: write a sentence"),
        (("declare", ""), "argument reason: it is blank: write a sentence"),
        (("declare", "x", "--date", "1 May"), "argument --date: '1 May' is no day: write YYYY-MM-DD"),
        (
            ("edition", "x", "--date", "2026-13-01"),
            "argument --date: '2026-13-01' is no day: write YYYY-MM-DD",
        ),
        (("serve", "--port", "0"), "argument --port: '0' is no port: choose one from 1 to 65535"),
        (("serve", "--port", "65536"), "argument --port: '65536' is no port: choose one from 1 to 65535"),
        (("serve", "--port", "²"), "argument --port: '²' is no port: choose one from 1 to 65535"),
    ],
)
def test_a_word_that_will_not_do_is_refused_by_name(
    words: tuple[str, ...], line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as done:
        cli.main([*words])
    assert done.value.code == 2
    assert capsys.readouterr().err.splitlines()[-1] == f"capital-loop {words[0]}: error: {line}"


def test_a_build_is_handed_on_and_its_end_is_told(
    book: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Path, bool]] = []

    def build(root: Path, *, force: bool) -> Path:
        asked.append((root, force))
        return root / "site"

    monkeypatch.setattr(builder, "build", build)
    assert said(capsys, "build") == said(capsys, "build", "--force") == f"{book / 'site' / 'index.html'}\n"
    assert asked == [(book, False), (book, True)]

    def fails(root: Path, *, force: bool) -> Path:
        raise BuildError("a page is gone; restore it")

    monkeypatch.setattr(builder, "build", fails)
    assert said(capsys, "build", code=1) == "build failed: a page is gone; restore it\n"

    def stopped(root: Path, *, force: bool) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(builder, "build", stopped)
    assert said(capsys, "build", code=130) == "build interrupted; the old site is untouched\n"


@pytest.mark.parametrize("words", [["validate"], ["stamp"], ["due"], ["trace", "R-24"], ["audit"]])
def test_ctrl_c_is_one_line(
    words: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setitem(cli.COMMANDS, words[0], stopped)
    assert said(capsys, *words, code=130) == f"{words[0]} interrupted; every file is whole\n"


def test_what_belongs_to_somebody_else_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after `sudo make book`: the folder, where the file is not there yet."""
    error = PermissionError(errno.EACCES, "Permission denied", str(tmp_path / "a" / "b"))
    mine = f"{tmp_path / 'a' / 'b'}: Permission denied"
    assert refused(error, Path()) == mine
    monkeypatch.setattr("os.geteuid", lambda: -1)
    monkeypatch.setattr(Path, "owner", lambda path: f"who has {path.name}")
    assert refused(error, Path()) == f"{mine}, it belongs to who has {tmp_path.name}"
    assert refused(OSError(errno.EROFS, "Read-only file system"), tmp_path) == (
        f"{tmp_path}: Read-only file system"
    )


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (
            OSError(28, "No space left on device", "/x/y"),
            "due failed: /x/y: No space left on device; mend that and",
        ),
        (
            OSError(28, "No space left on device"),
            "due failed: {root}: No space left on device; mend that and",
        ),
        (OSError("it broke"), "due failed: {root}: it broke; mend that and run it again"),
        (ModuleNotFoundError(name="polars"), "due: the package polars is not installed; run make setup"),
    ],
)
def test_what_the_system_refuses_is_one_line(
    error: Exception,
    line: str,
    book: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(*_: object) -> None:
        raise error

    monkeypatch.setitem(cli.COMMANDS, "due", fails)
    assert said_err(capsys, "due").startswith(line.format(root=book))


def said_err(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert cli.main(list(words)) == 1
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    return err


def test_a_module_of_the_book_that_is_missing_is_an_error_of_the_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(*_: object) -> None:
        raise ModuleNotFoundError(name="capital_loop.gone")

    monkeypatch.setitem(cli.COMMANDS, "due", fails)
    with pytest.raises(ModuleNotFoundError):
        cli.main(["due"])


def test_serving_tells_the_address_until_it_is_stopped(
    book: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert said(capsys, "serve", code=1) == "there is no site to serve: run make book first\n"
    site = book / "_build" / "html"
    site.mkdir(parents=True)
    (site / "index.html").write_text("x")

    def served(site: Path, port: int) -> contextlib.AbstractContextManager[str]:
        assert (site, port) == (book / "_build" / "html", 8000)
        return contextlib.nullcontext("http://127.0.0.1:8000")

    def stop(self: threading.Event, timeout: float | None = None) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(serving, "served", served)
    monkeypatch.setattr(threading.Event, "wait", stop)
    assert said(capsys, "serve") == "http://127.0.0.1:8000/  (stop with Ctrl-C)\n\n"
    built: list[bool] = []

    def build(root: Path, args: argparse.Namespace) -> int | None:
        built.append(args.force)
        return 1 if len(built) > 1 else None

    monkeypatch.setattr(cli, "_build", build)
    assert said(capsys, "serve", "--build") == "http://127.0.0.1:8000/  (stop with Ctrl-C)\n\n"
    assert cli.main(["serve", "--build"]) == 1
    assert capsys.readouterr().out == ""
    assert built == [False, False]


@pytest.mark.parametrize(("port", "other"), [(80, 8001), (1024, 1025), (8000, 8001), (65535, 8001)])
def test_a_port_that_cannot_be_had_names_another(
    port: int, other: int, book: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (book / "_build" / "html").mkdir(parents=True, exist_ok=True)
    (book / "_build" / "html" / "index.html").touch()

    def refused(site: Path, port: int) -> None:
        raise OSError(number, "it is refused")

    monkeypatch.setattr(serving, "served", refused)
    number = errno.EADDRINUSE
    line = f"port {port}: it is refused; choose another one: make serve PORT={other}\n"
    assert said(capsys, "serve", "--port", str(port), code=1) == line
    number = errno.EACCES
    assert said(capsys, "serve", "--port", str(port), code=1) == line
    number = errno.EADDRNOTAVAIL
    line = (
        f"no address here can be served at (127.0.0.1, ::1); make book, open {book}/_build/html/index.html\n"
    )
    assert said(capsys, "serve", "--port", str(port), code=1) == line
    number = errno.ENOSPC
    assert cli.main(["serve"]) == 1
    out, err = capsys.readouterr()
    assert (out, err) == ("\n", f"serve failed: {book}: it is refused; mend that and run it again\n")


def test_an_installed_library_asks_where_the_pack_of_a_reviewer_is_to_go(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    small(root / "data", tmp_path / "data")
    monkeypatch.setenv("CAPITAL_LOOP_ROOT", str(tmp_path))
    assert cli.main(["audit"]) == 1
    said = capsys.readouterr()
    assert said.err == "this is the installed library, no checkout: name a folder with --to FOLDER\n"
    assert [p.name for p in tmp_path.iterdir()] == ["data"]
