"""Announced incidents as kept: going on, ended by one, over and told once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from knowledge.incidents import Wanted
from storage.database import Storage

NOW = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=3)


async def test_it_goes_on_until_its_time_or_its_end_and_is_closed_once(storage: Storage) -> None:
    wanted = Wanted("bank", "中国工商银行", "维护", LATER)
    one = await storage.run(lambda unit: unit.announced.add(wanted, 52, "老李", NOW))
    two = await storage.run(lambda unit: unit.announced.add(Wanted("all", None, "", LATER), 52, "老李", NOW))
    assert await storage.read(lambda unit: unit.announced.going_on(NOW)) == (one, two)
    assert await storage.read(lambda unit: unit.announced.over(NOW)) == ()
    soon = NOW + timedelta(hours=1)
    assert await storage.run(lambda unit: unit.announced.end(one.number, soon))
    assert not await storage.run(lambda unit: unit.announced.end(one.number, soon))
    assert not await storage.run(lambda unit: unit.announced.end(77, soon))
    assert await storage.read(lambda unit: unit.announced.going_on(soon)) == (two,)
    (over,) = await storage.read(lambda unit: unit.announced.over(soon))
    assert (over.number, over.ends_at) == (one.number, soon)
    assert await storage.run(lambda unit: unit.announced.close(one.number))
    assert not await storage.run(lambda unit: unit.announced.close(one.number))
    assert [each.number for each in await storage.read(lambda unit: unit.announced.over(LATER))] == [two.number]
    assert not await storage.run(lambda unit: unit.announced.end(two.number, LATER))
    found = await storage.read(lambda unit: (unit.announced.since(LATER), unit.announced.since(LATER + timedelta(1))))
    assert ([each.number for each in found[0]], found[1]) == ([one.number, two.number], ())
