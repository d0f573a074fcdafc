"""The record: what ``data/`` says, with its sources. Nothing here judges or computes a finding.

The public names are those of ``__all__``; the tables, and pandas with them, are loaded when first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from capital_loop.record.schema import RecordError, default_root, read_descriptor, stamp

if TYPE_CHECKING:
    from capital_loop.record.tables import Assumption, Fact, Period, Record, Source, load, weakest

__all__ = [
    "Assumption", "Fact", "Period", "Record", "RecordError", "Source", "default_root", "load",
    "read_descriptor", "stamp", "weakest",
]  # fmt: skip


def __getattr__(name: str) -> object:
    if name in __all__:
        from capital_loop.record import tables

        return getattr(tables, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
