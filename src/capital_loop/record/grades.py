"""How good a source is, by rule: its kind, whose words they are, and whether they were read where they stand.

``publishers.csv`` names the houses that have a standing and says why; a house that is not named is weak.
Nobody grades a source by hand: :func:`grade` reads the source's row and the houses of its publisher and its
address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from capital_loop.record.rows import PublisherRow, SourceRow

GRADES = {
    "filing": "A paper for an authority or an official table, read where it stands, or as data that were "
    "copied with their keys.",
    "company": "A company’s own words, on its own page or a wire that carries them word for word.",
    "press": "Reporting of a house with reporters of its own, read in that house.",
    "copy": "A filing, a company’s words, a press report or exchange prices, known by somebody’s copy or "
    "quotation.",
    "trade": "Trade press, or a named house that signs its studies.",
    "weak": "Blogs, mirrors, aggregators, social posts, digests whose origin is not named.",
}
"""The grades, best first: key in the data, meaning on the page."""
FIRST_HAND = frozenset({"filing", "company"})
"""Grades of which one source makes a fact primary."""
ORDER = {name: place for place, name in enumerate(GRADES)}
"""The place of each grade, best first."""
_UNOPENED = "not opened"
"""How a row says that its source was known by somebody's digest alone."""
_NAME_ENDS = re.compile(r" (?:via|copy|through|text|and)\b|, | / | \(")
"""What follows the house's own name in a publisher's cell: the carrier, a second house, a remark."""


class Houses:
    """The publishers that have a standing, found by name and by address."""

    def __init__(self, rows: Iterable[PublisherRow]):
        self._by_name = {r.publisher.casefold(): r for r in rows}
        self._by_host: dict[str, PublisherRow] = {}
        for row in self._by_name.values():
            self._by_host.setdefault(row.host, row)

    def named(self, publisher: str) -> PublisherRow | None:
        """The house that a publisher's cell begins with: ``Reuters via CNA`` is Reuters."""
        whole = publisher.casefold()
        return self._by_name.get(whole) or self._by_name.get(_NAME_ENDS.split(whole, maxsplit=1)[0])

    def at(self, url: str) -> PublisherRow | None:
        """The house whose address a page has: its host, or one below it."""
        parts = (urlsplit(url).hostname or "").split(".")
        return next(
            (self._by_host[h] for n in range(len(parts)) if (h := ".".join(parts[n:])) in self._by_host), None
        )


def grade(source: SourceRow, houses: Houses) -> str:
    """The grade of a source, a key of ``GRADES``.

    A table of an authority stays official where a machine carries it with its keys, but not where a digest
    tells it; prose of an authority or a company that was read in a quotation is a copy.
    """
    at = houses.at(source.url)
    here = at.of if at is not None else ""
    if source.kind == "data" and here == "official":
        return "copy" if _UNOPENED in source.quoted_in else "filing"
    if source.kind == "filing":
        return "filing" if here in ("official", "company") and not source.quoted_in else "copy"
    if source.kind == "company":
        if here == "study":
            return "trade"
        return "company" if here in ("official", "company", "wire") and not source.quoted_in else "copy"
    house = houses.named(source.publisher) or at
    if house is None:
        return "weak"
    own = not source.quoted_in and at is not None and at.host == house.host
    if house.of == "trade":
        return "trade" if own else "weak"
    mine = {"official": "filing", "study": "trade", "wire": "copy"}.get(house.of, house.of)
    return mine if own else "copy"
