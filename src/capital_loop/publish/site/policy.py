"""What a page may load and run: its content-security policy, and the hashes of scripts."""

from __future__ import annotations

import base64
import hashlib

INLINE = {
    "theme": 'try{var t=localStorage.getItem("theme");'
    "if(t)document.documentElement.dataset.theme=t}catch(e){}"
    'if(location.protocol!="file:")document.currentScript.dataset.fonts.split(" ").forEach(function(f){'
    "var "
    'l=document.createElement("link");l.rel="preload";l.as="font";l.type="font/woff2";l.crossOrigin="";l.href=f;'
    "document.head.append(l)})",
    "drawer": 'if(matchMedia("(max-width: 61.99rem)").matches)document.querySelector(".drawer").open=false',
}
"""The scripts that stand in every page, before anything is drawn; each page's policy names their hashes.
Fonts are asked for early, but not in files opened from a folder, where browsers refuse that."""


def policy(*, search: bool = False) -> str:
    """The content-security policy of a page: only the site itself, and the frame's inline scripts, by hash.

    Nothing is evaluated: charts interpret their expressions. The search page's index is WebAssembly. Styles
    may stand in attributes: drawings carry them.
    """
    allowed = ["'self'", *(f"'sha256-{_digest(x.encode(), 'sha256')}'" for x in INLINE.values())]
    allowed += ["'wasm-unsafe-eval'"] * search
    return (
        f"default-src 'none'; script-src {' '.join(allowed)}; style-src 'self' 'unsafe-inline'; img-src "
        "'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'"
    )


def integrity(script: str) -> str:
    """The hash by which a browser knows a script again."""
    return "sha384-" + _digest(script.encode(), "sha384")


def _digest(body: bytes, name: str) -> str:
    return base64.b64encode(hashlib.new(name, body).digest()).decode()
