"""The site of a small book, whole: every page, file and card as text, held by snapshots (`make snapshots`
renews).

The book is made here: the small record with claims of every kind, editions and a change of each kind of cell,
one notebook with an output of each kind, and a page with every block. What the site writes from data is thus
seen without a build of the real one, and a wrong line of the code that writes it changes a page."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import altair as alt
import lxml.etree
import lxml.html
import pandas as pd
import pytest
from PIL import Image
from pytest_regressions.file_regression import FileRegressionFixture

from capital_loop.claims.editions import archive, verdict_rows
from capital_loop.publish.engine.rendering import make_ahead, render
from capital_loop.publish.site import cards, delivery, pages, withdrawn
from capital_loop.record import stamp
from capital_loop.record.schema import csv_text
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

KINDS = (
    "D-18", "L-13", "T-01", "L-20", "A-003", "D-34", "A-058", "R-25", "A-064", "T-06", "A-084", "A-050",
    "R-45",
)  # fmt: skip
"""Claims of the kinds that the first of each document are not: unmeasured, borne out, by a bound, on weak
sources, read otherwise the second time, at odds with one another or wrong together."""
EDITIONS = (
    ("0.0.2", "2026-11-01", {"A-005": {"on_day": "supported", "now": "open"}, "R-42": {"now": "outdated"}}),
    ("0.0.9", "2026-11-10", {"A-005": {"now": "supported"}}),
    ("0.0.10", "2026-11-20", {"A-005": {"now": "supported"}}),
)
"""Names, days, and the verdicts that each gave otherwise than the record: one step that moved verdicts, one
that moved none, and the one to today."""
CHANGES = (
    ("0.0.2", "error", "claims", "R-42", "value", "9600000000000", "9700000000000"),
    ("0.0.2", "error", "claims", "R-42", "low", "", "9650000000000"),
    ("0.0.2", "error", "claims", "R-42", "high", "nan", "about ten"),
    ("0.0.2", "rule", "claims", "A-005", "tense", "forecast", "plan"),
    ("0.0.2", "rule", "claims", "A-005", "rests_on", "openai-broadcom", "openai-coreweave;stargate"),
    ("0.0.9", "update", "claims", "T-44", "said_stage", "letter_of_intent", "paid"),
    ("0.0.9", "update", "claims", "T-44", "metric", "contract_value", "event_happened"),
    ("0.0.9", "update", "claims", "T-44", "kind", "one_of_a_kind", "event"),
    ("0.0.10", "update", "claim_evidence", "A-005/OAI-205", "role", "context", "measures"),
    ("0.0.10", "update", "editorial", "A-005", "now", "supported", "outdated"),
    ("0.0.10", "update", "editorial", "A-005", "on_day", "contradicted", "supported_imprecise"),
    ("0.0.10", "rule", "conditions", "A-005/on_day/1", "verdict", "open", "supported_imprecise"),
    ("0.0.10", "rule", "readings", "T-44", "settled", "", "changed"),
    ("0.0.10", "update", "facts", "OAI-205", "value", "900000000000", "1000000000000"),
    ("0.0.10", "update", "facts", "OAI-205", "confidence", "primary", "secondary_single"),
    ("0.0.10", "update", "facts", "OAI-205", "stage", "reported", "estimate"),
    ("0.0.10", "update", "facts", "OAI-205", "as_of", "2025", "2025-10"),
    ("0.0.10", "update", "facts", "OAI-205", "published", "2025-10-06", "2025-10-07"),
    ("0.0.10", "error", "facts", "OAI-999", "", "in the table", "gone"),
    ("0.0.10", "update", "fact_sources", "OAI-205/a-page", "", "in the table", "gone"),
    ("0.0.10", "update", "derived", "TRI-D10", "inputs", "OAI-205", "price:NVDA:2025-09-19:close;OAI-208"),
    ("0.0.10", "error", "sources", "a-page", "", "in the table", "gone"),
    ("0.0.10", "update", "deals", "openai-broadcom", "instrument", "pledge", "purchase"),
    ("0.0.10", "update", "deals", "openai-broadcom", "payer", "nvidia", "openai"),
    ("0.0.10", "update", "assumptions", "account.amazon.openai.equity", "central", "15e9", "28.7e9"),
    ("0.0.10", "update", "watchlist", "openai-run-rate", "threshold", "30000000000", "40000000000"),
    ("0.0.10", "update", "choices", "triangle/chips/a-letter/count", "", "in the table", "gone"),
    ("0.0.10", "update", "metrics", "tokens_per_month", "unit", "tokens/year", "tokens/month"),
    ("0.0.10", "update", "return_closes", "no-key", "close", "1", "2"),
)
"""Edition, kind, table, key, column, what it said and says: every way in which a cell or a row is told."""
WITHDRAWN = """
[[withdrawn]]
page = "notebooks/14-watchlist"
edition = "0.0.9"
now = "notebooks/14-watchlist.html#fig-small-bars"
reason = "The bars say the same."
figures = { old-bars = "Bars that <fell>" }

[[withdrawn]]
page = "notebooks/01-triangle"
edition = "0.0.10"
now = "claims/a-001.html"
reason = "A claim has it."
figures = { old-dots = "Dots" }

[[withdrawn]]
page = "notebooks/14-watchlist"
edition = "0.0.10"
now = "notebooks/14-watchlist.html#fig-nowhere"
reason = "What it leads to is no part of this site."
figures = { old-lines = "Lines" }
"""


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
    tower = drawing.replace('height="90" viewBox="0 0 {0} 90"', 'height="700" viewBox="0 0 {0} 700"')
    high = Figure(
        "small-tower", **words, chart=lambda width: tower.format(width + 40), rows=rows,
        read=Reading(read.facts, {i: record.source(i) for i in record.sources["source_id"].iloc[:5]}),
    )  # fmt: skip
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
    yield "marks.columns(rows)", ["hide-input"], high
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
            "source": "## A second head\n\nText.\n\n|a|b|\n|-|-|\n|1|2|\n\n|c|\n|-|\n|$x$|",
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


def published(data: Path) -> None:
    """Files the editions, the changes since them and a correction of a source."""
    today = verdict_rows(load(data))
    listing, changed = [], []
    (data / "editions").mkdir()
    for name, day, otherwise in EDITIONS:
        then = [r | otherwise.get(r["claim_id"], {}) for r in today]
        body = archive({}, then, day)
        (data / "editions" / f"{name}.zip").write_bytes(body)
        listing.append({
            "edition_id": name, "date": day, "file": f"editions/{name}.zip",
            "sha256": hashlib.sha256(body).hexdigest(), "note": f"What {name} held.",
        })  # fmt: skip
    days = {name: day for name, day, _ in EDITIONS}
    for n, (name, kind, table, key, column, was, now) in enumerate(CHANGES, start=1):
        changed.append({
            "change_id": f"C-{n:03}", "date": days[name], "edition": name, "kind": kind, "table": table,
            "key": key, "column": column, "was": was, "now": now, "reason": f"A reason for {table}: {kind}.",
        })  # fmt: skip
    corrected = {
        "fact_id": "ORCL-359", "column": "value", "expect": "36", "value": "37",
        "reason": "A slip of theirs: the page has this day beside the value of the next.",
        "source_id": load(data).sources["source_id"].iloc[0],
        "decided": "2026-11-02",
    }  # fmt: skip
    for table, rows in (("editions", listing), ("changes", changed), ("corrections", [corrected])):
        (data / f"{table}.csv").write_text(csv_text(rows, list(rows[0])), encoding="utf-8")
    stamp(data)


def write(root: Path) -> None:
    small(ROOT / "data", root / "data", KINDS)
    published(root / "data")
    said = withdrawn.FILE.read_text(encoding="utf-8").partition("[[withdrawn]]")[0]
    (root / "withdrawn.toml").write_text(said + WITHDRAWN, encoding="utf-8")
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
    said = "{fact}`Nothing <NVDA-003>`, {asof}`in 2025 <NVDA-003>`: {fact}`NVDA-003` and {claim}`A-005`."
    blocks = "\n".join(f"## {name}\n\n:::{{record}} {name}\n:::\n" for name in pages.BLOCKS)
    (root / "index.md").write_text(
        f"# A small book\n\nIt is small. {said}\n\n:::{{quote}} 14-watchlist "
        f"finding\n:::\n\n{blocks}\n## Chapters\n\n:::{{findings}}\n:::\n",
        encoding="utf-8",
    )
    chapters = "".join(f"      - file: notebooks/{n}\n" for n in SHOWN)
    (root / "_toc.yml").write_text(
        f"format: jb-book\nroot: index\nparts:\n  - caption: All of it\n    chapters:\n{chapters}      - "
        f"file: book/glossary\n",
        encoding="utf-8",
    )


def placed(folder: Path) -> Callable[..., Image.Image]:
    """Draws cards, and notes what stands where; pages may be made by several processes."""
    draw = cards._drawn
    folder.mkdir()

    def noted(**card: Any) -> Image.Image:
        said = {**card, "chart": card["chart"][1:] if card.get("chart") else None}
        text = json.dumps(said, ensure_ascii=False)
        (folder / hashlib.sha256(text.encode()).hexdigest()).write_text(text, encoding="utf-8")
        return draw(**card)

    return noted


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("small-book")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CAPITAL_LOOP_URL", WHERE)
        write(root)
        patch.setattr(withdrawn, "FILE", root / "withdrawn.toml")
        patch.setattr(cards, "_drawn", placed(root / "cards"))
        withdrawn._read.cache_clear()
        render(root, root / "_build" / "html", root / "doctrees")
    withdrawn._read.cache_clear()
    return root / "_build" / "html"


def test_what_is_made_beside_the_pages_is_what_they_ask_for(site: Path, tmp_path: Path) -> None:
    """The script of charts and a card a claim; what pages would make themselves, nothing else."""
    (tmp_path / "data").symlink_to(site.parents[1] / "data")
    make_ahead(tmp_path)
    made, asked = (
        {p.name for p in (at / "_build/.pictures").iterdir()} for at in (tmp_path, site.parents[1])
    )
    assert len(made) == len(load(tmp_path / "data").claims) + 1
    assert made < asked


SOME = (
    "a-003", "a-005", "a-064", "a-084", "a-091", "d-18", "l-13", "l-20", "r-03", "r-42", "r-45", "t-01",
    "t-44",
)  # fmt: skip
"""Pages of claims that are held: one of each kind of line, verdict, reading and history."""
ROWS, MANY = 4, 10
"""Of more than so many rows of a long register the first few are held; ``rows.txt`` has a line a row."""


def lines(html: str) -> str:
    """A page as text: a line a tag, registers in parts cut, drawings as their words, what a version names
    left out."""
    tree = lxml.html.fromstring(html)
    long = tree.xpath("//table[@id='facts-table' or @id='sources-table']/tbody")
    for group in [*map(list, long), tree.find_class("citation")]:
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


def shape(value: Any) -> Any:
    """What of a piece of JSON is there: two of one shape went through the same lines of code."""
    if isinstance(value, dict):
        return tuple((k, shape(v)) for k, v in value.items())
    return value if isinstance(value, bool) or value is None else bool(value)


def cut(value: Any) -> Any:
    """JSON with one item of each shape of a long list."""
    if isinstance(value, dict):
        return {k: cut(v) for k, v in value.items()}
    if not isinstance(value, list):
        return value
    if len(value) > MANY and isinstance(value[0], dict):
        firsts = {shape(v): v for v in reversed(value)}
        return [*(cut(v) for v in value if any(v is f for f in firsts.values())), f"{len(value)} in all"]
    return [cut(v) for v in value]


def written(data: Any) -> str:
    """JSON with a line for each item of its lists."""
    if not isinstance(data, dict):
        return json.dumps(data, ensure_ascii=False)
    body = []
    for key, value in data.items():
        items = value if isinstance(value, list) else [value]
        body += [f"{key}:", *(json.dumps(item, ensure_ascii=False) for item in items)]
    return "\n".join(body)


def table(path: Path) -> str:
    """A picture as letters: 30 by 16 fields, dark to light."""
    small = Image.open(path).convert("L").resize((30, 16), Image.Resampling.BOX)
    shades = ["0123456789"[v * 10 // 256] for v in small.tobytes()]
    return "\n".join("".join(shades[n : n + 30]) for n in range(0, len(shades), 30))


WHOLE = (
    "notebooks/14-watchlist.html",
    "search.html",
    "404.html",
    "embed/small-bars.html",
    "embed/old-bars.html",
)
HEADS = ("index.html", "book/glossary.html", "claims/a-005.html", "claims/d-18.html", "evidence/amd.html")


def around(site: Path) -> str:
    """A page of the book, whole but for its body; pages with a frame of their own; the heads of others."""
    parts = []
    for page in (*WHOLE, *HEADS):
        html = (site / page).read_text(encoding="utf-8")
        if page.startswith("notebooks"):
            html = html[: html.index("<main")] + html[html.index("</main>") :]
        if page in HEADS:
            html = html[: html.index("</head>")]
        parts.append(f"== {page}\n{lines(html)}")
    return "\n".join(parts)


def claims(site: Path) -> str:
    return "\n".join(main(site, f"claims/{name}.html") for name in SOME)


def row(line: lxml.html.HtmlElement) -> str:
    """A row of a register in a line: what it can be found by, its words, where it leads."""
    words = (" ".join(cell.text_content().split()) for cell in line)
    return " | ".join([*line.attrib.values(), *words, *line.xpath(".//a/@href")])


def rows(site: Path) -> str:
    """The pages that hold a register's part, whole, and the rows that its first page asks for."""
    parts = []
    for page in sorted([*site.glob("evidence/*.html"), *site.glob("sources/*.html")]):
        tree = lxml.html.fromstring(page.read_text(encoding="utf-8")).find(".//main")
        found = [row(line) for line in tree.iterfind(".//tbody/tr")]
        for body in list(tree.iter("tbody")):
            body.clear()
        rest = lines(lxml.html.tostring(tree, encoding="unicode"))
        parts += [f"== {page.relative_to(site).as_posix()}", rest, *found]
    for name in pages.FILES.values():
        _, _, said = (site / "_static" / name).read_text(encoding="utf-8").partition(" = ")
        body = lxml.html.fragment_fromstring(json.loads(said[:-2]), create_parent="tbody")
        parts += [
            f"== {name}",
            row(body[0]),
            *(" ".join(line[0].text_content().split()) for line in body[1:]),
        ]
    return "\n".join(parts)


def laid_out(site: Path) -> str:
    """Where every word and box of a card stands, a line each."""
    parts = []
    for path in (site.parents[1] / "cards").iterdir():
        card = json.loads(path.read_text(encoding="utf-8"))
        found = [card["texts"][0]["words"], *map(json.dumps, [card.get("stripe"), card.get("chart")])]
        placed = [json.dumps(x, ensure_ascii=False) for x in (*card["texts"], *card.get("boxes", ()))]
        parts.append("\n".join(["== " + found[0], *found[1:], *placed]))
    return "\n".join(sorted(parts))


def found(path: Path) -> str:
    """What the search has of a page: its address, what it is called, how it begins, how many words."""
    page = json.loads(gzip.decompress(path.read_bytes()).removeprefix(b"pagefind_dcd"))
    return " | ".join([page["url"], page["meta"]["title"], page["content"][:80], str(page["word_count"])])


def workbook(path: Path) -> str:
    """What a workbook says of itself, its sheets, its formats, a sheet with a day and one with numbers."""
    with zipfile.ZipFile(path) as packed:
        core, styles, book, words = (
            packed.read(f"{part}.xml").decode()
            for part in ("docProps/core", "xl/styles", "xl/workbook", "xl/sharedStrings")
        )
        names = re.findall(r'<sheet name="(\w+)"', book)
        numbers = (names.index(name) + 1 for name in ("corrections", "assumptions"))
        sheets = "\n".join(packed.read(f"xl/worksheets/sheet{n}.xml").decode() for n in numbers)
    shared = ["".join(x.itertext()) for x in lxml.etree.fromstring(words.encode())]
    told = re.sub(r'(?<= t="s"><v>)\d+', lambda m: shared[int(m[0])], sheets)
    told = re.sub(r"(?=<(?:c|row|cols?|pane|autoFilter) )", "\n", told)
    return "\n".join([", ".join(names), core, styles, told])


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
        "figures/old-bars.bib",
        "figures/old-bars.csv",
        "figures/old-dots.csv",
        "figures/small-bars.csv",
        "figures/small-bars.json",
        "figures/small-drawing.json",
    ]
    parts = [f"== {n}\n{(site / n).read_text(encoding='utf-8')}" for n in whole]
    for name in ("claims", "facts", "deals"):
        data, schema = (
            json.loads((site / "v1" / f"{name}{end}.json").read_text()) for end in ("", ".schema")
        )
        parts.append(f"== v1/{name}.json\n{written(cut(data))}")
        parts.append(f"== v1/{name}.schema.json\n{json.dumps(schema, indent=1)}")
    crate = json.loads((site / "ro-crate-metadata.json").read_text(encoding="utf-8"))
    for part in crate["@graph"]:
        part.pop("contentSize", "")  # a machine's own compression shows there
    parts.append(f"== ro-crate-metadata.json\n{written(crate)}")
    script = (site / "_static" / "claims-index.js").read_text(encoding="utf-8")
    head, _, rest = script.partition(" = ")
    parts.append(f"== claims-index.js\n{head} = {written(json.loads(rest[:-2]))}")
    entries = (site / "references.bib").read_text(encoding="utf-8").split("\n\n")
    fields = r"^  \w+(?= =)|Quoted|closing prices"
    firsts = {tuple(re.findall(fields, e, flags=re.M)): e for e in reversed(entries)}
    parts.append("== references.bib\n" + "\n\n".join([*reversed(firsts.values()), f"{len(entries)} in all"]))
    for name in ("small-bars", "old-bars"):
        drawing = lxml.etree.parse(site / "figures" / f"{name}.svg").getroot()
        said = [str(dict(drawing.attrib)), *(t.strip() for t in drawing.itertext() if t.strip())]
        parts.append("\n".join([f"== {name}.svg", *said]))
    with zipfile.ZipFile(site / "data" / "capital-loop-data.zip") as packed:
        parts.append(
            "== capital-loop-data.zip\n"
            + "\n".join(
                f"{e.filename} {e.date_time} {e.external_attr:o} {e.compress_type}" for e in packed.infolist()
            )
        )
    parts.append("== pagefind\n" + "\n".join(sorted(map(found, (site / "pagefind").glob("fragment/*")))))
    parts.append(f"== capital-loop.xlsx\n{workbook(site / 'data' / 'capital-loop.xlsx')}")
    names = sorted(
        p.relative_to(site).as_posix() for p in site.rglob("*") if p.is_file() and "pagefind" not in p.parts
    )
    searched = sorted({p.name for p in (site / "pagefind").iterdir() if p.suffix in (".js", ".css")})
    return "\n".join([*parts, "== files", *names, *searched])


def pictures(site: Path) -> str:
    made = [site / "_static" / "cards" / f"{name}.png" for name in ("index", "01-triangle", *SOME[:3])]
    made += sorted(site.glob("figures/*.png"))
    return "\n".join(f"== {p.name} {Image.open(p).size}\n{table(p)}" for p in made)


HELD = {
    "around": around, "index": lambda site: main(site, "index.html"),
    "notebook": lambda site: main(site, "notebooks/14-watchlist.html"),
    "claims": claims, "files": files, "pictures": pictures, "rows": rows, "cards": laid_out,
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


def test_files_for_machines_can_be_read_by_people_too(site: Path) -> None:
    """A line each for what is in them, in the letters of its language."""
    for path in [*site.glob("v1/*.json"), site / "claims.json", site / "ro-crate-metadata.json"]:
        said = path.read_text(encoding="utf-8")
        order = "crate" in path.name
        assert said == json.dumps(json.loads(said), indent=1, ensure_ascii=False, sort_keys=order) + "\n"


def test_what_a_page_loads_first_is_on_the_site(site: Path) -> None:
    assert not [name for name in delivery.FIRST_LOAD if not (site / "_static" / name).is_file()]
    assert {"index.html", "notebooks/14-watchlist.html", "evidence/amd.html"} <= set(delivery.weigh(site))


def test_a_figure_names_the_function_that_drew_it_with_its_line(site: Path) -> None:
    """The menu leads to the line on which that function begins."""
    page = (site / "notebooks" / "14-watchlist.html").read_text(encoding="utf-8")
    places = re.findall(r"(src/capital_loop/show/marks\.py):(\d+)", page)
    assert len(places) == 3
    for (file, line), name in zip(places, ("bars", "ranges", "columns"), strict=True):
        assert (
            (ROOT / file).read_text(encoding="utf-8").splitlines()[int(line) - 1].startswith(f"def {name}(")
        )
