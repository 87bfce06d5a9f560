"""The least that a relay can do: copies both ways, a topic for each person, in memory what belongs where."""

import asyncio
import os

from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message

GROUP = int(os.environ["SUPPORT_CHAT_ID"])
topics: dict[int, int] = {}
people: dict[int, int] = {}
dispatcher = Dispatcher()


@dispatcher.message(F.chat.type == "private")
async def to_staff(message: Message, bot: Bot) -> None:
    """Into the person's topic."""
    if message.chat.id not in topics:
        topic = await bot.create_forum_topic(GROUP, str(message.chat.id))
        topics[message.chat.id], people[topic.message_thread_id] = topic.message_thread_id, message.chat.id
    await bot.copy_message(GROUP, message.chat.id, message.message_id, message_thread_id=topics[message.chat.id])


@dispatcher.message(F.chat.id == GROUP, ~F.from_user.is_bot)
async def to_person(message: Message, bot: Bot) -> None:
    """Out of the topic."""
    await bot.copy_message(people[message.message_thread_id or 0], GROUP, message.message_id)


if __name__ == "__main__":
    session = AiohttpSession(api=TelegramAPIServer.from_base(os.environ["BOT_API_URL"]))
    asyncio.run(dispatcher.start_polling(Bot(os.environ["BOT_TOKEN"], session=session)))
