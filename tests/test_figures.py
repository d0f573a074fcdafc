"""Figures in the browser: interactive without evaluation, taken along with their context, framed
elsewhere."""

from __future__ import annotations

import io
import json
import re
import time
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from fontTools.ttLib import TTFont
from PIL import Image

from capital_loop.claims.rules import SCALE
from capital_loop.publish.serving import served
from capital_loop.publish.site import cards, delivery
from capital_loop.publish.site.view import View
from capital_loop.publish.site.withdrawn import withdrawn
from capital_loop.record.tables import Record
from capital_loop.show import drawing, palette
from tests.test_site import SITE, pages, text

pytestmark = pytest.mark.skipif(not (SITE / "index.html").exists(), reason="no site yet: run make book")

WATCH = "e => e.dataset.live === 'yes'"
SOME = ("notebooks/01-triangle.html", "notebooks/14-watchlist.html")


def charted() -> list[str]:
    return [p for p in pages() if "data-chart" in text(p)]


def names() -> list[str]:
    return sorted({p.stem for p in (SITE / "embed").glob("*.html")} - {g.name for g in withdrawn()})


LAID_OUT = "e => e.firstElementChild.checkVisibility({ contentVisibilityAuto: true })"


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
        page.wait_for_function(LAID_OUT, arg=figure.element_handle())
        before = figure.bounding_box()["height"]
        figure.locator("summary, a").first.focus()
        page.wait_for_function(WATCH, arg=figure.element_handle(), timeout=30_000)
        after = figure.bounding_box()["height"]
        if abs(after - before) > 1:
            problems.append(f"{page.url} {figure.get_attribute('id')}: {before} px, then {after}")
    return len(figures)


@pytest.mark.browser
@pytest.mark.parametrize("width", [pytest.param(1200, marks=pytest.mark.slow), 390])
@pytest.mark.parametrize(
    "some", [pytest.param(SOME, id="some"), pytest.param((), id="all", marks=pytest.mark.slow)]
)
def test_charts_become_interactive_in_their_place_without_evaluation(
    browser: Any, address: str, width: int, some: tuple[str, ...]
) -> None:
    problems: list[str] = []
    count = wanted = 0
    with browser.new_context(viewport={"width": width, "height": 900}) as context:
        page = watched(context, problems)
        for name in some or charted():
            wanted += len(lxml.html.fromstring(text(name)).xpath("//figure[@data-chart]"))
            page.goto(f"{address}/{name}")
            count += bring_alive(page, problems)
    assert not problems, "\n".join(problems)
    assert count == wanted > 0


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


@pytest.mark.slow
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


@pytest.mark.slow
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
        page.wait_for_function("b => b.textContent !== b.dataset.done", arg=button.element_handle())
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{address}/{SOME[0]}")
        page.locator("figure.cl-figure .cl-use > summary").first.click()
        assert page.locator("figure.cl-figure .cl-copy:visible").count() == 0, (
            "without scripts nothing copies"
        )
        assert "<iframe" in page.locator("figure.cl-figure .cl-use").first.inner_text()


@pytest.mark.browser
def test_marks_are_read_by_arrow_keys_and_by_touch_in_words(browser: Any, address: str) -> None:
    bare = re.compile(r"(^|; )(value|low|high|central|amount|usd|key|kind|row|band): |_", re.I)
    with browser.new_context(viewport={"width": 1200, "height": 900}) as context:
        page = context.new_page()
        for name in ("notebooks/11-demand.html", "notebooks/13-score.html"):
            page.goto(f"{address}/{name}")
            page.evaluate("document.querySelectorAll('details.cl-fold').forEach(d => { d.open = true })")
            for figure in page.locator("figure[data-chart]").all():
                chart, voice = figure.locator(".cl-chart"), figure.locator(".cl-read")
                chart.focus()
                page.wait_for_function(WATCH, arg=figure.element_handle(), timeout=60_000)
                said = []
                for _ in range(min(6, int(chart.get_attribute("data-marks") or 0))):
                    page.keyboard.press("ArrowRight")
                    said.append(voice.text_content() or "")
                assert said, f"{figure.get_attribute('id')} has no mark that can be read"
                assert all(len(s) > 3 and not bare.search(s) for s in said), said
                shown = page.locator("#vg-tooltip-element.visible").inner_text()
                assert all(part.split(": ")[-1] in shown for part in said[-1].split("; "))
                page.keyboard.press("Escape")
                assert page.locator("#vg-tooltip-element.visible").count() == 0
    with browser.new_context(viewport={"width": 360, "height": 800}, has_touch=True) as context:
        page = context.new_page()
        page.goto(f"{address}/notebooks/13-score.html")
        figure = page.locator("figure[data-chart]").first
        figure.scroll_into_view_if_needed()
        figure.locator(".cl-chart").tap()
        page.wait_for_function(WATCH, arg=figure.element_handle(), timeout=60_000)
        mark = figure.locator(".cl-live .mark-rect path").first
        box = mark.bounding_box()
        assert box
        page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] + 10)  # a finger beside it
        page.wait_for_selector("#vg-tooltip-element.visible")
        tip = page.locator("#vg-tooltip-element").bounding_box()
        assert tip
        assert tip["x"] >= 0
        assert tip["x"] + tip["width"] <= 360


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_words_of_verdicts_and_tooltips_stand_out_from_their_grounds() -> None:
    assert set(palette.VERDICT) == set(SCALE)
    for tone in {t.name for t in palette.VERDICT.values()}:
        for ink, ground in zip(palette.PAGE[tone], palette.PAGE[f"{tone}-bg"], strict=True):
            assert _contrast(ink, ground) >= 4.5, tone
    for scheme in (palette.LIGHT, palette.DARK):
        assert _contrast(scheme["ink"], scheme["paper"]) >= 7


@pytest.mark.browser
def test_a_verdict_has_one_colour_in_chips_charts_and_the_opening(browser: Any, address: str) -> None:
    names = {v: n for n, v in palette.LIGHT.items()}
    for scheme, colours in (("light", palette.LIGHT), ("dark", palette.DARK)):
        chips: dict[str, str] = {}
        with browser.new_context(color_scheme=scheme) as context:
            page = context.new_page()
            page.goto(f"{address}/notebooks/13-score.html")
            drawn = set(
                page.evaluate(
                    "[...document.querySelectorAll('#fig-score-documents svg.cl-wide path')].map(e => "
                    "getComputedStyle(e).fill)"
                )
            )
            for key in ("supported", "supported_imprecise", "borne_out", "contradicted", "outdated"):
                want = colours[names[palette.VERDICT[key].mark]]
                rgb = f"rgb({int(want[1:3], 16)}, {int(want[3:5], 16)}, {int(want[5:7], 16)})"
                assert rgb in drawn, (scheme, key)
                chips[key] = rgb
            page.goto(f"{address}/book/claims.html")
            for key, rgb in chips.items():
                chip = page.locator(f"#claims-table .cl-verdict.v-{key}").first
                assert chip.evaluate("e => getComputedStyle(e).borderLeftColor") == rgb, (scheme, key)
            page.goto(f"{address}/index.html")
            mark = page.locator(".u.v-supported").first.evaluate("e => getComputedStyle(e).backgroundColor")
            want = colours["green"]
            assert mark == f"rgb({int(want[1:3], 16)}, {int(want[3:5], 16)}, {int(want[5:7], 16)})"


def test_every_sign_on_a_page_is_in_a_font_of_the_site() -> None:
    fonts = {p.stem: set(TTFont(p).getBestCmap()) for p in (SITE / "_static" / "fonts").glob("*.woff2")}
    styles = text("_static/site.css")
    signs = re.search(r"source-signs\.woff2.*?unicode-range: ([^;]+);", styles)
    assert signs
    ranges = [r.removeprefix("U+").split("-") for r in signs[1].split(", ")]
    spoken = {c for r in ranges for c in range(int(r[0], 16), int(r[-1], 16) + 1)} & fonts["source-signs"]
    body = (fonts["source-sans-3"] & fonts["source-serif-4"]) | fonts["noto-sans-sc"] | spoken
    missing: dict[str, str] = {}
    for page in pages():
        tree = lxml.html.fromstring(text(page))
        for part in tree.xpath("//script | //style | //code | //pre | //math"):
            part.drop_tree()
        missing |= {c: page for c in set(tree.text_content()) if ord(c) >= 32 and ord(c) not in body}
    assert missing == {}


def test_cards_show_a_claim_with_its_verdict_and_a_chapter_with_its_chart(
    record: Record, tmp_path: Path
) -> None:
    seen = set()
    for page in [p for p in pages() if p.startswith(("claims/", "notebooks/")) or p == "index.html"]:
        tree = lxml.html.fromstring(text(page))
        (image,) = tree.xpath("//meta[@property='og:image']/@content")
        name = image.rpartition("/")[2]
        assert name == f"{page.rpartition('/')[2].removesuffix('.html')}.png"
        card = SITE / "_static" / "cards" / name
        assert Image.open(card).size == (1200, 630)
        assert card.stat().st_size < 90_000, name
        seen.add(name)
    assert {p.name for p in (SITE / "_static" / "cards").iterdir()} == seen
    view = View(record)
    for key in ("R-24", "T-06"):
        made = cards.claim(SITE.parents[1], "Edition", view, view.claims[key])
        assert made == cards.claim(tmp_path, "Edition", view, view.claims[key]), "drawn anew: the same bytes"
        colours = {c for _, c in Image.open(io.BytesIO(made)).convert("RGB").getcolors(1 << 20) or []}
        mark = palette.VERDICT[view.assessments[key].now.verdict].mark
        want = tuple(int(mark[i : i + 2], 16) for i in (1, 3, 5))
        assert any(max(abs(a - b) for a, b in zip(c, want, strict=True)) < 12 for c in colours), key


def test_marks_on_the_card_of_the_front_page_keep_off_its_last_line(record: Record, tmp_path: Path) -> None:
    card = Image.open(io.BytesIO(cards.front(tmp_path, "Edition", "A title", "A text", View(record))))
    marks = {palette.VERDICT[v].mark for v in SCALE}
    inks = {tuple(int(m[i : i + 2], 16) for i in (1, 3, 5)) for m in marks}
    foot = card.convert("RGB").crop((cards.EDGE, cards.FOOT - 24, cards.WIDTH, cards.HEIGHT))
    shown = {c for _, c in foot.getcolors(1 << 20) or []}
    assert not shown & inks


def test_what_a_card_says_has_letters(record: Record) -> None:
    """Pillow takes one font a text: none of its letters may be missing there."""
    font = TTFont(Path(drawing.__file__).parent / "fonts" / "source-sans-3-bold.ttf")
    said = [*record.claims["paraphrase"], *record.documents["publisher"]]
    for page in [p for p in pages() if p.startswith("notebooks/")]:
        tree = lxml.html.fromstring(text(page))
        said += tree.xpath("//meta[@property='og:title' or @property='og:description']/@content")
    assert not {c for words in said for c in words} - set(map(chr, font.getBestCmap()))


@pytest.mark.browser
def test_contents_show_where_one_is(browser: Any, address: str) -> None:
    with browser.new_context(viewport={"width": 1280, "height": 700}) as context:
        page = context.new_page()
        page.goto(f"{address}/book/glossary.html")
        here = page.locator(".side a[aria-current=page]").bounding_box()
        assert here
        assert 0 <= here["y"] <= 700
        page.goto(f"{address}/notebooks/13-score.html")
        heads = page.locator(".side .heads a")
        for target in (heads.nth(2), heads.nth(0)):  # there, and back: the other is current no more
            page.evaluate(
                "id => document.getElementById(id).scrollIntoView()", (target.get_attribute("href") or "")[1:]
            )
            page.wait_for_function("a => a.getAttribute('aria-current')", arg=target.element_handle())
            assert page.locator(".side .heads a[aria-current]").count() == 1


@pytest.mark.browser
def test_forced_colours_keep_words_and_marks_apart(browser: Any, address: str) -> None:
    with browser.new_context(forced_colors="active") as context:
        page = context.new_page()
        page.goto(f"{address}/notebooks/13-score.html")
        style = lambda place, name: page.locator(place).first.evaluate(f"e => getComputedStyle(e).{name}")  # noqa: E731
        ground = style("body", "backgroundColor")
        assert style("figure.cl-figure", "borderTopStyle") == "solid"
        assert style("figure.cl-figure", "backgroundColor") == ground
        fills = page.evaluate(
            "[...document.querySelectorAll('#fig-score-documents svg.cl-wide path')].map(e => "
            "getComputedStyle(e).fill)"
        )
        assert len(set(fills)) >= 6, "bands keep their colours"
        page.goto(f"{address}/index.html")
        kinds = page.evaluate(
            "['supported', 'contradicted', 'outdated'].map(k => { const s = "
            "getComputedStyle(document.querySelector('.u.v-' + k)); return s.borderStyle + s.borderColor + "
            "s.backgroundColor; })"
        )
        assert len(set(kinds)) == 3


WATCHED = """window.moved = []; new PerformanceObserver(l => {
  for (const e of l.getEntries()) if (!e.hadRecentInput) window.moved.push(
    [e.value, ...e.sources.map(s => s.node && (s.node.id || s.node.className || s.node.nodeName))]); })
  .observe({ type: "layout-shift", buffered: true });"""


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 768, 360])
@pytest.mark.parametrize("late", [0, 1500])
def test_nothing_moves_on_a_first_visit(browser: Any, address: str, width: int, late: int) -> None:
    """Nothing is kept from before, and the fonts come at once or long after the words."""
    longest = max((p for p in pages() if p.startswith("notebooks/")), key=lambda p: len(text(p)))
    for name in ("index.html", longest, "book/claims.html", "book/evidence.html", "claims/r-24.html"):
        with browser.new_context(viewport={"width": width, "height": 900}) as context:
            page = context.new_page()
            page.add_init_script(WATCHED)
            if late:
                page.route("**/*.woff2", lambda r: (time.sleep(late / 1000), r.continue_()))
            page.goto(f"{address}/{name}", wait_until="networkidle")
            page.evaluate("document.fonts.ready")
            page.wait_for_timeout(300)
            moved = page.evaluate("window.moved")
            assert sum(m[0] for m in moved) < 0.02, (name, width, moved)
