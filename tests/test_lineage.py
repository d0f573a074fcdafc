"""From a claim to its sources, from a fact to all that it touches, and the pack for a reviewer."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from capital_loop.publish.lineage import Lineage, pack
from capital_loop.publish.making import Cell
from capital_loop.record.tables import Record
from capital_loop.show.prose import PROSE


@pytest.fixture(scope="module")
def lineage(root: Path, record: Record) -> Lineage:
    return Lineage(root, record)


def test_every_claim_leads_to_a_document_and_its_evidence_to_a_source(
    lineage: Lineage, record: Record
) -> None:
    for claim_id in record.claims["claim_id"]:
        lines = lineage.claim(claim_id)
        assert any(line.startswith("  document") for line in lines)
        text = "\n".join(lines)
        if "  evidence" in text:
            assert "source     " in text or "price:" in text or "computed   " in text, claim_id


def test_a_computed_fact_is_followed_to_its_inputs(lineage: Lineage) -> None:
    text = "\n".join(lineage.claim("R-24"))
    assert "AMD-D11" in text
    assert "price:AMD:2025-10-03:close" in text


def test_a_fact_names_what_a_change_would_touch(lineage: Lineage) -> None:
    text = "\n".join(lineage.fact("ORCL-001"))
    assert "verdict    R-14" in text
    assert "cell       03-oracle-margin" in text
    assert "deal       openai-oracle-cloud" in text
    assert "choice     oracle-margin, contract, value as fact (ORCL-001)" in text
    assert "figure oracle-debt-path (ORCL-001)" in text
    assert "derived    " in text


def test_what_a_derived_fact_touches_counts_for_its_inputs(lineage: Lineage) -> None:
    derived, parts = next(
        (d, p) for p, ds in lineage.used_by.items() for d in ds if p in lineage.record.facts.index
    )
    below = {x for x in lineage.fact(derived) if x.startswith("  verdict")}
    assert below <= {x for x in lineage.fact(parts) if x.startswith("  verdict")}


def test_the_pack_names_the_origin_of_every_number(root: Path, record: Record, tmp_path: Path) -> None:
    files = {p.name: p for p in pack(root, record, tmp_path / "a folder" / "audit")}
    rows = list(csv.DictReader(files["numbers.csv"].open(encoding="utf-8")))
    linked = [(r["notebook"], r["number"], r["from"]) for r in rows if r["origin"] == "fact"]
    shown = [
        (path.stem, words, fact)
        for path in sorted((root / "notebooks").glob("*.ipynb"))
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        for output in cell.get("outputs", [])
        for fact, words in output.get("data", {}).get(PROSE, {"facts": []})["facts"]
    ]
    assert linked == shown
    assert {fact for _, _, fact in linked} <= set(record.facts.index)
    computed = [r for r in rows if r["origin"] != "fact"]
    ends = {r["number"].rpartition("\u00a0")[2].rpartition(" ")[2].lstrip("0123456789.,−$") for r in computed}
    assert {"%", "bn", "times"} <= ends, "a number is told with its unit"
    assert len(computed) + len(linked) == len(rows)
    assert all(
        re.search(r"\d", r["number"]) and r["from"].startswith(f"{r['notebook']}.ipynb") for r in computed
    )
    assert len(list(csv.DictReader(files["editorial.csv"].open(encoding="utf-8")))) == len(record.editorial)
    assert len(list(csv.DictReader(files["assumptions.csv"].open(encoding="utf-8")))) == len(
        record.assumptions
    )


def test_every_figure_of_a_cell_is_named(root: Path, record: Record) -> None:
    lineage = Lineage(root, record)
    lineage.__dict__["places"] = [
        Cell("n", 3, "", ("a", "b"), linked=(("ORCL-001", "$300bn"),), named=frozenset({"R-14"}))
    ]
    assert "  cell       n, cell 3, figure a, b (ORCL-001)" in lineage.fact("ORCL-001")
    assert "  cell       n, cell 3, figure a, b (ORCL-001, R-14)" in lineage.claim("R-14")


def test_a_pack_that_cannot_be_written_leaves_nothing(
    root: Path, record: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a file").touch()
    with pytest.raises(FileExistsError):
        pack(root, record, tmp_path / "a file")
    assert [p.name for p in tmp_path.iterdir()] == ["a file"]

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "claims.txt").write_text("old", encoding="utf-8")
    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        pack(root, record, tmp_path / "old")
    assert [(p.name, p.read_text(encoding="utf-8")) for p in (tmp_path / "old").iterdir()] == [
        ("claims.txt", "old")
    ]
