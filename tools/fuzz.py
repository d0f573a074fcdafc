"""Feeds the loaders bytes that reach ever more of their code: `make fuzz`.

First the properties of ``tests/test_fuzz.py`` with many examples, then atheris (libFuzzer), which watches the
coverage of the modules that read files and keeps what opens new ground. Whatever is raised besides the errors
that people get as lines ends the run with the input that did it.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["capital_loop"]):
    from capital_loop.claims import editions, reconcile
    from capital_loop.record import RecordError, read_descriptor, tables
    from capital_loop.show.words import quantity

ROOT = Path(__file__).resolve().parents[1]
MEMORY = 2048
"""Megabytes."""
ONE_INPUT = 20
"""Seconds after which one input hangs."""

PLACE = Path(tempfile.mkdtemp(prefix="fuzz-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
RESOURCES = {r["name"]: r for r in read_descriptor(ROOT / "data")["resources"]}


def descriptor(source: atheris.FuzzedDataProvider) -> None:
    (PLACE / "datapackage.json").write_bytes(source.ConsumeBytes(1 << 16))
    with contextlib.suppress(RecordError):
        read_descriptor(PLACE)


def table(source: atheris.FuzzedDataProvider) -> None:
    resource = RESOURCES[source.PickValueInList(sorted(RESOURCES))]
    (PLACE / resource["path"]).write_bytes(source.ConsumeBytes(1 << 16))
    with contextlib.suppress(RecordError):
        tables._read(PLACE, resource)


def archive(source: atheris.FuzzedDataProvider) -> None:
    body = source.ConsumeBytes(1 << 16)
    (PLACE / "x.zip").write_bytes(body)
    with contextlib.suppress(RecordError):
        _ = editions.Edition(PLACE, "x", "x.zip", hashlib.sha256(body).hexdigest()).files


def numeral(source: atheris.FuzzedDataProvider) -> None:
    assert all(x >= 0 for x in reconcile.readings(source.ConsumeUnicodeNoSurrogates(64)))


def period(source: atheris.FuzzedDataProvider) -> None:
    with contextlib.suppress(ValueError):
        found = tables.Period.parse(source.ConsumeUnicodeNoSurrogates(16))
        assert found.start <= found.end


def words(source: atheris.FuzzedDataProvider) -> None:
    text = quantity(
        source.ConsumeRegularFloat(),
        source.PickValueInList(["USD", "percent", "count", "USD/GW", "share", "shares"]),
    )
    assert text.strip()


TARGETS = [descriptor, table, archive, numeral, period, words]


def one(data: bytes) -> None:
    source = atheris.FuzzedDataProvider(data)
    TARGETS[source.ConsumeIntInRange(0, len(TARGETS) - 1)](source)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=120, help="of coverage-guided fuzzing")
    parser.add_argument("--examples", type=int, default=300, help="of each property")
    parser.add_argument("--guided", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.guided:
        corpus = PLACE / "corpus"
        corpus.mkdir()
        for number, path in enumerate(
            [ROOT / "data" / "datapackage.json", *sorted((ROOT / "data").glob("*.csv"))]
        ):
            (corpus / str(number)).write_bytes(path.read_bytes()[:4096])
        options = [
            f"-max_total_time={args.seconds}",
            f"-rss_limit_mb={MEMORY}",
            f"-timeout={ONE_INPUT}",
            "-print_final_stats=1",
            f"-artifact_prefix={PLACE}/",
        ]
        atheris.Setup([sys.argv[0], *options, str(corpus)], one)
        atheris.Fuzz()
    began = time.monotonic()
    properties = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "auto", "tests/test_fuzz.py"], cwd=ROOT, check=False,
        env={**os.environ, "FUZZ_EXAMPLES": str(args.examples)},
    )  # fmt: skip
    print(
        f"properties: {'hold' if properties.returncode == 0 else 'BROKEN'}, {time.monotonic() - began:.0f} s",
        flush=True,
    )
    guided = subprocess.run(
        [sys.executable, __file__, "--guided", "--seconds", str(args.seconds)], cwd=ROOT, check=False
    )
    print(
        f"coverage-guided: {'nothing found' if guided.returncode == 0 else 'FOUND an input, see above'} in "
        f"{args.seconds} s"
    )
    return properties.returncode or guided.returncode


if __name__ == "__main__":
    sys.exit(main())
