"""Chapter nvidia-loops: what it computes (``study``) and draws (``charts``)."""
