"""Chapter bubble-or-growth: what it computes (``study``) and draws (``charts``)."""
