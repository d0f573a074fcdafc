"""Reproduces the book: builds elsewhere, under other settings, on other Pythons, compared byte by byte."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from capital_loop.claims.checks import validate
from capital_loop.publish.engine.build import STAMP
from capital_loop.publish.serving import chromium
from capital_loop.record import default_root
from tools.paper import PaperError, pdf

SKIP = (
    "_build", ".venv", ".git", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", "__pycache__",
)  # fmt: skip


class VerifyError(Exception):
    """Something is not as committed; the message lists it."""


ANOTHER_DAY = "+400 days"
"""On which the second build takes place, as faketime says it."""
FONTS = ("/usr/share/fonts", "/usr/local/share/fonts", "/etc/fonts")
"""Where the machine's fonts are; the second build does not see them, where it may hide them."""
OTHER_SETTINGS = {"TZ": "America/New_York", "LC_ALL": "C", "PYTHONHASHSEED": "1", "OPENBLAS_NUM_THREADS": "2"}
"""Of the user of the second build, who also keeps files to themselves."""
PYTHONS = ("3.11", "3.12", "3.13")
"""Versions that the book promises to run on."""


def verify(root: Path, say: Callable[[str], None] = print) -> list[str]:
    """Checks the data's hashes, builds twice here and once on every other supported Python that is installed.

    The second build has another path, home, time zone, locale, hash seed, umask and number of processors, and
    sees none of the machine's fonts where it may hide them. It believes in another day where faketime is
    installed (Debian: apt-get install faketime). Notebooks are compared with what is committed and the sites
    with one another, byte by byte. Raises ``VerifyError`` with every difference.
    """
    lines = [validate(root / "data")]
    say(lines[-1])
    with (
        tempfile.TemporaryDirectory() as first,
        tempfile.TemporaryDirectory(prefix="a-longer-name-") as second,
    ):
        sites: list[Path] = []
        committed = Path(first) / "as-it-is"  # copied once: who edits meanwhile does not disturb
        shutil.copytree(root, committed, ignore=shutil.ignore_patterns(*SKIP))
        for place in (Path(first) / "book", Path(second) / "deeper" / "book"):
            say(f"building from scratch in {place} ...")
            sites.append(built(committed, place, Path(sys.executable), other_settings=bool(sites)))
        wrong = [
            f"{n}: not as committed" for n in differences(committed / "notebooks", sites[0] / "notebooks")
        ]
        wrong += _compared(committed, sites[0], sites[1], "two builds")
        versions = [sys.version.split()[0]]
        for name, python in others():
            ready = environment(root, name, python, say)
            if ready is None:
                continue
            say(f"building from scratch on Python {name} ...")
            other = built(committed, Path(first) / name / "book", ready)
            wrong += [f"{w} (Python {name})" for w in _compared(committed, sites[0], other, "two Pythons")]
            versions.append(name)
        count = sum(1 for p in (sites[0] / "_build" / "html").rglob("*") if p.is_file())
        notebooks = len(list((committed / "notebooks").glob("*.ipynb")))
        pdfs = _printed(sites, say)  # last: a printed site links to its PDF
        wrong += ["capital-loop.pdf: differs between two prints"] if len(set(pdfs)) > 1 else []
        if wrong:
            raise VerifyError("\n".join(wrong))
    lines.append(
        f"{notebooks} notebooks as committed, {count} files of the site the same in {len(versions) + 1} "
        f"builds, Python {', '.join(versions)}"
        + (f", one at {ANOTHER_DAY}" if shutil.which("faketime") else "")
        + (", the PDF the same in two prints" if pdfs else "")
    )
    say(lines[-1])
    return lines


def built(root: Path, place: Path, python: Path, *, other_settings: bool = False) -> Path:
    """A copy of the checkout, built from scratch; under other settings and on another day if asked."""
    shutil.copytree(root, place, ignore=shutil.ignore_patterns(*SKIP))
    command = [str(python), "-m", "capital_loop.publish.cli", "build", "--force"]
    env = {**os.environ, "CAPITAL_LOOP_ROOT": str(place), "PYTHONPATH": str(place / "src")}
    if other_settings:
        faked = shutil.which("faketime")
        command = [*hidden_fonts(), *one_processor(), *([faked, ANOTHER_DAY] if faked else []), *command]
        env |= {**OTHER_SETTINGS, "HOME": str(place.parent)}
    done = subprocess.run(
        command, cwd=place, capture_output=True, text=True, check=False, env=env,
        umask=0o077 if other_settings else -1,
    )  # fmt: skip
    if done.returncode:
        raise VerifyError(f"the build in {place} with {python} failed:\n{done.stderr or done.stdout}")
    return place


def hidden_fonts() -> list[str]:
    """What to put before a command so that it sees none of the machine's fonts; empty if not allowed."""
    folders = " ".join(folder for folder in FONTS if Path(folder).is_dir())
    hide = "[ ! -d $f ] || mount -t tmpfs none $f || exit 1"
    script = f'for f in {folders or "/nowhere"}; do {hide}; done; exec "$@"'
    for own in ([], ["--map-root-user"]):
        command = ["unshare", "--mount", *own, "sh", "-c", script, "sh"]
        if shutil.which("unshare") and not subprocess.run([*command, "true"], capture_output=True).returncode:
            return command
    return []


def one_processor() -> list[str]:
    """What to put before a command so that it has one processor; empty where that cannot be said."""
    return ["taskset", "--cpu-list", "0"] if shutil.which("taskset") else []


def _printed(sites: list[Path], say: Callable[[str], None]) -> list[str]:
    """The hash of the PDF of each site; none where there is no browser to print it."""
    if chromium() is None:
        say("no Chromium on this machine: the PDF is left out")
        return []
    say("printing both sites ...")
    try:
        return [hashlib.sha256(pdf(site).read_bytes()).hexdigest() for site in sites]
    except PaperError as error:
        raise VerifyError(str(error)) from None


def _compared(root: Path, one: Path, other: Path, what: str) -> list[str]:
    wrong = [f"{n}: not as committed" for n in differences(root / "notebooks", other / "notebooks")]
    sites = differences(
        one / "_build" / "html", other / "_build" / "html", ignore=(STAMP,) if what == "two Pythons" else ()
    )
    return [*wrong, *(f"{n}: differs between {what}" for n in sites)]


def others() -> Iterator[tuple[str, Path]]:
    """The other supported Pythons on this machine: from the path, and pyenv's."""
    mine = f"{sys.version_info[0]}.{sys.version_info[1]}"
    pyenv = Path(os.environ.get("PYENV_ROOT", os.path.expanduser("~/.pyenv"))) / "versions"
    for name in PYTHONS:
        if name != mine:
            found = [
                p
                for p in (
                    shutil.which(f"python{name}"),
                    *map(str, sorted(pyenv.glob(f"{name}.*/bin/python"))),
                )
                if p
            ]
            for python in found:
                said = subprocess.run(
                    [python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
                    capture_output=True,
                    text=True,
                    check=False,
                )
                if said.stdout.strip() == name:
                    yield name, Path(python)
                    break


def environment(root: Path, name: str, python: Path, say: Callable[[str], None]) -> Path | None:
    """The interpreter of an environment with the locked packages, made once; ``None`` if there is none.

    The book is installed too: MyST-NB finds what draws its outputs by the entry points of a package.
    """
    lock, project = root / "requirements.lock", root / "pyproject.toml"
    made_of = hashlib.sha256(lock.read_bytes() + project.read_bytes()).hexdigest()[:12]
    place = root / "_build" / "pythons" / f"{name}-{made_of}"
    ready = place / ".ready"
    if not ready.exists():
        say(f"setting up Python {name} with the locked packages (once) ...")
        shutil.rmtree(place, ignore_errors=True)
        inside = place / "bin" / "python"
        pip = [str(inside), "-I", "-m", "pip"]  # what is installed elsewhere does not count
        install = [*pip, "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        for command in (
            [str(python), "-I", "-m", "venv", str(place)],
            [*install, "--require-hashes", "-r", str(lock)],
            [*install, "--no-build-isolation", "-e", str(root)],
        ):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                lines = (done.stderr or done.stdout).strip().splitlines() or ["no reason given"]
                say(f"Python {name} is installed, but not its packages: {lines[-1]}; left out")
                return None
        ready.touch()
    return place / "bin" / "python"


def differences(one: Path, other: Path, ignore: tuple[str, ...] = ()) -> list[str]:
    """Names of files that are missing on one side or differ."""

    def hashes(folder: Path) -> dict[str, str]:
        return {
            p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
            for p in folder.rglob("*")
            if p.is_file()
            and not any(part in SKIP or part.startswith(".ipynb") for part in p.parts[len(folder.parts) :])
        }

    a, b = hashes(one), hashes(other)
    return sorted(n for n in a.keys() | b.keys() if a.get(n) != b.get(n) and n not in ignore)


def main() -> int:
    """Builds and compares; problems go to stderr with exit code 1."""
    try:
        verify(default_root())
    except VerifyError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
