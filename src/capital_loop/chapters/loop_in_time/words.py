"""The words of the page "The loop in time"."""

from __future__ import annotations

from capital_loop.show.words import Words

INPUTS = {
    "revenue": "Revenue at the start", "growth": "Growth over the first four quarters", "fade": "What is left of growth each year",
    "other_costs": "Other costs", "cash": "Cash at the start", "capacity": "Capacity at the start",
    "capacity_target": "Capacity built up to", "ramp": "Time to build", "delay": "Delay", "price": "Price of computing",
    "capex": "Cost of a gigawatt", "chip_share": "Chips’ part of it", "running_cost": "Running cost",
    "funding": "Money from investors", "vendor_share": "The chip maker’s part of it", "interest": "Interest",
    "loan_years": "Years of loans", "chip_margin": "Margin of chips", "life": "Life of a site",
}  # fmt: skip
MOVERS = {
    "kept": "Unused funding lapses, or is kept",
    "standing": "Unpaid bills vanish, or stand",
}
SHORT = {
    "capacity_target": "how much is built", "growth": "growth in the first year", "kept": "the rule for unused funding",
}  # fmt: skip
"""What a title calls those that may come first; others go by their name."""
KEPT = ["Lapses", "Is kept"]
STANDING = ["Vanish", "Stand"]
RULES_TABLE = {
    "kept": "Funding that is not needed", "standing": "Unpaid bills", "paid": "Runs with all bills paid, %",
    "median": "Unpaid at the end, median, USD billion", "upper": "95th percentile, USD billion",
}  # fmt: skip
SECTORS = {
    "outside": "Users and suppliers", "openai": "OpenAI", "cloud": "Cloud", "chips": "Chip maker", "investors": "Investors",
    "lenders": "Lenders",
}  # fmt: skip
ACCOUNTS = {"flow": "Flow", "held": "At the end of 2030", "worth": "net worth", "sum": "Sum"}
INDICES = {
    "field": "Input or rule", "whether_alone": "Whether all is paid: alone, %", "whether": "with interactions, %",
    "whether_error": "error of it", "amount_alone": "How much is not: alone, %", "amount": "all interactions, %", "amount_error": "its error",
}  # fmt: skip
YEARS = {
    "rule": "Unused funding", "year": "End of", "p5": "5 % of runs under", "p25": "25 %", "p50": "Median", "p75": "75 %",
    "p95": "95 %", "error": "Error of the median, USD million", "upper_error": "Error of the 95 %, USD million", "cash": "OpenAI’s cash, median", "debt": "Cloud’s debt, median",
    "worth": "Cloud’s book equity, median",
}  # fmt: skip
FOLDS = {
    "inputs": "The inputs in use today, each with its range and reason",
    "indices": "Sobol indices: what part of the spread each input or rule accounts for, for whether all is paid by the end of 2030 and for how much is not",
    "years": "Unpaid bills, OpenAI’s cash and the cloud’s debt by year and rule, USD billion, with the Monte Carlo error of every year",
    "flows": "Who pays whom in one quarter of the central run, USD billion: every row sums to zero",
    "balances": "The balance sheet of all sectors at the end of the central run, USD billion: what one owes another holds, and worth adds up to capital",
}
TESTED = {
    "capacity": "Capacity at the end of 2025",
    "first-quarter": "Revenue, first quarter of 2026",
    "second-quarter": "Revenue, second quarter of 2026",
    "july": "Yearly rate of revenue in July 2026",
    "september": "Yearly rate of revenue in September 2026",
    "burn": "Cash burned, July 2025 to March 2026",
    "cash": "Cash at the end of March 2026",
}
TESTED_RULE = ["{what}, if funding lapses", "{what}, if it is kept"]
VINTAGE = {
    "2025": "Known on 16 October 2025",
    "2026": "Known on 30 June 2026",
    "now": "Known today",
}
START = {
    "2025Q3": "the third quarter of 2025",
    "2026Q2": "the second quarter of 2026",
    "2026Q3": "the third of that year",
}
RULE = {"low": "unused funding lapses", "high": "unused funding is kept"}

VINTAGES = Words(
    title="The rule for unused funding moves the share of runs in which every bill is paid from {low:share} to {high:share} on today’s inputs",
    unit="Runs of the model in which no bill for computing is unpaid at the end of {end:year}, percent, by what was public on the day",
    description="Two points on each row. {rows}.",
    note="Unpaid bills stand. Each run draws its inputs from their ranges; shares of runs are no probabilities. Monte Carlo error at most {error:pp1}.",
    labels={
        "row": "{name}: {low:num0} percent if funding lapses, {high:num0} if it is kept",
        "value": "{value:pct0}",
        "axis": "Percent of the runs",
    },
    columns={"name": "Inputs", "low": "Funding lapses, %", "high": "Funding is kept, %"},
)
UNPAID = Words(
    title="By the end of {end:year} the upper end of what is unpaid reaches {lapsing:usd0} if unused funding lapses and {kept:usd0} if it is kept",
    unit="Computing billed and not paid by the end of the year, USD billion; light: nine tenths of the runs, dark: half, line: median",
    description="Bars of ranges by year and rule. {rows}.",
    note="Unpaid bills stand; they are not added up over years. Monte Carlo error at most {error:usd0} for a median and {upper:usd0} for an upper end.",
    labels={
        "row": "{year}, {name}: median {p50:num0}, nine tenths between {p5:num0} and {p95:num0} billion",
        "axis": "USD billion",
    },
    columns={
        "year": "End of", "name": "Rule", "p5": "5th percentile, USD billion", "p25": "25th percentile, USD billion",
        "p50": "50th percentile, USD billion", "p75": "75th percentile, USD billion", "p95": "95th percentile, USD billion",
    },
)  # fmt: skip
SWINGS = Words(
    title="What moves the share of runs with all bills paid most: {first} ({a:num0} points), {second} ({b:num0}) and {third} ({c:num0})",
    unit="Runs in which no bill is unpaid at the end of {end:year}, percent, by half of the range or by rule",
    description="Bars to both sides of {centre:share}. {rows}.",
    note="Both rules are drawn here, each half the time.",
    labels={
        "row": "{name}: {lower:num0} percent in the lower half or under the first rule, {upper:num0} in the upper half or under the second",
        "value": "{value:pct0}",
    },
    columns={"name": "Input or rule", "lower": "Lower half, or first rule, %", "upper": "Upper half, or second rule, %"},
)  # fmt: skip
ENDS = {"lower": "lower half, or the first rule", "upper": "upper half, or the second rule"}
BACKTEST = Words(
    title="On what was public on {day:date} the model had {inside:int} of {count:int} figures of the year after within its range",
    unit="What was said over what happened: circle and bar, median and nine tenths of the runs; diamond: what happened",
    description="Ranges with a diamond at one. {rows}.",
    note="Capacity is not counted: the chief executive had forecast it by the day.",
    labels={
        "row": "{what}: said {low:num1} to {high:num1}, happened {happened:num1}",
        "axis": "Said, as a multiple of what happened",
    },
    columns={
        "what": "What (GW, or USD billion)", "low": "Said, low", "middle": "Median", "high": "High", "happened": "Happened",
    },
)  # fmt: skip
CALCULATOR = {
    "title": "One run with your inputs",
    "growth": "Growth over the first four quarters",
    "fade": "What is left of growth each year",
    "other_costs": "Other costs, share of revenue",
    "capacity_target": "Capacity built up to, GW",
    "delay": "Quarters of delay",
    "price": "Price of computing, a GW and year",
    "funding": "Money from investors, a year",
    "lapsing": "Unpaid at the end of 2030, if unused funding lapses",
    "kept": "Unpaid at the end of 2030, if it is kept",
    "revenue": "Revenue of 2030",
}
