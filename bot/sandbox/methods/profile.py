"""What the bot says of itself: name, descriptions, commands by scope and language, menu button."""

from __future__ import annotations

import re
from typing import Any, Final

from bot.sandbox import access
from bot.sandbox.methods.register import plays
from bot.sandbox.refusals import bad
from bot.sandbox.telegram import Telegram
from bot.sandbox.world import Chat, User

Json = dict[str, Any]

_COMMAND: Final = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE: Final = re.compile(r"[a-z]{2}")
_EVERYWHERE: Final = frozenset({"default", "all_private_chats", "all_group_chats", "all_chat_administrators"})
_IN_CHAT: Final = frozenset({"chat", "chat_administrators"})


@plays("getMe")
def get_me(telegram: Telegram, _: Json) -> Json:
    name = telegram.world.profile.names.get("")
    return telegram.world.bot.api | {
        "first_name": name or telegram.world.bot.first_name,
        "can_join_groups": True,
        "can_read_all_group_messages": not telegram.world.privacy,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
    }


def _language(parameters: Json) -> str:
    language = str(parameters.get("language_code", ""))
    if language and not _LANGUAGE.fullmatch(language):
        raise bad("invalid language code specified")
    return language


def _changed(telegram: Telegram) -> bool:
    telegram.events.emit("bot", None, bot=telegram.bot_view())
    return True


def _texts(telegram: Telegram, parameters: Json, kept: dict[str, str], name: str, longest: int) -> bool:
    text = str(parameters.get(name, ""))
    if len(text) > longest:
        raise bad(f"{name.replace('_', ' ')} is too long")
    kept[_language(parameters)] = text
    return _changed(telegram)


def _text(parameters: Json, kept: dict[str, str], fallback: str = "") -> str:
    return kept.get(_language(parameters)) or kept.get("") or fallback


@plays("setMyName")
def set_my_name(telegram: Telegram, parameters: Json) -> bool:
    return _texts(telegram, parameters, telegram.world.profile.names, "name", 64)


@plays("getMyName")
def get_my_name(telegram: Telegram, parameters: Json) -> Json:
    return {"name": _text(parameters, telegram.world.profile.names, telegram.world.bot.first_name)}


@plays("setMyDescription")
def set_my_description(telegram: Telegram, parameters: Json) -> bool:
    return _texts(telegram, parameters, telegram.world.profile.descriptions, "description", 512)


@plays("getMyDescription")
def get_my_description(telegram: Telegram, parameters: Json) -> Json:
    return {"description": _text(parameters, telegram.world.profile.descriptions)}


@plays("setMyShortDescription")
def set_my_short_description(telegram: Telegram, parameters: Json) -> bool:
    return _texts(telegram, parameters, telegram.world.profile.short_descriptions, "short_description", 120)


@plays("getMyShortDescription")
def get_my_short_description(telegram: Telegram, parameters: Json) -> Json:
    return {"short_description": _text(parameters, telegram.world.profile.short_descriptions)}


def _scope(telegram: Telegram, parameters: Json) -> tuple[Any, ...]:
    scope = parameters.get("scope") or {"type": "default"}
    kind = scope.get("type")
    if kind in _EVERYWHERE:
        return (kind,)
    if kind not in _IN_CHAT and kind != "chat_member":
        raise bad("can't parse BotCommandScope: unsupported type specified")
    chat_id = scope.get("chat_id")
    if isinstance(chat_id, str) and chat_id.lstrip("-").isdigit():
        chat_id = int(chat_id)
    chat = access.readable(telegram, chat_id if isinstance(chat_id, int) else str(chat_id))
    if kind == "chat_member":
        if scope.get("user_id") not in telegram.world.users:
            raise bad("user not found")
        return (kind, chat.id, scope["user_id"])
    return (kind, chat.id)


@plays("setMyCommands")
def set_my_commands(telegram: Telegram, parameters: Json) -> bool:
    commands: list[Json] = parameters["commands"]
    if len(commands) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        for field in command:
            if field not in {"command", "description", "is_ephemeral"}:
                raise bad(f"field {field} is unknown to BotCommand")
        if not _COMMAND.fullmatch(str(command.get("command", "")).removeprefix("/")):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command.get("description", ""))) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    key = (*_scope(telegram, parameters), _language(parameters))
    telegram.world.profile.commands[key] = [
        {"command": str(one["command"]).removeprefix("/"), "description": one["description"]} for one in commands
    ]
    return _changed(telegram)


@plays("deleteMyCommands")
def delete_my_commands(telegram: Telegram, parameters: Json) -> bool:
    telegram.world.profile.commands.pop((*_scope(telegram, parameters), _language(parameters)), None)
    return _changed(telegram)


@plays("getMyCommands")
def get_my_commands(telegram: Telegram, parameters: Json) -> list[Json]:
    return telegram.world.profile.commands.get((*_scope(telegram, parameters), _language(parameters)), [])


def commands_for(telegram: Telegram, user: User, chat: Chat) -> list[Json]:
    """The commands that a person sees in a chat: the narrowest scope that has any, their language first.

    The order is that of "Determining list of commands" in the Bot API's documentation.
    """
    if chat.user is not None:
        scopes: list[tuple[Any, ...]] = [("chat", chat.id), ("all_private_chats",), ("default",)]
    else:
        member = chat.members.get(user.id)
        admin = member is not None and member.status in {"creator", "administrator"}
        scopes = [("chat_member", chat.id, user.id)]
        if admin:
            scopes.append(("chat_administrators", chat.id))
        scopes.append(("chat", chat.id))
        if admin:
            scopes.append(("all_chat_administrators",))
        scopes += [("all_group_chats",), ("default",)]
    for scope in scopes:
        for language in ((user.language_code or "")[:2], ""):
            found = telegram.world.profile.commands.get((*scope, language))
            if found:
                return found
    return []


@plays("setChatMenuButton")
def set_chat_menu_button(telegram: Telegram, parameters: Json) -> bool:
    chat_id = parameters.get("chat_id")
    if chat_id is not None and access.readable(telegram, chat_id).user is None:
        raise bad("the menu button can be changed only in private chats")
    button = parameters.get("menu_button") or {"type": "default"}
    if button.get("type") not in {"commands", "web_app", "default"}:
        raise bad("can't parse MenuButton: unsupported type specified")
    telegram.world.profile.menus[chat_id] = button
    return _changed(telegram)


@plays("getChatMenuButton")
def get_chat_menu_button(telegram: Telegram, parameters: Json) -> Json:
    return menu_button(telegram, parameters.get("chat_id"))


def menu_button(telegram: Telegram, chat: int | None) -> Json:
    """The menu button of a private chat, or the one for all."""
    menus = telegram.world.profile.menus
    return menus.get(chat) or menus.get(None) or {"type": "commands"}
