"""Every colour of the book, once: for charts, and as custom properties for the stylesheet, in light and dark.

Charts are drawn in the light colours; where a page is dark, the stylesheet recolours them by their values,
and so they use no others. A verdict has one tone (ink on a ground, for words) and one colour (for marks), the
same in chips, charts, the opening and cards.
"""

from __future__ import annotations

from typing import NamedTuple

LIGHT = {
    "ink": "#1f2328", "muted": "#5b6470", "grid": "#d9dde2", "paper": "#fefefe",
    "blue": "#0a6ebd", "orange": "#c8500a", "green": "#0b8a65", "purple": "#a44a86", "sky": "#5aaee0",
    "amber": "#c98a00",
    "grey": "#8a929c",
}  # fmt: skip
DARK = {
    "ink": "#e6e9ed", "muted": "#a3adb9", "grid": "#3a424c", "paper": "#14181e",
    "blue": "#62b0f0", "orange": "#f58a4b", "green": "#3cc79a", "purple": "#d98abf", "sky": "#8ccbf2",
    "amber": "#e6b23c",
    "grey": "#98a1ac",
}  # fmt: skip
"""Colours that stay apart for colour-blind readers (after Okabe and Ito)."""
INK, MUTED, GRID, PAPER, BLUE, ORANGE, GREEN, PURPLE, SKY, AMBER, GREY = LIGHT.values()
GROUND = "#ffffff"
"""What a picture stands on where the page behind it is unknown."""

PAGE = {
    "card": ("#f6f7f9", "#1b2129"), "link": ("#0a5ca8", "#7cbcf5"), "rule": ("#e3e6ea", "#2b333d"),
    "code": ("#f3f4f6", "#10151b"),
    "ok": ("#06664a", "#8fe3c2"), "ok-bg": ("#dff3ea", "#10392c"), "mid": ("#7a4d00", "#f2cf7c"),
    "mid-bg": ("#fdf0d0", "#40300a"),
    "late": ("#0a4f86", "#a4d4fa"), "late-bg": ("#dcecfa", "#10324f"), "bad": ("#a02c00", "#ffb08a"),
    "bad-bg": ("#fde4d8", "#4a1f0c"),
    "old": ("#6b3a62", "#e7b3d9"), "old-bg": ("#f4e4f0", "#40243a"), "none": ("#434b55", "#c6cdd5"),
    "none-bg": ("#e8ebee", "#2d343d"),
}  # fmt: skip
"""Colours of the page alone, light and dark."""


class Tone(NamedTuple):
    """What a verdict looks like: the name of its words' colours, and the colour of its marks."""

    name: str
    mark: str


VERDICT = {
    "supported": Tone("ok", GREEN),
    "supported_imprecise": Tone("mid", AMBER),
    "borne_out": Tone("late", BLUE),
    "contradicted": Tone("bad", ORANGE),
    "outdated": Tone("old", PURPLE),
    "unverifiable": Tone("none", GREY),
    "judgement": Tone("none", GREY),
    "open": Tone("none", GREY),
}
"""The colours of each verdict."""


def css() -> str:
    """The head of the stylesheet: custom properties, recoloured drawings, and a class for each verdict."""
    light = _properties(LIGHT | {k: v[0] for k, v in PAGE.items()}, "light")
    dark = _properties(DARK | {k: v[1] for k, v in PAGE.items()}, "dark")
    rules = [
        f":root {{ {light} }}",
        f'@media screen and (prefers-color-scheme: dark) {{ :root:not([data-theme="light"]) {{ {dark} }} }}',
        f'@media screen {{ :root[data-theme="dark"] {{ {dark} }} }}',
    ]
    rules += [
        f'.cl-figure svg [{part}="{value}"] {{ {part}: var(--cl-{name}); }}'
        for name, value in LIGHT.items() for part in ("fill", "stroke")
    ]  # fmt: skip
    names = {value: name for name, value in LIGHT.items()}
    rules += [
        f".v-{key} {{ --v: var(--cl-{names[tone.mark]}); color: var(--cl-{tone.name}); "
        f"background: var(--cl-{tone.name}-bg); }}"
        for key, tone in VERDICT.items()
    ]
    return "\n".join(rules) + "\n"


def _properties(colours: dict[str, str], scheme: str) -> str:
    return " ".join(f"--cl-{name}: {value};" for name, value in colours.items()) + f" color-scheme: {scheme};"
