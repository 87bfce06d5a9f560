"""Answers to pressed buttons."""

from __future__ import annotations

from typing import Any, Final

from bot.sandbox.methods.register import plays
from bot.sandbox.refusals import TOO_OLD, bad
from bot.sandbox.telegram import Telegram

Json = dict[str, Any]

LIFETIME: Final = 60
"""Seconds of the sandbox's clock in which a pressed button may be answered. Telegram does not publish its limit."""


@plays("answerCallbackQuery")
def answer_callback_query(telegram: Telegram, parameters: Json) -> bool:
    text = parameters.get("text", "")
    if len(text) > 200:
        raise bad("MESSAGE_TOO_LONG")
    callback = telegram.world.callbacks.get(parameters["callback_query_id"])
    if callback is None or callback.answer is not None or telegram.now() - callback.at > LIFETIME:
        raise bad(TOO_OLD)
    callback.answer = {
        "text": text,
        "alert": bool(parameters.get("show_alert")),
        "url": parameters.get("url", ""),
    }
    if callback.settled is not None and not callback.settled.done():
        callback.settled.set_result(None)
    telegram.events.emit(
        "answer",
        callback.post.chat.id,
        callback=callback.id,
        user=callback.user.id,
        message=callback.post.id,
        **callback.answer,
    )
    return True
