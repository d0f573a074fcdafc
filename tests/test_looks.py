"""What a reader sees at once: nothing said twice, dates and cards whole, figures and leads in their place."""

from __future__ import annotations

import gzip
import json
import re
from typing import Any

import lxml.html
import pytest

from capital_loop.publish.site.notebooks import repeats
from capital_loop.publish.site.templating import DATE
from tests.test_site import SITE, pages, text

pytestmark = pytest.mark.skipif(not (SITE / "index.html").exists(), reason="no site yet: run make book")
CHAPTERS = [p for p in pages() if p.startswith("notebooks/")]


def test_a_caption_that_repeats_is_known_by_its_words() -> None:
    line = "The inputs with their ranges and reasons"
    assert repeats("Inputs and ranges", line)
    assert repeats("Agreement of the two readings, by kind", "How often the two readings agree, by kind")
    assert not repeats("Inputs, and the value that alone gives the leaked margin", line)
    assert not repeats("Inputs and ranges", "")


def test_no_caption_repeats_the_line_of_its_fold() -> None:
    found = [
        (page, caption.text_content())
        for page in CHAPTERS
        for fold in lxml.html.fromstring(text(page)).xpath("//details[@class='cl-fold']")
        for caption in fold.xpath("./p[@class='cl-caption']")
        if repeats(caption.text_content(), fold.xpath("string(./summary)"))
    ]
    assert not found


def test_a_claims_page_gives_each_reason_once() -> None:
    twice = []
    for page in (p for p in pages() if p.startswith("claims/")):
        html = text(page)
        why = re.findall(r"<dd>(.*?)</dd>", html[html.index('class="cl-verdicts"') :], re.DOTALL)
        history = html[html.index("<h2>History</h2>") : html.index('<details class="cl-use"')]
        told = [(x.split(". ")[0], x[-80:]) for x in re.findall(r"<li>(<time>.*?)</li>", history, re.DOTALL)]
        twice += [page] * (len(set(why)) < len(why) or len(set(told)) < len(told))
    assert not twice, twice[:10]


def test_a_date_in_a_table_stays_in_one_line() -> None:
    broken = [
        (page, cell.text_content())
        for page in CHAPTERS
        for cell in lxml.html.fromstring(text(page)).xpath("//table//td[not(@class)]")
        if DATE.fullmatch(cell.text_content())
    ]
    assert not broken
    assert DATE.fullmatch("20 November 2026")


def test_search_quotes_no_rows_of_a_chapters_tables() -> None:
    told = [
        json.loads(gzip.decompress(path.read_bytes()).removeprefix(b"pagefind_dcd"))
        for path in (SITE / "pagefind" / "fragment").iterdir()
    ]
    content = {one["url"].strip("/"): " ".join(one["content"].split()) for one in told}
    for page in CHAPTERS:
        main = lxml.html.fromstring(text(page)).get_element_by_id("main")
        for kind in ("cl-scroll", "cl-source", "cl-data"):
            for apart in main.find_class(kind):
                words = " ".join(" ".join(apart.itertext()).split())
                assert words not in content[page], page
        assert "Weakest input" not in content[page], page
        assert "How sure is it?" in content[page] or page.startswith("notebooks/20"), page


ROWS = """[...document.querySelectorAll('.cl-stack')].flatMap(table => {
  const orders = [...table.tBodies[0].rows].filter(r => r.checkVisibility()).map(r =>
    [...r.cells].map((c, n) => [getComputedStyle(c).order - 0, n]).sort((a, b) => a[0] - b[0] || a[1] - b[1])
      .map(x => x[1]));
  return [...new Set(orders.map(String))].filter((o, n) => n > 0 || !o.startsWith('0'));
})"""
"""Orders of cells, beyond the first of a table, or that do not begin with what the row is about."""


@pytest.mark.browser
def test_cards_on_a_phone_begin_with_what_they_are_about_and_keep_one_order(
    browser: Any, address: str
) -> None:
    with browser.new_context(viewport={"width": 360, "height": 800}) as context:
        page = context.new_page()
        for name in ("book/editions.html", "book/claims.html", "notebooks/11-demand.html"):
            page.goto(f"{address}/{name}")
            assert page.evaluate(ROWS) == [], name
        page.goto(f"{address}/search.html?q=39%20%25")
        page.locator("#found-pages li").first.wait_for()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.locator(".cl-found-head").all_inner_texts() == ["Claims", "Pages"]


@pytest.mark.browser
def test_figures_of_a_page_are_equally_wide_and_nothing_cuts_into_its_lead(
    browser: Any, address: str
) -> None:
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        page = context.new_page()
        page.goto(f"{address}/notebooks/06-nvidia-loops.html")
        wide = page.evaluate("[...document.querySelectorAll('figure')].map(f => Math.round(f.offsetWidth))")
        assert len(set(filter(None, wide))) == 1, wide
        bottom, top = page.evaluate(
            "['h1 + .cell', '.tag_finding'].map((s, n) => {"
            " const r = document.querySelector(s).getBoundingClientRect(); return n ? r.top : r.bottom; })"
        )
        assert bottom <= top


@pytest.mark.browser
def test_a_frame_has_the_books_letters_and_one_from_a_folder_complains_of_nothing(
    browser: Any, address: str
) -> None:
    said: list[str] = []
    with browser.new_context() as context:
        page = context.new_page()
        page.on("console", lambda m: said.append(m.text))
        for name in ("amd-two-days", "amd-stakes"):
            page.goto((SITE / "embed" / f"{name}.html").as_uri())
        assert said == []
        page.goto(f"{address}/embed/amd-two-days.html")
        assert page.locator("link[rel=preload][as=font]").get_attribute("href", timeout=2000)
