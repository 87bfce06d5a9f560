"""From a wish to the news: one commit, once, whoever looks at the same time and whatever breaks in between."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert

from bot.jobs import Jobs
from handlers.counter import Said
from handlers.incidents import IncidentDesk
from handlers.keeping import read_watch, watch_json
from handlers.lookout import Lookout
from knowledge.postings import Posting, Text
from knowledge.records import LookupResult, Query
from knowledge.rehearsal import records_of
from storage.moments import stored
from storage.settlement.announcing import AnnouncingSource
from storage.settlement.tables import SettlementImport

if TYPE_CHECKING:
    from conftest import Acquirer, House

PHONE, SUPPORT = "+8613800000001", -1001000000001
ALL = "9号换的卡，尾号8821，终端40213377，昨天的1200没到"
CHANGED = {
    "old_tail": "1234", "new_tail": "8821", "status": "effective",
    "submitted_at": "2026-11-09T10:00:00+08:00", "effective_at": "2026-11-10T10:00:00+08:00",
}  # fmt: skip


def records(status: str, incidents: Sequence[dict[str, Any]] = (), **more: Any):
    """The merchant of the house with one payout of yesterday."""
    payout = {
        "payout_id": "P1", "trade_date": "2026-11-19", "status": status, "gross": "1200", "fee": "7.20",
        "net": "1192.80", "batch_id": "B77", "cut_at": "2026-11-19T23:00:00+08:00", **more,
    }  # fmt: skip
    return records_of(
        {
            "merchant": {"merchant_no": "M1", "name": "小城面馆", "cycle": "T1", "phone": PHONE},
            "changes": [CHANGED],
            "payouts": [payout],
            "incidents": incidents,
        }
    )


PAID = {"dest_tail": "8821", "paid_at": "2026-11-20T16:30:00+08:00"}


def words(postings: Sequence[Posting], chat: int | None = None) -> str:
    return "\n".join(p.html for p in postings if isinstance(p, Text) and (chat is None or p.chat == chat))


def lookout(house: House) -> Lookout:
    desk = house.desk
    return Lookout(house.storage, house.acquirer, desk, desk.base, lambda: house.now, desk.zone)


async def looks(house: House, out: Lookout | None = None) -> list[Posting]:
    """One look at what is due by now, and all that was posted for it."""
    before = len(house.letters)
    await (out or lookout(house)).round()
    return [letter.posting for letter in house.letters[before:]]


@pytest.fixture
async def waiting(house: House, acquirer: Acquirer) -> House:
    """A merchant who asked to be told of a payout that is being processed."""
    acquirer.records = records("processing")
    await house.shares(PHONE)
    await house.says(ALL)
    said = words(await house.says("到账了告诉我"))
    assert "1,192.80" in said
    assert "12月20日" in said
    return house


async def test_told_once(waiting: House, acquirer: Acquirer):
    assert await looks(waiting) == []  # not due yet
    waiting.later(minutes=20)
    assert await looks(waiting) == []
    acquirer.records = records("paid", **PAID)
    waiting.later(minutes=20)
    said = words(await looks(waiting), chat=7)
    for evidence in ("1,192.80", "8821", "B77", "P1", "11月20日", "16:30"):
        assert evidence in said
    for _ in range(3):
        waiting.later(hours=12)
        assert await looks(waiting) == []


def imports(house: House, number: int, seconds_ago: float = 5, state: str = "done"):
    """An import that ended just now, as the ledger keeps it."""
    ended = stored(house.now - timedelta(seconds=seconds_ago))
    values = {
        "import_no": number, "digest": str(number), "format": "native", "name": "x", "state": state, "owner": "o",
        "started_at": ended, "beat_at": ended, "finished_at": ended, "as_of": ended, "counts": "{}", "unmapped": "{}",
    }  # fmt: skip
    return house.storage.run(lambda unit: unit.connection.execute(insert(SettlementImport).values(**values)))


async def test_after_an_import_everything_is_looked_at_at_once(waiting: House, acquirer: Acquirer):
    out = lookout(waiting)
    assert await looks(waiting, out) == []
    asked = len(acquirer.asked)
    acquirer.records = records("paid", **PAID)
    await imports(waiting, 1, state="running")
    waiting.later(minutes=0.2)
    assert await looks(waiting, out) == []
    await imports(waiting, 2)
    waiting.later(minutes=0.1)
    assert await looks(waiting, out) == []  # the ledger is asked every ten seconds
    assert len(acquirer.asked) == asked
    waiting.later(minutes=0.1)
    assert "P1" in words(await looks(waiting, out))
    waiting.later(minutes=1)
    assert await looks(waiting, out) == []
    assert len(acquirer.asked) == asked + 1


async def test_an_import_of_long_ago_or_of_the_night_makes_nobody_look(waiting: House, acquirer: Acquirer):
    await imports(waiting, 1, seconds_ago=3601)
    assert await looks(waiting) == []
    asked = len(acquirer.asked)
    waiting.later(minutes=20)
    await looks(waiting)
    assert len(acquirer.asked) == asked + 1
    waiting.now = waiting.now.replace(hour=23)
    await looks(waiting)
    asked = len(acquirer.asked)
    await imports(waiting, 2)
    acquirer.records = records("paid", **PAID)
    waiting.later(minutes=1)
    assert await looks(waiting) == []
    assert len(acquirer.asked) == asked
    waiting.later(hours=10)
    assert "P1" in words(await looks(waiting))


async def test_two_programs_look_at_once_and_one_tells(waiting: House, acquirer: Acquirer):
    acquirer.records = records("paid", **PAID)
    waiting.later(minutes=20)
    before = len(waiting.letters)
    await asyncio.gather(*(lookout(waiting).round() for _ in range(5)))
    assert words([letter.posting for letter in waiting.letters[before:]]).count("P1") == 1


async def test_a_break_before_the_commit_repeats_the_work_and_not_the_news(
    waiting: House, acquirer: Acquirer, monkeypatch: pytest.MonkeyPatch
):
    acquirer.records = records("paid", **PAID)
    waiting.later(minutes=20)
    with monkeypatch.context() as broken:
        broken.setattr("handlers.desk.keep_case", fails)
        assert await looks(waiting) == []
    waiting.later(hours=2)  # put off, so that it does not stand before the others
    assert "P1" in words(await looks(waiting))
    waiting.later(hours=2)
    assert await looks(waiting) == []


def fails(*_: object) -> None:
    raise RuntimeError("the disk is full")


async def test_a_silent_source_is_left_alone_for_a_while(waiting: House, acquirer: Acquirer):
    acquirer.down = True
    out = lookout(waiting)
    waiting.later(minutes=20)
    before = len(acquirer.asked)
    for _ in range(5):
        assert await looks(waiting, out) == []
    assert len(acquirer.asked) == before + 1
    acquirer.down, acquirer.records = False, records("paid", **PAID)
    waiting.later(minutes=40)
    assert "P1" in words(await looks(waiting, out))


async def test_a_slow_source_counts_as_silent(waiting: House, acquirer: Acquirer, monkeypatch: pytest.MonkeyPatch):
    async def never(query: Query) -> LookupResult:
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(acquirer, "look_up", never)
    monkeypatch.setattr("handlers.lookout.PATIENCE", 0.01)
    waiting.later(minutes=20)
    assert await looks(waiting) == []


async def test_no_transaction_is_open_while_the_source_is_asked(
    waiting: House, acquirer: Acquirer, monkeypatch: pytest.MonkeyPatch
):
    """A merchant's turn goes through while a look waits for its answer."""
    asked, answer = asyncio.Event(), asyncio.Event()
    ask = acquirer.look_up

    async def slow(query: Query) -> LookupResult:
        asked.set()
        await answer.wait()
        return await ask(query)

    monkeypatch.setattr(acquirer, "look_up", slow)
    acquirer.records = records("paid", **PAID)
    waiting.later(minutes=20)
    looking = asyncio.create_task(lookout(waiting).round())
    await asked.wait()
    assert "1,192.80" in words(await waiting.says("/watches"))
    answer.set()
    await looking
    assert "P1" in words([waiting.letters[-1].posting])


async def test_unbound_it_ends_without_a_question_to_the_source(waiting: House, acquirer: Acquirer):
    await waiting.storage.run(lambda unit: unit.people.unbind(7, "M1"))
    acquirer.records = records("paid", **PAID)
    asked = len(acquirer.asked)
    waiting.later(minutes=20)
    said = words(await looks(waiting))
    assert said
    assert not any(fact in said for fact in ("1,192.80", "P1", "小城面馆", "40213377", "8821"))
    assert len(acquirer.asked) == asked
    assert await waiting.storage.read(lambda unit: unit.watches.count()) == 0


async def test_a_blocked_bot_ends_it(waiting: House):
    posting = Text(7, "到账了")
    await waiting.refuses(posting, "Bad Request: message is too long")
    assert await waiting.storage.read(lambda unit: unit.watches.count()) == 1
    await waiting.refuses(posting, "Forbidden: bot was blocked by the user")
    assert await waiting.storage.read(lambda unit: unit.watches.count()) == 0
    assert any(
        entry.action == "watches_ended" for entry in await waiting.storage.read(lambda unit: unit.audit.newest())
    )


async def test_stopped_by_its_own_chat_only(waiting: House, acquirer: Acquirer):
    (watch,) = await waiting.storage.read(lambda unit: unit.watches.of_chat(7))
    await waiting.presses("unwatch", str(watch.number), user=8)
    assert await waiting.storage.read(lambda unit: unit.watches.count()) == 1
    assert "不再盯" in words(await waiting.presses("unwatch", str(watch.number)))
    assert "不在盯" in words(await waiting.presses("unwatch", str(watch.number)))
    acquirer.records = records("paid", **PAID)
    waiting.later(minutes=20)
    assert await looks(waiting) == []


async def test_a_ticket_says_that_its_problem_solved_itself(house: House, acquirer: Acquirer):
    """Staff see it in the topic; the merchant is asked, and the answer reaches staff; nobody resolves it for them."""
    acquirer.records = records("processing")
    await house.shares(PHONE)
    await house.says(ALL)
    await house.says("人工")
    case = await house.case()
    await house.presses("follow", "track")
    assert case.ticket is not None
    acquirer.records = records("paid", **PAID)
    house.later(minutes=20)
    postings = await looks(house)
    notes = [p for p in postings if isinstance(p, Text) and p.chat == SUPPORT]
    assert len(notes) == 1
    assert notes[0].ticket == case.ticket
    assert "自行解决" in notes[0].html
    assert "1,192.80" in notes[0].html
    assert "解决了吗" in words(postings, chat=7)
    said = await house.presses("follow", "solved")
    assert "商户说已经解决" in words(said, chat=SUPPORT)
    ticket = await house.storage.read(lambda unit: unit.tickets.by_number(case.ticket or 0))
    assert ticket is not None
    assert ticket.live


async def test_a_resolved_ticket_is_left_in_peace(house: House, acquirer: Acquirer):
    acquirer.records = records("processing")
    await house.shares(PHONE)
    await house.says(ALL)
    await house.says("人工")
    case = await house.case()
    await house.presses("follow", "track")
    await house.staff_presses("resolve", case.ticket or 0, "paid")
    acquirer.records = records("paid", **PAID)
    house.later(minutes=20)
    postings = await looks(house)
    assert words(postings, chat=SUPPORT) == ""
    assert "P1" in words(postings, chat=7)


async def test_the_ticket_of_another_problem_hears_nothing(waiting: House, acquirer: Acquirer):
    await waiting.says("/new")
    await waiting.says("终端40213377，9号换的卡，12号的500没到，尾号8821")
    await waiting.says("人工")
    assert (await waiting.case()).ticket is not None
    acquirer.records = records("paid", **PAID)
    waiting.later(minutes=20)
    postings = await looks(waiting)
    assert words(postings, chat=SUPPORT) == ""
    assert "P1" in words(postings, chat=7)


async def test_one_question_answers_for_all_that_a_chat_watches_of_a_terminal(waiting: House, acquirer: Acquirer):
    (stored,) = await waiting.storage.read(lambda unit: unit.watches.of_chat(7))
    watch = read_watch(stored)
    other = replace(watch, subject=replace(watch.subject, ids=("P9",)), follows=("P9",))
    await waiting.storage.run(lambda unit: unit.watches.add(7, 7, watch_json(other), stored.look_at))
    waiting.later(minutes=20)
    before = len(acquirer.asked)
    await looks(waiting)
    assert len(acquirer.asked) == before + 1
    kept = await waiting.storage.read(lambda unit: unit.watches.of_chat(7))
    assert all(each.look_at > waiting.now for each in kept)


async def test_a_watch_survives_its_round_trip(waiting: House):
    (stored,) = await waiting.storage.read(lambda unit: unit.watches.of_chat(7))
    watch = read_watch(stored)
    assert read_watch(replace(stored, data=watch_json(watch))) == watch
    assert (watch.chat, watch.subject.ids, watch.until - watch.since) == (7, ("P1",), timedelta(days=30))


async def test_the_clock_looks_beside_everything_else(waiting: House, acquirer: Acquirer):
    """The real loop: rounds go on until told to stop, a failing one is no end."""
    acquirer.records = records("paid", **PAID)
    waiting.later(minutes=20)
    stop, told = asyncio.Event(), asyncio.Event()
    waiting.storage.on_posted(lambda _: told.set())
    jobs = Jobs(waiting.storage, waiting.desk, lookout(waiting), waiting.timekeeper, lambda: waiting.now)
    running = asyncio.create_task(jobs.run(stop))
    await asyncio.wait_for(told.wait(), 10)
    stop.set()
    await running
    assert "P1" in words([letter.posting for letter in waiting.letters])


async def test_news_that_open_a_ticket_are_told_and_watched_on(waiting: House, acquirer: Acquirer):
    """The ticket takes up the watch whose news opened it; once that was another look's doing, and nothing was told."""
    waiting.later(days=3)
    acquirer.records, acquirer.as_of = records("processing", **DELAYED), waiting.now
    told = words(await looks(waiting), chat=7)
    assert "超过应到账日" in told
    assert "工单号" in told
    (watch,) = map(read_watch, await waiting.storage.read(lambda unit: unit.watches.of_chat(7)))
    assert (watch.ticket, watch.told, watch.asked) == (1001, ("late",), True)


OUTAGE = {
    "incident_id": "I1", "bank": "中国工商银行", "title": "ICBC 核心系统升级",
    "starts_at": "2026-11-20T08:00:00+08:00", "ends_at": "2026-11-23T16:00:00+08:00",
}  # fmt: skip
DELAYED = {"dest_tail": "8821", "dest_bank": "中国工商银行"}


async def late(house: House, acquirer: Acquirer, language: str, said: str, *incidents: dict[str, str]) -> None:
    """On Monday the payout of Thursday is late, and the merchant hears why."""
    if language != "zh":
        await house.says(f"/language {language}")
    acquirer.records = records("processing", incidents, **DELAYED)
    house.later(days=3)
    acquirer.as_of = house.now  # what ends later ends by the clock: no newer records are needed for that
    told = words(await looks(house), chat=7)
    assert said in told
    assert ("ICBC" in told) is bool(incidents)


@pytest.mark.parametrize(("language", "late_in", "over"), [("zh", "超过应到账日", "结束"), ("en", "late", "over")])
async def test_who_heard_of_an_incident_as_the_reason_hears_of_its_end_once(
    waiting: House, acquirer: Acquirer, language: str, late_in: str, over: str
):
    await late(waiting, acquirer, language, late_in, OUTAGE)
    waiting.later(minutes=30)
    assert await looks(waiting) == []  # 15:30, it goes on
    waiting.later(hours=3)
    told = words(await looks(waiting), chat=7)
    assert over in told
    assert "ICBC 核心系统升级" in told
    assert "16:00" in told
    for _ in range(3):  # each of them a program that has just started
        waiting.later(hours=2)
        assert await looks(waiting) == []
    acquirer.records = records("paid", (OUTAGE,), **{**DELAYED, **PAID, "paid_at": "2026-11-24T10:00:00+08:00"})
    waiting.later(hours=16)
    assert "1,192.80" in words(await looks(waiting), chat=7)


@pytest.mark.parametrize("reason", ["another bank", "came meanwhile", "came back", "no end yet"])
async def test_the_end_of_an_incident_that_is_no_reason_any_more_is_not_told(
    waiting: House, acquirer: Acquirer, reason: str
):
    other = {**OUTAGE, "bank": "中国建设银行"}
    await late(waiting, acquirer, "zh", "超过应到账日", *(() if reason == "another bank" else (OUTAGE,)))
    paid = {**PAID, "paid_at": "2026-11-23T15:30:00+08:00"}
    acquirer.records = {
        "another bank": records("processing", (other,), **DELAYED),
        "came meanwhile": records("paid", (OUTAGE,), **{**DELAYED, **paid}),
        "came back": records("returned", (OUTAGE,), **DELAYED, returned_at="2026-11-23T15:30:00+08:00"),
        "no end yet": records("processing", ({**OUTAGE, "ends_at": None},), **DELAYED),
    }[reason]
    said = ""
    for _ in range(4):
        waiting.later(hours=2)
        said += words(await looks(waiting), chat=7)
    assert "已经结束" not in said
    assert bool(said) is (reason in ("came meanwhile", "came back"))


async def test_an_incident_that_a_supervisor_ends_is_told_at_once(waiting: House, acquirer: Acquirer):
    house = waiting
    house.counter.supervisors = frozenset({52})
    house.desk.source = house.acquirer = AnnouncingSource(  # type: ignore[assignment]
        acquirer, house.storage, house.counter.base, house.counter.clock
    )
    incidents = IncidentDesk(house.counter)

    async def announces(what: str) -> None:
        said = Said(SUPPORT, None, 900, 52, "老李", None)
        await incidents.command(await house.arrives(), said, "incident", what)

    await announces("工行 ICBC 系统升级 到11-25 18:00")
    acquirer.records = records("processing", **DELAYED)
    house.later(days=3)
    acquirer.as_of = house.now
    assert "ICBC 系统升级" in words(await looks(house), chat=7)
    house.later(minutes=1)
    assert await looks(house) == []  # not due yet
    await announces("end 1")
    told = words(await looks(house), chat=7)
    assert "ICBC 系统升级" in told
    assert "结束" in told
    assert "11月23日" in told
