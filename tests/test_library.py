"""The wheel: the record travels with it, and neither record nor models need what builds the book."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.test_build import snapshot

USE = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {absent}:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Absent())
import capital_loop as cl

record = cl.load()
verdicts = cl.verdicts(record)
assert len(record.claims) == len(verdicts), "each claim has its verdicts"
import importlib.resources, pkgutil, capital_loop.models
for module in pkgutil.iter_modules(capital_loop.models.__path__):
    importlib.import_module("capital_loop.models." + module.name)
assert importlib.resources.files("capital_loop").joinpath("chapters/demand/words.en.toml").is_file()
print(cl.__file__, record.data, len(verdicts))
"""


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of a copy of the tracked files, unpacked."""
    place = tmp_path_factory.mktemp("wheel")
    names = ["pyproject.toml", "setup.py", "README.md", "LICENSE", "src", "data"]
    for name in names:
        subprocess.run(["cp", "-r", str(root / name), str(place)], check=True)
    # What an earlier installation from this folder left.
    for name in ("gone.py", "data/gone.csv"):
        (place / "build" / "lib" / "capital_loop" / name).parent.mkdir(parents=True, exist_ok=True)
        (place / "build" / "lib" / "capital_loop" / name).touch()
    (place / "data" / ".facts.csv.new").touch()
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-deps",
            "--no-build-isolation",
            "-w",
            "out",
            ".",
        ],
        cwd=place,
        check=True,
    )
    made = next((place / "out").glob("*.whl"))
    with zipfile.ZipFile(made) as archive:
        archive.extractall(place / "installed")
    return place / "installed"


def run(code: str, place: Path, elsewhere: Path) -> subprocess.CompletedProcess[str]:
    env = {k: v for k, v in os.environ.items() if k not in ("CAPITAL_LOOP_ROOT", "PYTHONPATH")}
    # -S -I would drop the locked packages too; the unpacked wheel comes first on the path.
    return subprocess.run(
        [sys.executable, "-c", code], cwd=elsewhere, env={**env, "PYTHONPATH": str(place)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def book_only(root: Path) -> set[str]:
    """Names of modules that only the extras bring."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extra, light = (
        {re.split(r"[^A-Za-z0-9_-]", d)[0].replace("-", "_") for d in listed}
        for listed in (project["optional-dependencies"]["book"], project["dependencies"])
    )
    return {*extra - light, "IPython", "ipykernel", "nbclient", "nbformat", "vl_convert"}


@pytest.mark.slow
def test_the_wheel_works_elsewhere_without_the_book(root: Path, wheel: Path, tmp_path: Path) -> None:
    done = run(USE.format(absent=sorted(book_only(root))), wheel, tmp_path)
    assert done.returncode == 0, done.stderr
    where, data, count = done.stdout.split()
    assert Path(where).is_relative_to(wheel)
    assert Path(data) == wheel / "capital_loop" / "data"
    assert int(count) == len((root / "data" / "claims.csv").read_text(encoding="utf-8").splitlines()) - 1


def test_the_wheel_holds_every_table_as_filed_and_says_that_it_is_typed(root: Path, wheel: Path) -> None:
    inside = wheel / "capital_loop"
    filed = {name: digest for name, digest in snapshot(root / "data").items() if not name.startswith(".")}
    assert snapshot(inside / "data") == filed
    assert (inside / "py.typed").is_file()


def test_what_is_missing_in_an_installation_is_said_without_advice_for_a_checkout(
    wheel: Path, tmp_path: Path
) -> None:
    done = run("import capital_loop as cl; cl.nothing", wheel, tmp_path)
    assert "module 'capital_loop' has no attribute 'nothing'" in done.stderr


def test_the_wheel_has_nothing_that_an_earlier_one_had(wheel: Path) -> None:
    inside = wheel / "capital_loop"
    assert not [
        name for name in ("gone.py", "data/gone.csv", "data/.facts.csv.new") if (inside / name).exists()
    ]


def test_the_source_archive_carries_the_record(root: Path, wheel: Path) -> None:
    """A wheel that is built from it would be without."""
    code = "from setuptools.build_meta import build_sdist; print(build_sdist('out'))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=wheel.parent, capture_output=True, text=True, check=True
    )
    with tarfile.open(wheel.parent / "out" / done.stdout.split()[-1]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {p.relative_to(root).as_posix() for p in (root / "data").rglob("*.*")} <= names
