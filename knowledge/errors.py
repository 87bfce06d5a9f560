"""What can be wrong with a knowledge base, said so that an author can put it right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in one place: ``line`` and ``column`` count from 1; ``file`` is as its reader types it.

    ``message`` says what is wrong, ``remedy`` what to do about it.
    """

    file: str
    line: int
    column: int
    message: str
    remedy: str = ""
    level: Level = "error"

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.words}"

    @property
    def words(self) -> str:
        """Message and remedy as sentences."""
        return " ".join(_sentence(part.rstrip()) for part in (self.message, self.remedy) if part)


def _sentence(words: str) -> str:
    return words if words.endswith((".", "?", "!", "。", "…", "`")) else f"{words}."


class KnowledgeError(Exception):
    """Something about the knowledge base is wrong, or was asked for and is not in it."""


class KnowledgeErrors(KnowledgeError):  # noqa: N818 (plural on purpose: it holds all of them)
    """The folder cannot serve; ``problems`` is everything that is wrong with it, in the order of files and lines."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.file, problem.line, problem.column)))
        super().__init__("\n".join(map(str, self.problems)))
