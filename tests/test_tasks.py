"""What readers come for, from the first page to the end, on a laptop and on a phone: eleven tasks, a to k.

Each leaves a picture of how it ended in pytest's folder for temporary files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from capital_loop.publish.serving import served
from capital_loop.record.tables import Record
from tests.test_site import SITE, ready

pytestmark = [
    pytest.mark.slow,  # whole journeys: minutes on a busy machine
    pytest.mark.browser,
    pytest.mark.skipif(not (SITE / "index.html").exists(), reason="no site yet: run make book"),
]
CHAPTER = "notebooks/03-oracle-margin.html"


@pytest.fixture(params=[1280, 360], ids=["laptop", "phone"])
def page(request: Any, browser: Any, tmp_path: Path) -> Iterator[Any]:
    """A page of a reader's browser: a mouse on the laptop, a finger on the phone."""
    width = request.param
    with browser.new_context(
        viewport={"width": width, "height": 800}, has_touch=width < 500, is_mobile=width < 500,
        permissions=["clipboard-read", "clipboard-write"],
    ) as context:  # fmt: skip
        made = context.new_page()
        wrong: list[str] = []
        made.on("pageerror", lambda e: wrong.append(str(e)))
        made.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
        yield made
        made.screenshot(path=tmp_path / f"{request.node.originalname}-{width}.png")
        assert made.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
            "nothing runs out of the page"
        )
        assert wrong == []


def phone(page: Any) -> bool:
    return int(page.viewport_size["width"]) < 500


def press(page: Any, place: Any) -> None:
    place.tap() if phone(page) else place.click()


def copied(page: Any, button: Any) -> str:
    before = button.inner_text()
    press(page, button)
    page.wait_for_function("([b, was]) => b.textContent !== was", arg=[button.element_handle(), before])
    return str(page.evaluate("navigator.clipboard.readText()"))


def test_a_what_comes_of_the_claims_is_seen_at_once_and_one_mark_leads_to_its_claim(
    page: Any, address: str
) -> None:
    page.goto(f"{address}/index.html")
    said = page.locator(".cl-units-say").bounding_box()
    assert said
    assert said["y"] + said["height"] < 800, "the sentence stands on the first screen"
    mark = page.locator("#units-groups a.v-contradicted").first
    name = str(mark.get_attribute("href")).rpartition("/")[2].removesuffix(".html").upper()
    if phone(page):
        mark.tap()
        assert page.inner_text("#units-line").startswith(f"{name}: "), "a first touch tells"
        mark.tap()
    else:
        mark.hover()
        assert page.inner_text("#units-line").startswith(f"{name}: ")
        mark.focus()
        page.keyboard.press("Enter")
    page.wait_for_url(f"**/claims/{name.lower()}.html")
    assert page.locator(".cl-large").last.inner_text().startswith("Contradicted")
    assert page.locator(".cl-large").last.bounding_box()["y"] < 800


def test_b_a_name_in_chinese_or_a_figure_finds_the_claim_with_its_verdict(page: Any, address: str) -> None:
    page.goto(f"{address}/index.html")
    press(page, page.locator(".to-search"))
    for asked in ("甲骨文", "39 %"):
        page.fill("#search input", asked)
        page.wait_for_url(re.compile(r"q="))
        page.locator("#found-claims li .cl-verdict").first.wait_for()
        page.wait_for_timeout(400)
        first = page.locator("#found-claims li").first
        assert re.search("Oracle|甲骨文" if asked == "甲骨文" else r"\b39\b", first.inner_text())
    press(page, first.locator("a"))
    page.wait_for_url("**/claims/*.html")
    page.go_back()
    page.locator("#found-claims li").first.wait_for()
    assert page.input_value("#search input") == "39 %"


def test_c_filtered_claims_are_still_filtered_on_the_way_back(
    page: Any, address: str, record: Record
) -> None:
    ready(page, f"{address}/book/claims.html")
    report = str(record.documents.loc[record.documents["prefix"] == "R", "document_id"].iloc[0])
    page.select_option("select[name=document]", report)
    page.select_option("select[name=verdict]", "contradicted")
    said = page.inner_text(".cl-filters output")
    rows = page.locator("#claims-table tbody tr")
    assert rows.count() == int(said.split()[0]) < len(record.claims)
    press(page, rows.locator("a.claim").last)
    page.wait_for_url("**/claims/r-*.html")
    page.go_back()
    page.locator("table.cl-ready").wait_for()
    assert page.inner_text(".cl-filters output") == said
    assert rows.count() == int(said.split()[0])
    link = copied(page, page.locator(".cl-filters .link"))
    assert link == page.url
    assert "verdict=contradicted" in link


def test_d_the_loop_of_a_day_is_set_sent_and_seen(page: Any, address: str) -> None:
    page.goto(f"{address}/index.html?date=2025-09-15")
    page.wait_for_function("() => document.querySelector('.cl-moving .count').textContent !== ''")
    page.locator("#fig-loop .cl-title").scroll_into_view_if_needed()
    assert "15 September 2025" in page.text_content("#fig-loop .cl-title")
    before = page.inner_text(".cl-moving .shown")
    press(page, page.locator(".cl-moving .after"))
    assert page.inner_text(".cl-moving .shown") != before
    link = copied(page, page.locator(".cl-moving .copy"))
    assert re.search(r"date=2025-(09|10)-\d\d", link)
    shown = page.text_content("#fig-loop .cl-title")
    page.goto("about:blank")
    page.goto(link)
    page.wait_for_function("t => document.querySelector('#fig-loop .cl-title').textContent === t", arg=shown)
    edge = page.locator(".cl-moving svg:visible a.edge:visible").first
    edge.focus()
    tip = page.locator(".cl-tip")
    assert tip.is_visible()
    press(page, tip.locator(".to-deal"))
    page.wait_for_url("**/book/deals.html#*")


def test_e_a_claim_in_the_table_shows_its_verdicts_before_anything_is_pressed(
    page: Any, address: str
) -> None:
    ready(page, f"{address}/book/claims.html")
    width = page.viewport_size["width"]
    for row in page.locator("#claims-table tbody tr").all()[:8]:
        row.scroll_into_view_if_needed()
        boxes = [v.bounding_box() for v in row.locator(".cl-verdict").all()[:2]]
        assert all(b["x"] >= 0 and b["x"] + b["width"] <= width for b in boxes)
        words, source = row.locator("td").nth(0).bounding_box(), row.locator("td").nth(4).bounding_box()
        assert words["width"] >= 220, "what is claimed can be read as a line"
        if phone(page):
            assert words["y"] < boxes[0]["y"] < source["y"], "claim, verdicts, then what they rest on"


def test_f_a_what_if_moves_its_chart_and_a_link_carries_it(page: Any, address: str) -> None:
    page.goto(f"{address}/{CHAPTER}")
    box = page.locator("#whatif-rental")
    box.scroll_into_view_if_needed()
    box.locator(".cl-curve .is").wait_for()
    first, said = box.locator(".cl-curve .is").get_attribute("cx"), box.locator("output").first.inner_text()
    slider = box.locator("input[type=range]").first
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    assert box.locator("output").first.inner_text() != said
    assert box.locator(".cl-curve .is").get_attribute("cx") != first
    assert box.locator(".cl-curve .after").count() == 1
    link, moved = copied(page, box.locator("button.copy")), box.locator("output").first.inner_text()
    page.goto("about:blank")
    page.goto(link)
    page.wait_for_function(
        "t => document.querySelector('#whatif-rental output').textContent === t", arg=moved
    )


def test_g_a_figure_is_taken_along_and_framed_elsewhere(page: Any, address: str, tmp_path: Path) -> None:
    page.goto(f"{address}/{CHAPTER}")
    figure = page.locator("figure[data-chart]").first
    press(page, figure.locator(".cl-use > summary"))
    with page.expect_download() as got:
        press(page, figure.locator("a[href$='.png']"))
    assert Path(got.value.path()).read_bytes().startswith(b"\x89PNG")
    code = copied(page, figure.locator(".cl-copy").last)
    title = figure.locator(".cl-title").inner_text().split(" ", 2)[-1]
    (tmp_path / "index.html").write_text(
        f'<!doctype html><title>Other</title><link rel="icon" href="data:,">{code}', encoding="utf-8"
    )
    with served(tmp_path) as other:
        page.goto(f"{other}/index.html")
        frame = page.frame_locator("iframe")
        assert frame.locator("h1").inner_text() in title
        assert frame.locator("figure svg:visible").count() == 1
        assert frame.locator("html").evaluate("e => e.scrollHeight <= innerHeight + 2"), "nothing is cut"
        page.goto(f"{address}/{CHAPTER}")


def test_h_a_claim_is_cited(page: Any, address: str) -> None:
    page.goto(f"{address}/claims/r-24.html")
    press(page, page.locator("main .cl-use > summary"))
    buttons = page.locator("main .cl-copy")
    texts = [copied(page, b) for b in buttons.all()]
    assert any(t.startswith("@misc{") for t in texts)
    assert f"{address}/claims/r-24.html" in texts
    assert any("Version" in t and "R-24" not in t[:4] for t in texts)


def test_i_a_number_in_a_chapter_leads_to_its_source_in_two_steps(page: Any, address: str) -> None:
    page.goto(f"{address}/{CHAPTER}")
    fact = page.locator(".tag_finding a.fact").first
    key = str(fact.get_attribute("href")).partition("#")[2]
    press(page, fact)
    page.wait_for_url(re.compile(rf"/evidence/[\w-]+\.html#{key}$"))
    row = page.locator(f"tr[id='{key}']")
    row.wait_for()
    box = row.bounding_box()
    assert 0 <= box["y"] < 700, "the row is on the screen"
    source = row.locator("a[href*='sources/']").first
    if source.count() == 0:  # computed: one more step to what it was computed from
        press(page, row.locator("td a.fact").first)
        source = page.locator("tr.here a[href*='sources/'], tr:target a[href*='sources/']").first
    place = str(source.get_attribute("href")).partition("#")[2]
    press(page, source)
    page.wait_for_url(re.compile(r"/sources/\w+\.html#"))
    found = page.locator(f"tr[id='{place}']")
    assert 0 <= found.bounding_box()["y"] < 700
    assert found.locator("td").first.inner_text()


def test_j_a_chapter_is_read_in_the_dark_and_printed_light(page: Any, address: str) -> None:
    page.emulate_media(color_scheme="light")
    page.goto(f"{address}/{CHAPTER}")
    press(page, page.locator(".to-theme"))
    ground = lambda: page.evaluate("getComputedStyle(document.body).backgroundColor")  # noqa: E731
    dark = ground()
    assert sum(map(int, re.findall(r"\d+", dark)[:3])) < 150
    chart = page.locator("figure[data-chart]:visible .cl-chart").first
    chart.scroll_into_view_if_needed()
    press(page, chart)
    page.locator("figure[data-live=yes]").first.wait_for(timeout=60_000)
    chart.focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("#vg-tooltip-element.visible").inner_text()
    page.emulate_media(media="print")
    assert sum(map(int, re.findall(r"\d+", ground())[:3])) > 700
    assert page.locator("#vg-tooltip-element:visible, .cl-filters:visible, .side:visible").count() == 0
    page.emulate_media(media="screen")


def test_k_without_scripts_and_network_everything_can_be_read(browser: Any) -> None:
    for width in (1280, 360):
        with browser.new_context(
            java_script_enabled=False, offline=True, viewport={"width": width, "height": 800}
        ) as context:
            page = context.new_page()
            page.goto(f"{SITE.as_uri()}/{CHAPTER}")
            assert page.locator("h1").bounding_box()["y"] < 200, "the title comes first"
            assert page.locator("figure svg:visible").count() >= 1
            page.locator(".tag_finding a.fact").first.click()
            assert page.locator("tr:target").bounding_box()["y"] < 800
            page.goto(f"{SITE.as_uri()}/index.html")
            page.locator("#units-groups a.v-contradicted").first.click()
            assert page.locator(".cl-large").count() == 2
