"""One merchant's whole journey, played by a merchant and an agent who wait for each answer as people do."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass, field
from typing import Any

from tests.benchmarks.ground import SUPPORT_CHAT, Sandbox
from tests.benchmarks.records import Person
from tests.benchmarks.traffic import FORM, conversation

STAFF = 9001
PATIENCE = 60
"""Seconds until an answer that does not come counts as lost."""
SAID = ("第一句", "第二句", "第三句")
ANSWERED = ("答一", "答二", "答三")
_NUMBER = re.compile(r"#(\d+)")


class Lost(AssertionError):  # noqa: N818 - what became of a message
    """Nobody answered, or something was not there that had to be."""


@dataclass
class Journey:
    """A person on the way through the desk, from the first word to five stars."""

    sandbox: Sandbox
    person: Person
    number: int = 0
    topic: int = 0
    begun: float = field(default_factory=time.monotonic)
    ended: float = 0.0

    async def go(self) -> None:
        """Start, tell, identify, be answered, ask for a person, write both ways, be resolved, give stars."""
        opening, *answers = conversation(self.person, {"zh": FORM["zh"], "en": FORM["zh"]})[:4]
        await self._act("start", {}, "结算助手")
        await self._act("send", {"text": opening}, "登记的手机号")
        await self._act("send", {"contact": "own"}, "哪天刷的")
        await self._act("send", {"text": answers[0]}, "多少钱")
        await self._act("send", {"text": answers[1]}, "最后4位")
        told = await self._act("send", {"text": answers[2]}, "S200")
        opened = await self._act("press", {"message": told["id"], "label": "👤 转人工", "wait": 0}, "工单号")
        self.number = int(_found(_NUMBER, opened["message"]["text"]))
        await self._press_card("🙋 接手", "接手了您的工单")
        await asyncio.gather(self._write(), self._reply())
        await self._act("send", {"photo": {}}, None)
        await self._in_topic(kind="photo")
        await self._press_card("✅ 已解决", None)
        asked = await self._press_card("💬 已说明", "已处理完")
        await self._act("press", {"message": asked["id"], "label": "5⭐", "wait": 0}, "5星评价")
        await self._in_topic(text="商户评价：5⭐")
        self.ended = time.monotonic()

    async def _act(self, action: str, body: dict[str, Any], answer: str | None) -> dict[str, Any]:
        """Do something and wait for the desk's words."""
        since = await self._now()
        await self.sandbox.post(f"users/{self.person.user}/{action}", body)
        return {} if answer is None else await self._heard(answer, since)

    async def _heard(self, text: str, since: int) -> dict[str, Any]:
        found = await self.sandbox.get("wait", chat=self.person.user, after=since, text=text, timeout=PATIENCE)
        if not found["matched"]:
            raise Lost(f"merchant {self.person.number} never heard {text!r}")
        message: dict[str, Any] = found["messages"][0]
        return message

    async def _write(self) -> None:
        """The merchant writes without waiting."""
        for line in SAID:
            await self.sandbox.post(f"users/{self.person.user}/send", {"text": line})
        await self._in_topic(text=SAID[-1])

    async def _reply(self) -> None:
        """The agent writes without waiting."""
        since = await self._now()
        for line in ANSWERED:
            body = {"chat": SUPPORT_CHAT, "thread": self.topic, "text": line}
            await self.sandbox.post(f"users/{STAFF}/send", body)
        await self._heard(ANSWERED[-1], since)

    async def _press_card(self, label: str, answer: str | None) -> dict[str, Any]:
        """The agent presses a button of the ticket's card, once the card shows it."""
        message = await self._until(lambda: self._button(label), f"the button {label}")
        since = await self._now()
        await self.sandbox.post(
            f"users/{STAFF}/press", {"chat": SUPPORT_CHAT, "message": message, "label": label, "wait": 0}
        )
        return {} if answer is None else await self._heard(answer, since)

    async def _button(self, label: str) -> int | None:
        for message in await self.topic_messages():
            rows = message["message"].get("reply_markup", {}).get("inline_keyboard", [])
            if any(key["text"] == label for row in rows for key in row):
                return int(message["id"])
        return None

    async def _in_topic(self, text: str = "", kind: str = "") -> None:
        async def there() -> int | None:
            for message in await self.topic_messages():
                if message["out"] and text in message["message"].get("text", "") and kind in ("", message["kind"]):
                    return int(message["id"])
            return None

        await self._until(there, text or kind)

    async def topic_messages(self) -> list[dict[str, Any]]:
        """Everything in the ticket's topic, oldest first; empty before there is one."""
        if not self.topic:
            for topic in (await self.sandbox.get(f"chats/{SUPPORT_CHAT}"))["topics"]:
                if topic["name"].startswith(f"#{self.number} "):
                    self.topic = topic["id"]
        if not self.topic:
            return []
        found = await self.sandbox.get(f"chats/{SUPPORT_CHAT}/messages", thread=self.topic, limit=200)
        messages: list[dict[str, Any]] = found["messages"]
        return messages

    async def _until(self, look: Any, what: str) -> int:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if (found := await look()) is not None:
                return int(found)
            await asyncio.sleep(0.05)
        raise Lost(f"merchant {self.person.number}, ticket {self.number}: {what} never came")

    async def _now(self) -> int:
        """The id of the last event, to wait for what comes after it."""
        return int((await self.sandbox.get("events/log", limit=0))["event"])

    # What is left of it

    async def heard(self) -> list[str]:
        """Every message that the merchant got, in order, in words that do not depend on who it was."""
        found = await self.sandbox.get(f"chats/{self.person.user}/messages", limit=500)
        return [self.words(message) for message in found["messages"] if message["out"]]

    async def shown(self) -> list[str]:
        """Every message of the desk in the ticket's topic, in order, likewise."""
        found = await self.topic_messages()
        return [self.words(message) for message in found if message["out"] and message["kind"] != "service"]

    def words(self, message: dict[str, Any]) -> str:
        """A message as it was first sent."""
        first = message["edits"][0] if message["edits"] else message["message"]
        text = first.get("text") or first.get("caption") or message["kind"]
        person = self.person
        named = (
            f"P{person.number:07d}",
            person.terminal_id,
            person.merchant_no,
            person.old_tail,
            person.new_tail,
            f"Shop {person.number}",
        )
        # whole ones only: the four digits of a card may stand within a batch's number too
        text = re.sub(rf"(?<![0-9A-Za-z])(?:{'|'.join(map(re.escape, named))})(?![0-9A-Za-z])", "…", text)
        text = text.replace(f"#{self.number}", "#…")
        return re.sub(r"\d\d:\d\d", "hh:mm", text)


def _found(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    if match is None:
        raise Lost(f"no {pattern.pattern} in {text!r}")
    return match[1]


def repeats(expected: list[str], seen: list[str]) -> int:
    """How often a message came twice in a row. Raises when anything is lost, added, or out of its order."""
    place = again = 0
    for text in seen:
        if place < len(expected) and text == expected[place]:
            place += 1
        elif place and text == expected[place - 1]:
            again += 1
        else:
            raise Lost(f"message {place} of {len(expected)} is {text!r}, expected {expected[place : place + 1]}")
    if place < len(expected):
        raise Lost(f"never came: {expected[place:]}")
    return again
