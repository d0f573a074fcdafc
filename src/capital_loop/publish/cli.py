"""The command line: ``capital-loop build | validate | stamp | declare | edition | due | trace | audit | serve``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def main(argv: list[str] | None = None) -> int:
    """Runs one command; bad input gives one line a problem on stderr and exit code 1."""
    parser = argparse.ArgumentParser(prog="capital-loop", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    build = commands.add_parser("build", help="execute what changed, build the site")
    build.add_argument("--force", action="store_true", help="execute everything again")
    commands.add_parser("validate", help="check the record in data/")
    commands.add_parser("stamp", help="write the tables' hashes and sizes into datapackage.json")
    publish = commands.add_parser("edition", help="file the record as a published edition")
    publish.add_argument("note", help="what is new in it, in one sentence")
    publish.add_argument("--date", default=None, help="day of publication (default: today)")
    declare = commands.add_parser("declare", help="give changes of published figures their reason")
    declare.add_argument("reason", help="why they changed, in a sentence for readers of the edition")
    declare.add_argument("--table", default="", help="only changes of this table, such as facts")
    declare.add_argument("--key", default="", help="only changes of this row, such as ORCL-003")
    declare.add_argument(
        "--error", action="store_true", help="we were wrong (else: newer or better evidence)"
    )
    declare.add_argument("--date", default=None, help="day of the change (default: today)")
    commands.add_parser("due", help="list when the watchlist's next figures are due, and what is overdue")
    trace = commands.add_parser(
        "trace", help="print the way of a claim to its sources, or what a fact touches"
    )
    trace.add_argument("key", help="a claim such as R-24, or a fact such as AMD-D11")
    audit = commands.add_parser(
        "audit", help="write the pack for a reviewer: numbers, assumptions, editorial verdicts, lineage"
    )
    audit.add_argument("--to", type=Path, default=None, help="folder (default: _build/audit)")
    serve = commands.add_parser("serve", help="serve the built site on localhost")
    serve.add_argument("--port", type=int, default=8000)
    args = parser.parse_args(argv)

    # Imports stand here so that an up-to-date build answers at once.
    from capital_loop.record import RecordError, default_root

    root = default_root()
    try:
        if args.command == "build":
            from capital_loop.publish.engine import BuildError
            from capital_loop.publish.engine.build import build as run

            try:
                print(run(root, force=args.force) / "index.html")
            except BuildError as error:
                print(f"build failed: {error}", file=sys.stderr)
                return 1
            except KeyboardInterrupt:
                print("build interrupted; the old site is untouched", file=sys.stderr)
                return 130
        elif args.command == "validate":
            from capital_loop.claims.checks import validate

            print(validate(root / "data"))
        elif args.command == "stamp":
            from capital_loop.record import stamp

            print("stamped:", ", ".join(stamp(root / "data")) or "nothing changed")
        elif args.command == "edition":
            import datetime

            from capital_loop.claims.checks import validate
            from capital_loop.claims.editions import publish as file_edition
            from capital_loop.record import load, stamp

            validate(root / "data")
            record = load(root / "data")
            day = args.date or datetime.date.today().isoformat()
            print(file_edition(record, record.version, day, args.note))
            stamp(root / "data")
        elif args.command == "declare":
            import datetime

            from capital_loop.claims.editions import declare as explain
            from capital_loop.record import load, stamp

            day = args.date or datetime.date.today().isoformat()
            kind = "error" if args.error else "update"
            count = explain(load(root / "data"), args.reason, day, kind, args.table, args.key)
            stamp(root / "data")
            print(f"declared: {count} changes")
        elif args.command == "audit":
            from capital_loop.claims.checks import validate
            from capital_loop.publish.lineage import pack
            from capital_loop.record.tables import load

            validate(root / "data")
            made = pack(root, load(root / "data"), args.to or root / "_build" / "audit")
            print("\n".join(map(str, made)))
        elif args.command == "trace":
            from capital_loop.publish.lineage import Lineage
            from capital_loop.record.tables import load

            record, key = load(root / "data"), args.key.upper()
            lineage = Lineage(root, record)
            if key in set(record.claims["claim_id"]):
                print("\n".join(lineage.claim(key)))
            elif key in record.facts.index:
                print("\n".join(lineage.fact(key)))
            else:
                print(
                    f"'{args.key}' is neither a claim nor a fact; see data/claims.csv and data/facts.csv",
                    file=sys.stderr,
                )
                return 1
        elif args.command == "due":
            from capital_loop.chapters.watchlist.study import due_lines
            from capital_loop.record.tables import load

            print("\n".join(due_lines(load(root / "data"))))
        else:
            return _serve(root / "_build" / "html", args.port)
    except RecordError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        what = f"{error.filename or root}: {error.strerror or error}"
        print(f"{args.command} failed: {what}; mend that and run it again", file=sys.stderr)
        return 1
    return 0


def _serve(site: Path, port: int) -> int:
    import errno
    import threading

    from capital_loop.publish.serving import served

    if not (site / "index.html").is_file():
        print("there is no site to serve: run make book first", file=sys.stderr)
        return 1
    try:
        with served(site, port) as address:
            print(f"{address}/  (stop with Ctrl-C)", flush=True)
            threading.Event().wait()
    except KeyboardInterrupt:
        print()
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        print(
            f"port {port}: {error.strerror}; choose another one: make serve PORT={port + 1}", file=sys.stderr
        )
        return 1
    except OverflowError:
        print(f"port {port}: choose one from 1 to 65535", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
