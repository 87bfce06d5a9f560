"""Messages of the bot: replies, edits, deletions, copies, files, pins and reactions, within Telegram's rules."""

from __future__ import annotations

import aiohttp
import pytest

from bot.demo.visitor import Refusal
from bot.sandbox.pictures import made_up_picture

GROUP = -1001000000001
SMALL = -500
MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)


async def test_ids_are_counted_together_except_in_supergroups(desk, visitor):
    await visitor.start(1002)
    numbers = [
        (await desk.call("sendMessage", chat_id=chat, text="x"))["message_id"] for chat in (1001, 1002, SMALL, 1001)
    ]
    assert numbers == list(range(numbers[0], numbers[0] + 4))
    assert (await desk.call("sendMessage", chat_id=GROUP, text="x"))["message_id"] == 1
    assert (await desk.call("sendMessage", chat_id=GROUP, text="x"))["message_id"] == 2


async def test_before_start_there_is_no_chat(desk, visitor):
    assert await desk.refused("sendMessage", chat_id=1002, text="x") == "Bad Request: chat not found"
    await visitor.start(1002, "t_40213377")
    (update,) = await desk.updates()
    assert update["message"]["text"] == "/start t_40213377"
    assert update["message"]["entities"] == [{"offset": 0, "length": 6, "type": "bot_command"}]
    await desk.call("sendMessage", chat_id=1002, text="x")


async def test_who_cannot_be_reached_and_why(desk, visitor):
    await visitor.blocks(1001)
    assert await desk.refused("sendMessage", chat_id=1001, text="x") == "Forbidden: bot was blocked by the user"
    (update,) = await desk.updates()
    assert update["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    await visitor.unblocks(1001)
    await desk.call("sendMessage", chat_id=1001, text="x")
    await visitor.write("users/1001", {"deactivated": True})
    assert await desk.refused("sendMessage", chat_id=1001, text="x") == "Forbidden: user is deactivated"
    await visitor.write(f"groups/{GROUP}/bot", {"status": "kicked"})
    assert await desk.refused("sendMessage", chat_id=GROUP, text="x") == (
        "Forbidden: bot was kicked from the supergroup chat"
    )
    await visitor.write(f"groups/{SMALL}/bot", {"status": "left"})
    assert await desk.refused("sendMessage", chat_id=SMALL, text="x") == (
        "Forbidden: bot is not a member of the group chat"
    )


async def test_a_group_that_became_a_supergroup_says_where_it_went(desk, visitor):
    new = await visitor.write(f"groups/{SMALL}/migrate", {"id": -1001000000777})
    assert new["type"] == "supergroup"
    answer = await desk.ask("sendMessage", chat_id=SMALL, text="x")
    assert answer["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    assert answer["parameters"] == {"migrate_to_chat_id": -1001000000777}
    found = [update["message"] for update in await desk.updates()]
    assert [one.get("migrate_to_chat_id") or one.get("migrate_from_chat_id") for one in found] == [
        -1001000000777,
        SMALL,
    ]
    await desk.call("sendMessage", chat_id=-1001000000777, text="x")


async def test_replies(desk, visitor):
    said = await visitor.says(1001, "question")
    sent = await desk.call(
        "sendMessage", chat_id=1001, text="answer", reply_parameters={"message_id": said["id"], "quote": "quest"}
    )
    assert sent["reply_to_message"]["text"] == "question"
    assert sent["quote"] == {"text": "quest", "position": 0, "is_manual": True}
    gone = {"message_id": 999}
    assert await desk.refused("sendMessage", chat_id=1001, text="x", reply_parameters=gone) == (
        "Bad Request: message to be replied not found"
    )
    kept = await desk.call(
        "sendMessage", chat_id=1001, text="x", reply_parameters=gone | {"allow_sending_without_reply": True}
    )
    assert "reply_to_message" not in kept
    answered = await visitor.says(1001, "thanks", reply_to=sent["message_id"])
    assert answered["message"]["reply_to_message"]["message_id"] == sent["message_id"]
    assert "reply_to_message" not in answered["message"]["reply_to_message"]


async def test_edits_of_the_bot(desk, visitor):
    keys = {"inline_keyboard": [[{"text": "a", "callback_data": "a"}]]}
    sent = await desk.call("sendMessage", chat_id=1001, text="one", reply_markup=keys)
    where = {"chat_id": 1001, "message_id": sent["message_id"]}
    assert await desk.refused("editMessageText", **where, text="one", reply_markup=keys) == MODIFIED
    edited = await desk.call("editMessageText", **where, text="<b>two</b>", parse_mode="HTML")
    assert (edited["text"], edited["entities"][0]["type"]) == ("two", "bold")
    assert "reply_markup" not in edited
    assert "edit_date" in edited
    assert await desk.refused("editMessageReplyMarkup", **where) == MODIFIED
    await desk.call("editMessageReplyMarkup", **where, reply_markup=keys)
    assert await desk.refused("editMessageCaption", **where, caption="x") == (
        "Bad Request: there is no caption in the message to edit"
    )
    shown = await visitor.message(1001, sent["message_id"])
    assert [old["text"] for old in shown["edits"]] == ["one", "two"]
    assert await desk.updates() == []
    said = await visitor.says(1001, "mine")
    assert await desk.refused("editMessageText", chat_id=1001, message_id=said["id"], text="x") == (
        "Bad Request: message can't be edited"
    )
    assert await desk.refused("editMessageText", chat_id=1001, message_id=999, text="x") == (
        "Bad Request: message to edit not found"
    )


async def test_edits_of_people(desk, visitor):
    said = await visitor.says(1001, "one")
    await desk.updates()
    await visitor.edits(1001, said["id"], "two")
    (update,) = await desk.updates()
    assert update["edited_message"]["text"] == "two"
    assert update["edited_message"]["message_id"] == said["id"]
    assert update["edited_message"]["edit_date"] >= update["edited_message"]["date"]


async def test_files_take_each_others_place(desk, visitor):
    """A person's file is another one; the bot's copy follows by its id, also where there were words alone."""
    photo = await visitor.sends(1001, "photo", caption="one")
    said = await visitor.says(1001, "words")
    copies = [await desk.call("sendMessage", chat_id=GROUP, text="words")]
    copies += [await desk.call("copyMessage", chat_id=GROUP, from_chat_id=1001, message_id=photo["id"])]
    for message, copy in ((said, copies[0]), (photo, copies[1])):
        await desk.updates()
        await visitor.exchanges(1001, message["id"], "video", caption="two")
        (update,) = await desk.updates()
        edited = update["edited_message"]
        assert (edited["message_id"], edited["caption"]) == (message["id"], "two")
        assert "photo" not in edited
        media = {"type": "video", "media": edited["video"]["file_id"], "caption": "two"}
        where = {"chat_id": GROUP, "message_id": copy["message_id"]}
        changed = await desk.call("editMessageMedia", **where, media=media)
        assert changed["video"]["file_unique_id"] == edited["video"]["file_unique_id"]
        assert ("text" in changed, changed["caption"]) == (False, "two")
        assert await desk.refused("editMessageMedia", **where, media=media) == MODIFIED


async def test_files_that_cannot_take_each_others_place(desk, visitor):
    first, _ = await visitor.sends_album(1001)
    with pytest.raises(Refusal):
        await visitor.exchanges(1001, first["id"], "document")
    assert (await visitor.exchanges(1001, first["id"], "video"))["kind"] == "video"
    file = (await visitor.sends(1001, "document"))["message"]["document"]["file_id"]
    photo = first["message"]["photo"][-1]["file_id"]
    media = [{"type": "photo", "media": photo}] * 2
    one, _ = await desk.call("sendMediaGroup", chat_id=GROUP, media=media)
    voice = (await visitor.sends(1001, "voice"))["message"]["voice"]["file_id"]
    sent = await desk.call("sendVoice", chat_id=GROUP, voice=voice)
    document = {"type": "document", "media": file}
    for message, why in ((one, "can't change media type in the album"), (sent, "message can't be edited")):
        where = {"chat_id": GROUP, "message_id": message["message_id"]}
        assert await desk.refused("editMessageMedia", **where, media=document) == f"Bad Request: {why}"


async def test_deleting_keeps_to_forty_eight_hours(desk, visitor):
    said, sent = await visitor.says(1001, "mine"), await desk.call("sendMessage", chat_id=1001, text="ours")
    old = await visitor.says(1001, "old")
    assert await desk.call("deleteMessage", chat_id=1001, message_id=said["id"])
    assert await desk.call("deleteMessage", chat_id=1001, message_id=sent["message_id"])
    assert await desk.refused("deleteMessage", chat_id=1001, message_id=said["id"]) == (
        "Bad Request: message to delete not found"
    )
    await visitor.time_passes(48 * 3600 + 1)
    assert await desk.refused("deleteMessage", chat_id=1001, message_id=old["id"]) == (
        "Bad Request: message can't be deleted for everyone"
    )
    assert (await visitor.message(1001, said["id"]))["deleted"] is True
    assert [one["id"] for one in await visitor.chat_messages(1001)] == [old["id"]]
    assert len(await visitor.chat_messages(1001, deleted=True)) == 3


async def test_deleting_in_a_group_needs_the_right(desk, visitor):
    said = await visitor.says(2001, "x", chat=GROUP)
    await visitor.write(f"groups/{GROUP}/bot", {"status": "administrator", "rights": ["can_manage_topics"]})
    assert await desk.refused("deleteMessage", chat_id=GROUP, message_id=said["id"]) == (
        "Bad Request: message can't be deleted"
    )
    await visitor.write(f"groups/{GROUP}/bot", {"status": "administrator"})
    await visitor.time_passes(100 * 3600)
    assert await desk.call("deleteMessages", chat_id=GROUP, message_ids=[said["id"], 999])


async def test_people_delete_without_a_word_to_the_bot(desk, visitor):
    said = await visitor.says(1001, "x")
    await desk.updates()
    await visitor.deletes(1001, said["id"])
    assert await desk.updates() == []
    assert await desk.refused("copyMessage", chat_id=1001, from_chat_id=1001, message_id=said["id"]) == (
        "Bad Request: message to copy not found"
    )


async def test_copies_and_forwards(desk, visitor):
    said = await visitor.sends(1001, "photo", caption="<look>")
    where = {"chat_id": GROUP, "from_chat_id": 1001, "message_id": said["id"]}
    copied = await desk.call("copyMessage", **where)
    shown = (await visitor.message(GROUP, copied["message_id"]))["message"]
    assert shown["photo"] == said["message"]["photo"]
    assert shown["caption"] == "<look>"
    assert "forward_origin" not in shown
    recaptioned = await desk.call("copyMessage", **where, caption="<i>other</i>", parse_mode="HTML")
    assert (await visitor.message(GROUP, recaptioned["message_id"]))["message"]["caption"] == "other"
    forwarded = await desk.call("forwardMessage", **where)
    assert forwarded["forward_origin"]["sender_user"]["id"] == 1001
    assert await desk.refused("forwardMessage", **where | {"message_id": 999}) == (
        "Bad Request: message to forward not found"
    )


async def test_albums_stay_albums(desk, visitor):
    said = await visitor.sends_album(1001, ("photo", "video", "photo"), caption="three")
    updates = await desk.updates()
    assert [u["message"]["message_id"] for u in updates] == [one["id"] for one in said]
    assert len({u["message"]["media_group_id"] for u in updates}) == 1
    numbers = [one["id"] for one in said]
    copied = await desk.call("copyMessages", chat_id=GROUP, from_chat_id=1001, message_ids=[*numbers, 999])
    shown = [(await visitor.message(GROUP, one["message_id"]))["message"] for one in copied]
    assert len(shown) == 3
    albums = {one["media_group_id"] for one in shown}
    assert len(albums) == 1
    assert albums != {updates[0]["message"]["media_group_id"]}
    assert await desk.refused("copyMessages", chat_id=GROUP, from_chat_id=1001, message_ids=numbers[::-1]) == (
        "Bad Request: message identifiers must be in a strictly increasing order"
    )


async def test_uploads_file_ids_and_downloads(desk, sandbox, visitor):
    picture = made_up_picture("x", 640, 480)
    form = aiohttp.FormData({"chat_id": "1001", "caption": "c"})
    form.add_field("photo", picture, filename="p.png", content_type="image/png")
    async with desk.session.post(f"{desk.url}/sendPhoto", data=form) as response:
        sent = (await response.json())["result"]
    assert [(size["width"], size["height"]) for size in sent["photo"]] == [(90, 68), (320, 240), (640, 480)]
    name = sent["photo"][-1]["file_id"]
    again = await desk.call("sendPhoto", chat_id=1001, photo=name)
    assert again["photo"] == sent["photo"]
    file = await desk.call("getFile", file_id=name)
    assert file["file_size"] == len(picture)
    async with desk.session.get(f"{sandbox.url}/file/bot123456:TEST/{file['file_path']}") as response:
        assert await response.read() == picture
    async with desk.session.get(f"{sandbox.url}/sandbox/files/{name}") as response:
        assert (response.content_type, await response.read()) == ("image/png", picture)
    assert await desk.refused("sendDocument", chat_id=1001, document=name) == (
        "Bad Request: can't use file of type Photo as Document"
    )
    assert await desk.refused("sendPhoto", chat_id=1001, photo="nonsense") == (
        "Bad Request: wrong file identifier/HTTP URL specified"
    )


async def test_files_that_are_too_big_or_no_picture(desk, visitor):
    said = await visitor.sends(1001, "document", {"name": "big.zip", "size": 21 * 1024 * 1024})
    assert said["message"]["document"]["file_size"] == 21 * 1024 * 1024
    assert await desk.refused("getFile", file_id=said["message"]["document"]["file_id"]) == (
        "Bad Request: file is too big"
    )
    form = aiohttp.FormData({"chat_id": "1001"})
    form.add_field("photo", b"no picture", filename="p.png")
    async with desk.session.post(f"{desk.url}/sendPhoto", data=form) as response:
        assert (await response.json())["description"] == "Bad Request: IMAGE_PROCESS_FAILED"


async def test_a_media_group_of_uploads(desk):
    media = '[{"type":"photo","media":"attach://one","caption":"c"},{"type":"photo","media":"attach://two"}]'
    form = aiohttp.FormData({"chat_id": "1001", "media": media})
    form.add_field("one", made_up_picture("1"), filename="1.png")
    form.add_field("two", made_up_picture("2"), filename="2.png")
    async with desk.session.post(f"{desk.url}/sendMediaGroup", data=form) as response:
        sent = (await response.json())["result"]
    assert len(sent) == 2
    assert len({one["media_group_id"] for one in sent}) == 1
    assert sent[0]["caption"] == "c"
    wrong = [{"type": "photo", "media": "x"}, {"type": "document", "media": "y"}]
    assert await desk.refused("sendMediaGroup", chat_id=1001, media=wrong) == (
        "Bad Request: Can't use the media of the specified type in the album"
    )


@pytest.mark.parametrize(
    "kind", ["document", "voice", "video", "video_note", "audio", "animation", "sticker", "location"]
)
async def test_every_kind_of_message_is_heard_and_copied(desk, visitor, kind):
    said = await visitor.sends(1001, kind)
    (update,) = await desk.updates()
    assert kind in update["message"]
    copied = await desk.call("copyMessage", chat_id=GROUP, from_chat_id=1001, message_id=said["id"])
    shown = await visitor.message(GROUP, copied["message_id"])
    assert shown["kind"] == kind
    assert shown["message"][kind] == said["message"][kind]


async def test_pins(desk, visitor):
    sent = await desk.call("sendMessage", chat_id=GROUP, text="card")
    assert await desk.call("pinChatMessage", chat_id=GROUP, message_id=sent["message_id"], disable_notification=True)
    (update,) = await desk.updates()
    assert update["message"]["pinned_message"]["text"] == "card"
    assert update["message"]["from"]["id"] == 123456
    assert (await visitor.chat(GROUP))["pinned"] == [sent["message_id"]]
    assert await desk.call("unpinChatMessage", chat_id=GROUP)
    assert (await visitor.chat(GROUP))["pinned"] == []
    assert await desk.refused("unpinChatMessage", chat_id=GROUP) == "Bad Request: message to unpin not found"
    await visitor.write(f"groups/{GROUP}/bot", {"status": "administrator", "rights": []})
    assert await desk.refused("pinChatMessage", chat_id=GROUP, message_id=sent["message_id"]) == (
        "Bad Request: not enough rights to manage pinned messages in the chat"
    )


async def test_reactions(desk, visitor):
    said = await visitor.says(1001, "x")
    where = {"chat_id": 1001, "message_id": said["id"]}
    await desk.call("setMessageReaction", **where, reaction=[{"type": "emoji", "emoji": "👍"}])
    assert (await visitor.message(1001, said["id"]))["reactions"] == [{"user": 123456, "emoji": "👍"}]
    assert await desk.refused("setMessageReaction", **where, reaction=[{"type": "emoji", "emoji": "🧮"}]) == (
        "Bad Request: REACTION_INVALID"
    )
    await desk.call("setMessageReaction", **where)
    assert (await visitor.message(1001, said["id"]))["reactions"] == []


async def test_a_group_allows_some_reactions(desk, visitor):
    said = await visitor.says(2001, "x", chat=GROUP)
    assert "available_reactions" not in await desk.call("getChat", chat_id=GROUP)
    await visitor.write(f"groups/{GROUP}", {"reactions": ["👌", "❤️"]})
    known = (await desk.call("getChat", chat_id=GROUP))["available_reactions"]
    assert known == [{"type": "emoji", "emoji": "👌"}, {"type": "emoji", "emoji": "❤"}]
    where = {"chat_id": GROUP, "message_id": said["id"]}
    await desk.call("setMessageReaction", **where, reaction=[{"type": "emoji", "emoji": "👌"}])
    other = [{"type": "emoji", "emoji": "👍"}]
    assert await desk.refused("setMessageReaction", **where, reaction=other) == "Bad Request: REACTION_INVALID"
    with pytest.raises(Refusal):
        await visitor.reacts(2002, said["id"], "👍", chat=GROUP)


async def test_reactions_in_a_group_need_an_administrator(desk, visitor):
    await desk.call("getUpdates", allowed_updates=["message_reaction"])
    said = await visitor.says(2001, "x", chat=GROUP)
    await visitor.reacts(2002, said["id"], "🔥", chat=GROUP)
    assert len(await desk.updates()) == 1
    await visitor.write(f"groups/{GROUP}/bot", {"status": "member"})
    await visitor.reacts(2002, said["id"], chat=GROUP)
    assert await desk.updates() == []


async def test_typing_is_shown_until_the_message_comes(desk, visitor):
    await desk.call("sendChatAction", chat_id=1001, action="typing")
    assert [one["action"] for one in (await visitor.chat(1001))["typing"]] == ["typing"]
    await desk.call("sendMessage", chat_id=1001, text="x")
    assert (await visitor.chat(1001))["typing"] == []
    await desk.call("sendChatAction", chat_id=1001, action="typing")
    await visitor.time_passes(6)
    assert (await visitor.chat(1001))["typing"] == []
