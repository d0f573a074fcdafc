"""Editions: what was published cannot change unnoticed, and what moved is told."""

from __future__ import annotations

import csv
import time
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from capital_loop.claims import editions
from capital_loop.claims.checks import validate
from capital_loop.claims.editions import Change, archive, differences, moved
from capital_loop.claims.rules import Assessment, Verdict
from capital_loop.publish.cli import main
from capital_loop.publish.site.templating import plain_cell
from capital_loop.record import Record, RecordError, load, stamp
from tests.test_build import snapshot
from tests.test_checks import cell


def declare(data: Path, table: str, key: str, column: str, was: str, now: str) -> None:
    with (data / "changes.csv").open("a", encoding="utf-8", newline="") as out:
        newest = editions.editions(load(data))[-1].name
        csv.writer(out, lineterminator="\n").writerow(
            ["C-901", "2026-11-21", newest, "error", table, key, column, was, now, "A slip of ours."]
        )
    stamp(data)


def test_a_published_figure_cannot_change_without_a_reason(copy: Path) -> None:
    was = load(copy).table("facts").at[0, "note"]
    cell(copy, "facts", "value", "170000000")
    with pytest.raises(
        RecordError,
        match=r'facts.csv row "AMD-001" column value value "170000000(\.0)?": '
        r'edition .* says "160000000(\.0)?"; restore it, or give the change and its reason a row in '
        r"data/changes\.csv",
    ):
        validate(copy)
    declare(copy, "facts", "AMD-001", "value", "160000000", "170000000")
    with pytest.raises(RecordError) as caught:  # the identity that another figure must keep still stands
        validate(copy)
    assert all(
        "identities.csv" in p or "column printed" in p or "has changed since" in p
        for p in caught.value.problems
    ), caught.value.problems
    assert was


def test_a_declared_change_passes(copy: Path) -> None:
    frame = load(copy).table("sources")
    row = int(frame.index[frame["published"].str.len() == 7][0])
    key, was = frame.at[row, "source_id"], frame.at[row, "kind"]
    now = "press" if was != "press" else "analysis"
    cell(copy, "sources", "kind", now, row)
    declare(copy, "sources", key, "kind", was, now)
    assert "is valid" in validate(copy)


def test_prose_may_be_mended_and_rows_may_come(copy: Path) -> None:
    cell(copy, "facts", "note", "A clearer note.")
    assert "is valid" in validate(copy)


def test_before_the_first_edition_there_is_nothing_to_declare(copy: Path) -> None:
    path = copy / "editions.csv"
    path.write_text(path.read_text(encoding="utf-8").splitlines(keepends=True)[0], encoding="utf-8")
    assert editions.declare(Record(copy), "A slip.", "2026-11-27") == 0


def test_an_older_archive_that_is_missing_is_noticed(copy: Path) -> None:
    editions.editions(load(copy))[0].path.unlink()
    with pytest.raises(RecordError, match="restore it with git checkout"):
        validate(copy)


def test_differences_name_cells_and_lost_rows_but_not_new_ones() -> None:
    old = {"a": {"x": "1", "note": "n"}, "b": {"x": "2", "note": "n"}}
    new = {"a": {"x": "3", "note": "other"}, "c": {"x": "9", "note": ""}}
    assert list(differences(old, new, "t", ["x"])) == [
        Change("t", "a", "x", "1", "3"),
        Change("t", "b", "", "in the table", "gone"),
    ]


def test_moved_verdicts() -> None:
    old = {"R-01": {"on_day": "open", "now": "open"}, "R-02": {"on_day": "open", "now": "open"}}
    new = {"R-01": {"on_day": "open", "now": "supported"}, "R-03": {"on_day": "open", "now": "open"}}
    assert [(m.claim_id, m.when, m.was, m.now) for m in moved(old, new)] == [
        ("R-01", "now", "open", "supported")
    ]


def test_the_same_tables_give_the_same_archive(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whenever it is made: the second is made years later."""
    rows = [{"claim_id": "R-01", "on_day": "open"}]
    made = archive({"a.csv": b"x\n1\n"}, rows, "2026-11-21")
    later = time.struct_time((2031, 2, 3, 4, 5, 6, 0, 34, 0))
    monkeypatch.setattr(time, "time", lambda: 1_927_854_306.0)
    monkeypatch.setattr(time, "localtime", lambda *_: later)
    assert archive({"a.csv": b"x\n1\n"}, rows, "2026-11-21") == made


def test_the_newest_edition_holds_the_verdicts_that_its_tables_give(
    record: Record, tmp_path: Path, root: Path
) -> None:
    """Independent way: unpack the archive, load it as a record, judge anew; a rule may have got another name
    since."""
    newest = editions.editions(record)[-1]
    data = tmp_path / "data"
    data.mkdir()
    with zipfile.ZipFile(newest.path) as packed:
        packed.extractall(data)
    (data / "datapackage.json").write_bytes((root / "data" / "datapackage.json").read_bytes())
    again = {r["claim_id"]: r for r in editions.verdict_rows(load(data))}
    verdicts = ("on_day", "now")
    assert {i: [r[v] for v in verdicts] for i, r in again.items()} == {
        i: [r[v] for v in verdicts] for i, r in newest.verdicts.items()
    }


def test_publishing_files_the_record_once(
    copy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CAPITAL_LOOP_ROOT", str(copy.parent))
    held = len(load(copy).editions)
    assert main(["edition", "Again."]) == 1
    assert "has been published; raise the version" in capsys.readouterr().err
    text = (copy / "datapackage.json").read_text(encoding="utf-8")
    (copy / "datapackage.json").write_text(
        text.replace(f'"version": "{load(copy).version}"', '"version": "9.0.0"'), encoding="utf-8"
    )
    assert main(["edition", "--date", "2027-01-05", "Another."]) == 0
    assert f"{held + 1} editions" in validate(copy)
    assert editions.editions(load(copy))[-1].name == "9.0.0"


@pytest.mark.parametrize("words", [["edition", "Another."], ["declare", "A slip."]])
def test_a_clock_that_is_behind_files_nothing(
    copy: Path, words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is filed before the newest edition would not be guarded."""
    monkeypatch.setenv("CAPITAL_LOOP_ROOT", str(copy.parent))
    monkeypatch.setattr("capital_loop.publish.cli._today", lambda: "1990-05-05")
    monkeypatch.setattr("capital_loop.claims.checks.validate", lambda data: "")
    text = (copy / "datapackage.json").read_text(encoding="utf-8")
    text = text.replace(f'"version": "{load(copy).version}"', '"version": "9.0.0"')
    (copy / "datapackage.json").write_text(text, encoding="utf-8")
    before = snapshot(copy)
    assert main(words) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("1990-05-05 is before ")
    assert line.endswith(
        "the day of the newest edition; set the machine's clock, or give the day with --date"
    )
    assert snapshot(copy) == before


def test_declaring_explains_each_change_once_and_follows_a_second_one(copy: Path) -> None:
    cell(copy, "sources", "language", "zh", 3)
    told = len(load(copy).changes)
    assert editions.declare(Record(copy), "A slip.", "2026-11-27", "error") == 1
    stamp(copy)
    assert "is valid" in validate(copy)
    assert editions.declare(Record(copy), "Again.", "2026-11-27") == 0
    cell(copy, "sources", "language", "de", 3)
    assert editions.declare(Record(copy), "Elsewhere.", "2026-11-27", table="facts") == 0
    assert editions.declare(Record(copy), "A second look.", "2026-11-27") == 1
    stamp(copy)
    last = load(copy).changes.iloc[-1]
    assert (last["now"], last["reason"], last["kind"]) == ("de", "A second look.", "update")
    assert len(load(copy).changes) == told + 1
    assert "is valid" in validate(copy)


def test_a_changed_cell_is_told_in_words() -> None:
    cells = ("80000000000", "20260930", "secondary_single", "supported", "12.5", "")
    said = ["80,000,000,000", "20260930", "one secondary source", "Supported", "12.5", ""]
    assert [plain_cell(x) for x in cells] == said


@pytest.mark.parametrize(
    ("flag", "kind"),
    [
        ("--error", "error"),
        pytest.param("--rule", "rule", marks=pytest.mark.slow),
        pytest.param("", "update", marks=pytest.mark.slow),
    ],
)
def test_a_change_is_declared_as_what_it_is(
    copy: Path, monkeypatch: pytest.MonkeyPatch, flag: str, kind: str
) -> None:
    monkeypatch.setenv("CAPITAL_LOOP_ROOT", str(copy.parent))
    cell(copy, "sources", "language", "zh", 3)
    assert main(["declare", *filter(None, [flag]), "For its reason."]) == 0
    assert load(copy).changes.iloc[-1]["kind"] == kind


@pytest.mark.parametrize("table", ["facts", "derived"])
def test_a_verdict_by_interval_moved_for_what_changed_of_the_facts_that_decide_it(table: str) -> None:
    """Of those facts alone, read or computed; what changed of the claim itself goes before."""
    rule = Verdict("supported", "R1", "It holds.", ("X-001",), "primary", "reported")
    found = Assessment("C-01", rule, rule)

    def moved(*rows: tuple[str, str, str]) -> list[str]:
        changes = [SimpleNamespace(edition="1", table=t, key=k, reason=why) for t, k, why in rows]
        record = cast(Record, SimpleNamespace(rows=lambda _: changes))
        return editions.why_moved(record, "1", found)

    assert moved((table, "X-001", "A slip."), (table, "X-002", "Another.")) == ["A slip."]
    assert moved((table, "X-001", "A slip."), ("claims", "C-01", "Read anew.")) == ["Read anew."]
    assert moved(("claims", "C-02", "Another claim.")) == ["It holds."]
