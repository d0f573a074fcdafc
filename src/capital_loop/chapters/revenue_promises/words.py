"""What a reader sees on the charts of "Revenue against promises", as whole templates."""

from __future__ import annotations

from capital_loop.show.words import Words

TRILLION = Words(
    title=(
        "Of the {stated:usd0} of {when:date}, {signed_then:usd0} were contracts and {letter:usd0} a letter of intent; "
        "a year on, contracts of {signed_now:usd0} are published and at most {used:usd0} of a year’s use is known"
    ),
    unit="Billions of dollars, the same scale in each panel; each panel is another kind of money and they are not added",
    description="Three panels by supplier. The newspaper’s sum: {tally}. Published contracts: {signed}. Used in one year, at most: {used_rows}.",
    note=(
        "The newspaper’s sum prices gigawatts over about a decade; its parts as printed add up to {printed:usd2}, several of them worded as up to. "
        "Contracts run over different terms and are ceilings in part; those of {later} came after {when:date}. "
        "Use is Microsoft’s revenue from OpenAI and the most that Oracle can have earned, each in its last fiscal year."
    ),
    labels={
        "tally": "The newspaper’s sum", "signed": "Published contracts", "used": "Used in one year, at most",
        "no tally": "not counted", "no signed": "no contract sum", "no used": "not published",
        "exact": "{value:usd0}", "at most": "≤ {value:usd0}", "row": "{who} {label}",
    },
    columns={
        "who": "Supplier", "tally": "In the newspaper’s sum, dollars", "signed": "Published contracts, dollars",
        "used": "Used in one year, at most, dollars", "kind": "Kind of the promise",
    },
)  # fmt: skip
PROMISE = {
    "nvidia": "letter of intent, replaced",
    "amd": "one of six gigawatts binding, no price",
    "oracle": "signed, as reported",
    "coreweave": "binding, up to",
    "microsoft": "binding",
    "amazon": "signed",
    "cerebras": "binding, at least",
}
"""What kind of promise each supplier has, by key of the tally."""
KINDS = Words(
    title="OpenAI booked {booked:usd1} in {year} and left the year at a rate of {rate}; by {newest:date} the rate was {now}",
    unit="Revenue in billions of dollars a year, by kind of statement",
    description="Run rates: {rates}. Booked, at a yearly rate: {parts}. Documents: {said}.",
    note=(
        "A run rate says what a year would bring if each month were like the last; it leads the booked year while revenue grows. "
        "Whether Microsoft’s share is taken off is not said in each case."
    ),
    labels={
        "run_rate": "A month times twelve, as stated", "year": "Booked in a whole year",
        "part": "Booked in a half-year or quarter, at a yearly rate", "document": "In the documents",
        "over": "over {value:usd0}", "stated": "{value:usd0}", "amount": "{value:usd0}", "claim": "{source}: {value:usd0}",
        "rate": "{as_of:date} {value:usd1}", "booked": "{start:date} to {end:date} {value:usd1}",
    },
    columns={"what": "Kind", "source": "Fact or claim", "start": "From", "end": "To", "billions": "Billions of dollars a year"},
)  # fmt: skip
PLANS = Words(
    title="{moved}; {year} came in at {came:usd1}, {against} its first plan of {first:usd1}",
    unit="Planned revenue in billions of dollars a year, by the time of the plan; green diamonds: revenue booked; logarithmic scale",
    description="{plans}. Booked: {booked}.",
    note="The lines join the years that became known; between them nothing was published. The accounts come from the press.",
    labels={
        "rose": "OpenAI’s plans rose with each telling, from {a:usd0} for {a_year} to {b:usd0} for {b_year}",
        "moved": "OpenAI’s plans went from {a:usd0} for {a_year} to {b:usd0} for {b_year}, not always upwards",
        "above": "above", "below": "below", "line": "{vintage}: {value:usd0} for {year:year}", "plan": "{vintage}: {years}",
        "point": "{value:usd0} for {year:year}", "amount": "{value:usd1}", "booked": "{value:usd1} in {year:year}",
    },
    columns={"vintage": "Plan of", "year": "For the year", "billions": "Billions of dollars"},
)  # fmt: skip
VALUATIONS = Words(
    title="OpenAI was priced at {first:usd0} in {when:date}, {late:years0} later than the {early:usd0} of one document; {steps}",
    unit="Valuation in billions of dollars, logarithmic scale; orange diamonds: the list of one document",
    description="Prices: {prices}. The document’s list: {listed}.",
    note="Rounds after the money, and sales of existing shares, which bring the company nothing. The prices of {sales} are such sales.",
    labels={
        "hold": "the later steps of its list hold or come close", "fail": "not all later steps of its list hold",
        "price": "{as_of:date} {price:usd0}", "amount": "{price:usd0}", "listed": "{year} {claim}: {value:usd0}",
        "claim": "{claim}: {value:usd0}", "record": "Record", "document": "Document",
    },
    columns={"as_of": "When", "billions": "Billions of dollars", "what": "From"},
)  # fmt: skip
RETURN = Words(
    title=(
        "If the plan of its time is met, the price of {first:date} leaves {first_left:share} a year, that of {day:date} {day_left:share} "
        "and that of {last:date} {last_left:share}"
    ),
    unit="Yearly return to a buyer at each price, percent; pale bars: every combination of the assumptions’ ranges",
    description="{rows}. Long-run return of American shares: {shares:pct1}; asked in the model: {asked:share}.",
    note=(
        "Central case: {margin:share} of revenue as net profit, {multiple:num1} times earnings, {dilution:share} new shares a year. "
        "Shares: their long-run yearly return. Asked: the rate for a venture that succeeds."
    ),
    labels={
        "name": "{price:usd0}, {month:date}", "left": "{returned:share}", "shares": "Shares", "asked": "Asked",
        "row": "{name}: {label}, range {returned_low:share} to {returned_high:share}",
    },
    columns={
        "name": "Price", "plan": "Revenue planned, dollars a year", "years": "Years to it", "central": "Return a year, percent",
        "low": "Low", "high": "High",
    },
)  # fmt: skip
NEEDED = Words(
    title=(
        "At {price:usd0} a buyer who asks {rate:share} a year needs about {needed:usd0} of revenue in {year}, against a plan of {plan:usd0}; "
        "{what} moves this most, from {least:usd0} to {most:usd0}"
    ),
    unit="Revenue needed in {year}, billions of dollars a year, with one assumption at a time at the ends of its range",
    description="Centre {needed:usd0}, plan {plan:usd0}. {rows}.",
    note=(
        "All five at their worst or best ends together give {low:usd0} to {high:usd0}: "
        "the price alone says little about what buyers believe."
    ),
    labels={
        "rate": "the return asked", "dilution": "the part that new shares take", "margin": "the net profit margin",
        "multiple": "the price over earnings", "growth": "the growth after the plan", "share": "{value:share}", "ratio": "{value:num1}",
        "plan": "Plan {value:usd0}", "needed": "Needed {value:usd0}",
        "row": "{title}: {revenue_low:usd0} at {low_said}, {revenue_high:usd0} at {high_said}",
    },
    columns={
        "title": "Assumption", "low_said": "Low end", "high_said": "High end",
        "low_billions": "Revenue needed at the low end, billions", "high_billions": "Revenue needed at the high end, billions",
    },
)  # fmt: skip
ASSUMPTIONS = {"id": "Id", "title": "Input", "central": "Central", "low": "Low", "high": "High", "unit": "Unit", "why": "Why"}  # fmt: skip
MONEY = {"who": "Who", "promised": "Promised, $bn", "paid": "Stated as paid, $bn"}
ALL_OF_THESE = "All of these"
PRICES = {
    "when": "When", "price": "Price, $bn", "revenue_now": "Revenue then, $bn", "multiple_of_revenue": "Price over revenue",
    "needed": "Revenue needed, $bn", "needed_low": "Low", "needed_high": "High", "plan": "Plan for it, $bn",
    "growth": "Growth a year to it, %",
}  # fmt: skip
TWENTY = {
    "basis": "Revenue meant",
    "revenue": "Billions of dollars a year",
    "years": "Years of earnings in the price",
}
GROWTH = {
    "title": "What growth does a price take for granted?",
    "price": "Price of the company", "margin": "Margin at the horizon", "multiple": "Price over earnings then",
    "rate": "Return that buyers ask", "dilution": "New shares a year", "years": "Years to the horizon",
    "needed": "Revenue needed at the horizon", "growth": "Growth a year from the revenue of the day",
}  # fmt: skip
"""The calculator."""
