"""The script that makes a chart interactive, from the packages that drew it: no download, no other host."""

from __future__ import annotations

import altair as alt
import vl_convert as vlc

SNIPPET = "window.capitalLoopEmbed = vegaEmbed;"
BANNER = """/*! Vega {vega}, Vega-Lite {lite}, Vega-Embed {embed} with vega-interpreter and vega-tooltip,
Copyright (c) 2015-2023 University of Washington Interactive Data Lab, BSD-3-Clause, and the D3 modules they use,
Copyright 2010-2023 Mike Bostock, ISC. Redistribution and use, with or without modification, are permitted if this
notice and the disclaimer are kept and the names of the holders are not used to endorse derived products without
permission. THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS", WITHOUT WARRANTY OF ANY KIND;
IN NO EVENT ARE THEY LIABLE FOR DAMAGES ARISING FROM ITS USE. Full texts: https://github.com/vega/vega/blob/main/LICENSE,
https://github.com/d3/d3/blob/main/LICENSE. */
"""
"""What the script holds, of which version, under which licences."""


def bundle() -> str:
    """Vega, Vega-Lite and Vega-Embed as one script that sets ``capitalLoopEmbed``.

    Vega-Embed brings Vega's interpreter for expressions, which a chart asks for with ``ast: true``.
    """
    version = ".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])
    banner = BANNER.format(vega=vlc.get_vega_version(), lite=version, embed=vlc.get_vega_embed_version())
    return banner + str(vlc.javascript_bundle(SNIPPET, vl_version=version))
