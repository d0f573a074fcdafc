"""Figures that were published and are gone: what their addresses say now, and where they lead.

``withdrawn.toml`` has every name that was ever on the site and, for those that went, why and where the
finding is told now. At the old addresses stand a small page for frames, a picture, a drawing, a line
of data and a citation that say so; the page that had the figure keeps its place in a fold at its end.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import lxml.html
from markupsafe import Markup

from capital_loop.publish.address import address
from capital_loop.publish.site import templating
from capital_loop.publish.site.citing import Citing
from capital_loop.publish.site.figures import picture
from capital_loop.publish.site.policy import INLINE, policy
from capital_loop.record.schema import csv_text
from capital_loop.show import drawing
from capital_loop.show.words import CARD

FILE = Path(__file__).with_suffix(".toml")
EMPTY = f'<svg xmlns="http://www.w3.org/2000/svg" width="{drawing.WIDE}" height="1"/>'
"""A drawing of nothing: what is said of a withdrawn figure stands around it."""


@dataclass(frozen=True)
class Withdrawn:
    """A figure that went: what it showed, on which page, with which edition, why, where it is told now."""

    name: str
    showed: str
    page: str
    edition: str
    now: str
    reason: str


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def published() -> list[str]:
    """Every name of a figure that was ever on the site, in the order of the file."""
    return list(_read()["published"])


def withdrawn(page: str = "") -> list[Withdrawn]:
    """The figures that went, or those of one page."""
    return [
        Withdrawn(name, showed, row["page"], row["edition"], row["now"], row["reason"])
        for row in _read()["withdrawn"] if page in ("", row["page"])
        for name, showed in row["figures"].items()
    ]  # fmt: skip


def words() -> dict[str, str]:
    """What the site says of them."""
    return dict(_read()["texts"])


def write(citing: Citing, out: Path, edition: str) -> None:
    """Answers at the old addresses, where the pages that they speak of are part of the site."""
    title = cache(_title)
    for gone in withdrawn():
        path, _, anchor = gone.now.partition("#")
        figure = f"embed/{anchor.removeprefix('fig-')}.html"
        page, now = out / f"{gone.page}.html", out / (figure if anchor.startswith("fig-") else path)
        if page.exists() and now.exists():
            _write(citing, out, edition, gone, title(page), title(now))


def _write(citing: Citing, out: Path, edition: str, gone: Withdrawn, page: str, now: str) -> None:
    say, path = words(), gone.now.partition("#")[0]
    said = {
        "title": say["title"].format(showed=gone.showed),
        "said": say["said"].format(page=page, edition=gone.edition, reason=gone.reason),
        "on": say["on"].format(now=now),
    }
    text = templating.render("withdrawn", f"embed/{gone.name}", {
        "f": {"title": said["title"]}, **said, "now": gone.now, "here": path, "live": False,
        "policy": policy(), "first": Markup(INLINE["theme"]), "address": address(), "edition": edition,
    })  # fmt: skip
    (out / "embed" / f"{gone.name}.html").write_text(text, encoding="utf-8")
    stamp = f"{CARD['brand']}. {address()}{gone.now}" if address() else CARD["brand"]
    drawn = drawing.framed(EMPTY, head=[said["title"]], foot="\n".join((said["said"], said["on"], stamp)))
    row = {"figure": gone.name, "withdrawn": gone.edition, "reason": gone.reason, "now": gone.now}
    file = out / "figures" / gone.name
    file.with_suffix(".svg").write_text(drawn, encoding="utf-8")
    file.with_suffix(".png").write_bytes(picture(citing.root, drawn))
    file.with_suffix(".csv").write_text(csv_text([row], list(row)), encoding="utf-8", newline="")
    cited = citing.forms("figure", said["title"], f"{gone.page}.html#fig-{gone.name}", gone.name)
    file.with_suffix(".bib").write_text(cited["BibTeX"], encoding="utf-8")


def _title(path: Path) -> str:
    """What a page of the site is called."""
    return str(lxml.html.fromstring(path.read_bytes()).findtext("head/title")).partition(" · ")[0]
