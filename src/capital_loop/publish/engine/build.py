"""Builds the book: execute what is stale, render everything, put the finished site in place.

A build never shows a stale or a half-finished site. It works beside the old one and swaps it in at the end;
whatever fails before that leaves the old site and the notebooks as they were. When no input changed since
the finished site was built there is nothing to do, and finding that out imports nothing heavy. Who edits a
text waits for that page to be read and all pages to be written; who edits a chapter, for its notebook too.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import importlib
import importlib.util
import json
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from capital_loop.publish.address import AddressError
from capital_loop.publish.engine import MISSING, BuildError, inputs, refused, unheard
from capital_loop.record.schema import replace_file

if TYPE_CHECKING:
    from capital_loop.publish.engine.workers import Job, Workers

try:
    import fcntl
except ImportError:  # Windows: builds at once are not kept apart
    fcntl = None  # type: ignore[assignment]

OLD = ".html-old"
NEW = ".html-new-"
STAMP = ".inputs"
"""File in the finished site: the digest of the inputs that it was built from, and the names of its files."""
EXECUTED = "executed.json"
"""File beside the site: the digest of each notebook when it had been executed, and of the data that were
valid."""
VALID = "data"
READ = ".read"
"""Folder of what was made of the pages' texts, before they are written: an edit reads one."""
READ_FROM = "read.json"
"""File in it: the digests of the texts, of all else that counts, and of the folder's own files."""
NEEDED = ("altair", "frictionless", "jupyter_book", "nbclient", "pandas", "polars", "vl_convert")
"""Packages without which nothing can be executed or rendered."""


def build(root: Path, *, force: bool = False) -> Path:
    """Build the book in `root` and return the folder of the finished site; raises `BuildError`."""
    root = root.resolve()
    if not (root / "_toc.yml").is_file():
        raise BuildError(f"{root} has no _toc.yml: run the build in the project's folder")
    place = root / "_build"
    try:
        place.mkdir(exist_ok=True)
        with _locked(place / ".lock"):
            _repair(place)
            files = inputs.take(root)
            if force or not _whole(place / "html", inputs.of_site(files)):
                _build(root, place, files, force=force)
    except AddressError as error:
        raise BuildError(str(error)) from None
    except OSError as error:
        kept = " (the old site is untouched)" if (place / "html").is_dir() else ""
        raise BuildError(f"{refused(error, place)}; mend that and build again{kept}") from None
    return place / "html"


def validate_data(data: Path) -> None:
    """Check the data; raises an exception with one line per problem."""
    importlib.import_module("capital_loop.claims.checks").validate(data)


def _build(root: Path, place: Path, files: dict[str, str], *, force: bool) -> None:
    from capital_loop.publish.engine.workers import Workers

    _prepared(root)
    known = _executed(place)
    notebooks = sorted(n for n in files if n.startswith("notebooks/") and n.endswith(".ipynb"))
    stale = [n for n in notebooks if inputs.of_notebook(root, n, files) != known.get(n) or force]
    # The longest first, so that none is left over at the end; how much one shows is the best guess.
    stale.sort(key=lambda name: (root / name).stat().st_size, reverse=True)
    _drop_outdated_bytecode(root / "src")
    preload = [f"{__package__}.execution", *_modules(root / "src")] if stale else []
    with Workers(root, [*preload, f"{__package__}.rendering"]) as workers:
        if known.get(VALID) != (data := inputs.of_data(files)):
            try:
                validate_data(root / "data")
            except Exception as error:
                raise BuildError(str(error) or repr(error)) from error
            known[VALID] = data
        if stale:
            _execute(workers, root, place, files, stale, known)
        if force or not _whole(place / "html", inputs.of_site(files)):
            _replace_site(workers, root, place, files, anew=bool(stale), force=force)


def _prepared(root: Path) -> None:
    """Raises `BuildError` for what would stop the build only after minutes: a missing package or page."""
    if sys.flags.optimize:
        raise BuildError("Python was told to leave out docstrings, which pages show; unset PYTHONOPTIMIZE")
    if absent := [name for name in NEEDED if importlib.util.find_spec(name) is None]:
        raise BuildError(MISSING.format(absent[0]))
    listed = re.findall(
        r"^[\s-]*(?:file|root):\s*(\S+)", (root / "_toc.yml").read_text(encoding="utf-8"), re.M
    )
    gone = [n for n in listed if not any((root / f"{n}{end}").is_file() for end in ("", ".md", ".ipynb"))]
    if gone:
        raise BuildError(
            f"_toc.yml lists {', '.join(gone)}, which is not there; add the page, or drop the line"
        )


def _execute(
    workers: Workers, root: Path, place: Path, files: dict[str, str], stale: list[str], known: dict[str, str]
) -> None:
    """Execute notebooks and write them, all or none; `files` and `known` are brought up to date."""
    began = time.monotonic()
    _say(f"executing {len(stale)} notebooks")
    texts: dict[str, str] = {}
    failures: dict[str, str] = {}
    jobs: dict[str, Job] = {name: (f"{__package__}.execution", "execute", (name,)) for name in stale}
    for name, result, seconds in workers.run(jobs, draw=True):
        if isinstance(result, str):
            texts[name] = result
        else:
            failures[name] = str(result)
        took = "FAILED" if name in failures else f"{seconds:.1f} s"
        _say(f"[{len(texts) + len(failures)}/{len(stale)}] {name}: {took}")
    if failures:
        raise BuildError("\n\n".join(failures[name] for name in sorted(failures)))
    _say(f"checked the data and executed {len(stale)} notebooks in {time.monotonic() - began:.1f} s")
    now = inputs.take(root)
    read = {*stale, *(name for name in files.keys() | now.keys() if name.startswith("data/"))}
    if changed := sorted(name for name in read if now.get(name) != files.get(name)):
        raise BuildError(f"{', '.join(changed)}: changed while notebooks were executed; build again")
    for name, text in texts.items():
        replace_file(root / name, text)
    files.update({name: inputs.digest(root / name) for name in stale})
    known.update({name: inputs.of_notebook(root, name, files) for name in stale})
    digests = {n: d for n, d in known.items() if n in files or n == VALID}
    replace_file(place / EXECUTED, json.dumps(digests, indent=1))


def _replace_site(
    workers: Workers, root: Path, place: Path, files: dict[str, str], *, anew: bool, force: bool
) -> None:
    """Render the book beside the site and swap it in; after new results cards are drawn beside it too."""
    side = Path(tempfile.mkdtemp(prefix=NEW, dir=place))
    html, read = side / "html", side / "read"
    texts, rest = inputs.of_texts(root, files)
    try:
        before = {} if force else _read(place / READ, rest)
        if before:
            shutil.copytree(place / READ, read)
        changed = sorted(n for n in texts | before if texts.get(n) != before.get(n)) if before else None
        maker = f"{__package__}.rendering"
        jobs: dict[str, Job] = {"the cards": (maker, "make_ahead", ())} if anew else {}
        jobs["the pages"] = (maker, "render", (html, read, changed))
        made_by = {name: (result, seconds) for name, result, seconds in workers.run(jobs)}
        weights, seconds = made_by["the pages"]
        if not isinstance(weights, dict):
            raise weights if isinstance(weights, Exception) else BuildError("the pages have no weight")
        made = sorted(p.relative_to(html).as_posix() for p in html.rglob("*") if p.is_file())
        (html / STAMP).write_text("\n".join([inputs.of_site(files), *made]), encoding="utf-8")
        (read / READ_FROM).write_text(json.dumps([rest, texts, _digests(read)]), encoding="utf-8")
        shutil.rmtree(place / READ, ignore_errors=True)
        read.rename(place / READ)
        _swap(html, place)
    finally:
        shutil.rmtree(side, ignore_errors=True)
    _say(f"rendered in {seconds:.1f} s; first load of each page, compressed:")
    for name, size in sorted(weights.items(), key=lambda x: -x[1]):
        _say(f"  {size / 1000:4.0f} KB  {name}")


def _read(folder: Path, rest: str) -> dict[str, str]:
    """The texts of which the folder holds what was made; none where anything else that counts has changed."""
    try:
        was, texts, made = json.loads((folder / READ_FROM).read_text(encoding="utf-8"))
        return dict(texts) if was == rest and made == _digests(folder) else {}
    except (FileNotFoundError, TypeError, ValueError):  # none, or no longer what a build wrote
        return {}


def _digests(folder: Path) -> dict[str, str]:
    paths = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != READ_FROM)
    return {p.relative_to(folder).as_posix(): inputs.digest(p) for p in paths}


def _whole(site: Path, digest: str) -> bool:
    """Whether the site was built from the inputs of that digest and none of its files is missing."""
    try:
        stamp, *names = (site / STAMP).read_text(encoding="utf-8").split("\n")
    except (FileNotFoundError, UnicodeDecodeError):
        return False
    return stamp == digest and all((site / name).is_file() for name in names)


def _executed(place: Path) -> dict[str, str]:
    try:
        return dict(json.loads((place / EXECUTED).read_text(encoding="utf-8")))
    except (FileNotFoundError, TypeError, ValueError):  # none, or no longer what a build wrote
        return {}


def _modules(source: Path) -> list[str]:
    """The book's own modules; those that make pages are left out."""
    paths = (p.relative_to(source).with_suffix("") for p in sorted(source.rglob("*.py")))
    return [".".join(p.parts) for p in paths if "publish" not in p.parts and p.name != "__init__"]


def _drop_outdated_bytecode(source: Path) -> None:
    """Python compares whole seconds and sizes: it would run old code after a quick edit of equal length."""
    for path in source.rglob("*.py"):
        compiled = Path(importlib.util.cache_from_source(str(path)))
        if compiled.exists() and compiled.stat().st_mtime_ns <= path.stat().st_mtime_ns:
            compiled.unlink(missing_ok=True)


def _swap(new: Path, place: Path) -> None:
    """Put a finished site in place, in one step where the system can; else the old one can be restored."""
    site, old = place / "html", place / OLD
    if not site.exists():
        new.rename(site)
        return
    if exchange(new, site):
        return
    site.rename(old)
    try:
        new.rename(site)
    except OSError:
        old.rename(site)
        raise
    shutil.rmtree(old, ignore_errors=True)


def exchange(one: Path, other: Path) -> bool:
    """Let two folders change names in one step; false where the system cannot (it is Linux that can)."""
    call = getattr(ctypes.CDLL(None), "renameat2", None) if sys.platform == "linux" else None
    here, exchange = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of linux/fs.h
    return call is not None and call(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0


def _repair(place: Path) -> None:
    """Undo what an interrupted build left behind."""
    old = place / OLD
    if old.exists() and not (place / "html").exists():
        old.rename(place / "html")
    for left in [old, *place.glob(f"{NEW}*")]:
        shutil.rmtree(left, ignore_errors=True)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock of the build folder, so that two builds run one after the other."""
    with path.open("w", encoding="utf-8") as file:
        if fcntl is not None:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                _say("another build is running; waiting for it")
                fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _say(message: str) -> None:
    """Prints a line; a build goes on for a reader who has read enough, as `head`."""
    try:
        print(message, flush=True)
    except OSError as error:
        unheard()
        if error.errno != errno.EPIPE:
            said = f"what it prints could not be written ({error.strerror})"
            raise BuildError(f"{said}; make room for it and build again") from None
