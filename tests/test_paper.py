"""The book on paper: one PDF of the built site, and the fonts that carry its Chinese glyphs."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from io import BytesIO
from pathlib import Path

import pypdf
import pytest
from fontTools.ttLib import TTFont
from lxml import html

from capital_loop.record import load
from tests.conftest import CHROMIUM, HOW, ROOT, SITE
from tools import paper

MOST, HALF = 240, 0.45
"""Pages of the book; how much of a page may stay empty before a figure."""
CJK = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f]")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (SITE / "index.html").exists(), reason="no site yet: run make book"),
]


@pytest.mark.parametrize("epoch", ["today", "1e9", "99999999999999999999"])
def test_a_moment_that_is_none_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], epoch: str
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    assert paper.main() == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        f"SOURCE_DATE_EPOCH is '{epoch}', not a moment in seconds since 1970: set it so, or unset it\n"
    )


def test_every_link_of_the_assembled_book_leads_inside_it_or_out() -> None:
    text = paper.assemble(ROOT, SITE)
    ids = set(re.findall(r'\bid="([^"]+)"', text))
    targets = re.findall(r'\bhref="([^"]+)"', text)
    inside = {t[1:] for t in targets if t.startswith("#")}
    assert len(inside) > 500
    assert not inside - ids
    assert not [t for t in targets if not t.startswith(("#", "http", "_static/"))]


def test_every_claim_is_printed_with_its_reasons_and_both_readings() -> None:
    html = paper.assemble(ROOT, SITE)
    assert html.count('<dl class="more">') == len(list((SITE / "claims").glob("*.html")))
    claim = html.split('id="book--claims--R-03"')[1].split('id="book--claims--R-04"')[0]
    for said in (
        "On its day",
        "Now",
        "A second reader",
        "The record stands",
        "Weakest source grade",
        "A signed contract",
    ):
        assert said in claim


def test_changes_of_the_newest_editions_are_printed_open_and_no_empty_fold() -> None:
    (page,) = html.fromstring(paper.assemble(ROOT, SITE)).xpath("//section[@id='book--corrections']")
    folds = page.xpath(".//details")
    assert 0 < len(folds) <= paper.EDITIONS
    assert all("open" in fold.attrib and fold.find_class("register") for fold in folds)


def test_ids_are_unique_in_the_assembled_book() -> None:
    ids = re.findall(r'\bid="([^"]+)"', paper.assemble(ROOT, SITE))
    assert len(ids) == len(set(ids))


def test_the_font_has_every_chinese_glyph_that_the_site_shows() -> None:
    shown = set(CJK.findall("".join(p.read_text(encoding="utf-8") for p in SITE.rglob("*.html"))))
    font = TTFont(ROOT / "book" / "_static" / "fonts" / "noto-sans-sc.woff2")
    assert len(shown) > 30
    assert not {c for c in shown if ord(c) not in font.getBestCmap()}, "see book/_static/fonts/README.md"


def test_what_differs_between_two_prints_is_settled_in_as_many_bytes() -> None:
    stamp = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
    one = b"x /ModDate (D:20261121164218+00'00') (node00000773) (node00000009) (node00000773) y"
    other = b"x /ModDate (D:20270101000000+01'00') (node00000760) (node00000012) (node00000760) y"
    assert paper.settled(one, stamp) == paper.settled(other, stamp)
    assert len(paper.settled(one, stamp)) == len(one)
    assert b"(D:20261121000000+00'00') (node00000000) (node00000001) (node00000000)" in paper.settled(
        one, stamp
    )


def blank(pages: int) -> bytes:
    writer, out = pypdf.PdfWriter(), BytesIO()
    for _ in range(pages):
        writer.add_blank_page(100, 100)
    writer.write(out)
    return out.getvalue()


def test_a_print_counts_when_it_came_twice_in_a_row() -> None:
    usual, slip = blank(2), blank(3)
    prints = iter([usual, slip, usual, usual, slip])
    assert paper.steady(lambda layout: next(prints)) == usual
    assert next(prints) == slip, "four prints were asked for"
    changing = (blank(n) for n in range(1, 99))
    with pytest.raises(paper.PaperError, match=f"no two of {paper.TRIES} prints were the same"):
        paper.steady(lambda layout: next(changing))
    assert next(changing) == blank(paper.TRIES + 1)


@pytest.mark.browser
def test_the_pdf_has_outline_links_vectors_and_embedded_fonts(tmp_path: Path) -> None:
    if CHROMIUM is None:
        pytest.skip(HOW)
    root = tmp_path / "book"
    (root / "_build").mkdir(parents=True)
    for name in ("_toc.yml", "CITATION.cff"):
        shutil.copy(ROOT / name, root)
    shutil.copytree(SITE, root / "_build" / "html")
    shutil.copytree(ROOT / "data", root / "data")
    out = paper.pdf(root)
    first = out.read_bytes()
    # pytest would explain a difference of 20 MB line by line, for hours.
    same = paper.pdf(root).read_bytes() == first
    assert same, "two prints of one site differ"
    assert out.stat().st_size < paper.LIMIT
    reader = pypdf.PdfReader(out)
    assert 100 < len(reader.pages) < MOST
    said = [" ".join(p.extract_text().split()) for p in reader.pages]
    whole = " ".join(said)
    edition = f"Edition {load(ROOT / 'data').version}"
    assert "The AI capital loop, audited" in said[0]
    assert edition in said[0]
    assert "Evidence to" in said[0]
    assert "How to cite" in said[1]
    # The contents name each section and the page on which it begins.
    begins = {
        str(o["/Title"]): reader.get_destination_page_number(o) + 1
        for o in reader.outline
        if not isinstance(o, list)
    }
    sections = [t for t in begins if t not in ("The AI capital loop, audited", "Contents", "How to cite")]
    assert len(sections) > 25
    for title in sections:
        assert re.search(rf"{re.escape(title)} {begins[title]}\b", said[2]), title
        assert title in said[begins[title] - 1]
    # Heads of tables stand on every page on which a table goes on.
    verdicts = [t for t in said if re.search(r"Claim What it says, in our words On its day Now", t)]
    assert len(verdicts) > 12
    late = min(n for name, n in paper.begins(first).items() if name.startswith("book--"))
    assert [x for x in paper.empty(first, late) if x[1] > HALF] == [], "a figure leaves a page half empty"
    pages = "\n".join(p.extract_text() for p in reader.pages[:late])
    assert not re.findall(r"\b[A-Z]{1,4}-\n[A-Z]?\d", pages), "an id is broken"
    assert "How to reproduce" in said[-1] + said[-2], "the last page is there"
    assert "\u4e07\u4ebf" in whole, "printed figures keep their Chinese units"
    links = sum(len(p.get("/Annots", [])) for p in reader.pages)
    assert links > 2000
    fonts = {str(f) for p in reader.pages[:40] for f in (p["/Resources"].get("/Font") or {})}
    assert fonts
    front = (root / "_build" / "html" / "index.html").read_text(encoding="utf-8")
    assert '<p id="paper"><a href="capital-loop.pdf">' in front


def test_what_belongs_together_is_in_one_piece() -> None:
    text = (
        "The 39 % of 4.5 GW, on 6 October 2026, in 12 months <b>3</b> times; 5 people <code>1 %</code> 2 bn"
    )
    body = html.fragment_fromstring(f"<div><p>{text}</p></div>")
    paper._tie(body)
    said = body.text_content()
    assert said.count("\u00a0") == 5
    for whole in (
        "39\u00a0%",
        "4.5\u00a0GW",
        "6\u00a0October 2026",
        "12\u00a0months",
        "2\u00a0bn",
        "5 people",
        "1 %",
    ):
        assert whole in said


def test_a_row_becomes_an_entry_and_changes_stand_under_their_reason() -> None:
    row = (
        '<tr id="C-{n}"><td data-label="Day">2026-11-27</td><td data-label="What">Newer evidence</td>'
        '<td data-label="Where"><a>EX-0{n}</a></td><td data-label="It said"><ul><li>value: 1 → '
        "2</li></ul></td>"
        '<td data-label="Why">{why}</td></tr>'
    )
    heads = "".join(f"<th>{h}</th>" for h in ("Day", "What", "Where", "It said", "Why"))
    rows = (
        row.format(n=1, why="One reason.")
        + row.format(n=2, why="One reason.")
        + row.format(n=3, why="Other.")
    )
    body = html.fragment_fromstring(
        f"<div><details><div "
        f'class="cl-scroll"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div></details></div>'
    )
    paper._register(body, {})
    paper._by_reason(body)
    entries = [" ".join(p.text_content().split()) for p in body.iter("p")]
    assert entries == [
        "One reason. 2026-11-27, newer evidence: EX-01 value: 1 → 2; EX-02 value: 1 → 2",
        "Other. 2026-11-27, newer evidence: EX-03 value: 1 → 2",
    ]
    assert {e.get("id") for e in body.iter() if e.get("id")} == {"C-1", "C-2", "C-3"}


def test_text_flows_before_a_figure_that_would_leave_a_gap() -> None:
    page = (
        '<main><section><div class="cell"><figure class="cl-figure"><span class="cl-number">Figure 1.3</span>'
        '<svg class="cl-wide"/></figure></div><div '
        'class="cell"><p>{a}</p><p>{a}</p></div><h2>Next</h2><p>b</p></section></main>'
    ).format(a="a" * 100)
    body = html.fragment_fromstring(page)
    paper._place(body, paper.Layout(moved={"Figure 1.3": 90}, sizes={"Figure 1.3": 77}))
    kinds = [e.tag for e in body.iter() if e.tag in ("figure", "p", "h2")]
    assert kinds == ["p", "figure", "p", "h2", "p"]
    assert body.find(".//svg").get("style") == "max-height: 77mm"


def test_without_a_site_the_message_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(paper.PaperError, match="make book"):
        paper.pdf(tmp_path)
