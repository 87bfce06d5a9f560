"""Drafts out of gaps: questions as they were asked, and what staff wrote to them. No question finds a draft. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from knowledge.drafting import Draft, id_of
from knowledge.gaps import Gap, Unexplained
from knowledge.library import KnowledgeBase
from knowledge.markdown import escape

REVIEW_AFTER = timedelta(days=180)
OWNER = "support"
LONGEST_TITLE = 80


def of_question(gap: Gap, today: date, taken: Collection[str]) -> Draft:
    """A guide that answers the questions of a gap. ``taken``: ids that it must not have."""
    notes = [f"asked {gap.count} times from {gap.first:%Y-%m-%d} to {gap.last:%Y-%m-%d}", *_tickets(gap.tickets)]
    if gap.nearest:
        notes.append(f"nearest article: {gap.nearest} ({gap.confidence:.2f})")
    title = gap.texts[0]
    return _draft(id_of(title, taken), title, gap.texts, notes, gap.replies, today)


def of_evidence(gap: Unexplained, base: KnowledgeBase, locale: str, today: date, taken: Collection[str]) -> Draft:
    """A guide to what records show and no cause explains: a first step towards a cause of its own."""
    notes = [
        f"{gap.count} diagnoses ended in {gap.cause} from {gap.first:%Y-%m-%d} to {gap.last:%Y-%m-%d}",
        f"facts that were missing: {', '.join(gap.missing) or 'none'}",
        *_tickets(gap.tickets),
    ]
    article = base.find(locale, gap.cause) if locale in base.shelves else None
    title = article.title if article else gap.cause
    return _draft(id_of(f"unexplained {gap.cause}", taken), title, (title,), notes, gap.replies, today)


def _draft(
    id: str, title: str, questions: Iterable[str], notes: Iterable[str], replies: Iterable[str], today: date
) -> Draft:
    words = "\n\n".join(escape(reply) for reply in replies) or escape(title)
    title = title[:LONGEST_TITLE]
    return Draft(id, "guide", title, tuple(questions), OWNER, today + REVIEW_AFTER, words, notes=tuple(notes))


def _tickets(numbers: Iterable[int]) -> list[str]:
    listed = ", ".join(f"#{number}" for number in numbers)
    return [f"tickets: {listed}"] if listed else []
