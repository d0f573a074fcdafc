"""How a result, a figure or shown words are made: the code, the models and rules it calls, all that it reads.

A part of a study is computed and watched. A figure and words are followed from their cell in the committed
notebooks: what the cell's code names is looked up, a short name in the cell that sets it.
"""

from __future__ import annotations

import ast
import difflib
import importlib
import inspect
import json
import pkgutil
import re
import string
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

from capital_loop import chapters, claims, models
from capital_loop.claims.rules import assess
from capital_loop.record.tables import Fact, Record
from capital_loop.record.trace import reading
from capital_loop.show.figure import FIGURE
from capital_loop.show.prose import PROSE
from capital_loop.show.table import TABLE
from capital_loop.show.words import CONFIDENCE, STAGE, quantity

HITS = 3
"""Cells that are told of for one search; more of them want more words."""
_ID = re.compile(r"\b[A-Z]{1,5}-[A-Z]?\d{2,3}\b")
_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")


@dataclass(frozen=True)
class Cell:
    """A code cell: its number from the top, code, figures with their facts, and the texts it shows.

    ``linked`` are the facts in its prose and tables, each with the words that stand for it; ``named`` the ids
    in its code and those of its figures' facts.
    """

    notebook: str
    number: int
    code: str
    figures: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    linked: tuple[tuple[str, str], ...] = ()
    named: frozenset[str] = frozenset()
    prose: str = ""
    shown: tuple[str, ...] = ()

    def __str__(self) -> str:
        drawn = f", figure {', '.join(self.figures)}" if self.figures else ""
        return f"{self.notebook}, cell {self.number}{drawn}"

    @cached_property
    def tree(self) -> ast.Module:
        """The code, parsed."""
        return ast.parse(self.code)


def cells(root: Path) -> dict[str, list[Cell]]:
    """The code cells of each committed notebook, by its name."""
    return {
        path.stem: [
            _cell(path.stem, number, cell)
            for number, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"], 1)
            if cell["cell_type"] == "code"
        ]
        for path in sorted((root / "notebooks").glob("*.ipynb"))
    }


class Making:
    """The record, the chapters' studies and the committed notebooks, to be asked how something is made."""

    def __init__(self, root: Path, record: Record):
        self.root, self.record = root, record
        self.chapters = [m.name for m in pkgutil.iter_modules(chapters.__path__) if m.ispkg]

    @cached_property
    def notebooks(self) -> dict[str, list[Cell]]:
        """The code cells of each committed notebook, by its name."""
        return cells(self.root)

    @cached_property
    def figures(self) -> dict[str, Cell]:
        """The cell of each figure, by the figure's name."""
        return {name: cell for cells in self.notebooks.values() for cell in cells for name in cell.figures}

    def part(self, name: str) -> list[str]:
        """How a result ``CHAPTER.PART`` is computed: its code, the models that it calls, all that it reads.

        Of a function of the study, the code and the parts that it names. Raises ``KeyError`` for a chapter or
        a part that there is none of.
        """
        folder, _, wanted = name.replace("-", "_").partition(".")
        folder = re.sub(r"^\d\d_", "", folder)
        if folder not in self.chapters:
            raise KeyError(f"no chapter {folder}; there are {', '.join(self.chapters)}")
        module = _study(folder)
        own = _parts(module.Study)
        if wanted not in own:
            other = getattr(module.Study, wanted, getattr(module, wanted, None))
            if isinstance(other, FunctionType):
                return [f"{folder}.{wanted}: {_first(other)}", f"  made in    {_line(other.__code__)}",
                        *self._read_by(folder, other)]  # fmt: skip
            near = difflib.get_close_matches(wanted, own, 6, 0.5) or list(own)
            raise KeyError(f"no part {wanted} in chapters/{folder}/study.py; there are {', '.join(near)}")
        study = module.Study(self.record)
        with reading() as read, _calls() as called:
            getattr(study, wanted)
        lines = [
            f"{folder}.{wanted}: {_first(getattr(module.Study, wanted))}",
            f"  made in    {_line(own[wanted])}",
        ]
        below = [n for n in vars(study).get("_parts", {}) if n in own and n != wanted]
        lines += [f"  reads part {n}, {_line(own[n])}" for n in below]
        at = str(Path(models.__file__ or "").parent)
        for code in called:
            kind = "model" if code.co_filename.startswith(at) else "rules"
            lines.append(f"  {kind:10} {code.co_qualname}, {_line(code)}")
        if assess.__code__ in called:
            lines.append("  verdicts   the facts of each: make trace CLAIM=…")
        lines += [
            f"  assumption {i}: {a.title} = {quantity(a.central, a.unit)} "
            f"({quantity(a.low, a.unit)} to {quantity(a.high, a.unit)})"
            for i, a in read.assumptions.items()
        ]
        lines += [f"  choice     {c}, {name}: {', '.join(keys)}" for (c, name), keys in read.choices.items()]
        lines += [f"  fact       {told(self.record.fact(fact_id))}" for fact_id in read.facts]
        for s in read.sources.values():
            until = f"; up to {read.priced}" if s.kind == "prices" and read.priced else ""
            lines.append(f"  source     {s.source_id}, {s.publisher}: {s.title}{until}")
        return lines

    def figure(self, name: str) -> list[str]:
        """How a figure is drawn: its cell, its function, the parts that this reads, the facts behind it.

        Raises ``KeyError`` for a figure that there is none of.
        """
        cell = self.figures[name]
        cells = self.notebooks[cell.notebook]
        lines = [
            f"{name}: {cell.shown[0]}",
            f"  cell       {cell.notebook}, cell {cell.number}: {ast.unparse(call := call_of(cell.tree))}",
        ]
        lines += self._origins(call, cells[: cells.index(cell) + 1])
        return lines + [f"  fact       {told(self.record.fact(i))}" for i in cell.facts]

    def said(self, words: str) -> list[str]:
        """Where words of a chapter come from: the cells that show them, each field of the text with its code.

        Spaces of any kind are alike, capitals too. Raises ``KeyError`` where no chapter shows them.
        """
        wanted, lines = _plain(words), []
        every = ((c, t) for cells in self.notebooks.values() for c in cells for t in c.shown)
        hits = list({id(c): (c, t) for c, t in every if wanted in _plain(t)}.values())
        if not hits:
            raise KeyError(
                f"{words!r} is no claim, fact, figure or part such as contagion.together, and no chapter "
                "shows these words; copy some from one paragraph or one cell of a table"
            )
        for cell, text in hits[:HITS]:
            lines.append(f"{cell.notebook}, cell {cell.number}: {_around(text, wanted)}")
            cells = self.notebooks[cell.notebook]
            cells = cells[: cells.index(cell) + 1]
            fields = [f for call in _says(cell.tree) for f in _fields(call, text, wanted)]
            for name, value, code in fields:
                lines.append(f"  {value} = {ast.unparse(code)}  (field {name})")
                lines += [f"  {line}" for line in self._origins(code, cells)]
            if not fields and not any(_says(cell.tree)):
                shown = cell.tree.body[-1]
                lines.append(f"  shown by   {ast.unparse(shown)}")
                lines += self._origins(shown, cells)
            elif not fields:
                lines.append("  typed      these words hold no figure; they stand so in the cell")
        if len(hits) > HITS:
            more = ", ".join(f"{c.notebook} cell {c.number}" for c, _ in hits[HITS:])
            lines.append(f"also in {more}; give more words")
        return lines

    def _origins(self, node: ast.AST, cells: list[Cell]) -> list[str]:
        """A line for every part, function, fact and claim that code rests on; short names are resolved."""
        folder = re.sub(r"^\d\d-", "", cells[-1].notebook).replace("-", "_")
        known, imported = _assigned(cells), _imported(cells)
        lines: dict[str, None] = {}
        seen: set[str] = set()

        def follow(some: ast.AST) -> None:
            for n in ast.walk(some):
                if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name):
                    if n.value.id == "study":
                        lines.update(dict.fromkeys(self._named(folder, n.attr)))
                    elif isinstance(module := imported.get(n.value.id), ModuleType):
                        lines.update(dict.fromkeys(self._function(folder, getattr(module, n.attr, None))))
                elif isinstance(n, ast.Call) and n.args and isinstance(n.args[0], ast.Constant):
                    called, key = ast.unparse(n.func), str(n.args[0].value)
                    if called in ("fact", "record.fact"):
                        lines[f"  fact       {told(self.record.fact(key))}"] = None
                    elif called == "show.claim":
                        lines[f"  claim      {key}: make trace CLAIM={key}"] = None
                if isinstance(n, ast.Name) and n.id not in seen:
                    seen.add(n.id)
                    if n.id in known and n.id not in ("study", "record", "fact"):
                        lines[f"  set as     {n.id} = {ast.unparse(known[n.id])}"] = None
                        follow(known[n.id])
                    elif isinstance(imported.get(n.id), FunctionType):
                        lines.update(dict.fromkeys(self._function(folder, imported[n.id])))

        follow(node)
        return list(lines)

    def _named(self, folder: str, name: str) -> Iterator[str]:
        """The line of a part of a study, or of its function with the parts that this reads."""
        if folder in self.chapters:
            kind = _study(folder).Study
            if name in (own := _parts(kind)):
                yield f"  part       {folder}.{name}, {_line(own[name])}"
            else:
                yield from self._function(folder, getattr(kind, name, None))

    def _function(self, folder: str, function: Any) -> Iterator[str]:
        """The line of a function of a chapter with the parts that it reads, or of one of models or claims."""
        function = inspect.unwrap(function) if callable(function) else function
        if isinstance(function, FunctionType) and function.__module__.startswith(
            (f"{chapters.__name__}.", f"{models.__name__}.", f"{claims.__name__}.")
        ):
            yield f"  function   {function.__qualname__}, {_line(function.__code__)}"
            if function.__module__.startswith(f"{chapters.__name__}.{folder}."):
                yield from self._read_by(folder, function)

    def _read_by(self, folder: str, function: FunctionType) -> Iterator[str]:
        """The parts of the study that a function's own text names."""
        own = _parts(_study(folder).Study)
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
        first = next(iter(inspect.signature(function).parameters), "")
        named = [
            n.attr for n in ast.walk(tree)
            if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name) and n.value.id == first
        ]  # fmt: skip
        for name in dict.fromkeys(n for n in named if n in own):
            yield f"  reads part {folder}.{name}, {_line(own[name])}"


def told(fact: Fact) -> str:
    """A fact in a line: what it says of whom, when, and how firm it is."""
    figure = f"{fact.metric} = {quantity(fact.value, fact.unit)}"
    firm = f"{STAGE[fact.stage]}, {CONFIDENCE[fact.confidence]}"
    return f"{fact.fact_id}: {fact.subject}, {figure}, as of {fact.as_of}, public {fact.published}, {firm}"


def call_of(tree: ast.Module) -> ast.Call:
    """The call that shows a cell's figure, such as ``charts.name(results)``; `ValueError` if it is none."""
    last = tree.body[-1]
    call = last.value if isinstance(last, ast.Expr) else None
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "folded":
        call = call.args[0]
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        raise ValueError("a figure is shown by a call such as `charts.name(results)`")
    return call


def modules(trees: list[ast.Module]) -> dict[str, str]:
    """What cells import from elsewhere: the full name of each, by the name that they use."""
    return {
        a.asname or a.name: f"{node.module}.{a.name}"
        for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for a in node.names
    }  # fmt: skip


def _cell(notebook: str, number: int, cell: dict[str, Any]) -> Cell:
    bundles = [o["data"] for o in cell.get("outputs", []) if "data" in o]
    prose, figures, tables = ([b[kind] for b in bundles if kind in b] for kind in (PROSE, FIGURE, TABLE))
    code, facts = "".join(cell["source"]), [i for f in figures for i in f["facts"]]
    texts = ["".join(b["text/plain"]) for b in bundles if PROSE in b]
    shown = texts + [f[k] for f in figures for k in ("title", "unit", "note")]
    linked = [(fact_id, said) for p in prose for fact_id, said in p["facts"]]
    for table in tables:
        shown += [table["caption"], *(str(said) for row in table["rows"] for said in row)]
        at = [i for i, c in enumerate(table["columns"]) if c["kind"] == "fact"]
        linked += [(row[i], row[i]) for row in table["rows"] for i in at]
    return Cell(
        notebook, number, code, tuple(f["name"] for f in figures), tuple(facts), tuple(linked),
        frozenset({*_ID.findall(code), *facts}), "\n".join(texts), tuple(shown),
    )  # fmt: skip


@cache
def _plain(text: str) -> str:
    """Words as they are searched: any space is one space, no capitals, no marks of Markdown."""
    return " ".join(text.replace("**", "").replace("\\$", "$").split()).casefold()


def _around(text: str, wanted: str) -> str:
    """The sentence or so of a text in which words stand."""
    flat = " ".join(text.split())
    at = max(_plain(flat).find(wanted), 0)
    start = flat.rfind(". ", 0, at) + 2 if ". " in flat[:at] else 0
    end = flat.find(". ", at + len(wanted))
    return flat[start : end + 1 if end > 0 else None]


def _says(tree: ast.Module) -> list[ast.Call]:
    """The calls of ``show.say`` with a text of their own."""
    return [
        n for n in ast.walk(tree)
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute) and n.func.attr == "say"
        and n.args and isinstance(n.args[0], ast.Constant)
    ]  # fmt: skip


def _fields(call: ast.Call, shown: str, wanted: str) -> list[tuple[str, str, ast.expr]]:
    """The fields of a text, what they say and their code: those within some words, or else of the paragraph.

    A paragraph of the template with anything in place of its fields is held against the paragraphs shown.
    """
    values = {k.arg: k.value for k in call.keywords}
    text = str(call.args[0].value) if isinstance(call.args[0], ast.Constant) else ""
    for paragraph in text.split("\n\n"):
        names, pattern = [], ""
        for said, name, _, _ in string.Formatter().parse(_LINK.sub(r"\1", paragraph)):
            pattern += said
            if name is not None:
                names.append(re.split(r"[.\[]", name)[0])
                pattern += "\0"
        whole = re.compile("(.+?)".join(re.escape(p) for p in _plain(pattern).split("\0")))
        for one in map(_plain, shown.split("\n\n")):
            match = whole.fullmatch(one) if wanted in one else None
            if match:
                start = one.index(wanted)
                at = range(start, start + len(wanted))
                found = {i: (n, match[i], values.get(n, values.get(None))) for i, n in enumerate(names, 1)}
                inner = [i for i in found if match.start(i) < at.stop and match.end(i) > at.start]
                return [(n, v, code) for n, v, code in (found[i] for i in inner or found) if code]
    return []


def _assigned(cells: list[Cell]) -> dict[str, ast.expr]:
    """What the names that cells set are set from; of names set together, all of it."""
    return {
        n.id: node.value
        for c in cells for node in c.tree.body if isinstance(node, ast.Assign)
        for target in node.targets for n in ast.walk(target) if isinstance(n, ast.Name)
    }  # fmt: skip


def _imported(cells: list[Cell]) -> dict[str, Any]:
    """The modules and functions that cells import, by the names they use."""
    found: dict[str, Any] = {}
    for name, whole in modules([c.tree for c in cells]).items():
        package, _, last = whole.rpartition(".")
        home = importlib.import_module(package)
        found[name] = getattr(home, last) if hasattr(home, last) else importlib.import_module(whole)
    return found


def _study(folder: str) -> Any:
    return importlib.import_module(f"{chapters.__name__}.{folder}.study")


def _parts(kind: type) -> dict[str, CodeType]:
    """The parts of a study and the code of each."""
    return {n: c for n, member in inspect.getmembers(kind) if (c := _code(member))}


def _first(documented: Any) -> str:
    return (inspect.getdoc(documented) or "").partition("\n")[0]


def _line(code: CodeType) -> str:
    path = Path(code.co_filename).relative_to(Path(chapters.__file__).parents[3])
    return f"{path.as_posix()}, line {code.co_firstlineno}"


def _code(member: Any) -> CodeType | None:
    """The code of a property of a study."""
    made = next((f for k in ("compute", "fget", "func") if (f := getattr(member, k, None))), None)
    return getattr(made, "__code__", None)


@contextmanager
def _calls() -> Iterator[list[CodeType]]:
    """The public functions of models and claims that a chapter calls in the block, each once."""
    found: list[CodeType] = []
    asked = tuple(str(Path(p.__file__ or "").parent) for p in (models, claims))
    own = str(Path(chapters.__file__ or "").parent)

    def seen(frame: FrameType, event: str, _: Any) -> None:
        code = frame.f_code
        if event != "call" or code in found or not code.co_filename.startswith(asked):
            return
        by = frame.f_back is not None and frame.f_back.f_code.co_filename.startswith(own)
        if by and code.co_name[0] not in "_<":
            found.append(code)

    sys.setprofile(seen)
    try:
        yield found
    finally:
        sys.setprofile(None)
