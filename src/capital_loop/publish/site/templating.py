"""Jinja2 templates of everything on the site that comes from data; all that is put into them is escaped."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import jinja2
from docutils.utils.smartquotes import educateQuotes
from lxml import html
from markupsafe import Markup

from capital_loop.claims.rules import MEANING, RULES, SCALE
from capital_loop.publish.site import told
from capital_loop.record.grades import GRADES
from capital_loop.record.tables import Fact, Source
from capital_loop.show import words
from capital_loop.show.words import human_period, quantity

_MACROS = (
    "fact", "claim", "copy", "badge", "chapter", "table", "register", "parted", "by_key", "data_table",
    "fact_cells", "row_link",
)  # fmt: skip


HOME = {"facts": "book/evidence", "sources": "book/sources"}
"""Where a register in parts begins."""


def lasting(name: str, key: str) -> str:
    """The address of a row that lasts, from the top of the site: its register leads on to it."""
    return f"{HOME[name]}.html#{key}"


def _fact_figure(f: Fact) -> str:
    """A fact's value, with its range where it has one."""
    text = quantity(f.value, f.unit)
    low, high = not math.isnan(f.low), not math.isnan(f.high)
    if f.unit in ("date", "boolean") or not (low or high) or f.low == f.high:
        return text
    if low and high:
        return f"{text} ({quantity(f.low, f.unit)} to {quantity(f.high, f.unit)})"
    return f"{text} or more" if low else f"{text} or less"


def labelled(rows: Markup, heads: list[str]) -> Markup:
    """Rows whose cells carry the heading of their column: on a phone, without a head, it is beside them.

    A column whose cells begin with a verdict says so, also where a cell has none: there it stands first.
    """
    if len(heads) < 4 or not str(rows).strip():
        return rows
    body = html.fragment_fromstring(str(rows), create_parent="tbody")
    cells = [[c for c in row if c.tag in ("td", "th")] for row in body.iter("tr")]
    judged = {n for row in cells for n, c in enumerate(row) if len(c) and "cl-verdict" in c[0].classes}
    for row in cells:
        for n, (cell, head) in enumerate(zip(row, heads, strict=False)):
            if cell.tag == "td":
                cell.set("data-label", head)
                if n in judged:
                    cell.set("class", f"{cell.get('class', '')} verdict".strip())
    return Markup("".join(html.tostring(row, encoding="unicode") for row in body))


def _alike(sources: Iterable[Source]) -> list[list[Source]]:
    """Sources of a fact; those that would be told in the same words, together."""
    found: dict[tuple[str, ...], list[Source]] = {}
    for s in sources:
        found.setdefault((s.publisher, s.locator, s.grade), []).append(s)
    return list(found.values())


DATE = re.compile(r"\d{1,2} [A-Z][a-z]{2,8} \d{4}")
"""A day as readers see it; in a table it is not broken."""
_DAYS = re.compile(r"20[0-3]\d[01]\d[0-3]\d")
_LONG = re.compile(r"\d{5,}(?:\.\d+)?")
_KEYS = {**words.CONFIDENCE, **words.GRADE, **words.STAGE, **SCALE}


def plain_cell(text: str) -> str:
    """A cell of a table for a reader: keys of the scales in words, long numbers grouped; a day as it is."""
    grouped = _LONG.fullmatch(text) and not _DAYS.fullmatch(text)
    return f"{float(text):,.15g}" if grouped else _KEYS.get(text, text)


_YEAR = re.compile(r"(?<!\w)'(?=\d\d\b)")


def typographic(text: Any) -> Any:
    """Apostrophes and quotation marks as printers set them; markup, and what is no text, as it is.

    The record has those of a keyboard. What is code, an address or for machines is put into a template as
    ``x|code``.
    """
    if type(text) is not str or ("'" not in text and '"' not in text):
        return text
    return educateQuotes(_YEAR.sub("’", text), "en")


def _day(value: Any) -> str:
    return human_period(value if isinstance(value, str) else f"{value:%Y-%m-%d}")


_ENVIRONMENT = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, trim_blocks=True,
    lstrip_blocks=True, undefined=jinja2.StrictUndefined, finalize=typographic,
)  # fmt: skip
_ENVIRONMENT.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": False}
_ENVIRONMENT.filters |= {
    "fact_figure": _fact_figure,
    "day": _day,
    "labelled": labelled,
    "quantity": quantity,
    "cell": plain_cell,
    "code": Markup.escape,
    "alike": _alike,
    "stage": words.STAGE.get,
}
_ENVIRONMENT.tests["date"] = lambda text: bool(DATE.fullmatch(text))
_ENVIRONMENT.globals |= {name: value for name, value in (vars(words) | vars(told)).items() if name.isupper()}
_ENVIRONMENT.globals |= {"SCALE": SCALE, "MEANING": MEANING, "RULES": RULES, "GRADES": GRADES}


ANYWHERE = "@up/"
"""Stands for the way to the top in rows that several pages show."""


def up(page: str) -> str:
    """The way from a page to the top of the site."""
    return ANYWHERE if page == ANYWHERE else "../" * page.count("/")


def render(
    name: str,
    page: str,
    context: dict[str, Any],
    terms: Callable[[str], Markup] | None = None,
    place: Callable[[str, str], str] = lasting,
) -> Markup:
    """A template, filled for a page.

    ``terms`` marks terms of the glossary in a text; ``place`` gives the address of a row of a register from
    the top of the site.
    """
    template = _ENVIRONMENT.get_template(f"{name}.html.j2")
    mark = terms or Markup.escape
    shared: dict[str, Any] = {"up": up(page), "terms": lambda text: mark(typographic(text)), "place": place}
    macros = _ENVIRONMENT.get_template("macros.html.j2").make_module(shared)
    return Markup(template.render({**shared, **{m: getattr(macros, m) for m in _MACROS}, **context}))
