"""Chapter oracle-margin: what it computes (``study``) and draws (``charts``)."""
