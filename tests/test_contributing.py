"""CONTRIBUTING.md tried word for word: its examples are taken from the page and followed in a copy of the
book."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from capital_loop.claims.checks import validate
from capital_loop.record.tables import load
from tests.conftest import ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(console|python|toml|cells)(?: (\S+))?\n(.*?)^```$", re.M | re.S)
pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="there is no make on this machine")


def recipe(head: str) -> list[tuple[str, str, str]]:
    """The blocks of a section in their order: kind, file, text."""
    section = TEXT.split(f"\n## {head}\n")[1].split("\n## ")[0]
    found = BLOCK.findall(section)
    assert found, f"the recipe '{head}' has no example"
    return found


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A copy of the project with an environment that `make` takes for set up."""
    left_out = shutil.ignore_patterns(
        "_build", ".venv*", ".git", ".*_cache", "__pycache__", ".hypothesis", "snapshots", "mutants"
    )
    place = tmp_path / "book"
    shutil.copytree(ROOT, place, ignore=left_out)
    return place


def run(book: Path, line: str) -> str:
    """A line as typed in the project's folder."""
    if not (book / ".venv").exists():
        (book / ".venv").mkdir()
        for part in Path(sys.prefix).iterdir():
            (book / ".venv" / part.name).symlink_to(part)
    env = {
        **os.environ,
        "PATH": f"{book / '.venv' / 'bin'}:{os.environ['PATH']}",
        "CAPITAL_LOOP_ROOT": str(book),
        "PYTHONPATH": f"{book / 'src'}:{book}",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    env.pop("MAKEFLAGS", None)
    database = subprocess.run(
        ["make", "-pn", "help"], cwd=book, env=env, capture_output=True, text=True, check=True
    ).stdout
    ready = re.search(r"^READY := (\S+)$", database, re.M)
    assert ready
    (book / ready[1]).touch()
    done = subprocess.run(
        ["bash", "-c", line], cwd=book, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"$ {line}\n{done.stdout}{done.stderr}"
    return done.stdout


def follow(book: Path, head: str) -> dict[str, str]:
    """Does what a recipe's blocks say; gives what each line printed."""
    said: dict[str, str] = {}
    for kind, name, text in recipe(head):
        if kind == "console":
            for line in text.splitlines():
                assert line.startswith("$ "), line
                said[line[2:]] = run(book, line[2:])
        elif kind in ("python", "toml"):
            with (book / name).open("a", encoding="utf-8") as file:
                file.write(("\n\n" if kind == "python" else "\n") * bool(file.tell()) + text)
        else:
            _cells(book / name, text)
    return said


def _cells(path: Path, text: str) -> None:
    """Adds cells to a notebook; behind ``%%`` stand the kind or the tags."""
    blank = {
        "cells": [],
        "metadata": json.loads((ROOT / "notebooks" / "07-russian-doll.ipynb").read_text(encoding="utf-8"))[
            "metadata"
        ],
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    notebook = json.loads(path.read_text(encoding="utf-8")) if path.exists() else blank
    for number, part in enumerate(re.split(r"^# %% ?", text, flags=re.M)[1:]):
        tags, source = part.split("\n", 1)
        body = {"id": f"example-{number}", "metadata": {}, "source": source.strip("\n")}
        if tags == "markdown":
            notebook["cells"].append({"cell_type": "markdown", **body})
        else:
            body["metadata"] = {"tags": tags.split(", ")}
            notebook["cells"].append({"cell_type": "code", "execution_count": None, "outputs": [], **body})
    path.write_text(json.dumps(notebook), encoding="utf-8")


def executed(book: Path, name: str) -> list[set[str]]:
    """The types of each output of a notebook, executed in the copy."""
    run(book, f"jupyter nbconvert --to notebook --execute --inplace notebooks/{name}.ipynb")
    cells = json.loads((book / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    return [set(o.get("data", {})) for c in cells if c["cell_type"] == "code" for o in c["outputs"]]


def test_every_recipe_has_an_example_and_names_only_what_there_is() -> None:
    heads = [
        h
        for h in re.findall(r"^## (.+)$", TEXT, re.M)
        if h not in ("Verdicts", "Where a number is made", "Translate the words")
    ]
    assert len(heads) == 6
    for head in heads:
        assert recipe(head)
    prose = BLOCK.sub("", TEXT)
    folders = "src|data|tests|tools|notebooks|models|record|claims|show|chapters|publish"
    for name in re.findall(rf"`((?:{folders})/[\w./-]+)`", prose):
        if not {"SLUG", "NN", "NAME"} & set(re.findall(r"[A-Z]+", name)):
            assert (ROOT / name).exists() or (ROOT / "src" / "capital_loop" / name).exists(), name
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    assert set(re.findall(r"`make ([a-z-]+)", prose)) <= targets


@pytest.mark.slow
def test_add_a_fact_then_a_claim(book: Path) -> None:
    said = follow(book, "Correct or add a fact")
    assert "EX-01" in said["make trace FACT=EX-01"]
    record = load(book / "data")
    assert record.fact("EX-01").sources[0].source_id == "example-8-k"
    said = follow(book, "Add a claim")
    assert "L-98" in said["python -m tools.second_reading --packet --prefix L"]
    assert "borne out later" in said["make trace CLAIM=L-98"].lower()


@pytest.mark.slow
def test_a_slip_in_a_recipe_is_noticed(book: Path) -> None:
    """The check that the recipes end with can fail: a fact without a source."""
    for line in recipe("Correct or add a fact")[0][2].splitlines()[1:2]:
        run(book, line[2:])
    with pytest.raises(AssertionError, match="EX-01"):
        run(book, "make stamp validate")


@pytest.mark.slow
def test_add_a_feed(book: Path) -> None:
    said = follow(book, "Bring the record up to date")
    assert said["make due"]
    assert "coreweave-capex" in set(load(book / "data").feeds["feed_id"])


@pytest.mark.slow
def test_publish_an_edition(book: Path) -> None:
    follow(book, "Publish an edition")
    record = load(book / "data")
    assert record.version == "9.9.0"
    assert list(record.editions["edition_id"])[-1] == "9.9.0"
    assert (book / "data" / "editions" / "9.9.0.zip").is_file()
    validate(book / "data")


@pytest.mark.slow
def test_add_a_chart(book: Path) -> None:
    follow(book, "Add a chart")
    assert "application/vnd.capital-loop.figure+json" in executed(book, "07-russian-doll")[-1]
    run(book, "ruff check src")


@pytest.mark.slow
def test_add_a_chapter(book: Path) -> None:
    follow(book, "Add a chapter")
    kinds = executed(book, "19-example")
    assert any("application/vnd.capital-loop.prose+json" in k for k in kinds)
    assert any("application/vnd.capital-loop.figure+json" in k for k in kinds)
    assert (book / "_toc.yml").read_text(encoding="utf-8").count("notebooks/19-example") == 1
    run(book, "ruff check src && lint-imports")
    run(book, "python -m pytest -q -p no:cacheprovider tests/test_house.py tests/test_trace.py")
