"""What messages carry both ways, through the whole program with merchants of both languages."""

from __future__ import annotations

import pytest

from tests.e2e.floor import LAURA, SUN, Floor, Json, Matter
from tests.words import says as words

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("floor")]
both = pytest.mark.parametrize("locale", ["zh", "en"])
BOLD_AND_LINK = [
    {"type": "bold", "offset": 0, "length": 4},
    {"type": "text_link", "offset": 5, "length": 2, "url": "https://example.org/"},
]
LONG = 1000
"""Characters under a file; Telegram takes 1024."""
LONGEST = 4096
"""Characters of a message, none of which may be lost."""


async def files(it: Matter, *, in_topic: bool, kind: str = "photo", count: int = 1) -> list[Json]:
    """The bot's files of a kind there since the last deed, once there are so many."""
    chat, thread = (it.group, it.topic) if in_topic else (it.merchant, None)
    found = await it.visitor.hears(chat, kind=kind, count=count, thread=thread, after=it.since)
    assert found, f"no {count} of {kind}"
    return found


def formatted(message: Json, name: str = "entities") -> set[tuple[str, str]]:
    """What is formatted how in a message."""
    said = message["message"]["text" if name == "entities" else "caption"].encode("utf-16-le")
    return {
        (each["type"], said[each["offset"] * 2 : (each["offset"] + each["length"]) * 2].decode("utf-16-le"))
        for each in message["message"].get(name, ())
    }


@both
async def test_formatting_goes_both_ways(floor: Floor, locale: str) -> None:
    it = await floor.matter(locale)
    await it.claimed(SUN)
    for who, place in ((it.merchant, {}), (SUN.id, {"chat": it.group, "thread": it.topic})):
        await it.mark()
        await it.visitor.write(f"users/{who}/send", {"text": "bold at <1>", "entities": BOLD_AND_LINK, **place})
        got = await (it.hears("bold at <1>") if place else it.shows("bold at <1>"))
        assert {("bold", "bold"), ("text_link", "at")} <= formatted(got)
        await it.mark()
        body = {"photo": {}, "caption": "bold at slip", "entities": BOLD_AND_LINK, **place}
        await it.visitor.write(f"users/{who}/send", body)
        (got,) = await files(it, in_topic=not place)
        assert {("bold", "bold"), ("text_link", "at")} <= formatted(got, "caption_entities")


@both
async def test_albums_and_captions_go_both_ways(floor: Floor, locale: str) -> None:
    it = await floor.matter(locale)
    await it.claimed(SUN)
    for who, place in ((it.merchant, {}), (SUN.id, {"chat": it.group, "thread": it.topic})):
        await it.mark()
        await it.visitor.sends_album(who, ("photo", "photo"), caption="two slips", **place)
        got = await files(it, in_topic=not place, count=2)
        assert len({each["message"]["media_group_id"] for each in got}) == 1
        assert "two slips" in got[0]["message"]["caption"]
        await it.mark()
        await it.visitor.sends(who, "document", caption="x" * LONG, **place)
        (got,) = await files(it, in_topic=not place, kind="document")
        assert "x" * LONG in got["message"]["caption"]
        await it.mark()
        await it.visitor.says(who, "y" * LONGEST, **place)
        got = await (it.hears("yyy") if place else it.shows("yyy"))
        assert got["message"]["text"].count("y") == LONGEST


@both
async def test_a_file_that_is_too_large_is_told(floor: Floor, locale: str) -> None:
    """Under the agent's message that it did not arrive; in the topic that the merchant sent something."""
    it = await floor.matter(locale)
    await it.claimed(LAURA)
    too_large = {"code": 413, "description": "Request Entity Too Large"}
    for who, place in ((LAURA.id, {"chat": it.group, "thread": it.topic}), (it.merchant, {})):
        await it.mark()
        await it.visitor.fault("error", "copyMessage*", chat=it.merchant if place else it.group, **too_large)
        said = await it.visitor.sends(who, "document", {"size": 60_000_000}, **place)
        note = await it.shows("文件太大" if place else "发来的文件太大")
        if place:
            assert note["message"]["reply_to_message"]["message_id"] == said["id"]
    await it.visitor.ask("DELETE", "faults")


@both
async def test_a_photo_of_a_card_is_held_and_seen_only_when_asked_for(floor: Floor, locale: str) -> None:
    it = await floor.matter(locale)
    await it.claimed(LAURA)
    await it.mark()
    await it.visitor.sends(it.merchant, "photo", caption="这是我的新卡" if locale == "zh" else "this is my new card")
    await it.hears("card_photo_held")
    await it.shows("note_photo_held")
    shown = await it.visitor.chat_messages(it.group, thread=it.topic)
    assert not [each for each in shown if each["kind"] == "photo"]
    pressed = await it.presses(LAURA, "button_show_photo")
    assert words("en", "done_show") in pressed["text"]
    assert await files(it, in_topic=True)
    await it.orders(SUN, "/history", "did_shown")


@both
async def test_a_file_that_an_edit_exchanges_is_exchanged_on_the_other_side(floor: Floor, locale: str) -> None:
    it = await floor.matter(locale)
    await it.claimed(SUN)
    for who, place in ((it.merchant, {}), (SUN.id, {"chat": it.group, "thread": it.topic})):
        await it.mark()
        sent = await it.visitor.sends(who, "photo", caption="slip 1", **place)
        (got,) = await files(it, in_topic=not place)
        await it.mark()
        await it.visitor.exchanges(who, sent["id"], "photo", caption="slip 2", chat=place.get("chat"))
        changed = await (it.hears("slip 2", edits=True) if place else it.shows("slip 2", edits=True))
        assert changed["id"] == got["id"]
        assert changed["message"]["photo"] != got["message"]["photo"]
