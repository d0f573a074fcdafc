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
    "title": "Deal", "amount": "USD billion", "whose": "Whose figure", "stands": "How far", "date": "Newest stage",
    "note": "What it was",
}  # fmt: skip
WHOSE = {
    "stated": "Stated", "estimate": "Computed from what was stated", "outside": "Of a bank, a commentator or the press",
    "": "None",
}  # fmt: skip
STANDS = {"promised": "Promised", "signed": "Signed", "moving": "Money or goods move"}
SHRUNK = "{stands}; since shrunk or dropped"
INSIDE = "{party} (in the ring)"

SIDES = Words(
    title="The joke puts {told:usd} on each side of the triangle; in a year Oracle can have booked at most {ring:usd1} from OpenAI",
    unit="USD billion; promises, contracts, revenue and spending are different things and are not added up",
    description="Bars in three groups, one for each side of the triangle. {rows}.",
    note="No customer reached a tenth of Oracle's revenue in its fiscal year, so what it booked from OpenAI was less; money paid in advance is not in revenue. What Oracle paid Nvidia is not published: the bar is its spending on everything, for all customers.",
    labels={
        "row": "{head}: {label}", "head": "{payer} to {payee}", "axis": "USD billion",
        "joke": "{amount:usd0} in the joke", "promised": "{amount:usd0} promised, not binding",
        "reported": "{amount:usd0} reported by the press, not confirmed", "binding": "{amount:usd0} signed",
        "paid": "at most {amount:usd0} paid", "used": "at most {amount:usd1} booked in a year",
        "spent": "{amount:usd1} spent in a year on all suppliers",
    },
    columns={"head": "Side", "label": "What", "usd": "USD billion"},
)  # fmt: skip
HISTORY = Words(
    title="A letter of {letter:usd} ({letter_day:date}) became shares for {signed:usd} ({signed_day:date}) and a guarantee of up to {guarantee:usd} ({guarantee_day:date})",
    unit="USD billion, by date; a guarantee is no payment",
    description="Lines for what stood, points for what changed. {rows}.",
    note="The most that can have been paid by spring is what Nvidia spent on all unlisted companies in the quarter; the accounts seen give no later figure for OpenAI alone. A guarantee of {talks:usd0}, in talks in {talks_day:date}, was a rumour and is not drawn.",
    labels={
        "row": "{day:date}: {text}", "axis": "USD billion",
        "letter": "Letter, up to {value:usd}", "signed": "Shares signed, {value:usd}",
        "guarantee": "Guarantee, up to {value:usd}", "early": "Paid by then, at most {value:usd}",
        "paid": "Paid, by the press, {value:usd}",
    },
    columns={"day": "From", "text": "What", "usd": "USD billion"},
)  # fmt: skip
PAYERS = Words(
    title="Outside the ring {first} gave most, {share:share} of {all:usd0}; without Oracle's spending for all its customers {second} did, {share_openai:share} of {openai:usd0}",
    unit="Receipts less payments of each party, {start:date} to {end:date}, USD billion; a line under a bar is its range",
    description="Bars to the left for parties that put money in, to the right for parties that received or kept it. {rows}. Those outside the ring put in {all:usd0}.",
    note="Payments that nobody published are missing, so the account is a floor. What OpenAI kept also holds what it paid to parties outside the table. Company years differ by a month. Positions say who holds the money, not who gained.",
    labels={
        "row": "{party}: {label}", "axis": "USD billion: put in (left), kept or received (right)",
        "in": "put in {size:usd0}", "kept": "kept {size:usd0}",
    },
    columns={"party": PARTY, "bn": "Receipts less payments, USD billion", "low": "Low", "high": "High"},
)  # fmt: skip
GIGAWATT = Words(
    title="A gigawatt is put at {low:usd} to {high:usd}; Nvidia names {part:usd} of it as its own sales",
    unit="Capital cost of one gigawatt, USD billion; bars are stated ranges",
    description="Estimates in order of date. {rows}.",
    note="The estimates count different things: computing load or power of the whole site, this generation of chips or the next.",
    labels={
        "row": "{name}: {text}", "name": "{who}, {day:date}", "one": "{central:usd0}", "range": "{low:usd} to {high:usd}",
        "whole": "A whole gigawatt", "part": "Nvidia's part of one",
    },
    columns={"name": "Who and when", "low": "Low, USD billion", "central": "Value, USD billion", "high": "High, USD billion"},
)  # fmt: skip
STAGES = Words(
    title="Of {deals:int} deals around the triangle {signed:int} were signed or begun; for {paid:int} it is known that money or goods moved",
    unit="Every dated stage since {start:date}; shape and colour say what kind",
    description="Rows for deals, marks for dated stages. {rows}.",
    labels={"row": "{title}: {said} on {day:date}"},
    columns={"title": "Deal", "day": "Date", "said": "Kind of stage", "note": "What it was"},
)  # fmt: skip
