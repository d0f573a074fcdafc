"""Executes notebooks in parallel with nbclient and gives them one canonical form."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import re
import signal
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from capital_loop.publish.engine.kernel import KernelServer, processors

CELL_TIMEOUT = 600
TRACEBACK_LINES = 8

# The same under every supported Python, so that two executions differ only where the results do.
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "pygments_lexer": "ipython3",
    },
}

_LAUNCHER = "ipykernel_launcher"
_SPEC = KernelSpec(
    argv=[sys.executable, "-P", "-m", _LAUNCHER, "-f", "{connection_file}"],
    display_name="Python 3",
    language="python",
)

# These run in the kernel before the first and after the last cell, silently: nothing shows in the notebook.
_WATCH = """
def _watch():
    import os, sys
    opened = sys._book_opened = set()
    def hook(event, args):
        if event == "open" and isinstance(args[0], str):
            opened.add(os.path.abspath(args[0]))
    sys.addaudithook(hook)
_watch()
del _watch
"""
_REPORT = """
def _report():
    import os, sys
    files = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
    with open(os.environ["CAPITAL_LOOP_TRACE"], "a", encoding="utf-8") as out:
        out.writelines(f"file {name}\\n" for name in sorted({*filter(None, files), *sys._book_opened}))
_report()
"""


class ExecutionError(Exception):
    """Notebooks failed; the message says which, in which cell and why."""


@dataclass(frozen=True)
class Executed:
    """One executed notebook: its new text, and lines saying what it imported and opened."""

    text: str
    trace: list[str]


class _ForkedKernel:
    """The part of `subprocess.Popen` a provisioner needs, for a process that is not our child."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def poll(self) -> int | None:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return 0
        return None

    def wait(self) -> int:
        while self.poll() is None:
            time.sleep(0.005)
        return 0

    def send_signal(self, signum: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signum)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


class _ForkProvisioner(LocalProvisioner):  # type: ignore[misc]
    """Starts a kernel by asking the server for a fork."""

    server: KernelServer

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        arguments = cmd[cmd.index(_LAUNCHER) + 1 :]
        pid = self.server.fork(arguments, str(kwargs["cwd"]), kwargs["env"])
        self.process, self.pid = _ForkedKernel(pid), pid
        return self.connection_info


class _Manager(AsyncKernelManager):  # type: ignore[misc]
    """Always runs this interpreter, whatever kernels the machine has registered."""

    @property
    def kernel_spec(self) -> KernelSpec:
        return _SPEC


@dataclass(frozen=True)
class Session:
    """What the notebooks of one build share while they run."""

    root: Path
    scratch: Path
    env: dict[str, str]
    server: KernelServer | None
    report: Callable[[str], None]
    go: threading.Event = field(default_factory=threading.Event)
    cancelled: threading.Event = field(default_factory=threading.Event)

    def manager(self, number: int) -> AsyncKernelManager:
        """Return a manager for a new kernel."""
        base = self.scratch / str(number)
        manager = _Manager(connection_file=f"{base}.json")
        if os.name == "posix":
            # Unix sockets: parallel kernels cannot race for a TCP port and nobody else can connect.
            manager.transport, manager.ip = "ipc", str(base)
        if self.server is not None:
            provisioner = _ForkProvisioner(kernel_id=str(number), kernel_spec=_SPEC, parent=manager)
            provisioner.server = self.server
            manager.provisioner = provisioner
        return manager


def execute(
    session: Session, names: list[str], *, check: Callable[[], object], meanwhile: Callable[[], object]
) -> dict[str, Executed]:
    """Execute notebooks, in the order given, in a background thread.

    Kernels start at once, but the first cell waits until `check` has returned; then `meanwhile` runs.
    Raises `ExecutionError`, with a paragraph per failing notebook, when any fails.
    """
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(asyncio.run, _execute_all(session, names))
        try:
            check()
            session.go.set()
            meanwhile()
            outcomes = future.result()
        except BaseException:
            session.cancelled.set()
            if session.go.is_set() and session.server is not None:
                session.server.close()  # or leaving this block would wait for the cells that are running
            session.go.set()
            raise
    failures = [str(outcome) for outcome in outcomes if isinstance(outcome, ExecutionError)]
    if failures:
        raise ExecutionError("\n\n".join(failures))
    return {name: o for name, o in zip(names, outcomes, strict=True) if isinstance(o, Executed)}


async def _execute_all(session: Session, names: list[str]) -> list[Executed | ExecutionError]:
    workers = processors()
    # The next kernels start while others run: starting one is mostly waiting for sockets to connect.
    started, running = asyncio.Semaphore(2 * workers), asyncio.Semaphore(workers)
    turns = [asyncio.Event() for _ in range(len(names) + 1)]
    turns[0].set()
    done = itertools.count(1)

    @contextlib.asynccontextmanager
    async def turn(number: int) -> AsyncIterator[None]:
        """Wait for a processor; notebooks get one in their order, however soon their kernels are ready."""
        await asyncio.to_thread(session.go.wait)
        await turns[number].wait()
        async with running:
            turns[number + 1].set()
            yield

    async def one(number: int, name: str) -> Executed | ExecutionError:
        async with started:
            try:
                executed, seconds = await _execute_one(session, number, name, turn(number))
            except ExecutionError as error:
                if not session.cancelled.is_set():
                    session.report(f"[{next(done)}/{len(names)}] {name}: FAILED")
                return error
            finally:
                turns[number + 1].set()
            session.report(f"[{next(done)}/{len(names)}] {name}: done in {seconds:.1f} s")
            return executed

    return list(await asyncio.gather(*(one(number, name) for number, name in enumerate(names))))


async def _execute_one(
    session: Session, number: int, name: str, turn: AbstractAsyncContextManager[None]
) -> tuple[Executed, float]:
    path = session.root / name
    notebook = _read(path, name)
    trace = session.scratch / f"{number}.trace"
    trace.touch()
    client = NotebookClient(
        notebook,
        km=session.manager(number),
        timeout=CELL_TIMEOUT,
        record_timing=False,
        shutdown_kernel="immediate",
    )
    env = {**session.env, "CAPITAL_LOOP_TRACE": str(trace)}
    position = 0
    try:
        async with client.async_setup_kernel(cleanup_kc=True, cwd=str(path.parent), env=env), turn:
            if session.cancelled.is_set():
                raise ExecutionError(f"{name}: not executed")
            session.report(f"{name}: started")
            began = time.monotonic()
            await _silently(client, _WATCH)
            for position, cell in enumerate(notebook.cells, 1):
                await client.async_execute_cell(cell, position - 1)
            await _silently(client, _REPORT)
            seconds = time.monotonic() - began
    except CellExecutionError as error:
        raise ExecutionError(_failure(name, position, error)) from None
    except CellTimeoutError:
        raise ExecutionError(f"{name}, cell {position}: no result after {CELL_TIMEOUT} s") from None
    except (DeadKernelError, RuntimeError) as error:
        raise ExecutionError(f"{name}, cell {position}: the kernel died ({error})") from None
    normalise(notebook)
    text = nbformat.writes(notebook, version=nbformat.NO_CONVERT) + "\n"
    return Executed(text, trace.read_text(encoding="utf-8").splitlines()), seconds


async def _silently(client: NotebookClient, code: str) -> None:
    """Run code that belongs to the build and not to the notebook."""
    message = client.kc.execute(code, silent=True, store_history=False, allow_stdin=False)
    reply = await client.async_wait_for_reply(message)
    if reply is None or reply["content"]["status"] != "ok":
        raise RuntimeError(f"tracing failed: {reply and reply['content'].get('evalue')}")


def _read(path: Path, name: str) -> Any:
    """Read a notebook with everything removed that an execution would have left in it."""
    try:
        notebook = nbformat.read(path, as_version=4)
    except (OSError, ValueError, nbformat.ValidationError, nbformat.reader.NotJSONError) as error:
        raise ExecutionError(f"{name}: not a readable notebook ({str(error).splitlines()[0]})") from None
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def normalise(notebook: Any) -> None:
    """Remove from an executed notebook what differs between two executions or two Pythons."""
    notebook.metadata.update(nbformat.from_dict(METADATA))
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = _merged_streams(cell.outputs)


def _merged_streams(outputs: list[Any]) -> list[Any]:
    """Join each run of stream outputs: how a kernel cuts and interleaves them depends on timing."""
    merged: list[Any] = []
    for is_stream, group in itertools.groupby(outputs, lambda output: output.output_type == "stream"):
        if not is_stream:
            merged.extend(group)
            continue
        run = list(group)
        for stream in ("stdout", "stderr"):
            text = "".join(output.text for output in run if output.name == stream)
            if text:
                merged.append(nbformat.v4.new_output("stream", name=stream, text=text))
    return merged


def _failure(name: str, position: int, error: CellExecutionError) -> str:
    trace = re.sub(r"\x1b\[[0-9;]*m", "", error.traceback or "").rstrip().splitlines()
    lines = [line for line in trace if not line.startswith("-----")][-TRACEBACK_LINES:]
    return "\n".join(
        [f"{name}, cell {position}: {error.ename}: {error.evalue}", *(f"    {x}" for x in lines)]
    )
