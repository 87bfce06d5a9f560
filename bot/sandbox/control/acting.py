"""Acting as a person."""

from __future__ import annotations

from typing import Any

from bot.sandbox import membership, people, people_asking, people_sending
from bot.sandbox.control.routes import Asked, route
from bot.sandbox.refusals import Impossible
from bot.sandbox.views import chat_view, post_view, user_view
from bot.sandbox.world import Member, User

Json = dict[str, Any]


def _who(asked: Asked) -> User:
    return people.person(asked.telegram, asked.ids[0])


@route("POST", "users/*/start")
async def start(asked: Asked) -> Json:
    return post_view(people.start(asked.telegram, _who(asked), asked.object()))


@route("POST", "users/*/send")
async def send(asked: Asked) -> Json:
    sent = people_sending.send(asked.telegram, _who(asked), asked.object())
    return {"messages": [post_view(post) for post in sent]} if isinstance(sent, list) else post_view(sent)


@route("POST", "users/*/edit")
async def edit(asked: Asked) -> Json:
    return post_view(people_sending.edit(asked.telegram, _who(asked), asked.object()))


@route("POST", "users/*/delete")
async def delete(asked: Asked) -> Json:
    return {"deleted": people.delete(asked.telegram, _who(asked), asked.object())}


@route("POST", "users/*/press")
async def press(asked: Asked) -> Json:
    return await people_asking.press(asked.telegram, _who(asked), asked.object())


@route("POST", "users/*/tap")
async def tap(asked: Asked) -> Json:
    return post_view(people_asking.tap(asked.telegram, _who(asked), asked.object()))


@route("POST", "users/*/inline")
async def inline(asked: Asked) -> Json:
    return await people_asking.inline(asked.telegram, _who(asked), asked.object())


@route("POST", "users/*/choose")
async def choose(asked: Asked) -> Json:
    return post_view(people_asking.choose(asked.telegram, _who(asked), asked.object()))


@route("POST", "users/*/react")
async def react(asked: Asked) -> Json:
    return post_view(people.react(asked.telegram, _who(asked), asked.object()))


@route("POST", "users/*/forward")
async def forward(asked: Asked) -> Json:
    return post_view(people.forward(asked.telegram, _who(asked), asked.object()))


@route("POST", "users/*/pin")
async def pin(asked: Asked) -> Json:
    return post_view(people.pin(asked.telegram, _who(asked), asked.object()))


@route("POST", "users/*/topic")
async def topic(asked: Asked) -> Json:
    return people.topic(asked.telegram, _who(asked), asked.object())


@route("POST", "users/*/block")
async def block(asked: Asked) -> Json:
    user = _who(asked)
    membership.block(asked.telegram, user, blocked=True)
    return user_view(user)


@route("POST", "users/*/unblock")
async def unblock(asked: Asked) -> Json:
    user = _who(asked)
    membership.block(asked.telegram, user, blocked=False)
    return user_view(user)


@route("POST", "users/*/join")
async def join(asked: Asked) -> Json:
    user, chat = _who(asked), people.chat_by_id(asked.telegram, asked.object().get("chat"))
    member = chat.members.get(user.id)
    if chat.user is not None or (member is not None and (member.present or member.status == "kicked")):
        raise Impossible(409, "they cannot join that chat")
    membership.change_member(asked.telegram, chat, user, Member(user, "member"))
    return chat_view(chat, asked.telegram.now())


@route("POST", "users/*/leave")
async def leave(asked: Asked) -> Json:
    user = _who(asked)
    chat = people.place(asked.telegram, user, asked.object())
    if chat.user is not None:
        raise Impossible(409, "a private chat cannot be left")
    membership.change_member(asked.telegram, chat, user, Member(user, "left"))
    return chat_view(chat, asked.telegram.now())
