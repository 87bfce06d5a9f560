"""The outbox reaches Telegram: in order, through bad days, and what cannot be delivered is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from bot.icons import chosen
from bot.intake import Intake
from bot.pacing import UNLIMITED, Limits, Pacing
from bot.receiving import Receiver
from bot.sandbox.emoji import ICONS
from bot.sending import Sender
from bot.settings import BASE
from bot.telegram import Telegram
from handlers.groups import Groups, Trouble
from knowledge.loader import load
from knowledge.pacing import Rate
from knowledge.postings import Answer, Card, Copy, Delete, Edit, Key, Posting, Text, Topic, Typing
from knowledge.ticket import Ticket, TicketStatus
from storage.database import Storage
from storage.outbox import Letter
from storage.unit import Unit
from tests.bot.conftest import GROUP, SMALL

LI, ANN = 1001, 1002
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
NAME = "#1001 40213377 S200"


class Desk:
    """A sender over a real outbox, and what it told."""

    def __init__(self, storage: Storage, telegram: Telegram, limits: Limits = UNLIMITED) -> None:
        self.storage, self.telegram, self.limits = storage, telegram, limits
        self.now = NOW
        self.undelivered: list[tuple[Posting, str]] = []
        self.lost: list[int] = []
        self.moves: list[tuple[int, int]] = []
        self.groups = Groups(GROUP)
        self.troubles: list[tuple[int, str]] = []
        self.intake = Intake(storage, lambda: self.now, lambda arrivals: None, bot_id=123456, topic_found=self._found)
        self.receiver = Receiver(telegram, self.intake)
        self.rebuilt: tuple[Posting, ...] = (Topic(GROUP, 1001, NAME), Card(GROUP, 1001, "card"))
        self.sender = self._sender()

    def _sender(self) -> Sender:
        def undelivered(unit: Unit, letter: Letter, error: str) -> None:
            self.undelivered.append((letter.posting, error))

        async def topic_lost(ticket: int) -> None:
            self.lost.append(ticket)
            await self.storage.run(
                lambda unit: [unit.outbox.post(posting, self.now, front=True) for posting in self.rebuilt]
            )

        return Sender(
            self.storage,
            self.telegram,
            Pacing(self.limits),
            lambda: self.now,
            undelivered=undelivered,
            topic_lost=topic_lost,
            groups=self.groups,
            menders=self,
            catch_up=self.receiver.catch_up,
            sweep_every=0.05,
        )

    def _found(self, ticket: int, chat: int, topic: int) -> None:
        self.sender.places.found(ticket, chat, topic)

    async def troubled(self, chat: int, trouble: Trouble) -> None:
        self.troubles.append((chat, " ".join((trouble.kind, *trouble.missing))))

    async def mended(self, chat: int) -> None:
        self.troubles.append((chat, "mended"))

    async def full(self, chat: int) -> None:
        self.groups.fill(chat)

    async def moved(self, old: int, new: int) -> None:
        self.moves.append((old, new))
        self.groups.move(old, new)

    async def restart(self) -> None:
        """The program ends in the middle of things and starts again."""
        await self.sender.stop(0)
        self.storage._posted.clear()  # a new process has no old listeners
        self.sender = self._sender()
        await self.sender.start()

    async def post(self, *postings: Posting, not_before: datetime | None = None) -> None:
        await self.storage.run(lambda unit: [unit.outbox.post(each, self.now, not_before) for each in postings])

    async def opens(self) -> None:
        """Ticket 1001 with its topic and card."""
        await self.storage.run(lambda unit: unit.tickets.open(Ticket(0, LI, LI, "zh", "settlement", self.now)))
        await self.post(Topic(GROUP, 1001, NAME), Card(GROUP, 1001, "card"))

    async def ticket(self) -> Ticket:
        found = await self.storage.read(lambda unit: unit.tickets.by_number(1001))
        assert found is not None
        return found

    async def counts(self) -> dict[str, int]:
        return await self.storage.read(lambda unit: unit.outbox.counts())


@pytest.fixture
async def desk(storage: Storage, telegram: Telegram, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    monkeypatch.setattr("bot.lanes.FIRST_PAUSE", 0.02)
    monkeypatch.setattr("bot.holding.PROBE_EVERY", 0.05)
    made = Desk(storage, telegram)
    await made.sender.start()
    yield made
    await made.sender.stop(0)


@pytest.fixture
async def polling(desk: Desk) -> AsyncIterator[None]:
    task = asyncio.create_task(desk.receiver.run())
    await desk.receiver.polled.wait()
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def said(visitor, chat: int, thread: int | None = None) -> list[str]:
    """What the bot said there, oldest first."""
    messages = await visitor.chat_messages(chat, thread=thread)
    return [each["message"]["text"] for each in messages if each["out"] and each["kind"] == "text"]


async def test_each_chat_hears_everything_in_order(desk, visitor):
    await visitor.start(ANN)
    await asyncio.gather(*(desk.post(Text(LI, f"{n}"), Text(ANN, f"{n}")) for n in range(25)))
    await desk.sender.idle()
    assert sorted(await said(visitor, LI), key=int) == [str(n) for n in range(25)]
    assert await desk.counts() == {"new": 0, "sent": 50, "failed": 0}
    await desk.post(*(Text(LI, f"again {n}") for n in range(10)))
    await desk.sender.idle()
    assert (await said(visitor, LI))[25:] == [f"again {n}" for n in range(10)]


async def test_a_stuck_chat_keeps_nobody_else_waiting(desk, visitor):
    await visitor.start(ANN)
    await visitor.fault("hang", "sendMessage", chat=LI, seconds=30)
    await desk.post(Text(LI, "slow"), Text(ANN, "quick"))
    assert await visitor.hears(ANN, text="quick", after=0)
    assert await said(visitor, LI) == []


async def test_who_has_seen_it_need_only_wait_until_it_is_noted(desk, visitor):
    for number in range(5):
        await desk.post(Text(LI, f"{number}"))
        assert await visitor.hears(LI, text=f"{number}", after=0)
        await desk.sender.landed(LI)
        assert (await desk.counts())["new"] == 0


async def test_what_does_not_land_is_not_waited_for(desk, visitor, monkeypatch):
    monkeypatch.setattr("bot.sending.LANDING_SECONDS", 0.01)
    await visitor.fault("hang", "sendMessage", chat=LI, seconds=30)
    await desk.post(Text(LI, "slow"))
    await desk.sender.landed(LI)
    assert (await desk.counts())["new"] == 1


@pytest.mark.parametrize("kind", ["429", "500", "502", "reset", "hang"])
async def test_a_bad_day_delays_and_changes_nothing(desk, visitor, kind):
    more = {"retry_after": 1} if kind == "429" else {"seconds": 0.05} if kind == "hang" else {}
    await visitor.fault(kind, "sendMessage", count=1 if kind == "429" else 3, **more)
    await desk.post(*(Text(LI, f"{n}") for n in range(5)))
    await desk.sender.idle()
    assert await said(visitor, LI) == ["0", "1", "2", "3", "4"]
    assert desk.undelivered == []
    assert await desk.counts() == {"new": 0, "sent": 5, "failed": 0}


async def test_an_answer_that_is_lost_after_the_deed_means_twice_never_not_at_all(desk, visitor):
    """The Bot API knows no key by which to recognise a repeated send: docs/decisions/0003-inbox-outbox.md."""
    await visitor.fault("lost", "sendMessage")
    await desk.post(Text(LI, "one"), Text(LI, "two"))
    await desk.sender.idle()
    assert await said(visitor, LI) == ["one", "one", "two"]


async def test_flood_control_silences_the_chat_for_as_long_as_it_asks(desk, visitor):
    await visitor.start(ANN)
    await visitor.fault("429", "sendMessage", chat=LI, retry_after=1)
    begun = asyncio.get_running_loop().time()
    await desk.post(Text(LI, "waits"), Text(ANN, "goes on"))
    assert await visitor.hears(ANN, text="goes on", after=0)
    await desk.sender.idle()
    assert asyncio.get_running_loop().time() - begun >= 1
    assert len(await visitor.calls("sendMessage", chat=LI)) == 2


async def test_a_blocked_bot_is_told_and_the_rest_goes_on(desk, visitor):
    await visitor.blocks(LI)
    await desk.post(Text(LI, "unheard"))
    await desk.sender.idle()
    ((posting, error),) = desk.undelivered
    assert posting == Text(LI, "unheard")
    assert "blocked" in error
    assert await desk.counts() == {"new": 0, "sent": 0, "failed": 1}
    await visitor.unblocks(LI)
    await desk.post(Text(LI, "heard"))
    await desk.sender.idle()
    assert await said(visitor, LI) == ["heard"]


async def test_a_hook_that_fails_holds_up_nobody(desk, visitor, caplog):
    def fails(unit: Unit, letter: Letter, error: str) -> None:
        raise RuntimeError("nobody there")

    desk.sender._undelivered = fails
    await desk.post(Text(ANN, "never started"), Text(LI, "heard"))
    await desk.sender.idle()
    assert (await said(visitor, LI), (await desk.counts())["failed"]) == (["heard"], 1)
    assert "nobody could be told" in caplog.text


async def test_what_our_own_code_stumbles_over_is_given_up_in_the_end(desk, visitor, monkeypatch):
    deliver = desk.sender._courier.deliver

    async def stumbles(posting: Posting, **more):
        if posting == Text(LI, "odd"):
            raise KeyError("message_id")
        return await deliver(posting, **more)

    monkeypatch.setattr(desk.sender._courier, "deliver", stumbles)
    await desk.post(Text(LI, "odd"), Text(LI, "even"))
    await desk.sender.idle()
    assert await said(visitor, LI) == ["even"]
    assert [posting for posting, _ in desk.undelivered] == [Text(LI, "odd")]


async def test_nothing_to_do_is_no_failure(desk, visitor):
    await desk.post(Text(LI, "one"))
    await desk.sender.idle()
    (message,) = [each["id"] for each in await visitor.chat_messages(LI) if each["out"]]
    await desk.post(
        Edit(LI, message, "one"),
        Edit(LI, 999_999, "gone"),
        Delete(LI, (999_999,)),
        Answer(LI, "unknown"),
        Delete(LI, (message,)),
        Delete(LI, (message,)),
    )
    await desk.sender.idle()
    assert await desk.counts() == {"new": 0, "sent": 7, "failed": 0}
    assert desk.undelivered == []


async def test_an_answer_that_comes_too_late_is_left_out(desk, visitor):
    await desk.sender.stop(0)
    await desk.post(Answer(LI, "callback", "late"))
    desk.now += timedelta(seconds=61)
    await desk.restart()
    await desk.sender.idle()
    assert await visitor.calls("answerCallbackQuery") == []
    assert (await desk.counts())["sent"] == 1


async def test_what_was_left_unsent_is_sent_at_the_next_start(desk, visitor):
    await desk.sender.stop(0)
    await desk.post(*(Text(LI, f"{n}") for n in range(5)))
    await desk.restart()
    await desk.sender.idle()
    assert await said(visitor, LI) == ["0", "1", "2", "3", "4"]


async def test_an_edit_finds_the_copy_that_went_out_before_it(desk, visitor):
    await desk.post(Text(LI, "one", origin=(GROUP, 5)), Edit(LI, 0, "two", origin=(GROUP, 5)))
    await desk.post(Edit(LI, 0, "three", origin=(GROUP, 6)))
    await desk.sender.idle()
    assert await said(visitor, LI) == ["two"]
    assert [reason for _, reason in desk.undelivered] == ["what was to be changed was never sent"]


async def test_what_was_sent_and_not_marked_is_sent_again(desk, visitor):
    """The honest window: between Telegram's answer and our commit. It is short, and it never loses anything."""
    marking = desk.sender._marking
    mark = marking._mark

    async def killed() -> None:
        marking._done.clear()

    marking._mark = killed
    await desk.post(Text(LI, "one"))
    assert await visitor.hears(LI, text="one", after=0)
    marking._mark = mark
    await desk.restart()
    await desk.sender.idle()
    assert await said(visitor, LI) == ["one", "one"]
    assert await desk.counts() == {"new": 0, "sent": 1, "failed": 0}


async def test_retries_of_an_earlier_run_do_not_wait_for_its_clock(desk, visitor):
    await visitor.fault("500", "sendMessage", count=0)
    await desk.post(Text(LI, "one"))
    await asyncio.sleep(0.1)
    desk.now -= timedelta(days=1)
    await desk.restart()  # still in trouble: a try that succeeds and is cut off by the stop would come twice, as it may
    await visitor.ask("DELETE", "faults")
    await desk.sender.idle()
    assert await said(visitor, LI) == ["one"]


async def test_scheduled_letters_keep_nobody_waiting(desk, visitor):
    await desk.post(Text(LI, "later"), not_before=desk.now + timedelta(seconds=0.3))
    await desk.post(Text(LI, "now"))
    assert await visitor.hears(LI, text="later", after=0)
    assert await said(visitor, LI) == ["now", "later"]


async def test_letters_of_another_program_are_found(desk, visitor, database_url):
    other = Storage.open(database_url)
    await other.run(lambda unit: unit.outbox.post(Text(LI, "from outside"), NOW))
    await other.close()
    assert await visitor.hears(LI, text="from outside", after=0)
    await asyncio.sleep(0.3)
    assert await said(visitor, LI) == ["from outside"]


async def test_sweeping_sends_nothing_twice(desk, visitor):
    await visitor.fault("delay", "sendMessage", count=0, seconds=0.03)
    for n in range(30):
        await desk.post(Text(LI, f"{n}"))
    await desk.sender.idle()
    await asyncio.sleep(0.2)
    assert await said(visitor, LI) == [str(n) for n in range(30)]


async def test_typing_is_shown_and_forgotten(desk, visitor):
    desk.sender.typing(Typing(LI))
    await desk.sender.idle()
    assert [call["params"]["action"] for call in await visitor.calls("sendChatAction")] == ["typing"]
    await visitor.fault("500", "sendChatAction")
    desk.sender.typing(Typing(LI))
    await desk.sender.idle()
    assert len(await visitor.calls("sendChatAction")) == 2


async def test_words_that_cannot_be_parsed_go_out_plain(desk, visitor):
    await desk.post(Text(LI, "<b>one</i> &lt; two", ((Key("Go", "go"),),)))
    await desk.sender.idle()
    assert await said(visitor, LI) == ["one < two"]


async def test_long_words_become_several_messages(desk, visitor):
    await desk.post(Text(LI, "<b>" + "words " * 1400 + "</b>", origin=(GROUP, 5)))
    await desk.sender.idle()
    assert "".join(await said(visitor, LI)).replace(" ", "") == "words" * 1400
    links = await desk.storage.read(lambda unit: unit.tickets.linked(GROUP, 5))
    assert len(links) == 1


async def test_a_ticket_gets_its_topic_and_card(desk, visitor):
    await desk.opens()
    await desk.post(Text(GROUP, "words", ticket=1001, origin=(LI, 5)))
    await desk.sender.idle()
    ticket = await desk.ticket()
    chat = await visitor.chat(GROUP)
    assert [(topic["id"], topic["name"]) for topic in chat["topics"]] == [(ticket.topic, NAME)]
    assert chat["pinned"] == [ticket.card]
    assert await said(visitor, GROUP, ticket.topic) == ["card", "words"]
    assert len(await desk.storage.read(lambda unit: unit.tickets.linked(LI, 5))) == 1


async def test_topic_and_card_follow_the_ticket(desk, visitor):
    await desk.opens()
    await desk.sender.idle()
    for closed in (True, False, False):
        await desk.post(Topic(GROUP, 1001, "#1001 new", closed=closed), Card(GROUP, 1001, f"closed {closed}"))
        await desk.sender.idle()
        (topic,) = (await visitor.chat(GROUP))["topics"]
        assert (topic["name"], topic["closed"]) == ("#1001 new", closed)
    assert await said(visitor, GROUP, topic["id"]) == ["closed False"]
    counted = [call["method"] for call in await visitor.calls() if "ForumTopic" in call["method"]]
    assert counted == ["createForumTopic", "editForumTopic", "closeForumTopic", "reopenForumTopic"]


async def test_an_icon_is_looked_up_once(desk, visitor):
    icons = [each.emoji for each in await desk.telegram.bot.get_forum_topic_icon_stickers()]
    await desk.opens()
    for icon in (icons[0], icons[1], "🧿"):
        await desk.post(Topic(GROUP, 1001, NAME, icon))
        await desk.sender.idle()
    (topic,) = (await visitor.chat(GROUP))["topics"]
    assert topic["icon_emoji"] == ""
    assert len(await visitor.calls("getForumTopicIconStickers")) == 2


def test_every_status_has_icons_of_its_own_that_telegram_lists():
    base = load(BASE)
    for locale in base.locales:
        icons = " ".join(base.plain(locale, f"icon_{status}") for status in get_args(TicketStatus)).split()
        assert set(icons) <= set(ICONS.values())
        assert len(set(icons)) == len(icons)


@pytest.mark.parametrize(
    ("wanted", "id"),
    [
        ("🏛", "11"),
        ("❗", "12"),  # with or without the sign that asks for colours
        ("🏦 🏛", "11"),  # the first is not offered: the next one
        ("99 12", "12"),  # nor is this id
        ("🏦", None),
        ("", None),
    ],
)
def test_an_icon_is_the_first_of_the_wanted_that_is_offered(wanted, id):
    assert chosen(wanted, {"🏛": "11", "❗": "12"}) == id


async def test_an_icon_that_is_not_offered_is_none_and_the_topic_is_there(desk, visitor):
    """Telegram refuses a topic with an id that it does not know."""
    await desk.post(Topic(GROUP, 1001, "#1001", "5000000000000000000 🏦"))
    await desk.sender.idle()
    for icon in ("🏛", "🏦"):
        await desk.post(Topic(GROUP, 1001, "#1001", icon))
        await desk.sender.idle()
        (topic,) = (await visitor.chat(GROUP))["topics"]
        assert topic["icon_emoji"] == ("🏛" if icon == "🏛" else "")


async def test_only_the_newest_of_many_cards_is_shown(desk, visitor):
    await desk.opens()
    await desk.sender.idle()
    await desk.post(*(Card(GROUP, 1001, f"state {n}") for n in range(10)))
    await desk.sender.idle()
    assert len(await visitor.calls("editMessageText")) == 1
    assert await said(visitor, GROUP, (await desk.ticket()).topic) == ["state 9"]
    assert (await desk.counts())["new"] == 0


async def test_a_card_that_somebody_deleted_is_posted_anew(desk, visitor):
    await desk.opens()
    await desk.sender.idle()
    first = (await desk.ticket()).card
    await visitor.deletes(2001, first, chat=GROUP)
    await desk.post(Card(GROUP, 1001, "new card"))
    await desk.sender.idle()
    assert (await desk.ticket()).card != first
    assert (await visitor.chat(GROUP))["pinned"] == [(await desk.ticket()).card]


async def test_a_topic_that_somebody_deleted_is_made_again_with_nothing_lost(desk, visitor):
    await desk.opens()
    await desk.post(Text(GROUP, "before", ticket=1001))
    await desk.sender.idle()
    old = (await desk.ticket()).topic
    await visitor.changes_topic(2001, GROUP, "delete", old)
    await desk.post(Text(GROUP, "one", ticket=1001), Text(GROUP, "two", ticket=1001), Card(GROUP, 1001, "older"))
    await desk.sender.idle()
    ticket = await desk.ticket()
    (topic,) = (await visitor.chat(GROUP))["topics"]
    assert topic["id"] == ticket.topic != old
    assert await said(visitor, GROUP, ticket.topic) == ["card", "one", "two"]  # the rebuilt card is the newest state
    assert desk.lost == [1001]


async def test_a_topic_that_somebody_closed_is_opened_for_what_comes(desk, visitor, monkeypatch):
    await desk.opens()
    await desk.sender.idle()
    topic = (await desk.ticket()).topic
    await visitor.fault("error", "sendMessage", code=400, description="Bad Request: TOPIC_CLOSED")
    await visitor.changes_topic(2001, GROUP, "close", topic)
    await desk.post(Text(GROUP, "words", ticket=1001))
    await desk.sender.idle()
    assert (await said(visitor, GROUP, topic))[-1] == "words"
    assert not (await visitor.chat(GROUP))["topics"][0]["closed"]


async def settled(desk: Desk, new: int = 0) -> None:
    """Wait until only so many letters wait."""
    while (await desk.counts())["new"] != new:
        await asyncio.sleep(0.01)


async def test_a_full_group_rolls_over_to_the_second_one(desk, visitor):
    other = (await visitor.write("groups", {"title": "Second", "forum": True, "members": [2001],
                                            "bot": {"status": "administrator"}}))["id"]  # fmt: skip
    desk.groups = desk.sender._groups = desk.sender._courier._groups = Groups(GROUP, other)
    await desk.opens()
    await desk.sender.idle()
    await visitor.write(f"groups/{GROUP}", {"full": True})
    await desk.post(Text(GROUP, "one", ticket=1001, reply_to=5), Text(GROUP, "two", ticket=1001))
    await desk.sender.idle()
    ticket = await desk.ticket()
    assert (ticket.topic_chat, len(desk.lost)) == (other, 4)
    assert await said(visitor, other, ticket.topic) == ["card", "one", "two"]
    assert await said(visitor, GROUP) == ["card"]  # of the time before
    await desk.restart()
    await desk.post(Card(GROUP, 1001, "new card"), Topic(GROUP, 1001, "#1001 new"))
    await desk.sender.idle()
    assert await said(visitor, other, ticket.topic) == ["new card", "one", "two"]


async def test_a_full_group_without_a_second_one_waits_for_it(desk, visitor):
    await desk.opens()
    await desk.sender.idle()
    await visitor.write(f"groups/{GROUP}", {"full": True})
    await desk.post(Text(GROUP, "words", ticket=1001), Text(GROUP, "for all"))
    await settled(desk, 3)  # topic, card and words
    while not desk.troubles:
        await asyncio.sleep(0.01)
    assert desk.troubles == [(GROUP, "full")]
    assert await said(visitor, GROUP, thread=0) == ["for all"]


async def test_a_group_without_topics_waits_until_they_are_turned_on(desk, visitor):
    await desk.opens()
    await desk.sender.idle()
    topic = (await desk.ticket()).topic
    await visitor.write(f"groups/{GROUP}", {"forum": False})
    await desk.post(Text(GROUP, "one", ticket=1001), Text(GROUP, "two", ticket=1001), Text(GROUP, "for all"))
    await settled(desk, 2)
    await asyncio.sleep(0.15)
    calls = len(await visitor.calls("sendMessage"))
    await asyncio.sleep(0.15)
    assert len(await visitor.calls("sendMessage")) == calls  # nothing knocks while it waits
    await visitor.write(f"groups/{GROUP}", {"forum": True})
    await settled(desk)
    assert await said(visitor, GROUP, topic) == ["card", "one", "two"]
    assert (desk.troubles, desk.lost) == ([(GROUP, "not_forum"), (GROUP, "mended")], [])


async def test_a_bot_that_was_thrown_out_waits_until_it_is_back(desk, visitor):
    await desk.opens()
    await desk.sender.idle()
    await visitor.write(f"groups/{GROUP}/bot", {"status": "kicked"})
    await desk.post(Text(GROUP, "one", ticket=1001), Text(GROUP, "for all"), Text(LI, "hello"))
    await settled(desk, 2)
    assert await said(visitor, LI) == ["hello"]
    while not desk.troubles:
        await asyncio.sleep(0.01)
    await visitor.write(f"groups/{GROUP}/bot", {"status": "administrator"})
    await settled(desk)
    assert desk.troubles == [(GROUP, "removed"), (GROUP, "mended")]
    assert (await said(visitor, GROUP))[1:] in (["one", "for all"], ["for all", "one"])


async def test_a_demoted_bot_still_writes_and_looks_are_mended_later(desk, visitor, monkeypatch):
    monkeypatch.setattr("bot.sending.ASIDE_SECONDS", 0.1)
    await desk.opens()
    await desk.sender.idle()
    topic = (await desk.ticket()).topic
    await visitor.write(f"groups/{GROUP}/bot", {"status": "member"})
    await desk.post(Topic(GROUP, 1001, "#1001 new"), Text(GROUP, "one", ticket=1001))
    await desk.post(Topic(GROUP, 1002, "#1002"), Text(GROUP, "waits", ticket=1002))
    await settled(desk, 3)
    assert await said(visitor, GROUP, topic) == ["card", "one"]
    await visitor.write(f"groups/{GROUP}/bot", {"status": "administrator"})
    await settled(desk)
    topics = {each["name"]: each["id"] for each in (await visitor.chat(GROUP))["topics"]}
    assert set(topics) == {"#1001 new", "#1002"}
    assert await said(visitor, GROUP, topics["#1002"]) == ["waits"]
    assert desk.troubles == [
        (GROUP, "rights can_manage_topics can_pin_messages can_delete_messages"),
        (GROUP, "mended"),
    ]


async def test_what_telegram_refuses_although_the_group_is_well_holds_up_nobody(desk, visitor, monkeypatch):
    monkeypatch.setattr("bot.sending.MISHAPS", 2)
    await visitor.fault("error", "sendMessage", count=2, code=400, description="Bad Request: not enough rights to x")
    await desk.post(Text(GROUP, "odd"), Text(GROUP, "even"))
    await desk.sender.idle()
    assert await said(visitor, GROUP) == ["even"]
    assert desk.troubles == []


@pytest.mark.usefixtures("polling")
@pytest.mark.parametrize("kind", ["lost", "reset", "500"])
async def test_a_topic_whose_creation_was_not_answered_is_made_once(desk, visitor, kind):
    await visitor.fault(kind, "createForumTopic")
    await desk.opens()
    await desk.post(Text(GROUP, "words", ticket=1001))
    await desk.sender.idle()
    (topic,) = (await visitor.chat(GROUP))["topics"]
    ticket = await desk.ticket()
    assert ticket.topic == topic["id"]
    assert await said(visitor, GROUP, topic["id"]) == ["card", "words"]


async def test_a_topic_that_was_made_before_a_kill_is_adopted_at_the_next_start(desk, visitor, telegram):
    await desk.sender.stop(0)
    await desk.opens()
    await telegram.bot.create_forum_topic(GROUP, NAME)  # Telegram did it, and nobody was left to hear of it
    polling = asyncio.create_task(desk.receiver.run())
    await desk.restart()
    await desk.sender.idle()
    (topic,) = (await visitor.chat(GROUP))["topics"]
    assert (await desk.ticket()).topic == topic["id"]
    polling.cancel()
    await asyncio.gather(polling, return_exceptions=True)


async def test_a_group_that_moved_is_followed(desk, visitor):
    new = (await visitor.write(f"groups/{SMALL}/migrate", {}))["id"]
    await desk.post(Text(SMALL, "one"), Text(SMALL, "two"))
    await desk.sender.idle()
    assert await said(visitor, new) == ["one", "two"]
    assert desk.moves == [(SMALL, new)]


async def test_copies_are_linked_and_albums_stay_albums(desk, visitor):
    await desk.opens()
    album = [each["id"] for each in await visitor.sends_album(LI)]
    (single,) = [(await visitor.sends(LI, "photo", caption="bill"))["id"]]
    await desk.post(Copy(GROUP, LI, tuple(album), ticket=1001), Copy(GROUP, LI, (single,), ticket=1001))
    await desk.sender.idle()
    topic = (await desk.ticket()).topic
    copied = [each for each in await visitor.chat_messages(GROUP, thread=topic) if each["kind"] == "photo"]
    assert len({each["message"].get("media_group_id") for each in copied[:2]}) == 1
    for original, copy in zip([*album, single], copied, strict=True):
        links = await desk.storage.read(lambda unit, here=original: unit.tickets.linked(LI, here))
        assert links == ((GROUP, copy["id"]),)
    await desk.post(Edit(GROUP, copied[2]["id"], "corrected", ticket=1001))
    await desk.sender.idle()
    assert (await visitor.message(GROUP, copied[2]["id"]))["message"]["caption"] == "corrected"
    await visitor.deletes(LI, single)
    await desk.post(Copy(GROUP, LI, (single,), ticket=1001))
    await desk.sender.idle()
    assert "not found" in desk.undelivered[0][1]


async def test_a_wrong_token_loses_nothing(desk, visitor):
    await visitor.fault("error", "sendMessage", code=401, description="Unauthorized")
    await desk.post(Text(LI, "words"))
    while not await visitor.calls("sendMessage"):
        await asyncio.sleep(0.01)
    assert await desk.counts() == {"new": 1, "sent": 0, "failed": 0}
    assert desk.undelivered == []


async def test_the_pace_is_kept(storage, telegram, visitor):
    desk = Desk(storage, telegram, Limits(overall=None, private=Rate(20, 1), group=None))
    await desk.sender.start()
    begun = asyncio.get_running_loop().time()
    await desk.post(*(Text(LI, f"{n}") for n in range(6)))
    await desk.sender.idle()
    assert asyncio.get_running_loop().time() - begun >= 5 / 20
    await desk.sender.stop(0)


def test_pacing_follows_the_rates():
    pacing = Pacing(Limits(overall=Rate(10, 2), private=Rate(1, 3), group=Rate(0.5, 1)))
    assert [pacing.reserve_chat(7, 100.0) for _ in range(5)] == [0, 0, 0, 1, 2]
    assert pacing.reserve_chat(7, 110.0) == 0
    assert [pacing.reserve_chat(-7, 100.0) for _ in range(3)] == [0, 2, 4]
    assert [round(pacing.reserve_overall(100.0), 3) for _ in range(4)] == [0, 0, 0.1, 0.2]
    assert pacing.silence(7, 100.0) == 0
    pacing.pause(7, 5, 100.0)
    assert (pacing.silence(7, 102.0), pacing.silence(8, 102.0)) == (3, 0)
    pacing.pause(8, 5, 100.0)
    pacing.pause(9, 5, 100.0)
    assert pacing.silence(10, 102.0) == 3
