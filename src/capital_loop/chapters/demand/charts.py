"""Charts of the chapter "Demand"."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import pandas as pd

from capital_loop.chapters.demand.study import Study
from capital_loop.show import marks
from capital_loop.show.figure import AMBER, BLUE, GREEN, GREY, ORANGE, PURPLE, Figure, drawn
from capital_loop.show.marks import billions, on_phone
from capital_loop.show.table import rounded
from capital_loop.show.words import headed, read_words

words = read_words(__file__)


def _over_time(
    study: Study, data: pd.DataFrame, width: int, x: alt.X, y: alt.Y, colours: Mapping[str, str],
    *, height: int = 260, **style: Mapping[str, object],
) -> alt.LayerChart:  # fmt: skip
    """Lines with the day of the documents."""
    drawing = marks.history(data, width, x=x, y=y, colours=colours, height=height, **style)  # type: ignore[arg-type]
    return marks.upright(study.documents_day, words.text("day")) + drawing


@drawn
def required(study: Study) -> Figure:
    """What spending asks for, what others said it asks for, and what the two laboratories take."""
    said, ours, kinds = words.chart("required"), study.required, ("computed", "estimate", "revenue")
    others = study.estimates.rename(columns={"label": "name"}).assign(kind="estimate")
    rows = [
        {"name": said.label("ours"), "value": ours.central, "kind": "computed"} | vars(ours),
        *others[["name", "value", "kind"]].to_dict("records"),
        {"name": said.label("labs", until=study.labs_until), "value": study.labs_now, "kind": "revenue"},
    ]
    data = pd.DataFrame(rows)
    data["label"], data["said"] = said.by_row("amount", data), data["kind"].map(said.labels)
    data["central"] = billions(data["value"])
    for end in ("low", "high"):
        data[end] = billions(data[end].fillna(data["value"]))

    return Figure.worded(
        "demand-required", said, lambda width: marks.ladder(
            data, width, name="name", kinds={k: said.label(k) for k in kinds}, colours=[BLUE, GREY, ORANGE],
            shapes=["circle", "diamond", "square"], value="central", label="label",
            top=float(data["high"].max()) * 1.14, ticks=5, columns=3,
        ), rounded(data, 0), year=study.plans.as_of[:4],
        low=ours.low, high=ours.high, labs=study.labs_now, alike=study.labs_together,
        rows=said.each("row", data), labs_of=study.labs_told,
    )  # fmt: skip


@drawn
def spending(study: Study) -> Figure:
    """Quarterly capital spending of the four large buyers, cash and with finance leases told apart."""
    said = words.chart("spending")
    cash, leased = (
        f.assign(usd=billions(f["value"]), name=f["key"].map(words.table("names")), kind=said.label(kind))
        for f, kind in ((study.cash, "cash"), (study.leased, "leased"))
    )
    newest = cash.groupby("key").tail(1)
    colours = {"amazon": ORANGE, "google": BLUE, "microsoft": GREEN, "meta": PURPLE}

    def chart(width: int) -> alt.TopLevelMixin:
        x = marks.when("date", marks.reach(cash["date"], 0.11, 0.22), width)
        y = alt.Y("usd:Q", title=said.label("axis"), axis=alt.Axis(tickCount=6))
        hollow = alt.Chart(leased).mark_point(size=60, filled=False, opacity=1, shape="square")
        names = {k: words.table("names")[k] for k in colours}
        return _over_time(study, cash, width, x, y, colours, names=names, height=300) + hollow.encode(
            x=x, y=y, color=marks.own_colour("key", colours)
        )

    return Figure.worded(
        "demand-spending", said, chart, pd.concat([cash, leased], ignore_index=True),
        before=study.spent_before, after=study.spent_now, when=study.whole_quarters[-1],
        newest=said.each("newest", newest),
    )  # fmt: skip


@drawn
def rents(study: Study) -> Figure:
    """What an hour of a chip cost, by chip and by kind of price."""
    said, found = words.chart("rents"), study.rents
    data = found.assign(name=found["key"].map(said.labels))
    keys = list(dict.fromkeys(data["key"]))
    colours = dict(zip(keys, (BLUE, ORANGE, GREEN, PURPLE, AMBER), strict=True))
    dashes = dict(zip(keys, ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [1, 0]), strict=True))
    shapes = dict(zip(keys, ("circle", "square", "diamond", "triangle-up", "triangle-down"), strict=True))
    names = {k: said.label(k) for k in keys}
    (first, last), change = study.contract_ends, study.contract_change

    def chart(width: int) -> alt.TopLevelMixin:
        y = marks.up("value", said.label("axis"), 0, data["value"].max() * 1.1)
        return _over_time(
            study, data, width, marks.when("date", 12, width), y, colours,
            height=280, names=names, dashes=dashes, shapes=shapes,
        )  # fmt: skip

    return Figure.worded(
        "demand-rents", said, chart, data, first=first.value, first_when=first.as_of, last_when=last.as_of,
        change=abs(change), direction=said.label("more" if change > 0 else "less"),
        rows=said.each("row", data),
    )  # fmt: skip


@drawn
def users(study: Study) -> Figure:
    """Weekly users of ChatGPT and those who pay."""
    said, found = words.chart("users"), study.users
    data = found.assign(million=found["value"] / 1e6, name=found["key"].map(said.labels))
    data["label"] = said.by_row("point", data)

    def chart(width: int) -> alt.TopLevelMixin:
        x = marks.when("date", marks.reach(data["date"], 0.13, 0.15), width, ticks=7)
        y = marks.up("million", said.label("axis"), 0, data["million"].max() * 1.1, tickCount=5)
        return _over_time(
            study, data, width, x, y, {"weekly": BLUE, "paying": ORANGE},
            names={k: said.label(k) for k in ("weekly", "paying")},
            shapes={"weekly": "circle", "paying": "square"},
        )  # fmt: skip

    return Figure.worded(
        "demand-users", said, chart, data, share=study.paying.value, when=study.paying.as_of,
        rows=said.each("row", data),
    )  # fmt: skip


@drawn
def clouds(study: Study) -> Figure:
    """Growth of the three clouds on the year before."""
    said, found, moves = words.chart("clouds"), study.clouds, study.cloud_moves
    moves = moves.assign(name=moves["key"].map(said.labels))
    data = found.assign(name=found["key"].map(said.labels))
    data = marks.ended(data, said.by_row("end", data))
    faster, every = study.faster, len(moves)
    later = moves[moves["day"] > moves["until"]]
    more = said.each("newest", later, ", ")
    after = said.label("later", day=later["day"].max(), rows=more) if more else ""

    def chart(width: int) -> alt.TopLevelMixin:
        domain = marks.reach(data["date"], 0.1, 0.6 if on_phone(width) else 0.23)
        x = marks.when("date", domain, width, ticks=7)
        y = marks.up("value", said.label("axis"), 0, data["value"].max() * 1.1)
        return _over_time(
            study, data, width, x, y, {"google": ORANGE, "microsoft": BLUE, "amazon": GREEN},
            dashes={"google": [1, 0], "microsoft": [6, 3], "amazon": [2, 2]},
        )  # fmt: skip

    return Figure.worded(
        "demand-clouds", said, chart, data,
        count=said.label("all" if faster == every else "some", n=faster, all=every),
        moves=said.each("move", moves[moves["faster"]], ", "), until=moves["until"].max(),
        others=said.each("other", moves[~moves["faster"]], ""),
        later=after,
        rows=said.each("row", data),
    )  # fmt: skip


@drawn
def labs(study: Study) -> Figure:
    """Run rates of the two largest laboratories."""
    said, found = words.chart("labs"), study.labs
    data = found.assign(usd=billions(found["value"]), name=found["key"].map(words.table("names")))
    data = marks.ended(data, said.by_row("end", data))

    def chart(width: int) -> alt.TopLevelMixin:
        domain = marks.reach(data["date"], 0.07, 0.45 if on_phone(width) else 0.15)
        x = marks.when("date", domain, width)
        y = marks.up("usd", said.label("axis"), 0, data["usd"].max() * 1.1, tickCount=6)
        shapes = {"openai": "circle", "anthropic": "square"}
        return _over_time(study, data, width, x, y, {"openai": BLUE, "anthropic": AMBER}, shapes=shapes)

    return Figure.worded(
        "demand-labs", said, chart, data, now=study.labs_now, alike=study.labs_together,
        until=study.labs_until, rows=said.each("row", data),
    )  # fmt: skip


def requirement_table(study: Study) -> pd.DataFrame:
    """How the requirement moves with each input."""
    said, found = words.table("calculator"), study.moved_by
    ends = {end: billions(found[end]) for end in ("low", "high")}
    return rounded(
        headed(found.assign(input=found["field"].map(said), **ends), words.table("calculator_table")), 0
    )
