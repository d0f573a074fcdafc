"""What the ledger promises, each promise broken once: the check of the whole record must refuse it in a clear
line.

The faults are those that somebody could make in good faith; one of each promise is planted here in a copy of
the record, the others in memory (``test_refusals``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from capital_loop.claims.checks import validate
from capital_loop.record import RecordError
from tests import plant

Fault = Callable[[Path], None]


def edit(table: str, where: dict[str, str], **cells: str) -> Fault:
    return lambda data: plant.cells(data, table, where, **cells)


FAULTS: dict[str, tuple[Fault, str]] = {
    "1 a plan that rests on no deal": (
        edit("claims", {"claim_id": "R-12"}, deal=""),
        r"claims\.csv row \d+ column tense .*a plan follows the stages of a deal; name it",
    ),
    "2 borne out without having been missed": (
        edit("editorial", {"claim_id": "R-09"}, now="borne_out"),
        r"borne out later, and the evidence of its day had not missed it; mend",
    ),
    "3 a figure of one digit that means half to one and a half": (
        edit("claims", {"claim_id": "R-04"}, low="500000000000", high="1500000000000"),
        r"claims\.csv row \d+ column low .*value, step and qualifier imply 950000000000 to 1050000000000, "
        r"filed are 500000000000 to 1500000000000",
    ),
    "4 hindsight in what is cited": (
        edit("editorial", {"claim_id": "R-15"}, cites_on_day="ORCL-243"),
        r"column cites_on_day .*ORCL-243 became public on 2026-06-10, after",
    ),
    "5 a newer figure filed as context": (
        edit("claim-evidence", {"claim_id": "A-095", "fact_id": "DEM-N25"}, role="context"),
        r"DEM-N25 \(of 2026-03\) is newer than what decides; link it .* or set it aside",
    ),
    "6 a difference that nobody explains": (
        edit("differences", {"claim": "A-022", "other": "T-12"}),
        r"A-022 \(supported_imprecise, now outdated\) and T-12 \(supported, now outdated\) share .* mend "
        r"the one or the other",
    ),
    "7 a confidence that the sources do not bear": (
        edit("facts", {"fact_id": "ORCL-001"}, confidence="primary"),
        r"column confidence .*its sources make it secondary_multiple",
    ),
    "8 a letter that is not called one": (
        edit("claims", {"claim_id": "L-15"}, said_stage=""),
        r"column said_stage .*legally_binding 0 says how firm the deal is; write letter_of_intent",
    ),
    "9 a claim that was read once": (
        edit("readings", {"claim_id": "R-01"}),
        r"claims\.csv row 2 column claim_id .*no second reading; read it blind",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_check_refuses_it_in_a_clear_line(fault: str, copy: Path) -> None:
    spoil, said = FAULTS[fault]
    spoil(copy)
    with pytest.raises(RecordError) as caught:
        validate(copy)
    lines = caught.value.problems
    assert any(re.search(said, line) for line in lines), "\n".join(lines[:6])
    assert all("\n" not in line and len(line) < 700 for line in lines)
