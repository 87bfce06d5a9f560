"""Who counts as staff in the support group."""

from __future__ import annotations

from typing import Any

import pytest
from aiogram.types import Message

from handlers.groups import Groups
from handlers.staff import router

GROUP = -1001000000001
PERSON = {"id": 9001, "is_bot": False, "first_name": "敏"}
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
OTHER_BOT = {"id": 42, "is_bot": True, "first_name": "Another"}


def message(sender: dict[str, Any], chat: int = GROUP, **more: Any) -> Message:
    about = {"id": chat, "type": "supergroup", "title": "Support"}
    return Message.model_validate({"message_id": 1, "date": 0, "chat": about, "from": sender, "text": "您好", **more})


@pytest.mark.parametrize(
    ("written", "counts"),
    [
        (message(PERSON), True),
        (message(ANONYMOUS, sender_chat={"id": GROUP, "type": "supergroup", "title": "Support"}), True),
        (message(ANONYMOUS, sender_chat={"id": -1005, "type": "channel", "title": "Elsewhere"}), False),
        (message(OTHER_BOT), False),
        (message(PERSON, chat=-1009), False),
    ],
)
async def test_people_and_anonymous_administrators_of_the_group_are_staff(written: Message, counts: bool) -> None:
    checked, _ = await router(Groups(GROUP)).message.check_root_filters(written)
    assert bool(checked) is counts
