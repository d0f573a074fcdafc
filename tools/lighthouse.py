"""Lighthouse (mobile preset) on five pages, served with gzip; then with a processor four times slower.

Installs Lighthouse from npm's registry into ``_build/lighthouse`` the first time; needs Node and a Chromium.
Scores of performance depend on what else the machine does: its load is printed, and each page is measured up
to ``TRIES`` times, of which the best counts.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from capital_loop.publish import cli
from capital_loop.publish.serving import chromium, served

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "_build" / "html"
TOOL = ROOT / "_build" / "lighthouse"
VERSION = "12"
GOALS = {"performance": 98, "accessibility": 100, "best-practices": 100, "seo": 100}
PRESET, SLOW, FALL = 4, 16, 5
"""Slowdown of the processor in the preset, and in the second run; points that a page may lose by it."""
TRIES = 3


def program() -> Path:
    """Lighthouse, installed the first time."""
    found = TOOL / "node_modules" / ".bin" / "lighthouse"
    if not found.exists():
        print("installing Lighthouse (once) ...", flush=True)
        TOOL.mkdir(parents=True, exist_ok=True)
        npm = [
            "npm",
            "install",
            "--silent",
            "--no-fund",
            "--no-audit",
            "--prefix",
            str(TOOL),
            f"lighthouse@{VERSION}",
        ]
        subprocess.run(npm, check=False)
        if not found.exists():
            sys.exit("npm could not install Lighthouse, for the reason above")
    return found


def measure(address: str, page: str, slowdown: int) -> dict[str, Any]:
    """Lighthouse's report on a page."""
    report = TOOL / "report.json"
    done = subprocess.run(
        [str(program()), f"{address}/{page}", "--quiet", "--output=json", f"--output-path={report}",
         f"--throttling.cpuSlowdownMultiplier={slowdown}",
         "--chrome-flags=--headless=new --no-sandbox --disable-gpu"],
        env={**os.environ, "CHROME_PATH": chromium() or ""}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        sys.exit(f"Lighthouse failed on {page}: {done.stderr[-800:]}")
    found: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    return found


def scores(report: dict[str, Any]) -> dict[str, int]:
    """The four scores, of a hundred."""
    return {k: round(100 * report["categories"][k]["score"]) for k in GOALS}


def best(address: str, page: str, slowdown: int, least: int) -> dict[str, Any]:
    """The report with the best performance of some tries, which end when one reaches ``least``."""
    found: list[dict[str, Any]] = []
    while len(found) < TRIES and (not found or max(scores(r)["performance"] for r in found) < least):
        found.append(measure(address, page, slowdown))
    return max(found, key=lambda r: scores(r)["performance"])


def reasons(report: dict[str, Any], names: list[str]) -> None:
    """Prints what keeps a page below its goals."""
    for name in names:
        for ref in report["categories"][name]["auditRefs"]:
            audit = report["audits"][ref["id"]]
            if audit["score"] is not None and audit["score"] < 0.9 and ref["weight"]:
                print(f"    {name}: {audit['title']} ({audit.get('displayValue', '')})")
                for item in audit.get("details", {}).get("items", [])[:3]:
                    print(f"        {item.get('node', {}).get('snippet', '')[:160]}")


def main() -> int:
    """Measures and prints; 1 if a goal was missed."""
    if chromium() is None or shutil.which("npm") is None:
        sys.exit("needs Chromium and npm: on Debian, apt-get install chromium npm")
    if code := cli.main(["build"]):
        return code
    longest = max((SITE / "notebooks").glob("*.html"), key=lambda p: p.stat().st_size).name
    missed = 0
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors", flush=True)
    with served(SITE) as address:
        for page in (
            "index.html",
            f"notebooks/{longest}",
            "book/claims.html",
            "book/evidence.html",
            "claims/r-24.html",
        ):
            report = best(address, page, PRESET, GOALS["performance"])
            now = scores(report)
            low = [k for k, v in now.items() if v < GOALS[k]]
            after = scores(best(address, page, SLOW, now["performance"] - FALL))["performance"]
            fell = now["performance"] - after
            missed += len(low) + (fell > FALL)
            size = report["audits"]["total-byte-weight"]["numericValue"] / 1000
            shift = report["audits"]["cumulative-layout-shift"]["numericValue"]
            said = ", ".join(f"{k} {v} (goal {GOALS[k]})" for k, v in now.items())
            slow = f"four times slower {after} (may lose {FALL})"
            print(f"{page}: {said}; {size:.0f} KB; shift {shift:.3f}; {slow}", flush=True)
            reasons(report, low)
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
