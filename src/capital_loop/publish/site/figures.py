"""Figures on the site: a number, a permanent link, a menu, and the files behind the menu.

A notebook holds a figure's words, rows and specifications; here it is drawn for two widths, and its parts
become ``figures/NAME.json`` (read by the site's script when a reader touches the figure), ``.csv``, ``.svg``,
``.png`` and ``.bib``; picture and drawing carry title, unit, sources, licence and address.
``embed/NAME.html`` is the figure as a page of its own, for frames on other sites. Drawings and pictures are
kept in ``_build/.pictures`` under the digest of what they are made from.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

from markupsafe import Markup

from capital_loop.chapters.front.charts import MADE, network
from capital_loop.chapters.score.study import documents_read
from capital_loop.publish.address import address
from capital_loop.publish.making import call_of, modules
from capital_loop.publish.site import interactive, templating
from capital_loop.publish.site.citing import Citing, citation_file
from capital_loop.publish.site.policy import INLINE, integrity, policy
from capital_loop.record.schema import replace_file
from capital_loop.show import drawing
from capital_loop.show.figure import SHOWN, ranked, whole
from capital_loop.show.table import from_frame, to_frame
from capital_loop.show.words import CARD, FRAME, human_period

SCALE = 2
"""Pixels of the PNG for one of the drawing."""
SPARE = 20
"""So many pixels a drawing may be wider than asked for before it gets more room than the text."""
TALL = 650
"""A drawing of this height gets more room on paper: in that of the others its letters could not be read."""
AROUND, LINE, SIGNS = 90, 20, 105
"""Height of a frame around a drawing, of a line of its words, and signs in a line, for a frame of the
drawing's width."""
CONTROLS = 640
"""Height of the controls and the table of a drawing that moves."""
WIDTHS = {"wide": drawing.WIDE, "narrow": drawing.NARROW}


@cache
def _drawer() -> str:
    """What draws: its version, the code that settles its drawings, the letters."""
    fonts = b"".join(p.read_bytes() for p in sorted((Path(drawing.__file__).parent / "fonts").iterdir()))
    code = Path(drawing.__file__).read_text(encoding="utf-8")
    return version("vl-convert-python") + hashlib.sha256(fonts).hexdigest() + code


@cache
def _lines(module: str) -> dict[str, int]:
    """The line at which each function of a module begins."""
    spec = importlib.util.find_spec(module)
    assert spec
    assert spec.origin
    tree = ast.parse(Path(spec.origin).read_text(encoding="utf-8"))
    return {n.name: n.lineno for n in tree.body if isinstance(n, ast.FunctionDef)}


def kept(root: Path, parts: tuple[Any, ...], make: Callable[[], bytes]) -> bytes:
    """What ``make`` makes from the parts, taken from ``_build/.pictures`` if it was made before."""
    text = json.dumps([_drawer(), *parts], ensure_ascii=False, sort_keys=True)
    path = root / "_build" / ".pictures" / hashlib.sha256(text.encode()).hexdigest()[:24]
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, make())
    return path.read_bytes()


def picture(root: Path, svg: str) -> bytes:
    """A drawing as PNG on white, with a palette of its own."""
    return kept(root, (svg, SCALE, "small"), lambda: drawing.small(drawing.png(svg, SCALE)))


def draw(root: Path, payload: dict[str, Any]) -> dict[str, str]:
    """A figure's drawings by the names of their widths."""
    return {key: _draw(root, payload, key, width) for key, width in WIDTHS.items()}


def prepare(root: Path, payload: dict[str, Any], page: str) -> None:
    """Draws a figure and its picture, so that the pages find them made."""
    payload = whole(payload)
    picture(root, taken(citation_file(root), payload, draw(root, payload)["wide"], page))


def taken(cff: dict[str, Any], payload: dict[str, Any], svg: str, page: str) -> str:
    """A drawing as readers take it along: with its title, unit, sources, licence and address."""
    url = f"{address()}{page}.html#fig-{payload['name']}" if address() else ""
    stamp = FRAME["stamp"].format(book=CARD["brand"], version=cff["version"], url=url).strip()
    foot = "\n".join(x for x in (payload["note"], payload["source_line"], stamp) if x)
    return drawing.framed(svg, head=[payload["title"]], unit=payload["unit"], foot=foot)


def _draw(root: Path, payload: dict[str, Any], key: str, width: int) -> str:
    name, said = payload["name"], payload["description"]
    source = payload["svg"][key] if "svg" in payload else {**payload[key], **payload["shared"]}

    def make() -> bytes:
        raw = source if isinstance(source, str) else drawing.draw(source)
        return drawing.svg(raw, name, said, width).encode()

    return kept(root, (name, said, width, source), make).decode()


def script(root: Path) -> bytes:
    """The script that makes charts interactive."""
    return kept(root, (interactive.SNIPPET, interactive.BANNER), lambda: interactive.bundle().encode())


class Figures:
    """All figures of one build."""

    def __init__(self, citing: Citing, out: Path, place: Callable[[str, str], str] = templating.lasting):
        self.place = place
        self.citing, self.root, self.out = citing, citing.root, out
        self.notebooks: dict[str, list[dict[str, Any]]] = {}
        self.shown: dict[str, list[tuple[bool, str]]] = {}

    @cached_property
    def vega(self) -> str:
        """The script that makes charts interactive."""
        return script(self.root).decode()

    @cached_property
    def integrity(self) -> str:
        """The hash by which a browser knows that script again."""
        return integrity(self.vega)

    def render(self, payload: dict[str, Any], page: str, number: str, cell: int | None) -> Markup:
        """A figure with its number and menu; writes its files."""
        payload = self._told(whole(payload))
        drawn = draw(self.root, payload)
        self._write(payload, drawn["wide"], page)
        self.shown.setdefault(page, []).append((bool(payload.get("fold")), drawn["narrow"]))
        shared = {
            "f": payload, "number": number, **{key: Markup(svg) for key, svg in drawn.items()},
            "live": "shared" in payload, "address": address(), "here": f"{page}.html",
        }  # fmt: skip
        self._embed(payload["name"], shared)
        size = {k: float(ET.fromstring(drawn["wide"]).attrib[k]) for k in ("width", "height")}
        return templating.render("figure", page, {
            **shared, "table": from_frame(to_frame(payload), payload["title"]).payload(),
            "cited": self._cited(payload, page),
            "made": self._made(page, cell, payload["name"]), "frame": self._frame(payload, size["height"]),
            "wider": size["width"] > drawing.WIDE + SPARE, "tall": size["height"] > TALL,
        }, place=self.place)  # fmt: skip

    def _told(self, payload: dict[str, Any]) -> dict[str, Any]:
        """A figure with the sources that its source line only counts."""
        record = self.citing.record
        documents = documents_read(record)
        extra = [documents[i] if i in documents else record.source(i) for i in payload.get("sources", ())]
        every = ranked(map(record.fact, payload["facts"]), extra)
        return {**payload, "more_sources": every[SHOWN:]}

    def chief(self, page: str) -> list[str]:
        """Narrow drawings of a page, those that stand open first."""
        return [svg for _, svg in sorted(self.shown.get(page, []), key=lambda pair: pair[0])]

    def _embed(self, name: str, shared: dict[str, Any]) -> None:
        """The figure as a page of its own, which other sites may frame."""
        cff = self.citing.cff
        text = templating.render("embed", f"embed/{name}", {
            **shared, "policy": policy(), "first": Markup(INLINE["theme"]), "vega": self.integrity,
            "version": cff["version"], "end": human_period(self.citing.record.reaches.isoformat()),
        })  # fmt: skip
        (self.out / "embed").mkdir(parents=True, exist_ok=True)
        (self.out / "embed" / f"{name}.html").write_text(text, encoding="utf-8")

    def _frame(self, payload: dict[str, Any], height: float) -> str:
        """The code that shows the figure on another page; ``{at}`` is where the site stands."""
        said = " ".join(payload[k] for k in ("title", "unit", "note", "source_line"))
        tall = round(height + AROUND + LINE * len(said) / SIGNS + CONTROLS * ("moving" in payload))
        name, title = payload["name"], Markup.escape(payload["title"])
        return (
            f'<iframe src="{{at}}embed/{name}.html" title="{title}" width="100%" height="{tall}" '
            f'style="border:0" loading="lazy"></iframe>'
        )

    def _made(self, page: str, cell: int | None, name: str) -> str:
        """The call of the cell that drew it, and where that function stands."""
        call, module, function = MADE, network.__module__, network.__name__
        if cell is not None:
            call, module, function = self._call(page, cell)
        file = f"src/{module.replace('.', '/')}.py:{_lines(module)[function]}"
        said = FRAME["made"].format(function=call, file=file)
        return said if cell is None else f"{said} {FRAME['traced'].format(name=name)}"

    def _call(self, page: str, cell: int) -> tuple[str, str, str]:
        """The last call of a cell: as written, its module and its function."""
        if page not in self.notebooks:
            text = (self.root / f"{page}.ipynb").read_text(encoding="utf-8")
            self.notebooks[page] = json.loads(text)["cells"]
        trees = [
            ast.parse("".join(one["source"])) for one in self.notebooks[page][: cell + 1]
            if one["cell_type"] == "code"
        ]  # fmt: skip
        try:
            call = call_of(trees[-1])
        except ValueError as error:
            raise ValueError(f"{page}, cell {cell + 1}: {error}") from None
        function = cast(ast.Attribute, call.func)
        return ast.unparse(call), modules(trees)[ast.unparse(function.value)], function.attr

    def _cited(self, payload: dict[str, Any], page: str) -> dict[str, str]:
        name = payload["name"]
        return self.citing.forms("figure", payload["title"], f"{page}.html#fig-{name}", name)

    def _write(self, payload: dict[str, Any], svg: str, page: str) -> None:
        folder, name = self.out / "figures", payload["name"]
        folder.mkdir(parents=True, exist_ok=True)
        specs = {key: payload.get(key) for key in ("wide", "narrow", "shared")}
        csv = to_frame(payload).to_csv(index=False, lineterminator="\n", float_format="%.6g")
        (folder / f"{name}.json").write_text(
            json.dumps(specs, ensure_ascii=False, sort_keys=True), encoding="utf-8"
        )
        (folder / f"{name}.csv").write_text(csv, encoding="utf-8", newline="")
        whole = taken(self.citing.cff, payload, svg, page)
        (folder / f"{name}.svg").write_text(whole, encoding="utf-8")
        (folder / f"{name}.png").write_bytes(picture(self.root, whole))
        (folder / f"{name}.bib").write_text(self._cited(payload, page)["BibTeX"], encoding="utf-8")
