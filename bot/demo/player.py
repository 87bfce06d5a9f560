"""Named conversations, played against the stage: the same parts as the demo, and a transcript of both sides."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Callable, Mapping
from html import unescape
from pathlib import Path
from typing import Any

import yaml

from bot.demo.stage import Stage

SCRIPTS = Path(__file__).parent / "scripts"
PATIENCE = 20.0
STAFF = {"chen": 0, "wang": 1}
_NUMBER = re.compile(r"#(\d{4,})")
_TAG = re.compile(r"<[^>]+>")


class PlayFailed(Exception):  # noqa: N818 - the conversation failed, not the player
    """A conversation went otherwise than its script says."""


def script_names() -> list[str]:
    """The conversations that can be played."""
    return sorted(file.stem for file in SCRIPTS.glob("*.yaml"))


def read_script(name: str) -> dict[str, Any]:
    """A conversation's script."""
    loaded: dict[str, Any] = yaml.safe_load((SCRIPTS / f"{name}.yaml").read_text(encoding="utf-8"))
    return loaded


def title_of(name: str) -> str:
    """What a conversation is about, in a line."""
    return str(read_script(name)["title"])


async def play(name: str, stage: Stage, write: Callable[[str], object]) -> None:
    """Play a conversation to its end, writing a line for everything that is said. Raises ``PlayFailed``."""
    script = read_script(name)
    write(f"# {script['title']}\n")
    await Player(stage, script, write).run()


class Player:
    """One conversation under way: a merchant, an agent, and what both hear."""

    def __init__(self, stage: Stage, script: Mapping[str, Any], write: Callable[[str], object]) -> None:
        self.stage = stage
        self.script = script
        self.write = write
        person = stage.manifest.of(script["situation"])
        self.user = person.user
        self.opening = person.opening
        self.terminal = person.terminal
        self.topic: int | None = None
        self.ticket = ""
        self.last: dict[str, Any] = {}
        self.cursor = 0
        self.mine: list[int] = []

    async def run(self) -> None:
        """Every step in order."""
        for number, step in enumerate(self.script["steps"], 1):
            self.cursor = await self.stage.visitor.cursor()
            (what, value), *rest = step.items()
            try:
                await self._step(what, value, dict(rest))
            except (AssertionError, LookupError, ValueError) as error:
                raise PlayFailed(f"step {number} ({what}: {value}): {error}") from error

    async def _step(self, what: str, value: Any, more: Mapping[str, Any]) -> None:
        visitor = self.stage.visitor
        if what == "starts":
            self._line("merchant", f"/start {value or ''}".strip())
            await visitor.start(self.user, value or None)
        elif what == "says":
            text = self.opening if value == "opening" else str(value).replace("TERMINAL", self.terminal)
            self._line("merchant", text)
            self.mine.append(int((await visitor.says(self.user, text))["id"]))
        elif what == "edits":
            self._line("merchant", f"[edits] {value}")
            await visitor.edits(self.user, self.mine[int(more.get("back", 1)) * -1], str(value))
        elif what == "shares":
            self._line("merchant", f"[shares {value} contact]")
            await visitor.shares_contact(self.user, own=value == "own")
        elif what == "sends":
            self._line("merchant", f"[sends a {value}]")
            await visitor.sends(self.user, str(value))
        elif what == "presses":
            self._line("merchant", f"[presses {value}]")
            await visitor.presses(self.user, self.last["id"], label=label_of(self.last, str(value)))
        else:
            await self._staff_step(what, value, more)
        await self._hear(more)

    async def _staff_step(self, what: str, value: Any, more: Mapping[str, Any]) -> None:
        visitor, group = self.stage.visitor, self.stage.support_chat
        agent = self.stage.staff[STAFF.get(str(more.get("as", "chen")), 0)]
        if what == "staff_says":
            self._line("agent", str(value))
            await visitor.says(agent, str(value), chat=group, thread=await self._topic())
        elif what == "staff_presses":
            self._line("agent", f"[presses {value}]")
            card, label = await self._card(str(value))
            await visitor.presses(agent, card["id"], label=label, chat=group)
        elif what == "staff_reads":
            found = await visitor.hears(group, text=str(value), after=0, thread=await self._topic(), timeout=PATIENCE)
            assert found, f"staff never read {value!r}"
            self._line("support group", text_of(found[0]))
        else:
            raise ValueError(f"there is no step {what}")

    async def _hear(self, more: Mapping[str, Any]) -> None:
        """Wait for what must be heard, in order; every message of the desk is written down."""
        wanted = more.get("hears", [])
        for text in [wanted] if isinstance(wanted, str) else wanted:
            expected = str(text).replace("TERMINAL", self.terminal)
            found = await self.stage.visitor.hears(self.user, text=expected, after=self.cursor, timeout=PATIENCE)
            assert found, f"never heard {expected!r}"
            self.last = found[-1]
            self._line("desk", text_of(self.last))
            if number := _NUMBER.search(text_of(self.last)):
                self.ticket = number[1]
            labels = [key["text"] for row in keys_of(self.last) for key in row]
            if labels:
                self.write("          " + "  ".join(f"[{label}]" for label in labels) + "\n")

    async def _topic(self) -> int:
        """The topic of the ticket that the merchant was told of last."""
        if self.topic is None:
            assert self.ticket, "the merchant was told of no ticket"
            group = self.stage.support_chat
            found = await self.stage.visitor.hears(group, text=f"#{self.ticket}", after=0, timeout=PATIENCE)
            assert found, f"there is no topic for ticket {self.ticket}"
            self.topic = int(found[-1]["thread"])
        return self.topic

    async def _card(self, part: str) -> tuple[dict[str, Any], str]:
        """The ticket's pinned card once it has a button like this, and the button's whole label."""
        for _ in range(int(PATIENCE / 0.1)):
            messages = await self.stage.visitor.chat_messages(self.stage.support_chat, thread=await self._topic())
            card = next((message for message in messages if message["pinned"]), None)
            with contextlib.suppress(LookupError):
                if card is not None:
                    return card, label_of(card, part)
            await asyncio.sleep(0.1)
        raise LookupError(f"the ticket has no pinned card with a button {part!r}")

    def _line(self, who: str, text: str) -> None:
        lines = text.split("\n")
        self.write(f"{who:>8}: {lines[0]}\n" + "".join(f"          {line}\n" for line in lines[1:]))


def label_of(message: Mapping[str, Any], part: str) -> str:
    """The label of the message's button that contains this; raises LookupError when there is none."""
    for row in keys_of(message):
        for key in row:
            if part in key["text"]:
                return str(key["text"])
    raise LookupError(f"there is no button {part!r}")


def text_of(message: Mapping[str, Any]) -> str:
    """A message's words as plain text."""
    data = message["message"]
    return unescape(_TAG.sub("", str(data.get("text") or data.get("caption") or f"[{message['kind']}]")))


def keys_of(message: Mapping[str, Any]) -> list[list[dict[str, Any]]]:
    """A message's inline buttons."""
    rows: list[list[dict[str, Any]]] = message["message"].get("reply_markup", {}).get("inline_keyboard", [])
    return rows
