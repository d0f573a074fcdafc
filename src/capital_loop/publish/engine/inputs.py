"""What the book is made of, as digests: equal digests, equal notebooks, equal site."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from capital_loop.publish.address import address
from capital_loop.publish.engine import BuildError

FOLDERS = ("book", "data", "notebooks", "src")
"""Where inputs live, besides the files at the top of the project."""
RESULTS = ("data/", "src/", "requirements.lock")
"""What a result can depend on besides its notebook; the makers of pages come after the results."""
PAGES = "src/capital_loop/publish/"
EXECUTE = (f"{PAGES}engine/execution.py", f"{PAGES}engine/workers.py")
"""What of the makers decides how a notebook is executed and written."""
CHAPTERS = "src/capital_loop/chapters/"
"""What a chapter's folder holds decides on the notebooks that import it, and on no check of the data."""
SHOWN = (CHAPTERS, "src/capital_loop/show/")
_IMPORTS = re.compile(r"^[ \t]*(?:from|import)\s+capital_loop\.chapters\b[^\n(]*(?:\([^)]*\))?", re.M)
TEXTS = re.compile(r"(?:index|book/.*)\.md|notebooks/.*\.ipynb")
"""Pages: who edits one has it read again, and the pages that quote it."""
HIDDEN = (".", "__pycache__")


def take(root: Path) -> dict[str, str]:
    """The digest of every input file by its name."""
    return {path.relative_to(root).as_posix(): digest(path) for path in _files(root)}


def of_site(files: dict[str, str]) -> str:
    """One digest of all that a page depends on."""
    return _fingerprint([sys.version_info[:2], address(), files])


def of_data(files: dict[str, str]) -> str:
    """One digest of the data and of what checks them."""
    results = {name: digest for name, digest in _results(files).items() if not name.startswith(SHOWN)}
    return _fingerprint([sys.version_info[:2], results])


def of_texts(root: Path, files: dict[str, str]) -> tuple[dict[str, str], str]:
    """The digest of each page's text, and one of all else on which the reading of a page depends."""
    texts = {name: digest for name, digest in files.items() if TEXTS.fullmatch(name)}
    rest = {name: digest for name, digest in files.items() if name not in texts}
    return texts, _fingerprint([sys.version_info[:2], address(), str(root), rest])


def of_notebook(root: Path, name: str, files: dict[str, str]) -> str:
    """One digest of all that a notebook's outputs depend on, and of the outputs; prose does not count.

    Raises `BuildError` for what is no notebook.
    """
    try:
        cells = json.loads((root / name).read_text(encoding="utf-8"))["cells"]
        code = [_joined(cell) for cell in cells if cell["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError) as error:
        raise BuildError(
            f"{name}: no notebook can be read ({error!r}); restore it from its history"
        ) from None
    reached = _reached(root, "\n".join(str(cell["source"]) for cell in code), _results(files))
    return _fingerprint([sys.version_info[:2], reached, code])


def _reached(root: Path, code: str, results: dict[str, str]) -> dict[str, str]:
    """What some code reaches: of chapters those that it imports, and that these import; all else."""
    ways = {n: n.removeprefix(CHAPTERS).rpartition("/")[0] for n in results if n.startswith(CHAPTERS)}
    folders = frozenset(filter(None, ways.values()))
    of: dict[str, list[str]] = {}
    for name in results:
        if name.endswith(".py"):
            of.setdefault(ways.get(name, ""), []).append(name)
    reached, found = {""}, _named(code, folders)
    found = found.union(*(_imported(root / name, results[name], folders) for name in of.get("", [])))
    while new := found - reached:
        reached |= new
        more = (name for folder in new for name in of.get(folder, []))
        found = found.union(*(_imported(root / name, results[name], folders) for name in more))
    return {name: digest for name, digest in results.items() if ways.get(name, "") in reached}


@cache
def _imported(path: Path, digest: str, folders: frozenset[str]) -> frozenset[str]:
    """The chapters that a module with this digest imports."""
    return _named(path.read_text(encoding="utf-8"), folders) if digest else frozenset()


def _named(code: str, folders: frozenset[str]) -> frozenset[str]:
    return folders & {word for said in _IMPORTS.findall(code) for word in re.findall(r"\w+", said)}


def _results(files: dict[str, str]) -> dict[str, str]:
    return {
        n: d for n, d in files.items() if n.startswith(RESULTS) and (n in EXECUTE or not n.startswith(PAGES))
    }


def _files(root: Path) -> Iterator[Path]:
    yield from (path for path in root.iterdir() if path.is_file() and not path.name.startswith("."))
    for folder in FOLDERS:
        for where, folders, names in os.walk(root / folder):
            folders[:] = [f for f in folders if not f.startswith(HIDDEN) and not f.endswith(".egg-info")]
            yield from (Path(where, name) for name in names if not name.startswith("."))


def digest(path: Path) -> str:
    """The digest of a file's bytes; empty where there is none."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:  # a dangling link, or removed while we looked
        return ""


def _fingerprint(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def _joined(value: Any) -> Any:
    """Undoes the notebook format's choice between a string and a list of its lines."""
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return "".join(value)
    if isinstance(value, list):
        return [_joined(item) for item in value]
    return {key: _joined(item) for key, item in value.items()} if isinstance(value, dict) else value
