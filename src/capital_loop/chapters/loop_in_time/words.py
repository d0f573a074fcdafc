"""The words of the page "The loop in time"."""

from __future__ import annotations

from capital_loop.show.words import Words

INPUTS = {
    "revenue": "Revenue at the start", "growth": "Growth in the first year", "fade": "How fast growth fades", "other_costs": "Other costs",
    "cash": "Cash at the start", "capacity": "Capacity at the start", "capacity_target": "Capacity promised", "ramp": "Time to build",
    "delay": "Delay", "price": "Price of computing", "capex": "Cost of a gigawatt", "chip_share": "Chips’ part of it",
    "running_cost": "Running cost", "funding": "Money from investors", "vendor_share": "The chip maker’s part of it", "interest": "Interest",
    "loan_years": "Years of loans", "chip_margin": "Margin of chips",
}  # fmt: skip
TESTED = {
    "capacity": "Capacity in use at the end of 2025, GW",
    "first-quarter": "Revenue of the first quarter of 2026, USD billion",
    "second-quarter": "Revenue of the second quarter of 2026, USD billion",
}
BACKTEST_TABLE = {
    "what": "What", "low": "Said, low", "middle": "middle", "high": "high", "happened": "Happened", "inside": "Within",
}  # fmt: skip
INSIDE = {True: "yes", False: "no"}
FLOWS = {"flow": "Flow", "sum": "Sum"}
LINES = {
    "revenue": "Revenue of OpenAI, a year",
    "due": "Owed for computing, a year",
    "debt": "Debt of the cloud, a stock",
}

GAPS = Words(
    title="The year in which most money is missing is {worst:year} in the middle of the ranges ({middle:usd0}); the upper end reaches {upper:usd0} in {highest:year}",
    unit="Computing that OpenAI owes and cannot pay after all money raised, USD billion a year; light: nine tenths of the draws, dark: half, line: median",
    description="Bars of ranges by year. {rows}.",
    note="Draws spread evenly over the ranges of the inputs: they show what the ranges imply and are no probabilities. The Monte Carlo error of a median is at most {error:usd1}.",
    labels={
        "row": "{year}: median {p50:num0}, half between {p25:num0} and {p75:num0}, nine tenths between {p5:num0} and {p95:num0} billion",
        "axis": "USD billion a year",
    },
    columns={
        "year": "Year", "p5": "5th percentile, USD billion", "p25": "25th percentile, USD billion", "p50": "50th percentile, USD billion",
        "p75": "75th percentile, USD billion", "p95": "95th percentile, USD billion",
    },
)  # fmt: skip
CLOSING = Words(
    title="To pay all that it owes in {year:year} OpenAI’s revenue would have to grow by {growth:share} in the first year, against {assumed:share} assumed",
    unit="Growth of revenue in the first year that leaves no gap in the year shown, other inputs central, percent",
    description="Bars. {rows}. Assumed: {percent:num0} percent.",
    note="Solved, not scanned. Growth fades by the same factor a year in every case.",
    labels={
        "row": "{year}: {label}", "value": "{percent:pct0}", "assumed": "assumed {assumed:share}", "axis": "Percent in the first year",
    },
    columns={"year": "Year without a gap", "percent": "Growth needed, %"},
)  # fmt: skip
INDICES = Words(
    title="The size of the gap depends most on “{first}” and “{second}”, with indices of {first_index:num2} and {second_index:num2}",
    unit="Sobol indices of the gap from {start:year} to {end:year}: light, with interactions; dark, alone",
    description="Bars. {rows}.",
    labels={
        "row": "{input}: total {total:num2} (error {error:num2}), alone {first:num2}", "value": "{total:num2}", "axis": "Sobol index",
    },
    columns={"input": "Input", "first": "Alone", "total": "With interactions", "error": "Error of it"},
)  # fmt: skip
BACKTEST = Words(
    title="Fed only with what was public on {day:date}, the model had {inside:int} of {count:int} figures of the next year within its range",
    unit="Blue: said, median and nine tenths of the draws; orange diamond: what happened",
    description="Ranges with a diamond. {rows}.",
    labels={"row": "{what}: said {low:num1} to {high:num1}, happened {happened:num1}", "axis": "GW, or USD billion"},
    columns={"what": "What", "low": "Low", "middle": "Middle", "high": "High", "happened": "Happened"},
)  # fmt: skip
STOCKS = Words(
    title="At central values the cloud’s debt stands at {peak:usd0} at its highest, and OpenAI owes more than it earns in {short:int} of {count:int} quarters",
    unit="USD billion; two flows at a yearly rate and one stock, which are not added",
    description="Three lines. At the end: {rows}. Highest debt: {billions:num0} billion.",
    labels={"row": "{name}: {usd:num0} billion", "axis": "USD billion"},
    columns={"date": "Quarter to", "usd": "USD billion", "name": "What"},
)  # fmt: skip
