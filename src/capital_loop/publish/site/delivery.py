"""Files that others read: a sitemap, a research-object crate, search, what hosts need; what a page weighs.

The site does not know where it will stand. ``CAPITAL_LOOP_URL`` names the address when it is published;
without it there is no sitemap, and what names a page does so relatively.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from capital_loop.publish.address import address, top
from capital_loop.publish.site import feeds
from capital_loop.publish.site.citing import citation_file
from capital_loop.publish.site.templating import render
from capital_loop.publish.site.view import View
from capital_loop.show.words import FEED


def sitemap(out: Path, view: View) -> None:
    """``robots.txt``, and ``sitemap.xml`` of every page where the site has an address."""
    robots = "User-agent: *\nAllow: /\n"
    if address():
        pages = sorted(
            p.relative_to(out).as_posix() for p in out.rglob("*.html")
            if not {"_static", "embed"} & set(p.parts) and p.name not in ("search.html", "404.html")
        )  # fmt: skip
        found = {"address": address(), "pages": pages, "day": view.record.closed.isoformat()}
        (out / "sitemap.xml").write_text(render("sitemap", "", found), encoding="utf-8")
        robots += f"Sitemap: {address()}sitemap.xml\n"
    (out / "robots.txt").write_text(robots, encoding="utf-8")


def crate(root: Path, out: Path, view: View, titles: dict[str, str]) -> None:
    """``ro-crate-metadata.json``: what the site offers as one research object (RO-Crate 1.1)."""
    from rocrate.model.person import Person
    from rocrate.rocrate import ROCrate

    cff = citation_file(root)
    day = view.record.closed.isoformat()
    made = ROCrate()
    made.name, made.description = cff["title"], " ".join(cff["abstract"].split())
    made.datePublished = day  # type: ignore[assignment]
    made.root_dataset["version"] = view.record.version
    made.license = "https://creativecommons.org/licenses/by/4.0/"
    made.root_dataset["keywords"] = cff["keywords"]
    made.creator = [
        made.add(Person(made, f"#{a['name'].replace(' ', '-')}", {"name": a["name"]})) for a in cff["authors"]
    ]
    words = {
        "v1/claims.json": "Claims with both verdicts, rules and evidence",
        "v1/facts.json": "Facts with scope, standing and sources",
        "v1/deals.json": "Deals with the stages they reached",
        "data/capital-loop-data.zip": "The Data Package, whole",
        "data/capital-loop.xlsx": "Every table as a sheet of one workbook",
        "references.bib": "Every source, BibTeX",
        feeds.FEED_FILE: FEED["subtitle"], feeds.CALENDAR_FILE: FEED["calendar"],
    }  # fmt: skip
    pages = [p.relative_to(out).as_posix() for p in sorted((out / "notebooks").glob("*.html"))]
    words |= {page: titles[page.removesuffix(".html")] for page in pages}
    words |= {f"data/{t.name}": f"Table {t.stem}" for t in sorted((out / "data").glob("*.csv"))}
    for name, said in words.items():
        path = out / name
        about = {"name": said, "encodingFormat": MIME[path.suffix], "contentSize": str(path.stat().st_size)}
        made.add_file(name, name, validate_url=False, properties=about)
    graph = json.dumps(made.metadata.generate(), indent=1, ensure_ascii=False, sort_keys=True)
    (out / "ro-crate-metadata.json").write_text(graph + "\n", encoding="utf-8")


MIME = {
    ".json": "application/json", ".zip": "application/zip", ".bib": "application/x-bibtex",
    ".html": "text/html",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".csv": "text/csv",
    ".xml": "application/atom+xml", ".ics": "text/calendar",
}  # fmt: skip
"""What a file of the site is, by the end of its name."""


def host(out: Path) -> None:
    """Writes configurations for static hosts."""
    for name, text in hosting().items():
        (out / name).parent.mkdir(exist_ok=True)
        (out / name).write_text(text, encoding="utf-8")


HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""What a page cannot say of itself; each page carries the rest of its policy."""
ZIPPED = ("text/css", "application/javascript", "application/json", "image/svg+xml", "text/csv")
"""Types that a host sends compressed, besides HTML."""
UNFRAMED = {"Content-Security-Policy": "frame-ancestors 'none'"}
"""For every page but those in ``embed``: other sites may show a figure in a frame, and nothing else."""
PLACES = ("/", "/*.html", "/book/*", "/claims/*", "/evidence/*", "/notebooks/*", "/sources/*")
"""Where those pages stand, for hosts that cannot say "all but"."""
KEPT = {"Cache-Control": "public, max-age=3600"}
"""For files that pages share: their names do not change with an edition, so they are asked for again after an
hour."""


def hosting() -> dict[str, str]:
    """Ready configurations with the same headers for common static hosts, by file name."""

    def each(line: str, some: dict[str, str]) -> str:
        return "".join(f"{line.format(k, v)}\n" for k, v in some.items())

    plain, apache, nginx = "  {}: {}", '  Header always set {} "{}"', 'add_header {} "{}" always;'
    vercel = [
        {"source": path, "headers": [{"key": k, "value": v} for k, v in some.items()]}
        for path, some in (("/(.*)", HEADERS), ("/((?!embed/).*)", UNFRAMED), ("/_static/(.*)", KEPT))
    ]
    return {
        "_headers": "".join(
            f"{place}\n{each(plain, some)}"
            for place, some in (("/*", HEADERS), *((p, UNFRAMED) for p in PLACES), ("/_static/*", KEPT))
        ),
        "hosting/nginx.conf": (
            "# Inside a server block: include this file; root is the folder of the site.\n"
            f"{each(nginx, HEADERS | UNFRAMED)}location /embed/ {{\n{each(nginx, HEADERS)}}}\n"
            f"error_page 404 {top()}404.html;\n"
            f"gzip on;\ngzip_vary on;\ngzip_types {' '.join(ZIPPED)};\nindex index.html;\n"
        ),
        "hosting/htaccess": (
            "# Apache 2.4: put it beside index.html as .htaccess; needs mod_headers and mod_deflate.\n"
            f"ErrorDocument 404 {top()}404.html\n"
            f"<IfModule mod_headers.c>\n{each(apache, HEADERS)}"
            f"<If \"%{{REQUEST_URI}} !~ m#/embed/#\">\n{each(apache, UNFRAMED)}</If>\n</IfModule>\n"
            "<IfModule mod_deflate.c>\n  AddOutputFilterByType DEFLATE text/html "
            f"{' '.join(ZIPPED)}\n</IfModule>\n"
        ),
        "vercel.json": json.dumps({"headers": vercel}, indent=1) + "\n",
    }  # fmt: skip


BUDGET = 200_000
"""Bytes of a page's first load, compressed: itself, the styles, the scripts, the fonts."""
FIRST_LOAD = (
    "site.css", "site.js", "figures.js", "whatif.js", "filters.js", "fonts/source-serif-4.woff2",
    "fonts/source-sans-3.woff2",
)  # fmt: skip


def weigh(out: Path) -> dict[str, int]:
    """Compressed bytes of the first load of every page of the book; ``RuntimeError`` over the budget."""
    loaded = [out / "_static" / name for name in FIRST_LOAD]
    shared = sum(len(gzip.compress(f.read_bytes())) for f in loaded if f.exists())
    found = {
        p.relative_to(out).as_posix(): shared + len(gzip.compress(p.read_bytes()))
        for folder in (out, *(out / name for name in ("notebooks", "book", "evidence", "sources")))
        for p in sorted(folder.glob("*.html"))
    }
    over = f"KB, over the budget of {BUDGET / 1000:.0f}; make it lighter"
    heavy = [f"{k} weighs {v / 1000:.0f} {over}" for k, v in found.items() if v > BUDGET]
    if heavy:
        raise RuntimeError("; ".join(heavy))
    return found


APART = ".cl-apart, .cl-source, .cl-data"
"""Tables and lists of sources of figures, of which an excerpt would be a row of words and no sentence."""


def index_for_search(out: Path) -> None:
    """Pagefind's index of all pages, read in pieces by the search page; ``RuntimeError`` if it fails.

    Claims have an index of their own. Pagefind passes over ``noscript``, where long tables have
    their further rows: it reads copies without that mark. Of a chapter it reads what can be quoted: its facts
    and claims are found in the ledger.
    """
    with tempfile.TemporaryDirectory() as folder:
        for name in ("*.html", "book/*.html", "evidence/*.html", "notebooks/*.html", "sources/*.html"):
            for page in out.glob(name):
                if page.name == "404.html":
                    continue
                copy = Path(folder) / page.relative_to(out)
                copy.parent.mkdir(exist_ok=True)
                text = page.read_text(encoding="utf-8")
                copy.write_text(
                    text.replace("<noscript", "<div").replace("</noscript", "</div"), encoding="utf-8"
                )
        done = subprocess.run(
            [sys.executable, "-m", "pagefind", "--site", folder, "--output-path", str(out / "pagefind"),
             "--root-selector", "main", "--exclude-selectors", APART, "--quiet"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    if done.returncode:
        why = done.stderr.strip() or done.stdout.strip() or "no reason given"
        raise RuntimeError(f"pagefind made no search index: {why}; run make setup and build again")
    for unused in ("pagefind-ui", "pagefind-modular-ui", "pagefind-component-ui", "pagefind-highlight"):
        for end in (".js", ".css"):
            (out / "pagefind" / f"{unused}{end}").unlink(missing_ok=True)
