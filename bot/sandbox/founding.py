"""The world as written down in JSON: who there is when the sandbox starts, and who is added while it runs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from bot.sandbox.clock import Clock
from bot.sandbox.refusals import Impossible
from bot.sandbox.telegram import Telegram
from bot.sandbox.world import RIGHTS, Chat, Member, Status, User, World

Json = dict[str, Any]

_WORLD: Final = frozenset({"bot", "users", "groups", "limits", "page"})
_BOT: Final = frozenset({"token", "username", "name", "privacy"})
USER: Final = frozenset({"id", "first_name", "last_name", "username", "language_code", "phone", "started"})
_GROUP: Final = frozenset({"id", "title", "forum", "supergroup", "members", "bot"})
_STATUSES: Final = frozenset({"creator", "administrator", "member", "left", "kicked"})
SUPERGROUPS: Final = -1_000_000_000_000
"""Ids of supergroups lie below."""


def only(given: Any, known: Iterable[str], what: str) -> Json:
    """The object, if it is one and has only known fields; Impossible (400) otherwise."""
    if not isinstance(given, dict):
        raise Impossible(400, f"{what} is an object")
    unknown = sorted(given.keys() - set(known))
    if unknown:
        raise Impossible(400, f"{what} has no {unknown[0]}")
    return given


def open_world(plan: Json, clock: Clock, *, keep: int) -> Telegram:
    """Everything that the world's JSON names, ready to be used; Impossible (400) says what is wrong with it."""
    only(plan, _WORLD, "the world")
    named = only(plan.get("bot") or {}, _BOT, "the bot")
    token = str(named.get("token") or "123456:TEST")
    number = token.partition(":")[0]
    if not number.isdigit():
        raise Impossible(400, "the bot's token begins with its id, as in 123456:TEST")
    bot = User(int(number), str(named.get("name") or "Bot"), is_bot=True, username=named.get("username") or "test_bot")
    world = World(token, bot, privacy=bool(named.get("privacy", True)), keep=keep)
    world.page = dict(plan.get("page") or {})
    telegram = Telegram(world, clock, keep_events=keep)
    for user in plan.get("users") or ():
        add_user(telegram, user)
    for group in plan.get("groups") or ():
        add_group(telegram, group)
    set_limits(telegram, plan.get("limits") or "off")
    return telegram


def set_limits(telegram: Telegram, wanted: Any) -> None:
    """Change the flood limits; Impossible (400) when they make no sense."""
    try:
        telegram.limits.set(wanted)
    except (TypeError, ValueError) as error:
        raise Impossible(400, str(error)) from None


def add_user(telegram: Telegram, given: Any) -> User:
    """A new person; Impossible (400) when the id is taken or no person's."""
    fields = only(given, USER, "a user")
    users = telegram.world.users
    number = fields.get("id") or max(users, default=1_000) + 1
    if not isinstance(number, int) or number <= 0 or number in users or number == telegram.world.bot.id:
        raise Impossible(400, f"{number} cannot be the id of a new user")
    details = {name: fields.get(name) for name in USER - {"id", "first_name"}}
    user = users[number] = User(number, str(fields.get("first_name") or f"User {number}"), **details)
    if user.started:
        telegram.world.private_chat(user)
    return user


def person(telegram: Telegram, number: Any) -> User:
    """A person by id; Impossible (404) when there is none."""
    user = telegram.world.users.get(number) if isinstance(number, int) else None
    if user is None:
        raise Impossible(404, f"there is no user {number}")
    return user


def member(telegram: Telegram, given: Any) -> Member:
    """A place in a group: an id, or an object with status and rights."""
    if not isinstance(given, dict):
        return Member(person(telegram, given), "member")
    fields = only(given, {"user", "status", "rights"}, "a member")
    return Member(person(telegram, fields.get("user")), status(fields, "member"), rights(fields))


def status(fields: Json, otherwise: Status) -> Status:
    """The ``status`` of a member; Impossible (400) when it is none."""
    given: Any = fields.get("status") or otherwise
    if given not in _STATUSES:
        raise Impossible(400, f"status is one of {' '.join(sorted(_STATUSES))}")
    found: Status = given
    return found


def rights(fields: Json) -> list[str] | None:
    """The ``rights`` of a member; None (every right) when they are left out."""
    given = fields.get("rights")
    if given is None:
        return None
    if not isinstance(given, list) or not set(given) <= set(RIGHTS):
        raise Impossible(400, f"rights are a list of {' '.join(RIGHTS)}")
    return given


def add_group(telegram: Telegram, given: Any) -> Chat:
    """A new group; Impossible (400) when the id is taken or no group's."""
    fields = only(given, _GROUP, "a group")
    chats = telegram.world.chats
    number = fields.get("id")
    if number is None:
        wide = fields.get("supergroup", True)
        number = min((chat for chat in chats if (chat < SUPERGROUPS) == wide), default=SUPERGROUPS * wide) - 1
    if not isinstance(number, int) or number >= 0 or number in chats:
        raise Impossible(400, f"{number} cannot be the id of a new group")
    forum = bool(fields.get("forum"))
    supergroup = bool(fields.get("supergroup", forum or number < SUPERGROUPS))
    if forum and not supergroup:
        raise Impossible(400, "only supergroups can be forums")
    place = only(fields.get("bot") or {}, {"status", "rights"}, "the bot's place")
    bot = Member(telegram.world.bot, status(place, "administrator" if "bot" in fields else "member"), rights(place))
    chat = Chat(
        number, "supergroup" if supergroup else "group", bot, title=str(fields.get("title") or f"Group {number}")
    )
    chat.forum = forum
    chat.refresh()
    members = [member(telegram, one) for one in fields.get("members") or ()]
    chat.members = {one.user.id: one for one in members}
    chats[number] = chat
    return chat
