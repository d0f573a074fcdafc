"""Lighthouse (mobile preset) on the front page, the longest chapter and the claims table, served with gzip.

Installs Lighthouse from the npm registry into ``_build/lighthouse`` the first time; needs Node and a
Chromium.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from capital_loop.publish.serving import chromium, served

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "_build" / "html"
TOOL = ROOT / "_build" / "lighthouse"
VERSION = "12"
GOALS = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}


def main() -> int:
    if not (SITE / "index.html").exists():
        sys.exit("there is no site: run make book first")
    if chromium() is None or shutil.which("npm") is None:
        sys.exit("needs Chromium and npm: on Debian, apt-get install chromium npm")
    program = TOOL / "node_modules" / ".bin" / "lighthouse"
    if not program.exists():
        print("installing Lighthouse (once) ...", flush=True)
        TOOL.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ["npm", "install", "--silent", "--no-fund", "--no-audit", "--prefix", str(TOOL),
             f"lighthouse@{VERSION}"],
            check=False,
        )  # fmt: skip
        if not program.exists():
            sys.exit("npm could not install Lighthouse, for the reason above")
    longest = max((SITE / "notebooks").glob("*.html"), key=lambda p: p.stat().st_size).name
    missed = 0
    with served(SITE) as address:
        for page in ("index.html", f"notebooks/{longest}", "book/claims.html"):
            report = TOOL / "report.json"
            done = subprocess.run(
                [str(program), f"{address}/{page}", "--quiet", "--output=json", f"--output-path={report}",
                 "--chrome-flags=--headless=new --no-sandbox --disable-gpu"],
                env={**os.environ, "CHROME_PATH": chromium() or ""}, capture_output=True, text=True,
                check=False,
            )  # fmt: skip
            if done.returncode:
                sys.exit(f"Lighthouse failed on {page}: {done.stderr[-800:]}")
            found = json.loads(report.read_text(encoding="utf-8"))
            scores = {k: round(100 * found["categories"][k]["score"]) for k in GOALS}
            low = {k: v for k, v in scores.items() if v < GOALS[k]}
            missed += len(low)
            size = found["audits"]["total-byte-weight"]["numericValue"] / 1000
            print(
                f"{page}: "
                + ", ".join(f"{k} {v} (goal {GOALS[k]})" for k, v in scores.items())
                + f"; {size:.0f} KB",
                flush=True,
            )
            for name in low:
                for ref in found["categories"][name]["auditRefs"]:
                    audit = found["audits"][ref["id"]]
                    if audit["score"] is not None and audit["score"] < 0.9 and ref["weight"]:
                        print(f"    {name}: {audit['title']} ({audit.get('displayValue', '')})")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
