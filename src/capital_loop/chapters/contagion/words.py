"""The words of the page "Contagion"."""

from __future__ import annotations

from capital_loop.show.words import Words

PARTIES = {
    "openai": "OpenAI", "oracle": "Oracle", "coreweave": "CoreWeave", "microsoft": "Microsoft", "softbank": "SoftBank", "nvidia": "Nvidia",
}  # fmt: skip
BUILDING = {False: "stops", True: "goes on"}
PAYMENTS_TABLE = {"building": "Building", "paid": "OpenAI pays, %"}
OUTCOME = {"never": "never", "always": "always", "part": "unresolved ({percent:.0f} % of draws)"}
HELD = {"party": "Holder", "loss": "Loss of value, %"}

HOLDERS = Words(
    title="If OpenAI lost its whole value, {first} would lose {low:num0} to {high:pct0} of its own, no other holder more than {other:pct0}",
    unit="Loss as a share of the holder’s own value, percent: market value, for SoftBank net asset value",
    description="Ranges with a central point. {rows}.",
    note="Ranges over the shares held, OpenAI’s value and the holders’ own values. Losses of sales or of mood are not in it.",
    labels={
        "row": "{party}: {label}, central {central:num1} percent", "large": "{low:num0} to {high:pct0}", "small": "{low:num1} to {high:pct1}",
        "axis": "Percent of the holder’s own value",
    },
    columns={"party": "Holder", "low": "Low, %", "central": "Central, %", "high": "High, %"},
)  # fmt: skip
PAYMENTS = Words(
    title="If lenders renew nothing, CoreWeave cannot pay in {coreweave:share} of the draws even with all of OpenAI’s money, Oracle in {oracle:share} without any of it once it stops building",
    unit="Part of the draws in which a party cannot pay what falls due within a year, percent",
    description="Lines. {rows}.",
    note="Draws over the ranges of all inputs; the standard error of a part is at most {error:num1} points. Parts of draws are not probabilities: nobody knows how likely the inputs are.",
    labels={
        "row": "{row}, OpenAI pays {x:num0} percent: {percent:num0} percent of draws", "oracle-stops": "Oracle, stops building",
        "oracle-builds": "Oracle, goes on building", "coreweave-stops": "CoreWeave, stops building",
        "coreweave-builds": "CoreWeave, goes on building", "x": "OpenAI pays, percent of what it owes", "y": "Cannot pay, percent of draws",
    },
    columns={"row": "Party", "x": "OpenAI pays, %", "percent": "Cannot pay, % of draws"},
)  # fmt: skip
ROLLOVER = Words(
    title="Even if nobody builds any more, lenders must renew {low:usd} to {high:usd1} for CoreWeave, and up to {most:usd0} for SoftBank, which could sell listed shares instead",
    unit="Debt due within a year less cash and a year’s own money, USD billion",
    description="Ranges with a central point. {rows}.",
    labels={
        "row": "{party}: {label}, central {usd:usd1}", "range": "{low:usd1} to {high:usd1}", "nothing": "nothing", "axis": "USD billion",
    },
    columns={"party": "Borrower", "low": "Low, USD billion", "central": "Central", "high": "High"},
)  # fmt: skip
LOAN_TO_VALUE = Words(
    title="OpenAI’s whole value gone, SoftBank’s loan to value would stand at {low:num0} to {high:pct0}, {side} its own ceiling of {ceiling:pct0}",
    unit="Net debt over value of holdings after the fall, percent, with other holdings unchanged",
    description="Ranges with central points. {rows}.",
    labels={
        "row": "fall of {x:num0} percent: {low:num0} to {high:num0}, central {central:num0}", "under": "under", "around": "around or above",
        "over": "above", "ceiling": "own ceiling {ceiling:num0}", "x": "OpenAI loses, percent of its value", "y": "Loan to value, percent",
    },
    columns={"x": "OpenAI loses, %", "low": "Low, %", "central": "Central, %", "high": "High, %"},
)  # fmt: skip
