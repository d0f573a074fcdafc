"""What stands around every page, and what is done to its body: figure numbers and menus, table heads, terms.

The theme in ``book/_theme`` draws the frame; this module gives it its words and lists. Figures reach the site
with a block of JSON (see ``charts.base``), which is taken out of the page and written beside it as files.
"""

from __future__ import annotations

import re
from html import escape, unescape
from pathlib import Path
from typing import Any

import yaml
from docutils import nodes
from sphinx.application import Sphinx

from capital_loop.publish.address import address
from capital_loop.publish.site import figures, glossary
from capital_loop.publish.site.view import View
from capital_loop.show.words import FRAME, human_period

UNUSED = re.compile(
    r"^_static/(?!site\.css$|site\.js$|claims\.js$|favicon\.svg$|vega\.js$|whatif\.js$|cards/|fonts/)|^_sources/|^objects\.inv$|"
    r"^searchindex\.js$|^genindex\.html$|^\.buildinfo"
)
"""Files that Sphinx and its extensions copy and that no page of ours loads."""
DESCRIPTION = 155
"""Longest description of a page, in characters: what search engines show."""


class Frame:
    """Context and body of every page of one build."""

    def __init__(self, app: Sphinx, view: View):
        self.app, self.view = app, view
        self.root = Path(app.srcdir)
        self.parts = yaml.safe_load((self.root / "_toc.yml").read_text(encoding="utf-8"))["parts"]
        self.order = [c["file"] for p in self.parts for c in p["chapters"]]
        self.figures = figures.Figures(view, self.root, Path(app.outdir))
        self.cards: dict[str, tuple[str, str]] = {}
        self.glossary = glossary.Glossary(self.root)

    def page(
        self, _app: Sphinx, name: str, _template: str, context: dict[str, Any], doctree: nodes.document | None
    ) -> None:
        """``html-page-context``: adds what the frame shows, and finishes the body."""
        body = str(context.get("body") or "")
        number = f"{self.order.index(name) + 1}" if name.startswith("notebooks/") else ""
        body = self.figures.finish(body, name, number)
        body = body.replace(' class="docutils"', ' class="docutils cl-table"')
        body = _quiet(body)
        if doctree is not None or name.startswith("claims/"):
            body = self.glossary.mark(body, name)
        if name == "book/bibliography":
            body = _with_facts(body.replace("\\$", "$"))
        if name == "book/glossary":
            body = re.sub(r"<dt>([^<,]+)", lambda m: f'<dt id="{glossary.slug(m[1])}">{m[1]}', body)
        if 'class="cl-whatif"' in body:
            up = "../" if "/" in name else ""
            body += f'<script src="{up}_static/whatif.js" defer></script>'
        context.update(
            body=body,
            frame=FRAME | {"edition": edition(self.view)},
            book_nav=self._nav(),
            page_heads=_heads(doctree),
            description=_description(body) or FRAME["description"],
            canonical=f"{address()}{name}.html" if address() else "",
        )
        own = name == "index" or name.startswith("notebooks/")
        if name == "index":
            context["description"] = FRAME["description"]
        if own:
            text = FRAME["description"] if name == "index" else _first(body)
            self.cards[name.rpartition("/")[2]] = (re.sub(r"<[^>]+>", "", str(context["title"])), text)
        place = address() or "../" * name.count("/")
        context["card"] = f"{place}_static/cards/{name.rpartition('/')[2] if own else 'index'}.png"

    def _nav(self) -> list[dict[str, Any]]:
        return [
            {
                "caption": part["caption"],
                "pages": [{"name": c["file"], "title": self.app.env.titles[c["file"]].astext()} for c in part["chapters"]],
            }
            for part in self.parts
        ]  # fmt: skip


def prune(app: Sphinx) -> None:
    """Removes what nothing on the site loads."""
    out = Path(app.outdir)
    for path in sorted(out.rglob("*"), reverse=True):
        name = path.relative_to(out).as_posix()
        if path.is_file() and UNUSED.match(name):
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()


def edition(view: View) -> str:
    """Version and evidence date in a sentence."""
    end = human_period(view.record.evidence_end.isoformat())
    return FRAME["edition"].format(version=view.record.version, end=end)


def _heads(doctree: nodes.document | None) -> list[dict[str, str]]:
    if doctree is None:
        return []
    top = next(iter(doctree.findall(nodes.section)), None)
    sections = [] if top is None else [s for s in top.children if isinstance(s, nodes.section)]
    return [{"id": s["ids"][0], "title": s.next_node(nodes.title).astext()} for s in sections]


def _first(body: str) -> str:
    """The first paragraph that says something, in plain words."""
    for found in re.finditer(r"<p(?: class=['\"]cl-lead['\"])?>(.*?)</p>", body, flags=re.S):
        text = " ".join(unescape(re.sub(r"<[^>]+>", "", found[1])).split())
        if len(text) > 40:
            return text
    return ""


def _description(body: str) -> str:
    """The first paragraph, cut at a word."""
    text = _first(body)
    return text if len(text) <= DESCRIPTION else text[:DESCRIPTION].rsplit(" ", 1)[0] + " …"


def _with_facts(body: str) -> str:
    """The bibliography with links to the facts that each source serves."""

    def one(found: re.Match[str]) -> str:
        ids = re.sub(
            r"\b([A-Z]{2,5}-[A-Z]?\d{2,3})\b", r'<a class="fact" href="evidence.html#\1">\1</a>', found[2]
        )
        return found[1] + ids

    return re.sub(r"(Serves )((?:[A-Z]{2,5}-[A-Z]?\d{2,3}(?:,\s*)?)+)", one, body)


def _quiet(body: str) -> str:
    """Code cells open from one quiet line; scripts of live-code extensions are dropped."""
    body = re.sub(
        r"<script(?: type=\"text/x-thebe-config\")?>\s*(?:kernelName|\{).*?</script>", "", body, flags=re.S
    )
    body = re.sub(r'<summary aria-label="Toggle hidden content">.*?</summary>', f"<summary>{escape(FRAME['code'])}</summary>", body, flags=re.S)  # fmt: skip
    body = re.sub(r' role="(?:list|doc-biblioentry)"', "", body)
    body = re.sub(r'<details class="[^"]*\bhide\b[^"]*"', r'<details class="hide" data-pagefind-ignore', body)
    body = re.sub(r'<div class="highlight"><pre>', '<div class="highlight"><pre tabindex="0">', body)
    return re.sub(r'(<a class="headerlink" href="[^"]*") title="[^"]*">[^<]*</a>', rf'\1 data-pagefind-ignore aria-label="{escape(FRAME["link"])}">#</a>', body)  # fmt: skip
