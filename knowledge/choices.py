"""Which of the titles offered merchants chose, for an author to accept as an example. Pure; nothing is learnt here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from knowledge import matching
from knowledge.gaps import alike, masked
from knowledge.library import KnowledgeBase
from knowledge.questions import Decided


@dataclass(frozen=True, slots=True)
class Wording:
    """Words that the base does not answer yet. ``number``: of the newest question in these words, to accept it by."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Questions that say the same, and the article that most merchants chose for them.

    ``merchants`` chose it, ``others`` another article (how many for each), ``none`` none of those offered; each
    merchant counts once, by what was pressed last. ``asked``: how many questions that were. ``wordings``: most frequent
    first, with long numbers taken out. ``answered_by``: another article that the base as it is now gives as the answer.
    """

    locale: str
    article: str
    merchants: int
    others: dict[str, int]
    none: int
    asked: int
    wordings: tuple[Wording, ...]
    first: datetime
    last: datetime
    answered_by: str | None = None


def found(decided: Sequence[Decided], base: KnowledgeBase, locale: str | None = None) -> tuple[Choice, ...]:
    """Groups by how many merchants chose the article. Left out: what the base answers with that article already."""
    spoken = [one for one in decided if one.locale in base.shelves and locale in (None, one.locale)]
    made = [
        choice
        for each in sorted({one.locale for one in spoken})
        for group in alike([one for one in spoken if one.locale == each])
        if (choice := _choice(group, base)) is not None
    ]
    return tuple(sorted(made, key=lambda one: (-one.merchants, one.none, -one.last.timestamp())))


def _choice(group: Sequence[Decided], base: KnowledgeBase) -> Choice | None:
    """What merchants chose for these; None when nothing was chosen, or all of it is answered so already."""
    locale = group[0].locale
    oldest_first = sorted(group, key=lambda one: one.number)
    last = {one.merchant: one.chosen for one in oldest_first}
    chosen = Counter(article for article in last.values() if article and base.find(locale, article) is not None)
    if not chosen:
        return None
    article = min(chosen, key=lambda id: (-chosen[id], id))
    newest = {masked(one.text): one.number for one in oldest_first}
    answers = {text: _answer(base, locale, text) for text in newest}
    often = Counter(masked(one.text) for one in group)
    wordings = tuple(Wording(newest[text], text) for text, _ in often.most_common() if answers[text] != article)
    if not wordings:
        return None
    return Choice(
        locale, article, chosen[article], {id: count for id, count in chosen.most_common() if id != article},
        sum(1 for pressed in last.values() if pressed is None), len(group), wordings,
        min(one.at for one in group), max(one.at for one in group), answers[wordings[0].text],
    )  # fmt: skip


def _answer(base: KnowledgeBase, locale: str, text: str) -> str | None:
    """The article that the base gives as the answer now, when it is sure of one."""
    ranked = base.match(locale, text)
    return ranked[0].id if matching.zone(ranked) == "answer" else None
