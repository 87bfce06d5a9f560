"""Looking into the records from a ticket: whose they may be, what is shown, and what the merchant is told, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from handlers.counter import Said
from handlers.lookups import PER_HOUR, Lookups
from knowledge.postings import Answer, Edit, Picture, Posting, Text
from knowledge.records import Absent, Found, LookupResult, Query, Records, Unavailable
from knowledge.rehearsal import records_of
from storage.audit import Entry

if TYPE_CHECKING:
    from conftest import Acquirer, House

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SUPPORT, PHONE, TOPIC, BOSS = -1001000000001, "+8613800000001", 70, 52
NOW = datetime.fromisoformat("2026-11-20T15:00:00+08:00")
OTHERS = records_of(
    {
        "merchant": {"merchant_no": "M2", "name": "别家超市"},
        "terminal": {"terminal_id": "50000000"},
        "payouts": [{"trade_date": "2026-11-18", "status": "paid", "dest_tail": "9999", "net": "55"}],
    }
)


class Records2:
    """Two merchants' records behind the played acquirer."""

    def __init__(self, acquirer: Acquirer) -> None:
        self.acquirer = acquirer
        self.other: Records = OTHERS

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        first = self.acquirer.look_up

        async def look_up(query: Query) -> LookupResult:
            if self.acquirer.down:
                return Unavailable("played outage", "played")
            if query.whole:
                records = {"M1": self.acquirer.records, "M2": self.other}.get(query.whole)
                return Found(records, "played", NOW) if records else Absent("played")
            if query.terminal_id == "50000000" and "M2" in query.merchants:
                return Found(self.other, "played", NOW)
            return await first(query)

        async def owner(terminal: str) -> str | None:
            return {"40213377": "M1", "50000000": "M2"}.get(terminal.upper())

        async def merchant(number: str) -> object:
            return {"M1": self.acquirer.records.merchant, "M2": self.other.merchant}.get(number)

        for name, played in (("look_up", look_up), ("owner", owner), ("merchant", merchant)):
            monkeypatch.setattr(self.acquirer, name, played)


class Looks:
    """Staff in the topic of a merchant's ticket."""

    def __init__(self, house: House) -> None:
        self.house, self.lookups, self.message = house, Lookups(house.counter), 900
        self.language: str | None = None

    def said(self, topic: int | None, staff: int) -> Said:
        self.message += 1
        return Said(
            SUPPORT, topic, self.message, staff, "敏" if staff != BOSS else "老李", None, language=self.language
        )

    async def looks(self, words: str = "", staff: int = 50, topic: int | None = TOPIC) -> list[Posting]:
        before = len(self.house.letters)
        await self.lookups.command(await self.house.arrives(), self.said(topic, staff), "lookup", words)
        return [letter.posting for letter in self.house.letters[before:]]

    async def presses(self, data: str, staff: int = 50) -> list[Posting]:
        before = len(self.house.letters)
        action, _, argument = data.removeprefix("lookup:").partition(":")
        await self.lookups.press(await self.house.arrives(), "q", self.said(TOPIC, staff), action, argument)
        return [letter.posting for letter in self.house.letters[before:]]

    async def audit(self) -> list[Entry]:
        return list(await self.house.storage.read(lambda unit: unit.audit.newest(50)))


@pytest.fixture
async def looks(house: House, acquirer: Acquirer, monkeypatch: pytest.MonkeyPatch) -> Looks:
    """The merchant M1 with a ticket about terminal 40213377; 老李 is the only supervisor."""
    Records2(acquirer).install(monkeypatch)
    house.counter.supervisors = frozenset({BOSS})
    await house.shares(PHONE)
    await house.says("上周五换的卡，尾号8821，终端40213377，3号的1200没到")
    await house.says("人工")
    await house.has_topic(1001, TOPIC)
    return Looks(house)


def words(postings: list[Posting], chat: int = SUPPORT) -> str:
    return "\n".join(p.html for p in postings if isinstance(p, Text) and p.chat == chat)


def answer(postings: list[Posting]) -> str:
    return next(posting.text for posting in postings if isinstance(posting, Answer))


def key(postings: list[Posting], label: str) -> str:
    rows = [row for p in postings if isinstance(p, Text | Edit) for row in p.keys]
    return next(each.data for row in rows for each in row if label in each.text)


async def test_the_tickets_own_records_are_shown_as_a_table_and_a_picture(looks: Looks) -> None:
    shown = await looks.looks()
    (drawn,) = [posting for posting in shown if isinstance(posting, Picture)]
    assert drawn.ticket == 1001
    assert "1,192.80 > 1234" in {shape.words for shape in drawn.drawing.shapes}
    assert "新卡从这里起生效" in drawn.html
    said = words(shown)
    assert said.index("11月3日") < said.index("已付款 ￥1,192.80 → 尾号1234") < said.index("换卡生效，尾号8821")
    assert "小城面馆" in said
    entry = (await looks.audit())[0]
    assert (entry.actor, entry.action, entry.ticket, entry.detail["other"]) == (50, "looked_up", 1001, False)
    history = await looks.house.staff_says("/history", TOPIC)
    assert "查看了 40213377 的记录" in words(history)


async def test_no_card_number_comes_out_of_a_banks_own_words(looks: Looks, acquirer: Acquirer) -> None:
    (payout,) = acquirer.records.payouts
    words_of_bank = "账号6222021234567890128户名不符"
    returned = replace(payout, status="returned", raw_reason=words_of_bank, returned_at=payout.paid_at, paid_at=None)
    acquirer.records = replace(acquirer.records, payouts=(returned,))
    said = words(await looks.looks())
    assert "户名不符" in said
    assert "6222021234567890128" not in said


async def test_a_day_a_merchant_and_what_is_not_understood(looks: Looks) -> None:
    assert "11月1日" in words(await looks.looks("11-04"))
    assert "小城面馆" in words(await looks.looks("M1 11-03"))
    assert "没看懂日期" in words(await looks.looks("40213377 改天"))
    assert "没有终端或商户 60000000" in words(await looks.looks("60000000"))
    assert "不是工单" in words(await looks.looks("40213377", topic=None))


async def test_another_merchants_records_are_a_supervisors_and_go_into_the_audit_log(looks: Looks) -> None:
    for number in ("50000000", "M2"):
        refused = await looks.looks(number)
        assert "只有主管" in words(refused)
        assert "别家" not in words(refused)
        assert (await looks.audit())[0].action == "look_refused"
        shown = await looks.looks(number, staff=BOSS)
        assert "别家超市" in words(shown)
        assert "不要告诉" in words(shown)
        assert not [each for p in shown if isinstance(p, Text) for each in p.keys]
        entry = (await looks.audit())[0]
        assert (entry.actor, entry.action, entry.detail["other"]) == (BOSS, "looked_up", True)


async def test_an_unverified_persons_ticket_shows_nothing_to_agents(looks: Looks) -> None:
    await looks.house.says("转人工", user=8)
    await looks.house.has_topic(1002, 71)
    assert "还没有核实身份" in words(await looks.looks("40213377", topic=71))
    assert "小城面馆" in words(await looks.looks("40213377", staff=BOSS, topic=71))
    refused = await looks.presses("lookup:tell:1002", staff=BOSS)
    assert "没有终端号" in answer(refused)
    assert not words(refused, 8)


async def test_a_silent_source_is_said_and_too_many_looks_end(looks: Looks, acquirer: Acquirer) -> None:
    acquirer.down = True
    assert "暂时查不到" in words(await looks.looks())
    assert "暂时查不到" in answer(await looks.presses("lookup:again:1001"))
    acquirer.down = False

    def many(unit: object) -> None:
        for _ in range(PER_HOUR):
            unit.people.attempted(50, "staff_lookup", looks.house.now)  # type: ignore[attr-defined]

    await looks.house.storage.run(many)
    assert "请稍等" in words(await looks.looks())
    assert "请稍等" in answer(await looks.presses("lookup:again:1001"))
    looks.house.later(hours=1, minutes=1)
    assert "小城面馆" in words(await looks.looks())


async def test_diagnosed_again_says_what_changed_and_the_ticket_knows(looks: Looks, acquirer: Acquirer) -> None:
    shown = await looks.looks()
    same = await looks.presses(key(shown, "再诊断"))
    assert "还没有变化" in words(same)
    (payout,) = acquirer.records.payouts
    returned = replace(payout, status="returned", reason="account_closed", returned_at=payout.paid_at)
    acquirer.records = replace(acquirer.records, payouts=(returned,))
    changed = await looks.presses(key(shown, "再诊断"))
    assert "变成" in words(changed)
    ticket = await looks.house.ticket(1001)
    assert ticket.references[0] in words(changed)
    assert "已退回" in words(changed)
    assert (await looks.audit())[0].action == "diagnosed_again"
    assert "还没有变化" in words(await looks.presses(key(changed, "再诊断")))


async def test_the_merchant_is_told_once_what_was_previewed(looks: Looks) -> None:
    preview = await looks.presses(key(await looks.looks(), "告诉商户"))
    assert "预览" in words(preview)
    assert not words(preview, 7)
    send = key(preview, "发给商户")
    sent = await looks.presses(send)
    assert "S200" in words(sent, 7)
    assert "敏" in words(sent, 7)
    assert any(isinstance(p, Edit) and "已把最新的答复发给商户" in str(p.html) for p in sent)
    again = await looks.presses(send, staff=51)
    assert not words(again, 7)
    assert "再按一次" in answer(again)
    assert [entry.action for entry in await looks.audit()].count("answer_sent") == 1


async def test_other_words_than_those_previewed_are_shown_anew(looks: Looks, acquirer: Acquirer) -> None:
    preview = await looks.presses(key(await looks.looks(), "告诉商户"))
    acquirer.records = replace(acquirer.records, payouts=())
    refused = await looks.presses(key(preview, "发给商户"))
    assert not words(refused, 7)
    assert "预览之后记录有变化" in answer(refused)
    sent = await looks.presses(key(refused, "发给商户"))
    assert words(sent, 7)


async def test_an_english_merchant_is_told_in_english(looks: Looks) -> None:
    await looks.house.says("/language", 9)
    await looks.house.shares(PHONE, 9)
    await looks.house.says("Card changed last Friday to 8821, terminal 40213377, 1200 of 3 November did not come", 9)
    await looks.house.says("/human", 9)
    await looks.house.has_topic(1002, 71)
    preview = await looks.presses("lookup:tell:1002")
    sent = await looks.presses(key(preview, "发给商户"))
    assert "old card" in words(sent, 9)


async def test_who_is_bound_no_longer_is_told_nothing(looks: Looks) -> None:
    preview = await looks.presses(key(await looks.looks(), "告诉商户"))
    await looks.house.storage.run(lambda unit: unit.people.unbind(7, "M1"))
    refused = await looks.presses(key(preview, "发给商户"))
    assert not words(refused, 7)
    assert "还没有核实身份" in answer(refused)


async def test_a_preview_can_be_dropped(looks: Looks) -> None:
    preview = await looks.presses(key(await looks.looks(), "告诉商户"))
    dropped = await looks.presses(key(preview, "不发"))
    assert any(isinstance(p, Edit) and "没有发" in str(p.html) for p in dropped) or words(dropped) == ""
    assert not words(dropped, 7)


@pytest.mark.parametrize(
    ("language", "head", "again", "news", "preview"),
    [
        ("zh", "记录：导入的结算文件", "再诊断", "导入的结算文件", "预览"),
        ("en", "Records: imported settlement files", "Diagnose", "imported", "Preview"),
    ],
)
async def test_who_looks_reads_in_their_own_language_and_no_name_of_a_program(
    looks: Looks, acquirer: Acquirer, monkeypatch: pytest.MonkeyPatch, language: str, head: str, again: str, news: str,
    preview: str,
) -> None:  # fmt: skip
    first = acquirer.look_up

    async def look_up(query: Query) -> LookupResult:
        found = await first(query)
        return replace(found, source="table") if isinstance(found, Found) else found

    monkeypatch.setattr(acquirer, "look_up", look_up)
    looks.language = language
    shown = await looks.looks()
    assert head in words(shown)
    diagnosed = await looks.presses(key(shown, again))
    assert news in words(diagnosed)
    told = await looks.presses("lookup:tell:1001")
    assert preview in words(told)
    assert "旧卡" in words(told)  # the merchant's own
    sent = await looks.presses(key(told, "发给商户" if language == "zh" else "Send to the merchant"))
    assert "敏 已" in "".join(str(p.html) for p in sent if isinstance(p, Edit))  # for everybody in the topic
