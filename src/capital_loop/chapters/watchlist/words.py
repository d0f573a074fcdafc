"""The words of the chapter "The watchlist"."""

from __future__ import annotations

from capital_loop.show.words import Words

STATE = {
    "strained-towards": "on the side of strain, deeper", "strained-away": "on the side of strain, easing",
    "strained": "on the side of strain",
    "at-towards": "at its threshold, moving towards strain", "at-away": "at its threshold, moving away from strain",
    "at": "at its threshold",
    "clear-towards": "clear of strain, moving towards it", "clear-away": "clear of strain, moving away", "clear": "clear of strain",
}  # fmt: skip
"""By the side of the newest figure, and by whether the newest step went towards strain."""
SIDE = {"clear": "Clear of strain", "at": "At its threshold", "strained": "On the side of strain"}
THEME = {"payment": "payment", "building": "building", "credit": "credit and capital"}
WHERE = {"one": "all of them about {themes}", "several": "about {themes}"}
"""What the strained ones are about: one theme, or several."""
TESTED = {
    "some": "{n} thresholds have been tested by a later figure",
    "none": "No threshold has been tested yet: each was fixed after its newest figure",
}
DUE = ["Next figure", "Indicator", "Which release", "In the record"]
IN_THE_RECORD = {"overdue": "not yet, though due", "later": "not due yet"}
STANDING = ["Indicator", "Newest figure", "As of", "Strain is", "Threshold", "Fixed on", "State"]
REASONS = ["Indicator", "What it counts", "Why this threshold"]
GAPS = ["What is missing", "Expected", "How the day is known", "What was looked for", "Search ends"]
NONE = "none"
FIXED = "{n} on {day}"
UNITS = {
    "USD": "USD billion",
    "USD/year": "USD billion a year",
    "USD/GPU-hour": "USD an hour",
    "percent": "%",
    "percent change": "% on the figure before",
}
"""What the table calls a unit; other units as they are."""
FIGURES = {
    "USD": "{value}; scale in billions",
    "USD/year": "{value}; scale in billions",
    "percent change": "{value} on the figure before",
}
"""How the newest figure is said, by its unit; of other units, as it is."""

SERIES = Words(
    title="{title}",
    unit="Each small chart has its own scale with zero in it; the dashed line is the threshold. {tested}",
    description="A grid of small line charts, one an indicator, each with its threshold. {rows}.",
    note="On the side of strain: {names}. Orange triangles lie there, green dots are clear of it, a purple diamond is at its threshold.",
    labels={
        "row": "{title}: {value} ({as_of:date}), {state}", "some": "{n:int} of {total:int} indicators stand on the side of strain at their newest figures",
        "none": "No indicator stands on the side of strain at its newest figure",
    },
    columns={
        "title": "Indicator", "as_of": "As of", "shown": "Figure", "unit": "Unit", "side": "State", "fact_id": "Fact",
    },
)  # fmt: skip
