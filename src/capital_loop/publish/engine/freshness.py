"""What the book is made of, and which notebooks must be executed again.

A notebook depends on its code, the environment, every module of the book it imported, every table it read
and every other input file it opened.  The last three are recorded while it runs and kept, with their hashes,
in ``_build/cache``.  The hashes are those taken before execution began: a file that changes meanwhile
differs from its record, and the next build runs the notebook again.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

FOLDERS = ("_static", "_templates", "book", "data", "notebooks", "src")
"""Where inputs live, besides the files at the top of the project."""

DESCRIPTOR = "data/datapackage.json"
_VOLATILE = ("hash", "bytes")
_BUILDER = ("execution.py", "freshness.py", "kernel.py")

_IMPORT = re.compile(r"^(?:from (\w[\w.]*) )?import (\([^)]*\)|.+)", re.MULTILINE)

Notebook = dict[str, Any]


@dataclass(frozen=True)
class Inputs:
    """Every input of the book as it was at one moment."""

    root: Path
    files: dict[str, str]
    environment: str
    descriptor: dict[str, Any]

    @property
    def notebooks(self) -> list[str]:
        """The notebooks, as paths relative to the root."""
        return sorted(n for n in self.files if n.startswith("notebooks/") and n.endswith(".ipynb"))

    def digest(self) -> str:
        """One hash over everything: equal digests, equal site."""
        return fingerprint([self.environment, sorted(self.files.items())])

    def rehash(self, names: Iterable[str]) -> Inputs:
        """Return these inputs with some files hashed again."""
        return replace(self, files={**self.files, **{n: file_hash(self.root / n) for n in names}})

    def state(self, dependency: str, notebook: Notebook) -> str:
        """Return the fingerprint of one dependency of a notebook; empty if it is gone."""
        kind, _, name = dependency.partition(" ")
        if kind == "code":
            return fingerprint(_code(notebook))
        if kind == "environment":
            return self.environment
        if kind == "schema":
            return fingerprint(self._schema(name))
        return self.files.get(name, "")

    def dependencies(self, trace: Iterable[str]) -> list[str]:
        """Turn the trace of an execution into names of dependencies."""
        found = {"code", "environment"}
        for line in trace:
            kind, _, name = line.strip().partition(" ")
            if kind == "table":
                found.add(f"schema {name}")
                found.update(f"file data/{item['path']}" for item in self._resources(name))
            elif (relative := self._relative(name)) == DESCRIPTOR:
                found.add("schema")  # of the tables, only those that were read count
            elif relative in self.files:
                found.add(f"file {relative}")
        return sorted(found)

    def _relative(self, path: str) -> str:
        try:
            return Path(path).relative_to(self.root).as_posix()
        except ValueError:
            return ""

    def _resources(self, table: str) -> list[dict[str, Any]]:
        return [item for item in self.descriptor.get("resources", []) if item.get("name") == table]

    def _schema(self, table: str) -> Any:
        """What the descriptor says of a table, or of the package as a whole."""
        if not table:
            return {key: self.descriptor[key] for key in self.descriptor if key != "resources"}
        return [{key: item[key] for key in item if key not in _VOLATILE} for item in self._resources(table)]


def take_inputs(root: Path) -> Inputs:
    """Hash every input of the book."""
    files = {path.relative_to(root).as_posix(): file_hash(path) for path in _input_files(root)}
    try:
        descriptor = json.loads((root / DESCRIPTOR).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        descriptor = {}  # the validation of the data says what is wrong with it
    return Inputs(root, files, _environment(root), descriptor if isinstance(descriptor, dict) else {})


def stale(inputs: Inputs, name: str, notebook: Notebook) -> str:
    """Why a notebook must be executed; empty if what it shows is what executing it would show."""
    try:
        record = json.loads(_record_path(inputs.root, name).read_text(encoding="utf-8"))
        known, outputs = dict(record["inputs"]), record["outputs"]
    except (OSError, ValueError, KeyError, TypeError):
        return "no record of an execution"
    changed = [item for item in known if inputs.state(item, notebook) != known[item]]
    if changed:
        return f"changed: {', '.join(item.removeprefix('file ') for item in changed)}"
    return "" if outputs == outputs_hash(notebook) else "outputs are not those the build wrote"


def remember(inputs: Inputs, name: str, notebook: Notebook, trace: Iterable[str]) -> None:
    """Record what an executed notebook depended on."""
    record = {
        "inputs": {item: inputs.state(item, notebook) for item in inputs.dependencies(trace)},
        "outputs": outputs_hash(notebook),
    }
    path = _record_path(inputs.root, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_text(path, json.dumps(record, indent=1) + "\n")


def libraries(root: Path, notebooks: Iterable[Notebook]) -> list[str]:
    """Return the modules that notebooks import from outside the book, also by way of its own modules.

    Reads import lines only, which is enough for the purpose: to import them ahead of time.
    """
    pending = [
        "".join(cell["source"]) for nb in notebooks for cell in nb["cells"] if cell["cell_type"] == "code"
    ]
    seen: set[str] = set()
    outside = []
    while pending:
        for module in set(_imported(pending.pop())) - seen:
            seen.add(module)
            pending += [path.read_text(encoding="utf-8") for path in _sources(root, module)]
            # The first part decides: importing "package.module.function" would import the book's modules.
            if not _sources(root, module.split(".")[0]):
                outside.append(module)
    return sorted(outside)


def _sources(root: Path, module: str) -> list[Path]:
    base = root / "src" / module.replace(".", "/")
    return [path for path in (Path(f"{base}.py"), base / "__init__.py") if path.is_file()]


def _imported(code: str) -> Iterator[str]:
    """Names that may be modules in the import lines of some code."""
    for parent, names in _IMPORT.findall(code):
        items = [item.split()[0] for item in names.strip("()").split("#")[0].split(",") if item.strip()]
        yield from (f"{parent}.{item}" for item in items) if parent else items
        if parent:
            yield parent


def outputs_hash(notebook: Notebook) -> str:
    """Hash of what the code cells of a notebook show."""
    return fingerprint(
        [
            [cell.get("execution_count"), _joined(cell.get("outputs", []))]
            for cell in notebook["cells"]
            if cell["cell_type"] == "code"
        ]
    )


def drop_outdated_bytecode(source: Path) -> None:
    """Remove compiled modules that are older than their source.

    Python compares whole seconds and sizes only, so it would run old code after a quick edit of equal length.
    """
    for path in source.rglob("*.py"):
        for compiled in path.parent.glob(f"__pycache__/{path.stem}.*.pyc"):
            if compiled.stat().st_mtime_ns <= path.stat().st_mtime_ns:
                compiled.unlink(missing_ok=True)


def replace_text(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old or the new content, never a part."""
    side = path.with_name(f".{path.name}.new")
    side.write_text(text, encoding="utf-8", newline="\n")
    os.replace(side, path)


def fingerprint(value: Any) -> str:
    """Hash of a JSON value, independent of the order of keys."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _input_files(root: Path) -> Iterator[Path]:
    yield from (path for path in root.iterdir() if path.is_file() and not path.name.startswith("."))
    for folder in FOLDERS:
        for where, folders, names in os.walk(root / folder):
            folders[:] = [
                f for f in folders if f[0] != "." and f != "__pycache__" and not f.endswith(".egg-info")
            ]
            yield from (Path(where, name) for name in names if not name.startswith("."))


def file_hash(path: Path) -> str:
    """Hash of a file's bytes; empty if it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:  # a dangling link, or removed while we looked
        return ""


def _environment(root: Path) -> str:
    """Fingerprint of the interpreter, the lock, the packages it names as installed, and this builder."""
    lock = root / "requirements.lock"
    text = lock.read_text(encoding="utf-8") if lock.exists() else ""
    locked = {_canonical(name) for name in re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE)}
    installed = (path.name for path in Path(sysconfig.get_path("purelib")).glob("*.dist-info"))
    relevant = sorted(name for name in installed if _canonical(name.split("-")[0]) in locked)
    here = Path(__file__).parent
    builder = [file_hash(here / name) for name in _BUILDER]
    return fingerprint([sys.version_info[:2], text, relevant, builder])


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _code(notebook: Notebook) -> list[Any]:
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return [[_joined(c["source"]), sorted(c.get("metadata", {}).get("tags", []))] for c in cells]


def _joined(value: Any) -> Any:
    """Undo the notebook format's choice between a string and a list of its lines."""
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return "".join(value)
    if isinstance(value, list):
        return [_joined(item) for item in value]
    if isinstance(value, dict):
        return {key: _joined(item) for key, item in value.items()}
    return value


def _record_path(root: Path, name: str) -> Path:
    return root / "_build" / "cache" / f"{Path(name).stem}.json"
