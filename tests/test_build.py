"""The build, on a tiny book: two notebooks, two tables, two modules."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import py_compile
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from capital_loop.publish import cli
from capital_loop.publish.engine import BuildError, workers
from capital_loop.publish.engine import build as builder
from capital_loop.publish.engine.build import _modules as own_modules
from capital_loop.publish.engine.build import build
from capital_loop.publish.serving import served

TABLES = """
import csv
from pathlib import Path

def load(name):
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
import os, sys
from capital_loop.publish import cli
from capital_loop.publish.engine import build
build.validate_data = lambda data: None
os.environ["CAPITAL_LOOP_ROOT"] = sys.argv[1]
status = cli.main(["build", *sys.argv[2:]])
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


@pytest.fixture(autouse=True, scope="module")
def _one_server() -> Iterator[None]:
    """One fork server for all builds of this module: each would import the whole of Jupyter Book."""
    with pytest.MonkeyPatch.context() as patch:
        stop = workers.Workers.__exit__
        patch.setattr(workers.Workers, "__exit__", lambda self, *_: self.scratch.cleanup())
        patch.setattr(builder, "_modules", lambda source: [])
        yield
        stop(workers.Workers(Path(), []))


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
    """Collects the notebooks that a build executes."""
    names: list[str] = []

    def say(message: str) -> None:
        assert "FAILED" not in message
        if found := re.match(r"\[\d+/\d+\] (\S+):", message):
            names.append(found[1])

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
    assert sorted(p.name for p in (finished / "_build").iterdir()) == [".lock", "executed.json", "html"]
    about = json.loads((finished / "notebooks/a.ipynb").read_text())["metadata"]
    assert about["kernelspec"] == {"display_name": "Python 3", "language": "python", "name": "python3"}
    assert about["language_info"]["name"] == "python"
    assert set(about) == {"kernelspec", "language_info"}


def test_the_books_own_modules_are_imported_once_but_those_that_make_pages(tmp_path: Path) -> None:
    write_book(tmp_path)
    (tmp_path / "src/tiny/publish").mkdir()
    (tmp_path / "src/tiny/publish/pages.py").touch()
    assert own_modules(tmp_path / "src") == ["tiny.model", "tiny.tables"]


def test_a_second_build_does_nothing_and_imports_nothing_heavy(book: Path) -> None:
    before = snapshot(book)
    run = subprocess.run(
        [sys.executable, "-c", DRIVER, str(book)], capture_output=True, text=True, check=True
    )
    assert run.stdout.splitlines() == [str(book / "_build/html/index.html"), "imported []"]
    assert snapshot(book) == before


LONG = 300
"""Seconds after which what should have happened never will, however busy the machine is."""
NOTEBOOKS = ["notebooks/a.ipynb", "notebooks/b.ipynb"]


@pytest.mark.parametrize("name", ["data/left.csv", "src/tiny/model.py", "requirements.lock"])
def test_what_a_result_can_depend_on_executes_the_notebooks(
    book: Path, executed: list[str], name: str
) -> None:
    (book / name).write_text("v\n5\n" if name.endswith("csv") else "FACTOR = 3  # as before\n")
    build(book)
    assert sorted(executed) == NOTEBOOKS
    shown = "left 15" if name.endswith("csv") else "left 3"
    assert shown in (book / "_build/html/notebooks/a.html").read_text()


def test_a_changed_cell_executes_its_notebook(book: Path, executed: list[str]) -> None:
    edit(book / "notebooks/b.ipynb", lambda text: text.replace("[0]['v']", "[0]['v'] * 2"))
    build(book)
    assert executed == ["notebooks/b.ipynb"]
    assert "22" in outputs(book, "notebooks/b.ipynb")


def test_a_quick_edit_of_equal_length_is_seen(book: Path) -> None:
    """Python would still find the old bytecode valid."""
    second, tick = 1_700_000_000_000_000_000, 1_000_000
    source = book / "src/tiny/model.py"
    os.utime(source, ns=(second, second))
    compiled = py_compile.compile(str(source), doraise=True)
    os.utime(compiled, ns=(second + tick, second + tick))
    source.write_text("FACTOR = 4\n")
    os.utime(source, ns=(second + 2 * tick, second + 2 * tick))
    build(book)
    assert "left 4" in (book / "_build/html/notebooks/a.html").read_text()


def test_a_changed_address_is_noticed_and_executes_nothing(
    book: Path, executed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (book / "_build/html" / builder.STAMP).read_text()
    monkeypatch.setenv("CAPITAL_LOOP_URL", "https://loop.example.org")
    build(book)
    assert executed == []
    assert (book / "_build/html" / builder.STAMP).read_text() != before
    monkeypatch.setenv("CAPITAL_LOOP_URL", "loop.example.org")
    with pytest.raises(
        BuildError, match=r"^CAPITAL_LOOP_URL is 'loop\.example\.org': write an address such as"
    ):
        build(book)


@pytest.mark.parametrize("name", ["index.html", "notebooks/a.html", "_static/pygments.css"])
def test_a_missing_part_of_the_output_is_made_again(book: Path, executed: list[str], name: str) -> None:
    before = snapshot(book / "_build/html")
    (book / "_build/html" / name).unlink()
    build(book)
    assert executed == []
    assert snapshot(book / "_build/html") == before


def test_a_page_that_is_listed_and_not_there_stops_the_build_at_once(book: Path, executed: list[str]) -> None:
    edit(book / "_toc.yml", lambda text: text + "- file: notebooks/c\n")
    edit(book / "src/tiny/model.py", lambda text: text + "# all is stale\n")
    with pytest.raises(BuildError, match=r"^_toc.yml lists notebooks/c, which is not there; add the page"):
        build(book)
    assert executed == []


def test_the_users_environment_changes_no_byte(book: Path) -> None:
    code = (
        "import time, os\n[time.tzname, os.environ['LC_ALL'], hash('x')]",
        "{'one', 'two', 'three', 'four'}.copy().pop()",
    )
    (book / "notebooks/b.ipynb").write_text(notebook("B", *code))
    shown = []
    for zone, locale, seed in (("America/New_York", "C", "1"), ("Asia/Shanghai", "C.UTF-8", "2")):
        env = os.environ | {"TZ": zone, "LC_ALL": locale, "PYTHONHASHSEED": seed}
        subprocess.run([sys.executable, "-c", DRIVER, str(book), "--force"], env=env, check=True)
        shown.append(snapshot(book / "notebooks") | snapshot(book / "_build/html"))
    assert shown[0] == shown[1]
    assert "UTC" in outputs(book, "notebooks/b.ipynb")


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


def test_a_failing_cell_names_itself_and_leaves_everything_as_it_was(book: Path) -> None:
    (book / "data/right.csv").write_text("w\n2\n")
    before = snapshot(book)
    with pytest.raises(BuildError, match=r"^notebooks/b\.ipynb, cell 2: KeyError: 'v'\n"):
        build(book)
    after = snapshot(book)
    assert {name: after[name] for name in before} == before


def test_a_kernel_that_dies_is_reported(book: Path) -> None:
    (book / "notebooks/b.ipynb").write_text(notebook("B", "1", "import os\nos._exit(3)"))
    with pytest.raises(BuildError, match=r"notebooks/b.ipynb: its process ended, with exit code 3"):
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


def test_data_that_were_valid_are_checked_again_only_after_a_change(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[Path] = []
    monkeypatch.setattr(builder, "validate_data", checked.append)
    edit(book / "index.md", lambda text: text + "More.\n")
    build(book)
    assert checked == []
    for name in ("data/left.csv", "src/tiny/model.py"):
        edit(book / name, lambda text: text.replace("1", "4").replace("3", "4"))
        build(book)
        build(book)
        assert checked == [book / "data"]
        checked.clear()


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
    code = f"import os, time\nopen({str(pid_file)!r}, 'w').write(str(os.getpid()))", "time.sleep(600)"
    (book / "notebooks/b.ipynb").write_text(notebook("B", *code))
    before = snapshot(book / "_build/html")
    with subprocess.Popen([sys.executable, "-c", DRIVER, str(book)], stderr=subprocess.PIPE) as run:
        wait_for(lambda: pid_file.exists() and pid_file.read_text() != "")
        run.send_signal(signal.SIGINT)
        _, errors = run.communicate(timeout=LONG)
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
    thread.join(LONG)
    assert not thread.is_alive()


def test_a_taken_port_is_one_line_with_the_way_out(
    book: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CAPITAL_LOOP_ROOT", str(book))
    with served(book / "_build/html") as address:
        port = int(address.rpartition(":")[2])
        assert cli.main(["serve", "--port", str(port)]) == 1
    assert capsys.readouterr().err == (
        f"port {port}: Address already in use; choose another one: make serve PORT={port + 1}\n"
    )
    shutil.rmtree(book / "_build/html")
    assert cli.main(["serve"]) == 1
    assert capsys.readouterr().err == "there is no site to serve: run make book first\n"


@contextlib.contextmanager
def held(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)
