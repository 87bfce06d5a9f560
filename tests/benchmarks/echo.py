"""What a bot costs that does nothing: aiogram as its documentation shows it, each message answered with its own."""

import asyncio
import os

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message

dispatcher = Dispatcher()


@dispatcher.message()
async def echo(message: Message) -> None:
    """The same words back."""
    await message.answer(message.text or "")


if __name__ == "__main__":
    session = AiohttpSession(api=TelegramAPIServer.from_base(os.environ["BOT_API_URL"]))
    asyncio.run(dispatcher.start_polling(Bot(os.environ["BOT_TOKEN"], session=session)))
