"""The chapter "The Russian doll": four layers as told and as recorded, and what can be traced."""

from __future__ import annotations

import math

import pandas as pd

from capital_loop.chapters import study
from capital_loop.chapters.study import latest, part, series
from capital_loop.models.lookthrough import origin_bounds, passed_on
from capital_loop.record.series import Choice
from capital_loop.record.tables import Fact
from capital_loop.show.words import read_words

words = read_words(__file__)
STATUS = words.table("status")

CEILING = "payments_ceiling"
"""Metric of amounts that say only how much it can have been at most."""
UNDRAWN = "undrawn"
"""The role of an origin that was room to borrow and is not known to have been drawn."""
LAYERS = dict(enumerate(words.listed("layers"), 1))
"""The layers of the doll by number."""


class Study(study.Study):
    """What the chapter shows; amounts in USD."""

    chapter = "russian-doll"

    @part
    def arrows(self) -> pd.DataFrame:
        """``layer, key, arrow, told``, paid ``by_day`` of the document, paid ``now``, ``status, claim``.

        Sums that were not found are missing; ``ceiling`` says that ``now`` is the most that it can have been,
        ``estimated`` that ``told`` is a sum of ours for words without one.
        How an arrow stands is ours: the role of the fact that decides it in ``data/choices.csv``.
        """
        claim = {c.key: next(iter(c.ids)) for c in self.choices("claims")}
        return pd.DataFrame([
            self._arrow(layer, arrow) | {"claim": claim[arrow.key]}
            for layer in LAYERS for arrow in self.choices(f"layer-{layer}")
        ])  # fmt: skip

    def _arrow(self, layer: int, arrow: Choice) -> dict[str, str | float]:
        told, by_day = arrow.get("told"), arrow.get("by_day")
        status = next(role for role in arrow.ids if role in STATUS)
        arrow[status]  # what decides counts as read
        since = [arrow[role] for role in arrow.ids if role.startswith("since")]
        paid = [f.value for f in ([by_day] if by_day else []) + since]
        return {
            "layer": layer, "key": arrow.key, "arrow": arrow.label,
            "told": told.value if told else math.nan,
            "estimated": told is not None and told.stage == "estimate",
            "by_day": by_day.value if by_day else math.nan, "now": sum(paid) if paid else math.nan,
            "ceiling": any(f.metric == CEILING for f in since), "status": status,
        }  # fmt: skip

    @part
    def standing(self) -> pd.Series:
        """How many arrows stand in each way."""
        return self.arrows["status"].value_counts().reindex(list(STATUS), fill_value=0)

    @part
    def paid_by_day(self) -> float:
        """What SoftBank had paid to OpenAI by the document's day."""
        return self.chosen("layer-1", "softbank-openai", "by_day").value

    @part
    def paid(self) -> float:
        """What SoftBank paid to OpenAI of its first undertaking, in all."""
        return self.paid_by_day + self.chosen("layer-1", "softbank-openai", "since").value

    @part
    def origins(self) -> pd.DataFrame:
        """What each origin can have given to SoftBank's payments, ``low`` to ``high``; if ``drawn``."""
        members = {c.label: (role, c[role].value) for c in self.choices("origins") for role in c.ids}
        bounds = origin_bounds(self.paid, {name: usd for name, (_, usd) in members.items()}, self.paid)
        found = pd.DataFrame([
            {"origin": name, "low": low, "high": high, "drawn": members[name][0] != UNDRAWN}
            for name, (low, high) in bounds.items()
        ])  # fmt: skip
        return found.assign(share=found["high"] / self.paid)

    @part
    def raised(self) -> float:
        """What drawn loans and sold shares on the record can have given to the payments at most."""
        return min(self.paid, float(self.origins.loc[self.origins["drawn"], "high"].sum()))

    @part
    def raised_first(self) -> float:
        """The same if the bridge carried no more than the first payment."""
        bridge = self.chosen("origins", "bridge").value
        return self.raised - max(0.0, bridge - self.paid_by_day)

    @part
    def gulf(self) -> Fact:
        """Whether Gulf money stands behind the fund that bought."""
        return self.chosen("layer-1", "gulf-softbank", "absent")

    @part
    def spent(self) -> float:
        """What OpenAI spent in the half-year of the first payment.

        Its revenue and the cash used up beyond it.

        Before credit and timing: what was booked and not yet paid in is left in.
        """
        return self.chosen("half-year", "burn").value + self.chosen("half-year", "revenue").value

    @part
    def to_nvidia(self) -> tuple[float, float]:
        """Bounds of what of the first payment can have reached Nvidia by the middle of the year.

        OpenAI had received the payment and held more than it in cash; all that it spent is the ceiling.
        """
        cash = self.chosen("half-year", "cash").value
        return passed_on(self.paid_by_day, self.spent, other_inflow=cash, cash_before=0.0, cash_after=cash)

    @part
    def loan_to_value(self) -> pd.DataFrame:
        """SoftBank's own measure of its leverage over time, percent."""
        return series(self.record, "softbank", "loan_to_value")

    @part
    def ceiling(self) -> Fact:
        """SoftBank's own ceiling of it."""
        return latest(self.record, "softbank", "loan_to_value_ceiling")
