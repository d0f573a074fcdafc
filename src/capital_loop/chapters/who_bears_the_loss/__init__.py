"""Chapter who-bears-the-loss: what it computes (``study``) and draws (``charts``)."""
