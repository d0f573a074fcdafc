"""Every message of the checks of meaning: the faults that bring it, planted one by one, and its whole line.

A fault is planted in the tables in memory, in rows found by their keys, and one check reads them: a case
takes milliseconds. The lines stand in ``refusals/`` under the names of the cases (`make snapshots` renews
them; the difference is for reading). There the number of a row is the key of the row that stands at that
number, so that the lines stay the same when tables grow. What is no fault, though close to one, is a case
too: nothing is said.
"""

from __future__ import annotations

import ast
import csv
import hashlib
import importlib
import inspect
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from copy import copy
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pytest_regressions.file_regression import FileRegressionFixture

from capital_loop import claims
from capital_loop.claims import (
    checks,
    conditions,
    consistency,
    editions,
    readings,
    reasons,
    reconcile,
    superseded,
)
from capital_loop.claims.rules import Assessment, assess
from capital_loop.record import Record, RecordError
from capital_loop.record.rows import Row
from capital_loop.record.schema import LARGEST
from tests.conftest import ROOT

Check = Callable[[Record], Iterable[str]]
Plant = tuple[str, Callable[[pd.DataFrame], pd.DataFrame]]
"""A table, and what is done to it; its index are the keys of its rows."""
KEPT = ROOT / "tests" / "refusals"


def put(table: str, row: str, /, **cells: object) -> Plant:
    """Other cells in the row with a key."""

    def edit(frame: pd.DataFrame) -> pd.DataFrame:
        assert list(frame.index).count(row) == 1, f"no such row in {table}: {row}"
        for column, value in cells.items():
            assert str(frame.at[row, column]) != str(value), f"{column} is {value} already"
            frame.loc[row, column] = value
        return frame

    return table, edit


def gone(table: str, *keys: str) -> Plant:
    """Rows taken out."""
    return table, lambda frame: frame.drop(list(keys))


def more(table: str, like: str, /, **cells: object) -> Plant:
    """One row more: that with a key, with other cells."""
    return table, lambda frame: pd.concat([frame, frame.loc[[like]].assign(**cells)])


def new(table: str, /, **cells: object) -> Plant:
    """One row more, with these cells alone."""
    return table, lambda frame: pd.concat([frame, pd.DataFrame([cells]).reindex(columns=frame.columns)])


def exchanged(table: str, one: str, other: str) -> Plant:
    """Two rows at each other's place."""
    places = {one: other, other: one}
    return table, lambda frame: frame.loc[[places.get(key, key) for key in frame.index]]


def keys(record: Record, table: str, frame: pd.DataFrame) -> list[str]:
    columns = next(r for r in record.descriptor["resources"] if r["name"] == table)["schema"]["primaryKey"]
    return ["/".join(row) for row in zip(*(frame[c].astype(str) for c in columns), strict=True)]


COMPUTED = [name for name, member in vars(Record).items() if isinstance(member, cached_property)]
OF_FACTS = {"facts", "derived", "corrections", "prices", "sources", "publishers", "fact_sources"}


def spoilt(record: Record, plants: Iterable[Plant]) -> Record:
    """A record with other tables; what does not depend on them is not read again."""
    here, touched = copy(record), set()
    here._frames = dict(record._frames)
    for table, edit in plants:
        frame = here._frames[table].copy()
        here._frames[table] = edit(frame.set_axis(keys(record, table, frame))).reset_index(drop=True)
        touched.add(table)
    kept = [kind for kind in Row.kinds if kind.table_name not in touched]
    here._rows = {kind: record.rows(kind) for kind in kept}
    here._keyed = {kind: found for kind, found in record._keyed.items() if kind in kept}
    here._groups = {by: found for by, found in record._groups.items() if by[0] in kept}
    for name in COMPUTED if touched & OF_FACTS else ():
        here.__dict__.pop(name, None)
    return here


def filed(record: Record, folder: Path, plants: Iterable[Plant]) -> Record:
    """A record whose other tables are written, for checks that read the files themselves."""
    for path in (p for p in record.data.rglob("*") if p.is_file()):
        here = folder / path.relative_to(record.data)
        here.parent.mkdir(parents=True, exist_ok=True)
        here.symlink_to(path)
    for table, edit in plants:
        path = folder / next(r["path"] for r in record.descriptor["resources"] if r["name"] == table)
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        path.unlink()
        edit(frame.set_axis(keys(record, table, frame))).to_csv(path, index=False, lineterminator="\n")
    return Record(folder)


def judged(check: Callable[[Record, dict[str, Assessment]], Iterator[str]]) -> Check:
    """A check that reads the verdicts too."""
    return lambda record: check(record, assess(record))


SOME = {"entities", "feeds", "gaps", "metrics", "prices", "sources"}
NEWEST = pd.read_csv(ROOT / "data" / "editions.csv")["edition_id"].iloc[-1]


def typed(record: Record) -> Iterator[str]:
    """What the schema says of some tables."""
    return checks.schema(record.data, SOME)


OF_FILES = (checks._numbers, editions.undeclared, typed)
"""Checks that read the files themselves."""
obeyed = judged(conditions.obeyed)
consistent = judged(consistency.consistency_faults)
timed = judged(consistency._tenses)
reasoned = judged(reasons.reason_faults)
read_twice = judged(readings.reading_faults)
with_lessons = judged(checks._lessons)
looked_at = judged(checks._judged)
OF_WEAK = ["AMD-N10", "BUB-106", "BUB-107", "OAI-N16", "OAI-N21", "ORCL-N41"]
WEAK = [
    *OF_WEAK,
    "AMD-044",
    "AMD-051",
    "AMD-105",
    "AMD-119",
    "AMD-122",
    "AMD-125",
    "AMD-139",
    "AMD-141",
    "AMD-D19",
]


def few_weak(record: Record) -> Iterator[str]:
    """Verdicts decided by as many weak facts as may decide, and by firm ones."""
    return checks._weakly_decided(record, [tuple(OF_WEAK), ("AMD-001", "ORCL-162")])


def many_weak(record: Record) -> Iterator[str]:
    """Verdicts decided by one weak fact more than may decide."""
    found = checks._weakly_decided(record, [tuple(WEAK), ("AMD-D30",)])
    return (line for line in found if "decides a verdict" not in line)


def most_weak(record: Record) -> Iterator[str]:
    """Verdicts decided by as many weak facts as may."""
    found = checks._weakly_decided(record, [tuple(WEAK)])
    return (line for line in found if "decides a verdict" not in line)


DAY = pd.Timestamp
C = "C-a5f1512281"
"""A declared change: those that are planted are like it."""
LATE, NEXT = "2031-01-01", "2026-10-11"
"""Days after the last one that could be searched; the second is the first of them."""

CASES: dict[str, dict[str, tuple[Any, ...]]] = {"checks": {
    "cells that the schema does not allow": (
        typed,
        put("prices", "AMD/2024-10-01", close="many"),
        put("gaps", "amd-third-quarter", expected="2026-02-30"),
        put("gaps", "nvidia-third-quarter", what="W" * 90, basis="“A guess”, " + "x" * 90),
        put("feeds", "oracle-capex", subject="nobody"),
        more("metrics", "accretive_guidance"),
        more("entities", "openai", entity_id="closedai"),
        more("prices", "AMD/2024-10-02"),
        new("sources", source_id="bare"),
    ),
    # Numbers, periods, units and derived values, each by itself.
    "numbers that are none": (
        checks._numbers,
        put("prices", "AMD/2024-10-01", close="NaN"),
        put("prices", "AMD/2024-10-02", high="-inf", adj_close="+Infinity"),
        put("claims", "R-12", low="nan"),
    ),
    "dates that are none": (
        checks._periods,
        put("facts", "AMD-001", as_of="2025-13"),
        put("facts", "ORCL-162", as_of="2025-02-30", period_start="2025-1"),
        put("claims", "R-12", as_of="25"),
        put("sources", "REVS5", published="2025-00"),
        put("deals", "amd-openai-warrant", period_start="soon", period_end="2030-10-5"),
    ),
    "dates after the search": (
        checks._periods,
        put("facts", "AMD-001", published=DAY(NEXT)),
        put("facts", "AMD-013", as_of="2031"),
        put("facts", "ORCL-D11", as_of="2031"),
        put("facts", "AMD-012", as_of=NEXT),
        put("facts", "NVDA-041", as_of="2031-02"),
        put("sources", "REVS5", published="2031-01"),
        put("sources", "REVS6", published=NEXT),
    ),
    "dates after the search that may be": (
        checks._periods,
        put("facts", "ORCL-162", published=DAY(LATE), as_of=LATE),
        put("sources", "orcl-ex991-fy2026q1", published=LATE),
        put("sources", "P16", published=LATE),
        put("sources", "P22", published=LATE),
        put("facts", "AMD-001", published=DAY("2026-10-10"), as_of="2031"),
        put("facts", "AMD-012", as_of="2026-10-10"),
        put("sources", "REVS5", published="2026-10-10"),
        put("sources", "REVS6", published="2026"),
    ),
    "units that are not the metric's": (
        checks._units,
        put("facts", "ORCL-162", unit="JPY", value=-1.0),
        put("claims", "R-12", unit="USD"),
    ),
    "values that their unit does not allow": (
        checks._units,
        put("facts", "AMD-003", value=20251305.0),
        put("facts", "AMD-098", low=20260700.0),
        put("facts", "AMD-010", value=2.0),
        put("facts", "AMD-012", value=-1.0),
        put("claims", "R-09", value=0.5, low=0.5, high=0.5),
    ),
    "values outside their own ends": (
        checks._units,
        put("facts", "AMD-065", low=17500000001.0),
        put("facts", "AMD-060", high=19999999999.0),
        put("claims", "T-40", value=5000001.0),
    ),
    "values at their own ends": (
        checks._units,
        put("facts", "AMD-065", low=17500000000.0, high=17500000000.0),
        put("facts", "AMD-010", low=0.0, high=1.0),
        put("assumptions", "account.lenders.oracle.loans", low=43000000000.0),
        put("prices", "AMD/2024-10-01", high=159.75),
    ),
    "assumptions outside their ends": (
        checks._units,
        put("assumptions", "account.lenders.oracle.loans", central=43000000000.5),
        put("assumptions", "account.amazon.openai.equity", low=28700000001.0),
    ),
    "a high below the close": (checks._units, put("prices", "AMD/2024-10-01", high=159.7)),
    "claims without what their kind needs": (
        checks._claims,
        put("claims", "R-12", value=float("nan"), qualifier=""),
        put("claims", "R-14", metric="", qualifier=""),
        put("claims", "A-001", metric=""),
        put("claims", "R-09", metric=""),
        put("claims", "A-013", metric=""),
        put("claims", "R-48", due=pd.NaT),
        put("claims", "T-28", claim_id="X-28"),
        put("claims", "T-43", claim_id="TT-43"),
    ),
    "intervals that the wording does not imply": (
        checks._claims,
        put("claims", "R-12", low=9.5 * (1 + 2e-9)),  # no less is seen as another number
        put("claims", "R-14", high=330000000001.0),
        put("claims", "R-04", low=500e9, high=1500e9),
        put("claims", "T-52", width_reason=""),
    ),
    "intervals that nobody can imply": (
        checks._claims,
        put("claims", "T-40", low=1.0),
        put("claims", "A-001", low=20250101.0),
        put("claims", "R-09", low=0.0),
        put("claims", "R-03", low=2024.0),
        put("claims", "R-12", low=9.5 * (1 + 1e-10)),
    ),
    "values that are filed and computed, or neither": (
        checks._derived,
        put("facts", "ORCL-D11", value=14.0),
        put("facts", "ORCL-162", value=float("nan")),
    ),
    "inputs that are not there": (
        checks._derived,
        put("derived", "AMD-D01", inputs="XX-001;price:AMD:2025-10-04:close; AMD-050"),
        put("derived", "AMD-D02", inputs="AMD-001;price:XXX:2025-10-03:close"),
    ),
    "a fact without a source": (checks._derived, gone("fact_sources", "AMD-013/ubs-techcrunch-2025-10-07")),
    "corrections of what has changed": (
        checks._derived,
        *(
            new("corrections", fact_id=i, column=column, expect=was, value=now)
            for i, column, was, now in (
                ("AMD-001", "value", "999", "1"),
                ("AMD-002", "value", "0.010", "1"),
                ("AMD-001", "published", "2025-10-07", "2025-10-08"),
                ("AMD-012", "published", "2025-10-06", "2025-10-08"),
                ("AMD-013", "as_of", "2025", "2026"),
                ("AMD-010", "as_of", "2025-10-05", "2026"),
            )
        ),
    ),
    "a computed value without end": (
        checks._derived,
        put("derived", "AMD-D02", inputs="AMD-001;AMD-012"),
        put("derived", "REV-D23", operation="product"),
        put("facts", "TRI-D01", note="-"),
        put("facts", "NEW-01", value=float("inf")),
        put("facts", "AMD-012", value=1e-320),
    ),
    "choices that stand with others": (
        checks._choices,
        put("choices", "oracle-margin/said/average/fact", choice="leak"),
        put("choices", "oracle-margin/slide/revenue/fact", chapter="amd-warrants"),
        put("choices", "oracle-margin/leak/points/fact", key="revenue"),
    ),
    # Claims, evidence, lessons and the watchlist against one another.
    "evidence in another unit or of another time": (
        checks._evidence,
        put("claim_evidence", "A-001/TRI-N08", fact_id="ORCL-162"),
        more("claim_evidence", "A-002/OAI-169", claim_id="R-01", fact_id="AMD-001"),
        more("claim_evidence", "A-002/OAI-169", claim_id="R-12", fact_id="AMD-001", role="context"),
        more("claim_evidence", "A-002/OAI-169", claim_id="R-20", fact_id="AMD-150", role="update"),
        put("facts", "OAI-210", as_of="2025-10-16"),
        put("facts", "OAI-019", as_of="2025-10-15"),
    ),
    "weak deciders in silence": (
        few_weak,
        put("facts", "OAI-N16", note="An estimate."),
        put("facts", "AMD-001", note="Firm."),
    ),
    "too many weak deciders": (many_weak,),
    "as many weak deciders as may be": (most_weak,),
    "claims that nobody has judged": (
        looked_at,
        gone("editorial", "R-23", "A-048"),
        *(gone("editorial", "R-01"),),
        put("editorial", "R-32", looked_for=""),
        gone("claim_evidence", "A-001/TRI-N08"),
    ),
    "lessons that the verdicts do not bear": (
        with_lessons,
        put("lessons", "A-056", lesson="unknowable"),
        put("lessons", "R-11", lesson="right_not_obvious"),
        put("lessons", "R-05", lesson="wrong_that_mattered"),
    ),
    "indicators without figures": (
        checks._watched,
        put("watchlist", "chatgpt-users", metric="weekly_losers"),
        put("watchlist", "openai-loss", span="day"),
        put("watchlist", "openai-price", since="2031"),
    ),
    "thresholds that are not what they are called": (
        checks._watched,
        put("watchlist", "openai-run-rate", threshold_fact=""),
        put("watchlist", "openai-loss", threshold_fact="OAI-048"),
        put("watchlist", "gpu-rent", threshold=3.0),
        put("watchlist", "nvidia-rent-back", threshold_fact="OAI-048", threshold=40e9),  # of another quantity
        put("watchlist", "oracle-default-insurance", threshold_fact="XX-999"),
        put("watchlist", "coreweave-default-insurance", threshold_fact="", threshold=198.0),
    ),
}, "conditions": {
    "conditions that cannot be answered": (
        obeyed,
        put("conditions", "R-03/on_day/1", inputs="XX-999;NVDA-034", than="XX-998", verdict="open"),
        put("conditions", "T-43/now/1", inputs="ORCL-242;ORCL-162;ORCL-177", operation="difference"),
        put("conditions", "T-43/on_day/1", than="NVDA-034"),
        put("conditions", "R-03/now/1", inputs="NVDA-034;NVDA-003", operation="most"),
    ),
    "a test of the editors that fails": (obeyed, put("facts", "AMD-084", value=1e9)),
    "two tests of a claim that fail": (
        obeyed,
        put("conditions", "T-43/now/1", relation="above"),
        put("conditions", "T-43/now/2", relation="at_least"),
    ),
    "verdicts against their editors' tests": (
        obeyed,
        put("editorial", "T-43", now="supported"),
        put("editorial", "R-03", on_day="supported"),
    ),
}, "consistency": {
    "a newer figure filed as context": (
        consistent,
        put("claim_evidence", "A-095/DEM-N25", role="context"),
    ),
    "a figure of the same time that nobody linked": (consistent, gone("claim_evidence", "R-20/AMD-150")),
    "the end of a deal that got lost": (
        consistent,
        gone("deal_stages", "openai-nvidia-systems/2026-02-27/replaced"),
    ),
    "set aside for no reason": (consistent, put("claim_evidence", "A-022/NVDA-040", note="")),
    "a difference that nobody explains": (
        consistent,
        gone("differences", "A-022/T-12"),
    ),
    "two opposites that both hold": (consistent, put("editorial", "D-23", now="supported")),
    "a difference of an editor's own": (
        consistent,
        put("editorial", "A-055", on_day="supported", now="supported"),
        put("editorial", "R-03", on_day="supported", now="supported"),
    ),
    "a reason for no difference": (
        consistent,
        new("differences", claim="A-001", other="A-003", reason="None."),
        new("differences", claim="A-001", other="R-01", reason="They differ."),
    ),
    "plans and stages of no deal": (
        timed,
        put("claims", "R-12", deal=""),
        put("claims", "T-04", rests_on="no-such-deal;openai-oracle-cloud;nor-this"),
        put("claims", "A-084", rests_on=""),
        put("claims", "L-15", said_stage=""),
        put("claims", "A-083", said_stage="binding"),
        put("claims", "L-20", said_stage="paid"),
        put("claims", "L-21", metric="legally_binding", said_stage="letter_of_intent"),
    ),
    "stages that may be": (
        timed,
        put("claims", "T-04", said_stage="paid"),
        put("claims", "L-15", value=1.0, said_stage="binding"),
    ),
    "times that are misplaced": (
        timed,
        put("claims", "R-48", begins=DAY("2026-12-31")),
        put("claims", "A-001", begins=DAY("2026-01-01"), due=DAY("2027-01-01")),
    ),
    "a day before the end": (timed, put("claims", "R-48", begins=DAY("2026-12-30"))),
    "borne out without having been missed": (timed, put("editorial", "R-09", now="borne_out")),
    "overtaken without having been right": (
        timed,
        put("editorial", "R-23", now="outdated"),
        put("editorial", "L-02", now="outdated"),
        put("editorial", "T-15", on_day="supported", now="outdated"),
        put("editorial", "R-48", now="outdated"),
        more("editorial", "R-23", claim_id="L-23", on_day="contradicted", now="outdated"),
        more("editorial", "R-23", claim_id="T-68", on_day="unverifiable", now="outdated"),
    ),
}, "reasons": {
    "hindsight in what is cited": (
        reasoned,
        put("editorial", "R-15", cites_on_day="ORCL-243;XX-999;ORCL-335"),
        put("editorial", "R-09", cites_now="XX-998;ORCL-243"),
    ),
    "hindsight in words": (
        reasoned,
        put("editorial", "R-15", reason_on_day="In 2026 it borrowed more, and since November 2025 at once."),
    ),
    "verdicts without a reason": (
        reasoned,
        put("editorial", "R-15", reason_on_day="", reason_now=""),
        put("editorial", "T-15", cites_on_day="", cites_now=""),
        put("editorial", "L-52", looked_for=""),
        put("editorial", "R-32", cites_on_day="", cites_now=""),
    ),
    "an editor who says what the page does not": (
        reasoned,
        put("editorial", "L-51", now="supported_imprecise"),
        put("editorial", "A-022", now="contradicted"),
    ),
    "facts that only later sources show": (
        reasoned,
        put("sources", "REVS17", published="2025-11-03"),
        put("sources", "redestelecom-nortel-2001", published="2025-10-17"),
        put("sources", "particle-vision-fund-2025-09", published="2026", kind="data", quoted_in="a digest"),
    ),
    "sources that may have been there by the day": (
        reasoned,
        put("sources", "REVS17", published="2025-11-02"),
        put("sources", "redestelecom-nortel-2001", published="2025"),
        put("sources", "particle-vision-fund-2025-09", published="2025-10"),
        put("sources", "cisco-ar-2001-ex13", published="2026", kind="data", quoted_in="a mirror"),
    ),
}, "readings": {
    "a claim that was read once": (read_twice, gone("readings", "R-01/second")),
    "settlements that are missing or too many": (
        read_twice,
        put("readings", "R-03/second", settled="", reason=""),
        put("readings", "R-01/second", settled="stands", reason="They agree."),
        put("readings", "T-02/second", settled="", reason=""),
        put("readings", "T-51/second", reason=""),
    ),
    "settlements that are not true": (
        read_twice,
        put("readings", "D-23/second", settled="stands"),
        put("readings", "D-40/second", settled="stands"),
        put("readings", "R-03/second", settled="changed"),
        put("readings", "T-51/second", settled="since"),
        put("readings", "T-02/second", settled="stands"),
    ),
    "a disagreement that waits": (read_twice, put("readings", "R-03/second", settled="waiting")),
}, "reconcile": {
    "identities that do not hold": (
        reconcile.identities,
        put("facts", "ORCL-177", value=12133000000.0),
        put("facts", "AMD-051", value=350589000000.0),
        put("facts", "AMD-100", value=16000000.0),
        put("facts", "ORCL-315", value=11000000000.0),
        put("facts", "AUT-131", value=1.0),
        put("identities", "softbank-round", parts="OAI-114;XX-999;XX-998"),
        put("identities", "oracle-market-value", parts="ORCL-280;ORCL-279"),
        put("identities", "oracle-payments-2025-08", parts="PRM-036"),
    ),
    "identities that hold at their bound": (
        reconcile.identities,
        put("identities", "amd-copies", tolerance=0.5),
        put("facts", "AMD-001", value=320000000.0),
        put("identities", "amd-warrant-tenth", tolerance=1.0),
    ),
    "figures that are not as printed": (
        reconcile.printed,
        put("claims", "R-12", value=100.0),
        put("claims", "R-03", value=2024.0, low=2024.0, high=2024.0),
        put("claims", "L-39", low=20251007.0),
        put("claims", "A-009", low=20250901.0),
        put("claims", "T-38", low=20250701.0),
        put("claims", "T-40", low=3000000.0),
        put("claims", "A-001", high=20251014.0),
    ),
    "figures that print no number": (
        reconcile.printed,
        put("claims", "A-037", low=20240101.0),
        put("claims", "A-002", low=19990101.0),
        put("claims", "R-09", printed="7"),
        put("claims", "R-20", printed="a tenth"),
        put("claims", "R-14", value=float("nan")),
    ),
    "copies of copies": (
        reconcile.originals,
        put("sources", "REVS5", original="REVS6"),
        put("sources", "P16", original="P16"),
    ),
    "a period that begins after it ends": (
        reconcile.standing,
        put("facts", "ORCL-162", period_start="2025-09-01"),
        put("facts", "ORCL-177", period_start="2025-11-30"),
    ),
    "what was public before its time": (
        reconcile.standing,
        put("facts", "ORCL-242", published=DAY("2025-01-01")),
        put("facts", "NEW-04", as_of="2026-10-08"),
        put("facts", "NVDA-041", as_of="2026-08-18"),
        put("facts", "AMD-010", as_of="2031"),
    ),
    "confidence that the sources do not bear": (
        reconcile.standing,
        put("facts", "ORCL-D11", confidence="primary"),
        put("facts", "AMD-013", confidence="secondary_multiple"),
        put("facts", "ORCL-001", confidence="primary"),
    ),
    "a publisher without standing": (reconcile.standing, gone("publishers", "U.S. Census Bureau")),
    "two copies of one report": (
        reconcile.standing,
        put("sources", "REVS6", original="bloomberg-2025-10-02"),
    ),
    "what was public after its sources": (
        reconcile.standing,
        put("facts", "OAI-250", published=DAY("2026-11-01")),
        put("facts", "AMD-150", published=DAY("2025-10-09")),
        put("facts", "ORCL-165", published=DAY("2026-10-03")),
    ),
    "links to another quantity, deal or time": (
        reconcile.links,
        put("claim_evidence", "A-001/TRI-N08", fact_id="ORCL-162"),
        put("claim_evidence", "A-002/OAI-169", role="context", fact_id="ORCL-162"),
        put("facts", "NVDA-041", deal="nvidia-openai-investment"),
        put("deal_stages", "amazon-openai-equity/2026-03-31/paid", date=DAY("2024-01-01"), note=""),
        put("deal_stages", "amazon-openai-equity/2026-06-30/paid", date=DAY("2024-01-01")),
        put("deal_stages", "amd-openai-warrant/2025-10-06/announced", fact_id="AUT-063"),
        put("deal_stages", "amazon-anthropic-equity/2026-06-30/signed", fact_id="NVDA-041"),
        put("deal_stages", "amd-openai-warrant/2025-10-05/binding", fact_id="NVDA-041"),
        put("deal_stages", "anthropic-aws/2026-06-30/running", fact_id="NVDA-041"),
        put("deal_stages", "amazon-openai-equity/2026-07-31/completed", fact_id="NVDA-041"),
        put("deal_stages", "coreweave-nvidia-gpus/2024-12-31/delivered", fact_id="NVDA-041"),
        put("deals", "amazon-openai-equity", period_start="2030-01"),
        put("deals", "amd-openai-warrant", period_start="2030-10-05"),
    ),
    "closes that do not fit": (
        reconcile.closes,
        put("return_closes", "ORCL/2025-12-24/daily", date=DAY("2025-12-25")),
        gone("return_closes", "NVDA/2025-12-23/daily"),
        put("prices", "ORCL/2025-10-01", adj_close=1.0),
        put("prices", "AMD/2024-10-01", adj_close=159.7601),
        put("prices", "AMD/2024-10-02", adj_close=159.789),
        gone("return_closes", "9984.T/2024-07-02/daily"),
    ),
    "a close of a week": (
        reconcile.closes,
        ("return_closes", lambda frame: frame.assign(
            adj_close=frame["adj_close"].where(
                ~((frame["ticker"] == "ORCL") & (frame["date"] == "2025-12-26")
                  & (frame["frequency"] == "weekly")), 1.5
            )
        )),
    ),
}, "superseded": {
    "stale choices": (
        superseded.superseded,
        put("choices", "revenue-promises/money/amazon/paid", fact_id="OAI-138"),
        put("choices", "front/paid/microsoft-openai-equity/2026-06-30/so_far", fact_id="LEV-320"),
        gone("choices", "russian-doll/layer-4/softbank-openai-again/since_3"),
        put("choices", "triangle/sides/openai-oracle-cloud/used", fact_id="OAI-048"),
        put("choices", "bubble-or-growth/output/ai-2024/now", fact_id="OAI-048"),
        put("choices", "bubble-or-growth/output/ai-2025/now", role="then", fact_id="OAI-048"),
        put("choices", "who-owes-whom/money/oracle.lenders.bonds/newest", fact_id="ORCL-210"),
        gone("choices", "front/paid/softbank-openai-follow-on/2026-10-01/instalment"),
    ),
    "stale inputs of what is computed": (
        superseded.superseded,
        put("derived", "REV-D42", inputs="AUT-064;OAI-108;TRI-D19;OAI-138;LEV-244;TRI-N11;NVDA-041"),
        put("derived", "REV-D23", inputs="TRI-D01;OAI-048"),
        put("derived", "NVDA-D92", note="old"),
    ),
}, "editions": {
    "what an edition says otherwise": (
        editions.undeclared,
        put("facts", "AMD-001", value="170000000", note="A clearer note."),
        put("facts", "AMD-002", value="0.010"),
        put("sources", "REVS5", kind="filing"),
        gone("lessons", "L-24"),
        exchanged("lessons", "A-056", "T-65"),
        exchanged("deals", "amd-openai-warrant", "amd-anthropic-equity"),
        more("identities", "amd-copies", identity_id="new-one"),
        *(
            more(
                "changes", C, change_id=i, edition=of, table="facts", key=key, column=column, was=was, now=now
            )
            for i, of, key, column, was, now in (
                ("C-1", NEWEST, "AMD-003", "as_of", "2025-10-05", "2025-10-04"),
                ("C-2", NEWEST, "AMD-005", "value", "20251006", "20251008"),
                ("C-3", "0.1.0", "AMD-006", "value", "20301005", "20301006"),
                ("C-4", NEWEST, "AMD-010", "value", "1", "0.0"),
            )
        ),
        put("facts", "AMD-003", as_of="2025-10-04"),
        put("facts", "AMD-005", value="20251007"),
        put("facts", "AMD-006", value="20301006"),
        put("facts", "AMD-010", value="0"),
    ),
    "a verdict that moved without a reason": (
        editions.unexplained,
        put("editorial", "T-15", on_day="supported", reason_on_day="", reason_now=""),
        more("changes", C, change_id="C-1", edition="0.1.0", table="editorial", key="T-15", column="on_day"),
    ),
    "a verdict that moved for a reason": (
        editions.unexplained,
        put("editorial", "T-15", on_day="supported", reason_on_day="", reason_now=""),
        more("changes", C, change_id="C-1", edition=NEWEST, table="editorial", key="T-15", column="on_day"),
        put("editorial", "R-09", now="supported"),
    ),
}}  # fmt: skip
"""By the module whose messages they bring."""


@pytest.fixture(scope="module")
def whole(root: Path) -> Record:
    """The record with all that cases share read once."""
    record = Record(root / "data")
    for resource in record.descriptor["resources"]:
        record.table(resource["name"])
    return record


def told(check: Check, record: Record) -> list[str]:
    try:
        return list(check(record))
    except RecordError as error:
        return error.problems


PLACE = re.compile(r"data/([\w-]+)\.csv row (\d+)(?: column (\w+) value (\"(?:[^\"\\]|\\.)*\"))?: ")


def lasting(line: str, record: Record, whole: Record, folder: Path) -> str:
    """A line without what moves when the record grows, after a look at what stands there."""
    if place := PLACE.match(line):
        file, number, column, value = place.groups()
        table, row = file.replace("-", "_"), int(number) - 2
        frame = record._frames.get(table)
        if frame is None:  # nobody has read it but the check itself
            frame = pd.read_csv(record.data / f"{file}.csv", dtype=str, keep_default_na=False)
        if column:
            said, stands = json.loads(value), str(frame.at[row, column])
            ways = {said, f"{said}.0", f"{said} 00:00:00"} if said else {"", "nan", "NaT"}
            assert stands in ways or (len(said) == 80 and stands.startswith(said)), line
        line = re.sub(
            rf"row {number}\b", f"row of {keys(record, table, frame.iloc[[row]])[0]}", line, count=1
        )
    line = line.replace(f"{folder}/", "data/").replace(f"edition {NEWEST} ", "edition N ")
    line = line.replace(f"{max(whole.editions['date']):%Y-%m-%d}", "ITS-DAY")
    return line.replace(str(whole.searched), "THE-END")


@pytest.mark.parametrize("module", CASES)
def test_every_fault_has_its_line(
    whole: Record, module: str, tmp_path: Path, file_regression: FileRegressionFixture
) -> None:
    parts = []
    for number, (name, (check, *plants)) in enumerate(CASES[module].items()):
        of_files = check in OF_FILES
        here = filed(whole, tmp_path / str(number), plants) if of_files else spoilt(whole, plants)
        lines = [lasting(line, here, whole, here.data) for line in told(check, here)]
        assert all(len(line) < 700 and "\n" not in line for line in lines), name
        parts.append("\n".join([f"# {name}", *(lines or ["(nothing)"])]))
    for name, lines in of_editions(whole, tmp_path / "data") if module == "editions" else ():
        shown = (lasting(line, whole, whole, tmp_path / "data") for line in lines)
        parts.append("\n".join([f"# {name}", *shown]))
    file_regression.check("\n\n".join(parts) + "\n", fullpath=KEPT / f"{module}.txt")


@pytest.mark.parametrize("module", CASES)
def test_without_a_fault_nothing_is_said(whole: Record, module: str) -> None:
    """So each line is of what is planted."""
    for check in {check for check, *plants in CASES[module].values() if plants}:
        assert list(check(whole)) == []


ARCHIVES: dict[str, tuple[Callable[[bytes], bytes], bool]] = {
    "an archive of other bytes": (lambda body: body[:-1], False),
    "an archive that is none": (lambda _: b"text", True),
    "a table in the archive that is no text": (lambda _: packed(b"\xff"), True),
    "a table in the archive that is too large": (lambda _: packed(b"0" * (LARGEST + 1)), True),
    "a table in the archive with a cell that is too large": (
        lambda _: packed(b"a,b\n" + b"0" * 140_000),
        True,
    ),
}
"""What is done to the bytes of an edition's archive, and whether its hash is renewed."""


def packed(table: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("verdicts.csv", table)
    return out.getvalue()


def refused(what: Callable[..., object], *args: object) -> list[str]:
    with pytest.raises(RecordError) as caught:
        what(*args)
    return caught.value.problems


def of_editions(whole: Record, folder: Path) -> Iterator[tuple[str, list[str]]]:
    """What editions refuse: archives that are not theirs, names that were used, days that are past."""
    here = filed(whole, folder, [])  # what is not refused is written there
    missing = editions.Edition(folder, "1", "editions/1.zip", "")
    yield "an archive that is missing", refused(getattr, missing, "files")
    body, file = editions.editions(whole)[-1].path.read_bytes(), missing.path
    before = csv.field_size_limit(2**17)  # other readers of tables widen it
    for name, (spoil, renewed) in ARCHIVES.items():
        file.write_bytes(spoil(body))
        known = hashlib.sha256(file.read_bytes() if renewed else body).hexdigest()
        other = editions.Edition(folder, "1", "editions/1.zip", known)
        yield name, refused(getattr, other, "verdicts")
    csv.field_size_limit(before)
    yield "an edition that was published", refused(editions.publish, here, NEWEST, "2030-01-01", "")
    yield "an edition of a day that is past", refused(editions.publish, here, "9.9", "1990-05-05", "Late.")
    yield "a change of a day that is past", refused(editions.declare, here, "Late.", "1990-05-05")


def messages(source: str) -> Iterator[re.Pattern[str]]:
    """What stands in code to be said: the lines that its functions yield, and the words of errors."""
    for node in ast.walk(ast.parse(source)):
        said: list[ast.expr | None] = []
        if isinstance(node, ast.Yield):
            said = [node.value]
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("RecordError", "self._spoilt"):
            said = list(node.args[0].elts) if isinstance(node.args[0], ast.List) else list(node.args)
        for one in said:
            if isinstance(one, ast.JoinedStr | ast.Constant):
                parts = one.values if isinstance(one, ast.JoinedStr) else [one]
                words = [re.escape(str(p.value)) if isinstance(p, ast.Constant) else ".*" for p in parts]
                yield re.compile("".join(words))


@pytest.mark.parametrize("module", CASES)
def test_every_message_has_a_case(module: str) -> None:
    """A message that no planted fault brings is not held: it has its case, or it goes."""
    held = (KEPT / f"{module}.txt").read_text(encoding="utf-8")
    code = importlib.import_module(f"{claims.__name__}.{module}")
    source = inspect.getsource(code).replace(inspect.getsource(checks.schema), "")
    patterns = list(messages(source))
    assert patterns
    assert [p.pattern for p in patterns if not p.search(held)] == []
