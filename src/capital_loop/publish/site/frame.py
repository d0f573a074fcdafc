"""What stands around every page: its words and lists, its policy, its description and its card.

The theme in ``book/_theme`` draws the frame. One :class:`Frame` serves one build.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.parallel import ParallelTasks, SerialTasks

from capital_loop.publish.address import address
from capital_loop.publish.site import cards, feeds, figures, policy, withdrawn
from capital_loop.publish.site.templating import up
from capital_loop.publish.site.view import View
from capital_loop.record import tables
from capital_loop.show.words import FRAME, human_period

UNUSED = re.compile(
    r"^_static/(?!cards/)|^_sources/|^_images/|^objects\.inv$|^searchindex\.js$|^genindex\.html$|^\.buildinfo"
)
"""Files that Sphinx and its extensions copy; no page of ours loads them, but for what is ours in _static."""
DESCRIPTION = 155
"""Longest description of a page, in characters: what search engines show."""
ENOUGH = 40
"""Characters that a paragraph has if it says something."""

FOLDED = re.compile(r"<(script|details)\b.*?</\1>", re.DOTALL)
"""What of a page is not drawn before a reader unfolds it."""


class Frame:
    """Context of every page of one build, and what its pages share."""

    def __init__(self, app: Sphinx):
        self.app = app
        self.root = Path(app.srcdir)
        self.view = View(tables.load(self.root / "data"))
        self.parts = yaml.safe_load((self.root / "_toc.yml").read_text(encoding="utf-8"))["parts"]
        self.order = [c["file"] for p in self.parts for c in p["chapters"]]
        self.signs = _signs((self.root / "book" / "_static" / "site.css").read_text(encoding="utf-8"))
        self.files: dict[str, bytes] = {}
        self.making: SerialTasks | ParallelTasks = SerialTasks()
        self.figures = figures.Figures(self.view.citing, Path(app.outdir), self.view.registers.place)

    def number(self, page: str, count: int) -> str:
        """The number of a page's figure: those of a chapter carry the chapter's."""
        return f"{self.order.index(page) + 1}.{count}" if page.startswith("notebooks/") else str(count)

    def page(
        self, _app: Sphinx, name: str, _template: str, context: dict[str, Any], doctree: nodes.document | None
    ) -> None:
        """``html-page-context``: adds what the frame shows."""
        tree = nodes.Element() if doctree is None else doctree
        scripts = [raw["script"] for raw in tree.findall(nodes.raw) if "script" in raw]
        said = context.get("description") or _first(tree)
        context.update(
            frame=FRAME | {"edition": edition(self.view)},
            book_nav=self._nav(),
            page_heads=_heads(tree),
            description=_cut(said) if said and name != "index" else FRAME["description"],
            canonical=f"{address()}{name}.html" if address() else "",
            policy=policy.policy(search=name == "search"),
            inline=policy.INLINE,
            vega=self.figures.integrity,
            address=address(),
            signs=bool(self.signs.search(FOLDED.sub("", str(context.get("body", ""))))),
            feed=feeds.FEED_FILE,
            calendar=feeds.CALENDAR_FILE,
            offered=feeds.OFFERED.get(name, ()),
            own_scripts=list(dict.fromkeys(scripts)) + ["filters.js"] * ("part" in context),
            under=context.get("under", ""),
            withdrawn=withdrawn.withdrawn(name),
            withdrawn_words=withdrawn.words(),
        )
        context["card"] = f"{address() or up(name)}_static/cards/{self._card(name, context, said)}.png"

    def _card(self, name: str, context: dict[str, Any], said: str) -> str:
        """Draws the card of the front page, a chapter or a claim and gives its name."""
        short, issue = name.rpartition("/")[2], edition(self.view)
        if "claim" in context:
            made = cards.claim(self.root, issue, self.view, context["claim"])
        elif name == "index":
            title = self.app.env.titles[name].astext()
            made = cards.front(self.root, issue, title, FRAME["description"], self.view)
        elif name.startswith("notebooks/"):
            title = self.app.env.titles[name].astext()
            made = cards.page(self.root, issue, title, said, self.figures.chief(name))
        else:
            return "index"
        folder = Path(self.app.outdir) / "_static" / "cards"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{short}.png").write_bytes(made)
        return short

    def _nav(self) -> list[dict[str, Any]]:
        titles = self.app.env.titles
        return [
            {"caption": part["caption"], "pages": [
                {"name": c["file"], "title": titles[c["file"]].astext()} for c in part["chapters"]
            ]}
            for part in self.parts
        ]  # fmt: skip


def frame(app: Sphinx) -> Frame:
    """The frame of a build, made on first use."""
    if not hasattr(app, "capital_loop_frame"):
        app.capital_loop_frame = Frame(app)  # type: ignore[attr-defined]
    found: Frame = app.capital_loop_frame
    return found


def stop(app: Sphinx) -> None:
    """Ends what is still being made beside the pages: nobody would take it."""
    found: Frame | None = getattr(app, "capital_loop_frame", None)
    if found is not None and isinstance(found.making, ParallelTasks):
        found.making.terminate()


def prune(app: Sphinx, made: Iterable[str]) -> None:
    """Removes what nothing on the site loads; of ``_static``, all but our own files and those ``made``."""
    out, own = Path(app.outdir), Path(app.srcdir) / "book"
    kept = {p.relative_to(own).as_posix() for p in (own / "_static").rglob("*")}
    kept |= set(made)
    for path in sorted(out.rglob("*"), reverse=True):
        name = path.relative_to(out).as_posix()
        if path.is_file() and UNUSED.match(name) and name not in kept:
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()


def edition(view: View) -> str:
    """Version, and the day to which the record reaches, in a sentence."""
    end = human_period(view.record.reaches.isoformat())
    return FRAME["edition"].format(version=view.record.version, end=end)


def _signs(styles: str) -> re.Pattern[str]:
    """The signs for which the styles have a face of their own; a page that draws one asks for it at once."""
    found = re.search(r"source-signs\.woff2.*?unicode-range: ([^;]+);", styles)
    ranges = [re.findall(r"[0-9A-F]+", r[2:]) for r in found[1].split(", ")] if found else []
    return re.compile("[" + "".join(f"\\U{int(r[0], 16):08x}-\\U{int(r[-1], 16):08x}" for r in ranges) + "]")


def _heads(tree: nodes.Element) -> list[dict[str, str]]:
    top = next(iter(tree.findall(nodes.section)), nodes.section())
    sections = [s for s in top.children if isinstance(s, nodes.section)]
    return [{"id": s["ids"][0], "title": s.next_node(nodes.title).astext()} for s in sections]


def _first(tree: nodes.Element) -> str:
    """The first paragraph that says something."""
    texts = (" ".join(p.astext().split()) for p in tree.findall(nodes.paragraph))
    return next((t for t in texts if len(t) > ENOUGH), "")


def _cut(text: str) -> str:
    """A text that is short enough, cut at a word."""
    return text if len(text) <= DESCRIPTION else text[:DESCRIPTION].rsplit(" ", 1)[0] + " …"
