"""What the program relies on cannot be taken out of a base."""

from __future__ import annotations

import pytest

from tests.knowledge.conftest import Author


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        ("forms.yaml", "  change_progress:", "  changed:", "The form change_progress is missing"),
        ("forms.yaml", "terminal_id, required: true", "terminal_id, required: false", "terminal_id of payout_missing"),
        ("forms.yaml", "{name: change_date", "{name: terminal_id", "payout_missing asks for terminal_id twice"),
        ("departments.yaml", "  support:", "  helpers:", "The department support is missing"),
    ],
)
def test_the_program_relies_on(author: Author, file: str, old: str, new: str, complaint: str) -> None:
    author.replaces(file, old, new)
    complaints = author.complaints()
    assert any(one.startswith(f"{file}:") and complaint in one for one in complaints), complaints
