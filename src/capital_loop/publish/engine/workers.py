"""Runs functions in processes of their own, forked by Python's fork server with the libraries imported once.

Most of the time of a small notebook would go into importing pandas, scipy and altair. A fork server is also
how every process gets the same environment, whatever the user's: of that only what finds programs and files
is passed on. No width of a terminal, no date for packagers, no setting of a library changes a byte.
"""

from __future__ import annotations

import contextlib
import importlib
import itertools
import multiprocessing
import multiprocessing.connection
import multiprocessing.forkserver
import os
import signal
import sys
import tempfile
import threading
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
LIMIT, DRAWING = 1200, 240
"""Seconds that one job may take, and one drawing."""


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Wanted(NamedTuple):
    """What a process says that waits for a drawing: which one of its own, and a specification as JSON."""

    number: int
    spec: str


class _Drawer:
    """The process that draws, seen from the main one: one drawing at a time, for whoever asked."""

    def __init__(self, hand: Connection, process: BaseProcess):
        self.hand, self.process = hand, process
        self.busy: Connection | None = None

    def ask(self, asks: Connection, wanted: Wanted) -> None:
        self.busy = asks
        with contextlib.suppress(ConnectionError):  # then it has ended, which is what it says next
            self.hand.send(wanted)

    def give(self, made: object) -> None:
        """Hands on a drawing, or the error that came of it."""
        assert self.busy
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
        waiting, asked = list(jobs), deque[tuple[Connection, Wanted]]()
        running: dict[Connection, tuple[str, BaseProcess, float]] = {}
        drawer = _Drawer(*self._start(_draw)) if draw else None
        try:
            while waiting or running:
                while waiting and len(running) < processors() + draw:  # one of them may wait for a drawing
                    name = waiting.pop(0)
                    ours, process = self._start(_work, self.root, self.env, jobs[name], draw)
                    running[ours] = name, process, time.monotonic()
                done = multiprocessing.connection.wait([*running, *([drawer.hand] if drawer else [])])
                if drawer and drawer.hand in done:
                    made = _received(drawer.hand)
                    if isinstance(made, EOFError):
                        asked_by, end = drawer.busy, _end(drawer.process, DRAWING)
                        if asked_by is None:
                            raise BuildError(f"what draws the charts ended, {end}; build again")
                        drawer = _Drawer(*self._start(_draw))
                        if asked_by in running:
                            name, process, began = running.pop(asked_by)
                            process.kill()
                            why = (
                                f"{name}: what draws its charts ended, {end}; mend the chart, or build again"
                            )
                            yield name, BuildError(why), time.monotonic() - began
                    else:
                        drawer.give(made)
                for ready in [end for end in running if end in done]:
                    said = _received(ready)
                    if isinstance(said, Wanted):
                        asked.append((ready, said))
                        continue
                    name, process, began = running.pop(ready)
                    if isinstance(said, EOFError):
                        said = BuildError(f"{name}: its process ended, {_end(process, LIMIT)}; build again")
                    yield name, said, time.monotonic() - began
                while drawer and asked and not drawer.busy:
                    if (wanted := asked.popleft())[0] in running:
                        drawer.ask(*wanted)
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
    try:
        if draw:
            from capital_loop.show import drawing

            drawing.drawer = partial(_drawn, main)
        call: Callable[..., object] = getattr(importlib.import_module(module), function)
        result = call(root, *arguments)
    except (BuildError, OSError) as error:
        result = error
    except Exception as error:
        result = BuildError("".join(traceback.format_exception(error, limit=-4)))
    main.send(result)


_ONE, _NUMBERS = threading.Lock(), itertools.count()


def _drawn(main: Connection, spec: str) -> str:
    """A drawing by the process that draws for all; raises what that raised.

    Threads ask one after the other, and what one that was interrupted has left unread is passed over.
    """
    with _ONE:
        number, came = next(_NUMBERS), -1
        main.send(Wanted(number, spec))
        while came != number:
            came, made = main.recv()
    if isinstance(made, Exception):
        raise made
    return str(made)


def _draw(main: Connection) -> None:
    """Draws what is asked for until nobody is left to ask; the first, of nothing, is made before."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the main process ends it
    wanted: Wanted | None = None
    with contextlib.suppress(EOFError, ConnectionError):
        while True:
            signal.alarm(DRAWING)
            try:
                from capital_loop.show import drawing

                made: object = drawing.from_vega(wanted.spec if wanted else '{"mark": "point"}')
            except Exception as error:
                made = error
            signal.alarm(0)
            if wanted:
                main.send((wanted.number, made))
            wanted = main.recv()


def _end(process: BaseProcess, limit: int) -> str:
    """How a process ended that may have been stopped after so many seconds."""
    process.join()
    code = process.exitcode
    if code == -signal.SIGALRM:
        return f"for it had no result after {limit} s"
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
