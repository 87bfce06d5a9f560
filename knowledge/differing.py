"""What two bases say of the same cases and questions: grouped by how the answer changes. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import unified_diff
from typing import Literal

from knowledge import matching
from knowledge.library import KnowledgeBase

Kind = Literal["cause", "words", "question"]
KINDS: tuple[Kind, ...] = ("cause", "words", "question")
SAMPLES = 3


@dataclass(frozen=True, slots=True)
class Reply:
    """What one base makes of a case or a question: causes or articles (``what``), and the words."""

    what: tuple[str, ...]
    words: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """One case or question and both replies. ``label`` names it without anybody's data; ``said`` holds data."""

    kind: Literal["case", "question"]
    label: str
    before: Reply
    after: Reply
    said: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """One of those that change: what was asked, and the lines that differ."""

    label: str
    said: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """Cases whose answer changes in the same way. ``words``: the causes stay, what is said of them does not."""

    kind: Kind
    before: tuple[str, ...]
    after: tuple[str, ...]
    count: int
    labels: tuple[str, ...]
    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True)
class Differences:
    """All changes, most frequent first within their kind, and how many replies stay as they are."""

    changes: tuple[Change, ...]
    cases: int
    questions: int
    same: int


def differences(pairs: Iterable[Pair]) -> Differences:
    """Group the pairs whose replies differ."""
    groups: dict[tuple[Kind, tuple[str, ...], tuple[str, ...]], list[Pair]] = {}
    counts = {"case": 0, "question": 0}
    same = 0
    for pair in pairs:
        counts[pair.kind] += 1
        if pair.before == pair.after:
            same += 1
            continue
        kind: Kind = "question" if pair.kind == "question" else "cause"
        if pair.kind == "case" and pair.before.what == pair.after.what:
            kind = "words"
        groups.setdefault((kind, pair.before.what, pair.after.what), []).append(pair)
    changes = [
        Change(
            kind, before, after, len(found), tuple(pair.label for pair in found), tuple(map(_sample, found[:SAMPLES]))
        )
        for (kind, before, after), found in groups.items()
    ]
    changes.sort(key=lambda change: (KINDS.index(change.kind), -change.count, change.before, change.after))
    return Differences(tuple(changes), counts["case"], counts["question"], same)


def answer_to(base: KnowledgeBase, locale: str, text: str) -> Reply:
    """What a base shows for a question: the zone, and the articles given or offered."""
    if locale not in base.shelves:
        return Reply(("no locale",))
    ranked = base.match(locale, text)
    zone = matching.zone(ranked)
    shown = ranked[:1] if zone == "answer" else matching.offered(ranked)
    return Reply((zone, *(match.id for match in shown)))


def _sample(pair: Pair) -> Sample:
    lines = unified_diff(pair.before.words.splitlines(), pair.after.words.splitlines(), "", "", lineterm="", n=0)
    changed = tuple(line for line in lines if not line.startswith(("---", "+++", "@@")))
    return Sample(pair.label, pair.said, changed)
