"""The feed and the calendar: valid for readers of both, the same bytes for the same record, known by lasting
names."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from types import SimpleNamespace

import icalendar
import lxml.etree
import lxml.html
import pytest

from capital_loop.chapters.watchlist.study import Study
from capital_loop.publish.site import feeds
from capital_loop.publish.site.view import View
from capital_loop.record.rows import EditionRow
from capital_loop.record.tables import Record
from capital_loop.show.words import FEED
from tests.conftest import ROOT, SITE

ATOM = "{http://www.w3.org/2005/Atom}"
WHERE = "https://loop.example.org/book"


@pytest.fixture(scope="module")
def view(record: Record) -> View:
    return View(record)


def made(view: View, address: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    if address:
        monkeypatch.setenv("CAPITAL_LOOP_URL", address)
    else:
        monkeypatch.delenv("CAPITAL_LOOP_URL", raising=False)
    return feeds.files(view)


def ids(body: bytes) -> list[str]:
    return [e.text or "" for e in lxml.etree.fromstring(body).iter(f"{ATOM}id")]


@pytest.mark.parametrize("address", ["", WHERE])
def test_the_feed_has_all_that_rfc_4287_asks_for(
    view: View, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = lxml.etree.fromstring(made(view, address, monkeypatch)["feed.xml"])
    assert tree.tag == f"{ATOM}feed"
    for one in (tree, *tree.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            (found,) = one.findall(f"{ATOM}{name}")
            assert (found.text or "").strip(), name
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", one.findtext(f"{ATOM}id") or "")
        assert dt.datetime.fromisoformat(one.findtext(f"{ATOM}updated") or "").tzinfo
        assert one.findall(f"{ATOM}link")
    assert tree.findtext(f"{ATOM}author/{ATOM}name")
    found = ids(lxml.etree.tostring(tree))
    assert len(set(found)) == len(found)
    selves = [x.get("href") for x in tree.findall(f"{ATOM}link") if x.get("rel") == "self"]
    assert selves == ([f"{WHERE}/feed.xml"] if address else []), "where the site stands is known, or not said"
    for link in tree.iter(f"{ATOM}link"):
        assert (link.get("href") or "").startswith(f"{WHERE}/") == bool(address)


def test_it_tells_editions_moved_verdicts_and_states(view: View, record: Record) -> None:
    told = feeds.entries(view, Study(record).indicators)
    of = {kind: {e.key for e in told if e.kind == kind} for kind in ("edition", "verdict", "watchlist")}
    assert of["edition"] == {f"edition/{i}" for i in record.editions["edition_id"]}
    step = next(s for s in view.steps if s["claims"])
    assert of["verdict"] == {f"verdict/{step['old']}/{c}" for c in step["claims"]}
    still = {e.key for e in told if e.kind == "edition" and "None of the" in e.text}
    assert still == {f"edition/{s['new']}" for s in view.steps if not s["claims"]}
    assert {k.split("/")[1] for k in of["watchlist"]} == set(record.watchlist["indicator_id"])
    assert [e.day for e in told] == sorted((e.day for e in told), reverse=True)


def test_no_date_comes_from_a_clock(view: View, record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    class Later(dt.date):
        @classmethod
        def today(cls) -> Later:
            return cls(2031, 1, 1)

    class Now(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> Now:
            return cls(2031, 1, 1, tzinfo=tz)

    files = made(view, "", monkeypatch)
    for name, kind in (("date", Later), ("datetime", Now)):
        with monkeypatch.context() as patch:
            patch.setattr(feeds, "dt", SimpleNamespace(**{**vars(dt), name: kind}))
            assert made(view, "", patch) == files, name
    told = {
        e.text for name in ("updated", "published")
        for e in lxml.etree.fromstring(files["feed.xml"]).iter(f"{ATOM}{name}")
    }  # fmt: skip
    known = {d.date() for d in record.editions["date"]} | {record.closed}
    known |= {record.fact(i).published for i in record.facts.index}
    assert told <= {f"{d.isoformat()}T00:00:00+00:00" for d in known}


def test_an_entry_keeps_its_name_when_the_site_moves(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    here = {place: made(view, place, monkeypatch) for place in ("", WHERE, "https://elsewhere.example.org")}
    assert len({tuple(ids(f["feed.xml"])) for f in here.values()}) == 1
    uids = {
        tuple(str(e["uid"]) for e in icalendar.Calendar.from_ical(f["watchlist.ics"]).events)
        for f in here.values()
    }
    assert len(uids) == 1
    # The names of this book, for ever: a change here makes every reader's list start anew.
    assert str(feeds.named("edition/0.1.0")) == "f03b7422-ae1a-5de7-8217-e4e56b01d0f3"


@pytest.mark.parametrize("address", ["", WHERE])
def test_the_calendar_has_every_due_date(
    view: View, record: Record, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = made(view, address, monkeypatch)["watchlist.ics"]
    assert body.endswith(b"END:VCALENDAR\r\n")
    assert max(len(line) for line in body.split(b"\r\n")) <= 75
    assert b"\n" not in body.replace(b"\r\n", b"")
    cal = icalendar.Calendar.from_ical(body)
    assert cal["version"] == "2.0"
    assert cal["prodid"]
    for event in cal.events:
        assert event["uid"]
        assert event["dtstamp"].dt.date() == record.closed
        assert ("url" in event) == bool(address)
        assert not event.errors
    said = [(e["dtstart"].dt.isoformat(), str(e["summary"])) for e in cal.events]
    assert [day for day, _ in said] == sorted(day for day, _ in said)
    assert sorted(said) == sorted(
        (d.date().isoformat(), f"Due: {t}")
        for d, t in record.watchlist[["next_release", "title"]].itertuples(index=False)
    )
    assert len({str(e["uid"]) for e in cal.events}) == len(cal.events)


def test_what_is_late_says_so_and_days_that_are_alike_go_by_name(view: View, record: Record) -> None:
    one = Study(record).indicators[0]
    late = [
        replace(one, overdue=overdue, row=replace(one.row, indicator_id=name, title=name))
        for name, overdue in (("b", False), ("c", False), ("a", True))
    ]
    events = icalendar.Calendar.from_ical(feeds.calendar(view, late)).events
    assert [str(e["summary"]) for e in events] == ["Due: a", "Due: b", "Due: c"]
    in_time = str(events[1]["description"])
    assert not in_time.endswith(" ")
    assert str(events[0]["description"]) == f"{in_time} {FEED['late']}"


def test_a_verdict_that_moved_is_news_on_the_day_of_the_edition_or_of_the_record(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = {"claims": {"R-01": {}}, "why": {}, "all": 1, "old": "0.1.0"}
    days = {e.edition_id: e.date.date() for e in record.rows(EditionRow)}
    for new, day in (("0.2.0", days["0.2.0"]), ("99.0.0", record.closed)):
        there = View(record)
        vars(there)["steps"] = [{"claims": {}, "new": "", "old": ""}, moved | {"new": new}]
        (told,) = feeds._moves(there)
        assert (told.day, told.key) == (day, "verdict/0.1.0/R-01")


@pytest.mark.skipif(not (SITE / "index.html").exists(), reason="no site yet: run make book")
def test_pages_offer_them() -> None:
    assert (ROOT / f"{feeds.WATCHLIST}.ipynb").is_file()
    for name in ("index", "claims/r-24", feeds.WATCHLIST, "book/editions"):
        tree = lxml.html.parse(str(SITE / f"{name}.html")).getroot()
        heads = {e.get("type"): e.get("href") for e in tree.iterfind(".//link[@rel='alternate']")}
        assert (SITE / name).parent.joinpath(heads["application/atom+xml"]).resolve() == SITE / "feed.xml"
        assert ("text/calendar" in heads) == (name == feeds.WATCHLIST)
        offered = [a.get("href").rpartition("/")[2] for a in tree.xpath("//p[@class='cl-offered']/a")]
        assert offered == list(feeds.OFFERED.get(name, ()))
        assert tree.xpath("//footer//a[contains(@href, 'feed.xml')]")
