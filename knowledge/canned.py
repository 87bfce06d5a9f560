"""Finding a reply for staff: canned replies and articles, by words in any language."""

from __future__ import annotations

import re

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

    What is called so comes first: all the words stand in its title, in any language, or in its id. Canned replies come
    before articles that fit as well. Words that stand nowhere are understood as a question.
    """
    wanted = normalise(words).strip()
    if not wanted:
        return base.canned(locale)[:most]
    fits: dict[str, _Fit] = {}
    for each in base.locales:
        shelf = base.shelves[each]
        for id, texts in shelf.wordings.items():
            canned = 1.0 if id in shelf.canned else 0.0
            fit = _fit(wanted, id, texts, canned)
            fits[id] = max(fit, fits.get(id, fit))
    found = sorted((id for id, fit in fits.items() if fit > (False, ALIKE)), key=lambda id: fits[id], reverse=True)
    if not found:
        found = [match.id for match in base.match(locale, words) if match.confidence >= matching.BESIDE]
    replies = (base.reply(locale, id) for id in found)
    return tuple(reply for reply in replies if reply is not None)[:most]


_Fit = tuple[bool, float, float]
"""Whether it is called so; how alike it is, a canned one a little more; how much of the title the words are."""


def _fit(wanted: str, id: str, texts: tuple[str, ...], bonus: float) -> _Fit:
    title = texts[0]
    if any(all(_holds(name, word) for word in wanted.split()) for name in (title, id.replace("_", " "))):
        return True, 100.0 + bonus, fuzz.ratio(wanted, title)
    return False, max(_alike(wanted, text) for text in texts) + bonus, 0.0


def _holds(name: str, word: str) -> bool:
    """Chinese has no word boundaries; elsewhere "card" does not stand in "discarded"."""
    if not word.isascii():
        return word in name
    return re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", name) is not None


def _alike(wanted: str, text: str) -> float:
    # what is typed stands within a text, never the other way round: a one-word example is not found in every sentence
    return fuzz.partial_ratio(wanted, text) if len(wanted) <= len(text) else fuzz.ratio(wanted, text)
