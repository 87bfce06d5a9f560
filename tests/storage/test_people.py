"""Bindings, one-time links, limited attempts, languages, and the audit log."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st

from storage.database import Storage
from storage.moments import restored, stored
from storage.people import LinkRefused, new_token, token_hash
from tests.storage.test_units import NOW

HOUR = timedelta(hours=1)


async def test_binding(storage: Storage):
    assert await storage.run(lambda unit: unit.people.bind(7, "M1", "contact", None, NOW)) is True
    assert await storage.run(lambda unit: unit.people.bind(7, "M1", "link", 50, NOW)) is False
    await storage.run(lambda unit: unit.people.bind(7, "M2", "link", 50, NOW))
    await storage.run(lambda unit: unit.people.bind(8, "M1", "override", 51, NOW + HOUR))
    assert await storage.read(lambda unit: unit.people.merchants_of(7)) == {"M1", "M2"}
    assert await storage.read(lambda unit: unit.people.merchants_of(9)) == frozenset()
    users = await storage.read(lambda unit: unit.people.users_of("M1"))
    assert [(each.user, each.how, each.by, each.at) for each in users] == [
        (7, "contact", None, NOW),
        (8, "override", 51, NOW + HOUR),
    ]
    assert await storage.run(lambda unit: unit.people.unbind(7, "M1")) is True
    assert await storage.run(lambda unit: unit.people.unbind(7, "M1")) is False
    assert await storage.read(lambda unit: unit.people.merchants_of(7)) == {"M2"}


async def test_a_link_opens_once(storage: Storage):
    await storage.run(lambda unit: unit.people.issue("M1", 50, token_hash("secret"), NOW, NOW + HOUR))
    assert await storage.run(lambda unit: unit.people.redeem("secret", 7, NOW)) == LinkRefused("unknown")
    outcomes = await asyncio.gather(
        *(storage.run(lambda unit, u=user: unit.people.redeem(token_hash("secret"), u, NOW)) for user in range(8))  # type: ignore[misc]
    )
    assert sorted(map(str, outcomes)) == sorted(["M1"] + [str(LinkRefused("used"))] * 7)


async def test_a_link_expires(storage: Storage):
    await storage.run(lambda unit: unit.people.issue("M1", 50, token_hash("secret"), NOW, NOW + HOUR))
    assert await storage.run(lambda unit: unit.people.redeem(token_hash("secret"), 7, NOW + HOUR)) == LinkRefused(
        "expired"
    )
    late = NOW + HOUR - timedelta(microseconds=1)
    assert await storage.run(lambda unit: unit.people.redeem(token_hash("secret"), 7, late)) == "M1"


def test_a_token_fits_into_a_deep_link_and_is_not_what_is_kept():
    token = new_token()
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", token)
    assert token != new_token()
    assert token not in token_hash(token)
    assert len(token_hash(token)) == 64


async def test_attempts_count_within_their_time(storage: Storage):
    for minutes in (0, 10, 20):
        at = NOW + timedelta(minutes=minutes)
        await storage.run(lambda unit, at=at: unit.people.attempted(7, "identify", at))  # type: ignore[misc]
    await storage.run(lambda unit: unit.people.attempted(7, "terminal", NOW))
    await storage.run(lambda unit: unit.people.attempted(8, "identify", NOW))
    since = NOW + timedelta(minutes=10)
    assert await storage.read(lambda unit: unit.people.attempts(7, "identify", since)) == 2
    assert await storage.run(lambda unit: unit.people.forget_attempts(since)) == 3
    assert await storage.read(lambda unit: unit.people.attempts(7, "identify", NOW)) == 2


async def test_language(storage: Storage):
    assert await storage.read(lambda unit: unit.people.locale_of(7)) is None
    for locale in ("zh", "en"):
        await storage.run(lambda unit, locale=locale: unit.people.prefer(7, locale))  # type: ignore[misc]
    assert await storage.read(lambda unit: unit.people.locale_of(7)) == "en"


async def test_audit(storage: Storage):
    await storage.run(lambda unit: unit.audit.note(NOW, 50, "claimed", ticket=1001, detail={"name": "小陈"}))
    await storage.run(lambda unit: unit.audit.note(NOW + HOUR, 0, "closed", ticket=1002))
    newest = await storage.read(lambda unit: unit.audit.newest())
    assert [(each.actor, each.action, each.at) for each in newest] == [(0, "closed", NOW + HOUR), (50, "claimed", NOW)]
    assert [e.detail for e in await storage.read(lambda unit: unit.audit.newest(ticket=1001))] == [{"name": "小陈"}]
    assert [e.ticket for e in await storage.read(lambda unit: unit.audit.newest(actor=0))] == [1002]
    assert len(await storage.read(lambda unit: unit.audit.newest(1))) == 1


@settings(max_examples=100, deadline=None)
@given(st.datetimes(timezones=st.integers(-14 * 60, 14 * 60).map(lambda east: timezone(timedelta(minutes=east)))))
def test_moments_come_back(moment):
    assert restored(stored(moment)) == moment
