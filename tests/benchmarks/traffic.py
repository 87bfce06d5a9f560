"""What merchants write: conversations that need no button, so that they can lie ready before the bot reads a word."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from tests.benchmarks.records import ASKED, CHANGED, NET, NOW, Person

Update = dict[str, Any]
Script = Mapping[str, tuple[str, ...]]
FORM = {
    "zh": (
        "你好，我{change:%m}月{change:%d}号换了结算卡，终端{terminal}，钱一直没到账",
        "{day:%m}月{day:%d}号的",
        "一共{net}元",
        "尾号{tail}",
        "解决了，谢谢",
    ),
    "en": (
        "Hello, I changed my settlement card on {change:%d} November, terminal {terminal}, the money has not arrived",
        "{day:%d} November",
        "{net} yuan",
        "ending {tail}",
        "solved, thank you",
    ),
}
"""A form with an answer to each question, the lookup after the fourth message, and the end of the matter."""
AT_ONCE = {
    "zh": (
        "{change:%m}月{change:%d}号换的卡，尾号{tail}，终端{terminal}，{day:%m}月{day:%d}号的{net}元没到账",
        "解决了，谢谢",
    ),
    "en": (
        "Card changed on {change:%d} November, ending {tail}, terminal {terminal}, {day:%d} November {net} yuan missed",
        "solved, thank you",
    ),
}
"""The same matter in one message."""
_message_ids = itertools.count(10_000_000)


def language_of(person: Person) -> str:
    """Three in four speak Chinese."""
    return "en" if person.number % 4 == 0 else "zh"


def conversation(person: Person, script: Script) -> list[str]:
    """What this merchant writes, line by line."""
    values = {"change": CHANGED, "day": ASKED, "terminal": person.terminal_id, "tail": person.new_tail}
    return [line.format(net=NET // 100, **values) for line in script[language_of(person)]]


def crowd(people: Iterable[Person], script: Script) -> Iterator[Update]:
    """Everybody's first message, then everybody's second: as of many people writing at the same time."""
    spoken: Sequence[tuple[Person, list[str]]] = [(person, conversation(person, script)) for person in people]
    for turn in range(max((len(lines) for _, lines in spoken), default=0)):
        for person, lines in spoken:
            yield message(person, lines[turn])


def message(person: Person, text: str) -> Update:
    """A private message as Telegram sends it."""
    user = {
        "id": person.user,
        "is_bot": False,
        "first_name": f"Shop {person.number}",
        "language_code": language_of(person),
    }
    chat = {"id": person.user, "type": "private", "first_name": user["first_name"]}
    said = {"message_id": next(_message_ids), "date": int(NOW.timestamp()), "chat": chat, "from": user, "text": text}
    return {"message": said}


def world(people: Iterable[Person], token: str, support_chat: int) -> dict[str, Any]:
    """The sandbox's world: these people, who pressed start long ago, and a support group."""
    users = [
        {
            "id": p.user,
            "first_name": f"Shop {p.number}",
            "language_code": language_of(p),
            "phone": p.phone,
            "started": True,
        }
        for p in people
    ]
    staff = {"id": 9001, "first_name": "Wang Min", "language_code": "zh"}
    group = {
        "id": support_chat, "title": "Support", "forum": True, "supergroup": True,
        "members": [{"user": staff["id"], "status": "creator"}], "bot": {"status": "administrator"},
    }  # fmt: skip
    return {
        "bot": {"token": token, "username": "bench_bot", "name": "Bench"},
        "users": [*users, staff],
        "groups": [group],
    }
