"""Conversations as data: said -> expected, played through the very dialogue that serves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge.library import KnowledgeBase
from knowledge.loader import load
from knowledge.rehearsal import rehearse

FOLDER = Path(__file__).parents[1] / "conversations"
FILES = sorted(FOLDER.rglob("*.yaml"))


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    return load(Path(__file__).parents[2] / "knowledge" / "base")


def read(file: Path) -> dict[str, Any]:
    """A conversation in the language of its folder."""
    script = yaml.safe_load(file.read_text(encoding="utf-8"))
    return {"locale": file.relative_to(FOLDER).parts[0], **script}


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(FOLDER).with_suffix("")))
def test_conversation(file: Path, base: KnowledgeBase) -> None:
    wrong = rehearse(read(file), base)
    told = [
        f"{file.relative_to(FOLDER)}, turn {one.turn}: {one.said}\n  expected: {one.expected}\n  got:      {one.got}"
        for one in wrong
    ]
    assert not wrong, "\n" + "\n".join(told)


@pytest.mark.parametrize("locale", sorted(path.name for path in FOLDER.iterdir() if path.is_dir()))
def test_every_cause_is_told_in_some_conversation(locale: str, base: KnowledgeBase) -> None:
    told = {
        expected.removeprefix("advise ").partition(" step ")[0]
        for file in FILES
        if file.relative_to(FOLDER).parts[0] == locale
        for turn in read(file)["talk"]
        for expected in turn.get("desk", ())
        if expected.startswith("advise ")
    }
    assert set(base.causes.by_id) <= told
