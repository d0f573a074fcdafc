"""Grades of sources by rule, and what sources are worth together."""

from __future__ import annotations

import pytest

from capital_loop.claims.sources import confidence, independent, weak_alone, weakest_grade
from capital_loop.record import Record
from capital_loop.record.grades import GRADES, Houses, grade
from capital_loop.record.rows import PublisherRow, SourceRow
from capital_loop.record.tables import Source

HOUSES = Houses(
    [
        PublisherRow(0, "SEC", "sec.gov", "official", ""),
        PublisherRow(1, "OpenAI", "openai.com", "company", ""),
        PublisherRow(2, "Epicos", "epicos.com", "wire", ""),
        PublisherRow(3, "Reuters", "reuters.com", "press", ""),
        PublisherRow(4, "Channel NewsAsia", "channelnewsasia.com", "press", ""),
        PublisherRow(5, "The Register", "theregister.com", "trade", ""),
        PublisherRow(6, "Epoch AI", "epoch.ai", "study", ""),
    ]
)


@pytest.mark.parametrize(
    ("kind", "publisher", "url", "quoted_in", "expected"),
    [
        ("filing", "Oracle / SEC EDGAR", "https://www.sec.gov/a", "", "filing"),
        ("filing", "Oracle / SEC EDGAR", "https://www.sec.gov/a", "a digest", "copy"),
        ("filing", "Oracle", "https://mirror.example/a", "", "copy"),
        ("data", "Oracle / SEC EDGAR", "https://data.sec.gov/a", "a repository", "filing"),
        ("company", "OpenAI", "https://openai.com/a", "", "company"),
        ("company", "Oracle via Epicos", "https://www.epicos.com/a", "", "company"),
        ("company", "OpenAI", "https://blog.example/a", "", "copy"),
        ("press", "Reuters", "https://www.reuters.com/a", "", "press"),
        ("press", "Reuters via CNA", "https://www.channelnewsasia.com/a", "", "copy"),
        ("press", "A blog", "https://blog.example/a", "", "weak"),
        ("press", "A blog (relaying Reuters)", "https://blog.example/a", "", "weak"),
        ("press", "The Register", "https://www.theregister.com/a", "", "trade"),
        ("press", "The Register", "https://mirror.example/a", "a mirror", "weak"),
        ("analysis", "Epoch AI", "https://epoch.ai/a", "", "trade"),
        ("press", "Reuters", "https://notreuters.com/a", "", "copy"),
        ("press", "Nobody", "https://notreuters.com/a", "", "weak"),
    ],
)
def test_a_grade_follows_from_kind_house_and_address(
    kind: str, publisher: str, url: str, quoted_in: str, expected: str
) -> None:
    row = SourceRow(0, "s", "t", publisher, "", "2025", url, kind, "en", quoted_in, "", "")
    assert grade(row, HOUSES) == expected


def test_copies_of_one_original_are_one_source_and_weak_ones_none() -> None:
    def source(name: str, of: str, original: str = "") -> Source:
        return Source(name, "t", "p", "2025", "", "press", "", "", of, original)

    assert len(independent([source("a", "press"), source("b", "copy", "a"), source("c", "trade", "a")])) == 1
    assert len(independent([source("a", "press"), source("b", "trade"), source("c", "weak")])) == 2


def test_every_source_has_a_grade(record: Record) -> None:
    assert {record.source(i).grade for i in record.sources["source_id"]} == set(GRADES)


def test_a_computed_fact_is_weak_where_an_input_is(record: Record) -> None:
    weak = [i for i in record.facts.index if weak_alone(record, [i])]
    firm = next(i for i in record.facts.index if confidence(record, i) == "primary")
    assert weak
    assert not weak_alone(record, [weak[0], firm])
    assert not weak_alone(record, [])
    for fact_id, inputs in ((d.fact_id, d.inputs.split(";")) for d in record.derived.itertuples()):
        assert not any(i in weak for i in inputs) or fact_id in weak


def test_a_computed_fact_has_the_grade_of_its_weakest_input(record: Record) -> None:
    """The page of a claim, the filter of the evidence and who owes whom show this one grade."""
    mixed = set()
    for fact in map(record.fact, record.facts.index):
        own = [GRADES[s.grade] for s in fact.sources]
        order = list(GRADES.values())
        if fact.derived_from:
            inputs = [record.fact(i).grade if i in record.facts.index else "copy" for i in fact.derived_from]
            assert fact.grade == max(inputs, key=list(GRADES).index), fact.fact_id
            mixed |= {fact.fact_id} if GRADES[fact.grade] != min(own, key=order.index) else set()
        else:
            assert GRADES[fact.grade] == min(own, key=order.index), fact.fact_id
        assert weakest_grade(record, [fact.fact_id]) == fact.grade
    assert mixed, "some are weaker than the best of all sources below them"


def test_a_table_known_by_a_digest_alone_is_a_copy(record: Record) -> None:
    """FRED's spreads of bonds were read in a digest; its notes of the Treasury came as data with their
    keys."""
    assert record.source("fred-oas").grade == "copy"
    assert record.source("fred-dgs5").grade == "filing"
