"""Chapter who-owes-whom: what it computes (``study``) and draws (``charts``)."""
