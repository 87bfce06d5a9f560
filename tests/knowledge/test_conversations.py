"""Conversations as data: said -> expected, played through the very dialogue that serves."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.library import KnowledgeBase
from knowledge.loader import load
from knowledge.proving import run
from knowledge.scripts import read_scripts

FOLDER = Path(__file__).parents[1] / "conversations"
BASE = Path(__file__).parents[2] / "knowledge" / "base"
FILES = sorted(FOLDER.rglob("*.yaml"))


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    return load(BASE)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(FOLDER).with_suffix("")))
def test_conversation(file: Path, base: KnowledgeBase) -> None:
    results = run(read_scripts([file], base), base)
    told = [f"{one.file}:{one.line}: {one.said}\n  {one.expected}\n  {one.got}" for one in results.failures]
    assert results.conversations or results.problems
    assert results.good, "\n".join(map(str, [*told, *results.problems]))


def test_questions_come_to_their_articles(base: KnowledgeBase) -> None:
    results = run(read_scripts([BASE / "tests"], base), base)
    assert results.asked
    assert results.good, "\n".join(map(str, [*results.failures, *results.problems]))


@pytest.mark.parametrize("locale", sorted(path.name for path in FOLDER.iterdir() if path.is_dir()))
def test_every_cause_is_told_in_some_conversation(locale: str, base: KnowledgeBase) -> None:
    told = {
        expected.removeprefix("advise ").partition(" step ")[0]
        for conversation in read_scripts([FOLDER / locale], base).conversations
        for turn in conversation.script["talk"]
        for expected in turn.get("desk", ())
        if expected.startswith("advise ")
    }
    assert set(base.causes.by_id) <= told
