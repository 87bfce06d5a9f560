"""What is odd about one article, or about one locale beside another: it can serve, but hardly as it was meant."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta

from knowledge import showing
from knowledge.fields import suggestion
from knowledge.library import Article, Shelf
from knowledge.text import normalise

Path = tuple[str | int, ...]
Oddity = tuple[Path, str, str]
"""Where in the front matter, what, and what to do."""
LONGEST_TITLE = 100
LONGEST_QUESTION = 150
FARTHEST_REVIEW = timedelta(days=3 * 366)
_TAG = re.compile(r"\{[{%#]")


def article(one: Article, today: date, sources: frozenset[str] | None) -> Iterator[Oddity]:
    """What is odd about an article by itself; ``sources`` are those that causes.yaml lists, None when it is unread."""
    if len(one.title) > LONGEST_TITLE:
        yield (
            ("title",),
            f"A title of {len(one.title)} characters is too long for a button",
            f"{LONGEST_TITLE} will do.",
        )
    if one.review_by > today + FARTHEST_REVIEW and one.review_by != date.max:
        yield ("review_by",), f"Nobody will review it before {one.review_by}", "Set a day within three years."
    for place, question in enumerate(one.questions):
        yield from example(("questions", place), question)
    for place, target in enumerate(one.see):
        if target == one.id:
            yield ("see", place), "The article sends its reader to itself", "Take it away."
        elif target in one.see[:place]:
            yield ("see", place), f"{target} stands here twice", "Keep one."
    for place, name in enumerate(one.sources if sources is not None else ()):
        if name not in (sources or ()):
            yield ("sources", place), f"causes.yaml lists no source {name}", suggestion(name, sources or ())


def example(path: Path, question: str) -> Iterator[Oddity]:
    """What is odd about one example question by itself."""
    if not any(sign.isalnum() for sign in normalise(question)):
        yield path, "Nobody can be understood by this question", "Write words, as merchants really type."
    elif _TAG.search(question):
        yield path, "A question is what merchants type and cannot hold values", "Write an example instead."
    elif len(question) > LONGEST_QUESTION:
        yield path, f"A question of {len(question)} characters is hardly what merchants type", "Divide it."


def beside(one: Article, other: Article) -> Iterator[Oddity]:
    """Where an article says something else than the same article of another locale."""
    there = f"{other.locale}/articles/{other.id}.md"
    if one.locale > other.locale:  # what differs is said once, what one of them lacks where it is lacking
        yield from _different(one, other, there)
    for name, mine, others in (("see", one.see, other.see), ("sources", one.sources, other.sources)):
        lost = sorted(set(others) - set(mine))
        if lost:
            yield (name,), f"{there} names {', '.join(lost)} too", f"Use the same {name} in every locale."
    lost = sorted(other.names - one.names)
    if lost:
        yield ("id",), f"{there} shows {', '.join(lost)} too", "Show the same facts in every locale."


def _different(one: Article, other: Article, there: str) -> Iterator[Oddity]:
    if one.kind != other.kind:
        yield (
            ("kind",),
            f"This is a {one.kind} here and a {other.kind} in {there}",
            "Use the same kind in every locale.",
        )
    if one.review_by != other.review_by and date.max not in (one.review_by, other.review_by):
        message = f"It is to be reviewed by {one.review_by} here and by {other.review_by} in {there}"
        yield ("review_by",), message, "Review the locales together."
    if len(one.steps) != len(other.steps):
        message = f"There are {len(one.steps)} steps here and {len(other.steps)} in {there}"
        yield ("id",), message, "Give every locale the same steps."


def phrase(words: str, others: str) -> Iterator[tuple[str, str]]:
    """What a phrase shows otherwise than the same phrase of another locale: message and remedy."""
    mine, theirs = showing.filters(words), showing.filters(others)
    for name, used in theirs.items():
        if name not in mine:
            yield f"does not show {name}", f"Show {{{{ {name} }}}} here too."
        elif "" in mine[name] and "" not in used and len(used) == 1:
            (one,) = used
            yield f"shows {name} without `{one}`", f"Write {{{{ {name} | {one} }}}}."


def shelves(every: Mapping[str, Shelf], locale: str, broken: Collection[str]) -> Iterator[tuple[Article, Oddity]]:
    """What the articles of a locale say less than, or otherwise than, those of the others.

    ``broken`` files are left out, as they could be read in part only.
    """
    for one in every[locale].articles.values():
        for shelf in every.values():
            other = shelf.articles.get(one.id)
            if (
                other
                and shelf.locale != locale
                and not (one.draft or other.draft)
                and not {one.file, other.file} & set(broken)
            ):
                for oddity in beside(one, other):
                    yield one, oddity
