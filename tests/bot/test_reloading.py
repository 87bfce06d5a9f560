"""A changed folder serves whole or not at all, and admins hear of a fault once. SQLite and PostgreSQL are real."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from bot.checking import Checker
from bot.reloading import Reloader
from handlers.reports import Reports
from handlers.serving import CheckFailed, Serving
from knowledge.errors import Problem
from knowledge.files import signature
from knowledge.library import KnowledgeBase
from knowledge.loader import load, read, version
from knowledge.postings import Text
from storage.database import Storage
from storage.outbox import Letter
from tests.storage.test_units import NOW

SHIPPED = Path(__file__).parents[2] / "knowledge" / "base"
ADMINS = (71, 72)
ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Author:
    """A folder under the reloaders of one or two processes; ``told``: what every admin was told, in order."""

    def __init__(self, folder: Path, storage: Storage) -> None:
        self.folder, self.storage = folder, storage
        self.base = load(folder)
        self.letters: list[Letter] = []
        self.learnt: list[str] = []
        self.checks = 0
        storage.on_posted(self._posted)

    def _posted(self, letters: Sequence[Letter]) -> None:
        self.letters += letters

    async def check(self, folder: Path) -> tuple[Problem, ...]:
        self.checks += 1
        return tuple(read(folder).problems)

    def process(self) -> tuple[Reloader, Serving]:
        """Another process that serves the folder."""
        serving = Serving(self.base)
        reports = Reports(self.storage, serving.current, lambda: NOW, ADMINS)

        async def learn(base: KnowledgeBase) -> None:
            self.learnt.append(base.version)

        seen = signature(self.folder)
        return Reloader(self.folder, serving, self.check, reports, lambda: NOW, learn, seen=seen), serving

    def changes(self, old: str, new: str, file: str = "en/phrases.yaml") -> None:
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def told(self, admin: int = 71) -> list[str]:
        return [one.posting.html for one in self.letters if isinstance(one.posting, Text) and one.posting.chat == admin]


async def looks(*reloaders: Reloader) -> None:
    """The two looks that it takes to believe a change."""
    for _ in range(2):
        await asyncio.gather(*(reloader.look() for reloader in reloaders))


@pytest.fixture
def author(tmp_path: Path, storage: Storage) -> Author:
    folder = tmp_path / "base"
    shutil.copytree(SHIPPED, folder)
    return Author(folder, storage)


async def test_broken_told_once_and_good_again_once(author: Author) -> None:
    one, serving = author.process()
    other, beside = author.process()
    before = serving.base
    author.changes("language_name: English", "language_name: '{{ name'")
    await looks(one, other)
    await looks(one, other)
    assert serving.base is before
    assert beside.base is before
    (told,) = author.told(71)
    assert (told,) == tuple(author.told(72))
    line = 1 + (author.folder / "en/phrases.yaml").read_text("utf-8").split("language_name")[0].count("\n")
    assert f"en/phrases.yaml:{line}:" in told
    assert line in [problem.line for problem in one.status().faults]
    author.changes("language_name: '{{ name'", "language_name: Plain English")
    await looks(one, other)
    assert serving.base.plain("en", "language_name") == "Plain English"
    assert beside.base.version == serving.base.version == version(author.folder)
    assert len(author.told()) == 2
    assert serving.base.version in author.told()[1]
    assert one.status().faults == ()


@ONE_DATABASE
async def test_a_good_change_serves_without_a_word(author: Author) -> None:
    one, serving = author.process()
    author.changes("language_name: English", "language_name: Anglais")
    await one.look()
    assert serving.base is author.base, "it may still be being written"
    await one.look()
    assert serving.base.plain("en", "language_name") == "Anglais"
    assert author.learnt == [serving.base.version]
    assert author.told() == []


@ONE_DATABASE
async def test_undoing_a_fault_is_good_again_without_reading(author: Author) -> None:
    one, serving = author.process()
    author.changes("language_name: English", "language_name: '{{ name'")
    await looks(one)
    author.changes("language_name: '{{ name'", "language_name: English")
    await looks(one)
    assert serving.base is author.base
    assert (len(author.told()), author.checks, one.status().faults) == (2, 0, ())


@ONE_DATABASE
async def test_what_only_the_check_finds_does_not_serve_either(author: Author) -> None:
    one, serving = author.process()
    problem = Problem("zh/articles/late.md", 7, 3, "3 example questions are too few", "Add 7.")
    warning = Problem("zh/phrases.yaml", 1, 1, "Nothing says late", "Remove it.", "warning")

    async def check(folder: Path) -> tuple[Problem, ...]:
        return (problem, warning)

    one._check = check
    author.changes("language_name: English", "language_name: Anglais")
    await looks(one)
    assert (serving.base, one.status().faults) == (author.base, (problem,))
    (told,) = author.told()
    assert "zh/articles/late.md:7:3" in told


@ONE_DATABASE
async def test_what_is_nobodys_content_changes_nothing(author: Author) -> None:
    one, _ = author.process()
    was = version(author.folder)
    (author.folder / ".backup").mkdir()
    (author.folder / ".backup" / "phrases.yaml").write_text("glad: '{{ name'", encoding="utf-8")
    (author.folder / "zh" / "articles" / ".#late.md").symlink_to("nobody@nowhere.1:2")
    (author.folder / "zh" / "articles" / "#late.md#").write_text("half", encoding="utf-8")
    (author.folder / "zh" / "articles" / "~late.md").write_text("half", encoding="utf-8")
    await looks(one)
    assert (version(author.folder), author.checks) == (was, 0)
    assert load(author.folder).version == was


@ONE_DATABASE
async def test_a_folder_that_changes_while_it_is_read_waits(author: Author) -> None:
    one, serving = author.process()
    author.changes("language_name: English", "language_name: First")
    check = author.check

    async def meanwhile(folder: Path) -> tuple[Problem, ...]:
        found = await check(folder)
        if author.checks == 1:
            author.changes("language_name: First", "language_name: Second")
        return found

    one._check = meanwhile
    await looks(one)
    assert serving.base.plain("en", "language_name") == "Second"
    assert author.learnt == [serving.base.version]


@ONE_DATABASE
async def test_what_is_learnt_of_the_same_questions_is_kept(author: Author) -> None:
    for shelf in author.base.shelves.values():
        vars(shelf)["ranker"] = shelf.locale
    one, serving = author.process()
    author.changes("title: ", "title: Another ", "en/articles/paid_to_old_card.md")
    await one.reload()
    assert {locale: vars(shelf).get("ranker") for locale, shelf in serving.base.shelves.items()} == {
        "en": None,
        "zh": "zh",
    }


@ONE_DATABASE
async def test_a_check_that_fails_is_no_fault_of_the_author(author: Author) -> None:
    one, serving = author.process()

    async def fails(folder: Path) -> tuple[Problem, ...]:
        raise CheckFailed("no memory")

    one._check = fails
    author.changes("language_name: English", "language_name: Anglais")
    with pytest.raises(CheckFailed):
        await looks(one)
    one._check = author.check
    await looks(one)
    assert serving.base.plain("en", "language_name") == "Anglais"
    assert author.told() == []


async def test_the_checks_own_process(tmp_path: Path) -> None:
    check = Checker(lambda: date(2026, 11, 26))
    problems = await check(tmp_path)
    assert {"causes.yaml", "forms.yaml"} <= {Path(problem.file).name for problem in problems}
    assert {problem.level for problem in problems} == {"error"}
