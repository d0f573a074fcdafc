"""The page "Contagion": three shocks on the recorded balance sheets, over the ranges of the inputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import qmc

from capital_loop.models.contagion import clear, cross_holdings, debt_rank
from capital_loop.models.debt import rollover_gap
from capital_loop.record.tables import Fact, Record
from capital_loop.show.prose import ranges_table

PREFIX = "contagion-"
DRAWS, SEED = 512, 4
"""Sobol draws over the ranges (a power of two keeps them balanced) and their seed."""
PAID = (1.0, 0.75, 0.5, 0.25, 0.0)
"""Parts of what OpenAI owes in a year that it pays."""
FALLS = (0.25, 0.5, 0.75, 1.0)
"""Parts of OpenAI's value that are lost."""
PARTIES = ("OpenAI", "Oracle", "CoreWeave", "Microsoft")
HOLDERS = ("OpenAI", "Microsoft", "SoftBank", "Nvidia")


@dataclass(frozen=True)
class Study:
    """Results over the draws.

    ``payments``: part of the draws in which a party cannot pay, by part paid and by whether building goes on.
    ``rollover``: low, central and high need of lenders' renewal, USD. ``losses``: low, central and high loss of
    each holder as a share of its value when OpenAI loses a part of its value. ``sb_ltv``: SoftBank's loan to value
    after the fall. ``error`` is the greatest standard error of the parts of draws.
    """

    inputs: pd.DataFrame
    payments: pd.DataFrame
    rollover: pd.DataFrame
    losses: pd.DataFrame
    loan_to_value: pd.DataFrame
    error: float
    facts: tuple[Fact, ...]

    def fails(self, party: str, paid: float, building: bool) -> float:
        """Part of the draws in which a party cannot pay."""
        f = self.payments
        row = f[(f["party"] == party) & (f["paid"] == paid) & (f["building"] == building)]
        return float(row["fails"].iloc[0])


def study(record: Record, changed: Mapping[str, float] | None = None) -> Study:
    """All three shocks. ``changed`` fixes inputs (without the prefix), for example ``{"oracle-due": 5e9}``."""
    table = record.assumptions[record.assumptions["model"] == "contagion"].copy()
    table["name"] = table["assumption_id"].str.removeprefix(PREFIX)
    table = table.set_index("name")
    for name, value in (changed or {}).items():
        if name not in table.index:
            raise ValueError(f"no input named {name}; there are {', '.join(table.index)}")
        table.loc[name, ["central", "low", "high"]] = value
    unit = qmc.Sobol(len(table), seed=SEED).random(DRAWS)
    low, high = table["low"].to_numpy(), table["high"].to_numpy()
    draws = pd.DataFrame(low + unit * (high - low), columns=table.index)
    payments = _payments(draws)
    worst = payments["fails"].to_numpy()
    ltv = record.fact("LEV-095").value / 100
    return Study(
        table.reset_index(), payments, _rollover(table), _losses(table, _market(record)), _loan_to_value(table, ltv),
        float(np.sqrt(worst * (1 - worst) / DRAWS).max()),
        tuple(record.fact(i) for i in table["fact_id"] if i),
    )  # fmt: skip


def _market(record: Record) -> tuple[float, float]:
    """Market values of Microsoft and Nvidia at the end of 2025."""
    return record.fact("LEV-431").value, record.fact("LEV-398").value


def _payments(draws: pd.DataFrame) -> pd.DataFrame:
    """Clears the payments of a year for every draw, part paid, and choice about building."""
    rows = []
    for building in (False, True):
        for paid in PAID:
            failed = np.zeros(len(PARTIES))
            for d in draws.to_dict("records"):
                failed += _year(d, paid, building)
            rows += [
                {"party": p, "paid": paid, "building": building, "fails": failed[i] / len(draws)}
                for i, p in enumerate(PARTIES)
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


def _rollover(table: pd.DataFrame) -> pd.DataFrame:
    """What lenders must renew within a year if nothing more is built: low, central, high."""

    def need(end: str, other: str) -> dict[str, float]:
        # The need is greatest with dues at their high end and means at their low one.
        due, means = table[end], table[other]
        return {
            "CoreWeave": rollover_gap(due["coreweave-due"], means["coreweave-cash"], means["coreweave-operating"] - due["coreweave-interest"]),
            "Oracle": rollover_gap(due["oracle-due"], means["oracle-cash"], means["oracle-operating"]),
            "SoftBank": rollover_gap(due["softbank-due"], means["softbank-cash"], 0.0),
        }  # fmt: skip

    least, middle, most = need("low", "high"), need("central", "central"), need("high", "low")
    return pd.DataFrame([{"party": p, "low": least[p], "central": middle[p], "high": most[p]} for p in least])


def _losses(table: pd.DataFrame, market: tuple[float, float]) -> pd.DataFrame:
    """Loss of each holder's value when OpenAI loses a part of its own, by cross-holdings."""
    rows = []
    for fall in FALLS:
        found = {k: _holders(table, market, k, fall) for k in ("low", "central", "high")}
        for i, name in enumerate(HOLDERS[1:], start=1):
            ends = sorted(found[k][i] for k in found)
            rows.append(
                {"party": name, "fall": fall, "low": ends[0], "central": found["central"][i], "high": ends[2]}
            )
    return pd.DataFrame(rows)


def _holders(table: pd.DataFrame, market: tuple[float, float], end: str, fall: float) -> np.ndarray:
    """Relative loss of each of ``HOLDERS`` with shares and OpenAI's value at one end, the holders' own value at the other."""
    other = {"low": "high", "central": "central", "high": "low"}[end]
    take = table[end]
    holdings = np.zeros((4, 4))
    holdings[1:, 0] = take["microsoft-share"], take["softbank-share"], take["nvidia-share"]
    value = take["openai-value"]
    own = np.array([value, market[0], float(table.loc["softbank-nav", other]), market[1]])
    outside = own - holdings @ np.array([value, 0, 0, 0])
    before = cross_holdings(holdings, outside, np.zeros(4), np.zeros(4)).values
    after = cross_holdings(
        holdings, outside - np.array([fall * value, 0, 0, 0]), np.zeros(4), np.zeros(4)
    ).values
    return np.asarray(1 - after / before)


def _loan_to_value(table: pd.DataFrame, ltv: float) -> pd.DataFrame:
    """SoftBank's loan to value after OpenAI's fall; net debt stays, holdings shrink."""
    rows = []
    for fall in FALLS:
        ends = []
        for end, other in (("low", "high"), ("central", "central"), ("high", "low")):
            nav = table.loc["softbank-nav", other]
            holdings = nav / (1 - ltv)
            stake = table.loc["softbank-share", end] * table.loc["openai-value", end]
            ends.append(ltv * holdings / (holdings - fall * min(stake, holdings)))
        rows.append({"fall": fall, "low": min(ends), "central": ends[1], "high": max(ends)})
    return pd.DataFrame(rows)


def distress(record: Record) -> pd.DataFrame:
    """DebtRank of OpenAI's distress on the holders' equity, for comparison with the cross-holdings."""
    table = study(record).inputs.set_index("name")["central"]
    microsoft, nvidia = _market(record)
    equity = np.array([table["openai-value"], microsoft, table["softbank-nav"], nvidia])
    exposure = np.zeros((4, 4))
    exposure[1:, 0] = [
        table[f"{n}-share"] * table["openai-value"] for n in ("microsoft", "softbank", "nvidia")
    ]
    h = debt_rank(exposure, equity, [1.0, 0.0, 0.0, 0.0])
    return pd.DataFrame({"Holder": HOLDERS[1:], "Loss of value, %": 100 * h[1:]})


def payments_table(found: Study) -> pd.DataFrame:
    """Who cannot pay, by part paid: never, always, or in a part of the draws (then it is not resolved)."""

    def words(x: float) -> str:
        return "never" if x == 0 else "always" if x == 1 else f"unresolved ({100 * x:.0f} % of draws)"

    rows = []
    for building in (False, True):
        for paid in PAID:
            row = {"Building": "goes on" if building else "stops", "OpenAI pays, %": 100 * paid}
            row |= {p: words(found.fails(p, paid, building)) for p in PARTIES[1:]}
            rows.append(row)
    return pd.DataFrame(rows)


def inputs_view(found: Study) -> pd.DataFrame:
    """The inputs for the page."""
    return ranges_table(found.inputs)
