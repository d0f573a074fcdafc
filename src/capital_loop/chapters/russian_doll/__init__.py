"""Chapter russian-doll: what it computes (``study``) and draws (``charts``)."""
