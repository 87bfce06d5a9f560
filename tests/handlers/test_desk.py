"""A merchant's turn from words to postings, kept by one commit."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from handlers.casefile import CaseFile
from handlers.desk import Asker, Desk
from handlers.keeping import case_of_json
from knowledge.events import Heard, Woke
from knowledge.postings import Answer, Card, Copy, Delete, Edit, React, Text, Topic, Typing
from knowledge.records import LookupResult, Query
from storage.people import new_token, token_hash

if TYPE_CHECKING:
    from conftest import Acquirer, House

PHONE, SUPPORT = "+8613800000001", -1001000000001
ALL = "上周五换的卡，尾号8821，终端40213377，3号的1200没到"


def words(postings, chat=None) -> str:
    return "\n".join(p.html for p in postings if isinstance(p, Text) and (chat is None or p.chat == chat))


async def test_nothing_is_looked_up_before_the_asker_is_known(house: House, acquirer: Acquirer) -> None:
    said = words(await house.says(ALL))
    assert "8821" in said  # the answers are kept and echoed
    assert not acquirer.asked
    assert "B77" not in said
    assert "小城面馆" not in said


async def test_own_contact_binds_and_the_form_goes_on(house: House, acquirer: Acquirer) -> None:
    await house.says(ALL)
    said = words(await house.shares(PHONE))
    assert "小城面馆" in said
    assert "S200" in said
    assert "1,192.80" in said
    assert acquirer.asked[0].merchants == {"M1"}
    assert await house.storage.read(lambda unit: unit.people.merchants_of(7)) == {"M1"}


async def test_somebody_elses_contact_binds_nobody(house: House) -> None:
    await house.says(ALL)
    await house.shares(PHONE, own=False)
    assert not await house.storage.read(lambda unit: unit.people.merchants_of(7))


async def test_guessing_phones_ends(house: House) -> None:
    for number in range(5):
        await house.shares(f"+86138111111{number:02}")
    said = words(await house.shares(PHONE))
    assert "小城面馆" not in said
    assert not await house.storage.read(lambda unit: unit.people.merchants_of(7))
    assert any(
        entry.action == "identify_limited" for entry in await house.storage.read(lambda unit: unit.audit.newest())
    )
    house.later(hours=2)
    assert "小城面馆" in words(await house.shares(PHONE))


async def test_guessing_terminals_ends(house: House, acquirer: Acquirer) -> None:
    await house.shares(PHONE)
    await house.says(ALL.replace("40213377", "99999900"))
    for number in range(1, 6):
        await house.says(f"999999{number:02}")
    asked = len(acquirer.asked)
    await house.says("40213377")
    assert len(acquirer.asked) == asked
    assert "人工" in str(house.letters[-1].posting)


async def test_a_foreign_terminal_is_told_like_an_unknown_one(house: House, acquirer: Acquirer) -> None:
    """To the letter, and the same number of postings; only the terminal that was named may differ."""
    told = []
    for user, terminal in ((7, "99999999"), (8, "40213377")):
        await house.storage.run(lambda unit, user=user: unit.people.bind(user, "M9", "link", None, house.now))
        postings = await house.says(ALL.replace("40213377", terminal), user)
        told.append([(type(p).__name__, getattr(p, "html", "").replace(terminal, "T")) for p in postings])
    assert told[0] == told[1]


async def test_a_one_time_link_works_once(house: House) -> None:
    token = new_token()
    until = house.now.replace(hour=23)
    await house.storage.run(lambda unit: unit.people.issue("M1", 50, token_hash(token), house.now, until))
    assert "小城面馆" in words(await house.says(f"/start b_{token}"))
    assert "小城面馆" not in words(await house.says(f"/start b_{token}", user=8))
    assert await house.storage.read(lambda unit: unit.people.merchants_of(8)) == frozenset()
    later = new_token()
    await house.storage.run(lambda unit: unit.people.issue("M1", 50, token_hash(later), house.now, until))
    house.later(hours=12)
    assert "过期" in words(await house.says(f"/start b_{later}", user=9))


async def test_the_same_update_twice_has_one_effect(house: House) -> None:
    update = await house.arrives()
    for _ in range(2):
        await house.desk.take_turn(update, Asker(7, 7, "zh"), Heard("人工", 1))
    assert len(await house.storage.read(lambda unit: unit.tickets.of_chat(7))) == 1


async def test_two_turns_at_once_lose_nothing(house: House) -> None:
    first, second = await house.arrives(), await house.arrives()
    await house.shares(PHONE)
    await asyncio.gather(
        house.desk.take_turn(first, Asker(7, 7, "zh"), Heard("终端40213377，3号的钱没到", 1)),
        house.desk.take_turn(second, Asker(7, 7, "zh"), Heard("尾号8821，上周五换的卡，3号的钱没到", 2)),
    )
    answers = (await house.case()).answers
    assert (answers.terminal_id, answers.new_tail) == ("40213377", "8821")


async def test_a_ticket_opens_with_topic_card_and_case(house: House) -> None:
    await house.shares(PHONE)
    await house.says(ALL)
    postings = await house.says("转人工")
    kinds = [type(posting) for posting in postings if posting.chat == SUPPORT]
    assert kinds == [Topic, Card, Text]
    topic, card, case = (posting for posting in postings if posting.chat == SUPPORT)
    assert topic.name == "#1001 40213377 S200"
    assert "小城面馆" in card.html
    assert "S200" in case.html
    assert "上周五换的卡" in case.html  # the conversation goes along
    assert "1001" in words(postings, 7)


async def test_staff_see_whose_records_they_were_and_as_of_when(house: House) -> None:
    await house.shares(PHONE)
    await house.says(ALL)
    said = words(await house.says("转人工"), SUPPORT)
    assert f"记录来源：{house.desk.source.name}，截至11月20日" in said


async def test_staff_see_that_no_card_was_changed_and_at_what_time_it_was_paid(house: House) -> None:
    await house.shares(PHONE)
    await house.says("终端40213377，我没换过卡，17号晚上11点半刷的600没到")
    said = words(await house.says("转人工"), SUPPORT)
    assert "换卡日期：没换过" in said
    assert "刷卡时间：23:30" in said
    assert "说不清" not in said
    english = CaseFile(house.desk.base(), house.desk.zone, house.now, "en")
    case = english.case(await house.ticket(1001), "wish", checks_not_run=False)
    assert "Card changed: no\n" in case
    assert "Time of sale: 23:30\n" in case


async def test_a_correction_is_checked_until_somebody_has_the_ticket(house: House) -> None:
    await house.shares(PHONE)
    await house.says(ALL)
    await house.says("转人工")
    postings = await house.says("金额是1192.8")
    told = words(postings, SUPPORT)
    assert told.startswith("金额是1192.8")  # as it was written
    assert "商户更正：金额 ￥1,192.80（原 ￥1,200.00）。机器人重新查过" in told
    assert "（按商户更正的信息重新查的结果）" in told
    assert "改过来了" in words(postings, 7)

    postings = await house.says("不对，是4号，不是3号")
    assert "商户更正：交易日期 11月4日（周三）（原 11月3日（周二））。机器人查了记录" in words(postings, SUPPORT)
    assert "是不是那一天" in words(postings, 7)
    postings = await house.presses("side", "words")
    assert "机器人重新查过" in words(postings, SUPPORT)
    assert (await house.ticket(1001)).references == ("S900",)

    await house.staff_presses("claim", 1001)
    asked = len(house.acquirer.asked)
    postings = await house.says("说错了，是3号不是4号")
    assert words(postings, 7) == ""  # the bot does not talk over the person
    assert "商户更正：交易日期 11月3日（周二）（原 11月4日（周三））。机器人没有重新查。" in words(postings, SUPPORT)
    assert len(house.acquirer.asked) == asked
    kept = case_of_json((await house.ticket(1001)).case)
    assert [day.day for day in kept.answers.trade_dates] == [3]
    assert (await house.case()).state == "person"


async def test_a_correction_while_the_source_is_silent_is_looked_up_when_it_is_back(house: House) -> None:
    await house.shares(PHONE)
    house.acquirer.down = True
    await house.says(ALL)
    postings = await house.says("是4号不是3号")
    assert "机器人没有重新查" in words(postings, SUPPORT)
    assert "改过来了" in words(postings, 7)
    house.acquirer.down = False
    house.later(minutes=6)
    await house.desk.take_turn(None, Asker(7, 7), Woke())
    assert [day.day for day in house.acquirer.asked[-1].trade_dates] == [4]


async def test_an_unverified_ticket_says_so(house: House) -> None:
    await house.says("钱没到")
    await house.says("先不核对")
    postings = await house.says("转人工")
    card = next(posting for posting in postings if isinstance(posting, Card))
    assert "未核实" in card.html


async def test_an_outage_opens_a_ticket_and_the_desk_goes_on_by_itself(house: House, acquirer: Acquirer) -> None:
    await house.shares(PHONE)
    acquirer.down = True
    first = await house.says(ALL)
    assert any(isinstance(posting, Topic) for posting in first)
    house.later(minutes=6)
    before = len(house.letters)
    await house.desk.take_turn(None, Asker(7, 7), Woke())
    assert len(house.letters) == before  # still down: nothing is said twice
    acquirer.down = False
    house.later(minutes=6)
    await house.desk.take_turn(None, Asker(7, 7), Woke())
    said = words([letter.posting for letter in house.letters[before:]])
    assert "S200" in said
    tickets = await house.storage.read(lambda unit: unit.tickets.of_chat(7))
    assert [ticket.references for ticket in tickets] == [("S200",)]
    reported = words([letter.posting for letter in house.letters[before:]], SUPPORT)
    assert "S200" in reported
    await house.says("好的")
    assert (await house.case()).state == "person"


async def test_silence_is_reminded_once_then_parked_and_resumed(house: House) -> None:
    await house.shares(PHONE)
    await house.says("3号的钱没到")
    house.later(minutes=31)
    before = len(house.letters)
    await house.desk.take_turn(None, Asker(7, 7), Woke())
    assert len(house.letters) == before + 1
    await house.desk.take_turn(None, Asker(7, 7), Woke())
    assert len(house.letters) == before + 1
    house.later(days=2)
    await house.desk.take_turn(None, Asker(7, 7), Woke())
    assert (await house.case()).state == "parked"
    await house.says("40213377")
    answers = (await house.case()).answers
    assert answers.terminal_id == "40213377"
    assert answers.trade_dates


async def test_a_card_number_is_deleted_and_not_kept(house: House) -> None:
    await house.shares(PHONE)
    postings = await house.happens(Heard("卡号 ••••••", 44, removed=(44,)))
    assert Delete(7, (44,)) in postings
    assert "完整" in words(postings)


async def test_half_a_card_number_is_forgotten_with_its_message(house: House) -> None:
    await house.shares(PHONE)
    await house.says("钱没到")
    await house.happens(Heard("62220200", 30))
    assert (await house.case()).answers.terminal_id == "62220200"
    await house.happens(Heard("••••••", 31, removed=(30, 31)))
    case = await house.case()
    assert case.answers.terminal_id is None
    assert not any("62220200" in line.text for line in case.transcript)


@pytest.mark.parametrize("text", ["<b>x</b> & {{ 7*7 }} {% raw %}", "`_*[x](tg://user?id=1)"])
async def test_merchants_words_are_never_markup(house: House, text: str) -> None:
    await house.says("转人工")
    postings = await house.says(text)
    relayed = next(posting for posting in postings if isinstance(posting, Text) and posting.role == "relay")
    assert "<b>" not in relayed.html
    assert "49" not in relayed.html


async def test_messages_go_both_ways_and_edits_follow(house: House) -> None:
    await house.says("转人工")
    await house.has_topic(1001, 300)
    relayed = (await house.says("我的钱呢"))[-1]
    assert isinstance(relayed, Text)
    assert (relayed.chat, relayed.ticket, relayed.origin) == (SUPPORT, 1001, (7, house.message))
    copied = (await house.sends("photo"))[-1]
    assert isinstance(copied, Copy)
    assert copied.messages == (house.message,)
    answered = await house.staff_says("正在查，请稍等", 300)
    assert "正在查，请稍等" in words(answered, 7)
    assert "小陈" in words(answered, 7)
    await house.storage.run(lambda unit: unit.tickets.link(1001, (SUPPORT, house.message + 1), (7, 500), "to_merchant"))
    edited = await house.staff_says("查到了", 300, edited=True)
    assert [posting.message for posting in edited if isinstance(posting, Edit)] == [500]


async def test_an_answer_to_an_agent_reaches_the_agent_whatever_else_is_going_on(house: House) -> None:
    await house.says("转人工")
    await house.has_topic(1001, 300)
    await house.staff_says("哪一天的？", 300)
    await house.storage.run(lambda unit: unit.tickets.link(1001, (SUPPORT, house.message), (7, 500), "to_merchant"))
    await house.says("/new")  # a form is under way
    answered = await house.happens(Heard("3号的", 70, reply_to=500))
    assert [(p.ticket, p.html) for p in answered if isinstance(p, Text) and p.chat == SUPPORT] == [(1001, "3号的")]
    await house.says("/start")  # nothing is under way: once the agent has spoken, plain words are for the agent
    await house.staff_says("还在吗？", 300)
    assert "在的" in words(await house.says("在的"), SUPPORT)


async def test_claim_resolve_rate_reopen(house: House) -> None:
    await house.says("转人工")
    await house.has_topic(1001, 300)
    assert "小陈" in words(await house.staff_presses("claim", 1001), 7)
    second = await house.staff_presses("claim", 1001, staff=51, name="小王")
    assert any(isinstance(posting, Answer) and "小陈" in posting.text for posting in second)
    resolved = await house.staff_presses("resolve", 1001, "paid")
    assert "1001" in words(resolved, 7)
    assert any(isinstance(posting, Topic) and posting.closed for posting in resolved)
    again = await house.staff_presses("resolve", 1001, "paid")
    assert [type(posting) for posting in again] == [Edit, Answer]
    await house.presses("stars", "1001.5")
    ticket = await house.storage.read(lambda unit: unit.tickets.by_number(1001))
    assert ticket is not None
    assert ticket.stars == 5


async def test_a_word_within_seven_days_reopens(house: House) -> None:
    await house.says("转人工")
    await house.has_topic(1001, 300)
    await house.staff_says("/claim", 300)
    await house.staff_says("/resolve paid", 300)
    postings = await house.says("还是没收到呢，帮我再看看吧")
    ticket = await house.storage.read(lambda unit: unit.tickets.by_number(1001))
    assert ticket is not None
    assert ticket.status == "claimed"
    assert any(isinstance(p, Text) and p.chat == SUPPORT and "再看看" in p.html for p in postings)


async def test_internal_notes_and_service_words_stay_inside(house: House) -> None:
    await house.says("转人工")
    await house.has_topic(1001, 300)
    assert not words(await house.staff_says("// 这个商户以前也遇到过", 300), 7)
    assert not words(await house.staff_says("闲聊", None), 7)


async def test_a_second_writer_is_warned_and_the_words_go_out(house: House) -> None:
    await house.says("转人工")
    await house.has_topic(1001, 300)
    await house.staff_says("我来看", 300)
    postings = await house.staff_says("我也来看", 300, staff=51, name="小王")
    assert "我也来看" in words(postings, 7)
    assert "小陈" in words(postings, SUPPORT)


async def test_undelivered_is_said_in_the_topic(house: House) -> None:
    await house.says("转人工")
    await house.has_topic(1001, 300)
    (note,) = await house.refuses(Text(7, "x", ticket=1001), "Forbidden: bot was blocked by the user")
    assert isinstance(note, Text)
    assert note.ticket == 1001
    assert "没有送达" in note.html


async def test_merchants_edit_changes_the_copy(house: House) -> None:
    await house.says("转人工")
    await house.has_topic(1001, 300)
    await house.happens(Heard("我的钱", 60))
    await house.storage.run(lambda unit: unit.tickets.link(1001, (7, 60), (SUPPORT, 900), "to_staff"))
    postings = await house.happens(Heard("我的钱呢", 60, edited=True))
    assert [(p.message, p.html) for p in postings if isinstance(p, Edit)] == [(900, "我的钱呢")]


async def test_an_answer_hangs_on_the_copy_in_the_newest_topic(house: House) -> None:
    await house.says("转人工")
    await house.has_topic(1001, 300)
    for copy in (900, 950):
        await house.storage.run(lambda unit, to=copy: unit.tickets.link(1001, (7, 60), (SUPPORT, to), "to_staff"))
    postings = await house.happens(Heard("就是这笔", 61, reply_to=60))
    assert [p.reply_to for p in postings if isinstance(p, Text) and p.chat == SUPPORT] == [950]


async def test_tickets_are_listed_to_their_owner_only(house: House) -> None:
    await house.says("转人工")
    assert "1001" in words(await house.says("/tickets"))
    assert "1001" not in words(await house.says("/tickets", user=8))


async def test_reactions_appear_on_the_other_side_and_go_again(house: House) -> None:
    await house.says("人工")
    await house.has_topic(1001, 300)
    await house.storage.run(lambda unit: unit.tickets.link(1001, (7, 60), (SUPPORT, 900), "to_staff"))
    for chat, message, where, there in ((7, 60, SUPPORT, 900), (SUPPORT, 900, 7, 60)):
        for emoji in ("👍", ""):
            await house.counter.react(await house.arrives(), chat, message, emoji)
            assert house.letters[-1].posting == React(where, there, emoji, 1001)
    before = len(house.letters)
    await house.counter.react(await house.arrives(), SUPPORT, 901, "👍")  # never relayed
    assert len(house.letters) == before


async def test_what_was_taken_back_is_not_told_again_in_a_new_topic(house: House) -> None:
    await house.says("人工")
    await house.has_topic(1001, 300)

    def relayed(unit):
        for part in (910, 911):
            to = (7, part - 849)
            unit.tickets.link(1001, (SUPPORT, part), to, "to_merchant", album=910, file=True, said="小票", at=house.now)
        for message, said in ((60, "尾号写错了"), (61, None), (62, None)):
            there = (SUPPORT, message + 840)
            unit.tickets.link(1001, (7, message), there, "to_staff", file=said is None, said=said, at=house.now)

    await house.storage.run(relayed)
    taken = await house.staff_says("/unsend", 300, reply_to=911, replied_at=house.now)
    assert Delete(7, (61, 62), 1001) in taken
    await house.happens(Heard("", 70, removed=(60, 62)))
    before = len(house.letters)
    await house.mishaps.topic_lost(1001)
    told = [letter.posting for letter in house.letters[before:]]
    assert "小票" not in words(told)
    assert "尾号写错了" not in words(told)
    assert words(told).count("已撤回") == 4
    assert [posting.messages for posting in told if isinstance(posting, Copy)] == [(61,)]


async def test_an_agent_takes_back_what_was_sent(house: House) -> None:
    await house.says("人工")
    await house.has_topic(1001, 300)
    await house.storage.run(lambda unit: unit.tickets.link(1001, (SUPPORT, 910), (7, 61), "to_merchant"))
    taken = await house.staff_says("/unsend", 300, reply_to=910, replied_at=house.now)
    assert Delete(7, (61,), 1001) in taken
    for reply, hours in ((None, 0), (911, 0), (910, 49)):
        replied = house.now - timedelta(hours=hours)
        refused = await house.staff_says("/unsend", 300, reply_to=reply, replied_at=replied)
        assert [type(posting) for posting in refused] == [Text]
        assert refused[0].chat == SUPPORT


async def test_only_who_waits_sees_that_an_answer_is_prepared(
    house: House, acquirer: Acquirer, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Typing] = []
    shown, at_once = asyncio.Event(), acquirer.look_up

    def show(typing: Typing) -> None:
        seen.append(typing)
        shown.set()

    old = house.desk
    house.desk = Desk(house.storage, acquirer, old.base, old.clock, old.zone, house.tickets, show)
    await house.shares(PHONE)
    assert "S200" in words(await house.says(ALL))
    assert not seen

    async def slowly(query: Query) -> LookupResult:
        await shown.wait()
        return await at_once(query)

    monkeypatch.setattr(acquirer, "look_up", slowly)
    monkeypatch.setattr("handlers.desk.TYPING_AFTER", 0.0)
    await house.says(ALL)
    assert seen == [Typing(7)]
