"""Builds the book: execute what changed, render everything, put the finished site in place.

A build never shows a stale or a half-finished site.  It works beside the old one and swaps it in at the end;
whatever fails before that leaves the old site and the notebooks as they were.  When no input changed since
the finished site was built there is nothing to do, and finding that out imports nothing heavy.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import importlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from capital_loop.publish.engine.freshness import (
    Inputs,
    Notebook,
    drop_outdated_bytecode,
    file_hash,
    libraries,
    remember,
    replace_text,
    stale,
    take_inputs,
)
from capital_loop.publish.engine.kernel import KernelServer

try:
    import fcntl
except ImportError:  # Windows: builds at once are not kept apart
    fcntl = None  # type: ignore[assignment]

OLD = ".html-old"
NEW = ".html-new-"
STAMP = ".inputs"
"""File in the finished site that holds the digest of the inputs it was built from."""

# One BLAS thread: the notebooks themselves keep every core busy, and the last digit of a sum must not depend
# on the number of cores.  The hash seed fixes the order of sets of strings.
KERNEL_ENV = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    "PYTHONHASHSEED": "0",
}


class BuildError(Exception):
    """The build failed; the message says why and what to do."""


def main_build(argv: list[str] | None = None) -> int:
    """Build the book from the command line; return the exit status."""
    parser = argparse.ArgumentParser(prog="capital-loop build", description="Build the book.")
    parser.add_argument("--root", type=Path, default=Path(), help="project folder (default: this one)")
    parser.add_argument("--force", action="store_true", help="execute and render everything again")
    options = parser.parse_args(argv)
    try:
        site = build(options.root, force=options.force)
    except BuildError as error:
        print(f"build failed: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("build interrupted; the old site is untouched", file=sys.stderr)
        return 130
    print(site / "index.html")
    return 0


def build(root: Path, *, force: bool = False) -> Path:
    """Build the book in `root` and return the folder of the finished site; raises `BuildError`."""
    root = root.resolve()
    if not (root / "_toc.yml").is_file():
        raise BuildError(f"{root} is not the project folder: it has no _toc.yml")
    place = root / "_build"
    site = place / "html"
    try:
        place.mkdir(exist_ok=True)
        with _locked(place / ".lock"):
            _repair(place)
            inputs = take_inputs(root)
            if not force and _stamp(site) == inputs.digest():
                return site
            inputs = _refresh_notebooks(inputs, force=force)
            if force or _stamp(site) != inputs.digest():
                _replace_site(inputs, place)
    except OSError as error:
        what = error.strerror or type(error).__name__
        raise BuildError(
            f"{error.filename or place}: {what}; free space or mend the permissions and build again (the old site is untouched)"
        ) from None
    return site


def validate_data(data: Path) -> None:
    """Check the data; raises an exception with one line per problem."""
    importlib.import_module("capital_loop.claims.checks").validate(data)


def _refresh_notebooks(inputs: Inputs, *, force: bool) -> Inputs:
    """Check the data, execute what needs it, and return the inputs as they are then."""
    notebooks = {name: _load(inputs.root / name) for name in inputs.notebooks}
    reasons = {name: "forced" if force else stale(inputs, name, nb) for name, nb in notebooks.items()}
    todo = [name for name in notebooks if reasons[name]]
    if not todo:
        _validate(inputs.root)
        return inputs
    # The longest first, so that none is left over at the end; how much one shows is the best guess.
    todo.sort(key=lambda name: (inputs.root / name).stat().st_size, reverse=True)
    drop_outdated_bytecode(inputs.root / "src")
    began = time.monotonic()
    with contextlib.ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="book-")))
        env = _kernel_env(inputs.root, scratch)
        server = None
        if KernelServer.available():
            # Before the imports below, because it works in the background.
            server = KernelServer(libraries(inputs.root, (notebooks[name] for name in todo)), env)
            stack.callback(server.close)

        from capital_loop.publish.engine.execution import ExecutionError, Session, execute

        for name in todo:
            _say(f"{name}: to be executed ({reasons[name]})")
        try:
            executed = execute(
                Session(inputs.root, scratch, env, server, _say),
                todo,
                check=lambda: _validate(inputs.root),
                meanwhile=lambda: importlib.import_module("capital_loop.publish.engine.rendering"),
            )
        except ExecutionError as error:
            raise BuildError(str(error)) from None
    _say(f"checked the data and executed {len(todo)} notebooks in {time.monotonic() - began:.1f} s")
    for name in executed:
        if file_hash(inputs.root / name) != inputs.files[name]:
            raise BuildError(f"{name} was changed while the build executed it; build again")
    for name, result in executed.items():
        replace_text(inputs.root / name, result.text)
        remember(inputs, name, json.loads(result.text), result.trace)
    return inputs.rehash(executed)


def _load(path: Path) -> Notebook:
    try:
        notebook: Notebook = json.loads(path.read_text(encoding="utf-8"))
        _ = [cell["cell_type"] for cell in notebook["cells"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BuildError(f"{path}: not a readable notebook ({error!r})") from None
    return notebook


def _validate(root: Path) -> None:
    try:
        validate_data(root / "data")
    except Exception as error:
        raise BuildError(str(error) or repr(error)) from error


def _kernel_env(root: Path, scratch: Path) -> dict[str, str]:
    """The environment of kernels: the book's own sources first, and nobody's personal IPython settings."""
    path = os.pathsep.join(filter(None, [str(root / "src"), os.environ.get("PYTHONPATH")]))
    own = {"PYTHONPATH": path, "CAPITAL_LOOP_ROOT": str(root), "IPYTHONDIR": str(scratch / "ipython")}
    return {**os.environ, **KERNEL_ENV, **own}


def _replace_site(inputs: Inputs, place: Path) -> None:
    """Render the book beside the site and swap it in."""
    from capital_loop.publish.engine.rendering import RenderingError, render

    began = time.monotonic()
    side = Path(tempfile.mkdtemp(prefix=NEW, dir=place))
    try:
        with _environ("CAPITAL_LOOP_ROOT", str(inputs.root)):
            render(inputs.root, side / "html", side / "doctrees")
        weights = importlib.import_module("capital_loop.publish.site.publish").weigh(side / "html")
        (side / "html" / STAMP).write_text(inputs.digest(), encoding="utf-8")
        _swap(side / "html", place)
    except (RenderingError, RuntimeError) as error:
        raise BuildError(f"the pages have problems:\n{str(error).strip()}") from None
    finally:
        shutil.rmtree(side, ignore_errors=True)
    _say(f"rendered in {time.monotonic() - began:.1f} s; first load of each page, compressed:")
    for name, size in sorted(weights.items(), key=lambda x: -x[1]):
        _say(f"  {size / 1000:4.0f} KB  {name}")


def _swap(new: Path, place: Path) -> None:
    """Put a finished site in place, in one step where the system can; else the old one can always be restored."""
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


def _stamp(site: Path) -> str:
    try:
        return (site / STAMP).read_text(encoding="utf-8")
    except OSError:
        return ""


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock of the build folder, so that two builds run one after the other."""
    with path.open("w") as file:
        if fcntl is not None:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                _say("another build is running; waiting for it")
                fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def _environ(name: str, value: str) -> Iterator[None]:
    old = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if old is None:
            del os.environ[name]
        else:
            os.environ[name] = old


def _say(message: str) -> None:
    print(message, flush=True)
