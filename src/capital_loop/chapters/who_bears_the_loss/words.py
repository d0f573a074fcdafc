"""The words of the page "Who bears the loss"."""

from __future__ import annotations

from capital_loop.show.words import Words

SHOCKS = {
    "stall": "OpenAI stalls",
    "slow": "Demand grows half as fast",
    "repriced": "A fall as after the internet boom",
}
GROUP_NAMES = {
    "openai": "OpenAI’s other owners: foundation, staff, funds", "index": "Three index houses", "owners": "Other owners of shares",
    "lenders": "Lenders", "landlords": "Landlords and developers",
}  # fmt: skip
GROUP_RANKS = {
    "openai": "first loss at OpenAI", "index": "first loss everywhere", "owners": "first loss everywhere",
    "lenders": "second and third loss", "landlords": "second loss; first at their own sites",
}  # fmt: skip
GROUP_TABLE = {"group": "Who", "rank": "Rank", "held": "Holds", "unknown": "Not disclosed"}
LOST = {
    "range": "{central:num0} ({low:num0} to {high:num0})",
    "fixed": "{central:num0}",
    "nothing": "nothing",
}
GROUP_UNKNOWN = {
    "openai": "how it is split between foundation, staff and funds", "index": "which part is index funds; whose savings and pensions",
    "owners": "which funds, pensions and private people", "lenders": "names, and to whom loans were passed on",
    "landlords": "names, and who lent to them",
}  # fmt: skip
FIRMS = {
    "openai": "OpenAI", "microsoft": "Microsoft", "amazon": "Amazon", "google": "Alphabet", "meta": "Meta", "nvidia": "Nvidia", "amd": "AMD",
    "broadcom": "Broadcom", "oracle": "Oracle", "coreweave": "CoreWeave", "softbank": "SoftBank", "oracle-suppliers": "Sites let to Oracle",
}  # fmt: skip
OWNERS_OF = "Other shareholders of {firm}"
HOLDERS = {
    "openai-owners": "OpenAI’s foundation, staff and funds", "index-houses": "Vanguard, BlackRock, State Street",
    "oracle-bonds": "Holders of Oracle’s bonds and loans", "oracle-landlords": "Oracle’s landlords",
    "coreweave-notes": "Holders of CoreWeave’s notes", "coreweave-secured": "CoreWeave’s secured lenders",
    "softbank-lenders": "SoftBank’s lenders", "site-lenders": "Banks and funds that lent for the sites", "developers": "Developers",
    "sb-energy": "SB Energy, as OpenAI’s landlord", "nvidia-guarantee": "Nvidia, for the landlord",
}  # fmt: skip
RANKS = ["first loss", "second loss", "third loss"]
TOLERANCE = "a million-millionth"
LEDGER = {"debtor": "Claim on", "holder": "Holder", "rank": "Rank", "amount": "Held, USD billion"}
DRIVERS = {"shock": "Shock", "title": "Input", "rho": "Rank correlation"}
GAIN = {"part": "Part", "usd": "USD billion", "state": "How far it exists"}
GAINS = {
    "holders": "AMD’s holders: rise of their shares since the last close before the deal",
    "given": "AMD’s holders: share of the company that the whole warrant would take",
    "openai": "OpenAI: the same, received",
    "booked": "AMD: effect of the warrant on its accounts",
}
GAINS_EXIST = {
    "holders": "at market prices; how much is due to the deal cannot be told",
    "given": "nothing has vested",
    "openai": "nothing has vested",
    "booked": "none, as nothing was delivered under it",
}
"""The parts of the deal, and how far they exist."""

GROUPS_DRAWN = Words(
    title="In each of {n:int} shocks owners of shares bear at least {least:share} of the loss, by order of rank",
    unit="Part of each shock’s loss by final holder, percent; in brackets USD billion, central values",
    description="Bars in three groups. {rows}.",
    note="By order of rank and at market values up to {day:date}. The three shocks are not of one size: {stalls:usd0}, {slows:usd0}, {falls:usd0}. Companies’ own losses are passed on to their holders.",
    labels={
        "row": "{head}, {label}", "value": "{name}: {share:pct1} ({billion:num0})",
        "short-openai": "OpenAI’s other owners", "short-index": "Index houses", "short-owners": "Other shareholders",
        "short-lenders": "Lenders", "short-landlords": "Landlords",
    },
    columns={"head": "Shock", "name": "Who", "billion": "Loses, USD billion", "share": "Part of the loss, %"},
)  # fmt: skip
CUSHIONS = Words(
    title="Lenders stand nearest to a loss at {first}, where {low:pct0} of the assets must go before they lose; at CoreWeave it is {next:pct0}",
    unit="Part of its assets, at market values, that a firm must lose before a rank of creditors loses, percent",
    description="Bars. {rows}.",
    note="Assets are shares at their price and debts at par. A firm can run out of cash long before. Prices up to {day:date}; when shares fall, so does the cushion.",
    labels={
        "row": "{name}: {label}", "value": "{percent:pct0}, then {held:usd0} at risk",
        "softbank-1": "SoftBank’s lenders", "oracle-1": "Oracle’s bondholders and landlords", "coreweave-1": "CoreWeave’s notes",
        "coreweave-2": "CoreWeave’s secured loans", "oracle-suppliers-1": "Loans for sites let to Oracle", "sites": "sites let to Oracle",
        "other": "the firms shown first",
    },
    columns={"name": "Creditors", "percent": "Cushion below them, %", "billion": "Held, USD billion"},
)  # fmt: skip
OWNERS = Words(
    title="Of {value:usd0} that OpenAI was last priced at, its four named investors paid in {paid:usd0}",
    unit="OpenAI’s owners: shares at the price of the last round, and the money paid in, USD billion",
    description="Bars, with a thinner bar for money paid in. {rows}.",
    note="A fall of the price takes the long bar, a loss of money the short one. What the foundation, staff and other funds paid is not on the record in one figure.",
    labels={
        "row": "{name}: {label}", "both": "{price:usd0}, paid in {paid:usd0}", "alone": "{price:usd0}, paid in: not in one figure", "axis": "USD billion",
    },
    columns={"name": "Owner", "billion": "At the last price, USD billion", "money": "Paid in"},
)  # fmt: skip
RANGES = Words(
    title="If OpenAI stalls, the loss lies between {low:usd0} and {high:usd1} in nine tenths of the runs",
    unit="Loss by final holder, USD billion; what does not vary and what runs to trillions is left out",
    description="Ranges with a central point. {rows}.",
    note="Middle nine tenths of the runs over all inputs, with the value at the central inputs. Where lenders and landlords have no row they lose nothing in any run.",
    labels={"row": "{name}: {label}", "name": "{head}: {who}", "stall": "Stall", "slow": "Slow demand", "repriced": "Fall", "range": "{low:num0} to {high:num0}", "axis": "USD billion"},
    columns={"name": "Shock and holder", "low": "Low, USD billion", "central": "Central inputs", "high": "High"},
)  # fmt: skip
