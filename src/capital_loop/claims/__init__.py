"""Claims against evidence: intervals, verdict rules, contradictions, and what keeps the record sound."""
