"""The command line: capital-loop build|validate|stamp|declare|edition|due|trace|audit|serve."""

from __future__ import annotations

import argparse
import errno
import io
import os
import re
import sys
from pathlib import Path

from capital_loop.publish.engine import MISSING, refused, unheard

# Imports stand in the commands, so that an up-to-date build answers at once.


def main(argv: list[str] | None = None) -> int:
    """Runs one command; bad input gives one line a problem on stderr and exit code 1."""
    _opened()
    args = _parser().parse_args(argv)
    try:
        return _run(args)
    except KeyboardInterrupt:
        print(f"{args.command} interrupted; every file is whole", file=sys.stderr)
        return 130


def _opened() -> None:
    """Opens what of the three standard streams was closed: no file and no pipe must get its number."""
    while (number := os.open(os.devnull, os.O_RDWR)) < 3:
        continue
    os.close(number)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115


def _run(args: argparse.Namespace) -> int:
    from capital_loop.record import RecordError, default_root

    root = default_root()
    if isinstance(sys.stdout, io.TextIOWrapper):  # a terminal without Chinese shows signs, no traceback
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        code = COMMANDS[args.command](root, args) or 0
        return _flushed(args.command) or code
    except RecordError as error:
        return _failed(str(error))
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("capital_loop"):
            raise
        return _failed(f"{args.command}: {MISSING.format(error.name)}")
    except OSError as error:
        if error.filename is None and _flushed(args.command, probe="\n"):
            return 1
        return _failed(f"{args.command} failed: {refused(error, root)}; mend that and run it again")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="capital-loop", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    build = commands.add_parser("build", help="execute what changed, build the site")
    build.add_argument("--force", action="store_true", help="execute everything again")
    commands.add_parser("validate", help="check the record in data/")
    commands.add_parser(
        "stamp", help="write hashes and sizes into datapackage.json; fractions begin with a decimal point"
    )
    edition = commands.add_parser("edition", help="file the record as a published edition")
    edition.add_argument("note", type=_sentence, help="what is new in it, in one sentence")
    edition.add_argument("--date", type=_day, help="day of publication (default: today)")
    declare = commands.add_parser("declare", help="give changes of published figures their reason")
    declare.add_argument(
        "reason", type=_sentence, help="why they changed, in a sentence for readers of the edition"
    )
    declare.add_argument("--table", default="", help="only changes of this table, such as facts")
    declare.add_argument("--key", default="", help="only changes of this row, such as ORCL-003")
    kind = declare.add_mutually_exclusive_group()
    kind.add_argument("--error", action="store_true", help="we were wrong (else: newer or better evidence)")
    kind.add_argument(
        "--rule", action="store_true", help="we changed a rule, a reading or the way to file the same"
    )
    declare.add_argument("--date", type=_day, help="day of the change (default: today)")
    commands.add_parser("due", help="list when the watchlist's next figures are due, and what is overdue")
    trace = commands.add_parser(
        "trace",
        help="print the way of a claim to its sources, what a fact touches, how a result, a figure or words "
        "are made",
    )
    trace.add_argument(
        "key",
        help="a claim (R-24), a fact (AMD-D11), a part (contagion.together), a figure (market-paths), or "
        "words of a chapter",
    )
    audit = commands.add_parser(
        "audit", help="write the pack for a reviewer: numbers, assumptions, editorial verdicts, lineage"
    )
    audit.add_argument("--to", type=Path, help="folder (default: _build/audit)")
    serve = commands.add_parser("serve", help="serve the built site on localhost")
    serve.add_argument("--port", type=_port, default=8000, help="port on localhost (default: 8000)")
    serve.add_argument("--build", action="store_true", help="build first, if the port is free")
    return parser


def _day(text: str) -> str:
    """A day as typed; `argparse` says what is wrong with another text."""
    import datetime

    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is no day: write YYYY-MM-DD") from None


def _port(text: str) -> int:
    """A port as typed: a number that a server may have."""
    if text.isascii() and text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    raise argparse.ArgumentTypeError(f"'{text}' is no port: choose one from 1 to 65535")


def _sentence(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("it is blank: write a sentence")
    return text


def _failed(message: str) -> int:
    print(message, file=sys.stderr)
    return 1


def _flushed(command: str, probe: str = "") -> int:
    """Hands over what was printed, and says so if nobody takes it.

    Who has read enough, as `head`, needs no word.
    """
    try:
        sys.stdout.write(probe)
        sys.stdout.flush()
    except OSError as error:
        unheard()
        if error.errno != errno.EPIPE:
            return _failed(
                f"{command}: what it prints could not be written ({error.strerror}); make room for it"
            )
        return 1
    return 0


def _build(root: Path, args: argparse.Namespace) -> int | None:
    from capital_loop.publish.engine import BuildError
    from capital_loop.publish.engine.build import build

    try:
        print(build(root, force=args.force) / "index.html")
    except BuildError as error:
        return _failed(f"build failed: {error}")
    except KeyboardInterrupt:
        print("build interrupted; the old site is untouched", file=sys.stderr)
        return 130
    return None


def _validate(root: Path, _: argparse.Namespace) -> None:
    from capital_loop.claims.checks import validate

    print(validate(root / "data"))


def _stamp(root: Path, _: argparse.Namespace) -> None:
    from capital_loop.record import stamp

    print("stamped:", ", ".join(stamp(root / "data")) or "nothing changed")


def _today() -> str:
    import datetime

    return datetime.date.today().isoformat()


def _edition(root: Path, args: argparse.Namespace) -> None:
    from capital_loop.claims.checks import validate
    from capital_loop.claims.editions import publish
    from capital_loop.record import load, stamp

    validate(root / "data")
    record = load(root / "data")
    print(publish(record, record.version, args.date or _today(), args.note))
    stamp(root / "data")


def _declare(root: Path, args: argparse.Namespace) -> int | None:
    from capital_loop.claims.editions import declare
    from capital_loop.record import load, stamp

    kind = "error" if args.error else "rule" if args.rule else "update"
    count = declare(load(root / "data"), args.reason, args.date or _today(), kind, args.table, args.key)
    stamp(root / "data")
    if not count:
        asked = " ".join(x for x in (args.table, args.key) if x) or "the record"
        return _failed(
            f"nothing to declare in {asked}: no edition says otherwise, "
            "or each change has its reason; see `validate`"
        )
    print(f"declared: {count} changes")
    return None


def _due(root: Path, _: argparse.Namespace) -> None:
    from capital_loop.chapters.watchlist.study import due_lines
    from capital_loop.record import load

    print("\n".join(due_lines(load(root / "data"))))


def _trace(root: Path, args: argparse.Namespace) -> int | None:
    from capital_loop.publish.lineage import Lineage
    from capital_loop.publish.making import Making
    from capital_loop.record import load

    record, key = load(root / "data"), args.key.upper()
    lineage, making = Lineage(root, record), Making(root, record)
    try:
        if key in set(record.claims["claim_id"]):
            lines = lineage.claim(key)
        elif key in record.facts.index:
            lines = lineage.fact(key)
        elif re.fullmatch(r"[A-Z]{1,5}-[A-Z]?\d+", key):
            return _failed(f"{args.key!r} is neither a claim nor a fact (data/claims.csv, data/facts.csv)")
        elif (name := args.key.removeprefix("fig-")) in making.figures:
            lines = making.figure(name)
        elif re.fullmatch(r"[\w-]+\.\w[\w-]*", args.key) and not args.key[-1].isdigit():
            lines = making.part(args.key)
        else:
            lines = making.said(args.key)
    except KeyError as error:
        return _failed(str(error.args[0]))
    print("\n".join(lines))
    return None


def _audit(root: Path, args: argparse.Namespace) -> int | None:
    if args.to is None and not (root / "_toc.yml").is_file():
        return _failed("this is the installed library, no checkout: name a folder with --to FOLDER")
    from capital_loop.claims.checks import validate
    from capital_loop.publish.lineage import pack
    from capital_loop.record import load

    validate(root / "data")
    print("\n".join(map(str, pack(root, load(root / "data"), args.to or root / "_build" / "audit"))))
    return None


def _serve(root: Path, args: argparse.Namespace) -> int | None:
    import threading

    from capital_loop.publish.serving import served

    site, port = root / "_build" / "html", args.port
    if not args.build and not (site / "index.html").is_file():
        return _failed("there is no site to serve: run make book first")
    try:
        with served(site, port) as address:  # before the build: a port that is taken is said at once
            if args.build and (code := _build(root, argparse.Namespace(force=False))):
                return code
            print(f"{address}/  (stop with Ctrl-C)", flush=True)
            threading.Event().wait()
    except KeyboardInterrupt:
        print()
    except OSError as error:
        if error.errno == errno.EADDRNOTAVAIL:
            page = site / "index.html"
            return _failed(f"no address here can be served at (127.0.0.1, ::1); make book, open {page}")
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        other = port + 1 if 1024 <= port < 65535 else 8001  # below 1024 ports are the system's
        return _failed(f"port {port}: {error.strerror}; choose another one: make serve PORT={other}")
    return None


COMMANDS = {
    "build": _build, "validate": _validate, "stamp": _stamp, "edition": _edition, "declare": _declare,
    "due": _due, "trace": _trace, "audit": _audit, "serve": _serve,
}  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
