"""The words of the page "Contagion"."""

from __future__ import annotations

from capital_loop.show.words import Words

PARTIES = {
    "openai": "OpenAI", "oracle": "Oracle", "coreweave": "CoreWeave", "microsoft": "Microsoft", "softbank": "SoftBank", "nvidia": "Nvidia",
}  # fmt: skip
CREDITOR = {"lenders": "Lenders", "landlords": "Landlords"}
WHERE = ["outside", "inside the circle"]
OWED = {
    "debtor": "Who owes",
    "creditor": "Whom",
    "usd": "USD billion a year",
    "inside": "The creditor stands",
}
BUILDING = ["stops", "goes on"]
PAYMENTS_TABLE = {"party": "Party", "building": "Building", "paid": "OpenAI pays, %"}
OUTCOME = {
    "never": "never",
    "always": "always",
    "rare": "in under 1 % of runs",
    "part": "in {part:share} of runs",
}
HELD = {"party": "Holder", "low": "Low, %", "central": "Central, %", "high": "High, %"}
DRIVERS = {"case": "What is to be raised", "title": "Input", "rho": "Rank correlation"}
CASE = "{party}, building {building}, OpenAI pays {paid:share}"

NEEDS = Words(
    title="If OpenAI pays nothing, both clouds together must raise {built:usd0} until {last:year} if they go on building, {stopped:usd0} if they stop (medians)",
    unit="Money to be raised from mid {first:year} to the end of {last:year} so that every bill is paid, USD billion",
    description="Ranges with a central point. {rows}.",
    note="Middle nine tenths of the runs, with the median. Oracle’s years end in the May after. Nothing that falls due is renewed; what would be raised costs no interest here.",
    labels={
        "row": "{name}: {label}, median {central:num0}", "range": "{low:num0} to {high:num0}", "nothing": "nothing in nine tenths of the runs",
        "oracle-stops-all": "Oracle stops building, OpenAI pays all", "oracle-stops-none": "Oracle stops building, OpenAI pays nothing",
        "oracle-builds-all": "Oracle builds, OpenAI pays all", "oracle-builds-none": "Oracle builds, OpenAI pays nothing",
        "coreweave-stops-all": "CoreWeave stops building, OpenAI pays all", "coreweave-stops-none": "CoreWeave stops building, OpenAI pays nothing",
        "coreweave-builds-all": "CoreWeave builds, OpenAI pays all", "coreweave-builds-none": "CoreWeave builds, OpenAI pays nothing",
        "axis": "USD billion",
    },
    columns={"name": "Case", "low": "Low, USD billion", "central": "Median", "high": "High"},
)  # fmt: skip
INSURANCE = Words(
    title="Insurance is priced as if the chance of a default within five years were {coreweave:pct0} for CoreWeave and {oracle:pct0} for Oracle",
    unit="Probability of a default within five years that the price of insurance implies, percent",
    description="Points over time with ranges. {rows}.",
    note="Points: creditors get {recovery:share} back; ranges: {least:num0} to {most:share}. The price pays for risk and thin trading too, so that default is less likely than it says. Months stand at their last day.",
    labels={
        "row": "{name}, {date:date}: {spread:num0} basis points, {central:num0} percent ({low:num0} to {high:num0})",
        "y": "Percent", "end": "{name} {central:pct0}",
    },
    columns={"name": "Borrower", "date": "Day", "spread": "Basis points", "low": "Low, %", "central": "Central, %", "high": "High, %"},
)  # fmt: skip
BESIDE = Words(
    title="Insurance and shares put Oracle’s default at {oracle_insurance:num0} and {oracle_shares:pct0}, CoreWeave’s at {coreweave_insurance:num0} and {coreweave_shares:pct0}; our runs without renewal give {side}",
    unit="Default within five years by prices, failure by {last:year} in our runs, percent",
    description="Ranges with a central point. {rows}.",
    note="Insurance: over recoveries. Shares: over debt with and without leases, counts of shares, volatility. Runs: building stops and nothing is renewed; from OpenAI paying all over half to nothing. A part of draws is no probability.",
    labels={
        "row": "{name}: {label}, central {central:num0}", "range": "{low:num0} to {high:pct0}", "axis": "Percent",
        "oracle-insurance": "Oracle, price of insurance", "oracle-shares": "Oracle, price of shares", "oracle-draws": "Oracle, our runs",
        "coreweave-insurance": "CoreWeave, price of insurance", "coreweave-shares": "CoreWeave, price of shares",
        "coreweave-draws": "CoreWeave, our runs",
        "apart": "less for Oracle and more for CoreWeave", "else": "other figures for one of them",
    },
    columns={"name": "Party and way", "low": "Low, %", "central": "Central, %", "high": "High, %"},
)  # fmt: skip
SOFTBANK = Words(
    title="With OpenAI gone, SoftBank would stand at {now:pct0} of debt to value, {side} its ceiling of {ceiling:pct0}; {how}",
    unit="Net debt over value of holdings, percent, if all that SoftBank holds beside OpenAI falls by so much",
    description="Two lines over the fall of all other holdings. {rows}.",
    note="Holdings and net debt of {day:date} with the payments to OpenAI since, at the exchange rate of that day; no shares are sold. {arm:share} of the holdings are one company, Arm.",
    labels={
        "row": "fall of {x:num0} percent: {stands:num0} with OpenAI at its value, {gone:num0} without", "below": "below", "over": "above",
        "falls": "a fall of the rest by {fall:share} would bring it there", "reached": "no fall of the rest is needed",
        "ceiling": "own ceiling {limit:num0}", "emergency": "limit in an emergency {limit:num0}",
        "stands": "OpenAI at its value", "gone": "OpenAI worth nothing", "x": "Fall of all other holdings, percent", "y": "Loan to value, percent",
    },
    columns={"x": "Fall of the rest, %", "stands": "OpenAI at its value, %", "gone": "OpenAI worth nothing, %"},
)  # fmt: skip
