"""What a reader can subscribe to: news as an Atom feed, the watchlist's dates as a calendar.

The feed has editions, moved verdicts and states of the watchlist. Both are files of the site; nothing is sent
anywhere. Every date in them is one of the record, so the same record gives the same bytes. An entry is known
by a name that says what it is about and not where the site stands: it stays the same when the site gets an
address or another one. Without an address links are relative to the file, as Atom allows.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from capital_loop.chapters.watchlist.study import Indicator, Study, state, threshold
from capital_loop.claims.rules import SCALE
from capital_loop.publish.address import address
from capital_loop.publish.site.templating import typographic
from capital_loop.publish.site.view import View
from capital_loop.record.rows import EditionRow
from capital_loop.show.words import FEED, human_period, quantity

FEED_FILE, CALENDAR_FILE = "feed.xml", "watchlist.ics"
WATCHLIST = "notebooks/14-watchlist"
OFFERED: dict[str, tuple[str, ...]] = {"book/editions": (FEED_FILE,), WATCHLIST: (FEED_FILE, CALENDAR_FILE)}
"""The files that a page offers, beside the feed in every page's head and foot."""
_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:capital-loop")
"""The space of the names: fixed for ever, or readers would see every entry anew."""


@dataclass(frozen=True)
class Entry:
    """One entry of the feed: ``key`` never changes, ``page`` is where it leads on the site."""

    key: str
    title: str
    text: str
    page: str
    day: dt.date
    kind: str


def files(view: View) -> dict[str, bytes]:
    """Both files by their path on the site."""
    indicators = Study(view.record).indicators
    return {FEED_FILE: feed(view, indicators), CALENDAR_FILE: calendar(view, indicators)}


def named(key: str) -> uuid.UUID:
    """The lasting name of a thing."""
    return uuid.uuid5(_SPACE, key)


def entries(view: View, indicators: list[Indicator]) -> list[Entry]:
    """What there is to tell, newest first."""
    found = [*_editions(view), *_moves(view), *_states(view, indicators)]
    return sorted(sorted(found, key=lambda e: e.key), key=lambda e: e.day, reverse=True)


def _editions(view: View) -> Iterator[Entry]:
    moves = {s["new"]: s for s in view.steps}
    for e in view.record.rows(EditionRow):
        said = FEED["edition"].format(name=e.edition_id)
        step = moves.get(e.edition_id)
        more = ""
        if step:
            n = len(step["claims"])
            more = FEED["moved" if n else "unmoved"].format(n=n, all=step["all"])
        text = f"{e.note} {more}".strip()
        yield Entry(
            f"edition/{e.edition_id}",
            said,
            text,
            f"book/editions.html#edition-{e.edition_id}",
            e.date.date(),
            "edition",
        )


def _moves(view: View) -> Iterator[Entry]:
    """The claims whose verdict moved to the newest edition that moved any, with moves and reasons."""
    newest = next((s for s in view.steps if s["claims"]), None)
    if newest is None:
        return
    days = {e.edition_id: e.date.date() for e in view.record.rows(EditionRow)}
    day = days.get(newest["new"], view.record.closed)
    for claim_id, moves in newest["claims"].items():
        steps = "; ".join(
            FEED[when].format(was=SCALE[m.was].lower(), now=SCALE[m.now].lower()) for when, m in moves.items()
        )
        said = [view.claims[claim_id].paraphrase, *newest["why"].get(claim_id, [])]
        text = typographic(" ".join(said))
        yield Entry(
            f"verdict/{newest['old']}/{claim_id}", FEED["verdict"].format(claim=claim_id, moves=steps), text,
            f"claims/{claim_id.lower()}.html", day, "verdict",
        )  # fmt: skip


def _states(view: View, indicators: list[Indicator]) -> Iterator[Entry]:
    """Every indicator at its newest figure: a newer figure is a new entry."""
    for i in indicators:
        newest = view.record.fact(str(i.series["fact_id"].iloc[-1]))
        text = FEED["state_text"].format(
            value=quantity(i.value, i.unit), as_of=human_period(i.as_of), strain=i.row.strain,
            threshold=threshold(i), fixed=human_period(i.fixed_on.isoformat()), scope=i.row.scope,
        )  # fmt: skip
        title = FEED["state"].format(title=i.row.title, state=state(i))
        yield Entry(
            f"watch/{i.row.indicator_id}/{i.as_of}",
            title,
            text,
            f"{WATCHLIST}.html",
            newest.published,
            "watchlist",
        )


def feed(view: View, indicators: list[Indicator]) -> bytes:
    """The Atom feed (RFC 4287)."""
    from feedgen.feed import FeedGenerator

    made, told = FeedGenerator(), entries(view, indicators)
    cff = view.citing.cff
    made.id(named("feed").urn)
    made.title(cff["title"])
    made.subtitle(FEED["subtitle"])
    made.author([{"name": a["name"]} for a in cff["authors"]])
    made.rights(FEED["rights"])
    made.language("en")
    made.generator("capital-loop", version=view.record.version)
    made.updated(_midnight(max(e.day for e in told)))
    made.link(href=f"{address()}index.html", rel="alternate", type="text/html")
    if address():
        made.link(href=f"{address()}{FEED_FILE}", rel="self", type="application/atom+xml")
    for e in told:
        one = made.add_entry(order="append")
        one.id(named(e.key).urn)
        one.title(e.title)
        one.summary(e.text)
        one.updated(_midnight(e.day))
        one.published(_midnight(e.day))
        one.category(term=e.kind)
        one.link(href=f"{address()}{e.page}")
    return bytes(made.atom_str(pretty=True)) + b"\n"


def calendar(view: View, indicators: list[Indicator]) -> bytes:
    """The days on which the watchlist's next figures are due (RFC 5545), as `capital-loop due` lists them."""
    from icalendar import Calendar, Event

    made = Calendar()
    made.add("prodid", f"-//capital-loop//watchlist {view.record.version}//EN")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("name", FEED["calendar"])
    made.add("x-wr-calname", FEED["calendar"])
    for i in sorted(indicators, key=lambda i: (i.next_release, i.row.indicator_id)):
        due = Event()
        due.add("uid", str(named(f"due/{i.row.indicator_id}/{i.next_release.isoformat()}")))
        due.add("dtstamp", _midnight(view.record.closed))
        due.add("dtstart", i.next_release)
        due.add("summary", FEED["due"].format(title=i.row.title))
        due.add("description", FEED["due_text"].format(
            release=i.row.release, question=i.row.question, strain=i.row.strain, threshold=threshold(i),
            late=FEED["late"] if i.overdue else "",
        ).strip())  # fmt: skip
        due.add("transp", "TRANSPARENT")
        if address():
            due.add("url", f"{address()}{WATCHLIST}.html")
        made.add_component(due)
    return bytes(made.to_ical())


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)
