"""The built site behind nginx under a bounded load: `make load`.

Fifty readers open pages in turn for twenty seconds, as fast as they are answered, with the configuration that
the site ships. Needs nginx and wrk (Debian: apt-get install nginx-light wrk); server and readers share this
machine.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from capital_loop.publish import cli

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "_build" / "html"
READERS, SECONDS = 50, 20
GOAL = 0.2
"""Seconds in which 99 of 100 answers must be there."""
NGINX = """
{user}worker_processes auto;
pid {place}/nginx.pid;
error_log {place}/error.log;
events {{ worker_connections 1024; }}
http {{
  include /etc/nginx/mime.types;
  access_log off;
  client_body_temp_path {place}/body; proxy_temp_path {place}/proxy; fastcgi_temp_path {place}/fcgi;
  uwsgi_temp_path {place}/uwsgi; scgi_temp_path {place}/scgi;
  server {{ listen 127.0.0.1:{port}; root {site}; include {site}/hosting/nginx.conf; }}
}}
"""
LUA = """
local pages = {{ {pages} }}
local at = 0
request = function()
  at = at + 1
  return wrk.format("GET", pages[at % #pages + 1], {{["Accept-Encoding"] = "gzip"}})
end
done = function(summary, latency, requests)
  io.write(string.format('{{"requests": %d, "bytes": %d, "seconds": %f, "p50": %f, "p99": %f, "worst": %f, "errors": %d}}\\n',
    summary.requests, summary.bytes, summary.duration / 1e6, latency:percentile(50) / 1e6, latency:percentile(99) / 1e6,
    latency.max / 1e6, summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
"""


def main() -> int:
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if not nginx or not shutil.which("wrk"):
        print("needs nginx and wrk: on Debian, apt-get install nginx-light wrk", file=sys.stderr)
        return 1
    if code := cli.main(["build"]):
        return code
    pages = ["/" + p.relative_to(SITE).as_posix() for p in sorted(SITE.rglob("*.html"))] + [
        "/_static/site.css",
        "/_static/site.js",
    ]
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        user = "user root;\n" if os.geteuid() == 0 else ""  # the checkout may be readable by its owner only
        (place / "nginx.conf").write_text(
            NGINX.format(place=place, port=port, site=SITE, user=user), encoding="utf-8"
        )
        (place / "load.lua").write_text(
            LUA.format(pages=", ".join(f'"{p}"' for p in pages)), encoding="utf-8"
        )
        server = subprocess.Popen(
            [nginx, "-c", str(place / "nginx.conf"), "-g", "daemon off;"], stderr=subprocess.PIPE, text=True
        )
        try:
            for _ in range(50):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            else:
                server.kill()
                print(f"nginx did not start:\n{server.communicate()[1]}", file=sys.stderr)
                return 1
            said = subprocess.run(
                ["wrk", "-t2", f"-c{READERS}", f"-d{SECONDS}s", "-s", str(place / "load.lua"), f"http://127.0.0.1:{port}/"],
                capture_output=True, text=True, check=True,
            ).stdout  # fmt: skip
        finally:
            server.terminate()
            server.wait()
    found = re.search(r"^\{.*\}$", said, flags=re.M)
    if found is None:
        print(said, file=sys.stderr)
        return 1
    r = json.loads(found[0])
    print(
        f"{READERS} readers, {len(pages)} pages and files in turn, {r['seconds']:.0f} s, {os.cpu_count()} "
        "processors for server and readers: "
        f"{r['requests'] / r['seconds']:,.0f} answers a second, {r['bytes'] / r['seconds'] / 1e6:.0f} MB a "
        f"second, half within {1000 * r['p50']:.0f} ms, "
        f"99 of 100 within {1000 * r['p99']:.0f} ms (goal {1000 * GOAL:.0f}), the slowest "
        f"{1000 * r['worst']:.0f} ms, {r['errors']} errors"
    )
    return 0 if r["errors"] == 0 and r["p99"] <= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
