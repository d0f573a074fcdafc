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
        assert "http" not in form["APA"] + form["BibTeX"]
        assert "URL" not in json.loads(form["CSL-JSON"])[0]
    monkeypatch.setenv("CAPITAL_LOOP_URL", "https://example.org/a_book")
    for form in every(citing):
        where = json.loads(form["CSL-JSON"])[0]["URL"]
        assert where.startswith("https://example.org/a_book/")
        assert form["APA"].endswith(where)
        assert f"url = {{{where}}}" in form["BibTeX"]


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
