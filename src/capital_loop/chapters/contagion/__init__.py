"""Chapter contagion: what it computes (``study``) and draws (``charts``)."""
