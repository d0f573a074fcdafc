"""What a reader sees on the charts and tables of "The market's answer", as whole templates."""

from capital_loop.show.words import Words

EVENT = "{name}, {day:date}"
JUMPS = Words(
    title="Of {count:int} share reactions on {days:int} days, {clear:int} stand clear of what ordinary days bring",
    unit="Abnormal return of the day against the S&P fund, percent; lines: what nineteen of twenty ordinary days stay within",
    description="Dots with lines, one row a share and day, the largest first. Clear of chance: {who}. {each}.",
    note="Clear: fewer than {chance:share} of {placebos:int} days without news were as large, measured in each share’s own swings. Luck alone would give {luck:num1} of {count:int}, by groups of such days with as many of each share.",
    labels={
        "each": "{row}: {value:pct1}",
        "seller": "Only sells",
        "both": "Sells and gives money or shares",
        "other": "Buys or gives money",
        "axis": "Abnormal return of the day, percent",
    },
    columns={
        "row": "Share and day",
        "side_name": "Part in the deal",
        "value": "Abnormal return, %",
        "low": "Low, %",
        "high": "High, %",
    },
)
ORACLE_DAY = Words(
    title="Oracle closed {close:pct1} higher; {documents:int} documents print {said:pct0}, a price of the session",
    unit="Rise of the share on {day:date} against the close before, percent",
    description="Bars: {each}. Lines: {lines}.",
    note="One reading in the session gives {session:pct1}.",
    labels={
        "each": "{row} {label}",
        "evening": "After hours, the evening before",
        "highest": "Highest trade of the day",
        "session": "One reading in the session",
        "close": "Close",
        "tip": "{value:pct1}",
        "line": "{documents:int} documents: {value:pct0}",
        "axis": "Rise against the close before, percent",
    },
    columns={"row": "Reading", "value": "Rise, %"},
)
PATHS = Words(
    title="{back:int} of {all:int} shares gave the gain of their day back against the market, at least for a time",
    unit="Share against the S&P fund since the eve of the announcement, percent; each share on its own scale",
    description="Small charts of lines over trading days. At the end of each: {each}. Gain first given back after, in trading days: {kept}.",
    note="Later news moved the shares as well: the lines show how long the gain stood, not what the announcement alone was worth.",
    labels={
        "each": "{label}",
        "end": "{share} {value:pct0}",
        "kept": "{name}: given back after {days:int} trading days",
        "never": "{name}: not given back so far",
        "x": "Trading days",
        "y": "percent",
    },
    columns={"share": "Share", "day": "Trading day", "value": "Against the market, %"},
)
AMPLIFICATION = Words(
    title="A dollar of estimated sales went with {least:num2} to {most:num2} dollars of market value on the day",
    unit="USD billion; estimated sales, a change of market value and money paid are different things",
    description="Two bars for each share. {each}.",
    note="Sales: what the seller would take under the deal, by figures public within the week. {missing} is left out: the one estimate held came later. Market value added: abnormal return of the day times the value before. The days are those that the documents tell of, so the ratio is not that of an ordinary announcement.",
    labels={
        "each": "{share}, {what}: {label}",
        "tip": "{usd:usd0}",
        "amount": "Sales that the deal was said to bring",
        "day": "Market value added on the day",
        "axis": "USD billion",
    },
    columns={"share": "Share", "what": "What", "value": "USD billion"},
)
EVENTS = {
    "day": "Day",
    "share": "Share",
    "side": "Part",
    "jump": "Abnormal, %",
    "error": "Error, %",
    "p": "p of the model",
    "chance": "p by ordinary days",
    "second": "Second index, %",
    "week": "Five days, %",
    "kept": "Given back after",
    "mixed": "Other news",
}
SIDE = {"seller": "sells", "both": "sells and gives", "other": "buys or gives"}
MIXED = {"results": "results", "": "–"}
WITHOUT_NEWS = {"share": "Share", "days": "Days left out", "count": "Days without news"}
NO_CHANCE = "< 0.0001"
GROUPS = {
    "name": "Shares",
    "count": "Number",
    "mean": "Mean, %",
    "low": "Low, %",
    "high": "High, %",
    "rest": "Mean without the clear days, %",
    "bmp": "p, scaled test",
    "rank": "p, rank test",
    "bootstrap": "p, bootstrap",
}
GROUP = {
    "all": "All",
    "seller": "Sellers",
    "both": "Sellers that also give",
    "other": "Buyers and givers",
}
TESTS = {
    "name": "Test",
    "p": "p of the test",
    "placebo": "p by groups of ordinary days",
    "size": "Rejects ordinary days at 5 %, %",
}
TEST = {
    "bmp": "Scaled test (Boehmer and others)",
    "rank": "Rank test (Corrado)",
    "bootstrap": "Studentised bootstrap",
}
RAISED = {
    "party": "Company",
    "announcements": "Days of trade news",
    "followed": "Followed by money within {soon:int} days",
    "of_days": "The same of all days, %",
}
