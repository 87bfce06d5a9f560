"""``settledesk kb choices`` and ``kb accept``: which offered title merchants chose, and an author who takes it over."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.authoring import REPOSITORY, AsJson, Folder, folder_of, in_locale, loaded, now, refuse
from bot.commands.kb_new import shown
from bot.commands.printing import complain, counted, write, write_json
from bot.commands.storing import with_storage
from knowledge.check import check
from knowledge.choices import Choice, found
from knowledge.fields import suggestion
from knowledge.gaps import MOST_READ, masked
from knowledge.loader import Reading, read
from knowledge.teaching import Refused, refusal, with_question
from storage.base_files import write_whole

WORDINGS_SHOWN = 3
_NUMBER = re.compile(r"#?(\d{1,15})")


def choices_command(
    days: Annotated[int, typer.Option(min=1, help="Asked within so many days.")] = 90,
    locale: Annotated[str | None, typer.Option(help="Such as zh or en; every locale unless given.")] = None,
    *,
    folder: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Questions for which merchants chose an offered title, grouped, with how many merchants chose it."""
    base = loaded(folder)
    if locale is not None:
        in_locale(base, locale)
    since = now() - timedelta(days=days)
    decided = with_storage(lambda storage: storage.read(lambda unit: unit.questions.decided(since, MOST_READ)))
    choices = found(decided, base, locale)
    if as_json:
        write_json({"since": since, "choices": choices})
        return
    for choice in choices:
        _print(choice)
    if not choices:
        write("no choices that the base does not know")


def _print(choice: Choice) -> None:
    others = "".join(f"; {count} chose {article}" for article, count in choice.others.items())
    none = f"; {choice.none} chose none" if choice.none else ""
    now_given = f"; answered with {choice.answered_by} now" if choice.answered_by else ""
    merchants = "merchant" if choice.merchants == 1 else "merchants"
    write(f"{choice.locale}  {choice.article}: {choice.merchants} {merchants}{others}{none}{now_given}")
    for wording in choice.wordings[:WORDINGS_SHOWN]:
        write(f"    #{wording.number}  {wording.text}")


def accept(
    question: Annotated[str, typer.Argument(help="A number that `kb choices` shows, or the words in quotes.")],
    article: Annotated[str, typer.Argument(help="The id of the article that answers it.")],
    *,
    locale: Annotated[
        str | None, typer.Option(help="Such as zh or en: of a number it is the question's own, of words zh.")
    ] = None,
    folder: Folder = None,
) -> None:
    """Write a question into an article's `questions`, then say what `kb check` says. Exit code 1 on errors."""
    words, spoken = _words(question, locale)
    reading = read(folder_of(folder))
    file = _file(reading, article, spoken)
    shelf = reading.shelves[spoken]
    refused = refusal(words, shelf.articles[article], shelf)
    if refused:
        refuse(str(refused))
    try:
        changed = with_question(file.read_bytes().decode("utf-8"), words)
        if isinstance(changed, Refused):
            refuse(f"{shown(file)}: {changed}")
        write_whole(file.resolve(), changed.encode())
    except OSError as error:
        refuse(f"{shown(file)} cannot be written: {error.strerror}")
    write(f"{shown(file)}: {words}")
    _say_check(reading, shelf.articles[article].file)


def _words(question: str, locale: str | None) -> tuple[str, str]:
    """The words without anybody's numbers, and their locale."""
    numbered = _NUMBER.fullmatch(question.strip())
    if not numbered:
        return question.strip(), locale or "zh"
    number = int(numbered[1])
    asked = with_storage(lambda storage: storage.read(lambda unit: unit.questions.numbered(number)))
    if asked is None:
        refuse(f"there is no question {number} (any more): `settledesk kb choices` shows those that there are")
    if locale not in (None, asked.locale):
        refuse(f"question {number} was asked in {asked.locale}: leave --locale out, or write the words in {locale}")
    return masked(asked.text), asked.locale


def _file(reading: Reading, article: str, locale: str) -> Path:
    """The article's file; refused where there is none, or none that can be read."""
    if locale not in reading.shelves:
        refuse(f"there is no locale {locale}. {suggestion(locale, reading.shelves)}")
    known = reading.shelves[locale].articles
    if article not in known:
        refuse(f"there is no article {article} in {locale}. {suggestion(article, known)}")
    file = reading.folder / locale / "articles" / f"{article}.md"
    if any(problem.file == known[article].file for problem in reading.problems):
        refuse(f"{shown(file)} has errors: put right first what `settledesk kb check` says")
    return file


def _say_check(reading: Reading, file: str) -> None:
    """What the check says of the file as it is now, and how it stands with the whole base."""
    problems = check(reading.folder, today=now().date(), repository=REPOSITORY)
    for problem in problems:
        if problem.file == file:
            write(f"{problem.level}: {problem}")
    errors = sum(1 for problem in problems if problem.level == "error")
    complain(f"{counted(errors, len(problems) - errors)} in the whole base")
    raise typer.Exit(1 if errors else 0)
