"""Bringing in new evidence: from recorded answers, and from sources that fail. No test asks the network."""

from __future__ import annotations

import copy as copies
import datetime as dt
import errno
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
import requests
import responses

from capital_loop.claims.checks import validate
from capital_loop.record.tables import Record, load
from tests.test_build import snapshot
from tools import refresh
from tools.refresh import RefreshError, accept, main, run

pytestmark = pytest.mark.slow

AGENT = "Capital Loop reader@example.org"
RECORDED = Path(__file__).parent / "recorded"
EDGAR = "https://data.sec.gov/api/xbrl/companyconcept/CIK0001341439/us-gaap/{}.json"
TAGS = {
    "oracle-capex": "PaymentsToAcquirePropertyPlantAndEquipment",
    "oracle-backlog": "RevenueRemainingPerformanceObligation",
}
FRED = "https://fred.stlouisfed.org/graph/fredgraph.csv"


def recorded(name: str) -> Any:
    return json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))


def feed(record: Record, name: str) -> Any:
    return next(f for f in record.feeds.itertuples() if f.feed_id == name)


@pytest.fixture
def net() -> Iterator[responses.RequestsMock]:
    """Answers only what a test registers; anything else is refused as by a machine without a network."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("urllib3.util.retry.Retry.sleep", lambda *_, **__: None)
    monkeypatch.setattr("time.sleep", lambda *_: None)


@pytest.fixture(autouse=True)
def _checked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A record that was found valid is so the next time; what is not valid is told each time."""

    def once(data: Path) -> str:
        key = hashlib.sha256(b"".join(p.read_bytes() for p in sorted(data.glob("*.*")))).hexdigest()
        if key not in VALID:
            VALID[key] = validate(data)
        return VALID[key]

    monkeypatch.setattr(refresh, "validate", once)


VALID: dict[str, str] = {}


# --- Clients ------------------------------------------------------------------------------------------------


def test_edgar_is_told_who_asks_and_waits_no_longer_than_it_may(
    net: responses.RequestsMock, record: Record
) -> None:
    net.get(EDGAR.format(TAGS["oracle-capex"]), json=recorded("oracle-capex"))
    assert refresh.edgar(feed(record, "oracle-capex"), AGENT)["entityName"] == "ORACLE CORP"
    call = net.calls[0].request
    assert call.headers["User-Agent"] == AGENT
    assert call.req_kwargs["timeout"] == refresh.TIMEOUT


def test_edgar_is_not_asked_anonymously(net: responses.RequestsMock, record: Record) -> None:
    with pytest.raises(RefreshError, match="wants to know who asks"):
        refresh.edgar(feed(record, "oracle-capex"), "")
    assert not net.calls


def test_the_client_keeps_the_rate_limit_of_edgar() -> None:
    from sec_edgar_api import _BaseClient as client

    rate = client.SEC_THROTTLE_LIMIT_RATE
    assert rate.limit / (rate.interval / 1000) <= 10


FAILURES: dict[str, tuple[dict[str, Any], str]] = {
    "403": (
        {"status": 403, "body": "<html>Your Request Originates from an Undeclared Automated Tool</html>"},
        "refused.*--agent",
    ),
    "404": ({"status": 404}, "mend the key in data/feeds.csv"),
    "429": (
        {"status": 429, "body": "<html>Request Rate Threshold Exceeded</html>"},
        "too many requests.*wait",
    ),
    "time-out": (
        {"body": requests.exceptions.ReadTimeout("Read timed out. (read timeout=30)")},
        "no answer within 30 s",
    ),
    "no network": ({"body": requests.exceptions.ConnectionError("Name or service not known")}, "run again"),
    "cut off": ({"body": '{"cik": 1341439, "units": {"USD": [{"start": "20'}, "cut off or is no JSON"),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_a_failure_of_edgar_says_what_to_do(
    net: responses.RequestsMock, record: Record, failure: str
) -> None:
    answer, words = FAILURES[failure]
    net.get(EDGAR.format(TAGS["oracle-capex"]), **answer)
    with pytest.raises(RefreshError, match=words):
        refresh.edgar(feed(record, "oracle-capex"), AGENT)


def test_fred_is_read_and_a_missing_day_skipped(
    net: responses.RequestsMock, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refresh, "now", later(2026, 12, 14))
    net.get(FRED, body=(RECORDED / "DGS5.csv").read_text(encoding="utf-8"))
    assert refresh.fred(feed(record, "treasury-five-years"), AGENT) == [
        ["2026-12-08", 3.71],
        ["2026-12-10", 3.68],
    ]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"status": 403}, "refused|run again"),
        ({"status": 429}, "too many|run again"),
        ({"body": requests.exceptions.ConnectTimeout("timed out")}, "no answer within|run again"),
        ({"body": "<!doctype html><html><body>Error</body></html>"}, "another shape|run again"),
        ({"body": "observation_date,DGS5\n2026-12-08,three\n"}, "another shape"),
    ],
)
def test_a_failure_of_fred_is_one_line(
    net: responses.RequestsMock,
    record: Record,
    answer: dict[str, Any],
    words: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(refresh, "now", later(2026, 12, 14))
    net.get(FRED, **answer)
    with pytest.raises(RefreshError, match=words):
        refresh.fred(feed(record, "treasury-five-years"), AGENT)


def ticker(history: Callable[..., pd.DataFrame]) -> Callable[[str], Any]:
    return lambda symbol: SimpleNamespace(history=history)


def test_closes_come_with_and_without_adjustment(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    import yfinance

    days = pd.DatetimeIndex(["2026-12-09", "2026-12-10"], tz="America/New_York")
    frame = pd.DataFrame(
        {"Open": [1.0, 1.0], "Close": [210.5, 214.25], "Adj Close": [209.9, 213.6], "Volume": [1, 2]},
        index=days,
    )
    monkeypatch.setattr(yfinance, "Ticker", ticker(lambda **_: frame))
    assert refresh.closes(feed(record, "close-orcl"), AGENT) == [
        ["2026-12-09", 210.5, 209.9],
        ["2026-12-10", 214.25, 213.6],
    ]
    monkeypatch.setattr(
        yfinance, "Ticker", ticker(lambda **_: frame.rename(columns={"Adj Close": "Adjusted"}))
    )
    with pytest.raises(RefreshError, match="another shape"):
        refresh.closes(feed(record, "close-orcl"), AGENT)


@pytest.mark.parametrize(
    ("error", "words"),
    [("rate", "too many requests"), ("timeout", "no answer within"), ("gone", "run again")],
)
def test_a_failure_of_the_price_source_is_one_line(
    record: Record, monkeypatch: pytest.MonkeyPatch, error: str, words: str
) -> None:
    import yfinance

    raised = {
        "rate": yfinance.exceptions.YFRateLimitError(),
        "timeout": TimeoutError("Operation timed out after 30001 milliseconds"),
        "gone": yfinance.exceptions.YFPricesMissingError("ORCL", "(period=2y)"),
    }[error]

    def history(**_: Any) -> pd.DataFrame:
        raise raised

    monkeypatch.setattr(yfinance, "Ticker", ticker(history))
    with pytest.raises(RefreshError, match=words):
        refresh.closes(feed(record, "close-orcl"), AGENT)


# --- Proposals ----------------------------------------------------------------------------------------------


def later(year: int, month: int, day: int, hour: int = 12) -> Callable[[], dt.datetime]:
    """A clock that stands."""
    return lambda: dt.datetime(year, month, day, hour, tzinfo=dt.UTC)


@pytest.fixture
def book(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project on a later day: its data and notebooks."""
    for name in ("data", "notebooks"):
        shutil.copytree(root / name, tmp_path / name)
    monkeypatch.setattr(refresh, "now", later(2026, 12, 14))
    return tmp_path


def market(
    record: Record, factor: float = 1.0, until: str = "2026-12-11", bend: float = 0.0
) -> Callable[[Any, str], Any]:
    """A price source: the record's closes on another basis, then a day after day that it does not have."""

    def ask(feed: Any, agent: str) -> Any:
        mine = record.return_closes[record.return_closes["ticker"] == feed.key]
        base = (
            mine[mine["frequency"] == "daily"] if (mine["frequency"] == "daily").any() else mine
        ).sort_values("date")
        old = [(f"{d:%Y-%m-%d}", p) for d, p in zip(base["date"], base["adj_close"], strict=True)]
        days = [
            f"{d:%Y-%m-%d}" for d in pd.bdate_range(pd.Timestamp(old[-1][0]) + pd.Timedelta(days=1), until)
        ]
        mine = record.prices[
            record.prices["ticker"] == feed.key
        ]  # days that the record has in its other table
        known = dict(zip(mine["date"].dt.strftime("%Y-%m-%d"), mine["adj_close"], strict=True))
        new = [(d, known.get(d, old[-1][1] * (1 + 0.001 * n))) for n, d in enumerate(days, start=1)]
        return [[d, p, p * factor * (1 + bend * (n % 7))] for n, (d, p) in enumerate(old + new)]

    return ask


def answers(record: Record, **changed: Any) -> dict[str, Any]:
    def company(feed: Any, agent: str) -> Any:
        if feed.feed_id in changed:
            return changed[feed.feed_id]
        if feed.feed_id in TAGS:
            return recorded(feed.feed_id)
        raise RefreshError("not there (404); mend the key in data/feeds.csv")

    quiet: Any = lambda feed, agent: market(record, until="2026-09-01")(feed, agent)  # noqa: E731
    rates: Any = lambda feed, agent: [["2026-12-08", 3.71], ["2026-12-10", 3.68]]  # noqa: E731
    return {"edgar": company, "closes": changed.get("closes", quiet), "fred": changed.get("fred", rates)}


def proposed(book: Path) -> dict[str, list[dict[str, str]]]:
    return json.loads((book / "_build/refresh/proposal.json").read_text(encoding="utf-8"))["rows"]  # type: ignore[no-any-return]


def test_new_figures_are_proposed_shown_and_not_written(book: Path, record: Record) -> None:
    before, said = snapshot(book / "data"), []
    run(book, AGENT, said.append, answers(record))
    assert snapshot(book / "data") == before
    facts = {f["metric"]: f for f in proposed(book)["facts"]}
    quarter = facts["cash_capex"]
    assert (quarter["as_of"], quarter["period_start"], quarter["published"]) == (
        "2026-11-30",
        "2026-09-01",
        "2026-12-11",
    )
    assert float(quarter["value"]) == 61000000000 - 28499000000  # two quarters less the first
    assert "by difference" in quarter["note"]
    assert facts["remaining_performance_obligations"]["value"] == "701000000000"
    assert facts["treasury_rate"]["value"] == "3.68"
    sources = {s["source_id"]: s for s in proposed(book)["sources"]}
    assert "Retrieved 2026-12-14" in sources["sec-0001193125-26-999999"]["note"]
    assert (
        sources["sec-0001193125-26-999999"]["url"]
        == "https://www.sec.gov/Archives/edgar/data/1341439/000119312526999999/"
    )
    text = "\n".join(said)
    assert "valid     data/ is valid" in text
    assert "watchlist" in text
    assert any(s.startswith("cell      08-leverage, ") for s in said), text
    assert "alphabet-capex: not there (404)" in text
    assert said[-2].startswith("Nothing is written yet")
    assert said[-1].startswith("6 of 21 series could not be read")


def test_what_is_accepted_is_a_valid_record_with_the_new_rows_only(book: Path, record: Record) -> None:
    run(book, AGENT, lambda _: None, answers(record))
    before = {p.name: p.read_text(encoding="utf-8") for p in (book / "data").glob("*.csv")}
    new = proposed(book)
    assert "is valid" in accept(book, book / "_build" / "refresh")
    assert "is valid" in validate(book / "data")
    for name, text in before.items():
        after = (book / "data" / name).read_text(encoding="utf-8")
        assert after.startswith(text), f"{name}: something that stood there was changed"
        table = name.removesuffix(".csv").replace("-", "_")
        assert after.count("\n") - text.count("\n") == len(new.get(table, []))
    assert load(book / "data").closed == dt.date(2026, 12, 11)
    assert sorted(p.name for p in book.iterdir()) == ["_build", "data", "notebooks"]
    with pytest.raises(RefreshError, match="no proposal"):
        accept(book, book / "_build" / "refresh")


def test_an_interrupted_acceptance_changes_nothing(
    book: Path, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(book, AGENT, lambda _: None, answers(record))
    before = snapshot(book / "data")

    def stop(*_: Any) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(refresh, "exchange", stop)
    with pytest.raises(KeyboardInterrupt):
        accept(book, book / "_build" / "refresh")
    assert snapshot(book / "data") == before
    monkeypatch.undo()
    assert "is valid" in accept(book, book / "_build" / "refresh")


def test_a_build_folder_on_another_disk_can_be_accepted_from(
    book: Path, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There two folders cannot change places, nor can a file move over."""
    run(book, AGENT, lambda _: None, answers(record))
    move = Path.replace

    def replace(self: Path, target: Path) -> Path:
        if ("_build" in self.parts) != ("_build" in Path(target).parts):
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        return move(self, target)

    monkeypatch.setattr(refresh, "exchange", lambda one, other: False)
    monkeypatch.setattr(Path, "replace", replace)
    assert "is valid" in accept(book, book / "_build" / "refresh")
    assert load(book / "data").closed == dt.date(2026, 12, 11)


def test_a_record_that_changed_meanwhile_is_not_touched(book: Path, record: Record) -> None:
    run(book, AGENT, lambda _: None, answers(record))
    descriptor = book / "data" / "datapackage.json"
    text = json.loads(descriptor.read_text(encoding="utf-8"))
    text["resources"][0]["hash"] = "sha256:other"
    descriptor.write_text(json.dumps(text), encoding="utf-8")
    with pytest.raises(RefreshError, match="has changed since"):
        accept(book, book / "_build" / "refresh")


def test_a_restated_figure_is_reported_and_left_to_an_editor(book: Path, record: Record) -> None:
    restated = recorded("oracle-capex")
    later_filing = {
        **restated["units"]["USD"][0],
        "val": 9100000000,
        "accn": "0001193125-26-999999",
        "form": "10-Q/A",
        "filed": "2026-12-11",
    }
    restated["units"]["USD"] = [*restated["units"]["USD"][:4], later_filing]
    said: list[str] = []
    run(book, AGENT, said.append, answers(record, **{"oracle-capex": restated}))
    line = next(s for s in said if "ORCL-162" in s and s.startswith("noticed"))
    assert "says 8502000000" in line
    assert "10-Q/A filed 2026-12-11 says 9100000000" in line
    assert not [f for f in proposed(book)["facts"] if f["as_of"] == "2025-08-31"]


SHAPES: dict[str, Callable[[Any], Any]] = {
    "no units": lambda a: {k: v for k, v in a.items() if k != "units"},
    "another currency": lambda a: {**a, "units": {"EUR": a["units"]["USD"]}},
    "no value": lambda a: {
        **a,
        "units": {"USD": [{k: v for k, v in e.items() if k != "val"} for e in a["units"]["USD"]]},
    },
    "text for a value": lambda a: {**a, "units": {"USD": [{**e, "val": "n/a"} for e in a["units"]["USD"]]}},
    "a list": lambda a: [a],
    "no such day": lambda a: {**a, "units": {"USD": [{**e, "end": "2026-02-30"} for e in a["units"]["USD"]]}},
}


@pytest.mark.parametrize("shape", SHAPES)
def test_an_answer_of_another_shape_fails_alone_and_is_asked_again(
    book: Path, record: Record, shape: str
) -> None:
    said: list[str] = []
    wrong = SHAPES[shape](copies.deepcopy(recorded("oracle-capex")))
    assert run(book, AGENT, said.append, answers(record, **{"oracle-capex": wrong})) == 1
    assert any(s.startswith("FAILED    oracle-capex: the answer has another shape") for s in said), said
    assert "remaining_performance_obligations" in {f["metric"] for f in proposed(book)["facts"]}
    run(book, AGENT, lambda _: None, answers(record))
    assert "cash_capex" in {f["metric"] for f in proposed(book)["facts"]}


def test_a_second_run_asks_only_what_failed(book: Path, record: Record) -> None:
    asked: list[str] = []
    clients = answers(record)

    def counted(origin: str) -> Callable[[Any, str], Any]:
        def ask(feed: Any, agent: str) -> Any:
            asked.append(feed.feed_id)
            return clients[origin](feed, agent)

        return ask

    spied = {origin: counted(origin) for origin in clients}
    run(book, AGENT, lambda _: None, spied)
    assert len(asked) == len(record.feeds)
    failed = [f for f in asked if f not in {p.stem for p in (book / "_build/refresh").glob("*.json")}]
    asked.clear()
    run(book, AGENT, lambda _: None, spied)
    assert asked == failed
    (book / "_build/refresh/oracle-capex.json").write_text(
        '{"retrieved": "2026-12', encoding="utf-8"
    )  # half a file
    asked.clear()
    run(book, AGENT, lambda _: None, spied)
    assert asked == sorted(["oracle-capex", *failed], key=list(record.feeds["feed_id"]).index)


@pytest.mark.parametrize(
    ("factor", "words"),
    [(1.0, ""), (0.997, ""), (0.1, "the shares were split: its closes are 0.1 times the record's")],
)
def test_closes_are_put_on_the_records_basis(book: Path, record: Record, factor: float, words: str) -> None:
    said: list[str] = []
    run(book, AGENT, said.append, answers(record, closes=market(record, factor)))
    rows = [r for r in proposed(book)["return_closes"] if r["ticker"] == "ORCL" and r["frequency"] == "daily"]
    last = (
        record.return_closes[
            (record.return_closes["ticker"] == "ORCL") & (record.return_closes["frequency"] == "daily")
        ]
        .sort_values("date")
        .iloc[-1]
    )
    assert rows[0]["date"] > f"{last['date']:%Y-%m-%d}"
    assert float(rows[0]["adj_close"]) == pytest.approx(last["adj_close"] * 1.001, rel=1e-3)
    assert not words or any(words in s for s in said)
    assert any(s.startswith("valid") for s in said), chr(10).join(said[21:])[:3000]
    fridays = {r["date"] for r in proposed(book)["return_closes"] if r["frequency"] == "weekly"}
    assert all(dt.date.fromisoformat(d).weekday() == 4 for d in fridays)


def test_closes_that_tell_other_moves_are_refused(book: Path, record: Record) -> None:
    said: list[str] = []
    run(book, AGENT, said.append, answers(record, closes=market(record, bend=0.01)))
    assert any("the moves differ from the record's; nothing is proposed" in s for s in said)
    assert not proposed(book).get("return_closes")


def test_a_share_whose_closes_stop_early_makes_the_others_wait(book: Path, record: Record) -> None:
    def ask(feed: Any, agent: str) -> Any:
        return market(record, until="2026-11-06" if feed.key == "AMD" else "2026-12-11")(feed, agent)

    said: list[str] = []
    run(book, AGENT, said.append, answers(record, closes=ask))
    assert max(r["date"] for r in proposed(book)["return_closes"]) == "2026-11-06"
    assert any("they wait for the next run" in s for s in said)


def closed_days(book: Path) -> set[str]:
    rows = proposed(book).get("return_closes", [])
    assert {r["frequency"] for r in rows} == {"daily", "weekly"}
    return {r["date"] for r in rows if r["frequency"] == "daily"}


@pytest.mark.parametrize(
    ("clock", "newest"),
    [
        ((2026, 12, 11, 15), "2026-12-10"),
        ((2026, 12, 12, 3), "2026-12-10"),
        ((2026, 12, 12, 6), "2026-12-11"),
    ],
)
def test_a_day_of_trade_counts_when_it_is_over_in_new_york(
    book: Path, record: Record, monkeypatch: pytest.MonkeyPatch, clock: tuple[int, ...], newest: str
) -> None:
    """Wherever the clock that is read stands: 3 h of the 12th in UTC is the evening of the 11th there."""
    monkeypatch.setattr(refresh, "now", later(*clock))
    run(book, AGENT, lambda _: None, answers(record, closes=market(record)))
    assert max(closed_days(book)) == newest


def test_a_close_that_is_missing_in_the_middle_makes_the_later_ones_wait(book: Path, record: Record) -> None:
    def ask(feed: Any, agent: str) -> Any:
        rows = market(record)(feed, agent)
        return [r for r in rows if r[0] != "2026-12-02"] if feed.key == "AMD" else rows

    said: list[str] = []
    run(book, AGENT, said.append, answers(record, closes=ask))
    assert max(closed_days(book)) == "2026-12-01"
    assert any("close-amd: the answer has no close of 2026-12-02" in s for s in said)


def test_the_end_of_a_week_is_its_last_day_of_trade_and_not_where_an_answer_stops() -> None:
    days = [f"{d:%Y-%m-%d}" for d in pd.bdate_range("2026-11-30", "2026-12-10")]
    assert refresh._ends_of_weeks(days, "2026-12-14") == ["2026-12-04"]
    assert refresh._ends_of_weeks([*days, "2026-12-11"], "2026-12-12") == ["2026-12-04"]
    assert refresh._ends_of_weeks([*days, "2026-12-11"], "2026-12-14") == ["2026-12-04", "2026-12-11"]
    assert refresh._ends_of_weeks([*days, "2026-12-14"], "2026-12-15") == ["2026-12-04", "2026-12-10"]


def test_an_answer_that_lacks_a_quarter_proposes_none_after_it(book: Path, record: Record) -> None:
    holed = recorded("oracle-backlog")
    last = max(holed["units"]["USD"], key=lambda e: e["end"])
    holed["units"]["USD"] = [
        *(e for e in holed["units"]["USD"] if e is not last),
        {**last, "end": "2027-02-28", "filed": "2027-03-12"},
    ]
    said: list[str] = []
    run(book, AGENT, said.append, answers(record, **{"oracle-backlog": holed}))
    assert any("oracle-backlog: the answer has no figure between" in s for s in said), said
    assert "remaining_performance_obligations" not in {f["metric"] for f in proposed(book)["facts"]}


def test_an_answer_that_breaks_off_leaves_nothing_of_its_feed(book: Path, record: Record) -> None:
    """The newest entry is whole, the one before it is not: no row, and no source without a row."""
    broken = recorded("oracle-capex")
    del broken["units"]["USD"][-1]["form"]
    run(book, AGENT, lambda _: None, answers(record, **{"oracle-capex": broken, "oracle-backlog": [1]}))
    rows = proposed(book)
    assert {f["metric"] for f in rows["facts"]} == {"treasury_rate"}
    cited = {s["source_id"] for s in rows["fact_sources"] + rows["return_closes"]}
    assert {s["source_id"] for s in rows["sources"]} == cited


def test_a_source_that_limits_is_left_alone_and_the_others_are_asked(book: Path, record: Record) -> None:
    asked: list[str] = []

    def limit(feed: Any, agent: str) -> Any:
        asked.append(feed.feed_id)
        raise RefreshError(refresh._why("HTTP 429 Too Many Requests"))

    said: list[str] = []
    assert run(book, AGENT, said.append, {**answers(record), "edgar": limit}) == 1
    companies = int((record.feeds["origin"] == "edgar").sum())
    assert len(asked) == 1
    assert sum("limits requests; wait an hour" in s for s in said) == companies - 1
    assert proposed(book)["facts"][0]["metric"] == "treasury_rate"


def test_a_proposal_that_would_break_the_record_says_so_and_cannot_be_accepted(
    book: Path, record: Record
) -> None:
    wrong = recorded("oracle-backlog")
    wrong["units"]["USD"][1]["filed"] = "2026-11-01"  # public before the day it is about
    said: list[str] = []
    run(book, AGENT, said.append, answers(record, **{"oracle-backlog": wrong}))
    assert any(s.startswith("INVALID") and "before its time" in s for s in said), "\n".join(said[21:])
    before = snapshot(book / "data")
    with pytest.raises(Exception, match="before its time"):
        accept(book, book / "_build" / "refresh")
    assert snapshot(book / "data") == before


def test_the_command_without_a_network_is_a_line_a_feed(
    book: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def down(feed: Any, agent: str) -> Any:
        raise RefreshError("no network; run again")

    monkeypatch.setattr(refresh, "CLIENTS", dict.fromkeys(refresh.CLIENTS, down))
    monkeypatch.setenv("CAPITAL_LOOP_ROOT", str(book))
    before = snapshot(book / "data")
    assert main([]) == 1
    out = capsys.readouterr().out
    assert out.count("FAILED") == len(load(book / "data").feeds)
    assert "Traceback" not in out
    assert "has all that the sources say" not in out
    every = len(load(book / "data").feeds)
    assert f"{every} of {every} series could not be read; run make refresh again" in out
    assert main(["--accept"]) == 1
    assert "no proposal" in capsys.readouterr().err
    assert snapshot(book / "data") == before
