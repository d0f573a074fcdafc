"""Long tables of the record: filters, a first stretch of rows, and pages that hold a part of them whole.

A fact stands on the page of its subject, a source on that of its grade. The address that lasts is that of the
whole register (``book/evidence.html#ORCL-003``): it leads to the row, without scripts by one more step.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lxml import html
from markupsafe import Markup

from capital_loop.chapters.front import charts as front
from capital_loop.claims.readings import differ
from capital_loop.claims.rules import SCALE
from capital_loop.publish.site.templating import ANYWHERE, HOME, labelled, lasting, render, up
from capital_loop.record.grades import GRADES
from capital_loop.record.rows import DealRow, EntityRow, FactSourceRow, SourceRow
from capital_loop.show.words import CHAPTER, FILTER, GRADE, REGISTER, TENSE

if TYPE_CHECKING:
    from capital_loop.publish.site.view import View

FIRST = 40
"""Rows that stand in a page at once; the others come when they are asked for."""
FEW = 12
"""A subject with fewer facts shares a page."""
FOLDER = {"facts": "evidence", "sources": "sources"}
"""Where its parts stand."""
OTHERS = "others"


@dataclass(frozen=True)
class Part:
    """A page with some rows of a register: its name, what it is called, the keys of its rows."""

    page: str
    title: str
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """A row as HTML, with and without its id, and what it can be filtered by."""

    whole: Markup
    bare: Markup
    values: dict[str, tuple[str, ...]]


class Registers:
    """The long tables of one record."""

    def __init__(self, view: View):
        self.view = view
        self._rows: dict[str, dict[str, Row]] = {}

    def rows(self, name: str) -> dict[str, Row]:
        """The rows of a table by key, in the record's order."""
        if name not in self._rows:
            made = render(f"{name}-rows", ANYWHERE, ROWS[name](self.view), place=self.place)
            self._rows[name] = dict(_rows(made, REGISTER[name]["heads"], REGISTER[name]["filters"]))
        return self._rows[name]

    @cached_property
    def parts(self) -> dict[str, list[Part]]:
        """Facts by subject, sources by grade: the largest first, and best first."""
        names = {i: e.name for i, e in self.view.record.keyed(EntityRow).items()}
        by_subject: dict[str, list[str]] = {}
        for f in self.view.facts:
            by_subject.setdefault(f.subject, []).append(f.fact_id)
        large = sorted(
            (s for s, ids in by_subject.items() if len(ids) >= FEW), key=lambda s: -len(by_subject[s])
        )
        small = [i for s, ids in by_subject.items() if s not in large for i in ids]
        facts = [_part("facts", s, names[s], by_subject[s]) for s in large]
        if small:
            facts.append(_part("facts", OTHERS, REGISTER["facts"]["rest"], small))
        by_grade: dict[str, list[str]] = {g: [] for g in GRADES}
        for i in self.view.record.keyed(SourceRow):
            by_grade[self.view.record.source(i).grade].append(i)
        sources = [_part("sources", g, GRADE[g], ids) for g, ids in by_grade.items() if ids]
        return {"facts": facts, "sources": sources}

    @cached_property
    def _pages(self) -> dict[str, dict[str, str]]:
        return {
            name: {key: part.page for part in parts for key in part.keys}
            for name, parts in self.parts.items()
        }

    def place(self, name: str, key: str) -> str:
        """The address of a row from the top of the site."""
        page = self._pages[name].get(key)
        return f"{page}.html#{key}" if page else lasting(name, key)

    def table(self, name: str, keys: Iterable[str] | None = None, *, file: str = "") -> dict[str, Any]:
        """What the template of a table shows: all rows, or some; ``file`` brings those after the first."""
        found = self.rows(name)
        rows = list(found.values()) if keys is None else [found[k] for k in keys]
        shown = [r.bare if file else r.whole for r in rows]
        choices = [(k, head, self._choices(k, rows)) for k, head in REGISTER[name]["filters"].items()]
        return {
            "name": name, "total": len(rows), "step": FIRST, "file": file,
            "first": Markup("\n").join(shown[:FIRST]),
            "rest": Markup("" if file else "\n").join([] if file else shown[FIRST:]),
            "filters": [(key, head, some) for key, head, some in choices if len(some) > 1],
            "words": {k: v.replace("{noun}", REGISTER[name]["noun"]) for k, v in FILTER.items()},
            "said": REGISTER[name], "home": HOME.get(name, ""),
        }  # fmt: skip

    def _choices(self, key: str, rows: list[Row]) -> list[tuple[str, str, int]]:
        """The values of a filter with their words and how many rows have each, by their words."""
        count = Counter(v for r in rows for v in set(r.values[key]))
        words = {
            "document": {i: d.title for i, d in self.view.documents.items()},
            "then": SCALE, "verdict": SCALE, "tense": TENSE, "chapter": CHAPTER,
        }.get(key, {})  # fmt: skip
        found = [(v, words.get(v, v.replace("_", " ").replace("-", " ")), n) for v, n in count.items()]
        return sorted(found, key=lambda choice: choice[1].casefold())

    def newest(self, name: str) -> list[str]:
        """Keys of a register in parts, by the day on which they were published, newest first."""
        if name == "facts":
            days = {f.fact_id: f.published.isoformat() for f in self.view.facts}
        else:
            days = {i: s.published for i, s in self.view.record.keyed(SourceRow).items()}
        return sorted(days, key=lambda key: days[key], reverse=True)

    def script(self, name: str) -> str:
        """The rows that do not stand in the register's first page, as a script: files can load those too."""
        rows = self.rows(name)
        rest = "".join(rows[key].bare for key in self.newest(name)[FIRST:]).replace(ANYWHERE, up(HOME[name]))
        return f"window.capitalLoopRows = {json.dumps(rest, ensure_ascii=False)};\n"


def _part(name: str, slug: str, title: str, keys: Iterable[str]) -> Part:
    return Part(f"{FOLDER[name]}/{slug}", title, tuple(keys))


def _rows(rows: Markup, heads: list[str], filters: Iterable[str]) -> Iterator[tuple[str, Row]]:
    body = html.fragment_fromstring(str(labelled(rows, heads)), create_parent="tbody")
    for row in body.iter("tr"):
        key = row.get("id")
        values = {f: tuple(v for v in (row.get(f"data-{f}") or "").split("|") if v) for f in filters}
        row.tail = None
        whole = Markup(html.tostring(row, encoding="unicode"))
        del row.attrib["id"]
        yield key, Row(whole, Markup(html.tostring(row, encoding="unicode")), values)


def _claims(view: View) -> dict[str, Any]:
    """Every claim with both verdicts."""
    rows = [(c, view.assessments[i]) for i, c in view.claims.items()]
    languages = {k: d.language for k, d in view.documents.items()}
    return {"claims": rows, "second": view.readings, "differ": differ, "languages": languages}


def _facts(view: View) -> dict[str, Any]:
    return {
        "facts": view.facts, "titles": view.record.metrics.set_index("metric_id")["title"],
        "names": view.record.entities.set_index("entity_id")["name"],
        "chapters": _chapters(view), "grade": lambda f: GRADE[f.grade],
    }  # fmt: skip


def _chapters(view: View) -> dict[str, list[str]]:
    """The chapters whose claims a fact bears on, by fact."""
    out: dict[str, list[str]] = {}
    for claim, links in view.links.items():
        for link in links:
            name = CHAPTER[view.claims[claim].chapter]
            if name not in out.setdefault(link.fact_id, []):
                out[link.fact_id].append(name)
    return out


def _sources(view: View) -> dict[str, Any]:
    links, rows = view.record.grouped(FactSourceRow, "source_id"), view.record.keyed(SourceRow)
    served = {i: [link.fact_id for link in links.get(i, [])] for i in rows}
    return {"sources": [(s, served[i], view.record.source(i).grade) for i, s in rows.items()]}


def _deals(view: View) -> dict[str, Any]:
    """Every deal with its amount in the front page's words and as dollars, by which the column is sorted."""
    rows, about = [], front.words.chart("network")
    for i, d in view.record.keyed(DealRow).items():
        usd = view.record.fact(d.amount_fact).value if d.amount_fact else 0.0
        said = front.money(usd) if d.amount_fact else ""
        if said and d.amount_kind != "stated":
            said = about.label("about", stated=said)
        rows.append((d, said, f"{usd:.0f}", view.stages.get(i, [])))
    names = view.record.entities.set_index("entity_id")["name"]
    return {"deals": rows, "names": names, "gives": front.words.table("gives")}


ROWS: dict[str, Callable[[View], dict[str, Any]]] = {
    "claims": _claims, "deals": _deals, "facts": _facts, "sources": _sources,
}  # fmt: skip
"""What the template of a table's rows shows."""
