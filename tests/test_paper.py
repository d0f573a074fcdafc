"""The book on paper: one PDF of the built site, and the fonts that carry its Chinese glyphs."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from pathlib import Path

import pypdf
import pytest
from fontTools.ttLib import TTFont

from tests.conftest import CHROMIUM, HOW, ROOT, SITE
from tools import paper

CJK = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f]")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (SITE / "index.html").exists(), reason="no site yet: run make book"),
]


def test_every_link_of_the_assembled_book_leads_inside_it_or_out() -> None:
    html = paper.assemble(ROOT, SITE)
    ids = set(re.findall(r'\bid="([^"]+)"', html))
    targets = re.findall(r'\bhref="([^"]+)"', html)
    inside = {t[1:] for t in targets if t.startswith("#")}
    assert len(inside) > 500
    assert not inside - ids
    assert not [t for t in targets if not t.startswith(("#", "http", "_static/"))]


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


@pytest.mark.browser
def test_the_pdf_has_outline_links_vectors_and_embedded_fonts(tmp_path: Path) -> None:
    if CHROMIUM is None:
        pytest.skip(HOW)
    root = tmp_path / "book"
    (root / "_build").mkdir(parents=True)
    shutil.copy(ROOT / "_toc.yml", root)
    shutil.copytree(SITE, root / "_build" / "html")
    (root / "data").mkdir()
    shutil.copy(ROOT / "data" / "datapackage.json", root / "data")
    out = paper.pdf(root)
    first = out.read_bytes()
    assert paper.pdf(root).read_bytes() == first, "two prints of one site differ"
    assert out.stat().st_size < paper.LIMIT
    reader = pypdf.PdfReader(out)
    assert len(reader.pages) > 100
    titles = [o["/Title"] for o in reader.outline if not isinstance(o, list)]
    assert titles
    text = reader.pages[0].extract_text()
    assert "The AI capital loop, audited" in text
    whole = "".join(p.extract_text() for p in reader.pages)
    assert "How to reproduce" in reader.pages[-1].extract_text() + reader.pages[-2].extract_text(), (
        "the last page is there"
    )
    assert "\u4e07\u4ebf" in whole, "printed figures keep their Chinese units"
    links = sum(len(p.get("/Annots", [])) for p in reader.pages)
    assert links > 2000
    fonts = {str(f) for p in reader.pages[:40] for f in (p["/Resources"].get("/Font") or {})}
    assert fonts
    front = (root / "_build" / "html" / "index.html").read_text(encoding="utf-8")
    assert '<p id="paper"><a href="capital-loop.pdf">' in front


def test_without_a_site_the_message_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(paper.PaperError, match="make book"):
        paper.pdf(tmp_path)
