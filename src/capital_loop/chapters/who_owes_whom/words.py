"""The words of the page "Who owes whom"."""

from __future__ import annotations

from capital_loop.show.words import Words

PARTIES = {
    "openai": "OpenAI", "nvidia": "Nvidia", "oracle": "Oracle", "amd": "AMD", "microsoft": "Microsoft", "google": "Alphabet",
    "amazon": "Amazon", "meta": "Meta", "broadcom": "Broadcom", "coreweave": "CoreWeave", "softbank": "SoftBank",
    "anthropic": "Anthropic", "sb-energy": "SB Energy", "cerebras": "Cerebras", "lenders": "lenders", "landlords": "landlords",
    "clouds": "clouds that buy its chips", "other-clouds": "clouds, for services", "suppliers": "suppliers", "companies": "companies, not named", "oracle-suppliers": "Oracle’s developers", "meta-hyperion": "Meta’s vehicle",
    "stargate-partners": "partners of Stargate",
}  # fmt: skip
KINDS = {
    "money": "Money borrowed", "rent": "Rent", "service": "Computing", "goods": "Goods and other purchases",
    "shares": "Shares promised", "loan": "Loan promised", "guarantee": "Guarantee", "ended": "Given up",
}  # fmt: skip
HOW = {
    "stated": "{usd}", "over": "over {usd}", "upto": "up to {usd}", "estimate": "{usd}, an estimate", "most": "at most {usd}, all tenants; not counted",
    "inside": "{usd}, within other lines; not counted",
    "plain": "{usd}", "all": "not public",
}  # fmt: skip
DUE = {
    "term": "over {low:num0} to {high:num0} years",
    "until": "by year to {day} and after",
    "to": "to {day}",
    "unknown": "not public",
}
SECURED = {
    "coreweave.lenders.debt": "Customers’ contracts and chips for most loans; the notes by nothing",
    "oracle.lenders.bonds": "Nothing named",
    "softbank.lenders.net-debt": "Arm shares for a part; the bridge loan by nothing",
    "oracle-suppliers.lenders.sites": "The sites and Oracle’s rent",
    "oracle-suppliers.lenders.abilene-first": "The site and Oracle’s rent",
    "oracle-suppliers.lenders.abilene-second": "The site and Oracle’s rent",
    "meta-hyperion.lenders.bond": "The site, Meta’s rent, and Meta’s guarantee of its value",
    "oracle.landlords.begun": "Nothing disclosed", "oracle.landlords.later": "Nothing disclosed",
    "coreweave.landlords.later": "Nothing disclosed", "nvidia.landlords.later": "Nothing disclosed", "meta.landlords.later": "Nothing disclosed",
    "openai-sb-energy-lease": "Nvidia’s guarantee, for the Ohio leases, up to a cap",
    "openai-oracle-cloud": "Nothing disclosed", "openai-microsoft-azure": "Nothing disclosed", "openai-aws": "Nothing disclosed",
    "openai-coreweave": "Nothing disclosed", "openai.cerebras.capacity": "Nothing disclosed",
    "anthropic-aws": "Nothing disclosed", "anthropic-microsoft-azure": "Nothing disclosed",
    "nvidia.clouds.rent-back": "Nothing disclosed", "nvidia.other-clouds.services": "Nothing disclosed",
    "nvidia.suppliers.supply": "Nothing disclosed", "nvidia.suppliers.capital": "Nothing disclosed",
    "oracle.suppliers.parts": "Nothing disclosed", "openai-amd-purchase": "Nothing; a warrant rewards deliveries",
    "openai-broadcom": "Nothing", "meta-amd-purchase": "Nothing; a warrant rewards deliveries",
    "amazon-openai-equity": "Paid for shares", "softbank-openai-equity": "Paid for shares", "softbank-openai-follow-on": "Paid for shares",
    "nvidia-openai-purchase": "Paid for shares", "microsoft-openai-equity": "Paid for shares",
    "broadcom-anthropic-loan": "Convertible into shares", "google-anthropic-equity": "Paid for shares",
    "amazon-anthropic-equity": "Paid for shares and notes", "nvidia-anthropic-equity": "Paid for shares",
    "microsoft-anthropic-equity": "Paid for shares", "amd-anthropic-equity": "Paid for shares", "nvidia.companies.shares": "Paid for shares", "nvidia-sb-energy-equity": "Paid for shares",
    "nvidia-openai-guarantee": "OpenAI must repay what Nvidia pays", "nvidia-coreweave-backstop": "Nvidia gets the capacity it pays for",
    "nvidia.landlords.partners": "Warrants, and a part in escrow", "meta.lenders.louisiana": "Nothing disclosed",
    "google.lenders.sites": "Shares of some tenants", "broadcom.lenders.customers": "Nothing disclosed",
    "amd.lenders.start-up": "The chips of the borrower",
}  # fmt: skip
LINES = {
    "payer": "Who owes", "payee": "Whom", "kind": "What", "promised": "Promised", "binding": "Of it binding", "paid": "Paid, as far as known",
    "due": "Due", "secured": "Secured by", "as_of": "As of", "stage": "Stage", "grade": "Best source",
}  # fmt: skip
SUMS = {
    "party": "Who owes, USD billion", "money": "Borrowed", "rent": "Rent", "service": "Computing", "goods": "Purchases",
    "shares": "Shares promised", "loan": "Loans promised", "guarantee": "Guarantees", "owed": "Is owed by others here",
}  # fmt: skip
BOOKS = {
    "seller": "Seller", "promised": "Promised by OpenAI, USD billion", "booked": "In the seller’s orders", "way": "How that is read",
    "as_of": "As of", "fits": "Room for the promise", "yes": "yes", "no": "no", "whole": "orders of all customers",
    "share": "an analyst’s share of all orders", "step": "rise of all orders in the quarter of signing",
}  # fmt: skip

MATRIX = Words(
    title="OpenAI has signed for up to {sum:usd0} of computing; the largest debt to lenders is that of {borrower}, {borrowed:usd0}",
    unit="Binding and not known to be paid, USD billion; kinds are not added across colours",
    description="A table of cells: debtors in rows, groups of creditors in columns. {rows}.",
    note="Sums under a billion are left out. The last column is owed only if somebody else does not pay. Rent that pays a lender’s interest stands here twice, as the tenant’s and as the landlord’s debt. Days run from {first:date} to {last:date}.",
    labels={
        "row": "{name} to {to}: {label} billion, {when}", "cell": "{usd:num0}", "x": "Owed to", "y": "",
        "lenders": "Lenders", "landlords": "Landlords", "clouds": "Clouds", "makers": "Makers", "labs": "AI labs and others", "guaranteed": "Guaranteed",
        "now": "borrowed and owed", "later": "for what is still to come", "failing": "only if another fails",
    },
    columns={"name": "Who owes", "to": "To", "billion": "USD billion", "when": "When"},
)  # fmt: skip
CONTRACTS = Words(
    title="OpenAI’s payments are known for {told:int} of its {count:int} contracts for computing, and there only as a ceiling",
    unit="Contracts for computing, USD billion: as promised, and the most that can have been paid",
    description="Bars, with a thinner bar for payments where anything is known. {rows}.",
    note="Paid: to Oracle the most in a fiscal year, since no customer reached a tenth of revenue; to Microsoft its revenue from OpenAI in a fiscal year, with a share of OpenAI’s sales. Announced and not known to be signed: Anthropic’s with Microsoft. Nvidia rents back from clouds that buy its chips.",
    labels={
        "row": "{name}: {label}", "both": "{promised:usd0}, paid at most {paid:usd1}", "alone": "{promised:usd0}, paid: not public",
        "name": "{payer} to {payee}", "axis": "USD billion",
    },
    columns={"name": "Contract", "billion": "Promised, USD billion", "done": "Paid at most"},
)  # fmt: skip
DUES = Words(
    title="Oracle must repay {oracle:usd0} and CoreWeave {coreweave:usd0} of what they borrowed from {first:year} to {last:year}",
    unit="Repayments of money borrowed, by year, USD billion",
    description="Bars in two groups. {rows}.",
    note="Oracle’s fiscal year to May stands for the calendar year before it, as a student read the annual report. CoreWeave’s first year is its second half. Of CoreWeave’s debt {rest:usd0} falls due later.",
    labels={"row": "{name} {year:year}: {label}", "value": "{year:year}: {usd:usd1}", "axis": "USD billion"},
    columns={"name": "Borrower", "year": "Year", "billion": "USD billion"},
)  # fmt: skip
