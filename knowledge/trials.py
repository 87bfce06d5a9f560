"""Every article tried with all kinds of evidence before a merchant meets it: all known, none, long, one missing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from knowledge import evidence, markup, rendering
from knowledge.errors import KnowledgeError
from knowledge.library import Article
from knowledge.rendering import UnknownShownError

ZONE = "Asia/Shanghai"
ROOM = 3700
"""The most characters of a whole article: its title and notes on freshness have to go into the same message."""
GUARD = "Put the words that need it between {%% if %s is not none %%} and {%% endif %%}."
_ODD = re.compile(
    r"[（(]\s*[）)]|[，,、；;]\s*[。.，,、；;]|。。|\s[，。、；]|(?<![\d.])\s\.(?=\s|$)|\bNone\b|\bTrue\b|\bFalse\b"
)
_ALWAYS: Mapping[str, Any] = {"zone": ZONE, "today": date(2026, 11, 23), "reference": "S200"}


@dataclass(frozen=True, slots=True)
class Trouble:
    """What goes wrong with an article's words, and the fact that it hangs on, if it is one."""

    message: str
    remedy: str
    fact: str = ""


@dataclass(frozen=True, slots=True)
class _Case:
    words: str
    facts: Mapping[str, Any]
    unknown: str = ""


def try_article(article: Article) -> Iterator[Trouble]:
    """What goes wrong with an article, each kind of trouble once, with the first case that shows it."""
    seen: set[str] = set()
    for case in _cases(sorted(article.names)):
        for kind, trouble in _troubles(article, case):
            # a fact that was named once need not be named again for several facts together
            told = kind in seen or (kind == "unknown" and any(one.startswith("unknown ") for one in seen))
            seen.add(kind)
            if not told:
                yield trouble
    yield from _too_long(article)


def _cases(names: list[str]) -> Iterator[_Case]:
    """The facts to try. One thing at a time comes first, so that what is said names it."""
    known = {**evidence.samples(names), **_ALWAYS}
    nothing = {**dict.fromkeys(names), **_ALWAYS}
    free = [name for name in names if name not in _ALWAYS]
    yield _Case("when everything is known", known)
    for name in free:
        yield _Case(f"when {name} is unknown", {**known, name: None}, name)
    yield _Case("when nothing is known", nothing)
    for name in free:
        yield _Case(f"when only {name} is known", {**nothing, name: known[name]})
        for value in evidence.alternatives(name):
            changed = {**known, name: value}
            yield _Case(f"when {name} is {value}", changed)
            # what is said of one value must not lean on a fact that only another value brings
            for other in free:
                if other != name:
                    yield _Case(f"when {name} is {value} and {other} is unknown", {**changed, other: None}, other)


def _troubles(article: Article, case: _Case) -> Iterator[tuple[str, Trouble]]:
    """Kind and trouble of one case."""
    values = {**rendering.context(case.facts, article.names), "strict_unknown": True}
    try:
        parts = _parts(article, values)
    except UnknownShownError:
        kind = f"unknown {case.unknown}" if case.unknown else "unknown"
        message = f"It shows an unknown value {case.words}"
        yield kind, Trouble(message, GUARD % (case.unknown or "…"), case.unknown)
        return
    except (KnowledgeError, TypeError, ValueError, AttributeError) as error:
        yield "error", Trouble(f"It cannot be written {case.words}: {error}", "Check its filters.", case.unknown)
        return
    words = [markup.plain(part).strip() for part in parts]
    if not words[0]:
        yield "silent", Trouble(f"It does not say what happened {case.words}", "Begin with a sentence without facts.")
    if article.steps and not any(words[1:-1]):
        yield "stepless", Trouble(f"No step is left {case.words}", "Keep one step that needs no facts.")
    for part, said in zip(parts, words, strict=True):
        for flaw in markup.flaws(part):
            yield flaw.message, Trouble(f"{flaw.message}, {case.words}", flaw.remedy)
        odd = _ODD.search(said)
        if odd:
            near = " ".join(said[max(0, odd.start() - 12) : odd.end() + 6].split())
            remedy = "Move blanks and punctuation into the condition."
            yield f"odd {odd[0]}", Trouble(f"It reads oddly {case.words}: …{near}…", remedy)


def _too_long(article: Article) -> Iterator[Trouble]:
    facts = {**evidence.samples(article.names, long=True), **_ALWAYS, "today": date(2020, 1, 1)}
    try:
        parts = _parts(article, rendering.context(facts, article.names))
    except (KnowledgeError, TypeError, ValueError, AttributeError):
        return  # said already
    size = markup.length("\n\n".join(parts)) + 4 * len(article.steps)
    if size > ROOM:
        yield Trouble(f"With long facts it takes {size} characters, more than {ROOM}", "Say it shorter, or divide it.")


def _parts(article: Article, values: dict[str, Any]) -> list[Markup]:
    return [part.render(values) for part in (article.happened, *article.steps, article.ending)]
