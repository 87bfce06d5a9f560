"""Runs the tests of a base through the very dialogue and matcher that serve; counts what they never came to. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge import matching
from knowledge.errors import Problem
from knowledge.library import KnowledgeBase
from knowledge.moves import Advise, Move, Show
from knowledge.rehearsal import Rehearsal, differences
from knowledge.scripts import Asking, Conversation, Scripts


@dataclass(frozen=True, slots=True)
class Failure:
    """Where a test went otherwise than written: what was said, what should have come, and what came instead."""

    file: str
    line: int
    said: str
    expected: str
    got: str


@dataclass(frozen=True, slots=True)
class Covered:
    """How much of one kind of thing was told, and what never was."""

    told: int
    of: int
    never: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the conversations of one locale came to: its articles, the rules (causes), and the articles' steps."""

    locale: str
    articles: Covered
    causes: Covered
    steps: Covered


@dataclass(frozen=True, slots=True)
class Results:
    """What came of all tests. ``problems``: files that could not be run."""

    conversations: int
    asked: int
    failures: tuple[Failure, ...]
    problems: tuple[Problem, ...]
    coverage: tuple[Coverage, ...]

    @property
    def good(self) -> bool:
        """Whether every test went as written."""
        return not self.failures and not self.problems


class _Seen:
    """What was told in one locale: articles whole or by their steps."""

    def __init__(self) -> None:
        self.articles: set[str] = set()
        self.causes: set[str] = set()
        self.steps: set[tuple[str, int]] = set()
        self.whole: set[str] = set()

    def see(self, moves: Iterable[Move]) -> None:
        for move in moves:
            match move:
                case Advise(findings, step):
                    for finding in findings:
                        self.articles.add(finding.primary)
                        self.causes.add(finding.primary)
                        self.steps.add((finding.primary, step))
                case Show(article):
                    self.articles.add(article)
                    self.whole.add(article)

    def coverage(self, locale: str, base: KnowledgeBase) -> Coverage:
        articles = [article.id for article in base.articles(locale)]
        causes = [cause.id for cause in base.causes.causes]
        steps = [(article.id, step) for article in base.articles(locale) for step in range(len(article.steps))]
        never = [one for one in steps if one not in self.steps and one[0] not in self.whole]
        return Coverage(
            locale,
            _covered(articles, self.articles),
            _covered(causes, self.causes),
            Covered(len(steps) - len(never), len(steps), tuple(f"{id} step {step + 1}" for id, step in never)),
        )


def run(scripts: Scripts, base: KnowledgeBase) -> Results:
    """Play every conversation and ask every question."""
    seen: dict[str, _Seen] = {}
    failures: list[Failure] = []
    for conversation in scripts.conversations:
        failures += _play(conversation, base, seen.setdefault(conversation.locale, _Seen()))
    failures += [failure for asking in scripts.asked if (failure := ask(asking, base)) is not None]
    coverage = tuple(seen[locale].coverage(locale, base) for locale in base.locales if locale in seen)
    counts = len(scripts.conversations), len(scripts.asked)
    return Results(*counts, tuple(failures), scripts.problems, coverage)


def ask(asking: Asking, base: KnowledgeBase) -> Failure | None:
    """What a question comes to, where it is not what was wanted."""
    ranked = base.match(asking.locale, asking.text)
    zone = matching.zone(ranked)
    best = ranked[0].id if ranked else ""
    shown = [best] if zone == "answer" else [match.id for match in matching.offered(ranked)]
    good = {
        "none": zone == "none",
        "answer": zone == "answer" and best == asking.article,
        "offer": asking.article in shown,
        "": zone != "none" and best == asking.article,
    }[asking.wanted]
    if good:
        return None
    listed = ", ".join(f"{match.id} {match.confidence:.2f}" for match in ranked[:3])
    got = f"{zone} ({listed})" if listed else zone
    expected = " ".join(word for word in (asking.wanted, asking.article) if word)
    return Failure(asking.file, asking.line, asking.text, expected, got)


def _play(conversation: Conversation, base: KnowledgeBase, seen: _Seen) -> list[Failure]:
    found = []
    turns = conversation.script["talk"]
    for played in Rehearsal(conversation.script, base).play():
        seen.see(played.moves)
        for wrong in differences(turns[played.turn - 1], played):
            line = conversation.lines[wrong.turn - 1]
            found.append(Failure(conversation.file, line, wrong.said, wrong.expected, wrong.got))
    return found


def _covered(known: Sequence[str], told: set[str]) -> Covered:
    never = tuple(one for one in known if one not in told)
    return Covered(len(known) - len(never), len(known), never)
