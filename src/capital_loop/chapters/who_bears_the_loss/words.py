"""The words of the page "Who bears the loss"."""

from __future__ import annotations

GROUPS = ("openai", "index", "owners", "lenders", "landlords")
KIND = {
    "openai-owners": "openai", "index-houses": "index", "oracle-bonds": "lenders", "coreweave-notes": "lenders", "coreweave-secured": "lenders",
    "softbank-lenders": "lenders", "site-lenders": "lenders", "oracle-landlords": "landlords", "developers": "landlords", "sb-energy": "landlords",
}  # fmt: skip
SHOCKS: dict[str, str] = {}
HOLDERS: dict[str, str] = {}
GAIN: dict[str, str] = {}
LEDGER: dict[str, str] = {}
RANKS: dict[int, str] = {}
