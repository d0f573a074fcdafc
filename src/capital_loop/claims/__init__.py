"""Claims against evidence: intervals, verdict rules, contradictions, and what keeps the record sound."""

from capital_loop.claims.contradictions import Contradiction, contradictions
from capital_loop.claims.rules import MEANING, RULES, SCALE, Assessment, Verdict, assess, verdict_table

__all__ = [
    "MEANING",
    "RULES",
    "SCALE",
    "Assessment",
    "Contradiction",
    "Verdict",
    "assess",
    "contradictions",
    "verdict_table",
]
