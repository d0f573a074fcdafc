"""A seeded sample of wrong lines beyond the models, and which of them the tests notice: `make mutate`.

Each slip is one of mutmut's operators applied to one place of a copy of the sources; mutmut itself leaves out
functions with decorators, and the parts of a study and its charts are such. The tests of the part run once as
the sources stand: they must pass, and coverage notes which of them run which line. On the copy with a slip
those that run its line are asked first, and all of the part only where they notice nothing: what one test has
computed may be kept for the next.
"""

from __future__ import annotations

import argparse
import ast
import concurrent.futures
import itertools
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import coverage
import libcst as cst
from mutmut.mutation.mutators import mutation_operators
from tqdm import tqdm

ROOT = Path(__file__).resolve().parents[1]
SRC = Path("src/capital_loop")
GOAL = 0.90
LIMIT = 300
"""Seconds for the tests of one slip: one that never ends is noticed too."""


@dataclass(frozen=True)
class Part:
    """A part of the package: its files, and the tests that answer for one of them."""

    files: tuple[str, ...]
    tests: tuple[str, ...]


PARTS = {
    "models": Part(
        ("models/*.py",),
        ("tests/models/test_{module}.py", "tests/models/test_edges.py", "tests/models/test_examples.py"),
    ),
    "record": Part(
        ("record/*.py",),
        ("tests/test_record.py", "tests/test_trace.py", "tests/test_grades.py", "tests/test_checks.py",
         "tests/test_next_quarter.py"),
    ),
    "claims": Part(
        ("claims/rules.py", "claims/intervals.py", "claims/contradictions.py"),
        ("tests/test_claims.py", "tests/test_checks.py", "tests/test_snapshots.py",
         "-k", "not test_snapshots or score"),
    ),
    "checks": Part(
        ("claims/c[ho]*.py", "claims/editions.py", "claims/re*.py", "claims/sources.py"),
        ("tests/test_consistency.py", "tests/test_conditions.py", "tests/test_reasons.py",
         "tests/test_readings.py", "tests/test_reconcile.py", "tests/test_superseded.py",
         "tests/test_grades.py", "tests/test_editions.py", "tests/test_ledger.py", "tests/test_checks.py"),
    ),
    "chapters": Part(
        ("chapters/*/study.py",),
        ("tests/test_snapshots.py", "tests/chapters/test_{chapter}.py", "-k", "{slug} or test_{chapter}"),
    ),
    "charts": Part(("chapters/*/charts.py",), ("tests/test_snapshots.py", "-k", "{slug}")),
    "show": Part(("show/*.py",), ("tests/test_words.py", "tests/charts", "tests/test_snapshots.py")),
    "engine": Part(("publish/engine/*.py",), ("tests/test_build.py", "-m", "not slow")),
    "publish": Part(
        ("publish/*.py",),
        ("tests/test_lineage.py", "tests/test_address.py", "tests/test_build.py", "tests/test_editions.py",
         "tests/test_other_tools.py", "tests/test_readings.py", "-m", "not slow and not browser"),
    ),
    "site": Part(
        ("publish/site/*.py",),
        ("tests/test_small_book.py", "tests/test_numberline.py", "tests/test_feeds.py",
         "tests/test_citing.py", "tests/test_figures.py", "tests/test_readings.py",
         "tests/test_other_tools.py", "tests/test_pages.py", "tests/test_site.py",
         "-m", "not slow and not browser"),
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
    lines: range
    """The lines of its statement."""

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
                whole = range(_statement(node, places, parents), places[node].end.line + 1)
                yield Slip(part, file, places[node].start.line, wrapper.module, node, new, whole)


def _statement(node: cst.CSTNode, places: Any, parents: Any) -> int:
    """The line on which the statement of a node begins."""
    while not isinstance(node, cst.BaseCompoundStatement | cst.SimpleStatementLine) and node in parents:
        node = parents[node]
    return int(places[node].start.line)


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


@dataclass(frozen=True)
class Tests:
    """The tests that answer for a file: all of them, and by line of the sources those that run it."""

    every: tuple[str, ...]
    by_line: dict[tuple[str, int], set[str]] = field(default_factory=lambda: defaultdict(set))
    reach: Counter[str] = field(default_factory=Counter)
    """How many lines each test runs."""

    def of(self, slip: Slip) -> tuple[str, ...]:
        """Those that run the lines of a slip, the narrowest first; empty where none is known."""
        name = slip.file.relative_to(ROOT).as_posix()
        found = set().union(*(self.by_line[name, line] for line in slip.lines))
        options = itertools.dropwhile(lambda word: not word.startswith("-"), self.every)
        narrow = sorted(found, key=lambda test: (self.reach[test], test))
        return (*narrow, *options) if found else ()


def asked(slip: Slip) -> tuple[str, ...]:
    """Every test and option of the part, for the file of a slip."""
    chapter = slip.file.parent.name
    names = {"module": slip.file.stem, "chapter": chapter, "slug": chapter.replace("_", "-")}
    tests = [t.format(**names) for t in PARTS[slip.part].tests]
    return tuple(t for t in tests if not t.startswith("tests/") or (ROOT / t).exists())


def watched(every: tuple[str, ...]) -> Tests:
    """Runs tests on the sources as they stand; raises ``RuntimeError`` if one fails."""
    with tempfile.TemporaryDirectory(prefix="lines-") as place:
        settings, kept = Path(place, "rc"), Path(place, "kept")
        settings.write_text(
            f"[run]\ndynamic_context = test_function\ndata_file = {kept}\nsource = {ROOT / SRC}\n",
            encoding="utf-8",
        )
        done = run(("-m", "coverage", "run", f"--rcfile={settings}"), every, ROOT / "src", None)
        if done.returncode:
            raise RuntimeError(f"the tests fail without any slip:\n{done.stdout.decode()[-2000:]}")
        data = coverage.CoverageData(str(kept))
        data.read()
        tests = Tests(every)
        for file in data.measured_files():
            name = Path(file).relative_to(ROOT).as_posix()
            for line, contexts in data.contexts_by_lineno(file).items():
                nodes = {node for c in contexts if (node := _node(c))}
                tests.by_line[name, line] |= nodes
                tests.reach.update(nodes)
        return tests


def _node(context: str) -> str:
    """Pytest's name of a test from coverage's, such as ``tests.test_site.test_links``."""
    parts = context.split(".")
    for end in range(len(parts) - 1, 0, -1):
        file = Path(*parts[:end]).with_suffix(".py")
        if (ROOT / file).is_file():
            return "::".join((file.as_posix(), *parts[end:]))
    return ""


def run(
    before: tuple[str, ...], tests: tuple[str, ...], src: Path, limit: float | None
) -> subprocess.CompletedProcess[bytes]:
    """Runs tests against the sources in a folder until one fails."""
    own = {"PYTHONPATH": f"{src}:{ROOT}", "CAPITAL_LOOP_ROOT": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, *before, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | own, capture_output=True, timeout=limit, check=False
    )


def noticed(slip: Slip, tests: Tests) -> bool:
    """Whether the tests of the slip's part fail on a copy of the sources that holds it."""
    with tempfile.TemporaryDirectory(prefix="slip-") as place:
        shutil.copytree(ROOT / "src", f"{place}/src", ignore=shutil.ignore_patterns("__pycache__"))
        file = Path(place) / slip.file.relative_to(ROOT)
        file.write_text(slip.text(), encoding="utf-8")
        try:
            for some in dict.fromkeys((tests.of(slip), tests.every)):
                if some and run((), some, Path(place, "src"), LIMIT).returncode:
                    return True
        except subprocess.TimeoutExpired:
            return True
        return False


def main(argv: list[str] | None = None) -> int:
    """Tries a sample of each part; prints rates and survivors. Exit code 1 below the goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", default=list(PARTS), choices=[*PARTS, []])
    parser.add_argument("--sample", type=int, default=40, help="slips a part")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="slips tried at once")
    args = parser.parse_args(argv)
    good = True
    for part in args.parts:
        chance = random.Random(args.seed)
        files = sorted(f for pattern in PARTS[part].files for f in (ROOT / SRC).glob(pattern))
        every = [s for f in files if f.name != "__init__.py" for s in slips(part, f)]
        chance.shuffle(every)
        todo = list(itertools.islice((s for s in every if s.text()), args.sample))
        with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
            kinds = sorted({asked(slip) for slip in todo})
            known = dict(zip(kinds, pool.map(watched, kinds), strict=True))
            tries = pool.map(noticed, todo, [known[asked(slip)] for slip in todo])
            caught = list(tqdm(tries, total=len(todo), desc=part, mininterval=10))
        rate = sum(caught) / len(todo)
        good &= rate >= GOAL
        print(
            f"{part}: {sum(caught)} of {len(todo)} noticed = {rate:.0%} (of {len(every):,}; goal {GOAL:.0%})"
        )
        for slip, hit in zip(todo, caught, strict=True):
            if not hit:
                print("  survives:", slip.told(), flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
