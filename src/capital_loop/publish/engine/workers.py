"""Runs functions in processes of their own, forked by Python's fork server with the libraries imported once.

Most of the time of a small notebook would go into importing pandas, scipy and altair. A fork server is also
how every process gets the same environment, whatever the user's: of that only what finds programs and files
is passed on. No width of a terminal, no date for packagers, no setting of a library changes a byte.
"""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import multiprocessing.connection
import multiprocessing.forkserver
import os
import signal
import sys
import tempfile
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, NamedTuple

from capital_loop.publish.engine import BuildError

Job = tuple[str, str, tuple[object, ...]]
"""A module, a function of it, its arguments."""

# The last digit of a sum must not depend on the number of cores, nor the order of a set on a seed.
ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    "PYTHONHASHSEED": "0",
    "TZ": "UTC",
}
PASSED_ON = (
    "CAPITAL_LOOP_", "COVERAGE_", "DYLD_", "FAKETIME", "LD_", "LOGNAME", "MUTANT_", "PATH",
    "SYSTEMROOT", "TEMP", "TMP", "USER", "VIRTUAL_ENV",
    "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX",
)  # fmt: skip
"""How the names of variables begin that the processes get from the user's environment."""
HERE = "capital_loop.publish.engine"
LIMIT = 1200
"""Seconds that one job may take."""


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Wanted(NamedTuple):
    """What a process says that waits for a drawing: a specification as JSON."""

    spec: str


class _Drawer:
    """The process that draws, seen from the main one: one drawing at a time, for whoever asked."""

    def __init__(self, hand: Connection, process: BaseProcess):
        self.hand, self.process = hand, process
        self.busy: Connection | None = None

    def ask(self, asks: Connection, spec: str) -> None:
        self.busy = asks
        with contextlib.suppress(ConnectionError):  # then it has ended, which is what it says next
            self.hand.send(spec)

    def give(self, made: object) -> None:
        """Hands on a drawing, or the error that came of it; raises `BuildError` if the process has ended."""
        if isinstance(made, EOFError) or not self.busy:
            self.process.join()
            raise BuildError(f"the process that draws ended, {_end(self.process.exitcode)}; build again")
        with contextlib.suppress(ConnectionError):  # who asked may have ended meanwhile
            self.busy.send(made)
        self.busy = None


class Workers:
    """Makes processes for one build."""

    def __init__(self, root: Path, preload: list[str]):
        """Starts the fork server, which imports in the background."""
        path = os.pathsep.join(filter(None, [str(root / "src"), os.environ.get("PYTHONPATH")]))
        self.root = root
        self.scratch = tempfile.TemporaryDirectory(prefix="book-")
        # A home of their own: what the user keeps there counts for nothing, and some have none.
        home = {"HOME": self.scratch.name, "IPYTHONDIR": self.scratch.name}
        own = {"CAPITAL_LOOP_ROOT": str(root), "PYTHONPATH": path, **home}
        self.env = ENVIRONMENT | own
        # The system's libraries on macOS do not survive a fork.
        self.context: Any = multiprocessing.get_context("forkserver" if sys.platform == "linux" else "spawn")
        with _environ(self.env | {"CAPITAL_LOOP_PRELOAD": " ".join(preload)}):
            if sys.platform == "linux":
                self.context.set_forkserver_preload([f"{HERE}.preload"])
                _started()

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        """Stops the fork server: what it has imported is of this build only."""
        if sys.platform == "linux":
            vars(multiprocessing.forkserver)["_forkserver"]._stop()
        self.scratch.cleanup()

    def run(self, jobs: dict[str, Job], *, draw: bool = False) -> Iterator[tuple[str, object, float]]:
        """Runs jobs in order on all processors; gives name, result or error, and seconds as they end.

        With ``draw`` one process more draws for all of them: the program that draws takes longer to start
        than a drawing takes.
        """
        waiting, asked = list(jobs), deque[tuple[Connection, str]]()
        running: dict[Connection, tuple[str, BaseProcess, float]] = {}
        drawer = _Drawer(*self._start(_draw)) if draw else None
        try:
            while waiting or running:
                while waiting and len(running) < processors() + draw:  # one of them may wait for a drawing
                    name = waiting.pop(0)
                    ours, process = self._start(_work, self.root, self.env, jobs[name], draw)
                    running[ours] = name, process, time.monotonic()
                ends = [*running, *([drawer.hand] if drawer else [])]
                done = multiprocessing.connection.wait(ends)
                for ready in [end for end in ends if end in done]:
                    said = _received(ready)
                    if drawer and ready is drawer.hand:
                        drawer.give(said)
                    elif isinstance(said, Wanted):
                        asked.append((ready, said.spec))
                    else:
                        name, process, began = running.pop(ready)
                        if isinstance(said, EOFError):
                            process.join()
                            end = _end(process.exitcode)
                            said = BuildError(f"{name}: its process ended, {end}; build again")
                        yield name, said, time.monotonic() - began
                if drawer and asked and not drawer.busy:
                    drawer.ask(*asked.popleft())
        finally:
            left = [process for _, process, _ in running.values()]
            for process in [*left, drawer.process] if drawer else left:
                process.kill()
                process.join()

    def _start(self, function: Callable[..., None], *arguments: object) -> tuple[Connection, BaseProcess]:
        """A process of a function that gets these arguments and a connection, and the other end of that."""
        ours, theirs = self.context.Pipe()
        process = self.context.Process(target=function, args=(*arguments, theirs))
        with _environ(self.env):
            process.start()
        theirs.close()
        return ours, process


def _received(end: Connection) -> object:
    """What was sent, or the error that says that the other end is gone."""
    try:
        return end.recv()
    except (EOFError, ConnectionError):  # the second where it had not read all that was sent to it
        return EOFError()


def _started() -> None:
    """Starts the fork server; raises `BuildError` where its socket has no place."""
    wanted, sys.warnoptions[:] = sys.warnoptions[:], []  # it would be told them on its command line
    try:
        multiprocessing.forkserver.ensure_running()
    except OSError as error:
        if error.errno is not None:
            raise
        place = tempfile.gettempdir()
        raise BuildError(f"TMPDIR is {place}: {error}; set TMPDIR to a folder with a short path") from None
    finally:
        sys.warnoptions[:] = wanted


def _work(root: Path, env: dict[str, str], job: Job, draw: bool, main: Connection) -> None:
    signal.alarm(LIMIT)
    os.environ.update(env)
    time.tzset()
    sys.path.insert(0, str(root / "src"))
    module, function, arguments = job
    if draw:
        from capital_loop.show import drawing

        drawing.drawer = partial(_drawn, main)
    try:
        call: Callable[..., object] = getattr(importlib.import_module(module), function)
        result = call(root, *arguments)
    except (BuildError, OSError) as error:
        result = error
    except Exception as error:
        result = BuildError("".join(traceback.format_exception(error, limit=-4)))
    main.send(result)


def _drawn(main: Connection, spec: str) -> str:
    """A drawing by the process that draws for all; raises what that raised."""
    main.send(Wanted(spec))
    made = main.recv()
    if isinstance(made, Exception):
        raise made
    return str(made)


def _draw(main: Connection) -> None:
    """Draws what is asked for until nobody is left to ask; the first, of nothing, is made before."""
    from capital_loop.show import drawing

    drawing.from_vega('{"mark": "point"}')
    with contextlib.suppress(EOFError, ConnectionError):
        while True:
            spec = main.recv()
            try:
                main.send(drawing.from_vega(spec))
            except Exception as error:
                main.send(error)


def _end(code: int | None) -> str:
    if code == -signal.SIGALRM:
        return f"for it had no result after {LIMIT} s"
    return f"with signal {signal.Signals(-code).name}" if code and code < 0 else f"with exit code {code}"


@contextlib.contextmanager
def _environ(values: dict[str, str]) -> Iterator[None]:
    """The environment of a process that is started in the block: the values, and what is passed on."""
    old = dict(os.environ)
    os.environ.clear()
    os.environ.update({name: said for name, said in old.items() if name.startswith(PASSED_ON)} | values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(old)
