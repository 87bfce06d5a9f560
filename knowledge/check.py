"""Everything that an author should know about a base before it serves: errors that stop it, warnings that do not."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from pathlib import Path

from knowledge import oddities, repeats, showing, signs, slips, trials, yaml_slips
from knowledge.errors import Level, Problem
from knowledge.faq import comparable
from knowledge.files import files, strays
from knowledge.formats import KEYS
from knowledge.library import Article, Shelf
from knowledge.loader import Reading, read
from knowledge.positions import START, Place
from knowledge.text import normalise
from knowledge.usage import Usage, usage

FEWEST_QUESTIONS = 10
ALWAYS_KNOWN = frozenset({"agent", "ticket.number", "today"})
"""Of what canned replies may show, what is never unknown."""
PACKAGES = ("bot", "handlers", "knowledge", "storage")
_SPOKEN_BY_FORMATS = ("currency_", *KEYS)


def check(folder: Path, *, today: date, repository: Path | None = None) -> tuple[Problem, ...]:
    """Every problem of a base, by file and line. ``repository``: where the program's text and the conversations are.

    Without a repository (an installed program and a base of one's own) phrases are not looked at, and conversations
    are those in the base's own ``tests``; a base without any is not told so for every article.
    """
    reading = read(folder)
    found = [*reading.problems, *_files(reading), *_acquirers(reading)]
    conversations = _conversations(folder, repository)
    used = usage(_program(repository)) if repository and (repository / PACKAGES[0]).is_dir() else None
    broken = {problem.file for problem in reading.problems}
    for shelf in reading.shelves.values():
        for article in shelf.articles.values():
            found.extend(_article(reading, article, today, broken))
            if (
                conversations is not None
                and not article.draft
                and article.id not in conversations.get(shelf.locale, ())
            ):
                message = f"No {shelf.locale} conversation test comes to {article.id}"
                found.append(
                    _problem(reading, article, ("id",), message, "Add one that ends with it.", level="warning")
                )
        for reply in shelf.canned.values():
            found.extend(_overdue(reading, reply, today))
            if reply.file not in broken:
                found.extend(_words_of(reading, reply))
                found.extend(_unguarded(reading, reply))
        for article, (path, message, remedy) in oddities.shelves(reading.shelves, shelf.locale, broken):
            found.append(_problem(reading, article, path, message, remedy, level="warning"))
        found.extend(_repeated(reading, shelf))
        found.extend(_phrases_beside(reading, shelf))
        found.extend(_off_topic(reading, shelf))
        if used is not None and reading.name(reading.folder / shelf.locale / "phrases.yaml") not in broken:
            found.extend(_phrases(reading, shelf, used))
    return tuple(sorted(set(found), key=lambda problem: (problem.file, problem.line, problem.column, problem.message)))


def _files(reading: Reading) -> Iterator[Problem]:
    """Files that nobody reads, and signs in them that nobody sees."""
    if not reading.folder.is_dir():
        return
    for file, remedy in strays(reading.folder):
        yield Problem(reading.name(file), 1, 1, "Nobody reads this file", remedy, "warning")
    for file in files(reading.folder):
        text = file.read_text(encoding="utf-8-sig", errors="replace")
        front = text.split("\n---", 1)[0] if file.suffix == ".md" else ""
        for line, column in yaml_slips.comments(front):
            said, remedy = "What stands behind this # is left out", "Put the whole text between double quotes."
            yield Problem(reading.name(file), line, column, said, remedy, "warning")
        for fault in signs.unseen(text):
            yield Problem(
                reading.name(file), fault.place.line, fault.place.column, fault.message, fault.remedy, "warning"
            )


def _off_topic(reading: Reading, shelf: Shelf) -> Iterator[Problem]:
    """Messages that no article answers and yet some article gives as its question, or that stand there twice."""
    source = reading.sources.get(f"{shelf.locale}/off_topic.yaml")
    file = reading.name(reading.folder / shelf.locale / "off_topic.yaml")
    has = [other.locale for other in reading.shelves.values() if other.off_topic]
    if has and source is None:
        message = f"{has[0]} has this file and {shelf.locale} has not"
        yield Problem(
            file, 1, 1, message, "Write what no article answers, or more is answered than should be.", "warning"
        )
    asked = {normalise(one): article.id for article in shelf.articles.values() for one in article.questions}
    seen: set[str] = set()
    for number, message in enumerate(shelf.off_topic):
        place = source.place(("messages", number)) if source else START
        text = normalise(message)
        if text in asked:
            said = f"{asked[text]} gives this as its question"
            yield Problem(file, place.line, place.column, said, "Keep it where it belongs.")
        elif text in seen:
            yield Problem(file, place.line, place.column, "This message stands above too", "Keep one.", "warning")
        seen.add(text)


def _article(reading: Reading, article: Article, today: date, broken: Collection[str]) -> Iterator[Problem]:
    """What is wrong with one article by itself."""
    count = len(article.questions)
    if article.draft:
        message = "This is a draft: no question finds it"
        if article.kind == "cause":
            message += ", but whoever has this cause is told it"
        yield _problem(reading, article, ("draft",), message, "Complete it, then take this line away.", level="warning")
    elif count < FEWEST_QUESTIONS and (count or article.file not in broken):
        message = f"{count} example questions are too few to recognise it by"
        remedy = f"Add {FEWEST_QUESTIONS - count} or more, as merchants really type."
        yield _problem(reading, article, ("questions",), message, remedy)
    yield from _overdue(reading, article, today)
    for path, message, remedy in oddities.article(article, today, _sources(reading)):
        yield _problem(reading, article, path, message, remedy, level="warning")
    # without its phrases nothing can be rendered
    needed = {article.file, f"{article.file.rsplit('/', 2)[0]}/phrases.yaml"}
    if not needed & set(broken):
        found = tuple(_words_of(reading, article))
        yield from found
        if not any(problem.level == "error" for problem in found):
            for trouble in trials.try_article(article):
                place = _said(reading, article, trouble.fact)
                yield Problem(article.file, place.line, place.column, trouble.message, trouble.remedy)


def _words_of(reading: Reading, article: Article) -> Iterator[Problem]:
    """What the words below the front matter show wrongly, found in the text as the author wrote it."""
    words, first = _body(reading, article)
    for value in showing.misused(words):
        yield Problem(article.file, value.line + first - 1, value.column, value.message, value.remedy)
    for slip in slips.slips(words):
        yield Problem(article.file, slip.line + first - 1, slip.column, slip.message, slip.remedy, slip.level)


def _unguarded(reading: Reading, reply: Article) -> Iterator[Problem]:
    """What a canned reply shows of a ticket that need not be known."""
    words, first = _body(reading, reply)
    for name in sorted(reply.names - ALWAYS_KNOWN):
        line = showing.unguarded(words, name)
        if line:
            message, remedy = f"It shows an unknown value when {name} is unknown", trials.GUARD % name
            yield Problem(reply.file, first + line - 1, 1, message, remedy)


def _overdue(reading: Reading, article: Article, today: date) -> Iterator[Problem]:
    """An article or a reply whose review is due."""
    if article.review_by < today:
        message = f"It was to be reviewed by {article.review_by}"
        yield _problem(
            reading,
            article,
            ("review_by",),
            message,
            f"{article.owner} reviews it and moves the date.",
            level="warning",
        )


def _sources(reading: Reading) -> frozenset[str] | None:
    """The sources that causes.yaml lists, as far as it could be read."""
    source = reading.sources.get("causes.yaml")
    listed = source.data.get("sources") if source and isinstance(source.data, dict) else None
    return frozenset(map(str, listed)) if isinstance(listed, dict) else None


def _acquirers(reading: Reading) -> Iterator[Problem]:
    """Acquirers that some locale has no name for."""
    source = reading.sources.get("acquirers.yaml")
    file = reading.name(reading.folder / "acquirers.yaml")
    listed = source.data.get("acquirers") if source and isinstance(source.data, dict) else None
    if source is None or not isinstance(listed, dict):
        return
    for id, profile in listed.items():
        names = profile.get("names") if isinstance(profile, dict) else None
        for locale in names if isinstance(names, dict) and id == "default" else ():
            if locale not in reading.shelves:
                # an accident, such as a folder moved away, would change the language of everybody who is under way
                place = source.place(("acquirers", id, "names", locale), key=True)
                message = f"There is no folder {locale}, which this name is for"
                remedy = f"Put the folder back; to serve without it, take {locale} out of every `names` here."
                yield Problem(file, place.line, place.column, message, remedy)
        for locale in reading.shelves:
            if isinstance(names, dict) and locale not in names:
                place = source.place(("acquirers", id, "names"))
                message, remedy = f"{id} has no name in {locale}", f"Add `{locale}: …`; until then another one is said."
                yield Problem(file, place.line, place.column, message, remedy, "warning")


def _repeated(reading: Reading, shelf: Shelf) -> Iterator[Problem]:
    """Questions that two articles of a locale, or one article twice, give as examples."""
    said = [
        (normalise(question), article, place)
        for article in shelf.articles.values()
        for place, question in enumerate(article.questions)
    ]
    texts = [text for text, _, _ in said]
    letters: dict[str, int] = {}
    for number, (text, article, place) in enumerate(said):
        found = repeats.found(text, texts[:number])
        # a sign at the end makes a short question another one for the ratio, and for nobody else
        before = letters.setdefault(comparable(text), number)
        if before != number and before not in [other for other, _ in found]:
            found = (*found, (before, False))
        for other, same in found:
            first = said[other][1]
            where = "above" if first is article else f"in {first.id}"
            message = f"This question stands {where} {'too' if same else 'in nearly the same words'}"
            level: Level = "error" if same and first is not article else "warning"
            yield _problem(reading, article, ("questions", place), message, "Keep it where it belongs.", level=level)


def _phrases(reading: Reading, shelf: Shelf, used: Usage) -> Iterator[Problem]:
    """Phrases that nobody says, and phrases that the program wants to say and cannot."""
    source = reading.sources.get(f"{shelf.locale}/phrases.yaml")
    file = reading.name(reading.folder / shelf.locale / "phrases.yaml")
    for key in shelf.phrases:
        if not key.startswith(_SPOKEN_BY_FORMATS) and not used.uses(key):
            place = source.place((key,), key=True) if source else START
            yield Problem(file, place.line, place.column, f"Nothing says {key}", "Remove it.", "warning")
    for key, python, line, column in used.asked:
        if key not in shelf.phrases:
            yield Problem(file, 1, 1, f"{key} is missing: {python}:{line}:{column} says it", "Add it in every locale.")


def _phrases_beside(reading: Reading, shelf: Shelf) -> Iterator[Problem]:
    """Phrases that show a value otherwise than the other locales do: a day without ``day``, or not at all."""
    source = reading.sources.get(f"{shelf.locale}/phrases.yaml")
    file = reading.name(reading.folder / shelf.locale / "phrases.yaml")
    for other in reading.shelves.values() if source else ():
        for key in shelf.phrases.keys() & other.phrases.keys() if other is not shelf else ():
            mine, theirs = shelf.phrases[key].template.source, other.phrases[key].template.source
            if "{" in theirs and not key.startswith(_SPOKEN_BY_FORMATS):
                for message, remedy in oddities.phrase(mine, theirs):
                    place = source.place((key,)) if source else START
                    said = f"{key} {message}, as {other.locale} does"
                    yield Problem(file, place.line, place.column, said, remedy, "warning")


def _program(repository: Path) -> Iterator[tuple[str, str]]:
    """The program's own Python, without the sandbox, which says nothing of ours."""
    for package in PACKAGES:
        for file in sorted((repository / package).rglob("*.py")):
            if "sandbox" not in file.parts and "migrations" not in file.parts:
                yield file.relative_to(repository).as_posix(), file.read_text(encoding="utf-8")


def _conversations(folder: Path, repository: Path | None) -> dict[str, set[str]] | None:
    """Every word of the conversation tests by locale, the program's and the base's own; None without any."""
    words: dict[str, set[str]] = {}
    for tests in (folder / "tests", *((repository / "tests" / "conversations",) if repository else ())):
        for file in tests.rglob("*.yaml"):
            text = file.read_text(encoding="utf-8", errors="replace")
            if re.search(r"^talk\s*:", text, re.MULTILINE):
                words.setdefault(file.relative_to(tests).parts[0], set()).update(_words(text))
    return words or None


def _words(text: str) -> Iterable[str]:
    return "".join(sign if sign.isalnum() or sign == "_" else " " for sign in text).split()


def _said(reading: Reading, article: Article, fact: str) -> Place:
    """Where an article shows a fact; without one, where its words begin."""
    words, first = _body(reading, article)
    line = (showing.unguarded(words, fact) or showing.shown(words, fact)) if fact else None
    if line:
        shown = re.search(r"\{\{-?[^}]*" + re.escape(fact), words.split("\n")[line - 1])
        return Place(first + line - 1, shown.start() + 1 if shown else 1)
    return Place(first, 1)


def _body(reading: Reading, article: Article) -> tuple[str, int]:
    """The words below an article's front matter, and the line that they begin in."""
    within = "canned" if article.kind == "canned" else "articles"
    file = reading.folder / article.locale / within / f"{article.id}.md"
    lines = file.read_text(encoding="utf-8-sig").split("\n")
    first = next((number for number, line in enumerate(lines, 1) if number > 1 and line.rstrip() == "---"), 1) + 1
    return "\n".join(lines[first - 1 :]), first


def _problem(
    reading: Reading,
    article: Article,
    path: tuple[str | int, ...],
    message: str,
    remedy: str,
    *,
    level: Level = "error",
) -> Problem:
    within = "canned" if article.kind == "canned" else "articles"
    source = reading.sources.get(f"{article.locale}/{within}/{article.id}.md")
    place = source.place(path) if source else START
    return Problem(article.file, place.line, place.column, message, remedy, level)
