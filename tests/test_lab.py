"""The notebooks in other viewers: JupyterLab, as opened and after Run All, and plain HTML without scripts."""

from __future__ import annotations

import base64
import io
import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.conftest import ROOT

pytestmark = pytest.mark.slow
FIGURE = "application/vnd.capital-loop.figure+json"
NAMES = sorted(p.name for p in (ROOT / "notebooks").glob("*.ipynb"))
KNOWN = ("image/png", "text/html", "text/markdown", "text/plain")
"""What any viewer of notebooks shows; of these every output must have one."""


def outputs(path: Path) -> list[dict[str, Any]]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [o["data"] for c in cells if c["cell_type"] == "code" for o in c["outputs"] if "data" in o]


def figures(path: Path) -> int:
    return sum(FIGURE in data for data in outputs(path))


@pytest.fixture(scope="module")
def lab(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A JupyterLab of its own over a copy of the notebooks; everything of every notebook is drawn at once."""
    place = tmp_path_factory.mktemp("lab")
    shutil.copytree(root / "notebooks", place / "notebooks")
    settings = place / "settings" / "@jupyterlab" / "notebook-extension"
    settings.mkdir(parents=True)
    (settings / "tracker.jupyterlab-settings").write_text(
        '{"windowingMode": "none", "autoStartDefaultKernel": true}', encoding="utf-8"
    )
    looks = place / "settings" / "@jupyterlab" / "apputils-extension"
    looks.mkdir()
    (looks / "themes.jupyterlab-settings").write_text('{"theme": "JupyterLab Dark"}', encoding="utf-8")
    env = {
        **os.environ, "CAPITAL_LOOP_ROOT": str(root), "JUPYTERLAB_SETTINGS_DIR": str(place / "settings"),
        "JUPYTER_RUNTIME_DIR": str(place / "runtime"), "JUPYTER_CONFIG_DIR": str(place / "config"),
        "JUPYTER_DATA_DIR": str(place / "data"), "IPYTHONDIR": str(place / "ipython"),
    }  # fmt: skip
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "jupyter",
            "lab",
            "--no-browser",
            "--allow-root",
            "--port",
            "0",
            "--ServerApp.token=",
            "--ServerApp.password=",
            "--LabApp.expose_app_in_browser=True",
            "--notebook-dir",
            str(place / "notebooks"),
        ],
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield _address(place / "runtime", server)
    finally:
        server.kill()  # asked to end, it waits for its kernels
        server.wait()


def _address(runtime: Path, server: subprocess.Popen[bytes]) -> str:
    for _ in range(600):
        assert server.poll() is None, "JupyterLab did not start"
        for file in runtime.glob("jpserver-*.json"):
            url = str(json.loads(file.read_text(encoding="utf-8"))["url"])
            try:
                urllib.request.urlopen(url + "api", timeout=2).read()
            except OSError:
                break
            return url
        time.sleep(0.1)
    raise AssertionError("JupyterLab did not answer within a minute")


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    with browser.new_context(viewport={"width": 1300, "height": 1000}) as context:
        yield context.new_page()


def opened(page: Any, lab: str, name: str, drawn: int) -> Any:
    """The notebook's panel, with all its figures there."""
    page.goto(f"{lab}lab/tree/{name}?reset")
    page.wait_for_selector(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell", timeout=300_000)
    panel = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
    page.wait_for_function(
        "n => document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-OutputArea-output "
        "img').length >= n",
        arg=drawn, timeout=300_000,
    )  # fmt: skip
    return panel


def test_every_output_has_a_form_that_any_viewer_shows(root: Path) -> None:
    for name in NAMES:
        for data in outputs(root / "notebooks" / name):
            assert set(data) & set(KNOWN), (name, list(data))
            assert "image/svg+xml" not in data, "viewers that strip drawings show the picture"


CONTRAST = """(selector) => {
  const light = (c) => {
    const v = c.map((x) => { x /= 255; return x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2];
  };
  const parts = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const ground = (e) => {
    for (; e; e = e.parentElement) {
      const c = parts(getComputedStyle(e).backgroundColor);
      if (c.length === 3 || c[3] > 0.99) return c;
    }
    return [255, 255, 255];
  };
  const bad = [];
  for (const e of document.querySelectorAll(selector)) {
    if (!e.innerText.trim() || e.children.length && !e.matches("td, th, p, a")) continue;
    const [a, b] = [light(parts(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5)
      bad.push(e.innerText.slice(0, 40) + " " + getComputedStyle(e).color + " on " + ground(e));
  }
  return bad;
}"""
"""Texts that stand out from what is behind them by less than 4.5 to 1."""


@pytest.mark.parametrize("name", NAMES)
def test_lab_draws_each_figure_once_and_prose_as_prose(name: str, root: Path, lab: str, page: Any) -> None:
    cells = json.loads((root / "notebooks" / name).read_text(encoding="utf-8"))["cells"]
    want = figures(root / "notebooks" / name)
    panel = opened(page, lab, name, want)
    assert panel.locator(".jp-OutputArea-output img").count() == want
    text = panel.inner_text()
    assert "vnd.capital-loop" not in text
    assert not re.search(r"\{(claim|fact|term)\}`", text), "a role of the site is shown as it is written"
    folded = panel.locator(".jp-InputPlaceholder, .jp-Placeholder").count()
    hidden = sum(bool(c["metadata"].get("jupyter", {}).get("source_hidden")) for c in cells)
    assert folded >= hidden
    assert hidden or name.startswith("20-"), "the source of prose is not folded"
    for link in panel.locator(".jp-OutputArea-output a, .jp-MarkdownOutput a").all():
        target = link.get_attribute("href") or ""
        assert target.startswith(("http", "#", lab)) or "/files/" in target, target
    for theme, light in (("JupyterLab Dark", "false"), ("JupyterLab Light", "true")):
        page.evaluate("t => window.jupyterapp.commands.execute('apputils:change-theme', {theme: t})", theme)
        page.wait_for_function("l => document.body.dataset.jpThemeLight === l", arg=light)
        shown = ".jp-NotebookPanel:not(.lm-mod-hidden) :is(.jp-OutputArea-output, .jp-MarkdownOutput)"
        assert page.evaluate(CONTRAST, f"{shown} :is(td, th, p, a, h1, h2, h3, li)") == [], theme


RUN_ALL = """async () => {
  const session = window.jupyterapp.shell.currentWidget.sessionContext;
  await session.ready;
  while (!session.session?.kernel || session.session.kernel.connectionStatus !== "connected")
    await new Promise((done) => setTimeout(done, 100));
  await window.jupyterapp.commands.execute("notebook:run-all-cells");
}"""
"""Cells sent before the kernel listens would be emptied and never run."""


@pytest.mark.parametrize("name", NAMES)
def test_lab_draws_each_figure_once_after_run_all(name: str, root: Path, lab: str, page: Any) -> None:
    want = figures(root / "notebooks" / name)
    panel = opened(page, lab, name, want)
    page.evaluate(RUN_ALL)
    page.wait_for_timeout(500)
    assert panel.locator(".jp-OutputArea-output img").count() == want
    said = panel.locator(
        ".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']"
    ).all_inner_texts()
    assert said == []


def test_a_picture_brings_its_own_ground(root: Path) -> None:
    for name in NAMES:
        for data in outputs(root / "notebooks" / name):
            if "image/png" in data:
                picture = Image.open(io.BytesIO(base64.b64decode(data["image/png"]))).convert("RGBA")
                corners = {
                    picture.getpixel((x, y)) for x in (0, picture.width - 1) for y in (0, picture.height - 1)
                }
                assert all(c[3] == 255 and min(c[:3]) > 230 for c in corners), name


class _Pictures(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.count += tag == "img" and (dict(attrs).get("src") or "").startswith("data:image/png")


def test_converted_to_html_each_figure_stands_once_without_scripts(root: Path, tmp_path: Path) -> None:
    for name in NAMES:
        subprocess.run(
            [
                sys.executable,
                "-m",
                "nbconvert",
                "--to",
                "html",
                "--output-dir",
                str(tmp_path),
                str(root / "notebooks" / name),
            ],
            check=True,
            capture_output=True,
        )
        html = (tmp_path / name.replace(".ipynb", ".html")).read_text(encoding="utf-8")
        bare = re.sub(r"<(script|style|svg)\b.*?</\1>", "", html, flags=re.S)
        found = _Pictures()
        found.feed(bare)
        assert found.count == figures(root / "notebooks" / name), name
        assert "vnd.capital-loop" not in bare
