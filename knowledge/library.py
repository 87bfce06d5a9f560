"""The knowledge base as one value: loaded whole by ``knowledge.loader``, read by everything else, never changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from markupsafe import Markup

from knowledge import markup, matching, rendering
from knowledge.errors import KnowledgeError
from knowledge.formats import Format
from knowledge.matching import Match, Ranker, Reason
from knowledge.rendering import Template
from knowledge.text import normalise
from knowledge.ticket import Priority

if TYPE_CHECKING:
    from knowledge.acquirers import Acquirers
    from knowledge.causes import Causes
    from knowledge.providers import Providers
    from knowledge.workdays import Calendar

Kind = Literal["cause", "guide", "case", "policy", "canned"]


@dataclass(frozen=True, slots=True)
class Slot:
    """One thing that a form asks for. ``unknown_ok``: not knowing is an answer; ``most``: how many values it holds."""

    name: str
    required: bool
    unknown_ok: bool
    most: int = 1


@dataclass(frozen=True, slots=True)
class Form:
    """What is asked for one intent, in this order."""

    id: str
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Silence:
    """How long a silent merchant is waited for, in minutes from the last question."""

    remind_after_minutes: int
    park_after_minutes: int


@dataclass(frozen=True, slots=True)
class Limits:
    """How patient the desk is, and how much guessing it bears."""

    misunderstandings_before_buttons: int
    misunderstandings_before_person: int
    identify_attempts: int
    identify_window_minutes: int
    terminal_attempts: int
    terminal_window_minutes: int


@dataclass(frozen=True, slots=True)
class Forms:
    """All of ``forms.yaml``."""

    forms: Mapping[str, Form]
    silence: Silence
    limits: Limits
    reopen_days: int

    def __getitem__(self, intent: str) -> Form:
        return self.forms[intent]


@dataclass(frozen=True, slots=True)
class Department:
    """Who works when (``days``: 1 is Monday; until ``closes`` of the same day) and how soon they answer and finish.

    ``next_reply_minutes``: how soon a merchant who writes again is answered. All minutes are working time.
    """

    id: str
    days: frozenset[int]
    opens: time
    closes: time
    holidays: Literal["skip", "work"]
    priority: Priority
    first_reply_minutes: int
    resolution_minutes: int
    next_reply_minutes: int = 60


@dataclass(frozen=True, slots=True)
class DeskRules:
    """How the desk keeps its promises, in every department alike.

    ``pace``: how long each priority may take, in percent of normal; a department's minutes are those of its usual
    priority. ``remind_at_percent``: when the owner is reminded. A silent
    merchant is asked again after ``ask_again_minutes`` and given up after ``give_up_minutes`` more, both working time.
    ``flood_burst`` messages of a merchant are taken at once, ``flood_per_minute`` for long; what is more is gathered
    for ``flood_gather_seconds`` and taken together.
    """

    pace: Mapping[Priority, int] = field(default_factory=lambda: {"low": 200, "normal": 100, "high": 50, "urgent": 25})
    remind_at_percent: int = 75
    ask_again_minutes: int = 480
    give_up_minutes: int = 960
    tickets_at_once: int = 5
    flood_burst: int = 20
    flood_per_minute: int = 6
    flood_gather_seconds: int = 60


@dataclass(frozen=True, slots=True)
class Article:
    """One article in one locale. ``names``: every dotted value that it uses; ``staff``: what staff do, plain text."""

    id: str
    kind: Kind
    locale: str
    title: str
    questions: tuple[str, ...]
    owner: str
    review_by: date
    staff: str
    see: tuple[str, ...]
    sources: tuple[str, ...]
    file: str
    happened: Template
    steps: tuple[Template, ...]
    ending: Template
    names: frozenset[str] = frozenset()
    draft: bool = False
    """Still being written: no question finds it."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """An article with its evidence, in parts of Telegram HTML; steps that do not apply are left out."""

    happened: Markup
    steps: tuple[Markup, ...]
    ending: Markup


@dataclass(frozen=True, slots=True)
class Phrase:
    """One thing that the bot says; ``names`` are the values that it needs."""

    key: str
    template: Template
    names: frozenset[str] = frozenset()


def best_locale(wanted: str | None, known: Iterable[str], default: str) -> str:
    """Which of the ``known`` locales serves a language code such as ``zh-hans`` or ``en_GB`` best."""
    code = (wanted or "").replace("_", "-").casefold()
    by_code = {locale.casefold(): locale for locale in known}
    return by_code.get(code) or by_code.get(code.partition("-")[0]) or default


@dataclass(frozen=True)
class Shelf:
    """Everything in one locale."""

    locale: str
    phrases: Mapping[str, Phrase]
    articles: Mapping[str, Article]
    canned: Mapping[str, Article] = field(default_factory=dict)
    """Replies that staff send: articles that merchants are never given by themselves."""
    off_topic: tuple[str, ...] = ()
    """Messages that no article answers: the ranker learns from them when not to answer."""

    @cached_property
    def ranker(self) -> Ranker:
        """Learnt from titles and questions when it is first asked for: see ``KnowledgeBase.warm``."""
        return Ranker(self.entries, self.off_topic)

    @property
    def has_learnt(self) -> bool:
        """Whether ``ranker`` is there at once."""
        return "ranker" in vars(self)

    def recall(self, learnt: bytes) -> None:
        """Take over ``Ranker.learnt`` of the very same questions. Raises ``ValueError`` for bytes that are not that."""
        vars(self)["ranker"] = Ranker(self.entries, learnt=learnt)

    @cached_property
    def wordings(self) -> Mapping[str, tuple[str, ...]]:
        """Titles and questions of everything that staff can send, as words are compared, by id; drafts left out."""
        replies = (*self.canned.values(), *self.articles.values())
        return {one.id: tuple(map(normalise, (one.title, *one.questions))) for one in replies if not one.draft}

    @property
    def entries(self) -> dict[str, tuple[str, ...]]:
        """What the ranker learns from: title and questions of every article that is no draft."""
        served = (article for article in self.articles.values() if not article.draft)
        return {article.id: (article.title, *article.questions) for article in served}

    def learnt_as(self, other: Shelf) -> None:
        """Take over what another shelf has learnt from the very same questions, which saves seconds of CPU."""
        if other.has_learnt and (other.entries, other.off_topic) == (self.entries, self.off_topic):
            vars(self)["ranker"] = other.ranker


@dataclass(frozen=True)
class KnowledgeBase:
    """Everything that the desk knows. ``version`` is a short hash of all files that it was read from."""

    version: str
    causes: Causes
    acquirers: Acquirers
    calendar: Calendar
    providers: Providers
    forms: Forms
    departments: Mapping[str, Department]
    shelves: Mapping[str, Shelf]
    default_locale: str = "zh"
    desk: DeskRules = field(default_factory=DeskRules)
    _formats: dict[str, Format] = field(default_factory=dict, repr=False, compare=False)

    @property
    def locales(self) -> tuple[str, ...]:
        """The locales, the default one first."""
        return tuple(sorted(self.shelves, key=lambda locale: (locale != self.default_locale, locale)))

    def locale(self, wanted: str | None) -> str:
        """The locale that serves a Telegram language code such as ``zh-hans`` or ``en-GB`` best."""
        return best_locale(wanted, self.shelves, self.default_locale)

    def has_phrase(self, locale: str, key: str) -> bool:
        """Whether the bot has words for ``key``."""
        return key in self._shelf(locale).phrases

    def phrase(self, locale: str, key: str, /, **values: Any) -> Markup:
        """A phrase as Telegram HTML; values are escaped unless they are ``Markup`` (another phrase) themselves.

        Join phrases with ``Markup("\\n").join(…)``. ``currency``, ``zone`` and ``today`` guide the filters when given.
        Raises ``KnowledgeError`` for an unknown key or a value that is not given.
        """
        found = self._shelf(locale).phrases.get(key)
        if found is None:
            raise KnowledgeError(f"{locale}/phrases.yaml has no {key}")
        return found.template.render(values)

    def plain(self, locale: str, key: str, /, **values: Any) -> str:
        """A phrase as plain text: for button labels, callback answers and topic names, where Telegram reads no HTML."""
        return markup.plain(self.phrase(locale, key, **values))

    def format(self, locale: str) -> Format:
        """How a locale writes money, days, moments and tails."""
        found = self._formats.get(locale)
        if found is None:
            found = self._formats[locale] = Format(
                lambda key, **values: self.plain(locale, key, **values), lambda key: self.has_phrase(locale, key)
            )
        return found

    def article(self, locale: str, id: str) -> Article:
        """An article; raises ``KnowledgeError`` when there is none."""
        found = self.find(locale, id)
        if found is None:
            raise KnowledgeError(f"{locale}/articles has no {id}")
        return found

    def find(self, locale: str, id: str) -> Article | None:
        """An article, or None."""
        return self._shelf(locale).articles.get(id)

    def articles(self, locale: str) -> tuple[Article, ...]:
        """All articles of a locale, by id."""
        return tuple(self._shelf(locale).articles.values())

    def canned(self, locale: str) -> tuple[Article, ...]:
        """All canned replies of a locale, by id."""
        return tuple(self._shelf(locale).canned.values())

    def reply(self, locale: str, id: str) -> Article | None:
        """What staff can send under this id: a canned reply, or an article."""
        return self._shelf(locale).canned.get(id) or self.find(locale, id)

    def parts(self, article: Article, facts: Mapping[str, Any]) -> Rendered:
        """An article's parts with its evidence.

        ``facts``: dotted names and values, None for unknown (as is what is not given), with ``profile.*``,
        ``reference``, ``today`` (a date) and ``zone`` (the merchant's, an IANA name).
        """
        values = rendering.context(facts, article.names)
        steps = (_tidy(step.render(values)) for step in article.steps)
        return Rendered(
            _tidy(article.happened.render(values)),
            tuple(step for step in steps if step),
            _tidy(article.ending.render(values)),
        )

    def render(self, article: Article, facts: Mapping[str, Any], *, step: int | None = None) -> Markup:
        """An article as one message of at most 4096 characters.

        ``step`` None: the whole article with numbered steps. 0: what happened, the first step, what we do. 1 and more:
        that step alone (the second is 1); empty when there is no such step.
        """
        parts = self.parts(article, facts)
        if step is None:
            numbered = [Markup("{}. {}").format(number, text) for number, text in enumerate(parts.steps, 1)]
            told = [parts.happened, Markup("\n").join(numbered), parts.ending]
        elif step == 0:
            told = [parts.happened, *parts.steps[:1], parts.ending]
        else:
            told = list(parts.steps[step : step + 1])
        return fit(told)

    def match(self, locale: str, text: str) -> tuple[Match, ...]:
        """The articles that a question may mean, best first; what to make of them: ``matching.zone`` and ``offered``.

        A question in the words of another locale is understood too, when that locale is more certain of it.
        """
        best = self._shelf(locale).ranker.rank(text)
        for other in self.locales:
            if matching.zone(best) == "none" and other != locale:
                found = tuple(match for match in self.shelves[other].ranker.rank(text) if self.find(locale, match.id))
                best = max(best, found, key=lambda matches: matches[0].confidence if matches else 0.0)
        return best

    def why(self, locale: str, text: str, id: str) -> Reason:
        """What speaks for an article that ``match`` found, for authors."""
        return self._shelf(locale).ranker.why(text, id)

    def warm(self) -> None:
        """Learn the rankers of all locales now (seconds of CPU): call it from a thread beside the serving loop."""
        for shelf in self.shelves.values():
            _ = shelf.ranker

    def learnt_as(self, other: KnowledgeBase) -> None:
        """Take over what an earlier version of the base has learnt, where its questions are the same."""
        for locale, shelf in self.shelves.items():
            if locale in other.shelves:
                shelf.learnt_as(other.shelves[locale])

    def _shelf(self, locale: str) -> Shelf:
        """The locale, or the one that serves in its place: conversations and tickets outlive what authors remove."""
        return self.shelves.get(locale) or self.shelves[self.locale(locale)]


def fit(paragraphs: list[Markup]) -> Markup:
    """Paragraphs as one message; those that would make it too long for Telegram are left out, from the last but one."""
    kept = [paragraph for paragraph in paragraphs if paragraph]
    while len(kept) > 1 and markup.length("\n\n".join(kept)) > markup.LIMIT:
        kept.pop(-2 if len(kept) > 2 else -1)
    return Markup("\n\n").join(kept)


def _tidy(text: Markup) -> Markup:
    """Without the empty lines and spaces that conditions leave behind."""
    lines = [line.rstrip() for line in str(text).strip().split("\n")]
    kept = [line for index, line in enumerate(lines) if line or (index and lines[index - 1])]
    return Markup("\n").join(map(Markup, kept))
