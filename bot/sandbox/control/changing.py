"""Changing the world: people, groups, rights, time and limits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.sandbox import building, membership, people
from bot.sandbox.control.routes import Asked, route
from bot.sandbox.refusals import Impossible
from bot.sandbox.views import chat_view, user_view
from bot.sandbox.world import Chat, Member, User

Json = dict[str, Any]


def _group(asked: Asked) -> Chat:
    chat = people.chat_by_id(asked.telegram, asked.ids[0])
    if chat.user is not None:
        raise Impossible(409, f"{chat.id} is a private chat")
    return chat


def _shown(asked: Asked, chat: Chat) -> Json:
    return chat_view(chat, asked.telegram.now())


def _actor(asked: Asked, chat: Chat) -> User:
    """Who does it: the one named by ``by``, else the group's creator, else the first who is there."""
    by = asked.object().get("by")
    if by is not None:
        return people.person(asked.telegram, by)
    creator = next((one for one in chat.members.values() if one.status == "creator"), None)
    anybody = creator or next(iter(chat.members.values()), None)
    return anybody.user if anybody is not None else asked.telegram.world.bot


@route("POST", "users")
async def add_users(asked: Asked) -> Any:
    if isinstance(asked.body, list):
        return [user_view(building.add_user(asked.telegram, one)) for one in asked.body]
    return user_view(building.add_user(asked.telegram, asked.object()))


@route("POST", "users/*")
async def change_user(asked: Asked) -> Json:
    user = people.person(asked.telegram, asked.ids[0])
    building.change_user(asked.telegram, user, asked.object())
    return user_view(user)


@route("POST", "groups")
async def add_group(asked: Asked) -> Json:
    return _shown(asked, building.add_group(asked.telegram, asked.object()))


@route("POST", "groups/*")
async def change_group(asked: Asked) -> Json:
    chat, body = _group(asked), asked.object()
    for name in body:
        if name not in {"title", "forum", "full", "reactions"}:
            raise Impossible(400, f"a group's {name} cannot be changed")
    if body.get("forum") and chat.type != "supergroup":
        raise Impossible(409, "only a supergroup can be a forum")
    chat.forum, chat.full = bool(body.get("forum", chat.forum)), bool(body.get("full", chat.full))
    if "reactions" in body:
        chat.reactions = building.checked_reactions(body["reactions"])
    title = str(body.get("title", chat.title))
    renamed, chat.title = title != chat.title, title
    chat.refresh()
    if renamed:
        asked.telegram.service(chat, _actor(asked, chat), {"new_chat_title": title})
    asked.telegram.tell_chat(chat)
    return _shown(asked, chat)


@route("POST", "groups/*/bot")
async def change_bot(asked: Asked) -> Json:
    chat, body = _group(asked), asked.object()
    status = building.checked_status(body.get("status"), chat.bot.status)
    rights = building.checked_rights(body.get("rights"))
    membership.change_bot(asked.telegram, chat, _actor(asked, chat), status, rights)
    return _shown(asked, chat)


@route("POST", "groups/*/members")
async def change_member(asked: Asked) -> Json:
    chat, body = _group(asked), asked.object()
    user = people.person(asked.telegram, body.get("user") or 0)
    before = chat.members.get(user.id) or Member(user, "left")
    status = building.checked_status(body.get("status"), "member" if not before.present else before.status)
    rights = building.checked_rights(body.get("rights"))
    actor = _actor(asked, chat) if chat.members else user
    membership.change_member(asked.telegram, chat, actor, Member(user, status, rights))
    return _shown(asked, chat)


@route("POST", "groups/*/migrate")
async def migrate(asked: Asked) -> Json:
    chat = _group(asked)
    number = asked.object().get("id") or building.free_supergroup_id(asked.telegram)
    return _shown(asked, membership.migrate(asked.telegram, chat, _actor(asked, chat), int(number)))


@route("POST", "clock")
async def set_clock(asked: Asked) -> Json:
    clock, body = asked.telegram.clock, asked.object()
    if "advance" in body:
        clock.advance(float(body["advance"]))
    elif "set" in body:
        clock.advance_to(datetime.fromisoformat(str(body["set"])))
    else:
        raise Impossible(400, "give advance or set")
    asked.telegram.events.emit("clock", None, now=clock.iso())
    return {"now": clock.iso()}


@route("POST", "limits")
async def set_limits(asked: Asked) -> Json:
    asked.telegram.limits.set(asked.object())
    return asked.telegram.limits.shown()
