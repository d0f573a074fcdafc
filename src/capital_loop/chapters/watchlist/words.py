"""The words of the chapter "The watchlist"."""

from __future__ import annotations

from capital_loop.show.words import Words

STATE = {
    ("strained", True): "on the side of strain, deeper", ("strained", False): "on the side of strain, easing",
    ("strained", None): "on the side of strain",
    ("at", True): "at its threshold, moving towards strain", ("at", False): "at its threshold, moving away from strain",
    ("at", None): "at its threshold",
    ("clear", True): "clear of strain, moving towards it", ("clear", False): "clear of strain, moving away", ("clear", None): "clear of strain",
}  # fmt: skip
"""By the side of the newest figure, and by whether the newest step went towards strain."""
SIDE = {"clear": "Clear of strain", "at": "At its threshold", "strained": "On the side of strain"}
THEME = {"payment": "payment", "building": "building", "credit": "credit and capital"}
WHERE = {1: "all of them about {themes}", 2: "about {themes}"}
"""What the strained ones are about: one theme, or several."""
TESTED = {
    True: "{n} thresholds have been tested by a later figure",
    False: "No threshold has been tested yet, because each was fixed after the time of its newest figure",
}
DUE = ["Next figure", "Indicator", "Which release", "In the record"]
IN_THE_RECORD = {True: "not yet, though due", False: "not due yet"}
STANDING = ["Indicator", "Newest figure", "As of", "Strain is", "Threshold", "Fixed on", "State"]
REASONS = ["Indicator", "What it counts", "Why this threshold"]
GAPS = ["What is missing", "Expected", "How the day is known", "What was looked for", "Search ends"]
NONE = "none"
FIXED = "{n} on {day}"
PLAIN, IN_BILLIONS = "{value}", "{value}; scale in billions"
UNITS = {
    "USD": (1e9, "USD billion", IN_BILLIONS),
    "USD/year": (1e9, "USD billion a year", IN_BILLIONS),
    "USD/GPU-hour": (1, "USD an hour", PLAIN),
    "percent": (1, "%", PLAIN),
    "percent change": (1, "% on the figure before", "{value} on the figure before"),
    "basis points": (1, "basis points", PLAIN),
    "GW": (1, "GW", PLAIN),
}
"""How large a unit is drawn, its name in the table, and how the newest figure is said; other units as they are."""

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
