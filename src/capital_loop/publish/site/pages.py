"""What the site shows straight from the record: which data go into which template."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from markupsafe import Markup

from capital_loop.chapters.watchlist.study import Study
from capital_loop.claims.consistency import ANY
from capital_loop.claims.contradictions import contradictions
from capital_loop.claims.intervals import claim_interval
from capital_loop.claims.readings import differ
from capital_loop.claims.rules import FAILED, HELD, RATED, SCALE, WRONG_SIZE, Assessment
from capital_loop.publish.address import top
from capital_loop.publish.site import downloads, registers, templating, told, withdrawn
from capital_loop.publish.site.numberline import number_line
from capital_loop.publish.site.templating import HOME
from capital_loop.publish.site.view import View
from capital_loop.record.grades import GRADES
from capital_loop.record.rows import (
    AssumptionRow,
    ChangeRow,
    ClaimRow,
    CorrectionRow,
    EditionRow,
    EditorialRow,
)
from capital_loop.record.tables import Period
from capital_loop.show.words import (
    CARD_HEAD,
    CARD_LINK,
    CARD_SAID,
    CLAIM,
    FIRMNESS,
    OPENING,
    REGISTER,
    STAGE,
    WHEN,
    formatted,
    human_period,
    quantity,
)

Context = dict[str, Any]

EVENT = "event_happened"
"""The metric of claims that something happened: they are told in their own words."""


def chapter_head(view: View, notebook: str, title: str) -> Context:
    """A chapter's heading for the front page: how its claims fare now, if it answers any."""
    mine = [c.claim_id for c in view.claims.values() if c.chapter == notebook.partition("-")[2]]
    now = [view.assessments[c].now.verdict for c in mine]
    held, failed = (sum(v in kinds for v in now) for kinds in (HELD, FAILED))
    return {"page": notebook, "title": title, "total": len(mine), "held": held, "failed": failed}


def _verdict_counts(view: View) -> Context:
    found = view.assessments.values()
    return {
        "on_day": Counter(a.on_day.verdict for a in found), "now": Counter(a.now.verdict for a in found),
        "editorial": Counter(a.now.verdict for a in found if a.now.editorial), "total": len(found),
    }  # fmt: skip


CARDS = {
    "right": "book/claims.html?verdict=supported",
    "wrong": "book/claims.html?verdict=contradicted",
    "overtaken": "book/claims.html?verdict=outdated",
    "open": "notebooks/14-watchlist.html",
}
"""Where each card of the opening leads."""


def _opening(view: View) -> Context:
    """Every claim as a mark, by document, and what the verdicts come to in four cards."""
    now = Counter(a.now.verdict for a in view.assessments.values())
    order = list(SCALE)
    groups = []
    for d in view.documents.values():
        mine = [(c, view.assessments[i]) for i, c in view.claims.items() if c.document_id == d.document_id]
        groups.append((d, sorted(mine, key=lambda pair: order.index(pair[1].now.verdict))))
    held, rated = (sum(now[k] for k in some) for some in (HELD, RATED))
    said = {**{k: now[k] for k in SCALE}, "total": now.total(), "held": held, "rest": now.total() - rated}
    cards = [(CARD_HEAD[k], CARD_SAID[k].format(**said), link, CARD_LINK[k]) for k, link in CARDS.items()]
    return {"say": OPENING["say"].format(**said), "now": now, "groups": groups, "cards": cards}


def _documents(view: View) -> Context:
    rows = []
    for d in view.documents.values():
        mine = [a.now.verdict for a in view.assessments.values() if a.claim_id.startswith(f"{d.prefix}-")]
        rows.append((d, len(mine), mine.count("contradicted")))
    return {"documents": rows}


def _contradictions(view: View) -> Context:
    """Where the documents disagree with each other, and where they share an error."""
    metrics = view.record.metrics.set_index("metric_id")["title"]
    names = view.record.entities.set_index("entity_id")["name"].to_dict()
    names.update(view.record.deals.set_index("deal_id")["title"].to_dict())
    out: dict[str, list[Context]] = {"conflict": [], "stage": [], "shared_error": []}
    for item in contradictions(view.record):
        who, metric = item.key
        verdicts = [view.assessments[ref] for ref in item.claims if "/" not in ref]
        decided = {i for a in verdicts for i in (a.on_day.basis if item.kind == "stage" else a.now.facts)}
        day = min(view.documents[view.claims[r.split("/")[0]].document_id].day for r in item.claims).date()
        facts = [view.record.fact(i) for i in sorted(decided)]
        facts.sort(key=lambda f: abs(Period.parse(f.as_of).end - day))  # what was so then comes first
        found = [
            {
                "fact": f.fact_id, "figure": quantity(f.value, f.unit), "as_of": f.as_of,
                "stage": STAGE[f.stage], "note": f.note if f.unit == "boolean" else "",
            }
            for f in facts
        ]  # fmt: skip
        implied = [r for ref in item.claims if "/" in ref for r in _implied_record(view, ref)]
        ratios = list({(r["top"], r["bottom"]): r for r in implied}.values())
        out[item.kind].append({
            "who": names[who], "metric": metrics.get(metric, FIRMNESS), "event": metric == EVENT,
            "said": [_said_in(view, ref, item.kind) for ref in item.claims],
            "record": found + sorted(ratios, key=lambda r: (r["top"], r["bottom"])),
        })  # fmt: skip
    return out


def _said_in(view: View, ref: str, kind: str) -> Context:
    first, *second = ref.split("/")
    c = view.claims[first]
    if second:
        ratio = f"{c.value / view.claims[second[0]].value:.3g}"
        return {"document": c.document_id, "ratio": ratio, "top": first, "bottom": second[0]}
    return {
        "document": c.document_id, "ratio": "",
        "figure": STAGE[c.said_stage] if kind == "stage" else c.paraphrase if c.metric == EVENT else _said(c),
        "printed": c.printed, "claim": ref, "verdict": view.assessments[ref].now.verdict,
    }  # fmt: skip


def _implied_record(view: View, ref: str) -> list[Context]:
    """The ratio of the facts that decide the two claims of an implied ratio."""
    top, bottom = (view.assessments[c].now.facts for c in ref.split("/"))
    if not top or not bottom:
        return []
    ratio = view.record.fact(top[0]).value / view.record.fact(bottom[0]).value
    return [{"ratio": f"{ratio:.3g}", "top": top[0], "bottom": bottom[0]}]


def _said(c: ClaimRow) -> str:
    """The figure of a claim; a stretch of days as such."""
    if c.unit == "date" and c.low != c.high:
        return f"{quantity(c.low, 'date')} to {quantity(c.high, 'date')}"
    return quantity(c.value, c.unit)


def _changes(view: View) -> Context:
    """What a published edition said otherwise; cells that changed together stand together."""
    cells: dict[tuple[object, ...], list[ChangeRow]] = {}
    for c in view.record.rows(ChangeRow):
        cells.setdefault((c.date, c.edition, c.kind, c.table, c.key, c.reason), []).append(c)
    parts: dict[str, list[list[ChangeRow]]] = {}
    for rows in cells.values():
        parts.setdefault(rows[0].edition, []).insert(0, rows)
    newest = sorted(parts, key=lambda edition: [int(n) for n in edition.split(".")], reverse=True)
    told = [(_kinds(parts[edition]), parts[edition]) for edition in newest]
    return {"changes": told, "counts": _kinds([*cells.values()]), **_in_words(view)}


def _kinds(changes: list[list[ChangeRow]]) -> Context:
    """How many cells changed, in all and for each kind of reason."""
    kinds = Counter(rows[0].kind for rows in changes for _ in rows)
    counted = {"all": kinds.total(), **{kind: kinds[kind] for kind in ("error", "rule", "update")}}
    return {kind: formatted(n, "int") for kind, n in counted.items()}


def _in_words(view: View) -> Context:
    """What templates need to tell a change and its row."""
    return {"told": view.told, "known": set(view.record.facts.index)}


def _editions(view: View) -> Context:
    """Every edition with its archive, and what moved from each to the next, the last being this one."""
    return {"editions": sorted(view.record.rows(EditionRow), key=lambda e: e.date), "steps": view.steps}


def _edition(view: View) -> Context:
    late = [i.overdue for i in Study(view.record).indicators]
    return {"record": view.record, "count": len(late), "late": sum(late)}


def _citation(view: View) -> Context:
    tables = [
        (r["title"], view.citing.forms("table", r["title"], f"data/{r['path']}", r["name"]))
        for r in view.record.descriptor["resources"]
    ]
    return {"forms": view.citing.forms(), "tables": tables}


BLOCKS: dict[str, Callable[[View], Context]] = {
    "verdict-counts": _verdict_counts,
    "opening": _opening,
    "verdict-scale": lambda view: {},
    "rules": lambda view: {"fired": Counter(a.now.rule for a in view.assessments.values())},
    "documents": _documents,
    "claims": lambda view: {"table": view.registers.table("claims")},
    "contradictions": _contradictions,
    "facts": lambda view: _in_parts(view, "facts"),
    "sources": lambda view: _in_parts(view, "sources"),
    "bibliography": lambda view: registers.ROWS["sources"](view),
    "deals": lambda view: {"table": view.registers.table("deals")},
    "gaps": lambda view: {"gaps": list(view.record.gaps.itertuples())},
    "corrections": lambda view: {"corrections": view.record.rows(CorrectionRow)},
    "changes": _changes,
    "editions": _editions,
    "assumptions": lambda view: {"assumptions": view.record.rows(AssumptionRow)},
    "edition": _edition,
    "paper": lambda view: {},
    "citation": _citation,
    "downloads": lambda view: {"folder": downloads.VERSION},
}
"""What ``{record} name`` can show: the template of that name with these data."""
SCRIPTS = {**dict.fromkeys(("claims", "facts", "sources", "deals"), "filters.js"), "opening": "units.js"}
"""Scripts that a block brings along."""

MOST = 5
"""Facts on a claim's number line."""


def _in_parts(view: View, name: str) -> Context:
    """The first page of a register in parts: the parts, the newest rows, where every row stands."""
    found = view.registers
    table = found.table(name, found.newest(name), file=FILES[name])
    known = {key for part in found.parts[name] for key in part.keys}
    gone = [c for c in view.record.rows(ChangeRow) if c.table == name and not c.column and c.key not in known]
    said = withdrawn.words()[name]
    return {"parts": found.parts[name], "table": table, "gone": gone, "gone_said": said}


FILES = {"facts": "facts-rows.js", "sources": "sources-rows.js"}
"""Scripts with the rows that do not stand in the first page of a register in parts."""


def scripts(view: View) -> dict[str, str]:
    """Those scripts, by name."""
    return {file: view.registers.script(name) for name, file in FILES.items()}


def part_pages(view: View) -> Iterator[tuple[str, Context]]:
    """Every page with a part of a register: its name, what :func:`part_body` and the frame make it from."""
    for name, parts in view.registers.parts.items():
        for part in parts:
            said = _part_said(view, name, part)
            title = REGISTER[name]["title"].format(part=part.title)
            yield part.page, {"title": title, "description": said, "part": (name, part), "under": HOME[name]}


def _part_said(view: View, name: str, part: registers.Part) -> str:
    """What a part of a register holds, in a sentence."""
    if name == "facts":
        days = sorted(view.record.fact(key).published.isoformat() for key in part.keys)
        own = {"first": human_period(days[0]), "last": human_period(days[-1])}
    else:
        own = {"meaning": GRADES[view.record.source(part.keys[0]).grade]}
    return str(REGISTER[name]["said"].format(count=len(part.keys), part=part.title, **own))


def part_body(view: View, page: str, name: str, part: registers.Part) -> Markup:
    """What such a page says."""
    found = view.registers
    table, said = found.table(name, part.keys), _part_said(view, name, part)
    context = {"part": part, "parts": found.parts[name], "table": table, "said": said}
    return templating.render("part", page, context, place=found.place)


def block(view: View, name: str, page: str) -> Markup:
    """A part of the record as HTML for a page."""
    return templating.render(name, page, BLOCKS[name](view), place=view.registers.place)


def claim_pages(view: View) -> Iterator[tuple[str, Context]]:
    """Every claim's page: its name, and what :func:`claim_body` and the frame make it from."""
    for claim_id, c in view.claims.items():
        verdict = SCALE[view.assessments[claim_id].now.verdict].lower()
        title = CLAIM["title"].format(claim=claim_id, verdict=verdict)
        said = {"title": title, "description": templating.typographic(c.paraphrase)}
        yield f"claims/{claim_id.lower()}", {**said, "claim": c, "under": "book/claims"}


def claim_body(view: View, name: str, claim: ClaimRow) -> Markup:
    """What a claim's page says; made where the page is written, so that processors share the work."""
    return templating.render(
        "claim", name, _claim(view, claim), view.glossary.marker(name), view.registers.place
    )


OF_FACTS = ("facts", "fact_sources", "derived")
"""Tables whose changes are told with the claims that a fact decides."""

NOWHERE = "404"
"""The page that hosts show for an address that leads nowhere; they look for it by this name."""


def nowhere() -> Context:
    """That page. It stands at any address, so its links begin at the top of the site."""
    body = templating.render("nowhere", NOWHERE, {"up": top()})
    return {"title": told.NOWHERE["title"], "body": body, "meta": {}}


def from_top() -> Context:
    """What its frame has otherwise than that of other pages: whole ways, and no place of its own."""

    def pathto(name: str, resource: int = 0) -> str:
        return f"{top()}{name if resource or not name else f'{name}.html'}"

    return {"pathto": pathto, "card": "", "canonical": "", "unlisted": True}


def _claim(view: View, c: ClaimRow) -> Context:
    links = view.links.get(c.claim_id, [])
    read = None
    if c.unit and not math.isnan(c.value) and c.unit != "boolean":
        low, high = ("" if math.isnan(x) else quantity(x, c.unit) for x in (c.low, c.high))
        read = {"value": quantity(c.value, c.unit), "low": low, "high": high}
    a = view.assessments[c.claim_id]
    deciding = list(dict.fromkeys((*a.on_day.facts, *a.now.facts)))[:MOST]
    line = number_line(c, claim_interval(c), [view.record.fact(i) for i in deciding]) if read else None
    if read and line and line.sized:
        read["size"] = quantity(WRONG_SIZE * c.low, c.unit)
    order = view.record.rows(ClaimRow)
    before, after = (order[i] if 0 <= i < len(order) else None for i in (c.Index - 1, c.Index + 1))
    return {
        "line": line, "same": _same(view, c), "before": before, "after": after,
        "c": c, "d": view.documents[c.document_id], "a": a, "read": read,
        "evidence": [(link.role, view.record.fact(link.fact_id), link.note) for link in links],
        "editor": view.record.keyed(EditorialRow).get(c.claim_id),
        "second": view.readings[c.claim_id], "apart": differ(view.readings[c.claim_id]),
        "tests": [(when, t) for when in WHEN for t in view.lineage.conditions.get((c.claim_id, when), [])],
        "cite": view.citing.forms("claim", c.paraphrase, f"claims/{c.claim_id.lower()}.html", c.claim_id),
        "does": _does(a), "end": view.record.reaches, "review": downloads.claim_review(view, c),
        "trace": view.lineage.claim(c.claim_id),
        **_history(view, c.claim_id, {link.fact_id for link in links}),
    }  # fmt: skip


def _does(a: Assessment) -> dict[str, str]:
    """What facts do for a claim's verdicts, whatever their role."""
    cited = dict.fromkeys((*a.on_day.cites, *a.now.cites), "cited")
    return cited | dict.fromkeys((*a.on_day.facts, *a.now.facts), "decides")


def _same(view: View, c: ClaimRow) -> list[tuple[ClaimRow, str, str]]:
    """Claims of other documents about the same quantity of the same subject, with their verdicts now."""
    if not c.metric or c.metric in ANY:
        return []
    return [
        (o, view.assessments[o.claim_id].now.verdict, view.documents[o.document_id].publisher)
        for o in view.claims.values()
        if (o.subject, o.metric) == (c.subject, c.metric) and o.document_id != c.document_id
    ]


def _history(view: View, claim_id: str, facts: set[str]) -> Context:
    """What earlier editions said of a claim, and declared changes of it or of its evidence."""
    of_facts = [c for i in facts for c in view.changes.get(i, []) if c.table in OF_FACTS]
    changes = sorted([*view.changes.get(claim_id, []), *of_facts], key=lambda c: c.Index)
    alike: dict[tuple[object, ...], list[ChangeRow]] = {}
    for c in changes:
        alike.setdefault((c.date, c.kind, c.reason), []).append(c)
    here = view.assessments[claim_id]
    said = []
    for e in view.editions:
        old = e.verdicts.get(claim_id)
        if old and (old["on_day"], old["now"]) != (here.on_day.verdict, here.now.verdict):
            said.append({"edition": e.name, "on_day": old["on_day"], "now": old["now"]})
    return {"changes": list(alike.values()), "said": said, **_in_words(view)}
