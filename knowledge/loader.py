"""Files -> ``KnowledgeBase``. Everything that is wrong is found in one go; a base with a fault never loads."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from dataclasses import fields as fields_of
from pathlib import Path
from typing import Any, TypeVar

from jinja2.sandbox import SandboxedEnvironment

from knowledge import markup, references, rendering, required, signs, tag_faults
from knowledge.acquirers import Acquirers, Profile
from knowledge.articles import ALWAYS, CANNED, CANNED_NAMES, ID, KINDS, Vocabulary, read_article
from knowledge.causes import Causes
from knowledge.errors import KnowledgeErrors, Problem
from knowledge.fields import Fields, suggestion
from knowledge.files import LOCALE, files
from knowledge.files import articles as article_files
from knowledge.formats import KEYS
from knowledge.language import RuleError
from knowledge.library import (
    Article,
    Department,
    DeskRules,
    Form,
    Forms,
    Kind,
    KnowledgeBase,
    Limits,
    Phrase,
    Shelf,
    Silence,
    Slot,
)  # fmt: skip
from knowledge.positions import START, Fault, Place, Positioned, read_yaml
from knowledge.providers import Providers
from knowledge.rendering import Template
from knowledge.ticket import Priority
from knowledge.workdays import Calendar

SLOT_NAMES = ("terminal_id", "change_date", "trade_dates", "amounts", "new_tail")
_PRIORITIES: tuple[Priority, ...] = ("low", "normal", "high", "urgent")
_Made = TypeVar("_Made")


def load(folder: Path) -> KnowledgeBase:
    """Read a whole base. Raises ``KnowledgeErrors`` that lists every problem when there is one."""
    reading = read(folder)
    if reading.base is None:
        raise KnowledgeErrors(reading.problems)
    return reading.base


@dataclass
class Reading:
    """A folder as far as it could be read. ``base`` is only there when nothing is wrong."""

    folder: Path
    problems: list[Problem] = field(default_factory=list)
    sources: dict[str, Positioned] = field(default_factory=dict)
    shelves: dict[str, Shelf] = field(default_factory=dict)
    base: KnowledgeBase | None = None

    def name(self, file: Path) -> str:
        """A file as the author would type it: below the working directory where it lies there."""
        try:
            return file.resolve().relative_to(Path.cwd()).as_posix()
        except ValueError:
            return file.as_posix()

    def add(self, file: Path, faults: Iterable[Fault]) -> None:
        """Take over the faults of one file."""
        name = self.name(file)
        for fault in faults:
            self.problems.append(Problem(name, fault.place.line, fault.place.column, fault.message, fault.remedy))

    def fault(self, file: Path, message: str, remedy: str, place: Place = START) -> None:
        """Note one fault of one file."""
        self.add(file, [Fault(place, message, remedy)])


def read(folder: Path) -> Reading:
    """Read all files of a base; never raises for what is wrong with them."""
    reading = Reading(folder)
    if not folder.is_dir():
        reading.fault(folder, "There is no such folder", "Set KNOWLEDGE_DIR to the folder of a knowledge base.")
        return reading
    causes = _rules(reading, "causes.yaml", Causes.from_data)
    acquirers = _rules(reading, "acquirers.yaml", Acquirers.from_data)
    calendar = _rules(reading, "calendar.yaml", Calendar.from_data)
    providers = _rules(reading, "providers.yaml", Providers.from_data)
    forms = _plain(reading, "forms.yaml", forms_of)
    desk = _plain(reading, "departments.yaml", departments_of)
    departments = desk[0] if desk else None
    vocabulary = _vocabulary(reading.sources.get("causes.yaml"))
    for place in sorted(folder.iterdir()):
        if place.is_dir() and LOCALE.fullmatch(place.name):
            reading.shelves[place.name] = _shelf(reading, place, vocabulary)
    if not reading.shelves:
        reading.fault(folder, "There is no locale", "Add a folder such as zh with phrases.yaml and articles.")
    for said in references.problems(reading.folder, reading.shelves, reading.sources, causes, departments):
        reading.add(said.file, [said.fault])
    for said in required.problems(reading.folder, forms, departments, reading.sources):
        reading.add(said.file, [said.fault])
    if causes and acquirers and calendar and providers and forms and desk and not reading.problems:
        locales = sorted(reading.shelves)
        reading.base = KnowledgeBase(
            version(folder), causes, acquirers, calendar, providers, forms, desk[0], reading.shelves,
            default_locale="zh" if "zh" in locales else locales[0], desk=desk[1],
        )  # fmt: skip
    return reading


def version(folder: Path) -> str:
    """A short hash of the names and contents of all files that a base is made of."""
    digest = hashlib.sha256()
    for file in files(folder):
        digest.update(f"{file.relative_to(folder).as_posix()}\0".encode())
        digest.update(file.read_bytes())
        digest.update(b"\0")
    return digest.hexdigest()[:12]


def _text(reading: Reading, file: Path) -> str | None:
    """A file's text with plain line ends, or None with a problem noted."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        reading.fault(file, "This file is missing", "Put it back, or start from the one that comes with the program.")
    except UnicodeDecodeError as error:
        before = error.object[: error.start].replace(b"\r\n", b"\n").split(b"\n")
        place = Place(len(before), len(before[-1].decode("utf-8", "replace")) + 1)
        reading.fault(file, "This is not UTF-8 text", "Save it as UTF-8.", place)
    except OSError as error:
        reading.fault(file, f"This file cannot be read: {error.strerror}", "Check its permissions.")
    else:
        spoilt = signs.spoilt(text)
        reading.add(file, spoilt)
        return None if spoilt else text
    return None


def _yaml(reading: Reading, file: Path) -> Positioned | None:
    text = _text(reading, file)
    if text is None:
        return None
    source = read_yaml(text)
    reading.sources[file.relative_to(reading.folder).as_posix()] = source
    reading.add(file, source.faults)
    return None if source.faults else source


def _rules(reading: Reading, name: str, make: Callable[[Any], _Made]) -> _Made | None:
    file = reading.folder / name
    source = _yaml(reading, file)
    if source is None:
        return None
    try:
        return make(source.data)
    except RuleError as error:
        for one in (error, *error.others):
            place = source.place(one.path, key=one.key)
            if one.column:
                place = source.within(place, one.column)
            reading.fault(file, _sentence(one.message), one.remedy, place)
        return None


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _plain(reading: Reading, name: str, make: Callable[[Fields], _Made]) -> _Made | None:
    file = reading.folder / name
    source = _yaml(reading, file)
    if source is None:
        return None
    top = Fields(source)
    made = make(top)
    reading.add(file, top.faults)
    return None if top.faults else made


def forms_of(top: Fields) -> Forms:
    """What ``forms.yaml`` holds."""
    top.whole("version", least=1)
    forms = {}
    named = top.inner("forms")
    for id in named.names():
        form = named.inner(id)
        slots = []
        for item in form.items("slots"):
            slots.append(
                Slot(
                    item.choice("name", SLOT_NAMES), item.flag("required"),
                    item.flag("unknown_ok"), item.whole("most", least=1, default=1),
                )
            )  # fmt: skip
            item.done()
        form.done()
        forms[id] = Form(id, tuple(slots))
    made = Forms(forms, _numbers(top, "silence", Silence), _numbers(top, "limits", Limits), top.whole("reopen_days"))
    top.done()
    return made


def _numbers(top: Fields, name: str, made: Callable[..., _Made]) -> _Made:
    """A mapping of whole numbers as the dataclass of the same fields."""
    inner = top.inner(name)
    values = {item.name: inner.whole(item.name, least=1) for item in fields_of(made)}  # type: ignore[arg-type]
    inner.done()
    return made(**values)


def departments_of(top: Fields) -> tuple[dict[str, Department], DeskRules]:
    """What ``departments.yaml`` holds."""
    top.whole("version", least=1)
    named = top.inner("departments")
    departments = {}
    for id in named.names():
        item = named.inner(id)
        opens, closes = item.clock("from"), item.clock("to")
        if closes <= opens:
            item.fault(("to",), "The end lies before the beginning", "Write a later time; a day ends at 24:00.")
        departments[id] = Department(
            id, frozenset(item.wholes("days", range(1, 8))), opens, closes,
            item.choice("holidays", ("skip", "work")),  # type: ignore[arg-type]
            item.choice("priority", _PRIORITIES),  # type: ignore[arg-type]
            item.whole("first_reply_minutes", least=1), item.whole("resolution_minutes", least=1),
            item.whole("next_reply_minutes", least=1, default=60),
        )  # fmt: skip
        item.done()
    rules = _desk(top.inner("desk")) if "desk" in top else DeskRules()
    top.done()
    return departments, rules


def _desk(item: Fields) -> DeskRules:
    """What is the same in every department; what is left out is as ``DeskRules`` has it."""
    usual = DeskRules()
    pace = dict(usual.pace)
    if "pace" in item:
        inner = item.inner("pace")
        pace = {each: inner.whole(each, least=1, default=pace[each]) for each in _PRIORITIES}
        inner.done()
    numbers = (each.name for each in fields_of(DeskRules) if each.name != "pace")
    made = DeskRules(pace, **{name: item.whole(name, least=1, default=getattr(usual, name)) for name in numbers})
    if not 1 <= made.remind_at_percent < 100:
        item.fault(
            ("remind_at_percent",), "A reminder comes before the time is over", "Write a percentage, such as 75."
        )
    item.done()
    return made


def _vocabulary(source: Positioned | None) -> Vocabulary:
    """Which names articles may use, from the facts and causes as written (checked by ``knowledge.rules``)."""
    data = source.data if source and isinstance(source.data, dict) else {}
    facts, causes = data.get("facts"), data.get("causes")
    answers = facts.get("answers", {}) if isinstance(facts, dict) else {}
    evidence = {
        str(cause["id"]): tuple(map(str, cause.get("evidence") or ()))
        for cause in (causes if isinstance(causes, list) else ())
        if isinstance(cause, dict) and "id" in cause
    }
    always = (*(f"answers.{name}" for name in answers), *Profile("").values(""), *ALWAYS)
    return Vocabulary(evidence, always, unread=not evidence)


def _shelf(reading: Reading, folder: Path, vocabulary: Vocabulary) -> Shelf:
    """One locale's phrases and articles."""
    phrases: dict[str, Phrase] = {}
    env = rendering.environment(
        lambda key, **values: markup.plain(phrases[key].template.render(values)), lambda key: key in phrases
    )
    phrases.update(_phrases(reading, folder / "phrases.yaml", env))
    articles = _articles(reading, folder, "articles", env, vocabulary, KINDS)
    replies = Vocabulary({}, (*Profile("").values(""), *ALWAYS, *CANNED_NAMES))
    canned = _articles(reading, folder, "canned", env, replies, CANNED)
    return Shelf(folder.name, phrases, articles, canned, _off_topic(reading, folder / "off_topic.yaml"))


def _articles(
    reading: Reading,
    folder: Path,
    within: str,
    env: SandboxedEnvironment,
    vocabulary: Vocabulary,
    kinds: tuple[Kind, ...],
) -> dict[str, Article]:
    """What one folder of a locale holds, by id."""
    articles: dict[str, Article] = {}
    for file in article_files(folder, within):
        if not ID.fullmatch(file.stem):
            remedy = "Delete it if it is a copy; else use up to 40 small letters, digits and _, a letter first."
            reading.fault(file, f"{file.stem} cannot be an article's name", remedy)
            continue
        text = _text(reading, file)
        if text is None:
            continue
        article, source, faults = read_article(
            text, file=reading.name(file), locale=folder.name, stem=file.stem, env=env, vocabulary=vocabulary,
            kinds=kinds,
        )  # fmt: skip
        reading.add(file, faults)
        reading.sources[f"{folder.name}/{within}/{file.name}"] = source
        if article:
            articles[article.id] = article
    return articles


def _off_topic(reading: Reading, file: Path) -> tuple[str, ...]:
    """Messages that no article answers; a locale may do without."""
    source = _yaml(reading, file) if file.exists() else None
    if source is None:
        return ()
    top = Fields(source)
    messages = messages_of(top)
    reading.add(file, top.faults)
    return messages


def messages_of(top: Fields) -> tuple[str, ...]:
    """What ``off_topic.yaml`` holds."""
    messages = top.texts("messages")
    top.done()
    return messages


def _phrases(reading: Reading, file: Path, env: SandboxedEnvironment) -> dict[str, Phrase]:
    source = _yaml(reading, file)
    if source is None:
        return {}
    top = Fields(source)
    phrases = {}
    for key in top.names():
        words = top.words(key)
        found = rendering.study(env, words)
        if found.fault:
            message, remedy, _ = tag_faults.explained(found.fault, words.split("\n")[found.line - 1])
            top.fault((key,), f"{key} cannot be read: {message[:1].lower()}{message[1:]}", remedy)
            continue
        for used in found.filters:
            if used.name not in env.filters:
                column = rendering.column(words, used.name)
                remedy = suggestion(used.name, env.filters)
                top.fault((key,), f"There is no filter {used.name}", remedy, column=column)
        crossed = markup.crossing(words)
        if crossed:
            top.fault(
                (key,), f"{key}: {crossed} is opened in one place and closed in another", "Close it where it began."
            )
        bare = words if "{" not in words else rendering.bare(words)
        for flaw in markup.flaws(bare):
            top.fault((key,), f"{key}: {flaw.message}", flaw.remedy)
        phrases[key] = Phrase(key, Template(env, words), found.roots - rendering.IMPLICIT)
    if isinstance(source.data, dict):
        _formats(top, phrases)
    reading.add(file, top.faults)
    return phrases


def _formats(top: Fields, phrases: dict[str, Phrase]) -> None:
    """The phrases that every locale needs for its formats."""
    for key, names in KEYS.items():
        if key not in top:
            top.fault((), f"{key} is missing", "Add it; the file of another locale shows what it is for.")
        elif key in phrases and not phrases[key].names <= names:
            wrong = sorted(phrases[key].names - names)[0]
            column = rendering.column(phrases[key].template.source, wrong)
            top.fault((key,), f"{{{{ {wrong} }}}} is unknown in {key}", suggestion(wrong, names), column=column)
