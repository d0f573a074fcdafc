"""The chapter "Bubble, or how growth is financed?": past episodes on one scale, prices tested, the report's levels."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from capital_loop.claims.rules import FAILED, HELD, verdict_table
from capital_loop.models import exuberance
from capital_loop.record.tables import Fact, Record
from capital_loop.show.words import CHAPTER, CHAPTER_PAGE

DRAWS, SEED, LEVEL = 1000, 9, 1
"""Simulated walks, seed, and the level used (position of 95 percent in the model's levels)."""
GROUPS = {
    "Parties of the deals": ["NVDA", "AMD", "ORCL", "AVGO", "MSFT", "AMZN"],
    "Other firms of the trade": ["MU", "INTC", "GOOGL", "META"],
    "The market": ["SPY"],
}  # fmt: skip
LEVELS = [
    ("Loops among the firms", ("triangle", "nvidia-loops", "russian-doll", "gigawatts")),
    ("Orders tied to shares", ("amd-warrants", "market-answer", "oracle-margin", "revenue-promises")),
    ("Leverage of third parties", ("leverage",)),
    ("Demand at the end", ("google-tokens", "demand")),
]  # fmt: skip
"""The four levels of the research report's model, and the chapters of this book that answer each."""
OUTPUT = [
    ("US railways, peak of the 1880s", "LEV-260"), ("US telecoms, peak of 2000", "LEV-261"), ("AI, 2024", "LEV-264"),
    ("AI, spring of 2025", "LEV-265"), ("AI, 2025", "LEV-263"),
]  # fmt: skip
VENDORS = [
    ("Lucent, promised, 2000", "BUB-D01"), ("Nortel, promised, 2000", "BUB-D05"), ("Cisco, promised, 2000", "BUB-D06"), ("Nvidia, letter to OpenAI, never binding, 2025", "BUB-D04"),
    ("Nvidia, binding in September 2025", "BUB-D03"), ("Nvidia, guarantee of 2026, at most", "BUB-D02"),
]  # fmt: skip


@dataclass(frozen=True)
class Test:
    """One series tested: GSADF, its critical value and p, and the episodes as dates."""

    ticker: str
    group: str
    gsadf: float
    critical: float
    p_value: float
    episodes: tuple[tuple[dt.date, dt.date], ...]
    bsadf: pd.Series

    @property
    def explosive(self) -> bool:
        """Whether the statistic is above its critical value."""
        return self.gsadf > self.critical


@dataclass(frozen=True)
class Study:
    """What the chapter shows. ``sequence`` is the critical sequence by date; ``error`` the Monte Carlo error of the critical value."""

    tests: tuple[Test, ...]
    sequence: pd.Series
    error: float
    weeks: int
    levels: pd.DataFrame
    output: pd.DataFrame
    vendors: pd.DataFrame
    price_facts: tuple[Fact, ...]

    def test(self, ticker: str) -> Test:
        """The test of a ticker."""
        return next(t for t in self.tests if t.ticker == ticker)


def study(record: Record) -> Study:
    """Everything of the chapter from the record."""
    closes = record.return_closes[record.return_closes["frequency"] == "weekly"]
    wide = closes.pivot(index="date", columns="ticker", values="adj_close")
    weeks = len(wide)
    critical = exuberance.critical_values(weeks, draws=DRAWS, seed=SEED)
    tests = []
    for group, tickers in GROUPS.items():
        for ticker in tickers:
            prices = np.log(wide[ticker].to_numpy())
            found = exuberance.statistics(prices)
            runs = exuberance.episodes(found, critical.bsadf[LEVEL], weeks)
            dates = tuple((wide.index[r.start].date(), wide.index[r.end].date()) for r in runs)
            tests.append(Test(
                ticker, group, found.gsadf, float(critical.gsadf[LEVEL]), float((critical.draws >= found.gsadf).mean()), dates,
                pd.Series(found.bsadf, index=wide.index[-len(found.bsadf):]),
            ))  # fmt: skip
    ledger = verdict_table(record)
    rows = []
    for name, chapters in LEVELS:
        mine = ledger[ledger["chapter"].isin(chapters)]["now"]
        rows.append({
            "level": name, "chapters": ", ".join(CHAPTER[c] for c in chapters), "claims": len(mine),
            "hold": int(mine.isin(HELD).sum()),
            "fail": int(mine.isin(FAILED).sum()),
        })  # fmt: skip
    return Study(
        tuple(tests), pd.Series(critical.bsadf[LEVEL], index=wide.index[-critical.bsadf.shape[1]:]),
        float(critical.gsadf_error[LEVEL]), weeks, pd.DataFrame(rows), _facts(record, OUTPUT), _facts(record, VENDORS),
        tuple(record.fact(i) for i in ("ORCL-D10", "MKT-D01", "AMD-D15")),
    )  # fmt: skip


def _facts(record: Record, named: list[tuple[str, str]]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"row": n, "value": record.fact(i).value, "as_of": record.fact(i).as_of, "fact_id": i}
            for n, i in named
        ]
    )


def chapter_links() -> str:
    """Markdown links of the chapters by level of the report, one line a level."""
    return "\n".join(
        f"- **{name}**: "
        + ", ".join(f"[{CHAPTER[c]}]({CHAPTER_PAGE[c].rpartition('/')[2]})" for c in chapters)
        for name, chapters in LEVELS
    )


def levels_table(found: Study) -> pd.DataFrame:
    """The report's four levels with the claims of this book's chapters."""
    f = found.levels
    return pd.DataFrame({
        "Level of the report": f["level"], "Chapters here": f["chapters"], "Claims": f["claims"], "Hold now": f["hold"], "Contradicted or outdated": f["fail"],
    })  # fmt: skip


def tests_table(found: Study) -> pd.DataFrame:
    """Every series with its test and episodes."""
    return pd.DataFrame([
        {
            "Share": t.ticker, "Group": t.group, "GSADF": t.gsadf, "Critical value at 95 %": t.critical, "p (simulated)": t.p_value,
            "Episodes": "; ".join(f"{a:%b %Y} to {b:%b %Y}" for a, b in t.episodes) or "none",
        }
        for t in found.tests
    ])  # fmt: skip
