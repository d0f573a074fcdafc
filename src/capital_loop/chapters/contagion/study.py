"""The page "Contagion": three shocks on the recorded balance sheets, over the ranges of the inputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict

import numpy as np
import pandas as pd
from scipy.stats import qmc

from capital_loop.chapters import study
from capital_loop.chapters.contagion.words import BUILDING, HELD, OUTCOME, PARTIES, PAYMENTS_TABLE
from capital_loop.chapters.study import latest, of_period, part
from capital_loop.models.contagion import clear, cross_holdings, debt_rank
from capital_loop.models.debt import rollover_gap
from capital_loop.record.tables import Fact
from capital_loop.show.prose import ranges_table

PREFIX = "contagion-"
BALANCE_DAY = "2025-12-31"
"""The day of the balance sheets and market values."""
DRAWS, SEED = 512, 4
"""Sobol draws over the ranges (a power of two keeps them balanced) and their seed."""
PAID = (1.0, 0.75, 0.5, 0.25, 0.0)
"""Parts of what OpenAI owes in a year that it pays."""
FALLS = (0.25, 0.5, 0.75, 1.0)
"""Parts of OpenAI's value that are lost."""
PAYERS = ("openai", "oracle", "coreweave", "microsoft")
HOLDERS = ("openai", "microsoft", "softbank", "nvidia")
ENDS = {"low": "high", "central": "central", "high": "low"}
"""Ends of ranges, each with the end that the other side of a comparison takes."""


class Study(study.Study):
    """Three shocks over the ranges of the inputs, USD; ``changed`` fixes an input, range and all."""

    chapter = "contagion"

    def at(self, name: str, end: str = "central") -> float:
        """An input at one end of its range."""
        return float(getattr(self.fixed(PREFIX + name), end))

    @part
    def inputs(self) -> pd.DataFrame:
        """The inputs with ranges and reasons, by ``name`` without the prefix."""
        table = self.record.assumptions
        ids = table.loc[table["model"] == self.chapter, "assumption_id"]
        frame = pd.DataFrame([asdict(self.fixed(i)) for i in ids])
        return frame.set_index(ids.str.removeprefix(PREFIX).to_numpy())

    @part
    def payments(self) -> pd.DataFrame:
        """Part of the draws in which a ``party`` ``fails`` to pay, by part ``paid`` and ``building`` or not."""
        low, high = self.inputs["low"].to_numpy(), self.inputs["high"].to_numpy()
        unit = qmc.Sobol(len(low), seed=SEED).random(DRAWS)
        return _payments(pd.DataFrame(low + unit * (high - low), columns=self.inputs.index))

    @part
    def error(self) -> float:
        """The greatest standard error of the parts of draws."""
        fails = self.payments["fails"].to_numpy()
        return float(np.sqrt(fails * (1 - fails) / DRAWS).max())

    def fails(self, party: str, paid: float, building: bool) -> float:
        """Part of the draws in which a party cannot pay."""
        f = self.payments
        row = f[(f["party"] == party) & (f["paid"] == paid) & (f["building"] == building)]
        return float(row["fails"].iloc[0])

    @part
    def rollover(self) -> pd.DataFrame:
        """What lenders must renew within a year if nothing more is built, by party.

        The need is greatest with dues at their high end and means at their low one.
        """
        at, found = self.at, {}
        for end, other in ENDS.items():
            found[end] = {
                "coreweave": rollover_gap(
                    at("coreweave-due", end),
                    at("coreweave-cash", other),
                    at("coreweave-operating", other) - at("coreweave-interest", end),
                ),
                "oracle": rollover_gap(
                    at("oracle-due", end), at("oracle-cash", other), at("oracle-operating", other)
                ),
                "softbank": rollover_gap(at("softbank-due", end), at("softbank-cash", other), 0.0),
            }
        return pd.DataFrame(found).rename_axis("party")

    @part
    def market(self) -> dict[str, float]:
        """Market values of listed holders on the day of the balance sheets."""
        return {
            name: of_period(self.record, name, "market_cap", BALANCE_DAY).value
            for name in ("microsoft", "nvidia")
        }

    @part
    def losses(self) -> pd.DataFrame:
        """Loss of each holder's value when OpenAI loses a part of its own, by cross-holdings: ``party``, ``fall``, range."""
        rows = []
        for fall in FALLS:
            found = {end: self._loss(end, fall) for end in ENDS}
            for i, name in enumerate(HOLDERS[1:], start=1):
                ends = sorted(found[end][i] for end in ENDS)
                rows.append(
                    {
                        "party": name,
                        "fall": fall,
                        "low": ends[0],
                        "central": found["central"][i],
                        "high": ends[2],
                    }
                )
        return pd.DataFrame(rows)

    @part
    def gone(self) -> pd.DataFrame:
        """The losses when OpenAI loses all, by party, the greatest first."""
        whole = self.losses[self.losses["fall"] == 1.0]
        return whole.set_index("party").sort_values("central", ascending=False)

    def _own(self, end: str) -> np.ndarray:
        """The holders' own values, OpenAI's at one end and SoftBank's at the other."""
        by = self.market | {
            "openai": self.at("openai-value", end),
            "softbank": self.at("softbank-nav", ENDS[end]),
        }
        return np.array([by[name] for name in HOLDERS])

    def _shares(self, end: str) -> np.ndarray:
        return np.array([self.at(f"{name}-share", end) for name in HOLDERS[1:]])

    def _loss(self, end: str, fall: float) -> np.ndarray:
        """Relative loss of each of ``HOLDERS``, shares and OpenAI's value at one end, the holders' own at the other."""
        holdings, nothing = np.zeros((4, 4)), np.zeros(4)
        holdings[1:, 0] = self._shares(end)
        own = self._own(end)
        first = np.array([own[0], 0, 0, 0])
        outside = own - holdings @ first
        before = cross_holdings(holdings, outside, nothing, nothing).values
        after = cross_holdings(holdings, outside - fall * first, nothing, nothing).values
        return np.asarray(1 - after / before)

    @part
    def ceiling(self) -> Fact:
        """SoftBank's own ceiling of its loan to value, percent."""
        return latest(self.record, "softbank", "loan_to_value_ceiling")

    @part
    def loan_to_value(self) -> pd.DataFrame:
        """SoftBank's loan to value after OpenAI's ``fall``, a range; net debt stays, holdings shrink."""
        ltv = of_period(self.record, "softbank", "loan_to_value", BALANCE_DAY).value / 100
        rows = []
        for fall in FALLS:
            ends = list(self._after(ltv, fall))
            rows.append({"fall": fall, "low": min(ends), "central": ends[1], "high": max(ends)})
        return pd.DataFrame(rows)

    def _after(self, ltv: float, fall: float) -> Iterator[float]:
        for end, other in ENDS.items():
            holdings = self.at("softbank-nav", other) / (1 - ltv)
            stake = self.at("softbank-share", end) * self.at("openai-value", end)
            yield ltv * holdings / (holdings - fall * min(stake, holdings))

    @part
    def distress(self) -> pd.DataFrame:
        """DebtRank of OpenAI's distress on the holders' equity, for comparison: ``party``, ``loss`` of value in percent."""
        equity, exposure = self._own("central"), np.zeros((4, 4))
        exposure[1:, 0] = self._shares("central") * equity[0]
        h = debt_rank(exposure, equity, [1.0, 0.0, 0.0, 0.0])
        return pd.DataFrame({"party": HOLDERS[1:], "loss": 100 * h[1:]})


def _payments(draws: pd.DataFrame) -> pd.DataFrame:
    """Clears the payments of a year for every draw, part paid, and choice about building."""
    rows = []
    for building in (False, True):
        for paid in PAID:
            failed = np.zeros(len(PAYERS))
            for d in draws.to_dict("records"):
                failed += _year(d, paid, building)
            rows += [
                {"party": p, "paid": paid, "building": building, "fails": failed[i] / len(draws)}
                for i, p in enumerate(PAYERS)
            ]
    return pd.DataFrame(rows)


def _year(d: Mapping[str, float], paid: float, building: bool) -> np.ndarray:
    """Who cannot pay within a year: OpenAI's dues to three clouds; the clouds' own debts are owed outside."""
    dues = np.zeros((4, 4))
    dues[0, 1:] = d["openai-oracle"], d["openai-coreweave"], d["openai-microsoft"]
    # What the clouds earn without OpenAI: their own cash flow holds its payments, which come through the network.
    assets = np.array([
        paid * dues[0].sum(),
        d["oracle-cash"] + max(0.0, d["oracle-operating"] - d["openai-oracle"]),
        d["coreweave-cash"] + max(0.0, d["coreweave-operating"] - d["openai-coreweave"]),
        max(0.0, d["microsoft-free"] - d["openai-microsoft"]),
    ])  # fmt: skip
    owed = np.array([
        0.0, d["oracle-due"] + building * d["oracle-spending"],
        d["coreweave-due"] + d["coreweave-interest"] + building * d["coreweave-spending"], 0.0,
    ])  # fmt: skip
    return clear(dues, assets, owed).defaults


def distress_table(study: Study) -> pd.DataFrame:
    """The distress by DebtRank for the page."""
    found = study.distress.assign(party=study.distress["party"].map(PARTIES))
    return found.rename(columns=HELD)


def payments_table(study: Study) -> pd.DataFrame:
    """Who cannot pay, by part paid: never, always, or in a part of the draws (then it is not resolved)."""
    rows = []
    for building, goes_on in BUILDING.items():
        for paid in PAID:
            row = {PAYMENTS_TABLE["building"]: goes_on, PAYMENTS_TABLE["paid"]: 100 * paid}
            rows.append(row | {PARTIES[p]: _outcome(study.fails(p, paid, building)) for p in PAYERS[1:]})
    return pd.DataFrame(rows)


def _outcome(x: float) -> str:
    return OUTCOME["never" if x == 0 else "always" if x == 1 else "part"].format(percent=100 * x)


def inputs_view(study: Study) -> pd.DataFrame:
    """The inputs for the page."""
    return ranges_table(study.inputs)
