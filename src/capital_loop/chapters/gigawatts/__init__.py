"""Chapter gigawatts: what it computes (``study``) and draws (``charts``)."""
