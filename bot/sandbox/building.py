"""A world from its JSON: the bot, people and groups, checked with an error that says what is wrong."""

from __future__ import annotations

from typing import Any, Final

from bot.sandbox.emoji import REACTIONS
from bot.sandbox.refusals import Impossible
from bot.sandbox.telegram import Telegram
from bot.sandbox.world import RIGHTS, Chat, Member, Status, User, World

Json = dict[str, Any]

_STATUSES: Final = frozenset({"creator", "administrator", "member", "left", "kicked"})
_USER: Final = frozenset({"id", "first_name", "last_name", "username", "language_code", "phone", "started"})
_CHANGEABLE: Final = ("first_name", "last_name", "username", "language_code", "phone", "deactivated")
_GROUP: Final = frozenset({"id", "title", "forum", "supergroup", "members", "bot", "reactions"})


def empty_world(data: Json, keep: int) -> World:
    """The world with its bot and nobody else; Impossible (400) when the JSON is wrong."""
    _only(data, frozenset({"bot", "users", "groups", "limits", "page"}), "world")
    bot = data.get("bot") or {}
    _only(bot, frozenset({"token", "username", "name", "privacy"}), "bot")
    token = str(bot.get("token", "123456:TEST"))
    number, _, secret = token.partition(":")
    if not number.isdigit() or not secret:
        raise Impossible(400, "a token is a number, a colon and a secret, e.g. 123456:TEST")
    user = User(int(number), str(bot.get("name", "Sandbox bot")), is_bot=True,
                username=str(bot.get("username", "sandbox_bot")))  # fmt: skip
    return World(token, user, privacy=bool(bot.get("privacy", True)), keep=keep)


def populate(telegram: Telegram, data: Json) -> None:
    """Put people and groups into the world and set its limits."""
    for one in data.get("users") or ():
        add_user(telegram, one)
    for one in data.get("groups") or ():
        add_group(telegram, one)
    try:
        telegram.limits.set(data.get("limits") or "off")
    except (TypeError, ValueError) as error:
        raise Impossible(400, str(error)) from None
    telegram.world.page = data.get("page") or {}


def _only(data: Any, known: frozenset[str], kind: str) -> None:
    if not isinstance(data, dict):
        raise Impossible(400, f"{kind} is an object")
    for name in data:
        if name not in known:
            raise Impossible(400, f"{kind} has no field {name}")


def add_user(telegram: Telegram, data: Json) -> User:
    """A new person; Impossible when the id is taken or a field is unknown."""
    _only(data, _USER, "user")
    world = telegram.world
    number = int(data["id"]) if "id" in data else max((1000, *world.users)) + 1
    if number <= 0 or number in world.users or number == world.bot.id:
        raise Impossible(409, f"{number} cannot be a new user's id")
    if not data.get("first_name"):
        raise Impossible(400, "a user has a first_name")
    details = {name: value for name, value in data.items() if name not in {"id", "first_name"}}
    user = User(number, str(data["first_name"]), **details)
    world.users[number] = user
    if user.started:
        world.private_chat(user)
    telegram.events.emit("user", number, user=number)
    return user


def change_user(telegram: Telegram, user: User, data: Json) -> None:
    """Change somebody's names, language, phone or whether the account is deleted."""
    _only(data, frozenset(_CHANGEABLE), "user")
    for name in _CHANGEABLE:
        if name in data:
            setattr(user, name, data[name])
    user.refresh()
    chat = telegram.world.chats.get(user.id)
    if chat is not None:
        chat.refresh()
    telegram.events.emit("user", user.id, user=user.id)


def checked_rights(given: Any) -> list[str] | None:
    """Names of rights, or None for every right; Impossible (400) for names that are none."""
    if given is None:
        return None
    for name in given:
        if name not in RIGHTS:
            raise Impossible(400, f"there is no right {name}")
    return list(given)


def checked_reactions(given: Any) -> tuple[str, ...] | None:
    """The emoji that a group allows, or None for all; Impossible (400) for what is no reaction."""
    if given is None:
        return None
    bare = tuple(str(emoji).replace("\ufe0f", "") for emoji in given)
    for emoji in bare:
        if emoji not in REACTIONS:
            raise Impossible(400, f"{emoji} is no reaction")
    return bare


def checked_status(given: Any, fallback: Status | None = None) -> Status:
    """A member's status; Impossible (400) when it is none."""
    if given is None and fallback is not None:
        return fallback
    if given not in _STATUSES:
        raise Impossible(400, "status is one of " + ", ".join(sorted(_STATUSES)))
    status: Status = given
    return status


def _member(telegram: Telegram, data: Any) -> Member:
    if isinstance(data, int):
        data = {"user": data}
    _only(data, frozenset({"user", "status", "rights"}), "member")
    user = telegram.world.users.get(data.get("user"))
    if user is None:
        raise Impossible(404, f"there is no user {data.get('user')}")
    return Member(user, checked_status(data.get("status"), "member"), checked_rights(data.get("rights")))


def add_group(telegram: Telegram, data: Json) -> Chat:
    """A new group or supergroup; a forum is always a supergroup."""
    _only(data, _GROUP, "group")
    world = telegram.world
    forum = bool(data.get("forum"))
    big = forum or bool(data.get("supergroup", True))
    number = int(data["id"]) if "id" in data else _free_id(world, big=big)
    if number >= 0 or number in world.chats:
        raise Impossible(409, f"{number} cannot be a new group's id")
    bot = data.get("bot") or {}
    _only(bot, frozenset({"status", "rights"}), "bot")
    place = Member(world.bot, checked_status(bot.get("status"), "member"), checked_rights(bot.get("rights")))
    chat = Chat(number, "supergroup" if big else "group", place, title=str(data.get("title") or "Group"))
    chat.forum = forum
    chat.reactions = checked_reactions(data.get("reactions"))
    chat.refresh()
    for one in data.get("members") or ():
        member = _member(telegram, one)
        chat.members[member.user.id] = member
    world.chats[number] = chat
    telegram.tell_chat(chat)
    return chat


def _free_id(world: World, *, big: bool) -> int:
    number = -1_001_000_000_000 if big else -1_000
    while number in world.chats:
        number -= 1
    return number


def free_supergroup_id(telegram: Telegram) -> int:
    """An id that no supergroup has."""
    return _free_id(telegram.world, big=True)
