"""Every chart of every chapter; a module here is named after its chapter and gets that chapter's charts."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from functools import cache

import pytest

from capital_loop import chapters
from capital_loop.chapters.study import Study
from capital_loop.record import load
from capital_loop.show.figure import Figure

FEWER = {"amd_warrants": {"paths": 2_000, "draws": 60}}
"""Random paths cost time; charts are drawn as well from fewer."""


def drawers(chapter: str) -> dict[str, Callable[[Study], Figure]]:
    """The charts of a chapter by name: what ``drawn`` wraps."""
    module = importlib.import_module(f"{chapters.__name__}.{chapter}.charts")
    found = inspect.getmembers(module, lambda f: inspect.isfunction(f) and hasattr(f, "__wrapped__"))
    return {name: draw for name, draw in found if draw.__annotations__["return"] in ("Figure", "Drawing")}


@cache
def study_of(chapter: str) -> Study:
    module = importlib.import_module(f"{chapters.__name__}.{chapter}.study")
    made: Study = module.Study(load(), **FEWER.get(chapter, {}))
    return made


@cache
def figure_of(chapter: str, name: str) -> Figure:
    return drawers(chapter)[name](study_of(chapter))


NAMES = [(m.name, n) for m in pkgutil.iter_modules(chapters.__path__) if m.ispkg for n in drawers(m.name)]


def _chapter(request: pytest.FixtureRequest) -> str:
    return str(request.module.__name__).rpartition(".test_")[2]


@pytest.fixture(scope="module")
def study(request: pytest.FixtureRequest) -> Study:
    """The study of the chapter that the module is named after."""
    return study_of(_chapter(request))


@pytest.fixture(scope="module")
def figures(request: pytest.FixtureRequest) -> dict[str, Figure]:
    """The chapter's figures by the names of their functions."""
    return {name: figure_of(chapter, name) for chapter, name in NAMES if chapter == _chapter(request)}
