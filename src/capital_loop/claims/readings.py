"""Two readings of the claims: how far the second, blind one agrees, and what came of disagreements.

Both are readings by language models that work for the editors, from the same rules and the same evidence.
Their agreement says how far rules and evidence fix a verdict; it is no agreement of independent people.

Krippendorff's alpha for nominal data is ``1 - D_o / D_e``: one less the disagreement seen over the
disagreement that chance alone would give. Source: K. Krippendorff, Content Analysis, 4th edition (2018),
chapter 12. Computation: the library krippendorff.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from capital_loop.claims.rules import HELD, Assessment
from capital_loop.record import Record
from capital_loop.record.rows import ClaimRow, ReadingRow

FIRM = 0.8
"""The alpha that Krippendorff asks for before firm conclusions (chapter 12); set as the goal before the
second reading."""
EDITOR = "E1"
"""The rule of a verdict that an editor gave."""


@dataclass(frozen=True)
class Agreement:
    """``agreed`` of ``claims`` got the same verdict from both readers.

    ``alpha`` is 1 where all did and 0 at the level of chance; ``nan`` where both readers used one verdict
    only.
    """

    claims: int
    agreed: int
    alpha: float


def alpha(first: Sequence[str], second: Sequence[str]) -> float:
    """Krippendorff's alpha (nominal) of two readings of the same units, in the same order.

    ``nan`` where fewer than two values were used: chance alone would then give no disagreement.
    ``ValueError`` for readings of different length or of nothing.
    """
    import krippendorff
    import numpy as np

    if len(first) != len(second) or not first:
        raise ValueError("two readings of the same units, at least one")
    values = sorted({*first, *second})
    if len(values) < 2:
        return math.nan
    codes = np.array([[values.index(v) for v in reading] for reading in (first, second)], dtype=float)
    return float(krippendorff.alpha(reliability_data=codes, level_of_measurement="nominal"))


def agreement(rows: Iterable[ReadingRow], when: str) -> Agreement:
    """How far both readings of some claims agree on one date, ``on_day`` or ``now``."""
    pairs = [(str(getattr(r, f"first_{when}")), str(getattr(r, when))) for r in rows]
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    return Agreement(len(pairs), sum(a == b for a, b in pairs), alpha(first, second))


def differ(row: ReadingRow) -> bool:
    """Whether the readings differ on either date."""
    return (row.first_on_day, row.first_now) != (row.on_day, row.now)


def moved_since(row: ReadingRow, verdicts: dict[str, Assessment]) -> bool:
    """Whether the readings agreed and the record's verdicts have changed after them."""
    return not differ(row) and _now(verdicts[row.claim_id]) != (row.first_on_day, row.first_now)


def _now(assessment: Assessment) -> tuple[str, str]:
    return assessment.on_day.verdict, assessment.now.verdict


def in_degree(row: ReadingRow) -> bool:
    """Whether both let the claim hold wherever they differ, one with more reserve than the other."""
    pairs = ((row.first_on_day, row.on_day), (row.first_now, row.now))
    return differ(row) and all(a == b or {a, b} <= set(HELD) for a, b in pairs)


def reading_faults(record: Record, verdicts: dict[str, Assessment]) -> Iterator[str]:
    """Claims without a second reading, disagreements without a settlement, settlements that are not true."""
    rows, read = record.rows(ReadingRow), record.grouped(ReadingRow, "claim_id")
    for claim in record.rows(ClaimRow):
        if claim.claim_id not in read:
            yield (
                f"{claim.cell('claim_id')}: no second reading; read it blind "
                "(python -m tools.second_reading --packet) and add a row to data/readings.csv"
            )
    for row in rows:
        since = moved_since(row, verdicts)
        if (differ(row) or since) != bool(row.settled and row.reason):
            yield (
                f"{row.cell('settled')}: {row.claim_id} needs a settlement with its reason if the readings "
                "differ or the record has changed since, and none if all agree; write it or drop it"
            )
        elif row.settled and since != (row.settled == "since"):
            yield (
                f"{row.cell('settled')}: since is said where both readings agreed and the record has changed "
                "after them, and nowhere else; mend the word"
            )
        if not differ(row):
            continue
        now = _now(verdicts[row.claim_id])
        if row.settled == "stands" and now not in ((row.first_on_day, row.first_now), (row.on_day, row.now)):
            yield f"{row.cell('settled')}: the record has changed after the reading; say changed, and why"
        if row.settled == "changed" and now == (row.first_on_day, row.first_now):
            yield (
                f"{row.cell('settled')}: the record's verdicts are what they were; change one, or say stands"
            )
        if row.settled not in ("", "changed") and now == (row.on_day, row.now):
            yield (
                f"{row.cell('settled')}: the record now has the second reader's verdicts; say changed, and "
                "why"
            )


def waiting(record: Record) -> int:
    """Disagreements that are still with the editors."""
    return sum(r.settled == "waiting" for r in record.rows(ReadingRow))
