"""The words of the chapter "The triangle"."""

from __future__ import annotations

from capital_loop.show.words import Words

KIND = {
    "promised": "Promised", "binding": "Signed", "paid": "Paid or delivered", "report": "Report on the state",
    "lapsed": "Shrunk or dropped",
}  # fmt: skip
"""What a dated stage says."""
SUM, PARTY = "Sum", "Party"
INSTRUMENT = {
    "letter": "Letter of intent, all of it",
    "purchase": "Shares signed for, against the capacity named with them",
    "guarantee": "Guarantee in Ohio, if all of it were called",
}
VENDOR = {
    "key": "Instrument", "amount": "Nvidia's money, USD bn", "sales": "Nvidia's sales, USD bn", "share": "Money to sales, %",
}  # fmt: skip
PAYERS_TABLE = {
    "party": PARTY, "paid": "Put in, USD bn", "paid_low": "Low", "paid_high": "High", "share": "Share, %",
    "share_low": "Lowest share", "share_high": "Highest share",
}  # fmt: skip
DEALS = {
    "title": "Deal", "promised": "Promised at most", "binding": "Signed", "paid": "Paid", "date": "Latest", "note": "What it was",
}  # fmt: skip

SIDES = Words(
    title="The joke puts {told:usd} on each side of the triangle; at most {ring:usd1} can have gone once round it in a year",
    unit="USD billion; promises, contracts and payments are different things and are not added up",
    description="Bars in three groups, one for each side of the triangle. {rows}.",
    note="Paid by OpenAI to Oracle: no customer reached a tenth of Oracle's revenue in its fiscal year, so its use was below that. Paid by Oracle to Nvidia is not published; its whole capital spending of the year is the ceiling.",
    labels={
        "row": "{head}: {label}", "head": "{payer} to {payee}", "axis": "USD billion",
        "joke": "{amount:usd0} in the joke", "promised": "{amount:usd0} promised or reported, not binding",
        "binding": "{amount:usd0} signed", "paid": "{amount:usd0} paid, at most",
        "used": "{amount:usd1} used, at most", "spent": "{amount:usd1} spent, at most, all suppliers",
    },
    columns={"head": "Side", "label": "What", "usd": "USD billion"},
)  # fmt: skip
HISTORY = Words(
    title="A letter of {letter:usd} ({letter_day:date}) became shares for {signed:usd} ({signed_day:date}) and a guarantee of up to {guarantee:usd} ({guarantee_day:date})",
    unit="USD billion, by date; a guarantee is no payment",
    description="Lines for what stood, points for what changed. {rows}.",
    note="The most that can have been paid by spring is what Nvidia spent on all unlisted companies in the quarter. The accounts seen give no later figure for OpenAI alone.",
    labels={
        "row": "{day:date}: {text}", "axis": "USD billion",
        "letter": "Letter of intent, up to {value:usd}", "signed": "Shares, signed {value:usd}",
        "guarantee": "Guarantee, up to {value:usd}", "early": "Paid by then, at most {value:usd}",
        "paid": "Paid, by the press {value:usd}", "talks": "Guarantee in talks {value:usd}",
    },
    columns={"day": "From", "text": "What", "usd": "USD billion"},
)  # fmt: skip
PAYERS = Words(
    title="Of about {total:usd0} that came from outside in twelve months, {first} put in {share:share} and {second} at most {most:share}",
    unit="Receipts less payments of each party, {start:date} to {end:date}, USD billion; thin lines are ranges",
    description="Bars to the left for parties that put money in, to the right for parties that received or kept it. {rows}. The sum put in is {total:usd0}, between {low:usd0} and {high:usd0} over the ranges.",
    note="Payments that nobody published are missing, so the account is a floor. What OpenAI kept also holds what it paid to parties outside the table. Company years differ by a month. Positions say who holds the money, not who gained.",
    labels={
        "row": "{party}: {label}", "axis": "USD billion: put in (left), kept or received (right)",
        "in": "put in {size:usd0}", "kept": "kept {size:usd0}",
    },
    columns={"party": PARTY, "bn": "Receipts less payments, USD billion", "low": "Low", "high": "High"},
)  # fmt: skip
GIGAWATT = Words(
    title="A gigawatt is put at {low:usd} to {high:usd}; Nvidia names {part:usd} of it as its own sales",
    unit="Capital cost of one gigawatt, USD billion; bars are stated ranges, the dashed line is the part that Nvidia names as its own",
    description="Estimates in order of date: {rows}. A vertical line marks Nvidia's own part, {part:usd} by its chief executive on {day:date}; its figures for the Ohio site give {ohio:usd1}.",
    note="The estimates count different things: computing load or power of the whole site, this generation of chips or the next.",
    labels={
        "row": "{name}: {text}", "name": "{who}, {day:date}", "one": "{central:usd}", "range": "{low:usd} to {high:usd}",
        "axis": "USD billion a gigawatt", "part": "Nvidia's part {part:usd}",
    },
    columns={"name": "Who and when", "low": "Low, USD billion", "central": "Value, USD billion", "high": "High, USD billion"},
)  # fmt: skip
STAGES = Words(
    title="Of {deals:int} deals around the triangle {signed:int} were signed or begun; for {paid:int} it is known that money or goods moved",
    unit="Every dated stage in the record; shape and colour say what kind",
    description="Rows for deals, marks for dated stages. {rows}.",
    labels={"row": "{title}: {said} on {day:date}"},
    columns={"title": "Deal", "day": "Date", "said": "Kind of stage", "note": "What it was"},
)  # fmt: skip
