"""Chapter demand: what it computes (``study``) and draws (``charts``)."""
