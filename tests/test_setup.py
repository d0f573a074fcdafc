"""``make setup`` replaces an environment only by a whole one; the Python is a stand-in without a network."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

STAND_IN = """#!/bin/sh
[ "$1" = -I ] && shift
if [ "$1" = -c ]; then case "$2" in *print*) echo "$VERSION";; esac; exit 0; fi
if [ "$2" = venv ]; then
  mkdir -p "$3/bin"; sed "2i VERSION=$VERSION" "$0" > "$3/bin/python"; chmod +x "$3/bin/python"; exit 0
fi
[ -z "$SLOWLY" ] || sleep 1
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


def ready(place: Path) -> list[str]:
    return sorted(p.name for p in (place / ".venv").glob(".ready-*"))


def test_an_environment_that_was_moved_or_copied_with_its_folder_is_made_anew(place: Path) -> None:
    """Its programs would build the book in the old folder."""
    for folder in ("one", "the other"):
        (place / folder).mkdir()
    here, there = place / "one", place / "the other"
    for name in ("Makefile", "pyproject.toml", "requirements.lock", "python"):
        shutil.copy(place / name, here / name)
    assert "Setting up" in setup(here, ONLINE="1").stdout
    shutil.copytree(here, there, symlinks=True, dirs_exist_ok=True)
    assert "Setting up" not in setup(here).stdout
    assert "Setting up" in setup(there, ONLINE="1").stdout
    assert ready(here) != ready(there)
    (place / "link").symlink_to("one")
    assert "Setting up" not in setup(place / "link").stdout, "the same folder by another name"


def test_an_environment_whose_python_is_gone_or_another_is_made_anew(place: Path) -> None:
    assert setup(place, ONLINE="1", VERSION="3.12").returncode == 0
    assert "Setting up" not in setup(place, VERSION="3.12").stdout
    assert "Setting up" in setup(place, ONLINE="1", VERSION="3.13").stdout, "make PYTHON= asks for another"
    assert len(ready(place)) == 1
    (place / ".venv" / "bin" / "python").unlink()
    (place / ".venv" / "bin" / "python").symlink_to("/nowhere/python3.13")
    assert "Setting up" in setup(place, ONLINE="1", VERSION="3.13").stdout


def test_two_set_ups_at_once_make_one_environment(place: Path) -> None:
    if shutil.which("flock") is None:
        pytest.skip("there is no flock on this machine: set-ups at once are not kept apart")
    env = {**os.environ, "ONLINE": "1", "SLOWLY": "1"}
    both = [
        subprocess.Popen(
            ["make", "PYTHON=./python", "setup"], cwd=place, env=env, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    said = [process.communicate() for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert sum("Setting up" in out for out, _ in said) == 1
    assert len(ready(place)) == 1


SHOWN = """
include Makefile
its-environment:
	@env
"""


def test_make_hands_on_no_setting_that_leads_elsewhere(place: Path) -> None:
    """To another book, to other packages, to checks that are left out, to packages in another folder."""
    (place / "shown.mk").write_text(SHOWN, encoding="utf-8")
    elsewhere = {
        "CAPITAL_LOOP_ROOT": "/elsewhere", "PYTHONPATH": "/elsewhere", "PYTHONHOME": "/elsewhere",
        "PYTHONOPTIMIZE": "2", "PYTHONWARNINGS": "error", "PYTHONHASHSEED": "7",
        "PYTHONSAFEPATH": "1", "PIP_CONSTRAINT": "/elsewhere", "PIP_NO_BINARY": ":all:",
        "PIP_EDITABLE": "/elsewhere", "PIP_REQUIREMENT": "/elsewhere", "PIP_REQUIRE_HASHES": "1",
        "PYTHONSTARTUP": "/elsewhere", "PYTHONINSPECT": "1", "PIP_TARGET": "/elsewhere", "PIP_USER": "1",
        "PIP_PREFIX": "/elsewhere", "PIP_ROOT": "/elsewhere", "PIP_DRY_RUN": "1", "PIP_PYTHON": "/elsewhere",
    }  # fmt: skip
    done = subprocess.run(
        ["make", "-f", "shown.mk", "its-environment"], cwd=place, env={**os.environ, **elsewhere},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)
    here = {"CAPITAL_LOOP_ROOT": str(place), "PYTHONPATH": f"{place}/src", "PYTHONHASHSEED": "0"}
    assert {name: found[name] for name in elsewhere if name in found} == here


def test_a_folder_in_which_nothing_can_be_set_up_is_one_line(place: Path) -> None:
    """On a read-only disk, or where another user made the lock; root may write nearly anywhere."""
    (place / ".venv-lock").mkdir()
    said = setup(place, ONLINE="1").stderr.splitlines()
    assert said[0] == (
        f"{place}/.venv-lock cannot be written; copy the project to a folder of your own and run it there"
    )
    assert len([line for line in said if not line.startswith("make")]) == 1


def test_a_build_that_changes_what_is_tracked_is_noticed_in_another_users_checkout(place: Path) -> None:
    """Git answers nothing there by itself, so that before and after would be the same."""
    if shutil.which("git") is None:
        pytest.skip("there is no git on this machine")
    assert setup(place, ONLINE="1").returncode == 0
    (place / "notebooks").mkdir()
    (place / "data").mkdir()
    (place / "notebooks" / "a.ipynb").touch()
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org"]
    for words in (["init", "-q"], ["add", "notebooks"], ["commit", "-q", "-m", "x"]):
        subprocess.run([*git, *words], cwd=place, check=True)
    program = place / ".venv" / "bin" / "capital-loop"
    for change, code in (("true", 0), ("echo x >> notebooks/a.ipynb", 2)):
        program.write_text(f"#!/bin/sh\n{change}\n", encoding="utf-8")
        program.chmod(0o755)
        done = subprocess.run(
            ["make", "PYTHON=./python", "built"], cwd=place, capture_output=True, text=True, check=False,
            env={**os.environ, "GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"},
        )  # fmt: skip
        assert done.returncode == code, done
    assert "notebooks/a.ipynb" in done.stdout


def test_no_text_gets_windows_line_endings(root: Path) -> None:
    if shutil.which("git") is None:
        pytest.skip("there is no git on this machine")
    names = subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True, check=False)
    if names.returncode:
        pytest.skip("this is no checkout")
    asked = subprocess.run(
        ["git", "check-attr", "--stdin", "eol"], cwd=root, input=names.stdout, capture_output=True, text=True,
        check=True
    )  # fmt: skip
    if not names.stdout:
        pytest.skip("the project stands in another checkout, which does not know it")
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
    assert "make test-all" in ran
