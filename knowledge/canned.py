"""Finding a reply for staff: canned replies and articles, by words in any language."""

from __future__ import annotations

from rapidfuzz import fuzz

from knowledge import matching
from knowledge.library import Article, KnowledgeBase
from knowledge.text import normalise

MOST = 6
"""So many are offered: they fit on a phone's screen."""
ALIKE = 80.0
"""From this rapidfuzz ``partial_ratio`` on, typed words are found in a title or an example."""


def search(base: KnowledgeBase, locale: str, words: str, most: int = MOST) -> tuple[Article, ...]:
    """Replies in ``locale`` for what somebody typed in any language, best first; all canned ones for no words at all.

    Canned replies come before articles that fit as well. Words that stand nowhere are understood as a question.
    """
    wanted = normalise(words).strip()
    if not wanted:
        return base.canned(locale)[:most]
    scores: dict[str, float] = {}
    for each in base.locales:
        shelf = base.shelves[each]
        for id, texts in shelf.wordings.items():
            score = max(_alike(wanted, text) for text in texts) + (1.0 if id in shelf.canned else 0.0)
            scores[id] = max(score, scores.get(id, 0.0))
    found = [id for id, score in sorted(scores.items(), key=lambda item: -item[1]) if score >= ALIKE]
    if not found:
        found = [match.id for match in base.match(locale, words) if match.confidence >= matching.BESIDE]
    replies = (base.reply(locale, id) for id in found)
    return tuple(reply for reply in replies if reply is not None)[:most]


def _alike(wanted: str, text: str) -> float:
    # what is typed stands within a text, never the other way round: a one-word example is not found in every sentence
    return fuzz.partial_ratio(wanted, text) if len(wanted) <= len(text) else fuzz.ratio(wanted, text)
