"""Times a cold build of the book against stock Jupyter Book: same notebooks, nothing cached, in turn.

Stock is ``jupyter-book build`` with ``execute_notebooks: force``.  Both run in a copy of the project, in a
process of their own.  Run it on an idle machine; it prints times and never fails because of one.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

STOCK = "from jupyter_book.cli.main import main; main()"
OURS = "import sys; from capital_loop.publish.cli import main; sys.exit(main(sys.argv[1:]))"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=1, help="builds of each kind; the fastest counts")
    repeat = parser.parse_args().repeat
    root = Path(__file__).resolve().parents[1]
    with tempfile.TemporaryDirectory(prefix="benchmark-") as scratch:
        folder = Path(scratch)
        # In turn, so that whatever else the machine does hits both.
        pairs = [
            (time_stock(root, folder / f"s{i}"), time_ours(root, folder / f"o{i}")) for i in range(repeat)
        ]
    stock, ours = (min(times) for times in zip(*pairs, strict=True))
    print(f"stock jupyter-book build, execution forced: {stock:6.1f} s")
    print(f"capital-loop build, nothing cached:         {ours:6.1f} s")
    print(f"ratio: {ours / stock:.2f} on {os.cpu_count()} processors")
    return 0


def time_stock(root: Path, copy: Path) -> float:
    copy_project(root, copy)
    config = copy / "_config.yml"
    text, found = re.subn(
        r"execute_notebooks:.*",
        "execute_notebooks: force\n  timeout: -1  # the default of 30 s a cell is not what we compare",
        config.read_text(encoding="utf-8"),
    )
    if not found:
        sys.exit("benchmark: _config.yml has no line execute_notebooks")
    config.write_text(text, encoding="utf-8")
    return timed([sys.executable, "-c", STOCK, "build", "."], copy)


def time_ours(root: Path, copy: Path) -> float:
    copy_project(root, copy)
    return timed([sys.executable, "-c", OURS, "build"], copy)


def copy_project(root: Path, copy: Path) -> None:
    """Copy what git would: tracked files and new ones, nothing that is ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        check=True,
        text=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (root / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(root / name, copy / name)
    # So that neither build compiles the book's modules within its time.
    subprocess.run([sys.executable, "-m", "compileall", "-q", "src"], cwd=copy, check=True)


def timed(command: list[str], where: Path) -> float:
    """Seconds that a command takes; a failing command ends the benchmark with its output."""
    env = {**os.environ, "PYTHONPATH": str(where / "src"), "CAPITAL_LOOP_ROOT": str(where)}
    began = time.perf_counter()
    run = subprocess.run(
        command, cwd=where, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    seconds = time.perf_counter() - began
    if run.returncode or not (where / "_build/html/index.html").exists():
        sys.exit(f"{run.stdout}\nbenchmark: the build failed, so there is nothing to compare")
    return seconds


if __name__ == "__main__":
    sys.exit(main())
