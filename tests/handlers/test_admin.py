"""Knowledge admins in Telegram: who they are, ``/kb``, and files that they send. The base is a real folder."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiogram.types import CallbackQuery, Message

from handlers.admin import router
from handlers.filing import Filing, SentFile
from handlers.librarian import Librarian
from handlers.questions import Lessons
from handlers.reading import admin_of
from handlers.reports import Admin
from handlers.serving import CheckFailed, Serving, Status
from knowledge.choices import Choice, Wording
from knowledge.errors import Problem
from knowledge.gaps import Gap
from knowledge.loader import load, read
from knowledge.postings import Answer, Edit, Posting, Text
from storage.base_files import MOST_BYTES, BaseFiles
from storage.database import Storage
from storage.inbox import Arrival
from storage.outbox import Letter
from tests.handlers.conftest import BASE, NOW, SUPPORT, ZONE

SHIPPED = Path(__file__).parents[2] / "knowledge" / "base"
ADMIN = 71
PHRASES = "en/phrases.yaml"


class Office:
    """An admin's chat with the bot. The keeper reloads at once, as ``bot.reloading`` does when asked."""

    def __init__(self, storage: Storage, folder: Path) -> None:
        self.storage, self.folder, self.update = storage, folder, 0
        self.serving = Serving(BASE)
        self.letters: list[Letter] = []
        self.sent: dict[str, bytes] = {}
        self.gaps: list[Gap] = []
        self.choices: list[Choice] = []
        self.failing = False
        self.before_reload: list[type[Posting]] = []
        self.faults: tuple[Problem, ...] = ()
        storage.on_posted(self._posted)
        clock = lambda: NOW  # noqa: E731
        base = self.serving.current
        self.librarian = Librarian(storage, base, clock, ZONE, self, self._gaps)
        self.filing = Filing(storage, base, clock, BaseFiles(folder), self._check, self, self._fetch)

    def _posted(self, letters: Sequence[Letter]) -> None:
        self.letters += letters

    async def _gaps(self) -> Lessons:
        return Lessons(tuple(self.gaps), tuple(self.choices))

    async def _fetch(self, id: str) -> bytes:
        if id not in self.sent:
            raise ConnectionError("Telegram does not give the file")
        return self.sent[id]

    async def _check(self, folder: Path) -> tuple[Problem, ...]:
        if self.failing:
            raise CheckFailed("no memory")
        return tuple(read(folder).problems)

    def status(self) -> Status:
        return Status(self.serving.base.version, NOW, self.faults)

    async def check(self) -> tuple[Problem, ...]:
        return await self._check(self.folder)

    async def reload(self) -> Status:
        self.before_reload = [type(letter.posting) for letter in self.letters]
        self.faults = await self.check()
        if not self.faults:
            self.serving.exchange(load(self.folder))
        return self.status()

    async def admin(self, **more: Any) -> Admin:
        self.update += 1
        arrival = Arrival(self.update, "lane", "{}", NOW)
        await self.storage.run(lambda unit: unit.inbox.take([arrival]))
        return Admin(**{"update": self.update, "chat": ADMIN, "user": ADMIN, "message": 5, "locale": "en", **more})

    def _since(self, before: int) -> list[Posting]:
        return [letter.posting for letter in self.letters[before:]]

    async def asks(self, argument: str, **more: Any) -> Text:
        before = len(self.letters)
        await self.librarian.command(await self.admin(**more), argument)
        (said,) = self._since(before)
        assert isinstance(said, Text)
        return said

    async def sends(self, name: str, content: bytes, caption: str = "", size: int | None = None) -> Text:
        before = len(self.letters)
        self.sent[name] = content
        sent = SentFile(name, name, len(content) if size is None else size, caption)
        await self.filing.receive(await self.admin(), sent)
        (said,) = self._since(before)
        assert isinstance(said, Text)
        return said

    async def presses(self, data: str) -> Text:
        before = len(self.letters)
        _, action, token, index = data.split(":")
        await self.filing.press(await self.admin(callback="cb"), action, token, int(index))
        answer, edit, said = self._since(before)
        assert isinstance(answer, Answer)
        assert isinstance(edit, Edit)
        assert (edit.html, edit.keys) == (None, ())
        assert answer.text == "On it"
        assert isinstance(said, Text)
        return said

    def now(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")

    def changed(self, old: str = "language_name: English", new: str = "language_name: Anglais") -> bytes:
        text = self.now(PHRASES)
        assert old in text
        return text.replace(old, new, 1).encode()

    async def log(self) -> list[str]:
        return [entry.action for entry in await self.storage.read(lambda unit: unit.audit.newest(actor=ADMIN))]


@pytest.fixture
def database_url(migrated_file: Path, tmp_path: Path) -> str:
    """These use cases know nothing of databases: one kind is enough."""
    shutil.copy(migrated_file, tmp_path / "desk.db")
    return f"sqlite:///{tmp_path / 'desk.db'}"


@pytest.fixture
def office(storage: Storage, tmp_path: Path) -> Office:
    shutil.copytree(SHIPPED, tmp_path / "base")
    return Office(storage, tmp_path / "base")


def keys(said: Text) -> list[str]:
    return [key.data for row in said.keys for key in row]


def written(sender: int, text: str = "/kb", chat: int = 0, **more: Any) -> Message:
    kind = "private" if chat == 0 else "supergroup"
    about = {"id": chat or sender, "type": kind, **({"title": "Support"} if chat else {"first_name": "A"})}
    who = {"id": sender, "is_bot": False, "first_name": "A", "language_code": "en"}
    return Message.model_validate({"message_id": 1, "date": 0, "chat": about, "from": who, "text": text, **more})


def document(sender: int, name: str, chat: int = 0) -> Message:
    about = {"file_id": "F", "file_unique_id": "U", "file_name": name, "file_size": 3}
    return written(sender, chat=chat, document=about).model_copy(update={"text": None})


@pytest.mark.parametrize(
    ("message", "taken"),
    [
        (written(ADMIN), True),
        (written(ADMIN, "/kb@desk_bot check"), True),
        (written(ADMIN, "/kb status", chat=SUPPORT), True),
        (written(72), False),
        (written(72, "/kb status", chat=SUPPORT), False),
        (written(ADMIN, "/kbd"), False),
        (written(ADMIN, "what is /kb"), False),
        (document(ADMIN, "Phrases.YAML"), True),
        (document(ADMIN, "late.md"), True),
        (document(ADMIN, "photo.jpg"), False),
        (document(72, "late.md"), False),
        (document(ADMIN, "late.md", chat=SUPPORT), False),
    ],
)
async def test_only_admins_are_heard(message: Message, taken: bool) -> None:
    handlers = router((ADMIN,)).message.handlers
    heard = [(await handler.check(message))[0] for handler in handlers]
    assert any(heard) is taken


@pytest.mark.parametrize(("user", "data", "taken"), [(ADMIN, "kb:put:1:0", True), (72, "kb:put:1:0", False),
                                                     (ADMIN, "menu:1:x", False)])  # fmt: skip
async def test_only_admins_press(user: int, data: str, taken: bool) -> None:
    who = {"id": user, "is_bot": False, "first_name": "A"}
    query = CallbackQuery.model_validate({"id": "1", "from": who, "chat_instance": "1", "data": data})
    (handler,) = router((ADMIN,)).callback_query.handlers
    assert (await handler.check(query))[0] is taken


async def test_an_admin_is_answered_in_their_language_or_the_one_they_chose_wherever_they_ask(
    office: Office,
) -> None:
    assert admin_of(written(ADMIN), 1, BASE).locale == "en"
    assert admin_of(written(ADMIN, chat=SUPPORT), 1, BASE).locale == "en"
    await office.storage.run(lambda unit: unit.people.prefer(ADMIN, "zh"))
    assert "没有记录到" in (await office.asks("gaps")).html
    assert "没有文件" in (await office.sends("nothing.md", b"x")).html


async def test_status_check_and_help(office: Office) -> None:
    assert BASE.version in (await office.asks("")).html
    assert "0 errors" in (await office.asks("check")).html
    assert "/kb show" in (await office.asks("nonsense")).html
    said = await office.asks("status", chat=SUPPORT, topic=9, locale="zh")
    assert (said.chat, said.reply_to) == (SUPPORT, 5)
    office.failing = True
    assert "no memory" in (await office.asks("check")).html


async def test_reload(office: Office) -> None:
    assert "Nothing has changed" in (await office.asks("reload")).html
    (office.folder / PHRASES).write_bytes(office.changed())
    said = await office.asks("reload")
    assert office.serving.base.version != BASE.version
    assert office.serving.base.version in said.html
    (office.folder / PHRASES).write_bytes(office.changed("language_name: Anglais", "language_name: '{{ name'"))
    said = await office.asks("reload")
    assert "phrases.yaml:4:" in said.html
    assert "phrases.yaml:4:" in (await office.asks("status")).html
    assert await office.log() == ["kb_reload"] * 3


@pytest.mark.parametrize(
    ("argument", "says"),
    [
        ("show paid_to_old_card payout.status=paid payout.net=1192.80 payout.batch_id=B77", "1,192.80"),
        ("show zh paid_to_old_card all", "旧卡"),
        ("show paid_to_old_cart", "<code>paid_to_old_card</code>"),
        ("show zh asked_the_bank ticket.number=7", "#7"),
        ("show paid_to_old_card payout.nett=1", "payout.net"),
        ('show paid_to_old_card payout.batch_id="B 77', "77 is no fact"),
        ('show paid_to_old_card payout.status=paid payout.net=1 "payout.batch_id=B 77"', "B 77"),
        ("show", "/kb show"),
        ("gaps", "No questions are recorded"),
    ],
)
async def test_show_and_gaps(office: Office, argument: str, says: str) -> None:
    assert says in (await office.asks(argument)).html


def gap(words: str, count: int) -> Gap:
    return Gap("en", count, (words,), {"unanswered": count}, NOW, NOW)


async def test_gaps_that_were_recorded(office: Office) -> None:
    office.gaps = [gap("<b>can I pay in shells?</b>", 7), *(gap(f"q{number}", 1) for number in range(30))]
    said = await office.asks("gaps")
    assert "7×: &lt;b&gt;can I pay" in said.html
    assert "11 more" in said.html
    assert "chose" not in said.html


async def test_gaps_count_the_titles_that_merchants_chose(office: Office) -> None:
    wordings = (Wording(12, "can I pay in <shells>?"), Wording(9, "pay in shells"))
    office.choices = [Choice("en", "guide_d0_t1", 3, {"no_record": 1}, 2, 7, wordings, NOW, NOW)]
    html = (await office.asks("gaps")).html
    assert "3×: can I pay in &lt;shells&gt;? (#12) → <code>guide_d0_t1</code>, 1 chose another, 2 chose none" in html
    office.choices *= 20
    html = (await office.asks("gaps", locale="zh")).html
    assert "3 个商户：" in html
    assert "另有 12 条" in html


async def test_a_change_is_shown_confirmed_and_undone(office: Office) -> None:
    before = office.now(PHRASES)
    asked = await office.sends("phrases.yaml", office.changed())
    assert [key.text for row in asked.keys for key in row] == ["en/phrases.yaml", "zh/phrases.yaml"]
    shown = await office.presses(keys(asked)[0])
    assert "-language_name: English" in shown.html
    assert "+language_name: Anglais" in shown.html
    assert office.now(PHRASES) == before
    put = await office.presses(keys(shown)[0])
    assert office.serving.base.plain("en", "language_name") == "Anglais"
    assert office.serving.base.version in put.html
    undone = await office.presses(keys(put)[0])
    assert office.now(PHRASES) == before
    assert BASE.version in undone.html
    assert await office.log() == ["kb_file_undone", "kb_file_put"]


async def test_a_broken_change_has_no_button(office: Office) -> None:
    before = office.now(PHRASES)
    said = await office.sends("phrases.yaml", office.changed(new="language_name: '{{ name'"), caption="en")
    assert "<code>en/phrases.yaml:4:" in said.html
    assert keys(said) == []
    assert office.now(PHRASES) == before


async def test_a_change_that_is_dropped(office: Office) -> None:
    shown = await office.sends("phrases.yaml", office.changed(), caption="en")
    put, drop = keys(shown)
    await office.presses(drop)
    assert "send the file again" in (await office.presses(put)).html
    assert office.serving.base is BASE


async def test_a_button_is_answered_before_the_reload_is_over(office: Office) -> None:
    """A reload takes seconds: Telegram shows a spinner, and a button that is there can be pressed again."""
    put = keys(await office.sends("phrases.yaml", office.changed(), "en"))[0]
    await office.presses(put)
    assert office.before_reload[-2:] == [Answer, Edit]


async def test_a_file_that_changed_meanwhile(office: Office) -> None:
    shown = await office.sends("phrases.yaml", office.changed(), caption="en")
    (office.folder / PHRASES).write_bytes(office.changed(new="language_name: Of a colleague"))
    assert "left alone" in (await office.presses(keys(shown)[0])).html
    assert "Of a colleague" in office.now(PHRASES)


async def test_what_cannot_be_taken(office: Office) -> None:
    assert "Is it <code>phrases.yaml</code>?" in (await office.sends("phrase.yaml", b"x")).html
    assert "too large" in (await office.sends("causes.yaml", b"x", size=MOST_BYTES + 1)).html
    assert "too large" in (await office.sends("causes.yaml", b"x" * (MOST_BYTES + 1), size=3)).html
    assert "nothing was changed" in (await office.sends("phrases.yaml", office.now(PHRASES).encode(), "en")).html
    office.failing = True
    assert "no memory" in (await office.sends("phrases.yaml", office.changed(), "en")).html
    lost = replace(await office.admin(), callback=None)
    await office.filing.receive(lost, SentFile("unknown id", "causes.yaml", 3))
    said = office.letters[-1].posting
    assert isinstance(said, Text)
    assert "does not give the file" in said.html
    assert await office.log() == []


async def test_a_long_difference_fits_into_a_message(office: Office) -> None:
    content = "\n".join(f"# {'长' * 120} {number}" for number in range(200)) + "\n" + office.now(PHRASES)
    said = await office.sends("phrases.yaml", content.encode(), caption="en")
    assert "more lines" in said.html
    assert len(said.html) < 4000


async def test_an_update_done_before_says_nothing_more(office: Office) -> None:
    admin = await office.admin()
    await office.librarian.command(admin, "")
    await office.librarian.command(admin, "")
    assert len(office.letters) == 1
