"""Draft articles out of gaps: the questions as they were asked, and what staff wrote to them. Pure.

A draft is never fit to serve as it is: it shows a name that does not exist, so that ``kb check`` stops whoever puts it
in place without having read it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import yaml

from knowledge.gaps import Gap, Unexplained
from knowledge.library import KnowledgeBase

REVIEW_AFTER = timedelta(days=180)
UNREAD = "{{ draft.read_me_first }}"
"""Stands in every draft; no base knows this name."""
_PLAIN = str.maketrans(
    {"{": "｛", "}": "｝", "<": "‹", ">": "›", "*": "∗", "_": "‗", "`": "'", "#": "＃", "[": "［", "]": "］"}
)
"""What would be mark-up or a template is written with signs that look like it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An article to be finished by its author; ``file`` is its place in a base."""

    file: str
    text: str


def of_question(gap: Gap, today: date) -> Draft:
    """A guide that answers the questions of a gap with what staff wrote."""
    notes = [f"asked {gap.count} times from {gap.first:%Y-%m-%d} to {gap.last:%Y-%m-%d}", _tickets(gap.tickets)]
    if gap.nearest:
        notes.append(f"nearest article: {gap.nearest} ({gap.confidence:.2f})")
    return _draft(
        gap.locale, f"gap_{_mark(gap.locale, gap.texts[0])}", gap.texts[0], gap.texts, notes, gap.replies, today
    )


def of_evidence(gap: Unexplained, base: KnowledgeBase, today: date) -> Draft:
    """A guide for what records show and no cause explains, in the locale in which it came up."""
    locale = gap.locales[0] if gap.locales else base.default_locale
    article = base.find(locale, gap.cause) if locale in base.shelves else None
    notes = [
        f"{gap.count} diagnoses ended in {gap.cause} from {gap.first:%Y-%m-%d} to {gap.last:%Y-%m-%d}",
        f"facts that were missing: {', '.join(gap.missing) or 'none'}",
        _tickets(gap.tickets),
    ]
    title = article.title if article else gap.cause
    id = f"gap_{gap.cause}_{_mark(*gap.missing)}"
    return _draft(locale, id, title, (), notes, gap.replies, today)


def _draft(
    locale: str,
    id: str,
    title: str,
    questions: Iterable[str],
    notes: Iterable[str],
    replies: Iterable[str],
    today: date,
) -> Draft:
    front = {
        "id": id,
        "kind": "guide",
        "title": _plain(title)[:80],
        "questions": list(questions),
        "owner": "support",
        "review_by": today + REVIEW_AFTER,
    }
    written = yaml.safe_dump(front, allow_unicode=True, sort_keys=False, width=120)
    comments = "".join(f"# {note}\n" for note in notes if note)
    body = "\n\n".join([UNREAD, *(_plain(reply) for reply in replies)])
    return Draft(f"{locale}/articles/{id}.md", f"---\n{comments}{written}---\n{body}\n")


def _tickets(numbers: Iterable[int]) -> str:
    listed = ", ".join(f"#{number}" for number in numbers)
    return f"tickets: {listed}" if listed else ""


def _plain(text: str) -> str:
    return text.translate(_PLAIN).strip()


def _mark(*words: str) -> str:
    """The same for the same words, so that a draft is written once."""
    return hashlib.sha256("\0".join(words).encode()).hexdigest()[:8]
