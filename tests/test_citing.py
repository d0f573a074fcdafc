"""Citations of the book, its claims, figures and tables: complete, unique, readable by BibTeX and LaTeX."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from pybtex.database import parse_string

from capital_loop.publish.site.citing import Citing, tex
from capital_loop.record.tables import Record
from capital_loop.show.words import human_period


@pytest.fixture
def citing(root: Path, record: Record) -> Citing:
    return Citing(root, record)


def every(citing: Citing) -> list[dict[str, str]]:
    """The book, each claim, each table, and a figure with signs that LaTeX does not take as they are."""
    forms = [
        citing.forms(),
        citing.forms("figure", "$5bn, 5 % − “€” of A_B & C × 2 → ü", "notebooks/x.html#fig-y", "y"),
    ]
    for c in citing.record.claims.itertuples():
        forms.append(citing.forms("claim", c.paraphrase, f"claims/{c.claim_id.lower()}.html", c.claim_id))
    for r in citing.record.descriptor["resources"]:
        forms.append(citing.forms("table", r.get("title", ""), f"data/{r['path']}", r["name"]))
    return forms


@pytest.mark.slow
def test_every_citation_parses_with_author_title_year_and_a_key_of_its_own(citing: Citing) -> None:
    entries = [parse_string(f["BibTeX"], "bibtex").entries for f in every(citing)]
    keys = [key for e in entries for key in e]
    assert len(set(keys)) == len(keys) == len(entries)
    for key, one in ((k, v) for e in entries for k, v in e.items()):
        assert one.persons["author"], key
        assert one.fields["title"], key
        assert one.fields["year"].isdigit(), key


def test_an_address_stands_in_every_form_when_there_is_one(
    citing: Citing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CAPITAL_LOOP_URL", raising=False)
    for form in every(citing):
        assert "http" not in "".join(form.values())
    monkeypatch.setenv("CAPITAL_LOOP_URL", "https://example.org/a_book")
    for form in every(citing):
        where = form["APA"].split()[-1]
        assert where.startswith("https://example.org/a_book/")
        assert f"url = {{{where}}}" in form["BibTeX"]


@pytest.fixture
def of_two(citing: Citing, monkeypatch: pytest.MonkeyPatch) -> Citing:
    """How a book of two authors is cited that stands somewhere."""
    monkeypatch.setenv("CAPITAL_LOOP_URL", "https://example.org")
    people = [{"name": "A. One"}, {"name": "B & Two"}]
    vars(citing)["cff"] = {
        "title": "A book", "version": "1.2", "date-released": "2025-03-04", "authors": people,
        "abstract": "What\n it  is.",
    }  # fmt: skip
    return citing


def test_a_part_is_cited_as_itself_in_the_book(of_two: Citing) -> None:
    end = human_period(of_two.record.reaches.isoformat())
    assert of_two.forms("figure", "Bars of 5 %.", "notebooks/x.html#fig-y", "X-Y") == {
        "APA": f"A. One & B & Two. (2025). Bars of 5 % (Version 1.2; evidence to {end}) [Figure in A book]. "
        "https://example.org/notebooks/x.html#fig-y",
        "BibTeX": "@misc{capitalloop2025-x-y,\n  author = {{A. One} and {B \\& Two}},\n"
        "  title = {{Bars of 5 \\%}},\n  howpublished = {Figure in A book},\n  year = {2025},\n"
        "  version = {1.2},\n  url = {https://example.org/notebooks/x.html#fig-y},\n"
        f"  note = {{Evidence to {end}}}\n}}\n",
    }


def test_the_book_is_cited_by_programs_too(of_two: Citing) -> None:
    (csl,) = json.loads(of_two.forms()["CSL-JSON"])
    assert csl == {
        "id": "capitalloop2025", "type": "software", "title": "A book", "version": "1.2",
        "author": [{"literal": "A. One"}, {"literal": "B & Two"}], "abstract": "What it is.",
        "issued": {"date-parts": [[2025, 3, 4]]}, "URL": "https://example.org/",
        "note": f"Evidence to {human_period(of_two.record.reaches.isoformat())}",
    }  # fmt: skip


def test_sources_without_an_author_have_a_key_to_sort_by(citing: Citing) -> None:
    entries = parse_string(citing.bibliography(), "bibtex").entries
    assert list(entries) == [s.source_id for s in citing.record.sources.itertuples()]
    for key, one in entries.items():
        assert one.persons.get("author") or one.fields["key"], key


def test_signs_become_latex() -> None:
    assert tex("$5 is 5 % of A_B & C") == r"\$5 is 5 \% of A\_B \& C"
    assert "{" not in tex("a {b} c").replace(r"{\ }", "")


@pytest.mark.slow
@pytest.mark.skipif(
    not (shutil.which("pdflatex") and shutil.which("bibtex") and shutil.which("biber")),
    reason="needs pdflatex, bibtex and biber "
    "(apt-get install texlive-bibtex-extra texlive-latex-extra biber)",
)
@pytest.mark.parametrize(
    ("head", "print_", "sorter"),
    [
        ("", r"\bibliographystyle{plain}\bibliography{all}", "bibtex"),
        (r"\usepackage{biblatex}\addbibresource{all.bib}", r"\printbibliography", "biber"),
    ],
)
def test_citations_compile(
    citing: Citing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, head: str, print_: str, sorter: str
) -> None:
    monkeypatch.setenv("CAPITAL_LOOP_URL", "https://example.org/a_book/")
    (tmp_path / "all.bib").write_text("\n".join(f["BibTeX"] for f in every(citing)), encoding="utf-8")
    (tmp_path / "a.tex").write_text(
        rf"\documentclass{{article}}{head}\begin{{document}}\nocite{{*}}{print_}\end{{document}}",
        encoding="utf-8",
    )
    latex = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "a"]
    for command in (latex, [sorter, "a"], latex):
        done = subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, errors="replace", check=False
        )
        assert done.returncode == 0, done.stdout[-2000:]
        assert "Warning--" not in done.stdout
        assert "WARN" not in done.stdout, done.stdout[-2000:]
