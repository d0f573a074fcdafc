"""Chapter score: what it computes (``study``) and draws (``charts``)."""
