"""What a reader sees on the charts of "Gigawatts, reactors, homes, chips", as whole templates."""

from __future__ import annotations

from capital_loop.show.words import Words

CONVERSIONS = Words(
    title="In {holds:int} of {all:int} conversions the computed range holds the printed figure; {rest}",
    unit="Blue: computed range and centre over what is printed; grey: how the printed figure can be read; dashed: exactly as printed",
    description="Blue ranges with a point over grey ones. {rows}.",
    note="Each computed range spans a choice that the text does not name: nameplate or energy, full or real load, which chip.",
    labels={
        "none": "none is left", "one": "the other meets it only as a round figure", "rounded": "the others meet it only as a round figure", "missed-one": "one misses it even as a round figure",
        "missed": "{missed:int} miss it even as a round figure",
        "axis": "Computed over printed",
        "reactors_equivalent": "{gw:gw} in reactors: {low:int} to {high:int}, printed {printed:int}",
        "homes_equivalent": "{gw:gw} in homes: {low:num1} to {high:num1} million, printed {printed:num1}",
        "gpu_count": "{gw:gw} in chips: {low:num1} to {high:num1} million, printed {printed:num1}",
        "over": "{gw:gw} in chips: {low:num1} to {high:num1} million, printed over {printed:num1}",
    },
    columns={
        "claim": "Claim", "row": "Conversion", "low": "Low over printed", "central": "Central over printed", "high": "High over printed",
        "said_low": "Reading of the print, low", "said_high": "Reading, high",
    },
)  # fmt: skip
POWER = Words(
    title="One chip stands for {low:num1} to {high:num1} kW of a site, by generation and by speaker: a gigawatt is {few:about} chips or {many:about}",
    unit="Kilowatts per accelerator, site power over chips; bands: range of the statement or of the inputs",
    description="Points with bands. {rows}.",
    note="The Ohio count is for equipment power without cooling; the others are for the site or do not say. A stated “over” makes the chip’s share smaller.",
    labels={
        "built": "From the equipment", "stated": "From a stated count", "point": "{central:num2} kW", "row": "{name}: {label}",
        "h100": "H100, from the server outwards", "gb200": "GB200, from the rack outwards", "cowen": "TD Cowen, for Oracle’s sites",
        "barclays": "Barclays", "nvidia": "Nvidia’s chief executive, for ten GW", "ohio": "Nvidia, for the Ohio campus",
        "oracle": "Oracle, handed over in a quarter",
    },
    columns={"name": "By", "how": "How", "low": "Low, kW", "central": "Central, kW", "high": "High, kW", "per_gw": "Chips for one GW"},
)  # fmt: skip
RUNNING = Words(
    title="Of {planned:gw} planned at Oracle’s sites for OpenAI {run:gw2} ran on {when:date}",
    unit="GW; promises, contracts and running sites are different things and overlap, so they are not added",
    description="Bars. {rows}.",
    note="The first three rows count all providers, the last two Oracle’s named sites. The chip deals named {first:year} for their first gigawatts: what runs at Oracle’s sites does not measure them.",
    labels={
        "promise": "Promised or planned", "contract": "Under contract", "runs": "Running or delivered",
        "announced": "All chip deals of the autumn ({as_of:date})", "contracted": "Under contract for OpenAI in the US ({as_of:date})",
        "in-use": "In use by OpenAI, all providers ({as_of:date})", "planned": "Planned at Oracle’s sites ({as_of:date})",
        "delivered": "Running at Oracle’s sites ({as_of:date})", "amount": "{gw:gw}", "axis": "GW", "row": "{name}: {label}, {standing}",
    },
    columns={"name": "What", "as_of": "As of", "standing": "Standing", "gw": "GW"},
)  # fmt: skip
CALCULATOR = {
    "title": "What does a gigawatt cost?",
    "power_kw": "Power of equipment for one GPU, kW", "pue": "Site electricity over equipment electricity",
    "server_cost": "Server, network and storage for one GPU", "server_share": "Their part of the cost of the whole site",
    "gpus": "GPUs in a gigawatt", "cost": "Cost of a gigawatt",
}  # fmt: skip
