"""Layers, and what is remembered: whose answer counts, and that nobody gets somebody else's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import pytest

from knowledge.records import (
    Absent,
    Foreign,
    Found,
    LookupResult,
    Merchant,
    Payout,
    Query,
    Records,
    Terminal,
    Unavailable,
)
from storage.settlement import caching
from storage.settlement.caching import CachedSource
from storage.settlement.layered import LayeredSource
from storage.settlement.source import Freshness
from tests.storage.settlement.conftest import NOW

DAY = date(2026, 11, 19)
ASKED = Query("40213377", (DAY,), frozenset({"M1"}))
EARLIER, EARLIEST = NOW - timedelta(hours=30), NOW - timedelta(hours=60)


def found(source: str, as_of: datetime = NOW, *, stale: bool = False, payouts: int = 0, merchant: str = "M1") -> Found:
    mine = tuple(Payout(f"P{number}", merchant) for number in range(payouts))
    records = Records(Terminal("40213377", merchant), Merchant(merchant), payouts=mine)
    return Found(records, source, as_of, stale)


@dataclass
class Played:
    """A source that answers as it is told, and remembers what it was asked."""

    name: str
    answers: LookupResult | Callable[[Query], LookupResult]
    merchants: tuple[Merchant, ...] | Unavailable = ()
    owned: str | Unavailable | None = None
    asked: list[Query] = field(default_factory=list)
    closed: bool = False
    gate: asyncio.Event | None = None

    async def look_up(self, query: Query) -> LookupResult:
        self.asked.append(query)
        if self.gate is not None:
            await self.gate.wait()
        return self.answers(query) if callable(self.answers) else self.answers

    async def merchants_with_phone(self, e164: str) -> tuple[Merchant, ...] | Unavailable:
        return self.merchants

    async def merchant(self, merchant_no: str) -> Merchant | Unavailable | None:
        if isinstance(self.merchants, Unavailable):
            return self.merchants
        return next((merchant for merchant in self.merchants if merchant.merchant_no == merchant_no), None)

    async def owner(self, terminal_id: str) -> str | Unavailable | None:
        return self.owned

    async def freshness(self) -> tuple[Freshness | Unavailable, ...]:
        return (Freshness(self.name, NOW, False),)

    async def close(self) -> None:
        self.closed = True


FRESH, LATER_FRESH = found("a"), found("b")
STALE_A, STALE_B = found("a", EARLIER, stale=True), found("b", EARLIER - timedelta(hours=1), stale=True)
OLDER_A = found("a", EARLIEST, stale=True)
SILENT_A, SILENT_B = Unavailable("slow", "a"), Unavailable("down", "b")


@pytest.mark.parametrize(
    ("first", "second", "answer", "asked"),
    [
        (FRESH, LATER_FRESH, FRESH, 1),
        (FRESH, Foreign("b"), FRESH, 1),
        (STALE_A, LATER_FRESH, LATER_FRESH, 2),
        (STALE_A, STALE_B, STALE_A, 2),
        (OLDER_A, STALE_B, STALE_B, 2),
        (STALE_A, Absent("b"), STALE_A, 2),
        (STALE_A, SILENT_B, STALE_A, 2),
        (STALE_A, Foreign("b"), Foreign("b"), 2),
        (STALE_A, found("b", EARLIEST), STALE_A, 2),
        (Foreign("a"), LATER_FRESH, Foreign("a"), 1),
        (Absent("a"), LATER_FRESH, LATER_FRESH, 2),
        (Absent("a"), STALE_B, STALE_B, 2),
        (Absent("a"), Foreign("b"), Foreign("b"), 2),
        (Absent("a"), Absent("b"), Absent("a, b"), 2),
        (Absent("a"), SILENT_B, Unavailable("b: down", "a, b"), 2),
        (SILENT_A, LATER_FRESH, LATER_FRESH, 2),
        (SILENT_A, STALE_B, STALE_B, 2),
        (SILENT_A, Foreign("b"), Foreign("b"), 2),
        (SILENT_A, Absent("b"), Unavailable("a: slow", "a, b"), 2),
        (SILENT_A, SILENT_B, Unavailable("a: slow; b: down", "a, b"), 2),
    ],
)
async def test_whose_answer_counts(first: LookupResult, second: LookupResult, answer: LookupResult, asked: int) -> None:
    layers = [Played("a", first), Played("b", second)]
    assert await LayeredSource(layers).look_up(ASKED) == answer
    assert sum(len(layer.asked) for layer in layers) == asked


def layered(*merchants: Sequence[Merchant] | Unavailable) -> LayeredSource:
    return LayeredSource(
        [
            Played(name, Absent(name), some if isinstance(some, Unavailable) else tuple(some))
            for name, some in zip("abc", merchants, strict=False)
        ]
    )


async def test_merchants_of_all_layers() -> None:
    one, other, two = Merchant("M1", "first word"), Merchant("M1", "second word"), Merchant("M2")
    assert await layered([one], [other, two]).merchants_with_phone("+1") == (one, two)
    assert await layered([one], SILENT_B).merchants_with_phone("+1") == (one,)
    assert await layered([], []).merchants_with_phone("+1") == ()
    assert await layered([], SILENT_B).merchants_with_phone("+1") == Unavailable("b: down", "a, b")
    assert await layered([other], [one]).merchant("M1") == other
    assert await layered([], [one]).merchant("M1") == one
    assert await layered([], [one]).merchant("M3") is None
    assert await layered(SILENT_A, [one]).merchant("M1") == one
    assert await layered(SILENT_A, [one]).merchant("M3") == Unavailable("a: slow", "a, b")


async def test_owners_names_and_ends() -> None:
    layers = [Played("a", Absent("a"), owned=None), Played("b", Absent("b"), owned="M2")]
    source = LayeredSource(layers)
    assert source.name == "a, b"
    assert await source.owner("40213377") == "M2"
    assert [layer.source for layer in await source.freshness()] == ["a", "b"]
    layers[1].owned = SILENT_B
    assert await source.owner("40213377") == Unavailable("b: down", "a, b")
    await source.close()
    assert all(layer.closed for layer in layers)


@dataclass
class Time:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def owned_by(merchant: str, time: Time) -> Callable[[Query], LookupResult]:
    """Answers as a source must: records to the merchant's own askers only."""

    def answer(query: Query) -> LookupResult:
        return found("a", time.now, payouts=3, merchant=merchant) if merchant in query.merchants else Foreign("a")

    return answer


async def test_an_answer_is_given_again_for_a_while() -> None:
    time = Time()
    inner = Played("a", owned_by("M1", time))
    source = CachedSource(inner, time, 60)
    first = await source.look_up(ASKED)
    time.passes(59)
    assert await source.look_up(replace(ASKED, terminal_id=" 40213377 ")) == first
    assert isinstance(first, Found)
    assert first.as_of == NOW  # as of when it was fetched
    assert len(inner.asked) == 1
    time.passes(1)
    second = await source.look_up(ASKED)
    assert isinstance(second, Found)
    assert (second.as_of, len(inner.asked)) == (time.now, 2)
    await source.look_up(replace(ASKED, trade_dates=()))
    assert len(inner.asked) == 3


async def test_what_is_remembered_is_foreign_to_others() -> None:
    time = Time()
    inner = Played("a", owned_by("M1", time))
    source = CachedSource(inner, time, 60, 3600)
    assert isinstance(await source.look_up(ASKED), Found)
    for merchants in (frozenset({"M2"}), frozenset[str]()):
        assert await source.look_up(replace(ASKED, merchants=merchants)) == Foreign("a")
    assert len(inner.asked) == 1
    time.passes(61)
    inner.answers = Unavailable("slow", "a")
    assert await source.look_up(replace(ASKED, merchants=frozenset({"M2"}))) == Foreign("a")
    stale = await source.look_up(replace(ASKED, merchants=frozenset({"M1", "M2"})))
    assert isinstance(stale, Found)
    assert stale.stale


async def test_older_answers_stand_in_when_there_is_none() -> None:
    time = Time()
    inner = Played("a", owned_by("M1", time))
    source = CachedSource(inner, time, 60, 3600)
    first = await source.look_up(ASKED)
    inner.answers = Unavailable("slow", "a")
    time.passes(3000)
    older = await source.look_up(ASKED)
    assert isinstance(first, Found)
    assert older == replace(first, stale=True)
    time.passes(601)
    assert await source.look_up(ASKED) == Unavailable("slow", "a")
    assert len(inner.asked) == 3


async def test_a_terminal_that_is_gone_or_somebody_elses_is_forgotten() -> None:
    for gone in (Absent("a"), Foreign("a")):
        time = Time()
        inner = Played("a", owned_by("M1", time))
        source = CachedSource(inner, time, 60, 3600)
        await source.look_up(ASKED)
        await source.look_up(replace(ASKED, trade_dates=()))
        time.passes(61)
        inner.answers = gone
        assert await source.look_up(ASKED) == gone
        inner.answers = Unavailable("slow", "a")
        assert await source.look_up(ASKED) == Unavailable("slow", "a")
        assert await source.look_up(replace(ASKED, trade_dates=())) == Unavailable("slow", "a")


async def test_a_stranger_cannot_make_it_forget() -> None:
    time = Time()
    inner = Played("a", owned_by("M1", time))
    source = CachedSource(inner, time, 60, 3600)
    await source.look_up(ASKED)
    time.passes(61)
    assert await source.look_up(replace(ASKED, merchants=frozenset({"M2"}))) == Foreign("a")
    inner.answers = Unavailable("slow", "a")
    assert isinstance(await source.look_up(ASKED), Found)


async def test_the_same_question_is_asked_once_at_a_time() -> None:
    time = Time()
    inner = Played("a", owned_by("M1", time), gate=asyncio.Event())
    source = CachedSource(inner, time, 60)
    asking = [asyncio.create_task(source.look_up(ASKED)) for _ in range(5)]
    stranger = asyncio.create_task(source.look_up(replace(ASKED, merchants=frozenset({"M2"}))))
    await asyncio.sleep(0)
    asking[0].cancel()  # one gives up; the others still get their answer
    await asyncio.sleep(0)
    assert inner.gate is not None
    inner.gate.set()
    results = await asyncio.gather(*asking[1:])
    assert all(isinstance(result, Found) for result in results)
    assert await stranger == Foreign("a")
    assert len(inner.asked) == 2
    with pytest.raises(asyncio.CancelledError):
        await asking[0]


async def test_memory_stays_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caching, "MOST_ANSWERS", 3)
    monkeypatch.setattr(caching, "MOST_RECORDS", 10)
    time = Time()
    inner = Played("a", owned_by("M1", time))
    source = CachedSource(inner, time, 60)
    for terminal in "ABA":
        await source.look_up(replace(ASKED, terminal_id=terminal))
    assert len(inner.asked) == 2
    await source.look_up(
        replace(ASKED, terminal_id="C")
    )  # four records each: one of three must go, the one asked for least
    await source.look_up(replace(ASKED, terminal_id="A"))
    assert len(inner.asked) == 3
    await source.look_up(replace(ASKED, terminal_id="B"))
    assert len(inner.asked) == 4
    inner.answers = found("a", payouts=11)
    for _ in range(2):  # larger than all that is remembered: it is not
        assert isinstance(await source.look_up(replace(ASKED, terminal_id="D")), Found)
    assert len(inner.asked) == 6


async def test_who_somebody_is_is_never_remembered() -> None:
    inner = Played("a", Absent("a"), (Merchant("M1"),), owned="M1")
    source = CachedSource(inner, Time(), 60, 3600)
    assert await source.merchants_with_phone("+1") == (Merchant("M1"),)
    assert await source.merchant("M1") == Merchant("M1")
    assert await source.owner("40213377") == "M1"
    inner.merchants, inner.owned = (), None
    assert await source.merchants_with_phone("+1") == ()
    assert await source.merchant("M1") is None
    assert await source.owner("40213377") is None
    await source.close()
    assert inner.closed
