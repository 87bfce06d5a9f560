"""Forum topics: numbers, service messages, what closing and deleting mean, and rights."""

from __future__ import annotations

import pytest

from bot.demo.visitor import Refusal

GROUP = -1001000000001
MONEY = "5350452584119279096"


async def opened(desk, name: str = "#1 40213377") -> int:
    topic = await desk.call("createForumTopic", chat_id=GROUP, name=name, icon_custom_emoji_id=MONEY)
    return int(topic["message_thread_id"])


async def test_a_topic_is_numbered_by_its_service_message_and_the_bot_hears_of_it(desk, visitor):
    topic = await desk.call("createForumTopic", chat_id=GROUP, name="#1 40213377", icon_custom_emoji_id=MONEY)
    assert topic["icon_custom_emoji_id"] == MONEY
    (update,) = await desk.updates()
    created = update["message"]
    assert created["message_id"] == created["message_thread_id"] == topic["message_thread_id"]
    assert created["is_topic_message"] is True
    assert created["from"]["id"] == 123456
    assert created["forum_topic_created"]["name"] == "#1 40213377"
    (shown,) = (await visitor.chat(GROUP))["topics"]
    assert (shown["name"], shown["icon"], shown["icon_emoji"], shown["closed"]) == ("#1 40213377", MONEY, "💰", False)


async def test_messages_in_a_topic_carry_the_message_that_opened_it(desk, visitor):
    thread = await opened(desk)
    sent = await desk.call("sendMessage", chat_id=GROUP, message_thread_id=thread, text="x")
    assert sent["message_thread_id"] == thread
    assert sent["reply_to_message"]["message_id"] == thread
    await desk.updates()
    said = await visitor.replies(2001, GROUP, thread, "hello")
    answered = await visitor.says(2001, "to that", chat=GROUP, reply_to=said["id"])
    first, second = (update["message"] for update in await desk.updates())
    assert first["reply_to_message"]["forum_topic_created"]["name"] == "#1 40213377"
    assert (first["message_thread_id"], first["is_topic_message"]) == (thread, True)
    assert second["reply_to_message"]["message_id"] == said["id"]
    assert second["message_thread_id"] == thread == answered["thread"]
    inherited = await desk.call("sendMessage", chat_id=GROUP, text="x", reply_parameters={"message_id": said["id"]})
    assert inherited["message_thread_id"] == thread


async def test_general_has_no_thread_id(desk, visitor):
    await opened(desk)
    await desk.updates()
    await visitor.says(2001, "in general", chat=GROUP)
    (update,) = await desk.updates()
    assert "message_thread_id" not in update["message"]
    assert "is_topic_message" not in update["message"]
    assert "reply_to_message" not in update["message"]
    assert [one["message"]["text"] for one in await visitor.chat_messages(GROUP, thread=0)] == ["in general"]


async def test_a_topic_deleted_by_hand_is_met_only_by_the_next_message(desk, visitor):
    thread = await opened(desk)
    sent = await desk.call("sendMessage", chat_id=GROUP, message_thread_id=thread, text="x")
    await desk.updates()
    assert await visitor.changes_topic(2001, GROUP, "delete", thread) == {"id": thread, "deleted": True}
    assert await desk.updates() == []
    assert await desk.refused("sendMessage", chat_id=GROUP, message_thread_id=thread, text="x") == (
        "Bad Request: message thread not found"
    )
    assert await desk.refused("editForumTopic", chat_id=GROUP, message_thread_id=thread, name="y") == (
        "Bad Request: TOPIC_ID_INVALID"
    )
    where = {"chat_id": GROUP, "message_id": sent["message_id"]}
    assert await desk.refused("editMessageText", **where, text="y") == "Bad Request: message to edit not found"


async def test_a_closed_topic_refuses_only_those_who_do_not_manage_topics(desk, visitor):
    thread = await opened(desk)
    await visitor.changes_topic(2001, GROUP, "close", thread)
    updates = await desk.updates()
    assert updates[-1]["message"]["forum_topic_closed"] == {}
    await desk.call("sendMessage", chat_id=GROUP, message_thread_id=thread, text="x")
    await visitor.replies(2001, GROUP, thread, "the creator may")
    with pytest.raises(Refusal, match="the topic is closed"):
        await visitor.replies(2002, GROUP, thread, "a member may not")
    await visitor.write(f"groups/{GROUP}/bot", {"status": "administrator", "rights": ["can_pin_messages"]})
    assert await desk.refused("sendMessage", chat_id=GROUP, message_thread_id=thread, text="x") == (
        "Bad Request: TOPIC_CLOSED"
    )


async def test_the_bot_changes_its_topics_and_hears_its_own_service_messages(desk):
    thread = await opened(desk)
    where = {"chat_id": GROUP, "message_thread_id": thread}
    await desk.updates()
    await desk.call("editForumTopic", **where, name="#1 done", icon_custom_emoji_id="")
    assert await desk.refused("editForumTopic", **where, name="#1 done") == "Bad Request: TOPIC_NOT_MODIFIED"
    await desk.call("closeForumTopic", **where)
    assert await desk.refused("closeForumTopic", **where) == "Bad Request: TOPIC_NOT_MODIFIED"
    await desk.call("reopenForumTopic", **where)
    found = [update["message"] for update in await desk.updates()]
    assert found[0]["forum_topic_edited"] == {"name": "#1 done", "icon_custom_emoji_id": ""}
    assert "forum_topic_closed" in found[1]
    assert "forum_topic_reopened" in found[2]
    assert {one["message_thread_id"] for one in found} == {thread}
    await desk.call("deleteForumTopic", **where)
    assert await desk.updates() == []


@pytest.mark.parametrize(
    ("parameters", "wrong"),
    [
        ({"name": "x" * 129}, "TOPIC_TITLE_TOO_LONG"),
        ({"name": "  "}, "title must be non-empty"),
        ({"name": "x", "icon_color": 1}, "TOPIC_ICON_COLOR_INVALID"),
        ({"name": "x", "icon_custom_emoji_id": "1"}, "DOCUMENT_INVALID"),
    ],
)
async def test_topics_that_cannot_be(desk, parameters, wrong):
    assert await desk.refused("createForumTopic", chat_id=GROUP, **parameters) == f"Bad Request: {wrong}"


async def test_rights_and_forums(desk, visitor):
    await visitor.write(f"groups/{GROUP}/bot", {"status": "administrator", "rights": ["can_delete_messages"]})
    updates = await desk.updates()
    assert updates[-1]["my_chat_member"]["new_chat_member"]["can_manage_topics"] is False
    assert await desk.refused("createForumTopic", chat_id=GROUP, name="x") == (
        "Bad Request: not enough rights to create a topic"
    )
    await visitor.write(f"groups/{GROUP}/bot", {"status": "administrator"})
    thread = await opened(desk)
    await visitor.write(f"groups/{GROUP}", {"forum": False})
    assert await desk.refused("createForumTopic", chat_id=GROUP, name="x") == "Bad Request: the chat is not a forum"
    assert await desk.refused("sendMessage", chat_id=GROUP, message_thread_id=thread, text="x") == (
        "Bad Request: message thread not found"
    )
    await desk.call("sendMessage", chat_id=GROUP, text="x")
    assert await desk.refused("sendMessage", chat_id=1001, message_thread_id=5, text="x") == (
        "Bad Request: message thread not found"
    )


async def test_general_can_be_closed_renamed_and_hidden(desk, visitor):
    await desk.call("editGeneralForumTopic", chat_id=GROUP, name="Lobby")
    await desk.call("closeGeneralForumTopic", chat_id=GROUP)
    await desk.call("hideGeneralForumTopic", chat_id=GROUP)
    assert (await visitor.chat(GROUP))["general"] == {"closed": True, "hidden": True, "name": "Lobby"}
    with pytest.raises(Refusal, match="General is closed"):
        await visitor.says(2002, "x", chat=GROUP)
    await desk.call("unhideGeneralForumTopic", chat_id=GROUP)
    await desk.call("reopenGeneralForumTopic", chat_id=GROUP)
    await visitor.says(2002, "x", chat=GROUP)


async def test_pins_of_a_topic_go_together(desk, visitor):
    thread = await opened(desk)
    inside = await desk.call("sendMessage", chat_id=GROUP, message_thread_id=thread, text="x")
    outside = await desk.call("sendMessage", chat_id=GROUP, text="y")
    for sent in (inside, outside):
        await desk.call("pinChatMessage", chat_id=GROUP, message_id=sent["message_id"])
    await desk.call("unpinAllForumTopicMessages", chat_id=GROUP, message_thread_id=thread)
    assert (await visitor.chat(GROUP))["pinned"] == [outside["message_id"]]


async def test_icons(desk):
    icons = await desk.call("getForumTopicIconStickers")
    assert {one["custom_emoji_id"]: one["emoji"] for one in icons}[MONEY] == "💰"
    assert len(icons) > 100
