"""The kernel server: one process that imports the libraries once and forks a ready kernel per notebook.

Most of the time of a small notebook goes into starting a kernel and importing pandas, scipy and altair.
Run as a script this file is the server; imported, it offers `KernelServer`, the build's handle on it.

The server imports third-party libraries only.  The book's own modules must be imported by the notebook that
needs them: what a kernel has in ``sys.modules`` is what the build records as the notebook's dependencies.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import Any, NoReturn


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class KernelServer:
    """A running kernel server."""

    def __init__(self, libraries: Sequence[str], env: dict[str, str]) -> None:
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            # -P keeps the folder of this script from being importable
            [sys.executable, "-P", __file__, *libraries],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=env,
            start_new_session=True,  # Ctrl-C is for the build, which stops the server itself
        )

    @staticmethod
    def available() -> bool:
        """Whether forking is safe here; macOS system libraries do not survive it."""
        return sys.platform == "linux" and os.environ.get("CAPITAL_LOOP_FORK") != "0"

    def fork(self, arguments: list[str], cwd: str, env: dict[str, str]) -> int:
        """Fork a kernel and return its process id."""
        request = json.dumps({"arguments": arguments, "cwd": cwd, "env": env})
        with self._lock:
            try:
                assert self._process.stdin is not None
                assert self._process.stdout is not None
                self._process.stdin.write(request + "\n")
                self._process.stdin.flush()
                pid = int(self._process.stdout.readline())
            except (OSError, ValueError):
                raise RuntimeError("the kernel server has stopped") from None
        return pid

    def close(self) -> None:
        """Stop the server and every kernel that still runs; they share its process group."""
        if self._process.returncode is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            with self._lock:
                self._process.communicate()


def serve(libraries: Sequence[str]) -> None:
    """Import libraries, then fork one kernel per line of standard input until it is closed."""
    # Nobody debugs these kernels, and each would spend a quarter of its start on importing the debugger.
    sys.modules["debugpy"] = None  # type: ignore[assignment]
    for name in ("ipykernel.kernelapp", *libraries):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    # The system reaps dead kernels, so that their process ids vanish and the build can see it.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            become_kernel(**json.loads(line))
        print(pid, flush=True)


def become_kernel(arguments: list[str], cwd: str, env: dict[str, str]) -> NoReturn:
    """Turn this fork into what ``python -m ipykernel_launcher`` with these arguments would be."""
    status = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        # Standard input and output are the server's pipes to the build; a kernel must not touch them.
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(2, 1)
        os.chdir(cwd)
        os.environ.clear()
        os.environ.update(env)
        app: Any = importlib.import_module("ipykernel.kernelapp").IPKernelApp
        # A kernel whose parent has gone, because the build was killed, ends itself.
        kernel = app.instance(parent_handle=os.getppid())
        kernel.initialize(arguments)
        kernel.start()
        status = 0
    finally:
        os._exit(status)


if __name__ == "__main__":
    serve(sys.argv[1:])
