"""The Sphinx extension: puts the record into pages, makes a page a claim, writes the files for machines.

In Markdown: ``:::{record} claims`` and the other names in ``pages.BLOCKS``, ``:::{record} loop`` for the
emblem; ``:::{quote} 01-triangle finding`` quotes the cell of an executed notebook that carries that tag.
Maths becomes MathML, so that pages show it without scripts and without a request to another host.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.highlighting import PygmentsBridge
from sphinx.util.docutils import SphinxDirective
from sphinx.util.fileutil import copy_asset
from sphinx.util.parallel import ParallelTasks, SerialTasks, parallel_available

from capital_loop.chapters.front.charts import moving, network
from capital_loop.chapters.front.study import Study
from capital_loop.publish.site import delivery, downloads, notebooks, pages, templating, withdrawn, writer
from capital_loop.publish.site.frame import edition, frame, prune, stop
from capital_loop.publish.site.view import View
from capital_loop.show import palette
from capital_loop.show.prose import PROSE


class RecordBlock(SphinxDirective):
    """``{record} name``: a part of the record."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Builds the block; an unknown name is an error of the page."""
        name, view = self.arguments[0], frame(self.env.app).view
        if name == "loop":
            study = Study(view.record)
            payload = network(study).payload() | {"moving": moving(study)}
            return [
                *notebooks.drawn(self.env, payload, None),
                nodes.raw("", "", format="html", script="loop.js"),
            ]
        if name not in pages.BLOCKS:
            raise self.error(f"no block named '{name}'; there are loop, {', '.join(sorted(pages.BLOCKS))}")
        script = {"script": pages.SCRIPTS[name]} if name in pages.SCRIPTS else {}
        return [nodes.raw("", pages.block(view, name, self.env.docname), format="html", **script)]


class Quote(SphinxDirective):
    """``{quote} notebook tag``: the output of the notebook's cell with that tag, as it was executed."""

    required_arguments = 2

    def run(self) -> list[nodes.Node]:
        """A missing cell is an error of the page."""
        return self.quoted(*self.arguments)

    def quoted(self, notebook: str, tag: str) -> list[nodes.Node]:
        """The nodes of one cell's output."""
        path = Path(self.env.srcdir) / "notebooks" / f"{notebook}.ipynb"
        self.env.note_dependency(str(path))
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if tag in cell["metadata"].get("tags", []):
                for output in reversed(cell["outputs"]):
                    return self._show(output["data"])
        raise self.error(f"{path.name} has no executed cell tagged '{tag}'")

    def _show(self, bundle: dict[str, Any]) -> list[nodes.Node]:
        if PROSE in bundle:
            box = nodes.container(classes=["cl-quote"])
            self.state.nested_parse(bundle[PROSE]["myst"].splitlines(), self.content_offset, box)
            return [box]
        kind = next(k for k in bundle if k in notebooks.MAKE)
        return notebooks.MAKE[kind](self.env, bundle[kind], None)


class Findings(Quote):
    """``{findings}``: every chapter with a link, how its claims fare if it answers any, and its finding."""

    required_arguments = 0

    def run(self) -> list[nodes.Node]:
        """One heading and quotation a chapter, in the book's order."""
        out: list[nodes.Node] = []
        for path in sorted((Path(self.env.srcdir) / "notebooks").glob("*.ipynb")):
            self.env.note_dependency(str(path))
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            if any("finding" in c["metadata"].get("tags", []) for c in cells):
                title = "".join(cells[0]["source"]).removeprefix("# ")
                data = pages.chapter_head(frame(self.env.app).view, path.stem, title)
                head = templating.render("chapter", self.env.docname, data)
                out += [nodes.raw("", head, format="html"), *self.quoted(path.stem, "finding")]
        return out


def _pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    if app.builder.format == "html":
        view = frame(app).view
        for name, context in itertools.chain(pages.claim_pages(view), pages.part_pages(view)):
            yield name, {**context, "meta": {}}, "claim.html"
        yield "search", {}, "search.html"
        yield pages.NOWHERE, pages.nowhere(), "claim.html"


def _begin_files(app: Sphinx, _env: BuildEnvironment, _docnames: list[str]) -> None:
    """Starts to make the files for machines, which ask nothing of the pages, beside them."""
    site = frame(app)
    assert site.view.assessments  # every process needs them
    site.making = (ParallelTasks if parallel_available else SerialTasks)(1)
    site.making.add_task(_files, site.view, lambda _view, made: site.files.update(made))


def _files(view: View) -> dict[str, bytes]:
    scripts = {f"_static/{name}": script.encode() for name, script in pages.scripts(view).items()}
    return downloads.files(view) | scripts | {"references.bib": view.citing.bibliography().encode()}


def _end(app: Sphinx, exception: Exception | None) -> None:
    try:
        if exception is None and app.builder.format == "html":
            _write_files(app)
    finally:
        stop(app)


def _write_files(app: Sphinx) -> None:
    out, site = Path(app.outdir), frame(app)
    hidden = lambda path: Path(path).name.startswith(".")  # noqa: E731
    copy_asset(str(site.root / "data"), str(out / "data"), excluded=hidden)
    site.making.join()
    made = site.files | {"_static/vega.js": site.figures.vega.encode()}
    for name, content in made.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(content)
    styles = out / "_static" / "site.css"
    styles.write_text(palette.css() + styles.read_text(encoding="utf-8"), encoding="utf-8")
    prune(app, made)
    site.making.add_task(delivery.index_for_search, out)
    withdrawn.write(site.view.citing, out, edition(site.view))
    delivery.host(out)
    delivery.sitemap(out, site.view)
    delivery.crate(site.root, out, site.view, {k: v.astext() for k, v in app.env.titles.items()})
    site.making.join()


def _page(app: Sphinx, name: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    if "claim" in context:
        context["body"] = pages.claim_body(frame(app).view, name, context["claim"])
    if "part" in context:
        context["body"] = pages.part_body(frame(app).view, name, *context["part"])
    frame(app).page(app, name, template, context, doctree)
    if name == pages.NOWHERE:
        context |= pages.from_top()


def setup(app: Sphinx) -> dict[str, Any]:
    """Registers directives, roles, transforms, the writer and the page makers."""
    app.add_directive("record", RecordBlock)
    app.add_directive("quote", Quote)
    app.add_directive("findings", Findings)
    for name in ("fact", "asof"):
        app.add_role(name, notebooks.FactRole())
    app.add_role("claim", notebooks.ClaimRole())
    app.add_node(notebooks.FigureNode)
    app.add_post_transform(notebooks.Numbered)
    app.add_post_transform(notebooks.Marked)
    app.set_translator("html", writer.Translator, override=True)
    app.setup_extension("myst_nb")
    app.add_node(HideCodeCellNode, override=True, html=(writer.open_code, writer.close_code))
    PygmentsBridge.html_formatter = writer.Formatter
    app.add_html_math_renderer("mathml", (writer.inline_math, None), (writer.block_math, None))
    app.add_html_theme("ledger", str(Path(app.srcdir) / "book" / "_theme" / "ledger"))
    app.connect("html-page-context", _page, priority=900)
    app.connect("env-before-read-docs", _begin_files)
    app.connect("html-collect-pages", _pages)
    app.connect("build-finished", _end)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
