"""Rows of the tables, typed: what the descriptor says of a column, in Python's words.

Text that is missing is ``""``, a number ``nan``, a date ``NaT``. A test holds the types to the descriptor; ``Index``
is the row's place in the file, from zero. ``Record.rows`` hands them out.
"""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd


class AssumptionRow(NamedTuple):
    """A row of assumptions.csv."""

    Index: int
    assumption_id: str
    model: str
    title: str
    central: float
    low: float
    high: float
    unit: str
    fact_id: str
    why: str


class ChangeRow(NamedTuple):
    """A row of changes.csv."""

    Index: int
    change_id: str
    date: pd.Timestamp
    edition: str
    kind: str
    table: str
    key: str
    column: str
    was: str
    now: str
    reason: str


class EvidenceRow(NamedTuple):
    """A row of claim-evidence.csv."""

    Index: int
    claim_id: str
    fact_id: str
    role: str
    note: str


class ClaimRow(NamedTuple):
    """A row of claims.csv."""

    Index: int
    claim_id: str
    document_id: str
    paragraph: int
    offset: int
    printed: str
    paraphrase: str
    kind: str
    subject: str
    deal: str
    metric: str
    value: float
    low: float
    high: float
    unit: str
    qualifier: str
    step: float
    width_reason: str
    as_of: str
    tense: str
    rests_on: str
    begins: pd.Timestamp
    due: pd.Timestamp
    said_stage: str
    assertion: str
    speaker: str
    chapter: str


class CorrectionRow(NamedTuple):
    """A row of corrections.csv."""

    Index: int
    fact_id: str
    column: str
    expect: str
    value: str
    reason: str
    source_id: str
    decided: pd.Timestamp


class DealStageRow(NamedTuple):
    """A row of deal-stages.csv."""

    Index: int
    deal_id: str
    date: pd.Timestamp
    stage: str
    fact_id: str
    note: str


class DealRow(NamedTuple):
    """A row of deals.csv."""

    Index: int
    deal_id: str
    package: str
    title: str
    payer: str
    payee: str
    instrument: str
    announced: pd.Timestamp
    amount_fact: str
    amount_kind: str
    gw_fact: str
    period_start: str
    period_end: str
    conditions: str


class DerivedRow(NamedTuple):
    """A row of derived.csv."""

    Index: int
    fact_id: str
    operation: str
    inputs: str
    note: str


class DifferenceRow(NamedTuple):
    """A row of differences.csv."""

    Index: int
    claim: str
    other: str
    reason: str


class DocumentRow(NamedTuple):
    """A row of documents.csv."""

    Index: int
    document_id: str
    prefix: str
    title: str
    publisher: str
    author: str
    published: pd.Timestamp
    day: pd.Timestamp
    hour: str
    zone: str
    day_basis: str
    day_note: str
    language: str
    file: str
    sha256: str
    argument: str


class EditionRow(NamedTuple):
    """A row of editions.csv."""

    Index: int
    edition_id: str
    date: pd.Timestamp
    file: str
    sha256: str
    note: str


class EditorialRow(NamedTuple):
    """A row of editorial.csv."""

    Index: int
    claim_id: str
    on_day: str
    now: str
    reason_on_day: str
    cites_on_day: str
    reason_now: str
    cites_now: str
    would_change: str
    looked_for: str


class FactSourceRow(NamedTuple):
    """A row of fact-sources.csv."""

    Index: int
    fact_id: str
    source_id: str
    locator: str


class FactRow(NamedTuple):
    """A row of facts.csv."""

    Index: int
    fact_id: str
    subject: str
    deal: str
    metric: str
    value: float
    low: float
    high: float
    unit: str
    as_of: str
    period_start: str
    published: pd.Timestamp
    stage: str
    confidence: str
    note: str


class IdentityRow(NamedTuple):
    """A row of identities.csv."""

    Index: int
    identity_id: str
    kind: str
    result: str
    parts: str
    tolerance: float
    note: str


class ImpliedRow(NamedTuple):
    """A row of implied.csv."""

    Index: int
    numerator: str
    denominator: str
    metric: str


class LessonRow(NamedTuple):
    """A row of lessons.csv."""

    Index: int
    claim_id: str
    lesson: str
    reasons: str


class PriceRow(NamedTuple):
    """A row of prices.csv."""

    Index: int
    ticker: str
    date: pd.Timestamp
    close: float
    high: float
    adj_close: float
    source_id: str


class PublisherRow(NamedTuple):
    """A row of publishers.csv."""

    Index: int
    publisher: str
    host: str
    of: str
    reason: str


class ReadingRow(NamedTuple):
    """A row of readings.csv."""

    Index: int
    claim_id: str
    reader: str
    on_day: str
    now: str
    sure: str
    note: str
    first_on_day: str
    first_rule_on_day: str
    first_now: str
    first_rule_now: str
    settled: str
    reason: str


class SourceRow(NamedTuple):
    """A row of sources.csv."""

    Index: int
    source_id: str
    title: str
    publisher: str
    author: str
    published: str
    url: str
    kind: str
    language: str
    quoted_in: str
    original: str
    note: str


class IndicatorRow(NamedTuple):
    """A row of watchlist.csv."""

    Index: int
    indicator_id: str
    title: str
    question: str
    theme: str
    chapter: str
    subject: str
    metric: str
    span: str
    since: str
    scope: str
    operation: str
    strain: str
    threshold: float
    threshold_fact: str
    reason: str
    fixed_on: pd.Timestamp
    next_release: pd.Timestamp
    release: str


TABLE: dict[type[tuple[object, ...]], str] = {
    AssumptionRow: "assumptions",
    ChangeRow: "changes",
    EvidenceRow: "claim_evidence",
    ClaimRow: "claims",
    CorrectionRow: "corrections",
    DealStageRow: "deal_stages",
    DealRow: "deals",
    DerivedRow: "derived",
    DifferenceRow: "differences",
    DocumentRow: "documents",
    EditionRow: "editions",
    EditorialRow: "editorial",
    FactSourceRow: "fact_sources",
    FactRow: "facts",
    IdentityRow: "identities",
    ImpliedRow: "implied",
    LessonRow: "lessons",
    PriceRow: "prices",
    PublisherRow: "publishers",
    ReadingRow: "readings",
    SourceRow: "sources",
    IndicatorRow: "watchlist",
}
"""The table of each row."""
