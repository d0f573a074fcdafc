"""The chapter "Bubble, or how growth is financed?": past episodes on one scale, prices tested, the report's levels."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from capital_loop.chapters import study
from capital_loop.chapters.bubble_or_growth import words
from capital_loop.chapters.demand.study import Study as Demand
from capital_loop.chapters.study import latest, part
from capital_loop.claims.rules import FAILED, HELD, verdict_table
from capital_loop.models import exuberance
from capital_loop.record.tables import Fact
from capital_loop.record.trace import unread
from capital_loop.show.words import CHAPTER

DRAWS, SEED, LEVEL = 1000, 9, 1
"""Simulated walks, seed, and the level used (position of 95 percent in the model's levels)."""
ERRORS = 2
"""Monte Carlo errors within which a statistic stands at its critical value and not above or below."""
GROUPS = {
    "parties": ("NVDA", "AMD", "ORCL", "AVGO", "MSFT", "AMZN"), "trade": ("MU", "INTC", "GOOGL", "META"), "market": ("SPY",),
}  # fmt: skip
LEVELS = {
    "firms": ("triangle", "nvidia-loops", "russian-doll", "gigawatts"),
    "shares": ("amd-warrants", "market-answer", "oracle-margin", "revenue-promises"),
    "leverage": ("leverage",),
    "demand": ("google-tokens", "demand"),
}  # fmt: skip
"""The four levels of the research report's model, and the chapters of this book that answer each."""


@dataclass(frozen=True)
class Episode:
    """Weeks in which a price moved explosively, and whether it ``rose`` in the smallest window that ends with them."""

    start: dt.date
    end: dt.date
    rose: bool


class Study(study.Study):
    """Investment and vendor financing then and now, prices tested, claims by level of the report."""

    chapter = "bubble-or-growth"

    def _listed(self, name: str) -> pd.DataFrame:
        rows = [(c.key, role, c[role].value, c[role].as_of[:4]) for c in self.choices(name) for role in c.ids]
        return pd.DataFrame(rows, columns=["key", "kind", "value", "year"])

    @part
    def output(self) -> pd.DataFrame:
        """Investment as a share of output, percent: ``key``, ``kind`` (then or now), ``value``, ``year``."""
        return self._listed("output")

    @part
    def counts(self) -> tuple[list[float], str]:
        """The latest full year's shares of output, a count each, percent, and the year."""
        found = [c["fact"] for c in self.choices("counts")]
        return [f.value for f in found], found[0].as_of[:4]

    @part
    def vendors(self) -> pd.DataFrame:
        """Financing of customers over a maker's revenue of a year, percent: ``key``, ``kind``, ``value``, ``year``."""
        return self._listed("vendors")

    def value(self, name: str, key: str) -> float:
        """One value of ``output`` or ``vendors``."""
        return float(getattr(self, name).set_index("key").at[key, "value"])

    @part
    def closes(self) -> pd.DataFrame:
        """Weekly closes by ticker."""
        closes = self.record.return_closes[self.record.return_closes["frequency"] == "weekly"]
        for source in closes["source_id"].unique():
            self.record.cite(source)
        return closes.pivot(index="date", columns="ticker", values="adj_close")

    @part
    def critical(self) -> exuberance.Critical:
        """Critical values of the test for the weeks held."""
        return exuberance.critical_values(len(self.closes), draws=DRAWS, seed=SEED)

    @property
    def line(self) -> float:
        """The critical value of the level used."""
        return float(self.critical.gsadf[LEVEL])

    @property
    def error(self) -> float:
        """Its Monte Carlo error."""
        return float(self.critical.gsadf_error[LEVEL])

    @property
    def level(self) -> float:
        """The level used."""
        return self.critical.levels[LEVEL]

    @part
    def tests(self) -> pd.DataFrame:
        """Each share tested: ``ticker``, ``group``, ``gsadf``, ``p``, ``standing`` against the line, ``episodes``."""
        return pd.DataFrame([self._test(t, group) for group, tickers in GROUPS.items() for t in tickers])

    def _test(self, ticker: str, group: str) -> dict[str, object]:
        closes = self.closes[ticker]
        found = exuberance.statistics(np.log(closes.to_numpy()))
        runs = exuberance.episodes(found, self.critical.bsadf[LEVEL], len(closes))
        over = (found.gsadf - self.line) / self.error
        return {
            "ticker": ticker, "group": group, "gsadf": found.gsadf, "p": float((self.critical.draws >= found.gsadf).mean()),
            "standing": "above" if over > ERRORS else "below" if over < -ERRORS else "at",
            "episodes": [
                Episode(closes.index[r.start].date(), closes.index[r.end].date(), bool(closes.iloc[r.end] > closes.iloc[max(0, r.end - found.window)]))
                for r in runs
            ],
        }  # fmt: skip

    def standing(self, name: str, group: str = "") -> list[str]:
        """Tickers that stand ``above`` or ``at`` the line, of one group or of all."""
        t = self.tests
        return list(t.loc[(t["standing"] == name) & ((t["group"] == group) | (group == "")), "ticker"])

    @property
    def by_chance(self) -> float:
        """How often so many independent series give at least one false call."""
        return float(1 - self.level ** len(self.tests))

    @part
    def levels(self) -> pd.DataFrame:
        """The report's four levels with the claims of this book's chapters."""
        with unread():
            ledger = verdict_table(self.record)
        rows = []
        for key, chapters in LEVELS.items():
            mine = ledger[ledger["chapter"].isin(chapters)]["now"]
            rows.append({
                "level": words.LEVELS[key], "chapters": ", ".join(CHAPTER[c] for c in chapters), "claims": len(mine),
                "hold": int(mine.isin(HELD).sum()),
                "fail": int(mine.isin(FAILED).sum()),
            })  # fmt: skip
        return pd.DataFrame(rows)

    @part
    def in_use(self) -> tuple[Fact, Fact]:
        """How much of the installed chips is rented out, by one company, and in use, by the one public measurement."""
        return latest(self.record, "oracle", "gpu_utilisation"), latest(
            self.record, "ai-sector", "gpu_utilisation"
        )

    @part
    def spending(self) -> tuple[float, float, str]:
        """What the four large buyers spent in the quarter before the documents and in the newest, and its end."""
        demand = Demand(self.record)
        return demand.spent_before, demand.spent_now, demand.whole_quarters[-1]

    @part
    def claims(self) -> pd.Series:
        """How many claims of the chapter have which verdict now."""
        with unread():
            ledger = verdict_table(self.record)
        return ledger.loc[ledger["chapter"] == self.chapter, "now"].value_counts()

    def said(self) -> dict[str, str]:
        """The turns of the text that values decide: ``peak``, ``count``, ``near``, ``called``, ``parties``."""
        say, telecom = words.PROSE, self.value("output", "telecom")
        over = [c > telecom for c in self.counts[0]]
        parties = {name: self.standing(name, "parties") for name in ("above", "at")}
        near = words.AND.join(words.FIRMS[t] for t in parties["at"])
        return {
            "peak": say.label("more" if all(over) else "between" if any(over) else "less"),
            "count": say.label("some" if parties["above"] else "none", n=len(parties["above"])),
            "near": say.label("near" if near else "far", names=near),
            "called": words.AND_ALSO.join(map(self._called, self.standing("above"))) or say.label("nobody"),
            "parties": say.label("among" if parties["above"] else "apart"),
        }

    def _called(self, ticker: str) -> str:
        """A share that the test calls, and what ties it to the deals."""
        ties = {c.key: c["stake"] for c in self.choices("ties")}
        tie = "party" if ticker in GROUPS["parties"] else "tied" if ticker in ties else "untied"
        return words.PROSE.label(tie, name=words.FIRMS[ticker], usd=ties.get(ticker))

    def moved(self, key: str) -> str:
        """How a share moved since the documents, in words."""
        change = self.chosen("since", key).value
        return words.PROSE.label("rose" if change > 0 else "fell", value=abs(change))


def levels_table(study: Study) -> pd.DataFrame:
    """The levels for the page."""
    return study.levels.rename(columns=words.LEVELS_TABLE)
