"""The words of the chapter "The watchlist"."""

from __future__ import annotations

from capital_loop.show.words import Words

STATE = {
    (True, True): "on the side of strain, deeper", (True, False): "on the side of strain, easing", (True, None): "on the side of strain",
    (False, True): "clear of strain, moving towards it", (False, False): "clear of strain, moving away", (False, None): "clear of strain",
}  # fmt: skip
"""By the side of the newest figure, and by whether the newest step went towards strain."""
SIDE = {"clear": "Clear of strain", "strained": "On the side of strain"}
DUE = ["Next figure", "Indicator", "Which release", "In the record"]
IN_THE_RECORD = {True: "not yet, though due", False: "not due yet"}
UNITS = {
    "USD": (1e9, "USD billion"),
    "percent": (1, "percent"),
    "tokens/month": (1e12, "trillion tokens a month"),
}
"""How large a unit is drawn, and its name on the axis; other units as they are."""

STATES = Words(
    title="{title}",
    unit="Each mark is one published figure, on the side of its threshold on which it lies; earlier ones in hindsight",
    description="One row an indicator, one mark a figure. {rows}.",
    labels={
        "row": "{title}: {state}, {value} ({as_of:date})", "some": "On the side of strain at their newest figures: {names}",
        "none": "No indicator is on the side of strain at its newest figure",
    },
    columns={
        "title": "Indicator", "value": "Newest figure", "as_of": "As of", "threshold": "Threshold", "strain": "Strain is", "state": "State",
    },
)  # fmt: skip
SERIES = Words(
    title="{title}: {value} ({as_of:date}), {state}",
    unit="{axis}; strain is {strain} the threshold. {scope}",
    description="Line with a threshold at {threshold}. {rows}.",
    note="{question} Threshold: {reason} Next figure: {next:date}, {release}.",
    labels={
        "row": "{as_of:date}: {label}", "level": "{value}", "growth": "{value} on the figure before", "threshold": "Threshold {threshold}",
    },
    columns={"as_of": "As of", "shown": "{axis}", "side": "State", "fact_id": "Fact"},
)  # fmt: skip
