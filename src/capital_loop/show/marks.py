"""Marks that charts share: rows with their name above, ranges, columns, lines, levels.

Phone or wide is decided here.

Every function takes a frame whose rows are in the order to be drawn, and the names of its columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from capital_loop.show.figure import BLUE, GREY, INK, MUTED, NARROW, ORANGE, SKY


def on_phone(width: int) -> bool:
    """Whether a width is that of the narrow drawing."""
    return width == NARROW


def legend(width: int, columns: int, phone: int = 1) -> alt.Legend:
    """A legend above the chart in so many columns, fewer on a phone."""
    return alt.Legend(columns=phone if on_phone(width) else columns, orient="top", labelLimit=330)


def names_of(names: Mapping[str, str]) -> str:
    """The expression that puts names in the place of keys on a legend, header or axis."""
    said = {key: name.replace("'", "\\'") for key, name in names.items()}
    return "{" + ",".join(f"'{k}':'{v}'" for k, v in said.items()) + "}[datum.value]"


def by_key(
    field: str, names: Mapping[str, str], colours: Sequence[str], width: int, columns: int, phone: int = 1
) -> alt.Color:
    """Colours by key, with the names of the keys in the legend."""
    shown = legend(width, columns, phone)
    shown["labelExpr"] = names_of(names)
    scale = alt.Scale(domain=list(names), range=list(colours))
    return alt.Color(f"{field}:N", title=None, sort=list(names), scale=scale, legend=shown)


def _scale(values: Mapping[str, Any]) -> alt.Scale:
    """What each key is drawn as."""
    return alt.Scale(domain=list(values), range=list(values.values()))


def dashed(field: str, dashes: Mapping[str, list[int]]) -> alt.StrokeDash:
    """Dashes by key, without a legend of their own.

    The legend of colours by the same field shows them too, where points would fray.
    """
    return alt.StrokeDash(f"{field}:N", legend=None, scale=_scale(dashes))


def shaped(field: str, shapes: Mapping[str, str]) -> alt.Shape:
    """Shapes by key, without a legend of their own."""
    return alt.Shape(f"{field}:N", legend=None, scale=_scale(shapes))


def up(field: str, title: str | None, *domain: float, **axis: Any) -> alt.Y:
    """An upright axis of a quantity; between two ends if a ``domain`` is given, else as high as the data."""
    y = alt.Y(f"{field}:Q", title=title)
    if domain:
        y["scale"] = alt.Scale(domain=list(domain))
    if axis:
        y["axis"] = alt.Axis(**axis)
    return y


def amount(field: str, title: str, top: float, ticks: int | list[float] = 5) -> alt.X:
    """A horizontal axis from zero to ``top``, without lines: they would run through the names of rows."""
    axis = alt.Axis(grid=False, **({"values": ticks} if isinstance(ticks, list) else {"tickCount": ticks}))
    return alt.X(f"{field}:Q", title=title, scale=alt.Scale(domain=[0, top], nice=False), axis=axis)


def reach(values: pd.Series, before: float, after: float) -> list[Any]:
    """The ends of an axis of numbers or days: the values, with such parts of their span as air."""
    low, high = values.min(), values.max()
    air = high - low
    ends = [low - before * air, high + after * air]
    return [f"{end:%Y-%m-%d}" if isinstance(end, pd.Timestamp) else float(end) for end in ends]


def magnitudes(values: pd.Series, before: float, after: float, *steps: int, form: str) -> dict[str, Any]:
    """The scale and axis of magnitudes: ends as by :func:`reach`, lines at ``steps`` of each power of ten."""
    ends = [10**end for end in reach(np.log10(values), before, after)]
    powers = range(int(np.floor(np.log10(ends[0]))), int(np.ceil(np.log10(ends[1]))))
    lines = [line for power in powers for step in steps if ends[0] <= (line := step * 10.0**power) <= ends[1]]
    return {"scale": alt.Scale(type="log", domain=ends), "axis": alt.Axis(values=lines, format=form)}


def rows_of(data: pd.DataFrame, name: str) -> alt.Y:
    """Rows in the order of the frame.

    Their names are drawn by :func:`named`, so that phones keep the room.
    """
    return alt.Y(f"{name}:N", sort=list(dict.fromkeys(data[name])), axis=None)


def named(data: pd.DataFrame, name: str, dy: float = -9, **style: Any) -> alt.Chart:
    """The name of each row above its mark, from the left edge."""
    style = {"dy": dy, "color": INK} | style
    return texts(data.drop_duplicates(name), alt.value(0), rows_of(data, name), name, **style)


def notched(
    data: pd.DataFrame, y: alt.Y, value: float, words: str = "", *, colour: str = MUTED, size: int = 16,
    offset: float = 8, **style: Any,
) -> alt.LayerChart:  # fmt: skip
    """A value that all rows share, its words on top: a tick on each, as a line would run through names."""
    ticks = alt.Chart(data).mark_tick(color=colour, size=size, thickness=1.5, yOffset=offset)
    drawn = alt.layer(ticks.encode(x=alt.datum(value), y=y))
    if not words:
        return drawn
    name = alt.Chart(pd.DataFrame({"x": [value], "words": [words]}))
    text = name.mark_text(**({"color": colour, "fontSize": 11, "baseline": "bottom", "dy": -3} | style))
    return drawn + text.encode(x="x:Q", y=alt.value(0), text="words:N")


def bars(
    data: pd.DataFrame, width: int, *, name: str, value: str, label: str, axis: str, room: float = 1.5,
    inner: str = "", colours: tuple[str, str] = (BLUE, BLUE), step: int = 40,
    colour: alt.Color | None = None, low: str = "", high: str = "",
) -> alt.LayerChart:  # fmt: skip
    """Horizontal bars, each with its name above and its label at the end.

    Without words of an axis, without an axis.

    ``inner`` is a thinner bar on top; ``colour`` gives each bar its own, such as :func:`by_key`; ``low`` to
    ``high`` is a thin line for what it may be, where there is one.
    """
    data = data.assign(tip=data[[value, high]].max(axis=1) if high else data[value])
    y = rows_of(data, name)
    x = amount(value, axis, float(data["tip"].max()) * room)
    if not axis:
        x["axis"] = None
    base = alt.Chart(data)
    drawn = base.mark_bar(height=14, yOffset=8, color=colours[0]).encode(x=x, y=y)
    if colour is not None:
        drawn = drawn.encode(color=colour)
    if inner:
        drawn += base.mark_bar(height=6, yOffset=8, color=colours[1]).encode(x=f"{inner}:Q", y=y)
    if high:
        span = alt.Chart(data.dropna(subset=[low, high])).mark_rule(strokeWidth=2, color=INK, yOffset=8)
        drawn += span.encode(x=f"{low}:Q", x2=f"{high}:Q", y=y)
    drawn += texts(data, "tip:Q", y, label, dx=5, dy=8, fontWeight="bold", color=INK)
    return (drawn + named(data, name)).properties(width=width, height=step * data[name].nunique())


def grouped(
    data: pd.DataFrame, width: int, *, group: str, head: str, value: str, label: str, axis: str,
    colour: alt.Color,
    room: float = 1.4, beside: str = "",
) -> alt.LayerChart:  # fmt: skip
    """Bars in groups: the ``head`` of each on a line of its own, then its bars with labels at the end.

    Without words of an axis, without an axis. ``beside`` stands at the right of a head, not on a phone.
    """
    data = data.reset_index(drop=True)
    data["at"] = data.index + pd.factorize(data[group])[0] + 1
    heads = data.drop_duplicates(group).assign(at=lambda f: f["at"] - 1)
    x, y = amount(value, axis, float(data[value].max()) * room), alt.Y("at:O", axis=None)
    if not axis:
        x["axis"] = None
    bars = alt.Chart(data).mark_bar(height=13).encode(x=x, y=y, color=colour)
    names = texts(heads, alt.value(0), y, head, dy=3, color=INK, fontWeight="bold", fontSize=13)
    drawn = bars + texts(data, x, y, label, dx=5) + names
    if beside and not on_phone(width):
        drawn += texts(heads, alt.value(width - 20), y, beside, align="right", dy=3, fontSize=11)
    return drawn.properties(width=width, height=22 * (len(data) + len(heads)))


def timeline(
    data: pd.DataFrame, width: int, *, key: str, name: str, kinds: Mapping[str, str], colours: Sequence[str],
    shapes: Sequence[str], sizes: Sequence[int],
) -> alt.LayerChart:  # fmt: skip
    """Rows by ``key`` with their name above and a mark at each ``date``, by ``kind``.

    Large ones lie under small ones.
    """
    y = alt.Y(f"{key}:N", sort=list(dict.fromkeys(data[key])), axis=None)
    shape = shaped("kind", dict(zip(kinds, shapes, strict=True)))
    colour = by_key("kind", kinds, colours, width, len(kinds), 2)
    large = dict(zip(kinds, sizes, strict=True))
    order = data["kind"].map(large).sort_values(ascending=False, kind="stable")
    points = alt.Chart(data.loc[order.index]).mark_point(opacity=1, yOffset=9)
    points = points.encode(size=alt.Size("kind:N", scale=_scale(large), legend=None))
    drawn = points.encode(x=by_date(width), y=y, color=colour, shape=shape)
    drawn += texts(data.drop_duplicates(key), alt.value(0), y, name, dy=-8, color=MUTED)
    return drawn.properties(width=width, height=36 * data[key].nunique())


def balance(
    data: pd.DataFrame, width: int, *, name: str, value: str, label: str, axis: str,
    room: tuple[float, float],
    low: str = "", high: str = "",
) -> alt.LayerChart:  # fmt: skip
    """Horizontal bars to both sides of zero, each with its name above and its label at the end.

    ``low`` to ``high`` is a thin line under the bar for what it may be, where there is one.
    """
    y = rows_of(data, name)
    every = data[[value, low, high]] if high else data[[value]]
    ends = [float(every.min().min()) * room[0], float(every.max().max()) * room[1]]
    scale, lines = alt.Scale(domain=ends, nice=False), alt.Axis(tickCount=5, grid=False)
    x = alt.X(f"{value}:Q", title=axis, scale=scale, axis=lines)
    sign = alt.condition(alt.datum[value] > 0, alt.value(BLUE), alt.value(ORANGE))
    drawn = alt.Chart(data).mark_bar(height=14 if not high else 9, yOffset=8).encode(x=x, y=y, color=sign)
    if high:
        span = alt.Chart(data[data[low] < data[high]]).mark_rule(strokeWidth=2, color=MUTED, yOffset=15)
        drawn += span.encode(x=f"{low}:Q", x2=f"{high}:Q", y=y)
    tips = data.assign(least=every.min(axis=1), most=every.max(axis=1))
    for side, end, align, dx in (
        (data[value] >= 0, "most", "left", 4), (data[value] < 0, "least", "right", -4),
    ):  # fmt: skip
        drawn += texts(tips[side], f"{end}:Q", y, label, align=align, dx=dx, dy=8, fontWeight="bold")
    return (drawn + named(data, name, -8)).properties(width=width, height=36 * data[name].nunique())


def ranges(
    data: pd.DataFrame, width: int, *, name: str, axis: str, top: float, central: str = "central",
    label: str = "",
    happened: str = "", ticks: int | list[float] = 6, step: int = 46, thick: int = 6, colour: str = SKY,
) -> alt.LayerChart:  # fmt: skip
    """Ranges ``low`` to ``high`` with a central point, name above, label behind.

    A diamond for what happened.
    """
    y = rows_of(data, name)
    base = alt.Chart(data)
    span = base.mark_rule(strokeWidth=thick, color=colour, yOffset=9).encode(
        x=amount("low", axis, top, ticks), x2="high:Q", y=y
    )
    drawn = span + base.mark_point(size=95, color=BLUE, opacity=1, yOffset=9).encode(x=f"{central}:Q", y=y)
    if happened:
        drawn += base.mark_point(size=110, shape="diamond", color=ORANGE, opacity=1, yOffset=9).encode(
            x=f"{happened}:Q", y=y
        )
    if label:
        drawn += texts(data, "high:Q", y, label, dx=7, dy=9, fontWeight="bold", color=INK)
    return (drawn + named(data, name)).properties(width=width, height=step * data[name].nunique())


def columns(
    data: pd.DataFrame, width: int, *, at: str, value: str, label: str, axis: str, top: float,
    height: int = 240
) -> alt.LayerChart:  # fmt: skip
    """Upright bars in the order of the frame, each with its label on top."""
    said = "split(datum.label, ' ')" if on_phone(width) else "datum.label"
    x = alt.X(f"{at}:N", title=None, axis=alt.Axis(labelAngle=0, labelExpr=said), sort=list(data[at]))
    y = alt.Y(f"{value}:Q", title=axis, scale=alt.Scale(domain=[0, top], nice=False))
    base = alt.Chart(data)
    tight = on_phone(width) and len(data) > 5
    shown = base.mark_bar(size=18 if tight else 34, color=BLUE).encode(x=x, y=y)
    ends = base.mark_text(dy=-8, fontWeight="bold", fontSize=10 if tight else 12, color=INK).encode(
        x=x, y=y, text=f"{label}:N"
    )
    return (shown + ends).properties(width=width, height=height)


def level(value: float, words: str, *, colour: str = ORANGE, **style: Any) -> alt.LayerChart:
    """A dashed line across the chart at a value, with its words at the start."""
    base = alt.Chart(pd.DataFrame({"value": [value], "words": [words]})).encode(y="value:Q")
    text = base.mark_text(align="left", dx=4, dy=-9, color=INK, **style)
    return base.mark_rule(strokeDash=[5, 4], color=colour) + text.encode(x=alt.value(0), text="words:N")


def billions(values: Any) -> Any:
    """A sum, or sums, in dollars as the billions that axes and tables show."""
    return values / 1e9


def millions(values: Any) -> Any:
    """A count, or counts, as the millions that axes and tables show."""
    return values / 1e6


def percent(share: Any) -> Any:
    """A share, or shares, as percent."""
    return share * 100


def when(
    field: str, domain: Sequence[str] | int, width: int, *, ticks: int | str = 8, form: str = "%b %y"
) -> alt.X:
    """An axis of time without a grid, over a ``domain`` or padded by so many pixels.

    ``ticks`` is an interval or a number, of which a phone gets half.
    """
    count = ticks // 2 if isinstance(ticks, int) and on_phone(width) else ticks
    axis = alt.Axis(format=form, tickCount=count, grid=False)
    scale = alt.Scale(padding=domain) if isinstance(domain, int) else alt.Scale(domain=list(domain))
    return alt.X(f"{field}:T", title=None, axis=axis, scale=scale)


def texts(
    data: pd.DataFrame, x: alt.X | alt.Value | str, y: alt.Y | str, label: str = "label", **style: Any
) -> alt.Chart:
    """Words beside points."""
    return alt.Chart(data).mark_text(**({"align": "left"} | style)).encode(x=x, y=y, text=f"{label}:N")


def upright(
    value: float | pd.Timestamp, words: str, *, colour: str = MUTED, align: str = "right", dx: int = -3,
    baseline: str = "top", y: int = 0,
) -> alt.LayerChart:  # fmt: skip
    """A dashed upright line at a value or a day with its name on top, to one side."""
    kind = "T" if isinstance(value, pd.Timestamp) else "Q"
    base = alt.Chart(pd.DataFrame({"x": [value], "t": [words]})).encode(x=f"x:{kind}")
    name = base.mark_text(align=align, dx=dx, color=colour, fontSize=11, baseline=baseline)
    return base.mark_rule(color=colour, strokeDash=[4, 4]) + name.encode(y=alt.value(y), text="t:N")


def own_colour(field: str, colours: Mapping[str, str]) -> alt.Color:
    """Colours by key where the names of the marks say enough, without a legend."""
    return alt.Color(f"{field}:N", scale=_scale(colours), legend=None)


def by_date(width: int) -> alt.X:
    """A horizontal axis of time, with fewer months on a phone."""
    axis = alt.Axis(format="%b %Y", tickCount=4 if on_phone(width) else 8)
    return alt.X("date:T", title=None, axis=axis, scale=alt.Scale(padding=8))


def lines(
    data: pd.DataFrame, width: int, x: alt.X, y: alt.Y, *, key: str, names: Mapping[str, str],
    styles: Mapping[str, tuple[str, list[int]]],
) -> alt.Chart:  # fmt: skip
    """Lines by key, each in its colour and dashes, with their names in the legend."""
    colour = by_key(key, names, [styles[k][0] for k in names], width, len(names))
    colour["legend"]["symbolType"] = "stroke"
    dash = dashed(key, {k: styles[k][1] for k in names})
    drawn = alt.Chart(data).mark_line(strokeWidth=2.2).encode(x, y, color=colour, strokeDash=dash)
    return drawn.properties(width=width, height=290)


def ends(
    data: pd.DataFrame, width: int, *, name: str, axis: str, top: float, names: Mapping[str, str],
    colours: Sequence[str], shapes: Sequence[str], order: Sequence[str], step: int = 36,
) -> alt.LayerChart:  # fmt: skip
    """Two marked ends of a range on each row.

    ``names`` has the columns of the ends and what the legend calls them.
    """
    y = alt.Y(f"{name}:N", sort=list(order), axis=None)
    first, last = names
    span = alt.Chart(data).mark_rule(strokeWidth=3, color=GREY)
    span = span.encode(y=y, x=amount(first, axis, top), x2=f"{last}:Q")
    long = data.melt(name, list(names), "end", "value")
    shape = shaped("end", dict(zip(names, shapes, strict=True)))
    dots = alt.Chart(long).mark_point(size=90, filled=True, opacity=1)
    dots = dots.encode(y=y, x="value:Q", color=by_key("end", names, colours, width, 2), shape=shape)
    return (span + dots).properties(width=width, height=step * len(order))


CLEAR: dict[str, dict[str, Any]] = {
    "over": {"align": "center", "dy": -11},
    "under": {"align": "center", "dy": 12},
    "rising": {"align": "right", "dx": -6, "dy": -6},
    "falling": {"align": "left", "dx": 6, "dy": -6},
}
"""Where the words of a point stand clear of its line, by how the line passes."""


def _clear(data: pd.DataFrame, key: str, y: alt.Y) -> list[str]:
    """For each point the side on which its line leaves room."""
    value = data[str(y.to_dict()["field"])]
    before, after = (value.groupby(data[key]).shift(n) for n in (1, -1))
    higher, lower = (before > value) | (after > value), (before < value) | (after < value)
    low = ~lower & ((before.notna() & after.notna()) | (value > value.max() / 5))
    passing = np.where(after > value, "rising", "falling")
    return list(np.where(~higher, "over", np.where(low, "under", passing)))


def history(
    data: pd.DataFrame, width: int, *, x: alt.X, y: alt.Y, key: str = "key", colours: Mapping[str, str],
    names: Mapping[str, str] | None = None, columns: int = 2, dashes: Mapping[str, list[int]] | None = None,
    shapes: Mapping[str, str] | None = None, size: int = 50, height: int = 260,
) -> alt.LayerChart:  # fmt: skip
    """Lines with points over ``date``, one a key.

    ``names`` puts a legend above, else the ends are named directly.

    A frame with a column ``end`` has its words at the end of a line, one with ``label`` above its points.
    """
    colour = own_colour(key, colours)
    if names:
        colour = by_key(key, names, list(colours.values()), width, columns)
    base = alt.Chart(data.assign(dash=data[key])).encode(x=x, y=y, color=colour)
    line, dots = base.mark_line(strokeWidth=2), base.mark_point(size=size, opacity=1)
    if dashes:
        line = line.encode(strokeDash=dashed("dash", dashes))
    if shapes:
        dots = dots.encode(shape=shaped(key, shapes))
    drawn = line + dots
    if "end" in data:
        last = data[data["end"] != ""]
        drawn += texts(last, x, y, "end", dx=6, fontWeight="bold", fontSize=11).encode(color=colour)
    if "label" in data:
        marked = data.assign(side=_clear(data, key, y))
        for side, some in marked[marked["label"] != ""].groupby("side", sort=False):
            drawn += texts(some, x, y, fontSize=11, color=INK, **CLEAR[str(side)])
    return drawn.properties(width=width, height=height)


def ended(data: pd.DataFrame, labels: Sequence[str], key: str = "key") -> pd.DataFrame:
    """The frame with the labels of its rows in ``end``, kept at the last row of each key only."""
    last = data.index.isin(data.groupby(key).tail(1).index)
    return data.assign(end=[words if at else "" for words, at in zip(labels, last, strict=True)])


SIDES: dict[str, dict[str, Any]] = {
    "right": {"align": "left", "dx": 9, "dy": 12},
    "left": {"align": "right", "dx": -9, "dy": -10},
    "under-left": {"align": "right", "dx": -8, "dy": 13},
    "foot": {"align": "right", "dx": 45, "dy": 42},
    "above": {"align": "center", "dy": -13},
    "under": {"align": "center", "dy": 16},
    "after": {"align": "left", "dx": 9, "dy": -12},
    "below": {"align": "left", "dx": -2, "dy": 17},
    "far": {"align": "left", "dx": 30, "dy": -3},
}
"""Where the words of a noted point stand, by the names that its column ``side`` uses."""


def noted(data: pd.DataFrame, x: alt.X | str, y: alt.Y | str, *, shape: str = "circle") -> alt.LayerChart:
    """Single points that a chart speaks of: ``text`` beside each on its ``side``, in its own ``colour``."""
    colour = alt.Color("colour:N", scale=None)
    drawn = [alt.Chart(data).mark_point(size=90, shape=shape, opacity=1).encode(x=x, y=y, color=colour)]
    for side, some in data.groupby("side", sort=False):
        text = texts(some, x, y, "text", fontWeight="bold", fontSize=11, **SIDES[str(side)])
        drawn.append(text.encode(color=colour))
    return alt.layer(*drawn)


def ladder(
    data: pd.DataFrame, width: int, *, name: str, kinds: Mapping[str, str], colours: Sequence[str],
    shapes: Sequence[str],
    value: str, label: str, top: float, ticks: int | list[float], columns: int,
) -> alt.LayerChart:  # fmt: skip
    """Quantities on one scale, name above each.

    Range ``low`` to ``high``, its point by ``kind``, label behind.
    """
    base, y = alt.Chart(data), rows_of(data, name)
    colour = by_key("kind", kinds, colours, width, columns, 2)
    colour["legend"]["symbolOpacity"] = 1  # the span's otherwise, which is drawn first
    shape = shaped("kind", dict(zip(kinds, shapes, strict=True)))
    span = base.mark_rule(strokeWidth=7, opacity=0.35, yOffset=9)
    point = base.mark_point(size=90, opacity=1, yOffset=9)
    drawn = span.encode(x=amount("low", "", top, ticks), x2="high:Q", y=y, color=colour)
    drawn += point.encode(x=f"{value}:Q", y=y, color=colour, shape=shape)
    drawn += texts(data, "high:Q", y, label, dx=10, dy=9, fontWeight="bold")
    return (drawn + named(data, name)).properties(width=width, height=40 * data[name].nunique())


def swings(
    data: pd.DataFrame, width: int, *, name: str, value: str, label: str, centre: float, top: float,
    ends: Mapping[str, str],
    colours: Sequence[str], ticks: int | list[float],
) -> alt.LayerChart:  # fmt: skip
    """A tornado: bars from a central value to each ``end`` of an input, its amount at the end."""
    base, y = alt.Chart(data), rows_of(data, name)
    bar = base.mark_bar(height=12, yOffset=8)
    colour = by_key("end", ends, colours, width, 2)
    x = amount(value, "", top, ticks)
    drawn: alt.LayerChart = alt.layer(bar.encode(x=x, x2=alt.datum(centre), y=y, color=colour))
    for some, align, dx in ((data[value] > centre, "left", 5), (data[value] <= centre, "right", -5)):
        drawn += texts(data[some], f"{value}:Q", y, label, align=align, dx=dx, dy=8, fontSize=11)
    return (drawn + named(data, name)).properties(width=width, height=40 * data[name].nunique())


def grid(
    data: pd.DataFrame, width: int, *, x: str, y: str, titles: tuple[str, str], kinds: Mapping[str, str],
    colours: Sequence[str]
) -> alt.LayerChart:  # fmt: skip
    """Cells with their ``label``: the words of the class ``kind`` carry the meaning, colour helps."""
    phone, rows = on_phone(width), list(dict.fromkeys(data[y]))
    axis = alt.Axis(labelAngle=-90 if phone else 0)
    across = alt.X(f"{x}:N", sort=list(dict.fromkeys(data[x])), title=titles[0], axis=axis)
    up = alt.Y(f"{y}:N", sort=rows[::-1], title=titles[1], axis=alt.Axis(grid=False))
    colour = by_key("kind", kinds, colours, width, 2)
    cells = alt.Chart(data).mark_rect(opacity=0.38, stroke=MUTED, strokeWidth=0.4)
    text = alt.Chart(data).mark_text(fontSize=10 if phone else 12, fontWeight="bold", stroke=None)
    drawn = cells.encode(x=across, y=up, color=colour) + text.encode(x=across, y=up, text="label:N")
    return drawn.properties(width=width, height=44 * len(rows))


def cells(
    data: pd.DataFrame, width: int, *, x: str, y: str, across: Sequence[str], down: Sequence[str],
    kinds: Mapping[str, str], colours: Sequence[str], step: int = 30,
) -> alt.LayerChart:  # fmt: skip
    """A sparse table: cells where rows ``down`` meet columns ``across``, with ``label``, by ``kind``."""
    phone = on_phone(width)
    head = alt.Axis(orient="top", labelAngle=-90 if phone else 0, domain=False, ticks=False)
    to = alt.X(f"{x}:N", sort=list(across), scale=alt.Scale(domain=list(across)), title=None, axis=head)
    names = alt.Axis(grid=False, labelLimit=240, labelFontSize=11 if phone else 12)
    by = alt.Y(f"{y}:N", sort=list(down), scale=alt.Scale(domain=list(down)), title=None, axis=names)
    colour = by_key("kind", kinds, colours, width, len(kinds))
    base = alt.Chart(data)
    drawn = base.mark_rect(opacity=0.45).encode(x=to, y=by, color=colour)
    text = base.mark_text(fontSize=11 if phone else 12, fontWeight="bold", stroke=None)
    return (drawn + text.encode(x=to, y=by, text="label:N")).properties(width=width, height=step * len(down))
