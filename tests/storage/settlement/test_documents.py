"""JSON as statements have it: numbers as written, every object with its line, a reason for everything else."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.settlement.formats import cells
from storage.settlement.formats.declaration import Column, Intake, Sum
from storage.settlement.formats.documents import Document, Node, documents, keys_of, nodes_of
from storage.settlement.opening import Part


def part_of(content: bytes) -> Part:
    return Part("x.json", len(content), content[:8192], lambda: io.BytesIO(content))


def read(content: str | bytes) -> tuple[list[Any], list[str]]:
    intake = Intake()
    raw = content.encode() if isinstance(content, str) else content
    found = list(documents(part_of(raw), intake))
    return found, [str(bad) for bad in intake.bad]


def test_several_documents_and_their_lines() -> None:
    found, bad = read('\ufeff{"a": 1.10,\n "b": [{"c": 2},\n {"c": 3}]}\n\n{"a": 12345678901234567890}\n')
    assert bad == []
    assert found[0]["a"] == Decimal("1.10")
    assert str(found[0]["a"]) == "1.10"
    assert [node.line for node in nodes_of(found[0], "b")] == [2, 3]
    assert (found[1].line, found[1]["a"]) == (5, 12345678901234567890)


@pytest.mark.parametrize(
    ("content", "line", "why"),
    [
        ('{"a": 1}\n{"a": ', 2, "not JSON"),
        ('{"a": 1,\n "a": 2}', 1, "stands twice"),
        ('[1,\nNaN]', 1, "NaN"),
        ("[1, 2", 1, "not JSON"),
        ("[" * 100_000, 1, "nested too deeply"),
        (b'{"a":\n"\xff"}', 2, "UTF-8"),
        ("9" * 5000, 1, "not JSON"),
        ("{'a': 1}", 1, "not JSON"),
    ],
)  # fmt: skip
def test_what_is_no_json_is_said(content: str | bytes, line: int, why: str) -> None:
    _, (bad,) = read(content)
    assert bad.startswith(f"x.json:{line}: ")
    assert why in bad


PAYOUT = Document({
    "payout_id": Column("id", cells.identifier, required=True),
    "net": Sum("amount.value", cells.signed_amount, required=True),
    "gross": Sum("total", cells.signed_minor),
    "dest_tail": Column("account", cells.account_tail),
})  # fmt: skip


@pytest.mark.parametrize(
    ("content", "fields"),
    [
        ('{"id": "P1", "amount": {"value": 132.45}}', {"payout_id": "P1", "net": 13245}),
        ('{"id": 123456789, "amount": {"value": "-0.5"}, "total": 7, "account": "621226*********4882"}',
         {"payout_id": "123456789", "net": -50, "gross": 7, "dest_tail": "4882"}),
        ('{"id": "P1", "amount": {"value": 1e2}, "account": null}', {"payout_id": "P1", "net": 10000}),
    ],
)  # fmt: skip
def test_fields_are_read_by_path(content: str, fields: dict[str, Any]) -> None:
    (node,), _ = read(content)
    intake = Intake()
    assert PAYOUT.read(node, part_of(b""), intake) == fields
    assert intake.bad == []


@pytest.mark.parametrize(
    ("content", "column", "why"),
    [
        ('{"amount": {"value": 1}}', "id", "missing"),
        ('{"id": "P1", "amount": 5}', "amount.value", "missing"),
        ('{"id": "P1", "amount": {"value": [1]}}', "amount.value", "single value"),
        ('{"id": "P1", "amount": {"value": 1.005}}', "amount.value", "decimals"),
        ('{"id": "P1", "amount": {"value": "1,000.00"}}', "amount.value", "thousands"),
        ('{"id": 1.5E+20, "amount": {"value": 1}}', "id", "identifier|powers"),
        ('{"id": "\\u0000", "amount": {"value": 1}}', "id", "control"),
        ('{"id": "\\ud800", "amount": {"value": 1}}', "id", "control"),
        ('{"id": "=HYPERLINK(1)", "amount": {"value": 1}}', "id", "formula"),
        ('{"id": "P", "amount": {"value": 1}, "total": 1.5}', "total", "whole number"),
        ('{"id": "P", "amount": {"value": 1}, "account": "x"}', "account", "account number"),
    ],
)
def test_a_wrong_field_says_where_and_why(content: str, column: str, why: str) -> None:
    (node,), _ = read(content)
    intake = Intake()
    assert PAYOUT.read(node, part_of(b""), intake) is None
    (bad,) = intake.bad
    assert (bad.line, bad.column) == (1, column)
    assert any(word in bad.reason for word in why.split("|")), bad.reason


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(st.lists(JSON, max_size=4), st.sampled_from(["\n", " ", "\n\n"]))
def test_what_json_writes_is_read_back(values: list[Any], between: str) -> None:
    found, bad = read(between.join(json.dumps(value, indent=1) for value in values))
    assert (found, bad) == (values, [])


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_break_it(content: bytes) -> None:
    found, bad = read(b'{"a": ' + content)
    assert found or bad
    keys_of(part_of(content))


@settings(max_examples=100, deadline=None)
@given(JSON)
def test_any_object_is_read_or_refused(value: Any) -> None:
    node = Node({"id": value, "amount": {"value": value}, "total": value, "account": value})
    node.line = 1
    intake = Intake()
    assert (PAYOUT.read(node, part_of(b""), intake) is None) == bool(intake.bad)
