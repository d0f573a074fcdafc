"""The script that makes a chart interactive, from the packages that drew it: no download, no other host."""

from __future__ import annotations

import altair as alt
import vl_convert as vlc

SNIPPET = "window.capitalLoopEmbed = vegaEmbed;"


def bundle() -> str:
    """Vega, Vega-Lite and Vega-Embed as one script that sets ``capitalLoopEmbed``."""
    version = ".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])
    return str(vlc.javascript_bundle(SNIPPET, vl_version=version))
