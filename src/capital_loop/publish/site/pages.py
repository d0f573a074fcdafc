"""HTML of everything on the site that comes straight from the record."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterator
from html import escape
from typing import Any

from capital_loop.chapters.front.charts import network
from capital_loop.claims import MEANING, RULES, SCALE, Verdict, contradictions, editions
from capital_loop.publish.site import machine, publish
from capital_loop.publish.site.view import View
from capital_loop.record.tables import Fact
from capital_loop.show.prose import badge, fact_link, html_table
from capital_loop.show.prose import claim as claim_link
from capital_loop.show.words import (
    CHAPTER,
    CHAPTER_PAGE,
    CONFIDENCE,
    EDITIONS,
    PAPER,
    ROLE,
    STAGE,
    TRACE,
    figure,
    human_period,
)

EVIDENCE, SOURCES, RULES_PAGE = "../book/evidence.html", "../book/sources.html", "../book/verdicts.html"
"""Links are written as seen from a folder one level down; ``relink`` turns them for the front page."""


def relink(html: str, docname: str) -> str:
    """Links written for a folder one level down, seen from ``docname``."""
    return html if "/" in docname else html.replace('href="../', 'href="')


def _chapter_link(chapter: str) -> str:
    return f'<a href="../{CHAPTER_PAGE[chapter]}.html">{CHAPTER[chapter]}</a>'


def chapter_head(view: View, chapter: str) -> str:
    """A chapter's heading for the front page: its link, and how its claims fare now."""
    mine = view.record.claims.loc[view.record.claims["chapter"] == chapter, "claim_id"]
    now = [view.assessments[c].now.verdict for c in mine]
    counts = ", ".join(f"{now.count(k)} {SCALE[k].lower()}" for k in SCALE if k in now)
    return f'<h3 class="cl-chapter">{_chapter_link(chapter)}</h3><p class="cl-count">{len(now)} claims: {counts}.</p>'


def verdict_counts(view: View) -> str:
    """How many claims got which verdict, on the day and now."""
    rows = ""
    for key in SCALE:
        day = sum(a.on_day.verdict == key for a in view.assessments.values())
        now = sum(a.now.verdict == key for a in view.assessments.values())
        editors = sum(a.now.verdict == key and a.now.editorial for a in view.assessments.values())
        rows += (
            f'<tr><th scope="row">{badge(key)}</th><td class="num">{day}</td><td class="num">{now}</td>'
            f'<td class="num">{editors}</td></tr>'
        )
    total = len(view.assessments)
    rows += f'<tr><th scope="row">All claims</th><td class="num">{total}</td><td class="num">{total}</td><td class="num"></td></tr>'
    return html_table(
        "Verdict counts", ["Verdict", "On the document's day", "Now", "of these editorial"], rows
    )


def score_finding(view: View) -> str:
    """The ledger in one sentence."""
    now = [a.now for a in view.assessments.values()]
    rated = [v for v in now if v.verdict in ("supported", "supported_imprecise", "contradicted", "outdated")]
    good = sum(v.verdict == "supported" for v in rated)
    close = sum(v.verdict == "supported_imprecise" for v in rated)
    bad = sum(v.verdict == "contradicted" for v in rated)
    old = sum(v.verdict == "outdated" for v in rated)
    conflicts = [c for c in contradictions(view.record) if c.kind == "conflict"]
    return (
        f"<p>The five documents make {len(now)} claims; the evidence decides {len(rated)} of them. "
        f"{good} hold, {close} hold imprecisely, {bad} are contradicted and {old} were right on their day and no longer are. "
        f"The rest are judgements, forecasts and what nothing measures. "
        f'The documents contradict one another on <a href="../book/contradictions.html">{len(conflicts)} quantities</a>.</p>'
    )


def verdict_scale(view: View) -> str:
    """The scale with meanings."""
    return html_table(
        "The verdict scale", ["Verdict", "What it means"],
        "".join(f'<tr><th scope="row">{badge(k)}</th><td>{escape(MEANING[k])}</td></tr>' for k in SCALE),
    )  # fmt: skip


def rules(view: View) -> str:
    """The rules with how often each fired."""
    fired = [a.now.rule for a in view.assessments.values()]
    rows = "".join(
        f'<tr id="rule-{k}"><th scope="row">{k}</th><td>{escape(t)}</td><td class="num">{fired.count(k)}</td></tr>'
        for k, t in RULES.items()
    )
    return html_table("The rules", ["Rule", "When it applies", "Claims (now)"], rows)


def documents_table(view: View) -> str:
    """The five documents."""
    rows = ""
    for d in view.documents.values():
        mine = [a.now.verdict for a in view.assessments.values() if a.claim_id.startswith(f"{d.prefix}-")]
        author = f", {escape(d.author)}" if d.author else ""
        day = human_period(d.day.strftime("%Y-%m-%d")) + (" (inferred)" if d.day_basis == "inferred" else "")
        rows += (
            f'<tr id="{d.document_id}"><th scope="row">{escape(d.document_id)}</th>'
            f"<td>{escape(d.title)}<br>{escape(d.publisher)}{author}</td><td>{day}<br><small>{escape(d.day_note)}</small></td>"
            f'<td>{escape(d.argument)}</td><td class="num">{len(mine)}</td><td class="num">{mine.count("contradicted")}</td></tr>'
        )
    heads = [
        "Document",
        "Title and publisher",
        "Day used for verdicts",
        "Its argument",
        "Claims",
        "contradicted now",
    ]
    return html_table("The five documents", heads, rows, wide=True)


def claims_table(view: View) -> str:
    """Every claim with both verdicts; ``claims.js`` adds filters where scripts run."""
    rows = ""
    for c in view.record.claims.itertuples():
        a = view.assessments[c.claim_id]
        rows += (
            f'<tr id="{c.claim_id}" data-document="{c.document_id}" data-chapter="{c.chapter}" data-kind="{c.kind}" '
            f'data-verdict="{a.now.verdict}"><th scope="row">{claim_link(c.claim_id)}</th><td>{escape(c.paraphrase)}</td>'
            f'<td lang="{view.documents[c.document_id].language}">{escape(c.printed)}</td><td>{c.kind}</td>'
            f"<td>{badge(a.on_day.verdict)}</td><td>{badge(a.now.verdict)}</td><td>{CHAPTER[c.chapter]}</td></tr>"
        )
    heads = ["Claim", "What it says, in our words", "As printed", "Kind", "On its day", "Now", "Chapter"]
    return (
        '<div id="claims-filters"></div>'
        + html_table("All claims", heads, rows, attributes=' id="claims-table"', wide=True)
        + '<script src="../_static/claims.js" defer></script>'
    )


def contradictions_table(view: View) -> str:
    """Where the documents disagree with each other, and where they share an error."""
    claims = view.record.claims.set_index("claim_id", drop=False)
    metrics = view.record.metrics.set_index("metric_id")
    names = view.record.entities.set_index("entity_id")["name"].to_dict()
    names.update(view.record.deals.set_index("deal_id")["title"].to_dict())
    out = {"conflict": "", "shared_error": ""}
    for item in contradictions(view.record):
        who, metric = item.key
        said = []
        for ref in item.claims:
            parts = ref.split("/")
            document = claims.at[parts[0], "document_id"]
            if len(parts) == 2:
                ratio = claims.at[parts[0], "value"] / claims.at[parts[1], "value"]
                said.append(
                    f"<li>{escape(document)} implies {ratio:.3g} times ({claim_link(parts[0])} against {claim_link(parts[1])})</li>"
                )
            else:
                c = claims.loc[ref]
                verdict = badge(view.assessments[ref].now.verdict)
                printed = f'<span lang="zh">{escape(c["printed"])}</span>, ' if c["printed"] else ""
                said.append(
                    f"<li>{escape(document)}: {escape(_said(c))} ({printed}{claim_link(ref)}) {verdict}</li>"
                )
        evidence = sorted(
            {i for ref in item.claims if "/" not in ref for i in view.assessments[ref].now.facts}
        )
        shown = "".join(
            f"<li>{fact_link(i)}: {escape(figure(view.record.fact(i).value, view.record.fact(i).unit))}, as of {human_period(view.record.fact(i).as_of)}</li>"
            for i in evidence
        ) + "".join(sorted({_implied_record(view, ref) for ref in item.claims if "/" in ref}))
        out[item.kind] += (
            f'<tr><th scope="row">{escape(names.get(who, who))}: {escape(metrics.at[metric, "title"])}</th>'
            f"<td><ul>{''.join(said)}</ul></td><td><ul>{shown}</ul></td></tr>"
        )
    heads = ["Quantity", "What the documents say", "What the record says"]
    return (
        "<h2>They contradict each other</h2>"
        + html_table("Contradictions among the documents", heads, out["conflict"])
        + "<h2>They agree, and the record contradicts them</h2>"
        + (
            html_table("Shared errors", heads, out["shared_error"])
            if out["shared_error"]
            else "<p>None found.</p>"
        )
    )


def _implied_record(view: View, ref: str) -> str:
    """The ratio of the facts that decide the two claims of an implied ratio."""
    top, bottom = (view.assessments[c].now.facts for c in ref.split("/"))
    if not top or not bottom:
        return ""
    ratio = view.record.fact(top[0]).value / view.record.fact(bottom[0]).value
    return f"<li>{fact_link(top[0])} / {fact_link(bottom[0])}: {ratio:.3g} times</li>"


def _said(c: Any) -> str:
    """The figure of a claim; a stretch of days as such."""
    if c["unit"] == "date" and c["low"] != c["high"]:
        return f"{figure(c['low'], 'date')} to {figure(c['high'], 'date')}"
    return figure(c["value"], c["unit"])


def facts_table(view: View) -> str:
    """Every fact, with an anchor of its own."""
    titles = view.record.metrics.set_index("metric_id")["title"]
    names = view.record.entities.set_index("entity_id")["name"]
    rows = ""
    for fact_id in view.record.facts.index:
        f = view.record.fact(fact_id)
        rows += (
            f'<tr id="{fact_id}"><th scope="row" class="id">{fact_id}</th>'
            f"<td>{escape(names[f.subject])}: {escape(titles[f.metric])}<br><small>{escape(f.note)}</small></td>{_fact_cells(f)}</tr>"
        )
    return html_table("All facts", ["Fact", "What, and its scope", *_FACT_HEADS], rows, wide=True)


_FACT_HEADS = ["Figure", "As of, standing", "Sources"]


def _fact_cells(f: Fact) -> str:
    return (
        f'<td class="num">{escape(_fact_figure(f))}</td>'
        f"<td>{escape(f.as_of)}<br><small>{STAGE[f.stage]}; {CONFIDENCE[f.confidence]}; public since {f.published}</small></td>"
        f"<td>{_refs(f)}</td>"
    )


def _fact_figure(f: Fact) -> str:
    text = figure(f.value, f.unit)
    if f.unit in ("date", "boolean"):
        return text
    if not math.isnan(f.low) and not math.isnan(f.high) and f.low != f.high:
        return f"{text} ({figure(f.low, f.unit)} to {figure(f.high, f.unit)})"
    if not math.isnan(f.low) and math.isnan(f.high):
        return f"{text} or more"
    if not math.isnan(f.high) and math.isnan(f.low):
        return f"{text} or less"
    return text


def _refs(f: Fact) -> str:
    links = "; ".join(
        f'<a href="{SOURCES}#{s.source_id}">{escape(s.publisher)}</a> ({escape(s.locator)})'
        for s in f.sources
    )
    if f.derived_from:
        parts = ", ".join(
            fact_link(i) if ":" not in i else escape(i.replace("price:", "")) for i in f.derived_from
        )
        return f"computed from {parts}; {links}"
    return links


def sources_table(view: View) -> str:
    """Every source, with an anchor of its own and what it serves."""
    served: dict[str, list[str]] = {}
    for link in view.record.fact_sources.itertuples():
        served.setdefault(link.source_id, []).append(link.fact_id)
    rows = ""
    for s in view.record.sources.itertuples():
        title = (
            f'<a href="{escape(s.url, quote=True)}" rel="noopener">{escape(s.title)}</a>'
            if s.url
            else escape(s.title)
        )
        who = escape(s.publisher) + (f", {escape(s.author)}" if s.author else "")
        quoted = f"<br><small>quoted in: {escape(s.quoted_in)}</small>" if s.quoted_in else ""
        uses = ", ".join(fact_link(i) for i in served.get(s.source_id, [])) or "closing prices"
        rows += (
            f'<tr id="{s.source_id}"><td>{title}{quoted}</td><td>{who}</td><td>{escape(s.published)}</td><td>{s.kind}</td>'
            f"<td>{uses}</td></tr>"
        )
    return html_table("All sources", ["Title", "Publisher", "Published", "Kind", "Facts"], rows, wide=True)


def deals_table(view: View) -> str:
    """Every deal with the stages it reached."""
    names = view.record.entities.set_index("entity_id")["name"]
    stages: dict[str, list[Any]] = {}
    for row in view.record.deal_stages.itertuples():
        stages.setdefault(row.deal_id, []).append(row)
    rows = ""
    for d in view.record.deals.itertuples():
        steps = "".join(
            f"<li>{s.date:%Y-%m-%d}: {STAGE[s.stage]} ({fact_link(s.fact_id)})<br><small>{escape(s.note)}</small></li>"
            for s in sorted(stages.get(d.deal_id, []), key=lambda s: s.date)
        )
        amount = figure(view.record.fact(d.amount_fact).value, "USD") if d.amount_fact else "–"
        link = f'<a class="fact" href="{EVIDENCE}#{d.amount_fact}">{amount}</a>' if d.amount_fact else amount
        rows += (
            f'<tr id="{d.deal_id}"><th scope="row">{escape(d.title)}<br><small>{escape(names[d.payer])} → {escape(names[d.payee])}, '
            f'{d.instrument}</small></th><td class="num">{link}</td><td>{escape(d.conditions)}</td><td><ul>{steps}</ul></td></tr>'
        )
    return html_table("All deals", ["Deal", "Stated amount", "Conditions", "Stages reached"], rows, wide=True)


def corrections_table(view: View) -> str:
    """Declared corrections to sources' figures."""
    frame = view.record.corrections
    if frame.empty:
        return "<p>No source's figure has been corrected so far.</p>"
    rows = "".join(
        f"<tr><td>{fact_link(c.fact_id)}</td><td>{c.column}</td><td>{escape(c.expect)}</td><td>{escape(c.value)}</td>"
        f"<td>{escape(c.reason)}</td><td>{c.decided:%Y-%m-%d}</td></tr>"
        for c in frame.itertuples()
    )
    return html_table("Corrections", ["Fact", "Column", "Source says", "We use", "Reason", "Decided"], rows)


def changes_table(view: View) -> str:
    """What a published edition said otherwise, newest first; cells that changed together stand together."""
    frame = view.record.changes
    if frame.empty:
        return f"<p>{escape(EDITIONS['unchanged'])}</p>"
    rows = ""
    together = ["date", "edition", "kind", "table", "key", "reason"]
    for (date, edition, kind, table, key, reason), cells in frame.groupby(together, sort=False):
        said = "".join(f"<li>{_cell_change(c)}</li>" for c in cells.itertuples())
        rows += (
            f'<tr id="{cells["change_id"].iloc[0]}"><td><time>{date:%Y-%m-%d}</time></td><td>{escape(EDITIONS[kind])}, edition {escape(edition)}</td>'
            f"<td>{_row_link(table, key)}</td><td><ul>{said}</ul></td><td>{escape(reason)}</td></tr>"
        )
    return html_table("Changes", ["Day", "What", "Where", "It said, and says now", "Why"], rows, wide=True)


def _cell_change(c: Any) -> str:
    return f"{escape(c.column) or escape(EDITIONS['row'])}: {escape(c.was) or '–'} → {escape(c.now) or '–'}"


def _row_link(table: str, key: str) -> str:
    """A link to where a row of the record is shown."""
    if table in ("claims", "editorial", "claim_evidence", "lessons"):
        return claim_link(key.split("/")[0])
    if table in ("facts", "fact_sources", "derived"):
        return fact_link(key.split("/")[0])
    return f"{escape(table)}, {escape(key)}"


def editions_table(view: View) -> str:
    """Every edition with its archive, and what moved from each to the next, the last being this one."""
    known = view.editions
    states = [(e.name, e.verdicts) for e in known]
    if not known or view.record.version != known[-1].name:
        here = {r["claim_id"]: r for r in editions.verdict_rows(view.record)}
        states.append((view.record.version, here))
    rows = "".join(
        f'<tr id="edition-{e.edition_id}"><th scope="row">{escape(e.edition_id)}</th><td><time>{e.date:%Y-%m-%d}</time></td><td>{escape(e.note)}</td>'
        f'<td><a href="../data/{escape(e.file)}" download>{escape(EDITIONS["archive"])}</a></td></tr>'
        for e in view.record.editions.sort_values("date").itertuples()
    )
    out = html_table("Editions", ["Edition", "Published", "What it holds", "Tables and verdicts"], rows)
    for (old, before), (new, after) in reversed(list(itertools.pairwise(states))):
        moves = editions.moved(before, after)
        title = EDITIONS["from_to"].format(old=escape(old), new=escape(new))
        out += f'<h2 id="since-{escape(old)}">{title}</h2>'
        what = EDITIONS["moved"].format(claims=len({m.claim_id for m in moves}), all=len(before))
        out += f"<p>{what}</p>"
        by_claim: dict[str, dict[str, str]] = {}
        for m in moves:
            by_claim.setdefault(m.claim_id, {})[m.when] = f"{badge(m.was)} → {badge(m.now)}"
        body = "".join(
            f'<tr><th scope="row">{claim_link(i)}</th>'
            + "".join(f"<td>{m.get(when, escape(EDITIONS['kept']))}</td>" for when in ("on_day", "now"))
            + "</tr>"
            for i, m in by_claim.items()
        )
        heads = ["Claim", "On the document's day", "Now"]
        out += html_table(f"Verdicts that moved, {new}", heads, body, wide=True) if moves else ""
    return out


def assumptions_table(view: View) -> str:
    """Inputs of the models that are not facts."""
    rows = "".join(
        f'<tr id="{a.assumption_id}"><th scope="row">{a.assumption_id}</th><td>{escape(a.title)}</td><td class="num">{a.low:g}</td>'
        f'<td class="num">{a.central:g}</td><td class="num">{a.high:g}</td><td>{a.unit}</td><td>{escape(a.why)}</td></tr>'
        for a in view.record.assumptions.itertuples()
    )
    return html_table("Assumptions", ["Id", "Input", "Low", "Central", "High", "Unit", "Why"], rows)


def edition(view: View) -> str:
    """Version and evidence date."""
    end = human_period(view.record.evidence_end.isoformat())
    facts = [view.record.fact(i) for i in view.record.facts.index]
    dated = [f.as_of for f in facts if len(f.as_of) == 10 and f.as_of <= f.published.isoformat()]
    newest = human_period(max(dated))
    return f"<p>Edition {escape(view.record.version)}. Evidence collected to {end}; its newest fact is of {newest}.</p>"


def citation(view: View) -> str:
    """The citation as text, BibTeX and CSL-JSON, from ``CITATION.cff``."""
    forms = publish.citations(view.record.data.parent, view)
    return "".join(
        f"<h2>{name}</h2>"
        + (f"<p>{escape(text)}</p>" if name == "APA" else f"<pre tabindex='0'>{escape(text)}</pre>")
        for name, text in forms.items()
    )


def loop(view: View) -> str:
    """The network of deals, drawn."""
    return network(view.record).html()


def paper_link(_: View) -> str:
    """The link to the PDF; hidden until ``capital-loop pdf`` has printed it."""
    return f'<p id="paper" hidden><a data-to="capital-loop.pdf">{escape(PAPER["link"])}</a></p>'


BLOCKS: dict[str, Callable[[View], str]] = {
    "loop": loop,
    "verdict-counts": verdict_counts,
    "score-finding": score_finding,
    "verdict-scale": verdict_scale,
    "rules": rules,
    "documents": documents_table,
    "claims": claims_table,
    "contradictions": contradictions_table,
    "facts": facts_table,
    "sources": sources_table,
    "deals": deals_table,
    "corrections": corrections_table,
    "changes": changes_table,
    "editions": editions_table,
    "assumptions": assumptions_table,
    "edition": edition,
    "paper": paper_link,
    "citation": citation,
    "downloads": machine.downloads,
}
"""What ``{record} name`` can show."""


def claim_pages(view: View) -> Iterator[tuple[str, str, str]]:
    """``(page name, title, body)`` of every claim's page."""
    for c in view.record.claims.itertuples():
        yield f"claims/{c.claim_id.lower()}", f"Claim {c.claim_id}", _claim_body(view, c)


def _claim_body(view: View, c: Any) -> str:
    d, a = view.documents[c.document_id], view.assessments[c.claim_id]
    printed = f'<p>As printed: <span lang="{d.language}">{escape(c.printed)}</span></p>' if c.printed else ""
    implied = ""
    if c.unit and not math.isnan(c.value) and c.unit != "boolean":
        low = "no lower bound" if math.isnan(c.low) else figure(c.low, c.unit)
        high = "no upper bound" if math.isnan(c.high) else figure(c.high, c.unit)
        implied = f"<p>Read as {escape(figure(c.value, c.unit))}; the wording implies {escape(low)} to {escape(high)}.</p>"
    speaker = f", said by {escape(c.speaker)}" if c.speaker else ""
    rows = ""
    for link in view.links.get(c.claim_id, []):
        f = view.record.fact(link.fact_id)
        rows += (
            f'<tr><th scope="row">{fact_link(f.fact_id)}</th><td>{ROLE[link.role]}<br><small>{escape(f.note)}</small></td>'
            f"{_fact_cells(f)}</tr>"
        )
    heads = ["Fact", "What it does here, and its scope", *_FACT_HEADS]
    evidence = html_table("Evidence", heads, rows) if rows else "<p>No fact in the record bears on it.</p>"
    editor = next((e for e in view.record.editorial.itertuples() if e.claim_id == c.claim_id), None)
    notes = ""
    if editor:
        notes = f"<h2>Editorial note</h2><p>{escape(editor.reasons)}</p><p>What would change it: {escape(editor.would_change)}</p>"
        if editor.looked_for:
            notes += f"<p>What was looked for: {escape(editor.looked_for)}</p>"
    return (
        f"{machine.claim_review(view, c)}<h1>Claim {c.claim_id}</h1><p class='cl-lead'>{escape(c.paraphrase)}</p>{printed}{implied}"
        f"<p>{escape(c.kind.capitalize())}, {c.assertion}{speaker}. Document: <a href='../book/documents.html#{c.document_id}'>{c.document_id}</a>, "
        f"paragraph {c.paragraph}, character {c.offset}. Chapter: {_chapter_link(c.chapter)}.</p>"
        f"<h2>Verdicts</h2><dl class='cl-verdicts'><dt>On the document's day, {d.day:%Y-%m-%d}</dt><dd>{_verdict(a.on_day)}</dd>"
        f"<dt>At the evidence's end, {view.record.evidence_end}</dt><dd>{_verdict(a.now)}</dd></dl>"
        f"<h2>Evidence</h2>{evidence}{notes}<h2>History</h2>{_history(view, c.claim_id)}"
        f"<h2>{escape(TRACE['title'])}</h2><details class='cl-trace'><summary>{escape(TRACE['open'])}</summary>"
        f"<pre tabindex='0'>{escape(chr(10).join(view.lineage.claim(c.claim_id)))}</pre></details>"
    )


def _history(view: View, claim_id: str) -> str:
    """What earlier editions said of a claim, and declared changes of it or of its evidence."""
    mine, facts = claim_id, {link.fact_id for link in view.links.get(claim_id, [])}
    lines = [
        f"<time>{c.date:%Y-%m-%d}</time>, {escape(EDITIONS[c.kind])}. {_row_link(c.table, c.key)}, {_cell_change(c)}. {escape(c.reason)}"
        for c in view.record.changes.itertuples()
        if c.key.split("/")[0] == mine
        or (c.table in ("facts", "fact_sources", "derived") and c.key.split("/")[0] in facts)
    ]
    here = view.assessments[claim_id]
    for e in view.editions:
        old = e.verdicts.get(claim_id)
        if old and (old["on_day"], old["now"]) != (here.on_day.verdict, here.now.verdict):
            lines.append(
                EDITIONS["said"].format(
                    edition=escape(e.name), on_day=badge(old["on_day"]), now=badge(old["now"])
                )
            )
    link = '<a href="../book/editions.html">' + escape(EDITIONS["all"]) + "</a>"
    if not lines:
        return f"<p>{escape(EDITIONS['same'])} {link}</p>"
    return f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul><p>{link}</p>"


def _verdict(v: Verdict) -> str:
    rule = f'<a href="{RULES_PAGE}#rule-{v.rule}">rule {v.rule}</a>'
    weak = f" Weakest deciding input: {CONFIDENCE[v.confidence]}, {STAGE[v.stage]}." if v.confidence else ""
    by = " by " + ", ".join(map(fact_link, v.facts)) if v.facts else ""
    over = f" (the rules alone would say: {SCALE[v.overrides].lower()})" if v.overrides else ""
    mark = "Editorial verdict. " if v.editorial and v.rule == "E1" else ""
    why = "" if v.editorial else " " + escape(v.because)
    return f"{badge(v.verdict)} {mark}{rule}{by}{over}.{why}{weak}"


def plain(html: str) -> str:
    """Text of some HTML, for tests and descriptions."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()
