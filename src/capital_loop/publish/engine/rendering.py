"""Renders the book with Sphinx, configured by Jupyter Book, in this process; every warning is an error."""

from __future__ import annotations

import gc
import importlib
import io
import os
import re
from pathlib import Path
from typing import Any

from jsonschema import ValidationError  # type: ignore[import-untyped]
from jupyter_book.config import get_default_sphinx_config, get_final_config
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError
from sphinx.util.docutils import docutils_namespace, patch_docutils
from sphinx.util.parallel import ParallelTasks, parallel_available

from capital_loop.publish.engine import BuildError
from capital_loop.publish.engine.workers import processors
from capital_loop.publish.site import cards
from capital_loop.publish.site.delivery import weigh
from capital_loop.publish.site.figures import script
from capital_loop.publish.site.frame import edition
from capital_loop.publish.site.view import View
from capital_loop.record import tables

FEW = 20
"""So many pages are written sooner than processes are started to share them."""

UNUSED = ("sphinx_thebe",)
"""Extensions of Jupyter Book that write scripts into pages and that the book does not use."""

SILENT = ("sphinx_multitoc_numbering", "sphinx_jupyterbook_latex")
"""Extensions of Jupyter Book that do not say whether pages may be read in parallel: the first numbers what
has been read, the second works for LaTeX alone."""

for _name in get_default_sphinx_config()["extensions"]:
    # Sphinx would import them anyway, but this module is imported while the data are being checked.
    importlib.import_module(_name)


class Builder(StandaloneHTMLBuilder):
    """The HTML builder, except that pages made by extensions (one a claim) are written in parallel."""

    search = False
    """The site's search is Pagefind's: Sphinx makes no index of its own."""

    def gen_pages_from_extensions(self) -> None:
        """Share the pages out among the processors."""
        pages = [page for made in self.events.emit("html-collect-pages") for page in made]
        shares = processors() if parallel_available and len(pages) > FEW else 1
        if shares == 1:
            self._write(pages)
            return
        tasks = ParallelTasks(shares)
        for first in range(shares):
            tasks.add_task(self._write, pages[first::shares])
        tasks.join()

    def _write(self, pages: list[tuple[str, dict[str, Any], str]]) -> None:
        for name, context, template in pages:
            self.handle_page(name, context, template)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the builder."""
    app.add_builder(Builder, override=True)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def render(root: Path, out: Path, read: Path, changed: list[str] | None = None) -> dict[str, int]:
    """Render the book in `root` into `out` and return the weights of its pages; raises `BuildError`.

    `read` receives what is made of the pages' texts. It may hold that of an earlier build whose other inputs
    were the same; then only those texts are read that are `changed`, and all pages are written.
    """
    overrides = {
        "external_toc_path": (root / "_toc.yml").as_posix(),
        "latex_individualpages": False,
        "nitpicky": True,
    }
    said = io.StringIO()
    gc.disable()  # the process ends with the pages, and looking for garbage took a fifth of its time
    try:
        config, _ = get_final_config(
            user_yaml=root / "_config.yml", cli_config=overrides, sourcedir=root, raise_on_invalid=True
        )
        config["extensions"] = [e for e in config["extensions"] if e not in UNUSED] + [__name__]
        with patch_docutils(), docutils_namespace():
            app = Sphinx(
                root, None, out, read, "html", config, None, said,
                freshenv=changed is None, warningiserror=True, keep_going=True, parallel=processors(),
            )  # fmt: skip
            for name in SILENT:
                app.extensions[name].parallel_read_safe = True
            app.connect("env-get-outdated", lambda _app, env, *_: _outdated(env, set(changed or ())))
            app.build(force_all=True)
            failed = app.statuscode != 0
        if failed:
            raise BuildError(f"the pages have problems, mend them and build again:\n{_plain(said)}")
        return weigh(out)
    except (SphinxError, ValidationError, RuntimeError) as error:
        raise BuildError(
            f"the pages have problems, mend them and build again:\n{_plain(said)}{error}"
        ) from error


def _outdated(env: BuildEnvironment, changed: set[str]) -> list[str]:
    """The pages whose texts changed, and those that quote one; Sphinx itself looks at times of files only."""
    here = Path(env.srcdir)
    of = {name: {env.doc2path(name, base=False), *env.dependencies[name]} for name in env.all_docs}
    return [
        name
        for name, paths in of.items()
        if any(os.path.relpath(here / path, here).replace(os.sep, "/") in changed for path in paths)
    ]


def make_ahead(root: Path) -> None:
    """Makes beside :func:`render` what it then finds made: a script, and claims' cards from the last on."""
    view = View(tables.load(root / "data"))
    script(root)
    for row in reversed(view.claims.values()):
        cards.claim(root, edition(view), view, row)


def _plain(said: io.StringIO) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", said.getvalue())
