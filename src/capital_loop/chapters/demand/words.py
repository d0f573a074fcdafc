"""What a reader sees on the charts of "Demand", as whole templates."""

from __future__ import annotations

from capital_loop.show.words import Words

NAMES = {
    "amazon": "Amazon", "google": "Alphabet", "microsoft": "Microsoft", "meta": "Meta", "openai": "OpenAI", "anthropic": "Anthropic",
}  # fmt: skip
DAY = "documents"
REQUIRED = Words(
    title=(
        "One year’s spending of four buyers asks for {low:usd0} to {high:usd0} of revenue a year; "
        "the two largest laboratories stated rates of {labs:usd0}"
    ),
    unit="USD billion a year; estimates of others are for other spending and other years",
    description="Points, the first with its range. {rows}. Range of the first: {low:usd0} to {high:usd0}.",
    note=(
        "Not all of the spending is for artificial intelligence, and the laboratories are not the only ones who sell it: clouds, advertising and "
        "software of the buyers earn from it as well and are not in the last row. A rate is a month times twelve: {labs_of}; one counts sales through partners in full, the other its own part."
    ),
    labels={
        "of": "{name}’s of {as_of:date}",
        "ours": "One year’s spending of four buyers, earned back", "labs": "OpenAI and Anthropic, run rates to {until:date}",
        "computed": "Computed here", "estimate": "Published estimate", "revenue": "Revenue",
        "axis": "USD billion a year", "amount": "{value:usd0}", "row": "{name}: {value:usd0}",
    },
    columns={"name": "What", "said": "Kind", "low": "Low", "central": "USD billion a year", "high": "High"},
)  # fmt: skip
SPENDING = Words(
    title="Four buyers spent {before:usd0} in the quarter before the documents and {after:usd0} in the quarter to {when:date}",
    unit="USD billion a quarter, cash; hollow squares: with finance leases, another definition that is not joined to the line",
    description="Four lines of quarterly cash spending. Newest: {newest}.",
    note=(
        "Amazon’s figure is the whole group’s, with warehouses. Microsoft and Meta speak of spending with finance leases, which is higher; comparing one "
        "definition with the other has been taken for a fall."
    ),
    labels={
        "axis": "USD billion a quarter", "cash": "Cash", "leased": "With finance leases", "newest": "{name} {value:usd1} ({as_of:date})",
    },
    columns={"name": "Buyer", "as_of": "Quarter to", "kind": "Definition", "usd": "USD billion"},
)  # fmt: skip
RENTS = Words(
    title="A year of H100 cost {first:num2} dollars an hour in {first_when:date}, when the documents appeared, and {change:share} {direction} in {last_when:date}",
    unit="USD for one GPU-hour; offers, contracts and indices are different prices and are not joined",
    description="Points joined within each kind of price. {rows}.",
    note="Indices of the same chip differ by as much as two dollars.",
    labels={
        "h100-offers": "H100, cheapest offers", "h100-contract": "H100, contract of a year", "h100-index": "H100, index",
        "b200-offers": "B200, cheapest offers", "b200-index": "B200, index", "more": "more", "less": "less",
        "axis": "USD for one GPU-hour", "row": "{name}, {as_of:date}: {value:num2}",
    },
    columns={"name": "Price", "as_of": "As of", "value": "USD for one GPU-hour"},
)  # fmt: skip
USERS = Words(
    title="ChatGPT counts its users by the week, not by the day; about {share:pct1} of them paid by the counts of {when:date}",
    unit="Million people, as stated by OpenAI; “over” where it said so",
    description="Two lines. {rows}.",
    note="Both counts of {when:date} are worded as over, so their ratio is rough; payers were not counted later.",
    labels={
        "weekly": "Users a week", "paying": "Paying subscribers", "axis": "Million", "point": "{million:int}",
        "row": "{name}, {as_of:date}: {million:num0} million",
    },
    columns={"name": "What", "as_of": "As of", "million": "Million"},
)  # fmt: skip
CLOUDS = Words(
    title="{count} grew faster after the documents, by more than rounding: {moves}{others}",
    unit="Growth of revenue on the same quarter of the year before, percent, as each company defines its cloud",
    description="Three lines. {rows}.",
    note="Part of this revenue comes from the model laboratories, which pay with money that investors, the clouds among them, put in.",
    labels={
        "google": "Google Cloud", "microsoft": "Azure", "amazon": "AWS", "all": "All {n:int} clouds", "some": "{n:int} of {all:int} clouds",
        "axis": "Percent on the year before", "move": "{name} from {then:num0} to {now:num0} %", "older": "{name} from {then:num0} to {now:num0} % by {until:date}",
        "other": "; not {name}, {then:num0} and {now:num0} % to {until:date}", "end": "{name} {value:num0} %",
        "row": "{name}, quarter to {as_of:date}: {value:num0} percent",
    },
    columns={"name": "Cloud", "as_of": "Quarter to", "value": "Growth, %"},
)  # fmt: skip
LABS = Words(
    title="The two largest laboratories stated run rates of {now:usd0} together, to {until:date}",
    unit="USD billion a year: the newest month times twelve, as stated; not revenue of a year",
    description="Two lines. {rows}.",
    note="The laboratories count differently: one books sales through cloud partners in full, the other its own part. Part of it is paid on to the clouds and stands in their growth too.",
    labels={"axis": "USD billion a year", "end": "{name} {value:usd0}", "row": "{name}, {as_of:date}: {usd:num0} billion"},
    columns={"name": "Laboratory", "as_of": "As of", "usd": "USD billion a year"},
)  # fmt: skip
CALCULATOR = {
    "title": "What revenue would the spending need?",
    "spending": "Spending of the year", "fast_share": "Part that wears out fast", "fast_life": "Life of servers",
    "slow_life": "Life of buildings", "required_return": "Return asked", "cash_cost": "Running costs",
    "answer": "Revenue needed a year",
}  # fmt: skip
CALCULATOR_TABLE = {
    "input": "Input",
    "low": "At its low end, USD billion a year",
    "high": "At its high end, USD billion a year",
}
