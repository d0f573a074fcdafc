"""Figures in the browser: interactive without evaluation, taken along with their context, framed elsewhere."""

from __future__ import annotations

import io
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from PIL import Image

from capital_loop.publish.serving import served
from capital_loop.publish.site import delivery
from tests.test_site import SITE, pages, text

pytestmark = pytest.mark.skipif(not (SITE / "index.html").exists(), reason="no site yet: run make book")

WATCH = "e => e.dataset.live === 'yes'"
SOME = ("notebooks/01-triangle.html", "notebooks/14-watchlist.html")


def charted() -> list[str]:
    return [p for p in pages() if "data-chart" in text(p)]


def names() -> list[str]:
    return sorted(p.stem for p in (SITE / "embed").glob("*.html"))


def watched(context: Any, problems: list[str]) -> Any:
    """A page of which every message and error is kept."""
    page = context.new_page()
    page.on(
        "console",
        lambda m: problems.append(f"{page.url}: {m.text}") if m.type == "error" else None,
    )
    page.on("pageerror", lambda e: problems.append(f"{page.url}: {e}"))
    return page


def bring_alive(page: Any, problems: list[str]) -> int:
    """Touches every chart of a page; counts them, notes those whose height changes."""
    page.evaluate("document.querySelectorAll('details.cl-fold').forEach(d => { d.open = true })")
    figures = page.locator("figure[data-chart]").all()
    for figure in figures:
        figure.scroll_into_view_if_needed()
        before = figure.bounding_box()["height"]
        figure.locator("summary, a").first.focus()
        page.wait_for_function(WATCH, arg=figure.element_handle(), timeout=30_000)
        after = figure.bounding_box()["height"]
        if abs(after - before) > 1:
            problems.append(f"{page.url} {figure.get_attribute('id')}: {before} px, then {after}")
    return len(figures)


@pytest.mark.browser
@pytest.mark.parametrize("width", [1200, 390])
@pytest.mark.parametrize(
    "some", [pytest.param(SOME, id="some"), pytest.param((), id="all", marks=pytest.mark.slow)]
)
def test_charts_become_interactive_in_their_place_without_evaluation(
    browser: Any, address: str, width: int, some: tuple[str, ...]
) -> None:
    problems: list[str] = []
    count = 0
    with browser.new_context(viewport={"width": width, "height": 900}) as context:
        page = watched(context, problems)
        for name in some or charted():
            page.goto(f"{address}/{name}")
            count += bring_alive(page, problems)
    assert not problems, "\n".join(problems)
    assert count >= (5 if some else 80)


def test_no_page_allows_evaluation() -> None:
    for page in [*pages(), *(f"embed/{n}.html" for n in names())]:
        assert "'unsafe-eval'" not in text(page), page
    assert "'wasm-unsafe-eval'" in text("search.html")


def test_the_script_of_the_charts_names_its_parts_and_licences() -> None:
    head = (SITE / "_static" / "vega.js").read_text(encoding="utf-8")[:1500]
    assert re.search(
        r"Vega \d+\.\d+\.\d+, Vega-Lite \d+\.\d+, Vega-Embed \d+\.\d+\.\d+ with vega-interpreter", head
    )
    assert "BSD-3-Clause" in head
    assert "ISC" in head


def test_only_figures_may_be_framed_by_others() -> None:
    files = delivery.hosting()
    unframed = "frame-ancestors 'none'"
    blocks = re.split(r"^(?=/)", files["_headers"], flags=re.M)
    found = {b.split("\n")[0]: unframed in b for b in blocks if b}
    assert not any(v for k, v in found.items() if k == "/*" or k.startswith("/embed"))
    assert {k for k, v in found.items() if v} == set(delivery.PLACES)
    for page in pages():
        path = f"/{page}"
        assert any(
            re.fullmatch(p.replace(".", r"\.").replace("*", "[^/]*"), path) for p in delivery.PLACES
        ), page
    before, _, after = files["hosting/nginx.conf"].partition("location /embed/ {")
    inside = after.partition("}")[0]
    assert unframed in before
    assert unframed not in inside
    assert all(k in inside for k in delivery.HEADERS)
    (rule,) = [h["source"] for h in json.loads(files["vercel.json"])["headers"] if unframed in json.dumps(h)]
    assert re.fullmatch(rule, "/book/claims.html")
    assert not re.fullmatch(rule, "/embed/loop.html")
    assert re.search(
        rf'<If "%\{{REQUEST_URI\}} !~ m#/embed/#">\s+Header always set \S+ "{unframed}"',
        files["hosting/htaccess"],
    )


@pytest.mark.browser
def test_a_figure_in_a_frame_of_another_host_shows_with_and_without_scripts(
    browser: Any, address: str, tmp_path: Path
) -> None:
    button = lxml.html.fromstring(text(SOME[0])).xpath("//button[contains(@data-copy, '<iframe')]")[0]
    code = button.get("data-copy")
    (tmp_path / "index.html").write_text(
        f"<!doctype html><title>Other</title>{code.replace('{at}', address + '/')}", encoding="utf-8"
    )
    for scripts in (True, False):
        for width in (1000, 360):
            problems: list[str] = []
            with (
                served(tmp_path) as other,
                browser.new_context(
                    java_script_enabled=scripts, viewport={"width": width, "height": 900}
                ) as context,
            ):
                page = watched(context, problems)
                page.goto(other)
                page.frames[1].wait_for_load_state("load")
                frame = page.frame_locator("iframe")
                drawn = frame.locator("figure svg:visible")
                assert drawn.count() == 1
                assert drawn.bounding_box()["height"] > 100
                assert frame.locator("h1").inner_text()
                link = frame.locator(".cl-source a[href^='../notebooks/']")
                assert link.get_attribute("target") == "_blank"
                if scripts:
                    frame.locator("figure").hover()
                    frame.locator("figure[data-live=yes]").wait_for(timeout=30_000)
                    assert frame.locator("html").evaluate("e => e.scrollWidth <= innerWidth")
            assert [p for p in problems if "favicon" not in p and "404" not in p] == []


def test_every_figure_has_a_small_page_for_frames() -> None:
    for name in names():
        page = text(f"embed/{name}.html")
        tree = lxml.html.fromstring(page)
        assert len(tree.xpath("//figure//svg")) == 2, name
        assert tree.xpath("string(//h1)"), name
        assert "Sources:" in page, name
        (back,) = tree.xpath("//a[contains(@href, '#fig-')]/@href")
        path, _, anchor = back.partition("#")
        assert f'id="{anchor}"' in (SITE / "embed" / path).read_text(encoding="utf-8"), name
        assert not re.findall(r'(?:src|href)="https?:', page), name
        assert len(page) < (250_000 if name == "loop" else 150_000), name


def test_pictures_and_drawings_carry_title_unit_sources_and_licence() -> None:
    for page in charted():
        tree = lxml.html.fromstring(text(page))
        for figure in tree.xpath("//figure[@data-chart]"):
            name = figure.get("id").removeprefix("fig-")
            drawing = ET.fromstring((SITE / "figures" / f"{name}.svg").read_text(encoding="utf-8"))
            said = " ".join(" ".join(drawing.itertext()).split())
            title = figure.xpath("string(.//p[@class='cl-title'])").split(" ", 3)[-1]
            for part in (title, figure.xpath("string(.//p[@class='cl-unit'])"), "CC BY 4.0", "Sources:"):
                assert " ".join(part.split()) in said, (name, part)
            picture = Image.open(io.BytesIO((SITE / "figures" / f"{name}.png").read_bytes()))
            wide, high = (round(float(drawing.attrib[k]) * 2) for k in ("width", "height"))
            assert picture.size == pytest.approx((wide, high), abs=1), name


@pytest.mark.browser
def test_the_menu_of_a_figure_copies_by_keyboard(browser: Any, address: str) -> None:
    with browser.new_context(permissions=["clipboard-read", "clipboard-write"]) as context:
        page = context.new_page()
        page.goto(f"{address}/{SOME[0]}")
        figure = page.locator("figure.cl-figure").first
        name = (figure.get_attribute("id") or "").removeprefix("fig-")
        figure.locator(".cl-use > summary").focus()
        page.keyboard.press("Enter")
        copied = []
        for button in figure.locator(".cl-copy").all():
            button.focus()
            page.keyboard.press("Enter")
            page.wait_for_function("b => b.textContent === b.dataset.done", arg=button.element_handle())
            copied.append(page.evaluate("navigator.clipboard.readText()"))
        link, cite, bibtex, frame = copied
        assert link == f"{address}/{SOME[0]}#fig-{name}"
        assert "Version" in cite
        assert bibtex.startswith("@misc{")
        assert f'<iframe src="{address}/embed/{name}.html"' in frame
        page.wait_for_timeout(2200)
        assert figure.locator(".cl-copy").first.inner_text() != figure.locator(
            ".cl-copy"
        ).first.get_attribute("data-done")
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{address}/{SOME[0]}")
        page.locator("figure.cl-figure .cl-use > summary").first.click()
        assert page.locator("figure.cl-figure .cl-copy:visible").count() == 0, (
            "without scripts nothing copies"
        )
        assert "<iframe" in page.locator("figure.cl-figure .cl-use").first.inner_text()
