"""The words of the chapter "The score"."""

from __future__ import annotations

from capital_loop.show.words import Words

LESSON = {
    "right_not_obvious": "Right, and not obvious on the day",
    "wrong_that_mattered": "Wrong, and it mattered",
    "unknowable": "Nobody could have known",
}
ASSERTION = {
    "stated": "Stated outright",
    "attributed": "Attributed to somebody",
    "hedged": "Hedged (may, perhaps, reportedly)",
}
QUALIFIER = {
    "exact": "A plain figure",
    "about": "About, nearly, a range",
    "over": "Over, at least, up to",
}
BAND = {
    "supported": "Supported",
    "supported_imprecise": "Imprecise",
    "borne_out": "Borne out later",
    "outdated": "Outdated",
    "contradicted": "Contradicted",
    "unrated": "Not rated",
}
WHEN = {"on_day": "{document}, on its day", "now": "{document}, now"}
KIND = {
    "figure": "Figures", "date": "Dates", "event": "Events", "ranking": "Rankings", "causal": "Causes",
    "forecast": "Forecasts", "judgement": "Judgements",
}  # fmt: skip
OPEN_ENDED = "open-ended"
FORECASTS = {
    "claim_id": "Claim", "paraphrase": "What was expected, in our words", "due": "Due", "now": "Now", "because": "Why",
}  # fmt: skip
LESSONS = {
    "claim_id": "Claim", "document_id": "Document", "paraphrase": "What it says, in our words", "on_day": "On its day", "now": "Now",
    "reasons": "Why it stands here",
}  # fmt: skip
SO_FAR = ", so far"
READINGS = {
    "all": "All rated claims",
    "over": "Without forecasts answered so far",
    "measured": "Without editorial verdicts",
    "sourced": "Without verdicts on weak sources alone",
    "firm": "Without all three",
}
READINGS_HEADS = [
    "Which claims are counted", "Rated claims", "Supported outright", "Outright, %", "Hold at all", "At all, %", "Low, %", "High, %",
]  # fmt: skip
READ_TWICE = {
    "all": "All claims",
    "weighed": "All but judgements",
    "rule": "Of these, decided by rule",
    "editor": "Of these, decided by an editor",
}
READ_TWICE_HEADS = [
    "Which claims", "Claims, day", "Same verdict, day, %", "Alpha, day", "Claims, now", "Same verdict, now, %", "Alpha, now",
]  # fmt: skip
DISAGREEMENTS = {
    "claim_id": "Claim", "paraphrase": "What it says, in our words", "first_on_day": "First reading, day", "on_day": "Second reading, day",
    "first_now": "First reading, now", "now": "Second reading, now", "note": "The second reader’s note", "settled": "Settled", "reason": "Why",
}  # fmt: skip
ORDER = {
    "apart": "Read so, {best} holds most often and {worst} least, and their intervals share no value.",
    "together": "The shares of the documents lie between {low:pct0} and {high:pct0}, and their intervals overlap: the score ranks none of them before another.",
}
"""What the shares say about the order of the documents."""
SHARES = ["Rated claims", "Held", "Share that held, %", "Low, %", "High, %"]

DOCUMENTS = Words(
    title="Of the claims that evidence can decide, {strict:share} are supported outright and {held:share} hold at all; by document {low:share} to {high:share} hold",
    unit="Number of claims by verdict; not rated: judgements, open forecasts and what nothing measures",
    description="Stacked bars, two for each document. {rows}.",
    labels={"row": "{row}: {told}", "band": "{name} {claims:int}", "axis": "Claims"},
    columns={"row": "Document"},
)
CHAPTERS = Words(
    title="“{most}” has {count:int} of the {all:int} claims that are contradicted or outdated, the most of any chapter",
    unit="Number of claims by present verdict",
    description="Stacked bars, one for each chapter. {rows}.",
    labels={"row": "{row}: {told}", "band": "{name} {claims:int}", "axis": "Claims"},
    columns={"row": "Chapter"},
)
KINDS = Words(
    title="Supported without reserve: {plain:int} of {figures:int} figures, {clean:int} of the {causes:int} causes that the documents give",
    unit="Number of claims by present verdict",
    description="Stacked bars, one for each kind of claim. {rows}.",
    labels={"row": "{row}: {told}", "band": "{name} {claims:int}", "axis": "Claims"},
    columns={"row": "Kind"},
)
SHORT = {
    "borne_out": "Borne out",
    "unverifiable": "Unverifiable",
    "judgement": "Judgement",
    "open": "Open",
}
MOVED = {"stayed": "the verdict stayed", "moved": "it moved"}
MOVES = Words(
    title="{moved:int} of {all:int} verdicts differ between the document’s day and now",
    unit="Number of claims: rows by the verdict on the day, columns by the verdict now",
    description="Grid of verdicts on the day against verdicts now. {rows}.",
    labels={"row": "{day_name} to {now_name}: {claims:int}", "now": "Now", "on_day": "On its day"},
    columns={"day_name": "On its day", "now_name": "Now", "claims": "Claims"},
)
CALIBRATION = Words(
    title="The documents hedge {hedged:int} of {all:int} claims; stated outright, {stated:share} of the rated ones hold",
    unit="Share of rated claims that hold; line: Wilson interval at the ninety-five percent level",
    description="Dots with intervals. {rows}.",
    labels={
        "name": "{name} ({held:int} of {rated:int})", "row": "{row}: {share:num0} percent, {low:num0} to {high:num0}",
        "axis": "Share of rated claims that hold, %", "head": "How it is put",
    },
)  # fmt: skip
