"""Answers to inline queries, and what becomes of a result that somebody chooses."""

from __future__ import annotations

from typing import Any, Final

from bot.sandbox.methods.media import file_content
from bot.sandbox.methods.register import plays
from bot.sandbox.methods.sending import caption_content, location, text_content
from bot.sandbox.refusals import TOO_OLD, bad
from bot.sandbox.telegram import Telegram

Json = dict[str, Any]

LIFETIME: Final = 60
"""Seconds of the sandbox's clock in which an inline query may be answered."""
_FILES: Final = {
    "photo": "photo_file_id",
    "document": "document_file_id",
    "video": "video_file_id",
    "voice": "voice_file_id",
    "audio": "audio_file_id",
    "sticker": "sticker_file_id",
}


def _check(telegram: Telegram, results: list[Json]) -> None:
    if len(results) > 50:
        raise bad("RESULTS_TOO_MUCH")
    seen: set[str] = set()
    for result in results:
        name = result.get("id")
        if not isinstance(name, str) or not 1 <= len(name.encode()) <= 64:
            raise bad("RESULT_ID_INVALID")
        if name in seen:
            raise bad("RESULT_ID_DUPLICATE")
        seen.add(name)
        if result.get("type") == "article" and not result.get("title"):
            raise bad("ARTICLE_TITLE_EMPTY")
        chosen_content(telegram, result)


def chosen_content(telegram: Telegram, result: Json) -> tuple[str, Json]:
    """Kind and content of the message that a result makes; Refused when it makes none."""
    given = result.get("input_message_content")
    if given is not None:
        if "message_text" in given:
            return "text", text_content({**given, "text": given["message_text"]})
        if "phone_number" in given:
            return "contact", {"contact": {n: given[n] for n in ("phone_number", "first_name") if n in given}}
        if "latitude" in given and "title" not in given:
            return "location", {"location": location(given)}
        raise bad("can't parse input message content: this kind is not emulated here")
    kind = str(result.get("type"))
    if kind in _FILES and _FILES[kind] in result:
        file = telegram.files.reused(kind, result[_FILES[kind]])
        return kind, file_content(file, result) | caption_content(result)
    if kind == "article":
        raise bad("can't parse inline query result: input_message_content is empty")
    raise bad(f"inline query result of type {kind} is not emulated here")


@plays("answerInlineQuery")
def answer_inline_query(telegram: Telegram, parameters: Json) -> bool:
    _check(telegram, parameters["results"])
    query = telegram.world.inline.get(parameters["inline_query_id"])
    if query is None or query.answer is not None or telegram.now() - query.at > LIFETIME:
        raise bad(TOO_OLD)
    query.answer = {
        "results": parameters["results"],
        "button": parameters.get("button"),
        "next_offset": parameters.get("next_offset", ""),
    }
    if query.settled is not None and not query.settled.done():
        query.settled.set_result(None)
    return True
