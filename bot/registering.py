"""Commands, menus and descriptions, registered with Telegram in every language of the knowledge base."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from contextlib import suppress

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramRetryAfter
from aiogram.methods import GetMyCommands
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeUnion,
    MenuButtonCommands,
)

from knowledge.library import KnowledgeBase

PRIVATE = ("start", "new", "tickets", "watches", "human", "language", "cancel", "privacy", "help")
STAFF = (
    *("claim", "transfer", "wait", "resume", "resolve", "reopen", "release", "priority", "note", "card", "history"),
    *("merge", "split", "language"),
    *("queue", "mine", "lookup", "incident", "canned", "unsend"),
    *("bind", "show", "link", "ban", "unban", "bans", "stats", "help"),
)


async def register(bot: Bot, base: KnowledgeBase, groups: Sequence[int] = (), admins: Sequence[int] = ()) -> None:
    """Register everything that differs from what Telegram has; the default locale serves unknown languages."""
    private = BotCommandScopeAllPrivateChats()
    for locale in base.locales:
        code = "" if locale == base.default_locale else locale
        await _commands(bot, base, locale, code, PRIVATE, "command", private)
        await _texts(bot, base, locale, code)
        if code == "":
            await _commands(bot, base, locale, locale, PRIVATE, "command", private)
            await _texts(bot, base, locale, locale)
    for admin in admins:
        with suppress(TelegramBadRequest, TelegramForbiddenError):  # who has not started the bot has no menu of it
            own = BotCommandScopeChat(chat_id=admin)
            await _commands(bot, base, base.default_locale, "", (*PRIVATE, "kb"), "command", own)
    for group in groups:
        with suppress(TelegramBadRequest, TelegramForbiddenError):  # doctor says what is wrong with the group
            scope = BotCommandScopeChat(chat_id=group)
            for locale in base.locales:
                code = "" if locale == base.default_locale else locale
                await _commands(bot, base, locale, code, STAFF, "staff_command", scope)
    await bot.set_chat_menu_button(menu_button=MenuButtonCommands())


async def _commands(
    bot: Bot,
    base: KnowledgeBase,
    locale: str,
    code: str,
    names: tuple[str, ...],
    prefix: str,
    scope: BotCommandScopeUnion,
) -> None:
    wanted = [BotCommand(command=name, description=base.plain(locale, f"{prefix}_{name}")) for name in names]
    if await bot(GetMyCommands(scope=scope, language_code=code or None)) != wanted:
        await bot.set_my_commands(wanted, scope=scope, language_code=code or None)


async def _texts(bot: Bot, base: KnowledgeBase, locale: str, code: str) -> None:
    """Name and descriptions; each is asked for first, since Telegram limits how often they may be changed."""
    language = code or None
    if (await bot.get_my_name(language_code=language)).name != (name := base.plain(locale, "bot_name")):
        await _quietly(bot.set_my_name(name, language_code=language))
    long = base.plain(locale, "bot_description")
    if (await bot.get_my_description(language_code=language)).description != long:
        await _quietly(bot.set_my_description(long, language_code=language))
    short = base.plain(locale, "bot_short_description")
    if (await bot.get_my_short_description(language_code=language)).short_description != short:
        await _quietly(bot.set_my_short_description(short, language_code=language))


async def _quietly(change: Awaitable[bool]) -> None:
    """Telegram limits how often names change: then the old words stay until the next start, nobody is kept waiting."""
    with suppress(TelegramRetryAfter):
        await change
