"""Reproduces the book: two builds from scratch in other places, compared with each other and with what is committed."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from capital_loop.checks import validate

SKIP = (
    "_build",
    ".venv",
    ".git",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".hypothesis",
    "__pycache__",
)


class VerifyError(Exception):
    """Something is not as committed; the message lists it."""


def verify(root: Path, say: Callable[[str], None] = print) -> list[str]:
    """Checks the data's hashes, builds twice and compares byte by byte; raises ``VerifyError`` with every difference."""
    lines = [validate(root / "data")]
    say(lines[-1])
    with (
        tempfile.TemporaryDirectory() as first,
        tempfile.TemporaryDirectory(prefix="a-longer-name-") as second,
    ):
        sites = []
        for place in (Path(first) / "book", Path(second) / "deeper" / "book"):
            shutil.copytree(root, place, ignore=shutil.ignore_patterns(*SKIP))
            say(f"building from scratch in {place} ...")
            done = subprocess.run(
                [sys.executable, "-m", "capital_loop.cli", "build", "--force"], cwd=place, capture_output=True, text=True, check=False,
                env={**os.environ, "CAPITAL_LOOP_ROOT": str(place), "PYTHONPATH": str(place / "src")},
            )  # fmt: skip
            if done.returncode:
                raise VerifyError(f"the build in {place} failed:\n{done.stderr or done.stdout}")
            sites.append(place)
        wrong = [f"{n}: not as committed" for n in differences(root / "notebooks", sites[0] / "notebooks")]
        wrong += [
            f"{n}: differs between two builds"
            for n in differences(sites[0] / "_build" / "html", sites[1] / "_build" / "html")
        ]
        if wrong:
            raise VerifyError("\n".join(wrong))
        count = sum(1 for p in (sites[0] / "_build" / "html").rglob("*") if p.is_file())
        notebooks = len(list((root / "notebooks").glob("*.ipynb")))
    lines.append(
        f"{notebooks} notebooks as committed, {count} files of the site the same in two builds, Python {sys.version.split()[0]}"
    )
    say(lines[-1])
    return lines


def differences(one: Path, other: Path) -> list[str]:
    """Names of files that are missing on one side or differ."""

    def hashes(folder: Path) -> dict[str, str]:
        return {
            p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
            for p in folder.rglob("*")
            if p.is_file()
            and not any(part in SKIP or part.startswith(".ipynb") for part in p.parts[len(folder.parts) :])
        }

    a, b = hashes(one), hashes(other)
    return sorted(n for n in a.keys() | b.keys() if a.get(n) != b.get(n))
