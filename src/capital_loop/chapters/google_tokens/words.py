"""What a reader sees on the charts and tables of "Google's tokens", as whole templates."""

from capital_loop.show.words import Words

COUNT = Words(
    title="Google's count from {start:date} to {autumn:date}: {factor:times0} as much; the research report's “over {said:int}” rests on a figure {low:int} times too low",
    unit="Trillion tokens a month, all products and APIs, logarithmic scale",
    description="Points for the monthly token counts that Google stated: {each}. A diamond marks the {printed:int} trillion that the research report printed for {printed_month:date}. It implies growth of {implied:times1} instead of about {factor:int}.",
    note="The short bar at each point spans the two months that it may belong to: the month of its announcement and the one before (the first count was stated a year later). The dashed line only joins the points.",
    labels={
        "each": "{tokens:num} trillion ({as_of:date})",
        "large": "{tokens:int}",
        "small": "{tokens:num1}",
        "report": "{printed:int} in the report",
        "google": "Google",
        "research": "The research report",
        "month": "{as_of:date}",
    },
    columns={"month": "Announced", "who": "Who", "tokens": "Trillion tokens a month"},
)
DOUBLING = Words(
    title="Doubling took {first_low:num1} to {first_high:months1} in the first year, {summer_low:num1} to {summer_high:months1} in the stretch before the documents, {since_low:num1} to {since_high:months1} since",
    unit="Months in which the count doubled: the range that rounding and doubtful months leave",
    description="Horizontal bars, one for each stretch between two statements: {each}.",
    note="“Over” is read as less than one more rounding step; each all-surface figure may belong to the month of its announcement or to the month before. The API figures are dated by their announcement alone.",
    labels={
        "each": "{name}: {label} months",
        "name": "{start:date} – {end:date}, {count}",
        "stretch": "{start:date} – {end:date}",
        "range": "{low:num1} to {high:num1}",
        "all": "All products and APIs",
        "api": "Direct API only",
        "axis": "Months to double",
    },
    columns={
        "stretch": "Stretch",
        "count": "Count",
        "low": "Shortest (months)",
        "high": "Longest (months)",
    },
)
SHARE = Words(
    title="The API carried {first_low:num0} to {first_high:pct0} of the tokens in {first:date} and {last_low:num0} to {last_high:pct0} in {last:date}; the rest served Google's own products",
    unit="Trillion tokens a month; the label gives the API's share",
    description="{each}. The rest was Google's own products.",
    note="The API is stated a minute; a month of average length is used. The rest is a difference, not a statement.",
    labels={
        "each": "{as_of:date}: {api:int} trillion of {all:int} trillion tokens came through the direct API, {share:pct0}",
        "month": "{as_of:date}",
        "tip": "API: {share:pct0}",
        "api": "Direct API",
        "own": "Google's own products",
        "axis": "Trillion tokens a month",
    },
    columns={"month": "Month", "part": "Part", "tokens": "Trillion tokens a month"},
)
PRICE = Words(
    title="Tokens times price: the API's would bring {early_low:num1} to {early_high:pct0} of Google Cloud's revenue in the quarter to {early:date}, {late_low:num1} to {late_high:pct0} in the quarter to {late:date}",
    unit="Billion dollars a year, logarithmic scale; bars span the low and the high scenario",
    description="{each}.",
    note="A scenario, not a measurement: the mix of models, discounts and free use are assumptions. Cloud revenue is the quarter times four and holds far more than model use.",
    labels={
        "each": "{month:date}: tokens times price {low} to {high}, central {central}; Google Cloud revenue {cloud} a year",
        "period": "{month:date}",
        "row": "{what}, {month:date}",
        "tokens": "API tokens × price",
        "cloud": "Google Cloud revenue",
        "axis": "Billion dollars a year",
    },
    columns={
        "period": "Quarter to",
        "what": "What",
        "low": "Low ($bn a year)",
        "central": "Central ($bn a year)",
        "high": "High ($bn a year)",
    },
)
CALCULATOR = {
    "title": "What would the API’s tokens bring in?",
    "tokens": "Tokens of the API a month",
    "billed_share": "Part that is billed",
    "paid_share": "Part of the list price that is paid",
    "input_share": "Part of tokens that is input",
    "input_price": "List price of a million input tokens",
    "output_price": "List price of a million output tokens",
    "revenue": "Tokens times price, a year",
    "share": "Part of Google Cloud’s revenue",
}
STRETCHES = {
    "from": "From",
    "to": "To",
    "low": "Shortest doubling time (months)",
    "high": "Longest (months)",
}
READINGS = {
    "reading": "The figure describes",
    "steps": "“Over” reaches up to (steps)",
    "summer": "Summer to autumn against spring",
    "since": "Since then against summer to autumn",
    "whole": "Since then against the first year",
}
READING = {
    "month": "middle of the month of announcement",
    "before": "middle of that month or of the month before",
    "any": "any day of the month of announcement",
    "any_before": "any day of that month or of the month before",
}
