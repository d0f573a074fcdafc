"""Words as data: what a file of words may hold, and that code and files ask for and hold the same."""

from __future__ import annotations

import ast
import re
import string
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from capital_loop.show import words
from capital_loop.show.words import WordsError, read_words
from tests.conftest import ROOT

SRC = ROOT / "src" / "capital_loop"
FOLDERS = sorted(p.parent for p in SRC.rglob("words.en.toml"))
TOGETHER = {
    "tables.choice.aboveat",
    "tables.return_classes.rich",
    *(f"tables.frame.get_{k}" for k in ("csv", "svg", "png", "bib")),
}
"""Keys that code puts together of others, or takes by their order."""
PARTS = {"text": "texts", "listed": "lists", "table": "tables", "chart": "charts"}
CHART = '[charts.a]\ntitle = "T"\nunit = "U"\ndescription = "D"\n'


def wording(folder: Path, text: str, language: str = "en") -> words.Wording:
    """A file of words with this text, read."""
    (folder / f"words.{language}.toml").write_text(text, encoding="utf-8")
    return read_words(str(folder / "study.py"), language)


def test_a_file_of_words_gives_texts_lists_tables_and_charts(tmp_path: Path) -> None:
    said = wording(
        tmp_path,
        '[texts]\njoin = "and"\n[lists]\nheads = ["A", "B"]\n[tables.kinds]\n"at most" = "≤ {x:usd0}"\n'
        + CHART
        + '[charts.a.labels]\nrow = "{name}"\n[charts.a.columns]\nname = "Name"\n',
    )
    assert (said.text("join"), said.listed("heads")) == ("and", ["A", "B"])
    assert said.table("kinds") == {"at most": "≤ {x:usd0}"}
    assert said.chart("a") == words.Words("T", "U", "D", "", {"row": "{name}"}, {"name": "Name"})


SLIPS = {
    "no toml": ("title =", "words.en.toml: Invalid value (at end of document)"),
    "unknown part": (
        '[chart.a]\ntitle = "T"',
        "words.en.toml: unknown key 'chart'; there are texts, lists, tables, charts",
    ),
    "no group": ('tables = "T"', "words.en.toml: tables: must be a table of keys"),
    "no text": ("[texts]\na = 7", "words.en.toml: texts.a: must be a text"),
    "no list": ('[lists]\na = "T"', "words.en.toml: lists.a: must be a list of texts"),
    "a list in a list": ('[lists]\na = ["T", ["U"]]', "words.en.toml: lists.a[1]: must be a text"),
    "missing key": (
        '[charts.a]\ntitle = "T"\ndescription = "D"',
        "words.en.toml: charts.a.unit: a chart needs it and it is not there",
    ),
    "unknown key": (
        CHART + 'heading = "H"',
        "words.en.toml: charts.a: unknown key 'heading'; there are title, unit, description, note, labels, "
        "columns",
    ),
    "unknown format": (
        CHART + '[charts.a.labels]\nrow = "{x:dollars}"',
        "words.en.toml: charts.a.labels.row: unknown format 'dollars'; there are text, date,",
    ),
    "open brace": ('[tables.t]\nk = "a { b"', "words.en.toml: tables.t.k: expected '}' before end of string"),
    "no name": (
        '[tables.t]\nk = "{} of {0}"',
        "words.en.toml: tables.t.k: '' is no name of a field; a brace that is meant is doubled",
    ),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_refused_by_file_key_and_rule(tmp_path: Path, slip: str) -> None:
    text, message = SLIPS[slip]
    with pytest.raises(WordsError, match=re.escape(f"{tmp_path.name}/{message}")):
        wording(tmp_path, text)


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    said = wording(tmp_path, CHART)
    for ask, part in (
        (said.text, "texts"),
        (said.listed, "lists"),
        (said.table, "tables"),
        (said.chart, "charts"),
    ):
        with pytest.raises(
            WordsError, match=rf"words\.en\.toml: {part}\.b: the code asks for it and it is not there"
        ):
            ask("b")
    with pytest.raises(WordsError, match=r"words\.zh\.toml: .*No such file"):
        read_words(str(tmp_path / "study.py"), "zh")


# What the code asks for, and what the files hold.


def modules(folder: Path) -> dict[str, ast.Module]:
    """The modules beside a file of words."""
    return {p.name: ast.parse(p.read_text(encoding="utf-8")) for p in sorted(folder.glob("*.py"))}


def reads(tree: ast.Module) -> bool:
    """Whether a module has words of its own."""
    return any(
        isinstance(n, ast.Assign) and ast.unparse(n) == "words = read_words(__file__)" for n in tree.body
    )


def asked(node: ast.AST) -> tuple[str, str] | None:
    """The part and the name that ``words.table("kinds")`` asks for."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in PARTS):
        return None
    if not (isinstance(node.func.value, ast.Name) and node.func.value.id == "words"):
        return None
    assert isinstance(node.args[0], ast.Constant), (
        f"line {node.lineno}: words are asked for by a literal name"
    )
    return PARTS[node.func.attr], str(node.args[0].value)


def choices(node: ast.AST) -> Iterator[str]:
    """The literal keys that an expression can be."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from choices(node.body)
        yield from choices(node.orelse)


def bound(tree: ast.AST) -> dict[str, set[tuple[str, str]]]:
    """Names that stand for a chart or a table: ``say, found = words.chart("needs"), study.needs``."""
    found = defaultdict(set)
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            target, value = node.targets[0], node.value
            many = isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
            for name, given in zip(target.elts, value.elts, strict=True) if many else ((target, value),):  # type: ignore[attr-defined]
                if isinstance(name, ast.Name) and (what := asked(given)):
                    found[name.id].add(what)
    return found


def literal_keys(tree: ast.Module) -> Iterator[tuple[str, str, str]]:
    """Part, name and key of every label and entry that a module asks for by a literal."""
    shared = bound(ast.Module(tree.body, []))
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
    for scope in (tree, *functions):
        names = (bound(scope) if scope is not tree else shared) or shared
        for node in ast.walk(scope):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                of, arguments = node.func.value, node.args[:1]
                if node.func.attr not in ("label", "each", "by_row"):
                    continue
            elif isinstance(node, ast.Subscript):
                of, arguments = node.value, [node.slice]
            else:
                continue
            whats = (
                {asked(of)} if asked(of) else names.get(of.id, set()) if isinstance(of, ast.Name) else set()
            )
            if len(whats) == 1:
                part, name = next(iter(whats))  # type: ignore[misc]
                yield from ((part, name, key) for a in arguments for key in choices(a))


def wanted(folder: Path) -> list[str]:
    """What the code beside a file of words asks for by name and the file has not."""
    held = tomllib.loads((folder / "words.en.toml").read_text(encoding="utf-8"))
    missing = []
    for file, tree in modules(folder).items():
        if not reads(tree):
            continue
        for part, name in filter(None, map(asked, ast.walk(tree))):
            if name not in held.get(part, {}):
                missing.append(f"{file}: {part}.{name}")
        for part, name, key in literal_keys(tree):
            group = held.get(part, {}).get(name, {})
            if key not in (group.get("labels", {}) if part == "charts" else group):
                missing.append(f"{file}: {part}.{name}.{key}")
    return sorted(set(missing))


def spelled(tree: ast.AST) -> tuple[set[str], list[str]]:
    """Strings and names of a module, and the patterns of those that it puts together."""
    said: set[str] = set()
    patterns = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            said.add(node.value)
        elif isinstance(node, ast.keyword):
            said.add(node.arg or "")
        elif isinstance(node, ast.Attribute):
            said.add(node.attr)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            said.add(node.target.id)
        elif isinstance(node, ast.JoinedStr):
            patterns.append(
                "".join(
                    re.escape(str(v.value)) if isinstance(v, ast.Constant) else r"[\w-]+" for v in node.values
                )
            )
    return said, [p for p in patterns if re.sub(r"\[.*?\]\+", "", p)]


@pytest.fixture(scope="session")  # tests of chapters come between those of this module
def elsewhere(root: Path) -> set[str]:
    """What else can be a key: a cell of the record, a name of the models, a word of the theme and of
    templates."""
    data = root / "data"
    cells = {c for p in data.glob("*.csv") for c in re.split(r'[,\n" ;|]', p.read_text(encoding="utf-8"))}
    enums = set(re.findall(r'"([\w/-]+)"', (data / "datapackage.json").read_text(encoding="utf-8")))
    models = [
        ast.parse(p.read_text(encoding="utf-8"))
        for f in ("models", "claims", "record")
        for p in (SRC / f).glob("*.py")
    ]
    pages = [
        *SRC.rglob("*.j2"),
        *(root / "book" / "_static").glob("*.js"),
        *(root / "book" / "_theme").rglob("*.html"),
        *(root / "tools").glob("*.j2"),
    ]
    theme = {w for p in pages for w in re.findall(r"\w+", p.read_text(encoding="utf-8"))}
    return cells | enums | theme | set().union(*(spelled(m)[0] for m in models))


def unused(folder: Path, elsewhere: set[str]) -> list[str]:
    """What a file of words holds and no code beside it asks for; the columns of a chart must all be there."""
    held = tomllib.loads((folder / "words.en.toml").read_text(encoding="utf-8"))
    trees = list(modules(folder).values())
    if folder == SRC / "show":
        trees = [*trees, *(ast.parse(p.read_text(encoding="utf-8")) for p in (SRC / "publish").rglob("*.py"))]
        trees += [ast.parse((ROOT / "tools" / "paper.py").read_text(encoding="utf-8"))]
    names = {what for tree in trees if reads(tree) for what in map(asked, ast.walk(tree)) if what}
    said, patterns = set(elsewhere), []
    for tree in trees:
        found, made = spelled(tree)
        said |= found
        patterns += made
    idle = [f"{part}.{name}" for part, group in held.items() for name in group if (part, name) not in names]
    groups = [(f"tables.{k}", g) for k, g in held.get("tables", {}).items()]
    groups += [(f"charts.{k}.labels", g.get("labels", {})) for k, g in held.get("charts", {}).items()]
    return idle + [
        f"{where}.{key}"
        for where, group in groups
        for key in group
        if not said >= {key}
        and not all(part.isdigit() or said & {part, f"-{part}"} for part in key.split("-"))
        and not any(re.fullmatch(p, key) for p in patterns)
        and f"{where}.{key}" not in TOGETHER
    ]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda p: p.name)
def test_code_and_words_agree(folder: Path, elsewhere: set[str]) -> None:
    assert wanted(folder) == []
    assert unused(folder, elsewhere) == []


def test_what_is_missing_or_idle_is_found(tmp_path: Path) -> None:
    """Both directions, seen to fail on planted faults."""
    (tmp_path / "words.en.toml").write_text(
        CHART
        + '[charts.a.labels]\nrow = "{name}"\nlost = "L"\n'
        + '[tables.t]\nk = "K"\nidle = "I"\n[texts]\nleft = "L"\n'
    )
    (tmp_path / "charts.py").write_text(
        'words = read_words(__file__)\nT = words.table("t")\n\n\ndef a(study):\n    say, found = '
        'words.chart("a"), study.found\n'
        '    say.each("row" if found else "rows", found)\n    return T["k"], T["l"], words.text("gone")\n'
    )
    assert wanted(tmp_path) == ["charts.py: charts.a.rows", "charts.py: tables.t.l", "charts.py: texts.gone"]
    assert unused(tmp_path, set()) == ["texts.left", "tables.t.idle", "charts.a.labels.lost"]


# One shape in all languages.


def fields(value: Any, key: str = "") -> Iterator[tuple[str, frozenset[str]]]:
    """Every key of a file of words, with the fields of its template."""
    if isinstance(value, str):
        yield key, frozenset(name for _, name, _, _ in string.Formatter().parse(value) if name)
    for k, v in (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    ):
        yield from fields(v, f"{key}.{k}".lstrip("."))


def unlike(one: Path, other: Path) -> list[str]:
    """Where a file of words differs in shape from that of another language."""
    first, second = (dict(fields(tomllib.loads(p.read_text(encoding="utf-8")))) for p in (one, other))
    return [
        f"{other.name}: {key}: "
        f"{'missing' if key not in second else 'unknown' if key not in first else 'other fields'}"
        for key in {**first, **second}
        if first.get(key) != second.get(key)
    ]


def test_every_language_has_the_same_keys_and_fields() -> None:
    for path in SRC.rglob("words.*.toml"):
        read_words(str(path), path.name.split(".")[1])
        assert unlike(path.with_name("words.en.toml"), path) == []


def test_another_language_is_read_and_compared(tmp_path: Path) -> None:
    english = '[lists]\nheads = ["A", "B"]\n[tables.t]\nk = "{x:usd0} of {y}"\nl = "L"\n'
    chinese = '[lists]\nheads = ["甲"]\n[tables.t]\nk = "{y}的{z:usd0}"\nm = "M"\n'
    wording(tmp_path, english)
    assert wording(tmp_path, chinese, "zh").table("t")["k"] == "{y}的{z:usd0}"
    assert unlike(tmp_path / "words.en.toml", tmp_path / "words.zh.toml") == [
        "words.zh.toml: lists.heads.1: missing",
        "words.zh.toml: tables.t.k: other fields",
        "words.zh.toml: tables.t.l: missing",
        "words.zh.toml: tables.t.m: unknown",
    ]
    wording(tmp_path, '[lists]\nheads = ["甲", "乙"]\n[tables.t]\nk = "{y}的{x:usd}"\nl = "L"\n', "zh")
    assert unlike(tmp_path / "words.en.toml", tmp_path / "words.zh.toml") == []
