"""The chapter "Gigawatts, reactors, homes, chips": the documents' conversions with units and ranges."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from capital_loop.chapters import study
from capital_loop.chapters.study import facts_of, latest, part
from capital_loop.models import physical
from capital_loop.models.physical import Range
from capital_loop.models.sampling import Estimate
from capital_loop.record import RecordError
from capital_loop.record.rows import ClaimRow
from capital_loop.record.series import Choice
from capital_loop.record.tables import Fact

RACK, SERVER = 72, 8
"""GPUs in the rack (GB200 NVL72) and in the server (DGX H100) of which the record states the power."""
EQUIPMENT = {"h100": SERVER, "gb200": RACK}
KILOWATTS = 1e6
"""Kilowatts in a gigawatt."""
OWN = "nvidia"
"""Whose count stands in the middle: the maker's."""


@dataclass(frozen=True)
class Conversion:
    """What a document says a power equals, ``printed`` and rounded (``said``), and what units give."""

    claim_id: str
    metric: str
    power: Fact
    printed: float
    said: tuple[float, float]
    low: float
    central: float
    high: float

    @property
    def open_ended(self) -> bool:
        """Whether the document gives a lower bound only."""
        return math.isinf(self.said[1])

    @property
    def in_words(self) -> dict[str, float]:
        """The computed ends and the printed figure, in millions where they are."""
        unit = 1e6 if self.printed > 1e6 else 1
        return {"low": self.low / unit, "high": self.high / unit, "printed": self.printed / unit}

    @property
    def meets(self) -> bool:
        """Whether the rounded figure and the computed range share a value."""
        return self.said[0] <= self.high and self.low <= self.said[1]

    @property
    def holds(self) -> bool:
        """Whether the computed range holds the figure as printed."""
        return self.low <= self.printed and (self.open_ended or self.printed <= self.high)


def per_gw(each: Estimate) -> Estimate:
    """Chips for one gigawatt, from the kilowatts of one."""
    return Estimate(KILOWATTS / each.high, KILOWATTS / each.central, KILOWATTS / each.low)


class Study(study.Study):
    """Conversions of power, counts of chips, and what was promised and runs.

    ``changed`` fixes an input, range and all.
    """

    chapter = "gigawatts"
    models = ("physical",)

    def share(self, name: str) -> Range:
        """An assumption of the model without a unit."""
        found = self.fixed(f"physical-{name}")
        return Range.of(found.low, found.central, found.high, "dimensionless")

    @part
    def stated(self) -> dict[str, Estimate]:
        """The kilowatts of one chip by counts that somebody stated, by who."""
        return {c.key: _stated(c) for c in self.choices("counts")}

    @part
    def spread(self) -> float:
        """The largest of the stated counts for a gigawatt over the smallest."""
        counts = [per_gw(c).central for c in self.stated.values()]
        return max(counts) / min(counts)

    @part
    def built(self) -> dict[str, Estimate]:
        """The same added up from the equipment outwards, by generation."""
        return {c.key: self._built(c) for c in self.choices("equipment")}

    def _built(self, equipment: Choice) -> Estimate:
        fact, chips = equipment["power"], EQUIPMENT[equipment.key]
        low, high = (end / chips for end in fact.ends)
        each = Range.of(low, fact.value / chips, high, "kW / accelerator")
        site = physical.combine(
            lambda e, o, p: e * o * p, each, self.share("server-share"), self.share("pue")
        )
        return site.to("kW / accelerator")

    @part
    def counts(self) -> pd.DataFrame:
        """All counts of chips: ``key, kind``, kilowatts ``low, central, high``, chips ``per_gw``."""
        return pd.DataFrame([
            {"key": key, "kind": kind, "per_gw": per_gw(c).central} | vars(c)
            for kind, counts in (("built", self.built), ("stated", self.stated)) for key, c in counts.items()
        ])  # fmt: skip

    def _measured(self, subject: str, metric: str, unit: str) -> Range:
        return Range.exactly(latest(self.record, subject, metric).value, unit)

    def _equals(self, metric: str, power: Range) -> Estimate:
        """What a power equals in the unit of a claim's metric.

        Raises ``RecordError`` for one that is no conversion.
        """
        if metric == "homes_equivalent":
            use = self._measured("us-homes", "home_electricity", "kWh / home")
            return physical.homes(power, self.share("load"), use).to("home")
        if metric == "reactors_equivalent":
            each = self._measured("us-nuclear-fleet", "average_reactor", "GW / reactor")
            factor = self._measured("us-nuclear-fleet", "capacity_factor", "percent")
            plate = physical.reactors(power, each).to("reactor")
            energy = physical.reactors(power, each, load=self.share("load"), factor=factor).to("reactor")
            return Estimate(min(plate.low, energy.low), plate.central, max(plate.high, energy.high))
        if metric != "gpu_count":
            raise RecordError(
                [f"data/choices.csv: the metric '{metric}' is no conversion of a power; choose another"]
            )
        gigawatts, counts = power.to("GW").central, [per_gw(c) for c in self.stated.values()]
        ends = min(c.low for c in counts), per_gw(self.stated[OWN]).central, max(c.high for c in counts)
        return Estimate(*(end * gigawatts for end in ends))

    @part
    def conversions(self) -> dict[str, Conversion]:
        """The documents' conversions by claim."""
        claims, out = self.record.keyed(ClaimRow), {}
        for chosen in self.choices("conversions"):
            claim, power = claims[chosen.key], chosen["power"]
            said = claim.low, math.inf if math.isnan(claim.high) else claim.high
            found = self._equals(claim.metric, Range.exactly(power.value, "GW"))
            out[chosen.key] = Conversion(chosen.key, claim.metric, power, claim.value, said, **vars(found))
        return out

    def counted(self, speaker: str, power: Fact) -> Estimate:
        """Chips for a power in GW at the count of one ``speaker``."""
        return Estimate(*(end * power.value for end in vars(per_gw(self.stated[speaker])).values()))

    @property
    def hold(self) -> int:
        """How many computed ranges hold the figure as printed."""
        return sum(c.holds for c in self.conversions.values())

    @property
    def missed(self) -> int:
        """How many do not even meet it as a round figure."""
        return sum(not c.meets for c in self.conversions.values())

    @part
    def over_printed(self) -> pd.DataFrame:
        """Each conversion and the reading of its claim as multiples of what is printed."""
        return pd.DataFrame([
            {
                "claim": c.claim_id, "metric": c.metric, "low": c.low / c.printed,
                "central": c.central / c.printed,
                "high": c.high / c.printed, "said_low": c.said[0] / c.printed,
                "said_high": math.nan if c.open_ended else c.said[1] / c.printed,
            }
            for c in self.conversions.values()
        ])  # fmt: skip

    @part
    def deals(self) -> Fact:
        """Capacity of all chip deals of the autumn."""
        return self.chosen("deals", "all")

    @part
    def all_reactors(self) -> float:
        """Reactors of the same nameplate as all chip deals."""
        return self._equals("reactors_equivalent", Range.exactly(self.deals.value, "GW")).central

    @part
    def in_use(self) -> list[Fact]:
        """The capacity that OpenAI had at the end of each year, all providers."""
        return facts_of(self.record, "openai", "capacity_operating", "day")

    @part
    def planned(self) -> Fact:
        """What Oracle plans at the sites that it named for OpenAI."""
        return latest(self.record, "oracle", "capacity_planned")

    @part
    def delivered(self) -> Fact:
        """What of it runs."""
        return latest(self.record, "oracle", "capacity_delivered", "day")

    @part
    def contracted(self) -> Fact:
        """What OpenAI says is under contract for it in the United States."""
        return latest(self.record, "openai", "capacity_contracted")

    @part
    def milestones(self) -> pd.DataFrame:
        """What was promised, contracted and runs: ``key``, ``kind``, ``gw``, ``as_of``."""
        steps = [
            ("announced", "promise", self.deals), ("contracted", "contract", self.contracted),
            ("in-use", "runs", latest(self.record, "openai", "capacity_operating", "day")),
            ("planned", "promise", self.planned), ("delivered", "runs", self.delivered),
        ]  # fmt: skip
        return pd.DataFrame(
            [{"key": k, "kind": kind, "gw": f.value, "as_of": f.as_of} for k, kind, f in steps]
        )

    @part
    def first_chips(self) -> Fact:
        """When the chip deals' first gigawatts were to come: the latest of the starts that they named."""
        return max((c["start"] for c in self.choices("starts")), key=lambda f: f.value)


def _stated(chosen: Choice) -> Estimate:
    """The power that a stated count leaves to one chip.

    Without a power of its own it is a count per gigawatt.
    """
    power, count = chosen.get("power"), chosen["count"]
    gigawatts = Range.exactly(power.value if power else 1, "GW")
    low, high = count.ends
    each = physical.power_each(gigawatts, Range.of(low, count.value, high, "accelerator"))
    return each.to("kW / accelerator")
