"""A static server for the built site with gzip, as a host would serve it; the Chromium that looks at it."""

from __future__ import annotations

import errno
import gzip
import http.server
import io
import shutil
import socket
import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from threading import Thread
from typing import Any, BinaryIO


def chromium() -> str | None:
    """The machine's own Chromium, or ``None``."""
    return next((p for p in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if p), None)


PACKED = {".html", ".css", ".js", ".json", ".svg", ".csv", ".xml", ".txt", ".bib"}
"""Kinds of files that are sent compressed."""


@cache
def _packed(path: str, changed: float) -> bytes:
    return gzip.compress(Path(path).read_bytes(), mtime=0)


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files, compressed where the browser takes it."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        """Says nothing."""

    def end_headers(self) -> None:
        """Adds what a host would."""
        if "/_static/" in self.path:
            self.send_header("Cache-Control", "public, max-age=3600")
        super().end_headers()

    def send_head(self) -> io.BytesIO | BinaryIO | None:
        """As the base class, but for packed kinds with ``Content-Encoding: gzip``."""
        path = Path(self.translate_path(self.path))
        if path.is_dir():
            path /= "index.html"
        if (
            path.suffix not in PACKED
            or not path.is_file()
            or "gzip" not in self.headers.get("Accept-Encoding", "")
        ):
            return super().send_head()
        body = _packed(str(path), path.stat().st_mtime)
        self.send_response(200)
        self.send_header(
            "Content-Type", self.guess_type(str(path)) + ("; charset=utf-8" if path.suffix != ".svg" else "")
        )
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return io.BytesIO(body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """As the base class, but for the site's own page where an address leads nowhere."""
        page = Path(self.directory) / "404.html"
        if code != http.HTTPStatus.NOT_FOUND or not page.is_file():
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


class Server(http.server.ThreadingHTTPServer):
    """A server that asks nobody for its name: where no name server answers, that takes long."""

    def server_bind(self) -> None:
        """Takes the port."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]


class Server6(Server):
    """For a machine that has no IPv4."""

    address_family = socket.AF_INET6


def _server(site: Path, port: int) -> Server:
    handler = partial(Handler, directory=str(site))
    try:
        return Server(("127.0.0.1", port), handler)
    except OSError as error:
        if error.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
            raise
        return Server6(("::1", port), handler)


@contextmanager
def served(site: Path, port: int = 0) -> Iterator[str]:
    """The site on localhost while the block runs; gives the address without a slash at the end."""
    server = _server(site, port)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        host = "[::1]" if isinstance(server, Server6) else "127.0.0.1"
        yield f"http://{host}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
