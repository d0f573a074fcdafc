"""Shared fixtures: the project folder, the record, a copy of the record that a test may spoil."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from capital_loop import tables

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def record() -> tables.Record:
    return tables.load(ROOT / "data")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A private copy of ``data/``."""
    target = tmp_path / "data"
    shutil.copytree(ROOT / "data", target)
    return target
