"""What a reader sees on the charts and tables of "AMD's warrants", as whole templates."""

from capital_loop.show.words import Words

TWO_DAYS = Words(
    title="AMD's share stood {two:pct1} higher after two trading days, not {said:pct}",
    unit="Change of the closing price since the last close before the announcement, percent",
    description="Bars of the change since {start:date}: {each}. A dashed line marks the {said:pct} that the documents give for two days. The highest trade of the first two days stood {high:pct1} above the last close before the news.",
    note="Three days gave {three:pct1}; the highest trade of the first day was {high:pct1} up.",
    labels={
        "each": "to the close of {as_of:date} {rise:pct1}",
        "bar": "{rise:pct1}",
        "said": "said of two days: {said:pct}",
        "axis": "trading days since the last close before the news",
        "percent": "%",
        "one": "one",
        "two": "two",
        "three": "three",
        "five": "five",
        "day": "{as_of:date}",
    },
    columns={"days": "Trading days", "to": "To the close of", "rise": "Rise of the close, %"},
)
PRICE = Words(
    title="AMD first closed above the last target on {first:date}",
    unit="AMD, daily closing price, USD",
    description="Line of AMD's close from {start:date} to {end:date}. It stood at {before:usd} on the last day before the announcement, fell as low as {lowest:usd} afterwards, closed above {target:usd} for the first time on {first:date} and ended at {last:usd}. The closes at or above the target number {above:int}, {months:num0} months after the warrant was issued.",
    note="How the filing measures the price (a close, or a mean over days) is not public.",
    labels={
        "target": "target of the last tranche: {target:usd}",
        "openai": "OpenAI deal",
        "meta": "Meta deal",
        "axis": "USD",
    },
    columns={"date": "Last session of the month", "close": "Close, USD"},
)
VOLATILITY = Words(
    title="More volatility makes the warrant dearer: {low:usd1} to {high:usd1} on the eve of the news",
    unit="Value on the eve of the news, the warrant counted in the price; vertical line: the volatility in use",
    description="Two lines. {each}. Levels: {printed}; {remark}.",
    note="The remark is relayed and may speak of the first gigawatt only; it is set against all of them here. What was printed is shares times the price after the news.",
    labels={
        "each": "at {percent:pct} {expected:usd1}, certain {certain:usd1}",
        "printed": "printed: over {said:usd}",
        "remark": "AMD’s remark: under {bound:usd1}",
        "certain": "all deliveries certain",
        "expected": "with chances of delivery",
        "x": "Volatility a year, percent",
        "y": "USD billion",
    },
    columns={
        "percent": "Volatility, %",
        "certain_b": "Deliveries certain, USD bn",
        "expected_b": "With chances, USD bn",
        "rebate": "Rebate, %",
    },
)
OVER_TIME = Words(
    title="If one close counts, {passed:int} of {targets:int} targets had been passed by {end:date}",
    unit="USD billion at each close; orange diamonds: another assumed target is passed",
    description="Three lines from {start:date} to {end:date}. At the end: shares times price {face:usd1}, all deliveries certain {certain:usd1} or {of_face:share} of that, with chances {expected:usd1}.",
    note="Targets between the first and the last are assumed; a close is taken as enough. Shares vested by the newest report of the record, of {report:date}: {vested:shares}.",
    labels={
        "face": "shares times price",
        "certain": "all deliveries certain",
        "expected": "with chances of delivery",
        "y": "USD billion",
    },
    columns={
        "date": "Last session of the month",
        "face_b": "Shares times price, USD bn",
        "certain_b": "Deliveries certain, USD bn",
        "expected_b": "With chances, USD bn",
        "passed": "Targets passed",
    },
)
FACE = Words(
    title="{after:usd1} of shares on paper, about {full:usd0} once the conditions are priced",
    unit="Value of OpenAI's warrant, USD billion",
    description="Four bars. All shares at the price after the news: {after:usd1}. At the price before it: {before:usd1}. With the price targets of the central plan, all deliveries certain: {sure:usd1} (range {sure_low:usd1} to {sure_high:usd1}). With the chance of each delivery: {full:usd1} (range {full_low:usd1} to {full_high:usd1}).",
    note="Grey: counted. Coloured: our model, with the share as low as the warrant itself makes it. Thin line: nine tenths of {count:int} results with everything that is not public moved at once; their middle is {middle:usd1}.",
    labels={
        "after": "All shares at the price after the news",
        "before": "All shares at the price before the news",
        "sure": "… if only the price targets stand in the way",
        "full": "… and deliveries may not come",
        "end": "{usd:usd1}",
    },
    columns={
        "step": "Step",
        "value": "Value, USD bn",
        "low": "Low, USD bn",
        "high": "High, USD bn",
    },
)
PER_GW = Words(
    title="If one close counts and tranches are equal, the next gigawatt brings {now:usd1} of shares at the last close",
    unit="Value of the shares that each delivered gigawatt brings, USD billion; equal tranches assumed",
    description="For each gigawatt, one to {count:int}: model value on {before:date} between {most:usd1} and {least:usd1}, from {first:usd1} for the first to {last:usd1} for the last; at the close of {end:date} {now:usd1} for the first. A grey band marks AMD's revenue per gigawatt, {paid_low:usd} to {paid_high:usd}.",
    note="Deliveries taken as certain. Blue lines: nine tenths of the results when sizes, targets, volatility, rate and the rules on closes and delivery move within their ranges.",
    labels={
        "day": "value on {before:date}",
        "now": "value at the close of {end:date}",
        "paid": "AMD's revenue per gigawatt: {paid:usd}",
        "x": "gigawatt delivered",
        "y": "USD billion per gigawatt",
    },
    columns={
        "gw": "Gigawatt",
        "day": "Value on the day before the news, USD bn",
        "low": "Low, USD bn",
        "high": "High, USD bn",
        "now": "Value at the last close, USD bn",
    },
)
SENSITIVITY = Words(
    title="One assumption moved alone puts the rebate between {lowest:share} and {highest:share}",
    unit="Value of the warrant over the present value of the purchase expected with it, percent",
    description="Each assumption moved alone from the low to the high end of its range. Central {central:share1}. {each}. The widest is: {widest}. AMD's own figure, as a bank reports it, is below {said:pct}.",
    labels={
        "each": "{name}: {low:pct1} to {high:pct1}",
        "own": "AMD, as a bank reports: below {said:pct}",
        "central": "central {central:share1}",
        "axis": "rebate on the purchase, %",
        "low": "low end of the range",
        "high": "high end of the range",
        "volatility": "Volatility of the share",
        "rate": "Risk-free rate",
        "hurdles": "Price targets between",
        "tilt": "Sizes of the tranches",
        "first_delivery": "First gigawatt, when",
        "pace": "Pace of the others",
        "first_chance": "First gigawatt, chance",
        "next_chance": "Each further one, chance",
        "revenue_per_gw": "AMD revenue per gigawatt",
        "premium": "Discounting of the purchase",
        "correlation": "Deliveries and price rise together",
        "closes": "Mean of closes instead of one",
        "after_delivery": "Targets count after delivery only",
    },
    columns={
        "name": "Assumption",
        "low": "Rebate at its low end, %",
        "high": "Rebate at its high end, %",
    },
)
STAKES = Words(
    title="One warrant is {openai_old:pct1} of the old share count and {openai_new:pct1} of the new; with Meta's it is {both_new:pct1}",
    unit="Warrant shares, all issued, percent",
    description="Bars: {each}.",
    note="Blue is what a holder before the deal would give up if every share were issued.",
    labels={
        "each": "{measure}: {end}",
        "end": "{share:pct1}",
        "openai_old": "OpenAI, over the shares that existed",
        "openai_new": "OpenAI, over the enlarged company",
        "both_old": "OpenAI and Meta, over the shares that existed",
        "both_new": "OpenAI and Meta, over the enlarged company",
    },
    columns={"measure": "Measure", "share": "Share, %"},
)
SHORTS = Words(
    title="Volume on the day of the news: {ratio:times1} the whole short position",
    unit="Shares, million",
    description="Bars: {each}. The short position before the news was {share:pct1} of all shares.",
    note="Orange: shares sold short on a settlement day. Blue and grey: shares traded in a day.",
    labels={
        "each": "{what} {shares:shares} shares",
        "end": "{shares:shares}",
        "short_interest": "{as_of:date}: sold short",
        "trading_volume_mean": "{as_of:date}: traded a day, mean of the sessions before",
        "trading_volume": "{as_of:date}: traded on the day of the news",
    },
    columns={"what": "What", "million": "Shares, million"},
)
TRANCHES = {
    "tranche": "Tranche",
    "shares": "Shares, m",
    "target": "Target, USD",
    "reached": "Reached, %",
    "delivered": "Delivered, %",
    "value": "Value, USD bn",
    "sure": "If delivered, USD bn",
}
RULES = {
    "reading": "Reading of the terms",
    "value": "Value, USD bn",
    "error": "Standard error, USD bn",
    "against": "Against the first, %",
    "all": "All vests, %",
    "none": "Nothing vests, %",
}
READINGS = {
    "any": "Any daily close counts (central)",
    "mean": "The mean of {days:int} closes counts",
    "late": "Only closes after the delivery count",
    "late_uncertain": "The same, dates of delivery uncertain",
    "together": "Deliveries and price rise together",
}
COPIES = {
    "customer": "Customer",
    "day": "Valued at the close of",
    "price": "Price, USD",
    "shares": "Shares, m",
    "face": "Shares times price, USD bn",
    "value": "Value, USD bn",
    "rebate": "Rebate on what is bought, %",
}
VOLATILITIES = {
    "key": "Volatility",
    "day": "As of",
    "volatility": "A year, %",
    "value": "Value, USD bn",
    "rebate": "Rebate, %",
}
SWINGS = {
    "quarter": "Of the quarter before the news",
    "year": "Of the year before the news (in use)",
    "since": "Since the news",
    "last": "Of the year to the last close",
    "implied_before": "In option prices, ninety days",
    "implied_year": "In option prices, almost a year",
}
WHATIF = {
    "title": "What would the warrant be worth?",
    "spot": "Price of the share, warrant counted",
    "volatility": "Volatility a year",
    "years": "Years to expiry",
    "passed": "Price targets already reached",
    "first_chance": "Chance of the first delivery",
    "next_chance": "Chance of each further one",
    "value": "Value of the whole warrant",
    "of_face": "Of shares times price",
}
