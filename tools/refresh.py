"""Brings in new evidence from where it is published; shows what it would change before anything is written.

``data/feeds.csv`` says where each series comes from: company figures from SEC EDGAR, closes from Yahoo
Finance, Treasury rates from FRED, each through a maintained client. :func:`fetch` keeps every answer under
``_build/refresh`` (a second run asks again only what failed), :func:`propose` turns answers into rows that
the record lacks, :func:`consequences` tries them on a copy, and :func:`accept` puts the copy in the record's
place in one step. Nothing that stands in the record is ever overwritten: where a source now says something
else, that is reported for an editor to decide. Nothing unfinished is proposed: no trading day that is not
over, no series with a hole, no part of an answer that broke off.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import itertools
import json
import math
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from capital_loop import chapters
from capital_loop.chapters.watchlist.study import Study, state
from capital_loop.claims.checks import validate
from capital_loop.claims.editions import moved, verdict_rows
from capital_loop.claims.rules import SCALE
from capital_loop.models.intervals import exact
from capital_loop.publish.engine.build import exchange
from capital_loop.publish.lineage import Lineage
from capital_loop.record import Record, RecordError, default_root, load, stamp
from capital_loop.record.rows import FeedRow
from capital_loop.record.schema import one_line, replace_file

TIMEOUT = 30
"""Seconds that a source may take to answer."""
QUARTER = (80, 100)
"""Days that a fiscal quarter may have."""
SAME = 5e-4
"""How far two statements of one figure may differ, as a share: rounding to a million."""
OVERLAP = 20
"""Common trading days on which the record and a price source must tell the same moves."""
STEADY = 2e-3
"""How far the ratio of two series of closes may wander over the overlap, as a share: cents of rounding."""
SPLIT = 1.4
"""A change of scale by more than this is a split of the shares; less is a dividend."""

LIMITED = "too many requests (429)"
"""What a source that limits requests is said to have answered: it is not asked again in the same run."""
BEHIND = dt.timedelta(hours=5)
"""How far New York is behind UTC at most: a day of trade is over when it is over there."""

Rows = dict[str, list[dict[str, str]]]
Client = Callable[[FeedRow, str], Any]


class RefreshError(Exception):
    """A source did not answer, or not as expected; the message says what and what to do."""


@dataclass
class Proposal:
    """Rows by table that the record lacks, what was noticed on the way, and feeds that failed."""

    rows: Rows = field(default_factory=dict)
    noticed: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def add(self, table: str, **row: str) -> None:
        """One more row for a table; a row that is there already is not added twice."""
        rows = self.rows.setdefault(table, [])
        if row not in rows:
            rows.append(row)


# --- Sources
# -----------------------------------------------------------------------------------------------------------


def edgar(feed: FeedRow, agent: str) -> Any:
    """One concept of one company; EDGAR asks for a name and an address, and at most ten requests a second."""
    import requests
    from sec_edgar_api import EdgarClient
    from sec_edgar_api.EdgarAPIError import EdgarAPIError

    if "@" not in agent:
        raise RefreshError(
            "EDGAR wants to know who asks: give --agent 'Name name@example.org' or set CAPITAL_LOOP_AGENT"
        )
    client = EdgarClient(user_agent=agent)
    adapter = client._session.get_adapter("https://")
    send = adapter.send
    # The client waits for ever; requests takes a limit only with each call.
    adapter.send = lambda request, **how: send(request, **{**how, "timeout": TIMEOUT})
    taxonomy, tag = feed.concept.split(":")
    try:
        return client.get_company_concept(feed.key, taxonomy, tag)
    except EdgarAPIError as error:
        raise RefreshError(_why(str(error))) from None
    except requests.exceptions.JSONDecodeError:
        raise RefreshError("the answer was cut off or is no JSON; run again") from None
    except requests.exceptions.RequestException as error:
        raise RefreshError(_why(str(error))) from None


def closes(feed: FeedRow, agent: str) -> Any:
    """Daily closes of the last two years with and without adjustment."""
    import yfinance

    try:
        frame = yfinance.Ticker(feed.key).history(
            period="2y", auto_adjust=False, actions=True, timeout=TIMEOUT, raise_errors=True
        )
    except yfinance.exceptions.YFRateLimitError:
        raise RefreshError(f"{LIMITED}; wait an hour and run again") from None
    except Exception as error:  # it raises what its transport raises
        raise RefreshError(_why(str(error) or type(error).__name__)) from None
    try:
        frame = frame[["Close", "Adj Close"]].dropna()
        return [
            [f"{day:%Y-%m-%d}", float(row["Close"]), float(row["Adj Close"])] for day, row in frame.iterrows()
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise RefreshError(
            f"the answer has another shape ({one_line(error)}); update the client, or run again later"
        ) from None


def fred(feed: FeedRow, agent: str) -> Any:
    """One series of daily rates, in percent."""
    import requests
    from pandas_datareader._utils import RemoteDataError
    from pandas_datareader.fred import FredReader

    start = now().date() - dt.timedelta(days=90)
    try:
        frame = FredReader(feed.key, start=start, end=now().date(), timeout=TIMEOUT, retry_count=1).read()
        rows = [[f"{day:%Y-%m-%d}", float(value)] for day, value in frame[feed.key].dropna().items()]
    except (RemoteDataError, requests.exceptions.RequestException) as error:
        raise RefreshError(_why(str(error))) from None
    except (KeyError, TypeError, ValueError, AttributeError, pd.errors.ParserError) as error:
        raise RefreshError(
            f"the answer has another shape ({one_line(error)}); update the client, or run again later"
        ) from None
    if not rows:
        raise RefreshError(
            "the answer has another shape (no rate of late months); update the client, or run again later"
        )
    return rows


CLIENTS: dict[str, Client] = {"edgar": edgar, "closes": closes, "fred": fred}


def _why(text: str) -> str:
    """What went wrong, and what to do about it."""
    low = text.lower()
    if "429" in low or "too many" in low:
        return f"{LIMITED}; wait an hour and run again"
    if "403" in low or "forbidden" in low or "denied" in low:
        return "refused (403); say who asks with --agent 'Name name@example.org', or wait"
    if "404" in low:
        return "not there (404); mend the key in data/feeds.csv"
    if "timed out" in low or "timeout" in low:
        return f"no answer within {TIMEOUT} s; run again"
    return f"{one_line(text)}; run again"


def fetch(
    record: Record,
    place: Path,
    agent: str,
    say: Callable[[str], None],
    clients: dict[str, Client] | None = None,
) -> Proposal:
    """Asks every source once a day and keeps the answers; the proposal names the feeds that failed."""
    place.mkdir(parents=True, exist_ok=True)
    today = now().date().isoformat()
    out = Proposal()
    feeds = record.rows(FeedRow)
    limits: set[str] = set()
    for number, feed in enumerate(feeds, start=1):
        kept = place / f"{feed.feed_id}.json"
        if _kept(kept, today) is not None:
            continue
        if feed.origin in limits:
            out.failed.append(
                f"{feed.feed_id}: not asked, for its source limits requests; wait an hour and run again"
            )
            continue
        say(f"[{number}/{len(feeds)}] {feed.feed_id} ...")
        try:
            answer = (clients or CLIENTS)[feed.origin](feed, agent)
            replace_file(kept, json.dumps({"retrieved": today, "answer": answer}))
        except RefreshError as error:
            out.failed.append(f"{feed.feed_id}: {error}")
            if LIMITED in str(error):
                limits.add(feed.origin)
    return out


def _kept(path: Path, today: str) -> Any:
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return kept["answer"] if kept["retrieved"] == today else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


# --- Rows ---------------------------------------------------------------------------------------------------
# -----------


def propose(record: Record, place: Path, out: Proposal) -> Proposal:
    """Turns kept answers into rows that the record lacks; one of another shape is a feed that failed."""
    today = now().date().isoformat()
    closes = [f for f in record.rows(FeedRow) if f.origin == "closes"]
    open_days = _traded(_kept(place / f"{f.feed_id}.json", today) for f in closes)
    for feed in record.rows(FeedRow):
        answer = _kept(place / f"{feed.feed_id}.json", today)
        if answer is None:
            continue
        mine = Proposal(rows={table: list(rows) for table, rows in out.rows.items()})
        try:
            if feed.origin == "edgar":
                _company(record, feed, answer, mine, today)
            elif feed.origin == "fred":
                _rate(record, feed, answer, mine, today)
            else:
                _prices(record, feed, answer, mine, today, open_days)
            out.rows, out.noticed = mine.rows, out.noticed + mine.noticed  # all of a feed, or nothing of it
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            (place / f"{feed.feed_id}.json").unlink(missing_ok=True)  # asked again next time
            out.failed.append(
                f"{feed.feed_id}: the answer has another shape ({one_line(repr(error))}); the source may "
                "have changed"
            )
    _whole_days(out)
    return out


def now() -> dt.datetime:
    """The clock."""
    return dt.datetime.now(dt.UTC)


def over() -> str:
    """The first day that is not over yet where the shares are traded."""
    return (now() - BEHIND).date().isoformat()


def _traded(answers: Iterable[Any]) -> set[str]:
    """Days for which at least two shares have a close: days of trade."""
    seen = Counter(str(row[0]) for answer in answers if isinstance(answer, list) for row in answer if row)
    return {day for day, count in seen.items() if count > 1}


def _company(record: Record, feed: FeedRow, answer: Any, out: Proposal, today: str) -> None:
    entries = answer["units"][_unit(record, feed)]
    known = record.facts[(record.facts["subject"] == feed.subject) & (record.facts["metric"] == feed.metric)]
    known = known[~known["fact_id"].isin(record.derived["fact_id"])]
    newest = known["as_of"].max() if len(known) else ""
    apart = _apart(known["as_of"])
    for (start, end), found in sorted(_figures(entries, feed.span).items()):
        value, entry, how = found
        same = known[(known["as_of"] == end) & (known["period_start"] == start)]
        if len(same):
            fact = same.iloc[0]
            if not math.isclose(value, fact["value"], rel_tol=SAME):
                out.noticed.append(
                    f"{feed.feed_id}: {fact['fact_id']} says {exact(fact['value'])} for {end}, the "
                    f"{entry['form']} filed {entry['filed']} says {exact(value)}: "
                    "restated, or another scope; an editor decides"
                )
        elif end > newest:
            if len(newest) == len(end) and _days(newest, end) > apart:
                out.noticed.append(
                    f"{feed.feed_id}: the answer has no figure between {newest} and {end}; the later ones "
                    "wait until it is whole"
                )
                return
            newest = end
            accession = entry["accn"]
            source = f"sec-{accession}"
            fact_id = _free(record, out, feed.prefix)
            out.add(
                "facts", fact_id=fact_id, subject=feed.subject, deal="", metric=feed.metric,
                value=f"{value:.12g}", low="", high="",
                unit=_unit(record, feed), as_of=end, period_start=start, published=entry["filed"],
                stage="reported", confidence="primary",
                note=" ".join(filter(None, [feed.note, how])),
            )  # fmt: skip
            out.add(
                "fact_sources", fact_id=fact_id, source_id=source, locator=f"{feed.concept}, period to {end}"
            )
            _source(
                record, out, source,
                title=f"{answer['entityName']}, Form {entry['form']} filed {entry['filed']}",
                publisher=answer["entityName"],
                published=entry["filed"], kind="filing",
                note=f"Retrieved {today} from the EDGAR interface for company concepts",
                url=f"https://www.sec.gov/Archives/edgar/data/{int(feed.key)}/{accession.replace('-', '')}/",
            )  # fmt: skip


def _apart(known: Iterable[str]) -> int:
    """Days between two figures of a series at most: a quarter, or what the record has between any two."""
    days = sorted({d for d in known if len(d) == len("2026-01-01")})
    return max([QUARTER[1], *(_days(a, b) for a, b in itertools.pairwise(days))])


def _figures(entries: list[Any], span: str) -> dict[tuple[str, str], tuple[float, Any, str]]:
    """The figure of each quarter or day: as filed last, or as the difference of two cumulative ones."""
    last: dict[tuple[str, str], Any] = {}
    for e in sorted(entries, key=lambda e: str(e["filed"])):
        last[e.get("start", ""), e["end"]] = e
        float(e["val"]), str(e["accn"]), str(e["form"])  # all that is used later, or the shape is another
    if span == "instant":
        return {("", end): (float(e["val"]), e, "") for (start, end), e in last.items() if not start}
    out = {k: (float(e["val"]), e, "") for k, e in last.items() if k[0] and _days(*k) in range(*QUARTER)}
    for (start, end), e in last.items():
        for (other, middle), before in last.items():
            if start and other == start and middle < end and _days(middle, end) in range(*QUARTER):
                first = (dt.date.fromisoformat(middle) + dt.timedelta(days=1)).isoformat()
                how = "Quarter by difference of cumulative figures."
                out.setdefault((first, end), (float(e["val"]) - float(before["val"]), e, how))
    return out


def _days(start: str, end: str) -> int:
    return (dt.date.fromisoformat(end) - dt.date.fromisoformat(start)).days


def _rate(record: Record, feed: FeedRow, answer: Any, out: Proposal, today: str) -> None:
    day, value = max(answer)
    dt.date.fromisoformat(day)
    known = record.facts[(record.facts["subject"] == feed.subject) & (record.facts["metric"] == feed.metric)]
    if len(known) and day <= known["as_of"].max():
        return
    fact_id, source = _free(record, out, feed.prefix), f"fred-{feed.key.lower()}-{day}"
    out.add(
        "facts", fact_id=fact_id, subject=feed.subject, deal="", metric=feed.metric,
        value=exact(value), low="", high="",
        unit=_unit(record, feed), as_of=day, period_start="", published=day, stage="market_price",
        confidence="primary", note=feed.note,
    )  # fmt: skip
    out.add("fact_sources", fact_id=fact_id, source_id=source, locator=f"{feed.key}, {day}")
    _source(
        record, out, source, title=f"Series {feed.key}", publisher="Federal Reserve Bank of St. Louis",
        published=day, kind="data",
        note=f"Retrieved {today}", url=f"https://fred.stlouisfed.org/series/{feed.key}",
    )  # fmt: skip


def _prices(
    record: Record, feed: FeedRow, answer: Any, out: Proposal, today: str, open_days: set[str]
) -> None:
    """New closes on the basis of the record's, up to the first day that is missing or not over."""
    table = record.return_closes
    mine = table[(table["ticker"] == feed.key)]
    daily = mine[mine["frequency"] == "daily"]
    base = daily if len(daily) else mine
    kept = dict(zip(base["date"].dt.strftime("%Y-%m-%d"), base["adj_close"], strict=True))
    found = {
        str(dt.date.fromisoformat(day)): (float(close), float(adjusted)) for day, close, adjusted in answer
    }
    ratios = [kept[d] / found[d][1] for d in sorted(kept.keys() & found.keys())[-OVERLAP:]]
    if len(ratios) < OVERLAP // 4:
        raise ValueError(f"only {len(ratios)} days in common with the record")
    factor = sorted(ratios)[len(ratios) // 2]
    if max(ratios) / min(ratios) - 1 > STEADY + 0.02 / min(kept[d] for d in kept.keys() & found.keys()):
        out.noticed.append(
            f"{feed.feed_id}: on days that both have, the moves differ from the record's; nothing is "
            "proposed, an editor decides"
        )
        return
    if not 1 / SPLIT < factor < SPLIT:
        out.noticed.append(
            f"{feed.feed_id}: the shares were split: its closes are {1 / factor:.4g} times the record's; new "
            "ones are put on the record's basis"
        )
    source = f"yahoo-{feed.key.lower().replace('^', '')}-{today}"
    holes = [d for d in open_days - found.keys() if d > max(kept)]
    if holes:
        out.noticed.append(
            f"{feed.feed_id}: the answer has no close of {min(holes)}; it and later ones wait for the next "
            "run"
        )
    end = min([over(), *holes])
    new = sorted(d for d in found if max(kept) < d < end)
    known = mine.loc[mine["frequency"] == "weekly", "date"].dt.strftime("%Y-%m-%d")
    weekly = [d for d in _ends_of_weeks(sorted(found), end) if len(known) and d > known.max()]
    rows = [(d, "daily") for d in new if len(daily)] + [(d, "weekly") for d in weekly]
    for day, frequency in rows:
        out.add(
            "return_closes",
            ticker=feed.key,
            date=day,
            frequency=frequency,
            adj_close=f"{found[day][1] * factor:.2f}",
            source_id=source,
        )
    if rows:
        _source(
            record, out, source, title=f"Daily closes of {feed.key}", publisher="Yahoo Finance",
            published=today, kind="data",
            note=f"Retrieved {today}; put on the record's basis by the factor {factor:.6f}",
            url=f"https://finance.yahoo.com/quote/{feed.key}/history",
        )  # fmt: skip


def _ends_of_weeks(days: list[str], end: str) -> list[str]:
    """The last day of each week over by ``end``: a Friday, or a day after which another week was traded."""
    last: dict[tuple[int, int], dt.date] = {}
    for day in map(dt.date.fromisoformat, days):
        last[day.isocalendar()[:2]] = day
    this_week = dt.date.fromisoformat(end).isocalendar()[:2]
    over = [d for week, d in last.items() if week < this_week and (d.weekday() == 4 or week != max(last))]
    return [d.isoformat() for d in over]


def _whole_days(out: Proposal) -> None:
    """Closes must be there for every share on a day: a source that stops early would leave holes."""
    rows = out.rows.get("return_closes", [])
    end: dict[str, str] = {}
    for (_, frequency), mine in itertools.groupby(rows, lambda r: (r["ticker"], r["frequency"])):
        last = max(r["date"] for r in mine)
        end[frequency] = min(last, end.get(frequency, last))
    whole = [r for r in rows if r["date"] <= end[r["frequency"]]]
    if len(whole) < len(rows):
        days = ", ".join(f"{frequency} after {day}" for frequency, day in sorted(end.items()))
        out.noticed.append(f"closes ({days}) are not there for every share; they wait for the next run")
        out.rows["return_closes"] = whole
        cited = {r["source_id"] for r in [*whole, *out.rows.get("fact_sources", [])]}
        out.rows["sources"] = [s for s in out.rows["sources"] if s["source_id"] in cited]


def _unit(record: Record, feed: FeedRow) -> str:
    return str(record.metrics.set_index("metric_id").at[feed.metric, "unit"])


def _free(record: Record, out: Proposal, prefix: str) -> str:
    """The next free id of the refreshed series: PREFIX-E01 and on."""
    taken = set(record.facts["fact_id"]) | {r["fact_id"] for r in out.rows.get("facts", [])}
    return next(i for i in (f"{prefix}-E{n:02d}" for n in range(1, 1000)) if i not in taken)


def _source(record: Record, out: Proposal, source_id: str, **row: str) -> None:
    if source_id not in {
        *record.sources["source_id"],
        *(r["source_id"] for r in out.rows.get("sources", [])),
    }:
        out.add("sources", source_id=source_id, author="", language="en", quoted_in="", **row)


# --- What it would change, and the change
# ------------------------------------------------------------------------------


def grown(data: Path, rows: Rows, to: Path, closed: str) -> Path:
    """A copy of the record with the rows appended, stamped, its evidence ending on a later day if need be."""
    shutil.copytree(data, to, dirs_exist_ok=True)
    descriptor = json.loads((to / "datapackage.json").read_text(encoding="utf-8"))
    descriptor["closed"] = max(descriptor["closed"], closed)
    (to / "datapackage.json").write_text(
        json.dumps(descriptor, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    for resource in descriptor["resources"]:
        if rows.get(resource["name"]):
            columns = [f["name"] for f in resource["schema"]["fields"]]
            with (to / resource["path"]).open("a", encoding="utf-8", newline="") as out:
                csv.DictWriter(out, columns, lineterminator="\n").writerows(rows[resource["name"]])
    stamp(to)
    return to


def consequences(root: Path, rows: Rows) -> Iterator[str]:
    """What the book would say otherwise with these rows: validity, verdicts, the watchlist, figures."""
    before = load(root / "data")
    with tempfile.TemporaryDirectory() as place:
        data = grown(root / "data", rows, Path(place) / "data", _newest(rows))
        try:
            yield f"valid     {validate(data)}"
        except RecordError as error:
            yield from (f"INVALID   {p}" for p in error.problems)
            return
        after = load(data)
        old, new = ({r["claim_id"]: r for r in verdict_rows(r_)} for r_ in (before, after))
        for m in moved(old, new):
            yield (
                f"verdict   {m.claim_id}, {m.when.replace('_', ' ')}: {SCALE[m.was].lower()} -> "
                f"{SCALE[m.now].lower()}"
            )
        for was, now in zip(Study(before).indicators, Study(after).indicators, strict=True):
            if was.series["value"].iloc[-1] != now.series["value"].iloc[-1] or state(was) != state(now):
                yield (
                    f"watchlist {was.row.title}: {exact(was.series['value'].iloc[-1])} ({state(was)}) -> "
                    f"{exact(now.series['value'].iloc[-1])} ({state(now)})"
                )
        yield from _figures_touched(root, before, rows)


def _figures_touched(root: Path, record: Record, rows: Rows) -> Iterator[str]:
    """Figures that draw a series which grows, by the facts of that series which their cells name or link."""
    series = {(r["subject"], r["metric"]) for r in rows.get("facts", [])}
    facts = record.facts
    ids = {
        i
        for i, s, m in zip(facts["fact_id"], facts["subject"], facts["metric"], strict=True)
        if (s, m) in series
    }
    for p in Lineage(root, record).places:
        if hit := sorted({i for i, _ in p.linked if i in ids} | (p.named & ids)):
            yield f"cell      {p} (shows {', '.join(hit[:4])})"
    for path in sorted(Path(str(chapters.__file__)).parent.glob("*/*.py")):
        if rows.get("return_closes") and "return_closes" in path.read_text(encoding="utf-8"):
            yield f"figures   of {path.parent.name}/{path.stem} read the closes"


def _newest(rows: Rows) -> str:
    return max(
        [r["published"] for r in rows.get("facts", [])] + [r["date"] for r in rows.get("return_closes", [])],
        default="",
    )


def save(out: Proposal, root: Path, place: Path) -> Path:
    """Keeps a proposal with the state of the record that it was made for."""
    path, proposal = place / "proposal.json", {"record": _state(root / "data"), "rows": out.rows}
    replace_file(path, json.dumps(proposal, indent=1, ensure_ascii=False))
    return path


def accept(root: Path, place: Path) -> str:
    """Puts the proposed rows into the record, all or none; raises ``RefreshError`` or ``RecordError``."""
    path = place / "proposal.json"
    try:
        proposal = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise RefreshError("there is no proposal: run make refresh first") from None
    if proposal["record"] != _state(root / "data"):
        raise RefreshError("data/ has changed since the proposal was made: run make refresh again")
    side = place / "data"  # where it is on the same disk, the two change places
    shutil.rmtree(side, ignore_errors=True)
    try:
        said = validate(grown(root / "data", proposal["rows"], side, _newest(proposal["rows"])))
        if not exchange(side, root / "data"):
            for new in sorted(side.iterdir(), key=lambda p: p.name == "datapackage.json"):
                if new.is_file():
                    replace_file(root / "data" / new.name, new.read_bytes())
    finally:
        shutil.rmtree(side, ignore_errors=True)
    path.unlink()
    return said


def _state(data: Path) -> list[str]:
    descriptor = json.loads((data / "datapackage.json").read_text(encoding="utf-8"))
    return [r.get("hash", "") for r in descriptor["resources"]]


def report(out: Proposal) -> Iterator[str]:
    """What was found, in lines."""
    for table, rows in sorted(out.rows.items()):
        if rows:
            yield f"new       {len(rows)} rows for {table}"
    for r in out.rows.get("facts", []):
        yield (
            f"fact      {r['fact_id']}: {r['subject']}, {r['metric']} = {float(r['value']):,.6g} "
            f"{r['unit']}, as of {r['as_of']}, public {r['published']}"
        )
    yield from (f"noticed   {line}" for line in out.noticed)
    yield from (f"FAILED    {line}" for line in out.failed)


def run(
    root: Path, agent: str, say: Callable[[str], None] = print, clients: dict[str, Client] | None = None
) -> int:
    """Fetches, proposes, shows; writes nothing into the record. Gives the exit status."""
    validate(root / "data")
    record, place = load(root / "data"), root / "_build" / "refresh"
    out = propose(record, place, fetch(record, place, agent, say, clients))
    for line in report(out):
        say(line)
    if any(out.rows.values()):
        for line in consequences(root, out.rows):
            say(line)
        save(out, root, place)
        say("Nothing is written yet. To take these rows into data/: make refresh ACCEPT=1")
    else:
        (place / "proposal.json").unlink(missing_ok=True)
        if not out.failed:
            say("The record has all that the sources say.")
    if out.failed:
        say(
            f"{len(out.failed)} of {len(record.feeds)} series could not be read; run make refresh again for "
            "those."
        )
    return 1 if out.failed else 0


def main(argv: list[str] | None = None) -> int:
    """Proposes new figures, or takes the last proposal in; problems go to stderr with exit code 1."""
    parser = argparse.ArgumentParser(prog="refresh", description=__doc__)
    parser.add_argument("--accept", action="store_true", help="take the last proposal into data/")
    parser.add_argument(
        "--agent", default=os.environ.get("CAPITAL_LOOP_AGENT", ""), help="who asks: 'Name name@example.org'"
    )
    args = parser.parse_args(argv)
    root = default_root()
    try:
        if args.accept:
            print(accept(root, root / "_build" / "refresh"))
            return 0
        return run(root, args.agent)
    except (RefreshError, RecordError) as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(
            f"{error.filename or root}: {error.strerror or error}; mend that and run again", file=sys.stderr
        )
    except KeyboardInterrupt:
        print("interrupted; data/ is as it was", file=sys.stderr)
        return 130
    return 1


if __name__ == "__main__":
    sys.exit(main())
