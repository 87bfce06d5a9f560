"""Doing in the sandbox what people do in Telegram: over its control API, with waiting instead of sleeping.

Messages are as docs/sandbox.md describes them: ``id``, ``thread``, ``kind``, ``message`` (the Bot API object), …
"""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Any

import aiohttp

Json = dict[str, Any]


class Refusal(Exception):  # noqa: N818 - an answer of the sandbox
    """The sandbox says that a person could not do that; ``code`` is the HTTP status."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


class Visitor:
    """A client of one sandbox's control API. Close it, or use it as a context."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Visitor:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def ask(self, method: str, path: str, body: Any = None, /, **query: Any) -> Any:
        """One request to ``/sandbox/path``; raises Refusal when the answer is an error."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=150))
        given = {name: str(value) for name, value in query.items() if value is not None}
        sent = {} if body is None else {"json": body}
        async with self._session.request(method, f"{self.url}/sandbox/{path}", params=given, **sent) as response:
            answer = await response.json()
            if response.status != 200:
                raise Refusal(response.status, str(answer.get("error")))
            return answer

    async def read(self, path: str, /, **query: Any) -> Any:
        """GET."""
        return await self.ask("GET", path, **query)

    async def write(self, path: str, body: Any = None) -> Any:
        """POST."""
        return await self.ask("POST", path, {} if body is None else body)

    async def _act(self, user: int, act: str, /, **body: Any) -> Any:
        return await self.write(f"users/{user}/{act}", {name: v for name, v in body.items() if v is not None})

    # The world

    async def cursor(self) -> int:
        """The id of the last event: what is heard after it is new."""
        return int((await self.read("events/log", limit=0))["event"])

    async def bot_is_online(self) -> bool:
        """Whether the bot has polled or set its webhook."""
        found = await self.read("delivery")
        return bool(found["mode"] != "none")

    async def state(self) -> Json:
        """Everything at a glance."""
        found: Json = await self.read("state")
        return found

    async def chat(self, chat: int) -> Json:
        """A chat with its topics, members, pinned messages and keyboard."""
        found: Json = await self.read(f"chats/{chat}")
        return found

    async def chat_messages(
        self, chat: int, *, thread: int | None = None, after: int | None = None, limit: int = 1000,
        deleted: bool = False,
    ) -> list[Json]:  # fmt: skip
        """Messages of a chat, oldest first."""
        flag = 1 if deleted else None
        found = await self.read(f"chats/{chat}/messages", thread=thread, after=after, limit=limit, deleted=flag)
        messages: list[Json] = found["messages"]
        return messages

    async def message(self, chat: int, number: int) -> Json:
        """One message, deleted or not."""
        found: Json = await self.read(f"chats/{chat}/messages/{number}")
        return found

    async def time_passes(self, seconds: float) -> str:
        """Move the sandbox's clock ahead; answers the time then."""
        return str((await self.write("clock", {"advance": seconds}))["now"])

    # Saying

    async def start(self, user: int, payload: str | None = None) -> Json:
        """Press START, as from a link with this payload."""
        said: Json = await self._act(user, "start", payload=payload)
        return said

    async def says(
        self, user: int, text: str, *, chat: int | None = None, thread: int | None = None, reply_to: int | None = None
    ) -> Json:
        """Write words."""
        said: Json = await self._act(user, "send", text=text, chat=chat, thread=thread, reply_to=reply_to)
        return said

    async def sends(
        self, user: int, kind: str, file: Json | None = None, *, caption: str | None = None, chat: int | None = None,
        thread: int | None = None, reply_to: int | None = None,
    ) -> Json:  # fmt: skip
        """Send a photo, document, voice and so on; without ``file`` a made-up one; ``location`` needs none."""
        value = file or ({"latitude": 31.2304, "longitude": 121.4737} if kind == "location" else {})
        sent: Json = await self._act(user, "send", caption=caption, chat=chat, thread=thread, reply_to=reply_to,
                                     **{kind: value})  # fmt: skip
        return sent

    async def sends_album(
        self, user: int, kinds: Sequence[str] = ("photo", "photo"), *, caption: str | None = None,
        chat: int | None = None, thread: int | None = None, reply_to: int | None = None,
    ) -> list[Json]:  # fmt: skip
        """Send several media at once; the caption is the first one's."""
        album: list[Json] = [{kind: {}} for kind in kinds]
        if caption is not None:
            album[0]["caption"] = caption
        sent = await self._act(user, "send", album=album, chat=chat, thread=thread, reply_to=reply_to)
        messages: list[Json] = sent["messages"]
        return messages

    async def shares_contact(
        self, user: int, *, own: bool = True, phone: str = "+8613900009999", name: str = "Somebody",
        owner: int | None = None,
    ) -> Json:  # fmt: skip
        """Share one's own contact, or somebody else's (``owner``: whose Telegram account that is)."""
        other = {"phone": phone, "first_name": name, **({"user": owner} if owner else {})}
        shared: Json = await self._act(user, "send", contact="own" if own else other)
        return shared

    async def edits(self, user: int, message: int, text: str, *, chat: int | None = None) -> Json:
        """Change the words of one's own message."""
        changed: Json = await self._act(user, "edit", message=message, text=text, chat=chat)
        return changed

    async def edits_caption(self, user: int, message: int, caption: str, *, chat: int | None = None) -> Json:
        """Change the words under one's own picture or file."""
        changed: Json = await self._act(user, "edit", message=message, caption=caption, chat=chat)
        return changed

    async def exchanges(
        self, user: int, message: int, kind: str, *, caption: str | None = None, chat: int | None = None
    ) -> Json:
        """Put another file, a made-up one, in the place of one's own."""
        changed: Json = await self._act(user, "edit", message=message, caption=caption, chat=chat, **{kind: {}})
        return changed

    async def deletes(self, user: int, *messages: int, chat: int | None = None) -> None:
        """Delete messages for everybody; the bot hears nothing of it."""
        await self._act(user, "delete", messages=list(messages), chat=chat)

    async def replies(self, user: int, chat: int, thread: int, text: str, *, reply_to: int | None = None) -> Json:
        """Write into a topic, as staff do."""
        return await self.says(user, text, chat=chat, thread=thread, reply_to=reply_to)

    # Pressing

    async def presses(
        self, user: int, message: int, *, label: str | None = None, data: str | None = None, chat: int | None = None,
        wait: float = 10,
    ) -> Json:  # fmt: skip
        """Press an inline button; answers ``answered``, ``text``, ``alert``, ``url``."""
        pressed: Json = await self._act(user, "press", message=message, label=label, data=data, chat=chat, wait=wait)
        return pressed

    async def taps(self, user: int, label: str) -> Json:
        """Tap a key of the reply keyboard."""
        tapped: Json = await self._act(user, "tap", label=label)
        return tapped

    async def reacts(self, user: int, message: int, *emoji: str, chat: int | None = None) -> Json:
        """Set one's reactions; none takes them back."""
        reacted: Json = await self._act(user, "react", message=message, emoji=list(emoji), chat=chat)
        return reacted

    async def looks_up_inline(self, user: int, query: str, *, chat: int | None = None, wait: float = 10) -> Json:
        """Type ``@bot words``; answers ``inline_query`` and ``results``."""
        found: Json = await self._act(user, "inline", query=query, chat=chat, wait=wait)
        return found

    async def chooses(
        self, user: int, inline_query: str, result: str, *, chat: int | None = None, thread: int | None = None
    ) -> Json:
        """Send a result of an inline query."""
        sent: Json = await self._act(user, "choose", inline_query=inline_query, result=result, chat=chat, thread=thread)
        return sent

    async def blocks(self, user: int) -> None:
        """Block the bot."""
        await self._act(user, "block")

    async def unblocks(self, user: int) -> None:
        """Unblock the bot."""
        await self._act(user, "unblock")

    async def changes_topic(self, user: int, chat: int, action: str, thread: int | None = None, **more: Any) -> Json:
        """Create, close, reopen, rename or delete a topic by hand."""
        changed: Json = await self._act(user, "topic", chat=chat, action=action, thread=thread, **more)
        return changed

    # Hearing

    async def hears(
        self, chat: int, *, text: str | None = None, after: int | None = None, count: int = 1,
        thread: int | None = None, kind: str | None = None, edits: bool = False, timeout: float = 10,  # noqa: ASYNC109
    ) -> list[Json]:  # fmt: skip
        """Messages of the bot after an event, oldest first, as soon as there are ``count``; empty when none came."""
        found = await self.read("wait", chat=chat, after=after, count=count, text=text, thread=thread, kind=kind,
                                edits=1 if edits else None, timeout=timeout)  # fmt: skip
        messages: list[Json] = found["messages"] if found["matched"] else []
        return messages

    async def hears_out(
        self,
        chat: int,
        *,
        after: int,
        quiet: float = 0.3,
        timeout: float = 10,  # noqa: ASYNC109
    ) -> list[Json]:
        """Everything that the bot says until it is quiet for ``quiet`` seconds."""
        found = await self.read("wait", chat=chat, after=after, quiet=int(quiet * 1000), timeout=timeout)
        messages: list[Json] = found["messages"]
        return messages

    async def bot_is_done(self, timeout: float = 10) -> bool:  # noqa: ASYNC109
        """Wait until the bot has confirmed every update."""
        found = await self.read("wait", drained=1, timeout=timeout)
        return bool(found["matched"])

    # Bad days

    async def fault(self, kind: str, method: str = "*", *, count: int = 1, chat: int | None = None, **more: Any) -> int:
        """Order a fault (docs/sandbox.md); answers its id."""
        wanted = {"kind": kind, "method": method, "count": count, **more}
        if chat is not None:
            wanted["chat"] = chat
        return int((await self.write("faults", wanted))["id"])

    async def calls(self, method: str | None = None, *, chat: int | None = None, after: int = 0) -> list[Json]:
        """What the bot called, oldest first."""
        found = await self.read("calls", method=method, chat=chat, after=after, limit=5000)
        made: list[Json] = found["calls"]
        return made
