"""Chapter leverage: what it computes (``study``) and draws (``charts``)."""
