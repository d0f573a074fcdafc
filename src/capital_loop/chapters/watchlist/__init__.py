"""Chapter watchlist: what it computes (``study``) and draws (``charts``)."""
