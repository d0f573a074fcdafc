"""The built site, opened in headless Chromium without a network: every page, chart, link and the JSON."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin

import jsonschema
import lxml.etree
import lxml.html
import pytest
from fontTools.ttLib import TTFont

from capital_loop.claims.checks import validate
from capital_loop.publish.address import top
from capital_loop.publish.site import registers
from capital_loop.publish.site.delivery import hosting
from capital_loop.publish.site.pages import NOWHERE, from_top, nowhere
from capital_loop.publish.site.registers import Registers
from capital_loop.publish.site.templating import HOME
from capital_loop.publish.site.view import View
from capital_loop.record.tables import Record, load

SITE = Path(__file__).resolve().parents[1] / "_build" / "html"

pytestmark = pytest.mark.skipif(not (SITE / "index.html").exists(), reason="no site yet: run make book")


def pages() -> list[str]:
    return sorted(
        p.relative_to(SITE).as_posix()
        for p in SITE.rglob("*.html")
        if not {"_static", "embed"} & set(p.parts)
    )


def text(page: str) -> str:
    return (SITE / page).read_text(encoding="utf-8")


def test_the_front_page_and_the_ledger_are_there(record: Record) -> None:
    found = set(pages())
    assert {"index.html", "notebooks/01-triangle.html", "book/claims.html", "book/evidence.html"} <= found
    assert {f"claims/{c.lower()}.html" for c in record.claims["claim_id"]} <= found


def test_every_internal_link_and_anchor_resolves() -> None:
    anchors: dict[str, set[str]] = {}
    broken = []
    for page in pages():
        html = text(page)
        for target in re.findall(r'<a\b[^>]*?\bhref=["\']([^"\']+)["\']', html):
            if re.match(r"[a-z]+:", target):
                continue
            if page == f"{NOWHERE}.html":  # its links begin at the top of the site
                target = target.removeprefix(top())
            path, fragment = urldefrag(urljoin(page, unquote(target)))
            path = path.partition("?")[0]
            if path.startswith("..") or not (SITE / path).exists():
                broken.append(f"{page} -> {target}")
                continue
            if fragment and path.endswith(".html"):
                if path not in anchors:
                    anchors[path] = set(re.findall(r'\b(?:id|name)=["\']([^"\']+)["\']', text(path)))
                if fragment not in anchors[path]:
                    broken.append(f"{page} -> {target} (no such anchor)")
    assert not broken, "\n".join(sorted(set(broken))[:20])


def test_the_page_for_addresses_that_lead_nowhere_works_at_any_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tree = lxml.html.fromstring(text(f"{NOWHERE}.html"))
    links = tree.xpath("//@href | //@src | //@data-root")
    assert all(link.startswith((top(), "#")) for link in links), links
    assert tree.xpath("//meta[@name='robots']/@content") == ["noindex"]
    monkeypatch.setenv("CAPITAL_LOOP_URL", "https://example.org/of/loop")
    body = lxml.html.fromstring(f"<div>{nowhere()['body']}</div>")
    assert "/of/loop/book/claims.html" in body.xpath("//@href")
    assert from_top()["pathto"]("_static/site.css", 1) == "/of/loop/_static/site.css"
    assert "error_page 404 /of/loop/404.html;" in hosting()["hosting/nginx.conf"]
    assert "ErrorDocument 404 /of/loop/404.html" in hosting()["hosting/htaccess"]


def test_nothing_is_loaded_from_another_host() -> None:
    for page in pages():
        loads = re.findall(r'<(?:script|img|iframe|link)\b[^>]*?\b(?:src|href)="(https?:[^"]+)"', text(page))
        assert not loads, f"{page}: {loads}"


def test_claims_json_holds_every_claim_with_both_verdicts(record: Record) -> None:
    data = json.loads((SITE / "claims.json").read_text(encoding="utf-8"))
    assert [c["claim_id"] for c in data["claims"]] == list(record.claims["claim_id"])
    for claim in data["claims"]:
        for when in ("on_day", "now"):
            assert claim[when]["verdict"] in data["scale"]
            assert claim[when]["rule"] in data["rules"]
        assert (SITE / claim["url"]).exists()


@pytest.mark.parametrize("name", ["claims", "facts", "deals"])
def test_files_for_machines_fit_their_published_schemas(name: str) -> None:
    data = json.loads((SITE / "v1" / f"{name}.json").read_text(encoding="utf-8"))
    schema = json.loads((SITE / "v1" / data["$schema"]).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(data, schema)
    assert len(data[name]) == len(load().table(name))


def test_the_data_package_comes_as_one_valid_zip(tmp_path: Path) -> None:
    with zipfile.ZipFile(SITE / "data" / "capital-loop-data.zip") as archive:
        archive.extractall(tmp_path)
    assert validate(tmp_path / "capital-loop-data").startswith("data/ is valid")


def test_every_claim_page_carries_a_claim_review(record: Record) -> None:
    for claim in record.claims.itertuples():
        page = text(f"claims/{claim.claim_id.lower()}.html")
        found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, flags=re.S)
        review = json.loads(found[0])
        assert review["@type"] == "ClaimReview"
        assert review["claimReviewed"] == claim.paraphrase
        assert {"url", "author", "itemReviewed", "reviewRating"} <= set(review)
        rating = review["reviewRating"]
        assert rating["alternateName"]
        if "ratingValue" in rating:
            assert rating["worstRating"] <= rating["ratingValue"] <= rating["bestRating"]


def alike(whole: bool) -> list[str]:
    """Every page; or all but most of the claims, subjects of evidence and chapters, which are alike.

    What the text of a page says is checked of all pages, without a browser.
    """
    found = pages()
    if whole:
        return found
    steps = {"claims": 200, "evidence": 9, "notebooks": 6, "sources": 3}
    folders = {name: [p for p in found if p.startswith(f"{name}/")] for name in steps}
    some = {p for name, folder in folders.items() for p in folder[:: steps[name]]}
    return [p for p in found if p in some or p.partition("/")[0] not in steps]


WHOLE = pytest.mark.parametrize(
    "whole", [pytest.param(False, id="some"), pytest.param(True, id="all", marks=pytest.mark.slow)]
)


@pytest.mark.browser
@WHOLE
def test_every_page_opens_on_a_phone_without_an_error_fits_and_asks_no_other_host(
    browser: Any, address: str, whole: bool
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 800})
    problems: list[str] = []
    page = context.new_page()
    page.on(
        "console",
        lambda m: problems.append(f"{page.url}: {m.text}") if m.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda e: problems.append(f"{page.url}: {e}"))
    page.on(
        "request",
        lambda r: (
            problems.append(f"{page.url} asks {r.url}")
            if not r.url.startswith((address, "data:", "blob:"))
            else None
        ),
    )
    for name in alike(whole):
        response = page.goto(f"{address}/{name}", wait_until="load")
        assert response is not None
        assert response.ok, name
        page.add_style_tag(content="* { content-visibility: visible !important; }")  # also what is far below
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 360:
            problems.append(f"{page.url} is {width} px wide")
    context.close()
    assert not problems, "\n".join(problems[:20])


@pytest.mark.browser
@WHOLE
def test_every_chart_shows_without_scripts(browser: Any, address: str, whole: bool) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    charts = wanted = 0
    for name in (p for p in alike(whole) if p.startswith("notebooks/") or p == "index.html"):
        page.goto(f"{address}/{name}")
        wanted += text(name).count('<figure class="cl-figure')
        for figure in page.query_selector_all("figure.cl-figure"):
            shown = [
                s
                for s in figure.query_selector_all("svg")
                if s.bounding_box() and s.bounding_box()["height"] > 50
            ]
            assert len(shown) == 1, f"{name}: {figure.get_attribute('id')}"
            assert shown[0].get_attribute("aria-label")
            charts += 1
    context.close()
    assert charts == wanted > 0


VISIBLE = "#{}-table tbody tr"
FIRST = registers.FIRST


def ready(page: Any, address: str) -> Any:
    page.goto(address)
    page.wait_for_selector("table.cl-ready")
    return page


@pytest.mark.browser
def test_long_tables_begin_short_and_every_row_can_be_had(browser: Any, address: str, record: Record) -> None:
    lengths = {"claims": len(record.claims), "facts": len(record.facts), "sources": len(record.sources)}
    homes = {"claims": "book/claims", **HOME}
    with browser.new_context() as context:
        page = context.new_page()
        for name, length in lengths.items():
            for place in (address, SITE.as_uri()) if name == "claims" else (address,):
                ready(page, f"{place}/{homes[name]}.html")
                rows = page.locator(VISIBLE.format(name))
                assert rows.count() == FIRST
                page.click("p.cl-more button >> nth=0")
                page.wait_for_function(
                    "n => document.querySelectorAll('table.cl-ready tbody tr').length === n", arg=2 * FIRST
                )
                page.click("p.cl-more button >> nth=1")
                page.wait_for_function(
                    "n => document.querySelectorAll('table.cl-ready tbody tr').length === n", arg=length
                )
                assert page.locator("p.cl-more").is_hidden()


@pytest.mark.slow
@pytest.mark.browser
def test_long_tables_are_whole_without_scripts(browser: Any, record: Record) -> None:
    """From a folder, on a phone: the claims on their page, facts and sources on the pages of their parts."""
    with browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800}) as context:
        page = context.new_page()
        page.goto(f"{SITE.as_uri()}/book/claims.html")
        rows = page.locator(".cl-claims tbody tr")
        assert rows.count() == len(record.claims)
        assert rows.last.is_visible()
        assert page.locator("form.cl-filters:visible, p.cl-more:visible").count() == 0
        for name, home in HOME.items():
            page.goto(f"{SITE.as_uri()}/{home}.html")
            found = []
            for link in [str(a.get_attribute("href")) for a in page.locator(".cl-parts a").all()]:
                page.goto(f"{SITE.as_uri()}/{link.removeprefix('../')}")
                found += page.locator(f".cl-{name} tbody tr").evaluate_all("rows => rows.map(r => r.id)")
                assert page.locator(f".cl-{name} tbody tr").last.is_visible()
                assert page.evaluate("document.documentElement.scrollWidth") <= 360
            assert sorted(found) == sorted(getattr(record, name).reset_index()[f"{name[:-1]}_id"])


@pytest.mark.browser
@pytest.mark.parametrize(
    ("served", "scripts"),
    [
        (True, True),
        *(
            pytest.param(x, y, marks=pytest.mark.slow)
            for x, y in ((True, False), (False, True), (False, False))
        ),
    ],
)
def test_a_link_to_a_row_leads_there(
    browser: Any, address: str, record: Record, scripts: bool, served: bool
) -> None:
    """Rows past the first stretch, over http and from a folder; the lasting address needs a click without
    scripts."""
    place = address if served else SITE.as_uri()
    rows = Registers(View(record))
    last = max((p for p in rows.parts["facts"]), key=lambda p: len(p.keys)).keys[-1]
    source = max((p for p in rows.parts["sources"]), key=lambda p: len(p.keys)).keys[-1]
    with browser.new_context(java_script_enabled=scripts) as context:
        page = context.new_page()
        for name, key in (("facts", last), ("sources", source)):
            page.goto(f"{place}/{rows.place(name, key)}")
            page.locator(f"tr[id='{key}']").wait_for()
            box = page.locator(f"tr[id='{key}']").bounding_box()
            assert box
            assert 0 <= box["y"] < 720
            page.goto(f"{place}/{HOME[name]}.html#{key}")
            if not scripts:
                page.locator(f"a[id='{key}']").click()
            page.wait_for_url(f"**/{rows.place(name, key)}")
            page.locator(f"tr[id='{key}']").wait_for()
        final = str(record.claims["claim_id"].iloc[-1])
        page.goto(f"{place}/book/claims.html#{final}")
        box = page.locator(f"tr[id='{final}']").bounding_box()
        assert box
        assert 0 <= box["y"] < 720


@pytest.mark.browser
def test_the_address_of_the_claims_carries_what_is_asked_for(
    browser: Any, address: str, record: Record
) -> None:
    mine = int((record.claims["document_id"] == "turntable").sum())
    with browser.new_context() as context:
        page = ready(context.new_page(), f"{address}/book/claims.html")
        page.select_option("select[name=document]", "turntable")
        assert page.url.endswith("?document=turntable")
        assert f"{mine} of {len(record.claims)} claims" in page.inner_text(".cl-filters output")
        page.click("#claims-table tbody tr a.claim >> nth=0")
        page.wait_for_load_state()
        page.go_back()
        page.wait_for_selector("table.cl-ready")
        assert page.input_value("select[name=document]") == "turntable"
        assert f"{mine} of" in page.inner_text(".cl-filters output")
        page.fill(".cl-filters input", "zzzqqq")
        assert "nothing fits" in page.inner_text(".cl-filters output")
        page.click("button.reset")
        assert page.locator(VISIBLE.format("claims")).count() == len(record.claims)


@pytest.mark.browser
def test_evidence_is_filtered_by_subject_grade_stage_and_chapter(
    browser: Any, address: str, record: Record
) -> None:
    """On the page of all facts and on that of a subject, over http and from a folder; the address says
    how."""
    for place in (address, SITE.as_uri()):
        with browser.new_context() as context:
            page = ready(context.new_page(), f"{place}/book/evidence.html")
            count, mine = page.locator(".cl-filters output"), "AMD"
            page.select_option("select[name=subject]", mine)
            ours = int((record.facts["subject"] == "amd").sum())
            page.wait_for_function(
                "n => document.querySelector('.cl-filters output').textContent.startsWith(n)",
                arg=f"{ours} of ",
            )
            for key in ("stage", "grade", "chapter"):
                choice = page.locator(f"select[name={key}] option").nth(1).get_attribute("value")
                page.select_option(f"select[name={key}]", choice)
                assert key in page.url
                page.select_option(f"select[name={key}]", "")
            page.select_option("select[name=stage]", "estimate")
            both = int(((record.facts["subject"] == "amd") & (record.facts["stage"] == "estimate")).sum())
            assert count.inner_text().startswith(f"{both} of ")
            page.reload()
            page.wait_for_function(
                "n => document.querySelector('.cl-filters output').textContent.startsWith(n)",
                arg=f"{both} of ",
            )
            ready(page, f"{place}/evidence/amd.html?stage=estimate")
            assert count.inner_text() == f"{both} of {ours} facts"
            assert page.locator(VISIBLE.format("facts")).count() == min(both, FIRST)


@pytest.mark.browser
def test_deals_are_filtered_and_sorted_and_the_address_says_how(
    browser: Any, address: str, record: Record
) -> None:
    names = record.entities.set_index("entity_id")["name"]
    mine = int(((record.deals["payer"] == "nvidia") | (record.deals["payee"] == "nvidia")).sum())
    with browser.new_context() as context:
        page = ready(context.new_page(), f"{address}/book/deals.html?party={names['nvidia']}")
        assert page.locator(VISIBLE.format("deals")).count() == mine
        amounts = (
            "[...document.querySelectorAll('#deals-table tbody tr td[data-sort]')]"
            ".map(e => Number(e.dataset.sort))"
        )
        for down in (False, True):
            page.click("#deals-table thead button >> nth=1")
            found = page.evaluate(amounts)
            assert found == sorted(found, reverse=down)
        assert "sort=1-" in page.url
        page.reload()
        page.wait_for_selector("table.cl-ready")
        assert page.evaluate(amounts) == found


@pytest.mark.browser
def test_on_a_phone_each_claim_shows_its_verdicts(browser: Any, address: str) -> None:
    for width in (360, 768):
        with browser.new_context(viewport={"width": width, "height": 800}) as context:
            page = context.new_page()
            page.goto(f"{address}/book/claims.html")
            page.wait_for_selector("table.cl-ready")
            for mark in page.locator(
                "#claims-table tbody tr td.verdict:not([data-label^=Second]) .cl-verdict"
            ).all()[:20]:
                box = mark.bounding_box()
                assert box
                assert box["x"] >= 0
                assert box["x"] + box["width"] <= width
                assert box["height"] < 40, "a verdict stands on one line"


@pytest.mark.browser
def test_the_button_says_what_a_press_brings(browser: Any, address: str) -> None:
    for scheme, first, then in (("light", "Dark", "Light"), ("dark", "Light", "Dark")):
        with browser.new_context(color_scheme=scheme) as context:
            page = context.new_page()
            page.goto(f"{address}/index.html")
            assert page.inner_text(".to-theme") == first
            page.click(".to-theme")
            assert page.inner_text(".to-theme") == then


@pytest.mark.browser
def test_a_phone_without_scripts_starts_with_the_title(browser: Any, address: str) -> None:
    with browser.new_context(viewport={"width": 360, "height": 800}, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{address}/notebooks/01-triangle.html")
        box = page.locator("h1").bounding_box()
        assert box
        assert box["y"] < 200


@pytest.mark.browser
def test_the_opening_has_every_claim_and_regroups(browser: Any, address: str, record: Record) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{address}/index.html")
        links = [a.get_attribute("href") for a in page.locator("#units-groups a").all()]
        assert sorted(links) == sorted(f"claims/{i.lower()}.html" for i in record.claims["claim_id"])
    with browser.new_context(reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto(f"{address}/index.html")
        page.wait_for_selector("#units-bar input")
        assert page.locator("#units-groups .g").count() == len(record.documents)
        page.check("#units-bar input[value=chapter]")
        page.check("#units-bar input[value=then]")
        assert page.locator("#units-groups .g").count() == record.claims["chapter"].nunique()
        assert "by=chapter" in page.url
        assert "when=then" in page.url
        then = page.inner_text("[data-count=supported]")
        page.reload()
        page.wait_for_selector("#units-bar input")
        assert page.is_checked("#units-bar input[value=chapter]")
        assert page.inner_text("[data-count=supported]") == then
        page.locator("#units-groups a").first.focus()
        page.keyboard.press("ArrowRight")
        assert page.evaluate("document.activeElement.classList.contains('u')")
        assert "Now:" in page.inner_text("#units-line")
        assert page.locator("#units-groups a[tabindex='0']").count() == 1


def test_pictures_are_written_in_the_books_own_letters(root: Path) -> None:
    """A letter that the book's fonts lack would come from the machine, and from another machine otherwise."""
    fonts = (root / "src" / "capital_loop" / "show" / "fonts").glob("*.?tf")
    known = {chr(code) for font in fonts for code in TTFont(font).getBestCmap()}
    strange = {}
    for path in sorted((SITE / "figures").glob("*.svg")):
        said = "".join(lxml.etree.parse(str(path)).xpath("//*[local-name()='text']//text()"))
        strange |= (
            {path.name: left} if (left := {c for c in said if c not in known and not c.isspace()}) else {}
        )
    assert strange == {}
