"""How figures and terms are put into words, in one place (a Chinese edition changes this file).

Format names for prose: ``usd``, ``pct``, ``times``, ``gw``, ``num``, ``int``, ``date``, ``shares``,
``cents``, ``year``, ``years``, ``months``, ``pp``, ``about``, ``text``; a digit behind one sets its decimals (``pct1``).
Halves are rounded away from zero. A ``+`` behind a format rounds up and a ``-`` down, for bounds; what stands right
behind "at most" is rounded up, and what stands right behind "at least" down, without being asked.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any, TypedDict

import pandas as pd

CONFIDENCE = {
    "primary": "primary source",
    "secondary_multiple": "several secondary sources",
    "secondary_single": "one secondary source",
}
GRADE = {
    "filing": "filing or official",
    "company": "company",
    "press": "press",
    "copy": "by copy",
    "trade": "trade",
    "weak": "weak",
}
"""Grades of sources, best first."""
STAGE = {
    "rumour": "rumour",
    "estimate": "estimate",
    "guidance": "company guidance",
    "announced": "announced",
    "letter_of_intent": "letter of intent",
    "signed": "signed",
    "binding": "binding",
    "delivered": "delivered",
    "paid": "paid",
    "reported": "reported",
    "market_price": "market price",
    "computed": "computed",
    "running": "runs as planned",
    "completed": "performed in full",
    "shrunk": "shrunk",
    "replaced": "replaced",
    "lapsed": "lapsed",
    "cancelled": "cancelled",
}
AMOUNT = {
    "stated": "stated by a party or a filing",
    "estimate": "estimated from statements",
    "outside": "an outsider’s figure",
}
"""Whose figure the amount of a deal is."""
ROLE = {
    "measures": "measures it",
    "update": "shows what came later",
    "context": "context; does not decide",
    "aside": "the same quantity, set aside",
}
FIRMNESS = "how firm it is"
"""What documents differ about where one calls a contract what another calls a letter."""
TENSE = {
    "dated": "of a fixed time",
    "current": "of a passing state",
    "plan": "of a plan",
    "forecast": "of a time to come",
}
"""What time a claim speaks of."""
CHAPTER = {
    "triangle": "The triangle",
    "amd-warrants": "AMD's warrants",
    "oracle-margin": "Oracle's margin",
    "google-tokens": "Google's tokens",
    "market-answer": "The market's answer",
    "nvidia-loops": "The other Nvidia loops",
    "russian-doll": "The Russian doll",
    "leverage": "Leverage on leverage",
    "revenue-promises": "Revenue against promises",
    "gigawatts": "Gigawatts, reactors, homes, chips",
    "demand": "Demand",
    "bubble-or-growth": "Bubble, or how growth is financed?",
}
"""The chapters that answer claims, in the book's order: slug and title."""
_NOTEBOOKS = (
    "01-triangle",
    "02-amd-warrants",
    "03-oracle-margin",
    "04-google-tokens",
    "05-market-answer",
    "06-nvidia-loops",
    "07-russian-doll",
    "08-leverage",
    "09-revenue-promises",
    "10-gigawatts",
    "11-demand",
    "12-bubble-or-growth",
)
CHAPTER_PAGE = {name[3:]: f"notebooks/{name}" for name in _NOTEBOOKS}
"""Where each of them stands."""

FRAME = {
    "skip": "Skip to the text",
    "search": "Search",
    "more_claims": "Show all claims found",
    "search_label": "Names, terms, figures",
    "search_noscript": "Searching needs scripts. Without them, every claim stands on the page of",
    "all_claims": "all claims",
    "dark": "Dark",
    "light": "Light",
    "contents": "Contents",
    "turn": "Previous and next page",
    "back": "Back",
    "on": "On",
    "edition": "Edition {version}, evidence to {end}",
    "cite": "Cite",
    "corrections": "Corrections",
    "reproduce": "Reproduce",
    "feed.xml": "Feed (Atom)",
    "watchlist.ics": "Calendar (iCalendar)",
    "offer": "To follow this page:",
    "licence": "Code under MIT, text and data under Creative Commons Attribution. No investment advice.",
    "description": "An executable audit of five articles on the AI capital loop: a verdict for every claim, a source for every number, a tested model behind every conclusion.",
    "code": "Code",
    "link": "Link to this heading",
    "figure": "Figure",
    "use": "Use this figure",
    "get_csv": "Data (CSV)",
    "get_svg": "Drawing (SVG)",
    "get_png": "Picture (PNG)",
    "get_bib": "Citation (BibTeX)",
    "permalink": "Permanent link",
    "cite_figure": "To cite:",
    "embed": "To show it on another page:",
    "copy_link": "Copy link",
    "copy_text": "Copy text",
    "copy_bib": "Copy BibTeX",
    "copy_embed": "Copy code",
    "copied": "Copied",
    "step": "Marks of this chart: step through them with the arrow keys",
    "reuse": "Free to use under CC BY 4.0.",
    "stamp": "{book}, edition {version}, CC BY 4.0. {url}",
    "hint": "With scripts on, point at a mark for its figures; in charts over time hold Shift and turn the wheel to zoom, drag to move, double-click to go back.",
    "made": "How it was made: {function} in {file}; the code of the cell stands below the figure.",
}
"""Words of the frame around every page and of the menu of every figure."""

REGISTER: dict[str, dict[str, Any]] = {
    "claims": {
        "label": "All claims", "noun": "claims",
        "heads": ["Claim", "What it says, in our words", "As printed", "On its day", "Now", "Rests on",
                  "Second reading"],
        "filters": {"document": "Document", "chapter": "Chapter", "then": "Verdict on its day",
                    "verdict": "Verdict now", "kind": "Kind", "tense": "Time"},
    },
    "deals": {
        "label": "All deals", "noun": "deals", "heads": ["Deal", "Amount", "Conditions", "Stages reached"],
        "filters": {"party": "Party", "instrument": "Instrument", "stage": "Stage reached"},
    },
    "facts": {
        "label": "Facts, newest first", "noun": "facts",
        "heads": ["Fact", "What, and its scope", "Figure", "As of, standing", "Sources"],
        "filters": {"subject": "Subject", "grade": "Best source", "stage": "Stage", "chapter": "Chapter"},
        "title": "Evidence: {part}", "said": "{count} facts about {part}, published from {first} to {last}.", "rest": "other subjects",
        "parts": "By subject", "whole": "All evidence", "ids": "Every fact by its number",
    },
    "sources": {
        "label": "Sources, newest first", "noun": "sources",
        "heads": ["Title", "Publisher", "Published", "Kind, grade", "Facts"],
        "filters": {"grade": "Grade", "kind": "Kind"},
        "title": "Sources: {part}", "said": "{count} sources graded “{part}”. {meaning}",
        "parts": "By grade", "whole": "All sources", "ids": "Every source by its name",
    },
}  # fmt: skip
"""Long tables: headings, filters, and for those in parts the words around a part."""
FILTER = {
    "label": "Filter the {noun}",
    "all": "all",
    "text": "Containing",
    "reset": "Show all",
    "copy": "Copy link",
    "copied": "Copied",
    "count": "{found} of {all} {noun}",
    "none": "{found} of {all} {noun}: nothing fits; choose Show all",
    "more": "Show {count} more",
    "rest": "Show all {count}",
    "failed": "The other rows could not be loaded; the pages by part have them",
}
"""Words of the filters above a long table."""

CLAIM = {
    "title": "Claim {claim}: {verdict}",
    "on_day": "On its day, {day}",
    "now": "Now, {day}",
    "why": "Why",
    "line": "The claim beside its evidence",
    "reads": "The claim says {value}.",
    "implies": "Its wording can stand for {low} to {high}, the band.",
    "least": "Its wording can stand for {low} or more, the band.",
    "sized": "Its wording can stand for {low} or more. If {size} or more is true, it misstates the size: the band ends there.",
    "most": "Its wording can stand for {high} or less, the band.",
    "found": "The record has {value}, as of {as_of}",
    "log": "Each step to the right multiplies.",
    "same": "The same quantity in the other documents",
    "tested": "Computed from the record: the verdict stands while this holds, and it does.",
    "twice": "Read twice",
    "review": "A claim {tense}. On its day: {on_day} Now: {now} A second reader gave: {second_on_day}, now {second_now}.",
    "agrees": "The same",
    "second": "A second reader, who saw neither these verdicts nor their reasons, gave:",
    "agreed": "Both readings agreed on both dates.",
    "differed": "The record then said: on its day {on_day}, now {now}.",
    "note": "The reader’s note: {note}",
    "turn": "Other claims",
    "before": "Previous claim",
    "after": "Next claim",
}
"""Words of a claim's page."""
WHEN = {"on_day": "on its day", "now": "now"}
TESTED = {
    "holds": "  tested     {when}: {says} ({facts}) It holds: the verdict stands.",
    "fails": "  tested     {when}: {says} ({facts}) It does not hold.",
}
"""A test that editors set, with its answer, in a trace."""
SETTLED = {"stands": "The record stands", "changed": "The record was changed", "waiting": "With the editors"}
"""What came of a disagreement of the two readings."""
OPENING = {
    "say": "Of the {total} claims that five articles made about the AI capital loop, {supported} stand as they were said; {contradicted} were wrong.",
    "count": "{count} claims",
    "hint": "Each mark is a claim. Point at one, or step through them with the arrow keys, to read it; open it for the evidence.",
}
"""Words of the opening, where every claim is a mark."""
CARD_HEAD = {"right": "Right", "wrong": "Wrong", "overtaken": "Overtaken", "open": "Open"}
CARD_SAID = {
    "right": "{supported} claims are supported outright and {supported_imprecise} in substance; {borne_out} more were borne out later.",
    "wrong": "{contradicted} claims lie outside what the best evidence allows.",
    "overtaken": "{outdated} claims held on their day and no longer do: plans were replaced, figures moved.",
    "open": "{rest} claims are judgements, forecasts not yet due, or measured by nothing that is public.",
}
CARD_LINK = {
    "right": "The claims that stand",
    "wrong": "The claims that do not",
    "overtaken": "What was overtaken",
    "open": "What to watch",
}
"""Words of its four cards."""
CITE = {
    "claim": "Claim in {book}",
    "figure": "Figure in {book}",
    "table": "Table in {book}",
    "text": "{authors}. ({year}). {title} (Version {version}; evidence to {end}){where}.",
    "where": " [{where}]",
    "note": "Evidence to {end}",
    "open": "Cite this claim",
    "tables": "Cite a table",
}
"""Words of a citation; each part's kind says where it stands."""
TOOLTIP = {
    "plain": "{label}",
    "low": "{label}, from",
    "high": "{label}, to",
    "value": "Value",
    "of_year": "Year",
    "date": "Day",
    "day": "%-d %B %Y",
}
"""Words of what a mark shows when it is pointed at, where its chart gives none, and the format of a day."""
SOURCE = {
    "line": "Sources: {sources}.",
    "more": "Sources: {sources} and {more} more.",
    "rest": "The other sources",
    "until": "Data to {day}.",
    "weakest": "Weakest input: {confidence}.",
    "softest": "Weakest input: {confidence}; softest: {stage}.",
}
"""The line under a figure that says what it rests on."""
TABLE = {
    "claims": "The {n} claims of this chapter",
    "claims_label": "Claims of this chapter",
    "verdicts": "Verdicts of this chapter",
    "fell": "The {n} claims that were contradicted, overtaken or borne out late",
    "plain": "The other {n} claims: {how}",
    "editorial": "The {n} editorial verdicts with reasons",
    "editorial_label": "Editorial verdicts",
}
"""Names of the tables that every chapter shows."""
STANDING = {
    "supported": "{n} supported",
    "supported_imprecise": "{n} supported but imprecise",
    "unverifiable": "{n} unverifiable",
    "judgement": "{n} of judgement",
    "open": "{n} open",
}
"""How claims stand that neither fell nor came true late, counted."""

WHATIF = {
    "recorded": "The recorded state.",
    "moved": "Moved by you: not what the record says.",
    "back": "Back to the recorded state",
    "static": "With scripts on, these inputs can be moved.",
    "curve": "Chart:",
    "over": "over",
    "grey": "as recorded",
    "copy": "Copy link",
    "copied": "Copied",
    "described": "{answer} over {input}: from {first} at {low} to {last} at {high}; at {at} it is {here}.",
}
"""Words of the what-if calculators."""
PAPER = {
    "title": "The AI capital loop, audited",
    "subtitle": "Five articles of autumn 2025, claim by claim: what each said, what the evidence says, and a tested model behind each conclusion.",
    "contents": "Contents",
    "opening": "The audit in short",
    "link": "The whole book as one PDF",
    "edition": "Edition {version}",
    "evidence": "Evidence to {end}",
    "running": "{title} · edition {version}",
    "cite": "How to cite",
    "address": "The book on the web, with every claim on a page of its own:",
    "holds": "What this print holds",
    "marks": "How to read the marks",
    "marks_said": "On the cover each mark is a claim, with its verdict now. A linked figure in the text is a fact of the evidence. Identifiers such as those of claims and facts lead, where the reader of this file follows links, to their entry.",
    "licence": "Licence",
    "licence_said": "Text and data: Creative Commons Attribution 4.0. Code: MIT. Typefaces: Source Serif, Source Sans and Noto Sans SC under the SIL Open Font License. The five articles are not part of this book. Nothing here is investment advice.",
}
"""Words of the book on paper."""
PAPER_RULES = [
    "Every chapter with its text and its open figures, and every claim with both verdicts. What a page keeps folded stays on the site when it is a figure, a table or code; folded text is printed.",
    "The ledger as registers in two columns: claims with both reasons, what would change them, and the second reading where it differs; facts, sources, changes. A claim’s way to its sources is on its own page of the site; the register gives its chapter.",
    "What this edition says otherwise than the one before it, cell by cell under its reason; older changes are on the site.",
    "Pages for the screen are left out: the list of sources with filters (the bibliography has the same), the library of models, the notebook on using the record, and the sweeps.",
]
"""What a print holds."""
EDITIONS = {
    "error": "Our error",
    "update": "Newer evidence",
    "unchanged": "Nothing that an edition said has been changed.",
    "archive": "Archive (zip)",
    "from_to": "From {old} to {new}",
    "moved": "Of {all} claims, {claims} got another verdict.",
    "kept": "as before",
    "row": "the row",
    "said": "Edition {edition} said: on its day {on_day}, now {now}",
    "same": "Every edition gave it these verdicts, and nothing of it was corrected.",
    "all": "All editions",
}
"""Words about editions and changes."""
FEED = {
    "subtitle": "Editions, verdicts that moved, and where the watchlist stands.",
    "rights": "Creative Commons Attribution 4.0",
    "edition": "Edition {name}",
    "moved": "Of {all} claims, {n} got another verdict.",
    "verdict": "Claim {claim}: {moves}",
    "on_day": "on its day {now}, was {was}",
    "now": "now {now}, was {was}",
    "state": "{title}: {state}",
    "state_text": "{value}, as of {as_of}; strain is {strain} {threshold}, fixed on {fixed}. {scope}",
    "calendar": "The AI capital loop, audited: figures due",
    "due": "Due: {title}",
    "due_text": "{question} Out comes: {release}. Strain is {strain} {threshold}. {late}",
    "late": "Overdue when the record was closed.",
}
"""Words of the feed and of the calendar."""
TRACE = {
    "title": "The whole way",
    "open": "From the sentence to sources, models, cells and figures, as make trace prints it",
}
"""Words of the trace on a claim's page."""
CARD = {"brand": "The AI capital loop, audited", "claim": "Claim {claim} · {publisher}, {day}"}
"""Words of the pictures that stand for a page in other places."""

_SCALES = [(1e12, "tn"), (1e9, "bn"), (1e6, "m")]
_LONG = [(1e15, " quadrillion"), (1e12, " trillion"), (1e9, " billion"), (1e6, " million")]


def join(names: Iterable[str], *, long: bool = False) -> str:
    """Names in a sentence: a, b and c; ``long`` ones, which hold commas: a, and b, and c."""
    if long:
        return ", and ".join(names)
    *first, last = [*names] or [""]
    return " and ".join(filter(None, (", ".join(first), last)))


def human_period(text: str) -> str:
    """``2025-10-06`` as ``6 October 2025``, ``2025-10`` as ``October 2025``."""
    parts = [int(p) for p in text.split("-")]
    if len(parts) == 1:
        return text
    month = dt.date(parts[0], parts[1], 1).strftime("%B %Y")
    return month if len(parts) == 2 else f"{parts[2]} {month}"


_UNITS = {
    "pct": " %", "times": " times", "gw": " GW", "cents": " cents", "years": " years", "months": " months",
    "days": " days", "pp": " percentage points", "kw": " kW",
}  # fmt: skip
SINGULAR = ("years", "months", "days")
"""Units that lose their last letter behind a one."""
FORMATS = ("text", "date", "share", "usd", "num", "shares", "year", "int", "about", *_UNITS)
"""What :func:`put` can be asked for."""


_WAYS = {None: ROUND_HALF_UP, "+": ROUND_CEILING, "-": ROUND_FLOOR}
_UNROUNDED = ("text", "date", "year")
_BOUND = re.compile(r"\b(at most|(at least))\s+$", re.IGNORECASE)


def put(value: Any, how: str) -> str:
    """A value in words; ``how`` is a format name. Raises ``ValueError`` for unknown names."""
    match = re.fullmatch(r"([a-z]+)(\d)?([+-])?", how)
    if not match or match[1] not in FORMATS:
        raise ValueError(
            f"unknown format '{how}'; there are {', '.join(FORMATS)}, with the number of decimals behind"
        )
    name, digits, way = match[1], int(match[2]) if match[2] else None, _WAYS[match[3]]
    if name == "text":
        return str(value)
    if name == "date":
        return _date(value)
    x = float(value)
    if math.isnan(x):
        raise ValueError(f"a missing number cannot be put into words (format '{how}')")
    if name == "year":
        return f"{x if x < 10000 else x // 10000:.0f}"  # a year, or the year of a date YYYYMMDD
    sign, x = ("−" if x < 0 else ""), abs(x)
    if sign and way != ROUND_HALF_UP:
        way = ROUND_FLOOR if way == ROUND_CEILING else ROUND_CEILING
    if name == "share":
        return f"{sign}{_plain(100 * x, digits or 0, way)} %"
    if name == "usd":
        return f"{sign}${_scaled(x, digits, _SCALES, way)}"
    if name in ("num", "shares"):
        return sign + _scaled(x, digits, _LONG, way)
    if name == "int":
        return f"{sign}{_plain(x, 0, way)}"
    if name == "about":  # two significant figures, for what is not known to the unit
        return f"{sign}{float(significant(x, 2, way)):,.0f}"
    said, unit = _plain(x, digits, way), _UNITS[name]
    return f"{sign}{said}{unit[:-1] if said == '1' and name in SINGULAR else unit}"


class Bounds(string.Formatter):
    """Rounds bounds to the safe side: up behind "at most", down behind "at least"."""

    def parse(self, format_string: Any) -> Any:
        """The parts of a template, with the way of rounding behind the formats of bounds."""
        for literal, name, spec, conversion in super().parse(format_string):
            bound = _BOUND.search(literal)
            if bound and spec and spec.rstrip("0123456789") in FORMATS and spec not in _UNROUNDED:
                spec += "-" if bound[2] else "+"
            yield literal, name, spec, conversion


class _Filler(Bounds):
    def format_field(self, value: Any, format_spec: str) -> str:
        return value if isinstance(value, str) and not format_spec else put(value, format_spec)


def fill(template: str, /, **values: Any) -> str:
    """A template with its ``{name:format}`` fields filled; ``KeyError`` for a field without a value."""
    return _Filler().format(template, **values)


class Around(TypedDict):
    """The words around a chart: keyword arguments of ``Figure``."""

    title: str
    unit: str
    description: str
    note: str


@dataclass(frozen=True)
class Words:
    """What a reader sees on a chart, as whole templates: ``labels`` stand on marks, ``columns`` head the rows."""

    title: str
    unit: str
    description: str
    note: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)

    def frame(self, **values: Any) -> Around:
        """The words around a chart, filled."""
        return Around(
            title=fill(self.title, **values), unit=fill(self.unit, **values),
            description=fill(self.description, **values), note=fill(self.note, **values),
        )  # fmt: skip

    def label(self, key: str, /, **values: Any) -> str:
        """One label, filled."""
        return fill(self.labels[key], **values)

    def by_row(self, key: str | Iterable[str], rows: pd.DataFrame | Iterable[Mapping[str, Any]]) -> list[str]:
        """One label filled by each row, or the label of each row's own key."""
        found = rows.to_dict("records") if isinstance(rows, pd.DataFrame) else list(rows)
        keys = [key] * len(found) if isinstance(key, str) else key
        filled = zip(keys, found, strict=True)
        return [fill(self.labels[k], **{str(name): v for name, v in row.items()}) for k, row in filled]

    def each(self, key: str, rows: pd.DataFrame | Iterable[Mapping[str, Any]], between: str = "; ") -> str:
        """One label filled by each row, as a list in one line."""
        return between.join(self.by_row(key, rows))

    def table(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The columns that have a heading, under it, in the order of the headings."""
        return headed(frame, self.columns)


def headed(
    frame: pd.DataFrame, heads: Mapping[str, str], billions: Iterable[str] = (), percent: Iterable[str] = ()
) -> pd.DataFrame:
    """The columns that have a heading, under it, in order; some in billions, shares in percent."""
    scaled = {c: frame[c] / 1e9 for c in billions} | {c: 100 * frame[c] for c in percent}
    return frame.assign(**scaled)[list(heads)].rename(columns=dict(heads))


def figure(value: float, unit: str) -> str:
    """A value of the record with its unit, for tables."""
    if value != value:
        return "–"
    if unit == "boolean":
        return "yes" if value else "no"
    if unit == "date":
        return put(value, "date")
    if unit == "year":
        return f"{value:.0f}"
    if unit == "USD":
        return put(value, "usd")
    if unit == "percent":
        return put(value, "pct")
    if unit == "share":
        return put(100 * value, "pct")
    if unit == "percent change":
        return ("+" if value > 0 else "") + put(value, "pct1")
    if unit.startswith("USD/"):
        return f"{put(value, 'usd')} / {unit[4:]}"
    return f"{put(value, 'num')} {'' if unit in ('count', 'ratio') else unit}".strip()


def tie(text: str) -> str:
    """The text with no-break spaces between figures and what they count, for the page."""
    return re.sub(r"(?<=\d) (?=%|GW\b|times\b|cents\b|billion\b|trillion\b|million\b)", "\u00a0", text)


def fixed(x: float, digits: int, way: str) -> Decimal:
    """Rounded to decimals; ten figures count, so that what a computer leaves behind a half or a bound does not."""
    return Decimal(f"{x:.10g}").quantize(Decimal(1).scaleb(-digits), way)


def significant(x: float, figures: int, way: str) -> str:
    """Rounded to significant figures, without zeros behind."""
    said = f"{fixed(x, figures - 1 - (math.floor(math.log10(x)) if x else 0), way):f}"
    return said.rstrip("0").rstrip(".") if "." in said else said


def _plain(x: float, digits: int | None, way: str) -> str:
    if digits is not None:
        return f"{fixed(x, digits, way):,f}"
    return f"{fixed(x, 0, way):,f}" if x >= 100 or x == round(x) else significant(x, 3, way)


def _scaled(x: float, digits: int | None, scales: list[tuple[float, str]], way: str) -> str:
    for size, name in scales:
        if x >= size * 0.9995:
            return f"{_plain(x / size, digits, way) if digits is not None else significant(x / size, 4, way)}{name}"
    return (
        f"{fixed(x, 2, way):,f}" if x < 100 and x != round(x) and digits is None else _plain(x, digits, way)
    )


def _date(value: Any) -> str:
    if isinstance(value, str):
        return human_period(value)
    if isinstance(value, dt.date):
        return human_period(value.strftime("%Y-%m-%d"))
    n = int(float(value))
    return human_period(f"{n // 10000}-{n // 100 % 100:02d}-{n % 100:02d}")
