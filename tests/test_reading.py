"""What a reader meets first: leads, what they rest on, how a chapter ends, bounds in words, the front
page."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from capital_loop.record.tables import Record
from capital_loop.show.prose import PROSE

ROOT = Path(__file__).resolve().parents[1]
CHAPTERS = sorted(p for p in (ROOT / "notebooks").glob("*.ipynb") if p.stem[:2] < "20")
FRONT = ROOT / "_build" / "html" / "index.html"
WORDS, NUMBERS = 45, 2
"""A lead is one finding in so many words and numbers; dates are no numbers, a range is one."""
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
DATES = re.compile(rf"(?:\d{{1,2}} )?(?:{MONTHS}) \d{{4}}|\b20\d\d\b")
RANGES = re.compile(r"[\d.,]+(?:bn)? to (?=[−\\$]*[\d.])")
ID = re.compile(r"\b[A-Z]{1,4}-[A-Z]?\d{2,3}\b")


def cells(notebook: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return found


def said(cell: dict[str, Any]) -> str:
    """What a cell of prose says, as executed, without marks of links."""
    text = "".join("".join(o["data"][PROSE]["myst"]) for o in cell["outputs"] if PROSE in o["data"])
    return re.sub(r"\[([^]]*)\]\([^)]*\)|\{\w+\}`([^`<]*)[^`]*`", r"\1\2", text).replace("\u00a0", " ")


def lead(notebook: Path) -> int:
    """Where the finding stands among the cells."""
    return next(i for i, c in enumerate(cells(notebook)) if "finding" in c["metadata"].get("tags", []))


def numbers(text: str) -> list[str]:
    return re.findall(r"\d[\d.,]*", RANGES.sub("", DATES.sub("", text)))


@pytest.mark.parametrize("notebook", CHAPTERS, ids=lambda p: p.stem)
def test_a_lead_is_one_finding_that_can_be_read_at_once(notebook: Path) -> None:
    text = said(cells(notebook)[lead(notebook)])
    assert len(text.split()) <= WORDS, text
    assert len(set(numbers(text))) <= NUMBERS, (numbers(text), text)


@pytest.mark.parametrize("notebook", CHAPTERS, ids=lambda p: p.stem)
def test_nobody_meets_an_id_before_the_story_begins(notebook: Path) -> None:
    """The finding and what it rests on name no claim and no fact by its id."""
    first = lead(notebook)
    for cell in cells(notebook)[first : first + 2]:
        assert "show.claim(" not in "".join(cell["source"])
        assert not ID.search(said(cell)), said(cell)


@pytest.mark.parametrize("notebook", [c for c in CHAPTERS if c.stem[:2] != "14"], ids=lambda p: p.stem)
def test_a_lead_is_followed_by_how_sure_it_is(notebook: Path) -> None:
    assert said(cells(notebook)[lead(notebook) + 1]).strip().startswith("How sure is it?")


@pytest.mark.parametrize("notebook", CHAPTERS, ids=lambda p: p.stem)
def test_each_chapter_ends_with_what_to_believe_watch_and_doubt(notebook: Path) -> None:
    texts = [said(c) for c in cells(notebook) if c["cell_type"] == "code"]
    (last,) = [t for t in texts if "**Believe**" in t]
    assert re.search(r"\*\*Believe\*\*.*\*\*Watch\*\*.*\*\*Doubt\*\*", last, re.S)


def templates() -> list[tuple[str, str]]:
    """Every text that holds a field: cells of the notebooks and words of the chapters, whatever their
    form."""
    found = [(p.stem, "".join(c["source"])) for p in CHAPTERS for c in cells(p) if c["cell_type"] == "code"]
    for path in sorted((ROOT / "src" / "capital_loop" / "chapters").rglob("words*")):
        found += [(str(path.parent.name), path.read_text(encoding="utf-8"))] if path.is_file() else []
    return found


LATE = re.compile(r"\{\w+:(?:usd|num|pct|share|pp|gw|times)\d?\}[^{}.;:\"\n]{0,40}\bat most\b(?!\s*\{)")
"""A number that is called a bound only afterwards, so that it is not rounded to the safe side."""


def test_a_bound_is_named_before_its_number() -> None:
    """ "At most" before a field rounds it up; behind it, 6.74 would be printed as at most 6.7."""
    late = [(where, m[0]) for where, text in templates() for m in LATE.finditer(text)]
    assert not late


def test_the_finders_find() -> None:
    assert LATE.search("{amount:usd1} booked in a year, at most")
    assert not LATE.search("at most {x:usd1} a year")
    assert numbers("of 5 March 2026, 42 % of $1.5bn and 3 to 4 GW in 2030") == ["42", "1.5", "4"]
    assert ID.search("in D-30 and")
    assert not ID.search("a B200 and GPT-6")


@pytest.mark.skipif(not FRONT.exists(), reason="no site yet: run make book")
def test_the_front_page_tells_every_chapter_and_where_the_search_ended(record: Record) -> None:
    html = FRONT.read_text(encoding="utf-8")
    for notebook in CHAPTERS:
        assert f'<h3 class="cl-chapter"><a href="notebooks/{notebook.stem}.html">' in html
    closed, reached = (f"{day:%-d %B %Y}" for day in (record.closed, record.reaches))
    assert f"closed on {closed}. Nothing published after {reached} could be searched" in html
    assert re.search(r"newer values of \d+ of the .*?figures should have been out", html, re.S)
