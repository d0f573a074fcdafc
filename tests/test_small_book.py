"""The site of a small book, whole: every page, file and card as text, held by snapshots (`make snapshots`
renews).

The book is made here: the small record, one notebook with an output of each kind, and a page with every
block. What the site writes from data is thus seen without a build of the real one, and a wrong line of the
code that writes it changes a page."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import altair as alt
import lxml.etree
import lxml.html
import pandas as pd
import pytest
from PIL import Image
from pytest_regressions.file_regression import FileRegressionFixture

from capital_loop.publish.engine.rendering import render
from capital_loop.publish.site import pages
from capital_loop.record.tables import Record, load
from capital_loop.record.trace import Reading
from capital_loop.show import prose
from capital_loop.show.figure import Figure
from capital_loop.show.whatif import Slider, WhatIf
from capital_loop.show.words import CHAPTER_PAGE
from tests.conftest import ROOT
from tests.small import small

KEPT = ROOT / "tests" / "small_book"
WHERE = "https://loop.example.org/book"
SHOWN = ("14-watchlist", "01-triangle")
"""Notebooks that are pages; those of the other chapters hold a finding."""


def outputs(record: Record) -> Iterator[tuple[str, list[str], Any]]:
    """The cells of the notebook: source, tags, and what they show."""
    fact = record.fact(record.facts.index[0])
    claim = record.claims["claim_id"].iloc[0]
    rows = pd.DataFrame({"Day": ["2026-01-02", "2026-02-03"], "Dollars": [1.5, 1234.25], "Who": ["a<b", "c"]})

    def chart(width: int) -> alt.TopLevelMixin:
        bars = alt.Chart(rows).mark_bar().encode(x="Day:O", y="Dollars:Q", color="Who:N")
        return bars.properties(width=width, height=200)

    words = {"title": "Bars <rise>", "unit": "Dollars", "description": "Two bars."}
    read = Reading({i: record.fact(i) for i in record.facts.index[:8]})
    first = Figure("small-bars", **words, chart=chart, rows=rows, note="A note.", read=read)
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="90" viewBox="0 0 {0} 90">'
        '<path d="M0 0h9v9z"/></svg>'
    )
    by_hand = Figure("small-drawing", **words, chart=drawing.format, rows=rows, fold="A drawing", read=read)
    slider = Slider("x", "An input", 0.0, 2.0, 4.0, "num1")
    calculator = WhatIf(
        "small",
        "What if",
        (slider,),
        (("Twice", "num1"),),
        {"k": 2},
        formula=lambda v: [v["k"] * v["x"]],
    )
    yield (
        "from capital_loop.show import marks\nfrom capital_loop.chapters.russian_doll import charts as drawn",
        ["hide-input"],
        None,
    )
    yield "show.say()", ["remove-input", "finding"], prose.say(
        "A warrant covers {fact:shares}, as of {fact:asof}; see {claim}. A warrant again.",
        fact=fact, claim=prose.claim(claim),
    )  # fmt: skip
    yield "marks.bars(rows, width=3)", ["hide-input"], first
    yield "show.folded(marks.ranges(rows), 'A drawing')", ["hide-input"], by_hand
    yield "show.verdicts(record)", [], prose.verdicts(record, record.claims["chapter"].iloc[0], plain=True)
    yield "show.facts(record)", [], prose.facts(record, list(record.facts.index[:2]), "Two facts")
    yield "show.table(rows)", [], prose.table(rows, "Rows")
    yield "calculator(study)", [], calculator


def notebook(record: Record, title: str) -> str:
    cells: list[dict[str, Any]] = [
        {
            "cell_type": "markdown",
            "id": "head",
            "metadata": {},
            "source": f"# {title}\n\nIt begins with a paragraph that says a little of what follows: $a^2$."
            "\n\n$$x = 1$$",
        }
    ]
    for number, (source, tags, shown) in enumerate(outputs(record)):
        found = [] if shown is None else [{
            "output_type": "execute_result", "execution_count": number, "metadata": {},
            "data": json.loads(json.dumps(shown._repr_mimebundle_())),
        }]  # fmt: skip
        cells.append({
            "cell_type": "code", "id": f"c{number}", "metadata": {"tags": tags}, "source": source,
            "execution_count": number, "outputs": found,
        })  # fmt: skip
    cells.append(
        {
            "cell_type": "markdown",
            "id": "end",
            "metadata": {},
            "source": "## A second head\n\nText.\n\n|a|b|\n|-|-|\n|1|2|",
        }
    )
    return json.dumps(
        {
            "cells": cells,
            "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )


def write(root: Path) -> None:
    small(ROOT / "data", root / "data")
    for name in ("CITATION.cff", "_config.yml"):
        shutil.copyfile(ROOT / name, root / name)
    shutil.copytree(ROOT / "book", root / "book", ignore=shutil.ignore_patterns("*.md"))
    shutil.copyfile(ROOT / "book" / "glossary.md", root / "book" / "glossary.md")
    record = load(root / "data")
    (root / "notebooks").mkdir()
    made = notebook(record, "TITLE")
    for page in {*CHAPTER_PAGE.values(), *(f"notebooks/{n}" for n in SHOWN)}:
        text = made.replace("TITLE", page.rpartition("/")[2])
        (root / f"{page}.ipynb").write_text(text, encoding="utf-8")
    blocks = "\n".join(f"## {name}\n\n:::{{record}} {name}\n:::\n" for name in pages.BLOCKS)
    (root / "index.md").write_text(
        f"# A small book\n\nIt is small.\n\n{blocks}\n## Chapters\n\n:::{{findings}}\n:::\n", encoding="utf-8"
    )
    chapters = "".join(f"      - file: notebooks/{n}\n" for n in SHOWN)
    (root / "_toc.yml").write_text(
        f"format: jb-book\nroot: index\nparts:\n  - caption: All of it\n    chapters:\n{chapters}      - "
        f"file: book/glossary\n",
        encoding="utf-8",
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("small-book")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CAPITAL_LOOP_URL", WHERE)
        write(root)
        render(root, root / "_build" / "html", root / "doctrees")
    return root / "_build" / "html"


SOME_CLAIMS = 6
"""Pages of claims that are held; the rest have the same template."""
ROWS, MANY = 4, 10
"""Of more than so many rows of a table or items of a list the first few are held."""


def lines(html: str) -> str:
    """A page as text: a line a tag, long tables cut, drawings as their words, what a version names left
    out."""
    tree = lxml.html.fromstring(html)
    cited = tree.find_class("citation")
    for group in [*(list(body) for body in tree.iter("tbody")), cited]:
        for row in group[ROWS:] if len(group) > MANY else ():
            row.getparent().remove(row)
    for drawing in tree.iter("svg"):
        said = " ".join(" ".join(drawing.itertext()).split())
        for part in list(drawing):
            drawing.remove(part)
        drawing.text = said
    text = lxml.html.tostring(tree, encoding="unicode")
    text = re.sub(r"sha(256|384)-[\w+/=]+", r"sha\1", text)
    text = re.sub(r"(\.py):\d+", r"\1:line", text)
    return re.sub(r">\s*<", ">\n<", text)


def main(site: Path, page: str) -> str:
    html = (site / page).read_text(encoding="utf-8")
    return f"== {page}\n{lines(html[html.index('<main') : html.index('</main>')])}"


def cut(value: Any) -> Any:
    """JSON with the first items of each list, and no sizes of files: a machine's own compression shows
    there."""
    if isinstance(value, dict):
        return {k: cut(v) for k, v in value.items() if k != "contentSize"}
    if isinstance(value, list) and len(value) > MANY:
        return [*map(cut, value[:ROWS]), f"{len(value)} in all"]
    return [cut(v) for v in value] if isinstance(value, list) else value


def table(path: Path) -> str:
    """A picture as letters: 30 by 16 fields, dark to light."""
    small = Image.open(path).convert("L").resize((30, 16), Image.Resampling.BOX)
    shades = ["0123456789"[v * 10 // 256] for v in small.tobytes()]
    return "\n".join("".join(shades[n : n + 30]) for n in range(0, len(shades), 30))


def around(site: Path) -> str:
    """A page of the book, whole but for its body; the search page; the page of a figure for frames."""
    parts = []
    for page in ("notebooks/14-watchlist.html", "search.html", "embed/small-bars.html"):
        html = (site / page).read_text(encoding="utf-8")
        if page.startswith("notebooks"):
            html = html[: html.index("<main")] + html[html.index("</main>") :]
        parts.append(f"== {page}\n{lines(html)}")
    return "\n".join(parts)


def claims(site: Path) -> str:
    found = sorted(p.relative_to(site).as_posix() for p in site.glob("claims/*.html"))
    return "\n".join(main(site, page) for page in found[:: -(-len(found) // SOME_CLAIMS)])


def files(site: Path) -> str:
    """What readers take away, and the name of every file."""
    whole = [
        "feed.xml",
        "watchlist.ics",
        "sitemap.xml",
        "robots.txt",
        "vercel.json",
        "_headers",
        "hosting/htaccess",
        "hosting/nginx.conf",
        "figures/small-bars.bib",
        "figures/small-bars.csv",
        "figures/small-bars.json",
        "figures/small-drawing.json",
    ]
    parts = [f"== {n}\n{(site / n).read_text(encoding='utf-8')}" for n in whole]
    schemas = [f"v1/{name}.schema" for name in ("claims", "facts", "deals")]
    for name in ("v1/claims", "v1/facts", "v1/deals", *schemas, "ro-crate-metadata"):
        data = cut(json.loads((site / f"{name}.json").read_text(encoding="utf-8")))
        parts.append(f"== {name}.json\n{json.dumps(data, indent=1, ensure_ascii=False)}")
    script = (site / "_static" / "claims-index.js").read_text(encoding="utf-8")
    head, _, rest = script.partition(" = ")
    parts.append(
        f"== claims-index.js\n{head} = {json.dumps(cut(json.loads(rest[:-2])), ensure_ascii=False, indent=1)}"
    )
    entries = (site / "references.bib").read_text(encoding="utf-8").split("\n\n")
    parts.append("== references.bib\n" + "\n\n".join([*entries[:ROWS], f"{len(entries)} in all"]))
    drawing = lxml.etree.parse(site / "figures" / "small-bars.svg").getroot()
    parts.append(
        "== small-bars.svg\n"
        + "\n".join([str(dict(drawing.attrib)), *(t.strip() for t in drawing.itertext() if t.strip())])
    )
    with zipfile.ZipFile(site / "data" / "capital-loop-data.zip") as packed:
        parts.append(
            "== capital-loop-data.zip\n"
            + "\n".join(f"{e.filename} {e.date_time} {e.external_attr:o}" for e in packed.infolist())
        )
    names = sorted(
        p.relative_to(site).as_posix() for p in site.rglob("*") if p.is_file() and "pagefind" not in p.parts
    )
    searched = sorted({p.name for p in (site / "pagefind").iterdir() if p.suffix in (".js", ".css")})
    return "\n".join([*parts, "== files", *names, *searched])


def pictures(site: Path) -> str:
    paths = [*sorted((site / "_static" / "cards").iterdir()), *sorted(site.glob("figures/*.png"))]
    return "\n".join(f"== {p.name} {Image.open(p).size}\n{table(p)}" for p in paths)


HELD = {
    "around": around, "index": lambda site: main(site, "index.html"),
    "notebook": lambda site: main(site, "notebooks/14-watchlist.html"),
    "claims": claims, "files": files, "pictures": pictures,
}  # fmt: skip


@pytest.mark.parametrize("name", HELD)
def test_the_site_of_a_small_book_is_what_it_was(
    site: Path, name: str, file_regression: FileRegressionFixture
) -> None:
    file_regression.check(HELD[name](site) + "\n", fullpath=KEPT / f"{name}.txt")


def test_both_files_of_claims_are_one(site: Path) -> None:
    one, other = (
        json.loads((site / n).read_text(encoding="utf-8")) for n in ("claims.json", "v1/claims.json")
    )
    assert one.pop("$schema") == "v1/" + other.pop("$schema")
    assert one == other


def test_a_figure_names_the_function_that_drew_it_with_its_line(site: Path) -> None:
    """The menu leads to the line on which that function begins."""
    page = (site / "notebooks" / "14-watchlist.html").read_text(encoding="utf-8")
    places = re.findall(r"(src/capital_loop/show/marks\.py):(\d+)", page)
    assert len(places) == 2
    for (file, line), name in zip(places, ("bars", "ranges"), strict=True):
        assert (
            (ROOT / file).read_text(encoding="utf-8").splitlines()[int(line) - 1].startswith(f"def {name}(")
        )
