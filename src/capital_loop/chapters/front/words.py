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
NETWORK = Words(
    title="{count:int} arrows tie the parties together: {moving:int} carry money or goods, {signed:int} are signed, {promised:int} are promises",
    unit="Stated amounts, not payments; a second figure is what it shrank to. Under each amount the month in which it was announced",
    description="The network of deals. {rows}.",
    note="Only the deals of this book's record; the page of deals lists conditions and every dated stage.",
    labels={
        "row": "{payer} gives {payee} {gives}, {stated}, {reached}", "none": "amount not stated", "now": "{stated} → {now}",
        "shrunk": "{reached}, shrunk", "arrow": "{payer} → {payee}: {gives}, {stated}, {reached}, {day:date}",
    },
    columns={"payer": "From", "payee": "To", "gives": "Gives", "stated": "Stated", "reached": "Reached", "day": "Announced"},
)  # fmt: skip
