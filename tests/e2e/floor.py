"""The support floor: the whole program in one process, over HTTP against the sandbox, and all who meet there.

Two agents (one is answered in Chinese, one in English), a supervisor, and as many merchants of either language as are
wanted, each with a ticket of their own. Words are named by their phrases, so that a scenario reads alike in every
language: ``hears("ticket_claimed")`` is what that phrase always says, in the merchant's language.
"""

from __future__ import annotations

import asyncio
import csv
import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typer.testing import CliRunner

from bot.cli import app_for
from bot.clock import clock_from
from bot.demo.bundle import NOW
from bot.demo.player import keys_of
from tests.words import says

if TYPE_CHECKING:
    from bot.demo.bundle import Manifest, Person
    from bot.demo.visitor import Visitor

Json = dict[str, Any]
PATIENCE = 10.0
"""Seconds until what does not come counts as lost."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of staff, answered in the language of their Telegram."""

    id: int
    name: str
    locale: str = "zh"


BOSS, SUN, LAURA = Colleague(2001, "敏"), Colleague(2002, "强"), Colleague(2003, "Laura", "en")
AGENTS = (SUN, LAURA)
GROUP = "zh"
"""The group's own language: cards, notes and reminders."""


class Floor:
    """The running program, its clock, and the people around it."""

    def __init__(self, visitor: Visitor, manifest: Manifest, group: int, database_url: str, records: Path) -> None:
        self.visitor = visitor
        self.manifest = manifest
        self.group = group
        self.database_url = database_url
        self.records = records
        self._ids: Iterator[int] = itertools.count(7001)
        self._runs: Callable[[], datetime] = clock_from(NOW)
        self._ahead = timedelta()

    def now(self) -> datetime:
        """The program's clock."""
        return self._runs() + self._ahead

    def later(self, **span: float) -> None:
        """So much time passes at once."""
        self._ahead += timedelta(**span)

    async def command(self, *arguments: str | Path) -> str:
        """What ``settledesk`` with these arguments prints, at this time, of the running program's database."""
        environment = {"DATABASE_URL": self.database_url, "SETTLEDESK_NOW": self.now().isoformat()}
        said = [str(each) for each in arguments]
        made = await asyncio.to_thread(CliRunner().invoke, app_for(), said, env=environment)
        assert made.exit_code == 0, made.output
        return made.stdout

    async def paid(self, person: Person, folder: Path) -> str:
        """Records come in that say that the money which the person asks for is paid; the payout's number."""
        with (self.records / "payouts.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        (row,) = (
            row for row in rows if (row["merchant_no"], row["trade_date"]) == (person.merchant_no, str(person.asked))
        )
        at = (self.now() - timedelta(minutes=1)).isoformat()
        with (folder / "payouts.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(row))
            writer.writeheader()
            writer.writerow(row | {"status": "paid", "sent_at": row["sent_at"] or at, "paid_at": at})
        await self.command("settlements", "import", folder)
        return row["payout_id"]

    def until(self, hour: int, *, workday: bool = False) -> None:
        """The next time that the clock shows this hour, on a day from Monday to Friday if so wanted."""
        now = self.now().astimezone(NOW.tzinfo)
        day = now.replace(hour=hour, minute=0, second=0, microsecond=0)
        while day <= now or (workday and day.isoweekday() > 5):
            day += timedelta(days=1)
        self._ahead += day - now

    def opens(self) -> None:
        """It is a working hour with some of the day left; otherwise the next working morning comes."""
        now = self.now().astimezone(NOW.tzinfo)
        if now.isoweekday() > 5 or not 9 <= now.hour < 17:
            self.until(10, workday=True)

    async def newcomer(self, locale: str) -> int:
        """Somebody of whom the records know nothing."""
        user = next(self._ids)
        await self.visitor.write(
            "users", {"id": user, "first_name": f"M{user}", "language_code": locale, "phone": f"+86139{user:08d}"}
        )
        return user

    async def matter(self, locale: str) -> Matter:
        """A newcomer asks for a person and has a ticket."""
        user = await self.newcomer(locale)
        await self.visitor.start(user)
        return await self.asked(user, locale)

    async def asked(self, user: int, locale: str) -> Matter:
        """Somebody who has started asks for a person."""
        since = await self.visitor.cursor()
        await self.visitor.says(user, "/human")
        (told,) = await self.visitor.hears(user, text="#1", after=since)
        number = re.search(r"#(\d{4,})", told["message"]["text"])
        assert number is not None
        return await self.ticket(user, locale, int(number[1]))

    async def diagnosed(self, person: Person) -> Matter:
        """A merchant of the records tells it, shows who they are, is answered, and asks for a person."""
        await self.visitor.start(person.user)
        await self.visitor.shares_contact(person.user)
        await self.visitor.says(person.user, person.opening)
        return await self.asked(person.user, person.locale)

    async def ticket(self, user: int, locale: str, number: int) -> Matter:
        """The merchant's ticket of this number, once its topic is there with the case in it."""
        case = await self.visitor.hears(self.group, text=f"#{number} ", after=0)
        assert case, f"ticket {number} has no topic"
        found = Matter(self, user, locale, number, int(case[-1]["message"]["message_thread_id"]))
        await found.mark()
        return found

    async def in_general(self, who: Colleague, text: str, answer: str, *, private: bool = False) -> str:
        """What somebody of staff is answered who writes outside of topics, in their own language."""
        since = await self.visitor.cursor()
        chat = who.id if private else self.group
        await self.visitor.says(who.id, text, chat=None if private else self.group)
        found = await self.visitor.hears(chat, text=says(who.locale, answer), after=since, timeout=PATIENCE)
        assert found, f"{who.name} never heard {answer}"
        return str(found[-1]["message"]["text"])


class Matter:
    """A merchant with a ticket, and what they and the colleagues in its topic do; hearing begins at the last deed."""

    def __init__(self, floor: Floor, merchant: int, locale: str, number: int, topic: int) -> None:
        self.floor, self.visitor, self.group = floor, floor.visitor, floor.group
        self.merchant, self.locale = merchant, locale
        self.number, self.topic = number, topic
        self.since = 0

    async def mark(self) -> None:
        """What is heard from now on is new."""
        self.since = await self.visitor.cursor()

    # What the merchant does and hears

    async def says(self, text: str, *, reply_to: int | None = None) -> Json:
        """The merchant writes."""
        await self.mark()
        return await self.visitor.says(self.merchant, text, reply_to=reply_to)

    async def taps(self, phrase: str) -> None:
        """The merchant presses the newest button that reads so."""
        message, label = await self._button(self.merchant, says(self.locale, phrase))
        await self.mark()
        await self.visitor.presses(self.merchant, message, label=label)

    async def hears(self, phrase: str, *, ever: bool = False, edits: bool = False) -> Json:
        """The merchant is told so, in their language; the message."""
        words = says(self.locale, phrase)
        found = await self.visitor.hears(self.merchant, text=words, after=0 if ever else self.since, edits=edits)
        if not found:
            shown = await self.visitor.chat_messages(self.merchant, limit=5)
            raise AssertionError(
                f"the merchant of {self.number} never heard {words!r} but {[_words(each)[-80:] for each in shown]}"
            )
        return found[-1]

    async def heard(self, phrase: str) -> int:
        """So often the merchant was told this."""
        words = says(self.locale, phrase)
        messages = await self.visitor.chat_messages(self.merchant)
        return sum(each["out"] and words in _words(each) for each in messages)

    # What staff do and see in the topic

    async def writes(self, who: Colleague, text: str, *, reply_to: int | None = None) -> Json:
        """Somebody of staff writes in the topic."""
        await self.mark()
        return await self.visitor.replies(who.id, self.group, self.topic, text, reply_to=reply_to)

    async def orders(self, who: Colleague, command: str, answer: str, *, reply_to: int | None = None) -> Json:
        """A command in the topic, and what it is answered there in that person's language; the answer."""
        await self.writes(who, command, reply_to=reply_to)
        return await self.shows(answer, who)

    async def presses(self, who: Colleague, phrase: str) -> Json:
        """The newest button of the topic that reads so, in the group's language or their own; what is answered."""
        message, whole = await self._button(self.group, says(GROUP, phrase), says(who.locale, phrase))
        await self.mark()
        return await self.visitor.presses(who.id, message, label=whole, chat=self.group)

    async def stale(self, who: Colleague, message: int, data: str) -> Json:
        """A button that somebody still sees although the message has changed since; what is answered."""
        await self.mark()
        return await self.visitor.presses(who.id, message, data=data, chat=self.group)

    async def button(self, phrase: str) -> tuple[int, str]:
        """The message and the data of the newest button of the topic that reads so in any language."""
        message, label = await self._button(self.group, *(says(locale, phrase) for locale in ("zh", "en")))
        shown = (await self.visitor.message(self.group, message))["message"]
        keys = (key for row in shown["reply_markup"]["inline_keyboard"] for key in row)
        return message, next(str(key["callback_data"]) for key in keys if key["text"] == label)

    async def shows(
        self, phrase: str, who: Colleague | None = None, *, edits: bool = False, ever: bool = False
    ) -> Json:
        """The topic shows this, in the group's language or that of whom it answers; the message."""
        words = says(GROUP if who is None else who.locale, phrase)
        found = await self.visitor.hears(
            self.group, thread=self.topic, text=words, after=0 if ever else self.since, edits=edits
        )
        if not found:
            shown = await self.visitor.chat_messages(self.group, thread=self.topic, limit=5)
            raise AssertionError(
                f"the topic of {self.number} never showed {words!r} but {[_words(each)[-80:] for each in shown]}"
            )
        return found[-1]

    async def card(self, *words: str) -> str:
        """The pinned card's text, once all of this stands in it."""
        wanted = [says(GROUP, each) for each in words]
        text = ""

        async def there() -> str | None:
            nonlocal text
            pinned = [
                each for each in await self.visitor.chat_messages(self.group, thread=self.topic) if each["pinned"]
            ]
            text = _words(pinned[-1]) if pinned else ""
            return text if all(each in text for each in wanted) else None

        found = await self._until(there, lambda: f"{wanted} on the card of {self.number}, which reads {text!r}")
        return str(found)

    async def named(self, icon: str, *, closed: bool = False) -> Json:
        """The topic as the group's list shows it, once it has this icon."""
        wanted, *_ = says(GROUP, icon).replace("\ufe0f", "").split()
        seen: Json = {}

        async def there() -> Json | None:
            nonlocal seen
            topics = (await self.visitor.chat(self.group))["topics"]
            seen = next((each for each in topics if each["id"] == self.topic), {})
            right = seen.get("icon_emoji", "").replace("\ufe0f", "") == wanted and seen["closed"] is closed
            return seen if right else None

        found: Json = await self._until(there, lambda: f"{icon} on the topic of {self.number}, which is {seen}")
        return found

    async def claimed(self, who: Colleague) -> None:
        """Somebody presses Claim and the merchant hears who has their ticket."""
        await self.presses(who, "button_card_claim")
        await self.hears("ticket_claimed")

    async def resolved(self, who: Colleague, reason: str = "paid") -> Json:
        """Solved, with a reason; the message that asks the merchant for stars."""
        await self.presses(who, "button_card_resolve")
        await self.presses(who, f"solved_{reason}")
        return await self.hears("ticket_resolved")

    # Waiting

    async def reactions(self, chat: int, message: int, wanted: list[str]) -> None:
        """Wait until the bot's reactions to a message are these."""
        seen: list[str] = []

        async def there() -> bool | None:
            nonlocal seen
            seen = [each["emoji"] for each in (await self.visitor.message(chat, message))["reactions"]]
            return True if seen == wanted else None

        await self._until(there, lambda: f"reactions {wanted}, there are {seen}")

    async def gone(self, chat: int, message: int) -> None:
        """Wait until a message is deleted."""

        async def there() -> bool | None:
            return True if (await self.visitor.message(chat, message))["deleted"] else None

        await self._until(there, lambda: f"message {message} still there")

    async def _button(self, chat: int, *parts: str) -> tuple[int, str]:
        thread = self.topic if chat == self.group else None
        labels: list[str] = []

        async def there() -> tuple[int, str] | None:
            labels.clear()
            for message in reversed(await self.visitor.chat_messages(chat, thread=thread)):
                shown = [str(key["text"]) for row in keys_of(message) for key in row]
                if found := [label for label in shown if any(part in label for part in parts)]:
                    return int(message["id"]), found[0]
                labels.extend(shown)
            return None

        message, label = await self._until(there, lambda: f"a button {parts} of {self.number} beside {labels}")
        return message, label

    async def _until(self, look: Callable[[], Any], what: Callable[[], str]) -> Any:
        end = asyncio.get_running_loop().time() + PATIENCE
        while asyncio.get_running_loop().time() < end:
            if (found := await look()) is not None:
                return found
            await asyncio.sleep(0.02)
        raise AssertionError(f"never came: {what()}")


def _words(message: Json) -> str:
    return str(message["message"].get("text") or message["message"].get("caption") or "")
