"""The words of the front page's network."""

from __future__ import annotations

from capital_loop.show.words import Words

GIVES = {
    "purchase": "money for goods or capacity", "lease": "money for goods or capacity", "equity": "money for shares",
    "warrant": "shares against orders", "guarantee": "a guarantee", "loan": "a loan", "pledge": "money for sites",
}  # fmt: skip
KEY = {
    "purchase": "purchase or lease", "equity": "money for shares", "warrant": "shares for orders",
    "guarantee": "guarantee or loan", "pledge": "pledge",
}  # fmt: skip
"""What colours mean, by an instrument of each."""
STAGE = {
    "talk": "a rumour", "announced": "announced", "letter": "letter of intent", "signed": "signed",
    "moving": "money or goods move", "done": "performed in full", "ended": "over: replaced, lapsed or called off",
}  # fmt: skip
LINES = {
    "talk": "rumour", "announced": "announced", "letter": "letter of intent", "signed": "signed",
    "moving": "moves; core: paid", "done": "performed in full", "ended": "over",
}  # fmt: skip
"""The same, short, in the legend."""
WHOSE = {
    "stated": "stated by a party", "estimate": "computed from what was stated",
    "outside": "of a bank, a commentator or the press", "": "none",
}  # fmt: skip
PLATES = {"stargate-partners": "Stargate"}
"""What the picture calls a party that the tables name longer."""
NOTHING = "nothing"
UNKNOWN = "none known"
NETWORK = Words(
    title="{title}",
    unit="An arrow’s width is its amount as stated, not what was paid; the core of an arrow is what is known to be paid. ~ marks what no party stated",
    description="The network of deals on {day:date}. {rows}.",
    note="Sums are ceilings, of different length and on different conditions, and one deal’s money may pay for another’s goods: they measure promises, not money that exists. Payments count from the first day for which the record holds a figure. Arrows below {least:usd0} are equally thin.",
    labels={
        "title": "By {day} the parties had promised each other {promised} in stated sums, and {paid} is known to have been paid",
        "row": "{payer} gives {payee} {gives}, {stated}, {reached}", "none": "no sum stated", "about": "~{stated}",
        "shrunk": "{said}, cut since", "event": "{payer} → {payee}, {gives}: {stated}, {reached}",
        "apart": "Not in these sums: {parts}.", "guaranteed": "guarantees ({sum})", "pledged": "a pledge ({sum})",
        "warrants": "warrants for shares ({count:int})", "dash": "–",
        "drawing": "Arrows between the parties, each a link to its deal. The tables below say the same in words.",
        "tip": "{title}: {amount}, {whose}; {stage} since {day:date}. Known to be paid: {paid}.",
        "tip_unknown": "{title}: no sum stated; {stage} since {day:date}.",
        "hollow": "hollow: an estimate", "dotted": "no sum stated",
    },
    columns={
        "payer": "From", "payee": "To", "gives": "Gives", "stated": "Amount", "whose": "Whose figure", "reached": "Stage",
        "paid": "Paid", "since": "Since",
    },
)  # fmt: skip
MOVING = {
    "label": "The network by day", "day": "Day", "play": "Play", "pause": "Pause", "before": "Change before",
    "after": "Next change", "party": "Party", "gives": "Gives", "stage": "Stage", "all": "all", "none": "nothing yet",
    "copy": "Copy link", "copied": "Copied", "event": "Last change, {day}: {events}.", "count": "{shown} of {all} arrows shown",
    "levels": "What stood on that day, by stage: money promised, as stated and as estimated, and money paid", "list": "Every deal as it stood on that day", "deal": "Deal",
    "chapter": "Chapter", "amount": "Amount", "paid": "Paid", "since": "since",
    "arrows": "Arrows", "stated": "Stated", "estimated": "Estimated",
    "open": "All stages of the deal",
}  # fmt: skip
"""Words of the controls, the tables and the tooltips around the moving picture."""
