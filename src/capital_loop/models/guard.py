"""One guard for the inputs of every model: each check returns the number, or raises one clear ``ValueError``.

A message names the input, says what it was, and what it must be: ``volatility is 51: it looks like percent;
give 51 percent as 0.51``. Nothing is clipped, replaced or mended. Scalars: :func:`finite`, :func:`positive`,
:func:`share`, :func:`rate`, :func:`volatility`, :func:`count`. Arrays, of any shape: :func:`numbers`,
:func:`shares`, :func:`moving`. Ranges: :func:`ordered`, :func:`ranges`. Structures: :func:`kind`,
:func:`several`, :func:`named`. Names: :func:`word`. Days: :func:`day`, :func:`days`, :func:`by_day`.

Example::

    >>> from capital_loop.models.guard import share
    >>> share("recovery", 0.4)
    0.4
    >>> share("recovery", 40)
    Traceback (most recent call last):
        ...
    ValueError: recovery is 40: it looks like percent; give 40 percent as 0.4
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from numbers import Real
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "by_day", "count", "day", "days", "finite", "kind", "moving", "named", "numbers", "ordered", "positive",
    "ranges", "rate", "several", "share", "shares", "volatility", "word",
]  # fmt: skip

Floats = NDArray[np.float64]

VOLATILITY_CEILING = 5.0
"""500 percent a year: above it a volatility was given in percent."""


def finite(
    name: str, value: object, *, low: float | None = None, high: float | None = None,
    above: float | None = None, below: float | None = None, unit: str = "",
) -> float:  # fmt: skip
    """A finite number from ``low`` to ``high`` (both allowed), over ``above``, under ``below`` (not)."""
    number = _number(name, value)
    if _outside(number, low, high, above, below):
        raise ValueError(f"{name} is {_told(number)}: it must {_wanted(low, high, above, below)}{_in(unit)}")
    return number


def positive(name: str, value: object) -> float:
    """A finite number above zero."""
    return finite(name, value, above=0.0)


def share(name: str, value: object, *, high: float = 1.0) -> float:
    """A share from 0 to 1 (or to less); a percent (51 for 0.51) is refused as such."""
    number = _number(name, value)
    if 1 < number <= 100:
        raise ValueError(f"{name} is {_told(number)}: {_percent(number)}")
    return finite(name, number, low=0.0, high=high)


def rate(name: str, value: object, *, low: float = 0.0, high: float = 1.0) -> float:
    """A rate a year as a share (0.06: 6 percent); ``low`` may be negative, ``high`` above one for growth."""
    number = _number(name, value)
    if high < number <= 100 and number > 1:
        raise ValueError(f"{name} is {_told(number)}: {_percent(number)}")
    return finite(name, number, low=low, high=high)


def volatility(name: str, value: object) -> float:
    """A volatility a year as a share, not negative (0.51 for 51 percent)."""
    number = _number(name, value)
    if number > VOLATILITY_CEILING:
        raise ValueError(f"{name} is {_told(number)}: {_percent(number)}")
    return finite(name, number, low=0.0)


def count(name: str, value: object, *, low: int = 0, high: int | None = None) -> int:
    """A whole number from ``low`` to ``high``."""
    number = finite(name, value, low=low, high=high)
    if number != round(number):
        raise ValueError(f"{name} is {_told(number)}: it must be a whole number")
    return int(number)


def numbers(
    name: str, values: ArrayLike, *, low: float | None = None, high: float | None = None,
    above: float | None = None, below: float | None = None, shape: tuple[int, ...] | None = None,
    axes: int | None = None, least: int = 0, unit: str = "",
) -> Floats:  # fmt: skip
    """An array of finite numbers within bounds, of a ``shape``, so many ``axes``, ``least`` so many members.

    Digits as text, truth values, days, complex numbers and masked members are no numbers. The message names
    the first member that is wrong, by its place from 0.
    """
    array = _array(name, values)
    if shape is not None and array.shape != shape:
        raise ValueError(f"{name} has the shape {array.shape}: it must be {shape}")
    if axes is not None and array.ndim != axes:
        wanted = "be one row" if axes == 1 else f"have {axes} axes"
        raise ValueError(f"{name} has the shape {array.shape}: it must {wanted}")
    if array.size < least:
        raise ValueError(f"{name} has {array.size} members: it needs at least {least}")
    _first(name, array, ~np.isfinite(array), "it must be a finite number")
    bad = np.zeros(array.shape, dtype=bool)
    for bound, wrong in (
        (low, np.less),
        (high, np.greater),
        (above, np.less_equal),
        (below, np.greater_equal),
    ):
        if bound is not None:
            bad |= wrong(array, bound)
    _first(name, array, bad, f"it must {_wanted(low, high, above, below)}{_in(unit)}")
    return array


def shares(name: str, values: ArrayLike) -> Floats:
    """An array of shares from 0 to 1; a percent is refused as such."""
    array = numbers(name, values)
    percent = array[(array > 1) & (array <= 100)]
    if percent.size:
        raise ValueError(f"{name} holds {_told(percent[0])}: {_percent(percent[0])}")
    return numbers(name, array, low=0.0, high=1.0)


def moving(name: str, values: ArrayLike, *, least: int = 2) -> Floats:
    """A series of finite numbers that are not all the same: a flat one has no variance to divide by."""
    array = numbers(name, values, least=least, axes=1)
    if np.ptp(array) <= 1e-12 * float(np.abs(array).max()):
        raise ValueError(f"{name} is flat: all {array.size} values are {_told(array.flat[0])}")
    return array


def ordered(name: str, values: Sequence[float]) -> tuple[float, ...]:
    """Finite numbers, none smaller than the one before (low, central, high)."""
    array = numbers(name, values)
    if (np.diff(array) < 0).any():
        told = ", ".join(_told(x) for x in array)
        raise ValueError(f"{name} is {told}: none may be smaller than the one before it")
    return tuple(float(x) for x in array)


T = TypeVar("T")


def kind(name: str, value: object, wanted: type[T]) -> T:
    """A value of a type; for inputs that are structures and not numbers."""
    if not isinstance(value, wanted):
        raise ValueError(f"{name} is {value!r}: it must be of the type {wanted.__name__}")
    return value


def word(name: str, value: object, known: Collection[str] = ()) -> str:
    """A name that is not empty, one of those ``known`` if any are given."""
    if not isinstance(value, str) or not value:
        raise ValueError(f"{name} is {value!r}: it must be a word")
    if known and value not in known:
        raise ValueError(f"{name} is {value!r}: there is no such one; there are {', '.join(known)}")
    return value


def day(name: str, value: object) -> pd.Timestamp:
    """A day without a time zone; text is none."""
    if not isinstance(value, (dt.date, np.datetime64)) or pd.isna(value):
        raise ValueError(f"{name} is {value!r}: it must be a day, such as a pandas.Timestamp")
    found = pd.Timestamp(value)
    if found.tzinfo is not None:
        raise ValueError(f"{name} is {value!r}: it must have no time zone, as days of trading have none")
    return found


def days(name: str, values: object, *, least: int = 1) -> pd.DatetimeIndex:
    """Days in order, each once, without a time zone."""
    if not isinstance(values, pd.DatetimeIndex):
        raise ValueError(f"{name} is of the type {type(values).__name__}: it must be a pandas.DatetimeIndex")
    if values.tz is not None:
        raise ValueError(f"{name} are in the time zone {values.tz}: they must have none, as days of trading")
    if values.hasnans or not values.is_monotonic_increasing or not values.is_unique:
        raise ValueError(f"{name} must be in order, each day once and none missing")
    if len(values) < least:
        raise ValueError(f"{name} are {len(values)}: at least {least} are needed")
    return values


def by_day(name: str, values: object, *, above: float | None = None, least: int = 1) -> pd.Series:
    """A series of finite numbers by day, as :func:`days` wants them."""
    series = kind(name, values, pd.Series)
    days(f"days of {name}", series.index, least=least)
    numbers(name, series.to_numpy(), above=above)
    return series


def several(name: str, values: object, wanted: type[T], *, least: int = 1) -> list[T]:
    """Values of one type, at ``least`` so many."""
    if isinstance(values, str) or not isinstance(values, Iterable) or len(listed := list(values)) < least:
        raise ValueError(f"{name} must be a list of at least {least} of the type {wanted.__name__}")
    return [kind(f"{name}[{i}]", v, wanted) for i, v in enumerate(listed)]


def named(name: str, values: object, *, low: float | None = None) -> dict[str, float]:
    """Finite numbers by name; a message gives the name in brackets."""
    return {k: finite(f"{name}[{k}]", v, low=low) for k, v in kind(name, values, Mapping).items()}  # type: ignore[type-abstract]


def ranges(name: str, values: object, known: Collection[str]) -> dict[str, tuple[float, float]]:
    """A low and a high end for inputs of ``known`` names."""
    found = {}
    for key, ends in kind(name, values, Mapping).items():  # type: ignore[type-abstract]
        if key not in known:
            raise ValueError(
                f"{name} holds {key!r}: no input has that name; there are {', '.join(sorted(known))}"
            )
        low, high = ordered(f"{name}[{key}]", numbers(f"{name}[{key}]", ends, shape=(2,)).tolist())
        found[key] = (low, high)
    return found


def _number(name: str, value: object) -> float:
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    try:
        number = float(value) if _real(value) else math.nan  # type: ignore[arg-type]
    except (ValueError, OverflowError):  # a signalling NaN; more than a float can hold
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"{name} is {value!r}: it must be a finite number".replace("np.float64(nan)", "nan"))
    return number


def _real(value: object) -> bool:
    """Whether something is one real number; truth values and spans of time are none."""
    return isinstance(value, (Real, Decimal)) and not isinstance(value, (bool, np.timedelta64))


def _array(name: str, values: Any) -> Floats:
    """Real numbers as floats."""
    wrong = f"{name} must be numbers, all rows of one length"
    if np.ma.is_masked(values):
        raise ValueError(f"{wrong}, none of them masked")
    if isinstance(values, (list, tuple)) and any(isinstance(v, (bool, np.bool_)) for v in values):
        raise ValueError(wrong)  # numpy would take a truth value among numbers for one
    try:
        array = np.asarray(values)
    except (TypeError, ValueError):
        raise ValueError(wrong) from None
    if array.dtype.kind == "O":
        bad = np.vectorize(lambda x: not _real(x), otypes=[bool])(array)
        _first(name, array, bad, "it must be a finite number")
    elif array.dtype.kind not in "iuf" and array.size:
        raise ValueError(f"{wrong}, and not of the type {array.dtype}")
    try:
        return array.astype(np.float64, copy=False)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(wrong) from None


def _outside(
    x: float, low: float | None, high: float | None, above: float | None, below: float | None
) -> bool:
    return (
        (low is not None and x < low) or (high is not None and x > high)
        or (above is not None and x <= above) or (below is not None and x >= below)
    )  # fmt: skip


def _first(name: str, array: NDArray[Any], bad: NDArray[np.bool_], wanted: str) -> None:
    """Raises for the first bad member."""
    if not bad.any():
        return
    place = np.unravel_index(int(np.argmax(bad)), array.shape)
    where = f"[{', '.join(str(int(i)) for i in place)}]" if place else ""
    value = array[place]
    raise ValueError(f"{name}{where} is {_told(value) if _real(value) else repr(value)}: {wanted}")


def _wanted(low: float | None, high: float | None, above: float | None, below: float | None) -> str:
    words = [
        f"{word} {_told(bound)}"
        for word, bound in (("at least", low), ("above", above), ("at most", high), ("below", below))
        if bound is not None
    ]
    return "be " + " and ".join(words)


def _percent(number: float) -> str:
    return f"it looks like percent; give {_told(number)} percent as {_told(number / 100)}"


def _told(number: float) -> str:
    return f"{float(number):g}"


def _in(unit: str) -> str:
    return f", in {unit}" if unit else ""
