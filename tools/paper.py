"""The whole book as one PDF: the pages of the built site in one document, printed by Chromium.

A title page, how to cite and contents with page numbers come first; then every chapter, and the ledger as registers in
small type. What is left out is said in the book itself (``paper`` in ``show/words.en.toml``). Vector figures, links inside
the book and an outline come from the browser; maths and Chinese glyphs are those of the site. Needs a Chromium: the
machine's own, or the one that Playwright installs.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import jinja2
import yaml
from lxml import html
from lxml.html import builder

from capital_loop.publish import cli
from capital_loop.publish.address import address as published_at
from capital_loop.publish.serving import chromium, served
from capital_loop.publish.site.citing import Citing
from capital_loop.record import default_root, load
from capital_loop.record.schema import replace_file
from capital_loop.show.words import CLAIM, PAPER, PAPER_RULES, human_period

LEFT_OUT = ("book/sources", "book/sweeps", "book/library", "notebooks/20-use-the-record")
"""Pages for the screen: the bibliography has the sources; the others are for somebody at a computer."""
REGISTERS: dict[str, dict[str, str | None]] = {
    "book/claims": {
        "Rests on": None,
        "Second reading": None,
        "On its day": "on its day",
        "Now": "now",
    },
    "book/evidence": {"Expected": "expected", "Search ends": "search ends"},
    "book/deals": {},
    "book/assumptions": {"Low": "low", "Central": "central", "High": "high"},
    "book/corrections": {"Source says": "source says", "We use": "we use", "Decided": "decided"},
    "book/editions": {"On the document’s day": "on the document’s day", "Now": "now"},
}
"""Pages whose tables become registers: columns that paper does without, and those that need a word before the cell."""
COLUMNS = 4
"""A table with fewer columns stays one."""
ID = 12
"""Letters of a first cell that is an id and stays on one line."""
EDITIONS = 2
"""Editions whose changes are printed."""
TALL = 0.72
"""A drawing that is higher than this part of its width may take more of a page."""
TRIES = 8
"""Prints before giving up."""
SETTLING = 3
"""Prints after which figures stay where they are."""
LIMIT = 24_000_000
"""Bytes that the PDF may have: most of them say which text belongs to which part, for readers who listen."""


@dataclass
class Layout:
    """What one print tells the next: where places begin, and what to do with figures that leave a page half empty.

    By the label of a figure: ``moved`` says how many characters of the text behind it come before it, ``sizes`` how
    high its drawing may be, in mm.
    """

    numbers: dict[str, int] = field(default_factory=dict)
    moved: dict[str, int] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)


class PaperError(Exception):
    """The PDF was not made; the message says why and what to do."""


def pdf(root: Path) -> Path:
    """Prints the built site and returns the PDF's path; raises ``PaperError``."""
    site = root / "_build" / "html"
    if not (site / "index.html").exists():
        raise PaperError("there is no site to print: run `make book` first")
    book = site / "book-on-paper.html"

    def rewrite(layout: Layout) -> int:
        text = assemble(root, site, layout)
        book.write_text(text, encoding="utf-8")
        return text.count('class="paper-page')

    out = root / "_build" / "capital-loop.pdf"
    try:
        with served(site) as address:
            _print(f"{address}/{book.name}", out, rewrite, _date(root))
    finally:
        book.unlink(missing_ok=True)
    size = out.stat().st_size
    if size > LIMIT:
        raise PaperError(f"{out} has {size / 1e6:.0f} MB, more than {LIMIT / 1e6:.0f}; leave more pages out")
    shutil.copyfile(out, site / out.name)
    front = site / "index.html"
    text = front.read_text(encoding="utf-8")
    front.write_text(
        text.replace('<p id="paper" hidden><a data-to=', '<p id="paper"><a href='), encoding="utf-8"
    )
    return out


def parts(root: Path) -> list[tuple[str, list[str]]]:
    """The parts of the book with the names of their printed pages."""
    found = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))["parts"]
    kept = [(p["caption"], [c["file"] for c in p["chapters"] if c["file"] not in LEFT_OUT]) for p in found]
    return [(caption, names) for caption, names in kept if names]


def assemble(root: Path, site: Path, layout: Layout | None = None) -> str:
    """One HTML document of all pages: ids are prefixed, links between pages become links inside."""
    layout = layout or Layout()
    names = ["index", *(name for _, some in parts(root) for name in some)]
    bodies = {name: _main(site / f"{name}.html") for name in names}
    if "book/evidence" in bodies:
        _whole(bodies["book/evidence"], site / "book")
    titles = {name: body.find(".//h1").text_content().rstrip("#") for name, body in bodies.items()}
    titles["index"] = bodies["index"].find(".//h1").text = PAPER["opening"]
    record = load(root / "data")
    newest = set(record.editions.sort_values("date")["edition_id"].tail(EDITIONS))
    # The link to this very PDF is there or not, depending on whether it has been printed before.
    for link in bodies["index"].xpath("//p[@id='paper']"):
        link.drop_tree()
    for loop in bodies["index"].xpath(".//section[@id='the-loop'][following-sibling::section]"):
        loop.getnext().addnext(loop)  # the text fills the page that the large figure would leave half empty
    for name, body in bodies.items():
        for row in body.xpath(".//tr[@data-edition]"):
            if row.get("data-edition") not in newest:
                row.drop_tree()
        for fold in body.xpath(".//details[.//table[.//thead] and not(.//tbody/tr)]"):
            fold.drop_tree()  # an edition none of whose changes are printed
        if name in REGISTERS:
            _register(body, REGISTERS[name])
        if name == "book/claims":
            _reasons(body, site)
        if name == "book/corrections":
            _by_reason(body)
        for cell in body.xpath(".//span[@class='cell' and not(@lang) and not(@id)]"):
            cell.drop_tag()  # each element costs the file a place in its structure
        if body.find_class("citation"):
            listed = body.find_class("citation")
            box = builder.DIV(builder.CLASS("register"))
            listed[0].addprevious(box)
            box.extend(listed)
        _tie(body)
        _inside(body, name, set(bodies))
        _place(body, layout)
        for drawing in body.xpath(".//svg[contains(@class, 'cl-wide')]"):
            _, _, width, height = map(
                float, drawing.get("viewBox", drawing.get("viewbox", "0 0 1 1")).split()
            )
            if height > TALL * width:
                drawing.set("class", f"{drawing.get('class')} cl-tall")
        body.tag = "section"
        body.attrib.clear()
        body.set("class", "paper-page")
        body.set("id", _slug(name))
    front = _front(root, record, titles, layout.numbers)
    marks = bodies["index"].find_class("cl-units")
    if marks:
        front.get_element_by_id("cover-marks").append(marks[0])
    page = html.fromstring(FRAME)
    page.find(".//title").text = PAPER["title"]
    running = PAPER["running"].format(title=PAPER["title"], version=record.version)
    page.find(".//style").text = STYLE.read_text(encoding="utf-8") + _heads(titles, running)
    page.find(".//main").extend([*front, *bodies.values()])
    return html.tostring(page, encoding="unicode", doctype="<!doctype html>")


FRAME = """<html lang="en" data-theme="light"><head><meta charset="utf-8"><title></title>
<link rel="stylesheet" href="_static/site.css"><style></style></head><body><main class="paper"></main></body></html>"""
STYLE = Path(__file__).with_name("paper.css")
FRONT = Path(__file__).with_name("paper.html.j2")


def _front(root: Path, record: Any, titles: dict[str, str], numbers: dict[str, int]) -> html.HtmlElement:
    """Title page, how to cite, contents."""
    citing = Citing(root, record)
    listed = [("", ["index"]), *parts(root)]
    text = jinja2.Template(FRONT.read_text(encoding="utf-8"), autoescape=True, trim_blocks=True).render(
        PAPER=PAPER,
        rules=PAPER_RULES,
        version=record.version,
        end=human_period(record.reaches.isoformat()),
        authors=[a["name"] for a in citing.cff["authors"]],
        forms=citing.forms(),
        address=published_at(),
        published=human_period(str(citing.cff["date-released"])),
        parts=[
            (
                caption,
                [{"id": _slug(n), "title": titles[n], "page": numbers.get(_slug(n), "")} for n in names],
            )
            for caption, names in listed
        ],
    )
    return html.fragment_fromstring(text)


def _heads(titles: dict[str, str], running: str) -> str:
    """The running heads: the chapter outside, the book and the number below; none on the title page."""
    font = '#5b6470; font: 400 8pt "Source Sans 3", sans-serif'
    foot = f"@bottom-left {{ content: {_quoted(running)}; color: {font} }} @bottom-right {{ content: counter(page); color: {font} }}"
    out = ["@page cover { margin: 0 }", f"@page plain {{ {foot} }}"]
    for number, (name, title) in enumerate(titles.items()):
        out.append(f"#{_slug(name)} {{ page: p{number} }}")
        out.append(
            f"@page p{number} {{ {foot} @top-right {{ content: {_quoted(title)}; color: {font} }} }} "
            f"@page p{number}:first {{ @top-right {{ content: none }} }}"
        )
    return "\n".join(out)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _whole(body: html.HtmlElement, folder: Path) -> None:
    """Puts all rows, subject by subject, where the page on the screen has the newest."""
    (rows,) = body.xpath(".//table[@id='facts-table']/tbody")
    parts = [_main(folder / link.get("href")) for link in body.xpath(".//nav[@class='cl-parts']//a")]
    rows[:] = [row for part in parts for row in part.xpath(".//tbody/tr")]
    for nav in body.find_class("cl-parts"):
        nav.drop_tree()


def _register(body: html.HtmlElement, columns: dict[str, str | None]) -> None:
    """Turns the tables of a page into entries, one a row: the first cell, then the others between dots."""
    for box in body.find_class("cl-scroll"):
        if len(box.xpath(".//thead/tr/th")) < COLUMNS or "Download" in box.get("aria-label", ""):
            continue
        entries = builder.DIV(builder.CLASS("register"))
        for row in box.xpath(".//tbody/tr"):
            cells = [
                c
                for c in row
                if columns.get(c.get("data-label"), "") is not None and c.text_content().strip(" –\n")
            ]
            entry = builder.P()
            if row.get("id"):
                entry.set("id", row.get("id"))
            for number, cell in enumerate(cells):
                said = columns.get(cell.get("data-label"), "")
                entry.append(_cell(cell, number == 0, f"{said} " if said else ""))
                cell.tail = " · " if 0 < number < len(cells) - 1 else " "
            entries.append(entry)
        box.getparent().replace(box, entries)


def _reasons(body: html.HtmlElement, site: Path) -> None:
    """Puts under each claim what its own page says: both reasons, a second reading that differs, what would change it."""
    for entry in body.xpath(".//div[contains(@class, 'register')]/p[@id]"):
        page = _main(site / "claims" / f"{entry.get('id').lower()}.html")
        said = [page.find_class("cl-verdicts")[0]]
        differs = CLAIM["agreed"] not in page.text_content()
        for heading in ("twice", "change") if differs else ("change",):
            said += page.xpath(f".//h2[@id='{heading}']/following-sibling::p[1]")
        for element in reversed(said):
            for inner in element.xpath("descendant::a | descendant::span"):  # thousands of links weigh much
                inner.drop_tag()
            for inner in element.xpath("descendant-or-self::*[@id]"):
                del inner.attrib["id"]
            element.tail = " "
            element.set("class", "more")
            entry.addnext(element)


def _cell(cell: html.HtmlElement, first: bool, said: str) -> html.HtmlElement:
    """A cell as a part of a line."""
    for inner in cell.xpath(".//br"):
        inner.tail = f" {inner.tail or ''}"
        inner.drop_tree()
    for item in cell.xpath(".//li"):
        item.tail = "; " if item.getnext() is not None else ""
        item.drop_tag()
    for some in cell.xpath(".//ul"):
        some.drop_tag()
    kind, language = cell.get("class", "").split(), cell.get("lang")
    cell.attrib.clear()
    cell.tag = "span"
    cell.text = said + (cell.text or "").lstrip()
    short = len(cell.text_content().strip()) <= ID
    cell.set("class", ("first id" if short else "first") if first else "num" if "num" in kind else "cell")
    if language:
        cell.set("lang", language)
    return cell


def _by_reason(body: html.HtmlElement) -> None:
    """Changes that have one reason stand under it: the reason, then day and edition, then what was changed."""
    for box in body.xpath(".//details//div[@class='register']"):
        entries: dict[tuple[str, str, str], html.HtmlElement] = {}
        for line in list(box):
            day, what, where, cells, why = line
            key = (why.text_content(), day.text_content(), what.text_content())
            if key not in entries:
                why.set("class", "first")
                why.tail = f" {key[1]}, {key[2][:1].lower()}{key[2][1:]}: "
                entries[key] = builder.P(why, id=line.get("id"))
            else:
                entries[key][-1].tail = "; "
                where.set("id", line.get("id"))
            where.tail, cells.tail = " ", ""
            entries[key].extend([where, cells])
        box[:] = list(entries.values())
        box.set("class", "register long")


def _place(body: html.HtmlElement, layout: Layout) -> None:
    """Lets text flow before a figure that would leave a page half empty; where there is none, draws it smaller."""
    for figure in body.find_class("cl-figure"):
        label = " ".join(figure.find_class("cl-number")[0].text_content().split())
        if label in layout.sizes:
            for drawing in figure.find_class("cl-wide"):
                drawing.set("style", f"max-height: {layout.sizes[label]}mm")
        if label not in layout.moved:
            continue
        cell = figure
        while cell.getparent() is not None and cell.getparent().tag != "section":
            cell = cell.getparent()
        last, count = None, 0
        for block in _text_after(cell):
            last, count = block, count + len(block.text_content())
            if count >= layout.moved[label]:
                break
        if last is not None:
            last.addnext(cell)


def _text_after(cell: html.HtmlElement) -> list[html.HtmlElement]:
    """The paragraphs and lists behind a cell, up to the next heading, figure, table or calculator."""
    found: list[html.HtmlElement] = []
    for block in cell.itersiblings():
        if (
            block.tag == "section"
            or block.xpath("descendant-or-self::figure | descendant-or-self::table | descendant-or-self::h2")
            or block.find_class("cl-whatif")
        ):
            break
        inner = block.xpath(
            "descendant-or-self::*[self::p or self::ul or self::ol][not(ancestor::details[not(contains(@class, 'cl-more'))])]"
        )
        found += [x for x in inner if x.getparent().tag not in ("li",)]
    return found


_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_UNITS = "%|bn|tn|GW|MW|kW|billion|trillion|million|times|cents|years?|months?|days?|basis points|percentage points"
TOGETHER = re.compile(
    rf"(?<=\d) (?=(?:{_UNITS})(?!\w))|(?<=\b\d) (?=(?:{_MONTHS})\b)|(?<=\d\d) (?=(?:{_MONTHS})\b)"
)
"""Spaces between a figure and its unit or its month: no line ends there. Ids are kept whole by the styles."""


def _tie(body: html.HtmlElement) -> None:
    """Puts no-break spaces between figures and what they count."""
    for element in body.iter(html.etree.Element):
        if element.tag not in ("pre", "code", "style"):
            element.text = element.text and TOGETHER.sub("\u00a0", element.text)
        element.tail = element.tail and TOGETHER.sub("\u00a0", element.tail)


def _slug(name: str) -> str:
    return name.replace("/", "--")


def _main(path: Path) -> html.HtmlElement:
    """The body of a page, without its scripts and without links to its neighbours."""
    found = html.parse(str(path), html.HTMLParser(encoding="utf-8")).getroot().find(".//main")
    if found is None:
        raise PaperError(f"{path.name} has no <main>: build the site anew with `make book`")
    for element in found.xpath(".//script[not(@type='application/json')] | .//nav[@class='turn']"):
        element.drop_tree()
    for more in found.xpath(".//noscript"):  # further rows of the table before it
        for rows in more.xpath(".//tbody"):
            found.xpath(".//table[@id]/tbody")[0].extend(rows)
        more.drop_tree()
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
    if page.startswith(("book/sources", "sources/")) and fragment:
        page = "book/bibliography"
    if page.startswith("evidence/"):
        page = "book/evidence"
    if page.startswith("claims/"):
        page, fragment = "book/claims", page.removeprefix("claims/").upper()
    if page not in known:
        return ""
    return f"#{_slug(page)}" + (f"--{fragment}" if fragment else "")


def browser() -> str:
    """The Chromium that prints: the machine's own, or the one that Playwright installs; raises `PaperError`."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise PaperError("printing needs Playwright: run `make setup`") from None
    if own := chromium():
        return own
    with sync_playwright() as play:
        installed = play.chromium.executable_path
    if not Path(installed).exists():
        print("No Chromium found; Playwright installs one (once) ...", flush=True)
        if subprocess.run(
            [sys.executable, "-m", "playwright", "install", "chromium"], check=False
        ).returncode:
            raise PaperError("no Chromium could be installed: on Debian, apt-get install chromium")
    return installed


def _print(address: str, out: Path, rewrite: Callable[[Layout], int], stamp: dt.datetime) -> None:
    """Prints the document that `rewrite` makes, as often as `steady` asks for it."""
    own = browser()
    from playwright.sync_api import Error, sync_playwright

    with sync_playwright() as play:
        chrome = play.chromium.launch(executable_path=own, args=["--no-sandbox"])
        page = chrome.new_page()
        page.emulate_media(media="print")

        def once(layout: Layout) -> bytes:
            sections = rewrite(layout)
            page.goto(address, wait_until="load", timeout=300_000)
            try:  # a busy machine still reads the document when its last byte has come
                page.wait_for_function(
                    "n => document.querySelectorAll('.paper-page').length === n",
                    arg=sections,
                    timeout=120_000,
                )
            except Error:
                raise PaperError("the book was not loaded whole within two minutes; print again") from None
            page.evaluate("document.fonts.ready")
            return settled(
                page.pdf(print_background=True, outline=True, tagged=True, prefer_css_page_size=True), stamp
            )

        body = steady(once)
        chrome.close()
    replace_file(out, body)


def steady(once: Callable[[Layout], bytes]) -> bytes:
    """Prints until two prints in a row are the same, byte for byte; raises `PaperError` after ``TRIES``.

    Each print tells the next on which pages sections stand, and which figures leave a page half empty. A busy machine
    has been seen to print a part of a long document, and to set one word a sixteenth of a pixel lower.
    """
    layout, before = Layout(), b""
    for number in range(TRIES):
        body = once(layout)
        layout.numbers = begins(body)
        better = number < SETTLING and settle(body, layout)
        if body == before and not better:
            return body
        before = body
    raise PaperError(f"no two of {TRIES} prints were the same; print again on a machine that is less busy")


def begins(body: bytes) -> dict[str, int]:
    """The page on which each place of the book that something leads to begins, counted from 1."""
    import pypdf

    reader = pypdf.PdfReader(BytesIO(body))
    found = {
        name.lstrip("/"): reader.get_destination_page_number(d)
        for name, d in reader.named_destinations.items()
    }
    return {name: number + 1 for name, number in found.items() if number is not None}


FOOT, HEAD, BODY = 62.0, 800.0, 720.0
"""Where the text of a page ends and begins, and how much of it there is, in points from below."""
EMPTY = 0.33
"""A page of which this part stays empty before a figure is set anew."""
FULL = 3600
"""Characters on a full page of text."""
AROUND = 62
"""Height of a figure's words, in mm."""
SMALLEST = 50
"""A drawing is not made smaller than this, in mm."""


def empty(body: bytes, last: int | None = None) -> list[tuple[str, float]]:
    """Figures that begin a page while the page before stays empty, with the part of that page, in the book's order.

    Looks at the first ``last`` pages only.
    """
    import pypdf

    found: list[tuple[str, float]] = []
    above, chapter = 0.0, ""
    for page in pypdf.PdfReader(BytesIO(body)).pages[:last]:
        lines: list[tuple[float, str]] = []

        def seen(
            text: str,
            cm: list[float],
            tm: list[float],
            _font: object,
            _size: float,
            out: list[tuple[float, str]] = lines,
        ) -> None:
            if text.strip():
                out.append((tm[4] * cm[1] + tm[5] * cm[3] + cm[5], text.strip()))

        page.extract_text(visitor_text=seen)
        head = "".join(text for y, text in lines if y > HEAD)
        inside = [(y, text) for y, text in lines if FOOT < y < HEAD]
        top = next((text for _, text in inside[:4] if re.fullmatch(r"Figure [\d.]+", text)), "")
        # The first page of a chapter has no running head; a page without one begins something new.
        if top and head and (head == chapter or not chapter) and above > EMPTY:
            found.append((top, above))
        above = max(0.0, (min((y for y, _ in inside), default=HEAD) - FOOT) / BODY)
        chapter = head
    return found


def settle(body: bytes, layout: Layout) -> bool:
    """Takes into the layout what figures that leave a page half empty ask for; whether there was anything new."""
    new = False
    ledger = min((n for name, n in layout.numbers.items() if name.startswith("book--")), default=None)
    for label, part in empty(body, ledger):
        if label not in layout.moved:
            layout.moved[label], new = round(part * FULL), True
        elif label not in layout.sizes and part * BODY / 72 * 25.4 - AROUND >= SMALLEST:
            layout.sizes[label], new = round(part * BODY / 72 * 25.4 - AROUND), True
    return new


def settled(body: bytes, stamp: dt.datetime) -> bytes:
    """The PDF without what differs between two prints, in as many bytes: the same book gives the same file."""
    text = stamp.strftime("D:%Y%m%d%H%M%S+00'00'").encode()
    body = re.sub(rb"D:\d{14}[+-]\d\d'\d\d'", text, body)
    # The browser numbers table cells anew in each run; they are numbered here as they appear, in as many digits.
    known: dict[bytes, bytes] = {}
    return re.sub(
        rb"\(node(\d{8})\)", lambda m: b"(node%s)" % known.setdefault(m[1], b"%08d" % len(known)), body
    )


def _date(root: Path) -> dt.datetime:
    """``SOURCE_DATE_EPOCH`` where it is set, as reproducible builds agree; else the day of the record's version."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch:
        try:
            return dt.datetime.fromtimestamp(int(epoch), dt.UTC)
        except (ValueError, OverflowError, OSError) as error:
            raise PaperError(
                f"SOURCE_DATE_EPOCH is '{epoch}', not a moment in seconds since 1970: set it so, or unset it"
            ) from error
    return dt.datetime.fromisoformat(load(root / "data").descriptor["created"])


def main() -> int:
    """Builds the site and prints it; problems go to stderr with exit code 1."""
    try:
        browser()  # what is missing or wrong is said before the build, which takes minutes
        _date(default_root())
        if code := cli.main(["build"]):
            return code
        print(pdf(default_root()))
    except PaperError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
