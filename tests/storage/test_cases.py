"""Conversations are saved over the version that was read, whoever is at work meanwhile."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.database import Storage
from storage.errors import StaleCase
from storage.unit import Unit
from tests.storage.test_units import NOW


def keep(chat: int, version: int, data: str = "{}", **more):
    return lambda unit: unit.cases.keep(chat, data, version, at=NOW, **more)


async def test_a_case_is_kept_whole(storage: Storage):
    wake = NOW + timedelta(hours=2, microseconds=1)
    data = '{"said": "尾号8821 \\u0000 \\ud83d"}'
    await storage.run(keep(7, 0, data, asked="merchant_no", wake_at=wake))
    found = await storage.read(lambda unit: unit.cases.of(7))
    assert found is not None
    assert (found.data, found.version, found.asked, found.wake_at) == (data, 1, "merchant_no", wake)
    assert await storage.run(keep(7, 1)) == 2
    found = await storage.read(lambda unit: unit.cases.of(7))
    assert (found.data, found.asked, found.wake_at) == ("{}", None, None)  # type: ignore[union-attr]


@pytest.mark.parametrize("version", [0, 1, 3, 17])
async def test_only_the_newest_version_may_be_saved_over(storage: Storage, version: int):
    await storage.run(keep(7, 0))
    await storage.run(keep(7, 1))
    with pytest.raises(StaleCase):
        await storage.run(keep(7, version, "lost"))
    with pytest.raises(StaleCase):
        await storage.run(keep(8, 1))
    assert (await storage.read(lambda unit: unit.cases.of(7))).data == "{}"  # type: ignore[union-attr]


async def test_of_many_at_once_one_saves(storage: Storage):
    for version in range(3):
        outcomes = await asyncio.gather(*(storage.run(keep(7, version)) for _ in range(8)), return_exceptions=True)
        assert sorted(type(each).__name__ for each in outcomes) == ["StaleCase"] * 7 + ["int"]


async def test_what_is_due_comes_longest_waiting_first(storage: Storage):
    for chat, minutes in ((1, 5), (2, -5), (3, -10), (4, 0)):
        await storage.run(keep(chat, 0, wake_at=NOW + timedelta(minutes=minutes)))
    await storage.run(keep(5, 0))
    assert [case.chat for case in await storage.read(lambda unit: unit.cases.due(NOW))] == [3, 2, 4]
    assert [case.chat for case in await storage.read(lambda unit: unit.cases.due(NOW, 1))] == [3]
    assert await storage.read(lambda unit: unit.cases.asked([1, 99])) == {1: None}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(turns=st.lists(st.tuples(st.integers(1, 3), st.booleans()), min_size=1, max_size=14), start=st.integers(1))
async def test_any_interleaving_keeps_versions_consistent(storage: Storage, turns, start: int):
    """Turns that read, wait and save, some failing after their save: every success counts once, no failure counts."""
    base = start % 10**9 * 1000
    won = dict.fromkeys((1, 2, 3), 0)

    async def turn(chat: int, fails: bool) -> None:
        where = base + chat
        known = await storage.read(lambda unit: unit.cases.of(where))
        before = await storage.read(lambda unit: unit.cases.of(where))
        version = 0 if known is None else known.version
        assert version <= (0 if before is None else before.version)

        def save(unit: Unit) -> None:
            unit.cases.keep(where, str(version + 1), version, at=NOW)
            if fails:
                raise RuntimeError("after saving")

        try:
            await storage.run(save)
        except (StaleCase, RuntimeError):
            return
        won[chat] += 1

    await asyncio.gather(*(turn(*each) for each in turns))
    for chat, times in won.items():
        found = await storage.read(lambda unit, where=base + chat: unit.cases.of(where))  # type: ignore[misc]
        assert (0 if found is None else found.version) == times
        assert found is None or found.data == str(times)
        if found is not None:  # the next example begins anew
            where, version = base + chat, found.version
            await storage.run(lambda unit, w=where: unit.wire.driver.execute(f"DELETE FROM cases WHERE chat = {w}"))  # type: ignore[misc]
            assert version
