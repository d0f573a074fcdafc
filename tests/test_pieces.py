"""What pages are put together from, each piece alone and without a site: words and cells, terms, cards, the
pictures that are kept, what a page weighs."""

from __future__ import annotations

import json
import math
import random
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from docutils import nodes
from markupsafe import Markup
from sphinx.util.parallel import ParallelTasks, SerialTasks

from capital_loop.publish.site import cards, delivery, figures, glossary, notebooks, templating
from capital_loop.publish.site.citing import Citing
from capital_loop.publish.site.frame import (
    DESCRIPTION,
    ENOUGH,
    FOLDED,
    Frame,
    _cut,
    _first,
    _signs,
    prune,
    stop,
)
from capital_loop.publish.site.policy import INLINE, integrity, policy
from capital_loop.publish.site.view import View
from capital_loop.record.tables import Record
from capital_loop.show import drawing
from capital_loop.show.figure import Figure

DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" viewBox="0 0 {0} {1}"/>'


def test_a_caption_that_repeats_is_known_by_its_words() -> None:
    line = "The inputs with their ranges and reasons"
    assert notebooks.repeats("Inputs and ranges", line)
    assert notebooks.repeats(
        "Agreement of the two readings, by kind", "How often the two readings agree, by kind"
    )
    assert notebooks.repeats("One, two, three and a new", "Ones, twos, threes"), "a quarter may be new"
    assert not notebooks.repeats("Inputs, and the value that alone gives the leaked margin", line)
    assert not notebooks.repeats("Inputs and ranges", "")


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("secondary_single", "one secondary source"), ("contradicted", "Contradicted"), ("weak", "weak"),
        ("1234", "1234"), ("12345", "12,345"), ("1234567.5", "1,234,567.5"), ("20250910", "20250910"),
        ("20450910", "20,450,910"), ("a 12345", "a 12345"), ("", ""),
    ],
)  # fmt: skip
def test_a_cell_has_words_for_keys_and_groups_long_numbers_but_no_days(cell: str, said: str) -> None:
    assert templating.plain_cell(cell) == said


@pytest.mark.parametrize(
    ("unit", "low", "high", "said"),
    [
        ("USD", math.nan, math.nan, "$5bn"), ("USD", 4e9, 6e9, "$5bn ($4bn to $6bn)"),
        ("USD", 5e9, math.nan, "$5bn or more"), ("USD", math.nan, 5e9, "$5bn or less"),
        ("USD", 5e9, 5e9, "$5bn"), ("date", 20250101.0, 20250202.0, "10 September 2025"),
    ],
)  # fmt: skip
def test_a_fact_s_figure_comes_with_its_range(
    record: Record, unit: str, low: float, high: float, said: str
) -> None:
    value = 20250910.0 if unit == "date" else 5e9
    fact = replace(record.fact(record.facts.index[0]), value=value, low=low, high=high, unit=unit)
    assert templating._fact_figure(fact) == said


def test_sources_that_would_be_told_alike_stand_together(record: Record) -> None:
    one = record.source(record.sources["source_id"].iloc[0])
    other = replace(one, locator="elsewhere")
    assert templating._alike([one, other, one]) == [[one, one], [other]]


def test_cells_of_wide_tables_carry_the_heading_of_their_column() -> None:
    row = '<tr><th scope="row">a</th><td class="x">{}</td><td>c</td><td>d</td></tr>'
    rows = Markup(row.format('<b class="cl-verdict v-open">Open</b>') + row.format(""))
    heads = ["A", "B & C", "D", "E"]
    assert templating.labelled(rows, heads[:3]) is rows
    assert templating.labelled(Markup(" \n"), heads) == " \n"
    made = str(templating.labelled(rows, heads))
    assert re.findall(r"<t[dh][^>]*>", made) == [
        '<th scope="row">', '<td class="x verdict" data-label="B &amp; C">', '<td data-label="D">',
        '<td data-label="E">',
    ] * 2  # fmt: skip


def test_a_term_is_marked_at_its_first_mention_in_its_longest_spelling(tmp_path: Path) -> None:
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "glossary.md").write_text(
        "# Terms\n\nwarrant, share warrant\n: A right to *buy*; see [there](x.md).\n\n"
        "run rate\n:  A month.\n",
        encoding="utf-8",
    )
    terms = glossary.Glossary(tmp_path).terms
    assert [(t.key, t.definition, t.names) for t in terms] == [
        ("term-warrant", "A right to *buy*; see there.", ("warrant", "share warrant")),
        ("term-run-rate", "A month.", ("run rate",)),
    ]
    left = list(terms)
    said = "No warranty: Share Warrants and a run rate; warrants"
    assert [(words, term and term.key) for words, term in glossary.cut(said, left)] == [
        ("No warranty: ", None), ("Share Warrants", "term-warrant"), (" and a ", None),
        ("run rate", "term-run-rate"), ("; warrants", None),
    ]  # fmt: skip
    assert left == []
    mark = glossary.Glossary(tmp_path).marker("claims/r-01")
    assert mark("a <warrant>") == Markup(
        'a &lt;<a class="cl-term" href="../book/glossary.html#term-warrant" '
        'title="A right to *buy*; see there.">warrant</a>&gt;'
    )
    assert mark("a warrant") == "a warrant"
    assert glossary.slug("GPU-hour (H100), of a") == "term-gpu-hour-h100-of-a"


def test_a_description_is_the_first_paragraph_that_says_something_cut_at_a_word() -> None:
    tree = nodes.section()
    for words in ("x" * ENOUGH, "word\n  " * 11, "another " * 11):
        tree += nodes.paragraph("", words)
    assert _first(tree) == " ".join(["word"] * 11)
    assert _first(nodes.section()) == ""
    text = "a" * (DESCRIPTION - 4) + " bcd"
    assert _cut(text) == text
    assert _cut(f"{text}e") == "a" * (DESCRIPTION - 4) + " …"


def test_a_page_asks_for_the_face_of_signs_where_it_draws_one() -> None:
    styles = 'url("source-signs.woff2"); unicode-range: U+2190-2194, U+3A3; } more; unicode-range: U+0041;'
    signs = _signs(styles)
    assert [s for s in "A←→⇒Σ]X" if signs.search(s)] == ["←", "→", "Σ"]
    assert FOLDED.sub("", "a<details x>→<b></details>b<script>←</script>c<scripted>") == "abc<scripted>"


def test_what_is_made_beside_the_pages_ends_with_them() -> None:
    ended: list[bool] = []
    beside = ParallelTasks(1)
    beside.terminate = lambda: ended.append(True)  # type: ignore[method-assign]
    for made, count in (
        (None, 0),
        (SimpleNamespace(making=SerialTasks()), 0),
        (SimpleNamespace(making=beside), 1),
    ):
        app: Any = SimpleNamespace() if made is None else SimpleNamespace(capital_loop_frame=made)
        stop(app)
        assert len(ended) == count


def test_a_chapter_s_figures_carry_its_number() -> None:
    made: Any = SimpleNamespace(order=["notebooks/a", "book/b", "notebooks/c"])
    assert [Frame.number(made, page, 2) for page in ("notebooks/a", "book/b", "notebooks/c")] == [
        "1.2", "2", "3.2",
    ]  # fmt: skip


def test_nothing_stays_that_no_page_loads(tmp_path: Path) -> None:
    out, own = tmp_path / "out", tmp_path / "src" / "book" / "_static"
    for name in ("site.css", "fonts/a.woff2"):
        (own / name).parent.mkdir(parents=True, exist_ok=True)
        (own / name).write_text("")
    kept = {"_static/site.css", "_static/fonts/a.woff2", "_static/made.js", "_static/cards/a.png", "a.html"}
    for name in {*kept, "_static/theme.js", "_sources/a.md", "_images/a.png", "genindex.html", "objects.inv",
                 "searchindex.js", ".buildinfo", "_static/deep/er/x.css"}:  # fmt: skip
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text("")
    app: Any = SimpleNamespace(outdir=out, srcdir=tmp_path / "src")
    prune(app, ["_static/made.js"])
    assert {p.relative_to(out).as_posix() for p in out.rglob("*")} == {
        *kept, "_static", "_static/fonts", "_static/cards",
    }  # fmt: skip


def test_scripts_run_from_the_site_itself_or_by_their_hash_and_the_search_may_use_webassembly() -> None:
    plain, search = policy(), policy(search=True)
    assert search.replace(" 'wasm-unsafe-eval'", "") == plain != search
    rules = dict(rule.split(" ", 1) for rule in plain.split("; "))
    assert rules.pop("script-src").split()[0] == "'self'"
    assert plain.count("'sha256-") == len(INLINE) == 2
    assert rules == {
        "default-src": "'none'", "style-src": "'self' 'unsafe-inline'", "img-src": "'self' data:",
        "font-src": "'self'", "connect-src": "'self'", "base-uri": "'none'", "form-action": "'self'",
    }  # fmt: skip
    # Of nothing, as every table of hashes has it.
    assert integrity("") == "sha384-OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/529l+9Ua0vFImLlb"


def test_a_text_on_a_card_is_cut_between_sentences_and_fits() -> None:
    text = "A first sentence that is not short. A second one. " + "A third that goes on and on " * 20
    lines, size = cards.fitted(text, (30, 20), 400, 500, 200)
    assert " ".join(lines) == "A first sentence that is not short. A second one."
    assert size == 30
    assert all(cards.length(line, size, 400) <= 500 for line in lines)
    lines, size = cards.fitted("word, " * 90, (30, 20), 400, 500, 200)
    assert lines[-1].endswith("word …")
    assert len(lines) * size * cards.LEADING <= 200
    assert cards.fitted("word " * 30, (30, 20), 400, 500, 100)[1] == 20, "smaller before shorter"
    assert cards.wrapped("a bc d", 30, 400, 0) == ["a", "bc", "d"]
    assert cards.length("word", 30, 700) > cards.length("word", 30, 400)
    with pytest.raises(ValueError, match="no room for 'word'"):
        cards.fitted("word", (30,), 400, 500, 30)


BOTH = [("open", "Open"), ("open", "Open")]
CHART = DRAWING.format(400, 300)


@pytest.mark.parametrize(
    ("card", "word", "sizes"),
    [
        (lambda text: cards._page(text, "b", [])["texts"][0], "heading", [52, 46, 40, 34]),
        (lambda text: cards._page("a", text, [])["texts"][1], "far better understanding", [44, 38, 34, 30]),
        (lambda text: cards._page("a", text, [CHART])["texts"][1], "one finding", [34, 31, 28]),
        (lambda text: cards._front(text, "b", ["open"])["texts"][0], "heading", [56, 50, 44]),
        (
            lambda text: cards._front("a", text, ["open"])["texts"][1],
            "far better understanding",
            [32, 29, 26],
        ),
        (lambda text: cards._claim(text, "b", "cd", BOTH)["texts"][0], "said", [28, 24, 20]),
        (lambda text: cards._claim("a", text, "cd", BOTH)["texts"][1], "one heading", [50, 44, 38, 33, 29]),
        (lambda text: cards._claim("a", "b", "cd", [("open", text)] * 2)["texts"][-1], "i", [46, 40, 34]),
    ],
)
def test_the_longer_a_text_on_a_card_the_smaller_its_letters(
    monkeypatch: pytest.MonkeyPatch, card: Callable[[str], dict[str, Any]], word: str, sizes: list[int]
) -> None:
    monkeypatch.setattr(cards, "_shorter", lambda text: [text])
    found: list[int] = []

    def grow() -> None:
        for count in range(1, 200):
            found.append(card(" ".join([word] * count))["size"])

    with pytest.raises(ValueError, match="no room"):
        grow()
    assert list(dict.fromkeys(found)) == sizes


def test_a_chart_stands_on_a_card_at_the_right_and_only_where_it_can_be_read() -> None:
    wide = cards.CHART / cards.LEAST
    assert cards._placed(DRAWING.format(wide + 1, 90)) is None
    for size in ((wide, 90.0), (400.0, 300.0), (100.0, 520.0), (100.0, 500.0)):
        found = cards._placed(DRAWING.format(*size))
        assert found is not None
        svg, x, y, scale = found
        assert svg == DRAWING.format(*size)
        assert max(size[0] * scale / cards.CHART, size[1] * scale / (cards.HEIGHT - 110)) == pytest.approx(1)
        middle = cards.WIDTH - 44 - cards.CHART / 2
        assert x + size[0] * scale / 2 == pytest.approx(middle)
        assert y == pytest.approx(max(30, 44 + (cards.HEIGHT - 150 - size[1] * scale) / 2))


def test_a_picture_is_made_once_for_the_same_parts(tmp_path: Path) -> None:
    made: list[bytes] = []

    def make(body: bytes) -> bytes:
        made.append(body)
        return body

    for parts, body in ((("a", 1), b"1"), (("a", 1), b"2"), (("a", 2), b"3")):
        figures.kept(tmp_path, parts, lambda body=body: make(body))  # type: ignore[misc]
    assert made == [b"1", b"3"]
    files = list((tmp_path / "_build" / ".pictures").iterdir())
    assert sorted(f.read_bytes() for f in files) == made
    assert all(re.fullmatch("[0-9a-f]{24}", f.name) for f in files)


@pytest.fixture
def payload() -> dict[str, Any]:
    return Figure(
        "bars", "A title", "Dollars", "Two bars.", lambda width: DRAWING.format(width, 90),
        pd.DataFrame({"Day": ["2026-01-02"], "Dollars": [1.5]}), note="A note",
    ).payload()  # fmt: skip


def test_pages_find_a_prepared_figure_made(
    root: Path, record: Record, payload: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "CITATION.cff").write_bytes((root / "CITATION.cff").read_bytes())
    figures.prepare(tmp_path, payload, "notebooks/x")
    kept = tmp_path / "_build" / ".pictures"
    prepared = set(kept.iterdir())
    assert len(prepared) == 3, "two widths and a picture"
    made = figures.Figures(Citing(tmp_path, record), tmp_path / "out")
    monkeypatch.setattr(figures.Figures, "integrity", "sha384")
    made.render({**payload, "fold": "Open"}, "notebooks/x", "1.1", None)
    assert set(kept.iterdir()) == prepared
    made.render({**payload, "name": "other-bars"}, "notebooks/x", "1.2", None)
    assert len(set(kept.iterdir())) == 5, "the picture has no name in it, the drawings have"
    drawn = figures.draw(tmp_path, {**payload, "name": "other-bars"}), figures.draw(tmp_path, payload)
    assert made.chief("notebooks/x") == [d["narrow"] for d in drawn], "first those that stand open"
    assert made.chief("notebooks/y") == []


def test_a_figure_whose_cell_calls_nothing_is_an_error_with_its_place(record: Record, tmp_path: Path) -> None:
    (tmp_path / "x.ipynb").write_text(
        json.dumps({"cells": [{"cell_type": t, "source": ["a = 1"]} for t in ("markdown", "code")]})
    )
    with pytest.raises(ValueError, match=r"^x, cell 2: \w"):
        figures.Figures(Citing(tmp_path, record), tmp_path)._call("x", 1)


def test_a_page_that_names_a_fact_which_is_not_there_is_an_error_with_its_name(record: Record) -> None:
    app = SimpleNamespace(capital_loop_frame=SimpleNamespace(view=View(record)))
    env = SimpleNamespace(docname="notebooks/x", app=app)
    role = notebooks.FactRole()
    role.name = "fact"
    role.inliner = SimpleNamespace(document=SimpleNamespace(settings=SimpleNamespace(env=env)))  # type: ignore[assignment]
    for role.text in ("words <NO-001>", "NO-001"):
        with pytest.raises(
            ValueError, match=r"^notebooks/x names the fact NO-001, .*: execute the notebook$"
        ):
            role.run()


def test_a_frame_for_other_sites_has_room_for_the_words_and_the_controls(
    record: Record, payload: dict[str, Any], tmp_path: Path
) -> None:
    made = figures.Figures(Citing(tmp_path, record), tmp_path)
    still = made._frame({**payload, "title": 'A "title"', "note": "n" * 210}, 100.0)
    said = len(" ".join(['A "title"', payload["unit"], "n" * 210, payload["source_line"]]))
    tall = round(100 + figures.AROUND + figures.LINE * said / figures.SIGNS)
    assert still == (
        f'<iframe src="{{at}}embed/bars.html" title="A &#34;title&#34;" width="100%" height="{tall}" '
        'style="border:0" loading="lazy"></iframe>'
    )
    moving = made._frame({**payload, "title": 'A "title"', "note": "n" * 210, "moving": {}}, 100.0)
    assert moving == still.replace(str(tall), str(tall + figures.CONTROLS))


def test_a_page_over_the_budget_is_refused_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "book").mkdir()
    (tmp_path / "_static").mkdir()
    (tmp_path / "index.html").write_text("<p>")
    light = delivery.weigh(tmp_path)
    assert list(light) == ["index.html"]
    (tmp_path / "_static" / "site.css").write_bytes(random.Random(2).randbytes(1000))
    (tmp_path / "_static" / "other.css").write_bytes(random.Random(2).randbytes(1000))
    assert 1000 < delivery.weigh(tmp_path)["index.html"] - light["index.html"] < 1100
    with monkeypatch.context() as patch:
        patch.setattr(delivery, "BUDGET", max(delivery.weigh(tmp_path).values()))
        assert delivery.weigh(tmp_path), "what weighs just so much is not over it"
    for name in ("heavy", "heavier"):
        (tmp_path / "book" / f"{name}.html").write_bytes(random.Random(1).randbytes(delivery.BUDGET))
    with pytest.raises(
        RuntimeError,
        match=r"^book/heavier\.html weighs 201 KB, over the budget of 200; make it lighter; book/heavy\.html",
    ):
        delivery.weigh(tmp_path)


def test_a_search_index_that_cannot_be_made_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for out, err, said in ((" a ", " b ", "b"), ("a\n", "", "a"), ("", "", "no reason given")):
        done = SimpleNamespace(returncode=1, stdout=out, stderr=err)
        monkeypatch.setattr(delivery.subprocess, "run", lambda *_, done=done, **__: done)
        with pytest.raises(RuntimeError, match=f"^pagefind made no search index: {said}; run make setup and"):
            delivery.index_for_search(tmp_path)


def test_a_site_without_an_address_has_no_map(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CAPITAL_LOOP_URL", raising=False)
    delivery.sitemap(tmp_path, SimpleNamespace())  # type: ignore[arg-type]
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {"robots.txt": "User-agent: *\nAllow: /\n"}


def test_a_figure_that_is_taken_along_says_where_it_comes_from(
    payload: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[dict[str, Any]] = []
    monkeypatch.setattr(drawing, "framed", lambda svg, **words: said.append(words) or svg)
    for at in ("", "https://example.org"):
        if at:
            monkeypatch.setenv("CAPITAL_LOOP_URL", at)
        else:
            monkeypatch.delenv("CAPITAL_LOOP_URL", raising=False)
        figures.taken(
            {"version": "1.2"}, {**payload, "note": "", "source_line": "S."}, "<svg/>", "notebooks/x"
        )
    bare, placed = (words["foot"].split("\n") for words in said)
    assert said[0]["head"] == ["A title"]
    assert said[0]["unit"] == "Dollars"
    assert bare[0] == placed[0] == "S."
    assert placed[1] == f"{bare[1]} https://example.org/notebooks/x.html#fig-bars"
    assert "1.2" in bare[1]
