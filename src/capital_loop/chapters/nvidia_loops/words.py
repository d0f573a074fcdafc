"""What a reader sees on the charts of "The other Nvidia loops", as whole templates."""

from __future__ import annotations

from capital_loop.show.words import Words

CIRCLE = "Circle"
AXIS = "USD billion"
SUPPORT = Words(
    title="Nvidia has paid {paid:usd0} for shares and stands behind up to {ohio:usd0} of rents in Ohio; what it is bound to pay customers and partners later comes to {least:usd0} to {most:usd0}",
    unit="USD billion by kind; payments, commitments and guarantees are different things",
    description="Bars. {rows}.",
    note="The commitments may overlap, and nobody says by how much: the largest of them is the least they come to, their sum the most. A guarantee costs nothing unless the other side fails.",
    labels={
        "paid": "Paid", "committed": "Bound to pay, later", "guaranteed": "Pays only if others do not",
        "shares": "Shares bought in others so far ({as_of:date})", "ohio": "OpenAI’s leases in Ohio, at most ({as_of:date})",
        "rent-back": "To rent capacity back from AI clouds ({as_of:date})", "cloud": "To rent customers’ cloud services ({as_of:date})",
        "unfunded": "Shares still to be paid ({as_of:date})", "backstop": "To take CoreWeave’s unsold capacity ({as_of:date})",
        "partners": "Guarantees of partners’ leases ({as_of:date})",
        "small": "{usd:usd1}", "large": "{usd:usd0}", "row": "{name}: {label}, {standing}",
    },
    columns={"name": "What", "standing": "Kind", "b": "USD billion"},
)  # fmt: skip
COREWEAVE = Words(
    title="CoreWeave spent {spent:usd1} in a year, {times:int} times what Nvidia had put in by its listing",
    unit="USD billion; money paid, market value and spending are different things",
    description="Bars. {rows}.",
    note="Capital spending is for buildings and equipment of every kind; what part went to Nvidia is not published. The printed value of chips fits a list price for the number of chips in use at the end of the year before.",
    labels={
        "listing": "Nvidia’s money in CoreWeave by the listing", "added": "and added in January of the next year",
        "stake": "Value of the stake on the document’s day", "chips": "Chips “bought to date”, as printed",
        "spending": "CoreWeave’s capital spending in the year", "small": "{usd:usd0}", "large": "{usd:usd1}", "row": "{name}: {label}",
    },
    columns={"name": "What", "b": "USD billion"},
)  # fmt: skip
COUNTS = Words(
    title="Counted by promises the circles are {promised:int}; counted by what moves, {moving:int}",
    unit="Number of circles of parties, by what may come back and by how firm the deals are",
    description="Bars. {rows}.",
    labels={
        "money": "Money only", "value": "Money, shares or guarantees", "ownership": "Tied by shares or a guarantee",
        "promised": "All, promises too", "signed": "Signed or further", "moving": "Money or goods move",
        "circles": "{circles:int}", "name": "{what}: {deals}", "row": "{what}, {deals}: {circles:int}",
    },
    columns={"what": "What may come back", "deals": "Deals counted", "circles": "Circles", "with_nvidia": "through Nvidia", "with_openai": "through OpenAI"},
)  # fmt: skip
RETURNS = Words(
    title="At most {promised:share} of the promised value can be the same money going round, and {paid:share1+} of what was paid in a year",
    unit="USD billion; wide: all amounts, thin: what can go round at most. Sums of several years (promised, signed) and of one year (paid)",
    description="Bars with a thinner bar inside. {rows}.",
    note="Greatest circulation by linear programming, checked by its dual. It takes for granted that everybody passes on all that comes in; the true share is smaller and not known. Pledges of {pledged:usd0} for Stargate, which other deals fill, are left out, and so is the purchase that took the place of Nvidia’s letter where the letter is counted.",
    labels={
        "promised": "Stated amounts, promises too", "signed": "Signed, at present amounts", "paid": "Paid within a year",
        "small": "{share:share1+} of {gross:usd0}", "large": "{share:share1+} of {gross:usd1}",
        "row": "{name}: {total:usd0} can go round, {label}",
    },
    columns={"name": "Amounts", "can": "Can go round, USD billion", "all": "Gross, USD billion", "percent": "Share, %"},
)  # fmt: skip
