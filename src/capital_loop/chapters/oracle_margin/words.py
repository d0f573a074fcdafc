"""The words of the chapter "Oracle's margin"."""

from __future__ import annotations

from capital_loop.show.words import Words

KINDS = {
    "leak": "Leaked papers",
    "oracle": "Said by Oracle",
    "accounts": "From the accounts",
    "model": "Model",
    "analyst": "Analyst",
}
"""Where a margin comes from."""
LINES = {
    "depreciation": "Servers (depreciation)",
    "lease": "Data-centre rent",
    "power": "Electricity",
    "other": "Staff and upkeep",
    "waiting": "Capacity waiting for its first payment",
    "gross_profit": "Gross profit",
}
"""Where a dollar of revenue goes."""
STATES = {"running": "All capacity running", "build_up": "Fast build-up"}
INPUTS = {
    "price_per_gpu_hour": "Price of a GPU-hour",
    "depreciation_years": "Years of depreciation",
    "server_cost": "Cost of the server",
    "utilisation": "Share of hours billed",
    "lease_per_kw_month": "Data-centre rent",
    "other_per_year": "Staff and upkeep",
    "power_kw": "Power per GPU",
    "power_price": "Price of electricity",
    "pue": "Electricity for cooling",
}
AMOUNTS = {
    "price_per_gpu_hour": "{value:usd}",
    "depreciation_years": "{value:num0} y",
    "server_cost": "{value:usd}",
    "utilisation": "{value:share}",
    "lease_per_kw_month": "{value:usd}",
    "other_per_year": "{value:usd}",
    "power_kw": "{value:kw1}",
    "power_price": "{value:usd}",
    "pue": "{value:num1}",
}
"""How an input is written on a chart."""
MARGIN_CLASSES = {
    "loss": "a loss",
    "short": "less than promised",
    "promised": "as promised, or more",
}
MAP_CLASSES = {
    "leak": "the leaked margin would do",
    "under": "less than promised would do",
    "promised": "what is promised would do",
    "over": "more than promised is needed",
}
PATHS_OF_RENT = {
    "level": "level", "fixed-half": "fixed, then {change:share} a year", "fixed-full": "fixed, then {change:share} a year",
    "free-half": "{change:share} a year", "free-full": "{change:share} a year",
}  # fmt: skip
"""How rents move, by key of the map."""
RETURN_CLASSES = {
    "loss": "loses money",
    "short": "less than the interest",
    "enough": "up to three times the interest",
    "rich": "more than that",
}
"""Classes of a grid's cells, the worst first."""
CALCULATOR = {
    "title": "What would a running server earn?",
    "margin": "Gross margin over its life",
    "return": "Return a year on its price",
}
ASSUMPTIONS = {
    "title": "Input", "central": "Central", "low": "Low", "high": "High", "unit": "Unit",
    "needed": "Alone gives the leaked margin at", "why": "Why",
}  # fmt: skip
GIGAWATT = ["A gigawatt, a year", "Running, USD bn", "In the build-up, USD bn"]
GIGAWATT_LINES = {
    "revenue": "Revenue", "depreciation": "Servers, written off", "lease": "Rent", "power": "Electricity", "other": "Staff and upkeep",
    "waiting": "Capacity that waits", "gross_profit": "Gross profit",
}  # fmt: skip
PATHS = {
    "margin": "Gross margin, %", "year": "Year", "revenue": "Revenue, USD bn", "cash": "Cash before interest, USD bn",
    "interest": "Interest, USD bn", "debt": "Debt at the end, USD bn", "cover": "Gross profit over interest",
}  # fmt: skip
FALLING = {
    "change": "Change of the rent, % a year",
    "margin": "Gross margin over the server’s life, %",
    "return": "Return, % a year",
}
RIGHTS_NAMED = {"renew": "To renew at the old rent", "cancel": "To leave early", "delay": "To start later"}
RIGHTS_HOLDER = {
    "renew": "OpenAI, if the contract has it",
    "cancel": "OpenAI, by contract or by not paying",
    "delay": "OpenAI, if the contract has it",
}
RIGHTS_WRITER = {"renew": "Oracle", "cancel": "Oracle", "delay": "Oracle"}
"""The rights in the contract: what, who would hold it, who would bear it."""
RIGHTS = {
    "name": "Right", "holder": "Holder", "writer": "At the cost of", "value": "Worth, USD bn", "low": "Least, USD bn", "high": "Most, USD bn",
}  # fmt: skip
SPENDING = {
    "as_of": "Quarter ended", "infrastructure": "Infrastructure revenue, $bn", "capex": "Capital spending, $bn",
    "free_cash_flow": "Free cash flow, $bn", "backlog": "Backlog, $bn",
}  # fmt: skip

LADDER = Words(
    title="The leaked {leaked:pct0} would be {full:share} with all depreciation; the promised {low:num0} to {high:pct0} measure something else",
    unit="Gross margin on rented AI capacity, percent of revenue; pale bars are ranges",
    description="{count:int} margins on one scale: {rows}.",
    note="Added revenue: cost added over infrastructure revenue added within a year, after taking out applications at an assumed margin; it holds ordinary cloud customers too, so it cannot be set against one contract. Delivered capacity leaves out what is still under construction. The debt’s row is for five level years; its range moves capital and interest.",
    labels={
        "full": "Leaked quarter, all depreciation charged", "printed": "Leaked quarter to {when:date}, as printed",
        "average": "Leaked average of about a year", "without": "Leaked quarter without the Blackwell loss",
        "added": "Added revenue, year to {when:date}", "debt": "Needed to repay the equipment’s debt in {years:years}",
        "running": "Capacity that is running", "life": "Over a contract’s life", "delivered": "Delivered capacity, {when:date}",
        "broker": "Broker, a month before the leak", "row": "{measure} ({kind}): {label}", "value": "{margin:pct0}",
    },
    columns={
        "measure": "What is measured", "kind": "Where it comes from", "margin": "Gross margin, percent", "low": "Low", "high": "High",
    },
)  # fmt: skip
CENTS = Words(
    title="A business that earns {running:share} on running capacity shows {leaked:pct0} if it grows {growth:num0}-fold a year and new capacity waits {gap:months1} for its first payment",
    unit="Cents of each dollar of revenue",
    description="Two bars of one dollar each. {rows}.",
    note="The wait is solved for: it is what would explain the leaked margin if nothing else did.",
    labels={"state": "{state}: {lines}", "row": "{name} {cents:num0}", "cents": "{cents:num0}"},
    columns={"state": "State", "what": "Where the dollar goes", "cents": "Cents"},
)
SENSITIVITY = Words(
    title="{first} and {second} move the margin most, by about {swing:num0} points each; {alone}, within its range, explains {leaked:pct0}",
    unit="Gross margin in percent when one input goes to its low or high value, the others at the centre",
    description="Bars from the central margin of {centre:pct0}. {rows}. A dashed line marks the leaked {leaked:pct0}.",
    note="Ranges and reasons are in the table of assumptions; they are judged, not measured.",
    labels={
        "none": "no input alone", "some": "an input alone", "row": "{name}: from {least:pct0} to {most:pct0}", "leaked": "Leaked: {leaked:pct0}",
        "low": "Input at its low value", "high": "Input at its high value",
    },
    columns={
        "title": "Input", "low": "Low", "high": "High", "unit": "Unit", "margin_low": "Margin at low, percent", "margin_high": "Margin at high, percent",
    },
)  # fmt: skip
WAITING = Words(
    title="At {growth:num0}-fold growth each month of waiting costs about {month:num0} points; Oracle’s example has {slide:months1} of it, the leaked margin would need {gap:months1}",
    unit="Gross margin shown during the build-up, percent",
    description="{count:int} falling lines from {running:share} without waiting. {rows}. One mark for Oracle’s example at {slide:months1}, one for the leaked {leaked:pct0} at {gap:months1}.",
    note="Months of full cost: a longer wait at part of the cost comes to the same. The growths are the ends of the range and their geometric mean.",
    labels={
        "speed": "{growth:num1} times a year", "row": "growth {speed}: {percent:pct0} after {months:months}", "leaked": "The leaked margin",
        "slide": "Oracle’s example", "axis": "Months of full cost before the first payment",
    },
    columns={"speed": "Revenue grows", "months": "Months", "percent": "Margin shown, percent"},
)  # fmt: skip
ACCOUNTS = Words(
    title="The accounts, without a leak: about {first:share} on infrastructure revenue added in the year to {start:date}, {last:share} in the year to {end:date}",
    unit="Gross margin on infrastructure revenue added within a year, percent, by end of quarter",
    description="A line with one point a quarter: {rows}. For comparison the leaked {leaked:pct0} and the {delivered:pct0} that Oracle stated for delivered capacity.",
    note="One less added cost of cloud and software over added revenue, applications taken out at an assumed margin of {central:share} (bars: {low:share} to {high:share}). Ordinary cloud customers, who bring more, are in it, and so is cost of capacity under construction; cost of software support is taken as unchanged.",
    labels={
        "when": "{month:date}", "value": "{infrastructure:pct0}", "row": "{when} {label}", "leaked": "Leaked: {value:pct0}",
        "delivered": "Delivered: {value:pct0}",
    },
    columns={
        "as_of": "Quarter ended", "all_cloud": "All added cloud revenue, percent", "infrastructure": "Added infrastructure revenue, percent",
        "at_high": "If applications earn more", "at_low": "If applications earn less",
    },
)  # fmt: skip
MAP = Words(
    title="Repaid in {short:years}, the debt needs a margin of {level:share} at level rents and {free:share} if rents fall by {fall:share} a year",
    unit="Gross margin of the contract’s first year at which its cash repays the debt on its equipment, percent",
    description="Grid by years of repayment and path of rents. {rows}.",
    note="{capex:usd} of equipment, {share:share} borrowed at {rate:share}, written off over {life:years}; running cost level. “Fixed”: the contract’s price holds for {term:years}, then the market’s. Leaked margin with all depreciation: {full:share}; promised: {low:num0} to {high:pct0}.",
    labels={
        "row": "{name}: {cells}", "cell": "{road} {label}", "name": "{years:years}", "axis": "Repaid in", "path": "How rents move", "value": "{percent:pct0}",
    },
    columns={"years": "Repaid in, years", "road": "How rents move", "percent": "Margin needed, percent", "kind": "Which means"},
)  # fmt: skip
MARGINS = Words(
    title="Written off over {usual:years} a running server earns what Oracle promises {usual_from}; over {short:years}, {short_from}",
    unit="Gross margin of a running server by price and by the years over which it is written off",
    description="Grid of margins from {worst:pct0} to {best:pct0}. {rows}.",
    note="Oracle speaks of a contract’s whole life, with its start: a running server must earn somewhat more.",
    labels={
        "from": "from {price:usd2} an hour", "never": "at no price of the range", "row": "{name}: {cells}", "cell": "{price:usd2} {label}",
        "name": "{value:years}", "axis": "Written off over", "price": "Price of a GPU-hour, USD",
    },
    columns={"price": "Price, USD", "depreciation_years": "Life, years", "percent": "Margin, %", "kind": "Which is"},
)  # fmt: skip
RETURNS = Words(
    title="At the central price a server must be let {use:share} of all hours to earn its interest",
    unit="Return on a server’s price over its life, a year, before interest and tax, by price and billed share of hours",
    description="Grid of returns. {rows}.",
    note="Nothing is left of the server at the end. At {price:usd2} an hour and the central billed share the return equals the interest of {rate:share}.",
    labels={
        "row": "{name} of hours: {cells}", "cell": "{price:usd2} {label}", "name": "{percent:pct0}", "axis": "Billed", "price": "Price of a GPU-hour, USD",
    },
    columns={"price": "Price, USD", "used": "Billed, %", "percent": "Return, %", "kind": "Which"},
)  # fmt: skip
PATH = Words(
    title="At a margin of {full:share}, {leaked:usd0} of debt would be left when the contract ends; at the promised ones {promised}",
    unit="USD billion; all cash of the contract goes to the lenders",
    description="Three lines. {rows}. At the leaked margin with all depreciation, gross profit is {cover:num1} times the interest of the first year.",
    note="Equipment only: the rent of the buildings is in the margin. The years of building up are an assumption.",
    labels={
        "none": "none", "some": "up to {left:usd0}", "case": "margin of {margin:pct0}", "row": "{name}: {years}", "year": "year {year:int} {usd:int}",
        "x": "Year of the contract", "y": "Debt at the end of the year, USD billion",
    },
    columns={"name": "Margin", "year": "Year", "usd": "Debt, USD bn", "cover": "Gross profit over interest"},
)  # fmt: skip
SHARES = Words(
    title="Oracle’s shares {moved} {jump:pct0} on {jump_day:date}, were back where they started on {back_day:date}, and stood {fall:pct0} {side} the record on {year_day:date}",
    unit="Oracle’s closing price in dollars, daily until the autumn of the documents, then mainly month-ends",
    description="A line that jumps from {before:usd0} to {peak:usd0} on {jump_day:date}, stands at {at_report:usd0} on {report_day:date} ({report:pct1} that day), reaches its lowest close of {low:usd0} on {low_day:date} and ends at {last:usd0} on {last_day:date}.",
    note="Margin report: {report:pct1} on the day. Analyst meeting on {meeting_day:date}: {meeting:pct1}, and {day_after:pct1} the day after.",
    labels={
        "rose": "rose", "fell": "fell", "under": "under", "over": "over", "before": "Close before the jump: {before:usd0}", "peak": "Record close",
        "report": "Margin report", "low": "Lowest close",
    },
    columns={"date": "Day", "close": "Close, dollars", "high": "High of the day, dollars"},
)  # fmt: skip
