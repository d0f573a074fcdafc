"""Every model's text carries an example for a reader, and each runs as it is written."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import capital_loop
from capital_loop import models

MODULES = [
    capital_loop.__name__,
    *(f"{models.__name__}.{m.name}" for m in pkgutil.iter_modules(models.__path__)),
]


@pytest.mark.parametrize("name", MODULES)
def test_the_example_runs_as_written(name: str) -> None:
    module = importlib.import_module(name)
    assert ">>> " in (module.__doc__ or ""), f"{name} shows no example"
    assert doctest.testmod(module, report=True).failed == 0


@pytest.mark.parametrize("name", MODULES)
def test_every_public_name_is_there_once(name: str) -> None:
    module = importlib.import_module(name)
    names = getattr(module, "__all__", [])
    assert len(set(names)) == len(names)
    assert [n for n in names if not hasattr(module, n)] == []


def test_the_page_of_the_library_shows_every_model(root: Path) -> None:
    page = (root / "book" / "library.md").read_text(encoding="utf-8")
    assert set(re.findall(r"automodule:: (\S+)", page)) == set(MODULES)
