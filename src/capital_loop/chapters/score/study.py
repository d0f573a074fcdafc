"""The chapter "The score": the ledger counted by document, theme and kind, and what the counts can say."""

from __future__ import annotations

from typing import ClassVar

import pandas as pd

from capital_loop.chapters import study
from capital_loop.chapters.study import part
from capital_loop.claims.readings import EDITOR, Agreement, agreement, differ, in_degree
from capital_loop.claims.rules import ENDED, FAILED, HELD, RATED, SCALE, assess, verdict_table
from capital_loop.claims.sources import weak_alone
from capital_loop.models.score import Share, compare, share
from capital_loop.record.rows import DocumentRow, ReadingRow
from capital_loop.record.tables import Record, Source
from capital_loop.record.trace import Reading, note, unread
from capital_loop.show.words import SETTLED, fill, headed, read_words

words = read_words(__file__)
KIND = words.table("kind")

BAND_OF = {v: v if v in RATED else "unrated" for v in SCALE}
"""The bands of the charts: verdicts that rate nothing are put together."""
_QUALIFIER_OF = {
    "exact": "exact", **dict.fromkeys(("about", "nearly", "range"), "about"),
    **dict.fromkeys(("over", "at_least", "at_most"), "over"),
}  # fmt: skip


def documents_read(record: Record) -> dict[str, Source]:
    """The documents as sources, by id: what a figure that counts claims rests on."""
    return {
        d.document_id: Source(
            d.document_id, d.title, d.publisher, f"{d.day:%Y-%m-%d}", "", "press", "", "whole"
        )
        for d in record.rows(DocumentRow)
    }


class Study(study.Study):
    """What the score's page shows; counts carry the facts that decided the claims they count."""

    chapter = "score"
    whens: ClassVar = ("on_day", "now")

    @part
    def ledger(self) -> pd.DataFrame:
        """The table of claims with both verdicts; the documents are its sources."""
        note(Reading(sources=documents_read(self.record)))
        with unread():
            ledger = verdict_table(self.record)
            weak = {c: weak_alone(self.record, ids) for c, ids in self.deciding["now"].items()}
        return ledger.assign(weak=ledger["claim_id"].map(weak))

    @part
    def deciding(self) -> dict[str, dict[str, tuple[str, ...]]]:
        """For each of the two times, the facts that decided each claim."""
        found = assess(self.record)
        return {when: {c: getattr(a, when).basis for c, a in found.items()} for when in self.whens}

    def decided(self, frame: pd.DataFrame, *whens: str) -> pd.DataFrame:
        """The rows of the ledger as they are; what decided them counts as read."""
        for when in whens:
            for claim in frame["claim_id"]:
                for fact_id in self.deciding[when][claim]:
                    self.record.fact(fact_id)
        return frame

    def count(self, verdict: str, when: str = "now") -> int:
        """Claims with a verdict, ``now`` or ``on_day``."""
        return int((self.ledger[when] == verdict).sum())

    @part
    def rated(self) -> pd.DataFrame:
        """The claims that are rated now."""
        return self.decided(self.ledger[self.ledger["now"].isin(RATED)], "now")

    @part
    def documents(self) -> pd.DataFrame:
        """Claims by document, time and verdict: ``group``, ``when``, ``verdict``, ``claims``."""
        return _counts(self.decided(self.ledger, *self.whens), "document_id", self.whens)

    @part
    def chapters(self) -> pd.DataFrame:
        """Claims by chapter and present verdict, as ``documents``."""
        return _counts(self.decided(self.ledger, "now"), "chapter", ("now",))

    @part
    def kinds(self) -> pd.DataFrame:
        """Claims by kind and present verdict, as ``documents``."""
        return _counts(self.decided(self.ledger, "now"), "kind", ("now",))

    @part
    def causes(self) -> tuple[int, int]:
        """How many of the causes that the documents give are supported now, and how many they give."""
        mine = self.decided(self.ledger[self.ledger["kind"] == "causal"], "now")
        return int((mine["now"] == "supported").sum()), len(mine)

    @part
    def cause_verdicts(self) -> dict[str, int]:
        """How many of the causes have each verdict now."""
        mine = self.ledger[self.ledger["kind"] == "causal"]
        return {str(k): int(n) for k, n in mine["now"].value_counts().items()}

    @part
    def second(self) -> tuple[Share, Share]:
        """The share supported outright, and the share that holds, by the second reader alone."""
        given = [r.now for r in self.record.rows(ReadingRow) if r.now in RATED]
        held = sum(v in HELD for v in given)
        return share(given.count("supported"), len(given)), share(held, len(given))

    @part
    def failed(self) -> pd.Series:
        """Claims by chapter that are contradicted or outdated now, most first."""
        frame = self.decided(self.ledger[self.ledger["now"].isin(FAILED)], "now")
        return frame.groupby("chapter").size().sort_values(ascending=False, kind="stable")

    @part
    def moves(self) -> pd.DataFrame:
        """Claims by verdict on the day and now: ``on_day``, ``now``, ``claims``."""
        frame = self.decided(self.ledger, *self.whens)
        return frame.groupby(["on_day", "now"]).size().rename("claims").reset_index()

    @part
    def moved(self) -> int:
        """Claims whose verdict differs between the day and now."""
        return int((self.ledger["on_day"] != self.ledger["now"]).sum())

    @part
    def moved_so_far(self) -> int:
        """Those of them that are forecasts, answered only so far."""
        return int(self.ledger.loc[self.ledger["on_day"] != self.ledger["now"], "so_far"].sum())

    @part
    def ended(self) -> int:
        """Claims that rest on a plan which has been cut back, replaced or dropped."""
        return int(self.ledger["rule_now"].isin(set(ENDED.values())).sum())

    @part
    def total(self) -> Share:
        """The share that holds of the claims rated now."""
        return _share(self.rated)

    @part
    def total_on_day(self) -> Share:
        """The share that held of the claims rated on their days."""
        return _share(self.decided(self.ledger[self.ledger["on_day"].isin(RATED)], "on_day"), "on_day")

    @part
    def shares(self) -> dict[str, Share]:
        """The held share by document."""
        rated = self.rated
        return {d: _share(rated[rated["document_id"] == d]) for d in self.record.documents["document_id"]}

    @part
    def then_and_now(self) -> dict[tuple[str, str], Share]:
        """The held share by document and time, each of the claims rated at that time."""
        rated = {w: self.decided(self.ledger[self.ledger[w].isin(RATED)], w) for w in self.whens}
        return {
            (str(d), w): _share(f[f["document_id"] == d], w)
            for d in self.record.documents["document_id"]
            for w, f in rated.items()
        }

    @part
    def apart(self) -> tuple[str, str] | None:
        """The documents with the largest and the smallest share, where their intervals share no value."""
        best = max(self.shares, key=lambda d: self.shares[d].value)
        worst = min(self.shares, key=lambda d: self.shares[d].value)
        return (best, worst) if self.shares[best].low > self.shares[worst].high else None

    @part
    def span(self) -> tuple[float, float]:
        """The smallest and the largest held share of a document."""
        values = [s.value for s in self.shares.values()]
        return min(values), max(values)

    @part
    def order(self) -> str:
        """What the shares say about the order of the documents, in words."""
        best, worst = self.apart or ("", "")
        return fill(words.table("order")["apart" if self.apart else "together"], best=best, worst=worst)

    @part
    def readings(self) -> dict[str, tuple[Share, Share]]:
        """The share supported outright, and the share that holds at all, by which claims are counted."""
        rated = self.rated
        kept = {
            "all": rated,
            "over": rated[~rated["so_far"]],
            "measured": rated[~rated["editorial"]],
            "sourced": rated[~rated["weak"]],
            "firm": rated[~(rated["editorial"] | rated["weak"] | rated["so_far"])],
        }
        return {k: (share(int((f["now"] == "supported").sum()), len(f)), _share(f)) for k, f in kept.items()}

    @part
    def assertion(self) -> dict[str, Share]:
        """The held share by how a claim is said."""
        return {k: _share(self.rated[self.rated["assertion"] == k]) for k in words.table("assertion")}

    @part
    def qualifier(self) -> dict[str, Share]:
        """The held share of figures by how the figure is put."""
        rated = self.rated
        figures = rated[rated["qualifier"].isin(_QUALIFIER_OF) & ~rated["unit"].isin(["boolean", "date"])]
        how = figures["qualifier"].map(_QUALIFIER_OF)
        return {k: _share(figures[how == k]) for k in words.table("qualifier")}

    @part
    def hedging(self) -> float:
        """Fisher's p that claims stated outright hold as often as the others."""
        return compare(self.assertion["stated"], _share(self.rated[self.rated["assertion"] != "stated"]))

    @part
    def hedged(self) -> int:
        """Claims put with reserve."""
        return int((self.ledger["assertion"] == "hedged").sum())

    @part
    def forecasts(self) -> pd.DataFrame:
        """The claims about the future, in the order they fall due."""
        return self.ledger[self.ledger["tense"] == "forecast"].sort_values(["due", "claim_id"])

    @part
    def lessons(self) -> pd.DataFrame:
        """The chosen claims with the reason for the choice."""
        return self.record.lessons.merge(self.ledger, on="claim_id", validate="one_to_one")

    @part
    def agreement(self) -> dict[str, dict[str, Agreement]]:
        """How far the readings agree, by group of claims (those of the page, then each kind) and date."""
        kind = dict(zip(self.record.claims["claim_id"], self.record.claims["kind"], strict=True))
        rows = self.record.rows(ReadingRow)
        weighed = [r for r in rows if kind[r.claim_id] != "judgement"]
        out: dict[str, dict[str, Agreement]] = {}
        for when in self.whens:
            editor = [r for r in weighed if getattr(r, f"first_rule_{when}") == EDITOR]
            rule = [r for r in weighed if getattr(r, f"first_rule_{when}") != EDITOR]
            groups = {"all": rows, "weighed": weighed, "rule": rule, "editor": editor}
            groups |= {k: [r for r in rows if kind[r.claim_id] == k] for k in KIND}
            for name, group in groups.items():
                out.setdefault(name, {})[when] = agreement(group, when)
        return out

    @part
    def disagreements(self) -> pd.DataFrame:
        """The claims on which the readings differ, with ``degree``: whether both let the claim hold."""
        rows = [r for r in self.record.rows(ReadingRow) if differ(r)]
        frame = pd.DataFrame(rows).assign(degree=[in_degree(r) for r in rows])
        return frame.merge(
            self.record.claims[["claim_id", "paraphrase"]], on="claim_id", validate="one_to_one"
        )

    @part
    def settled(self) -> dict[str, int]:
        """Disagreements by how they were settled."""
        return {k: int((self.disagreements["settled"] == k).sum()) for k in SETTLED}

    @part
    def _printed(self) -> dict[str, tuple[str, str]]:
        """The verdicts as they stand, for the day and for now, by claim."""
        columns = (self.ledger[c] for c in ("claim_id", *self.whens))
        return {claim: (day, now) for claim, day, now in zip(*columns, strict=True)}

    @part
    def changed_since(self) -> int:
        """Verdicts on which both readers agreed and which have changed after them."""
        rows = [r for r in self.record.rows(ReadingRow) if not differ(r)]
        return sum(self._printed[r.claim_id] != (r.first_on_day, r.first_now) for r in rows)

    @part
    def printed_agreement(self) -> dict[str, float]:
        """On what part of the claims the verdicts as they stand agree with the second reading, by date."""
        rows = self.record.rows(ReadingRow)
        return {
            when: sum(self._printed[r.claim_id][k] == getattr(r, when) for r in rows) / len(rows)
            for k, when in enumerate(self.whens)
        }

    @part
    def editorial(self) -> int:
        """Present verdicts that an editor gave."""
        return int(self.ledger["editorial"].sum())


def _share(rated: pd.DataFrame, when: str = "now") -> Share:
    return share(int(rated[when].isin(HELD).sum()), len(rated))


def _counts(ledger: pd.DataFrame, by: str, whens: tuple[str, ...]) -> pd.DataFrame:
    counted = {when: ledger.groupby([by, when]).size().rename("claims").reset_index() for when in whens}
    named = [f.set_axis(["group", "verdict", "claims"], axis=1).assign(when=w) for w, f in counted.items()]
    return pd.concat(named, ignore_index=True)


def bands(counts: pd.DataFrame) -> pd.DataFrame:
    """Counts by ``band``, from ``start`` to ``end`` in a row of stacked bands, in the order of the bands."""
    order = list(dict.fromkeys([*RATED, "unrated"]))
    band = counts["verdict"].map(BAND_OF)
    out = counts.assign(band=band).groupby(["group", "when", "band"], as_index=False)[["claims"]].sum()
    out["rank"] = out["band"].map(order.index)
    out = out.sort_values(["group", "when", "rank"], ignore_index=True)
    out["end"] = out.groupby(["group", "when"])["claims"].cumsum()
    return out.assign(start=out["end"] - out["claims"], mid=out["end"] - out["claims"] / 2)


def forecasts_table(study: Study, judged: bool) -> pd.DataFrame:
    """Forecasts with a verdict, or those still open, in the order they fall due."""
    frame = study.forecasts[(study.forecasts["now"] != "open") == judged]
    due = frame["due"].dt.strftime("%Y-%m-%d").where(frame["due"].dt.year < 9999, words.text("open_ended"))
    now = frame["now"].map(SCALE) + frame["so_far"].map({True: words.text("so_far"), False: ""})
    return headed(frame.assign(due=due, now=now), words.table("forecasts"))


def lessons_table(study: Study, lesson: str) -> pd.DataFrame:
    """The claims of one lesson, with the reason for the choice."""
    frame = study.lessons[study.lessons["lesson"] == lesson]
    shown = frame.assign(on_day=frame["on_day"].map(SCALE), now=frame["now"].map(SCALE))
    return headed(shown, words.table("lessons"))


def readings_table(study: Study) -> pd.DataFrame:
    """The shares by which claims are counted, in percent with their intervals."""
    rows = [
        (words.table("readings")[k], held.rated, strict.held, 100 * strict.value, held.held,
         *(100 * x for x in (held.value, held.low, held.high)))
        for k, (strict, held) in study.readings.items()
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=words.listed("readings_heads"))


def agreement_table(study: Study) -> pd.DataFrame:
    """Both readings by group of claims and date.

    Claims, share with the same verdict in percent, Krippendorff's alpha.
    """
    rows = [
        (name, *(x for a in both.values() for x in (a.claims, 100 * a.agreed / a.claims, a.alpha)))
        for k, name in (words.table("read_twice") | KIND).items() for both in [study.agreement[k]]
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=words.listed("read_twice_heads"))


def disagreements_table(study: Study) -> pd.DataFrame:
    """Every disagreement of the two readings with how it was settled."""
    verdicts = ["first_on_day", "on_day", "first_now", "now"]
    frame = study.disagreements
    shown = frame.assign(settled=frame["settled"].map(SETTLED), **{c: frame[c].map(SCALE) for c in verdicts})
    return headed(shown, words.table("disagreements"))


def share_table(shares: dict[str, Share], names: dict[str, str], head: str) -> pd.DataFrame:
    """Groups with their held shares and intervals, in percent."""
    rows = [
        (names.get(k, k), s.rated, s.held, 100 * s.value, 100 * s.low, 100 * s.high)
        for k, s in shares.items()
    ]
    return pd.DataFrame(rows, columns=[head, *words.listed("shares")])
