"""What nothing reads: names and defaults of the package that no module, notebook, page or tool asks for.

A name at the top of a module is read where its own module says it, or another by an import of it. A member of
a class is read where a file that reaches the class by its imports says ``.name`` or the name as text, for the
types of values are not followed: names that are alike hide one another. A default is asked for if one call
gives another value.
"""

from __future__ import annotations

import ast
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

WORD = re.compile(r"[A-Za-z_]\w*")
CODE = re.compile(r"^```.*?^```|`[^`\n]+`", re.MULTILINE | re.DOTALL)
"""Code in Markdown: the other words of a page are English."""
Call = tuple[str, str, list[ast.expr], list[ast.keyword]]


@dataclass(frozen=True)
class Use:
    """A name that a file says, and what it stands for if it comes from an import."""

    target: str
    line: int
    kind: str


@dataclass
class File:
    """A file of code: what it imports, says and calls."""

    module: str
    tree: ast.Module
    imports: set[str] = field(default_factory=set)
    known: dict[str, str] = field(default_factory=dict)
    uses: dict[str, list[Use]] = field(default_factory=lambda: defaultdict(list))
    calls: list[Call] = field(default_factory=list)


@dataclass(frozen=True)
class Definition:
    """A function, class, constant, or a member of a class."""

    module: str
    owner: str
    name: str
    node: ast.stmt

    @property
    def full(self) -> str:
        return ".".join(p for p in (self.module, self.owner, self.name) if p)

    @property
    def lines(self) -> range:
        marks = getattr(self.node, "decorator_list", [])
        start = min([self.node.lineno, *(m.lineno for m in marks)])
        return range(start, (self.node.end_lineno or start) + 1)


def dotted(node: ast.AST) -> str:
    """``a.b.c`` as written; nothing for what is no plain name."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (base := dotted(node.value)):
        return f"{base}.{node.attr}"
    return ""


def read(module: str, text: str) -> File:
    found = File(module, ast.parse(text))
    known, quiet = found.known, set()
    for n in ast.walk(found.tree):
        if isinstance(n, ast.ImportFrom) and n.module:
            known |= {a.asname or a.name: f"{n.module}.{a.name}" for a in n.names}
            found.imports |= {n.module, *(f"{n.module}.{a.name}" for a in n.names)}
        elif isinstance(n, ast.Import):
            known |= {a.asname: a.name for a in n.names if a.asname}
            found.imports |= {a.name for a in n.names}
        elif isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant):
            quiet.add(id(n.value))  # a docstring
        elif isinstance(n, ast.Assign) and any(dotted(t) == "__all__" for t in n.targets):
            quiet |= {id(x) for x in ast.walk(n.value)}

    def target(node: ast.AST) -> str:
        head, dot, rest = dotted(node).partition(".")
        return known.get(head, head) + dot + rest

    for n in ast.walk(found.tree):
        if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Store):
            found.uses[n.id].append(Use(target(n), n.lineno, "name"))
        elif isinstance(n, ast.Attribute) and not isinstance(n.ctx, ast.Store):
            found.uses[n.attr].append(Use(target(n), n.lineno, "member"))
        elif isinstance(n, ast.MatchClass):
            for name in n.kwd_attrs:
                found.uses[name].append(Use("", n.lineno, "member"))
        elif isinstance(n, ast.Constant) and str(n.value).isidentifier() and id(n) not in quiet:
            found.uses[str(n.value)].append(Use("", n.lineno, "text"))
        if isinstance(n, ast.Call):
            called, given = n.func, list(n.args)
            if dotted(called).endswith("partial") and given:
                called, given = given[0], [*given[1:], ast.Starred(ast.Name("more"))]
            name = dotted(called).rpartition(".")[2] or getattr(called, "attr", "")
            found.calls.append((name, target(called), given, n.keywords))
    return found


def definitions(file: File) -> Iterator[Definition]:
    for n in file.tree.body:
        yield from (Definition(file.module, "", name, n) for name in _names(n))
        if isinstance(n, ast.ClassDef):
            for m in n.body:
                yield from (Definition(file.module, n.name, name, m) for name in _names(m))


def _names(n: ast.stmt) -> list[str]:
    if isinstance(n, ast.FunctionDef | ast.ClassDef):
        return [n.name]
    targets = n.targets if isinstance(n, ast.Assign) else [n.target] if isinstance(n, ast.AnnAssign) else []
    return [t.id for t in targets if isinstance(t, ast.Name)]


def reaching(files: list[File], module: str) -> set[str]:
    """The files that import a module, or one that does; all, if none does."""
    users = defaultdict(set)
    for f in files:
        for i in f.imports:
            users[i].add(f.module)
    seen, todo = {module}, [module]
    while todo:
        more = users[todo.pop()] - seen
        seen |= more
        todo += more
    return seen if len(seen) > 1 else {f.module for f in files}


def gather(root: Path) -> tuple[list[File], set[str]]:
    """The files of code (the package's first), and the words of pages and templates that may name one."""
    src, files = root / "src", []
    for p in sorted(src.rglob("*.py")):
        name = ".".join(p.relative_to(src).with_suffix("").parts).removesuffix(".__init__")
        files.append(read(name, p.read_text(encoding="utf-8")))
    for p in sorted((root / "tools").glob("*.py")):
        files.append(read(f"tools.{p.stem}", p.read_text(encoding="utf-8")))
    said = [p.read_text(encoding="utf-8") for p in (root / "book").glob("*.md")]
    for p in sorted((root / "notebooks").glob("*.ipynb")):
        cells = json.loads(p.read_text(encoding="utf-8"))["cells"]
        files.append(
            read(
                f"notebook {p.stem}",
                "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code"),
            )
        )
        said += ["".join(c["source"]) for c in cells if c["cell_type"] == "markdown"]
    code = [m.group() for text in said for m in CODE.finditer(text)]
    code += [p.read_text(encoding="utf-8") for p in sorted(src.rglob("*.j2"))]
    code += [p.read_text(encoding="utf-8") for p in sorted((root / "book" / "_templates").glob("*.html"))]
    code += [(root / name).read_text(encoding="utf-8") for name in ("pyproject.toml", "_config.yml")]
    _follow(files)
    return files, {w for text in code for w in WORD.findall(text)}


def _follow(files: list[File]) -> None:
    """What a name stands for is where it was made, not a module that passes it on."""
    passed = {f"{f.module}.{name}": target for f in files for name, target in f.known.items()}

    def made(target: str) -> str:
        while target in passed and passed[target] != target:
            target = passed[target]
        return target

    for f in files:
        f.uses = {name: [replace(u, target=made(u.target)) for u in uses] for name, uses in f.uses.items()}
        f.calls = [(name, made(target), given, keywords) for name, target, given, keywords in f.calls]


def unread(root: Path) -> list[str]:
    """Definitions that nothing reads, and ``function(parameter)`` whose default no call overrides."""
    files, words = gather(root)
    own = [f for f in files if f.module.startswith("capital_loop")]
    calls: dict[str, list[tuple[File, Call]]] = defaultdict(list)
    for f in files:
        for call in f.calls:
            calls[call[0]].append((f, call))
    found = []
    for file in own:
        users = reaching(files, file.module)
        near = [f for f in files if f.module in users]
        for d in definitions(file):
            if not d.name.startswith("__") and d.name not in words and not _read(d, file, near):
                found.append(d.full)
            found += [f"{d.full}({name})" for name in _same(d, file, calls)]
    return found


def _read(d: Definition, file: File, near: list[File]) -> bool:
    for f in near:
        for u in f.uses.get(d.name, []):
            if f is file and u.line in d.lines:
                continue
            if d.owner and u.kind != "name":
                return True
            if not d.owner and (u.kind == "text" or (f is file and u.kind == "name") or u.target == d.full):
                return True
    return False


def _same(d: Definition, file: File, every: dict[str, list[tuple[File, Call]]]) -> Iterator[str]:
    """Parameters with a default that every call leaves as it is; of functions that nobody calls, none."""
    callee, params = _defaults(d)
    calls = [c for f, c in every.get(callee, []) if d.owner or f is file or c[1] == d.full]
    if calls and isinstance(d.node, ast.ClassDef):
        calls += [c for _, c in every.get("replace", [])]
    for place, name in params if calls else []:
        if not any(
            any(k.arg in (name, None) for k in keywords)
            or any(isinstance(a, ast.Starred) for a in given)
            or (called == callee and place is not None and len(given) > place)
            for called, _, given, keywords in calls
        ):
            yield name


def _defaults(d: Definition) -> tuple[str, list[tuple[int | None, str]]]:
    """By what name the definition is called, and its parameters with defaults, by place if they have one."""
    n = d.node
    if isinstance(n, ast.FunctionDef):
        places = [*n.args.posonlyargs, *n.args.args]
        bound = int(bool(d.owner) and "staticmethod" not in map(dotted, n.decorator_list))
        first = len(places) - len(n.args.defaults)
        params: list[tuple[int | None, str]] = [(i - bound, places[i].arg) for i in range(first, len(places))]
        keywords = zip(n.args.kwonlyargs, n.args.kw_defaults, strict=True)
        params += [(None, a.arg) for a, value in keywords if value is not None]
        return d.owner if n.name == "__init__" else n.name, params
    if isinstance(n, ast.ClassDef) and any("dataclass" in ast.unparse(x) for x in n.decorator_list):
        members = [
            m for m in n.body if isinstance(m, ast.AnnAssign) and "ClassVar" not in ast.unparse(m.annotation)
        ]
        given = enumerate(m for m in members if not m.value or "init=False" not in ast.unparse(m.value))
        return n.name, [(i, dotted(m.target)) for i, m in given if m.value]
    return "", []
