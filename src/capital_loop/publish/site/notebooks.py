"""From a notebook's outputs to nodes of the page: figures, tables, calculators, prose with its references.

MyST-NB hands each output to :class:`Outputs` (an entry point of this package). The book's own types become
nodes; pictures and Markdown stand in the same outputs for viewers of notebooks and are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from docutils import nodes
from myst_nb.core.render import MimeData, MimeRenderPlugin, NbElementRenderer
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxRole

from capital_loop.publish.site import glossary, templating
from capital_loop.publish.site.frame import frame
from capital_loop.record.tables import Fact
from capital_loop.show.figure import FIGURE
from capital_loop.show.prose import PROSE
from capital_loop.show.table import TABLE
from capital_loop.show.whatif import CALCULATOR
from capital_loop.show.words import CONFIDENCE, STAGE, human_period


class FigureNode(nodes.General, nodes.Element):
    """A figure without a number yet: ``payload`` is what the notebook holds, ``cell`` what drew it."""


def drawn(env: BuildEnvironment, payload: dict[str, Any], cell: int | None) -> list[nodes.Node]:
    """A figure."""
    return [FigureNode("", payload=payload, cell=cell)]


def _filled(env: BuildEnvironment, name: str, payload: dict[str, Any], **script: str) -> list[nodes.Node]:
    html = templating.render(name, env.docname, payload, place=frame(env.app).view.registers.place)
    return [nodes.raw("", html, format="html", **script)]


SMALL = re.compile(r"(a|an|and|at|by|each|for|how|in|is|it|of|on|or|that|the|they|to|what|who|with)")
"""Words that say nothing of their own."""
NEW = 0.25
"""So much of a caption may be new and it still says the same."""


def repeats(caption: str, line: str) -> bool:
    """Whether a caption says again what the line says that opens its fold, in forms of the same words."""
    said, known = (
        {_stem(w) for w in re.findall(r"[^\W_]+", text.casefold()) if not SMALL.fullmatch(w)}
        for text in (caption, line)
    )
    return bool(line) and len(said - known) <= NEW * len(said)


def _stem(word: str) -> str:
    return re.sub(r"(?<=\w{3})(?:ment|ing|ed|es|e|s)+$", "", word)


def _table(env: BuildEnvironment, payload: dict[str, Any], cell: int | None) -> list[nodes.Node]:
    if repeats(payload["caption"], payload["fold"]):
        payload = {**payload, "caption": ""}
    return _filled(env, "table", payload)


def _calculator(env: BuildEnvironment, payload: dict[str, Any], cell: int | None) -> list[nodes.Node]:
    return _filled(env, "whatif", payload, script="whatif.js")


MAKE: dict[str, Callable[..., list[nodes.Node]]] = {FIGURE: drawn, TABLE: _table, CALCULATOR: _calculator}
"""The nodes of each type, but for prose, which is parsed as MyST where it stands."""


class Outputs(MimeRenderPlugin):  # type: ignore[misc]
    """Renders the book's own types."""

    mime_priority_overrides: ClassVar[Sequence[tuple[str, str, int | None]]] = [
        ("*", name, 1) for name in (*MAKE, PROSE)
    ]

    @staticmethod
    def handle_mime(renderer: NbElementRenderer, data: MimeData, inline: bool) -> list[nodes.Node] | None:
        """The nodes of one output; ``None`` leaves it to MyST-NB."""
        content: Any = data.content
        if data.mime_type == PROSE:
            prose = replace(data, mime_type="text/markdown", content=content["myst"])
            return list(renderer.render_markdown(prose))
        if data.mime_type in MAKE:
            return MAKE[data.mime_type](renderer.renderer.sphinx_env, content, data.cell_index)
        return [] if data.mime_type in ("image/png", "text/markdown") else None


class FactRole(SphinxRole):
    """``{fact}`words <ID>```: a figure that leads to its row in the evidence and says what is behind it."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """One reference; without words the id stands for itself."""
        said, _, key = self.text.rpartition(" <")
        fact_id = key.removesuffix(">") if said else self.text
        view = frame(self.env.app).view
        record = view.record
        if fact_id not in record.facts.index:
            raise ValueError(
                f"{self.env.docname} names the fact {fact_id}, which is not in the record: execute the "
                "notebook"
            )
        node = nodes.reference(
            "", said or fact_id, internal=True,
            refuri=f"{templating.up(self.env.docname)}{view.registers.place('facts', fact_id)}",
            classes=[self.name] if self.name == "fact" else ["fact", self.name],
        )  # fmt: skip
        if said:
            node["reftitle"] = _standing(record.fact(fact_id))
        return [node], []


class ClaimRole(SphinxRole):
    """``{claim}`ID```: a claim's page."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """One reference."""
        target = f"{templating.up(self.env.docname)}claims/{self.text.lower()}.html"
        return [nodes.reference("", self.text, internal=True, refuri=target, classes=["claim"])], []


def _standing(f: Fact) -> str:
    publisher = f"; {f.sources[0].publisher}" if f.sources else ""
    return (
        f"{f.fact_id}: {STAGE[f.stage]}, {CONFIDENCE[f.confidence]}, as of {human_period(f.as_of)}{publisher}"
    )


class Numbered(SphinxPostTransform):
    """Figures get their numbers, menus and files."""

    default_priority = 400
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """In the order of the page."""
        site = frame(self.env.app)
        for count, node in enumerate(list(self.document.findall(FigureNode)), start=1):
            html = site.figures.render(
                node["payload"], self.env.docname, site.number(self.env.docname, count), node["cell"]
            )
            node.replace_self(nodes.raw("", html, format="html", script="figures.js"))


class Marked(SphinxPostTransform):
    """Tables get the book's look, terms lead to the glossary."""

    default_priority = 700
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """All text of the page, once."""
        for table in list(self.document.findall(nodes.table)):
            table["classes"].append("cl-table")
            if next(table.findall(nodes.math), None):
                # Formulas do not break: such a table scrolls, by keyboard too.
                start = nodes.raw("", '<div class="cl-scroll" tabindex="0">', format="html")
                at = table.parent.index(table)
                table.parent[at : at + 1] = [start, table, nodes.raw("", "</div>", format="html")]
        if self.env.docname == glossary.PAGE:
            for term in self.document.findall(nodes.term):
                term["ids"].append(glossary.slug(term.astext().split(",")[0]))
        else:
            self._terms()

    def _terms(self) -> None:
        left = list(frame(self.env.app).view.glossary.terms)
        quiet = (nodes.reference, nodes.literal, nodes.math, nodes.table, nodes.title)
        for paragraph in list(self.document.findall(nodes.paragraph)):
            for text in list(paragraph.findall(nodes.Text)):
                if not _inside(text, quiet):
                    parts = glossary.cut(text.astext(), left)
                    made = [nodes.Text(w) if t is None else self._term(w, t) for w, t in parts if w]
                    text.parent.replace(text, made)

    def _term(self, words: str, term: glossary.Term) -> nodes.Node:
        target = glossary.href(term, self.env.docname)
        look = {"reftitle": term.definition, "classes": ["cl-term"]}
        return nodes.reference("", words, internal=True, refuri=target, **look)


def _inside(node: nodes.Node, kinds: tuple[type, ...]) -> bool:
    while node.parent is not None:
        node = node.parent
        if isinstance(node, kinds):
            return True
    return False
