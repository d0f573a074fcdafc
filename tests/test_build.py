"""The build, on a tiny book: two notebooks, two tables, two modules."""

from __future__ import annotations

import ast
import contextlib
import fcntl
import hashlib
import json
import multiprocessing
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
from types import SimpleNamespace
from typing import Any

import grimp
import pytest

from capital_loop.claims.rules import assess
from capital_loop.publish import cli
from capital_loop.publish.engine import BuildError, execution, inputs, workers
from capital_loop.publish.engine import build as builder
from capital_loop.publish.engine.build import _modules as own_modules
from capital_loop.publish.engine.build import build
from capital_loop.publish.serving import served
from capital_loop.record import tables
from capital_loop.show import drawing

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


def snapshot(folder: Path) -> dict[str, str]:
    """The digest of each file: where two folders differ, pytest would compare megabytes letter by letter."""
    return {p.relative_to(folder).as_posix(): inputs.digest(p) for p in folder.rglob("*") if p.is_file()}


def edit(path: Path, change: Callable[[str], str]) -> None:
    text = path.read_text(encoding="utf-8")
    assert change(text) != text
    path.write_text(change(text), encoding="utf-8")


def outputs(root: Path, name: str) -> str:
    return json.dumps([c.get("outputs") for c in json.loads((root / name).read_text())["cells"]])


KEPT = [".lock", builder.READ, builder.EXECUTED, "html"]
"""What a build leaves."""


def test_a_build_executes_the_notebooks_and_renders_the_book(finished: Path) -> None:
    assert '"left 3\\n", "end\\n"' in outputs(finished, "notebooks/a.ipynb")
    assert "left 3" in (finished / "_build/html/notebooks/a.html").read_text()
    assert sorted(p.name for p in (finished / "_build").iterdir()) == KEPT
    hidden = [p.name for p in (finished / "_build/html").iterdir() if p.name.startswith(".")]
    assert builder.STAMP in hidden, "what only the build reads is no page of the site"
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


NAMES = ["LC_ALL", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "PYTHONHASHSEED", "TZ"]


@pytest.mark.slow
def test_the_users_environment_changes_no_byte(book: Path) -> None:
    code = (
        f"import time, os\n[time.tzname, hash('x'), *(os.environ[k] for k in {NAMES})]",
        "{'one', 'two', 'three', 'four'}.copy().pop()",
        "import shutil\nshutil.get_terminal_size()",
        "import polars\nprint(polars.DataFrame({f'column{i}': range(99) for i in range(9)}))",
        "import warnings\nwarnings.warn('not by default', ImportWarning)",
        "[os.environ['HOME'] == os.environ['IPYTHONDIR'], os.path.isdir(os.environ['HOME'])]",
    )
    (book / "notebooks/b.ipynb").write_text(notebook("B", *code))
    sites = []
    for own in (
        {"TZ": "America/New_York", "LC_ALL": "C", "PYTHONHASHSEED": "1", "HOME": "/nonexistent"},
        {
            "TZ": "Asia/Shanghai", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "2", "COLUMNS": "20", "LINES": "5",
            "POLARS_FMT_MAX_ROWS": "3", "POLARS_FMT_TABLE_FORMATTING": "ASCII_FULL",
            "PYTHONWARNINGS": "always",
            "FORCE_COLOR": "1", "PY_COLORS": "1", "SOURCE_DATE_EPOCH": "0", "PYTHONIOENCODING": "latin-1",
        },
    ):  # fmt: skip
        env = os.environ | own
        subprocess.run([sys.executable, "-c", DRIVER, str(book), "--force"], env=env, check=True)
        sites.append(snapshot(book / "notebooks") | snapshot(book / "_build/html"))
    assert [name for name in sites[0] if sites[0][name] != sites[1].get(name)] == []
    shown = json.loads(outputs(book, "notebooks/b.ipynb"))[1][0]["data"]["text/plain"]
    assert "[True, True]" in outputs(book, "notebooks/b.ipynb"), "a home of its own"
    zone, _, *values = ast.literal_eval("".join(shown))
    assert (zone, values) == (("UTC", "UTC"), ["C.UTF-8", "1", "1", "0", "UTC"])


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({"TMPDIR": "/tmp/" + "long" * 30}, "set TMPDIR to a folder with a short path"),
        ({"PYTHONOPTIMIZE": "2"}, "unset PYTHONOPTIMIZE"),
    ],
)
def test_a_setting_with_which_nothing_can_be_built_is_one_line(
    book: Path, tmp_path: Path, own: dict[str, str], said: str
) -> None:
    own = {name: value.replace("/tmp", str(tmp_path)) for name, value in own.items()}
    if "TMPDIR" in own:
        Path(own["TMPDIR"]).mkdir()
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, str(book), "--force"], env=os.environ | own, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("build failed: ")
    assert line.endswith(said)


@pytest.mark.parametrize(
    "name", ["executed.json", f"html/{builder.STAMP}", f"{builder.READ}/{builder.READ_FROM}"]
)
@pytest.mark.parametrize("body", [b"[1, 2]", pytest.param(b"\xff\xfe\x00", marks=pytest.mark.slow)])
def test_notes_of_the_build_that_are_damaged_count_as_none(
    book: Path, executed: list[str], name: str, body: bytes
) -> None:
    (book / "_build" / name).write_bytes(body)
    edit(book / "data/left.csv", lambda text: text.replace("1", "5"))
    build(book)
    assert sorted(executed) == ["notebooks/a.ipynb", "notebooks/b.ipynb"]
    assert "left 15" in (book / "_build/html/notebooks/a.html").read_text()
    assert (book / "_build" / name).read_bytes() != body


def test_changed_prose_is_rendered_without_execution(book: Path, executed: list[str]) -> None:
    edit(book / "notebooks/a.ipynb", lambda text: text.replace("# A", "# Another title"))
    build(book)
    assert executed == []
    assert "Another title" in (book / "_build/html/notebooks/a.html").read_text()


def read_anew(root: Path, before: dict[str, int]) -> list[str]:
    """Which pages were read by the last build: what was made of the others is the same file."""
    return sorted(name for name, moment in made_of_texts(root).items() if before.get(name) != moment)


def made_of_texts(root: Path) -> dict[str, int]:
    folder = root / "_build" / builder.READ
    return {p.relative_to(folder).as_posix(): p.stat().st_mtime_ns for p in folder.rglob("*.doctree")}


@pytest.fixture
def read_once(book: Path) -> dict[str, int]:
    """A book whose page about notebook B quotes it; what was made of its texts."""
    (book / "book").mkdir()
    (book / "book/about.md").write_text("# About\n\n```{literalinclude} ../notebooks/b.ipynb\n```\n")
    edit(book / "_toc.yml", lambda text: text + "- file: book/about\n")
    build(book)
    return made_of_texts(book)


def test_an_edit_reads_one_page_and_gives_the_site_of_a_new_build(
    book: Path, read_once: dict[str, int]
) -> None:
    assert set(read_once) == {
        f"{name}.doctree" for name in ("index", "book/about", "notebooks/a", "notebooks/b")
    }
    edit(book / "index.md", lambda text: text + "\n## More\n\nThe words of *another* day.\n")
    build(book)
    assert read_anew(book, read_once) == ["index.doctree"]
    site = snapshot(book / "_build/html")
    assert "another" in (book / "_build/html/index.html").read_text()
    build(book, force=True)
    assert len(read_anew(book, read_once)) == 4
    assert snapshot(book / "_build/html") == site


def test_an_edit_is_seen_whatever_the_day_of_the_file_and_so_is_its_quotation(
    book: Path, read_once: dict[str, int]
) -> None:
    path = book / "notebooks/b.ipynb"
    edit(path, lambda text: text.replace("# B", "# Beta"))
    os.utime(path, ns=(1, 1))
    build(book)
    assert read_anew(book, read_once) == ["book/about.doctree", "notebooks/b.doctree"]
    assert "# Beta" in (book / "_build/html/book/about.html").read_text()


@pytest.mark.parametrize(
    "name",
    [
        "data/left.csv",
        *(pytest.param(n, marks=pytest.mark.slow) for n in ("_config.yml", "src/tiny/model.py")),
    ],
)
def test_where_anything_but_a_text_changed_every_page_is_read(
    book: Path, read_once: dict[str, int], name: str
) -> None:
    edit(book / name, lambda text: text + "\n")
    build(book)
    assert len(read_anew(book, read_once)) == 4


@pytest.mark.parametrize(
    "name", [pytest.param("index.doctree", marks=pytest.mark.slow), "environment.pickle"]
)
def test_what_was_made_of_texts_and_is_damaged_is_made_again(
    book: Path, read_once: dict[str, int], name: str
) -> None:
    site = snapshot(book / "_build/html")
    (book / "_build" / builder.READ / name).write_bytes(b"no longer")
    (book / "_build/html/index.html").unlink()
    build(book)
    assert len(read_anew(book, read_once)) == 4
    assert snapshot(book / "_build/html") == site


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
    [("# Tiny\n\n[there](nowhere.md)\n\n{py:func}`no.such`\n", "nowhere.md|no.such")],
)
def test_a_warning_fails_the_build_and_leaves_the_site(book: Path, text: str, message: str) -> None:
    before = snapshot(book / "_build")
    (book / "index.md").write_text(text)
    with pytest.raises(BuildError, match=message) as caught:
        build(book)
    said = str(caught.value)
    assert said.startswith("the pages have problems, mend them and build again:\n")
    assert "\x1b" not in said
    assert all(word in said for word in message.split("|")), "all of them at once"
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


@pytest.mark.slow
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


def test_a_build_says_what_it_does(
    book: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The longest notebook first, where one comes after the other; then the pages, the heaviest first."""
    begun, start = [], workers.Workers._start
    monkeypatch.setattr(workers.Workers, "_start", lambda *given: begun.append(given[2:]) or start(*given))
    edit(book / "notebooks/b.ipynb", lambda text: text.replace("# B", f"# B\\n\\n{'Long. ' * 500}"))
    (book / "requirements.lock").write_text("a==1\n")
    build(book)
    said = re.sub(r"\d+\.\d s", "0.0 s", capsys.readouterr().out).splitlines()
    names = [given[2][2] for given in begun if given]
    assert names[:2] == [("notebooks/b.ipynb",), ("notebooks/a.ipynb",)]
    first, second = sorted(names[:2], key=lambda name: f"[1/2] {name[0]}: 0.0 s" not in said)
    assert said[:5] == [
        "executing 2 notebooks", f"[1/2] {first[0]}: 0.0 s", f"[2/2] {second[0]}: 0.0 s",
        "checked the data and executed 2 notebooks in 0.0 s",
        "rendered in 0.0 s; first load of each page, compressed:",
    ]  # fmt: skip
    pages = [re.fullmatch(r"  ([ \d]{4}) KB  (\S+)", line) for line in said[5:]]
    assert {p[2] for p in pages if p} >= {"index.html", *(n.replace("ipynb", "html") for n in NOTEBOOKS)}
    weights = [int(p[1]) for p in pages if p]
    assert weights == sorted(weights, reverse=True)
    assert len(weights) == len(pages)


def test_a_build_goes_on_for_who_has_read_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """As `make book | head -1`; a full disk under what it prints is no disk of the book's."""
    read, write = os.pipe()
    os.close(read)
    for out in (os.fdopen(write, "w"), open("/dev/full", "w")):  # noqa: SIM115
        with out, monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", out)
            if out.name != "/dev/full":
                builder._say("one")
                builder._say("two")
                continue
            with pytest.raises(
                BuildError, match=r"^what it prints could not be written \(No space .*make room"
            ):
                builder._say("one")


def test_an_executed_notebook_has_one_form(book: Path) -> None:
    """Prose hides its code elsewhere; what only the site reads takes a row a line, and is whole."""
    rows = [[f"row {n}", n, "é" * 40] for n in range(12)]
    table = {"rows": rows, "columns": {"größe": "x" * 300, "kind": ["a"]}, "short": {"a": [1, 2]}}
    shown = {OWN_KIND: table, "text/plain": "a table"}
    text = json.loads(notebook("B", f"from IPython.display import display\ndisplay({shown!r}, raw=True)"))
    text["cells"][1]["metadata"] = {"tags": ["remove-input"], "execution": {"iopub.status.idle": "then"}}
    text["cells"][0]["metadata"] = {"execution": {"at": "then"}}
    (book / "notebooks/b.ipynb").write_text(json.dumps(text))
    job = ("capital_loop.publish.engine.execution", "execute", ("notebooks/b.ipynb",))
    with workers.Workers(book, []) as some:
        [(_, written, _)] = some.run({"b": job})
    assert isinstance(written, str), written
    made, lines = json.loads(written), written.splitlines()
    assert made["cells"][1]["outputs"][0]["data"] == {OWN_KIND: table, "text/plain": ["a table"]}
    assert made["cells"][1]["metadata"] == {"tags": ["remove-input"], "jupyter": {"source_hidden": True}}
    assert made["cells"][1]["execution_count"] == 1
    assert made["cells"][0]["metadata"] == {}
    assert made["metadata"]["language_info"] == {
        "file_extension": ".py", "mimetype": "text/x-python", "name": "python", "pygments_lexer": "ipython3",
    }  # fmt: skip
    assert [line for line in lines if line.startswith("[")] == [
        f"{json.dumps(row, ensure_ascii=False)}{',' * (row != rows[-1])}" for row in rows
    ]
    assert '"short": {"a": [1, 2]}' in lines
    assert any(line.startswith('"größe": "xxx') for line in lines)


OWN_KIND = "application/vnd.capital-loop.test+json"


def test_a_long_traceback_is_cut_to_its_end(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Eight lines under the one that names the cell: the last say what went wrong."""
    (book / "notebooks/b.ipynb").write_text(
        notebook("B", "def f(n):\n    return f(n - 1) if n else {}['v']\nf(6)")
    )
    with pytest.raises(BuildError) as caught:
        build(book)
    first, *rest = str(caught.value).splitlines()
    assert first == "notebooks/b.ipynb, cell 2: KeyError: 'v'"
    assert len(rest) == 8
    assert all(line.startswith("    ") for line in rest)
    assert rest[-1] == "    KeyError: 'v'"
    assert "[1/1] notebooks/b.ipynb: FAILED\n" in capsys.readouterr().out


def test_a_notebook_that_changes_meanwhile_stops_the_build(book: Path) -> None:
    (book / "notebooks/b.ipynb").write_text(notebook("B", "open('b.ipynb', 'a').write(' ')"))
    with pytest.raises(
        BuildError, match=r"^notebooks/b\.ipynb: changed while notebooks were executed; build again$"
    ):
        build(book)


def test_what_is_missing_is_said_at_once(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (book / "index.md").write_text("# Tiny, changed\n")
    with monkeypatch.context() as patch:
        patch.setattr(builder, "NEEDED", ("json", "no_such_package"))
        with pytest.raises(
            BuildError, match=r"^the package no_such_package is not installed; run make setup"
        ):
            build(book)
    (book / "notebooks/b.ipynb").write_text("[]")
    with pytest.raises(BuildError, match=r"^notebooks/b\.ipynb: no notebook can be read \(.*\); restore it"):
        build(book)
    (book / "_toc.yml").unlink()
    with pytest.raises(BuildError, match=r"has no _toc\.yml: run the build in the project's folder$"):
        build(book)


def test_a_disk_that_refuses_is_one_line(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, text: str) -> None:
        raise OSError(28, "No space left on device", str(path))

    edit(book / "notebooks/b.ipynb", lambda text: text.replace("['v']", "['v'] * 2"))
    monkeypatch.setattr(builder, "replace_file", full)
    place = book / "notebooks/b.ipynb"
    wanted = f"{place}: No space left on device; mend that and build again (the old site is untouched)"
    with pytest.raises(BuildError, match=f"^{re.escape(wanted)}$"):
        build(book)
    shutil.rmtree(book / "_build/html")
    with pytest.raises(BuildError, match=r"build again$"):
        build(book)


@pytest.mark.slow
def test_a_spoilt_list_of_what_was_executed_is_made_again(book: Path, executed: list[str]) -> None:
    """And a notebook that is gone is forgotten."""
    held = book / "_build" / builder.EXECUTED
    good = held.read_text()
    assert set(json.loads(good)) == {*NOTEBOOKS, builder.VALID}
    held.write_text("{")
    edit(book / "index.md", lambda text: text + "More.\n")
    build(book)
    assert sorted(executed) == NOTEBOOKS
    assert held.read_text() == good
    (book / "notebooks/b.ipynb").unlink()
    edit(book / "_toc.yml", lambda text: text.replace("- file: notebooks/b\n", ""))
    edit(book / "notebooks/a.ipynb", lambda text: text.replace("'end'", "'over'"))
    build(book)
    assert set(json.loads(held.read_text())) == {"notebooks/a.ipynb", builder.VALID}


def test_a_site_is_swapped_in_where_the_system_cannot_exchange(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, new = book / "_build", book / "_build" / "new"
    shutil.copytree(place / "html", new)
    (new / "index.html").write_text("the new one")
    old = snapshot(place / "html")
    monkeypatch.setattr(builder, "exchange", lambda one, other: False)
    with pytest.raises(OSError, match="nowhere"):
        builder._swap(place / "nowhere", place)
    assert snapshot(place / "html") == old
    builder._swap(new, place)
    assert (place / "html" / "index.html").read_text() == "the new one"
    assert not (place / builder.OLD).exists()
    assert not new.exists()


def test_two_folders_change_names_in_one_step(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        folder.mkdir()
        (folder / folder.name).touch()
    assert not builder.exchange(one, tmp_path / "nowhere")
    if builder.exchange(one, other):  # Linux
        assert [p.name for p in one.iterdir()] == ["other"]
        assert [p.name for p in other.iterdir()] == ["one"]


def test_inputs_are_what_the_book_is_made_of(tmp_path: Path) -> None:
    """No hidden file, no bytecode; the makers of pages count for pages alone, prose for no result."""
    for name in (
        "README.md",
        ".env",
        "src/a/b.py",
        "src/a/__pycache__/b.pyc",
        "src/a.egg-info/x",
        "src/.hidden/x",
        "data/.lock",
        "data/t.csv",
        "src/capital_loop/publish/p.py",
        "src/capital_loop/publish/engine/execution.py",
        "requirements.lock",
        "tests/t.py",
        "notebooks/n.ipynb",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "gone.md").symlink_to("nowhere")
    (tmp_path / "notebooks/n.ipynb").write_text(notebook("N", "1\n2"))
    files = inputs.take(tmp_path)
    executed = "src/capital_loop/publish/engine/execution.py"
    results = {"data/t.csv", "src/a/b.py", "requirements.lock", executed}
    pages = {"README.md", "src/capital_loop/publish/p.py", "notebooks/n.ipynb", "book/gone.md"}
    assert set(files) == results | pages
    assert files["book/gone.md"] == ""
    assert files["README.md"] == hashlib.sha256(b"x").hexdigest()

    def of(some: dict[str, str]) -> tuple[str, ...]:
        return (
            inputs.of_site(some),
            inputs.of_data(some),
            inputs.of_notebook(tmp_path, "notebooks/n.ipynb", some),
        )

    for name in files:
        moved = [a != b for a, b in zip(of(files), of(files | {name: "other"}), strict=True)]
        assert moved == [True, name in results, name in results], name
    before = of(files)
    text = json.loads(notebook("Another title", "1\n2"))
    text["cells"][1]["source"] = ["1\n", "2"]
    (tmp_path / "notebooks/n.ipynb").write_text(json.dumps(text))
    assert of(files) == before
    text["cells"][1]["metadata"] = {"tags": ["remove-input"]}
    (tmp_path / "notebooks/n.ipynb").write_text(json.dumps(text))
    assert [a != b for a, b in zip(of(files), before, strict=True)] == [False, False, True]


def test_a_chapter_counts_for_the_notebooks_that_reach_it(tmp_path: Path) -> None:
    chapters = tmp_path / "src/capital_loop/chapters"
    for name, text in {
        "study.py": "import math\n",
        "one/study.py": "from capital_loop.chapters.two.study import (\n    Study,\n)\n",
        "one/words.en.toml": "a = 'b'\n",
        "two/study.py": "import os\n",
        "two/charts.py": "if True:\n    from capital_loop.chapters import (study,\n  four)\n",
        "three/charts.py": "'from capital_loop.chapters.one import study'\n",
        "four/words.en.toml": "c = 'd'\n",
    }.items():
        (chapters / name).parent.mkdir(parents=True, exist_ok=True)
        (chapters / name).write_text(text)
    (tmp_path / "notebooks").mkdir()
    for name, code in {
        "a": "from capital_loop.chapters.one import charts, study as one\n1",
        "b": "import math\nimport capital_loop.chapters.three.charts",
    }.items():
        (tmp_path / f"notebooks/{name}.ipynb").write_text(notebook(name, code))
    files = inputs.take(tmp_path)

    def moved(name: str) -> str:
        changed = files | {f"src/capital_loop/chapters/{name}": "other"}
        of = [
            {inputs.of_notebook(tmp_path, f"notebooks/{n}.ipynb", some): n for n in "ab"}
            for some in (files, changed)
        ]
        return "".join(sorted({n for digest, n in of[0].items() if digest not in of[1]}))

    wanted = {
        "study.py": "ab", "one/words.en.toml": "a", "two/study.py": "a", "three/charts.py": "b",
        "four/words.en.toml": "a", "five/new.py": "",
    }  # fmt: skip
    assert {name: moved(name) for name in wanted} == wanted
    words = dict.fromkeys(("chapters/one/words.en.toml", "show/x.py"), "other")
    shown = files | {f"src/capital_loop/{name}": digest for name, digest in words.items()}
    assert inputs.of_data(shown) == inputs.of_data(files), "no check of the data asks for them"


def test_the_chapters_that_a_notebook_reaches_are_those_of_the_graph_of_imports(root: Path) -> None:
    """As import-linter sees it."""
    graph = grimp.build_graph("capital_loop", cache_dir=None)
    above = "capital_loop.chapters."
    results = inputs._results(inputs.take(root))
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")
        said = {w for line in code.splitlines() if above in line for w in line.replace(".", " ").split()}
        named = {m for m in graph.modules if m.startswith(above) and m.split(".")[2] in said}
        wanted = named.union(*(graph.find_upstream_modules(module) for module in named))
        reached = inputs._reached(root, code, results)
        found = {n.split("/")[3] for n in reached if n.startswith(inputs.CHAPTERS) and n.count("/") == 4}
        assert found == {m.split(".")[2] for m in wanted if m.startswith(above)} - {"study"}, path.name


def test_a_job_that_fails_says_how(tmp_path: Path) -> None:
    """An error of the system comes as it is, another with its place; so does a process that ends."""
    jobs: dict[str, workers.Job] = {
        "gone": ("os", "stat", ()), "wrong": ("json", "loads", ()), "well": ("os.path", "join", ("a", "b")),
    }  # fmt: skip
    with workers.Workers(tmp_path / "nowhere", []) as some:
        found = {name: result for name, result, _ in some.run(jobs)}
    assert isinstance(found["gone"], FileNotFoundError)
    assert isinstance(found["wrong"], BuildError)
    assert str(found["wrong"]).startswith("Traceback")
    assert "TypeError: the JSON object must be str" in str(found["wrong"])
    assert found["well"] == str(tmp_path / "nowhere" / "a" / "b")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (3, "with exit code 3"),
        (0, "with exit code 0"),
        (None, "with exit code None"),
        (-9, "with signal SIGKILL"),
        (-signal.SIGALRM, "for it had no result after 1200 s"),
    ],
)
def test_the_end_of_a_process_is_named(code: int | None, said: str) -> None:
    process: Any = SimpleNamespace(join=lambda: None, exitcode=code)
    assert workers._end(process, 1200) == said


def test_processes_get_what_finds_programs_and_files_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    handed_on = {
        "CAPITAL_LOOP_URL", "COVERAGE_PROCESS_START", "DYLD_LIBRARY_PATH", "FAKETIME", "LD_LIBRARY_PATH",
        "LD_PRELOAD", "LOGNAME", "MUTANT_UNDER_TEST", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "PATH",
        "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "USER",
        "VIRTUAL_ENV",
    }  # fmt: skip
    left_out = {"COLUMNS", "FORCE_COLOR", "LANG", "PYTHONPATH", "SOURCE_DATE_EPOCH", "SPHINXOPTS"}
    with monkeypatch.context() as patch:
        for name in list(os.environ):
            patch.delenv(name)
        for name in handed_on | left_out:
            patch.setenv(name, name)
        with workers._environ({"PATH": "own", "LC_ALL": "C"}):
            assert dict(os.environ) == {name: name for name in handed_on} | {"PATH": "own", "LC_ALL": "C"}
        assert set(os.environ) == handed_on | left_out


def test_data_that_change_meanwhile_stop_the_build(book: Path) -> None:
    (book / "notebooks/b.ipynb").write_text(notebook("B", "open('../data/new.csv', 'w').write('v\\n1\\n')"))
    said = r"^data/new\.csv: changed while notebooks were executed; build again$"
    with pytest.raises(BuildError, match=said):
        build(book)


def test_a_site_is_whole_where_each_file_of_its_list_is_there(tmp_path: Path) -> None:
    (tmp_path / builder.STAMP).write_text("digest\na b.html\nc.html")
    (tmp_path / "c.html").touch()
    assert not builder._whole(tmp_path, "digest")
    (tmp_path / "a b.html").touch()
    assert builder._whole(tmp_path, "digest")
    assert not builder._whole(tmp_path, "other")


def test_the_fork_server_ends_with_the_build(tmp_path: Path) -> None:
    code = (
        "import multiprocessing.forkserver as server\nfrom pathlib import Path\n"
        "from capital_loop.publish.engine.workers import Workers\n"
        f"with Workers(Path({str(tmp_path)!r}), []):\n    print(server._forkserver._forkserver_pid is None)\n"
        "print(server._forkserver._forkserver_pid is None)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "True"]


SKETCH = """
import gc, os, signal, time
from concurrent.futures import ThreadPoolExecutor
from capital_loop.publish.engine import workers
from capital_loop.show import drawing

really = drawing.from_vega

def draw(root, spec):
    drawing.vlc = None  # this process draws nothing
    return drawing.drawer(spec)

def fail(root, spec):
    try:
        drawing.drawer(spec)
    except ValueError as error:
        return str(error)

def collects(root):
    return gc.isenabled()

def wait(root):
    time.sleep(60)

def leave(root, spec):
    drawing.drawer.args[0].send(workers.Wanted(7, spec))
    os._exit(5)

def together(root, specs):
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(drawing.drawer, specs))

def unread(root, spec, other):
    drawing.drawer.args[0].send(workers.Wanted(-7, other))
    return drawing.drawer(spec)

def odd(spec):
    if spec == "end":
        os._exit(7)
    if spec == "hang" and signal.alarm(1):  # what is left of a limit that was set; it ends now
        time.sleep(60)
    os.kill(os.getpid(), signal.SIGINT)
    return really(spec)

def faulty(main):
    drawing.from_vega = odd
    workers._draw(main)
"""


@pytest.fixture
def sketch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "src").mkdir()
    (tmp_path / "src/sketch.py").write_text(SKETCH)
    monkeypatch.syspath_prepend(tmp_path / "src")
    return tmp_path


def test_one_process_draws_for_all(sketch: Path) -> None:
    """The same as they would draw; who ends before a drawing is made keeps it from nobody else."""
    faded = {"gradient": "linear", "stops": [{"offset": 0, "color": "red"}, {"offset": 1, "color": "blue"}]}
    clipped = {"mark": {"type": "bar", "clip": True, "color": faded}}
    specs = [json.dumps(clipped), '{"mark": "rect", "width": 50}']
    bad, own = '{"mark": 3}', [drawing.from_vega(spec) for spec in specs]
    jobs: dict[str, workers.Job] = {
        "left": ("sketch", "leave", (specs[0],)), "wrong": ("sketch", "fail", (bad,)),
        **{str(n): ("sketch", "draw", (specs[n % 2],)) for n in range(6)},
        "threads": ("sketch", "together", (specs * 10,)), "unread": ("sketch", "unread", specs),
        "collects": ("sketch", "collects", ()),
    }  # fmt: skip
    with workers.Workers(sketch, []) as some:
        found = {name: result for name, result, _ in some.run(jobs, draw=True)}
    assert [found[str(n)] for n in range(6)] == own * 3
    assert found["threads"] == own * 10
    assert found["unread"] == own[0]
    assert found["collects"] is True
    with pytest.raises(ValueError, match="Vega-Lite") as caught:
        drawing.from_vega(bad)
    assert found["wrong"] == str(caught.value)
    assert str(found["left"]) == "left: its process ended, with exit code 5; build again"


def test_a_drawing_that_ends_what_draws_or_never_ends_fails_its_notebook_alone(
    sketch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And Ctrl-C, which a terminal sends to all, is left to the main process."""
    from sketch import faulty  # type: ignore[import-not-found]

    monkeypatch.setattr(workers, "_draw", faulty)
    plain = '{"mark": "rect"}'
    asked = {"a": "end", "b": plain, "c": "hang", "d": plain, "e": plain}
    with workers.Workers(sketch, []) as some:
        jobs: dict[str, workers.Job] = {name: ("sketch", "draw", (spec,)) for name, spec in asked.items()}
        found = {name: result for name, result, _ in some.run(jobs, draw=True)}
    said = "what draws its charts ended, {}; mend the chart, or build again"
    assert str(found["a"]) == f"a: {said.format('with exit code 7')}"
    assert str(found["c"]) == f"c: {said.format('for it had no result after 240 s')}"
    assert [found[name] for name in "bde"] == [drawing.from_vega(plain)] * 3


def test_what_cannot_begin_to_draw_stops_the_build(sketch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_draw", sys.exit)
    with (
        workers.Workers(sketch, []) as some,
        pytest.raises(BuildError, match=r"^what draws the charts ended, with exit code 1; build again$"),
    ):
        list(some.run({"b": ("sketch", "wait", ())}, draw=True))


@pytest.mark.parametrize("unread", [True, False])
def test_who_is_gone_is_gone_whatever_it_had_not_read(unread: bool) -> None:
    ours, theirs = multiprocessing.Pipe()
    if unread:
        ours.send("a specification")
    theirs.close()
    assert isinstance(workers._received(ours), EOFError)
    workers._Drawer(ours, multiprocessing.Process()).ask(ours, workers.Wanted(1, "a specification"))


def test_what_a_process_would_do_first_is_done_before_it_is_forked(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first who loads the record is given what was read, and nobody else."""
    monkeypatch.setenv("CAPITAL_LOOP_ROOT", str(root))
    execution.prepared()
    with monkeypatch.context() as patch:
        patch.setattr(tables, "_read", lambda *_: pytest.fail("a table is read again"))
        first = tables.load()
        assert first.fact(next(iter(first.facts["fact_id"])))
        assert assess(first)
    second = tables.load()
    assert second is not first
    assert second.facts.equals(first.facts)
