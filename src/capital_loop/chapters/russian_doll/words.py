"""The words of the chapter "The Russian doll"."""

from __future__ import annotations

from capital_loop.show.words import Words

STATUS = {
    "found": "On the record", "smaller": "On the record, smaller or later", "untraced": "Nothing traced", "absent": "Against the record",
}  # fmt: skip
"""How an arrow of the document stands."""
LAYERS = ["First layer", "Second layer", "Third layer", "Fourth layer"]
KINDS = {
    "told": "As told, a promise or an estimate",
    "by_day": "Paid by the document’s day",
    "now": "Paid since, or at most",
}
AT_MOST = "at most {n:num1}"
ARROWS = {
    "layer": "Layer", "arrow": "Arrow", "told": "As told, USD billion", "by_day": "Paid by the document’s day", "now": "Paid since, in all",
    "status": "Standing", "claim": "Claim",
}  # fmt: skip
ORIGINS = {"origin": "Origin", "low": "At least", "high": "At most", "share": "At most, % of what was paid"}

DRAWN_LAYERS = Words(
    title="The {count:int} arrows of the doll: {absent:int} against the record, {untraced:int} without a trace, {other:int} smaller or later than told, {stand:int} as told",
    unit="USD billion; told sums are promises or estimates, the others payments; they are not added",
    description="Groups of bars, one group an arrow. {rows}.",
    note="OpenAI to Oracle: the most that can have been used and paid for in a year, since no customer reached a tenth of Oracle’s revenue.",
    labels={
        "row": "{layer}, {arrow}: told {told}, paid by the day {by_day}, in all {now}, {status}",
        "untold": "without a sum", "head": "{layer}: {arrow}", "none": "none found", "paid": "{usd:usd0}", "at most": "at most {usd:usd0}", "axis": "USD billion",
    },
    columns={
        "layer": "Layer", "arrow": "Arrow", "told": "Told, USD billion", "by_day": "Paid by the day", "now": "Paid since, in all", "status": "Standing",
    },
)  # fmt: skip
DRAWN_ORIGINS = Words(
    title="SoftBank’s {paid:usd0} for OpenAI can have come from loans and sold shares; {gulf} from Gulf partners of the fund that bought",
    unit="USD billion: the most that each origin can have given; the least is nothing for each, since money carries no marks",
    description="Bars. {rows}.",
    note="SoftBank also had cash and bonds of its own, so no origin can be called necessary.",
    labels={
        "row": "{origin}: {label}", "most": "at most {high:usd1}", "gulf": "Gulf funds, through the fund that bought",
        "no_gulf": "none: no outside partners", "some_gulf": "some, of unknown size", "none": "nothing of it", "some": "a part perhaps",
        "axis": "USD billion",
    },
    columns={"origin": "Origin", "usd": "At most, USD billion"},
)  # fmt: skip
LOAN_TO_VALUE = Words(
    title="SoftBank’s loan to value {moved} {last:pct1} by {when:date}, {side} its own ceiling of {ceiling:pct0}",
    unit="Net debt over value of holdings, percent, by the company’s own definition",
    description="Bars. {rows}. Ceiling {ceiling:num0} percent.",
    note="The value of holdings includes the stake in OpenAI at the price of the newest round.",
    labels={
        "row": "{as_of:date}: {value:num1} percent", "rose": "rose to", "fell": "fell to", "stayed": "stayed at", "under": "under", "over": "not under",
        "value": "{value:num1}", "ceiling": "own ceiling {ceiling:num0}", "axis": "Percent",
    },
    columns={"as_of": "As of", "value": "Percent"},
)  # fmt: skip
