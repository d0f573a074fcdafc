"""Shared fixtures: the project folder, the record, a copy of the record that a test may spoil."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings

from capital_loop.publish.serving import chromium, served
from capital_loop.record import tables

ROOT = Path(__file__).resolve().parents[1]

# `make mutate` runs one test under several processes, the same examples in each; a failure need not be made small.
settings.register_profile(
    "mutants", derandomize=True, database=None, suppress_health_check=[HealthCheck.differing_executors],
    phases=(Phase.explicit, Phase.generate),
)  # fmt: skip
if "MUTANT_UNDER_TEST" in os.environ:
    settings.load_profile("mutants")


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
