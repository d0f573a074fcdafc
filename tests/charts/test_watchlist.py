"""The chart of the watchlist: each axis in units."""

from __future__ import annotations

import re

import pytest

from capital_loop.chapters.watchlist.study import Study
from capital_loop.show.figure import NARROW, WIDE, Figure


@pytest.fixture(scope="module")
def figure(figures: dict[str, Figure]) -> Figure:
    return figures["series"]


def test_it_says_every_indicator(figure: Figure, study: Study) -> None:
    assert all(i.row.title in figure.description for i in study.indicators)


def test_only_the_newest_figure_of_an_indicator_has_a_state(figure: Figure, study: Study) -> None:
    """Seen to fail: years of a series that grew up to its threshold were told to be "On the side of
    strain"."""
    states = figure.rows.groupby("Indicator")["State"]
    assert all((rows.iloc[:-1] == "before the threshold").all() for _, rows in states)
    assert (states.last() == "On the side of strain").sum() == len(study.strained)


def test_no_axis_is_in_raw_units_and_no_tick_stands_twice(figure: Figure) -> None:
    """A label of an axis has at most six signs; within one axis no two are alike."""
    for width in (WIDE, NARROW):
        # A run of two texts or more is the labels of one axis.
        axes = re.findall(r"<g>((?:<text [^>]*>[^<]*</text>){2,})</g>", figure.svg(width))
        axes = [a for a in axes if 'font-size="12px"' in a and "bold" not in a]
        assert len(axes) >= 17
        for axis in axes:
            labels = re.findall(r">([^<>]+)</text>", axis)
            assert all(len(text) <= 6 for text in labels), labels
            assert len(labels) == len(set(labels)), labels


def test_every_scale_holds_zero(figure: Figure) -> None:
    def ys(spec: object) -> list[list[float]]:
        if isinstance(spec, dict):
            own = (
                [spec["y"]["scale"]["domain"]]
                if isinstance(spec.get("y"), dict) and "scale" in spec["y"]
                else []
            )
            return own + [d for value in spec.values() for d in ys(value)]
        return [d for value in spec for d in ys(value)] if isinstance(spec, list) else []

    domains = ys(figure.spec(WIDE))
    assert domains
    assert all(low <= 0 <= high for low, high in domains)
