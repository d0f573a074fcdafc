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
