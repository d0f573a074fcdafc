"""CITATION.cff: the fields that the format demands, and agreement with the package and the record."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import jsonschema
import yaml

from capital_loop.record.tables import Record

SCHEMA = {
    "type": "object",
    "required": ["cff-version", "message", "title", "authors", "version", "date-released", "license"],
    "additionalProperties": False,
    "properties": {
        "cff-version": {"const": "1.2.0"},
        "message": {"type": "string", "minLength": 1},
        "type": {"enum": ["software", "dataset"]},
        "title": {"type": "string", "minLength": 1},
        "abstract": {"type": "string"},
        "version": {"type": "string"},
        "date-released": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
        "license": {"const": "MIT"},
        "keywords": {"type": "array", "uniqueItems": True, "items": {"type": "string"}},
        "authors": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["name"],
                "additionalProperties": False,
                "properties": {"name": {"type": "string", "minLength": 1}},
            },
        },
    },
}
"""The part of the Citation File Format 1.2.0 that the file uses."""


def test_citation(root: Path, record: Record) -> None:
    cff = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    jsonschema.validate(cff, SCHEMA)
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert cff["version"] == project["version"] == record.version
    assert cff["date-released"] == f"{record.editions['date'].max():%Y-%m-%d}"
    assert cff["version"] == record.editions.sort_values("date")["edition_id"].iloc[-1]


def test_what_an_installation_brings_is_imported(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    code = "\n".join(p.read_text(encoding="utf-8") for p in (root / "src").rglob("*.py"))
    for requirement in project["dependencies"]:
        name = re.split(r"[\[=~<>!;]", requirement)[0].strip().replace("-", "_")
        assert re.search(rf"^\s*(import|from) {name}\b", code, re.MULTILINE), f"no module imports {name}"


def test_every_dependency_is_named_in_the_readme_with_its_reason(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    readme = (root / "README.md").read_text(encoding="utf-8")
    extras = project["optional-dependencies"]
    for requirement in project["dependencies"] + extras["dev"] + extras["refresh"]:
        name = re.split(r"[\[=~<>!;]", requirement)[0].strip()
        assert name in readme, f"README does not say what {name} is for"
