"""Terms of the glossary, marked once a page: hover text anywhere, a note in the margin on wide screens.

The glossary is ``book/glossary.md``: a definition list whose terms may name other spellings after commas.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from capital_loop.publish.site.templating import up

PAGE = "book/glossary"
_LINK = Markup('<a class="cl-term" href="{href}" title="{title}">{words}</a>')


@dataclass(frozen=True)
class Term:
    """One entry: its anchor, its definition in plain words, its spellings in small letters, its pattern."""

    key: str
    definition: str
    names: tuple[str, ...]
    pattern: re.Pattern[str]

    def found(self, text: str, small: str) -> re.Match[str] | None:
        """The first mention in a text, which is also given in small letters: most texts have none."""
        return self.pattern.search(text) if any(name in small for name in self.names) else None


class Glossary:
    """The terms with their definitions."""

    def __init__(self, root: Path):
        text = (root / f"{PAGE}.md").read_text(encoding="utf-8")
        self.terms: list[Term] = []
        for head, definition in re.findall(r"^(\S[^\n]*)\n: +(.+)$", text, flags=re.M):
            names = [n.strip() for n in head.split(",")]
            spelt = "|".join(re.escape(n) for n in sorted(names, key=len, reverse=True))
            plain = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", definition)
            pattern = re.compile(rf"\b(?:{spelt})s?\b", flags=re.I)
            self.terms.append(Term(slug(names[0]), plain, tuple(n.lower() for n in names), pattern))

    def marker(self, page: str) -> Callable[[str], Markup]:
        """A function that marks in texts of one page the first mention of each term."""
        left = list(self.terms)

        def mark(text: str) -> Markup:
            return Markup("").join(
                words
                if term is None
                else _LINK.format(href=href(term, page), title=term.definition, words=words)
                for words, term in cut(text, left)
            )

        return mark


def href(term: Term, page: str) -> str:
    """The way from a page to a term."""
    return f"{up(page)}{PAGE}.html#{term.key}"


def cut(text: str, left: list[Term]) -> Iterator[tuple[str, Term | None]]:
    """The text in pieces, each with the term that it is; terms that are found are taken out of ``left``."""
    small = text.lower()
    found = [(m.start(), m.end(), term) for term in left if (m := term.found(text, small))]
    at = 0
    for start, end, term in sorted(found, key=lambda f: f[:2]):
        if start >= at:
            left.remove(term)
            yield text[at:start], None
            yield text[start:end], term
            at = end
    yield text[at:], None


def slug(term: str) -> str:
    """The anchor of a term on the glossary's page."""
    return "term-" + re.sub(r"[^a-z0-9]+", "-", term.lower()).strip("-")
