"""How the book writes HTML where Sphinx and its extensions write it otherwise."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from markupsafe import Markup
from pygments.formatters import HtmlFormatter
from sphinx.writers.html5 import HTML5Translator

from capital_loop.show.words import FRAME

_PERMALINK = Markup('<a class="headerlink" href="#{id}" data-pagefind-ignore aria-label="{said}">#</a>')
_CODE = Markup('<details class="hide" data-pagefind-ignore><summary>{said}</summary>\n')


class Translator(HTML5Translator):  # type: ignore[misc]
    """Links to headings are named for screen readers."""

    def add_permalink_ref(self, node: nodes.Element, title: str) -> None:
        """The sign beside a heading."""
        if node["ids"]:
            self.body.append(_PERMALINK.format(id=node["ids"][0], said=FRAME["link"]))


class Formatter(HtmlFormatter):  # type: ignore[type-arg]
    """Code that is wider than the page can be scrolled with the keyboard."""

    def _wrap_pre(self, inner: Any) -> Any:
        yield 0, '<pre tabindex="0"><span></span>'
        yield from inner
        yield 0, "</pre>"


def open_code(translator: Any, node: nodes.Element) -> None:
    """The line that opens the code of a cell."""
    translator.body.append(_CODE.format(said=FRAME["code"]))


def close_code(translator: Any, node: nodes.Element) -> None:
    """The end of a cell's code."""
    translator.body.append("</details>\n")


def inline_math(translator: Any, node: nodes.Element) -> None:
    """A formula in a line."""
    translator.body.append(_mathml(node, "inline"))
    raise nodes.SkipNode


def block_math(translator: Any, node: nodes.Element) -> None:
    """A formula of its own."""
    translator.body.append(f'<div class="cl-math" tabindex="0">{_mathml(node, "block")}</div>')
    raise nodes.SkipNode


def _mathml(node: nodes.Element, display: str) -> str:
    from latex2mathml.converter import convert

    return convert(node.astext(), display=display).replace(
        ' xmlns="http://www.w3.org/1998/Math/MathML"', "", 1
    )
