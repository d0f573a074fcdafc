"""Chapter amd-warrants: what it computes (``study``) and draws (``charts``)."""
