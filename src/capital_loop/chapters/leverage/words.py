"""What a reader sees on the charts of "Leverage on leverage", as whole templates."""

from __future__ import annotations

from capital_loop.show.words import Words

FIRMS = {
    "google": "Alphabet", "nvidia": "Nvidia", "microsoft": "Microsoft", "amd": "AMD", "meta": "Meta", "amazon": "Amazon",
    "broadcom": "Broadcom", "oracle": "Oracle", "coreweave": "CoreWeave",
}  # fmt: skip
GROUND = {
    "lease": "A signed lease", "contract": "A customer’s contract", "chips": "Chips and their users’ contracts",
    "guarantee": "Somebody’s guarantee", "shares": "Shares of OpenAI", "letter": "A letter of intent",
}  # fmt: skip
DAY = "documents"
AXIS = "USD billion"
POSITIONS = Words(
    title="At balance sheets of {first:date} to {last:date} these had more cash than debt: {rich}; Oracle owed {owed:usd0} more than it had",
    unit="Cash and short-term investments less debt and recorded leases, USD billion, at each firm’s balance-sheet date",
    description="Bars to the right (more cash) and left (more debt). {rows}.",
    note="Long-term securities are left out, which understates Alphabet and Amazon. Leases signed but not begun are in no balance sheet. OpenAI and CoreWeave file no comparable figures of that date.",
    labels={"amount": "{net:usd0}", "row": "{firm}: {net:usd0}"},
    columns={"firm": "Firm", "as_of": "As of", "cash_bn": "Cash, USD billion", "debt_bn": "Debt with leases, USD billion", "net_bn": "Difference"},
)  # fmt: skip
DEBTS = Words(
    title="Oracle’s notes and loans stood at {before:usd0} before the documents; their highest is {peak:usd0} ({when:date})",
    unit="USD billion; Oracle: notes and loans without leases; CoreWeave: all debt. Leases not begun are in neither",
    description="Two lines. {rows}.",
    labels={
        "oracle": "Oracle, notes and loans", "coreweave": "CoreWeave, all debt", "end": "{firm} {value:usd0}",
        "row": "{borrower}, {as_of:date}: {value:usd0}",
    },
    columns={"borrower": "Borrower and scope", "as_of": "As of", "usd": "USD billion"},
)  # fmt: skip
SPREADS = Words(
    title="Insuring Oracle’s debt cost {o:num0} basis points a year at its dearest ({o_when:date}), CoreWeave’s {c:num0} ({c_when:date})",
    unit="Five-year credit default swaps, basis points a year; single readings, not a daily series",
    description="Two lines. {rows}.",
    labels={"axis": "Basis points a year", "reading": "{value:num0}", "row": "{firm}, {as_of:date}: {value:num0}"},
    columns={"firm": "Borrower", "as_of": "As of", "value": "Basis points"},
)  # fmt: skip
LOANS = Words(
    title="Of {n:int} loans found {letters} on a letter of intent; of up to {leases:usd0} on signed leases up to {oracle:usd0} are for sites let to Oracle",
    unit="USD billion; signed amounts, drawn as sites are built; the last one was offered and not closed",
    description="Bars in order of date. {rows}.",
    note="A selection of what was found, not all loans. What secures each is our reading of the reports.",
    labels={
        "none": "none stands", "one": "one stands", "some": "{n:int} stand", "name": "{loan} ({as_of:date})",
        "small": "{usd:usd1}", "large": "{usd:usd0}", "row": "{name}: {label}, stands on: {secured}",
    },
    columns={"name": "Loan", "usd_bn": "USD billion", "secured": "Stands on"},
)  # fmt: skip
COVER = Words(
    title="Oracle’s own cash paid {a:share} of its spending in the year to {a_when:date} and {b:share} in the year to {b_when:date}",
    unit="Operating cash flow over capital spending, four quarters, percent",
    description="A line. {rows}.",
    labels={"axis": "Percent of capital spending", "point": "{percent:num0}", "row": "{as_of:date}: {percent:num0} percent"},
    columns={"as_of": "Year to", "percent": "Own share, %", "spent": "Spending, USD billion", "cover": "Interest cover of the quarter, times"},
)  # fmt: skip
LOANS_TABLE = {
    "loan": "Loan",
    "as_of": "As of",
    "usd_bn": "USD billion",
    "secured": "Stands on",
    "note": "Scope",
}
