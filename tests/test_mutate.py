"""The slips that ``make mutate`` tries: what they are, and that a few drawn anew are noticed by ``make
validate``."""

from __future__ import annotations

import importlib.util
import json
import random
import sys
from pathlib import Path
from types import ModuleType

import pytest

from capital_loop.claims.editions import OWN, editions
from capital_loop.record import load


@pytest.fixture(scope="module")
def mutate(root: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("mutate", root / "tools" / "mutate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["mutate"] = module
    spec.loader.exec_module(module)
    return module


def test_slips_change_what_they_touch(mutate: ModuleType) -> None:
    chance = random.Random(1)
    for _ in range(50):
        assert mutate.a_digit("160000000", chance) != "160000000"
        assert len(mutate.a_digit("16.05", chance)) == 5
        assert float(mutate.a_place("0.35", chance)) in (0.035, 3.5)
        assert mutate.a_day("2024-02-29", chance) in ("2024-02-28", "2024-03-01")
        assert mutate.a_day("2025-01", chance) in ("2024-12", "2025-02")
        assert mutate.a_day("2025", chance) in ("2024", "2026")
    assert mutate.a_day("9999-12-31", chance) == "9999-12-30"


def test_two_cells_and_two_rows_change_places(mutate: ModuleType) -> None:
    rows = [{"k": "a", "v": "1"}, {"k": "b", "v": "2"}]
    cells = mutate.Mutation("t", "t.csv", "two cells exchanged", (0, 1), "v", ("2", "1"))
    assert cells.apply(rows) == [{"k": "a", "v": "2"}, {"k": "b", "v": "1"}]
    assert mutate.Mutation("t", "t.csv", "two rows exchanged", (0, 1), "", ()).apply(rows) == rows[::-1]
    assert rows == [{"k": "a", "v": "1"}, {"k": "b", "v": "2"}]


def test_every_table_has_slips_in_every_column_that_states_something(mutate: ModuleType, root: Path) -> None:
    for resource in json.loads((root / "data" / "datapackage.json").read_text(encoding="utf-8"))["resources"]:
        rows, _ = mutate.read(root / "data", resource["path"])
        if resource["name"] in OWN or len(rows) < 2:
            continue
        touched = {m.column for m in mutate.mutations(resource, rows, random.Random(1))}
        varied = {c for c in mutate.guarded(resource) if len({r[c] for r in rows}) > 1}
        assert varied <= touched, resource["name"]


@pytest.mark.slow
def test_some_slips_of_what_an_edition_holds_are_noticed(mutate: ModuleType, root: Path) -> None:
    """The same slips each time. A table newer than the newest edition has fewer layers (see ``make
    mutate``)."""
    chance = random.Random(2026)
    bench = mutate.Bench()
    published = editions(load(root / "data"))[-1].files
    tables = [
        t for t in bench.descriptor["resources"]
        if t["path"] in published and t["name"] not in (*OWN, "return_closes")
    ]  # fmt: skip
    assert len(tables) > 10
    for _ in range(12):
        resource = chance.choice(tables)
        rows, _columns = mutate.read(root / "data", resource["path"])
        every = list(mutate.mutations(resource, rows, chance))
        if every:
            slip = chance.choice(every)
            found = bench.noticed(slip)
            assert found, slip.told(rows)
            assert found[0] in mutate.LAYERS, (slip.told(rows), found)
