"""A small record that is whole: a few rows of every table and all that they need, for tests that validate
often."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Collection
from pathlib import Path

import pandas as pd

from capital_loop.record import stamp

SEED = 3
"""Rows of each table to begin with."""
WEEKS = "2024-02-10"
"""Weekly closes up to this day are kept."""


def small(data: Path, to: Path, claims: Collection[str] = ()) -> Path:
    """Cuts the record in ``data`` down to a few rows a table, and these claims, and writes it to ``to``."""
    descriptor = json.loads((data / "datapackage.json").read_text(encoding="utf-8"))
    resources = {r["name"]: r for r in descriptor["resources"]}
    whole = {n: pd.read_csv(data / r["path"], dtype=str, keep_default_na=False) for n, r in resources.items()}
    keep = {n: set(f.index[:SEED]) for n, f in whole.items()}
    closes, prices = whole["return_closes"], whole["prices"]
    keep["return_closes"] = set(closes.index[(closes["frequency"] == "weekly") & (closes["date"] < WEEKS)])
    keep["editions"] = keep["changes"] = keep["differences"] = keep["watchlist"] = set()
    keep["watchlist"] = {0}
    keep["claims"] |= set(whole["claims"].index[whole["claims"]["claim_id"].isin(claims)])
    size = -1
    while size != sum(map(len, keep.values())):
        size = sum(map(len, keep.values()))
        for name, resource in resources.items():
            mine = whole[name].loc[sorted(keep[name])]
            for link in resource["schema"].get("foreignKeys", []):
                target = link["reference"]["resource"] or name
                column, other = link["fields"], link["reference"]["fields"]
                column, other = (x if isinstance(x, str) else x[0] for x in (column, other))
                keep[target] |= set(whole[target].index[whole[target][other].isin(set(mine[column]) - {""})])
        facts = set(whole["facts"].loc[sorted(keep["facts"]), "fact_id"])
        said = set(whole["claims"].loc[sorted(keep["claims"]), "claim_id"])
        for name, column, wanted in (
            ("fact_sources", "fact_id", facts),
            ("derived", "fact_id", facts),
            ("claim_evidence", "claim_id", said),
            ("editorial", "claim_id", said),
            ("conditions", "claim_id", said),
            ("readings", "claim_id", said),
        ):
            keep[name] |= set(whole[name].index[whole[name][column].isin(wanted)])
        named = " ".join(whole["derived"].loc[sorted(keep["derived"]), "inputs"])
        named += " ".join(whole["identities"].loc[sorted(keep["identities"]), "parts"])
        named += " ".join(
            whole["editorial"]
            .loc[sorted(keep["editorial"]), ["cites_on_day", "cites_now"]]
            .agg(" ".join, axis=1)
        )
        named += " ".join(
            whole["conditions"].loc[sorted(keep["conditions"]), ["inputs", "than"]].agg(" ".join, axis=1)
        )
        watched = (
            whole["watchlist"].loc[sorted(keep["watchlist"]), ["subject", "metric"]].apply(tuple, axis=1)
        )
        named += " ".join(
            whole["facts"].loc[
                whole["facts"][["subject", "metric"]].apply(tuple, axis=1).isin(set(watched)), "fact_id"
            ]
        )
        keep["facts"] |= set(
            whole["facts"].index[whole["facts"]["fact_id"].isin(re.findall(r"[A-Z]+-[A-Z]?\d+", named))]
        )
        for ticker, day in re.findall(r"price:([^:]+):([^:]+):", named):
            keep["prices"] |= set(prices.index[(prices["ticker"] == ticker) & (prices["date"] == day)])
    to.mkdir(parents=True)
    for name, resource in resources.items():
        whole[name].loc[sorted(keep[name])].to_csv(to / resource["path"], index=False, lineterminator="\n")
    shutil.copyfile(data / "datapackage.json", to / "datapackage.json")
    stamp(to)
    return to
