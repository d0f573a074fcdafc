"""What a reader sees on the charts and tables of "The market's answer", as whole templates."""

from capital_loop.show.words import Words

EVENT = "{name}, {day:date}"
JUMPS = Words(
    title="Of {count:int} announcements, {clear:int} moved the share of a party beyond chance, {paid:int} of them the share of the side that is to be paid",
    unit="Abnormal return of the day against the S&P fund, percent; lines: about two standard errors either way",
    description="Dots with lines, one row an announcement, in order of time. Clear of chance: {who}. {each}.",
    note="Beyond chance: a two-sided p under {chance:share} in the market model. With so many announcements one in a hundred is expected by luck.",
    labels={
        "each": "{row}: {value:pct1}",
        "paid": "The side that is to be paid",
        "pays": "The side that is to pay",
        "axis": "Abnormal return of the day, percent",
    },
    columns={
        "row": "Share and day",
        "side_name": "Side",
        "value": "Abnormal return, %",
        "low": "Low, %",
        "high": "High, %",
    },
)
ORACLE_DAY = Words(
    title="Oracle closed {close:pct1} higher than the day before; one reading in the session gives {session:pct1}, and {documents:int} documents print {said:pct0}",
    unit="Rise of the share on {day:date} against the close before, percent",
    description="Bars: {each}. Lines: {lines}.",
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
    title="Trading days until the gain of the day was given back against the market: {kept}",
    unit="Share against the S&P fund since the eve of the announcement, percent",
    description="Lines over trading days. At the end of each: {each}. Gain first given back after, in trading days: {kept}.",
    note="Later news moved the shares as well: the lines show how long the gain stood, not what the announcement alone was worth.",
    labels={
        "each": "{label}",
        "end": "{share} {value:pct0}",
        "kept": "{name} {days:int}",
        "never": "{name} not so far",
        "x": "Trading days since the announcement",
        "y": "Against the market, percent",
    },
    columns={"share": "Share", "day": "Trading day", "value": "Against the market, %"},
)
AMPLIFICATION = Words(
    title="Each promised dollar added {least:num2} to {most:num2} dollars of market value on the day; after a quarter {left:usd0} of {added:usd0} was left",
    unit="USD billion; a promise, a change of market value and money paid are different things",
    description="Three bars for each share. {each}.",
    note="Market value added: abnormal return of the day times the value before. After a quarter: the share against the market over {days:int} trading days times the same value.",
    labels={
        "each": "{share}, {what}: {label}",
        "tip": "{usd:usd0}",
        "amount": "Stated amount of the deal, a promise",
        "day": "Market value added on the day",
        "quarter": "Left of it after a quarter",
        "axis": "USD billion",
    },
    columns={"share": "Share", "what": "What", "value": "USD billion"},
)
EVENTS = {
    "day": "Day",
    "share": "Share",
    "side": "Side",
    "jump": "Abnormal return of the day, %",
    "error": "Standard error, %",
    "p": "p",
    "second": "Against the second index, %",
    "week": "Five days, %",
    "quarter": "Against the market after a quarter, %",
    "kept": "Given back after, trading days",
    "mixed": "Mixed with",
}
SIDE = {True: "is to be paid", False: "is to pay"}
MIXED = {"results": "quarterly results", "": "–"}
NO_CHANCE = "< 0.0001"
GROUPS = {
    "name": "Announcements",
    "count": "Events",
    "mean": "Mean abnormal return, %",
    "low": "Low, %",
    "high": "High, %",
    "error": "Monte Carlo error, %",
    "t": "Cross-sectional t",
    "p": "its p",
    "rank": "Rank t",
    "rank_p": "p of the rank test",
}
GROUP = {
    "all": "All announcements",
    "paid": "The side that is to be paid",
    "pays": "The side that is to pay",
}
