"""Citations of the book and its parts from ``CITATION.cff``: text in the style of the APA, and BibTeX.

The book has CSL-JSON too. A part is cited as itself, in the book: a claim, a figure, a table. Its address
stands in every form as soon as the site has one (``CAPITAL_LOOP_URL``); without one no form names a machine.
"""

from __future__ import annotations

import codecs
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import latexcodec  # noqa: F401 registers the codec
import yaml

from capital_loop.publish.address import address
from capital_loop.record.rows import FactSourceRow, SourceRow
from capital_loop.record.tables import Record
from capital_loop.show.words import CITE, human_period


def citation_file(root: Path) -> dict[str, Any]:
    """``CITATION.cff`` as read."""
    found: dict[str, Any] = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    return found


def tex(text: str) -> str:
    """Text for BibTeX: LaTeX's signs for what ASCII lacks, as far as it has them."""
    plain = text.replace("\\", "/").replace("{", "(").replace("}", ")")
    # The codec takes a dollar for the start of a formula.
    return r"\$".join(str(codecs.encode(part, "ulatex", "keep")) for part in plain.split("$"))


def entry(key: str, fields: dict[str, str]) -> str:
    """One BibTeX entry; fields without a value are left out, values are given as LaTeX."""
    body = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@misc{{{key},\n{body}\n}}\n"


@dataclass(frozen=True)
class Citing:
    """How one edition of the book is cited."""

    root: Path
    record: Record

    @cached_property
    def cff(self) -> dict[str, Any]:
        """The citation file."""
        return citation_file(self.root)

    def forms(self, kind: str = "", title: str = "", path: str = "", mark: str = "") -> dict[str, str]:
        """The forms by name for the book, or for a part of it.

        ``kind`` is claim, figure or table, ``path`` where it stands on the site, ``mark`` the end of its key.
        """
        cff = self.cff
        names = [a["name"] for a in cff["authors"]]
        day = str(cff["date-released"])
        said = {
            "authors": " & ".join(names), "year": day[:4], "book": cff["title"], "version": cff["version"],
            "end": human_period(self.record.reaches.isoformat()),
            "title": (title or cff["title"]).rstrip("."),
        }  # fmt: skip
        url = f"{address()}{path}" if address() else ""
        key = f"capitalloop{day[:4]}" + (f"-{mark.lower()}" if mark else "")
        where = CITE[kind].format(**said) if kind else ""
        apa = " ".join(
            x
            for x in (CITE["text"].format(**said, where=kind and CITE["where"].format(where=where)), url)
            if x
        )
        bibtex = entry(key, {
            "author": " and ".join(f"{{{tex(n)}}}" for n in names), "title": f"{{{tex(said['title'])}}}",
            "howpublished": tex(where) if kind else "", "year": day[:4], "version": cff["version"],
            "url": url, "note": tex(CITE["note"].format(**said)),
        })  # fmt: skip
        found = {"APA": apa, "BibTeX": bibtex}
        if kind:
            return found
        csl: dict[str, Any] = {
            "id": key, "type": "software", "title": said["title"],
            "author": [{"literal": n} for n in names],
            "version": cff["version"], "issued": {"date-parts": [[int(x) for x in day.split("-")]]},
            "note": CITE["note"].format(**said), "abstract": " ".join(cff["abstract"].split()),
        }  # fmt: skip
        csl |= {"URL": url} if url else {}
        return found | {"CSL-JSON": json.dumps([csl], indent=1, ensure_ascii=False)}

    def bibliography(self) -> str:
        """Every source as BibTeX, with the facts that it serves."""
        links, out = self.record.grouped(FactSourceRow, "source_id"), []
        for s in self.record.rows(SourceRow):
            served = ", ".join(link.fact_id for link in links.get(s.source_id, []))
            note = " ".join(x for x in (
                f"{human_period(s.published)}." if s.published else "",
                f"Quoted in {s.quoted_in}." if s.quoted_in else "", f"Serves {served or 'closing prices'}",
            ) if x)  # fmt: skip
            # Without an author BibTeX sorts by `key`.
            out.append(entry(s.source_id, {
                "author": f"{{{tex(s.author)}}}" if s.author else "",
                "key": "" if s.author else tex(s.publisher),
                "title": f"{{{tex(s.title)}}}", "howpublished": tex(s.publisher), "year": s.published[:4],
                "url": s.url, "note": tex(note),
            }))  # fmt: skip
        return "\n".join(out)
