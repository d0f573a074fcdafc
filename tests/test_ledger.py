"""What the ledger promises, each promise broken once: the check of the whole record must refuse it in a clear
line.

The faults are those that somebody could make in good faith; every one is planted in a copy of the record.
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
    "1 the end of a deal that got lost": (
        edit("deal-stages", {"deal_id": "openai-nvidia-systems", "stage": "replaced"}),
        r"OAI-166 \(of 2026-02-27\) is newer than what decides; link it",
    ),
    "2 borne out without having been missed": (
        edit("editorial", {"claim_id": "R-09"}, now="borne_out"),
        r"borne out later, and the evidence of its day had not missed it; mend",
    ),
    "2 overtaken without having been right": (
        edit("editorial", {"claim_id": "R-23"}, now="outdated"),
        r"outdated, and it did not hold on its day \(contradicted\); call it",
    ),
    "2 a forecast that is answered before its time": (
        edit("claims", {"claim_id": "R-48"}, begins="2027-06-01"),
        r"only a forecast can be answered before it is due; mend the day",
    ),
    "3 a figure of one digit that means half to one and a half": (
        edit("claims", {"claim_id": "R-04"}, low="500000000000", high="1500000000000"),
        r"claims\.csv row \d+ column low .*value, step and qualifier imply 950000000000 to 1050000000000, "
        r"filed are 500000000000 to 1500000000000",
    ),
    "3 a wide figure without its reason": (
        edit("claims", {"claim_id": "T-52"}, width_reason=""),
        r"claims\.csv row \d+ column low .*value, step and qualifier imply",
    ),
    "4 hindsight in what is cited": (
        edit("editorial", {"claim_id": "R-15"}, cites_on_day="ORCL-243"),
        r"column cites_on_day .*ORCL-243 became public on 2026-06-10, after",
    ),
    "4 hindsight in words": (
        edit("editorial", {"claim_id": "R-15"}, reason_on_day="It borrowed, and in 2026 it borrowed more."),
        r'column reason_on_day .*"2026" is later than the document\'s day',
    ),
    "4 one reason for both dates": (
        edit("editorial", {"claim_id": "R-15"}, reason_on_day=""),
        r"column reason_on_day .*R-15 has no reason for its verdict; write it",
    ),
    "4 the day of reading for that of publication": (
        edit("facts", {"fact_id": "ORCL-165"}, published="2026-10-03"),
        r"column published .*said it by 2025-09-09; mend the day",
    ),
    "4 a fact that only later sources show": (
        edit("fact-sources", {"fact_id": "OAI-117", "source_id": "newsbytes-softbank-2025-08-07"}),
        r"verdict for 2025-10-16 rests on OAI-117, and each source listed for it is later; add one of its "
        r"day",
    ),
    "4 an editor who says what the page does not": (
        edit("editorial", {"claim_id": "L-51"}, now="supported_imprecise"),
        r"column now .*page of L-51 shows borne_out, by rule E1; write that",
    ),
    "5 a newer figure filed as context": (
        edit("claim-evidence", {"claim_id": "A-095", "fact_id": "DEM-N25"}, role="context"),
        r"DEM-N25 \(of 2026-03\) is newer than what decides; link it .* or set it aside",
    ),
    "5 set aside for no reason": (
        edit("claim-evidence", {"claim_id": "L-35", "fact_id": "OAI-152"}, note=""),
        r"set aside without a reason; say why",
    ),
    "6 a difference that nobody explains": (
        edit("differences", {"claim": "A-022", "other": "T-12"}),
        r"A-022 \(supported_imprecise, now outdated\) and T-12 \(supported, now outdated\) share .* mend "
        r"the one or the other",
    ),
    "6 a test of the editors that is met": (
        edit("facts", {"fact_id": "AMD-084"}, value="1000000000"),
        r"R-23 \(now\) stands only while this holds, and it does not: Nothing is booked",
    ),
    "7 a confidence that the sources do not bear": (
        edit("facts", {"fact_id": "ORCL-001"}, confidence="primary"),
        r"column confidence .*its sources make it secondary_multiple",
    ),
    "7 a house without standing": (
        edit("publishers", {"publisher": "Reuters"}),
        r"column confidence .*its sources make it secondary_single",
    ),
    "7 a weak figure that decides in silence": (
        edit("facts", {"fact_id": "OAI-N16"}, note="An estimate."),
        r"OAI-N16 decides a verdict on weak sources alone; say in the note",
    ),
    "7 an editor on weak sources in silence": (
        edit("editorial", {"claim_id": "L-52"}, looked_for=""),
        r"column looked_for .*L-52 is rated on weak sources alone; say what was looked for",
    ),
    "8 a letter that is not called one": (
        edit("claims", {"claim_id": "L-15"}, said_stage=""),
        r"column said_stage .*legally_binding 0 says how firm the deal is; write letter_of_intent",
    ),
    "8 a stage of no deal": (
        edit("claims", {"claim_id": "A-084"}, rests_on=""),
        r"column said_stage .*how firm is which deal\? name it",
    ),
    "9 a claim that was read once": (
        edit("readings", {"claim_id": "R-01"}),
        r"claims\.csv row 2 column claim_id .*no second reading; read it blind",
    ),
    "9 a disagreement that nobody settled": (
        edit("readings", {"claim_id": "R-03"}, settled="", reason=""),
        r"R-03 needs a settlement with its reason",
    ),
    "9 a verdict changed in silence after both had agreed": (
        edit("readings", {"claim_id": "T-02"}, settled="", reason=""),
        r"T-02 needs a settlement .*the record has changed since",
    ),
    "9 a verdict that is said to stand and does not": (
        edit("readings", {"claim_id": "D-23"}, settled="stands"),
        r"column settled .*the record now has the second reader's verdicts; say changed",
    ),
    "9 a verdict that moved away from both and is said to stand": (
        edit("readings", {"claim_id": "D-40"}, settled="stands"),
        r"column settled .*the record has changed after the reading; say changed",
    ),
    "9 since where nothing was agreed": (
        edit("readings", {"claim_id": "D-23"}, settled="since"),
        r"column settled .*both readings agreed and the record has changed after them",
    ),
}


FIRST = {fault[0]: fault for fault in reversed(FAULTS)}.values()
"""One fault of each kind, for every day."""


@pytest.mark.parametrize(
    "fault", [f if f in FIRST else pytest.param(f, marks=pytest.mark.slow) for f in FAULTS]
)
def test_the_check_refuses_it_in_a_clear_line(fault: str, copy: Path) -> None:
    spoil, said = FAULTS[fault]
    spoil(copy)
    with pytest.raises(RecordError) as caught:
        validate(copy)
    lines = caught.value.problems
    assert any(re.search(said, line) for line in lines), "\n".join(lines[:6])
    assert all("\n" not in line and len(line) < 700 for line in lines)
