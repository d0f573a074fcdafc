"""Chapter market-answer: what it computes (``study``) and draws (``charts``)."""
