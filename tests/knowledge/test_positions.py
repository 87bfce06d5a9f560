"""What an author reads about a file that is no YAML, or that holds what no file of a base may hold."""

from __future__ import annotations

import pytest

from knowledge.positions import START, Place, Positioned, read_yaml


@pytest.mark.parametrize(
    ("text", "place", "message", "remedy"),
    [
        ("a: b: c", (3, 5), "mapping values are not allowed", 'Put text that contains ": " between double quotes.'),
        ("a:\n\t- b", (4, 1), "cannot start any token", "Indent with spaces, not with tabs."),
        ("- a\nb", (5, 1), "could not find expected ':'", "Check the indentation and the colons of this"),
        ("a: @x", (3, 4), "A text cannot begin with @", "Put the whole text between double quotes."),
        ("a: 'x", (3, 6), "unexpected end of stream", "Check indentation, quotes and colons here."),
        ("a: *nobody", (3, 4), "A text cannot begin with *", "Put the whole text between double quotes."),
        ("a: 1\x00", (3, 1), "control characters are not allowed", "Save it as UTF-8 text."),
    ],
)
def test_what_is_no_yaml_says_where_and_what_to_do(text, place, message, remedy):
    read = read_yaml(text, line=3)
    (fault,) = read.faults
    assert read.data is None
    assert fault.place == Place(*place)
    assert message in fault.message
    assert fault.remedy.startswith(remedy)


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("a: 1\n? [b, c]\n: 2", 3, "A name must be plain text"),
        ("a: 1\nb: 2026-13-45", 4, "This value cannot be read: month must be in 1..12"),
        ("a: 1\nb: !!python/name:os.system x", 4, "This value cannot be read"),
        ("a: 1\na: 2", 1, "a stands here twice, first in line 1"),
    ],
)
def test_one_bad_value_leaves_the_others(text, column, message):
    read = read_yaml(text)
    (fault,) = read.faults
    assert fault.place == Place(2, column)
    assert message in fault.message
    assert read.data["a"] == 1


@pytest.mark.parametrize("nested", ["[", "- ", "{a: ", "? ", "[{a: "])
def test_what_is_nested_too_deeply_is_said_and_ends_no_process(nested):
    (fault,) = read_yaml(nested * 60_000, line=2).faults
    assert (fault.place, fault.message) == (Place(2, 1), "This is nested too deeply")
    assert read_yaml(f"a: '{nested * 100}'\nb: {'[' * 50}1{']' * 50}").faults == ()


def test_an_empty_file_holds_nothing():
    assert read_yaml("").data is None
    assert read_yaml("").faults == ()


def test_a_path_without_a_place_stands_where_its_parent_does():
    read = read_yaml("a:\n  b: 1\n")
    assert read.place(("a", "b")) == Place(2, 6)
    assert read.place(("a", "missing")) == read.place(("a",)) == Place(2, 3)
    assert Positioned({}).place(("a",)) == START


@pytest.mark.parametrize(
    ("name", "column", "place"),
    [("quoted", 5, (1, 14)), ("folded", 5, (3, 7)), ("folded", 10, (5, 4)), ("plain", 4, (6, 11))],
)
def test_a_character_of_a_value_has_its_place(name, column, place):
    read = read_yaml("quoted: 'payout.found == Tru'\nfolded: >-\n  one two\n\n  three\nplain: a == b\n")
    assert read.within(read.place((name,)), column) == Place(*place)


def test_a_character_that_is_not_there_stands_where_the_value_begins():
    read = read_yaml("rule: a == b\n")
    assert read.within(Place(1, 7), 999) == Place(1, 7)
    assert read.within(Place(99, 1), 3) == Place(99, 1)
