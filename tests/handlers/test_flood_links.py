"""Messages of a flood come together as one, and yet each of them can be answered, edited and taken back."""

from __future__ import annotations

import random
from itertools import count
from typing import Any

import pytest

from handlers.desk import Asker
from knowledge.events import Heard, Woke
from knowledge.markup import LIMIT, length, plain
from knowledge.postings import Delete, Edit, Posting, React, Text
from tests.handlers.conftest import SUPPORT, House

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TOPIC = 300


class Topic:
    """What Telegram shows of the topic: message by message as the postings make it."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.shown: dict[int, str] = {}
        self.replies: dict[int, int | None] = {}
        self.ids = count(900)
        self.seen = 0

    async def deliver(self) -> list[Posting]:
        """Everything that was posted since arrives."""
        new = [letter.posting for letter in self.house.letters[self.seen :]]
        for posting in new:
            if isinstance(posting, Text) and posting.chat == SUPPORT:
                number = next(self.ids)
                self.shown[number], self.replies[number] = posting.html, posting.reply_to
                await self.house.arrives_at(posting, number)
            elif isinstance(posting, Edit) and posting.chat == SUPPORT and posting.html is not None:
                copies = [await self.copy(posting.origin[1])] if posting.origin else [posting.message]
                self.shown[copies[-1]] = posting.html
            elif isinstance(posting, Delete) and posting.chat == SUPPORT:
                for message in posting.messages:
                    del self.shown[message]
        self.seen = len(self.house.letters)
        return new

    async def copy(self, message: int) -> int:
        links = await self.house.storage.read(lambda unit: unit.tickets.links_of(7, message))
        return links[-1].copy_message

    async def wait(self) -> None:
        self.house.later(seconds=61)
        await self.house.desk.take_turn(None, Asker(7, 7), Woke())


@pytest.fixture
async def topic(house: House) -> Topic:
    await house.says("转人工")
    await house.has_topic(1001, TOPIC)
    return Topic(house)


async def edits(house: House, message: int, text: str, **more: Any) -> list[Posting]:
    return await house.happens(Heard(text, message, edited=True, **more))


async def flooded(topic: Topic, many: int = 24) -> tuple[int, list[int]]:
    """A merchant who flooded: the message in the topic, and those of the merchant that it brought."""
    for number in range(many):
        await topic.house.says(f"快点{'啊' * number}")
    await topic.wait()
    await topic.deliver()
    newest = topic.house.message
    copy = await topic.copy(newest)
    links = await topic.house.storage.read(lambda unit: unit.tickets.links_of(SUPPORT, copy))
    return copy, [link.origin_message for link in links]


async def test_an_answer_to_it_answers_the_newest_and_a_reaction_is_for_that_one(topic: Topic) -> None:
    copy, brought = await flooded(topic)
    assert len(brought) == 24 - 19  # asking for a person was the first of twenty
    postings = await topic.house.staff_says("在处理了", TOPIC, reply_to=copy)
    (said,) = [p for p in postings if isinstance(p, Text) and p.chat == 7 and p.role == "relay"]
    assert said.reply_to == brought[-1]
    before = len(topic.house.letters)
    await topic.house.counter.react(await topic.house.arrives(), SUPPORT, copy, "👍")
    assert [letter.posting for letter in topic.house.letters[before:]] == [React(7, brought[-1], "👍", 1001)]


async def test_a_merchants_answer_to_one_of_them_is_an_answer_to_it(topic: Topic) -> None:
    copy, brought = await flooded(topic)
    topic.house.later(minutes=5)
    postings = await topic.house.happens(Heard("我说的是这条", 800, reply_to=brought[0]))
    (said,) = [p for p in postings if isinstance(p, Text) and p.chat == SUPPORT and p.role == "relay"]
    assert said.reply_to == copy


async def test_an_edit_follows_as_an_answer_and_the_next_one_changes_that(topic: Topic) -> None:
    copy, brought = await flooded(topic)
    before = topic.shown[copy]
    topic.house.later(minutes=5)
    await edits(topic.house, brought[0], "改成<b>这样</b>", html="改成<b>这样</b>")
    await topic.deliver()
    follows = await topic.copy(brought[0])
    assert (topic.shown[copy], topic.replies[follows]) == (before, copy)
    assert "改成<b>这样</b>" in topic.shown[follows]
    await edits(topic.house, brought[0], "再改")
    await topic.deliver()
    assert await topic.copy(brought[0]) == follows
    assert "再改" in topic.shown[follows]
    assert "商户把这条改成了" in topic.shown[follows]


async def test_an_edit_while_it_is_on_its_way_follows_too(topic: Topic) -> None:
    for number in range(24):
        await topic.house.says(f"快点{'啊' * number}")
    await topic.wait()
    topic.house.later(minutes=5)
    await edits(topic.house, topic.house.message, "改一")
    await edits(topic.house, topic.house.message, "改二")
    await topic.deliver()
    texts = "\n".join(topic.shown.values())
    assert (texts.count("改一"), texts.count("改二")) == (0, 1)
    assert texts.count("快点") == 24


async def test_a_line_that_held_a_part_of_a_card_number_goes_and_the_others_stay(topic: Topic) -> None:
    copy, brought = await flooded(topic)
    topic.house.later(minutes=5)
    await topic.house.happens(Heard("••••••", brought[1], edited=True, removed=(brought[1],)))
    await topic.deliver()
    assert topic.shown[copy].count("快点") == len(brought) - 1


async def test_a_topic_that_is_made_anew_tells_each_of_them(topic: Topic) -> None:
    _, brought = await flooded(topic)
    await topic.house.storage.run(lambda unit: topic.house.tickets.rebuild(unit, 1001, topic.house.now))
    told = "\n".join(p.html for p in await topic.deliver() if isinstance(p, Text) and p.role == "case")
    assert all(f"快点{'啊' * (24 - place)}" in told for place in range(1, len(brought) + 1))


async def test_what_does_not_fit_into_one_message_comes_in_several(topic: Topic) -> None:
    for letter in "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来云":
        await topic.house.says(letter * 4)
    for letter in "暑往秋冬":
        await topic.house.says(letter * 1500)
    await topic.house.says("收" * LIMIT)
    await topic.house.says("藏")
    await topic.wait()
    sent = [p for p in await topic.deliver() if isinstance(p, Text) and p.silent and p.role == "relay"]
    assert all(length(p.html) <= LIMIT for p in sent)
    said = "".join(plain(p.html) for p in sent)
    assert [said.count(each) for each in "暑往秋冬收藏"] == [1500, 1500, 1500, 1500, LIMIT, 1]
    assert len(sent) <= 5


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_is_written_edited_and_delivered_when_each_is_there_once_as_it_is_last(
    topic: Topic, seed: int
) -> None:
    """Words, edits of any earlier message, pauses, and a slow or quick Telegram, in any order."""
    chance, written, version = random.Random(seed), dict[int, str](), count()
    for _ in range(70):
        what = chance.choices(("says", "edits", "waits", "arrives"), (8, 3, 1, 1))[0]
        words = "".join("零一二三四五六七八九"[int(digit)] + "号" for digit in f"{next(version):03}")
        if what == "says":
            await topic.house.says(words)
            written[topic.house.message] = words
        elif what == "edits" and written:
            message = chance.choice(list(written))
            await edits(topic.house, message, words)
            written[message] = words
        elif what == "waits":
            await topic.wait()
        else:
            await topic.deliver()
    for _ in range(3):
        await topic.wait()
        await topic.deliver()
    texts = "\n".join(topic.shown.values())
    assert {message: texts.count(words) for message, words in written.items()} == dict.fromkeys(written, 1)
    for message, words in written.items():
        assert words in topic.shown[await topic.copy(message)]
