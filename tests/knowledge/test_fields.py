"""Every field that an author may get wrong, and what is said about it."""

from __future__ import annotations

from datetime import date, time

import pytest

from knowledge.fields import Fields, suggestion
from knowledge.positions import read_yaml


def said(fields):
    return [f"{fault.place.line}: {fault.message}. {fault.remedy}" for fault in fields.faults]


@pytest.mark.parametrize(
    ("line", "ask", "complaint"),
    [
        ("name: ''", lambda f: f.text("name"), "1: name is empty. Write its text."),
        ("name:", lambda f: f.text("name"), "1: name is empty. Write its value, or take the line away."),
        ("name: 12", lambda f: f.text("name"), "1: name must be text, not 12. Put it between double quotes."),
        ("name: {a: 1}", lambda f: f.text("name"), "1: name must be text, not names with values. Write text."),
        ("name: [a]", lambda f: f.text("name"), "1: name must be text, not a list. Write text."),
        ("other: 1", lambda f: f.text("name"), "1: name is missing. Add a line `name: …`."),
        ("other: 1", lambda f: f.inner("name"), "1: name is missing. Add a line `name: …`."),
        ("name: [one]", lambda f: f.inner("name"), "1: Names with values are expected here. Write it as"),
        ("name: [one]", lambda f: f.items("name"), "1: Names with values are expected here. Write it as"),
        ("name: [a, 7]", lambda f: f.texts("name"), "1: name must hold texts, not 7. Put it between double quotes."),
        ("name: [a, null]", lambda f: f.texts("name"), "1: name must hold texts, not nothing."),
        ("name: nex", lambda f: f.choice("name", ["next", "last"]), "1: name cannot be nex. Did you mean next?"),
        ("name: often", lambda f: f.flag("name"), "1: name must be true or false, not often. Write true or false."),
        ("name: 0", lambda f: f.whole("name", least=1), "1: name must be 1 or more. Write 1 or a larger number."),
        ("name: true", lambda f: f.whole("name"), "1: name must be a whole number, not True. Write a whole number."),
        ("name: [1, 9]", lambda f: f.wholes("name", range(1, 8)), "1: 9 cannot stand in name. Use 1 to 7."),
        ('name: "25:00"', lambda f: f.clock("name"), '1: name must be a time as "09:00".'),
        ("name: 540", lambda f: f.clock("name"), '1: name must be a time as "09:00", not 540. Put it between double'),
        ("name: soon", lambda f: f.day("name"), "1: name must be a date as 2026-11-20, not soon."),
    ],
)
def test_a_wrong_field_is_named_with_a_remedy(line, ask, complaint):
    fields = Fields(read_yaml(line))
    ask(fields)
    assert said(fields)[0].startswith(complaint)
    assert len(fields.faults) == 1


@pytest.mark.parametrize(
    ("line", "ask", "value"),
    [
        ("name: ' a '", lambda f: f.text("name"), "a"),
        ("name: ' a '", lambda f: f.words("name"), " a "),
        ("other: 1", lambda f: f.text("name", required=False), ""),
        ("other: 1", lambda f: f.choice("name", ["next", "last"], default="last"), "last"),
        ("name: false", lambda f: f.flag("name"), False),
        ("other: 1", lambda f: f.flag("name", default=True), True),
        ("name: [1, 7]", lambda f: f.wholes("name", range(1, 8)), (1, 7)),
        ('name: "24:00"', lambda f: f.clock("name"), time.max),
        ('name: "09:30"', lambda f: f.clock("name"), time(9, 30)),
        ("name: 2026-11-20", lambda f: f.day("name"), date(2026, 11, 20)),
    ],
)
def test_a_right_field_is_taken(line, ask, value):
    fields = Fields(read_yaml(line))
    assert ask(fields) == value
    assert fields.faults == []


def test_what_nobody_asked_for_is_refused():
    fields = Fields(read_yaml("name: a\nnmae: b\n"))
    fields.text("name")
    fields.done()
    assert said(fields) == ["2: nmae is unknown here. Did you mean name?"]


def test_a_remedy_never_lists_everything():
    many = [f"payout.{number}" for number in range(30)] + ["merchant.name"]
    listed = suggestion("payout.wholly_else", many)
    assert listed.startswith("Known are: payout.0")
    assert listed.endswith("….")
    assert "merchant.name" not in listed
    assert suggestion("x", []) == "Nothing is known here."
