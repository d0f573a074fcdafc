"""Every chart of every chapter; a module here is named after its chapter and gets that chapter's charts."""

from __future__ import annotations

import pkgutil

import pytest

from capital_loop import chapters
from capital_loop.chapters.study import Study
from capital_loop.show.figure import Figure
from tests.conftest import Shared, drawers

NAMES = [(m.name, n) for m in pkgutil.iter_modules(chapters.__path__) if m.ispkg for n in drawers(m.name)]


def _chapter(request: pytest.FixtureRequest) -> str:
    return str(request.module.__name__).rpartition(".test_")[2]


@pytest.fixture(scope="module")
def study(request: pytest.FixtureRequest, shared: Shared) -> Study:
    """The study of the chapter that the module is named after."""
    return shared.study_of(_chapter(request))


@pytest.fixture(scope="module")
def figures(request: pytest.FixtureRequest, shared: Shared) -> dict[str, Figure]:
    """The chapter's figures by the names of their functions."""
    return {name: shared.figure(slug, name) for slug, name in NAMES if slug == _chapter(request)}
