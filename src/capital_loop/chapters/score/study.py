"""The chapter "The score": the ledger counted by document, theme and kind, and what the counts can say."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from capital_loop.claims.rules import SCALE, verdict_table
from capital_loop.models.score import Share, compare, share
from capital_loop.record.tables import Record, Source

HELD = ("supported", "supported_imprecise")
FAILED = ("outdated", "contradicted")
RATED = HELD + FAILED
LESSON = {
    "right_not_obvious": "Right, and not obvious on the day",
    "wrong_that_mattered": "Wrong, and it mattered",
    "unknowable": "Nobody could have known",
}
ASSERTION = {
    "stated": "Stated outright",
    "attributed": "Attributed to somebody",
    "hedged": "Hedged (may, perhaps, reportedly)",
}
QUALIFIER = {
    "exact": "A plain figure",
    "about": "About, nearly, a range",
    "over": "Over, at least, up to",
}
_QUALIFIER_OF = {
    "exact": "exact", "about": "about", "nearly": "about", "range": "about", "over": "over", "at_least": "over", "at_most": "over",
}  # fmt: skip


@dataclass(frozen=True)
class Score:
    """What the score's page shows.

    ``ledger`` is the table of claims with both verdicts. ``documents``, ``chapters`` and ``kinds`` are
    counts in long form (group, when, verdict, claims). ``moves`` counts on-the-day against present
    verdicts. ``shares`` gives the held share of the rated claims by document, ``assertion`` and
    ``qualifier`` by how the claim is put (figures only for the latter). ``hedging`` is Fisher's p that
    claims stated outright hold as often as the others. ``forecasts`` are the claims about the future
    and what became of them; ``lessons`` the chosen ones.
    """

    ledger: pd.DataFrame
    documents: pd.DataFrame
    chapters: pd.DataFrame
    kinds: pd.DataFrame
    moves: pd.DataFrame
    total: Share
    total_on_day: Share
    shares: dict[str, Share]
    assertion: dict[str, Share]
    qualifier: dict[str, Share]
    hedging: float
    hedged: int
    forecasts: pd.DataFrame
    lessons: pd.DataFrame
    editorial: int
    sources: tuple[Source, ...]

    def count(self, verdict: str, when: str = "now") -> int:
        """Claims with a verdict, ``now`` or ``on_day``."""
        return int((self.ledger[when] == verdict).sum())


def study(record: Record) -> Score:
    """The whole page's figures from the ledger."""
    ledger = verdict_table(record)
    rated = ledger[ledger["now"].isin(RATED)]
    figures = rated[rated["qualifier"].isin(_QUALIFIER_OF) & ~rated["unit"].isin(["boolean", "date"])]
    how = figures["qualifier"].map(_QUALIFIER_OF)
    assertion = {k: _share(rated[rated["assertion"] == k]) for k in ASSERTION}
    forecasts = ledger[ledger["tense"] == "forecast"].sort_values(["due", "claim_id"])
    lessons = record.lessons.merge(ledger, on="claim_id", validate="one_to_one")
    return Score(
        ledger=ledger,
        documents=_counts(ledger, "document_id"),
        chapters=_counts(ledger, "chapter"),
        kinds=_counts(ledger, "kind"),
        moves=ledger.groupby(["on_day", "now"]).size().rename("claims").reset_index(),
        total=_share(rated),
        total_on_day=_share(ledger[ledger["on_day"].isin(RATED)], "on_day"),
        shares={d: _share(rated[rated["document_id"] == d]) for d in record.documents["document_id"]},
        assertion=assertion,
        qualifier={k: _share(figures[how == k]) for k in QUALIFIER},
        hedging=compare(assertion["stated"], _share(rated[rated["assertion"] != "stated"])),
        hedged=int((ledger["assertion"] == "hedged").sum()),
        forecasts=forecasts,
        lessons=lessons,
        editorial=int(ledger["editorial"].sum()),
        sources=tuple(
            Source(d.document_id, d.title, d.publisher, f"{d.day:%Y-%m-%d}", "", "press", "", "whole")
            for d in record.documents.itertuples()
        ),
    )


def _share(rated: pd.DataFrame, when: str = "now") -> Share:
    return share(int(rated[when].isin(HELD).sum()), len(rated))


def _counts(ledger: pd.DataFrame, by: str) -> pd.DataFrame:
    parts = [
        ledger.groupby([by, when]).size().rename("claims").reset_index().rename(columns={by: "group", when: "verdict"}).assign(when=when)
        for when in ("on_day", "now")
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def forecasts_table(score: Score, judged: bool) -> pd.DataFrame:
    """Forecasts and conditions: those with a verdict, or those still open, in the order they fall due."""
    frame = score.forecasts[(score.forecasts["now"] != "open") == judged]
    due = frame["due"].dt.strftime("%Y-%m-%d").where(frame["due"].dt.year < 9999, "open-ended")
    return pd.DataFrame({
        "Claim": frame["claim_id"], "What was expected, in our words": frame["paraphrase"], "Due": due,
        "Now": frame["now"].map(SCALE), "Why": frame["because"],
    })  # fmt: skip


def lessons_table(score: Score, lesson: str) -> pd.DataFrame:
    """The claims of one lesson, with the reason for the choice."""
    frame = score.lessons[score.lessons["lesson"] == lesson]
    return pd.DataFrame({
        "Claim": frame["claim_id"], "Document": frame["document_id"], "What it says, in our words": frame["paraphrase"],
        "On its day": frame["on_day"].map(SCALE), "Now": frame["now"].map(SCALE), "Why it stands here": frame["reasons"],
    })  # fmt: skip


def share_table(shares: dict[str, Share], names: dict[str, str], head: str) -> pd.DataFrame:
    """Groups with their held shares and intervals, in percent."""
    return pd.DataFrame([
        {head: names.get(k, k), "Rated claims": s.rated, "Held": s.held, "Share that held, %": 100 * s.value,
         "Low, %": 100 * s.low, "High, %": 100 * s.high}
        for k, s in shares.items()
    ])  # fmt: skip
