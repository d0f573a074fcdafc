"""A model chapter's inputs: one cell, with names, units and ranges in reach; changing one moves what the page
says."""

from __future__ import annotations

import importlib
import json
import pkgutil
from pathlib import Path

import pytest

from capital_loop import chapters
from capital_loop.chapters.study import Study
from capital_loop.record.tables import Assumption, Record
from tests.conftest import ROOT, drawers
from tests.test_snapshots import execute

EMPTY = "inputs: dict[str, float] = {}"
MOVED = {
    "01-triangle": "account.nvidia.openai.equity",
    "02-amd-warrants": "warrants-volatility",
    "03-oracle-margin": "rental-life",
    "04-google-tokens": "growth-over-steps",
    "09-revenue-promises": "valuation-margin",
    "10-gigawatts": "physical-pue",
    "11-demand": "revenue-return",
    "15-loop-in-time": "dynamics-growth",
    "16-contagion": "contagion-margin",
    "18-who-bears-the-loss": "losses-sunk",
}
"""The model chapters, and an input of each."""


def studies() -> dict[str, type[Study]]:
    """The studies of the model chapters by the slug of their chapter."""
    names = [m.name for m in pkgutil.iter_modules(chapters.__path__) if m.ispkg]
    kinds = [getattr(importlib.import_module(f"{chapters.__name__}.{n}.study"), "Study", None) for n in names]
    return {k.chapter: k for k in kinds if k is not None and k.models}


def cells(stem: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(
        (ROOT / "notebooks" / f"{stem}.ipynb").read_text(encoding="utf-8")
    )["cells"]
    return found


def code(cell: dict[str, object]) -> str:
    return "".join(cell["source"]) if cell["cell_type"] == "code" else ""  # type: ignore[arg-type]


def test_every_assumption_is_an_input_of_a_chapter(record: Record) -> None:
    listed = [model for kind in studies().values() for model in kind.models]
    assert sorted(listed) == sorted(set(record.table("assumptions")["model"]))
    assert len(MOVED) == len(studies())


@pytest.mark.parametrize("stem", MOVED)
def test_the_inputs_are_one_cell_above_all_results(stem: str) -> None:
    holding = [n for n, cell in enumerate(cells(stem)) if EMPTY in code(cell)]
    assert holding == [1]
    source = code(cells(stem)[1])
    assert source.count("Study(record, inputs)") == 1
    assert "study.inputs_to_change" in source, "where names, units and ranges are"


@pytest.mark.parametrize("slug", studies())
def test_names_units_and_ranges_are_in_reach(slug: str, record: Record) -> None:
    kind = studies()[slug]
    plain = kind(record).inputs_to_change
    assert list(plain.columns) == ["title", "unit", "in_use", "low", "high"]
    assert plain["title"].str.len().min() > 5
    assert (plain["low"] <= plain["in_use"]).all()
    assert (plain["in_use"] <= plain["high"]).all()
    first = str(plain.index[-1])
    moved = kind(record, {first: float(plain["low"].iloc[-1])}).inputs_to_change
    assert moved["in_use"].iloc[-1] == plain["low"].iloc[-1]


@pytest.mark.slow
@pytest.mark.parametrize("slug", studies())
def test_every_input_that_a_figure_asks_for_is_in_reach(
    slug: str, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen to fail: who bears the loss listed nine of the inputs that move its page."""
    asked, plain = set(), Study.assumed

    def noted(self: Study, assumption_id: str) -> Assumption:
        asked.add(assumption_id)
        return plain(self, assumption_id)

    monkeypatch.setattr(Study, "assumed", noted)
    study = studies()[slug](record)
    for draw in drawers(slug.replace("-", "_")).values():
        draw(study)
    assert asked
    assert asked <= set(study.inputs_to_change.index)


@pytest.mark.slow
@pytest.mark.parametrize("stem", MOVED)
def test_changing_an_input_moves_what_the_page_says(
    stem: str, record: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole page runs with another value, and tells something else."""
    range_ = record.assumption(MOVED[stem])
    other = range_.low if range_.low != range_.central else range_.high
    notebook = json.loads((ROOT / "notebooks" / f"{stem}.ipynb").read_text(encoding="utf-8"))
    said = {
        c["id"]: "".join(o["data"]["text/plain"])
        for c in notebook["cells"] for o in c.get("outputs", []) if "text/plain" in o.get("data", {})
    }  # fmt: skip
    assert said, "the notebook was not executed; run make book"
    changed = EMPTY.replace("{}", f"{{{MOVED[stem]!r}: {other!r}}}")
    setup = notebook["cells"][1]
    setup["source"] = "".join(setup["source"]).replace(EMPTY, changed)
    (tmp_path / f"{stem}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    monkeypatch.setenv("CAPITAL_LOOP_ROOT", str(ROOT))
    monkeypatch.chdir(ROOT / "notebooks")
    shown = {
        name: value._repr_mimebundle_()["text/plain"] for name, value in execute(tmp_path / f"{stem}.ipynb")
    }
    assert [name for name in said if shown[name].strip() != said[name].strip()]
