"""The Sphinx extension: puts the record into pages, makes a page a claim, writes the files for machines.

In Markdown: ``:::{record} claims-table`` and the other names in ``pages.BLOCKS``; ``:::{finding}
01-triangle`` quotes the cell of an executed notebook that carries that tag. Maths becomes MathML, so
that pages show it without scripts and without a request to another host.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.fileutil import copy_asset

from capital_loop.publish.site import interactive, machine, pages, publish
from capital_loop.publish.site.frame import Frame, edition, prune
from capital_loop.publish.site.view import View
from capital_loop.record import tables
from capital_loop.show.words import CHAPTER_PAGE


class RecordBlock(SphinxDirective):
    """``{record} name``: a part of the record as HTML."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Builds the block; an unknown name is an error of the page."""
        name = self.arguments[0]
        if name not in pages.BLOCKS:
            raise self.error(f"no block named '{name}'; there are {', '.join(sorted(pages.BLOCKS))}")
        html = pages.BLOCKS[name](_view(self.env.app))
        return [nodes.raw("", pages.relink(html, self.env.docname), format="html")]


class Quote(SphinxDirective):
    """``{quote} notebook tag``: the output of the notebook's cell with that tag, as it was executed."""

    required_arguments = 2
    option_spec: ClassVar[dict[str, Any]] = {}

    def run(self) -> list[nodes.Node]:
        """Markdown is parsed, HTML passes; a missing cell is an error of the page."""
        return self.quoted(*self.arguments)

    def quoted(self, notebook: str, tag: str) -> list[nodes.Node]:
        """The nodes of one cell's output."""
        path = Path(self.env.srcdir) / "notebooks" / f"{notebook}.ipynb"
        self.env.note_dependency(str(path))
        data = json.loads(path.read_text(encoding="utf-8"))
        for cell in data["cells"]:
            if tag in cell["metadata"].get("tags", []):
                bundles = [o["data"] for o in cell["outputs"] if "data" in o]
                if bundles:
                    return self._show(bundles[-1])
        raise self.error(f"{path.name} has no executed cell tagged '{tag}'")

    def _show(self, bundle: dict[str, Any]) -> list[nodes.Node]:
        if "text/markdown" in bundle:
            text = pages.relink("".join(bundle["text/markdown"]), self.env.docname)
            box = nodes.container(classes=["cl-quote"])
            self.state.nested_parse(text.splitlines(), self.content_offset, box)
            return [box]
        html = pages.relink("".join(bundle["text/html"]), self.env.docname)
        return [nodes.raw("", html, format="html")]


class Findings(Quote):
    """``{findings}``: every chapter of the ledger with a link, its count of claims and its finding."""

    required_arguments = 0

    def run(self) -> list[nodes.Node]:
        """One heading and quotation a chapter, in the book's order."""
        out: list[nodes.Node] = []
        for slug, page in CHAPTER_PAGE.items():
            head = pages.relink(pages.chapter_head(_view(self.env.app), slug), self.env.docname)
            out += [nodes.raw("", head, format="html"), *self.quoted(page.rpartition("/")[2], "finding")]
        return out


def _view(app: Sphinx) -> View:
    if not hasattr(app, "capital_loop_view"):
        app.capital_loop_view = View(tables.load(Path(app.srcdir) / "data"))  # type: ignore[attr-defined]
    return app.capital_loop_view


def _claim_pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    if app.builder.format == "html":
        for name, title, body in pages.claim_pages(_view(app)):
            yield (
                name,
                {"title": title, "body": body, "toc": "", "display_toc": False, "meta": {}},
                "claim.html",
            )


def _write_json(app: Sphinx, exception: Exception | None) -> None:
    if exception is None and app.builder.format == "html":
        out = Path(app.outdir)
        view = _view(app)
        copy_asset(
            str(Path(app.srcdir) / "data"), str(out / "data"), excluded=lambda p: Path(p).name.startswith(".")
        )
        for name, content in machine.files(view).items():
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            (out / name).write_bytes(content)
        (out / "_static" / "vega.js").write_text(interactive.bundle(), encoding="utf-8")
        (out / "references.bib").write_text(publish.bibliography(view), encoding="utf-8")
        frame = app.capital_loop_frame  # type: ignore[attr-defined]
        publish.cards(Path(app.srcdir), out, frame.cards, edition(view))
        prune(app)
        publish.protect(out)
        publish.sitemap(out, view)
        publish.crate(Path(app.srcdir), out, view)
        publish.index_for_search(out)


def _page(app: Sphinx, name: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    if not hasattr(app, "capital_loop_frame"):
        app.capital_loop_frame = Frame(app, _view(app))  # type: ignore[attr-defined]
    app.capital_loop_frame.page(app, name, template, context, doctree)


def _mathml(node: Any, display: str) -> str:
    from latex2mathml.converter import convert

    return convert(node.astext(), display=display).replace(
        ' xmlns="http://www.w3.org/1998/Math/MathML"', "", 1
    )


def _inline_math(translator: Any, node: Any) -> None:
    translator.body.append(_mathml(node, "inline"))
    raise nodes.SkipNode


def _block_math(translator: Any, node: Any) -> None:
    translator.body.append(f'<div class="cl-math" tabindex="0">{_mathml(node, "block")}</div>')
    raise nodes.SkipNode


def _references(app: Sphinx, config: Any) -> None:
    """The bibliography is made before the bibliography's extension reads it."""
    path = Path(app.srcdir) / "_build" / "references.bib"
    path.parent.mkdir(exist_ok=True)
    text = publish.bibliography(_view(app))
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Registers directives, the maths renderer and the page makers."""
    app.add_directive("record", RecordBlock)
    app.add_directive("quote", Quote)
    app.add_directive("findings", Findings)
    app.add_html_math_renderer("mathml", (_inline_math, None), (_block_math, None))
    app.add_html_theme("ledger", str(Path(app.srcdir) / "book" / "_theme" / "ledger"))
    app.connect("config-inited", _references, priority=1)
    app.connect("html-page-context", _page, priority=900)
    app.connect("html-collect-pages", _claim_pages)
    app.connect("build-finished", _write_json)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
