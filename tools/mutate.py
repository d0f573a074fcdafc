"""How many wrong cells are noticed: `make mutate`, which tries wrong lines too (`tools/lines.py`).

It changes single cells of ``data/`` as a slip of the hand would (a digit, a place, a day, a key, a word
from a list, two cells or two rows exchanged), renews the stamp as somebody who believes in the edit would,
and asks which layer of ``make validate`` notices. A changed cell without a new stamp is refused by its hash
in any case.
"""

from __future__ import annotations

import argparse
import collections
import csv
import datetime as dt
import io
import json
import multiprocessing
import os
import random
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from capital_loop.claims.checks import linked, schema, sound
from capital_loop.claims.editions import OWN, guarded, undeclared
from capital_loop.claims.reconcile import reconcile
from capital_loop.record import Record, RecordError, stamp
from capital_loop.record.schema import Resource, csv_text

ROOT = Path(__file__).resolve().parents[1]
GOAL = 0.99
LAYERS = ("schema", "meaning", "reconciliation", "edition")
Rows = list[dict[str, str]]


@dataclass(frozen=True)
class Mutation:
    """One slip: ``rows`` are the row numbers it touches, ``column`` is empty where two rows change places."""

    table: str
    path: str
    operator: str
    rows: tuple[int, ...]
    column: str
    now: tuple[str, ...]

    def apply(self, rows: Rows) -> Rows:
        out = [dict(r) for r in rows]
        if not self.column:
            a, b = self.rows
            out[a], out[b] = out[b], out[a]
        for row, value in zip(self.rows, self.now, strict=False):
            out[row][self.column] = value
        return out

    def told(self, rows: Rows) -> str:
        was = " and ".join(rows[r][self.column] for r in self.rows) if self.column else ""
        places = " and ".join(str(r + 2) for r in self.rows)
        return (
            f"data/{self.path} row {places} {self.column}: {self.operator}, {was[:60]} -> "
            f"{' and '.join(self.now)[:60]}"
        )


def a_digit(text: str, chance: random.Random) -> str:
    places = [i for i, c in enumerate(text) if c.isdigit()]
    at = chance.choice(places)
    return text[:at] + chance.choice([d for d in "0123456789" if d != text[at]]) + text[at + 1 :]


def a_place(text: str, chance: random.Random) -> str:
    return f"{float(text) * chance.choice((0.1, 10)):.12g}"


def a_day(text: str, chance: random.Random) -> str:
    step = -1 if text.startswith("9999") else chance.choice((-1, 1))
    parts = [int(p) for p in text.split("-")]
    if len(parts) == 3:
        return (dt.date(*parts) + dt.timedelta(days=step)).isoformat()
    if len(parts) == 2:
        month = parts[0] * 12 + parts[1] - 1 + step
        return f"{month // 12}-{month % 12 + 1:02d}"
    return str(parts[0] + step)


def mutations(resource: Resource, rows: Rows, chance: random.Random) -> Iterator[Mutation]:
    """Every slip of every statement in a table, each operator once a cell."""
    name, path = resource["name"], resource["path"]
    types = {f["name"]: f["type"] for f in resource["schema"]["fields"]}
    for column in guarded(resource):
        seen = sorted({r[column] for r in rows if r[column]})
        for i, row in enumerate(rows):
            text = row[column]
            below = rows[i + 1][column] if i + 1 < len(rows) else text
            if below != text:
                yield Mutation(name, path, "two cells exchanged", (i, i + 1), column, (below, text))
            if not text:
                continue
            if types[column] in ("number", "integer"):
                for what, change in (("a digit", a_digit), ("a place", a_place)):
                    new = change(text, chance)
                    if float(new) != float(text):
                        yield Mutation(name, path, what, (i,), column, (new,))
            elif re.fullmatch(r"\d{4}(-\d\d){0,2}", text):
                yield Mutation(name, path, "a day", (i,), column, (a_day(text, chance),))
            elif len(seen) > 1:
                new = chance.choice([s for s in seen if s != text])
                yield Mutation(name, path, "another key or word", (i,), column, (new,))
    for i in range(len(rows) - 1):
        yield Mutation(name, path, "two rows exchanged", (i, i + 1), "", ())


def read(data: Path, path: str) -> tuple[Rows, list[str]]:
    reader = csv.DictReader(io.StringIO((data / path).read_text(encoding="utf-8"), newline=""))
    return list(reader), list(reader.fieldnames or [])


def related(descriptor: dict[str, Any], table: str) -> set[str]:
    """The table, those it points to, and those that point to it."""
    links = {
        r["name"]: {k["reference"]["resource"] or r["name"] for k in r["schema"].get("foreignKeys", [])}
        for r in descriptor["resources"]
    }
    found = {table, *links[table], *(n for n, to in links.items() if table in to)}
    return found | {to for n in found for to in links[n]}


class Bench:
    """A private copy of the record on which one process tries mutations."""

    def __init__(self) -> None:
        self.data = Path(tempfile.mkdtemp(prefix="mutate-")) / "data"
        shutil.copytree(ROOT / "data", self.data)
        self.descriptor = json.loads((self.data / "datapackage.json").read_text(encoding="utf-8"))
        self.tables: dict[str, tuple[Rows, list[str]]] = {}

    def noticed(self, m: Mutation) -> list[str]:
        """The layers that notice a mutation, each asked by itself."""
        if m.path not in self.tables:
            self.tables[m.path] = read(self.data, m.path)
        rows, columns = self.tables[m.path]
        target = self.data / m.path
        good = target.read_bytes()
        target.write_bytes(csv_text(m.apply(rows), columns).encode())
        stamp(self.data)
        try:
            found: list[str] = []
            for layer in LAYERS:
                try:
                    if self._notices(layer, m):
                        found.append(layer)
                except Exception as error:
                    if not found:  # `make validate` would have got this far, and shown a traceback
                        return [f"crash: {error!r}"]
        finally:
            target.write_bytes(good)
            stamp(self.data)
        return found

    def _notices(self, layer: str, m: Mutation) -> bool:
        try:
            if layer == "schema":
                return any(map(bool, schema(self.data, related(self.descriptor, m.table))))
            record = Record(self.data)
            if layer == "meaning":
                return any(map(bool, sound(record))) or any(map(bool, linked(record)))
            return any(map(bool, (reconcile if layer == "reconciliation" else undeclared)(record)))
        except RecordError:
            return True


_bench: Bench | None = None


def _try(m: Mutation) -> tuple[Mutation, list[str]]:
    global _bench
    _bench = _bench or Bench()
    return m, _bench.noticed(m)


def data(sample: int | None, seed: int) -> bool:
    """Tries a sample, the same number from each column and operator; prints who noticed what."""
    chance = random.Random(seed)
    descriptor = json.loads((ROOT / "data" / "datapackage.json").read_text(encoding="utf-8"))
    strata: dict[tuple[str, str, str], list[Mutation]] = collections.defaultdict(list)
    rows: dict[str, Rows] = {}
    for resource in descriptor["resources"]:
        if resource["name"] not in OWN:
            rows[resource["path"]], _ = read(ROOT / "data", resource["path"])
            for m in mutations(resource, rows[resource["path"]], chance):
                strata[m.table, m.column, m.operator].append(m)
    total = sum(map(len, strata.values()))
    todo = [m for group in strata.values() for m in group]
    if sample:
        each = max(1, sample // len(strata))
        todo = [m for group in strata.values() for m in chance.sample(group, min(each, len(group)))]
        todo = chance.sample(todo, min(sample, len(todo)))
    chance.shuffle(todo)
    print(
        f"{total:,} possible slips in {len(strata)} columns and ways; {len(todo):,} are tried (seed {seed})",
        flush=True,
    )
    first: collections.Counter[str] = collections.Counter()
    any_of: collections.Counter[str] = collections.Counter()
    by_operator: dict[str, list[bool]] = collections.defaultdict(list)
    only_edition: collections.Counter[str] = collections.Counter()
    survivors: list[tuple[Any, ...]] = []
    with multiprocessing.Pool(os.cpu_count()) as pool:
        for m, found in tqdm(pool.imap_unordered(_try, todo), total=len(todo), mininterval=10, disable=None):
            by_operator[m.operator].append(bool(found) and found[0] in LAYERS)
            any_of.update(found)
            only_edition[f"{m.table}.{m.column or 'order'}"] += found == ["edition"]
            first[found[0] if found else "nobody"] += 1
            if not found or found[0].startswith("crash"):
                survivors.append((m, *found))
    n = len(todo)
    print("noticed first by the cheapest layer / by this layer at all")
    for layer in LAYERS:
        print(f"  {layer:<16} {first[layer] / n:6.1%} / {any_of[layer] / n:6.1%}")
    print("noticed by kind of slip")
    for operator, caught in sorted(by_operator.items()):
        print(f"  {operator:<20} {sum(caught):>5} of {len(caught)}")
    print(
        "noticed by the edition alone, most often:",
        ", ".join(f"{c} {k}" for c, k in only_edition.most_common(25) if k),
    )
    rate = 1 - len(survivors) / n
    print(f"noticed in all: {n - len(survivors)} of {n} = {rate:.2%} (goal {GOAL:.0%})")
    for m, *crash in survivors:
        print("  survives:", m.told(rows[m.path]), *crash)
    return rate >= GOAL


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="every mutation of the data")
    parser.add_argument("--sample", type=int, default=600)
    parser.add_argument("--seed", type=int, default=2026)
    args = parser.parse_args()
    return 0 if data(None if args.all else args.sample, args.seed) else 1


if __name__ == "__main__":
    sys.exit(main())
