"""Chapter revenue-promises: what it computes (``study``) and draws (``charts``)."""
