"""What notebooks show besides charts: prose with figures from data, and tables of claims and verdicts.

``say`` keeps hand-typed figures out of the prose: each number in it is a fact (on the site a link to its row
in the evidence) or a result of the code above it. Viewers of notebooks get prose and plain tables; the site
gets the same as data, with the keys of facts and claims.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any, overload

import pandas as pd

from capital_loop.claims.rules import assess
from capital_loop.record.rows import ClaimRow
from capital_loop.record.tables import Fact, Record
from capital_loop.show import words
from capital_loop.show.figure import Figure, source_line
from capital_loop.show.table import Column, Table, from_frame
from capital_loop.show.words import Bounds, formatted, quantity, unbroken

PROSE = "application/vnd.capital-loop.prose+json"
"""The type of prose in a notebook: MyST text with roles for facts and claims."""
FELL = frozenset({"contradicted", "outdated", "borne_out"})
"""A claim with one of these verdicts, on either date, is shown without a click."""
_INNER_LINK = re.compile(r"\[([^\]]+)\]\((?!https?:)[^)]*\)")
"""A Markdown link into the book, which leads nowhere outside the site."""


_DETAILS = '<details class="cl-fold cl-more"><summary>{}</summary>\n\n{}\n\n</details>'
"""Text under a line that opens it, for every viewer of Markdown."""


class claim(str):  # noqa: N801 (used as a function)
    """The id of a claim, for use in ``say``: a link on the site, its letters elsewhere."""


@dataclass(frozen=True)
class Prose:
    """Markdown for viewers, MyST for the site, and the facts that stand in it as (id, words)."""

    markdown: str
    myst: str = ""
    facts: tuple[tuple[str, str], ...] = ()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        plain = self.markdown.replace("\\$", "$")
        return {
            PROSE: {
                "myst": self.myst or self.markdown,
                "facts": [list(f) for f in self.facts],
            },
            "text/markdown": self.markdown,
            "text/plain": plain,
        }


class _Formatter(Bounds):
    """Puts values into a template: as words, or as words with the role that links them on the site."""

    def __init__(self, roles: bool):
        self.roles = roles
        self.facts: list[tuple[str, str]] = []

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, claim):
            return f"{{claim}}`{value}`" if self.roles else str(value)
        if isinstance(value, str) and not format_spec:
            return value
        asof = format_spec == "asof"
        said = formatted(
            value.as_of if isinstance(value, Fact) and asof else value, "date" if asof else format_spec
        )
        if isinstance(value, Fact):
            said = unbroken(said)
            self.facts.append((value.fact_id, said))
            if self.roles:
                return f"{{{'asof' if asof else 'fact'}}}`{said} <{value.fact_id}>`"
        return said.replace("$", "\\$")  # else Markdown takes two sums of money for a formula


def say(template: str, **fields: Any) -> Prose:
    """Prose with ``{name:format}`` fields; facts become links. Formats: see ``capital_loop.show.words``.

    ``{fact:asof}`` puts a fact's as-of date. Fields take facts, numbers, days, words and ``claim("R-01")``.
    Raises ``KeyError`` for a field without a value.
    """
    plain, linked = _Formatter(roles=False), _Formatter(roles=True)
    markdown = unbroken(plain.format(template.strip(), **fields))
    myst = unbroken(linked.format(template.strip(), **fields))
    return Prose(_INNER_LINK.sub(r"\1", markdown), myst, tuple(linked.facts))


def verdicts(record: Record, chapter: str, *, plain: bool) -> Table:
    """A chapter's claims, each with its printed figure and verdicts: on the day, now, and by what rule.

    With ``plain=False`` the claims that were contradicted, overtaken or borne out late on either date; with
    ``plain`` all others, folded under a line that says how they stand.
    """
    results = assess(record)
    heads = (
        Column("Claim", "claim"),
        Column("What it says, in our words"),
        Column("On its day", "verdict"),
        Column("Now", "verdict"),
        Column("Rule"),
    )
    rows = []
    for c in record.grouped(ClaimRow, "chapter").get(chapter, []):
        a = results[c.claim_id]
        if plain != FELL.isdisjoint({a.on_day.verdict, a.now.verdict}):
            continue
        basis = ("editorial" if a.now.editorial else a.now.rule) + (", so far" if a.now.so_far else "")
        basis += ", on weak sources" if a.now.weak else ""
        said = (
            words.TABLE["printed"].format(said=c.paraphrase, printed=c.printed) if c.printed else c.paraphrase
        )
        rows.append([c.claim_id, said, a.on_day.verdict, a.now.verdict, basis])
    if not plain:
        return Table(words.TABLE["verdicts"], heads, rows, words.TABLE["fell"].format(n=len(rows)))
    stand = Counter(row[3] for row in rows)
    how = ", ".join(said.format(n=stand[v]) for v, said in words.STANDING.items() if stand[v])
    return Table(words.TABLE["verdicts"], heads, rows, fold=words.TABLE["plain"].format(n=len(rows), how=how))


def would_change(record: Record, chapter: str) -> Table:
    """What would change the editorial verdicts of a chapter."""
    wanted = set(record.claims.loc[record.claims["chapter"] == chapter, "claim_id"])
    frame = record.editorial[record.editorial["claim_id"].isin(wanted)]
    heads = (
        Column("Claim", "claim"),
        Column("Our reason on its day"),
        Column("Our reason now"),
        Column("What would change the verdict"),
    )
    columns = ["claim_id", "reason_on_day", "reason_now", "would_change"]
    rows = frame[columns].astype(str).to_numpy().tolist()
    return Table(
        words.TABLE["editorial_label"], heads, rows, fold=words.TABLE["editorial"].format(n=len(frame))
    )


def facts(record: Record, ids: list[str], caption: str) -> Table:
    """Some facts as a table with stage, confidence and scope, and the sources below."""
    found = [record.fact(i) for i in ids]
    title = record.metrics.set_index("metric_id")["title"]
    heads = (
        Column("Fact", "fact"), Column("What"), Column("Figure", "number"), Column("As of", "day"),
        Column("Stage"), Column("Confidence"), Column("Scope"),
    )  # fmt: skip
    rows = [
        [
            f.fact_id,
            str(title[f.metric]),
            quantity(f.value, f.unit),
            f.as_of,
            words.STAGE[f.stage],
            words.CONFIDENCE[f.confidence],
            f.note,
        ]
        for f in found
    ]
    return Table(caption, heads, rows, source=source_line(found))


def table(frame: pd.DataFrame, caption: str) -> Table:
    """A result frame as a plain table; column names are headings with units."""
    return from_frame(frame, caption, caption)


@overload
def folded(shown: Figure, said: str) -> Figure: ...
@overload
def folded(shown: Table, said: str) -> Table: ...
@overload
def folded(shown: Prose, said: str) -> Prose: ...
def folded(shown: Figure | Table | Prose, said: str) -> Figure | Table | Prose:
    """A figure, table or text that a page keeps closed under a line that says what it shows."""
    if isinstance(shown, Prose):
        markdown, myst = (_DETAILS.format(said, text) for text in (shown.markdown, shown.myst))
        return replace(shown, markdown=markdown, myst=myst)
    return replace(shown, fold=said)


def ranges_table(*parts: pd.DataFrame) -> pd.DataFrame:
    """Inputs with their ranges in words.

    ``parts`` have a name (``input`` or ``title``), low, central, high, unit.
    """
    rows = pd.concat(parts)
    said = {
        end.capitalize(): [quantity(v, u) for v, u in zip(rows[end], rows["unit"], strict=True)]
        for end in ("low", "central", "high")
    }
    name = "input" if "input" in rows else "title"
    return pd.DataFrame(
        {"Input": list(rows[name]), **said} | ({"Why": list(rows["why"])} if "why" in rows else {})
    )
