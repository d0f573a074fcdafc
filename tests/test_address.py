"""Where the site will stand: what ``CAPITAL_LOOP_URL`` may say."""

from __future__ import annotations

import pytest

from capital_loop.publish.address import AddressError, address


def test_unset_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CAPITAL_LOOP_URL", raising=False)
    assert address() == ""


@pytest.mark.parametrize("said", ["https://loop.example.org/book", "https://loop.example.org/book/"])
def test_it_ends_in_one_slash(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAPITAL_LOOP_URL", said)
    assert address() == "https://loop.example.org/book/"


@pytest.mark.parametrize(
    "said",
    [
        "",
        " ",
        "loop.example.org",
        "//loop.example.org",
        "https://",
        "ftp://x.org",
        "https://x.org/?a",
        "https://[x",
        " https://x.org",
    ],
)
def test_what_is_no_address_is_refused_in_one_line(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAPITAL_LOOP_URL", said)
    with pytest.raises(AddressError) as caught:
        address()
    assert str(caught.value) == (
        f"CAPITAL_LOOP_URL is '{said}': write an address such as https://example.org/book/, or unset it"
    )
