"""The schemas for editors: the shipped files are valid by them, and what the loader refuses is not."""

from __future__ import annotations

import copy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator
from typer.testing import CliRunner

from bot.commands.kb import app
from knowledge.facts import KINDS
from knowledge.shapes import NAMES, files_of, schema

SHIPPED = Path(__file__).parents[2] / "knowledge" / "base"


def read(file: Path) -> Any:
    """A file's data as an editor's extension sees it: days are texts, all names are texts."""
    text = file.read_text(encoding="utf-8")
    return _plain(yaml.safe_load(text.split("\n---\n")[0] if file.suffix == ".md" else text))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def faults(name: str, data: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in Draft7Validator(schema(name)).iter_errors(data)]


@pytest.mark.parametrize("name", NAMES)
def test_the_shipped_files_are_valid(name):
    Draft7Validator.check_schema(schema(name))
    found = sorted(SHIPPED.glob(files_of(name)))[:40]
    assert found
    for file in found:
        assert faults(name, read(file)) == [], file


def test_every_conversation_is_valid():
    validator = Draft7Validator(schema("tests"))
    for file in sorted((SHIPPED.parents[1] / "tests" / "conversations").rglob("*.yaml"))[::7]:
        assert list(validator.iter_errors(read(file))) == [], file


def test_every_fact_is_in_the_schema_of_causes():
    spaces = schema("causes")["properties"]["facts"]["properties"]
    assert {f"{space}.{name}" for space, below in spaces.items() for name in below["properties"]} == set(KINDS)


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        ("causes", ("causes", 0, "ordr"), 3),
        ("causes", ("causes", 0, "rule"), None),
        ("causes", ("causes", 0, "eta"), None),
        ("causes", ("causes", 0, "watch"), "terminal"),
        ("causes", ("causes", 0, "eta", "days"), [1]),
        ("causes", ("facts", "payout", "net"), "text"),
        ("causes", ("version",), None),
        ("acquirers", ("acquirers", "default", "review_days"), 99),
        ("acquirers", ("acquirers", "lakala", "cut_off"), "late"),
        ("calendar", ("years", "soon"), {}),
        ("calendar", ("years", "2027"), {"holidays": ["new year"]}),
        ("providers", ("reasons", 0, "reason"), "bad_luck"),
        ("providers", ("payout_statuses", "leshua", "0"), "payed"),
        ("forms", ("forms", "payout_missing", "slots", 0, "name"), "terminal"),
        ("forms", ("limits", "identify_attempts"), 0),
        ("departments", ("departments", "risk", "days"), [8]),
        ("departments", ("departments", "risk", "to"), "25:00"),
        ("phrases", ("format_tail",), None),
        ("phrases", ("greeting_short",), 5),
        ("off_topic", ("messages",), None),
    ],
)  # fmt: skip
def test_a_mistake_is_marked(name, path, value):
    data = copy.deepcopy(read(sorted(SHIPPED.glob(files_of(name)))[0]))
    place = data
    for step in path[:-1]:
        place = place[step]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    assert faults(name, data)


@pytest.mark.parametrize(
    ("kind", "lost", "fits"),
    [("cause", "staff", False), ("guide", "staff", True), ("guide", "owner", False), ("guide", "see", True)],
)
def test_what_front_matter_needs_depends_on_the_kind(kind, lost, fits):
    head = {**read(SHIPPED / "en/articles/paid_to_old_card.md"), "kind": kind}
    del head[lost]
    assert (faults("article", head) == []) is fits


def test_the_command_writes_one_all_and_files(tmp_path):
    run = CliRunner().invoke
    assert '"title": "The causes and their rules"' in run(app, ["schema", "causes"]).stdout
    assert '"phrases": {' in run(app, ["schema"]).stdout
    assert run(app, ["schema", "--out", str(tmp_path)]).exit_code == 0
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(f"{name}.schema.json" for name in NAMES)
    wrong = run(app, ["schema", "phrase"])
    assert wrong.exit_code == 2
    assert "Did you mean phrases?" in wrong.stderr
