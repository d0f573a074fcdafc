"""The record in other people's tools: R, Polars, DuckDB and a spreadsheet read every table by their
defaults."""

from __future__ import annotations

import datetime as dt
import io
import json
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pytest
from lxml import etree

from capital_loop.publish.site.downloads import workbook
from capital_loop.publish.site.view import View
from capital_loop.record.tables import Record

NUMERIC = ("number", "integer")


def types(resource: dict[str, Any]) -> dict[str, str]:
    return {f["name"]: f["type"] for f in resource["schema"]["fields"]}


def test_polars_reads_every_table_with_its_numbers(record: Record) -> None:
    for resource in record.descriptor["resources"]:
        frame = pl.read_csv(record.data / resource["path"])
        assert len(frame) == len(record.table(resource["name"])), resource["name"]
        for column, kind in types(resource).items():  # type: ignore[arg-type]
            if kind in NUMERIC and frame[column].null_count() < len(frame):
                assert frame[column].dtype.is_numeric(), (resource["name"], column, frame[column].dtype)


def test_duckdb_reads_every_table_with_its_numbers_and_dates(record: Record) -> None:
    for resource in record.descriptor["resources"]:
        table = duckdb.sql(f"SELECT * FROM '{record.data / resource['path']}'")
        found = dict(zip(table.columns, map(str, table.types), strict=True))
        rows = len(table.fetchall())
        assert rows == len(record.table(resource["name"])), resource["name"]
        for column, kind in types(resource).items():  # type: ignore[arg-type]
            if rows and kind in (*NUMERIC, "date"):
                assert found[column] != "VARCHAR", (resource["name"], column)


def test_every_table_carries_the_profile_that_frictionless_for_r_asks_for(record: Record) -> None:
    whole = json.loads((record.data / "datapackage.json").read_text(encoding="utf-8"))
    assert {r["profile"] for r in whole["resources"]} == {"tabular-data-resource"}


@pytest.mark.skipif(not shutil.which("Rscript"), reason="needs R (apt-get install r-base-core)")
def test_base_r_reads_every_table(record: Record) -> None:
    code = (
        'for (f in list.files(pattern = "[.]csv$")) '
        '{ d <- read.csv(f, encoding = "UTF-8"); cat(f, nrow(d), "\\n") }'
    )
    done = subprocess.run(
        ["Rscript", "-e", code], cwd=record.data, capture_output=True, text=True, check=True, timeout=120
    )
    read = dict(line.split() for line in done.stdout.splitlines())
    assert read == {r["path"]: str(len(record.table(r["name"]))) for r in record.descriptor["resources"]}


@pytest.mark.slow
def test_the_workbook_keeps_text_numbers_and_dates(record: Record) -> None:
    body = workbook(View(record))
    assert body == workbook(View(record)), "the same data give the same bytes"
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        spaces = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
        names = [
            s.get("name")
            for s in etree.fromstring(parts.read("xl/workbook.xml")).findall(".//m:sheet", spaces)
        ]
        assert names == [r["name"] for r in record.descriptor["resources"]]
        shared = [
            "".join(s.itertext())
            for s in etree.fromstring(parts.read("xl/sharedStrings.xml")).findall("m:si", spaces)
        ]
        number = names.index("documents") + 1
        sheet = etree.fromstring(parts.read(f"xl/worksheets/sheet{number}.xml"))
        rows = [
            {
                c.get("r", "").rstrip("0123456789"): (c.get("t"), c.findtext("m:v", namespaces=spaces))
                for c in row
            }
            for row in sheet.findall(".//m:row", spaces)
        ]
    head = {shared[int(value or 0)]: column for column, (_, value) in rows[0].items()}
    for row, filed in zip(rows[1:], record.documents.itertuples(), strict=True):
        kind, title = row[head["title"]]
        assert kind == "s"
        assert shared[int(title or 0)] == filed.title
        kind, day = row[head["day"]]
        assert kind is None, "a date is a number with a format of dates"
        assert dt.datetime(1899, 12, 30) + dt.timedelta(days=float(day or 0)) == pd.Timestamp(filed.day)


def test_what_is_published_lists_the_workbook(root: Path) -> None:
    text = (root / "src/capital_loop/publish/site/templates/downloads.html.j2").read_text(encoding="utf-8")
    assert "capital-loop.xlsx" in text


@pytest.mark.skipif(not shutil.which("Rscript"), reason="needs R (apt-get install r-base-core)")
def test_the_lines_in_r_of_the_page_on_using_the_record_run(root: Path) -> None:
    cells = json.loads((root / "notebooks/20-use-the-record.ipynb").read_text(encoding="utf-8"))["cells"]
    text = "".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    code = text.split("```r\n")[1].split("```")[0]
    done = subprocess.run(
        ["Rscript", "-e", code], cwd=root, capture_output=True, text=True, check=True, timeout=120
    )
    assert "secondary_single" in done.stdout
