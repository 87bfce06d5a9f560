"""Watches are kept, due in their order, and told of by one look only."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from storage.database import Storage
from storage.errors import StaleWatch
from storage.unit import Unit
from tests.storage.test_units import NOW


def add(chat: int, minutes: float = 0, data: str = "{}"):
    return lambda unit: unit.watches.add(chat, chat, data, NOW + timedelta(minutes=minutes))


async def test_a_watch_is_kept_whole(storage: Storage):
    number = await storage.run(add(7, 5.5, '{"said": "尾号8821"}'))
    (found,) = await storage.read(lambda unit: unit.watches.of_chat(7))
    assert (found.number, found.version, found.chat, found.user) == (number, 1, 7, 7)
    assert (found.data, found.look_at) == ('{"said": "尾号8821"}', NOW + timedelta(minutes=5.5))
    assert await storage.run(lambda unit: unit.watches.save(number, 1, "later", NOW)) == 2
    (found,) = await storage.read(lambda unit: unit.watches.of_chat(7))
    assert (found.version, found.data, found.look_at) == (2, "later", NOW)
    assert await storage.read(lambda unit: unit.watches.count()) == 1


async def test_what_is_due_comes_longest_waiting_first(storage: Storage):
    for chat, minutes in ((1, 5), (2, -5), (3, -10), (4, 0)):
        await storage.run(add(chat, minutes))
    assert [watch.chat for watch in await storage.read(lambda unit: unit.watches.due(NOW, 9))] == [3, 2, 4]
    assert [watch.chat for watch in await storage.read(lambda unit: unit.watches.due(NOW, 1))] == [3]


async def test_all_can_be_made_due_and_a_look_under_way_is_not_kept(storage: Storage):
    late, due = await storage.run(add(1, 50)), await storage.run(add(2, -5))
    assert await storage.run(lambda unit: unit.watches.sooner(NOW)) == 1
    found = await storage.read(lambda unit: unit.watches.due(NOW, 9))
    assert [(watch.number, watch.version) for watch in found] == [(due, 1), (late, 2)]
    with pytest.raises(StaleWatch):
        await storage.run(lambda unit: unit.watches.save(late, 1, "of before", NOW + timedelta(1)))


@pytest.mark.parametrize("how", ["save", "end"])
async def test_of_many_looks_one_is_kept(storage: Storage, how: str):
    number = await storage.run(add(7))

    def look(unit: Unit) -> None:
        if how == "save":
            unit.watches.save(number, 1, "told", NOW)
        else:
            unit.watches.end(number, 1)

    outcomes = await asyncio.gather(*(storage.run(look) for _ in range(8)), return_exceptions=True)
    assert sorted(type(each).__name__ for each in outcomes) == ["NoneType"] + ["StaleWatch"] * 7


async def test_what_was_stopped_is_told_by_nobody(storage: Storage):
    number = await storage.run(add(7))
    assert await storage.run(lambda unit: unit.watches.stop(number, 8)) is None  # somebody else's
    stopped = await storage.run(lambda unit: unit.watches.stop(number, 7))
    assert stopped is not None
    assert stopped.number == number
    assert await storage.run(lambda unit: unit.watches.stop(number, 7)) is None
    with pytest.raises(StaleWatch):
        await storage.run(lambda unit: unit.watches.save(number, 1, "told", NOW))


async def test_numbers_are_never_given_twice(storage: Storage):
    """A button of a watch that is over must not stop another one."""
    first = await storage.run(add(7))
    await storage.run(lambda unit: unit.watches.end(first, 1))
    assert await storage.run(add(7)) > first


async def test_all_of_a_chat_go_together(storage: Storage):
    for chat in (7, 7, 8):
        await storage.run(add(chat))
    assert await storage.run(lambda unit: unit.watches.stop_all(7)) == 2
    assert await storage.run(lambda unit: unit.watches.stop_all(7)) == 0
    assert await storage.read(lambda unit: unit.watches.count()) == 1
