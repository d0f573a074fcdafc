"""Where the site will stand: ``CAPITAL_LOOP_URL``, an input of the build like any file."""

from __future__ import annotations

import os
from urllib.parse import urlsplit


class AddressError(ValueError):
    """``CAPITAL_LOOP_URL`` is no address; the message says what one looks like."""


def top() -> str:
    """The way to the top of the site from the root of its host, with a slash at both ends."""
    return urlsplit(address()).path or "/"


def address() -> str:
    """The address of the site with a slash at the end; empty where none is set. Raises `AddressError`."""
    said = os.environ.get("CAPITAL_LOOP_URL")
    if said is None:
        return ""
    try:
        parts = urlsplit(said)
        good = parts.scheme in ("http", "https") and parts.hostname and not parts.query and not parts.fragment
    except ValueError:
        good = False
    if not good or said != said.strip():
        raise AddressError(
            f"CAPITAL_LOOP_URL is '{said}': write an address such as https://example.org/book/, or unset it"
        )
    return said.rstrip("/") + "/"
