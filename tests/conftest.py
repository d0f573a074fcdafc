"""Shared fixtures: the project folder, the record, a copy of the record that a test may spoil."""

from __future__ import annotations

import hashlib
import importlib
import inspect
import json
import os
import pkgutil
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar, cast

import pytest
from hypothesis import HealthCheck, Phase, settings

from capital_loop import chapters
from capital_loop.chapters.study import Study
from capital_loop.publish.serving import chromium, served
from capital_loop.record import tables
from capital_loop.show.figure import Figure

ROOT = Path(__file__).resolve().parents[1]
for name in (
    "MAKEFLAGS",
    "MFLAGS",
    "MAKELEVEL",
):  # a test that calls make is not a part of the make that called it
    os.environ.pop(name, None)

# Properties: the default run takes the same few examples each time; `make test-wide` searches at random and
# far.
# No deadline and no check of slowness: how busy a machine is says nothing about the code.
CLOCKS = [HealthCheck.too_slow]
settings.register_profile(
    "fixed", derandomize=True, deadline=None, max_examples=50, suppress_health_check=CLOCKS
)
settings.register_profile(
    "wide", deadline=None, max_examples=int(os.environ.get("EXAMPLES", "500")), print_blob=True,
    suppress_health_check=CLOCKS,
)  # fmt: skip
# `make mutate` runs one test under several processes, the same examples in each; a failure need not be made
# small.
settings.register_profile(
    "mutants", settings.get_profile("fixed"), phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[*CLOCKS, HealthCheck.differing_executors],
)  # fmt: skip
settings.load_profile("mutants" if "MUTANT_UNDER_TEST" in os.environ else "fixed")


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def record() -> tables.Record:
    return tables.load(ROOT / "data")


CHAPTERS = {m.name for m in pkgutil.iter_modules(chapters.__path__) if m.ispkg}


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """One worker has all tests of a chapter, wherever they stand, or all of another file.

    So a chapter's study, a small book and a browser are made once and not once a worker.
    """
    from xdist.scheduler import LoadScopeScheduling

    class ByChapter(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            path, _, test = nodeid.partition("::")
            words = {Path(path).stem.removeprefix("test_"), *re.findall(r"\w+", test.replace("-", "_"))}
            words |= set(re.findall(r"\[\d\d_(\w+)\]", test.replace("-", "_")))
            return min(CHAPTERS & words, default=path)

    config.option.loadscopereorder = False
    return ByChapter(config, log) if config.getvalue("dist") == "load" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The models come last, the longest file first: what is short and many fills the end."""
    size = {path: path.stat().st_size for path in {i.path for i in items} if path.parent.name == "models"}
    items.sort(key=lambda item: (item.path in size, -size.get(item.path, 0)))


S = TypeVar("S", bound=Study)


def drawers(slug: str) -> dict[str, Callable[[Any], Figure]]:
    """The charts of a chapter by name: what ``drawn`` wraps."""
    module = importlib.import_module(f"{chapters.__name__}.{slug}.charts")
    found = inspect.getmembers(module, lambda f: inspect.isfunction(f) and hasattr(f, "__wrapped__"))
    return {name: draw for name, draw in found if draw.__annotations__["return"] == "Figure"}


class Shared:
    """Chapters' studies of the record as it stands, and their figures, each made once a session."""

    def __init__(self, record: tables.Record):
        self.record = record
        self.studies: dict[type[Study], Study] = {}
        self.figures: dict[tuple[str, str], Figure] = {}

    def study(self, kind: type[S]) -> S:
        """A chapter's study, by its class."""
        if kind not in self.studies:
            self.studies[kind] = kind(self.record)
        return cast(S, self.studies[kind])

    def study_of(self, slug: str) -> Study:
        """A chapter's study, by the chapter's folder."""
        kind: type[Study] = importlib.import_module(f"{chapters.__name__}.{slug}.study").Study
        return self.study(kind)

    def figure(self, slug: str, name: str) -> Figure:
        """A chart of a chapter."""
        if (slug, name) not in self.figures:
            self.figures[slug, name] = drawers(slug)[name](self.study_of(slug))
        return self.figures[slug, name]


@pytest.fixture(scope="session")
def shared(record: tables.Record) -> Shared:
    """What many tests look at and none changes."""
    return Shared(record)


@pytest.fixture(scope="session")
def checked_once() -> Iterator[None]:
    """A table that was sound is not read again against its schema, unless it, or one that it refers to,
    changes."""
    from frictionless import Resource

    check, sound = Resource.validate, {}

    def validate(table: Any, *args: Any, **options: Any) -> Any:
        fits = [k["reference"]["resource"] or table.name for k in table.schema.foreign_keys]
        parts = [table.package.get_resource(name) for name in dict.fromkeys([table.name, *fits])]
        paths = [Path(part.basepath, part.path) for part in parts]
        if not all(path.is_file() for path in paths):
            return check(table, *args, **options)
        said = json.dumps([part.to_descriptor() for part in parts], default=str).encode()
        key = hashlib.sha256(b"\0".join([said, *(path.read_bytes() for path in paths)])).digest()
        if key in sound:
            return sound[key]
        report = check(table, *args, **options)
        if report.valid:
            sound[key] = report
        return report

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Resource, "validate", validate)
        yield


@pytest.fixture
def copy(tmp_path: Path, checked_once: None) -> Path:
    """A private copy of ``data/``."""
    target = tmp_path / "data"
    shutil.copytree(ROOT / "data", target)
    return target


SITE = ROOT / "_build" / "html"
CHROMIUM = chromium()
HOW = "no Chromium on this machine: on Debian, apt-get install chromium"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(SITE) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail(HOW)
        pytest.skip(HOW)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        flags = [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--no-first-run",
        ]
        instance = play.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield instance
        instance.close()
