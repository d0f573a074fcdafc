"""What a reader sees on the charts and tables of "Bubble, or how growth is financed?", as whole templates."""

from __future__ import annotations

from capital_loop.show.words import Words

FIRMS = {
    "NVDA": "Nvidia", "AMD": "AMD", "ORCL": "Oracle", "AVGO": "Broadcom", "MSFT": "Microsoft", "AMZN": "Amazon", "MU": "Micron",
    "INTC": "Intel", "GOOGL": "Alphabet", "META": "Meta", "SPY": "The S&P fund",
}  # fmt: skip
AND, AND_ALSO = " and ", ", and "
LEVELS = {
    "firms": "Loops among the firms", "shares": "Orders tied to shares", "leverage": "Leverage of third parties", "demand": "Demand at the end",
}  # fmt: skip
LEVELS_TABLE = {
    "level": "Level of the report", "chapters": "Chapters here", "claims": "Claims", "hold": "Hold now", "fail": "Contradicted or outdated",
}  # fmt: skip
OUTPUT = Words(
    title="AI took {low:pct1} or {high:pct1} of US output in {year}, by two counts; the telecoms {telecom:pct1} at their peak, the railways {rail:pct0}",
    unit="Investment as a share of gross domestic product, percent; estimates of different makers",
    description="Bars. {rows}.",
    note="AI: capital spending of large firms, of which a quarter or more is outside the United States and not all is for AI. No official figure was found.",
    labels={
        "then": "Then", "now": "Now", "axis": "Percent of output", "point": "{value:pct1}", "row": "{name}: {label}",
        "rail": "US railways, peak of the {year}s", "telecom": "US telecoms, peak of {year}", "ai-2024": "AI, {year}",
        "ai-spring": "AI, spring of {year}", "ai-2025": "AI, {year}, a trader’s count", "ai-2025-other": "AI, {year}, an investor’s count",
    },
    columns={"name": "Episode", "value": "Percent of output"},
)  # fmt: skip
VENDORS = Words(
    title="What bound Nvidia on the day was {day:pct1} of a year’s revenue; its guarantee a year later is at most {now:pct0}. Lucent had promised {lucent:pct0}",
    unit="Financing of customers over the maker’s revenue of a year, percent; loans, an undertaking and a guarantee are different things",
    description="Bars. {rows}.",
    note="A loan is money out of the door; a guarantee is paid only if the customer fails. What Lucent, Nortel and Cisco had promised was not all drawn.",
    labels={
        "then": "Then", "letter": "Promised, never binding", "binding": "Binding", "axis": "Percent of a year’s revenue",
        "large": "{value:pct0}", "small": "{value:pct1}", "row": "{name}: {label}",
        "lucent": "Lucent, promised, {year}", "nortel": "Nortel, promised, {year}", "cisco": "Cisco, promised, {year}",
        "nvidia-letter": "Nvidia, letter to OpenAI, {year}", "nvidia-day": "Nvidia, binding on the day, {year}",
        "nvidia-now": "Nvidia, guarantee of {year}, at most",
    },
    columns={"name": "Maker", "value": "Percent of revenue"},
)  # fmt: skip
EXPLOSIVE = Words(
    title="{finding}",
    unit="GSADF statistic of {weeks:int} weekly log closes; right of the grey band: explosive at the level of {level:share}; in the band: not decided",
    description="Dots by share. {rows}. Critical value {line:num2}.",
    note="Critical value from simulated random walks; the band is twice its Monte Carlo error of {error:num2}. The test says nothing about why a price moved, nor whether it was too high.",
    labels={
        "parties": "Parties of the deals", "trade": "Other firms of the trade", "market": "The market", "above": "above", "at": "at it, not decided",
        "below": "below", "axis": "GSADF statistic", "row": "{name}: {gsadf:num2}, p {p:num3}", "critical": "critical {line:num2}",
        "none": "No share’s price moved faster than a random walk can explain",
        "only-above": "Prices moved faster than a random walk can explain for {above}",
        "only-at": "No share’s price clearly moved faster than a random walk can explain; {at} stands at the line",
        "both": "Prices moved faster than a random walk can explain for {above}; {at} stands at the line",
        "rise": "{start:date} to {end:date}", "fall": "{start:date} to {end:date} (falling)", "never": "none",
    },
    columns={
        "name": "Share", "kind": "Group", "gsadf": "GSADF", "p": "p (simulated)", "against": "Against the critical value", "spans": "Episodes",
    },
)  # fmt: skip
PROSE = Words(
    title="",
    unit="",
    description="",
    labels={
        "more": "more than the telecoms took at their peak", "less": "less than the telecoms took at their peak",
        "between": "about what the telecoms took at their peak", "none": "none", "some": "{n:int}",
        "far": "no party’s share stands near its line", "near": "the share of {names} stands so near its line that the simulation’s own error decides",
        "nobody": "none of them", "tied": "{name}, of which Nvidia holds shares ({usd:usd0})", "untied": "{name}, which stands in none of the deals here",
        "party": "{name}, a party of the deals",
        "apart": "None of the parties is clearly among them: what the test finds need not be the deals, scarce parts would do.",
        "among": "A party of the deals is among them; whether the deals are the reason the test does not say.",
        "rose": "rose by {value:pct0}", "fell": "fell by {value:pct0}",
    },
)  # fmt: skip
"""What the text of the chapter says of values, chosen by them."""
