"""The house rules that code can check: one direction of imports, no I/O in models."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parents[1] / "src" / "capital_loop"
ORDER = ["words", "tables", "claims", "checks", "models", "chapters", "charts", "show", "site"]
"""A module may import only from its left (and from its own folder). charts/base.py needs no chapter."""


def layer(path: Path) -> str:
    return path.relative_to(SRC).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = (
                [node.module]
                if node.module != "capital_loop"
                else [f"capital_loop.{a.name}" for a in node.names]
            )
        found |= {n.split(".")[1] for n in names if n.startswith("capital_loop.")}
    return found


FILES = [p for p in sorted(SRC.rglob("*.py")) if layer(p) in ORDER]


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(SRC).as_posix())
def test_imports_run_in_one_direction(path: Path) -> None:
    here = ORDER.index(layer(path))
    assert all(ORDER.index(name) <= here for name in imported(path) if name in ORDER), imported(path)


@pytest.mark.parametrize("path", sorted((SRC / "models").glob("*.py")), ids=lambda p: p.stem)
def test_models_do_no_io(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = {
        getattr(n.func, "id", getattr(n.func, "attr", "")) for n in ast.walk(tree) if isinstance(n, ast.Call)
    }
    assert not calls & {"open", "print", "read_csv", "read_text", "write_text", "load"}
    assert not imported(path) - {"models"}, "models take plain inputs; they know no tables"
