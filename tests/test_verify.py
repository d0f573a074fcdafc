"""What ``capital-loop verify`` finds; the two whole builds themselves are run by ``make verify``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from capital_loop.show.drawing import FONT
from tools.verify import FONTS, built, differences, environment, hidden_fonts, one_processor


def test_a_changed_a_missing_and_a_new_file_are_named(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for folder, files in (
        (one, {"same": "x", "changed": "a", "gone": "y"}),
        (other, {"same": "x", "changed": "b", "new": "z"}),
    ):
        (folder / "deep").mkdir(parents=True)
        for name, text in files.items():
            (folder / "deep" / name).write_text(text, encoding="utf-8")
    assert differences(one, other) == ["deep/changed", "deep/gone", "deep/new"]
    assert differences(one, one) == []


def test_caches_do_not_count(tmp_path: Path) -> None:
    (tmp_path / "one" / "__pycache__").mkdir(parents=True)
    (tmp_path / "one" / "__pycache__" / "x").write_text("1", encoding="utf-8")
    (tmp_path / "other").mkdir()
    assert differences(tmp_path / "one", tmp_path / "other") == []


def test_the_other_build_sees_no_font_of_the_machine_and_one_processor() -> None:
    hide = hidden_fonts()
    if not hide:
        pytest.skip("fonts can be hidden only where a process may have mounts of its own")
    look = (
        f"import os, pathlib; print(sum(1 for d in {FONTS} for _ in pathlib.Path(d).rglob('*')), "
        "len(os.sched_getaffinity(0)))"
    )
    command = [*hide, *one_processor(), sys.executable, "-c", look]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.split() == ["0", "1"]


def test_another_python_has_the_packages_and_the_book_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the book's entry points the pages cannot be drawn there."""
    for name in ("requirements.lock", "pyproject.toml"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    ran: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        ran.append(command)
        Path(command[-1] if "venv" in command else tmp_path).mkdir(parents=True, exist_ok=True)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(subprocess, "run", run)
    said: list[str] = []
    ready = environment(tmp_path, "3.12", Path("python3.12"), said.append)
    assert ready
    assert [c[-2:] for c in ran[1:]] == [["-r", str(tmp_path / "requirements.lock")], ["-e", str(tmp_path)]]
    assert environment(tmp_path, "3.12", Path("python3.12"), said.append) == ready
    assert len(ran) == 3, "made once"
    (tmp_path / "pyproject.toml").write_text("another entry point", encoding="utf-8")
    assert environment(tmp_path, "3.12", Path("python3.12"), said.append) != ready


PICTURE = """
import hashlib, sys
from capital_loop.show import drawing
text = f'<text x="5" y="30" font-family="{sys.argv[1]}">Audit 2026, 英伟达, 3 %</text>'
svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="40" viewBox="0 0 300 40">{text}</svg>'
print(hashlib.sha256(drawing.png(svg, 1)).hexdigest())
"""


@pytest.mark.slow
def test_a_picture_needs_no_font_of_the_machine() -> None:
    hide = hidden_fonts()
    if not hide:
        pytest.skip("fonts can be hidden only where a process may have mounts of its own")
    drawn = {
        (family, hidden): subprocess.run(
            [*(hide if hidden else []), sys.executable, "-c", PICTURE, family], capture_output=True,
            check=True
        ).stdout
        for family in (FONT.replace("'", ""), "Liberation Sans") for hidden in (False, True)
    }  # fmt: skip
    own = FONT.replace("'", "")
    assert drawn[own, False] == drawn[own, True]
    if list(Path("/usr/share/fonts").rglob("LiberationSans-Regular.ttf")):
        assert drawn["Liberation Sans", False] != drawn["Liberation Sans", True], "nothing was hidden"


@pytest.mark.slow
def test_a_build_in_another_place_under_other_settings_is_the_same(root: Path, tmp_path: Path) -> None:
    """The whole book; `make verify` does it twice more, on other Pythons and on paper."""
    site = root / "_build" / "html"
    if not (site / "index.html").exists():
        pytest.skip("no site yet: run make book")
    other = built(root, tmp_path / "elsewhere" / "book", Path(sys.executable), other_settings=True)
    assert differences(root / "notebooks", other / "notebooks") == []
    printed = ("capital-loop.pdf", "index.html") if (site / "capital-loop.pdf").exists() else ()
    assert differences(site, other / "_build" / "html", ignore=printed) == []


def test_a_name_for_types_is_shown_alike_under_every_python(root: Path) -> None:
    """Before Python 3.12 numpy's names are unions, which the page of the library would write out."""
    said = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))["sphinx"]["config"]
    models = (root / "src" / "capital_loop" / "models").glob("*.py")
    imported = {
        name.strip()
        for path in models
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith("from numpy.typing import ")
        for name in line.removeprefix("from numpy.typing import ").split(",")
    }
    assert imported - {"NDArray"} <= set(said["autodoc_type_aliases"])
