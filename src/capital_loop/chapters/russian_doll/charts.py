"""Charts of the chapter "The Russian doll"."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from capital_loop.chapters.russian_doll.study import LAYERS, Study
from capital_loop.show import marks
from capital_loop.show.figure import BLUE, GREY, ORANGE, SKY, Figure, drawn
from capital_loop.show.marks import billions
from capital_loop.show.words import fill, human_period, read_words, records

words = read_words(__file__)


def _sum(arrow: dict[str, Any], kind: str) -> str:
    """A sum of an arrow as it is known: paid, at most, estimated, or not found."""
    if arrow[kind] != arrow[kind]:
        said = "none"
    elif kind == "now" and arrow["ceiling"]:
        said = "at most"
    else:
        said = "estimated" if kind == "told" and arrow["estimated"] else "paid"
    return words.chart("drawn_layers").label(said, usd=arrow[kind])


def _drawn_rows(arrows: pd.DataFrame) -> pd.DataFrame:
    """A bar for each sum that an arrow is said or known to have carried."""
    say, status = words.chart("drawn_layers"), words.table("status")
    return pd.DataFrame([
        {
            "key": a["key"], "head": say.label("head", layer=LAYERS[a["layer"]], arrow=a["arrow"]),
            "status": status[a["status"]], "kind": kind, "label": _sum(a, kind),
            "usd": billions(a[kind]) if a[kind] == a[kind] else 0.0,
        }
        for a in records(arrows) for kind in words.table("kinds") if kind != "told" or a[kind] == a[kind]
    ])  # fmt: skip


@drawn
def layers(study: Study) -> Figure:
    """The four layers arrow by arrow: as told, paid by the day, paid since."""
    arrows, say = study.arrows, words.chart("drawn_layers")
    data = _drawn_rows(arrows)
    told = [_sum(a, "told") if a["told"] == a["told"] else say.label("untold") for a in records(arrows)]
    status = arrows["status"].map(words.table("status"))
    known = {k: [_sum(a, k) for a in records(arrows)] for k in ("by_day", "now")}
    rows = arrows.assign(**known, told=told, status=status.str.lower(), layer=arrows["layer"].map(LAYERS))
    table = arrows.assign(status=status, **{k: billions(arrows[k]) for k in words.table("kinds")})
    now, sums = table[["now", "ceiling"]].values.tolist(), zip(table["told"], records(arrows), strict=True)
    table["now"] = [fill(words.text("at_most"), n=n) if ceiling else n for n, ceiling in now]
    table["told"] = [say.label("estimated", usd=a["told"]) if a["estimated"] else n for n, a in sums]
    return Figure.worded(
        "doll-layers", say, lambda width: marks.grouped(
            data, width, group="key", head="head", value="usd", label="label", axis=say.label("axis"),
            colour=marks.by_key("kind", words.table("kinds"), [SKY, ORANGE, BLUE], width, 3), room=1.18,
            beside="status",
        ), table, count=len(arrows), absent=study.standing["absent"],
        untraced=study.standing["untraced"], other=study.standing["smaller"], stand=study.standing["found"],
        rows=say.each("row", rows),
    )  # fmt: skip


@drawn
def origins(study: Study) -> Figure:
    """Where SoftBank's money for OpenAI can have come from."""
    say, gulf = words.chart("drawn_origins"), study.gulf.value
    found = study.origins.sort_values("high", ascending=False)
    labels = say.by_row(np.where(found["drawn"], "most", "room"), found)
    data = pd.DataFrame({
        "origin": [*found["origin"], say.label("gulf")], "usd": [*billions(found["high"]), 0.0],
        "label": [*labels, say.label("some_gulf" if gulf else "no_gulf")],
    })  # fmt: skip
    return Figure.worded(
        "doll-origins", say, lambda width: marks.bars(
            data, width, name="origin", value="usd", label="label", axis=say.label("axis"),
            colours=(GREY, GREY),
        ), data, paid=study.paid, raised=study.raised, first=study.raised_first,
        gulf=say.label("some" if gulf else "none"),
        rows=say.each("row", data),
    )  # fmt: skip


@drawn
def loan_to_value(study: Study) -> Figure:
    """SoftBank's own measure of its leverage against its own ceiling."""
    say, ceiling = words.chart("loan_to_value"), study.ceiling.value
    found = study.loan_to_value
    data = found.assign(label=say.by_row("value", found), day=found["as_of"].map(human_period))
    first, last = found["value"].iloc[0], found["value"].iloc[-1]
    moved = "rose" if last > first else "fell" if last < first else "stayed"
    return Figure.worded(
        "doll-loan-to-value", say, lambda width: (
            marks.columns(
                data, width, at="day", value="value", label="label", axis=say.label("axis"),
                top=ceiling * 1.2, height=220,
            )
            + marks.level(ceiling, say.label("ceiling", ceiling=ceiling))
        ), found, moved=say.label(moved), last=last, when=found["as_of"].iloc[-1], ceiling=ceiling,
        side=say.label("under" if last < ceiling else "over"), rows=say.each("row", found),
    )  # fmt: skip
