"""Faults of the machine: builds killed at any moment, a full disk, files that may not be written, two builds
at once.

The book is the tiny one of ``test_build``. CI tries a few kills; ``make faults`` tries a hundred.
"""

from __future__ import annotations

import ctypes
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from capital_loop.publish.cli import main
from tests.small import small
from tests.test_build import DRIVER, KEPT, snapshot, write_book

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="the faults are made with Linux's own means"),
]
KILLS = int(os.environ.get("FAULTS", "6"))
UNTIL = 60
"""Seconds that one build of the tiny book may take on a busy machine."""


def start(book: Path, **how: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", DRIVER, str(book)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True, **how,
    )  # type: ignore[call-overload, no-any-return]  # fmt: skip


def run(book: Path, **how: object) -> tuple[int, str]:
    process = start(book, **how)
    _, errors = process.communicate(timeout=UNTIL)
    return process.returncode, errors


def site(book: Path) -> dict[str, str]:
    """The site's files; the stamp is left out, and names that change with every edit."""
    return snapshot(book / "_build" / "html")


def state(book: Path, value: int) -> None:
    """One of four: from 1 to 2 and from 3 to 4 nothing changes but a text, otherwise a result too."""
    (book / "data" / "left.csv").write_text(f"v\n{(value + 1) // 2}\n", encoding="utf-8")
    (book / "index.md").write_text(f"# Tiny {value}\n", encoding="utf-8")


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("faults") / "book"
    root.mkdir()
    write_book(root)
    assert run(root)[0] == 0
    return root


def kernels(book: Path) -> list[str]:
    """Processes that work for this book: the fork server and its children name it in their environment."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"CAPITAL_LOOP_ROOT={book}".encode() in path.read_bytes().split(b"\0"):
                found.append(path.parent.name)
        except OSError:  # it has just ended
            continue
    return found


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + UNTIL
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


def test_a_build_killed_at_any_moment_leaves_a_whole_site_and_the_next_one_succeeds(book: Path) -> None:
    chance = random.Random(1)
    whole = {}
    took = 0.0
    for value in (1, 2, 3, 4):
        state(book, value)
        began = time.monotonic()
        assert run(book)[0] == 0
        took = max(took, time.monotonic() - began)
        whole[value] = site(book)
    assert all(whole[n] != whole[n + 1] for n in (1, 2, 3))
    for kill in range(KILLS):
        value = 1 + kill % 4
        state(book, value)
        process = start(book)
        if kill % 2:  # all its processes at any moment
            time.sleep(chance.uniform(0, took))
            os.killpg(process.pid, signal.SIGKILL)
        else:  # the build alone, while others work for it: they must end by themselves
            wait_for(lambda: kernels(book) != [])
            time.sleep(chance.uniform(0, took / 2))
            process.kill()
        process.communicate()
        wait_for(lambda: kernels(book) == [])
        assert site(book) in whole.values(), f"kill {kill}: the site is neither the old nor the new one"
        status, errors = run(book)
        assert status == 0, errors
        assert site(book) == whole[value], f"kill {kill}: the next build made another site"
        assert sorted(p.name for p in (book / "_build").iterdir()) == KEPT


def test_two_builds_at_once_both_succeed(book: Path) -> None:
    state(book, 3)
    both = [start(book), start(book)]
    for process in both:
        _, errors = process.communicate(timeout=UNTIL)
        assert process.returncode == 0, errors
    alone = site(book)
    shutil.rmtree(book / "_build")
    assert run(book)[0] == 0
    assert site(book) == alone


@pytest.fixture
def tiny_disk(tmp_path: Path, book: Path) -> Iterator[Callable[[int], Path]]:
    """Puts a copy of the book on a disk of its own with some kilobytes to spare."""
    mounted: list[Path] = []

    def make(spare: int) -> Path:
        used = sum(p.stat().st_size // 4096 * 4 + 8 for p in book.rglob("*"))
        disk = tmp_path / f"disk-{spare}"
        disk.mkdir()
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={used + spare}k", "tmpfs", str(disk)],
            capture_output=True,
            check=False,
        )
        if done.returncode:
            pytest.skip("a disk can only be mounted by root; the limit on file sizes is tried in any case")
        mounted.append(disk)
        return Path(shutil.copytree(book, disk / "book"))

    yield make
    for disk in mounted:
        subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.mark.parametrize("spare", [0, 40, 200, 800])
def test_a_full_disk_leaves_the_old_site_and_says_so(tiny_disk: Callable[[int], Path], spare: int) -> None:
    book = tiny_disk(spare)
    before = site(book)
    state(book, 7)
    status, errors = run(book)
    assert "Traceback" not in errors
    if status == 0:
        pytest.skip(f"{spare} KB were enough")
    assert status == 1
    assert "No space left on device" in errors, errors
    assert site(book) == before
    (book / "_build" / "html" / "_static").rename(book.parent / "elsewhere")  # makes room ...
    (book.parent / "elsewhere").rename(book / "_build" / "html" / "_static")
    subprocess.run(
        ["mount", "-o", "remount,size=200m", str(book.parent)], check=True
    )  # ... as a bigger disk does
    assert run(book)[0] == 0
    assert site(book) != before


def test_a_limit_on_file_sizes_leaves_the_old_site_and_says_so(book: Path) -> None:
    before = site(book)
    state(book, 8)

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))

    status, errors = run(book, preexec_fn=limit)
    assert status == 1
    assert "Traceback" not in errors, errors
    assert site(book) == before
    assert run(book)[0] == 0


def obey_permissions() -> None:
    """Root may write anywhere; without this capability it may not."""
    drop, dac_override = 24, 1  # PR_CAPBSET_DROP and CAP_DAC_OVERRIDE of linux/prctl.h and linux/capability.h
    ctypes.CDLL(None).prctl(drop, dac_override, 0, 0, 0)


@pytest.mark.parametrize("folder", ["_build", "notebooks"])
def test_a_folder_that_may_not_be_written(book: Path, tmp_path: Path, folder: str) -> None:
    own = Path(shutil.copytree(book, tmp_path / "book"))
    state(own, 9)
    before = site(own)
    locked = [own / folder, *(p for p in (own / folder).rglob("*"))]
    for path in locked:
        path.chmod(path.stat().st_mode & ~0o222)
    status, errors = run(own, preexec_fn=obey_permissions)
    assert status == 1, "it wrote where it may not"
    assert "Traceback" not in errors, errors
    assert "Permission denied" in errors, errors
    for path in locked:
        path.chmod(path.stat().st_mode | 0o200)
    assert site(own) == before
    status, errors = run(own, preexec_fn=obey_permissions)
    assert status == 0, errors
    assert site(own) != before


def test_a_stamp_that_may_not_be_written(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = small(root / "data", tmp_path / "data")
    monkeypatch.setenv("CAPITAL_LOOP_ROOT", str(tmp_path))
    table = sorted(data.glob("*.csv"))[0]
    table.write_bytes(table.read_bytes().rstrip(b"\n") + b" \n")  # an edit: there is something to stamp
    before = snapshot(data)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", "datapackage.json")

    with monkeypatch.context() as locked:
        locked.setattr(Path, "write_bytes", refuse)
        assert main(["stamp"]) == 1
    assert "Permission denied" in capsys.readouterr().err
    assert snapshot(data) == before
    assert main(["stamp"]) == 0, "once it may be written, it is"
    assert snapshot(data) != before
