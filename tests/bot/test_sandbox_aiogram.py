"""A bot written with aiogram lives in the sandbox: its library reads everything that comes, and says everything."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import TelegramMethod
from aiogram.types import (
    BufferedInputFile,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    KeyboardButton,
    Message,
    ReactionTypeEmoji,
    ReplyKeyboardMarkup,
    Update,
)

TOKEN = "123456:TEST"
GROUP = -1001000000001
SMALL = -500
EVERYTHING = ["message", "edited_message", "callback_query", "inline_query", "my_chat_member", "chat_member",
              "message_reaction", "chosen_inline_result"]  # fmt: skip


@pytest.fixture
async def bot(sandbox) -> AsyncIterator[Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(sandbox.url))
    async with Bot(TOKEN, session=session) as one:
        yield one


async def everything(bot: Bot) -> list[Update]:
    """All that waits, as the library reads it; nothing that it would have to leave out."""
    found = await bot.get_updates(allowed_updates=EVERYTHING)
    for update in found:
        _known(update)
    return found


def _known(value: Any) -> None:
    if isinstance(value, list):
        for one in value:
            _known(one)
    elif hasattr(value, "model_fields_set"):
        assert not value.model_extra, f"{type(value).__name__} has no {sorted(value.model_extra)}"
        for name in value.model_fields_set:
            _known(getattr(value, name))


async def test_an_echo_by_polling(sandbox, bot, visitor):
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def echo(message: Message) -> None:
        keys = [[InlineKeyboardButton(text="again", callback_data="again")]]
        await message.answer(message.text or "", reply_markup=InlineKeyboardMarkup(inline_keyboard=keys))

    @dispatcher.callback_query()
    async def again(query: CallbackQuery) -> None:
        assert isinstance(query.message, Message)
        await query.message.edit_text("pressed")
        await query.answer("yes", show_alert=True)

    polling = asyncio.create_task(dispatcher.start_polling(bot, handle_signals=False, close_bot_session=False))
    try:
        said = await visitor.says(1001, "hello")
        (heard,) = await visitor.hears(1001, after=said["event"] - 1)
        assert heard["message"]["text"] == "hello"
        pressed = await visitor.presses(1001, heard["id"], label="again")
        assert (pressed["answered"], pressed["text"], pressed["alert"]) == (True, "yes", True)
        (edited,) = await visitor.hears(1001, after=heard["event"], edits=True)
        assert (edited["id"], edited["message"]["text"]) == (heard["id"], "pressed")
        assert edited["edits"][0]["text"] == "hello"
        assert await visitor.bot_is_done()
    finally:
        await dispatcher.stop_polling()
        await polling


async def test_every_kind_of_update_is_read_whole(bot, visitor):
    await bot.get_updates(allowed_updates=EVERYTHING)
    await visitor.start(1002, "ref-7")
    first = await visitor.says(1002, "hello @desk_bot https://example.com #tag /help")
    await visitor.says(1002, "an answer", reply_to=first["id"])
    for kind in ("photo", "document", "video", "voice", "video_note", "audio", "animation", "sticker", "location"):
        await visitor.sends(1002, kind, caption="c" if kind == "photo" else None)
    await visitor.sends_album(1002, caption="two")
    await visitor.shares_contact(1001)
    await visitor.shares_contact(1001, own=False, owner=1002)
    await visitor.edits(1002, first["id"], "hello again")
    await visitor.reacts(1002, first["id"], "👍")
    await visitor.write("users/1002/forward", {"from_chat": 1002, "message": first["id"]})
    await visitor.write("users/1002/pin", {"message": first["id"]})
    await visitor.blocks(1002)
    await visitor.unblocks(1002)
    topic = await visitor.changes_topic(2001, GROUP, "create", name="Case")
    await visitor.says(2001, "in the topic", chat=GROUP, thread=topic["id"])
    await visitor.changes_topic(2001, GROUP, "rename", topic["id"], name="Case 1")
    await visitor.changes_topic(2001, GROUP, "close", topic["id"])
    await visitor.write(f"groups/{GROUP}/members", {"user": 2002, "status": "administrator", "rights": []})
    await visitor.write("users/2002/leave", {"chat": GROUP})
    await visitor.write(f"groups/{GROUP}/bot", {"status": "administrator", "rights": ["can_pin_messages"]})
    await visitor.write(f"groups/{SMALL}/migrate")
    keys = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="a", callback_data="a")]])
    sent = await bot.send_message(1001, "x", reply_markup=keys)
    await visitor.presses(1001, sent.message_id, label="a", wait=0)
    await visitor.looks_up_inline(1001, "words", wait=0)
    updates = await everything(bot)
    kinds = {update.event_type for update in updates}
    assert kinds == set(EVERYTHING) - {"chosen_inline_result"}
    in_topic = next(u.message for u in updates if u.message and u.message.text == "in the topic")
    assert in_topic.is_topic_message
    assert in_topic.reply_to_message is not None
    assert in_topic.reply_to_message.forum_topic_created is not None
    contacts = [u.message.contact for u in updates if u.message and u.message.contact]
    assert [contact.user_id for contact in contacts] == [1001, 1002]


async def test_what_the_bot_sends_comes_back_whole(bot, visitor):
    keys = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="📱", request_contact=True)]], resize_keyboard=True)
    picture = BufferedInputFile(PNG, "receipt.png")
    answers = [
        await bot.get_me(),
        await bot.send_message(1001, "<b>bold</b>", parse_mode="HTML", reply_markup=keys),
        await bot.send_photo(1001, picture, caption="a photo"),
        await bot.send_document(1001, BufferedInputFile(b"text", "a.txt")),
        await bot.send_media_group(
            1001, [InputMediaPhoto(media=picture, caption="one"), InputMediaPhoto(media=picture)]
        ),
        await bot.send_location(1001, 31.2, 121.4),
        await bot.send_contact(1001, "+8613800000001", "Li"),
        await bot.send_dice(1001),
        await bot.get_chat(GROUP),
        await bot.get_chat_member(GROUP, 2001),
        await bot.get_chat_administrators(GROUP),
        await bot.create_forum_topic(GROUP, "Case", icon_color=0x6FB9F0),
        await bot.get_forum_topic_icon_stickers(),
        await bot.get_webhook_info(),
        await bot.get_my_commands(),
    ]
    for answer in answers:
        _known(answer)
    first = answers[1]
    assert isinstance(first, Message)
    assert (first.text, first.html_text) == ("bold", "<b>bold</b>")
    photo = answers[2]
    assert isinstance(photo, Message)
    assert photo.photo
    stream = await bot.download(photo.photo[-1])
    assert stream is not None
    assert stream.read() == PNG
    copied = await bot.copy_message(1001, 1001, photo.message_id)
    assert (await visitor.message(1001, copied.message_id))["message"]["caption"] == "a photo"
    assert await bot.set_message_reaction(1001, first.message_id, [ReactionTypeEmoji(emoji="👍")])
    assert await bot.send_chat_action(1001, "typing")
    assert await bot.delete_messages(1001, [first.message_id, photo.message_id])


async def _met(call: TelegramMethod[Any], bot: Bot) -> Exception:
    try:
        await bot(call)
    except Exception as error:
        return error
    raise AssertionError("it was not refused")


async def test_refusals_become_the_librarys_exceptions(bot, visitor):
    from aiogram.methods import GetMyStarBalance, SendMessage

    hello = SendMessage(chat_id=1001, text="x")
    assert isinstance(await _met(SendMessage(chat_id=77, text="x"), bot), TelegramBadRequest)
    assert isinstance(await _met(GetMyStarBalance(), bot), TelegramBadRequest)
    await visitor.blocks(1001)
    assert isinstance(await _met(hello, bot), TelegramForbiddenError)
    await visitor.unblocks(1001)
    new = await visitor.write(f"groups/{SMALL}/migrate")
    moved = await _met(SendMessage(chat_id=SMALL, text="x"), bot)
    assert isinstance(moved, TelegramMigrateToChat)
    assert moved.migrate_to_chat_id == new["id"]
    await visitor.fault("429", retry_after=3)
    slow = await _met(hello, bot)
    assert isinstance(slow, TelegramRetryAfter)
    assert slow.retry_after == 3
    await visitor.fault("500")
    assert isinstance(await _met(hello, bot), TelegramServerError)
    await visitor.fault("error", code=404, description="Not Found")
    assert isinstance(await _met(hello, bot), TelegramNotFound)


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)
