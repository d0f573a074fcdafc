"""Executes one notebook with nbclient, in the process it is called in, and gives it one canonical form."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any, cast

import altair as alt
import nbformat
import pandas as pd
from ipykernel.inprocess.ipkernel import InProcessKernel
from ipykernel.inprocess.manager import InProcessKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from capital_loop.claims.rules import assess
from capital_loop.publish.engine import BuildError
from capital_loop.publish.site.figures import prepare
from capital_loop.record import default_root, tables
from capital_loop.show.figure import FIGURE

TRACEBACK_LINES = 8
OWN = "application/vnd.capital-loop."
"""How the types begin that the site reads and other viewers pass over."""
LINE = 240
"""Signs of a line of them."""
MARK = "capital-loop-output-{}"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "pygments_lexer": "ipython3",
    },
}
"""The same under every supported Python, so that two executions differ only where the results do."""


def prepared() -> None:
    """Does once what a process would else do first: reads the record, makes a schema's checks."""
    assess(tables.read_ahead(default_root() / "data"))
    nbformat.validate(nbformat.from_dict({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    alt.Chart(pd.DataFrame({"a": [1.0]})).mark_bar().encode(x="a").to_dict()


def execute(root: Path, name: str) -> str:
    """The text of the executed notebook; raises `BuildError`."""
    path = root / name
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            if "remove-input" in cell.metadata.get("tags", []):  # prose: its output is what is to be read
                cell.metadata.setdefault("jupyter", nbformat.NotebookNode())["source_hidden"] = True
    os.chdir(path.parent)
    # A kernel in this process: the libraries are imported already, and no socket is needed.
    manager = InProcessKernelManager()
    manager.start_kernel()
    kernel = cast(InProcessKernel, manager.kernel)
    kernel.shell.colors = "nocolor"
    client = NotebookClient(notebook, km=manager, record_timing=False, coalesce_streams=True)
    client.kc = manager.client()
    client.kc.start_channels()
    sys.stdout, sys.stderr = kernel.stdout, kernel.stderr
    for index, cell in enumerate(notebook.cells):
        try:
            client.execute_cell(cell, index)
        except CellExecutionError as error:
            raise BuildError(_failure(f"{name}, cell {index + 1}", error)) from None
    for output in (o for c in notebook.cells for o in c.get("outputs", []) if FIGURE in o.get("data", {})):
        prepare(root, output["data"][FIGURE], name.removesuffix(".ipynb"))
    notebook.metadata.update(nbformat.from_dict(METADATA))
    return written(notebook)


def written(notebook: nbformat.NotebookNode) -> str:
    """The text as nbformat writes it, but for what only the site reads: that takes a quarter of the lines."""
    held: list[str] = []
    for data in (o.get("data", {}) for c in notebook.cells for o in c.get("outputs", [])):
        for kind in (k for k in data if k.startswith(OWN)):
            held.append(_folded(data[kind]))
            data[kind] = MARK.format(len(held) - 1)
    text = nbformat.writes(notebook, version=nbformat.NO_CONVERT) + "\n"
    for number, one in enumerate(held):
        text = text.replace(json.dumps(MARK.format(number)), one, 1)
    return text


def _folded(value: Any) -> str:
    """JSON of which a line holds as much as fits: a row of a table, an encoding of a chart."""
    one = json.dumps(value, ensure_ascii=False, sort_keys=True)
    if len(one) <= LINE or not isinstance(value, dict | list):
        return one
    if isinstance(value, dict):
        parts = [f"{json.dumps(k, ensure_ascii=False)}: {_folded(value[k])}" for k in sorted(value)]
    else:
        parts = [_folded(v) for v in value]
    return "\n".join([one[0], ",\n".join(parts), one[-1]])


def _failure(place: str, error: CellExecutionError) -> str:
    lines = [line for line in error.traceback.rstrip().splitlines() if not line.startswith("-----")]
    return "\n    ".join([f"{place}: {error.ename}: {error.evalue}", *lines[-TRACEBACK_LINES:]])
