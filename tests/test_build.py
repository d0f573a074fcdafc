"""The build, on a tiny book: two notebooks, two tables, two modules."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import py_compile
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from capital_loop.publish.engine import build as builder
from capital_loop.publish.engine.build import BuildError, build, main_build
from capital_loop.publish.engine.execution import normalise
from capital_loop.publish.engine.freshness import libraries

TABLES = """
import csv, os
from pathlib import Path

def load(name):
    with open(os.environ["CAPITAL_LOOP_TRACE"], "a") as trace:
        trace.write(f"table {name}\\n")
    with open(Path(__file__).parents[2] / "data" / f"{name}.csv", newline="") as file:
        return list(csv.DictReader(file))
"""
SITE = """
from pathlib import Path
from sphinx.util import logging

def pages(app):
    for number in range(30):
        yield f"made/{number}", {"title": f"Page {number}", "body": f"<p>body {number}</p>"}, "page.html"

def check(app, name, template, context, doctree):
    if name == "made/17" and (Path(app.srcdir) / "data/doubt").exists():
        logging.getLogger(__name__).warning("page 17 is doubtful")

def setup(app):
    app.connect("html-collect-pages", pages)
    app.connect("html-page-context", check)
    return {}
"""
DRIVER = """
import sys
from capital_loop.publish.engine import build
build.validate_data = lambda data: None
status = build.main_build(sys.argv[1:])
heavy = {"sphinx", "pandas", "nbclient", "nbformat", "jupyter_client", "jupyter_book"} & set(sys.modules)
print("imported", sorted(heavy))
sys.exit(status)
"""


def cell(number: int, source: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": f"c{number}",
        "metadata": {},
        "outputs": [],
        "source": source,
    }


def notebook(title: str, *code: str) -> str:
    text = {"cell_type": "markdown", "id": "m0", "metadata": {}, "source": f"# {title}"}
    cells = [text, *(cell(number, source) for number, source in enumerate(code))]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def write_book(root: Path) -> None:
    resources = [
        {"name": name, "path": f"{name}.csv", "hash": "h", "bytes": 1, "schema": {"fields": []}}
        for name in ("left", "right")
    ]
    files = {
        "_config.yml": "title: Tiny\nonly_build_toc_files: true\nexecute:\n  execute_notebooks: 'off'\n",
        "_toc.yml": "format: jb-book\nroot: index\nchapters:\n- file: notebooks/a\n- file: notebooks/b\n",
        "index.md": "# Tiny\n",
        "data/left.csv": "v\n1\n",
        "data/right.csv": "v\n2\n",
        "data/datapackage.json": json.dumps({"version": "1", "resources": resources}),
        "src/tiny/__init__.py": "",
        "src/tiny/tables.py": TABLES,
        "src/tiny/model.py": "FACTOR = 3\n",
        "notebooks/a.ipynb": notebook(
            "A",
            "from tiny.tables import load\nfrom tiny.model import FACTOR",
            "print('left', end=' ')\nprint(int(load('left')[0]['v']) * FACTOR, flush=True)\nprint('end')",
            "{'one', 'two', 'three', 'four'}.copy().pop()",
        ),
        "notebooks/b.ipynb": notebook("B", "from tiny.tables import load\nload('right')[0]['v']"),
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


@pytest.fixture(autouse=True)
def _no_validation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builder, "validate_data", lambda data: None)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("finished") / "book"
    root.mkdir()
    write_book(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(builder, "validate_data", lambda data: None)
        build(root)
    return root


@pytest.fixture
def book(finished: Path, tmp_path: Path) -> Path:
    """A book that has been built."""
    return Path(shutil.copytree(finished, tmp_path / "book"))


@pytest.fixture
def executed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collects the notebooks that a build starts to execute."""
    names: list[str] = []

    def say(message: str) -> None:
        assert "FAILED" not in message
        if message.endswith(": started"):
            names.append(message.removesuffix(": started"))

    monkeypatch.setattr(builder, "_say", say)
    return names


def snapshot(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def edit(path: Path, change: Callable[[str], str]) -> None:
    text = path.read_text(encoding="utf-8")
    assert change(text) != text
    path.write_text(change(text), encoding="utf-8")


def outputs(root: Path, name: str) -> str:
    return json.dumps([c.get("outputs") for c in json.loads((root / name).read_text())["cells"]])


def test_a_build_executes_the_notebooks_and_renders_the_book(finished: Path) -> None:
    assert '"left 3\\n", "end\\n"' in outputs(finished, "notebooks/a.ipynb")
    assert "left 3" in (finished / "_build/html/notebooks/a.html").read_text()
    assert sorted(p.name for p in (finished / "_build").iterdir()) == [".lock", "cache", "html"]


def test_a_second_build_does_nothing_and_imports_nothing_heavy(book: Path) -> None:
    before = snapshot(book)
    run = subprocess.run(
        [sys.executable, "-c", DRIVER, "--root", str(book)], capture_output=True, text=True, check=True
    )
    assert run.stdout.splitlines() == [str(book / "_build/html/index.html"), "imported []"]
    assert snapshot(book) == before


def test_a_changed_table_executes_only_the_notebooks_that_read_it(book: Path, executed: list[str]) -> None:
    (book / "data/left.csv").write_text("v\n5\n")
    build(book)
    assert executed == ["notebooks/a.ipynb"]
    assert "left 15" in (book / "_build/html/notebooks/a.html").read_text()


def test_a_changed_schema_counts_for_its_table_and_a_changed_hash_does_not(
    book: Path, executed: list[str]
) -> None:
    edit(book / "data/datapackage.json", lambda text: text.replace('"hash": "h"', '"hash": "other"'))
    build(book)
    assert executed == []
    edit(book / "data/datapackage.json", lambda text: text.replace('"fields": []', '"fields": [1]', 1))
    build(book)
    assert executed == ["notebooks/a.ipynb"]


def test_a_changed_module_executes_only_the_notebooks_that_import_it(book: Path, executed: list[str]) -> None:
    # A quick edit of equal length: Python would still find the old bytecode valid.
    second, tick = 1_700_000_000_000_000_000, 1_000_000
    source = book / "src/tiny/model.py"
    os.utime(source, ns=(second, second))
    compiled = py_compile.compile(str(source), doraise=True)
    os.utime(compiled, ns=(second + tick, second + tick))
    source.write_text("FACTOR = 4\n")
    os.utime(source, ns=(second + 2 * tick, second + 2 * tick))
    build(book)
    assert executed == ["notebooks/a.ipynb"]
    assert "left 4" in (book / "_build/html/notebooks/a.html").read_text()


def test_changed_prose_is_rendered_without_execution(book: Path, executed: list[str]) -> None:
    edit(book / "notebooks/a.ipynb", lambda text: text.replace("# A", "# Another title"))
    build(book)
    assert executed == []
    assert "Another title" in (book / "_build/html/notebooks/a.html").read_text()


def test_an_output_edited_by_hand_is_executed_away(book: Path, executed: list[str]) -> None:
    before = snapshot(book)
    edit(book / "notebooks/a.ipynb", lambda text: text.replace("left 3", "left 9"))
    build(book)
    assert executed == ["notebooks/a.ipynb"]
    assert snapshot(book) == before


def test_two_executions_are_byte_identical_forked_or_not(
    book: Path, executed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = snapshot(book / "notebooks")
    monkeypatch.setenv("CAPITAL_LOOP_FORK", "0")
    build(book, force=True)
    assert sorted(executed) == ["notebooks/a.ipynb", "notebooks/b.ipynb"]
    assert snapshot(book / "notebooks") == before


def test_a_failing_cell_names_itself_and_leaves_everything_as_it_was(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (book / "data/right.csv").write_text("w\n2\n")
    edit(book / "src/tiny/tables.py", lambda text: text + "\n")  # executes the good notebook too
    before = snapshot(book)
    assert main_build(["--root", str(book)]) == 1
    assert "notebooks/b.ipynb, cell 2: KeyError: 'v'\n" in capsys.readouterr().err
    after = snapshot(book)
    assert {name: after[name] for name in before} == before


def test_a_kernel_that_dies_is_reported(book: Path) -> None:
    (book / "notebooks/b.ipynb").write_text(notebook("B", "1", "import os\nos._exit(3)"))
    with pytest.raises(BuildError, match=r"notebooks/b.ipynb, cell 3: the kernel died"):
        build(book)


@pytest.mark.parametrize(
    ("text", "message"),
    [("# Tiny\n\n[there](nowhere.md)\n", "nowhere.md"), ("# Tiny\n\n{py:func}`no.such`\n", "no.such")],
)
def test_a_warning_fails_the_build_and_leaves_the_site(book: Path, text: str, message: str) -> None:
    before = snapshot(book / "_build")
    (book / "index.md").write_text(text)
    with pytest.raises(BuildError, match=message):
        build(book)
    assert snapshot(book / "_build") == before


def test_pages_made_by_an_extension_are_all_written_and_their_warnings_count(book: Path) -> None:
    (book / "src/tiny_site.py").write_text(SITE)
    with (book / "_config.yml").open("a") as config:
        config.write("sphinx:\n  local_extensions:\n    tiny_site: src\n")
    build(book)
    for number in range(30):
        assert f"<p>body {number}</p>" in (book / f"_build/html/made/{number}.html").read_text()
    (book / "data/doubt").touch()
    with pytest.raises(BuildError, match="page 17 is doubtful"):
        build(book)


def test_bad_data_stops_the_build_before_anything_is_executed(
    book: Path, executed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(data: Path) -> None:
        raise ValueError(f"{data.name}/left.csv: row 2: no number")

    monkeypatch.setattr(builder, "validate_data", refuse)
    (book / "data/left.csv").write_text("v\nx\n")
    with pytest.raises(BuildError, match=r"^data/left.csv: row 2: no number$"):
        build(book)
    assert executed == []


def test_an_interrupted_swap_is_repaired_and_its_litter_removed(book: Path, executed: list[str]) -> None:
    before = snapshot(book / "_build")
    (book / "_build/html").rename(book / "_build/.html-old")
    (book / "_build/.html-new-x/html").mkdir(parents=True)
    build(book)
    assert executed == []
    assert snapshot(book / "_build") == before
    assert not (book / "_build/.html-new-x").exists()


def test_ctrl_c_stops_the_kernels_and_leaves_the_site(book: Path) -> None:
    pid_file = book.parent / "pid"
    code = f"import os, time\nopen({str(pid_file)!r}, 'w').write(str(os.getpid()))", "time.sleep(60)"
    (book / "notebooks/b.ipynb").write_text(notebook("B", *code))
    before = snapshot(book / "_build/html")
    with subprocess.Popen([sys.executable, "-c", DRIVER, "--root", str(book)], stderr=subprocess.PIPE) as run:
        wait_for(lambda: pid_file.exists() and pid_file.read_text() != "")
        run.send_signal(signal.SIGINT)
        _, errors = run.communicate(timeout=20)
    assert run.returncode == 130
    assert errors.decode().splitlines()[-1] == "build interrupted; the old site is untouched"
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid_file.read_text()), 0)
    assert snapshot(book / "_build/html") == before


def test_two_builds_at_once_run_one_after_the_other(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(builder, "_say", said.append)
    thread = threading.Thread(target=build, args=(book,))
    with held(book / "_build/.lock"):
        thread.start()
        wait_for(lambda: bool(said))
        assert said == ["another build is running; waiting for it"]
        assert thread.is_alive()
    thread.join(10)
    assert not thread.is_alive()


def test_streams_are_merged_whatever_the_timing() -> None:
    def stream(name: str, text: str) -> Any:
        return nbformat.v4.new_output("stream", name=name, text=text)

    result = nbformat.v4.new_output("display_data", data={"text/plain": "x"})
    outs = [
        stream("stdout", "a"),
        stream("stderr", "!"),
        stream("stdout", "b"),
        result,
        stream("stdout", "c"),
    ]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1", outputs=outs)])
    normalise(book)
    assert book.cells[0].outputs == [
        stream("stdout", "ab"),
        stream("stderr", "!"),
        result,
        stream("stdout", "c"),
    ]


def test_libraries_are_found_through_the_books_own_modules(tmp_path: Path) -> None:
    write_book(tmp_path)
    (tmp_path / "src/tiny/model.py").write_text(
        "from scipy import (\n    optimize,\n)\nimport numpy as np, math\n"
    )
    notebooks = [json.loads(p.read_text()) for p in (tmp_path / "notebooks").iterdir()]
    found = libraries(tmp_path, notebooks)
    assert {"csv", "scipy.optimize", "numpy", "math"} <= set(found)
    assert not [name for name in found if name.startswith("tiny")]


@contextlib.contextmanager
def held(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)
