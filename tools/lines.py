"""A seeded sample of wrong lines of every part, and which of them the tests notice: `make mutate`.

Each slip is one of mutmut's operators applied to one place of a copy of the sources; mutmut itself leaves out
functions with decorators, and the parts of a study and its charts are such. On the copy the tests next to the
place run first, and the others of its part only where those notice nothing. The test that notices a slip must
pass without it.
"""

from __future__ import annotations

import argparse
import ast
import concurrent.futures
import contextlib
import importlib
import itertools
import multiprocessing
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path

import libcst as cst
import pytest
from mutmut.mutation.mutators import mutation_operators
from tqdm import tqdm

ROOT = Path(__file__).resolve().parents[1]
SRC = Path("src/capital_loop")
GOAL = 0.90
LIMIT = 1200
"""Seconds for the tests of one slip: one that never ends is noticed too."""


@dataclass(frozen=True)
class Part:
    """A part of the package: its files, and the tests that answer for one of them, the nearest apart."""

    files: tuple[str, ...]
    near: tuple[str, ...]
    rest: tuple[str, ...] = ()


LIBRARIES = (
    "pandas",
    "scipy.stats",
    "scipy.optimize",
    "altair",
    "frictionless",
    "hypothesis",
    "bs4",
    "lxml.html",
    "PIL.Image",
    "sphinx.application",
    "sphinx.builders.html",
    "jupyter_book.config",
    "myst_nb",
    "pytest_regressions.file_regression",
    "xlsxwriter",
    "feedgen.feed",
    "icalendar",
    "rocrate.rocrate",
)
"""Imported once; each slip is tried in a fork."""
QUICK = ("-m", "not slow and not browser")
PARTS = {
    "models": Part(
        ("models/*.py",),
        ("tests/models/test_{module}.py",),
        ("tests/models/test_edges.py", "tests/models/test_odd_inputs.py", "tests/models/test_examples.py"),
    ),
    "record": Part(
        ("record/*.py",),
        ("tests/test_record.py", "tests/test_trace.py", "tests/test_grades.py"),
        ("tests/test_checks.py", "tests/test_small_book.py", "tests/test_next_quarter.py"),
    ),
    "claims": Part(
        ("claims/rules.py", "claims/intervals.py", "claims/contradictions.py"),
        ("tests/test_claims.py", "tests/test_numberline.py", "tests/test_refusals.py"),
        ("tests/test_small_book.py", "tests/test_ledger.py", "tests/test_checks.py"),
    ),
    "checks": Part(
        ("claims/ch*.py", "claims/con[ds]*.py", "claims/editions.py", "claims/re*.py", "claims/s*.py"),
        ("tests/test_refusals.py", "tests/test_{module}.py", "-k", "{module}"),
        ("tests/test_refusals.py", "tests/test_grades.py", "tests/test_ledger.py", "tests/test_checks.py"),
    ),
    "chapters": Part(
        ("chapters/*/study.py",),
        ("tests/test_snapshots.py", "-k", "{slug}]"),
        ("tests/chapters/test_{chapter}.py", "tests/charts/test_{chapter}.py"),
    ),
    "charts": Part(
        ("chapters/*/charts.py",),
        ("tests/test_snapshots.py", "-k", "{slug}]"),
        ("tests/charts/test_{chapter}.py", "tests/charts/test_every.py", "-k", "{chapter}"),
    ),
    "show": Part(
        ("show/*.py",),
        ("tests/test_words.py", "tests/charts/test_base.py", "tests/test_small_book.py"),
        ("tests/charts", "tests/test_snapshots.py"),
    ),
    "engine": Part(("publish/engine/*.py",), ("tests/test_build.py", *QUICK)),
    "publish": Part(
        ("publish/*.py",),
        ("tests/test_{module}.py", *QUICK),
        ("tests/test_cli.py", "tests/test_lineage.py", "tests/test_messages.py", "tests/test_readings.py",
         "tests/test_editions.py", "tests/test_build.py", *QUICK),
    ),
    "site": Part(
        ("publish/site/*.py",),
        ("tests/test_pieces.py", "tests/test_{module}.py", "tests/test_small_book.py", *QUICK),
        ("tests/test_citing.py", "tests/test_readings.py", "tests/test_feeds.py", "tests/test_editions.py",
         "tests/test_other_tools.py", "tests/charts/test_base.py", *QUICK),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Slip:
    """One wrong place of a file: what stands there, and what is to stand there instead."""

    part: str
    file: Path
    line: int
    module: cst.Module
    node: cst.CSTNode
    new: cst.CSTNode

    def text(self) -> str:
        """The whole file with the slip in it; empty where that is no Python any more."""
        text = self.module.deep_replace(self.node, self.new).code  # type: ignore[arg-type,attr-defined]
        try:
            ast.parse(text)
        except SyntaxError:
            return ""
        return str(text)

    def told(self) -> str:
        """The slip in a line."""
        was, now = (self.module.code_for_node(n)[:70] for n in (self.node, self.new))
        return f"{self.file.relative_to(ROOT)}:{self.line}: {was!r} -> {now!r}"


def slips(part: str, file: Path) -> Iterator[Slip]:
    """Every slip of a file; words of documentation and types are left alone."""
    wrapper = cst.MetadataWrapper(cst.parse_module(file.read_text(encoding="utf-8")))
    places = wrapper.resolve(cst.metadata.PositionProvider)
    parents = wrapper.resolve(cst.metadata.ParentNodeProvider)
    for node in places:
        if not isinstance(node, cst.CSTNode) or _silent(node, parents):
            continue
        for kind, operator in mutation_operators:
            for new in operator(node) if isinstance(node, kind) else ():  # type: ignore[arg-type]
                yield Slip(part, file, places[node].start.line, wrapper.module, node, new)


def _silent(node: cst.CSTNode, parents: object) -> bool:
    """Whether no test could notice: docstrings, annotations, imports, the list of public names."""
    while node in parents:  # type: ignore[operator]
        above = parents[node]  # type: ignore[index]
        if isinstance(node, cst.Annotation | cst.Import | cst.ImportFrom | cst.Decorator):
            return True
        if isinstance(above, cst.Expr) and isinstance(node, cst.SimpleString | cst.ConcatenatedString):
            return True
        node = above
    return False


def noticed(slip: Slip, near: bool) -> bool:
    """Whether the tests of the slip's part fail on a copy of the sources that holds it."""
    chapter = slip.file.parent.name
    names = {"module": slip.file.stem, "chapter": chapter, "slug": chapter.replace("_", "-")}
    with tempfile.TemporaryDirectory(prefix="slip-") as place:
        shutil.copytree(ROOT / "src", f"{place}/src")
        file = Path(place) / slip.file.relative_to(ROOT)
        file.write_text(slip.text(), encoding="utf-8")
        for some in (PARTS[slip.part].near, PARTS[slip.part].rest)[: 1 if near else 2]:
            tests = tuple(t.format(**names) for t in some)
            there = tuple(t for t in tests if not t.startswith("tests/") or (ROOT / t).exists())
            if any(t.startswith("tests/") for t in there):
                done, failed = answered(there, Path(place, "src"))
                if failed and not without(failed):
                    raise RuntimeError(f"it fails without a slip too: {failed}")
                if not done:
                    return True
        return False


@cache
def without(test: str) -> bool:
    """Whether a test, or the import of a module of tests, passes on a copy of the sources as they stand."""
    with tempfile.TemporaryDirectory(prefix="slip-") as place:
        shutil.copytree(ROOT / "src", f"{place}/src")
        return answered((test, *([] if "::" in test else ["--collect-only"])), Path(place, "src"))[0]


def answered(tests: tuple[str, ...], src: Path) -> tuple[bool, str]:
    """Whether tests pass against the sources in a folder, and which fails first, if it came to that.

    What no test answers for passes.
    """
    receive, send = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("fork").Process(target=_ask, args=(tests, src, send))
    child.start()
    send.close()
    child.join(LIMIT)
    if child.is_alive():
        child.kill()
        child.join()
    try:
        failed = receive.recv() if receive.poll() else ""
    except EOFError:  # it ended without a word
        failed = ""
    return child.exitcode in (0, pytest.ExitCode.NO_TESTS_COLLECTED), failed


class First:
    """Sends the name of the first test that fails, or of the module that cannot be imported."""

    def __init__(self, send: Connection):
        """Takes the end of a pipe."""
        self.send: Connection | None = send

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """After each step of a test."""
        if report.failed and self.send:
            self.send.send(report.nodeid)
            self.send = None

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """After each import of a module."""
        if report.failed and self.send:
            self.send.send(report.nodeid)
            self.send = None


def _ask(tests: tuple[str, ...], src: Path, send: Connection) -> None:
    """Runs tests in this process, which has the libraries and nothing of the book yet."""
    own = {"PYTHONPATH": f"{src}:{ROOT}", "CAPITAL_LOOP_ROOT": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    os.environ.update(own)
    sys.dont_write_bytecode = True
    sys.path[:0] = [str(src), str(ROOT)]
    os.chdir(ROOT)
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    code = pytest.main(["-x", "-q", "-p", "no:cacheprovider", *tests], plugins=[First(send)])
    os._exit(code)  # the threads of the parent are not there to be waited for


def main(argv: list[str] | None = None) -> int:
    """Tries a sample of each part; prints rates and survivors. Exit code 1 below the goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", default=list(PARTS), choices=[*PARTS, []])
    parser.add_argument("--sample", type=int, default=40, help="slips a part")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="slips tried at once")
    parser.add_argument("--near", action="store_true", help="ask only the tests next to the place")
    args = parser.parse_args(argv)
    for name in LIBRARIES:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    good = True
    for part in args.parts:
        chance = random.Random(args.seed)
        files = sorted(f for pattern in PARTS[part].files for f in (ROOT / SRC).glob(pattern))
        every = [s for f in files if f.name != "__init__.py" for s in slips(part, f)]
        chance.shuffle(every)
        todo = list(itertools.islice((s for s in every if s.text()), args.sample))
        caught = []
        with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
            tried = pool.map(noticed, todo, [args.near] * len(todo))
            for slip, hit in zip(todo, tqdm(tried, total=len(todo), desc=part, mininterval=10), strict=True):
                caught.append(hit)
                if not hit:
                    tqdm.write(f"  survives: {slip.told()}", file=sys.stdout)
                    sys.stdout.flush()
        rate = sum(caught) / len(todo)
        good &= rate >= GOAL
        found = f"{sum(caught)} of {len(todo)} noticed = {rate:.0%}"
        print(f"{part}: {found} (of {len(every):,}; goal {GOAL:.0%})", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
