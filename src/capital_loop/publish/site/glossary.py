"""Terms of the glossary, marked once a page: hover text anywhere, a note in the margin on wide screens.

The glossary is ``book/glossary.md``: a definition list whose terms may name other spellings after commas.
"""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

_SKIP = re.compile(
    r"<(a|code|pre|h[1-6]|summary|table|figure|script|style|math|dt|small|details|svg)\b.*?</\1>|<[^>]+>",
    flags=re.S,
)
_PARAGRAPH = re.compile(r"<p>.*?</p>", flags=re.S)


class Glossary:
    """The terms with their definitions."""

    def __init__(self, root: Path):
        text = (root / "book" / "glossary.md").read_text(encoding="utf-8")
        self.entries: list[tuple[str, str, re.Pattern[str]]] = []
        for head, definition in re.findall(r"^(\S[^\n]*)\n: +(.+)$", text, flags=re.M):
            names = [n.strip() for n in head.split(",")]
            words = "|".join(re.escape(n) for n in sorted(names, key=len, reverse=True))
            plain = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", definition)
            self.entries.append((slug(names[0]), plain, re.compile(rf"\b(?:{words})\b", flags=re.I)))

    def mark(self, body: str, page: str) -> str:
        """The body with the first mention of each term in running text marked."""
        if page == "book/glossary":
            return body
        up = "../" if "/" in page else ""
        left = list(self.entries)

        def paragraph(found: re.Match[str]) -> str:
            return self._paragraph(found[0], left, up)

        return _PARAGRAPH.sub(paragraph, body) if left else body

    @staticmethod
    def _paragraph(html: str, left: list[tuple[str, str, re.Pattern[str]]], up: str) -> str:
        for entry in list(left):
            key, definition, pattern = entry
            spans = [m.span() for m in _SKIP.finditer(html)]
            for found in pattern.finditer(html):
                if any(a < found.end() and found.start() < b for a, b in spans):
                    continue
                tip = escape(definition, quote=True)
                link = f'<a class="cl-term" href="{up}book/glossary.html#{key}" title="{tip}" data-note="{tip}">{found[0]}</a>'
                html = html[: found.start()] + link + html[found.end() :]
                left.remove(entry)
                break
        return html


def slug(term: str) -> str:
    """The anchor of a term on the glossary's page."""
    return "term-" + re.sub(r"[^a-z0-9]+", "-", term.lower()).strip("-")
