"""Figures on the site: a number, a permanent link, a menu, and the files behind the menu.

Each figure of a page carries its specification and rows as JSON. The page keeps the drawing; the JSON becomes
``figures/NAME.json`` (read by the site's script when a reader touches the figure), ``.csv``, ``.svg``, ``.png``
and ``.bib``.
"""

from __future__ import annotations

import hashlib
import json
import re
from html import escape
from pathlib import Path
from typing import Any

import vl_convert as vlc

from capital_loop.publish.site.view import View
from capital_loop.show.words import FRAME, human_period

_BLOCK = re.compile(r'<script type="application/json" class="cl-spec">(.*?)</script>', flags=re.S)
_FIGURE = re.compile(r'<figure class="cl-figure" id="fig-([a-z0-9-]+)".*?</figure>', flags=re.S)
SCALE = 2
"""Pixels of the PNG for one of the drawing."""


def picture(root: Path, svg: str, scale: int = SCALE) -> bytes:
    """A drawing as PNG on white; drawings that have not changed are taken from ``_build/.pictures``."""
    key = hashlib.sha256(f"{scale}{svg}".encode()).hexdigest()[:24]
    kept = root / "_build" / ".pictures" / f"{key}.png"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
        ground = f'<rect width="{box[1]}" height="{box[2]}" fill="#ffffff"/>' if box else ""
        painted = re.sub(r"^(<svg[^>]*>)", rf"\1{ground}", svg, count=1)
        kept.write_bytes(vlc.svg_to_png(painted, scale=scale))
    return kept.read_bytes()


class Figures:
    """All figures of one build; ``finish`` is called page by page."""

    def __init__(self, view: View, root: Path, out: Path):
        self.view, self.root, self.out = view, root, out
        self.cells: dict[str, list[Any]] = {}
        self.modules: dict[tuple[str, str], str] = {}

    def finish(self, body: str, page: str, chapter: str) -> str:
        """The body with figures numbered and given menus; writes their files. A figure that a page quotes keeps its number."""
        count = 0

        def one(found: re.Match[str]) -> str:
            nonlocal count
            html, name = found[0], found[1]
            block = _BLOCK.search(html)
            if not block:
                return html
            count += 1
            number = f"{chapter}.{count}" if chapter else str(count)
            payload = json.loads(block[1].replace("\\u003c", "<"))
            svg = re.search(r"<svg.*?</svg>", html, flags=re.S)
            assert svg, name
            self._write(name, payload, svg[0], page)
            html = html.replace(block[0], "")
            mark = f'<span class="cl-number">{FRAME["figure"]} {number}</span> '
            html = html.replace(f'id="fig-{name}-title">', f'id="fig-{name}-title">{mark}', 1)
            if name == "loop":  # room for the filters that the script puts in
                html = html.replace("</figcaption>", '</figcaption><div id="loop-filters"></div>', 1)
            return html.replace("</figure>", self._menu(name, payload, page) + "</figure>")

        return _FIGURE.sub(one, body)

    def _menu(self, name: str, payload: dict[str, Any], page: str) -> str:
        up = "../" if "/" in page else ""
        base = f"{up}figures/{name}"
        links = "".join(
            f'<li><a href="{base}.{kind}" download>{escape(FRAME[f"get_{kind}"])}</a></li>'
            for kind in ("csv", "svg", "png", "bib")
        )
        made = escape(self._made(name, page))
        hint = f"<p>{escape(FRAME['hint'])}</p>" if payload["wide"] else ""
        return (
            f'<details class="cl-use" data-pagefind-ignore><summary>{escape(FRAME["use"])}</summary><ul>{links}'
            f'<li><a href="#fig-{name}">{escape(FRAME["permalink"])}</a></li></ul>'
            f'<p>{escape(FRAME["cite_figure"])} {escape(self._citation(name, payload, page))}</p><p>{made}</p>{hint}</details>'
        )  # fmt: skip

    def _made(self, name: str, page: str) -> str:
        """The call of the cell that drew it, and where that function stands."""
        source = self._cell(name, page)
        call = re.search(r"(\w+)\.(\w+)\(.*", source)
        if not call:
            return FRAME["made"].format(
                function="network(record)", file="src/capital_loop/chapters/front/charts.py"
            )
        path = f"src/capital_loop/chapters/{self.modules[page, call[1]]}.py"
        lines = (self.root / path).read_text(encoding="utf-8").splitlines()
        line = next((i for i, text in enumerate(lines, start=1) if text.startswith(f"def {call[2]}(")), 1)
        return FRAME["made"].format(function=call[0], file=f"{path}:{line}")

    def _cell(self, name: str, page: str) -> str:
        """Source of the last line of the notebook's cell that shows the figure; blank if no notebook does."""
        path = self.root / f"{page}.ipynb"
        if not path.exists():
            return ""
        if page not in self.cells:
            self.cells[page] = json.loads(path.read_text(encoding="utf-8"))["cells"]
            for cell in self.cells[page]:
                for chapter, module, alias in re.findall(
                    r"from capital_loop\.chapters\.(\w+) import (\w*charts)(?: as (\w+))?",
                    "".join(cell["source"]),
                ):
                    self.modules[page, alias or module] = f"{chapter}/{module}"
        for cell in self.cells[page]:
            if cell["cell_type"] == "code" and any(
                f'id="fig-{name}"' in "".join(o.get("data", {}).get("text/html", "")) for o in cell["outputs"]
            ):
                return str("".join(cell["source"]).strip().splitlines()[-1])
        return ""

    def _citation(self, name: str, payload: dict[str, Any], page: str) -> str:
        record = self.view.record
        end = human_period(record.evidence_end.isoformat())
        return FRAME["citation"].format(
            title=payload["title"], version=record.version, end=end, address=f"{page}.html#fig-{name}"
        )

    def _write(self, name: str, payload: dict[str, Any], svg: str, page: str) -> None:
        folder = self.out / "figures"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.json").write_text(
            json.dumps({k: payload[k] for k in ("wide", "narrow")}, ensure_ascii=False), "utf-8"
        )
        (folder / f"{name}.csv").write_text(payload["csv"], "utf-8", newline="")
        (folder / f"{name}.svg").write_text(svg, "utf-8")
        (folder / f"{name}.png").write_bytes(picture(self.root, svg))
        (folder / f"{name}.bib").write_text(self._bibtex(name, payload, page), "utf-8")

    def _bibtex(self, name: str, payload: dict[str, Any], page: str) -> str:
        record = self.view.record
        title = re.sub(r"([%&#_$])", r"\\\1", payload["title"])
        return (
            f"@misc{{capitalloop-{name},\n  author = {{{{The capital-loop editors}}}},\n  title = {{{title}}},\n"
            f"  howpublished = {{Figure in The AI capital loop, audited, {page}.html, fig-{name}}},\n  year = {{{record.evidence_end.year}}},\n"
            f"  version = {{{record.version}}},\n  note = {{Evidence to {human_period(record.evidence_end.isoformat())}}}\n}}\n"
        )
