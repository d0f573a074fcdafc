"""The page "Contagion": who can pay in the years ahead, what insurance and shares say, who holds the loss."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from capital_loop.chapters import study
from capital_loop.chapters.study import MONTHS, facts_of, latest, number, part
from capital_loop.models import contagion, credit, providers
from capital_loop.models.sampling import Floats, batch_error, sobol, strongest
from capital_loop.models.warrants import realised_volatility
from capital_loop.record import Fact, Period
from capital_loop.record.rows import DealRow
from capital_loop.record.trace import unread
from capital_loop.show.table import rounded
from capital_loop.show.words import fill, headed, read_words, records

words = read_words(__file__)

DRAWS, SEED = 2048, 4
"""Sobol draws over the ranges (a power of two keeps them balanced) and their seed."""
PAID = (1.0, 0.75, 0.5, 0.25, 0.0)
"""Parts of what OpenAI owes that it pays."""
NODES = ("openai", "oracle", "coreweave", "microsoft", "nvidia", "softbank")
OPENAI, ORACLE, COREWEAVE, MICROSOFT, NVIDIA, SOFTBANK = range(len(NODES))
CLOUDS = {"oracle": ORACLE, "coreweave": COREWEAVE}
"""Those who owe lenders and landlords."""
SPREAD = (0.05, 0.5, 0.95)
"""Quantiles of a need over the draws."""
ENDS = ("low", "central", "high")
RARE = 0.01
"""A part of the draws below which the table says no more."""
YEAR = 365
"""Days of a year, as those of a balance sheet are counted here."""
UNDRAWN = ("openai-value", "microsoft-share", "nvidia-share", "softbank-due")
"""Inputs that are not of the payments; all others are drawn."""
HORIZON = 5.0
"""Years of the insurance that is quoted, and of the debt seen as one."""
WINDOWS = {"low": 126, "central": 252, "high": 378}
"""Daily returns over which volatility is measured: half a year, a year, and a year and a half."""
FALLS = np.arange(0, 65, 5) / 100
"""Falls of all that SoftBank holds beside OpenAI."""


@dataclass(frozen=True)
class Case:
    """One run over all draws: ``paid`` the part that OpenAI pays, ``building`` whether the clouds go on."""

    years: contagion.Years
    alone: contagion.Years
    """The same with every other debt inside paid in full, whoever fails."""


class Drawn(Mapping[str, Floats]):
    """The draws of the inputs of the payments, by name: an input counts as read when its draws are taken."""

    def __init__(self, study: Study):
        self.study = study
        with unread():
            used = study.inputs.drop(index=list(UNDRAWN))
        self.values_by = dict(zip(used.index, sobol(used["low"], used["high"], DRAWS, SEED).T, strict=True))

    def __getitem__(self, name: str) -> Floats:
        found: Floats = self.values_by[name]
        self.study.fixed(f"contagion-{name}")
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_by)

    def __len__(self) -> int:
        return len(self.values_by)


class Study(study.Study):
    """Shocks over the ranges of the inputs, USD; ``changed`` fixes an input, range and all."""

    chapter = "contagion"
    models = ("contagion", "credit")

    @part
    def inputs(self) -> pd.DataFrame:
        """The inputs of the payments with ranges and reasons, by ``name`` without the prefix."""
        return self._inputs("contagion")

    @part
    def credit_inputs(self) -> pd.DataFrame:
        """The inputs of what prices say, by ``name`` without the prefix."""
        return self._inputs("credit")

    def _inputs(self, model: str) -> pd.DataFrame:
        table = self.record.assumptions
        ids = table.loc[table["model"] == model, "assumption_id"]
        return self.inputs_of({i.removeprefix(f"{model}-"): i for i in ids})

    def _given(self, name: str) -> list[float]:
        """An input of prices: low, central, high."""
        found = self.fixed(f"credit-{name}")
        return [found.low, found.central, found.high]

    # --- payments until the last year

    @part
    def draws(self) -> Drawn:
        """The draws of each input of the payments."""
        return Drawn(self)

    @part
    def due(self) -> dict[str, list[Fact]]:
        """What each cloud must repay, by its own year."""
        return {name: list(self.listed(f"due-{name}").values()) for name in CLOUDS}

    @part
    def calendar(self) -> tuple[int, ...]:
        """The years: calendar ones for CoreWeave.

        Oracle's fiscal year that ends in the next May counts as one.
        """
        return tuple(Period.parse(f.as_of).end.year for f in self.due["coreweave"])

    @part
    def debt(self) -> dict[str, Fact]:
        """What each cloud owes lenders at the start."""
        return {name: self.chosen("debt", name) for name in CLOUDS}

    @part
    def start(self) -> float:
        """When the leases not yet begun start to begin: the day of CoreWeave's balance sheet, in years."""
        day = Period.parse(self.debt["coreweave"].as_of).end
        return day.year + day.month / MONTHS

    @part
    def lengths(self) -> dict[str, Floats]:
        """How much of a year each period is.

        The first runs from the balance sheet to the first year's end.
        """
        found = {}
        for name, facts in self.due.items():
            ends = [Period.parse(f.as_of).end for f in facts]
            days = [(ends[0] - Period.parse(self.debt[name].as_of).end).days, *(YEAR for _ in ends[1:])]
            found[name] = np.array(days) / YEAR
        return found

    @part
    def cases(self) -> dict[tuple[bool, float], Case]:
        """All runs, by building and part paid."""
        return {(b, p): self._run(b, p) for b in (False, True) for p in PAID}

    @part
    def clouds(self) -> dict[str, providers.Provider]:
        """The clouds as the model of providers takes them."""
        d, none = self.draws, np.zeros(DRAWS)
        return {
            name: providers.Provider(
                bills=d[f"openai-{name}"], operating_income=d[f"{name}-operating"],
                spending=d[f"{name}-spending"], customer_share=d[f"{name}-new"],
                backstop=d.get(f"{name}-backstop", none), interest=d[f"{name}-interest"],
                rent=d[f"{name}-rent"], begun=d[f"{name}-begun"],
                upkeep=d[f"{name}-upkeep"] + d.get(f"{name}-purchases", none),
                repayments=np.array([f.value for f in self.due[name]]), length=self.lengths[name],
                debt=self.debt[name].value,
            )
            for name in CLOUDS
        }  # fmt: skip

    @part
    def market(self) -> providers.Market:
        """What holds for both clouds."""
        d = self.draws
        return providers.Market(d["margin"], d["relet"], d["sublet"], d["yield"], d["chips"])

    @part
    def rents_from(self) -> int:
        """The year in which the first site begins whose rent Nvidia guarantees."""
        return int(self.record.keyed(DealRow)["nvidia-openai-guarantee"].period_start)

    @part
    def rented(self) -> Floats:
        """The part of the rent that Nvidia guarantees that OpenAI owes, by year.

        None before the year in which the first site begins, all in the last year.
        """
        return providers.ramp(self.calendar, self.rents_from - 1, self.calendar[-1])

    @part
    def accounts(self) -> dict[tuple[bool, float], dict[str, providers.Account]]:
        """The clouds' own years in all runs, by building and part paid."""
        middles = np.array(self.calendar) + 0.5
        return {
            (b, p): {
                name: providers.account(cloud, self.market, middles, self.start, p, b)
                for name, cloud in self.clouds.items()
            }
            for b in (False, True) for p in PAID
        }  # fmt: skip

    @part
    def must_raise(self) -> dict[tuple[bool, float], Floats]:
        """What each of ``CLOUDS`` must raise until the last year, by draw, in all runs.

        All debts inside are paid, whoever fails, but OpenAI's only in the part that it pays.
        """
        return {
            (building, paid): np.column_stack([
                contagion.funding_need(
                    self.draws[f"{name}-cash"], f.income + (paid * f.due + f.taken), f.outside + f.orders
                )
                for name, f in found.items()
            ])
            for (building, paid), found in self.accounts.items()
        }  # fmt: skip

    def _run(self, building: bool, paid: float) -> Case:
        d, year = self.draws, self.lengths["coreweave"]
        shape = (DRAWS, len(self.calendar), len(NODES))
        owed, income, outside = np.zeros((*shape, len(NODES))), np.zeros(shape), np.zeros(shape)
        for name, node in CLOUDS.items():
            found = self.accounts[building, paid][name]
            owed[..., OPENAI, node], owed[..., NVIDIA, node] = found.due, found.taken
            owed[..., node, NVIDIA] = found.orders
            income[..., node], outside[..., node] = found.income, found.outside
        owed[..., OPENAI, MICROSOFT] = np.outer(d["openai-microsoft"], year)
        earned = d["openai-microsoft"] * providers.served(d["margin"], d["relet"], paid)
        income[..., MICROSOFT] = np.outer(d["microsoft-operating"] + earned, year)
        owed[..., OPENAI, SOFTBANK] = np.outer(d["openai-rent"], self.rented)
        owed[..., NVIDIA, SOFTBANK] = (1 - paid) * owed[..., OPENAI, SOFTBANK]
        income[..., OPENAI] = paid * owed[..., OPENAI, :].sum(axis=-1)
        sold = d["chips"] * sum(d[f"{name}-spending"] for name in CLOUDS)
        own = providers.maker_income(d["nvidia-operating"], sold, d["nvidia-margin"], building)
        income[..., NVIDIA] = np.outer(own, year)
        cash = np.column_stack([d.get(f"{name}-cash", np.zeros(DRAWS)) for name in NODES])
        # Alone: whoever fails, all debts inside are paid, but OpenAI's only in the part that it pays.
        parts = np.where(np.arange(len(NODES)) == OPENAI, paid, 1.0)
        means, debts = contagion.assured(owed, income, outside, parts)
        return Case(
            contagion.clear_years(owed, income, outside, cash),
            contagion.clear_years(np.zeros_like(owed), means, debts, cash),
        )

    @part
    def payments(self) -> pd.DataFrame:
        """Part of the draws in which a ``party`` has failed by a ``year``, by ``paid`` and ``building``."""
        rows = [
            {"party": name, "paid": paid, "building": building, "year": year, "fails": failed[:, t, i].mean()}
            for (building, paid), case in self.cases.items()
            for failed in [case.years.failed]
            for i, name in enumerate(NODES)
            if i != OPENAI
            for t, year in enumerate(self.calendar)
        ]
        return pd.DataFrame(rows)

    def fails(self, party: str, paid: float, building: bool, year: int | None = None) -> float:
        """Part of the draws in which a party has failed to pay by a year (the last one if none is given)."""
        f = self.payments
        row = f[(f["party"] == party) & (f["paid"] == paid) & (f["building"] == building)]
        return float(row.loc[row["year"] == (year or self.calendar[-1]), "fails"].iloc[0])

    @part
    def error(self) -> float:
        """The greatest standard error of the parts of draws."""
        fails = self.payments["fails"].to_numpy()
        return float(np.sqrt(fails * (1 - fails) / DRAWS).max())

    @part
    def needs(self) -> pd.DataFrame:
        """What each cloud must raise until the last year so that all is paid.

        ``low``, ``central``, ``high`` of the draws.
        """
        return pd.DataFrame([
            {"party": name, "building": building, "paid": paid}
            | {"key": f"{name}-{'builds' if building else 'stops'}-{'all' if paid else 'none'}"}
            | dict(zip(ENDS, np.quantile(need, SPREAD), strict=True))
            for (building, paid), needs in self.must_raise.items() if paid in (0.0, 1.0)
            for name, need in zip(CLOUDS, needs.T, strict=True)
        ])  # fmt: skip

    def need(self, party: str, building: bool, paid: float) -> pd.Series:
        """One row of the needs."""
        f = self.needs
        return f[(f["party"] == party) & (f["building"] == building) & (f["paid"] == paid)].iloc[0]

    @part
    def together(self) -> dict[tuple[bool, float], tuple[float, ...]]:
        """What both clouds must raise together, by building and by the part that OpenAI pays.

        Low, median, high of the draws.
        """
        return {
            key: tuple(map(float, np.quantile(need.sum(axis=-1), SPREAD)))
            for key, need in self.must_raise.items()
        }

    @part
    def need_error(self) -> float:
        """The greatest standard error of the medians of the needs, USD: from eight parts of the draws."""
        parts = [
            [np.median(need[k::8, :], axis=0) for k in range(8)]
            for (_, paid), need in self.must_raise.items() if paid in (0.0, 1.0)
        ]  # fmt: skip
        return float(max(batch_error(p).max() for p in parts))

    @part
    def order_holds(self) -> dict[str, float]:
        """Part of the draws in which a stop of the building saves more than the loss of OpenAI costs.

        One step at a time from where the clouds stand: they build and OpenAI pays all. For ``both`` and for
        each of ``CLOUDS``.
        """
        now, stopped, unpaid = (self.must_raise[k] for k in ((True, 1.0), (False, 1.0), (True, 0.0)))
        found = {"both": (now - stopped).sum(axis=-1) > (unpaid - now).sum(axis=-1)}
        found |= {name: now[:, k] - stopped[:, k] > unpaid[:, k] - now[:, k] for k, name in enumerate(CLOUDS)}
        return {name: float(holds.mean()) for name, holds in found.items()}

    @part
    def drivers(self) -> pd.DataFrame:
        """The three inputs that move each need most.

        ``party``, ``building``, ``title``, rank correlation ``rho``.
        """
        told = (("coreweave", False, 0.0), ("oracle", True, 1.0), ("coreweave", True, 1.0))
        return pd.DataFrame([
            {"party": party, "building": building, "paid": paid}
            | {"title": self.inputs.at[name, "title"], "rho": rho}
            for party, building, paid in told
            for need in [self.must_raise[building, paid][:, list(CLOUDS).index(party)]]
            for name, rho in strongest(self.draws, need).items()
        ])  # fmt: skip

    @part
    def chained(self) -> float:
        """The greatest part of draws, over all runs, in which a failure but OpenAI's brings another."""
        brought = [(c.years.failed & ~c.alone.failed)[..., 1:] for c in self.cases.values()]
        return float(max(b.any(axis=(1, 2)).mean() for b in brought))

    @part
    def stays_inside(self) -> dict[bool, float]:
        """The greatest part of what failing clouds leave unpaid that others inside miss, by building.

        OpenAI owes nobody outside, so that all it leaves unpaid is missed inside and taken off here.
        """
        found = {False: 0.0, True: 0.0}
        for (building, _), case in self.cases.items():
            unpaid = case.years.unpaid
            inside = case.years.missed.sum() - unpaid[..., OPENAI].sum()
            by_clouds = unpaid[..., list(CLOUDS.values())].sum()
            if by_clouds > 0:
                found[building] = max(found[building], float(inside / by_clouds))
        return found

    @part
    def network(self) -> pd.DataFrame:
        """Who owes whom in a year, central values.

        ``lenders`` what falls due in the first whole year with interest, ``landlords`` once all leases run,
        else a full year: ``debtor``, ``creditor``, ``usd``, ``inside``, and ``failing`` if it is owed only
        when somebody else does not pay.
        """
        at = {name: number(self.inputs, name, "central") for name in self.inputs.index}
        rows = [
            ("openai", "oracle", at["openai-oracle"]), ("openai", "coreweave", at["openai-coreweave"]),
            ("openai", "microsoft", at["openai-microsoft"]), ("openai", "softbank", at["openai-rent"]),
            ("nvidia", "coreweave", at["coreweave-backstop"]),
            ("nvidia", "softbank", at["openai-rent"]),
        ]  # fmt: skip
        for name in CLOUDS:
            due = self.due[name][1].value
            rows += [
                (name, "nvidia", at["chips"] * at[f"{name}-spending"]),
                (name, "makers", (1 - at["chips"]) * at[f"{name}-spending"]),
                (name, "lenders", due + at[f"{name}-interest"]),
                (name, "landlords", at[f"{name}-rent"]),
            ]
        rows.append(("softbank", "lenders", at["softbank-due"]))
        frame = pd.DataFrame(rows, columns=["debtor", "creditor", "usd"])
        failing = (frame["debtor"] == "nvidia") & frame["creditor"].isin(("coreweave", "softbank"))
        return frame.assign(inside=frame["creditor"].isin(NODES), failing=failing)

    @part
    def lost_orders(self) -> pd.Series:
        """What Nvidia loses in cash a year if both clouds stop building.

        ``low``, ``central``, ``high`` of the draws.
        """
        d = self.draws
        lost = d["chips"] * d["nvidia-margin"] * sum(d[f"{name}-spending"] for name in CLOUDS)
        return pd.Series(np.quantile(lost, SPREAD), index=list(ENDS))

    # --- what prices say

    @part
    def insurance(self) -> pd.DataFrame:
        """Default within five years by the price of insurance.

        ``party``, ``date``, ``spread``, range over recoveries.
        """
        return pd.DataFrame([
            self._insured(name, f) for name in CLOUDS for f in facts_of(self.record, name, "cds_spread")
        ])  # fmt: skip

    def insured(self, party: str) -> pd.Series:
        """The newest row of the insurance of a party."""
        return pd.Series(self._insured(party, latest(self.record, party, "cds_spread")))

    def _insured(self, party: str, f: Fact) -> dict[str, Any]:
        """The row of one price of insurance."""
        back = dict(zip(ENDS, self._given("recovery"), strict=True))
        return (
            {"party": party, "date": pd.Timestamp(Period.parse(f.as_of).end), "spread": f.value}
            | {end: credit.default_probability(f.value, r, HORIZON) for end, r in back.items()}
            | {"one": credit.default_probability(f.value, back["central"], 1.0), "fact_id": f.fact_id}
        )

    @part
    def exact(self) -> float:
        """How far the triangle lies from the exact probability, at most, over the record's prices."""
        _, recovery, _ = self._given("recovery")
        _, rate, _ = self._given("rate")
        return max(
            abs(-np.expm1(-HORIZON * credit.implied_hazard(s, recovery, HORIZON, rate)) - p)
            for s, p in zip(self.insurance["spread"], self.insurance["central"], strict=True)
        )

    @part
    def shares(self) -> pd.DataFrame:
        """Default within five years by the price of shares (Merton).

        By ``party`` low, central, high, and what goes in.
        """
        return pd.DataFrame({name: self._merton(name) for name in CLOUDS}).T.rename_axis("party")

    def _merton(self, name: str, late: int = 0) -> dict[str, float]:
        """Low: least debt and volatility, most shares and rate. High: the other way round.

        ``late`` is how many days later the stretches of the swings begin.
        """
        closes = self.closes_of(name, "daily")
        swing = {end: realised_volatility(closes.to_numpy()[late - n - 1 :]) for end, n in WINDOWS.items()}
        spread = sorted(swing.values())
        debt, count, rate = (self._given(k) for k in (f"{name}-debt", f"{name}-shares", "rate"))
        price, year = self.price_of(name), swing["central"]
        found: dict[str, float] = {}
        for end, k, other, vol in zip(ENDS, (0, 1, 2), (2, 1, 0), (spread[0], year, spread[-1]), strict=True):
            m = credit.merton(price * count[other], vol, debt[k], rate[other], HORIZON)
            found |= {end: m.probability, f"spread_{end}": m.spread, f"volatility_{end}": vol}
        return found | {"equity": price * count[1], "debt": debt[1]}

    @part
    def a_day_later(self) -> float:
        """The high end for Oracle if the half year over which its swings are measured began a day later."""
        return self._merton("oracle", late=1)["high"]

    @part
    def beside(self) -> pd.DataFrame:
        """Default by three ways beside each other, percent.

        ``party``, ``way``, ``low``, ``central``, ``high``.

        For the payments the ends are OpenAI paying all and nothing, without building; parts of draws, no
        probabilities.
        """
        rows = []
        for name in CLOUDS:
            prices: dict[str, Any] = {"insurance": self.insured(name), "shares": self.shares.loc[name]}
            ways = {way: [float(found[end]) for end in ENDS] for way, found in prices.items()}
            ways["draws"] = sorted(self.fails(name, paid, False) for paid in (1.0, 0.5, 0.0))
            rows += [(name, way, *(100 * x for x in ends)) for way, ends in ways.items()]
        return pd.DataFrame(rows, columns=["party", "way", *ENDS])

    @part
    def recoveries(self) -> tuple[float, ...]:
        """What creditors get back after a default: low, central, high."""
        return tuple(self._given("recovery"))

    @part
    def readings(self) -> dict[str, float]:
        """The central readings in percent, by ``party_way``."""
        return {f"{r['party']}_{r['way']}": float(r["central"]) for r in self.beside.to_dict("records")}

    @part
    def draws_stand_outside(self) -> bool:
        """Whether our draws lie below what both prices say for Oracle and above it for CoreWeave."""
        f = self.readings
        below = f["oracle_draws"] < min(f["oracle_insurance"], f["oracle_shares"])
        return below and f["coreweave_draws"] > max(f["coreweave_insurance"], f["coreweave_shares"])

    # --- holders

    @part
    def softbank(self) -> dict[str, float]:
        """SoftBank's holdings, net debt, OpenAI and Arm in yen of its account; yen for a dollar then."""
        c = self.facts("softbank", "mid-2026")
        dollars = latest(self.record, "softbank", "stake_fair_value").value
        return {role: f.value for role, f in c.items()} | {"yen": c["openai"].value / dollars}

    @part
    def account_day(self) -> str:
        """The day of SoftBank's newest account."""
        return self.chosen("softbank", "mid-2026", "value").as_of

    @part
    def gone(self) -> pd.DataFrame:
        """What each party loses if OpenAI is worth nothing, as a share of its own value.

        SoftBank's is that of its newest account, the others' that of the last close.
        """
        rows = {"softbank": [self.softbank["openai"] / self.softbank["value"]] * len(ENDS)}
        for name in ("microsoft", "nvidia"):
            held = zip(self._ends(f"{name}-share"), self._ends("openai-value"), strict=True)
            rows[name] = [s * v / self.market_value(name) for s, v in held]
        found = pd.DataFrame(rows, index=list(ENDS)).T.rename_axis("party")
        return found.sort_values("central", ascending=False)

    @part
    def close_day(self) -> str:
        """The day of the last close of Microsoft and Nvidia."""
        return f"{min(map(self.last_close, ('microsoft', 'nvidia'))):%Y-%m-%d}"

    def _ends(self, name: str) -> list[float]:
        found = self.fixed(f"contagion-{name}")
        return [found.low, found.central, found.high]

    @part
    def before(self) -> float:
        """OpenAI in SoftBank's net asset value half a year earlier, at the exchange rate of that day."""
        then = self.facts("softbank", "end-2025")
        return then["stake"].value * then["yen"].value / then["value"].value

    @part
    def arm(self) -> float:
        """Arm as a part of SoftBank's holdings."""
        return self.softbank["listed"] / self.softbank["holdings"]

    @part
    def ceiling(self) -> Fact:
        """SoftBank's own ceiling of its loan to value, percent; its high end is the limit in an emergency."""
        return latest(self.record, "softbank", "loan_to_value_ceiling")

    @part
    def instalments(self) -> float:
        """What SoftBank has paid to OpenAI since that account, in yen: added to holdings and to net debt."""
        return sum(f.value for f in self.listed("instalments").values()) * self.softbank["yen"]

    @part
    def loan_to_value(self) -> pd.DataFrame:
        """SoftBank's loan to value, percent, by the ``fall`` of all that it holds beside OpenAI.

        ``stands``, ``gone``.
        """
        rest = self.softbank["holdings"] - self.softbank["openai"]
        stake = self.softbank["openai"] + self.instalments
        debt = self.softbank["debt"] + self.instalments
        return pd.DataFrame({
            "fall": FALLS, "stands": 100 * debt / (rest * (1 - FALLS) + stake),
            "gone": 100 * debt / (rest * (1 - FALLS)),
        })  # fmt: skip

    @part
    def emergency(self) -> float:
        """SoftBank's own limit in an emergency, percent; its ceiling if it names none."""
        return self.ceiling.value if math.isnan(self.ceiling.high) else self.ceiling.high

    @part
    def headroom(self) -> dict[str, float]:
        """The fall of all else, OpenAI gone, at which SoftBank reaches its ceiling and emergency limit."""
        rest = self.softbank["holdings"] - self.softbank["openai"]
        debt = self.softbank["debt"] + self.instalments
        limits = {"ceiling": self.ceiling.value, "emergency": self.emergency}
        return {name: 1 - debt / (limit / 100) / rest for name, limit in limits.items()}


def payments_table(study: Study) -> pd.DataFrame:
    """Who has failed to pay by which year.

    Never, always, or in a part of the draws (then it is not resolved).
    """
    rows = [
        {"party": words.table("parties")[party], "building": goes_on, "paid": paid}
        | {str(y): _outcome(study.fails(party, paid, building, y)) for y in study.calendar}
        for party in CLOUDS
        for building, goes_on in zip((False, True), words.listed("building"), strict=True)
        for paid in (1.0, 0.0)
    ]
    heads = words.table("payments_table") | {str(y): str(y) for y in study.calendar}
    return headed(pd.DataFrame(rows), heads, percent=["paid"])


def _outcome(x: float) -> str:
    key = "never" if x == 0 else "always" if x == 1 else "rare" if x < RARE else "part"
    return fill(words.table("outcome")[key], part=x, rare=RARE)


def network_table(study: Study) -> pd.DataFrame:
    """Who owes whom, for the page."""
    found, debtors = study.network, words.table("parties")
    creditors = debtors | words.table("creditor")
    shown = found.assign(
        debtor=found["debtor"].map(debtors), creditor=found["creditor"].map(creditors),
        inside=found["inside"].map(words.listed("where").__getitem__),
        failing=found["failing"].map(words.listed("failing").__getitem__),
    )  # fmt: skip
    return rounded(headed(shown, words.table("owed"), billions=["usd"]), 1)


def drivers_table(study: Study) -> pd.DataFrame:
    """The inputs that move the needs most, for the page."""
    f = study.drivers
    shown = f.assign(
        party=f["party"].map(words.table("parties")),
        building=f["building"].map(words.listed("building").__getitem__),
    )
    cases = [fill(words.text("case"), **r) for r in records(shown)]
    return rounded(headed(shown.assign(case=cases), words.table("drivers")), 1)


def holders_table(study: Study) -> pd.DataFrame:
    """What OpenAI's holders lose, for the page."""
    shown = study.gone.rename(index=words.table("parties")).reset_index()
    return rounded(headed(shown, words.table("held"), percent=ENDS), 1)
