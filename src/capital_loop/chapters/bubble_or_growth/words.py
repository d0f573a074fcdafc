"""What a reader sees on the charts and tables of "Bubble, or how growth is financed?", as whole templates."""

from __future__ import annotations

from capital_loop.show.words import Words

FIRMS = {
    "NVDA": "Nvidia", "AMD": "AMD", "ORCL": "Oracle", "AVGO": "Broadcom", "MSFT": "Microsoft", "AMZN": "Amazon", "MU": "Micron",
    "INTC": "Intel", "GOOGL": "Alphabet", "META": "Meta", "SPY": "The S&P fund",
}  # fmt: skip
LEVELS = {
    "firms": "Loops among the firms", "shares": "Orders tied to shares", "leverage": "Leverage of third parties", "demand": "Demand at the end",
}  # fmt: skip
LEVELS_TABLE = {
    "level": "Level of the report", "chapters": "Chapters here", "claims": "Claims", "hold": "Hold now", "fail": "Contradicted or outdated",
}  # fmt: skip
OUTPUT = Words(
    title="Spending on AI, some of it abroad, came to {low:pct1} or {high:pct1} of US output in {year}; the telecoms took {telecom:pct1} at their peak, the railways {rail:pct0}",
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
    title="{finding}; {together}",
    unit="GSADF statistic of {weeks:int} weekly log closes; right of its mark: explosive at the level of {level:share}",
    description="Dots by share, with two critical values each. {rows}.",
    note="Grey line: critical value from simulated random walks; dark mark: from the share’s own steps, which keep calm and rough months where they were. The test says nothing about why a price moved, nor whether it was too high.",
    labels={
        "parties": "Parties of the deals", "trade": "Other firms of the trade", "market": "The market", "axis": "GSADF statistic",
        "row": "{name}: {gsadf:num2}, p {p:num3} by random walks and {wild_p:num3} with changing swings", "critical": "random walks {line:num2}",
        "none": "By no version of the test did any share rise explosively",
        "some": "No share rose explosively by every version of the test, {some} by some",
        "always": "By every version of the test {always} rose explosively",
        "both": "By every version of the test {always} rose explosively, by some also {some}",
        "together-none": "none did with changing swings and all shares asked together",
        "together-some": "with changing swings and all shares asked together, {robust}",
        "span": "{start:date} to {end:date}", "never": "none", "up": "up", "down": "down",
    },
    columns={
        "name": "Share", "kind": "Group", "gsadf": "GSADF", "p": "p, random walks", "wild_p": "p, changing swings",
        "wild_together": "p, changing swings, all shares", "way": "Direction", "spans": "Rising episodes, where the test rejects",
    },
)  # fmt: skip
CHOICES_TABLE = {"choice": "Judged by", "weekly": "Weekly closes", "daily": "Daily closes"}
LAGS = ["no lag", "one lag"]
CHOICE = {
    "walk": "Random walks, {lags}", "wild": "Own steps with changing swings, {lags}",
    "wild-together": "The same, all shares asked together, {lags}", "none": "nobody", "above": "{above}", "at": "at the line: {at}",
    "aboveat": "{above}; at the line: {at}",
}  # fmt: skip
"""Who passes under each choice."""
PROSE = {
    "none": "no share’s rise passes", "some": "the rise of {names} passes",
    "some_pass": "most shares pass some of its versions only.",
    "none_outlasts": "asked in the usual way it calls {called}{daily}. No call outlasts both swings that change in size and the number of shares asked.",
    "daily": "; by daily closes also {names}",
    "nobody": "nobody", "tied": "{name}, of which Nvidia holds shares ({usd:usd0})", "untied": "{name}, which stands in none of the deals here",
    "party": "{name}, a party of the deals",
    "apart": "None of the parties is among them.",
    "apart_daily": "By weekly closes none of the parties is among them, by daily closes {names} is.",
    "among": "A party of the deals is among them; whether the deals are the reason the test does not say.",
    "rose": "rose by {value:pct0}", "fell": "fell by {value:pct0}",
}  # fmt: skip
"""What the text of the chapter says of values, chosen by them."""
