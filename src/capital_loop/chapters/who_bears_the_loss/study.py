"""The page "Who bears the loss".

Three stated shocks, passed through ranks and firms to those who pass nothing on.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from capital_loop.chapters import study
from capital_loop.chapters.study import MONTHS, QUARTERS, latest, number, part
from capital_loop.models import credit, losses, shocks
from capital_loop.models.losses import Claim, Guarantee, Losses
from capital_loop.models.sampling import batch_error, sobol, strongest
from capital_loop.record import Period
from capital_loop.record.rows import DealRow
from capital_loop.show.table import rounded
from capital_loop.show.words import fill, headed, read_words

words = read_words(__file__)

DRAWS, SEED = 1024, 6
"""Sobol draws over the ranges (a power of two keeps them balanced) and their seed."""
SPREAD = {"low": 0.05, "high": 0.95}
"""Quantiles over the draws; the middle is always the run at the central inputs."""
INPUTS = {
    "years": "losses-years", "term": "losses-azure-term", "sunk": "losses-sunk", "margin": "contagion-margin",
    "relet": "contagion-relet",
    "revenue": "dynamics-revenue", "other-costs": "dynamics-other-costs", "cash": "dynamics-cash",
    "rent": "contagion-openai-rent",
    "idle": "losses-idle", "oracle-building": "contagion-oracle-spending",
    "coreweave-building": "contagion-coreweave-spending",
    "supply": "losses-supply", "repricing": "losses-repricing", "sites": "losses-sites",
    "value": "contagion-openai-value",
    "microsoft": "contagion-microsoft-share", "nvidia": "contagion-nvidia-share", "index": "losses-index",
    "notes": "losses-notes",
    "oracle-shares": "credit-oracle-shares", "coreweave-shares": "credit-coreweave-shares",
}  # fmt: skip
"""The inputs: name here, id in ``data/assumptions.csv``."""
STATED = ("value", "microsoft", "nvidia")
"""Inputs that say at what price and by whom OpenAI is held: stated, not drawn."""
STALL, SLOW, REPRICED = "stall", "slow", "repriced"
NAMES = (STALL, SLOW, REPRICED)
HOLDERS = {
    **{k: v for k, v in words.table("firms").items() if k != "openai"},
    **{f"{k}-owners": fill(words.text("owners_of"), firm=v) for k, v in words.table("firms").items()},
    **words.table("holders"),
}
"""What holders are called."""
GROUPS = ("openai", "index", "owners", "developers", "lenders", "landlords")
"""Final holders: OpenAI's other owners, the index houses, other owners of shares, owners of sites, lenders,
landlords."""
KIND = {
    "openai-owners": "openai", "index-houses": "index", "oracle-bonds": "lenders",
    "coreweave-notes": "lenders", "coreweave-secured": "lenders",
    "softbank-lenders": "lenders", "site-lenders": "lenders", "oracle-landlords": "landlords",
    "developers": "developers", "sb-energy": "landlords",
}  # fmt: skip
"""The group of each final holder; all others are owners of shares."""
LARGE = ("microsoft", "amazon", "google", "meta", "nvidia", "amd", "broadcom")
"""Listed companies whose value is on the record."""
COUNTED = ("oracle", "coreweave")
"""Those whose value comes from counts of shares."""
FELT = 0.1
"""The least rank correlation that is told."""
HORIZON = 5.0
"""Years of the insurance that is quoted."""
INDEX, OPENAI_OWNERS = "index-houses", "openai-owners"


@dataclass(frozen=True)
class Contract:
    """A contract for computing: its ``amount`` in USD, over ``years`` (``None``: no term was published)."""

    seller: str
    amount: float
    years: float | None


@dataclass(frozen=True)
class Shock:
    """A shock: losses that strike firms' own assets, claims through which they pass, where they end."""

    direct: Mapping[str, float]
    claims: tuple[Claim, ...]
    guarantees: tuple[Guarantee, ...]
    found: Losses

    @property
    def total(self) -> float:
        """The whole loss."""
        return math.fsum(self.direct.values())

    @property
    def gap(self) -> float:
        """How far the losses borne miss the whole, as a part of it."""
        return abs(math.fsum(self.found.borne.values()) - self.total) / self.total

    @property
    def groups(self) -> dict[str, float]:
        """The losses borne, by group of final holders."""
        out = dict.fromkeys(GROUPS, 0.0)
        for holder, loss in self.found.borne.items():
            out[KIND.get(holder, "owners")] += loss
        return out


class Central(Mapping[str, float]):
    """The central inputs of a study, by name: each counts as read when it is taken."""

    def __init__(self, study: Study):
        self.study = study

    def __getitem__(self, name: str) -> float:
        return float(self.study.fixed(INPUTS[name]).central)

    def __iter__(self) -> Iterator[str]:
        return iter(INPUTS)

    def __len__(self) -> int:
        return len(INPUTS)


class Study(study.Study):
    """Losses of holders in three shocks, USD; ``changed`` fixes an input, range and all."""

    chapter = "who-bears-the-loss"
    models = ("losses",)
    further = (*INPUTS.values(), "credit-recovery", "credit-coreweave-debt")

    @part
    def inputs(self) -> pd.DataFrame:
        """The inputs with ranges and reasons, by name."""
        return self.inputs_of(INPUTS)

    @property
    def central(self) -> Central:
        """The central values, by name."""
        return Central(self)

    @part
    def draws(self) -> list[dict[str, float]]:
        """The draws over the ranges of all inputs."""
        ends = self.inputs[["low", "high"]].copy()
        for name in STATED:
            ends.loc[name] = number(self.inputs, name, "central")
        values = sobol(ends["low"], ends["high"], DRAWS, SEED)
        return [dict(zip(self.inputs.index, row, strict=True)) for row in values.tolist()]

    # --- what is held

    @part
    def market(self) -> dict[str, float]:
        """Market value of the large companies.

        The newest of the record, moved on with the closes to the newest one.
        """
        return {party: self.market_value(party) for party in LARGE}

    @part
    def cap_year(self) -> int:
        """The year of the oldest of these market values on the record."""
        return min(Period.parse(latest(self.record, p, "market_cap").as_of).end.year for p in LARGE)

    @part
    def prices(self) -> dict[str, float]:
        """The newest closes of Oracle and CoreWeave."""
        return {party: self.price_of(party) for party in COUNTED}

    @part
    def days(self) -> tuple[str, str]:
        """The oldest and the newest day of the closes used."""
        days = [f"{self.last_close(party):%Y-%m-%d}" for party in (*LARGE, *COUNTED)]
        return min(days), max(days)

    @part
    def softbank(self) -> dict[str, float]:
        """SoftBank's net asset value and net debt of mid 2026, USD.

        The debt with what it paid OpenAI since.
        """
        c = self.facts("softbank", "mid-2026")
        rate = c["openai"].value / c["dollars"].value
        since = math.fsum(map(float, self.listed("instalments").values()))
        return {"equity": c["value"].value / rate, "debt": c["debt"].value / rate + since}

    @part
    def debts(self) -> dict[str, dict[str, float]]:
        """What the firms owe, by firm and kind: the sum of the roles that begin with it.

        A role that begins with ``newest-`` names a series, of which the newest counts.
        """
        found: dict[str, dict[str, float]] = {}
        for c in self.choices("debts"):
            own = found.setdefault(c.key, {})
            for role, i in c.ids.items():
                kind = role.removeprefix("newest-").split("-")[0]
                value = self.newest_like(i) if role.startswith("newest-") else c[role]
                own[kind] = own.get(kind, 0.0) + float(value)
        return found

    @part
    def stake(self) -> float:
        """Nvidia's shares of CoreWeave."""
        return self.chosen("stake", "coreweave", "shares").value

    @part
    def guaranteed(self) -> float:
        """The cap of Nvidia's guarantee of OpenAI's rent."""
        return self.chosen("guarantee", "sb-energy", "cap").value

    def _equity(self, firm: str, at: Mapping[str, float]) -> float:
        """Value of all shares of a firm."""
        if firm in COUNTED:
            return at[f"{firm}-shares"] * self.prices[firm]
        return self.softbank["equity"] if firm == "softbank" else self.market[firm]

    def _shares(self, at: Mapping[str, float]) -> dict[str, float]:
        """OpenAI's shares at its last price, by holder."""
        value, softbank = at["value"], self.chosen("owners", "softbank", "share").value / 100
        held = {
            "microsoft": value * at["microsoft"],
            "softbank": value * softbank,
            "nvidia": value * at["nvidia"],
        }
        held["amazon"] = self.chosen("owners", "amazon", "paid").value
        return held | {OPENAI_OWNERS: value - math.fsum(held.values())}

    def _claims(self, at: Mapping[str, float]) -> list[Claim]:
        """All claims: on OpenAI, on the listed companies, on SoftBank, on Oracle's developers."""
        firms = ("openai", *LARGE, "oracle", "coreweave", "softbank", "oracle-suppliers")
        return [Claim(firm, *held) for firm in firms for held in self._on(firm, at)]

    def _on(self, firm: str, at: Mapping[str, float]) -> list[tuple[str, int, float]]:
        """The claims on one firm: holder, rank, amount."""
        if firm == "openai":
            shares, sunk = self._shares(at), self._sunk(at)
            return [*((k, 0, v) for k, v in shares.items()), *((k, 1, v) for k, v in sunk.items())]
        debts = self.debts.get(firm, {})
        if firm == "oracle-suppliers":
            own = debts["loans"] * (100 / debts["loan_to_cost"] - 1)
            return [("developers", 0, own), ("site-lenders", 1, debts["loans"])]
        equity = self._equity(firm, at)
        if firm == "softbank":
            return [("softbank-owners", 0, equity), ("softbank-lenders", 1, self.softbank["debt"])]
        if firm == "coreweave":
            stake, loans = self.stake * self.prices["coreweave"], debts["loans"]
            return [
                ("nvidia", 0, stake), ("coreweave-owners", 0, equity - stake),
                ("coreweave-notes", 1, loans * at["notes"]),
                ("coreweave-secured", 2, loans * (1 - at["notes"])),
            ]  # fmt: skip
        held = [(INDEX, 0, equity * at["index"]), (f"{firm}-owners", 0, equity * (1 - at["index"]))]
        if firm == "oracle":
            held += [("oracle-bonds", 1, debts["bonds"]), ("oracle-landlords", 1, debts["leases"])]
        return held

    # --- the shocks

    @part
    def contracts(self) -> list[Contract]:
        """OpenAI's contracts for computing; Microsoft's has no published term."""
        deals, found = self.record.deals.set_index("deal_id"), []
        for c in self.choices("contracts"):
            deal, term = deals.loc[c.key.split(".")[0]], c.get("term")
            first, last = (str(deal[k]) for k in ("period_start", "period_end"))
            years = term.value if term else _length(first, last) if last else None
            found.append(Contract(str(deal["payee"]), c["amount"].value, years))
        return found

    def _due(self, at: Mapping[str, float]) -> dict[str, float]:
        """What falls due in the years looked at, by seller: of each contract its years' part."""
        found: dict[str, float] = {}
        for c in self.contracts:
            due = shocks.due_within(c.amount, c.years or at["term"], at["years"])
            found[c.seller] = found.get(c.seller, 0.0) + due
        return found

    @part
    def before_rent(self) -> int:
        """Years before the sites begin whose rent Nvidia guarantees, from the newest balance sheet on."""
        begins = self.record.keyed(DealRow)["nvidia-openai-guarantee"].period_start
        sheet = self.newest_like(self.chosen("debts", "coreweave", "newest-loans").fact_id)
        return int(begins) - Period.parse(sheet.as_of).end.year

    def _rent(self, at: Mapping[str, float]) -> float:
        """What falls due of the rent that Nvidia guarantees."""
        return at["rent"] * max(at["years"] - self.before_rent, 0.0)

    def bills(self, at: Mapping[str, float]) -> float:
        """All that falls due in the years looked at: computing, and the rent that Nvidia guarantees."""
        return math.fsum(self._due(at).values()) + self._rent(at)

    def paid(self, at: Mapping[str, float]) -> float:
        """The part of what falls due that OpenAI's revenue and cash of today can pay, other costs first."""
        yearly = QUARTERS * at["revenue"]
        return shocks.paid_share(at["years"], yearly, at["other-costs"], at["cash"], self.bills(at))

    def _sunk(self, at: Mapping[str, float]) -> dict[str, float]:
        """What each seller has spent for OpenAI and cannot get elsewhere, if OpenAI pays nothing.

        The guaranteed rent with it.
        """
        kept = (at["sunk"], at["margin"], at["relet"])
        found = {k: shocks.sunk_cost(v, *kept) for k, v in self._due(at).items()}
        return found | {"sb-energy": self._rent(at) * at["sunk"]}

    @part
    def plan(self) -> dict[str, float]:
        """OpenAI's plan: ``growth`` a year, ``half`` of it, ``reached`` part of revenue, ``idle`` part."""
        first, last = (self.chosen("plan", key) for key in ("start", "end"))
        slow = shocks.half_growth(first.value, last.value, int(last.as_of) - int(first.as_of))
        return vars(slow) | {"half": slow.growth / 2, "last": float(last.as_of)}

    @part
    def building(self) -> dict[str, float]:
        """A year of capital spending of the four large buyers, from their newest quarter."""
        return {party: QUARTERS * f.value for party, f in self.listed("capex").items()}

    def _direct(self, name: str, at: Mapping[str, float], claims: list[Claim]) -> dict[str, float]:
        if name == STALL:
            unpaid = (1 - self.paid(at)) * math.fsum(self._sunk(at).values())
            return {"openai": at["value"] + unpaid}
        if name == SLOW:
            idle = self.plan["idle"] * at["idle"]
            built = self.building | {p: at[f"{p}-building"] for p in COUNTED}
            lost = {k: v * idle for k, v in built.items()} | {"nvidia": at["supply"] * idle}
            return {"openai": at["value"] * (1 - self.plan["reached"])} | lost
        return self._repriced(at, claims)

    def _repriced(self, at: Mapping[str, float], claims: list[Claim]) -> dict[str, float]:
        """All assets fall by one part, but sites by their own."""
        worth: dict[str, float] = {}
        for c in claims:
            worth[c.debtor] = worth.get(c.debtor, 0.0) + c.amount
        worth["openai"] = at["value"]
        fall = dict.fromkeys(worth, at["repricing"]) | {"oracle-suppliers": at["sites"]}
        return shocks.repriced(fall, worth, claims, first=("openai", "coreweave"))

    def shock(self, name: str, at: Mapping[str, float]) -> Shock:
        """One shock at one set of inputs."""
        claims = self._claims(at)
        guarantees = (Guarantee("nvidia", "openai", "sb-energy", self.guaranteed),)
        direct = self._direct(name, at, claims)
        return Shock(direct, tuple(claims), guarantees, losses.spread(direct, claims, guarantees))

    @part
    def shocks(self) -> dict[str, Shock]:
        """The three shocks at the central values."""
        return {name: self.shock(name, self.central) for name in NAMES}

    @part
    def groups(self) -> pd.DataFrame:
        """Losses at the central values by ``shock`` and ``group``.

        ``usd``, ``share`` of the whole, largest first in each shock.
        """
        return pd.DataFrame([
            {"shock": name, "group": group, "usd": usd, "share": usd / s.total}
            for name, s in self.shocks.items()
            for group, usd in sorted(s.groups.items(), key=lambda g: -g[1]) if usd > 0
        ])  # fmt: skip

    @part
    def drawn(self) -> dict[str, pd.DataFrame]:
        """The losses of the groups in every draw, USD, with the ``total``, by shock."""
        return {
            name: pd.DataFrame([s.groups | {"total": s.total, "gap": s.gap} for s in drawn])
            for name in NAMES for drawn in [map(partial(self.shock, name), self.draws)]
        }  # fmt: skip

    @part
    def ranges(self) -> pd.DataFrame:
        """Losses by ``shock`` and ``group``.

        ``low`` and ``high`` of the draws, ``central`` at the central inputs, USD.
        """
        return pd.DataFrame([
            {"shock": name, "group": group}
            | {k: float(np.quantile(frame[group], q)) for k, q in SPREAD.items()}
            | {"central": self.shocks[name].groups.get(group, self.shocks[name].total)}
            for name, frame in self.drawn.items() for group in (*GROUPS, "total")
        ])  # fmt: skip

    def spread(self, name: str, group: str) -> pd.Series:
        """One row of the ranges."""
        f = self.ranges
        return f[(f["shock"] == name) & (f["group"] == group)].iloc[0]

    @part
    def floor(self) -> float:
        """The least part that owners of shares bear over all draws and shocks, rounded down to a percent."""
        shares = ["openai", "index", "owners"]
        least = min((f[shares].sum(axis=1) / f["total"]).min() for f in self.drawn.values())
        return math.floor(100 * least) / 100

    @part
    def lenders_lose(self) -> dict[str, float]:
        """The ends of what lenders lose in a crash, as parts of what they hold."""
        return {end: self.spread(REPRICED, "lenders")[end] / self.held["lenders"] for end in SPREAD}

    @part
    def creditors_near(self) -> float:
        """The part of a crash that lenders and landlords bear, if only the loop's own firms count."""
        found = self.shocks[REPRICED]
        return (found.groups["lenders"] + found.groups["landlords"]) / self.near

    @part
    def near(self) -> float:
        """What the loop's own firms lose in a crash, USD: OpenAI's whole fall, and sites let to Oracle."""
        direct = self.shocks[REPRICED].direct
        return math.fsum(direct[k] for k in ("openai", "oracle", "coreweave", "softbank", "oracle-suppliers"))

    @part
    def stalled(self) -> dict[str, float]:
        """What OpenAI leaves unpaid if it stalls, and what of it sellers and landlord had spent, USD."""
        at = self.central
        short = 1 - self.paid(at)
        return {"unpaid": short * self.bills(at), "sunk": short * math.fsum(self._sunk(at).values())}

    @part
    def tolerance(self) -> str:
        """The gap in words: a power of ten that it stays under."""
        return words.text("tolerance") if self.gap < 1e-12 else f"{self.gap:.0e}"

    @part
    def gap(self) -> float:
        """The greatest relative gap between the losses borne and the shock, over all draws."""
        return float(max(f["gap"].max() for f in self.drawn.values()))

    @part
    def error(self) -> float:
        """The greatest standard error of an end of a total's range, as a part of that end.

        From eight parts of the draws.
        """
        return max(
            float(batch_error([f["total"].iloc[k::8].quantile(q) for k in range(8)]) / f["total"].quantile(q))
            for f in self.drawn.values() for q in SPREAD.values()
        )  # fmt: skip

    @part
    def drivers(self) -> pd.DataFrame:
        """The inputs, three at most, that move the whole loss of a ``shock`` most.

        And those that move what lenders and landlords lose, where they lose at all: ``of`` says which;
        ``title``, rank correlation ``rho``.
        """
        inputs = {str(k): v.to_numpy() for k, v in pd.DataFrame(self.draws).items()}
        lost = [
            (name, of, usd.to_numpy())
            for name, frame in self.drawn.items()
            for of, usd in (("total", frame["total"]), ("creditors", frame["lenders"] + frame["landlords"]))
        ]
        return pd.DataFrame([
            {"shock": name, "of": of, "title": self.inputs.at[n, "title"], "rho": rho}
            for name, of, usd in lost if np.ptp(usd) > 0
            for n, rho in strongest(inputs, usd).items() if abs(rho) >= FELT
        ])  # fmt: skip

    @part
    def held(self) -> dict[str, float]:
        """What each group of final holders holds, USD, at the central values."""
        claims = self.shocks[STALL].claims
        firms = {c.debtor for c in claims}
        out = dict.fromkeys(GROUPS, 0.0)
        for c in claims:
            if c.holder not in firms:
                out[KIND.get(c.holder, "owners")] += c.amount
        return out

    def part_lost(self, name: str, group: str) -> float:
        """The part of what a group holds that it loses in a shock, at the central values."""
        return self.shocks[name].groups[group] / self.held[group]

    @part
    def insured(self) -> pd.DataFrame:
        """What the price of insurance says lenders should expect to lose within five years.

        ``party``, USD over recoveries, ``chance``.
        """
        found = self.fixed("credit-recovery")
        amounts = {"oracle": self.debts["oracle"]["bonds"], "coreweave": self.debts["coreweave"]["loans"]}
        back = {"low": found.high, "central": found.central, "high": found.low}
        rows = {}
        for party, amount in amounts.items():
            quoted = latest(self.record, party, "cds_spread").value
            lost = {end: credit.expected_loss(amount, quoted, r, HORIZON) for end, r in back.items()}
            rows[party] = {"spread": quoted, "held": amount} | lost
        return pd.DataFrame.from_dict(rows, orient="index")

    @part
    def expected(self) -> pd.Series:
        """The same for both together: ``low``, ``central``, ``high``, ``held``, USD."""
        return self.insured[["low", "central", "high", "held"]].sum()

    # --- how thick the first loss is

    @part
    def cushions(self) -> pd.DataFrame:
        """The part of its assets that each ``firm`` must lose before a rank loses.

        ``cushion`` of its lenders, ``rank`` by rank.
        """
        rows = []
        for firm in ("softbank", "oracle", "coreweave", "oracle-suppliers"):
            own = self._on(firm, self.central)
            ranks = sorted({rank for _, rank, _ in own})
            layers = [math.fsum(usd for _, rank, usd in own if rank == r) for r in ranks]
            for rank, part_, layer in zip(ranks, losses.cushion(layers), layers, strict=True):
                if rank > 0:
                    rows.append({"firm": firm, "rank": rank, "cushion": part_, "held": layer})
        return pd.DataFrame(rows).sort_values("cushion", kind="stable")

    @part
    def owners(self) -> pd.DataFrame:
        """OpenAI's owners: what each ``paid`` in, and its shares at the price of the last round, USD."""
        paid = {holder: f.value for holder, f in self.listed("owners", "paid").items()}
        rows = [(holder, paid.get(holder, math.nan), v) for holder, v in self._shares(self.central).items()]
        found = pd.DataFrame(rows, columns=["holder", "paid", "price"])
        return found.sort_values("price", ascending=False, kind="stable")

    @part
    def ledger(self) -> pd.DataFrame:
        """Every claim with its ``rank`` and amount, and what stays with it in each shock, USD."""
        first = self.shocks[STALL]
        rows = [
            {"debtor": c.debtor, "holder": c.holder, "rank": c.rank, "amount": c.amount}
            | {name: s.found.claims[i] for name, s in self.shocks.items()}
            for i, c in enumerate(first.claims)
        ]
        rows += [
            {"debtor": g.debtor, "holder": f"{g.guarantor}-guarantee", "rank": 1, "amount": g.cap}
            | {name: s.found.paid[k] for name, s in self.shocks.items()}
            for k, g in enumerate(first.guarantees)
        ]
        return pd.DataFrame(rows)

    @part
    def site_lost(self) -> float:
        """What part of its cost an average site has lost if the price of one site's loans says all."""
        loan = self.chosen("debts", "oracle-suppliers", "loan_to_cost").value / 100
        return 1 - loan * self.chosen("quote", "new-mexico", "price").value / 100

    @part
    def halved(self) -> dict[str, float]:
        """The cushions of the first creditors of Oracle and CoreWeave, were their shares to fall by half."""
        claims, found = self.shocks[STALL].claims, {}
        for firm in COUNTED:
            shares = math.fsum(c.amount for c in claims if c.debtor == firm and c.rank == 0) / 2
            debts = math.fsum(c.amount for c in claims if c.debtor == firm and c.rank > 0)
            found[firm] = losses.cushion([shares, debts])[1]
        return found

    @part
    def notes(self) -> float:
        """CoreWeave's notes that are on the record, as a part of its debt."""
        return math.fsum(map(float, self.listed("notes").values())) / self.debts["coreweave"]["loans"]

    @part
    def thinnest(self) -> float:
        """The cushion of CoreWeave's first creditors, percent."""
        return 100 * self.cushion("coreweave")

    @part
    def paid_in(self) -> float:
        """What its four named investors have paid in, USD."""
        return float(self.owners["paid"].sum())

    @part
    def with_leases(self) -> dict[str, float]:
        """CoreWeave's leases that had begun, USD, and the cushion of its creditors if they counted."""
        loans, debt = self.debts["coreweave"]["loans"], self.fixed("credit-coreweave-debt").central
        equity = self._equity("coreweave", self.central)
        return {"leases": debt - loans, "cushion": equity / (equity + debt)}

    def cushion(self, firm: str) -> float:
        """The part of its assets that a firm must lose before its first creditors do."""
        f = self.cushions
        return float(f.loc[f["firm"] == firm, "cushion"].min())

    @part
    def named_price(self) -> float:
        """What the shares of the four named investors were worth at the last price, USD."""
        f = self.owners
        return float(f.loc[f["holder"] != OPENAI_OWNERS, "price"].sum())

    # --- index houses, and a win for all

    @part
    def houses(self) -> float:
        """Shares of Nvidia that the three largest index houses held."""
        return math.fsum(map(float, self.listed("index", "shares").values()))

    @part
    def gain(self) -> dict[str, float]:
        """The parts of the AMD deal that exist.

        What holders' shares gained since, and what the warrant would take if all of it vests.
        """
        c = {role: f.value for role, f in self.facts("gain", "amd").items()}
        new, old = c["warrant_shares"], c["shares"]
        price = c["warrant"] / new
        rise, given = (price - c["warrant_before"] / new) * old, price * old * new / (old + new)
        return {"rise": rise, "warrant": given, "part": given / rise}


def _length(first: str, last: str) -> float:
    """Years from the beginning of one period to the end of another, a year or a month each."""
    start, end = Period.parse(first).start, Period.parse(last).end
    return (MONTHS * (end.year - start.year) + end.month - start.month + 1) / MONTHS


def groups_table(study: Study) -> pd.DataFrame:
    """Holders by group, for the page.

    What they hold and lose, USD billion, their rank, and what is not disclosed.
    """
    rows = [
        {
            "group": words.table("group_names")[g], "rank": words.table("group_ranks")[g], 
            "held": study.held[g], "unknown": words.table("group_unknown")[g],
        } | {name: _lost(study.spread(name, g)) for name in NAMES}
        for g in GROUPS
    ]  # fmt: skip
    told = words.table("group_table") | words.table("shocks")
    heads = {c: told[c] for c in ("group", "rank", "held", *NAMES, "unknown")}
    return rounded(headed(pd.DataFrame(rows), heads, billions=["held"]), 0)


def _lost(found: pd.Series) -> str:
    key = "nothing" if found["high"] == 0 else "fixed" if found["low"] == found["high"] else "range"
    return fill(words.table("lost")[key], **{end: found[end] / 1e9 for end in ("low", "central", "high")})


def ledger_table(study: Study) -> pd.DataFrame:
    """Every claim with its rank and losses, for the page: USD billion."""
    found, known = study.ledger, words.table("known_holders")
    pairs = found[["debtor", "holder"]].itertuples(index=False)
    shown = found.assign(
        debtor=found["debtor"].map(words.table("firms")),
        rank=found["rank"].map(words.listed("ranks").__getitem__),
        holder=[known.get(f"{firm}.{who}") or HOLDERS[who] for firm, who in pairs],
    )
    heads = words.table("ledger") | words.table("shocks")
    return rounded(headed(shown, heads, billions=["amount", *NAMES]), 1)


def drivers_table(study: Study) -> pd.DataFrame:
    """The inputs that move the losses most, for the page."""
    shown = study.drivers.replace({"shock": words.table("shocks"), "of": words.table("drivers_of")})
    return rounded(headed(shown, words.table("drivers")), 1)
