"""The network by day, in a browser: what stands on a day, the player, the address, the keyboard, a phone, no
scripts."""

from __future__ import annotations

import csv
import datetime as dt
import itertools
import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.test_site import SITE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (SITE / "index.html").exists(), reason="no site yet: run make book"),
]
DATA = Path(__file__).resolve().parents[1] / "data"
RANK = {
    "rumour": "a rumour", "announced": "announced", "letter_of_intent": "letter of intent",
    "signed": "signed",
    "binding": "signed", "delivered": "money or goods move", "paid": "money or goods move",
    "running": "money or goods move",
    "completed": "performed in full",
}  # fmt: skip
"""What a dated stage lifts a deal to, least first."""
OVER = {"replaced", "lapsed", "cancelled"}
STAGES = """() => Object.fromEntries(
  [...document.querySelectorAll('#moving-list tbody tr')].filter(r => !r.hidden)
  .map(r => [r.dataset.deal, r.querySelector('[data-field=stage]').textContent]))"""
SHOWN = """() => [...document.querySelectorAll('.cl-moving svg')]
  .filter(s => getComputedStyle(s).display !== 'none').flatMap(s => [...s.querySelectorAll('a.edge')])
  .filter(e => e.style.display !== 'none').map(e => e.dataset.deal)"""
BOXES = """() => {
  const svg = [...document.querySelectorAll('.cl-moving svg')]
    .find(s => getComputedStyle(s).display !== 'none');
  const box = (e, kind) => {
    const b = e.getBoundingClientRect();
    return { kind, text: e.textContent, left: b.left, top: b.top, right: b.right, bottom: b.bottom };
  };
  const seen = (e) => !e.closest('[style*="display: none"], [style*="display:none"]');
  return [...svg.querySelectorAll('a.edge text:not([stroke])')].filter(seen).map(e => box(e, 'sum'))
    .concat([...svg.querySelectorAll('.party')].map(e => box(e, 'party'))); }"""


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def standing(day: str) -> dict[str, str]:
    """Every deal that had begun by a day with its stage, straight from the tables."""
    order = list(dict.fromkeys(RANK.values()))
    out = {}
    for deal in rows("deals.csv"):
        past = [r for r in rows("deal-stages.csv") if r["deal_id"] == deal["deal_id"] and r["date"] <= day]
        if not past and deal["announced"] > day:
            continue
        reached = [order.index(RANK[r["stage"]]) for r in past if r["stage"] in RANK]
        over = any(r["stage"] in OVER for r in past)
        out[deal["deal_id"]] = (
            "over: replaced, lapsed or called off"
            if over
            else order[max(reached, default=order.index("announced"))]
        )
    return out


def opened(page: Any, address: str, query: str = "") -> Any:
    page.goto(f"{address}/index.html{query}")
    page.locator("#moving").scroll_into_view_if_needed()
    page.wait_for_function("() => document.querySelector('.cl-moving .count').textContent !== ''")
    return page


@pytest.mark.parametrize(
    "day",
    [
        "2025-10-01",
        "2026-10-01",
        *(pytest.param(d, marks=pytest.mark.slow) for d in ("2025-03-01", "2026-03-15")),
    ],
)
def test_a_day_shows_the_stages_that_the_record_holds_for_it(browser: Any, address: str, day: str) -> None:
    page = opened(browser.new_page(), address, f"?date={day}")
    wanted = standing(day)
    assert page.evaluate(STAGES) == wanted
    assert set(page.evaluate(SHOWN)) == set(wanted)
    count = {
        tr.locator("th").inner_text(): int(tr.locator("td").first.inner_text())
        for tr in page.locator("#moving-levels tbody tr").all()
    }
    assert {k: v for k, v in count.items() if v} == {
        k: list(wanted.values()).count(k) for k in set(wanted.values())
    }
    year, month, number = (int(x) for x in day.split("-"))
    said = page.inner_text("#fig-loop .cl-title")
    assert f"{number} " in said
    assert str(year) in said
    assert month
    page.close()


def test_the_player_moves_the_day_and_the_address_keeps_it(browser: Any, address: str) -> None:
    page = opened(browser.new_page(), address, "?date=2025-06-01&by=chapter")
    page.click(".cl-moving .play")
    page.wait_for_function(
        "() => !document.querySelector('.cl-moving .shown').textContent.includes('June 2025')"
    )
    page.keyboard.press("Space")  # the button has the focus: the keyboard stops it
    assert page.inner_text(".cl-moving .play") == "Play"
    found = re.search(r"date=(\d{4}-\d\d-\d\d)", page.url)
    assert found
    assert found[1] > "2025-06-30"
    assert "by=chapter" in page.url, "what others keep in the address stays"
    opened(page, address, "?date=2025-10-15")
    page.select_option(".cl-moving select[name=party]", "nvidia")
    page.select_option(".cl-moving select[name=stage]", "letter")
    shown = (
        page.inner_text(".cl-moving .shown"),
        page.inner_text(".cl-moving .count"),
        page.inner_text("#fig-loop .cl-title"),
    )
    page.locator("#moving details summary, #fig-loop details summary").first.click()
    page.locator("#moving-list a:visible").first.click()
    page.wait_for_load_state()
    assert "book/deals.html#" in page.url
    page.go_back()
    page.wait_for_function("() => document.querySelector('.cl-moving .count').textContent !== ''")
    assert (
        page.inner_text(".cl-moving .shown"),
        page.inner_text(".cl-moving .count"),
        page.inner_text("#fig-loop .cl-title"),
    ) == shown
    assert page.input_value(".cl-moving select[name=stage]") == "letter"
    page.close()


@pytest.mark.slow
def test_it_ends_at_the_last_day_and_a_false_address_shows_it(browser: Any, address: str) -> None:
    page = opened(browser.new_page(), address)
    last = page.inner_text(".cl-moving .shown")
    week_before = dt.datetime.strptime(last, "%d %B %Y").date() - dt.timedelta(7)
    opened(page, address, f"?date={week_before}")
    assert page.inner_text(".cl-moving .shown") != last
    page.click(".cl-moving .play")
    page.wait_for_function("() => document.querySelector('.cl-moving .play').textContent === 'Play'")
    assert page.inner_text(".cl-moving .shown") == last
    assert "date=" not in page.url
    for wrong in ("?date=soon", "?date=2031-01-01", "?party=nobody"):
        opened(page, address, wrong)
        assert page.inner_text(".cl-moving .shown") == last
        assert page.input_value(".cl-moving select[name=party]") == ""
    page.close()


@pytest.mark.slow
def test_where_motion_is_unwanted_the_player_goes_from_change_to_change(browser: Any, address: str) -> None:
    with browser.new_context(reduced_motion="reduce") as context:
        page = opened(context.new_page(), address, "?date=2025-01-01")
        page.evaluate("""() => {
            const shown = document.querySelector('.cl-moving .shown');
            window.days = [];
            new MutationObserver(() => window.days.push(shown.textContent))
              .observe(shown, { childList: true });
        }""")
        page.click(".cl-moving .play")
        page.wait_for_function("() => window.days.length >= 2", timeout=15_000)
        page.click(".cl-moving .play")
        assert page.evaluate("window.days.slice(0, 2)") == ["21 January 2025", "10 March 2025"]


def test_arrows_lead_to_their_deals_and_tell_on_focus_hover_and_touch(browser: Any, address: str) -> None:
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        page = opened(context.new_page(), address, "?date=2025-08-01")
        asked: list[str] = []
        page.on("request", lambda r: asked.append(r.url))
        edge = page.locator("svg.cl-wide a.edge[data-deal=openai-oracle-cloud]")
        assert edge.get_attribute("href") == "book/deals.html#openai-oracle-cloud"
        edge.focus()
        tip = page.locator(".cl-tip")
        tip.wait_for()
        told = tip.inner_text()
        assert "no sum stated; signed since 30 June 2025" in told, "the state of that day, not today's"
        box, picture = tip.bounding_box(), page.locator(".cl-moving-picture").bounding_box()
        assert box
        assert picture
        assert picture["x"] <= box["x"]
        assert box["x"] + box["width"] <= picture["x"] + picture["width"] + 1
        assert picture["y"] <= box["y"]
        assert tip.locator(".to-chapter").get_attribute("href") == "notebooks/01-triangle.html"
        page.keyboard.press("Escape")
        assert tip.is_hidden()
        page.keyboard.press("ArrowRight")
        assert page.evaluate("document.activeElement.dataset.deal") != "openai-oracle-cloud"
        assert tip.is_visible()
        assert page.locator("svg.cl-wide a.edge[tabindex='0']").count() == 1
        page.locator("svg.cl-wide a.edge[data-deal=openai-coreweave] g:visible .reach").hover(force=True)
        page.wait_for_timeout(600)
        assert not [u for u in asked if "vega.js" in u or "figures/" in u], "nothing is loaded in vain"
    with browser.new_context(viewport={"width": 360, "height": 800}, has_touch=True) as context:
        page = opened(context.new_page(), address)
        edge = page.locator("svg.cl-narrow a.edge[data-deal=openai-microsoft-azure] g:visible .reach")
        edge.scroll_into_view_if_needed()
        edge.tap(force=True)
        assert page.locator(".cl-tip").is_visible()
        assert "index.html" in page.url
        edge.tap(force=True)
        page.wait_for_url("**/book/deals.html*")


@pytest.mark.parametrize("width", [360, pytest.param(768, marks=pytest.mark.slow), 1280])
def test_no_amount_meets_another_or_a_name_on_any_screen(browser: Any, address: str, width: int) -> None:
    with browser.new_context(viewport={"width": width, "height": 900}) as context:
        page = context.new_page()
        for day in ("2025-10-01", "2026-03-15", "2026-11-01"):
            opened(page, address, f"?date={day}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            boxes = page.evaluate(BOXES)
            assert sum(b["kind"] == "sum" for b in boxes) >= 3
            for one, two in itertools.combinations(boxes, 2):
                apart = (
                    one["right"] <= two["left"] + 1 or two["right"] <= one["left"] + 1
                    or one["bottom"] <= two["top"] + 1 or two["bottom"] <= one["top"] + 1
                )  # fmt: skip
                assert apart, (day, one["text"], two["text"])


def test_without_scripts_today_stands_whole(browser: Any, address: str) -> None:
    with browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900}) as context:
        page = context.new_page()
        page.goto(f"{address}/index.html")
        assert page.locator(".cl-moving .play").is_hidden()
        assert page.locator("svg.cl-wide a.edge > g:visible").count() == len(rows("deals.csv"))
        wanted = standing("2026-11-27")
        assert page.evaluate(STAGES) == wanted
        assert page.locator("#moving-levels").is_visible()


@pytest.mark.parametrize(
    ("scheme", "width"),
    [
        ("dark", 360),
        *(
            pytest.param(*x, marks=pytest.mark.slow)
            for x in (("light", 360), ("light", 1280), ("dark", 1280))
        ),
    ],
)
def test_axe_finds_nothing_with_a_tooltip_open(browser: Any, address: str, scheme: str, width: int) -> None:
    with browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900}) as context:
        page = opened(context.new_page(), address, "?date=2026-03-15")
        page.locator(".cl-moving a.edge:visible").first.focus()
        page.locator(".cl-tip").wait_for()
        found = Axe().run(page).response["violations"]
        assert not found, [(v["id"], n["html"][:140]) for v in found for n in v["nodes"][:2]]


def test_it_works_from_a_folder_without_an_error(browser: Any) -> None:
    page = browser.new_page()
    problems: list[str] = []
    page.on("console", lambda m: problems.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda e: problems.append(str(e)))
    page.goto((SITE / "index.html").as_uri() + "?date=2025-10-01")
    assert page.inner_text(".cl-moving .shown") == "1 October 2025"
    page.click(".cl-moving .after")
    assert page.inner_text(".cl-moving .shown") == "3 October 2025"
    assert not problems
    page.close()


@pytest.mark.slow  # when a font comes depends on the machine
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("query", ["", "?date=2025-10-01&party=nvidia"])
def test_a_first_visit_is_light_and_nothing_jumps(browser: Any, address: str, width: int, query: str) -> None:
    with browser.new_context(viewport={"width": width, "height": 900}) as context:
        page = context.new_page()
        page.goto(f"{address}/index.html{query}")
        page.wait_for_load_state("networkidle")
        for _ in range(20):  # nor on the way down
            page.mouse.wheel(0, 300)
            page.wait_for_timeout(50)
        bytes_, shift = page.evaluate("""() => new Promise(done => {
            const all = performance.getEntriesByType('resource')
              .concat(performance.getEntriesByType('navigation'));
            const weight = all.reduce((sum, e) => sum + e.transferSize, 0);
            let shift = 0;
            new PerformanceObserver(list => { for (const e of list.getEntries()) shift += e.value; })
              .observe({ type: 'layout-shift', buffered: true });
            setTimeout(() => done([weight, shift]), 300); })""")
        assert 50_000 < bytes_ <= 200_000
        assert shift < 0.02


def test_a_frame_on_another_site_moves_too(browser: Any, address: str) -> None:
    with browser.new_context(viewport={"width": 960, "height": 1200}) as context:
        page = context.new_page()
        problems: list[str] = []
        page.on("console", lambda m: problems.append(m.text) if m.type in ("error", "warning") else None)
        page.goto(f"{address}/embed/loop.html?date=2025-03-01")
        assert page.evaluate(STAGES) == standing("2025-03-01")
        page.click(".cl-moving .after")
        assert page.inner_text(".cl-moving .shown") == "10 March 2025"
        assert (
            page.evaluate("document.baseURI === location.href && document.querySelector('base').target")
            == "_blank"
        )
        assert not problems
