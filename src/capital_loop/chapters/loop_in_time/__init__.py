"""Chapter loop-in-time: what it computes (``study``) and draws (``charts``)."""
