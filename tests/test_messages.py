"""Messages for people: each says what failed and what to do. Held over the code, not over the cases that
somebody tried."""

from __future__ import annotations

import ast
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from capital_loop.publish.cli import main
from tests.conftest import ROOT
from tools import lighthouse, load, paper

TOLD = ("AddressError", "BuildError", "PaperError", "RecordError", "RefreshError", "VerifyError")
"""Errors whose text is printed as it is; what others raise is for programmers and comes with its place."""
ADVICE = re.compile(
    r"\b(add|ask|break|build|choose|drop|execute|give|install|leave|look|make|mend|print|put|raise|restore|run|"
    r"see|set|unset|use|wait|write)\b"
)
"""What a message tells to do."""
CATCHES_ALL = {
    "claims/checks.py",
    "publish/engine/build.py",
    "publish/engine/workers.py",
    "tools/mutate.py",
    "tools/refresh.py",
}
"""Where anything that is raised is turned into a line: what a table's checker, a notebook, or a foreign
client raises."""


@cache
def sources() -> list[tuple[str, ast.Module]]:
    library, tools = ROOT / "src" / "capital_loop", ROOT / "tools"
    return [
        (path.relative_to(base).as_posix(), ast.parse(path.read_text(encoding="utf-8")))
        for folder, base in ((library, library), (tools, ROOT))
        for path in sorted(folder.rglob("*.py"))
    ]


def literal(node: ast.AST) -> str:
    """The text that stands in the code; a variable named ``advice`` is advice."""
    parts = [n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    return " ".join(
        [*parts, *("see" for n in ast.walk(node) if isinstance(n, ast.Name) and n.id == "advice")]
    )


def silent(tree: ast.Module) -> list[str]:
    """Messages of a module that say what failed and not what to do."""
    found = []
    for node in ast.walk(tree):
        call = node.exc if isinstance(node, ast.Raise) else None
        name = getattr(call.func, "id", "") if isinstance(call, ast.Call) else ""
        said = literal(call) if isinstance(call, ast.Call) and name in TOLD else ""
        if len(said.split()) > 2 and not ADVICE.search(said):
            found.append(f"line {node.lineno}: {said}")
    return found


@pytest.mark.parametrize(("name", "tree"), [pytest.param(n, t, id=n) for n, t in sources()])
def test_each_message_says_what_to_do(name: str, tree: ast.Module) -> None:
    assert silent(tree) == []


def test_the_scan_finds() -> None:
    bad = ast.parse(
        "raise RecordError([f'data/x.csv: {a} is not what it was'])\nraise BuildError('x is gone; restore "
        "it')"
    )
    assert [x.split(":")[0] for x in silent(bad)] == ["line 1"]


def test_a_number_in_a_message_has_all_its_digits() -> None:
    """What is compared to nine digits and printed to six can read "300 is above 300"."""
    said = [
        f"{name}, line {node.lineno}"
        for name, tree in sources()
        if name.startswith(("claims/", "record/", "models/intervals", "tools/refresh"))
        for node in ast.walk(tree)
        if isinstance(node, ast.Yield | ast.Raise)
        for part in ast.walk(node)
        if isinstance(part, ast.FormattedValue)
        and part.format_spec
        and ast.unparse(part.format_spec).strip("f'\"") in ("g", ",.0f")
    ]
    assert said == []


def test_only_what_must_catches_everything() -> None:
    wide = {
        name
        for name, tree in sources()
        for n in ast.walk(tree)
        if isinstance(n, ast.ExceptHandler)
        and (n.type is None or getattr(n.type, "id", "") in ("Exception", "BaseException"))
    }
    assert wide <= CATCHES_ALL
    for name, tree in sources():
        for n in ast.walk(tree):
            if isinstance(n, ast.ExceptHandler):
                assert not all(isinstance(x, ast.Pass) for x in n.body), f"{name}, line {n.lineno}: swallowed"


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        (["edition", "x", "--date", "yesterday"], "YYYY-MM-DD"),
        (["declare", "x", "--date", "2026-13-01"], "YYYY-MM-DD"),
        (["trace", "X-99"], "data/claims.csv"),
        (["serve", "--port", "70000"], "1 to 65535"),
        (["serve", "--build", "--port", "abc"], "1 to 65535"),
        (["serve", "--build", "--port", "٣٠٠٠"], "1 to 65535"),
        (["serve", "--build", "--port", ""], "1 to 65535"),
        (["serve", "--port", "0"], "1 to 65535"),
        (["nothing"], "invalid choice"),
        (["edition", " "], "blank: write a sentence"),
        (["declare", "x", "--key", "nothing"], "nothing to declare in nothing"),
    ],
)
def test_a_slip_on_the_command_line_is_one_line_with_the_way_out(
    line: list[str],
    wanted: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    shutil.copytree(ROOT / "data", tmp_path / "data")
    (tmp_path / "_build" / "html").mkdir(parents=True)
    (tmp_path / "_build" / "html" / "index.html").touch()
    monkeypatch.setenv("CAPITAL_LOOP_ROOT", str(tmp_path))
    try:
        code = main(line)
    except SystemExit as stop:
        code = int(stop.code or 0)
    err = capsys.readouterr().err
    assert code
    assert wanted in err
    assert "Traceback" not in err


CHINESE = ["trace", "A-022"]
"""A claim as printed in Chinese, with the facts that it rests on."""


def printed(line: list[str], after: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    """What the command line prints in a shell of its own."""
    call = shlex.join([sys.executable, "-m", "capital_loop.publish.cli", *line]) + after
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", call], env={**os.environ, "CAPITAL_LOOP_ROOT": str(ROOT), **env},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.slow
def test_a_terminal_without_chinese_shows_the_rest() -> None:
    done = printed(CHINESE, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert "1000\\u4ebf" in done.stdout
    assert "亿" in printed(CHINESE, LC_ALL="C").stdout


def test_who_stops_reading_gets_no_message() -> None:
    done = printed(CHINESE, " | head -1")
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the full disk is Linux's own")
def test_what_cannot_be_printed_is_one_line() -> None:
    done = printed(CHINESE, " > /dev/full")
    assert done.returncode == 1
    assert (
        done.stderr
        == "trace: what it prints could not be written (No space left on device); make room for it\n"
    )


def test_a_wrong_folder_is_one_line(tmp_path: Path) -> None:
    done = printed(["validate"], CAPITAL_LOOP_ROOT=str(tmp_path))
    assert done.returncode == 1
    where = "run this in the project's folder, or set CAPITAL_LOOP_ROOT to it"
    assert done.stderr == f"{tmp_path} has no folder data/: {where}\n"


def test_half_an_environment_is_one_line(tmp_path: Path) -> None:
    """As after an interrupted set-up, or after `pip install` without the book."""
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\nsys.modules['frictionless'] = None\n", encoding="utf-8"
    )
    path = os.pathsep.join([str(tmp_path), str(ROOT / "src")])
    for command in (["validate"], ["build", "--force"]):
        done = printed(command, PYTHONPATH=path)
        assert done.returncode == 1
        (line,) = done.stderr.splitlines()
        assert line.endswith(
            "the package frictionless is not installed; run make setup (elsewhere: pip install "
            "'capital-loop[book]')"
        )


@pytest.mark.parametrize("build", [[], ["--build"]])
def test_a_taken_port_is_said_before_the_build_and_the_next_is_named(
    build: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CAPITAL_LOOP_ROOT", str(tmp_path))
    (tmp_path / "_build" / "html").mkdir(parents=True)
    (tmp_path / "_build" / "html" / "index.html").touch()
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert main(["serve", *build, "--port", str(port)]) == 1
    other_port = port + 1 if port < 65535 else 8001
    said = capsys.readouterr()
    assert (
        said.err == f"port {port}: Address already in use; choose another one: make serve PORT={other_port}\n"
    )
    assert said.out == "", "nothing was built"


@pytest.mark.parametrize(("port", "advised"), [(80, 8001), (65535, 8001), (8000, 8001), (1024, 1025)])
def test_the_port_that_is_advised_can_be_had_by_anybody(
    port: int,
    advised: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("capital_loop.publish.serving.served", refused)
    monkeypatch.setenv("CAPITAL_LOOP_ROOT", str(tmp_path))
    assert main(["serve", "--build", "--port", str(port)]) == 1
    assert capsys.readouterr().err.endswith(f"make serve PORT={advised}\n")


@pytest.mark.parametrize("tool", [load, lighthouse, paper])
def test_a_missing_program_is_said_before_the_build(
    tool: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Nothing is on the path, and Playwright's browser cannot be had."""

    def built(_: list[str]) -> int:
        raise AssertionError("it began to build, which takes minutes")

    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.setattr("capital_loop.publish.cli.main", built)
    monkeypatch.setattr(subprocess, "run", lambda command, **_: subprocess.CompletedProcess(command, 1))
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    try:
        said = ""
        assert tool.main() == 1
    except SystemExit as stop:
        said = str(stop)
    assert "on Debian, apt-get install" in said + capsys.readouterr().err


@pytest.mark.slow
def test_closed_outputs_are_no_error() -> None:
    assert printed(["due"], " >&-").returncode == 0
    done = printed(["trace", "X-99\nX-98"], " >&-")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)


def test_an_error_goes_nowhere_where_errors_are_not_read() -> None:
    """And never among what a command prints."""
    assert printed(["trace", "X-99"], " 2>&- <&-").stdout == ""


def test_a_tool_that_is_stopped_says_one_word() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import tools; raise KeyboardInterrupt"], cwd=ROOT, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.returncode in (130, -signal.SIGINT)
    assert done.stderr == "interrupted\n"


def test_no_check_hangs_on_an_assertion() -> None:
    """Python leaves assertions out where it is told to optimize; the record must be checked there too."""
    found = [
        f"{path.name}, line {number}"
        for folder in ("claims", "record")
        for path in (ROOT / "src" / "capital_loop" / folder).glob("*.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if re.match(r"\s*assert\b", line)
    ]
    assert found == []


def test_a_file_for_a_folder_is_told_as_the_wrong_folder() -> None:
    done = printed(["validate"], CAPITAL_LOOP_ROOT=str(ROOT / "README.md"))
    assert done.stderr.startswith(
        f"{ROOT / 'README.md'} has no folder data/: run this in the project's folder"
    )
