"""The chapter "Leverage on leverage": cash, debt, cover, loans and what secures them."""

from __future__ import annotations

import pandas as pd

from capital_loop.chapters import study as chapters
from capital_loop.chapters.demand.study import BUYERS
from capital_loop.chapters.demand.study import Study as Demand
from capital_loop.chapters.study import QUARTERS, facts_of, number, of_period, part, periods_of, series
from capital_loop.models import debt
from capital_loop.record import Fact

FIRMS = ("google", "nvidia", "microsoft", "amd", "meta", "amazon", "broadcom", "oracle")
"""Listed parties of the loop whose balance sheets are compared."""
OFFERED = "announced"
"""The stage of a loan that was not closed."""
LETTER = "letter"
"""The role of a loan that would stand on a letter of intent."""


class Study(chapters.Study):
    """Who had cash and who owed, what the loans stand on, and what lenders asked."""

    chapter = "leverage"

    @part
    def positions(self) -> pd.DataFrame:
        """Cash, debt with leases and ``net`` of each firm (``key``), USD, richest first.

        By the newest balance sheet that has both.
        """
        metrics, rows = ("cash_short_term", "debt_with_leases"), []
        for firm in FIRMS:
            cash_days, debt_days = (periods_of(self.record, firm, m) for m in metrics)
            day = [d for d in cash_days if d in debt_days][-1]
            cash, owed = (of_period(self.record, firm, m, day) for m in metrics)
            rows.append({
                "key": firm, "as_of": cash.as_of, "cash": cash.value, "debt": owed.value,
                "net": cash.value - owed.value,
            })  # fmt: skip
        return pd.DataFrame(rows).sort_values("net", ascending=False, ignore_index=True)

    def position(self, firm: str) -> float:
        """Cash less debt of a firm, USD."""
        return number(self.positions.set_index("key"), firm, "net")

    @part
    def rich(self) -> list[str]:
        """Firms with more cash than debt, richest first."""
        return list(self.positions.loc[self.positions["net"] > 0, "key"])

    @part
    def debts(self) -> pd.DataFrame:
        """Debt of the two borrowers over time, as ``series`` with ``key``: Oracle's without leases."""
        return self.series_by(
            {"oracle": ("oracle", "notes_payable"), "coreweave": ("coreweave", "debt_principal")}
        )

    @part
    def oracle_before(self) -> Fact:
        """Oracle's notes and loans at the last balance sheet before the first document."""
        first = self.record.documents["day"].min()
        known = series(self.record, "oracle", "notes_payable")
        as_of = known.loc[known["date"] < first, "as_of"].iloc[-1]
        return of_period(self.record, "oracle", "notes_payable", as_of)

    @part
    def oracle_peak(self) -> Fact:
        """Oracle's notes and loans where they were highest."""
        return max(facts_of(self.record, "oracle", "notes_payable"), key=lambda f: f.value)

    @part
    def spreads(self) -> pd.DataFrame:
        """Readings of default insurance, as ``series`` with ``key``."""
        return self.series_by({who: (who, "cds_spread") for who in ("coreweave", "oracle")})

    @part
    def dearest(self) -> dict[str, Fact]:
        """The highest reading of default insurance, by borrower."""
        every = {who: facts_of(self.record, who, "cds_spread") for who in ("coreweave", "oracle")}
        return {who: max(found, key=lambda f: f.value) for who, found in every.items()}

    @part
    def disputed(self) -> Fact:
        """A reading of the press that traded prices do not bear out."""
        return self.chosen("spread", "coreweave-summer", "press")

    @part
    def sovereign(self) -> tuple[Fact, float]:
        """What sovereign funds put in in a year, and over the cash that the four largest buyers spent in it.

        The share is the most that it can be, since the funds' sum holds more than AI.
        """
        funds, demand = self.chosen("sovereign", "funds", "sum"), Demand(self.record)
        year = [q for q in demand.whole_quarters if funds.period_start <= q <= funds.as_of]
        return funds, funds.value / sum(map(demand.quarter_total, year))

    @part
    def own_means(self) -> pd.DataFrame:
        """Operating cash flow of each large buyer over what it spent in cash in the same time: ``share``.

        By the newest time for which both are on the record, ``since`` and ``until`` its days.
        """
        found: dict[str, dict[str, object]] = {}
        for buyer in BUYERS:
            spent = facts_of(self.record, buyer, "quarter_capex", "quarter")
            for flow in reversed(facts_of(self.record, buyer, "operating_cash_flow")):
                within = [f for f in spent if f.period_start >= flow.period_start and f.as_of <= flow.as_of]
                ends = (within[0].period_start, within[-1].as_of) if within else ()
                if ends == (flow.period_start, flow.as_of):
                    share = flow.value / sum(f.value for f in within)
                    found[buyer] = {"share": share, "since": flow.period_start, "until": flow.as_of}
                    break
        return pd.DataFrame.from_dict(found, orient="index")

    @part
    def loans(self) -> pd.DataFrame:
        """Loans on the record with what secures them (``ground``), in order of date.

        The ground is our reading.
        """
        return pd.DataFrame([
            {"loan": c.label, "usd": f.value, "ground": ground, "as_of": f.as_of,
             "stage": f.stage, "note": f.note}
            for c in self.choices("loans") for ground in c.ids for f in [c[ground]]
        ])  # fmt: skip

    @part
    def offered(self) -> int:
        """How many of the loans were announced and are not known to be closed."""
        return int((self.loans["stage"] == OFFERED).sum())

    @part
    def leases_until(self) -> str:
        """The newest of the loans on signed leases."""
        return str(self.loans.loc[self.loans["ground"] == "lease", "as_of"].max())

    @part
    def on_leases(self) -> float:
        """What stands on signed leases, USD."""
        return float(self.loans.loc[self.loans["ground"] == "lease", "usd"].sum())

    @part
    def let_to_oracle(self) -> float:
        """What stands on leases of sites let to Oracle, USD."""
        return sum(map(float, self.listed("let-to-oracle").values()))

    @part
    def perhaps_twice(self) -> float:
        """Loans that the press's sum for several sites of Oracle may hold already, USD."""
        return sum(map(float, self.listed("perhaps-inside").values()))

    @part
    def on_letters(self) -> int:
        """How many loans stand on a letter of intent."""
        return int((self.loans["ground"] == LETTER).sum())

    @part
    def hyperion(self) -> float:
        """Part of debt in the vehicle for Meta's site."""
        owed, equity = (self.chosen("hyperion", "vehicle", role).value for role in ("debt", "equity"))
        return debt.loan_to_cost(owed, equity)

    @part
    def own(self) -> pd.DataFrame:
        """Over four quarters each: the part of Oracle's spending that its own cash paid; spending, USD."""
        free, capex = (series(self.record, "oracle", m) for m in ("free_cash_flow", "cash_capex"))
        flow = free.merge(capex, on="as_of", suffixes=("_free", ""))
        spent = flow["value"].abs()
        frame = flow[["as_of", "date"]].iloc[QUARTERS - 1 :].reset_index(drop=True)
        paid, spending = debt.trailing(flow["value_free"] + spent, QUARTERS), debt.trailing(spent, QUARTERS)
        return frame.assign(own_share=debt.own_share(paid, spending), capex=spending)

    @part
    def without_prepaid(self) -> float:
        """The newest ``own_share`` without what customers are known to have paid ahead in its quarters."""
        year, ahead = self.own.tail(QUARTERS), facts_of(self.record, "oracle", "customer_prepayments")
        share, spent = float(year["own_share"].iloc[-1]), float(year["capex"].iloc[-1])
        prepaid = sum(f.value for f in ahead if f.as_of in set(year["as_of"]))
        return float(debt.own_share(share * spent - prepaid, spent))

    @part
    def oracle(self) -> pd.DataFrame:
        """``own`` with the interest cover of each quarter, in times."""
        known = set(self.own["as_of"])
        income, interest = (
            series(self.record, "oracle", m, among=known) for m in ("operating_income", "interest_expense")
        )
        both = income.merge(interest, on="as_of", suffixes=("", "_interest"))
        both["cover"] = debt.interest_cover(both["value"], both["value_interest"])
        return self.own.merge(both[["as_of", "cover"]], on="as_of", how="left")
