"""An author at work: a copy of the shipped base to break, and what the program says about it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from knowledge.errors import KnowledgeErrors
from knowledge.library import KnowledgeBase
from knowledge.loader import load

SHIPPED = Path(__file__).parents[2] / "knowledge" / "base"


class Author:
    """Changes files of a base; ``complaints`` are what loading it says, without the folder's own name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def writes(self, name: str, text: str) -> int:
        """Put a whole file in place."""
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        return file.write_text(text, encoding="utf-8")

    def replaces(self, name: str, old: str, new: str) -> int:
        """Change a piece of a file; returns the line (from 1) that it stands in."""
        text = (self.folder / name).read_text(encoding="utf-8")
        assert old in text
        self.writes(name, text.replace(old, new, 1))
        return text[: text.index(old)].count("\n") + 1

    def says(self, words: str, *, locale: str = "en", article: str = "paid_to_old_card") -> int:
        """Add a paragraph at the beginning of an article's words; returns its line."""
        name = f"{locale}/articles/{article}.md"
        text = (self.folder / name).read_text(encoding="utf-8")
        start = text.index("\n---\n") + 5
        self.writes(name, f"{text[:start]}A first sentence.\n\n{words}\n\n{text[start:]}")
        return text[:start].count("\n") + 3

    def complaints(self) -> list[str]:
        """Every complaint, as the author reads it."""
        try:
            load(self.folder)
        except KnowledgeErrors as error:
            return [str(problem).removeprefix(f"{self.folder.as_posix()}/") for problem in error.problems]
        return []


@pytest.fixture
def author(tmp_path: Path) -> Author:
    """An author with a copy of the shipped base."""
    folder = tmp_path / "base"
    shutil.copytree(SHIPPED, folder)
    return Author(folder)


@pytest.fixture(scope="session")
def shipped() -> KnowledgeBase:
    """The base that comes with the program."""
    return load(SHIPPED)
