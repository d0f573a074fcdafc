"""Provenance by construction: what a computation read is collected while it reads.

``with reading() as read`` collects every fact, price source and assumption that the record hands out inside
the block. :class:`part` is a cached property that remembers what its value was computed from and tells it to
whoever reads it later, so that a chart's sources are those of the parts it draws, whoever computed them
first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

if TYPE_CHECKING:
    from capital_loop.record.tables import Assumption, Fact, Source

T = TypeVar("T")


@dataclass
class Reading:
    """What was read, each once, in the order of the first reading.

    Facts, further sources, assumptions and editors' lists (by chapter and name: the keys of the members).
    ``priced`` is the day of the newest price among them; ``None`` if none was read.
    """

    facts: dict[str, Fact] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    priced: date | None = None
    assumptions: dict[str, Assumption] = field(default_factory=dict)
    choices: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    def add(self, other: Reading) -> None:
        """Takes in what another reading holds."""
        for kind in ("facts", "sources", "assumptions", "choices"):
            mine: dict[Any, Any] = getattr(self, kind)
            mine.update({k: v for k, v in getattr(other, kind).items() if k not in mine})
        self.priced = max((d for d in (self.priced, other.priced) if d), default=None)


_OPEN: ContextVar[tuple[Reading, ...]] = ContextVar("readings", default=())


@contextmanager
def reading() -> Iterator[Reading]:
    """Collects what is read inside the block; blocks inside blocks each get their part."""
    found = Reading()
    token = _OPEN.set((*_OPEN.get(), found))
    try:
        yield found
    finally:
        _OPEN.reset(token)


@contextmanager
def unread() -> Iterator[None]:
    """What is looked at inside the block, to choose among it, does not count as read."""
    token = _OPEN.set(())
    try:
        yield
    finally:
        _OPEN.reset(token)


def note(read: Reading | Fact) -> None:
    """Tells every open reading of a fact, or of all that another reading holds."""
    found = read if isinstance(read, Reading) else Reading({read.fact_id: read})
    for one in _OPEN.get():
        one.add(found)


class part(Generic[T]):  # noqa: N801 (used as a decorator)
    """A property computed once, on first use, that carries the facts it was computed from."""

    def __init__(self, compute: Callable[[Any], T]):
        self.compute, self.__doc__ = compute, compute.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, owner: None, kind: type) -> part[T]: ...
    @overload
    def __get__(self, owner: object, kind: type | None = None) -> T: ...
    def __get__(self, owner: object | None, kind: type | None = None) -> part[T] | T:
        if owner is None:
            return self
        kept: dict[str, tuple[T, Reading]] = owner.__dict__.setdefault("_parts", {})
        if self.name not in kept:
            with reading() as found:
                value = self.compute(owner)
            kept[self.name] = value, found
        value, found = kept[self.name]
        note(found)
        return value
