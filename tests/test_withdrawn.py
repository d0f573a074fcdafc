"""Addresses that were published keep leading somewhere."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import lxml.html
import pytest

from capital_loop.publish.site.withdrawn import Withdrawn, published, withdrawn
from capital_loop.record.rows import ChangeRow
from capital_loop.record.tables import Record
from capital_loop.show.figure import FIGURE
from tests.test_site import SITE, text

built = pytest.mark.skipif(not (SITE / "index.html").exists(), reason="no site yet: run make book")


def drawn(root: Path) -> set[str]:
    """The names of the figures that the book shows today."""
    cells = (
        cell
        for path in (root / "notebooks").glob("*.ipynb")
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
    )
    data = [o.get("data", {}) for c in cells for o in c.get("outputs", [])]
    return {d[FIGURE]["name"] for d in data if FIGURE in d} | {"loop"}


def faults(today: set[str], known: Iterable[str], gone: Iterable[Withdrawn]) -> list[str]:
    """A line for each name whose address would be lost, or said to be lost though it is not."""
    once, left = set(known), {g.name for g in gone}
    return [
        *(f"{n}: was published and is gone; give it a row under [[withdrawn]]" for n in once - today - left),
        *(f"{n}: is shown; add it to the published names" for n in today - once),
        *(f"{n}: is shown and said to be withdrawn; one of the two" for n in left & today),
        *(f"{n}: is withdrawn and was never published" for n in left - once),
    ]


def test_no_published_figure_disappears_without_a_row(root: Path) -> None:
    today, known, gone = drawn(root), published(), withdrawn()
    assert faults(today, known, gone) == []
    assert known == sorted(set(known))
    one = gone[0]
    for kept, names, rows, said in (
        (today - {"loop"}, known, gone, "loop: was published and is gone"),
        (today, known, gone[1:], f"{one.name}: was published and is gone"),
        (today | {"new"}, known, gone, "new: is shown; add it"),
        (today | {one.name}, known, gone, f"{one.name}: is shown and said to be withdrawn"),
        (today, [n for n in known if n != one.name], gone, f"{one.name}: is withdrawn and was never"),
    ):
        (line,) = faults(kept, names, rows)
        assert line.startswith(said)


@built
def test_an_old_address_says_where_its_finding_is_told(record: Record) -> None:
    for gone in withdrawn():
        assert gone.edition in set(record.editions["edition_id"]), gone.name
        page = text(f"embed/{gone.name}.html")
        (link,) = lxml.html.fromstring(page).xpath("//main//a/@href")
        assert link == f"../{gone.now}"
        path, _, anchor = gone.now.partition("#")
        assert not anchor or f'id="{anchor}"' in text(path), gone.name
        assert f'id="fig-{gone.name}"' in text(f"{gone.page}.html"), gone.name
        for said in (page, text(f"{gone.page}.html"), *(_taken(gone.name, k) for k in ("svg", "csv"))):
            assert gone.reason in " ".join(said.split()), gone.name
        assert (SITE / "figures" / f"{gone.name}.png").read_bytes()[:4] == b"\x89PNG", gone.name


def _taken(name: str, kind: str) -> str:
    raw = (SITE / "figures" / f"{name}.{kind}").read_text(encoding="utf-8")
    return " ".join(ET.fromstring(raw).itertext()) if kind == "svg" else raw


@built
def test_a_withdrawn_fact_leads_to_its_correction(record: Record) -> None:
    gone = [c for c in record.rows(ChangeRow) if c.table == "facts" and not c.column]
    assert gone
    for c in gone:
        assert f'id="{c.key}" href="../book/corrections.html#{c.change_id}"' in text("book/evidence.html")
        assert f'id="{c.change_id}"' in text("book/corrections.html")


@built
@pytest.mark.browser
@pytest.mark.parametrize("scripts", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_an_old_place_on_a_page_opens_there(browser: Any, address: str, scripts: bool) -> None:
    gone = withdrawn()[0]
    with browser.new_context(java_script_enabled=scripts) as context:
        page = context.new_page()
        page.goto(f"{address}/{gone.page}.html#fig-{gone.name}")
        name = page.locator(f"#fig-{gone.name}")
        name.wait_for(state="visible")
        assert gone.reason in name.locator("xpath=..").inner_text()


@built
@pytest.mark.browser
def test_a_heading_that_was_renamed_is_found_by_its_first_words(browser: Any, address: str) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{address}/notebooks/02-amd-warrants.html#the-check-in-other-words")
        page.wait_for_function("scrollY > 500")
        where = "document.querySelector('section[id^=the-check-]').getBoundingClientRect().top"
        assert 0 < page.evaluate(where) < 100
        page = context.new_page()
        page.goto(f"{address}/notebooks/02-amd-warrants.html#nothing-of-the-kind")
        assert page.evaluate("scrollY") == 0
