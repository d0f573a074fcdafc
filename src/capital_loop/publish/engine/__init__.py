"""The build: what is stale is executed in parallel, all is rendered, the finished site is swapped in."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

MISSING = "the package {} is not installed; run make setup (elsewhere: pip install 'capital-loop[book]')"


class BuildError(Exception):
    """The build failed; the message says what failed and what to do."""


def refused(error: OSError, place: Path) -> str:
    """What the system refused and where; whose that is, where it is somebody else's."""
    path = Path(error.filename or place)
    said = f"{path}: {error.strerror or error}"
    if error.errno not in (errno.EACCES, errno.EPERM):
        return said
    try:
        there = next(p for p in (path, *path.parents) if p.exists())
        mine = not hasattr(os, "geteuid") or there.stat().st_uid == os.geteuid()
        return said if mine else f"{said}, it belongs to {there.owner()}"
    except (OSError, KeyError, StopIteration):  # not even that may be seen, or the owner has no name
        return said


def unheard() -> None:
    """Nobody takes what is printed: the rest goes nowhere, and Python does not try again when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
