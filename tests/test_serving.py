"""The server of the built site: as a host would answer."""

from __future__ import annotations

import errno
import gzip
import http.client
import http.server
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from capital_loop.publish.serving import PACKED, Server, Server6, served

TEXT = "text that is long enough to be worth it " * 50


@pytest.fixture
def host(tmp_path: Path) -> Iterator[str]:
    site = tmp_path / "site"
    (site / "_static").mkdir(parents=True)
    for kind in (*PACKED, ".png", ".woff2"):
        (site / f"a{kind}").write_text(TEXT, encoding="utf-8")
    (site / "index.html").write_text("the front page", encoding="utf-8")
    (site / "_static" / "site.css").write_text(TEXT, encoding="utf-8")
    with served(site) as address:
        yield urlsplit(address).netloc


def ask(host: str, path: str, accepts: str = "gzip") -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection(host, timeout=20)
    connection.request("GET", path, headers={"Accept-Encoding": accepts} if accepts else {})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


@pytest.mark.parametrize("kind", [".html", ".css", ".js", ".json", ".svg", ".csv", ".xml", ".txt", ".bib"])
def test_what_is_text_is_sent_compressed_where_the_reader_takes_it(host: str, kind: str) -> None:
    answer, body = ask(host, f"/a{kind}")
    assert answer.status == 200
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Content-Length"] == str(len(body))
    assert gzip.decompress(body).decode() == TEXT
    assert len(body) < len(TEXT) / 5
    assert answer.headers["Content-Type"].endswith("charset=utf-8") == (kind != ".svg")
    for accepts in ("", "br"):
        answer, body = ask(host, f"/a{kind}", accepts)
        assert answer.headers["Content-Encoding"] is None
        assert body.decode() == TEXT


def test_pictures_and_fonts_are_sent_as_they_are(host: str) -> None:
    for kind in (".png", ".woff2"):
        answer, body = ask(host, f"/a{kind}")
        assert answer.headers["Content-Encoding"] is None
        assert body.decode() == TEXT


def test_a_folder_is_its_page_and_what_is_not_there_is_said(host: str) -> None:
    answer, body = ask(host, "/")
    assert gzip.decompress(body) == b"the front page"
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert ask(host, "/nowhere.html")[0].status == 404


def test_where_the_site_has_a_page_for_what_is_not_there_it_is_shown(tmp_path: Path) -> None:
    (tmp_path / "404.html").write_text("not here", encoding="utf-8")
    with served(tmp_path) as address:
        answer, body = ask(urlsplit(address).netloc, "/claims/none.html")
    assert (answer.status, body) == (404, b"not here")


def test_shared_files_are_kept_for_an_hour_and_pages_are_not(host: str) -> None:
    assert ask(host, "/_static/site.css")[0].headers["Cache-Control"] == "public, max-age=3600"
    assert ask(host, "/index.html")[0].headers["Cache-Control"] is None


def test_a_machine_without_ipv4_is_served_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And nobody is asked for the machine's name, which can take a minute."""
    bind, asked = Server.server_bind, []

    def refused(self: Server) -> None:
        asked.append(self.address_family)
        if self.address_family == socket.AF_INET:
            raise OSError(number, "Cannot assign requested address")
        bind(self)

    monkeypatch.setattr(Server, "server_bind", refused)
    monkeypatch.setattr(socket, "getfqdn", lambda name="": pytest.fail("asked for a name"))
    number = errno.EADDRINUSE
    with pytest.raises(OSError, match="Cannot assign"), served(tmp_path):
        pass
    assert asked == [socket.AF_INET], "a port that is taken is taken"
    number = errno.EADDRNOTAVAIL
    try:
        Server6(("::1", 0), http.server.BaseHTTPRequestHandler).server_close()
    except OSError:
        pytest.skip("this machine has no IPv6")
    with served(tmp_path) as address:
        assert address.startswith("http://[::1]:")
        assert ask(urlsplit(address).netloc, "/nowhere.html")[0].status == 404
