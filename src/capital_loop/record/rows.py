"""Rows of the tables, typed: what the descriptor says of a column, in Python's words.

Text that is missing is ``""``, a number ``nan``, a date ``NaT``. A test holds the types to the descriptor.
``Record.rows`` hands the rows out, ``Record.keyed`` and ``Record.grouped`` by a column.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import ClassVar, Self, dataclass_transform

import pandas as pd

from capital_loop.models.intervals import exact


def shown(value: str | float | pd.Timestamp) -> str:
    """A typed value as its cell has it: a day without an hour, nothing for what is missing."""
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    return value if isinstance(value, str) else "" if pd.isna(value) else exact(value)


@dataclass_transform(frozen_default=True)
@dataclass(frozen=True)
class Row:
    """A row of a table; ``Index`` is its place in the file, from zero."""

    kinds: ClassVar[list[type[Row]]] = []
    """Every kind of row."""
    table_name: ClassVar[str]

    Index: int

    def __init_subclass__(cls, *, table: str) -> None:
        cls.table_name, cls.__doc__ = table, f"A row of {table.replace('_', '-')}.csv."
        Row.kinds.append(dataclass(frozen=True)(cls))

    @classmethod
    def from_frame(cls, frame: pd.DataFrame) -> list[Self]:
        """The rows of a frame that has the kind's columns and a plain index."""
        columns = [f.name for f in fields(cls)[1:]]
        return [cls(*cells) for cells in frame[columns].itertuples(name=None)]

    def cell(self, column: str) -> str:
        """Where a cell stands and what it says, as every message about one begins."""
        value = json.dumps(shown(getattr(self, column)), ensure_ascii=False)
        return (
            f"data/{self.table_name.replace('_', '-')}.csv row {self.Index + 2} column {column} value {value}"
        )


class AssumptionRow(Row, table="assumptions"):
    assumption_id: str
    model: str
    title: str
    central: float
    low: float
    high: float
    unit: str
    fact_id: str
    why: str


class ChangeRow(Row, table="changes"):
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


class ChoiceRow(Row, table="choices"):
    chapter: str
    choice: str
    key: str
    role: str
    fact_id: str
    label: str


class EvidenceRow(Row, table="claim_evidence"):
    claim_id: str
    fact_id: str
    role: str
    note: str


class ClaimRow(Row, table="claims"):
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


class ConditionRow(Row, table="conditions"):
    claim_id: str
    when: str
    number: int
    says: str
    operation: str
    inputs: str
    relation: str
    bound: float
    than: str
    verdict: str


class CorrectionRow(Row, table="corrections"):
    fact_id: str
    column: str
    expect: str
    value: str
    reason: str
    source_id: str
    decided: pd.Timestamp


class DealStageRow(Row, table="deal_stages"):
    deal_id: str
    date: pd.Timestamp
    stage: str
    fact_id: str
    note: str


class DealRow(Row, table="deals"):
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


class DerivedRow(Row, table="derived"):
    fact_id: str
    operation: str
    inputs: str
    note: str


class DifferenceRow(Row, table="differences"):
    claim: str
    other: str
    reason: str


class DocumentRow(Row, table="documents"):
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


class EditionRow(Row, table="editions"):
    edition_id: str
    date: pd.Timestamp
    file: str
    sha256: str
    note: str


class EditorialRow(Row, table="editorial"):
    claim_id: str
    on_day: str
    now: str
    reason_on_day: str
    cites_on_day: str
    reason_now: str
    cites_now: str
    would_change: str
    looked_for: str


class EntityRow(Row, table="entities"):
    entity_id: str
    name: str
    kind: str
    ticker: str
    aliases: str
    note: str


class FeedRow(Row, table="feeds"):
    feed_id: str
    origin: str
    key: str
    concept: str
    span: str
    subject: str
    metric: str
    prefix: str
    note: str


class FactSourceRow(Row, table="fact_sources"):
    fact_id: str
    source_id: str
    locator: str


class FactRow(Row, table="facts"):
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


class IdentityRow(Row, table="identities"):
    identity_id: str
    kind: str
    result: str
    parts: str
    tolerance: float
    note: str


class ImpliedRow(Row, table="implied"):
    numerator: str
    denominator: str
    metric: str


class LessonRow(Row, table="lessons"):
    claim_id: str
    lesson: str
    reasons: str


class PriceRow(Row, table="prices"):
    ticker: str
    date: pd.Timestamp
    close: float
    high: float
    adj_close: float
    source_id: str


class PublisherRow(Row, table="publishers"):
    publisher: str
    host: str
    of: str
    reason: str


class ReadingRow(Row, table="readings"):
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


class SourceRow(Row, table="sources"):
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


class IndicatorRow(Row, table="watchlist"):
    indicator_id: str
    title: str
    question: str
    theme: str
    chapter: str
    subject: str
    metric: str
    span: str
    since: str
    same_since: str
    scope: str
    operation: str
    strain: str
    threshold: float
    threshold_fact: str
    reason: str
    fixed_on: pd.Timestamp
    next_release: pd.Timestamp
    release: str
