"""The executable audit of the AI capital loop.

``load`` reads the record, ``verdicts`` judges its claims, ``capital_loop.models`` holds the models. Each is
loaded when first asked for; none needs the packages that build the book.

>>> import capital_loop as cl
>>> record = cl.load()
>>> cl.verdicts(record).columns[0]
'claim_id'
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from capital_loop.claims.rules import verdict_table as verdicts
    from capital_loop.record import Record, RecordError, load

__all__ = ["Record", "RecordError", "load", "verdicts"]


def __getattr__(name: str) -> object:
    if name == "verdicts":
        from capital_loop.claims.rules import verdict_table

        return verdict_table
    if name in __all__:
        from capital_loop import record

        return getattr(record, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
