"""The house rules that code can check: no I/O and no figure of the world in models. Imports are held by
import-linter."""

from __future__ import annotations

import ast
import math
import re
from pathlib import Path

import pytest

from capital_loop.record.tables import Record
from tests import readers

SRC = Path(__file__).resolve().parents[1] / "src" / "capital_loop"


IO = re.compile(
    r"open|print|input|urlopen|(?:read|write)_\w+|(?:load|save)\w*|genfromtxt|memmap|(?:to|from)file"
    r"|to_(?:csv|json|excel|parquet|pickle|sql)"
)
"""Calls that read or write, of Python, numpy and pandas; modules that can are held by the import linter."""


def reads_or_writes(path: Path) -> set[str]:
    """The calls in a module whose name says that they do I/O."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = {
        getattr(n.func, "id", getattr(n.func, "attr", "")) for n in ast.walk(tree) if isinstance(n, ast.Call)
    }
    return {name for name in calls if IO.fullmatch(name)}


@pytest.mark.parametrize("path", sorted((SRC / "models").glob("*.py")), ids=lambda p: p.stem)
def test_models_do_no_io(path: Path) -> None:
    assert not reads_or_writes(path)


def test_the_scan_for_io_finds(tmp_path: Path) -> None:
    bad = tmp_path / "model.py"
    bad.write_text("np.savetxt(f, x)\nframe.to_csv(f)\npd.read_csv(f)\nopen(f)\nnp.load(f)\nmath.exp(x)\n")
    assert reads_or_writes(bad) == {"savetxt", "to_csv", "read_csv", "open", "load"}


ARITHMETIC = {0, 1, 2, 3, 4, 0.5, 12, 24, 60, 100}
"""Numbers of arithmetic, the calendar and the clock. Powers of ten are units or tolerances."""


def worldly(path: Path) -> list[str]:
    """Numbers in a model's code that are neither arithmetic nor a named, documented constant."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named = set()
    for here, after in zip(tree.body, [*tree.body[1:], None], strict=True):
        if isinstance(here, ast.Assign | ast.AnnAssign):
            documented = (
                isinstance(after, ast.Expr)
                and isinstance(after.value, ast.Constant)
                and isinstance(after.value.value, str)
            )
            named |= {id(n) for n in ast.walk(here)} if documented else set()
    return [
        f"line {n.lineno}: {n.value}"
        for n in ast.walk(tree)
        if isinstance(n, ast.Constant)
        and type(n.value) in (int, float)
        and id(n) not in named
        and n.value not in ARITHMETIC
        and (n.value <= 0 or abs(math.log10(n.value) - round(math.log10(n.value))) > 1e-12)
    ]


@pytest.mark.parametrize("path", sorted((SRC / "models").glob("*.py")), ids=lambda p: p.stem)
def test_models_hold_no_figure_of_the_world(path: Path) -> None:
    assert not worldly(path), "take it as an argument (data/assumptions.csv), or name it and say why"


def test_the_scan_for_figures_finds(tmp_path: Path) -> None:
    bad = tmp_path / "model.py"
    bad.write_text(
        'YEARS = 5\n\n\nHALF = 0.35\n"""Documented."""\n\n\ndef f(x):\n    return 300e9 * x / 12\n'
    )
    assert worldly(bad) == ["line 1: 5", "line 9: 300000000000.0"]


def test_nothing_on_a_page_depends_on_the_day_of_the_build() -> None:
    """Only what speaks of today asks for it: filing an edition, and the command that lists what is due."""
    asks = re.compile(r"\b(?:date|datetime)\.(?:today|now|utcnow)\(|\btime\.time\(")
    found = {
        f"{path.relative_to(SRC).as_posix()}: {line.strip()}"
        for path in SRC.rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if asks.search(line)
    }
    assert found == {
        "chapters/watchlist/study.py: today = dt.date.today()",
        "publish/cli.py: return datetime.date.today().isoformat()",
    }


def quoted(path: Path) -> set[str]:
    """Every string that stands in a module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}


@pytest.mark.parametrize(
    "path", sorted(SRC.rglob("*.py")), ids=lambda p: p.relative_to(SRC).with_suffix("").as_posix()
)
def test_no_fact_id_stands_in_code(path: Path, record: Record) -> None:
    """Facts are chosen by what they measure, or by a row of ``data/choices.csv``."""
    assert not quoted(path) & set(record.facts.index)


def test_the_scan_for_fact_ids_finds(tmp_path: Path, record: Record) -> None:
    bad = tmp_path / "study.py"
    bad.write_text('MARGIN = ("leak", "ORCL-D11")\n')
    assert quoted(bad) & set(record.facts.index) == {"ORCL-D11"}


ALLOWED = {
    # Called by name from elsewhere: Jupyter, Sphinx, docutils, http.server, string.Formatter.
    "_repr_mimebundle_", "_wrap_pre", "add_permalink_ref", "default_priority", "format_field", "formats",
    "gen_pages_from_extensions", "handle_mime", "log_message", "mime_priority_overrides", "protocol_version",
    "address_family", "required_arguments", "send_error", "send_head", "server_bind", "setup",
    # For users of the library, who find it on its page: what a fit is.
    "capital_loop.models.events.MarketModel.alpha", "capital_loop.models.events.MarketModel.beta",
    # Named to readers in the first cell of notebooks.
    "capital_loop.chapters.study.Study.inputs_to_change",
    # Read by the base of all studies.
    "capital_loop.chapters.who_bears_the_loss.study.Study.further",
    # A copy of the notebook may ask for fewer draws, and tests do.
    "capital_loop.chapters.amd_warrants.study.Study.__init__(paths)",
    "capital_loop.chapters.amd_warrants.study.Study.__init__(draws)",
    "capital_loop.chapters.amd_warrants.study.Study.__init__(seed)",
    # The next edition's language.
    "capital_loop.show.words.read_words(language)",
}  # fmt: skip
"""What the code does not read and may stay, by its name alone or whole."""
MIRRORS = ("capital_loop.record.rows.", "capital_loop.record.schema.")
"""Modules whose members are the columns of tables and the keys of their description."""


def unexplained(found: list[str]) -> list[str]:
    return [n for n in found if not n.startswith(MIRRORS) and not {n, n.rpartition(".")[2]} & ALLOWED]


def test_everything_has_a_reader() -> None:
    found = readers.unread(SRC.parents[1])
    assert not unexplained(found), "nothing reads these: delete them, or say in ALLOWED who does"
    stale = ALLOWED - {*found, *(n.rpartition(".")[2] for n in found)}
    assert not stale, "these are read or gone: take them out of ALLOWED"


PLANTED = """
from dataclasses import dataclass
LEFT = 1
@dataclass
class Kept:
    shown: int
    lost: int
    half: float = 0.5
    def unasked(self): return self.unasked()
def used(x, rare=1): return helper(x, rare)
def helper(x, y): return Kept(x, y).shown
def idle(): return idle()
"""


def test_what_has_lost_its_last_reader_is_found(tmp_path: Path) -> None:
    """Each kind once: a constant, a member, a method and a function that only read themselves, defaults."""
    for name, text in (
        ("src/capital_loop/made.py", PLANTED),
        ("src/capital_loop/passed.py", "from capital_loop.made import used\n"),
        ("src/capital_loop/user.py", "from capital_loop.passed import used\n'lost'\nused(2)\n"),
        ("notebooks/1.ipynb", '{"cells": [{"cell_type": "markdown", "source": ["It was idle and lost."]}]}'),
        ("pyproject.toml", ""),
        ("_config.yml", ""),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    made = "capital_loop.made."
    assert readers.unread(tmp_path) == [
        f"{made}LEFT", f"{made}Kept(half)", f"{made}Kept.lost", f"{made}Kept.half", f"{made}Kept.unasked",
        f"{made}used(rare)", f"{made}idle",
    ]  # fmt: skip
    page = tmp_path / "book" / "page.md"
    page.parent.mkdir()
    page.write_text("Call `idle()`.", encoding="utf-8")
    assert f"{made}idle" not in readers.unread(tmp_path)
