"""What every chapter shows, held word for word and row for row: `make snapshots` renews, the difference is
for reading.

A notebook's cells run here in this process. Each object shown becomes text: prose; a figure's words, source
line and plotted rows, with a digest of the drawing; the cells of a table; the answers of a calculator. A last
paragraph lists the facts that the chapter read. What the notebook itself holds is compared as well."""

from __future__ import annotations

import ast
import hashlib
import importlib
import json
import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from pytest_regressions.file_regression import FileRegressionFixture

from capital_loop import chapters
from capital_loop.chapters.study import Study
from capital_loop.record.tables import Record
from capital_loop.record.trace import reading
from capital_loop.show.figure import FIGURE, NARROW, WIDE, Figure
from capital_loop.show.table import from_frame, rounded, to_frame
from tests.conftest import Shared

ROOT = Path(__file__).resolve().parents[1]
SNAPSHOTS = ROOT / "tests" / "snapshots"
NOTEBOOKS = [
    p for p in sorted((ROOT / "notebooks").glob("*.ipynb")) if p.stem != "20-use-the-record"
]  # it shows the reader's code
COUNTED = re.compile(r'"(?:view|param|concat|layer|selector|name)_?\d+"')
"""Names that altair counts up in a process; they say nothing of the drawing."""


def execute(path: Path) -> list[tuple[str, Any]]:
    """The cells' names and the objects they show, in order."""
    shown: list[tuple[str, Any]] = []
    cells: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cells"]
    space: dict[str, Any] = {"__name__": "__main__"}
    if "display(" in path.read_text(encoding="utf-8"):
        raise NotImplementedError(f"{path.name}: a cell shows its last expression, nothing else is held")
    for cell in (c for c in cells if c["cell_type"] == "code"):
        tree = ast.parse("".join(cell["source"]))
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, f"{path.name}, {cell['id']}", "exec"), space)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), f"{path.name}, {cell['id']}", "eval"), space)
            shown += [(cell["id"], value)] if value is not None else []
    return shown


def stored(path: Path) -> list[tuple[str, dict[str, Any]]]:
    """The cells' names and what the notebook holds of each output, but for pictures and plain text."""
    return [
        (cell["id"], {k: v for k, v in output["data"].items() if k not in ("image/png", "text/plain")})
        for cell in nbformat.read(path, as_version=4).cells
        for output in cell.get("outputs", ())
    ]


def held(value: Any) -> dict[str, Any]:
    """What a notebook holds of an object, as ``stored`` gives it."""
    data = {FIGURE: value.payload()} if isinstance(value, Figure) else value._repr_mimebundle_()
    return {k: v for k, v in data.items() if k not in ("image/png", "text/plain")}


def plain(data: Any) -> str:
    return COUNTED.sub('"counted"', json.dumps(data, sort_keys=True))


def short(value: Any) -> Any:
    """A JSON value with six figures a number: what differs behind them is a machine's rounding."""
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, dict):
        return {k: short(v) for k, v in value.items()}
    return [short(v) for v in value] if isinstance(value, list) else value


def digest(figure: Figure) -> str:
    specs = json.dumps([short(figure.spec(width)) for width in (WIDE, NARROW)], sort_keys=True)
    data = {
        name: f"data-{n}" for n, name in enumerate(dict.fromkeys(re.findall(r"data-[0-9a-f]{32}", specs)))
    }
    for name, plain in data.items():  # named after unrounded values
        specs = specs.replace(name, plain)
    return hashlib.sha256(COUNTED.sub('"counted"', specs).encode()).hexdigest()[:12]


def words(html: str) -> str:
    """Markup as text: a line a row of a table, its cells apart."""
    soup = BeautifulSoup(html, "html.parser")
    for gone in soup.find_all(["script", "svg"]):
        gone.decompose()
    lines = []
    for row in soup.find_all("tr"):
        lines.append(" | ".join(" ".join(c.get_text(" ").split()) for c in row.find_all(["th", "td"])))
    for table in soup.find_all("table"):
        table.decompose()
    around = " ".join(soup.get_text(" ").split())
    return "\n".join([around, *lines] if around else lines)


def rows(frame: pd.DataFrame) -> str:
    return frame.to_csv(index=False, float_format="%.6g").rstrip()


def text(shown: Any) -> str:
    if isinstance(shown, Figure):
        said = [shown.title, shown.unit, shown.description, shown.note, shown.source_line()]
        lines = [f"figure {shown.name}", *(words(s) for s in said if s), rows(shown.rows)]
        return "\n".join([*lines, f"drawing {digest(shown)}"])
    if isinstance(shown, pd.DataFrame):
        return rows(shown)
    if not hasattr(shown, "_repr_mimebundle_"):
        return str(shown)
    bundle = shown._repr_mimebundle_()
    if "text/markdown" in bundle:
        return BeautifulSoup(bundle["text/markdown"], "html.parser").get_text()
    return words(bundle["text/html"]) if "<table" in bundle.get("text/html", "") else bundle["text/plain"]


TWICE = Decimal("0.5501")
"""So many steps a number can be off that was rounded to tenths of a step and then to steps."""


def numbers(value: Any) -> Iterator[float]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from numbers(part)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield abs(float(value))


def told_otherwise(payload: dict[str, Any]) -> list[str]:
    """Numbers of a figure's table that are a drawn number rounded twice, or to the even one of two."""
    drawn, found = set(numbers(payload.get("shared", {}).get("datasets", {}))), []
    table = from_frame(to_frame(payload), payload["name"])
    for cell in (c.lstrip("−").replace(",", "") for row in table.rows for c in row):
        if not re.fullmatch(r"\d+(\.\d+)?", cell):
            continue
        step = Decimal(1).scaleb(-len(cell.partition(".")[2]))
        near = [x for x in drawn if abs(Decimal(repr(x)) - Decimal(cell)) <= TWICE * step]
        if near and Decimal(cell) not in {Decimal(f"{x:.10g}").quantize(step, ROUND_HALF_UP) for x in near}:
            found.append(f"{payload['name']}: the table says {cell}, drawn is {near}")
    return found


def test_a_number_rounded_twice_is_seen() -> None:
    drawn = pd.DataFrame({"who": ["landlords", "owners"], "usd": [15.4501, 13316.2]})
    shared = {"datasets": {"table-0": drawn.to_dict("records")}}

    def told(rows: pd.DataFrame) -> list[str]:
        return told_otherwise(
            {"name": "losses", "shared": shared, "columns": list(rows), "rows": rows.to_numpy().tolist()}
        )

    assert not told(rounded(drawn.assign(usd=[15.4501, 448.4]), 1).iloc[:1])
    assert told(drawn.assign(usd=[16.0, 13316.0])) == ["losses: the table says 16, drawn is [15.4501]"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_chapter_shows_what_it_showed(
    path: Path, file_regression: FileRegressionFixture, monkeypatch: pytest.MonkeyPatch, shared: Shared
) -> None:
    module = importlib.import_module(f"{chapters.__name__}.{path.stem[3:].replace('-', '_')}.study")
    kind = module.Study

    def study(record: Record, *changed: Any) -> Study:
        """That of the record as it stands has been computed for other tests, or will be wanted by them."""
        return kind(record, *changed) if any(changed) else shared.study(kind)

    monkeypatch.setattr(module, "Study", study)
    monkeypatch.setenv("CAPITAL_LOOP_ROOT", str(ROOT))
    monkeypatch.chdir(path.parent)
    with reading() as read:
        shown = execute(path)
    assert not [p for _, f in shown if isinstance(f, Figure) for p in told_otherwise(f.payload())]
    parts = [f"== {name}\n{text(value)}" for name, value in shown]
    parts.append("== facts read\n" + "\n".join(sorted(read.facts)))
    file_regression.check("\n\n".join(parts) + "\n", fullpath=SNAPSHOTS / f"{path.stem}.txt")
    found = {name: plain(held(value)) for name, value in shown}
    assert found == {name: plain(data) for name, data in stored(path)}, "another run shows else: make book"


def test_every_snapshot_is_of_a_chapter() -> None:
    assert {p.stem for p in SNAPSHOTS.iterdir()} == {p.stem for p in NOTEBOOKS}
