"""The whole book as one PDF: the pages of the built site in one document, printed by Chromium.

Vector figures, links inside the book, an outline and page numbers come from the browser; maths and Chinese
glyphs are those of the site. Needs a Chromium: the machine's own, or the one that Playwright installs.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import subprocess
import sys
from html import escape
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import yaml
from lxml import html
from lxml.html import builder

from capital_loop.publish.serving import chromium, served
from capital_loop.record import default_root, read_descriptor
from capital_loop.record.schema import replace_file
from capital_loop.show.words import PAPER

LEFT_OUT = ("book/sources", "book/sweeps")
"""Pages that the PDF leaves out: the bibliography has the sources, and sweeps are for the screen."""
TRIES = 5
"""Prints before giving up."""
LIMIT = 20_000_000
"""Bytes that the PDF may have."""


class PaperError(Exception):
    """The PDF was not made; the message says why and what to do."""


def pdf(root: Path) -> Path:
    """Prints the built site and returns the PDF's path; raises ``PaperError``."""
    site = root / "_build" / "html"
    if not (site / "index.html").exists():
        raise PaperError("there is no site to print: run `make book` first")
    book = site / "book-on-paper.html"
    text = assemble(root, site)
    book.write_text(text, encoding="utf-8")
    out = root / "_build" / "capital-loop.pdf"
    try:
        with served(site) as address:
            _print(f"{address}/{book.name}", out, text.count('class="paper-page"'), _date(root))
    finally:
        book.unlink()
    size = out.stat().st_size
    if size > LIMIT:
        raise PaperError(f"{out} has {size / 1e6:.0f} MB, more than {LIMIT / 1e6:.0f}")
    shutil.copyfile(out, site / out.name)
    front = site / "index.html"
    text = front.read_text(encoding="utf-8")
    front.write_text(
        text.replace('<p id="paper" hidden><a data-to=', '<p id="paper"><a href='), encoding="utf-8"
    )
    return out


def pages(root: Path) -> list[str]:
    """Names of the printed pages in the book's order."""
    parts = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))["parts"]
    return [c["file"] for p in parts for c in p["chapters"] if c["file"] not in LEFT_OUT]


def assemble(root: Path, site: Path) -> str:
    """One HTML document of all pages: ids are prefixed, links between pages become links inside."""
    names = ["index", *pages(root)]
    bodies = {name: _main(site / f"{name}.html") for name in names}
    titles = {name: body.find(".//h1").text_content().rstrip("#") for name, body in bodies.items()}
    # The link to this very PDF is there or not, depending on whether it has been printed before.
    for link in bodies["index"].xpath("//p[@id='paper']"):
        link.drop_tree()
    for name, body in bodies.items():
        _inside(body, name, set(bodies))
        body.tag = "section"
        body.attrib.clear()
        body.set("class", "paper-front" if name == "index" else "paper-page")
        body.set("id", _slug(name))
    page = html.fromstring(FRAME)
    page.find(".//title").text = PAPER["title"]
    page.find(".//style").text = STYLE
    main = page.find(".//main")
    contents = builder.SECTION(
        builder.H1(PAPER["contents"]),
        builder.OL(*(builder.LI(builder.A(titles[name], href=f"#{_slug(name)}")) for name in names[1:])),
        builder.CLASS("paper-page"),
    )
    main.extend([bodies["index"], contents, *(bodies[name] for name in names[1:])])
    return html.tostring(page, encoding="unicode", doctype="<!doctype html>")


FRAME = """<html lang="en" data-theme="light"><head><meta charset="utf-8"><title></title>
<link rel="stylesheet" href="_static/site.css"><style></style></head><body><main class="paper"></main></body></html>"""
STYLE = """
@page { size: A4; margin: 20mm 19mm 20mm; }
html { font-size: 9.2pt; } body { line-height: 1.45; } main.paper > section, main.paper > section > * { max-width: none; }
.paper-page { break-before: page; } .paper-front h3 { break-after: avoid; }
.cl-data, .cl-use, .cl-fold:not(.cl-more), .cl-filters, .cl-save, .turn, .headerlink, details.hide, noscript, .cl-whatif ul, .cl-whatif .cl-state { display: none !important; }
.cl-figure svg.cl-wide { display: block !important; width: 100%; } .cl-figure svg.cl-narrow { display: none !important; }
.cl-scroll { overflow: visible !important; } table.cl-table { font-size: 7.4pt !important; line-height: 1.3; } .cl-table th, .cl-table td { padding: 2px 4px; overflow-wrap: anywhere; }
.cl-table a.claim, .cl-table tbody th.id { white-space: normal; } .cl-table .num { min-width: 0; } .cl-verdict { font-size: 7pt; padding: 0 3px; }
.citation { font-size: 7.6pt; grid-template-columns: 2.4rem 1fr; margin: 0 0 2pt; } .cl-term::after, a.fact::after { content: none !important; } a { color: #0a4f92; }
"""


def _slug(name: str) -> str:
    return name.replace("/", "--")


def _main(path: Path) -> html.HtmlElement:
    """The body of a page, without its scripts and without links to its neighbours."""
    found = html.parse(str(path), html.HTMLParser(encoding="utf-8")).getroot().find(".//main")
    if found is None:
        raise PaperError(f"{path.name} has no <main>: build the site anew with `make book`")
    for element in found.xpath(".//script[not(@type='application/json')] | .//nav[@class='turn']"):
        element.drop_tree()
    for folded in found.find_class(
        "cl-more"
    ):  # text is printed open; folded tables and figures stay on the site
        folded.set("open", "")
    return found


def _inside(body: html.HtmlElement, name: str, known: set[str]) -> None:
    """Prefixes ids with the page's name and turns links: to a place inside the book, away, or out of it."""
    prefix = _slug(name)
    for element in body.iter(html.etree.Element):
        if element.get("id"):
            element.set("id", f"{prefix}--{element.get('id')}")
        if element.get("aria-labelledby"):
            element.set("aria-labelledby", f"{prefix}--{element.get('aria-labelledby')}")
        for key, value in element.attrib.items():
            if "url(#" in value:
                element.set(key, value.replace("url(#", f"url(#{prefix}--"))
        if element.tag != "a" or not element.get("href") or urlsplit(element.get("href")).scheme:
            continue
        target = _target(element.get("href"), name, known)
        if target:
            element.set("href", target)
        else:
            del element.attrib["href"]
            element.set("data-not-printed", "")


def _target(href: str, name: str, known: set[str]) -> str:
    """Where a link between pages leads inside the book; blank if it leads to what is not printed."""
    path, fragment = urldefrag(urljoin(f"{name}.html", href))
    page = path.removesuffix(".html")
    if page == "book/sources" and fragment:
        page = "book/bibliography"
    if page.startswith("claims/"):
        page, fragment = "book/claims", page.removeprefix("claims/").upper()
    if page not in known:
        return ""
    return f"#{_slug(page)}" + (f"--{fragment}" if fragment else "")


def _print(address: str, out: Path, sections: int, stamp: dt.datetime) -> None:
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        raise PaperError("printing needs Playwright: run `make setup`") from None
    own = chromium()
    foot = (
        '<div style="width:100%;font:8px sans-serif;color:#5b6470;padding:0 '
        '19mm;display:flex;justify-content:space-between">'
        f'<span>{escape(PAPER["title"])}</span><span class="pageNumber"></span></div>'
    )
    with sync_playwright() as play:
        try:
            browser = play.chromium.launch(executable_path=own, args=["--no-sandbox"])
        except Error:
            print("No Chromium found; Playwright installs one (once) ...", flush=True)
            if subprocess.run(
                [sys.executable, "-m", "playwright", "install", "chromium"], check=False
            ).returncode:
                raise PaperError(
                    "no Chromium could be installed: on Debian, apt-get install chromium"
                ) from None
            browser = play.chromium.launch(args=["--no-sandbox"])
        page = browser.new_page()
        page.emulate_media(media="print")
        page.goto(address, wait_until="networkidle", timeout=120_000)
        page.evaluate("document.fonts.ready")
        found = page.locator(".paper-page").count()
        if found != sections:
            raise PaperError(f"only {found} of {sections} sections were loaded; print again")
        # A busy machine has been seen to print a part of a long document: two prints must have as many pages.
        pages, body = 0, b""
        for _ in range(TRIES):
            body = page.pdf(
                format="A4", print_background=True, display_header_footer=True,
                header_template="<span></span>",
                footer_template=foot, outline=True, tagged=True, prefer_css_page_size=True,
            )  # fmt: skip
            before, pages = pages, len(re.findall(rb"/Type\s*/Page\b", body))
            if pages and pages == before:
                break
        else:
            raise PaperError(
                f"{TRIES} prints had different numbers of pages; print again on a machine that is less busy"
            )
        browser.close()
    replace_file(out, settled(body, stamp))


def settled(body: bytes, stamp: dt.datetime) -> bytes:
    """The PDF without what differs between two prints, in as many bytes: the same book, the same file."""
    text = stamp.strftime("D:%Y%m%d%H%M%S+00'00'").encode()
    body = re.sub(rb"D:\d{14}[+-]\d\d'\d\d'", text, body)
    # The browser numbers table cells anew in each run; they are numbered here as they appear, in as many
    # digits.
    known: dict[bytes, bytes] = {}
    return re.sub(
        rb"\(node(\d{8})\)", lambda m: b"(node%s)" % known.setdefault(m[1], b"%08d" % len(known)), body
    )


def _date(root: Path) -> dt.datetime:
    """``SOURCE_DATE_EPOCH`` if set, as reproducible builds agree; else the day of the record's version."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch:
        return dt.datetime.fromtimestamp(int(epoch), dt.UTC)
    return dt.datetime.fromisoformat(read_descriptor(root / "data")["created"])


def main() -> int:
    """Prints the built site; problems go to stderr with exit code 1."""
    try:
        print(pdf(default_root()))
    except PaperError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
