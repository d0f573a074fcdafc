"""The chapter "Leverage on leverage": cash, debt, cover, loans and what secures them."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from capital_loop.models import debt
from capital_loop.record.series import series
from capital_loop.record.tables import Fact, Record

YEAR = 4
"""Quarters in a trailing year."""
FIRMS = {
    "google": "Alphabet", "nvidia": "Nvidia", "microsoft": "Microsoft", "amd": "AMD", "meta": "Meta", "amazon": "Amazon",
    "broadcom": "Broadcom", "oracle": "Oracle",
}  # fmt: skip
GROUND = {
    "lease": "A signed lease", "contract": "A customer’s contract", "chips": "Chips and their users’ contracts",
    "guarantee": "Somebody’s guarantee", "shares": "Shares of OpenAI",
}  # fmt: skip
LOANS = [
    ("LVG-101", "CoreWeave, chips", "chips"), ("LEV-085", "Abilene, first part", "lease"), ("LEV-086", "Abilene, second part", "lease"),
    ("LEV-001", "Hyperion, for Meta", "lease"), ("LEV-212", "TeraWulf, for a start-up", "guarantee"), ("LEV-083", "xAI, chips", "chips"),
    ("LEV-237", "Crusoe, AMD chips", "guarantee"), ("LEV-230", "Sites for Oracle, several", "lease"), ("LEV-222", "CoreWeave, strong customer", "contract"),
    ("LEV-224", "CoreWeave, weaker customers", "contract"), ("LEV-042", "SoftBank, stalled", "shares"),
]  # fmt: skip
"""Loans on the record with what secures them. The ground is our reading of the facts' notes, in order of date."""


@dataclass(frozen=True)
class Study:
    """What the chapter shows; frames carry ``fact_id`` where a row is one fact."""

    positions: pd.DataFrame
    debt: pd.DataFrame
    spreads: pd.DataFrame
    loans: pd.DataFrame
    oracle: pd.DataFrame
    hyperion: float
    coreweave_gap: float
    facts: dict[str, Fact]

    def position(self, firm: str) -> float:
        """Cash less debt of a firm, USD."""
        return float(self.positions.set_index("firm").at[firm, "net"])


def study(record: Record) -> Study:
    """Everything of the chapter from the record."""
    fact = record.fact
    positions = pd.DataFrame([
        {"firm": name, "cash": fact(c).value, "debt": fact(d).value, "as_of": fact(c).as_of, "cash_id": c, "debt_id": d}
        for name, c, d in _balance(record)
    ])  # fmt: skip
    positions["net"] = positions["cash"] - positions["debt"]
    loans = pd.DataFrame([
        {"loan": name, "usd": fact(i).value, "ground": GROUND[g], "as_of": fact(i).as_of, "note": fact(i).note, "fact_id": i}
        for i, name, g in LOANS
    ])  # fmt: skip
    debts = pd.concat([
        series(record, "oracle", "notes_payable").assign(firm="Oracle, notes and loans"),
        series(record, "coreweave", "debt_principal").assign(firm="CoreWeave, all debt"),
    ], ignore_index=True)  # fmt: skip
    spreads = pd.concat([
        series(record, "oracle", "cds_spread").assign(firm="Oracle"),
        series(record, "coreweave", "cds_spread").assign(firm="CoreWeave"),
    ], ignore_index=True)  # fmt: skip
    return Study(
        positions.sort_values("net", ascending=False, ignore_index=True), debts, spreads, loans, _oracle(record),
        debt.loan_to_cost(fact("LEV-001").value, fact("LEV-002").value),
        debt.rollover_gap(fact("LEV-303").value, fact("LEV-305").value, 0.0) if "LEV-305" in record.facts.index else float("nan"),
        {i: fact(i) for i in ("LEV-001", "LEV-002", "LEV-303")},
    )  # fmt: skip


def _balance(record: Record) -> list[tuple[str, str, str]]:
    rows = []
    for entity, name in FIRMS.items():
        cash = series(record, entity, "cash_short_term")["fact_id"].iloc[-1]
        owed = series(record, entity, "debt_with_leases")["fact_id"].iloc[-1]
        rows.append((name, str(cash), str(owed)))
    return rows


def _oracle(record: Record) -> pd.DataFrame:
    """Oracle by quarter: interest cover, and over four quarters the part of spending that own cash paid."""
    income, interest = (series(record, "oracle", m) for m in ("operating_income", "interest_expense"))
    free, capex = (series(record, "oracle", m) for m in ("free_cash_flow", "cash_capex"))
    cover = income.merge(interest, on="as_of", suffixes=("", "_interest"))
    cover["cover"] = debt.interest_cover(cover["value"], cover["value_interest"])
    flow = free.merge(capex, on="as_of", suffixes=("_free", ""))
    spent = flow["value"].abs()
    frame = flow[["as_of", "date"]].iloc[YEAR - 1 :].reset_index(drop=True)
    frame["own_share"] = debt.own_share(
        debt.trailing(flow["value_free"] + spent, YEAR), debt.trailing(spent, YEAR)
    )
    frame["capex"] = debt.trailing(spent, YEAR)
    return frame.merge(cover[["as_of", "cover"]], on="as_of", how="left")


def loans_table(found: Study) -> pd.DataFrame:
    """The loans with what secures them."""
    return pd.DataFrame({
        "Loan": found.loans["loan"], "As of": found.loans["as_of"], "USD billion": found.loans["usd"] / 1e9,
        "Stands on": found.loans["ground"], "Scope": found.loans["note"],
    })  # fmt: skip
