"""The chapter "Gigawatts, reactors, homes, chips": the documents' conversions with units and ranges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from capital_loop.models import physical
from capital_loop.models.physical import Range
from capital_loop.record.tables import Fact, Record

RACK = 72
"""GPUs in the rack of which ``ORCL-N15`` states the power (GB200 NVL72)."""
SERVER = 8
"""GPUs in the server of which ``PHY-101`` states the power (DGX H100)."""


@dataclass(frozen=True)
class Conversion:
    """What a document says a power equals, and the range that the units give."""

    name: str
    claim_id: str
    claimed: tuple[float, float]
    low: float
    central: float
    high: float
    facts: tuple[Fact, ...]

    @property
    def holds(self) -> bool:
        """Whether the claim's interval and the computed range share a value."""
        return self.claimed[0] <= self.high and self.low <= self.claimed[1]


@dataclass(frozen=True)
class ChipStatement:
    """Somebody's count of chips for a power, as power per chip (kW) and chips per GW."""

    who: str
    per_gw: tuple[float, float, float]
    kilowatt: tuple[float, float, float]
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Results:
    """What the chapter shows; ``inputs`` are the assumptions used, central values changed by the caller where given."""

    conversions: tuple[Conversion, ...]
    statements: tuple[ChipStatement, ...]
    built_up: tuple[ChipStatement, ...]
    milestones: pd.DataFrame
    milestone_facts: tuple[Fact, ...]
    inputs: Mapping[str, Range]

    def conversion(self, claim_id: str) -> Conversion:
        """The conversion behind a claim; raises ``KeyError`` if there is none."""
        return next(c for c in self.conversions if c.claim_id == claim_id)


def results(record: Record, changed: Mapping[str, float] | None = None) -> Results:
    """All conversions. ``changed`` sets assumptions to single values, for example ``{"physical-pue": 1.1}``."""
    table = record.assumptions[record.assumptions["model"] == "physical"].set_index("assumption_id")
    inputs = {
        str(i): Range.of(row.low, row.central, row.high, "dimensionless") for i, row in table.iterrows()
    }
    for key, value in (changed or {}).items():
        if key not in inputs:
            raise ValueError(f"no assumption named {key}; there are {', '.join(inputs)}")
        inputs[key] = Range.exactly(value, "dimensionless")
    load = inputs["physical-load"]
    fact = record.fact
    claims = record.claims.set_index("claim_id")

    def said(claim_id: str) -> tuple[float, float]:
        row = claims.loc[claim_id]
        return float(row["low"]), float(row["high"]) if row["high"] == row["high"] else float("inf")

    def conversion(name: str, claim_id: str, unit: str, found: Range, *ids: str) -> Conversion:
        return Conversion(name, claim_id, said(claim_id), *found.to(unit), tuple(fact(i) for i in ids))

    reactor = Range.exactly(fact("OAI-D11").value, "GW / reactor")
    factor = Range.exactly(fact("OAI-239").value / 100, "dimensionless")
    nameplate = physical.reactors(Range.exactly(fact("OAI-207").value, "GW"), reactor)
    by_energy = physical.reactors(
        Range.exactly(fact("OAI-207").value, "GW"), reactor, load=load, factor=factor
    )
    both = Range(min(nameplate.low, by_energy.low), nameplate.central, max(nameplate.high, by_energy.high))
    oracle = Range.exactly(fact("ORCL-012").value, "GW")
    use = Range.exactly(fact("OAI-N15").value, "kWh / home")
    statements = _statements(record)
    built = _built_up(record, inputs)
    return Results(
        (
            conversion("20 GW in reactors", "A-007", "reactor", both, "OAI-207", "OAI-D11", "OAI-239"),
            conversion("4.5 GW in homes", "T-26", "home", physical.homes(oracle, load, use), "ORCL-012", "OAI-N15", "OAI-N14"),
            conversion("4.5 GW in chips", "T-31", "accelerator", _chips(fact("ORCL-012").value, statements), "ORCL-012", "NVDA-012", "ORCL-015", "PHY-D01"),
            conversion("10 GW in chips", "T-40", "accelerator", _chips(fact("NVDA-001").value, statements), "NVDA-001", "NVDA-012", "ORCL-015", "PHY-D01"),
        ),
        statements, built, *_milestones(record), inputs,
    )  # fmt: skip


def _chips(gigawatts: float, statements: tuple[ChipStatement, ...]) -> Range:
    """Chips for a power over everything that anybody stated; the centre is the maker's own count."""
    low = min(s.per_gw[0] for s in statements)
    high = max(s.per_gw[2] for s in statements)
    own = next(s for s in statements if any(f.fact_id == "NVDA-012" for f in s.facts))
    return Range.of(low * gigawatts, own.per_gw[1] * gigawatts, high * gigawatts, "accelerator")


def _statement(who: str, power: Range, count: Range, *facts: Fact) -> ChipStatement:
    each = physical.power_each(power, count).to("kW / accelerator")
    one = 1e6  # kW in a GW
    return ChipStatement(who, (one / each[2], one / each[1], one / each[0]), each, facts)


def _statements(record: Record) -> tuple[ChipStatement, ...]:
    fact = record.fact
    exactly = Range.exactly
    ten, dc = fact("NVDA-001"), fact("ORCL-012")
    huang, barclays, cowen = fact("NVDA-012"), fact("ORCL-402"), fact("ORCL-015")
    ohio, ohio_power = fact("NVDA-050"), fact("NVDA-045")
    delivered, delivered_power = fact("ORCL-256"), fact("ORCL-255")
    return (
        _statement("TD Cowen, for Oracle’s sites", exactly(dc.value, "GW"), exactly(cowen.value, "accelerator"), dc, cowen),
        _statement("Barclays", exactly(1, "GW"), exactly(barclays.value, "accelerator"), barclays),
        _statement(
            "Nvidia’s chief executive, for ten GW", exactly(ten.value, "GW"),
            Range.of(huang.low, huang.value, huang.high, "accelerator"), ten, huang,
        ),
        _statement("Nvidia, for the Ohio campus", exactly(ohio_power.value, "GW"), exactly(ohio.value, "accelerator"), ohio_power, ohio),
        _statement(
            "Oracle, handed over in a quarter", exactly(delivered_power.value, "GW"), exactly(delivered.value, "accelerator"),
            delivered_power, delivered,
        ),
    )  # fmt: skip


def _built_up(record: Record, inputs: Mapping[str, Range]) -> tuple[ChipStatement, ...]:
    """Power per chip added up from the server outwards: an H100 server, a GB200 rack."""
    server, rack = record.fact("PHY-101"), record.fact("ORCL-N15")
    out = []
    for who, fact, chips in (
        ("H100, from the server outwards", server, SERVER),
        ("GB200, from the rack outwards", rack, RACK),
    ):
        low, high = (fact.value if x != x else x for x in (fact.low, fact.high))
        each = Range.of(low / chips, fact.value / chips, high / chips, "kW / accelerator")
        site = physical.combine(
            lambda e, o, p: e * o * p, each, inputs["physical-server-share"], inputs["physical-pue"]
        )
        kilowatt = site.to("kW / accelerator")
        out.append(
            ChipStatement(who, (1e6 / kilowatt[2], 1e6 / kilowatt[1], 1e6 / kilowatt[0]), kilowatt, (fact,))
        )
    return tuple(out)


_STEPS = [
    ("OAI-209", "Announced in deals with chip makers, autumn"),
    ("OAI-217", "Under contract"),
    ("ORCL-026", "Planned at Oracle’s named sites"),
    ("OAI-072", "In use by OpenAI, all providers"),
    ("ORCL-027", "Delivered at Oracle’s sites"),
]


def _milestones(record: Record) -> tuple[pd.DataFrame, tuple[Fact, ...]]:
    facts = [record.fact(i) for i, _ in _STEPS]
    frame = pd.DataFrame({
        "step": [n for _, n in _STEPS], "gw": [f.value for f in facts], "as_of": [f.as_of for f in facts],
        "stage": [f.stage for f in facts],
    })  # fmt: skip
    return frame, tuple(facts)


def conversions_table(found: Results) -> pd.DataFrame:
    """Each conversion with the claim's interval and the computed range."""
    return pd.DataFrame([
        {
            "Claim": c.claim_id, "Conversion": c.name, "Low": c.low, "Central": c.central, "High": c.high,
            "Claim reads as at least": c.claimed[0], "and at most": c.claimed[1] if c.claimed[1] != float("inf") else float("nan"),
            "Ranges meet": "yes" if c.holds else "no",
        }
        for c in found.conversions
    ])  # fmt: skip


def chips_table(found: Results) -> pd.DataFrame:
    """Chips per gigawatt and kilowatts per chip by whoever stated or can be added up."""
    return pd.DataFrame([
        {
            "By": s.who, "Kilowatts for one chip, low": s.kilowatt[0], "central": s.kilowatt[1], "high": s.kilowatt[2],
            "Chips for one GW": round(s.per_gw[1]),
        }
        for s in (*found.built_up, *found.statements)
    ])  # fmt: skip
