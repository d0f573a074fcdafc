"""Committed notebooks: executed in full, silent on stderr, no logic of their own, no hand-typed figures."""

from __future__ import annotations

import ast
import copy
import json
import pkgutil
import re
import tomllib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import v4

from capital_loop import chapters
from capital_loop.claims.rules import SCALE
from capital_loop.publish.engine.execution import written
from capital_loop.record.tables import Record
from capital_loop.show.figure import FIGURE
from capital_loop.show.prose import PROSE
from capital_loop.show.table import TABLE
from capital_loop.show.words import CHAPTER_PAGE

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
GUIDE = "20-use-the-record"
"""The notebook for the reader's own tools: it prints, as a reader's own code would, and walks its own way."""
ONE_NOTEBOOK, ALL_NOTEBOOKS = 550_000, 5_500_000
"""Bytes that one notebook, and all together, may take."""
PAGES = [ROOT / "index.md", *sorted((ROOT / "book").glob("*.md"))]

NAMES = re.compile(
    r"\b(?:H100|H200|GB200|GB300|B200|A100|MI\d{3}X?|GPT-\d\w*|Claude \d|Gemini "
    r"\d(?:\.\d)?|8-K|10-K|10-Q|10-K/A|S-1|ASC \d+|IFRS \d+|CC BY 4\.0|"
    r"Section \d+|Exhibit \d+(?:\.\d+)?|Q[1-4]|H[12]|\d+th)\b"
)
"""Names of products, forms, periods and percentiles: their digits are no figures."""


def load(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data


def source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


@pytest.fixture(params=NOTEBOOKS, ids=lambda p: p.stem)
def notebook(request: pytest.FixtureRequest) -> dict[str, Any]:
    return load(request.param)


def test_every_chapter_of_the_ledger_has_its_notebook() -> None:
    assert {f"notebooks/{p.stem}" for p in NOTEBOOKS} >= set(CHAPTER_PAGE.values())


@pytest.mark.parametrize("slug", CHAPTER_PAGE)
def test_every_claim_is_answered_in_its_chapter_and_in_no_other(slug: str, record: Record) -> None:
    """The executed tables of verdicts, one or an open and a folded one, have exactly the claims of the
    chapter."""
    wanted = set(record.claims.loc[record.claims["chapter"] == slug, "claim_id"])
    cells = load(ROOT / f"{CHAPTER_PAGE[slug]}.ipynb")["cells"]
    tables = [c for c in cells if c["cell_type"] == "code" and "show.verdicts(" in source(c)]
    found = []
    for cell in tables:
        table = cell["outputs"][0]["data"][TABLE]
        kinds = [c["kind"] for c in table["columns"]]
        assert kinds.count("verdict") == 2
        found += [
            row[kinds.index("claim")] for row in table["rows"]
        ]  # a verdict leads to its claim and sources
        for row in table["rows"]:
            assert all(cell in SCALE for cell, kind in zip(row, kinds, strict=True) if kind == "verdict")
    assert sorted(found) == sorted(wanted)


def test_outputs_are_for_viewers_and_the_site_alike(
    notebook: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    """Each output has one of the book's types, and what any viewer shows without a link into the site."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            if output["output_type"] == "stream" and request.node.callspec.params["notebook"].stem == GUIDE:
                continue
            data = output["data"]
            (own,) = [k for k in data if k.startswith("application/vnd.capital-loop.")]
            (shown,) = set(data) - {own, "text/plain"}
            assert shown == {FIGURE: "image/png", PROSE: "text/markdown"}.get(own, "text/html")
            assert "../" not in "".join(data[shown]), source(cell)
            assert "<a " not in "".join(data[shown]), source(cell)
        if "remove-input" in cell["metadata"].get("tags", []):
            assert cell["metadata"]["jupyter"]["source_hidden"]


def test_what_only_the_site_reads_takes_few_lines_and_stays_what_it_is() -> None:
    rows = [[number, 'a "quoted" — 字'] for number in range(99)]
    held = {FIGURE: {"rows": rows, "none": None, "empty": []}, "text/plain": "x"}
    output = v4.new_output("display_data", held)
    made = v4.new_notebook(
        cells=[v4.new_code_cell("1", outputs=[output, copy.deepcopy(output)], execution_count=1)]
    )
    text = written(copy.deepcopy(made))
    assert nbformat.reads(text, as_version=4) == made
    assert written(nbformat.reads(text, as_version=4)) == text
    assert len(text) < len(nbformat.writes(made)) * 0.6


def test_notebooks_stay_small_enough_to_clone_and_to_open() -> None:
    """What is committed with outputs is cloned by everybody and loaded whole by every viewer."""
    sizes = {path.stem: path.stat().st_size for path in NOTEBOOKS}
    assert {stem: size for stem, size in sizes.items() if size > ONE_NOTEBOOK} == {}
    assert sum(sizes.values()) < ALL_NOTEBOOKS


def test_every_claim_belongs_to_a_chapter(record: Record) -> None:
    assert set(record.claims["chapter"]) == set(CHAPTER_PAGE)


def test_every_code_cell_was_executed_in_order(notebook: dict[str, Any]) -> None:
    counts = [c["execution_count"] for c in notebook["cells"] if c["cell_type"] == "code"]
    assert counts == list(range(1, len(counts) + 1)), (
        "nbval passes cells that were never executed; run make book"
    )


def test_nothing_was_written_to_stderr_and_nothing_failed(notebook: dict[str, Any]) -> None:
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            assert output["output_type"] != "error", source(cell)
            assert output.get("name") != "stderr", source(cell)


def test_cells_are_few_and_short(notebook: dict[str, Any]) -> None:
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and "say(" not in source(cell):
            lines = [x for x in source(cell).splitlines() if x.strip()]
            assert len(lines) <= 16, source(cell)
            tree = ast.parse(source(cell))
            banned = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While)
            assert not any(isinstance(n, banned) for n in ast.walk(tree)), (
                f"logic belongs into src/: {source(cell)}"
            )


CHAPTER_WALK = [
    "What the document",
    "The record",
    "The check",
    "The model",
    "What happened since",
    "Limits, and change it yourself",
]
MODEL_WALK = [
    "The question",
    "The model",
    "The inputs",
    "The answer",
    "What moves the answer",
    "Limits, and change it yourself",
]


def test_each_chapter_walks_the_same_way(notebook: dict[str, Any], request: pytest.FixtureRequest) -> None:
    stem = request.node.callspec.params["notebook"].stem
    if stem == GUIDE:
        return
    heads = [
        source(c).lstrip("# ").splitlines()[0]
        for c in notebook["cells"]
        if c["cell_type"] == "markdown" and source(c).startswith("## ")
    ]
    if f"notebooks/{stem}" in CHAPTER_PAGE.values():
        wanted = CHAPTER_WALK
    else:
        wanted = [] if stem in ("13-score", "14-watchlist") else MODEL_WALK
    positions = [next((i for i, h in enumerate(heads) if h.startswith(w)), -1) for w in wanted]
    assert -1 not in positions, f"missing among {heads}"
    assert positions == sorted(positions), heads
    tags = [t for c in notebook["cells"] for t in c["metadata"].get("tags", [])]
    assert "finding" in tags


def say_templates(code: str) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(code)):
        if (
            isinstance(node, ast.Call)
            and getattr(node.func, "attr", getattr(node.func, "id", "")) == "say"
            and node.args
        ):
            first = node.args[0]
            assert isinstance(first, ast.Constant), "say() takes a plain template, no f-string"
            found.append(str(first.value))
    return found


def say_fields(code: str) -> Iterator[tuple[str, ast.expr]]:
    """The fields of every ``say``, by name."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == "say":
            yield from ((str(k.arg), k.value) for k in node.keywords)


def made_here(code: str) -> list[str]:
    """Fields that are numbers typed by hand, or that compute with a fact's value."""
    return [
        f"{name}={ast.unparse(value)}"
        for name, value in say_fields(code)
        if isinstance(getattr(value, "value", None), int | float)
        or any(isinstance(n, ast.BinOp) and re.search(r"\.value\b", ast.unparse(n)) for n in ast.walk(value))
    ]


def hand_typed(text: str) -> list[str]:
    """Digits in prose that are neither names, fields, links, code nor formulas."""
    text = re.sub(
        r"```.*?```|`[^`]*`|\$\$.*?\$\$|\$[^$\n]*\$|\{[^}]*\}|\]\([^)]*\)|<[^>]*>", " ", text, flags=re.S
    )
    return re.findall(r"\S*\d\S*", NAMES.sub(" ", text))


def listed_ids(code: str, known: Collection[str]) -> list[str]:
    """Ids of facts that stand in a list, tuple, set or dictionary of a cell's code."""
    kinds = (ast.List, ast.Tuple, ast.Set, ast.Dict)
    inner = (
        n for box in ast.walk(ast.parse(code)) if isinstance(box, kinds) for n in ast.iter_child_nodes(box)
    )
    return [n.value for n in inner if isinstance(n, ast.Constant) and n.value in known]


def test_no_list_of_facts_stands_in_a_notebook(notebook: dict[str, Any], record: Record) -> None:
    """A list is a row of ``data/choices.csv`` each, or what measures one thing: then it grows with it."""
    known = set(record.facts.index)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            assert not listed_ids(source(cell), known)


def test_the_finder_of_lists_finds() -> None:
    assert listed_ids('show.facts(record, [*ids, "A-1"], "A-2")', {"A-1", "A-2"}) == ["A-1"]
    assert not listed_ids('show.say("{a}", a=fact("A-1"))', {"A-1"})


def test_no_figure_in_a_notebooks_prose_is_typed_by_hand(notebook: dict[str, Any]) -> None:
    for cell in notebook["cells"]:
        texts = [source(cell)] if cell["cell_type"] == "markdown" else say_templates(source(cell))
        for text in texts:
            assert not hand_typed(text), text
        assert cell["cell_type"] == "markdown" or not made_here(source(cell))


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_no_figure_in_a_page_is_typed_by_hand(page: Path) -> None:
    text = re.sub(r"^:::\{.*$", "", page.read_text(encoding="utf-8"), flags=re.M)
    text = text.replace("In autumn 2025", "")
    assert not hand_typed(text)


@pytest.mark.parametrize("chapter", [m.name for m in pkgutil.iter_modules(chapters.__path__) if m.ispkg])
def test_no_figure_in_a_chapters_words_is_typed_by_hand(chapter: str) -> None:
    with open(f"{chapters.__path__[0]}/{chapter}/words.en.toml", "rb") as file:
        assert not [t for t in templates(tomllib.load(file)) if hand_typed(t)]


def templates(words: object) -> Iterator[str]:
    """Every text of a file of words, whatever table or list it stands in."""
    if isinstance(words, str):
        yield words
    else:
        for inner in words.values() if isinstance(words, dict) else list(words):  # type: ignore[call-overload]
            yield from templates(inner)


def test_the_finder_finds() -> None:
    assert hand_typed("Oracle rose 36 % that day")
    assert list(templates({"tables": {"accounts": {"end": "In 2030"}}, "lists": {"a": ["b"]}})) == [
        "In 2030",
        "b",
    ]
    assert not hand_typed("Oracle rose {move:pct} on H100 rents (`x[1]`, $x^2$)")
    assert made_here("show.say('{a} {b}', a=20251231, b=1 - fact('A').value / study.now.value)")
    assert not made_here("show.say('{a} {b}', a=fact('A').as_of[:4], b=-fact('B').value, c=100 * study.part)")
