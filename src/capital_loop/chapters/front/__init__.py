"""The front page: what it computes (``study``) and draws (``charts``)."""
