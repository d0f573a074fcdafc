"""What a reader sees at once: nothing said twice, dates and cards whole, figures and leads in their place."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import replace
from typing import Any

import lxml.html
import pytest
from axe_playwright_python.sync_playwright import Axe
from markupsafe import Markup

from capital_loop.claims.editions import guarded
from capital_loop.publish.site.notebooks import repeats
from capital_loop.publish.site.templating import DATE, typographic
from capital_loop.publish.site.told import Told
from capital_loop.record.rows import ChangeRow
from capital_loop.record.tables import Record
from tests.test_site import SITE, pages, text

pytestmark = pytest.mark.skipif(not (SITE / "index.html").exists(), reason="no site yet: run make book")
CHAPTERS = [p for p in pages() if p.startswith("notebooks/")]


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


def test_quotation_marks_are_those_of_printers() -> None:
    for plain, set_ in (
        ("the claim's interval", "the claim’s interval"),
        ("so 'over 10 billion' leaves", "so ‘over 10 billion’ leaves"),
        ("Cloud Next '26: sellers' words", "Cloud Next ’26: sellers’ words"),
        ('("weak")', "(“weak”)"),
    ):
        assert typographic(plain) == set_
    assert typographic(Markup("a = 'b'")) == "a = 'b'"
    left = []
    for page in pages()[::5] + [p for p in pages() if p.startswith(("book/", "sources/"))]:
        tree = lxml.html.fromstring(text(page))
        for apart in tree.xpath(
            "//pre | //code | //script | //dl[contains(@class, 'py')] | //*[local-name()='svg']"
        ):
            apart.drop_tree()
        left += [(page, t) for t in tree.itertext() if "'" in t or '"' in t]
        assert not [c for c in tree.xpath("//@data-copy | //@href") if "{at}" not in c and "‘" in c], page
    assert not left, left[:10]
    policy = lxml.html.fromstring(text("embed/amd-stakes.html")).xpath("//meta[@http-equiv]/@content")
    assert "'self'" in policy[0]


def test_a_source_is_told_once_in_a_cell() -> None:
    told = [
        (page, cell.text_content())
        for page in pages() if page.startswith("evidence/")
        for cell in lxml.html.fromstring(text(page)).xpath("//table[@id='facts-table']//td[last()]")
        for said in [re.sub(r"computed from.*?; ", "", cell.text_content()).split("); ")]
        if len({one.strip(" )") for one in said}) < len(said)
    ]  # fmt: skip
    assert not told, told[:5]


def test_changes_are_told_in_words(record: Record) -> None:
    told = Told(record)
    for c in record.rows(ChangeRow):
        said = told.change(c)
        assert not re.search(r"\w_\w|:\w|;\S|\d{8}|20\d\d-\d", said.replace("→", "")), (c.change_id, said)
    first = next(c for c in record.rows(ChangeRow) if c.column == "settled" and c.now == "since")
    assert told.change(first).endswith("→ the record has changed since")
    # Whatever cell an edition guards, the next change of it has words too.
    package = json.loads((record.data / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        for column in guarded(resource):
            then = replace(first, table=resource["name"], key="a-key", column=column, was="", now="1")
            assert "_" not in told.change(then) + told.row(then), (resource["name"], column)


def test_what_decides_a_claim_is_not_called_context() -> None:
    """Nor what its written reason rests on."""
    for page in (p for p in pages() if p.startswith("claims/")):
        html = text(page)
        why = html[html.index('class="cl-verdicts"') : html.index('class="cl-place"')]
        named = set(re.findall(r'class="fact" href="[^"]*">([^<]+)<', why))
        rows = re.findall(r'scope="row"><a class="fact"[^>]*>([^<]+)</a></th><td[^>]*>([^<]*)', html)
        assert not [i for i, does in rows if i in named and "does not decide" in does], page


def test_no_page_has_more_than_a_few_hundred_open_rows() -> None:
    for page in pages():
        tree = lxml.html.fromstring(text(page)) if page.startswith("book/") else None
        if tree is not None:
            rows = tree.xpath("//tbody/tr[not(ancestor::details or ancestor::noscript)]")
            assert len(rows) <= 250, (page, len(rows))


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
def test_what_a_phone_does_not_show_is_not_reached_by_the_keyboard(browser: Any, address: str) -> None:
    with browser.new_context(viewport={"width": 360, "height": 800}) as context:
        page = context.new_page()
        page.goto(f"{address}/book/claims.html")
        button = page.locator(".cl-ready thead button").first
        button.wait_for(state="attached")
        assert not button.is_visible()
        page.set_viewport_size({"width": 1280, "height": 800})
        assert button.is_visible()


@pytest.mark.browser
def test_tables_on_a_phone_have_headings_in_words_and_scroll_by_keyboard(browser: Any, address: str) -> None:
    """Two rules of axe on the pages where they were broken; each is seen to see the old fault again."""
    rules = {"runOnly": ["empty-table-header", "scrollable-region-focusable"]}
    old = (
        (
            "book/claims.html",
            "for (const x of document.querySelectorAll('.cl-stack thead')) x.style.display = 'block';"
            "for (const x of document.querySelectorAll('thead button')) x.style.visibility = 'hidden'",
        ),
        (
            "notebooks/03-oracle-margin.html",
            "document.querySelector('.cl-scroll:has(math)').removeAttribute('tabindex')",
        ),
    )
    with browser.new_context(viewport={"width": 360, "height": 800}) as context:
        page = context.new_page()
        for (name, fault), rule in zip(old, rules["runOnly"], strict=True):
            page.goto(f"{address}/{name}")
            page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
            assert Axe().run(page, options=rules).response["violations"] == []
            page.evaluate(fault)
            assert rule in {v["id"] for v in Axe().run(page, options=rules).response["violations"]}


@pytest.mark.browser
def test_escape_closes_what_one_is_in(browser: Any, address: str) -> None:
    with browser.new_context(viewport={"width": 360, "height": 800}) as context:
        page = context.new_page()
        page.goto(f"{address}/claims/r-24.html")
        for menu, inside in ((".drawer", "a"), (".cl-use", "button")):
            page.locator(f"{menu} > summary").press("Enter")
            page.locator(f"{menu} {inside}").first.focus()
            page.keyboard.press("Escape")
            assert not page.locator(menu).evaluate("e => e.open"), menu
            assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


@pytest.mark.browser
def test_a_wrong_address_leads_back_into_the_book(browser: Any, address: str) -> None:
    """From any depth, also without scripts."""
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        assert page.goto(f"{address}/claims/deep/none.html").status == 404
        assert page.locator("main").bounding_box()["x"] > 0, "the styles came"
        page.locator("main a").nth(1).click()
        assert page.url == f"{address}/book/claims.html"


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
