"""The words of the front page's network."""

from __future__ import annotations

from capital_loop.show.words import Words

MADE = "charts.network(study)"
"""How the menu of the figure says that it was made; there is no notebook of the front page."""
GIVES = {
    "purchase": "money for goods or capacity", "lease": "money for goods or capacity", "equity": "money for shares",
    "warrant": "shares against orders", "guarantee": "a guarantee", "loan": "a loan",
}  # fmt: skip
KEY = {
    "purchase": "money for goods", "equity": "money for shares", "warrant": "shares for orders", "guarantee": "guarantee",
}  # fmt: skip
"""What colours mean, by an instrument of each."""
STAGE = {
    "promised": "promised, not binding",
    "signed": "signed",
    "moving": "money or goods have begun to move",
}
LINES = {"promised": "promised", "signed": "signed", "moving": "has begun to move"}
SIZES = {"small": "below $10bn", "middle": "to $100bn", "large": "$100bn and more"}
WHOSE = {
    "stated": "Stated by a party", "estimate": "Computed from what was stated", "outside": "Of a bank, a commentator or the press",
    "": "None",
}  # fmt: skip
NETWORK = Words(
    title="{count:int} arrows tie the parties together: {moving:int} carry money or goods, {signed:int} are signed, {promised:int} are promises",
    unit="Amounts as stated when announced, not payments; ~ marks what no party stated: an estimate from outside, or computed; a struck amount was cut since",
    description="The network of deals. {rows}.",
    note="A month under an amount is that of its announcement. {left:int} more deals have a party outside the picture ({apart}); the page of deals lists all, with conditions and every dated stage.",
    labels={
        "row": "{payer} gives {payee} {gives}, {stated}, {reached}", "none": "amount not stated", "about": "~{stated}",
        "shrunk": "{said}, cut since", "arrow": "{payer} → {payee}: {gives}, {stated}, {reached}, {day:date}",
    },
    columns={
        "payer": "From", "payee": "To", "gives": "Gives", "stated": "Amount", "whose": "Whose figure", "reached": "Reached",
        "day": "Announced",
    },
)  # fmt: skip
