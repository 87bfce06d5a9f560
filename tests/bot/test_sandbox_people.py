"""People: contacts, buttons, inline queries, groups and privacy."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.demo.visitor import Refusal

GROUP = -1001000000001
OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"
KEYS = {"inline_keyboard": [[{"text": "yes", "callback_data": "y"}, {"text": "site", "url": "https://e.com/"}]]}


async def test_ones_own_contact_names_its_sender_and_anothers_does_not(desk, visitor):
    await visitor.shares_contact(1001)
    await visitor.shares_contact(1001, own=False)
    await visitor.shares_contact(1001, own=False, owner=1002)
    own, other, known = (update["message"] for update in await desk.updates())
    assert own["contact"] == {
        "phone_number": "8613800000001", "first_name": "Li", "last_name": "Na", "user_id": own["from"]["id"],
    }  # fmt: skip
    assert "user_id" not in other["contact"]
    assert known["contact"]["user_id"] == 1002
    with pytest.raises(Refusal, match="has no phone number"):
        await visitor.shares_contact(1002)


async def test_a_contact_key_shares_ones_own_contact_as_a_reply(desk, visitor):
    keyboard = {"keyboard": [[{"text": "share", "request_contact": True}], ["later"]], "one_time_keyboard": True}
    sent = await desk.call("sendMessage", chat_id=1001, text="who?", reply_markup=keyboard)
    await visitor.taps(1001, "share")
    (update,) = await desk.updates()
    assert update["message"]["contact"]["user_id"] == 1001
    assert update["message"]["reply_to_message"]["message_id"] == sent["message_id"]
    with pytest.raises(Refusal, match="there is no key"):
        await visitor.taps(1001, "later")


async def test_a_pressed_button_is_answered_once(desk, visitor):
    sent = await desk.call("sendMessage", chat_id=1001, text="?", reply_markup=KEYS)
    pressing = asyncio.create_task(visitor.presses(1001, sent["message_id"], label="yes"))
    (update,) = await desk.updates(timeout=10)
    query = update["callback_query"]
    assert (query["data"], query["from"]["id"], query["message"]["message_id"]) == ("y", 1001, sent["message_id"])
    assert query["message"]["reply_markup"] == KEYS
    await desk.call("answerCallbackQuery", callback_query_id=query["id"], text="done", show_alert=True)
    assert await pressing == {"callback": query["id"], "answered": True, "text": "done", "alert": True, "url": ""}
    assert await desk.refused("answerCallbackQuery", callback_query_id=query["id"]) == OLD
    assert await desk.refused("answerCallbackQuery", callback_query_id="7") == OLD


async def test_a_button_answered_too_late(desk, visitor):
    sent = await desk.call("sendMessage", chat_id=1001, text="?", reply_markup=KEYS)
    pressed = await visitor.presses(1001, sent["message_id"], label="yes", wait=0)
    assert pressed["answered"] is False
    (update,) = await desk.updates()
    await visitor.time_passes(3600)
    assert await desk.refused("answerCallbackQuery", callback_query_id=update["callback_query"]["id"]) == OLD


async def test_stale_links_and_missing_buttons(desk, visitor):
    sent = await desk.call("sendMessage", chat_id=1001, text="?", reply_markup=KEYS)
    assert (await visitor.presses(1001, sent["message_id"], label="site"))["url"] == "https://e.com/"
    await desk.call("editMessageText", chat_id=1001, message_id=sent["message_id"], text="no keys any more")
    with pytest.raises(Refusal, match="no such button"):
        await visitor.presses(1001, sent["message_id"], label="yes")
    await visitor.presses(1001, sent["message_id"], data="y", wait=0)
    (update,) = await desk.updates()
    assert "reply_markup" not in update["callback_query"]["message"]
    await desk.call("deleteMessage", chat_id=1001, message_id=sent["message_id"])
    await visitor.presses(1001, sent["message_id"], data="y", wait=0)
    (update,) = await desk.updates()
    assert update["callback_query"]["message"]["date"] == 0


async def test_inline_queries(desk, visitor):
    def result(name: str, **more: Any) -> dict[str, Any]:
        content = {"message_text": f"<b>{name}</b>", "parse_mode": "HTML"}
        return {"type": "article", "id": name, "title": name, "input_message_content": content, **more}

    asking = asyncio.create_task(visitor.looks_up_inline(2001, "late", chat=GROUP))
    (update,) = await desk.updates(timeout=10)
    query = update["inline_query"]
    assert (query["query"], query["chat_type"]) == ("late", "supergroup")
    await desk.call("answerInlineQuery", inline_query_id=query["id"], results=[result("a"), result("b")])
    found = await asking
    assert [one["title"] for one in found["results"]] == ["a", "b"]
    said = await visitor.chooses(2001, found["inline_query"], "b", chat=GROUP)
    assert (said["message"]["text"], said["message"]["via_bot"]["id"]) == ("b", 123456)
    assert await desk.refused("answerInlineQuery", inline_query_id="1", results=[result("a"), result("a")]) == (
        "Bad Request: RESULT_ID_DUPLICATE"
    )
    assert await desk.refused("answerInlineQuery", inline_query_id="1", results=[]) == OLD


async def test_privacy_mode_hides_what_does_not_concern_the_bot(desk, visitor):
    await visitor.write(f"groups/{GROUP}/bot", {"status": "member"})
    await desk.updates()
    sent = await desk.call("sendMessage", chat_id=GROUP, text="x")
    await visitor.says(2001, "among ourselves", chat=GROUP)
    await visitor.says(2001, "/help", chat=GROUP)
    await visitor.says(2001, "ask @desk_bot", chat=GROUP)
    await visitor.says(2001, "to you", chat=GROUP, reply_to=sent["message_id"])
    assert [update["message"]["text"] for update in await desk.updates()] == ["/help", "ask @desk_bot", "to you"]


async def test_members_come_and_go(desk, visitor):
    await desk.call("getUpdates", allowed_updates=["message", "chat_member"])
    await visitor.write("users/1002/join", {"chat": GROUP})
    await visitor.write("users/1002/leave", {"chat": GROUP})
    found = await desk.updates()
    assert "new_chat_members" in found[0]["message"]
    assert found[1]["chat_member"]["new_chat_member"]["status"] == "member"
    assert "left_chat_member" in found[2]["message"]
    assert (await desk.call("getChatMember", chat_id=GROUP, user_id=1002))["status"] == "left"
    with pytest.raises(Refusal, match="is not in chat"):
        await visitor.says(1002, "x", chat=GROUP)


async def test_who_is_in_a_group(desk, visitor):
    admins = await desk.call("getChatAdministrators", chat_id=GROUP)
    assert {(one["user"]["id"], one["status"]) for one in admins} == {(2001, "creator"), (123456, "administrator")}
    assert await desk.call("getChatMemberCount", chat_id=GROUP) == 3
    me = await desk.call("getChatMember", chat_id=GROUP, user_id=123456)
    assert me["can_manage_topics"] is True
    chat = await desk.call("getChat", chat_id=GROUP)
    assert (chat["title"], chat["is_forum"]) == ("Support", True)
    await desk.call("banChatMember", chat_id=GROUP, user_id=2002)
    assert (await desk.call("getChatMember", chat_id=GROUP, user_id=2002))["status"] == "kicked"
    assert await desk.refused("banChatMember", chat_id=GROUP, user_id=2001) == "Bad Request: can't remove chat owner"
    with pytest.raises(Refusal, match="cannot join"):
        await visitor.write("users/2002/join", {"chat": GROUP})
    await desk.call("leaveChat", chat_id=GROUP)
    assert await desk.refused("getChat", chat_id=GROUP) == "Forbidden: bot is not a member of the supergroup chat"


async def test_commands_by_scope_and_language(desk, visitor):
    async def commands(scope: str, text: str, language: str = "") -> None:
        await desk.call("setMyCommands", commands=[{"command": "help", "description": text}],
                        scope={"type": scope}, language_code=language)  # fmt: skip

    await commands("default", "anywhere")
    await commands("all_private_chats", "private")
    await commands("all_private_chats", "私聊", "zh")
    await commands("all_chat_administrators", "admins")

    async def shown(user: int, chat: int) -> str:
        found = await visitor.read("commands", user=user, chat=chat)
        return str(found["commands"][0]["description"])

    assert [await shown(1001, 1001), await shown(1002, 1002)] == ["私聊", "private"]
    assert [await shown(2001, GROUP), await shown(2002, GROUP)] == ["admins", "anywhere"]
    assert await desk.call("getMyCommands") == [{"command": "help", "description": "anywhere"}]
    await desk.call("deleteMyCommands", scope={"type": "all_private_chats"}, language_code="zh")
    assert await shown(1001, 1001) == "private"
    wrong = [{"command": "Не", "description": "x"}]
    assert await desk.refused("setMyCommands", commands=wrong) == "Bad Request: BOT_COMMAND_INVALID"


async def test_what_the_bot_says_of_itself(desk, visitor):
    await desk.call("setMyName", name="Settlement desk")
    await desk.call("setMyDescription", description="Where is my money?")
    await desk.call("setMyDescription", description="钱在哪里？", language_code="zh")
    await desk.call("setMyShortDescription", short_description="Short")
    await desk.call("setChatMenuButton", menu_button={"type": "commands"})
    assert (await desk.call("getMyDescription", language_code="zh"))["description"] == "钱在哪里？"
    assert (await desk.call("getMyDescription", language_code="fr"))["description"] == "Where is my money?"
    assert (await desk.call("getChatMenuButton"))["type"] == "commands"
    bot = (await visitor.state())["bot"]
    assert (bot["name"], bot["short_description"]) == ("Settlement desk", "Short")


@pytest.mark.parametrize(
    ("user", "action", "body", "wrong"),
    [
        (9, "send", {"text": "x"}, "there is no user 9"),
        (1001, "send", {}, "give one of"),
        (1001, "send", {"text": "x" * 4097}, "at most 4096"),
        (1001, "send", {"text": " "}, "empty text"),
        (1001, "send", {"text": "x", "chat": 1002}, "somebody else"),
        (1001, "send", {"text": "x", "reply_to": 77}, "there is no message 77"),
        (1001, "send", {"photo": {"data": "%"}}, "not base64"),
        (1001, "edit", {"message": 77, "text": "x"}, "there is no message 77"),
        (1001, "react", {"message": 77, "emoji": []}, "there is no message 77"),
        (2002, "topic", {"chat": GROUP, "action": "close", "thread": 5}, "may not manage topics"),
        (2001, "topic", {"chat": GROUP, "action": "close", "thread": 5}, "there is no topic 5"),
        (2001, "fly", {}, "there is no POST /sandbox/users/2001/fly"),
    ],
)
async def test_what_people_cannot_do(visitor, user, action, body, wrong):
    with pytest.raises(Refusal, match=wrong):
        await visitor.write(f"users/{user}/{action}", body)
