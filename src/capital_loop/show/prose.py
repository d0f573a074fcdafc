"""What notebooks show besides charts: prose with figures from data, and tables of claims and verdicts.

``say`` keeps hand-typed figures out of the prose: each number in it is a fact (shown as a link to its
row in the evidence) or a result of the code above it.
"""

from __future__ import annotations

import json
import string
from html import escape
from typing import Any

import pandas as pd

from capital_loop.claims.rules import SCALE, assess
from capital_loop.record.tables import Fact, Record
from capital_loop.show.figure import source_line, table_html
from capital_loop.show.whatif import WhatIf
from capital_loop.show.words import (
    CONFIDENCE,
    STAGE,
    WHATIF,
    figure,
    human_period,
    put,
    tie,
)


class Html:
    """HTML output with a plain-text fallback."""

    def __init__(self, html: str, text: str):
        self.html, self.text = html, text

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.text}


class Prose:
    """Markdown output."""

    def __init__(self, markdown: str):
        self.markdown = markdown

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/markdown": self.markdown, "text/plain": self.markdown}


class _Formatter(string.Formatter):
    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, str) and not format_spec:
            return value
        words = put(value.as_of if isinstance(value, Fact) and format_spec == "asof" else value,
                    "date" if format_spec == "asof" else format_spec)  # fmt: skip
        words = words.replace("$", "\\$")  # else Markdown takes two sums of money for a formula
        if isinstance(value, Fact):
            tip = escape(
                f"{value.fact_id}: {STAGE[value.stage]}, {CONFIDENCE[value.confidence]}, as of {human_period(value.as_of)}"
                + (f"; {value.sources[0].publisher}" if value.sources else ""),
                quote=True,
            )
            date = ' data-asof=""' if format_spec == "asof" else ""  # its figure stands beside it
            return f'<a class="fact" href="../book/evidence.html#{value.fact_id}" title="{tip}"{date}>{words}</a>'
        return words


def say(template: str, **values: Any) -> Prose:
    """Prose with ``{name:format}`` fields; facts become links. Formats: see ``capital_loop.show.words``.

    ``{fact:asof}`` puts a fact's as-of date. ``{claim}`` fields take strings such as ``claim("R-01")``.
    Raises ``KeyError`` for a field without a value.
    """
    return Prose(tie(_Formatter().format(template.strip(), **values)))


def claim(claim_id: str) -> str:
    """A link to a claim's page, for use in ``say``."""
    said = escape(claim_id)
    return f'<a class="claim" href="../claims/{said.lower()}.html">{said}</a>'


def fact_link(fact_id: str) -> str:
    """A link to a fact's row in the evidence."""
    said = escape(fact_id)
    return f'<a class="fact" href="../book/evidence.html#{said}">{said}</a>'


def badge(verdict: str) -> str:
    """A verdict as a small labelled mark; the words carry the meaning, colour only helps."""
    return f'<span class="cl-verdict v-{verdict}">{SCALE[verdict]}</span>'


def claims(record: Record, chapter: str, kinds: tuple[str, ...] = ()) -> Html:
    """The chapter's claims as said: id, document, our paraphrase, the figure as printed."""
    frame = record.claims[record.claims["chapter"] == chapter]
    if kinds:
        frame = frame[frame["kind"].isin(kinds)]
    rows = "".join(
        f"<tr><td>{claim(c.claim_id)}</td><td>{escape(c.document_id)}</td><td>{escape(c.paraphrase)}</td>"
        f'<td lang="zh">{escape(c.printed)}</td></tr>'
        for c in frame.itertuples()
    )
    heads = ["Claim", "Document", "What it says, in our words", "As printed"]
    return Html(
        _fold(f"The {len(frame)} claims of this chapter", html_table("Claims of this chapter", heads, rows)),
        "\n".join(f"{c.claim_id} {c.paraphrase}" for c in frame.itertuples()),
    )


def verdicts(record: Record, chapter: str) -> Html:
    """The chapter's verdicts: on the day, now, the rule or the editor's reason."""
    results = assess(record)
    frame = record.claims[record.claims["chapter"] == chapter]
    rows, text = "", []
    for c in frame.itertuples():
        a = results[c.claim_id]
        basis = "editorial" if a.now.editorial else a.now.rule
        rows += (
            f"<tr><td>{claim(c.claim_id)}</td><td>{escape(c.paraphrase)}</td><td>{badge(a.on_day.verdict)}</td>"
            f"<td>{badge(a.now.verdict)}</td><td>{basis}</td></tr>"
        )
        text.append(f"{c.claim_id} {a.on_day.verdict} {a.now.verdict} {basis}")
    heads = ["Claim", "What it says, in our words", "On its day", "Now", "Rule"]
    return Html(html_table("Verdicts of this chapter", heads, rows), "\n".join(text))


def would_change(record: Record, chapter: str) -> Html:
    """What would change the editorial verdicts of a chapter."""
    wanted = set(record.claims.loc[record.claims["chapter"] == chapter, "claim_id"])
    frame = record.editorial[record.editorial["claim_id"].isin(wanted)]
    rows = "".join(
        f"<tr><td>{claim(e.claim_id)}</td><td>{escape(e.reasons)}</td><td>{escape(e.would_change)}</td></tr>"
        for e in frame.itertuples()
    )
    heads = ["Claim", "Our reasons", "What would change the verdict"]
    html = _fold(
        f"The {len(frame)} editorial verdicts with reasons", html_table("Editorial verdicts", heads, rows)
    )
    return Html(html, "\n".join(frame["claim_id"]))


def facts(record: Record, ids: list[str], caption: str) -> Html:
    """Some facts as a table with stage, confidence and first source, and the sources below."""
    found = [record.fact(i) for i in ids]
    title = record.metrics.set_index("metric_id")["title"]
    rows = "".join(
        f"<tr><td>{fact_link(f.fact_id)}</td>"
        f"<td>{escape(str(title[f.metric]))}</td>"
        f'<td class="num">{escape(figure(f.value, f.unit))}</td><td>{escape(f.as_of)}</td>'
        f"<td>{escape(f.stage.replace('_', ' '))}</td><td>{escape(f.confidence.replace('_', ' '))}</td><td>{escape(f.note)}</td></tr>"
        for f in found
    )
    heads = ["Fact", "What", "Figure", "As of", "Stage", "Confidence", "Scope"]
    html = html_table(caption, heads, rows) + f'<p class="cl-source">{source_line(found)}</p>'
    return Html(html, "\n".join(f"{f.fact_id} {figure(f.value, f.unit)}" for f in found))


def table(frame: pd.DataFrame, caption: str) -> Html:
    """A result frame as a plain table; column names are headings with units."""
    return Html(
        f'<p class="cl-caption">{escape(caption)}</p>' + table_html(frame, caption),
        frame.to_string(index=False),
    )


def ranges_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Inputs with their ranges in words; ``rows`` has a name (``input`` or ``title``), low, central, high, unit."""
    said = {
        end.capitalize(): [figure(v, u) for v, u in zip(rows[end], rows["unit"], strict=True)]
        for end in ("low", "central", "high")
    }
    name = "input" if "input" in rows else "title"
    return pd.DataFrame(
        {"Input": list(rows[name]), **said} | ({"Why": list(rows["why"])} if "why" in rows else {})
    )


def whatif(found: WhatIf) -> Html:
    """A calculator: its answer at the recorded values; ``whatif.js`` puts sliders in where scripts run."""
    lines = "".join(
        f'<p class="cl-answer">{escape(name)}: <output>{escape(put(value, form))}</output></p>'
        for name, form, value in found.answers
    )
    rows = "".join(f"<li>{escape(s.name)}: {escape(put(s.value, s.form))}</li>" for s in found.sliders)
    spec = {
        "kind": found.kind, "words": WHATIF, "sliders": [vars(s) for s in found.sliders],
        "answers": [list(a[:2]) for a in found.answers], "constants": dict(found.constants),
    }  # fmt: skip
    text = json.dumps(spec, ensure_ascii=False).replace("<", "\\u003c")
    html = (
        f'<section class="cl-whatif" aria-label="{escape(found.title, quote=True)}" id="whatif-{found.kind}"><p><strong>{escape(found.title)}</strong></p>{lines}'
        f'<p class="cl-state cl-note">{escape(WHATIF["recorded"])} {escape(WHATIF["static"])}</p><ul class="cl-inputs">{rows}</ul>'
        f'<script type="application/json">{text}</script></section>'
    )
    return Html(html, f"{found.title} " + "; ".join(f"{n}: {put(v, f)}" for n, f, v in found.answers))


def _fold(summary: str, html: str) -> str:
    """A long table that opens on a click, with or without scripts."""
    return f'<details class="cl-fold"><summary>{summary}</summary>{html}</details>'


def html_table(label: str, heads: list[str], rows: str, *, attributes: str = "", wide: bool = False) -> str:
    """A table that scrolls inside the page; ``rows`` is HTML, ``label`` names it for screen readers."""
    head = "".join(f'<th scope="col">{h}</th>' for h in heads)
    return (
        f'<div class="cl-scroll{" cl-wide-table" if wide else ""}" tabindex="0" role="region" '
        f'aria-label="{escape(label, quote=True)}"><table class="cl-table"{attributes}>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
