"""What nobody could answer, for authors: questions and diagnoses that came to nothing, the same ones together.

Pure: what was asked comes from storage, what the base answers today from its ranker. Words are compared as they are
understood (``knowledge.text``) with all long numbers alike: the same question about two terminals is one question.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from rapidfuzz import fuzz, process

from knowledge import matching
from knowledge.library import KnowledgeBase
from knowledge.questions import Asked
from knowledge.text import normalise

ALIKE = 68.0
"""From this rapidfuzz ``ratio`` on two questions are taken for one. Measured: see docs/decisions/0012."""
MOST_READ = 20_000
"""Rows that are grouped at most, the newest ones."""
_NUMBER = re.compile(r"\d{3,}")
_LONG_NUMBER = re.compile(r"[\d*•×]{5,}")
_WORD = re.compile(r"\w+")


class Worded(Protocol):
    """Something that was asked in words."""

    @property
    def text(self) -> str:
        """The words."""


W = TypeVar("W", bound=Worded)


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions that say the same. ``texts``: their wordings, most frequent first, with long numbers taken out.

    ``outcomes``: how often each thing came of it (``unanswered``: the base had nothing to say). ``answered_by``: the
    article that answers it in the base as it is now, when one does.
    """

    locale: str
    count: int
    texts: tuple[str, ...]
    outcomes: dict[str, int]
    first: datetime
    last: datetime
    tickets: tuple[int, ...] = ()
    replies: tuple[str, ...] = ()
    nearest: str | None = None
    confidence: float = 0.0
    answered_by: str | None = None


@dataclass(frozen=True, slots=True)
class Unexplained:
    """Diagnoses that ended in the same fallback for want of the same facts."""

    cause: str
    missing: tuple[str, ...]
    count: int
    first: datetime
    last: datetime
    locales: tuple[str, ...]
    tickets: tuple[int, ...] = ()
    replies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gaps:
    """All that is missing, most frequent first. ``closed``: what could not be answered then and can be now."""

    questions: tuple[Gap, ...]
    closed: tuple[Gap, ...]
    evidence: tuple[Unexplained, ...]


def found(asked: Sequence[Asked], base: KnowledgeBase) -> Gaps:
    """Group what was asked, and see what the base makes of each group now."""
    grouped = [
        _gap(group, base)
        for locale in sorted({one.locale for one in asked})
        for group in alike([one for one in asked if one.kind == "question" and one.locale == locale])
    ]
    grouped.sort(key=lambda gap: (-gap.count, -gap.last.timestamp()))
    return Gaps(
        tuple(gap for gap in grouped if gap.answered_by is None),
        tuple(gap for gap in grouped if gap.answered_by is not None),
        _unexplained(one for one in asked if one.kind == "evidence"),
    )


def masked(text: str) -> str:
    """Words without long numbers, which are somebody's: terminals, phones, sums, cards."""
    return _LONG_NUMBER.sub("…", text)


def _key(text: str) -> str:
    """What two wordings of a question have in common: words alone, numbers alike."""
    return " ".join(_WORD.findall(_NUMBER.sub("0", normalise(text))))


def alike(asked: Sequence[W]) -> list[list[W]]:
    """Groups of questions that say the same: each joins the most frequent wording that is near enough."""
    by_key: dict[str, list[W]] = {}
    for one in asked:
        by_key.setdefault(_key(one.text), []).append(one)
    leaders: list[str] = []
    groups: list[list[W]] = []
    for key in sorted(by_key, key=lambda key: -len(by_key[key])):
        near = process.extractOne(key, leaders, scorer=_likeness, score_cutoff=ALIKE) if leaders else None
        if near is None:
            leaders.append(key)
            groups.append(list(by_key[key]))
        else:
            groups[near[2]].extend(by_key[key])
    return groups


def _likeness(one: str, other: str, *, score_cutoff: float | None = None, **_: object) -> float:
    """The same signs in nearly the same order, or the same words in any order."""
    cutoff = score_cutoff or 0.0
    return max(fuzz.ratio(one, other, score_cutoff=cutoff), fuzz.token_sort_ratio(one, other, score_cutoff=cutoff))


def _gap(group: Sequence[Asked], base: KnowledgeBase) -> Gap:
    texts = tuple(text for text, _ in Counter(masked(one.text) for one in group).most_common())
    locale = group[0].locale
    ranked = base.match(locale, texts[0]) if locale in base.shelves else ()
    best = ranked[0] if ranked else None
    return Gap(
        locale, len(group), texts, dict(Counter(one.outcome or "unanswered" for one in group).most_common()),
        min(one.at for one in group), max(one.at for one in group), *_handled(group),
        nearest=best.id if best else None,
        confidence=best.confidence if best else 0.0,
        answered_by=best.id if best and matching.zone(ranked) == "answer" and not _refused(group, best.id) else None,
    )  # fmt: skip


def _refused(group: Sequence[Asked], article: str) -> bool:
    """Whether this very article was given then and a person was wanted all the same."""
    return any(one.best == article and one.zone == "answer" for one in group)


def _unexplained(asked: Iterable[Asked]) -> tuple[Unexplained, ...]:
    groups: dict[tuple[str, str], list[Asked]] = {}
    for one in asked:
        groups.setdefault((one.best or "", one.text), []).append(one)
    made = [
        Unexplained(
            cause, tuple(missing.split()), len(group), min(one.at for one in group), max(one.at for one in group),
            tuple(sorted({one.locale for one in group})), *_handled(group),
        )
        for (cause, missing), group in groups.items()
    ]  # fmt: skip
    return tuple(sorted(made, key=lambda one: (-one.count, one.cause, one.missing)))


def _handled(group: Sequence[Asked]) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Tickets, and what staff wrote in them."""
    tickets = tuple(sorted({one.ticket for one in group if one.ticket is not None}))
    replies = (masked(line) for one in group for line in one.replies.splitlines() if line.strip())
    return tickets, tuple(dict.fromkeys(replies))
