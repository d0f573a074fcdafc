"""``make setup`` replaces an environment only by a whole one; the Python is a stand-in without a network."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

STAND_IN = """#!/bin/sh
if [ "$1" = -c ]; then exit 0; fi
if [ "$2" = venv ]; then mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; exit 0; fi
[ -n "$ONLINE" ] || { echo "no network" >&2; exit 1; }
"""

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="there is no make on this machine")


@pytest.fixture
def place(root: Path, tmp_path: Path) -> Path:
    for name in ("Makefile", "pyproject.toml", "requirements.lock"):
        shutil.copyfile(root / name, tmp_path / name)
    (tmp_path / "python").write_text(STAND_IN, encoding="utf-8")
    (tmp_path / "python").chmod(0o755)
    return tmp_path


def setup(place: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "PYTHON=./python", "setup"],
        cwd=place, env={**os.environ, **env}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def edit(path: Path, change: Callable[[str], str]) -> None:
    text = path.read_text(encoding="utf-8")
    assert change(text) != text
    path.write_text(change(text), encoding="utf-8")


def test_a_comment_needs_no_new_environment_and_a_dependency_does(place: Path) -> None:
    assert setup(place, ONLINE="1").returncode == 0
    edit(
        place / "pyproject.toml", lambda text: text.replace("[project]\n", "[project]  # the book\n# more\n")
    )
    edit(place / "pyproject.toml", lambda text: text.replace("line-length = ", "line-length =  "))
    assert "Setting up" not in setup(place).stdout
    edit(place / "pyproject.toml", lambda text: text.replace('"joblib",', '"joblib>1",'))
    assert "Setting up" in setup(place, ONLINE="1").stdout


def test_a_set_up_that_fails_leaves_the_environment_that_was_there(place: Path) -> None:
    assert setup(place, ONLINE="1").returncode == 0
    (place / ".venv" / "mine").touch()
    edit(place / "requirements.lock", lambda text: text + "more==1\n")
    failed = setup(place)
    assert failed.returncode != 0
    assert "no network" in failed.stderr
    assert (place / ".venv" / "mine").exists()
    # Killed in the middle, it begins again from the old one.
    (place / ".venv").rename(place / ".venv-old")
    (place / ".venv").mkdir()
    assert setup(place).returncode != 0
    assert (place / ".venv" / "mine").exists()
    assert setup(place, ONLINE="1").returncode == 0
    assert not (place / ".venv" / "mine").exists()
    assert not (place / ".venv-old").exists()


def test_no_text_gets_windows_line_endings(root: Path) -> None:
    names = subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True, check=False)
    if names.returncode:
        pytest.skip("this is no checkout")
    asked = subprocess.run(
        ["git", "check-attr", "--stdin", "eol"], cwd=root, input=names.stdout, capture_output=True, text=True,
        check=True
    )  # fmt: skip
    assert {line.rpartition(": ")[2] for line in asked.stdout.splitlines()} == {"lf"}
    assert [
        n
        for n in names.stdout.splitlines()
        if b"\r\n" in (root / n).read_bytes()[:100_000] and b"\0" not in (root / n).read_bytes()
    ] == []


@pytest.mark.parametrize(
    ("has", "wanted"),
    [
        (("chromium", "faketime", "Rscript"), ""),
        (("google-chrome", "Rscript"), "faketime"),
        (("faketime",), "chromium r-base-core"),
        ((), "chromium faketime r-base-core"),
    ],
)
def test_ci_installs_each_that_is_missing(
    root: Path, tmp_path: Path, has: tuple[str, ...], wanted: str
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("bash", "dirname", "env", "id"):
        (programs / name).symlink_to(str(shutil.which(name)))
    for name in (*has, "apt-get", "make", "git", "sudo"):
        then = 'shift; exec "$@"' if name == "sudo" else ""
        (programs / name).write_text(
            f'#!{programs}/bash\necho "{name} $@" >> {tmp_path}/ran\n{then}\n', encoding="utf-8"
        )
        (programs / name).chmod(0o755)
    (tmp_path / ".ci").mkdir()
    shutil.copyfile(root / ".ci" / "run", tmp_path / ".ci" / "run")
    subprocess.run([programs / "bash", ".ci/run"], cwd=tmp_path, env={"PATH": str(programs)}, check=True)
    ran = (tmp_path / "ran").read_text(encoding="utf-8").splitlines()
    asked = [
        word
        for line in ran
        if line.startswith("apt-get install")
        for word in line.split()
        if word not in ("apt-get", "install", "-y", "-qq")
    ]
    assert " ".join(word for word in asked if not word.endswith("-")) == wanted
    assert "make test" in ran
