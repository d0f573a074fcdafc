"""Chapter triangle: what it computes (``study``) and draws (``charts``)."""
