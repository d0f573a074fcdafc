"""What readers do with the pages: move sliders, touch charts, search, take figures along, use no mouse and no
scripts."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import itertools
import json
import os
import re
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import lxml.html
import pytest
from axe_playwright_python.sync_playwright import Axe
from markupsafe import Markup

from capital_loop.chapters.amd_warrants import calculator as amd_warrants
from capital_loop.chapters.amd_warrants.study import Study as Warrants
from capital_loop.chapters.demand.calculator import calculator as demand
from capital_loop.chapters.demand.study import Study as DemandStudy
from capital_loop.chapters.gigawatts.calculator import calculator as gigawatts
from capital_loop.chapters.gigawatts.study import Study as GigawattsStudy
from capital_loop.chapters.google_tokens.calculator import calculator as tokens
from capital_loop.chapters.google_tokens.study import Study as TokensStudy
from capital_loop.chapters.loop_in_time.calculator import calculator as loop_in_time
from capital_loop.chapters.loop_in_time.study import Study as LoopStudy
from capital_loop.chapters.oracle_margin import study as oracle_margin
from capital_loop.chapters.revenue_promises.calculator import calculator as revenue_promises
from capital_loop.chapters.revenue_promises.study import Study as RevenueStudy
from capital_loop.claims.rules import SCALE, assess
from capital_loop.publish.lineage import Lineage
from capital_loop.publish.serving import served
from capital_loop.publish.site import delivery
from capital_loop.publish.site import pages as pages_module
from capital_loop.publish.site.view import View
from capital_loop.record.tables import Record, load
from capital_loop.show.figure import FIGURE as FIGURE_TYPE
from capital_loop.show.whatif import WhatIf
from tests.conftest import Shared
from tests.test_site import SITE, pages, text

pytestmark = pytest.mark.skipif(not (SITE / "index.html").exists(), reason="no site yet: run make book")

FIGURE = re.compile(r'<figure class="cl-figure[^"]*"(?: data-chart)? id="fig-([a-z0-9-]+)"')
ONE_OF_EACH = (
    "index.html", "search.html", "notebooks/01-triangle.html", "notebooks/03-oracle-margin.html",
    "notebooks/12-bubble-or-growth.html",
    "notebooks/13-score.html", "notebooks/14-watchlist.html", "notebooks/15-loop-in-time.html",
    "claims/r-24.html", "claims/d-18.html",
)  # fmt: skip


@pytest.fixture(scope="module")
def calculators(record: Record, shared: Shared) -> dict[str, tuple[str, WhatIf]]:
    return {
        "warrant": (
            "notebooks/02-amd-warrants.html",
            amd_warrants.calculator(Warrants(record, paths=100, draws=20)),
        ),
        "rental": (
            "notebooks/03-oracle-margin.html",
            oracle_margin.calculator(shared.study(oracle_margin.Study)),
        ),
        "tokens": ("notebooks/04-google-tokens.html", tokens(shared.study(TokensStudy))),
        "growth": (
            "notebooks/09-revenue-promises.html",
            revenue_promises(shared.study(RevenueStudy)),
        ),
        "gigawatt": ("notebooks/10-gigawatts.html", gigawatts(shared.study(GigawattsStudy))),
        "required": ("notebooks/11-demand.html", demand(shared.study(DemandStudy))),
        "loop": ("notebooks/15-loop-in-time.html", loop_in_time(shared.study(LoopStudy))),
    }


def chiefly(chosen: str) -> list[Any]:
    """Every calculator; all but one are left to ``make test-all``."""
    kinds = ("warrant", "loop", "rental", "tokens", "growth", "gigawatt", "required")
    return [pytest.param(k, marks=() if k == chosen else pytest.mark.slow) for k in kinds]


@pytest.mark.browser
@pytest.mark.parametrize("kind", chiefly("warrant"))
def test_sliders_answer_as_the_models_do(
    browser: Any, address: str, calculators: dict[str, tuple[str, WhatIf]], kind: str
) -> None:  # fmt: skip
    name, found = calculators[kind]
    page = browser.new_context().new_page()
    page.goto(f"{address}/{name}")
    box = page.locator(f"#whatif-{kind}")
    values = lambda: [float(o.get_attribute("data-value")) for o in box.locator(".cl-answer output").all()]  # noqa: E731
    box.scroll_into_view_if_needed()  # a what-if starts when one comes near it
    box.locator(".cl-answer output[data-value]").first.wait_for()
    assert values() == pytest.approx(found.computed({}), rel=1e-6)
    assert "recorded" in box.locator(".cl-state").inner_text()
    for slider in found.sliders:
        for end in ("low", "high"):
            moved = getattr(slider, end)
            box.locator(f"input[name={slider.key}]").evaluate(
                "(e, v) => { e.value = v; e.dispatchEvent(new Event('input')); }", str(moved)
            )
            shown = float(box.locator(f"input[name={slider.key}]").input_value())
            assert values() == pytest.approx(found.computed({slider.key: shown}), rel=1e-6), (
                slider.key,
                end,
            )
        box.locator("button.back").click()
    assert values() == pytest.approx(found.computed({}), rel=1e-6)
    page.context.close()


@pytest.mark.browser
@pytest.mark.parametrize("kind", chiefly("loop"))
def test_sliders_move_the_chart_beside_them_and_the_address(
    browser: Any, address: str, calculators: dict[str, tuple[str, WhatIf]], kind: str
) -> None:  # fmt: skip
    name, found = calculators[kind]
    slider, first = found.sliders[1], found.sliders[0]
    with browser.new_context(viewport={"width": 360, "height": 800}) as context:
        page = context.new_page()
        page.goto(f"{address}/{name}?theirs=1")
        box = page.locator(f"#whatif-{kind}")
        mark = lambda: float(box.locator(".cl-curve .is").get_attribute("data-value"))  # noqa: E731
        assert mark() == pytest.approx(found.computed({})[0], rel=1e-6)
        assert box.locator(".cl-curve .after").count() == 0
        aim = slider.low if slider.value != slider.low else slider.high
        box.locator(f"input[name={slider.key}]").evaluate(
            "(e, v) => { e.value = v; e.dispatchEvent(new Event('input')); }", str(aim)
        )
        moved = found.computed({slider.key: aim})
        assert mark() == pytest.approx(moved[0], rel=1e-6)
        assert box.locator(".cl-curve .after").count() == 1
        assert box.locator(".cl-curve select[name=over]").input_value() == slider.key
        page.wait_for_function("k => new URLSearchParams(location.search).has(k)", arg=slider.key)
        assert "theirs=1" in page.url
        if len(found.answers) > 1:
            box.locator(".cl-curve select[name=answer]").select_option("1")
            assert mark() == pytest.approx(moved[1], rel=1e-6)
        label = box.locator(".cl-curve svg").get_attribute("aria-label")
        page.goto(f"{address}/index.html")
        page.go_back()
        page.wait_for_selector(".cl-curve .after", state="attached")
        assert box.locator(".cl-curve svg").get_attribute("aria-label") == label
        assert [
            float(o.get_attribute("data-value")) for o in box.locator(".cl-answer output").all()
        ] == pytest.approx(moved, rel=1e-5)
        box.locator("button.back").click()
        assert page.url.endswith(("?theirs=1", "&over=" + slider.key, "&answer=1"))
        page.goto(f"{address}/{name}?{first.key}=1e99&{slider.key}=much&over=nothing&answer=9")
        shown = float(box.locator(f"input[name={first.key}]").input_value())
        assert shown == pytest.approx(first.high, abs=(first.high - first.low) / 200), (
            "what lies outside is set to the end of the range"
        )
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.browser
def test_without_scripts_a_calculator_shows_the_recorded_state(browser: Any, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/notebooks/03-oracle-margin.html")
    box = page.locator("#whatif-rental")
    assert "recorded state" in box.inner_text()
    assert "%" in box.locator(".cl-answer").first.inner_text()
    assert box.locator("input").count() == 0
    context.close()


@pytest.mark.slow
@pytest.mark.browser
def test_a_chart_that_is_touched_becomes_interactive_and_only_then_loads_the_script(
    browser: Any, address: str
) -> None:
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url))
    page.goto(f"{address}/notebooks/05-market-answer.html", wait_until="networkidle")
    assert not any("vega.js" in url for url in asked)
    page.evaluate("document.querySelectorAll('details.cl-fold').forEach(d => { d.open = true })")
    for figure in page.locator("figure.cl-figure").all():
        figure.scroll_into_view_if_needed()
        figure.hover()
        page.wait_for_function("e => e.dataset.live === 'yes'", arg=figure.element_handle())
        assert figure.locator(".cl-live svg").count() == 1
    page.locator("#fig-market-amplification .cl-live .mark-rect path").first.hover(force=True)
    page.wait_for_selector("#vg-tooltip-element.visible")
    context.close()


@pytest.mark.browser
def test_a_chart_over_time_zooms_with_shift_and_the_wheel_and_goes_back(browser: Any, address: str) -> None:
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    page = context.new_page()
    page.goto(f"{address}/notebooks/11-demand.html")
    figure = page.locator("#fig-demand-clouds")
    figure.scroll_into_view_if_needed()
    figure.hover()
    page.wait_for_function("e => e.dataset.live === 'yes'", arg=figure.element_handle())
    words = lambda: [t.text_content() for t in figure.locator(".cl-live .role-axis-label text").all()]  # noqa: E731
    before = words()
    box = figure.locator(".cl-live svg").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    stood = page.evaluate("scrollY")
    page.mouse.wheel(0, -300)  # without Shift the page scrolls and the chart stays
    page.wait_for_function("y => scrollY < y", arg=stood)
    assert words() == before
    figure.scroll_into_view_if_needed()
    box = figure.locator(".cl-live svg").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.keyboard.down("Shift")
    for _ in range(6):
        page.mouse.wheel(0, -300)
    page.keyboard.up("Shift")
    said = (
        "([e, n]) => [...e.querySelectorAll('.cl-live .role-axis-label text')].map(t => t.textContent).join()"
    )
    arg = [figure.element_handle(), ",".join(w or "" for w in before)]
    page.wait_for_function(f"{said} !== n", arg=arg)
    page.mouse.dblclick(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_function(f"{said} === n", arg=arg)
    context.close()


@pytest.mark.browser
def test_search_finds_names_figures_and_claims(browser: Any, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    for words, wanted in (
        ("Altman", "claim"),
        ("1300万亿", "a-091"),
        ("T-06", "t-06"),
        ("$300bn", ""),
        ("Eisenberg", "contagion"),
        ("甲骨文", "claims/"),
        ("軟銀", "claims/"),
        ("1300萬億", "a-091"),
        ("300亿", "d-08"),
        ("300億", "l-43"),
    ):
        page.goto(f"{address}/search.html")
        page.fill("#search input", words)
        page.wait_for_selector(".cl-found li")
        links = [a.get_attribute("href") or "" for a in page.locator(".cl-found a").all()]
        assert any(wanted in link for link in links), (words, links)
    page.goto(f"{address}/search.html?q=39+%25")
    page.wait_for_selector("#found-claims li")
    for item in page.locator("#found-claims li").all_inner_texts():
        assert re.search(r"(?<!\d)39 ?%|\b39\b(?!\d)", item), item
        assert any(word in item for word in SCALE.values()), "a claim is shown with its verdict"
    chapters = [
        ("notebooks/" in (a.get_attribute("href") or "")) for a in page.locator("#found-pages a").all()
    ]
    assert chapters == sorted(chapters, reverse=True), "chapters stand before registers"
    page.fill("#search input", "queeze")
    page.locator("#search output:has-text('nothing')").wait_for()
    page.fill("#search input", "zzzqqq")
    page.wait_for_url("**?q=zzzqqq")
    page.locator("#search output:has-text('nothing')").wait_for()
    assert page.locator(".cl-found li").count() == 0
    assert page.url.endswith("?q=zzzqqq")
    page.goto(f"{(SITE / 'search.html').as_uri()}")
    page.fill("#search input", "博通")
    page.wait_for_selector("#found-claims li")
    assert "make serve" in page.inner_text("#search output")
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, pytest.param(1280, marks=pytest.mark.slow)])
def test_search_and_filters_work_below_a_path(browser: Any, tmp_path: Path, width: int) -> None:
    """A site that does not stand at the top of its host; evidence and sources keep in the address what is
    asked for."""
    (tmp_path / "deep").symlink_to(SITE)
    with served(tmp_path) as top, browser.new_context(viewport={"width": width, "height": 800}) as context:
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda m: said.append(m.text) if m.type in ("error", "warning") else None)
        page.goto(f"{top}/deep/search.html?q=%E8%BB%9F%E9%8A%80")
        page.wait_for_selector("#found-claims li")
        page.wait_for_selector("#found-pages li")
        links = [a.get_attribute("href") or "" for a in page.locator(".cl-found a").all()]
        assert all("/deep/" in urljoin(page.url, link) for link in links)
        for name in ("book/evidence", "book/sources", "evidence/oracle"):
            page.goto(f"{top}/deep/{name}.html")
            count = page.locator("form.cl-filters output")
            whole = count.inner_text()
            page.locator("form.cl-filters select").first.select_option(index=1)
            page.wait_for_function("() => location.search.length > 1")
            page.wait_for_function(
                "n => document.querySelector('form.cl-filters output').innerText !== n", arg=whole
            )
            asked, found = page.url, count.inner_text()
            assert found != whole
            page.goto(f"{top}/deep/index.html")
            page.go_back()
            page.wait_for_function(
                "said => document.querySelector('form.cl-filters output')?.innerText === said", arg=found
            )
            assert page.url == asked
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert said == []


def test_every_figure_has_a_number_a_menu_and_its_files() -> None:
    seen: set[str] = set()
    for page in pages():
        html = text(page)
        for name in FIGURE.findall(html):
            block = html[html.index(f'id="fig-{name}"') :]
            block = block[: block.index("</figure>")]
            assert "cl-number" in block, name
            if (
                name != "loop"
            ):  # what the network shows of each day must be there in files opened from a folder too
                assert "application/json" not in block, "the specification belongs into a file"
            for kind in ("csv", "svg", "png", "bib"):
                assert f'figures/{name}.{kind}"' in block, (name, kind)
                assert (SITE / "figures" / f"{name}.{kind}").stat().st_size > 50
            assert re.search(r"src/capital_loop/chapters/\w+/\w*charts\.py", block), (
                f"{name} does not say how it was made"
            )
            seen.add(name)
    held = "".join(p.read_text(encoding="utf-8") for p in (Path(__file__).parent / "snapshots").iterdir())
    assert seen == {"loop", *re.findall(r"^figure (\S+)$", held, flags=re.M)}
    cells = [
        c
        for p in (SITE.parents[1] / "notebooks").glob("*.ipynb")
        for c in json.loads(p.read_text(encoding="utf-8"))["cells"]
    ]
    drawn = [
        o["data"][FIGURE_TYPE]
        for c in cells
        for o in c.get("outputs", [])
        if FIGURE_TYPE in o.get("data", {})
    ]
    plotted = {f["name"]: (f["columns"], len(f["rows"])) for f in drawn}
    assert plotted
    assert set(plotted) < seen
    for name in seen:
        head, *rows = csv.reader(io.StringIO((SITE / "figures" / f"{name}.csv").read_text(encoding="utf-8")))
        assert rows, name
        assert plotted.get(name, (head, len(rows))) == (head, len(rows)), name
        ET.fromstring((SITE / "figures" / f"{name}.svg").read_text(encoding="utf-8"))
        assert (SITE / "figures" / f"{name}.png").read_bytes().startswith(b"\x89PNG")
        specs = json.loads((SITE / "figures" / f"{name}.json").read_text(encoding="utf-8"))
        assert set(specs) == {"wide", "narrow", "shared"}


def _violations(page: Any) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{page.url} {v['id']} ({v['impact']}): {n['html'][:140]}" for v in found for n in v["nodes"][:2]]


OPEN = "document.querySelectorAll('details').forEach(d => { d.open = true; })"


def _everything_open(page: Any) -> None:
    """Menus, folded parts and contents open, a chart alive with its tooltip, all rows of a table there."""
    page.evaluate(OPEN)
    more = page.locator("p.cl-more:visible button").last
    if more.count() and not page.locator("form[data-file]").count():
        more.click()
    edge = page.locator(".cl-moving svg:visible a.edge:visible").first
    if edge.count():
        edge.focus()
        page.locator(".cl-tip:visible").wait_for()
    chart = page.locator("figure[data-chart]:visible .cl-chart").first
    if chart.count():
        chart.focus()
        page.locator("figure[data-live=yes]").first.wait_for(timeout=60_000)
        page.keyboard.press("ArrowRight")
        page.locator("#vg-tooltip-element.visible").wait_for()


def _axed() -> list[str]:
    """Every page but those of claims, of which one of each kind; the pages for frames."""
    claims = [p for p in ONE_OF_EACH if p.startswith("claims/")]
    frames = sorted(p.relative_to(SITE).as_posix() for p in (SITE / "embed").glob("*.html"))
    return [p for p in pages() if not p.startswith("claims/")] + claims + frames


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page_with_everything_open(
    browser: Any, address: str, scheme: str, width: int
) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
    page = context.new_page()
    problems: list[str] = []
    for name in _axed():
        page.goto(f"{address}/{name}")
        problems += _violations(page)
        _everything_open(page)
        problems += _violations(page)
    context.close()
    assert not problems, "\n".join(problems[:20])


@pytest.mark.slow
@pytest.mark.browser
def test_axe_sees_a_fault_in_what_is_opened(browser: Any, address: str) -> None:
    """The check above is able to fail: a menu with a word that is hard to read, then a chart without a
    name."""
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{address}/{ONE_OF_EACH[0]}")
        _everything_open(page)
        assert _violations(page) == []
        page.add_style_tag(content=".cl-use li { color: #bbb; } .cl-use li a { color: #ccc; }")
        assert any("color-contrast" in v for v in _violations(page))


@pytest.mark.browser
def test_the_keyboard_reaches_everything(browser: Any, address: str) -> None:
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    page = context.new_page()
    page.goto(f"{address}/notebooks/11-demand.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"
    page.locator("figure.cl-figure details.cl-use summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("figure.cl-figure details.cl-use").first.get_attribute("open") is not None
    slider = page.locator("#whatif-required input").first
    before = page.locator("#whatif-required .cl-answer output").first.inner_text()
    slider.focus()
    for _ in range(40):
        page.keyboard.press("ArrowLeft")
    assert page.locator("#whatif-required .cl-answer output").first.inner_text() != before
    context.close()


@pytest.mark.slow
@pytest.mark.browser
def test_what_stands_far_below_waits_and_is_there_for_whoever_comes(browser: Any, address: str) -> None:
    """On a phone: what-ifs and the network start near the view, by a key, with an address; links and finding
    reach what is far below."""
    chapter, last = "notebooks/03-oracle-margin.html", "#limits-and-change-it-yourself"
    started = "() => document.querySelector('.cl-whatif form, .cl-moving .count:not(:empty)') !== null"
    with browser.new_context(viewport={"width": 360, "height": 800}) as context:
        page = context.new_page()
        for name, place in ((chapter, ".cl-whatif"), ("index.html", "#moving")):
            page.goto(f"{address}/{name}")
            page.wait_for_timeout(700)  # longer than what is near may wait
            assert not page.evaluate(started), name
            page.locator(place).scroll_into_view_if_needed()
            page.wait_for_function(started)
            page.goto(f"{address}/{name}")
            page.keyboard.press("Tab")
            page.wait_for_function(started)
            page.goto(f"{address}/{name}?theirs=1")
            page.wait_for_function(started)
        page.goto(f"{address}/{chapter}")
        words = page.locator(".cl-figure .cl-source").last.text_content().split(".")[0][:40]
        assert page.evaluate("w => window.find(w)", words)
        assert page.evaluate("scrollY") > page.evaluate("innerHeight")
        page.goto(f"{address}/{chapter}{last}")
        page.wait_for_function(
            "h => Math.abs(document.querySelector(h).getBoundingClientRect().top - 67) < 60", arg=last
        )


@pytest.mark.browser
def test_a_table_taken_along_on_a_phone_is_whole(browser: Any, address: str) -> None:
    with browser.new_context(viewport={"width": 360, "height": 800}) as context:
        page = context.new_page()
        page.goto(f"{address}/notebooks/02-amd-warrants.html")
        save = page.locator(".cl-save:visible").first
        with page.expect_download() as got:
            save.click()
        rows = list(csv.reader(io.StringIO(Path(got.value.path()).read_text(encoding="utf-8-sig"))))
        assert len(rows) > 5
        assert all(row[0] and row[1] for row in rows), "also rows that were not laid out yet"


CHAPTERS = [p for p in pages() if re.match(r"notebooks/(0[1-9]|1[0-8])-", p)] if SITE.exists() else []
FEW = [pytest.param(p, marks=() if n % 4 == 2 else pytest.mark.slow) for n, p in enumerate(CHAPTERS)]
HIGHEST, FIGURES, TABLES = 9000, 4, 2
"""Pixels of a chapter at 1280 before anything is unfolded, and what stands open in it."""
TOGGLES = """[...document.querySelectorAll("main .cell")].filter((c) => c.querySelector(".cl-fold"))
  .map((c) => c.querySelector("details.hide > summary")).filter(Boolean)
  .map((s) => s.getBoundingClientRect().right)"""

SHOWN = """(what) => [...document.querySelectorAll(what)]
  .filter((e) => e.checkVisibility({ visibilityProperty: true })).length"""


@pytest.mark.browser
@pytest.mark.parametrize("name", FEW)
def test_a_chapter_can_be_read_in_one_sitting(browser: Any, address: str, name: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{address}/{name}")
    shown = lambda what: page.evaluate(SHOWN, what)  # noqa: E731
    height = page.evaluate("document.documentElement.scrollHeight")
    assert height <= HIGHEST, f"{name} is {height} pixels high: fold or cut"
    assert shown("main figure.cl-figure") <= FIGURES
    assert shown("main table") <= TABLES
    ends = page.evaluate(TOGGLES)
    assert max(ends, default=0) - min(ends, default=0) <= 1, "toggles of code beside folds stand in one line"
    context.close()


def test_the_library_page_prints_no_object_as_a_librarys_version_writes_it() -> None:
    """Each Python has its own versions locked; what a constant is, its own words say."""
    page = lxml.html.fromstring((SITE / "book" / "library.html").read_text(encoding="utf-8"))
    said = [" ".join(dt.text_content().split()) for dt in page.iterfind(".//dt[@id]")]
    assert len(said) > 100
    assert not [t for t in said if re.search(r"= ?<(?!factory>)|Quantity\(| at 0x", t)]


@pytest.mark.browser
@pytest.mark.parametrize("name", ["claims/r-24.html", "notebooks/14-watchlist.html"])
def test_what_stands_below_does_not_move_when_one_comes_near(browser: Any, address: str, name: str) -> None:
    """On a phone a tap would else hit what has moved under the finger."""
    context = browser.new_context(viewport={"width": 360, "height": 800}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"{address}/{name}")
    page.evaluate("document.fonts.ready")
    before = page.evaluate("document.documentElement.scrollHeight")
    for part in range(1, 11):
        page.evaluate(f"scrollTo(0, {part} / 10 * document.documentElement.scrollHeight)")
        page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.evaluate("document.documentElement.scrollHeight") == before
    context.close()


def test_no_page_weighs_more_than_its_budget() -> None:
    weights = delivery.weigh(SITE)  # raises over the budget
    assert {"index.html", "book/claims.html", "notebooks/01-triangle.html"} <= set(weights)
    assert max(weights.values()) <= delivery.BUDGET


def test_pages_say_what_they_are_to_search_engines_and_networks() -> None:
    described: dict[str, str] = {}
    for page in pages():
        html = text(page)
        found = re.search(r'<meta name="description" content="([^"]+)"', html)
        assert found, page
        assert 20 <= len(found[1]) <= 200, page
        if page.startswith("notebooks/"):
            described[page] = found[1]
            card = re.search(r'<meta property="og:image" content="[^"]*/(_static/cards/[^"]+)"', html)
            assert card, page
            assert (SITE / card[1]).read_bytes().startswith(b"\x89PNG")
    assert len(set(described.values())) == len(described), "every chapter has a description of its own"


def test_every_page_carries_its_policy_and_no_script_without_a_hash() -> None:
    for page in pages():
        html = text(page)
        tree = lxml.html.fromstring(html)
        (meta,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']")
        assert html.index("Content-Security-Policy") < html.index("<script"), (
            "the policy stands before the first script"
        )
        scripts = next(p for p in meta.get("content").split("; ") if p.startswith("script-src"))
        assert "'unsafe-inline'" not in scripts
        assert "'unsafe-eval'" not in scripts
        inline = {s.text for s in tree.iter("script") if not s.get("src") and not s.get("type")}
        digests = {base64.b64encode(hashlib.sha256(t.encode()).digest()).decode() for t in inline if t}
        assert {
            p.split("-", 1)[1].rstrip("'") for p in scripts.split() if p.startswith("'sha256-")
        } == digests
        assert not [e for e in tree.iter() if any(k.startswith("on") for k in e.attrib)], (
            f"{page}: a handler in an attribute"
        )


@pytest.mark.browser
def test_a_foreign_inline_script_does_not_run(browser: Any, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/index.html")
    page.evaluate(
        "() => "
        "{ const s = document.createElement('script'); s.textContent = 'window.broken = 1'; "
        "document.body.append(s); }"
    )
    assert page.evaluate("window.broken") is None
    context.close()


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\u202e&\"'`{{7*7}}$x$" + "long " * 20_000


def test_nothing_from_the_data_reaches_a_page_unescaped(record: Record) -> None:
    """Every text column of every table gets a hostile string; keys and choices stay."""
    spoilt = load()
    keep = {
        "unit",
        "kind",
        "stage",
        "confidence",
        "verdict",
        "assertion",
        "role",
        "instrument",
        "url",
        "language",
        "day_basis",
        "published",
        "as_of",
        "period_start",
        "operation",
        "inputs",
        "version",
        "strain",
        "facts",
        "column",
        "model",
        "qualifier",
    }
    for resource in spoilt.descriptor["resources"]:
        frame = spoilt.table(resource["name"])
        for f in resource["schema"]["fields"]:
            enum = "enum" in f.get("constraints", {})
            name = f["name"]
            if (
                f["type"] == "string"
                and not enum
                and name not in keep
                and not name.endswith(("_id", "_fact"))
                and name
                in (
                    "paraphrase",
                    "printed",
                    "title",
                    "note",
                    "publisher",
                    "author",
                    "quoted_in",
                    "locator",
                    "reasons",
                    "reason_on_day",
                    "reason_now",
                    "would_change",
                    "looked_for",
                    "argument",
                    "day_note",
                    "conditions",
                    "why",
                    "name",
                    "speaker",
                    "scope",
                    "reason",
                    "release",
                    "question",
                    "was",
                    "now",
                    "key",
                    "what",
                    "looked",
                )
            ):
                frame[name] = HOSTILE[:200] if name != "title" else HOSTILE[:120]
    spoilt.__dict__.pop("facts", None)
    view = View(spoilt)
    named = [name for name in pages_module.BLOCKS if name not in ("citation", "downloads")]
    made = [pages_module.block(view, name, "book/x") for name in named]
    made += [
        pages_module.claim_body(view, name, context["claim"])
        for name, context in itertools.islice(pages_module.claim_pages(view), 20)
    ]
    mute = {n for n, html in zip(named, made, strict=False) if "&lt;script&gt;" not in html}
    assert mute - {"corrections"} == {"verdict-counts", "verdict-scale", "rules", "edition", "paper"}, (
        "the hostile strings reach every block that shows words of the data"
    )
    assert all("&lt;script&gt;" in html for html in made[len(named) :]), "and every claim's page"
    for html in made:
        tree = lxml.html.fragment_fromstring(html, create_parent=True)
        assert {s.get("type") for s in tree.iter("script")} <= {"application/ld+json"}
        assert not list(tree.iter("img"))


@pytest.mark.slow
def test_a_million_characters_in_a_cell_stay_text() -> None:
    spoilt = load()
    long = "<b>\u202e" * 250_000  # markup and an override of the direction of text
    for table, column in (
        ("claims", "paraphrase"),
        ("facts", "note"),
        ("sources", "title"),
        ("changes", "reason"),
    ):
        spoilt.table(table).loc[0, column] = long
    view = View(spoilt)
    view.links  # noqa: B018
    name, context = next(pages_module.claim_pages(view))
    first = pages_module.claim_body(view, name, context["claim"])
    rows = [next(iter(view.registers.rows(name).values())).whole for name in ("facts", "sources")]
    made = [first, *rows, *(pages_module.block(view, name, "book/x") for name in ("claims", "changes"))]
    for html in made:
        assert len(html) > len(long)
        assert "&lt;b&gt;" in html
        assert "<b>" not in html


def test_the_sitemap_names_every_page(
    record: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for page in pages():
        (tmp_path / page).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / page).touch()
    monkeypatch.setenv("CAPITAL_LOOP_URL", "https://loop.example.org/book")
    delivery.sitemap(tmp_path, View(record))
    tree = ET.fromstring((tmp_path / "sitemap.xml").read_text(encoding="utf-8"))
    names = {e.text or "" for e in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")}
    place = "https://loop.example.org/book/"
    assert names == {place + page for page in set(pages()) - {"search.html", "404.html"}}
    assert f"Sitemap: {place}sitemap.xml\n" in (tmp_path / "robots.txt").read_text(encoding="utf-8")


@pytest.mark.skipif("CAPITAL_LOOP_URL" in os.environ, reason="the site was built for another address")
def test_no_page_of_a_site_without_an_address_names_one() -> None:
    files = [p for p in SITE.rglob("*") if p.suffix in (".html", ".txt", ".xml", ".json")]
    assert [p.name for p in files if "localhost" in p.read_text(encoding="utf-8")] == []
    assert not (SITE / "sitemap.xml").exists()
    assert [page for page in pages() if 'rel="canonical"' in text(page)] == []


def test_the_crate_describes_files_that_are_there() -> None:
    graph = json.loads((SITE / "ro-crate-metadata.json").read_text(encoding="utf-8"))["@graph"]
    root = next(e for e in graph if e["@id"] == "./")
    assert root["license"] == "https://creativecommons.org/licenses/by/4.0/"
    parts = [p["@id"] for p in root["hasPart"]]
    offered = [
        *(SITE / "data").glob("*.csv"),
        *(SITE / "notebooks").glob("*.html"),
        *(SITE / "data").glob("*.zip"),
    ]
    assert {p.relative_to(SITE).as_posix() for p in offered} < set(parts)
    for part in parts:
        assert (SITE / part).is_file(), part
        entity = next(e for e in graph if e["@id"] == part)
        assert entity["contentSize"] == str((SITE / part).stat().st_size)


def test_the_bibliography_has_every_source(record: Record) -> None:
    keys = re.findall(r"^@misc\{([^,]+),", (SITE / "references.bib").read_text(encoding="utf-8"), flags=re.M)
    assert keys == list(record.sources["source_id"])
    page = text("book/bibliography.html")
    assert set(re.findall(r'evidence/[\w-]+\.html#([A-Z0-9-]+)"', page)) == set(
        record.fact_sources["fact_id"]
    )
    assert "\\$" not in page
    assert page.count('<div class="citation"') == len(keys)


def test_every_page_names_edition_and_evidence_date(record: Record) -> None:
    for page in pages():
        footer = text(page).split('<footer class="foot">')[1]
        assert record.version in footer, page
        assert str(record.closed.year) in footer, page


def test_terms_lead_to_the_glossary() -> None:
    anchors = set(re.findall(r'id="(term-[a-z0-9-]+)"', text("book/glossary.html")))
    used = {
        term for page in CHAPTERS for term in re.findall(r"book/glossary\.html#(term-[a-z0-9-]+)", text(page))
    }
    assert used <= anchors
    assert len(used) > len(anchors) / 2, "the glossary is one of what the chapters say"


ART = (
    "abnormal return",
    "backlog",
    "basis points",
    "bootstrap",
    "bridge loan",
    "capital spending",
    "collateral",
    "correlation",
    "depreciation",
    "dilution",
    "draws",
    "finance lease",
    "Fisher’s exact test",
    "force majeure",
    "free cash flow",
    "gigawatt",
    "GPU",
    "gross margin",
    "GSADF",
    "hazard",
    "insurance against default",
    "junk",
    "Krippendorff’s alpha",
    "letter of intent",
    "linear programme",
    "loan to value",
    "market model",
    "market value",
    "median",
    "Monte Carlo error",
    "multiple",
    "nameplate",
    "net asset value",
    "operating cash flow",
    "operating income",
    "operating loss",
    "present value",
    "private credit",
    "project finance",
    "random walk",
    "rating",
    "rebate",
    "recovery",
    "run rate",
    "short position",
    "Sobol indices",
    "soft monopoly",
    "sold short",
    "sovereign fund",
    "standard error",
    "token",
    "tranche",
    "vendor financing",
    "vest",
    "volatility",
    "warrant",
    "Wilson interval",
)
"""Terms of art that a chapter may use, because the glossary explains them."""


def test_terms_of_art_are_marked_where_a_chapter_uses_them(record: Record) -> None:
    known = View(record).glossary.terms
    for term in ART:
        assert any(t.pattern.fullmatch(term) for t in known), f"the glossary does not explain “{term}”"
    for name in CHAPTERS:
        tree = lxml.html.fromstring(text(name))
        marked = {a.text_content().lower() for a in tree.find_class("cl-term")}
        for code in tree.xpath("//main//code"):
            code.drop_tree()
        said = " ".join(
            p.text_content()
            for p in tree.xpath("//main//*[contains(@class, 'cell_output')]/p[not(@class)][not(a)]")
        ).lower()
        for term in ART:
            found = re.search(rf"\b{re.escape(term.lower())}s?\b", said)
            assert not found or any(term.lower() in m or m in term.lower() for m in marked), (name, term)


def test_the_theme_keeps_its_words_in_one_place() -> None:
    """The templates hold no sentence: another language changes ``words.en.toml``."""
    folder = Path(__file__).resolve().parents[1] / "book" / "_theme" / "ledger"
    for path in folder.glob("*.html"):
        bare = re.sub(
            r"\{[{%#].*?[}%#]\}|<(script|svg)\b.*?</\1>|<[^>]+>",
            " ",
            path.read_text(encoding="utf-8"),
            flags=re.S,
        )
        assert not re.findall(r"[A-Za-z]{3,}", bare), path.name


def test_every_host_gets_every_header() -> None:
    files = delivery.hosting()
    for name in ("_headers", "hosting/nginx.conf", "hosting/htaccess", "vercel.json"):
        assert (SITE / name).read_text(encoding="utf-8") == files[name]
        for key, value in (delivery.HEADERS | delivery.UNFRAMED).items():
            assert key in files[name], (name, key)
            assert value in files[name], (name, key)
    assert json.loads(files["vercel.json"])["headers"][-1]["source"] == "/_static/(.*)"


def test_the_page_of_editions_tells_what_moved(record: Record) -> None:
    def verdicts(edition: str) -> dict[str, tuple[str, str]]:
        with zipfile.ZipFile(SITE / "data" / "editions" / f"{edition}.zip") as packed:
            rows = csv.DictReader(io.StringIO(packed.read("verdicts.csv").decode()))
            return {r["claim_id"]: (r["on_day"], r["now"]) for r in rows}

    names = list(record.editions.sort_values(["date", "edition_id"])["edition_id"])
    assert names[-1] == record.version
    assert verdicts(names[-1]) == {i: (a.on_day.verdict, a.now.verdict) for i, a in assess(record).items()}
    page = (SITE / "book" / "editions.html").read_text(encoding="utf-8")
    moves = 0
    for older, newer in itertools.pairwise(names):
        old, new = verdicts(older), verdicts(newer)
        moved = {i for i, r in old.items() if r != new[i]}
        said = page.split(f"From {older} to {newer}")[1].split("</p>")[0]
        count = f"Of {len(old)} claims, {len(moved)} got" if moved else f"None of the {len(old)} claims got"
        assert f"{count} another verdict." in said
        assert all(f"claims/{i.lower()}.html" in page for i in moved)
        for one in sorted(moved)[:1]:
            text = (SITE / "claims" / f"{one.lower()}.html").read_text(encoding="utf-8")
            assert f"Edition {older} said" in text
        moves += len(moved)
    assert moves


def test_a_claims_page_shows_the_whole_way(record: Record, root: Path) -> None:
    for claim in ("R-24", "A-005"):
        page = (SITE / "claims" / f"{claim.lower()}.html").read_text(encoding="utf-8")
        for line in Lineage(root, record).claim(claim):
            assert str(Markup.escape(line)) in page, line


def test_a_claims_page_opens_with_both_verdicts_and_leads_on(record: Record) -> None:
    order = list(record.claims["claim_id"])
    for place in (0, 100, len(order) - 1):
        page = text(f"claims/{order[place].lower()}.html")
        main = page[page.index("<main") :]
        assert main.index('class="cl-large"') < main.index("<h2>Evidence</h2>")
        assert main.count('class="cl-large"') == 2
        for there in (place - 1, place + 1):
            assert (0 <= there < len(order)) == (
                0 <= there < len(order) and f'href="{order[there].lower()}.html"' in main
            )
        assert f"capitalloop{record.editions['date'].max().year}-{order[place].lower()}" in main, (
            "cite this claim"
        )
