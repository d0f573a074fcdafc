"""The ledger for machines: JSON files with their schemas, ClaimReview marks, the Data Package as one zip.

Files lie under ``v1/``; a change that breaks a reader gets ``v2/``, and ``v1/`` stays. ``claims.json`` at the
top is the same as ``v1/claims.json``.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import math
import numbers
import zipfile
from typing import Any

import pandas as pd

from capital_loop.claims.readings import differ
from capital_loop.claims.rules import RULES, SCALE, Verdict, deals_of
from capital_loop.publish.address import address
from capital_loop.publish.site import feeds
from capital_loop.publish.site.templating import typographic
from capital_loop.publish.site.view import View
from capital_loop.record.grades import GRADES
from capital_loop.record.rows import ClaimRow, DealRow, EditorialRow, EntityRow, EvidenceRow, ReadingRow
from capital_loop.record.tables import Fact
from capital_loop.show.words import CLAIM, GRADE, ROLE, SETTLED, TENSE, WHEN, quantity

VERSION = "v1"
RATING = {"contradicted": 1, "outdated": 2, "borne_out": 3, "supported_imprecise": 3, "supported": 4}
"""ClaimReview's number for the verdicts that rate something; the others carry words only."""


def files(view: View) -> dict[str, bytes]:
    """Every file for machines by its path on the site."""
    payloads = {"claims": claims_json(view), "facts": facts_json(view), "deals": deals_json(view)}
    out = {}
    for name, payload in payloads.items():
        out[f"{VERSION}/{name}.json"] = _json({"$schema": f"{name}.schema.json", **payload})
        out[f"{VERSION}/{name}.schema.json"] = _json(SCHEMAS[name])
    out["claims.json"] = _json({"$schema": f"{VERSION}/claims.schema.json", **payloads["claims"]})
    out["data/capital-loop-data.zip"] = package_zip(view)
    out["_static/claims-index.js"] = search_index(view)
    out["data/capital-loop.xlsx"] = workbook(view)
    out |= feeds.files(view)
    return out


def _json(payload: Any) -> bytes:
    return (json.dumps(payload, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _head(view: View) -> dict[str, Any]:
    return {
        "version": view.record.version, "closed": view.record.closed.isoformat(),
        "evidence_to": view.record.reaches.isoformat(), "licence": "CC-BY-4.0",
    }  # fmt: skip


def _filled(schema: dict[str, Any], row: object, **given: Any) -> dict[str, Any]:
    """The properties of a schema: what is given, and else what the row says under the same name."""
    said = schema["properties"]
    return {k: given[k] if k in given else _cell(getattr(row, k), said[k] == _MAYBE) for k in said}


def _cell(value: Any, blank_is_null: bool) -> Any:
    if isinstance(value, dt.date):
        return None if pd.isna(value) else f"{value:%Y-%m-%d}"
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return None if value == "" and blank_is_null else list(value) if isinstance(value, tuple) else value


def _fact(f: Fact, schema: dict[str, Any], **given: Any) -> dict[str, Any]:
    sources = [_filled(_SOURCE, s) for s in f.sources]
    return _filled(schema, f, sources=sources, url=f"book/evidence.html#{f.fact_id}", **given)


def _verdict(v: Verdict) -> dict[str, Any]:
    weakest = {"confidence": v.confidence, "stage": v.stage, "grade": v.grade}
    own = {f"weakest_{k}": said or None for k, said in weakest.items()}
    return _filled(_VERDICT, v, weak_sources_alone=v.weak, **own)


def _reading(r: ReadingRow) -> dict[str, Any]:
    """The second reading; ``first``: the record's verdicts then, ``settled``: what a difference led to."""
    return _filled(
        _READING, r, sure=r.sure == "yes", first={"on_day": r.first_on_day, "now": r.first_now},
        agrees=not differ(r), settled=r.settled or None, why=r.reason or None,
    )  # fmt: skip


def claims_json(view: View) -> dict[str, Any]:
    """Every claim with both verdicts, rule, evidence and links."""
    claims, editors = [], view.record.keyed(EditorialRow)
    for c in view.claims.values():
        a, item = view.assessments[c.claim_id], _CLAIM["properties"]["evidence"]["items"]
        claims.append(_filled(
            _CLAIM, c, document=c.document_id, rests_on=deals_of(c) if c.tense == "plan" else [],
            on_day=_verdict(a.on_day), now=_verdict(a.now), url=f"claims/{c.claim_id.lower()}.html",
            second_reading=_reading(view.readings[c.claim_id]),
            would_change=editors[c.claim_id].would_change if c.claim_id in editors else None,
            tests=[
                _filled(_TEST, t, when=when, says=t.row.says, stands=t.row.verdict)
                for when in WHEN for t in view.lineage.conditions.get((c.claim_id, when), [])
            ],
            evidence=[
                _fact(view.record.fact(link.fact_id), item, role=link.role, why=link.note or None)
                for link in view.links.get(c.claim_id, [])
            ],
        ))  # fmt: skip
    return {**_head(view), "scale": SCALE, "rules": RULES, "claims": claims}


def facts_json(view: View) -> dict[str, Any]:
    """Every fact with its scope, standing and sources, and the claims that it serves."""
    links = view.record.grouped(EvidenceRow, "fact_id")
    served = {f.fact_id: sorted(link.claim_id for link in links.get(f.fact_id, [])) for f in view.facts}
    return {**_head(view), "facts": [_fact(f, _SERVED, claims=served[f.fact_id]) for f in view.facts]}


def deals_json(view: View) -> dict[str, Any]:
    """Every deal with the stages it reached."""
    deals = [
        _filled(
            _DEAL, d, capacity_fact=d.gw_fact or None, url=f"book/deals.html#{d.deal_id}",
            amount_usd=_cell(view.record.fact(d.amount_fact).value, False) if d.amount_fact else None,
            stages=[_filled(_STAGE, s) for s in view.stages.get(d.deal_id, [])],
        )
        for d in view.record.rows(DealRow)
    ]  # fmt: skip
    for deal in deals:
        deal["url"] = deal.pop("url")  # last, where readers of the file have it
    return {**_head(view), "deals": deals}


SIGNS = dict(zip("億萬約過達計點數塊戶國後個週間", "亿万约过达计点数块户国后个周间", strict=True))
"""Traditional signs in printed figures, and the simplified ones that mean the same."""


def search_index(view: View) -> bytes:
    """What the search page asks first: every claim with its verdict, and other names of who is in it.

    A script and no JSON, since browsers read no file of data beside a page that is opened from a folder.
    """
    names = {e.entity_id: (e.name, e.aliases) for e in view.record.rows(EntityRow)}
    claims = []
    for claim_id, c in view.claims.items():
        value = quantity(c.value, c.unit) if c.unit and math.isfinite(c.value) else ""
        more = (*names.get(c.subject, ()), view.documents[c.document_id].publisher, value)
        claims.append({
            "id": claim_id, "said": typographic(c.paraphrase), "printed": c.printed,
            "verdict": view.assessments[claim_id].now.verdict, "more": " ".join(filter(None, more)),
        })  # fmt: skip
    aliases = {a: name for name, others in names.values() for a in others.split(";") if a}
    payload = {"claims": claims, "aliases": aliases, "signs": SIGNS, "verdicts": SCALE}
    text = json.dumps(payload, ensure_ascii=False, allow_nan=False)
    return f"window.capitalLoopClaims = {text};\n".encode()


def package_zip(view: View) -> bytes:
    """The Data Package, whole, as one archive; the same data give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path in sorted(view.record.data.rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                name = path.relative_to(view.record.data).as_posix()
                entry = zipfile.ZipInfo(f"capital-loop-data/{name}")  # of zip's oldest day
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, path.read_bytes())
    return buffer.getvalue()


def workbook(view: View) -> bytes:
    """Every table as a sheet, numbers and whole dates as such; the same data, the same bytes."""
    import xlsxwriter

    buffer, record = io.BytesIO(), view.record
    day = dt.datetime.combine(record.closed, dt.time())
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"title": str(record.descriptor.get("title", "")), "created": day})
        head, dates = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        for resource in record.descriptor["resources"]:
            sheet = book.add_worksheet(resource["name"])
            sheet.freeze_panes(1, 1)
            frame = record.table(resource["name"])
            for column, name in enumerate(frame.columns):
                sheet.write_string(0, column, name, head)
                for row, value in enumerate(frame[name], start=1):
                    if isinstance(value, pd.Timestamp) and not pd.isna(value):
                        sheet.write_datetime(row, column, value.to_pydatetime(), dates)
                    elif isinstance(value, numbers.Real) and math.isfinite(value):
                        sheet.write_number(row, column, value)
                    elif isinstance(value, str) and value:
                        sheet.write_string(row, column, value)
            sheet.autofit(240)
            sheet.autofilter(0, 0, len(frame), len(frame.columns) - 1)
    return buffer.getvalue()


def claim_review(view: View, c: ClaimRow) -> dict[str, Any]:
    """A ClaimReview in JSON-LD for the claim's page (schema.org; the fields that search engines require)."""
    d, a, second = view.documents[c.document_id], view.assessments[c.claim_id], view.readings[c.claim_id]
    page = f"{c.claim_id.lower()}.html"
    body = CLAIM["review"].format(
        tense=TENSE[c.tense], on_day=_told(a.on_day), now=_told(a.now),
        second_on_day=SCALE[second.on_day].lower(), second_now=SCALE[second.now].lower(),
    )  # fmt: skip
    name = SCALE[a.now.verdict] + (", so far" if a.now.so_far else "")
    rating: dict[str, Any] = {"@type": "Rating", "alternateName": name}
    if a.now.verdict in RATING:
        best, worst = max(RATING.values()), min(RATING.values())
        rating |= {"ratingValue": RATING[a.now.verdict], "bestRating": best, "worstRating": worst}
    return {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": f"{address()}claims/{page}" if address() else page,
        "claimReviewed": c.paraphrase,
        "datePublished": view.record.closed.isoformat(),
        "author": {"@type": "Organization", "name": "The capital-loop editors"},
        "itemReviewed": {
            "@type": "Claim",
            "author": {"@type": "Organization", "name": d.publisher},
            "datePublished": f"{d.day:%Y-%m-%d}",
            "appearance": {"@type": "CreativeWork", "name": d.title},
        },
        "reviewBody": body,
        "reviewRating": rating,
    }


def _told(v: Verdict) -> str:
    """A verdict with its reason and its weakest input's grade, where there is no other place for them."""
    weakest = f" ({GRADE[v.grade]})" if v.grade else ""
    return f"{SCALE[v.verdict].lower()}{weakest}. {v.because or RULES[v.rule]}"


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object", "properties": properties, "additionalProperties": False,
        "required": list(properties),
    }  # fmt: skip


_TEXT, _MAYBE, _NUMBER = {"type": "string"}, {"type": ["string", "null"]}, {"type": ["number", "null"]}
_DAY = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
_IDS = {"type": "array", "items": _TEXT}
_VERDICT = _object({
    "verdict": {"enum": list(SCALE)}, "rule": {"enum": list(RULES)}, "editorial": {"type": "boolean"},
    "facts": _IDS,
    "weakest_confidence": _MAYBE, "weakest_stage": _MAYBE, "because": _TEXT, "overrides": _MAYBE,
    "so_far": {"type": "boolean"}, "cites": _IDS, "weak_sources_alone": {"type": "boolean"},
    "weakest_grade": {"enum": [*GRADES, None]},
})  # fmt: skip
_READING = _object({
    "on_day": {"enum": list(SCALE)}, "now": {"enum": list(SCALE)}, "sure": {"type": "boolean"},
    "note": _MAYBE,
    "first": _object({"on_day": {"enum": list(SCALE)}, "now": {"enum": list(SCALE)}}),
    "agrees": {"type": "boolean"}, "settled": {"enum": [*SETTLED, None]}, "why": _MAYBE,
})  # fmt: skip
_TEST = _object({
    "when": {"enum": ["on_day", "now"]}, "says": _TEXT, "holds": {"type": "boolean"}, "facts": _IDS,
    "stands": {"enum": list(SCALE)},
})  # fmt: skip
_SOURCE = _object({
    "source_id": _TEXT, "title": _TEXT, "publisher": _TEXT, "published": _MAYBE, "url": _MAYBE,
    "locator": _MAYBE, "quoted_in": _MAYBE, "grade": {"enum": list(GRADES)}, "original": _MAYBE,
})  # fmt: skip
_FACT = {
    "fact_id": _TEXT, "subject": _TEXT, "deal": _MAYBE, "metric": _TEXT, "value": _NUMBER, "low": _NUMBER,
    "high": _NUMBER,
    "unit": _TEXT, "as_of": {"type": "string", "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"}, "published": _DAY,
    "stage": _TEXT,
    "confidence": _TEXT, "note": _TEXT, "derived_from": _IDS, "sources": {"type": "array", "items": _SOURCE},
    "url": _TEXT,
}  # fmt: skip
_CLAIM = _object({
    "claim_id": {"type": "string", "pattern": r"^[A-Z]-\d{2,3}$"}, "document": _TEXT,
    "paragraph": {"type": "integer"},
    "offset": {"type": "integer"}, "printed": _TEXT, "paraphrase": _TEXT, "kind": _TEXT, "subject": _TEXT,
    "deal": _MAYBE,
    "metric": _MAYBE, "value": _NUMBER, "low": _NUMBER, "high": _NUMBER, "unit": _MAYBE, "as_of": _MAYBE,
    "tense": {"enum": list(TENSE)},
    "rests_on": _IDS, "due": _MAYBE, "begins": _MAYBE, "assertion": _TEXT,
    "chapter": _TEXT, "on_day": _VERDICT, "now": _VERDICT, "second_reading": _READING,
    "would_change": _MAYBE, "tests": {"type": "array", "items": _TEST},
    "evidence": {"type": "array", "items": _object({"role": {"enum": list(ROLE)}, "why": _MAYBE, **_FACT})},
    "url": _TEXT,
})  # fmt: skip
_SERVED = _object({**_FACT, "claims": _IDS})
_STAGE = _object({"date": _DAY, "stage": _TEXT, "fact_id": _TEXT, "note": _TEXT})
_DEAL = _object({
    "deal_id": _TEXT, "package": _MAYBE, "title": _TEXT, "payer": _TEXT, "payee": _TEXT, "instrument": _TEXT,
    "announced": _DAY,
    "amount_fact": _MAYBE, "amount_usd": _NUMBER, "amount_kind": _MAYBE, "capacity_fact": _MAYBE,
    "conditions": _TEXT, "url": _TEXT, "stages": {"type": "array", "items": _STAGE},
})  # fmt: skip


def _file(title: str, name: str, item: dict[str, Any], **more: Any) -> dict[str, Any]:
    head = {"$schema": _TEXT, "version": _TEXT, "closed": _DAY, "evidence_to": _DAY}
    head |= {"licence": {"const": "CC-BY-4.0"}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema", "title": title,
        **_object({**head, **more, name: {"type": "array", "items": item}}),
    }  # fmt: skip


SCHEMAS = {
    "claims": _file(
        "The claims of the five documents with their verdicts", "claims", _CLAIM,
        scale={"type": "object"}, rules={"type": "object"},
    ),
    "facts": _file("The facts of the record", "facts", _SERVED),
    "deals": _file("The deals of the record", "deals", _DEAL),
}  # fmt: skip
"""JSON Schemas of the published files; the tests validate the files against them."""
