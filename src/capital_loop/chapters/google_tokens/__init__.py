"""Chapter google-tokens: what it computes (``study``) and draws (``charts``)."""
