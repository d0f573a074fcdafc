"""From words, a figure or a result of a chapter to the code that makes it and the facts it comes from."""

from __future__ import annotations

import ast
import json
import re
import string
from pathlib import Path

import pytest

from capital_loop.publish.making import Making
from capital_loop.record.tables import Record
from capital_loop.show.figure import FIGURE


@pytest.fixture(scope="module")
def making(root: Path, record: Record) -> Making:
    return Making(root, record)


def test_a_result_leads_to_its_code_and_to_all_that_it_reads(making: Making, root: Path) -> None:
    """What the command prints, held against the text of the code at the lines that it names."""
    first, *rest = making.part("oracle-margin.rights")
    assert first.startswith("oracle_margin.rights: What each right")
    said: dict[str, list[str]] = {}
    for line in rest:
        said.setdefault(line[:13].strip(), []).append(line[13:])
    assert said.keys() == {"made in", "reads part", "model", "assumption", "choice", "fact"}
    named = [("rights", *said["made in"])]
    named += [tuple(x.split(", ", 1)) for x in said["reads part"] + said["model"]]
    for name, place in named:
        path, number = place.split(", line ")
        text = (root / path).read_text(encoding="utf-8").splitlines()[int(number) - 1 :]
        assert f"def {name.rpartition('.')[2]}(" in next(x for x in text if "@" not in x), name
    assert {"market", "contract"} <= {name for name, _ in named}
    assert {"renewal", "cancellation", "delay"} <= {name for name, _ in named}, "models that it calls"
    assert any(x.startswith("option-volatility: ") and "(20 % to 60 %)" in x for x in said["assumption"])
    assert any(x.startswith("oracle-margin, contract: value, ") for x in said["choice"])
    assert any(x.startswith("ORCL-001: ") for x in said["fact"])


def test_a_function_of_a_study_leads_to_the_parts_that_it_reads(making: Making) -> None:
    first, made, *parts = making.part("17-who-owes-whom.sums_table")
    assert first.startswith("who_owes_whom.sums_table: What each party owes")
    assert "chapters/who_owes_whom/study.py, line " in made
    assert [p.partition(", ")[0] for p in parts] == ["  reads part who_owes_whom.parties"]
    with pytest.raises(KeyError, match=r"no part partys .* there are parties"):
        making.part("who_owes_whom.partys")


def test_a_result_that_rests_on_verdicts_names_the_rules(making: Making) -> None:
    text = "\n".join(making.part("score.deciding"))
    assert "rules      assess, src/capital_loop/claims/rules.py, line " in text
    assert "verdicts   the facts of each: make trace CLAIM=" in text


def test_every_figure_leads_to_its_function_its_parts_and_its_facts(making: Making, root: Path) -> None:
    drawn = 0
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            for output in cell.get("outputs", []):
                if not (figure := output.get("data", {}).get(FIGURE)):
                    continue
                drawn += 1
                title, shown, *rest = making.figure(figure["name"])
                assert title == f"{figure['name']}: {figure['title']}"
                assert path.stem in shown
                facts = [x.split()[1].rstrip(":") for x in rest if x.startswith("  fact ")]
                assert facts == figure["facts"], figure["name"]
                assert any(x.startswith(("  function ", "  part ")) for x in rest), figure["name"]
                assert any("part " in x for x in rest), f"{figure['name']} names no result"
    assert drawn == len(making.figures)


def test_every_field_of_every_paragraph_is_found_by_the_words_around_it(making: Making) -> None:
    """Held against the templates themselves: each paragraph that is shown leads to each of its fields."""
    lost = []
    for cells in making.notebooks.values():
        for cell in cells:
            calls = [
                n for n in ast.walk(cell.tree)
                if isinstance(n, ast.Call) and ast.unparse(n.func) == "show.say"
                and isinstance(n.args[0], ast.Constant)
            ]  # fmt: skip
            if len(calls) != 1 or "<details" in cell.shown[0]:
                continue
            told = str(calls[0].args[0].value).strip().split("\n\n")  # type: ignore[attr-defined]
            for template, paragraph in zip(told, cell.shown[0].split("\n\n"), strict=True):
                wanted = {re.split(r"[.\[]", n)[0] for _, n, _, _ in string.Formatter().parse(template) if n}
                text = "\n".join(making.said(paragraph))
                lost += [
                    (cell.notebook, cell.number, n) for n in sorted(wanted) if f"  (field {n})" not in text
                ]
    assert lost == []


def test_words_lead_to_the_facts_and_parts_of_the_fields_in_them(making: Making) -> None:
    first, field, fact = making.said("took  2.8\u202f% Back")
    assert first == "05-market-answer, cell 10: The next day took 2.8 % back."
    assert field == "  2.8 % = -fact('ORCL-D31')  (field back)"
    assert fact.startswith("    fact       ORCL-D31: nvidia, close_change_1d = −2.8")
    text = "\n".join(making.said("no price tested passes the strictest test"))
    assert "set as     said = study.said()" in text
    assert "reads part bubble_or_growth.robust, src/capital_loop/chapters/bubble_or_growth/study.py" in text


def test_a_cell_of_a_table_leads_to_the_call_that_shows_it(making: Making, record: Record) -> None:
    claim = record.claims.set_index("claim_id").at["R-28", "paraphrase"]
    text = "\n".join(making.said(claim))
    assert "shown by   show.verdicts(record, study.chapter, plain=True)" in text


def test_words_that_no_chapter_shows_are_said_to_be_such(making: Making) -> None:
    with pytest.raises(KeyError, match="no chapter shows these words"):
        making.said("words that nobody wrote")
