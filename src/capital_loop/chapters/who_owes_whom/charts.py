"""Charts of the page "Who owes whom"."""

from __future__ import annotations

import numpy as np

from capital_loop.chapters.who_owes_whom.study import COLUMNS, Study
from capital_loop.show import marks
from capital_loop.show.figure import BLUE, GREY, ORANGE, SKY, Figure, drawn
from capital_loop.show.table import rounded
from capital_loop.show.words import read_words

words = read_words(__file__)

TERMS = {"now": ORANGE, "later": SKY, "failing": GREY}


@drawn
def matrix(study: Study) -> Figure:
    """Who owes whom: debtors in rows, groups of creditors in columns."""
    say, found = words.chart("matrix"), study.cells
    data = found.assign(
        name=found["payer"].map(words.table("parties")), to=found["group"].map(say.label),
        billion=marks.billions(found["left"]), kind=found["term"], when=found["term"].map(say.label),
        row=found["payer"].map(list(study.parties.index).index), column=found["group"].map(COLUMNS.index),
    )  # fmt: skip
    data["label"] = [say.label("cell", usd=b) for b in data["billion"]]
    # The grid draws rows from below: the largest debtor comes last in the frame and so stands on top.
    shown = data.sort_values(["column", "row"])
    rows = [words.table("parties")[p] for p in study.parties.index if p in set(data["payer"])]
    columns = [say.label(g) for g in COLUMNS]

    return Figure.worded(
        "owes-matrix", say, lambda width: marks.cells(
            shown, width, x="to", y="name", across=columns, down=rows,
            kinds={t: say.label(t) for t in TERMS}, colours=list(TERMS.values()),
        ), rounded(data.sort_values(["row", "column"]), 1),
        sum=study.computing["sum"], borrower=words.table("parties")[study.borrower[0]],
        borrowed=study.borrower[1], softbank=study.parties.at["softbank", "money"],
        abilene=study.abilene, rows=say.each("row", data),
    )  # fmt: skip


@drawn
def contracts(study: Study) -> Figure:
    """The contracts for computing: promised, and the most that can have been paid."""
    say, found = words.chart("contracts"), study.contracts
    data = found.assign(
        name=say.by_row("name", found[["payer", "payee"]].map(words.table("parties").__getitem__)),
        billion=marks.billions(found["promised"]), done=marks.billions(found["paid"]),
    )  # fmt: skip
    ceiling = np.ceil((10 * data["done"]).round(6)) / 10
    data["label"] = say.by_row(np.where(data["paid"].notna(), "both", "alone"), data)
    return Figure.worded(
        "owes-contracts", say, lambda width: marks.bars(
            data.assign(done=data["done"].fillna(0)), width, name="name", value="billion",
            label="label", axis=say.label("axis"), inner="done",
            room=2.1 if marks.on_phone(width) else 1.6, colours=(SKY, BLUE),
        ), rounded(data.assign(done=ceiling), 1), told=study.computing["told"],
        count=study.computing["count"], rows=say.each("row", data),
    )  # fmt: skip


@drawn
def dues(study: Study) -> Figure:
    """Repayments by year."""
    say, found = words.chart("dues"), study.due
    data = found.assign(name=found["party"].map(words.table("parties")), billion=marks.billions(found["usd"]))
    data["label"] = say.by_row("value", data)
    return Figure.worded(
        "owes-dues", say, lambda width: marks.grouped(
            data, width, group="party", head="name", value="billion", label="label",
            axis=say.label("axis"),
            colour=marks.own_colour("party", {"oracle": BLUE, "coreweave": ORANGE}),
        ), rounded(data, 2), **study.repaid, rest=study.later, first=found["year"].min(),
        last=found["year"].max(), rows="; ".join(data["name"] + " " + data["label"]),
    )  # fmt: skip
