"""The chapter "Bubble, or how growth is financed?".

Past episodes on one scale, prices tested.
"""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from capital_loop.chapters import study
from capital_loop.chapters.study import latest, part
from capital_loop.claims.rules import verdict_table
from capital_loop.models import exuberance
from capital_loop.record.tables import Fact
from capital_loop.show.words import fill, join, read_words

words = read_words(__file__)

WALKS, DRAWS, SEED, LEVEL = 999, {"weekly": 999, "daily": 199}, 9, 1
"""Simulated walks, bootstrapped series by frequency, seed, the level used (position of 95 percent in the
model's)."""
LAGS = (0, 1)
"""Lagged steps in the regression."""
ERRORS = 2
"""Monte Carlo errors within which a p-value stands at the level and not below or above."""
GROUPS = {
    "parties": ("NVDA", "AMD", "ORCL", "AVGO", "MSFT", "AMZN"), "trade": ("MU", "INTC", "GOOGL", "META"),
    "market": ("SPY",),
}  # fmt: skip


@dataclass(frozen=True)
class Episode:
    """Days between which a price rose explosively; ``lasting``: the series ended before the episode did."""

    start: dt.date
    end: dt.date
    lasting: bool


@dataclass(frozen=True)
class Choice:
    """One way to ask the test: closes by ``frequency``, ``null`` by which it is judged, lagged steps."""

    frequency: str
    null: str
    lags: int


CHOICES = tuple(Choice(f, null, lags) for f in DRAWS for null in ("walk", "wild") for lags in LAGS)
"""``walk``: simulated random walks; ``wild``: the share's own steps with random weights, which keep their
swings."""
BASE = Choice("weekly", "walk", 0)
"""The way in which the test is mostly asked."""
STRICT = Choice("weekly", "wild", 0)
"""The same with swings that change in size."""
SIGNS = Choice("weekly", "signs", 0)
"""As ``STRICT``, with signs alone as weights: the other usual choice, told beside it."""
DAILY = Choice("daily", "walk", 0)
"""The same by daily closes."""


class Study(study.Study):
    """Investment and vendor financing then and now, and prices tested."""

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
        """Financing of customers over a maker's revenue of a year, percent.

        ``key``, ``kind``, ``value``, ``year``.
        """
        return self._listed("vendors")

    @part
    def rent_back(self) -> Fact:
        """What Nvidia has agreed to rent back from clouds, newest."""
        return latest(self.record, "nvidia", "rent_back_commitments")

    def value(self, name: str, key: str) -> float:
        """One value of ``output`` or ``vendors``."""
        return float(getattr(self, name).set_index("key").at[key, "value"])

    @part
    def closes(self) -> dict[str, pd.DataFrame]:
        """Closes by frequency: a column a ticker, over the days that all tickers of that frequency have."""
        held = self.record.return_closes
        held = held[held["ticker"].isin([t for members in GROUPS.values() for t in members])]
        found = {}
        for f in DRAWS:
            rows = held[held["frequency"] == f]
            found[f] = rows.pivot(index="date", columns="ticker", values="adj_close").dropna()
            self.cited(rows[rows["date"].isin(found[f].index)])
        return found

    @part
    def last(self) -> dict[str, str]:
        """The last day of the closes by frequency."""
        return {f: f"{closes.index[-1]:%Y-%m-%d}" for f, closes in self.closes.items()}

    @part
    def not_daily(self) -> str:
        """Whose daily closes are not held, in words."""
        missing = [t for t in self.closes["weekly"] if t not in self.closes["daily"]]
        order = [t for members in GROUPS.values() for t in members if t in missing]
        return join(words.table("firms")[t] for t in order)

    @part
    def tests(self) -> pd.DataFrame:
        """Every share under every choice of the test.

        Columns ``frequency, null, lags, ticker, group, gsadf, line, p, together`` (the p-value for all shares
        of the choice at once, missing for ``walk``), ``rose, standing`` of ``p`` and ``standing_together``
        against the level, and ``episodes``: the rising ones, where the test rejects.
        """
        return pd.concat([self._asked(c) for c in CHOICES], ignore_index=True)

    def _asked(self, choice: Choice) -> pd.DataFrame:
        closes = self.closes[choice.frequency]
        draws = WALKS if choice.null == "walk" else DRAWS[choice.frequency]
        walks = None
        if choice.null == "walk":
            walks = exuberance.critical_values(len(closes), draws=draws, seed=SEED, lags=choice.lags)
        rows, drawn = [], []
        for group, tickers in GROUPS.items():
            for ticker in (t for t in tickers if t in closes):
                y = np.log(closes[ticker].to_numpy())
                found = exuberance.statistics(y, lags=choice.lags)
                critical = walks or exuberance.wild_bootstrap(
                    y, draws=draws, seed=SEED, lags=choice.lags, signs=choice == SIGNS
                )
                p = critical.p(found.gsadf)
                standing = _standing(p, self.level, draws)
                runs = exuberance.episodes(found, critical.bsadf[LEVEL], y)
                called = standing == "above" and found.rose
                rows.append({
                    "frequency": choice.frequency, "null": choice.null, "lags": choice.lags, "ticker": ticker,
                    "group": group, "gsadf": found.gsadf, "line": float(critical.gsadf[LEVEL]),
                    "error": float(critical.gsadf_error[LEVEL]),
                    "p": p, "rose": found.rose, "standing": standing,
                    "episodes": [
                        Episode(
                            closes.index[r.start].date(), closes.index[r.end].date(), r.end == len(closes) - 1
                        )
                        for r in runs if called and r.rose
                    ],
                })  # fmt: skip
                drawn.append(critical.draws)
        table = pd.DataFrame(rows)
        together = np.full(len(table), np.nan)
        if not walks:
            together = exuberance.step_down(table["gsadf"].to_numpy(), np.column_stack(drawn))
        jointly = [_standing(p, self.level, draws) for p in together]
        return table.assign(together=together, standing_together=jointly)

    @property
    def level(self) -> float:
        """The level used."""
        return exuberance.LEVELS[LEVEL]

    def asked(self, choice: Choice) -> pd.DataFrame:
        """The rows of ``tests`` of one choice."""
        asked = pd.Series(vars(choice))
        return self.tests[(self.tests[asked.index] == asked).all(axis=1)]

    def rising(self, choice: Choice, *, together: bool = False, standing: str = "above") -> list[str]:
        """Tickers whose price rose and that stand ``above`` or ``at`` the line of a choice."""
        return _rising(self.asked(choice), "standing_together" if together else "standing", standing)

    @part
    def signed(self) -> pd.DataFrame:
        """Every share by signs alone, as ``tests``."""
        return self._asked(SIGNS)

    @part
    def always(self) -> list[str]:
        """Tickers whose rise every choice that holds them calls."""
        t = self.tests.assign(called=self.tests["rose"] & (self.tests["standing"] == "above"))
        whole = t.groupby("ticker", sort=False)["called"].all()
        return list(whole.index[whole])

    @part
    def sometimes(self) -> list[str]:
        """Tickers whose rise some choices call and others do not."""
        return [x for x in dict.fromkeys(_rising(self.tests)) if x not in self.always]

    @part
    def robust(self) -> list[str]:
        """Tickers called with changing swings and all shares asked together, by any choice or signs alone."""
        found = [t for c in CHOICES if c.null == "wild" for t in self.rising(c, together=True)]
        return list(dict.fromkeys(found + _rising(self.signed, "standing_together")))

    @property
    def by_chance(self) -> float:
        """How often so many independent series give at least one false call."""
        return float(1 - self.level ** len(self.asked(BASE)))

    @part
    def claims(self) -> pd.Series:
        """How many claims of the chapter have which verdict now."""
        ledger = verdict_table(self.record)
        return ledger.loc[ledger["chapter"] == self.chapter, "now"].value_counts()

    def said(self) -> dict[str, str]:
        """The turns of the text that values decide: ``robust, called, daily, weak, strict, signs``."""
        say, firms = words.table("prose"), words.table("firms")
        called = join(map(self._called, self.rising(BASE)), long=True) or say["nobody"]
        signs = [t for t in _rising(self.signed) if t not in self.rising(STRICT)]
        more = [t for t in self.rising(DAILY) if t not in self.rising(BASE)]
        found = {"all": self.robust, "base": self.rising(BASE), "strict": self.rising(STRICT)}
        found |= {"more": more, "signs": signs}
        names = {k: join(firms[t] for t in tickers) for k, tickers in found.items()}
        also = fill(say["more"], names=names["more"]) if more else ""
        weak = fill(say["none_outlasts"], names=names["base"] or say["nobody"], more=also)
        daily = fill(say["daily"], names=join(map(self._called, more), long=True), missing=self.not_daily)
        return {
            "robust": fill(say["some" if self.robust else "none"], names=names["all"]),
            "called": called,
            "daily": daily if more else "",
            "weak": say["some_pass"] if self.robust else weak,
            "signs": fill(say["signs"], names=names["signs"]) if signs else "",
            "strict": names["strict"] or say["nobody"],
        }

    def _called(self, ticker: str) -> str:
        """A share that the test calls, and what ties it to the deals."""
        ties = {c.key: c["stake"] for c in self.choices("ties")}
        tie = "party" if ticker in GROUPS["parties"] else "tied" if ticker in ties else "untied"
        return fill(words.table("prose")[tie], name=words.table("firms")[ticker], usd=ties.get(ticker))

    def moved(self, key: str) -> str:
        """How a share moved since the documents, in words."""
        change = self.chosen("since", key).value
        return fill(words.table("prose")["rose" if change > 0 else "fell"], value=abs(change))


def _rising(tests: pd.DataFrame, by: str = "standing", standing: str = "above") -> list[str]:
    return list(tests.loc[tests["rose"] & (tests[by] == standing), "ticker"])


def _standing(p: float, level: float, draws: int) -> str:
    """Where a p-value stands: ``above`` the line, ``at`` it within the simulation's error, or ``below``."""
    gap, room = 1 - level - p, ERRORS * np.sqrt(p * (1 - p) / draws)
    return "above" if gap > room else "at" if gap > -room else "below"


def choices_table(study: Study) -> pd.DataFrame:
    """Who passes under each choice, for the page: a row a choice, a column a frequency."""
    say, firms, rows = words.table("choice"), words.table("firms"), []
    ways = (("walk", False), ("wild", False), ("wild", True))
    for (null, together), lags in itertools.product(ways, LAGS):
        way = say[f"{null}-together" if together else null]
        row = {"choice": fill(way, lags=words.listed("lags")[lags])}
        for frequency in DRAWS:
            asked = partial(study.rising, Choice(frequency, null, lags), together=together)
            names = {s: join(firms[t] for t in asked(standing=s)) for s in ("above", "at")}
            row[frequency] = fill(say["".join(k for k in names if names[k]) or "none"], **names)
        rows.append(row)
    said = {"missing": study.not_daily, "first": f"{study.closes['daily'].index[0]:%Y-%m-%d}"}
    heads = {k: fill(v, **said) for k, v in words.table("choices_table").items()}
    return pd.DataFrame(rows).rename(columns=heads)
